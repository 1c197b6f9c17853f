//! Pictures of every page of the demo, at three widths and in both themes, into `docs/screenshots/`.
//!
//! Not part of the tests: `scripts/screenshots.sh` runs it. The fair is the real `leadline demo` of a
//! release build, so what the pictures show is what a newcomer sees.

use crate::demo::Demo;
use crate::scanner::camera::Camera;
use crate::scanner::{opened, typed};
use harness::browser::{Browser, Tab};
use harness::http::Api;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Duration;

const WIDTHS: [(u32, u32); 3] = [(390, 844), (820, 1180), (1440, 900)];

fn folder() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let folder =
        std::env::var_os("LEADLINE_TEST_PICTURES").map_or_else(|| root.join("docs/screenshots"), PathBuf::from);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Presses the visitor's button of the demo, and gives where their area is.
async fn enter_as_visitor(tab: &mut Tab, base: &str) -> String {
    tab.go(&format!("{base}/demo")).await;
    let press = "fetch('/demo/enter', { method: 'POST', body: new URLSearchParams({ who: 'attendee' }) })\
        .then((answer) => new URL(answer.url).pathname)";
    tab.value(press).await.as_str().expect("an address").to_owned()
}

/// Whether `LEADLINE_SCREENSHOTS` wants a picture of this name.
fn is_wanted(name: &str) -> bool {
    let only = std::env::var("LEADLINE_SCREENSHOTS").unwrap_or_default();
    only.is_empty() || only.split(',').any(|one| one == name)
}

fn language() -> String {
    std::env::var("LEADLINE_SCREENSHOTS_LANGUAGE").unwrap_or_else(|_| "en".to_owned())
}

/// Takes a picture once what moves has come to rest.
async fn take(tab: &mut Tab, name: &str, width: u32, theme: &str) {
    tokio::time::sleep(Duration::from_millis(900)).await;
    assert_eq!(tab.problems(), [] as [&str; 0], "{name}");
    let picture = tab.picture().await;
    std::fs::write(folder().join(format!("{name}-{width}-{theme}.png")), picture).unwrap();
}

