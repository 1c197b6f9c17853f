//! SQLite: one connection that writes, a few that read; [`super::checkpoint`] keeps the log short.

use super::{StorageError, Store};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, Transaction};
use std::path::Path;
use std::time::Duration;

const READERS: u32 = 4;
/// Rows that a reading thread may be ahead of who takes them: a page, so that the two change places
/// once a page and not every fifty rows.
const ROWS_AHEAD: usize = 512;

/// Opens what is there. A command that reads a database makes none, which would look like an empty one.
pub(super) async fn open_existing(path: &Path) -> Result<Store, StorageError> {
    if !path.is_file() {
        return Err(StorageError::Address(format!(
            "is {}, and no database is there: check --data-dir",
            path.display()
        )));
    }
    open(path).await
}

pub(super) async fn open(path: &Path) -> Result<Store, StorageError> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)
            .map_err(|error| StorageError::Address(format!("lies in {}: {error}", parent.display())))?;
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // Acknowledged means on disk: FULL flushes the log at every commit.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
        // Checkpoints are made beside the commits, never inside one.
        .pragma("wal_autocheckpoint", "0")
        .pragma("journal_size_limit", "67108864")
        .pragma("cache_size", "-16384")
        .pragma("temp_store", "MEMORY")
        .statement_cache_capacity(400);
    let write = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(30))
        .test_before_acquire(false)
        .connect_with(options.clone())
        .await?;
    let readers = options
        .create_if_missing(false)
        .pragma("query_only", "1")
        .pragma("cache_size", "-2048")
        .row_buffer_size(ROWS_AHEAD);
    let read = SqlitePoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(Duration::from_secs(30))
        .test_before_acquire(false)
        .connect_with(readers)
        .await?;
    Ok(Store::Sqlite { read, write })
}

pub(super) async fn backup(read: &SqlitePool, file: &Path) -> Result<(), StorageError> {
    if file.exists() {
        return Err(StorageError::Address(format!("cannot be copied to {}: the file exists", file.display())));
    }
    // VACUUM INTO reads one snapshot and writes a compact copy; scans go on meanwhile. A
    // connection that may only query cannot run it, so it gets one of its own.
    let options = (*read.connect_options()).clone().pragma("query_only", "0");
    let copy = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
    sqlx::query("VACUUM INTO $1").bind(file.to_string_lossy().into_owned()).execute(&copy).await?;
    copy.close().await;
    Ok(())
}

/// Begins a transaction that writes. Taking the write lock late, after a read, fails as "database is
/// locked" under load.
///
/// A commit that fails for want of room is rolled back by `SQLite` itself, which sqlx does not learn:
/// it goes on counting a transaction and refuses every other. Such a connection is closed, and a
/// fresh one begins.
pub(super) async fn begin_immediate(pool: &SqlitePool) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
    match pool.begin_with("BEGIN IMMEDIATE").await {
        Err(sqlx::Error::InvalidSavePointStatement) => {
            // Whatever closing it says, it does not come back to the pool.
            let _ = pool.acquire().await?.close().await;
            pool.begin_with("BEGIN IMMEDIATE").await
        }
        begun => begun,
    }
}
