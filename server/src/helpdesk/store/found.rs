//! What the desk's search looks through.

use super::super::search::FoundMember;
use crate::access::EventScope;
use crate::packages::Terms;
use crate::registrations::folding::{fold, sort_by_name};
use crate::storage::{StorageError, Tx, runs};
use crate::{sql, sql_built};
use mobile_core::ids::{ExhibitorId, RegistrationId};
use sqlx::types::Json;
use std::collections::HashMap;

/// An exhibitor as the desk finds it.
#[derive(Debug, sqlx::FromRow)]
pub struct ExhibitorRow {
    /// The exhibitor.
    pub id: ExhibitorId,
    /// Its name.
    pub name: String,
    /// Its package's name.
    pub package: Option<String>,
    /// What it agreed on beyond.
    pub terms: Json<Terms>,
    /// Rises with every change.
    pub version: i64,
}

/// Every exhibitor of an event, by name.
pub async fn exhibitors(tx: &mut Tx, scope: &EventScope) -> Result<Vec<ExhibitorRow>, StorageError> {
    let mut rows: Vec<ExhibitorRow> = sql!(tx, conn => sqlx::query_as(
        "SELECT x.id, x.name, p.name AS package, x.terms, x.version FROM exhibitor x LEFT JOIN package p \
         ON p.event_id = x.event_id AND p.id = x.package_id WHERE x.event_id = $1 ORDER BY x.id")
        .bind(scope.event()).fetch_all(conn))?;
    sort_by_name(&mut rows, |row| &row.name);
    Ok(rows)
}

/// Every booth of an event: whose, hall and number.
pub async fn booths(tx: &mut Tx, scope: &EventScope) -> Result<Vec<(ExhibitorId, String, String)>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT exhibitor_id, hall, number FROM booth WHERE event_id = $1 ORDER BY hall, number")
        .bind(scope.event()).fetch_all(conn))?)
}

/// Everybody in a team of the event: admins first, then by last name.
pub async fn members(tx: &mut Tx, scope: &EventScope) -> Result<Vec<FoundMember>, StorageError> {
    let mut rows: Vec<FoundMember> = sql!(tx, conn => sqlx::query_as(
        "SELECT id, exhibitor_id, first_name, last_name, email, account_id IS NOT NULL AS has_accepted, is_admin \
         FROM team_member WHERE event_id = $1 AND removed_at IS NULL ORDER BY id")
        .bind(scope.event()).fetch_all(conn))?;
    rows.sort_by_cached_key(|row| (!row.is_admin, fold(&row.last_name)));
    Ok(rows)
}

/// Every exhibitor's devices by name.
pub async fn device_names(tx: &mut Tx, scope: &EventScope) -> Result<Vec<(ExhibitorId, String)>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT exhibitor_id, name FROM device WHERE event_id = $1 AND exhibitor_id IS NOT NULL")
        .bind(scope.event()).fetch_all(conn))?)
}

/// How many leads there are of each of these people.
pub async fn lead_counts(
    tx: &mut Tx,
    scope: &EventScope,
    people: &[RegistrationId],
) -> Result<HashMap<RegistrationId, i64>, StorageError> {
    let mut counts = HashMap::new();
    for run in runs(people) {
        let rows: Vec<(RegistrationId, i64)> = sql_built!(tx, conn,
            query = "SELECT registration_id, COUNT(*) FROM lead WHERE NOT is_hidden AND event_id = " => {
            query.push_bind(scope.event()).push(" AND registration_id IN (");
            let mut list = query.separated(", ");
            for id in run { list.push_bind(*id); }
            list.push_unseparated(") GROUP BY registration_id");
        }, query.build_query_as().fetch_all(conn))?;
        counts.extend(rows);
    }
    Ok(counts)
}
