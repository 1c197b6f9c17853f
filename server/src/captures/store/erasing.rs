//! Emptying captures in the log, and what lies aside.

use super::LogRow;
use crate::captures::erased;
use crate::storage::{StorageError, Tx, runs};
use crate::{affected, sql, sql_built};
use mobile_core::capture::Capture;
use mobile_core::ids::{CaptureId, EventId, LeadId, SpaceId};
use sqlx::types::Json;
use uuid::Uuid;

/// Empties captures of a space.
pub async fn empty(tx: &mut Tx, event: EventId, space: SpaceId, rows: &[LogRow]) -> Result<(), StorageError> {
    for row in rows.iter().filter(|row| erased::read(row.body.get()).is_none()) {
        let capture = Capture::parse(row.body.get())
            .map_err(|_| StorageError::Corrupt(format!("capture {} cannot be read back", row.id)))?;
        affected!(
            tx,
            sqlx::query(
                "UPDATE capture SET body = $4, digest = $5, code_hash = NULL \
                 WHERE event_id = $1 AND space_id = $2 AND id = $3"
            )
            .bind(event)
            .bind(space)
            .bind(row.id)
            .bind(Json(erased::body(&capture)))
            .bind(erased::DIGEST.as_slice())
        )?;
    }
    Ok(())
}

/// The place of a capture that is about no lead.
pub type Place = (SpaceId, CaptureId);

/// Captures that are about no lead (of doors, of an own team, of the practice badge), after a place:
/// all of them, or those of some codes.
pub async fn leadless(
    tx: &mut Tx,
    event: EventId,
    codes: Option<&[[u8; 32]]>,
    after: Option<Place>,
    limit: usize,
) -> Result<Vec<(SpaceId, LogRow)>, StorageError> {
    #[derive(sqlx::FromRow)]
    struct Row {
        space_id: SpaceId,
        #[sqlx(flatten)]
        row: LogRow,
    }
    let rows: Vec<Row> = sql_built!(tx, conn, query = "SELECT space_id, id, lead_id, device_id, member_id, booth_id, \
        corrected_at, flags, body FROM capture WHERE event_id = " => {
        query.push_bind(event).push(" AND lead_id = ").push_bind(LeadId(Uuid::nil()));
        if let Some(codes) = codes {
            query.push(" AND code_hash IN (");
            let mut list = query.separated(", ");
            for code in codes { list.push_bind(code.as_slice()); }
            list.push_unseparated(")");
        }
        if let Some((space, id)) = after {
            query.push(" AND (space_id, id) > (").push_bind(space).push(", ").push_bind(id).push(")");
        }
        query.push(" ORDER BY space_id, id LIMIT ").push_bind(limit as i64);
    }, query.build_query_as().fetch_all(conn))?;
    Ok(rows.into_iter().map(|row| (row.space_id, row.row)).collect())
}

/// Empties what lies aside and holds one of these texts: codes, numbers, ids of leads.
pub async fn empty_aside(tx: &mut Tx, event: EventId, texts: &[String]) -> Result<(), StorageError> {
    for run in runs(texts) {
        for text in run {
            let literal = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
            affected!(
                tx,
                sqlx::query(
                    "UPDATE rejected_capture SET body = '{}', errors = $3 WHERE event_id = $1 \
                     AND body LIKE $2 ESCAPE '\\'"
                )
                .bind(event)
                .bind(format!("%{literal}%"))
                .bind(Json(serde_json::json!([])))
            )?;
        }
    }
    Ok(())
}

/// Empties all that lies aside at an event.
pub async fn empty_all_aside(tx: &mut Tx, event: EventId) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("UPDATE rejected_capture SET body = '{}', errors = $2 WHERE event_id = $1 AND body <> '{}'")
            .bind(event)
            .bind(Json(serde_json::json!([])))
    )?;
    Ok(())
}

/// How many captures of an event still say something; for checking that none does.
pub async fn count_told(tx: &mut Tx, event: EventId) -> Result<i64, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT COUNT(*) FROM capture WHERE event_id = $1 AND digest <> $2")
        .bind(event).bind(erased::DIGEST.as_slice()).fetch_one(conn))?)
}
