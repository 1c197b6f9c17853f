//! Changes of what is disclosed whose leads are being written anew, and those leads.

use super::Listed;
use super::written::Written;
use crate::storage::{StorageError, Tx, runs};
use crate::{affected, sql, sql_built};
use mobile_core::ids::{EventId, LeadId, SpaceId};
use uuid::Uuid;

/// A change of what is disclosed, and how far its leads are written anew.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct ChangeRow {
    /// The event.
    pub event_id: EventId,
    /// The one space that it is about; the event's own: all of them.
    pub space_id: SpaceId,
    /// The change: one more of the same has another id.
    pub id: Uuid,
    /// The lead that was written last.
    after_space_id: Option<SpaceId>,
    after_lead_id: Option<LeadId>,
}

impl ChangeRow {
    /// A change of which nothing is written anew yet.
    pub fn new(event: EventId, space: Option<SpaceId>, id: Uuid) -> Self {
        let space_id = space.unwrap_or_else(|| event.into());
        Self { event_id: event, space_id, id, after_space_id: None, after_lead_id: None }
    }

    /// The one space that it is about; none: all of the event.
    pub fn space(&self) -> Option<SpaceId> {
        Some(self.space_id).filter(|space| *space != SpaceId::from(self.event_id))
    }

    /// The place of the lead that was written last.
    pub fn after(&self) -> Option<(SpaceId, LeadId)> {
        self.after_space_id.zip(self.after_lead_id)
    }

    /// The same, with the leads up to a place written anew.
    pub fn up_to(self, (space, lead): (SpaceId, LeadId)) -> Self {
        Self { after_space_id: Some(space), after_lead_id: Some(lead), ..self }
    }
}

/// Keeps that what an event discloses has changed. What was left of a former change is part of it.
pub async fn begin(tx: &mut Tx, change: &ChangeRow) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("UPDATE event SET policy_version = policy_version + 1 WHERE id = $1").bind(change.event_id)
    )?;
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO policy_change (event_id, space_id, id) VALUES ($1, $2, $3) \
             ON CONFLICT (event_id, space_id) DO UPDATE SET id = excluded.id, after_space_id = NULL, after_lead_id = NULL"
        )
        .bind(change.event_id)
        .bind(change.space_id)
        .bind(change.id)
    )?;
    Ok(())
}

/// Keeps how far a change has come; false when another took its place or it is done.
pub async fn reached(tx: &mut Tx, change: &ChangeRow) -> Result<bool, StorageError> {
    let kept = affected!(
        tx,
        sqlx::query(
            "UPDATE policy_change SET after_space_id = $4, after_lead_id = $5 \
             WHERE event_id = $1 AND space_id = $2 AND id = $3"
        )
        .bind(change.event_id)
        .bind(change.space_id)
        .bind(change.id)
        .bind(change.after_space_id)
        .bind(change.after_lead_id)
    )?;
    Ok(kept == 1)
}

/// Forgets a change whose leads are all written anew.
pub async fn end(tx: &mut Tx, change: &ChangeRow) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("DELETE FROM policy_change WHERE event_id = $1 AND space_id = $2 AND id = $3")
            .bind(change.event_id)
            .bind(change.space_id)
            .bind(change.id)
    )?;
    Ok(())
}

/// The changes of all events whose leads are not all written anew.
pub async fn open(tx: &mut Tx) -> Result<Vec<ChangeRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT event_id, space_id, id, after_space_id, after_lead_id FROM policy_change ORDER BY event_id, space_id")
        .fetch_all(conn))?)
}

/// The leads of an event, or of one space, after a place, in key order, locked to be written.
pub async fn after(
    tx: &mut Tx,
    event: EventId,
    space: Option<SpaceId>,
    after: Option<(SpaceId, LeadId)>,
    limit: usize,
) -> Result<Vec<Listed>, StorageError> {
    let lock = super::lock(tx);
    Ok(sql_built!(tx, conn, query = "SELECT l.consent, l.search, " => {
        query.push(super::COLUMNS).push(super::TABLES).push(" WHERE l.event_id = ").push_bind(event);
        if let Some(space) = space {
            query.push(" AND l.space_id = ").push_bind(space);
        }
        if let Some((space, lead)) = after {
            query.push(" AND (l.space_id, l.id) > (").push_bind(space).push(", ").push_bind(lead).push(")");
        }
        query.push(" ORDER BY l.space_id, l.id LIMIT ").push_bind(limit as i64).push(lock);
    }, query.build_query_as().fetch_all(conn))?)
}

/// Writes what leads are found by, and nothing else of them.
pub async fn put_found(tx: &mut Tx, event: EventId, leads: &[Written<'_>]) -> Result<(), StorageError> {
    for run in runs(leads) {
        // Both engines call the columns of a list of rows column1, column2 …
        sql_built!(tx, conn, query = "UPDATE lead SET consent = v.column3, search = v.column4 FROM (" => {
            query.push_values(run, |mut row, lead| {
                row.push_bind(lead.space).push_bind(lead.id).push_bind(lead.consent).push_bind(&lead.search);
            });
            query.push(") AS v WHERE lead.event_id = ").push_bind(event);
            query.push(" AND lead.space_id = v.column1 AND lead.id = v.column2");
        }, { let done = query.build().execute(conn); async { done.await.map(|_| ()) } })?;
    }
    Ok(())
}
