//! Exhibitors of an event: partner companies, each with its own space and its booths.
//!
//! Deleting one that has leads needs a confirmation, and leaves a file of its leads behind
//! ([`keep`]). Who scans for an exhibitor is in [`crate::team`] and [`crate::devices`].

pub mod api;
pub mod booth;
pub mod frame;
pub mod import;
pub mod keep;
pub mod page;
pub mod store;

use crate::access::{EventAdminScope, EventScope, ExhibitorScope, ExportScope, TeamAdminScope};
use crate::app::App;
use crate::audit::{self, Action, NewEntry};
use crate::feed;
use crate::fields::{Fields, Slug};
use crate::leads;
use crate::packages::{self, Terms};
use crate::paging::{Page, PageParams};
use crate::problem::Problem;
use crate::rights;
use crate::sessions;
use crate::storage::{StorageError, Tx};
use crate::{meetings, sharing};
use booth::{Booth, BoothText};
use mobile_core::ids::{BoothId, ExhibitorId};
use mobile_core::reason::Reason;
use serde_json::{Value, json};
use sqlx::types::Json;
use store::{BoothRow, ExhibitorRow};
use uuid::Uuid;

const MAX_NAME: usize = 200;

/// Which leads a scanner sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
pub enum LeadVisibility {
    /// All of the space.
    Team,
    /// Those that they scanned or own.
    Own,
}

/// An exhibitor with its booths.
#[derive(Debug, Clone)]
pub struct Exhibitor {
    /// The exhibitor.
    pub row: ExhibitorRow,
    /// Its booths, oldest first.
    pub booths: Vec<BoothRow>,
}

/// How an exhibitor is called in its own space, and its stands.
pub async fn named(tx: &mut Tx, scope: &ExhibitorScope) -> Result<Option<(String, Vec<String>)>, StorageError> {
    store::named(tx, scope).await
}

/// Adds an exhibitor to an event.
pub async fn create(
    app: &App,
    scope: &EventAdminScope,
    slug: &str,
    name: &str,
    booth: Option<BoothText>,
    is_test: bool,
) -> Result<Exhibitor, Problem> {
    let mut wrong = Fields::default();
    let slug = wrong.keep("/slug", Slug::parse(slug));
    let name = wrong.line("/name", name, MAX_NAME);
    let places = checked_booths(&mut wrong, booth);
    let (slug, name) = wrong.done((|| Some((slug?, name?)))())?;
    let id: ExhibitorId = app.new_id();
    let mut tx = app.write().await?;
    let row = store::insert(&mut tx, scope, id, &slug, &name, is_test, app.now()).await.map_err(slug_taken)?;
    let mut booths = Vec::with_capacity(places.len());
    for place in &places {
        booths.push(store::insert_booth(&mut tx, scope, app.new_id(), id, place).await?);
    }
    note(app, &mut tx, scope, Action::ExhibitorCreated, id, json!({"after": told(&row)})).await?;
    tx.commit(&app.hub).await?;
    app.events.forget(scope.event());
    Ok(Exhibitor { row, booths })
}

fn checked_booths(wrong: &mut Fields, sent: Option<BoothText>) -> Vec<Booth> {
    match sent.map(BoothText::checked) {
        None => Vec::new(),
        Some(Ok(booths)) => booths,
        Some(Err(detail)) => {
            wrong.wrong("/booth", detail);
            Vec::new()
        }
    }
}

/// What the audit log remembers of an exhibitor.
fn told(row: &ExhibitorRow) -> Value {
    json!({"slug": row.slug, "name": row.name, "visibility": row.visibility, "package_id": row.package_id,
        "terms": row.terms, "is_test": row.is_test})
}

async fn note(
    app: &App,
    tx: &mut Tx,
    scope: &EventAdminScope,
    action: Action,
    exhibitor: ExhibitorId,
    detail: Value,
) -> Result<(), StorageError> {
    let entry = NewEntry::new(action, Some(scope.account()), Some(exhibitor.0)).at(exhibitor).with(detail);
    audit::append(app, tx, scope.event(), &entry).await
}

fn slug_taken(error: StorageError) -> Problem {
    match error {
        StorageError::Taken(_) => Problem::new(Reason::AlreadyExists, "Another exhibitor of this event has this slug."),
        other => other.into(),
    }
}

