//! Writes the rows of a file: in chunks, so that scans go in between, each chunk whole or not at all.
//!
//! A file that stops half-way is sent again: what went in is found unchanged. A dry run takes the
//! same decisions and writes nothing.

use super::import::{BadRow as BadCell, Column, Import, ImportRow, Layout, MAX_REPORTED, RepeatedRow};
use super::plan::{BadRow, Plan, Planned, RowOutcome};
use super::{category, entry_kind, store};
use crate::access::{EventScope, ImportScope};
use crate::app::App;
use crate::badges::{self, NewBadge};
use crate::events::disclosure::Disclosure;
use crate::feed::EntryKind;
use crate::leads;
use crate::storage::{StorageError, Tx};
use crate::words::Words;
use mobile_core::badge::{BadgeText, code_hash};
use mobile_core::ids::RegistrationId;
use serde::Serialize;
use std::collections::BTreeSet;

/// Rows of one transaction: SQLite's one writer is held for about 20 ms.
const CHUNK: usize = 500;
/// Rows after which the database counts its tables for the first time; then at four times as many.
const FIRST_REFRESH: usize = 1000;
/// Categories that are reported as new.
const MAX_CATEGORIES: usize = 100;
/// How often a chunk that met another transaction is done again.
const TRIES: usize = 5;

/// What an import did, or would do.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ImportReport {
    /// Whether nothing was written.
    pub dry_run: bool,
    /// Rows with a person, good and bad.
    pub rows: u64,
    /// New registrations.
    pub created: u64,
    /// Registrations that changed.
    pub updated: u64,
    /// Registrations that were known as they are.
    pub unchanged: u64,
    /// Rows that did not go in.
    pub rejected: u64,
    /// Rows that a later row of the file replaces.
    pub repeated: u64,
    /// Categories of the file that the event did not know before, neither in its policy nor of anybody
    /// registered: the first 100. What is disclosed of their people is the policy's rule for all others, `*`.
    pub new_categories: Vec<String>,
    /// Why rows did not go in: the first 1,000 cells.
    pub bad_rows: Vec<BadRow>,
    /// Which rows replace which: the first 1,000.
    #[schema(value_type = Vec<Object>)]
    pub repeated_rows: Vec<RepeatedRow>,
    /// How the file was read: format, header row, which header fills which column.
    #[schema(value_type = Object)]
    pub layout: Layout,
}

impl ImportReport {
    fn of(import: &Import, dry_run: bool) -> Self {
        let cell = |bad: &BadCell| BadRow {
            row: bad.row,
            column: bad.column.name(),
            reason: serde_json::to_value(bad.reason)
                .ok()
                .and_then(|name| name.as_str().map(str::to_owned))
                .unwrap_or_default(),
            detail: bad.detail.clone(),
            value: bad.value.clone(),
        };
        Self {
            dry_run,
            rows: (import.rows.len() + import.bad_count + import.repeated_count) as u64,
            created: 0,
            updated: 0,
            unchanged: 0,
            rejected: import.bad_count as u64,
            repeated: import.repeated_count as u64,
            new_categories: Vec::new(),
            bad_rows: import.bad.iter().map(cell).collect(),
            repeated_rows: import.repeated.clone(),
            layout: import.layout.clone(),
        }
    }

    /// The same with the reasons of bad rows in a reader's language, as far as somebody translated them.
    #[must_use]
    pub fn told_in(mut self, words: Words) -> Self {
        for bad in &mut self.bad_rows {
            if let Some(detail) = words.detail(&bad.detail) {
                bad.detail = detail;
            }
        }
        self
    }

    fn count(&mut self, outcomes: Vec<RowOutcome>) {
        for outcome in outcomes {
            match outcome {
                RowOutcome::Created => self.created += 1,
                RowOutcome::Updated => self.updated += 1,
                RowOutcome::Unchanged => self.unchanged += 1,
                RowOutcome::Rejected(bad) => {
                    self.rejected += 1;
                    if self.bad_rows.len() < MAX_REPORTED {
                        self.bad_rows.push(bad);
                    }
                }
            }
        }
    }
}

/// Loads what was read of a file; `progress` is told how many rows are done.
pub async fn load(
    app: &App,
    scope: &ImportScope,
    import: Import,
    dry_run: bool,
    mut progress: impl FnMut(usize),
) -> Result<ImportReport, StorageError> {
    let mut report = ImportReport::of(&import, dry_run);
    report.new_categories = new_categories(app, scope, &import).await?;
    // Without writing, what the rows before would have made is known from here alone.
    let mut dry_plan = Plan::default();
    let (mut done, mut refresh_at) = (0, FIRST_REFRESH);
    for chunk in import.rows.chunks(CHUNK) {
        let outcomes = if dry_run {
            let mut tx = app.read().await?;
            let outcomes = take(app, &mut tx, scope, chunk, &mut dry_plan).await?;
            tx.done().await?;
            outcomes
        } else {
            write_chunk(app, scope, chunk).await?
        };
        report.count(outcomes);
        done += chunk.len();
        progress(done);
        if !dry_run && done >= refresh_at {
            refresh_at *= 4;
            let mut tx = app.write().await?;
            store::refresh_statistics(&mut tx).await?;
            tx.commit(&app.hub).await?;
        }
        tokio::task::yield_now().await;
    }
    report.bad_rows.sort_by_key(|bad| bad.row);
    Ok(report)
}

