//! The routes of the team form, and of the table of all teams.

use super::sheet;
use crate::access::{EventAdminScope, EventScope, TeamAdminScope};
use crate::app::App;
use crate::badges::api::file_response;
use crate::events::api::etag;
use crate::extract::{IfMatch, Payload};
use crate::forms::{Form, FormView};
use crate::openapi::Refused;
use crate::problem::Problem;
use crate::words::Words;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderName;
use axum::response::Response;
use mobile_core::ids::{EventId, ExhibitorId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get, save)).routes(routes!(get_own)).routes(routes!(export))
}

type Versioned = ([(HeaderName, String); 1], Json<FormView>);

fn versioned(form: FormView) -> Versioned {
    (etag(form.version), Json(form))
}

/// What the organiser asks of each team member besides name, address and roles.
///
/// While nothing is asked, `version` is 0.
#[utoipa::path(get, path = "/events/{event_id}/team-form", operation_id = "get_team_form", tag = "team",
    params(("event_id" = EventId, Path)),
    responses((status = 200, description = "The form", body = FormView), Refused))]
async fn get(State(app): State<App>, scope: EventScope) -> Result<Versioned, Problem> {
    Ok(versioned(super::get(&app, &scope).await?))
}

/// Saves what is asked of each team member from now on, as the form's next version: labels by language,
/// kinds, which fields are required. Tags, stages and conditions are for the questions of a stand.
///
/// What was answered stays. With `If-Match`, only over the version that was read.
#[utoipa::path(put, path = "/events/{event_id}/team-form", operation_id = "save_team_form", tag = "team",
    params(("event_id" = EventId, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    request_body = Form,
    responses((status = 200, description = "The form as it is now", body = FormView), Refused))]
async fn save(
    State(app): State<App>,
    scope: EventAdminScope,
    version: Option<IfMatch>,
    Payload(form): Payload<Form>,
) -> Result<Versioned, Problem> {
    Ok(versioned(super::save(&app, &scope, version.map(|version| version.0), form).await?))
}

/// The fields that are to be filled in of each member of this team: `extra` of adding and changing one.
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/team-form", operation_id = "get_own_team_form", tag = "team",
    params(("exhibitor_id" = ExhibitorId, Path)),
    responses((status = 200, description = "The form", body = FormView), Refused))]
async fn get_own(State(app): State<App>, scope: TeamAdminScope) -> Result<Versioned, Problem> {
    Ok(versioned(super::get_own(&app, &scope).await?))
}

/// The members of all teams as CSV, with what was filled in of each. Test exhibitors are left out.
#[utoipa::path(get, path = "/events/{event_id}/team.csv", operation_id = "export_teams", tag = "team",
    params(("event_id" = EventId, Path)),
    responses((status = 200, description = "A row a member", body = String, content_type = "text/csv"), Refused))]
async fn export(State(app): State<App>, scope: EventAdminScope) -> Result<Response, Problem> {
    let info = app.events.info(&app, scope.event()).await?;
    let table = sheet::csv(&app, &scope, Words::of_request()).await?;
    Ok(file_response("text/csv; charset=utf-8", &format!("teams-{}.csv", info.slug), table))
}
