//! Who belongs to an organizer: asked by mail, given another role, removed.
//!
//! Owners and managers see to it, and who is an owner, owners alone decide: a manager could else make
//! themselves one. An organizer keeps at least one owner. A change holds at all of its events, so it is in
//! the audit log of each, and every stream of each checks its right anew.

use super::MAX_NAME;
use super::invitations::{INVITATION_DAYS, Invitation, InvitationStatus};
use super::store::organizers::{self as store, NewAsked, PersonRow};
use crate::access::token::{self, TokenHash};
use crate::access::{OrganizerRole, OrganizerScope, Role};
use crate::app::App;
use crate::audit::{self, Action, NewEntry};
use crate::fields::{Email, Fields};
use crate::mail::{self, Message};
use crate::problem::Problem;
use crate::rights;
use crate::storage::{StorageError, Tx};
use crate::words::Words;
use mobile_core::ids::{AccountId, OrganizerId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

/// A person to ask.
#[derive(Debug)]
pub struct Draft {
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// What they will be.
    pub role: OrganizerRole,
    /// The language of the mail.
    pub language: Words,
}

impl PersonRow {
    /// How far they have come.
    pub fn status(&self, now: Timestamp) -> InvitationStatus {
        InvitationStatus::of(self.invited_until.is_none(), self.invited_until, now)
    }
}

/// The members by name, then who was asked and has not come yet.
pub async fn list(app: &App, scope: &OrganizerScope) -> Result<Vec<PersonRow>, Problem> {
    let mut tx = app.read().await?;
    let mut people = store::members(&mut tx, scope).await?;
    people.extend(store::asked(&mut tx, scope).await?);
    tx.done().await?;
    Ok(people)
}

/// Asks somebody to join, by mail; a link that has ended is followed by a new one. Gives the one to pass on, which
/// is another than the one that is mailed.
///
/// # Errors
/// `already_exists` when somebody with this address is a member, or holds a link that works.
pub async fn invite(app: &App, scope: &OrganizerScope, draft: Draft) -> Result<(PersonRow, Invitation), Problem> {
    let mut wrong = Fields::default();
    let name = wrong.line("/name", &draft.name, MAX_NAME);
    let email = wrong.keep("/email", Email::parse(&draft.email));
    let (name, email) = wrong.done((|| Some((name?, email?)))())?;
    only_owners_name_owners(scope, &[draft.role])?;
    let mut tx = app.write().await?;
    let organizer = store::lock(&mut tx, scope).await?;
    if store::has_member(&mut tx, scope, &email).await? {
        return Err(Problem::new(Reason::AlreadyExists, "Somebody with this e-mail belongs to the organizer already."));
    }
    let asked = store::asked(&mut tx, scope).await?;
    if asked.iter().any(|one| one.email == email.as_str() && one.status(app.now()) == InvitationStatus::Invited) {
        return Err(Problem::new(Reason::AlreadyExists, "Somebody with this e-mail is invited already."));
    }
    if asked.len() as i64 >= store::MOST {
        return Err(Problem::field("/email", "is one too many: take an invitation back that nobody has accepted"));
    }
    // One that has ended, or that brought somebody who has left since.
    store::forget(&mut tx, scope, email.as_str()).await?;
    let (id, invitation, mailed) = (app.new_id::<AccountId>().0, Invitation::make(app), Invitation::make(app));
    let new = NewAsked {
        id,
        hashes: (&token::hash(&invitation.token), &token::hash(&mailed.token)),
        email: &email,
        name: &name,
        role: draft.role,
        language: draft.language,
        now: app.now(),
        expires_at: invitation.expires_at,
    };
    store::insert(&mut tx, scope, &new).await?;
    let person = store::asked_one(&mut tx, scope, id).await?.ok_or_else(Problem::not_found)?;
    send(app, &mut tx, &organizer, &person, &mailed).await?;
    let entry = NewEntry::new(Action::OrganizerMemberInvited, Some(scope.account()), Some(id));
    note(app, &mut tx, scope.organizer(), &entry.with(json!({"after": told(&person)}))).await?;
    tx.commit(&app.hub).await?;
    Ok((person, invitation))
}

/// Sends whoever was asked a new link, and gives another to pass on; the former ones end.
///
/// # Errors
/// `already_exists` when they have come already.
pub async fn invite_again(app: &App, scope: &OrganizerScope, id: Uuid) -> Result<Invitation, Problem> {
    let mut tx = app.write().await?;
    let organizer = store::lock(&mut tx, scope).await?;
    let Some(person) = store::asked_one(&mut tx, scope, id).await? else {
        return Err(match store::member(&mut tx, scope, id).await? {
            Some(_) => Problem::new(Reason::AlreadyExists, "This person has accepted an invitation already."),
            None => Problem::not_found(),
        });
    };
    only_owners_name_owners(scope, &[person.role])?;
    let (invitation, mailed) = (Invitation::make(app), Invitation::make(app));
    let hashes = (&token::hash(&invitation.token), &token::hash(&mailed.token));
    store::renew(&mut tx, scope, id, hashes, invitation.expires_at).await?;
    send(app, &mut tx, &organizer, &person, &mailed).await?;
    tx.commit(&app.hub).await?;
    Ok(invitation)
}

async fn send(
    app: &App,
    tx: &mut Tx,
    organizer: &str,
    person: &PersonRow,
    invitation: &Invitation,
) -> Result<(), Problem> {
    let to = Email::parse(&person.email).map_err(|detail| Problem::field("/email", detail))?;
    let message = Message::OrganizerInvitation {
        name: person.name.clone(),
        organizer: organizer.to_owned(),
        role: person.role,
        link: invitation.link(app.settings.own_url()),
        days: INVITATION_DAYS,
    };
    Ok(mail::enqueue(app, tx, &to, person.language.unwrap_or_default(), &message).await?)
}

/// Has an invitation's promise kept: the account belongs to the organizer from now on.
pub(super) async fn join(app: &App, mut tx: Tx, hash: &TokenHash, account: AccountId) -> Result<(), Problem> {
    // As it is now: the role may have been changed since the link was opened.
    let asked = store::by_token(&mut tx, hash).await?.ok_or_else(Problem::not_found)?;
    store::join(&mut tx, asked.organizer_id, account, asked.role).await?;
    let detail = json!({"after": {"name": asked.name, "email": asked.email, "role": asked.role}});
    let entry = NewEntry::new(Action::OrganizerMemberJoined, Some(account), Some(account.0)).with(detail);
    commit(app, tx, asked.organizer_id, account.0, &entry).await
}

/// Gives a member, or whoever was asked, another role; it holds at once.
///
/// # Errors
/// `last_admin` when nobody else is an owner; `forbidden` where a manager would make or unmake one.
pub async fn set_role(app: &App, scope: &OrganizerScope, id: Uuid, role: OrganizerRole) -> Result<PersonRow, Problem> {
    let mut tx = app.write().await?;
    store::lock(&mut tx, scope).await?;
    let (person, is_member) = find(&mut tx, scope, id).await?;
    only_owners_name_owners(scope, &[person.role, role])?;
    if person.role == role {
        tx.done().await?;
        return Ok(person);
    }
    if is_member {
        keep_an_owner(&mut tx, scope, &person).await?;
        store::set_role(&mut tx, scope, id, role).await?;
    } else {
        store::set_asked_role(&mut tx, scope, id, role).await?;
    }
    let changed = PersonRow { role, ..person.clone() };
    let entry = NewEntry::new(Action::OrganizerMemberChanged, Some(scope.account()), Some(id))
        .with(json!({"name": person.name, "before": told(&person), "after": told(&changed)}));
    commit(app, tx, scope.organizer(), id, &entry).await?;
    Ok(changed)
}

/// Removes a member, who reads nothing of the organizer's events any more, or takes an invitation back.
///
/// # Errors
/// `last_admin` when nobody else is an owner; `forbidden` where a manager would remove one.
pub async fn remove(app: &App, scope: &OrganizerScope, id: Uuid) -> Result<(), Problem> {
    let mut tx = app.write().await?;
    store::lock(&mut tx, scope).await?;
    let (person, is_member) = find(&mut tx, scope, id).await?;
    only_owners_name_owners(scope, &[person.role])?;
    let action = if is_member {
        keep_an_owner(&mut tx, scope, &person).await?;
        store::remove(&mut tx, scope, &person).await?;
        Action::OrganizerMemberRemoved
    } else {
        store::forget(&mut tx, scope, &person.email).await?;
        Action::InvitationRevoked
    };
    let entry = NewEntry::new(action, Some(scope.account()), Some(id))
        .with(json!({"before": told(&person), "name": person.name}));
    commit(app, tx, scope.organizer(), id, &entry).await
}

/// A member, or somebody who was asked; and which of both.
async fn find(tx: &mut Tx, scope: &OrganizerScope, id: Uuid) -> Result<(PersonRow, bool), Problem> {
    if let Some(person) = store::member(tx, scope, id).await? {
        return Ok((person, true));
    }
    Ok((store::asked_one(tx, scope, id).await?.ok_or_else(Problem::not_found)?, false))
}

fn only_owners_name_owners(scope: &OrganizerScope, roles: &[OrganizerRole]) -> Result<(), Problem> {
    if scope.role() == Role::Owner || !roles.contains(&OrganizerRole::Owner) {
        return Ok(());
    }
    Err(Problem::new(Reason::Forbidden, "Only an owner says who is an owner. Ask one of them."))
}

async fn keep_an_owner(tx: &mut Tx, scope: &OrganizerScope, person: &PersonRow) -> Result<(), Problem> {
    if person.role != OrganizerRole::Owner || store::has_other_owner(tx, scope, person.id).await? {
        return Ok(());
    }
    Err(Problem::new(Reason::LastAdmin, "An organizer keeps at least one owner; make somebody else one first."))
}

/// What the audit log remembers of somebody.
fn told(person: &PersonRow) -> Value {
    json!({"name": person.name, "email": person.email, "role": person.role})
}

/// Has each event's log remember it; the server's own, while there is no event.
async fn note(app: &App, tx: &mut Tx, organizer: OrganizerId, entry: &NewEntry) -> Result<(), StorageError> {
    let events = store::events(tx, organizer).await?;
    if events.is_empty() {
        return audit::append(app, tx, audit::SERVER, entry).await;
    }
    for event in events {
        audit::append(app, tx, event, entry).await?;
    }
    Ok(())
}

/// Commits a change of what somebody is: remembered, and told to every stream of every event.
async fn commit(app: &App, mut tx: Tx, organizer: OrganizerId, whose: Uuid, entry: &NewEntry) -> Result<(), Problem> {
    note(app, &mut tx, organizer, entry).await?;
    for event in store::events(&mut tx, organizer).await? {
        rights::note(&mut tx, event, event.into(), whose, app.now()).await?;
    }
    tx.commit(&app.hub).await?;
    app.identities.clear();
    Ok(())
}
