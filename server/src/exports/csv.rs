//! CSV as RFC 4180 has it: comma, CRLF, quotes where needed, UTF-8; the first row holds the codes of
//! the columns.
//!
//! Spreadsheets run a cell that begins like a formula, also from CSV. Every text whose first visible
//! character is `=`, `+`, `-` or `@` (or a wide form of these), or that begins with a tab or a line
//! break, gets a leading apostrophe; so does a text that already begins with apostrophes before such
//! a character. Taking one apostrophe away in these cases, as [`plain_text`] does, gives back every
//! text exactly. Phone numbers such as +33 … are no exception: `+33-1-44` is a sum to a spreadsheet,
//! and the apostrophe keeps plus sign and digits readable. XLSX, JSONL and vCard hold them as they are.

use super::columns::Column;
use super::local_time::{self, LocalTimes};
use super::sheet::{Cell, ExportError, NoteCell, Sheet, check_width};
use std::io::Write;

/// Between the texts of a list in one cell.
const LIST_SEPARATOR: &str = "; ";

/// Writes one tab as CSV. Each row goes to the output with a single write.
#[derive(Debug)]
pub struct CsvSheet<W> {
    output: W,
    times: LocalTimes,
    line: Vec<u8>,
    /// Text of a cell that is put together from parts before it is quoted.
    joined: Vec<u8>,
    columns: usize,
    rows: u64,
}

impl<W: Write> CsvSheet<W> {
    /// Begins with the header row, after a byte order mark if the spreadsheet needs one to tell UTF-8.
    pub fn new(mut output: W, columns: &[Column], times: LocalTimes, with_bom: bool) -> Result<Self, ExportError> {
        let mut line = Vec::with_capacity(1024);
        if with_bom {
            line.extend_from_slice("\u{feff}".as_bytes());
        }
        for (index, column) in columns.iter().enumerate() {
            if index > 0 {
                line.push(b',');
            }
            push_text(column.heading(), &mut line);
        }
        line.extend_from_slice(b"\r\n");
        output.write_all(&line)?;
        Ok(Self { output, times, line, joined: Vec::new(), columns: columns.len(), rows: 0 })
    }

    /// The output, so that a stream can take what has gathered in it.
    pub fn output(&mut self) -> &mut W {
        &mut self.output
    }

    /// Flushes and gives the output back.
    pub fn finish(mut self) -> Result<W, ExportError> {
        self.output.flush()?;
        Ok(self.output)
    }
}

impl<W: Write> Sheet for CsvSheet<W> {
    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), ExportError> {
        check_width(self.columns, cells)?;
        let line = &mut self.line;
        line.clear();
        for (index, cell) in cells.iter().enumerate() {
            if index > 0 {
                line.push(b',');
            }
            match cell {
                Cell::Empty => {}
                Cell::Text(text) => push_text(text, line),
                Cell::Integer(number) => write!(line, "{number}")?,
                Cell::Flag(flag) => line.extend_from_slice(if *flag { b"true" } else { b"false" }),
                Cell::Local(at) => self.times.civil(*at).push_seconds(b' ', line),
                Cell::Utc(at) => local_time::push_utc(*at, line),
                Cell::List(texts) => {
                    self.joined.clear();
                    for (position, text) in texts.iter().enumerate() {
                        if position > 0 {
                            self.joined.extend_from_slice(LIST_SEPARATOR.as_bytes());
                        }
                        self.joined.extend_from_slice(text.as_bytes());
                    }
                    push_bytes(&self.joined, line);
                }
                Cell::Notes(notes) => {
                    self.joined.clear();
                    push_notes(notes, &mut self.times, &mut self.joined);
                    push_bytes(&self.joined, line);
                }
            }
        }
        line.extend_from_slice(b"\r\n");
        self.output.write_all(line)?;
        self.rows += 1;
        Ok(())
    }

    fn rows(&self) -> u64 {
        self.rows
    }
}

/// Appends notes one a line, each with its local time and author.
pub(super) fn push_notes(notes: &[NoteCell<'_>], times: &mut LocalTimes, out: &mut Vec<u8>) {
    for (index, note) in notes.iter().enumerate() {
        if index > 0 {
            out.push(b'\n');
        }
        times.civil(note.at).push_minutes(b' ', out);
        if !note.author.is_empty() {
            out.push(b' ');
            out.extend_from_slice(note.author.as_bytes());
        }
        out.extend_from_slice(b": ");
        out.extend_from_slice(note.text.as_bytes());
    }
}

/// The text that a cell of our CSV stands for: without the apostrophe that kept it from being a formula.
pub fn plain_text(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if is_dangerous(rest) => rest,
        _ => cell,
    }
}

fn push_text(text: &str, line: &mut Vec<u8>) {
    push_bytes(text.as_bytes(), line);
}

/// Appends UTF-8 text, neutralised and quoted where it must be.
fn push_bytes(text: &[u8], line: &mut Vec<u8>) {
    let Some(&first) = text.first() else { return };
    let apostrophe = !is_harmless_first(first) && is_dangerous_bytes(text);
    let needs_quotes = matches!(first, b' ')
        || text.last() == Some(&b' ')
        || text.iter().any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n' | b'\t'));
    if needs_quotes {
        line.push(b'"');
    }
    if apostrophe {
        line.push(b'\'');
    }
    if needs_quotes {
        let mut rest = text;
        while let Some(position) = rest.iter().position(|byte| *byte == b'"') {
            line.extend_from_slice(&rest[..=position]);
            line.push(b'"');
            rest = &rest[position + 1..];
        }
        line.extend_from_slice(rest);
        line.push(b'"');
    } else {
        line.extend_from_slice(text);
    }
}

