//! Profiles, their fields and logos in the database, and what of an exhibitor is public besides.

use super::fields::{Content, ProfileForm};
use crate::access::{EventAdminScope, ProfileScope};
use crate::registrations::folding::sort_by_name;
use crate::storage::{StorageError, Tx};
use crate::{affected, sql};
use mobile_core::ids::{EventId, ExhibitorId};
use mobile_core::time::Timestamp;
use sqlx::types::Json;
use uuid::Uuid;

/// A profile as it is kept.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ProfileRow {
    /// What stands in the fields.
    pub content: Json<Content>,
    /// The tags among it.
    pub tags: Json<Vec<String>>,
    /// Rises with every change.
    pub version: i64,
    /// When it was saved.
    pub updated_at: Timestamp,
}

/// The fields of an event; none where the organiser changed nothing.
pub async fn form(tx: &mut Tx, event: EventId) -> Result<Option<ProfileForm>, StorageError> {
    let found: Option<Json<ProfileForm>> = sql!(tx, conn => sqlx::query_scalar(
        "SELECT fields FROM profile_form WHERE event_id = $1").bind(event).fetch_optional(conn))?;
    Ok(found.map(|form| form.0))
}

/// The fields that this transaction will change; others that want to wait. `first` is written where there
/// are none yet.
pub async fn hold_form(tx: &mut Tx, scope: &EventAdminScope, first: &ProfileForm) -> Result<ProfileForm, StorageError> {
    let held: Json<ProfileForm> = sql!(tx, conn => sqlx::query_scalar(
        "INSERT INTO profile_form (event_id, fields, version) VALUES ($1, $2, 0) \
         ON CONFLICT (event_id) DO UPDATE SET version = profile_form.version RETURNING fields")
        .bind(scope.event()).bind(Json(first)).fetch_one(conn))?;
    Ok(held.0)
}

/// Writes the fields.
pub async fn put_form(tx: &mut Tx, scope: &EventAdminScope, form: &ProfileForm) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("UPDATE profile_form SET fields = $2, version = version + 1 WHERE event_id = $1")
            .bind(scope.event())
            .bind(Json(form))
    )?;
    Ok(())
}

/// A profile, if one was ever saved.
pub async fn find(tx: &mut Tx, event: EventId, exhibitor: ExhibitorId) -> Result<Option<ProfileRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT content, tags, version, updated_at FROM exhibitor_profile WHERE event_id = $1 AND exhibitor_id = $2")
        .bind(event).bind(exhibitor).fetch_optional(conn))?)
}

/// Writes a profile.
pub async fn put(tx: &mut Tx, scope: &ProfileScope, row: &ProfileRow) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO exhibitor_profile (event_id, exhibitor_id, content, tags, version, updated_at) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (event_id, exhibitor_id) DO UPDATE \
             SET content = excluded.content, tags = excluded.tags, version = excluded.version, \
             updated_at = excluded.updated_at"
        )
        .bind(scope.event())
        .bind(scope.exhibitor())
        .bind(&row.content)
        .bind(&row.tags)
        .bind(row.version)
        .bind(row.updated_at)
    )?;
    Ok(())
}

/// What stands in each profile of an event.
pub async fn contents(tx: &mut Tx, event: EventId) -> Result<Vec<(ExhibitorId, Json<Content>)>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as("SELECT exhibitor_id, content FROM exhibitor_profile WHERE event_id = $1")
        .bind(event).fetch_all(conn))?)
}

/// Writes the tags of a profile, after the event's fields have changed.
pub async fn put_tags(
    tx: &mut Tx,
    scope: &EventAdminScope,
    exhibitor: ExhibitorId,
    tags: &[String],
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("UPDATE exhibitor_profile SET tags = $3 WHERE event_id = $1 AND exhibitor_id = $2")
            .bind(scope.event())
            .bind(exhibitor)
            .bind(Json(tags))
    )?;
    Ok(())
}

/// The id of an exhibitor's logo.
pub async fn logo_of(tx: &mut Tx, event: EventId, exhibitor: ExhibitorId) -> Result<Option<Uuid>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar("SELECT id FROM exhibitor_logo WHERE event_id = $1 AND exhibitor_id = $2")
        .bind(event).bind(exhibitor).fetch_optional(conn))?)
}

