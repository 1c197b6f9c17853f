//! The badge number, for typing where no camera helps: 7 random Crockford characters and a check
//! character, printed as `7F3K-92QX`.
//!
//! The check is a weighted sum over GF(32) with eight different weights, so any single wrong
//! character and any swap of two characters, neighbours or not, is caught. (MOD 37,36 has letters
//! that people mistake; Crockford's own check uses signs that phones hide.) The number means
//! nothing without its event: it is unique only there.

use std::fmt;

use super::code::{CROCKFORD, mend};

/// Characters of a number, without the hyphen.
pub const LENGTH: usize = 8;

/// A badge number whose check character is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BadgeNumber([u8; LENGTH]);

impl BadgeNumber {
    /// The 8 characters without the hyphen, as they are stored.
    pub fn as_str(&self) -> &str {
        // Only ASCII is ever stored.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// As printed: `7F3K-92QX`.
impl fmt::Display for BadgeNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, second) = self.as_str().split_at(LENGTH / 2);
        write!(f, "{first}-{second}")
    }
}

/// Makes a number of 40 random bits, of which it holds 35. Numbers are unique per event: draw again
/// when the event has it.
pub fn generate(random: &[u8; 5]) -> BadgeNumber {
    let bits = random.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    let mut number = [b'0'; LENGTH];
    for (place, character) in number[..LENGTH - 1].iter_mut().enumerate() {
        *character = CROCKFORD[(bits >> (35 - 5 * place)) as usize & 31];
    }
    number[LENGTH - 1] = check_character(number);
    BadgeNumber(number)
}

/// Reads a number as people type it: any case, hyphens and spaces anywhere, O for 0, I or L for 1.
/// `None` when it is no badge number or was mistyped.
pub fn parse(text: &str) -> Option<BadgeNumber> {
    let mut number = [0; LENGTH];
    let mut length = 0;
    for character in
        text.chars().filter(|character| !matches!(character, '-' | '‐' | '‑' | '–') && !character.is_whitespace())
    {
        let character = mend(u8::try_from(character.to_ascii_uppercase()).ok()?);
        *number.get_mut(length)? = CROCKFORD.contains(&character).then_some(character)?;
        length += 1;
    }
    (length == LENGTH && check_character(number) == number[LENGTH - 1]).then_some(BadgeNumber(number))
}

/// The weighted sum of the first seven characters, with weights α⁷ down to α; the check character
/// itself has weight 1, so that the whole sum is zero.
fn check_character(number: [u8; LENGTH]) -> u8 {
    let mut sum = 0;
    for character in &number[..LENGTH - 1] {
        let value = CROCKFORD.iter().position(|known| known == character).unwrap_or(0) as u8;
        sum = times_alpha(sum ^ value);
    }
    CROCKFORD[usize::from(sum)]
}

/// Multiplication by α in GF(32) with x⁵ + x² + 1, which is primitive: its powers 0 to 30 differ.
fn times_alpha(value: u8) -> u8 {
    let shifted = value << 1;
    if shifted & 32 == 0 { shifted } else { (shifted ^ 0b10_0101) & 31 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_is_printed_in_two_groups_of_four() {
        let number = generate(&[0x3B, 0x0E, 0x34, 0x9F, 0x71]);
        assert_eq!(number.to_string().len(), 9);
        assert_eq!(number.to_string().find('-'), Some(4));
        assert_eq!(number.to_string().replace('-', ""), number.as_str());
    }

    #[test]
    fn people_may_type_it_their_way() {
        let number = generate(&[0; 5]);
        assert_eq!(number.as_str(), "00000000");
        for typed in ["oooo-OOOO", " 0000 0000 ", "0-0-0-0-0-0-0-0", "0000–0000"] {
            assert_eq!(parse(typed), Some(number), "{typed}");
        }
        for wrong in ["", "0000-000", "0000-00000", "0000-000U", "0000-0001", "0000-000é"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_single_wrong_character_is_caught(random in any::<[u8; 5]>(), at in 0..LENGTH, wrong in 0..32_usize) {
            let number = generate(&random);
            prop_assert_eq!(parse(&number.to_string()), Some(number));
            let mut mistyped = number.0;
            mistyped[at] = CROCKFORD[wrong];
            let read = parse(&String::from_utf8_lossy(&mistyped));
            prop_assert_eq!(read.is_some(), mistyped == number.0);
        }

        #[test]
        fn any_swap_of_two_characters_is_caught(random in any::<[u8; 5]>(), one in 0..LENGTH, other in 0..LENGTH) {
            let number = generate(&random);
            let mut swapped = number.0;
            swapped.swap(one, other);
            prop_assert_eq!(parse(&String::from_utf8_lossy(&swapped)).is_some(), swapped == number.0);
        }
    }
}
