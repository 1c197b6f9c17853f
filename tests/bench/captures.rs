//! How fast captures go in.

use crate::bare;
use crate::load::{self, Run};
use crate::peers::{self, Peer};
use crate::report;
use crate::server::{Bench, Ground, VISITORS};
use harness::cluster::{Cluster, Durability};
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

pub const LENGTH: Duration = Duration::from_secs(8);

/// A batch of scans of random badges, numbered on from `turn`.
pub fn batch(codes: &[String], connection: usize, turn: u64, size: u64) -> Vec<u8> {
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
    scans_of(bench, &bench.codes, connections, size).await
}

async fn scans_of(bench: &Bench, codes: &[String], connections: usize, size: u64) -> Run {
    let codes = Arc::new(codes.to_vec());
    let make = move |connection: usize, turn: u64| batch(&codes, connection, turn, size);
    load::run(bench.address, "/api/v1/captures", &bench.phones, connections, LENGTH, make).await
}

/// Single captures from 128 connections.
pub async fn single() {
    let bench = Bench::start().await;
    let codes = Arc::new(bench.codes.clone());
    let make = move |connection: usize, turn: u64| batch(&codes, connection, turn, 1);
    let peer = Peer::bare();
    let parsed = load::run(peer.address, "/captures", &bench.phones, 128, LENGTH, make).await.per_second();
    drop(peer);
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

/// Against one commit a capture, on a disk whose flush takes 5 ms.
pub async fn slow_disk() {
    let bench = Bench::start_on(Ground { is_slow: true, ..Ground::default() }).await;
    let alone = scans(&bench, 1, 1).await.per_second();
    let some = scans(&bench, 32, 1).await.per_second();
    let many = scans(&bench, 128, 1).await.per_second();
    report("flush of 5 ms, 32 connections : one", some, alone, ">= 10 (13)");
    report("flush of 5 ms, 128 connections : one", many, alone, ">= 30 (45)");
}

/// PostgreSQL with every commit flushed, against `pgbench` doing one-row commits.
pub async fn postgres() {
    let Some(cluster) = Cluster::start(Durability::Flushed) else {
        println!("postgres: left out, PostgreSQL is not installed");
        return;
    };
    let cluster = cluster.unwrap();
    let url = cluster.url("postgres");
    let mut options = sqlx::ConnectOptions::connect(&url.parse::<sqlx::postgres::PgConnectOptions>().unwrap()).await;
    for _ in 0..100 {
        if options.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        options = sqlx::ConnectOptions::connect(&url.parse::<sqlx::postgres::PgConnectOptions>().unwrap()).await;
    }
    let mut connection = options.unwrap();
    for statement in ["CREATE DATABASE bench", "CREATE TABLE one_row (id BIGSERIAL PRIMARY KEY, body TEXT NOT NULL)"] {
        sqlx::query(statement).execute(&mut connection).await.unwrap();
    }
    let bench = Bench::start_on(Ground { database: Some(cluster.url("bench")), ..Ground::default() }).await;
    let Some(peer) = peers::one_row_commits(&url, bench.dir.path()) else {
        println!("postgres: left out, pgbench is not installed");
        return;
    };
    let mut ours = scans(&bench, 32, 1).await;
    report("PostgreSQL, 32 connections : pgbench one-row commits", ours.per_second(), peer, ">= 1 (2)");
    println!("  p50 {:?}, p99 {:?}", ours.percentile(50), ours.percentile(99));
}

/// On an event that has a million captures already: the same work as on the empty one, scans of people whom
/// no stand has met; and scans of people whom every stand has met some seven times, whose leads are folded on.
pub async fn million() {
    let bench = Bench::start().await;
    let unmet = bench.import("N", VISITORS).await;
    let empty = scans_of(&bench, &bench.codes, 128, 1).await.per_second();
    let codes = Arc::new(bench.codes.clone());
    let make = move |connection: usize, turn: u64| batch(&codes, connection, turn, 500);
    let mut sent = 0;
    while sent < 1_000_000 {
        let run = load::run(bench.address, "/api/v1/captures", &bench.phones, 8, LENGTH, make.clone()).await;
        sent += run.requests * 500;
    }
    let full = scans_of(&bench, &unmet, 128, 1).await.per_second();
    report("single captures/s at 1 million : empty event", full, empty, ">= 0.80");
    let again = scans_of(&bench, &bench.codes, 128, 1).await.per_second();
    report("scans of known leads at 1 million : empty event", again, empty, "no gate");
}
