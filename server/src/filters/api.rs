//! The route that phones get the badge filter from.

use super::Answer;
use crate::access::ScannerScope;
use crate::app::App;
use crate::extract::Params;
use crate::problem::Problem;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use mobile_core::filter::MEDIA_TYPE;
use mobile_core::ids::EventId;
use mobile_core::wire::ProblemBody;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The route of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get_badge_filter))
}

/// Which filter the phone has.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct FilterParams {
    /// The version of the filter that the phone has: it then gets only what changed, if that is less.
    since: Option<u64>,
}

/// Get the offline badge filter.
///
/// A filter over the codes of the event's badges, without personal data, for verdicts without
/// network; `mobile-core` reads it. With `since` the answer may be the changes to that filter. 204
/// when the event has none, because its imported codes could be guessed with one.
#[utoipa::path(get, path = "/events/{event_id}/badge-filter", operation_id = "get_badge_filter", tag = "badges",
    params(("event_id" = EventId, Path, description = "The event."), FilterParams,
        ("if-none-match" = Option<String>, Header, description = "The ETag of the state that the phone has.")),
    responses(
        (status = 200, description = "The filter, or what changed", body = Vec<u8>, content_type = MEDIA_TYPE),
        (status = 204, description = "This event has none"),
        (status = 304, description = "The phone has it all"),
        (status = "4XX", description = "Refused", body = ProblemBody, content_type = "application/problem+json"),
    ))]
async fn get_badge_filter(
    scope: ScannerScope,
    State(app): State<App>,
    Params(params): Params<FilterParams>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let named = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let known = |etag: &str| named.split(',').any(|known| known.trim().trim_start_matches("W/") == etag);
    let cache = (header::CACHE_CONTROL, "private, no-cache");
    Ok(match super::answer(&app, &scope, params.since, known).await? {
        Answer::None => (StatusCode::NO_CONTENT, [cache]).into_response(),
        Answer::Same { etag } => (StatusCode::NOT_MODIFIED, [cache], [(header::ETAG, etag)]).into_response(),
        Answer::Bytes { etag, bytes } => {
            ([cache, (header::CONTENT_TYPE, MEDIA_TYPE)], [(header::ETAG, etag)], bytes).into_response()
        }
    })
}
