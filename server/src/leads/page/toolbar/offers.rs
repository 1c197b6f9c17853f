//! The values that filters offer: what the exhibitor has and asks, and what its leads say besides.

use super::Toolbar;
use crate::forms::answers::Said;
use crate::forms::{Asked, QuestionKind};
use crate::leads::list::filter::TODAY;
use crate::registrations::folding::sort_by_name;
use crate::words::labelled;
use serde_json::Value;
use std::collections::BTreeSet;

/// Most days an event's filter offers.
const MOST_DAYS: usize = 31;

/// Values that are called what they are.
fn same(values: impl Iterator<Item = String>) -> Vec<(String, String)> {
    let values: BTreeSet<String> = values.filter(|value| !value.is_empty()).collect();
    values.into_iter().map(|value| (value.clone(), value)).collect()
}

/// Values with their names, in the order of the names.
fn by_name(values: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    let mut values: Vec<_> = values.collect();
    sort_by_name(&mut values, |(_, name)| name);
    values
}

impl Toolbar<'_> {
    /// The exhibitor's phones.
    pub(super) fn devices(&self) -> Vec<(String, String)> {
        by_name(self.phones.iter().map(|(id, name)| (id.to_string(), name.clone())))
    }

    /// Its stands.
    pub(super) fn stands(&self) -> Vec<(String, String)> {
        by_name(self.booths.iter().map(|(id, label)| (id.to_string(), label.clone())))
    }

    /// The countries of leads.
    pub(super) fn countries(&self) -> Vec<(String, String)> {
        same(self.choices.countries.iter().cloned())
    }

    /// What is asked at the stand: each answer with its question. Of numbers and texts, those that were given.
    pub(super) fn answers(&self) -> Vec<(String, String)> {
        let asked = self.known.form.questions.iter().filter_map(|question| self.known.asked.get(&question.key));
        let filters = asked.flat_map(|asked| self.answers_of(asked));
        filters.map(|filter| (filter.clone(), self.answered(&filter))).collect()
    }

    /// The filters by the answers of a question.
    fn answers_of(&self, asked: &Asked) -> Vec<String> {
        let question = &asked.question;
        let answers: Vec<&str> = match question.kind {
            QuestionKind::Choice | QuestionKind::Choices => {
                question.choices.iter().map(|choice| choice.key.as_str()).collect()
            }
            QuestionKind::YesNo => vec!["true", "false"],
            QuestionKind::Number | QuestionKind::Text => {
                let given = self.choices.answers.iter().filter(|(key, _)| *key == question.key);
                let mut given: Vec<&str> = given.map(|(_, answer)| answer.as_str()).collect();
                let number = |answer: &str| answer.parse::<f64>().unwrap_or_default();
                given.sort_by(|a, b| number(a).total_cmp(&number(b)).then_with(|| a.cmp(b)));
                given
            }
        };
        answers.into_iter().map(|answer| format!("{}:{answer}", question.key)).collect()
    }

    /// `Question: answer` of a filter such as `timeframe:now`.
    pub(super) fn answered(&self, filter: &str) -> String {
        let (key, answer) = filter.split_once(':').unwrap_or((filter, ""));
        let asked = self.known.asked.get(key);
        let question = asked.map_or_else(|| labelled(key), |asked| asked.words(self.language).to_owned());
        let words = self.zone.words();
        match (asked.map(|asked| asked.question.kind), answer) {
            (Some(QuestionKind::YesNo), "true") => return format!("{question} {}", words.t("common-yes")),
            (Some(QuestionKind::YesNo), "false") => return format!("{question} {}", words.t("common-no")),
            _ => {}
        }
        match Said::of(asked, Some(&Value::from(answer)), self.language) {
            Said::Text(text) => format!("{question} {text}"),
            _ => format!("{question} {answer}"),
        }
    }

    /// The exhibitor's members, those who left too.
    pub(super) fn members(&self) -> Vec<(String, String)> {
        let own = self.names.members.iter().filter(|(_, member)| member.exhibitor == self.exhibitor);
        by_name(own.map(|(id, member)| (id.to_string(), member.name.clone())))
    }

    /// Today, whichever day that is when the list is read, and each day of the event.
    pub(super) fn days(&self) -> Vec<(String, String)> {
        let words = self.zone.words();
        let first = self.zone.day(self.event.starts_at);
        let last = self.zone.day(self.event.ends_at.plus_micros(-1));
        let days = std::iter::successors(Some(first), |day| day.tomorrow().ok());
        let days = days.take_while(|day| *day <= last).take(MOST_DAYS);
        let today = (TODAY.to_owned(), words.t("time-today-name").to_string());
        std::iter::once(today).chain(days.map(|day| (day.to_string(), words.long_day(day)))).collect()
    }

    /// Tags that the exhibitor offers, and those of leads.
    pub(super) fn tags(&self) -> Vec<(String, String)> {
        same(self.known.form.tags.iter().chain(&self.choices.tags).cloned())
    }

    /// The exhibitor's stages in their order, then those that leads have besides.
    pub(super) fn stages(&self) -> Vec<(String, String)> {
        let offered = &self.known.form.stages;
        let besides = same(self.choices.stages.iter().cloned());
        let besides = besides.into_iter().filter(|(stage, _)| !offered.contains(stage));
        offered.iter().map(|stage| (stage.clone(), stage.clone())).chain(besides).collect()
    }
}
