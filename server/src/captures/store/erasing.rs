//! Emptying captures in the log, and what lies aside.

use super::LogRow;
use crate::captures::erased;
use crate::storage::{StorageError, Tx};
use crate::{affected, sql, sql_built};
use mobile_core::badge::{code_hash, number};
use mobile_core::capture::Capture;
use mobile_core::ids::{CaptureId, EventId, LeadId, SpaceId};
use serde_json::Value;
use sqlx::types::Json;
use std::collections::HashSet;
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

/// What names a person in captures that lie aside.
#[derive(Debug, Default)]
pub struct Traces {
    leads: HashSet<LeadId>,
    codes: HashSet<[u8; 32]>,
    numbers: HashSet<String>,
    /// The same as it is written, for texts that quote it.
    texts: Vec<String>,
}

/// Shorter texts stand in others by chance.
const LEAST_TEXT: usize = 6;

impl Traces {
    /// Adds a lead.
    pub fn lead(&mut self, lead: LeadId) {
        self.leads.insert(lead);
        self.text(&lead.to_string());
    }

    /// Adds a badge, by its code and its number as stored.
    pub fn badge(&mut self, code: &str, number: &str) {
        self.codes.insert(code_hash(code));
        self.numbers.insert(number.to_owned());
        self.text(code);
        self.text(number);
    }

    fn text(&mut self, text: &str) {
        if text.len() >= LEAST_TEXT {
            self.texts.push(text.to_owned());
        }
    }

    /// Whether a capture as it was sent names the person, however that is spelt.
    fn are_in(&self, body: &str) -> bool {
        match serde_json::from_str(body) {
            Ok(value) => self.are_said(&value),
            // It was cut off, or never was JSON: its texts are written as JSON writes them.
            Err(_) => self.texts.iter().any(|text| {
                let quoted = Value::from(text.as_str()).to_string();
                body.contains(text) || body.contains(&quoted[1..quoted.len() - 1])
            }),
        }
    }

    fn are_said(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => {
                self.codes.contains(&code_hash(text))
                    || number::parse(text).is_some_and(|number| self.numbers.contains(number.as_str()))
                    || text.parse::<LeadId>().is_ok_and(|lead| self.leads.contains(&lead))
                    || self.texts.iter().any(|known| text.contains(known))
            }
            Value::Array(values) => values.iter().any(|value| self.are_said(value)),
            Value::Object(fields) => fields.values().any(|value| self.are_said(value)),
            _ => false,
        }
    }
}

/// Captures that lie aside that are read at once.
const ASIDE: i64 = 500;

/// Empties what lies aside and names a person.
pub async fn empty_aside(tx: &mut Tx, event: EventId, traces: &Traces) -> Result<(), StorageError> {
    let mut after: Option<(SpaceId, Uuid)> = None;
    loop {
        let rows: Vec<(SpaceId, Uuid, String)> = sql_built!(tx, conn,
            query = "SELECT space_id, id, body FROM rejected_capture WHERE event_id = " => {
            query.push_bind(event).push(" AND body <> '{}'");
            if let Some((space, id)) = after {
                query.push(" AND (space_id, id) > (").push_bind(space).push(", ").push_bind(id).push(")");
            }
            query.push(" ORDER BY space_id, id LIMIT ").push_bind(ASIDE);
        }, query.build_query_as().fetch_all(conn))?;
        for (space, id, _) in rows.iter().filter(|(.., body)| traces.are_in(body)) {
            affected!(
                tx,
                sqlx::query(
                    "UPDATE rejected_capture SET body = '{}', errors = $4 WHERE event_id = $1 AND space_id = $2 \
                     AND id = $3"
                )
                .bind(event)
                .bind(*space)
                .bind(*id)
                .bind(Json(serde_json::json!([])))
            )?;
        }
        if (rows.len() as i64) < ASIDE {
            return Ok(());
        }
        after = rows.last().map(|(space, id, _)| (*space, *id));
    }
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

#[cfg(test)]
mod tests {
    use super::Traces;

    #[test]
    fn a_person_is_found_however_a_code_is_written() {
        let mut traces = Traces::default();
        let number = mobile_core::badge::number::generate(&[7; 5]);
        traces.badge("BEGIN:VCARD\nN:Zoë", number.as_str());
        let spelt = format!("{}-{}", &number.as_str()[..4].to_lowercase(), &number.as_str()[4..]);
        for body in [
            r#"{"code": "BEGIN:VCARD\nN:Zo\u00eb"}"#.to_owned(),
            r#"{"kind": "note", "more": ["said BEGIN:VCARD\nN:Zoë to me"]}"#.to_owned(),
            format!(r#"{{"code": "{spelt}"}}"#),
            r#"{"code": "BEGIN:VCARD\nN:Zoë", "text": "cut o"#.to_owned(),
        ] {
            assert!(traces.are_in(&body), "{body}");
        }
        assert!(!traces.are_in(r#"{"code": "BEGIN:VCARD\nN:Omar"}"#));
    }
}
