//! Consent: what an attendee allows, and what taking it back does.
//!
//! The ledger records each grant and withdrawal; a lead's row carries the state in force, which
//! views, streams and exports follow. A withdrawal hides the person's details everywhere and is
//! streamed; only the attendee undoes it, never a scan.

pub mod store;

use crate::app::App;
use crate::feed::{self, EntryKind, NewEntry};
use crate::leads;
use crate::storage::{StorageError, Tx};
use mobile_core::capture::Purpose;
use mobile_core::ids::{EventId, ExhibitorId, RegistrationId, SpaceId};
use mobile_core::wire::lead::ConsentState;
use std::collections::HashSet;

/// Takes back everything that a person allowed one exhibitor, or all of them.
///
/// Call it as the last write before the commit. Gives the number of leads that are withdrawn now
/// and were not before.
pub async fn withdraw(
    app: &App,
    tx: &mut Tx,
    event: EventId,
    registration: RegistrationId,
    exhibitor: Option<ExhibitorId>,
    channel: &str,
) -> Result<u64, StorageError> {
    // Waits for scans under way, which might write the lead from what they read before.
    tx.changes_badges(event).await?;
    for purpose in [Purpose::Disclosure, Purpose::Marketing, Purpose::Messages] {
        store::append(tx, event, app.new_id(), &entry(app, registration, exhibitor, purpose, false, channel)).await?;
    }
    set_state(app, tx, event, registration, exhibitor, ConsentState::Withdrawn).await
}

/// Allows disclosure to one exhibitor again, or to all of them. Marketing and messages stay as they
/// were withdrawn: they are asked for anew.
///
/// Call it as the last write before the commit. Gives the number of leads that are open again.
pub async fn restore(
    app: &App,
    tx: &mut Tx,
    event: EventId,
    registration: RegistrationId,
    exhibitor: Option<ExhibitorId>,
    channel: &str,
) -> Result<u64, StorageError> {
    tx.changes_badges(event).await?;
    let given = entry(app, registration, exhibitor, Purpose::Disclosure, true, channel);
    store::append(tx, event, app.new_id(), &given).await?;
    set_state(app, tx, event, registration, exhibitor, ConsentState::Granted).await
}

/// Which of these people have taken back disclosure to all exhibitors: a lead that a scan starts for
/// them is withdrawn from its beginning.
pub async fn withdrawn_from_all(
    tx: &mut Tx,
    event: EventId,
    registrations: &[RegistrationId],
) -> Result<HashSet<RegistrationId>, StorageError> {
    // Oldest first, so that the newest word is what stays.
    let said = store::said_to_all(tx, event, registrations, Purpose::Disclosure).await?;
    let mut withdrawn = HashSet::new();
    for (registration, is_granted) in said {
        if is_granted {
            withdrawn.remove(&registration);
        } else {
            withdrawn.insert(registration);
        }
    }
    Ok(withdrawn)
}

fn entry<'a>(
    app: &App,
    registration: RegistrationId,
    exhibitor: Option<ExhibitorId>,
    purpose: Purpose,
    is_granted: bool,
    channel: &'a str,
) -> store::NewConsent<'a> {
    store::NewConsent { registration, exhibitor, purpose, is_granted, channel, notice_version: None, at: app.now() }
}

/// Writes the state into the leads of a person and tells their spaces.
async fn set_state(
    app: &App,
    tx: &mut Tx,
    event: EventId,
    registration: RegistrationId,
    exhibitor: Option<ExhibitorId>,
    state: ConsentState,
) -> Result<u64, StorageError> {
    let info = app.events.info(app, event).await?;
    let is_withdrawal = state == ConsentState::Withdrawn;
    let mut rows = leads::store::of_registrations(tx, event, &[registration]).await?;
    rows.retain(|lead| {
        let is_meant = exhibitor.is_none_or(|exhibitor| lead.space_id == SpaceId::from(exhibitor));
        let before = ConsentState::from_name(&lead.consent);
        is_meant && before != ConsentState::Erased && (before == ConsentState::Withdrawn) != is_withdrawal
    });
    if rows.is_empty() {
        return Ok(0);
    }
    for lead in &mut rows {
        state.as_str().clone_into(&mut lead.consent);
        lead.version += 1;
    }
    let now = app.now();
    let written: Vec<_> = rows.iter().map(|lead| leads::written(lead, &info)).collect();
    leads::store::put(tx, event, now, &written).await?;
    let kind = if is_withdrawal { EntryKind::Redacted } else { EntryKind::Updated };
    let entries: Vec<NewEntry> = rows
        .iter()
        .map(|lead| NewEntry {
            space: lead.space_id,
            kind,
            lead: Some(lead.id),
            capture: None,
            other: None,
            at: now,
            sent_at_us: now.as_micros(),
        })
        .collect();
    feed::store::append(tx, event, &entries).await?;
    Ok(entries.len() as u64)
}
