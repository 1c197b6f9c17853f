//! The page of personal data: for how long contacts are kept, who asked to be erased, and finding
//! somebody who asked in another way.

use super::store::RequestRow;
use super::{Touched, retention};
use crate::access::{DeskScope, EventAdminScope};
use crate::app::App;
use crate::events::frame::EventFrame;
use crate::events::retention::{DEFAULT_DAYS, FEWEST_DAYS, MOST_DAYS};
use crate::extract::Params;
use crate::registrations::Registration;
use crate::web::menu::EventPage;
use crate::web::text::dotted;
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{Page, Shell};
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use mobile_core::capture::ContactField;
use mobile_core::ids::EventId;
use serde::Deserialize;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new().route("/events/{event_id}/personal-data", get(show))
}

/// Whom the page looks for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Asked {
    q: String,
}

/// Somebody who can be erased.
struct Waiting {
    id: String,
    name: String,
    /// When they asked, or what tells them from others of the same name.
    about: String,
    exhibitors: u64,
    leads: u64,
    notes: u64,
}

struct Done {
    at: String,
    by: String,
    leads: u64,
}

#[derive(Template)]
#[template(path = "erasure/index.html")]
struct PersonalDataPage {
    shell: Shell,
    event: String,
    api: String,
    /// Days that the organiser set; empty for the default.
    days: String,
    default_days: i64,
    fewest: i64,
    most: i64,
    removes: String,
    noticed: String,
    removed: String,
    waiting: Vec<Waiting>,
    /// What is looked for among those who did not ask here.
    q: String,
    found: Vec<Waiting>,
    done: Vec<Done>,
}

async fn show(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(event): PagePath<EventId>,
    Params(asked): Params<Asked>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = EventAdminScope::of(&app, &visitor.identity, event).await?;
    let frame = EventFrame::open(&app, &visitor, &scope, EventPage::PersonalData, "menu-personal-data").await?;
    let kept = retention::get(&app, &scope).await?;
    let short = |at| frame.zone.dated_clock(at);
    let (mut waiting, mut done) = (Vec::new(), Vec::new());
    for (row, touched) in super::requests(&app, &scope).await? {
        match row.done_at {
            None => waiting.push(waits(
                &row,
                &touched,
                frame.shell.words.t("erasure-asked-at").with("at", frame.zone.moment(row.created_at, frame.now)).into(),
            )),
            Some(at) => done.push(Done {
                at: short(at),
                by: row.done_by.unwrap_or_default(),
                leads: touched.leads.unsigned_abs(),
            }),
        }
    }
    let q = asked.q.trim().to_owned();
    let mut found = Vec::new();
    if !q.is_empty() {
        let desk = DeskScope::of(&app, &visitor.identity, event).await?;
        let people = super::look_for(&app, &desk, &q).await?;
        found.extend(people.iter().map(|(person, touched)| found_one(person, touched)));
    }
    Ok(Page(PersonalDataPage {
        event: frame.event.name.clone(),
        api: format!("/api/v1/events/{event}"),
        days: if kept.is_default { String::new() } else { kept.days.to_string() },
        default_days: DEFAULT_DAYS,
        fewest: FEWEST_DAYS,
        most: MOST_DAYS,
        removes: short(kept.removes_at()),
        noticed: kept.noticed_at.map(short).unwrap_or_default(),
        removed: kept.removed_at.map(short).unwrap_or_default(),
        waiting,
        q,
        found,
        done,
        shell: frame.shell,
    }))
}

fn waits(row: &RequestRow, touched: &Touched, about: String) -> Waiting {
    Waiting {
        id: row.registration_id.to_string(),
        name: row.contact.full_name(),
        about,
        exhibitors: touched.exhibitors.unsigned_abs(),
        leads: touched.leads.unsigned_abs(),
        notes: touched.notes.unsigned_abs(),
    }
}

fn found_one(person: &Registration, touched: &Touched) -> Waiting {
    let text = |field| person.contact.get(field).unwrap_or_default();
    Waiting {
        id: person.id.to_string(),
        name: person.contact.full_name(),
        about: dotted(&[text(ContactField::Company), text(ContactField::Email)]),
        exhibitors: touched.exhibitors.unsigned_abs(),
        leads: touched.leads.unsigned_abs(),
        notes: touched.notes.unsigned_abs(),
    }
}
