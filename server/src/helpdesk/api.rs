//! The routes of the help desk: what it finds, what it did, and codes that belong to nobody. What is looked
//! at before it is done is in `deeds_api`, what lies aside in `quarantine_api`.

use super::search::{self, Found};
use super::unmatched::{self, UnmatchedCode};
use super::{ActionRow, Kind, deeds_api, quarantine_api};
use crate::access::DeskScope;
use crate::app::App;
use crate::extract::{Params, PathIds, Payload};
use crate::openapi::Refused;
use crate::paging::{Page, PageParams};
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use mobile_core::ids::{AccountId, EventId, ExhibitorId, RegistrationId};
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(search_all))
        .routes(routes!(list_actions))
        .routes(routes!(undo_action))
        .routes(routes!(list_unmatched))
        .routes(routes!(assign_unmatched))
        .merge(deeds_api::routes())
        .merge(quarantine_api::routes())
}

/// What to look for.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
struct SearchParams {
    /// A booth, a company, a name, an e-mail, a badge number or a phone, in any spelling.
    q: String,
}

/// Finds people and exhibitors by whatever is known of them.
#[utoipa::path(get, path = "/events/{event_id}/help-desk", operation_id = "search_help_desk", tag = "help desk",
    params(("event_id" = EventId, Path, description = "The event."), SearchParams),
    responses((status = 200, description = "What was found", body = Found), Refused))]
async fn search_all(
    State(app): State<App>,
    scope: DeskScope,
    Params(params): Params<SearchParams>,
) -> Result<Json<Found>, Problem> {
    Ok(Json(search::search(&app, &scope, &params.q).await?))
}

/// Something that the desk did.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DeskAction {
    /// The deed, by which it can be taken back.
    pub id: Uuid,
    /// What was done.
    pub kind: Kind,
    /// By whom.
    pub account_id: Option<AccountId>,
    /// In whose space.
    pub exhibitor_id: Option<ExhibitorId>,
    /// To what: a registration, a device, or a capture that lay aside.
    pub subject_id: Uuid,
    /// How many leads it changed.
    pub leads: u64,
    /// When.
    pub created_at: Timestamp,
    /// When it was taken back.
    pub undone_at: Option<Timestamp>,
    /// Whether it can be taken back now.
    pub is_undoable: bool,
}

impl DeskAction {
    fn of(row: &ActionRow, now: Timestamp) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            account_id: row.account_id,
            exhibitor_id: row.exhibitor_id,
            subject_id: row.subject_id,
            leads: row.leads as u64,
            created_at: row.created_at,
            undone_at: row.undone_at,
            is_undoable: super::is_undoable(row, now),
        }
    }
}

/// Lists what the desk did, newest first.
#[utoipa::path(get, path = "/events/{event_id}/desk-actions", operation_id = "list_desk_actions", tag = "help desk",
    params(("event_id" = EventId, Path, description = "The event."), PageParams),
    responses((status = 200, description = "A page of deeds", body = Page<DeskAction>), Refused))]
async fn list_actions(
    State(app): State<App>,
    scope: DeskScope,
    Params(page): Params<PageParams>,
) -> Result<Json<Page<DeskAction>>, Problem> {
    let now = app.now();
    Ok(Json(super::actions(&app, &scope, &page).await?.map(|row| DeskAction::of(&row, now))))
}

/// Takes back what the desk did, for 24 hours. What was captured meanwhile goes where it belongs.
#[utoipa::path(post, path = "/events/{event_id}/desk-actions/{action_id}/undo", operation_id = "undo_desk_action",
    tag = "help desk",
    params(
        ("event_id" = EventId, Path, description = "The event."),
        ("action_id" = Uuid, Path, description = "The deed."),
    ),
    responses((status = 200, description = "Taken back", body = DeskAction), Refused))]
async fn undo_action(
    State(app): State<App>,
    scope: DeskScope,
    ids: PathIds<(EventId, Uuid)>,
) -> Result<Json<DeskAction>, Problem> {
    let row = super::undo(&app, &scope, ids.0.1).await?;
    Ok(Json(DeskAction::of(&row, app.now())))
}

/// Codes that were scanned and belong to nobody.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct UnmatchedCodes {
    /// The latest scanned first, at most fifty.
    items: Vec<UnmatchedCode>,
}

/// Lists codes that were scanned and belong to nobody.
#[utoipa::path(get, path = "/events/{event_id}/unmatched-codes", operation_id = "list_unmatched_codes",
    tag = "help desk", params(("event_id" = EventId, Path, description = "The event.")),
    responses((status = 200, description = "The codes", body = UnmatchedCodes), Refused))]
async fn list_unmatched(State(app): State<App>, scope: DeskScope) -> Result<Json<UnmatchedCodes>, Problem> {
    Ok(Json(UnmatchedCodes { items: unmatched::list(&app, &scope).await? }))
}

/// Whose a code is.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct AssignCode {
    /// The person.
    registration_id: RegistrationId,
}

/// A code that got its person.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct AssignedCode {
    /// The deed, by which it can be taken back.
    action_id: Uuid,
    /// How many leads got their person.
    leads: u64,
}

/// Says whose an unmatched code is: it becomes one more badge of that person.
#[utoipa::path(post, path = "/events/{event_id}/unmatched-codes/{code_hash}/assign",
    operation_id = "assign_unmatched_code", tag = "help desk",
    params(
        ("event_id" = EventId, Path, description = "The event."),
        ("code_hash" = String, Path, description = "The code, as the list names it."),
    ),
    request_body = AssignCode,
    responses((status = 200, description = "Assigned", body = AssignedCode), Refused))]
async fn assign_unmatched(
    State(app): State<App>,
    scope: DeskScope,
    ids: PathIds<(EventId, String)>,
    Payload(sent): Payload<AssignCode>,
) -> Result<Json<AssignedCode>, Problem> {
    let (action_id, leads) = unmatched::assign(&app, &scope, &ids.0.1, sent.registration_id).await?;
    Ok(Json(AssignedCode { action_id, leads }))
}
