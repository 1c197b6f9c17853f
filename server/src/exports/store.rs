//! The list of a space's exports.

use crate::access::ExhibitorScope;
use crate::sql;
use crate::storage::{StorageError, Tx};

/// The position of the feed that the space's last complete export reached; only exports that were
/// sent to the end count.
pub async fn last_sent(tx: &mut Tx, scope: &ExhibitorScope) -> Result<Option<i64>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT MAX(to_seq) FROM export WHERE event_id = $1 AND exhibitor_id = $2 AND status = 'sent'")
        .bind(scope.event()).bind(scope.exhibitor()).fetch_one(conn))?)
}
