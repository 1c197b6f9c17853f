//! The demo event's data, read from the hand-written files under `fixtures/demo`.
//!
//! The files are embedded in the binary, so that the demo needs no folder beside it. Rows are
//! checked against each other here once: the rest of the demo may trust them.

use super::diary::MeetingSheets;
use super::letters::ConversationSheet;
use super::programme::SessionSheet;
use super::questions::QuestionSheets;
use super::showcase::{PackageSheet, ProfileSheets};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

macro_rules! embedded {
    ($name:literal) => {
        ($name, include_str!(concat!("../../../fixtures/demo/", $name)))
    };
}

/// What is wrong with a fixture file, and where.
#[derive(Debug)]
pub struct FixtureError {
    file: &'static str,
    detail: String,
}

impl std::fmt::Display for FixtureError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "fixtures/demo/{}: {}", self.file, self.detail)
    }
}

impl std::error::Error for FixtureError {}

/// `event.toml`: the event itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventSheet {
    pub slug: String,
    pub name: String,
    pub claim: String,
    pub organizer: String,
    pub venue: String,
    pub timezone: String,
    /// How many days the event lasts, and which of them (from 1) is the day the demo starts on.
    pub days: u32,
    pub today: u32,
    /// Local opening hours, `HH:MM`.
    pub opens: String,
    pub closes: String,
    pub build_up_hours: i64,
    pub follow_up_hours: i64,
    #[serde(rename = "hall")]
    pub halls: Vec<Hall>,
    #[serde(rename = "category")]
    pub categories: Vec<CategorySheet>,
}

/// A hall and what is shown in it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hall {
    pub name: String,
    pub theme: String,
}

/// Whether a scan of a category discloses anything (design rule 12).
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Scannable {
    Yes,
    Ask,
    No,
}

/// One of the organiser's categories, with its disclosure policy and its part in the traffic.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategorySheet {
    pub key: String,
    pub name: String,
    pub name_fr: String,
    pub colour: String,
    pub count: usize,
    pub scannable: Scannable,
    pub fields: Vec<String>,
    pub listed: bool,
    /// Stands that scan a person of this category on one day, on average.
    pub visits: f64,
    /// How many of a hundred come on a given day.
    pub present: f64,
}

/// A row of `exhibitors.csv`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExhibitorRow {
    pub slug: String,
    pub name: String,
    pub hall: String,
    pub booth: String,
    pub industry: String,
    pub country: String,
    /// How strongly the stand draws visitors, 1 to 10.
    pub draw: u32,
    /// Lead devices that it has in use; none at a stand that scans nobody.
    pub phones: usize,
    /// How far it came before the doors opened.
    pub ready: Ready,
}

/// How far an exhibitor came before the doors opened.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Ready {
    /// Its admin never signed in.
    Absent,
    /// Its phones never scanned the practice badge.
    Untested,
    Tested,
}

impl Ready {
    /// Whether its admin signed in.
    pub fn has_signed_in(self) -> bool {
        self != Self::Absent
    }
}

/// A row of `team.csv` or `organizer.csv`: a named person with an account.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountRow {
    /// The exhibitor's slug; absent in `organizer.csv`.
    #[serde(default)]
    pub exhibitor: String,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    /// Roles, separated by spaces.
    #[serde(alias = "role")]
    pub roles: String,
    /// What the demo calls this person when it prints the sign-ins; may be empty.
    pub key: String,
}

impl AccountRow {
    /// First and last name.
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

/// A row of `devices.csv`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceRow {
    pub platform: String,
    pub name: String,
}

/// A row of `tags.csv`; industry `*` fits every exhibitor.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TagRow {
    pub industry: String,
    pub tag: String,
}

/// A row of `notes.csv`: what staff of an industry write about a lead with this rating.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteRow {
    pub industry: String,
    pub rating: String,
    pub text: String,
}

/// A row of `titles.csv`; language `*` fits every person.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TitleRow {
    pub category: String,
    pub language: String,
    pub title: String,
}

