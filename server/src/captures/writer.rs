//! The group-commit writer: one transaction for everything that is waiting.
//!
//! While one group is being committed, the next one gathers: under load the cost of a commit is
//! shared by all who wait for it. A group that fails is done again batch by batch, so that one
//! bad batch cannot fail its neighbours; collisions between nodes are repeated.

use super::Job;
use super::group::{self, Outcome, Surroundings};
use super::receipt::Settlement;
use crate::app::App;
use crate::problem::Problem;
use crate::storage::{StorageError, Store};
use mobile_core::ids::EventId;
use mobile_core::reason::Reason;
use mobile_core::wire::Receipt;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};

/// Batches that may wait; past it a sender is told to try again.
const WAITING: usize = 2048;
/// Captures in one group at most; a batch is never split.
const GROUP: usize = 1024;
/// Attempts when transactions of several nodes collide.
const ATTEMPTS: u32 = 6;
/// From so many senders in a group on, the next one waits for those who are likely to send again.
const CROWD: usize = 16;
/// It waits a quarter of what the last commit took, and never longer than this.
const LONGEST_GATHER: Duration = Duration::from_millis(5);
/// Groups committed at once on PostgreSQL, where writers do not exclude one another; SQLite has one
/// writer, and a second lane would only halve its groups.
const LANES: usize = 2;

/// What a sender gets.
#[derive(Debug)]
pub struct Done {
    /// One receipt a capture, in the order sent.
    pub receipts: Vec<Receipt>,
    /// Every number up to this one is settled in the sender's queue.
    pub contiguous_seq: u64,
}

/// One job and where its outcome goes.
#[derive(Debug)]
pub struct Waiting {
    job: Job,
    answer: oneshot::Sender<Outcome>,
}

/// The way into the writer.
#[derive(Debug)]
pub struct Writer {
    lanes: Vec<mpsc::Sender<Waiting>>,
}

impl Writer {
    /// A writer for an engine and the ends of its lanes, for [`run`].
    pub fn new(store: &Store) -> (Self, Vec<mpsc::Receiver<Waiting>>) {
        let lanes = if matches!(store, Store::Postgres(_)) { LANES } else { 1 };
        let (senders, receivers) = (0..lanes).map(|_| mpsc::channel(WAITING)).unzip();
        (Self { lanes: senders }, receivers)
    }

    /// Takes one delivery in; returns after it is on disk.
    pub async fn write(&self, job: Job) -> Result<Done, Problem> {
        let (answer, outcome) = oneshot::channel();
        // One space always takes the same lane, so that its captures arrive in order.
        let lane = &self.lanes[job.scope.space().0.as_u64_pair().1 as usize % self.lanes.len()];
        lane.try_send(Waiting { job, answer }).map_err(|_| busy())?;
        outcome.await.unwrap_or_else(|_| Err(busy())).map(Settlement::done)
    }
}

fn busy() -> Problem {
    Problem::new(Reason::Unavailable, "More is waiting than can be written. Nothing was lost; send it again.")
}

/// Starts a lane on a thread of its own.
///
/// A group is some twenty journeys to the database, one after the other. On the threads that serve
/// requests each return would queue behind whatever requests are ready, and everyone waits for the
/// group: that tripled its time.
pub fn start(app: App, lane: mpsc::Receiver<Waiting>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("the operating system gives a thread what it needs to wait");
    let thread = std::thread::Builder::new().name("captures-writer".into());
    thread.spawn(move || runtime.block_on(run(app, lane))).expect("the operating system gives a thread");
}

/// Commits groups until the writer is dropped.
async fn run(app: App, mut lane: mpsc::Receiver<Waiting>) {
    let store = app.store.apart();
    let mut last = Last { jobs: 0, took: Duration::ZERO };
    let mut ended = app.ended();
    loop {
        let first = tokio::select! {
            first = lane.recv() => first,
            // The app holds the sending end: without this the task would keep it alive for ever.
            () = crate::app::stopped(&mut ended) => lane.try_recv().ok(),
        };
        let Some(first) = first else { return };
        let mut group = Group::begin(first);
        group.fill(&mut lane);
        if last.jobs >= CROWD {
            group.gather(&mut lane, &last).await;
        }
        let begun = Instant::now();
        let (jobs, answers): (Vec<Job>, Vec<_>) =
            group.waiting.into_iter().map(|waiting| (waiting.job, waiting.answer)).unzip();
        let outcomes = commit(&app, &store, jobs).await;
        last = Last { jobs: answers.len(), took: begun.elapsed() };
        for (answer, outcome) in answers.into_iter().zip(outcomes) {
            // A sender that has gone away asks again and gets `duplicate`.
            let _ = answer.send(outcome);
        }
    }
}

