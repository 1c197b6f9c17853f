//! The pages of sessions: the organiser makes and assigns them; an exhibitor sees its own, edits what
//! it may, and who attended.

use super::attendance_api::attendees_of;
use super::rules;
use super::store::SessionRow;
use super::{Kind, Programme, Signup};
use crate::access::{Capability, EventScope, OwnSessionScope};
use crate::app::App;
use crate::events::frame::EventFrame;
use crate::exhibitors;
use crate::exhibitors::frame::SpaceFrame;
use crate::extract::Params;
use crate::paging::PageParams;
use crate::registrations::folding::sort_by_name;
use crate::web::menu::{EventPage, SpacePage};
use crate::web::text::{dotted, json_in_page};
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{EventZone, Page, Shell};
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use mobile_core::capture::ContactField;
use mobile_core::ids::{EventId, ExhibitorId, SessionId};
use mobile_core::time::Timestamp;
use serde_json::json;
use std::collections::HashMap;

/// Sessions on a page; few events have more.
const ROWS: u32 = 500;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/events/{event_id}/sessions", get(organisers))
        .route("/exhibitors/{exhibitor_id}/sessions", get(own))
        .route("/exhibitors/{exhibitor_id}/sessions/{session_id}", get(attended))
}

/// A session in a list.
struct Row {
    title: String,
    kind: &'static str,
    time: String,
    place: String,
    speakers: String,
    signup: &'static str,
    /// People who signed up, who wait, and who came.
    numbers: String,
    is_editable: bool,
    fill: String,
    href: String,
}

impl Row {
    fn of(row: &SessionRow, exhibitor: &str, zone: &EventZone, now: Timestamp, href: String) -> Self {
        let fill = json!({"id": row.id, "title": row.title, "kind": row.kind, "description": row.description,
            "room": row.room, "starts_at": zone.local(row.starts_at), "ends_at": zone.local(row.ends_at),
            "capacity": row.capacity, "speakers": row.speakers.0, "exhibitor_id": row.exhibitor_id,
            "categories": row.categories.as_ref().map(|categories| &categories.0), "signup": row.signup,
            "is_editable": row.is_editable, "version": row.version});
        let words = zone.words();
        let taken = match row.capacity {
            Some(capacity) => words.t("monitor-of").with("part", row.signed_up).with("whole", capacity).to_string(),
            None => words.number(row.signed_up.unsigned_abs()),
        };
        let signed_up = match row.signup {
            Signup::None => String::new(),
            _ if row.waiting > 0 => {
                words.t("sessions-signed-up-and-wait").with("taken", taken).with("waiting", row.waiting).into()
            }
            _ => words.t("sessions-signed-up").with("taken", taken).into(),
        };
        Self {
            title: row.title.clone(),
            kind: match row.kind {
                Kind::Talk => "sessions-kind-talk",
                Kind::Entrance => "sessions-entrance",
                Kind::Zone => "sessions-zone",
            },
            time: zone.span(row.starts_at, row.ends_at, now),
            place: dotted(&[row.room.as_deref().unwrap_or_default(), exhibitor]),
            speakers: row.speakers.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join(", "),
            signup: match row.signup {
                Signup::None => "sessions-whoever-comes",
                Signup::Open => "sessions-sign-up-open",
                Signup::Required => "sessions-only-who-signed-up",
            },
            numbers: {
                let came = words.t("sessions-came-inside").with("came", row.entered).with("inside", row.inside);
                dotted(&[&signed_up, &came.to_string()])
            },
            is_editable: row.is_editable,
            fill: json_in_page(&fill),
            href,
        }
    }
}

/// A choice of a form.
struct Choice {
    code: String,
    label: String,
}

#[derive(Template)]
#[template(path = "sessions/index.html")]
struct OrganisersPage {
    shell: Shell,
    event: String,
    count: String,
    rows: Vec<Row>,
    exhibitors: Vec<Choice>,
    can_edit: bool,
    api: String,
    /// The event's opening and an hour later, as a form proposes them.
    starts: String,
    ends: String,
    zone: String,
    more: String,
    rules: String,
    shows_registered: bool,
    shows_present: bool,
}

