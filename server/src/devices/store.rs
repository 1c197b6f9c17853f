//! Devices, their queues and pairing codes in the database.

use super::pairing::{NewCode, NewDevice};
use super::{DevicePark, Ending};
use crate::access::OwnDeviceScope;
use crate::access::token::TokenHash;
use crate::storage::{StorageError, Tx, runs};
use crate::{affected, sql, sql_built};
use mobile_core::ids::{BoothId, DeviceId, EventId, ExhibitorId, TeamMemberId};
use mobile_core::time::Timestamp;
use sqlx::types::Json;

/// A device as lists show it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DeviceRow {
    /// The device.
    pub id: DeviceId,
    /// What it is called.
    pub name: String,
    /// What its pairing code was for.
    pub label: Option<String>,
    /// What it runs on.
    pub platform: String,
    /// Who it was given to.
    pub member_id: Option<TeamMemberId>,
    /// That person's name.
    pub first_name: Option<String>,
    /// That person's name.
    pub last_name: Option<String>,
    /// Where it stands.
    pub booth_id: Option<BoothId>,
    /// When it was paired.
    pub created_at: Timestamp,
    /// When its access ended.
    pub revoked_at: Option<Timestamp>,
    /// When it was marked lost.
    pub lost_at: Option<Timestamp>,
    /// When it last scanned the practice badge.
    pub tested_at: Option<Timestamp>,
    /// The version of its app, as it said last.
    pub app_version: Option<String>,
}

impl DeviceRow {
    /// Whether it may read nothing any more: it was unpaired, or marked as lost.
    pub fn has_ended(&self) -> bool {
        self.revoked_at.is_some() || self.lost_at.is_some()
    }
}

/// What one queue of a device tells.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct QueueRow {
    /// The device that sent it last.
    pub device_id: DeviceId,
    /// Every number up to this one is settled.
    pub contiguous_seq: i64,
    /// Settled ranges beyond.
    pub ahead: String,
    /// The queue's newest number.
    pub last_device_seq: i64,
    /// How far the clock is behind.
    pub clock_offset_us: i64,
    /// When it was last heard of.
    pub seen_at: Timestamp,
}

/// Of one park: `exhibitor_id` is null for doors, and null equals nothing.
const DEVICES: &str = "SELECT d.id, d.name, p.label, d.platform, d.member_id, m.first_name, m.last_name, d.booth_id, \
     d.created_at, d.revoked_at, d.lost_at, d.tested_at, d.app_version FROM device d \
     LEFT JOIN team_member m ON m.event_id = d.event_id AND m.id = d.member_id \
     LEFT JOIN pairing_code p ON p.code_hash = d.pairing_hash \
     WHERE d.event_id = $1 AND (d.exhibitor_id = $2 OR (d.exhibitor_id IS NULL AND $2 IS NULL)) \
     AND ($3 IS NULL OR d.id > $3) AND ($4 IS NULL OR d.id = $4) ORDER BY d.id LIMIT $5";

/// The devices after a place, oldest first.
pub async fn list(
    tx: &mut Tx,
    park: &DevicePark,
    after: Option<DeviceId>,
    limit: usize,
) -> Result<Vec<DeviceRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(DEVICES).bind(park.event()).bind(park.exhibitor()).bind(after)
        .bind(None::<DeviceId>).bind(limit as i64).fetch_all(conn))?)
}

/// One device.
pub async fn find(tx: &mut Tx, park: &DevicePark, id: DeviceId) -> Result<Option<DeviceRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(DEVICES).bind(park.event()).bind(park.exhibitor()).bind(None::<DeviceId>)
        .bind(id).bind(1_i64).fetch_optional(conn))?)
}

/// What the queues of some devices tell.
pub async fn queues_of(tx: &mut Tx, park: &DevicePark, ids: &[DeviceId]) -> Result<Vec<QueueRow>, StorageError> {
    let mut found = Vec::new();
    for run in runs(ids) {
        let rows: Vec<QueueRow> = sql_built!(tx, conn,
            query = "SELECT device_id, contiguous_seq, ahead, last_device_seq, clock_offset_us, seen_at \
                FROM device_queue WHERE event_id = " => {
            query.push_bind(park.event()).push(" AND device_id IN (");
            let mut list = query.separated(", ");
            for id in run {
                list.push_bind(*id);
            }
            query.push(")");
        }, query.build_query_as().fetch_all(conn))?;
        found.extend(rows);
    }
    Ok(found)
}

/// What the queues of an event's devices tell, or those of one exhibitor's.
pub async fn queues_of_event(
    tx: &mut Tx,
    event: EventId,
    only: Option<ExhibitorId>,
) -> Result<Vec<QueueRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT q.device_id, q.contiguous_seq, q.ahead, q.last_device_seq, q.clock_offset_us, q.seen_at \
         FROM device_queue q JOIN device d ON d.event_id = q.event_id AND d.id = q.device_id \
         WHERE q.event_id = $1 AND ($2 IS NULL OR d.exhibitor_id = $2)")
        .bind(event).bind(only).fetch_all(conn))?)
}

