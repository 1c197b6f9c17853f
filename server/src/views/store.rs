//! Views in the database. Secrets as hashes only.

use crate::access::ViewScope;
use crate::access::token::TokenHash;
use crate::storage::{StorageError, Tx};
use crate::{affected, sql};
use mobile_core::ids::{AccountId, EventId, ExhibitorId, SignInId, TeamMemberId};
use mobile_core::time::Timestamp;
use uuid::Uuid;

/// A member as whom a space can be seen.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct MemberRow {
    /// The member.
    pub id: TeamMemberId,
    /// Whose.
    pub exhibitor_id: ExhibitorId,
    /// Who signs in as them; none while they are invited.
    pub account_id: Option<AccountId>,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// E-mail address.
    pub email: String,
    /// Roles.
    pub is_admin: bool,
    /// Roles.
    pub is_scanner: bool,
}

impl MemberRow {
    /// First and last name.
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }

    /// The page of the space that they come to first; none for who has no access to it.
    pub fn first_page(&self) -> Option<&'static str> {
        (self.is_admin || self.is_scanner).then_some("leads")
    }
}

/// Members of the event who were not removed, by a condition.
macro_rules! members {
    ($($rest:literal),+) => {
        concat!("SELECT id, exhibitor_id, account_id, first_name, last_name, email, is_admin, is_scanner \
            FROM team_member WHERE event_id = $1 AND removed_at IS NULL AND ", $($rest),+)
    };
}

/// A member of the event who was not removed.
pub async fn member(tx: &mut Tx, scope: &ViewScope, id: TeamMemberId) -> Result<Option<MemberRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(members!("id = $2")).bind(scope.event()).bind(id).fetch_optional(conn))?)
}

/// The members of an exhibitor who have access to its space, admins first.
pub async fn members(tx: &mut Tx, scope: &ViewScope, exhibitor: ExhibitorId) -> Result<Vec<MemberRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        members!("exhibitor_id = $2 AND (is_admin OR is_scanner) ORDER BY is_admin DESC, created_at, id LIMIT 500"))
        .bind(scope.event()).bind(exhibitor).fetch_all(conn))?)
}

/// The name of an exhibitor of the event.
pub async fn exhibitor_name(
    tx: &mut Tx,
    scope: &ViewScope,
    exhibitor: ExhibitorId,
) -> Result<Option<String>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar("SELECT name FROM exhibitor WHERE event_id = $1 AND id = $2")
        .bind(scope.event()).bind(exhibitor).fetch_optional(conn))?)
}

/// A view to keep.
#[derive(Debug)]
pub struct NewView {
    /// The view.
    pub id: Uuid,
    /// The hash of its secret.
    pub hash: TokenHash,
    /// The space.
    pub exhibitor: ExhibitorId,
    /// As whom.
    pub member: TeamMemberId,
    /// Who looks.
    pub account: AccountId,
    /// By which sign-in, with which it ends.
    pub sign_in: SignInId,
    /// Whether contacts are masked.
    pub is_masked: bool,
    /// When it begins.
    pub now: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Keeps a view.
pub async fn insert(tx: &mut Tx, scope: &ViewScope, new: &NewView) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO view_as (token_hash, id, event_id, exhibitor_id, member_id, account_id, sign_in_id, is_masked, \
             created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        )
        .bind(new.hash.as_slice())
        .bind(new.id)
        .bind(scope.event())
        .bind(new.exhibitor)
        .bind(new.member)
        .bind(new.account)
        .bind(new.sign_in)
        .bind(new.is_masked)
        .bind(new.now)
        .bind(new.expires_at)
    )?;
    Ok(())
}

/// Clears away the views of whoever asks that are over for a day; the audit log remembers them.
pub async fn clear_ended(tx: &mut Tx, scope: &ViewScope, now: Timestamp) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("DELETE FROM view_as WHERE event_id = $1 AND account_id = $2 AND expires_at < $3")
            .bind(scope.event())
            .bind(scope.account())
            .bind(now.plus_micros(-24 * 3600 * 1_000_000))
    )?;
    Ok(())
}

/// A view with where it is.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OpenView {
    /// The view.
    pub id: Uuid,
    /// The event.
    pub event_id: EventId,
    /// The space.
    pub exhibitor_id: ExhibitorId,
    /// As whom.
    pub member_id: TeamMemberId,
    /// Whether contacts are masked.
    pub is_masked: bool,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was left.
    pub ended_at: Option<Timestamp>,
}

/// The open views of whoever asks, the newest first.
pub async fn open(tx: &mut Tx, scope: &ViewScope, now: Timestamp) -> Result<Vec<OpenView>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT id, event_id, exhibitor_id, member_id, is_masked, expires_at, ended_at FROM view_as \
         WHERE event_id = $1 AND account_id = $2 AND ended_at IS NULL AND expires_at > $3 \
         ORDER BY created_at DESC, id LIMIT 100")
        .bind(scope.event()).bind(scope.account()).bind(now).fetch_all(conn))?)
}

/// The view of a secret, with whose it is.
pub async fn by_secret(tx: &mut Tx, hash: &TokenHash) -> Result<Option<(OpenView, AccountId)>, StorageError> {
    #[derive(sqlx::FromRow)]
    struct Row {
        #[sqlx(flatten)]
        view: OpenView,
        account_id: AccountId,
    }
    let row: Option<Row> = sql!(tx, conn => sqlx::query_as(
        "SELECT id, event_id, exhibitor_id, member_id, is_masked, expires_at, ended_at, account_id FROM view_as \
         WHERE token_hash = $1")
        .bind(hash.as_slice()).fetch_optional(conn))?;
    Ok(row.map(|row| (row.view, row.account_id)))
}

/// Ends a view; false when it was left already.
pub async fn end(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<bool, StorageError> {
    let ended = affected!(
        tx,
        sqlx::query("UPDATE view_as SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL").bind(id).bind(now)
    )?;
    Ok(ended == 1)
}