async fn organisers(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(event): PagePath<EventId>,
    Params(asked): Params<PageParams>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = EventScope::of(&app, &visitor.identity, event).await?;
    let frame = EventFrame::open(&app, &visitor, &scope, EventPage::Sessions, "menu-sessions").await?;
    let listed = super::list(&app, &Programme::from(&scope), &PageParams { limit: Some(ROWS), ..asked }).await?;
    let page = PageParams { limit: Some(500), cursor: None };
    let exhibitors = exhibitors::list(&app, &scope, &page).await?.items;
    let names: HashMap<ExhibitorId, &str> = exhibitors.iter().map(|one| (one.row.id, one.row.name.as_str())).collect();
    let name = |row: &SessionRow| row.exhibitor_id.and_then(|id| names.get(&id)).copied().unwrap_or_default();
    let rows: Vec<Row> =
        listed.items.iter().map(|row| Row::of(row, name(row), &frame.zone, frame.now, String::new())).collect();
    let mut choices: Vec<Choice> =
        exhibitors.iter().map(|one| Choice { code: one.row.id.to_string(), label: one.row.name.clone() }).collect();
    sort_by_name(&mut choices, |choice| &choice.label);
    let rules::SessionRules { shows_registered, shows_present } = rules::of_event(&app, &scope).await?;
    Ok(Page(OrganisersPage {
        rules: format!("/api/v1/events/{event}/session-rules"),
        shows_registered,
        shows_present,
        event: frame.event.name.clone(),
        count: frame.shell.t("sessions-count").with("count", rows.len()).into(),
        rows,
        exhibitors: choices,
        can_edit: scope.role().may(Capability::EventManage),
        api: format!("/api/v1/events/{event}/sessions"),
        starts: frame.zone.local(frame.event.starts_at),
        ends: frame.zone.local(frame.event.starts_at.plus_micros(3_600_000_000)),
        zone: frame.zone.abbreviation(frame.now),
        shell: frame.shell,
        more: listed.next_cursor.map_or_else(String::new, |cursor| format!("?cursor={cursor}")),
    }))
}

#[derive(Template)]
#[template(path = "sessions/own.html")]
struct OwnPage {
    shell: Shell,
    exhibitor: String,
    place: String,
    rows: Vec<Row>,
    can_edit: bool,
    api: String,
    team: Vec<String>,
}

async fn own(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(exhibitor): PagePath<ExhibitorId>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = OwnSessionScope::of(&app, &visitor.identity, exhibitor).await?;
    let frame = SpaceFrame::open(&app, &visitor, &scope, SpacePage::Sessions, "menu-sessions").await?;
    let page = PageParams { limit: Some(ROWS), cursor: None };
    let listed = super::list(&app, &Programme::from(&scope), &page).await?.items;
    let href = |row: &SessionRow| format!("/exhibitors/{exhibitor}/sessions/{}", row.id);
    let names = app.events.names(&app, scope.event()).await.map_err(crate::problem::Problem::from)?;
    let mut team: Vec<String> = names
        .members
        .values()
        .filter(|of| of.is_active() && of.exhibitor == exhibitor)
        .map(|of| of.name.clone())
        .collect();
    team.sort();
    Ok(Page(OwnPage {
        rows: listed.iter().map(|row| Row::of(row, "", &frame.zone, frame.now, href(row))).collect(),
        can_edit: scope.may(Capability::SessionManage),
        api: format!("/api/v1/exhibitors/{exhibitor}/sessions"),
        shell: frame.shell,
        exhibitor: frame.exhibitor,
        place: frame.place,
        team,
    }))
}

/// Somebody who attended.
struct Attended {
    name: String,
    work: String,
    email: String,
    came: String,
    stayed: String,
    href: String,
}

#[derive(Template)]
#[template(path = "sessions/attended.html")]
struct AttendedPage {
    shell: Shell,
    session: Row,
    back: String,
    people: Vec<Attended>,
    /// People who came and show nothing of themselves.
    hidden: usize,
    more: String,
}

async fn attended(
    visitor: Visitor,
    State(app): State<App>,
    PagePath((exhibitor, session)): PagePath<(ExhibitorId, SessionId)>,
    Params(asked): Params<PageParams>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = OwnSessionScope::of(&app, &visitor.identity, exhibitor).await?;
    let frame = SpaceFrame::open(&app, &visitor, &scope, SpacePage::Sessions, "sessions-who-attended-2").await?;
    let row = super::get(&app, &Programme::from(&scope), session).await?;
    let listed = attendees_of(&app, &scope, session, &PageParams { limit: Some(ROWS), ..asked }).await?;
    let mut people = Vec::new();
    let mut hidden = 0;
    for one in &listed.items {
        let Some(lead) = &one.lead else {
            hidden += 1;
            continue;
        };
        let Some(person) = &lead.registration else {
            hidden += 1;
            continue;
        };
        let text = |field| person.contact.get(field).unwrap_or_default();
        people.push(Attended {
            name: person.contact.full_name(),
            work: dotted(&[text(ContactField::JobTitle), text(ContactField::Company)]),
            email: text(ContactField::Email).to_owned(),
            came: frame.zone.short(one.first_in_at, frame.now),
            stayed: if one.minutes > 0 {
                frame.shell.t("sessions-minutes").with("minutes", one.minutes).into()
            } else {
                String::new()
            },
            href: format!("/exhibitors/{exhibitor}/leads/{}", lead.id),
        });
    }
    sort_by_name(&mut people, |person| &person.name);
    Ok(Page(AttendedPage {
        session: Row::of(&row, "", &frame.zone, frame.now, String::new()),
        shell: frame.shell,
        back: format!("/exhibitors/{exhibitor}/sessions"),
        people,
        hidden,
        more: listed.next_cursor.map_or_else(String::new, |cursor| format!("?cursor={cursor}")),
    }))
}
