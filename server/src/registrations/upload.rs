//! Importing a file of registrations over HTTP.

use super::import::{Import, ImportError, MAX_FILE_BYTES, Mapping, Options};
use super::load::{ImportReport, load};
use crate::access::ImportScope;
use crate::app::App;
use crate::extract::{Params, read_body};
use crate::openapi::Refused;
use crate::problem::Problem;
use crate::words::Words;
use axum::Json;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header;
use mobile_core::ids::EventId;
use mobile_core::reason::Reason;
use serde::Deserialize;
use tokio::sync::SemaphorePermit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The route, which takes larger bodies than the others.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(import_registrations)).layer(DefaultBodyLimit::max(MAX_FILE_BYTES))
}

/// How to read the file, and whether to write.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ImportParams {
    /// A JSON object from header to column (or `null` to ignore it), for headers that are not
    /// recognised: `{"Sté": "company", "Zone": null}`.
    mapping: Option<String>,
    /// Says what would happen and writes nothing.
    dry_run: Option<bool>,
}

/// Imports registrations from a CSV or XLSX file of up to 64 MiB.
///
/// Rows are known by `external_id`, else `badge_code`, else e-mail, first and last name together.
/// Repeating an import changes nothing; absent rows are not deleted; empty cells leave what is
/// known. Bad rows stay out and are named; good rows go in.
#[utoipa::path(post, path = "/events/{event_id}/registrations/import", operation_id = "import_registrations",
    tag = "registrations",
    params(("event_id" = EventId, Path, description = "The event."), ImportParams),
    request_body(content(
        (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    )),
    responses(
        (status = 200, description = "What went in and what did not", body = ImportReport),
        Refused,
    ))]
async fn import_registrations(
    scope: ImportScope,
    State(app): State<App>,
    Params(params): Params<ImportParams>,
    request: Request,
) -> Result<Json<ImportReport>, Problem> {
    require_table(&request)?;
    let _turn = turn_to_import(&app)?;
    let mapping = params.mapping.as_deref().unwrap_or("{}").parse::<Mapping>().map_err(|error| unreadable(&error))?;
    let body = read_body(request, &app).await?;
    let options = Options { mapping, ..Options::default() };
    let read = app.aside.run(move || Import::read(&body, &options)).await;
    let import = read
        .map_err(|error| Problem::new(Reason::Internal, "The file could not be read.").caused_by(error))?
        .map_err(|error| unreadable(&error))?;
    let report = load(&app, &scope, import, params.dry_run.unwrap_or(false), |_| {}).await?;
    Ok(Json(report.told_in(Words::of_request())))
}

/// A turn to import, or the word to come back: files lie in memory while they are read.
pub(crate) fn turn_to_import(app: &App) -> Result<SemaphorePermit<'_>, Problem> {
    app.importing.try_acquire().map_err(|_| {
        let detail = "Other imports are running, and nothing of this one was read; send it again in a moment.";
        Problem::new(Reason::Unavailable, detail).retry_after(5)
    })
}

/// Tables are told apart by their content; what is surely no table is refused before it is read.
pub(crate) fn require_table(request: &Request) -> Result<(), Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_other =
        kind.ends_with("json") || kind.ends_with("+xml") || kind.starts_with("multipart/") || kind == "text/html";
    if is_other {
        let detail = "Send the file itself as the body, as text/csv or as \
            application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.";
        return Err(Problem::new(Reason::UnsupportedMediaType, detail));
    }
    Ok(())
}

/// Why nothing of a file goes in.
pub(crate) fn unreadable(error: &ImportError) -> Problem {
    let detail = error.to_string();
    match error {
        ImportError::InvalidMapping(_) | ImportError::MappedHeaderMissing { .. } => Problem::field("?mapping", detail),
        ImportError::TooLarge | ImportError::TooManyRows | ImportError::TooMuchText | ImportError::Inflates => {
            Problem::new(Reason::TooLarge, sentence(&detail))
        }
        ImportError::OldWorkbook | ImportError::Protected | ImportError::NotAWorkbook | ImportError::NotATable => {
            Problem::new(Reason::UnsupportedMediaType, sentence(&detail))
        }
        ImportError::Unreadable(_) | ImportError::Empty | ImportError::NoHeader { .. } | ImportError::NoNameColumn => {
            Problem::new(Reason::InvalidField, sentence(&detail))
        }
    }
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).chain(['.']).collect())
}
