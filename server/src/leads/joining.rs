//! Leads of two registrations that turned out to be one person, or of a code that turned out to be
//! somebody's, and taking that apart again.
//!
//! In each space the older lead survives and the other becomes its alias; a withdrawal from either
//! beats a grant from the other. What each lead held is remembered, so that it can be taken apart
//! for as long as the desk allows: what was captured meanwhile goes where its code belongs.

use super::person::Person;
use super::refold::{self, change, put, refold, told};
use super::store::{self, LeadRow};
use super::view::{self, Openness};
use crate::app::App;
use crate::captures::store as log;
use crate::consent;
use crate::events::cache::{EventInfo, read_info};
use crate::feed::{EntryKind, NewEntry};
use crate::storage::{StorageError, Tx};
use mobile_core::badge::{code_hash, number};
use mobile_core::capture::Action;
use mobile_core::fold::{Fold, Logged};
use mobile_core::ids::{CaptureId, EventId, LeadId, RegistrationId, SpaceId};
use mobile_core::wire::lead::ConsentState;
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use std::collections::HashSet;

/// What a lead was before it was joined to another person's.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Joined {
    /// Whose it is.
    pub space: SpaceId,
    /// Its id.
    pub lead: LeadId,
    /// The lead that the other person had in the space, if they had one.
    pub other: Option<LeadId>,
    /// What it held.
    pub captures: Vec<CaptureId>,
}

/// Whose a lead becomes when it is parted from a person.
#[derive(Debug, Clone, Copy)]
pub enum Owner {
    /// Another registered person's.
    Person(RegistrationId),
    /// Nobody's that is known: it is named by a code.
    Code([u8; 32]),
}

/// Folds the leads of one registration into those of another, in every space.
///
/// Call it after `changes_badges`, with the ledger of the one who stays as it shall be; the caller
/// appends the entries. Gives what undoing needs.
pub async fn join(
    app: &App,
    tx: &mut Tx,
    event: EventId,
    from: RegistrationId,
    into: RegistrationId,
) -> Result<(Vec<Joined>, Vec<NewEntry>), StorageError> {
    let info = read_info(tx, event).await?;
    let becomes = Person::get(tx, event, into).await?;
    let (mut joined, mut entries) = (Vec::new(), Vec::new());
    for lead in store::of_registrations(tx, event, &[from]).await? {
        let space = lead.space_id;
        let captures = log::log_of(tx, event, space, lead.id).await?.iter().map(|row| row.id).collect();
        let other = store::find_by(tx, event, &[(space, into)], true).await?.into_iter().next();
        joined.push(Joined { space, lead: lead.id, other: other.as_ref().map(|other| other.id), captures });
        let both = || std::iter::once(&lead).chain(&other);
        let is_withdrawn = both().any(|lead| view::consent_state(lead, &info) == ConsentState::Withdrawn);
        let before: Vec<Openness> = both().map(|lead| view::openness(lead, &info)).collect();
        let (mut survivor, merged) = match other {
            None => (lead, None),
            Some(other) if other.created_at <= lead.created_at => (other, Some(lead)),
            Some(other) => (lead, Some(other)),
        };
        if let Some(merged) = &merged {
            store::make_alias(tx, event, space, merged.id, survivor.id).await?;
            refold(tx, event, &mut survivor).await?;
        }
        let own_word = survivor.own_word();
        becomes.take(&mut survivor);
        survivor.hear(becomes.word_to(space).or(own_word));
        if is_withdrawn && view::consent_state(&survivor, &info) != ConsentState::Withdrawn {
            survivor.hear(Some((ConsentState::Withdrawn, app.now())));
        }
        entries.extend(told(&survivor, &info, &before, merged.map(|merged| merged.id), app.now()));
        put(app, tx, event, &info, survivor).await?;
    }
    Ok((joined, entries))
}

/// Has the leads of a person follow the ledger, which a merge or its undoing has changed, and tells
/// their spaces; the caller appends the entries. A merge (`is_stricter`) opens nothing that was shut.
pub async fn rehear(
    app: &App,
    tx: &mut Tx,
    event: EventId,
    registration: RegistrationId,
    (kind, is_stricter): (EntryKind, bool),
) -> Result<Vec<NewEntry>, StorageError> {
    let info = read_info(tx, event).await?;
    let words = consent::own_words(tx, event, &[registration]).await?;
    let mut entries = Vec::new();
    for mut lead in store::of_registrations(tx, event, &[registration]).await? {
        let word = words.of(registration, lead.space_id);
        let opens = word.is_none_or(|(state, _)| state == ConsentState::Granted);
        let is_shut = view::consent_state(&lead, &info) == ConsentState::Withdrawn;
        let before = view::openness(&lead, &info);
        if !is_stricter || (word.is_some() && !(opens && is_shut)) {
            lead.hear(word);
        }
        entries.push(change(&lead, &info, &[before], kind, app.now()));
        put(app, tx, event, &info, lead).await?;
    }
    Ok(entries)
}

/// Whether a code is one of these badges', by its text or by its printed number.
fn is_of(code: &str, badges: &[([u8; 32], String)]) -> bool {
    let hash = code_hash(code);
    let typed = number::parse(code);
    badges.iter().any(|(known, number)| *known == hash || typed.as_ref().is_some_and(|typed| typed.as_str() == number))
}

