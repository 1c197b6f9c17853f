//! What goes from one event to the next, read whole and written in runs.

use crate::storage::{StorageError, Tx, runs};
use crate::{affected, sql, sql_built};
use mobile_core::ids::{BoothId, EventId, ExhibitorId, SessionId, TeamMemberId};
use mobile_core::time::Timestamp;
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

/// A package.
#[derive(Debug, sqlx::FromRow)]
pub struct PackageRow {
    /// The package.
    pub id: Uuid,
    name: String,
    terms: Json<Value>,
}

/// An exhibitor.
#[derive(Debug, sqlx::FromRow)]
pub struct ExhibitorRow {
    /// The exhibitor.
    pub id: ExhibitorId,
    /// Its package.
    pub package_id: Option<Uuid>,
    slug: String,
    name: String,
    visibility: String,
    is_test: bool,
    terms: Json<Value>,
}

/// A booth.
#[derive(Debug, sqlx::FromRow)]
pub struct BoothRow {
    /// The booth.
    pub id: BoothId,
    /// Whose.
    pub exhibitor_id: ExhibitorId,
    hall: String,
    number: String,
}

/// Somebody of a team.
#[derive(Debug, sqlx::FromRow)]
pub struct MemberRow {
    /// The member.
    pub id: TeamMemberId,
    /// Whose.
    pub exhibitor_id: ExhibitorId,
    first_name: String,
    last_name: String,
    email: String,
    language: Option<String>,
    is_admin: bool,
    is_commercial_contact: bool,
    is_scanner: bool,
}

/// A session.
#[derive(Debug, sqlx::FromRow)]
pub struct SessionRow {
    /// The session.
    pub id: SessionId,
    /// Whose.
    pub exhibitor_id: Option<ExhibitorId>,
    /// Its beginning.
    pub starts_at: Timestamp,
    /// Its end.
    pub ends_at: Timestamp,
    kind: String,
    title: String,
    description: Option<String>,
    room: Option<String>,
    capacity: Option<i64>,
    speakers: Json<Value>,
    categories: Option<Json<Value>>,
    signup: String,
    is_editable: bool,
    counted_on: String,
}

/// Takes the language of mails, the menu of partners, whom they ask and how long contacts are kept along; the moments
/// are those of the new dates.
pub async fn settings(tx: &mut Tx, from: EventId, to: EventId) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "UPDATE event SET language = (SELECT f.language FROM event f WHERE f.id = $1), \
             has_team_badges = (SELECT f.has_team_badges FROM event f WHERE f.id = $1), \
             retention_days = (SELECT f.retention_days FROM event f WHERE f.id = $1), \
             has_evening_mail = (SELECT f.has_evening_mail FROM event f WHERE f.id = $1), \
             partner_menu = (SELECT f.partner_menu FROM event f WHERE f.id = $1), \
             partner_contacts = (SELECT f.partner_contacts FROM event f WHERE f.id = $1) WHERE id = $2"
        )
        .bind(from)
        .bind(to)
    )?;
    Ok(())
}

/// The packages of an event.
pub async fn packages(tx: &mut Tx, event: EventId) -> Result<Vec<PackageRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as("SELECT id, name, terms FROM package WHERE event_id = $1 ORDER BY id")
        .bind(event).fetch_all(conn))?)
}

/// The exhibitors of an event.
pub async fn exhibitors(tx: &mut Tx, event: EventId) -> Result<Vec<ExhibitorRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT id, package_id, slug, name, visibility, is_test, terms FROM exhibitor WHERE event_id = $1 ORDER BY id")
        .bind(event).fetch_all(conn))?)
}

/// The booths of an event.
pub async fn booths(tx: &mut Tx, event: EventId) -> Result<Vec<BoothRow>, StorageError> {
    Ok(
        sql!(tx, conn => sqlx::query_as("SELECT id, exhibitor_id, hall, number FROM booth WHERE event_id = $1 ORDER BY id")
        .bind(event).fetch_all(conn))?,
    )
}

