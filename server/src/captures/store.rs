//! The log and the queues' receipts.

pub mod aside;
pub(super) mod badges;
pub mod erasing;
pub mod later;

use super::erased;
use crate::storage::{StorageError, Tx, lookups, runs};
use crate::{push_found, push_wanted, sql, sql_built};
use mobile_core::capture::Capture;
use mobile_core::fold::{Author, Logged};
use mobile_core::ids::{BoothId, CaptureId, DeviceId, EventId, LeadId, QueueId, SpaceId, TeamMemberId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use serde_json::value::RawValue;
use sqlx::types::Json;
use std::collections::{HashMap, HashSet};

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

/// What adding captures to the log gave.
#[derive(Debug, Default)]
pub(super) struct Added {
    /// The ids that were new.
    pub ids: HashSet<(SpaceId, CaptureId)>,
    /// How often what the event discloses had changed by then; none where nothing was new.
    pub policy_version: Option<i64>,
}

/// Adds captures to the log; `captures` in key order. It says on the way what is disclosed now: whoever merges
/// the captures into leads may have read that long before.
pub(super) async fn insert(tx: &mut Tx, event: EventId, captures: &[NewCapture<'_>]) -> Result<Added, StorageError> {
    let mut added = Added { ids: HashSet::with_capacity(captures.len()), policy_version: None };
    for run in runs(captures) {
        let rows: Vec<(SpaceId, CaptureId, i64)> = sql_built!(tx, conn, query = "INSERT INTO capture (event_id, space_id, \
            id, lead_id, kind, code_hash, device_id, member_id, booth_id, queue_id, device_seq, corrected_at, captured_at, \
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
            query.push(" ON CONFLICT DO NOTHING RETURNING space_id, id, (SELECT policy_version FROM event WHERE id = ");
            query.push_bind(event).push(")");
        }, query.build_query_as().fetch_all(conn))?;
        added.policy_version = rows.first().map(|(_, _, version)| *version).or(added.policy_version);
        added.ids.extend(rows.into_iter().map(|(space, id, _)| (space, id)));
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
    for run in lookups(ids) {
        let rows: Vec<Kept> = sql_built!(tx, conn,
            query = "" => {
            push_wanted!(query, &run);
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
    WHERE event_id = $1 AND lead_id = $2 AND space_id = $3 ORDER BY corrected_at, COALESCE(device_seq, 0), id";

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
    for run in lookups(keys) {
        let rows: Vec<QueueRow> = sql_built!(tx, conn,
            query = "" => {
            push_wanted!(query, &run);
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

/// Begins the receipts of queues that nothing is known of, and gives them: another server may have begun one of
/// them at this moment, which this waits for.
pub(super) async fn begin_queues(
    tx: &mut Tx,
    event: EventId,
    keys: &[(SpaceId, QueueId)],
) -> Result<Vec<QueueRow>, StorageError> {
    for run in runs(keys) {
        sql_built!(tx, conn, query = "INSERT INTO device_queue (event_id, space_id, queue_id, contiguous_seq, ahead, \
            last_device_seq, clock_offset_us, seen_at) " => {
            query.push_values(run, |mut row, (space, queue)| {
                row.push_bind(event).push_bind(*space).push_bind(*queue).push("0, '', 0, 0, 0");
            });
            query.push(" ON CONFLICT DO NOTHING");
        }, { let done = query.build().execute(conn); async { done.await.map(|_| ()) } })?;
    }
    queues(tx, event, keys).await
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
