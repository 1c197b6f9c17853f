//! Settling the numbers of the senders' queues.
//!
//! Every outcome settles its number, so that `contiguous_seq` only ever shows what is missing.

use super::Work;
use crate::captures::sequence::Settled;
use crate::captures::store::{self, QueueState, aside};
use crate::captures::{Item, Job};
use crate::storage::{StorageError, Tx};
use mobile_core::ids::{QueueId, SpaceId};
use std::collections::{BTreeSet, HashMap};

impl Work<'_> {
    /// Settles the numbers of every queue that delivered.
    pub(super) async fn settle_numbers(&mut self, tx: &mut Tx) -> Result<(), StorageError> {
        let keys: BTreeSet<_> = self.jobs.iter().filter_map(|(_, job)| queue_of(job)).collect();
        if keys.is_empty() {
            return Ok(());
        }
        let keys: Vec<_> = keys.into_iter().collect();
        let mut newest: HashMap<(SpaceId, QueueId), u64> = HashMap::new();
        let mut rows = store::queues(tx, self.event, &keys).await?;
        if tx.locks_rows() && rows.len() < keys.len() {
            // There is no row yet to wait at, and another server may be settling the same queue's next batch.
            let known: BTreeSet<_> = rows.iter().map(|row| (row.space_id, row.queue_id)).collect();
            let fresh: Vec<_> = keys.iter().filter(|key| !known.contains(*key)).copied().collect();
            rows.extend(store::begin_queues(tx, self.event, &fresh).await?);
        }
        for row in rows {
            let key = (row.space_id, row.queue_id);
            self.queues.insert(key, Settled::read(row.contiguous_seq as u64, &row.ahead));
            newest.insert(key, row.last_device_seq as u64);
        }
        let mut states: HashMap<(SpaceId, QueueId), QueueState> = HashMap::new();
        for (index, job) in self.jobs.clone() {
            let Some(key) = queue_of(job) else { continue };
            if self.failed.contains_key(&index) {
                continue;
            }
            let mut last = newest.get(&key).copied().unwrap_or(0).max(job.last_device_seq.unwrap_or(0));
            for (place, item) in job.items.iter().enumerate() {
                let Some(seq) = item.seq() else { continue };
                last = last.max(seq);
                let settled = self.queues.entry(key).or_default();
                // A number that is settled belongs to the id that it came with.
                if settled.has(seq) && self.accepted.contains(&(index, place)) {
                    let id = item.parsed.as_ref().map(|facts| facts.capture.id).ok();
                    let is_own = match id {
                        Some(id) => aside::was_rejected(tx, self.event, key.0, id).await?,
                        None => false,
                    };
                    if !is_own {
                        self.reused.insert((index, place));
                    }
                }
                settled.settle(seq);
            }
            for seq in &job.elsewhere {
                last = last.max(*seq);
                self.queues.entry(key).or_default().settle(*seq);
            }
            newest.insert(key, last);
            let settled = self.queues.entry(key).or_default();
            states.insert(
                key,
                QueueState {
                    space: key.0,
                    queue: key.1,
                    device: job.scope.device(),
                    contiguous: settled.contiguous,
                    ahead: settled.ahead_text(),
                    last_device_seq: last,
                    clock_offset_us: job.sent_at.micros_since(job.received_at),
                    seen_at: job.received_at,
                },
            );
        }
        let mut states: Vec<QueueState> = states.into_values().collect();
        states.sort_by_key(|state| (state.space, state.queue));
        store::put_queues(tx, self.event, &states).await
    }
}

/// The queue a delivery counts in: its own, or the device's where it names none.
pub(in crate::captures) fn queue_of(job: &Job) -> Option<(SpaceId, QueueId)> {
    let queue = job.queue.or_else(|| job.scope.device().map(|device| QueueId(device.0)))?;
    Some((job.scope.space(), queue))
}

impl Item {
    /// Its number in the queue, whether it could be parsed or not.
    pub(in crate::captures) fn seq(&self) -> Option<u64> {
        match &self.parsed {
            Ok(facts) => facts.capture.device_seq,
            Err(malformed) => malformed.device_seq,
        }
    }
}
