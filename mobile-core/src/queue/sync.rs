//! Decides what a phone sends when: "what happened" in, "what to do next" out. No I/O, no clock, no
//! randomness; the edge that drives it is `client::http` (feature `client`).
//!
//! Keeps design rule 4: a capture is settled only by an answer that names its id; numbers only show
//! what is missing. Whatever is not an answer of ours (a captive portal's page, a proxy's, nothing)
//! is no network. One request is under way at a time, so answers never overtake each other.

mod answer;
mod request;

use std::collections::BTreeSet;

use self::answer::{Answer, Receipt};
pub use self::answer::{Response, Trouble};
use self::request::Probe;
use super::{Queue, Settlement, Storage, StorageError};
use crate::capture::MAX_BATCH;
use crate::ids::{self, CaptureId, ExhibitorId, QueueId};
use crate::reason::Reason;
use crate::time::Timestamp;
use crate::wire::Outcome;

const SECOND: u64 = 1_000_000;
/// First pause after a failure; doubles up to [`LONGEST_PAUSE`], half of each at random.
const FIRST_PAUSE: u64 = SECOND;
const LONGEST_PAUSE: u64 = 60 * SECOND;
/// Pause after an answer that trying again soon does not change.
const REFUSED_PAUSE: u64 = 5 * 60 * SECOND;
/// How long a capture that spoils its request is left out.
const HELD_FOR: u64 = 10 * 60 * SECOND;
/// Between two signs of life when there is nothing to send.
const HEARTBEAT: u64 = 60 * SECOND;

/// The clocks when an event is handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// The device's clock, which may jump.
    pub wall: Timestamp,
    /// Microseconds of a clock that never jumps, from any origin. It may stand still while the phone sleeps.
    pub monotonic_us: u64,
}

/// What happened.
#[derive(Debug)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Event {
    /// Time passed, a capture was taken, or the program began.
    Woke,
    /// The system says that there is a network again: try at once.
    NetworkBack,
    /// Another token is used from now on.
    TokenChanged,
    /// The request was answered, by whomever.
    Answered(Response),
    /// The request was not answered: no connection, a foreign certificate, a time limit.
    Failed,
}

/// What to do next.
#[derive(Debug, PartialEq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[cfg_attr(
    feature = "wasm",
    derive(serde::Serialize),
    serde(tag = "type", content = "value", rename_all = "snake_case")
)]
pub enum Action {
    /// `POST /api/v1/captures` with this JSON; then [`Event::Answered`] or [`Event::Failed`].
    Send(String),
    /// Nothing before this monotonic time, unless something else happens: [`Event::Woke`] then.
    WaitUntil(u64),
    /// The request is still under way.
    AwaitAnswer,
    /// The token is not taken any more: show nothing of the event, pair again, and say
    /// [`Event::TokenChanged`]. What was captured stays. Whether anything may be shown also says
    /// [`Queue::is_access_ended`], which survives a restart of the program.
    PairAgain(Trouble),
}

/// What became of a capture, for the person who holds the phone.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(feature = "wasm", derive(serde::Serialize))]
pub struct Settled {
    /// The capture.
    pub id: CaptureId,
    /// The receipt's outcome as it was sent.
    pub outcome: Outcome,
    /// The receipt's reason: why not, or what was noticed.
    pub reason: Option<String>,
    /// What is kept of it.
    pub settlement: Settlement,
    /// The lead as it may be seen now.
    pub lead: Option<serde_json::Value>,
}

/// The answer to an event.
#[derive(Debug)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(feature = "wasm", derive(serde::Serialize))]
pub struct Step {
    /// What to do next.
    pub action: Action,
    /// What the answer settled.
    pub settled: Vec<Settled>,
}

/// How it goes, as a phone shows it.
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[cfg_attr(
    feature = "wasm",
    derive(serde::Serialize),
    serde(tag = "type", content = "value", rename_all = "snake_case")
)]
pub enum Connection {
    /// Nothing was tried yet.
    #[default]
    Unknown,
    /// The last request was answered.
    Online,
    /// No answer of ours came: saved, sent later.
    Offline,
    /// The server asked to wait.
    Busy,
    /// The server refuses what is sent: a person has to look at it. What was captured stays.
    Refused(Trouble),
}

/// The sync state machine of one queue.
#[derive(Debug)]
pub struct Sync {
    exhibitor_id: Option<ExhibitorId>,
    in_flight: Option<InFlight>,
    pair_again: Option<Trouble>,
    connection: Connection,
    failures: u32,
    not_before_us: u64,
    heartbeat_at_us: u64,
    /// Which of the queue's ids the next heartbeat asks about.
    asked: usize,
    batch_limit: usize,
    held: BTreeSet<CaptureId>,
    held_until_us: u64,
    probe: Probe,
    clock_offset_us: Option<i64>,
}

#[derive(Debug)]
struct InFlight {
    queue_id: QueueId,
    ids: Vec<CaptureId>,
    /// The captures were settled before: asked about, not delivered.
    is_probe: bool,
}

