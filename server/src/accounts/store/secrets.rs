//! What stands for an account for a while, and its second factor, in the database.

use crate::access::token::TokenHash;
use crate::storage::{StorageError, Tx};
use crate::{affected, sql};
use mobile_core::ids::AccountId;
use mobile_core::time::Timestamp;

/// What a secret is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
pub enum Purpose {
    /// Sets a new password.
    PasswordReset,
    /// Finishes a sign-in whose password was right.
    SecondStep,
}

/// Adds a secret, and clears away those of the account that have ended.
pub async fn insert(
    tx: &mut Tx,
    hash: &TokenHash,
    account: AccountId,
    purpose: Purpose,
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("DELETE FROM account_token WHERE account_id = $1 AND expires_at <= $2").bind(account).bind(now)
    )?;
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO account_token (token_hash, account_id, purpose, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5)"
        )
        .bind(hash.as_slice())
        .bind(account)
        .bind(purpose)
        .bind(now)
        .bind(expires_at)
    )?;
    Ok(())
}

/// Whose secret this is, while it lasts.
pub async fn find(
    tx: &mut Tx,
    hash: &TokenHash,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<AccountId>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT account_id FROM account_token WHERE token_hash = $1 AND purpose = $2 AND expires_at > $3")
        .bind(hash.as_slice()).bind(purpose).bind(now).fetch_optional(conn))?)
}

/// Uses a secret up; false when somebody else did, or it has ended.
pub async fn take(tx: &mut Tx, hash: &TokenHash, purpose: Purpose, now: Timestamp) -> Result<bool, StorageError> {
    let taken = affected!(
        tx,
        sqlx::query("DELETE FROM account_token WHERE token_hash = $1 AND purpose = $2 AND expires_at > $3")
            .bind(hash.as_slice())
            .bind(purpose)
            .bind(now)
    )?;
    Ok(taken == 1)
}

/// Ends all secrets of an account.
pub async fn end_all(tx: &mut Tx, account: AccountId) -> Result<(), StorageError> {
    affected!(tx, sqlx::query("DELETE FROM account_token WHERE account_id = $1").bind(account))?;
    Ok(())
}

/// How many secrets for a purpose an account was given since a time.
pub async fn count_since(
    tx: &mut Tx,
    account: AccountId,
    purpose: Purpose,
    since: Timestamp,
) -> Result<i64, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT COUNT(*) FROM account_token WHERE account_id = $1 AND purpose = $2 AND created_at > $3")
        .bind(account).bind(purpose).bind(since).fetch_one(conn))?)
}

/// A second factor as it is kept.
#[derive(Debug, sqlx::FromRow)]
pub struct FactorRow {
    /// What the app knows too.
    pub secret: Vec<u8>,
    /// The step of the newest code that was taken.
    pub last_step: i64,
    /// When it began to count; none until a first code was given.
    pub confirmed_at: Option<Timestamp>,
}

/// The second factor of an account.
pub async fn factor(tx: &mut Tx, account: AccountId) -> Result<Option<FactorRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT secret, last_step, confirmed_at FROM second_factor WHERE account_id = $1")
        .bind(account).fetch_optional(conn))?)
}

/// Begins a second factor, in the place of one that was never confirmed; false when one counts already.
pub async fn begin_factor(
    tx: &mut Tx,
    account: AccountId,
    secret: &[u8],
    now: Timestamp,
) -> Result<bool, StorageError> {
    let begun = affected!(
        tx,
        sqlx::query(
            "INSERT INTO second_factor (account_id, secret, last_step, created_at) VALUES ($1, $2, 0, $3) \
         ON CONFLICT (account_id) DO UPDATE SET secret = excluded.secret, last_step = 0, \
         created_at = excluded.created_at WHERE second_factor.confirmed_at IS NULL"
        )
        .bind(account)
        .bind(secret)
        .bind(now)
    )?;
    Ok(begun == 1)
}

/// Takes a code's step; false when it, or a later one, was taken before.
pub async fn take_step(tx: &mut Tx, account: AccountId, step: i64) -> Result<bool, StorageError> {
    let taken = affected!(
        tx,
        sqlx::query("UPDATE second_factor SET last_step = $2 WHERE account_id = $1 AND last_step < $2")
            .bind(account)
            .bind(step)
    )?;
    Ok(taken == 1)
}

/// Lets a second factor count; false when it does already.
pub async fn confirm_factor(tx: &mut Tx, account: AccountId, now: Timestamp) -> Result<bool, StorageError> {
    let confirmed = affected!(
        tx,
        sqlx::query("UPDATE second_factor SET confirmed_at = $2 WHERE account_id = $1 AND confirmed_at IS NULL")
            .bind(account)
            .bind(now)
    )?;
    Ok(confirmed == 1)
}

/// Removes a second factor and its recovery codes.
pub async fn remove_factor(tx: &mut Tx, account: AccountId) -> Result<(), StorageError> {
    affected!(tx, sqlx::query("DELETE FROM recovery_code WHERE account_id = $1").bind(account))?;
    affected!(tx, sqlx::query("DELETE FROM second_factor WHERE account_id = $1").bind(account))?;
    Ok(())
}

/// Replaces the recovery codes of an account.
pub async fn set_recovery_codes(tx: &mut Tx, account: AccountId, hashes: &[TokenHash]) -> Result<(), StorageError> {
    affected!(tx, sqlx::query("DELETE FROM recovery_code WHERE account_id = $1").bind(account))?;
    for hash in hashes {
        affected!(
            tx,
            sqlx::query("INSERT INTO recovery_code (account_id, code_hash) VALUES ($1, $2)")
                .bind(account)
                .bind(hash.as_slice())
        )?;
    }
    Ok(())
}

/// Uses a recovery code up; false when there is none like it, or it was used before.
pub async fn take_recovery_code(
    tx: &mut Tx,
    account: AccountId,
    hash: &TokenHash,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let taken = affected!(
        tx,
        sqlx::query(
            "UPDATE recovery_code SET used_at = $3 WHERE account_id = $1 AND code_hash = $2 AND used_at IS NULL"
        )
        .bind(account)
        .bind(hash.as_slice())
        .bind(now)
    )?;
    Ok(taken == 1)
}

/// How many recovery codes are left.
pub async fn recovery_codes_left(tx: &mut Tx, account: AccountId) -> Result<i64, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT COUNT(*) FROM recovery_code WHERE account_id = $1 AND used_at IS NULL")
        .bind(account).fetch_one(conn))?)
}
