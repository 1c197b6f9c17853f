//! Times as people at the event read them: in the event's zone, with its abbreviation.
//!
//! The browser gets the zone's offsets around now ([`EventZone::spans`]) instead of its name, so that
//! server and page always write the same text; `js/page.js` has the other half of these rules.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp as Instant, Zoned};
use mobile_core::time::Timestamp;
use serde::Serialize;

/// How many changes of the offset the browser gets in each direction.
const CHANGES: usize = 3;
const DAY_US: i64 = 86_400_000_000;

/// A time zone of an event.
#[derive(Debug, Clone)]
pub struct EventZone {
    zone: TimeZone,
}

/// An offset of a zone and when it began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Span {
    /// Unix milliseconds.
    pub from_ms: i64,
    /// Seconds east of Greenwich.
    pub offset_s: i32,
    /// `CET`, or `UTC-3` for zones without a name of their own.
    pub abbreviation: String,
}

impl EventZone {
    /// The zone of this IANA name; UTC for a name that no longer exists.
    pub fn named(name: &str) -> Self {
        Self { zone: TimeZone::get(name).unwrap_or(TimeZone::UTC) }
    }

    fn at(&self, time: Timestamp) -> Zoned {
        // Every `Timestamp` lies within jiff's range.
        Instant::from_microsecond(time.as_micros()).unwrap_or(Instant::UNIX_EPOCH).to_zoned(self.zone.clone())
    }

    /// `CET`.
    pub fn abbreviation(&self, time: Timestamp) -> String {
        readable(self.zone.to_offset_info(self.at(time).timestamp()).abbreviation())
    }

    /// The local day.
    pub fn day(&self, time: Timestamp) -> Date {
        self.at(time).date()
    }

    /// The local hour, 0 to 23.
    pub fn hour(&self, time: Timestamp) -> i8 {
        self.at(time).hour()
    }

    /// `10:12`.
    pub fn clock(&self, time: Timestamp) -> String {
        self.at(time).strftime("%H:%M").to_string()
    }

    /// `10:12 CET`, with the day before it when that is not today.
    pub fn short(&self, time: Timestamp, now: Timestamp) -> String {
        let clock = format!("{} {}", self.clock(time), self.abbreviation(time));
        let day = self.day(time);
        if day == self.day(now) {
            clock
        } else if day == self.day(now.plus_micros(-DAY_US)) {
            format!("Yesterday, {clock}")
        } else {
            format!("{}, {clock}", day.strftime("%a %-d %b"))
        }
    }

    /// `10:00–10:30 CET`, with the day before it when that is not today.
    pub fn span(&self, from: Timestamp, to: Timestamp, now: Timestamp) -> String {
        let clock = format!("{} {}", self.clocks(from, to), self.abbreviation(from));
        let day = self.day(from);
        if day == self.day(now) { clock } else { format!("{}, {clock}", day.strftime("%a %-d %b")) }
    }

    /// `10:00–10:30`, with the day of the end where that is another.
    pub fn clocks(&self, from: Timestamp, to: Timestamp) -> String {
        if self.day(from) == self.day(to) {
            format!("{}–{}", self.clock(from), self.clock(to))
        } else {
            format!("{}–{}, {}", self.clock(from), self.day(to).strftime("%a %-d %b"), self.clock(to))
        }
    }

    /// `2026-11-22T10:00`, as a form takes it.
    pub fn local(&self, time: Timestamp) -> String {
        self.at(time).strftime("%Y-%m-%dT%H:%M").to_string()
    }

    /// `just now`, `5 min ago`, and from an hour on the time itself.
    pub fn ago(&self, time: Timestamp, now: Timestamp) -> String {
        match now.micros_since(time) / 1_000_000 {
            ..60 => "just now".to_owned(),
            seconds @ 60..3600 => format!("{} min ago", seconds / 60),
            _ => self.short(time, now),
        }
    }

    /// `Today`, `Yesterday` or `Friday 20 November`.
    pub fn day_name(&self, time: Timestamp, now: Timestamp) -> String {
        let day = self.day(time);
        if day == self.day(now) {
            "Today".to_owned()
        } else if day == self.day(now.plus_micros(-DAY_US)) {
            "Yesterday".to_owned()
        } else {
            day.strftime("%A %-d %B").to_string()
        }
    }

