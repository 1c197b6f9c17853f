//! Who belongs to an organizer, and who is asked to, in the database.

use crate::access::token::TokenHash;
use crate::access::{OrganizerRole, OrganizerScope};
use crate::fields::Email;
use crate::registrations::folding::sort_by_name;
use crate::storage::{StorageError, Tx};
use crate::words::Words;
use crate::{affected, sql};
use mobile_core::ids::{AccountId, EventId, OrganizerId};
use mobile_core::time::Timestamp;
use uuid::Uuid;

/// A member, or somebody who was asked to become one.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct PersonRow {
    /// The account of a member, the invitation of whoever was asked.
    pub id: Uuid,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// What they are, or will be.
    pub role: OrganizerRole,
    /// Until when the invitation works, or worked; none for members.
    #[sqlx(default)]
    pub invited_until: Option<Timestamp>,
    /// The language that their mails were asked to be in; none for members, who choose themselves.
    #[sqlx(default)]
    pub language: Option<Words>,
}

/// The most people that are listed of either kind.
pub const MOST: i64 = 500;

/// The members, by name.
pub async fn members(tx: &mut Tx, scope: &OrganizerScope) -> Result<Vec<PersonRow>, StorageError> {
    let mut rows: Vec<PersonRow> = sql!(tx, conn => sqlx::query_as(
        "SELECT a.id, a.name, a.email, m.role FROM organizer_member m JOIN account a ON a.id = m.account_id \
         WHERE m.organizer_id = $1 ORDER BY a.id LIMIT $2")
        .bind(scope.organizer()).bind(MOST).fetch_all(conn))?;
    sort_by_name(&mut rows, |row| &row.name);
    Ok(rows)
}

/// Who was asked and has not come yet, the first one first.
pub async fn asked(tx: &mut Tx, scope: &OrganizerScope) -> Result<Vec<PersonRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT id, name, email, role, expires_at AS invited_until, language FROM organizer_invitation \
         WHERE organizer_id = $1 AND accepted_at IS NULL ORDER BY id LIMIT $2")
        .bind(scope.organizer()).bind(MOST).fetch_all(conn))?)
}

/// A member.
pub async fn member(tx: &mut Tx, scope: &OrganizerScope, id: Uuid) -> Result<Option<PersonRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT a.id, a.name, a.email, m.role FROM organizer_member m JOIN account a ON a.id = m.account_id \
         WHERE m.organizer_id = $1 AND m.account_id = $2")
        .bind(scope.organizer()).bind(id).fetch_optional(conn))?)
}

/// Somebody who was asked and has not come yet.
pub async fn asked_one(tx: &mut Tx, scope: &OrganizerScope, id: Uuid) -> Result<Option<PersonRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT id, name, email, role, expires_at AS invited_until, language FROM organizer_invitation \
         WHERE organizer_id = $1 AND id = $2 AND accepted_at IS NULL")
        .bind(scope.organizer()).bind(id).fetch_optional(conn))?)
}

/// Whether somebody with this address is a member.
pub async fn has_member(tx: &mut Tx, scope: &OrganizerScope, email: &Email) -> Result<bool, StorageError> {
    let found: i64 = sql!(tx, conn => sqlx::query_scalar(
        "SELECT COUNT(*) FROM organizer_member m JOIN account a ON a.id = m.account_id \
         WHERE m.organizer_id = $1 AND a.email = $2")
        .bind(scope.organizer()).bind(email.as_str()).fetch_one(conn))?;
    Ok(found > 0)
}

/// Has others that change who belongs to this organizer wait, so that two owners cannot remove each other at
/// once; gives its name.
pub async fn lock(tx: &mut Tx, scope: &OrganizerScope) -> Result<String, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar("UPDATE organizer SET name = name WHERE id = $1 RETURNING name")
        .bind(scope.organizer()).fetch_one(conn))?)
}

/// Whether somebody else is an owner too.
pub async fn has_other_owner(tx: &mut Tx, scope: &OrganizerScope, id: Uuid) -> Result<bool, StorageError> {
    let others: i64 = sql!(tx, conn => sqlx::query_scalar(
        "SELECT COUNT(*) FROM organizer_member WHERE organizer_id = $1 AND role = 'owner' AND account_id <> $2")
        .bind(scope.organizer()).bind(id).fetch_one(conn))?;
    Ok(others > 0)
}

/// Gives a member another role.
pub async fn set_role(tx: &mut Tx, scope: &OrganizerScope, id: Uuid, role: OrganizerRole) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("UPDATE organizer_member SET role = $3 WHERE organizer_id = $1 AND account_id = $2")
            .bind(scope.organizer())
            .bind(id)
            .bind(role)
    )?;
    Ok(())
}

/// Has whoever was asked get another role.
pub async fn set_asked_role(
    tx: &mut Tx,
    scope: &OrganizerScope,
    id: Uuid,
    role: OrganizerRole,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("UPDATE organizer_invitation SET role = $3 WHERE organizer_id = $1 AND id = $2")
            .bind(scope.organizer())
            .bind(id)
            .bind(role)
    )?;
    Ok(())
}

