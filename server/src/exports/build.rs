//! Building a file: rows are read by a task and written by a blocking thread into a temporary file,
//! which gets its name when it is complete. How far it has come is told while it is built.

use super::about::About;
use super::columns::{Column, Tab};
use super::csv::CsvSheet;
use super::jsonl::JsonlSheet;
use super::plan::Plan;
use super::read::{self, Part, Parts};
use super::rows::Rows;
use super::sheet::{Cell, ExportError, Sheet};
use super::sheet_names::SheetNames;
use super::store::Status;
use super::vcard::VcardSheet;
use super::xlsx::{Filled, XlsxExport};
use super::{Format, Progress, Trouble};
use crate::app::App;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// How often the progress is written for other processes to see.
const TOLD_EVERY: Duration = Duration::from_secs(1);

/// Writes one tab in a format that has one.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "one lives per export, never in a list")]
pub(super) enum Writer<W> {
    Csv(CsvSheet<W>),
    Jsonl(JsonlSheet<W>),
    Vcard(VcardSheet<W>),
}

impl<W: Write> Writer<W> {
    /// Begins the tab.
    pub(super) fn new(output: W, plan: &Plan, columns: &[Column]) -> Result<Self, ExportError> {
        let times = plan.times();
        Ok(match plan.asked.format {
            Format::Jsonl => Self::Jsonl(JsonlSheet::new(output, columns, times)),
            Format::Vcf => Self::Vcard(VcardSheet::new(output, columns, times)),
            // Workbooks are written by `XlsxExport`.
            Format::Csv | Format::Xlsx => Self::Csv(CsvSheet::new(output, columns, times, plan.asked.with_bom)?),
        })
    }

    /// The output, so that a stream can take what has gathered in it.
    pub(super) fn output(&mut self) -> &mut W {
        match self {
            Self::Csv(sheet) => sheet.output(),
            Self::Jsonl(sheet) => sheet.output(),
            Self::Vcard(sheet) => sheet.output(),
        }
    }

    fn finish(self) -> Result<W, ExportError> {
        match self {
            Self::Csv(sheet) => sheet.finish(),
            Self::Jsonl(sheet) => sheet.finish(),
            Self::Vcard(sheet) => sheet.finish(),
        }
    }
}

impl<W: Write> Sheet for Writer<W> {
    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), ExportError> {
        match self {
            Self::Csv(sheet) => sheet.row(cells),
            Self::Jsonl(sheet) => sheet.row(cells),
            Self::Vcard(sheet) => sheet.row(cells),
        }
    }

    fn rows(&self) -> u64 {
        match self {
            Self::Csv(sheet) => sheet.rows(),
            Self::Jsonl(sheet) => sheet.rows(),
            // People without a name have no card.
            Self::Vcard(sheet) => sheet.cards(),
        }
    }
}

/// Builds the file of an export at a path, and writes what became of it. Goes on when nobody waits.
pub async fn build(app: &App, plan: &Arc<Plan>, path: &Path) -> Result<(), Trouble> {
    let built = build_file(app, plan, path).await;
    let status = if built.is_ok() { Status::Ready } else { Status::Failed };
    plan.set_status(app, status).await?;
    if let Err(trouble) = &built {
        tracing::warn!(export = %plan.id, %trouble, "an export could not be built");
    }
    built
}

async fn build_file(app: &App, plan: &Arc<Plan>, path: &Path) -> Result<(), Trouble> {
    let room = app.exports.room.clone();
    let _permit = room.acquire().await.map_err(|_| Trouble::Stopped)?;
    let tabs: Vec<(Tab, Parts)> = plan.tabs().into_iter().zip(read::start(app, plan, &plan.tabs())).collect();
    let (writing_plan, path) = (plan.clone(), path.to_path_buf());
    let mut writing = app.aside.handle().spawn_blocking(move || write_file(&writing_plan, tabs, path));
    let mut told = 0;
    loop {
        match tokio::time::timeout(TOLD_EVERY, &mut writing).await {
            Ok(written) => return written.map_err(|_| Trouble::Stopped)?,
            Err(_) => {
                let rows = plan.progress.rows.load(Ordering::Relaxed);
                if rows > told {
                    told = rows;
                    // The next time tells more.
                    let _ = plan.set_status(app, Status::Building).await;
                }
            }
        }
    }
}

