//! PostgreSQL: one pool a node.

use super::{StorageError, Store};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::time::Duration;

const CONNECTIONS: u32 = 12;

pub(super) async fn open(url: &str) -> Result<Store, StorageError> {
    let options: PgConnectOptions =
        url.parse().map_err(|error| StorageError::Address(format!("cannot be read: {error}")))?;
    let options = options.application_name("leadline").statement_cache_capacity(200);
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(Duration::from_secs(5))
        .idle_timeout(Duration::from_mins(1))
        .connect_with(options)
        .await?;
    Ok(Store::Postgres(pool))
}
