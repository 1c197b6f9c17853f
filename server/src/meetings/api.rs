//! The routes of meetings for organisers and exhibitors.

use super::places::{FreeSlot, Wanted};
use super::requests::{self, Act, Party, Proposal};
use super::store::{self, MeetingRow};
use super::{Side, Status, calendars};
use crate::access::{EventAdminScope, EventScope, MeetingAdminScope, MeetingScope};
use crate::app::App;
use crate::events::api::etag;
use crate::extract::{IfMatch, Params, PathIds, Payload};
use crate::leads::{self, view};
use crate::openapi::Refused;
use crate::paging::{Page, PageParams};
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use mobile_core::ids::{
    EventId, ExhibitorId, MeetingId, MeetingLocationId, MeetingSlotId, RegistrationId, TeamMemberId,
};
use mobile_core::time::Timestamp;
use mobile_core::wire::LeadView;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get_rules, set_rules))
        .routes(routes!(list_free))
        .routes(routes!(list, ask))
        .routes(routes!(get))
        .routes(routes!(answer))
        .routes(routes!(invitation))
        .merge(super::places_api::routes())
        .merge(super::attendee_api::routes())
        .merge(calendars::routes())
}

/// What holds for requests at an event.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeetingRules {
    /// Hours until a request expires, 1 to 720.
    pub request_hours: i64,
    /// Requests that one exhibitor or one attendee may make in 24 hours, 1 to 10,000.
    pub daily_requests: i64,
}

/// A meeting as an exhibitor sees it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct MeetingView {
    /// The meeting.
    pub id: MeetingId,
    /// What has become of it.
    pub status: Status,
    /// Who asked first.
    pub asked_by: Side,
    /// Who has to answer.
    pub awaits: Option<Side>,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// Where.
    pub location_id: Option<MeetingLocationId>,
    /// The place's name.
    pub location: Option<String>,
    /// How to get there, or the address of an online room.
    pub address: Option<String>,
    /// The commercial contact.
    pub member_id: Option<TeamMemberId>,
    /// Their name.
    pub member: Option<String>,
    /// The attendee.
    pub registration_id: RegistrationId,
    /// The attendee as a lead, as far as disclosed; null before they agreed or asked.
    pub lead: Option<LeadView>,
    /// What was written with the request.
    pub message: Option<String>,
    /// What was written with the newest answer.
    pub answer: Option<String>,
    /// When the request expires.
    pub expires_at: Option<Timestamp>,
    /// Who called it off, or says that the other side did not come.
    pub ended_by: Option<Side>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
    /// Rises with every change; the `ETag`.
    pub version: i64,
}

impl MeetingView {
    fn of(row: MeetingRow, lead: Option<LeadView>) -> Self {
        Self {
            member: row.member(),
            id: row.id,
            status: row.status,
            asked_by: row.asked_by,
            awaits: row.awaits,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            location_id: row.location_id,
            location: row.location,
            address: row.address,
            member_id: row.member_id,
            registration_id: row.registration_id,
            lead,
            message: row.message,
            answer: row.answer,
            expires_at: row.expires_at,
            ended_by: row.ended_by,
            created_at: row.created_at,
            answered_at: row.answered_at,
            version: row.version,
        }
    }
}

/// A request for a meeting: a slot of the catalogue, or a time and perhaps a place.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMeetingRequest {
    /// Whom to meet.
    pub registration_id: RegistrationId,
    /// A slot.
    #[serde(default)]
    pub slot_id: Option<MeetingSlotId>,
    /// When it begins, without a slot: local time of the event, or with an offset.
    #[serde(default)]
    pub starts_at: Option<String>,
    /// When it ends.
    #[serde(default)]
    pub ends_at: Option<String>,
    /// Where.
    #[serde(default)]
    pub location_id: Option<MeetingLocationId>,
    /// The commercial contact who comes.
    #[serde(default)]
    pub member_id: Option<TeamMemberId>,
    /// What it is about, up to 2,000 characters.
    #[serde(default)]
    pub message: Option<String>,
}

