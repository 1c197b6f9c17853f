//! The two engines behind one face: SQLite embedded, PostgreSQL for several nodes.
//!
//! A slice's `store.rs` writes one statement with `$1` parameters and runs it with [`sql!`],
//! [`affected!`] or [`sql_built!`] on whatever engine its [`Tx`] belongs to. Nothing here knows a
//! table of any slice. Why it is like this: `docs/decisions/0001-two-engines-one-statement.md`.

mod checkpoint;
pub mod cursor;
mod error;
mod fetched;
pub mod notify;
mod postgres;
mod sqlite;
mod tx;

pub use error::StorageError;
pub use fetched::Fetched;
pub use tx::{Conn, Tx};

use sqlx::migrate::Migrator;
use std::path::{Path, PathBuf};

static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("../migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("../migrations/postgres");

/// The database, open. Cloning shares the pools.
#[derive(Clone, Debug)]
pub enum Store {
    /// One file: many readers, one writer.
    Sqlite {
        /// Read-only connections.
        read: sqlx::SqlitePool,
        /// The one connection that writes.
        write: sqlx::SqlitePool,
    },
    /// A PostgreSQL server, shared by several nodes.
    Postgres(sqlx::PgPool),
}

fn sqlite_path(url: &str) -> Option<&str> {
    url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"))
}

/// The file of an address of SQLite; none for a server.
pub fn sqlite_file(url: &str, data_dir: &Path) -> Option<PathBuf> {
    sqlite_path(url).map(|path| data_dir.join(path))
}

impl Store {
    /// Opens the database of an address and brings its tables up to date.
    ///
    /// `sqlite://relative/path.db` lies in `data_dir`; `sqlite:///absolute/path.db` where it says;
    /// `postgres://…` is a server.
    pub async fn open(url: &str, data_dir: &Path) -> Result<Self, StorageError> {
        let store = Self::connect(url, data_dir).await?;
        store.migrate().await?;
        Ok(store)
    }

    /// As [`Store::open`], but makes no database where none is.
    pub async fn open_existing(url: &str, data_dir: &Path) -> Result<Self, StorageError> {
        match sqlite_path(url) {
            Some(path) => {
                let store = sqlite::open_existing(&data_dir.join(path)).await?;
                store.migrate().await?;
                Ok(store)
            }
            None => Self::open(url, data_dir).await,
        }
    }

    async fn connect(url: &str, data_dir: &Path) -> Result<Self, StorageError> {
        if let Some(path) = sqlite_path(url) {
            sqlite::open(&data_dir.join(path)).await
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            postgres::open(url).await
        } else {
            Err(StorageError::Address("must begin with sqlite:// or postgres://".into()))
        }
    }

    async fn migrate(&self) -> Result<(), StorageError> {
        match self {
            Self::Sqlite { write, .. } => SQLITE_MIGRATIONS.run(write).await,
            Self::Postgres(pool) => POSTGRES_MIGRATIONS.run(pool).await,
        }
        .map_err(StorageError::Migration)
    }

    /// Begins a transaction that may write.
    pub async fn write(&self) -> Result<Tx, StorageError> {
        match self {
            Self::Sqlite { write, .. } => Ok(Tx::sqlite(sqlite::begin_immediate(write).await?)),
            Self::Postgres(pool) => Ok(Tx::postgres(pool.begin_with(postgres::WRITE).await?)),
        }
    }

    /// Begins a transaction that only reads, from one snapshot.
    pub async fn read(&self) -> Result<Tx, StorageError> {
        match self {
            Self::Sqlite { read, .. } => Ok(Tx::sqlite(read.begin().await?)),
            Self::Postgres(pool) => {
                Ok(Tx::postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?))
            }
        }
    }

    /// The same database for a thread that waits for nothing else: on PostgreSQL by a connection that
    /// this thread's runtime listens on.
    pub fn apart(&self) -> Self {
        match self {
            Self::Sqlite { .. } => self.clone(),
            Self::Postgres(pool) => Self::Postgres(postgres::apart(pool)),
        }
    }

    /// The engine's name, for logs and pages.
    pub fn engine(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }

    /// Writes a consistent copy of an SQLite database to a new file while the server goes on.
    ///
    /// # Errors
    /// On PostgreSQL, whose own tool does this better, and when the file exists.
    pub async fn backup(&self, file: &Path) -> Result<(), StorageError> {
        match self {
            Self::Sqlite { read, .. } => sqlite::backup(read, file).await,
            Self::Postgres(_) => Err(StorageError::Address(
                "is PostgreSQL: use pg_dump, which takes a consistent copy of a running database".into(),
            )),
        }
    }

    /// Keeps the write-ahead log of SQLite short and PostgreSQL's knowledge of young tables true.
    pub async fn maintain(&self) {
        match self {
            Self::Sqlite { write, .. } => checkpoint::now_and_then(write).await,
            Self::Postgres(pool) => postgres::analyze_what_grows(pool).await,
        }
    }

    /// Closes the pools; what was begun ends first.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Compiles the one query for each driver and runs it on the engine this transaction belongs to.
///
/// `sql!(tx, conn => sqlx::query_as("SELECT …").bind(id).fetch_all(conn))?`
#[macro_export]
macro_rules! sql {
    ($tx:expr, $conn:ident => $query:expr) => {
        match $tx.conn() {
            $crate::storage::Conn::Sqlite($conn) => $query.await,
            $crate::storage::Conn::Postgres($conn) => $query.await,
        }
    };
}

/// Runs a statement on either engine and gives the number of rows it touched, or the error.
#[macro_export]
macro_rules! affected {
    ($tx:expr, $query:expr) => {
        match $tx.conn() {
            $crate::storage::Conn::Sqlite(conn) => $query.execute(conn).await.map(|done| done.rows_affected()),
            $crate::storage::Conn::Postgres(conn) => $query.execute(conn).await.map(|done| done.rows_affected()),
        }
    };
}

/// As [`sql!`], for a statement whose number of parameters is known only when it runs.
///
/// `sql_built!(tx, conn, query = "SELECT … WHERE id IN (" => { … push … }, query.build().fetch_all(conn))?`
#[macro_export]
macro_rules! sql_built {
    ($tx:expr, $conn:ident, $query:ident = $start:expr => $fill:block, $run:expr) => {
        match $tx.conn() {
            $crate::storage::Conn::Sqlite($conn) => {
                let mut $query = sqlx::QueryBuilder::<sqlx::Sqlite>::new($start);
                $fill
                $run.await
            }
            $crate::storage::Conn::Postgres($conn) => {
                let mut $query = sqlx::QueryBuilder::<sqlx::Postgres>::new($start);
                $fill
                $run.await
            }
        }
    };
}

/// Begins a statement with the keys it looks for: `WITH wanted(space_id, sought) AS (VALUES …)`.
///
/// The statement goes on with its columns and [`push_found!`]. A list of row values,
/// `(a, b) IN (VALUES …)`, would read better, but SQLite's planner then takes neither column to the
/// index and walks the whole event for every statement.
#[macro_export]
macro_rules! push_wanted {
    ($query:ident, $keys:expr) => {
        $query.push("WITH wanted(space_id, sought) AS (");
        $query.push_values($keys, |mut row, (space, key)| {
            row.push_bind(*space).push_bind(key.clone());
        });
        $query.push(") ");
    };
}

/// The rows of a table that the keys of [`push_wanted!`] find by a column: `FROM wanted CROSS JOIN …`.
///
/// Each key goes to the index by itself, whatever the planner believes of the table. PostgreSQL
/// knows nothing of a young table and would rather walk all rows of the event once and compare each
/// with every key, which is the wrong way round from some hundred rows on; a subquery that cannot be
/// merged into the statement leaves it no choice. Rows to be written are locked in the order of the keys.
#[macro_export]
macro_rules! push_found {
    ($query:ident, $event:expr, $table:literal $alias:literal by $column:expr, $is_locked:expr) => {
        if $crate::storage::has_lateral(&$query) {
            $query.push(concat!("FROM wanted CROSS JOIN LATERAL (SELECT * FROM ", $table, " WHERE event_id = "));
            $query
                .push_bind($event)
                .push(" AND space_id = wanted.space_id AND ")
                .push($column)
                .push(" = wanted.sought");
            $query.push(if $is_locked { " FOR UPDATE) " } else { " OFFSET 0) " }).push($alias).push(" ");
        } else {
            $query.push(concat!("FROM wanted CROSS JOIN ", $table, " ", $alias, " ON ", $alias, ".event_id = "));
            $query.push_bind($event).push(concat!(" AND ", $alias, ".space_id = wanted.space_id AND ", $alias, "."));
            $query.push($column).push(" = wanted.sought ");
        }
    };
}

/// Whether the engine of a statement knows `LATERAL`; SQLite does not, and keeps to the order of a
/// `CROSS JOIN` without it.
pub fn has_lateral<DB: sqlx::Database>(_: &sqlx::QueryBuilder<DB>) -> bool {
    DB::NAME == <sqlx::Postgres as sqlx::Database>::NAME
}

/// How many rows a statement takes, so that multi-row statements come in few shapes and stay in each
/// connection's cache of prepared statements. A run is a journey to the database: the steps between the
/// powers of two save a third of them.
const SHAPES: [usize; 14] = [128, 96, 64, 48, 32, 24, 16, 12, 8, 6, 4, 3, 2, 1];

/// Splits rows to write into as few runs of those sizes as there can be.
pub fn runs<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let size = SHAPES.into_iter().find(|size| *size <= rows.len())?;
        let (run, rest) = rows.split_at(size);
        rows = rest;
        Some(run)
    })
}

