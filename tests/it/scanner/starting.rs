//! What a browser is before it is a scanner: another app's, an iPhone's tab, or the app on its home screen.

use super::{PHONE, Stand};
use harness::browser::{Browser, Tab};
use harness::on_every_engine;
use serde_json::json;

/// How an iPhone names itself.
pub const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
    Version/18.5 Mobile/15E148 Safari/604.1";

/// A tab that calls itself so, with what else is true of it.
async fn called(browser: &Browser, agent: &str, source: &str) -> Tab {
    let mut tab = browser.tab(PHONE.0, PHONE.1).await;
    tab.ask("Emulation.setUserAgentOverride", &json!({"userAgent": agent})).await;
    tab.ask("Page.addScriptToEvaluateOnNewDocument", &json!({"source": source})).await;
    tab
}

async fn says(tab: &mut Tab, text: &str) {
    tab.until(&format!("document.body.innerText.includes({text:?})")).await;
}

async fn press(tab: &mut Tab, text: &str) {
    let button = format!("[...document.querySelectorAll('button')].find((one) => one.textContent.includes({text:?}))");
    tab.value(&format!("{button}.click()")).await;
}

on_every_engine! {
    async fn the_practice_badge_of_the_readme_is_the_servers(fair) {
        let served = fair.site.api.get("//scan/practice-badge.svg").await.text();
        let kept = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/practice-badge.svg");
        assert_eq!(served.trim(), std::fs::read_to_string(kept).unwrap().trim());
    }

    async fn an_iphones_tab_asks_for_the_home_screen_and_stays_marked_unsafe(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let mut tab = called(&browser, IPHONE, "").await;
        tab.go(&format!("{}/scan?code={}", stand.wire.base, stand.code)).await;
        says(&mut tab, "Add to Home Screen").await;
        assert_eq!(tab.value("document.querySelector('[name=code]')").await, json!(null), "nothing is paired before");
        press(&mut tab, "Use this tab anyway").await;
        tab.until("document.querySelector('#bars .unsafe') !== null").await;
        // The link redeemed nothing: only the tap does, and the bar is there on every screen after it.
        tab.until("document.querySelector('[data-act=pair]') !== null").await;
        stand.pair(&mut tab).await;
        for screen in ["more", "leads", "scan"] {
            tab.click(&format!("[data-tab={screen}]")).await;
            says(&mut tab, "Unsafe in a tab").await;
        }
        tab.click("[data-tab=more]").await;
        tab.click("[data-act=transfer]").await;
        tab.until("document.querySelector('[data-code]')?.dataset.code.length > 10").await;
    }

    async fn the_app_on_the_home_screen_is_safe_and_another_apps_browser_is_left(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let app = "Object.defineProperty(navigator, 'standalone', { get: () => true })";
        let mut tab = called(&browser, IPHONE, app).await;
        stand.pair(&mut tab).await;
        assert_eq!(tab.value("document.querySelector('#bars .unsafe')").await, json!(null));
        let instagram = format!("{IPHONE} Instagram 390.0");
        let mut inside = called(&browser, &instagram, app).await;
        inside.go(&format!("{}/scan", stand.wire.base)).await;
        says(&mut inside, "Open this in Safari").await;
        // One without a name does not call itself Safari, and is not the app either.
        let nameless = IPHONE.replace(" Safari/604.1", "");
        let mut inside = called(&browser, &nameless, "").await;
        inside.go(&format!("{}/scan", stand.wire.base)).await;
        says(&mut inside, "Open this in Safari").await;
        let android = "Mozilla/5.0 (Linux; Android 16; Pixel 9; wv) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36";
        let mut inside = called(&browser, android, "").await;
        inside.go(&format!("{}/scan", stand.wire.base)).await;
        says(&mut inside, "Open this in Chrome").await;
    }
}
