//! The answers of a lead in the words of their questions.

use crate::forms::answers::Said;
use crate::forms::{Asked, Known};
use crate::words::{Words, labelled};
use mobile_core::wire::LeadView;
use serde_json::Value;

/// An answer as people read it.
pub struct Answered {
    /// The question.
    pub question: String,
    /// What was answered.
    pub said: String,
    /// Whether it is asked no longer.
    pub is_former: bool,
}

/// What was answered, in the form's order; then what no form asks, by its key.
pub fn in_words(lead: &LeadView, known: &Known, language: &str) -> Vec<Answered> {
    let keys = known.keys_in_order(lead.answers.keys().cloned());
    let given = keys.into_iter().filter_map(|key| Some((lead.answers.get(&key)?, key)));
    let answered = given.map(|(value, key)| {
        let asked = known.asked.get(&key);
        let is_asked = known.form.questions.iter().any(|question| question.key == key);
        Answered {
            question: question(asked, &key, language),
            said: said(asked, value, language),
            is_former: asked.is_some() && !is_asked,
        }
    });
    answered.filter(|answered| !answered.said.is_empty()).collect()
}

fn question(asked: Option<&Asked>, key: &str, language: &str) -> String {
    asked.map_or_else(|| labelled(key), |asked| asked.words(language).to_owned())
}

fn said(asked: Option<&Asked>, value: &Value, language: &str) -> String {
    match Said::of(asked, Some(value), language) {
        Said::Nothing => String::new(),
        Said::Text(text) => text,
        Said::Number(number) => number.to_string(),
        Said::Flag(is) => Words::of_request().t(if is { "common-yes" } else { "common-no" }).into(),
        Said::Several(texts) => texts.join(", "),
    }
}

/// A value without a question.
pub fn plain(value: &Value) -> String {
    said(None, value, "")
}

/// What one entry of the history answered: a line a question.
pub fn quoted(capture: &Value, known: &Known, language: &str) -> String {
    let given = capture.get("answers").and_then(Value::as_object).into_iter().flatten();
    let line = |(key, value): (&String, &Value)| {
        let asked = known.asked.get(key);
        let said = if value.is_null() {
            Words::of_request().t("leads-taken-back").into()
        } else {
            said(asked, value, language)
        };
        format!("{} {said}", question(asked, key, language))
    };
    given.map(line).collect::<Vec<_>>().join("\n")
}