/// Notes when a device's access ended, and how; false when there is no such device. What ended before in
/// this way stays as it was.
pub async fn end(
    tx: &mut Tx,
    park: &DevicePark,
    id: DeviceId,
    ending: Ending,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let done = sql_built!(tx, conn, query = "UPDATE device SET " => {
        query.push(match ending {
            Ending::Revoked => "revoked_at = COALESCE(revoked_at, ",
            Ending::Lost => "lost_at = COALESCE(lost_at, ",
        });
        query.push_bind(now).push(") WHERE event_id = ").push_bind(park.event()).push(" AND id = ").push_bind(id);
        match park.exhibitor() {
            Some(exhibitor) => query.push(" AND exhibitor_id = ").push_bind(exhibitor),
            None => query.push(" AND exhibitor_id IS NULL"),
        };
    }, { let done = query.build().execute(conn); async { done.await.map(|done| done.rows_affected()) } })?;
    Ok(done == 1)
}

/// Whether somebody is in the exhibitor's team now.
pub async fn has_member(tx: &mut Tx, park: &DevicePark, member: TeamMemberId) -> Result<bool, StorageError> {
    let found: i64 = sql!(tx, conn => sqlx::query_scalar(
        "SELECT COUNT(*) FROM team_member WHERE event_id = $1 AND exhibitor_id = $2 AND id = $3 AND removed_at IS NULL")
        .bind(park.event()).bind(park.exhibitor()).bind(member).fetch_one(conn))?;
    Ok(found == 1)
}

/// Whether a booth is the exhibitor's.
pub async fn has_booth(tx: &mut Tx, park: &DevicePark, booth: BoothId) -> Result<bool, StorageError> {
    let found: i64 = sql!(tx, conn => sqlx::query_scalar(
        "SELECT COUNT(*) FROM booth WHERE event_id = $1 AND exhibitor_id = $2 AND id = $3")
        .bind(park.event()).bind(park.exhibitor()).bind(booth).fetch_one(conn))?;
    Ok(found == 1)
}

/// Adds a pairing code.
pub async fn insert_code(tx: &mut Tx, park: &DevicePark, code: &NewCode, now: Timestamp) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO pairing_code (code_hash, event_id, exhibitor_id, label, member_id, booth_id, max_uses, uses, \
         created_at, expires_at, session_ids, replaces_device_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10, $11)"
        )
        .bind(code.hash.as_slice())
        .bind(park.event())
        .bind(park.exhibitor())
        .bind(&code.label)
        .bind(code.member)
        .bind(code.booth)
        .bind(code.max_uses)
        .bind(now)
        .bind(code.expires_at)
        .bind(Some(Json(&code.sessions)).filter(|_| !code.sessions.is_empty()))
        .bind(code.replaces)
    )?;
    Ok(())
}

/// A pairing code: holding it is the proof that its bearer may join the space it names.
#[derive(Debug, sqlx::FromRow)]
pub struct CodeRow {
    code_hash: Vec<u8>,
    /// The event.
    pub event_id: EventId,
    pub(super) exhibitor_id: Option<ExhibitorId>,
    member_id: Option<TeamMemberId>,
    booth_id: Option<BoothId>,
    replaces_device_id: Option<DeviceId>,
    /// How many devices it may pair.
    pub max_uses: i64,
    /// How many it has paired.
    pub uses: i64,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// A pairing code.
pub async fn find_code(tx: &mut Tx, hash: &[u8; 32]) -> Result<Option<CodeRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as("SELECT * FROM pairing_code WHERE code_hash = $1")
        .bind(hash.as_slice()).fetch_optional(conn))?)
}

/// A pairing code that this transaction may use; others that want to wait.
pub async fn lock_code(tx: &mut Tx, hash: &[u8; 32]) -> Result<Option<CodeRow>, StorageError> {
    affected!(tx, sqlx::query("UPDATE pairing_code SET uses = uses WHERE code_hash = $1").bind(hash.as_slice()))?;
    find_code(tx, hash).await
}

/// A device that was paired with a code before.
#[derive(Debug, sqlx::FromRow)]
pub struct Former {
    /// The device.
    pub id: DeviceId,
    /// Whether its access has ended.
    pub has_ended: bool,
}

/// The device that the same app paired with the same code.
pub async fn paired_before(tx: &mut Tx, code: &CodeRow, install: &str) -> Result<Option<Former>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT id, (revoked_at IS NOT NULL OR lost_at IS NOT NULL) AS has_ended FROM device \
         WHERE event_id = $1 AND pairing_hash = $2 AND install_id = $3")
        .bind(code.event_id).bind(&code.code_hash).bind(install).fetch_optional(conn))?)
}

/// Adds a device.
pub async fn insert_device(
    tx: &mut Tx,
    code: &CodeRow,
    id: DeviceId,
    device: &NewDevice,
    now: Timestamp,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO device (event_id, id, exhibitor_id, install_id, name, platform, member_id, booth_id, \
         pairing_hash, token_hash, created_at, app_version) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        )
        .bind(code.event_id)
        .bind(id)
        .bind(code.exhibitor_id)
        .bind(&device.install_id)
        .bind(&device.name)
        .bind(&device.platform)
        .bind(code.member_id)
        .bind(code.booth_id)
        .bind(&code.code_hash)
        .bind(device.token_hash.as_slice())
        .bind(now)
        .bind(&device.app_version)
    )?;
    Ok(())
}

