//! What people see of each other: as much as the event discloses of their category, and no address or
//! number before both agreed.

use super::store::{self, ConnectionRow, PersonRow};
use super::{Channel, Status};
use crate::access::AttendeeScope;
use crate::app::App;
use crate::events::cache::EventInfo;
use crate::paging::Page;
use crate::problem::Problem;
use crate::registrations::folding::fold;
use crate::search;
use crate::storage::cursor;
use mobile_core::capture::{Contact, ContactField};
use mobile_core::ids::{ConnectionId, RegistrationId};
use mobile_core::time::Timestamp;
use serde::Serialize;

/// Rows looked through at once.
const CHUNK: i64 = 1_000;
/// What shows before both agreed.
const BEFORE: [ContactField; 4] =
    [ContactField::FirstName, ContactField::LastName, ContactField::JobTitle, ContactField::Company];
/// What shows of connected people.
const AFTER: [ContactField; 7] = [
    ContactField::FirstName,
    ContactField::LastName,
    ContactField::JobTitle,
    ContactField::Company,
    ContactField::Email,
    ContactField::Phone,
    ContactField::Country,
];

/// A connection.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ConnectionView {
    /// The connection.
    pub id: ConnectionId,
    /// What has become of it.
    pub status: Status,
    /// How the other was found.
    pub channel: Channel,
    /// Whether this attendee asked.
    pub is_own: bool,
    /// The other, as far as they show; null before a badge's holder has agreed.
    pub contact: Option<Contact>,
    /// Whose team they are in, which then has this attendee as a lead.
    pub exhibitor: Option<String>,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// Since when both agree.
    pub connected_at: Option<Timestamp>,
}

/// Somebody of the list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PersonView {
    /// Who.
    pub registration_id: RegistrationId,
    /// Names, position and company, as far as disclosed.
    #[serde(flatten)]
    pub contact: Contact,
    /// Whose team they are in.
    pub exhibitor: Option<String>,
}

fn shown(category: &str, contact: &Contact, is_team: bool, fields: &[ContactField], info: &EventInfo) -> Contact {
    // Teams show by name whatever their category says: they are at the stands to be met.
    let mut contact = if is_team { contact.clone() } else { info.disclosure.rule(category).disclosed(contact) };
    contact.0.retain(|field, _| fields.contains(field));
    contact
}

/// A connection as this attendee sees it.
pub fn connection(row: &ConnectionRow, scope: &AttendeeScope, info: &EventInfo) -> ConnectionView {
    let is_own = row.asked_by == scope.registration();
    let is_team = row.exhibitor_id.is_some();
    let see = |fields: &[ContactField]| Some(shown(&row.category, &row.contact, is_team, fields, info));
    let contact = match row.status {
        Status::Connected => see(&AFTER),
        Status::Requested if !is_own => see(&BEFORE),
        _ if row.channel == Channel::List => see(&BEFORE),
        Status::Ended if row.connected_at.is_some() => see(&BEFORE),
        _ => None,
    };
    ConnectionView {
        id: row.id,
        status: row.status,
        channel: row.channel,
        is_own,
        exhibitor: row.exhibitor.clone().filter(|_| contact.is_some()),
        contact,
        asked_at: row.asked_at,
        connected_at: row.connected_at,
    }
}

/// The attendee's connections, the one that changed last first.
pub async fn connections(app: &App, scope: &AttendeeScope) -> Result<Vec<ConnectionView>, Problem> {
    let info = app.events.info(app, scope.event()).await?;
    let mut tx = app.read().await?;
    let rows = store::list(&mut tx, scope, None).await?;
    tx.done().await?;
    Ok(rows.iter().map(|row| connection(row, scope, &info)).collect())
}

/// A page of those who agreed to be found, by last name. A search looks at what shows and at nothing else.
pub async fn people(
    app: &App,
    scope: &AttendeeScope,
    q: &str,
    limit: Option<u32>,
    after: Option<&str>,
) -> Result<Page<PersonView>, Problem> {
    let limit = cursor::limit(limit)? as usize;
    let mut after = cursor::place::<RegistrationId>(after)?;
    let info = app.events.info(app, scope.event()).await?;
    let words = search::words(q)?;
    let mut found: Vec<PersonView> = Vec::new();
    let mut tx = app.read().await?;
    while found.len() <= limit {
        let rows = store::listed(&mut tx, scope, &words, after, CHUNK).await?;
        after = rows.last().map(|row| row.id);
        let is_last = rows.len() < CHUNK as usize;
        found.extend(rows.into_iter().filter_map(|row| listed(row, &words, &info)));
        if is_last {
            break;
        }
    }
    tx.done().await?;
    Ok(Page::of(found, limit, 0, |person| person.registration_id))
}

fn listed(row: PersonRow, words: &[String], info: &EventInfo) -> Option<PersonView> {
    let contact = shown(&row.category, &row.contact, row.exhibitor_id.is_some(), &BEFORE, info);
    let text = fold(&contact.0.values().map(String::as_str).collect::<Vec<_>>().join(" "));
    if contact.full_name().is_empty() || !words.iter().all(|word| text.contains(word.as_str())) {
        return None;
    }
    Some(PersonView { registration_id: row.id, contact, exhibitor: row.exhibitor })
}
