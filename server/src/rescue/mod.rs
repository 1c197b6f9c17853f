//! Rescue files: what a phone could not send, brought by hand.
//!
//! An event gets a key pair with its first phone; pairing gives the public half to each. Importing
//! a file is delivering it: the same writer, the same receipts, the same ids, so that it may be done
//! again, and the phone may still send the same captures. The captures keep their device where the
//! file proves that it is that device's (`docs/decisions/0008-rescue-file.md`).

pub mod api;
mod store;

use crate::access::token::TokenHash;
use crate::access::{DeskScope, scope};
use crate::app::App;
use crate::audit::{self, Action, NewEntry};
use crate::captures::{self, Item, Job};
use crate::problem::Problem;
use crate::registrations::folding::fold;
use crate::storage::{StorageError, Tx};
use mobile_core::capture::MAX_BATCH;
use mobile_core::ids::{CaptureId, DeviceId, EventId, ExhibitorId};
use mobile_core::reason::Reason;
use mobile_core::rescue::{self, RescueError, RescueKey, Rescued, RescuedPart};
use mobile_core::time::Timestamp;
use mobile_core::wire::{Outcome, Receipt, Receipts};
use serde::Serialize;
use serde_json::json;

/// A phone's clock that is off by more than this is no clock; its times are taken as they are.
const MOST_OFFSET_US: i64 = 400 * 24 * 3600 * 1_000_000;

/// The public key of an event, made where there is none.
pub async fn key(app: &App, tx: &mut Tx, event: EventId) -> Result<RescueKey, StorageError> {
    if let Some(secret) = store::secret(tx, event).await? {
        return Ok(secret.key());
    }
    store::insert(tx, event, app.random(), app.now()).await?;
    // Another node may have been first.
    let secret = store::secret(tx, event).await?;
    secret.map(|secret| secret.key()).ok_or_else(|| StorageError::Corrupt(format!("event {event} got no rescue key")))
}

/// What became of a rescue file.
#[derive(Debug)]
pub struct Imported {
    /// What became of each capture.
    pub receipts: Receipts,
    /// The exhibitor that each was for; none for doors and for exhibitors that the event does not have.
    pub exhibitors: Vec<Option<ExhibitorId>>,
    /// The device that the file says it is of.
    pub device: Option<DeviceId>,
}

/// Takes in what a rescue file holds; receipts come in the order of the file, without the leads, which
/// the one who imports may not be allowed to see.
pub async fn import(app: &App, scope: &DeskScope, rescued: Rescued) -> Result<Imported, Problem> {
    let device = rescued.device_id;
    let (receipts, exhibitors) = take_in(app, scope, rescued).await?;
    let count = |outcome| receipts.results.iter().filter(|receipt| receipt.outcome == outcome).count();
    let detail = json!({"captures": receipts.results.len(), "taken_in": count(Outcome::Accepted),
        "known": count(Outcome::Duplicate), "refused": count(Outcome::Rejected)});
    let subject = device.map(|device| device.0);
    let entry = NewEntry::new(Action::RescueTakenIn, Some(scope.account()), subject).with(detail);
    let mut tx = app.write().await?;
    audit::append(app, &mut tx, scope.event(), &entry).await?;
    tx.commit(&app.hub).await?;
    Ok(Imported { receipts, exhibitors, device })
}

/// What a rescue file holds, each with the exhibitor that it is for; none for doors. What is for none that
/// the event has is left out.
pub async fn held(
    app: &App,
    scope: &DeskScope,
    rescued: &Rescued,
) -> Result<Vec<(Option<ExhibitorId>, CaptureId)>, Problem> {
    let device = rescued.device_id.zip(rescued.proof().map(TokenHash::from));
    let mut held = Vec::with_capacity(rescued.count());
    for part in &rescued.parts {
        let Some(place) = scope::rescue_scope(app, scope, device, part.exhibitor_id).await? else { continue };
        held.extend(part.captures.iter().filter_map(|raw| captures::id_of(raw)).map(|id| (place.exhibitor(), id)));
    }
    Ok(held)
}

/// Opens a rescue file of an event.
///
/// # Errors
/// With what is wrong with the file, or that it is another event's.
pub async fn open(app: &App, event: EventId, file: Vec<u8>) -> Result<Rescued, Problem> {
    let mut tx = app.read().await?;
    let secret = store::secret(&mut tx, event).await?;
    tx.done().await?;
    let opened = tokio::task::spawn_blocking(move || match secret {
        Some(secret) => rescue::open(&file, event, &secret),
        // No phone was ever paired here, so the file cannot be of this event.
        None => rescue::event_of(&file)
            .and_then(|named| Err(if named == event { RescueError::OtherKey } else { RescueError::OtherEvent(named) })),
    });
    let opened = opened
        .await
        .map_err(|error| Problem::new(Reason::Internal, "The file could not be opened.").caused_by(error))?;
    opened.map_err(|error| unreadable(&error))
}

