//! One subscriber's WebSocket: everything after `since` in order, once, then what comes.
//!
//! Subscribe before reading; then repeat: what the ring holds, else the table, then wait for the
//! head, a ping, a client's frame, a change of rights or the server's end. Per connection this
//! keeps a position and no queue, so memory is bounded and a slow one is cut off and resumes.

use super::audience::{AudienceKey, Next};
use super::hub::{EventFeed, Subscription};
use super::{reader, render, store};
use crate::access::{Capability, Identity, LiveScope, MonitorScope, identity};
use crate::app::App;
use crate::problem::Problem;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use futures_util::SinkExt as _;
use mobile_core::ids::EventId;
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use mobile_core::wire::Frame;
use std::sync::Arc;
use std::time::Duration;

/// A subscriber that takes nothing for so long is cut off.
const SEND_LIMIT: Duration = Duration::from_secs(5);
/// How often the head is told and a ping sent.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// How long a subscriber that was cut off may take to hear why.
const LAST_WORDS: Duration = Duration::from_secs(30);

/// Close codes of the contract.
pub mod close {
    /// The server restarts: reconnect after 0–5 s at random.
    pub const RESTART: u16 = 1012;
    /// Signed out.
    pub const SIGNED_OUT: u16 = 4401;
    /// Rights withdrawn.
    pub const WITHDRAWN: u16 = 4403;
    /// Too slow: reconnect and resume.
    pub const TOO_SLOW: u16 = 4408;
}

/// What a subscriber asked for, looked up.
#[derive(Debug)]
pub struct Subscriber {
    /// Whose right it is, to be looked up again when rights change.
    pub watch: Watch,
    /// The event.
    pub event: EventId,
    /// What it may see.
    pub key: AudienceKey,
    /// The position it has seen; none: only what is new.
    pub since: Option<u64>,
}

/// How to look a subscriber's right up again.
#[derive(Debug)]
pub enum Watch {
    /// By the token that it came with.
    Token(Box<str>),
    /// By what its ticket named.
    Named(Identity),
}

