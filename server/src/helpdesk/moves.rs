//! A device that scanned for the wrong exhibitor: paired with the neighbour's code, lent over the
//! aisle. What it captured in a time is annulled where it went, with the reason, and captured anew where it
//! belongs, with where it came from; both streams tell it live.
//!
//! What the device still holds of that time arrives later: for 30 days it moves too, as soon as it
//! is there. Moving the same again moves nothing, since what moved is annulled.

use super::moved::{Moved, annulment_by_move};
use super::store::{self, MoveRow};
use super::{Deed, Doer, Kind, remember, tell};
use crate::access::{EventAdminScope, EventScope, SystemScope};
use crate::app::App;
use crate::audit::Action;
use crate::captures::store::LogRow;
use crate::captures::store::later::{self, Stretch};
use crate::captures::{self, Surroundings};
use crate::feed::{self, NewEntry};
use crate::fields;
use crate::leads;
use crate::problem::Problem;
use crate::storage::{StorageError, Tx};
use mobile_core::capture::Action as Captured;
use mobile_core::fold::{Author, Logged};
use mobile_core::ids::{CaptureId, DeviceId, EventId, ExhibitorId, LeadId, SpaceId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::time::Duration;
use uuid::Uuid;

/// For how long what a device still holds moves when it arrives: as long as it may deliver.
const OPEN_MICROS: i64 = 30 * 24 * 3600 * 1_000_000;
/// Captures moved at once; a device makes hundreds a day.
const MOST: usize = 5000;
const MAX_REASON: usize = 200;
const EVERY: Duration = Duration::from_secs(2);
/// Entries of the feed that are looked through again at each turn, at most.
const FAR_BACK: i64 = 10_000;

/// What is to be moved.
#[derive(Debug, Clone)]
pub struct Order {
    /// Whose the scans are.
    pub target: ExhibitorId,
    /// From then on, by the corrected clock.
    pub from: Timestamp,
    /// Until then, not included.
    pub until: Timestamp,
    /// Why, as the exhibitor reads it.
    pub reason: String,
}

/// What a move would change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct MovePreview {
    /// The exhibitor that the device is paired to.
    pub exhibitor_id: ExhibitorId,
    /// Whose the scans are.
    pub target_id: ExhibitorId,
    /// Scans, notes, ratings and the like that move.
    pub captures: u64,
    /// Leads that they belong to.
    pub leads: u64,
}

/// What of a stretch moves: a capture, its lead, and what names that lead elsewhere.
struct Movable {
    row: LogRow,
    logged: Logged,
    naming: Naming,
}

/// How a capture names its lead in another space.
enum Naming {
    /// By a code.
    Code(String),
    /// By an id, of somebody without a code.
    Lead(LeadId),
}

async fn checked(tx: &mut Tx, scope: &EventScope, device: DeviceId, order: &Order) -> Result<ExhibitorId, Problem> {
    let (_, owner) = store::device(tx, scope, device).await?.ok_or_else(Problem::not_found)?;
    let owner = owner.ok_or_else(|| {
        Problem::new(Reason::InvalidField, "This device stands at a door; its check-ins belong to sessions and stay.")
    })?;
    let wrong = |pointer: &'static str, detail: &'static str| Err(Problem::field(pointer, detail));
    if order.target == owner {
        return wrong("/exhibitor_id", "is the exhibitor that the device scans for already");
    }
    if !store::is_exhibitor(tx, scope, order.target).await? {
        return wrong("/exhibitor_id", "is no exhibitor of this event");
    }
    if order.from >= order.until {
        return wrong("/until", "must be later than from");
    }
    Ok(owner)
}

/// Says what would move, and moves nothing.
pub async fn preview(
    app: &App,
    scope: &EventAdminScope,
    device: DeviceId,
    order: &Order,
) -> Result<MovePreview, Problem> {
    let mut tx = app.read().await?;
    let exhibitor = checked(&mut tx, scope, device, order).await?;
    let stretch = Stretch { space: exhibitor.into(), device, from: order.from, until: order.until };
    let movable = movable(&mut tx, scope.event(), stretch).await?;
    tx.done().await?;
    Ok(counted(exhibitor, order.target, &movable))
}

fn counted(exhibitor_id: ExhibitorId, target_id: ExhibitorId, movable: &[Movable]) -> MovePreview {
    let leads: BTreeSet<LeadId> = movable.iter().map(|one| one.row.lead_id).collect();
    MovePreview { exhibitor_id, target_id, captures: movable.len() as u64, leads: leads.len() as u64 }
}

