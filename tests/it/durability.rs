//! Acknowledged means on disk: a killed server and a stopped database lose and double nothing.

use harness::chaos::{Dice, Process};
use harness::http::Answer;
use harness::{Engine, Fair, Phone, run_durable};
use mobile_core::wire::{Outcome, Receipts};
use reqwest::Method;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;

const LEADLINE: &str = env!("CARGO_BIN_EXE_leadline-under-test");

#[test]
fn a_server_killed_under_load_has_every_acknowledged_capture_once_on_sqlite() {
    run_durable(Engine::Sqlite, "a_server_killed_under_load::sqlite", async |fair| killed_under_load(fair, 6).await);
}

#[test]
fn a_server_killed_under_load_has_every_acknowledged_capture_once_on_postgres() {
    run_durable(Engine::Postgres, "a_server_killed_under_load::postgres", async |fair| {
        killed_under_load(fair, 4).await;
    });
}

async fn killed_under_load(fair: &Fair, rounds: u32) {
    let phones = phones(fair, 6).await;
    // From here on only the process has the database.
    fair.node().stop().await;
    let mut process = Process::start(LEADLINE, fair.database.url(), fair.database.directory()).await;
    let load = Load::begin(phones, process.api.base());
    let mut dice = Dice::new(9);
    for _ in 0..rounds {
        let before = load.acknowledged();
        harness::eventually(|| async { (load.acknowledged() > before + 20).then_some(()) }).await;
        tokio::time::sleep(Duration::from_millis(dice.below(120))).await;
        process.kill();
        process.go_on().await;
    }
    let before = load.acknowledged();
    harness::eventually(|| async { (load.acknowledged() > before + 20).then_some(()) }).await;
    let phones = load.end().await;
    assert_all_there(fair, &phones).await;
    let status = process.ask_to_end();
    assert!(status.success(), "asked to end, it ends well: {status}");
}

#[test]
fn a_server_asked_to_end_under_load_finishes_what_it_accepted() {
    run_durable(Engine::Sqlite, "a_server_asked_to_end", async |fair| {
        let phones = phones(fair, 4).await;
        fair.node().stop().await;
        let mut process = Process::start(LEADLINE, fair.database.url(), fair.database.directory()).await;
        let load = Load::begin(phones, process.api.base());
        harness::eventually(|| async { (load.acknowledged() > 80).then_some(()) }).await;
        assert!(process.ask_to_end().success());
        process.go_on().await;
        let before = load.acknowledged();
        harness::eventually(|| async { (load.acknowledged() > before + 30).then_some(()) }).await;
        assert_all_there(fair, &load.end().await).await;
    });
}

#[test]
fn a_stopped_and_started_postgres_is_told_as_503_and_loses_nothing() {
    run_durable(Engine::Postgres, "a_stopped_and_started_postgres", async |fair| {
        let cluster = fair.database.cluster();
        let load = Load::begin(phones(fair, 6).await, fair.site.api.base());
        for round in 0..3 {
            let (before, refused) = (load.acknowledged(), load.refused());
            harness::eventually(|| async { (load.acknowledged() > before + 30).then_some(()) }).await;
            if round == 1 {
                cluster.crash();
            } else {
                cluster.stop();
            }
            // It is away until phones have been told so.
            harness::eventually(|| async { (load.refused() > refused + 3).then_some(()) }).await;
            let ready = fair.site.api.get("//readyz").await;
            assert_eq!((ready.status, ready.header("retry-after").is_some()), (503, true));
            cluster.go_on();
            let before = load.acknowledged();
            harness::eventually(|| async { (load.acknowledged() > before + 30).then_some(()) }).await;
        }
        let phones = load.end().await;
        let space = harness::Space { id: phones[0].phone.exhibitor, site: fair.site.clone() };
        assert_eq!(space.rows_unlike_their_log().await, []);
        assert_all_there(fair, &phones).await;
    });
}

