//! Meetings of two registrations that turn out to be one person. Nobody is in two places at once: of
//! two meetings at the same time one is called off, with the reason, and both sides are told.
//!
//! What was agreed on stays before what was only asked for, and the older before the newer.

use super::merging_store as own;
use super::requests::entry;
use super::store::{self, MeetingRow};
use super::{Side, Status, cell_store, cells, letters};
use crate::app::App;
use crate::events::cache::EventInfo;
use crate::feed::NewEntry;
use crate::mail::MeetingChange;
use crate::storage::{StorageError, Tx};
use mobile_core::ids::{EventId, MeetingId, RegistrationId};
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What both sides read.
const REASON: &str = "Two registrations of this visitor were merged, and another meeting of theirs is at this time.";

/// A meeting that was called off, as it was before.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CalledOff {
    id: MeetingId,
    status: Status,
    awaits: Option<Side>,
    answer: Option<String>,
    expires_at: Option<Timestamp>,
    /// When it was called off: what was changed since stays.
    at: Timestamp,
}

/// The open meetings of the two that would be called off. Those that are over were held.
pub async fn clashes(
    tx: &mut Tx,
    event: EventId,
    from: RegistrationId,
    into: RegistrationId,
    now: Timestamp,
) -> Result<Vec<MeetingRow>, StorageError> {
    let ids = own::open_of(tx, event, from, into, now).await?;
    Ok(going(store::by_ids(tx, event, &ids).await?))
}

fn going(mut open: Vec<MeetingRow>) -> Vec<MeetingRow> {
    open.sort_by_key(|row| (row.status != Status::Accepted, row.answered_at.unwrap_or(row.created_at), row.id));
    let (mut stay, mut go): (Vec<MeetingRow>, Vec<MeetingRow>) = (Vec::new(), Vec::new());
    for row in open {
        let is_beside = |other: &MeetingRow| {
            other.registration_id != row.registration_id
                && other.starts_at < row.ends_at
                && row.starts_at < other.ends_at
        };
        if stay.iter().any(is_beside) { go.push(row) } else { stay.push(row) }
    }
    go
}

/// Calls off what clashes, before the meetings of one become the other's.
pub async fn call_off(
    app: &App,
    tx: &mut Tx,
    info: &EventInfo,
    (from, into): (RegistrationId, RegistrationId),
) -> Result<(Vec<CalledOff>, Vec<NewEntry>), StorageError> {
    let (mut done, mut entries, now) = (Vec::new(), Vec::new(), app.now());
    for known in clashes(tx, info.id, from, into, now).await? {
        store::lock(tx, info.id, known.id).await?;
        done.push(CalledOff {
            id: known.id,
            status: known.status,
            awaits: known.awaits,
            answer: known.answer.clone(),
            expires_at: known.expires_at,
            at: now,
        });
        let row = MeetingRow {
            status: Status::Cancelled,
            awaits: None,
            expires_at: None,
            answer: Some(REASON.to_owned()),
            ended_by: Some(Side::Attendee),
            sequence: known.sequence + 1,
            updated_at: now,
            ..known
        };
        cell_store::free(tx, info.id, row.id).await?;
        store::update(tx, info.id, &row).await?;
        for side in [Side::Attendee, Side::Exhibitor] {
            letters::tell(app, tx, info, &row, (side, MeetingChange::Cancelled)).await?;
        }
        entries.push(entry(row.exhibitor_id, row.id, now));
    }
    Ok((done, entries))
}

/// Brings back what was called off, where its time is still free and nobody changed it since.
pub async fn bring_back(
    app: &App,
    tx: &mut Tx,
    info: &EventInfo,
    called_off: &[CalledOff],
) -> Result<Vec<NewEntry>, StorageError> {
    let (mut entries, now) = (Vec::new(), app.now());
    for was in called_off {
        store::lock(tx, info.id, was.id).await?;
        let Some(known) = store::by_ids(tx, info.id, &[was.id]).await?.pop() else { continue };
        if known.status != Status::Cancelled || known.updated_at != was.at {
            continue;
        }
        let row = MeetingRow {
            status: was.status,
            awaits: was.awaits,
            expires_at: was.expires_at,
            answer: was.answer.clone(),
            ended_by: None,
            sequence: known.sequence + 1,
            updated_at: now,
            ..known
        };
        let (resources, wanted) = (row.resources(), cells::between(row.starts_at, row.ends_at));
        let count = resources.len() * wanted.clone().count();
        if cell_store::take(tx, info.id, row.id, &resources, wanted).await?.len() < count {
            cell_store::free(tx, info.id, row.id).await?;
            continue;
        }
        store::update(tx, info.id, &row).await?;
        let change = if row.status == Status::Accepted { MeetingChange::Accepted } else { MeetingChange::Asked };
        for side in [Side::Attendee, Side::Exhibitor] {
            letters::tell(app, tx, info, &row, (side, change)).await?;
        }
        entries.push(entry(row.exhibitor_id, row.id, now));
    }
    Ok(entries)
}
