//! What the halls would have sent: who is scanned where, when and by whom, and what staff then write.
//!
//! A pure model: the days' hours, the stands' draw and the people's habits in, a list of
//! [`Planned`] acts in the order of time out. The curve of a fair day (a slow first half hour, a
//! late-morning peak, lunch, a second peak, an early end) is stretched over the opening hours.

use serde_json::Value;

use super::fixtures::Fixtures;
use super::people::Person;
use super::questions;
use super::random::Dice;

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;

/// When the halls are open on one day, in microseconds since 1970 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    pub opens_at: i64,
    pub closes_at: i64,
}

/// Whose code is scanned: positions in the lists of `people`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Target {
    Person(usize),
    Stranger(usize),
}

/// How warm staff find a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warmth {
    Hot,
    Warm,
    Cold,
}

impl Warmth {
    /// The name in captures and in `notes.csv`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Hot => "hot",
            Self::Warm => "warm",
            Self::Cold => "cold",
        }
    }
}

/// One thing that a person does on a phone.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// `typed`: the badge number was typed in, because the code would not read.
    Scan {
        typed: bool,
    },
    Rating(Warmth),
    Note(String),
    Tags(Vec<String>),
    /// Question key and answer.
    Answers(Vec<(String, Value)>),
    /// The attendee takes the consent back.
    Withdrawal,
}

/// An act with its place and time.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// Microseconds since 1970 UTC.
    pub at: i64,
    /// Position of the exhibitor.
    pub stand: usize,
    /// Position of the phone within the exhibitor.
    pub phone: usize,
    /// Which of the exhibitor's scanners holds the phone.
    pub by: usize,
    pub target: Target,
    pub act: Act,
}

/// How busy each half hour of a nine-hour day is, relative to the busiest.
const CURVE: [f64; 18] =
    [0.25, 0.55, 0.85, 1.0, 1.0, 0.95, 0.7, 0.55, 0.6, 0.75, 0.9, 0.95, 0.9, 0.85, 0.7, 0.5, 0.3, 0.12];

/// How busy the halls are at a part of the day (0.0 opening, 1.0 closing), relative to the peak.
pub fn intensity(part: f64) -> f64 {
    if !(0.0..1.0).contains(&part) {
        return 0.0;
    }
    let place = part * CURVE.len() as f64;
    let left = place as usize;
    let right = CURVE.get(left + 1).copied().unwrap_or(0.0);
    CURVE[left] + (right - CURVE[left]) * place.fract()
}

/// A time of the day, drawn by the curve.
pub fn moment(hours: Hours, dice: &mut Dice) -> i64 {
    let length = (hours.closes_at - hours.opens_at) as f64;
    loop {
        let part = dice.unit();
        if dice.chance(intensity(part)) {
            return hours.opens_at + (part * length) as i64;
        }
    }
}

/// What one exhibitor's staff know to write.
pub struct Desk<'f> {
    fixtures: &'f Fixtures,
    stand: usize,
}

impl<'f> Desk<'f> {
    pub fn new(fixtures: &'f Fixtures, stand: usize) -> Self {
        Self { fixtures, stand }
    }

    fn fits(&self, industry: &str) -> bool {
        industry == "*" || self.fixtures.exhibitors.get(self.stand).is_some_and(|row| row.industry == industry)
    }

    /// A rating: most leads are warm.
    pub fn rating(&self, dice: &mut Dice) -> Warmth {
        match dice.weighted([0.22, 0.48, 0.30].into_iter()) {
            0 => Warmth::Hot,
            1 => Warmth::Warm,
            _ => Warmth::Cold,
        }
    }

    /// A note that goes with the rating.
    pub fn note(&self, warmth: Warmth, dice: &mut Dice) -> Option<String> {
        let rows = self.fixtures.notes.iter().filter(|row| row.rating == warmth.code() && self.fits(&row.industry));
        let texts: Vec<&String> = rows.map(|row| &row.text).collect();
        dice.pick(&texts).map(|text| (*text).clone())
    }

