//! Keys and the answers given under them.

use crate::storage::{StorageError, Tx};
use crate::{affected, sql};
use mobile_core::time::Timestamp;
use uuid::Uuid;

/// A key as one identity sent it to one address.
#[derive(Debug)]
#[expect(clippy::struct_field_names, reason = "the header calls it a key too")]
pub(super) struct Key {
    pub identity: Uuid,
    pub route: String,
    pub key: String,
    pub body_hash: [u8; 32],
}

/// What is known of a key.
#[derive(Debug)]
pub(super) enum Claim {
    /// Nothing: this request goes ahead.
    Fresh,
    /// The first request was answered.
    Answered { status: i64, answer: String },
    /// The first request is being worked on.
    Running,
    /// The first request had another body.
    OtherBody,
}

/// The status of a request that has no answer yet.
const NONE_YET: i64 = 0;

/// Takes a key for a request, unless another has it. One that began before `dead` and has no answer
/// is gone.
pub(super) async fn claim(tx: &mut Tx, key: &Key, now: Timestamp, dead: Timestamp) -> Result<Claim, StorageError> {
    let taken = affected!(
        tx,
        sqlx::query(
            "INSERT INTO idempotency_key (identity_id, route, key, body_hash, status, answer, created_at) \
         VALUES ($1, $2, $3, $4, $5, '', $6) ON CONFLICT (identity_id, route, key) DO UPDATE SET \
         body_hash = excluded.body_hash, created_at = excluded.created_at \
         WHERE idempotency_key.status = $5 AND idempotency_key.created_at < $7"
        )
        .bind(key.identity)
        .bind(&key.route)
        .bind(&key.key)
        .bind(key.body_hash.as_slice())
        .bind(NONE_YET)
        .bind(now)
        .bind(dead)
    )?;
    if taken == 1 {
        return Ok(Claim::Fresh);
    }
    let row: (Vec<u8>, i64, String) = sql!(tx, conn => sqlx::query_as(
        "SELECT body_hash, status, answer FROM idempotency_key WHERE identity_id = $1 AND route = $2 AND key = $3")
        .bind(key.identity).bind(&key.route).bind(&key.key).fetch_one(conn))?;
    Ok(match row {
        (hash, _, _) if hash != key.body_hash => Claim::OtherBody,
        (_, NONE_YET, _) => Claim::Running,
        (_, status, answer) => Claim::Answered { status, answer },
    })
}

/// Keeps the answer.
pub(super) async fn answer(tx: &mut Tx, key: &Key, status: i64, answer: &str) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "UPDATE idempotency_key SET status = $4, answer = $5 WHERE identity_id = $1 AND route = $2 AND key = $3"
        )
        .bind(key.identity)
        .bind(&key.route)
        .bind(&key.key)
        .bind(status)
        .bind(answer)
    )?;
    Ok(())
}

/// Frees a key.
pub(super) async fn free(tx: &mut Tx, key: &Key) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("DELETE FROM idempotency_key WHERE identity_id = $1 AND route = $2 AND key = $3 AND status = 0")
            .bind(key.identity)
            .bind(&key.route)
            .bind(&key.key)
    )?;
    Ok(())
}

/// Forgets keys from before a time.
pub(super) async fn prune(tx: &mut Tx, before: Timestamp) -> Result<(), StorageError> {
    affected!(tx, sqlx::query("DELETE FROM idempotency_key WHERE created_at < $1").bind(before))?;
    Ok(())
}