/// Letters and digits begin nearly every cell and never a formula.
fn is_harmless_first(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

fn is_dangerous_bytes(text: &[u8]) -> bool {
    std::str::from_utf8(text).map_or(true, is_dangerous)
}

/// Whether a spreadsheet may take the text for a formula, or take away an apostrophe before one.
fn is_dangerous(text: &str) -> bool {
    if text.starts_with(['\t', '\r', '\n']) {
        return true;
    }
    let visible =
        text.trim_start_matches(|c: char| c == '\'' || c.is_whitespace() || c.is_control() || c == '\u{feff}');
    visible.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '−'])
        || text.trim_start_matches('\'').starts_with(['\t', '\r', '\n'])
}

#[cfg(test)]
mod tests {
    use super::super::columns::{Column, Kind};
    use super::*;
    use proptest::prelude::*;
    use std::borrow::Cow;

    fn columns(count: usize) -> Vec<Column> {
        (0..count).map(|index| Column::new(format!("c{index}"), Kind::Text)).collect()
    }

    fn written(rows: &[Vec<Cell<'_>>]) -> String {
        let mut sheet = CsvSheet::new(Vec::new(), &columns(rows[0].len()), LocalTimes::utc(), false).unwrap();
        for row in rows {
            sheet.row(row).unwrap();
        }
        assert_eq!(sheet.rows(), rows.len() as u64);
        String::from_utf8(sheet.finish().unwrap()).unwrap()
    }

    fn read_back(text: &str) -> Vec<Vec<String>> {
        let mut reader = ::csv::ReaderBuilder::new().from_reader(text.as_bytes());
        reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn every_type_of_cell_has_its_form() {
        let at: mobile_core::time::Timestamp = "2026-03-12T09:30:15.250000Z".parse().unwrap();
        let tags = [Cow::from("hot"), Cow::from("a;b")];
        let notes = [
            NoteCell { at, author: "Inès".into(), text: "wants a \"demo\"".into() },
            NoteCell { at, author: "".into(), text: "call back".into() },
        ];
        let row = vec![
            Cell::Text("Roy, Inès"),
            Cell::Integer(-3),
            Cell::Flag(true),
            Cell::Local(at),
            Cell::Utc(at),
            Cell::List(&tags),
            Cell::Notes(&notes),
            Cell::Empty,
        ];
        assert_eq!(
            written(&[row]),
            "c0,c1,c2,c3,c4,c5,c6,c7\r\n\"Roy, Inès\",-3,true,2026-03-12 09:30:15,2026-03-12T09:30:15.250000Z,hot; a;b,\
             \"2026-03-12 09:30 Inès: wants a \"\"demo\"\"\n2026-03-12 09:30: call back\",\r\n"
        );
    }

    #[test]
    fn no_text_can_be_read_as_a_formula() {
        for text in [
            "=1+1",
            "+33 1 44",
            "-2",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            " =1",
            "\u{a0}=1",
            "'=1",
            "''+1",
            "＝1+1",
            "\u{feff}=1",
        ] {
            let back = read_back(&written(&[vec![Cell::Text(text), Cell::Text("x")]]));
            assert_eq!(back[0][0], format!("'{text}"));
            assert_eq!(plain_text(&back[0][0]), text);
        }
        for text in ["O'Neill", "'t Hooft", "a=b", "12-3", "é", "'"] {
            let back = read_back(&written(&[vec![Cell::Text(text), Cell::Text("x")]]));
            assert_eq!(back[0][0], text);
        }
    }

    #[test]
    fn a_row_of_another_width_is_refused() {
        let mut sheet = CsvSheet::new(Vec::new(), &columns(2), LocalTimes::utc(), false).unwrap();
        assert!(matches!(sheet.row(&[Cell::Empty]), Err(ExportError::CellCount { expected: 2, found: 1 })));
    }

    #[test]
    fn the_byte_order_mark_is_there_when_asked_for() {
        let sheet = CsvSheet::new(Vec::new(), &columns(1), LocalTimes::utc(), true).unwrap();
        assert_eq!(sheet.finish().unwrap(), b"\xef\xbb\xbfc0\r\n");
    }

    proptest! {
        #[test]
        fn every_text_comes_back_from_a_real_reader(
            texts in prop::collection::vec("[\\PC\\t\\r\\n'=+@,\"-]{0,12}|\\PC*", 2..5),
        ) {
            let row: Vec<Cell<'_>> = texts.iter().map(|text| Cell::Text(text)).collect();
            let back = read_back(&written(&[row]));
            prop_assert_eq!(back.len(), 1);
            for (found, text) in back[0].iter().zip(&texts) {
                prop_assert_eq!(plain_text(found), text);
                prop_assert!(!found.starts_with(['=', '+', '-', '@', '\t', '\r']));
            }
        }
    }
}
