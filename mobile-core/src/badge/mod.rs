//! What the text of a code means: whose grammar it follows, the form in which codes are compared,
//! and the contact that the code itself carries.
//!
//! [`parse`] never fails: a text that follows no grammar is [`Meaning::Opaque`]. The key of a
//! badge is its identifying part alone, so a list that holds only the bare identifier matches
//! what the badge says around it; a key parses to itself. Codes are indexed by [`code_hash`].
//! One grammar a file; the rules of lead identity that build on the key are design rule 13.

mod alfio;
pub mod code;
mod contact;
mod eventyay;
mod mecard;
pub mod number;
mod pairing;
mod pgeu;
pub mod practice;
mod pretix;
mod text;
mod url;
mod vcard;

use sha2::{Digest, Sha256};

use crate::capture::{Contact, MAX_CODE_BYTES};

pub use self::alfio::Alfio;
pub use self::code::LeadlineCode;
pub use self::eventyay::Eventyay;
pub use self::number::BadgeNumber;
pub use self::pairing::Pairing;
pub use self::pgeu::{Pgeu, PgeuKind};
pub use self::pretix::Pretix;
pub use self::text::{BadgeText, BadgeTextError};

/// A parsed code: its meaning and its [key](Badge::key).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Badge {
    key: String,
    meaning: Meaning,
}

/// Whose grammar a text follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// Leadline's own code, its check character right.
    Leadline(LeadlineCode),
    /// An electronic business card (vCard 2.1, 3.0 or 4.0).
    VCard(Contact),
    /// The compact business card of Japanese phones.
    MeCard(Contact),
    /// A pretix ticket secret, random or signed.
    Pretix(Pretix),
    /// An alf.io ticket or badge.
    Alfio(Alfio),
    /// An eventyay ticket or badge.
    Eventyay(Eventyay),
    /// A ticket or badge of `PostgreSQL` Europe's conference system.
    Pgeu(Pgeu),
    /// The badge to try a phone with: scanned like any other, and never a lead.
    Practice,
    /// A device pairing address of this product: not a badge at all.
    Pairing(Pairing),
    /// A web address.
    Url,
    /// Something else that is known not to be a badge: Wi-Fi settings, a product, a phone number.
    Foreign(Foreign),
    /// Any other text. Imported codes are mostly this.
    Opaque,
}

/// Codes that stand on leaflets and goods, rarely on badges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foreign {
    /// `WIFI:`: the settings of a wireless network.
    Wifi,
    /// A trade item number (8, 12, 13 or 14 digits with the right check digit).
    Product,
    /// `tel:`, `mailto:`, `sms:`, `geo:`, `otpauth:` and their like.
    Action,
}

impl Badge {
    /// The form in which codes are compared. Parsing it gives the same key again.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// SHA-256 of the [key](Badge::key), which indexes hold.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.key.as_bytes()).into()
    }

    /// Whose grammar the text follows, and what that says.
    pub fn meaning(&self) -> &Meaning {
        &self.meaning
    }

    /// The contact that the code itself carries, if it carries any.
    pub fn contact(&self) -> Option<&Contact> {
        match &self.meaning {
            Meaning::VCard(contact) | Meaning::MeCard(contact) => Some(contact),
            Meaning::Alfio(alfio) => alfio.contact(),
            _ => None,
        }
        .filter(|contact| !contact.is_empty())
    }

    /// Whether a scanner should ask before it takes this code as a badge: web addresses, Wi-Fi
    /// settings, goods. An imported code that looks like one is still found by the server.
    pub fn asks_first(&self) -> bool {
        matches!(self.meaning, Meaning::Url | Meaning::Foreign(_) | Meaning::Pairing(_))
    }

    fn new(key: impl Into<String>, meaning: Meaning) -> Self {
        Self { key: key.into(), meaning }
    }
}

