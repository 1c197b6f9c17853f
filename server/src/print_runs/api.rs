//! The routes of print runs.

use super::store::RunRow;
use super::{Choice, Chunk, Printed, Status};
use crate::access::DeskScope;
use crate::app::App;
use crate::badges::api::file_response;
use crate::badges::stock::StockParams;
use crate::extract::{Params, PathIds, Payload};
use crate::openapi::Refused;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use mobile_core::ids::{AccountId, EventId};
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, begin))
        .routes(routes!(get, change))
        .routes(routes!(sheets))
        .routes(routes!(confirm))
        .routes(routes!(test_page))
}

/// A print run.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PrintRun {
    /// The run.
    pub id: Uuid,
    /// What it covers, in which order, and what it is printed on.
    pub choice: Choice,
    /// How many badges it covers.
    pub total: i64,
    /// How many of them are behind it.
    pub done: i64,
    /// Whether it goes on.
    pub status: Status,
    /// Who began it.
    pub account_id: Option<AccountId>,
    /// When.
    pub created_at: Timestamp,
    /// When something was last said of it.
    pub updated_at: Timestamp,
    /// What comes out next; null where it was stopped or is done.
    pub next: Option<Chunk>,
}

impl PrintRun {
    fn of((row, next): (RunRow, Option<Chunk>)) -> Self {
        Self {
            id: row.id,
            choice: row.choice.0,
            total: row.total,
            done: row.done,
            status: row.status,
            account_id: row.account_id,
            created_at: row.created_at,
            updated_at: row.updated_at,
            next,
        }
    }
}

/// The print runs of an event.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PrintRuns {
    /// The newest first, 20 at most.
    items: Vec<PrintRun>,
}

type RunPath = PathIds<(EventId, Uuid)>;

/// Lists the print runs of an event.
#[utoipa::path(get, path = "/events/{event_id}/print-runs", operation_id = "list_print_runs", tag = "badges",
    params(("event_id" = EventId, Path)),
    responses((status = 200, description = "The runs", body = PrintRuns), Refused))]
async fn list(State(app): State<App>, scope: DeskScope) -> Result<Json<PrintRuns>, Problem> {
    let items = super::list(&app, &scope).await?.into_iter().map(PrintRun::of).collect();
    Ok(Json(PrintRuns { items }))
}

/// Begins a print run: chooses its badges and puts them in order, one a person.
#[utoipa::path(post, path = "/events/{event_id}/print-runs", operation_id = "begin_print_run", tag = "badges",
    params(("event_id" = EventId, Path), ("Idempotency-Key" = Option<String>, Header, description = "Makes sending again safe")),
    request_body = Choice,
    responses((status = 201, description = "Begun", body = PrintRun), Refused))]
async fn begin(
    State(app): State<App>,
    scope: DeskScope,
    Payload(sent): Payload<Choice>,
) -> Result<(StatusCode, Json<PrintRun>), Problem> {
    Ok((StatusCode::CREATED, Json(PrintRun::of(super::begin(&app, &scope, sent).await?))))
}

/// One print run, with what comes out next.
#[utoipa::path(get, path = "/events/{event_id}/print-runs/{run_id}", operation_id = "get_print_run", tag = "badges",
    params(("event_id" = EventId, Path), ("run_id" = Uuid, Path)),
    responses((status = 200, description = "The run", body = PrintRun), Refused))]
async fn get(State(app): State<App>, scope: DeskScope, ids: RunPath) -> Result<Json<PrintRun>, Problem> {
    Ok(Json(PrintRun::of(super::get(&app, &scope, ids.0.1).await?)))
}

/// Stops a print run, or lets it go on.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangePrintRun {
    /// Whether it is stopped.
    is_stopped: bool,
}

/// Stops a print run, or lets it go on where it stood.
#[utoipa::path(patch, path = "/events/{event_id}/print-runs/{run_id}", operation_id = "change_print_run", tag = "badges",
    params(("event_id" = EventId, Path), ("run_id" = Uuid, Path)), request_body = ChangePrintRun,
    responses((status = 200, description = "The run", body = PrintRun), Refused))]
async fn change(
    State(app): State<App>,
    scope: DeskScope,
    ids: RunPath,
    Payload(sent): Payload<ChangePrintRun>,
) -> Result<Json<PrintRun>, Problem> {
    Ok(Json(PrintRun::of(super::turn(&app, &scope, ids.0.1, sent.is_stopped).await?)))
}

/// Where whoever prints believes the run to be.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
struct SheetsParams {
    /// The run's `next.after`; refused with `old_version` where the run has gone on since.
    after: Option<i64>,
}

/// The next badges of a print run as one document to print. Asked again, it is the same document, until
/// somebody says what came out.
#[utoipa::path(get, path = "/events/{event_id}/print-runs/{run_id}/sheets.pdf", operation_id = "get_print_run_sheets",
    tag = "badges", params(("event_id" = EventId, Path), ("run_id" = Uuid, Path), SheetsParams),
    responses((status = 200, description = "The sheets", body = Vec<u8>, content_type = "application/pdf"), Refused))]
async fn sheets(
    State(app): State<App>,
    scope: DeskScope,
    ids: RunPath,
    Params(asked): Params<SheetsParams>,
) -> Result<Response, Problem> {
    let pdf = super::sheets(&app, &scope, ids.0.1, asked.after).await?;
    Ok(file_response("application/pdf", "badges.pdf", pdf))
}

/// How far the printer came; one of the two.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PrintedUpTo {
    /// The last place that came out.
    #[serde(default)]
    through: Option<i64>,
    /// The number on the last badge that came out; goes before the place.
    #[serde(default)]
    #[schema(example = "7F3K-92QX")]
    badge_number: Option<String>,
}

/// Says what came out of the printer: those prints are counted, and the run goes on after them.
#[utoipa::path(post, path = "/events/{event_id}/print-runs/{run_id}/printed", operation_id = "confirm_print_run",
    tag = "badges", params(("event_id" = EventId, Path), ("run_id" = Uuid, Path)), request_body = PrintedUpTo,
    responses((status = 200, description = "The run", body = PrintRun), Refused))]
async fn confirm(
    State(app): State<App>,
    scope: DeskScope,
    ids: RunPath,
    Payload(sent): Payload<PrintedUpTo>,
) -> Result<Json<PrintRun>, Problem> {
    let printed = Printed { through: sent.through, badge_number: sent.badge_number };
    Ok(Json(PrintRun::of(super::confirm(&app, &scope, ids.0.1, printed).await?)))
}

/// A test page: lines 5 mm from every edge of the badges, to see how far a printer is off.
#[utoipa::path(get, path = "/events/{event_id}/badge-test-page.pdf", operation_id = "print_test_page", tag = "badges",
    params(("event_id" = EventId, Path), StockParams),
    responses((status = 200, description = "The page", body = Vec<u8>, content_type = "application/pdf"), Refused))]
async fn test_page(
    State(app): State<App>,
    scope: DeskScope,
    Params(params): Params<StockParams>,
) -> Result<Response, Problem> {
    let pdf = super::test_page(&app, &scope, &params).await?;
    Ok(file_response("application/pdf", "test-page.pdf", pdf))
}
