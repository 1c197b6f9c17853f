//! The routes of a scanner: who may hold it, and how it lets go of its pairing.

use crate::access::CrewScope;
use crate::app::App;
use crate::devices::{self, DevicePark, Ending};
use crate::forms::FormView;
use crate::openapi::Refused;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use mobile_core::ids::ExhibitorId;
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use mobile_core::wire::NamedMember;
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get_crew)).routes(routes!(unpair))
}

/// Who may hold a phone of a stand.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CrewView {
    /// Who it was given to, if to anybody.
    pub member: Option<NamedMember>,
    /// Everybody of the team, by name: whose id goes into a capture's `member_id`.
    pub members: Vec<NamedMember>,
    /// Each sees only the leads that they scanned or own: take names off the phone when another
    /// person takes it.
    pub each_sees_only_their_own: bool,
    /// The event's end: keep sent captures until a week later.
    pub event_ends_at: Timestamp,
    /// What is asked at the stand; null where the package does not include it. Keep it: answers name
    /// its version.
    pub form: Option<FormView>,
}

/// Who may hold a phone of this stand.
///
/// For the change of shift: names of the own team, no attendee's.
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/crew", operation_id = "get_crew", tag = "devices",
    params(("exhibitor_id" = ExhibitorId, Path)),
    responses((status = 200, description = "The team as a phone needs it", body = CrewView), Refused))]
async fn get_crew(scope: CrewScope, State(app): State<App>) -> Result<Json<CrewView>, Problem> {
    let super::Crew { member, members, each_sees_only_their_own, event_ends_at, form } = super::crew(&app, &scope).await?;
    Ok(Json(CrewView { member, members, each_sees_only_their_own, event_ends_at, form }))
}

/// Unpair the device that asks.
///
/// Its licence is free at once. What it captured before may still be delivered for 30 days; deliver
/// first all the same. A person ends a device's access by `revoke_device`.
#[utoipa::path(post, path = "/exhibitors/{exhibitor_id}/unpair", operation_id = "unpair_device", tag = "devices",
    params(("exhibitor_id" = ExhibitorId, Path)),
    responses((status = 204, description = "Its access has ended"), Refused))]
async fn unpair(scope: CrewScope, State(app): State<App>) -> Result<StatusCode, Problem> {
    let device = scope.device().ok_or_else(|| {
        Problem::new(Reason::InvalidField, "Only a device unpairs itself. End another's access by deleting the device.")
    })?;
    devices::end(&app, &DevicePark::from(&scope), device, Ending::Revoked).await?;
    Ok(StatusCode::NO_CONTENT)
}
