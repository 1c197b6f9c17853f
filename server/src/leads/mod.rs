//! Leads: what a space knows of each person it scanned.
//!
//! The row beside the log always equals the fold of the log; [`view`] decides what of it a caller
//! may see. Lists and their filters are in [`list`]; edits write captures like phones do.

pub mod api;
pub mod assign;
pub mod columns;
pub mod edit;
pub mod erasing;
pub mod history;
mod joining;
pub mod list;
mod matching;
pub mod page;
mod person;
pub mod policy;
mod reattribution;
mod refold;
pub mod store;
pub mod tag;
pub mod view;

pub use joining::{Joined, Owner, join, part, rehear};
pub use matching::{of_person, reconcile, touched};
pub use reattribution::{Reattribution, reattribute};
pub use refold::{change, is_narrowed, refold, row_equals_log};

use crate::access::LeadScope;
use crate::app::App;
use crate::audit;
use crate::events::cache::EventInfo;
use crate::events::disclosure::Scannable;
use crate::problem::Problem;
use mobile_core::ids::LeadId;
use mobile_core::wire::LeadView;
use mobile_core::wire::lead::ConsentState;
use store::{LeadRow, Written};

/// One lead as the caller may see it; an alias gives the lead it was merged into.
pub async fn get(app: &App, scope: &LeadScope, id: LeadId) -> Result<LeadView, Problem> {
    audit::read(app, scope, "lead").await?;
    shown(app, scope, &find(app, scope, id).await?).await
}

/// A lead's row as the caller may see it.
async fn shown(app: &App, scope: &LeadScope, row: &LeadRow) -> Result<LeadView, Problem> {
    let info = app.events.info(app, scope.event()).await?;
    let names = app.events.names(app, scope.event()).await?;
    Ok(view::render_for(row, &info, &names, scope))
}

/// The categories of the people that this space may see, sorted.
pub async fn categories(app: &App, scope: &LeadScope) -> Result<Vec<String>, Problem> {
    let mut tx = app.read().await?;
    let known = store::categories(&mut tx, scope.event(), scope.space()).await?;
    tx.done().await?;
    let info = app.events.info(app, scope.event()).await?;
    // Before the answer, the category of those who are asked shows too.
    let is_shown = |(consent, category): &(String, String)| {
        consent == ConsentState::Granted.as_str() || info.disclosure.rule(category).scannable == Scannable::Ask
    };
    let mut found: Vec<String> = known.into_iter().filter(is_shown).map(|(_, category)| category).collect();
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// The row of a lead that the caller may see.
async fn find(app: &App, scope: &LeadScope, id: LeadId) -> Result<LeadRow, Problem> {
    let row = read(app, scope, id).await?;
    row.filter(|row| view::is_visible(row, scope.sees())).ok_or_else(Problem::not_found)
}

/// The row of a lead of the space, whoever of it may see the lead.
async fn read(app: &App, scope: &LeadScope, id: LeadId) -> Result<Option<LeadRow>, Problem> {
    let mut tx = app.read().await?;
    let row = store::find(&mut tx, scope.event(), scope.space(), id).await?;
    tx.done().await?;
    Ok(row)
}

/// A lead as it is written: with the text it is found by, which holds only what may be seen.
pub fn written<'a>(lead: &'a LeadRow, event: &EventInfo) -> Written<'a> {
    let state = view::consent_state(lead, event);
    let disclosed = lead
        .category
        .as_deref()
        .zip(lead.registered.as_ref())
        .and_then(|(category, contact)| view::disclosed(state, lead.space_id, (category, contact), event));
    let is_open = !matches!(state, ConsentState::Withdrawn | ConsentState::Erased);
    Written {
        space: lead.space_id,
        id: lead.id,
        registration: lead.registration_id,
        code_hash: lead.code_hash.as_deref(),
        consent: state.as_str(),
        own_word: lead.own_word.as_deref(),
        own_word_at: lead.own_word_at,
        fold: &lead.fold,
        search: if is_open { view::search_text(lead, disclosed.as_ref()) } else { String::new() },
        version: lead.version,
        created_at: lead.created_at,
        has_fields: lead.has_fields(),
        is_found_otherwise: lead.is_found_otherwise(),
    }
}
