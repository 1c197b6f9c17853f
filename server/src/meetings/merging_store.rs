//! The meetings of two registrations, in the database.

use crate::sql;
use crate::storage::{StorageError, Tx};
use mobile_core::ids::{EventId, MeetingId, RegistrationId};
use mobile_core::time::Timestamp;

/// What two people have asked for or agreed on, and still is to come about.
pub async fn open_of(
    tx: &mut Tx,
    event: EventId,
    one: RegistrationId,
    other: RegistrationId,
    now: Timestamp,
) -> Result<Vec<MeetingId>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT id FROM meeting WHERE event_id = $1 AND registration_id IN ($2, $3) \
         AND status IN ('pending', 'accepted') AND ends_at > $4 ORDER BY id")
        .bind(event).bind(one).bind(other).bind(now).fetch_all(conn))?)
}
