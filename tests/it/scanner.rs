//! The scanner in a phone's hand, in a real browser: its camera sees badges that are drawn here, its
//! captures lie in the browser's own files, and its network can be cut.

pub mod camera;
mod cards;
mod connecting;
mod door;
mod ended;
mod keeping;
mod looks;
mod merging;
mod questions;
mod reader;
mod seeing;
mod sharing;
mod shell;
mod starting;
mod troubles;
mod writing;

use camera::{Camera, Seen};
use harness::browser::{Browser, Tab};
use harness::builders::{Badge, Space};
use harness::wire::{Weather, Wire};
use harness::{Fair, on_every_engine};
use mobile_core::badge::{Pairing, practice};
use mobile_core::capture::ContactField;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A phone's screen, in CSS pixels.
const PHONE: (u32, u32) = (390, 844);

/// A stand with a phone that is not paired yet.
struct Stand {
    wire: Wire,
    space: Space,
    code: String,
}

impl Stand {
    async fn at(fair: &Fair, name: &str) -> Self {
        let space = fair.exhibitor(name).open().await;
        let admin = space.admin("Ada Admin").await;
        let member = space.scanner("Karim Haddad").await;
        let wish = json!({"label": "Stand phone", "member_id": member.id, "max_uses": 5});
        let made = admin.api.post(&format!("/exhibitors/{}/pairing-codes", space.id), &wish).await.done(201);
        let wire = Wire::to(fair.site.api.base()).await;
        Self { wire, space, code: made["pairing_code"].as_str().unwrap().to_owned() }
    }

    /// Pairs by the typed code, as a person does.
    async fn pair(&self, tab: &mut Tab) {
        tab.go(&format!("{}/scan", self.wire.base)).await;
        tab.until("document.querySelector('[name=code]') !== null").await;
        // A result stays until it was looked at, however slow the machine is.
        tab.value("localStorage.setItem('leadline.settings', JSON.stringify({ cardSeconds: 600 }))").await;
        tab.value("document.querySelector('[name=code]').focus()").await;
        tab.type_text(&self.code.to_lowercase()).await;
        tab.click("[data-act=pair]").await;
        tab.until("document.querySelector('.view') !== null").await;
        tab.until("document.querySelector('.place-name b').textContent.length > 0").await;
    }

    /// Pairs, and opens the camera by a tap where the page asks for one.
    async fn ready(&self, tab: &mut Tab) {
        self.pair(tab).await;
        opened(tab).await;
    }

    /// The codes of every scan that arrived, as often as they did.
    async fn scanned(&self) -> Vec<String> {
        let mut tx = self.space.site.app.read().await.unwrap();
        let bodies: Vec<sqlx::types::Json<Value>> = server::sql!(tx, conn => sqlx::query_scalar(
            "SELECT body FROM capture WHERE event_id = $1 AND space_id = $2 AND kind = 'scan' ORDER BY captured_at")
            .bind(self.space.site.event).bind(self.space.id).fetch_all(conn))
        .unwrap();
        tx.done().await.unwrap();
        bodies.iter().map(|body| body.0["code"].as_str().unwrap().to_owned()).collect()
    }
}

/// Waits for the camera, and turns it on where the page asks for a tap.
pub async fn opened(tab: &mut Tab) {
    tab.until(
        "document.querySelector('.view video')?.videoWidth > 0 || document.querySelector('[data-trouble]') !== null",
    )
    .await;
    if tab.value("document.querySelector('[data-trouble=ask]') !== null").await == json!(true) {
        tab.click("[data-trouble=ask] .primary").await;
    }
    tab.until("document.querySelector('.view')?.dataset.open === 'true'").await;
}

/// Waits until the page shows the result of a scan that is not the one before, and gives its text.
async fn next_result(tab: &mut Tab, before: &mut String) -> String {
    tab.until(&format!("(document.querySelector('[data-card]')?.dataset.card ?? {before:?}) !== {before:?}")).await;
    let shown = tab.value("document.querySelector('[data-card]').dataset.card").await;
    shown.as_str().unwrap().clone_into(before);
    tab.value("document.querySelector('.card-place').innerText").await.as_str().unwrap().to_owned()
}

/// Types a badge number, as a person does where no camera helps.
pub async fn typed(tab: &mut Tab, number: &str) {
    entered(tab, number).await;
    tab.until("document.querySelector('dialog') === null").await;
}

