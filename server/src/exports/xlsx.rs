//! The XLSX workbook: one sheet a tab, in the order of the Leads tab's parts, and About at the end.
//!
//! Sheets go to temporary files row by row (the "constant memory" mode of `rust_xlsxwriter`), so a
//! workbook costs the same memory whatever its length, and each is filled on its own, also beside others. Times are typed numbers with a format,
//! every text is a text cell: no phone number loses its plus, nothing is read as a formula, and no
//! address becomes a link. Each sheet has two header rows, labels for people and codes for programs.

use super::about::{About, AboutValue};
use super::columns::{Column, Kind, Tab};
use super::csv::push_notes;
use super::local_time::LocalTimes;
use super::sheet::{Cell, ExportError, Sheet, check_width};
use super::sheet_names::SheetNames;
use crate::words::Words;
use rust_xlsxwriter::{Color, Format, Workbook, Worksheet};
use std::borrow::Cow;
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// The longest text of a cell, in UTF-16 units.
const MAX_TEXT_UNITS: usize = 32_767;
/// Rows of a sheet; the next ones go to a further sheet.
const MAX_ROWS: u32 = 1_048_576;
/// Saving at level 2 takes a quarter of the time that the usual 6 takes (0.5 s against 2 s for 100,000
/// rows of 36 columns) for a file a sixth larger.
const COMPRESSION: u8 = 2;
/// Labels and codes.
const HEADER_ROWS: u32 = 2;

/// A workbook under construction. Writes files: use it on a blocking thread.
pub struct XlsxExport {
    /// Locked for a moment by whoever begins a sheet.
    workbook: Mutex<Workbook>,
    words: Words,
    names: SheetNames,
    times: LocalTimes,
    formats: Formats,
    /// [`MAX_ROWS`], less in tests.
    rows_per_sheet: u32,
}

struct Formats {
    label: Format,
    code: Format,
    local: Format,
    utc: Format,
}

impl XlsxExport {
    /// An empty workbook whose sheets gather in `temporary` or, without it, in the system's folder.
    pub fn new(words: Words, times: LocalTimes, temporary: Option<&Path>) -> Result<Self, ExportError> {
        let mut workbook = Workbook::new();
        workbook.set_zip_compression_level(COMPRESSION);
        if let Some(folder) = temporary {
            workbook.set_tempdir(folder)?;
        }
        let formats = Formats {
            label: Format::new().set_bold().set_background_color(Color::RGB(0xE8_EEF4)),
            code: Format::new().set_italic().set_font_color(Color::RGB(0x6B_7280)),
            local: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
            utc: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss\"Z\""),
        };
        let names = SheetNames::new(words);
        Ok(Self { workbook: Mutex::new(workbook), words, names, times, formats, rows_per_sheet: MAX_ROWS })
    }

    /// Begins the sheet of a tab.
    pub fn sheet<'a>(&'a self, tab: Tab, columns: &'a [Column]) -> Result<XlsxSheet<'a>, ExportError> {
        let filled = Filled { tab, rows: 0, sheets: Vec::new() };
        let mut sheet =
            XlsxSheet { export: self, filled, columns, next_row: 0, times: self.times.clone(), joined: Vec::new() };
        sheet.begin_part()?;
        Ok(sheet)
    }

    /// Puts the tabs in their order, those left out with their headers alone, adds the About sheet, and
    /// writes the workbook.
    pub fn finish<W: Write + Send>(
        mut self,
        mut tabs: Vec<Filled>,
        about: &About<'_>,
        output: W,
    ) -> Result<(), ExportError> {
        for missing in Tab::ALL {
            if !tabs.iter().any(|filled| filled.tab == missing) {
                tabs.push(self.sheet(missing, &missing.columns(&[]))?.finish()?);
            }
        }
        tabs.sort_by_key(|filled| filled.tab);
        let counts: Vec<(Tab, u64)> = tabs.iter().map(|filled| (filled.tab, filled.rows)).collect();
        let workbook = self.workbook.get_mut().unwrap_or_else(PoisonError::into_inner);
        for sheet in tabs.into_iter().flat_map(|filled| filled.sheets) {
            workbook.push_worksheet(sheet);
        }
        self.add_about(about, &counts)?;
        self.workbook.into_inner().unwrap_or_else(PoisonError::into_inner).save_to_writer(output)?;
        Ok(())
    }

    fn new_sheet(&self) -> Result<Worksheet, ExportError> {
        // A thread that stopped in between left no half of a sheet in it.
        let mut workbook = self.workbook.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(workbook.new_worksheet_with_constant_memory()?)
    }

    fn add_about(&mut self, about: &About<'_>, counts: &[(Tab, u64)]) -> Result<(), ExportError> {
        let lines = about.lines(counts, self.words, &self.names);
        let workbook = self.workbook.get_mut().unwrap_or_else(PoisonError::into_inner);
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(self.names.about())?;
        sheet.set_column_width(0, 34)?.set_column_width(1, 22)?.set_column_width(2, 60)?;
        for (row, (label, code, value)) in (0..).zip(&lines) {
            sheet.write_string_with_format(row, 0, label, &self.formats.label)?;
            sheet.write_string_with_format(row, 1, code, &self.formats.code)?;
            match value {
                AboutValue::Text(text) => sheet.write_string(row, 2, fit(text, self.words))?,
                AboutValue::Number(number) => sheet.write_number(row, 2, *number as f64)?,
                AboutValue::Local(at) => {
                    sheet.write_number_with_format(row, 2, self.times.spreadsheet_days(*at), &self.formats.local)?
                }
                AboutValue::Utc(at) => {
                    let days = LocalTimes::utc_spreadsheet_days(*at);
                    sheet.write_number_with_format(row, 2, days, &self.formats.utc)?
                }
            };
        }
        Ok(())
    }
}

