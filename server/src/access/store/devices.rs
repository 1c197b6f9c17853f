//! Which device a token stands for.
//!
//! A device has a token, and for a moment another one in its place: the former stands for it until the other
//! was used, so that a lost answer locks nobody out.

use crate::access::identity::DeviceIdentity;
use crate::access::token::TokenHash;
use crate::app::App;
use crate::rights;
use crate::storage::StorageError;
use crate::{affected, sql};
use mobile_core::ids::{BoothId, DeviceId, EventId, ExhibitorId, TeamMemberId};
use mobile_core::time::Timestamp;

#[derive(sqlx::FromRow)]
struct DeviceRow {
    event_id: EventId,
    id: DeviceId,
    exhibitor_id: Option<ExhibitorId>,
    member_id: Option<TeamMemberId>,
    booth_id: Option<BoothId>,
    revoked_at: Option<Timestamp>,
    lost_at: Option<Timestamp>,
    /// Whether the token is the one that the device has not used before.
    is_next: bool,
}

impl From<DeviceRow> for DeviceIdentity {
    fn from(row: DeviceRow) -> Self {
        Self {
            id: row.id,
            event: row.event_id,
            exhibitor: row.exhibitor_id,
            member: row.member_id,
            booth: row.booth_id,
            revoked_at: row.revoked_at,
            lost_at: row.lost_at,
        }
    }
}

/// The device that a token stands for. One that was not used before takes the place of the former, which
/// opens nothing from then on.
pub(in crate::access) async fn device_by_token(
    app: &App,
    hash: &TokenHash,
) -> Result<Option<DeviceIdentity>, StorageError> {
    let mut tx = app.read().await?;
    let row: Option<DeviceRow> = sql!(tx, conn => sqlx::query_as(
        "SELECT event_id, id, exhibitor_id, member_id, booth_id, revoked_at, lost_at, token_hash <> $1 AS is_next \
         FROM device WHERE token_hash = $1 OR next_token_hash = $1")
        .bind(hash.as_slice()).fetch_optional(conn))?;
    tx.done().await?;
    if let Some(row) = row.as_ref().filter(|row| row.is_next) {
        take_into_use(app, row, hash).await?;
    }
    Ok(row.map(DeviceIdentity::from))
}

async fn take_into_use(app: &App, row: &DeviceRow, hash: &TokenHash) -> Result<(), StorageError> {
    let mut tx = app.write().await?;
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO device_former_token (token_hash, event_id, device_id) SELECT token_hash, event_id, id \
             FROM device WHERE event_id = $1 AND id = $2 AND next_token_hash = $3 ON CONFLICT DO NOTHING"
        )
        .bind(row.event_id)
        .bind(row.id)
        .bind(hash.as_slice())
    )?;
    let taken = affected!(
        tx,
        sqlx::query(
            "UPDATE device SET token_hash = next_token_hash, next_token_hash = NULL \
             WHERE event_id = $1 AND id = $2 AND next_token_hash = $3"
        )
        .bind(row.event_id)
        .bind(row.id)
        .bind(hash.as_slice())
    )?;
    if taken == 0 {
        // Another request used it first.
        return tx.done().await;
    }
    // The streams that the former one opened end, whoever holds it.
    let space = row.exhibitor_id.map_or_else(|| row.event_id.into(), Into::into);
    rights::commit(app, tx, row.event_id, space, row.id.0).await
}

/// The device that a token stands for or once stood for: what a file of unsent captures proves, however long
/// it lay around.
pub(in crate::access) async fn device_by_any_token(
    app: &App,
    hash: &TokenHash,
) -> Result<Option<DeviceIdentity>, StorageError> {
    let mut tx = app.read().await?;
    let row: Option<DeviceRow> = sql!(tx, conn => sqlx::query_as(
        "SELECT event_id, id, exhibitor_id, member_id, booth_id, revoked_at, lost_at, FALSE AS is_next FROM device \
         WHERE (event_id, id) IN (SELECT event_id, id FROM device WHERE token_hash = $1 OR next_token_hash = $1 \
           UNION ALL SELECT event_id, device_id FROM device_former_token WHERE token_hash = $1)")
        .bind(hash.as_slice()).fetch_optional(conn))?;
    tx.done().await?;
    Ok(row.map(DeviceIdentity::from))
}
