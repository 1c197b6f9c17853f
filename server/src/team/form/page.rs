//! The page on which the organiser says what is asked of each team member, and the fields of it in the
//! dialogs of a team.

use super::Answers;
use crate::access::EventAdminScope;
use crate::app::App;
use crate::events::frame::EventFrame;
use crate::extract::Speaks;
use crate::forms::page::{BuilderPage, Purpose};
use crate::forms::{Known, QuestionKind, in_language};
use crate::web::Page;
use crate::web::menu::EventPage;
use crate::web::text::dotted;
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::words::Words;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use mobile_core::ids::EventId;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new().route("/events/{event_id}/team-form", get(form))
}

async fn form(
    visitor: Visitor,
    State(app): State<App>,
    Speaks(language): Speaks,
    PagePath(event): PagePath<EventId>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = EventAdminScope::of(&app, &visitor.identity, event).await?;
    let frame = EventFrame::open(&app, &visitor, &scope, EventPage::TeamForm, "menu-team-form").await?;
    let known = super::asked(&app, event).await.map_err(crate::problem::Problem::from)?;
    let purpose = Purpose::Teams { download: format!("/api/v1/events/{event}/team.csv") };
    let (place, api) = (frame.event.name.clone(), format!("/api/v1/events/{event}/team-form"));
    Ok(Page(BuilderPage::new(frame.shell, place, purpose, known, &api, language)))
}

/// A field of the dialogs.
pub struct Field {
    /// What its answer is kept under.
    pub key: String,
    /// What it is called.
    pub label: String,
    /// How it is answered.
    pub kind: &'static str,
    /// Whether it must be filled in.
    pub is_required: bool,
    /// Keys and words of its choices.
    pub choices: Vec<(String, String)>,
}

/// The fields in the words of whoever looks.
pub fn fields(known: &Known, words: Words) -> Vec<Field> {
    let named = |texts: &crate::forms::Words| in_language(texts, &known.form.languages, words.code()).to_owned();
    let field = |question: &crate::forms::Question| Field {
        key: question.key.clone(),
        label: named(&question.words),
        kind: match question.kind {
            QuestionKind::Choice => "choice",
            QuestionKind::Choices => "choices",
            QuestionKind::Text => "text",
            QuestionKind::Number => "number",
            QuestionKind::YesNo => "yes_no",
        },
        is_required: question.required,
        choices: question.choices.iter().map(|choice| (choice.key.clone(), named(&choice.words))).collect(),
    };
    known.form.questions.iter().map(field).collect()
}

/// What was answered, in a line.
pub fn line(known: &Known, answers: &Answers, words: Words) -> String {
    let said: Vec<String> = super::in_words(known, answers, words)
        .into_iter()
        .map(|(name, text)| words.t("team-field-says").with("name", name).with("text", text).into())
        .collect();
    dotted(&said.iter().map(String::as_str).collect::<Vec<_>>())
}
