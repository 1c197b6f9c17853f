//! What the stands of the fair ask, and what visitors answer.

use super::fixtures::Fixtures;
use super::random::Dice;
use crate::forms::{Choice, Condition, Form, Question, QuestionKind, Words};
use serde::Deserialize;
use serde_json::Value;

/// `questions.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionSheets {
    /// What stands ask visitors.
    pub question: Vec<QuestionSheet>,
    /// What the organiser asks of everybody in a team.
    pub team: Vec<QuestionSheet>,
}

/// A question that exhibitors ask at the stand, as `questions.toml` has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionSheet {
    pub key: String,
    #[serde(default)]
    pub exhibitors: Vec<String>,
    pub kind: QuestionKind,
    pub label: String,
    pub label_fr: String,
    #[serde(default)]
    pub required: bool,
    #[serde(default)]
    pub choices: Vec<String>,
    /// The same in French; absent where they are names.
    #[serde(default)]
    pub choices_fr: Vec<String>,
    #[serde(default)]
    pub weights: Vec<f64>,
    /// The largest number given as an answer.
    #[serde(default)]
    pub most: i64,
    /// How many of a hundred say yes.
    #[serde(default)]
    pub yes: f64,
    /// Another question and the answers after which this one is asked.
    #[serde(default)]
    pub when: Option<Condition>,
}

/// `Cell designer` as `cell_designer`.
fn key(choice: &str) -> String {
    choice.to_lowercase().chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect()
}

fn words(english: &str, french: Option<&str>) -> Words {
    let both = [("en", Some(english)), ("fr", french)];
    both.into_iter().filter_map(|(language, text)| Some((language.to_owned(), text?.to_owned()))).collect()
}

impl QuestionSheet {
    fn is_asked_by(&self, slug: &str) -> bool {
        self.exhibitors.iter().any(|asker| asker == "*" || asker == slug)
    }

    fn question(&self) -> Question {
        let choice = |(at, choice): (usize, &String)| {
            let french = self.choices_fr.get(at).map(String::as_str);
            Choice { key: key(choice), words: words(choice, french) }
        };
        Question {
            key: self.key.clone(),
            kind: self.kind,
            words: words(&self.label, Some(&self.label_fr)),
            required: self.required,
            choices: self.choices.iter().enumerate().map(choice).collect(),
            when: self.when.clone(),
        }
    }

    /// A plausible answer.
    fn answer(&self, dice: &mut Dice) -> Value {
        match self.kind {
            QuestionKind::Choice => {
                let position = dice.weighted(self.weights.iter().copied());
                self.choices.get(position).map_or(Value::Null, |choice| Value::from(key(choice)))
            }
            QuestionKind::Choices => {
                let chosen = self.choices.iter().zip(&self.weights).filter(|(_, weight)| dice.chance(**weight / 100.0));
                Value::from(chosen.map(|(choice, _)| key(choice)).collect::<Vec<_>>())
            }
            QuestionKind::Number => Value::from(dice.between(1, self.most.max(1))),
            QuestionKind::YesNo => Value::from(dice.chance(self.yes / 100.0)),
            QuestionKind::Text => Value::Null,
        }
    }
}

/// What an exhibitor asks.
pub fn form(fixtures: &Fixtures, slug: &str) -> Form {
    let asked = fixtures.questions.question.iter().filter(|question| question.is_asked_by(slug));
    Form {
        languages: ["en", "fr"].map(str::to_owned).into(),
        asks_at_once: false,
        questions: asked.map(QuestionSheet::question).collect(),
        tags: ["demo", "price list", "distributor"].map(str::to_owned).into(),
        stages: ["To call", "Offer sent", "Won", "Lost"].map(str::to_owned).into(),
    }
}

/// What the organiser asks of everybody in a team.
pub fn team_form(fixtures: &Fixtures) -> Form {
    Form {
        languages: ["en", "fr"].map(str::to_owned).into(),
        asks_at_once: false,
        questions: fixtures.questions.team.iter().map(QuestionSheet::question).collect(),
        tags: Vec::new(),
        stages: Vec::new(),
    }
}

/// Plausible answers to what an exhibitor asks.
pub fn answers(fixtures: &Fixtures, slug: &str, dice: &mut Dice) -> Vec<(String, Value)> {
    given(fixtures.questions.question.iter().filter(|question| question.is_asked_by(slug)), dice)
}

/// Plausible answers to what the organiser asks.
pub fn team_answers(fixtures: &Fixtures, dice: &mut Dice) -> Vec<(String, Value)> {
    given(fixtures.questions.team.iter(), dice)
}

fn given<'f>(questions: impl Iterator<Item = &'f QuestionSheet>, dice: &mut Dice) -> Vec<(String, Value)> {
    let mut given: Vec<(String, Value)> = Vec::new();
    for question in questions {
        let is_asked = question.when.as_ref().is_none_or(|when| {
            let answer = given.iter().find(|(key, _)| *key == when.question).map(|(_, answer)| answer);
            let text = match answer {
                Some(Value::Bool(is)) => Some(if *is { "yes" } else { "no" }),
                other => other.and_then(Value::as_str),
            };
            text.is_some_and(|text| when.is.iter().any(|wanted| wanted == text))
        });
        if is_asked && question.kind != QuestionKind::Text {
            let answer = question.answer(dice);
            given.push((question.key.clone(), answer));
        }
    }
    given
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::answers::misfits;
    use crate::forms::{Asked, Known};

    fn known(form: &Form) -> Known {
        let asked = |question: &Question| {
            (question.key.clone(), Asked { question: question.clone(), languages: form.languages.clone() })
        };
        Known { version: 1, asked: form.questions.iter().map(asked).collect(), form: form.clone() }
    }

    #[test]
    fn every_answer_fits_the_form_of_its_stand() {
        let fixtures = Fixtures::load().expect("the fixtures");
        let known = known(&form(&fixtures, "vantelle"));
        let mut dice = Dice::new(7, "answers");
        for _ in 0..50 {
            let given = answers(&fixtures, "vantelle", &mut dice).into_iter().collect();
            assert_eq!(misfits(&known, &given), []);
        }
    }

    #[test]
    fn every_answer_of_a_team_fits_the_form_of_the_organiser() {
        let fixtures = Fixtures::load().expect("the fixtures");
        let known = known(&team_form(&fixtures));
        let mut dice = Dice::new(7, "answers");
        for _ in 0..50 {
            let given = team_answers(&fixtures, &mut dice).into_iter().collect();
            assert_eq!(misfits(&known, &given), []);
        }
    }
}
