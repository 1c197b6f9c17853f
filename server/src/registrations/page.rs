//! The page of people: who is registered, their badges, and taking in a file. The registration desk
//! works here too: four fields, a category, and the badge is ready to print.

use super::Registered;
use super::category;
use super::import::{Column, FULL_NAME};
use crate::access::{Capability, DeskScope};
use crate::app::App;
use crate::badges::{self, BadgeStatus};
use crate::erasure;
use crate::events::frame::EventFrame;
use crate::extract::Params;
use crate::packages::page::Choice;
use crate::storage::cursor;
use crate::web::list_query::ListQuery;
use crate::web::menu::EventPage;
use crate::web::text::{column_names, dotted, json_in_page};
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{Page, Shell};
use crate::words::Words;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use mobile_core::capture::ContactField;
use mobile_core::ids::{EventId, RegistrationId};
use serde::Deserialize;
use serde_json::json;

const ROWS: u32 = 100;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new().route("/events/{event_id}/people", get(people))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PeopleParams {
    q: String,
    cursor: Option<String>,
}

/// A person as rows show them, here and at the help desk.
pub(crate) struct Row {
    pub name: String,
    pub about: String,
    pub category: String,
    pub number: String,
    /// What became of the newest badge, where it is not good any more.
    pub state: &'static str,
    /// The badge's PDF; empty where there is no badge to print.
    pub print: String,
    pub was_printed: bool,
    pub fill: String,
}

impl Row {
    pub(crate) fn of(person: &Registered, api: &str) -> Self {
        let words = Words::of_request();
        let known = &person.registration;
        let text = |field| known.contact.get(field).unwrap_or_default();
        let badge = badges::current(&person.badges);
        let name = format!("{} {}", text(ContactField::FirstName), text(ContactField::LastName));
        let mut fill = json!({"id": known.id, "name": name.trim(), "category": known.category, "version": known.version,
            "badge": badge.map(|badge| badge.id)});
        for field in ContactField::ALL {
            fill[field.as_str()] = json!(known.contact.get(field));
        }
        Self {
            name: if name.trim().is_empty() { words.t("people-no-name").into() } else { name.trim().to_owned() },
            about: dotted(&[text(ContactField::JobTitle), text(ContactField::Company), text(ContactField::Email)]),
            category: words.coded("category", &known.category),
            number: badge.map(badges::Badge::printed_number).unwrap_or_default(),
            state: badge.map_or("people-no-badge", |badge| state(badge.status)),
            print: badge
                .filter(|badge| badge.status == BadgeStatus::Active)
                .map_or_else(String::new, |badge| format!("{api}/badges/{}.pdf", badge.id)),
            was_printed: badge.is_some_and(|badge| badge.print_count > 0),
            fill: json_in_page(&fill),
        }
    }
}

fn state(status: BadgeStatus) -> &'static str {
    match status {
        BadgeStatus::Active => "",
        BadgeStatus::Replaced => "people-replaced",
        BadgeStatus::Lost => "common-lost",
        BadgeStatus::Cancelled => "people-cancelled",
        BadgeStatus::Misuse => "people-misused",
    }
}

#[derive(Template)]
#[template(path = "registrations/index.html")]
struct PeoplePage {
    shell: Shell,
    event: String,
    q: String,
    rows: Vec<Row>,
    /// Who asked to be erased, and when.
    erasures: Vec<(String, String)>,
    categories: Vec<Choice>,
    can_import: bool,
    /// What the columns of a file are called.
    columns: String,
    api: String,
    more: String,
}

async fn people(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(event): PagePath<EventId>,
    Params(asked): Params<PeopleParams>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = DeskScope::of(&app, &visitor.identity, event).await?;
    let frame = EventFrame::open(&app, &visitor, &scope, EventPage::People, "menu-people").await?;
    let after = cursor::place::<RegistrationId>(asked.cursor.as_deref())?;
    let page = super::list(&app, &scope, &asked.q, after, ROWS).await?;
    let categories = category::choices(&frame.event.disclosure);
    let api = format!("/api/v1/events/{event}");
    let erasures = erasure::requests(&app, &scope).await?.into_iter().filter(|(row, _)| row.done_at.is_none());
    let erasures = erasures.map(|(row, _)| (row.contact.full_name(), frame.zone.short(row.created_at, frame.now)));
    let erasures: Vec<(String, String)> = erasures.collect();
    let query = ListQuery::default().with("q", &asked.q);
    Ok(Page(PeoplePage {
        event: frame.event.name.clone(),
        rows: page.items.iter().map(|person| Row::of(person, &api)).collect(),
        erasures,
        categories: categories
            .into_iter()
            .map(|code| Choice { label: frame.shell.words.coded("category", &code), code })
            .collect(),
        can_import: scope.role().may(Capability::Import),
        columns: column_names(Column::ALL.into_iter().map(Column::name).chain([FULL_NAME])),
        more: page.next.map_or_else(String::new, |next| query.with("cursor", &cursor::write(&next)).to_address()),
        q: asked.q,
        api,
        shell: frame.shell.running("page manage import"),
    }))
}
