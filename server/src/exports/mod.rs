//! Exports: what an exhibitor takes home, in the formats that spreadsheets, programs and phones read.
//!
//! `columns` says what stands in each tab; the writers take rows of [`sheet::Cell`] one by one and
//! hold no more than one row, so that any number of rows costs the same memory. [`plan`] fixes what
//! an export holds, [`read`] reads it in pages of short transactions, [`rows`] makes rows of what was
//! read, [`build`] writes files and [`send`] hands bytes over. An export counts as sent once its last
//! byte was handed over; only such exports move the position that `since_last` begins after.

pub mod about;
pub mod api;
pub mod build;
pub mod columns;
pub mod csv;
pub mod files;
pub mod jsonl;
pub mod local_time;
pub mod plan;
pub mod read;
pub mod rows;
pub mod send;
pub mod sheet;
pub mod sheet_names;
pub mod store;
mod told;
pub mod vcard;
pub mod xlsx;

use crate::problem::Problem;
use crate::storage::StorageError;
use mobile_core::ids::ExportId;
use serde::{Deserialize, Serialize};
use sheet::ExportError;
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// Files built at once in one process: each takes a thread and most of a core.
const BUILDS_AT_ONCE: usize = 2;

/// A file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// A workbook with all tabs.
    Xlsx,
    /// Comma-separated values of one tab.
    Csv,
    /// One JSON object a line, of one tab.
    Jsonl,
    /// A card a person.
    Vcf,
}

impl Format {
    /// Its name in addresses, and the ending of its files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Vcf => "vcf",
        }
    }

    /// The format of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Xlsx, Self::Csv, Self::Jsonl, Self::Vcf].into_iter().find(|format| format.as_str() == name)
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Jsonl => "application/jsonl; charset=utf-8",
            Self::Vcf => "text/vcard; charset=utf-8",
        }
    }
}

/// How far an export of this process has come.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    /// Rows written so far.
    pub rows: Arc<AtomicU64>,
    /// Rows that were there to write when it began.
    pub total: u64,
}

/// The exports that this process is building.
#[derive(Debug)]
pub struct Builds {
    room: Arc<Semaphore>,
    running: Mutex<HashMap<ExportId, Progress>>,
}

impl Default for Builds {
    fn default() -> Self {
        Self { room: Arc::new(Semaphore::new(BUILDS_AT_ONCE)), running: Mutex::default() }
    }
}

impl Builds {
    /// How far an export has come, if this process is building it.
    pub fn progress(&self, id: ExportId) -> Option<Progress> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    fn begin(&self, id: ExportId, progress: Progress) {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).insert(id, progress);
    }

    fn end(&self, id: ExportId) {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }
}

/// Why an export ended early.
#[derive(Debug)]
pub enum Trouble {
    /// It could not be read.
    Read(StorageError),
    /// It could not be written.
    Write(ExportError),
    /// Whoever asked may no longer read.
    RightsEnded,
    /// A part of it stopped: the process is shutting down, or a mistake of ours.
    Stopped,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(error) => write!(f, "the leads could not be read: {error}"),
            Self::Write(error) => error.fmt(f),
            Self::RightsEnded => f.write_str("the right to export was withdrawn meanwhile"),
            Self::Stopped => f.write_str("the export was stopped"),
        }
    }
}

impl std::error::Error for Trouble {}

impl From<StorageError> for Trouble {
    fn from(error: StorageError) -> Self {
        Self::Read(error)
    }
}

impl From<sqlx::Error> for Trouble {
    fn from(error: sqlx::Error) -> Self {
        Self::Read(error.into())
    }
}

impl From<ExportError> for Trouble {
    fn from(error: ExportError) -> Self {
        Self::Write(error)
    }
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Self {
        Self::Write(error.into())
    }
}

impl From<Trouble> for Problem {
    fn from(trouble: Trouble) -> Self {
        use mobile_core::reason::Reason;
        match trouble {
            Trouble::Read(error) => error.into(),
            Trouble::RightsEnded => Self::new(Reason::Forbidden, "Your right to export was withdrawn meanwhile."),
            Trouble::Stopped => Self::new(Reason::Unavailable, "The export was stopped. Ask for it again."),
            Trouble::Write(error) => {
                Self::new(Reason::Internal, "The file could not be written; the reason was logged.").caused_by(error)
            }
        }
    }
}
