//! The organiser's page of messages: how much exhibitors and attendees write to each other, what was
//! reported, and the limits that stop spam. Texts are not on it; they are for those who write them.

use super::oversight::{self, Report, ReportReason, Volume};
use crate::access::{EventAdminScope, EventScope};
use crate::app::App;
use crate::events::frame::EventFrame;
use crate::meetings::Side;
use crate::web::menu::EventPage;
use crate::web::text::json_in_page;
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{EventZone, Page, Shell};
use crate::words::Words;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use mobile_core::ids::EventId;
use mobile_core::time::Timestamp;
use serde_json::json;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new().route("/events/{event_id}/messages", get(show))
}

/// What one exhibitor and attendees write to each other, in numbers.
struct VolumeRow {
    exhibitor: String,
    conversations: String,
    messages: String,
    shared: String,
    /// Blocks from either side, in words; empty where there are none.
    blocks: Vec<String>,
    reports: i64,
}

impl VolumeRow {
    fn of(row: Volume, words: Words) -> Self {
        let number = |count: i64| words.number(count.unsigned_abs());
        let blocks = [
            ("oversight-blocked-by-visitors", row.blocked_by_attendees),
            ("oversight-blocked-by-partner", row.blocked_by_exhibitor),
        ];
        Self {
            conversations: number(row.conversations),
            messages: number(row.messages),
            shared: words.t("oversight-of").with("part", row.granted).with("all", row.granted + row.refused).into(),
            blocks: blocks
                .into_iter()
                .filter(|(_, count)| *count > 0)
                .map(|(key, count)| words.t(key).with("count", count).into())
                .collect(),
            reports: row.reports,
            exhibitor: row.exhibitor,
        }
    }
}

/// A report, without what was written.
struct ReportRow {
    exhibitor: String,
    who: &'static str,
    why: &'static str,
    written: String,
    at: String,
    is_closed: bool,
    closed: String,
    fill: String,
}

impl ReportRow {
    fn of(row: Report, zone: &EventZone, now: Timestamp) -> Self {
        let written = zone.words().t("oversight-written");
        Self {
            who: match row.reported_by {
                Side::Exhibitor => "oversight-by-partner",
                Side::Attendee => "oversight-by-visitor",
            },
            why: match row.reason {
                ReportReason::Spam => "oversight-spam",
                ReportReason::Offensive => "oversight-offensive",
                ReportReason::Other => "oversight-other",
            },
            written: written.with("partner", row.exhibitor_messages).with("visitor", row.attendee_messages).into(),
            at: zone.short(row.created_at, now),
            is_closed: row.closed_at.is_some(),
            closed: row.closed_at.map(|at| zone.moment(at, now)).unwrap_or_default(),
            fill: json_in_page(&json!({"id": row.id})),
            exhibitor: row.exhibitor,
        }
    }
}

#[derive(Template)]
#[template(path = "sharing/oversight.html")]
struct OversightPage {
    shell: Shell,
    event: String,
    volumes: Vec<VolumeRow>,
    reports: Vec<ReportRow>,
    open_reports: usize,
    /// What the limits' form is filled with.
    rules: String,
    limits: String,
    can_manage: bool,
    api: String,
}

async fn show(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(event): PagePath<EventId>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = EventScope::of(&app, &visitor.identity, event).await?;
    let manager = EventAdminScope::of(&app, &visitor.identity, event).await.ok();
    let frame = EventFrame::open(&app, &visitor, &scope, EventPage::Messages, "menu-messages").await?;
    let words = frame.shell.words;
    let volumes = oversight::volumes(&app, &scope).await?;
    let reports = match &manager {
        Some(manager) => oversight::reports(&app, manager).await?,
        None => Vec::new(),
    };
    let rules = oversight::rules(&app, &scope).await?;
    let limits = words
        .t("oversight-limits-now")
        .with("requests", rules.daily_requests)
        .with("messages", rules.daily_messages)
        .with("unanswered", rules.unanswered_messages);
    let fill = json!({"daily_requests": rules.daily_requests, "daily_messages": rules.daily_messages,
        "unanswered_messages": rules.unanswered_messages});
    Ok(Page(OversightPage {
        event: frame.event.name.clone(),
        volumes: volumes.into_iter().map(|row| VolumeRow::of(row, words)).collect(),
        open_reports: reports.iter().filter(|report| report.closed_at.is_none()).count(),
        reports: reports.into_iter().map(|row| ReportRow::of(row, &frame.zone, frame.now)).collect(),
        rules: json_in_page(&fill),
        limits: limits.into(),
        can_manage: manager.is_some(),
        api: format!("/api/v1/events/{event}"),
        shell: frame.shell,
    }))
}
