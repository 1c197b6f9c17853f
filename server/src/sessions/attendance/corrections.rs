//! Corrections at the desk, with their author, and check-ins of codes that found their person later.
//!
//! Nothing is overwritten: a mark that is taken back stays in the log with who took it back.

use super::fold::Direction;
use super::store::{self, MarkRow};
use super::{Arrived, Counted, Taken, refold, take};
use crate::access::DeskScope;
use crate::app::App;
use crate::captures::{self, Noted, Surroundings, What};
use crate::events::cache::EventInfo;
use crate::events::when::ShowDay;
use crate::feed;
use crate::problem::Problem;
use crate::sessions::Programme;
use crate::sessions::store as sessions;
use crate::storage::{StorageError, Tx};
use mobile_core::ids::{CaptureId, RegistrationId, SessionId};
use mobile_core::time::Timestamp;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// A correction at the desk.
#[derive(Debug)]
pub struct Correction {
    /// Whom it is about.
    pub registration: RegistrationId,
    /// Into the session, or out of it.
    pub direction: Direction,
    /// When it happened.
    pub at: Timestamp,
    /// Why it is corrected.
    pub note: String,
}

/// Adds a check-in or check-out that no door saw, with its author. It counts whatever the rules say.
pub async fn correct(
    app: &App,
    scope: &DeskScope,
    session: SessionId,
    correction: &Correction,
) -> Result<MarkRow, Problem> {
    let around = Surroundings::load(app, scope.event()).await?;
    if correction.at > app.now() {
        return Err(Problem::field("/at", "must not lie in the future"));
    }
    let note = crate::fields::line(&correction.note, 300).map_err(|error| Problem::field("/note", error))?;
    let mut tx = app.write().await?;
    tx.reads_badges(scope.event()).await?;
    sessions::find(&mut tx, &Programme::from(&**scope), session).await?.ok_or_else(Problem::not_found)?;
    if store::person(&mut tx, scope.event(), correction.registration).await?.is_none() {
        return Err(Problem::field("/registration_id", "is no registration of this event"));
    }
    let id: Uuid = app.new_id();
    let arrived = Arrived {
        id,
        session,
        person: Some((correction.registration, "active")),
        code_hash: None,
        direction: correction.direction,
        at: correction.at,
        device_seq: 0,
        overrides: None,
        is_let_in: false,
        device: None,
        operator: None,
        author: Some((scope.account(), &note)),
    };
    let taken = take(app, &mut tx, &around.info, &[arrived]).await?;
    let marks = store::marks(&mut tx, scope.event(), session, correction.registration).await?;
    settle(app, &mut tx, &around, taken).await?;
    tx.commit(&app.hub).await?;
    marks.into_iter().find(|mark| mark.id == id).ok_or_else(Problem::not_found)
}

/// Takes a check-in or check-out back; it stays in the log with who took it back.
pub async fn annul(app: &App, scope: &DeskScope, session: SessionId, mark: Uuid) -> Result<(), Problem> {
    let event = scope.event();
    let around = Surroundings::load(app, event).await?;
    let (zone, now) = (around.info.zone(), app.now());
    let mut tx = app.write().await?;
    tx.reads_badges(event).await?;
    sessions::lock(&mut tx, event, session).await?;
    let row = sessions::find(&mut tx, &Programme::from(&**scope), session).await?.ok_or_else(Problem::not_found)?;
    let (person, _, is_annulled) = store::mark(&mut tx, event, session, mark).await?.ok_or_else(Problem::not_found)?;
    if is_annulled {
        return Ok(());
    }
    store::annul(&mut tx, scope, session, mark, now).await?;
    let mut taken = Taken::default();
    if let Some(person) = person {
        let ShowDay { date: today, since } = ShowDay::of(now, &zone);
        let inside = store::inside(&mut tx, event, session, since).await?;
        let (exhibitor, entered) = (row.exhibitor_id, row.entered);
        let mut counted = Counted { row, inside, entered };
        let refolded = refold(&mut tx, event, &zone, &mut counted, person, since).await?;
        let counts = (counted.inside, counted.entered);
        store::set_counts(&mut tx, event, session, counts, &today.to_string()).await?;
        taken.entries.extend(refolded.changed(event, &counted.row, now, now));
        if let Some(exhibitor) = exhibitor {
            let what = What::Annulled(CaptureId(mark));
            taken.noted.push(Noted { exhibitor, registration: person, id: app.new_id(), at: now, what });
            taken.noted.extend(refolded.noted(exhibitor, session, person));
        }
    }
    settle(app, &mut tx, &around, taken).await?;
    tx.commit(&app.hub).await?;
    Ok(())
}