/// What sort of organisation a company row is.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum CompanyKind {
    Industry,
    Media,
    School,
    Institution,
    Crew,
}

/// A row of `companies.csv`: where visitors work. Country `*` takes people of any country.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompanyRow {
    pub kind: CompanyKind,
    pub country: String,
    pub name: String,
    pub city: String,
    pub postcode: String,
}

/// Everything the demo's event is made from.
#[derive(Debug)]
pub struct Fixtures {
    pub event: EventSheet,
    pub exhibitors: Vec<ExhibitorRow>,
    pub team: Vec<AccountRow>,
    pub organizer: Vec<AccountRow>,
    pub devices: Vec<DeviceRow>,
    pub tags: Vec<TagRow>,
    pub notes: Vec<NoteRow>,
    pub questions: QuestionSheets,
    pub sessions: Vec<SessionSheet>,
    pub packages: Vec<PackageSheet>,
    pub profiles: ProfileSheets,
    pub meetings: MeetingSheets,
    pub conversations: Vec<ConversationSheet>,
    pub titles: Vec<TitleRow>,
    pub companies: Vec<CompanyRow>,
    pub cultures: Vec<super::names::Culture>,
}

/// The slug of the exhibitor that the demo tells its story about.
pub const HERO: &str = "vantelle";

impl Fixtures {
    /// Reads the embedded files.
    pub fn load() -> Result<Self, FixtureError> {
        #[derive(Deserialize)]
        struct Sessions {
            session: Vec<SessionSheet>,
        }
        #[derive(Deserialize)]
        struct Packages {
            package: Vec<PackageSheet>,
        }
        #[derive(Deserialize)]
        struct Conversations {
            conversation: Vec<ConversationSheet>,
        }
        let loaded = Self {
            event: from_toml(embedded!("event.toml"))?,
            exhibitors: from_csv(embedded!("exhibitors.csv"))?,
            team: from_csv(embedded!("team.csv"))?,
            organizer: from_csv(embedded!("organizer.csv"))?,
            devices: from_csv(embedded!("devices.csv"))?,
            tags: from_csv(embedded!("tags.csv"))?,
            notes: from_csv(embedded!("notes.csv"))?,
            questions: from_toml(embedded!("questions.toml"))?,
            sessions: from_toml::<Sessions>(embedded!("sessions.toml"))?.session,
            packages: from_toml::<Packages>(embedded!("packages.toml"))?.package,
            profiles: from_toml(embedded!("profiles.toml"))?,
            meetings: from_toml(embedded!("meetings.toml"))?,
            conversations: from_toml::<Conversations>(embedded!("conversations.toml"))?.conversation,
            titles: from_csv(embedded!("titles.csv"))?,
            companies: from_csv(embedded!("companies.csv"))?,
            cultures: super::names::read(embedded!("names.toml"))?,
        };
        loaded.check()?;
        Ok(loaded)
    }

    /// The category with this key.
    pub fn category(&self, key: &str) -> Option<&CategorySheet> {
        self.event.categories.iter().find(|category| category.key == key)
    }

    /// The disclosure policy of the categories, as the API takes it.
    pub fn disclosure(&self) -> Value {
        let rule = |category: &CategorySheet| {
            let mut rule = serde_json::json!({ "scannable": category.scannable, "listed": category.listed });
            if !category.fields.iter().any(|field| field == "contact") {
                rule["fields"] = serde_json::json!(category.fields);
            }
            (category.key.clone(), rule)
        };
        Value::Object(self.event.categories.iter().map(rule).collect())
    }

    /// The position of the exhibitor that the demo is about.
    pub fn hero(&self) -> usize {
        self.exhibitors.iter().position(|row| row.slug == HERO).unwrap_or(0)
    }

