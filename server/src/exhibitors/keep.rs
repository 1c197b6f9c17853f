//! The file that stays when an exhibitor with leads is deleted: one lead a line, as its team saw it.
//!
//! It lies in `kept-exports` of the data directory and is on the disk before anything is deleted.

use super::store::{self, ExhibitorRow};
use crate::access::ExportScope;
use crate::app::App;
use crate::events::cache::{EventInfo, Names};
use crate::leads::view;
use crate::problem::Problem;
use crate::storage::{StorageError, Tx};
use mobile_core::ids::{EventId, LeadId};
use mobile_core::reason::Reason;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::fs::{File, create_dir_all};
use tokio::io::{AsyncWriteExt as _, BufWriter};

const DIRECTORY: &str = "kept-exports";
/// Characters of an id.
const ID_CHARS: usize = 36;

/// Where the files lie.
pub fn folder(app: &App) -> PathBuf {
    app.settings.data_dir.join(DIRECTORY)
}

/// The event of whose exhibitor a file is kept: its id ends the name.
pub fn event_of(file: &str) -> Option<EventId> {
    let name = file.strip_suffix(".jsonl")?;
    name.get(name.len().checked_sub(ID_CHARS)?..)?.parse().ok()
}

/// What leads are shown with. Read before the transaction that deletes, which then needs no second
/// connection.
#[derive(Debug)]
pub(super) struct Shown {
    event: Arc<EventInfo>,
    names: Arc<Names>,
}

impl Shown {
    pub(super) async fn load(app: &App, event: EventId) -> Result<Self, StorageError> {
        Ok(Self { event: app.events.info(app, event).await?, names: app.events.names(app, event).await? })
    }
}

/// Writes a space's leads to a file and gives its path.
pub(super) async fn leads(
    app: &App,
    tx: &mut Tx,
    space: &ExportScope,
    exhibitor: &ExhibitorRow,
    shown: &Shown,
) -> Result<PathBuf, Problem> {
    let folder = folder(app);
    create_dir_all(&folder).await.map_err(not_written)?;
    let file =
        folder.join(format!("{}-{}-{}-{}.jsonl", shown.event.slug, exhibitor.slug, exhibitor.id, shown.event.id));
    let mut output = BufWriter::new(File::create(&file).await.map_err(not_written)?);
    let mut after: Option<LeadId> = None;
    loop {
        let rows = store::leads_after(tx, space, after, 500).await?;
        let Some(last) = rows.last() else { break };
        after = Some(last.id);
        for row in &rows {
            let mut line = serde_json::to_vec(&view::render(row, &shown.event, &shown.names)).unwrap_or_default();
            line.push(b'\n');
            output.write_all(&line).await.map_err(not_written)?;
        }
    }
    output.flush().await.map_err(not_written)?;
    output.get_ref().sync_all().await.map_err(not_written)?;
    tracing::info!(file = %file.display(), "kept the leads of an exhibitor that is deleted");
    Ok(file)
}

fn not_written(error: std::io::Error) -> Problem {
    let detail = "The export that is kept when an exhibitor is deleted could not be written, so nothing was deleted.";
    Problem::new(Reason::Internal, detail).caused_by(error)
}
