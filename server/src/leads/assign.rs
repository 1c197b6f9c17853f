//! Giving many leads to a colleague at once: for admins, who see all of them. Each lead gets a capture
//! as if it had been given alone, so that its history says who did it and when.

use super::store;
use crate::access::AssignScope;
use crate::app::App;
use crate::captures::{Edit, Item, Job};
use crate::problem::Problem;
use mobile_core::ids::{CaptureId, LeadId, TeamMemberId};
use mobile_core::wire::Outcome;
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeSet;

/// Most leads of one request.
pub const MOST: usize = 500;

/// What became of the leads.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Assigned {
    /// How many have the owner now.
    pub assigned: u64,
    /// Those that are not in this space.
    pub not_found: Vec<LeadId>,
}

/// Gives leads to a member of the team, or to nobody.
///
/// # Errors
/// `invalid_field` for too many leads, and for an owner who is not in the team.
pub async fn assign(
    app: &App,
    scope: &AssignScope,
    leads: &[LeadId],
    owner: Option<TeamMemberId>,
) -> Result<Assigned, Problem> {
    if leads.is_empty() || leads.len() > MOST {
        return Err(Problem::field("/lead_ids", format!("must hold 1 to {MOST} leads")));
    }
    let names = app.events.names(app, scope.event()).await?;
    if owner.is_some_and(|owner| !names.is_member_of(owner, scope.exhibitor())) {
        return Err(Problem::field("/owner", "is not a member of this exhibitor's team"));
    }
    let wanted: BTreeSet<LeadId> = leads.iter().copied().collect();
    let keys: Vec<_> = wanted.iter().map(|lead| (scope.space(), *lead)).collect();
    let mut tx = app.read().await?;
    let known = store::by_ids(&mut tx, scope.event(), &keys).await?;
    tx.done().await?;
    let now = app.now();
    let (mut items, mut not_found) = (Vec::with_capacity(wanted.len()), Vec::new());
    for lead in wanted {
        let Some(row) = known.get(&(scope.space(), lead)) else {
            not_found.push(lead);
            continue;
        };
        items.push(Item::made(&json!({"id": app.new_id::<CaptureId>(), "captured_at": now, "lead_id": row.id,
            "kind": "owner", "owner_id": owner})));
    }
    let job = Job { edit: Some(Edit::OfMany), ..Job::here(scope.capturing()?, items, now) };
    let done = app.writer.write(job).await?;
    let assigned = done.receipts.iter().filter(|receipt| receipt.outcome == Outcome::Accepted).count() as u64;
    Ok(Assigned { assigned, not_found })
}
