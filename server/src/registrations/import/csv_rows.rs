//! Rows of a CSV file, whatever its delimiter.

use super::header::{self, MAX_COLUMNS, SEARCHED_ROWS};
use super::row::RawRow;
use super::{ImportError, Mapping, RowSource};

/// Delimiters tried; the first wins a tie.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Rows of decoded text, by a delimiter found out before.
pub(super) struct CsvRows<'a> {
    text: &'a str,
    delimiter: u8,
    reader: csv::Reader<&'a [u8]>,
    record: csv::StringRecord,
}

impl<'a> CsvRows<'a> {
    pub fn new(text: &'a str, delimiter: u8) -> Self {
        let reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        Self { text, delimiter, reader, record: csv::StringRecord::new() }
    }
}

impl RowSource for CsvRows<'_> {
    fn read(&mut self, row: &mut RawRow) -> Result<bool, ImportError> {
        if !self.reader.read_record(&mut self.record).map_err(|error| ImportError::Unreadable(error.to_string()))? {
            return Ok(false);
        }
        // The reader's position is that of the empty lines it skipped before the record.
        let line = self.record.position().map_or(0, |position| {
            let skipped = self.text.as_bytes().get(position.byte() as usize..).unwrap_or_default();
            let breaks = skipped.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).filter(|byte| **byte == b'\n');
            position.line() as u32 + breaks.count() as u32
        });
        row.start(line);
        let from = self.record.position().map_or(0, |position| position.byte() as usize);
        if self.reader.position().byte() as usize >= self.text.len() {
            row.is_unclosed = is_unclosed(self.text.as_bytes().get(from..).unwrap_or_default(), self.delimiter);
        }
        for cell in self.record.iter().take(MAX_COLUMNS) {
            row.push(cell);
        }
        Ok(true)
    }
}

/// Whether a text ends within a quoted cell.
fn is_unclosed(text: &[u8], delimiter: u8) -> bool {
    let (mut is_quoted, mut is_start) = (false, true);
    for byte in text {
        match byte {
            // A doubled mark closes and opens again.
            b'"' if is_quoted => (is_quoted, is_start) = (false, true),
            b'"' if is_start => is_quoted = true,
            b'\n' | b'\r' if !is_quoted => is_start = true,
            byte => is_start = !is_quoted && *byte == delimiter,
        }
    }
    is_quoted
}

/// The text after a leading `sep=;` line, by which spreadsheets tell each other the delimiter.
fn declared_delimiter(text: &str) -> Option<u8> {
    let line = text.lines().next()?.trim_matches(['"', '\u{feff}']);
    let delimiter = line.get(..4).filter(|key| key.eq_ignore_ascii_case("sep=")).and(line.as_bytes().get(4))?;
    (line.len() == 5 && delimiter.is_ascii()).then_some(*delimiter)
}

/// The delimiters that a text may have: the one that it declares, or all.
pub(super) fn delimiters(text: &str) -> Vec<u8> {
    declared_delimiter(text).map_or_else(|| DELIMITERS.to_vec(), |declared| vec![declared])
}

/// The delimiter of a text: the one by which the header has most known names; without a header,
/// the one that cuts the first rows into most cells. Quotation marks are respected, since the rows
/// are read as they will be later.
pub(super) fn sniff_delimiter(text: &str, mapping: &Mapping) -> Result<u8, ImportError> {
    let tried = delimiters(text);
    let mut best = (0, 0);
    let mut found = tried[0];
    if tried.len() == 1 {
        return Ok(found);
    }
    for delimiter in tried {
        let rows = super::read_first(&mut CsvRows::new(text, delimiter), SEARCHED_ROWS)?;
        let known = header::find(&rows, mapping).map_or(0, |header| header.score());
        let cells = rows.iter().map(RawRow::len).sum();
        if (known, cells) > best {
            (best, found) = ((known, cells), delimiter);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_may_end_within_a_quoted_cell() {
        for whole in ["a,b", "\"a\",\"b\"", "\"a \"\"b\"\"\",c", "Omar \"Omi,b", "\"a\"x,b", "\"a\nb\"", ""] {
            assert!(!is_unclosed(whole.as_bytes(), b','), "{whole}");
        }
        for unclosed in ["\"a,b", "a,\"b", "a,\"b\"\"", "a\n\"b\nc"] {
            assert!(is_unclosed(unclosed.as_bytes(), b','), "{unclosed}");
        }
    }

    fn lines(text: &str, delimiter: u8) -> Vec<(u32, Vec<String>)> {
        let mut source = CsvRows::new(text, delimiter);
        let mut row = RawRow::default();
        let mut found = Vec::new();
        while source.read(&mut row).unwrap() {
            found.push((row.line, row.cells().map(str::to_owned).collect()));
        }
        found
    }

    #[test]
    fn line_numbers_are_those_an_editor_shows() {
        let text = "a,b\r\n\r\n\r\n\"1\n2\",x\r\n\nlast,y";
        let numbers: Vec<u32> = lines(text, b',').into_iter().map(|(line, _)| line).collect();
        assert_eq!(numbers, [1, 4, 7]);
    }

    #[test]
    fn the_delimiter_is_the_one_that_makes_known_columns() {
        let sniff = |text| sniff_delimiter(text, &Mapping::default()).unwrap();
        assert_eq!(sniff("Nom;Prénom;Note\nRoy;Inès;\"a, b, c, d, e\"\n"), b';');
        assert_eq!(sniff("Liste, au 3 mars, provisoire, à revoir\nNom\tPrénom\nRoy\tInès\n"), b'\t');
        assert_eq!(sniff("\"Nom;x\",Prénom,Email\nRoy,Inès,a@b.fr\n"), b',');
        assert_eq!(sniff("email|company\na@b.fr|Acme\n"), b'|');
        assert_eq!(sniff("sep=;\r\na;b\r\n"), b';');
        assert_eq!(sniff("a;b;c\n1;2;3\n"), b';');
        assert_eq!(sniff(""), b',');
    }
}
