//! Leads whose code got its registration, and leads of registrations that changed.

use super::store::{self, LeadRow};
use super::written;
use crate::app::App;
use crate::captures::{self, store as log};
use crate::consent;
use crate::events::cache::EventInfo;
use crate::feed::{self, EntryKind, NewEntry};
use crate::sessions::attendance::corrections;
use crate::storage::{StorageError, Tx};
use mobile_core::capture::Contact;
use mobile_core::fold::Fold;
use mobile_core::ids::{EventId, LeadId, RegistrationId, SpaceId};
use sqlx::types::Json;
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
    let people: Vec<RegistrationId> = matched.iter().map(|(_, registration)| *registration).collect();
    let words = consent::own_words(tx, event, &people).await?;
    let info = app.events.info(app, event).await?;
    let mut entries = Vec::with_capacity(unmatched.len());
    let mut moved = 0;
    for lead in unmatched {
        let hash: Option<[u8; 32]> = lead.code_hash.as_deref().and_then(|hash| hash.try_into().ok());
        let Some(registration) = hash.and_then(|hash| registration_of.get(&hash).copied()) else { continue };
        let own = store::find_by(tx, event, &[(lead.space_id, registration)], true).await?;
        let (mut survivor, merged) = match own.into_iter().next() {
            None => (lead, None),
            Some(known) if known.created_at <= lead.created_at => (known, Some(lead)),
            Some(known) => (lead, Some(known)),
        };
        if let Some(merged) = &merged {
            store::make_alias(tx, event, merged.space_id, merged.id, survivor.id).await?;
            survivor.fold = Json(fold_from_log(tx, event, &survivor).await?);
            if survivor.own_word.is_none() {
                survivor.hear(merged.own_word());
            }
        }
        survivor.registration_id = Some(registration);
        survivor.code_hash = None;
        if let Some(word) = words.of(registration, survivor.space_id) {
            survivor.hear(Some(word));
        }
        adopt_person(tx, event, &mut survivor, registration).await?;
        survivor.version += 1;
        store::put(tx, event, app.now(), &[written(&survivor, &info)]).await?;
        moved += 1;
        entries.push(NewEntry {
            space: survivor.space_id,
            kind: if merged.is_some() { EntryKind::Merged } else { EntryKind::Updated },
            lead: Some(survivor.id),
            capture: None,
            other: merged.map(|merged| merged.id.0),
            at: app.now(),
            sent_at_us: app.now().as_micros(),
        });
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
    let team: Option<Option<uuid::Uuid>> = crate::sql!(tx, conn => sqlx::query_scalar(
        "SELECT exhibitor_id FROM registration WHERE event_id = $1 AND id = $2")
        .bind(info.id).bind(person).fetch_optional(conn))?;
    if team.is_none_or(|team| team == Some(space.0)) {
        return Ok(None);
    }
    let mut lead = LeadRow::new(space, app.new_id(), app.now());
    lead.registration_id = Some(person);
    lead.hear(consent::own_words(tx, info.id, &[person]).await?.of(person, space));
    adopt_person(tx, info.id, &mut lead, person).await?;
    store::put(tx, info.id, app.now(), &[written(&lead, info)]).await?;
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
    let info = app.events.info(app, event).await?;
    let mut leads = store::of_registrations(tx, event, registrations).await?;
    let mut entries = Vec::with_capacity(leads.len());
    for lead in &mut leads {
        lead.version += 1;
        entries.push(NewEntry {
            space: lead.space_id,
            kind,
            lead: Some(lead.id),
            capture: None,
            other: None,
            at: app.now(),
            sent_at_us: app.now().as_micros(),
        });
    }
    let rows: Vec<_> = leads.iter().map(|lead| written(lead, &info)).collect();
    store::put(tx, event, app.now(), &rows).await?;
    if !entries.is_empty() {
        feed::store::append(tx, event, &entries).await?;
    }
    Ok(entries.len() as u64)
}

async fn fold_from_log(tx: &mut Tx, event: EventId, lead: &LeadRow) -> Result<Fold, StorageError> {
    let rows = log::log_of(tx, event, lead.space_id, lead.id).await?;
    let log = rows.iter().map(log::LogRow::logged).collect::<Result<Vec<_>, _>>()?;
    Ok(Fold::of(&log))
}

/// Fills in what the lead now knows of its person.
async fn adopt_person(
    tx: &mut Tx,
    event: EventId,
    lead: &mut LeadRow,
    registration: RegistrationId,
) -> Result<(), StorageError> {
    let person: Option<(String, Json<Contact>)> = crate::sql!(tx, conn => sqlx::query_as(
        "SELECT category, COALESCE(exhibitor_contact, contact) FROM registration WHERE event_id = $1 AND id = $2")
        .bind(event).bind(registration).fetch_optional(conn))?;
    if let Some((category, contact)) = person {
        lead.category = Some(category);
        lead.registered = Some(contact);
    }
    Ok(())
}

/// Whether the row of a lead equals the fold of its log: the promise that everything rests on.
pub async fn row_equals_log(tx: &mut Tx, event: EventId, space: SpaceId, lead: &LeadRow) -> Result<bool, StorageError> {
    let rows = log::log_of(tx, event, space, lead.id).await?;
    let log = rows.iter().map(log::LogRow::logged).collect::<Result<Vec<_>, _>>()?;
    Ok(Fold::of(&log) == lead.fold.0)
}
