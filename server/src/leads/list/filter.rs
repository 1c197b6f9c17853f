//! What a list shows: the filter as it is asked for, and once its values were looked up.

use super::rows;
use super::sort::{Place, Sort};
use crate::access::ExhibitorScope;
use crate::events::cache::EventInfo;
use crate::events::disclosure::{Categories, Scannable};
use crate::events::when;
use crate::partner_menu::Tab;
use crate::problem::Problem;
use crate::search;
use crate::storage::{Tx, cursor};
use mobile_core::capture::{ContactField, Rating};
use mobile_core::ids::{BoothId, DeviceId, TeamMemberId};
use mobile_core::time::Timestamp;
use mobile_core::wire::lead::{ConsentState, Match};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::IntoParams;

/// What a list shows.
#[derive(Debug, Clone, Default, Deserialize, Serialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct LeadFilter {
    /// Words of names, company, e-mail, place and tags, at most 200 characters; a lead has all of them, at most
    /// eight, or parts of its words that are spelt so.
    pub q: Option<String>,
    /// Only this rating.
    #[param(inline)]
    pub rating: Option<Rating>,
    /// Only leads without a rating.
    pub unrated: Option<bool>,
    /// Only this stage.
    pub stage: Option<String>,
    /// Only leads of this member.
    #[param(value_type = Option<uuid::Uuid>)]
    pub owner: Option<TeamMemberId>,
    /// Only leads that one scanned or owns oneself; for members of the team and their phones.
    pub mine: Option<bool>,
    /// Only leads with this tag.
    pub tag: Option<String>,
    /// Only leads from this source: `scan`, `session`, `meeting`, `contact_sharing`, `networking` or
    /// `manual`.
    pub source: Option<String>,
    /// Only this category.
    pub category: Option<String>,
    /// Only this country, as disclosed.
    pub country: Option<String>,
    /// Only this state of consent.
    #[param(inline)]
    pub consent: Option<ConsentState>,
    /// Whether the event knows the person.
    #[param(inline)]
    #[serde(rename = "match")]
    pub matched: Option<Match>,
    /// Only leads that this member scanned.
    #[param(value_type = Option<uuid::Uuid>)]
    pub scanned_by: Option<TeamMemberId>,
    /// Only leads scanned on this device.
    #[param(value_type = Option<uuid::Uuid>)]
    pub device: Option<DeviceId>,
    /// Only leads scanned at this booth.
    #[param(value_type = Option<uuid::Uuid>)]
    pub booth: Option<BoothId>,
    /// Only leads scanned on this local day of the event, as `2026-11-22`; `today` is the day on which
    /// the list is read.
    pub day: Option<String>,
    /// Only leads scanned at or after this time: RFC 3339, or as a clock at the event shows it
    /// (`2026-11-22T10:00`).
    pub since: Option<String>,
    /// Only leads scanned before this time, written like `since`.
    pub until: Option<String>,
    /// Only leads with a note, or without.
    pub has_note: Option<bool>,
    /// Also leads whose every scan was taken back.
    pub annulled: Option<bool>,
    /// Only leads that changed since one's own last complete export; a device: since anybody's.
    pub new_since_export: Option<bool>,
    /// Only leads with this answer, as `question:answer`; of several choices, with this one among them.
    pub answer: Option<String>,
    /// `last_scanned_at`, `first_scanned_at`, `updated_at` or `name`; with a `-` in front, the other
    /// way round. Newest scan first when absent.
    pub sort: Option<String>,
    /// At most this many, 1 to 500.
    pub limit: Option<u32>,
    /// From the last answer.
    pub cursor: Option<String>,
}

/// Where leads come from.
const SOURCES: [&str; 6] = ["scan", "session", "meeting", "contact_sharing", "networking", "manual"];

/// What `day` says for the day on which the list is read, so that a saved view of it stays true.
pub const TODAY: &str = "today";

/// An answer that is looked for.
#[derive(Debug)]
pub(super) struct AskedAnswer {
    /// The key of the question.
    pub(super) question: String,
    /// The answer as it is written: a text, the key of a choice, a number, `true` or `false`.
    pub(super) answer: String,
    /// Whether it may be a number or a yes or no as well as a text.
    pub(super) is_plain: bool,
}

impl AskedAnswer {
    fn of(question: String, answer: &str) -> Self {
        let is_plain = matches!(serde_json::from_str(answer), Ok(Value::Bool(_) | Value::Number(_)));
        Self { question, answer: answer.to_owned(), is_plain }
    }
}

/// A filter whose values were looked up and cannot be wrong.
#[derive(Debug)]
pub struct Checked {
    pub(super) filter: LeadFilter,
    pub(super) words: Vec<String>,
    /// Scanned at this time or later.
    pub(super) from: Option<Timestamp>,
    /// Scanned before this time.
    pub(super) until: Option<Timestamp>,
    pub(super) tag_key: Option<String>,
    pub(super) answer: Option<AskedAnswer>,
    pub(super) exported_to: Option<i64>,
    /// What [`Checked::changed_after`] was told.
    pub(super) changed_after: Option<i64>,
    /// Whose country may be known, if that is asked for.
    pub(super) countries_of: Option<Categories>,
    /// Whose leads alone are wanted.
    pub(super) mine: Option<TeamMemberId>,
    /// Whether people of the category show it before they have answered.
    pub(super) is_category_asked: bool,
    pub(super) sort: Sort,
    pub(super) place: Option<Place>,
    pub(super) limit: u32,
}

