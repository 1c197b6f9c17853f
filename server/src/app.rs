//! What every part of the server works with: the store, the hub, the writer, the clock, the
//! randomness and the settings. Cloning shares them. Nothing is global, and nothing but this file
//! reads the clock or draws random bytes.

use crate::access::cache::IdentityCache;
use crate::accounts::throttle::Throttle;
use crate::aside::Aside;
use crate::captures::writer::Writer;
use crate::events::cache::EventCache;
use crate::feed::hub::Hub;
use crate::limits::{Limits, Sizes};
use crate::mail::{Mails, Sender, SmtpUrl};
use crate::storage::{StorageError, Store, Tx, notify};
use crate::telemetry::Metrics;
use mobile_core::time::Timestamp;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio_util::task::TaskTracker;
use uuid::Uuid;

/// The wall clock; a test may move it.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    ahead: Arc<AtomicI64>,
}

impl Clock {
    /// The time now.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    pub fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
            .plus_micros(self.ahead.load(Ordering::Relaxed))
    }

    /// Moves the clock, for tests.
    pub fn advance(&self, micros: i64) {
        self.ahead.fetch_add(micros, Ordering::Relaxed);
    }
}

/// What the parts need to know of the settings.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The address people reach the server at, without a trailing slash; none: the request's own.
    pub public_url: Option<String>,
    /// Where files lie.
    pub data_dir: PathBuf,
    /// Rows of the feed that are kept at least, beyond those of the last 8 days.
    pub feed_keep_rows: Option<u64>,
    /// Whether the server ends TLS itself.
    pub is_tls: bool,
    /// Whether it does so with a certificate that nobody vouches for.
    pub is_self_signed: bool,
    /// The address the server listens at, for links in mails where no public address is set. Never a
    /// request's own: whoever asks for somebody's new password could make the link lead to themselves.
    pub local_url: String,
    /// The mail server; none: mails are written to a folder of the data directory.
    pub smtp_url: Option<SmtpUrl>,
    /// Who mails come from; none: an address at this server's host.
    pub mail_from: Option<Sender>,
    /// Whether a proxy stands in front, whose word on addresses is taken.
    pub is_behind_proxy: bool,
    /// How often one may ask.
    pub limits: Sizes,
}

impl Settings {
    /// Whether browsers reach the server by TLS: its own, or a proxy's at the public address.
    pub fn is_secure(&self) -> bool {
        self.is_tls || self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }

    /// Whether browsers are told to come by TLS alone from now on. Not where the certificate is self-signed: they
    /// would no longer offer to go on all the same. Nor at `localhost`, whose other ports belong to other programs.
    pub fn is_strict(&self) -> bool {
        let host = self.public_url.as_deref().and_then(|url| url.strip_prefix("https://")).unwrap_or_default();
        let name = host.split(':').next().unwrap_or_default().to_ascii_lowercase();
        let is_local = name == "localhost" || name.ends_with(".localhost");
        self.is_secure() && !self.is_self_signed && !is_local
    }

    /// The address of links in mails, without a trailing slash.
    pub fn own_url(&self) -> &str {
        match &self.public_url {
            Some(url) => url,
            None if self.local_url.is_empty() => "http://localhost:8080",
            None => &self.local_url,
        }
    }
}

/// Imports that are read at once.
const IMPORTS: usize = 2;

/// Shared parts of one server process.
#[derive(Clone, Debug)]
pub struct App(Arc<Parts>);

/// The parts, reached through [`App`].
#[derive(Debug)]
pub struct Parts {
    /// The database.
    pub store: Store,
    /// Live streams.
    pub hub: Hub,
    /// The group-commit writer of captures.
    pub writer: Writer,
    /// The clock.
    pub clock: Clock,
    /// The settings.
    pub settings: Settings,
    /// Who the tokens of the last moment belong to.
    pub identities: IdentityCache,
    /// Names and policies of the events in use.
    pub events: EventCache,
    /// Where long work is done beside the scans.
    pub aside: Aside,
    /// Bounds the password hashes computed at once, so that sign-ins do not starve scans.
    pub hashing: Arc<Semaphore>,
    /// Where they are computed.
    pub hashers: Aside,
    /// Bounds the imports read at once: each may hold a file of 64 MiB and its rows.
    pub importing: Semaphore,
    /// Who of the organizers looked at whose leads lately.
    pub reads: crate::audit::RecentReads,
    /// Exports that are being built.
    pub exports: crate::exports::Builds,
    /// The offline badge filters.
    pub filters: crate::filters::Filters,
    /// Failures by address, requests by identity.
    pub limits: Limits,
    /// Slows down guessing at passwords.
    pub throttle: Throttle,
    /// Slows down guessing at the second step.
    pub code_throttle: Throttle,
    /// The way out for mails.
    pub mails: Mails,
    /// What answers did not wait for. It is done before the database closes.
    pub errands: TaskTracker,
    /// Counters for `/metrics`.
    pub metrics: Metrics,
    stopping: watch::Sender<bool>,
    ended: watch::Sender<bool>,
}

