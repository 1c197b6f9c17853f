//! Connections, and who agreed to be found, in the database.

use super::{Channel, Status};
use crate::access::{AttendeeScope, ExportScope};
use crate::search;
use crate::storage::{StorageError, Tx, runs};
use crate::{affected, shown_contact, sql, sql_built};
use mobile_core::capture::Contact;
use mobile_core::ids::{CaptureId, ConnectionId, EventId, ExhibitorId, RegistrationId};
use mobile_core::time::Timestamp;
use sqlx::types::Json;

/// A connection as one of the two sees it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ConnectionRow {
    /// The connection.
    pub id: ConnectionId,
    /// Who asked last.
    pub asked_by: RegistrationId,
    /// What has become of it.
    pub status: Status,
    /// How the other was found.
    pub channel: Channel,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// Since when both agree.
    pub connected_at: Option<Timestamp>,
    /// Who ended it.
    pub ended_by: Option<RegistrationId>,
    /// What was noted of it in exhibitors' spaces.
    pub capture_id: Option<CaptureId>,
    /// The other one.
    pub other_id: RegistrationId,
    /// Their category.
    pub category: String,
    /// What is known of them.
    pub contact: Json<Contact>,
    /// Whose team they are in.
    pub exhibitor_id: Option<ExhibitorId>,
    /// Its name.
    pub exhibitor: Option<String>,
}

/// The connections of an attendee, or one of them, the newest first.
pub async fn list(
    tx: &mut Tx,
    scope: &AttendeeScope,
    id: Option<ConnectionId>,
) -> Result<Vec<ConnectionRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(concat!(
        "SELECT k.id, k.asked_by, k.status, k.channel, k.asked_at, k.connected_at, k.ended_by, k.capture_id, \
         r.id AS other_id, r.category, ", shown_contact!(), " AS contact, r.exhibitor_id, x.name AS exhibitor \
         FROM connection k \
         JOIN registration r ON r.event_id = k.event_id \
           AND r.id = CASE WHEN k.low_id = $2 THEN k.high_id ELSE k.low_id END \
         LEFT JOIN exhibitor x ON x.event_id = r.event_id AND x.id = r.exhibitor_id \
         WHERE k.event_id = $1 AND (k.low_id = $2 OR k.high_id = $2) AND ($3 IS NULL OR k.id = $3) \
         ORDER BY k.updated_at DESC, k.id LIMIT 1000"))
        .bind(scope.event()).bind(scope.registration()).bind(id).fetch_all(conn))?)
}

/// Makes the connection of two where there is none, held by this transaction; gives its id.
pub async fn hold(
    tx: &mut Tx,
    scope: &AttendeeScope,
    other: RegistrationId,
    fresh: ConnectionId,
    channel: Channel,
    now: Timestamp,
) -> Result<ConnectionId, StorageError> {
    let me = scope.registration();
    let (low, high) = (me.min(other), me.max(other));
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO connection (event_id, id, low_id, high_id, asked_by, status, channel, asked_at, updated_at, \
             version) VALUES ($1, $2, $3, $4, $5, 'ended', $6, $7, $7, 0) ON CONFLICT DO NOTHING"
        )
        .bind(scope.event())
        .bind(fresh)
        .bind(low)
        .bind(high)
        .bind(me)
        .bind(channel)
        .bind(now)
    )?;
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "UPDATE connection SET version = version + 1 WHERE event_id = $1 AND low_id = $2 AND high_id = $3 RETURNING id")
        .bind(scope.event()).bind(low).bind(high).fetch_one(conn))?)
}

/// Has others that change a connection wait.
pub async fn lock(tx: &mut Tx, event: EventId, id: ConnectionId) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("UPDATE connection SET version = version + 1 WHERE event_id = $1 AND id = $2").bind(event).bind(id)
    )?;
    Ok(())
}

