//! Teams: the people of an exhibitor at one event, with their roles.
//!
//! Nobody reads before they accepted their invitation; whoever is removed stays as the author of
//! what they captured, and reads nothing from that moment on. An exhibitor keeps at least one admin.
//! The role `attendee` comes with a badge: [`badge`]. What else the organiser asks of each: [`form`].

pub mod api;
pub mod badge;
pub mod form;
pub mod page;
pub mod roles;
pub mod store;

use crate::access::TeamAdminScope;
use crate::accounts::{self, Invitation};
use crate::app::App;
use crate::audit::{self, Action, NewEntry};
use crate::feed;
use crate::fields::{Email, Fields};
use crate::forms::Known;
use crate::meetings;
use crate::paging::{Page, PageParams};
use crate::phases;
use crate::problem::Problem;
use crate::rights;
use crate::storage::{StorageError, Tx};
use crate::words::Words;
use form::Answers;
use mobile_core::ids::TeamMemberId;
use mobile_core::reason::Reason;
use roles::{Roles, TeamRole};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::MemberRow;
pub use store::crew_badges;

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
    /// The language of their mails; none: the event's.
    pub language: Option<Words>,
    /// Whether they are mailed at closing time.
    pub has_daily_mail: bool,
    /// What was answered to the organiser's fields.
    pub extra: Answers,
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
    /// The language of their mails; none: the event's.
    pub language: Option<Words>,
    /// What was answered to the organiser's fields; none: nobody was asked, so none of them is missing.
    pub extra: Option<Answers>,
}

