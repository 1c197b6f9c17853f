//! What filters are made of.

use crate::access::ScannerScope;
use crate::sql;
use crate::storage::{StorageError, Tx};
use mobile_core::time::Timestamp;

/// A badge as far as filters are concerned.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct CodeRow {
    pub code_hash: Vec<u8>,
    /// The code, where it came from elsewhere.
    pub imported: Option<String>,
    pub is_revoked: bool,
}

/// All badges of the event.
pub(super) async fn all(tx: &mut Tx, scope: &ScannerScope) -> Result<Vec<CodeRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT code_hash, CASE WHEN is_imported THEN code END AS imported, \
         status IN ('lost', 'cancelled', 'misuse') AS is_revoked FROM badge WHERE event_id = $1")
        .bind(scope.event()).fetch_all(conn))?)
}

/// How many badges the event has.
pub(super) async fn count(tx: &mut Tx, scope: &ScannerScope) -> Result<u64, StorageError> {
    let count: i64 = sql!(tx, conn => sqlx::query_scalar("SELECT COUNT(*) FROM badge WHERE event_id = $1")
        .bind(scope.event()).fetch_one(conn))?;
    Ok(count as u64)
}

/// Badges added after a time, oldest first.
pub(super) async fn added(
    tx: &mut Tx,
    scope: &ScannerScope,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<CodeRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT code_hash, CASE WHEN is_imported THEN code END AS imported, \
         status IN ('lost', 'cancelled', 'misuse') AS is_revoked \
         FROM badge WHERE event_id = $1 AND created_at > $2 ORDER BY created_at LIMIT $3")
        .bind(scope.event()).bind(since).bind(limit).fetch_all(conn))?)
}

/// The hashes of all codes that are revoked now.
pub(super) async fn revoked(tx: &mut Tx, scope: &ScannerScope) -> Result<Vec<Vec<u8>>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT code_hash FROM badge WHERE event_id = $1 AND status IN ('lost', 'cancelled', 'misuse')")
        .bind(scope.event()).fetch_all(conn))?)
}
