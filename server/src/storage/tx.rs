//! A transaction on either engine, and what it will announce when it commits: the feed heads it moved,
//! and a task that has work now.

use super::StorageError;
use crate::affected;
use crate::feed::hub::Hub;
use mobile_core::ids::EventId;
use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection, Transaction};
use std::sync::Arc;
use tokio::sync::Notify;

#[derive(Debug)]
enum Held {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// The connection a statement runs on.
#[derive(Debug)]
pub enum Conn<'t> {
    /// SQLite.
    Sqlite(&'t mut SqliteConnection),
    /// PostgreSQL.
    Postgres(&'t mut PgConnection),
}

/// A transaction. Dropped without a commit, it rolls back.
#[derive(Debug)]
pub struct Tx {
    held: Held,
    heads: Vec<(EventId, u64)>,
    wakes: Option<Arc<Notify>>,
}

impl Tx {
    pub(super) fn sqlite(tx: Transaction<'static, Sqlite>) -> Self {
        Self { held: Held::Sqlite(tx), heads: Vec::new(), wakes: None }
    }

    pub(super) fn postgres(tx: Transaction<'static, Postgres>) -> Self {
        Self { held: Held::Postgres(tx), heads: Vec::new(), wakes: None }
    }

    /// The connection, for the statement macros.
    pub fn conn(&mut self) -> Conn<'_> {
        match &mut self.held {
            Held::Sqlite(tx) => Conn::Sqlite(tx),
            Held::Postgres(tx) => Conn::Postgres(tx),
        }
    }

    /// A name as `->` takes it for a key, whatever it holds: SQLite reads some names as paths.
    pub fn json_key(&self, name: &str) -> String {
        match &self.held {
            Held::Sqlite(_) => format!("$.{}", serde_json::Value::from(name)),
            Held::Postgres(_) => name.to_owned(),
        }
    }

    /// Remembers that this transaction moved an event's feed to a new head.
    pub fn moved_head(&mut self, event: EventId, seq: u64) {
        self.heads.push((event, seq));
    }

    /// Remembers a task that has something to do once this is committed.
    pub fn wakes(&mut self, task: &Arc<Notify>) {
        self.wakes = Some(Arc::clone(task));
    }

    /// Commits, then tells the hub where the feeds are now.
    ///
    /// On a task of its own: whoever waits for it goes away when a client does, and what was committed
    /// is told to those who stay.
    pub async fn commit(self, hub: &Hub) -> Result<(), StorageError> {
        let hub = hub.clone();
        let committing = tokio::spawn(async move {
            match self.held {
                Held::Sqlite(tx) => tx.commit().await?,
                Held::Postgres(tx) => tx.commit().await?,
            }
            hub.announce(&self.heads);
            if let Some(task) = self.wakes {
                task.notify_one();
            }
            Ok(())
        });
        // Cancelled with its runtime, it says nothing of what became of it.
        committing.await.unwrap_or_else(|_| Err(StorageError::Transient(sqlx::Error::WorkerCrashed)))
    }

    /// Ends a reading transaction, handing its connection back at once.
    pub async fn done(self) -> Result<(), StorageError> {
        match self.held {
            Held::Sqlite(tx) => tx.rollback().await?,
            Held::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }

    /// Marks a place to come back to when a part of this transaction fails.
    pub async fn savepoint(&mut self) -> Result<(), StorageError> {
        affected!(self, sqlx::query("SAVEPOINT part"))?;
        Ok(())
    }

    /// Keeps what was done since [`Tx::savepoint`].
    pub async fn release(&mut self) -> Result<(), StorageError> {
        affected!(self, sqlx::query("RELEASE SAVEPOINT part"))?;
        Ok(())
    }

    /// Undoes what was done since [`Tx::savepoint`].
    pub async fn undo(&mut self) -> Result<(), StorageError> {
        affected!(self, sqlx::query("ROLLBACK TO SAVEPOINT part"))?;
        affected!(self, sqlx::query("RELEASE SAVEPOINT part"))?;
        Ok(())
    }

    /// Says that this transaction matches codes to badges of the event, as captures do.
    ///
    /// Without it, on PostgreSQL, a scan and the import that brings its badge could each miss the
    /// other's uncommitted row. SQLite has one writer at a time and needs nothing.
    pub async fn reads_badges(&mut self, event: EventId) -> Result<(), StorageError> {
        if let Conn::Postgres(conn) = self.conn() {
            sqlx::query("SELECT pg_advisory_xact_lock_shared($1)").bind(lock_key(event)).execute(conn).await?;
        }
        Ok(())
    }

    /// Says that this transaction adds or moves badges of the event; waits for scans under way.
    pub async fn changes_badges(&mut self, event: EventId) -> Result<(), StorageError> {
        if let Conn::Postgres(conn) = self.conn() {
            sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(lock_key(event)).execute(conn).await?;
        }
        Ok(())
    }

    /// Whether rows that are read to be written need to be locked by name (`FOR UPDATE`).
    pub fn locks_rows(&self) -> bool {
        matches!(self.held, Held::Postgres(_))
    }
}

/// The random half of the id: two events share a lock once in 2^62.
fn lock_key(event: EventId) -> i64 {
    (event.0.as_u64_pair().1 >> 1) as i64
}
