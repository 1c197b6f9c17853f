//! The pages of the audit log: what was done at an event, and what was done in one space.

use super::store::EntryRow;
use crate::access::{AuditScope, EventAuditScope};
use crate::app::App;
use crate::events::frame::EventFrame;
use crate::exhibitors::frame::SpaceFrame;
use crate::extract::Params;
use crate::paging::{Page as Listed, PageParams};
use crate::web::menu::{EventPage, SpacePage};
use crate::web::text::dotted;
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{EventZone, Page, Shell};
use crate::words::Words;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use mobile_core::ids::{EventId, ExhibitorId};
use mobile_core::time::Timestamp;
use serde_json::Value;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/exhibitors/{exhibitor_id}/activity", get(of_exhibitor))
        .route("/events/{event_id}/activity", get(of_event))
}

struct Entry {
    icon: &'static str,
    what: String,
    detail: String,
    at: String,
    iso: String,
}

impl Entry {
    fn of(row: &EntryRow, zone: &EventZone, now: Timestamp) -> Self {
        let words = zone.words();
        let server = words.t("audit-the-server").to_string();
        let actor = row.actor_name.as_deref().filter(|name| !name.is_empty()).unwrap_or(&server);
        let detail: Option<Value> = row.detail.as_deref().and_then(|text| serde_json::from_str(text).ok());
        Self {
            icon: icon(&row.action),
            what: words
                .t("audit-who-did")
                .with("who", actor)
                .with("what", words.coded("action", &row.action).to_lowercase())
                .into(),
            detail: detail
                .as_ref()
                .map_or_else(|| words.t("audit-details-erased").into(), |detail| told(detail, words)),
            at: zone.short(row.at, now),
            iso: row.at.to_string(),
        }
    }
}

fn icon(action: &str) -> &'static str {
    match action.split('_').next() {
        Some("leads") => "export",
        Some("member" | "organizer") => "people",
        Some("device") => "phone",
        Some("package") => "tag",
        Some("exhibitor") => "stage",
        Some("signed") => "person",
        _ => "pulse",
    }
}

/// Whether a value is an id, which programs look up and nobody reads.
fn is_id(value: &Value) -> bool {
    value.as_str().is_some_and(|text| uuid::Uuid::parse_str(text).is_ok())
}

/// A member's value: roles by their names on the page of the team, whose leads are seen as its choice says, else as
/// it stands.
fn said(name: &str, value: &Value, words: Words) -> String {
    let seen = value.as_str().filter(|_| name == "visibility").and_then(|code| match code {
        "own" => Some("exhibitors-what-they-scanned-or-own"),
        "team" => Some("exhibitors-all-leads-of-the-space"),
        _ => None,
    });
    if let Some(seen) = seen {
        return words.t(seen).to_string().to_lowercase();
    }
    let Some(roles) = value.as_array().filter(|_| name == "roles") else { return text(value, words) };
    let roles = roles.iter().map(|code| match code.as_str() {
        Some("admin") => words.t("team-admin").to_string(),
        Some("scanner") => words.t("team-scanner").to_string(),
        Some("commercial_contact") => words.t("team-commercial-contact").to_string(),
        Some("attendee") => words.t("team-badge-only").to_string(),
        _ => text(code, words),
    });
    roles.collect::<Vec<_>>().join(", ")
}

/// What a member of an entry's details is called.
fn member(name: &str, words: Words) -> String {
    words.coded("member", name).to_lowercase()
}

/// A value as people read it: lists by commas, what is within by name.
fn text(value: &Value, words: Words) -> String {
    let named = |(name, value): (&String, &Value)| format!("{} {}", member(name, words), text(value, words));
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(is) => words.t(if *is { "audit-yes" } else { "audit-no" }).into(),
        Value::Array(values) => values.iter().map(|value| text(value, words)).collect::<Vec<_>>().join(", "),
        Value::Object(fields) if fields.is_empty() => words.t("audit-none").into(),
        Value::Object(fields) => fields.iter().map(named).collect::<Vec<_>>().join(", "),
        Value::Null => words.t("audit-none").into(),
        Value::Number(number) => number.to_string(),
    }
}

/// The detail as a line: what it is called, and what is different now.
fn told(detail: &Value, words: Words) -> String {
    let Some(fields) = detail.as_object() else { return text(detail, words) };
    let (before, after) = (fields.get("before"), fields.get("after"));
    let mut parts: Vec<String> = Vec::new();
    let rest = fields.iter().filter(|(name, _)| !matches!(name.as_str(), "before" | "after"));
    let is_told = |value: &Value| !value.is_null() && *value != "" && !is_id(value);
    parts.extend(rest.filter(|(_, value)| is_told(value)).map(|(name, value)| match name.as_str() {
        "name" => text(value, words),
        _ => format!("{} {}", member(name, words), said(name, value, words)),
    }));
    if let Some(after) = after.and_then(Value::as_object) {
        let was = |name: &str| before.and_then(|before| before.get(name));
        let changed = after.iter().filter(|(name, value)| was(name) != Some(value) && is_told(value));
        parts.extend(changed.map(|(name, value)| match was(name).filter(|was| !was.is_null()) {
            Some(was) => {
                format!("{} {} → {}", member(name, words), said(name, was, words), said(name, value, words))
            }
            None => format!("{} {}", member(name, words), said(name, value, words)),
        }));
    }
    dotted(&parts.iter().map(String::as_str).collect::<Vec<_>>())
}

#[derive(Template)]
#[template(path = "audit/index.html")]
struct ActivityPage {
    shell: Shell,
    place: String,
    entries: Vec<Entry>,
    more: String,
}

fn page(shell: Shell, place: String, listed: &Listed<EntryRow>, zone: &EventZone, now: Timestamp) -> ActivityPage {
    ActivityPage {
        shell,
        place,
        entries: listed.items.iter().map(|row| Entry::of(row, zone, now)).collect(),
        more: listed.next_cursor.as_ref().map_or_else(String::new, |cursor| format!("?cursor={cursor}")),
    }
}

async fn of_exhibitor(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(exhibitor): PagePath<ExhibitorId>,
    Params(asked): Params<PageParams>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = AuditScope::of(&app, &visitor.identity, exhibitor).await?;
    let frame = SpaceFrame::open(&app, &visitor, &scope, SpacePage::Activity, "menu-activity").await?;
    let listed = super::list_of_exhibitor(&app, &scope, &asked).await?;
    let place = dotted(&[&frame.exhibitor, &frame.place]);
    Ok(Page(page(frame.shell, place, &listed, &frame.zone, frame.now)))
}

async fn of_event(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(event): PagePath<EventId>,
    Params(asked): Params<PageParams>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = EventAuditScope::of(&app, &visitor.identity, event).await?;
    let frame = EventFrame::open(&app, &visitor, &scope, EventPage::Activity, "menu-activity").await?;
    let listed = super::list_of_event(&app, &scope, &asked).await?;
    Ok(Page(page(frame.shell, frame.event.name.clone(), &listed, &frame.zone, frame.now)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_change_is_told_by_what_is_different_now() {
        let detail =
            json!({"name": "Gold", "before": {"licences": 2, "live": true}, "after": {"licences": 5, "live": true}});
        assert_eq!(told(&detail, Words::default()), "Gold · licences 2 → 5");
        assert_eq!(
            told(&json!({"after": {"email": "a@b.example", "roles": null}}), Words::default()),
            "email a@b.example"
        );
        let roles = json!({"before": {"roles": ["admin"]}, "after": {"roles": ["admin", "scanner"]}});
        assert_eq!(told(&roles, Words::default()), "roles Admin → Admin, Scanner");
    }
}
