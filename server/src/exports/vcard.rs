//! vCard, version 3.0 (RFC 2426), one card a person of the Scans tab.
//!
//! 3.0 and not 4.0, because of who reads it: Outlook and many CRMs import 2.1 and 3.0 only, while
//! every reader of 4.0 also takes 3.0. Nothing is lost: 4.0 adds no property that a lead needs.
//! Lines are folded at 75 octets, never inside a character, and end in CRLF; the text is UTF-8.
//! People of whom nothing is known yet (unmatched codes, withdrawn consent) have no card.

use super::columns::Column;
use super::csv::push_notes;
use super::local_time::{self, LocalTimes};
use super::sheet::{Cell, ExportError, Sheet, check_width};
use std::io::Write;

/// The longest line in octets, without its CRLF.
const LINE_OCTETS: usize = 75;

/// Writes cards from rows of the Scans tab, whatever columns it has. Each card is a single write.
#[derive(Debug)]
pub struct VcardSheet<W> {
    output: W,
    times: LocalTimes,
    places: Places,
    columns: usize,
    card: Vec<u8>,
    line: Vec<u8>,
    rows: u64,
    cards: u64,
}

/// Where the tab has what a card can say; `None` for columns that are withheld.
#[derive(Debug)]
struct Places {
    lead_id: Option<usize>,
    first_name: Option<usize>,
    last_name: Option<usize>,
    job_title: Option<usize>,
    company: Option<usize>,
    email: Option<usize>,
    phone: Option<usize>,
    street: Option<usize>,
    postcode: Option<usize>,
    city: Option<usize>,
    country: Option<usize>,
    category: Option<usize>,
    rating: Option<usize>,
    tags: Option<usize>,
    notes: Option<usize>,
    updated_at: Option<usize>,
}

impl Places {
    fn of(columns: &[Column]) -> Self {
        let place = |code: &str| columns.iter().position(|column| column.code() == code);
        Self {
            lead_id: place("lead_id"),
            first_name: place("first_name"),
            last_name: place("last_name"),
            job_title: place("job_title"),
            company: place("company"),
            email: place("email"),
            phone: place("phone"),
            street: place("street"),
            postcode: place("postcode"),
            city: place("city"),
            country: place("country"),
            category: place("category"),
            rating: place("rating"),
            tags: place("tags"),
            notes: place("notes"),
            updated_at: place("updated_at"),
        }
    }
}

impl<W: Write> VcardSheet<W> {
    /// Begins a file of cards made from these columns.
    pub fn new(output: W, columns: &[Column], times: LocalTimes) -> Self {
        Self {
            output,
            times,
            places: Places::of(columns),
            columns: columns.len(),
            card: Vec::with_capacity(1024),
            line: Vec::with_capacity(256),
            rows: 0,
            cards: 0,
        }
    }

    /// The output, so that a stream can take what has gathered in it.
    pub fn output(&mut self) -> &mut W {
        &mut self.output
    }

    /// Cards written; rows without a name, a company or an address have none.
    pub fn cards(&self) -> u64 {
        self.cards
    }

    /// Flushes and gives the output back.
    pub fn finish(mut self) -> Result<W, ExportError> {
        self.output.flush()?;
        Ok(self.output)
    }
}

