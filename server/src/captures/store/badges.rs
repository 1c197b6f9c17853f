//! Whom a code or a badge number stands for, now and when it was scanned.

use crate::storage::{StorageError, Tx, lookups};
use crate::{shown_contact, sql_built};
use mobile_core::capture::Contact;
use mobile_core::ids::{BadgeId, EventId, RegistrationId};
use mobile_core::time::Timestamp;
use sqlx::types::Json;
use uuid::Uuid;

/// A badge that a code or a number stands for, with its person.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(in crate::captures) struct BadgeRow {
    pub id: BadgeId,
    pub code_hash: Vec<u8>,
    pub number: String,
    pub registration_id: RegistrationId,
    pub status: String,
    pub revoked_at: Option<Timestamp>,
    pub category: String,
    pub contact: Json<Contact>,
    pub external_id: Option<String>,
    pub exhibitor_id: Option<Uuid>,
    pub active_number: Option<String>,
    /// Whether it stood for somebody else before.
    pub is_assigned: bool,
    /// Whether the person said something of their details themselves.
    pub has_spoken: bool,
    /// Whether nothing of the person is kept any more.
    pub is_erased: bool,
}

const BADGE: &str = concat!(
    "SELECT b.id, b.code_hash, b.number, b.registration_id, b.is_assigned, b.status, b.revoked_at, r.category, ",
    shown_contact!(),
    " AS contact, r.external_id, r.exhibitor_id, (SELECT a.number FROM badge a WHERE a.event_id = b.event_id \
    AND a.registration_id = b.registration_id AND a.status = 'active' ORDER BY a.created_at DESC, a.id DESC LIMIT 1) \
    AS active_number, EXISTS (SELECT 1 FROM consent_entry c WHERE c.event_id = b.event_id \
    AND c.registration_id = b.registration_id AND c.is_own) AS has_spoken, r.erased_at IS NOT NULL AS is_erased \
    FROM badge b JOIN registration r ON r.event_id = b.event_id AND r.id = b.registration_id WHERE b.event_id = "
);

/// Badges by the hash of their code.
pub(in crate::captures) async fn by_code(
    tx: &mut Tx,
    event: EventId,
    hashes: &[[u8; 32]],
) -> Result<Vec<BadgeRow>, StorageError> {
    let mut found = Vec::with_capacity(hashes.len());
    for run in lookups(hashes) {
        let rows: Vec<BadgeRow> = sql_built!(tx, conn, query = BADGE => {
            query.push_bind(event).push(" AND b.code_hash IN (");
            let mut list = query.separated(", ");
            for hash in &run {
                list.push_bind(hash.as_slice());
            }
            query.push(")");
        }, query.build_query_as().fetch_all(conn))?;
        found.extend(rows);
    }
    Ok(found)
}

/// Badges by the number that is printed on them, as stored.
pub(in crate::captures) async fn by_number(
    tx: &mut Tx,
    event: EventId,
    numbers: &[String],
) -> Result<Vec<BadgeRow>, StorageError> {
    let mut found = Vec::new();
    for run in lookups(numbers) {
        let rows: Vec<BadgeRow> = sql_built!(tx, conn, query = BADGE => {
            query.push_bind(event).push(" AND b.number IN (");
            let mut list = query.separated(", ");
            for number in &run {
                list.push_bind(number);
            }
            query.push(")");
        }, query.build_query_as().fetch_all(conn))?;
        found.extend(rows);
    }
    Ok(found)
}

/// A badge as it stood before it was assigned to somebody else.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(in crate::captures) struct HolderRow {
    /// From then on it stood for somebody else.
    pub from_at: Timestamp,
    #[sqlx(flatten)]
    pub badge: BadgeRow,
}

/// Whom some badges stood for before they were assigned; the newest assignment first.
pub(in crate::captures) async fn former_holders(
    tx: &mut Tx,
    event: EventId,
    badges: &[BadgeId],
) -> Result<Vec<HolderRow>, StorageError> {
    let mut found = Vec::new();
    for run in lookups(badges) {
        let rows: Vec<HolderRow> = sql_built!(tx, conn, query = concat!("SELECT a.from_at, b.id, b.code_hash, b.number, \
            a.registration_id, b.is_assigned, b.status, b.revoked_at, r.category, ", shown_contact!(), " AS contact, \
            r.external_id, r.exhibitor_id, (SELECT MAX(o.number) FROM badge o WHERE o.event_id = a.event_id \
            AND o.registration_id = a.registration_id AND o.status = 'active') AS active_number, \
            EXISTS (SELECT 1 FROM consent_entry c WHERE c.event_id = a.event_id \
            AND c.registration_id = a.registration_id AND c.is_own) AS has_spoken, r.erased_at IS NOT NULL AS is_erased \
            FROM badge_assignment a JOIN badge b ON b.event_id = a.event_id AND b.id = a.badge_id \
            JOIN registration r ON r.event_id = a.event_id AND r.id = a.registration_id WHERE a.event_id = ") => {
            query.push_bind(event).push(" AND a.badge_id IN (");
            let mut list = query.separated(", ");
            for badge in &run {
                list.push_bind(*badge);
            }
            query.push(") ORDER BY a.created_at DESC, a.id DESC");
        }, query.build_query_as().fetch_all(conn))?;
        found.extend(rows);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    /// Read once for every scan, so nothing in it may walk through an event.
    #[tokio::test]
    async fn a_badge_and_its_person_are_reached_by_whole_keys() {
        for key in ["b.code_hash IN (x'01', x'02')", "b.number IN ('A', 'B')"] {
            let plan = crate::storage::plan_of(&format!("{}x'00' AND {key}", super::BADGE)).await;
            for step in plan.iter().filter(|step| step.contains("SEARCH") || step.contains("SCAN")) {
                assert!(step.contains("event_id=? AND "), "{step} in {plan:?}");
            }
        }
    }
}
