//! Local times of an event: reading them, and the days they lie on.
//!
//! A moment may be sent in UTC, with an offset, or as people say it at the event (`2026-11-22T10:00`).
//! A local time that the clock change skips does not exist, and one that it repeats could be either:
//! both are refused with the way out, so that nobody stands before a closed door.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use mobile_core::time::Timestamp;

/// Reads a moment: RFC 3339, or a local date and time of the zone.
pub fn moment(text: &str, zone: &TimeZone) -> Result<Timestamp, String> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let local: DateTime = text
        .parse()
        .map_err(|_| "must be a time such as 2026-11-22T10:00 at the event, or 2026-11-22T09:00:00Z".to_owned())?;
    let found = zone.to_ambiguous_timestamp(local);
    match found.offset() {
        AmbiguousOffset::Unambiguous { .. } => {}
        AmbiguousOffset::Gap { after, .. } => {
            return Err(format!(
                "does not exist: the clocks are put forward over it; from then on the offset is {after}"
            ));
        }
        AmbiguousOffset::Fold { before, after } => {
            return Err(format!(
                "happens twice, because the clocks are put back; say which one with an offset: {before} or {after}"
            ));
        }
    }
    let at = found.compatible().map_err(|_| "lies too far away".to_owned())?;
    Ok(Timestamp::from_micros(at.as_microsecond()))
}

/// The local day of a moment.
pub fn day_of(at: Timestamp, zone: &TimeZone) -> Date {
    jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default().to_zoned(zone.clone()).date()
}

/// The hour at which a day at a fair turns: a party that midnight finds full stays full.
const TURNS_AT: Time = Time::constant(4, 0, 0, 0);

/// A day as people at a fair live it: from four in the morning to four in the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShowDay {
    /// The local day that it begins on.
    pub date: Date,
    /// Its first moment.
    pub since: Timestamp,
}

impl ShowDay {
    /// The one that a moment lies in.
    pub fn of(at: Timestamp, zone: &TimeZone) -> Self {
        let date = day_of(at, zone);
        let since = on_the_wall(date, TURNS_AT, false, zone);
        if at >= since {
            return Self { date, since };
        }
        let date = date.yesterday().unwrap_or(date);
        Self { date, since: on_the_wall(date, TURNS_AT, false, zone) }
    }
}

/// Reads a day such as `2026-11-22`.
pub fn day(text: &str) -> Result<Date, &'static str> {
    text.trim().parse().map_err(|_| "must be a day such as 2026-11-22")
}

/// The first moment of a local day; where midnight is skipped, the first one after.
pub fn start_of(day: Date, zone: &TimeZone) -> Timestamp {
    let start = zone.to_ambiguous_timestamp(day.to_datetime(Time::midnight())).compatible();
    Timestamp::from_micros(start.map_or(i64::MIN, jiff::Timestamp::as_microsecond))
}

/// The first moment after a local day.
pub fn end_of(day: Date, zone: &TimeZone) -> Timestamp {
    day.tomorrow().map_or(Timestamp::from_micros(i64::MAX), |next| start_of(next, zone))
}

/// The moment at which a clock on the wall first shows a time, or, where it is skipped, the moment
/// of the change; with `is_last`, the last time it shows it.
pub fn on_the_wall(day: Date, time: Time, is_last: bool, zone: &TimeZone) -> Timestamp {
    let found = zone.to_ambiguous_timestamp(day.to_datetime(time));
    let found = match found.offset() {
        AmbiguousOffset::Fold { .. } if is_last => found.later(),
        // The change itself: what the clock would show counts for nothing.
        AmbiguousOffset::Gap { .. } => {
            let shown = found.later().unwrap_or_default();
            // `preceding` leaves out a change at the very moment it is asked for.
            let after = shown.checked_add(jiff::SignedDuration::from_secs(1)).unwrap_or(shown);
            let change = zone.preceding(after).next().map_or(shown, |change| change.timestamp());
            return Timestamp::from_micros(change.as_microsecond());
        }
        _ => found.compatible(),
    };
    Timestamp::from_micros(found.map_or(i64::MAX, jiff::Timestamp::as_microsecond))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paris() -> TimeZone {
        TimeZone::get("Europe/Paris").unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_local_time_is_of_the_events_zone_and_an_offset_is_believed() {
        assert_eq!(moment("2026-11-22T10:00", &paris()), Ok(at("2026-11-22T09:00:00Z")));
        assert_eq!(moment("2026-07-01 10:00:30", &paris()), Ok(at("2026-07-01T08:00:30Z")));
        assert_eq!(moment("2026-11-22T10:00:00+05:00", &paris()), Ok(at("2026-11-22T05:00:00Z")));
        for text in ["", "noon", "2026-11-22", "2026-13-01T00:00"] {
            let error = moment(text, &paris());
            assert!(error.is_err() || text == "2026-11-22", "{text}: {error:?}");
        }
    }

    #[test]
    fn a_day_at_a_fair_turns_at_four_in_the_morning_whatever_the_clocks_do() {
        let day = |text: &str| ShowDay::of(at(text), &paris()).date.to_string();
        assert_eq!(day("2026-11-22T23:30:00Z"), "2026-11-22", "half past midnight");
        assert_eq!(day("2026-11-23T02:59:59Z"), "2026-11-22");
        assert_eq!(day("2026-11-23T03:00:00Z"), "2026-11-23");
        for (eve, turns) in [("2026-03-28", "2026-03-29T02:00:00Z"), ("2026-10-24", "2026-10-25T03:00:00Z")] {
            let turns = at(turns);
            assert_eq!(ShowDay::of(turns, &paris()).since, turns, "the night of the clock change");
            assert_eq!(ShowDay::of(turns.plus_micros(-1), &paris()).date.to_string(), eve);
        }
    }

    #[test]
    fn a_time_that_the_clock_change_skips_or_repeats_is_refused_with_the_way_out() {
        let skipped = moment("2026-03-29T02:30", &paris()).unwrap_err();
        assert!(skipped.contains("does not exist"), "{skipped}");
        let twice = moment("2026-10-25T02:30", &paris()).unwrap_err();
        assert!(twice.contains("+02") && twice.contains("+01"), "{twice}");
        assert_eq!(moment("2026-10-25T02:30:00+01:00", &paris()), Ok(at("2026-10-25T01:30:00Z")));
    }

    #[test]
    fn the_wall_shows_a_skipped_time_at_the_change_and_a_repeated_one_twice() {
        let (spring, autumn) = (day("2026-03-29").unwrap(), day("2026-10-25").unwrap());
        let half_past_two = Time::constant(2, 30, 0, 0);
        assert_eq!(on_the_wall(spring, half_past_two, false, &paris()), at("2026-03-29T01:00:00Z"));
        assert_eq!(on_the_wall(spring, half_past_two, true, &paris()), at("2026-03-29T01:00:00Z"));
        assert_eq!(on_the_wall(autumn, half_past_two, false, &paris()), at("2026-10-25T00:30:00Z"));
        assert_eq!(on_the_wall(autumn, half_past_two, true, &paris()), at("2026-10-25T01:30:00Z"));
    }

    #[test]
    fn a_day_ends_where_the_next_one_begins() {
        let autumn = day("2026-10-25").unwrap();
        let hours = end_of(autumn, &paris()).micros_since(start_of(autumn, &paris())) / 3_600_000_000;
        assert_eq!(hours, 25);
        assert_eq!(day_of(at("2026-10-25T22:59:59Z"), &paris()), autumn);
    }
}