    /// One or two tags.
    pub fn tags(&self, dice: &mut Dice) -> Vec<String> {
        let rows = self.fixtures.tags.iter().filter(|row| self.fits(&row.industry));
        let mut tags: Vec<String> = rows.map(|row| row.tag.clone()).collect();
        dice.shuffle(&mut tags);
        tags.truncate(1 + usize::from(dice.chance(0.35)));
        tags
    }

    /// Answers to the questions of this exhibitor.
    pub fn answers(&self, dice: &mut Dice) -> Vec<(String, Value)> {
        let slug = self.fixtures.exhibitors.get(self.stand).map_or("", |row| row.slug.as_str());
        questions::answers(self.fixtures, slug, dice)
    }

    /// What staff write in the minutes after a scan, each act at its own time.
    ///
    /// `share` is the probability of a rating; the other acts are rarer in the same proportion.
    pub fn qualify(&self, scan: &Planned, share: f64, dice: &mut Dice) -> Vec<Planned> {
        let mut acts = Vec::new();
        let mut at = scan.at;
        let mut add = |act: Act, dice: &mut Dice| {
            at += dice.between(4, 40) * SECOND;
            acts.push(Planned { at, act, ..scan.clone() });
        };
        let warmth = self.rating(dice);
        if dice.chance(share) {
            add(Act::Rating(warmth), dice);
        }
        if dice.chance(share * 0.5) {
            let tags = self.tags(dice);
            add(Act::Tags(tags), dice);
        }
        if dice.chance(share * 0.45) {
            let answers = self.answers(dice);
            add(Act::Answers(answers), dice);
        }
        if dice.chance(share * 0.5)
            && let Some(note) = self.note(warmth, dice)
        {
            add(Act::Note(note), dice);
        }
        acts
    }
}

/// Scanners that take turns at an exhibitor's phones.
pub fn staff_of(phones: usize) -> usize {
    phones + 1
}

/// One day of the whole event, but for the exhibitor `except`; acts after `until` are left out.
///
/// `day` is the day's number, which makes each day different under one seed.
pub fn day(
    fixtures: &Fixtures,
    people: &[Person],
    strangers: usize,
    (day, hours, until): (u32, Hours, i64),
    except: usize,
    seed: u64,
) -> Vec<Planned> {
    let mut dice = Dice::new(seed.wrapping_add(u64::from(day)), "traffic");
    let draws = || {
        fixtures.exhibitors.iter().enumerate().map(
            |(stand, row)| {
                if stand == except { 0.0 } else { f64::from(row.draw) }
            },
        )
    };
    let mut planned = Vec::new();
    for (position, person) in people.iter().enumerate() {
        let Some(category) = fixtures.category(&person.category) else {
            continue;
        };
        if !dice.chance(category.present / 100.0) {
            continue;
        }
        let mut times: Vec<i64> = (0..dice.count(category.visits)).map(|_| moment(hours, &mut dice)).collect();
        times.sort_unstable();
        let mut free_at = hours.opens_at;
        let mut seen = Vec::new();
        for time in times {
            let at = time.max(free_at);
            let stand = dice.weighted(draws());
            // Staff do not scan their own colleagues, and nobody queues twice at one stand.
            if seen.contains(&stand) || person.company.as_ref() == Some(&fixtures.exhibitors[stand].name) {
                continue;
            }
            seen.push(stand);
            free_at = at + dice.between(5, 14) * MINUTE;
            let target = if strangers > 0 && dice.chance(0.018) {
                Target::Stranger(dice.below(strangers))
            } else {
                Target::Person(position)
            };
            visit(fixtures, stand, at, target, &mut planned, &mut dice);
        }
    }
    planned.retain(|act| act.at <= until.min(hours.closes_at));
    planned.sort_by_key(|act| act.at);
    planned
}

