//! Counts of leads, devices and meetings in the database; which scans count, [`crate::leads::store::counted`] says.

use crate::access::MonitorScope;
use crate::events::phases::Phases;
use crate::leads::store::counted::push_lead_counts;
use crate::storage::{StorageError, Tx};
use crate::{sql, sql_built};
use mobile_core::ids::{DeviceId, ExhibitorId, SpaceId};
use mobile_core::time::Timestamp;

/// What the leads of a space add up to.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SpaceRow {
    /// Whose they are.
    pub space_id: SpaceId,
    /// Leads.
    pub leads: i64,
    /// Registered people among them who were scanned.
    pub visitors: i64,
    /// By rating.
    pub hot: i64,
    /// By rating.
    pub warm: i64,
    /// By rating.
    pub cold: i64,
}

/// Every space's leads.
pub async fn spaces(tx: &mut Tx, scope: &MonitorScope, phases: &Phases) -> Result<Vec<SpaceRow>, StorageError> {
    Ok(sql_built!(tx, conn, query = "SELECT l.space_id, COUNT(*) AS leads, \
        COUNT(CASE WHEN l.scan_count > 0 THEN l.registration_id END) AS visitors, \
        COUNT(CASE WHEN l.rating = 'hot' THEN 1 END) AS hot, COUNT(CASE WHEN l.rating = 'warm' THEN 1 END) AS warm, \
        COUNT(CASE WHEN l.rating = 'cold' THEN 1 END) AS cold FROM lead l WHERE l.event_id = " => {
        query.push_bind(scope.event());
        push_lead_counts(&mut query, phases);
        query.push(" GROUP BY l.space_id");
    }, query.build_query_as().fetch_all(conn))?)
}

/// A device of an exhibitor.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DeviceRow {
    /// Itself.
    pub id: DeviceId,
    /// Whose it is.
    pub exhibitor_id: ExhibitorId,
    /// When it was paired.
    pub created_at: Timestamp,
    /// When its access ended.
    pub revoked_at: Option<Timestamp>,
    /// When it was marked lost.
    pub lost_at: Option<Timestamp>,
}

/// Every exhibitor's devices.
pub async fn devices(tx: &mut Tx, scope: &MonitorScope) -> Result<Vec<DeviceRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT id, exhibitor_id, created_at, revoked_at, lost_at FROM device \
         WHERE event_id = $1 AND exhibitor_id IS NOT NULL")
        .bind(scope.event()).fetch_all(conn))?)
}

/// How many meetings of each exhibitor both sides agreed on, whether or not both came.
pub async fn meetings(tx: &mut Tx, scope: &MonitorScope) -> Result<Vec<(ExhibitorId, i64)>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT exhibitor_id, COUNT(*) FROM meeting WHERE event_id = $1 AND status IN ('accepted', 'no_show') \
         GROUP BY exhibitor_id")
        .bind(scope.event()).fetch_all(conn))?)
}

/// How many people are registered.
pub async fn registered(tx: &mut Tx, scope: &MonitorScope) -> Result<i64, StorageError> {
    Ok(
        sql!(tx, conn => sqlx::query_scalar("SELECT COUNT(*) FROM registration WHERE event_id = $1 AND merged_into IS NULL")
        .bind(scope.event()).fetch_one(conn))?,
    )
}
