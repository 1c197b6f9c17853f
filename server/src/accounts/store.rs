//! Accounts and what they belong to, in the database. Sign-ins, invitations and other secrets are in
//! the modules below.

pub mod invitations;
pub mod organizers;
pub mod secrets;
pub mod sign_ins;

use crate::access::openness::OpennessRow;
use crate::fields::Email;
use crate::packages::store::TermsRow;
use crate::registrations::folding::sort_by_name;
use crate::storage::{StorageError, Tx};
use crate::words::Words;
use crate::{affected, sql};
use mobile_core::ids::{AccountId, EventId, ExhibitorId, OrganizerId, TeamMemberId};
use mobile_core::time::Timestamp;

/// An account as signing in needs it.
#[derive(Debug, sqlx::FromRow)]
pub struct AccountRow {
    /// The account.
    pub id: AccountId,
    /// E-mail address.
    pub email: String,
    /// Name as shown to others.
    pub name: String,
    /// None until a password was set.
    pub password_hash: Option<String>,
    /// The language that the person chose.
    pub language: Option<Words>,
    /// Whether whoever has it has shown that they read its mail.
    pub is_email_proven: bool,
}

/// Keeps the language that a person chose.
pub async fn set_language(tx: &mut Tx, account: AccountId, language: Words) -> Result<(), StorageError> {
    affected!(tx, sqlx::query("UPDATE account SET language = $2 WHERE id = $1").bind(account).bind(language))?;
    Ok(())
}

/// The language that a person chose.
pub async fn language(tx: &mut Tx, account: AccountId) -> Result<Option<Words>, StorageError> {
    let language: Option<Option<Words>> = sql!(tx, conn => sqlx::query_scalar(
        "SELECT language FROM account WHERE id = $1").bind(account).fetch_optional(conn))?;
    Ok(language.flatten())
}

/// The account of an address.
pub async fn account_by_email(tx: &mut Tx, email: &Email) -> Result<Option<AccountRow>, StorageError> {
    Ok(
        sql!(tx, conn => sqlx::query_as("SELECT id, email, name, password_hash, language, is_email_proven FROM account WHERE email = $1")
        .bind(email.as_str()).fetch_optional(conn))?,
    )
}

/// Holds an account, so that what is counted of it and then added to it is done by one at a time.
pub async fn hold(tx: &mut Tx, id: AccountId) -> Result<(), StorageError> {
    affected!(tx, sqlx::query("UPDATE account SET email = email WHERE id = $1").bind(id))?;
    Ok(())
}

/// Makes an account with what is given; false when the address has one.
pub async fn insert_account(tx: &mut Tx, new: &AccountRow, now: Timestamp) -> Result<bool, StorageError> {
    let made = affected!(
        tx,
        sqlx::query(
            "INSERT INTO account (id, email, name, password_hash, language, is_email_proven, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING"
        )
        .bind(new.id)
        .bind(new.email.as_str())
        .bind(new.name.as_str())
        .bind(new.password_hash.as_deref())
        .bind(new.language)
        .bind(new.is_email_proven)
        .bind(now)
    )?;
    Ok(made == 1)
}

/// Notes that whoever has an account reads its mail.
pub async fn set_email_proven(tx: &mut Tx, account: AccountId) -> Result<(), StorageError> {
    affected!(tx, sqlx::query("UPDATE account SET is_email_proven = TRUE WHERE id = $1").bind(account))?;
    Ok(())
}

/// An account.
pub async fn account(tx: &mut Tx, account: AccountId) -> Result<Option<AccountRow>, StorageError> {
    Ok(
        sql!(tx, conn => sqlx::query_as("SELECT id, email, name, password_hash, language, is_email_proven FROM account WHERE id = $1")
        .bind(account).fetch_optional(conn))?,
    )
}

/// Replaces a hash by one of the same password, unless the password changed meanwhile.
pub async fn rehash(tx: &mut Tx, account: AccountId, old: &str, new: &str) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("UPDATE account SET password_hash = $3 WHERE id = $1 AND password_hash = $2")
            .bind(account)
            .bind(old)
            .bind(new)
    )?;
    Ok(())
}

/// Sets a password.
pub async fn set_password(tx: &mut Tx, account: AccountId, hash: &str) -> Result<(), StorageError> {
    affected!(tx, sqlx::query("UPDATE account SET password_hash = $2 WHERE id = $1").bind(account).bind(hash))?;
    Ok(())
}

/// Sets the password of an account that has none, which is from now on whose it is; false when it has one meanwhile.
pub async fn set_first_password(
    tx: &mut Tx,
    account: AccountId,
    hash: &str,
    is_email_proven: bool,
) -> Result<bool, StorageError> {
    let done = affected!(
        tx,
        sqlx::query(
            "UPDATE account SET password_hash = $2, is_email_proven = $3 WHERE id = $1 AND password_hash IS NULL"
        )
        .bind(account)
        .bind(hash)
        .bind(is_email_proven)
    )?;
    Ok(done == 1)
}

/// The oldest organizer of a name.
pub async fn organizer_by_name(tx: &mut Tx, name: &str) -> Result<Option<OrganizerId>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar("SELECT id FROM organizer WHERE name = $1 ORDER BY id LIMIT 1")
        .bind(name).fetch_optional(conn))?)
}

