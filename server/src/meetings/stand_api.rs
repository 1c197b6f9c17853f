//! The meetings that an attendee has as a commercial contact of exhibitors, managed from the attendee area
//! where the organiser allows it. It opens nothing of the exhibitors' spaces: of whom they meet, contacts
//! see who it is, as far as the space may.

use super::requests::{self, Party};
use super::store::MeetingRow;
use super::view::{MeetingAnswer, MeetingView, SlotTaken};
use super::{Side, Status, api};
use crate::access::{Stand, StandScope};
use crate::app::App;
use crate::events::api::etag;
use crate::extract::{IfMatch, PathIds, Payload};
use crate::openapi::Refused;
use crate::paging::PageParams;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderName;
use mobile_core::capture::ContactField;
use mobile_core::ids::{ExhibitorId, MeetingId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Meetings of one stand in an answer; nobody has more.
const ROWS: u32 = 500;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(answer))
}

/// A meeting as the commercial contact whose it is sees it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct StandMeetingView {
    /// The meeting.
    pub id: MeetingId,
    /// For whom.
    pub exhibitor_id: ExhibitorId,
    /// Its name.
    pub exhibitor: String,
    /// Whom they meet; null before they agreed or asked, and where nothing is disclosed.
    pub who: Option<String>,
    /// Their position and company, as far as disclosed.
    pub about: Option<String>,
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
    /// The place's name.
    pub location: Option<String>,
    /// What was written with the request.
    pub message: Option<String>,
    /// What was written with the newest answer.
    pub answer: Option<String>,
    /// Rises with every change; the `ETag`.
    pub version: i64,
}

impl StandMeetingView {
    fn of(exhibitor_id: ExhibitorId, exhibitor: String, meeting: MeetingView) -> Self {
        let person = meeting.lead.and_then(|lead| lead.registration);
        let text = |fields: &[ContactField], by: &str| {
            let known = person.as_ref().map(|person| &person.contact)?;
            let parts: Vec<&str> = fields.iter().filter_map(|field| known.get(*field)).collect();
            Some(parts.join(by)).filter(|text| !text.is_empty())
        };
        Self {
            who: text(&[ContactField::FirstName, ContactField::LastName], " "),
            about: text(&[ContactField::JobTitle, ContactField::Company], " · "),
            id: meeting.id,
            exhibitor_id,
            exhibitor,
            status: meeting.status,
            asked_by: meeting.asked_by,
            awaits: meeting.awaits,
            starts_at: meeting.starts_at,
            ends_at: meeting.ends_at,
            location: meeting.location,
            message: meeting.message,
            answer: meeting.answer,
            version: meeting.version,
        }
    }
}

/// A contact's meetings in the order of their times.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct StandMeetings {
    items: Vec<StandMeetingView>,
}

/// Meetings of one stand as its contact sees them.
async fn shown(app: &App, stand: &Stand, rows: Vec<MeetingRow>) -> Result<Vec<StandMeetingView>, Problem> {
    let names: Vec<String> = rows.iter().map(|row| row.exhibitor.clone()).collect();
    let views = api::of_space(app, (stand.event(), stand.exhibitor().into()), rows).await?;
    Ok(views.into_iter().zip(names).map(|(view, name)| StandMeetingView::of(stand.exhibitor(), name, view)).collect())
}

/// All meetings of a contact, with their rows, in the order of their times.
pub async fn meetings(app: &App, scope: &StandScope) -> Result<Vec<(MeetingRow, StandMeetingView)>, Problem> {
    let page = PageParams { limit: Some(ROWS), cursor: None };
    let mut found = Vec::new();
    for stand in scope.stands() {
        let rows = requests::list(app, &Party::from(stand), (None, None), &page).await?.items;
        let views = shown(app, stand, rows.clone()).await?;
        found.extend(rows.into_iter().zip(views));
    }
    found.sort_by_key(|(row, _)| (row.starts_at, row.id));
    Ok(found)
}

/// Lists the meetings that an attendee has as a commercial contact, of all exhibitors that they serve.
#[utoipa::path(get, path = "/attendee/{token}/stand-meetings", operation_id = "list_stand_meetings", tag = "meetings",
    params(("token" = String, Path)),
    responses((status = 200, description = "The meetings", body = StandMeetings), Refused))]
async fn list(State(app): State<App>, scope: StandScope) -> Result<Json<StandMeetings>, Problem> {
    let items = meetings(&app, &scope).await?.into_iter().map(|(_, view)| view).collect();
    Ok(Json(StandMeetings { items }))
}

/// Answers a request, moves a meeting or calls it off, as the commercial contact whose it is.
#[utoipa::path(post, path = "/attendee/{token}/stand-meetings/{meeting_id}/answer",
    operation_id = "answer_stand_meeting", tag = "meetings",
    params(("token" = String, Path), ("meeting_id" = MeetingId, Path),
        ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    request_body = MeetingAnswer,
    responses((status = 200, description = "The meeting as it is now", body = StandMeetingView),
        (status = 409, description = "The time is taken", body = SlotTaken, content_type = "application/problem+json"),
        Refused))]
async fn answer(
    State(app): State<App>,
    scope: StandScope,
    ids: PathIds<(String, MeetingId)>,
    version: Option<IfMatch>,
    Payload(sent): Payload<MeetingAnswer>,
) -> Result<([(HeaderName, String); 1], Json<StandMeetingView>), Problem> {
    if sent.member_id.is_some() {
        return Err(Problem::field("/member_id", "is for an admin of the space to say"));
    }
    let version = version.map(|version| version.0);
    for stand in scope.stands() {
        let party = Party::from(stand);
        match requests::act(&app, &party, ids.0.1, version, &sent.act(), (None, sent.message.as_deref())).await {
            // Of another exhibitor that they serve, or of nobody.
            Err(problem) if problem.reason() == Reason::NotFound => {}
            Err(problem) => return Err(problem),
            Ok(row) => {
                let view = shown(&app, stand, vec![row]).await?.pop().ok_or_else(Problem::not_found)?;
                return Ok((etag(view.version), Json(view)));
            }
        }
    }
    Err(Problem::not_found())
}
