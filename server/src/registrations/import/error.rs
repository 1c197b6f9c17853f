//! Why a file cannot be read at all, each with the way out.

use super::{MAX_FILE_BYTES, MAX_ROWS};
use std::fmt;

/// A file of which no row goes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportError {
    /// Larger than [`MAX_FILE_BYTES`].
    TooLarge,
    /// More rows than [`MAX_ROWS`].
    TooManyRows,
    /// The rows hold more text than is kept in memory.
    TooMuchText,
    /// An archive that grows beyond all measure when it is opened.
    Inflates,
    /// The `.xls` format of Excel before 2007.
    OldWorkbook,
    /// Protected by a password.
    Protected,
    /// A zip archive, but no workbook.
    NotAWorkbook,
    /// HTML, XML or PDF under another name.
    NotATable,
    /// Damaged, with what the reader says of it.
    Unreadable(String),
    Empty,
    /// No row among the first has two known names; `seen` is the first row.
    NoHeader {
        seen: String,
    },
    /// No column that holds a name.
    NoNameColumn,
    /// The mapping is no object of headers and columns.
    InvalidMapping(String),
    /// The mapping names a header that the file lacks; `found` are those it has.
    MappedHeaderMissing {
        header: String,
        found: String,
    },
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => write!(f, "the file is larger than {} MiB; split it", MAX_FILE_BYTES >> 20),
            Self::TooManyRows => write!(f, "the file has more than {MAX_ROWS} rows; split it"),
            Self::TooMuchText => write!(f, "the rows hold too much text; split the file"),
            Self::Inflates => {
                write!(
                    f,
                    "the workbook is too large once opened; remove what is not the list, or save the sheet as CSV"
                )
            }
            Self::OldWorkbook => {
                write!(
                    f,
                    "this is a workbook of Excel 97–2003 (.xls) or one with a password; save it as .xlsx without password, or as CSV"
                )
            }
            Self::Protected => write!(f, "the workbook has a password; save it without one"),
            Self::NotAWorkbook => write!(f, "this archive is no Excel workbook; save the list as .xlsx or CSV"),
            Self::NotATable => {
                write!(f, "this is a web page or a document, not a table; save the list as .xlsx or CSV")
            }
            Self::Unreadable(why) => write!(f, "the file cannot be read; save it again as .xlsx or CSV ({why})"),
            Self::Empty => write!(f, "the file has no rows"),
            Self::NoHeader { seen } => write!(
                f,
                "no header found in the first 20 rows: at least two column names such as first_name, last_name, email must \
                 be known, or named by a mapping; the first row is “{seen}”"
            ),
            Self::NoNameColumn => {
                write!(f, "no column holds names; name one first_name, last_name or full_name, or give a mapping")
            }
            Self::InvalidMapping(why) => {
                write!(f, "mapping must be a JSON object from header to column name or null: {why}")
            }
            Self::MappedHeaderMissing { header, found } => {
                write!(f, "mapping names the header “{header}”, which the file does not have; it has: {found}")
            }
        }
    }
}

impl std::error::Error for ImportError {}
