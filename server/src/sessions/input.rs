//! A session as it is sent, checked into what cannot be wrong.

use super::store::SessionRow;
use super::{Kind, Signup};
use crate::events::cache::EventInfo;
use crate::events::when;
use crate::fields::Fields;
use crate::problem::Problem;
use mobile_core::ids::{ExhibitorId, TeamMemberId};
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

const MAX_TITLE: usize = 200;
const MAX_DESCRIPTION: usize = 5_000;
const MAX_SPEAKERS: usize = 50;
const MAX_CAPACITY: u32 = 1_000_000;

/// Who speaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Speaker {
    /// The name as it is announced.
    pub name: String,
    /// Position.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_title: Option<String>,
    /// Employer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// The member of the exhibitor's team that they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member_id: Option<TeamMemberId>,
}

/// A session as it is sent.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSession)]
pub struct Draft {
    /// Its title.
    pub title: String,
    /// What it is about, up to 5,000 characters.
    #[serde(default)]
    pub description: Option<String>,
    /// A talk, an entrance or a zone.
    #[serde(default)]
    pub kind: Kind,
    /// Where it is.
    #[serde(default)]
    pub room: Option<String>,
    /// When it begins: `2026-11-22T10:00` of the event's zone, or a time with its offset.
    pub starts_at: String,
    /// When it ends, in the same form.
    pub ends_at: String,
    /// How many may be inside at once, and how many may sign up; absent: as many as come.
    #[serde(default)]
    pub capacity: Option<u32>,
    /// Who speaks, in the order of appearance.
    #[serde(default)]
    pub speakers: Vec<Speaker>,
    /// Whose session it is; absent: the organiser's.
    #[serde(default)]
    pub exhibitor_id: Option<ExhibitorId>,
    /// The categories that are admitted; absent: all.
    #[serde(default)]
    pub categories: Option<BTreeSet<String>>,
    /// Whether people sign up.
    #[serde(default)]
    pub signup: Signup,
    /// Whether the exhibitor edits description and speakers.
    #[serde(default)]
    pub is_editable: bool,
}

/// What changes of a session; fields that are absent stay.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = EditSession)]
pub struct Edit {
    /// Its title.
    pub title: Option<String>,
    /// What it is about; null: nothing is said.
    #[serde(deserialize_with = "crate::extract::given")]
    #[schema(value_type = Option<String>)]
    pub description: Option<Option<String>>,
    /// A talk, an entrance or a zone.
    pub kind: Option<Kind>,
    /// Where it is; null: nowhere in particular.
    #[serde(deserialize_with = "crate::extract::given")]
    #[schema(value_type = Option<String>)]
    pub room: Option<Option<String>>,
    /// When it begins.
    pub starts_at: Option<String>,
    /// When it ends.
    pub ends_at: Option<String>,
    /// How many may be inside; null: as many as come.
    #[serde(deserialize_with = "crate::extract::given")]
    #[schema(value_type = Option<u32>)]
    pub capacity: Option<Option<u32>>,
    /// All who speak.
    pub speakers: Option<Vec<Speaker>>,
    /// Whose session it is; null: the organiser's.
    #[serde(deserialize_with = "crate::extract::given")]
    #[schema(value_type = Option<ExhibitorId>)]
    pub exhibitor_id: Option<Option<ExhibitorId>>,
    /// The categories that are admitted; null: all.
    #[serde(deserialize_with = "crate::extract::given")]
    #[schema(value_type = Option<Vec<String>>)]
    pub categories: Option<Option<BTreeSet<String>>>,
    /// Whether people sign up.
    pub signup: Option<Signup>,
    /// Whether the exhibitor edits description and speakers.
    pub is_editable: Option<bool>,
}

/// A session that can be kept.
#[derive(Debug, Clone)]
pub struct Checked {
    pub(super) exhibitor: Option<ExhibitorId>,
    pub(super) kind: Kind,
    pub(super) title: String,
    pub(super) description: Option<String>,
    pub(super) room: Option<String>,
    pub(super) starts_at: Timestamp,
    pub(super) ends_at: Timestamp,
    pub(super) capacity: Option<i64>,
    pub(super) speakers: Vec<Speaker>,
    pub(super) categories: Option<BTreeSet<String>>,
    pub(super) signup: Signup,
    pub(super) is_editable: bool,
}

impl Edit {
    /// Whether the times change.
    pub(super) fn moves(&self) -> bool {
        self.starts_at.is_some() || self.ends_at.is_some()
    }

