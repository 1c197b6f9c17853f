//! Connections of two registrations that turn out to be one person: they become the survivor's, and
//! taking the merge back gives each its own again.
//!
//! Where both know the same person, one connection is left: what is agreed on goes before what is only
//! asked, else the newer word before the older. One between the two themselves means nothing any more.
//! What the connection that goes had noted in an exhibitor's space is annulled there, so that the lead
//! stands on the one that is left, and ends with it.

use super::Status;
use super::merging_store::{self as store, Kept};
use crate::app::App;
use crate::captures::{Noted, What};
use crate::storage::{StorageError, Tx};
use mobile_core::ids::{CaptureId, ConnectionId, EventId, ExhibitorId, RegistrationId};
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What a connection that goes had noted in an exhibitor's space.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Note {
    connection: ConnectionId,
    capture: CaptureId,
    exhibitor: ExhibitorId,
    /// Whose lead it is of.
    registration: RegistrationId,
}

/// What went from one registration to another; undoing needs it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Carried {
    /// Connections of the one who went, as they were.
    theirs: Vec<Kept>,
    /// Connections of the one who stayed that took another's place in, as they were.
    joined: Vec<Kept>,
    /// Whether the one who stayed is on the list because the other was.
    is_listed: bool,
    /// What connections that went had noted.
    notes: Vec<Note>,
    /// When.
    at: Option<Timestamp>,
}

impl Carried {
    /// What takes the notes of connections that went out of the spaces, once the leads are one person's.
    pub fn annulments(&self, app: &App, (from, into): (RegistrationId, RegistrationId)) -> Vec<Noted> {
        let annul = |note: &Note| {
            let registration = if note.registration == from { into } else { note.registration };
            let what = What::Annulled(note.capture);
            Noted { exhibitor: note.exhibitor, registration, id: app.new_id(), at: app.now(), what }
        };
        self.notes.iter().map(annul).collect()
    }
}

/// What a connection that holds noted, in which space and of whom.
async fn notes_of(tx: &mut Tx, event: EventId, row: &Kept) -> Result<Vec<Note>, StorageError> {
    let Some(capture) = row.capture_id.filter(|_| row.status == Status::Connected) else { return Ok(Vec::new()) };
    let low = store::team(tx, event, row.low_id).await?;
    let high = store::team(tx, event, row.high_id).await?;
    if low == high {
        return Ok(Vec::new());
    }
    let spaces = [low.map(|space| (space, row.high_id)), high.map(|space| (space, row.low_id))];
    let note = |(exhibitor, registration)| Note { connection: row.id, capture, exhibitor, registration };
    Ok(spaces.into_iter().flatten().map(note).collect())
}

/// A connection as it is once one of its two is the other registration.
fn renamed(row: &Kept, from: RegistrationId, into: RegistrationId) -> Kept {
    let name = |who: RegistrationId| if who == from { into } else { who };
    let (one, other) = (name(row.low_id), name(row.high_id));
    Kept {
        low_id: one.min(other),
        high_id: one.max(other),
        asked_by: name(row.asked_by),
        ended_by: row.ended_by.map(name),
        ..row.clone()
    }
}

/// Whether a connection that comes along goes before the one that is there.
fn is_stronger(new: &Kept, known: &Kept) -> bool {
    match (new.status, known.status) {
        (Status::Connected, Status::Requested) => true,
        (Status::Requested, Status::Connected) => false,
        _ => new.updated_at > known.updated_at,
    }
}

/// Gives the connections of one registration to another.
pub async fn carry(
    tx: &mut Tx,
    event: EventId,
    (from, into): (RegistrationId, RegistrationId),
    now: Timestamp,
) -> Result<Carried, StorageError> {
    let mut carried = Carried { at: Some(now), ..Carried::default() };
    for row in store::of(tx, event, from).await? {
        let renamed = renamed(&row, from, into);
        store::remove(tx, event, row.id).await?;
        if renamed.low_id != renamed.high_id {
            match store::between(tx, event, renamed.low_id, renamed.high_id).await? {
                None => store::put(tx, event, &renamed).await?,
                Some(known) => {
                    let is_stronger = is_stronger(&renamed, &known);
                    carried.notes.extend(notes_of(tx, event, if is_stronger { &known } else { &row }).await?);
                    if is_stronger {
                        let left = Kept { id: known.id, updated_at: now, version: known.version + 1, ..renamed };
                        store::remove(tx, event, known.id).await?;
                        store::put(tx, event, &left).await?;
                        carried.joined.push(known);
                    }
                }
            }
        }
        carried.theirs.push(row);
    }
    carried.is_listed = store::list_as(tx, event, from, into, now).await?;
    Ok(carried)
}

