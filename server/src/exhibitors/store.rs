//! Exhibitors and booths in the database.

use super::LeadVisibility;
use super::booth::Booth;
use crate::access::{EventAdminScope, EventScope, ExhibitorScope, ExportScope, TeamAdminScope};
use crate::fields::Slug;
use crate::leads::store::{self as leads, LeadRow};
use crate::packages::{Entitlements, Terms};
use crate::storage::{StorageError, Tx, runs};
use crate::{affected, sql, sql_built};
use mobile_core::capture::ContactField;
use mobile_core::ids::{BoothId, EventId, ExhibitorId, LeadId};
use mobile_core::time::Timestamp;
use sqlx::types::Json;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// An exhibitor as it is kept.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ExhibitorRow {
    /// Its event.
    pub event_id: EventId,
    /// The exhibitor.
    pub id: ExhibitorId,
    /// Its short name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Which leads its scanners see.
    pub visibility: LeadVisibility,
    /// Whether its numbers are left out of the event's.
    pub is_test: bool,
    /// Its package.
    pub package_id: Option<Uuid>,
    /// What it agreed on beyond its package.
    pub terms: Json<Terms>,
    /// What its package says.
    pub package_terms: Option<Json<Terms>>,
    /// Rises with every change.
    pub version: i64,
    /// When it was added.
    pub created_at: Timestamp,
}

impl ExhibitorRow {
    /// What it is entitled to.
    pub fn entitlements(&self) -> Entitlements {
        Entitlements::of(self.package_terms.as_ref().map(|terms| &terms.0), &self.terms)
    }

    /// The contact fields that are disclosed to it at most.
    pub fn fields(&self) -> Option<BTreeSet<ContactField>> {
        self.entitlements().fields
    }
}

/// The columns of [`ExhibitorRow`].
const EXHIBITORS: &str = "SELECT x.*, p.terms AS package_terms FROM exhibitor x \
     LEFT JOIN package p ON p.event_id = x.event_id AND p.id = x.package_id WHERE x.event_id = $1 \
     AND ($2 IS NULL OR x.id = $2) AND ($3 IS NULL OR x.id > $3) ORDER BY x.id LIMIT $4";

/// A booth as it is kept.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct BoothRow {
    /// The booth.
    pub id: BoothId,
    /// Whose it is.
    pub exhibitor_id: ExhibitorId,
    /// The hall.
    pub hall: String,
    /// The number within the hall.
    pub number: String,
}

/// Adds an exhibitor; `Taken` when its slug is.
pub async fn insert(
    tx: &mut Tx,
    scope: &EventAdminScope,
    id: ExhibitorId,
    slug: &Slug,
    name: &str,
    is_test: bool,
    now: Timestamp,
) -> Result<ExhibitorRow, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "INSERT INTO exhibitor (event_id, id, slug, name, visibility, is_test, version, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, 1, $7) RETURNING *, NULL AS package_terms")
        .bind(scope.event()).bind(id).bind(slug.as_str()).bind(name).bind(LeadVisibility::Team).bind(is_test).bind(now)
        .fetch_one(conn))?)
}

/// An exhibitor of the event.
pub async fn find(tx: &mut Tx, scope: &EventScope, id: ExhibitorId) -> Result<Option<ExhibitorRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(EXHIBITORS).bind(scope.event()).bind(id).bind(None::<ExhibitorId>).bind(1_i64)
        .fetch_optional(conn))?)
}

/// An exhibitor that this transaction will change; others that want to wait.
pub async fn find_for_edit(
    tx: &mut Tx,
    scope: &EventAdminScope,
    id: ExhibitorId,
) -> Result<Option<ExhibitorRow>, StorageError> {
    affected!(
        tx,
        sqlx::query("UPDATE exhibitor SET version = version WHERE event_id = $1 AND id = $2")
            .bind(scope.event())
            .bind(id)
    )?;
    find(tx, scope, id).await
}

/// Changes an exhibitor.
pub async fn update(tx: &mut Tx, scope: &EventAdminScope, changed: &ExhibitorRow) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "UPDATE exhibitor SET slug = $3, name = $4, visibility = $5, package_id = $6, terms = $7, is_test = $8, \
             version = version + 1 WHERE event_id = $1 AND id = $2"
        )
        .bind(scope.event())
        .bind(changed.id)
        .bind(&changed.slug)
        .bind(&changed.name)
        .bind(changed.visibility)
        .bind(changed.package_id)
        .bind(&changed.terms)
        .bind(changed.is_test)
    )?;
    Ok(())
}

