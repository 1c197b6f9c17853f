//! Sign-ins of attendees, and what an event knows of one of them, in the database.

use super::other_email::LINK_MICROS;
use crate::access::AttendeeScope;
use crate::access::token::TokenHash;
use crate::fields::Email;
use crate::storage::{StorageError, Tx};
use crate::{affected, sql};
use mobile_core::capture::{Contact, ContactField};
use mobile_core::ids::{EventId, ExhibitorId, RegistrationId, SpaceId};
use mobile_core::time::Timestamp;
use sqlx::types::Json;

/// A registration with its event, as its owner chooses between them.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OwnRegistration {
    /// The registration.
    pub id: RegistrationId,
    /// The event.
    pub event_id: EventId,
    /// The event's name.
    pub event: String,
    /// First day's opening.
    pub starts_at: Timestamp,
    /// Last day's closing.
    pub ends_at: Timestamp,
    /// The category's code.
    pub category: String,
    /// What is known of the person.
    pub contact: Json<Contact>,
}

/// The registrations of an address, the latest event first; in the place of one that was merged stands the one
/// that it was merged into.
pub async fn of_address(tx: &mut Tx, email: &str) -> Result<Vec<OwnRegistration>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT r.id, r.event_id, e.name AS event, e.starts_at, e.ends_at, r.category, r.contact FROM registration r \
         JOIN event e ON e.id = r.event_id WHERE (r.event_id, r.id) IN (SELECT m.event_id, COALESCE(m.merged_into, m.id) \
           FROM registration m WHERE m.email = $1) ORDER BY e.starts_at DESC, r.sort_name, r.id LIMIT 200")
        .bind(email).fetch_all(conn))?)
}

/// How many links an address was given since a time.
pub async fn count_links(tx: &mut Tx, email: &str, since: Timestamp) -> Result<i64, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar("SELECT COUNT(*) FROM attendee_link WHERE email = $1 AND created_at > $2")
        .bind(email).bind(since).fetch_one(conn))?)
}

/// Keeps a link's hash.
pub async fn insert_link(
    tx: &mut Tx,
    hash: &TokenHash,
    email: &str,
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("INSERT INTO attendee_link (token_hash, email, created_at, expires_at) VALUES ($1, $2, $3, $4)")
            .bind(hash.as_slice())
            .bind(email)
            .bind(now)
            .bind(expires_at)
    )?;
    Ok(())
}

/// The address of a link that still works.
pub async fn link(tx: &mut Tx, hash: &TokenHash, now: Timestamp) -> Result<Option<String>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT email FROM attendee_link WHERE token_hash = $1 AND expires_at > $2")
        .bind(hash.as_slice()).bind(now).fetch_optional(conn))?)
}

/// Uses a link up; of two who do so at once, one gets the address.
pub async fn take_link(tx: &mut Tx, hash: &TokenHash, now: Timestamp) -> Result<Option<String>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "DELETE FROM attendee_link WHERE token_hash = $1 AND expires_at > $2 RETURNING email")
        .bind(hash.as_slice()).bind(now).fetch_optional(conn))?)
}

/// Keeps a sign-in's hash.
pub async fn insert_sign_in(
    tx: &mut Tx,
    hash: &TokenHash,
    email: &str,
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("INSERT INTO attendee_sign_in (token_hash, email, created_at, expires_at) VALUES ($1, $2, $3, $4)")
            .bind(hash.as_slice())
            .bind(email)
            .bind(now)
            .bind(expires_at)
    )?;
    Ok(())
}

/// Ends a sign-in.
pub async fn end_sign_in(tx: &mut Tx, hash: &TokenHash) -> Result<(), StorageError> {
    affected!(tx, sqlx::query("DELETE FROM attendee_sign_in WHERE token_hash = $1").bind(hash.as_slice()))?;
    Ok(())
}

