//! A queue that a screen and a delivery use at the same time, as an app does.
//!
//! Taking a capture never waits for the network: the lock is held for a write to the disk at most,
//! never while a request is under way. One delivery runs at a time; a second one waits its turn.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::deliver::{self, Delivery};
use super::{Client, clock};
use crate::ids::ExhibitorId;
use crate::queue::sync::{Connection, Event, Settled, Step, Sync};
use crate::queue::{Draft, PushError, Queue, Storage, StorageError};

/// A queue and its sync machine behind one lock.
#[derive(Debug)]
pub struct SharedQueue<S> {
    held: Mutex<Held<S>>,
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Held<S> {
    queue: Queue<S>,
    sync: Sync,
}

impl<S: Storage> SharedQueue<S> {
    /// Shares a queue. `exhibitor_id` is needed where the token stands for several exhibitors.
    pub fn new(queue: Queue<S>, exhibitor_id: Option<ExhibitorId>) -> Self {
        let held = Held { queue, sync: Sync::new(exhibitor_id) };
        Self { held: Mutex::new(held), turn: tokio::sync::Mutex::new(()) }
    }

    /// Takes a capture; once this returns it survives a crash. Gives its number.
    ///
    /// # Errors
    /// [`PushError`]; nothing of it is kept then.
    pub fn push(&self, draft: Draft) -> Result<u64, PushError> {
        self.hold().queue.push(draft, clock::now().monotonic_us)
    }

    /// Does something with the queue. A delivery waits meanwhile.
    pub fn with<T>(&self, act: impl FnOnce(&mut Queue<S>) -> T) -> T {
        act(&mut self.hold().queue)
    }

    /// How the deliveries go.
    pub fn connection(&self) -> Connection {
        self.hold().sync.connection().clone()
    }

    /// The server's clock minus this device's in microseconds, once an answer told.
    pub fn clock_offset_us(&self) -> Option<i64> {
        self.hold().sync.clock_offset_us()
    }

    /// Handles an event by this device's clocks, for apps that make the requests themselves (in the
    /// background, for instance). Not to be mixed with [`SharedQueue::deliver`].
    ///
    /// # Errors
    /// As [`Sync::handle`].
    pub fn handle(&self, event: Event) -> Result<Step, StorageError> {
        let Held { queue, sync } = &mut *self.hold();
        sync.handle(event, clock::now(), clock::random(), queue)
    }

    /// Sends what the queue holds, as [`super::deliver()`] does, while captures go on being taken.
    pub async fn deliver(
        &self,
        client: &Client,
        limit: Duration,
        mut told: impl FnMut(&Queue<S>, &Settled),
    ) -> Delivery {
        let _turn = self.turn.lock().await;
        let handle = |event| {
            let Held { queue, sync } = &mut *self.hold();
            deliver::handle(sync, queue, event, &mut told)
        };
        deliver::drive(client, limit, handle).await
    }

    fn hold(&self) -> MutexGuard<'_, Held<S>> {
        // Nothing that is done under the lock panics; were it to, the queue on disk is whole.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
