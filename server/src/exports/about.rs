//! The sheet that says what an export is: of which event, for whom, filtered how, as of when.

use super::columns::Tab;
use crate::mail::Language;
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
    /// The list's filter in words or as its query; empty for everything.
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
    pub fn lines(&self, counts: &[(Tab, u64)], language: Language) -> Vec<(String, String, AboutValue<'a>)> {
        let mut lines = Vec::new();
        let mut push = |english: &str, french: &str, code: &str, value| {
            lines.push((language.pick(english, french).to_owned(), code.to_owned(), value));
        };
        let filter = if self.filter.is_empty() { language.pick("everything", "tout") } else { self.filter };
        push("Event", "Événement", "event", AboutValue::Text(self.event));
        push("Exhibitor", "Exposant", "exhibitor", AboutValue::Text(self.exhibitor));
        push("Time zone", "Fuseau horaire", "time_zone", AboutValue::Text(self.time_zone));
        push("Filter", "Filtre", "filter", AboutValue::Text(filter));
        push("Exported by", "Exporté par", "exported_by", AboutValue::Text(self.person));
        push("Exported", "Exporté le", "exported_at", AboutValue::Local(self.exported_at));
        push("Exported (UTC)", "Exporté le (UTC)", "exported_at_utc", AboutValue::Utc(self.exported_at));
        push("State of consent", "État des accords", "consent_state", AboutValue::Text(self.consent_state));
        push("From position", "De la position", "from_seq", AboutValue::Number(self.from_seq));
        push("To position", "À la position", "to_seq", AboutValue::Number(self.to_seq));
        for (tab, rows) in counts {
            let label = format!("{} {}", language.pick("Rows of", "Lignes de"), tab.sheet_name(language));
            lines.push((
                label,
                format!("rows_{}", tab.code()),
                AboutValue::Number((*rows).try_into().unwrap_or(i64::MAX)),
            ));
        }
        lines
    }

    /// The name of the sheet.
    pub fn sheet_name(language: Language) -> &'static str {
        language.pick("About", "À propos")
    }
}
