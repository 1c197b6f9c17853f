//! What the organiser asks of each team member besides name, address and roles: the size of a shirt, the
//! day of arrival. It is a form as exhibitors have for their questions ([`crate::forms`]), a row a version,
//! without what belongs to a stand: tags, stages, conditions.
//!
//! Whoever adds or changes a member fills it in; what does not fit, or is missing and required, is named by
//! its key. A field that is asked no longer keeps what was answered, unseen. What the organiser itself
//! brings from a file is added without.

pub mod api;
pub mod page;
mod sheet;
pub mod store;

use crate::access::{EventAdminScope, EventScope, TeamAdminScope};
use crate::app::App;
use crate::audit::{self, Action, NewEntry};
use crate::fields::Fields;
use crate::forms::answers::{Said, unfitting};
use crate::forms::{self, Form, FormRow, FormView, Known};
use crate::problem::Problem;
use crate::storage::{StorageError, Tx};
use mobile_core::capture::FieldError;
use mobile_core::ids::EventId;
use serde_json::{Map, Value, json};
use sqlx::types::Json;

/// What was answered, by the keys of the fields.
pub type Answers = Map<String, Value>;

/// What is asked of the event's team members.
pub(super) async fn known(tx: &mut Tx, event: EventId) -> Result<Known, StorageError> {
    Ok(Known::of(store::versions(tx, event).await?))
}

/// The same, outside of a change.
pub(super) async fn asked(app: &App, event: EventId) -> Result<Known, StorageError> {
    let mut tx = app.read().await?;
    let known = known(&mut tx, event).await?;
    tx.done().await?;
    Ok(known)
}

async fn newest(app: &App, event: EventId) -> Result<FormView, Problem> {
    let mut tx = app.read().await?;
    let row = store::versions(&mut tx, event).await?.into_iter().next();
    tx.done().await?;
    Ok(row.into())
}

/// What is asked, for the organiser.
pub async fn get(app: &App, scope: &EventScope) -> Result<FormView, Problem> {
    newest(app, scope.event()).await
}

/// What is asked, for those who fill it in.
pub async fn get_own(app: &App, scope: &TeamAdminScope) -> Result<FormView, Problem> {
    newest(app, scope.event()).await
}

/// Saves what is asked from now on as the next version; the same again is no new version. `version` is the
/// one that the editor saw.
pub async fn save(app: &App, scope: &EventAdminScope, version: Option<i64>, form: Form) -> Result<FormView, Problem> {
    refuse_parts_of_stands(&form)?;
    let event = scope.event();
    let mut tx = app.write().await?;
    store::lock(&mut tx, scope).await?;
    let known = known(&mut tx, event).await?;
    Problem::unless_current(known.version, version)?;
    let form = forms::checked(form, &known)?;
    if known.version > 0 && known.form == form {
        drop(tx);
        return newest(app, event).await;
    }
    let row = FormRow { version: known.version + 1, body: Json(form), created_at: app.now() };
    store::insert(&mut tx, scope, &row).await?;
    let told = |version: i64, form: &Form| json!({"version": version, "questions": forms::titles(form)});
    let detail = json!({"before": told(known.version, &known.form), "after": told(row.version, &row.body)});
    let entry = NewEntry::new(Action::TeamFormSaved, Some(scope.account()), None).with(detail);
    audit::append(app, &mut tx, event, &entry).await?;
    tx.commit(&app.hub).await?;
    Ok(Some(row).into())
}

/// Tags, stages and conditions are for those who ask visitors.
fn refuse_parts_of_stands(form: &Form) -> Result<(), Problem> {
    let mut wrong = Fields::default();
    for (pointer, is_there) in
        [("/tags", !form.tags.is_empty()), ("/stages", !form.stages.is_empty()), ("/asks_at_once", form.asks_at_once)]
    {
        if is_there {
            wrong.wrong(pointer, "is for the questions of a stand");
        }
    }
    for (at, _) in form.questions.iter().enumerate().filter(|(_, question)| question.when.is_some()) {
        wrong.wrong(&format!("/questions/{at}/when"), "is for the questions of a stand");
    }
    wrong.done(Some(()))
}

