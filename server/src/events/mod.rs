//! Events: who organizes them, when and where they are, and what they disclose.
//!
//! An event and its feed begin together. A change of an event is a change of rights (its policy
//! decides what everybody sees), so every node learns it from the feed. The policy is in
//! [`disclosure`], the moments in [`phases`], what every scan needs of an event in [`cache`].

pub mod api;
pub mod cache;
pub mod disclosure;
pub mod disclosure_page;
pub mod duplicate;
pub mod frame;
pub mod new_page;
pub mod phases;
pub mod retention;
pub mod store;
pub mod when;

use crate::access::{AccountIdentity, Capability, EventAdminScope, EventScope};
use crate::accounts;
use crate::app::App;
use crate::audit::{self, Action, NewEntry};
use crate::feed;
use crate::fields::{Fields, Slug};
use crate::leads;
use crate::paging::{Page, PageParams};
use crate::problem::Problem;
use crate::rights;
use crate::storage::{StorageError, Tx};
use disclosure::Disclosure;
use mobile_core::ids::{EventId, OrganizerId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use serde_json::json;
use store::EventRow;

const MAX_NAME: usize = 200;

/// What an event is made of, checked.
#[derive(Debug, Clone)]
pub struct EventFields {
    /// Its short name in addresses.
    pub slug: Slug,
    /// Its name.
    pub name: String,
    /// Its IANA time zone, as the database of zones spells it.
    pub timezone: String,
    /// First day's opening.
    pub starts_at: Timestamp,
    /// Last day's closing.
    pub ends_at: Timestamp,
    /// Where it is.
    pub venue: Option<String>,
    /// What is disclosed to exhibitors.
    pub disclosure: Disclosure,
}

/// An event as it is sent, unchecked.
#[derive(Debug, Clone)]
pub struct EventDraft {
    /// Its short name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its IANA time zone.
    pub timezone: String,
    /// First day's opening.
    pub starts_at: Timestamp,
    /// Last day's closing.
    pub ends_at: Timestamp,
    /// Where it is.
    pub venue: Option<String>,
    /// What is disclosed to exhibitors; absent: the default.
    pub disclosure: Option<Disclosure>,
}

impl EventDraft {
    /// Checks all fields.
    pub fn checked(self) -> Result<EventFields, Problem> {
        let mut wrong = Fields::default();
        let slug = wrong.keep("/slug", Slug::parse(&self.slug));
        let name = wrong.line("/name", &self.name, MAX_NAME);
        let timezone = wrong.keep("/timezone", zone(&self.timezone));
        let venue = wrong.optional_line("/venue", self.venue.as_deref(), MAX_NAME);
        if self.starts_at >= self.ends_at {
            wrong.wrong("/ends_at", "must be later than the beginning");
        }
        let disclosure = match self.disclosure.map_or_else(|| Ok(Disclosure::default()), Disclosure::checked) {
            Ok(policy) => Some(policy),
            Err(errors) => {
                wrong.extend(errors);
                None
            }
        };
        let (starts_at, ends_at) = (self.starts_at, self.ends_at);
        let checked = || {
            let (slug, name, timezone, disclosure) = (slug?, name?, timezone?, disclosure?);
            Some(EventFields { slug, name, timezone, starts_at, ends_at, venue, disclosure })
        };
        wrong.done(checked())
    }
}

/// The name of a time zone as the database of zones spells it.
fn zone(name: &str) -> Result<String, &'static str> {
    let zone = jiff::tz::TimeZone::get(name.trim()).ok().filter(|zone| !zone.is_unknown());
    let zone = zone.ok_or("must be an IANA time zone such as Europe/Paris")?;
    Ok(zone.iana_name().unwrap_or("UTC").to_owned())
}

/// Makes an event of an organizer, or of the only one whose events this person manages.
pub async fn create(
    app: &App,
    account: &AccountIdentity,
    organizer: Option<OrganizerId>,
    draft: EventDraft,
) -> Result<EventRow, Problem> {
    let mut tx = app.write().await?;
    let organizer = managed_organizer(&mut tx, account, organizer).await?;
    let event = draft.checked()?;
    let id = app.new_id();
    let row = store::insert(&mut tx, id, organizer, &event, app.now()).await.map_err(slug_taken)?;
    feed::store::begin(&mut tx, id).await?;
    tx.commit(&app.hub).await?;
    Ok(row)
}

async fn managed_organizer(
    tx: &mut Tx,
    account: &AccountIdentity,
    named: Option<OrganizerId>,
) -> Result<OrganizerId, Problem> {
    let managed: Vec<OrganizerId> = accounts::organizers(tx, account.id)
        .await?
        .into_iter()
        .filter(|(_, role)| role.may(Capability::EventManage))
        .map(|(organizer, _)| organizer)
        .collect();
    match (named, managed.as_slice()) {
        (_, []) => Err(Problem::new(Reason::Forbidden, "Only owners and managers of an organizer make events.")),
        (Some(named), managed) if managed.contains(&named) => Ok(named),
        (Some(_), _) => Err(Problem::field("/organizer_id", "is not an organizer whose events you manage")),
        (None, [only]) => Ok(*only),
        (None, _) => Err(Problem::field("/organizer_id", "is needed: you manage the events of several organizers")),
    }
}

