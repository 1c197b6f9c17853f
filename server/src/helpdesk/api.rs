//! The routes of the help desk.

use super::merge::{self, MergePreview};
use super::moves::{self, MovePreview, Order};
use super::reopen::{self, ReopenPreview};
use super::search::{self, Found};
use super::swap::{self, SwapPreview};
use super::unmatched::{self, UnmatchedCode};
use super::{ActionRow, Kind, quarantine};
use crate::access::{DeskScope, EventAdminScope, RejectedScope};
use crate::app::App;
use crate::extract::{Params, PathIds, Payload};
use crate::openapi::Refused;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use mobile_core::ids::{AccountId, DeviceId, EventId, ExhibitorId, RegistrationId};
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
        .routes(routes!(merge_registrations))
        .routes(routes!(list_unmatched))
        .routes(routes!(assign_unmatched))
        .routes(routes!(move_scans))
        .routes(routes!(reopen_leads))
        .routes(routes!(swap_badges))
        .routes(routes!(release_rejected))
        .routes(routes!(discard_rejected))
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

/// What the desk did last, newest first.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct DeskActions {
    items: Vec<DeskAction>,
}

/// Lists what the desk did last.
#[utoipa::path(get, path = "/events/{event_id}/desk-actions", operation_id = "list_desk_actions", tag = "help desk",
    params(("event_id" = EventId, Path, description = "The event.")),
    responses((status = 200, description = "The last thirty", body = DeskActions), Refused))]
async fn list_actions(State(app): State<App>, scope: DeskScope) -> Result<Json<DeskActions>, Problem> {
    let now = app.now();
    let rows = super::actions(&app, &scope).await?;
    Ok(Json(DeskActions { items: rows.iter().map(|row| DeskAction::of(row, now)).collect() }))
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

/// Whether to look only.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
struct DryRun {
    /// Says what would change, and changes nothing.
    dry_run: bool,
}

/// The registration to merge into the one of the address.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Merge {
    /// The other registration of the same person; its badges stay valid.
    registration_id: RegistrationId,
}

/// A merge, done or looked at.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MergeAnswer {
    /// What changed, or would.
    #[serde(flatten)]
    preview: MergePreview,
    /// The deed, by which it can be taken back; null where nothing was done.
    action_id: Option<Uuid>,
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
    responses((status = 200, description = "Merged, or looked at", body = MergeAnswer), Refused))]
async fn merge_registrations(
    State(app): State<App>,
    scope: DeskScope,
    ids: PathIds<(EventId, RegistrationId)>,
    Params(params): Params<DryRun>,
    Payload(sent): Payload<Merge>,
) -> Result<Json<MergeAnswer>, Problem> {
    let (into, from) = (ids.0.1, sent.registration_id);
    if params.dry_run {
        let preview = merge::preview(&app, &scope, into, from).await?;
        return Ok(Json(MergeAnswer { preview, action_id: None }));
    }
    let (id, preview) = merge::merge(&app, &scope, into, from).await?;
    Ok(Json(MergeAnswer { preview, action_id: Some(id) }))
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

/// A move, done or looked at.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MoveAnswer {
    /// What moved, or would.
    #[serde(flatten)]
    preview: MovePreview,
    /// The deed, by which it can be taken back; null where nothing was done.
    action_id: Option<Uuid>,
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
    responses((status = 200, description = "Moved, or looked at", body = MoveAnswer), Refused))]
async fn move_scans(
    State(app): State<App>,
    scope: EventAdminScope,
    ids: PathIds<(EventId, DeviceId)>,
    Params(params): Params<DryRun>,
    Payload(sent): Payload<MoveScans>,
) -> Result<Json<MoveAnswer>, Problem> {
    let order = Order { target: sent.exhibitor_id, from: sent.from, until: sent.until, reason: sent.reason };
    if params.dry_run {
        let preview = moves::preview(&app, &scope, ids.0.1, &order).await?;
        return Ok(Json(MoveAnswer { preview, action_id: None }));
    }
    let (id, preview) = moves::move_scans(&app, &scope, ids.0.1, order).await?;
    Ok(Json(MoveAnswer { preview, action_id: Some(id) }))
}

