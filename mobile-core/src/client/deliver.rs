//! Brings a queue to the server: the loop between the sync machine and HTTP.

use std::time::Duration;

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

/// Sends what the queue holds until nothing is left or `limit` has passed. `told` hears of each
/// capture as it is settled.
pub async fn deliver<S: Storage>(
    client: &Client,
    sync: &mut Sync,
    queue: &mut Queue<S>,
    limit: Duration,
    mut told: impl FnMut(&Queue<S>, &Settled),
) -> Delivery {
    let end_us = clock::now().monotonic_us.saturating_add(u64::try_from(limit.as_micros()).unwrap_or(u64::MAX));
    let mut event = Event::Woke;
    loop {
        if queue.unsent_count() == 0 && matches!(event, Event::Woke) {
            return Delivery::Done;
        }
        let step = match sync.handle(event, clock::now(), clock::random(), queue) {
            Ok(step) => step,
            Err(error) => return Delivery::NotKept(error),
        };
        for settled in &step.settled {
            told(queue, settled);
        }
        event = match step.action {
            Action::Send(_) if queue.unsent_count() == 0 => return Delivery::Done,
            Action::Send(batch) => client.send_captures(batch).await,
            // Only after a call that was given up half way: its answer will not come.
            Action::AwaitAnswer => Event::Failed,
            Action::PairAgain(trouble) => return Delivery::PairAgain(trouble),
            Action::WaitUntil(_) if queue.unsent_count() == 0 => return Delivery::Done,
            Action::WaitUntil(until_us) => {
                if let Connection::Refused(trouble) = sync.connection()
                    && until_us > end_us
                {
                    return Delivery::Refused(trouble.clone());
                }
                let now_us = clock::now().monotonic_us;
                if until_us > end_us || now_us >= end_us {
                    tokio::time::sleep(Duration::from_micros(end_us.saturating_sub(now_us).min(100_000))).await;
                    return Delivery::TimeUp { connection: sync.connection().clone() };
                }
                tokio::time::sleep(Duration::from_micros(until_us.saturating_sub(now_us))).await;
                Event::Woke
            }
        };
    }
}