    /// The whole session as it would be.
    pub(super) fn over(self, known: &SessionRow) -> Draft {
        let known = known.clone();
        Draft {
            title: self.title.unwrap_or(known.title),
            description: self.description.unwrap_or(known.description),
            kind: self.kind.unwrap_or(known.kind),
            room: self.room.unwrap_or(known.room),
            starts_at: self.starts_at.unwrap_or_else(|| known.starts_at.to_string()),
            ends_at: self.ends_at.unwrap_or_else(|| known.ends_at.to_string()),
            capacity: self.capacity.unwrap_or_else(|| known.capacity.and_then(|most| u32::try_from(most).ok())),
            speakers: self.speakers.unwrap_or(known.speakers.0),
            exhibitor_id: self.exhibitor_id.unwrap_or(known.exhibitor_id),
            categories: self.categories.unwrap_or_else(|| known.categories.map(|categories| categories.0)),
            signup: self.signup.unwrap_or(known.signup),
            is_editable: self.is_editable.unwrap_or(known.is_editable),
        }
    }
}

impl Draft {
    /// Checks all fields; with `is_placed`, also that the times lie within the event's days.
    pub(super) fn checked(self, event: &EventInfo, is_placed: bool) -> Result<Checked, Problem> {
        let mut wrong = Fields::default();
        let zone = event.zone();
        let title = wrong.line("/title", &self.title, MAX_TITLE);
        let description = self.description.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        if description.as_ref().is_some_and(|text| text.chars().count() > MAX_DESCRIPTION || text.contains('\0')) {
            wrong.wrong("/description", format!("must have at most {MAX_DESCRIPTION} characters"));
        }
        let room = wrong.optional_line("/room", self.room.as_deref(), MAX_TITLE);
        let starts_at = wrong.keep("/starts_at", when::moment(&self.starts_at, &zone));
        let ends_at = wrong.keep("/ends_at", when::moment(&self.ends_at, &zone));
        if let (Some(starts_at), Some(ends_at)) = (starts_at, ends_at) {
            if ends_at <= starts_at {
                wrong.wrong("/ends_at", "must be later than the beginning");
            } else if is_placed {
                let opens = when::start_of(when::day_of(event.starts_at, &zone), &zone);
                let closes = when::end_of(when::day_of(event.ends_at, &zone), &zone);
                for (field, at) in [("/starts_at", starts_at), ("/ends_at", ends_at)] {
                    if !(opens..=closes).contains(&at) {
                        let days = (when::day_of(event.starts_at, &zone), when::day_of(event.ends_at, &zone));
                        wrong.wrong(field, format!("must lie within the event's days, {} to {}", days.0, days.1));
                    }
                }
            }
        }
        if self.capacity.is_some_and(|capacity| !(1..=MAX_CAPACITY).contains(&capacity)) {
            wrong.wrong("/capacity", format!("must be from 1 to {MAX_CAPACITY}, or null for as many as come"));
        }
        let speakers = speakers(&mut wrong, self.speakers);
        if self.categories.as_ref().is_some_and(|names| names.is_empty() || names.len() > 100) {
            wrong.wrong("/categories", "must name 1 to 100 categories, or be null for all");
        }
        for name in self.categories.iter().flatten() {
            wrong.line("/categories", name, 64);
        }
        let checked = || {
            Some(Checked {
                exhibitor: self.exhibitor_id,
                kind: self.kind,
                title: title?,
                description,
                room,
                starts_at: starts_at?,
                ends_at: ends_at?,
                capacity: self.capacity.map(i64::from),
                speakers,
                categories: self.categories,
                signup: self.signup,
                is_editable: self.is_editable,
            })
        };
        wrong.done(checked())
    }
}

fn speakers(wrong: &mut Fields, sent: Vec<Speaker>) -> Vec<Speaker> {
    if sent.len() > MAX_SPEAKERS {
        wrong.wrong("/speakers", format!("has at most {MAX_SPEAKERS} entries"));
        return Vec::new();
    }
    let mut speakers = Vec::with_capacity(sent.len());
    for (at, speaker) in sent.into_iter().enumerate() {
        let name = wrong.line(&format!("/speakers/{at}/name"), &speaker.name, MAX_TITLE);
        let job_title =
            wrong.optional_line(&format!("/speakers/{at}/job_title"), speaker.job_title.as_deref(), MAX_TITLE);
        let company = wrong.optional_line(&format!("/speakers/{at}/company"), speaker.company.as_deref(), MAX_TITLE);
        speakers.extend(name.map(|name| Speaker { name, job_title, company, member_id: speaker.member_id }));
    }
    speakers
}
