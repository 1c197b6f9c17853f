//! Print runs in the database: the run, and each of its badges at its place.

use super::{Choice, Status};
use crate::access::DeskScope;
use crate::badges::store::FaceRow;
use crate::storage::{StorageError, Tx, runs};
use crate::{affected, sql, sql_built};
use mobile_core::capture::Contact;
use mobile_core::ids::{AccountId, BadgeId, RegistrationId};
use mobile_core::time::Timestamp;
use sqlx::types::Json;
use uuid::Uuid;

/// A run as it is kept.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct RunRow {
    /// The run.
    pub id: Uuid,
    /// What it covers and how it is printed.
    pub choice: Json<Choice>,
    /// Its badges.
    pub total: i64,
    /// The last place that came out of the printer.
    pub done: i64,
    /// Whether it goes on.
    pub status: Status,
    /// Who began it.
    pub account_id: Option<AccountId>,
    /// When.
    pub created_at: Timestamp,
    /// When something was last said of it.
    pub updated_at: Timestamp,
}

/// A badge that a run may cover.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Candidate {
    /// The badge.
    pub id: BadgeId,
    /// Whose.
    pub registration_id: RegistrationId,
    /// What the person is sorted by.
    pub sort_name: String,
    /// The person.
    pub contact: Json<Contact>,
    /// Whose team they are in.
    pub exhibitor: Option<String>,
}

/// A badge of a run that can be printed.
#[derive(Debug, sqlx::FromRow)]
pub struct PlaceRow {
    /// Its place, counted from 1.
    pub place: i64,
    /// The part of the pile that it belongs to.
    pub part: String,
    /// What it shows.
    #[sqlx(flatten)]
    pub face: FaceRow,
}

/// The active badges of the event that a choice may cover.
pub async fn candidates(
    tx: &mut Tx,
    scope: &DeskScope,
    category: Option<&str>,
    is_unprinted: bool,
) -> Result<Vec<Candidate>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT b.id, b.registration_id, r.sort_name, r.contact, x.name AS exhibitor FROM badge b \
         JOIN registration r ON r.event_id = b.event_id AND r.id = b.registration_id \
         LEFT JOIN exhibitor x ON x.event_id = r.event_id AND x.id = r.exhibitor_id \
         WHERE b.event_id = $1 AND b.status = 'active' AND r.erased_at IS NULL AND ($2 IS NULL OR r.category = $2) \
         AND (NOT $3 OR b.print_count = 0)")
        .bind(scope.event()).bind(category).bind(is_unprinted).fetch_all(conn))?)
}

/// Begins a run over badges in their order.
pub async fn insert(
    tx: &mut Tx,
    scope: &DeskScope,
    row: &RunRow,
    places: &[(BadgeId, String)],
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO print_run (event_id, id, choice, total, done, status, account_id, created_at, updated_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        )
        .bind(scope.event())
        .bind(row.id)
        .bind(&row.choice)
        .bind(row.total)
        .bind(row.done)
        .bind(row.status)
        .bind(row.account_id)
        .bind(row.created_at)
        .bind(row.updated_at)
    )?;
    let numbered: Vec<(i64, &(BadgeId, String))> = (1..).zip(places).collect();
    for run in runs(&numbered) {
        sql_built!(tx, conn, query = "INSERT INTO print_run_badge (event_id, run_id, place, badge_id, part) " => {
            query.push_values(run, |mut values, (place, (badge, part))| {
                values.push_bind(scope.event()).push_bind(row.id).push_bind(*place).push_bind(*badge)
                    .push_bind(part.as_str());
            });
            query.push(" RETURNING place");
        }, query.build_query_scalar::<i64>().fetch_all(conn))?;
    }
    Ok(())
}

/// A run.
pub async fn find(tx: &mut Tx, scope: &DeskScope, id: Uuid) -> Result<Option<RunRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT id, choice, total, done, status, account_id, created_at, updated_at FROM print_run \
         WHERE event_id = $1 AND id = $2")
        .bind(scope.event()).bind(id).fetch_optional(conn))?)
}

/// The same, to be changed by this transaction; others that want to wait.
pub async fn find_for_edit(tx: &mut Tx, scope: &DeskScope, id: Uuid) -> Result<Option<RunRow>, StorageError> {
    affected!(
        tx,
        sqlx::query("UPDATE print_run SET done = done WHERE event_id = $1 AND id = $2").bind(scope.event()).bind(id)
    )?;
    find(tx, scope, id).await
}

