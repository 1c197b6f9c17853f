//! What there is to choose among where the leads of a space are filtered.

use crate::access::ExhibitorScope;
use crate::events::cache::booth_label;
use crate::sql;
use crate::storage::{StorageError, Tx};
use mobile_core::ids::BoothId;

/// The exhibitor's stands with their labels, oldest first.
pub async fn booths(tx: &mut Tx, scope: &ExhibitorScope) -> Result<Vec<(BoothId, String)>, StorageError> {
    let rows: Vec<(BoothId, String, String)> = sql!(tx, conn => sqlx::query_as(
        "SELECT id, hall, number FROM booth WHERE event_id = $1 AND exhibitor_id = $2 ORDER BY id")
        .bind(scope.event()).bind(scope.exhibitor()).fetch_all(conn))?;
    Ok(rows.into_iter().map(|(id, hall, number)| (id, booth_label(&hall, &number))).collect())
}
