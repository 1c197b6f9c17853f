//! The organiser's live monitor. Its types hold no attendee's data; `js/monitor.js` keeps it up to
//! date from the states of the monitor's stream and paints it by the same rules.

use super::halls::{self, Hall};
use crate::access::{Capability, MonitorScope};
use crate::app::App;
use crate::leads::store::counted::MINUTE_US;
use crate::registrations::folding::fold;
use crate::web::menu::{self, EventPage};
use crate::web::text::{dotted, json_in_page, stand};
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{Crumb, EventZone, Page, Shell};
use crate::words::{Text, Words};
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use mobile_core::ids::{EventId, ExhibitorId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use mobile_core::wire::frames::{DeviceStatus, ExhibitorStats, MonitorStats, RefusedStats, RoomStats};
use serde_json::json;
use std::cmp::Reverse;
use std::collections::HashMap;

/// Rows of each table in the page itself; the module shows the others.
const FIRST_ROWS: usize = 100;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/events/{event_id}/monitor", get(monitor))
        .route("/events/{event_id}/wall", get(super::wall::wall))
}

struct Total {
    label: &'static str,
    name: &'static str,
    value: String,
    note: String,
}

#[derive(Default)]
struct ExhibitorRow {
    id: String,
    /// Its space, for those who may open it.
    href: String,
    name: String,
    booth: String,
    scans: String,
    last_minute: String,
    last: String,
    last_iso: String,
    devices: String,
    waiting: String,
}

#[derive(Default)]
struct DeviceRow {
    id: String,
    name: String,
    exhibitor: String,
    seen: String,
    seen_iso: String,
    waiting: String,
    drift: String,
}

struct HallRow {
    name: String,
    scans: String,
    scanning: String,
    quiet: String,
    waiting: String,
}

struct RoomRow {
    title: String,
    room: String,
    inside: String,
}

struct Minute {
    label: String,
    scans: String,
}

#[derive(Template)]
#[template(path = "monitor/index.html")]
struct MonitorPage {
    shell: Shell,
    when: String,
    totals: [Total; 4],
    chart_note: String,
    minutes: Vec<Minute>,
    halls: Vec<HallRow>,
    has_rooms: bool,
    rooms: Vec<RoomRow>,
    /// Why scans were not accepted, and how many.
    refused: Vec<(String, String)>,
    wall: String,
    exhibitor_count: String,
    exhibitors: Vec<ExhibitorRow>,
    device_count: String,
    devices: Vec<DeviceRow>,
    blank_exhibitor: [ExhibitorRow; 1],
    blank_device: [DeviceRow; 1],
    data: String,
}

