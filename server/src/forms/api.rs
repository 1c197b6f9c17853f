//! The routes of an exhibitor's form.

use super::{Form, FormView};
use crate::access::{CrewScope, FormScope};
use crate::app::App;
use crate::events::api::etag;
use crate::extract::{IfMatch, Params, Payload};
use crate::openapi::Refused;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderName;
use mobile_core::ids::ExhibitorId;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get, save))
}

/// Which version.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FormParams {
    /// An earlier version; the newest when absent.
    #[serde(default)]
    pub version: Option<i64>,
}

type Versioned = ([(HeaderName, String); 1], Json<FormView>);

fn versioned(form: FormView) -> Versioned {
    (etag(form.version), Json(form))
}

/// What is asked at a stand.
///
/// Phones get it with the crew. Without a form, `version` is 0 and nothing is asked.
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/form", operation_id = "get_form", tag = "leads",
    params(("exhibitor_id" = ExhibitorId, Path), FormParams),
    responses((status = 200, description = "The form", body = FormView), Refused))]
async fn get(
    State(app): State<App>,
    scope: CrewScope,
    Params(params): Params<FormParams>,
) -> Result<Versioned, Problem> {
    Ok(versioned(super::get(&app, &scope, params.version).await?))
}

/// Saves what is asked at a stand from now on, as the form's next version.
///
/// Answers that were given stay, with the version that they were given on. With `If-Match`, only over
/// the version that was read.
#[utoipa::path(put, path = "/exhibitors/{exhibitor_id}/form", operation_id = "save_form", tag = "leads",
    params(("exhibitor_id" = ExhibitorId, Path),
        ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    request_body = Form,
    responses((status = 200, description = "The form as it is now", body = FormView), Refused))]
async fn save(
    State(app): State<App>,
    scope: FormScope,
    version: Option<IfMatch>,
    Payload(form): Payload<Form>,
) -> Result<Versioned, Problem> {
    Ok(versioned(super::save(&app, &scope, version.map(|version| version.0), form).await?))
}
