//! The story of the exhibitor that the demo is about: what its Leads tab holds when it opens.
//!
//! 180 qualified leads, one of them with notes by both scanners, one withdrawn, two whose code nobody
//! knows, and twelve scans that one phone has not sent yet.

use super::codes::Stranger;
use super::fixtures::{Fixtures, Scannable};
use super::people::Person;
use super::random::Dice;
use super::traffic::{Act, Desk, Hours, Planned, Target, Warmth, moment};

/// Leads with a rating that the hero has at the start.
pub const QUALIFIED: usize = 180;
/// Scans that wait on one phone at the start.
pub const UNSENT: usize = 12;
/// Share of the leads that came on the first day.
const DAY_ONE: usize = 112;
const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;

/// The hero's acts up to the start of the demo.
#[derive(Debug)]
pub struct Story {
    /// Sent and settled, in the order of time.
    pub sent: Vec<Planned>,
    /// Still on the phone at position [`Story::holding_phone`], in the order of time.
    pub unsent: Vec<Planned>,
    /// The phone that had no network.
    pub holding_phone: usize,
    /// The lead with notes by two people.
    pub discussed: Target,
    /// The lead whose person took the consent back.
    pub withdrawn: Target,
    /// A contact card and a walk-in's blank badge.
    pub unmatched: [Target; 2],
}

/// Plans the hero's first day and today up to `now`. `None` when there are too few people to tell it with.
pub fn story(
    fixtures: &Fixtures,
    (people, strangers): (&[Person], &[Stranger]),
    (first, today, now): (Hours, Hours, i64),
    seed: u64,
) -> Option<Story> {
    let stand = fixtures.hero();
    let phones = fixtures.exhibitors.get(stand)?.phones.max(1);
    let mut dice = Dice::new(seed, "hero");
    let desk = Desk::new(fixtures, stand);
    let mut guests = guests(fixtures, people, stand);
    dice.shuffle(&mut guests);
    let mut guests = guests.into_iter();
    let today = Hours { opens_at: today.opens_at, closes_at: now.min(today.closes_at).max(today.opens_at + MINUTE) };
    // The last phone is the one without network: it sends nothing of today.
    let holding_phone = phones - 1;
    let scan = |target, at, dice: &mut Dice| {
        let phone = if at >= today.opens_at { dice.below(holding_phone.max(1)) } else { dice.below(phones) };
        Planned { at, stand, phone, by: dice.below(2), target, act: Act::Scan { typed: dice.chance(0.02) } }
    };

    let mut sent = Vec::new();
    for number in 0..QUALIFIED {
        let hours = if number < DAY_ONE { first } else { today };
        let at = spread(hours, number >= DAY_ONE, &mut dice);
        let first_scan = scan(Target::Person(guests.next()?), at, &mut dice);
        let mut acts = desk.qualify(&first_scan, 1.0, &mut dice);
        if number % 15 == 7 {
            let again = at + dice.between(5, 30) * MINUTE;
            acts.push(scan(first_scan.target, again, &mut dice));
        }
        acts.push(first_scan);
        sent.extend(acts);
    }

    let discussed = Target::Person(guests.next()?);
    discuss(&mut sent, &scan(discussed, spread(first, false, &mut dice), &mut dice));

    let withdrawn = Target::Person(guests.next()?);
    let seen = scan(withdrawn, spread(first, false, &mut dice), &mut dice);
    sent.extend(desk.qualify(&seen, 1.0, &mut dice));
    sent.push(Planned { at: seen.at + 95 * MINUTE, act: Act::Withdrawal, ..seen.clone() });
    sent.push(seen);

    let card = strangers.iter().position(|stranger| matches!(stranger, Stranger::Card(_)))?;
    let code = strangers.iter().position(|stranger| matches!(stranger, Stranger::WalkIn(_)))?;
    let unmatched = [Target::Stranger(card), Target::Stranger(code)];
    for target in unmatched {
        let at = spread(today, true, &mut dice);
        sent.push(Planned { act: Act::Scan { typed: false }, ..scan(target, at, &mut dice) });
    }

    let mut unsent = Vec::new();
    for number in 0..UNSENT {
        let at = now - (UNSENT - number) as i64 * 2 * MINUTE + dice.between(0, 60) * SECOND;
        unsent.push(Planned {
            at,
            stand,
            phone: holding_phone,
            by: 1,
            target: Target::Person(guests.next()?),
            act: Act::Scan { typed: false },
        });
    }
    // What would lie in the future was not written yet; the scan itself always lies before.
    sent.retain(|act| act.at <= now);
    sent.sort_by_key(|act| act.at);
    Some(Story { sent, unsent, holding_phone, discussed, withdrawn, unmatched })
}

