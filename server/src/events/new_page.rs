//! The page on which an organizer makes an event.

use crate::access::Role;
use crate::access::policy::Capability;
use crate::accounts::view;
use crate::app::App;
use crate::problem::Problem;
use crate::web::visitor::{PageProblem, Visitor};
use crate::web::{Crumb, Page, Shell};
use crate::words::Words;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use mobile_core::reason::Reason;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new().route("/events/new", get(form))
}

struct Choice {
    id: String,
    name: String,
}

#[derive(Template)]
#[template(path = "events/new.html")]
struct NewEventPage {
    shell: Shell,
    organizers: Vec<Choice>,
}

/// The organizers whose events this person manages.
pub fn managed(me: &view::Me) -> impl Iterator<Item = &view::OrganizerMembership> {
    me.memberships
        .organizers
        .iter()
        .filter(|one| Role::organizer(&one.role).is_some_and(|role| role.may(Capability::EventManage)))
}

async fn form(visitor: Visitor, State(app): State<App>) -> Result<impl IntoResponse, PageProblem> {
    let me = view::me(&app, &visitor.account).await.map_err(Problem::from)?;
    let organizers: Vec<Choice> =
        managed(&me).map(|one| Choice { id: one.organizer_id.to_string(), name: one.name.clone() }).collect();
    if organizers.is_empty() {
        let detail = "Only owners and managers of an organizer make events. Ask an owner to give you that role.";
        return Err(Problem::new(Reason::Forbidden, detail).into());
    }
    let words = Words::of_request();
    let crumbs = vec![Crumb::to(words.t("home-your-spaces"), "/"), Crumb::here(words.t("common-new-event"))];
    let shell = Shell::of(words.t("common-new-event"), &visitor.account.name, &visitor.account.email, crumbs);
    Ok(Page(NewEventPage { shell, organizers }))
}
