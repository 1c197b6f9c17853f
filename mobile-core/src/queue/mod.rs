//! The durable queue: what was captured and has to reach the server.
//!
//! A capture counts as taken when [`Queue::push`] returns; from then on it survives a crash, and it
//! is settled only by an answer that names its id (design rule 4). The queue numbers its captures
//! 1, 2, 3 … under a queue id. A capture keeps the number and the queue id it was given, because an
//! earlier attempt may have arrived: sent again with another number it would be another content.
//! What to send when is decided by [`sync`]; files are in `file` (feature `client`).

#[cfg(feature = "client")]
pub mod file;
mod kept;
mod push;
mod record;
#[cfg(test)]
mod simulation;
pub mod storage;
pub mod sync;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use self::kept::Kept;
pub use self::push::{Draft, MAX_CAPTURE_BYTES, PushError};
use self::record::Record;
pub use self::storage::{Storage, StorageError};
use self::sync::Now;
use crate::capture::FieldError;
use crate::ids::{CaptureId, LeadId, QueueId};
use crate::time::Timestamp;
use crate::wire::Outcome;

/// The log is written anew when it is at least this long and twice as long as what it says.
const COMPACT_BYTES: usize = 1 << 20;

/// What an answer said of a capture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Settlement {
    /// The server has it. Kept here until the event is over, in case the server loses it.
    Sent {
        /// Its time by the server's clock, fixed at first receipt.
        corrected_at: Option<Timestamp>,
        /// The lead it belongs to.
        lead_id: Option<LeadId>,
    },
    /// The server cannot take it, however often it is sent. Shown until a person dismisses it.
    NotAccepted {
        /// `conflict` or `rejected`.
        outcome: Outcome,
        /// The reason's code, which may be newer than this program.
        reason: Option<String>,
        /// The wrong fields.
        errors: Vec<FieldError>,
    },
}

/// A capture in the queue.
#[derive(Debug, Clone)]
pub struct Queued {
    /// The capture's id.
    pub id: CaptureId,
    /// What its number counts in.
    pub queue_id: QueueId,
    /// Its number, from 1.
    pub seq: u64,
    /// The capture as JSON, as it goes to the server but for `age_us`.
    pub body: Box<RawValue>,
    /// What an answer said of it; `None` while it is not yet sent.
    pub settlement: Option<Settlement>,
    /// A person has seen that it was not accepted.
    pub is_dismissed: bool,
    /// Whom it was taken for: it is never sent to anyone else.
    destination: Option<Arc<str>>,
    /// Both clocks when it was taken, if that was in this run of the program.
    taken: Option<Now>,
}

/// What opening had to mend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recovery {
    /// Bytes that could not be read and were set aside: a torn last write, or damage.
    pub damaged_bytes: usize,
}

/// A durable queue of captures over a [`Storage`].
#[derive(Debug)]
pub struct Queue<S> {
    storage: S,
    kept: Kept,
    /// A write failed and may have left a part behind: write everything anew before going on.
    is_doubtful: bool,
    log_bytes: usize,
    compact_at: usize,
}

impl<S: Storage> Queue<S> {
    /// Opens what the storage holds, or begins a queue under `new_id`, which must be new.
    ///
    /// # Errors
    /// [`StorageError`] when the storage cannot be read, or has to be mended and cannot be written.
    pub fn open(mut storage: S, new_id: QueueId) -> Result<(Self, Recovery), StorageError> {
        let bytes = storage.load()?;
        let log = record::read(&bytes);
        let mut kept = Kept::default();
        for payload in log.payloads {
            match serde_json::from_slice(&bytes[payload.clone()]) {
                Ok(record) => kept.apply(record),
                Err(_) => kept.foreign.push(bytes[payload].to_vec()),
            }
        }
        let mut recovery = Recovery::default();
        for damaged in log.damaged {
            recovery.damaged_bytes += damaged.len();
            storage.set_aside(&bytes[damaged])?;
        }
        let log_bytes = bytes.len();
        let is_doubtful = recovery.damaged_bytes > 0;
        let mut queue = Self { storage, kept, is_doubtful, log_bytes, compact_at: COMPACT_BYTES.max(2 * log_bytes) };
        if queue.kept.queue_id.is_none() {
            queue.write(&[Record::Numbering { queue_id: new_id, next_seq: 1 }])?;
        } else if is_doubtful {
            queue.compact()?;
        }
        Ok((queue, recovery))
    }

    /// The id under which the next capture is numbered.
    pub fn queue_id(&self) -> QueueId {
        self.kept.queue_id.unwrap_or(QueueId(uuid::Uuid::nil()))
    }

    /// The newest number given under an id; 0 when there is none.
    pub fn last_seq(&self, queue_id: QueueId) -> u64 {
        if self.kept.queue_id == Some(queue_id) {
            return self.kept.next_seq.saturating_sub(1);
        }
        self.kept
            .captures
            .iter()
            .filter(|capture| capture.queue_id == queue_id)
            .map(|capture| capture.seq)
            .max()
            .unwrap_or(0)
    }

