//! How fast what came in reaches the subscribers, and what a subscriber costs.

use crate::load::Client;
use crate::report;
use crate::server::{Bench, cpu_of};
use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message as Frame, Utf8Bytes, WebSocketUpgrade};
use axum::routing::get;
use futures_util::StreamExt as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, broadcast};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use uuid::Uuid;

type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

async fn subscribe(url: &str, token: &str) -> Socket {
    let mut request = url.into_client_request().unwrap();
    request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    connect_async(request).await.unwrap().0
}

fn micros() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_micros() as i64
}

fn scan(codes: &[String], n: u64) -> Vec<u8> {
    let now = mobile_core::time::Timestamp::from_micros(micros());
    let code = &codes[(n as usize * 7919) % codes.len()];
    format!(
        "{{\"sent_at\":\"{now}\",\"captures\":[{{\"id\":\"{}\",\"captured_at\":\"{now}\",\"kind\":\"scan\",\"code\":\"{code}\"}}]}}",
        Uuid::now_v7()
    )
    .into_bytes()
}

/// 1,000 captures a second, 1,000 subscribers spread over the exhibitors.
pub async fn latency() {
    const SUBSCRIBERS: usize = 1000;
    let bench = Bench::start().await;
    let delays = Arc::new(Mutex::new(Vec::new()));
    for n in 0..SUBSCRIBERS {
        let exhibitor = &bench.exhibitors[n % bench.exhibitors.len()];
        let url = format!("ws://{}/api/v1/exhibitors/{exhibitor}/live", bench.address);
        let mut socket = subscribe(&url, &bench.owner).await;
        let delays = delays.clone();
        tokio::spawn(async move {
            while let Some(Ok(message)) = socket.next().await {
                let text = message.into_text().unwrap_or_default();
                if text.contains("\"lead.captured\"") {
                    let at = text.find("\"sent_at_us\":").unwrap() + 13;
                    let sent: i64 = text[at..].split(',').next().unwrap().parse().unwrap();
                    delays.lock().await.push(micros() - sent);
                }
            }
        });
    }
    let codes = Arc::new(bench.codes.clone());
    let mut posts = Vec::new();
    for lane in 0..20_u64 {
        let (token, codes, address) = (bench.phones[lane as usize].clone(), codes.clone(), bench.address);
        posts.push(tokio::spawn(async move {
            let mut client = Client::connect(address).await;
            let mut pace = tokio::time::interval(Duration::from_millis(20));
            let mut took = Vec::new();
            for n in 0..500 {
                pace.tick().await;
                let begun = Instant::now();
                let (status, _) = client.post("/api/v1/captures", &token, &scan(&codes, n * 20 + lane)).await;
                assert_eq!(status, 200);
                took.push(begun.elapsed().as_micros() as i64);
            }
            took
        }));
    }
    let mut took = Vec::new();
    for post in posts {
        took.extend(post.await.unwrap());
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let mut delays = delays.lock().await.clone();
    let p99 = |values: &mut Vec<i64>| {
        values.sort_unstable();
        values[values.len() * 99 / 100] as f64
    };
    println!("  {} posts, {} messages", took.len(), delays.len());
    report("capture to message p99, microseconds : POST p99", p99(&mut delays), p99(&mut took), "<= 1.25, <= 50 ms");
}

/// A bare axum broadcast: one message, many sockets, small read buffers.
async fn bare_broadcast() -> (SocketAddr, broadcast::Sender<Utf8Bytes>) {
    let (sender, _) = broadcast::channel::<Utf8Bytes>(64);
    let handler = |upgrade: WebSocketUpgrade, State(sender): State<broadcast::Sender<Utf8Bytes>>| async move {
        let mut receiver = sender.subscribe();
        upgrade.read_buffer_size(2048).write_buffer_size(4096).on_upgrade(move |mut socket| async move {
            while let Ok(text) = receiver.recv().await {
                if socket.send(Frame::Text(text)).await.is_err() {
                    return;
                }
            }
        })
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/live", get(handler)).with_state(sender.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, sender)
}

/// Messages delivered per second of the server's processor time.
///
/// The bare broadcast runs in this process beside its readers, so its readers' share is measured
/// with ours: the same readers, the same number of messages, subtracted from both.
pub async fn fan_out() {
    const SUBSCRIBERS: usize = 2000;
    const MESSAGES: u64 = 60;
    let bench = Bench::start().await;
    let url = format!("ws://{}/api/v1/exhibitors/{}/live", bench.address, bench.exhibitors[0]);
    let count = Arc::new(AtomicU64::new(0));
    let read = |mut socket: Socket, count: Arc<AtomicU64>| {
        tokio::spawn(async move {
            while let Some(Ok(message)) = socket.next().await {
                if message.len() > 400 {
                    count.fetch_add(1, Ordering::Relaxed);
                }
            }
        })
    };
    let mut readers = Vec::new();
    for _ in 0..SUBSCRIBERS {
        readers.push(read(subscribe(&url, &bench.owner).await, count.clone()));
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    count.store(0, Ordering::Relaxed);
    let (server, own) = (bench.cpu(), cpu_of(std::process::id()));
    let mut client = Client::connect(bench.address).await;
    for n in 0..MESSAGES {
        client.post("/api/v1/captures", &bench.phones[0], &scan(&bench.codes, n)).await;
        tokio::time::sleep(Duration::from_millis(125)).await;
    }
    wait_for(&count, MESSAGES * SUBSCRIBERS as u64).await;
    let ours = count.load(Ordering::Relaxed) as f64 / (bench.cpu() - server).as_secs_f64();
    let reading = (cpu_of(std::process::id()) - own).as_secs_f64();
    readers.iter().for_each(tokio::task::JoinHandle::abort);

    let (address, sender) = bare_broadcast().await;
    for _ in 0..SUBSCRIBERS {
        read(subscribe(&format!("ws://{address}/live"), "-").await, count.clone());
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    count.store(0, Ordering::Relaxed);
    let own = cpu_of(std::process::id());
    let text = Utf8Bytes::from("x".repeat(1100));
    for _ in 0..MESSAGES {
        sender.send(text.clone()).unwrap();
        tokio::time::sleep(Duration::from_millis(125)).await;
    }
    wait_for(&count, MESSAGES * SUBSCRIBERS as u64).await;
    let both = (cpu_of(std::process::id()) - own).as_secs_f64();
    let bare = count.load(Ordering::Relaxed) as f64 / (both - reading).max(0.01);
    report("messages per CPU-second : bare broadcast", ours, bare, ">= 0.75 (0.95)");
}

async fn wait_for(count: &AtomicU64, wanted: u64) {
    let begun = Instant::now();
    while count.load(Ordering::Relaxed) < wanted && begun.elapsed() < Duration::from_secs(20) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// What an idle subscriber costs.
pub async fn idle() {
    const SUBSCRIBERS: usize = 5000;
    let bench = Bench::start().await;
    let url = format!("ws://{}/api/v1/exhibitors/{}/live", bench.address, bench.exhibitors[0]);
    let mut sockets = Vec::new();
    for _ in 0..100 {
        sockets.push(subscribe(&url, &bench.owner).await);
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let before = bench.resident();
    for _ in 0..SUBSCRIBERS {
        sockets.push(subscribe(&url, &bench.owner).await);
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let each = (bench.resident().saturating_sub(before)) as f64 / SUBSCRIBERS as f64;
    report("idle subscriber, bytes resident : 12 KiB", each, 12.0 * 1024.0, "<= 1 (0.5)");
    println!("  server with {SUBSCRIBERS} subscribers: {} MiB resident", bench.resident() >> 20);
}
