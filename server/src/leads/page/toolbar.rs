//! What stands above the list: chips, filters, the filters in force; [`heads`] has the columns, [`offers`] what
//! filters offer.

mod heads;
mod offers;

use crate::events::cache::{EventInfo, Names};
use crate::events::when;
use crate::forms::Known;
use crate::leads::list::choices::Choices;
use crate::leads::list::filter::TODAY;
use crate::web::EventZone;
use crate::web::list_query::ListQuery;
pub use heads::{Column, NEWEST_FIRST};
use mobile_core::ids::{BoothId, DeviceId, ExhibitorId};
use mobile_core::time::Timestamp;

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
    /// Whether the reader is a member of the team.
    pub is_member: bool,
    /// Categories of the leads.
    pub categories: &'a [String],
    /// Whether the reader may export.
    pub can_export: bool,
    /// What was ever asked.
    pub known: &'a Known,
    /// The language of its words.
    pub language: &'static str,
    /// Values that leads have: those shown, or all.
    pub choices: &'a Choices,
    /// The exhibitor's stands.
    pub booths: &'a [(BoothId, String)],
    /// Its phones.
    pub phones: &'a [(DeviceId, String)],
    /// Where people may have come from: values with their names.
    pub sources: Vec<(String, String)>,
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
        if self.is_member {
            chips.push(chip("leads-chip-mine", "person", "mine", "true"));
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
            select("leads-source", "source", self.sources.clone()),
            select("leads-country", "country", self.countries()),
            select("leads-fact-phone-scan", "device", self.devices()),
            select("column-booth", "booth", self.stands()),
            select("leads-answered", "answer", self.answers()),
            select("leads-taken-back-filter", "annulled", fixed(&[("true", "leads-taken-back-too")])),
        ]
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

    /// The filters in force.
    pub fn active(&self, selects: &[Select]) -> Vec<Pill> {
        let words = self.zone.words();
        let pills = self.query.pairs().filter_map(|(name, value)| {
            let label = match name {
                "q" => words.t("leads-quoted").with("text", value).into(),
                "unrated" => words.t("leads-chip-unrated").into(),
                "mine" => words.t("leads-chip-mine").into(),
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
