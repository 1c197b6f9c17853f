//! Slots of a meeting place: generated from opening hours, duration and breaks in the event's zone.
//!
//! The hours are those of the clock on the wall, the slots are of real time: on the night of a clock
//! change the skipped hour has no slots, and the repeated one has them twice. A break that the clock
//! shows twice lasts through both.

use super::cells::CELL_MICROS;
use crate::events::cache::EventInfo;
use crate::events::when;
use crate::fields::Fields;
use crate::problem::Problem;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use mobile_core::time::Timestamp;
use serde::Deserialize;

/// Most slots that one request makes.
const MOST_SLOTS: usize = 2_000;
const MINUTE: i64 = 60_000_000;

/// When a place is open, as it is sent.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpeningHours {
    /// The local days, such as `2026-11-22`.
    pub days: Vec<String>,
    /// From this time of each day, such as `09:00`.
    pub opens: String,
    /// To this time of each day.
    pub closes: String,
    /// How long a slot is, 5 to 480, a multiple of 5.
    pub minutes: u32,
    /// Minutes between two slots, 0 to 120, a multiple of 5.
    #[serde(default)]
    pub pause_minutes: u32,
    /// Times of each day without slots.
    #[serde(default)]
    pub breaks: Vec<Break>,
}

/// A time without slots.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MeetingBreak)]
pub struct Break {
    /// From.
    pub from: String,
    /// To.
    pub to: String,
}

/// Opening hours that cannot be wrong.
#[derive(Debug, Clone)]
pub(super) struct Hours {
    days: Vec<Date>,
    open: (Time, Time),
    minutes: i64,
    pause: i64,
    breaks: Vec<(Time, Time)>,
}

impl OpeningHours {
    /// Checks all fields.
    pub(super) fn checked(&self, event: &EventInfo) -> Result<Hours, Problem> {
        let mut wrong = Fields::default();
        let zone = event.zone();
        let (first, last) = (when::day_of(event.starts_at, &zone), when::day_of(event.ends_at, &zone));
        let mut days = Vec::new();
        if self.days.is_empty() || self.days.len() > 60 {
            wrong.wrong("/days", "must name 1 to 60 days");
        }
        for (at, text) in self.days.iter().enumerate() {
            let field = format!("/days/{at}");
            if let Some(day) = wrong.keep(&field, when::day(text)) {
                if !(first..=last).contains(&day) {
                    wrong.wrong(&field, format!("must be a day of the event, {first} to {last}"));
                }
                days.push(day);
            }
        }
        days.sort_unstable();
        days.dedup();
        let open = span(&mut wrong, ("/opens", &self.opens), ("/closes", &self.closes));
        let breaks = self.breaks.iter().enumerate().filter_map(|(at, one)| {
            span(&mut wrong, (&format!("/breaks/{at}/from"), &one.from), (&format!("/breaks/{at}/to"), &one.to))
        });
        let breaks: Vec<(Time, Time)> = breaks.collect();
        if !(5..=480).contains(&self.minutes) || !self.minutes.is_multiple_of(5) {
            wrong.wrong("/minutes", "must be from 5 to 480, a multiple of 5");
        }
        if self.pause_minutes > 120 || !self.pause_minutes.is_multiple_of(5) {
            wrong.wrong("/pause_minutes", "must be from 0 to 120, a multiple of 5");
        }
        if self.breaks.len() > 20 {
            wrong.wrong("/breaks", "has at most 20 entries");
        }
        let (minutes, pause) = (i64::from(self.minutes), i64::from(self.pause_minutes));
        let hours = open.map(|open| Hours { days, open, minutes, pause, breaks });
        let hours = wrong.done(hours)?;
        if hours.times(&zone).len() > MOST_SLOTS {
            return Err(Problem::field(
                "/days",
                format!("would make more than {MOST_SLOTS} slots; ask for fewer at once"),
            ));
        }
        Ok(hours)
    }
}