/// The exhibitors of an event after a place, oldest first.
pub async fn list(
    tx: &mut Tx,
    scope: &EventScope,
    after: Option<ExhibitorId>,
    limit: usize,
) -> Result<Vec<ExhibitorRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(EXHIBITORS).bind(scope.event()).bind(None::<ExhibitorId>).bind(after)
        .bind(limit as i64).fetch_all(conn))?)
}

/// The booths of some exhibitors, oldest first.
pub async fn booths_of(
    tx: &mut Tx,
    scope: &EventScope,
    exhibitors: &[ExhibitorId],
) -> Result<HashMap<ExhibitorId, Vec<BoothRow>>, StorageError> {
    let mut found: HashMap<ExhibitorId, Vec<BoothRow>> = HashMap::new();
    for run in runs(exhibitors) {
        let rows: Vec<BoothRow> = sql_built!(tx, conn,
            query = "SELECT id, exhibitor_id, hall, number FROM booth WHERE event_id = " => {
            query.push_bind(scope.event()).push(" AND exhibitor_id IN (");
            let mut list = query.separated(", ");
            for exhibitor in run {
                list.push_bind(*exhibitor);
            }
            query.push(") ORDER BY id");
        }, query.build_query_as().fetch_all(conn))?;
        for row in rows {
            found.entry(row.exhibitor_id).or_default().push(row);
        }
    }
    Ok(found)
}

/// Adds a booth.
pub async fn insert_booth(
    tx: &mut Tx,
    scope: &EventAdminScope,
    id: BoothId,
    exhibitor: ExhibitorId,
    booth: &Booth,
) -> Result<BoothRow, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "INSERT INTO booth (event_id, id, exhibitor_id, hall, number) VALUES ($1, $2, $3, $4, $5) \
         RETURNING id, exhibitor_id, hall, number")
        .bind(scope.event()).bind(id).bind(exhibitor).bind(&booth.hall).bind(&booth.number).fetch_one(conn))?)
}

/// Moves a booth to another place.
pub async fn move_booth(tx: &mut Tx, scope: &EventAdminScope, id: BoothId, booth: &Booth) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("UPDATE booth SET hall = $3, number = $4 WHERE event_id = $1 AND id = $2")
            .bind(scope.event())
            .bind(id)
            .bind(&booth.hall)
            .bind(&booth.number)
    )?;
    Ok(())
}

/// Takes a booth away.
pub async fn delete_booth(tx: &mut Tx, scope: &EventAdminScope, id: BoothId) -> Result<(), StorageError> {
    affected!(tx, sqlx::query("DELETE FROM booth WHERE event_id = $1 AND id = $2").bind(scope.event()).bind(id))?;
    Ok(())
}

/// How many leads a space has, hidden ones too.
pub async fn count_leads(tx: &mut Tx, space: &ExportScope) -> Result<i64, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar("SELECT COUNT(*) FROM lead WHERE event_id = $1 AND space_id = $2")
        .bind(space.event()).bind(space.space()).fetch_one(conn))?)
}

/// The leads of a space after a place, oldest first, hidden ones left out.
pub async fn leads_after(
    tx: &mut Tx,
    space: &ExportScope,
    after: Option<LeadId>,
    limit: i64,
) -> Result<Vec<LeadRow>, StorageError> {
    Ok(sql_built!(tx, conn, query = "SELECT " => {
        query.push(leads::COLUMNS).push(leads::TABLES).push(" WHERE NOT l.is_hidden AND l.event_id = ")
            .push_bind(space.event()).push(" AND l.space_id = ").push_bind(space.space());
        if let Some(after) = after {
            query.push(" AND l.id > ").push_bind(after);
        }
        query.push(" ORDER BY l.id LIMIT ").push_bind(limit);
    }, query.build_query_as().fetch_all(conn))?)
}

