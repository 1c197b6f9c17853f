//! The pages of meetings: an exhibitor's requests in both directions, its days and weeks by place or person,
//! proposing a time, and the places to meet.

mod calendar;
mod day;
mod places;
mod propose;
mod week;

pub(crate) use calendar::Mover;

use super::requests::{self, Party};
use super::store::MeetingRow;
use super::turn::Turn;
use super::view::MeetingView;
use super::{Side, Status, api};
use crate::access::{Capability, ContactScope, MeetingScope};
use crate::app::App;
use crate::contacts;
use crate::exhibitors::frame::SpaceFrame;
use crate::extract::Params;
use crate::paging::PageParams;
use crate::problem::Problem;
use crate::web::menu::SpacePage;
use crate::web::text::dotted;
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{Page, Shell};
use crate::words::Words;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use mobile_core::capture::{Contact, ContactField};
use mobile_core::ids::{ExhibitorId, RegistrationId};
use mobile_core::time::Timestamp;
use serde::Deserialize;
use std::collections::HashMap;

/// Meetings that a page reads at most.
const MOST: usize = 2_000;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/exhibitors/{exhibitor_id}/meetings", get(meetings))
        .route("/exhibitors/{exhibitor_id}/meetings/day", get(day::day))
        .route("/exhibitors/{exhibitor_id}/meetings/week", get(week::week))
        .route("/exhibitors/{exhibitor_id}/meetings/new", get(propose::new))
        .route("/exhibitors/{exhibitor_id}/meetings/places", get(places::own))
        .route("/exhibitors/{exhibitor_id}/meetings/{meeting_id}/move", get(propose::other_time))
        .route("/events/{event_id}/meeting-places", get(places::organisers))
}

/// A part of the meetings pages.
struct Tab {
    label: &'static str,
    href: String,
    is_current: bool,
    count: String,
}

/// The parts; `current` is the address's end.
fn tabs(exhibitor: ExhibitorId, current: &str, counts: Option<(usize, usize)>) -> Vec<Tab> {
    let here = format!("/exhibitors/{exhibitor}/meetings");
    let (asked_us, we_asked) = counts.map_or_else(Default::default, |(us, we)| (us.to_string(), we.to_string()));
    [
        ("meetings-tab-asked-us", "", asked_us),
        ("meetings-tab-we-invited", "?asked_by=exhibitor", we_asked),
        ("meetings-tab-day", "/day", String::new()),
        ("meetings-tab-week", "/week", String::new()),
        ("meetings-tab-places", "/places", String::new()),
    ]
    .into_iter()
    .map(|(label, end, count)| Tab { label, href: format!("{here}{end}"), is_current: end == current, count })
    .collect()
}

/// All meetings of a space, in the order of their times.
async fn all(app: &App, scope: &MeetingScope, asked_by: Option<Side>) -> Result<Vec<MeetingRow>, Problem> {
    let mut found = Vec::new();
    let mut cursor = None;
    loop {
        let page = PageParams { limit: Some(500), cursor };
        let listed = requests::list(app, &Party::from(scope), (asked_by, None), &page).await?;
        found.extend(listed.items);
        cursor = listed.next_cursor;
        if cursor.is_none() || found.len() >= MOST {
            return Ok(found);
        }
    }
}

/// How attendees show: as a lead, else as on the contact list, else by category alone.
async fn people(
    app: &App,
    visitor: &Visitor,
    scope: &MeetingScope,
    rows: &[MeetingView],
) -> Result<HashMap<RegistrationId, Contact>, Problem> {
    let mut known: HashMap<RegistrationId, Contact> = HashMap::new();
    for row in rows {
        if let Some(person) = row.lead.as_ref().and_then(|lead| lead.registration.as_ref()) {
            known.insert(row.registration_id, person.contact.clone());
        }
    }
    let mut unknown: Vec<RegistrationId> =
        rows.iter().map(|row| row.registration_id).filter(|id| !known.contains_key(id)).collect();
    unknown.sort_unstable();
    unknown.dedup();
    if !unknown.is_empty() && scope.may(Capability::ContactRead) {
        let contact_scope = ContactScope::of(app, &visitor.identity, scope.exhibitor()).await?;
        let listed = contacts::of(app, &contact_scope, &unknown).await?;
        known.extend(listed.into_iter().map(|person| (person.id, person.contact)));
    }
    Ok(known)
}

/// A name and what goes with it.
fn named(contact: Option<&Contact>) -> (String, String) {
    let Some(contact) = contact else { return (Words::of_request().t("leads-not-disclosed").into(), String::new()) };
    let text = |field| contact.get(field).unwrap_or_default();
    let work = dotted(&[text(ContactField::JobTitle), text(ContactField::Company)]);
    match contact.full_name() {
        name if name.is_empty() => (Words::of_request().t("leads-not-disclosed").into(), work),
        name => (name, work),
    }
}

