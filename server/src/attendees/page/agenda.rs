//! The attendee's agenda of sessions and meetings, the sessions to sign up for, and asking an exhibitor
//! for a meeting or for another time.

use super::{Frame, Guest, Part};
use crate::access::{AttendeeScope, StandScope};
use crate::app::App;
use crate::attendees::store;
use crate::meetings::page::Mover;
use crate::meetings::places::Wanted;
use crate::meetings::requests::{self, Party};
use crate::meetings::stand_api::{self, StandMeetingView};
use crate::meetings::store::MeetingRow;
use crate::meetings::turn::Turn;
use crate::meetings::when::{SLOTS, When, soon};
use crate::meetings::{Side, Status};
use crate::paging::PageParams;
use crate::problem::Problem;
use crate::profiles::directory;
use crate::sessions::rules::{self, SessionRules};
use crate::sessions::store::SessionRow;
use crate::sessions::{self, Programme, Signup};
use crate::web::text::{dotted, json_in_page};
use crate::web::visitor::{PagePath, PageProblem};
use crate::web::{Page, Shell};
use crate::words::Words;
use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;
use mobile_core::ids::{ExhibitorId, MeetingId, RegistrationId};
use mobile_core::time::Timestamp;
use serde_json::json;
use std::collections::HashMap;

/// Sessions and meetings on a page; nobody's agenda is longer.
const ROWS: u32 = 500;

/// Something of the agenda.
struct Item {
    time: String,
    title: String,
    /// The exhibitor's profile; empty for sessions.
    profile: String,
    place: String,
    state: &'static str,
    is_urgent: bool,
    is_off: bool,
    words: Vec<String>,
    /// The operation that answers a meeting; empty for sessions.
    answer: String,
    turn: Turn,
    /// Where another time is proposed.
    other_time: String,
    /// The operation that gives a session's place back; empty for meetings.
    leave: String,
    /// What the form that moves a meeting at one's own stand begins with; empty for others.
    fill: String,
}

/// The things of one day.
struct Day {
    name: String,
    items: Vec<Item>,
}

/// What has become of a meeting, for one side of it.
fn state(row: &MeetingRow, side: Side) -> &'static str {
    match row.status {
        Status::Pending if row.awaits == Some(side) => "attendees-asks-you",
        Status::Pending => "attendees-waits-for-answer",
        Status::Accepted => "attendees-state-agreed",
        Status::Declined => "attendees-state-declined",
        Status::Cancelled => "attendees-state-cancelled",
        Status::Expired => "attendees-state-expired",
        Status::NoShow => "attendees-state-no-show",
    }
}

fn meeting(row: &MeetingRow, frame: &Frame) -> Item {
    let turn = Turn::of(row, Side::Attendee, frame.now);
    let words = frame.zone.words();
    let asked = row.message.as_ref().map(|text| match row.asked_by {
        Side::Attendee => words.t("attendees-you-said").with("text", text).to_string(),
        Side::Exhibitor => words.t("attendees-somebody-said").with("who", &row.exhibitor).with("text", text).into(),
    });
    let answered = row.answer.as_ref().map(|text| words.t("attendees-answer-said").with("text", text).to_string());
    let place = [row.location.clone(), row.address.clone(), row.member()];
    let place: Vec<&str> = place.iter().flatten().map(String::as_str).collect();
    Item {
        time: frame.zone.clocks(row.starts_at, row.ends_at),
        title: row.exhibitor.clone(),
        profile: frame.profile(row.exhibitor_id),
        place: dotted(&place),
        state: state(row, Side::Attendee),
        is_urgent: turn.can_answer,
        is_off: !row.status.is_open(),
        words: asked.into_iter().chain(answered).collect(),
        answer: format!("POST {}/meetings/{}/answer", frame.api, row.id),
        turn,
        other_time: format!("{}/meetings/{}", frame.area, row.id),
        leave: String::new(),
        fill: String::new(),
    }
}

