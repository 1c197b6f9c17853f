//! Routes of exports.

use super::plan::{Asked, ExportParams, Plan, file_name};
use super::store::{self, ExportRow};
use super::{Format, build, files, send};
use crate::access::{ExportScope, Identity};
use crate::app::App;
use crate::extract::{Params, PathIds, Payload};
use crate::leads::list::LeadFilter;
use crate::openapi::Refused;
use crate::paging::{Page, PageParams};
use crate::problem::Problem;
use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use mobile_core::ids::{ExhibitorId, ExportId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use utoipa::openapi::schema::AdditionalProperties;
use utoipa::openapi::{ObjectBuilder, RefOr, Required, Schema};
use utoipa::{IntoParams as _, PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(export_leads))
        .routes(routes!(list_exports, build_export))
        .routes(routes!(get_export))
        .routes(routes!(get_export_file))
}

/// An export of a space.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportView {
    /// The export.
    pub id: ExportId,
    /// `xlsx`, `csv`, `jsonl` or `vcf`.
    pub format: String,
    /// The tab; null: all of a workbook's.
    pub tab: Option<String>,
    /// The filter as a query string; empty: everything.
    pub filter: String,
    /// It holds what changed after this position of the feed; 0: everything.
    pub from_seq: i64,
    /// It holds what had changed up to this position.
    pub to_seq: i64,
    /// Rows written so far, in all tabs.
    pub row_count: u64,
    /// Rows that were there when it began, where that is known here.
    pub row_total: Option<u64>,
    /// `building`, `ready` (the file can be had), `sent` (to the end) or `failed`.
    pub status: String,
    /// Whether the file can be had again.
    pub has_file: bool,
    /// What the file is called.
    pub file_name: String,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it was ready, sent or had failed.
    pub finished_at: Option<Timestamp>,
    /// Who asked for it; null: the command line.
    pub created_by: Option<String>,
}

/// Whose exports: exporting them is checked before anything else.
async fn view(app: &App, scope: &ExportScope, slug: &str, row: ExportRow) -> Result<ExportView, Problem> {
    let event = app.events.info(app, scope.event()).await?;
    let format = Format::from_name(&row.format).unwrap_or(Format::Csv);
    let progress = app.exports.progress(row.id);
    let rows = progress.as_ref().map_or(row.row_count as u64, |progress| progress.rows.load(Ordering::Relaxed));
    let is_built = matches!(row.status.as_str(), "ready" | "sent");
    let has_file = is_built && tokio::fs::try_exists(files::path(app, row.id, format)).await.unwrap_or(false);
    Ok(ExportView {
        id: row.id,
        file_name: file_name(slug, &row.tab, row.created_at, &event, format),
        format: row.format,
        tab: Some(row.tab).filter(|tab| tab != "all"),
        filter: row.filter,
        from_seq: row.from_seq,
        to_seq: row.to_seq,
        row_count: rows,
        row_total: progress.map(|progress| progress.total),
        status: row.status,
        has_file,
        created_at: row.created_at,
        finished_at: row.finished_at,
        created_by: row.created_by,
    })
}

/// Export leads.
///
/// CSV, JSON lines and vCard are streamed while the leads are read; a workbook is built first and can
/// be had again from the list of exports. Takes the filters of the list of leads beside its own
/// parameters; `sort`, `limit` and `cursor` have no effect: an export is complete, in the order in
/// which leads began. People who withdrew are in the tab `withdrawn` only.
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/leads/export", operation_id = "export_leads", tag = "exports",
    params(("exhibitor_id" = Uuid, Path), ExportParams, LeadFilter),
    responses((status = 200, description = "The file", content(
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (String = "text/csv"),
            (String = "application/jsonl"), (String = "text/vcard"))),
        Refused))]
