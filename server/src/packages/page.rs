//! The page of packages: what exhibitors can buy, and what each of it includes.

use super::Terms;
use super::store::PackageRow;
use crate::access::EventAdminScope;
use crate::app::App;
use crate::events::frame::EventFrame;
use crate::extract::Params;
use crate::paging::PageParams;
use crate::web::menu::EventPage;
use crate::web::text::json_in_page;
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{Page, Shell};
use crate::words::Words;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use mobile_core::capture::ContactField;
use mobile_core::ids::EventId;
use serde_json::json;
use std::collections::BTreeSet;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new().route("/events/{event_id}/packages", get(packages))
}

/// A choice of the terms' form: a code and what it is called.
#[derive(Debug)]
pub struct Choice {
    /// As the API has it.
    pub code: String,
    /// As people read it.
    pub label: String,
}

/// The contact fields that terms may disclose.
pub fn field_choices() -> Vec<Choice> {
    let words = Words::of_request();
    let choice =
        |field: ContactField| Choice { code: field.as_str().to_owned(), label: words.coded("field", field.as_str()) };
    ContactField::ALL.into_iter().map(choice).collect()
}

/// Terms in words, the way people compare packages: only what differs from "everything".
pub fn in_words(terms: &Terms) -> Vec<String> {
    let off = [
        (terms.scanning, "packages-no-scanning"),
        (terms.live, "packages-not-live"),
        (terms.export, "packages-no-export"),
        (terms.questions, "packages-no-questions"),
        (terms.meetings, "packages-no-meetings"),
        (terms.contact_list, "packages-no-contact-list"),
    ];
    let words = Words::of_request();
    let mut told: Vec<String> =
        off.into_iter().filter(|(is_on, _)| *is_on == Some(false)).map(|(_, key)| words.t(key).into()).collect();
    told.extend(terms.licences.map(|count| words.t("common-count-licences").with("count", count).into()));
    if terms.licence_overrun == Some(true) {
        told.push(words.t("packages-more-on-invoice").into());
    }
    told.extend(terms.badge_quota.map(|count| words.t("packages-badges").with("count", count).into()));
    told.extend(
        terms
            .fields
            .as_ref()
            .map(BTreeSet::len)
            .map(|count| words.t("packages-contact-fields").with("count", count).into()),
    );
    told
}

struct Row {
    name: String,
    words: Vec<String>,
    fill: String,
}

impl From<&PackageRow> for Row {
    fn from(row: &PackageRow) -> Self {
        let fill = json!({"id": row.id, "name": row.name, "terms": row.terms, "version": row.version});
        Self { name: row.name.clone(), words: in_words(&row.terms), fill: json_in_page(&fill) }
    }
}

#[derive(Template)]
#[template(path = "packages/index.html")]
struct PackagesPage {
    shell: Shell,
    event: String,
    rows: Vec<Row>,
    fields: Vec<Choice>,
    /// What a choice that is left open means here.
    unset: &'static str,
    api: String,
    more: String,
}

async fn packages(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(event): PagePath<EventId>,
    Params(asked): Params<PageParams>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = EventAdminScope::of(&app, &visitor.identity, event).await?;
    let frame = EventFrame::open(&app, &visitor, &scope, EventPage::Packages, "menu-packages").await?;
    let listed = super::list(&app, &scope, &asked).await?;
    Ok(Page(PackagesPage {
        shell: frame.shell,
        event: frame.event.name.clone(),
        rows: listed.items.iter().map(Row::from).collect(),
        fields: field_choices(),
        unset: "packages-included",
        api: format!("/api/v1/events/{event}/packages"),
        more: listed.next_cursor.map_or_else(String::new, |cursor| format!("?cursor={cursor}")),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_told_by_what_they_leave_out_or_limit() {
        assert!(in_words(&Terms::default()).is_empty(), "without terms all is there");
        let terms = Terms { export: Some(false), live: Some(true), licences: Some(1), ..Terms::default() };
        assert_eq!(in_words(&terms), ["No export", "1 licence"]);
        let terms = Terms { meetings: Some(false), contact_list: Some(false), ..Terms::default() };
        assert_eq!(in_words(&terms), ["No meetings", "No list of attendees"]);
    }
}