/// Moves what a device captured in a time to the exhibitor that it belongs to. Gives the deed.
pub async fn move_scans(
    app: &App,
    scope: &EventAdminScope,
    device: DeviceId,
    mut order: Order,
) -> Result<(Uuid, MovePreview), Problem> {
    let event = scope.event();
    order.reason = fields::line(&order.reason, MAX_REASON).map_err(|error| Problem::field("/reason", error))?;
    let around = Surroundings::load(app, event).await?;
    let mut tx = app.write().await?;
    tx.changes_badges(event).await?;
    let exhibitor = checked(&mut tx, scope, device, &order).await?;
    let row = MoveRow {
        event_id: event,
        id: app.new_id(),
        device_id: device,
        exhibitor_id: exhibitor,
        target_id: order.target,
        from_at: order.from,
        until_at: order.until,
        reason: order.reason,
        swept_seq: feed::store::head(&mut tx, event).await? as i64,
        created_at: app.now(),
    };
    let movable = movable(&mut tx, event, stretch(&row)).await?;
    if movable.len() > MOST {
        return Err(Problem::field("/until", format!("spans more than {MOST} scans; move them in shorter times")));
    }
    let preview = counted(exhibitor, order.target, &movable);
    let (pairs, entries) = carry_out(app, &mut tx, &around, &row, movable).await?;
    store::insert_move(&mut tx, &row).await?;
    let undo = Moved { from: Some(exhibitor), to: Some(order.target), pairs, ..Moved::default() };
    let deed = Deed {
        id: row.id,
        kind: Kind::Move,
        action: Action::ScansMoved,
        exhibitor: Some(exhibitor),
        subject: device.0,
        leads: preview.leads,
        undo: &undo,
    };
    remember(app, &mut tx, Doer { event, account: Some(scope.account()) }, deed).await?;
    tell(&mut tx, event, &entries).await?;
    tx.commit(&app.hub).await?;
    Ok((row.id, preview))
}

fn stretch(row: &MoveRow) -> Stretch {
    Stretch { space: row.exhibitor_id.into(), device: row.device_id, from: row.from_at, until: row.until_at }
}

/// What of a stretch moves: what is not annulled, and means something in another space.
async fn movable(tx: &mut Tx, event: EventId, stretch: Stretch) -> Result<Vec<Movable>, StorageError> {
    let rows = later::captured_on(tx, event, stretch).await?;
    let keys: BTreeSet<(SpaceId, LeadId)> = rows.iter().map(|row| (stretch.space, row.lead_id)).collect();
    let keys: Vec<_> = keys.into_iter().collect();
    let known = leads::store::find_by_ids(tx, event, &keys, false).await?;
    let mut codes: BTreeMap<LeadId, Option<String>> = BTreeMap::new();
    let mut read = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(lead) = known.get(&(stretch.space, row.lead_id)) else { continue };
        let logged = row.logged()?;
        if lead.fold.annulled.contains(&row.id) || !travels(&logged.capture.action) {
            continue;
        }
        if logged.capture.code.is_none() && !codes.contains_key(&row.lead_id) {
            let code = later::code_of(tx, event, stretch.space, row.lead_id).await?;
            codes.insert(row.lead_id, code);
        }
        read.push((row, logged));
    }
    // Somebody without a code is begun by typing their details.
    let typed: HashSet<LeadId> = read
        .iter()
        .filter(|(_, logged)| matches!(logged.capture.action, Captured::Contact { .. }))
        .map(|(row, _)| row.lead_id)
        .collect();
    let named = |(row, logged): (LogRow, Logged)| {
        let own = logged.capture.code.clone();
        let code = own.or_else(|| codes.get(&row.lead_id).cloned().flatten());
        let naming = match code {
            Some(code) => Naming::Code(code),
            None if typed.contains(&row.lead_id) => Naming::Lead(row.lead_id),
            None => return None,
        };
        Some(Movable { row, logged, naming })
    };
    Ok(read.into_iter().filter_map(named).collect())
}

/// Whether it means the same in another space; owners and stages are the team's own.
fn travels(action: &Captured) -> bool {
    matches!(
        action,
        Captured::Scan { .. }
            | Captured::Note { .. }
            | Captured::Rating { .. }
            | Captured::Tags { .. }
            | Captured::Answers { .. }
            | Captured::Contact { .. }
            | Captured::Consent { .. }
    )
}

