//! Simulated phones: from a badge held before a camera to a receipt, with nothing left out.
//!
//! A phone draws the badge it is shown, as a camera would see it ([`photograph`]), decodes the
//! picture, puts the scan into its durable queue and lets `mobile-core` bring it to the server over
//! HTTP, as the phone application does. It writes ratings and notes in the minutes after a scan,
//! and at times it has no network. What it may not do is know anything that the picture did not say.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use mobile_core::badge::BadgeText;
use mobile_core::client::{self, Client};
use mobile_core::decode::{self, Budget, Frame, Luma};
use mobile_core::ids::{CaptureId, DeviceId, TeamMemberId};
use mobile_core::queue::file::FileStorage;
use mobile_core::queue::sync::{Action, Event, Settled, Sync};
use mobile_core::queue::{Draft, Queue};
use mobile_core::wire::Outcome;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time::{Instant, sleep_until};

use super::captures::{Moment, Pen, Written};
use super::crowd::{Crowd, Encounter};
use super::fixtures::Fixtures;
use super::network::{Coverage, Network};
use super::picture::photograph;
use super::random::Dice;
use super::tally::Tally;
use super::traffic::{Act, Planned, Target};

/// Pictures a phone takes of one badge before its holder types the number, as a live preview would.
const PICTURES: u64 = 4;
/// How long a phone with nothing to do sleeps at most.
const NAP: Duration = Duration::from_hours(1);

/// How the demo goes, as the phones are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Badges are held before phones.
    Scanning,
    /// No more scans; what is on the phones is sent.
    Quiet,
    /// The demo ends: send what is left, then stop.
    Ending,
}

/// What somebody wears or shows.
#[derive(Clone, Debug)]
pub struct Worn {
    /// The text in the code.
    pub code: String,
    /// The badge number printed beside it; strangers have none.
    pub number: Option<String>,
}

/// What all phones share.
#[derive(Debug)]
pub struct Halls {
    pub fixtures: Fixtures,
    pub people: Vec<Worn>,
    pub strangers: Vec<Worn>,
    pub crowd: Mutex<Crowd>,
    pub tally: Tally,
    pub network: Network,
    /// The phone that may be taken off the network alone, by its stand and its number there.
    pub holding: (usize, usize, DeviceId),
    /// Pictures drawn and decoded at once: real phones have processors of their own, these borrow the server's.
    pub cameras: Semaphore,
}

impl Halls {
    fn worn(&self, target: Target) -> Option<&Worn> {
        match target {
            Target::Person(position) => self.people.get(position),
            Target::Stranger(position) => self.strangers.get(position),
        }
    }

    /// Whether the phone that lost the network has nothing to show yet: whoever took it off waits for that.
    fn waits_for_a_scan(&self) -> bool {
        let (_, _, device) = self.holding;
        self.network.coverage().is_lost(device) && self.tally.held(device) == 0
    }

