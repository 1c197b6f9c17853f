//! `leadline backup FILE` and `leadline restore FILE`.

use super::{Ended, Failure, Global};
use crate::affected;
use crate::storage::Store;
use std::path::PathBuf;
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
    if !global.database_url.starts_with("sqlite:") {
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
/// again, and phones send what the copy lacks.
pub async fn restore(global: Global, arguments: RestoreArgs) -> Ended {
    let Some(path) = global.database_url.strip_prefix("sqlite://") else {
        return Err(Failure::new("this is PostgreSQL: use pg_restore, then start the server"));
    };
    let target = global.data_dir.join(path);
    if target.exists() {
        return Err(Failure::new(format!("{} exists: stop the server and move it away first", target.display())));
    }
    if !arguments.file.is_file() {
        return Err(Failure::new(format!("{} is no file", arguments.file.display())));
    }
    std::fs::copy(&arguments.file, &target)
        .map_err(|error| Failure::new(format!("{} cannot be written: {error}", target.display())))?;
    if let Err(failure) = raise_heads(&global).await {
        // What is no copy of a database is not left in the place of one.
        for ending in ["", "-wal", "-shm"] {
            let mut file = target.clone().into_os_string();
            file.push(ending);
            let _ = std::fs::remove_file(file);
        }
        let why = String::from(failure);
        return Err(Failure::new(format!("{} cannot be restored: {why}", arguments.file.display())));
    }
    tracing::info!(file = %target.display(), "restored");
    Ok(ExitCode::SUCCESS)
}

async fn raise_heads(global: &Global) -> Result<(), Failure> {
    let store = Store::open(&global.database_url, &global.data_dir).await?;
    let app = global.app(store);
    let mut tx = app.write().await?;
    affected!(tx, sqlx::query("UPDATE feed_head SET seq = seq + $1, kept_from = seq + $1").bind(RAISED))?;
    tx.commit(&app.hub).await?;
    app.store.close().await;
    Ok(())
}
