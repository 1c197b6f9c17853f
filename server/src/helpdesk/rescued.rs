//! A phone's rescue file that was taken in at the desk, and taking it back: what it brought is annulled in
//! the spaces that it went to, with the reason. The phone, the file and the log keep it.
//!
//! Taken in once more, what was taken back is captured anew, under ids of its own, since those of the file
//! are known. Check-ins at doors go and come the same way, as marks of their sessions.

use super::{ActionRow, Kind, annulment, moved, store};
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
use mobile_core::rescue::Rescued;
use mobile_core::wire::{Outcome, Receipts};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::types::Json;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What taking a file back needs.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Taken {
    device: Option<DeviceId>,
    /// By exhibitor: each capture as the file names it, and as it is in the log.
    parts: BTreeMap<ExhibitorId, Vec<(CaptureId, CaptureId)>>,
    /// Check-ins at doors in the same form, each with its session.
    #[serde(default)]
    doors: Vec<(SessionId, CaptureId, CaptureId)>,
    /// Whether the file is still going in, or stopped on the way: then this is what it would bring.
    #[serde(default)]
    is_open: bool,
    /// Check-ins at doors that it would bring; their sessions are known once they are there.
    #[serde(default)]
    at_doors: BTreeSet<CaptureId>,
}

impl Taken {
    fn is_empty(&self) -> bool {
        self.parts.values().all(Vec::is_empty) && self.doors.is_empty() && self.at_doors.is_empty()
    }

    /// What the file names of it.
    fn named(&self) -> BTreeSet<CaptureId> {
        let doors = self.doors.iter().map(|(_, named, _)| *named);
        self.parts.values().flatten().map(|(named, _)| *named).chain(doors).collect()
    }

    /// Takes over what an earlier attempt noted of what the file holds. Says whether there was any.
    fn adopt(&mut self, was: &mut Self, held: &BTreeMap<Option<ExhibitorId>, BTreeSet<CaptureId>>) -> bool {
        let mut is_changed = false;
        for (exhibitor, pairs) in &mut was.parts {
            let Some(ids) = held.get(&Some(*exhibitor)) else { continue };
            let own = self.parts.entry(*exhibitor).or_default();
            let known: BTreeSet<CaptureId> = own.iter().map(|(named, _)| *named).collect();
            for pair in pairs.extract_if(.., |pair| ids.contains(&pair.0)) {
                is_changed = true;
                own.extend(Some(pair).filter(|pair| !known.contains(&pair.0)));
            }
        }
        if let Some(ids) = held.get(&None) {
            let again: BTreeSet<CaptureId> = was.at_doors.intersection(ids).copied().collect();
            was.at_doors.retain(|id| !again.contains(id));
            is_changed |= !again.is_empty();
            self.at_doors.extend(again);
        }
        is_changed
    }

    /// Adds what has arrived of a plan.
    fn settle(&mut self, plan: &Self, arrived: Self) {
        for (exhibitor, pairs) in arrived.parts {
            let Some(planned) = plan.parts.get(&exhibitor) else { continue };
            let planned: BTreeSet<CaptureId> = planned.iter().map(|(named, _)| *named).collect();
            let pairs: Vec<_> = pairs.into_iter().filter(|(named, _)| planned.contains(named)).collect();
            if !pairs.is_empty() {
                self.parts.entry(exhibitor).or_default().extend(pairs);
            }
        }
        self.doors.extend(arrived.doors.into_iter().filter(|(_, named, _)| plan.at_doors.contains(named)));
    }
}

/// Takes a rescue file in, as a deed that can be taken back for a day.
pub async fn take_in(app: &App, scope: &DeskScope, file: Vec<u8>) -> Result<Receipts, Problem> {
    let rescued = rescue::open(app, scope.event(), file).await?;
    let deed = begin(app, scope, &rescued).await?;
    let imported = rescue::import(app, scope, rescued).await?;
    finish(app, scope, deed, imported).await
}

/// Notes what a file would bring, before any of it is in the log: a file goes in batch by batch, and what
/// of it went in before something failed must be known to whoever takes it back. What an earlier attempt
/// noted of the same file becomes this one's. Gives the deed.
pub async fn begin(app: &App, scope: &DeskScope, rescued: &Rescued) -> Result<Uuid, Problem> {
    let event = scope.event();
    let mut held: BTreeMap<Option<ExhibitorId>, BTreeSet<CaptureId>> = BTreeMap::new();
    for (exhibitor, id) in rescue::held(app, scope, rescued).await? {
        held.entry(exhibitor).or_default().insert(id);
    }
    let mut tx = app.write().await?;
    tx.changes_badges(event).await?;
    let mut plan = Taken { device: rescued.device_id, is_open: true, ..Taken::default() };
    for (exhibitor, ids) in &held {
        let wanted: Vec<CaptureId> = ids.iter().copied().collect();
        if let Some(exhibitor) = exhibitor {
            let known = captures::known(&mut tx, event, (*exhibitor).into(), &wanted).await?;
            let new: Vec<_> = ids.iter().filter(|id| !known.contains(id)).map(|id| (*id, *id)).collect();
            plan.parts.extend((!new.is_empty()).then_some((*exhibitor, new)));
        } else {
            let marks = attendance::of_captures(&mut tx, event, &wanted).await?;
            let known: BTreeSet<CaptureId> = marks.into_iter().map(|(_, mark)| CaptureId(mark)).collect();
            plan.at_doors = ids.difference(&known).copied().collect();
        }
    }
    for mut deed in store::rescues(&mut tx, event).await? {
        let mut was: Taken = super::read(&deed)?;
        if was.is_open && plan.adopt(&mut was, &held) {
            if was.is_empty() {
                store::remove_action(&mut tx, event, deed.id).await?;
            } else {
                deed.undo = Json(serde_json::to_value(&was).unwrap_or_default());
                store::put_action(&mut tx, event, &deed).await?;
            }
        }
    }
    let id = app.new_id();
    if !plan.is_empty() {
        store::put_action(&mut tx, event, &row(app, scope, id, (&plan, 0))).await?;
    }
    tx.commit(&app.hub).await?;
    Ok(id)
}