    /// Every capture still kept, in the order taken.
    pub fn captures(&self) -> &[Queued] {
        &self.kept.captures
    }

    /// The capture of this id, if it is still kept.
    pub fn find(&self, id: CaptureId) -> Option<&Queued> {
        self.kept.places.get(&id).and_then(|place| self.kept.captures.get(*place))
    }

    /// The captures for the present destination that no answer has named yet, in the order taken.
    pub fn unsent(&self) -> impl Iterator<Item = &Queued> {
        self.kept.unsent.iter().filter_map(|place| self.kept.captures.get(*place))
    }

    /// How many captures no answer has named yet: "12 scans not yet sent".
    pub fn unsent_count(&self) -> usize {
        self.kept.unsent.len()
    }

    /// The captures that were taken for another destination and have not arrived there. They wait
    /// until the phone is paired there again, or leave it in a rescue file ([`crate::rescue`]).
    pub fn stranded(&self) -> impl Iterator<Item = &Queued> {
        self.captures().iter().filter(|capture| capture.settlement.is_none() && !self.kept.is_ours(capture))
    }

    /// Whether a capture is for the present destination.
    pub fn is_for_present(&self, capture: &Queued) -> bool {
        self.kept.is_ours(capture)
    }

    /// Whether the server said that this phone's access has ended: it shows nothing of the event
    /// any more, and goes on delivering (design rule 6). Survives a restart of the program.
    pub fn is_access_ended(&self) -> bool {
        self.kept.is_access_ended
    }

    /// Keeps whether access has ended.
    ///
    /// # Errors
    /// [`StorageError`]; the phone then has to be told again.
    pub fn set_access_ended(&mut self, is_ended: bool) -> Result<(), StorageError> {
        if self.kept.is_access_ended == is_ended {
            return Ok(());
        }
        self.write(&[Record::Access { is_ended }])
    }

    /// The captures that the server would not take, for a person to look at.
    pub fn not_accepted(&self) -> impl Iterator<Item = &Queued> {
        self.captures().iter().filter(|capture| capture.is_refused() && !capture.is_dismissed)
    }

    /// A person has seen that the server would not take this capture: it is shown no longer. It is
    /// kept with the sent ones, since its number counts like theirs when a server is restored.
    ///
    /// # Errors
    /// [`StorageError`]; the capture is then still shown.
    pub fn dismiss(&mut self, id: CaptureId) -> Result<(), StorageError> {
        if self.not_accepted().any(|capture| capture.id == id) {
            self.write(&[Record::Dismissed { id }])
        } else {
            Ok(())
        }
    }

    /// Forgets the captures that the server has, or that were dismissed. Call it 7 days after the
    /// event, not before: until then they can replace what a restored server lost.
    ///
    /// # Errors
    /// [`StorageError`]; the captures then stay.
    pub fn forget_sent(&mut self) -> Result<(), StorageError> {
        let is_done =
            |capture: &Queued| capture.settlement.is_some() && (!capture.is_refused() || capture.is_dismissed);
        let (done, rest): (Vec<_>, Vec<_>) = self.kept.captures.iter().cloned().partition(is_done);
        if done.is_empty() {
            return Ok(());
        }
        let former = std::mem::replace(&mut self.kept.captures, rest);
        if let Err(error) = self.compact() {
            self.kept.captures = former;
            return Err(error);
        }
        self.kept.index();
        Ok(())
    }

    /// Keeps what an answer said, in one write: what became of captures, and the server's count of
    /// settled numbers under `queue_id`. Returns the captures to send again because it lost them.
    ///
    /// # Errors
    /// [`StorageError`]; nothing is settled then, and the captures are sent again.
    pub fn settle(
        &mut self,
        settled: &[(CaptureId, Settlement)],
        queue_id: QueueId,
        contiguous_seq: u64,
    ) -> Result<Vec<CaptureId>, StorageError> {
        let mut records: Vec<Record> = settled
            .iter()
            .filter(|(id, settlement)| {
                self.find(*id).is_some_and(|capture| capture.settlement.as_ref() != Some(settlement))
            })
            .map(|(id, settlement)| Record::Settled { id: *id, settlement: settlement.clone() })
            .collect();
        let former = self.kept.counted.get(&queue_id).copied();
        if former != Some(contiguous_seq) {
            records.push(Record::Counted { queue_id, contiguous_seq });
        }
        // The server was restored when its count fell, and also when it stays below what this phone
        // knows to be settled: a number that came late may have hidden the fall.
        let named = |id: CaptureId| settled.iter().any(|(settled, _)| *settled == id);
        let is_fallen = former.is_some_and(|former| contiguous_seq < former);
        let open = self.unsent().filter(|capture| capture.queue_id == queue_id && !named(capture.id));
        let expected = open.map(|capture| capture.seq - 1).min().unwrap_or_else(|| self.last_seq(queue_id));
        let is_short = contiguous_seq < expected && self.kept.sent_again_at.get(&queue_id) != Some(&contiguous_seq);
        let mut again = Vec::new();
        if is_fallen || is_short {
            // Other numberings lost as much, and it may be long until they are asked about. What was
            // refused counts too, since a number that stays missing would hide the next loss.
            let is_lost = |capture: &&Queued| {
                capture.settlement.is_some()
                    && self.kept.is_ours(capture)
                    && (capture.queue_id != queue_id || capture.seq > contiguous_seq)
                    && !named(capture.id)
            };
            again = self.captures().iter().filter(is_lost).map(|capture| capture.id).collect();
            if !again.is_empty() {
                records.push(Record::Unsettled { ids: again.clone() });
            }
        }
        self.write(&records)?;
        if is_short {
            self.kept.sent_again_at.insert(queue_id, contiguous_seq);
        }
        Ok(again)
    }

