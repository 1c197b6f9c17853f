//! Connections as whole rows, for merging two registrations and taking that back.

use super::{Channel, Status};
use crate::storage::{StorageError, Tx};
use crate::{affected, sql};
use mobile_core::ids::{CaptureId, ConnectionId, EventId, ExhibitorId, RegistrationId};
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A connection as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Kept {
    pub(super) id: ConnectionId,
    pub(super) low_id: RegistrationId,
    pub(super) high_id: RegistrationId,
    pub(super) asked_by: RegistrationId,
    pub(super) status: Status,
    pub(super) channel: Channel,
    pub(super) asked_at: Timestamp,
    pub(super) connected_at: Option<Timestamp>,
    pub(super) ended_by: Option<RegistrationId>,
    pub(super) capture_id: Option<CaptureId>,
    pub(super) updated_at: Timestamp,
    pub(super) version: i64,
}

/// The connections of somebody, oldest first.
pub(super) async fn of(tx: &mut Tx, event: EventId, who: RegistrationId) -> Result<Vec<Kept>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT id, low_id, high_id, asked_by, status, channel, asked_at, connected_at, ended_by, capture_id, \
         updated_at, version FROM connection WHERE event_id = $1 AND (low_id = $2 OR high_id = $2) ORDER BY id")
        .bind(event).bind(who).fetch_all(conn))?)
}

/// A connection by its id.
pub(super) async fn find(tx: &mut Tx, event: EventId, id: ConnectionId) -> Result<Option<Kept>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT id, low_id, high_id, asked_by, status, channel, asked_at, connected_at, ended_by, capture_id, \
         updated_at, version FROM connection WHERE event_id = $1 AND id = $2")
        .bind(event).bind(id).fetch_optional(conn))?)
}

/// The connection of two.
pub(super) async fn between(
    tx: &mut Tx,
    event: EventId,
    low: RegistrationId,
    high: RegistrationId,
) -> Result<Option<Kept>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT id, low_id, high_id, asked_by, status, channel, asked_at, connected_at, ended_by, capture_id, \
         updated_at, version FROM connection WHERE event_id = $1 AND low_id = $2 AND high_id = $3")
        .bind(event).bind(low).bind(high).fetch_optional(conn))?)
}

/// In whose team somebody is.
pub(super) async fn team(
    tx: &mut Tx,
    event: EventId,
    who: RegistrationId,
) -> Result<Option<ExhibitorId>, StorageError> {
    let found: Option<Option<ExhibitorId>> = sql!(tx, conn => sqlx::query_scalar(
        "SELECT exhibitor_id FROM registration WHERE event_id = $1 AND id = $2")
        .bind(event).bind(who).fetch_optional(conn))?;
    Ok(found.flatten())
}

/// Removes a connection.
pub(super) async fn remove(tx: &mut Tx, event: EventId, id: ConnectionId) -> Result<(), StorageError> {
    affected!(tx, sqlx::query("DELETE FROM connection WHERE event_id = $1 AND id = $2").bind(event).bind(id))?;
    Ok(())
}

/// Writes a connection, unless the two have one.
pub(super) async fn put(tx: &mut Tx, event: EventId, row: &Kept) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO connection (event_id, id, low_id, high_id, asked_by, status, channel, asked_at, connected_at, \
             ended_by, capture_id, updated_at, version) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING"
        )
        .bind(event)
        .bind(row.id)
        .bind(row.low_id)
        .bind(row.high_id)
        .bind(row.asked_by)
        .bind(row.status)
        .bind(row.channel)
        .bind(row.asked_at)
        .bind(row.connected_at)
        .bind(row.ended_by)
        .bind(row.capture_id)
        .bind(row.updated_at)
        .bind(row.version)
    )?;
    Ok(())
}

/// Puts somebody on the list because another registration of theirs is, where they never said anything
/// about it; whether that was so.
pub(super) async fn list_as(
    tx: &mut Tx,
    event: EventId,
    from: RegistrationId,
    into: RegistrationId,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let done = affected!(
        tx,
        sqlx::query(
            "INSERT INTO networking_person (event_id, registration_id, is_listed, updated_at) \
             SELECT event_id, $3, is_listed, $4 FROM networking_person WHERE event_id = $1 AND registration_id = $2 \
             AND is_listed ON CONFLICT DO NOTHING"
        )
        .bind(event)
        .bind(from)
        .bind(into)
        .bind(now)
    )?;
    Ok(done == 1)
}

/// Forgets what somebody said about the list.
pub(super) async fn unlist(tx: &mut Tx, event: EventId, who: RegistrationId) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("DELETE FROM networking_person WHERE event_id = $1 AND registration_id = $2").bind(event).bind(who)
    )?;
    Ok(())
}
