//! The scanner's screens as axe sees them. They do not depend on the engine, so SQLite alone is asked.

use super::{Camera, PHONE, Stand, opened, typed, visitors};
use crate::accessibility::found;
use harness::browser::Tab;
use harness::{Engine, Fair};
use serde_json::json;

/// What axe says of a screen, and whether it fits the phone.
async fn look(tab: &mut Tab, screen: &str) {
    assert_eq!(found(tab).await, [] as [&str; 0], "{screen}");
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
    tab.click("[data-tab=scan]").await;
    opened(&mut tab).await;
}

#[test]
fn axe_finds_nothing_on_the_scanners_screens() {
    let test = concat!(module_path!(), "::axe_finds_nothing_on_the_scanners_screens");
    harness::run(Engine::Sqlite, test, async |fair| screens(fair, "light", "en").await);
}

#[test]
fn axe_finds_nothing_on_the_scanners_screens_in_french_in_the_dark() {
    let test = concat!(module_path!(), "::axe_finds_nothing_on_the_scanners_screens_in_french_in_the_dark");
    harness::run(Engine::Sqlite, test, async |fair| screens(fair, "dark", "fr").await);
}
