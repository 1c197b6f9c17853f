//! The routes of exhibitors.

use super::booth::BoothText;
use super::store::BoothRow;
use super::{Exhibitor, ExhibitorEdit, LeadVisibility};
use crate::access::{EventAdminScope, EventScope, ExportScope, Identity, TeamAdminScope};
use crate::app::App;
use crate::events::api::etag;
use crate::events::cache::booth_label;
use crate::extract::{IfMatch, Params, PathIds, Payload, given};
use crate::openapi::Refused;
use crate::packages::{Entitlements, Terms};
use crate::paging::{Page, PageParams};
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode};
use mobile_core::ids::{BoothId, EventId, ExhibitorId};
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, edit, delete))
        .routes(routes!(get_visibility, set_visibility))
        .merge(super::import::api::routes())
}

/// An exhibitor.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ExhibitorView {
    /// The exhibitor.
    pub id: ExhibitorId,
    /// Its event.
    pub event_id: EventId,
    /// Its short name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The first booth as people read it.
    pub booth: Option<String>,
    /// All booths.
    pub booths: Vec<BoothView>,
    /// Which leads its scanners see.
    pub visibility: LeadVisibility,
    /// Whether its numbers are left out of the event's.
    pub is_test: bool,
    /// Its package.
    pub package_id: Option<Uuid>,
    /// What it agreed on beyond its package.
    pub terms: Terms,
    /// What it is entitled to in the end.
    pub entitlements: Entitlements,
    /// Rises with every change; the `ETag`.
    pub version: i64,
    /// When it was added.
    pub created_at: Timestamp,
}

/// A booth.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct BoothView {
    /// The booth.
    pub id: BoothId,
    /// The hall; empty where there is only one.
    pub hall: String,
    /// The number within the hall.
    pub number: String,
}

impl From<Exhibitor> for ExhibitorView {
    fn from(exhibitor: Exhibitor) -> Self {
        let Exhibitor { row, booths } = exhibitor;
        let entitlements = row.entitlements();
        Self {
            id: row.id,
            event_id: row.event_id,
            slug: row.slug,
            name: row.name,
            booth: booths.first().map(|booth| booth_label(&booth.hall, &booth.number)),
            booths: booths.into_iter().map(BoothView::from).collect(),
            visibility: row.visibility,
            is_test: row.is_test,
            package_id: row.package_id,
            entitlements,
            terms: row.terms.0,
            version: row.version,
            created_at: row.created_at,
        }
    }
}

impl From<BoothRow> for BoothView {
    fn from(row: BoothRow) -> Self {
        Self { id: row.id, hall: row.hall, number: row.number }
    }
}

/// A new exhibitor.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewExhibitor {
    /// Short name in addresses: 1 to 63 of a-z, 0-9 and -, unique in the event.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Where it stands; several booths parted by semicolons, or as a list.
    #[serde(default)]
    pub booth: Option<BoothText>,
    /// Whether it is there to try things out: its whole space stays out of the event's numbers.
    #[serde(default)]
    pub is_test: bool,
}

/// What changes of an exhibitor; fields that are absent stay.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditExhibitor {
    /// Short name in addresses.
    #[serde(default)]
    pub slug: Option<String>,
    /// Its name.
    #[serde(default)]
    pub name: Option<String>,
    /// All places where it stands now; null: it has no booth.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<BoothText>)]
    pub booth: Option<Option<BoothText>>,
    /// Which leads its scanners see.
    #[serde(default)]
    pub visibility: Option<LeadVisibility>,
    /// Its package; null: none, which includes everything.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Uuid>)]
    pub package_id: Option<Option<Uuid>>,
    /// All that it agrees on beyond its package.
    #[serde(default)]
    pub terms: Option<Terms>,
    /// Whether it is there to try things out.
    #[serde(default)]
    pub is_test: Option<bool>,
}

/// What may be deleted with an exhibitor.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Confirmation {
    /// `leads`: its leads too.
    #[param(inline)]
    pub confirm: Option<Confirmed>,
}

/// What somebody agreed to lose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Confirmed {
    /// The leads.
    Leads,
}

type Versioned = ([(HeaderName, String); 1], Json<ExhibitorView>);

fn versioned(exhibitor: Exhibitor) -> Versioned {
    (etag(exhibitor.row.version), Json(exhibitor.into()))
}

/// Lists the exhibitors of an event.
#[utoipa::path(get, path = "/events/{event_id}/exhibitors", operation_id = "list_exhibitors", tag = "exhibitors",
    params(("event_id" = EventId, Path), PageParams),
    responses((status = 200, description = "A page of exhibitors", body = Page<ExhibitorView>),
        Refused))]
async fn list(
    State(app): State<App>,
    scope: EventScope,
    Params(page): Params<PageParams>,
) -> Result<Json<Page<ExhibitorView>>, Problem> {
    Ok(Json(super::list(&app, &scope, &page).await?.map(ExhibitorView::from)))
}

