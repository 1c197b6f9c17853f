//! A lead's history: everything that was done, by whom and when.

use super::{LeadScope, find, view};
use crate::app::App;
use crate::audit;
use crate::captures::store as log;
use crate::problem::Problem;
use crate::storage::cursor;
use mobile_core::ids::{CaptureId, DeviceId, LeadId, TeamMemberId};
use mobile_core::time::Timestamp;
use mobile_core::wire::LeadView;
use serde::Serialize;
use serde_json::Value;
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
    let skip: usize = cursor::place(cursor)?.unwrap_or(0);
    audit::read(app, scope, "history").await?;
    let lead = find(app, scope, id).await?;
    let info = app.events.info(app, scope.event()).await?;
    let names = app.events.names(app, scope.event()).await?;
    let shown: LeadView = view::render_for(&lead, &info, &names, scope);
    let mut tx = app.read().await?;
    let seq = crate::feed::store::head(&mut tx, scope.event()).await?;
    let mut rows = log::log_of(&mut tx, scope.event(), scope.space(), lead.id).await?;
    tx.done().await?;
    rows.reverse();
    let more = rows.len() > skip + limit as usize;
    let mut items = Vec::new();
    for row in rows.iter().skip(skip).take(limit as usize) {
        let logged = row.logged()?;
        let body =
            if scope.is_masked() { view::bare_capture(&row.body.0) } else { view::shown_capture(&row.body.0, &shown) };
        items.push(HistoryEntry {
            id: row.id,
            at: row.corrected_at,
            kind: logged.capture.action.kind().to_owned(),
            member: logged.author.member,
            member_name: logged.author.member.and_then(|member| names.member(member)),
            operator: logged.author.operator.clone(),
            device: logged.author.device,
            device_name: logged.author.device.and_then(|device| names.devices.get(&device).cloned()),
            is_annulled: lead.fold.annulled.contains(&row.id),
            capture: serde_json::from_str(body.get()).unwrap_or_default(),
        });
    }
    let next_cursor = more.then(|| cursor::write(&(skip + limit as usize)));
    Ok(History { items, next_cursor, seq })
}
