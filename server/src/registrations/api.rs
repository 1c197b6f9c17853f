//! Registrations over HTTP.

use super::input::{Changes, Draft, NewRegistration, RegistrationPatch};
use super::upload;
use super::view::RegisteredPerson;
use crate::access::DeskScope;
use crate::app::App;
use crate::extract::{IfMatch, Params, PathIds, Payload};
use crate::openapi::Refused;
use crate::problem::Problem;
use crate::storage::cursor;
use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use mobile_core::capture::{Contact, ContactField};
use mobile_core::ids::{EventId, RegistrationId};
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_registrations, create_registration))
        .routes(routes!(get_registration, change_registration))
        .merge(upload::routes())
}

/// Which registrations to list.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListParams {
    /// Words that must all occur in name, company, e-mail, phone, job, city or reference, in any
    /// spelling; or a badge number; or the text of a badge's code.
    q: Option<String>,
    /// Those alone with this name, given with `last_name` and in any spelling, or this `email`: who may be the same
    /// person.
    first_name: Option<String>,
    /// See `first_name`.
    last_name: Option<String>,
    /// See `first_name`.
    email: Option<String>,
    /// Items on a page, 1 to 500.
    limit: Option<u32>,
    /// Where the page before ended.
    cursor: Option<String>,
}

/// A page of registrations.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RegistrationPage {
    /// In the order in which they were made.
    items: Vec<RegisteredPerson>,
    /// Ask for the next page with it; null on the last.
    next_cursor: Option<String>,
    /// The feed's head before the page was read.
    seq: u64,
}

/// The people registered for the event.
#[utoipa::path(get, path = "/events/{event_id}/registrations", operation_id = "list_registrations", tag = "registrations",
    params(("event_id" = EventId, Path, description = "The event."), ListParams),
    responses(
        (status = 200, description = "A page", body = RegistrationPage),
        Refused,
    ))]
async fn list_registrations(
    scope: DeskScope,
    State(app): State<App>,
    Params(params): Params<ListParams>,
) -> Result<Json<RegistrationPage>, Problem> {
    let limit = cursor::limit(params.limit)?;
    let after = cursor::place::<RegistrationId>(params.cursor.as_deref())?;
    let named = [
        (ContactField::FirstName, params.first_name),
        (ContactField::LastName, params.last_name),
        (ContactField::Email, params.email),
    ];
    let mut contact = Contact::default();
    for (field, text) in &named {
        if let Some(text) = text {
            contact.set(*field, text);
        }
    }
    let q = params.q.unwrap_or_default();
    let page = if named.iter().all(|(_, text)| text.is_none()) {
        super::list(&app, &scope, &q, after, limit).await?
    } else {
        super::list_like(&app, &scope, (&q, &contact), after, limit).await?
    };
    Ok(Json(RegistrationPage {
        items: page.items.into_iter().map(RegisteredPerson::from).collect(),
        next_cursor: page.next.as_ref().map(cursor::write),
        seq: page.seq,
    }))
}

/// Registers a person and issues their badge.
#[utoipa::path(post, path = "/events/{event_id}/registrations", operation_id = "create_registration", tag = "registrations",
    params(("event_id" = EventId, Path, description = "The event.")),
    request_body = NewRegistration,
    responses(
        (status = 201, description = "Registered", body = RegisteredPerson),
        Refused,
    ))]
async fn create_registration(
    scope: DeskScope,
    State(app): State<App>,
    Payload(body): Payload<NewRegistration>,
) -> Result<Response, Problem> {
    let registered = super::create(&app, &scope, Draft::try_from(body)?).await?;
    Ok(person(StatusCode::CREATED, registered))
}

/// One registration with its badges.
#[utoipa::path(get, path = "/events/{event_id}/registrations/{registration_id}", operation_id = "get_registration",
    tag = "registrations",
    params(
        ("event_id" = EventId, Path, description = "The event."),
        ("registration_id" = RegistrationId, Path, description = "The registration."),
    ),
    responses(
        (status = 200, description = "The registration", body = RegisteredPerson),
        Refused,
    ))]
async fn get_registration(
    scope: DeskScope,
    State(app): State<App>,
    path: PathIds<(EventId, RegistrationId)>,
) -> Result<Response, Problem> {
    Ok(person(StatusCode::OK, super::get(&app, &scope, path.0.1).await?))
}

/// Changes a registration. With `If-Match`, only while it is still that version.
#[utoipa::path(patch, path = "/events/{event_id}/registrations/{registration_id}", operation_id = "change_registration",
    tag = "registrations",
    params(
        ("event_id" = EventId, Path, description = "The event."),
        ("registration_id" = RegistrationId, Path, description = "The registration."),
        ("If-Match" = Option<String>, Header, description = "The ETag of what was read."),
    ),
    request_body = RegistrationPatch,
    responses(
        (status = 200, description = "The registration as it is now", body = RegisteredPerson),
        Refused,
    ))]
async fn change_registration(
    scope: DeskScope,
    State(app): State<App>,
    path: PathIds<(EventId, RegistrationId)>,
    version: OptionalVersion,
    Payload(body): Payload<RegistrationPatch>,
) -> Result<Response, Problem> {
    let changed = super::change(&app, &scope, path.0.1, Changes::try_from(body)?, version.0).await?;
    Ok(person(StatusCode::OK, changed))
}

fn person(status: StatusCode, registered: super::Registered) -> Response {
    let view = RegisteredPerson::from(registered);
    (status, [(header::ETAG, format!("\"{}\"", view.version))], Json(view)).into_response()
}

/// `If-Match` where it is sent: the desk may also correct a name without having read the version.
#[derive(Debug)]
struct OptionalVersion(Option<i64>);

impl<S: Send + Sync> FromRequestParts<S> for OptionalVersion {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if !parts.headers.contains_key(header::IF_MATCH) {
            return Ok(Self(None));
        }
        let IfMatch(version) = IfMatch::from_request_parts(parts, state).await?;
        Ok(Self(Some(version)))
    }
}
