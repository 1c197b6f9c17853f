//! What lists, exports and the feed read of attendance.

use crate::access::ExportScope;
use crate::storage::{StorageError, Tx, runs};
use crate::{shown_contact, sql, sql_built};
use mobile_core::capture::Contact;
use mobile_core::ids::{EventId, ExhibitorId, RegistrationId, SessionId};
use mobile_core::time::Timestamp;
use sqlx::types::Json;
use uuid::Uuid;

/// How many people were present on each local day.
pub async fn days(tx: &mut Tx, event: EventId) -> Result<Vec<(String, i64)>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT present_on, COUNT(*) FROM presence WHERE event_id = $1 GROUP BY present_on ORDER BY present_on")
        .bind(event).fetch_all(conn))?)
}

/// Somebody who was inside.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct AttendedRow {
    /// The session.
    pub session_id: SessionId,
    /// Who.
    pub registration_id: RegistrationId,
    /// Whether they have not left, on the day of the last entry.
    pub is_inside: bool,
    /// The first entry.
    pub first_in_at: Timestamp,
    /// The last one.
    pub last_in_at: Timestamp,
    /// When they left last.
    pub last_out_at: Option<Timestamp>,
    /// How long in all, as far as leaving was seen.
    pub dwell_us: i64,
    /// The person's category.
    pub category: String,
    /// What is known of the person.
    pub contact: Json<Contact>,
}

const ATTENDED: &str = concat!(
    "SELECT a.session_id, a.registration_id, a.is_inside, a.first_in_at, a.last_in_at, a.last_out_at, a.dwell_us, \
     r.category, ",
    shown_contact!(),
    " AS contact FROM attendance a \
     JOIN registration r ON r.event_id = a.event_id AND r.id = a.registration_id WHERE a.event_id = "
);

/// Those who attended a session, in the order of their registrations.
pub async fn attended(
    tx: &mut Tx,
    event: EventId,
    session: SessionId,
    after: Option<RegistrationId>,
    limit: usize,
) -> Result<Vec<AttendedRow>, StorageError> {
    Ok(sql_built!(tx, conn, query = ATTENDED => {
        query.push_bind(event).push(" AND a.session_id = ").push_bind(session);
        if let Some(after) = after {
            query.push(" AND a.registration_id > ").push_bind(after);
        }
        query.push(" ORDER BY a.registration_id LIMIT ").push_bind(limit as i64);
    }, query.build_query_as().fetch_all(conn))?)
}

/// An attendance with its session, as exports show it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ExportedRow {
    /// The session.
    pub session_id: SessionId,
    /// Its title.
    pub title: String,
    /// Where it was.
    pub room: Option<String>,
    /// When it began.
    pub starts_at: Timestamp,
    /// When it ended.
    pub ends_at: Timestamp,
    /// Who was inside.
    pub registration_id: RegistrationId,
    /// The first entry.
    pub first_in_at: Timestamp,
    /// When they left last.
    pub last_out_at: Option<Timestamp>,
    /// How long in all, as far as leaving was seen.
    pub dwell_us: i64,
}

/// What some people attended of an exhibitor's sessions, in the order of their registrations.
pub async fn exported(
    tx: &mut Tx,
    scope: &ExportScope,
    people: &[RegistrationId],
) -> Result<Vec<ExportedRow>, StorageError> {
    let mut found = Vec::new();
    for run in runs(people) {
        let rows: Vec<ExportedRow> = sql_built!(tx, conn, query = "SELECT a.session_id, s.title, s.room, s.starts_at, \
            s.ends_at, a.registration_id, a.first_in_at, a.last_out_at, a.dwell_us FROM attendance a \
            JOIN session s ON s.event_id = a.event_id AND s.id = a.session_id WHERE a.event_id = " => {
            query.push_bind(scope.event()).push(" AND s.exhibitor_id = ").push_bind(scope.exhibitor());
            query.push(" AND a.registration_id IN (");
            let mut list = query.separated(", ");
            for person in run {
                list.push_bind(*person);
            }
            list.push_unseparated(") ORDER BY a.registration_id, s.starts_at, s.id");
        }, query.build_query_as().fetch_all(conn))?;
        found.extend(rows);
    }
    Ok(found)
}

/// The first entry of everybody who attended a session: the mark, the person and the time.
pub async fn first_entries(
    tx: &mut Tx,
    event: EventId,
    session: SessionId,
) -> Result<Vec<(RegistrationId, Uuid, Timestamp)>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT a.registration_id, m.id, a.first_in_at FROM attendance a JOIN attendance_mark m \
         ON m.event_id = a.event_id AND m.session_id = a.session_id AND m.registration_id = a.registration_id \
         WHERE a.event_id = $1 AND a.session_id = $2 AND m.at = a.first_in_at AND m.direction = 'in' \
         AND m.annulled_at IS NULL ORDER BY a.registration_id, m.device_seq, m.id")
        .bind(event).bind(session).fetch_all(conn))?)
}

/// Whose sessions these are, and what was counted of them.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct CountRow {
    /// The session.
    pub id: SessionId,
    /// Whose it is.
    pub exhibitor_id: Option<ExhibitorId>,
    /// People inside.
    pub inside: i64,
    /// People who have been inside.
    pub entered: i64,
    /// How many may be inside.
    pub capacity: Option<i64>,
}

/// What was counted of some sessions, for the feed.
pub async fn counts(tx: &mut Tx, event: EventId, ids: &[SessionId]) -> Result<Vec<CountRow>, StorageError> {
    let mut found = Vec::new();
    for run in runs(ids) {
        let rows: Vec<CountRow> = sql_built!(tx, conn,
            query = "SELECT id, exhibitor_id, inside, entered, capacity FROM session WHERE event_id = " => {
            query.push_bind(event).push(" AND id IN (");
            let mut list = query.separated(", ");
            for id in run {
                list.push_bind(*id);
            }
            list.push_unseparated(")");
        }, query.build_query_as().fetch_all(conn))?;
        found.extend(rows);
    }
    Ok(found)
}
