//! What was erased through another server, as far as this one's own files may still hold it.

use crate::storage::{StorageError, Tx, runs};
use crate::{sql, sql_built};
use mobile_core::ids::{EventId, ExportId, RegistrationId};
use mobile_core::time::Timestamp;

/// The exports among these that were begun before somebody in them was erased, or before their event's
/// contacts were removed; with their formats.
pub async fn outlived(tx: &mut Tx, exports: &[ExportId]) -> Result<Vec<(ExportId, String)>, StorageError> {
    let mut found = Vec::new();
    for run in runs(exports) {
        let rows: Vec<(ExportId, String)> = sql_built!(tx, conn, query = "SELECT x.id, x.format FROM export x WHERE x.id IN (" => {
            let mut list = query.separated(", ");
            for id in run { list.push_bind(*id); }
            list.push_unseparated(") AND (EXISTS (SELECT 1 FROM event e WHERE e.id = x.event_id \
                AND e.contacts_removed_at >= x.created_at) OR EXISTS (SELECT 1 FROM registration r JOIN lead l \
                ON l.event_id = r.event_id AND l.registration_id = r.id WHERE r.event_id = x.event_id \
                AND r.erased_at >= x.created_at AND l.space_id = x.exhibitor_id))");
        }, query.build_query_as().fetch_all(conn))?;
        found.extend(rows);
    }
    Ok(found)
}

/// Whether an event's contacts were removed.
pub async fn are_contacts_gone(tx: &mut Tx, event: EventId) -> Result<bool, StorageError> {
    let removed: Option<Option<Timestamp>> = sql!(tx, conn => sqlx::query_scalar(
        "SELECT contacts_removed_at FROM event WHERE id = $1").bind(event).fetch_optional(conn))?;
    Ok(removed.flatten().is_some())
}

/// Who was erased at an event since a time.
pub async fn erased_since(tx: &mut Tx, event: EventId, since: Timestamp) -> Result<Vec<RegistrationId>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT id FROM registration WHERE event_id = $1 AND erased_at >= $2 ORDER BY id")
        .bind(event).bind(since).fetch_all(conn))?)
}
