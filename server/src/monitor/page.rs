//! The organiser's live monitor. Its types hold no attendee's data; `js/monitor.js` keeps it up to
//! date from the states of the monitor's stream and paints it by the same rules.

use super::halls::{self, Hall};
use crate::access::{Capability, MonitorScope};
use crate::app::App;
use crate::web::menu::{self, EventPage};
use crate::web::text::{counted, dotted, grouped, json_in_page, stand};
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{Crumb, EventZone, Page, Shell};
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use mobile_core::ids::{EventId, ExhibitorId};
use mobile_core::time::Timestamp;
use mobile_core::wire::frames::{DeviceStatus, ExhibitorStats, MonitorStats};
use serde_json::json;
use std::collections::HashMap;

/// Rows of each table in the page itself; the module shows the others.
const FIRST_ROWS: usize = 100;
const MINUTE_US: i64 = 60_000_000;

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
    });
    let names: HashMap<ExhibitorId, &str> =
        snapshot.exhibitors.iter().map(|exhibitor| (exhibitor.exhibitor_id, exhibitor.name.as_str())).collect();
    let mut exhibitors: Vec<&ExhibitorStats> = snapshot.exhibitors.iter().collect();
    exhibitors.sort_by(|a, b| b.scans.cmp(&a.scans).then_with(|| a.name.cmp(&b.name)));
    let mut devices: Vec<&DeviceStatus> = snapshot.devices.iter().collect();
    devices.sort_by(|a, b| b.not_yet_sent.cmp(&a.not_yet_sent).then_with(|| a.name.cmp(&b.name)));
    let today = zone.day(now).strftime("%A %-d %B").to_string();
    let day = zone.event_day(info.starts_at, info.ends_at, now);
    let page = MonitorPage {
        shell: Shell::of(
            format!("Live monitor · {}", info.name),
            &visitor.account.name,
            &visitor.account.email,
            vec![Crumb::to(info.name.clone(), "/"), Crumb::here("Live monitor")],
        )
        .beside(menu::of_event(&scope, EventPage::Monitor)),
        when: dotted(&[&info.name, &day, &today, &format!("times in {}", zone.abbreviation(now))]),
        totals: totals(&snapshot.stats),
        chart_note: chart_note(&snapshot.stats, &zone),
        minutes: minutes(&snapshot.stats, &zone),
        halls: halls::by_hall(&snapshot.exhibitors).into_iter().map(hall_row).collect(),
        wall: format!("/events/{event}/wall"),
        exhibitor_count: grouped(exhibitors.len() as u64),
        exhibitors: exhibitors
            .into_iter()
            .take(FIRST_ROWS)
            .map(|stats| exhibitor_row(stats, can_open, &zone, now))
            .collect(),
        device_count: grouped(devices.len() as u64),
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
    let total = |label, name, value, note| Total { label, name, value: grouped(value), note };
    let waiting = if stats.not_yet_sent == 0 {
        "every scan has arrived".to_owned()
    } else {
        format!("on {}", counted(stats.devices_holding, "phone", "phones"))
    };
    [
        total(
            "Scans today",
            "scans_today",
            stats.scans_today,
            format!("{} since the event began", grouped(stats.scans)),
        ),
        total("Visitors scanned", "unique_visitors", stats.unique_visitors, "scanned at least once".to_owned()),
        total(
            "Exhibitors scanning",
            "exhibitors_active",
            stats.exhibitors_active,
            format!("of {}", counted(stats.exhibitors, "exhibitor", "exhibitors")),
        ),
        total("Not yet sent", "not_yet_sent", stats.not_yet_sent, waiting),
    ]
}

/// The minutes of the chart, oldest first, with their starts.
fn by_minute(stats: &MonitorStats) -> impl DoubleEndedIterator<Item = (Timestamp, u64)> + '_ {
    let last = stats.per_minute.len() as i64 - 1;
    let minute = move |index: usize| stats.minute.plus_micros((index as i64 - last) * MINUTE_US);
    stats.per_minute.iter().enumerate().map(move |(index, scans)| (minute(index), *scans))
}

fn chart_note(stats: &MonitorStats, zone: &EventZone) -> String {
    match by_minute(stats).max_by_key(|(_, scans)| *scans) {
        Some((at, scans)) if scans > 0 => format!("Last hour · highest {} at {}", grouped(scans), zone.clock(at)),
        _ => "No scan in the last hour".to_owned(),
    }
}

fn minutes(stats: &MonitorStats, zone: &EventZone) -> Vec<Minute> {
    by_minute(stats).rev().map(|(at, scans)| Minute { label: zone.clock(at), scans: grouped(scans) }).collect()
}

fn hall_row(hall: Hall) -> HallRow {
    HallRow {
        name: if hall.name.is_empty() { "Elsewhere".to_owned() } else { hall.name },
        scans: grouped(hall.scans),
        scanning: format!("{} of {}", grouped(hall.scanning), grouped(hall.exhibitors)),
        quiet: grouped(hall.exhibitors - hall.scanning),
        waiting: grouped(hall.waiting),
    }
}

fn exhibitor_row(stats: &ExhibitorStats, can_open: bool, zone: &EventZone, now: Timestamp) -> ExhibitorRow {
    ExhibitorRow {
        id: stats.exhibitor_id.to_string(),
        href: if can_open { format!("/exhibitors/{}/leads", stats.exhibitor_id) } else { String::new() },
        name: stats.name.clone(),
        booth: stats.booth.as_deref().map(stand).unwrap_or_default(),
        scans: grouped(stats.scans),
        last_minute: grouped(stats.scans_last_minute),
        last: ago(stats.last_scan_at, zone, now),
        last_iso: iso(stats.last_scan_at),
        devices: grouped(stats.devices),
        waiting: grouped(stats.not_yet_sent),
    }
}

fn device_row(
    status: &DeviceStatus,
    names: &HashMap<ExhibitorId, &str>,
    zone: &EventZone,
    now: Timestamp,
) -> DeviceRow {
    let owner = status.exhibitor_id.and_then(|exhibitor| names.get(&exhibitor).copied());
    DeviceRow {
        id: status.device_id.to_string(),
        name: status.name.clone(),
        exhibitor: owner.unwrap_or("Organiser").to_owned(),
        seen: ago(status.last_seen_at, zone, now),
        seen_iso: iso(status.last_seen_at),
        waiting: grouped(status.not_yet_sent),
        drift: drift(status.clock_offset_ms),
    }
}

fn ago(at: Option<Timestamp>, zone: &EventZone, now: Timestamp) -> String {
    at.map_or_else(|| "never".to_owned(), |at| zone.ago(at, now))
}

fn iso(at: Option<Timestamp>) -> String {
    at.map_or_else(String::new, |at| at.to_string())
}

/// How far a clock is off: `right`, `95 s behind`, `12 min ahead`.
fn drift(offset_ms: Option<i64>) -> String {
    let Some(ms) = offset_ms else { return "unknown".to_owned() };
    let seconds = (ms.unsigned_abs() + 500) / 1000;
    let size = match seconds {
        0 | 1 => return "right".to_owned(),
        2..120 => format!("{seconds} s"),
        _ => format!("{} min", (seconds + 30) / 60),
    };
    format!("{size} {}", if ms > 0 { "ahead" } else { "behind" })
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
        };
        assert_eq!(chart_note(&stats, &EventZone::named("Europe/Paris")), "Last hour · highest 5 at 10:11");
    }
}
