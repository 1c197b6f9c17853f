//! What counts in the numbers of an event: the monitor, the wall and the report ask here, so that they agree.
//!
//! A scan counts where it stands now: one that was taken back does not, nor does one that was moved where it went
//! first. Scans of the build-up do not count, and nobody counts who was scanned then only. What test exhibitors
//! have is left out of every total.

use super::not_taken_back;
use crate::events::phases::Phases;
use crate::sql_built;
use crate::storage::{StorageError, Tx};
use mobile_core::ids::{EventId, SpaceId};
use mobile_core::time::Timestamp;
use sqlx::{Database, Encode, QueryBuilder, Type};

/// A minute.
pub const MINUTE_US: i64 = 60_000_000;
/// A quarter of an hour.
pub const QUARTER_US: i64 = 900_000_000;

/// Adds that a capture `c` of a lead `l` is a scan that counts.
fn push_counts<'t, DB>(query: &mut QueryBuilder<DB>, phases: &Phases)
where
    DB: Database,
    Timestamp: Encode<'t, DB> + Type<DB>,
{
    let condition = not_taken_back(query);
    query.push(" AND c.kind = 'scan' AND (c.corrected_at < ").push_bind(phases.scanning_from);
    query.push(" OR c.corrected_at >= ").push_bind(phases.starts_at).push(") AND ").push(condition);
}

/// Adds that a lead `l` counts: it was scanned outside the build-up, or came in without any scan. A row knows its
/// first and its last scan, and between two of the build-up there are no others.
pub fn push_lead_counts<'t, DB>(query: &mut QueryBuilder<DB>, phases: &Phases)
where
    DB: Database,
    Timestamp: Encode<'t, DB> + Type<DB>,
{
    query.push(" AND NOT l.is_hidden AND (l.first_scanned_at IS NULL OR l.first_scanned_at < ");
    query.push_bind(phases.scanning_from).push(" OR l.last_scanned_at >= ").push_bind(phases.starts_at).push(")");
}

/// Scans, leads and the newest scan of one space.
pub async fn of_space(
    tx: &mut Tx,
    event: EventId,
    space: SpaceId,
    phases: &Phases,
) -> Result<(i64, i64, Option<Timestamp>), StorageError> {
    // By rows, which an index holds. Few people were scanned before the opening: only their scans are looked at.
    let rows: (i64, i64, i64, Option<Timestamp>) = sql_built!(tx, conn, query = "SELECT COUNT(*), \
        CAST(COALESCE(SUM(l.scan_count), 0) AS BIGINT), \
        CAST(COALESCE(SUM(CASE WHEN l.first_scanned_at < " => {
        query.push_bind(phases.starts_at).push(
            " THEN l.scan_count ELSE 0 END), 0) AS BIGINT), MAX(l.last_scanned_at) FROM lead l WHERE l.event_id = ",
        );
        query.push_bind(event).push(" AND l.space_id = ").push_bind(space);
        push_lead_counts(&mut query, phases);
    }, query.build_query_as().fetch_one(conn))?;
    let (leads, by_rows, of_early_leads, newest) = rows;
    if of_early_leads == 0 {
        return Ok((by_rows, leads, newest));
    }
    // In this order of tables: a space's leads are fewer than its captures.
    let counted: i64 = sql_built!(tx, conn,
        query = "SELECT COUNT(*) FROM lead l CROSS JOIN capture c WHERE l.event_id = " => {
        query.push_bind(event).push(" AND l.space_id = ").push_bind(space);
        query.push(" AND l.first_scanned_at < ").push_bind(phases.starts_at);
        push_lead_counts(&mut query, phases);
        query.push(" AND c.event_id = l.event_id AND c.lead_id = l.id AND c.space_id = l.space_id");
        push_counts(&mut query, phases);
    }, query.build_query_scalar().fetch_one(conn))?;
    Ok((by_rows - of_early_leads + counted, leads, newest))
}

/// Registered people who were scanned at least once, and unmatched codes that were.
pub async fn people(tx: &mut Tx, event: EventId, phases: &Phases) -> Result<(i64, i64), StorageError> {
    Ok(sql_built!(tx, conn, query = "SELECT COUNT(DISTINCT l.registration_id), COUNT(l.code_hash) FROM lead l \
        WHERE l.scan_count > 0 AND l.event_id = " => {
        query.push_bind(event);
        push_lead_counts(&mut query, phases);
        query.push(" AND l.space_id NOT IN (SELECT id FROM exhibitor WHERE is_test AND event_id = ");
        query.push_bind(event).push(")");
    }, query.build_query_as().fetch_one(conn))?)
}

/// Scans of a space within a minute.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct MinuteRow {
    /// Whose they are.
    pub space_id: SpaceId,
    /// Minutes since 1970 UTC; 0 for all scans before the minutes that were asked for.
    pub minute: i64,
    /// Scans.
    pub scans: i64,
    /// Those of the day that was asked for.
    pub of_day: i64,
}

/// Scans of all spaces, or of one, from a day's beginning on, and by the minute from another time on.
pub async fn by_minute(
    tx: &mut Tx,
    event: EventId,
    only: Option<SpaceId>,
    phases: &Phases,
    (day, minutes): (Timestamp, Timestamp),
) -> Result<Vec<MinuteRow>, StorageError> {
    Ok(sql_built!(tx, conn, query = "SELECT c.space_id, CASE WHEN c.corrected_at >= " => {
        query.push_bind(minutes).push(" THEN c.corrected_at / ").push_bind(MINUTE_US);
        query.push(" ELSE 0 END AS minute, COUNT(*) AS scans, \
            COUNT(CASE WHEN c.corrected_at >= ").push_bind(day);
        // Who was not scanned since has no scan to count: the others' captures are not walked through.
        query.push(" THEN 1 END) AS of_day FROM lead l CROSS JOIN capture c WHERE NOT l.is_hidden AND l.event_id = ");
        query.push_bind(event).push(" AND l.last_scanned_at >= ").push_bind(day.min(minutes));
        if let Some(space) = only {
            query.push(" AND l.space_id = ").push_bind(space);
        }
        query.push(" AND c.event_id = l.event_id AND c.lead_id = l.id AND c.space_id = l.space_id");
        query.push(" AND c.corrected_at >= ").push_bind(day.min(minutes));
        push_counts(&mut query, phases);
        query.push(" GROUP BY 1, 2");
    }, query.build_query_as().fetch_all(conn))?)
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
    /// The first of them.
    pub first_at: Timestamp,
    /// The last of them.
    pub last_at: Timestamp,
}

/// Every space's scans by time.
pub async fn by_quarter_hour(tx: &mut Tx, event: EventId, phases: &Phases) -> Result<Vec<QuarterRow>, StorageError> {
    Ok(sql_built!(tx, conn, query = "SELECT c.space_id, c.corrected_at / " => {
        query.push_bind(QUARTER_US).push(" AS quarter, COUNT(*) AS scans, MIN(c.corrected_at) AS first_at, \
            MAX(c.corrected_at) AS last_at FROM capture c JOIN lead l \
            ON l.event_id = c.event_id AND l.space_id = c.space_id AND l.id = c.lead_id WHERE c.event_id = ");
        query.push_bind(event);
        push_counts(&mut query, phases);
        query.push(" GROUP BY 1, 2");
    }, query.build_query_as().fetch_all(conn))?)
}
