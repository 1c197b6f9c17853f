//! The routes of attendance: who was inside, corrections at the desk, and what exhibitors see of it.

use super::Programme;
use super::attendance::corrections::{self, Correction};
use super::attendance::fold::{Direction, minutes};
use super::attendance::lists::{self, AttendedRow};
use super::attendance::store::{self, MarkRow};
use crate::access::{DeskScope, EventScope, OwnSessionScope};
use crate::app::App;
use crate::audit;
use crate::events::when::{self, ShowDay};
use crate::extract::{Params, PathIds, Payload};
use crate::feed;
use crate::leads::{self, view};
use crate::openapi::Refused;
use crate::paging::{Page, PageParams};
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use mobile_core::ids::{AccountId, DeviceId, EventId, ExhibitorId, RegistrationId, SessionId};
use mobile_core::time::Timestamp;
use mobile_core::wire::LeadView;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(present))
        .routes(routes!(list, correct))
        .routes(routes!(marks))
        .routes(routes!(annul))
        .routes(routes!(attendees))
}

/// Somebody who was inside.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct AttendedView {
    /// Who.
    registration_id: RegistrationId,
    /// Their name.
    name: String,
    /// Their category.
    category: String,
    /// Whether they came in today and have not left.
    is_inside: bool,
    /// The first entry.
    first_in_at: Timestamp,
    /// The last one.
    last_in_at: Timestamp,
    /// When they left last.
    last_out_at: Option<Timestamp>,
    /// Minutes inside in all, as far as leaving was seen.
    minutes: i64,
}

impl AttendedView {
    fn of(row: AttendedRow, today: ShowDay) -> Self {
        Self {
            registration_id: row.registration_id,
            name: row.contact.full_name(),
            category: row.category,
            is_inside: row.is_inside && row.last_in_at >= today.since,
            first_in_at: row.first_in_at,
            last_in_at: row.last_in_at,
            last_out_at: row.last_out_at,
            minutes: minutes(row.dwell_us),
        }
    }
}

/// A check-in or check-out.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = AttendanceMark)]
struct MarkView {
    /// The capture, or the correction.
    id: Uuid,
    /// Into the session, or out of it.
    direction: Direction,
    /// When.
    at: Timestamp,
    /// What the rules said against it, as a reason's code.
    verdict: Option<String>,
    /// Whether the person went through.
    counts: bool,
    /// Whether the door decided by itself, having no network.
    is_let_in: bool,
    /// Why a supervisor let the person in against the verdict.
    #[serde(rename = "override")]
    overrides: Option<String>,
    /// The door; null for corrections.
    device_id: Option<DeviceId>,
    /// Who stood at it, as free text.
    operator: Option<String>,
    /// Who made the correction.
    account_id: Option<AccountId>,
    /// Their name.
    author: Option<String>,
    /// Why it was corrected.
    note: Option<String>,
    /// When it was taken back.
    annulled_at: Option<Timestamp>,
}

impl From<MarkRow> for MarkView {
    fn from(row: MarkRow) -> Self {
        Self {
            counts: row.counts(),
            id: row.id,
            direction: row.direction,
            at: row.at,
            verdict: row.verdict,
            is_let_in: row.is_let_in,
            overrides: row.override_note,
            device_id: row.device_id,
            operator: row.operator,
            account_id: row.account_id,
            author: row.author,
            note: row.note,
            annulled_at: row.annulled_at,
        }
    }
}

/// A person's check-ins and check-outs at one session.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = AttendanceMarks)]
struct Marks {
    /// In the order in which they count.
    items: Vec<MarkView>,
    /// The head of the feed read before the list.
    seq: u64,
}

/// A check-in or check-out that no door saw.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AttendanceCorrection)]
struct NewCorrection {
    /// Whom it is about.
    registration_id: RegistrationId,
    /// Into the session, or out of it.
    direction: Direction,
    /// When it happened: local time of the event, or with an offset; absent: now.
    #[serde(default)]
    at: Option<String>,
    /// Why it is corrected.
    note: String,
}

