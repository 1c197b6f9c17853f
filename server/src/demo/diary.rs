//! Meetings at the fair: places with their slots, and who asked whom when, with what came of it.
//!
//! Every step is taken by the side whose turn it is, at the time at which it took it ([`Past`]).

use super::DemoError;
use super::past::Past;
use super::programme::position;
use super::scenario::Scenario;
use super::seed::{Stage, Stand};
use super::traffic::{self, Hours, Target, Warmth};
use crate::access::{MeetingAdminScope, SystemScope};
use crate::app::App;
use crate::events::when;
use crate::meetings::Side;
use crate::meetings::places::{self, Estate, NewLocation, PlaceKind};
use crate::meetings::proposals::Proposal;
use crate::meetings::requests::{self, Act, Party};
use crate::meetings::slots::OpeningHours;
use mobile_core::ids::{EventId, MeetingLocationId, TeamMemberId};
use mobile_core::time::Timestamp;
use serde::Deserialize;
use std::collections::HashMap;

const MINUTE: i64 = 60_000_000;
/// How long a meeting lasts, and on which minutes it begins.
const LENGTH: i64 = 30 * MINUTE;

/// A place, as `meetings.toml` has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceSheet {
    pub name: String,
    pub kind: PlaceKind,
    pub address: String,
    #[serde(default)]
    pub theme: Option<String>,
    /// Whose it is; absent: the organiser's.
    #[serde(default)]
    pub exhibitor: Option<String>,
}

/// When a meeting is.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum On {
    Yesterday,
    Earlier,
    Soon,
    Tomorrow,
}

/// What came of a request.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Accepted,
    Pending,
    Declined,
    Cancelled,
    NoShow,
    Moved,
}

/// A meeting, as `meetings.toml` has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeetingSheet {
    pub exhibitor: String,
    /// Which of its warmest visitors.
    pub guest: usize,
    pub asked_by: Side,
    pub on: On,
    pub at: i64,
    #[serde(default)]
    pub place: Option<String>,
    #[serde(default)]
    pub message: Option<String>,
    #[serde(default)]
    pub answer: Option<String>,
    pub outcome: Outcome,
}

/// `meetings.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeetingSheets {
    pub place: Vec<PlaceSheet>,
    pub meeting: Vec<MeetingSheet>,
}

/// Opens the places, and plays who asked whom to meet.
pub async fn arrange((app, system): (&App, SystemScope), scenario: &Scenario, stage: &Stage) -> Result<(), DemoError> {
    let places = open_places((app, system), scenario, stage).await?;
    for (number, sheet) in (0..).zip(&scenario.fixtures.meetings.meeting) {
        let at = position(scenario, &sheet.exhibitor).ok_or("fixtures/demo/meetings.toml: an exhibitor is unknown")?;
        let (stand, guests) = (stage.stands.get(at), guests(scenario, at));
        let guest = guests.get(sheet.guest).and_then(|guest| stage.registrations.get(*guest));
        let (Some(stand), Some(guest)) = (stand, guest) else {
            return Err(format!("fixtures/demo/meetings.toml: {} has no guest {}", sheet.exhibitor, sheet.guest).into());
        };
        let admin = stand.admin.as_ref().ok_or("fixtures/demo/meetings.toml: nobody of an exhibitor signed in")?;
        let team = Party::from(&MeetingAdminScope::of(app, admin, stand.id).await?);
        let visitor = Party::from(&system.attendee(stage.event, *guest));
        let sides = |side| if side == Side::Exhibitor { &team } else { &visitor };
        let times = times(scenario, sheet, number)?;
        let proposal = Proposal {
            starts_at: Some(text(times.starts_at)),
            ends_at: Some(text(times.starts_at + LENGTH)),
            location: sheet.place.as_deref().and_then(|place| places.get(place).copied()),
            ..Proposal::default()
        };
        let asked = {
            let _then = Past::at(app, times.asked_at);
            let who = (stand.id, *guest);
            requests::ask(app, sides(sheet.asked_by), who, &proposal, sheet.message.as_deref()).await?.id
        };
        let then = Past::at(app, times.answered_at);
        let other = sheet.asked_by.other();
        let answer = sheet.answer.as_deref();
        let met_by = met_by(scenario, stand, at).filter(|_| other == Side::Exhibitor);
        let deed = match sheet.outcome {
            Outcome::Pending => continue,
            Outcome::Accepted | Outcome::NoShow => Act::Accept,
            Outcome::Declined => Act::Decline,
            Outcome::Cancelled => Act::Cancel,
            Outcome::Moved => Act::Move(Proposal {
                starts_at: Some(text(times.starts_at + 2 * LENGTH)),
                ends_at: Some(text(times.starts_at + 3 * LENGTH)),
                ..Proposal::default()
            }),
        };
        requests::act(app, sides(other), asked, None, &deed, (met_by, answer)).await?;
        drop(then);
        if sheet.outcome == Outcome::NoShow {
            let _then = Past::at(app, times.starts_at + LENGTH);
            requests::act(app, &team, asked, None, &Act::NoShow, (None, None)).await?;
        }
    }
    Ok(())
}