/// A meeting that somebody has as a commercial contact.
fn at_stand(row: &MeetingRow, view: StandMeetingView, frame: &Frame) -> Item {
    let turn = Turn::of(row, Side::Exhibitor, frame.now);
    let words = frame.zone.words();
    let who = view.who.unwrap_or_else(|| words.t("attendees-a-visitor").into());
    let said = |side: Side, text: &String| match side {
        Side::Exhibitor => words.t("attendees-you-said").with("text", text).to_string(),
        Side::Attendee => words.t("attendees-somebody-said").with("who", &who).with("text", text).to_string(),
    };
    let asked = row.message.as_ref().map(|text| said(row.asked_by, text));
    let answered = row.answer.as_ref().map(|text| words.t("attendees-answer-said").with("text", text).to_string());
    let fill = json!({"id": row.id, "who": who, "starts_at": frame.zone.local(row.starts_at),
        "ends_at": frame.zone.local(row.ends_at)});
    Item {
        profile: frame.profile(row.exhibitor_id),
        place: dotted(&[&view.about.unwrap_or_default(), &row.exhibitor, row.location.as_deref().unwrap_or_default()]),
        words: asked.into_iter().chain(answered).collect(),
        answer: format!("POST {}/stand-meetings/{}/answer", frame.api, row.id),
        other_time: String::new(),
        fill: if turn.can_move { json_in_page(&fill) } else { String::new() },
        state: state(row, Side::Exhibitor),
        is_urgent: turn.can_answer,
        is_off: !row.status.is_open(),
        time: frame.zone.clocks(row.starts_at, row.ends_at),
        title: who,
        turn,
        leave: String::new(),
    }
}

fn session(row: &store::OwnSessionRow, frame: &Frame) -> Item {
    let is_signed_up = row.signup.is_some();
    Item {
        time: frame.zone.clocks(row.starts_at, row.ends_at),
        title: row.title.clone(),
        profile: String::new(),
        place: row.room.clone().unwrap_or_default(),
        state: match (row.first_in_at, row.signup.as_deref()) {
            (Some(_), _) => "attendees-you-were-there",
            (None, Some("waiting")) => "attendees-on-waiting-list",
            _ => "attendees-signed-up",
        },
        is_urgent: false,
        is_off: false,
        words: Vec::new(),
        answer: String::new(),
        turn: Turn::default(),
        other_time: String::new(),
        leave: if is_signed_up && row.ends_at > frame.now && row.first_in_at.is_none() {
            format!("DELETE {}/sessions/{}/signup", frame.api, row.id)
        } else {
            String::new()
        },
        fill: String::new(),
    }
}

#[derive(Template)]
#[template(path = "attendees/agenda.html")]
struct AgendaPage {
    shell: Shell,
    frame: Frame,
    days: Vec<Day>,
    zone: String,
    /// The form that moves a meeting at one's own stand.
    mover: Option<Mover>,
}

pub(super) async fn agenda(
    guest: Guest,
    State(app): State<App>,
    PagePath(id): PagePath<RegistrationId>,
) -> Result<impl IntoResponse, PageProblem> {
    let (frame, scope) = Frame::open(&app, &guest, id, Part::Agenda).await?;
    let page = PageParams { limit: Some(ROWS), cursor: None };
    let meetings = requests::list(&app, &Party::from(&scope), (None, None), &page).await?.items;
    let sessions = own_sessions(&app, &scope).await?;
    let items = meetings.iter().map(|row| (row.starts_at, meeting(row, &frame)));
    let mut items: Vec<(Timestamp, Item)> =
        items.chain(sessions.iter().map(|row| (row.starts_at, session(row, &frame)))).collect();
    let stands = StandScope::of(&app, &scope).await?;
    let own = stand_api::meetings(&app, &stands).await?;
    items.extend(own.into_iter().map(|(row, view)| (row.starts_at, at_stand(&row, view, &frame))));
    let moves = items.iter().any(|(_, item)| !item.fill.is_empty());
    let api = format!("{}/stand-meetings", frame.api);
    let mover = moves.then(|| Mover { api, locations: Vec::new(), members: Vec::new() });
    items.sort_by_key(|(at, _)| *at);
    let mut days: Vec<Day> = Vec::new();
    for (at, item) in items {
        let name = frame.zone.day_name(at, frame.now);
        match days.last_mut().filter(|day| day.name == name) {
            Some(day) => day.items.push(item),
            None => days.push(Day { name, items: vec![item] }),
        }
    }
    let zone = frame.zone.abbreviation(frame.now);
    Ok(Page(AgendaPage { shell: frame.shell("attendees-part-agenda"), days, zone, mover, frame }))
}

