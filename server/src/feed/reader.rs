//! The one reader a process and event has: reads new rows once, renders each once per audience.

use super::audience::Audience;
use super::hub::EventFeed;
use super::{EntryKind, render, store};
use crate::app::App;
use crate::storage::StorageError;
use axum::extract::ws::Utf8Bytes;
use std::sync::Arc;
use std::time::Duration;

const PAGE: i64 = 500;
/// How often the table is read although nothing was heard, and an unheard reader may retire.
const IDLE: Duration = Duration::from_secs(5);
/// After which time a feed that could not be read is read again.
const AGAIN: Duration = Duration::from_millis(500);

/// Reads an event's feed from a position on, until nobody listens.
pub async fn run(app: App, feed: Arc<EventFeed>, mut position: u64) {
    let mut head = feed.head.subscribe();
    let mut stopping = app.stopping();
    loop {
        match step(&app, &feed, position).await {
            Ok(reached) if reached > position => {
                position = reached;
                continue;
            }
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, event = %feed.event, "the feed could not be read; trying again");
                tokio::select! {
                    () = tokio::time::sleep(AGAIN) => continue,
                    () = crate::app::stopped(&mut stopping) => return,
                }
            }
        }
        let heard = tokio::select! {
            heard = tokio::time::timeout(IDLE, head.wait_for(|head| *head > position)) => heard.is_ok(),
            () = crate::app::stopped(&mut stopping) => return,
        };
        if !heard && feed.retire() {
            return;
        }
    }
}

async fn step(app: &App, feed: &EventFeed, position: u64) -> Result<u64, StorageError> {
    let mut tx = app.read().await?;
    let head = store::head(&mut tx, feed.event).await?;
    if head <= position {
        tx.done().await?;
        return Ok(position);
    }
    let rows = store::read_after(&mut tx, feed.event, None, position, head, PAGE).await?;
    tx.done().await?;
    let reached = rows.last().map_or(head, |row| row.seq as u64);
    let audiences = feed.advance(reached);
    let rights_changed = rows.iter().any(|row| row.kind == EntryKind::Access);
    if rights_changed {
        app.identities.clear();
        app.events.forget(feed.event);
        feed.access.send_modify(|count| *count += 1);
    }
    let policy = render::Policy::load(app, feed.event).await?;
    for audience in audiences {
        let is_redacted = |row: &store::FeedRow| row.kind == EntryKind::Redacted && render::concerns(audience.key, row);
        if rights_changed || rows.iter().any(is_redacted) {
            // Frames made before may show more than may be seen now.
            audience.forget();
        }
        let frames = frames_for(&audience, &rows, &policy);
        audience.extend(frames, reached);
        if rights_changed {
            audience.wake();
        }
    }
    Ok(reached)
}

fn frames_for(audience: &Audience, rows: &[store::FeedRow], policy: &render::Policy) -> Vec<(u64, Utf8Bytes)> {
    rows.iter()
        .filter(|row| render::concerns(audience.key, row))
        .filter_map(|row| Some((row.seq as u64, render::frame(audience.key, row, policy)?)))
        .collect()
}

/// Reads and renders what an audience missed, for one subscriber that is behind.
///
/// Gives the frames and the position they reach; call again until that is `upto`.
pub async fn catch_up(
    app: &App,
    feed: &EventFeed,
    audience: &Audience,
    after: u64,
    upto: u64,
) -> Result<(Vec<Utf8Bytes>, u64), StorageError> {
    let policy = render::Policy::load(app, feed.event).await?;
    let mut tx = app.read().await?;
    let space = render::space_of(audience.key);
    let rows = store::read_after(&mut tx, feed.event, space, after, upto, PAGE).await?;
    tx.done().await?;
    let reached = match rows.last() {
        Some(row) if rows.len() as i64 == PAGE => row.seq as u64,
        _ => upto,
    };
    Ok((frames_for(audience, &rows, &policy).into_iter().map(|(_, frame)| frame).collect(), reached))
}