async fn monitor(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(event): PagePath<EventId>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = MonitorScope::of(&app, &visitor.identity, event).await?;
    let info = app.events.info(&app, scope.event()).await.map_err(crate::problem::Problem::from)?;
    let snapshot = super::snapshot(&app, &scope).await?;
    let can_open = scope.role().may(Capability::LeadRead);
    let zone = EventZone::named(&info.timezone);
    let now = app.now();
    let api = format!("/api/v1/events/{event}");
    let data = json!({
        "seq": snapshot.seq,
        "zone": zone.spans(now),
        "live": format!("{api}/live"),
        "feed": format!("{api}/feed"),
        "stats": snapshot.stats,
        "exhibitors": snapshot.exhibitors,
        "devices": snapshot.devices,
        "reasons": Reason::ALL.iter().map(|reason| (reason.code(), zone.words().reason(*reason))).collect::<HashMap<_, _>>(),
    });
    let names: HashMap<ExhibitorId, &str> =
        snapshot.exhibitors.iter().map(|exhibitor| (exhibitor.exhibitor_id, exhibitor.name.as_str())).collect();
    let mut exhibitors: Vec<&ExhibitorStats> = snapshot.exhibitors.iter().collect();
    exhibitors.sort_by_cached_key(|one| (Reverse(one.scans), fold(&one.name)));
    let mut devices: Vec<&DeviceStatus> = snapshot.devices.iter().collect();
    devices.sort_by_cached_key(|one| (Reverse(one.not_yet_sent), fold(&one.name)));
    let words = zone.words();
    let today = words.long_day(zone.day(now));
    let times = words.t("monitor-times-in").with("zone", zone.abbreviation(now)).to_string();
    let day = zone.event_day(info.starts_at, info.ends_at, now);
    let page = MonitorPage {
        shell: Shell::of(
            format!("{} · {}", words.t("menu-live-monitor"), info.name),
            &visitor.account.name,
            &visitor.account.email,
            vec![Crumb::to(info.name.clone(), "/"), Crumb::here(words.t("menu-live-monitor"))],
        )
        .beside(menu::of_event(&scope, EventPage::Monitor))
        .running("page live monitor"),
        when: dotted(&[&info.name, &day, &today, &times]),
        totals: totals(&snapshot.stats),
        chart_note: chart_note(&snapshot.stats, &zone),
        minutes: minutes(&snapshot.stats, &zone),
        halls: halls::by_hall(&snapshot.exhibitors).into_iter().map(hall_row).collect(),
        has_rooms: !snapshot.stats.rooms.is_empty(),
        rooms: snapshot.stats.rooms.iter().map(room_row).collect(),
        refused: snapshot.stats.refused.iter().map(|one| refused_row(one, words)).collect(),
        wall: format!("/events/{event}/wall"),
        exhibitor_count: words.number(exhibitors.len() as u64),
        exhibitors: exhibitors
            .into_iter()
            .take(FIRST_ROWS)
            .map(|stats| exhibitor_row(stats, can_open, &zone, now))
            .collect(),
        device_count: words.number(devices.len() as u64),
        devices: devices.into_iter().take(FIRST_ROWS).map(|status| device_row(status, &names, &zone, now)).collect(),
        blank_exhibitor: [ExhibitorRow {
            href: if can_open { "/".to_owned() } else { String::new() },
            ..ExhibitorRow::default()
        }],
        blank_device: [DeviceRow::default()],
        data: json_in_page(&data),
    };
    Ok(Page(page))
}

fn totals(stats: &MonitorStats) -> [Total; 4] {
    let words = Words::of_request();
    let total =
        |label, name, value, note: Text<'_>| Total { label, name, value: words.number(value), note: note.into() };
    let waiting = if stats.not_yet_sent == 0 {
        words.t("monitor-every-scan-has-arrived")
    } else {
        words.t("monitor-on-phones").with("count", stats.devices_holding)
    };
    [
        total(
            "monitor-scans-today",
            "scans_today",
            stats.scans_today,
            words.t("monitor-since-the-event-began").with("count", stats.scans),
        ),
        total(
            "monitor-visitors-scanned",
            "unique_visitors",
            stats.unique_visitors,
            words.t("monitor-scanned-at-least-once"),
        ),
        total(
            "monitor-exhibitors-scanning",
            "exhibitors_active",
            stats.exhibitors_active,
            words.t("monitor-of-exhibitors").with("count", stats.exhibitors),
        ),
        total("common-not-yet-sent", "not_yet_sent", stats.not_yet_sent, waiting),
    ]
}

/// The minutes of the chart, oldest first, with their starts.
fn by_minute(stats: &MonitorStats) -> impl DoubleEndedIterator<Item = (Timestamp, u64)> + '_ {
    let last = stats.per_minute.len() as i64 - 1;
    let minute = move |index: usize| stats.minute.plus_micros((index as i64 - last) * MINUTE_US);
    stats.per_minute.iter().enumerate().map(move |(index, scans)| (minute(index), *scans))
}

fn chart_note(stats: &MonitorStats, zone: &EventZone) -> String {
    let words = zone.words();
    match by_minute(stats).max_by_key(|(_, scans)| *scans) {
        Some((at, scans)) if scans > 0 => {
            words.t("monitor-last-hour").with("count", scans).with("time", zone.clock(at)).into()
        }
        _ => words.t("monitor-no-scan-in-the-last-hour").into(),
    }
}

fn minutes(stats: &MonitorStats, zone: &EventZone) -> Vec<Minute> {
    by_minute(stats)
        .rev()
        .map(|(at, scans)| Minute { label: zone.clock(at), scans: zone.words().number(scans) })
        .collect()
}

fn hall_row(hall: Hall) -> HallRow {
    let words = Words::of_request();
    HallRow {
        name: if hall.name.is_empty() { words.t("monitor-elsewhere").into() } else { hall.name },
        scans: words.number(hall.scans),
        scanning: words.t("monitor-of").with("part", hall.scanning).with("whole", hall.exhibitors).into(),
        quiet: words.number(hall.exhibitors - hall.scanning),
        waiting: words.number(hall.waiting),
    }
}

