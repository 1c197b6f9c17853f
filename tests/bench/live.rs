//! How fast what came in reaches the subscribers, whatever one of them does.

use crate::captures::batch;
use crate::load::{self, Run};
use crate::report;
use crate::server::{Bench, EXHIBITORS};
use futures_util::StreamExt as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpSocket;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

pub type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

/// Opens a live stream; with a small receive buffer where nobody is going to read it.
pub async fn subscribe(address: std::net::SocketAddr, path: &str, token: &str, buffer: Option<u32>) -> Socket {
    let mut request = format!("ws://{address}{path}").into_client_request().unwrap();
    request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    let socket = TcpSocket::new_v4().unwrap();
    if let Some(bytes) = buffer {
        socket.set_recv_buffer_size(bytes).unwrap();
    }
    let stream = MaybeTlsStream::Plain(socket.connect(address).await.unwrap());
    tokio_tungstenite::client_async(request, stream).await.unwrap().0
}

fn live(exhibitor: &str) -> String {
    format!("/api/v1/exhibitors/{exhibitor}/live")
}

/// The number behind a name in a frame.
fn number(text: &Utf8Bytes, name: &str) -> Option<i64> {
    let at = text.find(name)? + name.len();
    text[at..].split([',', '}']).next()?.parse().ok()
}

fn micros() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_micros() as i64
}

/// Delays from the reading of a request to its message at subscribers that are spread over the exhibitors.
struct Watchers {
    delays: Arc<Mutex<Vec<i64>>>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Watchers {
    async fn join(bench: &Bench, count: usize) -> Self {
        let delays: Arc<Mutex<Vec<i64>>> = Arc::default();
        let mut tasks = Vec::new();
        for n in 0..count {
            let exhibitor = &bench.exhibitors[n % EXHIBITORS];
            let mut socket = subscribe(bench.address, &live(exhibitor), &bench.owner, None).await;
            let delays = delays.clone();
            tasks.push(tokio::spawn(async move {
                // Pings come between.
                while let Some(Ok(message)) = socket.next().await {
                    let Message::Text(text) = message else { continue };
                    if text.contains("\"lead.captured\"") {
                        let delay = micros() - number(&text, "\"sent_at_us\":").unwrap();
                        delays.lock().unwrap().push(delay);
                    }
                }
            }));
        }
        Self { delays, tasks }
    }

    /// The delays since the last time.
    fn take(&self) -> Vec<i64> {
        std::mem::take(&mut self.delays.lock().unwrap())
    }
}

impl Drop for Watchers {
    fn drop(&mut self) {
        self.tasks.iter().for_each(tokio::task::JoinHandle::abort);
    }
}

/// The 99th percentile, in microseconds.
fn p99(values: &mut [i64]) -> f64 {
    values.sort_unstable();
    values.get(values.len() * 99 / 100).copied().unwrap_or(i64::MAX) as f64
}

/// Where the numbers of a run begin, so that no run uses those of another.
pub fn fresh_numbers() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed) * 1_000_000
}

async fn scans(bench: &Bench, per_second: u32, seconds: u64) -> Run {
    let codes = Arc::new(bench.codes.clone());
    let start = fresh_numbers();
    let make = move |connection: usize, turn: u64| batch(&codes, connection, start + turn, 1);
    let length = Duration::from_secs(seconds);
    let run = load::paced(bench.address, "/api/v1/captures", &bench.phones, (60, per_second), length, make).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    run
}

/// 1,000 captures a second and 1,000 subscribers.
pub async fn latency() {
    let bench = Bench::start().await;
    let watchers = Watchers::join(&bench, 1000).await;
    scans(&bench, 1000, 2).await;
    watchers.take();
    let mut posts = scans(&bench, 1000, 10).await;
    let mut delays = watchers.take();
    println!("  {} posts, {} messages", posts.requests, delays.len());
    let post = posts.percentile(99).as_micros() as f64;
    let delay = p99(&mut delays);
    report("capture to message p99, us : POST p99", delay, post, "<= 1.25");
    report("capture to message p99, us : 50 ms", delay, 50_000.0, "<= 1");
}