impl std::ops::Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// Starts the parts and the tasks that keep them going.
    pub fn start(store: Store, clock: Clock, settings: Settings) -> Self {
        let (committed, commits) = mpsc::unbounded_channel();
        let metrics = Metrics::default();
        let (stopping, _) = watch::channel(false);
        let (ended, _) = watch::channel(false);
        let hub = Hub::new(committed);
        let (writer, lanes) = Writer::new(&store);
        let app = Self(Arc::new(Parts {
            store: store.clone(),
            hub: hub.clone(),
            writer,
            clock,
            mails: Mails::new(&settings),
            limits: Limits::new(settings.limits),
            settings,
            identities: IdentityCache::default(),
            events: EventCache::default(),
            aside: Aside::for_long_work(),
            hashing: Arc::new(Semaphore::new(1)),
            hashers: Aside::for_passwords(),
            importing: Semaphore::new(IMPORTS),
            reads: crate::audit::RecentReads::default(),
            exports: crate::exports::Builds::default(),
            filters: crate::filters::Filters::default(),
            throttle: Throttle::of_passwords(),
            code_throttle: Throttle::of_codes(),
            errands: TaskTracker::new(),
            metrics,
            stopping,
            ended,
        }));
        for lane in lanes {
            crate::captures::writer::start(app.clone(), lane);
        }
        if let Store::Postgres(_) = store {
            tokio::spawn(notify::send(store.clone(), commits));
            tokio::spawn(notify::listen(store.clone(), hub));
        } else {
            drop(commits);
        }
        tokio::spawn(async move { store.maintain().await });
        tokio::spawn(crate::feed::keep::run(app.clone()));
        tokio::spawn(crate::exports::files::keep(app.clone()));
        app
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A new id: `UUIDv7` of the clock's time.
    pub fn new_id<T: From<Uuid>>(&self) -> T {
        let millis = u64::try_from(self.now().as_micros() / 1000).unwrap_or_default();
        T::from(uuid::Builder::from_unix_timestamp_millis(millis, &self.random()).into_uuid())
    }

    /// Random bytes of the operating system.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
        bytes
    }

    /// Begins a transaction that may write.
    pub async fn write(&self) -> Result<Tx, StorageError> {
        self.store.write().await
    }

    /// Begins a transaction that only reads.
    pub async fn read(&self) -> Result<Tx, StorageError> {
        self.store.read().await
    }

    /// Tells live streams and the server's own tasks to come to an end.
    pub fn streams_end(&self) {
        self.stopping.send_replace(true);
        self.hub.wake_all();
    }

    /// Ends everything and closes the database, after what was accepted is written.
    pub async fn stop(&self) {
        self.streams_end();
        self.errands_done().await;
        self.ended.send_replace(true);
        self.store.close().await;
    }

    /// Waits until everything that answers did not wait for is done.
    pub async fn errands_done(&self) {
        self.errands.close();
        self.errands.wait().await;
        self.errands.reopen();
    }

    /// Becomes true when no request is left and what remains is to close.
    pub fn ended(&self) -> watch::Receiver<bool> {
        self.ended.subscribe()
    }

    /// Rounds of what the server does by itself: one at once, and one after each pause.
    pub fn rounds(&self, pause: Duration) -> Rounds {
        Rounds { stopping: self.stopping(), pause, is_due: true }
    }

    /// Whether the server is about to stop.
    pub fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Becomes true when the server is about to stop.
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }
}

/// Waits until the server is about to stop.
pub async fn stopped(stopping: &mut watch::Receiver<bool>) {
    // An error means that the app is gone, which is the same thing.
    let _ = stopping.wait_for(|stop| *stop).await;
}

/// Rounds of what the server does by itself, until it stops.
#[derive(Debug)]
pub struct Rounds {
    stopping: watch::Receiver<bool>,
    pause: Duration,
    is_due: bool,
}

impl Rounds {
    /// The same, with the first one after a pause too.
    pub fn after_a_pause(self) -> Self {
        Self { is_due: false, ..self }
    }

    /// Waits for the next round; false when the server stops.
    pub async fn next(&mut self) -> bool {
        if std::mem::take(&mut self.is_due) {
            return true;
        }
        tokio::select! {
            () = tokio::time::sleep(self.pause) => true,
            () = stopped(&mut self.stopping) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Settings;

    #[test]
    fn browsers_are_told_to_come_by_tls_alone_only_where_that_can_hold() {
        let at = |url: &str| Settings { public_url: Some(url.to_owned()), ..Settings::default() };
        let tls = |is_self_signed| Settings { is_tls: true, is_self_signed, ..Settings::default() };
        assert!(at("https://leads.example").is_strict() && at("https://leads.example:8443").is_strict());
        assert!(tls(false).is_strict());
        for local in ["http://leads.example", "https://localhost", "https://LOCALHOST:8443", "https://a.localhost"] {
            assert!(!at(local).is_strict(), "{local}");
        }
        assert!(!tls(true).is_strict() && !Settings::default().is_strict());
    }
}
