//! What is needed of an event at every scan and every frame: policy, dates and names.
//!
//! Kept in memory for a moment; a change is in the feed (`Access`), and every node's reader forgets
//! the event then. Where a capture names a member who is not among the names, they are read again at once.

use super::disclosure::Disclosure;
use super::phases::{MomentsRow, Phases};
use super::retention::{Retention, RetentionRow};
use crate::app::App;
use crate::packages;
use crate::sql;
use crate::storage::{StorageError, Tx};
use crate::words::Words;
use mobile_core::capture::ContactField;
use mobile_core::ids::{BoothId, DeviceId, EventId, ExhibitorId, OrganizerId, SpaceId, TeamMemberId};
use mobile_core::time::Timestamp;
use sqlx::types::Json;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// How long an entry may be used without looking again.
const LIVES_MICROS: i64 = 1_000_000;

/// An event as every scan needs it.
#[derive(Debug, Clone)]
pub struct EventInfo {
    /// The event.
    pub id: EventId,
    /// Its organizer.
    pub organizer: OrganizerId,
    /// Its short name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its IANA time zone.
    pub timezone: String,
    /// First day's opening.
    pub starts_at: Timestamp,
    /// Last day's closing.
    pub ends_at: Timestamp,
    /// Its moments.
    pub phases: Phases,
    /// The language of its mails, where somebody has none of their own.
    pub language: Words,
    /// When its contacts are removed.
    pub retention: Retention,
    /// What is disclosed to exhibitors.
    pub disclosure: Disclosure,
    /// How often that changed, for exhibitors by their packages too.
    pub policy_version: i64,
    /// The contact fields that some exhibitors get at most, by their packages.
    pub narrowed: HashMap<SpaceId, BTreeSet<ContactField>>,
}

impl EventInfo {
    /// Whether the time of the event's contacts is over: what still arrives is settled empty.
    pub fn are_contacts_gone(&self, now: Timestamp) -> bool {
        self.retention.are_contacts_gone(now)
    }

    /// The time zone, UTC if the database of zones does not know it.
    pub fn zone(&self) -> jiff::tz::TimeZone {
        jiff::tz::TimeZone::get(&self.timezone).unwrap_or(jiff::tz::TimeZone::UTC)
    }
}

/// A member as others see them.
#[derive(Debug, Clone)]
pub struct MemberName {
    /// Where they are a member.
    pub exhibitor: ExhibitorId,
    /// First and last name.
    pub name: String,
    /// When they were removed from the team.
    pub removed_at: Option<Timestamp>,
}

impl MemberName {
    /// Whether they are in the team still.
    pub fn is_active(&self) -> bool {
        self.removed_at.is_none()
    }
}

/// Names of an event's members, devices and booths.
#[derive(Debug, Default)]
pub struct Names {
    /// Members, removed ones too: past scans keep their author.
    pub members: HashMap<TeamMemberId, MemberName>,
    /// Device labels.
    pub devices: HashMap<DeviceId, String>,
    /// Booths as hall and number.
    pub booths: HashMap<BoothId, String>,
}

impl Names {
    /// A member's name.
    pub fn member(&self, id: TeamMemberId) -> Option<String> {
        self.members.get(&id).map(|member| member.name.clone())
    }

    /// Whether someone may act for an exhibitor now.
    pub fn is_member_of(&self, id: TeamMemberId, exhibitor: ExhibitorId) -> bool {
        self.members.get(&id).is_some_and(|member| member.is_active() && member.exhibitor == exhibitor)
    }

    /// Whether someone might act for an exhibitor at a time: what they did before they left stays theirs, however
    /// late it arrives.
    pub fn was_member_of(&self, id: TeamMemberId, exhibitor: ExhibitorId, at: Timestamp) -> bool {
        let member = self.members.get(&id).filter(|member| member.exhibitor == exhibitor);
        member.is_some_and(|member| member.removed_at.is_none_or(|removed| at <= removed))
    }
}

/// Values of events, each for a moment.
#[derive(Debug)]
struct Kept<T>(Mutex<HashMap<EventId, Moment<T>>>);

