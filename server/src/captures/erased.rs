//! What stays of a capture whose person was erased: id, number, time and kind.
//!
//! Repeats still answer `duplicate`, counts still hold, and the row of a lead still equals the fold of
//! its log; what was said, and by which code of whom, is gone. What of such a person arrives later is
//! kept like this from the beginning.

use mobile_core::capture::{Action, Capture, Contact, Entry};
use mobile_core::fold::Logged;
use mobile_core::ids::CaptureId;
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::sync::Arc;

/// Stands in the place of a content's digest: every repetition of the id is the same then.
pub const DIGEST: [u8; 32] = [0; 32];

/// Whether a content is the one that is kept under its id.
pub fn is_same(kept: &[u8], sent: &[u8; 32]) -> bool {
    kept == DIGEST || *sent == DIGEST || kept == sent
}

/// A capture without what it says.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bare {
    /// Always true. No capture that was sent looks like this: each names a code, a lead or a capture.
    erased: bool,
    id: CaptureId,
    kind: String,
    captured_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    device_seq: Option<u64>,
    /// What an annulment takes back still is taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    annuls: Option<CaptureId>,
}

impl From<&Capture> for Bare {
    fn from(capture: &Capture) -> Self {
        let annuls = match capture.action {
            Action::Annul { annuls } => Some(annuls),
            _ => None,
        };
        Self {
            erased: true,
            id: capture.id,
            kind: capture.action.kind().to_owned(),
            captured_at: capture.captured_at,
            device_seq: capture.device_seq,
            annuls,
        }
    }
}

impl Bare {
    /// As the fold takes it: scans count, annulments hold, everything else says nothing.
    fn capture(self) -> Capture {
        let body = serde_json::to_value(&self).unwrap_or_default();
        let action = match (self.kind.as_str(), self.annuls) {
            (_, Some(annuls)) => Action::Annul { annuls },
            ("scan", None) => Action::Scan { entry: Entry::default() },
            _ => Action::Tags { add: Vec::new(), remove: Vec::new() },
        };
        Capture {
            id: self.id,
            device_seq: self.device_seq,
            captured_at: self.captured_at,
            age_us: None,
            member_id: None,
            operator: None,
            exhibitor_id: None,
            code: None,
            lead_id: None,
            action,
            body,
        }
    }
}

/// What is kept of a capture.
pub fn body(capture: &Capture) -> Box<RawValue> {
    serde_json::value::to_raw_value(&Bare::from(capture)).expect("ids and times print as JSON")
}

/// The capture of a body that was emptied; none for any other.
pub fn read(body: &str) -> Option<Capture> {
    if !body.contains("\"erased\"") {
        return None;
    }
    serde_json::from_str::<Bare>(body).ok().filter(|bare| bare.erased).map(Bare::capture)
}

/// Takes from a capture on its way into the log what it says.
pub fn empty(logged: &mut Logged) {
    logged.capture = Arc::new(Bare::from(&*logged.capture).capture());
    logged.author.operator = None;
    logged.carried = Contact::default();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(fields: &str) -> Capture {
        let id = "019ab2c4-0000-7000-8000-000000000001";
        let json = format!(r#"{{"id":"{id}","captured_at":"2026-03-02T09:00:00Z","device_seq":3,{fields}}}"#);
        Capture::parse(&json).expect("a capture")
    }

    #[test]
    fn nothing_that_was_said_is_left_and_scans_still_count() {
        let scan = parsed(r#""kind":"scan","code":"BEGIN:VCARD Noor","operator":"Ines""#);
        let kept = body(&scan);
        assert!(!kept.get().contains("Noor") && !kept.get().contains("Ines"), "{kept}");
        let back = read(kept.get()).expect("an emptied one");
        assert_eq!((back.id, back.device_seq, back.code.as_deref()), (scan.id, Some(3), None));
        assert!(matches!(back.action, Action::Scan { .. }));
        let note = parsed(r#""kind":"note","text":"Call Noor","code":"X""#);
        let back = read(body(&note).get()).expect("an emptied one");
        assert!(matches!(back.action, Action::Tags { ref add, .. } if add.is_empty()));
    }

    #[test]
    fn emptying_twice_is_emptying_once_and_the_kind_stays() {
        let note = parsed(r#""kind":"note","text":"Call Noor","code":"X""#);
        let once = body(&note);
        assert!(once.get().contains(r#""kind":"note""#));
        assert!(read(once.get()).is_some() && read(r#"{"kind":"scan","code":"X","erased":true}"#).is_none());
    }

    #[test]
    fn an_emptied_content_is_the_same_as_any() {
        assert!(is_same(&DIGEST, &[7; 32]) && is_same(&[7; 32], &[7; 32]) && !is_same(&[8; 32], &[7; 32]));
    }
}
