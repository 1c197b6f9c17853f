//! The route that takes a rescue file.

use super::Inspected;
use crate::access::DeskScope;
use crate::app::App;
use crate::extract::read_body;
use crate::helpdesk;
use crate::problem::Problem;
use axum::Json;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header;
use mobile_core::ids::EventId;
use mobile_core::reason::Reason;
use mobile_core::rescue::{MEDIA_TYPE, MOST_BYTES};
use mobile_core::wire::{ProblemBody, Receipts};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The route of this slice, which takes larger bodies than the others.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(import_captures))
        .routes(routes!(inspect_captures))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
}

/// Imports a phone's rescue file of up to 32 MiB.
///
/// The file holds what the phone could not send, sealed to this event's key; it is opened without
/// the phone. Importing it again, or the phone sending the same later, changes nothing. Receipts
/// come in the order of the file and without leads.
#[utoipa::path(post, path = "/events/{event_id}/captures/import", operation_id = "import_captures", tag = "captures",
    params(("event_id" = EventId, Path, description = "The event.")),
    request_body(content((Vec<u8> = "application/vnd.leadline.rescue"), (Vec<u8> = "application/octet-stream"))),
    responses(
        (status = 200, description = "What became of each", body = Receipts),
        (status = "4XX", description = "Refused", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Later", body = ProblemBody, content_type = "application/problem+json"),
    ))]
async fn import_captures(
    scope: DeskScope,
    State(app): State<App>,
    request: Request,
) -> Result<Json<Receipts>, Problem> {
    require_file(&request)?;
    let _turn = app.importing.try_acquire().map_err(|_| {
        Problem::new(Reason::Unavailable, "Other files are being imported. Send it again in a few seconds.")
            .retry_after(5)
    })?;
    let file = read_body(request, &app).await?;
    Ok(Json(helpdesk::rescued::take_in(&app, &scope, file.into()).await?))
}

/// Says what a phone's rescue file would bring, and takes nothing in.
#[utoipa::path(post, path = "/events/{event_id}/captures/import/look", operation_id = "inspect_captures",
    tag = "captures", params(("event_id" = EventId, Path, description = "The event.")),
    request_body(content((Vec<u8> = "application/vnd.leadline.rescue"), (Vec<u8> = "application/octet-stream"))),
    responses(
        (status = 200, description = "What it holds", body = Inspected),
        (status = "4XX", description = "Refused", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Later", body = ProblemBody, content_type = "application/problem+json"),
    ))]
async fn inspect_captures(
    scope: DeskScope,
    State(app): State<App>,
    request: Request,
) -> Result<Json<Inspected>, Problem> {
    require_file(&request)?;
    let file = read_body(request, &app).await?;
    Ok(Json(super::inspect(&app, &scope, file.into()).await?))
}

fn require_file(request: &Request) -> Result<(), Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if kind == MEDIA_TYPE || kind == "application/octet-stream" {
        return Ok(());
    }
    let detail = format!("Send the file itself as the body, with the header Content-Type: {MEDIA_TYPE}.");
    Err(Problem::new(Reason::UnsupportedMediaType, detail))
}
