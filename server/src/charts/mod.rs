//! What an exhibitor's scans add up to: per hour, per person, by rating, by answer.
//!
//! Counts only; what was taken back does not count. Who sees only their own leads sees only their own
//! numbers. The page draws them ([`page`]); the list of leads shows who stands behind a number.

pub mod api;
pub mod goal;
pub mod page;
pub mod store;

use crate::access::{ChartScope, Visibility};
use crate::app::App;
use crate::forms::{self, Asked, Known, QuestionKind, in_language};
use crate::problem::Problem;
use crate::registrations::folding::fold;
use crate::web::EventZone;
use crate::words::Words;
use jiff::civil::Date;
use mobile_core::fold::{Answer, Won};
use mobile_core::ids::{CaptureId, TeamMemberId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use serde_json::Value;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// A number with what it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// What is counted, for people.
    pub label: String,
    /// How many.
    pub count: u64,
    /// The list of leads behind it, as the pairs of its address; empty where no filter says it.
    pub filter: Option<(&'static str, String)>,
}

/// What was answered to one question.
#[derive(Debug, Clone, PartialEq)]
pub struct Answers {
    /// The question.
    pub question: String,
    /// Leads that answered it.
    pub answered: u64,
    /// How often each choice was named, in the question's order.
    pub choices: Vec<Count>,
    /// Smallest, mean and largest of a number.
    pub range: Option<(f64, f64, f64)>,
}

/// Everything that the page draws.
#[derive(Debug)]
pub struct Charts {
    /// The local days with scans.
    pub days: Vec<Date>,
    /// Scans of the chosen days by local hour, without gaps.
    pub hours: Vec<(i8, u64)>,
    /// Scans of the chosen days by who held the phone, the most first.
    pub people: Vec<Count>,
    /// All leads by rating: hot, warm, cold, none.
    pub ratings: Vec<Count>,
    /// All leads' answers, in the form's order.
    pub answers: Vec<Answers>,
}

/// What the scans add up to; `day` narrows hours and people.
pub async fn of(app: &App, scope: &ChartScope, day: Option<Date>, language: &str) -> Result<Charts, Problem> {
    let member = only(scope)?;
    let info = app.events.info(app, scope.event()).await?;
    let names = app.events.names(app, scope.event()).await?;
    let zone = EventZone::named(&info.timezone);
    let mut tx = app.read().await?;
    let scans = store::scans(&mut tx, scope, member).await?;
    let annulled: Vec<String> = store::annulled(&mut tx, scope).await?;
    let ratings = store::ratings(&mut tx, scope).await?;
    let answers = store::answers(&mut tx, scope).await?;
    let known = forms::known(&mut tx, scope.event(), scope.exhibitor()).await?;
    tx.done().await?;
    let annulled: HashSet<CaptureId> =
        annulled.iter().flat_map(|ids| serde_json::from_str::<Vec<CaptureId>>(ids).unwrap_or_default()).collect();
    let scans: Vec<store::ScanRow> = scans.into_iter().filter(|scan| !annulled.contains(&scan.id)).collect();
    let days: BTreeSet<Date> = scans.iter().map(|scan| zone.day(scan.corrected_at)).collect();
    let of_day = scans.iter().filter(|scan| day.is_none_or(|day| zone.day(scan.corrected_at) == day));
    let of_day: Vec<&store::ScanRow> = of_day.collect();
    Ok(Charts {
        days: days.into_iter().collect(),
        hours: by_hour(&zone, of_day.iter().map(|scan| scan.corrected_at)),
        people: by_person(&of_day, |member| names.member(member)),
        ratings: by_rating(&ratings),
        answers: by_question(&known, &answers, language),
    })
}

/// Whose numbers the caller sees; none: everybody's.
fn only(scope: &ChartScope) -> Result<Option<TeamMemberId>, Problem> {
    match scope.sees() {
        Visibility::Team => Ok(None),
        Visibility::Own(member) => Ok(Some(member)),
        Visibility::OwnDevice(_) => Err(Problem::new(Reason::InvalidField, "Charts are for people; ask as one.")),
    }
}

fn by_hour(zone: &EventZone, scans: impl Iterator<Item = Timestamp>) -> Vec<(i8, u64)> {
    let mut counts: BTreeMap<i8, u64> = BTreeMap::new();
    for at in scans {
        *counts.entry(zone.hour(at)).or_default() += 1;
    }
    let (Some(first), Some(last)) = (counts.keys().next().copied(), counts.keys().last().copied()) else {
        return Vec::new();
    };
    (first..=last).map(|hour| (hour, counts.get(&hour).copied().unwrap_or(0))).collect()
}

fn by_person(scans: &[&store::ScanRow], name: impl Fn(TeamMemberId) -> Option<String>) -> Vec<Count> {
    let mut counts: HashMap<(Option<&str>, Option<TeamMemberId>), u64> = HashMap::new();
    for scan in scans {
        // A temp's own name stands before the member whose phone it is.
        let operator = scan.operator.as_deref().filter(|operator| !operator.is_empty());
        let key = (operator, scan.member_id.filter(|_| operator.is_none()));
        *counts.entry(key).or_default() += 1;
    }
    let words = Words::of_request();
    let mut people: Vec<Count> = counts
        .into_iter()
        .map(|((operator, member), count)| Count {
            label: operator
                .map(str::to_owned)
                .or_else(|| member.and_then(&name))
                .unwrap_or_else(|| words.t("charts-nobody-in-particular").into()),
            count,
            filter: member.map(|member| ("scanned_by", member.to_string())),
        })
        .collect();
    people.sort_by_cached_key(|one| (Reverse(one.count), fold(&one.label)));
    people
}

fn by_rating(rows: &[(Option<String>, i64)]) -> Vec<Count> {
    let count = |wanted: Option<&str>| {
        rows.iter().filter(|(rating, _)| rating.as_deref() == wanted).map(|(_, count)| *count as u64).sum()
    };
    let words = Words::of_request();
    let rated = [("leads-hot", "hot"), ("leads-warm", "warm"), ("leads-cold", "cold")]
        .map(|(label, rating)| (label, Some(rating), ("rating", rating.to_owned())));
    let unrated = ("charts-not-rated", None, ("unrated", "true".to_owned()));
    rated
        .into_iter()
        .chain([unrated])
        .map(|(label, rating, filter)| Count {
            label: words.t(label).into(),
            count: count(rating),
            filter: Some(filter),
        })
        .collect()
}

fn by_question(known: &Known, answers: &[String], language: &str) -> Vec<Answers> {
    let read = |text: &String| serde_json::from_str::<BTreeMap<String, Won<Answer>>>(text).unwrap_or_default();
    let mut given: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (key, won) in answers.iter().flat_map(read) {
        if !won.value.answer.is_null() {
            given.entry(key).or_default().push(won.value.answer);
        }
    }
    let questions = known.form.questions.iter().filter_map(|question| known.asked.get(&question.key));
    questions
        .map(|asked| {
            let values = given.get(&asked.question.key).map_or(&[][..], Vec::as_slice);
            Answers {
                question: asked.words(language).to_owned(),
                answered: values.len() as u64,
                choices: by_choice(asked, values, language),
                range: range(asked, values),
            }
        })
        .collect()
}

fn by_choice(asked: &Asked, values: &[Value], language: &str) -> Vec<Count> {
    let key = &asked.question.key;
    let named = |wanted: &Value| {
        let is = |value: &&Value| *value == wanted || value.as_array().is_some_and(|all| all.contains(wanted));
        values.iter().filter(is).count() as u64
    };
    match asked.question.kind {
        QuestionKind::YesNo => [("common-yes", true), ("common-no", false)]
            .map(|(label, is)| Count {
                label: Words::of_request().t(label).into(),
                count: named(&Value::Bool(is)),
                filter: None,
            })
            .into(),
        QuestionKind::Choice | QuestionKind::Choices => {
            let is_one = asked.question.kind == QuestionKind::Choice;
            let count = |choice: &forms::Choice| Count {
                label: in_language(&choice.words, &asked.languages, language).to_owned(),
                count: named(&Value::from(choice.key.as_str())),
                filter: is_one.then(|| ("answer", format!("{key}:{}", choice.key))),
            };
            asked.question.choices.iter().map(count).collect()
        }
        QuestionKind::Number | QuestionKind::Text => Vec::new(),
    }
}

fn range(asked: &Asked, values: &[Value]) -> Option<(f64, f64, f64)> {
    if asked.question.kind != QuestionKind::Number {
        return None;
    }
    let numbers: Vec<f64> = values.iter().filter_map(Value::as_f64).collect();
    let least = numbers.iter().copied().reduce(f64::min)?;
    let most = numbers.iter().copied().reduce(f64::max)?;
    Some((least, numbers.iter().sum::<f64>() / numbers.len() as f64, most))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_have_no_gaps_and_lie_in_the_events_zone() {
        let zone = EventZone::named("Europe/Paris");
        let at = |text: &str| text.parse::<Timestamp>().expect("a time");
        let scans = ["2026-11-22T08:59:00Z", "2026-11-22T09:01:00Z", "2026-11-22T11:30:00Z"].map(at);
        assert_eq!(by_hour(&zone, scans.into_iter()), [(9, 1), (10, 1), (11, 0), (12, 1)]);
        assert_eq!(by_hour(&zone, std::iter::empty()), []);
    }

    #[test]
    fn every_rating_has_its_line_even_without_leads() {
        let rows = [(Some("hot".to_owned()), 3), (None, 2)];
        let counts: Vec<u64> = by_rating(&rows).iter().map(|count| count.count).collect();
        assert_eq!(counts, [3, 0, 0, 2]);
    }
}
