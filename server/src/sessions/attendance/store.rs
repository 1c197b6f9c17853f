//! The log of check-ins and check-outs in the database, and what it adds up to.

use super::fold::{Direction, Folded, Stay};
use crate::access::DeskScope;
use crate::storage::{StorageError, Tx, lookups, runs};
use crate::{affected, sql, sql_built};
use mobile_core::ids::{AccountId, DeviceId, EventId, RegistrationId, SessionId};
use mobile_core::time::Timestamp;
use sqlx::types::Json;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// What the rules need to know of a person.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Person {
    /// The category.
    pub category: String,
    /// The days of the registration.
    pub valid_days: Option<Json<BTreeSet<String>>>,
    /// The zones of the registration.
    pub allowed_zones: Option<Json<BTreeSet<SessionId>>>,
}

/// A person of the event.
pub async fn person(tx: &mut Tx, event: EventId, id: RegistrationId) -> Result<Option<Person>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT category, valid_days, allowed_zones FROM registration WHERE event_id = $1 AND id = $2")
        .bind(event).bind(id).fetch_optional(conn))?)
}

/// A mark to keep.
#[derive(Debug)]
pub struct NewMark<'a> {
    pub session: SessionId,
    pub id: Uuid,
    pub registration: Option<RegistrationId>,
    pub code_hash: Option<[u8; 32]>,
    pub direction: Direction,
    pub at: Timestamp,
    pub device_seq: i64,
    pub verdict: Option<&'static str>,
    pub is_let_in: bool,
    pub overrides: Option<&'a str>,
    pub device: Option<DeviceId>,
    pub operator: Option<&'a str>,
    pub account: Option<AccountId>,
    pub note: Option<&'a str>,
    pub now: Timestamp,
}

/// Adds a mark to the log; false when it is there.
pub async fn insert(tx: &mut Tx, event: EventId, new: &NewMark<'_>) -> Result<bool, StorageError> {
    let added = affected!(
        tx,
        sqlx::query(
            "INSERT INTO attendance_mark (event_id, session_id, id, registration_id, code_hash, direction, at, \
             device_seq, verdict, is_let_in, override_note, device_id, operator, account_id, note, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT DO NOTHING"
        )
        .bind(event)
        .bind(new.session)
        .bind(new.id)
        .bind(new.registration)
        .bind(new.code_hash.map(|hash| hash.to_vec()))
        .bind(new.direction)
        .bind(new.at)
        .bind(new.device_seq)
        .bind(new.verdict)
        .bind(new.is_let_in)
        .bind(new.overrides)
        .bind(new.device)
        .bind(new.operator)
        .bind(new.account)
        .bind(new.note)
        .bind(new.now)
    )?;
    Ok(added == 1)
}

/// A check-in or check-out as it is kept.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct MarkRow {
    /// The capture, or the correction.
    pub id: Uuid,
    /// Whose it is; none: of a code that the event does not know.
    pub registration_id: Option<RegistrationId>,
    /// Into the session, or out of it.
    pub direction: Direction,
    /// When.
    pub at: Timestamp,
    /// Its number on the device.
    pub device_seq: i64,
    /// What the rules said against it; none: nothing.
    pub verdict: Option<String>,
    /// Whether the door decided by itself.
    pub is_let_in: bool,
    /// Why a supervisor let the person in all the same.
    pub override_note: Option<String>,
    /// The door.
    pub device_id: Option<DeviceId>,
    /// Who stood at it, as free text.
    pub operator: Option<String>,
    /// Who made the correction.
    pub account_id: Option<AccountId>,
    /// Their name.
    pub author: Option<String>,
    /// Why it was corrected.
    pub note: Option<String>,
    /// When it was taken back.
    pub annulled_at: Option<Timestamp>,
}

impl MarkRow {
    /// Whether the person went through.
    pub fn counts(&self) -> bool {
        let is_free = self.verdict.is_none() || self.is_let_in || self.override_note.is_some();
        self.annulled_at.is_none() && is_free
    }
}

const MARKS: &str = "SELECT m.id, m.registration_id, m.direction, m.at, m.device_seq, m.verdict, m.is_let_in, \
     m.override_note, m.device_id, m.operator, m.account_id, a.name AS author, m.note, m.annulled_at \
     FROM attendance_mark m LEFT JOIN account a ON a.id = m.account_id \
     WHERE m.event_id = $1 AND m.session_id = $2 AND m.registration_id = $3 ORDER BY m.at, m.device_seq, m.id";

/// The marks of one person at one session, in their order.
pub async fn marks(
    tx: &mut Tx,
    event: EventId,
    session: SessionId,
    person: RegistrationId,
) -> Result<Vec<MarkRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(MARKS).bind(event).bind(session).bind(person).fetch_all(conn))?)
}