/// A deed as it is kept. The audit log has it already: whoever takes a file in by the command line leaves
/// the same entry.
fn row(app: &App, scope: &DeskScope, id: Uuid, (taken, leads): (&Taken, usize)) -> ActionRow {
    ActionRow {
        id,
        kind: Kind::Rescue,
        account_id: Some(scope.account()),
        exhibitor_id: taken.parts.keys().next().copied().filter(|_| taken.parts.len() == 1),
        subject_id: taken.device.map_or(scope.event().0, |device| device.0),
        leads: leads as i64,
        undo: Json(serde_json::to_value(taken).unwrap_or_default()),
        created_at: app.now(),
        undone_at: None,
    }
}

/// Notes what a file has brought, in place of what it would bring.
async fn finish(app: &App, scope: &DeskScope, id: Uuid, imported: Imported) -> Result<Receipts, Problem> {
    let event = scope.event();
    let around = Surroundings::load(app, event).await?;
    let mut tx = app.write().await?;
    tx.changes_badges(event).await?;
    // As it is by now: who takes the same file in at the same time may have made it theirs.
    let begun = store::action(&mut tx, scope, id).await?;
    let plan: Taken = match &begun {
        Some(begun) if begun.undone_at.is_none() => super::read(begun)?,
        _ => Taken::default(),
    };
    let known = of(&mut tx, event, &imported, Outcome::Duplicate).await?;
    let mut taken = Taken { device: imported.device, ..Taken::default() };
    for arrived in [of(&mut tx, event, &imported, Outcome::Accepted).await?, known.clone()] {
        taken.settle(&plan, arrived);
    }
    let named = taken.named();
    let of_file = imported.receipts.results.iter().filter(|receipt| {
        let id: Option<CaptureId> = receipt.id.as_deref().and_then(|id| id.parse().ok());
        id.is_some_and(|id| named.contains(&id))
    });
    let mut leads: BTreeSet<LeadId> = of_file.filter_map(|receipt| receipt.lead_id).collect();
    let entries = restore(app, &mut tx, (scope, &around), &known, &mut taken).await?;
    leads.extend(entries.iter().filter_map(|entry| entry.lead));
    if !taken.is_empty() {
        store::put_action(&mut tx, event, &row(app, scope, id, (&taken, leads.len()))).await?;
    } else if begun.is_some_and(|begun| begun.undone_at.is_none()) {
        store::remove_action(&mut tx, event, id).await?;
    }
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
    Ok(Taken { device: imported.device, parts, doors, ..Taken::default() })
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
                again.push(moved::again(&row, (event, *exhibitor), id)?);
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
    mut deed: ActionRow,
) -> Result<Vec<NewEntry>, Problem> {
    let event = around.info.id;
    let mut was: Taken = super::read(&deed)?;
    if was.is_open {
        was = arrived(tx, event, was).await?;
        deed.undo = Json(serde_json::to_value(&was).unwrap_or_default());
        store::put_action(tx, event, &deed).await?;
    }
    let marks: Vec<_> = was.doors.iter().map(|(session, _, kept)| (*session, kept.0)).collect();
    let counted = attendance::annul(app, tx, scope, &around.info, &marks).await?;
    let mut written = Vec::with_capacity(was.parts.len());
    for (exhibitor, pairs) in &was.parts {
        let standing = moved::standing(tx, event, pairs.iter().map(|(_, kept)| *kept)).await?;
        let annulled = standing.into_iter().map(|kept| annulment(app, kept)).collect();
        written.push((SystemScope::new().capturing(event, *exhibitor), annulled));
    }
    Ok(settle(app, tx, around, written, counted).await?)
}

/// What is there of a file that stopped on the way.
async fn arrived(tx: &mut Tx, event: EventId, plan: Taken) -> Result<Taken, StorageError> {
    let mut taken = Taken { device: plan.device, ..Taken::default() };
    for (exhibitor, mut pairs) in plan.parts {
        let ids: Vec<CaptureId> = pairs.iter().map(|(_, kept)| *kept).collect();
        let known = captures::known(tx, event, exhibitor.into(), &ids).await?;
        pairs.retain(|(_, kept)| known.contains(kept));
        taken.parts.extend((!pairs.is_empty()).then_some((exhibitor, pairs)));
    }
    let ids: Vec<CaptureId> = plan.at_doors.into_iter().collect();
    let marks = attendance::of_captures(tx, event, &ids).await?.into_iter();
    taken.doors = marks.map(|(session, mark)| (session, CaptureId(mark), CaptureId(mark))).collect();
    Ok(taken)
}
