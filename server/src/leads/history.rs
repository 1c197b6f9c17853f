//! A lead's history: everything that was done, by whom and when.

use super::{LeadScope, find, view};
use crate::app::App;
use crate::audit;
use crate::captures::store::{self as log, LogRow};
use crate::problem::Problem;
use crate::storage::{StorageError, cursor};
use mobile_core::fold::{Logged, Order};
use mobile_core::ids::{CaptureId, DeviceId, LeadId, TeamMemberId};
use mobile_core::time::Timestamp;
use mobile_core::wire::LeadView;
use serde::Serialize;
use serde_json::Value;
use std::cmp::Reverse;
use utoipa::ToSchema;

/// One thing that was done.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryEntry {
    /// The capture.
    pub id: CaptureId,
    /// When, by the corrected clock.
    pub at: Timestamp,
    /// What: `scan`, `note`, `rating` …
    pub kind: String,
    /// The team member who did it.
    pub member: Option<TeamMemberId>,
    /// Their name.
    pub member_name: Option<String>,
    /// Free text for people without an account.
    pub operator: Option<String>,
    /// The device; null when done on a page.
    pub device: Option<DeviceId>,
    /// Its label.
    pub device_name: Option<String>,
    /// Whether it was taken back later.
    pub is_annulled: bool,
    /// The capture as it was sent.
    #[schema(value_type = Object)]
    pub capture: Value,
}

/// A page of a lead's history, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct History {
    /// The entries.
    pub items: Vec<HistoryEntry>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
    /// The head of the feed read before the list.
    pub seq: u64,
}

/// A page of what was done to a lead.
pub async fn of(
    app: &App,
    scope: &LeadScope,
    id: LeadId,
    limit: u32,
    cursor: Option<&str>,
) -> Result<History, Problem> {
    let before: Option<Order> = cursor::place(cursor)?;
    audit::read(app, scope, "history").await?;
    let lead = find(app, scope, id).await?;
    let info = app.events.info(app, scope.event()).await?;
    let names = app.events.names(app, scope.event()).await?;
    let shown: LeadView = view::render_for(&lead, &info, &names, scope);
    let mut tx = app.read().await?;
    let seq = crate::feed::store::head(&mut tx, scope.event()).await?;
    let rows = log::log_of(&mut tx, scope.event(), scope.space(), lead.id).await?;
    tx.done().await?;
    let mut log = rows.iter().map(|row| Ok((row.logged()?, row))).collect::<Result<Vec<_>, StorageError>>()?;
    // By the order of all captures and not by how many were read: what comes in meanwhile moves no page.
    log.retain(|(logged, _)| before.is_none_or(|before| logged.order() < before));
    log.sort_unstable_by_key(|(logged, _)| Reverse(logged.order()));
    let more = log.len() > limit as usize;
    log.truncate(limit as usize);
    let next_cursor = log.last().filter(|_| more).map(|(logged, _)| cursor::write(&logged.order()));
    let entry = |(logged, row): (Logged, &LogRow)| {
        let body = if scope.is_masked() {
            view::bare_capture(&row.body.0)
        } else {
            view::shown_capture(&row.body.0, &lead, &shown)
        };
        HistoryEntry {
            id: row.id,
            at: row.corrected_at,
            kind: logged.capture.action.kind().to_owned(),
            member: logged.author.member,
            member_name: logged.author.member.and_then(|member| names.member(member)),
            operator: logged.author.operator,
            device: logged.author.device,
            device_name: logged.author.device.and_then(|device| names.devices.get(&device).cloned()),
            is_annulled: lead.fold.annulled.contains(&row.id),
            capture: serde_json::from_str(body.get()).unwrap_or_default(),
        }
    };
    Ok(History { items: log.into_iter().map(entry).collect(), next_cursor, seq })
}
