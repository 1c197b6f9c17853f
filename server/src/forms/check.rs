//! What a form may look like. Each mistake is named by where it stands, so that the page shows it there.

use super::{Condition, Form, Known, Question, QuestionKind, Words};
use crate::fields::Fields;
use crate::problem::Problem;
use std::collections::BTreeSet;

const MAX_QUESTIONS: usize = 50;
const MAX_CHOICES: usize = 50;
const MAX_LANGUAGES: usize = 8;
const MAX_KEY: usize = 60;
const MAX_WORDS: usize = 300;
const MAX_OFFERED: usize = 30;
/// Characters of a tag or a stage.
const MAX_CHARS: usize = 60;

/// The form with its words trimmed, once nothing is wrong with it.
pub(crate) fn checked(mut form: Form, known: &Known) -> Result<Form, Problem> {
    let mut wrong = Fields::default();
    languages(&mut wrong, &form);
    if form.questions.len() > MAX_QUESTIONS {
        wrong.wrong("/questions", format!("must be at most {MAX_QUESTIONS}"));
    }
    let mut keys = BTreeSet::new();
    for at in 0..form.questions.len().min(MAX_QUESTIONS) {
        let (before, rest) = form.questions.split_at_mut(at);
        let (question, place) = (&mut rest[0], format!("/questions/{at}"));
        key(&mut wrong, &format!("{place}/key"), &question.key, &mut keys);
        words(&mut wrong, &format!("{place}/words"), &mut question.words, &form.languages);
        choices(&mut wrong, &place, question, &form.languages);
        if let Some(condition) = &question.when {
            self::condition(&mut wrong, &place, condition, before);
        }
        let former = known.asked.get(&question.key).map(|asked| asked.question.kind);
        if former.is_some_and(|former| former != question.kind) {
            let detail = "cannot change: there may be answers of the former kind. Ask it under another key";
            wrong.wrong(&format!("{place}/kind"), detail);
        }
    }
    offered(&mut wrong, "/tags", &mut form.tags);
    offered(&mut wrong, "/stages", &mut form.stages);
    wrong.done(Some(form))
}

/// Trims tags or stages, and leaves out what is empty.
fn offered(wrong: &mut Fields, pointer: &str, texts: &mut Vec<String>) {
    for text in texts.iter_mut() {
        *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    texts.retain(|text| !text.is_empty());
    let distinct: BTreeSet<&String> = texts.iter().collect();
    if distinct.len() < texts.len() {
        wrong.wrong(pointer, "must be different from each other");
    } else if texts.len() > MAX_OFFERED || texts.iter().any(|text| text.chars().count() > MAX_CHARS) {
        wrong.wrong(pointer, format!("must be at most {MAX_OFFERED} texts of at most {MAX_CHARS} characters"));
    }
}

fn languages(wrong: &mut Fields, form: &Form) {
    let is_tag = |tag: &String| (2..=3).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_lowercase());
    let distinct: BTreeSet<&String> = form.languages.iter().collect();
    if form.languages.is_empty() || form.languages.len() > MAX_LANGUAGES {
        wrong.wrong("/languages", format!("must be 1 to {MAX_LANGUAGES}, such as [\"en\", \"fr\"]"));
    } else if !form.languages.iter().all(is_tag) || distinct.len() < form.languages.len() {
        wrong.wrong("/languages", "must be different codes such as en or fr");
    }
}

fn key(wrong: &mut Fields, pointer: &str, key: &str, keys: &mut BTreeSet<String>) {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if key.is_empty() || key.len() > MAX_KEY || !key.bytes().all(is_plain) {
        wrong.wrong(pointer, format!("must be 1 to {MAX_KEY} of a-z, 0-9 and _"));
    } else if !keys.insert(key.to_owned()) {
        wrong.wrong(pointer, "stands here twice");
    }
}

/// Trims words; those of the first language must be there, others may be.
fn words(wrong: &mut Fields, pointer: &str, words: &mut Words, languages: &[String]) {
    for (language, text) in words.iter_mut() {
        let place = format!("{pointer}/{language}");
        if !languages.contains(language) {
            wrong.wrong(&place, "is no language of this form");
        } else if text.trim().is_empty() {
            text.clear();
        } else if let Some(line) = wrong.line(&place, text, MAX_WORDS) {
            *text = line;
        }
    }
    words.retain(|_, text| !text.is_empty());
    if let Some(main) = languages.first().filter(|main| !words.contains_key(*main)) {
        wrong.wrong(&format!("{pointer}/{main}"), "must not be empty");
    }
}

