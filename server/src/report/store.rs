//! Counts of leads, scans and devices in the database.

use crate::access::MonitorScope;
use crate::leads::store::not_taken_back;
use crate::storage::{StorageError, Tx};
use crate::{sql, sql_built};
use mobile_core::ids::{ExhibitorId, SpaceId};
use mobile_core::time::Timestamp;

/// A quarter of an hour.
pub const QUARTER_US: i64 = 900_000_000;

/// What the leads of a space add up to.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SpaceRow {
    /// Whose they are.
    pub space_id: SpaceId,
    /// Scans.
    pub scans: i64,
    /// Leads.
    pub leads: i64,
    /// Those with a registration.
    pub visitors: i64,
    /// By rating.
    pub hot: i64,
    /// By rating.
    pub warm: i64,
    /// By rating.
    pub cold: i64,
    /// The first scan.
    pub first_scan_at: Option<Timestamp>,
    /// The last scan.
    pub last_scan_at: Option<Timestamp>,
}

/// Every space's leads.
pub async fn spaces(tx: &mut Tx, scope: &MonitorScope) -> Result<Vec<SpaceRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT space_id, CAST(SUM(scan_count) AS BIGINT) AS scans, COUNT(*) AS leads, \
         COUNT(registration_id) AS visitors, COUNT(CASE WHEN rating = 'hot' THEN 1 END) AS hot, \
         COUNT(CASE WHEN rating = 'warm' THEN 1 END) AS warm, COUNT(CASE WHEN rating = 'cold' THEN 1 END) AS cold, \
         MIN(first_scanned_at) AS first_scan_at, MAX(last_scanned_at) AS last_scan_at \
         FROM lead WHERE event_id = $1 AND NOT is_hidden GROUP BY space_id")
        .bind(scope.event()).fetch_all(conn))?)
}

/// Scans of a space within a quarter of an hour.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct QuarterRow {
    /// Whose they are.
    pub space_id: SpaceId,
    /// Quarters of an hour since 1970 UTC.
    pub quarter: i64,
    /// Scans.
    pub scans: i64,
}

/// Every space's scans of its leads by time, without those that were taken back.
pub async fn scans_by_quarter_hour(tx: &mut Tx, scope: &MonitorScope) -> Result<Vec<QuarterRow>, StorageError> {
    Ok(sql_built!(tx, conn, query = "SELECT c.space_id, c.corrected_at / 900000000 AS quarter, COUNT(*) AS scans \
        FROM capture c JOIN lead l ON l.event_id = c.event_id AND l.space_id = c.space_id AND l.id = c.lead_id WHERE " => {
        query.push(not_taken_back(&query)).push(" AND c.kind = 'scan' AND c.event_id = ").push_bind(scope.event());
        query.push(" GROUP BY c.space_id, c.corrected_at / 900000000");
    }, query.build_query_as().fetch_all(conn))?)
}

/// From when to when a device could scan.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DeviceSpan {
    /// Whose it is.
    pub exhibitor_id: ExhibitorId,
    /// When it was paired.
    pub created_at: Timestamp,
    /// When its access ended.
    pub revoked_at: Option<Timestamp>,
    /// When it was marked lost.
    pub lost_at: Option<Timestamp>,
}

impl DeviceSpan {
    /// When it stopped, whichever way.
    pub fn ended_at(&self) -> Option<Timestamp> {
        match (self.revoked_at, self.lost_at) {
            (Some(revoked), Some(lost)) => Some(revoked.min(lost)),
            (revoked, lost) => revoked.or(lost),
        }
    }
}

/// Every exhibitor's devices.
pub async fn device_spans(tx: &mut Tx, scope: &MonitorScope) -> Result<Vec<DeviceSpan>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT exhibitor_id, created_at, revoked_at, lost_at FROM device \
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

/// Registered people who were scanned at least once by others than test exhibitors, and all of them.
pub async fn people(tx: &mut Tx, scope: &MonitorScope) -> Result<(i64, i64), StorageError> {
    let scanned: i64 = sql!(tx, conn => sqlx::query_scalar(
        "SELECT COUNT(DISTINCT registration_id) FROM lead WHERE event_id = $1 AND NOT is_hidden AND scan_count > 0 \
         AND space_id NOT IN (SELECT id FROM exhibitor WHERE event_id = $1 AND is_test)")
        .bind(scope.event()).fetch_one(conn))?;
    let registered: i64 = sql!(tx, conn => sqlx::query_scalar("SELECT COUNT(*) FROM registration WHERE event_id = $1 AND merged_into IS NULL")
        .bind(scope.event()).fetch_one(conn))?;
    Ok((scanned, registered))
}
