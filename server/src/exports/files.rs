//! Where built files lie, and for how long. They bear the export's id, which holds 74 random bits,
//! and are reached through the API alone, which asks for the right each time.

use super::Format;
use super::store;
use crate::app::App;
use crate::storage::StorageError;
use mobile_core::ids::ExportId;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// For how long a file can be had again. The feed reaches back further, so that a withdrawal since
/// the file was made is always noticed.
const KEPT: Duration = Duration::from_hours(7 * 24);
/// After this time no process can still be building an export.
const DEAD_MICROS: i64 = 6 * 3600 * 1_000_000;
const SWEPT_EVERY: Duration = Duration::from_hours(1);

fn folder(app: &App) -> PathBuf {
    app.settings.data_dir.join("exports")
}

/// Where the file of an export lies.
pub fn path(app: &App, id: ExportId, format: Format) -> PathBuf {
    folder(app).join(format!("{id}.{}", format.as_str()))
}

/// The exports of which this server has a file.
pub async fn ids(app: &App) -> Vec<ExportId> {
    let mut found = Vec::new();
    let Ok(mut entries) = tokio::fs::read_dir(folder(app)).await else { return found };
    while let Ok(Some(entry)) = entries.next_entry().await {
        let name = entry.file_name();
        found.extend(name.to_str().and_then(|name| name.split('.').next()?.parse::<ExportId>().ok()));
    }
    found
}

/// Removes old files every hour, and gives up what a process that was killed left half-built.
pub async fn keep(app: App) {
    let mut rounds = app.rounds(SWEPT_EVERY).after_a_pause();
    while rounds.next().await {
        let folder = folder(&app);
        let swept = tokio::task::spawn_blocking(move || sweep(&folder, KEPT)).await;
        if let Ok(Err(error)) = swept {
            tracing::warn!(%error, "old exports could not be removed");
        }
        if let Err(error) = give_up(&app).await {
            tracing::warn!(%error, "exports that nobody builds any more could not be given up");
        }
    }
}

/// Gives up the exports of processes that are gone.
pub async fn give_up(app: &App) -> Result<u64, StorageError> {
    let mut tx = app.write().await?;
    let given_up = store::give_up(&mut tx, app.now().plus_micros(-DEAD_MICROS)).await?;
    tx.commit(&app.hub).await?;
    Ok(given_up)
}

/// Removes files that are older than `age`, and gives their number.
pub fn sweep(folder: &Path, age: Duration) -> std::io::Result<u64> {
    let mut removed = 0;
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let metadata = entry.metadata()?;
        // A file in the future was written by another clock; it grows old too.
        let old = metadata.modified()?.elapsed().unwrap_or_default() >= age;
        if metadata.is_file() && old {
            std::fs::remove_file(entry.path())?;
            removed += 1;
        }
    }
    Ok(removed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_files_are_removed_and_fresh_ones_stay() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.xlsx"), "x").unwrap();
        assert_eq!(sweep(folder.path(), Duration::from_hours(1)).unwrap(), 0);
        assert_eq!(sweep(folder.path(), Duration::ZERO).unwrap(), 1);
        assert_eq!(sweep(&folder.path().join("none"), KEPT).unwrap(), 0);
    }
}
