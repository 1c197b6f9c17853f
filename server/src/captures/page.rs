//! What was not accepted in a space, as pages list it: to be read, taken in after all, or put away.

use super::store::aside;
use crate::access::RejectedScope;
use crate::app::App;
use crate::problem::Problem;
use crate::web::EventZone;
use crate::web::text::{dotted, json_in_page};
use crate::words::labelled;
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;

/// Rows that are shown; whoever has more puts some away.
const ROWS: i64 = 50;

/// One of them.
#[derive(Debug)]
pub struct AsideRow {
    /// Its id, as JSON in the page.
    pub id: String,
    /// Why it was not accepted.
    pub reason: String,
    /// What it is, and of which device.
    pub what: String,
    /// When it came.
    pub at: String,
}

/// All of a space, the newest first: `captures/aside.html`.
#[derive(Debug)]
pub struct AsidePanel {
    /// The exhibitor.
    pub name: String,
    /// Where they are taken in and put away.
    pub api: String,
    /// What there is.
    pub rows: Vec<AsideRow>,
}

/// Reads them.
pub async fn aside(app: &App, scope: &RejectedScope, zone: &EventZone, now: Timestamp) -> Result<AsidePanel, Problem> {
    let mut tx = app.read().await?;
    let rows = aside::list_rejected(&mut tx, scope, None, ROWS).await?;
    let named = crate::exhibitors::named(&mut tx, scope).await?;
    tx.done().await?;
    let names = app.events.names(app, scope.event()).await?;
    let row = |row: aside::RejectedRow| {
        let body = aside::raw_value(&row.body);
        let text = |field: &str| body.get(field).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        let device = row.device_id.and_then(|device| names.devices.get(&device).cloned()).unwrap_or_default();
        let reason = Reason::from_code(&row.reason);
        AsideRow {
            id: json_in_page(&serde_json::json!({"id": row.id})),
            reason: reason.map_or_else(|| labelled(&row.reason), |reason| zone.words().reason(reason)),
            what: dotted(&[&zone.words().coded("capture", &text("kind")), &text("text"), &device]),
            at: zone.short(row.received_at, now),
        }
    };
    Ok(AsidePanel {
        name: named.map_or_else(String::new, |(name, _)| name),
        api: format!("/api/v1/exhibitors/{}/rejected-captures", scope.exhibitor()),
        rows: rows.into_iter().map(row).collect(),
    })
}
