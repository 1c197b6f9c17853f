//! The pages of profiles: the organiser's list of fields, and the exhibitor's profile with what attendees
//! see of it beside the form. The attendee's pages are in its area.

use super::directory;
use super::fields::{self, Kind, ProfileField, Value};
use super::shown::Shown;
use crate::access::{EventAdminScope, ProfileScope};
use crate::app::App;
use crate::events::frame::EventFrame;
use crate::exhibitors::frame::SpaceFrame;
use crate::web::menu::{EventPage, SpacePage};
use crate::web::text::json_in_page;
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{Page, Shell};
use crate::words::Words;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use mobile_core::ids::{EventId, ExhibitorId};
use serde_json::json;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/events/{event_id}/profile-fields", get(fields))
        .route("/exhibitors/{exhibitor_id}/profile", get(profile))
}

/// A field of the organiser's list.
struct Row {
    name: String,
    other_name: String,
    kind: &'static str,
    most: String,
    fill: String,
    /// What moves it one up or down; empty at the ends.
    up: String,
    down: String,
}

/// The key of what a kind is called.
const fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Line => "profiles-kind-line",
        Kind::Text => "profiles-kind-text",
        Kind::Link => "profiles-kind-link",
        Kind::Tags => "profiles-kind-tags",
    }
}

impl Row {
    fn of(place: usize, field: &ProfileField, count: usize, words: Words) -> Self {
        let name = field.name(words.code()).to_owned();
        let other = field.words.values().find(|word| **word != name).cloned();
        let move_to = |position: usize| json_in_page(&json!({"position": position}));
        Self {
            other_name: other.unwrap_or_default(),
            kind: kind_name(field.kind),
            most: words.number(field.most.unsigned_abs()),
            fill: json_in_page(&json!({"key": field.key, "name": name, "words": field.words, "most": field.most})),
            up: if place > 1 { move_to(place - 1) } else { String::new() },
            down: if place < count { move_to(place + 1) } else { String::new() },
            name,
        }
    }
}

/// A kind that a new field may be of.
struct KindChoice {
    code: &'static str,
    label: &'static str,
}

#[derive(Template)]
#[template(path = "profiles/fields.html")]
struct FieldsPage {
    shell: Shell,
    event: String,
    api: String,
    rows: Vec<Row>,
    kinds: Vec<KindChoice>,
}

async fn fields(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(event): PagePath<EventId>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = EventAdminScope::of(&app, &visitor.identity, event).await?;
    let frame = EventFrame::open(&app, &visitor, &scope, EventPage::ProfileFields, "menu-profile-fields").await?;
    let form = fields::list(&app, &scope).await?;
    let words = frame.shell.words;
    let rows = form.0.iter().enumerate().map(|(at, field)| Row::of(at + 1, field, form.0.len(), words));
    Ok(Page(FieldsPage {
        rows: rows.collect(),
        kinds: Kind::ALL.map(|kind| KindChoice { code: kind.code(), label: kind_name(kind) }).into(),
        event: frame.event.name.clone(),
        api: format!("/api/v1/events/{event}/profile-fields"),
        shell: frame.shell,
    }))
}

/// A field of the form.
struct Input {
    key: String,
    label: String,
    kind: &'static str,
    most: i64,
    /// What stands in it; tags with commas between.
    text: String,
}

#[derive(Template)]
#[template(path = "profiles/own.html")]
struct ProfilePage {
    shell: Shell,
    exhibitor: String,
    place: String,
    api: String,
    fill: String,
    inputs: Vec<Input>,
    shown: Shown,
    /// When it was saved; empty while it never was.
    saved: String,
}

async fn profile(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(exhibitor): PagePath<ExhibitorId>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = ProfileScope::of(&app, &visitor.identity, exhibitor).await?;
    let frame = SpaceFrame::open(&app, &visitor, &scope, SpacePage::Profile, "menu-profile").await?;
    let profile = super::own(&app, &scope).await?;
    let public = directory::own(&app, scope.event(), exhibitor, &frame.exhibitor).await?;
    let words = frame.shell.words;
    let inputs = profile.form.0.iter().map(|field| Input {
        key: field.key.clone(),
        label: field.name(words.code()).to_owned(),
        kind: field.kind.code(),
        most: field.most,
        text: match profile.content.get(&field.key) {
            Some(Value::Text(text)) => text.clone(),
            Some(Value::Tags(tags)) => tags.join(", "),
            None => String::new(),
        },
    });
    Ok(Page(ProfilePage {
        inputs: inputs.collect(),
        shown: Shown::of(&public, &profile, words),
        saved: profile.updated_at.map(|at| frame.zone.moment(at, frame.now)).unwrap_or_default(),
        fill: json_in_page(&json!({"version": profile.version})),
        api: format!("/api/v1/exhibitors/{exhibitor}/profile"),
        shell: frame.shell.running("page manage profile"),
        exhibitor: frame.exhibitor,
        place: frame.place,
    }))
}
