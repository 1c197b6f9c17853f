//! What was not accepted is kept aside, raw, for an admin to see: nothing captured is thrown away.

use super::Work;
use super::resolve::corrected;
use crate::captures::store::aside::{self, Rejected};
use crate::captures::{Item, Job, erased};
use crate::storage::{StorageError, Tx};
use mobile_core::capture::FieldError;
use mobile_core::reason::Reason;
use sha2::{Digest, Sha256};

/// How much of a capture that is kept aside is kept.
const KEPT_BYTES: usize = 16 * 1024;

impl Work<'_> {
    /// Keeps rejected captures aside, and contents that came under a taken id.
    pub(super) async fn quarantine(&self, tx: &mut Tx) -> Result<(), StorageError> {
        aside::reject(tx, self.event, &rejected(self)).await
    }
}

/// What of a group is kept aside: rejected captures, and contents that came under a taken id.
fn rejected(work: &Work<'_>) -> Vec<Rejected> {
    let mut rejected = Vec::new();
    for (index, job) in &work.jobs {
        for (place, item) in job.items.iter().enumerate() {
            if let Some(refusal) = work.refused.get(&(*index, place)) {
                rejected.push(aside(work, job, item, refusal.reason, refusal.errors.clone()));
            }
        }
    }
    for prepared in &work.prepared {
        let job = work.job(prepared.job);
        let kept = work.kept.get(&(job.scope.space(), prepared.logged.capture.id));
        let is_accepted = work.accepted.contains(&(prepared.job, prepared.item));
        if !is_accepted && kept.is_some_and(|kept| !erased::is_same(&kept.digest, &prepared.digest)) {
            rejected.push(aside(work, job, &job.items[prepared.item], Reason::IdConflict, Vec::new()));
        }
    }
    rejected
}

fn aside(work: &Work<'_>, job: &Job, item: &Item, reason: Reason, errors: Vec<FieldError>) -> Rejected {
    let text = item.raw.get();
    let mut end = text.len().min(KEPT_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let digest = match &item.parsed {
        Ok(facts) => facts.digest,
        Err(_) => Sha256::digest(text.as_bytes()).into(),
    };
    Rejected {
        space: job.scope.space(),
        id: work.app.new_id(),
        capture_id: item.kept_id(),
        reason,
        errors,
        // The text of a JSON document holds no U+0000, but nothing else is sure of one that is cut.
        body: text[..end].replace('\0', "\u{FFFD}"),
        digest,
        device: job.scope.device(),
        member: job.scope.member(),
        booth: job.scope.booth(),
        corrected_at: item.parsed.as_ref().ok().map(|facts| corrected(job, &facts.capture)),
        received_at: job.received_at,
    }
}
