//! The organiser's page of the partner space's menu: a row a tab, in the order that partners see.

use super::contacts::{self, PartnerContact};
use super::{Setting, State, Tab};
use crate::access::{EventAdminScope, EventScope};
use crate::app::App;
use crate::events::frame::EventFrame;
use crate::web::menu::EventPage;
use crate::web::text::json_in_page;
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{EventZone, Page, Shell};
use crate::words::Words;
use askama::Template;
use axum::Router;
use axum::extract::State as Shared;
use axum::response::IntoResponse;
use axum::routing::get;
use mobile_core::ids::EventId;
use mobile_core::time::Timestamp;
use serde_json::json;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new().route("/events/{event_id}/partner-menu", get(show))
}

/// A language that a tab can be named in.
struct Language {
    /// The name of the form's field.
    field: String,
    label: String,
}

struct Row {
    name: String,
    /// Its usual name, where the organiser gave it another.
    usual: String,
    is_part: bool,
    is_enabled: bool,
    state: &'static str,
    tone: &'static str,
    window: String,
    fill: String,
    /// What the button that switches it sends.
    switch: &'static str,
    /// Where it would go one place up; none for the first.
    up: String,
    down: String,
}

#[derive(Template)]
#[template(path = "partner_menu/index.html")]
struct MenuPage {
    shell: Shell,
    event: String,
    timezone: String,
    zone: String,
    rows: Vec<Row>,
    languages: Vec<Language>,
    can_edit: bool,
    api: String,
    /// Whom exhibitors can ask.
    contacts: Vec<PartnerContact>,
    contacts_api: String,
    contacts_fill: String,
}

fn window(setting: &Setting, zone: &EventZone) -> String {
    let words = zone.words();
    let told = |at| zone.dated_clock(at);
    match (setting.opens_at, setting.closes_at) {
        (None, None) => words.t("pmenu-always").into(),
        (Some(from), None) => words.t("pmenu-from").with("from", told(from)).into(),
        (None, Some(to)) => words.t("pmenu-until").with("until", told(to)).into(),
        (Some(from), Some(to)) => words.t("pmenu-from-until").with("from", told(from)).with("until", told(to)).into(),
    }
}

fn told(state: State) -> (&'static str, &'static str) {
    match state {
        State::Open => ("pmenu-open", ""),
        State::Off => ("pmenu-off", "stop"),
        State::NotYet(_) => ("pmenu-not-yet", "attention"),
        State::Over(_) => ("pmenu-over", "stop"),
    }
}

/// The places above and below at which a tab stays among its like: parts among parts.
fn places(tabs: &[Setting], at: usize) -> (Option<usize>, Option<usize>) {
    let is_like = |other: &usize| tabs[*other].tab.whole() == tabs[at].tab.whole();
    ((0..at).rev().find(is_like), (at + 1..tabs.len()).find(is_like))
}

/// All tabs as rows, parts below their tab, whatever the order that is kept.
fn rows(tabs: &[Setting], state: impl Fn(Tab) -> State, zone: &EventZone) -> Vec<Row> {
    let words = zone.words();
    let row = |at: usize| {
        let setting = &tabs[at];
        let (state, tone) = told(state(setting.tab));
        let local = |at: Option<Timestamp>| at.map(|at| zone.local(at));
        let (own, usual) = (setting.name(words), words.t(setting.tab.key()).to_string());
        // A tab and a part may bear one name; the part is told by the tab that it is in.
        let whole = setting.tab.whole().and_then(|whole| tabs.iter().find(|setting| setting.tab == whole));
        let name = whole.map_or_else(
            || own.clone(),
            |whole| words.t("pmenu-part").with("tab", whole.name(words)).with("part", own.as_str()).into(),
        );
        let (up, down) = places(tabs, at);
        let position = |to: Option<usize>| to.map_or_else(String::new, |to| json!({"position": to}).to_string());
        let fill = json!({"tab": setting.tab, "name": name, "is_enabled": setting.is_enabled, "names": setting.names,
            "opens_at": local(setting.opens_at), "closes_at": local(setting.closes_at)});
        Row {
            usual: if usual == own { String::new() } else { usual },
            name,
            is_part: setting.tab.whole().is_some(),
            is_enabled: setting.is_enabled,
            state,
            tone,
            window: window(setting, zone),
            fill: json_in_page(&fill),
            switch: if setting.is_enabled { r#"{"is_enabled":false}"# } else { r#"{"is_enabled":true}"# },
            up: position(up),
            down: position(down),
        }
    };
    let wholes = (0..tabs.len()).filter(|at| tabs[*at].tab.whole().is_none());
    wholes
        .flat_map(|whole| {
            let parts = (0..tabs.len()).filter(move |at| tabs[*at].tab.whole() == Some(tabs[whole].tab));
            std::iter::once(whole).chain(parts)
        })
        .map(row)
        .collect()
}

async fn show(
    visitor: Visitor,
    Shared(app): Shared<App>,
    PagePath(event): PagePath<EventId>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = EventScope::of(&app, &visitor.identity, event).await?;
    let frame = EventFrame::open(&app, &visitor, &scope, EventPage::PartnerMenu, "menu-partner-menu").await?;
    let menu = super::get(&app, &scope).await?;
    let contacts = contacts::get(&app, &scope).await?;
    let language = |words: Words| Language { field: format!("names.{}", words.code()), label: words.name() };
    Ok(Page(MenuPage {
        rows: rows(&menu.tabs(), |tab| menu.state(tab, frame.now), &frame.zone),
        languages: Words::all().map(language).collect(),
        can_edit: EventAdminScope::of(&app, &visitor.identity, event).await.is_ok(),
        api: format!("/api/v1/events/{event}/partner-menu"),
        contacts_api: format!("/api/v1/events/{event}/partner-contacts"),
        contacts_fill: json_in_page(&json!({"contacts": contacts})),
        contacts,
        event: frame.event.name.clone(),
        timezone: frame.event.timezone.clone(),
        zone: frame.zone.abbreviation(frame.now),
        shell: frame.shell,
    }))
}

#[cfg(test)]
mod tests {
    use super::super::Menu;
    use super::*;
    use std::collections::BTreeSet;

    #[tokio::test]
    async fn no_two_rows_bear_one_name_in_any_language() {
        for words in Words::all() {
            let named = async {
                let rows = rows(&Menu::default().tabs(), |_| State::Open, &EventZone::named("Europe/Paris"));
                rows.into_iter().map(|row| row.name).collect::<Vec<_>>()
            };
            let names = words.said_within(named).await;
            assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), Tab::ALL.len(), "{names:?}");
        }
    }
}
