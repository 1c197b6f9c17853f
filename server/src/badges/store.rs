//! The badges' table.

use super::{Assignment, Badge, BadgeStatus, NewBadge};
use crate::access::EventScope;
use crate::storage::{StorageError, Tx, runs};
use crate::{affected, sql, sql_built};
use mobile_core::capture::Contact;
use mobile_core::ids::{BadgeId, RegistrationId};
use mobile_core::time::Timestamp;
use sqlx::types::Json;
use std::collections::HashSet;

const COLUMNS: &str =
    "id, registration_id, code, number, status, is_imported, print_count, created_at, revoked_at FROM badge ";

/// A badge by its id.
pub async fn find(tx: &mut Tx, scope: &EventScope, id: BadgeId) -> Result<Option<Badge>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT id, registration_id, code, number, status, is_imported, print_count, created_at, revoked_at \
         FROM badge WHERE event_id = $1 AND id = $2")
        .bind(scope.event()).bind(id).fetch_optional(conn))?)
}

/// All badges of some people, oldest first.
pub async fn of_registrations(
    tx: &mut Tx,
    scope: &EventScope,
    registrations: &[RegistrationId],
) -> Result<Vec<Badge>, StorageError> {
    let mut badges: Vec<Badge> = Vec::new();
    for run in runs(registrations) {
        let found: Vec<Badge> = sql_built!(tx, conn, query = "SELECT " => {
            query.push(COLUMNS).push("WHERE event_id = ").push_bind(scope.event()).push(" AND registration_id IN (");
            let mut list = query.separated(", ");
            for id in run { list.push_bind(*id); }
            list.push_unseparated(")");
        }, query.build_query_as().fetch_all(conn))?;
        badges.extend(found);
    }
    badges.sort_by_key(|badge| (badge.created_at, badge.id));
    Ok(badges)
}

/// Whose the codes with these hashes are; codes that the event does not have are left out.
pub async fn owners(
    tx: &mut Tx,
    scope: &EventScope,
    hashes: &[[u8; 32]],
) -> Result<Vec<([u8; 32], RegistrationId)>, StorageError> {
    let mut owners = Vec::new();
    for run in runs(hashes) {
        let found: Vec<(Vec<u8>, RegistrationId)> = sql_built!(tx, conn,
            query = "SELECT code_hash, registration_id FROM badge WHERE event_id = " => {
            query.push_bind(scope.event()).push(" AND code_hash IN (");
            let mut list = query.separated(", ");
            for hash in run { list.push_bind(hash.as_slice()); }
            list.push_unseparated(")");
        }, query.build_query_as().fetch_all(conn))?;
        owners.extend(found.into_iter().filter_map(|(hash, owner)| Some((hash.try_into().ok()?, owner))));
    }
    Ok(owners)
}

/// Which of these people have a badge whose code came from elsewhere.
pub async fn with_imported_codes(
    tx: &mut Tx,
    scope: &EventScope,
    registrations: &[RegistrationId],
) -> Result<HashSet<RegistrationId>, StorageError> {
    let mut found = HashSet::new();
    for run in runs(registrations) {
        let rows: Vec<RegistrationId> = sql_built!(tx, conn,
            query = "SELECT DISTINCT registration_id FROM badge WHERE is_imported AND event_id = " => {
            query.push_bind(scope.event()).push(" AND registration_id IN (");
            let mut list = query.separated(", ");
            for id in run { list.push_bind(*id); }
            list.push_unseparated(")");
        }, query.build_query_scalar().fetch_all(conn))?;
        found.extend(rows);
    }
    Ok(found)
}

/// Adds badges and says which went in; the others met a code or number that the event has.
pub async fn insert(tx: &mut Tx, scope: &EventScope, badges: &[NewBadge]) -> Result<HashSet<BadgeId>, StorageError> {
    let mut done = HashSet::with_capacity(badges.len());
    for run in runs(badges) {
        let ids: Vec<BadgeId> = sql_built!(tx, conn, query = "INSERT INTO badge (event_id, id, registration_id, code, \
            code_hash, number, status, is_imported, print_count, created_at, revoked_at) " => {
            query.push_values(run, |mut row, badge| {
                row.push_bind(scope.event()).push_bind(badge.id).push_bind(badge.registration)
                    .push_bind(badge.code.as_str()).push_bind(badge.code_hash.as_slice())
                    .push_bind(badge.number.as_str()).push_bind(BadgeStatus::Active).push_bind(badge.is_imported)
                    .push_bind(0_i64).push_bind(badge.at).push_bind(None::<Timestamp>);
            });
            query.push(" ON CONFLICT DO NOTHING RETURNING id");
        }, query.build_query_scalar().fetch_all(conn))?;
        done.extend(ids);
    }
    Ok(done)
}

/// Counts one print.
pub async fn count_print(tx: &mut Tx, scope: &EventScope, id: BadgeId) -> Result<Option<Badge>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "UPDATE badge SET print_count = print_count + 1 WHERE event_id = $1 AND id = $2 RETURNING id, \
         registration_id, code, number, status, is_imported, print_count, created_at, revoked_at")
        .bind(scope.event()).bind(id).fetch_optional(conn))?)
}

/// Ends a badge; one that ended before keeps its time.
pub async fn end(
    tx: &mut Tx,
    scope: &EventScope,
    id: BadgeId,
    status: BadgeStatus,
    at: Timestamp,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "UPDATE badge SET status = $1, revoked_at = COALESCE(revoked_at, $2) WHERE event_id = $3 AND id = $4"
        )
        .bind(status)
        .bind(at)
        .bind(scope.event())
        .bind(id)
    )?;
    Ok(())
}

