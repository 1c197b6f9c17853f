//! The pages of devices: an exhibitor's phones, the event's doors and desks, how to pair one, and the
//! sheet that hangs at the booth.

use super::store::DeviceRow;
use super::{DevicePark, DeviceState, Licences, pairing};
use crate::access::{Capability, DeviceAdminScope, EventAdminScope, RejectedScope};
use crate::app::App;
use crate::captures::page::{AsidePanel, aside};
use crate::events::frame::EventFrame;
use crate::exhibitors::frame::SpaceFrame;
use crate::extract::Params;
use crate::paging::{Page as Listed, PageParams};
use crate::problem::Problem;
use crate::registrations::folding::sort_by_name;
use crate::web::menu::{EventPage, SpacePage};
use crate::web::text::{dotted, json_in_page};
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{EventZone, Page, Shell};
use crate::words::Words;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use mobile_core::ids::{EventId, ExhibitorId, TeamMemberId};
use mobile_core::time::Timestamp;
use serde::Deserialize;
use serde_json::json;

const ROWS: u32 = 200;
/// A clock that is further off than this is worth a word.
const DRIFT_US: i64 = 120_000_000;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/exhibitors/{exhibitor_id}/devices", get(phones))
        .route("/exhibitors/{exhibitor_id}/devices/sheet", get(sheet))
        .route("/events/{event_id}/doors", get(doors))
}

struct Row {
    name: String,
    about: String,
    member: String,
    seen: String,
    waiting: u64,
    drift: String,
    status: &'static str,
    is_active: bool,
    fill: String,
}

/// What people call what a device runs on.
fn platform(named: &str, words: Words) -> String {
    match named {
        "ios" => "iOS".to_owned(),
        "android" => "Android".to_owned(),
        "web" => words.t("devices-in-the-browser").into(),
        "reader" => words.t("devices-a-reader").into(),
        other => other.to_owned(),
    }
}

impl Row {
    fn of((device, state): &(DeviceRow, DeviceState), zone: &EventZone, now: Timestamp) -> Self {
        let member = [device.first_name.as_deref(), device.last_name.as_deref()];
        let words = zone.words();
        let tested = device.tested_at.map(|_| words.t("devices-is-tested").to_string()).unwrap_or_default();
        let app = device.app_version.as_deref().map(|version| format!("Leadline {version}")).unwrap_or_default();
        let platform = platform(&device.platform, words);
        let drift = state.clock_offset_us.filter(|offset| offset.abs() > DRIFT_US);
        Self {
            name: device.name.clone(),
            about: dotted(&[device.label.as_deref().unwrap_or_default(), &platform, &app, &tested]),
            member: member.into_iter().flatten().collect::<Vec<_>>().join(" "),
            seen: state.last_seen_at.map_or_else(|| words.t("devices-not-heard-of-yet").into(), |at| zone.ago(at, now)),
            waiting: state.not_yet_sent,
            drift: drift.map_or_else(String::new, |offset| {
                words.t("devices-clock-off").with("minutes", offset.abs() / 60_000_000).into()
            }),
            status: match (device.lost_at, device.revoked_at) {
                (Some(_), _) => "common-lost",
                (None, Some(_)) => "devices-is-unpaired",
                (None, None) => "",
            },
            is_active: !device.has_ended(),
            fill: json_in_page(&json!({"id": device.id})),
        }
    }
}

/// Somebody whose phone it may be.
struct Choice {
    id: TeamMemberId,
    name: String,
}

#[derive(Template)]
#[template(path = "devices/index.html")]
struct DevicesPage {
    shell: Shell,
    title: &'static str,
    place: String,
    /// Doors and desks have no licences, members or sheets.
    is_space: bool,
    licences: String,
    is_full: bool,
    free: u32,
    ends_at: Timestamp,
    sheet: String,
    people: Vec<Choice>,
    rows: Vec<Row>,
    /// What the devices sent and the server did not accept.
    aside: Option<AsidePanel>,
    api: String,
    more: String,
}

/// `3 of 5 licences in use`, and how many more phones a booth's code may serve.
fn licence_line(licences: Option<Licences>) -> (String, bool, u32) {
    const MANY: u32 = 20;
    let Some(Licences { taken, limit, may_overrun }) = licences else { return (String::new(), false, MANY) };
    let words = Words::of_request();
    match limit {
        None => (words.t("common-phones-in-use").with("count", taken).into(), false, MANY),
        Some(limit) => {
            let free = limit.saturating_sub(u32::try_from(taken).unwrap_or(u32::MAX));
            let line = words.t("common-licences-in-use").with("taken", taken).with("count", limit).into();
            (line, free == 0 && !may_overrun, if may_overrun { free.max(1) } else { free })
        }
    }
}

