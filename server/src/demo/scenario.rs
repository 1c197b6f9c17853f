//! Everything that is decided before the doors open: who is registered, what happened so far, and
//! what one phone still holds.

use super::DemoError;
use super::codes::{Stranger, strangers};
use super::days::{Calendar, calendar};
use super::fixtures::Fixtures;
use super::hero::{Story, story};
use super::people::{Person, registrations};
use super::traffic::{self, Planned};

/// The seed of every demo, so that people can tell one another what they saw.
const SEED: u64 = 20_260_610;
/// People without a registration who walk through the halls.
const STRANGERS: usize = 60;

/// The plan of a demo.
#[derive(Debug)]
pub struct Scenario {
    pub fixtures: Fixtures,
    pub calendar: Calendar,
    pub people: Vec<Person>,
    pub strangers: Vec<Stranger>,
    /// What was sent before `now`, by all exhibitors.
    pub past: Vec<Planned>,
    /// The hero's story; its sent acts are part of `past`.
    pub story: Story,
    /// The moment the demo starts, microseconds since 1970 UTC.
    pub now: i64,
    pub seed: u64,
}

impl Scenario {
    /// Plans a demo that starts at `now`.
    pub fn plan(now: i64) -> Result<Self, DemoError> {
        let fixtures = Fixtures::load()?;
        let calendar = calendar(&fixtures.event, now)?;
        let people = registrations(&fixtures, SEED);
        let strangers = strangers(&fixtures, SEED, STRANGERS);
        let hero = fixtures.hero();
        let mut past = Vec::new();
        for (day, hours) in (1..).zip(&calendar.days).take(calendar.today + 1) {
            past.extend(traffic::day(&fixtures, &people, strangers.len(), (day, *hours, now), hero, SEED));
        }
        let (first, today) = (calendar.days[0], calendar.days[calendar.today]);
        let story = story(&fixtures, (&people, &strangers), (first, today, now), SEED)
            .ok_or("fixtures/demo/event.toml: too few visitors for the exhibitor that the demo is about")?;
        past.extend(story.sent.iter().cloned());
        past.sort_by_key(|act| act.at);
        Ok(Self { fixtures, calendar, people, strangers, past, story, now, seed: SEED })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::traffic::Act;

    #[test]
    fn at_any_time_of_the_day_both_days_have_scans_and_none_lies_ahead() -> Result<(), DemoError> {
        for hour in [3, 9, 12, 21] {
            let now = 1_790_000_000_000_000 / 86_400_000_000 * 86_400_000_000 + hour * 3_600_000_000;
            let scenario = Scenario::plan(now)?;
            let today = scenario.calendar.days[scenario.calendar.today];
            let scans = |act: &&Planned| matches!(act.act, Act::Scan { .. });
            let (before, since): (Vec<&Planned>, Vec<&Planned>) =
                scenario.past.iter().filter(scans).partition(|act| act.at < today.opens_at);
            assert!(before.len() > 4_000, "{} at {hour}", before.len());
            assert!(since.len() > 400, "{} at {hour}", since.len());
            assert!(scenario.past.iter().all(|act| act.at <= now));
        }
        Ok(())
    }
}
