//! Files that hold contacts: built exports, and what is kept of exhibitors that were deleted.
//!
//! They lie in the data directory of the server that made them; each server clears its own.

use crate::app::App;
use crate::exhibitors::keep;
use crate::exports::{Format, files};
use mobile_core::ids::{EventId, ExportId, RegistrationId};
use std::path::PathBuf;

/// Removes the files of exports.
pub async fn remove(app: &App, exports: &[(ExportId, String)]) {
    for (id, format) in exports {
        let Some(format) = Format::from_name(format) else { continue };
        // Most have none any more.
        let _ = tokio::fs::remove_file(files::path(app, *id, format)).await;
    }
}

/// Takes the lines of people out of what is kept of an event's deleted exhibitors.
pub async fn forget_in_kept(app: &App, event: EventId, people: &[RegistrationId]) {
    let ids: Vec<String> = people.iter().map(ToString::to_string).collect();
    for path in kept(app, event).await {
        let Ok(text) = tokio::fs::read_to_string(&path).await else { continue };
        if !ids.iter().any(|id| text.contains(id)) {
            continue;
        }
        let rest: Vec<&str> = text.lines().filter(|line| !ids.iter().any(|id| line.contains(id))).collect();
        let beside = path.with_extension("part");
        let written = async {
            tokio::fs::write(&beside, rest.join("\n") + "\n").await?;
            tokio::fs::rename(&beside, &path).await
        };
        if let Err(error) = written.await {
            tracing::error!(%error, file = %path.display(), "an erased person is still in a kept file; remove it by hand");
        }
    }
}

/// Removes what is kept of an event's deleted exhibitors.
pub async fn remove_kept(app: &App, event: EventId) {
    for path in kept(app, event).await {
        if let Err(error) = tokio::fs::remove_file(&path).await {
            tracing::error!(%error, file = %path.display(), "a kept file could not be removed; remove it by hand");
        }
    }
}

async fn kept(app: &App, event: EventId) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(mut entries) = tokio::fs::read_dir(keep::folder(app)).await else { return found };
    while let Ok(Some(entry)) = entries.next_entry().await {
        if keep::is_of(&entry.file_name().to_string_lossy(), event) {
            found.push(entry.path());
        }
    }
    found
}
