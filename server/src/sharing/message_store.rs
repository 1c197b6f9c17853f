//! Messages of conversations in the database.

use super::store::ConversationRow;
use crate::meetings::Side;
use crate::storage::{StorageError, Tx};
use crate::{affected, sql};
use mobile_core::ids::{ConversationId, EventId, RegistrationId, TeamMemberId};
use mobile_core::time::Timestamp;
use uuid::Uuid;

/// A message.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct MessageRow {
    /// Its number in the conversation, from 1.
    pub number: i64,
    /// Who wrote it.
    pub side: Side,
    /// Who of the team.
    pub member_id: Option<TeamMemberId>,
    /// What was written.
    pub text: String,
    /// When.
    pub created_at: Timestamp,
}

/// A message to add.
#[derive(Debug)]
pub struct NewMessage<'a> {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    pub number: i64,
    /// Who writes.
    pub side: Side,
    /// The exhibitor or the attendee.
    pub sender: Uuid,
    /// Who of the team.
    pub member: Option<TeamMemberId>,
    /// What.
    pub text: &'a str,
    /// When.
    pub now: Timestamp,
}

/// Adds a message.
pub async fn add_message(
    tx: &mut Tx,
    event: EventId,
    conversation: ConversationId,
    new: &NewMessage<'_>,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO message (event_id, conversation_id, number, id, side, sender_id, member_id, text, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        )
        .bind(event)
        .bind(conversation)
        .bind(new.number)
        .bind(new.id)
        .bind(new.side)
        .bind(new.sender)
        .bind(new.member)
        .bind(new.text)
        .bind(new.now)
    )?;
    Ok(())
}

/// Messages of a conversation before a number, the newest first. The conversation was found before, by
/// somebody who sees it.
pub async fn messages(
    tx: &mut Tx,
    row: &ConversationRow,
    before: Option<i64>,
    limit: usize,
) -> Result<Vec<MessageRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT number, side, member_id, text, created_at FROM message \
         WHERE event_id = $1 AND conversation_id = $2 AND number < $3 ORDER BY number DESC LIMIT $4")
        .bind(row.event_id).bind(row.id).bind(before.unwrap_or(i64::MAX)).bind(limit as i64).fetch_all(conn))?)
}

/// How many messages an exhibitor or an attendee has written since a time.
pub async fn sent_since(tx: &mut Tx, event: EventId, sender: Uuid, since: Timestamp) -> Result<i64, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT COUNT(*) FROM message WHERE event_id = $1 AND sender_id = $2 AND created_at >= $3")
        .bind(event).bind(sender).bind(since).fetch_one(conn))?)
}

/// Empties every text of an attendee's conversations; how much was written and agreed on stays counted.
pub async fn erase(tx: &mut Tx, event: EventId, registration: RegistrationId) -> Result<u64, StorageError> {
    Ok(affected!(
        tx,
        sqlx::query(
            "UPDATE message SET text = '' WHERE event_id = $1 AND conversation_id IN \
             (SELECT id FROM conversation WHERE event_id = $1 AND registration_id = $2)"
        )
        .bind(event)
        .bind(registration)
    )?)
}