/// A scan at a stand with what follows it: qualification, and at times a colleague's second scan.
fn visit(fixtures: &Fixtures, stand: usize, at: i64, target: Target, planned: &mut Vec<Planned>, dice: &mut Dice) {
    let phones = fixtures.exhibitors[stand].phones.max(1);
    let scan = Planned {
        at,
        stand,
        phone: dice.below(phones),
        by: dice.below(staff_of(phones)),
        target,
        act: Act::Scan { typed: matches!(target, Target::Person(_)) && dice.chance(0.02) },
    };
    let desk = Desk::new(fixtures, stand);
    planned.extend(desk.qualify(&scan, 0.42, dice));
    if dice.chance(0.03) {
        planned.push(Planned {
            at: at + dice.between(3, 45) * MINUTE,
            phone: dice.below(phones),
            by: dice.below(staff_of(phones)),
            act: Act::Scan { typed: false },
            ..scan.clone()
        });
    }
    planned.push(scan);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::fixtures::FixtureError;
    use crate::demo::people::registrations;

    const HOURS: Hours = Hours { opens_at: 0, closes_at: 9 * 60 * MINUTE };

    fn full_day(number: u32, until: i64) -> Result<Vec<Planned>, FixtureError> {
        let fixtures = Fixtures::load()?;
        let people = registrations(&fixtures, 42);
        Ok(day(&fixtures, &people, 30, (number, HOURS, until), fixtures.hero(), 42))
    }

    fn scans(planned: &[Planned]) -> impl Iterator<Item = &Planned> {
        planned.iter().filter(|act| matches!(act.act, Act::Scan { .. }))
    }

    #[test]
    fn a_full_day_brings_thousands_of_scans_to_every_stand_with_a_phone() -> Result<(), FixtureError> {
        let planned = full_day(1, i64::MAX)?;
        let count = scans(&planned).count();
        assert!((4_500..7_500).contains(&count), "{count}");
        let fixtures = Fixtures::load()?;
        for (stand, row) in fixtures.exhibitors.iter().enumerate().filter(|(stand, _)| *stand != fixtures.hero()) {
            let own = scans(&planned).filter(|act| act.stand == stand).count();
            // A stand without a phone scans nobody.
            assert!(if row.phones == 0 { own == 0 } else { own >= 8 }, "{} has {own}", row.slug);
        }
        Ok(())
    }

    #[test]
    fn nothing_lies_in_the_future_and_nothing_out_of_order() -> Result<(), FixtureError> {
        let until = 200 * MINUTE;
        let planned = full_day(2, until)?;
        assert!(planned.iter().all(|act| (0..=until).contains(&act.at)));
        assert!(planned.is_sorted_by_key(|act| act.at));
        assert!(scans(&planned).count() > 1_000);
        Ok(())
    }

    #[test]
    fn a_lead_is_qualified_only_after_its_scan() -> Result<(), FixtureError> {
        let planned = full_day(1, i64::MAX)?;
        let mut scanned = std::collections::HashSet::new();
        for act in &planned {
            match act.act {
                Act::Scan { .. } => {
                    scanned.insert((act.stand, act.target));
                }
                _ => assert!(scanned.contains(&(act.stand, act.target)), "{act:?}"),
            }
        }
        Ok(())
    }

    #[test]
    fn the_late_morning_is_busier_than_lunch_and_the_last_half_hour() {
        let at_half_hour = |number: f64| intensity(number / 18.0);
        assert!(at_half_hour(4.0) > at_half_hour(7.0));
        assert!(at_half_hour(11.0) > at_half_hour(7.0));
        assert!(at_half_hour(17.0) < at_half_hour(1.0));
        assert!(intensity(-0.1).abs() < f64::EPSILON && intensity(1.0).abs() < f64::EPSILON);
    }

    #[test]
    fn two_days_differ_and_one_day_repeats_under_its_seed() -> Result<(), FixtureError> {
        assert_eq!(full_day(1, i64::MAX)?, full_day(1, i64::MAX)?);
        assert_ne!(full_day(1, i64::MAX)?, full_day(2, i64::MAX)?);
        Ok(())
    }
}
