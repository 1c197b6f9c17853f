//! Leads that are folded anew, and what their spaces are told of a change.
//!
//! A row is folded from its log wherever merging into it is not enough: annulments, merges, captures that
//! move, erasure. Where a change takes away from what may be seen, its entry says so: readers drop what
//! they rendered before, phones and pages what they hold, and files are outdated.

use super::store::{self, LeadRow};
use super::view::{self, Openness};
use super::written;
use crate::app::App;
use crate::captures::store::{self as log, LogRow};
use crate::events::cache::EventInfo;
use crate::feed::{EntryKind, NewEntry};
use crate::storage::{StorageError, Tx};
use mobile_core::fold::{Fold, Logged};
use mobile_core::ids::{EventId, LeadId, SpaceId};
use mobile_core::time::Timestamp;
use sqlx::types::Json;

/// The log of a lead as the fold takes it, oldest first.
pub(super) async fn logged(
    tx: &mut Tx,
    event: EventId,
    space: SpaceId,
    lead: LeadId,
) -> Result<Vec<Logged>, StorageError> {
    log::log_of(tx, event, space, lead).await?.iter().map(LogRow::logged).collect()
}

/// Folds a lead anew from its log.
pub async fn refold(tx: &mut Tx, event: EventId, lead: &mut LeadRow) -> Result<(), StorageError> {
    lead.fold = Json(Fold::of(&logged(tx, event, lead.space_id, lead.id).await?));
    Ok(())
}

/// Whether the row of a lead equals the fold of its log: the promise that everything rests on.
pub async fn row_equals_log(tx: &mut Tx, event: EventId, space: SpaceId, lead: &LeadRow) -> Result<bool, StorageError> {
    Ok(Fold::of(&logged(tx, event, space, lead.id).await?) == lead.fold.0)
}

/// Writes what a lead has become.
pub(super) async fn put(
    app: &App,
    tx: &mut Tx,
    event: EventId,
    info: &EventInfo,
    mut lead: LeadRow,
) -> Result<(), StorageError> {
    lead.version += 1;
    store::put(tx, event, app.now(), &[written(&lead, info)]).await
}

/// Whether less may be seen of a lead than of those that it was before.
pub fn is_narrowed(lead: &LeadRow, info: &EventInfo, before: &[Openness]) -> bool {
    let now = view::openness(lead, info);
    before.iter().any(|before| now.is_narrower_than(*before))
}

/// What a space is told of a lead that changed: the kind, unless less may be seen of it than before.
pub fn change(lead: &LeadRow, info: &EventInfo, before: &[Openness], kind: EntryKind, now: Timestamp) -> NewEntry {
    let kind = if is_narrowed(lead, info, before) { EntryKind::Redacted } else { kind };
    NewEntry::of_lead(kind, lead.space_id, lead.id, now)
}

/// The same of a lead that another may have been merged into; `before` is of both.
pub(super) fn told(
    lead: &LeadRow,
    info: &EventInfo,
    before: &[Openness],
    merged: Option<LeadId>,
    now: Timestamp,
) -> Vec<NewEntry> {
    let Some(merged) = merged else { return vec![change(lead, info, before, EntryKind::Updated, now)] };
    let entry = |kind| NewEntry::of_lead(kind, lead.space_id, lead.id, now);
    let mut entries = vec![NewEntry { other: Some(merged.0), ..entry(EntryKind::Merged) }];
    if is_narrowed(lead, info, before) {
        entries.push(entry(EntryKind::Redacted));
    }
    entries
}
