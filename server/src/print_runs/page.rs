//! The page of print runs: begin one, print it chunk by chunk, say what came out, stop and go on.

use super::store::RunRow;
use super::{Chunk, Order, Status};
use crate::access::DeskScope;
use crate::app::App;
use crate::badges::print::PRESETS;
use crate::events::frame::EventFrame;
use crate::packages::page::Choice;
use crate::registrations::category;
use crate::web::menu::EventPage;
use crate::web::text::dotted;
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{EventZone, Page, Shell};
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use mobile_core::ids::EventId;
use mobile_core::time::Timestamp;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new().route("/events/{event_id}/print-runs", get(show))
}

/// What comes out of the printer next.
struct Next {
    sheets: String,
    through: i64,
    label: String,
    who: String,
}

struct Row {
    id: String,
    title: String,
    about: String,
    status: &'static str,
    tone: &'static str,
    total: i64,
    done: i64,
    progress: String,
    is_stopped: bool,
    is_done: bool,
    next: Option<Next>,
}

impl Row {
    fn of((row, next): &(RunRow, Option<Chunk>), api: &str, zone: &EventZone, now: Timestamp) -> Self {
        let (words, choice) = (zone.words(), &row.choice.0);
        let mut covers: Vec<String> = Vec::new();
        covers.extend(choice.category.as_deref().map(|code| words.coded("category", code)));
        covers.extend(choice.company.clone());
        if covers.is_empty() {
            covers.push(words.t("runs-everybody").into());
        }
        if choice.is_unprinted {
            covers.push(words.t("runs-unprinted").into());
        }
        let order = match choice.order {
            Order::Surname => "runs-by-surname",
            Order::Exhibitor => "runs-by-exhibitor",
        };
        let (order, begun) = (words.t(order).to_string(), zone.short(row.created_at, now));
        let (status, tone) = match row.status {
            Status::Open => ("runs-open", "attention"),
            Status::Stopped => ("runs-stopped", "stop"),
            Status::Done => ("runs-done", ""),
        };
        Self {
            id: row.id.to_string(),
            title: dotted(&covers.iter().map(String::as_str).collect::<Vec<_>>()),
            about: dotted(&[&order, &begun]),
            status,
            tone,
            total: row.total,
            done: row.done,
            progress: words.t("runs-progress").with("done", row.done).with("total", row.total).into(),
            is_stopped: row.status == Status::Stopped,
            is_done: row.status == Status::Done,
            next: next.as_ref().map(|next| Next {
                sheets: format!("{api}/{}/sheets.pdf?after={}", row.id, next.after),
                through: next.through,
                label: words.t("runs-print-next").with("count", next.count).into(),
                who: words.t("runs-from-to").with("first", &next.first).with("last", &next.last).into(),
            }),
        }
    }
}

#[derive(Template)]
#[template(path = "print_runs/index.html")]
struct RunsPage {
    shell: Shell,
    event: String,
    rows: Vec<Row>,
    categories: Vec<Choice>,
    stocks: Vec<(&'static str, &'static str)>,
    api: String,
    test: String,
}

async fn show(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(event): PagePath<EventId>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = DeskScope::of(&app, &visitor.identity, event).await?;
    let frame = EventFrame::open(&app, &visitor, &scope, EventPage::PrintRuns, "menu-print-runs").await?;
    let api = format!("/api/v1/events/{event}/print-runs");
    let found = super::list(&app, &scope).await?;
    let choices = category::choices(&frame.event.disclosure).into_iter();
    Ok(Page(RunsPage {
        rows: found.iter().map(|one| Row::of(one, &api, &frame.zone, frame.now)).collect(),
        categories: choices.map(|code| Choice { label: frame.shell.words.coded("category", &code), code }).collect(),
        stocks: PRESETS.iter().map(|preset| (preset.name, preset.title)).collect(),
        event: frame.event.name.clone(),
        test: format!("/api/v1/events/{event}/badge-test-page.pdf"),
        shell: frame.shell,
        api,
    }))
}
