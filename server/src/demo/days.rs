//! Puts the event's days around the moment the demo starts, so that it is always day 2 with the halls open.
//!
//! In ordinary hours the days are the ones of `event.toml`. At other times the opening hours move:
//! whoever starts the demo late at night still sees four busy hours behind and some ahead.

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _, Zoned};

use super::fixtures::{EventSheet, FixtureError, wrong};
use super::traffic::Hours;

/// The event's days in microseconds since 1970 UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// Opening hours, one entry a day.
    pub days: Vec<Hours>,
    /// Position of the day that the demo starts on.
    pub today: usize,
    /// Exhibitors build up from here and follow up until there.
    pub build_up_at: i64,
    pub follow_up_until: i64,
}

/// Time that must lie behind the start, so that charts have something to show.
const BEHIND: SignedDuration = SignedDuration::from_hours(1);
/// Time that must lie ahead, so that the demo does not run into the closing.
const AHEAD: SignedDuration = SignedDuration::from_hours(1);
/// Where the start lies in a shifted day.
const SHIFTED_BEHIND: SignedDuration = SignedDuration::from_hours(4);

/// The calendar of an event whose current day contains `now` (microseconds since 1970 UTC).
pub fn calendar(sheet: &EventSheet, now: i64) -> Result<Calendar, FixtureError> {
    let bad = |error: &dyn std::fmt::Display| wrong("event.toml", error);
    let zone = TimeZone::get(&sheet.timezone).map_err(|error| bad(&error))?;
    let now = Timestamp::from_microsecond(now).map_err(|error| bad(&error))?.to_zoned(zone);
    let clock = |text: &str| text.parse::<Time>().map_err(|error| bad(&error));
    let (mut opens, mut closes) = (at(&now, clock(&sheet.opens)?, &bad)?, at(&now, clock(&sheet.closes)?, &bad)?);
    let length = opens.duration_until(&closes);
    if length <= BEHIND + AHEAD {
        return Err(wrong("event.toml", "the halls must be open for more than two hours"));
    }
    if opens.duration_until(&now) < BEHIND || now.duration_until(&closes) < AHEAD {
        let early = now.checked_sub(SHIFTED_BEHIND).map_err(|error| bad(&error))?;
        let half_hour = Time::constant(early.hour(), if early.minute() < 30 { 0 } else { 30 }, 0, 0);
        opens = at(&early, half_hour, &bad)?;
        // A day that begins before midnight has hardly a past in the event's local day: begin at midnight where enough lies behind.
        let midnight = now.start_of_day().map_err(|error| bad(&error))?;
        if opens < midnight && midnight.duration_until(&now) >= BEHIND {
            opens = midnight;
        }
        closes = opens.checked_add(length).map_err(|error| bad(&error))?;
    }
    let today = i64::from(sheet.today.clamp(1, sheet.days.max(1))) - 1;
    let days = (0..i64::from(sheet.days.max(1)))
        .map(|day| {
            let moved =
                |time: &Zoned| time.checked_add((day - today).days()).map(|time| time.timestamp().as_microsecond());
            Ok(Hours { opens_at: moved(&opens)?, closes_at: moved(&closes)? })
        })
        .collect::<Result<Vec<_>, jiff::Error>>()
        .map_err(|error| bad(&error))?;
    let hours = |count: i64| count * 3_600_000_000;
    let (first, last) = (days.first().copied(), days.last().copied());
    Ok(Calendar {
        build_up_at: first.map_or(0, |day| day.opens_at) - hours(sheet.build_up_hours),
        follow_up_until: last.map_or(0, |day| day.closes_at) + hours(sheet.follow_up_hours),
        days,
        today: today as usize,
    })
}

fn at(day: &Zoned, time: Time, bad: &dyn Fn(&dyn std::fmt::Display) -> FixtureError) -> Result<Zoned, FixtureError> {
    day.with().time(time).build().map_err(|error| bad(&error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::fixtures::Fixtures;

    const HOUR: i64 = 3_600_000_000;

    fn around(time: &str) -> Result<(Calendar, i64), Box<dyn std::error::Error>> {
        let now = time.parse::<Timestamp>()?.as_microsecond();
        Ok((calendar(&Fixtures::load()?.event, now)?, now))
    }

    #[test]
    fn in_ordinary_hours_the_second_day_runs_from_nine_to_six_in_paris() -> Result<(), Box<dyn std::error::Error>> {
        let (calendar, _) = around("2026-06-10T12:20:00Z")?;
        let opens: Timestamp = "2026-06-10T07:00:00Z".parse()?;
        let closes: Timestamp = "2026-06-10T16:00:00Z".parse()?;
        assert_eq!((calendar.days.len(), calendar.today), (3, 1));
        assert_eq!(calendar.days[1], Hours { opens_at: opens.as_microsecond(), closes_at: closes.as_microsecond() });
        assert_eq!(calendar.days[0].opens_at, opens.as_microsecond() - 24 * HOUR);
        Ok(())
    }

    #[test]
    fn the_halls_are_open_with_an_hour_behind_at_any_minute_of_the_day() -> Result<(), Box<dyn std::error::Error>> {
        let start: Timestamp = "2026-10-24T22:00:00Z".parse()?;
        // Two days around the end of summer time, every seven minutes.
        for minute in (0..2 * 24 * 60).step_by(7) {
            let now = start.as_microsecond() + minute * 60_000_000;
            let calendar = calendar(&Fixtures::load()?.event, now)?;
            let today = calendar.days[calendar.today];
            assert!(now - today.opens_at >= HOUR, "{minute}");
            assert!(today.closes_at - now >= HOUR, "{minute}");
            assert!(calendar.days[0].closes_at < today.opens_at, "{minute}");
            assert!(calendar.days[2].opens_at > today.closes_at, "{minute}");
        }
        Ok(())
    }
}
