//! Secret links in the database, and what a calendar shows besides meetings.

use crate::storage::{StorageError, Tx};
use crate::{affected, sql};
use mobile_core::ids::{EventId, ExhibitorId, RegistrationId, SessionId, TeamMemberId};
use mobile_core::time::Timestamp;

/// What a calendar link opens.
#[derive(Debug, sqlx::FromRow)]
pub struct LinkRow {
    /// The event.
    pub event_id: EventId,
    /// The attendee whose calendar it is.
    pub registration_id: Option<RegistrationId>,
    /// The team member whose calendar it is.
    pub member_id: Option<TeamMemberId>,
    /// That member's exhibitor.
    pub exhibitor_id: Option<ExhibitorId>,
}

/// What a calendar link opens; nothing once the member has left the team.
pub async fn calendar_link(tx: &mut Tx, hash: &[u8; 32]) -> Result<Option<LinkRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT k.event_id, k.registration_id, k.member_id, t.exhibitor_id FROM personal_link k \
         LEFT JOIN team_member t ON t.event_id = k.event_id AND t.id = k.member_id AND t.removed_at IS NULL \
         WHERE k.token_hash = $1 AND k.purpose = 'calendar' AND (k.member_id IS NULL OR t.id IS NOT NULL)")
        .bind(hash.as_slice()).fetch_optional(conn))?)
}

/// Keeps a secret link.
pub async fn insert_link(
    tx: &mut Tx,
    event: EventId,
    hash: &[u8; 32],
    purpose: &str,
    (registration, member): (Option<RegistrationId>, Option<TeamMemberId>),
    now: Timestamp,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO personal_link (token_hash, event_id, purpose, registration_id, member_id, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6)"
        )
        .bind(hash.as_slice())
        .bind(event)
        .bind(purpose)
        .bind(registration)
        .bind(member)
        .bind(now)
    )?;
    Ok(())
}

/// Ends the calendar links of a member who becomes somebody else.
pub async fn end_member_links(tx: &mut Tx, event: EventId, member: TeamMemberId) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("DELETE FROM personal_link WHERE event_id = $1 AND member_id = $2").bind(event).bind(member)
    )?;
    Ok(())
}

/// A session that somebody signed up for, for their calendar.
#[derive(Debug, sqlx::FromRow)]
pub struct SignedUp {
    /// The session.
    pub id: SessionId,
    /// Its title.
    pub title: String,
    /// Where.
    pub room: Option<String>,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// Rises with every change.
    pub version: i64,
    /// When they signed up.
    pub updated_at: Timestamp,
}

/// The sessions that somebody has a place in.
pub async fn signed_up(tx: &mut Tx, event: EventId, person: RegistrationId) -> Result<Vec<SignedUp>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT s.id, s.title, s.room, s.starts_at, s.ends_at, s.version, u.updated_at FROM session_signup u \
         JOIN session s ON s.event_id = u.event_id AND s.id = u.session_id \
         WHERE u.event_id = $1 AND u.registration_id = $2 AND u.status = 'registered' ORDER BY s.starts_at, s.id")
        .bind(event).bind(person).fetch_all(conn))?)
}
