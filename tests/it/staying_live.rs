//! What pages do when their stream is refused, breaks off, or brings something while the server is writing what
//! they show: nothing is lost, nothing loads itself over and over, and what fails is tried again.

use crate::browsing::{has, picture, put};
use crate::desk::Desk;
use harness::browser::{Browser, Tab};
use harness::http::Api;
use harness::{Space, on_every_engine};
use mobile_core::capture::ContactField;
use reqwest::Method;
use serde_json::{Value, json};

/// What a page does with the network: how often it was loaded, the sockets that it opened and from where. While
/// `deaf` holds, nothing of a socket is heard; `held` is waited for before a page that was read is taken; so many
/// readings fail as `failing` says.
const WATCHED: &str = "if (location.protocol.startsWith('http')) {
    sessionStorage.loads = Number(sessionStorage.loads ?? 0) + 1;
    Object.assign(window, { since: [], dropped: [], deaf: false, failing: 0, readings: 0 });
    const Real = window.WebSocket;
    window.WebSocket = class extends Real {
        constructor(url, protocols) {
            super(url, protocols);
            window.socket = this;
            window.since.push(Number(new URL(url).searchParams.get('since')));
        }
        set onmessage(hear) {
            this.hear = hear;
            super.onmessage = hear && ((event) => {
                if (window.deaf) window.dropped.push(JSON.parse(event.data).type); else hear(event);
            });
        }
    };
    const fetched = window.fetch;
    window.fetch = async (...all) => {
        if (all[1]?.headers?.accept !== 'text/html') return fetched(...all);
        if (window.failing > 0) {
            window.failing -= 1;
            throw new TypeError('the network is away');
        }
        const answer = await fetched(...all);
        window.readings += 1;
        await window.held;
        return answer;
    };
}";

/// A socket whose right is withdrawn as soon as it is there, whatever the page before it said.
const WITHDRAWN: &str = "if (location.protocol.startsWith('http')) {
    sessionStorage.loads = Number(sessionStorage.loads ?? 0) + 1;
    window.WebSocket = class {
        constructor() { setTimeout(() => this.onclose?.({ code: 4403 }), 20); }
        close() {}
    };
}";

const LIVE: &str = "document.querySelector('#live')?.dataset.state === 'live'";

/// Somebody's page in a browser where this script runs first.
async fn with(browser: &Browser, script: &str, api: &Api, path: &str) -> Tab {
    let mut tab = browser.tab(1440, 900).await;
    tab.sign_in(api).await;
    tab.ask("Page.addScriptToEvaluateOnNewDocument", &json!({"source": script})).await;
    tab.go(&format!("{}{path}", api.base())).await;
    tab
}

/// Waits for the page to say that it is not live, and sees that it tries nothing of the kind.
async fn stays_as_it_is(tab: &mut Tab) {
    tab.until("document.querySelector('#live')?.dataset.state === 'none'").await;
    has(tab, "#live", "Not live here").await;
    has(tab, "#not-live", "when you load this page again").await;
    // Longer than two sockets take to be refused and a poll after them.
    tab.value("new Promise((go) => { setTimeout(go, 2500); })").await;
    assert_eq!(tab.value("[sessionStorage.loads, window.since.length]").await, json!(["1", 0]));
    assert_eq!(tab.problems(), [] as [&str; 0]);
}

/// A conversation of the space with somebody, and its address in the API.
async fn talk(space: &Space, api: &Api, registration: &Value) -> String {
    let talks = format!("/exhibitors/{}/conversations", space.id);
    let begun = api.post(&talks, &json!({"registration_id": registration, "text": "Welcome"})).await.done(201);
    format!("{talks}/{}", begun["id"].as_str().unwrap())
}

