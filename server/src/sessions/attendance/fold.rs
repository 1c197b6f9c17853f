//! What the check-ins and check-outs of one person at one session add up to.
//!
//! Defined by the order of the captures (time, number, id), so that any order of arrival gives the
//! same: two doors without network that contradict each other are settled by who scanned first. An
//! entry while inside changes nothing, and neither does leaving while outside. Who did not check out
//! left with the day, which turns in the small hours (`ShowDay`).

use jiff::civil::Date;
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Into the session, or out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
#[schema(as = AttendanceDirection)]
pub enum Direction {
    /// Into it.
    In,
    /// Out of it.
    Out,
}

/// One check-in or check-out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Its time, number and id: its place in the order.
    pub order: (Timestamp, i64, Uuid),
    /// Into the session, or out of it.
    pub direction: Direction,
    /// Whether the person went through: admitted, let in by a supervisor, or by a door on its own.
    pub counts: bool,
}

/// From an entry to leaving; who has not left yet is inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stay(pub i64, pub Option<i64>);

/// What it adds up to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Folded {
    /// The stays, the first one first.
    pub stays: Vec<Stay>,
    /// The marks that began them.
    pub entries: Vec<Uuid>,
    /// Entries of somebody who was inside already.
    pub already: BTreeSet<Uuid>,
}

impl Folded {
    /// Folds marks that come in any order.
    pub fn of(marks: &[Mark], day_of: impl Fn(Timestamp) -> Date) -> Self {
        let mut marks: Vec<&Mark> = marks.iter().filter(|mark| mark.counts).collect();
        marks.sort_unstable_by_key(|mark| mark.order);
        let mut folded = Self::default();
        // The entry of the stay that is open.
        let mut open: Option<Timestamp> = None;
        for mark in marks {
            let (at, _, id) = mark.order;
            if open.is_some_and(|since| day_of(since) != day_of(at)) {
                open = None;
            }
            match (mark.direction, open) {
                (Direction::In, Some(_)) => drop(folded.already.insert(id)),
                (Direction::In, None) => {
                    folded.stays.push(Stay(at.as_micros(), None));
                    folded.entries.push(id);
                    open = Some(at);
                }
                (Direction::Out, Some(_)) => {
                    if let Some(stay) = folded.stays.last_mut() {
                        stay.1 = Some(at.as_micros());
                    }
                    open = None;
                }
                (Direction::Out, None) => {}
            }
        }
        folded
    }

    /// When the person came in last, if they have not checked out since.
    pub fn inside_since(&self) -> Option<Timestamp> {
        self.stays.last().filter(|stay| stay.1.is_none()).map(|stay| Timestamp::from_micros(stay.0))
    }

    /// How long the person was inside in all, as far as leaving was seen, in microseconds.
    pub fn dwell_us(&self) -> i64 {
        self.stays.iter().filter_map(|stay| Some(stay.1? - stay.0)).sum()
    }
}

/// Microseconds as whole minutes, to the nearest.
pub const fn minutes(micros: i64) -> i64 {
    (micros + 30_000_000) / 60_000_000
}

/// What the rules say of somebody who wants to go in. `None`: they may.
pub type Verdict = Option<Reason>;

/// What the rules need to know.
#[derive(Debug)]
pub struct Asked<'a> {
    /// Whether the event knows the badge.
    pub is_known: bool,
    /// The badge's state.
    pub badge: &'a str,
    /// The person's category.
    pub category: &'a str,
    /// The days of the registration; none: every day.
    pub valid_days: Option<&'a BTreeSet<String>>,
    /// Whether the session is a zone that the registration does not name.
    pub is_other_zone: bool,
    /// The local day of the check-in, and the one that the night it falls in began on.
    pub days_of_check_in: [Date; 2],
    /// The first and the last local day of the session.
    pub days: (Date, Date),
    /// Who is admitted; none: everybody.
    pub categories: Option<&'a BTreeSet<String>>,
    /// Whether the person would have had to sign up and has not.
    pub is_missing_signup: bool,
    /// Whether nobody more may be inside.
    pub is_full: bool,
}

