//! What stands above the list: chips, filters, the filters in force; [`heads`] has the columns.

mod heads;

use crate::events::cache::{EventInfo, Names};
use crate::events::when;
use crate::forms::answers::Said;
use crate::forms::{Known, QuestionKind};
use crate::leads::list::filter::TODAY;
use crate::registrations::folding::sort_by_name;
use crate::web::EventZone;
use crate::web::list_query::ListQuery;
use crate::words::labelled;
pub use heads::{Column, NEWEST_FIRST};
use mobile_core::capture::ContactField;
use mobile_core::ids::{ExhibitorId, TeamMemberId};
use mobile_core::time::Timestamp;
use mobile_core::wire::LeadView;
use serde_json::Value;
use std::collections::BTreeSet;

/// Most days an event's filter offers.
const MOST_DAYS: usize = 31;
/// A filter that one click switches.
pub struct Chip {
    /// What it says.
    pub label: &'static str,
    /// An icon's name, or empty.
    pub icon: &'static str,
    /// The list with it switched.
    pub href: String,
    /// Whether it is in force.
    pub is_on: bool,
}

/// A filter with a choice of values.
pub struct Select {
    /// What it filters by.
    pub label: &'static str,
    /// Its name in the address.
    pub name: &'static str,
    /// The values; the first one is "any".
    pub options: Vec<Choice>,
}

/// A value to choose.
pub struct Choice {
    /// The value in the address.
    pub value: String,
    /// For people.
    pub label: String,
    /// Whether it is in force.
    pub is_on: bool,
}

/// A filter with a time of the event.
pub struct TimeField {
    /// What it filters by.
    pub label: &'static str,
    /// Its name in the address.
    pub name: &'static str,
    /// The time in force as the field takes it, or empty.
    pub value: String,
}

/// The filters with times, by their names in the address.
const TIMES: [(&str, &str); 2] = [("since", "leads-scanned-from"), ("until", "leads-scanned-before")];

/// A filter in force, to remove.
pub struct Pill {
    /// What it says.
    pub label: String,
    /// The list without it.
    pub href: String,
}

/// A pair of the address that the filter form carries along.
pub struct Kept {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// Values that are called what they are.
fn same(values: impl Iterator<Item = String>) -> Vec<(String, String)> {
    let values: BTreeSet<String> = values.filter(|value| !value.is_empty()).collect();
    values.into_iter().map(|value| (value.clone(), value)).collect()
}

/// The country of a lead, where it is disclosed.
fn country(lead: &LeadView) -> Option<String> {
    lead.registration.as_ref()?.contact.get(ContactField::Country).map(str::to_owned)
}

/// What the toolbar is made from.
pub struct Toolbar<'a> {
    /// The address of the list.
    pub base: &'a str,
    /// Its query.
    pub query: &'a ListQuery,
    /// The event.
    pub event: &'a EventInfo,
    /// Its zone.
    pub zone: &'a EventZone,
    /// Now.
    pub now: Timestamp,
    /// Names of the event's members.
    pub names: &'a Names,
    /// Whose space it is.
    pub exhibitor: ExhibitorId,
    /// The reader, if a member of the team.
    pub member: Option<TeamMemberId>,
    /// Categories of the leads.
    pub categories: &'a [String],
    /// Whether the reader may export.
    pub can_export: bool,
    /// What was ever asked.
    pub known: &'a Known,
    /// The language of its words.
    pub language: &'static str,
    /// The leads shown, for the values that filters offer.
    pub leads: &'a [LeadView],
    /// The columns that are shown.
    pub shown: &'a [&'static str],
}

