//! The tabs of an export and their columns: codes for programs, labels for people.
//!
//! Codes are a contract: columns are added, never renamed or moved in front of others. Columns that
//! the policy withholds are left out with [`without`]; rows must then leave out the same cells.

mod specs;

use crate::partner_menu;
use crate::words::Words;
use specs::{CONTACT_SHARING, MEETINGS, NETWORKING, SCAN_LOG, SCANS, SESSIONS, Spec, WITHDRAWN};
use std::borrow::Cow;

/// A part of the Leads tab, and the sheet of the workbook that bears its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tab {
    /// A row a person.
    Scans,
    ContactSharing,
    Sessions,
    Networking,
    Meetings,
    /// A row a scan.
    ScanLog,
    /// People who withdrew their consent: that they were met, no longer who they are.
    Withdrawn,
}

impl Tab {
    /// All tabs in the order of the workbook's sheets.
    pub const ALL: [Self; 7] = [
        Self::Scans,
        Self::ContactSharing,
        Self::Sessions,
        Self::Networking,
        Self::Meetings,
        Self::ScanLog,
        Self::Withdrawn,
    ];

    /// The part of the Leads tab that it shows, where the organiser may close that on its own.
    pub const fn part(self) -> Option<partner_menu::Tab> {
        match self {
            Self::ContactSharing => Some(partner_menu::Tab::LeadsContactSharing),
            Self::Sessions => Some(partner_menu::Tab::LeadsSessions),
            Self::Networking => Some(partner_menu::Tab::LeadsNetworking),
            Self::Meetings => Some(partner_menu::Tab::LeadsMeetings),
            Self::Scans | Self::ScanLog | Self::Withdrawn => None,
        }
    }

    /// Its name in `tab=` and in file names.
    pub fn code(self) -> &'static str {
        match self {
            Self::Scans => "scans",
            Self::ContactSharing => "contact_sharing",
            Self::Sessions => "sessions",
            Self::Networking => "networking",
            Self::Meetings => "meetings",
            Self::ScanLog => "scan_log",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The tab that programs call so.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tab| tab.code() == code)
    }

    /// The tab's columns; `questions` are those of the exhibitor's form, for the tabs that show answers.
    pub fn columns(self, questions: &[Question]) -> Vec<Column> {
        let specs = match self {
            Self::Scans => SCANS,
            Self::ContactSharing => CONTACT_SHARING,
            Self::Sessions => SESSIONS,
            Self::Networking => NETWORKING,
            Self::Meetings => MEETINGS,
            Self::ScanLog => SCAN_LOG,
            Self::Withdrawn => WITHDRAWN,
        };
        let mut columns = Vec::with_capacity(specs.len() + questions.len());
        for (code, kind) in specs {
            columns.push(Column::new(*code, *kind));
            if self == Self::Scans && *code == "notes" {
                for question in questions {
                    columns.push(question.column(specs));
                }
            }
        }
        columns
    }
}

/// A question of the exhibitor's form; its column stands after the notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What programs call it.
    pub code: String,
    /// What people read.
    pub label: String,
    /// What a CSV file's only header says; the code where no form has words for it.
    pub heading: Option<String>,
}

impl Question {
    /// A question called like a fixed column gets a prefix, so that no code stands twice.
    fn column(&self, specs: &[Spec]) -> Column {
        let is_taken = specs.iter().any(|(code, ..)| *code == self.code);
        let code = if is_taken { format!("question_{}", self.code) } else { self.code.clone() };
        Column { heading: self.heading.clone().map(Cow::from), ..Column::new(code, Kind::Text).labelled(&self.label) }
    }
}

/// One column: its code, its label, and how wide and in what form its cells are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    code: Cow<'static, str>,
    /// None: the text `column-CODE`.
    label: Option<String>,
    kind: Kind,
    heading: Option<Cow<'static, str>>,
}

impl Column {
    /// A column with its code and what it holds.
    pub fn new(code: impl Into<Cow<'static, str>>, kind: Kind) -> Self {
        Self { code: code.into(), label: None, kind, heading: None }
    }

    /// The column with a label of its own, whatever the language.
    #[must_use]
    pub fn labelled(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// What programs call it: the CSV header, and the second header row of a sheet.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// What the only header of a CSV file says: the code, but the words of an exhibitor's question.
    pub fn heading(&self) -> &str {
        self.heading.as_deref().unwrap_or(&self.code)
    }

    /// What people read above it.
    pub fn label(&self, words: Words) -> String {
        self.label.clone().unwrap_or_else(|| words.t(&format!("column-{}", self.code)).into())
    }

    /// What its cells hold.
    pub fn kind(&self) -> Kind {
        self.kind
    }
}

/// What a column holds, for its width and number format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An id or another text that people seldom read.
    Id,
    /// A word or two.
    Short,
    Text,
    /// Sentences.
    Long,
    Number,
    /// A moment in the event's local time.
    Local,
    /// A moment in UTC.
    Utc,
}

/// The columns but those whose codes are withheld.
pub fn without(columns: Vec<Column>, withheld: &[&str]) -> Vec<Column> {
    columns.into_iter().filter(|column| !withheld.contains(&column.code())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn codes(columns: &[Column]) -> String {
        columns.iter().map(Column::code).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn the_scans_tab_has_the_columns_of_the_contract_in_its_order() {
        let questions = [
            Question { code: "budget".to_owned(), label: "Budget?".to_owned(), heading: None },
            Question { code: "company".to_owned(), label: "Company size".to_owned(), heading: None },
        ];
        assert_eq!(
            codes(&Tab::Scans.columns(&questions)),
            "lead_id, badge_number, registration_ref, category, first_name, last_name, job_title, company, email, phone, \
             street, postcode, city, country, language, rating, stage, tags, notes, budget, question_company, \
             first_scanned_at, last_scanned_at, first_scanned_at_utc, last_scanned_at_utc, scan_count, scanned_by, devices, \
             booths, owner, sources, disclosure_consent, marketing_consent, consent_at, notice_version, match, created_at, \
             updated_at"
        );
    }

    #[test]
    fn every_tab_has_distinct_codes() {
        for tab in Tab::ALL {
            assert_eq!(Tab::from_code(tab.code()), Some(tab));
            let columns = tab.columns(&[]);
            let distinct: HashSet<&str> = columns.iter().map(Column::code).collect();
            assert_eq!(distinct.len(), columns.len(), "{tab:?}");
        }
        assert_eq!(Tab::from_code("leads"), None);
    }

    #[test]
    fn a_label_is_said_in_the_language_of_who_reads_and_in_english_where_that_has_none() {
        let words = Words::written("de", "column-first_name = Vorname");
        let label = |code, words| Column::new(code, Kind::Text).label(words);
        assert_eq!([label("first_name", words), label("last_name", words)], ["Vorname", "Last name"]);
        assert_eq!(label("first_name", Words::named("fr").unwrap()), "Prénom");
        assert_eq!(Column::new("budget", Kind::Text).labelled("Budget?").label(words), "Budget?");
    }

    #[test]
    fn withheld_columns_are_left_out() {
        let columns = without(Tab::Scans.columns(&[]), &["phone", "street"]);
        assert!(!codes(&columns).contains("phone"));
        assert_eq!(columns.len(), SCANS.len() - 2);
    }

    #[test]
    fn the_withdrawn_tab_says_nothing_of_who_a_person_is() {
        let found = codes(&Tab::Withdrawn.columns(&[]));
        for personal in ["name", "email", "phone", "company", "notes", "registration_ref", "badge_number"] {
            assert!(!found.contains(personal), "{personal}");
        }
    }
}
