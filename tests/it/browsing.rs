//! What tests of pages have in common: who opens a page, and how a page is used and looked at.

use harness::Fair;
use harness::browser::{Browser, Tab};
use harness::builders::Site;
use harness::http::Api;
use serde_json::json;

const HOUR: i64 = 3_600_000_000;

/// The token of a link that an attendee gets by mail, without the mail, which `attendees` follows.
pub async fn attendee_link(site: &Site, email: &str) -> String {
    let token = server::access::token::make(&site.app, server::access::token::ATTENDEE_LINK);
    let now = site.app.now();
    let mut tx = site.app.write().await.unwrap();
    let hash = server::access::token::hash(&token);
    server::attendees::store::insert_link(&mut tx, &hash, email, (now, now.plus_micros(HOUR))).await.unwrap();
    tx.commit(&site.app.hub).await.unwrap();
    token
}

/// An attendee who is signed in.
pub async fn attendee(fair: &Fair, email: &str) -> Api {
    attendee_of(&fair.site, email).await
}

/// The same at one event of several.
pub async fn attendee_of(site: &Site, email: &str) -> Api {
    let token = attendee_link(site, email).await;
    let entered = site.api.post("/attendee/sign-in", &json!({"token": token})).await.done(200);
    site.api.with_token(entered["token"].as_str().unwrap())
}

/// The same at a page, on a phone.
pub async fn attendee_tab(fair: &Fair, browser: &Browser, email: &str, path: &str) -> (Tab, Api) {
    let own = attendee(fair, email).await;
    let mut tab = browser.tab(390, 844).await;
    let cookie = json!({"name": server::access::attendee::ATTENDEE_COOKIE, "value": own.token(), "url": own.base()});
    tab.ask("Network.setCookie", &cookie).await;
    tab.go(&format!("{}{path}", own.base())).await;
    (tab, own)
}

/// Somebody's page on a wide screen.
pub async fn opened(browser: &Browser, api: &Api, path: &str) -> Tab {
    let mut tab = browser.tab(1440, 900).await;
    tab.sign_in(api).await;
    tab.go(&format!("{}{path}", api.base())).await;
    tab
}

/// Says yes to what a page asks.
pub async fn sure(tab: &mut Tab) {
    tab.to_front().await;
    tab.until("document.querySelector('#ask').open").await;
    tab.click("#ask-do").await;
}

/// Waits until an element holds a text.
pub async fn has(tab: &mut Tab, selector: &str, text: &str) {
    tab.until(&format!("document.querySelector('{selector}')?.textContent.includes('{text}') === true")).await;
}

/// Writes a text into a field, in the place of what stood there.
pub async fn put(tab: &mut Tab, selector: &str, text: &str) {
    tab.to_front().await;
    tab.value(&format!("(() => {{ const it = document.querySelector('{selector}'); it.focus(); it.select?.(); }})()"))
        .await;
    tab.type_text(text).await;
}

/// Keeps a picture where somebody asks for it, to be looked at.
pub async fn picture(tab: &mut Tab, name: &str) {
    if let Some(folder) = std::env::var_os("LEADLINE_TEST_PICTURES") {
        let picture = tab.picture().await;
        std::fs::write(std::path::Path::new(&folder).join(format!("{name}.png")), picture).unwrap();
    }
}
