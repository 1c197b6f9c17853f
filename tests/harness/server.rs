//! A server inside the test process: the real router, served as `leadline serve` does.

use server::app::{App, Clock, Settings};
use server::storage::Store;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// One server process, but for the process. Several on one PostgreSQL share no memory.
#[derive(Debug)]
pub struct Node {
    /// Its parts.
    pub app: App,
    /// Where it listens.
    pub address: SocketAddr,
    running: Mutex<Option<(oneshot::Sender<()>, JoinHandle<()>)>>,
}

impl Node {
    /// Starts a server. It can be asked at once: the listener is bound before this returns.
    pub async fn start(store: Store, clock: Clock, settings: Settings) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let settings = Settings { local_url: format!("http://{address}"), ..settings };
        let app = App::start(store, clock, settings);
        let router = server::router::router(app.clone());
        let (stop, stopped) = oneshot::channel();
        let serving = server::cli::serve::serve(app.clone(), router, listener, None, async {
            let _ = stopped.await;
        });
        let serving = tokio::spawn(async move { serving.await.expect("the server runs until it is stopped") });
        Self { app, address, running: Mutex::new(Some((stop, serving))) }
    }

    /// Its address.
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Ends it as a restart does: streams are told, what was accepted is finished, the database is
    /// let go. A second time does nothing.
    pub async fn stop(&self) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((stop, serving)) = running {
            let _ = stop.send(());
            serving.await.expect("the server ends");
        }
    }
}