/// What is kept once `sent` was filled in over what was kept: fields that were not sent stay, empty ones go.
/// Every field that does not fit is named, and every one that is required and empty.
pub(super) fn filled(known: &Known, kept: &Answers, sent: Answers) -> Result<Answers, Vec<FieldError>> {
    let (mut errors, mut filled) = (Vec::new(), kept.clone());
    for (key, value) in sent {
        let pointer = format!("/extra/{}", key.replace('~', "~0").replace('/', "~1"));
        let Some(value) = told(value) else {
            filled.remove(&key);
            continue;
        };
        let is_asked = known.form.questions.iter().any(|question| question.key == key);
        let misfit = match known.asked.get(&key).filter(|_| is_asked) {
            // Who sends back what they read is not refused for what is asked no longer.
            None if kept.get(&key) == Some(&value) => continue,
            None => Some("is no field of this event's team form".to_owned()),
            Some(_) if has_controls(&value) => Some("must not hold control characters".to_owned()),
            Some(asked) => unfitting(asked, &value),
        };
        match misfit {
            Some(detail) => errors.push(FieldError::new(pointer, detail)),
            None => {
                filled.insert(key, value);
            }
        }
    }
    for question in known.form.questions.iter().filter(|question| question.required) {
        let pointer = format!("/extra/{}", question.key);
        if !filled.contains_key(&question.key) && errors.iter().all(|error| error.pointer != pointer) {
            errors.push(FieldError::new(pointer, "must be filled in"));
        }
    }
    if errors.is_empty() { Ok(filled) } else { Err(errors) }
}

/// An answer as it is kept; none where it says nothing.
fn told(value: Value) -> Option<Value> {
    match value {
        Value::String(text) if text.trim().is_empty() => None,
        Value::String(text) => Some(json!(text.trim())),
        Value::Array(values) if values.is_empty() => None,
        Value::Null => None,
        value => Some(value),
    }
}

fn has_controls(value: &Value) -> bool {
    let is_control = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t');
    value.as_str().is_some_and(|text| text.contains(is_control))
}

/// What was answered to what is asked now, in words: each field's name and its answer.
pub(super) fn in_words(known: &Known, answers: &Answers, words: crate::words::Words) -> Vec<(String, String)> {
    let said = known.form.questions.iter().filter_map(|question| {
        let asked = known.asked.get(&question.key)?;
        let text = match Said::of(Some(asked), answers.get(&question.key), words.code()) {
            Said::Nothing => return None,
            Said::Text(text) => text,
            Said::Number(number) => number.to_string(),
            Said::Flag(is) => words.t(if is { "common-yes" } else { "common-no" }).into(),
            Said::Several(texts) => texts.join(", "),
        };
        Some((asked.words(words.code()).to_owned(), text))
    });
    said.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Known {
        let form = |questions: Value| {
            let body =
                Json(serde_json::from_value(json!({"languages": ["en"], "questions": questions})).expect("a form"));
            (body, mobile_core::time::Timestamp::from_micros(0))
        };
        let (now, at) = form(json!([
            {"key": "meal", "kind": "choice", "required": true, "words": {"en": "Meal"},
                "choices": [{"key": "meat", "words": {"en": "Meat"}}, {"key": "none", "words": {"en": "None"}}]},
            {"key": "nights", "kind": "number", "words": {"en": "Nights"}},
            {"key": "note", "kind": "text", "words": {"en": "Note"}}]));
        let (before, _) = form(json!([{"key": "shirt", "kind": "text", "words": {"en": "Shirt"}}]));
        Known::of(vec![
            FormRow { version: 2, body: now, created_at: at },
            FormRow { version: 1, body: before, created_at: at },
        ])
    }

    fn answers(value: Value) -> Answers {
        serde_json::from_value(value).expect("an object")
    }

    fn wrong(kept: Value, sent: Value) -> Vec<String> {
        let errors = filled(&known(), &answers(kept), answers(sent)).expect_err("something is wrong");
        errors.into_iter().map(|error| error.pointer).collect()
    }

    #[test]
    fn every_field_that_does_not_fit_or_is_missing_is_named() {
        assert_eq!(wrong(json!({}), json!({})), ["/extra/meal"]);
        assert_eq!(wrong(json!({"meal": "meat"}), json!({"meal": ""})), ["/extra/meal"]);
        let sent = json!({"meal": "fish", "nights": "two", "note": "a\u{0}b", "shirt": "L", "x/y": 1});
        assert_eq!(
            wrong(json!({}), sent),
            ["/extra/meal", "/extra/nights", "/extra/note", "/extra/shirt", "/extra/x~1y"]
        );
    }

    #[test]
    fn what_is_not_sent_stays_and_what_is_empty_goes() {
        let kept = answers(json!({"meal": "meat", "nights": 2, "shirt": "L"}));
        let sent = answers(json!({"nights": null, "note": "  by train ", "shirt": "L"}));
        let filled = filled(&known(), &kept, sent).expect("fits");
        assert_eq!(json!(filled), json!({"meal": "meat", "note": "by train", "shirt": "L"}));
        let told = in_words(&known(), &filled, crate::words::Words::default());
        assert_eq!(told, [("Meal".into(), "Meat".into()), ("Note".into(), "by train".into())]);
    }
}