/// Until when an exhibitor's leads are open again.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ReopenLeads {
    /// Within the next 90 days.
    until: Timestamp,
}

/// A reopening, done or looked at.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ReopenAnswer {
    /// What changed, or would.
    #[serde(flatten)]
    preview: ReopenPreview,
    /// The deed, by which it can be taken back; null where nothing was done.
    action_id: Option<Uuid>,
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
    responses((status = 200, description = "Open, or looked at", body = ReopenAnswer), Refused))]
async fn reopen_leads(
    State(app): State<App>,
    scope: EventAdminScope,
    ids: PathIds<(EventId, ExhibitorId)>,
    Params(params): Params<DryRun>,
    Payload(sent): Payload<ReopenLeads>,
) -> Result<Json<ReopenAnswer>, Problem> {
    if params.dry_run {
        let preview = reopen::preview(&app, &scope, ids.0.1, sent.until).await?;
        return Ok(Json(ReopenAnswer { preview, action_id: None }));
    }
    let (id, preview) = reopen::reopen(&app, &scope, ids.0.1, sent.until).await?;
    Ok(Json(ReopenAnswer { preview, action_id: Some(id) }))
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

/// A swap, done or looked at.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SwapAnswer {
    /// What changed, or would.
    #[serde(flatten)]
    preview: SwapPreview,
    /// The deed, by which it can be taken back; null where nothing was done.
    action_id: Option<Uuid>,
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
    responses((status = 200, description = "Swapped, or looked at", body = SwapAnswer), Refused))]
async fn swap_badges(
    State(app): State<App>,
    scope: DeskScope,
    ids: PathIds<(EventId, RegistrationId)>,
    Params(params): Params<DryRun>,
    Payload(sent): Payload<SwapBadges>,
) -> Result<Json<SwapAnswer>, Problem> {
    let (two, from) = ((ids.0.1, sent.registration_id), sent.from.unwrap_or_else(|| app.now()));
    if params.dry_run {
        let preview = swap::preview(&app, &scope, two, from).await?;
        return Ok(Json(SwapAnswer { preview, action_id: None }));
    }
    let (id, preview) = swap::swap(&app, &scope, two, from).await?;
    Ok(Json(SwapAnswer { preview, action_id: Some(id) }))
}

/// A capture that was dealt with.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Dealt {
    /// The deed, by which the help desk can take it back.
    action_id: Uuid,
}

/// The ids of a rejected capture's address.
type AsidePath = PathIds<(ExhibitorId, Uuid)>;

/// Takes a capture in that was kept aside: a lost phone's, or one that was refused.
#[utoipa::path(post, path = "/exhibitors/{exhibitor_id}/rejected-captures/{rejected_id}/release",
    operation_id = "release_rejected_capture", tag = "captures",
    params(
        ("exhibitor_id" = ExhibitorId, Path, description = "Whose."),
        ("rejected_id" = Uuid, Path, description = "Its place in the list."),
    ),
    responses((status = 200, description = "Taken in", body = Dealt), Refused))]
async fn release_rejected(
    State(app): State<App>,
    scope: RejectedScope,
    ids: AsidePath,
) -> Result<Json<Dealt>, Problem> {
    Ok(Json(Dealt { action_id: quarantine::release(&app, &scope, ids.0.1).await? }))
}

/// Puts a capture away that was kept aside.
#[utoipa::path(post, path = "/exhibitors/{exhibitor_id}/rejected-captures/{rejected_id}/discard",
    operation_id = "discard_rejected_capture", tag = "captures",
    params(
        ("exhibitor_id" = ExhibitorId, Path, description = "Whose."),
        ("rejected_id" = Uuid, Path, description = "Its place in the list."),
    ),
    responses((status = 200, description = "Put away", body = Dealt), Refused))]
async fn discard_rejected(
    State(app): State<App>,
    scope: RejectedScope,
    ids: AsidePath,
) -> Result<Json<Dealt>, Problem> {
    Ok(Json(Dealt { action_id: quarantine::discard(&app, &scope, ids.0.1).await? }))
}
