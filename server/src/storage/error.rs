//! What can go wrong with the database, sorted by what the caller can do about it.

use mobile_core::reason::Reason;
use std::fmt;

/// An error of the database.
#[derive(Debug)]
pub enum StorageError {
    /// The address names no database that can be opened.
    Address(String),
    /// The tables could not be brought up to date.
    Migration(sqlx::migrate::MigrateError),
    /// Busy or away: the same thing may work in a moment.
    Transient(sqlx::Error),
    /// The disk is full, or cannot be written: the same thing works once there is room.
    Full(sqlx::Error),
    /// Two transactions met; done again it works.
    Collision(sqlx::Error),
    /// A unique key exists already.
    Taken(sqlx::Error),
    /// A row does not hold what its column promises.
    Corrupt(String),
    /// Anything else: a mistake of ours.
    Other(sqlx::Error),
}

impl StorageError {
    /// The reason that a client is told.
    pub fn reason(&self) -> Reason {
        match self {
            Self::Transient(_) | Self::Full(_) | Self::Collision(_) => Reason::Unavailable,
            Self::Taken(_) => Reason::AlreadyExists,
            Self::Address(_) | Self::Migration(_) | Self::Corrupt(_) | Self::Other(_) => Reason::Internal,
        }
    }

    /// What a client is told, with the way out.
    pub fn detail(&self) -> &'static str {
        match self {
            Self::Full(_) => {
                "The server's disk is full or cannot be written. Nothing that was acknowledged is lost; keep this and send \
                 it again when there is room."
            }
            Self::Transient(_) | Self::Collision(_) => {
                "The database is busy or away. Nothing was lost; send the same request again."
            }
            Self::Taken(_) => "Something with this key exists already.",
            Self::Address(_) | Self::Migration(_) | Self::Corrupt(_) | Self::Other(_) => {
                "The request failed on our side; it was logged under its request id."
            }
        }
    }

    /// After how many seconds the same thing may be tried again.
    pub fn retry_after(&self) -> u32 {
        if matches!(self, Self::Full(_)) { 10 } else { 1 }
    }

    /// Whether everybody's requests fail for it, whatever they hold.
    pub fn is_for_all(&self) -> bool {
        matches!(self, Self::Transient(_) | Self::Full(_))
    }
}

impl fmt::Display for StorageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(detail) => write!(f, "the database address {detail}"),
            Self::Migration(error) => write!(f, "the tables could not be brought up to date: {error}"),
            Self::Corrupt(detail) => write!(f, "a stored value is not what its column promises: {detail}"),
            Self::Transient(error) => write!(f, "the database is busy or away: {error}"),
            Self::Full(error) => write!(f, "the disk is full or cannot be written: {error}"),
            Self::Collision(error) | Self::Taken(error) | Self::Other(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for StorageError {}

impl From<sqlx::Error> for StorageError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Io(_)
            // A connection whose last commit failed is being replaced by a fresh one.
            | sqlx::Error::InvalidSavePointStatement
            | sqlx::Error::BeginFailed
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_) => Self::Transient(error),
            sqlx::Error::Database(database) => {
                let code = database.code().unwrap_or_default();
                if database.is_unique_violation() {
                    return Self::Taken(error);
                }
                match code.as_ref() {
                    "40001" | "40P01" => Self::Collision(error),
                    // PostgreSQL: disk full. SQLite: full, error while writing.
                    "53100" | "13" | "778" => Self::Full(error),
                    // PostgreSQL: connection lost, out of resources, shutting down or starting.
                    code if code.len() == 5 && ["08", "53", "57"].iter().any(|class| code.starts_with(class)) => {
                        Self::Transient(error)
                    }
                    // SQLite: busy, locked, read-only file system, I/O error, cannot open, no turn at the
                    // log's locks; the low byte is the primary code.
                    code if code.len() < 5
                        && code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 8 | 10 | 14 | 15)) =>
                    {
                        Self::Transient(error)
                    }
                    _ => Self::Other(error),
                }
            }
            _ => Self::Other(error),
        }
    }
}
