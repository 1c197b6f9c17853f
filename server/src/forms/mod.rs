//! The questions that an exhibitor asks at the stand, with the tags and stages that it offers.
//!
//! A form is kept a row a version and never changed: an answer names the version that it was given
//! on, and a question that is asked no longer keeps its words ([`Known`]). Answers are captures;
//! nobody's answer is refused because the form has changed meanwhile. [`check`] says what a form may
//! look like, [`answers`] what fits a question and how it reads.

pub mod answers;
pub mod api;
mod check;
pub mod page;
pub mod store;

use crate::access::{CrewScope, FormScope};
use crate::app::App;
use crate::audit::{self, Action, NewEntry};
use crate::packages;
use crate::problem::Problem;
use crate::storage::{StorageError, Tx};
use mobile_core::ids::{EventId, ExhibitorId};
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::types::Json;
use std::borrow::Cow;
use std::collections::BTreeMap;
pub use store::FormRow;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

pub(crate) use check::checked;

/// Words by language, such as `{"en": "Budget?", "fr": "Budget ?"}`.
pub type Words = BTreeMap<String, String>;

/// How a question is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    /// One of its choices, by key.
    Choice,
    /// Any of its choices, as a list of keys.
    Choices,
    /// A text.
    Text,
    /// A number.
    Number,
    /// True or false.
    YesNo,
}

/// One of the choices of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What an answer holds: 1 to 60 of `a-z`, `0-9` and `_`.
    pub key: String,
    /// What people read, by language.
    #[schema(value_type = Object)]
    pub words: Words,
}

/// When a question is asked at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The key of a question before it: one with choices, or a yes-or-no question.
    pub question: String,
    /// Asked when any of these was answered: keys of its choices, or `yes` or `no`.
    pub is: Vec<String>,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// What answers are kept under, in every version: 1 to 60 of `a-z`, `0-9` and `_`.
    pub key: String,
    /// How it is answered; the same in every version.
    pub kind: QuestionKind,
    /// What people read, by language.
    #[schema(value_type = Object)]
    pub words: Words,
    /// Whether phones ask for it again when it was left out. No scan waits for an answer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// The choices of `choice` and `choices`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// When it is asked; always, where this is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
}

/// What an exhibitor asks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// The languages of its words, such as `en`; the first one has all of them.
    pub languages: Vec<String>,
    /// Whether phones show the questions right after each scan.
    #[serde(default)]
    pub asks_at_once: bool,
    /// The questions in their order.
    pub questions: Vec<Question>,
    /// Tags that are offered at the stand and in the list; others can be typed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The stages that leads go through, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<String>,
}

/// The words of a language, else those of the first language that has some.
pub fn in_language<'a>(words: &'a Words, languages: &[String], wanted: &str) -> &'a str {
    let named = std::iter::once(wanted).chain(languages.iter().map(String::as_str));
    named.filter_map(|language| words.get(language)).map(String::as_str).find(|text| !text.is_empty()).unwrap_or("")
}

/// A form with what is known of its version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormView {
    /// 1, 2, 3 …; 0 while nothing was ever asked. It goes into an answer's `form_version`.
    pub version: i64,
    /// When this version was saved.
    pub saved_at: Option<Timestamp>,
    /// What is asked.
    #[serde(flatten)]
    pub form: Form,
}

/// [`FormView`] as the document says it: flat, since a form alone, which is what is sent, has no other fields.
#[derive(ToSchema)]
#[schema(as = FormView)]
#[expect(dead_code, reason = "describes FormView to OpenAPI")]
struct FormViewBody {
    /// 1, 2, 3 …; 0 while nothing was ever asked. It goes into an answer's `form_version`.
    version: i64,
    /// When this version was saved.
    saved_at: Option<Timestamp>,
    /// The languages of its words, such as `en`; the first one has all of them.
    languages: Vec<String>,
    /// Whether phones show the questions right after each scan.
    asks_at_once: bool,
    /// The questions in their order.
    questions: Vec<Question>,
    /// Tags that are offered at the stand and in the list; absent: none.
    tags: Option<Vec<String>>,
    /// The stages that leads go through, in their order; absent: none.
    stages: Option<Vec<String>>,
}

impl PartialSchema for FormView {
    fn schema() -> RefOr<Schema> {
        FormViewBody::schema()
    }
}

impl ToSchema for FormView {
    fn name() -> Cow<'static, str> {
        FormViewBody::name()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        FormViewBody::schemas(schemas);
    }
}

impl From<Option<FormRow>> for FormView {
    fn from(row: Option<FormRow>) -> Self {
        match row {
            Some(row) => Self { version: row.version, saved_at: Some(row.created_at), form: row.body.0 },
            None => Self { version: 0, saved_at: None, form: Form::default() },
        }
    }
}

