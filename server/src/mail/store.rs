//! The mails on their way, in the database.

use super::Message;
use crate::fields::Email;
use crate::storage::{StorageError, Tx};
use crate::words::Words;
use crate::{affected, sql};
use mobile_core::time::Timestamp;
use serde_json::json;
use sqlx::types::Json;
use uuid::Uuid;

/// A mail that was claimed for one attempt.
#[derive(Debug, sqlx::FromRow)]
pub struct DueMail {
    /// The mail.
    pub id: Uuid,
    /// Whom it is for.
    pub recipient: String,
    /// Its language.
    pub language: Words,
    /// What it says.
    pub body: Json<serde_json::Value>,
    /// Attempts so far, this one included.
    pub attempts: i64,
    /// When it was written.
    pub created_at: Timestamp,
}

/// Adds a mail that is due at once.
pub async fn insert(
    tx: &mut Tx,
    id: Uuid,
    to: &Email,
    language: Words,
    message: &Message,
    now: Timestamp,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO mail (id, recipient, language, kind, body, attempts, created_at, due_at) \
             VALUES ($1, $2, $3, $4, $5, 0, $6, $6)"
        )
        .bind(id)
        .bind(to.as_str())
        .bind(language)
        .bind(message.kind())
        .bind(Json(message))
        .bind(now)
    )?;
    Ok(())
}

/// The mails that are due, the longest waiting first, each with the time it was due at.
pub async fn due(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<(Uuid, Timestamp)>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT id, due_at FROM mail WHERE due_at IS NOT NULL AND due_at <= $1 ORDER BY due_at, id LIMIT $2")
        .bind(now).bind(limit).fetch_all(conn))?)
}

/// Takes a mail for one attempt, until `until`; none when another node has taken it meanwhile.
pub async fn claim(
    tx: &mut Tx,
    id: Uuid,
    due_at: Timestamp,
    until: Timestamp,
) -> Result<Option<DueMail>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "UPDATE mail SET due_at = $3, attempts = attempts + 1 WHERE id = $1 AND due_at = $2 \
         RETURNING id, recipient, language, body, attempts, created_at")
        .bind(id).bind(due_at).bind(until).fetch_optional(conn))?)
}

/// Notes that a mail was handed over; what it said is forgotten, and whom it was for where it said that
/// their data is gone.
pub async fn sent(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "UPDATE mail SET sent_at = $2, due_at = NULL, problem = NULL, body = $3, \
             recipient = CASE WHEN kind = 'erased' THEN '' ELSE recipient END WHERE id = $1"
        )
        .bind(id)
        .bind(now)
        .bind(Json(json!({})))
    )?;
    Ok(())
}

/// Notes why an attempt failed, and when the next one is.
pub async fn put_off(tx: &mut Tx, id: Uuid, due_at: Timestamp, problem: &str) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("UPDATE mail SET due_at = $2, problem = $3 WHERE id = $1").bind(id).bind(due_at).bind(problem)
    )?;
    Ok(())
}

/// Gives a mail up; what it said is forgotten.
pub async fn give_up(tx: &mut Tx, id: Uuid, now: Timestamp, problem: &str) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "UPDATE mail SET failed_at = $2, due_at = NULL, problem = $3, body = $4, \
             recipient = CASE WHEN kind = 'erased' THEN '' ELSE recipient END WHERE id = $1"
        )
        .bind(id)
        .bind(now)
        .bind(problem)
        .bind(Json(json!({})))
    )?;
    Ok(())
}

/// Forgets mails that were written before a time and are no longer on their way.
pub async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64, StorageError> {
    Ok(affected!(tx, sqlx::query("DELETE FROM mail WHERE created_at < $1 AND due_at IS NULL").bind(before))?)
}
