//! What the help desk reads of the log and of what was kept aside, to put it right afterwards.

use super::LogRow;
use crate::access::RejectedScope;
use crate::storage::{StorageError, Tx, runs};
use crate::{affected, sql, sql_built};
use mobile_core::ids::{BoothId, CaptureId, DeviceId, EventId, LeadId, SpaceId, TeamMemberId};
use mobile_core::time::Timestamp;
use uuid::Uuid;

/// What a device captured in a space from a time until another, by the corrected clock.
#[derive(Debug, Clone, Copy)]
pub struct Stretch {
    /// Where it was captured.
    pub space: SpaceId,
    /// On which device.
    pub device: DeviceId,
    /// From then on.
    pub from: Timestamp,
    /// Until then, not included.
    pub until: Timestamp,
}

/// All that there is of a stretch, oldest first.
pub async fn captured_on(tx: &mut Tx, event: EventId, stretch: Stretch) -> Result<Vec<LogRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT id, lead_id, device_id, member_id, booth_id, corrected_at, flags, body FROM capture \
         WHERE event_id = $1 AND space_id = $2 AND device_id = $3 AND corrected_at >= $4 AND corrected_at < $5 \
         ORDER BY corrected_at, COALESCE(device_seq, 0), id")
        .bind(event).bind(stretch.space).bind(stretch.device).bind(stretch.from).bind(stretch.until)
        .fetch_all(conn))?)
}

/// Captures of a space by id, oldest first.
pub async fn by_ids(
    tx: &mut Tx,
    event: EventId,
    space: SpaceId,
    ids: &[CaptureId],
) -> Result<Vec<LogRow>, StorageError> {
    let mut found = Vec::with_capacity(ids.len());
    for run in runs(ids) {
        let rows: Vec<LogRow> = sql_built!(tx, conn, query = "SELECT id, lead_id, device_id, member_id, booth_id, \
            corrected_at, flags, body FROM capture WHERE event_id = " => {
            query.push_bind(event).push(" AND space_id = ").push_bind(space).push(" AND id IN (");
            let mut list = query.separated(", ");
            for id in run { list.push_bind(*id); }
            list.push_unseparated(")");
        }, query.build_query_as().fetch_all(conn))?;
        found.extend(rows);
    }
    found.sort_by_key(|row| (row.corrected_at, row.id));
    Ok(found)
}

/// Whether something of a stretch came in after a position of the feed. The feed is read instead of
/// the log, whose key does not begin with the device.
pub async fn came_after(tx: &mut Tx, event: EventId, stretch: Stretch, after: i64) -> Result<bool, StorageError> {
    let came: i64 = sql!(tx, conn => sqlx::query_scalar(
        "SELECT COUNT(*) FROM feed f JOIN capture c ON c.event_id = f.event_id AND c.space_id = f.space_id \
         AND c.id = f.capture_id WHERE f.event_id = $1 AND f.seq > $2 AND f.space_id = $3 AND c.device_id = $4 \
         AND c.corrected_at >= $5 AND c.corrected_at < $6")
        .bind(event).bind(after).bind(stretch.space).bind(stretch.device).bind(stretch.from).bind(stretch.until)
        .fetch_one(conn))?;
    Ok(came > 0)
}

/// A code that captures of a lead name.
pub async fn code_of(
    tx: &mut Tx,
    event: EventId,
    space: SpaceId,
    lead: LeadId,
) -> Result<Option<String>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT CAST(body ->> 'code' AS TEXT) FROM capture WHERE event_id = $1 AND lead_id = $2 AND space_id = $3 \
         AND code_hash IS NOT NULL ORDER BY corrected_at, id LIMIT 1")
        .bind(event).bind(lead).bind(space).fetch_optional(conn))?)
}

/// A code that nothing matches, as the desk is shown it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct UnmatchedRow {
    /// Its hash.
    pub code_hash: Vec<u8>,
    /// In how many spaces it was scanned.
    pub leads: i64,
    /// How often.
    pub scans: i64,
    /// When last.
    pub last_scanned_at: Option<Timestamp>,
}

