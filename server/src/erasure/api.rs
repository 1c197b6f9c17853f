//! The routes of erasing people and of an event's retention.

use super::store::RequestRow;
use super::{Erasure, Touched, retention};
use crate::access::{DeskScope, EventAdminScope, EventScope};
use crate::app::App;
use crate::events::retention::Retention;
use crate::extract::{Params, PathIds, Payload};
use crate::openapi::Refused;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use mobile_core::ids::{EventId, RegistrationId};
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_requests))
        .routes(routes!(erase))
        .routes(routes!(get_retention, set_retention))
}

/// Somebody who asked to be erased, or was without asking.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RequestView {
    /// Who.
    registration_id: RegistrationId,
    /// First and last name; empty once it was done.
    name: String,
    /// When they asked.
    asked_at: Timestamp,
    /// When it was done; null while it waits.
    done_at: Option<Timestamp>,
    /// What erasing touches, or touched.
    touches: Touched,
}

impl From<(RequestRow, Touched)> for RequestView {
    fn from((row, touches): (RequestRow, Touched)) -> Self {
        Self {
            registration_id: row.registration_id,
            name: row.contact.full_name(),
            asked_at: row.created_at,
            done_at: row.done_at,
            touches,
        }
    }
}

/// Who asked to be erased.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Requests {
    /// Those that wait, the first who asked first; then those that were done, the last first.
    items: Vec<RequestView>,
}

/// List who asked to be erased, and who was.
#[utoipa::path(get, path = "/events/{event_id}/erasure-requests", operation_id = "list_erasure_requests",
    tag = "erasure", params(("event_id" = EventId, Path, description = "The event.")),
    responses((status = 200, description = "At most 200", body = Requests), Refused))]
async fn list_requests(State(app): State<App>, scope: DeskScope) -> Result<Json<Requests>, Problem> {
    let items = super::requests(&app, &scope).await?.into_iter().map(RequestView::from).collect();
    Ok(Json(Requests { items }))
}

/// Whether to look only.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
struct DryRun {
    /// Says what would go, and changes nothing.
    dry_run: bool,
}

/// An erasure, done or looked at.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ErasureView {
    /// What it touches.
    #[serde(flatten)]
    touches: Touched,
    /// When it was done; null where it was only looked at.
    done_at: Option<Timestamp>,
}

impl From<Erasure> for ErasureView {
    fn from(erasure: Erasure) -> Self {
        Self { touches: erasure.touched, done_at: erasure.done_at }
    }
}

/// Erase somebody, for good.
///
/// The registration, codes, leads, notes, answers and words of meetings are emptied in every space, and
/// the spaces told at once; ids, times and counts stay. Whoever has an address gets a last mail that says
/// so. What arrives later of this person is settled empty (`subject_erased`). A registration that was merged
/// stands for the whole person. Once more changes nothing.
#[utoipa::path(post, path = "/events/{event_id}/registrations/{registration_id}/erase",
    operation_id = "erase_registration", tag = "erasure",
    params(
        ("event_id" = EventId, Path, description = "The event."),
        ("registration_id" = RegistrationId, Path, description = "Who."),
        DryRun,
    ),
    responses((status = 200, description = "Erased, or looked at", body = ErasureView), Refused))]
async fn erase(
    State(app): State<App>,
    scope: EventAdminScope,
    ids: PathIds<(EventId, RegistrationId)>,
    Params(params): Params<DryRun>,
) -> Result<Json<ErasureView>, Problem> {
    let done = if params.dry_run {
        super::preview(&app, &scope, ids.0.1).await?
    } else {
        super::erase(&app, &scope, ids.0.1).await?
    };
    Ok(Json(done.into()))
}

/// For how long contacts are kept.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RetentionView {
    /// Days after the event's end.
    days: i64,
    /// Whether that is the default.
    is_default: bool,
    /// When the contacts are removed: no sooner than two weeks after the exhibitors were told.
    removes_at: Timestamp,
    /// When the exhibitors were told for the first time.
    noticed_at: Option<Timestamp>,
    /// When the contacts were removed.
    removed_at: Option<Timestamp>,
}

impl From<Retention> for RetentionView {
    fn from(kept: Retention) -> Self {
        Self {
            days: kept.days,
            is_default: kept.is_default,
            removes_at: kept.removes_at(),
            noticed_at: kept.noticed_at,
            removed_at: kept.removed_at,
        }
    }
}

/// For how long an event's contacts are kept.
#[utoipa::path(get, path = "/events/{event_id}/retention", operation_id = "get_retention", tag = "erasure",
    params(("event_id" = EventId, Path, description = "The event.")),
    responses((status = 200, description = "How it is", body = RetentionView), Refused))]
async fn get_retention(State(app): State<App>, scope: EventScope) -> Result<Json<RetentionView>, Problem> {
    Ok(Json(retention::get(&app, &scope).await?.into()))
}

/// For how long to keep contacts.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct SetRetention {
    /// Days after the event's end, 30 to 3653; null for the default of 180.
    #[serde(default)]
    days: Option<i64>,
}

/// Say for how long an event's contacts are kept.
#[utoipa::path(put, path = "/events/{event_id}/retention", operation_id = "set_retention", tag = "erasure",
    params(("event_id" = EventId, Path, description = "The event.")),
    request_body = SetRetention,
    responses((status = 200, description = "How it is now", body = RetentionView), Refused))]
async fn set_retention(
    State(app): State<App>,
    scope: EventAdminScope,
    Payload(sent): Payload<SetRetention>,
) -> Result<Json<RetentionView>, Problem> {
    Ok(Json(retention::set(&app, &scope, sent.days).await?.into()))
}