/// Writes what a connection has become.
pub async fn update(tx: &mut Tx, event: EventId, row: &ConnectionRow, now: Timestamp) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "UPDATE connection SET asked_by = $3, status = $4, channel = $5, asked_at = $6, connected_at = $7, \
             ended_by = $8, capture_id = $9, updated_at = $10 WHERE event_id = $1 AND id = $2"
        )
        .bind(event)
        .bind(row.id)
        .bind(row.asked_by)
        .bind(row.status)
        .bind(row.channel)
        .bind(row.asked_at)
        .bind(row.connected_at)
        .bind(row.ended_by)
        .bind(row.capture_id)
        .bind(now)
    )?;
    Ok(())
}

/// How many people an attendee has asked since a time.
pub async fn asked_since(tx: &mut Tx, scope: &AttendeeScope, since: Timestamp) -> Result<i64, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT COUNT(*) FROM connection WHERE event_id = $1 AND asked_by = $2 AND asked_at >= $3")
        .bind(scope.event()).bind(scope.registration()).bind(since).fetch_one(conn))?)
}

/// Somebody who can be connected with.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct PersonRow {
    /// Who.
    pub id: RegistrationId,
    /// Their category.
    pub category: String,
    /// What is known of them.
    pub contact: Json<Contact>,
    /// Whose team they are in.
    pub exhibitor_id: Option<ExhibitorId>,
    /// Its name.
    pub exhibitor: Option<String>,
    /// Whether they are on the list.
    pub is_listed: bool,
}

/// On the list are those who agreed to it, and the commercial contacts of exhibitors, who are public: those whom the
/// organiser or the team registered as such, and visitors once they have joined the team themselves.
macro_rules! on_the_list {
    () => {
        "(EXISTS (SELECT 1 FROM networking_person n WHERE n.event_id = r.event_id AND n.registration_id = r.id \
           AND n.is_listed) \
         OR EXISTS (SELECT 1 FROM team_member t WHERE t.event_id = r.event_id AND t.registration_id = r.id \
           AND t.removed_at IS NULL AND t.is_commercial_contact \
           AND (t.exhibitor_id = r.exhibitor_id \
             OR EXISTS (SELECT 1 FROM account a WHERE a.id = t.account_id AND a.is_email_proven))))"
    };
}

const PEOPLE: &str = concat!(
    "SELECT r.id, r.category, ",
    shown_contact!(),
    " AS contact, r.exhibitor_id, x.name AS exhibitor, ",
    on_the_list!(),
    " AS is_listed FROM registration r \
     LEFT JOIN exhibitor x ON x.event_id = r.event_id AND x.id = r.exhibitor_id WHERE r.merged_into IS NULL \
     AND r.event_id = "
);

/// Somebody of the event.
pub async fn person(tx: &mut Tx, scope: &AttendeeScope, id: RegistrationId) -> Result<Option<PersonRow>, StorageError> {
    Ok(sql_built!(tx, conn, query = PEOPLE => {
        query.push_bind(scope.event()).push(" AND r.id = ").push_bind(id);
    }, query.build_query_as().fetch_optional(conn))?)
}

/// People of the list by name after a place. The words narrow them by all that is known; whoever shows
/// them looks again at what may be shown.
pub async fn listed(
    tx: &mut Tx,
    scope: &AttendeeScope,
    words: &[String],
    after: Option<RegistrationId>,
    limit: i64,
) -> Result<Vec<PersonRow>, StorageError> {
    Ok(sql_built!(tx, conn, query = PEOPLE => {
        query.push_bind(scope.event()).push(" AND r.id <> ").push_bind(scope.registration());
        query.push(concat!(" AND ", on_the_list!()));
        for word in words {
            query.push(" AND r.search LIKE ").push_bind(search::pattern(word)).push(" ESCAPE '\\'");
        }
        if let Some(id) = after {
            query.push(" AND (r.sort_name, r.id) > (SELECT p.sort_name, p.id FROM registration p WHERE p.event_id = ")
                .push_bind(scope.event()).push(" AND p.id = ").push_bind(id).push(")");
        }
        query.push(" ORDER BY r.sort_name, r.id LIMIT ").push_bind(limit);
    }, query.build_query_as().fetch_all(conn))?)
}

