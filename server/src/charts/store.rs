//! Scans, ratings and answers of a space, to be counted.

use crate::access::{ChartScope, TeamAdminScope};
use crate::leads::store::push_visible;
use crate::storage::{StorageError, Tx};
use crate::{affected, sql, sql_built};
use mobile_core::ids::{CaptureId, EventId, ExhibitorId, TeamMemberId};
use mobile_core::time::Timestamp;

/// A scan.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ScanRow {
    /// The capture.
    pub id: CaptureId,
    /// When.
    pub corrected_at: Timestamp,
    /// By whom.
    pub member_id: Option<TeamMemberId>,
    /// A temp's name.
    pub operator: Option<String>,
}

/// The scans of the space, or of one member.
pub async fn scans(
    tx: &mut Tx,
    scope: &ChartScope,
    member: Option<TeamMemberId>,
) -> Result<Vec<ScanRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT c.id, c.corrected_at, c.member_id, CAST(c.body ->> 'operator' AS TEXT) AS operator FROM capture c \
         WHERE c.event_id = $1 AND c.space_id = $2 AND c.kind = 'scan' AND ($3 IS NULL OR c.member_id = $3)")
        .bind(scope.event()).bind(scope.space()).bind(member).fetch_all(conn))?)
}

/// What was taken back, as lists of captures.
pub async fn annulled(tx: &mut Tx, scope: &ChartScope) -> Result<Vec<String>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT CAST(fold -> 'annulled' AS TEXT) FROM lead \
         WHERE event_id = $1 AND space_id = $2 AND fold -> 'annulled' IS NOT NULL")
        .bind(scope.event()).bind(scope.space()).fetch_all(conn))?)
}

/// Leads by rating, of those that the caller sees.
pub async fn ratings(tx: &mut Tx, scope: &ChartScope) -> Result<Vec<(Option<String>, i64)>, StorageError> {
    Ok(sql_built!(tx, conn, query = "SELECT l.rating, COUNT(*) FROM lead l WHERE l.event_id = " => {
        query.push_bind(scope.event()).push(" AND l.space_id = ").push_bind(scope.space()).push(" AND NOT l.is_hidden");
        push_visible(&mut query, scope.sees());
        query.push(" GROUP BY l.rating");
    }, query.build_query_as().fetch_all(conn))?)
}

/// The answers of the leads that gave some, as their folds have them, of those that the caller sees. Those of
/// people who withdrew are no longer the exhibitor's to look at.
pub async fn answers(tx: &mut Tx, scope: &ChartScope) -> Result<Vec<String>, StorageError> {
    Ok(sql_built!(tx, conn,
        query = "SELECT CAST(l.fold -> 'answers' AS TEXT) FROM lead l WHERE l.event_id = " => {
        query.push_bind(scope.event()).push(" AND l.space_id = ").push_bind(scope.space()).push(
            " AND NOT l.is_hidden AND l.consent NOT IN ('withdrawn', 'erased') AND l.fold -> 'answers' IS NOT NULL",
        );
        push_visible(&mut query, scope.sees());
    }, query.build_query_scalar().fetch_all(conn))?)
}

/// How many leads the exhibitor wants to have in the end.
pub async fn goal(tx: &mut Tx, event: EventId, exhibitor: ExhibitorId) -> Result<Option<i64>, StorageError> {
    let goal: Option<Option<i64>> = sql!(tx, conn => sqlx::query_scalar(
        "SELECT lead_goal FROM exhibitor WHERE event_id = $1 AND id = $2")
        .bind(event).bind(exhibitor).fetch_optional(conn))?;
    Ok(goal.flatten())
}

/// Sets the goal, or takes it away.
pub async fn set_goal(tx: &mut Tx, scope: &TeamAdminScope, goal: Option<i64>) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("UPDATE exhibitor SET lead_goal = $3 WHERE event_id = $1 AND id = $2")
            .bind(scope.event())
            .bind(scope.exhibitor())
            .bind(goal)
    )?;
    Ok(())
}

/// When each lead that the caller sees was met first.
pub async fn first_met(tx: &mut Tx, scope: &ChartScope) -> Result<Vec<Timestamp>, StorageError> {
    Ok(sql_built!(tx, conn,
        query = "SELECT COALESCE(l.first_scanned_at, l.newest_at) FROM lead l WHERE l.event_id = " => {
        query.push_bind(scope.event()).push(" AND l.space_id = ").push_bind(scope.space()).push(" AND NOT l.is_hidden");
        push_visible(&mut query, scope.sees());
    }, query.build_query_scalar().fetch_all(conn))?)
}