/// Removes a member, with the invitation that they came by.
pub async fn remove(tx: &mut Tx, scope: &OrganizerScope, person: &PersonRow) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("DELETE FROM organizer_member WHERE organizer_id = $1 AND account_id = $2")
            .bind(scope.organizer())
            .bind(person.id)
    )?;
    forget(tx, scope, &person.email).await
}

/// Ends every invitation of an address.
pub async fn forget(tx: &mut Tx, scope: &OrganizerScope, email: &str) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("DELETE FROM organizer_invitation WHERE organizer_id = $1 AND email = $2")
            .bind(scope.organizer())
            .bind(email)
    )?;
    Ok(())
}

/// Who is asked to join.
#[derive(Debug)]
pub struct NewAsked<'a> {
    /// The invitation.
    pub id: Uuid,
    /// The hashes of the links' secrets: of the one to pass on, and of the one that is mailed.
    pub hashes: (&'a TokenHash, &'a TokenHash),
    /// The address.
    pub email: &'a Email,
    /// Their name.
    pub name: &'a str,
    /// What they will be.
    pub role: OrganizerRole,
    /// The language of the mail.
    pub language: Words,
    /// When they were asked.
    pub now: Timestamp,
    /// Until when the link works.
    pub expires_at: Timestamp,
}

/// Keeps an invitation; `Taken` when the address is asked already.
pub async fn insert(tx: &mut Tx, scope: &OrganizerScope, new: &NewAsked<'_>) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO organizer_invitation (organizer_id, id, token_hash, email, name, role, language, created_at, \
             expires_at, mailed_hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        )
        .bind(scope.organizer())
        .bind(new.id)
        .bind(new.hashes.0.as_slice())
        .bind(new.email.as_str())
        .bind(new.name)
        .bind(new.role)
        .bind(new.language)
        .bind(new.now)
        .bind(new.expires_at)
        .bind(new.hashes.1.as_slice())
    )?;
    Ok(())
}

/// Gives an invitation new secrets, to pass on and to be mailed; the former ones end.
pub async fn renew(
    tx: &mut Tx,
    scope: &OrganizerScope,
    id: Uuid,
    (hash, mailed): (&TokenHash, &TokenHash),
    expires_at: Timestamp,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "UPDATE organizer_invitation SET token_hash = $3, expires_at = $4, mailed_hash = $5 \
             WHERE organizer_id = $1 AND id = $2"
        )
        .bind(scope.organizer())
        .bind(id)
        .bind(hash.as_slice())
        .bind(expires_at)
        .bind(mailed.as_slice())
    )?;
    Ok(())
}

/// An invitation as whoever holds its link needs it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct AskedRow {
    /// The organizer.
    pub organizer_id: OrganizerId,
    /// Its name.
    pub organizer_name: String,
    /// The address.
    pub email: String,
    /// Their name.
    pub name: String,
    /// What they will be.
    pub role: OrganizerRole,
    /// Until when the link works.
    pub expires_at: Timestamp,
    /// When it was accepted.
    pub accepted_at: Option<Timestamp>,
    /// Whether this secret of its two was mailed, and told to nobody else.
    pub is_mailed: bool,
}

/// The invitation of a token.
pub async fn by_token(tx: &mut Tx, hash: &TokenHash) -> Result<Option<AskedRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT i.organizer_id, o.name AS organizer_name, i.email, i.name, i.role, i.expires_at, i.accepted_at, \
         i.token_hash <> $1 AS is_mailed \
         FROM organizer_invitation i JOIN organizer o ON o.id = i.organizer_id \
         WHERE i.token_hash = $1 OR i.mailed_hash = $1")
        .bind(hash.as_slice()).fetch_optional(conn))?)
}

/// Uses an invitation up; false when somebody else did, or it has ended.
pub async fn accept(tx: &mut Tx, hash: &TokenHash, now: Timestamp) -> Result<bool, StorageError> {
    let done = affected!(
        tx,
        sqlx::query(
            "UPDATE organizer_invitation SET accepted_at = $2 \
             WHERE (token_hash = $1 OR mailed_hash = $1) AND accepted_at IS NULL AND expires_at > $2"
        )
        .bind(hash.as_slice())
        .bind(now)
    )?;
    Ok(done == 1)
}

/// Makes an account a member. Who is one already stays what they are.
pub async fn join(
    tx: &mut Tx,
    organizer: OrganizerId,
    account: AccountId,
    role: OrganizerRole,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO organizer_member (organizer_id, account_id, role) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
        )
        .bind(organizer)
        .bind(account)
        .bind(role)
    )?;
    Ok(())
}

/// The organizer's events, in the order of their ids: the newest ones, should there be very many.
pub async fn events(tx: &mut Tx, organizer: OrganizerId) -> Result<Vec<EventId>, StorageError> {
    let mut events: Vec<EventId> = sql!(tx, conn => sqlx::query_scalar(
        "SELECT id FROM event WHERE organizer_id = $1 ORDER BY ends_at DESC, id LIMIT 500")
        .bind(organizer).fetch_all(conn))?;
    events.sort_unstable();
    Ok(events)
}