/// Clears away links and sign-ins that have ended.
pub async fn clear_ended(tx: &mut Tx, now: Timestamp) -> Result<(), StorageError> {
    affected!(tx, sqlx::query("DELETE FROM attendee_link WHERE expires_at <= $1").bind(now))?;
    affected!(tx, sqlx::query("DELETE FROM attendee_sign_in WHERE expires_at <= $1").bind(now))?;
    clear_address_links(tx, now.plus_micros(-LINK_MICROS)).await?;
    Ok(())
}

/// Keeps the hash of a link that proves an address.
pub async fn insert_address_link(
    tx: &mut Tx,
    scope: &AttendeeScope,
    hash: &TokenHash,
    email: &Email,
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO exhibitor_email_link (token_hash, event_id, registration_id, email, created_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6)"
        )
        .bind(hash.as_slice())
        .bind(scope.event())
        .bind(scope.registration())
        .bind(email.as_str())
        .bind(now)
        .bind(expires_at)
    )?;
    Ok(())
}

/// How many such links an attendee has had mailed that are still kept.
pub async fn count_address_links(tx: &mut Tx, scope: &AttendeeScope) -> Result<i64, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT COUNT(*) FROM exhibitor_email_link WHERE event_id = $1 AND registration_id = $2")
        .bind(scope.event()).bind(scope.registration()).fetch_one(conn))?)
}

/// Ends an attendee's links: another address was named since, or none.
pub async fn end_address_links(tx: &mut Tx, scope: &AttendeeScope, now: Timestamp) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "UPDATE exhibitor_email_link SET expires_at = $3 \
             WHERE event_id = $1 AND registration_id = $2 AND expires_at > $3"
        )
        .bind(scope.event())
        .bind(scope.registration())
        .bind(now)
    )?;
    Ok(())
}

/// The address that an attendee's newest link was mailed to, while the link works.
pub async fn waiting_address(
    tx: &mut Tx,
    scope: &AttendeeScope,
    now: Timestamp,
) -> Result<Option<String>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT email FROM exhibitor_email_link WHERE event_id = $1 AND registration_id = $2 AND expires_at > $3 \
         ORDER BY created_at DESC LIMIT 1")
        .bind(scope.event()).bind(scope.registration()).bind(now).fetch_optional(conn))?)
}

/// Uses such a link up; of two who do so at once, one succeeds.
pub async fn use_address_link(tx: &mut Tx, hash: &TokenHash) -> Result<bool, StorageError> {
    let used =
        affected!(tx, sqlx::query("DELETE FROM exhibitor_email_link WHERE token_hash = $1").bind(hash.as_slice()))?;
    Ok(used == 1)
}

/// Clears away such links of before a time, with the addresses that nobody proved.
pub async fn clear_address_links(tx: &mut Tx, before: Timestamp) -> Result<(), StorageError> {
    affected!(tx, sqlx::query("DELETE FROM exhibitor_email_link WHERE created_at <= $1").bind(before))?;
    Ok(())
}

/// What an event knows of one attendee.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OwnRow {
    /// The organiser's reference.
    pub external_id: Option<String>,
    /// The category's code.
    pub category: String,
    /// What is known of the person.
    pub contact: Json<Contact>,
    /// What exhibitors see instead; none: the same.
    pub exhibitor_contact: Option<Json<Contact>>,
    /// When they were registered.
    pub created_at: Timestamp,
    /// When they asked to be erased.
    pub erasure_asked_at: Option<Timestamp>,
    /// When they were erased.
    pub erased_at: Option<Timestamp>,
    /// What the badge that stands for them says.
    pub badge_code: Option<String>,
    /// The number on it.
    pub badge_number: Option<String>,
}

impl OwnRow {
    /// The address that exhibitors see instead of the registered one.
    pub fn exhibitor_email(&self) -> Option<&str> {
        self.exhibitor_contact.as_ref()?.get(ContactField::Email)
    }
}

