//! The routes of an exhibitor's goal.

use super::goal::{self, LeadGoal};
use crate::access::{ChartScope, TeamAdminScope};
use crate::app::App;
use crate::extract::Payload;
use crate::openapi::Refused;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use mobile_core::ids::ExhibitorId;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get, set))
}

/// How many leads are wanted.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewGoal {
    /// 1 to 1,000,000; null: no goal.
    leads: Option<i64>,
}

/// An exhibitor's goal of leads, with the progress by local day of the event.
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/goal", operation_id = "get_lead_goal", tag = "leads",
    params(("exhibitor_id" = ExhibitorId, Path)), responses((status = 200, body = LeadGoal), Refused))]
async fn get(State(app): State<App>, scope: ChartScope) -> Result<Json<LeadGoal>, Problem> {
    Ok(Json(goal::of(&app, &scope).await?))
}

/// Sets how many leads an exhibitor wants to have in the end.
#[utoipa::path(put, path = "/exhibitors/{exhibitor_id}/goal", operation_id = "set_lead_goal", tag = "leads",
    params(("exhibitor_id" = ExhibitorId, Path)), request_body = NewGoal,
    responses((status = 204, description = "Set"), Refused))]
async fn set(
    State(app): State<App>,
    scope: TeamAdminScope,
    Payload(sent): Payload<NewGoal>,
) -> Result<StatusCode, Problem> {
    goal::set(&app, &scope, sent.leads).await?;
    Ok(StatusCode::NO_CONTENT)
}
