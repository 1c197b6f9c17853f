//! From JSON text to a [`Capture`], collecting every wrong field.

use super::raw::{self, Named};
use super::{
    Action, Capture, ContactField, Entry, FieldError, MAX_CODE_BYTES, MAX_FIELD_CHARS, MAX_ITEMS, MAX_NOTE_CHARS,
    Malformed, Purpose, Rating,
};
use crate::reason::Reason;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Fields that every capture may have; the rest of an `answers` capture without an `answers` object
/// are its answers.
const COMMON: [&str; 11] = [
    "id",
    "device_seq",
    "captured_at",
    "age_us",
    "member_id",
    "operator",
    "exhibitor_id",
    "code",
    "lead_id",
    "kind",
    "form_version",
];

pub(super) fn capture(json: &str) -> Result<Capture, Malformed> {
    let whole = |detail: String| {
        let Named { id, device_seq } = Named::of(json);
        Malformed { id, device_seq, reason: Reason::InvalidField, errors: vec![FieldError::new("", detail)] }
    };
    let read = serde_json::from_str(json).or_else(|error| match raw::with_whole_letters(json) {
        Some(mended) => serde_json::from_str(&mended),
        None => Err(error),
    });
    let mut body: Value = read.map_err(|error| whole(format!("is not readable JSON: {error}")))?;
    replace_nul(&mut body);
    let Value::Object(map) = &mut body else {
        return Err(whole("must be an object".into()));
    };
    let age_us = map.remove("age_us").filter(|age| !age.is_null());

    let mut fields = Fields { map, errors: Vec::new(), reason: Reason::InvalidField };
    let id = fields.required("id", "must be a UUID");
    let device_seq = fields.optional::<u64>("device_seq", "must be a whole number from 1");
    if device_seq == Some(0) {
        fields.wrong("device_seq", "must be a whole number from 1");
    }
    let device_seq = device_seq.filter(|seq| *seq > 0 && i64::try_from(*seq).is_ok());
    let captured_at = fields.required("captured_at", "must be a time such as 2026-11-22T09:30:00.000000Z");
    let age_us = match age_us {
        None => None,
        Some(age) => {
            let age = age.as_i64().filter(|age| *age >= 0);
            if age.is_none() {
                fields.wrong("age_us", "must be a whole number of microseconds, not negative");
            }
            age
        }
    };
    let member_id = fields.optional("member_id", "must be a UUID");
    let operator = fields.text("operator", MAX_FIELD_CHARS);
    let exhibitor_id = fields.optional("exhibitor_id", "must be a UUID");
    let lead_id = fields.optional("lead_id", "must be a UUID");
    let code = fields.code();
    let action = fields.action();
    if let Some(action) = &action {
        match action {
            Action::Scan { .. } if code.is_none() => fields.wrong("code", "a scan needs the code that was read"),
            Action::Scan { .. } | Action::Annul { .. } => {}
            _ if code.is_none() && lead_id.is_none() => fields.wrong("code", "name the lead by code or lead_id"),
            _ => {}
        }
    }

    let Fields { errors, reason, .. } = fields;
    match (id, captured_at, action) {
        (Some(id), Some(captured_at), Some(action)) if errors.is_empty() => Ok(Capture {
            id,
            device_seq,
            captured_at,
            age_us,
            member_id,
            operator,
            exhibitor_id,
            code,
            lead_id,
            action,
            body,
        }),
        _ => Err(Malformed { id, device_seq, reason, errors }),
    }
}

/// Reads fields of one object and remembers what was wrong with each.
struct Fields<'a> {
    map: &'a Map<String, Value>,
    errors: Vec<FieldError>,
    reason: Reason,
}

