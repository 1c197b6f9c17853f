//! The list of leads: filters, sort, total and stable cursors.
//!
//! [`filter`] is what may be asked, [`sort`] the order, [`conditions`] both as SQL, [`rows`] the reading,
//! [`choices`] what the filters offer.

pub mod choices;
mod conditions;
pub mod filter;
pub mod rows;
mod sort;

use super::view;
use crate::access::ExhibitorScope;
use crate::app::App;
use crate::audit;
use crate::events::cache::{EventInfo, Names};
use crate::problem::Problem;
use crate::storage::Tx;
pub use filter::{Checked, LeadFilter, OfScans};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use mobile_core::wire::LeadView;
pub use rows::{Among, in_key_order, totals};
use serde::Serialize;
use utoipa::ToSchema;

/// A page of leads.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeadList {
    /// The leads.
    pub items: Vec<LeadView>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
    /// The head of the feed read before the list: connect with `since=seq` and nothing is missed.
    pub seq: u64,
    /// How many leads the filter lets through.
    pub total: u64,
}

/// A page of leads as the caller may see them.
pub async fn list(app: &App, scope: &ExhibitorScope, filter: LeadFilter) -> Result<LeadList, Problem> {
    audit::read(app, scope, "list").await?;
    let info = app.events.info(app, scope.event()).await?;
    let names = app.events.names(app, scope.event()).await?;
    let mut tx = app.read().await?;
    let list = within(&mut tx, scope, (&info, &names), filter, app.now()).await?;
    tx.done().await?;
    Ok(list)
}

/// The same within a read that goes on, for pages that show more of the same moment; whoever reads so tells
/// the audit log.
pub async fn within(
    tx: &mut Tx,
    scope: &ExhibitorScope,
    (info, names): (&EventInfo, &Names),
    filter: LeadFilter,
    now: Timestamp,
) -> Result<LeadList, Problem> {
    if scope.is_masked() && (filter.q.is_some() || filter.tag.is_some() || filter.answer.is_some()) {
        let detail = "Contacts are masked in this view, so nothing is searched by what they say. Clear the search.";
        return Err(Problem::new(Reason::ViewOnly, detail));
    }
    let seq = crate::feed::store::head(tx, scope.event()).await?;
    let checked = filter.check(tx, scope, info, now).await?;
    let total = rows::total(tx, scope, &checked).await?;
    let (found, next_cursor) = rows::page(tx, scope, &checked).await?;
    let items = found.iter().map(|row| view::render_for(row, info, names, scope)).collect();
    Ok(LeadList { items, next_cursor, seq, total })
}