/// The scanner of a phone that is paired with the stand of `admin`: a result, an opened lead, its list, the rest.
async fn of_the_paired_scanner(demo: &Demo, admin: &Api, space: &str) {
    let camera = Camera::new();
    let browser = camera.browser(true).await.expect("a browser");
    let code = admin.post(&format!("{space}/pairing-codes"), &json!({"label": "Counter"})).await.done(201);
    let leads = admin.get(&format!("{space}/leads?rating=hot&match=matched&limit=1")).await.json();
    let number = leads["items"][0]["registration"]["badge_number"].as_str().expect("a hot lead with a badge");
    let mut tab = browser.tab(390, 844).await;
    let languages = format!("Object.defineProperty(navigator, 'languages', {{ get: () => ['{}'] }})", language());
    tab.ask("Page.addScriptToEvaluateOnNewDocument", &json!({"source": languages})).await;
    tab.go(&format!("{}/scan?code={}", demo.base, code["pairing_code"].as_str().unwrap())).await;
    tab.until("document.querySelector('[data-act=pair]') !== null").await;
    tab.value("localStorage.setItem('leadline.settings', JSON.stringify({ cardSeconds: 600 }))").await;
    tab.click("[data-act=pair]").await;
    opened(&mut tab).await;
    for (width, height) in WIDTHS {
        for theme in ["light", "dark"] {
            tab.theme(theme).await;
            let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600});
            tab.ask("Emulation.setDeviceMetricsOverride", &size).await;
            tab.go(&format!("{}/scan", demo.base)).await;
            opened(&mut tab).await;
            tab.until("document.querySelector('.toast') === null").await;
            typed(&mut tab, number).await;
            tab.until("document.querySelector('[data-card]')?.dataset.tone === 'sent'").await;
            take(&mut tab, "scanner-result", width, theme).await;
            tab.click(".result .result-line").await;
            tab.until("document.querySelector('dialog #note') !== null").await;
            take(&mut tab, "scanner-lead", width, theme).await;
            tab.click("dialog .round").await;
            tab.until("document.querySelector('dialog') === null").await;
            for (screen, part) in [("leads", ".lead-list"), ("more", "[data-act=unpair]")] {
                tab.click(&format!("[data-tab={screen}]")).await;
                tab.until(&format!("document.querySelector('{part}') !== null")).await;
                take(&mut tab, &format!("scanner-{screen}"), width, theme).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes pictures; scripts/screenshots.sh runs it"]
async fn of_every_page() {
    let browser = Browser::start().await.expect("a browser");
    let demo = Demo::start().await;
    let (admin, me) = demo.sign_in("dmin").await;
    let (organiser, its) = demo.sign_in("rganis").await;
    let (desk, _) = demo.sign_in("elp desk").await;
    let space = format!("/exhibitors/{}", me["memberships"]["exhibitors"][0]["exhibitor_id"].as_str().unwrap());
    let event = format!("/events/{}", its["capabilities"]["events"][0]["event_id"].as_str().unwrap());
    let of_space = |part: &str| format!("{space}{part}");
    let of_event = |part: &str| format!("{event}{part}");
    let first = async |who: &Api, path: String, key: &str| {
        let listed = who.get(&path).await.json();
        listed["items"][0][key].as_str().unwrap_or_default().to_owned()
    };
    let lead = first(&admin, of_space("/leads?has_note=true&limit=1"), "id").await;
    let talk = first(&admin, of_space("/sessions?limit=1"), "id").await;
    let written = first(&admin, of_space("/conversations?limit=1"), "id").await;
    let organizer = its["memberships"]["organizers"][0]["organizer_id"].as_str().unwrap();
    let hero = me["memberships"]["exhibitors"][0]["exhibitor_id"].as_str().unwrap();
    let code = admin.post(&of_space("/pairing-codes"), &json!({"label": "Counter"})).await.done(201);
    let code = code["pairing_code"].as_str().unwrap();
    let mut pages: Vec<(&str, Option<&Api>, String)> = [
        ("demo", "/demo"),
        ("sign-in", "/sign-in"),
        ("reset-password", "/reset-password"),
        ("scanner", "/scan"),
        ("api", "/api/docs"),
        ("attendee-sign-in", "/attendee/sign-in"),
    ]
    .map(|(name, path)| (name, None, path.to_owned()))
    .into();
    let mut of = |who, pages_of: &[(&'static str, String)]| {
        pages.extend(pages_of.iter().map(|(name, path)| (*name, who, path.clone())));
    };
    of(
        Some(&admin),
        &[
            ("home", of_space("")),
            ("leads", of_space("/leads")),
            ("lead", of_space(&format!("/leads/{lead}"))),
            ("leads-sessions", of_space("/leads?tab=sessions")),
            ("leads-meetings", of_space("/leads?tab=meetings")),
            ("meetings", of_space("/meetings")),
            ("meetings-day", of_space("/meetings/day")),
            ("meetings-week", of_space("/meetings/week")),
            ("meeting-new", of_space("/meetings/new")),
            ("own-places", of_space("/meetings/places")),
            ("contact-list", of_space("/people")),
            ("sessions", of_space("/sessions")),
            ("session", of_space(&format!("/sessions/{talk}"))),
            ("charts", of_space("/charts")),
            ("conversations", of_space("/conversations")),
            ("conversation", of_space(&format!("/conversations/{written}"))),
            ("profile", of_space("/profile")),
            ("questions", of_space("/questions")),
            ("team", of_space("/team")),
            ("phones", of_space("/devices")),
            ("sheet", of_space(&format!("/devices/sheet?code={code}"))),
            ("activity", of_space("/activity")),
            ("account", "/account".to_owned()),
        ],
    );
    of(
        Some(&organiser),
        &[
            ("events", "/".to_owned()),
            ("event-new", "/events/new".to_owned()),
            ("monitor", of_event("/monitor")),
            ("wall", of_event("/wall")),
            ("exhibitors", of_event("/exhibitors")),
            ("view-as", of_event(&format!("/exhibitors/{hero}/view-as"))),
            ("profile-fields", of_event("/profile-fields")),
            ("team-form", of_event("/team-form")),
            ("packages", of_event("/packages")),
            ("partner-menu", of_event("/partner-menu")),
            ("disclosure", of_event("/disclosure")),
            ("people", of_event("/people")),
            ("registration-desk", of_event("/registration-desk")),
            ("print-runs", of_event("/print-runs")),
            ("event-sessions", of_event("/sessions")),
            ("meeting-places", of_event("/meeting-places")),
            ("doors", of_event("/doors")),
            ("ready", of_event("/ready")),
            ("phases", of_event("/phases")),
            ("messages", of_event("/messages")),
            ("personal-data", of_event("/personal-data")),
            ("members", format!("/organizers/{organizer}/members")),
            ("report", of_event("/report")),
            ("event-activity", of_event("/activity")),
        ],
    );
    of(Some(&desk), &[("help-desk", of_event("/help-desk")), ("help-desk-found", of_event("/help-desk?q=vantelle"))]);
    // What follows the visitor's own address, once they are in.
    of(
        None,
        &[
            ("attendee-badge", String::new()),
            ("attendee-agenda", "/agenda".to_owned()),
            ("attendee-sessions", "/sessions".to_owned()),
            ("attendee-exhibitors", "/exhibitors".to_owned()),
            ("attendee-profiles", "/profiles".to_owned()),
            ("attendee-profile", format!("/profiles/{hero}")),
            ("attendee-meet", format!("/meet/{hero}")),
            ("attendee-people", "/people".to_owned()),
            ("attendee-connect", "/connect".to_owned()),
            ("attendee-messages", "/messages".to_owned()),
            ("attendee-data", "/data".to_owned()),
        ],
    );
    for (width, height) in WIDTHS {
        for theme in ["light", "dark"] {
            let mut tab = browser.tab(width, height).await;
            tab.theme(theme).await;
            tab.ask("Network.setExtraHTTPHeaders", &json!({"headers": {"Accept-Language": language()}})).await;
            for (name, who, path) in pages.iter().filter(|(name, ..)| is_wanted(name)) {
                match who {
                    Some(api) => tab.sign_in(api).await,
                    None => tab.sign_out().await,
                }
                let is_visitors = name.starts_with("attendee-") && *name != "attendee-sign-in";
                let area = if is_visitors { enter_as_visitor(&mut tab, &demo.base).await } else { String::new() };
                tab.go(&format!("{}{area}{path}", demo.base)).await;
                take(&mut tab, name, width, theme).await;
            }
        }
    }
    if is_wanted("scanner-paired") {
        of_the_paired_scanner(&demo, &admin, &space).await;
    }
}
