//! The lead rows: the fold beside the log, and the columns that lists filter and sort by.
//!
//! Here they are found; [`row`] is what is read of one, [`written`] how they change, [`policy`] how what they are
//! found by follows what the event discloses, [`counted`] what of them is in an event's numbers.

pub mod counted;
pub mod policy;
mod row;
mod written;

use crate::access::Visibility;
use crate::storage::{StorageError, Tx, has_lateral, lookups, runs};
use crate::{push_found, push_wanted, sql, sql_built};
use mobile_core::ids::{DeviceId, EventId, LeadId, RegistrationId, SpaceId, TeamMemberId};
pub use row::{COLUMNS, LeadRow, PersonRow, TABLES, person};
use sqlx::{Database, Encode, Postgres, QueryBuilder, Sqlite, Type};
use std::collections::HashMap;
pub use written::{Written, begin, forget_alias, make_alias, move_captures, put};

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
    for run in lookups(&keys) {
        let mut rows: Vec<LeadRow> = sql_built!(tx, conn, query = "" => {
            push_wanted!(query, &run);
            query.push("SELECT ").push(COLUMNS).push(" ");
            push_found!(query, event, "lead" "l" by K::COLUMN, is_for_writing);
            query.push(PERSON).push(" ORDER BY l.space_id, l.id");
        }, query.build_query_as().fetch_all(conn))?;
        rows.dedup_by_key(|row| (row.space_id, row.id));
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

async fn aliases(
    tx: &mut Tx,
    event: EventId,
    ids: &[(SpaceId, LeadId)],
) -> Result<Vec<(SpaceId, LeadId, LeadId)>, StorageError> {
    let mut found = Vec::new();
    for run in lookups(ids) {
        let rows: Vec<(SpaceId, LeadId, LeadId)> = sql_built!(tx, conn,
            query = "" => {
            push_wanted!(query, &run);
            query.push("SELECT a.space_id, a.alias_id, a.lead_id ");
            push_found!(query, event, "lead_alias" "a" by "alias_id", false);
        }, query.build_query_as().fetch_all(conn))?;
        found.extend(rows);
    }
    Ok(found)
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

/// The categories of the people who have agreed or were not asked yet, each with that state of consent.
pub async fn categories(tx: &mut Tx, event: EventId, space: SpaceId) -> Result<Vec<(String, String)>, StorageError> {
    // Once through the space's leads: pages of ten thousand ask for it.
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT DISTINCT l.consent, r.category FROM lead l \
         JOIN registration r ON r.event_id = l.event_id AND r.id = l.registration_id \
         WHERE l.event_id = $1 AND l.space_id = $2 AND l.consent IN ('granted', 'pending')")
        .bind(event).bind(space).fetch_all(conn))?)
}

/// That a capture `c` of a lead `l` was not taken back, as SQL of the statement's engine.
///
/// Few leads have anything taken back, so that their folds are looked into last.
pub fn not_taken_back<DB: Database>(query: &QueryBuilder<DB>) -> &'static str {
    if has_lateral(query) {
        "(l.fold -> 'annulled' IS NULL OR NOT l.fold -> 'annulled' @> to_jsonb(CAST(c.id AS TEXT)))"
    } else {
        "(instr(l.fold, '\"annulled\"') = 0 OR lower(hex(c.id)) NOT IN \
         (SELECT replace(j.value, '-', '') FROM json_each(l.fold, '$.annulled') j))"
    }
}

/// Adds that a lead `l` has a scan `c` that was not taken back; the statement goes on with which.
pub fn push_scanned<DB: Database>(query: &mut QueryBuilder<DB>) {
    query.push(
        " EXISTS (SELECT 1 FROM capture c WHERE c.event_id = l.event_id AND c.lead_id = l.id \
         AND c.space_id = l.space_id AND c.kind = 'scan' AND ",
    );
    let condition = not_taken_back(query);
    query.push(condition);
}

/// Adds that a lead `l` is among those that somebody sees. What they scanned and took back is not.
pub fn push_visible<'t, DB>(query: &mut QueryBuilder<DB>, sees: Visibility)
where
    DB: Database,
    TeamMemberId: Encode<'t, DB> + Type<DB>,
    DeviceId: Encode<'t, DB> + Type<DB>,
{
    match sees {
        Visibility::Team => {}
        Visibility::Own(member) => {
            query.push(" AND (l.owner_id = ").push_bind(member).push(" OR");
            push_scanned(query);
            query.push(" AND c.member_id = ").push_bind(member).push("))");
        }
        Visibility::OwnDevice(device) => {
            query.push(" AND");
            push_scanned(query);
            query.push(" AND c.device_id = ").push_bind(device).push(")");
        }
    }
}
