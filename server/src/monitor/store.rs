//! Totals of an event, of its exhibitors and of its devices.

use crate::devices;
use crate::feed::EntryKind;
use crate::registrations::folding::sort_by_name;
use crate::sql;
use crate::storage::{StorageError, Tx};
use mobile_core::ids::{DeviceId, EventId, ExhibitorId, SessionId, SpaceId};
use mobile_core::time::Timestamp;
use mobile_core::wire::frames::DeviceStatus;

/// An exhibitor with its booth.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ExhibitorRow {
    /// The exhibitor.
    pub id: ExhibitorId,
    /// Its name.
    pub name: String,
    /// Its first booth's hall.
    pub hall: Option<String>,
    /// Its first booth's number.
    pub number: Option<String>,
    /// Whether it stays out of the totals.
    pub is_test: bool,
}

/// The exhibitors of an event by name, or one of them.
pub async fn exhibitors(
    tx: &mut Tx,
    event: EventId,
    only: Option<ExhibitorId>,
) -> Result<Vec<ExhibitorRow>, StorageError> {
    let mut rows: Vec<ExhibitorRow> = sql!(tx, conn => sqlx::query_as(
        "SELECT x.id, x.name, x.is_test, b.hall, b.number FROM exhibitor x LEFT JOIN booth b ON b.event_id = x.event_id \
         AND b.exhibitor_id = x.id AND b.id = (SELECT a.id FROM booth a WHERE a.event_id = x.event_id \
         AND a.exhibitor_id = x.id ORDER BY a.hall, a.number LIMIT 1) \
         WHERE x.event_id = $1 AND ($2 IS NULL OR x.id = $2) ORDER BY x.id")
        .bind(event).bind(only).fetch_all(conn))?;
    sort_by_name(&mut rows, |row| &row.name);
    Ok(rows)
}

#[derive(sqlx::FromRow)]
struct DeviceRow {
    id: DeviceId,
    exhibitor_id: Option<ExhibitorId>,
    name: String,
    is_revoked: bool,
}

/// The devices of an event, or of one of its exhibitors, with what they still hold.
pub async fn devices(
    tx: &mut Tx,
    event: EventId,
    only: Option<ExhibitorId>,
) -> Result<Vec<DeviceStatus>, StorageError> {
    let mut rows: Vec<DeviceRow> = sql!(tx, conn => sqlx::query_as(
        "SELECT id, exhibitor_id, name, (revoked_at IS NOT NULL OR lost_at IS NOT NULL) AS is_revoked FROM device \
         WHERE event_id = $1 AND ($2 IS NULL OR exhibitor_id = $2) ORDER BY id")
        .bind(event).bind(only).fetch_all(conn))?;
    sort_by_name(&mut rows, |row| &row.name);
    let states = devices::heard_of(tx, event, only).await?;
    let status = |row: DeviceRow| {
        let state = states.get(&row.id).copied().unwrap_or_default();
        DeviceStatus {
            device_id: row.id,
            exhibitor_id: row.exhibitor_id,
            name: row.name,
            last_seen_at: state.last_seen_at,
            not_yet_sent: state.not_yet_sent,
            clock_offset_ms: state.clock_offset_us.map(|offset| offset / 1000),
            is_revoked: row.is_revoked,
        }
    };
    Ok(rows.into_iter().map(status).collect())
}

/// What came in of a lead, or changed it.
#[derive(Debug, sqlx::FromRow)]
pub struct EntryRow {
    /// Its place in the feed.
    pub seq: i64,
    /// At which exhibitor.
    pub space_id: SpaceId,
    /// What it says.
    pub kind: EntryKind,
    /// When, by the corrected clock.
    pub at: Timestamp,
}

/// What the feed says of leads after a position, oldest first.
pub async fn entries_after(tx: &mut Tx, event: EventId, after: u64, limit: i64) -> Result<Vec<EntryRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT seq, space_id, kind, at FROM feed WHERE event_id = $1 AND seq > $2 AND lead_id IS NOT NULL \
         ORDER BY seq LIMIT $3")
        .bind(event).bind(after as i64).bind(limit).fetch_all(conn))?)
}

/// How often a flag stands at scans of the event.
pub async fn flagged(tx: &mut Tx, event: EventId, flag: &str) -> Result<i64, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT COUNT(*) FROM lead WHERE event_id = $1 AND CAST(fold -> 'flags' AS TEXT) LIKE $2 \
         AND space_id NOT IN (SELECT id FROM exhibitor WHERE event_id = $1 AND is_test)")
        .bind(event).bind(format!("%\"{flag}\"%")).fetch_one(conn))?)
}

/// Captures of an event that were not accepted and that nobody has put away, by reason, the most first.
pub async fn refused(tx: &mut Tx, event: EventId) -> Result<Vec<(String, i64)>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT reason, COUNT(*) AS refused FROM rejected_capture WHERE event_id = $1 AND dismissed_at IS NULL \
         AND space_id NOT IN (SELECT id FROM exhibitor WHERE event_id = $1 AND is_test) \
         GROUP BY reason ORDER BY refused DESC, reason")
        .bind(event).fetch_all(conn))?)
}

/// A session that goes on.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct RoomRow {
    /// The session.
    pub id: SessionId,
    /// What it is called.
    pub title: String,
    /// Where it is.
    pub room: Option<String>,
    /// People inside on the day on which they were counted.
    pub inside: i64,
    /// That day.
    pub counted_on: String,
    /// How many it holds.
    pub capacity: Option<i64>,
}

/// Rooms that the monitor shows; nobody watches more at once.
const MOST_ROOMS: i64 = 50;

/// The sessions that go on between two times, by their beginning.
pub async fn rooms(
    tx: &mut Tx,
    event: EventId,
    (from, until): (Timestamp, Timestamp),
) -> Result<Vec<RoomRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT id, title, room, inside, counted_on, capacity FROM session \
         WHERE event_id = $1 AND starts_at <= $3 AND ends_at > $2 ORDER BY starts_at, id LIMIT $4")
        .bind(event).bind(from).bind(until).bind(MOST_ROOMS).fetch_all(conn))?)
}
