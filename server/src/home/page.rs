//! The page of a space's home.

use super::Counters;
use crate::access::{Capability, SpaceScope};
use crate::app::App;
use crate::exhibitors::frame::SpaceFrame;
use crate::partner_menu::contacts::PartnerContact;
use crate::profiles::{self, shown::Shown};
use crate::web::menu::SpacePage;
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{Page, Shell};
use crate::words::Words;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use mobile_core::ids::ExhibitorId;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new().route("/exhibitors/{exhibitor_id}", get(home))
}

struct Figure {
    label: &'static str,
    value: String,
    note: String,
    href: String,
}

#[derive(Template)]
#[template(path = "home/index.html")]
struct HomePage {
    shell: Shell,
    exhibitor: String,
    place: String,
    /// From when until when the event is on.
    times: String,
    figures: Vec<Figure>,
    contacts: Vec<PartnerContact>,
    shown: Shown,
    is_blank: bool,
    /// Where the profile is changed; empty for those who may not.
    edit: String,
}

/// The numbers in words, each with the page behind it.
fn figures(counters: &Counters, space: &str, words: Words) -> Vec<Figure> {
    let mut figures = Vec::new();
    let mut add = |label, value: Option<u64>, note: Option<String>, page: &str| {
        if let Some(value) = value {
            let href = format!("{space}/{page}");
            figures.push(Figure { label, value: words.number(value), note: note.unwrap_or_default(), href });
        }
    };
    let of = |key: &'static str, count: Option<i64>| count.map(|count| words.t(key).with("count", count).to_string());
    let (new, goal) = (of("home-new-today", counters.new_today.map(u64::cast_signed)), of("home-goal", counters.goal));
    add("menu-leads", counters.leads, goal.or(new), "leads");
    add("home-hot", counters.hot, None, "leads?rating=hot");
    add("home-unrated", counters.unrated, None, "leads?unrated=true");
    add("home-meetings", counters.meetings_to_answer, None, "meetings");
    add("home-messages", counters.unread_messages, None, "conversations");
    add("home-phones", counters.devices, of("home-licences", counters.licences.map(i64::from)), "devices");
    add("home-unsent", counters.not_yet_sent, None, "devices");
    figures
}

async fn home(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(exhibitor): PagePath<ExhibitorId>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = SpaceScope::of(&app, &visitor.identity, exhibitor).await?;
    let frame = SpaceFrame::open(&app, &visitor, &scope, SpacePage::Home, "menu-home").await?;
    let home = super::of(&app, &scope, &visitor.identity).await?;
    let shown = profiles::shown(&app, &scope, &home.name, frame.shell.words).await?;
    let space = format!("/exhibitors/{exhibitor}");
    Ok(Page(HomePage {
        exhibitor: frame.exhibitor,
        place: frame.place,
        times: frame.zone.stretch(frame.event.starts_at, frame.event.ends_at),
        figures: figures(&home.counters, &space, frame.shell.words),
        contacts: home.contacts,
        is_blank: shown.fields.iter().all(|field| field.is_empty),
        shown,
        edit: if scope.may(Capability::ProfileManage) { format!("{space}/profile") } else { String::new() },
        shell: frame.shell,
    }))
}