/// Why a stream ends.
enum End {
    Client,
    Close(u16, &'static str),
    TooSlow,
}

/// Serves one subscriber until either side ends it.
pub async fn serve(app: App, socket: WebSocket, subscriber: Subscriber) {
    app.metrics.sockets.inc();
    let mut socket = socket;
    let end = run(&app, &mut socket, subscriber).await;
    app.metrics.sockets.dec();
    match end {
        End::Client => {}
        End::Close(code, reason) => say_goodbye(socket, code, reason).await,
        End::TooSlow => {
            app.metrics.too_slow.inc();
            tokio::spawn(say_goodbye(socket, close::TOO_SLOW, "too slow: reconnect with since"));
        }
    }
}

async fn say_goodbye(mut socket: WebSocket, code: u16, reason: &'static str) {
    let frame = Message::Close(Some(CloseFrame { code, reason: reason.into() }));
    let _ = tokio::time::timeout(LAST_WORDS, async {
        if socket.send(frame).await.is_ok() {
            // Hearing the answer keeps the last frames from being lost with the connection.
            while let Some(Ok(_)) = socket.recv().await {}
        }
    })
    .await;
}

/// A stream that has begun: where it stands and what it waits for.
struct Stream {
    feed: Arc<EventFeed>,
    subscription: Subscription,
    position: u64,
    /// None before the first states of a newcomer.
    revision: Option<u64>,
}

async fn run(app: &App, socket: &mut WebSocket, subscriber: Subscriber) -> End {
    let mut stream = match Box::pin(begin(app, socket, &subscriber)).await {
        Ok(stream) => stream,
        Err(end) => return end,
    };
    let mut access = stream.feed.access.subscribe();
    // Rights were looked up before this subscription: what changed in between is seen at the first turn.
    access.mark_changed();
    let mut heartbeat = tokio::time::interval_at(tokio::time::Instant::now() + HEARTBEAT, HEARTBEAT);
    // When the right ends by itself: a sign-in's time, a view's, a tab's.
    let mut until = None;
    loop {
        // One thing wakes a stream, whatever for: to wait for each of them costs a third of a message.
        stream.subscription.moved.mark_unchanged();
        if app.is_stopping() {
            return End::Close(close::RESTART, "the server restarts");
        }
        if access.has_changed().unwrap_or(true) {
            access.mark_unchanged();
            until = match Box::pin(check(app, &subscriber, until)).await {
                Ok(until) => until,
                Err(end) => return end,
            };
            beat_by(&mut heartbeat, until, app.now());
        }
        if let Err(end) = stream.send_new(app, socket).await {
            return end;
        }
        tokio::select! {
            biased;
            moved = stream.subscription.moved.changed() => if moved.is_err() {
                return End::Close(close::RESTART, "the server restarts");
            },
            message = socket.recv() => match message {
                // Clients say nothing that matters; pings are answered by the protocol itself.
                Some(Ok(Message::Close(_)) | Err(_)) | None => return End::Client,
                Some(Ok(_)) => {}
            },
            _ = heartbeat.tick() => {
                if until.is_some_and(|until| until <= app.now()) {
                    // A sign-in that was used meanwhile goes on, and so does a tab that closes later now.
                    until = match Box::pin(check(app, &subscriber, until)).await {
                        Ok(until) if until.is_none_or(|until| until > app.now()) => until,
                        Ok(_) => return End::Close(close::WITHDRAWN, "its time is over"),
                        Err(end) => return end,
                    };
                }
                beat_by(&mut heartbeat, until, app.now());
                let head = Frame::Head { head: stream.subscription.audience.covered().max(stream.position) };
                let messages = [Message::Text(render::text(&head)), Message::Ping(bytes::Bytes::new())];
                if let Err(end) = send(app, socket, messages).await {
                    return end;
                }
            }
        }
    }
}

/// Has the next beat come no later than the right ends: waiting for that moment too would cost each message.
fn beat_by(heartbeat: &mut tokio::time::Interval, until: Option<Timestamp>, now: Timestamp) {
    let Some(left) = until.map(|until| until.micros_since(now).max(0).unsigned_abs()) else { return };
    let left = Duration::from_micros(left) + Duration::from_millis(1);
    if left < HEARTBEAT {
        heartbeat.reset_after(left);
    }
}

/// Joins the audience, greets, and answers a position that cannot be resumed from.
async fn begin(app: &App, socket: &mut WebSocket, subscriber: &Subscriber) -> Result<Stream, End> {
    let failed = |_| End::Close(close::RESTART, "the feed cannot be read now");
    let bounds = async {
        let mut tx = app.read().await?;
        let bounds = store::bounds(&mut tx, subscriber.event).await?;
        tx.done().await?;
        Ok::<_, crate::storage::StorageError>(bounds)
    };
    let (head, kept_from) = bounds.await.map_err(failed)?;
    let (feed, subscription) = app.hub.join(app, subscriber.event, subscriber.key, head);
    let hello = Frame::Hello { seq: head, server_time: app.now() };
    let mut messages = vec![Message::Text(render::text(&hello))];
    let (position, revision) = match subscriber.since {
        Some(since) if since > head || since < kept_from => {
            messages.push(Message::Text(render::text(&Frame::Resync { seq: head })));
            (head, Some(0))
        }
        Some(since) => (since, Some(0)),
        None => (head, None),
    };
    send(app, socket, messages).await?;
    Ok(Stream { feed, subscription, position, revision })
}

impl Stream {
    /// Sends everything that is there: entries in order, then states that changed.
    async fn send_new(&mut self, app: &App, socket: &mut WebSocket) -> Result<(), End> {
        loop {
            let audience = &self.subscription.audience;
            match audience.after(self.position, self.revision) {
                Next::News { messages, position, revision } => {
                    (self.position, self.revision) = (position, Some(revision));
                    // What comes meanwhile wakes the stream again.
                    return if messages.is_empty() {
                        Ok(())
                    } else {
                        send(app, socket, messages.into_iter().map(Message::Text)).await
                    };
                }
                Next::Behind(upto) => {
                    let caught = Box::pin(reader::catch_up(app, &self.feed, audience, self.position, upto)).await;
                    let (frames, position) =
                        caught.map_err(|_| End::Close(close::RESTART, "the feed cannot be read now"))?;
                    send(app, socket, frames.into_iter().map(Message::Text)).await?;
                    self.position = position;
                }
            }
        }
    }
}

async fn send(app: &App, socket: &mut WebSocket, messages: impl IntoIterator<Item = Message>) -> Result<(), End> {
    let sending = async {
        let mut sent = 0;
        for message in messages {
            socket.feed(message).await?;
            sent += 1;
        }
        socket.flush().await?;
        Ok::<u64, axum::Error>(sent)
    };
    match tokio::time::timeout(SEND_LIMIT, sending).await {
        Ok(Ok(sent)) => {
            app.metrics.messages.inc_by(sent);
            Ok(())
        }
        Ok(Err(_)) => Err(End::Client),
        Err(_) => Err(End::TooSlow),
    }
}

/// Whether the subscriber still may see what it sees, and until when; a different right is a new stream.
async fn check(app: &App, subscriber: &Subscriber, before: Option<Timestamp>) -> Result<Option<Timestamp>, End> {
    match subscriber.watch.still_sees(app, subscriber.event, subscriber.key).await {
        Ok(until) => Ok(until),
        // A database that is away says nothing about rights.
        Err(problem) if problem.reason() == Reason::Unavailable => Ok(before),
        Err(problem) if problem.reason() == Reason::NotSignedIn => Err(End::Close(close::SIGNED_OUT, "signed out")),
        Err(_) => Err(End::Close(close::WITHDRAWN, "rights have changed")),
    }
}

impl Watch {
    /// Refuses who may no longer see what a key is about, or sees more or less of it than that; gives when
    /// that ends by itself.
    pub(super) async fn still_sees(
        &self,
        app: &App,
        event: EventId,
        key: AudienceKey,
    ) -> Result<Option<Timestamp>, Problem> {
        let (signed_in, (sees, open)) = match self {
            Self::Token(token) => {
                let identity = identity::identify(app, token).await?;
                (identity.expires_at(), key_of(app, &identity, event, key).await?)
            }
            Self::Named(identity) => {
                let until = identity::still_signed_in(app, identity).await?;
                (until, key_of(app, identity, event, key).await?)
            }
        };
        if sees == key {
            return Ok([signed_in, open].into_iter().flatten().min());
        }
        Err(Problem::new(Reason::Forbidden, "Your rights have changed meanwhile. Ask again."))
    }
}

/// What an identity sees now of what a key is about, and when that ends by itself.
async fn key_of(
    app: &App,
    identity: &Identity,
    event: EventId,
    key: AudienceKey,
) -> Result<(AudienceKey, Option<Timestamp>), Problem> {
    match key {
        AudienceKey::Exhibitor(exhibitor, _) => {
            let scope = LiveScope::of(app, identity, exhibitor).await?;
            Ok((AudienceKey::Exhibitor(exhibitor, scope.sees()), scope.allowed_until(Capability::LeadLive)))
        }
        // Who may watch the monitor may have it on a wall.
        AudienceKey::Monitor | AudienceKey::Wall => {
            MonitorScope::of(app, identity, event).await?;
            Ok((key, None))
        }
        // Attendees prove themselves otherwise, and have no sockets.
        AudienceKey::Attendee(_) => Err(Problem::not_found()),
    }
}

/// A frame as the long poll gives it.
pub fn as_json(frame: &Utf8Bytes) -> Box<serde_json::value::RawValue> {
    serde_json::value::RawValue::from_string(frame.to_string()).unwrap_or_default()
}
