//! The routes of meetings for organisers and exhibitors.

use super::calendars;
use super::places::Wanted;
use super::proposals::Proposal;
use super::requests::{self, Party};
use super::store::{self, MeetingRow};
use super::view::{
    FreeParams, FreeSlots, MeetingAnswer, MeetingParams, MeetingRules, MeetingView, NewMeetingRequest, SlotTaken,
};
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
use mobile_core::ids::{EventId, ExhibitorId, MeetingId, RegistrationId, SpaceId};
use mobile_core::wire::LeadView;
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
        .merge(super::stand_api::routes())
        .merge(calendars::routes())
}

type Versioned = ([(HeaderName, String); 1], Json<MeetingView>);

/// A meeting with its attendee as the space may see them.
pub(super) async fn shown(app: &App, scope: &MeetingScope, rows: Vec<MeetingRow>) -> Result<Vec<MeetingView>, Problem> {
    of_space(app, (scope.event(), scope.space()), rows).await
}

/// The same for whoever may see these meetings of a space.
pub(super) async fn of_space(
    app: &App,
    (event, space): (EventId, SpaceId),
    rows: Vec<MeetingRow>,
) -> Result<Vec<MeetingView>, Problem> {
    let info = app.events.info(app, event).await?;
    let names = app.events.names(app, event).await?;
    let keys: Vec<_> = rows.iter().map(|row| (space, row.registration_id)).collect();
    let mut tx = app.read().await?;
    let found = leads::store::find_by(&mut tx, event, &keys, false).await?;
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
    Ok(Json(rules))
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
    store::set_rules(&mut tx, &scope, &sent).await?;
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
