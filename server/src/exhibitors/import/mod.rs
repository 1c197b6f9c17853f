//! Exhibitors from a CSV or XLSX file, with their admins, in one call that can be repeated.
//!
//! Each exhibitor is added or changed by the same functions as one by one, so that audit log, invitations
//! and quotas are the same. What goes in is in, row by row: a call that was interrupted is sent again, and
//! finds what is there unchanged.

pub mod api;
mod plan;
mod sheet;

use super::booth::{Booth, BoothParts, BoothText};
use super::{Exhibitor, ExhibitorEdit};
use crate::access::{EventAdminScope, Identity, TeamAdminScope};
use crate::app::App;
use crate::packages;
use crate::paging::PageParams;
use crate::problem::Problem;
use crate::registrations::import::{ImportError, Table};
use crate::team::roles::{Roles, TeamRole};
use crate::team::{self, MemberDraft, MemberEdit};
use crate::words::Words;
use mobile_core::ids::ExhibitorId;
use mobile_core::reason::Reason;
use plan::Planned;
use serde::Serialize;
use sheet::{Admin, BadRow, Column, MappedHeader};

/// The largest file that is read.
pub const MAX_FILE_BYTES: usize = 8 << 20;
/// The most rows that one file may have.
const MAX_ROWS: usize = 5000;
/// Bad cells that are reported one by one; the count is always whole.
const MAX_REPORTED: usize = 1000;
/// Halls that are reported as new.
const MAX_HALLS: usize = 100;

/// What an import of exhibitors did, or would do.
#[derive(Debug, Clone, Default, Serialize, utoipa::ToSchema)]
pub struct ExhibitorImportReport {
    /// Whether nothing was written.
    pub dry_run: bool,
    /// New exhibitors.
    pub created: u64,
    /// Exhibitors that changed.
    pub updated: u64,
    /// Exhibitors that were known as they are.
    pub unchanged: u64,
    /// Admins who joined a team, or became admins in it; each is invited.
    pub admins: u64,
    /// Rows that did not go in, or whose admin did not.
    pub rejected: u64,
    /// Why: the first 1,000 cells.
    pub bad_rows: Vec<BadRow>,
    /// Halls of the file in which no exhibitor of the event had a stand before: the first 100.
    pub new_halls: Vec<String>,
    /// Which header fills which column.
    pub mapping: Vec<MappedHeader>,
}

/// The columns of a list of exhibitors, by their names in the API.
pub fn columns() -> impl Iterator<Item = &'static str> {
    Column::ALL.into_iter().map(Column::name)
}

impl ExhibitorImportReport {
    /// The same with what is wrong of bad rows in a reader's language, as far as somebody translated it.
    fn told_in(mut self, words: Words) -> Self {
        for bad in &mut self.bad_rows {
            if let Some(detail) = words.detail(&bad.detail) {
                bad.detail = detail;
            }
        }
        self
    }
}

/// Reads a file of exhibitors. Run it on a blocking thread.
///
/// # Errors
/// When no row can be told at all, with the way out.
fn read(bytes: &[u8]) -> Result<Table, Problem> {
    let table = Table::read(bytes, MAX_ROWS, sheet::known).map_err(|error| match error {
        ImportError::NoHeader { seen } => Problem::new(
            Reason::InvalidField,
            format!("No header found in the first 20 rows: one column must be called name. The first row is “{seen}”."),
        ),
        other => crate::registrations::upload::unreadable(&other),
    })?;
    if table.rows.len() > MAX_ROWS {
        return Err(Problem::new(Reason::TooLarge, format!("The file has more than {MAX_ROWS} rows. Split it.")));
    }
    Ok(table)
}

