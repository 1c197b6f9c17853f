//! What a day brought, in the database, and who is told of it.

use crate::storage::{StorageError, Tx};
use crate::words::Words;
use crate::{affected, sql};
use mobile_core::ids::{EventId, ExhibitorId, TeamMemberId};
use mobile_core::time::Timestamp;

/// Events that have begun and not ended before a moment, with somebody who wants the mail.
pub async fn events(tx: &mut Tx, now: Timestamp, ended: Timestamp) -> Result<Vec<EventId>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT e.id FROM event e WHERE e.starts_at <= $1 AND e.ends_at > $2 AND EXISTS (SELECT 1 FROM team_member m \
         WHERE m.event_id = e.id AND m.has_daily_mail AND m.is_admin AND m.removed_at IS NULL)")
        .bind(now).bind(ended).fetch_all(conn))?)
}

/// Exhibitors with somebody who wants the mail, whose day was not told of yet.
pub async fn due(tx: &mut Tx, event: EventId, day: &str) -> Result<Vec<ExhibitorId>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT x.id FROM exhibitor x WHERE x.event_id = $1 AND (x.daily_mailed_on IS NULL OR x.daily_mailed_on < $2) \
         AND EXISTS (SELECT 1 FROM team_member m WHERE m.event_id = x.event_id AND m.exhibitor_id = x.id \
         AND m.has_daily_mail AND m.is_admin AND m.account_id IS NOT NULL AND m.removed_at IS NULL) ORDER BY x.id")
        .bind(event).bind(day).fetch_all(conn))?)
}

/// Notes that an exhibitor's day is told of; false when somebody just did. Days compare as texts.
pub async fn claim(tx: &mut Tx, event: EventId, exhibitor: ExhibitorId, day: &str) -> Result<bool, StorageError> {
    let noted = affected!(
        tx,
        sqlx::query(
            "UPDATE exhibitor SET daily_mailed_on = $3 WHERE event_id = $1 AND id = $2 \
             AND (daily_mailed_on IS NULL OR daily_mailed_on < $3)"
        )
        .bind(event)
        .bind(exhibitor)
        .bind(day)
    )?;
    Ok(noted == 1)
}

/// Somebody who is told.
#[derive(Debug, sqlx::FromRow)]
pub struct Reader {
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// E-mail address.
    pub email: String,
    /// Their own language; none: the event's.
    pub language: Option<Words>,
    /// Whose leads they are.
    pub exhibitor_name: String,
}

/// The admins of an exhibitor who want the mail, and may read what it is about.
pub async fn readers(tx: &mut Tx, event: EventId, exhibitor: ExhibitorId) -> Result<Vec<Reader>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT m.first_name, m.last_name, m.email, COALESCE(a.language, m.language) AS language, \
         x.name AS exhibitor_name FROM team_member m JOIN account a ON a.id = m.account_id \
         JOIN exhibitor x ON x.event_id = m.event_id AND x.id = m.exhibitor_id \
         WHERE m.event_id = $1 AND m.exhibitor_id = $2 AND m.has_daily_mail AND m.is_admin AND m.removed_at IS NULL \
         ORDER BY m.id")
        .bind(event).bind(exhibitor).fetch_all(conn))?)
}

/// Leads that were new within a span, by rating.
pub async fn by_rating(
    tx: &mut Tx,
    event: EventId,
    exhibitor: ExhibitorId,
    (from, until): (Timestamp, Timestamp),
) -> Result<Vec<(Option<String>, i64)>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT l.rating, COUNT(*) FROM lead l WHERE l.event_id = $1 AND l.space_id = $2 AND NOT l.is_hidden \
         AND COALESCE(l.first_scanned_at, l.created_at) >= $3 AND COALESCE(l.first_scanned_at, l.created_at) < $4 \
         GROUP BY l.rating")
        .bind(event).bind(exhibitor).bind(from).bind(until).fetch_all(conn))?)
}

/// How many new leads somebody scanned first.
#[derive(Debug, sqlx::FromRow)]
pub struct ByPerson {
    /// Who.
    pub member_id: Option<TeamMemberId>,
    /// A temp's name, who held the phone.
    pub operator: Option<String>,
    /// How many.
    pub count: i64,
}

/// Leads that were first scanned within a span, by who scanned them, the most first.
pub async fn by_person(
    tx: &mut Tx,
    event: EventId,
    exhibitor: ExhibitorId,
    (from, until): (Timestamp, Timestamp),
) -> Result<Vec<ByPerson>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT c.member_id, CAST(c.body ->> 'operator' AS TEXT) AS operator, COUNT(DISTINCT l.id) AS count \
         FROM lead l JOIN capture c ON c.event_id = l.event_id AND c.lead_id = l.id AND c.space_id = l.space_id \
         AND c.kind = 'scan' AND c.corrected_at = l.first_scanned_at \
         WHERE l.event_id = $1 AND l.space_id = $2 AND NOT l.is_hidden AND l.first_scanned_at >= $3 \
         AND l.first_scanned_at < $4 GROUP BY c.member_id, CAST(c.body ->> 'operator' AS TEXT) \
         ORDER BY count DESC, c.member_id LIMIT 50")
        .bind(event).bind(exhibitor).bind(from).bind(until).fetch_all(conn))?)
}
