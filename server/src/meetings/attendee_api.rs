//! The attendee's side of meetings.
//!
//! Attendees sign in by a link that is mailed to them; a link of the desk opens the same for an hour.

use super::places::Wanted;
use super::proposals::Proposal;
use super::requests::{self, Party};
use super::store::MeetingRow;
use super::view::{FreeSlots, MeetingAnswer, MeetingParams, SlotTaken};
use super::{Side, Status};
use crate::access::AttendeeScope;
use crate::app::App;
use crate::events::api::etag;
use crate::extract::{Params, PathIds, Payload};
use crate::openapi::Refused;
use crate::paging::{Page, PageParams};
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode};
use mobile_core::ids::{ExhibitorId, MeetingId, MeetingLocationId, MeetingSlotId, TeamMemberId};
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, ask)).routes(routes!(answer)).routes(routes!(list_free))
}

/// A meeting as its attendee sees it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct AttendeeMeetingView {
    /// The meeting.
    id: MeetingId,
    /// The exhibitor.
    exhibitor_id: ExhibitorId,
    /// Its name.
    exhibitor: String,
    /// What has become of it.
    status: Status,
    /// Who asked first.
    asked_by: Side,
    /// Who has to answer.
    awaits: Option<Side>,
    /// When it begins.
    starts_at: Timestamp,
    /// When it ends.
    ends_at: Timestamp,
    /// The place's name.
    location: Option<String>,
    /// How to get there, or the address of an online room.
    address: Option<String>,
    /// The commercial contact.
    member: Option<String>,
    /// What was written with the request.
    message: Option<String>,
    /// What was written with the newest answer.
    answer: Option<String>,
    /// When the request expires.
    expires_at: Option<Timestamp>,
    /// Rises with every change; the `ETag`.
    version: i64,
}

impl From<MeetingRow> for AttendeeMeetingView {
    fn from(row: MeetingRow) -> Self {
        Self {
            member: row.member(),
            id: row.id,
            exhibitor_id: row.exhibitor_id,
            exhibitor: row.exhibitor,
            status: row.status,
            asked_by: row.asked_by,
            awaits: row.awaits,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            location: row.location,
            address: row.address,
            message: row.message,
            answer: row.answer,
            expires_at: row.expires_at,
            version: row.version,
        }
    }
}

/// An attendee's request: a slot of the catalogue, or a time and perhaps a place.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAttendeeRequest {
    /// Whom to meet.
    exhibitor_id: ExhibitorId,
    /// A slot.
    #[serde(default)]
    slot_id: Option<MeetingSlotId>,
    /// When it begins, without a slot: local time of the event, or with an offset.
    #[serde(default)]
    starts_at: Option<String>,
    /// When it ends.
    #[serde(default)]
    ends_at: Option<String>,
    /// Where.
    #[serde(default)]
    location_id: Option<MeetingLocationId>,
    /// The commercial contact to be met.
    #[serde(default)]
    member_id: Option<TeamMemberId>,
    /// What it is about, up to 2,000 characters.
    #[serde(default)]
    message: Option<String>,
}

/// Which free slots an attendee looks for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AttendeeFreeParams {
    /// Whom to meet.
    #[param(value_type = uuid::Uuid)]
    exhibitor_id: ExhibitorId,
    /// The nearest to this time first; absent: now.
    #[param(value_type = Option<String>, format = "date-time")]
    near: Option<Timestamp>,
    /// At most this many, 1 to 500.
    limit: Option<u32>,
}

type Versioned = ([(HeaderName, String); 1], Json<AttendeeMeetingView>);

fn versioned(row: MeetingRow) -> Versioned {
    (etag(row.version), Json(row.into()))
}

/// Lists an attendee's meetings by their times.
#[utoipa::path(get, path = "/attendee/{token}/meetings", operation_id = "list_attendee_meetings", tag = "meetings",
    params(("token" = String, Path), MeetingParams),
    responses((status = 200, description = "A page of meetings", body = Page<AttendeeMeetingView>), Refused))]
async fn list(
    State(app): State<App>,
    scope: AttendeeScope,
    Params(params): Params<MeetingParams>,
) -> Result<Json<Page<AttendeeMeetingView>>, Problem> {
    let (narrowed, page) = params.parts();
    let found = requests::list(&app, &Party::from(&scope), narrowed, &page).await?;
    Ok(Json(found.map(AttendeeMeetingView::from)))
}

/// Asks an exhibitor for a meeting, which tells it who asks.
#[utoipa::path(post, path = "/attendee/{token}/meetings", operation_id = "ask_exhibitor_for_meeting", tag = "meetings",
    params(("token" = String, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes sending again safe")),
    request_body = NewAttendeeRequest,
    responses((status = 201, description = "Asked", body = AttendeeMeetingView),
        (status = 409, description = "The time is taken", body = SlotTaken, content_type = "application/problem+json"),
        Refused))]
async fn ask(
    State(app): State<App>,
    scope: AttendeeScope,
    Payload(sent): Payload<NewAttendeeRequest>,
) -> Result<(StatusCode, Versioned), Problem> {
    let proposal = Proposal {
        slot: sent.slot_id,
        starts_at: sent.starts_at,
        ends_at: sent.ends_at,
        location: sent.location_id,
        member: sent.member_id,
    };
    let who = (sent.exhibitor_id, scope.registration());
    let row = requests::ask(&app, &Party::from(&scope), who, &proposal, sent.message.as_deref()).await?;
    Ok((StatusCode::CREATED, versioned(row)))
}

/// Answers a request, moves a meeting or calls it off, as the attendee.
#[utoipa::path(post, path = "/attendee/{token}/meetings/{meeting_id}/answer", operation_id = "answer_attendee_meeting",
    tag = "meetings", params(("token" = String, Path), ("meeting_id" = MeetingId, Path)), request_body = MeetingAnswer,
    responses((status = 200, description = "The meeting as it is now", body = AttendeeMeetingView),
        (status = 409, description = "The time is taken", body = SlotTaken, content_type = "application/problem+json"),
        Refused))]
async fn answer(
    State(app): State<App>,
    scope: AttendeeScope,
    ids: PathIds<(String, MeetingId)>,
    Payload(sent): Payload<MeetingAnswer>,
) -> Result<Versioned, Problem> {
    if sent.member_id.is_some() {
        return Err(Problem::field("/member_id", "is for the exhibitor to say"));
    }
    let more = (None, sent.message.as_deref());
    Ok(versioned(requests::act(&app, &Party::from(&scope), ids.0.1, None, &sent.act(), more).await?))
}

/// Lists slots at which this attendee can meet an exhibitor, the nearest first.
#[utoipa::path(get, path = "/attendee/{token}/free-slots", operation_id = "list_attendee_free_slots", tag = "meetings",
    params(("token" = String, Path), AttendeeFreeParams), responses((status = 200, body = FreeSlots), Refused))]
async fn list_free(
    State(app): State<App>,
    scope: AttendeeScope,
    Params(params): Params<AttendeeFreeParams>,
) -> Result<Json<FreeSlots>, Problem> {
    let limit = PageParams { limit: params.limit, cursor: None }.limit()?;
    let from = app.now();
    let wanted = Wanted {
        exhibitor: params.exhibitor_id,
        registration: Some(scope.registration()),
        member: None,
        from,
        near: params.near.unwrap_or(from),
    };
    Ok(Json(FreeSlots { items: requests::free(&app, &Party::from(&scope), wanted, limit).await? }))
}