/// The attendee, with the badge that stands for them.
pub async fn own(tx: &mut Tx, scope: &AttendeeScope) -> Result<Option<OwnRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT r.external_id, r.category, r.contact, r.exhibitor_contact, r.created_at, q.created_at AS erasure_asked_at, r.erased_at, \
         b.code AS badge_code, b.number AS badge_number FROM registration r \
         LEFT JOIN erasure_request q ON q.event_id = r.event_id AND q.registration_id = r.id \
         LEFT JOIN badge b ON b.event_id = r.event_id AND b.id = (SELECT c.id FROM badge c \
           WHERE c.event_id = r.event_id AND c.registration_id = r.id AND c.status = 'active' \
           ORDER BY c.created_at DESC, c.id DESC LIMIT 1) \
         WHERE r.event_id = $1 AND r.id = $2")
        .bind(scope.event()).bind(scope.registration()).fetch_optional(conn))?)
}

/// The spaces that have a lead of the attendee.
pub async fn spaces(tx: &mut Tx, scope: &AttendeeScope) -> Result<Vec<SpaceId>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT space_id FROM lead WHERE event_id = $1 AND registration_id = $2 AND NOT is_hidden ORDER BY space_id")
        .bind(scope.event()).bind(scope.registration()).fetch_all(conn))?)
}

/// A word on what exhibitors may do.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct LedgerRow {
    /// To whom; none: to all exhibitors.
    pub exhibitor_id: Option<ExhibitorId>,
    /// What for.
    pub purpose: String,
    /// Given or taken back.
    pub is_granted: bool,
    /// Where it was said.
    pub channel: String,
    /// When.
    pub created_at: Timestamp,
}

/// All that the ledger has of the attendee, oldest first: what they said themselves, and what stands recorded that are
/// no more, whose own logs are gone.
pub async fn ledger(tx: &mut Tx, scope: &AttendeeScope) -> Result<Vec<LedgerRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT exhibitor_id, purpose, is_granted, channel, created_at FROM consent_entry \
         WHERE event_id = $1 AND registration_id = $2 AND (is_own OR NOT EXISTS (SELECT 1 FROM exhibitor x \
          WHERE x.event_id = $1 AND x.id = consent_entry.exhibitor_id)) ORDER BY created_at, id")
        .bind(scope.event()).bind(scope.registration()).fetch_all(conn))?)
}

/// A session that the attendee signed up for, waits for, or was at.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OwnSessionRow {
    /// The session.
    pub id: mobile_core::ids::SessionId,
    /// Its title.
    pub title: String,
    /// Where.
    pub room: Option<String>,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// `registered` or `waiting`; none: they came without signing up.
    pub signup: Option<String>,
    /// When they first went in.
    pub first_in_at: Option<Timestamp>,
}

/// The sessions that the attendee has to do with, the earliest first.
pub async fn sessions(tx: &mut Tx, scope: &AttendeeScope) -> Result<Vec<OwnSessionRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT s.id, s.title, s.room, s.starts_at, s.ends_at, u.status AS signup, a.first_in_at FROM session s \
         LEFT JOIN session_signup u ON u.event_id = s.event_id AND u.session_id = s.id AND u.registration_id = $2 \
           AND u.status <> 'cancelled' \
         LEFT JOIN attendance a ON a.event_id = s.event_id AND a.session_id = s.id AND a.registration_id = $2 \
         WHERE s.event_id = $1 AND (u.status IS NOT NULL OR a.first_in_at IS NOT NULL) ORDER BY s.starts_at, s.id")
        .bind(scope.event()).bind(scope.registration()).fetch_all(conn))?)
}

/// Notes that the attendee asks to be erased; false when they had asked before.
pub async fn ask_for_erasure(tx: &mut Tx, scope: &AttendeeScope, now: Timestamp) -> Result<bool, StorageError> {
    let asked = affected!(
        tx,
        sqlx::query(
            "INSERT INTO erasure_request (event_id, registration_id, created_at) VALUES ($1, $2, $3) \
             ON CONFLICT DO NOTHING"
        )
        .bind(scope.event())
        .bind(scope.registration())
        .bind(now)
    )?;
    Ok(asked == 1)
}
