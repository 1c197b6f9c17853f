//! What the desk did, which moves of scans are under way, and the rows that go from one registration
//! to another when the two are one person.

mod found;
mod window;

pub use found::{booths, device_names, exhibitors, lead_counts, members};
pub use window::{set_window, window};

use super::{Carried, Kind};
use crate::access::EventScope;
use crate::sessions;
use crate::storage::{StorageError, Tx};
use crate::{affected, sql};
use mobile_core::ids::TeamMemberId;
use mobile_core::ids::{AccountId, BadgeId, ConversationId, DeviceId, EventId, ExhibitorId, MeetingId, RegistrationId};
use mobile_core::time::Timestamp;
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

/// Something that the desk did.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ActionRow {
    /// The deed.
    pub id: Uuid,
    /// What was done.
    pub kind: Kind,
    /// By whom.
    pub account_id: Option<AccountId>,
    /// In whose space.
    pub exhibitor_id: Option<ExhibitorId>,
    /// To what: a registration, a device, or a capture that lay aside.
    pub subject_id: Uuid,
    /// How many leads it changed.
    pub leads: i64,
    /// What taking it back needs.
    pub undo: Json<Value>,
    /// When.
    pub created_at: Timestamp,
    /// When it was taken back.
    pub undone_at: Option<Timestamp>,
}

const ACTION: &str = "SELECT id, kind, account_id, exhibitor_id, subject_id, leads, undo, created_at, undone_at \
     FROM desk_action WHERE event_id = $1 AND ($2 IS NULL OR id = $2) \
     AND ($4 IS NULL OR (created_at, id) < ($4, $5)) ORDER BY created_at DESC, id DESC LIMIT $3";

/// What the desk did before a place of the list, the last first.
pub async fn actions(
    tx: &mut Tx,
    scope: &EventScope,
    before: Option<(Timestamp, Uuid)>,
    limit: usize,
) -> Result<Vec<ActionRow>, StorageError> {
    let (at, id) = before.unzip();
    Ok(
        sql!(tx, conn => sqlx::query_as(ACTION).bind(scope.event()).bind(None::<Uuid>).bind(limit as i64).bind(at).bind(id)
        .fetch_all(conn))?,
    )
}

/// One deed.
pub async fn action(tx: &mut Tx, scope: &EventScope, id: Uuid) -> Result<Option<ActionRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(ACTION).bind(scope.event()).bind(Some(id)).bind(1_i64)
        .bind(None::<Timestamp>).bind(None::<Uuid>).fetch_optional(conn))?)
}

/// The deeds of a kind, oldest first: those that were taken back, or those that stand.
async fn of_kind(
    tx: &mut Tx,
    event: EventId,
    kind: Kind,
    is_undone: Option<bool>,
) -> Result<Vec<ActionRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT id, kind, account_id, exhibitor_id, subject_id, leads, undo, created_at, undone_at FROM desk_action \
         WHERE event_id = $1 AND kind = $2 AND ($3 IS NULL OR (undone_at IS NOT NULL) = $3) ORDER BY created_at, id")
        .bind(event).bind(kind).bind(is_undone).fetch_all(conn))?)
}

/// Rescue files that were taken in and taken back, oldest first.
pub async fn undone_rescues(tx: &mut Tx, event: EventId) -> Result<Vec<ActionRow>, StorageError> {
    of_kind(tx, event, Kind::Rescue, Some(true)).await
}

/// Rescue files that were taken in and not taken back, oldest first.
pub async fn rescues(tx: &mut Tx, event: EventId) -> Result<Vec<ActionRow>, StorageError> {
    of_kind(tx, event, Kind::Rescue, Some(false)).await
}

/// Moves of scans, taken back or not, oldest first.
pub async fn moves(tx: &mut Tx, event: EventId) -> Result<Vec<ActionRow>, StorageError> {
    of_kind(tx, event, Kind::Move, None).await
}

/// Forgets a deed that has nothing to take back.
pub async fn remove_action(tx: &mut Tx, event: EventId, id: Uuid) -> Result<(), StorageError> {
    affected!(tx, sqlx::query("DELETE FROM desk_action WHERE event_id = $1 AND id = $2").bind(event).bind(id))?;
    Ok(())
}

/// Merges into a registration since one of them that were not taken back.
pub async fn merges_since(
    tx: &mut Tx,
    event: EventId,
    (into, since): (RegistrationId, Timestamp),
) -> Result<Vec<ActionRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT id, kind, account_id, exhibitor_id, subject_id, leads, undo, created_at, undone_at FROM desk_action \
         WHERE event_id = $1 AND kind = 'merge' AND subject_id = $2 AND created_at > $3 AND undone_at IS NULL")
        .bind(event).bind(into).bind(since).fetch_all(conn))?)
}