/// The same, where the next sheet opens by itself.
async fn entered(tab: &mut Tab, number: &str) {
    tab.click("[data-act=type]").await;
    tab.until("document.querySelector('dialog [name=number]') !== null").await;
    tab.value("document.querySelector('dialog [name=number]').focus()").await;
    tab.type_text(number).await;
    tab.click("dialog .primary").await;
}

/// Reads a code with a hardware reader, which types it and ends with Enter.
async fn read(tab: &mut Tab, code: &str) {
    for key in code.chars() {
        tab.press(&key.to_string()).await;
    }
    tab.press("Enter").await;
}

async fn visitors<const N: usize>(fair: &Fair) -> [Badge; N] {
    let mut badges = Vec::new();
    for n in 0..N {
        let badge = fair.registration(&format!("Visitor Number{n}")).with(ContactField::Company, "Orbit");
        badges.push(badge.badge().await);
    }
    badges.try_into().unwrap()
}

on_every_engine! {
    async fn eight_badges_scanned_with_and_without_network_stand_once_in_the_leads(fair) {
        let camera = Camera::new();
        let Some(browser) = camera.browser(true).await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let badges = visitors::<8>(fair).await;
        let Some(desk) = Browser::start().await else { return };
        let ana = stand.space.admin("Ana Admin").await;
        let mut leads_tab = desk.tab(1280, 900).await;
        leads_tab.sign_in(&ana.api).await;
        leads_tab.go(&format!("{}/exhibitors/{}/leads", ana.api.base(), stand.space.id)).await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        stand.ready(&mut tab).await;

        // Three with network: sent, and named by the answer.
        let mut last = String::new();
        for (n, badge) in badges[..3].iter().enumerate() {
            camera.see(&badge.code);
            next_result(&mut tab, &mut last).await;
            tab.until("document.querySelector('[data-card]')?.dataset.tone === 'sent'").await;
            let text = tab.value("document.querySelector('.card-place').innerText").await;
            assert!(text.as_str().unwrap().contains(&format!("Visitor Number{n}")), "{text}");
        }
        tab.until("document.querySelector('.sync-chip').dataset.unsent === '0'").await;
        tab.until("navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)").await;

        // Five without.
        stand.wire.turn(Weather::Cut);
        for (n, badge) in badges[3..].iter().enumerate() {
            camera.see(&badge.code);
            let text = next_result(&mut tab, &mut last).await;
            assert!(text.contains("Saved"), "{text}");
            tab.until(&format!("document.querySelector('.sync-chip').dataset.unsent === '{}'", n + 1)).await;
        }
        camera.see_nothing();

        // The page is opened again, still without network.
        tab.ask("Page.reload", &json!({})).await;
        opened(&mut tab).await;
        tab.until("document.querySelector('.sync-chip').dataset.unsent === '5'").await;
        assert_eq!(stand.scanned().await.len(), 3);

        stand.wire.turn(Weather::Fair);
        tab.value("window.dispatchEvent(new Event('online'))").await;
        tab.until("document.querySelector('.sync-chip').dataset.unsent === '0'").await;
        let scanned = stand.scanned().await;
        let different: BTreeSet<&String> = scanned.iter().collect();
        assert_eq!((scanned.len(), different.len()), (8, 8), "{scanned:?}");
        let names = "[...document.querySelectorAll('#rows tr')].map((row) => /Visitor Number\\d/.exec(row.innerText)?.[0])";
        let wanted: Vec<String> = (0..8).map(|n| format!("Visitor Number{n}")).collect();
        leads_tab.until(&format!("JSON.stringify({names}.sort()) === {:?}", json!(wanted).to_string())).await;
        let leads: Value = ana.leads("").await.ok();
        assert_eq!(leads["total"], json!(8), "{leads:#}");
        let members = leads["items"].as_array().unwrap().iter().map(|lead| lead["scans"][0]["member_name"].clone());
        assert!(members.into_iter().all(|name| name == "Karim Haddad"), "who scanned is known");
    }

    async fn a_badge_held_for_ten_seconds_is_one_scan_and_of_two_the_centred_one_counts(fair) {
        let camera = Camera::new();
        let Some(browser) = camera.browser(true).await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let [held, left, centred] = visitors::<3>(fair).await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        stand.ready(&mut tab).await;
        let mut last = String::new();
        camera.see(&held.code);
        next_result(&mut tab, &mut last).await;
        let poster = Seen { text: "HTTPS://ORBIT.EXAMPLE", at: (400, 0) };
        camera.see_all(&[Seen { text: &held.code, at: (0, 0) }, poster]);
        tab.value("window.begun = document.querySelector('.view video').currentTime").await;
        tab.until("document.querySelector('.view video').currentTime > window.begun + 10").await;
        tab.until("document.querySelector('.view').dataset.aim === 'held'").await;
        camera.see_all(&[Seen { text: &left.code, at: (-150, 0) }, Seen { text: &centred.code, at: (60, 0) }]);
        next_result(&mut tab, &mut last).await;
        tab.until("document.querySelector('.view').dataset.aim === 'held'").await;
        tab.until("document.querySelector('.sync-chip').dataset.unsent === '0'").await;
        assert_eq!(stand.scanned().await, [held.code, centred.code]);
    }

    async fn a_pairing_picture_is_read_and_nothing_is_redeemed_before_the_tap(fair) {
        let camera = Camera::new();
        let Some(browser) = camera.browser(true).await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let ada = stand.space.admin("Ana Admin").await;
        let devices = format!("/exhibitors/{}/devices", stand.space.id);
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        tab.go(&format!("{}/scan", stand.wire.base)).await;
        tab.until("document.querySelector('[data-act=look]') !== null").await;
        let pairing = Pairing { server: stand.wire.base.clone(), code: stand.code.clone() };
        camera.see(&pairing.to_text());
        tab.click("[data-act=look]").await;
        tab.until(&format!("document.querySelector('[name=code]').value === {:?}", stand.code)).await;
        assert_eq!(ada.api.get(&devices).await.done(200)["items"], json!([]), "the picture was only read");

        // A link does the same.
        let mut link = browser.tab(PHONE.0, PHONE.1).await;
        tab.go(&format!("{}/sign-in", stand.wire.base)).await;
        link.go(&format!("{}/scan?code={}", stand.wire.base, stand.code)).await;
        link.until(&format!("document.querySelector('[name=code]')?.value === {:?}", stand.code)).await;
        assert_eq!(link.value("location.search").await, json!(""), "the code does not stay in the address");
        assert_eq!(ada.api.get(&devices).await.done(200)["items"], json!([]), "the link was only opened");
        link.click("[data-act=pair]").await;
        opened(&mut link).await;
        let paired = ada.api.get(&devices).await.done(200);
        assert_eq!(paired["items"][0]["member"]["name"], "Karim Haddad");
    }

    async fn the_practice_badge_shows_that_the_phone_works_and_makes_no_lead(fair) {
        let camera = Camera::new();
        let Some(browser) = camera.browser(true).await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let ada = stand.space.admin("Ana Admin").await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        stand.ready(&mut tab).await;
        camera.see(practice::TEXT);
        tab.until("document.querySelector('[data-practice]')?.dataset.practice === 'true'").await;
        let devices = ada.api.get(&format!("/exhibitors/{}/devices", stand.space.id)).await.done(200);
        assert!(devices["items"][0]["tested_at"].is_string(), "{devices:#}");
        // It looks as a visitor's does, and rating it is trying only.
        tab.until("document.querySelector('[data-practice] strong').innerText === 'Sam Sample'").await;
        tab.click("[data-practice] [data-rating=hot]").await;
        tab.until("document.querySelector('[data-practice] [data-rating=hot]').ariaPressed === 'true'").await;
        let done = "[...document.querySelectorAll('.checks li')].map((line) => line.dataset.done).join()";
        assert!(tab.value(done).await.as_str().unwrap().starts_with("true,true,"), "the camera saw it, and it is kept");
        assert_eq!(tab.value("document.querySelector('.sync-chip').dataset.unsent").await, json!("0"));
        assert_eq!(ada.leads("").await.json()["total"], json!(0));
        tab.click("[data-tab=leads]").await;
        tab.until("document.querySelector('.lead-list .empty') !== null").await;
    }

    async fn one_phone_two_people_and_each_scan_has_its_name(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        stand.space.scanner("Mei Tanaka").await;
        let badges = visitors::<4>(fair).await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        stand.pair(&mut tab).await;
        let mut last = String::new();
        for (n, badge) in badges.iter().enumerate() {
            if n == 2 {
                tab.click("[data-shift]").await;
                tab.until("[...document.querySelectorAll('dialog .row')].some((row) => row.innerText.includes('Mei'))").await;
                tab.value("[...document.querySelectorAll('dialog .row')].find((row) => row.innerText.includes('Mei')).click()").await;
                tab.until("document.querySelector('[data-shift]').innerText.includes('Mei')").await;
            }
            typed(&mut tab, &badge.number).await;
            next_result(&mut tab, &mut last).await;
        }
        tab.until("document.querySelector('.sync-chip').dataset.unsent === '0'").await;
        let ana = stand.space.admin("Ana Admin").await;
        let leads = ana.leads("?sort=first_scanned_at").await.json();
        let names = leads["items"].as_array().unwrap().iter().map(|lead| lead["scans"][0]["member_name"].as_str().unwrap());
        assert_eq!(names.collect::<Vec<_>>(), ["Karim Haddad", "Karim Haddad", "Mei Tanaka", "Mei Tanaka"]);
        let export = ana.api.get(&format!("/exhibitors/{}/leads/export?format=jsonl", stand.space.id)).await.text();
        let rows = export.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let by: Vec<String> = rows.map(|row| row["scanned_by"].to_string()).collect();
        let of = |name: &str| by.iter().filter(|by| by.contains(name)).count();
        assert_eq!((by.len(), of("Karim Haddad"), of("Mei Tanaka")), (4, 2, 2), "{by:?}");
    }

    async fn what_is_written_on_a_card_without_network_reaches_the_lead(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let [badge] = visitors::<1>(fair).await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        stand.pair(&mut tab).await;
        stand.wire.turn(Weather::Cut);
        typed(&mut tab, &badge.number).await;
        next_result(&mut tab, &mut String::new()).await;
        tab.click(".result [data-rating=hot]").await;
        tab.until("document.querySelector('.result [data-rating=hot]').ariaPressed === 'true'").await;
        tab.click(".result .result-line").await;
        tab.until("document.querySelector('dialog #note') !== null").await;
        tab.value("document.querySelector('#note').focus()").await;
        tab.type_text("wants a demo in May").await;
        tab.click("[data-act=note]").await;
        tab.until("document.querySelector('.notes')?.innerText.includes('wants a demo') === true").await;
        tab.value("document.querySelector('#tag').focus()").await;
        tab.type_text("reseller").await;
        tab.click("[data-act=tag]").await;
        tab.until("document.querySelector('dialog .chip')?.innerText.includes('reseller') === true").await;
        tab.click("[data-act=marketing] button").await;
        tab.until("document.querySelector('[data-act=marketing] button').ariaPressed === 'true'").await;
        tab.until("document.querySelector('.sync-chip').dataset.unsent === '5'").await;

        // Unpairing would lose it, and is refused; the rescue file would not.
        tab.value("document.querySelector('dialog').close()").await;
        tab.click("[data-tab=more]").await;
        tab.until("document.querySelector('[data-act=rescue]')?.disabled === false").await;
        tab.click("[data-act=unpair]").await;
        tab.until("document.querySelector('.toast')?.innerText.includes('5') === true").await;
        let kept = "JSON.parse(localStorage.getItem('leadline.pairing')) !== null";
        assert_eq!(tab.value(kept).await, json!(true));

        stand.wire.turn(Weather::Portal);
        tab.click("[data-act=sync]").await;
        tab.until("document.querySelector('#screen').innerText.includes('mobile data')").await;
        stand.wire.turn(Weather::Fair);
        tab.click("[data-act=sync]").await;
        tab.until("document.querySelector('.sync-count').dataset.unsent === '0'").await;
        let leads = stand.space.admin("Ana Admin").await.leads("").await.json();
        let lead = &leads["items"][0];
        assert_eq!((&lead["rating"], &lead["tags"]), (&json!("hot"), &json!(["reseller"])), "{lead:#}");
        assert_eq!((&lead["notes"][0]["text"], &lead["marketing_consent"]), (&json!("wants a demo in May"), &json!(true)));

        // Now nothing is left, and the phone may go.
        tab.click("[data-act=unpair]").await;
        tab.until("document.querySelector('[data-act=unpair-now]') !== null").await;
        tab.click("[data-act=unpair-now]").await;
        tab.until("document.querySelector('[name=code]') !== null").await;
        assert_eq!(tab.value(kept).await, json!(false));
        let devices = stand.space.admin("Ari Admin").await;
        let devices = devices.api.get(&format!("/exhibitors/{}/devices", stand.space.id)).await.done(200);
        assert_eq!(devices["items"][0]["status"], "revoked", "its licence is free");
    }

    async fn plain_http_scans_a_photograph(fair) {
        let switches = ["--host-resolver-rules=MAP stand.test 127.0.0.1".to_owned()];
        let Some(browser) = Browser::start_with(&switches).await else { return };
        let mut stand = Stand::at(fair, "Acme").await;
        stand.wire.base = stand.wire.base.replace("127.0.0.1", "stand.test");
        let [badge] = visitors::<1>(fair).await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        stand.pair(&mut tab).await;
        assert_eq!(tab.value("window.isSecureContext").await, json!(false));
        tab.until("document.querySelector('[data-trouble=insecure]') !== null").await;
        let folder = tempfile::tempdir().unwrap();
        let photograph = camera::photograph(&folder, &badge.code);
        tab.choose_file("[data-trouble] input[type=file]", &photograph).await;
        let text = next_result(&mut tab, &mut String::new()).await;
        assert!(text.contains("Visitor"), "{text}");
        tab.until("document.querySelector('.sync-chip').dataset.unsent === '0'").await;
        assert_eq!(stand.scanned().await, [badge.code]);
    }

    async fn a_denied_camera_says_how_to_allow_it_and_other_ways_work(fair) {
        let camera = Camera::new();
        let Some(browser) = camera.browser(false).await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let [badge] = visitors::<1>(fair).await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        stand.pair(&mut tab).await;
        tab.until("document.querySelector('[data-trouble=ask]') !== null").await;
        let denied = json!({"permission": {"name": "camera"}, "setting": "denied", "origin": stand.wire.base});
        tab.ask("Browser.setPermission", &denied).await;
        tab.click("[data-trouble=ask] .primary").await;
        tab.until("document.querySelector('[data-trouble=denied]') !== null").await;
        let text = tab.value("document.querySelector('[data-trouble]').innerText").await;
        assert!(text.as_str().unwrap().contains("Permissions"), "{text}");

        // A hardware reader needs no camera.
        read(&mut tab, &badge.code).await;
        next_result(&mut tab, &mut String::new()).await;
        tab.until("document.querySelector('.sync-chip').dataset.unsent === '0'").await;
        assert_eq!(stand.scanned().await, [badge.code]);
    }

    async fn one_window_scans_and_another_takes_over_with_everything(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let [badge] = visitors::<1>(fair).await;
        let mut first = browser.tab(PHONE.0, PHONE.1).await;
        stand.pair(&mut first).await;
        stand.wire.turn(Weather::Cut);
        typed(&mut first, &badge.number).await;
        next_result(&mut first, &mut String::new()).await;
        stand.wire.turn(Weather::Fair);
        let mut second = browser.tab(PHONE.0, PHONE.1).await;
        second.go(&format!("{}/scan", stand.wire.base)).await;
        second.until("document.querySelector('.plain-screen .primary') !== null").await;
        second.click(".plain-screen .primary").await;
        second.until("document.querySelector('.sync-chip') !== null").await;
        first.until("document.querySelector('.view') === null").await;
        second.until("document.querySelector('.sync-chip').dataset.unsent === '0'").await;
        assert_eq!(stand.scanned().await.len(), 1);
    }

    async fn a_browser_that_cleared_its_storage_says_so_and_the_old_licence_is_freed(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let ada = stand.space.admin("Ana Admin").await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        stand.pair(&mut tab).await;
        tab.go(&format!("{}/sign-in", stand.wire.base)).await;
        let clear = json!({"origin": stand.wire.base,
            "storageTypes": "file_systems,indexeddb,local_storage,service_workers,cache_storage"});
        tab.ask("Storage.clearDataForOrigin", &clear).await;
        tab.go(&format!("{}/scan", stand.wire.base)).await;
        tab.until("document.querySelector('[data-notice=evicted]') !== null").await;
        let made = ada.api.post(&format!("/exhibitors/{}/pairing-codes", stand.space.id), &json!({})).await.done(201);
        let stand = Stand { code: made["pairing_code"].as_str().unwrap().to_owned(), ..stand };
        stand.pair(&mut tab).await;
        let devices = ada.api.get(&format!("/exhibitors/{}/devices", stand.space.id)).await.done(200);
        let states: Vec<&Value> = devices["items"].as_array().unwrap().iter().map(|device| &device["status"]).collect();
        assert_eq!(states, ["revoked", "active"]);
    }
}
