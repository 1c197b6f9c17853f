//! The lead rows: the fold beside the log, and the columns that lists filter and sort by.

use crate::storage::{StorageError, Tx, runs};
use crate::{push_found, push_wanted, sql, sql_built};
use mobile_core::capture::Contact;
use mobile_core::fold::Fold;
use mobile_core::ids::{EventId, LeadId, RegistrationId, SpaceId};
use mobile_core::time::Timestamp;
use mobile_core::wire::lead::ConsentState;
use sqlx::types::Json;
use sqlx::{Postgres, Sqlite};
use std::collections::HashMap;

/// A lead with the registration it belongs to.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct LeadRow {
    /// Whose it is.
    pub space_id: SpaceId,
    /// The lead.
    pub id: LeadId,
    /// The person, once known.
    pub registration_id: Option<RegistrationId>,
    /// The code's hash while the person is not known.
    pub code_hash: Option<Vec<u8>>,
    /// What the person said of this space or of all: a [`ConsentState`] by name.
    pub own_word: Option<String>,
    /// When they said so.
    pub own_word_at: Option<Timestamp>,
    /// Whether no capture is left.
    pub is_hidden: bool,
    /// What its captures add up to.
    pub fold: Json<Fold>,
    /// Rises with every change.
    pub version: i64,
    /// When its first capture arrived.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// The person's category.
    pub category: Option<String>,
    /// What the organiser knows of the person.
    pub registered: Option<Json<Contact>>,
    /// The organiser's reference.
    pub external_id: Option<String>,
    /// The number on the badge.
    pub badge_number: Option<String>,
}

impl LeadRow {
    /// A lead of a space that nothing has been said about yet.
    pub fn new(space: SpaceId, id: LeadId, now: Timestamp) -> Self {
        Self {
            space_id: space,
            id,
            registration_id: None,
            code_hash: None,
            own_word: None,
            own_word_at: None,
            is_hidden: true,
            fold: Json(Fold::default()),
            version: 0,
            created_at: now,
            updated_at: now,
            category: None,
            registered: None,
            external_id: None,
            badge_number: None,
        }
    }

    /// What the person said, and when.
    pub fn own_word(&self) -> Option<(ConsentState, Timestamp)> {
        let word = ConsentState::from_name(self.own_word.as_deref()?);
        Some((word, self.own_word_at.unwrap_or_default()))
    }

    /// Whether nothing of the person is kept any more.
    pub fn is_erased(&self) -> bool {
        self.own_word.as_deref() == Some(ConsentState::Erased.as_str())
    }

    /// Takes note of what the person said.
    pub fn hear(&mut self, word: Option<(ConsentState, Timestamp)>) {
        self.own_word = word.map(|(state, _)| state.as_str().to_owned());
        self.own_word_at = word.map(|(_, at)| at);
    }
}

/// The columns of [`LeadRow`] from `lead l`, `registration r`.
pub const COLUMNS: &str = "l.space_id, l.id, l.registration_id, l.code_hash, l.own_word, l.own_word_at, l.is_hidden, l.fold, \
    l.version, l.created_at, l.updated_at, r.category, r.contact AS registered, r.external_id, \
    (SELECT b.number FROM badge b WHERE b.event_id = l.event_id AND b.registration_id = l.registration_id \
     AND b.status = 'active' ORDER BY b.created_at DESC, b.id DESC LIMIT 1) AS badge_number";

/// The tables of [`COLUMNS`].
pub const TABLES: &str =
    " FROM lead l LEFT JOIN registration r ON r.event_id = l.event_id AND r.id = l.registration_id ";

/// The person of a lead, where it is known.
const PERSON: &str = "LEFT JOIN registration r ON r.event_id = l.event_id AND r.id = l.registration_id";

/// A column that a lead is looked up by, with its space.
pub trait LeadKey:
    Clone
    + Ord
    + Send
    + Sync
    + sqlx::Type<Sqlite>
    + sqlx::Type<Postgres>
    + for<'q> sqlx::Encode<'q, Sqlite>
    + for<'q> sqlx::Encode<'q, Postgres>
{
    /// Its name.
    const COLUMN: &'static str;
}

impl LeadKey for LeadId {
    const COLUMN: &'static str = "id";
}

impl LeadKey for RegistrationId {
    const COLUMN: &'static str = "registration_id";
}

/// The hash of a code that nothing is known of.
impl LeadKey for Vec<u8> {
    const COLUMN: &'static str = "code_hash";
}

