//! The page on which the organiser chooses as whom to see a space, and the way out of a view.

use super::api::ended_cookie;
use crate::access::ViewScope;
use crate::access::identity::cookie_of;
use crate::access::policy::Capability;
use crate::access::view::{VIEW_COOKIE, is_masked_for};
use crate::app::App;
use crate::events::frame::EventFrame;
use crate::web::menu::EventPage;
use crate::web::text::json_in_page;
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{Page, Shell};
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use mobile_core::ids::{EventId, ExhibitorId};
use serde_json::json;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/events/{event_id}/exhibitors/{exhibitor_id}/view-as", get(choose))
        // A view that is over is left from the page that says so, by a link.
        .route("/view-as/leave", get(leave).post(leave))
}

struct Row {
    name: String,
    email: String,
    roles: Vec<&'static str>,
    is_invited: bool,
    body: String,
}

#[derive(Template)]
#[template(path = "views/index.html")]
struct ChoosePage {
    shell: Shell,
    exhibitor: String,
    rows: Vec<Row>,
    is_masked: bool,
    api: String,
    team: String,
}

async fn choose(
    visitor: Visitor,
    State(app): State<App>,
    PagePath((event, exhibitor)): PagePath<(EventId, ExhibitorId)>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = ViewScope::of(&app, &visitor.identity, event).await?;
    let frame = EventFrame::open(&app, &visitor, &scope, EventPage::Exhibitors, "views-title").await?;
    let (name, members) = super::members(&app, &scope, exhibitor).await?;
    let rows = members.iter().map(|member| Row {
        name: member.name(),
        email: member.email.clone(),
        roles: [(member.is_admin, "views-role-admin"), (member.is_scanner, "views-role-scanner")]
            .into_iter()
            .filter_map(|(is, label)| is.then_some(label))
            .collect(),
        is_invited: member.account_id.is_none(),
        body: json_in_page(&json!({"member_id": member.id})),
    });
    let team =
        if scope.role().may(Capability::TeamManage) { format!("/exhibitors/{exhibitor}/team") } else { String::new() };
    Ok(Page(ChoosePage {
        shell: frame.shell,
        exhibitor: name,
        rows: rows.collect(),
        is_masked: is_masked_for(scope.role()),
        api: format!("/api/v1/events/{event}/views"),
        team,
    }))
}

/// Leaves the browser's view. Nobody gains by having it left, so it needs no proof of its origin.
async fn leave(State(app): State<App>, headers: HeaderMap) -> Result<impl IntoResponse, PageProblem> {
    let left = match cookie_of(&headers, VIEW_COOKIE) {
        Some(secret) => super::leave_by_secret(&app, secret).await?,
        None => None,
    };
    let back = left.map_or_else(|| "/".to_owned(), |view| format!("/events/{}/exhibitors", view.event_id));
    Ok(([(header::SET_COOKIE, ended_cookie(&app))], Redirect::to(&back)))
}
