//! A phone's rescue file that was taken in at the desk, and taking it back: what it brought is annulled in
//! the spaces that it went to, with the reason. The phone, the file and the log keep it.
//!
//! Taken in once more, what was taken back is captured anew, under ids of its own, since those of the file
//! are known. Check-ins at doors go and come the same way, as marks of their sessions.

use super::{ActionRow, Kind, annulment, moves, store};
use crate::access::{CaptureScope, DeskScope, SystemScope};
use crate::app::App;
use crate::captures::store::later;
use crate::captures::{self, Surroundings};
use crate::feed::{self, NewEntry};
use crate::problem::Problem;
use crate::rescue::{self, Imported};
use crate::sessions::attendance::Taken as Counted;
use crate::sessions::attendance::rescued as attendance;
use crate::storage::{StorageError, Tx};
use mobile_core::ids::{CaptureId, DeviceId, EventId, ExhibitorId, LeadId, SessionId};
use mobile_core::wire::{Outcome, Receipts};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::types::Json;
use std::collections::{BTreeMap, BTreeSet};

/// What taking a file back needs.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Taken {
    device: Option<DeviceId>,
    /// By exhibitor: each capture as the file names it, and as it is in the log.
    parts: BTreeMap<ExhibitorId, Vec<(CaptureId, CaptureId)>>,
    /// Check-ins at doors in the same form, each with its session.
    #[serde(default)]
    doors: Vec<(SessionId, CaptureId, CaptureId)>,
}

impl Taken {
    fn is_empty(&self) -> bool {
        self.parts.values().all(Vec::is_empty) && self.doors.is_empty()
    }
}

/// Takes a rescue file in, as a deed that can be taken back for a day.
pub async fn take_in(app: &App, scope: &DeskScope, file: Vec<u8>) -> Result<Receipts, Problem> {
    let event = scope.event();
    let imported = rescue::import(app, scope, file).await?;
    let around = Surroundings::load(app, event).await?;
    let mut tx = app.write().await?;
    tx.changes_badges(event).await?;
    let mut taken = of(&mut tx, event, &imported, Outcome::Accepted).await?;
    let known = of(&mut tx, event, &imported, Outcome::Duplicate).await?;
    let entries = restore(app, &mut tx, (scope, &around), &known, &mut taken).await?;
    if taken.is_empty() {
        return Ok(imported.receipts);
    }
    let accepted = imported.receipts.results.iter().filter(|receipt| receipt.outcome == Outcome::Accepted);
    let mut leads: BTreeSet<LeadId> = accepted.filter_map(|receipt| receipt.lead_id).collect();
    leads.extend(entries.iter().filter_map(|entry| entry.lead));
    let row = ActionRow {
        id: app.new_id(),
        kind: Kind::Rescue,
        account_id: Some(scope.account()),
        exhibitor_id: taken.parts.keys().next().copied().filter(|_| taken.parts.len() == 1),
        subject_id: taken.device.map_or(event.0, |device| device.0),
        leads: leads.len() as i64,
        undo: Json(serde_json::to_value(&taken).unwrap_or_default()),
        created_at: app.now(),
        undone_at: None,
    };
    // The audit log has it already: whoever takes a file in by the command line leaves the same entry.
    store::put_action(&mut tx, event, &row).await?;
    if !entries.is_empty() {
        feed::store::append(&mut tx, event, &entries).await?;
    }
    tx.commit(&app.hub).await?;
    Ok(imported.receipts)
}

/// What of a file had this outcome, by exhibitor.
async fn of(tx: &mut Tx, event: EventId, imported: &Imported, outcome: Outcome) -> Result<Taken, StorageError> {
    let mut parts: BTreeMap<ExhibitorId, Vec<(CaptureId, CaptureId)>> = BTreeMap::new();
    let mut others = Vec::new();
    let receipts = imported.receipts.results.iter().zip(&imported.exhibitors);
    for (receipt, exhibitor) in receipts.filter(|(receipt, _)| receipt.outcome == outcome) {
        let id: Option<CaptureId> = receipt.id.as_deref().and_then(|id| id.parse().ok());
        match (exhibitor, id) {
            (Some(exhibitor), Some(id)) => parts.entry(*exhibitor).or_default().push((id, id)),
            (None, Some(id)) => others.push(id),
            (_, None) => {}
        }
    }
    let marks = attendance::of_captures(tx, event, &others).await?.into_iter();
    let doors = marks.map(|(session, mark)| (session, CaptureId(mark), CaptureId(mark))).collect();
    Ok(Taken { device: imported.device, parts, doors })
}

