//! Who of the teams is in conversations, in the database.

use super::store::ConversationRow;
use crate::storage::{StorageError, Tx, runs};
use crate::{affected, sql, sql_built};
use mobile_core::ids::{ConversationId, EventId, ExhibitorId, TeamMemberId};
use mobile_core::time::Timestamp;

/// A member of a conversation.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct MemberRow {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Who.
    pub member_id: TeamMemberId,
}

/// Who of the teams is in some conversations.
pub async fn members(
    tx: &mut Tx,
    event: EventId,
    conversations: &[ConversationId],
) -> Result<Vec<MemberRow>, StorageError> {
    let mut found = Vec::new();
    for run in runs(conversations) {
        let rows: Vec<MemberRow> = sql_built!(tx, conn,
            query = "SELECT conversation_id, member_id FROM conversation_member WHERE event_id = " => {
            query.push_bind(event).push(" AND conversation_id IN (");
            let mut list = query.separated(", ");
            for id in run {
                list.push_bind(*id);
            }
            list.push_unseparated(") ORDER BY conversation_id, added_at, member_id");
        }, query.build_query_as().fetch_all(conn))?;
        found.extend(rows);
    }
    Ok(found)
}

/// Adds somebody to a conversation, who has seen it up to a number; false when they are in it.
pub async fn add_member(
    tx: &mut Tx,
    row: &ConversationRow,
    member: TeamMemberId,
    read: i64,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let added = affected!(
        tx,
        sqlx::query(
            "INSERT INTO conversation_member (event_id, conversation_id, member_id, read_number, added_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING"
        )
        .bind(row.event_id)
        .bind(row.id)
        .bind(member)
        .bind(read)
        .bind(now)
    )?;
    Ok(added == 1)
}

/// Takes somebody out of a conversation; false when they are not in it.
pub async fn remove_member(tx: &mut Tx, row: &ConversationRow, member: TeamMemberId) -> Result<bool, StorageError> {
    let removed = affected!(
        tx,
        sqlx::query("DELETE FROM conversation_member WHERE event_id = $1 AND conversation_id = $2 AND member_id = $3")
            .bind(row.event_id)
            .bind(row.id)
            .bind(member)
    )?;
    Ok(removed == 1)
}

/// Notes how far a member has read; never back.
pub async fn member_read(
    tx: &mut Tx,
    row: &ConversationRow,
    member: TeamMemberId,
    number: i64,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "UPDATE conversation_member SET read_number = $4 WHERE event_id = $1 AND conversation_id = $2 \
             AND member_id = $3 AND read_number < $4"
        )
        .bind(row.event_id)
        .bind(row.id)
        .bind(member)
        .bind(number)
    )?;
    Ok(())
}

/// Somebody of a team who can be in conversations: active, with a role that reads them.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct CandidateRow {
    /// Who.
    pub id: TeamMemberId,
    /// Whether they see every conversation anyway.
    pub is_admin: bool,
}

/// An exhibitor's people whose roles read conversations.
pub async fn team(tx: &mut Tx, event: EventId, exhibitor: ExhibitorId) -> Result<Vec<CandidateRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT id, is_admin FROM team_member WHERE event_id = $1 AND exhibitor_id = $2 AND removed_at IS NULL \
         AND (is_admin OR is_scanner) ORDER BY id")
        .bind(event).bind(exhibitor).fetch_all(conn))?)
}
