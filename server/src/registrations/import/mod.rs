//! A list of people from a CSV or XLSX file, told apart by content, to rows that may go in.
//!
//! Nothing here touches the database: [`Import::read`] gives checked rows with what each is known
//! by, and a report of the rest. Bad rows stay out by row, column and reason; good rows go in. A
//! value is never guessed: what a spreadsheet has mangled is refused rather than stored wrong.

mod category;
mod cell;
mod column;
mod csv_rows;
mod error;
mod header;
mod mapping;
mod names;
mod number_format;
mod report;
mod row;
mod table;
mod text;
mod xlsx_rows;

pub use category::Categories;
pub use cell::is_email;
pub use column::{Column, FULL_NAME};
pub use error::ImportError;
pub use mapping::Mapping;
pub use report::{BadReason, BadRow, EXCERPT_CHARS, FileFormat, Layout, MappedHeader, RepeatedRow};
pub use row::{Identity, ImportRow};
pub use table::Table;

use column::Target;
use header::Header;
use row::{RawRow, RowBuilder};
use std::borrow::Cow;
use std::collections::HashMap;

/// The largest file that is read.
pub const MAX_FILE_BYTES: usize = 64 << 20;
/// The most rows of people that one file may have.
pub const MAX_ROWS: usize = 500_000;
/// The longest cell.
pub const MAX_CELL_BYTES: usize = 8 << 10;
/// Text that the rows of one import may hold together.
const MAX_TEXT_BYTES: usize = 256 << 20;
/// Bad cells and repeated rows that are reported one by one; the counts are always whole.
pub const MAX_REPORTED: usize = 1000;

/// What an import needs to know besides the file.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub mapping: Mapping,
    pub categories: Categories,
}

/// A file that was read.
#[derive(Clone, Debug)]
pub struct Import {
    pub layout: Layout,
    /// Rows that may go in, in the order of the file; no two have the same identity or badge code.
    pub rows: Vec<ImportRow>,
    /// Cells that keep their rows out, the first [`MAX_REPORTED`] of them.
    pub bad: Vec<BadRow>,
    /// Rows that stay out because of them, all counted.
    pub bad_count: usize,
    /// Rows that a later row of the file replaces, the first [`MAX_REPORTED`] of them.
    pub repeated: Vec<RepeatedRow>,
    pub repeated_count: usize,
}

/// Rows of a table, one after the other.
trait RowSource {
    /// The next row; false at the end.
    fn read(&mut self, row: &mut RawRow) -> Result<bool, ImportError>;
}

impl Import {
    /// Reads a CSV or XLSX file. Takes seconds for the largest files: run it on a blocking thread.
    ///
    /// # Errors
    /// When no row can be told at all: see [`ImportError`]. Bad rows are no error.
    pub fn read(bytes: &[u8], options: &Options) -> Result<Self, ImportError> {
        match format_of(bytes)? {
            FileFormat::Xlsx => read_xlsx(bytes, options),
            FileFormat::Csv => read_csv(bytes, options),
        }
    }
}

/// What a file is, by its content.
fn format_of(bytes: &[u8]) -> Result<FileFormat, ImportError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(ImportError::TooLarge);
    }
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(ImportError::OldWorkbook);
    }
    Ok(if bytes.starts_with(b"PK") { FileFormat::Xlsx } else { FileFormat::Csv })
}

/// The text of a CSV file and the name of its encoding.
fn decoded(bytes: &[u8]) -> Result<(Cow<'_, str>, &'static str), ImportError> {
    let (text, encoding) = text::decode(bytes);
    let start = text.trim_start();
    if start.starts_with("%PDF") || (start.starts_with('<') && !start.starts_with("<<")) {
        return Err(ImportError::NotATable);
    }
    Ok((text, encoding))
}

fn read_csv(bytes: &[u8], options: &Options) -> Result<Import, ImportError> {
    let (text, encoding) = decoded(bytes)?;
    let delimiter = csv_rows::sniff_delimiter(&text, &options.mapping)?;
    let mut source = csv_rows::CsvRows::new(&text, delimiter);
    let first = read_first(&mut source, header::SEARCHED_ROWS + 1)?;
    let Some(header) = header::find(&first, &options.mapping) else {
        return Err(no_header(&first));
    };
    let layout = Layout {
        format: FileFormat::Csv,
        delimiter: Some(char::from(delimiter)),
        encoding: Some(encoding),
        sheet: None,
        header_row: first[header.index].line,
        mapping: header.mapping.clone(),
        ignored: header.ignored.clone(),
    };
    Collector::new(options, header)?.collect(&first, &mut source, layout)
}