/// A logo, which is public: whoever has its id may have it.
pub async fn logo(tx: &mut Tx, id: Uuid) -> Result<Option<Vec<u8>>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar("SELECT picture FROM exhibitor_logo WHERE id = $1")
        .bind(id).fetch_optional(conn))?)
}

/// Writes a logo in the place of the one before.
pub async fn put_logo(
    tx: &mut Tx,
    scope: &ProfileScope,
    id: Uuid,
    picture: &[u8],
    now: Timestamp,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO exhibitor_logo (event_id, exhibitor_id, id, picture, created_at) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (event_id, exhibitor_id) DO UPDATE \
             SET id = excluded.id, picture = excluded.picture, created_at = excluded.created_at"
        )
        .bind(scope.event())
        .bind(scope.exhibitor())
        .bind(id)
        .bind(picture)
        .bind(now)
    )?;
    Ok(())
}

/// Deletes a logo; false where there was none.
pub async fn delete_logo(tx: &mut Tx, scope: &ProfileScope) -> Result<bool, StorageError> {
    let deleted = affected!(
        tx,
        sqlx::query("DELETE FROM exhibitor_logo WHERE event_id = $1 AND exhibitor_id = $2")
            .bind(scope.event())
            .bind(scope.exhibitor())
    )?;
    Ok(deleted == 1)
}

/// Somebody who may be written to at an exhibitor, or the exhibitor alone where nobody is named.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ContactRow {
    /// The exhibitor.
    pub exhibitor_id: ExhibitorId,
    /// Its name.
    pub exhibitor: String,
    /// The commercial contact's first name.
    pub first_name: Option<String>,
    /// Their last name.
    pub last_name: Option<String>,
    /// Their address.
    pub email: Option<String>,
}

/// The exhibitors of an event, or one of them, with the people they show to attendees, by name. Those
/// that only try things out are not public.
pub async fn exhibitors(
    tx: &mut Tx,
    event: EventId,
    only: Option<ExhibitorId>,
) -> Result<Vec<ContactRow>, StorageError> {
    let mut rows: Vec<ContactRow> = sql!(tx, conn => sqlx::query_as(
        "SELECT x.id AS exhibitor_id, x.name AS exhibitor, m.first_name, m.last_name, m.email \
         FROM exhibitor x LEFT JOIN team_member m ON m.event_id = x.event_id AND m.exhibitor_id = x.id \
           AND m.is_commercial_contact AND m.removed_at IS NULL \
         WHERE x.event_id = $1 AND NOT x.is_test AND ($2 IS NULL OR x.id = $2) ORDER BY x.id, m.created_at")
        .bind(event).bind(only).fetch_all(conn))?;
    sort_by_name(&mut rows, |row| &row.exhibitor);
    Ok(rows)
}

/// The booths of an event, or of one exhibitor.
pub async fn booths(
    tx: &mut Tx,
    event: EventId,
    only: Option<ExhibitorId>,
) -> Result<Vec<(ExhibitorId, String, String)>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT exhibitor_id, hall, number FROM booth WHERE event_id = $1 AND ($2 IS NULL OR exhibitor_id = $2) \
         ORDER BY hall, number")
        .bind(event).bind(only).fetch_all(conn))?)
}

/// What the list shows of a profile.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct TaggedRow {
    /// The exhibitor.
    pub exhibitor_id: ExhibitorId,
    /// Its tags.
    pub tags: Option<Json<Vec<String>>>,
    /// Its logo's id.
    pub logo: Option<Uuid>,
}

/// The tags and logos of an event's exhibitors.
pub async fn tagged(tx: &mut Tx, event: EventId) -> Result<Vec<TaggedRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT x.id AS exhibitor_id, p.tags, l.id AS logo FROM exhibitor x \
         LEFT JOIN exhibitor_profile p ON p.event_id = x.event_id AND p.exhibitor_id = x.id \
         LEFT JOIN exhibitor_logo l ON l.event_id = x.event_id AND l.exhibitor_id = x.id \
         WHERE x.event_id = $1 AND (p.tags IS NOT NULL OR l.id IS NOT NULL)")
        .bind(event).fetch_all(conn))?)
}