/// Remembers a deed, or what has become of it.
pub async fn put_action(tx: &mut Tx, event: EventId, action: &ActionRow) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO desk_action (event_id, id, kind, account_id, exhibitor_id, subject_id, leads, undo, created_at, \
             undone_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (event_id, id) DO UPDATE SET \
             leads = excluded.leads, undo = excluded.undo, undone_at = excluded.undone_at"
        )
        .bind(event)
        .bind(action.id)
        .bind(action.kind)
        .bind(action.account_id)
        .bind(action.exhibitor_id)
        .bind(action.subject_id)
        .bind(action.leads)
        .bind(&action.undo)
        .bind(action.created_at)
        .bind(action.undone_at)
    )?;
    Ok(())
}

/// A device that scanned for the wrong exhibitor.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct MoveRow {
    /// The event.
    pub event_id: EventId,
    /// The move, as the deed that began it.
    pub id: Uuid,
    /// The device.
    pub device_id: DeviceId,
    /// For whom it scanned.
    pub exhibitor_id: ExhibitorId,
    /// Whose the scans are.
    pub target_id: ExhibitorId,
    /// From then on.
    pub from_at: Timestamp,
    /// Until then.
    pub until_at: Timestamp,
    /// Why.
    pub reason: String,
    /// Up to where the feed was looked through.
    pub swept_seq: i64,
    /// When it began.
    pub created_at: Timestamp,
}

/// Begins a move.
pub async fn insert_move(tx: &mut Tx, new: &MoveRow) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO scan_move (event_id, id, device_id, exhibitor_id, target_id, from_at, until_at, reason, \
             swept_seq, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        )
        .bind(new.event_id)
        .bind(new.id)
        .bind(new.device_id)
        .bind(new.exhibitor_id)
        .bind(new.target_id)
        .bind(new.from_at)
        .bind(new.until_at)
        .bind(&new.reason)
        .bind(new.swept_seq)
        .bind(new.created_at)
    )?;
    Ok(())
}

/// The moves that wait for what their devices still hold.
pub async fn open_moves(tx: &mut Tx, since: Timestamp) -> Result<Vec<MoveRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT event_id, id, device_id, exhibitor_id, target_id, from_at, until_at, reason, swept_seq, created_at \
         FROM scan_move WHERE ended_at IS NULL AND created_at > $1 ORDER BY created_at, id")
        .bind(since).fetch_all(conn))?)
}

/// Says up to where the feed was looked through for a move; false when it has ended meanwhile.
pub async fn swept(tx: &mut Tx, event: EventId, id: Uuid, seq: i64) -> Result<bool, StorageError> {
    let done = affected!(
        tx,
        sqlx::query("UPDATE scan_move SET swept_seq = $3 WHERE event_id = $1 AND id = $2 AND ended_at IS NULL")
            .bind(event)
            .bind(id)
            .bind(seq)
    )?;
    Ok(done == 1)
}

/// Ends a move: what arrives from now on stays where it arrives.
pub async fn end_move(tx: &mut Tx, event: EventId, id: Uuid, now: Timestamp) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("UPDATE scan_move SET ended_at = $3 WHERE event_id = $1 AND id = $2 AND ended_at IS NULL")
            .bind(event)
            .bind(id)
            .bind(now)
    )?;
    Ok(())
}

/// A device and whose it is.
pub async fn device(
    tx: &mut Tx,
    scope: &EventScope,
    id: DeviceId,
) -> Result<Option<(String, Option<ExhibitorId>)>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as("SELECT name, exhibitor_id FROM device WHERE event_id = $1 AND id = $2")
        .bind(scope.event()).bind(id).fetch_optional(conn))?)
}

/// Whether an exhibitor is one of the event's.
pub async fn is_exhibitor(tx: &mut Tx, scope: &EventScope, id: ExhibitorId) -> Result<bool, StorageError> {
    let count: i64 = sql!(tx, conn => sqlx::query_scalar("SELECT COUNT(*) FROM exhibitor WHERE event_id = $1 AND id = $2")
        .bind(scope.event()).bind(id).fetch_one(conn))?;
    Ok(count > 0)
}

/// Leads of a person that are to be seen, scanned since a time where one is given, and how many of them are in spaces
/// that know the other one too.
pub async fn leads_of(
    tx: &mut Tx,
    scope: &EventScope,
    from: RegistrationId,
    into: RegistrationId,
    since: Option<Timestamp>,
) -> Result<(i64, i64), StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT COUNT(*), COUNT(CASE WHEN EXISTS (SELECT 1 FROM lead o WHERE o.event_id = l.event_id \
         AND o.space_id = l.space_id AND o.registration_id = $3) THEN 1 END) \
         FROM lead l WHERE l.event_id = $1 AND l.registration_id = $2 AND NOT l.is_hidden \
         AND ($4 IS NULL OR l.last_scanned_at >= $4)")
        .bind(scope.event()).bind(from).bind(into).bind(since).fetch_one(conn))?)
}

/// One statement for each table whose rows go along, on one column; each gives the keys of its rows.
macro_rules! hand_over {
    ($tx:expr, $event:expr, $from:expr, $into:expr, $table:literal, $key:literal) => {
        sql!($tx, conn => sqlx::query_scalar(concat!("UPDATE ", $table, " SET registration_id = $3 \
            WHERE event_id = $1 AND registration_id = $2 RETURNING ", $key))
            .bind($event).bind($from).bind($into).fetch_all(conn))
    };
}