/// The form of a stand, or an earlier version of it.
pub async fn get(app: &App, scope: &CrewScope, version: Option<i64>) -> Result<FormView, Problem> {
    let mut tx = app.read().await?;
    let row = store::find(&mut tx, scope.event(), scope.exhibitor(), version).await?;
    tx.done().await?;
    if row.is_none() && version.is_some_and(|version| version != 0) {
        return Err(Problem::not_found());
    }
    Ok(row.into())
}

/// Saves what is asked from now on as the next version; the same form again is no new version.
/// `version` is the one that the editor saw.
pub async fn save(app: &App, scope: &FormScope, version: Option<i64>, form: Form) -> Result<FormView, Problem> {
    let (event, exhibitor) = (scope.event(), scope.exhibitor());
    let mut tx = app.write().await?;
    packages::store::lock_exhibitor(&mut tx, event, exhibitor).await?;
    let known = known(&mut tx, event, exhibitor).await?;
    Problem::unless_current(known.version, version)?;
    let form = checked(form, &known)?;
    if known.version > 0 && known.form == form {
        drop(tx);
        return get_saved(app, scope).await;
    }
    let row = FormRow { version: known.version + 1, body: Json(form), created_at: app.now() };
    store::insert(&mut tx, scope, &row).await?;
    let told = |version: i64, form: &Form| json!({"version": version, "questions": titles(form)});
    let detail = json!({"before": told(known.version, &known.form), "after": told(row.version, &row.body)});
    let entry = NewEntry::new(Action::FormSaved, scope.account(), None).at(exhibitor).with(detail);
    audit::append(app, &mut tx, event, &entry).await?;
    tx.commit(&app.hub).await?;
    Ok(Some(row).into())
}

async fn get_saved(app: &App, scope: &FormScope) -> Result<FormView, Problem> {
    let mut tx = app.read().await?;
    let row = store::find(&mut tx, scope.event(), scope.exhibitor(), None).await?;
    tx.done().await?;
    Ok(row.into())
}

/// What its questions are called, for the audit log.
pub(crate) fn titles(form: &Form) -> Vec<&str> {
    form.questions.iter().map(|question| in_language(&question.words, &form.languages, "")).collect()
}

/// A question as it was asked last, with the languages of that form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The question.
    pub question: Question,
    /// The languages of its words, the main one first.
    pub languages: Vec<String>,
}

impl Asked {
    /// Its words in a language.
    pub fn words(&self, language: &str) -> &str {
        in_language(&self.question.words, &self.languages, language)
    }
}

/// Everything that was ever asked at a stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// The newest version; 0 while nothing was ever asked.
    pub version: i64,
    /// What is asked now.
    pub form: Form,
    /// Each question as it was asked last, by key: those asked now too.
    pub asked: BTreeMap<String, Asked>,
}

impl Known {
    pub(crate) fn of(newest_first: Vec<FormRow>) -> Self {
        let mut known = Self::default();
        for row in newest_first {
            let Json(form) = row.body;
            for question in &form.questions {
                let asked = || Asked { question: question.clone(), languages: form.languages.clone() };
                known.asked.entry(question.key.clone()).or_insert_with(asked);
            }
            if known.version == 0 {
                (known.version, known.form) = (row.version, form);
            }
        }
        known
    }

    /// The keys that answers may stand under: those of the form in its order, then the others.
    pub fn keys_in_order(&self, answered: impl IntoIterator<Item = String>) -> Vec<String> {
        let mut keys: Vec<String> = self.form.questions.iter().map(|question| question.key.clone()).collect();
        let others: Vec<String> = answered.into_iter().filter(|key| !keys.contains(key)).collect();
        keys.extend(others);
        keys
    }
}

/// Everything that was ever asked at a stand.
pub async fn known(tx: &mut Tx, event: EventId, exhibitor: ExhibitorId) -> Result<Known, StorageError> {
    Ok(Known::of(store::versions(tx, event, exhibitor).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(version: i64, form: serde_json::Value) -> FormRow {
        let body = Json(serde_json::from_value(form).expect("a form"));
        FormRow { version, body, created_at: Timestamp::from_micros(0) }
    }

    #[test]
    fn a_question_that_is_asked_no_longer_keeps_its_words() {
        let old = json!({"languages": ["en"], "questions": [
            {"key": "budget", "kind": "number", "words": {"en": "Budget?"}},
            {"key": "when", "kind": "text", "words": {"en": "When?"}}]});
        let new = json!({"languages": ["fr", "en"], "questions": [
            {"key": "when", "kind": "text", "words": {"fr": "Quand ?"}}]});
        let known = Known::of(vec![row(2, new), row(1, old)]);
        assert_eq!(known.version, 2);
        assert_eq!(known.asked["budget"].words("fr"), "Budget?");
        assert_eq!(known.asked["when"].words("en"), "Quand ?", "the newest words win, in the language that they have");
        let answered = ["budget", "free", "when"].map(str::to_owned);
        assert_eq!(known.keys_in_order(answered), ["when", "budget", "free"]);
    }
}