/// What one side does with a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MeetingAction {
    /// Agrees.
    Accept,
    /// Does not want it.
    Decline,
    /// Calls it off, or takes the request back.
    Cancel,
    /// Says that the other side did not come.
    NoShow,
    /// Proposes another time or place; the other side answers.
    Move,
}

/// An answer to a request, or what becomes of a meeting.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeetingAnswer {
    /// What to do.
    pub action: MeetingAction,
    /// With `move`: a slot.
    #[serde(default)]
    pub slot_id: Option<MeetingSlotId>,
    /// With `move`: when it begins.
    #[serde(default)]
    pub starts_at: Option<String>,
    /// With `move`: when it ends.
    #[serde(default)]
    pub ends_at: Option<String>,
    /// With `move`: where.
    #[serde(default)]
    pub location_id: Option<MeetingLocationId>,
    /// The commercial contact who comes; exhibitors only.
    #[serde(default)]
    pub member_id: Option<TeamMemberId>,
    /// A word to the other side, up to 2,000 characters.
    #[serde(default)]
    pub message: Option<String>,
}

impl MeetingAnswer {
    pub(super) fn act(&self) -> Act {
        match self.action {
            MeetingAction::Accept => Act::Accept,
            MeetingAction::Decline => Act::Decline,
            MeetingAction::Cancel => Act::Cancel,
            MeetingAction::NoShow => Act::NoShow,
            MeetingAction::Move => Act::Move(Proposal {
                slot: self.slot_id,
                starts_at: self.starts_at.clone(),
                ends_at: self.ends_at.clone(),
                location: self.location_id,
                member: self.member_id,
            }),
        }
    }
}

/// The refusal of a time that is taken.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SlotTaken {
    /// `slot_taken`.
    pub code: String,
    /// What is taken, and the nearest free time.
    pub detail: String,
    /// The nearest slots that are free on both sides.
    pub free_slots: Vec<FreeSlot>,
}

/// Which meetings to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MeetingParams {
    /// `exhibitor`: those that this exhibitor asked for; `attendee`: those that it was asked for.
    #[param(inline)]
    pub asked_by: Option<Side>,
    /// Only this state.
    #[param(inline)]
    pub status: Option<Status>,
    /// Length of the page, 1 to 500.
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl MeetingParams {
    pub(super) fn parts(self) -> ((Option<Side>, Option<Status>), PageParams) {
        ((self.asked_by, self.status), PageParams { limit: self.limit, cursor: self.cursor })
    }
}

/// What free slots are looked for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FreeParams {
    /// Whose calendar must be free too.
    #[param(value_type = Option<uuid::Uuid>)]
    pub registration_id: Option<RegistrationId>,
    /// The commercial contact whose calendar must be free too.
    #[param(value_type = Option<uuid::Uuid>)]
    pub member_id: Option<TeamMemberId>,
    /// The nearest to this time first; absent: now.
    #[param(value_type = Option<String>, format = "date-time")]
    pub near: Option<Timestamp>,
    /// At most this many, 1 to 500.
    pub limit: Option<u32>,
}

/// Slots that nobody has taken.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct FreeSlots {
    /// The nearest first.
    pub items: Vec<FreeSlot>,
}

type Versioned = ([(HeaderName, String); 1], Json<MeetingView>);

/// A meeting with its attendee as the space may see them.
async fn shown(app: &App, scope: &MeetingScope, rows: Vec<MeetingRow>) -> Result<Vec<MeetingView>, Problem> {
    let info = app.events.info(app, scope.event()).await?;
    let names = app.events.names(app, scope.event()).await?;
    let keys: Vec<_> = rows.iter().map(|row| (scope.space(), row.registration_id)).collect();
    let mut tx = app.read().await?;
    let found = leads::store::find_by(&mut tx, scope.event(), &keys, false).await?;
    tx.done().await?;
    let leads: HashMap<RegistrationId, LeadView> = found
        .iter()
        .filter(|lead| !lead.is_hidden)
        .filter_map(|lead| Some((lead.registration_id?, view::render(lead, &info, &names))))
        .collect();
    let view = |row: MeetingRow| {
        let lead = leads.get(&row.registration_id).cloned();
        MeetingView::of(row, lead)
    };
    Ok(rows.into_iter().map(view).collect())
}

