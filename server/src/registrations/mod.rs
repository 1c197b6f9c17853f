//! Registrations: people registered for an event, however they arrive.
//!
//! `folding` decides when two spellings are the same; [`import`] turns a file into rows, [`plan`]
//! decides what they change, [`load`] writes that. A person is known by the organiser's reference,
//! else by a badge code, else by folded e-mail and names together, never by the e-mail alone.
//! A registration that changes tells the spaces that have the person as a lead.

pub mod api;
pub mod category;
pub mod desk_page;
pub mod folding;
pub mod import;
pub mod input;
pub mod load;
pub mod merging;
pub mod page;
pub mod plan;
pub mod store;
pub mod upload;
pub mod view;

use crate::access::{AttendeeScope, DeskScope, EventScope};
use crate::app::App;
use crate::audit::{self, Action, NewEntry};
use crate::badges::{self, Badge, NewBadge};
use crate::events::disclosure::{Disclosure, Rule, Scannable};
use crate::feed::{self, EntryKind};
use crate::fields::Email;
use crate::leads;
use crate::problem::Problem;
use crate::sessions;
use crate::storage::{StorageError, Tx};
use input::{Changes, Draft};
use mobile_core::badge::code_hash;
use mobile_core::capture::{Contact, ContactField};
use mobile_core::ids::{AccountId, EventId, ExhibitorId, RegistrationId, SessionId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use serde_json::{Value, json};
use sqlx::types::Json;
use std::collections::BTreeSet;

/// A registration as it is kept.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Registration {
    /// The registration.
    pub id: RegistrationId,
    /// The organiser's reference, unique within the event.
    pub external_id: Option<String>,
    /// The category's code.
    pub category: String,
    /// What is known of the person.
    pub contact: Json<Contact>,
    /// What exhibitors see instead, where the person named another e-mail address for them.
    pub exhibitor_contact: Option<Json<Contact>>,
    /// The exhibitor whose team the person is in.
    pub exhibitor_id: Option<ExhibitorId>,
    /// The local days on which it is valid, such as `2026-11-22`; none: every day.
    pub valid_days: Option<Json<BTreeSet<String>>>,
    /// The zones that the person may enter; none: all.
    pub allowed_zones: Option<Json<BTreeSet<SessionId>>>,
    /// Rises with every change.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Registration {
    /// Folded (e-mail, first name, last name): what a row without reference and code is known by.
    pub fn person_key(&self) -> Option<String> {
        let text = |field| self.contact.get(field).unwrap_or_default();
        folding::person_key(text(ContactField::Email), text(ContactField::FirstName), text(ContactField::LastName))
    }

    /// The e-mail address as addresses are compared, which the person signs in by.
    pub fn email(&self) -> Option<String> {
        email_of(&self.contact)
    }

    /// What exhibitors see instead of what is known, where the person named another address for them: that
    /// choice outlives whatever else changes.
    pub fn shown(&self) -> Option<Json<Contact>> {
        let email = self.exhibitor_contact.as_ref()?.get(ContactField::Email)?;
        Some(Json(with_email(&self.contact, email)))
    }

    /// What lists are sorted by: last name first, folded.
    pub fn sort_name(&self) -> String {
        sort_name(&self.contact)
    }

    /// What it is found by: names, company, e-mail, phone, job, city and reference, folded.
    pub fn search(&self) -> String {
        use ContactField as F;
        let mut text = String::new();
        for field in [F::LastName, F::FirstName, F::Company, F::Email, F::Phone, F::JobTitle, F::City] {
            text.push_str(self.contact.get(field).unwrap_or_default());
            text.push(' ');
        }
        text.push_str(self.external_id.as_deref().unwrap_or_default());
        folding::fold(&text)
    }
}

/// An e-mail address as addresses are compared.
fn email_of(contact: &Contact) -> Option<String> {
    let email = Email::parse(contact.get(ContactField::Email)?).ok()?;
    Some(email.as_str().to_owned())
}

/// A name as lists are sorted by it.
fn sort_name(contact: &Contact) -> String {
    let text = |field| contact.get(field).unwrap_or_default();
    folding::fold(&format!("{} {}", text(ContactField::LastName), text(ContactField::FirstName)))
}