    fn crowd<T>(&self, ask: impl FnOnce(&mut Crowd) -> T) -> T {
        // The crowd holds no invariant that a panic could break.
        ask(&mut self.crowd.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// One phone at one stand.
pub struct Phone {
    pub halls: Arc<Halls>,
    pub device: DeviceId,
    /// Where its stand is.
    pub hall: String,
    pub client: Client,
    pub queue: Queue<FileStorage>,
    /// The members who take turns holding it.
    pub staff: Vec<TeamMemberId>,
    pub is_hero: bool,
    pub pen: Pen,
    pub dice: Dice,
    /// Without network until then.
    pub offline_until: Option<Instant>,
}

/// What its holder will write, and when.
struct Intent {
    at: Instant,
    by: usize,
    code: String,
    act: Act,
}

struct Running {
    phone: Phone,
    sync: Sync,
    scans: HashSet<CaptureId>,
    intents: Vec<Intent>,
    wake_at: Instant,
    /// In a pocket until it finds the network.
    is_resting: bool,
    /// Its access has ended: it delivers what it holds and scans no more.
    has_ended: bool,
}

/// Holds badges before the phones at the given rate (scans a second) until the pace changes.
pub async fn meet(
    halls: Arc<Halls>,
    stands: Vec<Vec<mpsc::Sender<Encounter>>>,
    scans_per_second: f64,
    mut pace: watch::Receiver<Pace>,
) {
    let mut dice = Dice::new(1, "meet");
    loop {
        // Exponential gaps: people do not arrive in step.
        let gap = -(1.0 - dice.unit()).ln() / scans_per_second;
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs_f64(gap.clamp(0.0, 60.0))) => {}
            _ = pace.wait_for(|pace| *pace != Pace::Scanning) => return,
        }
        let Some(mut encounter) = halls.crowd(Crowd::next_encounter) else { return };
        if halls.waits_for_a_scan() {
            (encounter.stand, encounter.phone) = (halls.holding.0, halls.holding.1);
        }
        let phone = stands.get(encounter.stand).and_then(|phones| phones.get(encounter.phone));
        if let Some(phone) = phone {
            // A phone that is busy with others lets this one pass, as people do.
            let _ = phone.try_send(encounter);
        }
    }
}

impl Phone {
    /// Works until the demo ends; returns once what it holds was sent, or could not be.
    pub async fn run(self, encounters: mpsc::Receiver<Encounter>, pace: watch::Receiver<Pace>) {
        let waiting = self.queue.unsent().map(|capture| capture.id).collect::<HashSet<_>>();
        self.halls.tally.enlist(self.device, self.is_hero);
        self.halls.tally.queued(self.device, waiting.len() as u64);
        let running = Running {
            is_resting: self.halls.network.coverage().is_lost(self.device),
            has_ended: false,
            phone: self,
            sync: Sync::new(None),
            scans: waiting,
            intents: Vec::new(),
            wake_at: Instant::now(),
        };
        running.run(encounters, pace).await;
    }
}

impl Running {
    async fn run(mut self, mut encounters: mpsc::Receiver<Encounter>, mut pace: watch::Receiver<Pace>) {
        let mut coverage = self.phone.halls.network.follow();
        let mut was_covered = true;
        loop {
            let intent_at = self.intents.iter().map(|intent| intent.at).min();
            let online_at = self.phone.offline_until;
            // Without network the sync machine has nothing to decide.
            let next = [intent_at, online_at.or(Some(self.wake_at))].into_iter().flatten().min();
            tokio::select! {
                Some(encounter) = encounters.recv(), if !self.is_resting && !self.has_ended => {
                    self.meet(encounter, &pace).await;
                }
                _ = coverage.changed() => {}
                () = sleep_until(next.unwrap_or_else(|| Instant::now() + NAP)) => {}
                changed = pace.changed() => {
                    if changed.is_err() {
                        return;
                    }
                }
            }
            let now = *pace.borrow_and_update();
            if now != Pace::Scanning {
                // The halls close: nobody writes any more, and everyone finds the network.
                self.intents.clear();
                self.phone.offline_until = None;
            }
            self.write_what_is_due();
            let is_covered = self.is_covered(&coverage.borrow_and_update(), now);
            let is_online = is_covered && self.phone.offline_until.is_none_or(|until| until <= Instant::now());
            if is_online {
                let is_back = self.phone.offline_until.take().is_some() || !std::mem::replace(&mut was_covered, true);
                self.is_resting = false;
                // What failed before is tried at once when the network is back, and a last time in the end.
                let is_urgent = is_back || now == Pace::Ending;
                self.exchange(if is_urgent { Event::NetworkBack } else { Event::Woke }).await;
            } else {
                was_covered &= is_covered;
                self.wake_at = self.wake_at.max(Instant::now() + Duration::from_millis(500));
            }
            if now == Pace::Ending {
                return;
            }
        }
    }

    /// Whether there is network here: a phone that was told so has found it whatever its hall has, and one
    /// that lost it alone is without as long as badges are scanned.
    fn is_covered(&mut self, coverage: &Coverage, pace: Pace) -> bool {
        let phone = &mut self.phone;
        if coverage.is_found(phone.device) {
            phone.offline_until = phone.offline_until.map(|until| until.min(Instant::now()));
            return true;
        }
        match pace {
            Pace::Scanning => !coverage.is_lost(phone.device) && coverage.reaches(&phone.hall),
            Pace::Quiet => coverage.reaches(&phone.hall),
            Pace::Ending => true,
        }
    }