/// What a rescue file would bring.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Inspected {
    /// When the phone saved it, by its own clock.
    pub saved_at: Timestamp,
    /// The phone's name, where the file proves that it is its own.
    pub device: Option<String>,
    /// What it holds.
    pub captures: u64,
    /// Of those, what is not known yet.
    pub new: u64,
    /// By exhibitor; what is for none that the event has comes last, without a name.
    pub exhibitors: Vec<InspectedPart>,
}

/// What a rescue file holds for one exhibitor.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct InspectedPart {
    /// The exhibitor.
    pub name: Option<String>,
    /// Scans, notes and the like.
    pub captures: u64,
}

/// Opens a rescue file and says what it would bring, and takes nothing in.
pub async fn inspect(app: &App, scope: &DeskScope, file: Vec<u8>) -> Result<Inspected, Problem> {
    let event = scope.event();
    let rescued = open(app, event, file).await?;
    let device = rescued.device_id.zip(rescued.proof().map(TokenHash::from));
    let names = app.events.names(app, event).await?;
    let mut found = Inspected {
        saved_at: rescued.saved_at,
        device: None,
        captures: rescued.count() as u64,
        new: 0,
        exhibitors: Vec::new(),
    };
    for part in &rescued.parts {
        let Some(place) = scope::rescue_scope(app, scope, device, part.exhibitor_id).await? else {
            found.exhibitors.push(InspectedPart { name: None, captures: part.captures.len() as u64 });
            continue;
        };
        found.device = found.device.or_else(|| place.device().and_then(|id| names.devices.get(&id).cloned()));
        let ids: Vec<_> = part.captures.iter().filter_map(|raw| captures::id_of(raw)).collect();
        let mut tx = app.read().await?;
        let known = captures::known(&mut tx, event, place.space(), &ids).await?.len() as u64;
        let name = match place.exhibitor() {
            Some(exhibitor) => store::exhibitor_name(&mut tx, event, exhibitor).await?,
            None => None,
        };
        tx.done().await?;
        found.new += (part.captures.len() as u64).saturating_sub(known);
        found.exhibitors.push(InspectedPart { name, captures: part.captures.len() as u64 });
    }
    found.exhibitors.sort_by_cached_key(|part| (part.name.is_none(), part.name.as_deref().map(fold)));
    Ok(found)
}

fn unreadable(error: &RescueError) -> Problem {
    let reason = match error {
        RescueError::NotARescueFile => Reason::UnsupportedMediaType,
        RescueError::TooLong => Reason::TooLarge,
        _ => Reason::InvalidField,
    };
    let text = error.to_string();
    let mut letters = text.chars();
    let detail: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).chain(['.']).collect();
    Problem::new(reason, detail)
}

async fn take_in(
    app: &App,
    desk: &DeskScope,
    rescued: Rescued,
) -> Result<(Receipts, Vec<Option<ExhibitorId>>), Problem> {
    let received_at = app.now();
    let offset = rescued.clock_offset_us.unwrap_or(0);
    // The times are corrected by what the phone knew of its clock, not by when the file came.
    let sent_at = received_at.plus_micros(-offset.clamp(-MOST_OFFSET_US, MOST_OFFSET_US));
    let device = rescued.device_id.zip(rescued.proof().map(TokenHash::from));
    let mut results = Vec::with_capacity(rescued.count());
    let mut exhibitors = Vec::with_capacity(rescued.count());
    let mut contiguous_seq = None;
    for RescuedPart { exhibitor_id, queue_id, captures } in rescued.parts {
        let mut items: Vec<Item> = captures.into_iter().map(Item::parse).collect();
        let Some(scope) = scope::rescue_scope(app, desk, device, exhibitor_id).await? else {
            exhibitors.extend(std::iter::repeat_n(None, items.len()));
            results.extend(items.into_iter().map(|item| item.refused("is no exhibitor of this event")));
            continue;
        };
        exhibitors.extend(std::iter::repeat_n(scope.exhibitor(), items.len()));
        // A numbering belongs to a device; of an unknown one it must not be taken away from its own.
        let queue = scope.device().map(|_| queue_id);
        let mut settled = 0;
        while !items.is_empty() {
            let rest = items.split_off(items.len().min(MAX_BATCH));
            let job =
                Job { sent_at, queue, ..Job::here(scope.clone(), std::mem::replace(&mut items, rest), received_at) };
            let done = app.writer.write(job).await?;
            results.extend(done.receipts.into_iter().map(without_lead));
            settled = done.contiguous_seq;
        }
        contiguous_seq = Some(contiguous_seq.map_or(settled, |least: u64| least.min(settled)));
    }
    let (contiguous_seq, server_time) = (contiguous_seq.unwrap_or(0), app.now());
    Ok((Receipts { server_time, contiguous_seq, is_access_ended: false, results }, exhibitors))
}

fn without_lead(receipt: Receipt) -> Receipt {
    Receipt { lead: None, ..receipt }
}
