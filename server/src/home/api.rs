//! The route of a space's home.

use super::SpaceHome;
use crate::access::{Identity, SpaceScope};
use crate::app::App;
use crate::openapi::Refused;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use mobile_core::ids::ExhibitorId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get))
}

/// The home of a partner space: its stand, its numbers as far as the caller may see them, and whom of the
/// organiser to ask.
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/home", operation_id = "get_space_home", tag = "exhibitors",
    params(("exhibitor_id" = ExhibitorId, Path)),
    responses((status = 200, description = "The home", body = SpaceHome), Refused))]
async fn get(State(app): State<App>, scope: SpaceScope, identity: Identity) -> Result<Json<SpaceHome>, Problem> {
    Ok(Json(super::of(&app, &scope, &identity).await?))
}