/// Whose mark this is, what was said of it, and whether it was taken back.
pub async fn mark(
    tx: &mut Tx,
    event: EventId,
    session: SessionId,
    id: Uuid,
) -> Result<Option<(Option<RegistrationId>, Option<String>, bool)>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT registration_id, verdict, annulled_at IS NOT NULL FROM attendance_mark \
         WHERE event_id = $1 AND session_id = $2 AND id = $3")
        .bind(event).bind(session).bind(id).fetch_optional(conn))?)
}

/// Takes a mark back.
pub async fn annul(
    tx: &mut Tx,
    scope: &DeskScope,
    session: SessionId,
    id: Uuid,
    now: Timestamp,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "UPDATE attendance_mark SET annulled_at = $4, annulled_by = $5 \
             WHERE event_id = $1 AND session_id = $2 AND id = $3 AND annulled_at IS NULL"
        )
        .bind(scope.event())
        .bind(session)
        .bind(id)
        .bind(now)
        .bind(scope.account())
    )?;
    Ok(())
}

/// The sessions that marks are of, of those that there are.
pub async fn sessions_of(tx: &mut Tx, event: EventId, ids: &[Uuid]) -> Result<Vec<(SessionId, Uuid)>, StorageError> {
    let mut found = Vec::with_capacity(ids.len());
    for run in lookups(ids) {
        let rows: Vec<(SessionId, Uuid)> = sql_built!(tx, conn, query = "SELECT m.session_id, m.id FROM session s \
            JOIN attendance_mark m ON m.event_id = s.event_id AND m.session_id = s.id WHERE s.event_id = " => {
            query.push_bind(event).push(" AND m.id IN (");
            let mut list = query.separated(", ");
            for id in &run {
                list.push_bind(*id);
            }
            list.push_unseparated(")");
        }, query.build_query_as().fetch_all(conn))?;
        found.extend(rows);
    }
    Ok(found)
}

/// Makes a mark that was taken back again under another id; gives whose it is.
pub async fn copy(
    tx: &mut Tx,
    event: EventId,
    (session, was): (SessionId, Uuid),
    new: Uuid,
    now: Timestamp,
) -> Result<Option<RegistrationId>, StorageError> {
    let made: Option<Option<RegistrationId>> = sql!(tx, conn => sqlx::query_scalar(
        "INSERT INTO attendance_mark (event_id, session_id, id, registration_id, code_hash, direction, at, device_seq, \
         verdict, is_let_in, override_note, device_id, operator, account_id, note, created_at) \
         SELECT event_id, session_id, $4, registration_id, code_hash, direction, at, device_seq, verdict, is_let_in, \
         override_note, device_id, operator, account_id, note, $5 FROM attendance_mark \
         WHERE event_id = $1 AND session_id = $2 AND id = $3 RETURNING registration_id")
        .bind(event).bind(session).bind(was).bind(new).bind(now).fetch_optional(conn))?;
    Ok(made.flatten())
}

/// Marks of codes that turned out to be somebody's badge.
pub async fn of_codes(
    tx: &mut Tx,
    event: EventId,
    hashes: &[[u8; 32]],
) -> Result<Vec<(SessionId, Uuid, Vec<u8>)>, StorageError> {
    let mut found = Vec::new();
    for run in runs(hashes) {
        let rows: Vec<(SessionId, Uuid, Vec<u8>)> = sql_built!(tx, conn,
            query = "SELECT session_id, id, code_hash FROM attendance_mark WHERE event_id = " => {
            query.push_bind(event).push(" AND code_hash IN (");
            let mut list = query.separated(", ");
            for hash in run {
                list.push_bind(hash.as_slice());
            }
            list.push_unseparated(") ORDER BY session_id, id");
        }, query.build_query_as().fetch_all(conn))?;
        found.extend(rows);
    }
    Ok(found)
}

/// Gives a mark its person.
pub async fn adopt(
    tx: &mut Tx,
    event: EventId,
    (session, id): (SessionId, Uuid),
    person: RegistrationId,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "UPDATE attendance_mark SET registration_id = $4, code_hash = NULL \
             WHERE event_id = $1 AND session_id = $2 AND id = $3"
        )
        .bind(event)
        .bind(session)
        .bind(id)
        .bind(person)
    )?;
    Ok(())
}

/// When somebody came into a session last, and whether they are inside.
pub async fn state(
    tx: &mut Tx,
    event: EventId,
    session: SessionId,
    person: RegistrationId,
) -> Result<Option<(bool, Timestamp)>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT is_inside, last_in_at FROM attendance WHERE event_id = $1 AND session_id = $2 AND registration_id = $3")
        .bind(event).bind(session).bind(person).fetch_optional(conn))?)
}