/// Deletes an exhibitor, its team, booths and pairing codes, ends its devices' access, and empties its
/// space in the order in which captures are written.
///
/// Consent that attendees gave or withdrew stays in the ledger: it is theirs.
pub async fn delete(
    tx: &mut Tx,
    scope: &EventAdminScope,
    space: &ExportScope,
    now: Timestamp,
) -> Result<(), StorageError> {
    let (event, exhibitor, space) = (scope.event(), space.exhibitor(), space.space());
    affected!(tx, sqlx::query("DELETE FROM capture WHERE event_id = $1 AND space_id = $2").bind(event).bind(space))?;
    affected!(
        tx,
        sqlx::query("DELETE FROM rejected_capture WHERE event_id = $1 AND space_id = $2").bind(event).bind(space)
    )?;
    affected!(
        tx,
        sqlx::query("DELETE FROM device_queue WHERE event_id = $1 AND space_id = $2").bind(event).bind(space)
    )?;
    affected!(tx, sqlx::query("DELETE FROM lead WHERE event_id = $1 AND space_id = $2").bind(event).bind(space))?;
    affected!(tx, sqlx::query("DELETE FROM lead_alias WHERE event_id = $1 AND space_id = $2").bind(event).bind(space))?;
    affected!(
        tx,
        sqlx::query("DELETE FROM export WHERE event_id = $1 AND exhibitor_id = $2").bind(event).bind(exhibitor)
    )?;
    affected!(
        tx,
        sqlx::query("DELETE FROM pairing_code WHERE event_id = $1 AND exhibitor_id = $2").bind(event).bind(exhibitor)
    )?;
    affected!(
        tx,
        sqlx::query(
            "UPDATE device SET revoked_at = $3 WHERE event_id = $1 AND exhibitor_id = $2 AND revoked_at IS NULL"
        )
        .bind(event)
        .bind(exhibitor)
        .bind(now)
    )?;
    affected!(tx, sqlx::query("DELETE FROM exhibitor WHERE event_id = $1 AND id = $2").bind(event).bind(exhibitor))?;
    Ok(())
}

/// Which leads the scanners of a space see, for whoever changes it; others that want to wait.
pub async fn visibility_for_edit(tx: &mut Tx, scope: &TeamAdminScope) -> Result<Option<LeadVisibility>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "UPDATE exhibitor SET version = version WHERE event_id = $1 AND id = $2 RETURNING visibility")
        .bind(scope.event()).bind(scope.exhibitor()).fetch_optional(conn))?)
}

/// Which leads the scanners of a space see.
pub async fn visibility(tx: &mut Tx, scope: &TeamAdminScope) -> Result<Option<LeadVisibility>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar("SELECT visibility FROM exhibitor WHERE event_id = $1 AND id = $2")
        .bind(scope.event()).bind(scope.exhibitor()).fetch_optional(conn))?)
}

/// Changes it.
pub async fn set_visibility(tx: &mut Tx, scope: &TeamAdminScope, wanted: LeadVisibility) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("UPDATE exhibitor SET visibility = $3, version = version + 1 WHERE event_id = $1 AND id = $2")
            .bind(scope.event())
            .bind(scope.exhibitor())
            .bind(wanted)
    )?;
    Ok(())
}

/// How an exhibitor is called in its own space, and its stands in one line.
pub async fn title(tx: &mut Tx, scope: &ExhibitorScope) -> Result<Option<(String, String)>, StorageError> {
    Ok(named(tx, scope).await?.map(|(name, booths)| (name, booths.join(", "))))
}

/// How an exhibitor is called in its own space, and its stands.
pub async fn named(tx: &mut Tx, scope: &ExhibitorScope) -> Result<Option<(String, Vec<String>)>, StorageError> {
    let name: Option<String> = sql!(tx, conn => sqlx::query_scalar(
        "SELECT name FROM exhibitor WHERE event_id = $1 AND id = $2")
        .bind(scope.event()).bind(scope.exhibitor()).fetch_optional(conn))?;
    let booths: Vec<(String, String)> = sql!(tx, conn => sqlx::query_as(
        "SELECT hall, number FROM booth WHERE event_id = $1 AND exhibitor_id = $2 ORDER BY id")
        .bind(scope.event()).bind(scope.exhibitor()).fetch_all(conn))?;
    let booths: Vec<String> =
        booths.iter().map(|(hall, number)| format!("{hall} {number}").trim().to_owned()).collect();
    Ok(name.map(|name| (name, booths)))
}