/// Two times of a day, the first one first.
fn span(wrong: &mut Fields, from: (&str, &str), to: (&str, &str)) -> Option<(Time, Time)> {
    let begin = wrong.keep(from.0, time(from.1));
    let end = wrong.keep(to.0, time(to.1));
    let (begin, end) = (begin?, end?);
    if begin >= end {
        wrong.wrong(to.0, "must be later than its beginning");
        return None;
    }
    Some((begin, end))
}

fn time(text: &str) -> Result<Time, &'static str> {
    let time: Time = text.trim().parse().map_err(|_| "must be a time such as 09:30")?;
    let is_whole = time.minute() % 5 == 0 && time.second() == 0 && time.subsec_nanosecond() == 0;
    if is_whole { Ok(time) } else { Err("must be a multiple of five minutes, such as 09:30") }
}

impl Hours {
    /// The slots, the earliest first.
    pub(super) fn times(&self, zone: &TimeZone) -> Vec<(Timestamp, Timestamp)> {
        let mut times = Vec::new();
        for day in &self.days {
            let closed: Vec<(Timestamp, Timestamp)> = self
                .breaks
                .iter()
                .map(|(from, to)| {
                    (when::on_the_wall(*day, *from, false, zone), when::on_the_wall(*day, *to, true, zone))
                })
                .collect();
            let closes = when::on_the_wall(*day, self.open.1, true, zone);
            // Zones whose offset is no multiple of five minutes are history.
            let mut at = when::on_the_wall(*day, self.open.0, false, zone);
            at = at.plus_micros(-at.as_micros().rem_euclid(CELL_MICROS));
            while times.len() <= MOST_SLOTS {
                let end = at.plus_micros(self.minutes * MINUTE);
                if end > closes {
                    break;
                }
                match closed.iter().find(|(from, to)| at < *to && *from < end) {
                    // The day goes on right after the break.
                    Some((_, to)) => at = *to,
                    None => {
                        times.push((at, end));
                        at = end.plus_micros(self.pause * MINUTE);
                    }
                }
            }
        }
        times
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starts(day: &str, (opens, closes): (&str, &str), minutes: i64, breaks: &[(&str, &str)]) -> Vec<String> {
        let hours = Hours {
            days: vec![when::day(day).unwrap()],
            open: (time(opens).unwrap(), time(closes).unwrap()),
            minutes,
            pause: 0,
            breaks: breaks.iter().map(|(from, to)| (time(from).unwrap(), time(to).unwrap())).collect(),
        };
        let times = hours.times(&TimeZone::get("Europe/Paris").unwrap());
        times.iter().map(|(at, _)| at.to_string()[11..16].to_owned()).collect()
    }

    #[test]
    fn slots_fill_the_opening_hours_around_the_breaks() {
        assert_eq!(starts("2026-11-22", ("09:00", "10:30"), 30, &[]), ["08:00", "08:30", "09:00"]);
        assert_eq!(starts("2026-11-22", ("09:00", "12:00"), 45, &[("10:00", "10:30")]), ["08:00", "09:30", "10:15"]);
        assert_eq!(starts("2026-11-22", ("09:00", "09:25"), 30, &[]), Vec::<String>::new());
    }

    #[test]
    fn the_hour_that_the_clock_skips_has_no_slots() {
        // 01:00 to 04:00 on the wall are two hours.
        assert_eq!(starts("2026-03-29", ("01:00", "04:00"), 30, &[]), ["00:00", "00:30", "01:00", "01:30"]);
        assert_eq!(starts("2026-03-29", ("02:00", "03:00"), 30, &[]), Vec::<String>::new(), "nothing lies between");
        assert_eq!(starts("2026-03-29", ("02:30", "04:00"), 30, &[]), ["01:00", "01:30"]);
    }

    #[test]
    fn the_hour_that_the_clock_repeats_has_its_slots_twice_and_its_breaks_too() {
        assert_eq!(starts("2026-10-25", ("02:00", "03:00"), 30, &[]), ["00:00", "00:30", "01:00", "01:30"]);
        assert_eq!(starts("2026-10-25", ("01:00", "04:00"), 60, &[("02:00", "03:00")]), ["23:00", "02:00"]);
    }
}
