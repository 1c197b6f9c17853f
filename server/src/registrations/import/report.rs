//! What an import says afterwards: how the file was read, what goes in, what does not and why.

use super::column::Column;
use serde::Serialize;
use std::fmt;
use utoipa::ToSchema;

/// One cell that keeps its row out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BadRow {
    /// Number of the row in the file, counted from 1 with the header.
    pub row: u32,
    pub column: Column,
    pub reason: BadReason,
    /// The reason in words, with the way out.
    pub detail: String,
    /// The start of the cell, at most [`EXCERPT_CHARS`] characters.
    pub value: String,
}

/// Characters of a cell that a report repeats.
pub const EXCERPT_CHARS: usize = 80;

impl BadRow {
    pub(super) fn new(row: u32, column: Column, reason: BadReason, cell: &str) -> Self {
        let detail = match reason {
            BadReason::TooLong if column == Column::BadgeCode => {
                format!("the cell is longer than {} bytes; a QR code holds no more", column.limit())
            }
            BadReason::TooLong => format!("the cell is longer than {} characters; shorten it", column.limit()),
            _ => reason.advice().to_owned(),
        };
        Self { row, column, reason, detail, value: excerpt(cell) }
    }

    /// A badge code that an earlier row has for somebody else.
    pub(super) fn duplicate_badge_code(row: u32, earlier: u32, code: &str) -> Self {
        let detail = format!("row {earlier} gives this badge code to another person; one code is one badge");
        Self { row, column: Column::BadgeCode, reason: BadReason::DuplicateBadgeCode, detail, value: excerpt(code) }
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a cell cannot go in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BadReason {
    MissingName,
    InvalidEmail,
    UnknownCategory,
    TooLong,
    ControlCharacter,
    UnreadableText,
    SpreadsheetError,
    MangledNumber,
    UnclosedQuotation,
    DuplicateBadgeCode,
}

impl BadReason {
    fn advice(self) -> &'static str {
        match self {
            Self::MissingName => "the row has neither a first nor a last name; give at least one",
            Self::InvalidEmail => {
                "this is not one e-mail address such as ann@company.com; correct it or leave it empty"
            }
            Self::UnknownCategory => "the event has no such category; add it to the event or correct the cell",
            Self::ControlCharacter => "the cell holds a control character; type the value again",
            Self::UnreadableText => "characters were lost before the file was saved; save it again as UTF-8 or XLSX",
            Self::SpreadsheetError => "the cell holds an error of the spreadsheet; correct its formula or empty it",
            Self::MangledNumber => "the spreadsheet rounded this number; format the column as text and fill it again",
            Self::UnclosedQuotation => {
                "the cell begins with a quotation mark that is never closed, so all that follows belongs to it; close or remove it"
            }
            Self::TooLong => "the value is too long",
            Self::DuplicateBadgeCode => "another row gives this badge code to another person",
        }
    }
}

/// Two rows of the file that are the same registration; the later one goes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RepeatedRow {
    pub row: u32,
    /// The earlier row, which does not go in.
    pub replaces: u32,
    /// Whether both also name the same person; if not, the reference or badge code is given twice.
    pub is_same_person: bool,
}

/// A header of the file and the column it fills.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MappedHeader {
    pub header: String,
    /// One of the columns of a registration, or `full_name`.
    pub column: &'static str,
}

/// How the file was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Layout {
    pub format: FileFormat,
    /// The delimiter of a CSV file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
    /// `UTF-8`, `UTF-16LE`, `UTF-16BE` or `windows-1252`, for a CSV file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<&'static str>,
    /// The sheet that was read, for an XLSX file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Number of the header's row, counted from 1.
    pub header_row: u32,
    pub mapping: Vec<MappedHeader>,
    /// Headers that fill nothing: unknown, set to null by the mapping, or a second one for a column.
    pub ignored: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileFormat {
    Csv,
    Xlsx,
}

/// The start of a cell for a report: one line, visible characters only.
pub(super) fn excerpt(cell: &str) -> String {
    let mut text: String = cell.chars().take(EXCERPT_CHARS).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if cell.chars().nth(EXCERPT_CHARS).is_some() {
        text.pop();
        text.push('…');
    }
    text
}