    /// Numbers the captures from here on under another id, from 1: the present one is used by
    /// another phone too (a copy, a restored backup).
    ///
    /// # Errors
    /// [`StorageError`]; the present id stays in use.
    pub fn renumber(&mut self, queue_id: QueueId) -> Result<(), StorageError> {
        self.write(&[Record::Numbering { queue_id, next_seq: 1 }])
    }

    /// Marks everything that the present destination settled as unsent again: it turned out to have
    /// lost some of it, and nothing says which.
    ///
    /// # Errors
    /// [`StorageError`]; nothing is sent again then.
    pub fn send_again(&mut self) -> Result<(), StorageError> {
        let is_settled = |capture: &&Queued| capture.settlement.is_some() && self.kept.is_ours(capture);
        let ids: Vec<CaptureId> = self.captures().iter().filter(is_settled).map(|capture| capture.id).collect();
        if ids.is_empty() { Ok(()) } else { self.write(&[Record::Unsettled { ids }]) }
    }

    /// Says who captures are taken for from here on: a name that stays the same as long as they
    /// arrive in the same space, such as the exhibitor's id. When it differs from the last one,
    /// numbers begin anew under `new_id`, and what was taken for another destination waits
    /// ([`Queue::stranded`]): part of it may have arrived there, and nothing may arrive twice. What
    /// was taken before any destination was known goes to this one.
    ///
    /// # Errors
    /// [`StorageError`]; the former destination stays.
    pub fn deliver_to(&mut self, destination: &str, new_id: QueueId) -> Result<(), StorageError> {
        if self.kept.destination.as_deref() == Some(destination) {
            return Ok(());
        }
        let mut records = vec![Record::Destination { destination: destination.to_owned() }];
        if self.kept.destination.is_some() {
            records.push(Record::Numbering { queue_id: new_id, next_seq: 1 });
        }
        self.write(&records)
    }

    /// Sends what is stranded to the present destination after all. Only for a caller whose names
    /// of destinations may change while the space stays the same.
    ///
    /// # Errors
    /// [`StorageError`]; it stays stranded.
    pub fn adopt_stranded(&mut self) -> Result<(), StorageError> {
        if self.stranded().next().is_none() { Ok(()) } else { self.write(&[Record::Adopted]) }
    }

    /// The ids that captures for the present destination are numbered under, the present one first.
    pub fn queue_ids(&self) -> Vec<QueueId> {
        let ours = self.captures().iter().filter(|capture| self.kept.is_ours(capture));
        let others: BTreeSet<QueueId> =
            ours.map(|capture| capture.queue_id).filter(|id| *id != self.queue_id()).collect();
        std::iter::once(self.queue_id()).chain(others).collect()
    }

    /// Writes the log anew, without what is settled and gone.
    ///
    /// # Errors
    /// [`StorageError`]; the log stays as it was.
    pub fn compact(&mut self) -> Result<(), StorageError> {
        let log = self.kept.log();
        self.storage.replace(&log)?;
        self.is_doubtful = false;
        self.log_bytes = log.len();
        self.compact_at = COMPACT_BYTES.max(2 * log.len());
        Ok(())
    }

    fn write(&mut self, records: &[Record]) -> Result<(), StorageError> {
        if records.is_empty() {
            return Ok(());
        }
        if self.is_doubtful {
            self.compact()?;
        }
        let mut bytes = Vec::new();
        for record in records {
            record::write(record, &mut bytes);
        }
        if let Err(error) = self.storage.append(&bytes) {
            self.is_doubtful = true;
            return Err(error);
        }
        self.log_bytes += bytes.len();
        for record in records {
            self.kept.apply(record.clone());
        }
        if self.log_bytes >= self.compact_at {
            // Only tidying: what was asked for is on disk already. A full disk may cure itself.
            self.compact_at = self.log_bytes * 2;
            if let Err(error) = self.compact() {
                drop(error);
            }
        }
        Ok(())
    }
}
