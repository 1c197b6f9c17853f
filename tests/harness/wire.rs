//! The network between a browser and a server, to be cut like a hall's: connections break, new ones get
//! nothing, or a page of the hall's own that wants a sign-in.

use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How the network is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weather {
    /// Everything passes.
    Fair,
    /// Nothing passes.
    Cut,
    /// A captive portal answers every request itself.
    Portal,
}

/// A way to a server that can be cut. It ends with this value.
#[derive(Debug)]
pub struct Wire {
    /// The server's address through it.
    pub base: String,
    weather: Arc<watch::Sender<Weather>>,
    listening: JoinHandle<()>,
}

const PORTAL: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 27\r\nconnection: close\r\n\r\n\
                      <h1>Welcome to Hall WiFi!</";

impl Wire {
    /// A way to the server at an address such as `http://127.0.0.1:8080`.
    pub async fn to(base: &str) -> Self {
        let target = base.split_once("://").map_or(base, |(_, rest)| rest).to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let weather = Arc::new(watch::channel(Weather::Fair).0);
        let seen = Arc::clone(&weather);
        let listening = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, target.clone(), seen.subscribe()));
            }
        });
        Self { base: format!("http://{address}"), weather, listening }
    }

    /// Changes how the network is; what is under way breaks off.
    pub fn turn(&self, weather: Weather) {
        self.weather.send_replace(weather);
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn carry(mut client: TcpStream, target: String, mut weather: watch::Receiver<Weather>) {
    let now = *weather.borrow_and_update();
    match now {
        Weather::Fair => {
            let Ok(mut server) = TcpStream::connect(target).await else { return };
            tokio::select! {
                _ = tokio::io::copy_bidirectional(&mut client, &mut server) => {}
                _ = weather.changed() => {}
            }
        }
        Weather::Cut => {}
        Weather::Portal => {
            let mut request = [0; 4096];
            let _ = client.read(&mut request).await;
            let _ = client.write_all(PORTAL.as_bytes()).await;
            let _ = client.shutdown().await;
        }
    }
}
