//! The practice badge: one text for everybody, to try a phone with. A scan of it goes the whole way
//! (light, camera, queue, network, sound) and never becomes a lead; the server keeps that the device
//! was tested. 17 characters that fit QR version 1-M as one alphanumeric segment, like our own codes.

use super::{Badge, Meaning};

/// What the practice badge says.
pub const TEXT: &str = "LEADLINE-PRACTICE";

pub(super) fn badge(text: &str) -> Option<Badge> {
    let is_practice = text.trim().eq_ignore_ascii_case(TEXT);
    is_practice.then(|| Badge::new(TEXT, Meaning::Practice))
}

#[cfg(test)]
mod tests {
    use super::super::{Meaning, parse};
    use super::*;

    #[test]
    fn the_practice_badge_is_taken_as_a_badge_however_a_reader_types_it() {
        for text in [TEXT, "leadline-practice\r\n", " Leadline-Practice"] {
            let badge = parse(text);
            assert_eq!((badge.key(), badge.meaning()), (TEXT, &Meaning::Practice), "{text:?}");
            assert!(!badge.asks_first());
        }
        assert_eq!(*parse("LEADLINE-PRACTICE-2").meaning(), Meaning::Opaque);
    }
}
