//! Saved views: a list of leads under a name, with its filters, order and columns.
//!
//! A view is the address of its list, so whatever the Leads tab can show, a view can show again. It
//! belongs to the person who saved it; others of the space find it when it is shared, and see in it
//! what they may see. Only who saved it changes it.

pub mod api;
pub mod store;

use crate::access::LeadScope;
use crate::app::App;
use crate::fields::Fields;
use crate::leads::columns;
use crate::leads::list::LeadFilter;
use crate::problem::Problem;
use crate::registrations::folding::fold;
use crate::storage::StorageError;
use crate::web::list_query::ListQuery;
use mobile_core::ids::AccountId;
use mobile_core::reason::Reason;
use serde::Serialize;
use store::ViewRow;
use uuid::Uuid;

const MAX_NAME: usize = 60;
const MAX_QUERY: usize = 2000;
/// Views that one person keeps in one space.
const MOST: i64 = 50;
/// What of an address is no filter.
const OF_THE_PAGE: [&str; 2] = ["tab", "columns"];

/// A saved view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SavedView {
    /// The view.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// The query of the list's address: filters, `sort`, `tab` and `columns`; empty for the plain list.
    pub query: String,
    /// Whether everybody of the space finds it.
    pub is_shared: bool,
    /// Whether it is one's own to change.
    pub is_own: bool,
    /// Who saved it.
    pub saved_by: String,
}

/// What a view is made of, or what of it changes.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// Its name.
    pub name: Option<String>,
    /// The query of the list's address.
    pub query: Option<String>,
    /// Whether everybody of the space finds it.
    pub is_shared: Option<bool>,
}

/// The views that the caller finds in a space: their own first, then by name.
pub async fn list(app: &App, scope: &LeadScope) -> Result<Vec<SavedView>, Problem> {
    let mut tx = app.read().await?;
    let rows = store::list(&mut tx, scope, scope.account()).await?;
    tx.done().await?;
    let mut views: Vec<SavedView> = rows.into_iter().map(|row| shown(row, scope)).collect();
    views.sort_by_cached_key(|view| (!view.is_own, fold(&view.name)));
    Ok(views)
}

fn shown(row: ViewRow, scope: &LeadScope) -> SavedView {
    let ViewRow { id, account_id, name, query, is_shared, saved_by } = row;
    SavedView { id, name, query, is_shared, saved_by, is_own: scope.account() == Some(account_id) }
}

/// Saves a view.
pub async fn create(app: &App, scope: &LeadScope, draft: Draft) -> Result<SavedView, Problem> {
    let account = person(scope)?;
    let (name, query) = checked(app, scope, &draft).await?;
    let Some(name) = name else { return Err(Problem::field("/name", "must not be empty")) };
    let mut tx = app.write().await?;
    if store::count(&mut tx, scope, account).await? >= MOST {
        return Err(Problem::field(
            "/name",
            format!("is one more than the {MOST} views that a person keeps; delete one"),
        ));
    }
    let is_shared = draft.is_shared.unwrap_or(false);
    let row = ViewRow {
        id: app.new_id(),
        account_id: account,
        name,
        query: query.unwrap_or_default(),
        is_shared,
        saved_by: String::new(),
    };
    store::insert(&mut tx, scope, &row, app.now()).await.map_err(name_taken)?;
    let kept = store::find(&mut tx, scope, row.id).await?.ok_or_else(Problem::not_found)?;
    tx.commit(&app.hub).await?;
    Ok(shown(kept, scope))
}

/// Changes a view of one's own.
pub async fn change(app: &App, scope: &LeadScope, id: Uuid, draft: Draft) -> Result<SavedView, Problem> {
    let account = person(scope)?;
    let (name, query) = checked(app, scope, &draft).await?;
    let mut tx = app.write().await?;
    let known = own(store::find(&mut tx, scope, id).await?, account)?;
    let row = ViewRow {
        name: name.unwrap_or_else(|| known.name.clone()),
        query: query.unwrap_or_else(|| known.query.clone()),
        is_shared: draft.is_shared.unwrap_or(known.is_shared),
        ..known
    };
    store::update(&mut tx, scope, &row).await.map_err(name_taken)?;
    tx.commit(&app.hub).await?;
    Ok(shown(row, scope))
}

/// Deletes a view of one's own.
pub async fn delete(app: &App, scope: &LeadScope, id: Uuid) -> Result<(), Problem> {
    let account = person(scope)?;
    let mut tx = app.write().await?;
    own(store::find(&mut tx, scope, id).await?, account)?;
    store::delete(&mut tx, scope, id).await?;
    Ok(tx.commit(&app.hub).await?)
}

/// A view that the caller may change. Of one that is nobody else's to see, nothing is said.
fn own(row: Option<ViewRow>, account: AccountId) -> Result<ViewRow, Problem> {
    match row {
        Some(row) if row.account_id == account => Ok(row),
        Some(row) if row.is_shared => {
            let detail = "This view is a colleague's. Save it under a name of your own to change it.";
            Err(Problem::new(Reason::Forbidden, detail))
        }
        _ => Err(Problem::not_found()),
    }
}

fn person(scope: &LeadScope) -> Result<AccountId, Problem> {
    let detail = "Saved views belong to people; a device has none.";
    scope.account().ok_or_else(|| Problem::new(Reason::InvalidField, detail))
}

fn name_taken(error: StorageError) -> Problem {
    match error {
        StorageError::Taken(_) => Problem::new(Reason::AlreadyExists, "You have saved another view under this name."),
        other => other.into(),
    }
}

/// Name and query, where they are given: a view must be one that the list can show.
async fn checked(app: &App, scope: &LeadScope, draft: &Draft) -> Result<(Option<String>, Option<String>), Problem> {
    let mut wrong = Fields::default();
    let name = draft.name.as_deref().and_then(|name| wrong.line("/name", name, MAX_NAME));
    let query = match draft.query.as_deref() {
        Some(text) if text.chars().count() > MAX_QUERY => {
            wrong.wrong("/query", format!("must have at most {MAX_QUERY} characters"));
            None
        }
        Some(text) => match shows(app, scope, text).await {
            Ok(query) => Some(query),
            Err(problem) => {
                let Some(error) = problem.errors().first() else { return Err(problem) };
                wrong.wrong("/query", format!("{} {}", error.pointer.trim_start_matches('?'), error.detail));
                None
            }
        },
        None => None,
    };
    wrong.done(Some((name, query)))
}

/// The query in the form in which it is kept, once the list has understood it.
async fn shows(app: &App, scope: &LeadScope, text: &str) -> Result<String, Problem> {
    let pairs = form_urlencoded::parse(text.trim_start_matches('?').as_bytes()).into_owned().collect();
    let query = ListQuery::new(pairs).without(&["cursor", "limit", "export"]);
    columns::shown(query.get("columns"))?;
    let filter: LeadFilter = query.without(&OF_THE_PAGE).read()?;
    let info = app.events.info(app, scope.event()).await?;
    let mut tx = app.read().await?;
    filter.check(&mut tx, scope, &info, app.now()).await?;
    tx.done().await?;
    Ok(query.to_address().trim_start_matches('?').to_owned())
}
