//! What attendees are shown of the numbers of sessions: two switches of an event, both off at first.

use super::rules_store as store;
use crate::access::{AttendeeScope, EventAdminScope, EventScope};
use crate::app::App;
use crate::extract::Payload;
use crate::openapi::Refused;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use mobile_core::ids::EventId;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get, set))
}

/// What attendees are shown of sessions at an event.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, utoipa::ToSchema, sqlx::FromRow)]
#[serde(deny_unknown_fields)]
pub struct SessionRules {
    /// How many people signed up.
    pub shows_registered: bool,
    /// How many people are inside now.
    pub shows_present: bool,
}

/// What an attendee is shown.
pub async fn of(app: &App, scope: &AttendeeScope) -> Result<SessionRules, Problem> {
    let mut tx = app.read().await?;
    let rules = store::find(&mut tx, scope.event()).await?;
    tx.done().await?;
    Ok(rules)
}

/// The switches of the event.
pub async fn of_event(app: &App, scope: &EventScope) -> Result<SessionRules, Problem> {
    let mut tx = app.read().await?;
    let rules = store::find(&mut tx, scope.event()).await?;
    tx.done().await?;
    Ok(rules)
}

/// What attendees are shown of the numbers of sessions.
#[utoipa::path(get, path = "/events/{event_id}/session-rules", operation_id = "get_session_rules", tag = "sessions",
    params(("event_id" = EventId, Path)), responses((status = 200, body = SessionRules), Refused))]
async fn get(State(app): State<App>, scope: EventScope) -> Result<Json<SessionRules>, Problem> {
    Ok(Json(of_event(&app, &scope).await?))
}

/// Sets what attendees are shown of the numbers of sessions.
#[utoipa::path(put, path = "/events/{event_id}/session-rules", operation_id = "set_session_rules", tag = "sessions",
    params(("event_id" = EventId, Path)), request_body = SessionRules,
    responses((status = 200, body = SessionRules), Refused))]
async fn set(
    State(app): State<App>,
    scope: EventAdminScope,
    Payload(sent): Payload<SessionRules>,
) -> Result<Json<SessionRules>, Problem> {
    let mut tx = app.write().await?;
    store::set(&mut tx, &scope, sent).await?;
    tx.commit(&app.hub).await?;
    Ok(Json(sent))
}