impl Fields<'_> {
    fn wrong(&mut self, field: &str, detail: &str) {
        let pointer = format!("/{field}");
        if !self.errors.iter().any(|error| error.pointer == pointer) {
            self.errors.push(FieldError { pointer, detail: detail.to_owned() });
        }
    }

    /// The field's value; null counts as absent.
    fn given(&self, field: &str) -> Option<&Value> {
        self.map.get(field).filter(|value| !value.is_null())
    }

    fn optional<T: DeserializeOwned>(&mut self, field: &str, must: &str) -> Option<T> {
        let value = self.given(field)?;
        let parsed = T::deserialize(value).ok();
        if parsed.is_none() {
            self.wrong(field, must);
        }
        parsed
    }

    fn required<T: DeserializeOwned>(&mut self, field: &str, must: &str) -> Option<T> {
        if self.given(field).is_none() {
            self.wrong(field, &format!("is missing; it {must}"));
            return None;
        }
        self.optional(field, must)
    }

    fn text(&mut self, field: &str, longest: usize) -> Option<String> {
        let text: String = self.optional(field, "must be a text")?;
        if text.chars().count() > longest {
            self.wrong(field, &format!("is longer than {longest} characters"));
            return None;
        }
        Some(text).filter(|text| !text.trim().is_empty())
    }

    fn code(&mut self) -> Option<String> {
        let code: String = self.optional("code", "must be a text")?;
        if code.len() > MAX_CODE_BYTES {
            self.reason = Reason::CodeTooLong;
            self.wrong("code", "is longer than 8192 bytes");
            return None;
        }
        if code.is_empty() {
            self.wrong("code", "is empty");
            return None;
        }
        Some(code)
    }

    fn texts(&mut self, field: &str) -> Vec<String> {
        let texts: Vec<String> = self.optional(field, "must be a list of texts").unwrap_or_default();
        if texts.len() > MAX_ITEMS || texts.iter().any(|text| text.chars().count() > MAX_FIELD_CHARS) {
            self.wrong(field, "has at most 100 entries of at most 300 characters");
            return Vec::new();
        }
        texts.into_iter().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect()
    }

    fn action(&mut self) -> Option<Action> {
        let kind: String = self.required("kind", "must be a text such as \"scan\"")?;
        Some(match kind.as_str() {
            "scan" => Action::Scan {
                entry: self.optional::<Entry>("entry", "must be camera, typed, reader or photo").unwrap_or_default(),
            },
            "note" => match self.text("text", MAX_NOTE_CHARS) {
                Some(text) => Action::Note { text },
                None => {
                    self.wrong("text", "a note needs a text");
                    return None;
                }
            },
            "rating" => {
                if !self.map.contains_key("rating") {
                    self.wrong("rating", "is missing; it must be hot, warm, cold or null");
                }
                Action::Rating { rating: self.optional::<Rating>("rating", "must be hot, warm, cold or null") }
            }
            "tags" => {
                let (add, remove) = (self.texts("add"), self.texts("remove"));
                Action::Tags { add, remove }
            }
            "answers" => self.answers()?,
            "stage" => Action::Stage { stage: self.text("stage", MAX_FIELD_CHARS) },
            "owner" => Action::Owner { owner: self.optional("owner_id", "must be a UUID or null") },
            "contact" => self.contact()?,
            "consent" => {
                let purpose = self.required::<Purpose>("purpose", "must be disclosure, marketing or messages");
                let granted = self.required::<bool>("granted", "must be true or false");
                let notice_version = self.text("notice_version", MAX_FIELD_CHARS);
                let channel = self.text("channel", MAX_FIELD_CHARS);
                Action::Consent { purpose: purpose?, granted: granted?, notice_version, channel }
            }
            "annul" => Action::Annul { annuls: self.required("annuls", "must be the id of a capture")? },
            "session_check_in" => {
                let session = self.required("session_id", "must be the id of a session");
                let overrides = self.text("override", MAX_FIELD_CHARS);
                let is_let_in = self.optional("let_in", "must be true or false").unwrap_or(false);
                Action::CheckIn { session: session?, overrides, is_let_in }
            }
            "session_check_out" => {
                Action::CheckOut { session: self.required("session_id", "must be the id of a session")? }
            }
            "meeting" => Action::Meeting { meeting: self.required("meeting_id", "must be the id of a meeting")? },
            "contact_sharing" => {
                Action::Shared { conversation: self.required("conversation_id", "must be the id of a conversation")? }
            }
            "networking" => {
                Action::Connected { connection: self.required("connection_id", "must be the id of a connection")? }
            }
            _ => {
                self.reason = Reason::UnknownKind;
                self.wrong("kind", "is not a kind that this server knows");
                return None;
            }
        })
    }

    fn answers(&mut self) -> Option<Action> {
        let form_version = self.optional("form_version", "must be a whole number");
        let answers: BTreeMap<String, Value> = match self.map.get("answers") {
            Some(Value::Object(answers)) => answers.clone().into_iter().collect(),
            Some(_) => {
                self.wrong("answers", "must be an object of question and answer");
                return None;
            }
            None => {
                let own = self.map.iter().filter(|(name, _)| !COMMON.contains(&name.as_str()));
                own.map(|(name, value)| (name.clone(), value.clone())).collect()
            }
        };
        if answers.len() > MAX_ITEMS {
            self.wrong("answers", "has at most 100 entries");
            return None;
        }
        Some(Action::Answers { answers, form_version })
    }

    fn contact(&mut self) -> Option<Action> {
        let mut fields = BTreeMap::new();
        for field in ContactField::ALL {
            let Some(text) = self.optional::<String>(field.as_str(), "must be a text") else { continue };
            if text.chars().count() > MAX_FIELD_CHARS {
                self.wrong(field.as_str(), "is longer than 300 characters");
                continue;
            }
            fields.insert(field, text.trim().to_owned());
        }
        if fields.is_empty() {
            self.wrong("last_name", "a contact needs at least one field");
            return None;
        }
        Some(Action::Contact { fields })
    }
}

/// U+0000 cannot be stored by every engine: it becomes U+FFFD before anything is compared.
fn replace_nul(value: &mut Value) {
    match value {
        Value::String(text) if text.contains('\0') => *text = text.replace('\0', "\u{FFFD}"),
        Value::Array(items) => items.iter_mut().for_each(replace_nul),
        Value::Object(map) => {
            if map.keys().any(|key| key.contains('\0')) {
                let entries = std::mem::take(map);
                *map = entries.into_iter().map(|(key, value)| (key.replace('\0', "\u{FFFD}"), value)).collect();
            }
            map.values_mut().for_each(replace_nul);
        }
        _ => {}
    }
}

/// SHA-256 over the value with the fields of each object in the order of their names.
pub(super) fn digest(body: &Value) -> [u8; 32] {
    let mut text = Vec::with_capacity(512);
    canonical(body, &mut text);
    Sha256::digest(&text).into()
}

fn canonical(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Object(map) => {
            let mut names: Vec<&String> = map.keys().collect();
            names.sort_unstable();
            out.push(b'{');
            for name in names {
                scalar(&Value::String(name.clone()), out);
                out.push(b':');
                canonical(&map[name], out);
                out.push(b',');
            }
            out.push(b'}');
        }
        Value::Array(items) => {
            out.push(b'[');
            for item in items {
                canonical(item, out);
                out.push(b',');
            }
            out.push(b']');
        }
        _ => scalar(value, out),
    }
}

fn scalar(value: &Value, out: &mut Vec<u8>) {
    serde_json::to_writer(out, value).expect("writing a JSON value to memory cannot fail");
}
