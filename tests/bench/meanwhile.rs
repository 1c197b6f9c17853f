//! What else a server does while people scan: exports and sign-ins may not slow them down.

use crate::captures::batch;
use crate::live::fresh_numbers;
use crate::load::{self, Run};
use crate::report;
use crate::server::{Bench, EXHIBITORS};
use rust_xlsxwriter::Workbook;
use serde_json::json;
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use std::io::Cursor;
use std::sync::Arc;
use std::time::{Duration, Instant};

const LEADS: usize = 100_000;
/// How often a figure and its limit take turns.
const TURNS: usize = 5;

/// Scans at a moderate, steady rate, while something else goes on.
async fn scans(bench: &Bench, length: Duration) -> Run {
    let codes = Arc::new(bench.codes.clone());
    let start = fresh_numbers();
    let make = move |connection: usize, turn: u64| batch(&codes, connection, start + turn, 1);
    // Not the exhibitor that exports: its rows are counted.
    load::paced(bench.address, "/api/v1/captures", &bench.phones[1..EXHIBITORS], (40, 200), length, make).await
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// An exhibitor with 100,000 leads.
async fn with_leads() -> Bench {
    let bench = Bench::start().await;
    let codes = Arc::new(bench.import("L", LEADS).await);
    let phone = &bench.phones[..1];
    let chunks = (LEADS / 500) as u64;
    let mut client = load::Client::connect(bench.address).await;
    for turn in 0..chunks {
        let window = &codes[turn as usize * 500..(turn as usize + 1) * 500];
        let (status, answer) = client.post("/api/v1/captures", &phone[0], &batch(window, 0, turn, 500)).await;
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&answer));
    }
    bench
}

/// Reads the same rows page by page and does nothing with them; rows a second.
async fn drained(bench: &Bench) -> f64 {
    let options = SqliteConnectOptions::new().filename(bench.dir.path().join("bench.db")).read_only(true);
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
    let space = uuid::Uuid::parse_str(&bench.exhibitors[0]).unwrap();
    let event = uuid::Uuid::parse_str(&bench.event).unwrap();
    let query = format!(
        "SELECT {} {} WHERE l.event_id = $1 AND l.space_id = $2 AND l.is_hidden = 0 AND l.id > $3 ORDER BY l.id LIMIT 500",
        server::leads::store::COLUMNS,
        server::leads::store::TABLES
    );
    let (begun, mut rows, mut after) = (Instant::now(), 0_usize, uuid::Uuid::nil());
    loop {
        let query = sqlx::query(sqlx::AssertSqlSafe(query.as_str())).bind(event).bind(space).bind(after);
        let page = query.fetch_all(&pool).await.unwrap();
        rows += page.len();
        let Some(last) = page.last() else { break };
        after = last.get("id");
    }
    assert_eq!(rows, LEADS);
    rows as f64 / begun.elapsed().as_secs_f64()
}

/// Writes the cells of a workbook again, from memory; seconds.
fn rewritten(workbook: &[u8]) -> f64 {
    use calamine::{Data, Reader as _};
    let mut read: calamine::Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(workbook)).unwrap();
    let sheets: Vec<_> = read.worksheets();
    let begun = Instant::now();
    let mut book = Workbook::new();
    for (name, range) in &sheets {
        let sheet = book.add_worksheet_with_constant_memory().unwrap();
        sheet.set_name(name).unwrap();
        for (y, row) in range.rows().enumerate() {
            for (x, cell) in row.iter().enumerate() {
                let (y, x) = (y as u32, x as u16);
                match cell {
                    Data::String(text) => drop(sheet.write_string(y, x, text).unwrap()),
                    Data::Int(number) => drop(sheet.write_number(y, x, *number as f64).unwrap()),
                    Data::Float(number) => drop(sheet.write_number(y, x, *number).unwrap()),
                    Data::DateTime(at) => drop(sheet.write_number(y, x, at.as_f64()).unwrap()),
                    Data::Bool(flag) => drop(sheet.write_boolean(y, x, *flag).unwrap()),
                    _ => {}
                }
            }
        }
    }
    let folder = tempfile::tempdir().unwrap();
    book.save(folder.path().join("again.xlsx")).unwrap();
    begun.elapsed().as_secs_f64()
}

