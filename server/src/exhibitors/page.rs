//! The page of an event's exhibitors: who is there, where, with which package.

use super::booth::BETWEEN;
use super::{Exhibitor, import};
use crate::access::{Capability, EventScope, Role};
use crate::app::App;
use crate::events::cache::booth_label;
use crate::events::frame::EventFrame;
use crate::extract::Params;
use crate::packages::page::{Choice, field_choices, in_words};
use crate::packages::{self, store::PackageRow};
use crate::paging::PageParams;
use crate::registrations::folding::sort_by_name;
use crate::web::menu::EventPage;
use crate::web::text::{column_names, json_in_page, stand};
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{Page, Shell};
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use mobile_core::ids::EventId;
use serde_json::json;

/// Exhibitors on a page; what is typed into the finder looks through these.
const ROWS: u32 = 500;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new().route("/events/{event_id}/exhibitors", get(exhibitors))
}

struct Row {
    name: String,
    /// Its Leads tab, for those who may open it.
    href: String,
    /// Where its team is managed.
    team: String,
    /// Where the organiser sees it as one of its people does; empty where their role does not let them.
    view: String,
    booth: String,
    package: String,
    words: Vec<String>,
    is_test: bool,
    fill: String,
}

impl Row {
    fn of(exhibitor: &Exhibitor, packages: &[PackageRow], role: Role) -> Self {
        let row = &exhibitor.row;
        let places: Vec<String> =
            exhibitor.booths.iter().map(|booth| booth_label(&booth.hall, &booth.number)).collect();
        let package = packages.iter().find(|package| Some(package.id) == row.package_id);
        let fill = json!({"id": row.id, "name": row.name, "slug": row.slug, "booth": places.join(BETWEEN), "visibility": row.visibility,
            "package_id": row.package_id, "terms": row.terms, "is_test": row.is_test, "version": row.version});
        let space = format!("/exhibitors/{}", row.id);
        Self {
            name: row.name.clone(),
            href: if role.may(Capability::LeadRead) { format!("{space}/leads") } else { String::new() },
            team: format!("{space}/team"),
            view: if role.may(Capability::ViewAs) {
                format!("/events/{}{space}/view-as", row.event_id)
            } else {
                String::new()
            },
            booth: stand(&places.join(", ")),
            package: package.map(|package| package.name.clone()).unwrap_or_default(),
            words: in_words(&row.terms),
            is_test: row.is_test,
            fill: json_in_page(&fill),
        }
    }
}

#[derive(Template)]
#[template(path = "exhibitors/index.html")]
struct ExhibitorsPage {
    shell: Shell,
    event: String,
    count: String,
    rows: Vec<Row>,
    packages: Vec<Choice>,
    fields: Vec<Choice>,
    /// What a choice that is left open means here.
    unset: &'static str,
    can_edit: bool,
    /// What the columns of a file are called.
    columns: String,
    api: String,
    event_api: String,
    timezone: String,
    more: String,
}

async fn exhibitors(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(event): PagePath<EventId>,
    Params(asked): Params<PageParams>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = EventScope::of(&app, &visitor.identity, event).await?;
    let frame = EventFrame::open(&app, &visitor, &scope, EventPage::Exhibitors, "menu-exhibitors").await?;
    let listed = super::list(&app, &scope, &PageParams { limit: Some(ROWS), ..asked }).await?;
    let packages = packages::list(&app, &scope, &PageParams { limit: Some(ROWS), cursor: None }).await?.items;
    let mut rows: Vec<Row> = listed.items.iter().map(|exhibitor| Row::of(exhibitor, &packages, scope.role())).collect();
    sort_by_name(&mut rows, |row| &row.name);
    Ok(Page(ExhibitorsPage {
        event: frame.event.name.clone(),
        count: frame.shell.t("common-count-exhibitors").with("count", rows.len()).into(),
        shell: frame.shell.running("page manage import"),
        rows,
        packages: packages.into_iter().map(|row| Choice { code: row.id.to_string(), label: row.name }).collect(),
        fields: field_choices(),
        unset: "packages-as-in-the-package",
        can_edit: scope.role().may(Capability::EventManage),
        columns: column_names(import::columns()),
        api: format!("/api/v1/events/{event}/exhibitors"),
        event_api: format!("/api/v1/events/{event}"),
        timezone: frame.event.timezone.clone(),
        more: listed.next_cursor.map_or_else(String::new, |cursor| format!("?cursor={cursor}")),
    }))
}
