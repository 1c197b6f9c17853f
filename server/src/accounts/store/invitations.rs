//! Invitations in the database.

use crate::access::token::TokenHash;
use crate::storage::{StorageError, Tx};
use crate::{affected, sql};
use mobile_core::ids::{AccountId, EventId, ExhibitorId, TeamMemberId};
use mobile_core::time::Timestamp;

/// An invitation and whom it is for.
#[derive(Debug, sqlx::FromRow)]
pub struct InvitationRow {
    /// The member's event.
    pub event_id: EventId,
    /// The member's exhibitor.
    pub exhibitor_id: ExhibitorId,
    /// The member.
    pub member_id: TeamMemberId,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was accepted.
    pub accepted_at: Option<Timestamp>,
    /// When the member was removed.
    pub removed_at: Option<Timestamp>,
    /// Whether its secret was mailed, and told to nobody else.
    pub is_mailed: bool,
    /// Whether they were registered before, and by accepting become the team's.
    pub is_registered: bool,
    /// Who is invited.
    pub email: String,
    first_name: String,
    last_name: String,
    /// The exhibitor's name.
    pub exhibitor_name: String,
    /// The event's name.
    pub event_name: String,
}

impl InvitationRow {
    /// First and last name.
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }
}

/// The invitation of a token.
pub async fn find(tx: &mut Tx, hash: &TokenHash) -> Result<Option<InvitationRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT i.event_id, m.exhibitor_id, i.member_id, i.expires_at, i.accepted_at, m.removed_at, i.is_mailed, m.email, \
         (m.registration_id IS NOT NULL AND NOT m.is_registered_here AND i.is_mailed) AS is_registered, \
         m.first_name, m.last_name, x.name AS exhibitor_name, e.name AS event_name FROM invitation i \
         JOIN team_member m ON m.event_id = i.event_id AND m.id = i.member_id \
         JOIN exhibitor x ON x.event_id = m.event_id AND x.id = m.exhibitor_id \
         JOIN event e ON e.id = i.event_id WHERE i.token_hash = $1")
        .bind(hash.as_slice()).fetch_optional(conn))?)
}

/// Adds an invitation.
pub async fn insert(
    tx: &mut Tx,
    (hash, is_mailed): (&TokenHash, bool),
    event: EventId,
    member: TeamMemberId,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO invitation (token_hash, is_mailed, event_id, member_id, created_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6)"
        )
        .bind(hash.as_slice())
        .bind(is_mailed)
        .bind(event)
        .bind(member)
        .bind(now)
        .bind(expires_at)
    )?;
    Ok(())
}

/// Ends a member's open invitations.
pub async fn end(tx: &mut Tx, event: EventId, member: TeamMemberId) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("DELETE FROM invitation WHERE event_id = $1 AND member_id = $2 AND accepted_at IS NULL")
            .bind(event)
            .bind(member)
    )?;
    Ok(())
}

/// Uses an invitation up; false when somebody else did, or it has ended.
pub async fn accept(tx: &mut Tx, hash: &TokenHash, now: Timestamp) -> Result<bool, StorageError> {
    let done =
        affected!(tx, sqlx::query(
        "UPDATE invitation SET accepted_at = $2 WHERE token_hash = $1 AND accepted_at IS NULL AND expires_at > $2")
        .bind(hash.as_slice()).bind(now))?;
    Ok(done == 1)
}

/// Gives a member's rights to an account.
pub async fn link_member(
    tx: &mut Tx,
    event: EventId,
    member: TeamMemberId,
    account: AccountId,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "UPDATE team_member SET account_id = $3, version = version + 1 \
         WHERE event_id = $1 AND id = $2 AND removed_at IS NULL"
        )
        .bind(event)
        .bind(member)
        .bind(account)
    )?;
    Ok(())
}
