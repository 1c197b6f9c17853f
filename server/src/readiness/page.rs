//! The page that says which exhibitors are ready, and reminds the others with one click.

use super::{AdminContact, Filter, Readiness, Step};
use crate::access::{EventAdminScope, EventScope};
use crate::app::App;
use crate::events::frame::EventFrame;
use crate::extract::Params;
use crate::web::menu::EventPage;
use crate::web::text::{json_in_page, stand};
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{EventZone, Page, Shell};
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use mobile_core::ids::EventId;
use mobile_core::time::Timestamp;
use serde::Deserialize;
use serde_json::json;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new().route("/events/{event_id}/ready", get(ready))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    filter: Filter,
}

struct Tab {
    code: &'static str,
    label: &'static str,
    count: usize,
    is_current: bool,
}

struct Mark {
    label: &'static str,
    is_done: bool,
}

struct Row {
    name: String,
    place: String,
    contacts: Vec<AdminContact>,
    marks: Vec<Mark>,
    reminded: String,
    can_remind: bool,
    body: String,
}

#[derive(Template)]
#[template(path = "readiness/index.html")]
struct ReadyPage {
    shell: Shell,
    event: String,
    api: String,
    filter: &'static str,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    summary: String,
    can_remind: bool,
    /// Whom the one button for all that are shown reminds, and how many they are.
    remind_all: String,
    remind_count: usize,
}

const fn names(filter: Filter) -> (&'static str, &'static str) {
    match filter {
        Filter::All => ("all", "readiness-all"),
        Filter::Nothing => ("nothing", "readiness-nothing-done"),
        Filter::NotSignedIn => ("not_signed_in", "readiness-never-signed-in"),
        Filter::NotPaired => ("not_paired", "readiness-no-phone"),
        Filter::NotTested => ("not_tested", "readiness-not-tested"),
        Filter::NotAsking => ("not_asking", "readiness-no-questions"),
        Filter::NotScanned => ("not_scanned", "readiness-no-scan"),
    }
}

const fn label(step: Step) -> &'static str {
    match step {
        Step::SignedIn => "readiness-step-signed-in",
        Step::Team => "readiness-step-team",
        Step::Paired => "readiness-step-paired",
        Step::Tested => "readiness-step-tested",
        Step::QuestionsSet => "readiness-step-questions",
        Step::Scanned => "readiness-step-scanned",
        Step::WithContact => "readiness-step-with-contact",
    }
}

fn row(ready: &Readiness, zone: &EventZone, now: Timestamp) -> Row {
    Row {
        name: ready.name.clone(),
        place: ready.booth.as_deref().map(stand).unwrap_or_default(),
        contacts: ready.contacts.clone(),
        // What the package leaves out is neither done nor to be done.
        marks: Step::ALL
            .into_iter()
            .filter(|step| ready.has(*step) || ready.left.contains(step))
            .map(|step| Mark { label: label(step), is_done: ready.has(step) })
            .collect(),
        reminded: ready.reminded_at.map_or_else(String::new, |at| {
            zone.words().t("readiness-reminded").with("time", zone.ago_told(at, now)).into()
        }),
        can_remind: is_remindable(ready),
        body: json_in_page(&json!({"exhibitor_ids": [ready.exhibitor_id]})),
    }
}

fn is_remindable(ready: &Readiness) -> bool {
    ready.admins > 0 && !ready.left.is_empty()
}

async fn ready(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(event): PagePath<EventId>,
    Params(asked): Params<Asked>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = EventScope::of(&app, &visitor.identity, event).await?;
    let frame = EventFrame::open(&app, &visitor, &scope, EventPage::Ready, "menu-ready").await?;
    let can_remind = EventAdminScope::of(&app, &visitor.identity, event).await.is_ok();
    let all = super::of_event(&app, &scope, Filter::All).await?;
    let tab = |filter: Filter| {
        let (code, label) = names(filter);
        let count = all.iter().filter(|ready| filter.has(ready)).count();
        Tab { code, label, count, is_current: filter == asked.filter }
    };
    let shown: Vec<&Readiness> = all.iter().filter(|ready| asked.filter.has(ready)).collect();
    let remindable: Vec<_> =
        shown.iter().filter(|ready| is_remindable(ready)).map(|ready| ready.exhibitor_id).take(super::MOST).collect();
    let scanning = all.iter().filter(|ready| ready.has(Step::Scanned)).count();
    let tested = all.iter().filter(|ready| ready.has(Step::Tested)).count();
    let summary = frame.shell.t("readiness-summary").with("count", all.len());
    let summary = summary.with("tested", tested).with("scanning", scanning).into();
    Ok(Page(ReadyPage {
        shell: frame.shell,
        event: frame.event.name.clone(),
        api: format!("/api/v1/events/{event}/readiness"),
        filter: names(asked.filter).0,
        tabs: Filter::ALL.map(tab).into_iter().collect(),
        rows: shown.iter().map(|ready| row(ready, &frame.zone, frame.now)).collect(),
        summary,
        can_remind,
        remind_count: remindable.len(),
        remind_all: json_in_page(&json!({"exhibitor_ids": remindable})),
    }))
}
