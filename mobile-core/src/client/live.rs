//! The live stream over tokio-tungstenite: connects, answers pings, hands on frames, resumes.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use futures_util::StreamExt;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until, timeout_at};
use tokio_rustls::TlsConnector;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use super::{Client, ClientError, clock};
use crate::ids::{EventId, ExhibitorId};
use crate::live::{End, Lost, Next, Resume, SILENCE_LIMIT_US};
use crate::wire::Frame;

const CONNECT_LIMIT: Duration = Duration::from_secs(15);
/// The longest message read; a lead with its newest 20 scans and notes is far below.
const LONGEST_MESSAGE: usize = 8 << 20;

/// Which stream to follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// An exhibitor's leads.
    Exhibitor(ExhibitorId),
    /// The organiser's monitor.
    Event(EventId),
}

/// Why a live stream is over. Losses of the connection are none: the stream resumes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveError(
    /// The server's reason.
    pub End,
);

trait Socket: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Socket for T {}

type Open = WebSocketStream<Box<dyn Socket>>;

/// A live stream that resumes by itself. See [`LiveStream::next`].
pub struct LiveStream {
    client: Client,
    stream: Stream,
    resume: Resume,
    line: Line,
}

/// Kept here rather than in the future of `next`, so that dropping that one loses nothing.
enum Line {
    Down { connect_at: Instant },
    Connecting { attempt: Pin<Box<dyn Future<Output = Result<Open, Lost>> + Send>>, give_up_at: Instant },
    Open { socket: Box<Open>, lost_at: Instant },
}

impl Client {
    /// Follows a live stream from what follows `since` (the `seq` of the list on the screen), or
    /// from what is new. Connects at the first [`LiveStream::next`].
    pub fn follow(&self, stream: Stream, since: Option<u64>) -> LiveStream {
        let line = Line::Down { connect_at: Instant::now() };
        LiveStream { client: self.clone(), stream, resume: Resume::new(since), line }
    }
}

impl LiveStream {
    /// The newest number seen, from which another stream could go on.
    pub fn since(&self) -> Option<u64> {
        self.resume.since()
    }

    /// Whether a connection stands at this moment.
    pub fn is_connected(&self) -> bool {
        matches!(self.line, Line::Open { .. })
    }

    /// The next frame: each once and in order, over however many connections. After
    /// [`Frame::Resync`] the caller lists again; the stream goes on by itself.
    ///
    /// May be dropped at any await without losing a frame.
    ///
    /// # Errors
    /// [`LiveError`] when the stream ended for good; the next call tries again with the token.
    pub async fn next(&mut self) -> Result<Frame, LiveError> {
        loop {
            match &mut self.line {
                Line::Down { connect_at } => {
                    sleep_until(*connect_at).await;
                    let attempt = Box::pin(connect(self.client.clone(), self.stream, self.resume.since()));
                    self.line = Line::Connecting { attempt, give_up_at: Instant::now() + CONNECT_LIMIT };
                }
                Line::Connecting { attempt, give_up_at } => match timeout_at(*give_up_at, attempt).await {
                    Ok(Ok(socket)) => self.line = Line::Open { socket: Box::new(socket), lost_at: silence() },
                    Ok(Err(lost)) => self.lost(lost)?,
                    Err(_) => self.lost(Lost::Broken)?,
                },
                Line::Open { socket, lost_at } => {
                    // Reading also answers pings.
                    let heard = timeout_at(*lost_at, socket.next()).await;
                    *lost_at = silence();
                    match heard {
                        Ok(Some(Ok(Message::Text(text)))) => {
                            if let Some(frame) = self.resume.received(&text) {
                                return Ok(frame);
                            }
                        }
                        Ok(Some(Ok(Message::Close(close)))) => {
                            self.lost(Lost::Closed(close.map(|close| close.code.into())))?;
                        }
                        Ok(Some(Ok(_))) => {}
                        Ok(Some(Err(_)) | None) | Err(_) => self.lost(Lost::Broken)?,
                    }
                }
            }
        }
    }

    fn lost(&mut self, lost: Lost) -> Result<(), LiveError> {
        let next = self.resume.lost(lost, clock::random() as u64);
        let pause_us = match next {
            Next::ConnectAfter(pause_us) => pause_us,
            Next::Stop(_) => 0,
        };
        self.line = Line::Down { connect_at: Instant::now() + Duration::from_micros(pause_us) };
        match next {
            Next::ConnectAfter(_) => Ok(()),
            Next::Stop(end) => Err(LiveError(end)),
        }
    }
}

fn silence() -> Instant {
    Instant::now() + Duration::from_micros(SILENCE_LIMIT_US)
}

async fn connect(client: Client, stream: Stream, since: Option<u64>) -> Result<Open, Lost> {
    let call = match stream {
        Stream::Exhibitor(id) => format!("exhibitors/{id}/live"),
        Stream::Event(id) => format!("events/{id}/live"),
    };
    let since = since.map(|since| format!("?since={since}")).unwrap_or_default();
    // http becomes ws, https becomes wss.
    let address = client.url(&call).replacen("http", "ws", 1) + &since;
    let mut request = address.into_client_request().map_err(|_| Lost::Broken)?;
    if let Some(authorization) = &client.authorization {
        request.headers_mut().insert("authorization", authorization.clone());
    }
    let socket = client.socket().await.map_err(|_| Lost::Broken)?;
    let config = WebSocketConfig::default()
        .read_buffer_size(16 << 10)
        .max_message_size(Some(LONGEST_MESSAGE))
        .max_frame_size(Some(LONGEST_MESSAGE));
    match client_async_with_config(request, socket, Some(config)).await {
        Ok((socket, _)) => Ok(socket),
        Err(Error::Http(answer)) => Err(refused(&answer)),
        Err(_) => Err(Lost::Broken),
    }
}

/// A refusal counts only if it is ours: a portal's 403 page must not end the stream.
fn refused<T>(answer: &tokio_tungstenite::tungstenite::http::Response<T>) -> Lost {
    let header = |name| answer.headers().get(name).and_then(|value| value.to_str().ok());
    let is_ours = header("content-type").is_some_and(|media_type| media_type.starts_with("application/problem+json"));
    if !is_ours {
        return Lost::Broken;
    }
    let retry_after_s = header("retry-after").and_then(|seconds| seconds.trim().parse().ok());
    Lost::Refused { status: answer.status().as_u16(), retry_after_s }
}

impl Client {
    async fn socket(&self) -> Result<Box<dyn Socket>, ClientError> {
        let unreachable = |error: std::io::Error| ClientError::Unreachable(error.to_string());
        let no_host = || ClientError::Address("the server's address has no host".into());
        let host = self.base.host_str().ok_or_else(no_host)?;
        let port = self.base.port_or_known_default().ok_or_else(no_host)?;
        // An IPv6 address stands in brackets in a URL and nowhere else.
        let host = host.trim_matches(['[', ']']);
        let stream = TcpStream::connect((host, port)).await.map_err(unreachable)?;
        stream.set_nodelay(true).map_err(unreachable)?;
        let Some(tls) = &self.tls else { return Ok(Box::new(stream)) };
        let name = rustls::pki_types::ServerName::try_from(host.to_owned()).map_err(|_| no_host())?;
        let stream = TlsConnector::from(tls.clone()).connect(name, stream).await.map_err(unreachable)?;
        Ok(Box::new(stream))
    }
}

impl fmt::Debug for LiveStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LiveStream").field("stream", &self.stream).field("resume", &self.resume).finish_non_exhaustive()
    }
}

impl fmt::Display for LiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for LiveError {}
