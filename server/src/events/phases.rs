//! The moments of an event: when spaces open, when leads open, when is scanned, when leads close.
//!
//! Each has a default that follows from the event's dates; the organiser may set another. Spaces open
//! when the organiser says so and not by themselves: nobody is mailed before. What is refused
//! meanwhile, [`crate::access`] decides; what is mailed, [`crate::phases`].

use mobile_core::time::Timestamp;

const DAY: i64 = 24 * 3600 * 1_000_000;
/// Leads open so long before the first opening.
const LEADS_OPEN_BEFORE: i64 = 15 * DAY;
/// Build-up before the first opening, and dismantling after the last closing.
const BUILD_UP: i64 = 3 * DAY;
/// Follow-up after the last closing: then leads stay as they are.
const FOLLOW_UP: i64 = 60 * DAY;

/// The moments as they are kept: none is the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct MomentsRow {
    /// First day's opening.
    pub starts_at: Timestamp,
    /// Last day's closing.
    pub ends_at: Timestamp,
    /// When the organiser opened the spaces, or will.
    pub spaces_open_at: Option<Timestamp>,
    /// When leads open.
    pub leads_open_at: Option<Timestamp>,
    /// When scanning begins.
    pub scanning_from: Option<Timestamp>,
    /// When scanning ends.
    pub scanning_until: Option<Timestamp>,
    /// When leads close.
    pub leads_close_at: Option<Timestamp>,
}

/// The moments as they hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phases {
    /// First day's opening: what is scanned before is build-up.
    pub starts_at: Timestamp,
    /// Last day's closing.
    pub ends_at: Timestamp,
    /// When the spaces open; none where the organiser has not said so.
    pub spaces_open_at: Option<Timestamp>,
    /// When leads open.
    pub leads_open_at: Timestamp,
    /// When build-up, and with it scanning, begins.
    pub scanning_from: Timestamp,
    /// When dismantling, and with it scanning, ends.
    pub scanning_until: Timestamp,
    /// When leads close: from then on they are read-only.
    pub leads_close_at: Timestamp,
}

impl MomentsRow {
    /// With the defaults.
    pub fn phases(&self) -> Phases {
        let leads_close_at = self.leads_close_at.unwrap_or(self.ends_at.plus_micros(FOLLOW_UP));
        Phases {
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            spaces_open_at: self.spaces_open_at,
            leads_open_at: self.leads_open_at.unwrap_or(self.starts_at.plus_micros(-LEADS_OPEN_BEFORE)),
            scanning_from: self.scanning_from.unwrap_or(self.starts_at.plus_micros(-BUILD_UP)),
            scanning_until: self.scanning_until.unwrap_or(self.ends_at.plus_micros(BUILD_UP)),
            leads_close_at,
        }
    }
}

impl Phases {
    /// Whether the organiser has opened the spaces, so that their people may be mailed.
    pub fn are_spaces_opened(&self, now: Timestamp) -> bool {
        self.spaces_open_at.is_some_and(|at| at <= now)
    }

    /// Whether spaces are shut: the organiser has named a time for them, and it is still to come.
    pub fn are_spaces_shut(&self, now: Timestamp) -> bool {
        self.spaces_open_at.is_some_and(|at| at > now)
    }

    /// Whether leads are open, to be read at least.
    pub fn are_leads_open(&self, now: Timestamp) -> bool {
        self.leads_open_at <= now
    }

    /// Whether leads are read-only.
    pub fn are_leads_closed(&self, now: Timestamp) -> bool {
        self.leads_close_at <= now
    }

    /// Whether something was captured within the event: from build-up to the end of follow-up, and
    /// scanned no later than dismantling.
    pub fn is_within(&self, at: Timestamp, is_scan: bool) -> bool {
        let until = if is_scan { self.scanning_until } else { self.leads_close_at };
        (self.scanning_from..=until).contains(&at)
    }

    /// Whether a scan of this time was one of the build-up.
    pub fn is_build_up(&self, at: Timestamp) -> bool {
        (self.scanning_from..self.starts_at).contains(&at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(days: i64) -> Timestamp {
        Timestamp::from_micros((1000 + days) * DAY)
    }

    fn row() -> MomentsRow {
        MomentsRow {
            starts_at: at(0),
            ends_at: at(3),
            spaces_open_at: None,
            leads_open_at: None,
            scanning_from: None,
            scanning_until: None,
            leads_close_at: None,
        }
    }

    #[test]
    fn moments_follow_the_dates_unless_the_organiser_says_otherwise() {
        let phases = row().phases();
        assert_eq!((phases.leads_open_at, phases.leads_close_at), (at(-15), at(63)));
        assert_eq!((phases.scanning_from, phases.scanning_until), (at(-3), at(6)));
        let set = MomentsRow { leads_open_at: Some(at(-1)), leads_close_at: Some(at(10)), ..row() }.phases();
        assert!(!set.are_leads_open(at(-2)) && set.are_leads_open(at(-1)));
        assert!(!set.are_leads_closed(at(9)) && set.are_leads_closed(at(10)));
    }

    #[test]
    fn spaces_that_nobody_opened_are_neither_shut_nor_mailed() {
        let phases = row().phases();
        assert!(!phases.are_spaces_opened(at(0)) && !phases.are_spaces_shut(at(0)));
        let later = MomentsRow { spaces_open_at: Some(at(1)), ..row() }.phases();
        assert!(later.are_spaces_shut(at(0)) && !later.are_spaces_opened(at(0)));
        assert!(!later.are_spaces_shut(at(1)) && later.are_spaces_opened(at(1)));
    }

    #[test]
    fn scans_of_the_build_up_are_told_from_those_of_the_event_and_from_strays() {
        let phases = row().phases();
        for (day, is_within, is_build_up) in [
            (-4, false, false),
            (-3, true, true),
            (-1, true, true),
            (0, true, false),
            (6, true, false),
            (7, false, false),
        ] {
            assert_eq!(
                (phases.is_within(at(day), true), phases.is_build_up(at(day))),
                (is_within, is_build_up),
                "{day}"
            );
        }
        assert!(phases.is_within(at(60), false), "what is noted later is follow-up");
    }
}
