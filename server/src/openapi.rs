//! The OpenAPI document, made from the handlers, and a reference page that loads nothing from elsewhere.

use crate::app::App;
use axum::Router;
use axum::http::header;
use axum::response::Html;
use axum::routing::get;
use mobile_core::wire::ProblemBody;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder, ServerBuilder};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder, Schema};
use utoipa::{PartialSchema as _, ToSchema as _};

/// How every operation refuses: `application/problem+json`, with a status that says whose turn it is.
#[derive(Debug)]
pub struct Refused;

impl utoipa::IntoResponses for Refused {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("ProblemBody"))).build();
        let told = |description: &str| {
            let response = ResponseBuilder::new().description(description);
            RefOr::T(response.content("application/problem+json", problem.clone()).build())
        };
        BTreeMap::from([
            ("4XX".to_owned(), told("Refused")),
            ("503".to_owned(), told("Busy or away: the same request may be sent again, see Retry-After")),
        ])
    }
}

/// The document before any route is added.
pub fn base() -> OpenApi {
    use utoipa::openapi::security::{
        ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
    };
    let bearer = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(crate::access::identity::COOKIE)));
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Leadline")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some("Lead capture for exhibitions: captures, leads, live streams and exports.")),
        )
        .servers(Some([ServerBuilder::new().url("/").build()]))
        .components(Some(
            ComponentsBuilder::new()
                .security_scheme("bearer", bearer)
                .security_scheme("cookie", cookie)
                .schemas_from_iter(problem_schemas())
                .build(),
        ))
        .security(Some([
            SecurityRequirement::new("bearer", Vec::<String>::new()),
            SecurityRequirement::new("cookie", Vec::<String>::new()),
        ]))
        .build()
}

/// The body of a refusal, with what it is made of.
fn problem_schemas() -> Vec<(String, RefOr<Schema>)> {
    let mut schemas = vec![("ProblemBody".to_owned(), ProblemBody::schema())];
    ProblemBody::schemas(&mut schemas);
    schemas
}

/// The document and its page.
pub fn routes(document: &OpenApi) -> Router<App> {
    let json = document.to_json().unwrap_or_else(|_| "{}".to_owned());
    let page = page(document);
    Router::new()
        .route("/api/v1/openapi.json", get(move || async move { ([(header::CONTENT_TYPE, "application/json")], json) }))
        .route("/api/docs", get(move || async move { Html(page) }))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn operations(item: &PathItem) -> impl Iterator<Item = (&'static str, &Operation)> {
    let methods = [
        ("GET", &item.get),
        ("POST", &item.post),
        ("PUT", &item.put),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
    ];
    methods.into_iter().filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
}

/// Who may call an operation, in words.
fn rights_text(rights: &serde_json::Value) -> String {
    let roles: Vec<String> = rights["roles"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|role| Some(role.as_str()?.replace('_', " ")))
        .collect();
    match rights["at"].as_str() {
        Some("nothing") => "For anyone; the request itself holds what proves the right.".to_owned(),
        Some("person") => "For anyone who is signed in.".to_owned(),
        Some("stream") => "For people who may watch the stream that is named.".to_owned(),
        _ => format!("For {}.", roles.join(", ")),
    }
}

fn page(document: &OpenApi) -> String {
    let mut html = String::from(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>\
         <title>Leadline API</title><link rel=stylesheet href=/static/docs.css><main><h1>Leadline API</h1>\
         <p>Base <code>/api/v1</code>. The document for programs: <a href=/api/v1/openapi.json>openapi.json</a>. \
         Send <code>Authorization: Bearer TOKEN</code>; errors are <code>application/problem+json</code>.</p>",
    );
    for (path, item) in &document.paths.paths {
        for (method, operation) in operations(item) {
            let summary = operation.summary.as_deref().unwrap_or_default();
            let _ = write!(html, "<section><h2><code>{method} {}</code></h2><p>{}</p>", escape(path), escape(summary));
            if let Some(description) = &operation.description {
                let _ = write!(html, "<p>{}</p>", escape(description));
            }
            let rights = operation.extensions.as_ref().and_then(|more| more.get("x-rights"));
            if let Some(rights) = rights.map(rights_text) {
                let _ = write!(html, "<p>{}</p>", escape(&rights));
            }
            let statuses: Vec<&str> = operation.responses.responses.keys().map(String::as_str).collect();
            let _ = write!(html, "<p>Answers {}</p></section>", escape(&statuses.join(", ")));
        }
    }
    html.push_str("</main></html>");
    html
}
