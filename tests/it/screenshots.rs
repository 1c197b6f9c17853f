//! Pictures of every page of the demo, at three widths and in both themes, into `docs/screenshots/`.
//!
//! Not part of the tests: `scripts/screenshots.sh` runs it. The fair is the real `leadline demo` of a
//! release build, so what the pictures show is what a newcomer sees.

use crate::demo::Demo;
use harness::browser::{Browser, Tab};
use std::path::{Path, PathBuf};
use std::time::Duration;

const WIDTHS: [(u32, u32); 3] = [(390, 844), (820, 1180), (1440, 900)];

fn folder() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let folder = root.join("docs/screenshots");
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
    let leads = admin.get(&format!("{space}/leads?has_note=true&limit=1")).await.json();
    let first = leads["items"][0]["id"].as_str().unwrap_or_default().to_owned();
    let pages = [
        ("demo", None, "/demo".to_owned()),
        ("sign-in", None, "/sign-in".to_owned()),
        ("leads", Some(&admin), format!("{space}/leads")),
        ("lead", Some(&admin), format!("{space}/leads/{first}")),
        ("meetings", Some(&admin), format!("{space}/meetings")),
        ("meetings-day", Some(&admin), format!("{space}/meetings/day")),
        ("sessions", Some(&admin), format!("{space}/sessions")),
        ("charts", Some(&admin), format!("{space}/charts")),
        ("conversations", Some(&admin), format!("{space}/conversations")),
        ("profile", Some(&admin), format!("{space}/profile")),
        ("questions", Some(&admin), format!("{space}/questions")),
        ("team", Some(&admin), format!("{space}/team")),
        ("phones", Some(&admin), format!("{space}/devices")),
        ("activity", Some(&admin), format!("{space}/activity")),
        ("monitor", Some(&organiser), format!("{event}/monitor")),
        ("exhibitors", Some(&organiser), format!("{event}/exhibitors")),
        ("packages", Some(&organiser), format!("{event}/packages")),
        ("people", Some(&organiser), format!("{event}/people")),
        ("event-sessions", Some(&organiser), format!("{event}/sessions")),
        ("meeting-places", Some(&organiser), format!("{event}/meeting-places")),
        ("doors", Some(&organiser), format!("{event}/doors")),
        ("ready", Some(&organiser), format!("{event}/ready")),
        ("report", Some(&organiser), format!("{event}/report")),
        ("messages", Some(&organiser), format!("{event}/messages")),
        ("help-desk", Some(&desk), format!("{event}/help-desk")),
        ("account", Some(&admin), "/account".to_owned()),
        ("api", None, "/api/docs".to_owned()),
        ("attendee-sign-in", None, "/attendee/sign-in".to_owned()),
        // What follows the visitor's own address, once they are in.
        ("attendee-badge", None, String::new()),
        ("attendee-agenda", None, "/agenda".to_owned()),
        ("attendee-sessions", None, "/sessions".to_owned()),
        ("attendee-exhibitors", None, "/exhibitors".to_owned()),
        ("attendee-profiles", None, "/profiles".to_owned()),
        ("attendee-messages", None, "/messages".to_owned()),
        ("attendee-data", None, "/data".to_owned()),
    ];
    let only = std::env::var("LEADLINE_SCREENSHOTS").unwrap_or_default();
    for (width, height) in WIDTHS {
        for theme in ["light", "dark"] {
            let mut tab = browser.tab(width, height).await;
            tab.theme(theme).await;
            for (name, who, path) in
                pages.iter().filter(|(name, ..)| only.is_empty() || only.split(',').any(|one| one == *name))
            {
                match who {
                    Some(api) => tab.sign_in(api).await,
                    None => tab.sign_out().await,
                }
                let is_visitors = name.starts_with("attendee-") && *name != "attendee-sign-in";
                let area = if is_visitors { enter_as_visitor(&mut tab, &demo.base).await } else { String::new() };
                tab.go(&format!("{}{area}{path}", demo.base)).await;
                tokio::time::sleep(Duration::from_millis(900)).await;
                assert_eq!(tab.problems(), [] as [&str; 0], "{name}");
                let picture = tab.picture().await;
                std::fs::write(folder().join(format!("{name}-{width}-{theme}.png")), picture).unwrap();
            }
        }
    }
}
