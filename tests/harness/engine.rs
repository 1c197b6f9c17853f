//! The two engines, and a database of its own for each test.
//!
//! SQLite: a file in a temporary directory (in memory each connection would have its own database).
//! PostgreSQL: a copy of a migrated template in the cluster of this process, or in the one that
//! `LEADLINE_TEST_DATABASE_URL` names. Without either, the tests on PostgreSQL are left out aloud;
//! `LEADLINE_REQUIRE_POSTGRES=1` makes that a failure.

use crate::cluster::{Cluster, Durability};
use server::storage::Store;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use std::io::Write as _;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tempfile::TempDir;

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// One file.
    Sqlite,
    /// A server.
    Postgres,
}

/// A database of its own, empty but for the tables.
#[derive(Debug)]
pub struct Database {
    /// Its engine.
    pub engine: Engine,
    url: String,
    /// In a cluster that is shared: what to drop in the end.
    shared: Option<(&'static Server, String)>,
    /// Of a cluster that is this test's alone.
    own: Option<Cluster>,
    directory: TempDir,
}

/// The PostgreSQL that the tests of this process share.
#[derive(Debug)]
struct Server {
    cluster: Option<Cluster>,
    url: String,
    template: String,
}

const PREFIX: &str = "leadline_test_";
const LIMIT: Duration = Duration::from_secs(60);

impl Database {
    /// A database for one test; none where the engine is not there.
    ///
    /// # Panics
    /// When it is there and does not work, or must be there and is not.
    pub async fn make(engine: Engine, test: &str) -> Option<Self> {
        let directory = TempDir::new().expect("a temporary directory");
        match engine {
            Engine::Sqlite => {
                let url = format!("sqlite://{}", directory.path().join("test.db").display());
                Some(Self { engine, url, shared: None, own: None, directory })
            }
            Engine::Postgres => {
                let Some(server) = shared().await else {
                    leave_out(test);
                    return None;
                };
                let name = fresh_name();
                let mut admin = connect(&server.url_of("postgres")).await;
                let copy = format!("CREATE DATABASE {name} TEMPLATE {} STRATEGY FILE_COPY", server.template);
                admin.execute(AssertSqlSafe(copy)).await.expect("a copy of the template");
                let _ = admin.close().await;
                let url = server.url_of(&name);
                Some(Self { engine, url, shared: Some((server, name)), own: None, directory })
            }
        }
    }

    /// A database that flushes every commit, in a cluster of its own that the test may stop.
    ///
    /// # Panics
    /// When the engine is there and does not work, or must be there and is not.
    pub async fn durable(engine: Engine, test: &str) -> Option<Self> {
        if engine == Engine::Sqlite {
            return Self::make(engine, test).await;
        }
        let Some(cluster) = Cluster::start(Durability::Flushed) else {
            leave_out(test);
            return None;
        };
        let cluster = cluster.expect("a cluster of its own");
        let url = cluster.url("postgres");
        let _ = connect(&url).await.close().await;
        let directory = TempDir::new().expect("a temporary directory");
        Some(Self { engine, url, shared: None, own: Some(cluster), directory })
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A directory for files of the test.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// The cluster that is this test's alone.
    ///
    /// # Panics
    /// When the test did not ask for one.
    pub fn cluster(&self) -> &Cluster {
        self.own.as_ref().expect("made by Database::durable on PostgreSQL")
    }

    /// Opens it as the server does.
    ///
    /// # Panics
    /// When it does not open.
    pub async fn open(&self) -> Store {
        Store::open(&self.url, self.directory.path()).await.expect("the database opens")
    }

    /// Removes it. What a failed test leaves goes with the cluster.
    pub async fn remove(self) {
        if let Some((server, name)) = self.shared {
            let mut admin = connect(&server.url_of("postgres")).await;
            let _ = admin.execute(AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))).await;
            let _ = admin.close().await;
        }
    }
}

