//! What the organiser sees of conversations, and the limits that it sets.

use super::oversight::{self, Report, Volume};
use super::talk::Rules;
use crate::access::{EventAdminScope, EventScope};
use crate::app::App;
use crate::extract::{PathIds, Payload};
use crate::openapi::Refused;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use mobile_core::ids::EventId;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(volumes))
        .routes(routes!(reports))
        .routes(routes!(close))
        .routes(routes!(get_rules, set_rules))
}

/// Limits that stop spam at an event.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct SharingRules {
    /// People whom one exhibitor may write to anew in 24 hours, and exhibitors whom one attendee may, 1 to 10,000.
    daily_requests: i64,
    /// Messages that one exhibitor or one attendee may write in 24 hours, 1 to 100,000.
    daily_messages: i64,
    /// Messages that an exhibitor may write to somebody who has not written back, 1 to 100.
    unanswered_messages: i64,
}

impl From<Rules> for SharingRules {
    fn from(rules: Rules) -> Self {
        let Rules { daily_requests, daily_messages, unanswered_messages } = rules;
        Self { daily_requests, daily_messages, unanswered_messages }
    }
}

/// How much is written at an event.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Volumes {
    /// Exhibitors that have a conversation, by name.
    items: Vec<Volume>,
}

/// What was reported at an event.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Reports {
    /// The newest first, 500 at most.
    items: Vec<Report>,
}

/// Counts conversations, messages, blocks and reports of each exhibitor. Texts are for those who write them.
#[utoipa::path(get, path = "/events/{event_id}/conversation-volumes", operation_id = "list_conversation_volumes",
    tag = "conversations", params(("event_id" = EventId, Path)),
    responses((status = 200, body = Volumes), Refused))]
async fn volumes(State(app): State<App>, scope: EventScope) -> Result<Json<Volumes>, Problem> {
    Ok(Json(Volumes { items: oversight::volumes(&app, &scope).await? }))
}

/// Lists the conversations that one side reported, without what was written.
#[utoipa::path(get, path = "/events/{event_id}/conversation-reports", operation_id = "list_conversation_reports",
    tag = "conversations", params(("event_id" = EventId, Path)),
    responses((status = 200, body = Reports), Refused))]
async fn reports(State(app): State<App>, scope: EventAdminScope) -> Result<Json<Reports>, Problem> {
    Ok(Json(Reports { items: oversight::reports(&app, &scope).await? }))
}

/// Notes that the organiser dealt with a report.
#[utoipa::path(post, path = "/events/{event_id}/conversation-reports/{report_id}/close",
    operation_id = "close_conversation_report", tag = "conversations",
    params(("event_id" = EventId, Path), ("report_id" = Uuid, Path)),
    responses((status = 204, description = "Closed"), Refused))]
async fn close(
    State(app): State<App>,
    scope: EventAdminScope,
    ids: PathIds<(EventId, Uuid)>,
) -> Result<StatusCode, Problem> {
    oversight::close_report(&app, &scope, ids.0.1).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The limits for conversations at the event.
#[utoipa::path(get, path = "/events/{event_id}/sharing-rules", operation_id = "get_sharing_rules",
    tag = "conversations", params(("event_id" = EventId, Path)),
    responses((status = 200, body = SharingRules), Refused))]
async fn get_rules(State(app): State<App>, scope: EventScope) -> Result<Json<SharingRules>, Problem> {
    Ok(Json(oversight::rules(&app, &scope).await?.into()))
}

/// Sets the limits for conversations at the event.
#[utoipa::path(put, path = "/events/{event_id}/sharing-rules", operation_id = "set_sharing_rules",
    tag = "conversations", params(("event_id" = EventId, Path)), request_body = SharingRules,
    responses((status = 200, body = SharingRules), Refused))]
async fn set_rules(
    State(app): State<App>,
    scope: EventAdminScope,
    Payload(sent): Payload<SharingRules>,
) -> Result<Json<SharingRules>, Problem> {
    let SharingRules { daily_requests, daily_messages, unanswered_messages } = sent;
    let rules = Rules { daily_requests, daily_messages, unanswered_messages };
    oversight::set_rules(&app, &scope, rules).await?;
    Ok(Json(rules.into()))
}
