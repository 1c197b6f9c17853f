//! What is looked at before it is done: a merge, a move of scans.

pub(super) mod swap;

use super::Asked;
use crate::access::{DeskScope, EventAdminScope};
use crate::app::App;
use crate::events::when;
use crate::helpdesk::{merge, moves, store};
use crate::packages::page::Choice;
use crate::problem::Problem;
use crate::registrations;
use crate::web::text::{dotted, json_in_page};
use crate::words::Words;
use mobile_core::capture::ContactField;
use mobile_core::ids::{DeviceId, RegistrationId};
use serde_json::json;

/// A merge that is looked at.
pub(super) struct MergePanel {
    pub into: String,
    pub from: String,
    pub into_id: RegistrationId,
    pub from_id: RegistrationId,
    pub body: String,
    pub lines: Vec<String>,
}

/// A move that is looked at, or asked for.
pub(super) struct MovePanel {
    pub device: DeviceId,
    pub name: String,
    pub exhibitors: Vec<Choice>,
    pub target: String,
    pub from: String,
    pub until: String,
    pub reason: String,
    pub problem: String,
    /// What would move; empty while something is missing.
    pub line: String,
    pub body: String,
}

pub(super) async fn name_of(app: &App, scope: &DeskScope, id: RegistrationId) -> Result<String, Problem> {
    let known = registrations::get(app, scope, id).await?.registration;
    let about = dotted(&[
        &known.contact.full_name(),
        known.contact.get(ContactField::Company).unwrap_or_default(),
        known.contact.get(ContactField::Email).unwrap_or_default(),
    ]);
    Ok(if about.is_empty() { Words::of_request().t("helpdesk-without-a-name").into() } else { about })
}

pub(super) async fn merge_panel(
    app: &App,
    scope: &DeskScope,
    asked: &Asked,
) -> Result<(String, Option<MergePanel>), Problem> {
    let Some(into) = asked.merge else { return Ok((String::new(), None)) };
    let name = name_of(app, scope, into).await?;
    let Some(from) = asked.with else { return Ok((name, None)) };
    let preview = merge::preview(app, scope, into, from).await?;
    let words = Words::of_request();
    let mut lines: Vec<String> = vec![
        words.t("helpdesk-leads-change").with("count", preview.leads).into(),
        words.t("helpdesk-badges-stay-valid").into(),
        words.t("helpdesk-category-is").with("category", words.coded("category", &preview.category)).into(),
        words.t("helpdesk-the-less-holds").into(),
    ];
    if preview.joined_leads > 0 {
        lines.insert(1, words.t("helpdesk-met-both").with("count", preview.joined_leads).into());
    }
    if preview.meetings_at_once > 0 {
        lines.push(words.t("helpdesk-meetings-at-once").with("count", preview.meetings_at_once).into());
    }
    let panel = MergePanel {
        into: name.clone(),
        from: name_of(app, scope, from).await?,
        into_id: into,
        from_id: from,
        body: json_in_page(&json!({"registration_id": from})),
        lines,
    };
    Ok((name, Some(panel)))
}

pub(super) async fn move_panel(
    app: &App,
    scope: &EventAdminScope,
    device: DeviceId,
    asked: &Asked,
    zone: &jiff::tz::TimeZone,
) -> Result<MovePanel, Problem> {
    let mut tx = app.read().await?;
    let (name, owner) = store::device(&mut tx, scope, device).await?.ok_or_else(Problem::not_found)?;
    let exhibitors = store::exhibitors(&mut tx, scope).await?;
    tx.done().await?;
    let others = exhibitors.into_iter().filter(|exhibitor| Some(exhibitor.id) != owner);
    let mut panel = MovePanel {
        device,
        name,
        exhibitors: others.map(|one| Choice { code: one.id.to_string(), label: one.name }).collect(),
        target: asked.target.map_or_else(String::new, |id| id.to_string()),
        from: asked.from.clone(),
        until: asked.until.clone(),
        reason: asked.reason.clone(),
        problem: String::new(),
        line: String::new(),
        body: String::new(),
    };
    let Some(target) = asked.target else { return Ok(panel) };
    let order = || {
        let at =
            |text: &str, field: &'static str| when::moment(text, zone).map_err(|wrong| Problem::field(field, wrong));
        let (from, until) = (at(&asked.from, "/from")?, at(&asked.until, "/until")?);
        Ok::<_, Problem>(moves::Order { target, from, until, reason: asked.reason.clone() })
    };
    let looked = match order() {
        Ok(order) => moves::preview(app, scope, device, &order).await.map(|preview| (order, preview)),
        Err(problem) => Err(problem),
    };
    match looked {
        Ok((order, preview)) => {
            let words = Words::of_request();
            let captures = words.t("helpdesk-scans-and-notes").with("count", preview.captures);
            let leads = words.t("common-count-leads").with("count", preview.leads);
            panel.line = words.t("helpdesk-go-over").with("captures", captures).with("leads", leads).into();
            panel.body = json_in_page(&json!({"exhibitor_id": order.target, "from": order.from, "until": order.until,
                "reason": order.reason}));
        }
        Err(problem) => {
            problem.told(Words::of_request()).replace(['/', '_'], " ").trim().clone_into(&mut panel.problem);
        }
    }
    Ok(panel)
}
