//! Routes of captures: delivering them, and seeing what was not accepted.

use super::accept;
use super::described::CaptureBody;
use super::store::aside;
use crate::access::{Identity, RejectedScope};
use crate::app::App;
use crate::extract::{Params, parse_json, read_body, require_json};
use crate::openapi::Refused;
use crate::problem::Problem;
use crate::storage::cursor;
use axum::Json;
use axum::extract::{DefaultBodyLimit, Request, State};
use mobile_core::capture::{FieldError, MAX_BATCH_BYTES};
use mobile_core::ids::{DeviceId, TeamMemberId};
use mobile_core::time::Timestamp;
use mobile_core::wire::{Batch, Receipts};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(deliver))
        // With the envelope around it.
        .layer(DefaultBodyLimit::max(MAX_BATCH_BYTES))
        .merge(OpenApiRouter::new().routes(routes!(list_rejected)))
}

/// What the document says a batch is; each capture is parsed on its own, so that one bad one does
/// not stop the rest.
#[derive(ToSchema)]
#[schema(as = Batch)]
#[expect(dead_code, reason = "describes mobile_core::wire::Batch to OpenAPI")]
struct BatchBody {
    /// The device's time of sending.
    #[schema(value_type = String, format = "date-time")]
    sent_at: String,
    /// The storage that numbers the captures.
    queue_id: Option<Uuid>,
    /// The newest number in that storage, sent or not.
    last_device_seq: Option<u64>,
    /// The space, where the sender stands for several.
    exhibitor_id: Option<Uuid>,
    /// Up to 500 captures; an empty list is the heartbeat.
    #[schema(value_type = Vec<CaptureBody>, example = json!([{"id": "01977f3e-52c0-7000-8000-000000000001",
        "device_seq": 1, "captured_at": "2026-06-10T09:30:00Z", "kind": "scan", "code": "7F3K92QX"}]))]
    captures: Vec<Value>,
}

/// Deliver captures.
///
/// Answers after they are on disk, with a receipt for each in the order sent. Sending again is safe.
#[utoipa::path(post, path = "/captures", operation_id = "deliver_captures", tag = "captures",
    request_body = BatchBody,
    responses((status = 200, body = Receipts), Refused))]
async fn deliver(State(app): State<App>, identity: Identity, request: Request) -> Result<Json<Receipts>, Problem> {
    require_json(request.headers())?;
    let body = read_body(request, &app).await?;
    let received_at = app.now();
    let batch: Batch = parse_json(&body)?;
    Ok(Json(accept(&app, &identity, batch, received_at).await?))
}

/// Where a page of what was not accepted begins and how long it is.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct RejectedPage {
    /// At most this many, 1 to 500.
    limit: Option<u32>,
    /// From the last answer.
    cursor: Option<String>,
}

/// A capture that was not accepted.
#[derive(Debug, Serialize, ToSchema)]
struct RejectedView {
    /// Its place in the list.
    id: Uuid,
    /// The capture's id as it was sent.
    capture_id: Option<String>,
    /// The reason's code.
    reason: String,
    /// Its wrong fields.
    errors: Vec<FieldError>,
    /// The capture as it was sent, its first 16 KiB.
    #[schema(value_type = Object)]
    body: Value,
    /// The device it came from.
    device: Option<DeviceId>,
    /// The member it came from.
    member: Option<TeamMemberId>,
    /// When it came.
    received_at: Timestamp,
}

/// Captures that were not accepted, newest first.
#[derive(Debug, Serialize, ToSchema)]
struct RejectedList {
    items: Vec<RejectedView>,
    next_cursor: Option<String>,
    /// The head of the feed read before the list.
    seq: u64,
}

/// See what was not accepted.
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/rejected-captures", operation_id = "list_rejected_captures",
    tag = "captures", params(("exhibitor_id" = Uuid, Path), RejectedPage),
    responses((status = 200, body = RejectedList), Refused))]
async fn list_rejected(
    scope: RejectedScope,
    State(app): State<App>,
    Params(page): Params<RejectedPage>,
) -> Result<Json<RejectedList>, Problem> {
    let limit = cursor::limit(page.limit)?;
    let before = cursor::place::<Uuid>(page.cursor.as_deref())?;
    let mut tx = app.read().await?;
    let seq = crate::feed::store::head(&mut tx, scope.event()).await?;
    let mut rows = aside::list_rejected(&mut tx, &scope, before, i64::from(limit) + 1).await?;
    tx.done().await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next_cursor = rows.last().filter(|_| more).map(|row| cursor::write(&row.id));
    let items = rows.into_iter().map(|row| RejectedView {
        id: row.id,
        capture_id: row.capture_id,
        reason: row.reason,
        errors: row.errors.0,
        body: aside::raw_value(&row.body),
        device: row.device_id,
        member: row.member_id,
        received_at: row.received_at,
    });
    Ok(Json(RejectedList { items: items.collect(), next_cursor, seq }))
}
