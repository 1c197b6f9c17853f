//! The switches of an event's sessions in the database.

use super::rules::SessionRules;
use crate::access::EventAdminScope;
use crate::storage::{StorageError, Tx};
use crate::{affected, sql};
use mobile_core::ids::EventId;

/// The switches of an event.
pub async fn find(tx: &mut Tx, event: EventId) -> Result<SessionRules, StorageError> {
    let found: Option<SessionRules> = sql!(tx, conn => sqlx::query_as(
        "SELECT shows_registered, shows_present FROM session_rules WHERE event_id = $1")
        .bind(event).fetch_optional(conn))?;
    Ok(found.unwrap_or_default())
}

/// Sets them.
pub async fn set(tx: &mut Tx, scope: &EventAdminScope, rules: SessionRules) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO session_rules (event_id, shows_registered, shows_present) VALUES ($1, $2, $3) \
             ON CONFLICT (event_id) DO UPDATE SET shows_registered = excluded.shows_registered, \
             shows_present = excluded.shows_present"
        )
        .bind(scope.event())
        .bind(rules.shows_registered)
        .bind(rules.shows_present)
    )?;
    Ok(())
}
