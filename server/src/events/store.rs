//! Events in the database.

pub mod duplicate;

use super::EventFields;
use super::disclosure::Disclosure;
use crate::storage::{StorageError, Tx};
use crate::{affected, sql};
use mobile_core::ids::{AccountId, EventId, OrganizerId};
use mobile_core::time::Timestamp;
use sqlx::types::Json;

/// An event as it is kept.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct EventRow {
    /// The event.
    pub id: EventId,
    /// Its organizer.
    pub organizer_id: OrganizerId,
    /// Its short name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its IANA time zone.
    pub timezone: String,
    /// First day's opening.
    pub starts_at: Timestamp,
    /// Last day's closing.
    pub ends_at: Timestamp,
    /// Where it is.
    pub venue: Option<String>,
    /// What is disclosed to exhibitors.
    pub disclosure: Json<Disclosure>,
    /// Rises with every change.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Adds an event; `Taken` when its slug is.
pub async fn insert(
    tx: &mut Tx,
    id: EventId,
    organizer: OrganizerId,
    event: &EventFields,
    now: Timestamp,
) -> Result<EventRow, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "INSERT INTO event (id, organizer_id, slug, name, timezone, starts_at, ends_at, venue, disclosure, version, \
         created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10) RETURNING *")
        .bind(id).bind(organizer).bind(event.slug.as_str()).bind(&event.name).bind(&event.timezone)
        .bind(event.starts_at).bind(event.ends_at).bind(&event.venue).bind(Json(&event.disclosure)).bind(now)
        .fetch_one(conn))?)
}

/// An event.
pub async fn find(tx: &mut Tx, event: EventId) -> Result<Option<EventRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as("SELECT * FROM event WHERE id = $1").bind(event).fetch_optional(conn))?)
}

/// An event that this transaction will change; others that want to wait.
pub async fn find_for_edit(tx: &mut Tx, event: EventId) -> Result<Option<EventRow>, StorageError> {
    affected!(tx, sqlx::query("UPDATE event SET version = version WHERE id = $1").bind(event))?;
    find(tx, event).await
}

/// Replaces the fields of an event.
pub async fn update(tx: &mut Tx, id: EventId, event: &EventFields) -> Result<EventRow, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "UPDATE event SET slug = $2, name = $3, timezone = $4, starts_at = $5, ends_at = $6, venue = $7, \
         disclosure = $8, version = version + 1 WHERE id = $1 RETURNING *")
        .bind(id).bind(event.slug.as_str()).bind(&event.name).bind(&event.timezone).bind(event.starts_at)
        .bind(event.ends_at).bind(&event.venue).bind(Json(&event.disclosure)).fetch_one(conn))?)
}

/// The events of an account's organizers, the latest first.
pub async fn list(
    tx: &mut Tx,
    account: AccountId,
    after: Option<(Timestamp, EventId)>,
    limit: usize,
) -> Result<Vec<EventRow>, StorageError> {
    let (at, id) = after.unzip();
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT e.* FROM organizer_member o JOIN event e ON e.organizer_id = o.organizer_id \
         WHERE o.account_id = $1 AND ($2 IS NULL OR (e.starts_at, e.id) < ($2, $3)) \
         ORDER BY e.starts_at DESC, e.id DESC LIMIT $4")
        .bind(account).bind(at).bind(id).bind(limit as i64).fetch_all(conn))?)
}
