//! What a queue's log says, in memory.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::record::{self, Record};
use super::{Queued, Settlement};
use crate::ids::{CaptureId, QueueId};

/// What the log says: the fold of its records.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) queue_id: Option<QueueId>,
    pub(super) next_seq: u64,
    pub(super) captures: Vec<Queued>,
    pub(super) places: HashMap<CaptureId, usize>,
    pub(super) unsent: BTreeSet<usize>,
    pub(super) counted: BTreeMap<QueueId, u64>,
    /// The count at which everything was last sent again, so that a server that counts wrongly is
    /// not sent everything for ever. Not in the log.
    pub(super) sent_again_at: BTreeMap<QueueId, u64>,
    /// Who the captures go to, as the caller names it.
    pub(super) destination: Option<String>,
    /// Records of a newer version of this program, kept as they are.
    pub(super) foreign: Vec<Vec<u8>>,
}

impl Kept {
    pub(super) fn apply(&mut self, record: Record) {
        match record {
            Record::Numbering { queue_id, next_seq } => {
                (self.queue_id, self.next_seq) = (Some(queue_id), next_seq);
            }
            Record::Taken { id, queue_id, seq, body } => {
                // The log is compacted with its numbering first, so this also covers older captures.
                if self.queue_id == Some(queue_id) {
                    self.next_seq = self.next_seq.max(seq.saturating_add(1));
                }
                if self.places.contains_key(&id) {
                    return;
                }
                let place = self.captures.len();
                self.captures.push(Queued {
                    id,
                    queue_id,
                    seq,
                    body,
                    settlement: None,
                    is_dismissed: false,
                    is_elsewhere: false,
                    taken_us: None,
                });
                self.places.insert(id, place);
                self.unsent.insert(place);
            }
            Record::Settled { id, settlement } => self.set(id, Some(settlement)),
            Record::Unsettled { ids } => ids.into_iter().for_each(|id| self.set(id, None)),
            Record::Counted { queue_id, contiguous_seq } => {
                self.counted.insert(queue_id, contiguous_seq);
            }
            Record::Destination { destination } => self.destination = Some(destination),
            Record::Elsewhere { ids } => {
                for id in ids {
                    if let Some(capture) = self.places.get(&id).and_then(|place| self.captures.get_mut(*place)) {
                        capture.is_elsewhere = true;
                    }
                }
            }
            Record::Dismissed { id } => {
                if let Some(capture) = self.places.get(&id).and_then(|place| self.captures.get_mut(*place)) {
                    capture.is_dismissed = true;
                }
            }
        }
    }

    fn set(&mut self, id: CaptureId, settlement: Option<Settlement>) {
        let Some(place) = self.places.get(&id).copied() else { return };
        if settlement.is_some() {
            self.unsent.remove(&place);
        } else {
            self.unsent.insert(place);
        }
        if let Some(capture) = self.captures.get_mut(place) {
            capture.settlement = settlement;
        }
    }

    pub(super) fn index(&mut self) {
        let numbered = || self.captures.iter().enumerate();
        self.places = numbered().map(|(place, capture)| (capture.id, place)).collect();
        self.unsent = numbered().filter(|(_, capture)| capture.settlement.is_none()).map(|(place, _)| place).collect();
    }

    /// The shortest log that says the same.
    pub(super) fn log(&self) -> Vec<u8> {
        let mut log = Vec::new();
        if let Some(destination) = self.destination.clone() {
            record::write(&Record::Destination { destination }, &mut log);
        }
        if let Some(queue_id) = self.queue_id {
            record::write(&Record::Numbering { queue_id, next_seq: self.next_seq }, &mut log);
        }
        for (queue_id, contiguous_seq) in &self.counted {
            record::write(&Record::Counted { queue_id: *queue_id, contiguous_seq: *contiguous_seq }, &mut log);
        }
        for capture in &self.captures {
            let Queued { id, queue_id, seq, body, settlement, is_dismissed, is_elsewhere: _, taken_us: _ } =
                capture.clone();
            record::write(&Record::Taken { id, queue_id, seq, body }, &mut log);
            if let Some(settlement) = settlement {
                record::write(&Record::Settled { id, settlement }, &mut log);
            }
            if is_dismissed {
                record::write(&Record::Dismissed { id }, &mut log);
            }
        }
        let elsewhere = self.captures.iter().filter(|capture| capture.is_elsewhere).map(|capture| capture.id).collect();
        record::write(&Record::Elsewhere { ids: elsewhere }, &mut log);
        for payload in &self.foreign {
            record::write_payload(payload, &mut log);
        }
        log
    }
}
