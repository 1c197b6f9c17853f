//! Announcing that somebody's rights changed, so that reading ends within a second on every node.
//!
//! The change and its feed entry are one transaction: every node's reader comes by the entry, forgets
//! what it knows of the event, and has each stream check its own rights again.

use crate::app::App;
use crate::feed::{self, EntryKind, NewEntry};
use crate::storage::{StorageError, Tx};
use mobile_core::ids::{EventId, SpaceId};
use mobile_core::time::Timestamp;
use uuid::Uuid;

/// Appends to an event's feed whose rights in which space changed. Call it last before the commit.
pub async fn note(
    tx: &mut Tx,
    event: EventId,
    space: SpaceId,
    whose: Uuid,
    now: Timestamp,
) -> Result<(), StorageError> {
    let entry = NewEntry::of_other(EntryKind::Access, space, whose, now);
    feed::store::append(tx, event, &[entry]).await?;
    Ok(())
}

/// Commits a change of rights: appended to the feed for other nodes, forgotten here at once.
pub async fn commit(app: &App, mut tx: Tx, event: EventId, space: SpaceId, whose: Uuid) -> Result<(), StorageError> {
    note(&mut tx, event, space, whose, app.now()).await?;
    tx.commit(&app.hub).await?;
    app.identities.clear();
    app.events.forget(event);
    Ok(())
}
