//! Sessions and sign-ups in the database.

use super::input::{Checked, Speaker};
use super::{Kind, Programme, Signup};
use crate::access::{EventAdminScope, EventScope, OwnSessionAdminScope};
use crate::storage::{StorageError, Tx, runs};
use crate::{affected, sql, sql_built};
use mobile_core::capture::Contact;
use mobile_core::ids::{DeviceId, EventId, ExhibitorId, RegistrationId, SessionId};
use mobile_core::time::Timestamp;
use sqlx::types::Json;
use std::collections::{BTreeSet, HashSet};

/// A session as it is kept.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SessionRow {
    /// The session.
    pub id: SessionId,
    /// Whose it is; none: the organiser's.
    pub exhibitor_id: Option<ExhibitorId>,
    /// A talk, an entrance or a zone.
    pub kind: Kind,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub description: Option<String>,
    /// Where it is.
    pub room: Option<String>,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// How many may be inside.
    pub capacity: Option<i64>,
    /// Who speaks.
    pub speakers: Json<Vec<Speaker>>,
    /// Who is admitted; none: everybody.
    pub categories: Option<Json<BTreeSet<String>>>,
    /// Whether people sign up.
    pub signup: Signup,
    /// Whether the exhibitor edits it.
    pub is_editable: bool,
    /// People inside, on the day that was counted last.
    pub inside: i64,
    /// People who have been inside.
    pub entered: i64,
    /// The day (`ShowDay`) that `inside` is of.
    pub counted_on: String,
    /// Rises with every edit.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// People who signed up.
    pub signed_up: i64,
    /// People who wait for a place.
    pub waiting: i64,
}

impl SessionRow {
    /// The same on a day (`ShowDay`): who did not check out left with the day before.
    #[must_use]
    pub fn as_of(mut self, today: &str) -> Self {
        if self.counted_on.as_str() < today {
            self.inside = 0;
        }
        self
    }
}

const SESSIONS: &str = "SELECT s.*, (SELECT COUNT(*) FROM session_signup u WHERE u.event_id = s.event_id \
     AND u.session_id = s.id AND u.status = 'registered') AS signed_up, (SELECT COUNT(*) FROM session_signup u \
     WHERE u.event_id = s.event_id AND u.session_id = s.id AND u.status = 'waiting') AS waiting FROM session s \
     WHERE s.event_id = $1 AND ($2 IS NULL OR s.exhibitor_id = $2) AND ($3 IS NULL OR s.id = $3) \
     AND ($4 IS NULL OR (s.starts_at, s.id) > ($4, $5)) ORDER BY s.starts_at, s.id LIMIT $6";

/// The sessions after a place, the earliest first.
pub async fn list(
    tx: &mut Tx,
    programme: &Programme,
    after: Option<(Timestamp, SessionId)>,
    limit: usize,
) -> Result<Vec<SessionRow>, StorageError> {
    let (at, id) = after.unzip();
    Ok(sql!(tx, conn => sqlx::query_as(SESSIONS).bind(programme.event()).bind(programme.exhibitor())
        .bind(None::<SessionId>).bind(at).bind(id).bind(limit as i64).fetch_all(conn))?)
}

/// One session.
pub async fn find(tx: &mut Tx, programme: &Programme, id: SessionId) -> Result<Option<SessionRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(SESSIONS).bind(programme.event()).bind(programme.exhibitor()).bind(id)
        .bind(None::<Timestamp>).bind(None::<SessionId>).bind(1_i64).fetch_optional(conn))?)
}

/// Has others that count something of a session wait.
pub async fn lock(tx: &mut Tx, event: EventId, id: SessionId) -> Result<bool, StorageError> {
    let found = affected!(
        tx,
        sqlx::query("UPDATE session SET version = version WHERE event_id = $1 AND id = $2").bind(event).bind(id)
    )?;
    Ok(found == 1)
}

/// Adds a session.
pub async fn insert(
    tx: &mut Tx,
    scope: &EventAdminScope,
    id: SessionId,
    new: &Checked,
    today: &str,
    now: Timestamp,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO session (event_id, id, exhibitor_id, kind, title, description, room, starts_at, ends_at, \
             capacity, speakers, categories, signup, is_editable, inside, entered, counted_on, version, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, 0, $15, 1, $16)"
        )
        .bind(scope.event())
        .bind(id)
        .bind(new.exhibitor)
        .bind(new.kind)
        .bind(&new.title)
        .bind(&new.description)
        .bind(&new.room)
        .bind(new.starts_at)
        .bind(new.ends_at)
        .bind(new.capacity)
        .bind(Json(&new.speakers))
        .bind(new.categories.as_ref().map(Json))
        .bind(new.signup)
        .bind(new.is_editable)
        .bind(today)
        .bind(now)
    )?;
    Ok(())
}

