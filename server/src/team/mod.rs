//! Teams: the people of an exhibitor at one event, with their roles.
//!
//! Nobody reads before they accepted their invitation; whoever is removed stays as the author of
//! what they captured, and reads nothing from that moment on. An exhibitor keeps at least one admin.

pub mod api;
pub mod page;
pub mod roles;
pub mod store;

use crate::access::TeamAdminScope;
use crate::accounts::{self, Invitation};
use crate::app::App;
use crate::audit::{self, Action, NewEntry};
use crate::feed;
use crate::fields::{Email, Fields};
use crate::paging::{Page, PageParams};
use crate::problem::Problem;
use crate::rights;
use crate::storage::{StorageError, Tx};
use mobile_core::ids::TeamMemberId;
use mobile_core::reason::Reason;
use roles::Roles;
use serde_json::{Value, json};
use store::MemberRow;

const MAX_NAME: usize = 100;

/// A person to add or change, checked.
#[derive(Debug, Clone)]
pub struct MemberFields {
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// E-mail address.
    pub email: Email,
    /// What they do for the exhibitor.
    pub roles: Roles,
}

/// A person as sent, unchecked.
#[derive(Debug, Clone)]
pub struct MemberDraft {
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// E-mail address.
    pub email: String,
    /// What they do for the exhibitor.
    pub roles: Roles,
}

impl MemberDraft {
    fn checked(self) -> Result<MemberFields, Problem> {
        let mut wrong = Fields::default();
        let first_name = wrong.line("/first_name", &self.first_name, MAX_NAME);
        let last_name = wrong.line("/last_name", &self.last_name, MAX_NAME);
        let email = wrong.keep("/email", Email::parse(&self.email));
        if self.roles.is_empty() {
            wrong.wrong("/roles", "must hold at least one role");
        }
        let roles = self.roles;
        wrong.done((|| Some(MemberFields { first_name: first_name?, last_name: last_name?, email: email?, roles }))())
    }
}

/// The team, in the order in which people were added; removed ones are left out.
pub async fn list(app: &App, scope: &TeamAdminScope, page: &PageParams) -> Result<Page<MemberRow>, Problem> {
    let (limit, after) = (page.limit()?, page.after::<TeamMemberId>()?);
    let mut tx = app.read().await?;
    let seq = feed::store::head(&mut tx, scope.event()).await?;
    let rows = store::list(&mut tx, scope, after, limit + 1).await?;
    tx.done().await?;
    Ok(Page::of(rows, limit, seq, |row| row.id))
}

/// Adds a person and invites them.
pub async fn add(app: &App, scope: &TeamAdminScope, draft: MemberDraft) -> Result<(MemberRow, Invitation), Problem> {
    let fields = draft.checked()?;
    let mut tx = app.write().await?;
    let row = store::insert(&mut tx, scope, app.new_id(), &fields, app.now()).await.map_err(email_taken)?;
    let invitation = accounts::invite(app, &mut tx, scope.event(), row.id).await?;
    note(app, &mut tx, scope, Action::MemberAdded, row.id, json!({"after": told(&row)})).await?;
    tx.commit(&app.hub).await?;
    app.events.forget(scope.event());
    Ok((row, invitation))
}

fn email_taken(error: StorageError) -> Problem {
    match error {
        StorageError::Taken(_) => {
            Problem::new(Reason::AlreadyExists, "Somebody with this e-mail is in the team already.")
        }
        other => other.into(),
    }
}

/// Invites a person again; the former invitation ends.
pub async fn invite_again(app: &App, scope: &TeamAdminScope, member: TeamMemberId) -> Result<Invitation, Problem> {
    let mut tx = app.write().await?;
    let known = store::find(&mut tx, scope, member).await?.ok_or_else(Problem::not_found)?;
    if known.account_id.is_some() {
        return Err(Problem::new(Reason::AlreadyExists, "This person has accepted an invitation already."));
    }
    let invitation = accounts::invite(app, &mut tx, scope.event(), member).await?;
    tx.commit(&app.hub).await?;
    Ok(invitation)
}

/// What an edit changes; the rest stays.
#[derive(Debug, Default)]
pub struct MemberEdit {
    /// New given name.
    pub first_name: Option<String>,
    /// New family name.
    pub last_name: Option<String>,
    /// New address: whoever had the former one reads no more until they accept a new invitation.
    pub email: Option<String>,
    /// The whole set of roles.
    pub roles: Option<Roles>,
}

