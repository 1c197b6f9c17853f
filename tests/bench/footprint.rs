//! What the server takes of a machine that does nothing else: memory, time to start, room on disk.

use crate::captures::batch;
use crate::load::Client;
use crate::report;
use crate::server::{BINARY, Bench};
use std::sync::Arc;
use std::time::Duration;

/// About as many as the demo's first day has.
const DELIVERIES: u64 = 100;
/// How long the allocator gets to give back what loading took.
const RESTS: Duration = Duration::from_secs(10);

/// Of an event as large as the demo's: 2,500 people, 60 exhibitors, a day of scans.
pub async fn footprint() {
    let mut bench = Bench::start().await;
    let codes = Arc::new(bench.codes.clone());
    let mut client = Client::connect(bench.address).await;
    for turn in 0..DELIVERIES {
        let phone = turn as usize % bench.phones.len();
        let body = batch(&codes, phone, turn, 100);
        let (status, _) = client.post("/api/v1/captures", &bench.phones[phone], &body).await;
        assert_eq!(status, 200);
    }
    let busy = bench.resident() >> 20;
    tokio::time::sleep(RESTS).await;
    report("resident with an event loaded, KiB : 40 MiB", (bench.resident() >> 10) as f64, 40.0 * 1024.0, "aim <= 1");
    let mut starts: Vec<Duration> = Vec::new();
    for _ in 0..5 {
        starts.push(bench.restart().await);
    }
    println!("  {busy} MiB right after the scans, {} MiB after a start on what is there", bench.resident() >> 20);
    starts.sort();
    report("start to ready, ms : 200 ms", starts[2].as_secs_f64() * 1000.0, 200.0, "aim <= 1");
    let size = std::fs::metadata(BINARY).unwrap().len();
    report("the program's file, KB : 40 MB", size as f64 / 1000.0, 40_000.0, "aim <= 1");
}
