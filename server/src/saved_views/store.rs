//! Saved views in the database.

use crate::access::LeadScope;
use crate::storage::{StorageError, Tx};
use crate::{affected, sql};
use mobile_core::ids::AccountId;
use mobile_core::time::Timestamp;
use uuid::Uuid;

/// A view as it is kept.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ViewRow {
    /// The view.
    pub id: Uuid,
    /// Who saved it.
    pub account_id: AccountId,
    /// Its name.
    pub name: String,
    /// The query of the list's address.
    pub query: String,
    /// Whether everybody of the space finds it.
    pub is_shared: bool,
    /// The name of who saved it.
    pub saved_by: String,
}

/// The shared views of a space, and those of one person.
pub async fn list(tx: &mut Tx, scope: &LeadScope, own: Option<AccountId>) -> Result<Vec<ViewRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT v.id, v.account_id, v.name, v.query, v.is_shared, a.name AS saved_by FROM saved_view v \
         JOIN account a ON a.id = v.account_id WHERE v.event_id = $1 AND v.exhibitor_id = $2 \
         AND (v.is_shared OR v.account_id = $3) ORDER BY v.id LIMIT 500")
        .bind(scope.event()).bind(scope.exhibitor()).bind(own).fetch_all(conn))?)
}

/// One view of the space.
pub async fn find(tx: &mut Tx, scope: &LeadScope, id: Uuid) -> Result<Option<ViewRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT v.id, v.account_id, v.name, v.query, v.is_shared, a.name AS saved_by FROM saved_view v \
         JOIN account a ON a.id = v.account_id WHERE v.event_id = $1 AND v.exhibitor_id = $2 AND v.id = $3")
        .bind(scope.event()).bind(scope.exhibitor()).bind(id).fetch_optional(conn))?)
}

/// How many views one person keeps in the space.
pub async fn count(tx: &mut Tx, scope: &LeadScope, account: AccountId) -> Result<i64, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT COUNT(*) FROM saved_view WHERE event_id = $1 AND exhibitor_id = $2 AND account_id = $3")
        .bind(scope.event()).bind(scope.exhibitor()).bind(account).fetch_one(conn))?)
}

/// Keeps a view; `Taken` when its person has another one of this name.
pub async fn insert(tx: &mut Tx, scope: &LeadScope, row: &ViewRow, now: Timestamp) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO saved_view (event_id, exhibitor_id, id, account_id, name, query, is_shared, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        )
        .bind(scope.event())
        .bind(scope.exhibitor())
        .bind(row.id)
        .bind(row.account_id)
        .bind(&row.name)
        .bind(&row.query)
        .bind(row.is_shared)
        .bind(now)
    )?;
    Ok(())
}

/// Changes a view; `Taken` as for a new one.
pub async fn update(tx: &mut Tx, scope: &LeadScope, row: &ViewRow) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "UPDATE saved_view SET name = $4, query = $5, is_shared = $6 \
             WHERE event_id = $1 AND exhibitor_id = $2 AND id = $3"
        )
        .bind(scope.event())
        .bind(scope.exhibitor())
        .bind(row.id)
        .bind(&row.name)
        .bind(&row.query)
        .bind(row.is_shared)
    )?;
    Ok(())
}

/// Deletes a view.
pub async fn delete(tx: &mut Tx, scope: &LeadScope, id: Uuid) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("DELETE FROM saved_view WHERE event_id = $1 AND exhibitor_id = $2 AND id = $3")
            .bind(scope.event())
            .bind(scope.exhibitor())
            .bind(id)
    )?;
    Ok(())
}
