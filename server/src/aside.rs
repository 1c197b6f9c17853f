//! Threads that give way. An export keeps a processor busy for seconds, a storm of sign-ins too; on threads
//! of a lower priority they take what scans leave over, and as much as ever where there are none.

use std::sync::OnceLock;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::JoinError;

/// Threads of one priority, started by the first work.
#[derive(Debug)]
pub struct Aside {
    name: &'static str,
    /// How far they stand back, of 19 at most, as Linux counts.
    niceness: i32,
    /// Tasks that run at once.
    tasks: usize,
    runtime: OnceLock<Option<Runtime>>,
}

impl Aside {
    /// For work that nobody holds their breath for: exports, files that are read. 19 would starve it beside
    /// a busy server. One export reads and renders while another one does; more would only take turns.
    pub const fn for_long_work() -> Self {
        Self { name: "aside", niceness: 15, tasks: 2, runtime: OnceLock::new() }
    }

    /// For passwords: somebody waits, behind people who scan.
    pub const fn for_passwords() -> Self {
        Self { name: "passwords", niceness: 5, tasks: 1, runtime: OnceLock::new() }
    }

    /// Where to spawn: the threads aside, or the caller's where the system gives none.
    ///
    /// Called from within a runtime.
    pub fn handle(&self) -> Handle {
        let runtime = self.runtime.get_or_init(|| match self.started() {
            Ok(runtime) => Some(runtime),
            Err(error) => {
                tracing::warn!(%error, "long work has no threads of its own");
                None
            }
        });
        runtime.as_ref().map_or_else(Handle::current, |runtime| runtime.handle().clone())
    }

    /// Does what keeps a processor busy, and nothing else.
    ///
    /// # Errors
    /// When it panics, or the server stops.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, JoinError> {
        self.handle().spawn_blocking(work).await
    }

    fn started(&self) -> std::io::Result<Runtime> {
        let niceness = self.niceness;
        Builder::new_multi_thread()
            .worker_threads(self.tasks)
            .thread_name(self.name)
            .enable_all()
            .on_thread_start(move || give_way(niceness))
            .build()
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        // The last owner may be a task, which must not wait for threads.
        if let Some(Some(runtime)) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Lowers the calling thread's priority; on Linux it is the thread's own, and that of threads it starts.
fn give_way(niceness: i32) {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, niceness) {
        tracing::debug!(%error, "long work runs at the usual priority");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = niceness;
}
