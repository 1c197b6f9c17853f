//! The sheet that says what an export is: of which event, for whom, filtered how, as of when.

use super::columns::Tab;
use super::sheet_names::SheetNames;
use crate::words::Words;
use mobile_core::time::Timestamp;

/// What stands on the About sheet.
#[derive(Clone, Debug)]
pub struct About<'a> {
    /// The event's name.
    pub event: &'a str,
    /// The exhibitor's name.
    pub exhibitor: &'a str,
    /// IANA name of the event's zone, in which local times are shown.
    pub time_zone: &'a str,
    /// The list's filter in words or as its query.
    pub filter: &'a str,
    /// Who made the export.
    pub person: &'a str,
    /// What the consent columns reflect, such as "as of the newest position".
    pub consent_state: &'a str,
    /// When it was asked for.
    pub exported_at: Timestamp,
    /// The position of the feed after which it begins; 0: everything.
    pub from_seq: i64,
    /// The position up to and with which it reaches.
    pub to_seq: i64,
}

/// A line of the About sheet.
#[derive(Clone, Debug, PartialEq)]
pub enum AboutValue<'a> {
    Text(&'a str),
    Number(i64),
    Local(Timestamp),
    Utc(Timestamp),
}

impl<'a> About<'a> {
    /// Label, code and value of each line, then the rows of each tab in the workbook's order.
    pub fn lines(
        &self,
        counts: &[(Tab, u64)],
        words: Words,
        names: &SheetNames,
    ) -> Vec<(String, String, AboutValue<'a>)> {
        let fixed = [
            ("about-event", AboutValue::Text(self.event)),
            ("about-exhibitor", AboutValue::Text(self.exhibitor)),
            ("about-time_zone", AboutValue::Text(self.time_zone)),
            ("about-filter", AboutValue::Text(self.filter)),
            ("about-exported_by", AboutValue::Text(self.person)),
            ("about-exported_at", AboutValue::Local(self.exported_at)),
            ("about-exported_at_utc", AboutValue::Utc(self.exported_at)),
            ("about-consent_state", AboutValue::Text(self.consent_state)),
            ("about-from_seq", AboutValue::Number(self.from_seq)),
            ("about-to_seq", AboutValue::Number(self.to_seq)),
        ];
        let fixed = fixed.into_iter().map(|(key, value)| {
            let code = key.trim_start_matches("about-");
            (words.t(key).to_string(), code.to_owned(), value)
        });
        let rows = counts.iter().map(|(tab, rows)| {
            let label = words.t("about-rows").with("sheet", names.of(*tab));
            let rows = AboutValue::Number((*rows).try_into().unwrap_or(i64::MAX));
            (label.to_string(), format!("rows_{}", tab.code()), rows)
        });
        fixed.chain(rows).collect()
    }
}
