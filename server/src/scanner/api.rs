//! The routes of a scanner: who may hold it, and how it lets go of its pairing.

use super::CrewMember;
use crate::access::{CrewScope, ScannerScope};
use crate::app::App;
use crate::devices::pairing::{self, CodeWish};
use crate::devices::{self, DevicePark, Ending};
use crate::forms::FormView;
use crate::idempotency::HoldsSecret;
use crate::openapi::Refused;
use crate::problem::Problem;
use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use mobile_core::ids::{EventId, ExhibitorId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use mobile_core::wire::NamedMember;
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get_crew))
        .routes(routes!(unpair))
        .routes(routes!(unpair_door))
        .routes(routes!(make_transfer_code))
}

/// Who may hold a phone of a stand.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CrewView {
    /// Who it was given to, if to anybody.
    pub member: Option<NamedMember>,
    /// Everybody of the team, by name: whose id goes into a capture's `member_id`.
    pub members: Vec<CrewMember>,
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
/// For the change of shift: names and badges of the own team, no attendee's.
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/crew", operation_id = "get_crew", tag = "devices",
    params(("exhibitor_id" = ExhibitorId, Path)),
    responses((status = 200, description = "The team as a phone needs it", body = CrewView), Refused))]
async fn get_crew(scope: CrewScope, State(app): State<App>) -> Result<Json<CrewView>, Problem> {
    let super::Crew { member, members, each_sees_only_their_own, event_ends_at, form } =
        super::crew(&app, &scope).await?;
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

/// Unpair the device of a door that asks.
///
/// What it captured before may still be delivered for 30 days. A person ends its access by `revoke_door_device`.
#[utoipa::path(post, path = "/events/{event_id}/unpair", operation_id = "unpair_door_device", tag = "devices",
    params(("event_id" = EventId, Path)),
    responses((status = 204, description = "Its access has ended"), Refused))]
async fn unpair_door(scope: ScannerScope, State(app): State<App>) -> Result<StatusCode, Problem> {
    let device = scope.door().ok_or_else(|| {
        Problem::new(Reason::InvalidField, "Only a door's device unpairs itself here; a stand's does at its exhibitor.")
    })?;
    devices::end(&app, &DevicePark::of_door(&scope), device, Ending::Revoked).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What the app on the home screen is paired with.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct TransferCode {
    /// A pairing code for one use.
    pub pairing_code: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Make a code by which another app on this phone takes the place of the device that asks.
///
/// For iOS, where an app on the home screen shares nothing with the browser's tab. Deliver everything
/// first: once the code is redeemed, this device's access has ended, and its licence is the other's.
#[utoipa::path(post, path = "/exhibitors/{exhibitor_id}/transfer-code", operation_id = "make_transfer_code",
    tag = "devices", params(("exhibitor_id" = ExhibitorId, Path)),
    responses((status = 201, description = "Made", body = TransferCode), Refused))]
async fn make_transfer_code(
    scope: CrewScope,
    State(app): State<App>,
) -> Result<(StatusCode, Extension<HoldsSecret>, Json<TransferCode>), Problem> {
    let device = scope.device().ok_or_else(|| {
        Problem::new(Reason::InvalidField, "Only a device gives up its place. Pair another one with a pairing code.")
    })?;
    let wish = CodeWish {
        member: scope.member(),
        booth: scope.capturing()?.booth(),
        replaces: Some(device),
        ..CodeWish::default()
    };
    let made = pairing::make_code(&app, &DevicePark::from(&scope), wish).await?;
    let code = TransferCode { pairing_code: made.code.to_string(), expires_at: made.expires_at };
    Ok((StatusCode::CREATED, Extension(HoldsSecret), Json(code)))
}