impl Toolbar<'_> {
    fn to(&self, query: &ListQuery) -> String {
        format!("{}{}", self.base, query.to_address())
    }

    /// The chips.
    pub fn chips(&self) -> Vec<Chip> {
        let chip = |label, icon, name: &str, value: &str| Chip {
            label,
            icon,
            href: self.to(&self.query.toggled(name, value)),
            is_on: self.query.is(name, value),
        };
        let mut chips = Vec::new();
        if let Some(member) = self.member {
            chips.push(chip("leads-chip-mine", "person", "scanned_by", &member.to_string()));
        }
        chips.push(chip("time-today-name", "", "day", TODAY));
        chips.push(chip("leads-chip-unrated", "", "unrated", "true"));
        chips.push(self.hot_without_note());
        if self.can_export {
            chips.push(chip("leads-chip-new-since-export", "", "new_since_export", "true"));
        }
        chips
    }

    /// Two filters at once: who is promising, and nobody wrote down why.
    fn hot_without_note(&self) -> Chip {
        let pairs = [("rating", "hot"), ("has_note", "false")];
        let is_on = pairs.iter().all(|(name, value)| self.query.is(name, value));
        let switched = pairs
            .iter()
            .fold(self.query.clone(), |query, (name, value)| query.with(name, if is_on { "" } else { value }));
        Chip { label: "leads-chip-hot-without-note", icon: "hot", href: self.to(&switched), is_on }
    }

    /// The filters.
    pub fn selects(&self) -> Vec<Select> {
        let words = self.zone.words();
        let select = |label, name, values: Vec<(String, String)>| {
            let mut values = values;
            let chosen = self.query.get(name);
            // A value from a link that is not among ours still filters, and must be seen to.
            if !chosen.is_empty() && values.iter().all(|(value, _)| value != chosen) {
                values.push((chosen.to_owned(), chosen.to_owned()));
            }
            let any = (String::new(), words.t("leads-any").to_string());
            let options = std::iter::once(any).chain(values).map(|(value, label)| Choice {
                is_on: value == chosen,
                value,
                label,
            });
            Select { label, name, options: options.collect() }
        };
        let fixed = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(value, label)| ((*value).to_owned(), words.t(label).to_string())).collect()
        };
        let category = |code: &String| (code.clone(), words.coded("category", code));
        vec![
            select(
                "leads-rating",
                "rating",
                fixed(&[("hot", "leads-hot"), ("warm", "leads-warm"), ("cold", "leads-cold")]),
            ),
            select("leads-scanned-by", "scanned_by", self.members()),
            select("common-category", "category", self.categories.iter().map(category).collect()),
            select("leads-day", "day", self.days()),
            select("leads-tag", "tag", self.tags()),
            select(
                "leads-details",
                "match",
                fixed(&[
                    ("matched", "leads-registered"),
                    ("unmatched", "leads-details-follow"),
                    ("manual", "leads-typed-by-hand"),
                ]),
            ),
            select("leads-fact-follow-up", "owner", self.members()),
            select("leads-fact-stage", "stage", self.stages()),
            select(
                "leads-consent",
                "consent",
                fixed(&[
                    ("granted", "leads-consent-granted"),
                    ("pending", "leads-waiting-for-consent"),
                    ("withdrawn", "leads-withdrawn"),
                    ("erased", "leads-erased"),
                ]),
            ),
            select(
                "leads-note-filter",
                "has_note",
                fixed(&[("true", "leads-with-a-note"), ("false", "leads-without-a-note")]),
            ),
            select("leads-country", "country", same(self.leads.iter().filter_map(country))),
            select("leads-fact-phone-scan", "device", self.devices()),
            select("leads-answered", "answer", self.answers()),
            select("leads-taken-back-filter", "annulled", fixed(&[("true", "leads-taken-back-too")])),
        ]
    }

    /// Phones of the leads shown.
    fn devices(&self) -> Vec<(String, String)> {
        let scans = self.leads.iter().flat_map(|lead| &lead.scans);
        let devices: BTreeSet<(String, String)> =
            scans.filter_map(|scan| Some((scan.device_name.clone()?, scan.device?.to_string()))).collect();
        devices.into_iter().map(|(name, id)| (id, name)).collect()
    }

    /// What was to choose at the stand: each answer with its question.
    fn answers(&self) -> Vec<(String, String)> {
        let asked = self.known.form.questions.iter().filter_map(|question| self.known.asked.get(&question.key));
        let choices = asked.filter(|asked| asked.question.kind == QuestionKind::Choice).flat_map(|asked| {
            asked.question.choices.iter().map(|choice| format!("{}:{}", asked.question.key, choice.key))
        });
        choices.map(|filter| (filter.clone(), self.answered(&filter))).collect()
    }

    fn members(&self) -> Vec<(String, String)> {
        let own = self.names.members.iter().filter(|(_, member)| member.exhibitor == self.exhibitor);
        let mut members: Vec<_> = own.map(|(id, member)| (id.to_string(), member.name.clone())).collect();
        sort_by_name(&mut members, |(_, name)| name);
        members
    }

    /// Today, whichever day that is when the list is read, and each day of the event.
    fn days(&self) -> Vec<(String, String)> {
        let words = self.zone.words();
        let first = self.zone.day(self.event.starts_at);
        let last = self.zone.day(self.event.ends_at.plus_micros(-1));
        let days = std::iter::successors(Some(first), |day| day.tomorrow().ok());
        let days = days.take_while(|day| *day <= last).take(MOST_DAYS);
        let today = (TODAY.to_owned(), words.t("time-today-name").to_string());
        std::iter::once(today).chain(days.map(|day| (day.to_string(), words.long_day(day)))).collect()
    }

    /// The times between which somebody was scanned.
    pub fn times(&self) -> Vec<TimeField> {
        let field = |(name, label)| {
            let value = self.moment(name).map(|at| self.zone.local(at)).unwrap_or_default();
            TimeField { label, name, value }
        };
        TIMES.map(field).into()
    }

    /// The moment of a filter in force; the list has refused what is none.
    fn moment(&self, name: &str) -> Option<Timestamp> {
        when::moment(self.query.get(name), &self.event.zone()).ok()
    }

    /// Tags that the exhibitor offers, and those of the leads shown.
    fn tags(&self) -> Vec<(String, String)> {
        same(self.known.form.tags.iter().cloned().chain(self.leads.iter().flat_map(|lead| lead.tags.clone())))
    }

    /// The exhibitor's stages in their order, then those that leads have besides.
    fn stages(&self) -> Vec<(String, String)> {
        let offered = &self.known.form.stages;
        let besides = same(self.leads.iter().filter_map(|lead| lead.stage.clone()));
        let besides = besides.into_iter().filter(|(stage, _)| !offered.contains(stage));
        offered.iter().map(|stage| (stage.clone(), stage.clone())).chain(besides).collect()
    }

    /// The filters in force.
    pub fn active(&self, selects: &[Select]) -> Vec<Pill> {
        let words = self.zone.words();
        let pills = self.query.pairs().filter_map(|(name, value)| {
            let label = match name {
                "q" => words.t("leads-quoted").with("text", value).into(),
                "unrated" => words.t("leads-chip-unrated").into(),
                "new_since_export" => words.t("leads-chip-new-since-export").into(),
                "has_note" => {
                    words.t(if value == "true" { "leads-with-a-note" } else { "leads-without-a-note" }).into()
                }
                "annulled" => words.t("leads-taken-back-too").into(),
                "answer" => self.answered(value),
                "since" | "until" => {
                    let label = TIMES.iter().find(|(known, _)| *known == name).map_or(name, |(_, label)| label);
                    let at = self.moment(name).map(|at| self.zone.short(at, self.now));
                    words
                        .t("leads-filter-is")
                        .with("filter", words.t(label))
                        .with("value", at.unwrap_or_else(|| value.to_owned()))
                        .into()
                }
                // The tab says it.
                "tab" | "sort" | "cursor" | "limit" | "columns" => return None,
                _ => match selects.iter().find(|select| select.name == name) {
                    Some(select) => {
                        let option = select.options.iter().find(|option| option.value == value);
                        let value = option.map_or(value, |option| &option.label);
                        words.t("leads-filter-is").with("filter", words.t(select.label)).with("value", value).into()
                    }
                    None => words
                        .t("leads-filter-is")
                        .with("filter", words.coded("filter", name))
                        .with("value", value)
                        .into(),
                },
            };
            Some(Pill { label, href: self.to(&self.query.with(name, "")) })
        });
        pills.collect()
    }

    /// `Question: answer` of a filter such as `timeframe:now`.
    fn answered(&self, filter: &str) -> String {
        let (key, answer) = filter.split_once(':').unwrap_or((filter, ""));
        let asked = self.known.asked.get(key);
        let question = asked.map_or_else(|| labelled(key), |asked| asked.words(self.language).to_owned());
        match Said::of(asked, Some(&Value::from(answer)), self.language) {
            Said::Text(text) => format!("{question} {text}"),
            _ => format!("{question} {answer}"),
        }
    }

    /// What the form carries along because it has no field of its own.
    pub fn kept(&self, selects: &[Select]) -> Vec<Kept> {
        let has_field = |name: &str| {
            matches!(name, "q" | "cursor" | "limit" | "since" | "until")
                || selects.iter().any(|select| select.name == name)
        };
        let kept = self.query.pairs().filter(|(name, _)| !has_field(name));
        kept.map(|(name, value)| Kept { name: name.to_owned(), value: value.to_owned() }).collect()
    }
}