fn slug_taken(error: StorageError) -> Problem {
    match error {
        StorageError::Taken(_) => {
            Problem::new(Reason::AlreadyExists, "Another event has this slug; slugs are unique on this server.")
        }
        other => other.into(),
    }
}

/// The events of a person's organizers, the latest first.
pub async fn list(app: &App, account: &AccountIdentity, page: &PageParams) -> Result<Page<EventRow>, Problem> {
    let (limit, after) = (page.limit()?, page.after::<(Timestamp, EventId)>()?);
    let mut tx = app.read().await?;
    let rows = store::list(&mut tx, account.id, after, limit + 1).await?;
    tx.done().await?;
    Ok(Page::of(rows, limit, 0, |row| (row.starts_at, row.id)))
}

/// One event.
pub async fn get(app: &App, scope: &EventScope) -> Result<EventRow, Problem> {
    let mut tx = app.read().await?;
    let row = store::find(&mut tx, scope.event()).await?.ok_or_else(Problem::not_found)?;
    tx.done().await?;
    Ok(row)
}

/// What an edit changes; the rest stays.
#[derive(Debug, Clone, Default)]
pub struct EventEdit {
    /// New short name.
    pub slug: Option<String>,
    /// New name.
    pub name: Option<String>,
    /// New time zone.
    pub timezone: Option<String>,
    /// New first opening.
    pub starts_at: Option<Timestamp>,
    /// New last closing.
    pub ends_at: Option<Timestamp>,
    /// New venue, or none.
    pub venue: Option<Option<String>>,
    /// New policy, whole.
    pub disclosure: Option<Disclosure>,
}

/// Changes an event; `version` is the one that the editor saw.
pub async fn edit(
    app: &App,
    scope: &EventAdminScope,
    version: Option<i64>,
    edit: EventEdit,
) -> Result<EventRow, Problem> {
    let event = scope.event();
    let mut tx = app.write().await?;
    let known = store::find_for_edit(&mut tx, event).await?.ok_or_else(Problem::not_found)?;
    Problem::unless_current(known.version, version)?;
    let is_policy_given = edit.disclosure.is_some();
    let before = json!({"disclosure": known.disclosure, "timezone": known.timezone, "starts_at": known.starts_at,
        "ends_at": known.ends_at});
    let fields = EventDraft {
        slug: edit.slug.unwrap_or(known.slug),
        name: edit.name.unwrap_or(known.name),
        timezone: edit.timezone.unwrap_or(known.timezone),
        starts_at: edit.starts_at.unwrap_or(known.starts_at),
        ends_at: edit.ends_at.unwrap_or(known.ends_at),
        venue: edit.venue.unwrap_or(known.venue),
        disclosure: Some(edit.disclosure.unwrap_or(known.disclosure.0)),
    }
    .checked()?;
    let row = store::update(&mut tx, event, &fields).await.map_err(slug_taken)?;
    let after = json!({"disclosure": row.disclosure, "timezone": row.timezone, "starts_at": row.starts_at,
        "ends_at": row.ends_at});
    let entry = NewEntry::new(Action::EventChanged, Some(scope.account()), Some(event.0));
    audit::append(app, &mut tx, event, &entry.with(json!({"before": before, "after": after}))).await?;
    let mut change = None;
    if is_policy_given {
        change = Some(leads::policy::change(app, &mut tx, event, None).await?);
    }
    rights::commit(app, tx, event, event.into(), event.0).await?;
    if let Some(change) = change {
        leads::policy::carry_out(app, change).await;
    }
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> EventDraft {
        EventDraft {
            slug: "salon-2026".into(),
            name: "Salon 2026".into(),
            timezone: "europe/paris".into(),
            starts_at: Timestamp::from_micros(0),
            ends_at: Timestamp::from_micros(1),
            venue: Some(" ".into()),
            disclosure: None,
        }
    }

    #[test]
    fn an_event_has_a_zone_that_exists_and_ends_after_it_starts() {
        let event = draft().checked().expect("a good event");
        assert_eq!((event.timezone.as_str(), event.venue), ("Europe/Paris", None));
        for zone in ["Mars/Olympus", "", "Etc/Unknown", "+02:00"] {
            assert!(EventDraft { timezone: zone.into(), ..draft() }.checked().is_err(), "{zone}");
        }
        assert!(EventDraft { ends_at: Timestamp::from_micros(0), ..draft() }.checked().is_err());
    }
}