#[test]
fn a_full_disk_is_told_harms_nothing_and_is_over_when_there_is_room() {
    run_durable(Engine::Sqlite, "a_full_disk", async |fair| {
        let phones = phones(fair, 6).await;
        let space = harness::Space { id: phones[0].exhibitor, site: fair.site.clone() };
        let ada = space.admin("Ada").await;
        fair.node().stop().await;
        let process = Process::start(LEADLINE, fair.database.url(), fair.database.directory()).await;
        let load = Load::begin(phones, process.api.base());
        let reader = ada.at(process.api.base());
        for _ in 0..3 {
            let (before, refused) = (load.acknowledged(), load.refused());
            harness::eventually(|| async { (load.acknowledged() > before + 30).then_some(()) }).await;
            process.bound_files(Some(largest_file(fair.database.directory()) + 100_000));
            harness::eventually(|| async { (load.refused() > refused + 10).then_some(()) }).await;
            // What is there can still be read, and what cannot be written says why and when to try again.
            assert_eq!(process.api.get("//healthz").await.status, 200);
            let listed = reader.leads("?limit=1").await.done(200);
            assert!(listed["total"].as_u64().unwrap() > 0);
            let code = serde_json::json!({"label": "x".repeat(90)});
            let codes = format!("/exhibitors/{}/pairing-codes", space.id);
            // Until the connection whose commit failed is replaced the refusal says "busy"; then it says why.
            harness::eventually(|| async {
                let answer = reader.api.post(&codes, &code).await;
                if answer.status == 201 {
                    return None;
                }
                assert_unavailable(&answer);
                answer.refused("unavailable").detail.contains("disk is full").then_some(())
            })
            .await;
            process.bound_files(None);
        }
        let before = load.acknowledged();
        harness::eventually(|| async { (load.acknowledged() > before + 30).then_some(()) }).await;
        let told = load.end().await;
        assert_all_there(fair, &told).await;
        let store = fair.database.open().await;
        let mut tx = store.read().await.unwrap();
        let sound: String =
            server::sql!(tx, conn => sqlx::query_scalar("PRAGMA integrity_check").fetch_one(conn)).unwrap();
        assert_eq!(sound, "ok");
        tx.done().await.unwrap();
        store.close().await;
    });
}

/// The size of the largest file in a directory, which is the log that is written ahead.
fn largest_file(directory: &std::path::Path) -> u64 {
    let sizes = directory.read_dir().unwrap().map(|entry| entry.unwrap().metadata().unwrap().len());
    sizes.max().unwrap_or(0)
}

async fn phones(fair: &Fair, count: usize) -> Vec<Phone> {
    let space = fair.exhibitor("Acme").open().await;
    for number in 0..5 {
        fair.registration(&format!("Visitor {number}")).code(&format!("CODE-{number}")).badge().await;
    }
    let mut phones = Vec::new();
    for number in 0..count {
        phones.push(space.phone(&format!("Phone {number}")).await);
    }
    phones
}

/// What a phone in the load knows in the end.
struct Told {
    phone: Phone,
    /// Captures that an answer named.
    acknowledged: Vec<Value>,
}

/// Phones that send one batch after the other, each until it is acknowledged.
struct Load {
    sending: JoinSet<Told>,
    is_over: Arc<AtomicBool>,
    acknowledged: Arc<AtomicU64>,
    refused: Arc<AtomicU64>,
}

impl Load {
    fn begin(phones: Vec<Phone>, base: &str) -> Self {
        let (is_over, acknowledged, refused) = (Arc::new(AtomicBool::new(false)), Arc::default(), Arc::default());
        let mut load = Self { sending: JoinSet::new(), is_over, acknowledged, refused };
        for (number, mut phone) in phones.into_iter().enumerate() {
            phone.api = phone.api.at(base);
            let (is_over, acknowledged, refused) =
                (load.is_over.clone(), load.acknowledged.clone(), load.refused.clone());
            load.sending.spawn(async move {
                let mut dice = Dice::new(number as u64);
                let mut told = Vec::new();
                while !is_over.load(Ordering::Relaxed) {
                    let count = 1 + dice.below(5);
                    let batch: Vec<Value> =
                        (0..count).map(|_| phone.scanned(format!("CODE-{}", dice.below(8)).as_str())).collect();
                    deliver(&phone, &batch, &refused).await;
                    acknowledged.fetch_add(count, Ordering::Relaxed);
                    told.extend(batch);
                }
                Told { phone, acknowledged: told }
            });
        }
        load
    }