async fn versioned(app: &App, scope: &MeetingScope, row: MeetingRow) -> Result<Versioned, Problem> {
    let mut views = shown(app, scope, vec![row]).await?;
    let view = views.pop().ok_or_else(Problem::not_found)?;
    Ok((etag(view.version), Json(view)))
}

/// What holds for requests at the event.
#[utoipa::path(get, path = "/events/{event_id}/meeting-rules", operation_id = "get_meeting_rules", tag = "meetings",
    params(("event_id" = EventId, Path)), responses((status = 200, body = MeetingRules), Refused))]
async fn get_rules(State(app): State<App>, scope: EventScope) -> Result<Json<MeetingRules>, Problem> {
    let mut tx = app.read().await?;
    let rules = store::rules(&mut tx, scope.event()).await?;
    tx.done().await?;
    let (request_hours, daily_requests) = rules.unwrap_or((requests::REQUEST_HOURS, requests::DAILY_REQUESTS));
    Ok(Json(MeetingRules { request_hours, daily_requests }))
}

/// Sets what holds for requests at the event.
#[utoipa::path(put, path = "/events/{event_id}/meeting-rules", operation_id = "set_meeting_rules", tag = "meetings",
    params(("event_id" = EventId, Path)), request_body = MeetingRules,
    responses((status = 200, body = MeetingRules), Refused))]
async fn set_rules(
    State(app): State<App>,
    scope: EventAdminScope,
    Payload(sent): Payload<MeetingRules>,
) -> Result<Json<MeetingRules>, Problem> {
    let mut wrong = crate::fields::Fields::default();
    if !(1..=720).contains(&sent.request_hours) {
        wrong.wrong("/request_hours", "must be from 1 to 720");
    }
    if !(1..=10_000).contains(&sent.daily_requests) {
        wrong.wrong("/daily_requests", "must be from 1 to 10000");
    }
    wrong.done(Some(()))?;
    let mut tx = app.write().await?;
    store::set_rules(&mut tx, &scope, (sent.request_hours, sent.daily_requests)).await?;
    tx.commit(&app.hub).await?;
    Ok(Json(sent))
}

/// Lists slots at which an exhibitor can still be met, the nearest first.
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/free-slots", operation_id = "list_free_slots", tag = "meetings",
    params(("exhibitor_id" = ExhibitorId, Path), FreeParams), responses((status = 200, body = FreeSlots), Refused))]
async fn list_free(
    State(app): State<App>,
    scope: MeetingScope,
    Params(params): Params<FreeParams>,
) -> Result<Json<FreeSlots>, Problem> {
    let limit = PageParams { limit: params.limit, cursor: None }.limit()?;
    let from = app.now();
    let wanted = Wanted {
        exhibitor: scope.exhibitor(),
        registration: params.registration_id,
        member: params.member_id,
        from,
        near: params.near.unwrap_or(from),
    };
    Ok(Json(FreeSlots { items: requests::free(&app, &Party::from(&scope), wanted, limit).await? }))
}

/// Lists an exhibitor's meetings by their times.
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/meetings", operation_id = "list_meetings", tag = "meetings",
    params(("exhibitor_id" = ExhibitorId, Path), MeetingParams),
    responses((status = 200, description = "A page of meetings", body = Page<MeetingView>), Refused))]
async fn list(
    State(app): State<App>,
    scope: MeetingScope,
    Params(params): Params<MeetingParams>,
) -> Result<Json<Page<MeetingView>>, Problem> {
    let (narrowed, page) = params.parts();
    let found = requests::list(&app, &Party::from(&scope), narrowed, &page).await?;
    let items = shown(&app, &scope, found.items).await?;
    Ok(Json(Page { items, next_cursor: found.next_cursor, seq: found.seq }))
}

