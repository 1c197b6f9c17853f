//! Where a person's data lies besides leads and captures, and emptying it there.

pub mod elsewhere;
pub mod event;

use super::Touched;
use crate::badges::printed_number;
use crate::storage::{StorageError, Tx};
use crate::{affected, sql, sql_built};
use mobile_core::badge::code_hash;
use mobile_core::capture::Contact;
use mobile_core::ids::{AccountId, BadgeId, EventId, ExhibitorId, ExportId, RegistrationId};
use mobile_core::time::Timestamp;
use serde_json::json;
use sqlx::types::Json;

/// A registration as erasing it needs it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct PersonRow {
    /// The registration.
    pub id: RegistrationId,
    /// The address, as addresses are compared.
    pub email: Option<String>,
    /// When it was erased.
    pub erased_at: Option<Timestamp>,
}

/// All registrations of whoever one of them is of, the one that they were merged into first; none where it is
/// not the event's.
pub async fn same_person(tx: &mut Tx, event: EventId, person: RegistrationId) -> Result<Vec<PersonRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "WITH RECURSIVE above (id, merged_into) AS (\
           SELECT id, merged_into FROM registration WHERE event_id = $1 AND id = $2 UNION \
           SELECT r.id, r.merged_into FROM above a JOIN registration r ON r.event_id = $1 AND r.id = a.merged_into), \
         same (id) AS (SELECT id FROM above WHERE merged_into IS NULL UNION \
           SELECT r.id FROM same s JOIN registration r ON r.event_id = $1 AND r.merged_into = s.id) \
         SELECT id, email, erased_at FROM registration WHERE event_id = $1 AND id IN (SELECT id FROM same) \
         ORDER BY merged_into IS NOT NULL, id")
        .bind(event).bind(person).fetch_all(conn))?)
}

/// Some registrations that were not erased yet.
pub async fn unerased(tx: &mut Tx, event: EventId, limit: i64) -> Result<Vec<PersonRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT id, email, erased_at FROM registration WHERE event_id = $1 AND erased_at IS NULL ORDER BY id LIMIT $2")
        .bind(event).bind(limit).fetch_all(conn))?)
}

/// Adds the leads of some people as a table: those that are matched with them, and those that were scanned with a
/// badge of theirs after that was revoked. Each by an index of its own: with an OR between them engines read all of
/// the event's.
macro_rules! push_theirs {
    ($query:ident, $event:expr, $people:expr, $codes:expr) => {
        let columns = "SELECT space_id, scan_count, note_count, is_hidden FROM lead WHERE event_id = ";
        $query.push("(").push(columns).push_bind($event).push(" AND registration_id IN (");
        let mut list = $query.separated(", ");
        for id in $people {
            list.push_bind(*id);
        }
        list.push_unseparated(")");
        if !$codes.is_empty() {
            $query.push(" UNION ALL ").push(columns).push_bind($event).push(" AND code_hash IN (");
            let mut list = $query.separated(", ");
            for code in $codes {
                list.push_bind(code.to_vec());
            }
            list.push_unseparated(")");
        }
        $query.push(") theirs");
    };
}

/// What erasing people touches.
pub async fn touched(tx: &mut Tx, event: EventId, people: &[RegistrationId]) -> Result<Touched, StorageError> {
    let codes = codes_of(&badges_of(tx, event, people).await?);
    Ok(sql_built!(tx, conn, query = "SELECT COUNT(DISTINCT space_id) AS exhibitors, COUNT(*) AS leads, \
        CAST(COALESCE(SUM(scan_count), 0) AS BIGINT) AS scans, CAST(COALESCE(SUM(note_count), 0) AS BIGINT) AS notes, \
        (SELECT COUNT(*) FROM meeting WHERE event_id = " => {
        query.push_bind(event).push(" AND registration_id IN (");
        let mut list = query.separated(", ");
        for id in people { list.push_bind(*id); }
        list.push_unseparated(")) AS meetings FROM ");
        push_theirs!(query, event, people, &codes);
        query.push(" WHERE NOT is_hidden");
    }, query.build_query_as().fetch_one(conn))?)
}

/// A badge as erasing its person needs it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct BadgeRow {
    /// The badge.
    pub id: BadgeId,
    /// What its code says; imported ones may say anything.
    pub code: String,
    /// The hash by which scans find it, which stays.
    pub code_hash: Vec<u8>,
    /// Its number, as stored.
    pub number: String,
}

/// The badges of people.
pub async fn badges_of(tx: &mut Tx, event: EventId, people: &[RegistrationId]) -> Result<Vec<BadgeRow>, StorageError> {
    Ok(sql_built!(tx, conn, query = "SELECT id, code, code_hash, number FROM badge WHERE event_id = " => {
        query.push_bind(event).push(" AND registration_id IN (");
        let mut list = query.separated(", ");
        for id in people { list.push_bind(*id); }
        list.push_unseparated(")");
    }, query.build_query_as().fetch_all(conn))?)
}

