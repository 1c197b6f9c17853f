//! `leadline backup FILE` and `leadline restore FILE`.

use super::{Ended, Failure, Global};
use crate::affected;
use crate::storage::{Store, sqlite_file};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Arguments of `backup`.
#[derive(Debug, clap::Args)]
pub struct BackupArgs {
    /// The file to write; it must not exist
    file: PathBuf,
}

/// Arguments of `restore`.
#[derive(Debug, clap::Args)]
pub struct RestoreArgs {
    /// A file that `backup` wrote
    file: PathBuf,
}

/// By how much each feed's head is raised, so that readers notice that they are ahead of the copy.
const RAISED: i64 = 1_000_000;

/// Copies a running database.
pub async fn run(global: Global, arguments: BackupArgs) -> Ended {
    if sqlite_file(&global.database_url, &global.data_dir).is_none() {
        return Err(Failure::new(
            "this is PostgreSQL: use pg_dump, which takes a consistent copy of a running database",
        ));
    }
    let file = &arguments.file;
    if file.exists() {
        return Err(Failure::new(format!("{} exists; name a file that does not", file.display())));
    }
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
        return Err(Failure::new(format!("there is no folder {}; make it first", folder.display())));
    }
    let store = global.open_existing().await?;
    store.backup(&arguments.file).await?;
    store.close().await;
    tracing::info!(file = %arguments.file.display(), "copied");
    Ok(ExitCode::SUCCESS)
}

/// Puts a copy back.
///
/// Every feed's head is raised: phones and pages that saw more than the copy holds are told to list
/// again, and phones send what the copy lacks. It takes its place as a whole, or not at all.
pub async fn restore(global: Global, arguments: RestoreArgs) -> Ended {
    let Some(target) = sqlite_file(&global.database_url, &global.data_dir) else {
        return Err(Failure::new("this is PostgreSQL: use pg_restore, then start the server"));
    };
    unless_there(&target)?;
    let file = arguments.file.display();
    if !arguments.file.is_file() {
        return Err(Failure::new(format!("{file} is no file")));
    }
    let unwritten = |error: std::io::Error| Failure::new(format!("{} cannot be written: {error}", target.display()));
    let folder = target.parent().unwrap_or(&global.data_dir);
    // Beside its place, with all that SQLite keeps next to it; what was broken off goes with the folder.
    let beside = tempfile::tempdir_in(folder).map_err(unwritten)?;
    let copy = beside.path().join(COPY);
    std::fs::copy(&arguments.file, &copy).map_err(unwritten)?;
    let raised = raise_heads(&global, beside.path()).await;
    raised.map_err(|why| Failure::new(format!("{file} cannot be restored: {}", String::from(why))))?;
    File::open(&copy).and_then(|copy| copy.sync_all()).map_err(unwritten)?;
    std::fs::rename(&copy, &target).map_err(unwritten)?;
    if let Ok(folder) = File::open(folder) {
        folder.sync_all().map_err(unwritten)?;
    }
    tracing::info!(file = %target.display(), "restored");
    Ok(ExitCode::SUCCESS)
}

/// Refuses to put a copy where a database is, or the rest of one. SQLite takes a log that lies beside a database for
/// that database's own, and would write what another committed last into the copy.
fn unless_there(target: &Path) -> Result<(), Failure> {
    let name = |ending: &str| {
        let mut name = target.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    let there = ["", "-wal", "-shm", "-journal"].map(name).into_iter().find(|file| file.exists());
    there.map_or(Ok(()), |file| {
        Err(Failure::new(format!(
            "{} exists: stop the server and move {} away first, together with its -wal and its -shm, which hold what \
             was written to it last",
            file.display(),
            target.display()
        )))
    })
}

/// The name of the copy until it takes its place.
const COPY: &str = "copy.db";

async fn raise_heads(global: &Global, folder: &Path) -> Result<(), Failure> {
    let store = Store::open(&format!("sqlite://{COPY}"), folder).await?;
    let app = global.app(store);
    let mut tx = app.write().await?;
    affected!(tx, sqlx::query("UPDATE feed_head SET seq = seq + $1, kept_from = seq + $1").bind(RAISED))?;
    tx.commit(&app.hub).await?;
    app.store.close().await;
    // Closing it writes the log into the database; without that the copy would not be whole.
    let log = folder.join(format!("{COPY}-wal"));
    if std::fs::metadata(log).is_ok_and(|log| log.len() > 0) {
        return Err(Failure::new("another program has the copy open"));
    }
    Ok(())
}
