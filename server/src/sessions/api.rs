//! The routes of sessions and sign-ups.

use super::signups::{self, Signer};
use super::store::{SessionRow, SignupRow};
use super::{Draft, Edit, Kind, Programme, Signup, Speaker};
use crate::access::{DeskScope, EventAdminScope, EventScope, OwnSessionAdminScope, OwnSessionScope, ScannerScope};
use crate::app::App;
use crate::events::api::etag;
use crate::extract::{IfMatch, Params, PathIds, Payload};
use crate::openapi::Refused;
use crate::paging::{Page, PageParams};
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode};
use mobile_core::ids::{EventId, ExhibitorId, RegistrationId, SessionId};
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, edit, delete))
        .routes(routes!(list_at_door))
        .routes(routes!(list_own))
        .routes(routes!(edit_own))
        .routes(routes!(list_signups, sign_up))
        .routes(routes!(cancel_signup))
        .merge(super::attendance_api::routes())
        .merge(super::attendee_api::routes())
        .merge(super::rules::routes())
}

/// A session.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SessionView {
    /// The session.
    pub id: SessionId,
    /// Whose it is; null: the organiser's.
    pub exhibitor_id: Option<ExhibitorId>,
    /// A talk, an entrance or a zone.
    pub kind: Kind,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub description: Option<String>,
    /// Where it is.
    pub room: Option<String>,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// How many may be inside at once; null: as many as come.
    pub capacity: Option<i64>,
    /// Who speaks.
    pub speakers: Vec<Speaker>,
    /// The categories that are admitted; null: all.
    pub categories: Option<BTreeSet<String>>,
    /// Whether people sign up.
    pub signup: Signup,
    /// Whether the exhibitor edits description and speakers.
    pub is_editable: bool,
    /// People who signed up.
    pub signed_up: i64,
    /// People on the waiting list.
    pub waiting: i64,
    /// People inside now.
    pub inside: i64,
    /// People who have been inside.
    pub entered: i64,
    /// Rises with every edit; the `ETag`.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
}

impl From<SessionRow> for SessionView {
    fn from(row: SessionRow) -> Self {
        Self {
            id: row.id,
            exhibitor_id: row.exhibitor_id,
            kind: row.kind,
            title: row.title,
            description: row.description,
            room: row.room,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            capacity: row.capacity,
            speakers: row.speakers.0,
            categories: row.categories.map(|categories| categories.0),
            signup: row.signup,
            is_editable: row.is_editable,
            signed_up: row.signed_up,
            waiting: row.waiting,
            inside: row.inside,
            entered: row.entered,
            version: row.version,
            created_at: row.created_at,
        }
    }
}

/// What an exhibitor changes of its own session; fields that are absent stay.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditOwnSession {
    /// What it is about; null: nothing is said.
    #[serde(default, deserialize_with = "crate::extract::given")]
    #[schema(value_type = Option<String>)]
    pub description: Option<Option<String>>,
    /// All who speak.
    #[serde(default)]
    pub speakers: Option<Vec<Speaker>>,
}

/// Somebody who signed up.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SignupView {
    /// Who.
    pub registration_id: RegistrationId,
    /// Their name.
    pub name: String,
    /// Their category.
    pub category: String,
    /// `registered`, `waiting` or `cancelled`.
    pub status: String,
    /// When this last changed.
    pub updated_at: Timestamp,
}

impl From<SignupRow> for SignupView {
    fn from(row: SignupRow) -> Self {
        Self {
            registration_id: row.registration_id,
            name: row.contact.full_name(),
            category: row.category,
            status: row.status,
            updated_at: row.updated_at,
        }
    }
}

/// Who signs up.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSignup {
    /// Who.
    pub registration_id: RegistrationId,
}

/// What may be deleted with a session.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ConfirmAttendance {
    /// `attendance`: its check-ins too.
    #[param(inline)]
    pub confirm: Option<AttendanceConfirmed>,
}

/// What somebody agreed to lose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttendanceConfirmed {
    /// The check-ins and check-outs.
    Attendance,
}

