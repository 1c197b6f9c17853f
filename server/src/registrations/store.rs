//! The registrations' table.

use super::{Registration, email_of, sort_name};
use crate::access::{AttendeeScope, EventScope, SystemScope};
use crate::problem::Problem;
use crate::search;
use crate::storage::{Conn, StorageError, Tx, runs};
use crate::{affected, sql, sql_built};
use mobile_core::badge::{code_hash, number};
use mobile_core::capture::{Contact, MAX_CODE_BYTES};
use mobile_core::ids::{AccountId, EventId, ExhibitorId, RegistrationId};
use mobile_core::time::Timestamp;
use sqlx::types::Json;

/// What exhibitors may get to see of a `registration r`, as far as policy and consent go: what is known of the
/// person, with the address that they named for exhibitors where they did.
#[macro_export]
macro_rules! shown_contact {
    () => {
        "COALESCE(r.exhibitor_contact, r.contact)"
    };
}

const COLUMNS: &str = "id, external_id, category, contact, exhibitor_contact, exhibitor_id, valid_days, allowed_zones, version, created_at, updated_at \
     FROM registration ";

/// What is known of a person, and what exhibitors see instead.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Known {
    /// What is known.
    pub contact: Json<Contact>,
    /// What exhibitors see; none: the same.
    pub exhibitor_contact: Option<Json<Contact>>,
}

/// One registration.
pub async fn find(tx: &mut Tx, scope: &EventScope, id: RegistrationId) -> Result<Option<Registration>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT id, external_id, category, contact, exhibitor_contact, exhibitor_id, valid_days, allowed_zones, \
         version, created_at, updated_at FROM registration WHERE event_id = $1 AND id = $2 AND merged_into IS NULL \
         AND erased_at IS NULL")
        .bind(scope.event()).bind(id).fetch_optional(conn))?)
}

/// Those of these registrations that there are.
pub async fn by_ids(
    tx: &mut Tx,
    scope: &EventScope,
    ids: &[RegistrationId],
) -> Result<Vec<Registration>, StorageError> {
    let mut found = Vec::with_capacity(ids.len());
    for run in runs(ids) {
        let rows: Vec<Registration> = sql_built!(tx, conn, query = "SELECT " => {
            query.push(COLUMNS).push("WHERE event_id = ").push_bind(scope.event()).push(" AND id IN (");
            let mut list = query.separated(", ");
            for id in run { list.push_bind(*id); }
            list.push_unseparated(")");
        }, query.build_query_as().fetch_all(conn))?;
        found.extend(rows);
    }
    Ok(found)
}

/// Registrations with these references.
pub async fn by_references(
    tx: &mut Tx,
    scope: &EventScope,
    references: &[&str],
) -> Result<Vec<Registration>, StorageError> {
    let mut found = Vec::new();
    for run in runs(references) {
        let rows: Vec<Registration> = sql_built!(tx, conn, query = "SELECT " => {
            query.push(COLUMNS).push("WHERE event_id = ").push_bind(scope.event()).push(" AND external_id IN (");
            let mut list = query.separated(", ");
            for reference in run { list.push_bind(*reference); }
            list.push_unseparated(")");
        }, query.build_query_as().fetch_all(conn))?;
        found.extend(rows);
    }
    Ok(found)
}

/// Registrations of people with these keys.
pub async fn by_person_keys(
    tx: &mut Tx,
    scope: &EventScope,
    keys: &[String],
) -> Result<Vec<Registration>, StorageError> {
    let mut found = Vec::new();
    for run in runs(keys) {
        let rows: Vec<Registration> = sql_built!(tx, conn, query = "SELECT " => {
            query.push(COLUMNS).push("WHERE merged_into IS NULL AND event_id = ").push_bind(scope.event());
            query.push(" AND person_key IN (");
            let mut list = query.separated(", ");
            for key in run { list.push_bind(key.as_str()); }
            list.push_unseparated(")");
        }, query.build_query_as().fetch_all(conn))?;
        found.extend(rows);
    }
    Ok(found)
}