/// People present on a local day of the event, which goes on until four in the morning.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PresentDay {
    /// The day.
    #[schema(example = "2026-11-22")]
    day: String,
    /// Everybody whose first entry of the day was seen.
    people: i64,
}

/// How many people were there.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Present {
    /// Each local day with an entry.
    days: Vec<PresentDay>,
    /// The head of the feed read before.
    seq: u64,
}

/// Somebody who attended an exhibitor's session, as the exhibitor may see them.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct AttendeeView {
    /// The first entry.
    pub(super) first_in_at: Timestamp,
    /// When they left last.
    last_out_at: Option<Timestamp>,
    /// Minutes inside in all, as far as leaving was seen.
    pub(super) minutes: i64,
    /// The person as a lead; null when the space may not see this lead.
    pub(super) lead: Option<LeadView>,
}

/// How many people were present on each local day of the event.
#[utoipa::path(get, path = "/events/{event_id}/presence", operation_id = "get_presence", tag = "sessions",
    params(("event_id" = EventId, Path)), responses((status = 200, body = Present), Refused))]
async fn present(State(app): State<App>, scope: EventScope) -> Result<Json<Present>, Problem> {
    let mut tx = app.read().await?;
    let seq = feed::store::head(&mut tx, scope.event()).await?;
    let days = lists::days(&mut tx, scope.event()).await?;
    tx.done().await?;
    let days = days.into_iter().map(|(day, people)| PresentDay { day, people }).collect();
    Ok(Json(Present { days, seq }))
}

/// Lists who was inside a session.
#[utoipa::path(get, path = "/events/{event_id}/sessions/{session_id}/attendance", operation_id = "list_attendance",
    tag = "sessions", params(("event_id" = EventId, Path), ("session_id" = SessionId, Path), PageParams),
    responses((status = 200, description = "A page of people", body = Page<AttendedView>), Refused))]
async fn list(
    State(app): State<App>,
    scope: DeskScope,
    ids: PathIds<(EventId, SessionId)>,
    Params(page): Params<PageParams>,
) -> Result<Json<Page<AttendedView>>, Problem> {
    let (limit, after) = (page.limit()?, page.after::<RegistrationId>()?);
    let today = ShowDay::of(app.now(), &app.events.info(&app, scope.event()).await?.zone());
    let mut tx = app.read().await?;
    let seq = feed::store::head(&mut tx, scope.event()).await?;
    super::store::find(&mut tx, &Programme::from(&*scope), ids.0.1).await?.ok_or_else(Problem::not_found)?;
    let rows = lists::attended(&mut tx, scope.event(), ids.0.1, after, limit + 1).await?;
    tx.done().await?;
    audit::read_people(&app, &scope, rows.len().min(limit)).await?;
    Ok(Json(Page::of(rows, limit, seq, |row| row.registration_id).map(|row| AttendedView::of(row, today))))
}

/// Adds a check-in or check-out that no door saw. It counts whatever the rules say, with its author.
#[utoipa::path(post, path = "/events/{event_id}/sessions/{session_id}/attendance", operation_id = "correct_attendance",
    tag = "sessions", params(("event_id" = EventId, Path), ("session_id" = SessionId, Path)),
    request_body = NewCorrection,
    responses((status = 201, description = "Added", body = MarkView), Refused))]
async fn correct(
    State(app): State<App>,
    scope: DeskScope,
    ids: PathIds<(EventId, SessionId)>,
    Payload(sent): Payload<NewCorrection>,
) -> Result<(StatusCode, Json<MarkView>), Problem> {
    let zone = app.events.info(&app, scope.event()).await?.zone();
    let at = match sent.at {
        None => app.now(),
        Some(text) => when::moment(&text, &zone).map_err(|error| Problem::field("/at", error))?,
    };
    let correction = Correction { registration: sent.registration_id, direction: sent.direction, at, note: sent.note };
    let mark = corrections::correct(&app, &scope, ids.0.1, &correction).await?;
    Ok((StatusCode::CREATED, Json(mark.into())))
}