/// The exhibitors of an event in the order in which they were added.
pub async fn list(app: &App, scope: &EventScope, page: &PageParams) -> Result<Page<Exhibitor>, Problem> {
    let (limit, after) = (page.limit()?, page.after::<ExhibitorId>()?);
    let mut tx = app.read().await?;
    let seq = feed::store::head(&mut tx, scope.event()).await?;
    let rows = store::list(&mut tx, scope, after, limit + 1).await?;
    let page = Page::of(rows, limit, seq, |row| row.id);
    let ids: Vec<ExhibitorId> = page.items.iter().map(|row| row.id).collect();
    let mut booths = store::booths_of(&mut tx, scope, &ids).await?;
    tx.done().await?;
    Ok(page.map(|row| Exhibitor { booths: booths.remove(&row.id).unwrap_or_default(), row }))
}

/// One exhibitor.
pub async fn get(app: &App, scope: &EventScope, exhibitor: ExhibitorId) -> Result<Exhibitor, Problem> {
    let mut tx = app.read().await?;
    let row = store::find(&mut tx, scope, exhibitor).await?.ok_or_else(Problem::not_found)?;
    let booths = store::booths_of(&mut tx, scope, &[exhibitor]).await?.remove(&exhibitor).unwrap_or_default();
    tx.done().await?;
    Ok(Exhibitor { row, booths })
}

/// What an edit changes; the rest stays.
#[derive(Debug, Default)]
pub struct ExhibitorEdit {
    /// New short name.
    pub slug: Option<String>,
    /// New name.
    pub name: Option<String>,
    /// All places where it stands now, or none.
    pub booth: Option<Option<BoothText>>,
    /// Which leads scanners see.
    pub visibility: Option<LeadVisibility>,
    /// Another package, or none.
    pub package: Option<Option<Uuid>>,
    /// All that it agreed on beyond its package.
    pub terms: Option<Terms>,
    /// Whether it is there to try things out.
    pub is_test: Option<bool>,
}

/// Changes an exhibitor; `version` is the one that the editor saw.
pub async fn edit(
    app: &App,
    scope: &EventAdminScope,
    exhibitor: ExhibitorId,
    version: Option<i64>,
    edit: ExhibitorEdit,
) -> Result<Exhibitor, Problem> {
    let mut wrong = Fields::default();
    let slug = edit.slug.and_then(|slug| wrong.keep("/slug", Slug::parse(&slug)));
    let name = edit.name.and_then(|name| wrong.line("/name", &name, MAX_NAME));
    let is_booth_given = edit.booth.is_some();
    let places = checked_booths(&mut wrong, edit.booth.flatten());
    packages::check_own(&mut wrong, edit.terms.as_ref());
    wrong.done(Some(()))?;
    let mut tx = app.write().await?;
    let known = store::find_for_edit(&mut tx, scope, exhibitor).await?.ok_or_else(Problem::not_found)?;
    Problem::unless_current(known.version, version)?;
    if let Some(Some(package)) = edit.package {
        let known = packages::store::find(&mut tx, scope, package).await?;
        known.ok_or_else(|| Problem::field("/package_id", "is no package of this event"))?;
    }
    let (before, told_before) = (known.fields(), told(&known));
    let changed = ExhibitorRow {
        slug: slug.map_or(known.slug, |slug| slug.as_str().to_owned()),
        name: name.unwrap_or(known.name),
        visibility: edit.visibility.unwrap_or(known.visibility),
        package_id: edit.package.unwrap_or(known.package_id),
        terms: edit.terms.map_or(known.terms, Json),
        is_test: edit.is_test.unwrap_or(known.is_test),
        ..known
    };
    store::update(&mut tx, scope, &changed).await.map_err(slug_taken)?;
    if is_booth_given {
        place(app, &mut tx, scope, exhibitor, places).await?;
    }
    let booths = store::booths_of(&mut tx, scope, &[exhibitor]).await?.remove(&exhibitor).unwrap_or_default();
    let after = store::find(&mut tx, scope, exhibitor).await?.ok_or_else(Problem::not_found)?;
    let detail = json!({"before": told_before, "after": told(&after)});
    note(app, &mut tx, scope, Action::ExhibitorChanged, exhibitor, detail).await?;
    let mut change = None;
    if after.fields() != before {
        change = Some(leads::policy::change(app, &mut tx, scope.event(), Some(exhibitor.into())).await?);
    }
    rights::commit(app, tx, scope.event(), exhibitor.into(), exhibitor.0).await?;
    if let Some(change) = change {
        leads::policy::carry_out(app, change).await;
    }
    Ok(Exhibitor { row: after, booths })
}