/// Adds registrations, or writes what they have become. The time of making stays.
pub async fn put(tx: &mut Tx, scope: &EventScope, registrations: &[Registration]) -> Result<(), StorageError> {
    for run in runs(registrations) {
        sql_built!(tx, conn, query = "INSERT INTO registration (event_id, id, external_id, person_key, email, category, contact, \
            exhibitor_contact, sort_name, search, exhibitor_id, valid_days, allowed_zones, version, created_at, updated_at) " => {
            query.push_values(run, |mut row, new| {
                row.push_bind(scope.event()).push_bind(new.id).push_bind(new.external_id.as_deref())
                    .push_bind(new.person_key()).push_bind(new.email()).push_bind(new.category.as_str()).push_bind(&new.contact)
                    .push_bind(new.shown()).push_bind(new.sort_name()).push_bind(new.search()).push_bind(new.exhibitor_id)
                    .push_bind(&new.valid_days).push_bind(&new.allowed_zones).push_bind(new.version).push_bind(new.created_at).push_bind(new.updated_at);
            });
            query.push(" ON CONFLICT (event_id, id) DO UPDATE SET external_id = excluded.external_id, \
                person_key = excluded.person_key, email = excluded.email, category = excluded.category, contact = excluded.contact, exhibitor_contact = excluded.exhibitor_contact, \
                sort_name = excluded.sort_name, search = excluded.search, exhibitor_id = excluded.exhibitor_id, \
                valid_days = excluded.valid_days, allowed_zones = excluded.allowed_zones, \
                version = excluded.version, updated_at = excluded.updated_at WHERE registration.erased_at IS NULL");
        }, { let done = query.build().execute(conn); async { done.await.map(|_| ()) } })?;
    }
    Ok(())
}

/// What is known of an attendee, and what exhibitors see instead; none once they are erased.
pub async fn own(tx: &mut Tx, scope: &AttendeeScope) -> Result<Option<Known>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT contact, exhibitor_contact FROM registration WHERE event_id = $1 AND id = $2 AND erased_at IS NULL")
        .bind(scope.event()).bind(scope.registration()).fetch_optional(conn))?)
}

/// Writes what exhibitors see of an attendee instead of what is known.
pub async fn set_shown(
    tx: &mut Tx,
    scope: &AttendeeScope,
    shown: Option<&Contact>,
    now: Timestamp,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "UPDATE registration SET exhibitor_contact = $3, version = version + 1, updated_at = $4 \
             WHERE event_id = $1 AND id = $2 AND erased_at IS NULL"
        )
        .bind(scope.event())
        .bind(scope.registration())
        .bind(shown.map(Json))
        .bind(now)
    )?;
    Ok(())
}

/// What a person types or scans to find someone.
#[derive(Debug, Default)]
pub struct Search {
    /// Patterns that the folded text must all match.
    words: Vec<String>,
    /// A badge number, as stored.
    number: Option<String>,
    /// The hash of what was typed, should it be a badge's code.
    code: Option<[u8; 32]>,
    /// Whose name or whose e-mail it is, the whole of it.
    named: Option<(Option<String>, Option<String>)>,
}

impl Search {
    /// Reads what was typed: words in any order, a badge number or the text of a code. A text that is too long for
    /// words may still be a code, which a reader types.
    ///
    /// # Errors
    /// `invalid_field` for a text that is longer than any code.
    pub fn of(q: &str) -> Result<Self, Problem> {
        let is_code = search::is_too_long(q) && q.len() <= MAX_CODE_BYTES;
        let words = if is_code { Vec::new() } else { search::words(q)? };
        if words.is_empty() && !is_code {
            return Ok(Self::default());
        }
        let number = number::parse(q).map(|number| number.as_str().to_owned());
        let words = words.iter().map(|word| search::pattern(word)).collect();
        Ok(Self { words, number, code: Some(code_hash(q)), named: None })
    }

    /// Those alone who have this name or this e-mail: who may be the same person.
    pub fn like(self, contact: &Contact) -> Self {
        let name = sort_name(contact);
        Self { named: Some((Some(name).filter(|name| !name.is_empty()), email_of(contact))), ..self }
    }
}

/// Registrations in the order in which they were made, after one of them.
pub async fn list(
    tx: &mut Tx,
    scope: &EventScope,
    search: &Search,
    after: Option<RegistrationId>,
    limit: i64,
) -> Result<Vec<Registration>, StorageError> {
    Ok(sql_built!(tx, conn, query = "SELECT " => {
        query.push(COLUMNS).push("WHERE merged_into IS NULL AND erased_at IS NULL AND event_id = ").push_bind(scope.event());
        if let Some(after) = after {
            query.push(" AND id > ").push_bind(after);
        }
        if search.code.is_some() {
            query.push(if search.words.is_empty() { " AND ((1 = 0" } else { " AND ((" });
            for (at, word) in search.words.iter().enumerate() {
                query.push(if at == 0 { "search LIKE " } else { " AND search LIKE " });
                query.push_bind(word.as_str()).push(" ESCAPE '\\'");
            }
            query.push(")");
            for (column, is_asked) in [("number", search.number.is_some()), ("code_hash", search.code.is_some())] {
                if is_asked {
                    query.push(" OR id IN (SELECT registration_id FROM badge WHERE event_id = ").push_bind(scope.event());
                    query.push(" AND ").push(column).push(" = ");
                    match column {
                        "number" => query.push_bind(search.number.as_deref()),
                        _ => query.push_bind(search.code.as_ref().map(<[u8; 32]>::as_slice)),
                    };
                    query.push(")");
                }
            }
            query.push(")");
        }
        if let Some((name, email)) = &search.named {
            query.push(" AND (sort_name = ").push_bind(name.as_deref());
            query.push(" OR email = ").push_bind(email.as_deref()).push(")");
        }
        query.push(" ORDER BY id LIMIT ").push_bind(limit);
    }, query.build_query_as().fetch_all(conn))?)
}

