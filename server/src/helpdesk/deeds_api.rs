//! The routes of what the help desk looks at before it does it: each says with `dry_run` what would change.

use super::merge::{self, MergePreview};
use super::moves::{self, MovePreview, Order};
use super::reopen::{self, ReopenPreview};
use super::swap::{self, SwapPreview};
use crate::access::{DeskScope, EventAdminScope};
use crate::app::App;
use crate::extract::{Params, PathIds, Payload};
use crate::openapi::Refused;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use mobile_core::ids::{DeviceId, EventId, ExhibitorId, RegistrationId};
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(merge_registrations))
        .routes(routes!(move_scans))
        .routes(routes!(reopen_leads))
        .routes(routes!(swap_badges))
}

/// Whether to look only.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
struct DryRun {
    /// Says what would change, and changes nothing.
    dry_run: bool,
}

/// A deed of the help desk, done or looked at.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Previewed<P> {
    /// What changed, or would.
    #[serde(flatten)]
    preview: P,
    /// The deed, by which it can be taken back; null where nothing was done.
    action_id: Option<Uuid>,
}

impl DryRun {
    /// Looks at a deed, or does it.
    async fn previewed<P>(
        self,
        look: impl Future<Output = Result<P, Problem>>,
        deed: impl Future<Output = Result<(Uuid, P), Problem>>,
    ) -> Result<Json<Previewed<P>>, Problem> {
        if self.dry_run {
            return Ok(Json(Previewed { preview: look.await?, action_id: None }));
        }
        let (id, preview) = deed.await?;
        Ok(Json(Previewed { preview, action_id: Some(id) }))
    }
}

/// The registration to merge into the one of the address.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Merge {
    /// The other registration of the same person; its badges stay valid.
    registration_id: RegistrationId,
}

/// Merges another registration of the same person into this one.
///
/// Badges of both stay valid, leads fold together in every space, fields of this registration win,
/// and the stricter category and consent hold.
#[utoipa::path(post, path = "/events/{event_id}/registrations/{registration_id}/merge",
    operation_id = "merge_registrations", tag = "help desk",
    params(
        ("event_id" = EventId, Path, description = "The event."),
        ("registration_id" = RegistrationId, Path, description = "The registration that stays."),
        DryRun,
    ),
    request_body = Merge,
    responses((status = 200, description = "Merged, or looked at", body = Previewed<MergePreview>), Refused))]
async fn merge_registrations(
    State(app): State<App>,
    scope: DeskScope,
    ids: PathIds<(EventId, RegistrationId)>,
    Params(params): Params<DryRun>,
    Payload(sent): Payload<Merge>,
) -> Result<Json<Previewed<MergePreview>>, Problem> {
    let (into, from) = (ids.0.1, sent.registration_id);
    Box::pin(params.previewed(merge::preview(&app, &scope, into, from), merge::merge(&app, &scope, into, from))).await
}

/// Which scans of a device go where.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct MoveScans {
    /// The exhibitor that they belong to.
    exhibitor_id: ExhibitorId,
    /// From then on, by the corrected clock.
    from: Timestamp,
    /// Until then, not included.
    until: Timestamp,
    /// Why, as both exhibitors read it.
    reason: String,
}

/// Moves what a device captured in a time to the exhibitor that it belongs to.
///
/// It is annulled where it went, with the reason, and captured anew where it belongs. What the device
/// still holds of that time moves when it arrives, for 30 days.
#[utoipa::path(post, path = "/events/{event_id}/devices/{device_id}/move-scans", operation_id = "move_scans",
    tag = "help desk",
    params(
        ("event_id" = EventId, Path, description = "The event."),
        ("device_id" = DeviceId, Path, description = "The device."),
        DryRun,
    ),
    request_body = MoveScans,
    responses((status = 200, description = "Moved, or looked at", body = Previewed<MovePreview>), Refused))]
async fn move_scans(
    State(app): State<App>,
    scope: EventAdminScope,
    ids: PathIds<(EventId, DeviceId)>,
    Params(params): Params<DryRun>,
    Payload(sent): Payload<MoveScans>,
) -> Result<Json<Previewed<MovePreview>>, Problem> {
    let order = Order { target: sent.exhibitor_id, from: sent.from, until: sent.until, reason: sent.reason };
    let (look, deed) =
        (moves::preview(&app, &scope, ids.0.1, &order), moves::move_scans(&app, &scope, ids.0.1, order.clone()));
    Box::pin(params.previewed(look, deed)).await
}

/// Until when an exhibitor's leads are open again.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ReopenLeads {
    /// Within the next 90 days.
    until: Timestamp,
}

/// Opens an exhibitor's leads for changes again, after they were closed for all.
#[utoipa::path(post, path = "/events/{event_id}/exhibitors/{exhibitor_id}/leads-window", operation_id = "reopen_leads",
    tag = "help desk",
    params(
        ("event_id" = EventId, Path, description = "The event."),
        ("exhibitor_id" = ExhibitorId, Path, description = "Whose leads."),
        DryRun,
    ),
    request_body = ReopenLeads,
    responses((status = 200, description = "Open, or looked at", body = Previewed<ReopenPreview>), Refused))]
async fn reopen_leads(
    State(app): State<App>,
    scope: EventAdminScope,
    ids: PathIds<(EventId, ExhibitorId)>,
    Params(params): Params<DryRun>,
    Payload(sent): Payload<ReopenLeads>,
) -> Result<Json<Previewed<ReopenPreview>>, Problem> {
    let (look, deed) =
        (reopen::preview(&app, &scope, ids.0.1, sent.until), reopen::reopen(&app, &scope, ids.0.1, sent.until));
    Box::pin(params.previewed(look, deed)).await
}

/// The other of two people who wear each other's badges.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct SwapBadges {
    /// The other person.
    registration_id: RegistrationId,
    /// Since when; absent: from now on.
    #[serde(default)]
    from: Option<Timestamp>,
}

/// Has the badges of two people stand for each other, who wear them the wrong way round.
///
/// What was scanned of them since that time goes to whoever wore the badge.
#[utoipa::path(post, path = "/events/{event_id}/registrations/{registration_id}/swap-badges",
    operation_id = "swap_badges", tag = "help desk",
    params(
        ("event_id" = EventId, Path, description = "The event."),
        ("registration_id" = RegistrationId, Path, description = "One of the two."),
        DryRun,
    ),
    request_body = SwapBadges,
    responses((status = 200, description = "Swapped, or looked at", body = Previewed<SwapPreview>), Refused))]
async fn swap_badges(
    State(app): State<App>,
    scope: DeskScope,
    ids: PathIds<(EventId, RegistrationId)>,
    Params(params): Params<DryRun>,
    Payload(sent): Payload<SwapBadges>,
) -> Result<Json<Previewed<SwapPreview>>, Problem> {
    let (two, from) = ((ids.0.1, sent.registration_id), sent.from.unwrap_or_else(|| app.now()));
    Box::pin(params.previewed(swap::preview(&app, &scope, two, from), swap::swap(&app, &scope, two, from))).await
}
