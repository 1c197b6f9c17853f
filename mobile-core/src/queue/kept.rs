//! What a queue's log says, in memory.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::value::RawValue;

use super::record::{self, Record};
use super::sync::Now;
use super::{Queued, Settlement};
use crate::ids::{CaptureId, QueueId};

/// By how much a device's clock may go ahead of the monotonic one while the phone is awake: what a correction of
/// the clock over the network usually comes to.
const ASLEEP_US: i64 = 5_000_000;

/// What the log says: the fold of its records.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) queue_id: Option<QueueId>,
    pub(super) next_seq: u64,
    pub(super) captures: Vec<Queued>,
    pub(super) places: HashMap<CaptureId, usize>,
    /// The places of what the present destination is still to get.
    pub(super) unsent: BTreeSet<usize>,
    pub(super) counted: BTreeMap<QueueId, u64>,
    /// The count at which everything was last sent again, so that a server that counts wrongly is
    /// not sent everything for ever. Not in the log.
    pub(super) sent_again_at: BTreeMap<QueueId, u64>,
    /// Who the captures go to, as the caller names it.
    pub(super) destination: Option<Arc<str>>,
    /// The server said that this phone may show nothing any more.
    pub(super) is_access_ended: bool,
    /// Records of a newer version of this program, kept as they are.
    pub(super) foreign: Vec<Vec<u8>>,
}

impl Kept {
    pub(super) fn apply(&mut self, record: Record) {
        match record {
            Record::Numbering { queue_id, next_seq } => {
                (self.queue_id, self.next_seq) = (Some(queue_id), next_seq);
            }
            Record::Taken { id, queue_id, seq, body, destination } => {
                // The log is compacted with its numbering first, so this also covers older captures.
                if self.queue_id == Some(queue_id) {
                    self.next_seq = self.next_seq.max(seq.saturating_add(1));
                }
                if self.places.contains_key(&id) {
                    return;
                }
                let place = self.captures.len();
                let destination = match (destination, &self.destination) {
                    (Some(named), Some(present)) if *named == **present => Some(present.clone()),
                    (Some(named), _) => Some(named.into()),
                    (None, _) => None,
                };
                self.captures.push(Queued {
                    id,
                    queue_id,
                    seq,
                    body,
                    settlement: None,
                    is_dismissed: false,
                    destination,
                    taken: None,
                });
                self.places.insert(id, place);
                self.count(place);
            }
            Record::Settled { id, settlement } => self.set(id, Some(settlement)),
            Record::Unsettled { ids } => ids.into_iter().for_each(|id| self.set(id, None)),
            Record::Counted { queue_id, contiguous_seq } => {
                self.counted.insert(queue_id, contiguous_seq);
            }
            Record::Destination { destination } => {
                let destination: Arc<str> = destination.into();
                for capture in self.captures.iter_mut().filter(|capture| capture.destination.is_none()) {
                    capture.destination = Some(destination.clone());
                }
                self.destination = Some(destination);
                self.index();
            }
            Record::Adopted => {
                for capture in self.captures.iter_mut().filter(|capture| capture.settlement.is_none()) {
                    capture.destination.clone_from(&self.destination);
                }
                self.index();
            }
            Record::Access { is_ended } => self.is_access_ended = is_ended,
            Record::Dismissed { id } => {
                if let Some(capture) = self.places.get(&id).and_then(|place| self.captures.get_mut(*place)) {
                    capture.is_dismissed = true;
                }
            }
        }
    }

    fn set(&mut self, id: CaptureId, settlement: Option<Settlement>) {
        let Some(place) = self.places.get(&id).copied() else { return };
        if let Some(capture) = self.captures.get_mut(place) {
            capture.settlement = settlement;
        }
        self.count(place);
    }

    /// Counts a capture as unsent, or not, as it now is.
    fn count(&mut self, place: usize) {
        let is_unsent = self.captures.get(place).is_some_and(|capture| self.is_unsent(capture));
        if is_unsent {
            self.unsent.insert(place);
        } else {
            self.unsent.remove(&place);
        }
    }

