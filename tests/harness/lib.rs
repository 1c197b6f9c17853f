//! The test harness: real servers on real databases, asked by actors over real HTTP and WebSocket.
//!
//! [`on_every_engine!`] makes a test of each engine from one body, which gets a [`Fair`]: an event
//! with a server, ready to be filled. Nothing sleeps for a while and hopes: [`eventually`] waits
//! for a condition with a limit. The clock is the server's own and may be moved.

#![expect(clippy::missing_panics_doc, reason = "a harness fails by panicking")]
#![expect(clippy::unwrap_used, reason = "a harness fails by panicking")]

pub mod actors;
pub mod browser;
pub mod builders;
pub mod chaos;
pub mod cluster;
pub mod engine;
pub mod http;
pub mod mail;
pub mod phone;
pub mod server;
pub mod smtp;
pub mod subscriber;
pub mod wire;

pub use actors::{Organizer, TeamMember};
pub use builders::{Badge, Fair, Space};
pub use engine::{Database, Engine};
pub use http::Answer;
pub use mail::Mail;
pub use phone::{Phone, Upload};
pub use smtp::Smtp;
pub use subscriber::{Received, Subscriber};

use std::time::{Duration, Instant};

/// What a test may take; a hang is a failure with a name.
const TEST_LIMIT: Duration = Duration::from_secs(300);
/// What a condition may take to come true.
const CONDITION_LIMIT: Duration = Duration::from_secs(20);

/// Makes `name::sqlite` and `name::postgres` of each body.
#[macro_export]
macro_rules! on_every_engine {
    ($($(#[$meta:meta])* async fn $name:ident($fair:ident) $body:block)*) => {$(
        $(#[$meta])*
        async fn $name($fair: &$crate::Fair) $body

        mod $name {
            #[test]
            fn sqlite() {
                $crate::run($crate::Engine::Sqlite, concat!(module_path!(), "::sqlite"), super::$name);
            }

            #[test]
            fn postgres() {
                $crate::run($crate::Engine::Postgres, concat!(module_path!(), "::postgres"), super::$name);
            }
        }
    )*};
}

/// Runs a test with a fair of its own, where the engine is there.
pub fn run(engine: Engine, test: &str, body: impl AsyncFnOnce(&Fair)) {
    runtime().block_on(async {
        let Some(database) = Database::make(engine, test).await else { return };
        let fair = Fair::open(database).await;
        tokio::time::timeout(TEST_LIMIT, body(&fair)).await.expect("the test ends within five minutes");
        fair.close().await;
    });
}

/// As [`run`], with a mail server of the test's own instead of the folder.
pub fn run_with_smtp(engine: Engine, test: &str, body: impl AsyncFnOnce(&Fair, &Smtp)) {
    runtime().block_on(async {
        let Some(database) = Database::make(engine, test).await else { return };
        let smtp = Smtp::start().await;
        let settings = builders::settings(&database);
        let settings = ::server::app::Settings { smtp_url: Some(smtp.url().parse().unwrap()), ..settings };
        let fair = Fair::open_with(database, settings).await;
        tokio::time::timeout(TEST_LIMIT, body(&fair, &smtp)).await.expect("the test ends within five minutes");
        fair.close().await;
    });
}

/// As [`run`], on a database that flushes every commit; PostgreSQL in a cluster that the test may stop.
pub fn run_durable(engine: Engine, test: &str, body: impl AsyncFnOnce(&Fair)) {
    runtime().block_on(async {
        let Some(database) = Database::durable(engine, test).await else { return };
        let fair = Fair::open(database).await;
        tokio::time::timeout(TEST_LIMIT, body(&fair)).await.expect("the test ends within five minutes");
        fair.close().await;
    });
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

/// Waits until a condition gives something.
#[track_caller]
pub fn eventually<T, C: Future<Output = Option<T>>>(mut condition: impl FnMut() -> C) -> impl Future<Output = T> {
    let caller = std::panic::Location::caller();
    async move {
        let begun = Instant::now();
        let mut pause = Duration::from_millis(2);
        loop {
            if let Some(value) = condition().await {
                return value;
            }
            assert!(begun.elapsed() < CONDITION_LIMIT, "never came true: {caller}");
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(50));
        }
    }
}
