//! What every export format takes: rows of typed cells, in the order of a tab's columns.
//!
//! A cell borrows its text, so that a row read from the database goes out without a copy; each
//! writer decides how a type looks in its format, so that all formats are fed by the same loop.

use mobile_core::time::Timestamp;
use std::borrow::Cow;
use std::fmt;

/// One value of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    Empty,
    Text(&'a str),
    Integer(i64),
    Flag(bool),
    /// A moment shown in the event's local time.
    Local(Timestamp),
    /// A moment shown in UTC.
    Utc(Timestamp),
    /// Several short texts, such as tags or names.
    List(&'a [Cow<'a, str>]),
    /// Notes with their authors and times, oldest first.
    Notes(&'a [NoteCell<'a>]),
}

impl<'a> Cell<'a> {
    /// A text that may be missing.
    pub fn text(value: Option<&'a str>) -> Self {
        value.map_or(Self::Empty, Self::Text)
    }

    /// A local time that may be missing.
    pub fn local(time: Option<Timestamp>) -> Self {
        time.map_or(Self::Empty, Self::Local)
    }

    /// A time in UTC that may be missing.
    pub fn utc(time: Option<Timestamp>) -> Self {
        time.map_or(Self::Empty, Self::Utc)
    }

    /// Whether the cell shows nothing.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.is_empty(),
            Self::List(texts) => texts.is_empty(),
            Self::Notes(notes) => notes.is_empty(),
            Self::Integer(_) | Self::Flag(_) | Self::Local(_) | Self::Utc(_) => false,
        }
    }
}

/// A note in an export; shown in local time.
#[derive(Clone, Debug, PartialEq)]
pub struct NoteCell<'a> {
    /// When it was written.
    pub at: Timestamp,
    /// Who wrote it, as people read it.
    pub author: Cow<'a, str>,
    /// What it says.
    pub text: Cow<'a, str>,
}

/// Takes the rows of one tab.
pub trait Sheet {
    /// Appends a row; `cells` stand in the order of the tab's columns and are as many.
    ///
    /// # Errors
    /// When the output cannot take it, or the number of cells is wrong.
    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), ExportError>;

    /// Rows appended so far.
    fn rows(&self) -> u64;
}

/// Why an export ended early.
#[derive(Debug)]
pub enum ExportError {
    /// The file or the receiver takes no more.
    Io(std::io::Error),
    Workbook(rust_xlsxwriter::XlsxError),
    /// A row has another number of cells than its tab has columns: a fault of ours.
    CellCount {
        expected: usize,
        found: usize,
    },
}

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "the export could not be written: {error}"),
            Self::Workbook(error) => write!(f, "the workbook could not be written: {error}"),
            Self::CellCount { expected, found } => write!(f, "a row of {found} cells for {expected} columns"),
        }
    }
}

impl std::error::Error for ExportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Workbook(error) => Some(error),
            Self::CellCount { .. } => None,
        }
    }
}

impl From<std::io::Error> for ExportError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<rust_xlsxwriter::XlsxError> for ExportError {
    fn from(error: rust_xlsxwriter::XlsxError) -> Self {
        match error {
            rust_xlsxwriter::XlsxError::IoError(error) => Self::Io(error),
            other => Self::Workbook(other),
        }
    }
}

/// Refuses a row of the wrong width, which would shift values under other headers.
pub(super) fn check_width(expected: usize, cells: &[Cell<'_>]) -> Result<(), ExportError> {
    if cells.len() == expected { Ok(()) } else { Err(ExportError::CellCount { expected, found: cells.len() }) }
}
