//! The exhibitors that an attendee met, to take along: as a table and as cards for an address book.

use super::met::MetExhibitor;
use crate::events::cache::EventInfo;
use crate::web::EventZone;

/// A table with a row a contact. Cells that a spreadsheet would run as a formula get an apostrophe.
pub fn csv(met: &[MetExhibitor], info: &EventInfo) -> String {
    let zone = EventZone::named(&info.timezone);
    let mut text = String::from("exhibitor,booths,contact,email,met_at\r\n");
    for one in met {
        let (name, booths) = (&one.exhibitor.name, one.exhibitor.booths.join("; "));
        let met_at = format!("{} {}", zone.day(one.met_at), zone.clock(one.met_at));
        let mut row = |contact: &str, email: &str| {
            let cells = [name, booths.as_str(), contact, email, met_at.as_str()].map(cell);
            text.push_str(&cells.join(","));
            text.push_str("\r\n");
        };
        if one.exhibitor.contacts.is_empty() {
            row("", "");
        }
        for contact in &one.exhibitor.contacts {
            row(&contact.name, &contact.email);
        }
    }
    text
}

fn cell(text: &str) -> String {
    let is_formula = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || text.starts_with(['\t', '\r', '\n']);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// A vCard 3.0 a contact, and one of the exhibitor where nobody is named.
pub fn vcards(met: &[MetExhibitor], info: &EventInfo) -> String {
    let mut text = String::new();
    for one in met {
        let exhibitor = &one.exhibitor;
        let note = match exhibitor.booths.join(", ") {
            booths if booths.is_empty() => info.name.clone(),
            booths => format!("{}, {booths}", info.name),
        };
        let mut card = |name: &str, email: &str| {
            line(&mut text, "BEGIN:VCARD");
            line(&mut text, "VERSION:3.0");
            let (first, last) = name.rsplit_once(' ').unwrap_or(("", name));
            line(&mut text, &format!("FN:{}", escaped(name)));
            line(&mut text, &format!("N:{};{};;;", escaped(last), escaped(first)));
            line(&mut text, &format!("ORG:{}", escaped(&exhibitor.name)));
            if !email.is_empty() {
                line(&mut text, &format!("EMAIL;TYPE=INTERNET:{}", escaped(email)));
            }
            line(&mut text, &format!("NOTE:{}", escaped(&note)));
            line(&mut text, "END:VCARD");
        };
        if exhibitor.contacts.is_empty() {
            card(&exhibitor.name, "");
        }
        for contact in &exhibitor.contacts {
            card(if contact.name.is_empty() { &exhibitor.name } else { &contact.name }, &contact.email);
        }
    }
    text
}

fn escaped(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control() || *c == '\n').collect();
    text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n")
}

/// Folded at 75 octets, never inside a character (RFC 2426).
fn line(text: &mut String, content: &str) {
    let mut length = 0;
    for c in content.chars() {
        if length + c.len_utf8() > 75 {
            text.push_str("\r\n ");
            length = 1;
        }
        text.push(c);
        length += c.len_utf8();
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_read_as_a_formula_and_every_text_stays_one_cell() {
        assert_eq!(cell("Acme, \"Ltd\""), "\"Acme, \"\"Ltd\"\"\"");
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell(" @sum"), "' @sum");
        assert_eq!(cell("Acme"), "Acme");
    }

    #[test]
    fn long_lines_of_cards_are_folded_between_characters() {
        let mut text = String::new();
        line(&mut text, &"é".repeat(60));
        assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
        assert_eq!(text.replace("\r\n ", "").trim_end(), "é".repeat(60));
        assert_eq!(escaped("a;b,c\\d\ne"), "a\\;b\\,c\\\\d\\ne");
    }
}
