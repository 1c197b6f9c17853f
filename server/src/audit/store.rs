//! The audit log's tables: rows are added, details may be erased.

use super::SERVER;
use super::chain::{BEGINNING, Entry};
use crate::storage::{StorageError, Tx};
use crate::{affected, sql};
use mobile_core::ids::{AccountId, EventId, ExhibitorId};
use mobile_core::time::Timestamp;
use uuid::Uuid;

/// The next number of an event's chain and the hash that it follows; others that append wait.
pub(super) async fn next(tx: &mut Tx, event: EventId) -> Result<(i64, Vec<u8>), StorageError> {
    affected!(
        tx,
        sqlx::query("INSERT INTO audit_head (event_id, seq, hash) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING")
            .bind(event)
            .bind(BEGINNING.as_slice())
    )?;
    Ok(sql!(tx, conn => sqlx::query_as(
        "UPDATE audit_head SET seq = seq + 1 WHERE event_id = $1 RETURNING seq, hash").bind(event).fetch_one(conn))?)
}

/// Adds an entry.
pub(super) async fn insert(tx: &mut Tx, entry: &Entry, hash: &[u8; 32]) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO audit_entry (event_id, seq, at, action, actor_id, exhibitor_id, subject_id, detail_hash, hash) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        )
        .bind(entry.event)
        .bind(entry.seq)
        .bind(entry.at)
        .bind(&entry.action)
        .bind(entry.actor)
        .bind(entry.exhibitor)
        .bind(entry.subject)
        .bind(entry.detail_hash.as_slice())
        .bind(hash.as_slice())
    )?;
    Ok(())
}

/// Adds what may be personal.
pub(super) async fn insert_detail(
    tx: &mut Tx,
    event: EventId,
    seq: i64,
    salt: &[u8],
    detail: &str,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("INSERT INTO audit_detail (event_id, seq, salt, detail) VALUES ($1, $2, $3, $4)")
            .bind(event)
            .bind(seq)
            .bind(salt)
            .bind(detail)
    )?;
    Ok(())
}

/// Writes the newest hash.
pub(super) async fn set_head(tx: &mut Tx, event: EventId, hash: &[u8; 32]) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("UPDATE audit_head SET hash = $2 WHERE event_id = $1").bind(event).bind(hash.as_slice())
    )?;
    Ok(())
}

/// Erases what may be personal in the entries about something or somebody; gives how many.
pub async fn erase(tx: &mut Tx, event: EventId, subject: Uuid) -> Result<u64, StorageError> {
    Ok(affected!(
        tx,
        sqlx::query(
            "DELETE FROM audit_detail WHERE event_id = $1 AND seq IN (SELECT e.seq FROM audit_entry e \
             WHERE e.event_id = $1 AND e.subject_id = $2)"
        )
        .bind(event)
        .bind(subject)
    )?)
}

/// Erases what may be personal in an event's entries about visitors; those about teams, packages and
/// phones keep theirs.
pub async fn erase_details(tx: &mut Tx, event: EventId) -> Result<u64, StorageError> {
    Ok(affected!(
        tx,
        sqlx::query(
            "DELETE FROM audit_detail WHERE event_id = $1 AND seq IN (SELECT e.seq FROM audit_entry e \
             WHERE e.event_id = $1 AND e.action IN ('registration_changed', 'registrations_merged', 'badge_reissued', \
             'badge_revoked', 'badge_assigned', 'code_assigned', 'scans_moved', 'capture_released', \
             'capture_discarded', 'desk_action_undone', 'leads_exported', 'erasure_asked', 'attendee_link_made'))"
        )
        .bind(event)
    )?)
}

/// An entry to show.
#[derive(Debug, sqlx::FromRow)]
pub struct EntryRow {
    /// Whose chain it is of; nil: the server's.
    pub event_id: EventId,
    /// Its number there.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// What was done.
    pub action: String,
    /// By whom.
    pub actor_id: Option<AccountId>,
    /// Their name now.
    pub actor_name: Option<String>,
    /// In whose space.
    pub exhibitor_id: Option<ExhibitorId>,
    /// To what.
    pub subject_id: Option<Uuid>,
    /// What may be personal, unless it was erased.
    pub detail: Option<String>,
    /// Its hash.
    pub hash: Vec<u8>,
}

