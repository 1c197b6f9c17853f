//! The five-minute cells of meetings in the database: the unique key lets only one meeting have each.

use crate::storage::{StorageError, Tx, runs};
use crate::{affected, sql_built};
use mobile_core::ids::{EventId, MeetingId};
use std::ops::Range;
use uuid::Uuid;

/// Takes cells of resources for a meeting, in key order; gives those that were free.
pub async fn take(
    tx: &mut Tx,
    event: EventId,
    meeting: MeetingId,
    resources: &[Uuid],
    cells: Range<i64>,
) -> Result<Vec<(Uuid, i64)>, StorageError> {
    let wanted: Vec<(Uuid, i64)> =
        resources.iter().flat_map(|resource| cells.clone().map(move |cell| (*resource, cell))).collect();
    let mut taken = Vec::with_capacity(wanted.len());
    for run in runs(&wanted) {
        let rows: Vec<(Uuid, i64)> = sql_built!(tx, conn,
            query = "INSERT INTO meeting_cell (event_id, resource_id, cell, meeting_id) " => {
            query.push_values(run, |mut row, (resource, cell)| {
                row.push_bind(event).push_bind(*resource).push_bind(*cell).push_bind(meeting);
            });
            query.push(" ON CONFLICT DO NOTHING RETURNING resource_id, cell");
        }, query.build_query_as().fetch_all(conn))?;
        taken.extend(rows);
    }
    Ok(taken)
}

/// Gives the cells of a meeting back.
pub async fn free(tx: &mut Tx, event: EventId, meeting: MeetingId) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("DELETE FROM meeting_cell WHERE event_id = $1 AND meeting_id = $2").bind(event).bind(meeting)
    )?;
    Ok(())
}
