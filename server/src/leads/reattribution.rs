//! Scans that were counted for the wrong person, because two people wear each other's badges.
//!
//! In every space, what was captured with the badge's code or number from a time on moves to the
//! other person's lead, and both are folded again. What names its lead by id stays with that lead
//! while it has another capture with a code, since nothing says whom it was about; else it moves
//! along, and the lead keeps its id.

use super::person::Person;
use super::refold::{self, put, refold, told};
use super::store::{self, LeadRow};
use super::view;
use crate::app::App;
use crate::events::cache::read_info;
use crate::feed;
use crate::storage::{StorageError, Tx};
use mobile_core::badge::{code_hash, number};
use mobile_core::capture::Action;
use mobile_core::fold::{Fold, Logged};
use mobile_core::ids::{CaptureId, EventId, RegistrationId};
use mobile_core::time::Timestamp;
use sqlx::types::Json;
use std::collections::HashSet;

/// A badge that stands for somebody else from a time on.
#[derive(Debug, Clone, Copy)]
pub struct Reattribution<'a> {
    /// The hash of its code.
    pub code_hash: [u8; 32],
    /// Its number, as stored.
    pub number: &'a str,
    /// From when on.
    pub from: Timestamp,
    /// For whom its scans were counted.
    pub old: RegistrationId,
    /// For whom they count.
    pub new: RegistrationId,
}

/// Moves past captures of a badge to the person who wore it.
///
/// Call it as the last write before the commit, after `changes_badges`; gives the number of leads
/// that changed.
pub async fn reattribute(
    app: &App,
    tx: &mut Tx,
    event: EventId,
    change: &Reattribution<'_>,
) -> Result<u64, StorageError> {
    let info = read_info(tx, event).await?;
    let person = Person::get(tx, event, change.new).await?;
    let now = app.now();
    let mut entries = Vec::new();
    for mut old in store::of_registrations(tx, event, &[change.old]).await? {
        let space = old.space_id;
        let logged = refold::logged(tx, event, space, old.id).await?;
        let moving = moving(&logged, change);
        if moving.is_empty() {
            continue;
        }
        let known = store::find_by(tx, event, &[(space, change.new)], true).await?.into_iter().next();
        let old_before = view::openness(&old, &info);
        let new_before = known.as_ref().map(|known| view::openness(known, &info));
        if moving.len() == logged.len() {
            // Nothing is left of the old lead: it is the other person's.
            let merged = known.is_some().then_some(old.id);
            let mut survivor = match known {
                None => old,
                Some(mut known) => {
                    store::make_alias(tx, event, space, old.id, known.id).await?;
                    refold(tx, event, &mut known).await?;
                    known
                }
            };
            person.take(&mut survivor);
            let before: Vec<_> = std::iter::once(old_before).chain(new_before).collect();
            entries.extend(told(&survivor, &info, &before, merged, now));
            put(app, tx, event, &info, survivor).await?;
            continue;
        }
        let mut new = known.unwrap_or_else(|| LeadRow::new(space, app.new_id(), now));
        store::move_captures(tx, event, space, moving.iter().copied().collect(), new.id).await?;
        person.take(&mut new);
        refold(tx, event, &mut new).await?;
        old.fold = Json(Fold::of(logged.iter().filter(|logged| !moving.contains(&logged.capture.id))));
        entries.extend(told(&old, &info, &[old_before], None, now));
        entries.extend(told(&new, &info, new_before.as_slice(), None, now));
        put(app, tx, event, &info, old).await?;
        put(app, tx, event, &info, new).await?;
    }
    if !entries.is_empty() {
        feed::store::append(tx, event, &entries).await?;
    }
    Ok(entries.len() as u64)
}

/// Which captures of a lead move: those with the badge, their annulments, and all of them when no
/// other capture says whom the lead is about.
fn moving(log: &[Logged], change: &Reattribution<'_>) -> HashSet<CaptureId> {
    let has_badge = |logged: &&Logged| {
        logged.capture.code.as_deref().is_some_and(|code| {
            code_hash(code) == change.code_hash
                || number::parse(code).is_some_and(|number| number.as_str() == change.number)
        })
    };
    let mut moving: HashSet<CaptureId> = log
        .iter()
        .filter(has_badge)
        .filter(|logged| logged.corrected_at >= change.from)
        .map(|logged| logged.capture.id)
        .collect();
    if moving.is_empty() {
        return moving;
    }
    let stays = log.iter().any(|logged| logged.capture.code.is_some() && !moving.contains(&logged.capture.id));
    for logged in log {
        let is_annulment = matches!(logged.capture.action, Action::Annul { annuls } if moving.contains(&annuls));
        if !stays || is_annulment {
            moving.insert(logged.capture.id);
        }
    }
    moving
}

#[cfg(test)]
mod tests {
    use super::*;
    use mobile_core::capture::{Capture, Contact};
    use mobile_core::fold::Author;
    use uuid::Uuid;

    fn logged(id: u128, at: i64, rest: &str) -> Logged {
        let id = Uuid::from_u128(id);
        let json = format!(r#"{{"id":"{id}","captured_at":"2026-11-22T09:00:00.000000Z",{rest}}}"#);
        Logged {
            capture: Capture::parse(&json).unwrap().into(),
            corrected_at: Timestamp::from_micros(at),
            author: Author::default(),
            flags: Vec::new(),
            carried: Contact::default(),
        }
    }

    fn moved(log: &[Logged]) -> Vec<u128> {
        let number = number::generate(&[7; 5]);
        let change = Reattribution {
            code_hash: code_hash("BADGE"),
            number: number.as_str(),
            from: Timestamp::from_micros(100),
            old: RegistrationId(Uuid::nil()),
            new: RegistrationId(Uuid::nil()),
        };
        let mut ids: Vec<u128> = moving(log, &change).into_iter().map(|id| id.0.as_u128()).collect();
        ids.sort_unstable();
        ids
    }

    #[test]
    fn scans_of_the_badge_from_the_time_on_move_with_their_annulments() {
        let number = number::generate(&[7; 5]);
        let log = [
            logged(1, 99, r#""kind":"scan","code":"BADGE""#),
            logged(2, 100, r#""kind":"scan","code":"BADGE""#),
            logged(3, 200, &format!(r#""kind":"scan","entry":"typed","code":"{number}""#)),
            logged(4, 200, r#""kind":"scan","code":"OTHER""#),
            logged(5, 300, &format!(r#""kind":"annul","annuls":"{}""#, Uuid::from_u128(2))),
            logged(6, 300, &format!(r#""kind":"note","text":"x","lead_id":"{}""#, Uuid::from_u128(9))),
        ];
        assert_eq!(moved(&log), [2, 3, 5]);
    }

    #[test]
    fn what_names_only_the_lead_moves_when_nothing_else_says_whom_it_is_about() {
        let log = [
            logged(1, 150, r#""kind":"scan","code":"BADGE""#),
            logged(2, 160, &format!(r#""kind":"note","text":"x","lead_id":"{}""#, Uuid::from_u128(9))),
        ];
        assert_eq!(moved(&log), [1, 2]);
        assert_eq!(moved(&log[1..]), Vec::<u128>::new());
    }
}
