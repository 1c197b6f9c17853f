//! Packages: what an exhibitor has bought, as named sets of terms, and what it agreed on beyond.
//!
//! What is off is refused with `not_in_package` by the scopes of [`crate::access`]. Nothing captured
//! is lost by it: scans made while scanning is off are kept, and appear when it is switched on.
//! Every change is in the audit log, which is the history.

pub mod api;
pub mod page;
pub mod store;

use crate::access::{EventAdminScope, EventScope};
use crate::app::App;
use crate::audit::{self, Action, NewEntry};
use crate::feed;
use crate::fields::Fields;
use crate::leads;
use crate::paging::{Page, PageParams};
use crate::problem::Problem;
use crate::rights;
use crate::storage::{StorageError, Tx};
use mobile_core::capture::{Contact, ContactField};
use mobile_core::ids::{EventId, ExhibitorId, SpaceId};
use mobile_core::reason::Reason;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeSet, HashMap};
use store::PackageRow;
use uuid::Uuid;

const MAX_NAME: usize = 100;
/// More than the largest exhibitor has phones.
const MAX_LICENCES: u32 = 10_000;

/// What can be in a package or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Entitlement {
    /// Seeing the leads of one's scans.
    Scanning,
    /// The live stream.
    Live,
    /// Downloading leads.
    Export,
    /// Asking questions at the stand.
    Questions,
    /// Meetings.
    Meetings,
    /// The list of attendees to meet.
    ContactList,
}

/// What a package says, or what one exhibitor agreed on; what is absent is as the level above says:
/// the exhibitor's own terms, then its package's, then everything without a limit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Terms {
    /// Seeing the leads of one's scans.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scanning: Option<bool>,
    /// The live stream.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live: Option<bool>,
    /// Downloading leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub export: Option<bool>,
    /// Asking questions at the stand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub questions: Option<bool>,
    /// Meetings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meetings: Option<bool>,
    /// The list of attendees to meet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_list: Option<bool>,
    /// Devices at once, 0 to 10,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licences: Option<u32>,
    /// Whether more devices than that may be paired, to be invoiced later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence_overrun: Option<bool>,
    /// The contact fields that are disclosed, where the event's policy lets them through.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>)]
    pub fields: Option<BTreeSet<ContactField>>,
    /// Badges for the team.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub badge_quota: Option<u32>,
}

impl Terms {
    fn check(&self, wrong: &mut Fields) {
        if self.licences.is_some_and(|licences| licences > MAX_LICENCES) {
            wrong.wrong("/terms/licences", format!("must be at most {MAX_LICENCES}"));
        }
        if self.badge_quota.is_some_and(|badges| badges > MAX_LICENCES) {
            wrong.wrong("/terms/badge_quota", format!("must be at most {MAX_LICENCES}"));
        }
    }
}

/// What holds for an exhibitor in the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Entitlements {
    /// Seeing the leads of one's scans.
    pub scanning: bool,
    /// The live stream.
    pub live: bool,
    /// Downloading leads.
    pub export: bool,
    /// Asking questions at the stand.
    pub questions: bool,
    /// Meetings.
    pub meetings: bool,
    /// The list of attendees to meet.
    pub contact_list: bool,
    /// Devices at once; null: as many as are wanted.
    pub licences: Option<u32>,
    /// Whether more devices than that may be paired.
    pub licence_overrun: bool,
    /// The contact fields that are disclosed at most; null: all.
    #[schema(value_type = Option<Vec<String>>)]
    pub fields: Option<BTreeSet<ContactField>>,
    /// Badges for the team; null: as many as are wanted.
    pub badge_quota: Option<u32>,
}

impl Entitlements {
    /// The exhibitor's own terms over its package's.
    pub fn of(package: Option<&Terms>, own: &Terms) -> Self {
        let nothing = Terms::default();
        let package = package.unwrap_or(&nothing);
        let is = |own: Option<bool>, package: Option<bool>| own.or(package).unwrap_or(true);
        Self {
            scanning: is(own.scanning, package.scanning),
            live: is(own.live, package.live),
            export: is(own.export, package.export),
            questions: is(own.questions, package.questions),
            meetings: is(own.meetings, package.meetings),
            contact_list: is(own.contact_list, package.contact_list),
            licences: own.licences.or(package.licences),
            licence_overrun: own.licence_overrun.or(package.licence_overrun).unwrap_or(false),
            fields: own.fields.as_ref().or(package.fields.as_ref()).cloned(),
            badge_quota: own.badge_quota.or(package.badge_quota),
        }
    }

    /// Whether something is in it.
    pub fn includes(&self, entitlement: Entitlement) -> bool {
        match entitlement {
            Entitlement::Scanning => self.scanning,
            Entitlement::Live => self.live,
            Entitlement::Export => self.export,
            Entitlement::Questions => self.questions,
            Entitlement::Meetings => self.meetings,
            Entitlement::ContactList => self.contact_list,
        }
    }
}

/// The fields of a contact that are among some.
pub fn narrowed(contact: Contact, fields: Option<&BTreeSet<ContactField>>) -> Contact {
    match fields {
        None => contact,
        Some(fields) => Contact(contact.0.into_iter().filter(|(field, _)| fields.contains(field)).collect()),
    }
}

/// What an exhibitor is entitled to, within a transaction that others who ask the same wait for.
pub async fn lock_entitlements(
    tx: &mut Tx,
    event: EventId,
    exhibitor: ExhibitorId,
) -> Result<Entitlements, StorageError> {
    store::lock_exhibitor(tx, event, exhibitor).await?;
    entitlements(tx, event, exhibitor).await
}

