//! What exhibitors show of themselves to attendees: their profile and logo, and the list of all of them.
//!
//! The organiser says which fields a profile has ([`fields`]); an admin of the exhibitor fills them in,
//! and what is saved is public at once. Texts are kept as they were written and shown as text, never as
//! markup. [`directory`] is what attendees see, [`logo`] makes a picture out of whatever was uploaded.

pub mod api;
mod attendee_api;
pub mod directory;
pub mod fields;
pub mod logo;
pub mod page;
pub mod shown;
pub mod store;

use crate::access::{ExhibitorScope, ProfileScope};
use crate::app::App;
use crate::audit::{self, Action, NewEntry};
use crate::packages;
use crate::problem::Problem;
use crate::storage::{StorageError, Tx};
use crate::words::Words;
use fields::{Content, ProfileForm};
use mobile_core::ids::{EventId, ExhibitorId};
use mobile_core::time::Timestamp;
use serde_json::json;
use shown::Shown;
use sqlx::types::Json;
use store::ProfileRow;
use uuid::Uuid;

/// An exhibitor's profile as its admin edits it.
#[derive(Debug, Clone)]
pub struct Profile {
    /// The fields that there are.
    pub form: ProfileForm,
    /// What stands in them, by key.
    pub content: Content,
    /// The logo's id.
    pub logo: Option<Uuid>,
    /// Rises with every change of the texts; 0 while nothing was ever saved.
    pub version: i64,
    /// When the texts were saved.
    pub updated_at: Option<Timestamp>,
}

/// The profile of an exhibitor, empty where nothing was ever saved.
pub async fn own(app: &App, scope: &ProfileScope) -> Result<Profile, Problem> {
    let mut tx = app.read().await?;
    let profile = of(&mut tx, scope.event(), scope.exhibitor()).await?;
    tx.done().await?;
    Ok(profile)
}

/// What visitors see of a space, for everybody of it.
pub async fn shown(app: &App, scope: &ExhibitorScope, name: &str, words: Words) -> Result<Shown, Problem> {
    let mut tx = app.read().await?;
    let profile = of(&mut tx, scope.event(), scope.exhibitor()).await?;
    tx.done().await?;
    let public = directory::own(app, scope.event(), scope.exhibitor(), name).await?;
    Ok(Shown::of(&public, &profile, words))
}

pub(crate) async fn of(tx: &mut Tx, event: EventId, exhibitor: ExhibitorId) -> Result<Profile, StorageError> {
    let form = fields::of(tx, event).await?;
    let logo = store::logo_of(tx, event, exhibitor).await?;
    let row = store::find(tx, event, exhibitor).await?;
    let version = row.as_ref().map_or(0, |row| row.version);
    let updated_at = row.as_ref().map(|row| row.updated_at);
    let content = row.map(|row| row.content.0).unwrap_or_default();
    Ok(Profile { form, content, logo, version, updated_at })
}

/// Saves a profile, which is public from then on; `version` is the one that the editor saw.
///
/// # Errors
/// `invalid_field` for what does not fit the event's fields.
pub async fn save(
    app: &App,
    scope: &ProfileScope,
    version: Option<i64>,
    content: &Content,
) -> Result<Profile, Problem> {
    let (event, exhibitor) = (scope.event(), scope.exhibitor());
    let mut tx = app.write().await?;
    packages::store::lock_exhibitor(&mut tx, event, exhibitor).await?;
    let form = fields::of(&mut tx, event).await?;
    let known = store::find(&mut tx, event, exhibitor).await?;
    let known_version = known.as_ref().map_or(0, |row| row.version);
    Problem::unless_current(known_version, version)?;
    let content = form.checked(content)?;
    let row = ProfileRow {
        tags: Json(form.tags(&content)),
        content: Json(content),
        version: known_version + 1,
        updated_at: app.now(),
    };
    store::put(&mut tx, scope, &row).await?;
    note(app, &mut tx, scope, json!({"version": row.version})).await?;
    let profile = of(&mut tx, event, exhibitor).await?;
    tx.commit(&app.hub).await?;
    Ok(profile)
}

/// Keeps in the audit log that a profile changed. What it says is public, and not repeated there.
pub(crate) async fn note(
    app: &App,
    tx: &mut Tx,
    scope: &ProfileScope,
    detail: serde_json::Value,
) -> Result<(), StorageError> {
    let entry = NewEntry::new(Action::ProfileChanged, scope.account(), None).at(scope.exhibitor()).with(detail);
    audit::append(app, tx, scope.event(), &entry).await
}
