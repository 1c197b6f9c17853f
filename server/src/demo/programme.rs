//! The programme of the fair: talks and workshops in four rooms over three days, who speaks, and who
//! signed up. [`super::doors`] lets people in.

use super::DemoError;
use super::past::Past;
use super::people::{self, Person};
use super::random::Dice;
use super::scenario::Scenario;
use super::seed::Stage;
use super::traffic::{Act, Planned, Target};
use crate::access::SystemScope;
use crate::app::App;
use crate::sessions::{self, Draft, Kind, Signup, Speaker, signups};
use mobile_core::ids::SessionId;
use mobile_core::time::Timestamp;
use serde::Deserialize;
use std::collections::HashSet;

const MINUTE: i64 = 60_000_000;
/// Minutes of walking around a session, in which nobody who attends it is at a stand.
const WALK: i64 = 10;
/// How long before the first day people sign up.
const SIGNED_UP_BEFORE: i64 = 2 * 24 * 60 * MINUTE;

/// A session, as `sessions.toml` has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionSheet {
    pub title: String,
    pub description: String,
    /// The event's day, from 1.
    pub day: usize,
    /// Minutes after the opening.
    pub at: i64,
    pub minutes: i64,
    pub room: String,
    pub capacity: u32,
    /// People who go in.
    pub come: usize,
    #[serde(default)]
    pub signup: Signup,
    #[serde(default)]
    pub signed_up: usize,
    pub speakers: usize,
    /// Whose session it is; one of its team speaks.
    #[serde(default)]
    pub exhibitor: Option<String>,
}

/// A session that was announced.
#[derive(Debug)]
pub struct Announced {
    pub id: SessionId,
    pub room: String,
    /// When it lasts, microseconds since 1970 UTC.
    pub from: i64,
    pub until: i64,
    /// Who comes, by position in the list of people.
    pub guests: Vec<usize>,
}

/// Announces the sessions and signs people up for those that ask for it.
pub async fn announce(
    (app, system): (&App, SystemScope),
    scenario: &Scenario,
    stage: &Stage,
) -> Result<Vec<Announced>, DemoError> {
    let first = scenario.calendar.days.first().ok_or("an event lasts a day at least")?;
    let _then = Past::at(app, first.opens_at - SIGNED_UP_BEFORE);
    let (organizer, desk) = (system.organizer(stage.event), system.desk(stage.event));
    let mut dice = Dice::new(scenario.seed, "programme");
    let mut speakers: Vec<&Person> = scenario.people.iter().filter(|person| is_speaker(person)).collect();
    dice.shuffle(&mut speakers);
    let mut speakers = speakers.into_iter().cycle();
    let mut announced = Vec::new();
    for sheet in &scenario.fixtures.sessions {
        let day = sheet.day.checked_sub(1).and_then(|day| scenario.calendar.days.get(day));
        let day =
            day.ok_or_else(|| format!("fixtures/demo/sessions.toml: {} is on no day of the event", sheet.title))?;
        let from = day.opens_at + sheet.at * MINUTE;
        let until = from + sheet.minutes * MINUTE;
        let owner = sheet.exhibitor.as_deref().and_then(|slug| position(scenario, slug));
        let on_stage = owner.map(|owner| of_team(scenario, owner)).into_iter().flatten();
        let on_stage = on_stage.chain(speakers.by_ref().take(sheet.speakers).map(speaker)).collect();
        let draft = Draft {
            title: sheet.title.clone(),
            description: Some(sheet.description.clone()),
            kind: Kind::Talk,
            room: Some(sheet.room.clone()),
            starts_at: Timestamp::from_micros(from).to_string(),
            ends_at: Timestamp::from_micros(until).to_string(),
            capacity: Some(sheet.capacity),
            speakers: on_stage,
            exhibitor_id: owner.and_then(|owner| stage.stands.get(owner)).map(|stand| stand.id),
            categories: None,
            signup: sheet.signup,
            is_editable: owner.is_some(),
        };
        let id = sessions::create(app, &organizer, draft).await?.id;
        let mut guests = guests(scenario, sheet, (from, until), &mut dice);
        if sheet.signup != Signup::None {
            for person in guests.iter().take(sheet.signed_up).filter_map(|person| stage.registrations.get(*person)) {
                signups::add(app, &signups::Signer::from(&desk), id, *person).await?;
            }
        }
        guests.truncate(sheet.come);
        announced.push(Announced { id, room: sheet.room.clone(), from, until, guests });
    }
    Ok(announced)
}

/// The position of the exhibitor with this slug.
pub(super) fn position(scenario: &Scenario, slug: &str) -> Option<usize> {
    scenario.fixtures.exhibitors.iter().position(|row| row.slug == slug)
}

fn is_speaker(person: &Person) -> bool {
    person.category == "speaker" && !person.last_name.is_empty()
}

fn speaker(person: &Person) -> Speaker {
    Speaker {
        name: format!("{} {}", person.first_name, person.last_name).trim().to_owned(),
        job_title: person.job_title.clone(),
        company: person.company.clone(),
        member_id: None,
    }
}

/// The first of an exhibitor's team, on stage for it.
fn of_team(scenario: &Scenario, stand: usize) -> Option<Speaker> {
    let row = scenario.fixtures.exhibitors.get(stand)?;
    let named = scenario.fixtures.team.iter().find(|member| member.exhibitor == row.slug);
    let name = match named {
        Some(member) => format!("{} {}", member.first_name, member.last_name),
        None => {
            let [first, last, _] = people::staff(&scenario.fixtures, stand, 1, scenario.seed).into_iter().next()?;
            format!("{first} {last}")
        }
    };
    Some(Speaker { name, job_title: None, company: Some(row.name.clone()), member_id: None })
}

/// People who come to a session or sign up for it: on a day that has begun, some who were scanned in the
/// halls that day and at no stand meanwhile.
fn guests(scenario: &Scenario, sheet: &SessionSheet, (from, until): (i64, i64), dice: &mut Dice) -> Vec<usize> {
    let Some(day) = scenario.calendar.days.get(sheet.day.wrapping_sub(1)) else { return Vec::new() };
    let (from, until) = (from - WALK * MINUTE, until + WALK * MINUTE);
    let (mut there, mut busy) = (HashSet::new(), HashSet::new());
    for Planned { at, target, act, .. } in &scenario.past {
        if let (Target::Person(person), Act::Scan { .. }) = (target, act)
            && (day.opens_at..day.closes_at).contains(at)
        {
            there.insert(*person);
            if (from..until).contains(at) {
                busy.insert(*person);
            }
        }
    }
    let has_begun = day.opens_at <= scenario.now;
    let may_come = |(position, person): &(usize, &Person)| {
        matches!(person.category.as_str(), "visitor" | "buyer" | "student" | "press")
            && (!has_begun || there.contains(position))
            && !busy.contains(position)
    };
    let mut guests: Vec<usize> =
        scenario.people.iter().enumerate().filter(may_come).map(|(position, _)| position).collect();
    dice.shuffle(&mut guests);
    guests.truncate(sheet.come.max(sheet.signed_up));
    guests
}
