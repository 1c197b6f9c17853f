//! Conversations, their members and messages in the database.

use super::Sharing;
use super::member_store;
use super::talk::Rules;
use crate::access::ExportScope;
use crate::meetings::Side;
use crate::storage::{StorageError, Tx, runs};
use crate::{affected, shown_contact, sql, sql_built};
use mobile_core::capture::Contact;
use mobile_core::ids::{ConversationId, EventId, ExhibitorId, RegistrationId, TeamMemberId};
use mobile_core::time::Timestamp;
use sqlx::types::Json;

/// A conversation with the names of its sides.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ConversationRow {
    /// The event.
    pub event_id: EventId,
    /// The conversation.
    pub id: ConversationId,
    /// The exhibitor.
    pub exhibitor_id: ExhibitorId,
    /// Its name.
    pub exhibitor: String,
    /// The attendee.
    pub registration_id: RegistrationId,
    /// The attendee's category.
    pub category: String,
    /// What is known of the attendee.
    pub contact: Json<Contact>,
    /// Who wrote first.
    pub begun_by: Side,
    /// What was said last about contact details.
    pub sharing: Sharing,
    /// When the exhibitor last asked for them.
    pub asked_at: Option<Timestamp>,
    /// When the attendee last answered.
    pub answered_at: Option<Timestamp>,
    /// Messages in it.
    pub message_count: i64,
    /// When the newest was written.
    pub last_message_at: Option<Timestamp>,
    /// By whom.
    pub last_side: Option<Side>,
    /// The exhibitor's messages since the attendee last wrote.
    pub unanswered: i64,
    /// The number of the newest message that the attendee has seen.
    pub attendee_read: i64,
    /// When the exhibitor blocked the attendee.
    pub blocked_by_exhibitor_at: Option<Timestamp>,
    /// When the attendee blocked the exhibitor.
    pub blocked_by_attendee_at: Option<Timestamp>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Rises with every change.
    pub version: i64,
    /// The number of the newest message that the reading member has seen; none: they are not in it.
    pub member_read: Option<i64>,
    /// Messages of the other side that the reader has not seen.
    pub unread: i64,
}

impl ConversationRow {
    /// When a side blocked the other.
    pub fn blocked_by(&self, side: Side) -> Option<Timestamp> {
        match side {
            Side::Exhibitor => self.blocked_by_exhibitor_at,
            Side::Attendee => self.blocked_by_attendee_at,
        }
    }
}

/// Which of an event's conversations somebody sees.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    /// The event.
    pub event: EventId,
    /// Of this exhibitor.
    pub exhibitor: Option<ExhibitorId>,
    /// Of this attendee.
    pub registration: Option<RegistrationId>,
    /// The member who reads.
    pub reader: Option<TeamMemberId>,
    /// Only those that this member is in.
    pub only_of: Option<TeamMemberId>,
}

/// Adds the rows that somebody sees, with what they have not read.
macro_rules! push_shown {
    ($query:ident, $shown:expr) => {{
        let shown: &Shown = $shown;
        let other = if shown.registration.is_some() { "exhibitor" } else { "attendee" };
        $query
            .push(concat!(
                "SELECT c.*, x.name AS exhibitor, r.category, ",
                shown_contact!(),
                " AS contact, m.read_number AS member_read, \
                 (SELECT COUNT(*) FROM message n WHERE n.event_id = c.event_id AND n.conversation_id = c.id \
                 AND n.side = ",
            ))
            .push_bind(other)
            .push(if shown.registration.is_some() {
                " AND n.number > c.attendee_read"
            } else {
                " AND n.number > m.read_number"
            })
            .push(
                ") AS unread FROM conversation c \
                 JOIN exhibitor x ON x.event_id = c.event_id AND x.id = c.exhibitor_id \
                 JOIN registration r ON r.event_id = c.event_id AND r.id = c.registration_id \
                 LEFT JOIN conversation_member m ON m.event_id = c.event_id AND m.conversation_id = c.id \
                 AND m.member_id = ",
            )
            .push_bind(shown.reader)
            .push(" WHERE c.event_id = ")
            .push_bind(shown.event);
        if let Some(exhibitor) = shown.exhibitor {
            $query.push(" AND c.exhibitor_id = ").push_bind(exhibitor);
        }
        if let Some(registration) = shown.registration {
            $query.push(" AND c.registration_id = ").push_bind(registration);
        }
        if shown.only_of.is_some() {
            $query.push(" AND m.member_id IS NOT NULL");
        }
    }};
}

