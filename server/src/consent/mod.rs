//! Consent: what an attendee allows, and what taking it back does.
//!
//! The ledger records what attendees say themselves; what booths record of them are captures, and follows the
//! log: what was taken back, or is somebody else's after all, was never said. Views, streams and exports weigh the
//! two by one rule ([`leads::view::word_in_force`]). A withdrawal hides the person's details everywhere and is
//! streamed; only the attendee undoes it, never a scan.

pub mod store;

use crate::app::App;
use crate::events::cache::read_info;
use crate::feed::{self, EntryKind, NewEntry};
use crate::leads::{self, store::LeadRow};
use crate::storage::{StorageError, Tx};
use mobile_core::capture::Purpose;
use mobile_core::ids::{EventId, ExhibitorId, RegistrationId, SpaceId};
use mobile_core::time::Timestamp;
use mobile_core::wire::lead::ConsentState;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

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
    let purposes = [Purpose::Disclosure, Purpose::Marketing, Purpose::Messages];
    let said = purposes.map(|purpose| entry(app, registration, exhibitor, purpose, false, channel));
    say(app, tx, event, &said).await
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
    say(app, tx, event, &[entry(app, registration, exhibitor, Purpose::Disclosure, true, channel)]).await
}

/// Notes that somebody who writes to an exhibitor lets it answer, unless that is what they said last.
pub async fn allow_messages(
    app: &App,
    tx: &mut Tx,
    event: EventId,
    registration: RegistrationId,
    exhibitor: ExhibitorId,
    channel: &str,
) -> Result<(), StorageError> {
    let said = message_words(tx, event, &[registration]).await?.of(registration, exhibitor.into());
    if matches!(said, Some((ConsentState::Granted, _))) {
        return Ok(());
    }
    let given = entry(app, registration, Some(exhibitor), Purpose::Messages, true, channel);
    store::append(tx, event, app.new_id(), &given).await
}

/// What these people said themselves of being written to.
pub async fn message_words(
    tx: &mut Tx,
    event: EventId,
    registrations: &[RegistrationId],
) -> Result<OwnWords, StorageError> {
    words_of(tx, event, registrations, Purpose::Messages).await
}

async fn words_of(
    tx: &mut Tx,
    event: EventId,
    registrations: &[RegistrationId],
    purpose: Purpose,
) -> Result<OwnWords, StorageError> {
    let mut words = OwnWords::default();
    for word in store::own_words(tx, event, registrations, purpose).await? {
        words.0.entry(word.registration_id).or_default().push(word);
    }
    Ok(words)
}

/// What people said themselves of their details: to all exhibitors, or to one.
#[derive(Debug, Default)]
pub struct OwnWords(HashMap<RegistrationId, Vec<store::OwnWord>>);

impl OwnWords {
    /// The newest word that holds for a space, with its time.
    pub fn of(&self, registration: RegistrationId, space: SpaceId) -> Option<(ConsentState, Timestamp)> {
        let words = self.0.get(&registration)?;
        let word = words.iter().rev().find(|word| word.exhibitor_id.is_none_or(|one| SpaceId::from(one) == space))?;
        Some((state_of(word.is_granted), word.created_at))
    }
}

/// What these people said themselves: a lead that a scan starts for them follows it from its
/// beginning.
pub async fn own_words(
    tx: &mut Tx,
    event: EventId,
    registrations: &[RegistrationId],
) -> Result<OwnWords, StorageError> {
    words_of(tx, event, registrations, Purpose::Disclosure).await
}

