//! The routes of the audit log: organizers see their event's, exhibitors what concerns them.

use super::store::EntryRow;
use crate::access::{AuditScope, EventAuditScope};
use crate::app::App;
use crate::extract::Params;
use crate::openapi::Refused;
use crate::paging::{Page, PageParams};
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use mobile_core::ids::{AccountId, EventId, ExhibitorId};
use mobile_core::time::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_of_event)).routes(routes!(list_of_exhibitor))
}

/// Something that was done.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AuditEntryView {
    /// Its number in its chain, from 1.
    pub number: i64,
    /// Whether its chain is the server's, which holds how people sign in, at whichever event; else the event's.
    pub is_of_server: bool,
    /// When.
    pub at: Timestamp,
    /// What, such as `leads_exported`.
    pub action: String,
    /// By whom; null: by the server's own command line.
    pub actor: Option<AccountId>,
    /// Their name.
    pub actor_name: Option<String>,
    /// In whose space.
    pub exhibitor: Option<ExhibitorId>,
    /// To what: a member, a device, a package, an export.
    pub subject: Option<Uuid>,
    /// What may be personal; null once it was erased.
    #[schema(value_type = Option<Object>)]
    pub detail: Option<Value>,
    /// Its hash, which covers the one before, in hexadecimal digits.
    pub hash: String,
}

impl From<EntryRow> for AuditEntryView {
    fn from(row: EntryRow) -> Self {
        Self {
            number: row.seq,
            is_of_server: row.event_id == super::SERVER,
            at: row.at,
            action: row.action,
            actor: row.actor_id,
            actor_name: row.actor_name,
            exhibitor: row.exhibitor_id,
            subject: row.subject_id,
            detail: row.detail.and_then(|detail| serde_json::from_str(&detail).ok()),
            hash: super::hex(&row.hash),
        }
    }
}

/// Lists what was done at an event that somebody may have to answer for, newest first, and how its organizer's people
/// and those of its teams signed in and out and changed passwords and the second step.
#[utoipa::path(get, path = "/events/{event_id}/audit", operation_id = "list_event_audit", tag = "audit",
    params(("event_id" = EventId, Path), PageParams),
    responses((status = 200, description = "A page of entries", body = Page<AuditEntryView>),
        Refused))]
async fn list_of_event(
    State(app): State<App>,
    scope: EventAuditScope,
    Params(page): Params<PageParams>,
) -> Result<Json<Page<AuditEntryView>>, Problem> {
    Ok(Json(super::list_of_event(&app, &scope, &page).await?.map(AuditEntryView::from)))
}

/// Lists what was done in an exhibitor's space, newest first: by its team, and by the organizer; and how its team
/// signed in and out and changed passwords and the second step.
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/audit", operation_id = "list_exhibitor_audit", tag = "audit",
    params(("exhibitor_id" = ExhibitorId, Path), PageParams),
    responses((status = 200, description = "A page of entries", body = Page<AuditEntryView>),
        Refused))]
async fn list_of_exhibitor(
    State(app): State<App>,
    scope: AuditScope,
    Params(page): Params<PageParams>,
) -> Result<Json<Page<AuditEntryView>>, Problem> {
    Ok(Json(super::list_of_exhibitor(&app, &scope, &page).await?.map(AuditEntryView::from)))
}
