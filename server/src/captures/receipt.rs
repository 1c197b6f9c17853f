//! Receipts: what each sender is told.

use super::group::Surroundings;
use super::group::{Outcome, Prepared, Work, queue_of};
use super::writer::Done;
use super::{Item, Job, erased};
use crate::access::Visibility;
use crate::leads::store::LeadRow;
use crate::leads::view;
use mobile_core::capture::Action;
use mobile_core::fold::Logged;
use mobile_core::reason::Reason;
use mobile_core::wire::{self, Receipt};
use std::collections::HashMap;
use std::sync::Arc;

/// What became of a job, with the leads that its sender may see still to be rendered: that is left to
/// the sender's own task, because the next group waits for the writer's.
#[derive(Debug)]
pub(super) struct Settlement {
    receipts: Vec<(Receipt, Option<Arc<LeadRow>>)>,
    contiguous_seq: u64,
    around: Surroundings,
}

impl Settlement {
    /// Renders the leads into the receipts.
    pub(super) fn done(self) -> Done {
        let Surroundings { info, names } = self.around;
        let shown = |(mut receipt, lead): (Receipt, Option<Arc<LeadRow>>)| {
            receipt.lead = lead.map(|lead| view::render(&lead, &info, &names));
            receipt
        };
        Done { receipts: self.receipts.into_iter().map(shown).collect(), contiguous_seq: self.contiguous_seq }
    }
}

/// What became of each job, with its place in the group.
pub(super) fn all(mut work: Work<'_>) -> Vec<(usize, Outcome)> {
    let mut failed = std::mem::take(&mut work.failed);
    let leads: Vec<Arc<LeadRow>> = std::mem::take(&mut work.leads).into_iter().map(Arc::new).collect();
    let prepared: HashMap<(usize, usize), &Prepared> =
        work.prepared.iter().map(|prepared| ((prepared.job, prepared.item), prepared)).collect();
    work.jobs
        .iter()
        .map(|(index, job)| {
            if let Some(problem) = failed.remove(index) {
                return (*index, Err(problem));
            }
            let items = job.items.iter().enumerate();
            let receipts = items
                .map(|(place, item)| one(&work, &leads, job, item, (*index, place), prepared.get(&(*index, place))))
                .collect();
            let contiguous_seq =
                queue_of(job).and_then(|key| work.queues.get(&key)).map_or(0, |settled| settled.contiguous);
            (*index, Ok(Settlement { receipts, contiguous_seq, around: work.around.clone() }))
        })
        .collect()
}

fn one(
    work: &Work<'_>,
    leads: &[Arc<LeadRow>],
    job: &Job,
    item: &Item,
    place: (usize, usize),
    prepared: Option<&&Prepared>,
) -> (Receipt, Option<Arc<LeadRow>>) {
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
        return (receipt, None);
    };
    let space = job.scope.space();
    if work.accepted.contains(&place) {
        let lead = prepared.lead.map(|lead| &leads[lead]);
        receipt.outcome = wire::Outcome::Accepted;
        let verdict = work.verdicts.get(&place).copied();
        // What the door is told comes first: somebody stands before it.
        receipt.reason =
            verdict.or_else(|| if work.reused.contains(&place) { Some(Reason::SeqReused) } else { prepared.reason });
        receipt.corrected_at = Some(prepared.logged.corrected_at);
        receipt.lead_id = lead.map(|lead| lead.id);
        return (receipt, lead.filter(|lead| is_shown(job, lead, &prepared.logged)).cloned());
    }
    let Some(kept) = work.kept.get(&(space, prepared.logged.capture.id)) else {
        return (receipt, None);
    };
    if !erased::is_same(&kept.digest, &prepared.digest) {
        receipt.outcome = wire::Outcome::Conflict;
        receipt.reason = Some(Reason::IdConflict);
        return (receipt, None);
    }
    let lead = work.lead_by_id(space, kept.lead_id).map(|at| &leads[at]);
    receipt.outcome = wire::Outcome::Duplicate;
    receipt.reason = work.verdicts.get(&place).copied();
    receipt.corrected_at = Some(kept.corrected_at);
    receipt.lead_id = lead.map(|lead| lead.id);
    (receipt, lead.filter(|lead| is_shown(job, lead, &prepared.logged)).cloned())
}

/// Whether this sender may see the lead. Where each sees only their own, a phone that changes hands
/// shows whoever holds it what they scan, not what the one whose phone it is may see.
fn is_shown(job: &Job, lead: &LeadRow, logged: &Logged) -> bool {
    let Some(sees) = job.scope.sees() else { return false };
    let is_scan = matches!(logged.capture.action, Action::Scan { .. });
    let holder = logged.author.member.filter(|_| is_scan && job.scope.device().is_some());
    let sees = match (sees, holder) {
        (Visibility::Own(_) | Visibility::OwnDevice(_), Some(holder)) => Visibility::Own(holder),
        (sees, _) => sees,
    };
    job.scope.sees_everything() || view::is_visible(lead, sees)
}