impl Sync {
    /// A machine that has sent nothing yet. `exhibitor_id` is needed where the token stands for
    /// several exhibitors.
    pub fn new(exhibitor_id: Option<ExhibitorId>) -> Self {
        Self {
            exhibitor_id,
            in_flight: None,
            pair_again: None,
            connection: Connection::Unknown,
            failures: 0,
            not_before_us: 0,
            heartbeat_at_us: 0,
            asked: 0,
            batch_limit: MAX_BATCH,
            held: BTreeSet::new(),
            held_until_us: 0,
            probe: Probe::default(),
            clock_offset_us: None,
        }
    }

    /// How it goes.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The server's clock minus the device's, in microseconds, as the last answer showed it.
    pub fn clock_offset_us(&self) -> Option<i64> {
        self.clock_offset_us
    }

    /// Handles an event. `random` is 128 fresh random bits, for the jitter and for a new queue id.
    ///
    /// # Errors
    /// [`StorageError`] when an answer could not be kept: nothing of it counts then, and the same
    /// captures are sent again after a pause.
    pub fn handle<S: Storage>(
        &mut self,
        event: Event,
        now: Now,
        random: u128,
        queue: &mut Queue<S>,
    ) -> Result<Step, StorageError> {
        let mut settled = Vec::new();
        match event {
            Event::Woke => {}
            Event::NetworkBack => self.try_at_once(),
            Event::TokenChanged => {
                self.pair_again = None;
                self.try_at_once();
                queue.set_access_ended(false)?;
            }
            Event::Failed => {
                self.in_flight = None;
                self.offline(now, random);
            }
            Event::Answered(response) => {
                if let Some(in_flight) = self.in_flight.take() {
                    // Should keeping the answer fail, the pause stands; success takes it back.
                    self.pause(FIRST_PAUSE << self.failures.min(6), now, random);
                    settled = self.answered(&response, &in_flight, now, random, queue)?;
                }
            }
        }
        Ok(Step { action: self.next(now, queue), settled })
    }

    fn try_at_once(&mut self) {
        (self.failures, self.not_before_us) = (0, 0);
    }

    fn offline(&mut self, now: Now, random: u128) {
        self.connection = Connection::Offline;
        self.pause(FIRST_PAUSE << self.failures.min(6), now, random);
        self.failures += 1;
    }

    /// Pauses for between half of and the whole `pause`.
    fn pause(&mut self, pause: u64, now: Now, random: u128) {
        let half = pause.min(LONGEST_PAUSE.max(REFUSED_PAUSE)) / 2;
        let jitter = (random as u64) % (half + 1);
        self.not_before_us = now.monotonic_us.saturating_add(half + jitter);
    }

    fn next<S: Storage>(&mut self, now: Now, queue: &Queue<S>) -> Action {
        if let Some(trouble) = &self.pair_again {
            return Action::PairAgain(trouble.clone());
        }
        if self.in_flight.is_some() {
            return Action::AwaitAnswer;
        }
        if now.monotonic_us < self.not_before_us {
            return Action::WaitUntil(self.not_before_us);
        }
        if now.monotonic_us >= self.held_until_us {
            self.held.clear();
        }
        let mut batch = self.batch(queue);
        let mut is_probe = false;
        if batch.is_empty() {
            if now.monotonic_us < self.heartbeat_at_us {
                let until = if self.held.is_empty() { u64::MAX } else { self.held_until_us };
                return Action::WaitUntil(self.heartbeat_at_us.min(until));
            }
            batch = self.probe.take(now, queue);
            is_probe = !batch.is_empty();
        }
        let queue_id = batch.first().map_or_else(
            || {
                // A restored server is noticed by its count, and each numbering has its own.
                let ids = queue.queue_ids();
                self.asked = (self.asked + 1) % ids.len();
                ids[self.asked]
            },
            |first| first.queue_id,
        );
        let ids = batch.iter().map(|capture| capture.id).collect();
        self.in_flight = Some(InFlight { queue_id, ids, is_probe });
        Action::Send(self.envelope(queue_id, &batch, now, queue))
    }

