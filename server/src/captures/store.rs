//! The log, the queues' receipts and what was not accepted.

pub mod erasing;
pub mod later;

use super::erased;
use crate::access::RejectedScope;
use crate::storage::{StorageError, Tx, runs};
use crate::{affected, push_found, push_wanted, sql, sql_built};
use mobile_core::capture::{Capture, Contact, FieldError};
use mobile_core::fold::{Author, Logged};
use mobile_core::ids::{
    BadgeId, BoothId, CaptureId, DeviceId, EventId, LeadId, QueueId, RegistrationId, SpaceId, TeamMemberId,
};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use serde_json::Value;
use serde_json::value::RawValue;
use sqlx::types::Json;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// A capture to add to the log.
#[derive(Debug)]
pub(super) struct NewCapture<'a> {
    pub space: SpaceId,
    pub lead: LeadId,
    pub kind: &'static str,
    pub logged: &'a Logged,
    pub code_hash: Option<[u8; 32]>,
    pub queue: Option<QueueId>,
    pub sent_at: Timestamp,
    pub received_at: Timestamp,
    pub digest: [u8; 32],
    pub body: &'a RawValue,
}

/// Adds captures to the log and gives the ids that were new; `captures` in key order.
pub(super) async fn insert(
    tx: &mut Tx,
    event: EventId,
    captures: &[NewCapture<'_>],
) -> Result<HashSet<(SpaceId, CaptureId)>, StorageError> {
    let mut added = HashSet::with_capacity(captures.len());
    for run in runs(captures) {
        let rows: Vec<(SpaceId, CaptureId)> = sql_built!(tx, conn, query = "INSERT INTO capture (event_id, space_id, id, \
            lead_id, kind, code_hash, device_id, member_id, booth_id, queue_id, device_seq, corrected_at, captured_at, \
            sent_at, received_at, flags, digest, body) " => {
            query.push_values(run, |mut row, new| {
                let capture = &new.logged.capture;
                row.push_bind(event).push_bind(new.space).push_bind(capture.id).push_bind(new.lead)
                    .push_bind(new.kind).push_bind(new.code_hash.map(|hash| hash.to_vec()))
                    .push_bind(new.logged.author.device).push_bind(new.logged.author.member)
                    .push_bind(new.logged.author.booth).push_bind(new.queue)
                    .push_bind(capture.device_seq.map(|seq| seq as i64)).push_bind(new.logged.corrected_at)
                    .push_bind(capture.captured_at).push_bind(new.sent_at).push_bind(new.received_at)
                    .push_bind(flags_text(&new.logged.flags)).push_bind(new.digest.to_vec())
                    .push_bind(Json(new.body));
            });
            query.push(" ON CONFLICT DO NOTHING RETURNING space_id, id");
        }, query.build_query_as().fetch_all(conn))?;
        added.extend(rows);
    }
    Ok(added)
}

fn flags_text(flags: &[Reason]) -> String {
    flags.iter().map(|flag| flag.code()).collect::<Vec<_>>().join(",")
}

/// What is kept of a capture whose id came again.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Kept {
    pub space_id: SpaceId,
    pub id: CaptureId,
    pub digest: Vec<u8>,
    pub corrected_at: Timestamp,
    pub lead_id: LeadId,
}

pub(super) async fn kept(
    tx: &mut Tx,
    event: EventId,
    ids: &[(SpaceId, CaptureId)],
) -> Result<HashMap<(SpaceId, CaptureId), Kept>, StorageError> {
    let mut found = HashMap::new();
    for run in runs(ids) {
        let rows: Vec<Kept> = sql_built!(tx, conn,
            query = "" => {
            push_wanted!(query, run);
            query.push("SELECT c.space_id, c.id, c.digest, c.corrected_at, c.lead_id ");
            push_found!(query, event, "capture" "c" by "id", false);
        }, query.build_query_as().fetch_all(conn))?;
        found.extend(rows.into_iter().map(|row| ((row.space_id, row.id), row)));
    }
    Ok(found)
}

/// A row of the log.
#[derive(Debug, sqlx::FromRow)]
pub struct LogRow {
    /// The capture.
    pub id: CaptureId,
    /// Its lead.
    pub lead_id: LeadId,
    device_id: Option<DeviceId>,
    member_id: Option<TeamMemberId>,
    booth_id: Option<BoothId>,
    /// Its time.
    pub corrected_at: Timestamp,
    flags: String,
    /// The capture as it was sent.
    pub body: Json<Box<RawValue>>,
}

