//! Every route, the layers that each request passes, and the document that describes them.

use crate::access::operations;
use crate::app::App;
use crate::openapi;
use crate::problem::Problem;
use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use mobile_core::reason::Reason;
use std::time::Instant;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The API's routes with their description.
pub fn api() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(openapi::base()).nest(
        "/api/v1",
        OpenApiRouter::new()
            .merge(crate::accounts::api::routes())
            .merge(crate::events::api::routes())
            .merge(crate::exhibitors::api::routes())
            .merge(crate::packages::api::routes())
            .merge(crate::phases::api::routes())
            .merge(crate::partner_menu::api::routes())
            .merge(crate::home::api::routes())
            .merge(crate::team::api::routes())
            .merge(crate::team::form::api::routes())
            .merge(crate::devices::api::routes())
            .merge(crate::scanner::api::routes())
            .merge(crate::registrations::api::routes())
            .merge(crate::badges::api::routes())
            .merge(crate::print_runs::api::routes())
            .merge(crate::captures::api::routes())
            .merge(crate::rescue::api::routes())
            .merge(crate::helpdesk::api::routes())
            .merge(crate::filters::api::routes())
            .merge(crate::sessions::api::routes())
            .merge(crate::meetings::api::routes())
            .merge(crate::contacts::api::routes())
            .merge(crate::sharing::api::routes())
            .merge(crate::networking::api::routes())
            .merge(crate::profiles::api::routes())
            .merge(crate::attendees::api::routes())
            .merge(crate::leads::api::routes())
            .merge(crate::saved_views::api::routes())
            .merge(crate::charts::api::routes())
            .merge(crate::forms::api::routes())
            .merge(crate::exports::api::routes())
            .merge(crate::feed::api::routes())
            .merge(crate::report::api::routes())
            .merge(crate::readiness::api::routes())
            .merge(crate::views::api::routes())
            .merge(crate::erasure::api::routes())
            .merge(crate::audit::api::routes()),
    )
}

/// The API's routes, and their document with what each asks of its caller.
fn parts() -> (Router<App>, OpenApi) {
    let (routes, mut document) = api().split_for_parts();
    operations::describe(&mut document);
    (routes, document)
}

/// The OpenAPI document of all routes.
pub fn document() -> OpenApi {
    parts().1
}

/// The whole server.
pub fn router(app: App) -> Router {
    let (routes, document) = parts();
    routes
        .layer(middleware::from_fn_with_state(app.clone(), crate::idempotency::once))
        .merge(openapi::routes(&document))
        .merge(pages())
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .fallback(nothing)
        .method_not_allowed_fallback(|| async {
            Problem::new(Reason::MethodNotAllowed, "This method is not offered at this address; see /api/docs.")
        })
        .layer(middleware::from_fn(crate::web::spoken::layer))
        .layer(middleware::from_fn_with_state(app.clone(), crate::limits::hold))
        .layer(middleware::from_fn(crate::linger::linger))
        .layer(middleware::from_fn_with_state(app.clone(), observe))
        .layer(CatchPanicLayer::custom(|_| {
            tracing::error!("a request panicked");
            Problem::new(Reason::Internal, "The request failed on our side; it was logged.").into_response()
        }))
        .layer(
            CompressionLayer::new().gzip(true).compress_when(
                // Pictures, sheets and archives are compressed already.
                DefaultPredicate::new()
                    .and(NotForContentType::new("application/vnd"))
                    .and(NotForContentType::new("application/pdf")),
            ),
        )
        .layer(middleware::from_fn(name_host))
        .with_state(app)
}

/// HTTP/2 says in the address whom a request is for, HTTP/1.1 in `Host`, which is where all that follows looks.
async fn name_host(mut request: Request, next: Next) -> Response {
    let authority = request.uri().authority().map(Authority::as_str);
    if let (None, Some(host)) = (request.headers().get(header::HOST), authority)
        && let Ok(host) = HeaderValue::from_str(host)
    {
        request.headers_mut().insert(header::HOST, host);
    }
    next.run(request).await
}