/// Captures anew what the desk had taken back of what the file holds.
async fn restore(
    app: &App,
    tx: &mut Tx,
    (scope, around): (&DeskScope, &Surroundings),
    known: &Taken,
    taken: &mut Taken,
) -> Result<Vec<NewEntry>, StorageError> {
    let event = scope.event();
    let (mut again, mut marks) = (Vec::new(), Vec::new());
    let at_doors: BTreeSet<CaptureId> = known.doors.iter().map(|(_, named, _)| *named).collect();
    for mut deed in store::undone_rescues(tx, event).await? {
        let mut was: Taken = super::read(&deed)?;
        let mut is_changed = false;
        for (exhibitor, pairs) in &mut was.parts {
            let here: BTreeSet<CaptureId> =
                known.parts.get(exhibitor).into_iter().flatten().map(|(named, _)| *named).collect();
            let back: BTreeMap<CaptureId, CaptureId> =
                pairs.iter().filter(|(named, _)| here.contains(named)).map(|(named, kept)| (*kept, *named)).collect();
            if back.is_empty() {
                continue;
            }
            let ids: Vec<CaptureId> = back.keys().copied().collect();
            for row in later::by_ids(tx, event, (*exhibitor).into(), &ids).await? {
                let id: CaptureId = app.new_id();
                again.push(moves::again(&row, (event, *exhibitor), id)?);
                let named = back.get(&row.id).copied().unwrap_or(row.id);
                taken.parts.entry(*exhibitor).or_default().push((named, id));
            }
            pairs.retain(|(named, _)| !here.contains(named));
            is_changed = true;
        }
        for (session, named, kept) in was.doors.extract_if(.., |door| at_doors.contains(&door.1)) {
            let id: CaptureId = app.new_id();
            marks.push((session, (kept.0, id.0)));
            taken.doors.push((session, named, id));
            is_changed = true;
        }
        if is_changed {
            deed.undo = Json(serde_json::to_value(&was).unwrap_or_default());
            store::put_action(tx, event, &deed).await?;
        }
    }
    let counted = attendance::again(app, tx, &around.info, &marks).await?;
    settle(app, tx, around, again, counted).await
}

/// Writes what changes in the spaces, and what sessions tell of theirs.
async fn settle(
    app: &App,
    tx: &mut Tx,
    around: &Surroundings,
    mut written: Vec<(CaptureScope, Vec<Value>)>,
    counted: Counted,
) -> Result<Vec<NewEntry>, StorageError> {
    // In the order in which leads are locked everywhere.
    written.sort_by_key(|(scope, _)| scope.space());
    let mut entries = captures::write(app, tx, around, written).await?.entries;
    entries.extend(captures::note(app, tx, around, &counted.noted).await?);
    entries.extend(counted.entries);
    Ok(entries)
}

/// Annuls what a file brought.
pub(super) async fn undo(
    app: &App,
    tx: &mut Tx,
    (scope, around): (&DeskScope, &Surroundings),
    was: &Taken,
) -> Result<Vec<NewEntry>, Problem> {
    let event = around.info.id;
    let marks: Vec<_> = was.doors.iter().map(|(session, _, kept)| (*session, kept.0)).collect();
    let counted = attendance::annul(app, tx, scope, &around.info, &marks).await?;
    let mut written = Vec::with_capacity(was.parts.len());
    for (exhibitor, pairs) in &was.parts {
        let annulled = pairs.iter().map(|(_, kept)| annulment(app, *kept)).collect();
        written.push((SystemScope::new().capturing(event, *exhibitor), annulled));
    }
    Ok(settle(app, tx, around, written, counted).await?)
}
