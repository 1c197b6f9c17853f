//! The events' key pairs.

use crate::storage::{StorageError, Tx};
use crate::{affected, sql};
use mobile_core::ids::{EventId, ExhibitorId};
use mobile_core::rescue::RescueSecret;
use mobile_core::time::Timestamp;

/// The secret of an event's key, if it has one.
pub(super) async fn secret(tx: &mut Tx, event: EventId) -> Result<Option<RescueSecret>, StorageError> {
    let bytes: Option<Vec<u8>> = sql!(tx, conn => sqlx::query_scalar(
        "SELECT secret_key FROM rescue_key WHERE event_id = $1").bind(event).fetch_optional(conn))?;
    let Some(bytes) = bytes else { return Ok(None) };
    let bytes =
        bytes.try_into().map_err(|_| StorageError::Corrupt(format!("the rescue key of {event} is cut short")))?;
    Ok(Some(RescueSecret::new(bytes)))
}

/// Gives an event its key, unless it has one.
pub(super) async fn insert(tx: &mut Tx, event: EventId, secret: [u8; 32], now: Timestamp) -> Result<(), StorageError> {
    let key = RescueSecret::new(secret).key();
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO rescue_key (event_id, public_key, secret_key, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT DO NOTHING"
        )
        .bind(event)
        .bind(key.to_bytes().to_vec())
        .bind(secret.to_vec())
        .bind(now)
    )?;
    Ok(())
}

/// The name of an exhibitor.
pub async fn exhibitor_name(
    tx: &mut Tx,
    event: EventId,
    exhibitor: ExhibitorId,
) -> Result<Option<String>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar("SELECT name FROM exhibitor WHERE event_id = $1 AND id = $2")
        .bind(event).bind(exhibitor).fetch_optional(conn))?)
}
