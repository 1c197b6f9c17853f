//! Places to meet, their slots, and who is there, in the database.

use super::places::{Estate, FreeSlot, Location, NewPlace, Wanted};
use crate::storage::{StorageError, Tx, runs};
use crate::{affected, sql, sql_built};
use mobile_core::ids::{EventId, ExhibitorId, MeetingId, MeetingLocationId, MeetingSlotId, TeamMemberId};
use mobile_core::time::Timestamp;

/// The places after one of them: of an exhibitor, and the organiser's.
pub async fn list(
    tx: &mut Tx,
    estate: &Estate,
    after: Option<MeetingLocationId>,
    limit: usize,
) -> Result<Vec<Location>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT id, exhibitor_id, member_id, name, kind, address, theme, created_at FROM meeting_location \
         WHERE event_id = $1 AND (exhibitor_id IS NULL OR exhibitor_id = $2) AND ($3 IS NULL OR id > $3) \
         ORDER BY id LIMIT $4")
        .bind(estate.event()).bind(estate.exhibitor()).bind(after).bind(limit as i64).fetch_all(conn))?)
}

/// Adds a place.
pub async fn insert(
    tx: &mut Tx,
    estate: &Estate,
    id: MeetingLocationId,
    new: &NewPlace,
    now: Timestamp,
) -> Result<Location, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "INSERT INTO meeting_location (event_id, id, exhibitor_id, member_id, name, kind, address, theme, version, \
         created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9) \
         RETURNING id, exhibitor_id, member_id, name, kind, address, theme, created_at")
        .bind(estate.event()).bind(id).bind(estate.exhibitor()).bind(new.member).bind(&new.name).bind(new.kind)
        .bind(&new.address).bind(&new.theme).bind(now).fetch_one(conn))?)
}

/// Writes what a place has become.
pub async fn update(
    tx: &mut Tx,
    estate: &Estate,
    id: MeetingLocationId,
    new: &NewPlace,
) -> Result<Location, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "UPDATE meeting_location SET member_id = $3, name = $4, kind = $5, address = $6, theme = $7 \
         WHERE event_id = $1 AND id = $2 RETURNING id, exhibitor_id, member_id, name, kind, address, theme, created_at")
        .bind(estate.event()).bind(id).bind(new.member).bind(&new.name).bind(new.kind).bind(&new.address)
        .bind(&new.theme).fetch_one(conn))?)
}

/// How many slots each place of an event has, and how many of them lie ahead.
pub async fn count_slots(
    tx: &mut Tx,
    event: EventId,
    now: Timestamp,
) -> Result<Vec<(MeetingLocationId, i64, i64)>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT location_id, COUNT(*), CAST(SUM(CASE WHEN starts_at > $2 THEN 1 ELSE 0 END) AS BIGINT) \
         FROM meeting_slot WHERE event_id = $1 GROUP BY location_id")
        .bind(event).bind(now).fetch_all(conn))?)
}

/// Deletes a place with its slots; its meetings have no place any more. Gives them.
pub async fn delete(
    tx: &mut Tx,
    estate: &Estate,
    id: MeetingLocationId,
    now: Timestamp,
) -> Result<Vec<(ExhibitorId, MeetingId)>, StorageError> {
    let event = estate.event();
    let meetings = sql!(tx, conn => sqlx::query_as(
        "UPDATE meeting SET location_id = NULL, sequence = sequence + 1, version = version + 1, updated_at = $3 \
         WHERE event_id = $1 AND location_id = $2 RETURNING exhibitor_id, id")
        .bind(event).bind(id).bind(now).fetch_all(conn))?;
    affected!(
        tx,
        sqlx::query("DELETE FROM meeting_cell WHERE event_id = $1 AND resource_id = $2").bind(event).bind(id)
    )?;
    affected!(tx, sqlx::query("DELETE FROM meeting_location WHERE event_id = $1 AND id = $2").bind(event).bind(id))?;
    Ok(meetings)
}

/// Has others that open the same place wait.
pub async fn lock(tx: &mut Tx, estate: &Estate, id: MeetingLocationId) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("UPDATE meeting_location SET version = version + 1 WHERE event_id = $1 AND id = $2")
            .bind(estate.event())
            .bind(id)
    )?;
    Ok(())
}

/// The times of a place's slots, the earliest first.
pub async fn times(
    tx: &mut Tx,
    estate: &Estate,
    id: MeetingLocationId,
) -> Result<Vec<(Timestamp, Timestamp)>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT starts_at, ends_at FROM meeting_slot WHERE event_id = $1 AND location_id = $2 ORDER BY starts_at")
        .bind(estate.event()).bind(id).fetch_all(conn))?)
}

