//! The routes of networking: all are the attendee's own.

use super::connect::{self, Whom};
use super::store::ConnectionRow;
use super::view::{self, ConnectionView, PersonView};
use crate::access::{AttendeeScope, ProvenScope};
use crate::app::App;
use crate::extract::{Params, PathIds, Payload};
use crate::openapi::Refused;
use crate::paging::Page;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use mobile_core::ids::{ConnectionId, RegistrationId};
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, ask))
        .routes(routes!(answer))
        .routes(routes!(end))
        .routes(routes!(people))
        .routes(routes!(get_listed, set_listed))
}

/// An attendee's connections.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Connections {
    /// The one that changed last first, 1,000 at most.
    items: Vec<ConnectionView>,
}

/// Whom to connect with: one of the two.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewConnection {
    /// What the other's badge says, or its number.
    #[serde(default)]
    code: Option<String>,
    /// Somebody of the list.
    #[serde(default)]
    registration_id: Option<RegistrationId>,
}

/// An answer to who asked.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ConnectionAnswer {
    /// True: connected. False: refused.
    accepted: bool,
}

/// Whether an attendee can be found.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Listed {
    /// Whether other attendees find them in the list, with name, position and company.
    listed: bool,
}

/// Who is looked for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PeopleParams {
    /// Words that must all occur in name, position or company, in any spelling.
    q: Option<String>,
    /// Length of the page, 1 to 500.
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

async fn shown(app: &App, scope: &AttendeeScope, row: &ConnectionRow) -> Result<Json<ConnectionView>, Problem> {
    let info = app.events.info(app, scope.event()).await?;
    Ok(Json(view::connection(row, scope, &info)))
}

/// Lists an attendee's connections and requests.
#[utoipa::path(get, path = "/attendee/{token}/connections", operation_id = "list_connections", tag = "networking",
    params(("token" = String, Path)), responses((status = 200, body = Connections), Refused))]
async fn list(State(app): State<App>, scope: ProvenScope) -> Result<Json<Connections>, Problem> {
    Ok(Json(Connections { items: view::connections(&app, &scope).await? }))
}

/// Asks somebody to connect; where they asked before, that agrees.
#[utoipa::path(post, path = "/attendee/{token}/connections", operation_id = "ask_to_connect", tag = "networking",
    params(("token" = String, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes sending again safe")),
    request_body = NewConnection,
    responses((status = 201, description = "Asked, or connected", body = ConnectionView), Refused))]
async fn ask(
    State(app): State<App>,
    scope: ProvenScope,
    Payload(sent): Payload<NewConnection>,
) -> Result<(StatusCode, Json<ConnectionView>), Problem> {
    let whom = match (sent.code, sent.registration_id) {
        (Some(code), None) => Whom::Code(code),
        (None, Some(person)) => Whom::Person(person),
        _ => return Err(Problem::field("/code", "is needed, or a registration_id of the list; one of the two")),
    };
    let row = connect::ask(&app, &scope, &whom).await?;
    Ok((StatusCode::CREATED, shown(&app, &scope, &row).await?))
}

/// Agrees to a request, or refuses it.
#[utoipa::path(post, path = "/attendee/{token}/connections/{connection_id}/answer", operation_id = "answer_connection",
    tag = "networking", params(("token" = String, Path), ("connection_id" = ConnectionId, Path)),
    request_body = ConnectionAnswer,
    responses((status = 200, description = "As it is now", body = ConnectionView), Refused))]
async fn answer(
    State(app): State<App>,
    scope: ProvenScope,
    ids: PathIds<(String, ConnectionId)>,
    Payload(sent): Payload<ConnectionAnswer>,
) -> Result<Json<ConnectionView>, Problem> {
    let row = connect::answer(&app, &scope, ids.0.1, sent.accepted).await?;
    shown(&app, &scope, &row).await
}

/// Ends a connection, or takes a request back.
#[utoipa::path(delete, path = "/attendee/{token}/connections/{connection_id}", operation_id = "end_connection",
    tag = "networking", params(("token" = String, Path), ("connection_id" = ConnectionId, Path)),
    responses((status = 204, description = "Ended"), Refused))]
async fn end(
    State(app): State<App>,
    scope: ProvenScope,
    ids: PathIds<(String, ConnectionId)>,
) -> Result<StatusCode, Problem> {
    connect::end(&app, &scope, ids.0.1).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists the people who agreed to be found, and the public contacts of exhibitors, by last name.
#[utoipa::path(get, path = "/attendee/{token}/people", operation_id = "list_networking_people", tag = "networking",
    params(("token" = String, Path), PeopleParams),
    responses((status = 200, description = "A page of people", body = Page<PersonView>), Refused))]
async fn people(
    State(app): State<App>,
    scope: AttendeeScope,
    Params(params): Params<PeopleParams>,
) -> Result<Json<Page<PersonView>>, Problem> {
    let q = params.q.unwrap_or_default();
    Ok(Json(view::people(&app, &scope, &q, params.limit, params.cursor.as_deref()).await?))
}

/// Whether the attendee is on the list.
#[utoipa::path(get, path = "/attendee/{token}/networking", operation_id = "get_networking", tag = "networking",
    params(("token" = String, Path)), responses((status = 200, body = Listed), Refused))]
async fn get_listed(State(app): State<App>, scope: AttendeeScope) -> Result<Json<Listed>, Problem> {
    Ok(Json(Listed { listed: connect::is_listed(&app, &scope).await? }))
}

/// Puts the attendee on the list, or takes them off it.
#[utoipa::path(put, path = "/attendee/{token}/networking", operation_id = "set_networking", tag = "networking",
    params(("token" = String, Path)), request_body = Listed, responses((status = 200, body = Listed), Refused))]
async fn set_listed(
    State(app): State<App>,
    scope: ProvenScope,
    Payload(sent): Payload<Listed>,
) -> Result<Json<Listed>, Problem> {
    connect::set_listed(&app, &scope, sent.listed).await?;
    Ok(Json(sent))
}
