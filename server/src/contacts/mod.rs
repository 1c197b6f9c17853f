//! The contact list: attendees whom an exhibitor may ask for a meeting.
//!
//! Listed are people of the categories that the event's policy lists, without those who took their
//! consent back and without the exhibitor's own team. Names, company, position and country show as far
//! as the policy and the package disclose them, never an address or a number: those come with a lead.
//! Whoever is to be asked first shows their company until they have allowed more.
//! A search looks at what shows and at nothing else, so that searching discloses nothing.

pub mod api;
pub mod page;
pub mod store;

use crate::access::ContactScope;
use crate::app::App;
use crate::audit;
use crate::consent;
use crate::events::cache::EventInfo;
use crate::events::disclosure::Scannable;
use crate::packages;
use crate::paging::Page;
use crate::problem::Problem;
use crate::registrations::folding::fold;
use crate::storage::{StorageError, Tx, cursor};
use mobile_core::capture::{Contact, ContactField};
use mobile_core::ids::{EventId, ExhibitorId, RegistrationId};
use mobile_core::wire::lead::ConsentState;
use store::PersonRow;

/// Rows looked through at once.
const CHUNK: i64 = 1_000;
/// The fields that a list shows at most.
const FIELDS: [ContactField; 5] = [
    ContactField::FirstName,
    ContactField::LastName,
    ContactField::JobTitle,
    ContactField::Company,
    ContactField::Country,
];

/// Somebody of the contact list.
#[derive(Debug, Clone)]
pub struct Person {
    /// Who.
    pub id: RegistrationId,
    /// The category's code.
    pub category: String,
    /// What shows of them.
    pub contact: Contact,
}

/// Somebody whom an exhibitor wants to write to or to meet.
#[derive(Debug, Clone)]
pub struct Attendee {
    /// The category's code.
    pub category: String,
    /// Whose team they are in.
    pub team: Option<ExhibitorId>,
    lead_consent: Option<String>,
}

impl Attendee {
    /// Whether the exhibitor has them as a lead that they agreed to.
    pub fn is_lead_that_agreed(&self) -> bool {
        self.lead_consent.as_deref() == Some("granted")
    }

    /// Whether the exhibitor has them as a lead that they did not take back.
    pub fn is_lead_within_reach(&self) -> bool {
        self.lead_consent.as_deref().is_some_and(|consent| !matches!(consent, "withdrawn" | "erased"))
    }
}

/// Somebody of the event, and what they are to an exhibitor.
pub async fn attendee(
    tx: &mut Tx,
    event: EventId,
    registration: RegistrationId,
    exhibitor: ExhibitorId,
) -> Result<Option<Attendee>, StorageError> {
    let found = store::attendee(tx, event, registration, exhibitor).await?;
    Ok(found.map(|row| Attendee { category: row.category, team: row.team, lead_consent: row.lead_consent }))
}

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// Words that must all occur in what shows.
    pub q: String,
    /// Only this category.
    pub category: Option<String>,
    /// Only this country, as disclosed.
    pub country: Option<String>,
}

/// A page of the contact list, by last name.
pub async fn list(
    app: &App,
    scope: &ContactScope,
    search: &Search,
    limit: Option<u32>,
    after: Option<&str>,
) -> Result<Page<Person>, Problem> {
    let limit = cursor::limit(limit)? as usize;
    // Who comes last stands there by id: the name that the list is sorted by may not show.
    let mut after = cursor::place::<RegistrationId>(after)?;
    audit::read(app, scope, "contacts").await?;
    let info = app.events.info(app, scope.event()).await?;
    let words = crate::search::words(&search.q)?;
    let mut found = Vec::new();
    let mut tx = app.read().await?;
    let seq = crate::feed::store::head(&mut tx, scope.event()).await?;
    while found.len() <= limit {
        let rows = store::after(&mut tx, scope, &words, search.category.as_deref(), after, CHUNK).await?;
        after = rows.last().map(|row| row.id);
        let is_last = rows.len() < CHUNK as usize;
        let ids: Vec<RegistrationId> = rows.iter().map(|row| row.id).collect();
        let said = consent::own_words(&mut tx, scope.event(), &ids).await?;
        let show = |row: PersonRow| {
            let word = said.of(row.id, scope.space()).map(|(word, _)| word);
            shown(row, word, scope, &info, search, &words)
        };
        found.extend(rows.into_iter().filter_map(show));
        if is_last {
            break;
        }
    }
    tx.done().await?;
    let page = Page::of(found, limit, seq, |person| person.id);
    audit::read_people_at(app, scope, "contacts", page.items.len()).await?;
    Ok(page)
}

/// The categories that are on the contact list and that somebody is of, sorted.
pub async fn categories(app: &App, scope: &ContactScope) -> Result<Vec<String>, Problem> {
    let info = app.events.info(app, scope.event()).await?;
    let mut tx = app.read().await?;
    let found = store::categories(&mut tx, scope).await?;
    tx.done().await?;
    let is_listed = |category: &String| {
        let rule = info.disclosure.rule(category);
        rule.listed && rule.scannable != Scannable::No
    };
    Ok(found.into_iter().filter(is_listed).collect())
}

/// Those of these people who are on the contact list, as they show there.
pub async fn of(app: &App, scope: &ContactScope, ids: &[RegistrationId]) -> Result<Vec<Person>, Problem> {
    let info = app.events.info(app, scope.event()).await?;
    let mut tx = app.read().await?;
    let rows = store::by_ids(&mut tx, scope, ids).await?;
    let said = consent::own_words(&mut tx, scope.event(), ids).await?;
    tx.done().await?;
    let everybody = Search::default();
    let show = |row: PersonRow| {
        let word = said.of(row.id, scope.space()).map(|(word, _)| word);
        shown(row, word, scope, &info, &everybody, &[])
    };
    Ok(rows.into_iter().filter_map(show).collect())
}

/// The person as they show after what they said, if they are listed and are what is looked for.
fn shown(
    row: PersonRow,
    word: Option<ConsentState>,
    scope: &ContactScope,
    info: &EventInfo,
    search: &Search,
    words: &[String],
) -> Option<Person> {
    let rule = info.disclosure.rule(&row.category);
    if !rule.listed || row.exhibitor_id == Some(scope.exhibitor()) {
        return None;
    }
    let disclosed = match (word, rule.scannable) {
        (Some(ConsentState::Withdrawn | ConsentState::Erased), _) | (_, Scannable::No) => return None,
        (Some(ConsentState::Granted), Scannable::Ask) | (_, Scannable::Yes) => rule.disclosed(&row.contact),
        (_, Scannable::Ask) => rule.before_the_answer(&row.contact),
    };
    let mut contact = packages::narrowed(disclosed, info.narrowed.get(&scope.space()));
    contact.0.retain(|field, _| FIELDS.contains(field));
    let text = fold(&contact.0.values().map(String::as_str).collect::<Vec<_>>().join(" "));
    let is_of_country = |country: &String| contact.get(ContactField::Country) == Some(country.as_str());
    if !words.iter().all(|word| text.contains(word.as_str())) || !search.country.as_ref().is_none_or(is_of_country) {
        return None;
    }
    Some(Person { id: row.id, category: row.category, contact })
}
