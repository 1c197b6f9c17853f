//! Writes planned acts as the captures that a phone would send.
//!
//! Pure: ids are version 7 UUIDs of the act's own time with seeded random bits, so that history
//! lies in the index as if it had come in day by day.

use mobile_core::ids::{CaptureId, TeamMemberId};
use mobile_core::time::Timestamp;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::random::Dice;
use super::traffic::Act;

/// Makes captures, each with an id of its own.
#[derive(Debug)]
pub struct Pen {
    dice: Dice,
}

/// What a phone knows when its holder does something.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    pub at: Timestamp,
    /// The text of the code, or the badge number for a typed scan.
    pub code: &'a str,
    /// Who holds the phone.
    pub member: TeamMemberId,
}

/// A capture before it is numbered.
#[derive(Clone, Debug)]
pub struct Written {
    pub id: CaptureId,
    pub captured_at: Timestamp,
    /// `kind` and what belongs to it.
    pub fields: Map<String, Value>,
}

impl Pen {
    /// A pen whose ids depend on the seed and the label.
    pub fn new(seed: u64, label: &str) -> Self {
        Self { dice: Dice::new(seed, label) }
    }

    /// A capture of this act, not numbered yet.
    pub fn write(&mut self, moment: Moment<'_>, act: &Act) -> Written {
        let mut body = Map::new();
        body.insert("member_id".to_owned(), json!(moment.member));
        body.insert("code".to_owned(), json!(moment.code));
        for (name, value) in fields(act) {
            body.insert(name.to_owned(), value);
        }
        Written { id: self.id(moment.at), captured_at: moment.at, fields: body }
    }

    /// An id of this time.
    pub(super) fn id(&mut self, at: Timestamp) -> CaptureId {
        let mut bits = [0; 10];
        for (byte, random) in bits
            .iter_mut()
            .zip(self.dice.next_u64().to_le_bytes().into_iter().chain(self.dice.next_u64().to_le_bytes()))
        {
            *byte = random;
        }
        let millis = u64::try_from(at.as_micros() / 1_000).unwrap_or(0);
        CaptureId(uuid::Builder::from_unix_timestamp_millis(millis, &bits).into_uuid())
    }
}

fn fields(act: &Act) -> Vec<(&'static str, Value)> {
    match act {
        Act::Scan { typed } => {
            vec![("kind", json!("scan")), ("entry", json!(if *typed { "typed" } else { "camera" }))]
        }
        Act::Rating(warmth) => vec![("kind", json!("rating")), ("rating", json!(warmth.code()))],
        Act::Note(text) => vec![("kind", json!("note")), ("text", json!(text))],
        Act::Tags(tags) => vec![("kind", json!("tags")), ("add", json!(tags)), ("remove", json!([]))],
        Act::Answers(answers) => {
            let answers: Map<String, Value> = answers.iter().cloned().collect();
            vec![("kind", json!("answers")), ("answers", Value::Object(answers)), ("form_version", json!(1))]
        }
        Act::Withdrawal => vec![
            ("kind", json!("consent")),
            ("purpose", json!("disclosure")),
            ("granted", json!(false)),
            ("notice_version", json!("2")),
            ("channel", json!("booth")),
        ],
    }
}

impl Written {
    /// The capture as it crosses the wire, under its number in the queue.
    pub fn raw(self, device_seq: u64) -> Result<Box<RawValue>, serde_json::Error> {
        let mut body = self.fields;
        body.insert("id".to_owned(), json!(self.id));
        body.insert("device_seq".to_owned(), json!(device_seq));
        body.insert("captured_at".to_owned(), json!(self.captured_at));
        serde_json::value::to_raw_value(&Value::Object(body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::traffic::Warmth;
    use mobile_core::capture::Capture;
    use uuid::Uuid;

    #[test]
    fn every_act_is_a_capture_that_the_server_understands() -> Result<(), serde_json::Error> {
        let mut pen = Pen::new(1, "test");
        let at = Timestamp::from_micros(1_790_000_000_123_456);
        let moment = Moment { at, code: "K7D3", member: TeamMemberId(Uuid::from_u128(5)) };
        let acts = [
            Act::Scan { typed: false },
            Act::Scan { typed: true },
            Act::Rating(Warmth::Hot),
            Act::Note("Rappeler lundi".to_owned()),
            Act::Tags(vec!["demo".to_owned()]),
            Act::Answers(vec![("cells".to_owned(), json!(4))]),
            Act::Withdrawal,
        ];
        for (number, act) in (1..).zip(&acts) {
            let written = pen.write(moment, act);
            let id = written.id;
            let parsed = Capture::parse(written.raw(number)?.get());
            let Ok(parsed) = parsed else { panic!("{act:?}: {parsed:?}") };
            assert_eq!((parsed.id, parsed.device_seq, parsed.captured_at), (id, Some(number), at));
            assert_eq!(id.0.get_version_num(), 7);
        }
        Ok(())
    }

    #[test]
    fn ids_of_one_moment_differ() {
        let mut pen = Pen::new(1, "test");
        let at = Timestamp::from_micros(1_790_000_000_123_456);
        assert_ne!(pen.id(at), pen.id(at));
    }
}
