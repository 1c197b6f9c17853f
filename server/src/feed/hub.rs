//! How far each event's feed has come on this node, and who listens.

use super::audience::{Audience, AudienceKey};
use super::reader;
use crate::app::App;
use mobile_core::ids::EventId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{mpsc, watch};

/// The live hub of one node. Cloning shares it.
#[derive(Debug, Clone)]
pub struct Hub(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    feeds: Mutex<HashMap<EventId, Arc<EventFeed>>>,
    committed: mpsc::UnboundedSender<(EventId, u64)>,
}

/// One event's feed as this node knows it.
#[derive(Debug)]
pub struct EventFeed {
    /// The event.
    pub event: EventId,
    /// The newest number that is known; a hint, the table is the truth.
    pub head: watch::Sender<u64>,
    /// Counts changes of somebody's rights.
    pub access: watch::Sender<u64>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// What the reader has handed out; none while no reader runs.
    position: Option<u64>,
    /// How many readers have run so far.
    turn: u64,
    audiences: HashMap<AudienceKey, Arc<Audience>>,
}

impl Hub {
    /// A hub that passes on what this node commits.
    pub fn new(committed: mpsc::UnboundedSender<(EventId, u64)>) -> Self {
        Self(Arc::new(Inner { feeds: Mutex::default(), committed }))
    }

    /// What this node has just committed.
    pub fn announce(&self, heads: &[(EventId, u64)]) {
        self.heard(heads);
        for head in heads {
            // Nobody listens on SQLite: there is no other node.
            let _ = self.0.committed.send(*head);
        }
    }

    /// What any node has committed.
    pub fn heard(&self, heads: &[(EventId, u64)]) {
        for (event, seq) in heads {
            self.feed(*event).head.send_if_modified(|head| {
                let newer = *seq > *head;
                *head = (*head).max(*seq);
                newer
            });
        }
    }

    /// An event's feed.
    pub fn feed(&self, event: EventId) -> Arc<EventFeed> {
        let mut feeds = self.0.feeds.lock().unwrap_or_else(PoisonError::into_inner);
        let feed = feeds.entry(event).or_insert_with(|| {
            Arc::new(EventFeed {
                event,
                head: watch::channel(0).0,
                access: watch::channel(0).0,
                state: Mutex::default(),
            })
        });
        feed.clone()
    }

    /// Has every subscriber of this node look whether it may go on.
    pub fn wake_all(&self) {
        let feeds: Vec<_> = self.0.feeds.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
        for feed in feeds {
            feed.wake_all();
        }
    }

    /// Joins an audience, starting the event's reader when this is its first subscriber.
    ///
    /// `head` is the feed's head read from the table just before.
    pub fn join(&self, app: &App, event: EventId, key: AudienceKey, head: u64) -> (Arc<EventFeed>, Subscription) {
        let feed = self.feed(event);
        let mut state = feed.state();
        let position = match state.position {
            Some(position) => position,
            None => {
                state.position = Some(head);
                state.turn += 1;
                tokio::spawn(reader::run(app.clone(), feed.clone(), head));
                tokio::spawn(crate::monitor::states::run(app.clone(), feed.clone(), state.turn));
                head
            }
        };
        let audience = state.audiences.entry(key).or_insert_with(|| Arc::new(Audience::new(key, position))).clone();
        // Subscribed under the lock, so that the reader cannot find the audience empty meanwhile.
        let moved = audience.moved();
        drop(state);
        (feed, Subscription { audience, moved })
    }
}

/// A place in an audience.
#[derive(Debug)]
pub struct Subscription {
    /// The audience.
    pub audience: Arc<Audience>,
    /// Changes whenever there is something to send.
    pub moved: watch::Receiver<u64>,
}

impl EventFeed {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The audiences that get the entries up to `position`; whoever joins later begins there.
    pub(super) fn advance(&self, position: u64) -> Vec<Arc<Audience>> {
        let mut state = self.state();
        state.position = Some(position);
        state.audiences.retain(|_, audience| audience.has_subscribers());
        state.audiences.values().cloned().collect()
    }

    /// Has every subscriber look at its rights again.
    pub(super) fn wake_all(&self) {
        for audience in self.audiences() {
            audience.wake();
        }
    }

    /// The audiences there are.
    pub fn audiences(&self) -> Vec<Arc<Audience>> {
        self.state().audiences.values().cloned().collect()
    }

    /// Ends the reader when nobody listens; true when it may stop.
    pub(super) fn retire(&self) -> bool {
        let mut state = self.state();
        state.audiences.retain(|_, audience| audience.has_subscribers());
        if state.audiences.is_empty() {
            state.position = None;
        }
        state.audiences.is_empty()
    }

    /// Whether the reader of this turn still runs.
    pub fn is_read(&self, turn: u64) -> bool {
        let state = self.state();
        state.position.is_some() && state.turn == turn
    }
}
