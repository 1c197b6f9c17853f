//! Until when an exhibitor's leads were opened again.

use crate::access::EventScope;
use crate::storage::{StorageError, Tx};
use crate::{affected, sql};
use mobile_core::ids::{EventId, ExhibitorId};
use mobile_core::time::Timestamp;

/// Until when an exhibitor's leads were reopened, and how many it has.
pub async fn window(
    tx: &mut Tx,
    scope: &EventScope,
    exhibitor: ExhibitorId,
) -> Result<Option<(Option<Timestamp>, i64)>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT x.leads_reopened_until, (SELECT COUNT(*) FROM lead l WHERE l.event_id = x.event_id \
         AND l.space_id = x.id AND NOT l.is_hidden) FROM exhibitor x WHERE x.event_id = $1 AND x.id = $2")
        .bind(scope.event()).bind(exhibitor).fetch_optional(conn))?)
}

/// Sets until when an exhibitor's leads are open again; false where it is not as expected.
pub async fn set_window(
    tx: &mut Tx,
    event: EventId,
    exhibitor: ExhibitorId,
    (before, until): (Option<Timestamp>, Option<Timestamp>),
) -> Result<bool, StorageError> {
    let set = affected!(
        tx,
        sqlx::query(
            "UPDATE exhibitor SET leads_reopened_until = $4 WHERE event_id = $1 AND id = $2 \
             AND (leads_reopened_until = $3 OR (leads_reopened_until IS NULL AND $3 IS NULL))"
        )
        .bind(event)
        .bind(exhibitor)
        .bind(before)
        .bind(until)
    )?;
    Ok(set == 1)
}