/// Registrations that people had before a team took them in, and that are of no team yet, by an account that has
/// joined, as somebody who reads the mail of its address: with whose team.
pub async fn of_joined(
    tx: &mut Tx,
    account: AccountId,
) -> Result<Vec<(EventId, RegistrationId, ExhibitorId)>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT m.event_id, m.registration_id, m.exhibitor_id FROM team_member m \
         JOIN account a ON a.id = m.account_id AND a.is_email_proven \
         JOIN registration r ON r.event_id = m.event_id AND r.id = m.registration_id \
         WHERE m.account_id = $1 AND m.removed_at IS NULL AND r.exhibitor_id IS NULL AND r.erased_at IS NULL \
         ORDER BY m.event_id, m.id")
        .bind(account).fetch_all(conn))?)
}

/// Has a registration be of a team, unless it is of one.
pub async fn set_team(
    tx: &mut Tx,
    (event, id): (EventId, RegistrationId),
    team: ExhibitorId,
    now: Timestamp,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "UPDATE registration SET exhibitor_id = $3, version = version + 1, updated_at = $4 \
             WHERE event_id = $1 AND id = $2 AND exhibitor_id IS NULL AND erased_at IS NULL"
        )
        .bind(event)
        .bind(id)
        .bind(team)
        .bind(now)
    )?;
    Ok(())
}

/// Has a registration stand for nobody any more: it was another one of the same person; or stand for
/// itself again. Gives whether it was as expected.
pub async fn set_merged(
    tx: &mut Tx,
    scope: &EventScope,
    id: RegistrationId,
    (before, after): (Option<RegistrationId>, Option<RegistrationId>),
) -> Result<bool, StorageError> {
    let done = affected!(
        tx,
        sqlx::query(
            "UPDATE registration SET merged_into = $4 WHERE event_id = $1 AND id = $2 \
             AND (merged_into = $3 OR (merged_into IS NULL AND $3 IS NULL))"
        )
        .bind(scope.event())
        .bind(id)
        .bind(before)
        .bind(after)
    )?;
    Ok(done == 1)
}

/// Has others that count something of a registration wait.
pub async fn hold(tx: &mut Tx, event: EventId, id: RegistrationId) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("UPDATE registration SET version = version WHERE event_id = $1 AND id = $2").bind(event).bind(id)
    )?;
    Ok(())
}

/// The categories of everybody registered.
pub async fn categories(tx: &mut Tx, scope: &EventScope) -> Result<Vec<String>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar("SELECT DISTINCT category FROM registration WHERE event_id = $1")
        .bind(scope.event()).fetch_all(conn))?)
}

/// Tells PostgreSQL how large the tables have become, so that it looks rows up by their keys.
///
/// Without it a file into a fresh database is read with the plan of an empty table, which goes
/// through the whole event for each chunk: 50,000 rows took 75 s instead of 15 s.
pub async fn refresh_statistics(tx: &mut Tx) -> Result<(), StorageError> {
    if let Conn::Postgres(conn) = tx.conn() {
        sqlx::query("ANALYZE registration, badge").execute(conn).await?;
    }
    Ok(())
}

/// The event of this short name, for the command line.
pub async fn event_by_slug(tx: &mut Tx, _: SystemScope, slug: &str) -> Result<Option<EventId>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar("SELECT id FROM event WHERE slug = $1").bind(slug).fetch_optional(conn))?)
}

/// The short names of all events.
pub async fn event_slugs(tx: &mut Tx, _: SystemScope) -> Result<Vec<String>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar("SELECT slug FROM event ORDER BY slug").fetch_all(conn))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_for_words_or_for_a_code_that_is_longer_than_they_may_be() {
        let words = |q: &str| Search::of(q).unwrap().words;
        assert_eq!(words("100%_a\\b  É"), ["%100\\%\\_a\\\\b%", "%e%"]);
        assert!(words(" \t").is_empty() && Search::of(" \t").unwrap().code.is_none());
        let long = "x".repeat(MAX_CODE_BYTES);
        let search = Search::of(&long).unwrap();
        assert_eq!((search.words.len(), search.code), (0, Some(code_hash(&long))));
        assert!(Search::of(&"x".repeat(MAX_CODE_BYTES + 1)).is_err());
    }
}