    fn is_unsent(&self, capture: &Queued) -> bool {
        capture.settlement.is_none() && self.is_ours(capture)
    }

    /// Whether a capture is for the present destination.
    pub(super) fn is_ours(&self, capture: &Queued) -> bool {
        capture.destination == self.destination
    }

    pub(super) fn index(&mut self) {
        let numbered = || self.captures.iter().enumerate();
        self.places = numbered().map(|(place, capture)| (capture.id, place)).collect();
        self.unsent = numbered().filter(|(_, capture)| self.is_unsent(capture)).map(|(place, _)| place).collect();
    }

    /// The shortest log that says the same.
    pub(super) fn log(&self) -> Vec<u8> {
        let mut log = Vec::new();
        if let Some(destination) = self.destination.as_deref() {
            record::write(&Record::Destination { destination: destination.to_owned() }, &mut log);
        }
        if self.is_access_ended {
            record::write(&Record::Access { is_ended: true }, &mut log);
        }
        if let Some(queue_id) = self.queue_id {
            record::write(&Record::Numbering { queue_id, next_seq: self.next_seq }, &mut log);
        }
        for (queue_id, contiguous_seq) in &self.counted {
            record::write(&Record::Counted { queue_id: *queue_id, contiguous_seq: *contiguous_seq }, &mut log);
        }
        for capture in &self.captures {
            let Queued { id, queue_id, seq, body, settlement, is_dismissed, destination, taken: _ } = capture.clone();
            let destination = destination.map(|destination| destination.as_ref().to_owned());
            record::write(&Record::Taken { id, queue_id, seq, body, destination }, &mut log);
            if let Some(settlement) = settlement {
                record::write(&Record::Settled { id, settlement }, &mut log);
            }
            if is_dismissed {
                record::write(&Record::Dismissed { id }, &mut log);
            }
        }
        for payload in &self.foreign {
            record::write_payload(payload, &mut log);
        }
        log
    }
}

impl Queued {
    /// Whom it was taken for, as the caller of [`Queue::deliver_to`] named it.
    pub fn destination(&self) -> Option<&str> {
        self.destination.as_deref()
    }

    pub(crate) fn is_unsent(&self) -> bool {
        self.settlement.is_none()
    }

    pub(crate) fn is_shown_as_not_accepted(&self) -> bool {
        self.is_refused() && !self.is_dismissed
    }

    pub(super) fn is_refused(&self) -> bool {
        matches!(self.settlement, Some(Settlement::NotAccepted { .. }))
    }

    /// The capture as it is sent: with its age, if it was taken in this run of the program.
    ///
    /// Where the device's clock has gone further than the monotonic one, the phone has slept, and most monotonic
    /// clocks sleep with it: the age would put the capture near its upload. Without it the server goes by the
    /// device's clock and by what that says when it is sent.
    pub(crate) fn with_age(&self, now: Now) -> Box<RawValue> {
        let Some(age_us) = self.taken.and_then(|taken| age_us(taken, now)) else { return self.body.clone() };
        let Some(fields) = self.body.get().strip_prefix('{') else { return self.body.clone() };
        // A capture always has fields, so the comma is right.
        RawValue::from_string(format!("{{\"age_us\":{age_us},{fields}")).unwrap_or_else(|_| self.body.clone())
    }
}

/// Microseconds since a capture was taken; none where the monotonic clock cannot have counted all of them.
fn age_us(taken: Now, now: Now) -> Option<u64> {
    let age_us = now.monotonic_us.saturating_sub(taken.monotonic_us);
    let by_wall = now.wall.micros_since(taken.wall);
    let is_whole = by_wall.saturating_sub(i64::try_from(age_us).unwrap_or(i64::MAX)) <= ASLEEP_US;
    is_whole.then_some(age_us)
}
