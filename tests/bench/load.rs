//! A load generator that costs little itself: raw HTTP/1.1 over kept connections.

use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One kept connection.
pub struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Client {
    pub async fn connect(address: std::net::SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, buffer: Vec::with_capacity(16 * 1024) }
    }

    /// Sends one request and gives the status and the body.
    pub async fn post(&mut self, path: &str, token: &str, body: &[u8]) -> (u16, Vec<u8>) {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let mut request = head.into_bytes();
        request.extend_from_slice(body);
        self.stream.write_all(&request).await.unwrap();
        self.answer().await
    }

    async fn answer(&mut self) -> (u16, Vec<u8>) {
        self.buffer.clear();
        loop {
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&self.buffer[..end]).to_ascii_lowercase();
                let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
                let length: usize = head
                    .lines()
                    .find_map(|line| line.strip_prefix("content-length:"))
                    .and_then(|length| length.trim().parse().ok())
                    .expect("answers name their length");
                while self.buffer.len() < end + 4 + length {
                    self.read().await;
                }
                return (status, self.buffer[end + 4..end + 4 + length].to_vec());
            }
            self.read().await;
        }
    }

    async fn read(&mut self) {
        let read = self.stream.read_buf(&mut self.buffer).await.unwrap();
        assert!(read > 0, "the server closed the connection");
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

/// What a run of requests came to.
pub struct Run {
    pub requests: u64,
    pub took: Duration,
    latencies: Vec<Duration>,
}

impl Run {
    pub fn per_second(&self) -> f64 {
        self.requests as f64 / self.took.as_secs_f64()
    }

    pub fn percentile(&mut self, percent: usize) -> Duration {
        self.latencies.sort_unstable();
        self.latencies[(self.latencies.len() * percent / 100).min(self.latencies.len() - 1)]
    }
}

/// Posts at a steady rate for a while from many connections. Each latency counts from the moment
/// when the request was due, so that one that had to wait for its turn is not flattered.
pub async fn paced(
    address: std::net::SocketAddr,
    path: &'static str,
    tokens: &[String],
    (connections, per_second): (usize, u32),
    length: Duration,
    body: impl Fn(usize, u64) -> Vec<u8> + Send + Sync + Clone + 'static,
) -> Run {
    let each = Duration::from_secs(1) * connections as u32 / per_second;
    let mut tasks = Vec::new();
    let begun = Instant::now() + Duration::from_millis(100);
    for connection in 0..connections {
        let token = tokens[connection % tokens.len()].clone();
        let body = body.clone();
        let first = begun + each * connection as u32 / connections as u32;
        tasks.push(tokio::spawn(async move {
            let mut client = Client::connect(address).await;
            let mut latencies = Vec::new();
            for turn in 0.. {
                let due = first + each * turn;
                if due > begun + length {
                    break;
                }
                tokio::time::sleep_until(due.into()).await;
                let (status, answer) = client.post(path, &token, &body(connection, u64::from(turn))).await;
                assert_eq!(status, 200, "{}", String::from_utf8_lossy(&answer));
                latencies.push(due.elapsed());
            }
            latencies
        }));
    }
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(task.await.unwrap());
    }
    Run { requests: latencies.len() as u64, took: begun.elapsed(), latencies }
}

/// Posts from many connections at once for a while; `body` makes each request from connection and turn.
pub async fn run(
    address: std::net::SocketAddr,
    path: &'static str,
    tokens: &[String],
    connections: usize,
    length: Duration,
    body: impl Fn(usize, u64) -> Vec<u8> + Send + Sync + Clone + 'static,
) -> Run {
    let mut tasks = Vec::new();
    let begun = Instant::now();
    for connection in 0..connections {
        let token = tokens[connection % tokens.len()].clone();
        let body = body.clone();
        tasks.push(tokio::spawn(async move {
            let mut client = Client::connect(address).await;
            let mut latencies = Vec::new();
            let mut turn = 0;
            while begun.elapsed() < length {
                let request = body(connection, turn);
                let sent = Instant::now();
                let (status, answer) = client.post(path, &token, &request).await;
                assert_eq!(status, 200, "{}", String::from_utf8_lossy(&answer));
                latencies.push(sent.elapsed());
                turn += 1;
            }
            latencies
        }));
    }
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(task.await.unwrap());
    }
    Run { requests: latencies.len() as u64, took: begun.elapsed(), latencies }
}
