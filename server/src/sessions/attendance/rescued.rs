//! Marks that a door's rescue file brought: taken back with the file, and made again, under ids of their
//! own, when it is taken in once more. Like every mark they stay in the log.

use super::store;
use super::{Counted, Taken, refold};
use crate::access::DeskScope;
use crate::app::App;
use crate::captures::{Noted, What};
use crate::events::cache::EventInfo;
use crate::events::when::ShowDay;
use crate::sessions::Programme;
use crate::sessions::store as sessions;
use crate::storage::{StorageError, Tx};
use mobile_core::ids::{CaptureId, EventId, ExhibitorId, RegistrationId, SessionId};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The marks of captures of the event's doors, each with its session.
pub async fn of_captures(
    tx: &mut Tx,
    event: EventId,
    captures: &[CaptureId],
) -> Result<Vec<(SessionId, Uuid)>, StorageError> {
    let ids: Vec<Uuid> = captures.iter().map(|capture| capture.0).collect();
    store::sessions_of(tx, event, &ids).await
}

/// Takes marks back, and counts their sessions anew.
pub async fn annul(
    app: &App,
    tx: &mut Tx,
    scope: &DeskScope,
    info: &EventInfo,
    marks: &[(SessionId, Uuid)],
) -> Result<Taken, StorageError> {
    let (event, now) = (info.id, app.now());
    let mut taken = Taken::default();
    for (session, marks) in by_session(marks.iter().map(|(session, mark)| (*session, *mark))) {
        sessions::lock(tx, event, session).await?;
        let mut people = BTreeSet::new();
        let exhibitor = exhibitor_of(tx, event, session).await?;
        for mark in marks {
            let Some((Some(person), _, false)) = store::mark(tx, event, session, mark).await? else { continue };
            store::annul(tx, scope, session, mark, now).await?;
            people.insert(person);
            taken.noted.extend(exhibitor.map(|exhibitor| Noted {
                exhibitor,
                registration: person,
                id: app.new_id(),
                at: now,
                what: What::Annulled(CaptureId(mark)),
            }));
        }
        count(app, tx, info, (session, &people), &mut taken).await?;
    }
    Ok(taken)
}

/// Makes marks that were taken back again, each under its new id, and counts their sessions anew.
pub async fn again(
    app: &App,
    tx: &mut Tx,
    info: &EventInfo,
    marks: &[(SessionId, (Uuid, Uuid))],
) -> Result<Taken, StorageError> {
    let mut taken = Taken::default();
    for (session, marks) in by_session(marks.iter().copied()) {
        sessions::lock(tx, info.id, session).await?;
        let mut people = BTreeSet::new();
        for (was, new) in marks {
            people.extend(store::copy(tx, info.id, (session, was), new, app.now()).await?);
        }
        count(app, tx, info, (session, &people), &mut taken).await?;
    }
    Ok(taken)
}

/// In the order in which sessions are locked everywhere.
fn by_session<T>(marks: impl Iterator<Item = (SessionId, T)>) -> BTreeMap<SessionId, Vec<T>> {
    let mut found: BTreeMap<SessionId, Vec<T>> = BTreeMap::new();
    for (session, mark) in marks {
        found.entry(session).or_default().push(mark);
    }
    found
}

async fn exhibitor_of(tx: &mut Tx, event: EventId, session: SessionId) -> Result<Option<ExhibitorId>, StorageError> {
    let row = sessions::find(tx, &Programme { event, exhibitor: None }, session).await?;
    Ok(row.and_then(|row| row.exhibitor_id))
}

/// Folds the marks of some people anew and counts a session that this transaction holds.
async fn count(
    app: &App,
    tx: &mut Tx,
    info: &EventInfo,
    (session, people): (SessionId, &BTreeSet<RegistrationId>),
    taken: &mut Taken,
) -> Result<(), StorageError> {
    let (zone, now) = (info.zone(), app.now());
    let ShowDay { date: today, since } = ShowDay::of(now, &zone);
    let programme = Programme { event: info.id, exhibitor: None };
    let Some(row) = sessions::find(tx, &programme, session).await? else { return Ok(()) };
    let inside = store::inside(tx, info.id, session, since).await?;
    let (entered, exhibitor) = (row.entered, row.exhibitor_id);
    let mut counted = Counted { row, inside, entered };
    for person in people {
        let refolded = refold(tx, info.id, &zone, &mut counted, *person, since).await?;
        taken.entries.extend(refolded.changed(info.id, &counted.row, now, now));
        taken.noted.extend(exhibitor.and_then(|exhibitor| refolded.noted(exhibitor, session, *person)));
    }
    store::set_counts(tx, info.id, session, (counted.inside, counted.entered), &today.to_string()).await
}
