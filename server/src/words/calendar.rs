//! Numbers and days as the language writes them; `number-group` and the `date-` messages say how.

use super::Words;
use fluent_bundle::FluentArgs;
use jiff::civil::{Date, DateTime};

impl Words {
    /// `12,345`.
    pub fn number(self, number: u64) -> String {
        self.t("number-grouped").with("number", number).to_string()
    }

    /// `3.82`, of 382 hundredths.
    pub fn hundredths(self, number: u64) -> String {
        let part = format!("{:02}", number % 100);
        self.t("number-decimal").with("whole", self.number(number / 100)).with("part", part).into()
    }

    /// `Wed 1 Jul`.
    pub fn short_day(self, day: Date) -> String {
        self.day(day, "date-short", "date-weekdays-short", "date-months-short")
    }

    /// `Wednesday 1 July`.
    pub fn long_day(self, day: Date) -> String {
        self.day(day, "date-long", "date-weekdays", "date-months")
    }

    /// `1 July 2026`.
    pub fn date(self, day: Date) -> String {
        self.t("date-year").with("day", self.month_day(day)).with("year", day.year().to_string()).into()
    }

    /// `Wednesday 1 July 2026`.
    pub fn long_date(self, day: Date) -> String {
        self.t("date-year").with("day", self.long_day(day)).with("year", day.year().to_string()).into()
    }

    /// `1 July`.
    pub fn month_day(self, day: Date) -> String {
        self.day(day, "date-month-day", "date-weekdays", "date-months")
    }

    /// `1 July 2026, 09:00`.
    pub fn date_and_time(self, at: DateTime) -> String {
        let time = format!("{:02}:{:02}", at.hour(), at.minute());
        self.t("date-moment").with("day", self.date(at.date())).with("time", time).into()
    }

    fn day(self, day: Date, pattern: &str, weekdays: &str, months: &str) -> String {
        let weekday = self.nth(weekdays, day.weekday().to_monday_zero_offset());
        let month = self.nth(months, day.month() - 1);
        self.t(pattern).with("weekday", weekday).with("day", day.day()).with("month", month).to_string()
    }

    /// One name of a list that a message has: `Monday Tuesday …`.
    fn nth(self, list: &str, index: i8) -> String {
        let names = self.say(list, &FluentArgs::new());
        let index = usize::try_from(index).unwrap_or_default();
        names.split_whitespace().nth(index).unwrap_or_default().to_owned()
    }
}
