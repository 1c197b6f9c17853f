//! The monitor on a wall, and what the monitor says of halls.

use crate::helpdesk::picture;
use harness::browser::{Browser, Tab};
use harness::{Engine, Fair, Subscriber, on_every_engine};
use mobile_core::ids::ExhibitorId;
use mobile_core::time::Timestamp;
use mobile_core::wire::frames::{ExhibitorStats, MonitorStats};
use serde_json::{Value, json};
use server::feed::audience::AudienceKey;
use server::feed::render::text;
use server::monitor::wall::WallStats;
use std::time::Duration;

/// States that the wall is told: a day of ten hours in which something changes every six seconds.
const STATES: u64 = 6_000;
/// How many of them come before the page is measured for the first time: by then everything is loaded and warm.
const WARM: u64 = 1_000;
/// Real scans among them.
const SCANS: u64 = 60;
/// The page's own clock runs a hundred times as fast, and what comes over its stream is counted.
const HURRY: &str = "{ const paced = window.setInterval; window.setInterval = (work, ms) => paced(work, ms / 100); \
    const Real = window.WebSocket; window.frames = 0; \
    window.WebSocket = class extends Real { constructor(...all) { super(...all); \
        this.addEventListener('message', () => { window.frames += 1; }); } }; }";

/// A day's numbers as they might be at one of its moments.
fn moment(n: u64, halls: &[ExhibitorId]) -> WallStats {
    let busy = |hall: usize| n * (hall as u64 + 1) / 3;
    let hall = |(at, id): (usize, &ExhibitorId)| ExhibitorStats {
        exhibitor_id: *id,
        name: String::new(),
        booth: Some(format!("Hall {} B1", at + 1)),
        scans: busy(at),
        leads: 0,
        scans_last_minute: 0,
        last_scan_at: None,
        devices: 0,
        not_yet_sent: 0,
    };
    let totals = MonitorStats {
        scans: n,
        scans_today: n * 7,
        unique_visitors: n,
        exhibitors_active: n % 60,
        exhibitors: 60,
        devices_holding: 0,
        not_yet_sent: 0,
        unmatched: 0,
        revoked_seen: 0,
        per_minute: (0..60).map(|minute| (n / 10 + minute * 7) % 90).collect(),
        minute: Timestamp::from_micros((29_000_000 + n as i64 / 10) * 60_000_000),
        refused: Vec::new(),
        rooms: Vec::new(),
    };
    WallStats::of(&totals, &halls.iter().enumerate().map(hall).collect::<Vec<_>>())
}

/// What the page holds on to: bytes of its heap, nodes and listeners, once what it let go is gone.
async fn held(tab: &mut Tab) -> [u64; 3] {
    tab.ask("HeapProfiler.collectGarbage", &json!({})).await;
    let metrics = tab.ask("Performance.getMetrics", &json!({})).await["metrics"].take();
    ["JSHeapUsedSize", "Nodes", "JSEventListeners"].map(|name| {
        let metric = metrics.as_array().unwrap().iter().find(|metric| metric["name"] == name);
        metric.and_then(|metric| metric["value"].as_f64()).unwrap() as u64
    })
}

#[test]
fn a_whole_day_on_the_wall_leaks_nothing_and_ends_with_the_right_figures() {
    let test = "wall::a_whole_day_on_the_wall_leaks_nothing_and_ends_with_the_right_figures";
    harness::run(Engine::Sqlite, test, a_whole_day);
}