/// Makes an organizer.
pub async fn insert_organizer(
    tx: &mut Tx,
    id: OrganizerId,
    name: &str,
    now: Timestamp,
) -> Result<OrganizerId, StorageError> {
    affected!(
        tx,
        sqlx::query("INSERT INTO organizer (id, name, created_at) VALUES ($1, $2, $3)").bind(id).bind(name).bind(now)
    )?;
    Ok(id)
}

/// Makes an account an owner of an organizer, whatever it was to it.
pub async fn make_owner(tx: &mut Tx, organizer: OrganizerId, account: AccountId) -> Result<(), StorageError> {
    make_member(tx, organizer, account, "owner").await
}

/// Gives an account a role at an organizer, whatever it was to it.
pub async fn make_member(
    tx: &mut Tx,
    organizer: OrganizerId,
    account: AccountId,
    role: &str,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO organizer_member (organizer_id, account_id, role) VALUES ($1, $2, $3) \
         ON CONFLICT (organizer_id, account_id) DO UPDATE SET role = excluded.role"
        )
        .bind(organizer)
        .bind(account)
        .bind(role)
    )?;
    Ok(())
}

/// Events that an account may be reading and that go on between two times, in the order of their ids.
pub async fn running_events(
    tx: &mut Tx,
    account: AccountId,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<EventId>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT e.id FROM event e WHERE e.ends_at >= $2 AND e.starts_at <= $3 AND ( \
           EXISTS (SELECT 1 FROM organizer_member o WHERE o.organizer_id = e.organizer_id AND o.account_id = $1) \
           OR EXISTS (SELECT 1 FROM team_member m WHERE m.event_id = e.id AND m.account_id = $1 \
             AND m.removed_at IS NULL)) ORDER BY e.id LIMIT 100")
        .bind(account).bind(from).bind(to).fetch_all(conn))?)
}

/// An organizer that an account is a member of: id, name, role.
pub async fn organizers(tx: &mut Tx, account: AccountId) -> Result<Vec<(OrganizerId, String, String)>, StorageError> {
    let mut rows: Vec<(OrganizerId, String, String)> = sql!(tx, conn => sqlx::query_as(
        "SELECT o.id, o.name, m.role FROM organizer_member m JOIN organizer o ON o.id = m.organizer_id \
         WHERE m.account_id = $1 ORDER BY o.id LIMIT 500")
        .bind(account).fetch_all(conn))?;
    sort_by_name(&mut rows, |(_, name, _)| name);
    Ok(rows)
}

/// An event of an organizer that an account is a member of: id, slug, name, role.
pub async fn organized_events(
    tx: &mut Tx,
    account: AccountId,
) -> Result<Vec<(EventId, String, String, String)>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT e.id, e.slug, e.name, m.role FROM organizer_member m JOIN event e ON e.organizer_id = m.organizer_id \
         WHERE m.account_id = $1 ORDER BY e.starts_at DESC, e.id LIMIT 500")
        .bind(account).fetch_all(conn))?)
}

/// A membership in an exhibitor's team.
#[derive(Debug, sqlx::FromRow)]
pub struct MembershipRow {
    /// The exhibitor.
    pub exhibitor_id: ExhibitorId,
    /// Its short name.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its event.
    pub event_id: EventId,
    /// The event's name.
    pub event_name: String,
    /// The member.
    pub member_id: TeamMemberId,
    /// Roles.
    pub is_admin: bool,
    /// Roles.
    pub is_commercial_contact: bool,
    /// Roles.
    pub is_attendee: bool,
    /// Roles.
    pub is_scanner: bool,
    /// What the exhibitor is entitled to.
    #[sqlx(flatten)]
    pub terms: TermsRow,
    /// What is open by the event's moments.
    #[sqlx(flatten)]
    pub openness: OpennessRow,
}

/// The teams that an account is in, newest event first, then by name.
pub async fn memberships(tx: &mut Tx, account: AccountId) -> Result<Vec<MembershipRow>, StorageError> {
    let mut rows: Vec<MembershipRow> = sql!(tx, conn => sqlx::query_as(
        "SELECT x.id AS exhibitor_id, x.slug, x.name, x.event_id, e.name AS event_name, m.id AS member_id, \
         m.is_admin, m.is_commercial_contact, m.is_attendee, m.is_scanner, x.terms, p.terms AS package_terms, \
         x.is_test, x.leads_reopened_until, e.partner_menu, e.timezone, e.starts_at, e.ends_at, e.spaces_open_at, e.leads_open_at, \
         e.scanning_from, e.scanning_until, e.leads_close_at \
         FROM team_member m JOIN exhibitor x ON x.event_id = m.event_id AND x.id = m.exhibitor_id \
         JOIN event e ON e.id = x.event_id LEFT JOIN package p ON p.event_id = x.event_id AND p.id = x.package_id \
         WHERE m.account_id = $1 AND m.removed_at IS NULL ORDER BY e.starts_at DESC, e.id, x.id LIMIT 500")
        .bind(account).fetch_all(conn))?;
    for of_event in rows.chunk_by_mut(|one, other| one.event_id == other.event_id) {
        sort_by_name(of_event, |row| &row.name);
    }
    Ok(rows)
}