/// What captures name badges by: their codes, and their numbers as they are printed and as they are kept.
pub fn codes_of(badges: &[BadgeRow]) -> Vec<[u8; 32]> {
    let mut codes: Vec<[u8; 32]> =
        badges.iter().filter_map(|badge| badge.code_hash.as_slice().try_into().ok()).collect();
    for badge in badges {
        codes.extend([code_hash(&badge.number), code_hash(&printed_number(&badge.number))]);
    }
    codes
}

/// Empties registrations and the codes of their badges; the rows stay, as the marker.
pub async fn empty_registrations(
    tx: &mut Tx,
    event: EventId,
    people: &[RegistrationId],
    now: Timestamp,
) -> Result<(), StorageError> {
    for person in people {
        affected!(
            tx,
            sqlx::query(
                "UPDATE registration SET contact = $3, exhibitor_contact = NULL, sort_name = '', search = '', email = NULL, \
                 external_id = NULL, person_key = NULL, erased_at = $4, updated_at = $4, version = version + 1 \
                 WHERE event_id = $1 AND id = $2 AND erased_at IS NULL"
            )
            .bind(event)
            .bind(*person)
            .bind(Json(Contact::default()))
            .bind(now)
        )?;
        affected!(
            tx,
            sqlx::query("UPDATE badge SET code = '' WHERE event_id = $1 AND registration_id = $2")
                .bind(event)
                .bind(*person)
        )?;
    }
    Ok(())
}

/// Empties what lies around a person: words at doors and of meetings, links, answers that are kept for
/// a day, and what the desk needs to undo what it did with them.
pub async fn empty_around(tx: &mut Tx, event: EventId, person: RegistrationId) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "UPDATE attendance_mark SET note = NULL, override_note = NULL, code_hash = NULL \
             WHERE event_id = $1 AND registration_id = $2"
        )
        .bind(event)
        .bind(person)
    )?;
    affected!(
        tx,
        sqlx::query("UPDATE meeting SET message = NULL, answer = NULL WHERE event_id = $1 AND registration_id = $2")
            .bind(event)
            .bind(person)
    )?;
    affected!(
        tx,
        sqlx::query("DELETE FROM personal_link WHERE event_id = $1 AND registration_id = $2 AND purpose = 'calendar'")
            .bind(event)
            .bind(person)
    )?;
    affected!(
        tx,
        sqlx::query("DELETE FROM exhibitor_email_link WHERE event_id = $1 AND registration_id = $2")
            .bind(event)
            .bind(person)
    )?;
    // A team's badge goes; the colleague stays in the team, with an account of their own.
    affected!(
        tx,
        sqlx::query("UPDATE team_member SET registration_id = NULL WHERE event_id = $1 AND registration_id = $2")
            .bind(event)
            .bind(person)
    )?;
    let held = format!("%{person}%");
    affected!(
        tx,
        sqlx::query("DELETE FROM idempotency_key WHERE identity_id = $1 OR answer LIKE $2").bind(person).bind(&held)
    )?;
    affected!(
        tx,
        sqlx::query(
            "UPDATE desk_action SET undo = $3, undone_at = COALESCE(undone_at, created_at) \
             WHERE event_id = $1 AND (subject_id = $2 OR CAST(undo AS TEXT) LIKE $4)"
        )
        .bind(event)
        .bind(person.0)
        .bind(Json(json!({})))
        .bind(&held)
    )?;
    Ok(())
}

/// The addresses that people had exhibitors see, or would have, besides their own.
pub async fn other_addresses(
    tx: &mut Tx,
    event: EventId,
    people: &[RegistrationId],
) -> Result<Vec<String>, StorageError> {
    let mut found = Vec::new();
    for person in people {
        let rows: Vec<String> = sql!(tx, conn => sqlx::query_scalar(
            "SELECT CAST(exhibitor_contact ->> 'email' AS TEXT) FROM registration \
             WHERE event_id = $1 AND id = $2 AND exhibitor_contact IS NOT NULL \
             UNION SELECT email FROM exhibitor_email_link WHERE event_id = $1 AND registration_id = $2")
            .bind(event).bind(*person).fetch_all(conn))?;
        found.extend(rows);
    }
    Ok(found)
}

/// Forgets which mails an address got, and what it was still to get.
pub async fn forget_mails(tx: &mut Tx, email: &str) -> Result<(), StorageError> {
    affected!(tx, sqlx::query("DELETE FROM mail WHERE recipient = $1").bind(email))?;
    Ok(())
}

/// Closes what somebody asked for, or notes that they were erased without asking.
pub async fn close_request(
    tx: &mut Tx,
    event: EventId,
    person: RegistrationId,
    (by, now): (Option<AccountId>, Timestamp),
    proof: Option<&([u8; 16], [u8; 32])>,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO erasure_request (event_id, registration_id, created_at, done_at, done_by, address_salt, \
             address_hash) VALUES ($1, $2, $3, $3, $4, $5, $6) ON CONFLICT (event_id, registration_id) DO UPDATE SET \
             done_at = excluded.done_at, done_by = excluded.done_by, address_salt = excluded.address_salt, \
             address_hash = excluded.address_hash"
        )
        .bind(event)
        .bind(person)
        .bind(now)
        .bind(by)
        .bind(proof.map(|(salt, _)| salt.to_vec()))
        .bind(proof.map(|(_, hash)| hash.to_vec()))
    )?;
    Ok(())
}