    /// A badge is held before the camera.
    async fn meet(&mut self, encounter: Encounter, pace: &watch::Receiver<Pace>) {
        let halls = self.phone.halls.clone();
        let Some(worn) = halls.worn(encounter.target).cloned() else { return };
        let seed = self.phone.dice.next_u64();
        let Ok(camera) = halls.cameras.acquire().await else { return };
        // Whoever still waits when the scanning ends is not scanned.
        if *pace.borrow() != Pace::Scanning {
            return;
        }
        let shown = worn.code.clone();
        let text = tokio::task::spawn_blocking(move || see(&shown, seed)).await.unwrap_or_default();
        drop(camera);
        halls.tally.photographed(text.is_some());
        if text.as_ref().is_some_and(|text| *text != worn.code) {
            tracing::error!(shown = worn.code, read = ?text, "a code was misread");
        }
        let is_typed = text.is_none();
        let Some(code) = text.or(worn.number) else { return };
        let Some(at) = self.take(&code, encounter.by, &Act::Scan { typed: is_typed }) else { return };
        let Encounter { stand, phone, by, target } = encounter;
        let scan = Planned { at, stand, phone, by, target, act: Act::Scan { typed: is_typed } };
        let later = halls.crowd(|crowd| crowd.qualify(&halls.fixtures, &scan));
        let now = Instant::now();
        self.intents.extend(later.into_iter().map(|act| Intent {
            at: now + Duration::from_micros((act.at - at).unsigned_abs()),
            by,
            code: code.clone(),
            act: act.act,
        }));
        if let Some(seconds) = halls.crowd(Crowd::outage) {
            self.phone.offline_until = Some(now + Duration::from_secs(seconds));
        }
    }

    fn write_what_is_due(&mut self) {
        let now = Instant::now();
        let (due, later): (Vec<Intent>, Vec<Intent>) =
            std::mem::take(&mut self.intents).into_iter().partition(|intent| intent.at <= now);
        self.intents = later;
        for intent in due {
            self.take(&intent.code, intent.by, &intent.act);
        }
    }

    /// Puts a capture into the queue: on disk when this returns its time.
    fn take(&mut self, code: &str, by: usize, act: &Act) -> Option<i64> {
        let code = BadgeText::new(code).ok()?;
        let member = *self.phone.staff.get(by).or(self.phone.staff.first())?;
        let now = client::now();
        let Written { id, captured_at, fields } =
            self.phone.pen.write(Moment { at: now.wall, code: code.as_str(), member }, act);
        // A flush of the disk takes milliseconds: the server's other tasks move on meanwhile.
        let queue = &mut self.phone.queue;
        let taken = tokio::task::block_in_place(|| queue.push(Draft { id, captured_at, fields }, now.monotonic_us));
        match taken {
            Ok(_) => {
                if matches!(act, Act::Scan { .. }) {
                    self.scans.insert(id);
                    self.phone.halls.tally.queued(self.phone.device, 1);
                }
                Some(captured_at.as_micros())
            }
            Err(error) => {
                tracing::error!(%error, "a simulated phone could not keep a capture");
                None
            }
        }
    }

    /// Lets the sync machine talk to the server until it wants to wait.
    async fn exchange(&mut self, first: Event) {
        let mut event = first;
        loop {
            let (sync, queue) = (&mut self.sync, &mut self.phone.queue);
            let handled = tokio::task::block_in_place(|| sync.handle(event, client::now(), client::random(), queue));
            let step = match handled {
                Ok(step) => step,
                Err(error) => {
                    tracing::error!(%error, "a simulated phone could not keep an answer");
                    self.wake_at = Instant::now() + Duration::from_secs(5);
                    return;
                }
            };
            for settled in &step.settled {
                self.settled(settled);
            }
            event = match step.action {
                Action::Send(batch) => self.phone.client.send_captures(batch).await,
                Action::AwaitAnswer => Event::Failed,
                Action::WaitUntil(until_us) => {
                    let left = until_us.saturating_sub(client::now().monotonic_us);
                    self.wake_at = Instant::now() + Duration::from_micros(left).min(NAP);
                    return;
                }
                Action::PairAgain(trouble) => {
                    tracing::info!(?trouble, "a simulated phone's access has ended");
                    self.has_ended = true;
                    self.intents.clear();
                    self.wake_at = Instant::now() + NAP;
                    return;
                }
            };
        }
    }

    fn settled(&mut self, settled: &Settled) {
        let tally = &self.phone.halls.tally;
        let is_scan = self.scans.remove(&settled.id);
        match settled.outcome {
            Outcome::Accepted | Outcome::Duplicate => {
                if is_scan {
                    tally.sent(self.phone.device, settled.id);
                }
            }
            Outcome::Conflict | Outcome::Rejected => {
                tracing::warn!(id = %settled.id, reason = ?settled.reason, "a simulated phone's capture was not accepted");
                tally.refused(self.phone.device, is_scan);
            }
        }
    }
}

/// Takes pictures of a code until one can be read: what the phone's screen would have said.
fn see(code: &str, seed: u64) -> Option<String> {
    (0..PICTURES).find_map(|picture| {
        let picture = photograph(code, seed.wrapping_add(picture));
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let luma = Luma::new(picture.as_raw(), width, height, width).ok()?;
        decode::decode(&Frame::luma(luma), &Budget::preview()).into_iter().next().map(|code| code.text)
    })
}
