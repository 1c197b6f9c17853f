//! The monitor on a wall: totals and halls, to be read from five metres. Competitors walk past, so no
//! exhibitor is named or ranked: [`WallStats`] has no room for a name, a device or an id, and neither the
//! page nor its stream holds anything else. `js/wall.js` keeps it up to date.

use super::halls;
use crate::access::MonitorScope;
use crate::app::App;
use crate::problem::Problem;
use crate::web::text::json_in_page;
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{EventZone, Page, Shell};
use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;
use mobile_core::ids::EventId;
use mobile_core::time::Timestamp;
use mobile_core::wire::frames::{ExhibitorStats, MonitorStats};
use serde::Serialize;
use serde_json::json;

/// What a wall shows, and all that its stream says.
#[derive(Debug, Clone, Serialize)]
pub struct WallStats {
    #[serde(rename = "type")]
    kind: &'static str,
    scans_today: u64,
    unique_visitors: u64,
    exhibitors_active: u64,
    /// Scans per minute over the last hour, oldest first.
    per_minute: Vec<u64>,
    /// The start of the current minute.
    minute: Timestamp,
    halls: Vec<WallHall>,
}

/// A hall on the wall.
#[derive(Debug, Clone, Serialize)]
struct WallHall {
    /// As booths name it; empty where they name none.
    name: String,
    scans: u64,
}

impl WallStats {
    /// Takes from the monitor's numbers those that anybody may read.
    pub fn of(stats: &MonitorStats, exhibitors: &[ExhibitorStats]) -> Self {
        let halls = halls::by_hall(exhibitors).into_iter();
        Self {
            kind: "wall.stats",
            scans_today: stats.scans_today,
            unique_visitors: stats.unique_visitors,
            exhibitors_active: stats.exhibitors_active,
            per_minute: stats.per_minute.clone(),
            minute: stats.minute,
            halls: halls.map(|hall| WallHall { name: hall.name, scans: hall.scans }).collect(),
        }
    }
}

struct Figure {
    label: &'static str,
    name: &'static str,
    value: String,
}

#[derive(Template)]
#[template(path = "monitor/wall.html")]
struct WallPage {
    shell: Shell,
    event: String,
    clock: String,
    day: String,
    figures: [Figure; 4],
    halls: Vec<(String, String)>,
    back: String,
    data: String,
}

/// The page.
pub(super) async fn wall(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(event): PagePath<EventId>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = MonitorScope::of(&app, &visitor.identity, event).await?;
    let info = app.events.info(&app, event).await.map_err(Problem::from)?;
    let snapshot = super::snapshot(&app, &scope).await?;
    let zone = EventZone::named(&info.timezone);
    let now = app.now();
    let stats = &snapshot.stats;
    let api = format!("/api/v1/events/{event}");
    let shown = WallStats::of(stats, &snapshot.exhibitors);
    let data = json!({
        "seq": snapshot.seq,
        "zone": zone.spans(now),
        "live": format!("{api}/wall/live"),
        "feed": format!("{api}/wall/feed"),
        "stats": shown,
    });
    let words = zone.words();
    let figure = |label, name, value| Figure { label, name, value: words.number(value) };
    let last_minute = stats.per_minute.iter().rev().nth(1).copied().unwrap_or(0);
    let told = |hall: WallHall| {
        let name = match hall.name.chars().count() {
            0 => words.t("monitor-elsewhere").into(),
            // A number or a letter alone says nothing from five metres.
            1 | 2 => words.t("js-monitor-hall-named").with("name", hall.name).into(),
            _ => hall.name,
        };
        (name, words.number(hall.scans))
    };
    Ok(Page(WallPage {
        shell: Shell::of(
            words.t("monitor-wall").with("event", &info.name),
            &visitor.account.name,
            &visitor.account.email,
            Vec::new(),
        )
        .running("page live monitor"),
        event: info.name.clone(),
        clock: zone.clock(now),
        day: zone.event_day(info.starts_at, info.ends_at, now),
        figures: [
            figure("monitor-scans-today", "scans_today", stats.scans_today),
            figure("monitor-in-the-last-minute", "last_minute", last_minute),
            figure("monitor-visitors-met", "unique_visitors", stats.unique_visitors),
            figure("monitor-exhibitors-scanning", "exhibitors_active", stats.exhibitors_active),
        ],
        halls: shown.halls.into_iter().map(told).collect(),
        back: format!("/events/{event}/monitor"),
        data: json_in_page(&data),
    }))
}
