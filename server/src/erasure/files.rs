//! Files that hold contacts: built exports, and what is kept of exhibitors that were deleted.
//!
//! They lie in the data directory of the server that made them; each server clears its own. The one that
//! erases somebody does so at once, the others when they next look ([`follow`]).

use super::store::elsewhere;
use crate::app::App;
use crate::exhibitors::keep;
use crate::exports::{Format, files};
use crate::storage::StorageError;
use mobile_core::ids::{EventId, ExportId, RegistrationId};
use mobile_core::time::Timestamp;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

/// How often a server looks what the others erased.
const EVERY: Duration = Duration::from_mins(1);
/// By how much the clocks of two servers, and a transaction's begin and end, may lie apart.
const OVERLAP_MICROS: i64 = 3600 * 1_000_000;

/// Clears this server's files of what others erased, for as long as it runs; at first of everything
/// that was erased while it did not run.
pub async fn run(app: App) {
    let mut rounds = app.rounds(EVERY);
    let mut since = Timestamp::default();
    while rounds.next().await {
        let now = app.now();
        match follow(&app, since).await {
            Ok(()) => since = now.plus_micros(-OVERLAP_MICROS),
            Err(error) => tracing::warn!(%error, "files of erased people could not be looked for; trying again"),
        }
    }
}

/// Clears this server's files of whoever was erased since a time, by whichever server.
pub async fn follow(app: &App, since: Timestamp) -> Result<(), StorageError> {
    let exports = files::ids(app).await;
    let events: BTreeSet<EventId> = names(app).await.iter().filter_map(|name| keep::event_of(name)).collect();
    if exports.is_empty() && events.is_empty() {
        return Ok(());
    }
    let mut tx = app.read().await?;
    let outlived = elsewhere::outlived(&mut tx, &exports).await?;
    let (mut over, mut erased) = (Vec::new(), Vec::new());
    for event in events {
        if elsewhere::are_contacts_gone(&mut tx, event).await? {
            over.push(event);
        } else {
            erased.push((event, elsewhere::erased_since(&mut tx, event, since).await?));
        }
    }
    tx.done().await?;
    remove(app, &outlived).await;
    for event in over {
        remove_kept(app, event).await;
    }
    for (event, people) in erased.into_iter().filter(|(_, people)| !people.is_empty()) {
        forget_in_kept(app, event, &people).await;
    }
    Ok(())
}

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
    let folder = keep::folder(app);
    let own = names(app).await.into_iter().filter(|name| keep::event_of(name) == Some(event));
    own.map(|name| folder.join(name)).collect()
}

/// The names of the kept files.
async fn names(app: &App) -> Vec<String> {
    let mut found = Vec::new();
    let Ok(mut entries) = tokio::fs::read_dir(keep::folder(app)).await else { return found };
    while let Ok(Some(entry)) = entries.next_entry().await {
        found.extend(entry.file_name().into_string());
    }
    found
}
