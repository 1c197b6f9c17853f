//! Erasing people: one who asks for it, or, when an event's time is over, all of its contacts.
//!
//! What names or describes a person goes, everywhere it lies: the registration, codes, leads, the bodies
//! of captures, what lies aside, notes at doors and meetings, the audit log's details, mails, files of
//! exports. Ids, times and counts stay, so that numbers hold and repeats still answer `duplicate`; the
//! registration's row is the marker by which late captures are settled empty. See decision 21.

pub mod api;
pub mod files;
pub mod page;
pub mod retention;
pub mod store;

use crate::access::{DeskScope, EventAdminScope, EventScope, token};
use crate::app::App;
use crate::audit::{self, Action, NewEntry};
use crate::captures::store::erasing;
use crate::events::cache::EventInfo;
use crate::feed::{self, NewEntry as FeedEntry};
use crate::fields::Email;
use crate::leads;
use crate::mail::{self, Message};
use crate::networking;
use crate::problem::Problem;
use crate::registrations::{self, Registration};
use crate::sharing;
use crate::storage::{StorageError, Tx};
use mobile_core::ids::{EventId, RegistrationId};
use mobile_core::time::Timestamp;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use store::{PersonRow, RequestRow};

/// People that a search for somebody to erase shows.
const MOST_FOUND: u32 = 10;

/// What erasing somebody touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema, sqlx::FromRow)]
pub struct Touched {
    /// Exhibitors that lose what they know.
    #[schema(value_type = u64)]
    pub exhibitors: i64,
    /// Their leads.
    #[schema(value_type = u64)]
    pub leads: i64,
    /// Scans that stay as counts.
    #[schema(value_type = u64)]
    pub scans: i64,
    /// Notes that go.
    #[schema(value_type = u64)]
    pub notes: i64,
    /// Meetings whose words go.
    #[schema(value_type = u64)]
    pub meetings: i64,
}

/// An erasure, done or looked at.
#[derive(Debug, Clone, Copy)]
pub struct Erasure {
    /// What it touches.
    pub touched: Touched,
    /// When it was done; none where it was only looked at.
    pub done_at: Option<Timestamp>,
}

/// People found by words, a number or a code, with what erasing them would touch: for whoever asked by
/// letter or at the desk, and not in their own area.
pub async fn look_for(app: &App, scope: &DeskScope, q: &str) -> Result<Vec<(Registration, Touched)>, Problem> {
    let found = registrations::list(app, scope, q, None, MOST_FOUND).await?;
    let mut tx = app.read().await?;
    let mut people = Vec::with_capacity(found.items.len());
    for one in found.items {
        let own = store::same_person(&mut tx, scope.event(), one.registration.id).await?;
        let touched = store::touched(&mut tx, scope.event(), &ids(&own)).await?;
        people.push((one.registration, touched));
    }
    tx.done().await?;
    Ok(people)
}

/// Says what erasing somebody would touch, and changes nothing.
pub async fn preview(app: &App, scope: &EventScope, person: RegistrationId) -> Result<Erasure, Problem> {
    let mut tx = app.read().await?;
    let people = store::same_person(&mut tx, scope.event(), person).await?;
    let done_at = found(&people)?.erased_at;
    let touched = store::touched(&mut tx, scope.event(), &ids(&people)).await?;
    tx.done().await?;
    Ok(Erasure { touched, done_at })
}

fn ids(people: &[PersonRow]) -> Vec<RegistrationId> {
    people.iter().map(|person| person.id).collect()
}

fn found(people: &[PersonRow]) -> Result<&PersonRow, Problem> {
    people.first().ok_or_else(Problem::not_found)
}

/// Erases somebody, whichever of their registrations is named: with the one that it was merged into, and all
/// that were merged into that. Once more changes nothing.
///
/// # Errors
/// `not_found` for a registration of another event.
pub async fn erase(app: &App, scope: &EventAdminScope, person: RegistrationId) -> Result<Erasure, Problem> {
    let event = scope.event();
    let info = app.events.info(app, event).await?;
    let now = app.now();
    let mut tx = app.write().await?;
    // Waits for scans under way, which might write a lead from what they read before.
    tx.changes_badges(event).await?;
    let people = store::same_person(&mut tx, event, person).await?;
    if let Some(done) = found(&people)?.erased_at {
        let touched = store::touched(&mut tx, event, &ids(&people)).await?;
        tx.done().await?;
        return Ok(Erasure { touched, done_at: Some(done) });
    }
    let touched = store::touched(&mut tx, event, &ids(&people)).await?;
    let exports = store::exports_of(&mut tx, event, &ids(&people)).await?;
    // Before the address goes: whoever asked is told that it was done, and finds it in their area.
    let stays = &people[0];
    let (by, proof) = (scope.account(), proof(app, stays));
    store::close_request(&mut tx, event, stays.id, (Some(by), now), proof.as_ref()).await?;
    store::close_other_requests(&mut tx, event, &people[1..], (by, now)).await?;
    if let Some(to) = stays.email.as_deref().and_then(|email| Email::parse(email).ok()) {
        store::forget_mails(&mut tx, to.as_str()).await?;
        mail::enqueue(app, &mut tx, &to, info.language, &Message::Erased { event: info.name.clone() }).await?;
    }
    let entries = empty_people(app, &mut tx, &info, &people, now).await?;
    let detail = json!({"exhibitors": touched.exhibitors, "leads": touched.leads});
    let entry = NewEntry::new(Action::Erased, Some(by), Some(stays.id.0)).with(detail);
    audit::append(app, &mut tx, event, &entry).await?;
    tell(&mut tx, event, &entries).await?;
    tx.commit(&app.hub).await?;
    files::remove(app, &exports).await;
    files::forget_in_kept(app, event, &ids(&people)).await;
    Ok(Erasure { touched, done_at: Some(now) })
}

