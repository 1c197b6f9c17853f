//! The event's local time for exports: a million times of one event mostly share one offset, so the
//! offset is kept with the span in which it holds, and dates are computed from it directly.

use jiff::tz::TimeZone;
use mobile_core::time::Timestamp;
use std::ops::Range;

const MICROS: i64 = 1_000_000;
const DAY_SECONDS: i64 = 86_400;
/// Days from 1899-12-30, where spreadsheets begin to count, to 1970-01-01.
const SPREADSHEET_EPOCH_DAYS: i64 = 25_569;

/// Converts moments to local times of one zone.
#[derive(Clone, Debug)]
pub struct LocalTimes {
    zone: TimeZone,
    /// Seconds since 1970 during which `offset` holds.
    span: Range<i64>,
    offset: i64,
}

/// A date and time without a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    /// The year.
    pub year: i64,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59: leap seconds do not occur.
    pub second: u8,
    /// 0 to 999,999.
    pub microsecond: u32,
}

impl LocalTimes {
    /// The local times of a zone.
    pub fn new(zone: TimeZone) -> Self {
        Self { zone, span: 0..0, offset: 0 }
    }

    /// The times of UTC.
    pub fn utc() -> Self {
        Self::new(TimeZone::UTC)
    }

    /// The offset from UTC at a moment, in seconds.
    pub fn offset_seconds(&mut self, at: Timestamp) -> i64 {
        let seconds = at.as_micros().div_euclid(MICROS);
        if !self.span.contains(&seconds) {
            self.look_up(seconds);
        }
        self.offset
    }

    /// The local date and time of a moment.
    pub fn civil(&mut self, at: Timestamp) -> Civil {
        civil(at.as_micros().saturating_add(self.offset_seconds(at) * MICROS))
    }

    /// The local date and time as spreadsheets count it: days since 1899-12-30 with their fraction,
    /// rounded to the millisecond, which is all that they keep.
    pub fn spreadsheet_days(&mut self, at: Timestamp) -> f64 {
        spreadsheet_days(at.as_micros().saturating_add(self.offset_seconds(at) * MICROS))
    }

    /// The same for UTC.
    pub fn utc_spreadsheet_days(at: Timestamp) -> f64 {
        spreadsheet_days(at.as_micros())
    }

    fn look_up(&mut self, seconds: i64) {
        let moment = jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        // `preceding` leaves out a change at the very moment it is given; asked one second later, it
        // gives the change from which this second's offset holds.
        let after = moment.checked_add(jiff::SignedDuration::from_secs(1)).unwrap_or(moment);
        let start = self.zone.preceding(after).next().map_or(i64::MIN, |change| change.timestamp().as_second());
        let end = self.zone.following(moment).next().map_or(i64::MAX, |change| change.timestamp().as_second());
        self.offset = i64::from(self.zone.to_offset(moment).seconds());
        self.span = start..end;
    }
}

fn spreadsheet_days(micros: i64) -> f64 {
    let millis = (micros + 500).div_euclid(1000);
    millis as f64 / (DAY_SECONDS * 1000) as f64 + SPREADSHEET_EPOCH_DAYS as f64
}

