//! What fits a question, and how an answer reads in the question's words.

use super::{Asked, Known, QuestionKind, in_language};
use mobile_core::capture::FieldError;
use serde_json::{Map, Value};

const MAX_TEXT: usize = 2_000;

/// What of some answers does not fit the questions as they are known. Answers to what was never
/// asked are kept as they are: programs may note what no form asks.
pub fn misfits(known: &Known, answers: &Map<String, Value>) -> Vec<FieldError> {
    let misfit = |(key, value): (&String, &Value)| {
        let asked = known.asked.get(key)?;
        let detail = unfitting(asked, value)?;
        Some(FieldError::new(format!("/answers/{}", key.replace('~', "~0").replace('/', "~1")), detail))
    };
    answers.iter().filter_map(misfit).collect()
}

/// Why a value is no answer of a question; null takes an answer back and always fits.
pub(crate) fn unfitting(asked: &Asked, value: &Value) -> Option<String> {
    let choices = &asked.question.choices;
    let is_choice = |value: &Value| choices.iter().any(|choice| value == &choice.key);
    let keys = || choices.iter().map(|choice| choice.key.as_str()).collect::<Vec<_>>().join(", ");
    let (fits, wanted) = match asked.question.kind {
        _ if value.is_null() => return None,
        QuestionKind::Choice => (is_choice(value), format!("must be one of “{}”", keys())),
        QuestionKind::Choices => {
            let fits = value.as_array().is_some_and(|values| values.iter().all(is_choice));
            (fits, format!("must be a list of “{}”", keys()))
        }
        QuestionKind::Text => {
            let fits = value.as_str().is_some_and(|text| text.chars().count() <= MAX_TEXT);
            (fits, format!("must be a text of at most {MAX_TEXT} characters"))
        }
        QuestionKind::Number => (value.is_number(), "must be a number".to_owned()),
        QuestionKind::YesNo => (value.is_boolean(), "must be true or false".to_owned()),
    };
    (!fits).then_some(wanted)
}

/// An answer in words.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// Nothing was answered.
    Nothing,
    /// A text, or the words of a choice.
    Text(String),
    /// A whole number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// The words of several choices.
    Several(Vec<String>),
}

impl Said {
    /// An answer in the words of its question, where one is known; else as it was sent.
    pub fn of(asked: Option<&Asked>, value: Option<&Value>, language: &str) -> Self {
        let text = |value: &Value| match value.as_str() {
            Some(key) => words(asked, key, language).to_owned(),
            None => value.to_string(),
        };
        match value {
            None | Some(Value::Null) => Self::Nothing,
            Some(Value::Bool(is)) => Self::Flag(*is),
            Some(Value::Number(number)) => number.as_i64().map_or_else(|| Self::Text(number.to_string()), Self::Number),
            Some(Value::Array(values)) => Self::Several(values.iter().map(text).collect()),
            Some(value) => Self::Text(text(value)),
        }
    }
}

/// The words of a choice; a text itself where the question has no such choice.
fn words<'a>(asked: Option<&'a Asked>, key: &'a str, language: &str) -> &'a str {
    let choice = asked.and_then(|asked| {
        let choice = asked.question.choices.iter().find(|choice| choice.key == key)?;
        Some(in_language(&choice.words, &asked.languages, language))
    });
    choice.unwrap_or(key)
}

#[cfg(test)]
mod tests {
    use super::super::Form;
    use super::*;
    use serde_json::json;

    fn known() -> Known {
        let form: Form = serde_json::from_value(json!({"languages": ["en", "fr"], "questions": [
            {"key": "when", "kind": "choice", "words": {"en": "When?"}, "choices": [
                {"key": "now", "words": {"en": "Now", "fr": "Maintenant"}}, {"key": "later", "words": {"en": "Later"}}]},
            {"key": "what", "kind": "choices", "words": {"en": "What?"}, "choices": [{"key": "a", "words": {"en": "Arm"}}]},
            {"key": "cells", "kind": "number", "words": {"en": "Cells?"}},
            {"key": "visit", "kind": "yes_no", "words": {"en": "Visit?"}}]}))
        .unwrap();
        let asked = |question: &super::super::Question| {
            (question.key.clone(), Asked { question: question.clone(), languages: form.languages.clone() })
        };
        Known { version: 1, asked: form.questions.iter().map(asked).collect(), form }
    }

    #[test]
    fn only_what_a_question_asks_for_fits_it() {
        let check = |answers: Value| {
            let found = misfits(&known(), answers.as_object().unwrap());
            found.into_iter().map(|error| error.pointer).collect::<Vec<_>>()
        };
        let good = json!({"when": "now", "what": ["a"], "cells": 4, "visit": true, "free": {"any": 1}});
        assert_eq!(check(good), [""; 0]);
        assert_eq!(check(json!({"when": null, "what": null})), [""; 0], "an answer can be taken back");
        let bad = json!({"when": "never", "what": "a", "cells": "4", "visit": "yes"});
        assert_eq!(check(bad), ["/answers/cells", "/answers/visit", "/answers/what", "/answers/when"]);
    }

    #[test]
    fn what_does_not_fit_is_told_in_every_language() {
        let french = crate::words::Words::named("fr").expect("the language");
        let bad = json!({"when": "never", "what": "a", "cells": "4", "visit": "yes"});
        for error in misfits(&known(), bad.as_object().unwrap()) {
            assert!(french.detail(&error.detail).is_some(), "{}", error.detail);
        }
        let long = json!({"when": "never"});
        let told = french.detail(&misfits(&known(), long.as_object().unwrap())[0].detail);
        assert!(told.is_some_and(|told| told.contains("now, later")));
    }

    #[test]
    fn an_answer_reads_in_the_words_of_its_question() {
        let known = known();
        let said = |key: &str, value: Value, language: &str| Said::of(known.asked.get(key), Some(&value), language);
        assert_eq!(said("when", json!("now"), "fr"), Said::Text("Maintenant".into()));
        assert_eq!(said("when", json!("later"), "fr"), Said::Text("Later".into()), "where French has no words");
        assert_eq!(said("what", json!(["a", "gone"]), "en"), Said::Several(vec!["Arm".into(), "gone".into()]));
        assert_eq!(said("unasked", json!("x"), "en"), Said::Text("x".into()));
        assert_eq!(said("cells", json!(4), "en"), Said::Number(4));
        assert_eq!(Said::of(None, None, "en"), Said::Nothing);
    }
}
