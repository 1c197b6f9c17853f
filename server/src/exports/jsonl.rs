//! JSON lines: one object a row, its keys the codes of the columns, nothing left out.
//!
//! Times are RFC 3339, local ones with their offset; lists are arrays; notes are objects with
//! `at`, `author` and `text`. Texts stay exactly as they are: JSON is read by programs.

use super::columns::Column;
use super::local_time::{self, LocalTimes};
use super::sheet::{Cell, ExportError, NoteCell, Sheet, check_width};
use std::io::Write;

/// Writes one tab as JSON lines. Each row goes to the output with a single write.
#[derive(Debug)]
pub struct JsonlSheet<W> {
    output: W,
    times: LocalTimes,
    /// `"code":` for each column, written once.
    keys: Vec<Vec<u8>>,
    line: Vec<u8>,
    rows: u64,
}

impl<W: Write> JsonlSheet<W> {
    /// Begins a file of these columns, one JSON object a line.
    pub fn new(output: W, columns: &[Column], times: LocalTimes) -> Self {
        let keys = columns
            .iter()
            .map(|column| {
                let mut key = Vec::new();
                push_string(column.code(), &mut key);
                key.push(b':');
                key
            })
            .collect();
        Self { output, times, keys, line: Vec::with_capacity(1024), rows: 0 }
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

impl<W: Write> Sheet for JsonlSheet<W> {
    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), ExportError> {
        check_width(self.keys.len(), cells)?;
        let line = &mut self.line;
        line.clear();
        for (index, (key, cell)) in self.keys.iter().zip(cells).enumerate() {
            line.push(if index == 0 { b'{' } else { b',' });
            line.extend_from_slice(key);
            match cell {
                Cell::Empty => line.extend_from_slice(b"null"),
                Cell::Text(text) => push_string(text, line),
                Cell::Integer(number) => write!(line, "{number}")?,
                Cell::Flag(flag) => line.extend_from_slice(if *flag { b"true" } else { b"false" }),
                Cell::Local(at) => push_quoted(line, |line| local_time::push_local(*at, &mut self.times, line)),
                Cell::Utc(at) => push_quoted(line, |line| local_time::push_utc(*at, line)),
                Cell::List(texts) => push_array(texts, line, |text, line| push_string(text, line)),
                Cell::Notes(notes) => push_array(notes, line, |note, line| push_note(note, &mut self.times, line)),
            }
        }
        line.extend_from_slice(if self.keys.is_empty() { b"{}\n" } else { b"}\n" });
        self.output.write_all(line)?;
        self.rows += 1;
        Ok(())
    }

    fn rows(&self) -> u64 {
        self.rows
    }
}

fn push_note(note: &NoteCell<'_>, times: &mut LocalTimes, line: &mut Vec<u8>) {
    line.extend_from_slice(b"{\"at\":");
    push_quoted(line, |line| local_time::push_local(note.at, times, line));
    line.extend_from_slice(b",\"author\":");
    push_string(&note.author, line);
    line.extend_from_slice(b",\"text\":");
    push_string(&note.text, line);
    line.push(b'}');
}

fn push_array<T>(items: &[T], line: &mut Vec<u8>, mut push: impl FnMut(&T, &mut Vec<u8>)) {
    line.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            line.push(b',');
        }
        push(item, line);
    }
    line.push(b']');
}

fn push_quoted(line: &mut Vec<u8>, push: impl FnOnce(&mut Vec<u8>)) {
    line.push(b'"');
    push(line);
    line.push(b'"');
}

fn push_string(text: &str, line: &mut Vec<u8>) {
    // Writing a string to memory cannot fail.
    let _ = serde_json::to_writer(line, text);
}

#[cfg(test)]
mod tests {
    use super::super::columns::{Column, Kind};
    use super::*;
    use jiff::tz::TimeZone;
    use proptest::prelude::*;
    use std::borrow::Cow;

    #[test]
    fn a_row_is_one_object_with_every_column() {
        let columns: Vec<Column> = ["a", "b", "c", "d", "e", "f", "g"].map(|code| Column::new(code, Kind::Text)).into();
        let paris = LocalTimes::new(TimeZone::get("Europe/Paris").unwrap());
        let mut sheet = JsonlSheet::new(Vec::new(), &columns, paris);
        let at: mobile_core::time::Timestamp = "2026-03-12T09:30:15.250000Z".parse().unwrap();
        let tags = [Cow::from("x"), Cow::from("y")];
        let notes = [NoteCell { at, author: "Inès".into(), text: "line\nbreak".into() }];
        sheet
            .row(&[
                Cell::Text("=1"),
                Cell::Integer(7),
                Cell::Flag(false),
                Cell::Local(at),
                Cell::Utc(at),
                Cell::List(&tags),
                Cell::Notes(&notes),
            ])
            .unwrap();
        sheet.row(&[Cell::Empty; 7]).unwrap();
        let text = String::from_utf8(sheet.finish().unwrap()).unwrap();
        let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(
            lines[0],
            serde_json::json!({
                "a": "=1", "b": 7, "c": false, "d": "2026-03-12T10:30:15.250000+01:00", "e": "2026-03-12T09:30:15.250000Z",
                "f": ["x", "y"], "g": [{"at": "2026-03-12T10:30:15.250000+01:00", "author": "Inès", "text": "line\nbreak"}],
            })
        );
        assert!(lines[1].as_object().unwrap().values().all(serde_json::Value::is_null));
    }

    proptest! {
        #[test]
        fn every_text_comes_back_exactly(text in any::<String>()) {
            let columns = [Column::new("t", Kind::Text)];
            let mut sheet = JsonlSheet::new(Vec::new(), &columns, LocalTimes::utc());
            sheet.row(&[Cell::Text(&text)]).unwrap();
            let line = sheet.finish().unwrap();
            prop_assert_eq!(line.iter().position(|byte| *byte == b'\n'), Some(line.len() - 1));
            let value: serde_json::Value = serde_json::from_slice(&line).unwrap();
            prop_assert_eq!(value["t"].as_str(), Some(text.as_str()));
        }
    }
}
