//! The feed's table: append at the head, read after a position.

use super::{EntryKind, NewEntry};
use crate::leads::store::LeadRow;
use crate::meetings::store::MeetingRow;
use crate::sessions::attendance::lists::CountRow;
use crate::sharing::store::FeedConversation;
use crate::storage::{StorageError, Store, Tx, runs};
use crate::{affected, sql, sql_built};
use mobile_core::ids::{CaptureId, ConversationId, EventId, LeadId, MeetingId, SessionId, SpaceId};
use mobile_core::time::Timestamp;
use serde_json::value::RawValue;
use sqlx::types::Json;
use uuid::Uuid;

/// Appends entries to an event's feed and gives the number of the first.
///
/// Call it last before the commit: the head's row lock orders all writers of the event, so the
/// numbers have no gaps and are committed in their order.
pub async fn append(tx: &mut Tx, event: EventId, entries: &[NewEntry]) -> Result<u64, StorageError> {
    let count = entries.len() as i64;
    let head: i64 = sql!(tx, conn => sqlx::query_scalar(
        "UPDATE feed_head SET seq = seq + $1 WHERE event_id = $2 RETURNING seq")
        .bind(count).bind(event).fetch_one(conn))?;
    let first = head - count + 1;
    let numbered: Vec<(i64, &NewEntry)> = (first..).zip(entries).collect();
    for run in runs(&numbered) {
        sql_built!(tx, conn, query = "INSERT INTO feed (event_id, seq, space_id, kind, lead_id, capture_id, other_id, \
            at, sent_at_us) " => {
            query.push_values(run, |mut row, (seq, entry)| {
                row.push_bind(event).push_bind(*seq).push_bind(entry.space).push_bind(entry.kind)
                    .push_bind(entry.lead).push_bind(entry.capture).push_bind(entry.other)
                    .push_bind(entry.at).push_bind(entry.sent_at_us);
            });
        }, { let done = query.build().execute(conn); async { done.await.map(|_| ()) } })?;
    }
    tx.moved_head(event, head as u64);
    Ok(first as u64)
}

/// Starts an event's feed.
pub async fn begin(tx: &mut Tx, event: EventId) -> Result<(), StorageError> {
    affected!(tx, sqlx::query("INSERT INTO feed_head (event_id, seq, kept_from) VALUES ($1, 0, 0)").bind(event))?;
    Ok(())
}

/// The newest number of an event's feed.
pub async fn head(tx: &mut Tx, event: EventId) -> Result<u64, StorageError> {
    let head: i64 = sql!(tx, conn => sqlx::query_scalar("SELECT seq FROM feed_head WHERE event_id = $1")
        .bind(event).fetch_one(conn))?;
    Ok(head as u64)
}

/// The newest number and the last one that was thrown away.
pub async fn bounds(tx: &mut Tx, event: EventId) -> Result<(u64, u64), StorageError> {
    let (head, kept_from): (i64, i64) = sql!(tx, conn => sqlx::query_as(
        "SELECT seq, kept_from FROM feed_head WHERE event_id = $1").bind(event).fetch_one(conn))?;
    Ok((head as u64, kept_from as u64))
}

/// The newest numbers of all feeds.
pub async fn heads(store: &Store) -> Result<Vec<(EventId, u64)>, StorageError> {
    let mut tx = store.read().await?;
    let rows: Vec<(EventId, i64)> =
        sql!(tx, conn => sqlx::query_as("SELECT event_id, seq FROM feed_head").fetch_all(conn))?;
    tx.done().await?;
    Ok(rows.into_iter().map(|(event, seq)| (event, seq as u64)).collect())
}

/// An entry with what is needed to render it.
#[derive(Debug, sqlx::FromRow)]
pub struct FeedRow {
    /// Position.
    pub seq: i64,
    /// Whose it is.
    pub space_id: SpaceId,
    /// What it says.
    pub kind: EntryKind,
    /// The lead it is about.
    pub lead_id: Option<LeadId>,
    /// The capture that came in.
    pub capture_id: Option<CaptureId>,
    /// The alias of a merge, or whose rights changed.
    pub other_id: Option<Uuid>,
    /// When it happened.
    pub at: Timestamp,
    /// When the request's body was read.
    pub sent_at_us: i64,
    /// The capture as it was sent.
    pub body: Option<Json<Box<RawValue>>>,
    /// The device of the capture.
    pub device_id: Option<mobile_core::ids::DeviceId>,
    /// The lead as it is now, hidden or not; absent when it is gone.
    #[sqlx(skip)]
    pub lead: Option<LeadRow>,
    /// What is counted of the session now.
    #[sqlx(skip)]
    pub session: Option<CountRow>,
    /// The meeting as it is now.
    #[sqlx(skip)]
    pub meeting: Option<MeetingRow>,
    /// The conversation as it is now, without what was written.
    #[sqlx(skip)]
    pub conversation: Option<FeedConversation>,
}

