//! The attendee's side of sessions: the programme, and signing up for it.
//!
//! Attendees sign in by a link that is mailed to them; a link of the desk opens the same for an hour.

use super::rules::{self, SessionRules};
use super::signups::{self, Signer};
use super::store::SessionRow;
use super::{Kind, Programme, Signup, Speaker};
use crate::access::AttendeeScope;
use crate::app::App;
use crate::extract::{Params, PathIds};
use crate::openapi::Refused;
use crate::paging::{Page, PageParams};
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use mobile_core::ids::{ExhibitorId, SessionId};
use mobile_core::time::Timestamp;
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(sign_up, cancel))
}

/// A session as attendees see it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ProgrammeView {
    /// The session.
    id: SessionId,
    /// Whose it is; null: the organiser's.
    exhibitor_id: Option<ExhibitorId>,
    /// A talk, an entrance or a zone.
    kind: Kind,
    /// Its title.
    title: String,
    /// What it is about.
    description: Option<String>,
    /// Where it is.
    room: Option<String>,
    /// When it begins.
    starts_at: Timestamp,
    /// When it ends.
    ends_at: Timestamp,
    /// Who speaks.
    speakers: Vec<Speaker>,
    /// Whether people sign up.
    signup: Signup,
    /// Whether every place is taken: who signs up now waits.
    is_full: bool,
    /// How many signed up; null unless the organiser shows it.
    registered: Option<i64>,
    /// How many are inside now; null unless the organiser shows it.
    present: Option<i64>,
}

impl ProgrammeView {
    fn of(row: SessionRow, rules: SessionRules) -> Self {
        Self {
            registered: Some(row.signed_up).filter(|_| rules.shows_registered),
            present: Some(row.inside).filter(|_| rules.shows_present),
            is_full: row.capacity.is_some_and(|capacity| row.signed_up >= capacity),
            id: row.id,
            exhibitor_id: row.exhibitor_id,
            kind: row.kind,
            title: row.title,
            description: row.description,
            room: row.room,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            speakers: row.speakers.0,
            signup: row.signup,
        }
    }
}

/// What became of a sign-up.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct OwnSignup {
    /// `registered` or `waiting`.
    status: String,
}

/// Lists the sessions of the event, the earliest first.
#[utoipa::path(get, path = "/attendee/{token}/sessions", operation_id = "list_attendee_sessions", tag = "sessions",
    params(("token" = String, Path), PageParams),
    responses((status = 200, description = "A page of sessions", body = Page<ProgrammeView>), Refused))]
async fn list(
    State(app): State<App>,
    scope: AttendeeScope,
    Params(page): Params<PageParams>,
) -> Result<Json<Page<ProgrammeView>>, Problem> {
    let rules = rules::of(&app, &scope).await?;
    let found = super::list(&app, &Programme::from(&scope), &page).await?;
    Ok(Json(found.map(|row| ProgrammeView::of(row, rules))))
}

/// Signs the attendee up: a place while there is one, else the waiting list.
#[utoipa::path(post, path = "/attendee/{token}/sessions/{session_id}/signup", operation_id = "sign_up_attendee",
    tag = "sessions", params(("token" = String, Path), ("session_id" = SessionId, Path)),
    responses((status = 201, description = "Signed up, or on the waiting list", body = OwnSignup), Refused))]
async fn sign_up(
    State(app): State<App>,
    scope: AttendeeScope,
    ids: PathIds<(String, SessionId)>,
) -> Result<(StatusCode, Json<OwnSignup>), Problem> {
    let row = signups::add(&app, &Signer::from(&scope), ids.0.1, scope.registration()).await?;
    Ok((StatusCode::CREATED, Json(OwnSignup { status: row.status })))
}

/// Gives the attendee's place back.
#[utoipa::path(delete, path = "/attendee/{token}/sessions/{session_id}/signup", operation_id = "cancel_attendee_signup",
    tag = "sessions", params(("token" = String, Path), ("session_id" = SessionId, Path)),
    responses((status = 204, description = "Given back"), Refused))]
async fn cancel(
    State(app): State<App>,
    scope: AttendeeScope,
    ids: PathIds<(String, SessionId)>,
) -> Result<StatusCode, Problem> {
    signups::cancel(&app, &Signer::from(&scope), ids.0.1, scope.registration()).await?;
    Ok(StatusCode::NO_CONTENT)
}