/// What an exhibitor is entitled to.
pub async fn entitlements(tx: &mut Tx, event: EventId, exhibitor: ExhibitorId) -> Result<Entitlements, StorageError> {
    let terms = store::terms_of(tx, event, exhibitor).await?;
    Ok(terms.map_or_else(|| Entitlements::of(None, &Terms::default()), |terms| terms.entitlements()))
}

/// Whether an exhibitor is there to try things out, and takes nothing that is counted.
pub async fn is_test(tx: &mut Tx, event: EventId, exhibitor: ExhibitorId) -> Result<bool, StorageError> {
    store::is_test(tx, event, exhibitor).await
}

/// The exhibitors of an event that get only some contact fields.
pub async fn narrowed_spaces(
    tx: &mut Tx,
    event: EventId,
) -> Result<HashMap<SpaceId, BTreeSet<ContactField>>, StorageError> {
    let terms = store::with_fields(tx, event).await?.into_iter();
    Ok(terms.filter_map(|(exhibitor, terms)| Some((exhibitor.into(), terms.entitlements().fields?))).collect())
}

/// Makes a package.
pub async fn create(app: &App, scope: &EventAdminScope, name: &str, terms: &Terms) -> Result<PackageRow, Problem> {
    let mut wrong = Fields::default();
    let name = wrong.line("/name", name, MAX_NAME);
    terms.check(&mut wrong);
    let name = wrong.done(name)?;
    let mut tx = app.write().await?;
    let row = store::insert(&mut tx, scope, app.new_id(), &name, terms, app.now()).await.map_err(name_taken)?;
    let detail = json!({"name": row.name, "after": row.terms});
    let entry = NewEntry::new(Action::PackageCreated, Some(scope.account()), Some(row.id)).with(detail);
    audit::append(app, &mut tx, scope.event(), &entry).await?;
    tx.commit(&app.hub).await?;
    Ok(row)
}

fn name_taken(error: StorageError) -> Problem {
    match error {
        StorageError::Taken(_) => Problem::new(Reason::AlreadyExists, "Another package of this event has this name."),
        other => other.into(),
    }
}

/// The packages of an event, oldest first.
pub async fn list(app: &App, scope: &EventScope, page: &PageParams) -> Result<Page<PackageRow>, Problem> {
    let (limit, after) = (page.limit()?, page.after::<Uuid>()?);
    let mut tx = app.read().await?;
    let seq = feed::store::head(&mut tx, scope.event()).await?;
    let rows = store::list(&mut tx, scope, after, limit + 1).await?;
    tx.done().await?;
    Ok(Page::of(rows, limit, seq, |row| row.id))
}

/// One package.
pub async fn get(app: &App, scope: &EventScope, id: Uuid) -> Result<PackageRow, Problem> {
    let mut tx = app.read().await?;
    let row = store::find(&mut tx, scope, id).await?.ok_or_else(Problem::not_found)?;
    tx.done().await?;
    Ok(row)
}

/// Changes a package: what it includes changes at once for every exhibitor that has it. `version` is
/// the one that the editor saw.
pub async fn edit(
    app: &App,
    scope: &EventAdminScope,
    id: Uuid,
    version: Option<i64>,
    name: Option<&str>,
    terms: Option<Terms>,
) -> Result<PackageRow, Problem> {
    let mut wrong = Fields::default();
    let name = name.and_then(|name| wrong.line("/name", name, MAX_NAME));
    if let Some(terms) = &terms {
        terms.check(&mut wrong);
    }
    wrong.done(Some(()))?;
    let mut tx = app.write().await?;
    let known = store::find_for_edit(&mut tx, scope, id).await?.ok_or_else(Problem::not_found)?;
    Problem::unless_current(known.version, version)?;
    let name = name.unwrap_or_else(|| known.name.clone());
    let terms = terms.unwrap_or_else(|| known.terms.0.clone());
    let row = store::update(&mut tx, scope, id, &name, &terms).await.map_err(name_taken)?;
    let detail = json!({"name": row.name, "before": known.terms, "after": row.terms});
    let entry = NewEntry::new(Action::PackageChanged, Some(scope.account()), Some(id)).with(detail);
    audit::append(app, &mut tx, scope.event(), &entry).await?;
    let mut change = None;
    if known.terms.fields != terms.fields {
        change = Some(leads::policy::change(app, &mut tx, scope.event(), None).await?);
    }
    rights::commit(app, tx, scope.event(), scope.event().into(), scope.event().0).await?;
    if let Some(change) = change {
        leads::policy::carry_out(app, change).await;
    }
    Ok(row)
}

/// Checks the terms that an exhibitor is given beyond its package.
pub fn check_own(wrong: &mut Fields, terms: Option<&Terms>) {
    if let Some(terms) = terms {
        terms.check(wrong);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exhibitors_own_terms_come_before_its_packages() {
        let package = Terms { live: Some(false), licences: Some(2), ..Terms::default() };
        let own = Terms { live: Some(true), ..Terms::default() };
        let both = Entitlements::of(Some(&package), &own);
        assert_eq!((both.live, both.licences, both.export), (true, Some(2), true));
        assert!(!Entitlements::of(Some(&package), &Terms::default()).includes(Entitlement::Live));
        let none = Entitlements::of(None, &Terms::default());
        assert_eq!((none.scanning, none.licences, none.badge_quota), (true, None, None), "without terms all is there");
    }

    #[test]
    fn terms_that_are_absent_are_not_written_down() {
        let terms = Terms { export: Some(false), ..Terms::default() };
        assert_eq!(serde_json::to_string(&terms).expect("JSON"), r#"{"export":false}"#);
    }
}