/// Makes the places, open while the halls are.
async fn open_places(
    (app, system): (&App, SystemScope),
    scenario: &Scenario,
    stage: &Stage,
) -> Result<HashMap<String, MeetingLocationId>, DemoError> {
    let first = scenario.calendar.days.first().ok_or("an event lasts a day at least")?;
    let _then = Past::at(app, first.opens_at - 3 * 24 * 60 * MINUTE);
    let hours = opening_hours((app, stage.event), &scenario.calendar.days).await?;
    let mut places = HashMap::new();
    for sheet in &scenario.fixtures.meetings.place {
        let owner = sheet.exhibitor.as_deref().and_then(|slug| position(scenario, slug));
        let owner =
            owner.and_then(|owner| stage.stands.get(owner)).and_then(|stand| Some((stand, stand.admin.as_ref()?)));
        let estate = match owner {
            Some((stand, admin)) => Estate::from(&MeetingAdminScope::of(app, admin, stand.id).await?),
            None => Estate::from(&system.organizer(stage.event)),
        };
        let new = NewLocation {
            name: sheet.name.clone(),
            kind: sheet.kind,
            address: Some(sheet.address.clone()),
            theme: sheet.theme.clone(),
            member_id: None,
        };
        let place = places::create(app, &estate, new).await?.id;
        places::open(app, &estate, place, &hours).await?;
        places.insert(sheet.name.clone(), place);
    }
    Ok(places)
}

/// The opening hours of the halls by the clock on the wall; a day that goes on past midnight ends there.
async fn opening_hours((app, event): (&App, EventId), days: &[Hours]) -> Result<OpeningHours, DemoError> {
    let zone = app.events.info(app, event).await?.zone();
    let local = |at: i64| jiff::Timestamp::from_microsecond(at).unwrap_or_default().to_zoned(zone.clone());
    let first = days.first().ok_or("an event lasts a day at least")?;
    let (opens, closes) = (local(first.opens_at), local(first.closes_at));
    let is_past_midnight = closes.date() != opens.date();
    Ok(OpeningHours {
        days: days.iter().map(|day| when::day_of(Timestamp::from_micros(day.opens_at), &zone).to_string()).collect(),
        opens: opens.strftime("%H:%M").to_string(),
        closes: if is_past_midnight { "23:55".to_owned() } else { closes.strftime("%H:%M").to_string() },
        minutes: 30,
        pause_minutes: 0,
        breaks: Vec::new(),
    })
}

fn text(at: i64) -> String {
    Timestamp::from_micros(at).to_string()
}

/// When a meeting begins, was asked for and answered.
#[expect(clippy::struct_field_names, reason = "instants end in _at, as in the database")]
struct Times {
    starts_at: i64,
    asked_at: i64,
    answered_at: i64,
}

fn times(scenario: &Scenario, sheet: &MeetingSheet, number: i64) -> Result<Times, DemoError> {
    let (now, today) = (scenario.now, scenario.calendar.today);
    let opening = |day: Option<usize>| {
        let hours = day.and_then(|day| scenario.calendar.days.get(day));
        hours.map(|hours| hours.opens_at).ok_or("fixtures/demo/event.toml: meetings need a day before and one after")
    };
    let at = sheet.at * MINUTE;
    let (starts_at, asked_at) = match sheet.on {
        On::Yesterday => {
            let starts_at = opening(today.checked_sub(1))? + at;
            (starts_at, starts_at - 90 * MINUTE)
        }
        On::Earlier => ((now - at) / LENGTH * LENGTH, opening(today.checked_sub(1))? + 400 * MINUTE),
        On::Soon => ((now + at + LENGTH) / LENGTH * LENGTH, now - (34 + number) * MINUTE),
        On::Tomorrow => (opening(Some(today + 1))? + at, now - (30 + 9 * number) * MINUTE),
    };
    Ok(Times { starts_at, asked_at, answered_at: asked_at + 20 * MINUTE })
}

/// Who of the team is met: at the hero's the one who is there for it.
fn met_by(scenario: &Scenario, stand: &Stand, position: usize) -> Option<TeamMemberId> {
    stand.staff.last().copied().filter(|_| position == scenario.fixtures.hero())
}

/// Visitors with an address whom an exhibitor met on the day before, the warmest and latest first.
pub fn guests(scenario: &Scenario, stand: usize) -> Vec<usize> {
    let Some(today) = scenario.calendar.days.get(scenario.calendar.today) else { return Vec::new() };
    let mut guests: Vec<usize> = Vec::new();
    for wanted in [Warmth::Hot, Warmth::Warm] {
        for act in scenario.past.iter().rev().filter(|act| act.stand == stand && act.at < today.opens_at) {
            if let (Target::Person(person), traffic::Act::Rating(warmth)) = (act.target, &act.act)
                && *warmth == wanted
                && act.target != scenario.story.withdrawn
                && !guests.contains(&person)
                && may_be_met(scenario, person)
            {
                guests.push(person);
            }
        }
    }
    guests
}

fn may_be_met(scenario: &Scenario, person: usize) -> bool {
    let person = scenario.people.get(person);
    person.is_some_and(|person| {
        person.email.as_deref().is_some_and(|email| !email.starts_with("contact@"))
            && matches!(person.category.as_str(), "visitor" | "buyer")
    })
}
