//! PostgreSQL: one pool a node.

use super::{StorageError, Store};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use std::time::Duration;

const CONNECTIONS: u32 = 12;

/// Begins a transaction that writes. What it reads, it reads by key, a few rows of large tables: a
/// planner that has no statistics of a fresh table yet would read the whole of it for each group of
/// scans, which made them ten times slower.
pub(super) const WRITE: &str = "BEGIN; SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; \
    SET LOCAL enable_mergejoin = off";

/// A pool of one connection that opens at its first use, for statements that go by keys and differ
/// only in their values: planning each anew would take longer than running it.
pub(super) fn apart(pool: &PgPool) -> PgPool {
    let options = (*pool.connect_options()).clone().options([("plan_cache_mode", "force_generic_plan")]);
    PgPoolOptions::new().max_connections(1).acquire_timeout(Duration::from_secs(5)).connect_lazy_with(options)
}

/// Tables that have grown by half, and by more than a few rows, since the planner last looked at them.
const GROWN: &str = "SELECT quote_ident(s.schemaname) || '.' || quote_ident(s.relname) FROM pg_stat_user_tables s \
    JOIN pg_class c ON c.oid = s.relid WHERE s.n_mod_since_analyze > 200 + c.reltuples / 2";

/// Has the planner look at tables that grow fast.
///
/// The database does so itself, once a minute. That is too late for the first minute of an event: of
/// a table without statistics it believes that every index finds one row, takes any, and walks all
/// leads of the event for each badge of a group. Ends when the pool is closed.
pub(super) async fn analyze_what_grows(pool: &PgPool) {
    while !pool.is_closed() {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let grown: Vec<String> = sqlx::query_scalar(GROWN).fetch_all(pool).await.unwrap_or_default();
        for table in grown {
            let statement = sqlx::AssertSqlSafe(format!("ANALYZE {table}"));
            if let Err(error) = sqlx::query(statement).execute(pool).await {
                tracing::debug!(%error, table, "could not be analyzed; it is tried again");
            }
        }
    }
}

pub(super) async fn open(url: &str) -> Result<Store, StorageError> {
    let options: PgConnectOptions =
        url.parse().map_err(|error| StorageError::Address(format!("cannot be read: {error}")))?;
    // Statements are short: compiling them would take longer than running them.
    let options = options.application_name("leadline").options([("jit", "off")]).statement_cache_capacity(400);
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(Duration::from_secs(5))
        .idle_timeout(Duration::from_mins(1))
        .connect_with(options)
        .await?;
    Ok(Store::Postgres(pool))
}