/// One conversation.
pub async fn find(tx: &mut Tx, shown: &Shown, id: ConversationId) -> Result<Option<ConversationRow>, StorageError> {
    Ok(sql_built!(tx, conn, query = "" => {
        push_shown!(query, shown);
        query.push(" AND c.id = ").push_bind(id);
    }, query.build_query_as().fetch_optional(conn))?)
}

/// Conversations, the one that changed last first, after a place.
pub async fn list(
    tx: &mut Tx,
    shown: &Shown,
    sharing: Option<Sharing>,
    after: Option<(Timestamp, ConversationId)>,
    limit: usize,
) -> Result<Vec<ConversationRow>, StorageError> {
    Ok(sql_built!(tx, conn, query = "" => {
        push_shown!(query, shown);
        if let Some(sharing) = sharing {
            query.push(" AND c.sharing = ").push_bind(sharing);
        }
        if let Some((at, id)) = after {
            query.push(" AND (c.updated_at, c.id) < (").push_bind(at).push(", ").push_bind(id).push(")");
        }
        query.push(" ORDER BY c.updated_at DESC, c.id DESC LIMIT ").push_bind(limit as i64);
    }, query.build_query_as().fetch_all(conn))?)
}

/// How many conversations somebody sees, and messages in them that they have not.
pub async fn unread(tx: &mut Tx, shown: &Shown) -> Result<(i64, i64), StorageError> {
    Ok(sql_built!(tx, conn, query = "SELECT COUNT(*), CAST(COALESCE(SUM(s.unread), 0) AS BIGINT) FROM (" => {
        push_shown!(query, shown);
        query.push(") AS s");
    }, query.build_query_as().fetch_one(conn))?)
}

/// A number that rises with every change of what an attendee sees of conversations.
pub async fn state(tx: &mut Tx, event: EventId, registration: RegistrationId) -> Result<i64, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) FROM conversation \
         WHERE event_id = $1 AND registration_id = $2")
        .bind(event).bind(registration).fetch_one(conn))?)
}

/// The conversation between two, whatever anybody sees of it.
pub async fn between(
    tx: &mut Tx,
    event: EventId,
    exhibitor: ExhibitorId,
    registration: RegistrationId,
) -> Result<Option<ConversationId>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT id FROM conversation WHERE event_id = $1 AND exhibitor_id = $2 AND registration_id = $3")
        .bind(event).bind(exhibitor).bind(registration).fetch_optional(conn))?)
}

/// Begins a conversation; of two who do so at once, one does.
pub async fn insert(
    tx: &mut Tx,
    event: EventId,
    id: ConversationId,
    (exhibitor, registration): (ExhibitorId, RegistrationId),
    begun_by: Side,
    now: Timestamp,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO conversation (event_id, id, exhibitor_id, registration_id, begun_by, sharing, message_count, \
             unanswered, attendee_read, created_at, updated_at, version) \
             VALUES ($1, $2, $3, $4, $5, 'none', 0, 0, 0, $6, $6, 1) ON CONFLICT DO NOTHING"
        )
        .bind(event)
        .bind(id)
        .bind(exhibitor)
        .bind(registration)
        .bind(begun_by)
        .bind(now)
    )?;
    Ok(())
}

/// Has others that change a conversation wait.
pub async fn lock(tx: &mut Tx, event: EventId, id: ConversationId) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("UPDATE conversation SET version = version WHERE event_id = $1 AND id = $2").bind(event).bind(id)
    )?;
    Ok(())
}

/// Writes what a conversation has become.
pub async fn update(tx: &mut Tx, row: &ConversationRow) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "UPDATE conversation SET sharing = $3, asked_at = $4, answered_at = $5, message_count = $6, \
             last_message_at = $7, last_side = $8, unanswered = $9, attendee_read = $10, \
             blocked_by_exhibitor_at = $11, blocked_by_attendee_at = $12, updated_at = $13, version = version + 1 \
             WHERE event_id = $1 AND id = $2"
        )
        .bind(row.event_id)
        .bind(row.id)
        .bind(row.sharing)
        .bind(row.asked_at)
        .bind(row.answered_at)
        .bind(row.message_count)
        .bind(row.last_message_at)
        .bind(row.last_side)
        .bind(row.unanswered)
        .bind(row.attendee_read)
        .bind(row.blocked_by_exhibitor_at)
        .bind(row.blocked_by_attendee_at)
        .bind(row.updated_at)
    )?;
    Ok(())
}