impl<W: Write> Sheet for VcardSheet<W> {
    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), ExportError> {
        check_width(self.columns, cells)?;
        self.rows += 1;
        let places = &self.places;
        let text = |place: Option<usize>| match place.map(|index| cells[index]) {
            Some(Cell::Text(text)) => text,
            _ => "",
        };
        let (first, last) = (text(places.first_name), text(places.last_name));
        let (company, email, phone) = (text(places.company), text(places.email), text(places.phone));
        if [first, last, company, email, phone].iter().all(|text| text.trim().is_empty()) {
            return Ok(());
        }
        let mut card = Card { lines: &mut self.card, line: &mut self.line };
        card.lines.clear();
        card.lines.extend_from_slice(b"BEGIN:VCARD\r\nVERSION:3.0\r\n");
        // A card must have a displayed name; without one, what the person is listed under.
        let display = [company, email, phone].into_iter().find(|text| !text.trim().is_empty()).unwrap_or_default();
        match (first.is_empty(), last.is_empty()) {
            (false, false) => card.push("FN:", &[first, " ", last]),
            (true, true) => card.push("FN:", &[display]),
            _ => card.push("FN:", &[first, last]),
        }
        card.structured("N:", &[last, first, "", "", ""]);
        card.optional("ORG:", company);
        card.optional("TITLE:", text(places.job_title));
        card.optional("EMAIL;TYPE=INTERNET:", email);
        card.optional("TEL;TYPE=WORK,VOICE:", phone);
        let address = ["", "", text(places.street), text(places.city), "", text(places.postcode), text(places.country)];
        if address.iter().any(|part| !part.is_empty()) {
            card.structured("ADR;TYPE=WORK:", &address);
        }
        card.line.extend_from_slice(b"CATEGORIES:");
        let prefix = card.line.len();
        let tags = match places.tags.map(|index| cells[index]) {
            Some(Cell::List(tags)) => tags,
            _ => &[],
        };
        let labels = [text(places.category), text(places.rating)];
        for label in labels.into_iter().chain(tags.iter().map(AsRef::as_ref)).filter(|label| !label.is_empty()) {
            if card.line.len() > prefix {
                card.line.push(b',');
            }
            push_escaped(label, card.line);
        }
        card.end(prefix);
        if let Some(Cell::Notes(notes)) = places.notes.map(|index| cells[index]) {
            let mut joined = Vec::new();
            push_notes(notes, &mut self.times, &mut joined);
            card.optional("NOTE:", &String::from_utf8_lossy(&joined));
        } else {
            card.optional("NOTE:", text(places.notes));
        }
        card.optional("UID:", text(places.lead_id));
        if let Some(Cell::Local(at) | Cell::Utc(at)) = places.updated_at.map(|index| cells[index]) {
            card.line.extend_from_slice(b"REV:");
            local_time::push_utc(at, card.line);
            card.end(0);
        }
        card.lines.extend_from_slice(b"END:VCARD\r\n");
        self.output.write_all(&self.card)?;
        self.cards += 1;
        Ok(())
    }

    fn rows(&self) -> u64 {
        self.rows
    }
}

/// A card under construction, and the line of it that is not yet folded.
struct Card<'a> {
    lines: &'a mut Vec<u8>,
    line: &'a mut Vec<u8>,
}

impl Card<'_> {
    /// A property with one value, put together from parts.
    fn push(&mut self, property: &str, parts: &[&str]) {
        self.line.extend_from_slice(property.as_bytes());
        for part in parts {
            push_escaped(part, self.line);
        }
        self.end(0);
    }

    /// A property that is left out when its value is empty.
    fn optional(&mut self, property: &str, value: &str) {
        if !value.is_empty() {
            self.push(property, &[value]);
        }
    }

    /// A property whose parts stand between semicolons.
    fn structured(&mut self, property: &str, parts: &[&str]) {
        self.line.extend_from_slice(property.as_bytes());
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                self.line.push(b';');
            }
            push_escaped(part, self.line);
        }
        self.end(0);
    }

    /// Folds the line into the card, unless it is no longer than `empty`.
    fn end(&mut self, empty: usize) {
        if self.line.len() > empty {
            let mut rest = self.line.as_slice();
            let mut room = LINE_OCTETS;
            while rest.len() > room {
                let mut cut = room;
                // Bytes that go on a character begin with the bits 10.
                while rest[cut] & 0xc0 == 0x80 {
                    cut -= 1;
                }
                self.lines.extend_from_slice(&rest[..cut]);
                self.lines.extend_from_slice(b"\r\n ");
                rest = &rest[cut..];
                // The space that begins a folded line counts.
                room = LINE_OCTETS - 1;
            }
            self.lines.extend_from_slice(rest);
            self.lines.extend_from_slice(b"\r\n");
        }
        self.line.clear();
    }
}

