//! What a request carries: captures not yet sent, or a few sent ones as a probe.
//!
//! Numbers show that a server lost captures only while each number is one phone's. After a copied
//! phone or a restored backup two captures may share a number, and what a restored server lost of
//! one is hidden by the other. So every ten minutes a sign of life carries some captures that are
//! settled already: a server that has them says `duplicate`, one that says `accepted` had lost them.

use super::{Now, SECOND, Sync};
use crate::capture::MAX_BATCH_BYTES;
use crate::ids::QueueId;
use crate::queue::{Queue, Queued, Storage};
use crate::wire::Batch;

/// Room for the envelope around the captures, and per capture for its age and comma.
const ENVELOPE_BYTES: usize = 1024;
const CAPTURE_EXTRA_BYTES: usize = 40;
/// Between two probes: 500 scans have all been asked about within half a day.
const PROBE_EVERY: u64 = 10 * 60 * SECOND;
const PROBED: usize = 8;
const PROBE_BYTES: usize = MAX_BATCH_BYTES / 4;

/// Which settled captures are asked about next.
#[derive(Debug, Default)]
pub(super) struct Probe {
    due_us: Option<u64>,
    /// Everything from here on was asked about in this round.
    asked_from: usize,
    walks: bool,
}

impl Probe {
    /// Settled captures of one numbering, if a probe is due: in turn the newest, which a restored
    /// server lost first, and a walk back through all of them.
    pub(super) fn take<'q, S: Storage>(&mut self, now: Now, queue: &'q Queue<S>) -> Vec<&'q Queued> {
        let due_us = *self.due_us.get_or_insert(now.monotonic_us + PROBE_EVERY);
        if now.monotonic_us < due_us {
            return Vec::new();
        }
        self.due_us = Some(now.monotonic_us + PROBE_EVERY);
        let all = queue.captures();
        if self.asked_from == 0 || self.asked_from > all.len() {
            self.asked_from = all.len();
        }
        let mut at = if self.walks { self.asked_from } else { all.len() };
        let mut chosen: Vec<&Queued> = Vec::new();
        let mut bytes = 0;
        while let Some(capture) = at.checked_sub(1).and_then(|before| all.get(before)) {
            if capture.settlement.is_some() && queue.is_for_present(capture) {
                bytes += capture.body.get().len();
                let is_other = chosen.first().is_some_and(|first| first.queue_id != capture.queue_id);
                let is_over = chosen.len() == PROBED || (bytes > PROBE_BYTES && !chosen.is_empty());
                if is_other || is_over {
                    break;
                }
                chosen.push(capture);
            }
            at -= 1;
        }
        if self.walks {
            self.asked_from = at;
        }
        self.walks = !self.walks;
        chosen
    }
}

impl Sync {
    /// The oldest captures not yet sent that share a numbering and fit one request.
    pub(super) fn batch<'q, S: Storage>(&self, queue: &'q Queue<S>) -> Vec<&'q Queued> {
        let mut batch: Vec<&Queued> = Vec::new();
        let mut bytes = ENVELOPE_BYTES;
        for capture in queue.unsent().filter(|capture| !self.held.contains(&capture.id)) {
            bytes += capture.body.get().len() + CAPTURE_EXTRA_BYTES;
            let is_over = batch.len() == self.batch_limit || (bytes > MAX_BATCH_BYTES && !batch.is_empty());
            if is_over {
                break;
            }
            if batch.first().is_none_or(|first| first.queue_id == capture.queue_id) {
                batch.push(capture);
            }
        }
        batch
    }

    pub(super) fn envelope<S: Storage>(
        &self,
        queue_id: QueueId,
        batch: &[&Queued],
        now: Now,
        queue: &Queue<S>,
    ) -> String {
        let envelope = Batch {
            sent_at: now.wall,
            queue_id: Some(queue_id),
            last_device_seq: Some(queue.last_seq(queue_id)),
            exhibitor_id: self.exhibitor_id,
            captures: batch.iter().map(|capture| capture.with_age(now)).collect(),
        };
        // Ids, times and JSON that was checked when it was taken: this cannot fail.
        serde_json::to_string(&envelope).unwrap_or_default()
    }
}
