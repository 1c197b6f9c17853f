//! The routes of views.

use super::Begun;
use super::store::OpenView;
use crate::access::view::VIEW_COOKIE;
use crate::access::{Identity, ViewScope};
use crate::app::App;
use crate::extract::{PathIds, Payload};
use crate::openapi::Refused;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use mobile_core::ids::{EventId, ExhibitorId, TeamMemberId};
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, begin)).routes(routes!(leave))
}

/// Longer than any view: a browser whose view is over is told so, instead of going on as somebody else.
const COOKIE_SECONDS: i64 = 12 * 3600;

/// The cookie that looks through a view.
pub(super) fn cookie(app: &App, token: &str) -> HeaderValue {
    set_cookie(app, token, COOKIE_SECONDS)
}

/// The cookie that takes [`cookie`] back.
pub(super) fn ended_cookie(app: &App) -> HeaderValue {
    set_cookie(app, "", 0)
}

fn set_cookie(app: &App, token: &str, seconds: i64) -> HeaderValue {
    let secure = if app.settings.is_secure() { "; Secure" } else { "" };
    let text = format!("{VIEW_COOKIE}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).expect("tokens are base64url")
}

/// As whom to look.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewView {
    /// A member of a team of the event, active or invited.
    member_id: TeamMemberId,
}

/// A view that has begun.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct BegunView {
    /// The view.
    id: Uuid,
    /// Send it as `Authorization: Bearer`; browsers have it as a cookie, which counts in this space
    /// alone.
    token: String,
    /// The space.
    exhibitor_id: ExhibitorId,
    /// When it ends.
    expires_at: Timestamp,
    /// Whether contacts are masked, because you may not see leads yourself.
    is_masked: bool,
    /// The page that the member comes to first.
    address: String,
}

impl From<Begun> for BegunView {
    fn from(begun: Begun) -> Self {
        Self {
            id: begun.id,
            token: begun.token,
            exhibitor_id: begun.exhibitor,
            expires_at: begun.expires_at,
            is_masked: begun.is_masked,
            address: begun.address,
        }
    }
}

/// See a space exactly as one of its members sees it, for half an hour, and change nothing.
#[utoipa::path(post, path = "/events/{event_id}/views", operation_id = "begin_view", tag = "views",
    params(("event_id" = EventId, Path, description = "The event.")),
    request_body = NewView,
    responses((status = 201, description = "The view, in the audit log of both sides", body = BegunView), Refused))]
async fn begin(
    State(app): State<App>,
    scope: ViewScope,
    identity: Identity,
    Payload(new): Payload<NewView>,
) -> Result<impl IntoResponse, Problem> {
    let begun = super::begin(&app, &scope, identity.account()?, new.member_id).await?;
    let cookie = cookie(&app, &begun.token);
    // The answer holds a secret.
    let headers =
        AppendHeaders([(header::SET_COOKIE, cookie), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))]);
    Ok((StatusCode::CREATED, headers, Json(BegunView::from(begun))))
}

/// An open view of yours.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ViewView {
    /// The view.
    id: Uuid,
    /// The space.
    exhibitor_id: ExhibitorId,
    /// As whom.
    member_id: TeamMemberId,
    /// Whether contacts are masked.
    is_masked: bool,
    /// When it ends.
    expires_at: Timestamp,
}

impl From<OpenView> for ViewView {
    fn from(row: OpenView) -> Self {
        Self {
            id: row.id,
            exhibitor_id: row.exhibitor_id,
            member_id: row.member_id,
            is_masked: row.is_masked,
            expires_at: row.expires_at,
        }
    }
}

/// Your open views.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Views {
    /// The newest first.
    items: Vec<ViewView>,
}

/// List your open views.
#[utoipa::path(get, path = "/events/{event_id}/views", operation_id = "list_views", tag = "views",
    params(("event_id" = EventId, Path, description = "The event.")),
    responses((status = 200, description = "The open ones", body = Views), Refused))]
async fn list(State(app): State<App>, scope: ViewScope) -> Result<Json<Views>, Problem> {
    let items = super::open(&app, &scope).await?.into_iter().map(ViewView::from).collect();
    Ok(Json(Views { items }))
}

/// Leave a view of yours.
#[utoipa::path(delete, path = "/events/{event_id}/views/{view_id}", operation_id = "leave_view", tag = "views",
    params(
        ("event_id" = EventId, Path, description = "The event."),
        ("view_id" = Uuid, Path, description = "The view."),
    ),
    responses((status = 204, description = "Left"), Refused))]
async fn leave(
    State(app): State<App>,
    scope: ViewScope,
    ids: PathIds<(EventId, Uuid)>,
) -> Result<impl IntoResponse, Problem> {
    super::leave(&app, &scope, ids.0.1).await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, ended_cookie(&app))]))
}
