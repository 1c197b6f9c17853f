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
    let end = Instant::now() + limit;
    let mut event = Event::Woke;
    loop {
        let step = match sync.handle(event, clock::now(), clock::random(), queue) {
            Ok(step) => step,
            Err(error) => return Delivery::NotKept(error),
        };
        for settled in &step.settled {
            told(queue, settled);
        }
        event = match step.action {
            Action::Send(batch) => timeout_at(end, client.send_captures(batch)).await.unwrap_or(Event::Failed),
            // Only where an earlier call was dropped half way: its answer will not come.
            Action::AwaitAnswer => Event::Failed,
            Action::PairAgain(trouble) => return Delivery::PairAgain(trouble),
            Action::WaitUntil(_) if queue.unsent_count() == 0 => return Delivery::Done,
            Action::WaitUntil(until_us) => {
                let until = Instant::now() + Duration::from_micros(until_us.saturating_sub(clock::now().monotonic_us));
                if until < end {
                    sleep_until(until).await;
                    Event::Woke
                } else if let Connection::Refused(trouble) = sync.connection() {
                    return Delivery::Refused(trouble.clone());
                } else {
                    return Delivery::TimeUp { connection: sync.connection().clone() };
                }
            }
        };
    }
}
