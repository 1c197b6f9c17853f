//! Who meets whom while the demo runs: the next badge to be held before the next phone.
//!
//! Like [`super::traffic`], but without a clock: the phones ask for one encounter after the other
//! and set the pace themselves. The hero gets a third of them, because its Leads tab is the one
//! that is watched.

use std::collections::HashSet;

use super::fixtures::Fixtures;
use super::people::Person;
use super::random::Dice;
use super::traffic::{Desk, Planned, Target, staff_of};

/// Of a hundred encounters, those at the hero's stand.
const HERO_SHARE: f64 = 0.34;
/// Of a hundred encounters, those with a code that nobody knows.
const STRANGERS: f64 = 0.02;
/// Of a hundred encounters, those with somebody whom the stand scanned before.
const AGAIN: f64 = 0.04;

/// The people in the halls and the stands that scan them.
#[derive(Debug)]
pub struct Crowd {
    dice: Dice,
    hero: usize,
    stands: Vec<Stand>,
    /// How many stands a person lets scan them, by position in the list of people.
    openness: Vec<f64>,
    strangers: usize,
    /// Stand and person of every scan so far.
    met: HashSet<(usize, Target)>,
    recent: Vec<(usize, Target)>,
}

#[derive(Debug)]
struct Stand {
    draw: f64,
    phones: usize,
    /// Scanners who have an account there; they hold the phones in turns.
    staff: usize,
}

/// One badge before one phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encounter {
    pub stand: usize,
    pub phone: usize,
    pub by: usize,
    pub target: Target,
}

impl Crowd {
    /// The crowd after `history`, whose scans are not repeated.
    pub fn new(fixtures: &Fixtures, people: &[Person], strangers: usize, history: &[Planned], seed: u64) -> Self {
        let hero = fixtures.hero();
        let stands = fixtures.exhibitors.iter().enumerate().map(|(stand, row)| Stand {
            draw: if stand == hero { 0.0 } else { f64::from(row.draw) },
            phones: row.phones.max(1),
            staff: if stand == hero { 2 } else { staff_of(row.phones.max(1)) },
        });
        let openness =
            people.iter().map(|person| fixtures.category(&person.category).map_or(0.0, |category| category.visits));
        Self {
            dice: Dice::new(seed, "crowd"),
            hero,
            stands: stands.collect(),
            openness: openness.collect(),
            strangers,
            met: history.iter().map(|act| (act.stand, act.target)).collect(),
            recent: Vec::new(),
        }
    }

    /// The next encounter; `None` when nobody is there.
    pub fn next_encounter(&mut self) -> Option<Encounter> {
        let (stand, target) = self.meet()?;
        self.met.insert((stand, target));
        self.recent.push((stand, target));
        if self.recent.len() > 200 {
            self.recent.remove(0);
        }
        let place = self.stands.get(stand)?;
        Some(Encounter { stand, phone: self.dice.below(place.phones), by: self.dice.below(place.staff), target })
    }

    fn meet(&mut self) -> Option<(usize, Target)> {
        if self.dice.chance(AGAIN)
            && let Some(again) = self.dice.pick(&self.recent)
        {
            return Some(*again);
        }
        let stand = if self.dice.chance(HERO_SHARE) {
            self.hero
        } else {
            self.dice.weighted(self.stands.iter().map(|stand| stand.draw))
        };
        if self.strangers > 0 && self.dice.chance(STRANGERS) {
            return Some((stand, Target::Stranger(self.dice.below(self.strangers))));
        }
        if self.openness.is_empty() {
            return None;
        }
        // Somebody new to this stand; where it has met nearly everyone, somebody it knows.
        let mut target = Target::Person(0);
        for _ in 0..40 {
            target = Target::Person(self.dice.weighted(self.openness.iter().copied()));
            if !self.met.contains(&(stand, target)) {
                break;
            }
        }
        Some((stand, target))
    }

    /// What staff write in the minutes after a scan at `scan.at`; the hero's staff write more.
    pub fn qualify(&mut self, fixtures: &Fixtures, scan: &Planned) -> Vec<Planned> {
        let share = if scan.stand == self.hero { 0.7 } else { 0.35 };
        Desk::new(fixtures, scan.stand).qualify(scan, share, &mut self.dice)
    }

    /// Seconds that a phone loses its network for after a scan; mostly none.
    pub fn outage(&mut self) -> Option<u64> {
        self.dice.chance(0.03).then(|| self.dice.between(8, 40).unsigned_abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::fixtures::FixtureError;
    use crate::demo::people::registrations;

    fn encounters(count: usize) -> Result<(Vec<Encounter>, usize), FixtureError> {
        let fixtures = Fixtures::load()?;
        let people = registrations(&fixtures, 42);
        let mut crowd = Crowd::new(&fixtures, &people, 30, &[], 42);
        Ok((std::iter::from_fn(|| crowd.next_encounter()).take(count).collect(), fixtures.hero()))
    }

    #[test]
    fn a_third_of_the_scans_happen_at_the_heros_stand_on_all_of_its_phones() -> Result<(), FixtureError> {
        let (encounters, hero) = encounters(1_000)?;
        let own: Vec<&Encounter> = encounters.iter().filter(|encounter| encounter.stand == hero).collect();
        assert!((280..420).contains(&own.len()), "{}", own.len());
        let phones: HashSet<usize> = own.iter().map(|encounter| encounter.phone).collect();
        assert_eq!(phones.len(), 3);
        assert!(own.iter().all(|encounter| encounter.by < 2), "the hero has two scanners");
        Ok(())
    }

    #[test]
    fn most_people_are_new_to_the_stand_and_some_come_back() -> Result<(), FixtureError> {
        let (encounters, _) = encounters(1_000)?;
        let new: HashSet<(usize, Target)> =
            encounters.iter().map(|encounter| (encounter.stand, encounter.target)).collect();
        assert!((920..990).contains(&new.len()), "{}", new.len());
        Ok(())
    }
}
