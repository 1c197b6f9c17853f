//! The page of who belongs to an organizer: alone, or beside the menu of one of its events.

use crate::access::{EventScope, OrganizerRole, OrganizerScope, Role};
use crate::accounts::store::organizers::PersonRow;
use crate::accounts::{InvitationStatus, organizers, view};
use crate::app::App;
use crate::events::frame::EventFrame;
use crate::problem::Problem;
use crate::web::menu::EventPage;
use crate::web::text::json_in_page;
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{Crumb, Page, Shell};
use crate::words::Words;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use mobile_core::ids::{EventId, OrganizerId};
use mobile_core::time::Timestamp;
use serde_json::json;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/organizers/{organizer_id}/members", get(alone))
        .route("/events/{event_id}/members", get(of_event))
}

/// What a role is called, and what it lets somebody do.
struct RoleChoice {
    code: &'static str,
    label: &'static str,
    about: &'static str,
}

const fn choice(role: OrganizerRole) -> RoleChoice {
    let (label, about) = match role {
        OrganizerRole::Owner => ("organizers-owner", "organizers-owner-about"),
        OrganizerRole::Manager => ("organizers-manager", "organizers-manager-about"),
        OrganizerRole::Viewer => ("organizers-viewer", "organizers-viewer-about"),
        OrganizerRole::Desk => ("organizers-desk", "organizers-desk-about"),
    };
    RoleChoice { code: role.code(), label, about }
}

struct Row {
    name: String,
    email: String,
    role: &'static str,
    has_joined: bool,
    has_expired: bool,
    is_self: bool,
    /// Whether whoever looks may change them.
    can_change: bool,
    fill: String,
}

#[derive(Template)]
#[template(path = "organizer/members.html")]
struct MembersPage {
    shell: Shell,
    organizer: String,
    rows: Vec<Row>,
    count: String,
    /// The roles that whoever looks may give.
    roles: Vec<RoleChoice>,
    api: String,
}

impl MembersPage {
    async fn of(app: &App, visitor: &Visitor, scope: &OrganizerScope, shell: Shell) -> Result<Self, Problem> {
        let people = organizers::list(app, scope).await?;
        let me = view::me(app, &visitor.account).await?;
        let own = me.memberships.organizers.into_iter().find(|one| one.organizer_id == scope.organizer());
        let (is_owner, now) = (scope.role() == Role::Owner, app.now());
        let row = |person: &PersonRow| Row::of(person, visitor, is_owner, now);
        let given = OrganizerRole::ALL.into_iter().filter(|role| is_owner || *role != OrganizerRole::Owner);
        Ok(Self {
            organizer: own.map(|own| own.name).unwrap_or_default(),
            rows: people.iter().map(row).collect(),
            count: shell.t("common-count-people").with("count", people.len()).into(),
            roles: given.map(choice).collect(),
            api: format!("/api/v1/organizers/{}/members", scope.organizer()),
            shell,
        })
    }
}

impl Row {
    fn of(person: &PersonRow, visitor: &Visitor, is_owner: bool, now: Timestamp) -> Self {
        let status = person.status(now);
        Self {
            name: person.name.clone(),
            email: person.email.clone(),
            role: choice(person.role).label,
            has_joined: status == InvitationStatus::Accepted,
            has_expired: status == InvitationStatus::Expired,
            is_self: person.id == visitor.account.id.0,
            can_change: is_owner || person.role != OrganizerRole::Owner,
            fill: json_in_page(&json!({"id": person.id, "name": person.name, "role": person.role})),
        }
    }
}

async fn alone(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(organizer): PagePath<OrganizerId>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = OrganizerScope::of(&app, &visitor.identity, organizer).await?;
    let words = Words::of_request();
    let crumbs = vec![Crumb::to(words.t("home-your-spaces"), "/"), Crumb::here(words.t("menu-members"))];
    let shell = Shell::of(words.t("menu-members"), &visitor.account.name, &visitor.account.email, crumbs);
    Ok(Page(MembersPage::of(&app, &visitor, &scope, shell).await?))
}

async fn of_event(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(event): PagePath<EventId>,
) -> Result<impl IntoResponse, PageProblem> {
    let at = EventScope::of(&app, &visitor.identity, event).await?;
    let frame = EventFrame::open(&app, &visitor, &at, EventPage::Members, "menu-members").await?;
    let scope = OrganizerScope::of(&app, &visitor.identity, frame.event.organizer).await?;
    Ok(Page(MembersPage::of(&app, &visitor, &scope, frame.shell).await?))
}