impl LogRow {
    /// The capture as the fold takes it.
    pub fn logged(&self) -> Result<Logged, StorageError> {
        let capture = match erased::read(self.body.get()) {
            Some(capture) => capture,
            None => Capture::parse(self.body.get())
                .map_err(|_| StorageError::Corrupt(format!("capture {} cannot be read back", self.id)))?,
        };
        let carried = capture.carried();
        Ok(Logged {
            corrected_at: self.corrected_at,
            author: Author {
                member: self.member_id,
                operator: capture.operator.clone(),
                device: self.device_id,
                booth: self.booth_id,
            },
            flags: self.flags.split(',').filter_map(Reason::from_code).collect(),
            carried,
            capture: capture.into(),
        })
    }
}

const LOG: &str = "SELECT id, lead_id, device_id, member_id, booth_id, corrected_at, flags, body FROM capture \
    WHERE event_id = $1 AND lead_id = $2 AND space_id = $3 ORDER BY corrected_at, device_seq, id";

/// The log of one lead, oldest first.
pub async fn log_of(tx: &mut Tx, event: EventId, space: SpaceId, lead: LeadId) -> Result<Vec<LogRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(LOG).bind(event).bind(lead).bind(space).fetch_all(conn))?)
}

/// The lead that a capture belongs to.
pub(super) async fn leads_of(
    tx: &mut Tx,
    event: EventId,
    ids: &[(SpaceId, CaptureId)],
) -> Result<HashMap<(SpaceId, CaptureId), LeadId>, StorageError> {
    let kept = kept(tx, event, ids).await?;
    Ok(kept.into_iter().map(|(key, row)| (key, row.lead_id)).collect())
}

/// A badge that a code or a number stands for, with its person.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct BadgeRow {
    pub id: BadgeId,
    pub code_hash: Vec<u8>,
    pub number: String,
    pub registration_id: RegistrationId,
    pub status: String,
    pub revoked_at: Option<Timestamp>,
    pub category: String,
    pub contact: Json<Contact>,
    pub external_id: Option<String>,
    pub exhibitor_id: Option<Uuid>,
    pub active_number: Option<String>,
    /// Whether it stood for somebody else before.
    pub is_assigned: bool,
    /// Whether the person said something of their details themselves.
    pub has_spoken: bool,
    /// Whether nothing of the person is kept any more.
    pub is_erased: bool,
}

const BADGE: &str = "SELECT b.id, b.code_hash, b.number, b.registration_id, b.is_assigned, b.status, b.revoked_at, \
    r.category, r.contact, r.external_id, r.exhibitor_id, (SELECT a.number FROM badge a WHERE a.event_id = b.event_id \
    AND a.registration_id = b.registration_id AND a.status = 'active' ORDER BY a.created_at DESC, a.id DESC LIMIT 1) \
    AS active_number, EXISTS (SELECT 1 FROM consent_entry c WHERE c.event_id = b.event_id \
    AND c.registration_id = b.registration_id AND c.is_own) AS has_spoken, r.erased_at IS NOT NULL AS is_erased \
    FROM badge b JOIN registration r ON r.event_id = b.event_id AND r.id = b.registration_id WHERE b.event_id = ";

/// Badges by the hash of their code.
pub(super) async fn badges(tx: &mut Tx, event: EventId, hashes: &[[u8; 32]]) -> Result<Vec<BadgeRow>, StorageError> {
    let mut found = Vec::with_capacity(hashes.len());
    for run in runs(hashes) {
        let rows: Vec<BadgeRow> = sql_built!(tx, conn, query = BADGE => {
            query.push_bind(event).push(" AND b.code_hash IN (");
            let mut list = query.separated(", ");
            for hash in run {
                list.push_bind(hash.as_slice());
            }
            query.push(")");
        }, query.build_query_as().fetch_all(conn))?;
        found.extend(rows);
    }
    Ok(found)
}

/// Badges by the number that is printed on them, as stored.
pub(super) async fn badges_by_number(
    tx: &mut Tx,
    event: EventId,
    numbers: &[String],
) -> Result<Vec<BadgeRow>, StorageError> {
    let mut found = Vec::new();
    for run in runs(numbers) {
        let rows: Vec<BadgeRow> = sql_built!(tx, conn, query = BADGE => {
            query.push_bind(event).push(" AND b.number IN (");
            let mut list = query.separated(", ");
            for number in run {
                list.push_bind(number);
            }
            query.push(")");
        }, query.build_query_as().fetch_all(conn))?;
        found.extend(rows);
    }
    Ok(found)
}