/// Gives what belongs to one registration to another: badges and whom they stood for, team places,
/// links, meetings and sign-ups.
pub async fn carry(
    tx: &mut Tx,
    event: EventId,
    (from, into): (RegistrationId, RegistrationId),
    now: Timestamp,
) -> Result<Carried, StorageError> {
    let badges: Vec<BadgeId> = hand_over!(tx, event, from, into, "badge", "id")?;
    let holdings: Vec<Uuid> = hand_over!(tx, event, from, into, "badge_assignment", "id")?;
    let members: Vec<TeamMemberId> = hand_over!(tx, event, from, into, "team_member", "id")?;
    let meetings: Vec<MeetingId> = hand_over!(tx, event, from, into, "meeting", "id")?;
    // Where both wrote with an exhibitor, each conversation stays with whose it was.
    let conversations: Vec<ConversationId> = sql!(tx, conn => sqlx::query_scalar(
        "UPDATE conversation SET registration_id = $3 WHERE event_id = $1 AND registration_id = $2 AND NOT EXISTS \
         (SELECT 1 FROM conversation o WHERE o.event_id = $1 AND o.registration_id = $3 \
          AND o.exhibitor_id = conversation.exhibitor_id) RETURNING id")
        .bind(event).bind(from).bind(into).fetch_all(conn))?;
    let links: Vec<Vec<u8>> = hand_over!(tx, event, from, into, "personal_link", "token_hash")?;
    affected!(
        tx,
        sqlx::query(
            "UPDATE meeting_cell SET resource_id = $3 WHERE event_id = $1 AND resource_id = $2 AND NOT EXISTS \
             (SELECT 1 FROM meeting_cell c WHERE c.event_id = $1 AND c.resource_id = $3 AND c.cell = meeting_cell.cell)"
        )
        .bind(event)
        .bind(from)
        .bind(into)
    )?;
    let signups = sessions::merging::carry(tx, event, (from, into), now).await?;
    let links = links.iter().map(|link| crate::audit::hex(link)).collect();
    Ok(Carried { badges, holdings, members, meetings, conversations, links, signups })
}

/// Gives rows of a table back, by their keys.
macro_rules! give_back {
    ($tx:expr, $event:expr, $from:expr, $into:expr, $table:literal, $keys:expr) => {
        for key in $keys {
            affected!(
                $tx,
                sqlx::query(concat!(
                    "UPDATE ",
                    $table,
                    " SET registration_id = $3 WHERE event_id = $1 AND registration_id = $2 AND id = $4"
                ))
                .bind($event)
                .bind($into)
                .bind($from)
                .bind(*key)
            )?;
        }
    };
}

/// Gives back what [`carry`] took along.
pub async fn give_back(
    tx: &mut Tx,
    event: EventId,
    (from, into): (RegistrationId, RegistrationId),
    carried: &Carried,
    now: Timestamp,
) -> Result<(), StorageError> {
    give_back!(tx, event, from, into, "badge", &carried.badges);
    give_back!(tx, event, from, into, "badge_assignment", &carried.holdings);
    give_back!(tx, event, from, into, "team_member", &carried.members);
    give_back!(tx, event, from, into, "meeting", &carried.meetings);
    give_back!(tx, event, from, into, "conversation", &carried.conversations);
    for link in &carried.links {
        let Some(hash) = super::unhex(link) else { continue };
        affected!(
            tx,
            sqlx::query("UPDATE personal_link SET registration_id = $3 WHERE event_id = $1 AND token_hash = $2")
                .bind(event)
                .bind(hash)
                .bind(from)
        )?;
    }
    for meeting in &carried.meetings {
        affected!(
            tx,
            sqlx::query(
                "UPDATE meeting_cell SET resource_id = $3 WHERE event_id = $1 AND resource_id = $2 AND meeting_id = $4"
            )
            .bind(event)
            .bind(into)
            .bind(from)
            .bind(*meeting)
        )?;
    }
    sessions::merging::give_back(tx, event, (from, into), &carried.signups, now).await
}

/// The hash of each badge's code with its number.
pub async fn codes_of(
    tx: &mut Tx,
    event: EventId,
    badges: &[BadgeId],
) -> Result<Vec<([u8; 32], String)>, StorageError> {
    let mut found = Vec::with_capacity(badges.len());
    for badge in badges {
        let row: Option<(Vec<u8>, String)> = sql!(tx, conn => sqlx::query_as(
            "SELECT code_hash, number FROM badge WHERE event_id = $1 AND id = $2")
            .bind(event).bind(*badge).fetch_optional(conn))?;
        found.extend(row.and_then(|(hash, number)| Some((hash.try_into().ok()?, number))));
    }
    Ok(found)
}

/// Removes a badge that the desk made by mistake.
pub async fn remove_badge(tx: &mut Tx, event: EventId, badge: BadgeId) -> Result<(), StorageError> {
    affected!(tx, sqlx::query("DELETE FROM badge WHERE event_id = $1 AND id = $2").bind(event).bind(badge))?;
    Ok(())
}