/// How rows that will be written are read.
fn lock(tx: &Tx) -> &'static str {
    if tx.locks_rows() { " FOR UPDATE OF l" } else { "" }
}

/// Leads by id, following aliases; missing ones are left out.
pub async fn by_ids(
    tx: &mut Tx,
    event: EventId,
    ids: &[(SpaceId, LeadId)],
) -> Result<HashMap<(SpaceId, LeadId), LeadRow>, StorageError> {
    let mut wanted = ids.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    let mut found = find_by_ids(tx, event, &wanted, false).await?;
    let missing: Vec<_> = wanted.into_iter().filter(|key| !found.contains_key(key)).collect();
    if !missing.is_empty() {
        let aliases = aliases(tx, event, &missing).await?;
        let mut targets: Vec<_> = aliases.iter().map(|(space, _, lead)| (*space, *lead)).collect();
        targets.sort_unstable();
        targets.dedup();
        let leads = find_by_ids(tx, event, &targets, false).await?;
        for (space, alias, lead) in aliases {
            if let Some(row) = leads.get(&(space, lead)) {
                found.insert((space, alias), row.clone());
            }
        }
    }
    Ok(found)
}

/// Leads by one of their keys, in key order, locked when they will be written.
pub async fn find_by<K: LeadKey>(
    tx: &mut Tx,
    event: EventId,
    keys: &[(SpaceId, K)],
    is_for_writing: bool,
) -> Result<Vec<LeadRow>, StorageError> {
    // In one order, so that two transactions do not wait for each other.
    let mut keys = keys.to_vec();
    keys.sort_unstable();
    let mut found = Vec::with_capacity(keys.len());
    for run in runs(&keys) {
        let rows: Vec<LeadRow> = sql_built!(tx, conn, query = "" => {
            push_wanted!(query, run);
            query.push("SELECT ").push(COLUMNS).push(" ");
            push_found!(query, event, "lead" "l" by K::COLUMN, is_for_writing);
            query.push(PERSON).push(" ORDER BY l.space_id, l.id");
        }, query.build_query_as().fetch_all(conn))?;
        found.extend(rows);
    }
    Ok(found)
}

/// Leads by id, locked when they will be written.
pub async fn find_by_ids(
    tx: &mut Tx,
    event: EventId,
    ids: &[(SpaceId, LeadId)],
    is_for_writing: bool,
) -> Result<HashMap<(SpaceId, LeadId), LeadRow>, StorageError> {
    let rows = find_by(tx, event, ids, is_for_writing).await?;
    Ok(rows.into_iter().map(|row| ((row.space_id, row.id), row)).collect())
}

/// Unmatched leads of an event by code, in every space, locked.
pub async fn find_by_codes_everywhere(
    tx: &mut Tx,
    event: EventId,
    hashes: &[[u8; 32]],
) -> Result<Vec<LeadRow>, StorageError> {
    let lock = lock(tx);
    let mut found = Vec::new();
    for run in runs(hashes) {
        let rows: Vec<LeadRow> = sql_built!(tx, conn, query = "SELECT " => {
            query.push(COLUMNS).push(TABLES).push(" WHERE l.event_id = ").push_bind(event).push(" AND l.code_hash IN (");
            let mut list = query.separated(", ");
            for hash in run {
                list.push_bind(hash.as_slice());
            }
            query.push(") ORDER BY l.space_id, l.id").push(lock);
        }, query.build_query_as().fetch_all(conn))?;
        found.extend(rows);
    }
    Ok(found)
}

/// Every lead of some registered people, in every space, locked.
pub async fn of_registrations(
    tx: &mut Tx,
    event: EventId,
    registrations: &[RegistrationId],
) -> Result<Vec<LeadRow>, StorageError> {
    let lock = lock(tx);
    let mut found = Vec::new();
    for run in runs(registrations) {
        let rows: Vec<LeadRow> = sql_built!(tx, conn, query = "SELECT " => {
            query.push(COLUMNS).push(TABLES).push(" WHERE l.event_id = ").push_bind(event)
                .push(" AND l.registration_id IN (");
            let mut list = query.separated(", ");
            for registration in run {
                list.push_bind(*registration);
            }
            query.push(") ORDER BY l.space_id, l.id").push(lock);
        }, query.build_query_as().fetch_all(conn))?;
        found.extend(rows);
    }
    Ok(found)
}

/// A lead with the columns that it is listed by.
#[derive(Debug, sqlx::FromRow)]
pub struct Listed {
    /// The lead.
    #[sqlx(flatten)]
    pub lead: LeadRow,
    /// The state of consent that lists filter by.
    pub consent: String,
    /// What it is found by.
    pub search: String,
}

