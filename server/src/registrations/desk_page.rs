//! The registration desk: four fields, a category, and the badge; somebody with the same name or e-mail
//! is shown before they are registered twice. For whoever stands at the counter, with a keyboard.

use super::category;
use crate::access::DeskScope;
use crate::app::App;
use crate::events::frame::EventFrame;
use crate::packages::page::Choice;
use crate::web::menu::EventPage;
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{Page, Shell};
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use mobile_core::ids::EventId;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new().route("/events/{event_id}/registration-desk", get(show))
}

#[derive(Template)]
#[template(path = "registrations/desk.html")]
struct DeskPage {
    shell: Shell,
    event: String,
    categories: Vec<Choice>,
    api: String,
}

async fn show(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(event): PagePath<EventId>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = DeskScope::of(&app, &visitor.identity, event).await?;
    let key = "menu-registration-desk";
    let frame = EventFrame::open(&app, &visitor, &scope, EventPage::RegistrationDesk, key).await?;
    let words = frame.shell.words;
    let categories = category::choices(&frame.event.disclosure).into_iter();
    Ok(Page(DeskPage {
        event: frame.event.name.clone(),
        categories: categories.map(|code| Choice { label: words.coded("category", &code), code }).collect(),
        api: format!("/api/v1/events/{event}"),
        shell: frame.shell.running("page regdesk"),
    }))
}
