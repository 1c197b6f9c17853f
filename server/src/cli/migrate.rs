//! `leadline migrate`: bring the tables up to date and stop.

use super::{Ended, Global};
use std::process::ExitCode;

/// Runs the command.
pub async fn run(global: Global) -> Ended {
    let store = global.open().await?;
    tracing::info!(engine = store.engine(), "the tables are up to date");
    store.close().await;
    Ok(ExitCode::SUCCESS)
}
