//! The page on which an exhibitor's admin builds the questions. What is asked lies in the page as
//! JSON; `js/form-builder.js` draws it, and saves the whole through the API.

use super::{FormView, Known};
use crate::access::FormScope;
use crate::app::App;
use crate::exhibitors::frame::SpaceFrame;
use crate::extract::Speaks;
use crate::web::menu::SpacePage;
use crate::web::text::json_in_page;
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{Page, Shell};
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use mobile_core::ids::ExhibitorId;
use serde_json::json;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new().route("/exhibitors/{exhibitor_id}/questions", get(questions))
}

/// A kind of question to add.
struct Kind {
    code: &'static str,
    label: &'static str,
}

const KINDS: [Kind; 5] = [
    Kind { code: "choice", label: "forms-one-of-several" },
    Kind { code: "choices", label: "forms-several-of-several" },
    Kind { code: "yes_no", label: "forms-yes-or-no" },
    Kind { code: "number", label: "forms-number" },
    Kind { code: "text", label: "forms-text" },
];

/// Languages that words can be written in: code and name in itself.
const LANGUAGES: [(&str, &str); 12] = [
    ("en", "English"),
    ("fr", "Français"),
    ("de", "Deutsch"),
    ("es", "Español"),
    ("it", "Italiano"),
    ("nl", "Nederlands"),
    ("pl", "Polski"),
    ("pt", "Português"),
    ("ar", "العربية"),
    ("ja", "日本語"),
    ("ko", "한국어"),
    ("zh", "中文"),
];

#[derive(Template)]
#[template(path = "forms/index.html")]
struct QuestionsPage {
    shell: Shell,
    exhibitor: String,
    place: String,
    kinds: &'static [Kind],
    languages: &'static [(&'static str, &'static str)],
    data: String,
}

async fn questions(
    visitor: Visitor,
    State(app): State<App>,
    Speaks(language): Speaks,
    PagePath(exhibitor): PagePath<ExhibitorId>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = FormScope::of(&app, &visitor.identity, exhibitor).await?;
    let frame = SpaceFrame::open(&app, &visitor, &scope, SpacePage::Questions, "menu-questions").await?;
    let mut tx = app.read().await.map_err(crate::problem::Problem::from)?;
    let known = super::known(&mut tx, scope.event(), exhibitor).await.map_err(crate::problem::Problem::from)?;
    tx.done().await.map_err(crate::problem::Problem::from)?;
    let Known { version, form, asked } = known;
    let data = json!({
        "form": FormView { version, saved_at: None, form },
        // A new question must not take over the answers of a former one.
        "taken": asked.into_keys().collect::<Vec<_>>(),
        "api": format!("/api/v1/exhibitors/{exhibitor}/form"),
        "language": language.code(),
    });
    Ok(Page(QuestionsPage {
        shell: frame.shell.running("page form"),
        exhibitor: frame.exhibitor,
        place: frame.place,
        kinds: &KINDS,
        languages: &LANGUAGES,
        data: json_in_page(&data),
    }))
}
