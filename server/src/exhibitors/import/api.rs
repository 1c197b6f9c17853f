//! Importing a file of exhibitors over HTTP.

use super::{ExhibitorImportReport, MAX_FILE_BYTES, load, read};
use crate::access::{EventAdminScope, Identity};
use crate::app::App;
use crate::extract::{Params, read_body};
use crate::openapi::Refused;
use crate::problem::Problem;
use crate::registrations::upload::{require_table, turn_to_import};
use crate::words::Words;
use axum::Json;
use axum::extract::{DefaultBodyLimit, Request, State};
use mobile_core::ids::EventId;
use mobile_core::reason::Reason;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The route, which takes larger bodies than the others.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(import_exhibitors)).layer(DefaultBodyLimit::max(MAX_FILE_BYTES))
}

/// Whether to write.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
struct ImportParams {
    /// Says what would happen and writes nothing.
    dry_run: bool,
}

/// Imports exhibitors from a CSV or XLSX file of up to 8 MiB and 5,000 rows, with their admins.
///
/// Columns: `name`, `slug`, `hall`, `booth`, `package` (by its name), `admin_first_name`,
/// `admin_last_name`, `admin_email`, `admin_language`; headers in French are known too. An exhibitor is
/// known by its `slug`, else by its name; more rows of it name more admins, who are invited. Repeating an
/// import changes nothing; who is absent stays; empty cells leave what is known.
#[utoipa::path(post, path = "/events/{event_id}/exhibitors/import", operation_id = "import_exhibitors",
    tag = "exhibitors", params(("event_id" = EventId, Path), ImportParams),
    request_body(content(
        (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    )),
    responses((status = 200, description = "What went in and what did not", body = ExhibitorImportReport), Refused))]
async fn import_exhibitors(
    scope: EventAdminScope,
    identity: Identity,
    State(app): State<App>,
    Params(params): Params<ImportParams>,
    request: Request,
) -> Result<Json<ExhibitorImportReport>, Problem> {
    require_table(&request)?;
    let _turn = turn_to_import(&app)?;
    let body = read_body(request, &app).await?;
    let table = app.aside.run(move || read(&body)).await;
    let table =
        table.map_err(|error| Problem::new(Reason::Internal, "The file could not be read.").caused_by(error))?;
    let report = load(&app, &scope, &identity, &table?, params.dry_run).await?;
    Ok(Json(report.told_in(Words::of_request())))
}
