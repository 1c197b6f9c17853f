//! Throwing away entries of the feed that nobody can ask for any more.

use super::store;
use crate::app::App;
use crate::storage::StorageError;
use std::time::Duration;

/// Entries are kept for 8 days, a day more than is promised.
const KEPT_MICROS: i64 = 8 * 24 * 3600 * 1_000_000;
/// Entries kept however old they are, unless the settings say otherwise.
const KEPT_ROWS: u64 = 100_000;

/// Prunes every hour, for as long as the server runs.
pub async fn run(app: App) {
    let mut rounds = app.rounds(Duration::from_hours(1)).after_a_pause();
    while rounds.next().await {
        if let Err(error) = prune(&app).await {
            tracing::warn!(%error, "old entries of the feed could not be thrown away");
        }
    }
}

/// Prunes every event's feed once.
pub async fn prune(app: &App) -> Result<(), StorageError> {
    let before = app.now().plus_micros(-KEPT_MICROS);
    let keep = app.settings.feed_keep_rows.unwrap_or(KEPT_ROWS);
    for (event, _) in store::heads(&app.store).await? {
        let mut tx = app.write().await?;
        let gone = store::prune(&mut tx, event, before, keep).await?;
        tx.commit(&app.hub).await?;
        if gone > 0 {
            tracing::info!(%event, gone, "threw away old entries of the feed");
        }
    }
    Ok(())
}
