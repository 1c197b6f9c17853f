//! Meetings that begin soon and requests whose time is over, in the database.

use crate::storage::{StorageError, Tx};
use crate::{affected, sql};
use mobile_core::ids::{EventId, MeetingId};
use mobile_core::time::Timestamp;

/// Events with a request whose time is over.
pub async fn events_with_overdue(tx: &mut Tx, now: Timestamp) -> Result<Vec<EventId>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT DISTINCT event_id FROM meeting WHERE expires_at <= $1 AND status = 'pending'")
        .bind(now).fetch_all(conn))?)
}

/// Meetings agreed on that begin within a span, and nobody was reminded of. Those that were agreed on
/// later than a reminder would have come are fresh in everybody's mind.
pub async fn soon(
    tx: &mut Tx,
    (from, until): (Timestamp, Timestamp),
    ahead: i64,
) -> Result<Vec<(EventId, MeetingId)>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT event_id, id FROM meeting WHERE status = 'accepted' AND reminded_at IS NULL AND starts_at > $1 \
         AND starts_at <= $2 AND answered_at <= starts_at - $3 ORDER BY starts_at, id LIMIT 500")
        .bind(from).bind(until).bind(ahead).fetch_all(conn))?)
}

/// Notes that a meeting is reminded of; false when somebody just did.
pub async fn reminded(tx: &mut Tx, event: EventId, id: MeetingId, now: Timestamp) -> Result<bool, StorageError> {
    let noted = affected!(
        tx,
        sqlx::query(
            "UPDATE meeting SET reminded_at = $3 WHERE event_id = $1 AND id = $2 AND reminded_at IS NULL \
             AND status = 'accepted'"
        )
        .bind(event)
        .bind(id)
        .bind(now)
    )?;
    Ok(noted == 1)
}
