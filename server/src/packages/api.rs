//! The routes of packages.

use super::Terms;
use super::store::PackageRow;
use crate::access::{EventAdminScope, EventScope};
use crate::app::App;
use crate::events::api::etag;
use crate::extract::{IfMatch, Params, PathIds, Payload};
use crate::openapi::Refused;
use crate::paging::{Page, PageParams};
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode};
use mobile_core::ids::EventId;
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, edit))
}

/// A package.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PackageView {
    /// The package.
    pub id: Uuid,
    /// Its name, such as "Basic".
    pub name: String,
    /// What it says.
    pub terms: Terms,
    /// Rises with every change; the `ETag`.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
}

impl From<PackageRow> for PackageView {
    fn from(row: PackageRow) -> Self {
        Self { id: row.id, name: row.name, terms: row.terms.0, version: row.version, created_at: row.created_at }
    }
}

/// A new package.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPackage {
    /// Its name, unique in the event.
    pub name: String,
    /// What it says; what is absent is included, without a limit.
    #[serde(default)]
    pub terms: Terms,
}

/// What changes of a package; fields that are absent stay.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditPackage {
    /// Its name.
    #[serde(default)]
    pub name: Option<String>,
    /// All that it says.
    #[serde(default)]
    pub terms: Option<Terms>,
}

type Versioned = ([(HeaderName, String); 1], Json<PackageView>);

fn versioned(row: PackageRow) -> Versioned {
    (etag(row.version), Json(row.into()))
}

/// Lists the packages of an event.
#[utoipa::path(get, path = "/events/{event_id}/packages", operation_id = "list_packages", tag = "packages",
    params(("event_id" = EventId, Path), PageParams),
    responses((status = 200, description = "A page of packages", body = Page<PackageView>),
        Refused))]
async fn list(
    State(app): State<App>,
    scope: EventScope,
    Params(page): Params<PageParams>,
) -> Result<Json<Page<PackageView>>, Problem> {
    Ok(Json(super::list(&app, &scope, &page).await?.map(PackageView::from)))
}

/// Makes a package.
#[utoipa::path(post, path = "/events/{event_id}/packages", operation_id = "create_package", tag = "packages",
    params(("event_id" = EventId, Path), ("Idempotency-Key" = Option<String>, Header, description = "Makes sending again safe")),
    request_body = NewPackage,
    responses((status = 201, description = "Made", body = PackageView),
        Refused))]
async fn create(
    State(app): State<App>,
    scope: EventAdminScope,
    Payload(sent): Payload<NewPackage>,
) -> Result<(StatusCode, Versioned), Problem> {
    Ok((StatusCode::CREATED, versioned(super::create(&app, &scope, &sent.name, &sent.terms).await?)))
}

/// One package.
#[utoipa::path(get, path = "/events/{event_id}/packages/{package_id}", operation_id = "get_package", tag = "packages",
    params(("event_id" = EventId, Path), ("package_id" = Uuid, Path)),
    responses((status = 200, description = "The package", body = PackageView),
        Refused))]
async fn get(State(app): State<App>, scope: EventScope, ids: PathIds<(EventId, Uuid)>) -> Result<Versioned, Problem> {
    Ok(versioned(super::get(&app, &scope, ids.0.1).await?))
}

/// Changes a package, at once for every exhibitor that has it. With `If-Match`, only the version
/// that was read.
#[utoipa::path(patch, path = "/events/{event_id}/packages/{package_id}", operation_id = "edit_package",
    tag = "packages", params(("event_id" = EventId, Path), ("package_id" = Uuid, Path),
        ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    request_body = EditPackage,
    responses((status = 200, description = "The changed package", body = PackageView),
        Refused))]
async fn edit(
    State(app): State<App>,
    scope: EventAdminScope,
    ids: PathIds<(EventId, Uuid)>,
    version: Option<IfMatch>,
    Payload(sent): Payload<EditPackage>,
) -> Result<Versioned, Problem> {
    let version = version.map(|version| version.0);
    Ok(versioned(super::edit(&app, &scope, ids.0.1, version, sent.name.as_deref(), sent.terms).await?))
}
