//! Taking a capture: numbered, checked by the same parser as the server's, and on disk.

use std::fmt;

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::record::Record;
use super::sync::Now;
use super::{Queue, Storage, StorageError};
use crate::badge::BadgeText;
use crate::capture::{Capture, Entry, FieldError, Malformed};
use crate::ids::CaptureId;
use crate::reason::Reason;
use crate::time::Timestamp;

/// The most bytes a capture may have, so that any capture fits any batch with room to spare.
pub const MAX_CAPTURE_BYTES: usize = 256 * 1024;

/// A capture before it is numbered.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// A new UUID, version 7.
    pub id: CaptureId,
    /// The device's clock.
    pub captured_at: Timestamp,
    /// `kind` and what belongs to it, as in the API.
    pub fields: Map<String, Value>,
}

impl Draft {
    /// A scan of a code.
    pub fn scan(id: CaptureId, captured_at: Timestamp, code: &BadgeText, entry: Entry) -> Self {
        let mut fields = Map::new();
        fields.insert("kind".into(), "scan".into());
        fields.insert("code".into(), code.as_str().into());
        fields.insert("entry".into(), serde_json::to_value(entry).unwrap_or_default());
        Self { id, captured_at, fields }
    }

    /// The fields of a draft, from what a caller holds as JSON.
    ///
    /// # Errors
    /// [`Malformed`] when it is no object.
    pub fn fields_of(json: Value) -> Result<Map<String, Value>, Malformed> {
        match json {
            Value::Object(fields) => Ok(fields),
            _ => Err(Malformed {
                id: None,
                device_seq: None,
                reason: Reason::InvalidField,
                errors: vec![FieldError::new("", "must be a JSON object with `kind` and what belongs to it")],
            }),
        }
    }
}

/// Why a capture was not taken. Nothing of it is kept.
#[derive(Debug)]
pub enum PushError {
    /// It is not a capture: the wrong fields.
    Malformed(Malformed),
    /// More than [`MAX_CAPTURE_BYTES`].
    TooLong {
        /// Its length as JSON.
        bytes: usize,
    },
    /// The id was used before, for something else.
    IdUsed(CaptureId),
    /// It could not be kept.
    Storage(StorageError),
}

impl<S: Storage> Queue<S> {
    /// Takes a capture: numbers it and keeps it, and returns its number. Once this returns, it
    /// survives a crash. `now_us` is the monotonic clock, from which the capture's age is told.
    ///
    /// The same id with the same content again changes nothing.
    ///
    /// # Errors
    /// [`PushError`]; the number is then given to the next capture.
    pub fn push(&mut self, draft: Draft, now_us: u64) -> Result<u64, PushError> {
        let Draft { id, captured_at, fields } = draft;
        let former = self.find(id).map(|capture| capture.seq);
        let (queue_id, seq) = (self.queue_id(), former.unwrap_or(self.kept.next_seq));
        let mut body = fields;
        body.insert("id".into(), id.to_string().into());
        body.insert("device_seq".into(), seq.into());
        body.insert("captured_at".into(), captured_at.to_string().into());
        body.remove("age_us");
        let text = Value::Object(body).to_string();
        if text.len() > MAX_CAPTURE_BYTES {
            return Err(PushError::TooLong { bytes: text.len() });
        }
        Capture::parse(&text).map_err(PushError::Malformed)?;
        if former.is_some() {
            let is_same = self.find(id).is_some_and(|capture| capture.body.get() == text);
            return if is_same { Ok(seq) } else { Err(PushError::IdUsed(id)) };
        }
        let body = RawValue::from_string(text).map_err(|error| {
            // What a JSON value writes is JSON; were it not, nothing was kept yet.
            PushError::Storage(StorageError::Failed(error.to_string()))
        })?;
        let destination = self.kept.destination.as_deref().map(str::to_owned);
        self.write(&[Record::Taken { id, queue_id, seq, body, destination }]).map_err(PushError::Storage)?;
        if let Some(capture) = self.kept.captures.last_mut() {
            capture.taken = Some(Now { wall: captured_at, monotonic_us: now_us });
        }
        Ok(seq)
    }
}

impl fmt::Display for PushError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(malformed) => {
                f.write_str(malformed.reason.title())?;
                for error in &malformed.errors {
                    write!(f, "; {} {}", error.pointer, error.detail)?;
                }
                Ok(())
            }
            Self::TooLong { bytes } => {
                write!(f, "a capture may have at most {MAX_CAPTURE_BYTES} bytes as JSON, this one has {bytes}")
            }
            Self::IdUsed(id) => write!(f, "the id {id} is in this queue with other content; make a new one"),
            Self::Storage(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for PushError {}