async fn a_whole_day(fair: &Fair) {
    let Some(browser) = Browser::start().await else { return };
    let (vera, olga) = (fair.site.organizer_member("Vera Viewer", "viewer").await, fair.organizer().await);
    let mut stands = Vec::new();
    for (name, hall) in [("Acme", "Hall 1"), ("Bolt", "Hall 2"), ("Cube", "Hall 3")] {
        let space = fair.exhibitor(name).open().await;
        let path = format!("/events/{}/exhibitors/{}", fair.site.event, space.id);
        olga.api.patch(&path, None, &json!({"booth": {"hall": hall, "number": "B1"}})).await.done(200);
        stands.push((space.id, space.phone("Ines").await));
    }
    let halls: Vec<ExhibitorId> = stands.iter().map(|(id, _)| *id).collect();
    let mut tab = browser.tab(1440, 900).await;
    tab.sign_in(&vera.api).await;
    tab.ask("Page.addScriptToEvaluateOnNewDocument", &json!({"source": HURRY})).await;
    tab.ask("Performance.enable", &json!({})).await;
    tab.go(&format!("{}/events/{}/wall", vera.api.base(), fair.site.event)).await;
    tab.until("document.querySelector('#live').dataset.state === 'live'").await;

    let (_feed, wall) = fair.app().hub.join(fair.app(), fair.site.event, AudienceKey::Wall, 0);
    let mut before = [0; 3];
    for n in 1..=STATES {
        wall.audience.set_states(vec![("wall".to_owned(), text(&moment(n, &halls)))]);
        tokio::time::sleep(Duration::from_millis(2)).await;
        if n % (STATES / SCANS) == 0 {
            let badge = fair.registration(&format!("Visitor {n}")).badge().await;
            let phone = &stands[usize::from(n % 200 == 0)].1;
            phone.scan(&badge).upload().await.all_accepted();
        }
        if n % 500 == 0 {
            // A network that comes and goes: the page begins its stream anew.
            tab.value("dispatchEvent(new Event('online'))").await;
        }
        if n == WARM {
            before = held(&mut tab).await;
        }
    }
    let told = tab.value("window.frames").await.as_u64().unwrap();
    assert!(told > STATES / 2, "{told} messages came over the stream");

    // What was made up is over: from now on the page has what was really scanned, as everybody else has it.
    let figure = |name: &str| format!("document.querySelector('[data-figure={name}]').textContent");
    tab.until(&format!("{} === '{SCANS}'", figure("scans_today"))).await;
    tab.until(&format!("{} === '{SCANS}'", figure("unique_visitors"))).await;
    let report: Value = olga.api.get(&format!("/events/{}/report", fair.site.event)).await.done(200);
    let scans = |name: &str| {
        let rows = report["exhibitors"].as_array().unwrap();
        rows.iter().find(|row| row["name"] == name).unwrap()["scans"].as_u64().unwrap()
    };
    assert_eq!(report["totals"]["visitors"], json!(SCANS));
    assert_eq!(tab.value(&figure("exhibitors_active")).await, json!("2"));
    let shown = format!("Hall 1{}Hall 2{}Hall 3{}", scans("Acme"), scans("Bolt"), scans("Cube"));
    assert_eq!(tab.value("document.querySelector('#halls').textContent").await, json!(shown));

    let after = held(&mut tab).await;
    let [heap, nodes, listeners] = [0, 1, 2].map(|at| after[at].saturating_sub(before[at]));
    assert!(heap < 1 << 20 && nodes < 500 && listeners < 20, "before {before:?}, after {after:?}");
    picture(&mut tab, "wall-after-a-day-1440").await;
    assert_eq!(tab.problems(), [] as [&str; 0]);
}