    fn check(&self) -> Result<(), FixtureError> {
        for row in &self.exhibitors {
            if !self.event.halls.iter().any(|hall| hall.name == row.hall) {
                return Err(wrong("exhibitors.csv", format!("{} stands in the unknown hall {}", row.slug, row.hall)));
            }
        }
        for row in &self.team {
            if !self.exhibitors.iter().any(|exhibitor| exhibitor.slug == row.exhibitor) {
                return Err(wrong("team.csv", format!("{} belongs to no exhibitor", row.email)));
            }
        }
        for row in &self.titles {
            if self.category(&row.category).is_none() {
                return Err(wrong("titles.csv", format!("{} has the unknown category {}", row.title, row.category)));
            }
        }
        for question in self.questions.question.iter().chain(&self.questions.team) {
            if question.choices.len() != question.weights.len() {
                return Err(wrong("questions.toml", format!("{} needs one weight a choice", question.key)));
            }
            if ![0, question.choices.len()].contains(&question.choices_fr.len()) {
                return Err(wrong("questions.toml", format!("{} needs every choice in French", question.key)));
            }
        }
        Ok(())
    }
}

pub(super) fn wrong(file: &'static str, detail: impl std::fmt::Display) -> FixtureError {
    FixtureError { file, detail: detail.to_string() }
}

pub(super) fn from_toml<T: DeserializeOwned>((file, text): (&'static str, &str)) -> Result<T, FixtureError> {
    toml::from_str(text).map_err(|error| wrong(file, error))
}

fn from_csv<T: DeserializeOwned>((file, text): (&'static str, &str)) -> Result<Vec<T>, FixtureError> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(|error| wrong(file, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_event_has_sixty_exhibitors_in_three_halls_on_stands_of_their_own() -> Result<(), FixtureError> {
        let fixtures = Fixtures::load()?;
        assert_eq!(fixtures.exhibitors.len(), 60);
        assert_eq!(fixtures.event.halls.len(), 3);
        let stands: std::collections::BTreeSet<_> =
            fixtures.exhibitors.iter().map(|row| (&row.hall, &row.booth)).collect();
        let slugs: std::collections::BTreeSet<_> = fixtures.exhibitors.iter().map(|row| &row.slug).collect();
        assert_eq!((stands.len(), slugs.len()), (60, 60));
        assert_eq!(fixtures.exhibitors[fixtures.hero()].slug, HERO);
        Ok(())
    }

    #[test]
    fn nine_categories_hold_2500_people_and_minors_disclose_nothing() -> Result<(), FixtureError> {
        let fixtures = Fixtures::load()?;
        assert_eq!(fixtures.event.categories.len(), 9);
        assert_eq!(fixtures.event.categories.iter().map(|category| category.count).sum::<usize>(), 2_500);
        for key in ["crew", "minor"] {
            let category = fixtures.category(key).ok_or_else(|| wrong("event.toml", key))?;
            assert_eq!((category.scannable, category.fields.len(), category.listed), (Scannable::No, 0, false));
        }
        Ok(())
    }

    #[test]
    fn the_hero_has_an_admin_and_two_scanners_that_sign_in() -> Result<(), FixtureError> {
        let fixtures = Fixtures::load()?;
        let roles = |key: &str| {
            fixtures.team.iter().find(|row| row.key == key).map(|row| (row.exhibitor.as_str(), row.roles.as_str()))
        };
        assert_eq!(roles("hero-admin"), Some((HERO, "admin commercial_contact")));
        assert_eq!(roles("hero-scanner"), Some((HERO, "scanner")));
        assert_eq!(roles("hero-scanner-2"), Some((HERO, "scanner")));
        Ok(())
    }

    #[test]
    fn every_industry_has_notes_for_a_hot_lead_and_tags() -> Result<(), FixtureError> {
        let fixtures = Fixtures::load()?;
        for row in &fixtures.exhibitors {
            let fits = |industry: &str| industry == "*" || industry == row.industry;
            assert!(fixtures.notes.iter().any(|note| fits(&note.industry) && note.rating == "hot"), "{}", row.slug);
            assert!(fixtures.tags.iter().any(|tag| tag.industry == row.industry), "{}", row.industry);
        }
        Ok(())
    }
}
