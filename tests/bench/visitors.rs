//! What people wait for: a booking while two hundred others book, the door, a list that is searched, a badge
//! from search to PDF, and the first view of a full Leads tab.

use crate::captures::batch;
use crate::live::subscribe;
use crate::load::Client;
use crate::report;
use crate::server::Bench;
use futures_util::StreamExt as _;
use mobile_core::time::Timestamp;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio_tungstenite::tungstenite::Message;
use uuid::Uuid;

/// People who book at once.
const PEOPLE: usize = 200;
/// Meetings that each of them asks for.
const MEETINGS: usize = 5;
/// Places to meet at, each of another exhibitor.
const PLACES: usize = 40;
/// Check-ins a second, and for how many seconds.
const CHECK_INS: (u32, usize) = (50, 20);
/// People of the list, and searches in it.
const LISTED: usize = 5_000;
const SEARCHES: usize = 400;
/// Badges that a desk prints one by one.
const BADGES: usize = 100;
/// Leads of an exhibitor, and how often its tab is opened.
const LEADS: usize = 10_000;
const VIEWS: usize = 100;

fn micros() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_micros() as i64
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// The 99th percentile, in microseconds.
fn p99(values: &mut [i64]) -> f64 {
    values.sort_unstable();
    values.get(values.len() * 99 / 100).copied().unwrap_or(i64::MAX) as f64
}

/// The secret links of some visitors.
async fn links(bench: &Bench, count: usize) -> Vec<String> {
    let path = format!("/events/{}/registrations?limit={count}", bench.event);
    let people: Value = serde_json::from_slice(&bench.fetch(&path).await).unwrap();
    let mut links = Vec::with_capacity(count);
    for person in people["items"].as_array().unwrap() {
        let path = format!("/events/{}/registrations/{}/links", bench.event, text(&person["id"]));
        links.push(text(&bench.call(&path, &json!({"purpose": "attendee"})).await["token"]));
    }
    assert_eq!(links.len(), count);
    links
}

/// Books some meetings for a visitor at a place, one after the other; the microseconds that each took.
async fn book(bench: Arc<Bench>, (link, person): (String, usize), places: Arc<Vec<String>>, days: i64) -> Vec<i64> {
    const CELL: i64 = 300_000_000;
    const DAY: i64 = 24 * 3_600_000_000;
    let mut client = Client::connect(bench.address).await;
    let path = format!("/api/v1/attendee/{link}/meetings");
    let place = person % PLACES;
    let mut took = Vec::with_capacity(MEETINGS);
    for turn in 0..MEETINGS {
        // Everybody has a time of their own at the place, so that each request is a booking.
        let at = (turn * PEOPLE.div_ceil(PLACES) + person / PLACES) as i64;
        let now = micros();
        let starts_at = Timestamp::from_micros(now - now.rem_euclid(DAY) + days * DAY + at * CELL);
        let wish = json!({"exhibitor_id": bench.exhibitors[place], "location_id": places[place],
            "starts_at": starts_at, "ends_at": starts_at.plus_micros(CELL)});
        let sent = Instant::now();
        let (status, answer) = client.post(&path, &bench.owner, wish.to_string().as_bytes()).await;
        assert_eq!(status, 201, "{}", String::from_utf8_lossy(&answer));
        took.push(sent.elapsed().as_micros() as i64);
    }
    took
}

/// Two hundred people book at once; beside it the same bookings one after the other.
pub async fn booking() {
    let bench = Arc::new(Bench::start().await);
    let rules = json!({"request_hours": 48, "daily_requests": 10_000});
    bench.put(&format!("/events/{}/meeting-rules", bench.event), &rules).await;
    let mut places = Vec::with_capacity(PLACES);
    for exhibitor in &bench.exhibitors[..PLACES] {
        let path = format!("/exhibitors/{exhibitor}/meeting-locations");
        places.push(text(&bench.call(&path, &json!({"name": "Table"})).await["id"]));
    }
    let (places, links) = (Arc::new(places), links(&bench, PEOPLE).await);
    let some = 40;
    let begun = Instant::now();
    for (person, link) in links.iter().enumerate().take(some) {
        book(bench.clone(), (link.clone(), person), places.clone(), 2).await;
    }
    let alone = (some * MEETINGS) as f64 / begun.elapsed().as_secs_f64();
    let begun = Instant::now();
    let all: Vec<_> = links
        .into_iter()
        .enumerate()
        .map(|(person, link)| tokio::spawn(book(bench.clone(), (link, person), places.clone(), 3)))
        .collect();
    let mut took = Vec::new();
    for one in all {
        took.extend(one.await.unwrap());
    }
    let together = took.len() as f64 / begun.elapsed().as_secs_f64();
    report("bookings/s of 200 people at once : of one at a time", together, alone, ">= 1");
    report("a booking among 200 people, p99, us : 2 s", p99(&mut took), 2_000_000.0, "<= 1");
}