/// A badge as it stood before it was assigned to somebody else.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct HolderRow {
    /// From then on it stood for somebody else.
    pub from_at: Timestamp,
    #[sqlx(flatten)]
    pub badge: BadgeRow,
}

/// Whom some badges stood for before they were assigned; the newest assignment first.
pub(super) async fn former_holders(
    tx: &mut Tx,
    event: EventId,
    badges: &[BadgeId],
) -> Result<Vec<HolderRow>, StorageError> {
    let mut found = Vec::new();
    for run in runs(badges) {
        let rows: Vec<HolderRow> = sql_built!(tx, conn, query = "SELECT a.from_at, b.id, b.code_hash, b.number, \
            a.registration_id, b.is_assigned, b.status, b.revoked_at, r.category, r.contact, r.external_id, \
            r.exhibitor_id, (SELECT MAX(o.number) FROM badge o WHERE o.event_id = a.event_id \
            AND o.registration_id = a.registration_id AND o.status = 'active') AS active_number, \
            EXISTS (SELECT 1 FROM consent_entry c WHERE c.event_id = a.event_id \
            AND c.registration_id = a.registration_id AND c.is_own) AS has_spoken, r.erased_at IS NOT NULL AS is_erased \
            FROM badge_assignment a JOIN badge b ON b.event_id = a.event_id AND b.id = a.badge_id \
            JOIN registration r ON r.event_id = a.event_id AND r.id = a.registration_id WHERE a.event_id = " => {
            query.push_bind(event).push(" AND a.badge_id IN (");
            let mut list = query.separated(", ");
            for badge in run {
                list.push_bind(*badge);
            }
            query.push(") ORDER BY a.created_at DESC, a.id DESC");
        }, query.build_query_as().fetch_all(conn))?;
        found.extend(rows);
    }
    Ok(found)
}

/// The receipts of a queue.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct QueueRow {
    pub space_id: SpaceId,
    pub queue_id: QueueId,
    pub contiguous_seq: i64,
    pub ahead: String,
    pub last_device_seq: i64,
}

pub(super) async fn queues(
    tx: &mut Tx,
    event: EventId,
    keys: &[(SpaceId, QueueId)],
) -> Result<Vec<QueueRow>, StorageError> {
    let mut found = Vec::with_capacity(keys.len());
    for run in runs(keys) {
        let rows: Vec<QueueRow> = sql_built!(tx, conn,
            query = "" => {
            push_wanted!(query, run);
            query.push("SELECT q.space_id, q.queue_id, q.contiguous_seq, q.ahead, q.last_device_seq ");
            push_found!(query, event, "device_queue" "q" by "queue_id", true);
        }, query.build_query_as().fetch_all(conn))?;
        found.extend(rows);
    }
    Ok(found)
}

/// What a queue's receipts have become.
#[derive(Debug)]
pub(super) struct QueueState {
    pub space: SpaceId,
    pub queue: QueueId,
    pub device: Option<DeviceId>,
    pub contiguous: u64,
    pub ahead: String,
    pub last_device_seq: u64,
    pub clock_offset_us: i64,
    pub seen_at: Timestamp,
}

pub(super) async fn put_queues(tx: &mut Tx, event: EventId, queues: &[QueueState]) -> Result<(), StorageError> {
    for run in runs(queues) {
        sql_built!(tx, conn, query = "INSERT INTO device_queue (event_id, space_id, queue_id, device_id, contiguous_seq, \
            ahead, last_device_seq, clock_offset_us, seen_at) " => {
            query.push_values(run, |mut row, state| {
                row.push_bind(event).push_bind(state.space).push_bind(state.queue).push_bind(state.device)
                    .push_bind(state.contiguous as i64).push_bind(&state.ahead)
                    .push_bind(state.last_device_seq as i64).push_bind(state.clock_offset_us).push_bind(state.seen_at);
            });
            query.push(" ON CONFLICT (event_id, space_id, queue_id) DO UPDATE SET device_id = excluded.device_id, \
                contiguous_seq = excluded.contiguous_seq, ahead = excluded.ahead, \
                last_device_seq = excluded.last_device_seq, clock_offset_us = excluded.clock_offset_us, \
                seen_at = excluded.seen_at");
        }, { let done = query.build().execute(conn); async { done.await.map(|_| ()) } })?;
    }
    Ok(())
}

