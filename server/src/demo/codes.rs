//! Codes that Leadline did not make: badges printed by other ticket systems, and what strangers show.
//!
//! The shapes are those of the field: pretix secrets, alf.io's signed ids, plain long numbers,
//! contact cards on phones. The values are drawn from the seed.

use std::collections::HashSet;
use std::fmt::Write as _;

use base64::Engine as _;

use super::fixtures::Fixtures;
use super::people::{draw_name, fiction_phone};
use super::random::Dice;

/// Badges that other systems printed, of the registrations.
pub const IMPORTED: usize = 200;

/// Somebody whose code is not in the organiser's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stranger {
    /// A contact card shown on a phone's screen: the code itself carries the contact.
    Card(String),
    /// A code of no list, such as another fair's ticket.
    Code(String),
    /// A badge of ours that was handed out blank and never registered: a walk-in.
    WalkIn(String),
}

impl Stranger {
    /// The text in the code.
    pub fn text(&self) -> &str {
        match self {
            Self::Card(text) | Self::Code(text) | Self::WalkIn(text) => text,
        }
    }
}

/// People who never registered: contact cards on phones, codes of other fairs, blank badges.
pub fn strangers(fixtures: &Fixtures, seed: u64, count: usize) -> Vec<Stranger> {
    let mut dice = Dice::new(seed, "strangers");
    (0..count)
        .map(|position| {
            if position % 5 == 2 {
                let mut bits = [0; 12];
                for (bit, random) in bits.iter_mut().zip([dice.next_u64(), dice.next_u64()].iter().flat_map(|word| word.to_le_bytes())) {
                    *bit = random;
                }
                return Stranger::WalkIn(mobile_core::badge::code::generate(&bits).as_str().to_owned());
            }
            if position % 5 == 4 {
                return Stranger::Code(format!("EXPO-{}", dice.text(b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789", 14)));
            }
            let name = draw_name(fixtures, &mut dice).1;
            let company = dice.pick(&fixtures.companies).map_or("", |row| row.name.as_str());
            let mail = format!("{}@card.example", name.mailbox);
            let phone = fiction_phone("FR", &mut dice).unwrap_or_default();
            Stranger::Card(if position % 5 == 3 {
                format!("MECARD:N:{},{};ORG:{company};TEL:{phone};EMAIL:{mail};;", name.last, name.first)
            } else {
                format!(
                    "BEGIN:VCARD\r\nVERSION:3.0\r\nN:{last};{first};;;\r\nFN:{first} {last}\r\nORG:{company}\r\nTEL;TYPE=CELL:{phone}\r\nEMAIL:{mail}\r\nEND:VCARD\r\n",
                    first = name.first,
                    last = name.last,
                )
            })
        })
        .collect()
}

/// Texts as three other systems print them: pretix secrets, alf.io's signed ids, plain long numbers.
pub fn imported_codes(dice: &mut Dice, count: usize) -> Vec<String> {
    let mut codes = HashSet::new();
    let mut list = Vec::with_capacity(count);
    while list.len() < count {
        let code = match list.len() % 20 {
            0..9 => dice.text(b"abcdefghjklmnpqrstuvwxyz23789", 32),
            9..15 => {
                let signature: Vec<u8> = (0..4).flat_map(|_| dice.next_u64().to_le_bytes()).collect();
                format!("{}/{}", random_uuid(dice), base64::engine::general_purpose::STANDARD.encode(signature))
            }
            // Fourteen digits: more than 40 bits, so that the offline filter stays on.
            _ => format!("2{}", dice.text(b"0123456789", 13)),
        };
        if codes.insert(code.clone()) {
            list.push(code);
        }
    }
    list
}

fn random_uuid(dice: &mut Dice) -> String {
    let (high, low) = (dice.next_u64(), dice.next_u64());
    let mut text = String::with_capacity(36);
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        0x8000 | (low >> 48) & 0x3fff,
        low & 0xffff_ffff_ffff
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::fixtures::FixtureError;

    #[test]
    fn strangers_show_contact_cards_codes_of_other_fairs_and_blank_badges() -> Result<(), FixtureError> {
        let strangers = strangers(&Fixtures::load()?, 42, 40);
        let starting = |start: &str| strangers.iter().filter(|stranger| stranger.text().starts_with(start)).count();
        assert_eq!((starting("BEGIN:VCARD"), starting("MECARD:"), starting("EXPO-")), (16, 8, 8));
        let walk_ins = strangers.iter().filter(|stranger| matches!(stranger, Stranger::WalkIn(_)));
        assert!(walk_ins.clone().all(|stranger| mobile_core::badge::code::parse(stranger.text()).is_some()));
        assert_eq!(walk_ins.count(), 8);
        Ok(())
    }
}
