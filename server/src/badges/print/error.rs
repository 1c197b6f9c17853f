//! What can keep a badge from being drawn. Each message names what is wrong and the way out.

use std::fmt;

/// Why badges were not drawn.
#[derive(Debug, Clone, PartialEq)]
pub enum PrintError {
    /// The list of badges was empty.
    NothingToPrint,
    /// The code of one badge cannot be drawn.
    Code { badge_number: String, problem: CodeProblem },
    /// The stock cannot hold a badge.
    Stock(StockProblem),
    /// A picture was asked for at a resolution outside 72 to 1200 dots an inch.
    Resolution { dpi: u32 },
    /// The PDF or PNG writer refused; a defect of ours.
    Writer(String),
}

/// Why a text has no QR symbol, or none that a phone can read at this size.
#[derive(Debug, Clone, PartialEq)]
pub enum CodeProblem {
    Empty,
    /// More than the largest symbol holds.
    TooLong {
        bytes: usize,
    },
    /// The stock leaves too little room: modules would be smaller than two dots at 203 dpi.
    TooDense {
        needs_mm: f32,
        has_mm: f32,
    },
}

/// What is wrong with a stock.
#[derive(Debug, Clone, PartialEq)]
pub enum StockProblem {
    /// The text names no preset and no size.
    Unknown { text: String },
    /// A measure is out of its range, in millimetres (or a count, for columns and rows).
    OutOfRange { field: &'static str, value: f32, least: f32, most: f32 },
    /// What margins, columns and rows leave for one badge is too small.
    CellTooSmall { width_mm: f32, height_mm: f32, least_width_mm: f32, least_height_mm: f32 },
}

impl From<StockProblem> for PrintError {
    fn from(problem: StockProblem) -> Self {
        PrintError::Stock(problem)
    }
}

impl fmt::Display for PrintError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PrintError::NothingToPrint => {
                write!(f, "there is no badge to print: choose at least one")
            }
            PrintError::Code { badge_number, problem } => write!(f, "badge {badge_number}: {problem}"),
            PrintError::Stock(problem) => problem.fmt(f),
            PrintError::Resolution { dpi } => {
                write!(f, "{dpi} dots an inch is out of range: choose 72 to 1200")
            }
            PrintError::Writer(detail) => write!(f, "the badge could not be written: {detail}"),
        }
    }
}

impl fmt::Display for CodeProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CodeProblem::Empty => write!(f, "its code is empty: reissue the badge"),
            CodeProblem::TooLong { bytes } => write!(
                f,
                "its code has {bytes} bytes, more than a QR code holds: reissue the badge with a code of Leadline's own"
            ),
            CodeProblem::TooDense { needs_mm, has_mm } => write!(
                f,
                "its code needs a QR of {needs_mm:.0} mm to be read, and this stock has room for {has_mm:.0} mm: \
                 choose a larger stock, or reissue the badge with a code of Leadline's own"
            ),
        }
    }
}

impl fmt::Display for StockProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StockProblem::Unknown { text } => {
                write!(f, "no stock is called \"{text}\": use a size such as 90x120mm or one of ")?;
                for (at, preset) in super::PRESETS.iter().enumerate() {
                    write!(f, "{}{}", if at == 0 { "" } else { ", " }, preset.name)?;
                }
                Ok(())
            }
            StockProblem::OutOfRange { field, value, least, most } => {
                write!(f, "{field} is {value}: it must lie between {least} and {most}")
            }
            StockProblem::CellTooSmall { width_mm, height_mm, least_width_mm, least_height_mm } => write!(
                f,
                "one badge would be {width_mm:.1} × {height_mm:.1} mm: it needs at least \
                 {least_width_mm} × {least_height_mm} mm; use fewer columns or rows, smaller margins, or a larger page"
            ),
        }
    }
}

impl std::error::Error for PrintError {}
impl std::error::Error for CodeProblem {}
impl std::error::Error for StockProblem {}