/// Appends a text value: backslash, comma, semicolon and line breaks escaped, other control characters left out.
fn push_escaped(text: &str, line: &mut Vec<u8>) {
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\\' | ',' | ';' => line.extend_from_slice(&[b'\\', c as u8]),
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => line.extend_from_slice(b"\\n"),
            '\t' => line.push(b' '),
            _ if c.is_control() => {}
            _ => line.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::columns::{Kind, Tab, without};
    use super::super::sheet::NoteCell;
    use super::*;
    use proptest::prelude::*;
    use std::borrow::Cow;

    fn card(columns: &[Column], values: &[(&str, Cell<'_>)]) -> String {
        let mut cells = vec![Cell::Empty; columns.len()];
        for (code, cell) in values {
            cells[columns.iter().position(|column| column.code() == *code).unwrap()] = *cell;
        }
        let mut sheet = VcardSheet::new(Vec::new(), columns, LocalTimes::utc());
        sheet.row(&cells).unwrap();
        String::from_utf8(sheet.finish().unwrap()).unwrap()
    }

    #[test]
    fn a_person_becomes_a_card_that_address_books_take() {
        let at: mobile_core::time::Timestamp = "2026-03-12T09:30:15Z".parse().unwrap();
        let tags = [Cow::from("robots, arms"), Cow::from("demo")];
        let notes = [NoteCell { at, author: "Omar".into(), text: "call; then\nmail".into() }];
        let text = card(
            &Tab::Scans.columns(&[]),
            &[
                ("lead_id", Cell::Text("0190a5c0-0000-7000-8000-000000000001")),
                ("first_name", Cell::Text("Inès")),
                ("last_name", Cell::Text("Roy")),
                ("company", Cell::Text("Acme; Söhne")),
                ("phone", Cell::Text("+33 1 44 55 66 77")),
                ("postcode", Cell::Text("01000")),
                ("city", Cell::Text("Bourg")),
                ("category", Cell::Text("visitor")),
                ("tags", Cell::List(&tags)),
                ("notes", Cell::Notes(&notes)),
                ("updated_at", Cell::Local(at)),
            ],
        );
        assert_eq!(
            text,
            "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Inès Roy\r\nN:Roy;Inès;;;\r\nORG:Acme\\; Söhne\r\n\
             TEL;TYPE=WORK,VOICE:+33 1 44 55 66 77\r\nADR;TYPE=WORK:;;;Bourg;;01000;\r\n\
             CATEGORIES:visitor,robots\\, arms,demo\r\nNOTE:2026-03-12 09:30 Omar: call\\; then\\nmail\r\n\
             UID:0190a5c0-0000-7000-8000-000000000001\r\nREV:2026-03-12T09:30:15.000000Z\r\nEND:VCARD\r\n"
        );
    }

    #[test]
    fn a_person_of_whom_nothing_is_known_has_no_card() {
        let columns = Tab::Scans.columns(&[]);
        assert_eq!(card(&columns, &[("lead_id", Cell::Text("x")), ("notes", Cell::Text("tall"))]), "");
        assert!(card(&columns, &[("company", Cell::Text("Acme"))]).contains("\r\nFN:Acme\r\n"));
    }

    #[test]
    fn withheld_columns_are_simply_missing() {
        let columns = without(Tab::Scans.columns(&[]), &["phone", "email", "tags", "updated_at"]);
        let text = card(&columns, &[("last_name", Cell::Text("Roy"))]);
        assert_eq!(text, "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Roy\r\nN:Roy;;;;\r\nEND:VCARD\r\n");
    }

    proptest! {
        #[test]
        fn lines_are_folded_between_characters_and_unfold_to_the_value(name in any::<String>(), note in "[\\PC\\n\\\\;,é日😀]{0,200}") {
            let columns = [
                Column::new("last_name", Kind::Text),
                Column::new("company", Kind::Text),
                Column::new("notes", Kind::Long),
            ];
            let text = card(&columns, &[("last_name", Cell::Text(&name)), ("company", Cell::Text("Acme")), ("notes", Cell::Text(&note))]);
            for line in text.split("\r\n") {
                prop_assert!(line.len() <= LINE_OCTETS, "{}", line);
                prop_assert!(!line.contains(['\r', '\n']));
            }
            let unfolded = text.replace("\r\n ", "");
            let found = unfolded.split("\r\n").find_map(|line| line.strip_prefix("NOTE:")).unwrap_or("");
            let mut plain = String::new();
            let mut rest = found.chars();
            while let Some(c) = rest.next() {
                plain.push(if c == '\\' { match rest.next() { Some('n') => '\n', Some(other) => other, None => '?' } } else { c });
            }
            let expected: String = note.replace(['\u{2028}', '\u{2029}'], "\n");
            prop_assert_eq!(plain, expected);
        }
    }
}