    /// `Day 2 of 3`, or where now lies outside the event.
    pub fn event_day(&self, starts_at: Timestamp, ends_at: Timestamp, now: Timestamp) -> String {
        let first = self.day(starts_at);
        let last = self.day(ends_at.plus_micros(-1));
        let today = self.day(now);
        let days = |from: Date, to: Date| from.until(to).map_or(0, |span| span.get_days());
        if today < first {
            format!("Opens {}", first.strftime("%A %-d %B"))
        } else if today > last {
            format!("Ended {}", last.strftime("%A %-d %B"))
        } else {
            format!("Day {} of {}", days(first, today) + 1, days(first, last) + 1)
        }
    }

    /// The offsets around `now`, oldest first; never empty.
    pub fn spans(&self, now: Timestamp) -> Vec<Span> {
        let now = self.at(now).timestamp();
        let span = |from: Instant, offset: jiff::tz::Offset, name: &str| Span {
            from_ms: from.as_millisecond(),
            offset_s: offset.seconds(),
            abbreviation: readable(name),
        };
        let before = self.zone.preceding(now).take(CHANGES);
        let mut spans: Vec<Span> =
            before.map(|change| span(change.timestamp(), change.offset(), change.abbreviation())).collect();
        spans.reverse();
        if spans.is_empty() {
            let info = self.zone.to_offset_info(now);
            spans.push(span(Instant::UNIX_EPOCH, info.offset(), info.abbreviation()));
        }
        let after = self.zone.following(now).take(CHANGES);
        spans.extend(after.map(|change| span(change.timestamp(), change.offset(), change.abbreviation())));
        spans
    }
}

/// Zones without letters are called `-03` in the database.
fn readable(abbreviation: &str) -> String {
    match abbreviation.as_bytes().first() {
        Some(b'+' | b'-') => {
            let (sign, digits) = abbreviation.split_at(1);
            let hours = digits.get(..2).unwrap_or(digits).trim_start_matches('0');
            let minutes =
                digits.get(2..).filter(|rest| !rest.is_empty()).map_or_else(String::new, |rest| format!(":{rest}"));
            format!("UTC{sign}{}{minutes}", if hours.is_empty() { "0" } else { hours })
        }
        _ => abbreviation.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn times_are_in_the_events_zone_with_its_abbreviation() {
        let paris = EventZone::named("Europe/Paris");
        let now = time("2026-11-22T12:00:00Z");
        assert_eq!(paris.short(time("2026-11-22T09:12:40Z"), now), "10:12 CET");
        assert_eq!(paris.short(time("2026-11-21T22:59:00Z"), now), "Yesterday, 23:59 CET");
        assert_eq!(paris.short(time("2026-07-01T09:00:00Z"), now), "Wed 1 Jul, 11:00 CEST");
    }

    #[test]
    fn a_day_is_the_events_local_day() {
        let tokyo = EventZone::named("Asia/Tokyo");
        assert_eq!(tokyo.day(time("2026-11-21T15:30:00Z")).to_string(), "2026-11-22");
        let (start, end) = (time("2026-11-20T22:00:00Z"), time("2026-11-23T09:00:00Z"));
        assert_eq!(tokyo.event_day(start, end, time("2026-11-21T15:30:00Z")), "Day 2 of 3");
        assert_eq!(tokyo.event_day(start, end, time("2026-11-24T00:00:00Z")), "Ended Monday 23 November");
    }

    #[test]
    fn a_zone_without_letters_is_named_by_its_offset() {
        let now = time("2026-11-22T12:00:00Z");
        assert_eq!(EventZone::named("America/Sao_Paulo").abbreviation(now), "UTC-3");
        assert_eq!(EventZone::named("Asia/Kathmandu").abbreviation(now), "UTC+5:45");
        assert_eq!(EventZone::named("Nowhere/Else").abbreviation(now), "UTC");
    }

    #[test]
    fn the_browser_gets_the_offset_that_holds_now() {
        let now = time("2026-11-22T12:00:00Z");
        let spans = EventZone::named("Europe/Paris").spans(now);
        let current = spans.iter().rfind(|span| span.from_ms <= now.as_micros() / 1000).unwrap();
        assert_eq!((current.offset_s, current.abbreviation.as_str()), (3600, "CET"));
        assert_eq!(EventZone::named("UTC").spans(now).len(), 1);
    }
}
