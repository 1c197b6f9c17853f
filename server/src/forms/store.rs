//! Forms in the database, a row a version.

use super::Form;
use crate::access::FormScope;
use crate::storage::{StorageError, Tx};
use crate::{affected, sql};
use mobile_core::ids::{EventId, ExhibitorId};
use mobile_core::time::Timestamp;
use sqlx::types::Json;

/// A version of a form as it is kept.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct FormRow {
    /// 1, 2, 3 …
    pub version: i64,
    /// What is asked.
    pub body: Json<Form>,
    /// When it was saved.
    pub created_at: Timestamp,
}

/// Versions looked at for the words of former questions; whoever saves more often loses the oldest words.
const MOST_VERSIONS: i64 = 200;

/// One version, or the newest.
pub async fn find(
    tx: &mut Tx,
    event: EventId,
    exhibitor: ExhibitorId,
    version: Option<i64>,
) -> Result<Option<FormRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT version, body, created_at FROM form WHERE event_id = $1 AND exhibitor_id = $2 \
         AND ($3 IS NULL OR version = $3) ORDER BY version DESC LIMIT 1")
        .bind(event).bind(exhibitor).bind(version).fetch_optional(conn))?)
}

/// The versions, newest first.
pub async fn versions(tx: &mut Tx, event: EventId, exhibitor: ExhibitorId) -> Result<Vec<FormRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT version, body, created_at FROM form WHERE event_id = $1 AND exhibitor_id = $2 \
         ORDER BY version DESC LIMIT $3")
        .bind(event).bind(exhibitor).bind(MOST_VERSIONS).fetch_all(conn))?)
}

/// Adds a version.
pub async fn insert(tx: &mut Tx, scope: &FormScope, row: &FormRow) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO form (event_id, exhibitor_id, version, body, created_at, created_by) \
             VALUES ($1, $2, $3, $4, $5, $6)"
        )
        .bind(scope.event())
        .bind(scope.exhibitor())
        .bind(row.version)
        .bind(Json(&row.body.0))
        .bind(row.created_at)
        .bind(scope.account())
    )?;
    Ok(())
}
