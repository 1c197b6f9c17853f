//! The routes of events.

use super::disclosure::Disclosure;
use super::duplicate::{Copied, Order, duplicate};
use super::store::EventRow;
use super::{EventDraft, EventEdit};
use crate::access::{EventAdminScope, EventScope, Identity};
use crate::app::App;
use crate::extract::{IfMatch, Params, Payload, given};
use crate::openapi::Refused;
use crate::paging::{Page, PageParams};
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use mobile_core::ids::{EventId, OrganizerId};
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, edit)).routes(routes!(duplicate_event))
}

/// An event.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct EventView {
    /// The event.
    pub id: EventId,
    /// Its organizer.
    pub organizer_id: OrganizerId,
    /// Its short name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its IANA time zone.
    pub timezone: String,
    /// First day's opening.
    pub starts_at: Timestamp,
    /// Last day's closing.
    pub ends_at: Timestamp,
    /// Where it is.
    pub venue: Option<String>,
    /// What is disclosed to exhibitors, per category.
    pub disclosure: Disclosure,
    /// Rises with every change; the `ETag`.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
}

impl From<EventRow> for EventView {
    fn from(row: EventRow) -> Self {
        Self {
            id: row.id,
            organizer_id: row.organizer_id,
            slug: row.slug,
            name: row.name,
            timezone: row.timezone,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            venue: row.venue,
            disclosure: row.disclosure.0,
            version: row.version,
            created_at: row.created_at,
        }
    }
}

/// A new event.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEvent {
    /// Short name in addresses: 1 to 63 of a-z, 0-9 and -, unique on the server.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// An IANA time zone.
    #[schema(example = "Europe/Paris")]
    pub timezone: String,
    /// First day's opening.
    pub starts_at: Timestamp,
    /// Last day's closing, later than the opening.
    pub ends_at: Timestamp,
    /// Where it is.
    #[serde(default)]
    pub venue: Option<String>,
    /// What is disclosed, per category; absent: all contact fields, a scan implies consent, crew and
    /// minors disclose nothing.
    #[serde(default)]
    pub disclosure: Option<Disclosure>,
    /// Whose event it is; needed by those who manage the events of several organizers.
    #[serde(default)]
    pub organizer_id: Option<OrganizerId>,
}

/// What changes of an event; fields that are absent stay.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditEvent {
    /// Short name in addresses.
    #[serde(default)]
    pub slug: Option<String>,
    /// Its name.
    #[serde(default)]
    pub name: Option<String>,
    /// An IANA time zone.
    #[serde(default)]
    pub timezone: Option<String>,
    /// First day's opening.
    #[serde(default)]
    pub starts_at: Option<Timestamp>,
    /// Last day's closing.
    #[serde(default)]
    pub ends_at: Option<Timestamp>,
    /// Where it is; null: nowhere in particular.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub venue: Option<Option<String>>,
    /// The whole policy.
    #[serde(default)]
    pub disclosure: Option<Disclosure>,
}

/// A version as an `ETag`.
pub fn etag(version: i64) -> [(HeaderName, String); 1] {
    [(header::ETAG, format!("\"{version}\""))]
}

type Versioned = ([(HeaderName, String); 1], Json<EventView>);

fn versioned(row: EventRow) -> Versioned {
    (etag(row.version), Json(row.into()))
}

/// Lists the events of one's organizers, the latest first.
#[utoipa::path(get, path = "/events", operation_id = "list_events", tag = "events", params(PageParams),
    responses((status = 200, description = "A page of events", body = Page<EventView>),
        Refused))]
async fn list(
    State(app): State<App>,
    identity: Identity,
    Params(page): Params<PageParams>,
) -> Result<Json<Page<EventView>>, Problem> {
    Ok(Json(super::list(&app, identity.account()?, &page).await?.map(EventView::from)))
}

/// Makes an event.
#[utoipa::path(post, path = "/events", operation_id = "create_event", tag = "events", request_body = NewEvent,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes sending again safe")),
    responses((status = 201, description = "Made", body = EventView),
        Refused))]
async fn create(
    State(app): State<App>,
    identity: Identity,
    Payload(sent): Payload<NewEvent>,
) -> Result<(StatusCode, Versioned), Problem> {
    let draft = EventDraft {
        slug: sent.slug,
        name: sent.name,
        timezone: sent.timezone,
        starts_at: sent.starts_at,
        ends_at: sent.ends_at,
        venue: sent.venue,
        disclosure: sent.disclosure,
    };
    let row = super::create(&app, identity.account()?, sent.organizer_id, draft).await?;
    Ok((StatusCode::CREATED, versioned(row)))
}

/// One event.
#[utoipa::path(get, path = "/events/{event_id}", operation_id = "get_event", tag = "events",
    params(("event_id" = EventId, Path)),
    responses((status = 200, description = "The event", body = EventView),
        Refused))]
async fn get(State(app): State<App>, scope: EventScope) -> Result<Versioned, Problem> {
    Ok(versioned(super::get(&app, &scope).await?))
}

/// Changes an event. With `If-Match`, only the version that was read.
#[utoipa::path(patch, path = "/events/{event_id}", operation_id = "edit_event", tag = "events",
    params(("event_id" = EventId, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    request_body = EditEvent,
    responses((status = 200, description = "The changed event", body = EventView),
        Refused))]
async fn edit(
    State(app): State<App>,
    scope: EventAdminScope,
    version: Option<IfMatch>,
    Payload(sent): Payload<EditEvent>,
) -> Result<Versioned, Problem> {
    let edit = EventEdit {
        slug: sent.slug,
        name: sent.name,
        timezone: sent.timezone,
        starts_at: sent.starts_at,
        ends_at: sent.ends_at,
        venue: sent.venue,
        disclosure: sent.disclosure,
    };
    Ok(versioned(super::edit(&app, &scope, version.map(|version| version.0), edit).await?))
}

/// The event to make after another one.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct DuplicateEvent {
    /// Short name in addresses: unique on the server.
    slug: String,
    /// Its name.
    name: String,
    /// First day's opening.
    starts_at: Timestamp,
    /// Last day's closing.
    ends_at: Timestamp,
    /// Whether the teams come along; they are invited anew.
    #[serde(default)]
    with_teams: bool,
}

/// An event that was made after another one.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct DuplicatedEvent {
    /// The event.
    #[serde(flatten)]
    event: EventView,
    /// What came along.
    copied: Copied,
}

/// Makes an event after this one: settings, packages, exhibitors, booths, sessions and the windows of tabs, moved to
/// the new dates. Visitors, badges, phones and leads stay here, and so do the questions that exhibitors ask.
#[utoipa::path(post, path = "/events/{event_id}/duplicates", operation_id = "duplicate_event", tag = "events",
    params(("event_id" = EventId, Path)), request_body = DuplicateEvent,
    responses((status = 201, description = "Made", body = DuplicatedEvent),
        Refused))]
async fn duplicate_event(
    State(app): State<App>,
    scope: EventAdminScope,
    Payload(sent): Payload<DuplicateEvent>,
) -> Result<(StatusCode, Json<DuplicatedEvent>), Problem> {
    let order = Order {
        slug: sent.slug,
        name: sent.name,
        starts_at: sent.starts_at,
        ends_at: sent.ends_at,
        with_teams: sent.with_teams,
    };
    let (row, copied) = duplicate(&app, &scope, order).await?;
    Ok((StatusCode::CREATED, Json(DuplicatedEvent { event: row.into(), copied })))
}