/// Takes leads apart that were joined: what they held then, and what was captured with these badges
/// since, is `owner`'s again. The caller appends the entries.
pub async fn part(
    app: &App,
    tx: &mut Tx,
    event: EventId,
    joined: &[Joined],
    (owner, into): (Owner, RegistrationId),
    badges: &[([u8; 32], String)],
) -> Result<Vec<NewEntry>, StorageError> {
    let info = read_info(tx, event).await?;
    let stays = Person::get(tx, event, into).await?;
    let leaves = match owner {
        Owner::Person(registration) => Some(Person::get(tx, event, registration).await?),
        Owner::Code(_) => None,
    };
    let mut entries = Vec::new();
    for lead in store::of_registrations(tx, event, &[into]).await? {
        let before = joined.iter().find(|joined| joined.space == lead.space_id);
        let logged = refold::logged(tx, event, lead.space_id, lead.id).await?;
        let moving = moving(&logged, before, badges);
        if moving.is_empty() {
            continue;
        }
        let parts = Parts { lead, before, logged, moving, event, info: &info };
        entries.extend(parts.separate(app, tx, (owner, leaves.as_ref()), &stays).await?);
    }
    Ok(entries)
}

/// What goes with the one who leaves: what was theirs, what their badges captured since, and what
/// takes such captures back.
fn moving(log: &[Logged], before: Option<&Joined>, badges: &[([u8; 32], String)]) -> HashSet<CaptureId> {
    let held: HashSet<CaptureId> = before.map(|joined| joined.captures.iter().copied().collect()).unwrap_or_default();
    let mut moving: HashSet<CaptureId> =
        log.iter().map(|logged| logged.capture.id).filter(|id| held.contains(id)).collect();
    let with_badge = log.iter().filter(|one| one.capture.code.as_deref().is_some_and(|code| is_of(code, badges)));
    moving.extend(with_badge.map(|logged| logged.capture.id));
    for logged in log {
        if matches!(logged.capture.action, Action::Annul { annuls } if moving.contains(&annuls)) {
            moving.insert(logged.capture.id);
        }
    }
    moving
}

/// One lead that becomes two again.
struct Parts<'a> {
    lead: LeadRow,
    before: Option<&'a Joined>,
    logged: Vec<Logged>,
    moving: HashSet<CaptureId>,
    event: EventId,
    info: &'a EventInfo,
}

impl Parts<'_> {
    async fn separate(
        self,
        app: &App,
        tx: &mut Tx,
        (owner, leaves): (Owner, Option<&Person>),
        stays: &Person,
    ) -> Result<Vec<NewEntry>, StorageError> {
        let (space, event) = (self.lead.space_id, self.event);
        let now = app.now();
        let (current, before) = (self.lead.id, [view::openness(&self.lead, self.info)]);
        // Of who is new here nothing was seen.
        let before = |lead: &LeadRow| if lead.id == current { &before[..] } else { &[] };
        let is_left_empty = self.moving.len() == self.logged.len();
        let was = |pick: fn(&Joined) -> Option<LeadId>| self.before.and_then(pick);
        // Both get the id that they had, as far as it is free.
        let is_leaving_current = is_left_empty || was(|joined| Some(joined.lead)) == Some(self.lead.id);
        let (mut leaving, staying) = if is_leaving_current {
            let staying = was(|joined| joined.other).filter(|id| *id != self.lead.id).unwrap_or_else(|| app.new_id());
            let staying = LeadRow::new(space, staying, now);
            (self.lead, Some(staying).filter(|_| !is_left_empty))
        } else {
            let leaving = was(|joined| Some(joined.lead)).unwrap_or_else(|| app.new_id());
            (LeadRow::new(space, leaving, now), Some(self.lead))
        };
        store::forget_alias(tx, event, space, leaving.id).await?;
        leaving.badge_number = None;
        match (owner, leaves) {
            (Owner::Person(_), Some(person)) => person.take(&mut leaving),
            (Owner::Code(hash), _) => {
                leaving.registration_id = None;
                leaving.code_hash = Some(hash.to_vec());
                leaving.hear(None);
                (leaving.category, leaving.registered, leaving.external_id) = (None, None, None);
            }
            (Owner::Person(_), None) => {}
        }
        leaving.fold = Json(Fold::of(self.logged.iter().filter(|one| self.moving.contains(&one.capture.id))));
        let mut entries = told(&leaving, self.info, before(&leaving), None, now);
        store::move_captures(tx, event, space, self.moving.iter().copied().collect(), leaving.id).await?;
        // First who leaves: a space has one lead of a person.
        put(app, tx, event, self.info, leaving).await?;
        if let Some(mut staying) = staying {
            store::forget_alias(tx, event, space, staying.id).await?;
            let rest: HashSet<CaptureId> =
                self.logged.iter().map(|one| one.capture.id).filter(|id| !self.moving.contains(id)).collect();
            stays.take(&mut staying);
            staying.hear(stays.word_to(space));
            staying.fold = Json(Fold::of(self.logged.iter().filter(|one| rest.contains(&one.capture.id))));
            store::move_captures(tx, event, space, rest.into_iter().collect(), staying.id).await?;
            entries.extend(told(&staying, self.info, before(&staying), None, now));
            put(app, tx, event, self.info, staying).await?;
        }
        Ok(entries)
    }
}