impl Asked<'_> {
    /// The verdict: the first rule that is against it.
    pub fn verdict(&self) -> Verdict {
        if !self.is_known {
            return Some(Reason::SeeDesk);
        }
        match self.badge {
            "active" | "replaced" => {}
            "cancelled" => return Some(Reason::Cancelled),
            _ => return Some(Reason::SeeDesk),
        }
        let is_valid = |day: &Date| self.valid_days.is_none_or(|days| days.contains(&day.to_string()));
        let is_held = |day: &Date| (self.days.0..=self.days.1).contains(day);
        if !self.days_of_check_in.iter().any(|day| is_valid(day) && is_held(day)) {
            return Some(Reason::NotToday);
        }
        if self.is_other_zone || self.categories.is_some_and(|admitted| !admitted.contains(self.category)) {
            return Some(Reason::CategoryNotAdmitted);
        }
        if self.is_missing_signup {
            return Some(Reason::SeeDesk);
        }
        self.is_full.then_some(Reason::Full)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    const MINUTE: i64 = 60_000_000;

    fn mark(id: u128, minute: i64, direction: Direction) -> Mark {
        Mark { order: (Timestamp::from_micros(minute * MINUTE), 0, Uuid::from_u128(id)), direction, counts: true }
    }

    fn utc(at: Timestamp) -> Date {
        date(1970, 1, 1).checked_add(jiff::Span::new().days(at.as_micros() / (1440 * MINUTE))).unwrap_or_default()
    }

    #[test]
    fn two_doors_that_contradict_are_settled_by_the_order_of_their_scans() {
        let (north, south, out) = (mark(1, 10, Direction::In), mark(2, 12, Direction::In), mark(3, 11, Direction::Out));
        let folded = Folded::of(&[south, out, north], utc);
        assert_eq!(folded.stays, [Stay(10 * MINUTE, Some(11 * MINUTE)), Stay(12 * MINUTE, None)]);
        let folded = Folded::of(&[south, north], utc);
        assert_eq!((folded.stays.len(), folded.already.contains(&Uuid::from_u128(2))), (1, true));
        assert_eq!(Folded::of(&[out], utc), Folded::default(), "leaving while outside is nothing");
    }

    #[test]
    fn who_did_not_check_out_left_with_the_day() {
        let folded = Folded::of(&[mark(1, 10, Direction::In), mark(2, 1450, Direction::In)], utc);
        assert_eq!((folded.stays.len(), folded.already.len(), folded.dwell_us()), (2, 0, 0));
        let folded = Folded::of(&[mark(1, 10, Direction::In), mark(2, 1450, Direction::Out)], utc);
        assert_eq!(folded.stays, [Stay(10 * MINUTE, None)], "the stay of yesterday has no known end");
    }

    #[test]
    fn the_first_rule_that_is_against_it_is_the_verdict() {
        let (of_day, admitted) = (BTreeSet::from(["2026-11-22".to_owned()]), BTreeSet::from(["buyer".to_owned()]));
        let day = date(2026, 11, 22);
        let ok = || Asked {
            is_known: true,
            badge: "active",
            category: "buyer",
            valid_days: Some(&of_day),
            is_other_zone: false,
            days_of_check_in: [day; 2],
            days: (day, day),
            categories: Some(&admitted),
            is_missing_signup: false,
            is_full: false,
        };
        assert_eq!(ok().verdict(), None);
        assert_eq!(Asked { badge: "replaced", ..ok() }.verdict(), None);
        for (asked, reason) in [
            (Asked { is_known: false, ..ok() }, Reason::SeeDesk),
            (Asked { badge: "cancelled", is_full: true, ..ok() }, Reason::Cancelled),
            (Asked { badge: "lost", ..ok() }, Reason::SeeDesk),
            (
                Asked { days_of_check_in: [date(2026, 11, 23); 2], days: (day, date(2026, 11, 24)), ..ok() },
                Reason::NotToday,
            ),
            (Asked { days: (date(2026, 11, 23), date(2026, 11, 23)), ..ok() }, Reason::NotToday),
            (Asked { category: "visitor", ..ok() }, Reason::CategoryNotAdmitted),
            (Asked { is_other_zone: true, ..ok() }, Reason::CategoryNotAdmitted),
            (Asked { is_missing_signup: true, ..ok() }, Reason::SeeDesk),
            (Asked { is_full: true, ..ok() }, Reason::Full),
        ] {
            assert_eq!(asked.verdict(), Some(reason), "{asked:?}");
        }
    }

    proptest! {
        #[test]
        fn any_order_of_arrival_gives_the_same_stays(
            marks in prop::collection::vec((0_i64..4000, any::<bool>(), any::<bool>()), 0..20), seed in any::<u64>(),
        ) {
            let marks: Vec<Mark> = marks.into_iter().enumerate().map(|(id, (minute, is_in, counts))| Mark {
                counts, ..mark(id as u128, minute, if is_in { Direction::In } else { Direction::Out })
            }).collect();
            let mut shuffled = marks.clone();
            let mut state = seed | 1;
            for i in (1..shuffled.len()).rev() {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                shuffled.swap(i, (state >> 33) as usize % (i + 1));
            }
            let folded = Folded::of(&marks, utc);
            prop_assert_eq!(&folded, &Folded::of(&shuffled, utc));
            prop_assert!(folded.dwell_us() >= 0);
            prop_assert!(folded.stays.windows(2).all(|two| two[0].1.unwrap_or(two[0].0) <= two[1].0));
        }
    }
}