/// Splits keys to look up into runs of those sizes, one for up to 128 keys: the last run is filled up
/// with its last key, which is then looked up again. What is joined to keys may come as often as they do.
pub fn lookups<T: Clone>(keys: &[T]) -> impl Iterator<Item = Vec<T>> {
    keys.chunks(SHAPES[0]).map(|run| {
        let size = SHAPES.into_iter().rev().find(|size| *size >= run.len()).unwrap_or(run.len());
        let filling = run.last().into_iter().cycle().take(size - run.len());
        run.iter().chain(filling).cloned().collect()
    })
}

/// How SQLite would run a statement, a step a line, for tests: what it looks up it must reach by a whole key.
#[cfg(test)]
pub(crate) async fn plan_of(statement: &str) -> Vec<String> {
    let dir = tempfile::tempdir().expect("a temporary directory can be made");
    let store = Store::open("sqlite://plans.db", dir.path()).await.expect("a fresh database opens");
    let Store::Sqlite { read, .. } = &store else { unreachable!("the address says SQLite") };
    let explained = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
    let steps: Vec<(i64, i64, i64, String)> =
        sqlx::query_as(explained).fetch_all(read).await.expect("the statement can be prepared");
    store.close().await;
    steps.into_iter().map(|step| step.3).collect()
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn keys_that_are_looked_for_reach_their_index_whole() {
        let dir = tempfile::tempdir().unwrap();
        let store = super::Store::open("sqlite://plans.db", dir.path()).await.unwrap();
        let super::Store::Sqlite { read, .. } = &store else { unreachable!("the address says SQLite") };
        for (table, column) in [
            ("lead", "id"),
            ("lead", "registration_id"),
            ("lead", "code_hash"),
            ("lead_alias", "alias_id"),
            ("capture", "id"),
            ("device_queue", "queue_id"),
        ] {
            let mut query = sqlx::QueryBuilder::<sqlx::Sqlite>::new("EXPLAIN QUERY PLAN ");
            push_wanted!(query, &[(1_i64, 2_i64), (3, 4)]);
            query.push(format!(
                "SELECT 1 FROM wanted CROSS JOIN {table} t ON t.event_id = x'00' AND t.space_id = wanted.space_id \
                 AND t.{column} = wanted.sought"
            ));
            let plan: Vec<(i64, i64, i64, String)> = query.build_query_as().fetch_all(read).await.unwrap();
            let reached = format!("(event_id=? AND space_id=? AND {column}=?)");
            assert!(plan.iter().any(|step| step.3.contains(&reached)), "{table}.{column}: {plan:?}");
        }
        store.close().await;
    }

    #[test]
    fn runs_hold_every_row_once_in_order() {
        for count in 0..300_usize {
            let rows: Vec<usize> = (0..count).collect();
            assert_eq!(super::runs(&rows).flatten().copied().collect::<Vec<_>>(), rows);
        }
    }

    #[test]
    fn lookups_hold_every_key_and_take_one_journey_for_up_to_128() {
        for count in 0..300_usize {
            let keys: Vec<usize> = (0..count).collect();
            let looked_up: Vec<Vec<usize>> = super::lookups(&keys).collect();
            assert_eq!(looked_up.len(), count.div_ceil(128));
            assert!(looked_up.iter().all(|run| super::SHAPES.contains(&run.len())));
            let mut found = looked_up.concat();
            found.dedup();
            assert_eq!(found, keys);
        }
    }
}