/// Closes what others of somebody's registrations asked for, which were merged since.
pub async fn close_other_requests(
    tx: &mut Tx,
    event: EventId,
    others: &[PersonRow],
    (by, now): (AccountId, Timestamp),
) -> Result<(), StorageError> {
    for other in others {
        affected!(
            tx,
            sqlx::query(
                "UPDATE erasure_request SET done_at = $3, done_by = $4 \
                 WHERE event_id = $1 AND registration_id = $2 AND done_at IS NULL"
            )
            .bind(event)
            .bind(other.id)
            .bind(now)
            .bind(by)
        )?;
    }
    Ok(())
}

/// Forgets the hashes of addresses of requests that were done before a time.
pub async fn forget_proofs(tx: &mut Tx, before: Timestamp) -> Result<u64, StorageError> {
    Ok(affected!(
        tx,
        sqlx::query(
            "UPDATE erasure_request SET address_salt = NULL, address_hash = NULL \
             WHERE done_at < $1 AND address_hash IS NOT NULL"
        )
        .bind(before)
    )?)
}

/// Somebody who asked, or was erased without asking.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct RequestRow {
    /// Who.
    pub registration_id: RegistrationId,
    /// What is known of them.
    pub contact: Json<Contact>,
    /// When they asked.
    pub created_at: Timestamp,
    /// When it was done.
    pub done_at: Option<Timestamp>,
    /// The name of whoever did it.
    pub done_by: Option<String>,
}

/// The requests of an event: those that wait, the first who asked first, then the last done.
pub async fn requests(tx: &mut Tx, event: EventId) -> Result<Vec<RequestRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT q.registration_id, r.contact, q.created_at, q.done_at, a.name AS done_by FROM erasure_request q \
         JOIN registration r ON r.event_id = q.event_id AND r.id = q.registration_id \
         LEFT JOIN account a ON a.id = q.done_by WHERE q.event_id = $1 \
         ORDER BY q.done_at IS NOT NULL, q.done_at DESC, q.created_at, q.registration_id LIMIT 200")
        .bind(event).fetch_all(conn))?)
}

/// An erasure that was done, as its owner may find it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DoneRow {
    /// The event's name.
    pub event: String,
    /// When it was done.
    pub done_at: Timestamp,
    pub(super) address_salt: Vec<u8>,
    pub(super) address_hash: Vec<u8>,
}

/// The erasures whose owners can still find them.
pub async fn provable(tx: &mut Tx) -> Result<Vec<DoneRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT e.name AS event, q.done_at, q.address_salt, q.address_hash FROM erasure_request q \
         JOIN event e ON e.id = q.event_id WHERE q.address_hash IS NOT NULL ORDER BY q.done_at DESC LIMIT 10000")
        .fetch_all(conn))?)
}

/// The built exports of the exhibitors that know these people, with their formats.
pub async fn exports_of(
    tx: &mut Tx,
    event: EventId,
    people: &[RegistrationId],
) -> Result<Vec<(ExportId, String)>, StorageError> {
    let codes = codes_of(&badges_of(tx, event, people).await?);
    Ok(sql_built!(tx, conn, query = "SELECT id, format FROM export WHERE event_id = " => {
        query.push_bind(event).push(" AND exhibitor_id IN (SELECT space_id FROM ");
        push_theirs!(query, event, people, &codes);
        query.push(")");
    }, query.build_query_as().fetch_all(conn))?)
}

/// All exports of an event, with their formats.
pub async fn exports(tx: &mut Tx, event: EventId) -> Result<Vec<(ExportId, String)>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as("SELECT id, format FROM export WHERE event_id = $1")
        .bind(event).fetch_all(conn))?)
}

/// An exhibitor that has leads and was not told yet.
pub async fn untold(tx: &mut Tx, event: EventId, days: i64) -> Result<Vec<(ExhibitorId, String)>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT x.id, x.name FROM exhibitor x WHERE x.event_id = $1 AND NOT EXISTS (SELECT 1 FROM retention_notice n \
         WHERE n.event_id = x.event_id AND n.exhibitor_id = x.id AND n.days = $2) AND EXISTS (SELECT 1 FROM lead l \
         WHERE l.event_id = x.event_id AND l.space_id = x.id AND NOT l.is_hidden) ORDER BY x.id LIMIT 500")
        .bind(event).bind(days).fetch_all(conn))?)
}

/// Notes that an exhibitor is told; false when another server has done so meanwhile.
pub async fn told(
    tx: &mut Tx,
    event: EventId,
    exhibitor: ExhibitorId,
    (days, now): (i64, Timestamp),
) -> Result<bool, StorageError> {
    let told = affected!(
        tx,
        sqlx::query(
            "INSERT INTO retention_notice (event_id, exhibitor_id, days, created_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT DO NOTHING"
        )
        .bind(event)
        .bind(exhibitor)
        .bind(days)
        .bind(now)
    )?;
    Ok(told == 1)
}
