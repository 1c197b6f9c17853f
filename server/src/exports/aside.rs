//! Threads that give way. An export keeps a processor busy for seconds; on threads of a lower priority
//! it takes what scans leave over, and as much as ever where there are none.

use std::sync::OnceLock;
use tokio::runtime::{Builder, Handle, Runtime};

/// One export reads and renders while another one does; more would only take turns.
const READERS: usize = 2;
/// How far exports stand back: 19 would starve them beside a busy server.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

/// The threads of a server's exports, started by the first one.
#[derive(Debug, Default)]
pub struct Aside(OnceLock<Option<Runtime>>);

impl Aside {
    /// Where tasks of exports are spawned: the threads aside, or the caller's where the system gives none.
    ///
    /// Called from within a runtime.
    pub(super) fn handle(&self) -> Handle {
        let aside = self.0.get_or_init(|| match started() {
            Ok(runtime) => Some(runtime),
            Err(error) => {
                tracing::warn!(%error, "exports have no threads of their own");
                None
            }
        });
        aside.as_ref().map_or_else(Handle::current, |runtime| runtime.handle().clone())
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        // The last owner may be a task, which must not wait for threads.
        if let Some(Some(runtime)) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

fn started() -> std::io::Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(READERS)
        .thread_name("exports")
        .enable_all()
        .on_thread_start(give_way)
        .build()
}

/// Lowers the calling thread's priority; on Linux it is the thread's own.
fn give_way() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
        tracing::debug!(%error, "exports run at the usual priority");
    }
}