fn choices(wrong: &mut Fields, place: &str, question: &mut Question, languages: &[String]) {
    let pointer = format!("{place}/choices");
    let has_choices = matches!(question.kind, QuestionKind::Choice | QuestionKind::Choices);
    if !has_choices {
        if !question.choices.is_empty() {
            wrong.wrong(&pointer, "are for questions of kind choice or choices");
        }
        return;
    }
    if question.choices.is_empty() || question.choices.len() > MAX_CHOICES {
        wrong.wrong(&pointer, format!("must be 1 to {MAX_CHOICES}"));
    }
    let mut keys = BTreeSet::new();
    for (at, choice) in question.choices.iter_mut().take(MAX_CHOICES).enumerate() {
        key(wrong, &format!("{pointer}/{at}/key"), &choice.key, &mut keys);
        words(wrong, &format!("{pointer}/{at}/words"), &mut choice.words, languages);
    }
}

/// A condition looks back, so that no two questions wait for each other.
fn condition(wrong: &mut Fields, place: &str, condition: &Condition, before: &[Question]) {
    let Some(asked) = before.iter().find(|question| question.key == condition.question) else {
        wrong.wrong(&format!("{place}/when/question"), "must be the key of a question before this one");
        return;
    };
    let can_be = |answer: &String| match asked.kind {
        QuestionKind::Choice | QuestionKind::Choices => asked.choices.iter().any(|choice| choice.key == *answer),
        QuestionKind::YesNo => answer == "yes" || answer == "no",
        QuestionKind::Text | QuestionKind::Number => false,
    };
    if matches!(asked.kind, QuestionKind::Text | QuestionKind::Number) {
        wrong.wrong(&format!("{place}/when/question"), "must be a question with choices, or a yes-or-no question");
    } else if condition.is.is_empty() || !condition.is.iter().all(can_be) {
        wrong.wrong(&format!("{place}/when/is"), "must be answers of that question, one at least");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn wrong_places(form: Value) -> Vec<String> {
        let form: Form = serde_json::from_value(form).expect("the shape of a form");
        let problem = checked(form, &Known::default()).expect_err("something is wrong");
        problem.errors().iter().map(|error| error.pointer.clone()).collect()
    }

    #[test]
    fn words_are_trimmed_and_may_be_missing_in_further_languages() {
        let form = json!({"languages": ["en", "fr"], "questions": [
            {"key": "a", "kind": "text", "words": {"en": " Why? ", "fr": " "}}]});
        let form = checked(serde_json::from_value(form).unwrap(), &Known::default()).expect("a good form");
        assert_eq!(form.questions[0].words, Words::from([("en".to_owned(), "Why?".to_owned())]));
    }

    #[test]
    fn every_mistake_is_named_by_its_place() {
        assert_eq!(wrong_places(json!({"languages": [], "questions": []})), ["/languages"]);
        let many = json!({"languages": ["en", "en"], "questions": [
            {"key": "a", "kind": "choice", "words": {"en": ""}, "choices": []},
            {"key": "a", "kind": "text", "words": {"en": "A", "de": "A"}, "choices": [{"key": "x", "words": {"en": "X"}}]},
            {"key": "B", "kind": "choices", "words": {"en": "B"}, "choices": [
                {"key": "x", "words": {"en": "X"}}, {"key": "x", "words": {}}]},
        ]});
        assert_eq!(
            wrong_places(many),
            [
                "/languages",
                "/questions/0/words/en",
                "/questions/0/choices",
                "/questions/1/key",
                "/questions/1/words/de",
                "/questions/1/choices",
                "/questions/2/key",
                "/questions/2/choices/1/key",
                "/questions/2/choices/1/words/en"
            ]
        );
    }

    #[test]
    fn a_condition_looks_back_at_answers_that_can_be_given() {
        let form = |when: Value| {
            json!({"languages": ["en"], "questions": [
                {"key": "visit", "kind": "yes_no", "words": {"en": "Visit?"}},
                {"key": "why", "kind": "text", "words": {"en": "Why?"}},
                {"key": "day", "kind": "text", "words": {"en": "Day?"}, "when": when},
            ]})
        };
        let good: Form = serde_json::from_value(form(json!({"question": "visit", "is": ["yes"]}))).unwrap();
        assert!(checked(good, &Known::default()).is_ok());
        assert_eq!(wrong_places(form(json!({"question": "day", "is": ["yes"]}))), ["/questions/2/when/question"]);
        assert_eq!(wrong_places(form(json!({"question": "why", "is": ["x"]}))), ["/questions/2/when/question"]);
        assert_eq!(wrong_places(form(json!({"question": "visit", "is": ["maybe"]}))), ["/questions/2/when/is"]);
        assert_eq!(wrong_places(form(json!({"question": "visit", "is": []}))), ["/questions/2/when/is"]);
    }
}
