//! Times as people at the event read them: in the event's zone, with its abbreviation, and in the words
//! of the request that asks.
//!
//! The browser gets the zone's offsets around now ([`EventZone::spans`]) instead of its name, so that
//! server and page always write the same text; `js/page.js` has the other half of these rules.

use crate::words::Words;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp as Instant, Zoned};
use mobile_core::time::Timestamp;
use serde::Serialize;

/// How many changes of the offset the browser gets in each direction.
const CHANGES: usize = 3;
const DAY_US: i64 = 86_400_000_000;
/// A day of an event that closes before this hour is the evening before.
const SMALL_HOURS: i8 = 6;

/// A time zone of an event.
#[derive(Debug, Clone)]
pub struct EventZone {
    zone: TimeZone,
    words: Words,
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
        Self { zone: TimeZone::get(name).unwrap_or(TimeZone::UTC), words: Words::of_request() }
    }

    /// The words that its times are told in.
    pub fn words(&self) -> Words {
        self.words
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

    /// `10:12 CET`, with the day before it when that is not today: alone in a cell, or after a colon.
    pub fn short(&self, time: Timestamp, now: Timestamp) -> String {
        let clock = format!("{} {}", self.clock(time), self.abbreviation(time));
        let day = self.day(time);
        if day == self.day(now.plus_micros(-DAY_US)) {
            self.words.t("time-yesterday").with("time", clock).into()
        } else {
            self.on_day(day, clock, now)
        }
    }

    /// `at 10:12 CET`, `yesterday at 10:12 CET` or `on Wed 1 Jul at 11:00 CEST`: after a verb.
    pub fn moment(&self, time: Timestamp, now: Timestamp) -> String {
        let clock = format!("{} {}", self.clock(time), self.abbreviation(time));
        let day = self.day(time);
        let said = if day == self.day(now) {
            self.words.t("moment-today")
        } else if day == self.day(now.plus_micros(-DAY_US)) {
            self.words.t("moment-yesterday")
        } else {
            self.words.t("moment-on-day").with("day", self.words.short_day(day))
        };
        said.with("time", clock).into()
    }

    /// `Sat 21 Nov, 10:12 CET`, today too: what is decided long before, or remembered long after.
    pub fn dated_clock(&self, time: Timestamp) -> String {
        self.dated(self.day(time), format!("{} {}", self.clock(time), self.abbreviation(time)))
    }

    /// `10:00–10:30 CET`, with the day before it when that is not today.
    pub fn span(&self, from: Timestamp, to: Timestamp, now: Timestamp) -> String {
        let clock = format!("{} {}", self.clocks(from, to), self.abbreviation(from));
        self.on_day(self.day(from), clock, now)
    }

    fn on_day(&self, day: Date, clock: String, now: Timestamp) -> String {
        if day == self.day(now) { clock } else { self.dated(day, clock) }
    }

    fn dated(&self, day: Date, clock: String) -> String {
        self.words.t("time-on-day").with("day", self.words.short_day(day)).with("time", clock).into()
    }

    /// `Sat 21 Nov, 10:12 – Sun 22 Nov, 17:40 CET`: with its days whenever it is read, as on paper.
    pub fn stretch(&self, from: Timestamp, to: Timestamp) -> String {
        let (first, last) = (self.day(from), self.day(to));
        if first == last {
            return self.dated(first, format!("{} {}", self.clocks(from, to), self.abbreviation(from)));
        }
        let end = self.dated(last, format!("{} {}", self.clock(to), self.abbreviation(to)));
        format!("{} – {end}", self.dated(first, self.clock(from)))
    }

    /// `10:00–10:30`, with the day of the end where that is another.
    pub fn clocks(&self, from: Timestamp, to: Timestamp) -> String {
        let end = self.clock(to);
        let end = if self.day(from) == self.day(to) { end } else { self.dated(self.day(to), end) };
        format!("{}–{end}", self.clock(from))
    }

    /// `2026-11-22T10:00`, as a form takes it.
    pub fn local(&self, time: Timestamp) -> String {
        self.at(time).strftime("%Y-%m-%dT%H:%M").to_string()
    }

    /// `just now`, `5 min ago`, and from an hour on the time itself.
    pub fn ago(&self, time: Timestamp, now: Timestamp) -> String {
        self.lately(time, now).unwrap_or_else(|| self.short(time, now))
    }

    /// `just now`, `5 min ago`, and from an hour on [`Self::moment`]: after a verb.
    pub fn ago_told(&self, time: Timestamp, now: Timestamp) -> String {
        self.lately(time, now).unwrap_or_else(|| self.moment(time, now))
    }

    /// What is not an hour old, by its age.
    fn lately(&self, time: Timestamp, now: Timestamp) -> Option<String> {
        match now.micros_since(time) / 1_000_000 {
            ..60 => Some(self.words.t("time-just-now").into()),
            seconds @ 60..3600 => Some(self.words.t("time-minutes-ago").with("minutes", seconds / 60).into()),
            _ => None,
        }
    }

    /// `Today`, `Yesterday` or `Friday 20 November`.
    pub fn day_name(&self, time: Timestamp, now: Timestamp) -> String {
        let day = self.day(time);
        if day == self.day(now) {
            self.words.t("time-today-name").into()
        } else if day == self.day(now.plus_micros(-DAY_US)) {
            self.words.t("time-yesterday-name").into()
        } else {
            self.words.long_day(day)
        }
    }

    /// `Day 2 of 3`, or where now lies outside the event.
    pub fn event_day(&self, starts_at: Timestamp, ends_at: Timestamp, now: Timestamp) -> String {
        let first = self.day(starts_at);
        let end = ends_at.plus_micros(-1);
        // Who closes in the small hours closes the evening before.
        let is_night = self.hour(end) < SMALL_HOURS && self.day(end) > first;
        let last = if is_night { self.day(end).yesterday().unwrap_or(first) } else { self.day(end) };
        let today = self.day(now);
        let today = if now < ends_at { today.min(last) } else { today };
        let days = |from: Date, to: Date| from.until(to).map_or(0, |span| span.get_days());
        if today < first {
            self.words.t("time-opens").with("day", self.words.long_day(first)).into()
        } else if today > last {
            self.words.t("time-ended").with("day", self.words.long_day(last)).into()
        } else {
            let (day, days) = (days(first, today) + 1, days(first, last) + 1);
            self.words.t("time-day-of").with("day", day).with("days", days).into()
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
        assert_eq!(paris.short(time("2026-11-21T22:59:00Z"), now), "yesterday, 23:59 CET");
        assert_eq!(paris.short(time("2026-07-01T09:00:00Z"), now), "Wed 1 Jul, 11:00 CEST");
    }

    #[test]
    fn times_are_told_in_the_words_of_whoever_reads() {
        let paris = EventZone { words: Words::named("fr").unwrap(), ..EventZone::named("Europe/Paris") };
        let now = time("2026-11-22T12:00:00Z");
        assert_eq!(paris.short(time("2026-11-21T22:59:00Z"), now), "hier, 23:59 CET");
        assert_eq!(paris.short(time("2026-07-01T09:00:00Z"), now), "mer. 1 juil., 11:00 CEST");
        assert_eq!(paris.day_name(time("2026-11-20T09:00:00Z"), now), "vendredi 20 novembre");
        assert_eq!(paris.ago(time("2026-11-22T11:55:00Z"), now), "il y a 5 min");
        assert_eq!(paris.moment(time("2026-11-21T22:59:00Z"), now), "hier à 23:59 CET");
        assert_eq!(paris.moment(time("2026-07-01T09:00:00Z"), now), "le mer. 1 juil. à 11:00 CEST");
    }

    #[test]
    fn a_time_goes_on_with_the_sentence_before_it() {
        let paris = EventZone::named("Europe/Paris");
        let now = time("2026-11-22T12:00:00Z");
        assert_eq!(paris.moment(time("2026-11-22T09:12:40Z"), now), "at 10:12 CET");
        assert_eq!(paris.ago_told(time("2026-11-21T22:59:00Z"), now), "yesterday at 23:59 CET");
        assert_eq!(paris.ago_told(time("2026-11-22T11:55:00Z"), now), "5 min ago");
        assert_eq!(paris.moment(time("2026-07-01T09:00:00Z"), now), "on Wed 1 Jul at 11:00 CEST");
        assert_eq!(paris.dated_clock(time("2026-11-22T09:12:40Z")), "Sun 22 Nov, 10:12 CET");
    }

    #[test]
    fn a_day_is_the_events_local_day() {
        let tokyo = EventZone::named("Asia/Tokyo");
        assert_eq!(tokyo.day(time("2026-11-21T15:30:00Z")).to_string(), "2026-11-22");
        let (start, end) = (time("2026-11-20T22:00:00Z"), time("2026-11-23T09:00:00Z"));
        assert_eq!(tokyo.event_day(start, end, time("2026-11-21T15:30:00Z")), "Day 2 of 3");
        assert_eq!(tokyo.event_day(start, end, time("2026-11-24T00:00:00Z")), "Ended Monday 23 November");
        // A party that goes on until three in the morning has no day more for it.
        let late = time("2026-11-23T18:00:00Z");
        assert_eq!(tokyo.event_day(start, late, time("2026-11-23T17:00:00Z")), "Day 3 of 3");
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