/// Adds slots to a place.
pub async fn insert_slots(
    tx: &mut Tx,
    estate: &Estate,
    place: MeetingLocationId,
    slots: &[(MeetingSlotId, Timestamp, Timestamp)],
) -> Result<(), StorageError> {
    for run in runs(slots) {
        sql_built!(tx, conn,
            query = "INSERT INTO meeting_slot (event_id, id, location_id, exhibitor_id, starts_at, ends_at) " => {
            query.push_values(run, |mut row, (id, from, to)| {
                row.push_bind(estate.event()).push_bind(*id).push_bind(place).push_bind(estate.exhibitor())
                    .push_bind(*from).push_bind(*to);
            });
        }, { let done = query.build().execute(conn); async { done.await.map(|_| ()) } })?;
    }
    Ok(())
}

/// A place that an exhibitor may use: its own or the organiser's.
pub async fn find(
    tx: &mut Tx,
    event: EventId,
    exhibitor: Option<ExhibitorId>,
    id: MeetingLocationId,
) -> Result<Option<Location>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT id, exhibitor_id, member_id, name, kind, address, theme, created_at FROM meeting_location \
         WHERE event_id = $1 AND id = $2 AND (exhibitor_id IS NULL OR exhibitor_id = $3)")
        .bind(event).bind(id).bind(exhibitor).fetch_optional(conn))?)
}

/// Whether an exhibitor is one of the event's.
pub async fn has_exhibitor(tx: &mut Tx, event: EventId, exhibitor: ExhibitorId) -> Result<bool, StorageError> {
    let found: i64 = sql!(tx, conn => sqlx::query_scalar("SELECT COUNT(*) FROM exhibitor WHERE event_id = $1 AND id = $2")
        .bind(event).bind(exhibitor).fetch_one(conn))?;
    Ok(found == 1)
}

/// Whether somebody is in an exhibitor's team now.
pub async fn has_member(
    tx: &mut Tx,
    event: EventId,
    exhibitor: Option<ExhibitorId>,
    member: TeamMemberId,
) -> Result<bool, StorageError> {
    let found: i64 = sql!(tx, conn => sqlx::query_scalar(
        "SELECT COUNT(*) FROM team_member WHERE event_id = $1 AND exhibitor_id = $2 AND id = $3 AND removed_at IS NULL")
        .bind(event).bind(exhibitor).bind(member).fetch_one(conn))?;
    Ok(found == 1)
}

const FREE: &str = "SELECT s.id, s.location_id, l.name AS location, s.starts_at, s.ends_at FROM meeting_slot s \
     JOIN meeting_location l ON l.event_id = s.event_id AND l.id = s.location_id \
     WHERE s.event_id = $1 AND (s.exhibitor_id IS NULL OR s.exhibitor_id = $2) AND s.starts_at >= $3 \
     AND NOT EXISTS (SELECT 1 FROM meeting_cell c WHERE c.event_id = s.event_id \
       AND c.resource_id IN (s.location_id, l.member_id, $4, $5) \
       AND c.cell >= s.starts_at / 300000000 AND c.cell < s.ends_at / 300000000) \
     ORDER BY ABS(s.starts_at - $6), s.starts_at, s.id LIMIT $7";

/// Slots that are free on both sides, the nearest first.
pub async fn free(tx: &mut Tx, event: EventId, wanted: &Wanted, limit: i64) -> Result<Vec<FreeSlot>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(FREE).bind(event).bind(wanted.exhibitor).bind(wanted.from)
        .bind(wanted.registration).bind(wanted.member).bind(wanted.near).bind(limit).fetch_all(conn))?)
}

/// A slot of the catalogue that an exhibitor may use.
pub async fn slot(
    tx: &mut Tx,
    event: EventId,
    exhibitor: ExhibitorId,
    id: MeetingSlotId,
) -> Result<Option<FreeSlot>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT s.id, s.location_id, l.name AS location, s.starts_at, s.ends_at FROM meeting_slot s \
         JOIN meeting_location l ON l.event_id = s.event_id AND l.id = s.location_id \
         WHERE s.event_id = $1 AND s.id = $2 AND (s.exhibitor_id IS NULL OR s.exhibitor_id = $3)")
        .bind(event).bind(id).bind(exhibitor).fetch_optional(conn))?)
}

/// An address of somebody who answers for an exhibitor.
#[derive(Debug, sqlx::FromRow)]
pub struct Answerer {
    /// Their first name.
    pub first_name: String,
    /// Their last name.
    pub last_name: String,
    /// Their address.
    pub email: String,
}

/// Who is written to about an exhibitor's meetings where nobody in particular comes: its commercial
/// contacts, else its admins.
pub async fn answerers(tx: &mut Tx, event: EventId, exhibitor: ExhibitorId) -> Result<Vec<Answerer>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT first_name, last_name, email FROM team_member t WHERE event_id = $1 AND exhibitor_id = $2 \
         AND removed_at IS NULL AND (is_commercial_contact OR (is_admin AND NOT EXISTS (SELECT 1 FROM team_member c \
           WHERE c.event_id = t.event_id AND c.exhibitor_id = t.exhibitor_id AND c.removed_at IS NULL \
           AND c.is_commercial_contact))) ORDER BY created_at, id LIMIT 5")
        .bind(event).bind(exhibitor).fetch_all(conn))?)
}
