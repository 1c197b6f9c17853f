//! What a message to many subscribers costs, and what a subscriber costs that hears nothing.

use crate::captures::batch;
use crate::live::{Socket, subscribe};
use crate::load::Client;
use crate::peers::Peer;
use crate::report;
use crate::server::{Bench, cpu_of};
use futures_util::{SinkExt as _, StreamExt as _};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio_tungstenite::tungstenite::Message;

/// How many listen, how many messages a second, and for how long.
struct Shape {
    subscribers: usize,
    per_second: u64,
    seconds: u64,
}

/// Listening sockets and what they have heard; states and protocol chatter are short and count apart.
struct Readers {
    heard: Arc<AtomicU64>,
    short: Arc<AtomicU64>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.tasks.iter().for_each(tokio::task::JoinHandle::abort);
    }
}

impl Readers {
    async fn join(address: SocketAddr, path: &str, token: &str, greeting: Option<&'static str>, count: usize) -> Self {
        let (heard, short) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let mut tasks = Vec::with_capacity(count);
        for _ in 0..count {
            let mut socket = subscribe(address, path, token, None).await;
            if let Some(greeting) = greeting {
                socket.send(Message::text(greeting)).await.unwrap();
            }
            tasks.push(tokio::spawn(read(socket, heard.clone(), short.clone())));
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
        heard.store(0, Ordering::Relaxed);
        short.store(0, Ordering::Relaxed);
        Self { heard, short, tasks }
    }

    /// Waits until all was heard; messages heard a second of the process's time.
    async fn per_second_of(&self, process: u32, before: Duration, wanted: u64) -> f64 {
        let begun = Instant::now();
        while self.heard.load(Ordering::Relaxed) < wanted && begun.elapsed() < Duration::from_secs(30) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let heard = self.heard.load(Ordering::Relaxed);
        if heard < wanted {
            println!("  only {heard} of {wanted} messages arrived");
        }
        heard as f64 / (cpu_of(process) - before).as_secs_f64()
    }
}

async fn read(mut socket: Socket, heard: Arc<AtomicU64>, short: Arc<AtomicU64>) {
    while let Some(Ok(message)) = socket.next().await {
        if message.len() > 400 {
            heard.fetch_add(1, Ordering::Relaxed);
            continue;
        }
        short.fetch_add(1, Ordering::Relaxed);
        if matches!(&message, Message::Text(text) if text.as_str() == "2") {
            // Engine.IO's own ping.
            let _ = socket.send(Message::text("3")).await;
        }
    }
}

async fn ours(shape: &Shape) -> (f64, String) {
    let bench = Bench::start().await;
    let path = format!("/api/v1/exhibitors/{}/live", bench.exhibitors[0]);
    let mut client = Client::connect(bench.address).await;
    let codes = bench.codes.clone();
    let mut example = subscribe(bench.address, &path, &bench.owner, None).await;
    client.post("/api/v1/captures", &bench.phones[0], &batch(&codes, 0, 0, 1)).await;
    let text = loop {
        match example.next().await {
            Some(Ok(Message::Text(text))) if text.contains("lead.captured") => break text.to_string(),
            _ => {}
        }
    };
    drop(example);
    let readers = Readers::join(bench.address, &path, &bench.owner, None, shape.subscribers).await;
    let before = bench.cpu();
    let mut pace = tokio::time::interval(Duration::from_micros(1_000_000 / shape.per_second));
    let messages = shape.per_second * shape.seconds;
    for n in 0..messages {
        pace.tick().await;
        client.post("/api/v1/captures", &bench.phones[0], &batch(&codes, 0, n + 1, 1)).await;
    }
    let wanted = messages * shape.subscribers as u64;
    let rate = readers.per_second_of(bench.process(), before, wanted).await;
    let states = readers.short.load(Ordering::Relaxed) as f64 / wanted as f64;
    println!(
        "  {} x {}/s: beside each message {states:.2} states, which peers do not send",
        shape.subscribers, shape.per_second
    );
    (rate, text)
}

async fn of(peer: &Peer, shape: &Shape, text: &str) -> f64 {
    let readers = Readers::join(peer.address, peer.socket, "none", peer.greeting, shape.subscribers).await;
    let mut client = Client::connect(peer.address).await;
    let before = cpu_of(peer.process());
    let mut pace = tokio::time::interval(Duration::from_micros(1_000_000 / shape.per_second));
    let messages = shape.per_second * shape.seconds;
    for _ in 0..messages {
        pace.tick().await;
        client.post("/publish", "none", text.as_bytes()).await;
    }
    readers.per_second_of(peer.process(), before, messages * shape.subscribers as u64).await
}

/// Messages delivered per second of the server's processor time, against bare axum, `ws` and socket.io.
pub async fn fan_out() {
    for shape in [
        Shape { subscribers: 5000, per_second: 16, seconds: 5 },
        Shape { subscribers: 9000, per_second: 2, seconds: 10 },
    ] {
        let (ours, text) = ours(&shape).await;
        let name = |peer: &str| format!("{} x {}/s per CPU-second : {peer}", shape.subscribers, shape.per_second);
        report(&name("bare axum"), ours, of(&Peer::bare(), &shape, &text).await, ">= 0.75 (0.95)");
        for (script, peer, target) in [("ws.mjs", "ws", ">= 1 (1.2)"), ("socketio.mjs", "socket.io", ">= 1.5 (2)")] {
            match Peer::node(script) {
                Some(peer_process) => report(&name(peer), ours, of(&peer_process, &shape, &text).await, target),
                None => println!("{}: left out, Node is not installed", name(peer)),
            }
        }
    }
}

/// What an idle subscriber costs, and whether all of many can connect.
pub async fn idle() {
    const SUBSCRIBERS: usize = 9_800;
    let bench = Bench::start().await;
    let path = format!("/api/v1/exhibitors/{}/live", bench.exhibitors[0]);
    let mut sockets = Vec::new();
    for _ in 0..100 {
        sockets.push(subscribe(bench.address, &path, &bench.owner, None).await);
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let before = bench.resident();
    for _ in 0..SUBSCRIBERS {
        sockets.push(subscribe(bench.address, &path, &bench.owner, None).await);
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let each = (bench.resident().saturating_sub(before)) as f64 / SUBSCRIBERS as f64;
    report("idle subscriber, bytes resident : 12 KiB", each, 12.0 * 1024.0, "<= 1 (0.5)");
    println!("  server with {} subscribers: {} MiB resident", SUBSCRIBERS + 100, bench.resident() >> 20);
}