/// A tab whose rows are all written.
pub struct Filled {
    tab: Tab,
    rows: u64,
    /// Over a million rows take several.
    sheets: Vec<Worksheet>,
}

/// One tab of the workbook, while its rows are written.
pub struct XlsxSheet<'a> {
    export: &'a XlsxExport,
    filled: Filled,
    columns: &'a [Column],
    next_row: u32,
    times: LocalTimes,
    /// Text of a cell that is put together from parts.
    joined: Vec<u8>,
}

impl XlsxSheet<'_> {
    /// Ends the tab.
    pub fn finish(mut self) -> Result<Filled, ExportError> {
        self.end_part()?;
        Ok(self.filled)
    }

    fn begin_part(&mut self) -> Result<(), ExportError> {
        let (words, names) = (self.export.words, &self.export.names);
        let mut sheet = self.export.new_sheet()?;
        match self.filled.sheets.len() {
            0 => sheet.set_name(names.of(self.filled.tab))?,
            full => sheet.set_name(names.further(self.filled.tab, full + 1))?,
        };
        for (position, column) in (0..).zip(self.columns) {
            sheet.set_column_width(position, width(column.kind()))?;
            match column.kind() {
                Kind::Local => sheet.set_column_format(position, &self.export.formats.local)?,
                Kind::Utc => sheet.set_column_format(position, &self.export.formats.utc)?,
                _ => &mut sheet,
            };
            sheet.write_string_with_format(0, position, column.label(words), &self.export.formats.label)?;
        }
        for (position, column) in (0..).zip(self.columns) {
            sheet.write_string_with_format(1, position, column.code(), &self.export.formats.code)?;
        }
        sheet.set_freeze_panes(HEADER_ROWS, 0)?;
        self.filled.sheets.push(sheet);
        self.next_row = HEADER_ROWS;
        Ok(())
    }

    fn end_part(&mut self) -> Result<(), ExportError> {
        let last_row = self.next_row - 1;
        let last_column = (self.columns.len() as u16).checked_sub(1);
        if let (Some(sheet), Some(last_column)) = (self.filled.sheets.last_mut(), last_column) {
            sheet.autofilter(HEADER_ROWS - 1, 0, last_row, last_column)?;
        }
        Ok(())
    }
}

impl Sheet for XlsxSheet<'_> {
    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), ExportError> {
        check_width(self.columns.len(), cells)?;
        if self.next_row == self.export.rows_per_sheet {
            self.end_part()?;
            self.begin_part()?;
        }
        let (row, words) = (self.next_row, self.export.words);
        let times = &mut self.times;
        let sheet = self.filled.sheets.last_mut().expect("a sheet was begun with the tab");
        for (position, cell) in (0..).zip(cells) {
            match cell {
                Cell::Empty => {}
                Cell::Text(text) => {
                    sheet.write_string(row, position, fit(text, words))?;
                }
                Cell::Integer(number) => {
                    sheet.write_number(row, position, *number as f64)?;
                }
                Cell::Flag(flag) => {
                    sheet.write_boolean(row, position, *flag)?;
                }
                // The column has the format; naming it again would cost a look-up a cell.
                Cell::Local(at) => {
                    sheet.write_number(row, position, times.spreadsheet_days(*at))?;
                }
                Cell::Utc(at) => {
                    sheet.write_number(row, position, LocalTimes::utc_spreadsheet_days(*at))?;
                }
                Cell::List(texts) => {
                    sheet.write_string(row, position, fit(&texts.join("; "), words))?;
                }
                Cell::Notes(notes) => {
                    self.joined.clear();
                    push_notes(notes, times, &mut self.joined);
                    sheet.write_string(row, position, fit(&String::from_utf8_lossy(&self.joined), words))?;
                }
            }
        }
        self.next_row += 1;
        self.filled.rows += 1;
        Ok(())
    }

    fn rows(&self) -> u64 {
        self.filled.rows
    }
}

/// Column widths in characters: a sheet of a million rows cannot be measured first.
fn width(kind: Kind) -> f64 {
    match kind {
        Kind::Id => 14.0,
        Kind::Short => 16.0,
        Kind::Text => 24.0,
        Kind::Long => 60.0,
        Kind::Number => 10.0,
        Kind::Local => 19.0,
        Kind::Utc => 20.0,
    }
}

/// The text as a cell can hold it; a longer one is cut and says so.
fn fit(text: &str, words: Words) -> Cow<'_, str> {
    // Each UTF-16 unit comes from at least one byte.
    if text.len() <= MAX_TEXT_UNITS || text.encode_utf16().count() <= MAX_TEXT_UNITS {
        return Cow::Borrowed(text);
    }
    let note = words.t("export-cell-was-cut").to_string();
    let room = MAX_TEXT_UNITS.saturating_sub(note.encode_utf16().count());
    let mut units = 0;
    let end = text
        .char_indices()
        .find(|(_, c)| {
            units += c.len_utf16();
            units > room
        })
        .map_or(text.len(), |(index, _)| index);
    Cow::Owned(format!("{}{note}", &text[..end]))
}

#[cfg(test)]
mod tests;
