//! MECARD, the compact card that Japanese carriers defined and many badge printers use:
//! `MECARD:N:Aziz,Noor;ORG:Acme;EMAIL:noor@example.org;;`. Its key is the text without what
//! surrounds it.

use super::contact::{set_full_name, split_escaped, tidy, unescape};
use super::{Badge, Meaning};
use crate::capture::{Contact, ContactField};

pub(super) fn badge(text: &str) -> Option<Badge> {
    let trimmed = text.trim();
    let opening = trimmed.get(..7)?;
    opening.eq_ignore_ascii_case("MECARD:").then(|| Badge::new(trimmed, Meaning::MeCard(contact(&trimmed[7..]))))
}

fn contact(fields: &str) -> Contact {
    let mut contact = Contact::default();
    for field in split_raw(fields, ';') {
        let Some((name, value)) = field.split_once(':') else { continue };
        let whole = tidy(&unescape(value));
        match name.trim().to_ascii_uppercase().as_str() {
            "N" => match split_escaped(value, ',').as_slice() {
                [last, first, ..] => {
                    contact.set(ContactField::LastName, &tidy(last));
                    contact.set(ContactField::FirstName, &tidy(first));
                }
                _ => set_full_name(&mut contact, &whole),
            },
            "ORG" => contact.set(ContactField::Company, &whole),
            "TITLE" | "TIL" => contact.set(ContactField::JobTitle, &whole),
            "EMAIL" if contact.get(ContactField::Email).is_none() => contact.set(ContactField::Email, &whole),
            "TEL" if contact.get(ContactField::Phone).is_none() => contact.set(ContactField::Phone, &whole),
            "ADR" => address(&mut contact, value),
            _ => {}
        }
    }
    contact
}

/// The standard's address has seven parts (box, room, house number, city, prefecture, postcode,
/// country); most printers write free text, which is kept whole as the street.
fn address(contact: &mut Contact, value: &str) {
    let parts: Vec<String> = split_escaped(value, ',').iter().map(|part| tidy(part)).collect();
    if let [post_box, room, house, city, _prefecture, postcode, country] = parts.as_slice() {
        let street = [house, room, post_box].into_iter().find(|part| !part.is_empty());
        contact.set(ContactField::Street, street.map_or("", String::as_str));
        contact.set(ContactField::City, city);
        contact.set(ContactField::Postcode, postcode);
        contact.set(ContactField::Country, country);
    } else {
        contact.set(ContactField::Street, &tidy(&unescape(value)));
    }
}

/// Splits at a separator that no backslash precedes, and leaves the escapes alone.
fn split_raw(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut escaped) = (0, false);
    for (at, character) in text.char_indices() {
        if character == separator && !escaped {
            parts.push(&text[start..at]);
            start = at + character.len_utf8();
        }
        escaped = character == '\\' && !escaped;
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use crate::capture::ContactField::{City, Company, Country, Email, Phone, Postcode, Street};

    #[test]
    fn a_card_gives_its_contact() {
        let badge = parse(
            r"MECARD:N:Aziz,Noor;ORG:Acme\; Sons\, Ltd;TEL:+441234;EMAIL:n\:z@example.org;ADR:,,4 High St,York,,YO1 7HH,UK;;",
        );
        let contact = badge.contact().unwrap();
        assert_eq!(contact.full_name(), "Noor Aziz");
        assert_eq!((contact.get(Company), contact.get(Email)), (Some("Acme; Sons, Ltd"), Some("n:z@example.org")));
        assert_eq!((contact.get(Street), contact.get(City)), (Some("4 High St"), Some("York")));
        assert_eq!((contact.get(Postcode), contact.get(Country)), (Some("YO1 7HH"), Some("UK")));
    }

    #[test]
    fn free_text_addresses_and_one_part_names_are_kept() {
        let badge = parse("mecard:N:Ana Maria Silva;ADR:76 9th Avenue, New York;TEL:1;TEL:2");
        let contact = badge.contact().unwrap();
        assert_eq!(contact.full_name(), "Ana Maria Silva");
        assert_eq!((contact.get(Street), contact.get(Phone)), (Some("76 9th Avenue, New York"), Some("1")));
    }
}