/// The runs of the event, the newest first.
pub async fn list(tx: &mut Tx, scope: &DeskScope, limit: i64) -> Result<Vec<RunRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT id, choice, total, done, status, account_id, created_at, updated_at FROM print_run \
         WHERE event_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2")
        .bind(scope.event()).bind(limit).fetch_all(conn))?)
}

/// Writes how far a run came.
pub async fn update(tx: &mut Tx, scope: &DeskScope, row: &RunRow) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("UPDATE print_run SET done = $3, status = $4, updated_at = $5 WHERE event_id = $1 AND id = $2")
            .bind(scope.event())
            .bind(row.id)
            .bind(row.done)
            .bind(row.status)
            .bind(row.updated_at)
    )?;
    Ok(())
}

/// The badges of a run after what came out that can still be printed, in their order. Whoever got a new
/// badge since gets that one, unless it was printed already.
pub async fn printable(
    tx: &mut Tx,
    scope: &DeskScope,
    row: &RunRow,
    limit: i64,
) -> Result<Vec<PlaceRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT p.place, p.part, b.id, b.code, b.number, r.category, r.contact FROM print_run_badge p \
         JOIN badge o ON o.event_id = p.event_id AND o.id = p.badge_id \
         JOIN badge b ON b.event_id = p.event_id AND b.id = CASE WHEN o.status = 'active' THEN o.id \
           WHEN o.status = 'replaced' THEN (SELECT n.id FROM badge n WHERE n.event_id = p.event_id \
             AND n.registration_id = o.registration_id AND n.status = 'active' AND n.print_count = 0 \
             ORDER BY n.created_at DESC, n.id DESC LIMIT 1) END \
         JOIN registration r ON r.event_id = b.event_id AND r.id = b.registration_id \
         WHERE p.event_id = $1 AND p.run_id = $2 AND p.place > $3 AND b.status = 'active' AND r.erased_at IS NULL \
         AND (NOT $4 OR b.print_count = 0) ORDER BY p.place LIMIT $5")
        .bind(scope.event()).bind(row.id).bind(row.done).bind(row.choice.is_unprinted).bind(limit).fetch_all(conn))?)
}

/// The part of the pile that a place of a run belongs to; none before the first.
pub async fn part_at(tx: &mut Tx, scope: &DeskScope, run: Uuid, place: i64) -> Result<Option<String>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT part FROM print_run_badge WHERE event_id = $1 AND run_id = $2 AND place = $3")
        .bind(scope.event()).bind(run).bind(place).fetch_optional(conn))?)
}

/// How many badges each part of the pile has.
pub async fn part_sizes(tx: &mut Tx, scope: &DeskScope, run: Uuid) -> Result<Vec<(String, i64)>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT part, COUNT(*) FROM print_run_badge WHERE event_id = $1 AND run_id = $2 GROUP BY part")
        .bind(scope.event()).bind(run).fetch_all(conn))?)
}

/// The place of the badge with this number in a run, or of whoever has it instead of the one there.
pub async fn place_of(tx: &mut Tx, scope: &DeskScope, run: Uuid, number: &str) -> Result<Option<i64>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT p.place FROM badge b JOIN badge o ON o.event_id = b.event_id AND o.registration_id = b.registration_id \
         JOIN print_run_badge p ON p.event_id = o.event_id AND p.run_id = $2 AND p.badge_id = o.id \
         WHERE b.event_id = $1 AND b.number = $3 ORDER BY o.id = b.id DESC, p.place LIMIT 1")
        .bind(scope.event()).bind(run).bind(number).fetch_optional(conn))?)
}

/// Counts one print of each badge.
pub async fn count_prints(tx: &mut Tx, scope: &DeskScope, badges: &[BadgeId]) -> Result<(), StorageError> {
    for run in runs(badges) {
        sql_built!(tx, conn, query = "UPDATE badge SET print_count = print_count + 1 WHERE event_id = " => {
            query.push_bind(scope.event()).push(" AND id IN (");
            let mut list = query.separated(", ");
            for id in run { list.push_bind(*id); }
            list.push_unseparated(") RETURNING id");
        }, query.build_query_scalar::<BadgeId>().fetch_all(conn))?;
    }
    Ok(())
}
