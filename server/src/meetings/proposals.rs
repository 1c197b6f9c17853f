//! When and where a meeting may be, who may meet whom, and taking the time for it.

use super::place_store;
use super::places::{FreeSlot, Wanted};
use super::requests::Party;
use super::store::{self, MeetingRow};
use super::{Side, cell_store, cells};
use crate::app::App;
use crate::consent;
use crate::contacts;
use crate::events::cache::EventInfo;
use crate::events::when;
use crate::fields::Fields;
use crate::packages::{self, Entitlement};
use crate::problem::Problem;
use crate::registrations;
use crate::storage::{StorageError, Tx};
use mobile_core::ids::{ExhibitorId, MeetingLocationId, MeetingSlotId, RegistrationId, TeamMemberId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use mobile_core::wire::lead::ConsentState;
use serde_json::json;
use uuid::Uuid;

/// Free slots that somebody whose time was taken is offered.
const OFFERED: i64 = 5;
const MOST_MESSAGE: usize = 2_000;

/// When and where, as it is sent: a slot of the catalogue, or a time and perhaps a place.
#[derive(Debug, Clone, Default)]
pub struct Proposal {
    /// A slot.
    pub slot: Option<MeetingSlotId>,
    /// Local time of the event, or with an offset.
    pub starts_at: Option<String>,
    /// In the same form.
    pub ends_at: Option<String>,
    /// A place.
    pub location: Option<MeetingLocationId>,
    /// The commercial contact to be met.
    pub member: Option<TeamMemberId>,
}

/// When and where, checked.
pub(super) struct Agreed {
    pub(super) times: (Timestamp, Timestamp),
    pub(super) location: Option<MeetingLocationId>,
    pub(super) member: Option<TeamMemberId>,
}

/// Whether the two may meet at all. Has others of whoever asks wait, so that a day's limit holds whatever
/// comes at once.
pub(super) async fn may_meet(
    tx: &mut Tx,
    party: &Party,
    info: &EventInfo,
    (exhibitor, registration): (ExhibitorId, RegistrationId),
) -> Result<(), Problem> {
    let found = contacts::attendee(tx, party.event(), registration, exhibitor).await?;
    let found = found.ok_or_else(|| Problem::field("/registration_id", "is nobody whom you can meet"))?;
    if party.side() == Side::Exhibitor {
        packages::lock_entitlements(tx, party.event(), exhibitor).await?;
        let is_listed = info.disclosure.rule(&found.category).listed;
        let said = consent::own_words(tx, party.event(), &[registration]).await?.of(registration, exhibitor.into());
        let is_withdrawn = matches!(said, Some((ConsentState::Withdrawn | ConsentState::Erased, _)));
        if !(is_listed || found.is_lead_within_reach()) || is_withdrawn || found.team == Some(exhibitor) {
            return Err(Problem::field("/registration_id", "is nobody whom you can meet"));
        }
    } else {
        registrations::hold(tx, party.event(), registration).await?;
        let entitlements = packages::lock_entitlements(tx, party.event(), exhibitor).await?;
        if !entitlements.includes(Entitlement::Meetings)
            || !place_store::has_exhibitor(tx, party.event(), exhibitor).await?
        {
            return Err(Problem::field("/exhibitor_id", "takes no meetings at this event"));
        }
    }
    Ok(())
}

/// Requests that somebody may decline before they are asked no more.
const MOST_DECLINED: i64 = 2;

/// Refuses a side that the other has declined often enough: it waits to be asked.
pub(super) async fn not_declined(
    tx: &mut Tx,
    party: &Party,
    pair: (ExhibitorId, RegistrationId),
) -> Result<(), Problem> {
    if store::declined(tx, party.event(), pair, party.side()).await? < MOST_DECLINED {
        return Ok(());
    }
    let detail = "They have declined two requests of yours. They can still ask you for a meeting.";
    Err(Problem::new(Reason::NoMessages, detail))
}

/// What was written, if anything was.
pub(super) fn checked_message(message: Option<&str>) -> Result<Option<String>, Problem> {
    let message = message.map(str::trim).filter(|text| !text.is_empty());
    match message {
        Some(text) if text.chars().count() > MOST_MESSAGE => {
            Err(Problem::field("/message", format!("must have at most {MOST_MESSAGE} characters")))
        }
        message => Ok(message.map(|text| text.replace('\0', "\u{FFFD}"))),
    }
}

/// Checks a proposal; `before` is the meeting that it moves.
pub(super) async fn checked(
    tx: &mut Tx,
    info: &EventInfo,
    exhibitor: ExhibitorId,
    proposal: &Proposal,
    before: Option<&MeetingRow>,
    now: Timestamp,
) -> Result<Agreed, Problem> {
    let mut wrong = Fields::default();
    let zone = info.zone();
    let known = before.map(|row| (row.starts_at, row.ends_at));
    let mut location = proposal.location.or_else(|| before.and_then(|row| row.location_id));
    let mut member = proposal.member.or_else(|| before.and_then(|row| row.member_id));
    let times = if let Some(slot) = proposal.slot {
        let found = place_store::slot(tx, info.id, exhibitor, slot).await?;
        if found.is_none() {
            wrong.wrong("/slot_id", "is no slot of this exhibitor's or the organiser's");
        }
        location = found.as_ref().map(|slot| slot.location_id).or(location);
        found.map(|slot| (slot.starts_at, slot.ends_at))
    } else {
        let mut moment = |field: &str, sent: &Option<String>, known: Option<Timestamp>| match sent {
            Some(text) => wrong.keep(field, when::moment(text, &zone)),
            None if known.is_none() => {
                wrong.wrong(field, "is needed, or a slot_id");
                None
            }
            None => known,
        };
        let starts_at = moment("/starts_at", &proposal.starts_at, known.map(|times| times.0));
        let ends_at = moment("/ends_at", &proposal.ends_at, known.map(|times| times.1));
        starts_at.zip(ends_at)
    };
    if let Some((starts_at, ends_at)) = times {
        let (first, last) = (when::day_of(info.starts_at, &zone), when::day_of(info.ends_at, &zone));
        let days = when::start_of(first, &zone)..=when::end_of(last, &zone);
        if let Err((field, detail)) = cells::check(starts_at, ends_at) {
            wrong.wrong(&format!("/{field}"), detail);
        } else if starts_at <= now {
            wrong.wrong("/starts_at", "must lie in the future");
        } else if !days.contains(&starts_at) || !days.contains(&ends_at) {
            wrong.wrong("/starts_at", format!("must lie within the event's days, {first} to {last}"));
        }
    }
    if let Some(place) = location {
        match place_store::find(tx, info.id, Some(exhibitor), place).await? {
            Some(place) => member = member.or(place.member_id),
            None => wrong.wrong("/location_id", "is no place of this exhibitor's or the organiser's"),
        }
    }
    if let Some(contact) = member
        && !place_store::has_member(tx, info.id, Some(exhibitor), contact).await?
    {
        wrong.wrong("/member_id", "is nobody of this exhibitor's team");
    }
    let times = wrong.done(times)?;
    Ok(Agreed { times, location, member })
}

/// Takes the cells of resources, or gives the transaction up and says what is free instead.
pub(super) async fn take(app: &App, mut tx: Tx, row: &MeetingRow, resources: &[Uuid]) -> Result<Tx, Problem> {
    let event = row.event_id;
    let wanted = cells::between(row.starts_at, row.ends_at);
    let taken = cell_store::take(&mut tx, event, row.id, resources, wanted.clone()).await?;
    let most = wanted.count() * resources.len();
    if taken.len() == most {
        return Ok(tx);
    }
    drop(tx);
    let is_free = |resource: Uuid| taken.iter().filter(|(of, _)| *of == resource).count() * resources.len() == most;
    let is_place = row.location_id.is_some_and(|place| resources.contains(&place.0) && !is_free(place.0));
    let who = if is_place {
        "The place is taken at that time."
    } else if resources.contains(&row.registration_id.0) && !is_free(row.registration_id.0) {
        "The attendee has another meeting at that time."
    } else {
        "The contact has another meeting at that time."
    };
    let free = free_near(app, row).await?;
    let offer = match free.first() {
        Some(slot) => format!("{who} The nearest free time is {} at {}.", slot.starts_at, slot.location),
        None => format!("{who} No other slot is free; propose another time."),
    };
    Err(Problem::new(Reason::SlotTaken, offer).with("free_slots", json!(free)))
}

/// The slots nearest to a meeting's time that are free on both sides.
async fn free_near(app: &App, row: &MeetingRow) -> Result<Vec<FreeSlot>, StorageError> {
    let wanted = Wanted {
        exhibitor: row.exhibitor_id,
        registration: Some(row.registration_id),
        member: row.member_id,
        from: app.now(),
        near: row.starts_at,
    };
    let mut tx = app.read().await?;
    let free = place_store::free(&mut tx, row.event_id, &wanted, OFFERED).await?;
    tx.done().await?;
    Ok(free)
}
