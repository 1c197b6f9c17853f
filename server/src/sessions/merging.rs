//! Sign-ups of two registrations that turned out to be one person, and taking that apart again.
//!
//! Of two sign-ups of one session the better one stays, and the place that the other had goes to who
//! waits longest. Taken apart, each gets back what still stands, and nothing more: what was cancelled
//! or signed up since stays as it is, and a place that others got meanwhile is waited for. A sign-up is
//! known by its place, which is a new one whenever somebody signs up again.

use super::{Programme, signups, store};
use crate::storage::{StorageError, Tx};
use mobile_core::ids::{EventId, RegistrationId, SessionId};
use mobile_core::time::Timestamp;

/// A sign-up as it is kept: session, status, place.
pub type Kept = (SessionId, String, i64);

async fn kept(
    tx: &mut Tx,
    event: EventId,
    session: SessionId,
    person: RegistrationId,
) -> Result<Option<Kept>, StorageError> {
    let row = store::signup(tx, event, session, person).await?;
    Ok(row.map(|row| (session, row.status, row.place)))
}

/// Whether one sign-up of a session is better than another.
fn is_better(one: &Kept, other: &Kept) -> bool {
    let rank = |row: &Kept| ["registered", "waiting"].iter().position(|status| *status == row.1).unwrap_or(2);
    (rank(one), one.2) < (rank(other), other.2)
}

/// A sign-up that comes back: who had a place waits for it, where they stood, in case it is somebody else's.
fn returning(row: &Kept) -> (&str, i64) {
    let status = if row.1 == "registered" { "waiting" } else { row.1.as_str() };
    (status, row.2)
}

/// Gives the free places of a session, whose row is locked, to those who wait.
async fn fill(tx: &mut Tx, event: EventId, session: SessionId, now: Timestamp) -> Result<(), StorageError> {
    let Some(row) = store::find(tx, &Programme { event, exhibitor: None }, session).await? else { return Ok(()) };
    signups::move_up(tx, event, session, row.capacity, now).await
}

/// Gives the sign-ups of one registration to another. Gives what either had of these sessions: of the one
/// who goes, and of the one who stays.
pub async fn carry(
    tx: &mut Tx,
    event: EventId,
    (from, into): (RegistrationId, RegistrationId),
    now: Timestamp,
) -> Result<(Vec<Kept>, Vec<Kept>), StorageError> {
    let (mut theirs, mut own) = (Vec::new(), Vec::new());
    for session in store::signed_up_for(tx, event, from).await? {
        store::lock(tx, event, session).await?;
        let Some(leaves) = kept(tx, event, session, from).await? else { continue };
        let stays = kept(tx, event, session, into).await?;
        if stays.as_ref().is_none_or(|stays| is_better(&leaves, stays)) {
            store::put_signup(tx, event, session, into, (&leaves.1, leaves.2), now).await?;
        }
        store::remove_signup(tx, event, session, from).await?;
        fill(tx, event, session, now).await?;
        theirs.push(leaves);
        own.extend(stays);
    }
    Ok((theirs, own))
}

/// Gives back what [`carry`] took along, as far as it still stands.
pub async fn give_back(
    tx: &mut Tx,
    event: EventId,
    (from, into): (RegistrationId, RegistrationId),
    (theirs, own): &(Vec<Kept>, Vec<Kept>),
    now: Timestamp,
) -> Result<(), StorageError> {
    for leaves in theirs {
        let session = leaves.0;
        // Without a row there is nothing to give back: the session is gone.
        if !store::lock(tx, event, session).await? {
            continue;
        }
        let stays = own.iter().find(|row| row.0 == session);
        let is_theirs = stays.is_none_or(|stays| is_better(leaves, stays));
        let merged = stays.filter(|_| !is_theirs).unwrap_or(leaves);
        let Some(current) = kept(tx, event, session, into).await? else { continue };
        if current.2 != merged.2 || (current.1 == "cancelled" && merged.1 != "cancelled") {
            continue;
        }
        if is_theirs {
            store::put_signup(tx, event, session, from, (&current.1, current.2), now).await?;
            match stays {
                Some(stays) => store::put_signup(tx, event, session, into, returning(stays), now).await?,
                None => store::remove_signup(tx, event, session, into).await?,
            }
        } else {
            store::put_signup(tx, event, session, from, returning(leaves), now).await?;
        }
        fill(tx, event, session, now).await?;
    }
    Ok(())
}