fn write_file(plan: &Plan, tabs: Vec<(Tab, Parts)>, path: PathBuf) -> Result<(), Trouble> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    // Readable by this user alone; removed when anything below fails.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    if plan.asked.format == Format::Xlsx {
        write_workbook(plan, tabs, folder, file.as_file_mut())?;
    } else {
        for (tab, parts) in tabs {
            let (columns, kept) = plan.columns(tab);
            let mut writer = Writer::new(BufWriter::new(file.as_file_mut()), plan, &columns)?;
            put_all(parts, &Rows::new(plan, tab, kept), &mut writer, &plan.progress)?;
            writer.finish()?;
        }
    }
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Writes each tab on a thread of its own: they take turns by themselves, as far as the reader brings
/// parts for them.
fn write_workbook(
    plan: &Plan,
    tabs: Vec<(Tab, Parts)>,
    folder: &Path,
    output: &mut std::fs::File,
) -> Result<(), Trouble> {
    let export = XlsxExport::new(plan.asked.language, plan.times(), Some(folder))?;
    let written: Vec<Result<Filled, Trouble>> = std::thread::scope(|threads| {
        let export = &export;
        let begin = |(tab, parts)| {
            let named = std::thread::Builder::new().name("exports-sheet".into());
            named.spawn_scoped(threads, move || write_sheet(plan, export, tab, parts))
        };
        let writing: Vec<_> = tabs.into_iter().map(begin).collect();
        writing.into_iter().map(|thread| thread?.join().unwrap_or(Err(Trouble::Stopped))).collect()
    });
    // One reads for all: where one tab has trouble, the others merely stop.
    let (filled, troubles): (Vec<_>, Vec<_>) = written.into_iter().partition(Result::is_ok);
    let mut troubles: Vec<Trouble> = troubles.into_iter().filter_map(Result::err).collect();
    troubles.sort_by_key(|trouble| matches!(trouble, Trouble::Stopped));
    if let Some(trouble) = troubles.into_iter().next() {
        return Err(trouble);
    }
    let words = plan.asked.language;
    let filter = plan.asked.filter_text();
    let filter = if filter.is_empty() { words.t("export-everything").into() } else { filter };
    let withdrawn = SheetNames::new(words);
    let consent_state = words.t("export-state-of-consent").with("sheet", withdrawn.of(Tab::Withdrawn)).to_string();
    let about = About {
        event: &plan.event.name,
        exhibitor: &plan.exhibitor,
        time_zone: &plan.event.timezone,
        filter: &filter,
        person: &plan.person,
        consent_state: &consent_state,
        exported_at: plan.created_at,
        from_seq: plan.from_seq,
        to_seq: plan.to_seq,
    };
    export.finish(filled.into_iter().flatten().collect(), &about, BufWriter::new(output))?;
    Ok(())
}

fn write_sheet(plan: &Plan, export: &XlsxExport, tab: Tab, parts: Parts) -> Result<Filled, Trouble> {
    let (columns, kept) = plan.columns(tab);
    let mut sheet = export.sheet(tab, &columns)?;
    put_all(parts, &Rows::new(plan, tab, kept), &mut sheet, &plan.progress)?;
    Ok(sheet.finish()?)
}

/// Writes the rows of one tab.
fn put_all(mut parts: Parts, rows: &Rows<'_>, sheet: &mut impl Sheet, progress: &Progress) -> Result<(), Trouble> {
    let mut told = sheet.rows();
    loop {
        match parts.blocking_recv().ok_or(Trouble::Stopped)?? {
            Part::End => return Ok(()),
            part => rows.put(&part, sheet)?,
        }
        progress.rows.fetch_add(sheet.rows() - told, Ordering::Relaxed);
        told = sheet.rows();
    }
}
