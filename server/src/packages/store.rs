//! Packages and terms in the database.

use super::{Entitlements, Terms};
use crate::access::{EventAdminScope, EventScope};
use crate::storage::{StorageError, Tx};
use crate::{affected, sql};
use mobile_core::ids::{EventId, ExhibitorId};
use mobile_core::time::Timestamp;
use sqlx::types::Json;
use uuid::Uuid;

/// A package as it is kept.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct PackageRow {
    /// The package.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// What it says.
    pub terms: Json<Terms>,
    /// Rises with every change.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The terms of an exhibitor.
#[derive(Debug, Clone, Default, sqlx::FromRow)]
pub struct TermsRow {
    /// Its own.
    pub terms: Json<Terms>,
    /// Its package's.
    pub package_terms: Option<Json<Terms>>,
}

impl TermsRow {
    /// What holds in the end.
    pub fn entitlements(&self) -> Entitlements {
        Entitlements::of(self.package_terms.as_ref().map(|terms| &terms.0), &self.terms)
    }
}

/// The terms of an exhibitor.
pub async fn terms_of(tx: &mut Tx, event: EventId, exhibitor: ExhibitorId) -> Result<Option<TermsRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT x.terms, p.terms AS package_terms FROM exhibitor x \
         LEFT JOIN package p ON p.event_id = x.event_id AND p.id = x.package_id WHERE x.event_id = $1 AND x.id = $2")
        .bind(event).bind(exhibitor).fetch_optional(conn))?)
}

/// The terms of the exhibitors to which only some fields are disclosed.
pub async fn with_fields(tx: &mut Tx, event: EventId) -> Result<Vec<(ExhibitorId, TermsRow)>, StorageError> {
    #[derive(sqlx::FromRow)]
    struct Row {
        id: ExhibitorId,
        #[sqlx(flatten)]
        terms: TermsRow,
    }
    let rows: Vec<Row> = sql!(tx, conn => sqlx::query_as(
        "SELECT x.id, x.terms, p.terms AS package_terms FROM exhibitor x \
         LEFT JOIN package p ON p.event_id = x.event_id AND p.id = x.package_id WHERE x.event_id = $1 \
         AND (x.terms -> 'fields' IS NOT NULL OR p.terms -> 'fields' IS NOT NULL)")
        .bind(event).fetch_all(conn))?;
    Ok(rows.into_iter().map(|row| (row.id, row.terms)).collect())
}

/// Whether an exhibitor is there to try things out.
pub async fn is_test(tx: &mut Tx, event: EventId, exhibitor: ExhibitorId) -> Result<bool, StorageError> {
    let is_test: Option<bool> = sql!(tx, conn => sqlx::query_scalar(
        "SELECT is_test FROM exhibitor WHERE event_id = $1 AND id = $2")
        .bind(event).bind(exhibitor).fetch_optional(conn))?;
    Ok(is_test.unwrap_or(false))
}

/// Has others that count something of an exhibitor wait.
pub async fn lock_exhibitor(tx: &mut Tx, event: EventId, exhibitor: ExhibitorId) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("UPDATE exhibitor SET version = version WHERE event_id = $1 AND id = $2")
            .bind(event)
            .bind(exhibitor)
    )?;
    Ok(())
}

/// Adds a package; `Taken` when its name is.
pub async fn insert(
    tx: &mut Tx,
    scope: &EventAdminScope,
    id: Uuid,
    name: &str,
    terms: &Terms,
    now: Timestamp,
) -> Result<PackageRow, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "INSERT INTO package (event_id, id, name, terms, version, created_at) VALUES ($1, $2, $3, $4, 1, $5) RETURNING *")
        .bind(scope.event()).bind(id).bind(name).bind(Json(terms)).bind(now).fetch_one(conn))?)
}

/// A package.
pub async fn find(tx: &mut Tx, scope: &EventScope, id: Uuid) -> Result<Option<PackageRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as("SELECT * FROM package WHERE event_id = $1 AND id = $2")
        .bind(scope.event()).bind(id).fetch_optional(conn))?)
}

/// A package that this transaction will change; others that want to wait.
pub async fn find_for_edit(tx: &mut Tx, scope: &EventScope, id: Uuid) -> Result<Option<PackageRow>, StorageError> {
    affected!(
        tx,
        sqlx::query("UPDATE package SET version = version WHERE event_id = $1 AND id = $2")
            .bind(scope.event())
            .bind(id)
    )?;
    find(tx, scope, id).await
}

/// Changes a package.
pub async fn update(
    tx: &mut Tx,
    scope: &EventAdminScope,
    id: Uuid,
    name: &str,
    terms: &Terms,
) -> Result<PackageRow, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "UPDATE package SET name = $3, terms = $4, version = version + 1 WHERE event_id = $1 AND id = $2 RETURNING *")
        .bind(scope.event()).bind(id).bind(name).bind(Json(terms)).fetch_one(conn))?)
}

/// The packages of an event after a place, oldest first.
pub async fn list(
    tx: &mut Tx,
    scope: &EventScope,
    after: Option<Uuid>,
    limit: usize,
) -> Result<Vec<PackageRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT * FROM package WHERE event_id = $1 AND ($2 IS NULL OR id > $2) ORDER BY id LIMIT $3")
        .bind(scope.event()).bind(after).bind(limit as i64).fetch_all(conn))?)
}
