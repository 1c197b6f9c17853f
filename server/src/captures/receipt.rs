//! Receipts: what each sender is told.

use super::group::{Outcome, Prepared, Work, queue_of};
use super::writer::Done;
use super::{Item, Job};
use crate::leads::store::LeadRow;
use crate::leads::view;
use mobile_core::reason::Reason;
use mobile_core::wire::{self, LeadView, Receipt};
use std::collections::HashMap;

/// What became of each job, with its place in the group.
pub(super) fn all(mut work: Work<'_>) -> Vec<(usize, Outcome)> {
    let mut failed = std::mem::take(&mut work.failed);
    let prepared: HashMap<(usize, usize), &Prepared> =
        work.prepared.iter().map(|prepared| ((prepared.job, prepared.item), prepared)).collect();
    work.jobs
        .iter()
        .map(|(index, job)| {
            if let Some(problem) = failed.remove(index) {
                return (*index, Err(problem));
            }
            let receipts = job.items.iter().enumerate();
            let receipts =
                receipts.map(|(place, item)| one(&work, job, item, (*index, place), prepared.get(&(*index, place))));
            let contiguous_seq =
                queue_of(job).and_then(|key| work.queues.get(&key)).map_or(0, |settled| settled.contiguous);
            (*index, Ok(Done { receipts: receipts.collect(), contiguous_seq }))
        })
        .collect()
}

fn one(work: &Work<'_>, job: &Job, item: &Item, place: (usize, usize), prepared: Option<&&Prepared>) -> Receipt {
    let mut receipt = Receipt {
        id: item.sent_id(),
        outcome: wire::Outcome::Rejected,
        reason: None,
        errors: Vec::new(),
        corrected_at: None,
        lead_id: None,
        lead: None,
    };
    let Some(prepared) = prepared else {
        if let Some(refusal) = work.refused.get(&place) {
            receipt.reason = Some(refusal.reason);
            receipt.errors.clone_from(&refusal.errors);
        }
        return receipt;
    };
    let space = job.scope.space();
    if work.accepted.contains(&place) {
        let lead = prepared.lead.map(|lead| &work.leads[lead]);
        receipt.outcome = wire::Outcome::Accepted;
        receipt.reason = if work.reused.contains(&place) { Some(Reason::SeqReused) } else { prepared.reason };
        receipt.corrected_at = Some(prepared.logged.corrected_at);
        receipt.lead_id = lead.map(|lead| lead.id);
        receipt.lead = lead.and_then(|lead| shown(work, job, lead));
        return receipt;
    }
    let Some(kept) = work.kept.get(&(space, prepared.logged.capture.id)) else {
        return receipt;
    };
    if kept.digest != prepared.digest {
        receipt.outcome = wire::Outcome::Conflict;
        receipt.reason = Some(Reason::IdConflict);
        return receipt;
    }
    let lead = work.lead_by_id(space, kept.lead_id);
    receipt.outcome = wire::Outcome::Duplicate;
    receipt.corrected_at = Some(kept.corrected_at);
    receipt.lead_id = lead.map(|lead| lead.id);
    receipt.lead = lead.and_then(|lead| shown(work, job, lead));
    receipt
}

/// The lead, where this sender may see it.
fn shown(work: &Work<'_>, job: &Job, lead: &LeadRow) -> Option<LeadView> {
    let sees = job.scope.sees()?;
    let is_visible = job.scope.sees_everything() || view::is_visible(lead, sees);
    is_visible.then(|| view::render(lead, &work.around.info, &work.around.names))
}
