//! `leadline export leads --event SLUG --exhibitor SLUG --format FORMAT -o FILE`: a space's leads
//! into a file, beside a running server or without one.

use super::slugs;
use crate::access::SystemScope;
use crate::app::App;
use crate::exports::build;
use crate::exports::columns::Tab;
use crate::exports::plan::{Asked, Plan};
use crate::exports::store::Status;
use crate::problem::Problem;
use crate::words::Words;
use clap::builder::PossibleValuesParser;
use indicatif::{ProgressBar, ProgressStyle};
use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// What to export, and where to.
#[derive(Debug, clap::Args)]
pub struct LeadsArgs {
    /// The event's short name in addresses.
    #[arg(long, value_name = "SLUG")]
    pub event: String,
    /// The exhibitor's short name in addresses.
    #[arg(long, value_name = "SLUG")]
    pub exhibitor: String,
    /// What kind of file to write.
    #[arg(long, value_parser = ["xlsx", "csv", "jsonl", "vcf"])]
    pub format: String,
    /// Where to write it, or - for standard output; an earlier file of this name is replaced once the new one is
    /// complete.
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// One tab only: scans, `contact_sharing`, sessions, networking, meetings, `scan_log` or withdrawn.
    #[arg(long, value_parser = Tab::ALL.map(Tab::code))]
    pub tab: Option<String>,
    /// Filters of the list of leads, as in an address: "rating=hot&tag=demo".
    #[arg(long, value_name = "QUERY")]
    pub filter: Option<String>,
    /// Only what changed since the last export that was complete.
    #[arg(long)]
    pub since_last: bool,
    /// CSV: begin with a byte order mark, which some spreadsheets need to tell UTF-8.
    #[arg(long)]
    pub bom: bool,
    /// Language of labels in a workbook.
    #[arg(long, value_parser = PossibleValuesParser::new(Words::all().map(Words::code)))]
    pub lang: Option<String>,
}

impl LeadsArgs {
    fn pairs(&self) -> Vec<(String, String)> {
        let filter = form_urlencoded::parse(self.filter.as_deref().unwrap_or_default().as_bytes()).into_owned();
        let own = [
            ("format", Some(self.format.clone())),
            ("tab", self.tab.clone()),
            ("since_last", self.since_last.then(|| "true".to_owned())),
            ("bom", self.bom.then(|| "true".to_owned())),
            ("lang", self.lang.clone()),
        ];
        filter.chain(own.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)))).collect()
    }
}

/// Where an export goes.
enum Target {
    File(PathBuf),
    /// Standard output gets the whole file once it is complete: what comes out of a pipe is never half an export.
    Output(tempfile::TempPath),
}

impl Target {
    fn of(output: &Path) -> Result<Self, String> {
        if output == Path::new("-") {
            let file = tempfile::NamedTempFile::new().map_err(|error| format!("a temporary file: {error}"))?;
            return Ok(Self::Output(file.into_temp_path()));
        }
        let folder = output.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
            return Err(format!("{}: there is no folder {}; make it first", output.display(), folder.display()));
        }
        // The finished file takes the place of what was there: never that of a folder or a device.
        if output.exists() && !output.is_file() {
            return Err(format!("{} is no file; name one that can be replaced", output.display()));
        }
        Ok(Self::File(output.to_owned()))
    }

    fn path(&self) -> &Path {
        match self {
            Self::File(path) => path,
            Self::Output(path) => path,
        }
    }

    fn hand_out(&self) -> io::Result<()> {
        let Self::Output(path) = self else { return Ok(()) };
        let mut output = io::stdout().lock();
        io::copy(&mut File::open(path)?, &mut output)?;
        output.flush()
    }
}

/// Exports into a file.
///
/// # Errors
/// One line that says why nothing could be read or written.
pub async fn leads(app: &App, args: &LeadsArgs) -> Result<ExitCode, String> {
    // Before anything is written about an export that cannot be.
    let target = Target::of(&args.output)?;
    // What the flags cannot say wrongly is left to the filter.
    let told = |problem: Problem| match problem.detail().strip_prefix('?') {
        Some(detail) => format!("--filter: {detail}"),
        None => problem.detail().to_owned(),
    };
    let failed = |error: crate::storage::StorageError| error.to_string();
    let system = SystemScope::new();
    let event = slugs::event(app, &args.event).await?;
    let exhibitor = slugs::exhibitor(app, (event, &args.event), &args.exhibitor).await?;
    let asked = Asked::parse(&args.pairs()).map_err(told)?;
    let scope = system.exhibitor(app, event, exhibitor).await.map_err(told)?;
    let plan = Plan::make(app, scope, None, asked).await.map_err(told)?;
    let bar = ProgressBar::new(plan.progress.total);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} rows, {eta} left") {
        bar.set_style(style);
    }
    let moving = {
        let (bar, rows) = (bar.clone(), plan.progress.rows.clone());
        tokio::spawn(async move {
            loop {
                bar.set_position(rows.load(Ordering::Relaxed));
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        })
    };
    let built = build::build(app, &plan, target.path()).await;
    moving.abort();
    bar.finish_and_clear();
    built.map_err(|trouble| format!("{}: {trouble}", target.path().display()))?;
    target.hand_out().map_err(|error| format!("standard output: {error}"))?;
    // The file lies where it was wanted: that is as sent as it gets.
    plan.set_status(app, Status::Sent).await.map_err(failed)?;
    let name =
        if matches!(target, Target::Output(_)) { "standard output".into() } else { args.output.display().to_string() };
    eprintln!("{} rows in {name}", plan.progress.rows.load(Ordering::Relaxed));
    Ok(ExitCode::SUCCESS)
}