/// 100,000 leads from the database, and the scans meanwhile.
pub async fn exports() {
    let bench = Arc::new(with_leads().await);
    let path = |format: &str| format!("/exhibitors/{}/leads/export?format={format}", bench.exhibitors[0]);
    // The machine's own pace changes within seconds: the two take turns, and the middle one counts.
    drained(&bench).await;
    let (mut limits, mut rates) = (Vec::new(), Vec::new());
    let idle = bench.resident();
    bench.forget_peak();
    for turn in 0..TURNS {
        limits.push(drained(&bench).await);
        let begun = Instant::now();
        let length = bench.drain(&path("csv&tab=scans")).await;
        rates.push(LEADS as f64 / begun.elapsed().as_secs_f64());
        if turn == 0 {
            println!("  CSV of {} MiB", length >> 20);
        }
    }
    report("CSV of 100,000 leads, rows/s : bare reading", middle(rates), middle(limits), ">= 0.70");
    report("CSV, memory growth, KiB : 24 MiB", (bench.peak().saturating_sub(idle) >> 10) as f64, 24.0 * 1024.0, "<= 1");

    let idle = bench.resident();
    bench.forget_peak();
    let begun = Instant::now();
    let workbook = bench.fetch(&path("xlsx")).await;
    let took = begun.elapsed().as_secs_f64();
    report(
        "XLSX, memory growth, KiB : 24 MiB",
        (bench.peak().saturating_sub(idle) >> 10) as f64,
        24.0 * 1024.0,
        "<= 1",
    );
    let again = tokio::task::spawn_blocking(move || rewritten(&workbook)).await.unwrap();
    println!("  all sheets in {took:.1} s; rust_xlsxwriter from memory {again:.1} s");
    report("XLSX of 100,000 leads, cells/s : from memory", 1000.0 / took, 1000.0 / again, ">= 0.60");

    let mut alone = scans(&bench, Duration::from_secs(8)).await;
    let exporting = {
        let (bench, path) = (bench.clone(), path("xlsx"));
        tokio::spawn(async move { bench.fetch(&path).await.len() })
    };
    let mut meanwhile = scans(&bench, Duration::from_secs(8)).await;
    exporting.await.unwrap();
    p99s("scans' p99 during an XLSX export, us : without", &mut meanwhile, &mut alone);
}

/// Fifty people sign in at once, again and again.
pub async fn sign_ins() {
    let bench = Arc::new(Bench::start().await);
    scans(&bench, Duration::from_secs(2)).await;
    let mut alone = scans(&bench, Duration::from_secs(6)).await;
    let storm = {
        let bench = bench.clone();
        tokio::spawn(async move {
            let begun = Instant::now();
            let mut done = 0;
            while begun.elapsed() < Duration::from_secs(6) {
                let one = |bench: Arc<Bench>| async move {
                    let body = json!({"email": "bench@example.org", "password": "correct horse battery"});
                    bench.call("/auth/login", &body).await;
                };
                let all: Vec<_> = (0..50).map(|_| tokio::spawn(one(bench.clone()))).collect();
                for sign_in in all {
                    sign_in.await.unwrap();
                    done += 1;
                }
            }
            done
        })
    };
    let mut meanwhile = scans(&bench, Duration::from_secs(6)).await;
    println!("  {} sign-ins meanwhile", storm.await.unwrap());
    p99s("scans' p99 while 50 sign in at once, us : without", &mut meanwhile, &mut alone);
}

fn p99s(figure: &str, meanwhile: &mut Run, alone: &mut Run) {
    let (meanwhile, alone) = (meanwhile.percentile(99), alone.percentile(99));
    report(figure, meanwhile.as_micros() as f64, alone.as_micros() as f64, "<= 2");
}