/// Tells exhibitors and live views; the last write before the commit.
async fn settle(app: &App, tx: &mut Tx, around: &Surroundings, taken: Taken) -> Result<(), StorageError> {
    let event = around.info.id;
    let mut entries = captures::note(app, tx, around, &taken.noted).await?;
    entries.extend(taken.entries);
    if !entries.is_empty() {
        feed::store::append(tx, event, &entries).await?;
    }
    Ok(())
}

/// Gives check-ins of codes that nobody knew their person, once the code turned out to be a badge.
pub async fn adopt(
    app: &App,
    tx: &mut Tx,
    info: &EventInfo,
    matched: &[([u8; 32], RegistrationId)],
) -> Result<Taken, StorageError> {
    let (zone, now) = (info.zone(), app.now());
    let hashes: Vec<[u8; 32]> = matched.iter().map(|(hash, _)| *hash).collect();
    let owner: HashMap<&[u8], RegistrationId> = matched.iter().map(|(hash, person)| (&hash[..], *person)).collect();
    let ShowDay { date: today, since } = ShowDay::of(now, &zone);
    let mut taken = Taken::default();
    for (id, mark, hash) in store::of_codes(tx, info.id, &hashes).await? {
        let Some(person) = owner.get(hash.as_slice()) else { continue };
        sessions::lock(tx, info.id, id).await?;
        let programme = Programme { event: info.id, exhibitor: None };
        let Some(row) = sessions::find(tx, &programme, id).await? else { continue };
        store::adopt(tx, info.id, (id, mark), *person).await?;
        let inside = store::inside(tx, info.id, id, since).await?;
        let entered = row.entered;
        let mut counted = Counted { row, inside, entered };
        let refolded = refold(tx, info.id, &zone, &mut counted, *person, since).await?;
        let counts = (counted.inside, counted.entered);
        store::set_counts(tx, info.id, id, counts, &today.to_string()).await?;
        taken.entries.extend(refolded.changed(info.id, &counted.row, now, now));
        taken.noted.extend(counted.row.exhibitor_id.and_then(|exhibitor| refolded.noted(exhibitor, id, *person)));
    }
    Ok(taken)
}

/// Gives the marks of one person to another, since two registrations were one person's. Gives the
/// marks that moved and the entries of live views, which the caller appends.
pub async fn transfer(
    app: &App,
    tx: &mut Tx,
    info: &EventInfo,
    from: RegistrationId,
    into: RegistrationId,
) -> Result<(Vec<(SessionId, Uuid)>, Vec<feed::NewEntry>), StorageError> {
    let marks = store::marks_of(tx, info.id, from).await?;
    let entries = hand_over(app, tx, info, &marks, (from, into)).await?;
    Ok((marks, entries))
}

/// Gives marks of one person to another, and counts both anew.
pub async fn hand_over(
    app: &App,
    tx: &mut Tx,
    info: &EventInfo,
    marks: &[(SessionId, Uuid)],
    (from, into): (RegistrationId, RegistrationId),
) -> Result<Vec<feed::NewEntry>, StorageError> {
    let (zone, now) = (info.zone(), app.now());
    let ShowDay { date: today, since } = ShowDay::of(now, &zone);
    let mut by_session: BTreeMap<SessionId, Vec<Uuid>> = BTreeMap::new();
    for (session, mark) in marks {
        by_session.entry(*session).or_default().push(*mark);
    }
    let mut entries = Vec::new();
    for (id, marks) in by_session {
        sessions::lock(tx, info.id, id).await?;
        let programme = Programme { event: info.id, exhibitor: None };
        let Some(row) = sessions::find(tx, &programme, id).await? else { continue };
        for mark in marks {
            store::adopt(tx, info.id, (id, mark), into).await?;
        }
        let inside = store::inside(tx, info.id, id, since).await?;
        let entered = row.entered;
        let mut counted = Counted { row, inside, entered };
        for person in [from, into] {
            let refolded = refold(tx, info.id, &zone, &mut counted, person, since).await?;
            entries.extend(refolded.changed(info.id, &counted.row, now, now));
        }
        let counts = (counted.inside, counted.entered);
        store::set_counts(tx, info.id, id, counts, &today.to_string()).await?;
    }
    Ok(entries)
}