async fn export_leads(
    scope: ExportScope,
    identity: Identity,
    State(app): State<App>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let pairs: Vec<(String, String)> =
        form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
    let asked = Asked::parse(&pairs)?;
    let plan = Plan::make(&app, scope, Some(identity), asked).await?;
    if plan.asked.format != Format::Xlsx {
        return Ok(send::stream_rows(&app, &plan));
    }
    // A task of its own: the workbook is finished, and listed, also for someone who went away.
    let (task_app, task_plan) = (app.clone(), plan.clone());
    let built = tokio::spawn(async move {
        let path = files::path(&task_app, task_plan.id, task_plan.asked.format);
        build::build(&task_app, &task_plan, &path).await
    });
    built.await.map_err(|error| Problem::new(Reason::Internal, "The workbook was not built.").caused_by(error))??;
    open(&app, &plan.scope, plan.id, plan.progress.rows.load(Ordering::Relaxed), plan.asked.format, &plan.file_name())
        .await
}

async fn open(
    app: &App,
    scope: &ExportScope,
    id: ExportId,
    rows: u64,
    format: Format,
    name: &str,
) -> Result<Response, Problem> {
    match tokio::fs::File::open(files::path(app, id, format)).await {
        Ok(file) => Ok(send::send_file(app, scope, (id, rows), format, name, file)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(gone()),
        Err(error) => Err(Problem::new(Reason::Internal, "The file could not be read.").caused_by(error)),
    }
}

fn gone() -> Problem {
    let detail = "This file is not kept any more: built files are kept for 7 days, and until somebody withdraws their \
        consent or the event discloses less; streamed ones never. Export again with the same filter.";
    Problem::new(Reason::UsedUp, detail)
}

/// List the exports of a space, newest first.
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/exports", operation_id = "list_exports", tag = "exports",
    params(("exhibitor_id" = Uuid, Path), PageParams),
    responses((status = 200, body = Page<ExportView>), Refused))]
async fn list_exports(
    scope: ExportScope,
    State(app): State<App>,
    Params(page): Params<PageParams>,
) -> Result<Json<Page<ExportView>>, Problem> {
    let limit = page.limit()?;
    let mut tx = app.read().await?;
    let seq = crate::feed::store::head(&mut tx, scope.event()).await?;
    let rows = store::list(&mut tx, &scope, page.after()?, limit as i64 + 1).await?;
    let (slug, ..) = store::names(&mut tx, &scope).await?;
    tx.done().await?;
    let mut views = Vec::with_capacity(rows.len());
    for row in rows {
        views.push(view(&app, &scope, &slug, row).await?);
    }
    Ok(Json(Page::of(views, limit, seq, |view| view.id)))
}

/// What `build_export` takes: the parameters and the filters of `export_leads`, as one object.
#[derive(Debug)]
pub struct ExportBody;

impl PartialSchema for ExportBody {
    fn schema() -> RefOr<Schema> {
        let parameters = [ExportParams::into_params(|| None), LeadFilter::into_params(|| None)].concat();
        let object = parameters.into_iter().fold(ObjectBuilder::new(), |object, parameter| {
            let mut schema = parameter.schema.unwrap_or_else(|| ObjectBuilder::new().into());
            if let RefOr::T(Schema::Object(told)) = &mut schema {
                told.description = parameter.description;
            }
            let is_required = parameter.required == Required::True;
            let object = if is_required { object.required(&parameter.name) } else { object };
            object.property(parameter.name, schema)
        });
        object.additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false))).into()
    }
}

impl ToSchema for ExportBody {}

/// Build an export in the background.
///
/// Takes a JSON object with the parameters and filters of `GET …/leads/export`. The answer comes at
/// once; ask for the export until its `status` is `ready`, then for its file.
#[utoipa::path(post, path = "/exhibitors/{exhibitor_id}/exports", operation_id = "build_export", tag = "exports",
    params(("exhibitor_id" = Uuid, Path)), request_body = ExportBody,
    responses((status = 201, body = ExportView), Refused))]
