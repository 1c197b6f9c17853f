//! Rows of an XLSX workbook, cell by cell, without building a grid that a damaged file could blow up.
//!
//! The archive is first inflated into nothing, with a limit: what a zip file says of its sizes is
//! not to be trusted, and the reader would believe it.

use super::header::MAX_COLUMNS;
use super::number_format::DigitPattern;
use super::row::RawRow;
use super::{ImportError, RowSource};
use calamine::{Cell, DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxCellReader, XlsxError};
use std::fmt::Write as _;
use std::io::{Cursor, Read};

/// What a workbook may hold once inflated, all its parts together.
const MAX_INFLATED_BYTES: u64 = 512 << 20;
/// What its table of shared texts may hold once inflated; it is kept in memory.
const MAX_SHARED_TEXT_BYTES: u64 = 256 << 20;
/// Sheets looked at for a header.
const MAX_SHEETS: usize = 20;

pub(super) type Workbook<'a> = Xlsx<Cursor<&'a [u8]>>;

/// Opens a workbook after making sure that it stays within bounds.
pub(super) fn open(bytes: &[u8]) -> Result<Workbook<'_>, ImportError> {
    check_inflated_size(bytes)?;
    Xlsx::new(Cursor::new(bytes)).map_err(describe)
}

/// Names of the worksheets to look at, visible ones first.
pub(super) fn sheet_names(workbook: &Workbook<'_>) -> Vec<String> {
    let mut sheets: Vec<_> =
        workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet).collect();
    sheets.sort_by_key(|sheet| sheet.visible != SheetVisible::Visible);
    sheets.into_iter().take(MAX_SHEETS).map(|sheet| sheet.name.clone()).collect()
}

/// Rows of one sheet, in the order of the file.
pub(super) struct XlsxRows<'a, 'b> {
    cells: XlsxCellReader<'a, Cursor<&'b [u8]>>,
    patterns: Vec<Option<DigitPattern>>,
    pending: Option<(Cell<DataRef<'a>>, usize)>,
    /// The reader fails when asked again past the end.
    is_done: bool,
    text: String,
}

impl<'a, 'b> XlsxRows<'a, 'b> {
    pub fn new(workbook: &'a mut Workbook<'b>, sheet: &str) -> Result<Self, ImportError> {
        let cells = workbook.worksheet_cells_reader(sheet).map_err(describe)?;
        let patterns = cells
            .styles()
            .iter()
            .map(|style| style.number_format.as_ref().and_then(|format| DigitPattern::parse(&format.format_code)))
            .collect();
        Ok(Self { cells, patterns, pending: None, is_done: false, text: String::new() })
    }

    fn next_cell(&mut self) -> Result<Option<(Cell<DataRef<'a>>, usize)>, ImportError> {
        if self.pending.is_some() || self.is_done {
            return Ok(self.pending.take());
        }
        let next = self.cells.next_cell_with_style_id().map_err(describe)?;
        self.is_done = next.is_none();
        Ok(next)
    }
}

impl RowSource for XlsxRows<'_, '_> {
    fn read(&mut self, row: &mut RawRow) -> Result<bool, ImportError> {
        let Some((first, style)) = self.next_cell()? else { return Ok(false) };
        let line = first.get_position().0;
        row.start(line.saturating_add(1));
        self.pending = Some((first, style));
        while let Some((cell, style)) = self.next_cell()? {
            let (cell_line, column) = cell.get_position();
            if cell_line != line {
                self.pending = Some((cell, style));
                break;
            }
            let column = column as usize;
            // Cells out of order or repeated do not occur in files that a spreadsheet can open.
            if column >= MAX_COLUMNS || column < row.len() {
                continue;
            }
            while row.len() < column {
                row.push("");
            }
            let pattern = self.patterns.get(style).and_then(Option::as_ref);
            row.push(show(cell.get_value(), pattern, &mut self.text));
        }
        Ok(true)
    }
}

/// A cell as a person reads it: numbers without `.0` and with the zeros of their format, dates in ISO form.
fn show<'t>(value: &'t DataRef<'_>, pattern: Option<&DigitPattern>, text: &'t mut String) -> &'t str {
    text.clear();
    match value {
        DataRef::Empty => return "",
        DataRef::SharedString(shared) => return shared,
        DataRef::String(own) => return own,
        DataRef::DateTimeIso(iso) | DataRef::DurationIso(iso) => return iso.strip_suffix("T00:00:00").unwrap_or(iso),
        DataRef::Bool(true) => text.push_str("true"),
        DataRef::Bool(false) => text.push_str("false"),
        DataRef::Int(number) => show_number(*number as f64, pattern, text),
        DataRef::Float(number) => show_number(*number, pattern, text),
        DataRef::DateTime(time) => show_time(*time, text),
        DataRef::Error(error) => append(text, format_args!("{error}")),
    }
    text
}

/// Spreadsheets keep 15 significant digits; from here on the others of a whole number are zeros or made up.
const EXACT: f64 = 1e15;

fn show_number(number: f64, pattern: Option<&DigitPattern>, text: &mut String) {
    if number.abs() >= EXACT {
        // As they show it themselves, so that it is known wherever the digits that are gone matter.
        let shown = format!("{number:.14E}");
        append(text, format_args!("{}", shown.replacen('E', "E+", 1)));
    } else if number.fract() == 0.0 {
        let whole = number as i64;
        match pattern {
            Some(pattern) if whole >= 0 => pattern.show(whole as u64, text),
            _ => append(text, format_args!("{whole}")),
        }
    } else {
        append(text, format_args!("{number}"));
    }
}

fn show_time(time: ExcelDateTime, text: &mut String) {
    let days = time.as_f64();
    if time.is_duration() || (0.0..1.0).contains(&days) {
        let seconds = (days * 86_400.0).round().clamp(-1e15, 1e15) as i64;
        let (hours, minutes, seconds) = (seconds / 3600, (seconds / 60 % 60).abs(), (seconds % 60).abs());
        append(text, format_args!("{hours:02}:{minutes:02}"));
        if seconds != 0 {
            append(text, format_args!(":{seconds:02}"));
        }
        return;
    }
    let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
    append(text, format_args!("{year:04}-{month:02}-{day:02}"));
    if (hour, minute, second) != (0, 0, 0) {
        append(text, format_args!("T{hour:02}:{minute:02}:{second:02}"));
    }
}

fn append(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = text.write_fmt(arguments);
}

/// Inflates every part of the archive into nothing and stops past the limit.
fn check_inflated_size(bytes: &[u8]) -> Result<(), ImportError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes))
        .map_err(|error| ImportError::Unreadable(format!("the archive is damaged: {error}")))?;
    let mut left = MAX_INFLATED_BYTES;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|error| ImportError::Unreadable(error.to_string()))?;
        let is_shared_text = part.name().is_ok_and(|name| name.to_ascii_lowercase().contains("sharedstrings"));
        let allowed = if is_shared_text { left.min(MAX_SHARED_TEXT_BYTES) } else { left };
        let inflated = std::io::copy(&mut part.take(allowed + 1), &mut std::io::sink())
            .map_err(|error| ImportError::Unreadable(format!("the archive is damaged: {error}")))?;
        if inflated > allowed {
            return Err(ImportError::Inflates);
        }
        left -= inflated;
    }
    Ok(())
}

fn describe(error: XlsxError) -> ImportError {
    match error {
        XlsxError::Password => ImportError::Protected,
        XlsxError::FileNotFound(_) | XlsxError::RelationshipNotFound => ImportError::NotAWorkbook,
        other => ImportError::Unreadable(other.to_string()),
    }
}