/// Fifty check-ins a second at one door, and the counts that the monitor shows.
pub async fn door() {
    let bench = Bench::start().await;
    let now = Timestamp::from_micros(micros());
    let session = json!({"title": "Opening", "starts_at": now.plus_micros(-3_600_000_000),
        "ends_at": now.plus_micros(3_600_000_000)});
    let session = text(&bench.call(&format!("/events/{}/sessions", bench.event), &session).await["id"]);
    let wish = json!({"label": "North door", "session_ids": [session]});
    let code = bench.call(&format!("/events/{}/pairing-codes", bench.event), &wish).await;
    let pairing = json!({"pairing_code": code["pairing_code"], "install_id": "door", "device_name": "Door",
        "platform": "bench"});
    let token = text(&bench.call("/auth/devices", &pairing).await["device_token"]);
    let sent: Arc<Mutex<Vec<i64>>> = Arc::default();
    let delays: Arc<Mutex<Vec<i64>>> = Arc::default();
    let path = format!("/api/v1/events/{}/live", bench.event);
    let mut socket = subscribe(bench.address, &path, &bench.owner, None).await;
    let (begun, shown) = (sent.clone(), delays.clone());
    let watcher = tokio::spawn(async move {
        while let Some(Ok(message)) = socket.next().await {
            let Message::Text(text) = message else { continue };
            if !text.contains("\"attendance.changed\"") {
                continue;
            }
            // The n-th person inside is the n-th who was sent: they come at one door, one after the other.
            let frame: Value = serde_json::from_str(&text).unwrap();
            let nth = frame["entered"].as_u64().unwrap() as usize;
            shown.lock().unwrap().push(micros() - begun.lock().unwrap()[nth - 1]);
        }
    });
    let (per_second, seconds) = CHECK_INS;
    let mut client = Client::connect(bench.address).await;
    let queue = Uuid::now_v7();
    let mut posts = Vec::new();
    let mut due = Instant::now();
    for code in bench.codes.iter().take(per_second as usize * seconds) {
        due += Duration::from_secs(1) / per_second;
        tokio::time::sleep_until(due.into()).await;
        let at = Timestamp::from_micros(micros());
        let capture = json!({"id": Uuid::now_v7(), "captured_at": at, "kind": "session_check_in", "session_id": session,
            "code": code});
        let body = json!({"sent_at": at, "queue_id": queue, "captures": [capture]}).to_string();
        sent.lock().unwrap().push(micros());
        let (status, answer) = client.post("/api/v1/captures", &token, body.as_bytes()).await;
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&answer));
        posts.push(due.elapsed().as_micros() as i64);
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    watcher.abort();
    let mut delays = std::mem::take(&mut *delays.lock().unwrap());
    println!("  {} check-ins, {} counts", posts.len(), delays.len());
    let post = p99(&mut posts);
    report("check-in to count p99, us : POST p99", p99(&mut delays), post, "<= 1.5");
    report("a check-in at 50 a second, p99, us : 100 ms", post, 100_000.0, "<= 1");
}

/// Searches in a contact list of five thousand people.
pub async fn search() {
    let bench = Bench::start().await;
    bench.import("S", LISTED - bench.codes.len()).await;
    let policy = json!({"disclosure": {"*": {"listed": true}}});
    bench.patch(&format!("/events/{}", bench.event), &policy).await;
    let path = |q: &str| format!("/exhibitors/{}/contacts?limit=50&q={q}", bench.exhibitors[0]);
    let everybody: Value = serde_json::from_slice(&bench.fetch(&path("")).await).unwrap();
    assert_eq!(everybody["items"].as_array().unwrap().len(), 50, "the list is open");
    let mut took = Vec::with_capacity(SEARCHES);
    for turn in 0..SEARCHES {
        // One of them, all of a company, a common beginning, and nobody: the last looks through everything.
        let q = match turn % 4 {
            0 => format!("last{}", turn * 5),
            1 => format!("company%20{}", turn % 300),
            2 => "first1".to_owned(),
            _ => format!("nobody{turn}"),
        };
        let sent = Instant::now();
        bench.fetch(&path(&q)).await;
        took.push(sent.elapsed().as_micros() as i64);
    }
    report("a search among 5,000 people, p99, us : 50 ms", p99(&mut took), 50_000.0, "<= 1");
}

/// One badge at the desk among five thousand people: the search for a name, then the badge to print.
pub async fn badge() {
    let bench = Bench::start().await;
    let people = LISTED - bench.codes.len();
    bench.import("B", people).await;
    let mut took = Vec::with_capacity(BADGES);
    for turn in 0..BADGES {
        let sent = Instant::now();
        // The names of numbers that begin no other number.
        let q = people - 1 - turn;
        let found = bench.fetch(&format!("/events/{}/help-desk?q=last{q}", bench.event)).await;
        let found: Value = serde_json::from_slice(&found).unwrap();
        let badge = text(&found["people"][0]["badges"][0]["id"]);
        let pdf = bench.fetch(&format!("/events/{}/badges/{badge}.pdf", bench.event)).await;
        assert!(pdf.starts_with(b"%PDF"), "the badge can be printed");
        took.push(sent.elapsed().as_micros() as i64);
    }
    report("one badge from search to PDF, p99, us : 1 s", p99(&mut took), 1_000_000.0, "<= 1");
}

/// The first view of a Leads tab with ten thousand leads, from the request to the last byte of the page.
pub async fn leads_tab() {
    let bench = Bench::start().await;
    let codes = bench.import("L", LEADS).await;
    let mut client = Client::connect(bench.address).await;
    for (turn, window) in codes.chunks(500).enumerate() {
        let (status, answer) =
            client.post("/api/v1/captures", &bench.phones[0], &batch(window, 0, turn as u64, 500)).await;
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&answer));
    }
    let admin = bench.admin_of(&bench.exhibitors[0]).await;
    let path = format!("/exhibitors/{}/leads", bench.exhibitors[0]);
    let page = String::from_utf8(bench.page(&path, &admin, "identity").await).unwrap();
    assert!(page.contains("10,000"), "the tab has all leads");
    let mut took = Vec::with_capacity(VIEWS);
    for _ in 0..VIEWS {
        let sent = Instant::now();
        bench.page(&path, &admin, "gzip").await;
        took.push(sent.elapsed().as_micros() as i64);
    }
    took.sort_unstable();
    let half = took[VIEWS / 2];
    println!("  {} KiB before compression; half of the views took {half} us", page.len() / 1024);
    report("first view of 10,000 leads, p99, us : 100 ms", p99(&mut took), 100_000.0, "<= 1");
}