/// Writes what a person's marks add up to; nothing at all is no row.
pub async fn put(
    tx: &mut Tx,
    event: EventId,
    session: SessionId,
    person: RegistrationId,
    folded: &Folded,
) -> Result<(), StorageError> {
    let (Some(first), Some(last)) = (folded.stays.first(), folded.stays.last()) else {
        affected!(
            tx,
            sqlx::query("DELETE FROM attendance WHERE event_id = $1 AND session_id = $2 AND registration_id = $3")
                .bind(event)
                .bind(session)
                .bind(person)
        )?;
        return Ok(());
    };
    let left = folded.stays.iter().rev().find_map(|stay| stay.1);
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO attendance (event_id, session_id, registration_id, is_inside, first_in_at, last_in_at, \
             last_out_at, dwell_us, stays) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
             ON CONFLICT (event_id, session_id, registration_id) DO UPDATE SET is_inside = excluded.is_inside, \
             first_in_at = excluded.first_in_at, last_in_at = excluded.last_in_at, last_out_at = excluded.last_out_at, \
             dwell_us = excluded.dwell_us, stays = excluded.stays"
        )
        .bind(event)
        .bind(session)
        .bind(person)
        .bind(last.1.is_none())
        .bind(first.0)
        .bind(last.0)
        .bind(left)
        .bind(folded.dwell_us())
        .bind(Json(&folded.stays))
    )?;
    Ok(())
}

/// How many came in since a time and have not left.
pub async fn inside(tx: &mut Tx, event: EventId, session: SessionId, since: Timestamp) -> Result<i64, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT COUNT(*) FROM attendance WHERE event_id = $1 AND session_id = $2 AND is_inside AND last_in_at >= $3")
        .bind(event).bind(session).bind(since).fetch_one(conn))?)
}

/// Keeps what was counted of a session on a day.
pub async fn set_counts(
    tx: &mut Tx,
    event: EventId,
    session: SessionId,
    (inside, entered): (i64, i64),
    day: &str,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("UPDATE session SET inside = $3, entered = $4, counted_on = $5 WHERE event_id = $1 AND id = $2")
            .bind(event)
            .bind(session)
            .bind(inside)
            .bind(entered)
            .bind(day)
    )?;
    Ok(())
}

/// The stays of a person at all sessions.
pub async fn stays(tx: &mut Tx, event: EventId, person: RegistrationId) -> Result<Vec<Stay>, StorageError> {
    let rows: Vec<Json<Vec<Stay>>> = sql!(tx, conn => sqlx::query_scalar(
        "SELECT stays FROM attendance WHERE event_id = $1 AND registration_id = $2")
        .bind(event).bind(person).fetch_all(conn))?;
    Ok(rows.into_iter().flat_map(|stays| stays.0).collect())
}

/// Writes on which days a person was there, each with the first entry; days of before go.
pub async fn set_days(
    tx: &mut Tx,
    event: EventId,
    person: RegistrationId,
    days: &BTreeMap<String, i64>,
) -> Result<(), StorageError> {
    let known: Vec<(String, i64)> = sql!(tx, conn => sqlx::query_as(
        "SELECT present_on, first_at FROM presence WHERE event_id = $1 AND registration_id = $2")
        .bind(event).bind(person).fetch_all(conn))?;
    let known: HashMap<String, i64> = known.into_iter().collect();
    for gone in known.keys().filter(|day| !days.contains_key(*day)) {
        affected!(
            tx,
            sqlx::query("DELETE FROM presence WHERE event_id = $1 AND registration_id = $2 AND present_on = $3")
                .bind(event)
                .bind(person)
                .bind(gone)
        )?;
    }
    for (day, first) in days.iter().filter(|(day, first)| known.get(*day) != Some(first)) {
        affected!(
            tx,
            sqlx::query(
                "INSERT INTO presence (event_id, registration_id, present_on, first_at) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (event_id, registration_id, present_on) DO UPDATE SET first_at = excluded.first_at"
            )
            .bind(event)
            .bind(person)
            .bind(day)
            .bind(*first)
        )?;
    }
    Ok(())
}

/// Every mark of a person, whatever the session.
pub async fn marks_of(
    tx: &mut Tx,
    event: EventId,
    person: RegistrationId,
) -> Result<Vec<(SessionId, Uuid)>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT m.session_id, m.id FROM session s JOIN attendance_mark m ON m.event_id = s.event_id \
         AND m.session_id = s.id AND m.registration_id = $2 WHERE s.event_id = $1 ORDER BY m.session_id, m.id")
        .bind(event).bind(person).fetch_all(conn))?)
}