/// Makes the first exhibitor's log longer than what the buffers of a connection hold: some 6 MiB.
async fn backlog(bench: &Bench) {
    let mut client = load::Client::connect(bench.address).await;
    for turn in 0..20 {
        let body = batch(&bench.codes, 0, 900_000 + turn, 500);
        let (status, answer) = client.post("/api/v1/captures", &bench.phones[0], &body).await;
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&answer));
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
}

/// The same when one of the subscribers takes nothing.
pub async fn stalled() {
    let bench = Bench::start().await;
    let watchers = Watchers::join(&bench, 999).await;
    scans(&bench, 600, 5).await;
    watchers.take();
    scans(&bench, 600, 20).await;
    let mut before = watchers.take();
    // From the beginning, with more to tell than the system keeps for both sides; its first words are never read.
    backlog(&bench).await;
    watchers.take();
    let path = format!("{}?since=0", live(&bench.exhibitors[0]));
    let mut stalled = subscribe(bench.address, &path, &bench.owner, Some(4096)).await;
    scans(&bench, 600, 20).await;
    let mut meanwhile = watchers.take();
    report("one stalled of 1,000, others' p99, us : none", p99(&mut meanwhile), p99(&mut before), "<= 2");
    let mut end = "not cut off";
    while let Ok(Some(message)) = tokio::time::timeout(Duration::from_secs(5), stalled.next()).await {
        match message {
            Ok(Message::Close(Some(frame))) if u16::from(frame.code) == 4408 => end = "told: 4408",
            Ok(Message::Close(_)) => end = "closed without its reason",
            Ok(_) => {}
            Err(_) => {
                end = "cut without a word";
                break;
            }
        }
    }
    println!("  the stalled subscriber was {end}");
}

/// More than can be sent: what every one of many subscribers of one exhibitor missed without being told.
pub async fn overload() {
    const SUBSCRIBERS: usize = 500;
    let bench = Bench::start().await;
    let untold = Arc::new(AtomicU64::new(0));
    let told = Arc::new(AtomicU64::new(0));
    let mut tasks = Vec::new();
    for _ in 0..SUBSCRIBERS {
        let mut socket = subscribe(bench.address, &live(&bench.exhibitors[0]), &bench.owner, None).await;
        tasks.push(tokio::spawn(async move {
            let (mut seen, mut is_told) = (Vec::new(), false);
            loop {
                match tokio::time::timeout(Duration::from_secs(10), socket.next()).await {
                    Ok(Some(Ok(Message::Text(text)))) if text.contains("\"lead.captured\"") => {
                        seen.extend(number(&text, "\"seq\":"));
                    }
                    Ok(Some(Ok(Message::Text(text)))) => is_told |= text.contains("\"resync\""),
                    Ok(Some(Ok(Message::Close(Some(frame))))) => is_told |= u16::from(frame.code) == 4408,
                    Ok(Some(Ok(_))) => {}
                    Ok(None | Some(Err(_))) | Err(_) => return (seen, is_told),
                }
            }
        }));
    }
    // The phones of the one exhibitor, as fast as the server takes their batches.
    let own: Vec<String> = bench.phones.iter().step_by(EXHIBITORS).cloned().collect();
    let codes = Arc::new(bench.codes.clone());
    let make = move |connection: usize, turn: u64| batch(&codes, connection, turn, 20);
    let run = load::run(bench.address, "/api/v1/captures", &own, own.len(), Duration::from_secs(5), make).await;
    let sent = run.requests * 20;
    for task in tasks {
        let (seen, is_told) = task.await.unwrap();
        let is_in_order = seen.windows(2).all(|pair| pair[0] < pair[1]);
        assert!(is_in_order, "a subscriber saw something twice or out of order");
        if is_told {
            told.fetch_add(1, Ordering::Relaxed);
        } else if (seen.len() as u64) < sent {
            untold.fetch_add(1, Ordering::Relaxed);
        }
    }
    let asked = sent as f64 * SUBSCRIBERS as f64 / run.took.as_secs_f64();
    println!(
        "  {asked:.0} messages/s asked for; {} of {SUBSCRIBERS} were told to list again",
        told.load(Ordering::Relaxed)
    );
    report("overload: subscribers with an untold loss", untold.load(Ordering::Relaxed) as f64, SUBSCRIBERS as f64, "0");
}
