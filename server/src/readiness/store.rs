//! How far exhibitors have come, from the tables of what they did.

use crate::access::EventScope;
use crate::packages::store::TermsRow;
use crate::registrations::folding::sort_by_name;
use crate::storage::{StorageError, Tx};
use crate::{affected, sql};
use mobile_core::ids::{EventId, ExhibitorId};
use mobile_core::time::Timestamp;

/// What there is of one exhibitor.
#[derive(Debug, sqlx::FromRow)]
pub struct ReadyRow {
    /// The exhibitor.
    pub id: ExhibitorId,
    /// Its name.
    pub name: String,
    /// Its first booth's hall.
    pub hall: Option<String>,
    /// Its first booth's number.
    pub number: Option<String>,
    /// Whether an admin has an account that belongs to it.
    pub has_signed_in: bool,
    /// People in the team.
    pub team: i64,
    /// Admins among them.
    pub admins: i64,
    /// Devices whose access has not ended.
    pub devices: i64,
    /// Whether one of them has scanned the practice badge.
    pub is_tested: bool,
    /// Whether the newest version of its form asks something.
    pub has_questions: bool,
    /// What its package and its own terms say.
    #[sqlx(flatten)]
    pub terms: TermsRow,
    /// The first scan that is not annulled.
    pub first_scan_at: Option<Timestamp>,
    /// Whether the details of somebody who was scanned show.
    pub has_contact: bool,
    /// When it was reminded last.
    pub reminded_at: Option<Timestamp>,
}

/// Every exhibitor of an event but those to try things out, by name.
pub async fn list(tx: &mut Tx, scope: &EventScope) -> Result<Vec<ReadyRow>, StorageError> {
    let mut rows: Vec<ReadyRow> = sql!(tx, conn => sqlx::query_as(
        "SELECT x.id, x.name, x.reminded_at, b.hall, b.number, \
         EXISTS (SELECT 1 FROM team_member m WHERE m.event_id = x.event_id AND m.exhibitor_id = x.id \
           AND m.removed_at IS NULL AND m.is_admin AND m.account_id IS NOT NULL) AS has_signed_in, \
         (SELECT COUNT(*) FROM team_member m WHERE m.event_id = x.event_id AND m.exhibitor_id = x.id \
           AND m.removed_at IS NULL) AS team, \
         (SELECT COUNT(*) FROM team_member m WHERE m.event_id = x.event_id AND m.exhibitor_id = x.id \
           AND m.removed_at IS NULL AND m.is_admin) AS admins, \
         (SELECT COUNT(*) FROM device d WHERE d.event_id = x.event_id AND d.exhibitor_id = x.id \
           AND d.revoked_at IS NULL AND d.lost_at IS NULL) AS devices, \
         EXISTS (SELECT 1 FROM device d WHERE d.event_id = x.event_id AND d.exhibitor_id = x.id \
           AND d.revoked_at IS NULL AND d.lost_at IS NULL AND d.tested_at IS NOT NULL) AS is_tested, \
         EXISTS (SELECT 1 FROM form f WHERE f.event_id = x.event_id AND f.exhibitor_id = x.id \
           AND CAST(f.body -> 'questions' AS TEXT) <> '[]' AND NOT EXISTS (SELECT 1 FROM form n \
           WHERE n.event_id = f.event_id AND n.exhibitor_id = f.exhibitor_id AND n.version > f.version)) AS has_questions, \
         x.terms, p.terms AS package_terms, \
         (SELECT MIN(l.first_scanned_at) FROM lead l WHERE l.event_id = x.event_id AND l.space_id = x.id \
           AND NOT l.is_hidden) AS first_scan_at, \
         EXISTS (SELECT 1 FROM lead l WHERE l.event_id = x.event_id AND l.space_id = x.id AND NOT l.is_hidden \
           AND l.registration_id IS NOT NULL AND l.consent = 'granted') AS has_contact \
         FROM exhibitor x LEFT JOIN booth b ON b.event_id = x.event_id AND b.exhibitor_id = x.id \
           AND b.id = (SELECT a.id FROM booth a WHERE a.event_id = x.event_id AND a.exhibitor_id = x.id \
           ORDER BY a.hall, a.number LIMIT 1) \
         LEFT JOIN package p ON p.event_id = x.event_id AND p.id = x.package_id \
         WHERE x.event_id = $1 AND NOT x.is_test ORDER BY x.id")
        .bind(scope.event()).fetch_all(conn))?;
    sort_by_name(&mut rows, |row| &row.name);
    Ok(rows)
}

/// An admin of an exhibitor.
#[derive(Debug, sqlx::FromRow)]
pub struct AdminRow {
    /// The exhibitor.
    pub exhibitor_id: ExhibitorId,
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
    /// The address.
    pub email: String,
    /// Whether they have an account.
    pub has_signed_in: bool,
}

/// The admins of every exhibitor of an event, in the order in which they came.
pub async fn admins(tx: &mut Tx, scope: &EventScope) -> Result<Vec<AdminRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT exhibitor_id, first_name, last_name, email, account_id IS NOT NULL AS has_signed_in FROM team_member \
         WHERE event_id = $1 AND removed_at IS NULL AND is_admin ORDER BY created_at, id")
        .bind(scope.event()).fetch_all(conn))?)
}

/// Notes that an exhibitor was reminded.
pub async fn set_reminded(
    tx: &mut Tx,
    event: EventId,
    exhibitor: ExhibitorId,
    now: Timestamp,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("UPDATE exhibitor SET reminded_at = $3 WHERE event_id = $1 AND id = $2")
            .bind(event)
            .bind(exhibitor)
            .bind(now)
    )?;
    Ok(())
}