/// Gives back what [`carry`] took along, and says what is to be noted anew once the leads are two people's
/// again. What was done with a connection meanwhile stays with the person who was there for both.
pub async fn give_back(
    app: &App,
    tx: &mut Tx,
    event: EventId,
    (from, into): (RegistrationId, RegistrationId),
    carried: &Carried,
) -> Result<Vec<Noted>, StorageError> {
    let mut noted = Vec::new();
    for was in &carried.theirs {
        let now = store::find(tx, event, was.id).await?;
        let back = match now {
            Some(now) => renamed(&now, into, from),
            None => noted_anew(app, carried, was, &mut noted),
        };
        store::remove(tx, event, was.id).await?;
        store::put(tx, event, &back).await?;
    }
    for was in &carried.joined {
        let is_as_left = store::find(tx, event, was.id).await?.is_some_and(|now| Some(now.updated_at) == carried.at);
        if is_as_left {
            let back = noted_anew(app, carried, was, &mut noted);
            store::remove(tx, event, was.id).await?;
            store::put(tx, event, &back).await?;
        }
    }
    if carried.is_listed {
        store::unlist(tx, event, into).await?;
    }
    Ok(noted)
}

/// A connection as it was, with what it had noted under a new id: the old one is annulled for good.
fn noted_anew(app: &App, carried: &Carried, was: &Kept, noted: &mut Vec<Noted>) -> Kept {
    let id: CaptureId = app.new_id();
    let own = carried.notes.iter().filter(|note| note.connection == was.id);
    let before = noted.len();
    noted.extend(own.map(|note| Noted {
        exhibitor: note.exhibitor,
        registration: note.registration,
        id,
        at: was.connected_at.unwrap_or(was.updated_at),
        what: What::Connected(was.id),
    }));
    let capture_id = if noted.len() > before { Some(id) } else { was.capture_id };
    Kept { capture_id, ..was.clone() }
}

#[cfg(test)]
mod tests {
    use super::super::Channel;
    use super::*;
    use mobile_core::ids::ConnectionId;
    use uuid::Uuid;

    fn who(number: u128) -> RegistrationId {
        RegistrationId(Uuid::from_u128(number))
    }

    fn kept(low: u128, high: u128, status: Status, at: i64) -> Kept {
        Kept {
            id: ConnectionId(Uuid::from_u128(99)),
            low_id: who(low),
            high_id: who(high),
            asked_by: who(low),
            status,
            channel: Channel::Badge,
            asked_at: Timestamp::from_micros(at),
            connected_at: None,
            ended_by: None,
            capture_id: None,
            updated_at: Timestamp::from_micros(at),
            version: 1,
        }
    }

    #[test]
    fn a_renamed_connection_keeps_its_two_in_order() {
        let row = renamed(&kept(1, 5, Status::Connected, 0), who(1), who(9));
        assert_eq!((row.low_id, row.high_id, row.asked_by), (who(5), who(9), who(9)));
    }

    #[test]
    fn agreeing_goes_before_asking_and_else_the_newer_word_before_the_older() {
        let of = |status, at| kept(1, 2, status, at);
        assert!(is_stronger(&of(Status::Connected, 1), &of(Status::Requested, 2)));
        assert!(!is_stronger(&of(Status::Requested, 2), &of(Status::Connected, 1)));
        assert!(is_stronger(&of(Status::Refused, 2), &of(Status::Connected, 1)));
        assert!(!is_stronger(&of(Status::Ended, 1), &of(Status::Connected, 2)));
    }
}
