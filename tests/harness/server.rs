//! A server inside the test process: the real router behind a real socket.

use axum::serve::ListenerExt as _;
use server::app::{App, Clock, Settings};
use server::storage::Store;
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// One server process, but for the process. Several on one PostgreSQL share no memory.
#[derive(Debug)]
pub struct Node {
    /// Its parts.
    pub app: App,
    /// Where it listens.
    pub address: SocketAddr,
    serving: JoinHandle<()>,
}

impl Node {
    /// Starts a server. It can be asked at once: the listener is bound before this returns.
    pub async fn start(store: Store, clock: Clock, settings: Settings) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let app = App::start(store, clock, settings);
        let router = server::router::router(app.clone());
        let listener = listener.tap_io(|connection| {
            let _ = connection.set_nodelay(true);
        });
        let serving = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("the server runs until it is aborted");
        });
        Self { app, address, serving }
    }

    /// Ends it as a restart does: sockets are told, then the database is let go.
    pub async fn stop(&self) {
        self.app.stop();
        self.serving.abort();
        self.app.store.close().await;
    }
}