/// The group that was committed last.
struct Last {
    jobs: usize,
    took: Duration,
}

/// A group that is being gathered.
struct Group {
    waiting: Vec<Waiting>,
    /// Captures in it; an empty delivery counts as one.
    size: usize,
}

impl Group {
    fn begin(first: Waiting) -> Self {
        let size = first.job.items.len().max(1);
        Self { waiting: vec![first], size }
    }

    /// Takes what is waiting.
    fn fill(&mut self, lane: &mut mpsc::Receiver<Waiting>) {
        while self.size < GROUP {
            let Ok(next) = lane.try_recv() else { break };
            self.size += next.job.items.len().max(1);
            self.waiting.push(next);
        }
    }

    /// Waits a moment for senders who have just been answered and send again. Without it they fall
    /// into two crowds that take turns, and each pays for whole commits of half the size.
    async fn gather(&mut self, lane: &mut mpsc::Receiver<Waiting>, last: &Last) {
        let expected = self.waiting.len() + last.jobs;
        let deadline = Instant::now() + (last.took / 4).min(LONGEST_GATHER);
        while self.size < GROUP && self.waiting.len() * 8 < expected * 7 && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(1)).await;
            self.fill(lane);
        }
    }
}

async fn commit(app: &App, store: &Store, jobs: Vec<Job>) -> Vec<Outcome> {
    app.metrics.groups.inc();
    app.metrics.grouped.inc_by(jobs.iter().map(|job| job.items.len() as u64).sum());
    match repeat(app, store, &jobs).await {
        Ok(outcomes) => outcomes,
        Err(error) if jobs.len() == 1 || error.is_for_all() => {
            let outcome = |_| Err(refusal(&error));
            jobs.iter().map(outcome).collect()
        }
        Err(error) => {
            tracing::warn!(%error, batches = jobs.len(), "a group failed; doing it again batch by batch");
            let mut outcomes = Vec::with_capacity(jobs.len());
            for job in jobs {
                let one = repeat(app, store, std::slice::from_ref(&job)).await;
                outcomes.push(match one {
                    Ok(mut outcomes) => outcomes.pop().unwrap_or_else(|| Err(busy())),
                    Err(error) => Err(refusal(&error)),
                });
            }
            outcomes
        }
    }
}

/// Whatever it was, the captures are not kept, so the phone keeps them and sends them again.
fn refusal(error: &StorageError) -> Problem {
    if error.is_for_all() {
        tracing::warn!(%error, "captures could not be written");
        return Problem::new(Reason::Unavailable, error.detail()).retry_after(error.retry_after());
    }
    tracing::error!(%error, "captures could not be written");
    Problem::new(Reason::Unavailable, "The captures could not be written. Nothing was lost; send them again.")
}

/// Commits a group, again when it collides with another node's.
async fn repeat(app: &App, store: &Store, jobs: &[Job]) -> Result<Vec<Outcome>, StorageError> {
    let mut attempt = 1;
    loop {
        match once(app, store, jobs).await {
            // Taken: another node made the same lead between our look and our write.
            Err(StorageError::Collision(_) | StorageError::Taken(_)) if attempt < ATTEMPTS => {
                app.metrics.collisions.inc();
                tokio::time::sleep(Duration::from_millis(u64::from(attempt * attempt))).await;
                attempt += 1;
            }
            result => return result,
        }
    }
}

async fn once(app: &App, store: &Store, jobs: &[Job]) -> Result<Vec<Outcome>, StorageError> {
    let mut around: HashMap<EventId, Surroundings> = HashMap::new();
    for job in jobs {
        let event = job.scope.event();
        let around = match around.entry(event) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(Surroundings::load(app, event).await?),
        };
        let strangers = job.strangers(&around.names);
        if !strangers.is_empty() {
            // Another server may have added them a moment ago. Once a group at most: what is read now is new enough
            // for all that wait.
            let known = (&around.names, &*strangers);
            around.names = app.events.names_with(app, event, known, job.received_at).await?;
        }
    }
    let mut tx = store.write().await?;
    let outcomes = group::take_in(app, &mut tx, jobs, &around).await?;
    tx.commit(&app.hub).await?;
    Ok(outcomes)
}