impl Server {
    fn url_of(&self, database: &str) -> String {
        match &self.cluster {
            Some(cluster) => cluster.url(database),
            None => with_database(&self.url, database),
        }
    }
}

/// The same server, another database.
fn with_database(url: &str, database: &str) -> String {
    let (before, query) = url.split_once('?').map_or((url, ""), |(before, query)| (before, query));
    let authority = before.find("://").map_or(0, |at| at + 3);
    let end = before[authority..].find('/').map_or(before.len(), |at| authority + at);
    let query = if query.is_empty() { String::new() } else { format!("?{query}") };
    format!("{}/{database}{query}", &before[..end])
}

/// The shared PostgreSQL with its template, made by whoever needs it first.
async fn shared() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    if let Some(server) = SERVER.get() {
        return server.as_ref();
    }
    // On a thread of its own: other tests wait meanwhile, whatever runtime they are in.
    tokio::task::spawn_blocking(|| {
        SERVER.get_or_init(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(prepare())
        })
    })
    .await
    .expect("PostgreSQL starts")
    .as_ref()
}

async fn prepare() -> Option<Server> {
    let server = match std::env::var("LEADLINE_TEST_DATABASE_URL") {
        Ok(url) if !url.is_empty() => Server { cluster: None, url, template: fresh_name() },
        _ => {
            let cluster = Cluster::start(Durability::Fast)?.expect("a throw-away cluster");
            Server { url: cluster.url("postgres"), cluster: Some(cluster), template: fresh_name() }
        }
    };
    let mut admin = connect(&server.url_of("postgres")).await;
    sweep(&mut admin).await;
    let create = format!("CREATE DATABASE {}", server.template);
    admin.execute(AssertSqlSafe(create)).await.expect("a template database");
    let _ = admin.close().await;
    let store = Store::open(&server.url_of(&server.template), Path::new(".")).await.expect("migrations run");
    store.close().await;
    Some(server)
}

/// Connects, waiting for a server that is just starting.
///
/// # Panics
/// When it does not answer within a minute.
pub async fn connect(url: &str) -> PgConnection {
    let begun = std::time::Instant::now();
    loop {
        match PgConnection::connect(url).await {
            Ok(connection) => return connection,
            Err(error) => assert!(begun.elapsed() < LIMIT, "PostgreSQL does not answer at {url}: {error}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A name that says how old it is, so that leftovers in a lasting cluster can be told.
#[expect(clippy::disallowed_methods, reason = "names databases, beside any server")]
fn fresh_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_secs();
    format!("{PREFIX}{seconds}_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Drops databases that test runs left more than two hours ago.
#[expect(clippy::disallowed_methods, reason = "compares with the age in the name")]
async fn sweep(admin: &mut PgConnection) {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_secs();
    let names: Vec<String> = sqlx::query_scalar("SELECT datname FROM pg_database WHERE starts_with(datname, $1)")
        .bind(PREFIX)
        .fetch_all(&mut *admin)
        .await
        .unwrap_or_default();
    for name in names {
        let made = name[PREFIX.len()..].split('_').next().and_then(|seconds| seconds.parse::<u64>().ok());
        if made.is_some_and(|made| made + 7200 < now) {
            let _ = admin.execute(AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))).await;
        }
    }
}

/// Says aloud that a test was left out. The test framework swallows `eprintln!`, not this.
///
/// # Panics
/// When PostgreSQL is required.
fn leave_out(test: &str) {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let required = std::env::var("LEADLINE_REQUIRE_POSTGRES").is_ok_and(|value| !value.is_empty() && value != "0");
    assert!(!required, "LEADLINE_REQUIRE_POSTGRES is set, but no PostgreSQL is installed or named");
    let count = COUNT.fetch_add(1, Ordering::Relaxed) + 1;
    let _ = writeln!(
        std::io::stderr(),
        "\n!!! NO POSTGRESQL: left out {count} test(s) so far, now {test}. Install postgresql or set LEADLINE_TEST_DATABASE_URL."
    );
}
