//! Writing anew what leads are found by, after what the event discloses has changed.
//!
//! What is shown follows the policy at each rendering; the columns that lists filter, sort and
//! search by are written with the lead. Without this, a search could still find somebody by a name
//! that is not disclosed any more.
//!
//! A change leaves a row in its own transaction ([`change`]) and its leads are an errand ([`carry_out`]),
//! which goes on when whoever asked has gone. What a server that stopped has left is done at the next
//! start, and by the others within a minute ([`run`]). Whoever writes a lead meanwhile sees by the event's
//! `policy_version` that what is disclosed has changed.

use super::store::policy::{self as store, ChangeRow};
use super::written;
use crate::app::App;
use crate::events::cache::read_info;
use crate::storage::{StorageError, Tx};
use mobile_core::ids::{EventId, SpaceId};
use std::time::Duration;

/// Leads of one transaction: scans go on in between.
const CHUNK: usize = 500;
/// Attempts at one transaction, which may collide with scans of the same people.
const ATTEMPTS: u32 = 6;
/// How often a server looks for what was left half done.
const EVERY: Duration = Duration::from_mins(1);

/// A change of what is disclosed whose leads are to be written anew once it is committed.
#[derive(Debug)]
#[must_use]
pub struct PolicyChange(ChangeRow);

/// Keeps that what an event discloses to one space, or to all, changes with this transaction.
///
/// Call it before the feed is written.
pub async fn change(
    app: &App,
    tx: &mut Tx,
    event: EventId,
    space: Option<SpaceId>,
) -> Result<PolicyChange, StorageError> {
    let change = ChangeRow::new(event, space, app.new_id());
    store::begin(tx, &change).await?;
    Ok(PolicyChange(change))
}

/// Brings the columns of the leads to the policy, after the change is committed. Goes on when nobody waits.
pub async fn carry_out(app: &App, change: PolicyChange) {
    let walking = app.errands.spawn(walk(app.clone(), change.0));
    match walking.await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "leads do not follow what is disclosed yet; trying again"),
        Err(error) => tracing::error!(%error, "leads do not follow what is disclosed yet; trying again"),
    }
}

/// Does what was left half done, at the start and every minute, for as long as the server runs.
pub async fn run(app: App) {
    let mut rounds = app.rounds(EVERY);
    while rounds.next().await {
        if let Err(error) = take_up(&app).await {
            tracing::warn!(%error, "leads do not follow what is disclosed yet; trying again");
        }
    }
}

/// Does what is left of every change. One that is under way is walked by two for a while, and ends with
/// the first: both write the same.
pub async fn take_up(app: &App) -> Result<(), StorageError> {
    let mut tx = app.read().await?;
    let open = store::open(&mut tx).await?;
    tx.done().await?;
    for change in open {
        // One event's trouble is not the others'.
        if let Err(error) = walk(app.clone(), change).await {
            tracing::warn!(%error, event = %change.event_id, "leads do not follow what is disclosed yet; trying again");
        }
    }
    Ok(())
}

/// Walks over the leads until all are written anew, another change of the same has begun, or the server
/// stops.
async fn walk(app: App, mut change: ChangeRow) -> Result<(), StorageError> {
    let mut attempt = 1;
    while !app.is_stopping() {
        match step(&app, change).await {
            Ok(None) => return Ok(()),
            Ok(Some(next)) => {
                change = next;
                attempt = 1;
            }
            Err(StorageError::Collision(_) | StorageError::Transient(_)) if attempt < ATTEMPTS => {
                tokio::time::sleep(Duration::from_millis(u64::from(attempt * attempt))).await;
                attempt += 1;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Writes the next leads anew and gives the change as far as it has come; none when that was all.
async fn step(app: &App, change: ChangeRow) -> Result<Option<ChangeRow>, StorageError> {
    let event = change.event_id;
    let mut tx = app.write().await?;
    if change.after().is_none() {
        // Waits for those who make leads by what was disclosed before; whoever comes later reads what is now.
        tx.changes_badges(event).await?;
    }
    let rows = store::after(&mut tx, event, change.space(), change.after(), CHUNK).await?;
    // Within the transaction, after the leads are locked: what other nodes changed meanwhile counts.
    let info = read_info(&mut tx, event).await?;
    let changed: Vec<_> = rows
        .iter()
        .map(|found| (found, written(&found.lead, &info)))
        .filter(|(found, anew)| anew.consent != found.consent || anew.search != found.search)
        .map(|(_, anew)| anew)
        .collect();
    store::put_found(&mut tx, event, &changed).await?;
    let last = rows.last().filter(|_| rows.len() == CHUNK);
    let next = last.map(|found| change.up_to((found.lead.space_id, found.lead.id)));
    let goes_on = match &next {
        Some(next) => store::reached(&mut tx, next).await?,
        None => {
            store::end(&mut tx, &change).await?;
            false
        }
    };
    tx.commit(&app.hub).await?;
    Ok(next.filter(|_| goes_on))
}