/// Finds out what a code says. Never fails and never panics; U+0000 counts as U+FFFD.
///
/// ```
/// use mobile_core::badge::{Meaning, parse};
/// use mobile_core::capture::ContactField;
/// let badge = parse("MECARD:N:Aziz,Noor;EMAIL:noor@example.org;;");
/// assert_eq!(badge.contact().and_then(|contact| contact.get(ContactField::FirstName)), Some("Noor"));
/// assert_eq!(*parse("HALL-4-0017").meaning(), Meaning::Opaque);
/// ```
pub fn parse(text: &str) -> Badge {
    let mended = text::without_nul(text);
    let text = mended.as_ref();
    if text.len() > MAX_CODE_BYTES {
        return Badge::new(text, Meaning::Opaque);
    }
    // Grammars do not overlap, except that an address may be one of pgeu's.
    code::badge(text)
        .or_else(|| practice::badge(text))
        .or_else(|| vcard::badge(text))
        .or_else(|| mecard::badge(text))
        .or_else(|| pairing::badge(text))
        .or_else(|| pgeu::badge(text))
        .or_else(|| alfio::badge(text))
        .or_else(|| eventyay::badge(text))
        .or_else(|| url::badge(text))
        .or_else(|| url::foreign(text))
        .or_else(|| pretix::badge(text))
        .unwrap_or_else(|| Badge::new(text, Meaning::Opaque))
}

/// What codes are indexed by: SHA-256 of the [key](Badge::key) of the parsed text.
pub fn code_hash(text: &str) -> [u8; 32] {
    parse(text).hash()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_of_no_grammar_keeps_every_character() {
        let badge = parse("  Halle 4 / 0017\t");
        assert_eq!((badge.key(), badge.meaning()), ("  Halle 4 / 0017\t", &Meaning::Opaque));
    }

    #[test]
    fn nul_counts_as_the_replacement_character() {
        assert_eq!(parse("AB\0C"), parse("AB\u{FFFD}C"));
        assert_eq!(code_hash("AB\0C"), code_hash("AB\u{FFFD}C"));
        assert_ne!(code_hash("AB\0C"), code_hash("ABC"));
    }

    #[test]
    fn the_hash_is_that_of_the_key() {
        // SHA-256 of "abc", from FIPS 180-4's example.
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let hash = code_hash("abc").iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        assert_eq!(hash, expected);
    }

    #[test]
    fn the_bare_identifier_of_a_list_matches_what_the_badge_says_around_it() {
        let uuid = "0d9c3f1e-4a51-4bf4-9a0e-1f2f3a4b5c6d";
        for around in [format!("{uuid}/5f0c"), format!("{uuid}::Noor::Aziz"), uuid.to_uppercase() + "::"] {
            assert_eq!(parse(&around).key(), parse(uuid).key(), "{around}");
        }
        let token = "abcdef1234567890abcdef1234567890abcdef12";
        for around in [format!("https://www.pgconf.example/t/at/{token}/"), format!("AT${token}$AT")] {
            assert_eq!(parse(&around).key(), parse(token).key(), "{around}");
        }
        assert_eq!(parse(r#"{"ticket":"s3cret","lead":"B7XYZ"}"#).key(), parse("B7XYZ").key());
    }

    #[test]
    fn a_very_long_text_is_opaque_whatever_it_begins_with() {
        let text = format!("MECARD:N:{};;", "a".repeat(9000));
        assert_eq!(*parse(&text).meaning(), Meaning::Opaque);
    }

    /// Texts that begin like each grammar, so that random search gets past the first test.
    fn likely_text() -> impl Strategy<Value = String> {
        let opening = prop_oneof![
            Just(""),
            Just("BEGIN:VCARD\r\n"),
            Just("begin:vcard\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:="),
            Just("BEGIN:VCARD\nVERSION:4.0\nN:"),
            Just("MECARD:N:"),
            Just("leadline:pair?server="),
            Just("AT$"),
            Just("https://x/t/at/"),
            Just("HTTPS://"),
            Just("WIFI:"),
            Just("{\"ticket\":\""),
            Just("{\"lead\":"),
            Just("0d9c3f1e-4a51-4bf4-9a0e-1f2f3a4b5c6d"),
            Just("L"),
            Just("0d9c3f1e-4a51-4bf4-9a0e-1f2f3a4b5c6d::"),
        ];
        let rest = prop_oneof![".*", "[A-Z0-9]{0,24}", r#"[=;:,\\\r\n "{}/$%0-9a-zA-Zé\x00]{0,80}"#];
        (opening, rest).prop_map(|(opening, rest)| format!("{opening}{rest}"))
    }

    proptest! {
        #[test]
        fn a_key_parses_to_itself(text in likely_text()) {
            let badge = parse(&text);
            let again = parse(badge.key());
            prop_assert_eq!(again.key(), badge.key());
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in any::<String>()) {
            let badge = parse(&text);
            let _ = (badge.contact(), badge.asks_first(), badge.hash());
            let _ = number::parse(&text);
            let _ = BadgeText::new(&text);
        }
    }
}
