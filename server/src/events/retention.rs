//! For how long an event's contacts are kept: so many days after its end, and never less than two
//! weeks after the exhibitors were told.
//!
//! Until then late scans are taken in as always, and marked. What is removed, and how,
//! [`crate::erasure::retention`] says.

use mobile_core::time::Timestamp;

/// A day, in microseconds.
pub const DAY: i64 = 24 * 3600 * 1_000_000;
/// Days after the event's end, unless the organiser says otherwise.
pub const DEFAULT_DAYS: i64 = 180;
/// The fewest days: exhibitors follow up for that long.
pub const FEWEST_DAYS: i64 = 30;
/// The most days: ten years.
pub const MOST_DAYS: i64 = 3653;
/// Days before the removal on which the exhibitors are told.
pub const NOTICES: [i64; 2] = [14, 3];

/// How it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct RetentionRow {
    /// Days after the event's end; none: the default.
    pub retention_days: Option<i64>,
    /// When all exhibitors had been told for the first time.
    pub retention_noticed_at: Option<Timestamp>,
    /// When the contacts were removed.
    pub contacts_removed_at: Option<Timestamp>,
}

impl RetentionRow {
    /// With the default.
    pub fn retention(&self, ends_at: Timestamp) -> Retention {
        let days = self.retention_days.unwrap_or(DEFAULT_DAYS);
        Retention {
            days,
            is_default: self.retention_days.is_none(),
            wanted_at: ends_at.plus_micros(days * DAY),
            noticed_at: self.retention_noticed_at,
            removed_at: self.contacts_removed_at,
        }
    }
}

/// As it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Days after the event's end.
    pub days: i64,
    /// Whether the organiser has said nothing else.
    pub is_default: bool,
    /// When the days are over.
    pub wanted_at: Timestamp,
    /// When all exhibitors had been told for the first time.
    pub noticed_at: Option<Timestamp>,
    /// When the contacts were removed.
    pub removed_at: Option<Timestamp>,
}

impl Retention {
    /// When the contacts go; as long as nobody was told, the earliest time at which they could.
    pub fn removes_at(&self) -> Timestamp {
        self.noticed_at.map_or(self.wanted_at, |told| self.wanted_at.max(told.plus_micros(NOTICES[0] * DAY)))
    }

    /// Whether it is time to tell the exhibitors, so many days before.
    pub fn is_notice_due(&self, days: i64, now: Timestamp) -> bool {
        self.removed_at.is_none() && self.removes_at().plus_micros(-days * DAY) <= now
    }

    /// Whether contacts are to go, or gone.
    pub fn are_contacts_gone(&self, now: Timestamp) -> bool {
        self.removed_at.is_some() || (self.noticed_at.is_some() && self.removes_at() <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(days: i64) -> Timestamp {
        Timestamp::from_micros((1000 + days) * DAY)
    }

    fn row(noticed: Option<i64>) -> Retention {
        let noticed = noticed.map(at);
        RetentionRow { retention_days: Some(100), retention_noticed_at: noticed, contacts_removed_at: None }
            .retention(at(0))
    }

    #[test]
    fn contacts_go_when_their_days_are_over() {
        let told = row(Some(86));
        assert_eq!(told.removes_at(), at(100));
        assert!(!told.are_contacts_gone(at(99)) && told.are_contacts_gone(at(100)));
        assert!(!told.is_notice_due(14, at(85)) && told.is_notice_due(14, at(86)) && !told.is_notice_due(3, at(86)));
    }

    #[test]
    fn nothing_goes_before_everybody_was_told_two_weeks_ahead() {
        assert!(!row(None).are_contacts_gone(at(5000)), "a server that slept tells first");
        let late = row(Some(120));
        assert_eq!(late.removes_at(), at(134));
        assert!(!late.are_contacts_gone(at(133)) && late.are_contacts_gone(at(134)));
    }

    #[test]
    fn the_default_is_half_a_year() {
        let row = RetentionRow { retention_days: None, retention_noticed_at: None, contacts_removed_at: None };
        assert_eq!(row.retention(at(0)).wanted_at, at(DEFAULT_DAYS));
    }
}