impl LeadFilter {
    /// The same filter with the date of today, for what outlives the day.
    #[must_use]
    pub fn dated(mut self, event: &EventInfo, now: Timestamp) -> Self {
        if self.day.as_deref() == Some(TODAY) {
            self.day = Some(when::day_of(now, &event.zone()).to_string());
        }
        self
    }

    /// Checks the filter for one space.
    pub async fn check(
        self,
        tx: &mut Tx,
        scope: &ExhibitorScope,
        event: &EventInfo,
        now: Timestamp,
    ) -> Result<Checked, Problem> {
        let sort = Sort::parse(self.sort.as_deref())?;
        let place = cursor::place::<Place>(self.cursor.as_deref())?;
        if place.as_ref().is_some_and(|place| matches!(place, Place::Text(..)) != sort.is_text) {
            return Err(Problem::field("?cursor", "belongs to another sort; begin without a cursor"));
        }
        if let Some(place) = &place
            && !rows::is_there(tx, scope, place).await?
        {
            return Err(cursor::unknown());
        }
        let (from, until) = self.span(event, now)?;
        let answer = match self.answer.as_deref() {
            None => None,
            Some(answer) => match answer.split_once(':') {
                Some((question, answer)) => Some(AskedAnswer::of(tx.json_key(question), answer)),
                None => return Err(Problem::field("?answer", "must be question:answer")),
            },
        };
        let tag_key = self.tag.as_deref().map(|tag| tx.json_key(tag));
        if self.source.as_deref().is_some_and(|source| !SOURCES.contains(&source)) {
            return Err(Problem::field("?source", format!("must be one of “{}”", SOURCES.join(", "))));
        }
        if let Some(part) = self.source.as_deref().and_then(Tab::of_source) {
            scope.allows_tab(part)?;
        }
        let exported_to = match self.new_since_export {
            Some(true) => {
                let (_, kept_from) = crate::feed::store::bounds(tx, scope.event()).await?;
                let last = crate::exports::store::last_sent(tx, scope).await?;
                // Where the feed no longer reaches back that far, everything is new.
                last.filter(|last| *last >= kept_from as i64)
            }
            _ => None,
        };
        let countries_of = self.country.as_ref().map(|_| countries_of(scope, event));
        let mine = match (self.mine, scope.member()) {
            (Some(true), None) => return Err(Problem::field("?mine", "is for members of the team")),
            (Some(true), member) => member,
            _ => None,
        };
        let words = search::words(self.q.as_deref().unwrap_or_default())?;
        let words = words.iter().map(|word| search::pattern(word)).collect();
        let limit = cursor::limit(self.limit)?;
        let rule = self.category.as_deref().map(|category| event.disclosure.rule(category).scannable);
        let is_category_asked = rule == Some(Scannable::Ask);
        Ok(Checked {
            filter: self,
            words,
            from,
            until,
            tag_key,
            answer,
            exported_to,
            changed_after: None,
            countries_of,
            mine,
            is_category_asked,
            sort,
            place,
            limit,
        })
    }

    /// From when and until when somebody must have been scanned, by day and times together.
    fn span(&self, event: &EventInfo, now: Timestamp) -> Result<(Option<Timestamp>, Option<Timestamp>), Problem> {
        let zone = event.zone();
        let moment = |pointer, text: &Option<String>| {
            let moment = text.as_deref().map(|text| when::moment(text, &zone)).transpose();
            moment.map_err(|detail| Problem::field(pointer, detail))
        };
        let (since, until) = (moment("?since", &self.since)?, moment("?until", &self.until)?);
        if since.zip(until).is_some_and(|(since, until)| until <= since) {
            return Err(Problem::field("?until", "must be after since"));
        }
        let day = match self.day.as_deref() {
            None => None,
            Some(TODAY) => Some(when::day_of(now, &zone)),
            Some(day) => {
                Some(when::day(day).map_err(|_| Problem::field("?day", "must be a day such as 2026-11-22, or today"))?)
            }
        };
        let (begins, ends) = day.map(|day| (when::start_of(day, &zone), when::end_of(day, &zone))).unzip();
        Ok((since.max(begins), [until, ends].into_iter().flatten().min()))
    }
}

/// The categories of people whose country the exhibitor may know: as disclosed, and as its package has it.
pub(super) fn countries_of(scope: &ExhibitorScope, event: &EventInfo) -> Categories {
    let is_sold = event.narrowed.get(&scope.space()).is_none_or(|fields| fields.contains(&ContactField::Country));
    match event.disclosure.categories_with(ContactField::Country) {
        categories if is_sold => categories,
        _ => Categories::default(),
    }
}

/// What a filter says of scans, besides of the leads that have such a scan.
#[derive(Debug, Clone, Copy)]
pub struct OfScans {
    /// Scanned by this member.
    pub member: Option<TeamMemberId>,
    /// Scanned on this device.
    pub device: Option<DeviceId>,
    /// Scanned at this booth.
    pub booth: Option<BoothId>,
    /// At this time or later.
    pub from: Option<Timestamp>,
    /// Before this time.
    pub until: Option<Timestamp>,
}

impl Checked {
    /// What the filter says of scans.
    pub fn of_scans(&self) -> OfScans {
        OfScans {
            member: self.filter.scanned_by,
            device: self.filter.device,
            booth: self.filter.booth,
            from: self.from,
            until: self.until,
        }
    }

    /// Whether a condition looks at the registration of a lead.
    pub(super) fn asks_of_people(&self) -> bool {
        self.filter.category.is_some() || self.filter.country.is_some()
    }

    /// Only leads that changed after a position of the feed.
    pub fn changed_after(&mut self, seq: i64) {
        self.changed_after = Some(seq);
    }
}