/// Takes a table of exhibitors in, or says what that would do.
async fn load(
    app: &App,
    scope: &EventAdminScope,
    identity: &Identity,
    table: &Table,
    dry_run: bool,
) -> Result<ExhibitorImportReport, Problem> {
    let mut bad = Vec::new();
    let lines = table.rows.iter().filter_map(|(row, cells)| sheet::read(table, (*row, cells), &mut bad)).collect();
    let there = everybody(app, scope).await?;
    let packages = packages::list(app, scope, &PageParams { limit: Some(500), cursor: None }).await?.items;
    let planned = plan::plan(lines, &there, &packages, &mut bad);
    let mut report = ExhibitorImportReport {
        dry_run,
        new_halls: plan::new_halls(&planned, &there),
        mapping: sheet::mapping(table),
        ..Default::default()
    };
    report.new_halls.truncate(MAX_HALLS);
    for one in planned {
        let (row, is_new, is_changed) = (one.row, one.id.is_none(), one.is_changed);
        match take_in(app, scope, identity, one, dry_run, &mut bad).await {
            Ok(admins) => {
                report.admins += admins;
                match (is_new, is_changed) {
                    (true, _) => report.created += 1,
                    (false, true) => report.updated += 1,
                    (false, false) => report.unchanged += 1,
                }
            }
            Err(problem) => bad.push(refused(problem, row, "name")?),
        }
    }
    bad.sort_by_key(|bad| bad.row);
    let mut rows: Vec<u32> = bad.iter().map(|bad| bad.row).collect();
    rows.dedup();
    report.rejected = rows.len() as u64;
    bad.truncate(MAX_REPORTED);
    report.bad_rows = bad;
    Ok(report)
}

/// All exhibitors of the event.
async fn everybody(app: &App, scope: &EventAdminScope) -> Result<Vec<Exhibitor>, Problem> {
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = super::list(app, scope, &PageParams { limit: Some(500), cursor }).await?;
        found.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Ok(found);
        }
    }
}

/// Adds or changes one exhibitor and its admins; gives how many of them are new.
async fn take_in(
    app: &App,
    scope: &EventAdminScope,
    identity: &Identity,
    one: Planned,
    dry_run: bool,
    bad: &mut Vec<BadRow>,
) -> Result<u64, Problem> {
    if dry_run && one.id.is_none() {
        return Ok(one.admins.len() as u64);
    }
    let id = if dry_run { one.id } else { Some(written(app, scope, &one).await?) };
    let Some(id) = id.filter(|_| !one.admins.is_empty()) else { return Ok(0) };
    let team = TeamAdminScope::of(app, identity, id).await?;
    let members = team::list(app, &team, &PageParams { limit: Some(500), cursor: None }).await?.items;
    let mut added = 0;
    for (row, admin) in one.admins {
        let known = members.iter().find(|member| member.email == admin.email.as_str());
        if known.is_some_and(|member| member.is_admin) {
            continue;
        }
        if !dry_run {
            let joined = match known {
                None => team::add(app, &team, draft(admin)).await.map(|_| ()),
                Some(member) => {
                    let roles = Roles::of(member.roles().iter().chain([TeamRole::Admin]));
                    let edit = MemberEdit { roles: Some(roles), ..MemberEdit::default() };
                    team::edit(app, &team, member.id, (None, false), edit).await.map(|_| ())
                }
            };
            if let Err(problem) = joined {
                bad.push(refused(problem, row, "admin_email")?);
                continue;
            }
        }
        added += 1;
    }
    Ok(added)
}

/// What is refused of one row keeps no other row out; what is wrong with us ends the import.
fn refused(problem: Problem, row: u32, column: &'static str) -> Result<BadRow, Problem> {
    match problem.reason() {
        Reason::Internal | Reason::Unavailable => Err(problem),
        _ => Ok(BadRow { row, column, detail: problem.detail().to_owned() }),
    }
}

fn draft(admin: Admin) -> MemberDraft {
    MemberDraft {
        first_name: admin.first_name,
        last_name: admin.last_name,
        email: admin.email.as_str().to_owned(),
        roles: Roles::of([TeamRole::Admin]),
        language: admin.language,
        extra: None,
    }
}

/// Writes what is new of an exhibitor.
async fn written(app: &App, scope: &EventAdminScope, one: &Planned) -> Result<ExhibitorId, Problem> {
    let parts = |booth: &Booth| BoothParts { hall: booth.hall.clone(), number: booth.number.clone() };
    let booth = (!one.booths.is_empty()).then(|| BoothText::Several(one.booths.iter().map(parts).collect()));
    match one.id {
        None => {
            let made = super::create(app, scope, &one.slug, &one.name, booth, false).await?.row.id;
            if one.package.is_some() {
                let edit = ExhibitorEdit { package: Some(one.package), ..ExhibitorEdit::default() };
                super::edit(app, scope, made, None, edit).await?;
            }
            Ok(made)
        }
        Some(id) => {
            if one.is_changed {
                let edit = ExhibitorEdit {
                    name: Some(one.name.clone()),
                    booth: booth.map(Some),
                    package: one.package.map(Some),
                    ..ExhibitorEdit::default()
                };
                super::edit(app, scope, id, None, edit).await?;
            }
            Ok(id)
        }
    }
}