/// A person's check-ins and check-outs at a session, those taken back too.
#[utoipa::path(get, path = "/events/{event_id}/sessions/{session_id}/attendance/{registration_id}",
    operation_id = "list_attendance_marks", tag = "sessions",
    params(("event_id" = EventId, Path), ("session_id" = SessionId, Path), ("registration_id" = RegistrationId, Path)),
    responses((status = 200, body = Marks), Refused))]
async fn marks(
    State(app): State<App>,
    scope: DeskScope,
    ids: PathIds<(EventId, SessionId, RegistrationId)>,
) -> Result<Json<Marks>, Problem> {
    let PathIds((_, session, person)) = ids;
    let mut tx = app.read().await?;
    let seq = feed::store::head(&mut tx, scope.event()).await?;
    super::store::find(&mut tx, &Programme::from(&*scope), session).await?.ok_or_else(Problem::not_found)?;
    store::person(&mut tx, scope.event(), person).await?.ok_or_else(Problem::not_found)?;
    let rows = store::marks(&mut tx, scope.event(), session, person).await?;
    tx.done().await?;
    Ok(Json(Marks { items: rows.into_iter().map(MarkView::from).collect(), seq }))
}

/// Takes a check-in or check-out back; it stays in the log with who took it back.
#[utoipa::path(delete, path = "/events/{event_id}/sessions/{session_id}/marks/{mark_id}",
    operation_id = "annul_attendance_mark", tag = "sessions",
    params(("event_id" = EventId, Path), ("session_id" = SessionId, Path), ("mark_id" = Uuid, Path)),
    responses((status = 204, description = "Taken back"), Refused))]
async fn annul(
    State(app): State<App>,
    scope: DeskScope,
    ids: PathIds<(EventId, SessionId, Uuid)>,
) -> Result<StatusCode, Problem> {
    let PathIds((_, session, mark)) = ids;
    corrections::annul(&app, &scope, session, mark).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists who attended an exhibitor's session, as the event's policy discloses them.
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/sessions/{session_id}/attendees",
    operation_id = "list_session_attendees", tag = "sessions",
    params(("exhibitor_id" = ExhibitorId, Path), ("session_id" = SessionId, Path), PageParams),
    responses((status = 200, description = "A page of people", body = Page<AttendeeView>), Refused))]
async fn attendees(
    State(app): State<App>,
    scope: OwnSessionScope,
    ids: PathIds<(ExhibitorId, SessionId)>,
    Params(page): Params<PageParams>,
) -> Result<Json<Page<AttendeeView>>, Problem> {
    Ok(Json(attendees_of(&app, &scope, ids.0.1, &page).await?))
}

/// Who attended an exhibitor's session, as the space may see them.
pub(super) async fn attendees_of(
    app: &App,
    scope: &OwnSessionScope,
    session: SessionId,
    page: &PageParams,
) -> Result<Page<AttendeeView>, Problem> {
    audit::read(app, scope, "list").await?;
    let (limit, after) = (page.limit()?, page.after::<RegistrationId>()?);
    let info = app.events.info(app, scope.event()).await?;
    let names = app.events.names(app, scope.event()).await?;
    let mut tx = app.read().await?;
    let seq = feed::store::head(&mut tx, scope.event()).await?;
    super::store::find(&mut tx, &Programme::from(scope), session).await?.ok_or_else(Problem::not_found)?;
    let rows = lists::attended(&mut tx, scope.event(), session, after, limit + 1).await?;
    let keys: Vec<_> = rows.iter().map(|row| (scope.space(), row.registration_id)).collect();
    let leads = leads::store::find_by(&mut tx, scope.event(), &keys, false).await?;
    tx.done().await?;
    let shown: HashMap<RegistrationId, LeadView> = leads
        .iter()
        .filter(|lead| !lead.is_hidden && view::is_visible(lead, scope.sees()))
        .filter_map(|lead| Some((lead.registration_id?, view::render_for(lead, &info, &names, scope))))
        .collect();
    let shown = |row: AttendedRow| AttendeeView {
        first_in_at: row.first_in_at,
        last_out_at: row.last_out_at,
        minutes: minutes(row.dwell_us),
        lead: shown.get(&row.registration_id).cloned(),
    };
    Ok(Page::of(rows, limit, seq, |row| row.registration_id).map(shown))
}
