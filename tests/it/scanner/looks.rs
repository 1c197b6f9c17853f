//! The scanner's screens as axe sees them. They do not depend on the engine, so SQLite alone is asked.

use super::starting::IPHONE;
use super::{Camera, PHONE, Stand, opened, typed, visitors};
use crate::accessibility::found;
use crate::words::left_in_english;
use harness::browser::{Browser, Tab};
use harness::{Engine, Fair};
use mobile_core::badge::practice;
use serde_json::json;

/// Why a camera does not open, as browsers name it, and as the screen does.
const TROUBLES: [(&str, &str); 4] = [
    ("NotFoundError", "none"),
    ("NotReadableError", "busy"),
    ("SecurityError", "blocked"),
    ("NotAllowedError", "denied"),
];

/// What axe says of a screen, whether it fits the phone, and whether a French one is French throughout.
pub async fn look(tab: &mut Tab, screen: &str) {
    assert_eq!(found(tab).await, [] as [&str; 0], "{screen}");
    if tab.value("document.documentElement.lang").await == "fr" {
        assert_eq!(left_in_english(tab).await, [] as [&str; 0], "{screen}");
    }
    assert_eq!(tab.value("document.documentElement.scrollWidth").await, json!(PHONE.0), "{screen}");
    crate::browsing::picture(tab, &format!("scanner-{screen}-390")).await;
}

async fn screens(fair: &Fair, theme: &str, language: &str) {
    let camera = Camera::new();
    let Some(browser) = camera.browser(true).await else { return };
    let stand = Stand::at(fair, "Acme").await;
    let [badge] = visitors::<1>(fair).await;
    let mut tab = browser.tab(PHONE.0, PHONE.1).await;
    let media = json!({"features": [{"name": "prefers-color-scheme", "value": theme},
        {"name": "prefers-reduced-motion", "value": "reduce"}]});
    tab.ask("Emulation.setEmulatedMedia", &media).await;
    let source = format!("Object.defineProperty(navigator, 'languages', {{ get: () => ['{language}'] }})");
    tab.ask("Page.addScriptToEvaluateOnNewDocument", &json!({"source": source})).await;
    tab.go(&format!("{}/scan", stand.wire.base)).await;
    tab.until("document.querySelector('[name=code]') !== null").await;
    tab.until(&format!("document.documentElement.lang === '{language}'")).await;
    look(&mut tab, "pairing").await;
    stand.ready(&mut tab).await;
    look(&mut tab, "camera").await;
    tab.click("[data-act=type]").await;
    tab.until("document.querySelector('dialog [name=number]') !== null").await;
    look(&mut tab, "typing").await;
    tab.click("dialog .round").await;
    tab.until("document.querySelector('dialog') === null").await;
    typed(&mut tab, &badge.number).await;
    tab.until("document.querySelector('.result .result-line') !== null").await;
    look(&mut tab, "card").await;
    tab.click(".result .result-line").await;
    tab.until("document.querySelector('dialog #note') !== null").await;
    look(&mut tab, "lead").await;
    tab.click("dialog .round").await;
    tab.until("document.querySelector('dialog') === null").await;
    for (name, shown) in [("leads", ".lead-list"), ("more", "[data-act=unpair]")] {
        tab.click(&format!("[data-tab={name}]")).await;
        tab.until(&format!("document.querySelector('{shown}') !== null")).await;
        look(&mut tab, name).await;
    }
    sheet(&mut tab, "[data-act=lock]", "lock-digits").await;
    tab.click("[data-tab=leads]").await;
    tab.until("document.querySelector('.lead-list') !== null").await;
    sheet(&mut tab, "[data-act=manual]", "manual").await;
    tab.click("[data-tab=scan]").await;
    opened(&mut tab).await;
    sheet(&mut tab, "[data-shift]", "shift").await;
    sheet(&mut tab, ".sync-chip", "sync").await;
    camera.see(practice::TEXT);
    tab.until("document.querySelector('[data-practice]') !== null").await;
    look(&mut tab, "practice").await;
    camera.see("HTTPS://ORBIT.EXAMPLE");
    tab.until("document.querySelector('[data-offer=notBadge]') !== null").await;
    look(&mut tab, "no-badge").await;
    for (error, trouble) in TROUBLES {
        let fails = format!("Promise.reject(new DOMException('', '{error}'))");
        tab.value(&format!("navigator.mediaDevices.getUserMedia = () => {fails}")).await;
        tab.click("[data-tab=leads]").await;
        tab.until("document.querySelector('.lead-list') !== null").await;
        tab.click("[data-tab=scan]").await;
        tab.until("document.querySelector('[data-trouble]') !== null").await;
        if tab.value("document.querySelector('[data-trouble=ask]') !== null").await == json!(true) {
            look(&mut tab, "ask").await;
            tab.click("[data-trouble=ask] .primary").await;
        }
        tab.until(&format!("document.querySelector('[data-trouble={trouble}]') !== null")).await;
        look(&mut tab, trouble).await;
    }
    // A phone that is locked.
    tab.value("localStorage.setItem('leadline.lock', JSON.stringify({ salt: 'x', hash: 'x' }))").await;
    tab.ask("Page.reload", &json!({})).await;
    tab.until("document.querySelector('[data-screen=lock]') !== null").await;
    look(&mut tab, "locked").await;
}

/// Opens a sheet by a button, looks at it, and closes it.
async fn sheet(tab: &mut Tab, opener: &str, name: &str) {
    tab.until(&format!("document.querySelector('{opener}') !== null")).await;
    tab.until("document.querySelector('.toast') === null").await;
    tab.click(opener).await;
    tab.until("document.querySelector('dialog[open]') !== null").await;
    look(tab, name).await;
    tab.click("dialog .round").await;
    tab.until("document.querySelector('dialog') === null").await;
}

/// What a browser that is no scanner yet shows, and one inside another app.
async fn beginnings(fair: &Fair, theme: &str, language: &str) {
    let Some(browser) = Browser::start().await else { return };
    for (agent, name) in [(IPHONE.to_owned(), "home-screen"), (format!("{IPHONE} Instagram 390.0"), "other-app")] {
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        tab.theme(theme).await;
        tab.ask("Emulation.setUserAgentOverride", &json!({"userAgent": agent})).await;
        let source = format!("Object.defineProperty(navigator, 'languages', {{ get: () => ['{language}'] }})");
        tab.ask("Page.addScriptToEvaluateOnNewDocument", &json!({"source": source})).await;
        tab.go(&format!("{}/scan", fair.site.api.base())).await;
        tab.until(&format!("document.documentElement.lang === '{language}'")).await;
        tab.until("document.querySelector('.plain-screen h1') !== null").await;
        look(&mut tab, name).await;
    }
}

#[test]
fn axe_finds_nothing_on_the_scanners_screens() {
    let test = concat!(module_path!(), "::axe_finds_nothing_on_the_scanners_screens");
    harness::run(Engine::Sqlite, test, async |fair| {
        screens(fair, "light", "en").await;
        beginnings(fair, "light", "en").await;
    });
}

#[test]
fn axe_finds_nothing_on_the_scanners_screens_in_french_in_the_dark() {
    let test = concat!(module_path!(), "::axe_finds_nothing_on_the_scanners_screens_in_french_in_the_dark");
    harness::run(Engine::Sqlite, test, async |fair| {
        screens(fair, "dark", "fr").await;
        beginnings(fair, "dark", "fr").await;
    });
}