    fn acknowledged(&self) -> u64 {
        self.acknowledged.load(Ordering::Relaxed)
    }

    /// Answers that said 503.
    fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    async fn end(mut self) -> Vec<Told> {
        self.is_over.store(true, Ordering::Relaxed);
        let mut told = Vec::new();
        while let Some(one) = self.sending.join_next().await {
            told.push(one.unwrap());
        }
        told
    }
}

/// Sends a batch until an answer names its captures: no answer and 503 mean again, anything else is
/// a failure.
async fn deliver(phone: &Phone, batch: &[Value], refused: &AtomicU64) {
    let body = phone.batch(batch).to_string().into_bytes();
    loop {
        let sent =
            phone.api.try_send(Method::POST, "/captures", &[("content-type", "application/json")], Some(body.clone()));
        match sent.await {
            Ok(answer) if answer.status == 200 => {
                let receipts: Receipts = answer.ok();
                let ids: Vec<_> = receipts.results.iter().map(|receipt| receipt.id.as_deref()).collect();
                assert_eq!(ids, batch.iter().map(|capture| capture["id"].as_str()).collect::<Vec<_>>());
                let is_kept = |outcome| matches!(outcome, Outcome::Accepted | Outcome::Duplicate);
                assert!(receipts.results.iter().all(|receipt| is_kept(receipt.outcome)), "{receipts:#?}");
                return;
            }
            Ok(answer) => {
                assert_unavailable(&answer);
                refused.fetch_add(1, Ordering::Relaxed);
            }
            Err(_) => {}
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn assert_unavailable(answer: &Answer) {
    answer.refused("unavailable");
    assert_eq!(answer.status, 503);
    let seconds = answer.header("retry-after").and_then(|seconds| seconds.parse::<u32>().ok());
    assert!(seconds.is_some(), "says when to try again");
}

/// Every acknowledged capture is in the log once, in the feed once, and its lead counts it once.
async fn assert_all_there(fair: &Fair, phones: &[Told]) {
    let sent: BTreeSet<&str> =
        phones.iter().flat_map(|told| &told.acknowledged).map(|capture| capture["id"].as_str().unwrap()).collect();
    assert!(sent.len() > 100, "it was under load");
    for told in phones {
        for batch in told.acknowledged.chunks(400) {
            let upload = told.phone.deliver(batch).await;
            assert!(upload.outcomes().iter().all(|outcome| *outcome == Outcome::Duplicate), "known already");
            assert_eq!(upload.contiguous_seq, told.phone.last_seq(), "every number is settled");
        }
    }
    let store = fair.database.open().await;
    let mut tx = store.read().await.unwrap();
    let event = fair.site.event;
    let kept: Vec<uuid::Uuid> = server::sql!(tx, conn => sqlx::query_scalar(
        "SELECT id FROM capture WHERE event_id = $1").bind(event).fetch_all(conn))
    .unwrap();
    let kept: BTreeSet<String> = kept.into_iter().map(|id| id.to_string()).collect();
    assert_eq!(kept.iter().map(String::as_str).collect::<BTreeSet<_>>(), sent, "nothing lost, nothing made up");
    let told: Vec<(i64, Option<uuid::Uuid>)> = server::sql!(tx, conn => sqlx::query_as(
        "SELECT seq, capture_id FROM feed WHERE event_id = $1 ORDER BY seq").bind(event).fetch_all(conn))
    .unwrap();
    assert!(told.iter().zip(1..).all(|((seq, _), place)| *seq == place), "the feed has no holes");
    let in_feed: Vec<String> = told.iter().filter_map(|(_, capture)| capture.map(|id| id.to_string())).collect();
    assert_eq!(in_feed.len(), sent.len(), "each told once");
    let counted: i64 = server::sql!(tx, conn => sqlx::query_scalar(
        "SELECT CAST(SUM(scan_count) AS BIGINT) FROM lead WHERE event_id = $1").bind(event).fetch_one(conn))
    .unwrap();
    assert_eq!(counted as usize, sent.len(), "each counted once");
    tx.done().await.unwrap();
    store.close().await;
}
