//! A table of texts from the same files, for lists of something else than people.

use super::csv_rows::{self, CsvRows};
use super::header::SEARCHED_ROWS;
use super::row::RawRow;
use super::{FileFormat, ImportError, RowSource, decoded, format_of, no_header, xlsx_rows};

/// Text that the rows of one table may hold together: a small workbook may say one long text often.
const MAX_TEXT_BYTES: usize = 32 << 20;

/// A table that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The texts of its header.
    pub header: Vec<String>,
    /// The rows below, blank ones left out: each with its number in the file and its cells.
    pub rows: Vec<(u32, Vec<String>)>,
    /// The row with a quotation mark that is never closed.
    unclosed: Option<u32>,
}

impl Table {
    /// Reads a CSV or XLSX file. The header is the one of the first rows of which `known` knows most
    /// texts; at most one row more than `most_rows` is read below it.
    ///
    /// # Errors
    /// See [`ImportError`]; `NoHeader` where `known` knows nothing of any row.
    pub fn read(bytes: &[u8], most_rows: usize, known: impl Fn(&[String]) -> usize) -> Result<Self, ImportError> {
        let most = SEARCHED_ROWS + most_rows + 1;
        let mut first_seen = Vec::new();
        match format_of(bytes)? {
            FileFormat::Xlsx => {
                let mut workbook = xlsx_rows::open(bytes)?;
                for sheet in xlsx_rows::sheet_names(&workbook) {
                    let rows = up_to(most, &mut xlsx_rows::XlsxRows::new(&mut workbook, &sheet)?)?;
                    if let Some((_, table)) = Self::below_header(&rows, &known) {
                        return Ok(table);
                    }
                    if first_seen.is_empty() {
                        first_seen = rows;
                    }
                }
            }
            FileFormat::Csv => {
                let (text, _) = decoded(bytes)?;
                let mut best: Option<(usize, Self)> = None;
                for delimiter in csv_rows::delimiters(&text) {
                    let rows = up_to(most, &mut CsvRows::new(&text, delimiter))?;
                    let found = Self::below_header(&rows, &known);
                    if found.as_ref().map_or(0, |found| found.0) > best.as_ref().map_or(0, |best| best.0) {
                        best = found;
                    }
                    if first_seen.is_empty() {
                        first_seen = rows;
                    }
                }
                if let Some((_, table)) = best {
                    return table.unless_unclosed();
                }
            }
        }
        Err(no_header(&first_seen))
    }

    /// The table below its header, with how much of that is known.
    fn below_header(rows: &[RawRow], known: impl Fn(&[String]) -> usize) -> Option<(usize, Self)> {
        let texts = |row: &RawRow| row.cells().map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
        let (mut at, mut score) = (0, 0);
        for (index, row) in rows.iter().take(SEARCHED_ROWS).enumerate() {
            let found = known(&texts(row));
            if found > score {
                (at, score) = (index, found);
            }
        }
        let header = texts(rows.get(at)?);
        let below = rows.iter().skip(at + 1);
        let unclosed = below.clone().find(|row| row.is_unclosed).map(|row| row.line);
        let rows = below.map(|row| (row.line, texts(row))).collect();
        (score > 0).then_some((score, Self { header, rows, unclosed }))
    }

    /// The table, unless a quotation mark swallowed rows of it.
    fn unless_unclosed(self) -> Result<Self, ImportError> {
        match self.unclosed {
            None => Ok(self),
            Some(row) => {
                Err(ImportError::Unreadable(format!("row {row} begins a quotation mark that is never closed")))
            }
        }
    }
}

/// The first rows that are not blank.
fn up_to(most: usize, source: &mut dyn RowSource) -> Result<Vec<RawRow>, ImportError> {
    let (mut rows, mut size) = (Vec::new(), 0);
    let mut row = RawRow::default();
    while rows.len() < most && source.read(&mut row)? {
        if row.is_blank() {
            continue;
        }
        size += row.cells().map(str::len).sum::<usize>();
        if size > MAX_TEXT_BYTES {
            return Err(ImportError::TooMuchText);
        }
        rows.push(row.clone());
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Table, ImportError> {
        let known = |texts: &[String]| texts.iter().filter(|text| ["name", "stand"].contains(&text.as_str())).count();
        Table::read(text.as_bytes(), 2, known)
    }

    #[test]
    fn the_header_is_the_row_that_is_known_best_whatever_the_delimiter() {
        let table = read("List, of all\nname;stand\n\nAcme, Inc.;B14\n").expect("a table");
        assert_eq!(table.header, ["name", "stand"]);
        assert_eq!(table.rows, [(4, vec!["Acme, Inc.".to_owned(), "B14".to_owned()])]);
        assert_eq!(read("sep=|\nname|stand\nAcme|1").expect("a table").rows.len(), 1);
    }

    #[test]
    fn what_has_no_header_or_is_no_table_says_so() {
        assert!(matches!(read("a,b\n1,2\n"), Err(ImportError::NoHeader { .. })));
        assert_eq!(read(""), Err(ImportError::Empty));
        assert_eq!(read("<html></html>"), Err(ImportError::NotATable));
        let swallowed = read("name,stand\nAcme,\"B14\nBolt,B15\n").expect_err("no table").to_string();
        assert!(swallowed.contains("row 2 begins a quotation mark"), "{swallowed}");
    }

    #[test]
    fn one_row_more_than_allowed_is_read_and_no_more() {
        let long = format!("name\n{}", "Acme\n".repeat(100));
        assert!(read(&long).expect("a table").rows.len() > 2);
    }
}
