//! The page of a team: who is in it, what they do, and how they get in.

use super::form;
use super::form::page::Field;
use super::store::MemberRow;
use crate::access::TeamAdminScope;
use crate::accounts::InvitationStatus;
use crate::app::App;
use crate::exhibitors::frame::SpaceFrame;
use crate::exhibitors::{self, LeadVisibility};
use crate::extract::Params;
use crate::forms::Known;
use crate::paging::PageParams;
use crate::problem::Problem;
use crate::web::menu::SpacePage;
use crate::web::text::json_in_page;
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{Page, Shell};
use crate::words::Words;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use mobile_core::ids::ExhibitorId;
use mobile_core::time::Timestamp;
use serde_json::json;

/// People on a page; few teams are larger.
const ROWS: u32 = 200;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new().route("/exhibitors/{exhibitor_id}/team", get(team))
}

/// What a role is called, and what it lets somebody do.
struct RoleChoice {
    code: &'static str,
    label: &'static str,
    about: &'static str,
}

const ROLES: [RoleChoice; 4] = [
    RoleChoice { code: "admin", label: "team-admin", about: "team-admin-about" },
    RoleChoice { code: "scanner", label: "team-scanner", about: "team-scanner-about" },
    RoleChoice { code: "commercial_contact", label: "team-commercial-contact", about: "team-commercial-contact-about" },
    RoleChoice { code: "attendee", label: "team-badge-only", about: "team-badge-only-about" },
];

struct Row {
    name: String,
    email: String,
    roles: Vec<&'static str>,
    has_accepted: bool,
    /// Whether there is a link that has ended.
    has_expired: bool,
    /// Whether a badge goes with them.
    has_badge: bool,
    is_self: bool,
    /// What the organiser asked of them, in a line.
    extra: String,
    /// The member as the dialogs fill in.
    fill: String,
}

impl Row {
    fn of(member: &MemberRow, visitor: &Visitor, asked: &Known, now: Timestamp) -> Self {
        let roles = json!(member.roles());
        let has = |code: &str| roles.as_array().is_some_and(|roles| roles.iter().any(|role| role == code));
        let fill = json!({"id": member.id, "first_name": member.first_name, "last_name": member.last_name,
            "email": member.email, "roles": roles, "has_daily_mail": member.has_daily_mail,
            "version": member.version, "extra": member.extra});
        Self {
            name: format!("{} {}", member.first_name, member.last_name),
            email: member.email.clone(),
            roles: ROLES.iter().filter(|role| has(role.code)).map(|role| role.label).collect(),
            has_accepted: member.account_id.is_some(),
            has_expired: member.status(now) == InvitationStatus::Expired,
            has_badge: member.registration_id.is_some(),
            is_self: member.account_id == Some(visitor.account.id),
            extra: form::page::line(asked, &member.extra, Words::of_request()),
            fill: json_in_page(&fill),
        }
    }
}

#[derive(Template)]
#[template(path = "team/index.html")]
struct TeamPage {
    shell: Shell,
    exhibitor: String,
    place: String,
    count: String,
    rows: Vec<Row>,
    roles: &'static [RoleChoice],
    /// What the organiser asks of each.
    fields: Vec<Field>,
    /// Whether scanners see only their own leads.
    sees_own: bool,
    visibility: String,
    api: String,
    more: String,
}

async fn team(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(exhibitor): PagePath<ExhibitorId>,
    Params(asked): Params<PageParams>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = TeamAdminScope::of(&app, &visitor.identity, exhibitor).await?;
    let frame = SpaceFrame::open(&app, &visitor, &scope, SpacePage::Team, "menu-team").await?;
    let fields = form::asked(&app, scope.event()).await.map_err(Problem::from)?;
    let sees_own = exhibitors::visibility(&app, &scope).await? == LeadVisibility::Own;
    let page = super::list(&app, &scope, &PageParams { limit: Some(ROWS), ..asked }).await?;
    Ok(Page(TeamPage {
        exhibitor: frame.exhibitor,
        place: frame.place,
        count: frame.shell.t("common-count-people").with("count", page.items.len()).into(),
        rows: page.items.iter().map(|member| Row::of(member, &visitor, &fields, frame.now)).collect(),
        fields: form::page::fields(&fields, frame.shell.words),
        shell: frame.shell,
        roles: &ROLES,
        sees_own,
        visibility: format!("/api/v1/exhibitors/{exhibitor}/lead-visibility"),
        api: format!("/api/v1/exhibitors/{exhibitor}/team"),
        more: page.next_cursor.map_or_else(String::new, |cursor| format!("?cursor={cursor}")),
    }))
}