fn read_xlsx(bytes: &[u8], options: &Options) -> Result<Import, ImportError> {
    let mut workbook = xlsx_rows::open(bytes)?;
    let mut first_seen = Vec::new();
    for sheet in xlsx_rows::sheet_names(&workbook) {
        let mut source = xlsx_rows::XlsxRows::new(&mut workbook, &sheet)?;
        let first = read_first(&mut source, header::SEARCHED_ROWS + 1)?;
        let Some(header) = header::find(&first, &options.mapping) else {
            if first_seen.is_empty() {
                first_seen = first;
            }
            continue;
        };
        let layout = Layout {
            format: FileFormat::Xlsx,
            delimiter: None,
            encoding: None,
            sheet: Some(sheet),
            header_row: first[header.index].line,
            mapping: header.mapping.clone(),
            ignored: header.ignored.clone(),
        };
        return Collector::new(options, header)?.collect(&first, &mut source, layout);
    }
    Err(no_header(&first_seen))
}

/// Up to `count` rows that are not blank.
fn read_first(source: &mut dyn RowSource, count: usize) -> Result<Vec<RawRow>, ImportError> {
    let mut rows = Vec::new();
    let mut row = RawRow::default();
    while rows.len() < count && source.read(&mut row)? {
        if !row.is_blank() {
            rows.push(row.clone());
        }
    }
    Ok(rows)
}

fn no_header(first: &[RawRow]) -> ImportError {
    let seen: Vec<String> = first
        .first()
        .map(|row| row.cells().filter(|cell| !cell.trim().is_empty()).take(8).map(report::excerpt).collect())
        .unwrap_or_default();
    if seen.is_empty() { ImportError::Empty } else { ImportError::NoHeader { seen: seen.join(" | ") } }
}

/// Turns raw rows into checked ones and keeps account of the rest.
struct Collector<'a> {
    options: &'a Options,
    header: Header,
    /// For each column of ours the position in the file.
    positions: [Option<usize>; Column::ALL.len()],
    full_name: Option<(usize, column::NameOrder)>,
    builder: RowBuilder,
    rows: Vec<ImportRow>,
    text_bytes: usize,
    bad: Vec<BadRow>,
    bad_count: usize,
}

impl<'a> Collector<'a> {
    fn new(options: &'a Options, header: Header) -> Result<Self, ImportError> {
        header::check_mapping(&header, &options.mapping)?;
        let mut positions = [None; Column::ALL.len()];
        let mut full_name = None;
        for (position, target) in &header.columns {
            match target {
                Target::Column(column) => positions[*column as usize] = Some(*position),
                Target::FullName(order) => full_name = Some((*position, *order)),
            }
        }
        let has_name = full_name.is_some()
            || positions[Column::FirstName as usize].is_some()
            || positions[Column::LastName as usize].is_some();
        if !has_name {
            return Err(ImportError::NoNameColumn);
        }
        Ok(Self {
            options,
            header,
            positions,
            full_name,
            builder: RowBuilder::default(),
            rows: Vec::new(),
            text_bytes: 0,
            bad: Vec::new(),
            bad_count: 0,
        })
    }

    fn collect(mut self, first: &[RawRow], source: &mut dyn RowSource, layout: Layout) -> Result<Import, ImportError> {
        for row in &first[self.header.index + 1..] {
            self.take(row)?;
        }
        let mut row = RawRow::default();
        while source.read(&mut row)? {
            self.take(&row)?;
        }
        Ok(self.finish(layout))
    }

    fn take(&mut self, row: &RawRow) -> Result<(), ImportError> {
        if row.is_blank() || self.header.is_repeated_by(row) {
            return Ok(());
        }
        if self.rows.len() + self.bad_count >= MAX_ROWS {
            return Err(ImportError::TooManyRows);
        }
        if self.check(row) {
            let built = self.builder.build(row.line);
            self.text_bytes += built.size();
            if self.text_bytes > MAX_TEXT_BYTES {
                return Err(ImportError::TooMuchText);
            }
            self.rows.push(built);
        } else {
            self.bad_count += 1;
        }
        Ok(())
    }

