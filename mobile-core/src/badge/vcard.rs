//! vCard 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350), as business cards and badges carry them: folded
//! lines, groups, escapes, and the quoted-printable and charsets of 2.1.
//!
//! Its key is the text with one kind of line end, since decoders and printers disagree on those.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::contact::{set_full_name, split_escaped, tidy, unescape};
use super::{Badge, Meaning};
use crate::capture::{Contact, ContactField};

pub(super) fn badge(text: &str) -> Option<Badge> {
    let trimmed = text.trim();
    let opening = trimmed.get(..11)?;
    if !opening.eq_ignore_ascii_case("BEGIN:VCARD") || !trimmed[11..].starts_with(['\r', '\n']) {
        return None;
    }
    let key = trimmed.replace("\r\n", "\n").replace('\r', "\n");
    let contact = contact(&key);
    Some(Badge::new(key, Meaning::VCard(contact)))
}

/// One content line: `group.NAME;PARAMETERS:value`.
struct Property<'t> {
    name: String,
    parameters: Vec<String>,
    value: &'t str,
}

fn contact(card: &str) -> Contact {
    let mut contact = Contact::default();
    let (mut full_name, mut role) = (String::new(), String::new());
    let (mut best_phone, mut best_email, mut best_address) = (0, 0, 0);
    for line in unfold(card) {
        let Some(property) = property(&line) else { continue };
        let Some(value) = property.text() else { continue };
        let parts = || split_escaped(&value, ';').iter().map(|part| tidy(part)).collect::<Vec<_>>();
        let whole = || tidy(&unescape(&value));
        match property.name.as_str() {
            "FN" => full_name = whole(),
            "N" => set_parts(&mut contact, &parts(), &[(0, ContactField::LastName), (1, ContactField::FirstName)]),
            "ORG" => set_parts(&mut contact, &parts(), &[(0, ContactField::Company)]),
            "TITLE" => contact.set(ContactField::JobTitle, &whole()),
            "ROLE" => role = whole(),
            "EMAIL" if property.rank() > best_email => {
                best_email = property.rank();
                contact.set(ContactField::Email, without_scheme(&whole(), "mailto:"));
            }
            "TEL" if property.rank() > best_phone => {
                best_phone = property.rank();
                contact.set(ContactField::Phone, without_scheme(&whole(), "tel:"));
            }
            "ADR" if property.rank() > best_address => {
                best_address = property.rank();
                let parts = parts();
                // Post office box, extended address, street, locality, region, postal code, country.
                let street = [2, 1, 0].into_iter().find(|at| parts.get(*at).is_some_and(|part| !part.is_empty()));
                let fields = [
                    (street.unwrap_or(2), ContactField::Street),
                    (3, ContactField::City),
                    (5, ContactField::Postcode),
                    (6, ContactField::Country),
                ];
                set_parts(&mut contact, &parts, &fields);
            }
            _ => {}
        }
    }
    if contact.full_name().is_empty() {
        set_full_name(&mut contact, &full_name);
    }
    if contact.get(ContactField::JobTitle).is_none() {
        contact.set(ContactField::JobTitle, &role);
    }
    contact
}

fn set_parts(contact: &mut Contact, parts: &[String], fields: &[(usize, ContactField)]) {
    for (at, field) in fields {
        contact.set(*field, parts.get(*at).map_or("", String::as_str));
    }
}

fn without_scheme<'t>(value: &'t str, scheme: &str) -> &'t str {
    match value.split_at_checked(scheme.len()) {
        Some((opening, rest)) if opening.eq_ignore_ascii_case(scheme) => rest,
        _ => value,
    }
}

/// Joins folded lines: a line that begins with a space or tab, and the soft line breaks of
/// quoted-printable.
fn unfold(card: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut soft_break = false;
    for line in card.lines() {
        let folded = line.strip_prefix([' ', '\t']);
        match (lines.last_mut(), folded) {
            (Some(last), _) if soft_break => last.push_str(line),
            (Some(last), Some(rest)) => last.push_str(rest),
            _ => lines.push(line.to_owned()),
        }
        soft_break = false;
        if let Some(last) = lines.last_mut()
            && last.ends_with('=')
            && last.to_ascii_uppercase().contains("QUOTED-PRINTABLE")
        {
            last.pop();
            soft_break = true;
        }
    }
    lines
}

fn property(line: &str) -> Option<Property<'_>> {
    let mut quoted = false;
    let colon = line.find(|character| {
        quoted ^= character == '"';
        character == ':' && !quoted
    })?;
    let mut head = line[..colon].split(';');
    let name = head.next()?;
    let name = name.rsplit_once('.').map_or(name, |(_group, name)| name);
    Some(Property {
        name: name.trim().to_ascii_uppercase(),
        parameters: head.map(str::to_ascii_uppercase).collect(),
        value: &line[colon + 1..],
    })
}