fn room_row(room: &RoomStats) -> RoomRow {
    let words = Words::of_request();
    let inside = match room.capacity {
        Some(capacity) => words.t("monitor-of").with("part", room.inside).with("whole", capacity).into(),
        None => words.number(room.inside),
    };
    RoomRow { title: room.title.clone(), room: room.room.clone().unwrap_or_default(), inside }
}

fn refused_row(one: &RefusedStats, words: Words) -> (String, String) {
    let known = Reason::ALL.iter().find(|reason| reason.code() == one.reason);
    (known.map_or_else(|| one.reason.clone(), |reason| words.reason(*reason)), words.number(one.count))
}

fn exhibitor_row(stats: &ExhibitorStats, can_open: bool, zone: &EventZone, now: Timestamp) -> ExhibitorRow {
    let words = zone.words();
    ExhibitorRow {
        id: stats.exhibitor_id.to_string(),
        href: if can_open { format!("/exhibitors/{}/leads", stats.exhibitor_id) } else { String::new() },
        name: stats.name.clone(),
        booth: stats.booth.as_deref().map(stand).unwrap_or_default(),
        scans: words.number(stats.scans),
        last_minute: words.number(stats.scans_last_minute),
        last: ago(stats.last_scan_at, zone, now),
        last_iso: iso(stats.last_scan_at),
        devices: words.number(stats.devices),
        waiting: words.number(stats.not_yet_sent),
    }
}

fn device_row(
    status: &DeviceStatus,
    names: &HashMap<ExhibitorId, &str>,
    zone: &EventZone,
    now: Timestamp,
) -> DeviceRow {
    let words = zone.words();
    let owner = status.exhibitor_id.and_then(|exhibitor| names.get(&exhibitor).copied());
    DeviceRow {
        id: status.device_id.to_string(),
        name: status.name.clone(),
        exhibitor: owner.map_or_else(|| words.t("home-organiser").into(), str::to_owned),
        seen: ago(status.last_seen_at, zone, now),
        seen_iso: iso(status.last_seen_at),
        waiting: words.number(status.not_yet_sent),
        drift: drift(status.clock_offset_ms),
    }
}

fn ago(at: Option<Timestamp>, zone: &EventZone, now: Timestamp) -> String {
    at.map_or_else(|| zone.words().t("monitor-never").into(), |at| zone.ago(at, now))
}

fn iso(at: Option<Timestamp>) -> String {
    at.map_or_else(String::new, |at| at.to_string())
}

/// How far a clock is off: `right`, `95 s behind`, `12 min ahead`.
fn drift(offset_ms: Option<i64>) -> String {
    let words = Words::of_request();
    let Some(ms) = offset_ms else { return words.t("monitor-clock-unknown").into() };
    let seconds = (ms.unsigned_abs() + 500) / 1000;
    let size = match seconds {
        0 | 1 => return words.t("monitor-clock-right").into(),
        2..120 => format!("{seconds} s"),
        _ => format!("{} min", (seconds + 30) / 60),
    };
    words.t(if ms > 0 { "monitor-clock-ahead" } else { "monitor-clock-behind" }).with("size", size).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_right_within_two_seconds_and_else_says_how_far_it_is_off() {
        assert_eq!(drift(Some(-1400)), "right");
        assert_eq!(drift(Some(-95_000)), "95 s behind");
        assert_eq!(drift(Some(720_000)), "12 min ahead");
        assert_eq!(drift(None), "unknown");
    }

    #[test]
    fn the_chart_names_the_busiest_minute_in_the_events_time() {
        let stats = MonitorStats {
            scans: 9,
            scans_today: 9,
            unique_visitors: 4,
            exhibitors_active: 1,
            exhibitors: 2,
            devices_holding: 0,
            not_yet_sent: 0,
            unmatched: 0,
            revoked_seen: 0,
            per_minute: vec![2, 5, 1],
            minute: "2026-11-22T09:12:00Z".parse().unwrap(),
            refused: Vec::new(),
            rooms: Vec::new(),
        };
        assert_eq!(chart_note(&stats, &EventZone::named("Europe/Paris")), "Last hour · highest 5 at 10:11");
    }
}
