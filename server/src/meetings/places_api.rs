//! The routes of meeting places and their slots, the organiser's and an exhibitor's own.

use super::places::{self, Estate, Location, LocationEdit, MadeSlots, NewLocation};
use super::slots::OpeningHours;
use crate::access::{EventAdminScope, EventScope, MeetingAdminScope, MeetingScope};
use crate::app::App;
use crate::extract::{Params, PathIds, Payload};
use crate::openapi::Refused;
use crate::paging::{Page, PageParams};
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use mobile_core::ids::{EventId, ExhibitorId, MeetingLocationId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_locations, create_location))
        .routes(routes!(edit_location, delete_location))
        .routes(routes!(open_location))
        .routes(routes!(list_own_locations, create_own_location))
        .routes(routes!(edit_own_location, delete_own_location))
        .routes(routes!(open_own_location))
}

/// Lists the organiser's meeting places.
#[utoipa::path(get, path = "/events/{event_id}/meeting-locations", operation_id = "list_meeting_locations",
    tag = "meetings", params(("event_id" = EventId, Path), PageParams),
    responses((status = 200, description = "A page of places", body = Page<Location>), Refused))]
async fn list_locations(
    State(app): State<App>,
    scope: EventScope,
    Params(page): Params<PageParams>,
) -> Result<Json<Page<Location>>, Problem> {
    Ok(Json(places::list(&app, &Estate::from(&scope), &page).await?))
}

/// Makes a meeting place of the organiser's, for every exhibitor.
#[utoipa::path(post, path = "/events/{event_id}/meeting-locations", operation_id = "create_meeting_location",
    tag = "meetings", params(("event_id" = EventId, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes sending again safe")),
    request_body = NewLocation, responses((status = 201, description = "Made", body = Location), Refused))]
async fn create_location(
    State(app): State<App>,
    scope: EventAdminScope,
    Payload(sent): Payload<NewLocation>,
) -> Result<(StatusCode, Json<Location>), Problem> {
    Ok((StatusCode::CREATED, Json(places::create(&app, &Estate::from(&scope), sent).await?)))
}

/// Changes a meeting place of the organiser's.
#[utoipa::path(patch, path = "/events/{event_id}/meeting-locations/{location_id}",
    operation_id = "edit_meeting_location", tag = "meetings",
    params(("event_id" = EventId, Path), ("location_id" = MeetingLocationId, Path)), request_body = LocationEdit,
    responses((status = 200, description = "The changed place", body = Location), Refused))]
async fn edit_location(
    State(app): State<App>,
    scope: EventAdminScope,
    ids: PathIds<(EventId, MeetingLocationId)>,
    Payload(sent): Payload<LocationEdit>,
) -> Result<Json<Location>, Problem> {
    Ok(Json(places::edit(&app, &Estate::from(&scope), ids.0.1, sent).await?))
}

/// Deletes a meeting place of the organiser's with its slots.
#[utoipa::path(delete, path = "/events/{event_id}/meeting-locations/{location_id}",
    operation_id = "delete_meeting_location", tag = "meetings",
    params(("event_id" = EventId, Path), ("location_id" = MeetingLocationId, Path)),
    responses((status = 204, description = "Deleted"), Refused))]
async fn delete_location(
    State(app): State<App>,
    scope: EventAdminScope,
    ids: PathIds<(EventId, MeetingLocationId)>,
) -> Result<StatusCode, Problem> {
    places::delete(&app, &Estate::from(&scope), ids.0.1).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes the slots of a place of the organiser's catalogue from its opening hours. Repeating makes none.
#[utoipa::path(post, path = "/events/{event_id}/meeting-locations/{location_id}/slots",
    operation_id = "open_meeting_location", tag = "meetings",
    params(("event_id" = EventId, Path), ("location_id" = MeetingLocationId, Path)), request_body = OpeningHours,
    responses((status = 201, description = "Made", body = MadeSlots), Refused))]