impl FeedRow {
    /// What an entry of this kind is about.
    fn about(&self, kind: EntryKind) -> Option<Uuid> {
        self.other_id.filter(|_| self.kind == kind)
    }
}

/// Entries after a position up to another, oldest first, at most `limit`; of one space, or of all.
pub async fn read_after(
    tx: &mut Tx,
    event: EventId,
    space: Option<SpaceId>,
    after: u64,
    upto: u64,
    limit: i64,
) -> Result<Vec<FeedRow>, StorageError> {
    let mut rows: Vec<FeedRow> = sql!(tx, conn => sqlx::query_as(
        "SELECT f.seq, f.space_id, f.kind, f.lead_id, f.capture_id, f.other_id, f.at, f.sent_at_us, c.body, c.device_id \
         FROM feed f LEFT JOIN capture c ON c.event_id = f.event_id AND c.space_id = f.space_id AND c.id = f.capture_id \
         WHERE f.event_id = $1 AND f.seq > $2 AND f.seq <= $3 AND ($4 IS NULL OR f.space_id = $4) \
         ORDER BY f.seq LIMIT $5")
        .bind(event).bind(after as i64).bind(upto as i64).bind(space).bind(limit).fetch_all(conn))?;
    let ids: Vec<(SpaceId, LeadId)> = rows.iter().filter_map(|row| Some((row.space_id, row.lead_id?))).collect();
    let leads = crate::leads::store::by_ids(tx, event, &ids).await?;
    for row in &mut rows {
        row.lead = row.lead_id.and_then(|lead| leads.get(&(row.space_id, lead)).cloned());
    }
    let sessions: Vec<SessionId> =
        rows.iter().filter_map(|row| row.about(EntryKind::Attendance)).map(SessionId).collect();
    let counts = crate::sessions::attendance::lists::counts(tx, event, &sessions).await?;
    let meetings: Vec<MeetingId> = rows.iter().filter_map(|row| row.about(EntryKind::Meeting)).map(MeetingId).collect();
    let meetings = crate::meetings::store::by_ids(tx, event, &meetings).await?;
    let conversations: Vec<ConversationId> =
        rows.iter().filter_map(|row| row.about(EntryKind::Conversation)).map(ConversationId).collect();
    let conversations = crate::sharing::store::by_ids(tx, event, &conversations).await?;
    for row in &mut rows {
        let conversation = row.about(EntryKind::Conversation);
        row.conversation = conversation.and_then(|id| conversations.iter().find(|one| one.id.0 == id).cloned());
        let session = row.about(EntryKind::Attendance);
        row.session = session.and_then(|id| counts.iter().find(|count| count.id.0 == id).cloned());
        let meeting = row.about(EntryKind::Meeting);
        row.meeting = meeting.and_then(|id| meetings.iter().find(|meeting| meeting.id.0 == id).cloned());
    }
    Ok(rows)
}

/// Throws away entries that are older than `before` and not among the newest `keep`.
pub async fn prune(tx: &mut Tx, event: EventId, before: Timestamp, keep: u64) -> Result<u64, StorageError> {
    let head = head(tx, event).await?;
    let limit = head.saturating_sub(keep) as i64;
    let last: Option<i64> = sql!(tx, conn => sqlx::query_scalar(
        "SELECT MAX(seq) FROM feed WHERE event_id = $1 AND seq <= $2 AND sent_at_us < $3")
        .bind(event).bind(limit).bind(before.as_micros()).fetch_one(conn))?;
    let Some(last) = last else { return Ok(0) };
    let gone = affected!(tx, sqlx::query("DELETE FROM feed WHERE event_id = $1 AND seq <= $2").bind(event).bind(last))?;
    affected!(
        tx,
        sqlx::query("UPDATE feed_head SET kept_from = $2 WHERE event_id = $1 AND kept_from < $2")
            .bind(event)
            .bind(last)
    )?;
    Ok(gone)
}