/// A salted hash of the address, by which its owner finds that they were erased.
fn proof(app: &App, person: &PersonRow) -> Option<([u8; 16], [u8; 32])> {
    let salt = app.random::<16>();
    person.email.as_deref().map(|email| (salt, address_hash(&salt, email)))
}

/// The hash of an address with a salt.
fn address_hash(salt: &[u8], email: &str) -> [u8; 32] {
    Sha256::new().chain_update(salt).chain_update(email.as_bytes()).finalize().into()
}

/// Empties people and whatever is about them, and gives what their spaces are told.
async fn empty_people(
    app: &App,
    tx: &mut Tx,
    info: &EventInfo,
    people: &[PersonRow],
    now: Timestamp,
) -> Result<Vec<FeedEntry>, StorageError> {
    let event = info.id;
    let ids = ids(people);
    let badges = store::badges_of(tx, event, &ids).await?;
    let codes = store::codes_of(&badges);
    let mut leads = leads::store::of_registrations(tx, event, &ids).await?;
    // What was scanned of a badge after it was revoked is a lead of its code.
    leads.extend(leads::store::find_by_codes_everywhere(tx, event, &codes).await?);
    let mut subjects: Vec<uuid::Uuid> = ids.iter().map(|id| id.0).collect();
    subjects.extend(leads.iter().map(|lead| lead.id.0));
    let mut traces = erasing::Traces::default();
    for lead in &leads {
        traces.lead(lead.id);
    }
    let entries = leads::erasing::empty(app, tx, info, leads).await?;
    for address in store::other_addresses(tx, event, &ids).await? {
        // Whose registered address it is too may have been written to just now.
        if people.iter().all(|person| person.email.as_deref() != Some(address.as_str())) {
            store::forget_mails(tx, &address).await?;
        }
    }
    subjects.extend(badges.iter().map(|badge| badge.id.0));
    for badge in &badges {
        traces.badge(&badge.code, &badge.number);
    }
    if !codes.is_empty() {
        let rows = erasing::leadless(tx, event, Some(&codes), None, usize::from(u16::MAX)).await?;
        for (space, row) in rows {
            erasing::empty(tx, event, space, std::slice::from_ref(&row)).await?;
        }
    }
    erasing::empty_aside(tx, event, &traces).await?;
    for subject in subjects {
        audit::store::erase(tx, event, subject).await?;
    }
    for person in &ids {
        store::empty_around(tx, event, *person).await?;
        sharing::erase(tx, event, *person).await?;
        networking::erase(tx, event, *person).await?;
    }
    store::empty_registrations(tx, event, &ids, now).await?;
    Ok(entries)
}

async fn tell(tx: &mut Tx, event: EventId, entries: &[FeedEntry]) -> Result<(), StorageError> {
    if !entries.is_empty() {
        feed::store::append(tx, event, entries).await?;
    }
    Ok(())
}

/// The erasures that the owner of a proven address finds: at which events, and when.
pub async fn done_for(app: &App, email: &str) -> Result<Vec<(String, Timestamp)>, Problem> {
    let mut tx = app.read().await?;
    let rows = store::provable(&mut tx).await?;
    tx.done().await?;
    let mine = rows.into_iter().filter(|row| token::same(&address_hash(&row.address_salt, email), &row.address_hash));
    Ok(mine.map(|row| (row.event, row.done_at)).collect())
}

/// Who asked to be erased, with what it would touch; those that wait first.
pub async fn requests(app: &App, scope: &EventScope) -> Result<Vec<(RequestRow, Touched)>, Problem> {
    let mut tx = app.read().await?;
    let mut listed = Vec::new();
    for row in store::requests(&mut tx, scope.event()).await? {
        let people = store::same_person(&mut tx, scope.event(), row.registration_id).await?;
        let touched = store::touched(&mut tx, scope.event(), &ids(&people)).await?;
        listed.push((row, touched));
    }
    tx.done().await?;
    Ok(listed)
}
