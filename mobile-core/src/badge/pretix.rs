//! pretix ticket secrets: random (32 characters as it comes, length set per event) and signed
//! (`pretix_sig1`).
//!
//! A signed secret is base64, written backwards, of: version 1, two big-endian lengths (2 bytes
//! each), a protocol-buffers payload (seed, product, variation, date) and an Ed25519 signature.
//! The signature is not checked here: matching a secret with its registration is enough. The key
//! is the secret itself.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

use super::{Badge, Meaning};

/// What a pretix secret says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pretix {
    /// Random: says nothing.
    Random,
    /// Signed, with the numbers of what was bought; 0 where there is none.
    Signed {
        /// The product's number.
        product: u64,
        /// The product variation's number.
        variation: u64,
        /// The date within an event series.
        date: u64,
    },
}

/// Without o, 0, 1, i and l, as pretix draws them.
const RANDOM: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";

pub(super) fn badge(text: &str) -> Option<Badge> {
    let random = (16..=64).contains(&text.len())
        && text.bytes().all(|byte| RANDOM.contains(&byte))
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte.is_ascii_lowercase());
    let meaning = if random { Pretix::Random } else { signed(text)? };
    Some(Badge::new(text, Meaning::Pretix(meaning)))
}

fn signed(text: &str) -> Option<Pretix> {
    // 5 bytes of head and 64 of signature make 92 characters at least.
    if text.len() < 92 || !text.is_ascii() {
        return None;
    }
    let forwards: Vec<u8> = text.bytes().rev().collect();
    let bytes = STANDARD.decode(&forwards).or_else(|_| STANDARD_NO_PAD.decode(&forwards)).ok()?;
    let (&[1, payload_high, payload_low, signature_high, signature_low], rest) = bytes.split_first_chunk::<5>()? else {
        return None;
    };
    let payload = usize::from(u16::from_be_bytes([payload_high, payload_low]));
    let signature = usize::from(u16::from_be_bytes([signature_high, signature_low]));
    if rest.len() != payload + signature {
        return None;
    }
    ticket(&rest[..payload])
}

/// Reads fields 2 to 4 of the payload and skips the others.
fn ticket(mut payload: &[u8]) -> Option<Pretix> {
    let (mut product, mut variation, mut date) = (0, 0, 0);
    while !payload.is_empty() {
        let tag = varint(&mut payload)?;
        match (tag >> 3, tag & 7) {
            (2, 0) => product = varint(&mut payload)?,
            (3, 0) => variation = varint(&mut payload)?,
            (4, 0) => date = varint(&mut payload)?,
            (_, 0) => drop(varint(&mut payload)?),
            (_, 2) => {
                let length = usize::try_from(varint(&mut payload)?).ok()?;
                payload = payload.get(length..)?;
            }
            _ => return None,
        }
    }
    Some(Pretix::Signed { product, variation, date })
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::{Meaning, parse};
    use super::*;

    fn secret(payload: &[u8], signature: &[u8]) -> String {
        let mut bytes = vec![1, 0, payload.len() as u8, 0, signature.len() as u8];
        bytes.extend_from_slice(payload);
        bytes.extend_from_slice(signature);
        STANDARD.encode(bytes).chars().rev().collect()
    }

    #[test]
    fn a_random_secret_is_known_by_its_alphabet() {
        let text = "x5h2uvbm4c7gkq9wzr3e8ydnpatfjs6v";
        assert_eq!((parse(text).key(), parse(text).meaning()), (text, &Meaning::Pretix(Pretix::Random)));
        assert_eq!(*parse("x5h2uvbm4c7gkq1wzr3e8ydnpatfjs6v").meaning(), Meaning::Opaque);
    }

    #[test]
    fn a_signed_secret_says_what_was_bought() {
        // Seed "se", product 300, date 7.
        let text = secret(&[0x0A, 2, b's', b'e', 0x10, 0xAC, 0x02, 0x20, 7], &[9; 64]);
        let badge = parse(&text);
        assert_eq!(*badge.meaning(), Meaning::Pretix(Pretix::Signed { product: 300, variation: 0, date: 7 }));
        assert_eq!(badge.key(), text);
    }

    #[test]
    fn a_cut_or_foreign_base64_text_is_opaque() {
        let whole = secret(&[0x10, 5], &[9; 64]);
        for text in
            [&whole[4..], &secret(&[0x10, 0xFF], &[9; 64]), &secret(&[0x0A, 200, b'x'], &[9; 64]), &"A".repeat(96)]
        {
            assert_eq!(*parse(text).meaning(), Meaning::Opaque, "{text}");
        }
    }
}