/// Asks an attendee for a meeting.
#[utoipa::path(post, path = "/exhibitors/{exhibitor_id}/meetings", operation_id = "ask_for_meeting", tag = "meetings",
    params(("exhibitor_id" = ExhibitorId, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes sending again safe")),
    request_body = NewMeetingRequest,
    responses((status = 201, description = "Asked", body = MeetingView),
        (status = 409, description = "The time is taken", body = SlotTaken, content_type = "application/problem+json"),
        Refused))]
async fn ask(
    State(app): State<App>,
    scope: MeetingAdminScope,
    Payload(sent): Payload<NewMeetingRequest>,
) -> Result<(StatusCode, Versioned), Problem> {
    let proposal = Proposal {
        slot: sent.slot_id,
        starts_at: sent.starts_at,
        ends_at: sent.ends_at,
        location: sent.location_id,
        member: sent.member_id,
    };
    let who = (scope.exhibitor(), sent.registration_id);
    let row = requests::ask(&app, &Party::from(&scope), who, &proposal, sent.message.as_deref()).await?;
    Ok((StatusCode::CREATED, versioned(&app, &scope.reading(), row).await?))
}

/// One meeting.
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/meetings/{meeting_id}", operation_id = "get_meeting",
    tag = "meetings", params(("exhibitor_id" = ExhibitorId, Path), ("meeting_id" = MeetingId, Path)),
    responses((status = 200, description = "The meeting", body = MeetingView), Refused))]
async fn get(
    State(app): State<App>,
    scope: MeetingScope,
    ids: PathIds<(ExhibitorId, MeetingId)>,
) -> Result<Versioned, Problem> {
    let row = requests::get(&app, &Party::from(&scope), ids.0.1).await?;
    versioned(&app, &scope, row).await
}

/// Answers a request, moves a meeting or calls it off. With `If-Match`, only the version that was read.
#[utoipa::path(post, path = "/exhibitors/{exhibitor_id}/meetings/{meeting_id}/answer", operation_id = "answer_meeting",
    tag = "meetings", params(("exhibitor_id" = ExhibitorId, Path), ("meeting_id" = MeetingId, Path),
        ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    request_body = MeetingAnswer,
    responses((status = 200, description = "The meeting as it is now", body = MeetingView),
        (status = 409, description = "The time is taken", body = SlotTaken, content_type = "application/problem+json"),
        Refused))]
async fn answer(
    State(app): State<App>,
    scope: MeetingAdminScope,
    ids: PathIds<(ExhibitorId, MeetingId)>,
    version: Option<IfMatch>,
    Payload(sent): Payload<MeetingAnswer>,
) -> Result<Versioned, Problem> {
    let version = version.map(|version| version.0);
    let more = (sent.member_id, sent.message.as_deref());
    let row = requests::act(&app, &Party::from(&scope), ids.0.1, version, &sent.act(), more).await?;
    versioned(&app, &scope.reading(), row).await
}

/// A meeting as an invitation for calendars; one that is off as its cancellation.
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/meetings/{meeting_id}/invitation.ics",
    operation_id = "get_meeting_invitation", tag = "meetings",
    params(("exhibitor_id" = ExhibitorId, Path), ("meeting_id" = MeetingId, Path)),
    responses((status = 200, description = "iCalendar", body = String, content_type = "text/calendar"), Refused))]
async fn invitation(
    State(app): State<App>,
    scope: MeetingScope,
    ids: PathIds<(ExhibitorId, MeetingId)>,
) -> Result<([(HeaderName, String); 2], String), Problem> {
    let row = requests::get(&app, &Party::from(&scope), ids.0.1).await?;
    let (method, text) = calendars::invitation(&app, &row).await?;
    let kind = format!("text/calendar; charset=utf-8; method={}", method.as_str());
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store".to_owned())], text))
}
