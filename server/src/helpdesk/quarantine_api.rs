//! The routes of captures that were kept aside: taken in after all, or put away.

use super::quarantine;
use crate::access::RejectedScope;
use crate::app::App;
use crate::extract::PathIds;
use crate::openapi::Refused;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use mobile_core::ids::ExhibitorId;
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(release_rejected)).routes(routes!(discard_rejected))
}

/// A capture that was dealt with.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Dealt {
    /// The deed, by which the help desk can take it back.
    action_id: Uuid,
}

/// The ids of a rejected capture's address.
type AsidePath = PathIds<(ExhibitorId, Uuid)>;

/// Takes a capture in that was kept aside: a lost phone's, or one that was refused.
#[utoipa::path(post, path = "/exhibitors/{exhibitor_id}/rejected-captures/{rejected_id}/release",
    operation_id = "release_rejected_capture", tag = "captures",
    params(
        ("exhibitor_id" = ExhibitorId, Path, description = "Whose."),
        ("rejected_id" = Uuid, Path, description = "Its place in the list."),
    ),
    responses((status = 200, description = "Taken in", body = Dealt), Refused))]
async fn release_rejected(
    State(app): State<App>,
    scope: RejectedScope,
    ids: AsidePath,
) -> Result<Json<Dealt>, Problem> {
    Ok(Json(Dealt { action_id: quarantine::release(&app, &scope, ids.0.1).await? }))
}

/// Puts a capture away that was kept aside.
#[utoipa::path(post, path = "/exhibitors/{exhibitor_id}/rejected-captures/{rejected_id}/discard",
    operation_id = "discard_rejected_capture", tag = "captures",
    params(
        ("exhibitor_id" = ExhibitorId, Path, description = "Whose."),
        ("rejected_id" = Uuid, Path, description = "Its place in the list."),
    ),
    responses((status = 200, description = "Put away", body = Dealt), Refused))]
async fn discard_rejected(
    State(app): State<App>,
    scope: RejectedScope,
    ids: AsidePath,
) -> Result<Json<Dealt>, Problem> {
    Ok(Json(Dealt { action_id: quarantine::discard(&app, &scope, ids.0.1).await? }))
}
