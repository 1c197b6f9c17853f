//! Brings a queue to the server: the loop between the sync machine and HTTP.

use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout_at};

use super::{Client, clock};
use crate::queue::sync::{Action, Connection, Event, Settled, Sync, Trouble};
use crate::queue::{Queue, Storage, StorageError};

/// How a delivery ended.
#[derive(Debug)]
pub enum Delivery {
    /// Nothing is left to send.
    Done,
    /// The time was up. What is left stays in the queue.
    TimeUp {
        /// How it went last.
        connection: Connection,
    },
    /// The token is not taken any more. What is left stays in the queue.
    PairAgain(Trouble),
    /// The server refuses what is sent, and repeating does not help.
    Refused(Trouble),
    /// An answer could not be kept: the same captures are sent again next time.
    NotKept(StorageError),
}

/// Sends what the queue holds until nothing is left or `limit` has passed; with nothing to send, a
/// sign of life if one is due. `told` hears of each capture as it is settled.
///
/// Call it again whenever something was captured, with the same `sync`.
pub async fn deliver<S: Storage>(
    client: &Client,
    sync: &mut Sync,
    queue: &mut Queue<S>,
    limit: Duration,
    mut told: impl FnMut(&Queue<S>, &Settled),
) -> Delivery {
    drive(client, limit, |event| handle(sync, queue, event, &mut told)).await
}

/// What the loop needs to know after an event.
pub(super) struct After {
    action: Action,
    unsent: usize,
    connection: Connection,
}

pub(super) fn handle<S: Storage>(
    sync: &mut Sync,
    queue: &mut Queue<S>,
    event: Event,
    told: &mut impl FnMut(&Queue<S>, &Settled),
) -> Result<After, StorageError> {
    let step = sync.handle(event, clock::now(), clock::random(), queue)?;
    for settled in &step.settled {
        told(queue, settled);
    }
    Ok(After { action: step.action, unsent: queue.unsent_count(), connection: sync.connection().clone() })
}

/// The loop itself. What `handle` borrows is free again while a request is under way.
pub(super) async fn drive(
    client: &Client,
    limit: Duration,
    mut handle: impl FnMut(Event) -> Result<After, StorageError>,
) -> Delivery {
    let end = Instant::now() + limit;
    let mut event = Event::Woke;
    loop {
        let After { action, unsent, connection } = match handle(event) {
            Ok(after) => after,
            Err(error) => return Delivery::NotKept(error),
        };
        event = match action {
            Action::Send(batch) => timeout_at(end, client.send_captures(batch)).await.unwrap_or(Event::Failed),
            // Only where an earlier call was dropped half way: its answer will not come.
            Action::AwaitAnswer => Event::Failed,
            Action::PairAgain(trouble) => return Delivery::PairAgain(trouble),
            Action::WaitUntil(_) if unsent == 0 => return Delivery::Done,
            Action::WaitUntil(until_us) => {
                let until = Instant::now() + Duration::from_micros(until_us.saturating_sub(clock::now().monotonic_us));
                if until < end {
                    sleep_until(until).await;
                    Event::Woke
                } else if let Connection::Refused(trouble) = connection {
                    return Delivery::Refused(trouble);
                } else {
                    return Delivery::TimeUp { connection };
                }
            }
        };
    }
}
