//! `leadline import registrations FILE --event SLUG`: a list of people into an event, and
//! `leadline import captures FILE --event SLUG`: the scans that a phone could not send.
//!
//! The work is the API's own; this shows how far it is and says in words what did not go in. Scans
//! of a running server go in between.

use super::slugs;
use crate::access::SystemScope;
use crate::app::App;
use crate::problem::Problem;
use crate::registrations::import::{Import, Mapping, Options};
use crate::registrations::load::{ImportReport, load};
use crate::rescue;
use indicatif::{ProgressBar, ProgressStyle};
use mobile_core::wire::{Outcome, Receipt};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// Bad rows that are named one by one; the API names more.
const SHOWN: usize = 20;

/// What to import, and where to.
#[derive(Debug, clap::Args)]
pub struct RegistrationsArgs {
    /// A CSV or XLSX file.
    pub file: PathBuf,
    /// The event's short name in addresses.
    #[arg(long, value_name = "SLUG")]
    pub event: String,
    /// Say what would happen and write nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Which header fills which column, as JSON: '{"Sté": "company", "Zone": null}'.
    #[arg(long, value_name = "JSON")]
    pub mapping: Option<String>,
}

/// Which file, and of which event.
#[derive(Debug, clap::Args)]
pub struct CapturesArgs {
    /// The rescue file that a phone saved.
    pub file: PathBuf,
    /// The event's short name in addresses.
    #[arg(long, value_name = "SLUG")]
    pub event: String,
}

/// Opens a phone's rescue file, takes in what it holds, and prints what became of it.
///
/// # Errors
/// One line that says why the file cannot be opened.
pub async fn captures(app: &App, args: &CapturesArgs) -> Result<ExitCode, String> {
    let event = slugs::event(app, &args.event).await?;
    let bytes = tokio::fs::read(&args.file).await.map_err(|error| format!("{}: {error}", args.file.display()))?;
    let scope = SystemScope::new().desk(event);
    let wrong = |problem: Problem| format!("{}: {}", args.file.display(), problem.detail());
    let rescued = rescue::open(app, event, bytes).await.map_err(wrong)?;
    let receipts = rescue::import(app, &scope, rescued).await.map_err(wrong)?.receipts;
    let count = |outcome| receipts.results.iter().filter(|receipt| receipt.outcome == outcome).count();
    let (fresh, known) = (count(Outcome::Accepted), count(Outcome::Duplicate));
    let refused: Vec<&Receipt> = receipts.results.iter().filter(|receipt| is_refused(receipt.outcome)).collect();
    let mut text =
        format!("{fresh} scans and entries taken in, {known} known already, {} not accepted.\n", refused.len());
    for receipt in refused.iter().take(SHOWN) {
        let id = receipt.id.as_deref().unwrap_or("without an id");
        let why = receipt.reason.map_or("", mobile_core::reason::Reason::title);
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {id}: {why}");
    }
    say(&text);
    let nothing_went_in = fresh + known == 0 && !refused.is_empty();
    Ok(if nothing_went_in { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn is_refused(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Rejected | Outcome::Conflict)
}

#[expect(clippy::print_stdout, reason = "what a command was asked for goes to standard output")]
fn say(text: &str) {
    print!("{text}");
}

/// Imports a file and prints what went in.
///
/// # Errors
/// One line that says why nothing could be read or written.
pub async fn registrations(app: &App, args: &RegistrationsArgs) -> Result<ExitCode, String> {
    let mapping = args.mapping.as_deref().unwrap_or("{}").parse::<Mapping>().map_err(|error| error.to_string())?;
    let event = slugs::event(app, &args.event).await?;
    let bytes = tokio::fs::read(&args.file).await.map_err(|error| format!("{}: {error}", args.file.display()))?;
    let options = Options { mapping, ..Options::default() };
    let import = tokio::task::spawn_blocking(move || Import::read(&bytes, &options))
        .await
        .map_err(|error| error.to_string())?
        .map_err(|error| format!("{}: {error}", args.file.display()))?;
    let bar = ProgressBar::new(import.rows.len() as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} rows, {eta} left") {
        bar.set_style(style);
    }
    let scope = SystemScope::new().importer(event);
    let report = load(app, &scope, import, args.dry_run, |done| bar.set_position(done as u64)).await;
    bar.finish_and_clear();
    let report =
        report.map_err(|error| format!("the import stopped: {error}; what went in stays, import the file again"))?;
    say(&summary(&report));
    let has_read = report.rows == 0 || report.rejected < report.rows;
    Ok(if has_read { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The report in words.
fn summary(report: &ImportReport) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let would = if report.dry_run { "Would read" } else { "Read" };
    let _ = writeln!(
        text,
        "{would} {} rows: {} created, {} updated, {} unchanged, {} not taken.",
        report.rows, report.created, report.updated, report.unchanged, report.rejected
    );
    if report.repeated > 0 {
        let _ = writeln!(
            text,
            "{} rows name somebody whom a later row names again; the later one counts.",
            report.repeated
        );
    }
    if !report.layout.ignored.is_empty() {
        let _ = writeln!(text, "Columns that were not used: {}.", report.layout.ignored.join(", "));
    }
    if !report.new_categories.is_empty() {
        let _ = writeln!(text, "Categories that the event did not know: {}.", report.new_categories.join(", "));
    }
    for bad in report.bad_rows.iter().take(SHOWN) {
        let value = if bad.value.is_empty() { String::new() } else { format!(" “{}”", bad.value) };
        let _ = writeln!(text, "  row {}, {}{value}: {}", bad.row, bad.column, bad.detail);
    }
    if report.bad_rows.len() > SHOWN {
        let more = report.bad_rows.len() - SHOWN;
        let _ = writeln!(text, "  and {more} more");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registrations::import::{FileFormat, Layout};
    use crate::registrations::plan::BadRow;

    #[test]
    fn the_summary_names_each_bad_row_by_row_column_and_reason() {
        let bad = |row| BadRow {
            row,
            column: "email",
            reason: "invalid_email".into(),
            detail: "this is not an address".into(),
            value: "nobody".into(),
        };
        let layout = Layout {
            format: FileFormat::Csv,
            delimiter: Some(';'),
            encoding: Some("UTF-8"),
            sheet: None,
            header_row: 1,
            mapping: Vec::new(),
            ignored: vec!["Zone".into()],
        };
        let report = ImportReport {
            dry_run: false,
            rows: 30,
            created: 5,
            updated: 0,
            unchanged: 0,
            rejected: 25,
            repeated: 0,
            new_categories: vec!["Delegation".into()],
            bad_rows: (2..27).map(bad).collect(),
            repeated_rows: Vec::new(),
            layout,
        };
        let text = summary(&report);
        assert!(text.starts_with("Read 30 rows: 5 created, 0 updated, 0 unchanged, 25 not taken."), "{text}");
        assert!(text.contains("row 2, email “nobody”: this is not an address"), "{text}");
        assert!(text.contains("and 5 more") && text.contains("Zone") && text.contains("know: Delegation."), "{text}");
    }
}
