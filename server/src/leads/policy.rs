//! Writing anew what leads are found by, after what the event discloses has changed.
//!
//! What is shown follows the policy at each rendering; the columns that lists filter, sort and
//! search by are written with the lead. Without this, a search could still find somebody by a name
//! that is not disclosed any more.

use super::store::{self, LeadRow};
use super::written;
use crate::app::App;
use crate::events::cache::read_info;
use crate::sql_built;
use crate::storage::StorageError;
use mobile_core::ids::{EventId, LeadId, SpaceId};

/// Leads of one transaction: scans go on in between.
const CHUNK: usize = 500;

/// Brings the columns of an event's leads to its policy, or of one space's.
pub async fn policy_changed(app: &App, event: EventId, space: Option<SpaceId>) -> Result<(), StorageError> {
    let mut after: Option<(SpaceId, LeadId)> = None;
    loop {
        let mut tx = app.write().await?;
        // Within the transaction: what other nodes changed meanwhile counts.
        let info = read_info(&mut tx, event).await?;
        let rows = store::after(&mut tx, event, space, after, CHUNK).await?;
        let changes: Vec<(&LeadRow, &'static str, String)> = rows
            .iter()
            .filter_map(|found| {
                let anew = written(&found.lead, &info);
                let is_same = anew.consent == found.consent && anew.search == found.search;
                (!is_same).then_some((&found.lead, anew.consent, anew.search))
            })
            .collect();
        for run in crate::storage::runs(&changes) {
            // Both engines call the columns of a list of rows column1, column2 …
            sql_built!(tx, conn, query = "UPDATE lead SET consent = v.column3, search = v.column4 FROM (" => {
                query.push_values(run, |mut row, (lead, consent, search)| {
                    row.push_bind(lead.space_id).push_bind(lead.id).push_bind(*consent).push_bind(search);
                });
                query.push(") AS v WHERE lead.event_id = ").push_bind(event);
                query.push(" AND lead.space_id = v.column1 AND lead.id = v.column2");
            }, { let done = query.build().execute(conn); async { done.await.map(|_| ()) } })?;
        }
        tx.commit(&app.hub).await?;
        after = rows.last().map(|found| (found.lead.space_id, found.lead.id));
        if rows.len() < CHUNK {
            return Ok(());
        }
    }
}
