//! Tags of many leads at once: each lead gets a capture, as if it had been tagged alone.

use super::{store, view};
use crate::access::{Capability, LeadScope};
use crate::app::App;
use crate::captures::{Edit, Item, Job};
use crate::leads::assign::MOST;
use crate::problem::Problem;
use mobile_core::capture::MAX_FIELD_CHARS;
use mobile_core::ids::{CaptureId, LeadId};
use mobile_core::wire::Outcome;
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeSet;

/// Most tags of one request.
const MOST_TAGS: usize = 20;

/// What became of the leads.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Tagged {
    /// How many have the tags now.
    pub tagged: u64,
    /// Those that are not in this space, or not the caller's to see.
    pub not_found: Vec<LeadId>,
}

/// Which tags come and go.
#[derive(Debug, Clone, Copy)]
pub struct Change<'a> {
    /// Tags to add.
    pub add: &'a [String],
    /// Tags to remove.
    pub remove: &'a [String],
}

/// Adds tags to leads and removes others.
///
/// # Errors
/// `invalid_field` for too many leads, and for tags that no lead can have.
pub async fn tag(app: &App, scope: &LeadScope, leads: &[LeadId], change: Change<'_>) -> Result<Tagged, Problem> {
    scope.allows(Capability::LeadWrite)?;
    if leads.is_empty() || leads.len() > MOST {
        return Err(Problem::field("/lead_ids", format!("must hold 1 to {MOST} leads")));
    }
    let is_bad = |tag: &String| tag.trim().is_empty() || tag.chars().count() > MAX_FIELD_CHARS;
    for (field, tags) in [("/add", change.add), ("/remove", change.remove)] {
        if tags.len() > MOST_TAGS || tags.iter().any(is_bad) {
            return Err(Problem::field(field, format!("must have at most {MOST_TAGS} tags of 1 to 300 characters")));
        }
    }
    if change.add.is_empty() && change.remove.is_empty() {
        return Err(Problem::field("/add", "must hold a tag, or remove one"));
    }
    let wanted: BTreeSet<LeadId> = leads.iter().copied().collect();
    let keys: Vec<_> = wanted.iter().map(|lead| (scope.space(), *lead)).collect();
    let mut tx = app.read().await?;
    let known = store::by_ids(&mut tx, scope.event(), &keys).await?;
    tx.done().await?;
    let now = app.now();
    let (mut items, mut not_found) = (Vec::with_capacity(wanted.len()), Vec::new());
    for lead in wanted {
        match known.get(&(scope.space(), lead)).filter(|row| view::is_visible(row, scope.sees())) {
            Some(row) => items.push(Item::made(&json!({"id": app.new_id::<CaptureId>(), "captured_at": now,
                "lead_id": row.id, "kind": "tags", "add": change.add, "remove": change.remove}))),
            None => not_found.push(lead),
        }
    }
    let job = Job { edit: Some(Edit::OfMany), ..Job::here(scope.capturing()?, items, now) };
    let done = app.writer.write(job).await?;
    let tagged = done.receipts.iter().filter(|receipt| receipt.outcome == Outcome::Accepted).count() as u64;
    Ok(Tagged { tagged, not_found })
}
