//! The OpenAPI document, made from the handlers, and a reference page that loads nothing from elsewhere.

mod docs;
mod example;

use crate::app::App;
use axum::Router;
use axum::http::header;
use axum::response::Html;
use axum::routing::get;
use mobile_core::wire::ProblemBody;
use std::collections::BTreeMap;
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder, ServerBuilder};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder, Schema};
use utoipa::{PartialSchema as _, ToSchema as _};

/// The scheme of tokens in the `Authorization` header, whoever's they are.
pub const BEARER: &str = "bearer";
/// The scheme of the cookie that people's pages sign in with.
const COOKIE: &str = "cookie";
/// The scheme of the cookie that attendees' pages sign in with.
pub const ATTENDEE_COOKIE: &str = "attendee_cookie";

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
    let cookie = |name| SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(name)));
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
                .security_scheme(BEARER, bearer)
                .security_scheme(COOKIE, cookie(crate::access::identity::COOKIE))
                .security_scheme(ATTENDEE_COOKIE, cookie(crate::access::attendee::ATTENDEE_COOKIE))
                .schemas_from_iter(problem_schemas())
                .build(),
        ))
        .security(Some([
            SecurityRequirement::new(BEARER, Vec::<String>::new()),
            SecurityRequirement::new(COOKIE, Vec::<String>::new()),
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
    let page = docs::page(&serde_json::from_str(&json).unwrap_or_default());
    Router::new()
        .route("/api/v1/openapi.json", get(move || async move { ([(header::CONTENT_TYPE, "application/json")], json) }))
        .route("/api/docs", get(move || async move { Html(page) }))
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
        Some("attendee") => {
            "For the attendee of the registration whose id stands in the place of the token, signed in by a mailed \
             link. A secret link of the desk may stand there instead, and needs no sign-in, where nobody is spoken for."
                .to_owned()
        }
        Some("person") => "For anyone who is signed in.".to_owned(),
        Some("device") => "For a paired device, about itself.".to_owned(),
        Some("stream") => "For people who may watch the stream that is named.".to_owned(),
        _ => format!("For {}.", roles.join(", ")),
    }
}