fn rows(page: &Listed<(DeviceRow, DeviceState)>, zone: &EventZone, now: Timestamp) -> (Vec<Row>, String) {
    let more = page.next_cursor.as_ref().map_or_else(String::new, |cursor| format!("?cursor={cursor}"));
    let mut rows: Vec<Row> = page.items.iter().map(|device| Row::of(device, zone, now)).collect();
    // What is in use comes first; what ended stays to be seen, since it may still hold scans.
    rows.sort_by_key(|row| !row.is_active);
    (rows, more)
}

async fn phones(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(exhibitor): PagePath<ExhibitorId>,
    Params(asked): Params<PageParams>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = DeviceAdminScope::of(&app, &visitor.identity, exhibitor).await?;
    let frame = SpaceFrame::open(&app, &visitor, &scope, SpacePage::Devices, "menu-phones").await?;
    let park = DevicePark::from(&scope);
    let page = super::list(&app, &park, &PageParams { limit: Some(ROWS), ..asked }).await?;
    let (rows, more) = rows(&page, &frame.zone, frame.now);
    let names = app.events.names(&app, scope.event()).await.map_err(Problem::from)?;
    let team = names.members.iter().filter(|(_, member)| member.is_active() && member.exhibitor == exhibitor);
    let mut people: Vec<Choice> = team.map(|(id, member)| Choice { id: *id, name: member.name.clone() }).collect();
    sort_by_name(&mut people, |person| &person.name);
    let aside = if scope.shows(Capability::RejectedRead) {
        let scope = RejectedScope::of(&app, &visitor.identity, exhibitor).await?;
        Some(aside(&app, &scope, &frame.zone, frame.now).await?)
    } else {
        None
    };
    let (licences, is_full, free) = licence_line(super::licences(&app, &park).await?);
    Ok(Page(DevicesPage {
        shell: frame.shell,
        title: "menu-phones",
        place: dotted(&[&frame.exhibitor, &frame.place]),
        is_space: true,
        licences,
        is_full,
        free,
        ends_at: frame.event.ends_at,
        sheet: format!("/exhibitors/{exhibitor}/devices/sheet"),
        people,
        rows,
        aside: aside.filter(|aside| !aside.rows.is_empty()),
        api: format!("/api/v1/exhibitors/{exhibitor}"),
        more,
    }))
}

async fn doors(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(event): PagePath<EventId>,
    Params(asked): Params<PageParams>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = EventAdminScope::of(&app, &visitor.identity, event).await?;
    let frame = EventFrame::open(&app, &visitor, &scope, EventPage::Doors, "devices-doors-and-desks").await?;
    let page = super::list(&app, &DevicePark::from(&scope), &PageParams { limit: Some(ROWS), ..asked }).await?;
    let (rows, more) = rows(&page, &frame.zone, frame.now);
    Ok(Page(DevicesPage {
        shell: frame.shell,
        title: "devices-doors-and-desks",
        place: frame.event.name.clone(),
        is_space: false,
        licences: String::new(),
        is_full: false,
        free: 1,
        ends_at: frame.event.ends_at,
        sheet: String::new(),
        people: Vec::new(),
        rows,
        aside: None,
        api: format!("/api/v1/events/{event}"),
        more,
    }))
}

#[derive(Debug, Deserialize)]
struct SheetParams {
    code: String,
}

#[derive(Template)]
#[template(path = "devices/sheet.html")]
struct SheetPage {
    shell: Shell,
    exhibitor: String,
    place: String,
    code: String,
    address: String,
}

/// An A5 sheet with a pairing code, to be printed and hung at the booth.
async fn sheet(
    visitor: Visitor,
    State(app): State<App>,
    server: crate::extract::PublicUrl,
    PagePath(exhibitor): PagePath<ExhibitorId>,
    Params(asked): Params<SheetParams>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = DeviceAdminScope::of(&app, &visitor.identity, exhibitor).await?;
    let frame = SpaceFrame::open(&app, &visitor, &scope, SpacePage::Devices, "devices-booth-sheet").await?;
    let code = pairing::usable(&app, &asked.code).await?;
    let address = server.0.split_once("://").map_or(server.0.as_str(), |(_, rest)| rest);
    Ok(Page(SheetPage {
        shell: frame.shell,
        exhibitor: frame.exhibitor,
        place: frame.place,
        code: code.to_string(),
        address: format!("{address}/scan"),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_licence_line_says_how_many_more_phones_there_may_be() {
        let line = |taken, limit, may_overrun| licence_line(Some(Licences { taken, limit, may_overrun }));
        assert_eq!(line(3, Some(5), false), ("3 of 5 licences in use".to_owned(), false, 2));
        assert_eq!(line(5, Some(5), false), ("5 of 5 licences in use".to_owned(), true, 0));
        assert_eq!(line(6, Some(5), true), ("6 of 5 licences in use".to_owned(), false, 1));
        assert_eq!(line(1, None, false).0, "1 phone in use");
    }
}