async fn own_sessions(app: &App, scope: &AttendeeScope) -> Result<Vec<store::OwnSessionRow>, Problem> {
    let mut tx = app.read().await?;
    let rows = store::sessions(&mut tx, scope).await?;
    tx.done().await?;
    Ok(rows)
}

/// A session of the programme.
struct Talk {
    day: String,
    /// Whether the talk before it is of another day.
    begins_day: bool,
    time: String,
    title: String,
    place: String,
    description: String,
    speakers: String,
    /// What the organiser shows of how many come; empty where it shows nothing.
    numbers: String,
    state: &'static str,
    /// What can be done, and how it is called; empty where nothing can.
    call: String,
    verb: &'static str,
}

#[derive(Template)]
#[template(path = "attendees/sessions.html")]
struct SessionsPage {
    shell: Shell,
    frame: Frame,
    talks: Vec<Talk>,
}

/// How many signed up and how many are there, as far as the organiser shows it.
fn numbers(row: &SessionRow, rules: SessionRules, words: Words) -> String {
    let registered = words.t("attendees-count-registered").with("count", row.signed_up).to_string();
    let present = words.t("attendees-count-present").with("count", row.inside).to_string();
    let shown = [(registered, rules.shows_registered && row.signup != Signup::None), (present, rules.shows_present)];
    let shown: Vec<&str> = shown.iter().filter(|(_, is_shown)| *is_shown).map(|(text, _)| text.as_str()).collect();
    dotted(&shown)
}

pub(super) async fn sessions(
    guest: Guest,
    State(app): State<App>,
    PagePath(id): PagePath<RegistrationId>,
) -> Result<impl IntoResponse, PageProblem> {
    let (frame, scope) = Frame::open(&app, &guest, id, Part::Sessions).await?;
    let own: HashMap<_, _> = own_sessions(&app, &scope).await?.into_iter().map(|row| (row.id, row.signup)).collect();
    let names: HashMap<_, _> =
        directory::exhibitors(&app, scope.event()).await?.into_iter().map(|one| (one.exhibitor_id, one.name)).collect();
    let page = PageParams { limit: Some(ROWS), cursor: None };
    let rules = rules::of(&app, &scope).await?;
    let listed = sessions::list(&app, &Programme::from(&scope), &page).await?.items;
    let mut talks: Vec<Talk> = Vec::new();
    for row in listed.into_iter().filter(|row| row.kind == sessions::Kind::Talk) {
        let is_full = row.capacity.is_some_and(|capacity| row.signed_up >= capacity);
        let is_over = row.ends_at <= frame.now;
        let signup = format!("{}/sessions/{}/signup", frame.api, row.id);
        let (state, call, verb) = match own.get(&row.id).cloned().flatten().as_deref() {
            _ if is_over => ("attendees-talk-over", String::new(), ""),
            Some("waiting") => ("attendees-talk-waiting", format!("DELETE {signup}"), "attendees-talk-leave"),
            Some(_) => ("attendees-talk-signed-up", format!("DELETE {signup}"), "attendees-give-my-place-back"),
            None if row.signup == Signup::None => ("attendees-talk-just-come", String::new(), ""),
            None if is_full => ("attendees-talk-full", format!("POST {signup}"), "attendees-talk-join-list"),
            None => ("", format!("POST {signup}"), "attendees-talk-sign-up"),
        };
        let exhibitor = row.exhibitor_id.and_then(|id| names.get(&id)).map(String::as_str).unwrap_or_default();
        let day = frame.zone.day_name(row.starts_at, frame.now);
        let numbers = numbers(&row, rules, frame.zone.words());
        talks.push(Talk {
            begins_day: talks.last().is_none_or(|before| before.day != day),
            day,
            time: frame.zone.clocks(row.starts_at, row.ends_at),
            place: dotted(&[row.room.as_deref().unwrap_or_default(), exhibitor]),
            description: row.description.unwrap_or_default(),
            numbers,
            speakers: row.speakers.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join(", "),
            title: row.title,
            state,
            call,
            verb,
        });
    }
    Ok(Page(SessionsPage { shell: frame.shell("attendees-part-sessions"), talks, frame }))
}