type Versioned = ([(HeaderName, String); 1], Json<SessionView>);

fn versioned(row: SessionRow) -> Versioned {
    (etag(row.version), Json(row.into()))
}

/// Lists the sessions of an event, the earliest first.
#[utoipa::path(get, path = "/events/{event_id}/sessions", operation_id = "list_sessions", tag = "sessions",
    params(("event_id" = EventId, Path), PageParams),
    responses((status = 200, description = "A page of sessions", body = Page<SessionView>), Refused))]
async fn list(
    State(app): State<App>,
    scope: EventScope,
    Params(page): Params<PageParams>,
) -> Result<Json<Page<SessionView>>, Problem> {
    Ok(Json(super::list(&app, &Programme::from(&scope), &page).await?.map(SessionView::from)))
}

/// Lists the sessions of an event for a door, the earliest first: those that it was paired for, else all.
#[utoipa::path(get, path = "/events/{event_id}/door-sessions", operation_id = "list_door_sessions", tag = "sessions",
    params(("event_id" = EventId, Path), PageParams),
    responses((status = 200, description = "A page of sessions", body = Page<SessionView>), Refused))]
async fn list_at_door(
    State(app): State<App>,
    scope: ScannerScope,
    Params(page): Params<PageParams>,
) -> Result<Json<Page<SessionView>>, Problem> {
    Ok(Json(super::list_at_door(&app, &scope, &page).await?.map(SessionView::from)))
}

/// Makes a session. Times are of the event's zone unless they say an offset.
#[utoipa::path(post, path = "/events/{event_id}/sessions", operation_id = "create_session", tag = "sessions",
    params(("event_id" = EventId, Path), ("Idempotency-Key" = Option<String>, Header, description = "Makes sending again safe")),
    request_body = Draft,
    responses((status = 201, description = "Made", body = SessionView), Refused))]
async fn create(
    State(app): State<App>,
    scope: EventAdminScope,
    Payload(sent): Payload<Draft>,
) -> Result<(StatusCode, Versioned), Problem> {
    Ok((StatusCode::CREATED, versioned(super::create(&app, &scope, sent).await?)))
}

/// One session.
#[utoipa::path(get, path = "/events/{event_id}/sessions/{session_id}", operation_id = "get_session", tag = "sessions",
    params(("event_id" = EventId, Path), ("session_id" = SessionId, Path)),
    responses((status = 200, description = "The session", body = SessionView), Refused))]
async fn get(
    State(app): State<App>,
    scope: EventScope,
    ids: PathIds<(EventId, SessionId)>,
) -> Result<Versioned, Problem> {
    Ok(versioned(super::get(&app, &Programme::from(&scope), ids.0.1).await?))
}

/// Changes a session. With `If-Match`, only the version that was read. More room lets the waiting list
/// move up.
#[utoipa::path(patch, path = "/events/{event_id}/sessions/{session_id}", operation_id = "edit_session",
    tag = "sessions", params(("event_id" = EventId, Path), ("session_id" = SessionId, Path),
        ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    request_body = Edit,
    responses((status = 200, description = "The changed session", body = SessionView), Refused))]
async fn edit(
    State(app): State<App>,
    scope: EventAdminScope,
    ids: PathIds<(EventId, SessionId)>,
    version: Option<IfMatch>,
    Payload(sent): Payload<Edit>,
) -> Result<Versioned, Problem> {
    let version = version.map(|version| version.0);
    Ok(versioned(super::edit(&app, &scope, ids.0.1, version, sent).await?))
}

/// Deletes a session. One that somebody attended needs `?confirm=attendance`.
#[utoipa::path(delete, path = "/events/{event_id}/sessions/{session_id}", operation_id = "delete_session",
    tag = "sessions", params(("event_id" = EventId, Path), ("session_id" = SessionId, Path), ConfirmAttendance),
    responses((status = 204, description = "Deleted"), Refused))]
