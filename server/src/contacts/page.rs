//! The page of the contact list: attendees whom an exhibitor may write to and ask for a meeting.

use super::{Person, Search, categories};
use crate::access::{Capability, ContactScope};
use crate::app::App;
use crate::exhibitors::frame::SpaceFrame;
use crate::extract::Params;
use crate::web::list_query::ListQuery;
use crate::web::menu::SpacePage;
use crate::web::text::dotted;
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{Page, Shell};
use crate::words::Words;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use mobile_core::capture::ContactField;
use mobile_core::ids::ExhibitorId;
use serde::Deserialize;

/// People on a page.
const ROWS: u32 = 50;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new().route("/exhibitors/{exhibitor_id}/people", get(people))
}

/// Somebody of the list.
struct Row {
    name: String,
    work: String,
    category: String,
    country: String,
    write: String,
    meet: String,
}

/// A category to filter by.
struct Choice {
    code: String,
    label: String,
    is_on: bool,
}

#[derive(Template)]
#[template(path = "contacts/people.html")]
struct PeoplePage {
    shell: Shell,
    exhibitor: String,
    place: String,
    q: String,
    country: String,
    categories: Vec<Choice>,
    rows: Vec<Row>,
    more: String,
    can_write: bool,
    can_meet: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    category: String,
    #[serde(default)]
    country: String,
    cursor: Option<String>,
}

fn row(person: &Person, space: &str, words: Words) -> Row {
    let text = |field| person.contact.get(field).unwrap_or_default();
    let name = person.contact.full_name();
    Row {
        // Masked by the policy: the category and whatever else shows.
        name: if name.is_empty() { words.t("people-masked").into() } else { name },
        work: dotted(&[text(ContactField::JobTitle), text(ContactField::Company)]),
        category: words.coded("category", &person.category),
        country: text(ContactField::Country).to_owned(),
        write: format!("{space}/conversations/new?registration={}", person.id),
        meet: format!("{space}/meetings/new?registration={}", person.id),
    }
}

async fn people(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(exhibitor): PagePath<ExhibitorId>,
    Params(asked): Params<Asked>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = ContactScope::of(&app, &visitor.identity, exhibitor).await?;
    let frame = SpaceFrame::open(&app, &visitor, &scope, SpacePage::People, "menu-people").await?;
    let words = frame.zone.words();
    let filled = |text: &String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let search = Search { q: asked.q.clone(), category: filled(&asked.category), country: filled(&asked.country) };
    let found = super::list(&app, &scope, &search, Some(ROWS), asked.cursor.as_deref()).await?;
    let categories = categories(&app, &scope).await?.into_iter().map(|code| Choice {
        label: words.coded("category", &code),
        is_on: code == asked.category,
        code,
    });
    let space = format!("/exhibitors/{exhibitor}");
    let here = ListQuery::default().with("q", &asked.q).with("category", &asked.category);
    let here = here.with("country", &asked.country);
    Ok(Page(PeoplePage {
        rows: found.items.iter().map(|person| row(person, &space, words)).collect(),
        more: found.next_cursor.map(|cursor| here.with("cursor", &cursor).to_address()).unwrap_or_default(),
        categories: categories.collect(),
        can_write: scope.may(Capability::Message),
        can_meet: scope.may(Capability::MeetingManage),
        q: asked.q,
        country: asked.country,
        shell: frame.shell,
        exhibitor: frame.exhibitor,
        place: frame.place,
    }))
}