/// The pages and their files.
fn pages() -> Router<App> {
    Router::new()
        .merge(crate::web::routes())
        .merge(crate::web::spoken::routes())
        .merge(crate::accounts::page::routes())
        .merge(crate::phases::page::routes())
        .merge(crate::partner_menu::page::routes())
        .merge(crate::home::page::routes())
        .merge(crate::attendees::page::routes())
        .merge(crate::meetings::page::routes())
        .merge(crate::sharing::page::routes())
        .merge(crate::sharing::oversight_page::routes())
        .merge(crate::contacts::page::routes())
        .merge(crate::profiles::page::routes())
        .merge(crate::sessions::page::routes())
        .merge(crate::leads::page::routes())
        .merge(crate::forms::page::routes())
        .merge(crate::charts::page::routes())
        .merge(crate::team::page::routes())
        .merge(crate::team::form::page::routes())
        .merge(crate::devices::page::routes())
        .merge(crate::audit::page::routes())
        .merge(crate::scanner::page::routes())
        .merge(crate::monitor::page::routes())
        .merge(crate::events::new_page::routes())
        .merge(crate::exhibitors::page::routes())
        .merge(crate::packages::page::routes())
        .merge(crate::report::page::routes())
        .merge(crate::registrations::page::routes())
        .merge(crate::registrations::desk_page::routes())
        .merge(crate::print_runs::page::routes())
        .merge(crate::events::disclosure_page::routes())
        .merge(crate::helpdesk::page::routes())
        .merge(crate::readiness::page::routes())
        .merge(crate::views::page::routes())
        .merge(crate::erasure::page::routes())
        .layer(middleware::from_fn(crate::web::visitor::for_eyes))
}

/// An address that nothing listens at: a problem for programs, a page for people.
async fn nothing(uri: Uri) -> Response {
    if uri.path().starts_with("/api/") {
        Problem::new(Reason::NotFound, "There is no such address; /api/docs lists all there are.").into_response()
    } else {
        crate::web::visitor::nothing_here().into_response()
    }
}

/// Gives each request an id, counts it, and logs it when it failed or took long.
async fn observe(State(app): State<App>, mut request: Request, next: Next) -> Response {
    use tracing::Instrument as _;
    let given = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok());
    let id = match given.filter(|id| (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic())) {
        Some(id) => id.to_owned(),
        None => app.new_id::<uuid::Uuid>().simple().to_string(),
    };
    let value = HeaderValue::from_str(&id).unwrap_or_else(|_| HeaderValue::from_static("none"));
    request.headers_mut().insert(REQUEST_ID, value.clone());
    let path = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    let method = request.method().clone();
    let span = tracing::info_span!("request", id = %id, %method, %path);
    let begun = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let took = begun.elapsed();
    app.metrics.requests.inc();
    let status = response.status();
    if status.is_server_error() {
        app.metrics.failures.inc();
        span.in_scope(|| tracing::warn!(status = status.as_u16(), millis = took.as_millis() as u64, "failed"));
    } else {
        span.in_scope(|| tracing::debug!(status = status.as_u16(), millis = took.as_millis() as u64, "answered"));
    }
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, value);
    headers.entry(header::X_CONTENT_TYPE_OPTIONS).or_insert(HeaderValue::from_static("nosniff"));
    headers.entry(header::REFERRER_POLICY).or_insert(HeaderValue::from_static("same-origin"));
    headers.entry(header::X_FRAME_OPTIONS).or_insert(HeaderValue::from_static("DENY"));
    if app.settings.is_strict() {
        // For this host alone: what else is in its domain is not ours.
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    response
}

/// Whether the database answers.
async fn ready(State(app): State<App>) -> Response {
    let reads = async {
        let mut tx = app.read().await?;
        let _: i64 = crate::sql!(tx, conn => sqlx::query_scalar("SELECT COUNT(*) FROM organizer").fetch_one(conn))?;
        tx.done().await
    };
    match reads.await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "1")], "the database does not answer\n")
                .into_response()
        }
    }
}

async fn metrics(State(app): State<App>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], app.metrics.text())
}

#[cfg(test)]
mod tests {
    use super::name_host;
    use axum::body::{Body, to_bytes};
    use axum::http::{HeaderMap, Request, header};
    use axum::routing::get;
    use axum::{Router, middleware};
    use tower::ServiceExt as _;

    /// Forms are believed by the host that they were sent to, whichever way the protocol says it.
    #[tokio::test]
    async fn a_request_names_its_host_in_one_place() {
        let host = |headers: HeaderMap| async move { headers[header::HOST].to_str().unwrap().to_owned() };
        let router = Router::new().route("/", get(host)).layer(middleware::from_fn(name_host));
        for (address, header, expected) in
            [("https://fair.example/", None, "fair.example"), ("/", Some("fair.example:8443"), "fair.example:8443")]
        {
            let request = header.into_iter().fold(Request::get(address), |made, host| made.header(header::HOST, host));
            let answer = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
            assert_eq!(to_bytes(answer.into_body(), 99).await.unwrap(), expected);
        }
    }
}