impl MemberEdit {
    /// What the person becomes. What is not given stays as it is kept, also where nobody could send it
    /// so today: whoever was imported without a last name can still be made a scanner.
    fn applied_to(self, known: &MemberRow) -> Result<MemberFields, Problem> {
        let mut wrong = Fields::default();
        let mut name = |pointer, given: Option<String>, kept: &str| match given {
            Some(text) => wrong.line(pointer, &text, MAX_NAME),
            None => Some(kept.to_owned()),
        };
        let first_name = name("/first_name", self.first_name, &known.first_name);
        let last_name = name("/last_name", self.last_name, &known.last_name);
        let email = wrong.keep("/email", Email::parse(self.email.as_deref().unwrap_or(&known.email)));
        let roles = self.roles.unwrap_or(known.roles());
        if roles.is_empty() {
            wrong.wrong("/roles", "must hold at least one role");
        }
        wrong.done((|| Some(MemberFields { first_name: first_name?, last_name: last_name?, email: email?, roles }))())
    }
}

/// Changes a person; `version` is the one that the editor saw.
///
/// # Errors
/// `last_admin` when nobody else is one.
pub async fn edit(
    app: &App,
    scope: &TeamAdminScope,
    member: TeamMemberId,
    version: Option<i64>,
    edit: MemberEdit,
) -> Result<MemberRow, Problem> {
    let mut tx = app.write().await?;
    store::lock_team(&mut tx, scope).await?;
    let known = store::find(&mut tx, scope, member).await?.ok_or_else(Problem::not_found)?;
    Problem::unless_current(known.version, version)?;
    let fields = edit.applied_to(&known)?;
    if known.is_admin && !fields.roles.is_admin() {
        keep_an_admin(&mut tx, scope, member).await?;
    }
    let is_someone_else = fields.email.as_str() != known.email;
    if is_someone_else {
        accounts::uninvite(&mut tx, scope.event(), member).await?;
    }
    let row = store::update(&mut tx, scope, member, &fields, is_someone_else).await.map_err(email_taken)?;
    let detail = json!({"before": told(&known), "after": told(&row)});
    note(app, &mut tx, scope, Action::MemberChanged, member, detail).await?;
    rights::commit(app, tx, scope.event(), scope.space(), member.0).await?;
    Ok(row)
}

/// Removes a person: they read nothing any more, nor do the devices that were given to them, which
/// still deliver what they hold.
///
/// # Errors
/// `last_admin` when nobody else is one.
pub async fn remove(app: &App, scope: &TeamAdminScope, member: TeamMemberId) -> Result<(), Problem> {
    let mut tx = app.write().await?;
    store::lock_team(&mut tx, scope).await?;
    let known = store::find(&mut tx, scope, member).await?.ok_or_else(Problem::not_found)?;
    if known.is_admin {
        keep_an_admin(&mut tx, scope, member).await?;
    }
    accounts::uninvite(&mut tx, scope.event(), member).await?;
    store::remove(&mut tx, scope, member, app.now()).await?;
    note(app, &mut tx, scope, Action::MemberRemoved, member, json!({"before": told(&known)})).await?;
    rights::commit(app, tx, scope.event(), scope.space(), member.0).await?;
    Ok(())
}

/// What the audit log remembers of a member.
fn told(member: &MemberRow) -> Value {
    json!({"first_name": member.first_name, "last_name": member.last_name, "email": member.email, "roles": member.roles()})
}

async fn note(
    app: &App,
    tx: &mut Tx,
    scope: &TeamAdminScope,
    action: Action,
    member: TeamMemberId,
    detail: Value,
) -> Result<(), StorageError> {
    let entry = NewEntry::new(action, scope.account(), Some(member.0)).at(scope.exhibitor()).with(detail);
    audit::append(app, tx, scope.event(), &entry).await
}

async fn keep_an_admin(tx: &mut Tx, scope: &TeamAdminScope, member: TeamMemberId) -> Result<(), Problem> {
    if store::has_other_admin(tx, scope, member).await? {
        return Ok(());
    }
    Err(Problem::new(Reason::LastAdmin, "An exhibitor keeps at least one admin; make somebody else one first."))
}
