//! Leadline's own badge code: 20 characters that fit QR version 1-M as one alphanumeric segment,
//! the smallest symbol and so the one read from furthest away.
//!
//! `L` (kind and version), 18 Crockford base-32 characters (90 random bits), one check character
//! by ISO 7064 MOD 37,36. Look-alikes (O for 0, I and L for 1) are mended in the 18 only; case
//! never matters. No personal data.

use std::fmt;

use sha2::{Digest, Sha256};

use super::{Badge, Meaning};

/// Kind and version of an attendee's badge code. Other letters are free for later kinds.
pub const KIND: u8 = b'L';
/// Characters of a code.
pub const LENGTH: usize = 20;
/// Crockford's base 32: no I, L, O, U.
pub(super) const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A code whose check character is right, in its one written form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LeadlineCode([u8; LENGTH]);

impl LeadlineCode {
    /// The 20 characters.
    pub fn as_str(&self) -> &str {
        // Only ASCII is ever stored.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for LeadlineCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Makes a code of 96 random bits, of which it holds 90.
///
/// MOD 37,36 misses 72 of the 45,360 ways in which two neighbours can be swapped, depending on
/// what stands before them. A code that has such a pair (one in 36) is passed over for one derived
/// from the same bits, so that in every code made here any swap of neighbours is caught.
pub fn generate(random: &[u8; 12]) -> LeadlineCode {
    let mut bits = *random;
    loop {
        let code = encode(&bits);
        if catches_every_swap(&code) {
            return LeadlineCode(code);
        }
        let next = Sha256::digest(bits);
        for (bit, new) in bits.iter_mut().zip(next) {
            *bit = new;
        }
    }
}

/// Reads a code; `None` when it is not Leadline's or was misread.
pub fn parse(text: &str) -> Option<LeadlineCode> {
    // Readers that type like a keyboard end a code with a line end or a tab.
    let text = text.trim_matches([' ', '\t', '\r', '\n']);
    let mut code: [u8; LENGTH] = text.as_bytes().try_into().ok()?;
    code.make_ascii_uppercase();
    for character in &mut code[1..LENGTH - 1] {
        *character = mend(*character);
        if !CROCKFORD.contains(character) {
            return None;
        }
    }
    (code[0] == KIND && check_character(&code[..LENGTH - 1])? == code[LENGTH - 1]).then_some(LeadlineCode(code))
}

pub(super) fn badge(text: &str) -> Option<Badge> {
    parse(text).map(|code| Badge::new(code.as_str(), Meaning::Leadline(code)))
}

/// The digit that a look-alike letter stands for; expects upper case.
pub(super) fn mend(character: u8) -> u8 {
    match character {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        other => other,
    }
}

fn encode(bits: &[u8; 12]) -> [u8; LENGTH] {
    let mut code = [KIND; LENGTH];
    let number = bits.iter().fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    for (place, character) in code[1..LENGTH - 1].iter_mut().enumerate() {
        *character = CROCKFORD[(number >> (91 - 5 * place)) as usize & 31];
    }
    code[LENGTH - 1] = check_character(&code[..LENGTH - 1]).unwrap_or(KIND);
    code
}

fn catches_every_swap(code: &[u8; LENGTH]) -> bool {
    (0..LENGTH - 1).all(|at| {
        let mut swapped = *code;
        swapped.swap(at, at + 1);
        // Asked of the reader itself, since a check character moved into the middle may be mended there.
        swapped == *code || std::str::from_utf8(&swapped).ok().and_then(parse).is_none()
    })
}

/// ISO/IEC 7064 MOD 37,36: the hybrid system over 0-9 and A-Z. `None` for other characters.
fn check_character(characters: &[u8]) -> Option<u8> {
    const M: u32 = 36;
    let mut product = M;
    for character in characters {
        let value = char::from(*character).to_digit(M)?;
        let sum = match (product + value) % M {
            0 => M,
            sum => sum,
        };
        product = sum * 2 % (M + 1);
    }
    // The check value c makes product + c ≡ 1 (mod 36).
    let check = (M + 1 - product) % M;
    char::from_digit(check, M).map(|check| check.to_ascii_uppercase() as u8)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WRITTEN: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

    #[test]
    fn the_check_character_is_that_of_the_standard() {
        // The Global Release Identifier of music, A1-2425G-ABC1234002-M, is checked by the same system.
        assert_eq!(check_character(b"A12425GABC1234002"), Some(b'M'));
    }

    #[test]
    fn a_code_fits_the_smallest_symbol() {
        let code = generate(&[0; 12]);
        assert_eq!(code.as_str().len(), 20);
        let smallest = qrcode::QrCode::with_version(code.as_str(), qrcode::Version::Normal(1), qrcode::EcLevel::M);
        assert!(smallest.is_ok());
    }

    #[test]
    fn each_bit_of_the_ninety_shows_in_the_code() {
        let plain = encode(&[0; 12]);
        let mut seen = std::collections::BTreeSet::from([plain]);
        for bit in 0..90 {
            let mut random = [0; 12];
            random[bit / 8] |= 0x80 >> (bit % 8);
            assert!(seen.insert(encode(&random)), "bit {bit}");
        }
    }

    #[test]
    fn look_alikes_are_mended_in_the_middle_only() {
        let code = generate(b"look-alikes!");
        let typed = code.as_str().to_lowercase();
        let middle = typed[1..19].replace('0', "o").replace('1', "l");
        assert_eq!(parse(&format!("l{middle}{}\r\n", &typed[19..])), Some(code));
        assert_eq!(parse(&format!("1{}", &code.as_str()[1..])), None, "a 1 is not the kind letter L");
    }

    #[test]
    fn other_texts_of_twenty_characters_are_not_leadlines() {
        assert_eq!(parse("LLLLLLLLLLLLLLLLLLL!"), None);
        assert_eq!(parse("ééééééééééé"), None);
        assert_eq!(parse("LUUUUUUUUUUUUUUUUUUU"), None);
    }

    proptest! {
        #[test]
        fn a_code_reads_back(random in any::<[u8; 12]>()) {
            let code = generate(&random);
            prop_assert_eq!(parse(code.as_str()), Some(code));
        }

        #[test]
        fn any_single_wrong_character_is_caught(random in any::<[u8; 12]>(), at in 0..LENGTH) {
            let code = generate(&random);
            for wrong in WRITTEN {
                let mut misread = code.0;
                misread[at] = *wrong;
                let read = parse(std::str::from_utf8(&misread).unwrap());
                // A look-alike is mended to what was printed; anything else is refused.
                prop_assert!(read.is_none() || read == Some(code), "{:?}", read);
            }
        }

        #[test]
        fn any_swap_of_neighbours_is_caught(random in any::<[u8; 12]>()) {
            let code = generate(&random);
            for at in 0..LENGTH - 1 {
                let mut swapped = code.0;
                swapped.swap(at, at + 1);
                let read = parse(std::str::from_utf8(&swapped).unwrap());
                prop_assert!(read.is_none() || swapped == code.0, "{:?}", read);
            }
        }
    }
}
