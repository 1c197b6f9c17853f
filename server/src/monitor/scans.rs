//! Scans of the day and of the last hour by exhibitor, kept from look to look.

use crate::leads::store::counted::{MINUTE_US, MinuteRow};
use mobile_core::ids::SpaceId;
use mobile_core::time::Timestamp;
use std::collections::{HashMap, VecDeque};

/// Minutes of the chart.
pub const MINUTES: i64 = 60;

/// The minute of a time, since 1970.
pub fn minute_of(at: Timestamp) -> i64 {
    at.as_micros().div_euclid(MINUTE_US)
}

/// When a minute begins.
pub fn start_of(minute: i64) -> Timestamp {
    Timestamp::from_micros(minute * MINUTE_US)
}

/// The scans that are kept.
#[derive(Debug, Default)]
pub struct Scans {
    /// Minutes since 1970 and scans in them, the newest last.
    minutes: VecDeque<(i64, HashMap<SpaceId, u64>)>,
    today: HashMap<SpaceId, u64>,
}

impl Scans {
    /// Takes what was counted anew, of one space or of all, instead of what was known.
    pub fn replace(&mut self, only: Option<SpaceId>, rows: &[MinuteRow], now: Timestamp) {
        match only {
            None => *self = Self::default(),
            Some(space) => {
                self.today.remove(&space);
                for (_, spaces) in &mut self.minutes {
                    spaces.remove(&space);
                }
            }
        }
        for row in rows {
            *self.today.entry(row.space_id).or_default() += row.of_day.unsigned_abs();
            self.put(row.space_id, row.minute, row.scans.unsigned_abs(), now);
        }
    }

    /// Adds a scan that came in.
    pub fn add(&mut self, space: SpaceId, at: Timestamp, day: Timestamp, now: Timestamp) {
        if at >= day {
            *self.today.entry(space).or_default() += 1;
        }
        self.put(space, minute_of(at), 1, now);
    }

    fn put(&mut self, space: SpaceId, minute: i64, scans: u64, now: Timestamp) {
        if minute <= minute_of(now) - MINUTES {
            return;
        }
        let at = self.minutes.partition_point(|(known, _)| *known < minute);
        if self.minutes.get(at).is_none_or(|(known, _)| *known != minute) {
            self.minutes.insert(at, (minute, HashMap::new()));
        }
        *self.minutes[at].1.entry(space).or_default() += scans;
    }

    /// Forgets minutes that are no longer shown.
    pub fn roll(&mut self, now: Timestamp) {
        let oldest = minute_of(now) - MINUTES;
        while self.minutes.front().is_some_and(|(minute, _)| *minute <= oldest) {
            self.minutes.pop_front();
        }
    }

    /// Scans of a minute of those spaces that are asked for.
    pub fn in_minute(&self, minute: i64, is_asked: impl Fn(&SpaceId) -> bool) -> u64 {
        let known = self.minutes.iter().find(|(known, _)| *known == minute);
        known.map_or(0, |(_, spaces)| spaces.iter().filter(|(space, _)| is_asked(space)).map(|(_, scans)| scans).sum())
    }

    /// Scans of the current minute and the one before of a space.
    pub fn lately(&self, space: SpaceId, now: Timestamp) -> u64 {
        let minute = minute_of(now);
        let of = |wanted: i64| {
            let known = self.minutes.iter().rev().find(|(known, _)| *known == wanted);
            known.and_then(|(_, spaces)| spaces.get(&space).copied()).unwrap_or(0)
        };
        of(minute) + of(minute - 1)
    }

    /// Scans of the day of a space.
    pub fn today(&self, space: SpaceId) -> u64 {
        self.today.get(&space).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn space(n: u128) -> SpaceId {
        SpaceId(uuid::Uuid::from_u128(n))
    }

    #[test]
    fn what_is_counted_anew_stands_in_the_place_of_what_was_known_of_that_space() {
        let (now, day) = (start_of(1000), start_of(900));
        let mut scans = Scans::default();
        for at in [start_of(890), start_of(999), start_of(1000)] {
            scans.add(space(1), at, day, now);
            scans.add(space(2), at, day, now);
        }
        assert_eq!((scans.today(space(1)), scans.lately(space(1), now)), (2, 2));
        let row = |minute, scans, of_day| MinuteRow { space_id: space(1), minute, scans, of_day };
        scans.replace(Some(space(1)), &[row(0, 7, 5), row(999, 1, 1)], now);
        assert_eq!((scans.today(space(1)), scans.lately(space(1), now)), (6, 1));
        assert_eq!((scans.today(space(2)), scans.lately(space(2), now)), (2, 2));
        assert_eq!(scans.in_minute(999, |_| true), 2);
        scans.roll(start_of(1059));
        assert_eq!(scans.in_minute(999, |_| true), 0);
        assert_eq!(scans.in_minute(1000, |one| *one == space(2)), 1);
    }
}