on_every_engine! {
    async fn the_walls_stream_holds_no_name_no_device_and_no_id(fair) {
        let vera = fair.site.organizer_member("Vera Viewer", "viewer").await;
        let acme = fair.exhibitor("Acme").open().await;
        let ines = acme.phone("Ines").await;
        let noor = fair.registration("Noor Aziz").badge().await;
        let path = format!("/events/{}/wall/live", fair.site.event);
        let mut stream = Subscriber::open(&vera.api, &path, Some(0)).await;
        ines.scan(&noor).note("hot").upload().await.all_accepted();
        let shown = loop {
            let state = stream.state("wall.stats").await;
            if state["scans_today"] == 1 {
                break state;
            }
        };
        let fields: Vec<&String> = shown.as_object().unwrap().keys().collect();
        let all = ["exhibitors_active", "halls", "minute", "per_minute", "scans_today", "type", "unique_visitors"];
        assert_eq!(fields, all);
        let poll = vera.api.get(&format!("/events/{}/wall/feed?wait=0", fair.site.event)).await.done(200);
        for said in [poll.to_string(), shown.to_string()] {
            for hidden in ["Acme", "Ines", "Noor", "_id"] {
                assert!(!said.contains(hidden), "{hidden} in {said}");
            }
        }
        assert!(poll["messages"].as_array().unwrap().iter().all(|one| one["type"] == "wall.stats"), "{poll}");
    }

    async fn the_wall_counts_live_and_names_no_exhibitor(fair) {
        let Some(browser) = Browser::start().await else { return };
        let vera = fair.site.organizer_member("Vera Viewer", "viewer").await;
        let olga = fair.organizer().await;
        let (acme, bolt) = (fair.exhibitor("Acme").open().await, fair.exhibitor("Bolt").open().await);
        for (space, hall) in [(&acme, "Hall 2"), (&bolt, "Hall 4")] {
            let path = format!("/events/{}/exhibitors/{}", fair.site.event, space.id);
            olga.api.patch(&path, None, &json!({"booth": {"hall": hall, "number": "B12"}})).await.done(200);
        }
        let ines = acme.phone("Ines").await;
        let noor = fair.registration("Noor Aziz").badge().await;
        let mut tab = browser.tab(1440, 900).await;
        tab.sign_in(&vera.api).await;
        tab.go(&format!("{}/events/{}/wall", vera.api.base(), fair.site.event)).await;
        tab.until("document.querySelector('[data-figure=scans_today]').textContent === '0'").await;
        ines.scan(&noor).upload().await.all_accepted();
        tab.until("document.querySelector('[data-figure=scans_today]').textContent === '1'").await;
        tab.until("document.querySelector('#halls').textContent.replaceAll(' ', '') === 'Hall21Hall40'").await;
        let shown = tab.value("document.body.innerHTML").await.to_string();
        assert!(!shown.contains("Acme") && !shown.contains("Bolt") && !shown.contains("Noor"), "{shown}");
        picture(&mut tab, "wall-1440").await;
        let mut phone = browser.tab(390, 844).await;
        phone.sign_in(&vera.api).await;
        phone.go(&format!("{}/events/{}/wall", vera.api.base(), fair.site.event)).await;
        assert_eq!(phone.value("document.documentElement.scrollWidth").await, json!(390));
        picture(&mut phone, "wall-390").await;
        tab.go(&format!("{}/events/{}/monitor", vera.api.base(), fair.site.event)).await;
        tab.until("document.querySelector('#halls').textContent.includes('Hall 4')").await;
        picture(&mut tab, "monitor-halls-1440").await;
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }

    async fn a_wall_that_hangs_overnight_says_which_day_it_is(fair) {
        let Some(browser) = Browser::start().await else { return };
        let vera = fair.site.organizer_member("Vera Viewer", "viewer").await;
        for page in ["wall", "monitor"] {
            let mut tab = browser.tab(1440, 900).await;
            tab.sign_in(&vera.api).await;
            tab.ask("Page.addScriptToEvaluateOnNewDocument", &json!({"source": HURRY})).await;
            tab.go(&format!("{}/events/{}/{page}", vera.api.base(), fair.site.event)).await;
            tab.until("document.querySelector('#live').dataset.state === 'live'").await;
            let before = tab.value("document.querySelector('#day').textContent").await;
            fair.app().clock.advance(24 * 3600 * 1_000_000);
            tab.value("{ const now = Date.now; Date.now = () => now() + 86_400_000; }").await;
            tab.until(&format!("document.querySelector('#day').textContent !== {before}")).await;
        }
    }
}