/// Changes a session.
pub async fn update(
    tx: &mut Tx,
    scope: &EventAdminScope,
    id: SessionId,
    changed: &Checked,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "UPDATE session SET exhibitor_id = $3, kind = $4, title = $5, description = $6, room = $7, starts_at = $8, \
             ends_at = $9, capacity = $10, speakers = $11, categories = $12, signup = $13, is_editable = $14, \
             version = version + 1 WHERE event_id = $1 AND id = $2"
        )
        .bind(scope.event())
        .bind(id)
        .bind(changed.exhibitor)
        .bind(changed.kind)
        .bind(&changed.title)
        .bind(&changed.description)
        .bind(&changed.room)
        .bind(changed.starts_at)
        .bind(changed.ends_at)
        .bind(changed.capacity)
        .bind(Json(&changed.speakers))
        .bind(changed.categories.as_ref().map(Json))
        .bind(changed.signup)
        .bind(changed.is_editable)
    )?;
    Ok(())
}

/// Changes what an exhibitor says of its session.
pub async fn describe(
    tx: &mut Tx,
    scope: &OwnSessionAdminScope,
    id: SessionId,
    changed: &Checked,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "UPDATE session SET description = $4, speakers = $5, version = version + 1 \
             WHERE event_id = $1 AND exhibitor_id = $2 AND id = $3"
        )
        .bind(scope.event())
        .bind(scope.exhibitor())
        .bind(id)
        .bind(&changed.description)
        .bind(Json(&changed.speakers))
    )?;
    Ok(())
}

/// Deletes a session and what hangs on it.
pub async fn delete(tx: &mut Tx, scope: &EventAdminScope, id: SessionId) -> Result<(), StorageError> {
    affected!(tx, sqlx::query("DELETE FROM session WHERE event_id = $1 AND id = $2").bind(scope.event()).bind(id))?;
    Ok(())
}

/// Takes an exhibitor off its sessions.
pub async fn unassign(tx: &mut Tx, event: EventId, exhibitor: ExhibitorId) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "UPDATE session SET exhibitor_id = NULL, version = version + 1 WHERE event_id = $1 AND exhibitor_id = $2"
        )
        .bind(event)
        .bind(exhibitor)
    )?;
    Ok(())
}

/// Whether an exhibitor is one of the event's.
pub async fn has_exhibitor(tx: &mut Tx, scope: &EventScope, exhibitor: ExhibitorId) -> Result<bool, StorageError> {
    let found: i64 = sql!(tx, conn => sqlx::query_scalar("SELECT COUNT(*) FROM exhibitor WHERE event_id = $1 AND id = $2")
        .bind(scope.event()).bind(exhibitor).fetch_one(conn))?;
    Ok(found == 1)
}

/// Those of these ids that are sessions of the event.
pub async fn known(tx: &mut Tx, event: EventId, ids: &[SessionId]) -> Result<HashSet<SessionId>, StorageError> {
    let mut found = HashSet::new();
    for run in runs(ids) {
        let rows: Vec<SessionId> = sql_built!(tx, conn, query = "SELECT id FROM session WHERE event_id = " => {
            query.push_bind(event).push(" AND id IN (");
            let mut list = query.separated(", ");
            for id in run {
                list.push_bind(*id);
            }
            list.push_unseparated(")");
        }, query.build_query_scalar().fetch_all(conn))?;
        found.extend(rows);
    }
    Ok(found)
}

/// How many check-ins and check-outs a session has.
pub async fn count_marks(tx: &mut Tx, event: EventId, id: SessionId) -> Result<i64, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT COUNT(*) FROM attendance_mark WHERE event_id = $1 AND session_id = $2")
        .bind(event).bind(id).fetch_one(conn))?)
}

/// The people who attended a session.
pub async fn people_of(tx: &mut Tx, event: EventId, id: SessionId) -> Result<Vec<RegistrationId>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT registration_id FROM attendance WHERE event_id = $1 AND session_id = $2 ORDER BY registration_id")
        .bind(event).bind(id).fetch_all(conn))?)
}

/// The sessions at which a door takes attendance; none where it takes that of any.
pub async fn of_door(tx: &mut Tx, event: EventId, device: DeviceId) -> Result<Option<Vec<SessionId>>, StorageError> {
    let sessions: Option<Option<Json<Vec<SessionId>>>> = sql!(tx, conn => sqlx::query_scalar(
        "SELECT p.session_ids FROM device d JOIN pairing_code p ON p.code_hash = d.pairing_hash \
         WHERE d.event_id = $1 AND d.id = $2").bind(event).bind(device).fetch_optional(conn))?;
    Ok(sessions.flatten().map(|sessions| sessions.0).filter(|sessions| !sessions.is_empty()))
}

