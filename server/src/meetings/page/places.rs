//! The places to meet, the organiser's for everybody and an exhibitor's own, and their slots.

use super::{Tab, tabs};
use crate::access::{Capability, EventScope, MeetingScope};
use crate::app::App;
use crate::events::frame::EventFrame;
use crate::exhibitors::frame::SpaceFrame;
use crate::meetings::places::{self, Estate, Location, PlaceKind};
use crate::meetings::when::Choice;
use crate::meetings::{place_store, store};
use crate::paging::PageParams;
use crate::problem::Problem;
use crate::registrations::folding::sort_by_name;
use crate::web::menu::{EventPage, SpacePage};
use crate::web::text::json_in_page;
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{EventZone, Page, Shell};
use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;
use mobile_core::ids::{EventId, ExhibitorId, MeetingLocationId};
use serde_json::json;
use std::collections::HashMap;

/// A place in the list.
struct Row {
    name: String,
    kind: &'static str,
    about: String,
    member: String,
    slots: String,
    /// Whether whoever looks may change it.
    is_own: bool,
    fill: String,
}

/// The list of places as both pages show it.
struct Listed {
    rows: Vec<Row>,
    /// The operations' address.
    api: String,
    can_edit: bool,
    members: Vec<Choice>,
    /// The event's days, as the form takes them.
    days: String,
}

async fn listed(app: &App, estate: &Estate, can_edit: bool, api: String, zone: &EventZone) -> Result<Listed, Problem> {
    let page = PageParams { limit: Some(500), cursor: None };
    let places = places::list(app, estate, &page).await?.items;
    let mut tx = app.read().await?;
    let counted_slots = place_store::count_slots(&mut tx, estate.event(), app.now()).await?;
    tx.done().await?;
    let slots: HashMap<MeetingLocationId, (i64, i64)> =
        counted_slots.into_iter().map(|(id, all, ahead)| (id, (all, ahead))).collect();
    let names = app.events.names(app, estate.event()).await?;
    let words = zone.words();
    let row = |place: Location| {
        let (all, ahead) = slots.get(&place.id).copied().unwrap_or_default();
        let fill = json!({"id": place.id, "name": place.name, "kind": place.kind, "address": place.address,
            "theme": place.theme, "member_id": place.member_id});
        Row {
            kind: match place.kind {
                PlaceKind::Table => "meetings-table",
                PlaceKind::Room => "common-room",
                PlaceKind::Online => "meetings-online",
            },
            about: [place.theme.clone(), place.address.clone()].into_iter().flatten().collect::<Vec<_>>().join(" · "),
            member: place.member_id.and_then(|id| names.member(id)).unwrap_or_default(),
            slots: match all {
                0 => words.t("meetings-no-slots").into(),
                _ => words.t("meetings-slots-ahead").with("count", all).with("ahead", ahead).into(),
            },
            is_own: place.exhibitor_id == estate.exhibitor(),
            fill: json_in_page(&fill),
            name: place.name,
        }
    };
    let members = names.members.iter().filter(|(_, of)| of.is_active() && Some(of.exhibitor) == estate.exhibitor());
    let mut members: Vec<Choice> =
        members.map(|(id, of)| Choice { code: id.to_string(), label: of.name.clone(), is_chosen: false }).collect();
    sort_by_name(&mut members, |member| &member.label);
    let info = app.events.info(app, estate.event()).await?;
    let (mut day, last) = (zone.day(info.starts_at), zone.day(info.ends_at));
    let mut days = Vec::new();
    // Nobody opens a table for longer by one form.
    while day <= last && days.len() < 31 {
        days.push(day.to_string());
        let Ok(next) = day.tomorrow() else { break };
        day = next;
    }
    Ok(Listed { rows: places.into_iter().map(row).collect(), api, can_edit, members, days: days.join(", ") })
}

#[derive(Template)]
#[template(path = "meetings/places.html")]
struct OwnPage {
    shell: Shell,
    exhibitor: String,
    place: String,
    tabs: Vec<Tab>,
    listed: Listed,
}

/// The places that an exhibitor can meet at.
pub(super) async fn own(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(exhibitor): PagePath<ExhibitorId>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = MeetingScope::of(&app, &visitor.identity, exhibitor).await?;
    let frame = SpaceFrame::open(&app, &visitor, &scope, SpacePage::Meetings, "menu-meeting-places").await?;
    let api = format!("/api/v1/exhibitors/{exhibitor}/meeting-locations");
    let can_edit = scope.may(Capability::MeetingManage);
    let listed = listed(&app, &Estate::from(&scope), can_edit, api, &frame.zone).await?;
    Ok(Page(OwnPage {
        shell: frame.shell,
        exhibitor: frame.exhibitor,
        place: frame.place,
        tabs: tabs(exhibitor, "/places", None),
        listed,
    }))
}

#[derive(Template)]
#[template(path = "meetings/organisers_places.html")]
struct OrganisersPage {
    shell: Shell,
    event: String,
    listed: Listed,
    hours: i64,
    daily: i64,
    contacts_manage: bool,
    rules: String,
}

/// The organiser's places, for every exhibitor, and what holds for requests.
pub(super) async fn organisers(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(event): PagePath<EventId>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = EventScope::of(&app, &visitor.identity, event).await?;
    let frame = EventFrame::open(&app, &visitor, &scope, EventPage::Places, "menu-meeting-places").await?;
    let mut tx = app.read().await.map_err(Problem::from)?;
    let rules = store::rules(&mut tx, event).await.map_err(Problem::from)?;
    tx.done().await.map_err(Problem::from)?;
    let api = format!("/api/v1/events/{event}/meeting-locations");
    let can_edit = scope.role().may(Capability::EventManage);
    let listed = listed(&app, &Estate::from(&scope), can_edit, api, &frame.zone).await?;
    Ok(Page(OrganisersPage {
        event: frame.event.name.clone(),
        shell: frame.shell,
        listed,
        hours: rules.request_hours,
        daily: rules.daily_requests,
        contacts_manage: rules.contacts_manage,
        rules: format!("/api/v1/events/{event}/meeting-rules"),
    }))
}
