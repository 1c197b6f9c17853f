//! How fast captures go in.

use crate::bare;
use crate::load::{self, Run};
use crate::report;
use crate::server::Bench;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

const LENGTH: Duration = Duration::from_secs(8);

/// A batch of scans of random badges, numbered on from `turn`.
fn batch(codes: &[String], connection: usize, turn: u64, size: u64) -> Vec<u8> {
    let now = mobile_core::time::Timestamp::from_micros(
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_micros() as i64,
    );
    let mut body = format!("{{\"sent_at\":\"{now}\",\"captures\":[");
    for n in 0..size {
        let seq = turn * size + n + 1;
        let code = &codes[(seq as usize * 7919 + connection * 104_729) % codes.len()];
        let comma = if n == 0 { "" } else { "," };
        let id = Uuid::now_v7();
        write!(body, "{comma}{{\"id\":\"{id}\",\"device_seq\":{seq},\"captured_at\":\"{now}\",\"kind\":\"scan\",\"code\":\"{code}\"}}")
            .unwrap();
    }
    body.push_str("]}");
    body.into_bytes()
}

async fn scans(bench: &Bench, connections: usize, size: u64) -> Run {
    let codes = Arc::new(bench.codes.clone());
    let make = move |connection: usize, turn: u64| batch(&codes, connection, turn, size);
    load::run(bench.address, "/api/v1/captures", &bench.phones, connections, LENGTH, make).await
}

/// Single captures from 128 connections.
pub async fn single() {
    let bench = Bench::start().await;
    let codes = Arc::new(bench.codes.clone());
    let make = move |connection: usize, turn: u64| batch(&codes, connection, turn, 1);
    let route = bare::route().await;
    let parsed = load::run(route, "/captures", &bench.phones, 128, LENGTH, make).await.per_second();
    let rows = bare::loop_of_rows(bench.dir.path(), 100, LENGTH).await;
    let mut ours = scans(&bench, 128, 1).await;
    report("single captures/s : bare loop of rows", ours.per_second(), rows, ">= 0.40 (0.60)");
    report("single captures/s : bare axum route", ours.per_second(), parsed, ">= 0.25 (0.40)");
    println!("  p50 {:?}, p99 {:?}", ours.percentile(50), ours.percentile(99));
}

/// Batches of 100, as phones send them after a time without network.
pub async fn batches() {
    let bench = Bench::start().await;
    let rows = bare::loop_of_rows(bench.dir.path(), 100, LENGTH).await;
    let ours = scans(&bench, 16, 100).await;
    report("captures/s in batches of 100 : bare loop", ours.per_second() * 100.0, rows, ">= 0.60 (0.75)");
}

/// Against one commit a capture; meant to be run with a slow disk (`LEADLINE_BENCH_PRELOAD`).
pub async fn commit_each() {
    let bench = Bench::start().await;
    let alone = scans(&bench, 1, 1).await.per_second();
    let some = scans(&bench, 32, 1).await.per_second();
    let many = scans(&bench, 128, 1).await.per_second();
    report("32 connections : one commit a capture", some, alone, ">= 10 (13) with a flush of 5 ms");
    report("128 connections : one commit a capture", many, alone, ">= 30 (45) with a flush of 5 ms");
}

/// On an event that has a million captures already.
pub async fn million() {
    let bench = Bench::start().await;
    let empty = scans(&bench, 128, 1).await.per_second();
    let codes = Arc::new(bench.codes.clone());
    let make = move |connection: usize, turn: u64| batch(&codes, connection, turn, 500);
    let mut sent = 0;
    while sent < 1_000_000 {
        let run = load::run(bench.address, "/api/v1/captures", &bench.phones, 8, LENGTH, make.clone()).await;
        sent += run.requests * 500;
    }
    let full = scans(&bench, 128, 1).await.per_second();
    report("single captures/s at 1 million : empty event", full, empty, ">= 0.80");
}
