//! What the contract says of a server, in memory.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::capture::Capture;
use crate::ids::{CaptureId, QueueId};
use crate::time::Timestamp;
use crate::wire::Batch;

/// Whose leads a device scans for.
pub(super) type Space = usize;

/// What a token stands for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Device {
    pub(super) space: Space,
    /// When its access ended, as the truth goes.
    pub(super) ended_us: Option<u64>,
}

/// One exhibitor's part.
#[derive(Debug, Default, Clone)]
pub(super) struct Kept {
    pub(super) captures: BTreeMap<CaptureId, [u8; 32]>,
    /// What is kept aside.
    pub(super) refused: BTreeSet<CaptureId>,
    numbers: BTreeMap<QueueId, BTreeMap<u64, CaptureId>>,
}

/// The server. A backup is a clone of it.
#[derive(Debug, Default, Clone)]
pub(super) struct Server {
    pub(super) spaces: BTreeMap<Space, Kept>,
    pub(super) devices: BTreeMap<u64, Device>,
}

impl Server {
    /// The JSON of the receipts; `None` for a token that counts no more. `taken_us` is when each
    /// capture was really made.
    pub(super) fn take(
        &mut self,
        token: u64,
        body: &str,
        now: Timestamp,
        taken_us: &BTreeMap<CaptureId, u64>,
    ) -> Option<String> {
        let device = *self.devices.get(&token)?;
        let kept = self.spaces.entry(device.space).or_default();
        let batch: Batch = serde_json::from_str(body).unwrap();
        let numbers = kept.numbers.entry(batch.queue_id.unwrap()).or_default();
        let mut results = Vec::new();
        for capture in &batch.captures {
            let capture = Capture::parse(capture.get()).unwrap();
            let (id, digest) = (capture.id, capture.digest());
            let owner = *numbers.entry(capture.device_seq.unwrap()).or_insert(id);
            let mut reason = (owner != id).then_some("seq_reused");
            let is_late = device.ended_us.is_some_and(|ended| taken_us[&id] > ended);
            let outcome = match kept.captures.get(&id) {
                Some(former) => {
                    assert_eq!(*former, digest, "{id} came with other content");
                    "duplicate"
                }
                None if is_late || capture.code.as_deref().unwrap().ends_with('7') => {
                    kept.refused.insert(id);
                    reason = Some(if is_late { "device_revoked" } else { "invalid_field" });
                    "rejected"
                }
                None => {
                    kept.captures.insert(id, digest);
                    "accepted"
                }
            };
            // An older server may forget to leave the lead out.
            results.push(json!({"id": id, "outcome": outcome, "reason": reason, "corrected_at": now,
                "lead": {"id": uuid::Uuid::nil()}}));
        }
        let contiguous = (1..=u64::MAX).take_while(|seq| numbers.contains_key(seq)).count();
        let is_access_ended = device.ended_us.is_some();
        Some(
            json!({"server_time": now, "contiguous_seq": contiguous, "is_access_ended": is_access_ended,
                "results": results})
            .to_string(),
        )
    }
}