#[derive(Template)]
#[template(path = "attendees/meet.html")]
struct MeetPage {
    shell: Shell,
    frame: Frame,
    heading: String,
    note: String,
    profile: String,
    when: When,
}

async fn slots(
    app: &App,
    scope: &AttendeeScope,
    exhibitor: ExhibitorId,
    near: Timestamp,
) -> Result<Vec<crate::meetings::places::FreeSlot>, Problem> {
    let wanted = Wanted { exhibitor, registration: Some(scope.registration()), member: None, from: app.now(), near };
    requests::free(app, &Party::from(scope), wanted, SLOTS).await
}

/// Asks an exhibitor for a meeting.
pub(super) async fn meet(
    guest: Guest,
    State(app): State<App>,
    PagePath((id, exhibitor)): PagePath<(RegistrationId, ExhibitorId)>,
) -> Result<impl IntoResponse, PageProblem> {
    let (frame, scope) = Frame::open(&app, &guest, id, Part::Exhibitors).await?;
    let whom = directory::exhibitor(&app, scope.event(), exhibitor).await?.ok_or_else(Problem::not_found)?;
    let free = slots(&app, &scope, exhibitor, frame.now).await?;
    let fixed = vec![("exhibitor_id".to_owned(), exhibitor.to_string())];
    let when = When::new(&frame.zone, frame.now, format!("POST {}/meetings", frame.api), fixed, free, soon(frame.now));
    let when = When { verb: "attendees-ask-for-it", leave: format!("{}/agenda", frame.area), ..when };
    let words = frame.zone.words();
    let heading = words.t("attendees-meet-whom").with("name", &whom.name).to_string();
    let note = words.t("attendees-sees-who-you-are").with("name", &whom.name).into();
    let profile = frame.profile(exhibitor);
    Ok(Page(MeetPage { shell: frame.titled(&heading), heading, note, profile, when, frame }))
}

/// Proposes another time for a meeting.
pub(super) async fn other_time(
    guest: Guest,
    State(app): State<App>,
    PagePath((id, meeting)): PagePath<(RegistrationId, MeetingId)>,
) -> Result<impl IntoResponse, PageProblem> {
    let (frame, scope) = Frame::open(&app, &guest, id, Part::Agenda).await?;
    let row = requests::get(&app, &Party::from(&scope), meeting).await?;
    let free = slots(&app, &scope, row.exhibitor_id, row.starts_at).await?;
    let fixed = vec![("action".to_owned(), "move".to_owned())];
    let call = format!("POST {}/meetings/{meeting}/answer", frame.api);
    let when = When::new(&frame.zone, frame.now, call, fixed, free, (row.starts_at, row.ends_at));
    let when = When { leave: format!("{}/agenda", frame.area), ..when };
    let words = frame.zone.words();
    let heading = words.t("meetings-another-time-with").with("who", &row.exhibitor).to_string();
    let time = frame.zone.span(row.starts_at, row.ends_at, frame.now);
    let note = words.t("attendees-now-at").with("time", time).into();
    let profile = frame.profile(row.exhibitor_id);
    Ok(Page(MeetPage { shell: frame.titled(&heading), heading, note, profile, when, frame }))
}