/// Entries to show, by a condition.
macro_rules! entries {
    ($($rest:literal),+) => {
        concat!("SELECT e.event_id, e.seq, e.at, e.action, e.actor_id, a.name AS actor_name, e.exhibitor_id, e.subject_id, \
            d.detail, e.hash FROM audit_entry e LEFT JOIN account a ON a.id = e.actor_id \
            LEFT JOIN audit_detail d ON d.event_id = e.event_id AND d.seq = e.seq WHERE ", $($rest),+,
            " ORDER BY e.seq DESC LIMIT $4")
    };
}

/// The entries of an event's chain before a number, newest first.
pub(super) async fn list(
    tx: &mut Tx,
    event: EventId,
    exhibitor: Option<ExhibitorId>,
    before: i64,
    limit: usize,
) -> Result<Vec<EntryRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        entries!("e.event_id = $1 AND ($2 IS NULL OR e.exhibitor_id = $2) AND e.seq < $3"))
        .bind(event).bind(exhibitor).bind(before).bind(limit as i64).fetch_all(conn))?)
}

/// The entries of the server's chain before a number, newest first, that say how people of an event's organizer and
/// teams sign in, or those of one exhibitor's team: of a team since they joined it.
pub(super) async fn list_of_people(
    tx: &mut Tx,
    event: EventId,
    exhibitor: Option<ExhibitorId>,
    before: i64,
    limit: usize,
) -> Result<Vec<EntryRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        entries!("e.event_id = $5 AND e.seq < $3 AND e.action IN ('signed_in', 'signed_out', 'sign_in_ended', \
            'password_changed', 'password_reset', 'second_factor_on', 'second_factor_off') AND (EXISTS \
            (SELECT 1 FROM team_member m WHERE m.account_id = e.actor_id AND m.event_id = $1 AND m.removed_at IS NULL \
             AND e.at >= COALESCE((SELECT MAX(i.accepted_at) FROM invitation i WHERE i.event_id = m.event_id \
             AND i.member_id = m.id), m.created_at) AND ($2 IS NULL OR m.exhibitor_id = $2)) \
            OR ($2 IS NULL AND EXISTS (SELECT 1 FROM organizer_member o JOIN event v ON v.organizer_id = o.organizer_id \
             WHERE v.id = $1 AND o.account_id = e.actor_id)))"))
        .bind(event).bind(exhibitor).bind(before).bind(limit as i64).bind(SERVER).fetch_all(conn))?)
}

/// An entry to verify.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct ChainRow {
    pub seq: i64,
    pub at: Timestamp,
    pub action: String,
    pub actor_id: Option<Uuid>,
    pub exhibitor_id: Option<Uuid>,
    pub subject_id: Option<Uuid>,
    pub detail_hash: Vec<u8>,
    pub hash: Vec<u8>,
    pub salt: Option<Vec<u8>>,
    pub detail: Option<String>,
}

/// The entries after a number, oldest first.
pub(super) async fn after(tx: &mut Tx, event: EventId, seq: i64, limit: i64) -> Result<Vec<ChainRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT e.seq, e.at, e.action, e.actor_id, e.exhibitor_id, e.subject_id, e.detail_hash, e.hash, d.salt, d.detail \
         FROM audit_entry e LEFT JOIN audit_detail d ON d.event_id = e.event_id AND d.seq = e.seq \
         WHERE e.event_id = $1 AND e.seq > $2 ORDER BY e.seq LIMIT $3")
        .bind(event).bind(seq).bind(limit).fetch_all(conn))?)
}

/// The end of a chain.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct HeadRow {
    pub event_id: EventId,
    pub seq: i64,
    pub hash: Vec<u8>,
}

/// The ends of all chains.
pub(super) async fn heads(tx: &mut Tx) -> Result<Vec<HeadRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as("SELECT event_id, seq, hash FROM audit_head ORDER BY event_id")
        .fetch_all(conn))?)
}

/// Whose chain has no end, though something is left of it, or of what is written together with an entry alone: a view
/// of a space, a deed of the help desk.
pub(super) async fn headless(tx: &mut Tx) -> Result<Vec<EventId>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT known.event_id FROM (SELECT event_id FROM audit_entry UNION SELECT event_id FROM audit_detail \
           UNION SELECT event_id FROM view_as UNION SELECT event_id FROM desk_action) AS known \
         WHERE NOT EXISTS (SELECT 1 FROM audit_head h WHERE h.event_id = known.event_id) ORDER BY known.event_id")
        .fetch_all(conn))?)
}