/// The teams of an event, but for those who only had a badge: it was for that event.
pub async fn members(tx: &mut Tx, event: EventId) -> Result<Vec<MemberRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT id, exhibitor_id, first_name, last_name, email, language, is_admin, is_commercial_contact, \
         is_scanner FROM team_member WHERE event_id = $1 AND removed_at IS NULL \
         AND (is_admin OR is_commercial_contact OR is_scanner) ORDER BY id")
        .bind(event).fetch_all(conn))?)
}

/// The sessions of an event.
pub async fn sessions(tx: &mut Tx, event: EventId) -> Result<Vec<SessionRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT id, exhibitor_id, starts_at, ends_at, kind, title, description, room, capacity, speakers, categories, \
         signup, is_editable, counted_on FROM session WHERE event_id = $1 ORDER BY id")
        .bind(event).fetch_all(conn))?)
}

/// Writes packages.
pub async fn put_packages(tx: &mut Tx, event: EventId, all: &[PackageRow], now: Timestamp) -> Result<(), StorageError> {
    for run in runs(all) {
        sql_built!(tx, conn, query = "INSERT INTO package (event_id, id, name, terms, version, created_at) " => {
            query.push_values(run, |mut row, new| {
                row.push_bind(event).push_bind(new.id).push_bind(new.name.as_str()).push_bind(&new.terms)
                    .push_bind(1_i64).push_bind(now);
            });
        }, { let done = query.build().execute(conn); async { done.await.map(|_| ()) } })?;
    }
    Ok(())
}

/// Writes exhibitors.
pub async fn put_exhibitors(
    tx: &mut Tx,
    event: EventId,
    all: &[ExhibitorRow],
    now: Timestamp,
) -> Result<(), StorageError> {
    for run in runs(all) {
        sql_built!(tx, conn, query = "INSERT INTO exhibitor (event_id, id, slug, name, visibility, is_test, version, \
            created_at, package_id, terms) " => {
            query.push_values(run, |mut row, new| {
                row.push_bind(event).push_bind(new.id).push_bind(new.slug.as_str()).push_bind(new.name.as_str())
                    .push_bind(new.visibility.as_str()).push_bind(new.is_test).push_bind(1_i64).push_bind(now)
                    .push_bind(new.package_id).push_bind(&new.terms);
            });
        }, { let done = query.build().execute(conn); async { done.await.map(|_| ()) } })?;
    }
    Ok(())
}

/// Writes booths.
pub async fn put_booths(tx: &mut Tx, event: EventId, all: &[BoothRow]) -> Result<(), StorageError> {
    for run in runs(all) {
        sql_built!(tx, conn, query = "INSERT INTO booth (event_id, id, exhibitor_id, hall, number) " => {
            query.push_values(run, |mut row, new| {
                row.push_bind(event).push_bind(new.id).push_bind(new.exhibitor_id).push_bind(new.hall.as_str())
                    .push_bind(new.number.as_str());
            });
        }, { let done = query.build().execute(conn); async { done.await.map(|_| ()) } })?;
    }
    Ok(())
}

/// What is asked of team members, as it is asked now.
pub async fn team_form(tx: &mut Tx, from: EventId, to: EventId) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO team_form (event_id, version, body, created_at, created_by) \
             SELECT $2, 1, f.body, f.created_at, f.created_by FROM team_form f WHERE f.event_id = $1 \
             AND f.version = (SELECT MAX(n.version) FROM team_form n WHERE n.event_id = $1)"
        )
        .bind(from)
        .bind(to)
    )?;
    Ok(())
}

