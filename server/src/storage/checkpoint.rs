//! Keeping SQLite's write-ahead log short without keeping scans waiting.
//!
//! A checkpoint copies the log's pages to their places in the database: in a large event, thousands of small
//! writes all over the file, a second's work for 64 MiB. The log begins anew only once all of it was copied
//! and nobody has written since. So it is copied in rounds beside the commits, each for what was committed
//! during the one before, and commits wait for the small rest alone.

use sqlx::sqlite::{SqliteConnection, SqlitePool};
use sqlx::{ConnectOptions as _, Connection as _};
use std::path::PathBuf;
use std::time::Duration;

/// Past this size of the log a checkpoint is made even while scans come in.
const LOG_LIMIT: u64 = 64 << 20;
/// So few pages of 4 KiB may commits wait for.
const REST: i64 = 1024;
/// After so many rounds commits wait, however much is left: the log must not grow for ever.
const ROUNDS: usize = 12;

/// Ends when the pool is closed.
pub(super) async fn now_and_then(write: &SqlitePool) {
    let mut log: PathBuf = write.connect_options().get_filename().to_path_buf();
    log.as_mut_os_string().push("-wal");
    let (mut seen, mut kept) = (0, 0);
    while !write.is_closed() {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let Ok(size) = std::fs::metadata(&log).map(|file| file.len()) else { continue };
        let is_idle = size == seen;
        seen = size;
        // The file keeps its size after a checkpoint, so an idle one is done once.
        if size == kept || !(is_idle || size > LOG_LIMIT) {
            continue;
        }
        match checkpoint(write).await {
            Ok(()) => kept = std::fs::metadata(&log).map_or(size, |file| file.len()),
            Err(sqlx::Error::PoolClosed) => return,
            Err(error) => tracing::warn!(%error, "the write-ahead log could not be checkpointed"),
        }
    }
}

/// Copies all of the log but for what a reader still needs.
async fn checkpoint(write: &SqlitePool) -> Result<(), sqlx::Error> {
    // It reads the log and nothing else. That a round takes seconds on a slow disk is no news.
    let options = (*write.connect_options()).clone().create_if_missing(false).pragma("cache_size", "-64");
    let options = options.disable_statement_logging();
    let mut beside = SqliteConnection::connect_with(&options).await?;
    let mut before = 0;
    for _ in 0..ROUNDS {
        let (in_log, copied) = round(&mut beside).await?;
        // A reader that began long ago holds up whoever goes on: later rounds find the same end.
        let is_held_up = copied < in_log;
        if in_log - before <= REST || is_held_up {
            break;
        }
        before = copied;
    }
    beside.close().await?;
    let mut waiting = write.acquire().await?;
    round(&mut waiting).await?;
    Ok(())
}

/// Copies what is in the log now. The pages in the log, and how many of them were copied by now.
async fn round(connection: &mut SqliteConnection) -> Result<(i64, i64), sqlx::Error> {
    let (_is_busy, in_log, copied): (i64, i64, i64) =
        sqlx::query_as("PRAGMA wal_checkpoint(PASSIVE)").fetch_one(connection).await?;
    Ok((in_log, copied))
}

#[cfg(test)]
mod tests {
    use super::{REST, checkpoint, round};
    use crate::storage::Store;

    /// The log must begin anew, or it grows for as long as scans come in.
    #[tokio::test]
    async fn after_a_checkpoint_the_log_begins_anew() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open("sqlite://log.db", dir.path()).await.unwrap();
        let Store::Sqlite { write, .. } = &store else { unreachable!("the address says SQLite") };
        let mut connection = write.acquire().await.unwrap();
        sqlx::query("CREATE TABLE much (text TEXT NOT NULL)").execute(&mut *connection).await.unwrap();
        for _ in 0..2 {
            let pages = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) \
                         INSERT INTO much SELECT hex(zeroblob(2000)) FROM n";
            sqlx::query(pages).bind(REST + 100).execute(&mut *connection).await.unwrap();
            drop(connection);
            checkpoint(write).await.unwrap();
            connection = write.acquire().await.unwrap();
            let (in_log, copied) = round(&mut connection).await.unwrap();
            assert!(in_log > REST, "{in_log}");
            assert_eq!(in_log, copied);
            sqlx::query("INSERT INTO much VALUES ('y')").execute(&mut *connection).await.unwrap();
            let (in_log, _) = round(&mut connection).await.unwrap();
            assert!(in_log < 100, "{in_log}");
        }
        drop(connection);
        store.close().await;
    }
}
