//! For how long an event's contacts are kept, and emptying what lies around all of its people.

use crate::events::retention::RetentionRow;
use crate::storage::{StorageError, Tx};
use crate::{affected, sql};
use mobile_core::ids::EventId;
use mobile_core::time::Timestamp;
use serde_json::json;
use sqlx::types::Json;

#[derive(sqlx::FromRow)]
struct Row {
    id: EventId,
    ends_at: Timestamp,
    #[sqlx(flatten)]
    kept: RetentionRow,
}

/// How an event's contacts are kept, and when it ends, to be changed by this transaction.
pub async fn for_edit(tx: &mut Tx, event: EventId) -> Result<Option<(Timestamp, RetentionRow)>, StorageError> {
    affected!(tx, sqlx::query("UPDATE event SET version = version WHERE id = $1").bind(event))?;
    let row: Option<Row> = sql!(tx, conn => sqlx::query_as(
        "SELECT id, ends_at, retention_days, retention_noticed_at, contacts_removed_at FROM event WHERE id = $1")
        .bind(event).fetch_optional(conn))?;
    Ok(row.map(|row| (row.ends_at, row.kept)))
}

/// Sets the days; where the removal moves away from what the exhibitors were told, they are told again.
pub async fn set_days(tx: &mut Tx, event: EventId, days: Option<i64>, is_told_anew: bool) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("UPDATE event SET retention_days = $2, version = version + 1 WHERE id = $1").bind(event).bind(days)
    )?;
    if is_told_anew {
        affected!(tx, sqlx::query("UPDATE event SET retention_noticed_at = NULL WHERE id = $1").bind(event))?;
        affected!(tx, sqlx::query("DELETE FROM retention_notice WHERE event_id = $1").bind(event))?;
    }
    Ok(())
}

/// The events that still have contacts, with how they are kept.
pub async fn with_contacts(tx: &mut Tx) -> Result<Vec<(EventId, Timestamp, RetentionRow)>, StorageError> {
    let rows: Vec<Row> = sql!(tx, conn => sqlx::query_as(
        "SELECT id, ends_at, retention_days, retention_noticed_at, contacts_removed_at FROM event \
         WHERE contacts_removed_at IS NULL ORDER BY ends_at, id").fetch_all(conn))?;
    Ok(rows.into_iter().map(|row| (row.id, row.ends_at, row.kept)).collect())
}

/// Notes that every exhibitor was told; false when another server has.
pub async fn set_noticed(tx: &mut Tx, event: EventId, now: Timestamp) -> Result<bool, StorageError> {
    let set = affected!(
        tx,
        sqlx::query("UPDATE event SET retention_noticed_at = $2 WHERE id = $1 AND retention_noticed_at IS NULL")
            .bind(event)
            .bind(now)
    )?;
    Ok(set == 1)
}

/// Notes that the contacts are gone; false when another server has.
pub async fn set_removed(tx: &mut Tx, event: EventId, now: Timestamp) -> Result<bool, StorageError> {
    let set = affected!(
        tx,
        sqlx::query("UPDATE event SET contacts_removed_at = $2 WHERE id = $1 AND contacts_removed_at IS NULL")
            .bind(event)
            .bind(now)
    )?;
    Ok(set == 1)
}

/// Empties what lies around an event's people and is not found by one of them.
pub async fn empty_around(tx: &mut Tx, event: EventId) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "UPDATE attendance_mark SET note = NULL, override_note = NULL, code_hash = NULL WHERE event_id = $1"
        )
        .bind(event)
    )?;
    affected!(tx, sqlx::query("UPDATE meeting SET message = NULL, answer = NULL WHERE event_id = $1").bind(event))?;
    affected!(
        tx,
        sqlx::query("DELETE FROM personal_link WHERE event_id = $1 AND registration_id IS NOT NULL").bind(event)
    )?;
    affected!(
        tx,
        sqlx::query(
            "UPDATE desk_action SET undo = $2, undone_at = COALESCE(undone_at, created_at) WHERE event_id = $1"
        )
        .bind(event)
        .bind(Json(json!({})))
    )?;
    affected!(tx, sqlx::query("UPDATE scan_move SET reason = '' WHERE event_id = $1").bind(event))?;
    Ok(())
}