/// The date and time of so many microseconds since 1970. Days to dates after Howard Hinnant,
/// "chrono-Compatible Low-Level Date Algorithms" (`civil_from_days`).
fn civil(micros: i64) -> Civil {
    let seconds = micros.div_euclid(MICROS);
    let (days, of_day) = (seconds.div_euclid(DAY_SECONDS), seconds.rem_euclid(DAY_SECONDS));
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    Civil {
        year: year_of_era + era * 400 + i64::from(month <= 2),
        month: month as u8,
        day: (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u8,
        hour: (of_day / 3600) as u8,
        minute: (of_day / 60 % 60) as u8,
        second: (of_day % 60) as u8,
        microsecond: micros.rem_euclid(MICROS) as u32,
    }
}

impl Civil {
    /// Appends `2026-11-22`, the separator, `10:15:30`.
    pub fn push_seconds(&self, separator: u8, out: &mut Vec<u8>) {
        self.push_minutes(separator, out);
        out.push(b':');
        push_digits(u32::from(self.second), 2, out);
    }

    /// Appends `2026-11-22`, the separator, `10:15`.
    pub fn push_minutes(&self, separator: u8, out: &mut Vec<u8>) {
        push_digits(self.year.clamp(0, 9999) as u32, 4, out);
        out.push(b'-');
        push_digits(u32::from(self.month), 2, out);
        out.push(b'-');
        push_digits(u32::from(self.day), 2, out);
        out.push(separator);
        push_digits(u32::from(self.hour), 2, out);
        out.push(b':');
        push_digits(u32::from(self.minute), 2, out);
    }

    /// Appends `2026-11-22T10:15:30.123456`.
    pub fn push_micros(&self, out: &mut Vec<u8>) {
        self.push_seconds(b'T', out);
        out.push(b'.');
        push_digits(self.microsecond, 6, out);
    }
}

/// Appends RFC 3339 in UTC with six decimals, the form of all our JSON.
pub fn push_utc(at: Timestamp, out: &mut Vec<u8>) {
    civil(at.as_micros()).push_micros(out);
    out.push(b'Z');
}

/// Appends RFC 3339 in local time with its offset.
pub fn push_local(at: Timestamp, times: &mut LocalTimes, out: &mut Vec<u8>) {
    let offset = times.offset_seconds(at);
    times.civil(at).push_micros(out);
    out.push(if offset < 0 { b'-' } else { b'+' });
    let minutes = offset.unsigned_abs() as u32 / 60;
    push_digits(minutes / 60, 2, out);
    out.push(b':');
    push_digits(minutes % 60, 2, out);
}

fn push_digits(number: u32, width: u32, out: &mut Vec<u8>) {
    for place in (0..width).rev() {
        out.push(b'0' + (number / 10u32.pow(place) % 10) as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(times: &mut LocalTimes, at: Timestamp) -> String {
        let mut out = Vec::new();
        push_local(at, times, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn local_times_follow_the_clock_change_of_the_event_s_zone() {
        let mut paris = LocalTimes::new(TimeZone::get("Europe/Paris").unwrap());
        for (utc, local) in [
            ("2026-10-25T00:59:59.000000Z", "2026-10-25T02:59:59.000000+02:00"),
            ("2026-10-25T01:00:00.000000Z", "2026-10-25T02:00:00.000000+01:00"),
            ("2026-03-29T01:00:00.000001Z", "2026-03-29T03:00:00.000001+02:00"),
            ("2026-10-25T00:59:59.999999Z", "2026-10-25T02:59:59.999999+02:00"),
        ] {
            assert_eq!(shown(&mut paris, utc.parse().unwrap()), local);
        }
        let mut kolkata = LocalTimes::new(TimeZone::get("Asia/Kolkata").unwrap());
        assert_eq!(shown(&mut kolkata, "2026-01-01T00:00:00Z".parse().unwrap()), "2026-01-01T05:30:00.000000+05:30");
        let mut st_johns = LocalTimes::new(TimeZone::get("America/St_Johns").unwrap());
        assert_eq!(shown(&mut st_johns, "2026-01-01T00:00:00Z".parse().unwrap()), "2025-12-31T20:30:00.000000-03:30");
    }

    #[test]
    fn spreadsheets_count_days_from_the_end_of_1899() {
        let mut times = LocalTimes::utc();
        assert!((times.spreadsheet_days("2026-01-01T12:00:00Z".parse().unwrap()) - 46_023.5).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn the_short_way_to_a_local_time_agrees_with_the_long_one(
            moments in prop::collection::vec(-2_000_000_000i64..4_000_000_000, 1..20), micros in 0i64..1_000_000,
            zone in prop::sample::select(vec!["Europe/Paris", "America/New_York", "Asia/Kathmandu", "UTC", "Pacific/Apia", "Africa/Casablanca"]),
        ) {
            let zone = TimeZone::get(zone).unwrap();
            let mut times = LocalTimes::new(zone.clone());
            for second in moments {
                let at = Timestamp::from_micros(second * MICROS + micros);
                let expected = zone.to_datetime(jiff::Timestamp::from_microsecond(at.as_micros()).unwrap());
                let found = times.civil(at);
                prop_assert_eq!(
                    (found.year, found.month, found.day, found.hour, found.minute, found.second),
                    (i64::from(expected.year()), expected.month() as u8, expected.day() as u8,
                     expected.hour() as u8, expected.minute() as u8, expected.second() as u8)
                );
                prop_assert_eq!(i64::from(found.microsecond), micros);
                let mut text = Vec::new();
                push_utc(at, &mut text);
                prop_assert_eq!(String::from_utf8(text).unwrap(), at.to_string());
            }
        }
    }
}
