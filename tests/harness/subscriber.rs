//! A subscriber of a live stream, over a WebSocket of its own.

use crate::http::{Answer, Api};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};

/// What a subscriber may wait for the next message.
const LIMIT: Duration = Duration::from_secs(30);

/// An open stream.
#[derive(Debug)]
pub struct Subscriber {
    socket: WebSocketStream<TcpStream>,
    /// The head of the feed when the stream began.
    pub hello: u64,
    /// The newest position seen.
    pub seen: u64,
}

/// The next thing that happens on a stream.
#[derive(Debug)]
pub enum Received {
    /// A message.
    Frame(Value),
    /// The end, with the close code where one was said.
    Closed(Option<u16>),
}

impl Subscriber {
    /// Opens a stream and hears the greeting.
    pub async fn open(api: &Api, path: &str, since: Option<u64>) -> Self {
        Self::connect(api, path, since, None).await.unwrap_or_else(|refused| panic!("refused: {}", refused.text()))
    }

    /// Opens a stream whose side takes in only so many bytes before the server has to wait.
    pub async fn open_narrow(api: &Api, path: &str, since: Option<u64>, bytes: u32) -> Self {
        Self::connect(api, path, since, Some(bytes))
            .await
            .unwrap_or_else(|refused| panic!("refused: {}", refused.text()))
    }

    /// Opens a stream.
    ///
    /// # Errors
    /// The ordinary answer of a refused upgrade.
    pub async fn connect(api: &Api, path: &str, since: Option<u64>, narrow: Option<u32>) -> Result<Self, Box<Answer>> {
        let host = api.base().strip_prefix("http://").expect("plain HTTP in tests");
        let glue = if path.contains('?') { '&' } else { '?' };
        let since_query = since.map_or(String::new(), |since| format!("{glue}since={since}"));
        let mut request = format!("ws://{host}/api/v1{path}{since_query}").into_client_request().expect("an address");
        if let Some(token) = api.token() {
            request.headers_mut().insert("authorization", format!("Bearer {token}").parse().expect("a header"));
        }
        let address: SocketAddr = host.parse().expect("an address with a port");
        let tcp = TcpSocket::new_v4().expect("a socket");
        if let Some(bytes) = narrow {
            tcp.set_recv_buffer_size(bytes).expect("a small buffer");
        }
        let stream = tcp.connect(address).await.expect("the server listens");
        let socket = match tokio_tungstenite::client_async(request, stream).await {
            Ok((socket, _)) => socket,
            Err(Error::Http(response)) => {
                let (parts, body) = response.into_parts();
                let (status, headers) = (parts.status.as_u16(), parts.headers);
                return Err(Box::new(Answer { status, headers, body: body.unwrap_or_default() }));
            }
            Err(error) => panic!("the handshake failed: {error}"),
        };
        let mut subscriber = Self { socket, hello: 0, seen: since.unwrap_or(0) };
        match subscriber.next().await {
            Received::Frame(frame) if frame["type"] == "hello" => {
                subscriber.hello = frame["seq"].as_u64().expect("the greeting says the head");
            }
            other => panic!("a stream begins with hello, not {other:?}"),
        }
        if since.is_none() {
            subscriber.seen = subscriber.hello;
        }
        Ok(subscriber)
    }

    /// The next message, or the end.
    pub async fn next(&mut self) -> Received {
        loop {
            let message =
                tokio::time::timeout(LIMIT, self.socket.next()).await.expect("something comes within half a minute");
            match message {
                Some(Ok(Message::Text(text))) => {
                    let frame: Value = serde_json::from_str(&text).expect("messages are JSON");
                    // The greeting has the head, which this subscriber has not seen yet.
                    if frame["type"] != "hello"
                        && let Some(seq) = frame["seq"].as_u64().or_else(|| frame["head"].as_u64())
                    {
                        self.seen = self.seen.max(seq);
                    }
                    return Received::Frame(frame);
                }
                Some(Ok(Message::Close(frame))) => return Received::Closed(frame.map(|frame| frame.code.into())),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Received::Closed(None),
            }
        }
    }

    /// The next message of the feed, passing states over.
    pub async fn entry(&mut self) -> Value {
        loop {
            match self.next().await {
                Received::Frame(frame) if frame["seq"].is_u64() => return frame,
                Received::Frame(_) => {}
                Received::Closed(code) => panic!("the stream ended: {code:?}"),
            }
        }
    }

    /// The next state of this type, passing everything else over.
    pub async fn state(&mut self, kind: &str) -> Value {
        loop {
            match self.next().await {
                Received::Frame(frame) if frame["type"] == kind => return frame,
                Received::Frame(_) => {}
                Received::Closed(code) => panic!("the stream ended: {code:?}"),
            }
        }
    }

    /// The ids of the captures that come until a position, in order.
    pub async fn captures_until(&mut self, head: u64) -> Vec<(u64, String)> {
        let mut seen = Vec::new();
        while self.seen < head {
            let frame = self.entry().await;
            if frame["type"] == "lead.captured" {
                seen.push((frame["seq"].as_u64().unwrap(), frame["capture"]["id"].as_str().unwrap().to_owned()));
            }
        }
        seen
    }

    /// The code of the end, passing messages over.
    pub async fn end(&mut self) -> Option<u16> {
        loop {
            if let Received::Closed(code) = self.next().await {
                return code;
            }
        }
    }

    /// Says goodbye.
    pub async fn close(mut self) {
        let _ = self.socket.send(Message::Close(None)).await;
    }
}