async fn build_export(
    scope: ExportScope,
    identity: Identity,
    State(app): State<App>,
    Payload(asked): Payload<Map<String, Value>>,
) -> Result<Response, Problem> {
    let mut pairs = Vec::new();
    for (name, value) in asked {
        match value {
            Value::Null => {}
            Value::String(text) => pairs.push((name, text)),
            Value::Bool(_) | Value::Number(_) => pairs.push((name, value.to_string())),
            Value::Array(_) | Value::Object(_) => {
                return Err(Problem::field(format!("/{name}"), "must be a text, a number or true or false"));
            }
        }
    }
    let asked = Asked::parse(&pairs).map_err(Problem::in_body)?;
    let plan = Plan::make(&app, scope, Some(identity), asked).await.map_err(Problem::in_body)?;
    start(&app, &plan);
    let shown = shown(&app, &plan.scope, plan.id).await?;
    let address = format!("/api/v1/exhibitors/{}/exports/{}", plan.scope.exhibitor(), plan.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, address)], Json(shown)).into_response())
}

fn start(app: &App, plan: &Arc<Plan>) {
    let (app, plan) = (app.clone(), plan.clone());
    tokio::spawn(async move {
        let path = files::path(&app, plan.id, plan.asked.format);
        // What became of it is in the list, and in the log.
        let _ = build::build(&app, &plan, &path).await;
    });
}

async fn shown(app: &App, scope: &ExportScope, id: ExportId) -> Result<ExportView, Problem> {
    let mut tx = app.read().await?;
    let row = store::find(&mut tx, scope, id).await?.ok_or_else(Problem::not_found)?;
    let (slug, ..) = store::names(&mut tx, scope).await?;
    tx.done().await?;
    view(app, scope, &slug, row).await
}

/// Read how far an export has come.
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/exports/{export_id}", operation_id = "get_export",
    tag = "exports", params(("exhibitor_id" = Uuid, Path), ("export_id" = Uuid, Path)),
    responses((status = 200, body = ExportView), Refused))]
async fn get_export(
    scope: ExportScope,
    State(app): State<App>,
    PathIds(ids): PathIds<(ExhibitorId, ExportId)>,
) -> Result<Json<ExportView>, Problem> {
    Ok(Json(shown(&app, &scope, ids.1).await?))
}

/// Get the file of an export, as often as wanted while it is kept.
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/exports/{export_id}/file", operation_id = "get_export_file",
    tag = "exports", params(("exhibitor_id" = Uuid, Path), ("export_id" = Uuid, Path)),
    responses((status = 200, description = "The file", body = Vec<u8>), Refused))]
async fn get_export_file(
    scope: ExportScope,
    State(app): State<App>,
    PathIds(ids): PathIds<(ExhibitorId, ExportId)>,
) -> Result<Response, Problem> {
    let id = ids.1;
    let mut tx = app.read().await?;
    let row = store::find(&mut tx, &scope, id).await?.ok_or_else(Problem::not_found)?;
    let (slug, ..) = store::names(&mut tx, &scope).await?;
    let is_outdated = store::is_outdated(&mut tx, &scope, row.to_seq).await?;
    tx.done().await?;
    let Some(format) = Format::from_name(&row.format) else { return Err(gone()) };
    match row.status.as_str() {
        "building" => {
            return Err(Problem::new(Reason::Unavailable, "The file is still being built; ask again in a moment."));
        }
        "failed" => return Err(gone()),
        _ if is_outdated => {
            // What a person took back is not handed out again.
            let _ = tokio::fs::remove_file(files::path(&app, id, format)).await;
            return Err(gone());
        }
        _ => {}
    }
    let event = app.events.info(&app, scope.event()).await?;
    let name = file_name(&slug, &row.tab, row.created_at, &event, format);
    open(&app, &scope, id, row.row_count as u64, format, &name).await
}