/// Adds an exhibitor.
#[utoipa::path(post, path = "/events/{event_id}/exhibitors", operation_id = "create_exhibitor", tag = "exhibitors",
    params(("event_id" = EventId, Path), ("Idempotency-Key" = Option<String>, Header, description = "Makes sending again safe")),
    request_body = NewExhibitor,
    responses((status = 201, description = "Added", body = ExhibitorView),
        Refused))]
async fn create(
    State(app): State<App>,
    scope: EventAdminScope,
    Payload(sent): Payload<NewExhibitor>,
) -> Result<(StatusCode, Versioned), Problem> {
    let made = super::create(&app, &scope, &sent.slug, &sent.name, sent.booth, sent.is_test).await?;
    Ok((StatusCode::CREATED, versioned(made)))
}

/// One exhibitor.
#[utoipa::path(get, path = "/events/{event_id}/exhibitors/{exhibitor_id}", operation_id = "get_exhibitor",
    tag = "exhibitors", params(("event_id" = EventId, Path), ("exhibitor_id" = ExhibitorId, Path)),
    responses((status = 200, description = "The exhibitor", body = ExhibitorView),
        Refused))]
async fn get(
    State(app): State<App>,
    scope: EventScope,
    ids: PathIds<(EventId, ExhibitorId)>,
) -> Result<Versioned, Problem> {
    Ok(versioned(super::get(&app, &scope, ids.0.1).await?))
}

/// Changes an exhibitor. With `If-Match`, only the version that was read.
#[utoipa::path(patch, path = "/events/{event_id}/exhibitors/{exhibitor_id}", operation_id = "edit_exhibitor",
    tag = "exhibitors", params(("event_id" = EventId, Path), ("exhibitor_id" = ExhibitorId, Path),
        ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    request_body = EditExhibitor,
    responses((status = 200, description = "The changed exhibitor", body = ExhibitorView),
        Refused))]
async fn edit(
    State(app): State<App>,
    scope: EventAdminScope,
    ids: PathIds<(EventId, ExhibitorId)>,
    version: Option<IfMatch>,
    Payload(sent): Payload<EditExhibitor>,
) -> Result<Versioned, Problem> {
    let edit = ExhibitorEdit {
        slug: sent.slug,
        name: sent.name,
        booth: sent.booth,
        visibility: sent.visibility,
        package: sent.package_id,
        terms: sent.terms,
        is_test: sent.is_test,
    };
    Ok(versioned(super::edit(&app, &scope, ids.0.1, version.map(|version| version.0), edit).await?))
}

/// Deletes an exhibitor and its space. One that has leads needs `?confirm=leads`; a file of them stays
/// on the server.
#[utoipa::path(delete, path = "/events/{event_id}/exhibitors/{exhibitor_id}", operation_id = "delete_exhibitor",
    tag = "exhibitors", params(("event_id" = EventId, Path), ("exhibitor_id" = ExhibitorId, Path), Confirmation),
    responses((status = 204, description = "Deleted"),
        Refused))]
async fn delete(
    State(app): State<App>,
    scope: EventAdminScope,
    identity: Identity,
    ids: PathIds<(EventId, ExhibitorId)>,
    Params(query): Params<Confirmation>,
) -> Result<StatusCode, Problem> {
    let PathIds((event, exhibitor)) = ids;
    let space = ExportScope::of(&app, &identity, exhibitor).await?;
    if space.event() != event {
        return Err(Problem::not_found());
    }
    super::delete(&app, &scope, &space, query.confirm == Some(Confirmed::Leads)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which leads the scanners of a space see.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct LeadVisibilityChoice {
    /// All of the space, or those that they scanned or own.
    visibility: LeadVisibility,
}

/// Which leads the scanners of a space see; its admins see all.
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/lead-visibility", operation_id = "get_lead_visibility",
    tag = "team", params(("exhibitor_id" = ExhibitorId, Path)),
    responses((status = 200, description = "Which they see", body = LeadVisibilityChoice), Refused))]
async fn get_visibility(State(app): State<App>, scope: TeamAdminScope) -> Result<Json<LeadVisibilityChoice>, Problem> {
    Ok(Json(LeadVisibilityChoice { visibility: super::visibility(&app, &scope).await? }))
}

/// Says which leads the scanners of a space see: on phones, pages and streams at once.
#[utoipa::path(put, path = "/exhibitors/{exhibitor_id}/lead-visibility", operation_id = "set_lead_visibility",
    tag = "team", params(("exhibitor_id" = ExhibitorId, Path)), request_body = LeadVisibilityChoice,
    responses((status = 204, description = "Set"), Refused))]
async fn set_visibility(
    State(app): State<App>,
    scope: TeamAdminScope,
    Payload(sent): Payload<LeadVisibilityChoice>,
) -> Result<StatusCode, Problem> {
    super::set_visibility(&app, &scope, sent.visibility).await?;
    Ok(StatusCode::NO_CONTENT)
}
