//! Next year's event after this year's: its settings, packages, exhibitors with their booths, terms and
//! profiles, and its sessions and the windows of its tabs, moved by as much as the opening. Teams come along where that
//! is wanted, and are invited anew. Visitors, badges, phones and leads belong to the event that they were made at, and
//! so do the questions that exhibitors ask at their stands.

use super::store::{self, EventRow, duplicate as rows};
use super::{EventDraft, slug_taken};
use crate::access::EventAdminScope;
use crate::app::App;
use crate::audit::{self, Action, NewEntry};
use crate::feed;
use crate::partner_menu;
use crate::problem::Problem;
use mobile_core::ids::{EventId, ExhibitorId};
use mobile_core::time::Timestamp;
use serde::Serialize;
use serde_json::json;
use std::collections::HashMap;
use uuid::Uuid;

/// What the new event is called, and when it is.
#[derive(Debug)]
pub struct Order {
    /// Its short name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// First day's opening.
    pub starts_at: Timestamp,
    /// Last day's closing.
    pub ends_at: Timestamp,
    /// Whether the teams come along.
    pub with_teams: bool,
}

/// What came along.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Copied {
    /// Packages.
    pub packages: u64,
    /// Exhibitors.
    pub exhibitors: u64,
    /// Their booths.
    pub booths: u64,
    /// People of their teams.
    pub members: u64,
    /// Sessions.
    pub sessions: u64,
}

/// Makes an event after another one of the same organizer, in one transaction: all of it or nothing.
///
/// # Errors
/// `already_exists` when the slug is taken; `invalid_field` for dates that make no event.
pub async fn duplicate(app: &App, scope: &EventAdminScope, order: Order) -> Result<(EventRow, Copied), Problem> {
    let mut tx = app.write().await?;
    let old = store::find(&mut tx, scope.event()).await?.ok_or_else(Problem::not_found)?;
    let fields = EventDraft {
        slug: order.slug,
        name: order.name,
        timezone: old.timezone.clone(),
        starts_at: order.starts_at,
        ends_at: order.ends_at,
        venue: old.venue.clone(),
        disclosure: Some(old.disclosure.0.clone()),
    }
    .checked()?;
    let (from, to, now): (EventId, EventId, Timestamp) = (scope.event(), app.new_id(), app.now());
    let row = store::insert(&mut tx, to, old.organizer_id, &fields, now).await.map_err(slug_taken)?;
    feed::store::begin(&mut tx, to).await?;
    rows::settings(&mut tx, from, to).await?;
    let later = row.starts_at.micros_since(old.starts_at);
    partner_menu::move_windows(&mut tx, to, later).await?;

    let mut packages = rows::packages(&mut tx, from).await?;
    let mut package_ids: HashMap<Uuid, Uuid> = HashMap::new();
    for package in &mut packages {
        let new: Uuid = app.new_id();
        package_ids.insert(std::mem::replace(&mut package.id, new), new);
    }
    rows::put_packages(&mut tx, to, &packages, now).await?;

    let mut exhibitors = rows::exhibitors(&mut tx, from).await?;
    let mut exhibitor_ids: HashMap<ExhibitorId, ExhibitorId> = HashMap::new();
    for exhibitor in &mut exhibitors {
        let new: ExhibitorId = app.new_id();
        exhibitor_ids.insert(std::mem::replace(&mut exhibitor.id, new), new);
        exhibitor.package_id = exhibitor.package_id.and_then(|package| package_ids.get(&package).copied());
    }
    rows::put_exhibitors(&mut tx, to, &exhibitors, now).await?;

    let mut booths = rows::booths(&mut tx, from).await?;
    for booth in &mut booths {
        booth.id = app.new_id();
        booth.exhibitor_id = exhibitor_ids.get(&booth.exhibitor_id).copied().unwrap_or(booth.exhibitor_id);
    }
    rows::put_booths(&mut tx, to, &booths).await?;
    rows::team_form(&mut tx, from, to).await?;
    rows::profiles(&mut tx, (from, to), |old| exhibitor_ids.get(old).copied(), || app.new_id()).await?;

    let mut members = if order.with_teams { rows::members(&mut tx, from).await? } else { Vec::new() };
    for member in &mut members {
        member.id = app.new_id();
        member.exhibitor_id = exhibitor_ids.get(&member.exhibitor_id).copied().unwrap_or(member.exhibitor_id);
    }
    rows::put_members(&mut tx, to, &members, now).await?;

    let mut sessions = rows::sessions(&mut tx, from).await?;
    for session in &mut sessions {
        session.id = app.new_id();
        session.exhibitor_id = session.exhibitor_id.and_then(|one| exhibitor_ids.get(&one).copied());
        session.starts_at = session.starts_at.plus_micros(later);
        session.ends_at = session.ends_at.plus_micros(later);
    }
    rows::put_sessions(&mut tx, to, &sessions, now).await?;

    let copied = Copied {
        packages: packages.len() as u64,
        exhibitors: exhibitors.len() as u64,
        booths: booths.len() as u64,
        members: members.len() as u64,
        sessions: sessions.len() as u64,
    };
    let detail = json!({"name": row.name, "after": old.name, "exhibitors": copied.exhibitors});
    let entry = NewEntry::new(Action::EventDuplicated, Some(scope.account()), Some(to.0)).with(detail);
    audit::append(app, &mut tx, from, &entry).await?;
    tx.commit(&app.hub).await?;
    Ok((row, copied))
}
