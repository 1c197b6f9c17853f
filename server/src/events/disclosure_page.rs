//! The page of the disclosure policy: a rule for each category, and beside it what an exhibitor gets to
//! see of such a visitor, as the saved policy and a package have it.

use super::disclosure::{Rule, Scannable};
use super::frame::EventFrame;
use crate::access::EventAdminScope;
use crate::app::App;
use crate::extract::Params;
use crate::packages::page::{Choice, field_choices};
use crate::packages::{self, Entitlements, Terms};
use crate::paging::PageParams;
use crate::problem::Problem;
use crate::registrations::category;
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
use mobile_core::capture::{Contact, ContactField};
use mobile_core::ids::EventId;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

/// Packages on a page; no event sells more.
const PACKAGES: u32 = 200;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new().route("/events/{event_id}/disclosure", get(disclosure))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    /// The package whose exhibitors look; none: one without limits.
    package: Option<Uuid>,
}

struct Field {
    code: String,
    label: String,
    is_on: bool,
}

struct RuleRow {
    code: String,
    label: String,
    /// Minors disclose nothing, whatever is set.
    is_fixed: bool,
    scannable: &'static str,
    is_listed: bool,
    fields: Vec<Field>,
    /// What an exhibitor sees at once.
    seen: Vec<String>,
    /// What it sees after the visitor has agreed; empty where nobody is asked.
    later: Vec<String>,
}

struct PackageTab {
    href: String,
    name: String,
    is_current: bool,
}

#[derive(Template)]
#[template(path = "events/disclosure.html")]
struct DisclosurePage {
    shell: Shell,
    event: String,
    api: String,
    fill: String,
    tabs: Vec<PackageTab>,
    rules: Vec<RuleRow>,
}

/// Somebody to show the policy with.
fn sample() -> Contact {
    use ContactField as F;
    let mut contact = Contact::default();
    for (field, text) in [
        (F::FirstName, "Noor"),
        (F::LastName, "Aziz"),
        (F::Company, "Aziz SA"),
        (F::JobTitle, "Architecte"),
        (F::Email, "noor@aziz.example"),
        (F::Phone, "+33 1 99 00 12 34"),
        (F::Street, "12 rue des Lilas"),
        (F::Postcode, "75011"),
        (F::City, "Paris"),
        (F::Country, "France"),
        (F::Language, "fr"),
    ] {
        contact.set(field, text);
    }
    contact
}

fn told(contact: Contact, entitlements: &Entitlements) -> Vec<String> {
    packages::narrowed(contact, entitlements.fields.as_ref()).0.into_values().collect()
}

fn row(code: String, rule: &Rule, entitlements: &Entitlements) -> RuleRow {
    let (scannable, seen, later) = match rule.scannable {
        Scannable::Yes => ("yes", told(rule.disclosed(&sample()), entitlements), Vec::new()),
        Scannable::Ask => (
            "ask",
            told(rule.before_the_answer(&sample()), entitlements),
            told(rule.disclosed(&sample()), entitlements),
        ),
        Scannable::No => ("no", Vec::new(), Vec::new()),
    };
    let is_on = |field: ContactField| rule.fields.as_ref().is_none_or(|fields| fields.contains(&field));
    let field = |choice: Choice| Field {
        is_on: ContactField::ALL.into_iter().any(|field| field.as_str() == choice.code && is_on(field)),
        code: choice.code,
        label: choice.label,
    };
    let words = Words::of_request();
    RuleRow {
        label: if code == "*" { words.t("events-everybody-else").into() } else { words.coded("category", &code) },
        is_fixed: code == "minor",
        scannable,
        is_listed: rule.listed,
        fields: field_choices().into_iter().map(field).collect(),
        seen,
        later,
        code,
    }
}

async fn disclosure(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(event): PagePath<EventId>,
    Params(asked): Params<Asked>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = EventAdminScope::of(&app, &visitor.identity, event).await?;
    let frame = EventFrame::open(&app, &visitor, &scope, EventPage::Disclosure, "events-what-exhibitors-see").await?;
    let known = super::get(&app, &scope).await?;
    let page = PageParams { limit: Some(PACKAGES), cursor: None };
    let sold = packages::list(&app, &scope, &page).await?.items;
    let package = asked.package.and_then(|wanted| sold.iter().find(|package| package.id == wanted));
    if asked.package.is_some() && package.is_none() {
        return Err(Problem::not_found().into());
    }
    let entitlements = Entitlements::of(package.map(|package| &package.terms.0), &Terms::default());
    let mut tabs = vec![PackageTab {
        href: "?".into(),
        name: frame.shell.t("events-without-a-package").into(),
        is_current: package.is_none(),
    }];
    tabs.extend(sold.iter().map(|one| PackageTab {
        href: format!("?package={}", one.id),
        name: one.name.clone(),
        is_current: Some(one.id) == asked.package,
    }));
    // The catch-all last: it is what the others are exceptions of.
    let policy = &known.disclosure.0;
    let mut codes: Vec<String> = category::choices(policy);
    codes.push("*".to_owned());
    Ok(Page(DisclosurePage {
        shell: frame.shell,
        event: frame.event.name.clone(),
        api: format!("/api/v1/events/{event}"),
        fill: json_in_page(&json!({"version": known.version})),
        tabs,
        rules: codes
            .into_iter()
            .map(|code| {
                let rule = policy.rule(&code);
                row(code, rule, &entitlements)
            })
            .collect(),
    }))
}