/// The leads of an event, or of one space, after a place, in key order, locked to be written.
pub async fn after(
    tx: &mut Tx,
    event: EventId,
    space: Option<SpaceId>,
    after: Option<(SpaceId, LeadId)>,
    limit: usize,
) -> Result<Vec<Listed>, StorageError> {
    let lock = lock(tx);
    Ok(sql_built!(tx, conn, query = "SELECT l.consent, l.search, " => {
        query.push(COLUMNS).push(TABLES).push(" WHERE l.event_id = ").push_bind(event);
        if let Some(space) = space {
            query.push(" AND l.space_id = ").push_bind(space);
        }
        if let Some((space, lead)) = after {
            query.push(" AND (l.space_id, l.id) > (").push_bind(space).push(", ").push_bind(lead).push(")");
        }
        query.push(" ORDER BY l.space_id, l.id LIMIT ").push_bind(limit as i64).push(lock);
    }, query.build_query_as().fetch_all(conn))?)
}

async fn aliases(
    tx: &mut Tx,
    event: EventId,
    ids: &[(SpaceId, LeadId)],
) -> Result<Vec<(SpaceId, LeadId, LeadId)>, StorageError> {
    let mut found = Vec::new();
    for run in runs(ids) {
        let rows: Vec<(SpaceId, LeadId, LeadId)> = sql_built!(tx, conn,
            query = "" => {
            push_wanted!(query, run);
            query.push("SELECT a.space_id, a.alias_id, a.lead_id ");
            push_found!(query, event, "lead_alias" "a" by "alias_id", false);
        }, query.build_query_as().fetch_all(conn))?;
        found.extend(rows);
    }
    Ok(found)
}

/// A lead to write: what identifies it and what it has become.
#[derive(Debug)]
pub struct Written<'a> {
    /// Whose it is.
    pub space: SpaceId,
    /// The lead.
    pub id: LeadId,
    /// The person, once known.
    pub registration: Option<RegistrationId>,
    /// The code's hash while the person is not known.
    pub code_hash: Option<&'a [u8]>,
    /// The state in force: what follows from the person's own word, captures and policy.
    pub consent: &'static str,
    /// The person's own word.
    pub own_word: Option<&'a str>,
    /// When they said so.
    pub own_word_at: Option<Timestamp>,
    /// What its captures add up to.
    pub fold: &'a Fold,
    /// What it is found by.
    pub search: String,
    /// Its new version.
    pub version: i64,
    /// When its first capture arrived.
    pub created_at: Timestamp,
}

/// Whether an export has columns because of this lead: answers, or contact fields of the exhibitor's own.
fn has_fields(fold: &Fold) -> bool {
    !(fold.answers.is_empty() && fold.contact.is_empty() && fold.carried.is_empty())
}