impl Property<'_> {
    /// The value as text, or `None` for pictures and the like.
    fn text(&self) -> Option<String> {
        let has = |word: &str| self.parameters.iter().any(|parameter| parameter.rsplit('=').next() == Some(word));
        if has("BASE64") || has("B") {
            return None;
        }
        if !has("QUOTED-PRINTABLE") {
            return Some(self.value.to_owned());
        }
        let bytes = quoted_printable(self.value);
        let named = self.parameters.iter().find_map(|parameter| parameter.strip_prefix("CHARSET="));
        let encoding = named.and_then(|name| Encoding::for_label(name.as_bytes())).unwrap_or(UTF_8);
        let (text, _, malformed) = encoding.decode(&bytes);
        Some(if malformed { WINDOWS_1252.decode(&bytes).0.into_owned() } else { text.into_owned() })
    }

    /// Preferred before mobile before work before others; a fax is never preferred.
    fn rank(&self) -> u8 {
        let words = || self.parameters.iter().flat_map(|parameter| parameter.split(['=', ',', '"']));
        let has = |word: &str| words().any(|one| one == word);
        if has("FAX") {
            1
        } else if has("PREF") {
            5
        } else if has("CELL") {
            4
        } else if has("WORK") {
            3
        } else {
            2
        }
    }
}

fn quoted_printable(value: &str) -> Vec<u8> {
    let bytes = value.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let hex = |offset: usize| bytes.get(at + offset).and_then(|digit| char::from(*digit).to_digit(16));
        if let (b'=', Some(high), Some(low)) = (byte, hex(1), hex(2)) {
            decoded.push((high * 16 + low) as u8);
            at += 3;
        } else {
            decoded.push(byte);
            at += 1;
        }
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::super::{Meaning, parse};
    use crate::capture::Contact;
    use crate::capture::ContactField::{
        City, Company, Country, Email, FirstName, JobTitle, LastName, Phone, Postcode, Street,
    };

    fn contact(text: &str) -> Contact {
        match parse(text).meaning() {
            Meaning::VCard(contact) => contact.clone(),
            other => panic!("{text:?} is {other:?}"),
        }
    }

    #[test]
    fn a_card_of_version_3_gives_its_contact() {
        let card = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Aziz;Noor;;Dr.;\r\nFN:Dr. Noor Aziz\r\nORG:Acme\\, Inc.;Sales\r\n\
                    TITLE:Head of Pro\r\n curement\r\nEMAIL;TYPE=INTERNET:noor@example.org\r\nTEL;TYPE=FAX:+33 1 00\r\n\
                    TEL;TYPE=WORK,VOICE:+33 1 11\r\nTEL;TYPE=CELL:+33 6 22\r\n\
                    ADR;TYPE=WORK:;;12 rue d'Aix;Lyon;;69001;France\r\nEND:VCARD\r\n";
        let contact = contact(card);
        let expected = [
            (FirstName, "Noor"),
            (LastName, "Aziz"),
            (Company, "Acme, Inc."),
            (JobTitle, "Head of Procurement"),
            (Email, "noor@example.org"),
            (Phone, "+33 6 22"),
            (Street, "12 rue d'Aix"),
            (Postcode, "69001"),
            (City, "Lyon"),
            (Country, "France"),
        ];
        for (field, text) in expected {
            assert_eq!(contact.get(field), Some(text));
        }
    }

    #[test]
    fn a_card_of_version_4_gives_its_contact() {
        let card = "BEGIN:VCARD\nVERSION:4.0\nFN:Jürgen Groß\nitem1.EMAIL;PREF=1:j@example.de\nEMAIL:other@example.de\n\
                    TEL;VALUE=uri;TYPE=\"voice,work:x\":tel:+49-30-1234\nROLE:Einkauf\nEND:VCARD";
        let contact = contact(card);
        assert_eq!(contact.full_name(), "Jürgen Groß");
        assert_eq!((contact.get(Email), contact.get(Phone)), (Some("j@example.de"), Some("+49-30-1234")));
        assert_eq!(contact.get(JobTitle), Some("Einkauf"));
    }

    #[test]
    fn quoted_printable_is_read_in_its_charset() {
        let card = "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Gro=DF;J=FCr=\r\n\
                    gen\r\nORG;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Caf=C3=A9=20de=\r\n Paris\r\n\
                    PHOTO;ENCODING=BASE64:AAAA\r\nEND:VCARD";
        let contact = contact(card);
        assert_eq!(contact.full_name(), "Jürgen Groß");
        assert_eq!(contact.get(Company), Some("Café de Paris"));
    }

    #[test]
    fn line_ends_do_not_make_another_badge() {
        let one = parse("BEGIN:VCARD\r\nN:A;B\r\nEND:VCARD\r\n");
        let other = parse("BEGIN:VCARD\nN:A;B\nEND:VCARD");
        assert_eq!(one.key(), other.key());
    }

    #[test]
    fn an_empty_or_broken_card_is_a_card_without_contact() {
        for card in ["BEGIN:VCARD\n", "BEGIN:VCARD\nN\n;;:\n=:=", "BEGIN:VCARD\nN:;;;;\nTEL:\nADR:\nEND:VCARD"] {
            assert!(parse(card).contact().is_none(), "{card:?}");
        }
    }
}