/// Ends the badges of our own making that were never printed, because their owners' real codes are
/// known now.
pub async fn supersede(
    tx: &mut Tx,
    scope: &EventScope,
    registrations: &[RegistrationId],
    at: Timestamp,
) -> Result<(), StorageError> {
    for run in runs(registrations) {
        sql_built!(tx, conn, query = "UPDATE badge SET status = 'replaced', revoked_at = " => {
            query.push_bind(at).push(" WHERE event_id = ").push_bind(scope.event());
            query.push(" AND status = 'active' AND NOT is_imported AND print_count = 0 AND registration_id IN (");
            let mut list = query.separated(", ");
            for id in run { list.push_bind(*id); }
            list.push_unseparated(") RETURNING id");
        }, query.build_query_scalar::<BadgeId>().fetch_all(conn))?;
    }
    Ok(())
}

/// Whether the event has this registration.
pub async fn is_registered(tx: &mut Tx, scope: &EventScope, id: RegistrationId) -> Result<bool, StorageError> {
    let count: i64 = sql!(tx, conn => sqlx::query_scalar(
        "SELECT COUNT(*) FROM registration WHERE event_id = $1 AND id = $2 AND merged_into IS NULL")
        .bind(scope.event()).bind(id).fetch_one(conn))?;
    Ok(count > 0)
}

/// Whom a badge stood for before it was assigned.
pub async fn former_holders(
    tx: &mut Tx,
    scope: &EventScope,
    badge: BadgeId,
) -> Result<Vec<RegistrationId>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT DISTINCT registration_id FROM badge_assignment WHERE event_id = $1 AND badge_id = $2")
        .bind(scope.event()).bind(badge).fetch_all(conn))?)
}

/// Makes a badge's code stand for somebody else, and remembers for whom it stood until when.
pub async fn assign(
    tx: &mut Tx,
    scope: &EventScope,
    assignment: &Assignment,
    registration: RegistrationId,
    now: Timestamp,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO badge_assignment (event_id, id, badge_id, registration_id, from_at, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6)"
        )
        .bind(scope.event())
        .bind(assignment.id)
        .bind(assignment.badge)
        .bind(assignment.before)
        .bind(assignment.from)
        .bind(now)
    )?;
    affected!(
        tx,
        sqlx::query("UPDATE badge SET registration_id = $1, is_assigned = $2 WHERE event_id = $3 AND id = $4")
            .bind(registration)
            .bind(true)
            .bind(scope.event())
            .bind(assignment.badge)
    )?;
    Ok(())
}

/// What a badge shows.
#[derive(Debug, sqlx::FromRow)]
pub struct FaceRow {
    /// The badge.
    pub id: BadgeId,
    /// What its QR says.
    pub code: String,
    /// Its number, without the hyphen.
    pub number: String,
    /// The person's category.
    pub category: String,
    /// The person.
    pub contact: Json<Contact>,
}

/// What one badge shows.
pub async fn face(tx: &mut Tx, scope: &EventScope, id: BadgeId) -> Result<Option<FaceRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT b.id, b.code, b.number, r.category, r.contact FROM badge b \
         JOIN registration r ON r.event_id = b.event_id AND r.id = b.registration_id \
         WHERE b.event_id = $1 AND b.id = $2 AND r.erased_at IS NULL")
        .bind(scope.event()).bind(id).fetch_optional(conn))?)
}

/// Which badges to print together.
#[derive(Debug, Clone, Default)]
pub struct FaceFilter {
    /// Only people of this category.
    pub category: Option<String>,
    /// Only badges that were never printed.
    pub is_unprinted: bool,
    /// Only badges after this one.
    pub after: Option<BadgeId>,
    /// At most so many.
    pub limit: i64,
}

/// What many active badges show, in the order in which they were issued.
pub async fn faces(tx: &mut Tx, scope: &EventScope, filter: &FaceFilter) -> Result<Vec<FaceRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT b.id, b.code, b.number, r.category, r.contact FROM badge b \
         JOIN registration r ON r.event_id = b.event_id AND r.id = b.registration_id \
         WHERE b.event_id = $1 AND b.status = 'active' AND r.erased_at IS NULL AND ($2 IS NULL OR r.category = $2) \
         AND (NOT $3 OR b.print_count = 0) AND ($4 IS NULL OR b.id > $4) ORDER BY b.id LIMIT $5")
        .bind(scope.event()).bind(filter.category.as_deref()).bind(filter.is_unprinted).bind(filter.after)
        .bind(filter.limit).fetch_all(conn))?)
}

/// What the active badges of some people show, in the order in which they were issued.
pub async fn faces_of(
    tx: &mut Tx,
    scope: &EventScope,
    registrations: &[RegistrationId],
) -> Result<Vec<FaceRow>, StorageError> {
    let mut faces: Vec<FaceRow> = Vec::with_capacity(registrations.len());
    for run in runs(registrations) {
        let found: Vec<FaceRow> = sql_built!(tx, conn,
            query = "SELECT b.id, b.code, b.number, r.category, r.contact FROM badge b \
             JOIN registration r ON r.event_id = b.event_id AND r.id = b.registration_id \
             WHERE b.status = 'active' AND r.erased_at IS NULL AND b.event_id = " => {
            query.push_bind(scope.event()).push(" AND b.registration_id IN (");
            let mut list = query.separated(", ");
            for id in run { list.push_bind(*id); }
            list.push_unseparated(")");
        }, query.build_query_as().fetch_all(conn))?;
        faces.extend(found);
    }
    faces.sort_by_key(|face| face.id);
    Ok(faces)
}