/// Takes along what exhibitors show of themselves: the fields, the profiles and the logos, each by itself
/// because logos are large.
pub async fn profiles(
    tx: &mut Tx,
    (from, to): (EventId, EventId),
    copy_of: impl Fn(&ExhibitorId) -> Option<ExhibitorId>,
    mut new_id: impl FnMut() -> Uuid,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO profile_form (event_id, fields, version) \
             SELECT $2, fields, version FROM profile_form WHERE event_id = $1"
        )
        .bind(from)
        .bind(to)
    )?;
    let with_profile: Vec<ExhibitorId> = sql!(tx, conn => sqlx::query_scalar(
        "SELECT exhibitor_id FROM exhibitor_profile WHERE event_id = $1").bind(from).fetch_all(conn))?;
    for (old, new) in with_profile.iter().filter_map(|old| Some((*old, copy_of(old)?))) {
        affected!(
            tx,
            sqlx::query(
                "INSERT INTO exhibitor_profile (event_id, exhibitor_id, content, tags, version, updated_at) \
                 SELECT $3, $4, content, tags, 1, updated_at FROM exhibitor_profile \
                 WHERE event_id = $1 AND exhibitor_id = $2"
            )
            .bind(from)
            .bind(old)
            .bind(to)
            .bind(new)
        )?;
    }
    let with_logo: Vec<ExhibitorId> = sql!(tx, conn => sqlx::query_scalar(
        "SELECT exhibitor_id FROM exhibitor_logo WHERE event_id = $1").bind(from).fetch_all(conn))?;
    for (old, new) in with_logo.iter().filter_map(|old| Some((*old, copy_of(old)?))) {
        affected!(
            tx,
            sqlx::query(
                "INSERT INTO exhibitor_logo (event_id, exhibitor_id, id, picture, created_at) \
                 SELECT $3, $4, $5, picture, created_at FROM exhibitor_logo \
                 WHERE event_id = $1 AND exhibitor_id = $2"
            )
            .bind(from)
            .bind(old)
            .bind(to)
            .bind(new)
            .bind(new_id())
        )?;
    }
    Ok(())
}

/// Writes members who have not joined yet: they are invited when the spaces open.
pub async fn put_members(tx: &mut Tx, event: EventId, all: &[MemberRow], now: Timestamp) -> Result<(), StorageError> {
    for run in runs(all) {
        sql_built!(tx, conn, query = "INSERT INTO team_member (event_id, id, exhibitor_id, first_name, last_name, email, \
            language, is_admin, is_commercial_contact, is_attendee, is_scanner, version, created_at) " => {
            query.push_values(run, |mut row, new| {
                row.push_bind(event).push_bind(new.id).push_bind(new.exhibitor_id).push_bind(new.first_name.as_str())
                    .push_bind(new.last_name.as_str()).push_bind(new.email.as_str()).push_bind(new.language.as_deref())
                    .push_bind(new.is_admin).push_bind(new.is_commercial_contact).push_bind(false)
                    .push_bind(new.is_scanner).push_bind(1_i64).push_bind(now);
            });
        }, { let done = query.build().execute(conn); async { done.await.map(|_| ()) } })?;
    }
    Ok(())
}

/// Writes sessions that nobody has been to yet.
pub async fn put_sessions(tx: &mut Tx, event: EventId, all: &[SessionRow], now: Timestamp) -> Result<(), StorageError> {
    for run in runs(all) {
        sql_built!(tx, conn, query = "INSERT INTO session (event_id, id, exhibitor_id, kind, title, description, room, \
            starts_at, ends_at, capacity, speakers, categories, signup, is_editable, inside, entered, counted_on, version, \
            created_at) " => {
            query.push_values(run, |mut row, new| {
                row.push_bind(event).push_bind(new.id).push_bind(new.exhibitor_id).push_bind(new.kind.as_str())
                    .push_bind(new.title.as_str()).push_bind(new.description.as_deref()).push_bind(new.room.as_deref())
                    .push_bind(new.starts_at).push_bind(new.ends_at).push_bind(new.capacity).push_bind(&new.speakers)
                    .push_bind(new.categories.as_ref()).push_bind(new.signup.as_str()).push_bind(new.is_editable)
                    .push_bind(0_i64).push_bind(0_i64).push_bind(new.counted_on.as_str()).push_bind(1_i64).push_bind(now);
            });
        }, { let done = query.build().execute(conn); async { done.await.map(|_| ()) } })?;
    }
    Ok(())
}