/// A meeting in a list.
struct Row {
    who: String,
    work: String,
    lead: String,
    time: String,
    place: String,
    member: String,
    status: String,
    is_urgent: bool,
    is_off: bool,
    asked: String,
    answered: String,
    words: Vec<String>,
    turn: Turn,
    answer: String,
    other_time: String,
    invitation: String,
}

impl Row {
    fn of(row: &MeetingRow, view: &MeetingView, contact: Option<&Contact>, frame: &SpaceFrame, can: bool) -> Self {
        let (who, work) = named(contact);
        let space = format!("/exhibitors/{}", row.exhibitor_id);
        let mine = row.awaits == Some(Side::Exhibitor);
        let words = frame.shell.words;
        let status: String = match row.status {
            Status::Pending if mine => words.t("meetings-asks-for-answer").into(),
            Status::Pending => words.t("attendees-waits-for-answer").into(),
            status => words.coded("status", status.as_str()),
        };
        let said = |key, text: &Option<String>| text.as_ref().map(|text| words.t(key).with("text", text).to_string());
        let scanned = view.scan.map(|scan| {
            words.t("meetings-badge-scanned").with("at", frame.zone.moment(scan.at, frame.now)).to_string()
        });
        let letters = [said("meetings-asked-said", &row.message), said("meetings-answered-said", &row.answer), scanned];
        Self {
            lead: view.lead.as_ref().map(|lead| format!("{space}/leads/{}", lead.id)).unwrap_or_default(),
            time: frame.zone.span(row.starts_at, row.ends_at, frame.now),
            place: row.location.clone().unwrap_or_default(),
            member: row.member().unwrap_or_default(),
            is_urgent: mine && row.status == Status::Pending,
            is_off: !row.status.is_open(),
            asked: frame.zone.ago_told(row.created_at, frame.now),
            answered: row.answered_at.map(|at| frame.zone.ago_told(at, frame.now)).unwrap_or_default(),
            words: letters.into_iter().flatten().collect(),
            turn: if can { Turn::of(row, Side::Exhibitor, frame.now) } else { Turn::default() },
            answer: format!("POST /api/v1{space}/meetings/{}/answer", row.id),
            other_time: format!("{space}/meetings/{}/move", row.id),
            invitation: format!("/api/v1{space}/meetings/{}/invitation.ics", row.id),
            who,
            work,
            status,
        }
    }
}

#[derive(Template)]
#[template(path = "meetings/index.html")]
struct MeetingsPage {
    shell: Shell,
    exhibitor: String,
    place: String,
    tabs: Vec<Tab>,
    /// Those that lie ahead, the next first.
    ahead: Vec<Row>,
    /// Those that are over or off, the latest first.
    over: Vec<Row>,
    count: String,
    can_manage: bool,
    can_invite: bool,
    new: String,
    is_invited: bool,
}

/// Which direction is shown.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    asked_by: Option<Side>,
}

async fn meetings(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(exhibitor): PagePath<ExhibitorId>,
    Params(asked): Params<Asked>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = MeetingScope::of(&app, &visitor.identity, exhibitor).await?;
    let frame = SpaceFrame::open(&app, &visitor, &scope, SpacePage::Meetings, "menu-meetings").await?;
    let rows = all(&app, &scope, None).await?;
    let count = |side| rows.iter().filter(|row| row.asked_by == side).count();
    let counts = (count(Side::Attendee), count(Side::Exhibitor));
    let side = asked.asked_by.unwrap_or(Side::Attendee);
    let rows: Vec<MeetingRow> = rows.into_iter().filter(|row| row.asked_by == side).collect();
    let views = api::shown(&app, &scope, rows.clone()).await?;
    let people = people(&app, &visitor, &scope, &views).await?;
    let can_manage = scope.may(Capability::MeetingManage);
    let (mut ahead, mut over): (Vec<Row>, Vec<Row>) = (Vec::new(), Vec::new());
    for (row, view) in rows.iter().zip(&views) {
        let line = Row::of(row, view, people.get(&row.registration_id), &frame, can_manage);
        let is_ahead = row.status.is_open() && row.ends_at > frame.now;
        if is_ahead { ahead.push(line) } else { over.push(line) }
    }
    over.reverse();
    let is_invited = side == Side::Exhibitor;
    Ok(Page(MeetingsPage {
        exhibitor: frame.exhibitor,
        place: frame.place,
        tabs: tabs(exhibitor, if is_invited { "?asked_by=exhibitor" } else { "" }, Some(counts)),
        count: frame.shell.t("meetings-count").with("count", ahead.len() + over.len()).into(),
        ahead,
        over,
        can_manage,
        can_invite: can_manage && scope.may(Capability::ContactRead),
        new: format!("/exhibitors/{exhibitor}/meetings/new"),
        is_invited,
        shell: frame.shell,
    }))
}

/// Whether two times have something in common.
fn overlap(one: (Timestamp, Timestamp), other: (Timestamp, Timestamp)) -> bool {
    one.0 < other.1 && other.0 < one.1
}
