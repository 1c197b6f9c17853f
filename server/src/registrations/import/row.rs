//! Rows on their way in: raw as the file has them, and checked, compact, with the person they name.

use super::column::Column;
use crate::registrations::folding::person_key;

/// Cells are cut here while a row is read, so that one shared string repeated a million times
/// cannot fill the memory. One byte past the limit, so that the check still sees it is too long.
const CUT_AT_BYTES: usize = super::MAX_CELL_BYTES + 1;

/// One row as the file has it; the buffer is used again for the next row.
#[derive(Clone, Debug, Default)]
pub(super) struct RawRow {
    /// Counted from 1, as the file's own program shows it.
    pub line: u32,
    /// Whether its last cell begins with a quotation mark that the file never closes, and so has swallowed
    /// whatever follows.
    pub is_unclosed: bool,
    text: String,
    ends: Vec<usize>,
}

impl RawRow {
    pub fn start(&mut self, line: u32) {
        self.line = line;
        self.is_unclosed = false;
        self.text.clear();
        self.ends.clear();
    }

    /// Appends a cell, cut a little past [`super::MAX_CELL_BYTES`].
    pub fn push(&mut self, cell: &str) {
        let cut = if cell.len() > CUT_AT_BYTES { cell.ceil_char_boundary(CUT_AT_BYTES) } else { cell.len() };
        self.text.push_str(&cell[..cut]);
        self.ends.push(self.text.len());
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The cell, empty where the row is shorter.
    pub fn get(&self, index: usize) -> &str {
        let Some(&end) = self.ends.get(index) else { return "" };
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.text[start..end]
    }

    pub fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.get(index))
    }

    pub fn is_blank(&self) -> bool {
        self.text.chars().all(|c| c.is_whitespace() || c == '\u{feff}')
    }
}

/// A row that may go in. Values are trimmed, composed (NFC), without control characters and within
/// the bounds of their columns; all of them share one allocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRow {
    line: u32,
    text: Box<str>,
    ends: [u32; Column::ALL.len()],
}

impl ImportRow {
    /// The row's number in the file, counted from 1 with the header.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// The value of a column; `None` where the file has none.
    pub fn get(&self, column: Column) -> Option<&str> {
        let index = column as usize;
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        let value = &self.text[start as usize..self.ends[index] as usize];
        (!value.is_empty()).then_some(value)
    }

    /// What the row is known by: its reference, else its badge code, else folded e-mail, first and
    /// last name together; never the e-mail alone.
    pub fn identity(&self) -> Identity<'_> {
        if let Some(id) = self.get(Column::ExternalId) {
            return Identity::ExternalId(id);
        }
        if let Some(code) = self.get(Column::BadgeCode) {
            return Identity::BadgeCode(code);
        }
        Identity::Person(self.person_key())
    }

    /// The folded (e-mail, first name, last name), also for rows known by something better.
    pub fn person_key(&self) -> String {
        let part = |column| self.get(column).unwrap_or_default();
        person_key(part(Column::Email), part(Column::FirstName), part(Column::LastName)).unwrap_or_default()
    }

    /// Bytes of text that the row holds.
    pub(super) fn size(&self) -> usize {
        self.text.len()
    }
}

/// What makes two rows the same registration.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Identity<'a> {
    ExternalId(&'a str),
    BadgeCode(&'a str),
    /// See [`person_key`].
    Person(String),
}

/// Gathers the values of a row in the order of [`Column::ALL`].
#[derive(Debug, Default)]
pub(super) struct RowBuilder {
    text: String,
    ends: [u32; Column::ALL.len()],
    filled: usize,
}

impl RowBuilder {
    pub fn clear(&mut self) {
        self.text.clear();
        self.filled = 0;
    }

    /// Where the next column's value is written.
    pub fn text(&mut self) -> &mut String {
        &mut self.text
    }

    /// Ends the value of the next column; `keep` false takes back what was written of it.
    pub fn end(&mut self, keep: bool) {
        let start = if self.filled == 0 { 0 } else { self.ends[self.filled - 1] as usize };
        if !keep {
            self.text.truncate(start);
        }
        self.ends[self.filled] = self.text.len() as u32;
        self.filled += 1;
    }

    pub fn build(&self, line: u32) -> ImportRow {
        ImportRow { line, text: self.text.as_str().into(), ends: self.ends }
    }
}