/// A registration with the badge that stands for it now.
#[derive(Debug, Clone)]
pub struct Registered {
    /// The registration.
    pub registration: Registration,
    /// Its badges, oldest first.
    pub badges: Vec<Badge>,
}

/// A page of a list.
#[derive(Debug)]
pub struct Page {
    /// The registrations, in the order in which they were made.
    pub items: Vec<Registered>,
    /// The last one, when there are more.
    pub next: Option<RegistrationId>,
    /// The feed's head before the page was read.
    pub seq: u64,
}

/// Registers a person and issues their badge.
///
/// # Errors
/// `already_exists` when the reference or the badge code is taken.
pub async fn create(app: &App, scope: &DeskScope, draft: Draft) -> Result<Registered, Problem> {
    let policy = app.events.info(app, scope.event()).await?;
    let now = app.now();
    let registration = Registration {
        id: app.new_id(),
        external_id: draft.external_id,
        category: category::code(&policy.disclosure, draft.category.as_deref().unwrap_or_default()),
        contact: Json(draft.contact),
        exhibitor_contact: None,
        exhibitor_id: None,
        valid_days: draft.valid_days.map(Json),
        allowed_zones: draft.allowed_zones.map(Json),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let mut tx = app.write().await?;
    tx.changes_badges(scope.event()).await?;
    refuse_unknown_zones(&mut tx, scope, &registration).await?;
    if let Some(external_id) = &registration.external_id {
        refuse_taken_reference(&mut tx, scope, external_id, registration.id).await?;
    }
    let badge = match &draft.badge_code {
        None => NewBadge::own(app, registration.id),
        Some(code) => {
            if !badges::store::owners(&mut tx, scope, &[code_hash(code.as_str())]).await?.is_empty() {
                return Err(taken("badge_code"));
            }
            NewBadge::imported(app, registration.id, code)
        }
    };
    store::put(&mut tx, scope, std::slice::from_ref(&registration)).await?;
    badges::issue(app, &mut tx, scope, std::slice::from_ref(&badge)).await?;
    let badges = badges::store::of_registrations(&mut tx, scope, &[registration.id]).await?;
    leads::reconcile(app, &mut tx, scope.event(), &[(badge.code_hash, registration.id)]).await?;
    tx.commit(&app.hub).await?;
    Ok(Registered { registration, badges })
}

/// One registration.
pub async fn get(app: &App, scope: &DeskScope, id: RegistrationId) -> Result<Registered, Problem> {
    let mut tx = app.read().await?;
    let registration = store::find(&mut tx, scope, id).await?.ok_or_else(Problem::not_found)?;
    let badges = badges::store::of_registrations(&mut tx, scope, &[id]).await?;
    tx.done().await?;
    Ok(Registered { registration, badges })
}

/// Changes a registration; leads of the person show it at once.
///
/// # Errors
/// `old_version` when `if_version` is not the present one, `already_exists` when the new reference
/// is taken.
pub async fn change(
    app: &App,
    scope: &DeskScope,
    id: RegistrationId,
    changes: Changes,
    if_version: Option<i64>,
) -> Result<Registered, Problem> {
    let policy = app.events.info(app, scope.event()).await?;
    let mut tx = app.write().await?;
    // Waits for scans under way, which would write the leads from what they read of the person.
    tx.changes_badges(scope.event()).await?;
    let old = store::find(&mut tx, scope, id).await?.ok_or_else(Problem::not_found)?;
    if if_version.is_some_and(|version| version != old.version) {
        return Err(Problem::new(Reason::OldVersion, "Somebody changed this registration; read it again."));
    }
    let mut new = changes.applied(&old, &policy.disclosure)?;
    if new != old {
        new.version += 1;
        new.updated_at = app.now();
        if new.allowed_zones != old.allowed_zones {
            refuse_unknown_zones(&mut tx, scope, &new).await?;
        }
        if let Some(external_id) = new.external_id.as_ref().filter(|_| new.external_id != old.external_id) {
            refuse_taken_reference(&mut tx, scope, external_id, id).await?;
        }
        store::put(&mut tx, scope, std::slice::from_ref(&new)).await?;
    }
    let badges = badges::store::of_registrations(&mut tx, scope, &[id]).await?;
    if new != old {
        let detail = json!({"before": told(&old), "after": told(&new)});
        let entry = NewEntry::new(Action::RegistrationChanged, Some(scope.account()), Some(id.0)).with(detail);
        audit::append(app, &mut tx, scope.event(), &entry).await?;
        let kind = entry_kind(&policy.disclosure, &old.category, &new.category);
        leads::touched(app, &mut tx, scope.event(), &[id], kind).await?;
    }
    tx.commit(&app.hub).await?;
    Ok(Registered { registration: new, badges })
}

/// A contact with another e-mail address.
fn with_email(contact: &Contact, email: &str) -> Contact {
    let mut shown = contact.clone();
    shown.set(ContactField::Email, email);
    shown
}

/// Has exhibitors see another e-mail address of an attendee than the registered one, or that one again.
/// Leads, streams and later exports follow at once; signing in and the organiser's mails stay with the
/// registered address. Gives the address that exhibitors see instead. That the address is the attendee's own is
/// for the caller to know (`attendees::other_email`).
///
/// # Errors
/// `subject_erased` once nothing of the attendee is kept.
pub async fn set_exhibitor_email(
    app: &App,
    tx: &mut Tx,
    scope: &AttendeeScope,
    email: Option<&Email>,
) -> Result<Option<String>, Problem> {
    // Waits for scans under way, which would write the leads from what they read of the person.
    tx.changes_badges(scope.event()).await?;
    let erased = || Problem::new(Reason::SubjectErased, "Your details were erased; there is nothing left to show.");
    let known = store::own(tx, scope).await?.ok_or_else(erased)?;
    let email = email.map(Email::as_str).filter(|email| {
        let registered = known.contact.get(ContactField::Email).unwrap_or_default();
        !registered.trim().eq_ignore_ascii_case(email)
    });
    let before = known.exhibitor_contact.as_ref().and_then(|shown| shown.get(ContactField::Email));
    if before != email {
        let shown = email.map(|email| with_email(&known.contact, email));
        store::set_shown(tx, scope, shown.as_ref(), app.now()).await?;
        let entry = NewEntry::new(Action::ExhibitorEmailChanged, None, Some(scope.registration().0));
        let entry = entry.with(json!({"own_address": email.is_some()}));
        audit::append(app, tx, scope.event(), &entry).await?;
        // The address that they saw before is taken back.
        leads::touched(app, tx, scope.event(), &[scope.registration()], EntryKind::Redacted).await?;
    }
    Ok(email.map(str::to_owned))
}

/// What the audit log remembers of a registration.
fn told(registration: &Registration) -> Value {
    json!({"category": registration.category, "contact": registration.contact})
}

/// Registrations in the order in which they were made, found by words of `q` where it is given.
pub async fn list(
    app: &App,
    scope: &DeskScope,
    q: &str,
    after: Option<RegistrationId>,
    limit: u32,
) -> Result<Page, Problem> {
    find(app, scope, &store::Search::of(q)?, after, limit).await
}

/// The same, of those alone who have a contact's name or its e-mail.
pub async fn list_like(
    app: &App,
    scope: &DeskScope,
    (q, contact): (&str, &Contact),
    after: Option<RegistrationId>,
    limit: u32,
) -> Result<Page, Problem> {
    find(app, scope, &store::Search::of(q)?.like(contact), after, limit).await
}

async fn find(
    app: &App,
    scope: &DeskScope,
    search: &store::Search,
    after: Option<RegistrationId>,
    limit: u32,
) -> Result<Page, Problem> {
    let mut tx = app.read().await?;
    let seq = feed::store::head(&mut tx, scope.event()).await?;
    let mut rows = store::list(&mut tx, scope, search, after, i64::from(limit) + 1).await?;
    let has_more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let items = with_badges(&mut tx, scope, rows).await?;
    tx.done().await?;
    audit::read_people(app, scope, items.len()).await?;
    let next = items.last().filter(|_| has_more).map(|last| last.registration.id);
    Ok(Page { items, next, seq })
}

async fn with_badges(
    tx: &mut Tx,
    scope: &EventScope,
    registrations: Vec<Registration>,
) -> Result<Vec<Registered>, StorageError> {
    let ids: Vec<RegistrationId> = registrations.iter().map(|registration| registration.id).collect();
    let mut of: std::collections::HashMap<RegistrationId, Vec<Badge>> = std::collections::HashMap::new();
    for badge in badges::store::of_registrations(tx, scope, &ids).await? {
        of.entry(badge.registration_id).or_default().push(badge);
    }
    let with = |registration: Registration| Registered {
        badges: of.remove(&registration.id).unwrap_or_default(),
        registration,
    };
    Ok(registrations.into_iter().map(with).collect())
}

async fn refuse_unknown_zones(tx: &mut Tx, scope: &EventScope, person: &Registration) -> Result<(), Problem> {
    let Some(zones) = &person.allowed_zones else { return Ok(()) };
    let zones: Vec<SessionId> = zones.iter().copied().collect();
    sessions::refuse_unknown(tx, scope, &zones, "/allowed_zones").await
}

async fn refuse_taken_reference(
    tx: &mut Tx,
    scope: &EventScope,
    external_id: &str,
    own: RegistrationId,
) -> Result<(), Problem> {
    let known = store::by_references(tx, scope, &[external_id]).await?;
    if known.iter().any(|registration| registration.id != own) { Err(taken("external_id")) } else { Ok(()) }
}

fn taken(field: &str) -> Problem {
    let detail = format!("Another registration of this event has this; correct it, or change that one: “{field}”.");
    Problem::new(Reason::AlreadyExists, detail)
}

/// Has what somebody was registered as before a team took them in be of the team that they have joined. Whoever
/// works for two belongs to the first.
pub async fn join_teams(tx: &mut Tx, account: AccountId, now: Timestamp) -> Result<(), StorageError> {
    for (event, id, team) in store::of_joined(tx, account).await? {
        // Waits for scans under way: the own team never becomes a lead.
        tx.changes_badges(event).await?;
        store::set_team(tx, (event, id), team, now).await?;
    }
    Ok(())
}

/// The events whose registrations [`join_teams`] may change once this person joins a team at another, in order.
pub async fn events_to_join(
    tx: &mut Tx,
    account: AccountId,
    event: EventId,
) -> Result<BTreeSet<EventId>, StorageError> {
    let joined = store::of_joined(tx, account).await?;
    Ok(joined.into_iter().map(|(event, ..)| event).chain([event]).collect())
}

/// Has others that count something of a registration wait until this transaction ends.
pub async fn hold(tx: &mut Tx, event: EventId, id: RegistrationId) -> Result<(), StorageError> {
    store::hold(tx, event, id).await
}

/// What the spaces are told when a person's category changes: less may be seen, or just something else.
pub(crate) fn entry_kind(policy: &Disclosure, old: &str, new: &str) -> EntryKind {
    let narrower = |old: &Rule, new: &Rule| {
        (old.scannable == Scannable::Yes && new.scannable != Scannable::Yes)
            || (old.scannable != Scannable::No && new.scannable == Scannable::No)
            || match (&old.fields, &new.fields) {
                (_, None) => false,
                (None, Some(_)) => true,
                (Some(old), Some(new)) => !old.is_subset(new),
            }
    };
    if narrower(policy.rule(old), policy.rule(new)) { EntryKind::Redacted } else { EntryKind::Updated }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn becoming_crew_takes_details_away_and_becoming_a_visitor_does_not() {
        let policy = Disclosure::default();
        assert_eq!(entry_kind(&policy, "visitor", "crew"), EntryKind::Redacted);
        assert_eq!(entry_kind(&policy, "visitor", "minor"), EntryKind::Redacted);
        assert_eq!(entry_kind(&policy, "crew", "visitor"), EntryKind::Updated);
        assert_eq!(entry_kind(&policy, "visitor", "vip"), EntryKind::Updated);
    }
}