/// Which leads the scanners of a space see.
pub async fn visibility(app: &App, scope: &TeamAdminScope) -> Result<LeadVisibility, Problem> {
    let mut tx = app.read().await?;
    let visibility = store::visibility(&mut tx, scope).await?.ok_or_else(Problem::not_found)?;
    tx.done().await?;
    Ok(visibility)
}

/// Changes it, at once on every phone and open page of the space.
pub async fn set_visibility(app: &App, scope: &TeamAdminScope, wanted: LeadVisibility) -> Result<(), Problem> {
    let mut tx = app.write().await?;
    let before = store::visibility_for_edit(&mut tx, scope).await?.ok_or_else(Problem::not_found)?;
    if before == wanted {
        return Ok(tx.done().await?);
    }
    store::set_visibility(&mut tx, scope, wanted).await?;
    let exhibitor = scope.exhibitor();
    let detail = json!({"before": {"visibility": before}, "after": {"visibility": wanted}});
    let entry = NewEntry::new(Action::ExhibitorChanged, scope.account(), Some(exhibitor.0)).at(exhibitor).with(detail);
    audit::append(app, &mut tx, scope.event(), &entry).await?;
    Ok(rights::commit(app, tx, scope.event(), scope.space(), exhibitor.0).await?)
}

/// Gives an exhibitor these booths and no others. One that stays where it is keeps its id, by which scans and
/// devices know it; the others move as long as there are new places for them.
async fn place(
    app: &App,
    tx: &mut Tx,
    scope: &EventAdminScope,
    exhibitor: ExhibitorId,
    mut places: Vec<Booth>,
) -> Result<(), Problem> {
    let mut known = store::booths_of(tx, scope, &[exhibitor]).await?.remove(&exhibitor).unwrap_or_default();
    known.retain(|booth| {
        let stays = places.iter().position(|place| place.hall == booth.hall && place.number == booth.number);
        stays.map(|at| places.remove(at)).is_none()
    });
    let mut known = known.into_iter();
    for place in &places {
        match known.next() {
            Some(booth) => store::move_booth(tx, scope, booth.id, place).await?,
            None => {
                let id: BoothId = app.new_id();
                store::insert_booth(tx, scope, id, exhibitor, place).await?;
            }
        }
    }
    for gone in known {
        store::delete_booth(tx, scope, gone.id).await?;
    }
    Ok(())
}

/// Deletes an exhibitor with its space.
///
/// `space` proves that whoever deletes may also take the leads home; they are written to a file first.
///
/// # Errors
/// `confirmation_required` when there are leads and nobody said that they may go.
pub async fn delete(
    app: &App,
    scope: &EventAdminScope,
    space: &ExportScope,
    confirms_leads: bool,
) -> Result<(), Problem> {
    let exhibitor = space.exhibitor();
    let shown = keep::Shown::load(app, scope.event()).await?;
    let mut tx = app.write().await?;
    let row = store::find_for_edit(&mut tx, scope, exhibitor).await?.ok_or_else(Problem::not_found)?;
    let leads = store::count_leads(&mut tx, space).await?;
    if leads > 0 {
        if !confirms_leads {
            let detail =
                format!("{} has {leads} leads. To delete them too, repeat this with ?confirm=leads.", row.name);
            return Err(Problem::new(Reason::ConfirmationRequired, detail));
        }
        keep::leads(app, &mut tx, space, &row, &shown).await?;
    }
    store::delete(&mut tx, scope, space, app.now()).await?;
    sessions::unassign(&mut tx, scope.event(), exhibitor).await?;
    meetings::forget_exhibitor(&mut tx, scope.event(), exhibitor).await?;
    sharing::forget_exhibitor(&mut tx, scope.event(), exhibitor).await?;
    let detail = json!({"before": told(&row), "leads": leads});
    note(app, &mut tx, scope, Action::ExhibitorDeleted, exhibitor, detail).await?;
    rights::commit(app, tx, scope.event(), exhibitor.into(), exhibitor.0).await?;
    Ok(())
}