/// A value for a moment, and how often it was forgotten.
#[derive(Debug)]
struct Moment<T> {
    value: Option<(Timestamp, Arc<T>)>,
    turn: u64,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Kept<T> {
    fn of<R>(&self, event: EventId, read: impl FnOnce(&mut Moment<T>) -> R) -> R {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        read(kept.entry(event).or_insert_with(|| Moment { value: None, turn: 0 }))
    }

    /// The value, or else the turn at which it is read anew.
    fn fresh(&self, event: EventId, now: Timestamp) -> Result<Arc<T>, u64> {
        self.read_after(event, now, Timestamp::default())
    }

    /// The same of a value that was read after a time.
    fn read_after(&self, event: EventId, now: Timestamp, after: Timestamp) -> Result<Arc<T>, u64> {
        self.of(event, |moment| match &moment.value {
            Some((at, value)) if (0..LIVES_MICROS).contains(&now.micros_since(*at)) && *at > after => Ok(value.clone()),
            _ => Err(moment.turn),
        })
    }

    /// Keeps what was read since a turn, unless it was forgotten meanwhile: it may be from before a change.
    fn keep(&self, event: EventId, turn: u64, now: Timestamp, value: T) -> Arc<T> {
        let value = Arc::new(value);
        self.of(event, |moment| {
            if moment.turn == turn {
                moment.value = Some((now, value.clone()));
            }
        });
        value
    }

    fn forget(&self, event: EventId) {
        self.of(event, |moment| *moment = Moment { value: None, turn: moment.turn + 1 });
    }
}

/// Events in use.
#[derive(Debug, Default)]
pub struct EventCache {
    infos: Kept<EventInfo>,
    names: Kept<Names>,
    strangers: Mutex<HashMap<TeamMemberId, Timestamp>>,
}

/// How long somebody whom nobody knew is not looked for again: nobody can name a member before there is one, so
/// whoever was not there stays unknown, and a phone that names them must not have all names read for each of its
/// batches.
const STRANGE_MICROS: i64 = 10_000_000;
/// Strangers that are remembered.
const MOST_STRANGERS: usize = 10_000;

impl EventCache {
    /// An event.
    pub async fn info(&self, app: &App, event: EventId) -> Result<Arc<EventInfo>, StorageError> {
        let turn = match self.infos.fresh(event, app.now()) {
            Ok(info) => return Ok(info),
            Err(turn) => turn,
        };
        let mut tx = app.read().await?;
        let info = read_info(&mut tx, event).await?;
        tx.done().await?;
        Ok(self.infos.keep(event, turn, app.now(), info))
    }

    /// The names of an event.
    pub async fn names(&self, app: &App, event: EventId) -> Result<Arc<Names>, StorageError> {
        self.names_after(app, event, Timestamp::default()).await
    }

    /// The names of an event, read after a time: somebody who is new since, perhaps by another server, is among them.
    pub async fn names_after(&self, app: &App, event: EventId, after: Timestamp) -> Result<Arc<Names>, StorageError> {
        // The time before reading: what changes meanwhile may be missing.
        let now = app.now();
        let turn = match self.names.read_after(event, now, after) {
            Ok(names) => return Ok(names),
            Err(turn) => turn,
        };
        let mut tx = app.read().await?;
        let names = read_names(&mut tx, event).await?;
        tx.done().await?;
        Ok(self.names.keep(event, turn, now, names))
    }

    /// The names of an event for captures that came after a time and name members whom `known` has not: read again
    /// unless they were looked for a moment ago.
    pub async fn names_with(
        &self,
        app: &App,
        event: EventId,
        (known, strangers): (&Arc<Names>, &[TeamMemberId]),
        after: Timestamp,
    ) -> Result<Arc<Names>, StorageError> {
        let now = app.now();
        {
            let kept = self.strangers.lock().unwrap_or_else(PoisonError::into_inner);
            let is_known_stranger =
                |id| kept.get(id).is_some_and(|at| (0..STRANGE_MICROS).contains(&now.micros_since(*at)));
            if strangers.iter().all(is_known_stranger) {
                return Ok(known.clone());
            }
        }
        let names = self.names_after(app, event, after).await?;
        let mut kept = self.strangers.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_STRANGERS {
            kept.clear();
        }
        kept.extend(strangers.iter().filter(|id| !names.members.contains_key(id)).map(|id| (*id, now)));
        Ok(names)
    }