/// What these people said themselves of marketing.
pub async fn marketing_words(
    tx: &mut Tx,
    event: EventId,
    registrations: &[RegistrationId],
) -> Result<OwnWords, StorageError> {
    words_of(tx, event, registrations, Purpose::Marketing).await
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

/// Writes down what a person says to one exhibitor or to all, has their leads follow it, and tells the spaces.
/// Gives the number of leads whose state of consent changed.
async fn say(app: &App, tx: &mut Tx, event: EventId, said: &[store::NewConsent<'_>]) -> Result<u64, StorageError> {
    let Some(store::NewConsent { registration, exhibitor, .. }) = said.first().copied() else { return Ok(0) };
    // Read before anything is written: a lead's row brings along what its person said by then.
    let mut rows = leads::store::of_registrations(tx, event, &[registration]).await?;
    // After they are locked: what is disclosed may have changed since it was last read.
    let info = read_info(tx, event).await?;
    for word in said {
        store::append(tx, event, app.new_id(), word).await?;
    }
    let now = app.now();
    rows.retain(|lead| {
        let is_meant = exhibitor.is_none_or(|exhibitor| lead.space_id == SpaceId::from(exhibitor));
        is_meant && !lead.is_erased()
    });
    let mut entries: Vec<NewEntry> = Vec::new();
    let mut changed = 0;
    for lead in &mut rows {
        let shown = |lead: &LeadRow| (leads::view::consent_state(lead, &info), leads::view::marketing(lead));
        let (before, open) = (shown(lead), leads::view::openness(lead, &info));
        for word in said {
            // Said again it counts from now on: a stand may have recorded something else since.
            let heard = Some((state_of(word.is_granted), now));
            match word.purpose {
                Purpose::Disclosure => lead.hear(heard),
                Purpose::Marketing => lead.hear_marketing(heard),
                Purpose::Messages => {}
            }
        }
        let after = shown(lead);
        // Who allows what the policy allows anyway, or refuses again, changes nothing that shows.
        if after != before {
            lead.version += 1;
            entries.push(leads::change(lead, &info, &[open], EntryKind::Updated, now));
        }
        changed += u64::from(after.0 != before.0);
    }
    let written: Vec<_> = rows.iter().map(|lead| leads::written(lead, &info)).collect();
    leads::store::put(tx, event, now, &written).await?;
    if !entries.is_empty() {
        feed::store::append(tx, event, &entries).await?;
    }
    Ok(changed)
}

fn state_of(is_granted: bool) -> ConsentState {
    if is_granted { ConsentState::Granted } else { ConsentState::Withdrawn }
}

/// How an entry that a merge of registrations makes is marked in the ledger.
const MERGED: &str = "merge";

/// How an entry is marked that says of both what was said while they were one.
const PARTED: &str = "merge_undone";

/// The newest of these words that holds for an exhibitor; none: for all of them.
fn newest<'a>(words: impl DoubleEndedIterator<Item = &'a store::OwnWord>, to: Option<ExhibitorId>) -> Option<bool> {
    let word = words.rev().find(|word| word.exhibitor_id.is_none() || word.exhibitor_id == to);
    word.map(|word| word.is_granted)
}

/// Has one registration's ledger say the stricter of what two said, since they are one person: for
/// all exhibitors and for each that either named, taking back beats giving, and a word beats none.
/// Gives the entries that were added.
pub async fn join(
    app: &App,
    tx: &mut Tx,
    event: EventId,
    from: RegistrationId,
    into: RegistrationId,
) -> Result<Vec<Uuid>, StorageError> {
    let mut added = Vec::new();
    for purpose in [Purpose::Disclosure, Purpose::Marketing, Purpose::Messages] {
        let said = store::own_words(tx, event, &[from, into], purpose).await?;
        let of = |who: RegistrationId| said.iter().filter(move |word| word.registration_id == who);
        let stricter = |to| match (newest(of(from), to), newest(of(into), to)) {
            (Some(left), Some(right)) => Some(left && right),
            (one, other) => one.or(other),
        };
        let exhibitors: BTreeSet<ExhibitorId> = said.iter().filter_map(|word| word.exhibitor_id).collect();
        for (to, is_granted) in changed(&exhibitors, stricter, |to| newest(of(into), to)) {
            added.push(write_down(app, tx, event, &entry(app, into, to, purpose, is_granted, MERGED)).await?);
        }
    }
    Ok(added)
}

/// What is to be said so that a ledger which says `now` says `wanted`.
fn changed(
    exhibitors: &BTreeSet<ExhibitorId>,
    wanted: impl Fn(Option<ExhibitorId>) -> Option<bool>,
    now: impl Fn(Option<ExhibitorId>) -> Option<bool>,
) -> Vec<(Option<ExhibitorId>, bool)> {
    let is_all_changed = wanted(None) != now(None);
    let mut said = Vec::new();
    said.extend(wanted(None).filter(|_| is_all_changed).map(|is_granted| (None, is_granted)));
    for exhibitor in exhibitors.iter().copied().map(Some) {
        // A word to everybody outdates what was said to one, so that is said again.
        let is_changed = is_all_changed || wanted(exhibitor) != now(exhibitor);
        said.extend(wanted(exhibitor).filter(|_| is_changed).map(|is_granted| (exhibitor, is_granted)));
    }
    said
}

/// Adds an entry, what is said to one exhibitor after what is said to all.
async fn write_down(
    app: &App,
    tx: &mut Tx,
    event: EventId,
    said: &store::NewConsent<'_>,
) -> Result<Uuid, StorageError> {
    let (id, at) = (app.new_id(), said.at.plus_micros(i64::from(said.exhibitor.is_some())));
    store::append(tx, event, id, &store::NewConsent { at, ..*said }).await?;
    Ok(id)
}

/// Takes back what [`join`] added to the ledger, which the person never said. What was said since the
/// merge, by whichever of the two, goes on holding: a withdrawal for both, and nothing that either had
/// taken back before is given by it.
pub async fn unjoin(
    app: &App,
    tx: &mut Tx,
    event: EventId,
    (from, into): (RegistrationId, RegistrationId),
    (added, merged_at): (&[Uuid], Timestamp),
) -> Result<(), StorageError> {
    store::remove(tx, event, MERGED, added).await?;
    for purpose in [Purpose::Disclosure, Purpose::Marketing, Purpose::Messages] {
        let said = store::own_words(tx, event, &[from, into], purpose).await?;
        let exhibitors: BTreeSet<ExhibitorId> = said.iter().filter_map(|word| word.exhibitor_id).collect();
        let of = |who: RegistrationId| said.iter().filter(move |word| word.registration_id == who);
        // What another merge made the one who stays say is none of the other's words.
        let since = |to| newest(of(into).filter(|word| word.created_at >= merged_at && word.channel != MERGED), to);
        for who in [from, into] {
            let before = |to| newest(of(who).filter(|word| word.created_at < merged_at), to);
            let now = |to| newest(of(who), to);
            let is_shut = |to| before(to) == Some(false) || since(to) == Some(false);
            let wanted = |to| if is_shut(to) { Some(false) } else { now(to) };
            for (to, is_granted) in changed(&exhibitors, wanted, now) {
                write_down(app, tx, event, &entry(app, who, to, purpose, is_granted, PARTED)).await?;
            }
        }
    }
    Ok(())
}
