//! Attendance: who was inside a session, from check-ins at doors and corrections at the desk.
//!
//! The marks are a log, and a person's row equals what [`fold`] makes of them. The verdict is given
//! once, at the first receipt, and stays on record; only `full` depends on what has arrived by then.
//! What a door decided without network counts as it happened. The first entry of a day (`ShowDay`)
//! makes a person present on it, and an entry into an exhibitor's session makes a lead.

pub mod corrections;
pub mod fold;
pub mod lists;
pub mod rescued;
pub mod store;

use super::store::SessionRow;
use super::{Kind, Programme, Signup};
use crate::app::App;
use crate::captures::{Noted, What};
use crate::events::cache::EventInfo;
use crate::events::when::{self, ShowDay};
use crate::feed::{EntryKind, NewEntry};
use crate::storage::{StorageError, Tx};
use fold::{Asked, Direction, Folded, Mark};
use jiff::tz::TimeZone;
use mobile_core::ids::{AccountId, CaptureId, DeviceId, EventId, ExhibitorId, RegistrationId, SessionId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::{MarkRow, NewMark};
use uuid::Uuid;

/// A check-in or check-out that arrived.
#[derive(Debug)]
pub struct Arrived<'a> {
    /// The capture, or the correction.
    pub id: Uuid,
    /// The session.
    pub session: SessionId,
    /// Whose badge it is, and the badge's state at that time.
    pub person: Option<(RegistrationId, &'a str)>,
    /// The hash of the code.
    pub code_hash: Option<[u8; 32]>,
    /// Into the session, or out of it.
    pub direction: Direction,
    /// When, by the corrected clock.
    pub at: Timestamp,
    /// Its number on the device.
    pub device_seq: i64,
    /// Why a supervisor let the person in all the same.
    pub overrides: Option<&'a str>,
    /// Whether the door decided by itself.
    pub is_let_in: bool,
    /// The door.
    pub device: Option<DeviceId>,
    /// Who stood at it.
    pub operator: Option<&'a str>,
    /// Who corrects, and why.
    pub author: Option<(AccountId, &'a str)>,
}

/// What follows from what arrived.
#[derive(Debug, Default)]
pub struct Taken {
    /// What the door is told of each.
    pub verdicts: Vec<Option<Reason>>,
    /// What live views are told.
    pub entries: Vec<NewEntry>,
    /// What exhibitors get to know.
    pub noted: Vec<Noted>,
}

/// A session of a group, with what has been counted so far.
struct Counted {
    row: SessionRow,
    inside: i64,
    entered: i64,
}

/// Takes in what arrived, in the order given. Sessions are locked in the order of their ids.
pub async fn take(app: &App, tx: &mut Tx, info: &EventInfo, arrived: &[Arrived<'_>]) -> Result<Taken, StorageError> {
    let (event, zone, now) = (info.id, info.zone(), app.now());
    let ShowDay { date: today, since } = ShowDay::of(now, &zone);
    let mut sessions: HashMap<SessionId, Counted> = HashMap::new();
    for id in arrived.iter().map(|one| one.session).collect::<BTreeSet<_>>() {
        super::store::lock(tx, event, id).await?;
        let programme = Programme { event, exhibitor: None };
        let Some(row) = super::store::find(tx, &programme, id).await? else { continue };
        let is_counted = row.counted_on == today.to_string();
        let inside = if is_counted { row.inside } else { store::inside(tx, event, id, since).await? };
        let entered = row.entered;
        sessions.insert(id, Counted { row, inside, entered });
    }
    let mut taken = Taken::default();
    for one in arrived {
        let Some(session) = sessions.get_mut(&one.session) else {
            taken.verdicts.push(None);
            continue;
        };
        let verdict = if one.direction == Direction::In && one.author.is_none() {
            verdict(tx, event, &zone, session, one, since).await?
        } else {
            Some(Reason::SeeDesk).filter(|_| one.person.is_none())
        };
        let (operator, overrides) = (one.operator, one.overrides);
        let mark = NewMark {
            session: one.session,
            id: one.id,
            registration: one.person.map(|(person, _)| person),
            code_hash: one.code_hash.filter(|_| one.person.is_none()),
            direction: one.direction,
            at: one.at,
            device_seq: one.device_seq,
            verdict: verdict.map(Reason::code),
            is_let_in: one.is_let_in,
            overrides,
            device: one.device,
            operator,
            account: one.author.map(|(account, _)| account),
            note: one.author.map(|(_, note)| note),
            now,
        };
        store::insert(tx, event, &mark).await?;
        let Some((person, _)) = one.person else {
            taken.verdicts.push(verdict);
            continue;
        };
        let folded = refold(tx, event, &zone, session, person, since).await?;
        taken.entries.extend(folded.changed(event, &session.row, one.at, now));
        taken.noted.extend(session.row.exhibitor_id.and_then(|exhibitor| folded.noted(exhibitor, one.session, person)));
        let is_again = folded.folded.already.contains(&one.id);
        let is_free = one.overrides.is_some();
        taken.verdicts.push(if is_again { Some(Reason::AlreadyInside) } else { verdict.filter(|_| !is_free) });
    }
    for (id, session) in sessions {
        let counts = (session.inside, session.entered);
        store::set_counts(tx, event, id, counts, &today.to_string()).await?;
    }
    Ok(taken)
}

/// What the rules say of somebody who wants to go in.
async fn verdict(
    tx: &mut Tx,
    event: EventId,
    zone: &TimeZone,
    session: &Counted,
    one: &Arrived<'_>,
    since: Timestamp,
) -> Result<fold::Verdict, StorageError> {
    let row = &session.row;
    let Some((id, badge)) = one.person else { return Ok(Some(Reason::SeeDesk)) };
    let Some(person) = store::person(tx, event, id).await? else { return Ok(Some(Reason::SeeDesk)) };
    let is_missing_signup = row.signup == Signup::Required
        && super::store::signup(tx, event, row.id, id).await?.is_none_or(|signup| signup.status != "registered");
    let is_inside = store::state(tx, event, row.id, id).await?.is_some_and(|(is_inside, at)| is_inside && at >= since);
    let asked = Asked {
        is_known: true,
        badge,
        category: &person.category,
        valid_days: person.valid_days.as_ref().map(|days| &days.0),
        is_other_zone: row.kind == Kind::Zone
            && person.allowed_zones.as_ref().is_some_and(|zones| !zones.contains(&row.id)),
        days_of_check_in: [when::day_of(one.at, zone), ShowDay::of(one.at, zone).date],
        days: (when::day_of(row.starts_at, zone), when::day_of(row.ends_at, zone)),
        categories: row.categories.as_ref().map(|categories| &categories.0),
        is_missing_signup,
        is_full: !is_inside && row.capacity.is_some_and(|capacity| session.inside >= capacity),
    };
    Ok(asked.verdict())
}

/// A person's row after it was folded again.
struct Refolded {
    folded: Folded,
    /// Whether the numbers that live views show moved.
    is_moved: bool,
}

impl Refolded {
    /// What live views are told, if the numbers moved.
    fn changed(&self, event: EventId, row: &SessionRow, at: Timestamp, now: Timestamp) -> Option<NewEntry> {
        let space = row.exhibitor_id.map_or_else(|| event.into(), Into::into);
        self.is_moved.then(|| NewEntry { at, ..NewEntry::of_other(EntryKind::Attendance, space, row.id.0, now) })
    }

    /// What the session's exhibitor gets to know: that the person was there.
    fn noted(&self, exhibitor: ExhibitorId, session: SessionId, person: RegistrationId) -> Option<Noted> {
        let (mark, stay) = (self.folded.entries.first()?, self.folded.stays.first()?);
        Some(Noted {
            exhibitor,
            registration: person,
            id: CaptureId(*mark),
            at: Timestamp::from_micros(stay.0),
            what: What::Attended(session),
        })
    }
}

/// Folds the marks of one person anew, writes the row, and moves what is counted.
async fn refold(
    tx: &mut Tx,
    event: EventId,
    zone: &TimeZone,
    session: &mut Counted,
    person: RegistrationId,
    since: Timestamp,
) -> Result<Refolded, StorageError> {
    let id = session.row.id;
    let before = store::state(tx, event, id, person).await?;
    let marks: Vec<Mark> = store::marks(tx, event, id, person).await?.iter().map(as_mark).collect();
    let folded = Folded::of(&marks, |at| ShowDay::of(at, zone).date);
    store::put(tx, event, id, person, &folded).await?;
    count_days(tx, event, person, zone).await?;
    let was_inside = before.is_some_and(|(is_inside, at)| is_inside && at >= since);
    let is_inside = folded.inside_since().is_some_and(|at| at >= since);
    let (inside, entered) = (session.inside, session.entered);
    session.inside += i64::from(is_inside) - i64::from(was_inside);
    session.entered += i64::from(!folded.stays.is_empty()) - i64::from(before.is_some());
    let is_moved = (inside, entered) != (session.inside, session.entered);
    Ok(Refolded { folded, is_moved })
}

fn as_mark(row: &MarkRow) -> Mark {
    Mark { order: (row.at, row.device_seq, row.id), direction: row.direction, counts: row.counts() }
}

/// Writes on which days a person was present.
pub(super) async fn count_days(
    tx: &mut Tx,
    event: EventId,
    person: RegistrationId,
    zone: &TimeZone,
) -> Result<(), StorageError> {
    let mut days: BTreeMap<String, i64> = BTreeMap::new();
    for stay in store::stays(tx, event, person).await? {
        let day = ShowDay::of(Timestamp::from_micros(stay.0), zone).date.to_string();
        days.entry(day).and_modify(|first| *first = stay.0.min(*first)).or_insert(stay.0);
    }
    store::set_days(tx, event, person, &days).await
}

/// What a door was told of a check-in that it sends again.
pub async fn verdict_again(
    tx: &mut Tx,
    info: &EventInfo,
    session: SessionId,
    id: CaptureId,
) -> Result<Option<Reason>, StorageError> {
    let Some((person, verdict, _)) = store::mark(tx, info.id, session, id.0).await? else { return Ok(None) };
    let verdict = verdict.as_deref().and_then(Reason::from_code);
    let Some(person) = person else { return Ok(verdict) };
    let marks = store::marks(tx, info.id, session, person).await?;
    let is_free = marks.iter().any(|mark| mark.id == id.0 && mark.override_note.is_some());
    let marks: Vec<Mark> = marks.iter().map(as_mark).collect();
    let zone = info.zone();
    let folded = Folded::of(&marks, |at| ShowDay::of(at, &zone).date);
    if folded.already.contains(&id.0) {
        return Ok(Some(Reason::AlreadyInside));
    }
    Ok(verdict.filter(|_| !is_free))
}

/// Everybody who attended a session, as what an exhibitor it is assigned to gets to know.
pub(super) async fn met_by(
    tx: &mut Tx,
    event: EventId,
    session: SessionId,
    exhibitor: ExhibitorId,
) -> Result<Vec<Noted>, StorageError> {
    let mut seen = BTreeSet::new();
    let entries = lists::first_entries(tx, event, session).await?;
    let first = entries.into_iter().filter(|(person, ..)| seen.insert(*person));
    let note = |(registration, mark, at)| Noted {
        exhibitor,
        registration,
        id: CaptureId(mark),
        at,
        what: What::Attended(session),
    };
    Ok(first.map(note).collect())
}
