//! Rows as the engine gave them, to be taken apart elsewhere than where they are read.

use super::StorageError;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Decode, FromRow, Postgres, Row as _, Sqlite, Type};

/// What a statement found. Reading is the engine's work and decoding ours: who reads page after page
/// can have the next page read while this one is decoded.
pub enum Fetched {
    /// Of SQLite.
    Sqlite(Vec<SqliteRow>),
    /// Of PostgreSQL.
    Postgres(Vec<PgRow>),
}

impl From<Vec<SqliteRow>> for Fetched {
    fn from(rows: Vec<SqliteRow>) -> Self {
        Self::Sqlite(rows)
    }
}

impl From<Vec<PgRow>> for Fetched {
    fn from(rows: Vec<PgRow>) -> Self {
        Self::Postgres(rows)
    }
}

impl std::fmt::Debug for Fetched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} rows", self.count())
    }
}

impl Fetched {
    /// How many rows there are.
    pub fn count(&self) -> usize {
        match self {
            Self::Sqlite(rows) => rows.len(),
            Self::Postgres(rows) => rows.len(),
        }
    }

    /// A column of the last row, where there is one.
    pub fn last<T>(&self, column: &str) -> Result<Option<T>, StorageError>
    where
        T: for<'r> Decode<'r, Sqlite> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + Type<Postgres>,
    {
        Ok(match self {
            Self::Sqlite(rows) => rows.last().map(|row| row.try_get(column)).transpose(),
            Self::Postgres(rows) => rows.last().map(|row| row.try_get(column)).transpose(),
        }?)
    }

    /// The rows, taken apart.
    pub fn decode<T>(&self) -> Result<Vec<T>, StorageError>
    where
        T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow>,
    {
        Ok(match self {
            Self::Sqlite(rows) => rows.iter().map(T::from_row).collect::<Result<_, _>>(),
            Self::Postgres(rows) => rows.iter().map(T::from_row).collect::<Result<_, _>>(),
        }?)
    }
}