/// Whose badge has this code or number, unless it was revoked.
pub async fn holder(
    tx: &mut Tx,
    scope: &AttendeeScope,
    hash: &[u8; 32],
    number: Option<&str>,
) -> Result<Option<RegistrationId>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT registration_id FROM badge WHERE event_id = $1 AND (code_hash = $2 OR number = $3) \
         AND status IN ('active', 'replaced') ORDER BY code_hash = $2 DESC, created_at DESC LIMIT 1")
        .bind(scope.event()).bind(hash.as_slice()).bind(number).fetch_optional(conn))?)
}

/// Whether an attendee agreed to be on the list.
pub async fn is_listed(tx: &mut Tx, scope: &AttendeeScope) -> Result<bool, StorageError> {
    let found: Option<bool> = sql!(tx, conn => sqlx::query_scalar(
        "SELECT is_listed FROM networking_person WHERE event_id = $1 AND registration_id = $2")
        .bind(scope.event()).bind(scope.registration()).fetch_optional(conn))?;
    Ok(found.unwrap_or(false))
}

/// Notes whether an attendee agrees to be on the list.
pub async fn set_listed(
    tx: &mut Tx,
    scope: &AttendeeScope,
    is_listed: bool,
    now: Timestamp,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO networking_person (event_id, registration_id, is_listed, updated_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (event_id, registration_id) DO UPDATE SET is_listed = excluded.is_listed, \
             updated_at = excluded.updated_at"
        )
        .bind(scope.event())
        .bind(scope.registration())
        .bind(is_listed)
        .bind(now)
    )?;
    Ok(())
}

/// A connection of somebody with a member of an exhibitor's team.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ConnectedRow {
    /// The visitor.
    pub registration_id: RegistrationId,
    /// The member of the team, as registered.
    pub member: Json<Contact>,
    /// What has become of it.
    pub status: Status,
    /// Since when both agree.
    pub connected_at: Option<Timestamp>,
}

/// The connections of some people with an exhibitor's team that hold, the oldest first.
pub async fn with_people(
    tx: &mut Tx,
    scope: &ExportScope,
    people: &[RegistrationId],
) -> Result<Vec<ConnectedRow>, StorageError> {
    let mut found = Vec::new();
    for run in runs(people) {
        let rows: Vec<ConnectedRow> = sql_built!(tx, conn,
            query = "SELECT o.id AS registration_id, t.contact AS member, k.status, k.connected_at FROM connection k \
                JOIN registration t ON t.event_id = k.event_id AND (t.id = k.low_id OR t.id = k.high_id) \
                JOIN registration o ON o.event_id = k.event_id AND (o.id = k.low_id OR o.id = k.high_id) AND o.id <> t.id \
                WHERE k.status = 'connected' AND k.event_id = " => {
            query.push_bind(scope.event()).push(" AND t.exhibitor_id = ").push_bind(scope.exhibitor());
            query.push(" AND o.id IN (");
            let mut list = query.separated(", ");
            for person in run {
                list.push_bind(*person);
            }
            list.push_unseparated(") ORDER BY k.connected_at, k.id, t.id");
        }, query.build_query_as().fetch_all(conn))?;
        found.extend(rows);
    }
    Ok(found)
}

/// Forgets whom somebody knows, and that they wanted to be found.
pub async fn erase(tx: &mut Tx, event: EventId, registration: RegistrationId) -> Result<u64, StorageError> {
    affected!(
        tx,
        sqlx::query("DELETE FROM networking_person WHERE event_id = $1 AND registration_id = $2")
            .bind(event)
            .bind(registration)
    )?;
    Ok(affected!(
        tx,
        sqlx::query("DELETE FROM connection WHERE event_id = $1 AND (low_id = $2 OR high_id = $2)")
            .bind(event)
            .bind(registration)
    )?)
}
