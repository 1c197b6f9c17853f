//! The routes of saved views.

use super::{Draft, SavedView};
use crate::access::LeadScope;
use crate::app::App;
use crate::extract::{PathIds, Payload};
use crate::openapi::Refused;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use mobile_core::ids::ExhibitorId;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(change, delete))
}

/// The views that somebody finds in a space.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SavedViews {
    /// One's own first, then those that colleagues share, by name.
    items: Vec<SavedView>,
}

/// A list of leads to be kept under a name.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSavedView {
    /// Its name, unique among one's own.
    name: String,
    /// The query of `list_leads`, and `tab` and `columns` of the Leads tab.
    #[serde(default)]
    #[schema(example = "rating=hot&sort=name&columns=company,rating")]
    query: String,
    /// Whether everybody of the space finds it.
    #[serde(default)]
    is_shared: bool,
}

/// What changes of a view; fields that are absent stay.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct EditSavedView {
    /// Its name.
    #[serde(default)]
    name: Option<String>,
    /// The query of its list.
    #[serde(default)]
    query: Option<String>,
    /// Whether everybody of the space finds it.
    #[serde(default)]
    is_shared: Option<bool>,
}

/// Lists one's own views and those that colleagues share.
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/saved-views", operation_id = "list_saved_views", tag = "leads",
    params(("exhibitor_id" = ExhibitorId, Path)), responses((status = 200, body = SavedViews), Refused))]
async fn list(State(app): State<App>, scope: LeadScope) -> Result<Json<SavedViews>, Problem> {
    Ok(Json(SavedViews { items: super::list(&app, &scope).await? }))
}

/// Saves a list of leads under a name.
#[utoipa::path(post, path = "/exhibitors/{exhibitor_id}/saved-views", operation_id = "save_view", tag = "leads",
    params(("exhibitor_id" = ExhibitorId, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes sending again safe")),
    request_body = NewSavedView, responses((status = 201, description = "Saved", body = SavedView), Refused))]
async fn create(
    State(app): State<App>,
    scope: LeadScope,
    Payload(sent): Payload<NewSavedView>,
) -> Result<(StatusCode, Json<SavedView>), Problem> {
    let draft = Draft { name: Some(sent.name), query: Some(sent.query), is_shared: Some(sent.is_shared) };
    Ok((StatusCode::CREATED, Json(super::create(&app, &scope, draft).await?)))
}

/// Changes a view of one's own.
#[utoipa::path(patch, path = "/exhibitors/{exhibitor_id}/saved-views/{view_id}", operation_id = "edit_saved_view",
    tag = "leads", params(("exhibitor_id" = ExhibitorId, Path), ("view_id" = Uuid, Path)),
    request_body = EditSavedView, responses((status = 200, body = SavedView), Refused))]
async fn change(
    State(app): State<App>,
    scope: LeadScope,
    ids: PathIds<(ExhibitorId, Uuid)>,
    Payload(sent): Payload<EditSavedView>,
) -> Result<Json<SavedView>, Problem> {
    let draft = Draft { name: sent.name, query: sent.query, is_shared: sent.is_shared };
    Ok(Json(super::change(&app, &scope, ids.0.1, draft).await?))
}

/// Deletes a view of one's own.
#[utoipa::path(delete, path = "/exhibitors/{exhibitor_id}/saved-views/{view_id}", operation_id = "delete_saved_view",
    tag = "leads", params(("exhibitor_id" = ExhibitorId, Path), ("view_id" = Uuid, Path)),
    responses((status = 204, description = "Deleted"), Refused))]
async fn delete(
    State(app): State<App>,
    scope: LeadScope,
    ids: PathIds<(ExhibitorId, Uuid)>,
) -> Result<StatusCode, Problem> {
    super::delete(&app, &scope, ids.0.1).await?;
    Ok(StatusCode::NO_CONTENT)
}