async fn delete(
    State(app): State<App>,
    scope: EventAdminScope,
    ids: PathIds<(EventId, SessionId)>,
    Params(query): Params<ConfirmAttendance>,
) -> Result<StatusCode, Problem> {
    super::delete(&app, &scope, ids.0.1, query.confirm == Some(AttendanceConfirmed::Attendance)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists an exhibitor's sessions, the earliest first.
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/sessions", operation_id = "list_own_sessions", tag = "sessions",
    params(("exhibitor_id" = ExhibitorId, Path), PageParams),
    responses((status = 200, description = "A page of sessions", body = Page<SessionView>), Refused))]
async fn list_own(
    State(app): State<App>,
    scope: OwnSessionScope,
    Params(page): Params<PageParams>,
) -> Result<Json<Page<SessionView>>, Problem> {
    Ok(Json(super::list(&app, &Programme::from(&scope), &page).await?.map(SessionView::from)))
}

/// Changes what an exhibitor says of its session, where the organiser lets it.
#[utoipa::path(patch, path = "/exhibitors/{exhibitor_id}/sessions/{session_id}", operation_id = "edit_own_session",
    tag = "sessions", params(("exhibitor_id" = ExhibitorId, Path), ("session_id" = SessionId, Path),
        ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    request_body = EditOwnSession,
    responses((status = 200, description = "The changed session", body = SessionView), Refused))]
async fn edit_own(
    State(app): State<App>,
    scope: OwnSessionAdminScope,
    ids: PathIds<(ExhibitorId, SessionId)>,
    version: Option<IfMatch>,
    Payload(sent): Payload<EditOwnSession>,
) -> Result<Versioned, Problem> {
    let edit = Edit { description: sent.description, speakers: sent.speakers, ..Edit::default() };
    Ok(versioned(super::edit_own(&app, &scope, ids.0.1, version.map(|version| version.0), edit).await?))
}

/// Lists who signed up for a session and who waits, in the order of arrival.
#[utoipa::path(get, path = "/events/{event_id}/sessions/{session_id}/signups", operation_id = "list_signups",
    tag = "sessions", params(("event_id" = EventId, Path), ("session_id" = SessionId, Path), PageParams),
    responses((status = 200, description = "A page of sign-ups", body = Page<SignupView>), Refused))]
async fn list_signups(
    State(app): State<App>,
    scope: DeskScope,
    ids: PathIds<(EventId, SessionId)>,
    Params(page): Params<PageParams>,
) -> Result<Json<Page<SignupView>>, Problem> {
    Ok(Json(signups::list(&app, &scope, ids.0.1, &page).await?.map(SignupView::from)))
}

/// Signs a person up: a place while there is one, else the waiting list.
#[utoipa::path(post, path = "/events/{event_id}/sessions/{session_id}/signups", operation_id = "sign_up",
    tag = "sessions", params(("event_id" = EventId, Path), ("session_id" = SessionId, Path)),
    request_body = NewSignup,
    responses((status = 201, description = "Signed up, or on the waiting list", body = SignupView), Refused))]
async fn sign_up(
    State(app): State<App>,
    scope: DeskScope,
    ids: PathIds<(EventId, SessionId)>,
    Payload(sent): Payload<NewSignup>,
) -> Result<(StatusCode, Json<SignupView>), Problem> {
    let row = signups::add(&app, &Signer::from(&scope), ids.0.1, sent.registration_id).await?;
    Ok((StatusCode::CREATED, Json(row.into())))
}

/// Gives a person's place back; the first of the waiting list gets it.
#[utoipa::path(delete, path = "/events/{event_id}/sessions/{session_id}/signups/{registration_id}",
    operation_id = "cancel_signup", tag = "sessions",
    params(("event_id" = EventId, Path), ("session_id" = SessionId, Path), ("registration_id" = RegistrationId, Path)),
    responses((status = 204, description = "Given back"), Refused))]
async fn cancel_signup(
    State(app): State<App>,
    scope: DeskScope,
    ids: PathIds<(EventId, SessionId, RegistrationId)>,
) -> Result<StatusCode, Problem> {
    let PathIds((_, session, person)) = ids;
    signups::cancel(&app, &Signer::from(&scope), session, person).await?;
    Ok(StatusCode::NO_CONTENT)
}
