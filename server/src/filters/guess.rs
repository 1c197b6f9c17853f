//! Whether an event's imported codes can be guessed. Who has a filter can try codes against it, so
//! one over order numbers would give away the order numbers.

use mobile_core::badge::{Meaning, parse};

/// Codes with fewer bits than this can be tried one after the other.
pub(super) const FEWEST_BITS: f64 = 40.0;
/// With fewer codes than this, which characters occur at a place says nothing.
const SAMPLE: usize = 64;

/// Whether any code of these could be guessed by someone who knows others of them.
///
/// A code is worth what its characters could be: at each place of the shortest code, the characters
/// of the classes that occur there, and, where there are enough codes to tell, no more than what does
/// occur there. So a year, a prefix or a hall's letter that all share is worth nothing, and serial
/// numbers are worth their changing digits. Codes that carry a person's details are always guessable.
pub(super) fn can_be_guessed<'c>(codes: impl Iterator<Item = &'c str> + Clone) -> bool {
    let mut count = 0;
    let mut shortest = usize::MAX;
    for code in codes.clone() {
        let badge = parse(code);
        if badge.contact().is_some() || matches!(badge.meaning(), Meaning::VCard(_) | Meaning::MeCard(_)) {
            return true;
        }
        count += 1;
        shortest = shortest.min(code.len());
    }
    if count == 0 {
        return false;
    }
    let mut places = vec![Place::default(); shortest];
    for code in codes {
        for (place, byte) in places.iter_mut().zip(code.bytes()) {
            place.see(byte);
        }
    }
    places.iter().map(|place| place.bits(count)).sum::<f64>() < FEWEST_BITS
}

#[derive(Clone)]
struct Place {
    seen: [bool; 256],
}

impl Default for Place {
    fn default() -> Self {
        Self { seen: [false; 256] }
    }
}

impl Place {
    fn see(&mut self, byte: u8) {
        self.seen[usize::from(byte)] = true;
    }

    fn bits(&self, count: usize) -> f64 {
        let occurring = self.seen.iter().filter(|seen| **seen).count();
        if occurring <= 1 && count > 1 {
            return 0.0;
        }
        let has = |test: fn(&u8) -> bool| (0..=255_u8).any(|byte| self.seen[usize::from(byte)] && test(&byte));
        let is_beyond_hex = |byte: &u8| byte.is_ascii_alphabetic() && !byte.is_ascii_hexdigit();
        let letters = if has(is_beyond_hex) { 26 } else { 6 };
        let mut possible = 0;
        possible += if has(u8::is_ascii_digit) { 10 } else { 0 };
        possible += if has(u8::is_ascii_uppercase) { letters } else { 0 };
        possible += if has(u8::is_ascii_lowercase) { letters } else { 0 };
        possible += if has(|byte| !byte.is_ascii_alphanumeric()) { 2 } else { 0 };
        let worth = if count < SAMPLE { possible } else { occurring };
        (worth.max(1) as f64).log2()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(codes: &[String]) -> bool {
        can_be_guessed(codes.iter().map(String::as_str))
    }

    /// Random enough to look at, the same each time.
    fn random(letters: &[u8], length: usize, seed: u64) -> String {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(letters[(state >> 33) as usize % letters.len()])
        };
        (0..length).map(|_| next()).collect()
    }

    #[test]
    fn serial_numbers_can_be_guessed_however_long_they_look() {
        for prefix in ["", "ORDER-2026-000000000", "https://tickets.example/show/order/"] {
            for count in [1, 5, 5000] {
                let codes: Vec<String> =
                    (0..count).map(|number| format!("{prefix}{:07}", number + 1_000_000)).collect();
                // One code alone does not show which part of it all share.
                let is_lone = count == 1 && !prefix.is_empty();
                assert!(is_lone || guessed(&codes), "{count} of {prefix}");
            }
        }
    }

    #[test]
    fn random_codes_of_forty_bits_and_more_cannot_be_guessed() {
        let letters = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        let some =
            |length, count| -> Vec<String> { (0..count).map(|seed| random(letters, length, seed + 1)).collect() };
        assert!(!guessed(&some(12, 5)) && !guessed(&some(12, 5000)));
        assert!(guessed(&some(6, 5)) && guessed(&some(6, 5000)), "30 bits");
        let uuids: Vec<String> = (0..500).map(|seed| random(b"0123456789abcdef", 32, seed + 1)).collect();
        assert!(!guessed(&uuids));
    }

    #[test]
    fn one_short_code_is_enough() {
        let mut codes: Vec<String> = (0..500).map(|seed| random(b"0123456789abcdef", 32, seed + 1)).collect();
        codes.push("4711".into());
        assert!(guessed(&codes));
    }

    #[test]
    fn codes_that_carry_a_person_can_be_guessed() {
        let card = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Aziz;Noor\r\nFN:Noor Aziz\r\nEMAIL:noor@example.org\r\nEND:VCARD";
        assert!(guessed(&[card.to_owned()]));
        assert!(!guessed(&[]), "an event with codes of our own only");
    }
}