/// The categories that the file brings and the event does not know, sorted.
async fn new_categories(app: &App, scope: &EventScope, import: &Import) -> Result<Vec<String>, StorageError> {
    let policy = &app.events.info(app, scope.event()).await?.disclosure;
    let known = category::choices(policy);
    let named: BTreeSet<&str> = import.rows.iter().filter_map(|row| row.get(Column::Category)).collect();
    let mut new: BTreeSet<String> = named.into_iter().map(|text| category::code(policy, text)).collect();
    new.retain(|code| !known.contains(code));
    if !new.is_empty() {
        let mut tx = app.read().await?;
        for there in store::categories(&mut tx, scope).await? {
            new.remove(&there);
        }
        tx.done().await?;
    }
    Ok(new.into_iter().take(MAX_CATEGORIES).collect())
}

async fn write_chunk(app: &App, scope: &EventScope, rows: &[ImportRow]) -> Result<Vec<RowOutcome>, StorageError> {
    let mut tries = 0;
    loop {
        tries += 1;
        match try_chunk(app, scope, rows).await {
            Err(StorageError::Collision(_)) if tries < TRIES => {}
            outcome => return outcome,
        }
    }
}

async fn try_chunk(app: &App, scope: &EventScope, rows: &[ImportRow]) -> Result<Vec<RowOutcome>, StorageError> {
    let mut tx = app.write().await?;
    tx.changes_badges(scope.event()).await?;
    let mut plan = Plan::default();
    let outcomes = take(app, &mut tx, scope, rows, &mut plan).await?;
    let policy = app.events.info(app, scope.event()).await?;
    write(app, &mut tx, scope, &plan, &policy.disclosure).await?;
    tx.commit(&app.hub).await?;
    Ok(outcomes)
}

/// Reads what the event knows of the rows, then takes them in.
async fn take(
    app: &App,
    tx: &mut Tx,
    scope: &EventScope,
    rows: &[ImportRow],
    plan: &mut Plan,
) -> Result<Vec<RowOutcome>, StorageError> {
    let references: Vec<&str> = rows.iter().filter_map(|row| row.get(Column::ExternalId)).collect();
    let mut keys: Vec<String> = rows.iter().map(ImportRow::person_key).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut hashes: Vec<[u8; 32]> = rows.iter().filter_map(|row| row.get(Column::BadgeCode)).map(code_hash).collect();
    hashes.sort_unstable();
    hashes.dedup();
    let owners = badges::store::owners(tx, scope, &hashes).await?;
    let mut owner_ids: Vec<RegistrationId> = owners.iter().map(|(_, owner)| *owner).collect();
    owner_ids.sort_unstable();
    owner_ids.dedup();
    let mut known = store::by_references(tx, scope, &references).await?;
    known.extend(store::by_person_keys(tx, scope, &keys).await?);
    known.extend(store::by_ids(tx, scope, &owner_ids).await?);
    known.sort_by_key(|registration| registration.id);
    known.dedup_by_key(|registration| registration.id);
    let ids: Vec<RegistrationId> = known.iter().map(|registration| registration.id).collect();
    let imported = badges::store::with_imported_codes(tx, scope, &ids).await?;
    for registration in known {
        let has_imported_code = imported.contains(&registration.id);
        plan.know(registration, has_imported_code);
    }
    for (hash, owner) in owners {
        plan.know_code(hash, owner);
    }
    let info = app.events.info(app, scope.event()).await?;
    let now = app.now();
    Ok(rows.iter().map(|row| plan.take(row, &info.disclosure, || app.new_id(), now)).collect())
}

/// Writes what a plan changes, badges and leads included.
async fn write(
    app: &App,
    tx: &mut Tx,
    scope: &EventScope,
    plan: &Plan,
    policy: &Disclosure,
) -> Result<(), StorageError> {
    let changed: Vec<&Planned> =
        plan.planned().iter().filter(|planned| planned.is_changed || !planned.new_codes.is_empty()).collect();
    if changed.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> =
        changed.iter().filter(|planned| planned.is_changed).map(|planned| planned.registration.clone()).collect();
    store::put(tx, scope, &rows).await?;
    let mut new_badges = Vec::with_capacity(changed.len());
    let mut badged = Vec::new();
    let mut matched = Vec::new();
    for planned in &changed {
        let id = planned.registration.id;
        for (code, hash) in &planned.new_codes {
            // Rows hold codes within the bounds of a badge text already.
            if let Ok(code) = BadgeText::new(code) {
                new_badges.push(NewBadge::imported(app, id, &code));
                matched.push((*hash, id));
            }
        }
        if !planned.is_known && planned.new_codes.is_empty() {
            new_badges.push(NewBadge::own(app, id));
        } else if planned.is_known && !planned.new_codes.is_empty() {
            badged.push(id);
        }
    }
    badges::store::supersede(tx, scope, &badged, app.now()).await?;
    badges::issue(app, tx, scope, &new_badges).await?;
    for wanted in [EntryKind::Updated, EntryKind::Redacted] {
        let touched: Vec<RegistrationId> = changed
            .iter()
            .filter(|planned| planned.is_known)
            .filter(|planned| entry_kind(policy, &planned.category_before, &planned.registration.category) == wanted)
            .map(|planned| planned.registration.id)
            .collect();
        if !touched.is_empty() {
            leads::touched(app, tx, scope.event(), &touched, wanted).await?;
        }
    }
    leads::reconcile(app, tx, scope.event(), &matched).await?;
    Ok(())
}
