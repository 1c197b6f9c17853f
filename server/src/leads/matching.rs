//! Leads whose code got its registration, and leads of registrations that changed.

use super::person::Person;
use super::refold::{put, refold, told};
use super::store::{self, LeadRow};
use super::{view, written};
use crate::app::App;
use crate::captures;
use crate::events::cache::{EventInfo, read_info};
use crate::feed::{self, EntryKind, NewEntry};
use crate::sessions::attendance::corrections;
use crate::storage::{StorageError, Tx};
use mobile_core::ids::{EventId, LeadId, RegistrationId, SpaceId};
use std::collections::HashMap;

/// Moves unmatched leads to the registrations that their codes turned out to be.
///
/// Where the space knows the person already, the older lead survives and the other becomes its
/// alias. Call it as the last write before the commit, after `changes_badges` and after the badges
/// are in; gives the number of leads that moved.
pub async fn reconcile(
    app: &App,
    tx: &mut Tx,
    event: EventId,
    matched: &[([u8; 32], RegistrationId)],
) -> Result<u64, StorageError> {
    let hashes: Vec<[u8; 32]> = matched.iter().map(|(hash, _)| *hash).collect();
    let unmatched = store::find_by_codes_everywhere(tx, event, &hashes).await?;
    let attended = attended(app, tx, event, matched).await?;
    if unmatched.is_empty() && attended.is_empty() {
        return Ok(0);
    }
    let registration_of: HashMap<[u8; 32], RegistrationId> = matched.iter().copied().collect();
    let info = read_info(tx, event).await?;
    let mut entries = Vec::with_capacity(unmatched.len());
    let mut moved = 0;
    for lead in unmatched {
        let hash: Option<[u8; 32]> = lead.code_hash.as_deref().and_then(|hash| hash.try_into().ok());
        let Some(registration) = hash.and_then(|hash| registration_of.get(&hash).copied()) else { continue };
        let person = Person::get(tx, event, registration).await?;
        let known = store::find_by(tx, event, &[(lead.space_id, registration)], true).await?.into_iter().next();
        let mut before = vec![view::openness(&lead, &info)];
        before.extend(known.as_ref().map(|known| view::openness(known, &info)));
        let (mut survivor, merged) = match known {
            None => (lead, None),
            Some(known) if known.created_at <= lead.created_at => (known, Some(lead)),
            Some(known) => (lead, Some(known)),
        };
        let mut own_word = survivor.own_word();
        if let Some(merged) = &merged {
            store::make_alias(tx, event, merged.space_id, merged.id, survivor.id).await?;
            refold(tx, event, &mut survivor).await?;
            own_word = own_word.or(merged.own_word());
        }
        person.take(&mut survivor);
        survivor.hear(person.word_to(survivor.space_id).or(own_word));
        moved += 1;
        entries.extend(told(&survivor, &info, &before, merged.map(|merged| merged.id), app.now()));
        put(app, tx, event, &info, survivor).await?;
    }
    entries.extend(attended);
    if !entries.is_empty() {
        feed::store::append(tx, event, &entries).await?;
    }
    Ok(moved)
}

/// Gives check-ins of these codes their people, and tells the exhibitors whose sessions they were.
async fn attended(
    app: &App,
    tx: &mut Tx,
    event: EventId,
    matched: &[([u8; 32], RegistrationId)],
) -> Result<Vec<NewEntry>, StorageError> {
    let around = captures::Surroundings::load(app, event).await?;
    let taken = corrections::adopt(app, tx, &around.info, matched).await?;
    let mut entries = captures::note(app, tx, &around, &taken.noted).await?;
    entries.extend(taken.entries);
    Ok(entries)
}

/// The lead of a registered person in a space, made where there is none; none for the space's own team
/// and for somebody who is not registered.
pub async fn of_person(
    app: &App,
    tx: &mut Tx,
    info: &EventInfo,
    space: SpaceId,
    person: RegistrationId,
) -> Result<Option<LeadId>, StorageError> {
    if let Some(known) = store::find_by(tx, info.id, &[(space, person)], true).await?.into_iter().next() {
        return Ok(Some(known.id));
    }
    let Some(found) = Person::find(tx, info.id, person).await?.filter(|found| !found.is_of(space)) else {
        return Ok(None);
    };
    let mut lead = LeadRow::new(space, app.new_id(), app.now());
    found.take(&mut lead);
    if !store::begin(tx, info.id, app.now(), &written(&lead, info)).await? {
        // Somebody scanned them at this very moment: their transaction has ended, and this sees its lead.
        let known = store::find_by(tx, info.id, &[(space, person)], true).await?;
        return Ok(known.first().map(|known| known.id));
    }
    Ok(Some(lead.id))
}

/// Writes the leads of registrations that changed anew and tells their spaces.
///
/// Call it as the last write before the commit.
pub async fn touched(
    app: &App,
    tx: &mut Tx,
    event: EventId,
    registrations: &[RegistrationId],
    kind: EntryKind,
) -> Result<u64, StorageError> {
    let mut leads = store::of_registrations(tx, event, registrations).await?;
    // After they are locked: what is disclosed may have changed since it was last read.
    let info = read_info(tx, event).await?;
    let mut entries = Vec::with_capacity(leads.len());
    for lead in &mut leads {
        lead.version += 1;
        entries.push(NewEntry::of_lead(kind, lead.space_id, lead.id, app.now()));
    }
    let rows: Vec<_> = leads.iter().map(|lead| written(lead, &info)).collect();
    store::put(tx, event, app.now(), &rows).await?;
    if !entries.is_empty() {
        feed::store::append(tx, event, &entries).await?;
    }
    Ok(entries.len() as u64)
}