    /// Builds the row; false when a cell keeps it out.
    fn check(&mut self, row: &RawRow) -> bool {
        let mut is_good = true;
        let mut has_name = false;
        self.builder.clear();
        if row.is_unclosed {
            let last = row.len().saturating_sub(1);
            let column = Column::ALL.into_iter().find(|column| self.positions[*column as usize] == Some(last));
            let column = column.unwrap_or(Column::LastName);
            self.report(BadRow::new(row.line, column, BadReason::UnclosedQuotation, row.get(last)));
            return false;
        }
        let split = self.full_name.map(|(position, order)| names::split(row.get(position), order));
        for column in Column::ALL {
            let raw = self.positions[column as usize].map_or("", |position| row.get(position));
            let before = self.builder.text().len();
            let mut outcome = cell::clean(column, raw, self.builder.text());
            if outcome.is_ok() && self.builder.text().len() == before {
                outcome = self.fill_empty(column, split.as_ref());
            }
            if outcome.is_ok() && column == Column::Category {
                outcome = self.settle_category(before);
            }
            if matches!(column, Column::FirstName | Column::LastName) {
                has_name |= self.builder.text().len() > before || outcome.is_err();
            }
            if let Err(reason) = outcome {
                self.report(BadRow::new(row.line, column, reason, raw));
                is_good = false;
            }
            self.builder.end(outcome.is_ok());
        }
        if !has_name {
            self.report(BadRow::new(row.line, Column::LastName, BadReason::MissingName, ""));
        }
        is_good && has_name
    }

    /// What stands for an empty cell: a part of the whole name, the default category.
    fn fill_empty(&mut self, column: Column, split: Option<&(String, String)>) -> Result<(), BadReason> {
        match (column, split) {
            (Column::FirstName, Some((first, _))) => cell::clean(column, first, self.builder.text()),
            (Column::LastName, Some((_, last))) => cell::clean(column, last, self.builder.text()),
            _ => Ok(()),
        }
    }

    /// Replaces the cell's words by the code of the category they mean.
    fn settle_category(&mut self, start: usize) -> Result<(), BadReason> {
        let categories = &self.options.categories;
        let text = self.builder.text();
        if text.len() == start {
            text.push_str(categories.default_code().unwrap_or_default());
            return Ok(());
        }
        let code = categories.find(&text[start..]).ok_or(BadReason::UnknownCategory)?.to_owned();
        text.truncate(start);
        text.push_str(&code);
        Ok(())
    }

    fn report(&mut self, bad: BadRow) {
        if self.bad.len() < MAX_REPORTED {
            self.bad.push(bad);
        }
    }

    /// Keeps the last of the rows that are the same registration, and the first of those that claim
    /// one badge code for different people.
    fn finish(mut self, layout: Layout) -> Import {
        let mut repeated = Vec::new();
        let mut repeated_count = 0;
        let mut keep = vec![true; self.rows.len()];
        let mut latest: HashMap<Identity<'_>, usize> = HashMap::with_capacity(self.rows.len());
        for (index, row) in self.rows.iter().enumerate() {
            if let Some(earlier) = latest.insert(row.identity(), index) {
                keep[earlier] = false;
                repeated_count += 1;
                if repeated.len() < MAX_REPORTED {
                    let before = &self.rows[earlier];
                    repeated.push(RepeatedRow {
                        row: row.line(),
                        replaces: before.line(),
                        is_same_person: before.person_key() == row.person_key(),
                    });
                }
            }
        }
        drop(latest);
        let mut codes: HashMap<&str, u32> = HashMap::new();
        let mut clashes = Vec::new();
        for (index, row) in self.rows.iter().enumerate().filter(|(index, _)| keep[*index]) {
            let Some(code) = row.get(Column::BadgeCode) else { continue };
            if let Some(earlier) = codes.get(code) {
                clashes.push((index, BadRow::duplicate_badge_code(row.line(), *earlier, code)));
            } else {
                codes.insert(code, row.line());
            }
        }
        for (index, bad) in clashes {
            keep[index] = false;
            self.bad_count += 1;
            self.report(bad);
        }
        self.bad.sort_by_key(|bad| bad.row);
        let mut kept = keep.iter();
        self.rows.retain(|_| *kept.next().unwrap_or(&true));
        Import { layout, rows: self.rows, bad: self.bad, bad_count: self.bad_count, repeated, repeated_count }
    }
}

#[cfg(test)]
mod tests;
