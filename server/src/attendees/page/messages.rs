//! The attendee's conversations with exhibitors.

use super::{Frame, Guest, Part};
use crate::app::App;
use crate::extract::Params;
use crate::meetings::Side;
use crate::paging::PageParams;
use crate::problem::Problem;
use crate::profiles::directory;
use crate::sharing::page::said;
use crate::sharing::page::thread::{LINES, Thread};
use crate::sharing::view::{self, AttendeeConversationView};
use crate::sharing::{Party, Sharing, news, talk};
use crate::web::text::json_in_page;
use crate::web::visitor::{PagePath, PageProblem};
use crate::web::{Page, Shell};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use mobile_core::ids::{ConversationId, ExhibitorId, RegistrationId};
use serde_json::json;
use std::time::Duration;

/// Conversations on a page; nobody has more.
const ROWS: u32 = 200;

/// A conversation in the list.
struct Row {
    href: String,
    exhibitor: String,
    members: String,
    state: &'static str,
    is_urgent: bool,
    is_blocked: bool,
    last: String,
    unread: i64,
}

impl Row {
    fn of(one: &AttendeeConversationView, frame: &Frame) -> Self {
        let (state, is_urgent) = said(one.sharing, Side::Attendee);
        let names: Vec<&str> = one.members.iter().map(|member| member.name.as_str()).collect();
        Self {
            href: format!("{}/messages/{}", frame.area, one.id),
            exhibitor: one.exhibitor.clone(),
            members: names.join(", "),
            state,
            is_urgent,
            is_blocked: one.is_blocked,
            last: one.last_message_at.map(|at| frame.zone.ago(at, frame.now)).unwrap_or_default(),
            unread: one.unread,
        }
    }
}

#[derive(Template)]
#[template(path = "attendees/messages.html")]
struct MessagesPage {
    shell: Shell,
    frame: Frame,
    rows: Vec<Row>,
    data: String,
}

/// What the module waits for news with.
async fn waiting(app: &App, frame: &Frame, scope: &crate::access::AttendeeScope) -> Result<String, Problem> {
    let state = news::wait(app, scope, None, Duration::ZERO).await?.state;
    Ok(json_in_page(&json!({"news": format!("{}/news", frame.api), "state": state})))
}

pub(super) async fn list(
    guest: Guest,
    State(app): State<App>,
    PagePath(id): PagePath<RegistrationId>,
) -> Result<impl IntoResponse, PageProblem> {
    let (frame, scope) = Frame::open(&app, &guest, id, Part::Messages).await?;
    let data = waiting(&app, &frame, &scope).await?;
    let party = Party::from(&scope);
    let page = PageParams { limit: Some(ROWS), cursor: None };
    let found = talk::list(&app, &party, None, &page).await?.items;
    let rows = view::to_attendee(&app, &party, found).await?;
    Ok(Page(MessagesPage {
        shell: frame.shell("menu-messages").running("page live manage"),
        rows: rows.iter().map(|row| Row::of(row, &frame)).collect(),
        data,
        frame,
    }))
}

#[derive(Template)]
#[template(path = "attendees/message.html")]
struct OnePage {
    shell: Shell,
    frame: Frame,
    exhibitor: String,
    members: String,
    state: &'static str,
    is_urgent: bool,
    can_share: bool,
    can_refuse: bool,
    can_withdraw: bool,
    is_blocked: bool,
    profile: String,
    thread: Thread,
    api: String,
    data: String,
}

pub(super) async fn one(
    guest: Guest,
    State(app): State<App>,
    PagePath((id, conversation)): PagePath<(RegistrationId, ConversationId)>,
    Params(asked): Params<PageParams>,
) -> Result<impl IntoResponse, PageProblem> {
    let (frame, scope) = Frame::open(&app, &guest, id, Part::Messages).await?;
    let data = waiting(&app, &frame, &scope).await?;
    let party = Party::from(&scope);
    let row = talk::get(&app, &party, conversation).await?;
    let here = format!("{}/messages/{conversation}", frame.area);
    let api = format!("{}/conversations/{conversation}", frame.api);
    let page = PageParams { limit: Some(LINES), cursor: asked.cursor };
    let found = talk::messages(&app, &party, conversation, &page).await?;
    let lines = view::messages(&app, &party, found.items).await?;
    let older = found.next_cursor.map(|cursor| format!("{here}?cursor={cursor}")).unwrap_or_default();
    let shown = view::one_to_attendee(&app, &party, row).await?;
    let thread = Thread::of(Side::Attendee, &lines, (&frame.zone, frame.now), &api, older, &shown.exhibitor);
    let (state, is_urgent) = said(shown.sharing, Side::Attendee);
    let names: Vec<&str> = shown.members.iter().map(|member| member.name.as_str()).collect();
    Ok(Page(OnePage {
        shell: frame.titled(&shown.exhibitor).running("page live manage"),
        members: names.join(", "),
        state,
        is_urgent,
        can_share: shown.sharing != Sharing::Granted,
        can_refuse: shown.sharing == Sharing::Requested,
        can_withdraw: shown.sharing == Sharing::Granted,
        is_blocked: shown.is_blocked,
        profile: frame.profile(shown.exhibitor_id),
        exhibitor: shown.exhibitor,
        thread,
        api,
        data,
        frame,
    }))
}

#[derive(Template)]
#[template(path = "attendees/write.html")]
struct WritePage {
    shell: Shell,
    frame: Frame,
    exhibitor: String,
    exhibitor_id: String,
    profile: String,
}

/// Writing to an exhibitor; where there is a conversation, that one.
pub(super) async fn new(
    guest: Guest,
    State(app): State<App>,
    PagePath((id, exhibitor)): PagePath<(RegistrationId, ExhibitorId)>,
) -> Result<Response, PageProblem> {
    let (frame, scope) = Frame::open(&app, &guest, id, Part::Messages).await?;
    let known = talk::between(&app, scope.event(), (exhibitor, scope.registration())).await?;
    if let Some(known) = known {
        return Ok(Redirect::to(&format!("{}/messages/{known}", frame.area)).into_response());
    }
    let whom = directory::exhibitor(&app, scope.event(), exhibitor).await?.ok_or_else(Problem::not_found)?;
    Ok(Page(WritePage {
        shell: frame.titled(&frame.zone.words().t("sharing-write-to").with("name", &whom.name).to_string()),
        exhibitor: whom.name,
        exhibitor_id: exhibitor.to_string(),
        profile: frame.profile(exhibitor),
        frame,
    })
    .into_response())
}
