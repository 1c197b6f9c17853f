//! What can be told of a capture's JSON before it is read, or where it cannot be read at all.
//!
//! A phone keeps a capture until an answer names its id, so the id of one that is nested too deeply or
//! holds a number beyond all bounds is still looked for. And a text that was cut within a letter of two
//! units, as scripts cut them, costs that letter and not the capture.

use crate::ids::CaptureId;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// What receipts need of a capture that could not be read.
#[derive(Debug, Default)]
pub(super) struct Named {
    pub id: Option<CaptureId>,
    pub device_seq: Option<u64>,
}

impl Named {
    /// Each on its own: a wrong one hides no other. What lies beside them is skipped, however deep.
    pub fn of(json: &str) -> Self {
        #[derive(Deserialize)]
        struct Id {
            id: CaptureId,
        }
        #[derive(Deserialize)]
        struct Seq {
            device_seq: u64,
        }
        // Lists would be taken for fields in their order.
        if !json.trim_start().starts_with('{') {
            return Self::default();
        }
        let device_seq = field(json, |seq: Seq| seq.device_seq);
        Self {
            id: field(json, |id: Id| id.id),
            device_seq: device_seq.filter(|seq| *seq > 0 && i64::try_from(*seq).is_ok()),
        }
    }
}

fn field<T: DeserializeOwned, U>(json: &str, take: impl Fn(T) -> U) -> Option<U> {
    serde_json::from_str(json).ok().map(take)
}

/// The same JSON with U+FFFD for each half of a surrogate pair whose other half is missing; none where
/// every letter is whole.
pub(super) fn with_whole_letters(json: &str) -> Option<String> {
    let mut mended = String::new();
    let (mut done, mut at) = (0, 0);
    while let Some(found) = json[at..].find('\\') {
        let start = at + found;
        // An escape is two bytes, or six; only those of six can be halves.
        at = match unit(json, start) {
            Some(0xD800..=0xDBFF) if matches!(unit(json, start + 6), Some(0xDC00..=0xDFFF)) => start + 12,
            Some(0xD800..=0xDFFF) => {
                mended.push_str(&json[done..start]);
                mended.push_str("\\ufffd");
                done = start + 6;
                done
            }
            Some(_) => start + 6,
            None => start + 1 + json[start + 1..].chars().next().map_or(0, char::len_utf8),
        };
    }
    if done == 0 {
        return None;
    }
    mended.push_str(&json[done..]);
    Some(mended)
}

/// The UTF-16 unit that an escape such as `\u00e9` at this place stands for.
fn unit(json: &str, at: usize) -> Option<u16> {
    let digits = json.get(at..at + 6)?.strip_prefix("\\u")?;
    if digits.bytes().all(|digit| digit.is_ascii_hexdigit()) { u16::from_str_radix(digits, 16).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_halves_of_pairs_are_mended() {
        for (json, mended) in [
            (r#""a\ud83d""#, Some(r#""a\ufffd""#)),
            (r#""\ude00\ud83d\ud83d\ude00""#, Some(r#""\ufffd\ufffd\ud83d\ude00""#)),
            (r#""\ud83d\n\"x""#, Some(r#""\ufffd\n\"x""#)),
            (r#""\ud83d\ude00 \u00e9 \\ud83d \\""#, None),
            (r#""\ud83"#, None),
            ("\"\\", None),
            ("\"\\é", None),
        ] {
            assert_eq!(with_whole_letters(json).as_deref(), mended, "{json}");
        }
    }

    #[test]
    fn the_id_is_found_beside_what_cannot_be_read() {
        let id = "01939f3e-0000-7000-8000-000000000001";
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        for odd in [deep.as_str(), "1e999", r#""\ud83d""#] {
            let named = Named::of(&format!(r#"{{"x":{odd},"id":"{id}","device_seq":7,"y":{odd}}}"#));
            assert_eq!((named.id.map(|id| id.to_string()).as_deref(), named.device_seq), (Some(id), Some(7)));
        }
        let named = Named::of(&format!(r#"{{"id":"{id}","device_seq":-7}}"#));
        assert!(named.id.is_some() && named.device_seq.is_none());
        assert!(Named::of(&format!(r#"["{id}"]"#)).id.is_none());
    }

    proptest! {
        #[test]
        fn whatever_is_mended_can_be_read(units in prop::collection::vec(any::<u16>(), 0..12), text in "\\PC{0,8}") {
            let escaped = units.iter().fold(String::new(), |text, unit| format!("{text}\\u{unit:04x}"));
            let quoted = serde_json::to_string(&text).unwrap();
            let json = format!("{}{escaped}\"", &quoted[..quoted.len() - 1]);
            let read: Result<String, _> = serde_json::from_str(&json);
            let mended: Option<String> = with_whole_letters(&json).map(|mended| serde_json::from_str(&mended).unwrap());
            prop_assert_eq!(mended.is_some(), read.is_err());
            prop_assert_eq!(mended.or(read.ok()).unwrap(), text + &String::from_utf16_lossy(&units));
        }
    }
}
