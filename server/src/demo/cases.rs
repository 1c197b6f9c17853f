//! What the help desk did before the demo starts, and what still lies on its table: a visitor who
//! registered twice, a walk-in whose code nobody knew, a phone that was lent to the neighbours.

use super::DemoError;
use super::past::Past;
use super::people::Person;
use super::programme::position;
use super::scenario::Scenario;
use super::seed::Stage;
use super::traffic::Hours;
use crate::access::{DeskScope, EventAdminScope};
use crate::app::App;
use crate::helpdesk::moves::{self, Order};
use crate::helpdesk::{merge, unmatched};
use crate::registrations::{self, Registered, input::Draft, input::NewRegistration};
use mobile_core::time::Timestamp;
use std::collections::HashMap;

const MINUTE: i64 = 60_000_000;
/// Visitors who registered a second time at the desk: the first of them was merged, the others wait.
const TWICE: usize = 3;
/// How long the phone was lent.
const LENT: i64 = 25 * MINUTE;

/// Plays the cases.
pub async fn settle(app: &App, scenario: &Scenario, stage: &Stage) -> Result<(), DemoError> {
    let desk = DeskScope::of(app, &stage.desk, stage.event).await?;
    let yesterday = scenario.calendar.today.checked_sub(1).and_then(|day| scenario.calendar.days.get(day));
    let yesterday = yesterday.ok_or("fixtures/demo/event.toml: the desk's cases need a day before")?;
    register_twice((app, &desk), scenario, stage, yesterday).await?;
    know_a_code((app, &desk), scenario).await?;
    give_back_scans(app, scenario, stage, yesterday).await
}

/// Some did not find their mail and registered again at the desk; one such pair was merged.
async fn register_twice(
    (app, desk): (&App, &DeskScope),
    scenario: &Scenario,
    stage: &Stage,
    yesterday: &Hours,
) -> Result<(), DemoError> {
    let is_regular = |person: &Person| {
        person.category == "visitor" && person.script == "Latin" && person.email.is_some() && person.company.is_some()
    };
    let people = scenario.people.iter().zip(&stage.registrations).filter(|(person, _)| is_regular(person));
    // Not the first, among whom are names that break layouts.
    for (number, (person, first)) in people.skip(40).step_by(7).take(TWICE).enumerate() {
        let came = yesterday.opens_at + (20 + 12 * number as i64) * MINUTE;
        let again = {
            let _then = Past::at(app, came);
            let typed = NewRegistration {
                first_name: Some(person.first_name.clone()),
                last_name: Some(person.last_name.clone()),
                company: person.company.clone(),
                country: Some(person.country.clone()),
                ..NewRegistration::default()
            };
            walk_in(app, desk, typed).await?
        };
        if number == 0 {
            let _then = Past::at(app, came + 25 * MINUTE);
            merge::merge(app, desk, *first, again.registration.id).await?;
        }
    }
    Ok(())
}

/// A visitor with a badge of another fair was registered with it.
async fn know_a_code((app, desk): (&App, &DeskScope), scenario: &Scenario) -> Result<(), DemoError> {
    let codes = unmatched::list(app, desk).await?;
    // The hero's two stay unknown: the demo shows what becomes of them when somebody assigns them.
    let of_hero = |code: &str| {
        scenario.story.unmatched.iter().any(|target| match target {
            super::traffic::Target::Stranger(at) => {
                scenario.strangers.get(*at).is_some_and(|known| known.text().starts_with(code.trim_end_matches('…')))
            }
            super::traffic::Target::Person(_) => false,
        })
    };
    let code = codes.iter().find(|code| code.name.is_none() && !of_hero(&code.code));
    let Some(code) = code else { return Ok(()) };
    let _then = Past::at(app, scenario.now - 50 * MINUTE);
    let typed = NewRegistration {
        first_name: Some("Solène".to_owned()),
        last_name: Some("Aubertin".to_owned()),
        email: Some("solene.aubertin@atelier-aubertin.example".to_owned()),
        company: Some("Atelier Aubertin".to_owned()),
        country: Some("FR".to_owned()),
        ..NewRegistration::default()
    };
    let person = walk_in(app, desk, typed).await?;
    unmatched::assign(app, desk, &code.code_hash, person.registration.id).await?;
    Ok(())
}

async fn walk_in(app: &App, desk: &DeskScope, typed: NewRegistration) -> Result<Registered, DemoError> {
    Ok(registrations::create(app, desk, Draft::try_from(typed)?).await?)
}

/// A stand lent a phone to its neighbours for a while; what they scanned was moved to them.
async fn give_back_scans(app: &App, scenario: &Scenario, stage: &Stage, yesterday: &Hours) -> Result<(), DemoError> {
    let lent = |slug| position(scenario, slug).and_then(|at| Some((at, stage.stands.get(at)?)));
    let (Some((owner, stand)), Some((_, neighbour))) = (lent("polyarm"), lent("hexapode")) else {
        return Ok(());
    };
    // While most was scanned, so that there is something to give back.
    let mut busiest: HashMap<(i64, usize), usize> = HashMap::new();
    for act in scenario.past.iter().filter(|act| act.stand == owner && act.at < yesterday.closes_at) {
        *busiest.entry(((act.at - yesterday.opens_at).div_euclid(LENT), act.phone)).or_default() += 1;
    }
    let most = busiest.into_iter().max_by_key(|(when, count)| (*count, std::cmp::Reverse(*when)));
    let Some(((part, phone), _)) = most else { return Ok(()) };
    let phone = stand.phones.get(phone).ok_or("a plan names a phone that is not there")?;
    let from = yesterday.opens_at + part * LENT;
    let order = Order {
        target: neighbour.id,
        from: Timestamp::from_micros(from),
        until: Timestamp::from_micros(from + LENT),
        reason: "The phone was lent to Hexapode, whose own had no battery left".to_owned(),
    };
    let _then = Past::at(app, yesterday.closes_at - 10 * MINUTE);
    let organizer = EventAdminScope::of(app, &stage.owner, stage.event).await?;
    moves::move_scans(app, &organizer, phone.device, order).await?;
    Ok(())
}