    fn answered<S: Storage>(
        &mut self,
        response: &Response,
        in_flight: &InFlight,
        now: Now,
        random: u128,
        queue: &mut Queue<S>,
    ) -> Result<Vec<Settled>, StorageError> {
        match answer::read(response, now.wall) {
            Answer::Receipts(receipts) => {
                let mut settled = settled(receipts.results, in_flight);
                let is_new = |one: &Settled| one.outcome == Outcome::Accepted && has_settled(queue, one.id);
                if in_flight.is_probe && settled.iter().any(is_new) {
                    // First, so that a failure between the two cannot hide the loss.
                    queue.send_again()?;
                    self.heartbeat_at_us = now.monotonic_us;
                }
                let kept: Vec<_> = settled.iter().map(|one| (one.id, one.settlement.clone())).collect();
                let again = queue.settle(&kept, in_flight.queue_id, receipts.contiguous_seq)?;
                let is_shared = receipts.contiguous_seq > queue.last_seq(in_flight.queue_id)
                    || settled.iter().any(|one| one.reason.as_deref() == Some(Reason::SeqReused.code()));
                if is_shared && in_flight.queue_id == queue.queue_id() {
                    queue.renumber(QueueId(ids::uuid(now.wall, random)))?;
                }
                let is_refused = |one: &Settled| one.reason.as_deref() == Some(Reason::DeviceRevoked.code());
                match receipts.is_access_ended {
                    Some(is_ended) => queue.set_access_ended(is_ended)?,
                    None if settled.iter().any(is_refused) => queue.set_access_ended(true)?,
                    None => {}
                }
                if queue.is_access_ended() {
                    for one in &mut settled {
                        one.lead = None;
                    }
                }
                self.connection = Connection::Online;
                self.clock_offset_us = Some(receipts.server_time.micros_since(now.wall));
                self.heartbeat_at_us = now.monotonic_us + HEARTBEAT / 2 + (random as u64) % (HEARTBEAT / 2);
                if !again.is_empty() {
                    self.heartbeat_at_us = now.monotonic_us;
                }
                if settled.len() < in_flight.ids.len() {
                    // Ours, and yet it does not say what became of some: never in a tight circle.
                    self.failures += 1;
                } else {
                    (self.failures, self.not_before_us, self.batch_limit) = (0, 0, MAX_BATCH);
                }
                return Ok(settled);
            }
            Answer::NotOurs => self.offline(now, random),
            Answer::SignedOut(trouble) => {
                self.pair_again = Some(trouble);
                queue.set_access_ended(true)?;
            }
            Answer::Busy { retry_after_us } => {
                self.connection = Connection::Busy;
                self.pause(FIRST_PAUSE << self.failures.min(6), now, random);
                if let Some(asked) = retry_after_us {
                    // Everyone was told the same: spread the return over half as long again.
                    let jitter = (random as u64) % (asked / 2 + SECOND);
                    self.not_before_us = now.monotonic_us.saturating_add(asked + jitter);
                }
                self.failures += 1;
            }
            Answer::Unwilling(trouble) => {
                self.refused(trouble, in_flight, now, random, true);
            }
            Answer::Broken(trouble) => {
                // A server that fails at this request may fail at one capture of it.
                let is_lasting = self.failures >= 3;
                self.refused(trouble, in_flight, now, random, is_lasting);
                self.pause(FIRST_PAUSE << self.failures.min(6), now, random);
            }
            Answer::Refused(trouble) => {
                if trouble.code == Reason::DeviceRevoked.code() {
                    queue.set_access_ended(true)?;
                }
                self.connection = Connection::Refused(trouble);
                self.pause(REFUSED_PAUSE, now, random);
            }
        }
        Ok(Vec::new())
    }

    /// The server would not take the request as a whole: halve it until the capture that spoils it
    /// stands alone, and leave that one out for a while.
    fn refused(&mut self, trouble: Trouble, in_flight: &InFlight, now: Now, random: u128, narrow: bool) {
        self.connection = Connection::Refused(trouble);
        self.failures += 1;
        if !narrow {
            return;
        }
        match in_flight.ids.as_slice() {
            [] => self.pause(REFUSED_PAUSE, now, random),
            [alone] => {
                self.held.insert(*alone);
                self.held_until_us = now.monotonic_us + HELD_FOR;
                self.batch_limit = MAX_BATCH;
            }
            several => self.batch_limit = (several.len() / 2).max(1),
        }
    }
}

fn has_settled<S: Storage>(queue: &Queue<S>, id: CaptureId) -> bool {
    queue.find(id).is_some_and(|capture| matches!(capture.settlement, Some(Settlement::Sent { .. })))
}

/// The receipts for captures of this request, whose outcome is known to this program.
fn settled(receipts: Vec<Receipt>, in_flight: &InFlight) -> Vec<Settled> {
    let mut settled: Vec<Settled> = Vec::new();
    for receipt in receipts {
        let Some(id) = receipt.id.as_deref().and_then(|id| id.parse::<CaptureId>().ok()) else { continue };
        let Some(outcome) = receipt.outcome() else { continue };
        if !in_flight.ids.contains(&id) || settled.iter().any(|one| one.id == id) {
            continue;
        }
        let settlement = match outcome {
            Outcome::Accepted | Outcome::Duplicate => {
                Settlement::Sent { corrected_at: receipt.corrected_at, lead_id: receipt.lead_id }
            }
            Outcome::Conflict | Outcome::Rejected => {
                Settlement::NotAccepted { outcome, reason: receipt.reason.clone(), errors: receipt.errors }
            }
        };
        settled.push(Settled { id, outcome, reason: receipt.reason, settlement, lead: receipt.lead });
    }
    settled
}

#[cfg(test)]
mod tests;
