//! What lists of the audit log show: an event's own chain, and between its entries those of the server's chain
//! that are about the event's people, their sign-ins and passwords.

use super::store::{self, EntryRow};
use crate::access::{AuditScope, EventAuditScope};
use crate::app::App;
use crate::paging::{Page, PageParams};
use crate::problem::Problem;
use mobile_core::ids::{EventId, ExhibitorId};

/// The numbers before which a page begins: in the event's chain, and in the server's.
type Place = (i64, i64);

/// A page of an event's log, newest first.
pub async fn list_of_event(app: &App, scope: &EventAuditScope, page: &PageParams) -> Result<Page<EntryRow>, Problem> {
    list(app, scope.event(), None, page).await
}

/// A page of what concerns one exhibitor, newest first.
pub async fn list_of_exhibitor(app: &App, scope: &AuditScope, page: &PageParams) -> Result<Page<EntryRow>, Problem> {
    list(app, scope.event(), Some(scope.exhibitor()), page).await
}

async fn list(
    app: &App,
    event: EventId,
    exhibitor: Option<ExhibitorId>,
    page: &PageParams,
) -> Result<Page<EntryRow>, Problem> {
    let limit = page.limit()?;
    let before = page.after::<Place>()?.unwrap_or((i64::MAX, i64::MAX));
    let mut tx = app.read().await?;
    let seq = crate::feed::store::head(&mut tx, event).await?;
    let own = store::list(&mut tx, event, exhibitor, before.0, limit + 1).await?;
    let people = store::list_of_people(&mut tx, event, exhibitor, before.1, limit + 1).await?;
    tx.done().await?;
    Ok(Page::of(between(own, people, before), limit, seq, |(_, place)| *place).map(|(row, _)| row))
}

/// Both chains as one list, newest first, each in its own order; with each entry, where a page behind it begins.
fn between(own: Vec<EntryRow>, people: Vec<EntryRow>, mut place: Place) -> Vec<(EntryRow, Place)> {
    let mut rows = Vec::with_capacity(own.len() + people.len());
    let (mut own, mut people) = (own.into_iter().peekable(), people.into_iter().peekable());
    loop {
        let is_own = match (own.peek(), people.peek()) {
            (Some(one), Some(other)) => one.at >= other.at,
            (one, _) => one.is_some(),
        };
        let next = if is_own { own.next() } else { people.next() };
        let Some(row) = next else { return rows };
        if is_own {
            place.0 = row.seq;
        } else {
            place.1 = row.seq;
        }
        rows.push((row, place));
    }
}
