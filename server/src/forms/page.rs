//! The page on which an exhibitor's admin builds the questions, and the organiser what is asked of team
//! members. What is asked lies in the page as JSON; `js/form-builder.js` draws it, and saves the whole
//! through the API.

use super::{FormView, Known};
use crate::access::FormScope;
use crate::app::App;
use crate::exhibitors::frame::SpaceFrame;
use crate::extract::Speaks;
use crate::web::menu::SpacePage;
use crate::web::text::{dotted, json_in_page};
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{Page, Shell};
use crate::words::Words;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use mobile_core::ids::ExhibitorId;
use serde_json::json;
use std::collections::BTreeMap;

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

/// Languages that words can be written in besides those that pages speak: code and name in itself.
const LANGUAGES: [(&str, &str); 10] = [
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

/// What a form is built for.
pub(crate) enum Purpose {
    /// An exhibitor asks visitors at its stand.
    Stand,
    /// The organiser asks the members of all teams.
    Teams {
        /// Where their answers can be had as a table.
        download: String,
    },
}

/// The texts that are about what a form is for, by key.
struct Wording {
    title: &'static str,
    lead: &'static str,
    nothing: &'static str,
    nothing_about: &'static str,
    preview: &'static str,
    preview_about: &'static str,
}

const OF_STANDS: Wording = Wording {
    title: "common-questions",
    lead: "",
    nothing: "forms-nothing-is-asked-yet",
    nothing_about: "forms-add-what-your-sales-people",
    preview: "forms-on-a-phone",
    preview_about: "forms-what-you-ask-appears-here",
};

const OF_TEAMS: Wording = Wording {
    title: "menu-team-form",
    lead: "forms-team-about",
    nothing: "forms-nothing-is-asked-yet",
    nothing_about: "forms-team-nothing-about",
    preview: "forms-team-preview",
    preview_about: "forms-team-preview-about",
};

/// The page that builds a form.
#[derive(Template)]
#[template(path = "forms/index.html")]
pub(crate) struct BuilderPage {
    shell: Shell,
    about: &'static Wording,
    /// Whether tags, stages and the moment of asking belong to it.
    is_of_stand: bool,
    download: String,
    place: String,
    kinds: &'static [Kind],
    languages: Vec<(&'static str, String)>,
    data: String,
}

/// Languages that words can be written in.
fn languages() -> Vec<(&'static str, String)> {
    let others = LANGUAGES.into_iter().filter(|(code, _)| Words::named(code).is_none());
    let others = others.map(|(code, name)| (code, name.to_owned()));
    Words::all().map(|words| (words.code(), words.name())).chain(others).collect()
}

/// What a phone says itself beside the questions, by language.
fn said() -> BTreeMap<&'static str, serde_json::Value> {
    let of = |words: Words| {
        let text = |key| words.t(key).to_string();
        json!({
            "yes": text("forms-answer-yes"), "no": text("forms-answer-no"),
            "clear": text("forms-answer-clear"), "required": text("forms-answer-required"),
        })
    };
    Words::all().map(|words| (words.code(), of(words))).collect()
}

impl BuilderPage {
    /// The page of what is known of a form, which `api` saves.
    pub(crate) fn new(shell: Shell, place: String, purpose: Purpose, known: Known, api: &str, language: Words) -> Self {
        let Known { version, form, asked } = known;
        let is_of_stand = matches!(purpose, Purpose::Stand);
        let data = json!({
            "form": FormView { version, saved_at: None, form },
            // A new question must not take over the answers of a former one.
            "taken": asked.into_keys().collect::<Vec<_>>(),
            "api": api,
            "language": language.code(),
            "said": said(),
            "has_conditions": is_of_stand,
        });
        let (about, download) = match purpose {
            Purpose::Stand => (&OF_STANDS, String::new()),
            Purpose::Teams { download } => (&OF_TEAMS, download),
        };
        Self {
            shell: shell.running("page form"),
            about,
            is_of_stand,
            download,
            place,
            kinds: &KINDS,
            languages: languages(),
            data: json_in_page(&data),
        }
    }
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
    let place = dotted(&[&frame.exhibitor, &frame.place]);
    let api = format!("/api/v1/exhibitors/{exhibitor}/form");
    Ok(Page(BuilderPage::new(frame.shell, place, Purpose::Stand, known, &api, language)))
}
