//! The long poll: the same messages for halls whose proxies cut sockets.

use super::audience::{AudienceKey, Next};
use super::socket::as_json;
use super::{reader, render, store};
use crate::app::App;
use crate::problem::Problem;
use mobile_core::ids::EventId;
use mobile_core::wire::Frame;
use serde::Serialize;
use serde_json::value::RawValue;
use std::time::Duration;
use utoipa::ToSchema;

/// Most messages in one answer; the next request gets the rest.
const PAGE: usize = 500;
/// Longest wait a client may ask for, in seconds.
pub const LONGEST_WAIT: u64 = 55;

/// What a poll answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct Polled {
    /// The messages, in order.
    #[schema(value_type = Vec<Frame>)]
    pub messages: Vec<Box<RawValue>>,
    /// Send it as `since` next time.
    pub seq: u64,
    /// The head of the feed.
    pub head: u64,
}

/// Everything after `since`, or the first thing that comes within `wait`.
pub async fn poll(
    app: &App,
    event: EventId,
    key: AudienceKey,
    since: Option<u64>,
    wait: Duration,
) -> Result<Polled, Problem> {
    let mut tx = app.read().await?;
    let (head, kept_from) = store::bounds(&mut tx, event).await?;
    tx.done().await?;
    let (feed, mut subscription) = app.hub.join(app, event, key, head);
    let mut position = since.unwrap_or(head);
    if position > head || position < kept_from {
        let resync = as_json(&render::text(&Frame::Resync { seq: head }));
        return Ok(Polled { messages: vec![resync], seq: head, head });
    }
    let deadline = tokio::time::Instant::now() + wait;
    let mut stopping = app.stopping();
    let mut access = feed.access.subscribe();
    access.mark_unchanged();
    let mut messages = Vec::new();
    // States come with the first poll and whenever the wait ends early because one changed.
    let mut revision = since.map(|_| subscription.audience.revision());
    loop {
        subscription.moved.mark_unchanged();
        while messages.len() < PAGE {
            match subscription.audience.after(position, revision) {
                Next::News { messages: news, position: reached, revision: newest } => {
                    messages.extend(news.iter().map(as_json));
                    (position, revision) = (reached, Some(newest));
                    break;
                }
                Next::Behind(upto) => {
                    let (frames, reached) =
                        reader::catch_up(app, &feed, &subscription.audience, position, upto).await?;
                    messages.extend(frames.iter().map(as_json));
                    position = reached;
                }
            }
        }
        if !messages.is_empty() {
            break;
        }
        tokio::select! {
            _ = subscription.moved.changed() => {}
            () = tokio::time::sleep_until(deadline) => break,
            () = crate::app::stopped(&mut stopping) => break,
            // The next request looks the right up again.
            _ = access.changed() => break,
        }
    }
    Ok(Polled { messages, seq: position, head: subscription.audience.covered().max(position) })
}