/// Annuls here and captures anew there. Gives the pairs of old and new captures.
async fn carry_out(
    app: &App,
    tx: &mut Tx,
    around: &Surroundings,
    row: &MoveRow,
    movable: Vec<Movable>,
) -> Result<(Vec<(CaptureId, CaptureId)>, Vec<NewEntry>), StorageError> {
    let (mut annulled, mut replayed, mut pairs) = (Vec::new(), Vec::new(), Vec::new());
    for one in movable {
        let id: CaptureId = app.new_id();
        let mut annul = annulment_by_move(app, one.row.id, row.target_id);
        annul["lead_id"] = json!(one.row.lead_id);
        annul["reason"] = json!(row.reason);
        annulled.push(annul);
        pairs.push((one.row.id, id));
        replayed.push(replay(around, &one, id, row));
    }
    let from = SystemScope::new().capturing(row.event_id, row.exhibitor_id);
    let by_device = Author { device: Some(row.device_id), ..Author::default() };
    let to = SystemScope::new().on_behalf(row.event_id, row.target_id, &by_device);
    // In the order in which leads are locked everywhere.
    let mut written = vec![(from, annulled), (to, replayed)];
    written.sort_by_key(|(scope, _)| scope.space());
    let written = captures::write(app, tx, around, written).await?;
    Ok((pairs, written.entries))
}

/// A capture as the right exhibitor gets it: at its time, by whom it was made, and whence it came.
fn replay(around: &Surroundings, one: &Movable, id: CaptureId, row: &MoveRow) -> Value {
    let mut body = one.logged.capture.body.clone();
    let Some(fields) = body.as_object_mut() else { return body };
    for own in ["member_id", "exhibitor_id", "lead_id", "device_seq"] {
        fields.remove(own);
    }
    // A member of the other team is somebody from elsewhere here; the name is what they are known by.
    let name = one.logged.author.member.and_then(|member| around.names.member(member));
    if let Some(name) = name.filter(|_| one.logged.author.operator.is_none()) {
        fields.insert("operator".to_owned(), json!(name));
    }
    match &one.naming {
        Naming::Code(code) => fields.insert("code".to_owned(), json!(code)),
        Naming::Lead(lead) => fields.insert("lead_id".to_owned(), json!(lead)),
    };
    fields.insert("id".to_owned(), json!(id));
    fields.insert("captured_at".to_owned(), json!(one.row.corrected_at));
    fields.insert(
        "moved_from".to_owned(),
        json!({"exhibitor_id": row.exhibitor_id, "capture_id": one.row.id, "reason": row.reason}),
    );
    body
}

/// Moves what has arrived since of the moves that are under way. Gives how many captures moved.
pub async fn sweep(app: &App) -> Result<u64, Problem> {
    let mut tx = app.read().await?;
    let rows = store::open_moves(&mut tx, app.now().plus_micros(-OPEN_MICROS)).await?;
    let mut due = Vec::new();
    for row in rows {
        let head = feed::store::head(&mut tx, row.event_id).await? as i64;
        // Nothing came for long: what was looked through in vain is not looked through for ever.
        let is_far_back = head - row.swept_seq > FAR_BACK;
        if is_far_back || later::came_after(&mut tx, row.event_id, stretch(&row), row.swept_seq).await? {
            due.push(row);
        }
    }
    tx.done().await?;
    let mut moved = 0;
    for row in due {
        moved += sweep_one(app, &row).await?;
    }
    Ok(moved)
}

async fn sweep_one(app: &App, row: &MoveRow) -> Result<u64, Problem> {
    let around = Surroundings::load(app, row.event_id).await?;
    let mut tx = app.write().await?;
    tx.changes_badges(row.event_id).await?;
    let head = feed::store::head(&mut tx, row.event_id).await? as i64;
    let mut movable = movable(&mut tx, row.event_id, stretch(row)).await?;
    // What is more than moves at once moves at the next turn.
    let swept = if movable.len() > MOST { row.swept_seq } else { head };
    movable.truncate(MOST);
    if !store::swept(&mut tx, row.event_id, row.id, swept).await? {
        return Ok(0);
    }
    let count = movable.len() as u64;
    let (pairs, entries) = carry_out(app, &mut tx, &around, row, movable).await?;
    let event = SystemScope::new().desk(row.event_id);
    if let Some(mut deed) = store::action(&mut tx, &event, row.id).await? {
        let mut undo: Moved = super::read(&deed)?;
        undo.pairs.extend(pairs);
        deed.undo.0 = serde_json::to_value(&undo).unwrap_or_default();
        store::put_action(&mut tx, row.event_id, &deed).await?;
    }
    tell(&mut tx, row.event_id, &entries).await?;
    tx.commit(&app.hub).await?;
    Ok(count)
}

/// Looks every moment whether a device sent more of a time that was moved, for as long as the server
/// runs. Several servers may: what moved is annulled and does not move again.
pub async fn run(app: App) {
    let mut rounds = app.rounds(EVERY);
    while rounds.next().await {
        if let Err(problem) = sweep(&app).await {
            tracing::warn!(detail = problem.detail(), "scans could not be moved; trying again");
        }
    }
}
