//! Routes of leads.

use super::assign::{self, Assigned};
use super::edit::{self, LeadPatch};
use super::history::{self, History};
use super::list::{self, LeadFilter, LeadList};
use super::tag::{self, Tagged};
use crate::access::{AssignScope, LeadScope};
use crate::app::App;
use crate::extract::{IfMatch, Params, PathIds, Payload};
use crate::openapi::Refused;
use crate::problem::Problem;
use crate::storage::cursor;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, header};
use mobile_core::ids::{ExhibitorId, LeadId, TeamMemberId};
use mobile_core::wire::LeadView;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_leads))
        .routes(routes!(get_lead, edit_lead))
        .routes(routes!(lead_history))
        .routes(routes!(assign_leads))
        .routes(routes!(tag_leads))
}

/// A lead with its version as the `ETag`.
type Versioned = ([(HeaderName, String); 1], Json<LeadView>);

fn versioned(lead: LeadView) -> Versioned {
    ([(header::ETAG, format!("\"{}\"", lead.version))], Json(lead))
}

/// List leads.
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/leads", operation_id = "list_leads", tag = "leads",
    params(("exhibitor_id" = Uuid, Path), LeadFilter),
    responses((status = 200, body = LeadList), Refused))]
async fn list_leads(
    scope: LeadScope,
    State(app): State<App>,
    Params(filter): Params<LeadFilter>,
) -> Result<Json<LeadList>, Problem> {
    Ok(Json(list::list(&app, &scope, filter).await?))
}

/// Read a lead.
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/leads/{lead_id}", operation_id = "get_lead", tag = "leads",
    params(("exhibitor_id" = Uuid, Path), ("lead_id" = Uuid, Path)),
    responses((status = 200, body = LeadView), Refused))]
async fn get_lead(
    scope: LeadScope,
    State(app): State<App>,
    PathIds(ids): PathIds<(ExhibitorId, LeadId)>,
) -> Result<Versioned, Problem> {
    Ok(versioned(super::get(&app, &scope, ids.1).await?))
}

/// Change a lead.
///
/// `If-Match` names the version that was read; a lead that was changed meanwhile answers 412.
#[utoipa::path(patch, path = "/exhibitors/{exhibitor_id}/leads/{lead_id}", operation_id = "edit_lead", tag = "leads",
    params(("exhibitor_id" = Uuid, Path), ("lead_id" = Uuid, Path), ("If-Match" = String, Header)),
    request_body = LeadPatch,
    responses((status = 200, body = LeadView), Refused))]
async fn edit_lead(
    scope: LeadScope,
    State(app): State<App>,
    PathIds(ids): PathIds<(ExhibitorId, LeadId)>,
    IfMatch(version): IfMatch,
    Payload(patch): Payload<LeadPatch>,
) -> Result<Versioned, Problem> {
    Ok(versioned(edit::edit(&app, &scope, ids.1, version, &patch).await?))
}

/// Leads, and who follows them up from now on.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct AssignLeads {
    /// 1 to 500 leads.
    lead_ids: Vec<LeadId>,
    /// A member of the team; null: nobody.
    owner: Option<TeamMemberId>,
}

/// Give many leads to a colleague at once.
#[utoipa::path(post, path = "/exhibitors/{exhibitor_id}/leads/assign", operation_id = "assign_leads", tag = "leads",
    params(("exhibitor_id" = Uuid, Path)), request_body = AssignLeads,
    responses((status = 200, body = Assigned), Refused))]
async fn assign_leads(
    scope: AssignScope,
    State(app): State<App>,
    Payload(sent): Payload<AssignLeads>,
) -> Result<Json<Assigned>, Problem> {
    Ok(Json(assign::assign(&app, &scope, &sent.lead_ids, sent.owner).await?))
}

/// Leads, and the tags that come and go.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct TagLeads {
    /// 1 to 500 leads.
    lead_ids: Vec<LeadId>,
    /// Tags to add.
    #[serde(default)]
    add: Vec<String>,
    /// Tags to remove.
    #[serde(default)]
    remove: Vec<String>,
}

/// Tag many leads at once.
#[utoipa::path(post, path = "/exhibitors/{exhibitor_id}/leads/tag", operation_id = "tag_leads", tag = "leads",
    params(("exhibitor_id" = Uuid, Path)), request_body = TagLeads,
    responses((status = 200, body = Tagged), Refused))]
async fn tag_leads(
    scope: LeadScope,
    State(app): State<App>,
    Payload(sent): Payload<TagLeads>,
) -> Result<Json<Tagged>, Problem> {
    let change = tag::Change { add: &sent.add, remove: &sent.remove };
    Ok(Json(tag::tag(&app, &scope, &sent.lead_ids, change).await?))
}

/// Where a page of a history begins and how long it is.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct HistoryPage {
    /// At most this many, 1 to 500.
    limit: Option<u32>,
    /// From the last answer.
    cursor: Option<String>,
}

/// Read a lead's history, newest first.
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/leads/{lead_id}/history", operation_id = "lead_history",
    tag = "leads", params(("exhibitor_id" = Uuid, Path), ("lead_id" = Uuid, Path), HistoryPage),
    responses((status = 200, body = History), Refused))]
async fn lead_history(
    scope: LeadScope,
    State(app): State<App>,
    PathIds(ids): PathIds<(ExhibitorId, LeadId)>,
    Params(page): Params<HistoryPage>,
) -> Result<Json<History>, Problem> {
    let limit = cursor::limit(page.limit)?;
    Ok(Json(history::of(&app, &scope, ids.1, limit, page.cursor.as_deref()).await?))
}
