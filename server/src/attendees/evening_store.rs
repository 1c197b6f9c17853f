//! Who was scanned for the first time, in the database, and who was told of it.

use crate::storage::{StorageError, Tx};
use crate::{affected, sql};
use mobile_core::ids::EventId;
use mobile_core::time::Timestamp;

/// Events that have begun and not ended before a moment, whose visitors are written to.
pub async fn events(tx: &mut Tx, now: Timestamp, ended: Timestamp) -> Result<Vec<EventId>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT id FROM event WHERE has_evening_mail AND starts_at <= $1 AND ends_at > $2 ORDER BY id")
        .bind(now).bind(ended).fetch_all(conn))?)
}

/// An address and how many exhibitors met whoever has it.
#[derive(Debug, sqlx::FromRow)]
pub struct Met {
    /// The address, as addresses are compared.
    pub email: String,
    /// Exhibitors that are no test, and that the person has not taken their consent back from.
    pub exhibitors: i64,
}

/// Addresses of an event that were scanned before a moment and were not told of it yet.
pub async fn due(tx: &mut Tx, event: EventId, until: Timestamp, limit: i64) -> Result<Vec<Met>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT r.email, COUNT(DISTINCT l.space_id) AS exhibitors FROM registration r \
         JOIN lead l ON l.event_id = r.event_id AND l.registration_id = r.id \
         JOIN exhibitor x ON x.event_id = l.event_id AND x.id = l.space_id \
         WHERE r.event_id = $1 AND r.email IS NOT NULL AND r.evening_mailed_at IS NULL AND r.erased_at IS NULL \
         AND r.merged_into IS NULL AND r.category <> 'minor' AND NOT x.is_test AND NOT l.is_hidden \
         AND l.first_scanned_at < $2 AND NOT l.consent IN ('withdrawn', 'erased') \
         GROUP BY r.email ORDER BY r.email LIMIT $3")
        .bind(event).bind(until).bind(limit).fetch_all(conn))?)
}

/// Notes that an address is told; false when another server just did.
pub async fn claim(tx: &mut Tx, event: EventId, email: &str, now: Timestamp) -> Result<bool, StorageError> {
    let noted = affected!(
        tx,
        sqlx::query(
            "UPDATE registration SET evening_mailed_at = $3 WHERE event_id = $1 AND email = $2 \
             AND evening_mailed_at IS NULL"
        )
        .bind(event)
        .bind(email)
        .bind(now)
    )?;
    Ok(noted > 0)
}