impl MemberDraft {
    fn checked(self, asked: &Known) -> Result<MemberFields, Problem> {
        let mut wrong = Fields::default();
        let first_name = wrong.line("/first_name", &self.first_name, MAX_NAME);
        let last_name = wrong.line("/last_name", &self.last_name, MAX_NAME);
        let email = wrong.keep("/email", Email::parse(&self.email));
        if self.roles.is_empty() {
            wrong.wrong("/roles", "must hold at least one role");
        }
        let extra = match self.extra {
            None => Ok(Answers::new()),
            Some(sent) => form::filled(asked, &Answers::new(), sent),
        };
        let extra = wrong.all(extra);
        let (roles, language) = (self.roles, self.language);
        let checked = || {
            let (first_name, last_name, email, extra) = (first_name?, last_name?, email?, extra?);
            Some(MemberFields { first_name, last_name, email, roles, language, has_daily_mail: false, extra })
        };
        wrong.done(checked())
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

/// A member who was invited.
#[derive(Debug)]
pub struct Invited {
    /// The link to pass on.
    pub invitation: Invitation,
    /// Whether another is on its way by mail: not before something is open to this person.
    pub is_mailed: bool,
}

/// Adds a person and invites them; by mail, where something is open to them already.
pub async fn add(app: &App, scope: &TeamAdminScope, draft: MemberDraft) -> Result<(MemberRow, Invited), Problem> {
    let fields = draft.checked(&form::asked(app, scope.event()).await?)?;
    let info = app.events.info(app, scope.event()).await?;
    let mut tx = app.write().await?;
    // Before anything else: of several who are added at once, the quota lets so many in.
    store::lock_team(&mut tx, scope).await?;
    let row = store::insert(&mut tx, scope, app.new_id(), &fields, app.now()).await.map_err(email_taken)?;
    let invitation = accounts::invite(app, &mut tx, scope.event(), row.id).await?;
    note(app, &mut tx, scope, Action::MemberAdded, row.id, json!({"after": told(&row)})).await?;
    if fields.roles.has(TeamRole::Attendee) {
        let exhibitor = store::exhibitor_name(&mut tx, scope).await?;
        badge::join(app, &mut tx, scope, (&info, &exhibitor), &row).await?;
    }
    // Whoever is linked is mailed too, to say that they are of the team.
    let is_mailed = phases::welcome(app, &mut tx, &info, row.id).await?;
    let row = store::find(&mut tx, scope, row.id).await?.ok_or_else(Problem::not_found)?;
    tx.commit(&app.hub).await?;
    app.events.forget(scope.event());
    Ok((row, Invited { invitation, is_mailed }))
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
pub async fn invite_again(app: &App, scope: &TeamAdminScope, member: TeamMemberId) -> Result<Invited, Problem> {
    let info = app.events.info(app, scope.event()).await?;
    let mut tx = app.write().await?;
    let known = store::find(&mut tx, scope, member).await?.ok_or_else(Problem::not_found)?;
    if known.account_id.is_some() {
        return Err(has_joined("This person has accepted an invitation already."));
    }
    let invitation = accounts::invite(app, &mut tx, scope.event(), member).await?;
    let is_mailed = phases::remind(app, &mut tx, &info, member).await?;
    tx.commit(&app.hub).await?;
    Ok(Invited { invitation, is_mailed })
}

/// Takes a person's invitation back: its link works no more.
pub async fn uninvite(app: &App, scope: &TeamAdminScope, member: TeamMemberId) -> Result<(), Problem> {
    let mut tx = app.write().await?;
    let known = store::find(&mut tx, scope, member).await?.ok_or_else(Problem::not_found)?;
    if known.account_id.is_some() {
        return Err(has_joined("This person has accepted the invitation already; remove them from the team instead."));
    }
    accounts::uninvite(&mut tx, scope.event(), member).await?;
    note(app, &mut tx, scope, Action::InvitationRevoked, member, json!({})).await?;
    tx.commit(&app.hub).await?;
    Ok(())
}

fn has_joined(detail: &'static str) -> Problem {
    Problem::new(Reason::AlreadyExists, detail)
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
    /// The language of their mails, or the event's.
    pub language: Option<Option<Words>>,
    /// Whether they are mailed at closing time.
    pub has_daily_mail: Option<bool>,
    /// What is answered to the organiser's fields; those that are not named stay.
    pub extra: Option<Answers>,
}

impl MemberEdit {
    /// What the person becomes. What is not given stays as it is kept, also where nobody could send it
    /// so today: whoever was imported without a last name can still be made a scanner.
    fn applied_to(self, known: &MemberRow, asked: &Known) -> Result<MemberFields, Problem> {
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
        let language = self.language.unwrap_or(known.language);
        let has_daily_mail = self.has_daily_mail.unwrap_or(known.has_daily_mail);
        // What was answered of one person is not true of another.
        let is_someone_else = email.as_ref().is_some_and(|email| email.as_str() != known.email);
        let kept = if is_someone_else { Answers::new() } else { known.extra.0.clone() };
        let extra = match self.extra {
            None if !is_someone_else => Ok(kept),
            sent => form::filled(asked, &kept, sent.unwrap_or_default()),
        };
        let extra = wrong.all(extra);
        let checked = || {
            let (first_name, last_name, email, extra) = (first_name?, last_name?, email?, extra?);
            Some(MemberFields { first_name, last_name, email, roles, language, has_daily_mail, extra })
        };
        wrong.done(checked())
    }
}

/// Changes a person; `version` is the one that the editor saw. Phones that were given to somebody who is replaced
/// by another, or may not see the space any more, read nothing from then on, and still deliver what they hold.
///
/// # Errors
/// `last_admin` when nobody else is one; `confirmation_required` when a badge would be cancelled.
pub async fn edit(
    app: &App,
    scope: &TeamAdminScope,
    member: TeamMemberId,
    (version, is_confirmed): (Option<i64>, bool),
    edit: MemberEdit,
) -> Result<MemberRow, Problem> {
    let info = app.events.info(app, scope.event()).await?;
    let mut tx = app.write().await?;
    store::lock_team(&mut tx, scope).await?;
    let known = store::find(&mut tx, scope, member).await?.ok_or_else(Problem::not_found)?;
    Problem::unless_current(known.version, version)?;
    let asked = form::known(&mut tx, scope.event()).await?;
    let fields = edit.applied_to(&known, &asked)?;
    let is_someone_else = fields.email.as_str() != known.email;
    // Another address is another person, who has yet to join; one who never did may be corrected.
    let hands_over = is_someone_else && known.account_id.is_some() && !scope.is_organizers();
    if known.is_admin && (!fields.roles.is_admin() || hands_over) {
        keep_an_admin(&mut tx, scope, &known).await?;
    }
    let (had_badge, has_badge) = (known.registration_id.is_some(), fields.roles.has(TeamRole::Attendee));
    // Another person needs a badge of their own.
    let gives_back = had_badge && (!has_badge || is_someone_else);
    if gives_back && badge::own_registration(&mut tx, scope, (&info, &known)).await?.is_some() {
        badge::unless_confirmed(is_confirmed)?;
    }
    if is_someone_else {
        accounts::uninvite(&mut tx, scope.event(), member).await?;
        meetings::calendar_store::end_member_links(&mut tx, scope.event(), member).await?;
    }
    store::update(&mut tx, scope, member, &fields, is_someone_else).await.map_err(email_taken)?;
    if is_someone_else || (known.roles().opens_the_space() && !fields.roles.opens_the_space()) {
        store::end_devices(&mut tx, scope, member, app.now()).await?;
    }
    let row = store::find(&mut tx, scope, member).await?.ok_or_else(Problem::not_found)?;
    let mut detail = json!({"before": told(&known), "after": told(&row)});
    let fields = changed_fields(&known, &row);
    if !fields.is_empty() {
        detail["fields"] = json!(fields);
    }
    note(app, &mut tx, scope, Action::MemberChanged, member, detail).await?;
    if gives_back {
        badge::leave(app, &mut tx, scope, (&info, &known)).await?;
    }
    if has_badge && (gives_back || !had_badge) {
        let exhibitor = store::exhibitor_name(&mut tx, scope).await?;
        badge::join(app, &mut tx, scope, (&info, &exhibitor), &row).await?;
    }
    // Whoever may see more now than before is told of it, once.
    phases::welcome(app, &mut tx, &info, member).await?;
    let row = store::find(&mut tx, scope, member).await?.ok_or_else(Problem::not_found)?;
    rights::commit(app, tx, scope.event(), scope.space(), member.0).await?;
    Ok(row)
}

/// Removes a person: they read nothing any more, nor do the devices that were given to them, which
/// still deliver what they hold.
///
/// # Errors
/// `last_admin` when nobody else is one; `confirmation_required` when a badge would be cancelled.
pub async fn remove(
    app: &App,
    scope: &TeamAdminScope,
    member: TeamMemberId,
    is_confirmed: bool,
) -> Result<(), Problem> {
    let info = app.events.info(app, scope.event()).await?;
    let mut tx = app.write().await?;
    store::lock_team(&mut tx, scope).await?;
    let known = store::find(&mut tx, scope, member).await?.ok_or_else(Problem::not_found)?;
    if known.is_admin {
        keep_an_admin(&mut tx, scope, &known).await?;
    }
    if badge::own_registration(&mut tx, scope, (&info, &known)).await?.is_some() {
        badge::unless_confirmed(is_confirmed)?;
    }
    accounts::uninvite(&mut tx, scope.event(), member).await?;
    store::remove(&mut tx, scope, member, app.now()).await?;
    note(app, &mut tx, scope, Action::MemberRemoved, member, json!({"before": told(&known)})).await?;
    badge::leave(app, &mut tx, scope, (&info, &known)).await?;
    rights::commit(app, tx, scope.event(), scope.space(), member.0).await?;
    Ok(())
}

/// What the audit log remembers of a member.
fn told(member: &MemberRow) -> Value {
    json!({"first_name": member.first_name, "last_name": member.last_name, "email": member.email, "roles": member.roles()})
}

/// Which of the organiser's fields are answered otherwise now; what the answers are, the log need not know.
fn changed_fields(before: &MemberRow, after: &MemberRow) -> Vec<String> {
    let keys: BTreeSet<&String> = before.extra.keys().chain(after.extra.keys()).collect();
    keys.into_iter().filter(|key| before.extra.get(*key) != after.extra.get(*key)).cloned().collect()
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

/// Refuses to take away the last admin, and of those who have joined the last one too: one who was only asked may
/// never come. The organiser, who gets into every space, may hand it to somebody who has yet to join.
async fn keep_an_admin(tx: &mut Tx, scope: &TeamAdminScope, admin: &MemberRow) -> Result<(), Problem> {
    let must_have_joined = admin.account_id.is_some() && !scope.is_organizers();
    if store::has_other_admin(tx, scope, admin.id, must_have_joined).await? {
        return Ok(());
    }
    let detail = if must_have_joined {
        "A team keeps at least one admin who has joined. Make somebody else an admin and wait until they have \
         accepted their invitation, or ask the organiser."
    } else {
        "An exhibitor keeps at least one admin; make somebody else one first."
    };
    Err(Problem::new(Reason::LastAdmin, detail))
}