    /// Reads an event again at its next use.
    pub fn forget(&self, event: EventId) {
        self.infos.forget(event);
        self.names.forget(event);
    }
}

#[derive(sqlx::FromRow)]
struct InfoRow {
    id: EventId,
    organizer_id: OrganizerId,
    slug: String,
    name: String,
    timezone: String,
    #[sqlx(flatten)]
    moments: MomentsRow,
    language: Words,
    #[sqlx(flatten)]
    retention: RetentionRow,
    disclosure: Json<Disclosure>,
    policy_version: i64,
}

/// An event as it is in this transaction, whatever is kept of it.
pub async fn read_info(tx: &mut Tx, event: EventId) -> Result<EventInfo, StorageError> {
    let row: InfoRow = sql!(tx, conn => sqlx::query_as(
        "SELECT id, organizer_id, slug, name, timezone, starts_at, ends_at, disclosure, policy_version, language, \
         spaces_open_at, leads_open_at, scanning_from, scanning_until, leads_close_at, retention_days, \
         retention_noticed_at, contacts_removed_at FROM event WHERE id = $1")
        .bind(event).fetch_one(conn))?;
    Ok(EventInfo {
        id: row.id,
        organizer: row.organizer_id,
        slug: row.slug,
        name: row.name,
        timezone: row.timezone,
        starts_at: row.moments.starts_at,
        ends_at: row.moments.ends_at,
        phases: row.moments.phases(),
        language: row.language,
        retention: row.retention.retention(row.moments.ends_at),
        disclosure: row.disclosure.0,
        policy_version: row.policy_version,
        narrowed: packages::narrowed_spaces(tx, event).await?,
    })
}

async fn read_names(tx: &mut Tx, event: EventId) -> Result<Names, StorageError> {
    let members: Vec<(TeamMemberId, ExhibitorId, String, String, Option<Timestamp>)> = sql!(tx, conn => sqlx::query_as(
        "SELECT id, exhibitor_id, first_name, last_name, removed_at FROM team_member WHERE event_id = $1")
        .bind(event).fetch_all(conn))?;
    let devices: Vec<(DeviceId, String)> = sql!(tx, conn => sqlx::query_as(
        "SELECT id, name FROM device WHERE event_id = $1").bind(event).fetch_all(conn))?;
    let booths: Vec<(BoothId, String, String)> = sql!(tx, conn => sqlx::query_as(
        "SELECT id, hall, number FROM booth WHERE event_id = $1").bind(event).fetch_all(conn))?;
    let member = |(id, exhibitor, first, last, removed): (_, _, String, String, Option<Timestamp>)| {
        let name = format!("{first} {last}").trim().to_owned();
        (id, MemberName { exhibitor, name, removed_at: removed })
    };
    Ok(Names {
        members: members.into_iter().map(member).collect(),
        devices: devices.into_iter().collect(),
        booths: booths.into_iter().map(|(id, hall, number)| (id, booth_label(&hall, &number))).collect(),
    })
}

/// A booth as people read it.
pub fn booth_label(hall: &str, number: &str) -> String {
    format!("{hall} {number}").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_before_a_change_is_not_kept_after_it() {
        let (kept, event, now) = (Kept::default(), EventId(uuid::Uuid::nil()), Timestamp::from_micros(7));
        let turn = kept.fresh(event, now).unwrap_err();
        kept.forget(event);
        assert_eq!(*kept.keep(event, turn, now, "before"), "before", "whoever read it may use it once");
        let turn = kept.fresh(event, now).unwrap_err();
        kept.keep(event, turn, now, "after");
        assert_eq!(kept.fresh(event, now).as_deref(), Ok(&"after"));
        assert!(kept.fresh(event, now.plus_micros(LIVES_MICROS)).is_err());
        assert!(kept.read_after(event, now, now).is_err(), "who was added at this moment may be missing");
        assert!(kept.read_after(event, now, now.plus_micros(-1)).is_ok());
    }
}