/// A device whose access has not ended.
#[derive(Debug, sqlx::FromRow)]
pub struct InUse {
    /// The device.
    pub id: DeviceId,
    /// When it was paired.
    pub created_at: Timestamp,
}

/// The devices of a park whose access has not ended.
pub async fn active(tx: &mut Tx, park: &DevicePark) -> Result<Vec<InUse>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT id, created_at FROM device WHERE event_id = $1 AND exhibitor_id = $2 AND revoked_at IS NULL \
         AND lost_at IS NULL")
        .bind(park.event()).bind(park.exhibitor()).fetch_all(conn))?)
}

/// Ends what an app was paired as with other codes of the same park, and the device that made the code
/// to give up its place: it is one phone still.
pub async fn replace(
    tx: &mut Tx,
    park: &DevicePark,
    code: &CodeRow,
    device: &NewDevice,
    now: Timestamp,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "UPDATE device SET revoked_at = $5 WHERE event_id = $1 AND exhibitor_id = $2 \
             AND (install_id = $3 AND pairing_hash <> $4 OR id = $6) AND revoked_at IS NULL"
        )
        .bind(park.event())
        .bind(park.exhibitor())
        .bind(&device.install_id)
        .bind(&code.code_hash)
        .bind(now)
        .bind(code.replaces_device_id)
    )?;
    Ok(())
}

/// Gives a device that was paired again a fresh token; the former one opens nothing any more.
pub async fn renew(tx: &mut Tx, code: &CodeRow, id: DeviceId, device: &NewDevice) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO device_former_token (token_hash, event_id, device_id) SELECT token_hash, event_id, id \
             FROM device WHERE event_id = $1 AND id = $2 ON CONFLICT DO NOTHING"
        )
        .bind(code.event_id)
        .bind(id)
    )?;
    affected!(
        tx,
        sqlx::query(
            "UPDATE device SET token_hash = $3, next_token_hash = NULL, name = $4, platform = $5, app_version = $6 \
             WHERE event_id = $1 AND id = $2"
        )
        .bind(code.event_id)
        .bind(id)
        .bind(device.token_hash.as_slice())
        .bind(&device.name)
        .bind(&device.platform)
        .bind(&device.app_version)
    )?;
    Ok(())
}

/// Keeps the token that a device will use from its next request on; what it was given before and never used is
/// forgotten. False once its access has ended.
pub async fn offer_token(
    tx: &mut Tx,
    scope: &OwnDeviceScope,
    hash: &TokenHash,
    app_version: Option<&str>,
) -> Result<bool, StorageError> {
    let done = affected!(
        tx,
        sqlx::query(
            "UPDATE device SET next_token_hash = $3, app_version = COALESCE($4, app_version) \
             WHERE event_id = $1 AND id = $2 AND revoked_at IS NULL AND lost_at IS NULL"
        )
        .bind(scope.event())
        .bind(scope.device())
        .bind(hash.as_slice())
        .bind(app_version)
    )?;
    Ok(done == 1)
}

/// Counts a use of a code.
pub async fn use_code(tx: &mut Tx, code: &CodeRow) -> Result<(), StorageError> {
    affected!(tx, sqlx::query("UPDATE pairing_code SET uses = uses + 1 WHERE code_hash = $1").bind(&code.code_hash))?;
    Ok(())
}

/// The event's id, slug, name and time zone.
pub async fn event_name(tx: &mut Tx, code: &CodeRow) -> Result<(EventId, String, String, String), StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as("SELECT id, slug, name, timezone FROM event WHERE id = $1")
        .bind(code.event_id).fetch_one(conn))?)
}

/// The exhibitor's id, slug and name.
pub async fn exhibitor_name(
    tx: &mut Tx,
    code: &CodeRow,
) -> Result<Option<(ExhibitorId, String, String)>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as("SELECT id, slug, name FROM exhibitor WHERE event_id = $1 AND id = $2")
        .bind(code.event_id).bind(code.exhibitor_id).fetch_optional(conn))?)
}

/// The member's id, first and last name.
pub async fn member_name(tx: &mut Tx, code: &CodeRow) -> Result<Option<(TeamMemberId, String, String)>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT id, first_name, last_name FROM team_member WHERE event_id = $1 AND id = $2 AND removed_at IS NULL")
        .bind(code.event_id).bind(code.member_id).fetch_optional(conn))?)
}

/// Keeps when devices last scanned the practice badge.
pub async fn mark_tested(tx: &mut Tx, event: EventId, tested: &[(DeviceId, Timestamp)]) -> Result<(), StorageError> {
    for (device, at) in tested {
        affected!(
            tx,
            sqlx::query(
                "UPDATE device SET tested_at = $3 WHERE event_id = $1 AND id = $2 \
                 AND (tested_at IS NULL OR tested_at < $3)"
            )
            .bind(event)
            .bind(*device)
            .bind(*at)
        )?;
    }
    Ok(())
}
