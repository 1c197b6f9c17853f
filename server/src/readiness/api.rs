//! The routes of readiness: the list, as CSV too, and the reminder.

use super::{AdminContact, Filter, Readiness, Reminded, Step};
use crate::access::{EventAdminScope, EventScope};
use crate::app::App;
use crate::exports::columns::{Column, Kind};
use crate::exports::csv::CsvSheet;
use crate::exports::local_time::LocalTimes;
use crate::exports::sheet::{Cell, ExportError, Sheet};
use crate::extract::{Params, Payload};
use crate::openapi::Refused;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use mobile_core::ids::{EventId, ExhibitorId};
use mobile_core::reason::Reason;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(remind))
}

/// What the list is written as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum Format {
    /// For programs.
    #[default]
    Json,
    /// A row an exhibitor.
    Csv,
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
struct ListParams {
    /// Which exhibitors.
    #[param(inline)]
    filter: Filter,
    /// `json` or `csv`.
    #[param(inline)]
    format: Format,
}

/// How far exhibitors have come.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ReadinessList {
    /// By name.
    items: Vec<Readiness>,
}

/// How far each exhibitor has come before the doors open, and its admins, for those who may manage teams. Test
/// exhibitors are left out.
#[utoipa::path(get, path = "/events/{event_id}/readiness", operation_id = "get_readiness", tag = "events",
    params(("event_id" = EventId, Path), ListParams),
    responses((status = 200, description = "The exhibitors", content(
        (ReadinessList = "application/json"), (String = "text/csv"))), Refused))]
async fn list(
    State(app): State<App>,
    scope: EventScope,
    Params(asked): Params<ListParams>,
) -> Result<Response, Problem> {
    let items = super::of_event(&app, &scope, asked.filter).await?;
    if asked.format == Format::Json {
        return Ok(Json(ReadinessList { items }).into_response());
    }
    let info = app.events.info(&app, scope.event()).await?;
    let written = csv(&items, LocalTimes::new(info.zone()));
    let bytes = written.map_err(|error| {
        Problem::new(Reason::Internal, "The list could not be written; it was logged.").caused_by(error)
    })?;
    let name = format!("attachment; filename=\"ready-{}.csv\"", info.slug);
    let kind = "text/csv; charset=utf-8".to_owned();
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], bytes).into_response())
}

fn csv(items: &[Readiness], times: LocalTimes) -> Result<Vec<u8>, ExportError> {
    let codes = ["exhibitor", "booth"].into_iter().chain(Step::ALL.map(Step::code));
    let codes = codes.chain(["team_size", "devices", "first_scan_at", "reminded_at"]);
    let codes = codes.chain(["admin_names", "admin_emails", "admins_signed_in"]);
    let columns: Vec<Column> = codes.map(|code| Column::new(code, Kind::Text)).collect();
    let mut sheet = CsvSheet::new(Vec::new(), &columns, times, true)?;
    for ready in items {
        // All admins in one cell, in the same order in each column.
        let told = |of: fn(&AdminContact) -> &str| ready.contacts.iter().map(of).collect::<Vec<_>>().join("; ");
        let contacts = [
            told(|admin| &admin.name),
            told(|admin| &admin.email),
            told(|admin| if admin.has_signed_in { "yes" } else { "no" }),
        ];
        let mut cells = vec![Cell::Text(&ready.name), Cell::text(ready.booth.as_deref())];
        cells.extend(Step::ALL.map(|step| {
            Cell::Text(match step {
                step if ready.has(step) => "yes",
                step if ready.left.contains(&step) => "no",
                _ => "",
            })
        }));
        cells.extend([
            Cell::Integer(ready.team as i64),
            Cell::Integer(ready.devices as i64),
            Cell::local(ready.first_scan_at),
            Cell::local(ready.reminded_at),
        ]);
        cells.extend(contacts.iter().map(|told| Cell::Text(told)));
        sheet.row(&cells)?;
    }
    sheet.finish()
}

/// Whom to remind.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Remind {
    /// The exhibitors, up to 1000.
    exhibitor_ids: Vec<ExhibitorId>,
}

/// Mails the admins of exhibitors what is still to be done. Who has done all of it is not mailed.
#[utoipa::path(post, path = "/events/{event_id}/readiness/reminders", operation_id = "remind_exhibitors", tag = "events",
    params(("event_id" = EventId, Path)), request_body = Remind,
    responses((status = 200, description = "The mails are on their way", body = Reminded), Refused))]
async fn remind(
    State(app): State<App>,
    scope: EventAdminScope,
    Payload(sent): Payload<Remind>,
) -> Result<Json<Reminded>, Problem> {
    Ok(Json(super::remind(&app, &scope, &sent.exhibitor_ids).await?))
}
