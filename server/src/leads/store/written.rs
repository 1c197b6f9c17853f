//! Writing leads: what they have become, and ids that go on as aliases of others.

use crate::storage::{StorageError, Tx, runs};
use crate::{affected, sql_built};
use mobile_core::fold::Fold;
use mobile_core::ids::{CaptureId, EventId, LeadId, RegistrationId, SpaceId};
use mobile_core::time::Timestamp;
use sqlx::types::Json;

/// A lead to write: what identifies it and what it has become.
#[derive(Debug)]
pub struct Written<'a> {
    /// Whose it is.
    pub space: SpaceId,
    /// The lead.
    pub id: LeadId,
    /// The person, once known.
    pub registration: Option<RegistrationId>,
    /// The code's hash while the person is not known.
    pub code_hash: Option<&'a [u8]>,
    /// The state in force: what follows from the person's own word, captures and policy.
    pub consent: &'static str,
    /// The person's own word.
    pub own_word: Option<&'a str>,
    /// When they said so.
    pub own_word_at: Option<Timestamp>,
    /// What its captures add up to.
    pub fold: &'a Fold,
    /// What it is found by.
    pub search: String,
    /// Its new version.
    pub version: i64,
    /// When its first capture arrived.
    pub created_at: Timestamp,
    /// Whether an export has columns because of it.
    pub has_fields: bool,
    /// Whether indexes find it by other keys than before: it is new, or its person, its code or `has_fields`
    /// changed.
    pub is_found_otherwise: bool,
}

/// Sets what a lead has become.
const STATE: &str = " ON CONFLICT (event_id, space_id, id) DO UPDATE SET consent = excluded.consent, \
    own_word = excluded.own_word, own_word_at = excluded.own_word_at, is_hidden = excluded.is_hidden, \
    rating = excluded.rating, stage = excluded.stage, owner_id = excluded.owner_id, \
    scan_count = excluded.scan_count, note_count = excluded.note_count, \
    first_scanned_at = excluded.first_scanned_at, last_scanned_at = excluded.last_scanned_at, \
    newest_at = excluded.newest_at, search = excluded.search, fold = excluded.fold, \
    version = excluded.version, updated_at = excluded.updated_at";

/// Sets what indexes find it by as well.
const KEYS: &str =
    ", registration_id = excluded.registration_id, code_hash = excluded.code_hash, has_fields = excluded.has_fields";

/// Creates leads or writes what they have become.
///
/// SQLite writes an index anew for each row whose statement names a column of it, changed or not, and most
/// scans are of somebody who was met before: five indexes of random places are left alone for those.
pub async fn put(tx: &mut Tx, event: EventId, now: Timestamp, leads: &[Written<'_>]) -> Result<(), StorageError> {
    let (moved, settled): (Vec<_>, Vec<_>) = leads.iter().partition(|lead| lead.is_found_otherwise);
    put_all(tx, event, now, &settled, [STATE, ""]).await?;
    put_all(tx, event, now, &moved, [STATE, KEYS]).await?;
    Ok(())
}

/// Creates a lead of somebody whom its space does not know; false where it does by now, whoever made that lead.
///
/// On PostgreSQL this waits for a transaction that makes one at the same time.
pub async fn begin(tx: &mut Tx, event: EventId, now: Timestamp, lead: &Written<'_>) -> Result<bool, StorageError> {
    Ok(put_all(tx, event, now, &[lead], [" ON CONFLICT DO NOTHING", ""]).await? == 1)
}

/// Gives the number of rows that it wrote.
async fn put_all(
    tx: &mut Tx,
    event: EventId,
    now: Timestamp,
    leads: &[&Written<'_>],
    known: [&'static str; 2],
) -> Result<u64, StorageError> {
    let mut count = 0;
    for run in runs(leads) {
        count += sql_built!(tx, conn, query = "INSERT INTO lead (event_id, space_id, id, registration_id, code_hash, \
            consent, own_word, own_word_at, is_hidden, rating, stage, owner_id, scan_count, note_count, first_scanned_at, last_scanned_at, newest_at, \
            search, has_fields, fold, version, created_at, updated_at) " => {
            query.push_values(run, |mut row, lead| {
                let fold = lead.fold;
                row.push_bind(event).push_bind(lead.space).push_bind(lead.id).push_bind(lead.registration)
                    .push_bind(lead.code_hash).push_bind(lead.consent).push_bind(lead.own_word)
                    .push_bind(lead.own_word_at).push_bind(fold.is_hidden())
                    .push_bind(fold.rating().map(mobile_core::capture::Rating::as_str)).push_bind(fold.stage())
                    .push_bind(fold.owner()).push_bind(fold.scans.count() as i64)
                    .push_bind(fold.notes.count() as i64).push_bind(fold.first_scanned_at)
                    .push_bind(fold.last_scanned_at()).push_bind(fold.newest_at.unwrap_or(now))
                    .push_bind(&lead.search).push_bind(lead.has_fields).push_bind(Json(fold)).push_bind(lead.version)
                    .push_bind(lead.created_at).push_bind(now);
            });
            query.push(known[0]).push(known[1]);
        }, { let done = query.build().execute(conn); async { done.await.map(|done| done.rows_affected()) } })?;
    }
    Ok(count)
}

/// Removes a lead that was merged into another and leaves its id as an alias.
pub async fn make_alias(
    tx: &mut Tx,
    event: EventId,
    space: SpaceId,
    merged: LeadId,
    survivor: LeadId,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("DELETE FROM lead WHERE event_id = $1 AND space_id = $2 AND id = $3")
            .bind(event)
            .bind(space)
            .bind(merged)
    )?;
    affected!(
        tx,
        sqlx::query("UPDATE lead_alias SET lead_id = $4 WHERE event_id = $1 AND space_id = $2 AND lead_id = $3")
            .bind(event)
            .bind(space)
            .bind(merged)
            .bind(survivor)
    )?;
    affected!(
        tx,
        sqlx::query("INSERT INTO lead_alias (event_id, space_id, alias_id, lead_id) VALUES ($1, $2, $3, $4)")
            .bind(event)
            .bind(space)
            .bind(merged)
            .bind(survivor)
    )?;
    affected!(
        tx,
        sqlx::query("UPDATE capture SET lead_id = $3 WHERE event_id = $1 AND lead_id = $2 AND space_id = $4")
            .bind(event)
            .bind(merged)
            .bind(survivor)
            .bind(space)
    )?;
    Ok(())
}

/// Has an id be no alias any more: a lead bears it again.
pub async fn forget_alias(tx: &mut Tx, event: EventId, space: SpaceId, alias: LeadId) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("DELETE FROM lead_alias WHERE event_id = $1 AND space_id = $2 AND alias_id = $3")
            .bind(event)
            .bind(space)
            .bind(alias)
    )?;
    Ok(())
}

/// Gives captures of a space to one of its leads.
pub async fn move_captures(
    tx: &mut Tx,
    event: EventId,
    space: SpaceId,
    mut captures: Vec<CaptureId>,
    lead: LeadId,
) -> Result<(), StorageError> {
    captures.sort_unstable();
    for run in runs(&captures) {
        sql_built!(tx, conn, query = "UPDATE capture SET lead_id = " => {
            query.push_bind(lead).push(" WHERE event_id = ").push_bind(event);
            query.push(" AND space_id = ").push_bind(space).push(" AND id IN (");
            let mut list = query.separated(", ");
            for id in run { list.push_bind(*id); }
            list.push_unseparated(")");
        }, { let done = query.build().execute(conn); async { done.await.map(|_| ()) } })?;
    }
    Ok(())
}