/// Codes that were scanned and belong to nobody, the latest first. A badge that was scanned after it was
/// revoked opens no lead of its person's, but everybody knows whose it is.
pub async fn unmatched(tx: &mut Tx, event: EventId, limit: i64) -> Result<Vec<UnmatchedRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT code_hash, COUNT(*) AS leads, CAST(SUM(scan_count) AS BIGINT) AS scans, \
         MAX(last_scanned_at) AS last_scanned_at FROM lead WHERE event_id = $1 AND code_hash IS NOT NULL \
         AND NOT is_hidden AND NOT EXISTS (SELECT 1 FROM badge b WHERE b.event_id = lead.event_id \
         AND b.code_hash = lead.code_hash) GROUP BY code_hash ORDER BY MAX(last_scanned_at) DESC NULLS LAST LIMIT $2")
        .bind(event).bind(limit).fetch_all(conn))?)
}

/// The text of a code that was scanned.
pub async fn text_of(tx: &mut Tx, event: EventId, hash: &[u8]) -> Result<Option<String>, StorageError> {
    // By the leads of the code, which have a key for it.
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT CAST(c.body ->> 'code' AS TEXT) FROM lead l JOIN capture c ON c.event_id = l.event_id \
         AND c.lead_id = l.id AND c.space_id = l.space_id WHERE l.event_id = $1 AND l.code_hash = $2 \
         AND c.code_hash = $2 LIMIT 1")
        .bind(event).bind(hash).fetch_optional(conn))?)
}

/// One capture that was kept aside.
#[derive(Debug, sqlx::FromRow)]
pub struct AsideRow {
    /// The capture's id as it was sent.
    pub capture_id: Option<String>,
    /// The reason's code.
    pub reason: String,
    /// The raw JSON, its first 16 KiB.
    pub body: String,
    /// The device.
    pub device_id: Option<DeviceId>,
    /// The member.
    pub member_id: Option<TeamMemberId>,
    /// The booth.
    pub booth_id: Option<BoothId>,
    /// When it happened by the server's clock; none where it was no capture, or came before this was kept.
    pub corrected_at: Option<Timestamp>,
    /// When it came.
    pub received_at: Timestamp,
    /// When somebody dealt with it.
    pub dismissed_at: Option<Timestamp>,
}

/// One capture that was kept aside in a space.
pub async fn aside(tx: &mut Tx, scope: &RejectedScope, id: Uuid) -> Result<Option<AsideRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT capture_id, reason, body, device_id, member_id, booth_id, corrected_at, received_at, dismissed_at \
         FROM rejected_capture WHERE event_id = $1 AND space_id = $2 AND id = $3")
        .bind(scope.event()).bind(scope.space()).bind(id).fetch_optional(conn))?)
}

/// Marks one that was kept aside as dealt with, or as open again; its row stays, since the number of
/// a rejected capture is settled.
pub async fn set_dismissed(
    tx: &mut Tx,
    event: EventId,
    (space, id): (SpaceId, Uuid),
    at: Option<Timestamp>,
) -> Result<bool, StorageError> {
    let done = affected!(
        tx,
        sqlx::query(
            "UPDATE rejected_capture SET dismissed_at = $4 WHERE event_id = $1 AND space_id = $2 AND id = $3 \
             AND (dismissed_at IS NULL) = ($4 IS NOT NULL)"
        )
        .bind(event)
        .bind(space)
        .bind(id)
        .bind(at)
    )?;
    Ok(done == 1)
}

/// How many captures lie aside in each space of an event, with the newest.
pub async fn aside_by_space(tx: &mut Tx, event: EventId) -> Result<Vec<(SpaceId, i64, Timestamp)>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT space_id, COUNT(*), MAX(received_at) FROM rejected_capture WHERE event_id = $1 \
         AND dismissed_at IS NULL GROUP BY space_id ORDER BY MAX(received_at) DESC")
        .bind(event).fetch_all(conn))?)
}
