//! Sign-ins in the database.

use crate::access::token::TokenHash;
use crate::storage::{StorageError, Tx};
use crate::{affected, sql};
use mobile_core::ids::AccountId;
use mobile_core::time::Timestamp;

/// A sign-in as it is kept.
#[derive(Debug, sqlx::FromRow)]
pub struct SignInRow {
    /// The hash of its token.
    pub token_hash: Vec<u8>,
    /// The program that signed in, in words.
    pub agent: Option<String>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, give or take five minutes.
    pub seen_at: Option<Timestamp>,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}

/// The sign-ins of an account that have not ended by themselves, the newest first.
pub async fn list(tx: &mut Tx, account: AccountId, now: Timestamp) -> Result<Vec<SignInRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT token_hash, agent, created_at, seen_at, expires_at FROM sign_in \
         WHERE account_id = $1 AND expires_at > $2 ORDER BY created_at DESC, token_hash LIMIT 1000")
        .bind(account).bind(now).fetch_all(conn))?)
}

/// Begins a sign-in and clears away those of the account that are over.
pub async fn insert(
    tx: &mut Tx,
    hash: &TokenHash,
    account: AccountId,
    agent: Option<&str>,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("DELETE FROM sign_in WHERE account_id = $1 AND expires_at <= $2").bind(account).bind(now)
    )?;
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO sign_in (token_hash, account_id, agent, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)"
        )
        .bind(hash.as_slice())
        .bind(account)
        .bind(agent)
        .bind(now)
        .bind(expires_at)
    )?;
    Ok(())
}

/// Ends a sign-in; gives whose it was, unless it had ended.
pub async fn end(tx: &mut Tx, hash: &TokenHash) -> Result<Option<AccountId>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar("DELETE FROM sign_in WHERE token_hash = $1 RETURNING account_id")
        .bind(hash.as_slice()).fetch_optional(conn))?)
}

/// Ends all sign-ins of an account.
pub async fn end_all(tx: &mut Tx, account: AccountId) -> Result<(), StorageError> {
    affected!(tx, sqlx::query("DELETE FROM sign_in WHERE account_id = $1").bind(account))?;
    Ok(())
}
