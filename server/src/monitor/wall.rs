//! The monitor on a wall: totals and halls, to be read from five metres. Competitors walk past, so no
//! exhibitor is named or ranked; `js/wall.js` keeps it up to date.

use super::halls::{self, Hall};
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
use serde_json::json;

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
    // The page itself holds no exhibitor's name: only which hall each id is in, and its scans.
    let places: Vec<_> = snapshot
        .exhibitors
        .iter()
        .map(|one| json!({"exhibitor_id": one.exhibitor_id, "hall": halls::hall_of(one.booth.as_deref()), "scans": one.scans}))
        .collect();
    let data = json!({
        "seq": snapshot.seq,
        "zone": zone.spans(now),
        "live": format!("{api}/live"),
        "feed": format!("{api}/feed"),
        "stats": stats,
        "places": places,
    });
    let words = zone.words();
    let figure = |label, name, value| Figure { label, name, value: words.number(value) };
    let last_minute = stats.per_minute.iter().rev().nth(1).copied().unwrap_or(0);
    let shown = |hall: Hall| {
        (if hall.name.is_empty() { words.t("monitor-elsewhere").into() } else { hall.name }, words.number(hall.scans))
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
        halls: halls::by_hall(&snapshot.exhibitors).into_iter().map(shown).collect(),
        back: format!("/events/{event}/monitor"),
        data: json_in_page(&data),
    }))
}
