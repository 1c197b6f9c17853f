//! The route of the report.

use super::{Report, sheet};
use crate::access::MonitorScope;
use crate::app::App;
use crate::exports::local_time::LocalTimes;
use crate::extract::Params;
use crate::openapi::Refused;
use crate::problem::Problem;
use crate::words::Words;
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use mobile_core::ids::EventId;
use mobile_core::reason::Reason;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(report))
}

/// What the report is written as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum ReportFormat {
    /// For programs.
    #[default]
    Json,
    /// A row an exhibitor.
    Csv,
    /// The same, with sheets of the totals, of the event by the hour and of each exhibitor by the hour.
    Xlsx,
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ReportParams {
    /// `json`, `csv` or `xlsx`.
    #[serde(default)]
    #[param(inline)]
    format: ReportFormat,
}

/// What each exhibitor did, and the event as a whole: counts and times, no attendee's data. Test
/// exhibitors are left out.
#[utoipa::path(get, path = "/events/{event_id}/report", operation_id = "get_event_report", tag = "events",
    params(("event_id" = EventId, Path), ReportParams),
    responses((status = 200, description = "The report", content(
            (Report = "application/json"), (String = "text/csv"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
        Refused))]
async fn report(
    State(app): State<App>,
    scope: MonitorScope,
    Params(asked): Params<ReportParams>,
) -> Result<Response, Problem> {
    let report = super::of_event(&app, &scope).await?;
    let info = app.events.info(&app, scope.event()).await?;
    let times = LocalTimes::new(info.zone());
    let (kind, ending, written) = match asked.format {
        ReportFormat::Json => return Ok(Json(report).into_response()),
        ReportFormat::Csv => ("text/csv; charset=utf-8", "csv", sheet::csv(&report, times)),
        ReportFormat::Xlsx => {
            let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
            // Asked here: a thread of its own answers no request.
            let words = Words::of_request();
            let written = app.aside.run(move || sheet::xlsx(&report, times, words)).await;
            (kind, "xlsx", written.map_err(|error| unwritten().caused_by(error))?)
        }
    };
    let bytes = written.map_err(|error| unwritten().caused_by(error))?;
    let name = format!("attachment; filename=\"report-{}.{ending}\"", info.slug);
    Ok(([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)], bytes).into_response())
}

fn unwritten() -> Problem {
    Problem::new(Reason::Internal, "The report could not be written; it was logged.")
}