/// How many people an exhibitor has asked since a time, or how many exhibitors an attendee has begun to
/// write to.
pub async fn asked_since(tx: &mut Tx, shown: &Shown, since: Timestamp) -> Result<i64, StorageError> {
    Ok(sql_built!(tx, conn, query = "SELECT COUNT(*) FROM conversation WHERE event_id = " => {
        query.push_bind(shown.event);
        if let Some(exhibitor) = shown.exhibitor {
            query.push(" AND exhibitor_id = ").push_bind(exhibitor).push(" AND asked_at >= ").push_bind(since);
        }
        if let Some(registration) = shown.registration {
            query.push(" AND registration_id = ").push_bind(registration)
                .push(" AND begun_by = 'attendee' AND created_at >= ").push_bind(since);
        }
    }, query.build_query_scalar().fetch_one(conn))?)
}

/// Notes how far the attendee has read; never back.
pub async fn attendee_read(tx: &mut Tx, row: &ConversationRow, number: i64) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "UPDATE conversation SET attendee_read = $3 WHERE event_id = $1 AND id = $2 AND attendee_read < $3"
        )
        .bind(row.event_id)
        .bind(row.id)
        .bind(number)
    )?;
    Ok(())
}

/// Whether the event has an exhibitor.
pub async fn has_exhibitor(tx: &mut Tx, event: EventId, exhibitor: ExhibitorId) -> Result<bool, StorageError> {
    let found: Option<i32> = sql!(tx, conn => sqlx::query_scalar(
        "SELECT 1 FROM exhibitor WHERE event_id = $1 AND id = $2")
        .bind(event).bind(exhibitor).fetch_optional(conn))?;
    Ok(found.is_some())
}

/// A conversation as the feed needs it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct FeedConversation {
    /// The conversation.
    pub id: ConversationId,
    /// The exhibitor.
    pub exhibitor_id: ExhibitorId,
    /// The attendee.
    pub registration_id: RegistrationId,
    /// Messages in it.
    pub message_count: i64,
    /// What was said last about contact details.
    pub sharing: Sharing,
    /// Who of the team is in it.
    #[sqlx(skip)]
    pub members: Vec<TeamMemberId>,
}

/// Some conversations of an event, for the feed.
pub async fn by_ids(
    tx: &mut Tx,
    event: EventId,
    ids: &[ConversationId],
) -> Result<Vec<FeedConversation>, StorageError> {
    let mut found = Vec::new();
    for run in runs(ids) {
        let rows: Vec<FeedConversation> = sql_built!(tx, conn,
            query = "SELECT id, exhibitor_id, registration_id, message_count, sharing FROM conversation \
                WHERE event_id = " => {
            query.push_bind(event).push(" AND id IN (");
            let mut list = query.separated(", ");
            for id in run {
                list.push_bind(*id);
            }
            list.push_unseparated(")");
        }, query.build_query_as().fetch_all(conn))?;
        found.extend(rows);
    }
    if !found.is_empty() {
        for row in member_store::members(tx, event, ids).await? {
            if let Some(known) = found.iter_mut().find(|known| known.id == row.conversation_id) {
                known.members.push(row.member_id);
            }
        }
    }
    Ok(found)
}

/// Removes an exhibitor's conversations, with their messages, members and reports.
pub async fn forget_exhibitor(tx: &mut Tx, event: EventId, exhibitor: ExhibitorId) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("DELETE FROM conversation WHERE event_id = $1 AND exhibitor_id = $2").bind(event).bind(exhibitor)
    )?;
    Ok(())
}

/// The event's limits.
pub async fn rules(tx: &mut Tx, event: EventId) -> Result<Rules, StorageError> {
    let found: Option<Rules> = sql!(tx, conn => sqlx::query_as(
        "SELECT daily_requests, daily_messages, unanswered_messages FROM sharing_rules WHERE event_id = $1")
        .bind(event).fetch_optional(conn))?;
    Ok(found.unwrap_or_default())
}

/// The conversations in which some people shared their details with an exhibitor, for exports: what was
/// agreed on and how much was written.
pub async fn with_people(
    tx: &mut Tx,
    scope: &ExportScope,
    people: &[RegistrationId],
) -> Result<Vec<ConversationRow>, StorageError> {
    let shown = Shown {
        event: scope.event(),
        exhibitor: Some(scope.exhibitor()),
        registration: None,
        reader: None,
        only_of: None,
    };
    let mut found = Vec::new();
    for run in runs(people) {
        let rows: Vec<ConversationRow> = sql_built!(tx, conn, query = "" => {
            push_shown!(query, &shown);
            query.push(" AND c.registration_id IN (");
            let mut list = query.separated(", ");
            for person in run {
                list.push_bind(*person);
            }
            list.push_unseparated(") ORDER BY c.created_at, c.id");
        }, query.build_query_as().fetch_all(conn))?;
        found.extend(rows);
    }
    Ok(found)
}