/// A capture to keep aside.
#[derive(Debug)]
pub(super) struct Rejected {
    pub space: SpaceId,
    pub id: Uuid,
    pub capture_id: Option<String>,
    pub reason: Reason,
    pub errors: Vec<FieldError>,
    pub body: String,
    pub digest: [u8; 32],
    pub device: Option<DeviceId>,
    pub member: Option<TeamMemberId>,
    pub received_at: Timestamp,
}

/// Keeps captures aside; the same content again is kept once.
pub(super) async fn reject(tx: &mut Tx, event: EventId, rejected: &[Rejected]) -> Result<(), StorageError> {
    for run in runs(rejected) {
        sql_built!(tx, conn, query = "INSERT INTO rejected_capture (event_id, space_id, id, capture_id, reason, errors, \
            body, digest, device_id, member_id, received_at) " => {
            query.push_values(run, |mut row, new| {
                row.push_bind(event).push_bind(new.space).push_bind(new.id).push_bind(&new.capture_id)
                    .push_bind(new.reason.code()).push_bind(Json(&new.errors)).push_bind(&new.body)
                    .push_bind(new.digest.to_vec()).push_bind(new.device).push_bind(new.member)
                    .push_bind(new.received_at);
            });
            query.push(" ON CONFLICT DO NOTHING");
        }, { let done = query.build().execute(conn); async { done.await.map(|_| ()) } })?;
    }
    Ok(())
}

/// Whether one of these captures was kept aside before, so that its number is its own.
pub(super) async fn was_rejected(
    tx: &mut Tx,
    event: EventId,
    space: SpaceId,
    capture: CaptureId,
) -> Result<bool, StorageError> {
    let count: i64 = sql!(tx, conn => sqlx::query_scalar(
        "SELECT COUNT(*) FROM rejected_capture WHERE event_id = $1 AND space_id = $2 AND capture_id = $3")
        .bind(event).bind(space).bind(capture.to_string()).fetch_one(conn))?;
    Ok(count > 0)
}

/// A capture that was kept aside.
#[derive(Debug, sqlx::FromRow)]
pub struct RejectedRow {
    /// Its place in the list.
    pub id: Uuid,
    /// The capture's id as it was sent.
    pub capture_id: Option<String>,
    /// The reason's code.
    pub reason: String,
    /// Its wrong fields.
    pub errors: Json<Vec<FieldError>>,
    /// The raw JSON, its first 16 KiB.
    pub body: String,
    /// The device.
    pub device_id: Option<DeviceId>,
    /// The member.
    pub member_id: Option<TeamMemberId>,
    /// When it came.
    pub received_at: Timestamp,
}

/// What was kept aside in a space, newest first.
pub async fn list_rejected(
    tx: &mut Tx,
    scope: &RejectedScope,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<RejectedRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT id, capture_id, reason, errors, body, device_id, member_id, received_at FROM rejected_capture \
         WHERE event_id = $1 AND space_id = $2 AND dismissed_at IS NULL AND ($3 IS NULL OR id < $3) \
         ORDER BY id DESC LIMIT $4")
        .bind(scope.event()).bind(scope.space()).bind(before).bind(limit).fetch_all(conn))?)
}

/// Records what was said about consent in the ledger.
pub(super) async fn record_consent(
    tx: &mut Tx,
    event: EventId,
    id: Uuid,
    space: SpaceId,
    registration: RegistrationId,
    logged: &Logged,
) -> Result<(), StorageError> {
    let mobile_core::capture::Action::Consent { purpose, granted, notice_version, channel } = &logged.capture.action
    else {
        return Ok(());
    };
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO consent_entry (event_id, id, registration_id, exhibitor_id, purpose, is_granted, channel, \
         notice_version, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        )
        .bind(event)
        .bind(id)
        .bind(registration)
        .bind(space)
        .bind(purpose.as_str())
        .bind(*granted)
        .bind(channel.as_deref().unwrap_or("booth"))
        .bind(notice_version)
        .bind(logged.corrected_at)
    )?;
    Ok(())
}

/// The value of a JSON text, for documents that are shown as they are.
pub fn raw_value(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}

#[cfg(test)]
mod tests {
    /// Read once for every scan, so nothing in it may walk through an event.
    #[tokio::test]
    async fn a_badge_and_its_person_are_reached_by_whole_keys() {
        for key in ["b.code_hash IN (x'01', x'02')", "b.number IN ('A', 'B')"] {
            let plan = crate::storage::plan_of(&format!("{}x'00' AND {key}", super::BADGE)).await;
            for step in plan.iter().filter(|step| step.contains("SEARCH") || step.contains("SCAN")) {
                assert!(step.contains("event_id=? AND "), "{step} in {plan:?}");
            }
        }
    }
}