/// Creates leads or writes what they have become.
pub async fn put(tx: &mut Tx, event: EventId, now: Timestamp, leads: &[Written<'_>]) -> Result<(), StorageError> {
    for run in runs(leads) {
        sql_built!(tx, conn, query = "INSERT INTO lead (event_id, space_id, id, registration_id, code_hash, consent, \
            own_word, own_word_at, is_hidden, rating, stage, owner_id, scan_count, note_count, first_scanned_at, last_scanned_at, newest_at, \
            search, has_fields, fold, version, created_at, updated_at) " => {
            query.push_values(run, |mut row, lead| {
                let fold = lead.fold;
                row.push_bind(event).push_bind(lead.space).push_bind(lead.id).push_bind(lead.registration)
                    .push_bind(lead.code_hash).push_bind(lead.consent).push_bind(lead.own_word)
                    .push_bind(lead.own_word_at).push_bind(fold.is_hidden())
                    .push_bind(fold.rating().map(mobile_core::capture::Rating::as_str)).push_bind(fold.stage())
                    .push_bind(fold.owner()).push_bind(fold.scans.count() as i64)
                    .push_bind(fold.notes.count() as i64).push_bind(fold.first_scanned_at)
                    .push_bind(fold.last_scanned_at()).push_bind(fold.newest_at.unwrap_or(now))
                    .push_bind(&lead.search).push_bind(has_fields(fold)).push_bind(Json(fold)).push_bind(lead.version)
                    .push_bind(lead.created_at).push_bind(now);
            });
            query.push(" ON CONFLICT (event_id, space_id, id) DO UPDATE SET registration_id = excluded.registration_id, \
                code_hash = excluded.code_hash, consent = excluded.consent, own_word = excluded.own_word, \
                own_word_at = excluded.own_word_at, is_hidden = excluded.is_hidden, \
                rating = excluded.rating, stage = excluded.stage, owner_id = excluded.owner_id, \
                scan_count = excluded.scan_count, note_count = excluded.note_count, \
                first_scanned_at = excluded.first_scanned_at, last_scanned_at = excluded.last_scanned_at, \
                newest_at = excluded.newest_at, search = excluded.search, \
                has_fields = excluded.has_fields, fold = excluded.fold, \
                version = excluded.version, updated_at = excluded.updated_at");
        }, { let done = query.build().execute(conn); async { done.await.map(|_| ()) } })?;
    }
    Ok(())
}

/// Some leads of an event that are not empty yet, locked.
pub async fn unerased(tx: &mut Tx, event: EventId, limit: usize) -> Result<Vec<LeadRow>, StorageError> {
    let lock = lock(tx);
    Ok(sql_built!(tx, conn, query = "SELECT " => {
        query.push(COLUMNS).push(TABLES).push(" WHERE l.event_id = ").push_bind(event);
        query.push(" AND (l.own_word IS NULL OR l.own_word <> 'erased') ORDER BY l.space_id, l.id LIMIT ");
        query.push_bind(limit as i64).push(lock);
    }, query.build_query_as().fetch_all(conn))?)
}

/// Removes a lead that was merged into another and leaves its id as an alias.
pub async fn make_alias(
    tx: &mut Tx,
    event: EventId,
    space: SpaceId,
    merged: LeadId,
    survivor: LeadId,
) -> Result<(), StorageError> {
    use crate::affected;
    affected!(
        tx,
        sqlx::query("DELETE FROM lead WHERE event_id = $1 AND space_id = $2 AND id = $3")
            .bind(event)
            .bind(space)
            .bind(merged)
    )?;
    affected!(
        tx,
        sqlx::query("UPDATE lead_alias SET lead_id = $4 WHERE event_id = $1 AND space_id = $2 AND lead_id = $3")
            .bind(event)
            .bind(space)
            .bind(merged)
            .bind(survivor)
    )?;
    affected!(
        tx,
        sqlx::query("INSERT INTO lead_alias (event_id, space_id, alias_id, lead_id) VALUES ($1, $2, $3, $4)")
            .bind(event)
            .bind(space)
            .bind(merged)
            .bind(survivor)
    )?;
    affected!(
        tx,
        sqlx::query("UPDATE capture SET lead_id = $3 WHERE event_id = $1 AND lead_id = $2 AND space_id = $4")
            .bind(event)
            .bind(merged)
            .bind(survivor)
            .bind(space)
    )?;
    Ok(())
}

/// One lead, following aliases.
pub async fn find(tx: &mut Tx, event: EventId, space: SpaceId, id: LeadId) -> Result<Option<LeadRow>, StorageError> {
    Ok(by_ids(tx, event, &[(space, id)]).await?.remove(&(space, id)))
}

/// How many leads of a space are visible in lists.
pub async fn count(tx: &mut Tx, event: EventId, space: SpaceId) -> Result<i64, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT COUNT(*) FROM lead WHERE event_id = $1 AND space_id = $2 AND NOT is_hidden")
        .bind(event).bind(space).fetch_one(conn))?)
}

/// The categories of the people in a state of consent, sorted.
pub async fn categories(
    tx: &mut Tx,
    event: EventId,
    space: SpaceId,
    consent: ConsentState,
) -> Result<Vec<String>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT DISTINCT r.category FROM lead l \
         JOIN registration r ON r.event_id = l.event_id AND r.id = l.registration_id \
         WHERE l.event_id = $1 AND l.space_id = $2 AND l.consent = $3 ORDER BY r.category")
        .bind(event).bind(space).bind(consent.as_str()).fetch_all(conn))?)
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn a_lead_and_its_person_are_reached_by_whole_keys() {
        let statement = format!(
            "SELECT {}{} WHERE l.event_id = x'00' AND l.space_id = x'00' AND l.id = x'00'",
            super::COLUMNS,
            super::TABLES
        );
        let plan = crate::storage::plan_of(&statement).await;
        for step in plan.iter().filter(|step| step.contains("SEARCH") || step.contains("SCAN")) {
            assert!(step.contains("event_id=? AND "), "{step} in {plan:?}");
        }
    }
}
