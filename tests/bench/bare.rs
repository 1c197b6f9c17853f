//! The limits: what the same machine does without our rules.

use axum::extract::State;
use axum::extract::ws::{Message, Utf8Bytes, WebSocketUpgrade};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::sync::broadcast;
use uuid::Uuid;

/// A server that does only what nobody can do without: `/captures` parses JSON and answers JSON of
/// the size that ours has, `/live` sends each socket what is posted to `/publish`.
pub async fn serve() {
    let answer = json!({"server_time": "2026-11-22T09:30:00.000000Z", "contiguous_seq": 1, "results": [{
        "id": Uuid::nil(), "outcome": "accepted", "lead": "x".repeat(900)}]});
    let captures = move |Json(body): Json<Value>| async move {
        assert!(body["captures"].is_array());
        Json(answer)
    };
    let (sender, _) = broadcast::channel::<Utf8Bytes>(64);
    let publish = |State(sender): State<broadcast::Sender<Utf8Bytes>>, text: String| async move {
        let _ = sender.send(text.into());
    };
    // Small buffers: with axum's own of 128 KiB it would be three times slower, and no peer.
    let live = |upgrade: WebSocketUpgrade, State(sender): State<broadcast::Sender<Utf8Bytes>>| async move {
        let mut receiver = sender.subscribe();
        upgrade.read_buffer_size(2048).write_buffer_size(4096).on_upgrade(move |mut socket| async move {
            loop {
                tokio::select! {
                    text = receiver.recv() => {
                        let Ok(text) = text else { return };
                        if socket.send(Message::Text(text)).await.is_err() {
                            return;
                        }
                    }
                    message = socket.recv() => if !matches!(message, Some(Ok(_))) {
                        return;
                    }
                }
            }
        })
    };
    let router = Router::new()
        .route("/captures", post(captures))
        .route("/publish", post(publish))
        .route("/live", get(live))
        .with_state(sender);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap().port());
    axum::serve(listener, router).await.unwrap();
}

/// The rows that one capture makes, written as fast as the driver takes them: every table, one
/// statement a row, in transactions of `group` captures. Rows a second.
pub async fn loop_of_rows(dir: &Path, group: u32, length: Duration) -> f64 {
    let url = "sqlite://bare.db";
    server::storage::Store::open(url, dir).await.unwrap().close().await;
    let options = SqliteConnectOptions::new()
        .filename(dir.join("bare.db"))
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("wal_autocheckpoint", "0");
    let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    let (event, space, device) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
    let body = json!({"id": Uuid::nil(), "device_seq": 1, "captured_at": "2026-11-22T09:30:00.000000Z", "kind": "scan",
        "code": "BENCH-BADGE-00000001"})
    .to_string();
    let fold = json!({"n": 1, "scans": {"n": 1, "k": [{"o": [1_700_000_000_000_000_i64, 1, Uuid::nil()],
        "a": {"d": device}, "e": "camera"}]}, "first_scanned_at": 1, "newest_at": 1, "on": [device]})
    .to_string();
    for statement in ["PRAGMA foreign_keys = OFF"] {
        sqlx::query(statement).execute(&mut connection).await.unwrap();
    }
    sqlx::query("INSERT INTO feed_head VALUES ($1, 0, 0)").bind(event).execute(&mut connection).await.unwrap();
    let begun = Instant::now();
    let mut rows = 0_u64;
    while begun.elapsed() < length {
        let mut tx = connection.begin_with("BEGIN IMMEDIATE").await.unwrap();
        for _ in 0..group {
            rows += 1;
            let (capture, lead) = (Uuid::now_v7(), Uuid::now_v7());
            sqlx::query("INSERT INTO capture VALUES ($1,$2,$3,$4,'scan',$5,$6,NULL,NULL,$7,$8,$9,$9,$9,$9,'',$5,$10)")
                .bind(event)
                .bind(space)
                .bind(capture)
                .bind(lead)
                .bind([7_u8; 32].as_slice())
                .bind(device)
                .bind(device)
                .bind(rows as i64)
                .bind(rows as i64)
                .bind(&body)
                .execute(&mut *tx)
                .await
                .unwrap();
            sqlx::query(
                "INSERT INTO lead (event_id, space_id, id, registration_id, consent, is_hidden, scan_count, note_count, \
                first_scanned_at, last_scanned_at, newest_at, search, fold, version, created_at, updated_at) \
                VALUES ($1,$2,$3,$4,'granted',0,1,0,$5,$5,$5,$6,$7,1,$5,$5)",
            )
            .bind(event)
            .bind(space)
            .bind(lead)
            .bind(Uuid::now_v7())
            .bind(rows as i64)
            .bind("last1234 first1234 company 17 p1234@example.org")
            .bind(&fold)
            .execute(&mut *tx)
            .await
            .unwrap();
            sqlx::query(
                "INSERT INTO device_queue VALUES ($1,$2,$3,$3,$4,'',$4,0,$4) ON CONFLICT DO UPDATE SET \
                contiguous_seq = excluded.contiguous_seq, seen_at = excluded.seen_at",
            )
            .bind(event)
            .bind(space)
            .bind(device)
            .bind(rows as i64)
            .execute(&mut *tx)
            .await
            .unwrap();
            sqlx::query("UPDATE feed_head SET seq = seq + 1 WHERE event_id = $1")
                .bind(event)
                .execute(&mut *tx)
                .await
                .unwrap();
            sqlx::query("INSERT INTO feed VALUES ($1,$2,$3,'scan',$4,$5,NULL,$6,$6)")
                .bind(event)
                .bind(rows as i64)
                .bind(space)
                .bind(lead)
                .bind(capture)
                .bind(rows as i64)
                .execute(&mut *tx)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
    }
    rows as f64 / begun.elapsed().as_secs_f64()
}
