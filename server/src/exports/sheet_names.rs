//! The names of a workbook's sheets, such as spreadsheets take them, whatever a translator wrote: neither
//! empty nor too long, without the signs of formulas, and none twice.

use super::columns::Tab;
use crate::words::Words;

/// The longest name of a sheet, in UTF-16 units.
const MAX_UNITS: usize = 31;

/// The names of all sheets, in one language.
#[derive(Clone, Debug)]
pub struct SheetNames {
    tabs: [String; Tab::ALL.len()],
    about: String,
}

impl SheetNames {
    /// The names in a language.
    pub fn new(words: Words) -> Self {
        let mut taken: Vec<String> = Vec::new();
        let mut name = |code: &str| {
            let wished = fitting(&words.t(&format!("sheet-{code}")).to_string(), "");
            let wished = if wished.is_empty() { code.to_owned() } else { wished };
            let mut found = wished.clone();
            let mut number = 1;
            // Spreadsheets know no difference of case.
            while taken.contains(&found.to_lowercase()) {
                number += 1;
                found = fitting(&wished, &format!(" {number}"));
            }
            taken.push(found.to_lowercase());
            found
        };
        Self { tabs: Tab::ALL.map(|tab| name(tab.code())), about: name("about") }
    }

    /// The name of a tab's sheet.
    pub fn of(&self, tab: Tab) -> &str {
        // Tabs are numbered in the order of their sheets.
        &self.tabs[tab as usize]
    }

    /// The name of the sheet that a tab goes on in, 2 for the first further one.
    pub fn further(&self, tab: Tab, number: usize) -> String {
        fitting(self.of(tab), &format!(" ({number})"))
    }

    /// The name of the sheet that says what the export is.
    pub fn about(&self) -> &str {
        &self.about
    }
}

/// A name without what spreadsheets refuse, cut so that the end has room.
fn fitting(name: &str, end: &str) -> String {
    let mut room = MAX_UNITS - end.encode_utf16().count();
    let allowed = |c: &char| !c.is_control() && !matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\');
    let mut short = String::new();
    for c in name.chars().filter(allowed) {
        let Some(left) = room.checked_sub(c.len_utf16()) else { break };
        room = left;
        short.push(c);
    }
    // A name in quotation marks would be one of another workbook.
    format!("{}{end}", short.trim().trim_matches('\''))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreadsheets_take_the_names_of_every_language_as_they_are_written() {
        for words in Words::all() {
            let names = SheetNames::new(words);
            for tab in Tab::ALL {
                assert_eq!(names.of(tab), words.t(&format!("sheet-{}", tab.code())).to_string(), "{words:?}");
            }
            assert_eq!(names.about(), words.t("sheet-about").to_string(), "{words:?}");
        }
    }

    #[test]
    fn whatever_a_translator_writes_becomes_a_name_that_spreadsheets_take() {
        let words = Words::written(
            "xx",
            "sheet-scans = 'Scans: [all] of them?'\n\
             sheet-meetings = Alle Besprechungen, die vereinbart wurden\n\
             sheet-networking = ALLE BESPRECHUNGEN, DIE VEREINBART WERDEN\n\
             sheet-sessions = ///\nsheet-about = {\"\"}",
        );
        let names = SheetNames::new(words);
        assert_eq!(names.of(Tab::Scans), "Scans all of them");
        assert_eq!(names.of(Tab::Networking), "ALLE BESPRECHUNGEN, DIE VEREINB");
        assert_eq!(names.of(Tab::Meetings), "Alle Besprechungen, die verei 2");
        assert_eq!((names.of(Tab::Sessions), names.about()), ("sessions", "about"));
        assert_eq!(names.of(Tab::Withdrawn), "Withdrawn", "what is missing is English");
        assert_eq!(names.further(Tab::Networking, 12), "ALLE BESPRECHUNGEN, DIE VE (12)");
    }
}