/// People whose contact the hero may see and who are not its own.
fn guests(fixtures: &Fixtures, people: &[Person], stand: usize) -> Vec<usize> {
    let own = fixtures.exhibitors.get(stand).map(|row| row.name.as_str());
    let fits = |person: &Person| {
        matches!(person.category.as_str(), "visitor" | "buyer" | "speaker" | "press" | "student")
            && person.company.as_deref() != own
            && fixtures.category(&person.category).is_some_and(|category| category.scannable == Scannable::Yes)
    };
    people.iter().enumerate().filter(|(_, person)| fits(person)).map(|(position, _)| position).collect()
}

/// A time in the hours; today leaves the last minutes free, so that what follows a scan fits in too.
fn spread(hours: Hours, is_today: bool, dice: &mut Dice) -> i64 {
    if !is_today {
        return moment(hours, dice);
    }
    let length = hours.closes_at - hours.opens_at;
    let margin = (3 * MINUTE).min(length / 2);
    hours.opens_at + dice.between(0, (length - margin) / SECOND) * SECOND
}

/// Both scanners write about one visitor, each from a phone of the other's shift.
fn discuss(sent: &mut Vec<Planned>, scan: &Planned) {
    let acts = [
        (0, 0, Act::Scan { typed: false }),
        (0, 25, Act::Rating(Warmth::Warm)),
        (0, 70, Act::Note("Runs three bottling lines, looks at palletising for the slowest one.".to_owned())),
        (1, 52 * 60, Act::Scan { typed: false }),
        (
            1,
            53 * 60,
            Act::Note(
                "Came back with the plant manager: budget approved, wants the VR-12 on site in spring.".to_owned(),
            ),
        ),
        (1, 54 * 60, Act::Rating(Warmth::Hot)),
    ];
    sent.extend(acts.map(|(by, seconds, act)| Planned {
        at: scan.at + seconds * SECOND,
        by,
        phone: by,
        act,
        ..scan.clone()
    }));
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::demo::codes::strangers;
    use crate::demo::people::registrations;

    const HOUR: i64 = 60 * MINUTE;

    fn told(elapsed: i64) -> Option<(Story, i64)> {
        let fixtures = Fixtures::load().ok()?;
        let people = registrations(&fixtures, 42);
        let strangers = strangers(&fixtures, 42, 40);
        let first = Hours { opens_at: 0, closes_at: 9 * HOUR };
        let today = Hours { opens_at: 24 * HOUR, closes_at: 33 * HOUR };
        let now = today.opens_at + elapsed;
        Some((story(&fixtures, (&people, &strangers), (first, today, now), 42)?, now))
    }

    #[test]
    fn the_tab_opens_with_180_qualified_leads_even_soon_after_the_doors() {
        for elapsed in [30 * MINUTE, 5 * HOUR] {
            let Some((story, now)) = told(elapsed) else { panic!("no story") };
            let rated: HashSet<Target> = story
                .sent
                .iter()
                .filter(|act| matches!(act.act, Act::Rating(_)))
                .map(|act| act.target)
                .filter(|target| ![story.discussed, story.withdrawn].contains(target))
                .collect();
            assert!(rated.len() == QUALIFIED, "{} after {elapsed}", rated.len());
            assert!(story.sent.iter().chain(&story.unsent).all(|act| act.at <= now));
        }
    }

    #[test]
    fn one_lead_has_notes_by_two_people_and_one_is_withdrawn() {
        let Some((story, _)) = told(5 * HOUR) else { panic!("no story") };
        let authors: HashSet<usize> = story
            .sent
            .iter()
            .filter(|act| act.target == story.discussed && matches!(act.act, Act::Note(_)))
            .map(|act| act.by)
            .collect();
        assert_eq!(authors.len(), 2);
        let withdrawals: Vec<Target> =
            story.sent.iter().filter(|act| act.act == Act::Withdrawal).map(|act| act.target).collect();
        assert_eq!(withdrawals, [story.withdrawn]);
    }

    #[test]
    fn one_phone_holds_twelve_scans_and_sent_none_of_today() {
        let Some((story, _)) = told(5 * HOUR) else { panic!("no story") };
        assert_eq!(story.unsent.len(), UNSENT);
        assert!(story.unsent.iter().all(|act| act.phone == story.holding_phone));
        assert!(!story.sent.iter().any(|act| act.at >= 24 * HOUR && act.phone == story.holding_phone));
        let known: HashSet<Target> = story.sent.iter().map(|act| act.target).collect();
        assert!(story.unsent.iter().all(|act| !known.contains(&act.target)), "they are new leads");
    }
}