/// A person who signed up.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SignupRow {
    /// Who.
    pub registration_id: RegistrationId,
    /// `registered`, `waiting` or `cancelled`.
    pub status: String,
    /// The order of arrival.
    pub place: i64,
    /// When this last changed.
    pub updated_at: Timestamp,
    /// The person's category.
    pub category: String,
    /// What is known of the person.
    pub contact: Json<Contact>,
}

const SIGNUPS: &str = "SELECT u.registration_id, u.status, u.place, u.updated_at, r.category, r.contact \
     FROM session_signup u JOIN registration r ON r.event_id = u.event_id AND r.id = u.registration_id \
     WHERE u.event_id = $1 AND u.session_id = $2 AND ($3 IS NULL OR u.registration_id = $3) \
     AND ($3 IS NOT NULL OR u.status <> 'cancelled') AND ($4 IS NULL OR (u.place, u.registration_id) > ($4, $5)) \
     ORDER BY u.place, u.registration_id LIMIT $6";

/// Those who signed up and those who wait, in the order of arrival.
pub async fn signups(
    tx: &mut Tx,
    event: EventId,
    session: SessionId,
    after: Option<(i64, RegistrationId)>,
    limit: usize,
) -> Result<Vec<SignupRow>, StorageError> {
    let (place, id) = after.unzip();
    Ok(sql!(tx, conn => sqlx::query_as(SIGNUPS).bind(event).bind(session).bind(None::<RegistrationId>).bind(place)
        .bind(id).bind(limit as i64).fetch_all(conn))?)
}

/// One person's sign-up, a cancelled one too.
pub async fn signup(
    tx: &mut Tx,
    event: EventId,
    session: SessionId,
    person: RegistrationId,
) -> Result<Option<SignupRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(SIGNUPS).bind(event).bind(session).bind(person).bind(None::<i64>)
        .bind(None::<RegistrationId>).bind(1_i64).fetch_optional(conn))?)
}

/// Writes what a person's sign-up has become.
pub async fn put_signup(
    tx: &mut Tx,
    event: EventId,
    session: SessionId,
    person: RegistrationId,
    (status, place): (&str, i64),
    now: Timestamp,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO session_signup (event_id, session_id, registration_id, status, place, updated_at) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (event_id, session_id, registration_id) \
             DO UPDATE SET status = excluded.status, place = excluded.place, updated_at = excluded.updated_at"
        )
        .bind(event)
        .bind(session)
        .bind(person)
        .bind(status)
        .bind(place)
        .bind(now)
    )?;
    Ok(())
}

/// The sessions that a person signed up for, or cancelled.
pub async fn signed_up_for(
    tx: &mut Tx,
    event: EventId,
    person: RegistrationId,
) -> Result<Vec<SessionId>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT session_id FROM session_signup WHERE event_id = $1 AND registration_id = $2 ORDER BY session_id")
        .bind(event).bind(person).fetch_all(conn))?)
}

/// Removes a person's sign-up, which is another registration's from now on.
pub async fn remove_signup(
    tx: &mut Tx,
    event: EventId,
    session: SessionId,
    person: RegistrationId,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("DELETE FROM session_signup WHERE event_id = $1 AND session_id = $2 AND registration_id = $3")
            .bind(event)
            .bind(session)
            .bind(person)
    )?;
    Ok(())
}

/// How many signed up for a session, and the newest place.
pub async fn count_signups(tx: &mut Tx, event: EventId, session: SessionId) -> Result<(i64, i64), StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT CAST(COALESCE(SUM(CASE WHEN status = 'registered' THEN 1 ELSE 0 END), 0) AS BIGINT), \
         COALESCE(MAX(place), 0) FROM session_signup WHERE event_id = $1 AND session_id = $2")
        .bind(event).bind(session).fetch_one(conn))?)
}

/// The first people on the waiting list.
pub async fn waiting(
    tx: &mut Tx,
    event: EventId,
    session: SessionId,
    limit: i64,
) -> Result<Vec<(RegistrationId, i64)>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT registration_id, place FROM session_signup WHERE event_id = $1 AND session_id = $2 \
         AND status = 'waiting' ORDER BY place, registration_id LIMIT $3")
        .bind(event).bind(session).bind(limit).fetch_all(conn))?)
}