on_every_engine! {
    async fn a_package_without_live_shows_leads_and_messages_that_stay_as_they_are(fair) {
        let Some(browser) = Browser::start().await else { return };
        fair.site.set_disclosure(json!({"*": {"listed": true}})).await;
        let desk = Desk::open(fair).await;
        let noor = fair.registration("Noor Aziz").with(ContactField::Email, "noor@a.example").badge().await;
        desk.phone.scan(&noor).upload().await.all_accepted();
        let conversation = talk(&desk.space, &desk.admin.api, &json!(noor.registration)).await;
        let terms = json!({"terms": {"live": false}});
        desk.patch(&format!("/exhibitors/{}", desk.space.id), None, terms).await.done(200);
        let space = format!("/exhibitors/{}", desk.space.id);
        let (leads, messages) = (format!("{space}/leads"), format!("{space}/conversations"));
        for (name, path) in [("leads", &leads), ("messages", &messages), ("message", &conversation)] {
            let mut tab = with(&browser, WATCHED, &desk.admin.api, path).await;
            has(&mut tab, "#main", "Noor Aziz").await;
            stays_as_it_is(&mut tab).await;
            picture(&mut tab, &format!("not-live-{name}-1440")).await;
        }
        let mut french = browser.tab(390, 844).await;
        french.sign_in(&desk.admin.api).await;
        french.ask("Network.setExtraHTTPHeaders", &json!({"headers": {"accept-language": "fr"}})).await;
        french.go(&format!("{}{leads}", desk.admin.api.base())).await;
        has(&mut french, "#live", "Pas en direct ici").await;
        has(&mut french, "#not-live", "quand vous rechargez cette page").await;
        assert_eq!(french.value("document.documentElement.scrollWidth").await, json!(390));
        picture(&mut french, "not-live-fr-390").await;
    }

    async fn a_masked_view_shows_its_leads_and_follows_nothing(fair) {
        let Some(browser) = Browser::start().await else { return };
        let desk = Desk::open(fair).await;
        desk.phone.scan(&fair.registration("Noor Aziz").badge().await).upload().await.all_accepted();
        let vera = fair.site.organizer_member("Vera Viewer", "viewer").await;
        let begun = vera.api.post(&desk.at("/views"), &json!({"member_id": desk.admin.id})).await.done(201);
        let mut tab = browser.tab(1440, 900).await;
        tab.sign_in(&vera.api).await;
        let cookie = json!({"name": server::access::view::VIEW_COOKIE, "value": begun["token"], "url": vera.api.base()});
        tab.ask("Network.setCookie", &cookie).await;
        tab.ask("Page.addScriptToEvaluateOnNewDocument", &json!({"source": WATCHED})).await;
        tab.go(&format!("{}/exhibitors/{}/leads", vera.api.base(), desk.space.id)).await;
        tab.until("document.querySelectorAll('#rows tr').length === 1").await;
        has(&mut tab, ".viewing", "Ada").await;
        stays_as_it_is(&mut tab).await;
    }

    async fn a_right_that_is_withdrawn_has_the_page_read_once(fair) {
        let Some(browser) = Browser::start().await else { return };
        let desk = Desk::open(fair).await;
        let leads = format!("/exhibitors/{}/leads", desk.space.id);
        let mut tab = with(&browser, WATCHED, &desk.admin.api, &leads).await;
        tab.until(LIVE).await;
        let terms = json!({"terms": {"live": false}});
        desk.patch(&format!("/exhibitors/{}", desk.space.id), None, terms).await.done(200);
        tab.until("document.querySelector('#live')?.dataset.state === 'none'").await;
        assert_eq!(tab.value("sessionStorage.loads").await, json!("2"));

        // Where the page may be seen all the same, what the server wrote stays.
        let terms = json!({"terms": {"live": true}});
        desk.patch(&format!("/exhibitors/{}", desk.space.id), None, terms).await.done(200);
        let mut tab = with(&browser, WITHDRAWN, &desk.admin.api, &leads).await;
        tab.until("sessionStorage.loads === '2' && document.querySelector('#live')?.dataset.state === 'ended'").await;
        tab.value("new Promise((go) => { setTimeout(go, 1000); })").await;
        assert_eq!(tab.value("sessionStorage.loads").await, json!("2"));
        has(&mut tab, "#live", "No access").await;
        tab.value("dispatchEvent(new Event('offline'))").await;
        has(&mut tab, "#live", "No access").await;
    }

    async fn leads_that_come_while_a_list_is_read_are_in_it_afterwards(fair) {
        let Some(browser) = Browser::start().await else { return };
        let desk = Desk::open(fair).await;
        desk.phone.scan(&fair.registration("Ana Abel").badge().await).upload().await.all_accepted();
        let leads = format!("/exhibitors/{}/leads", desk.space.id);
        let mut tab = with(&browser, WATCHED, &desk.admin.api, &leads).await;
        tab.until(LIVE).await;
        tab.value("void (window.held = new Promise((go) => { window.letGo = go; }))").await;
        put(&mut tab, "#filters [name=q]", "b").await;
        tab.until("window.readings === 1").await;
        // The server has written the list; now two people are scanned.
        for name in ["Bea Baum", "Zoe Zorn"] {
            desk.phone.scan(&fair.registration(name).badge().await).upload().await.all_accepted();
            has(&mut tab, "#rows", name).await;
        }
        tab.value("window.letGo()").await;
        tab.until("location.search === '?q=b'").await;
        let names = "[...document.querySelectorAll('#rows .who')].map((one) => one.textContent).join()";
        assert_eq!(tab.value(names).await, json!("Bea Baum,Ana Abel"), "Zoe does not match");
        assert_eq!(tab.value("document.querySelector('[data-total]').textContent").await, json!("2"));
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }

    async fn a_list_that_cannot_be_read_again_is_made_good_from_where_the_page_was(fair) {
        let Some(browser) = Browser::start().await else { return };
        let desk = Desk::open(fair).await;
        let leads = format!("/exhibitors/{}/leads", desk.space.id);
        let mut tab = with(&browser, WATCHED, &desk.admin.api, &leads).await;
        tab.until(LIVE).await;
        tab.value("window.deaf = true").await;
        desk.phone.scan(&fair.registration("Bea Baum").badge().await).upload().await.all_accepted();
        tab.until("window.dropped.includes('lead.captured')").await;
        tab.value("{
            window.deaf = false;
            window.failing = 1;
            window.socket.hear({ data: JSON.stringify({ type: 'resync', seq: 10000 }) });
            window.socket.hear({ data: JSON.stringify({ type: 'head', head: 10001 }) });
        }").await;
        tab.until("window.since.length > 1").await;
        has(&mut tab, "#rows", "Bea Baum").await;
        assert_eq!(tab.value("window.since.every((since) => since < 10000)").await, json!(true));
        tab.until(LIVE).await;
    }

    async fn a_message_comes_up_though_reading_it_failed_at_first(fair) {
        let Some(browser) = Browser::start().await else { return };
        fair.site.set_disclosure(json!({"*": {"listed": true}})).await;
        let desk = Desk::open(fair).await;
        let noor = fair.registration("Noor Aziz").with(ContactField::Email, "noor@a.example").badge().await;
        // More than three go out here before the attendee has answered.
        let rules = json!({"daily_requests": 9, "daily_messages": 9, "unanswered_messages": 9}).to_string();
        let (path, headers) = (format!("/events/{}/sharing-rules", fair.site.event), [("content-type", "application/json")]);
        fair.organizer().await.api.send(Method::PUT, &path, &headers, Some(rules.into_bytes())).await.done(200);
        let conversation = talk(&desk.space, &desk.admin.api, &json!(noor.registration)).await;
        let ari = desk.space.admin("Ari Admin").await;
        let mut tab = with(&browser, WATCHED, &desk.admin.api, &conversation).await;
        tab.until(LIVE).await;
        tab.value("window.failing = 1").await;
        ari.api.post(&format!("{conversation}/messages"), &json!({"text": "Hall four, at noon"})).await.done(201);
        has(&mut tab, "#thread", "Hall four, at noon").await;
        assert_eq!(tab.value("window.failing").await, json!(0));
        assert_eq!(tab.problems(), [] as [&str; 0]);
        // One page is read after the other: an older one does not come over a newer one.
        tab.value("void (window.held = new Promise((go) => { window.letGo = go; }))").await;
        let read = tab.value("window.readings").await.as_u64().unwrap();
        ari.api.post(&format!("{conversation}/messages"), &json!({"text": "In the morning"})).await.done(201);
        tab.until(&format!("window.readings === {}", read + 1)).await;
        tab.value("void (window.held = undefined)").await;
        ari.api.post(&format!("{conversation}/messages"), &json!({"text": "Or at four"})).await.done(201);
        tab.value("new Promise((go) => { setTimeout(go, 1000); })").await;
        tab.value("{ window.letGo(); new Promise((go) => { setTimeout(go, 500); }); }").await;
        has(&mut tab, "#thread", "Or at four").await;
        has(&mut tab, "#thread", "In the morning").await;
    }
}
