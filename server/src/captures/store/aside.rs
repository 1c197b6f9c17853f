//! What was not accepted and is kept aside.

use crate::access::RejectedScope;
use crate::storage::{StorageError, Tx, runs};
use crate::{sql, sql_built};
use mobile_core::capture::FieldError;
use mobile_core::ids::{BoothId, CaptureId, DeviceId, EventId, SpaceId, TeamMemberId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

/// A capture to keep aside.
#[derive(Debug)]
pub(in crate::captures) struct Rejected {
    pub space: SpaceId,
    pub id: Uuid,
    pub capture_id: Option<String>,
    pub reason: Reason,
    pub errors: Vec<FieldError>,
    pub body: String,
    pub digest: [u8; 32],
    pub device: Option<DeviceId>,
    pub member: Option<TeamMemberId>,
    pub booth: Option<BoothId>,
    pub corrected_at: Option<Timestamp>,
    pub received_at: Timestamp,
}

/// Keeps captures aside; the same content again is kept once.
pub(in crate::captures) async fn reject(
    tx: &mut Tx,
    event: EventId,
    rejected: &[Rejected],
) -> Result<(), StorageError> {
    for run in runs(rejected) {
        sql_built!(tx, conn, query = "INSERT INTO rejected_capture (event_id, space_id, id, capture_id, reason, errors, \
            body, digest, device_id, member_id, booth_id, corrected_at, received_at) " => {
            query.push_values(run, |mut row, new| {
                row.push_bind(event).push_bind(new.space).push_bind(new.id).push_bind(&new.capture_id)
                    .push_bind(new.reason.code()).push_bind(Json(&new.errors)).push_bind(&new.body)
                    .push_bind(new.digest.to_vec()).push_bind(new.device).push_bind(new.member)
                    .push_bind(new.booth).push_bind(new.corrected_at).push_bind(new.received_at);
            });
            query.push(" ON CONFLICT DO NOTHING");
        }, { let done = query.build().execute(conn); async { done.await.map(|_| ()) } })?;
    }
    Ok(())
}

/// Whether one of these captures was kept aside before, so that its number is its own.
pub(in crate::captures) async fn was_rejected(
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

/// The value of a JSON text, for documents that are shown as they are.
pub fn raw_value(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}