async fn open_location(
    State(app): State<App>,
    scope: EventAdminScope,
    ids: PathIds<(EventId, MeetingLocationId)>,
    Payload(sent): Payload<OpeningHours>,
) -> Result<(StatusCode, Json<MadeSlots>), Problem> {
    Ok((StatusCode::CREATED, Json(places::open(&app, &Estate::from(&scope), ids.0.1, &sent).await?)))
}

/// Lists the places that an exhibitor can meet at: its own and the organiser's.
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/meeting-locations", operation_id = "list_own_meeting_locations",
    tag = "meetings", params(("exhibitor_id" = ExhibitorId, Path), PageParams),
    responses((status = 200, description = "A page of places", body = Page<Location>), Refused))]
async fn list_own_locations(
    State(app): State<App>,
    scope: MeetingScope,
    Params(page): Params<PageParams>,
) -> Result<Json<Page<Location>>, Problem> {
    Ok(Json(places::list(&app, &Estate::from(&scope), &page).await?))
}

/// Makes a meeting place of an exhibitor's own.
#[utoipa::path(post, path = "/exhibitors/{exhibitor_id}/meeting-locations", operation_id = "create_own_meeting_location",
    tag = "meetings", params(("exhibitor_id" = ExhibitorId, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes sending again safe")),
    request_body = NewLocation, responses((status = 201, description = "Made", body = Location), Refused))]
async fn create_own_location(
    State(app): State<App>,
    scope: MeetingAdminScope,
    Payload(sent): Payload<NewLocation>,
) -> Result<(StatusCode, Json<Location>), Problem> {
    Ok((StatusCode::CREATED, Json(places::create(&app, &Estate::from(&scope), sent).await?)))
}

/// Changes a meeting place of an exhibitor's own.
#[utoipa::path(patch, path = "/exhibitors/{exhibitor_id}/meeting-locations/{location_id}",
    operation_id = "edit_own_meeting_location", tag = "meetings",
    params(("exhibitor_id" = ExhibitorId, Path), ("location_id" = MeetingLocationId, Path)),
    request_body = LocationEdit,
    responses((status = 200, description = "The changed place", body = Location), Refused))]
async fn edit_own_location(
    State(app): State<App>,
    scope: MeetingAdminScope,
    ids: PathIds<(ExhibitorId, MeetingLocationId)>,
    Payload(sent): Payload<LocationEdit>,
) -> Result<Json<Location>, Problem> {
    Ok(Json(places::edit(&app, &Estate::from(&scope), ids.0.1, sent).await?))
}

/// Deletes a meeting place of an exhibitor's own with its slots.
#[utoipa::path(delete, path = "/exhibitors/{exhibitor_id}/meeting-locations/{location_id}",
    operation_id = "delete_own_meeting_location", tag = "meetings",
    params(("exhibitor_id" = ExhibitorId, Path), ("location_id" = MeetingLocationId, Path)),
    responses((status = 204, description = "Deleted"), Refused))]
async fn delete_own_location(
    State(app): State<App>,
    scope: MeetingAdminScope,
    ids: PathIds<(ExhibitorId, MeetingLocationId)>,
) -> Result<StatusCode, Problem> {
    places::delete(&app, &Estate::from(&scope), ids.0.1).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes the slots of an exhibitor's own place from its opening hours. Repeating makes none.
#[utoipa::path(post, path = "/exhibitors/{exhibitor_id}/meeting-locations/{location_id}/slots",
    operation_id = "open_own_meeting_location", tag = "meetings",
    params(("exhibitor_id" = ExhibitorId, Path), ("location_id" = MeetingLocationId, Path)),
    request_body = OpeningHours, responses((status = 201, description = "Made", body = MadeSlots), Refused))]
async fn open_own_location(
    State(app): State<App>,
    scope: MeetingAdminScope,
    ids: PathIds<(ExhibitorId, MeetingLocationId)>,
    Payload(sent): Payload<OpeningHours>,
) -> Result<(StatusCode, Json<MadeSlots>), Problem> {
    Ok((StatusCode::CREATED, Json(places::open(&app, &Estate::from(&scope), ids.0.1, &sent).await?)))
}
