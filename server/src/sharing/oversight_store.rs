//! What the organiser sees of conversations, in the database. No statement here reads a text.

use super::oversight::{Report, ReportReason, Volume};
use super::store::ConversationRow;
use super::talk::Rules;
use crate::access::{EventAdminScope, EventScope};
use crate::meetings::Side;
use crate::registrations::folding::sort_by_name;
use crate::storage::{StorageError, Tx};
use crate::{affected, sql};
use mobile_core::time::Timestamp;
use uuid::Uuid;

/// The volume of each exhibitor that has a conversation, by name.
pub async fn volumes(tx: &mut Tx, scope: &EventScope) -> Result<Vec<Volume>, StorageError> {
    let mut rows: Vec<Volume> = sql!(tx, conn => sqlx::query_as(
        "SELECT c.exhibitor_id, x.name AS exhibitor, COUNT(*) AS conversations, \
         CAST(SUM(c.message_count) AS BIGINT) AS messages, \
         CAST(SUM(CASE WHEN c.sharing = 'granted' THEN 1 ELSE 0 END) AS BIGINT) AS granted, \
         CAST(SUM(CASE WHEN c.sharing = 'refused' THEN 1 ELSE 0 END) AS BIGINT) AS refused, \
         COUNT(c.blocked_by_attendee_at) AS blocked_by_attendees, \
         COUNT(c.blocked_by_exhibitor_at) AS blocked_by_exhibitor, \
         CAST(SUM((SELECT COUNT(*) FROM conversation_report p WHERE p.event_id = c.event_id \
           AND p.conversation_id = c.id)) AS BIGINT) AS reports \
         FROM conversation c JOIN exhibitor x ON x.event_id = c.event_id AND x.id = c.exhibitor_id \
         WHERE c.event_id = $1 GROUP BY c.exhibitor_id, x.name ORDER BY c.exhibitor_id")
        .bind(scope.event()).fetch_all(conn))?;
    sort_by_name(&mut rows, |row| &row.exhibitor);
    Ok(rows)
}

/// What was reported, the newest first.
pub async fn reports(tx: &mut Tx, scope: &EventAdminScope) -> Result<Vec<Report>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT p.id, p.conversation_id, c.exhibitor_id, x.name AS exhibitor, p.reported_by, p.reason, \
         (SELECT COUNT(*) FROM message m WHERE m.event_id = c.event_id AND m.conversation_id = c.id \
           AND m.side = 'exhibitor') AS exhibitor_messages, \
         (SELECT COUNT(*) FROM message m WHERE m.event_id = c.event_id AND m.conversation_id = c.id \
           AND m.side = 'attendee') AS attendee_messages, p.created_at, p.closed_at \
         FROM conversation_report p JOIN conversation c ON c.event_id = p.event_id AND c.id = p.conversation_id \
         JOIN exhibitor x ON x.event_id = c.event_id AND x.id = c.exhibitor_id \
         WHERE p.event_id = $1 ORDER BY p.created_at DESC, p.id LIMIT 500")
        .bind(scope.event()).fetch_all(conn))?)
}

/// Notes a report; the same side's again, while it is open, changes its reason.
pub async fn add_report(
    tx: &mut Tx,
    row: &ConversationRow,
    (id, now): (Uuid, Timestamp),
    side: Side,
    reason: ReportReason,
) -> Result<(), StorageError> {
    let changed = affected!(
        tx,
        sqlx::query(
            "UPDATE conversation_report SET reason = $4, created_at = $5 WHERE event_id = $1 \
             AND conversation_id = $2 AND reported_by = $3 AND closed_at IS NULL"
        )
        .bind(row.event_id)
        .bind(row.id)
        .bind(side)
        .bind(reason)
        .bind(now)
    )?;
    if changed == 0 {
        affected!(
            tx,
            sqlx::query(
                "INSERT INTO conversation_report (event_id, id, conversation_id, reported_by, reason, created_at) \
                 VALUES ($1, $2, $3, $4, $5, $6)"
            )
            .bind(row.event_id)
            .bind(id)
            .bind(row.id)
            .bind(side)
            .bind(reason)
            .bind(now)
        )?;
    }
    Ok(())
}

/// Notes that a report was dealt with; false where there is none.
pub async fn close_report(
    tx: &mut Tx,
    scope: &EventAdminScope,
    id: Uuid,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let closed = affected!(
        tx,
        sqlx::query(
            "UPDATE conversation_report SET closed_at = COALESCE(closed_at, $3) WHERE event_id = $1 AND id = $2"
        )
        .bind(scope.event())
        .bind(id)
        .bind(now)
    )?;
    Ok(closed == 1)
}

/// Sets the event's limits.
pub async fn set_rules(tx: &mut Tx, scope: &EventAdminScope, rules: Rules) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO sharing_rules (event_id, daily_requests, daily_messages, unanswered_messages) \
             VALUES ($1, $2, $3, $4) ON CONFLICT (event_id) DO UPDATE SET \
             daily_requests = excluded.daily_requests, daily_messages = excluded.daily_messages, \
             unanswered_messages = excluded.unanswered_messages"
        )
        .bind(scope.event())
        .bind(rules.daily_requests)
        .bind(rules.daily_messages)
        .bind(rules.unanswered_messages)
    )?;
    Ok(())
}
