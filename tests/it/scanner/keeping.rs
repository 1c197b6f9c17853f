//! What a phone keeps when its browser dies, what it hands over as a file, and what it lets go of.

use super::starting::IPHONE;
use super::{PHONE, Stand, next_result, typed, visitors};
use harness::browser::Browser;
use harness::wire::Weather;
use harness::{eventually, on_every_engine};
use mobile_core::rescue;
use serde_json::{Value, json};
use std::collections::BTreeSet;

on_every_engine! {
    async fn a_browser_that_is_killed_loses_no_scan_that_it_showed_as_saved(fair) {
        let Some(mut browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let badges = visitors::<3>(fair).await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        stand.pair(&mut tab).await;
        tab.until("navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)").await;
        stand.wire.turn(Weather::Cut);
        let mut last = String::new();
        for badge in &badges {
            typed(&mut tab, &badge.number).await;
            next_result(&mut tab, &mut last).await;
        }
        // A browser writes what it knows of the pairing some seconds later; the scans are on disk when they show.
        eventually(async || browser.has_written("leadline.pairing").then_some(())).await;
        browser.kill_and_start_again().await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        tab.go(&format!("{}/scan", stand.wire.base)).await;
        tab.until("document.querySelector('.sync-chip')?.dataset.unsent === '3'").await;
        stand.wire.turn(Weather::Fair);
        tab.value("window.dispatchEvent(new Event('online'))").await;
        tab.until("document.querySelector('.sync-chip').dataset.unsent === '0'").await;
        let scanned = stand.scanned().await;
        assert_eq!((scanned.len(), scanned.iter().collect::<BTreeSet<_>>().len()), (3, 3), "{scanned:?}");
    }

    async fn the_rescue_file_that_a_phone_saves_is_taken_in_at_the_desk_and_counts_once(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let badges = visitors::<2>(fair).await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        let folder = tempfile::tempdir().unwrap();
        tab.downloads_to(folder.path()).await;
        stand.pair(&mut tab).await;
        stand.wire.turn(Weather::Cut);
        let mut last = String::new();
        for badge in &badges {
            typed(&mut tab, &badge.number).await;
            next_result(&mut tab, &mut last).await;
        }
        tab.click("[data-tab=more]").await;
        tab.until("document.querySelector('[data-act=rescue]')?.disabled === false").await;
        tab.click("[data-act=rescue]").await;
        let file = eventually(async || {
            let entries = std::fs::read_dir(folder.path()).unwrap().flatten().map(|entry| entry.path());
            entries.into_iter().find(|path| path.extension().is_some_and(|kind| kind == "rescue"))
        }).await;
        let bytes = std::fs::read(&file).unwrap();
        let has = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
        assert!(!badges.iter().any(|badge| has(&badge.code)), "the file is sealed");
        let desk = fair.site.organizer_member("Desk", "desk").await;
        let path = format!("/events/{}/captures/import", fair.site.event);
        let kind = [("content-type", rescue::MEDIA_TYPE)];
        let taken: Value = desk.api.send(reqwest::Method::POST, &path, &kind, Some(bytes)).await.ok();
        let outcomes: Vec<_> = taken["results"].as_array().unwrap().iter().map(|one| one["outcome"].clone()).collect();
        assert_eq!(outcomes, ["accepted", "accepted"]);

        // The phone gets a network after all: it hears that all is there.
        stand.wire.turn(Weather::Fair);
        tab.click("[data-act=sync]").await;
        tab.until("document.querySelector('.sync-count').dataset.unsent === '0'").await;
        assert_eq!(stand.scanned().await.len(), 2);
    }

    async fn a_lost_phone_shows_no_names_any_more_and_delivers_all_the_same(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let ada = stand.space.admin("Ana Admin").await;
        let badges = visitors::<2>(fair).await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        stand.pair(&mut tab).await;
        let mut last = String::new();
        typed(&mut tab, &badges[0].number).await;
        next_result(&mut tab, &mut last).await;
        tab.until("document.querySelector('[data-card]').dataset.tone === 'sent'").await;
        tab.click("[data-tab=leads]").await;
        tab.until("document.querySelector('.lead-list').innerText.includes('Visitor Number0')").await;
        let devices = format!("/exhibitors/{}/devices", stand.space.id);
        let listed = ada.api.get(&devices).await.done(200);
        let device = listed["items"][0]["id"].as_str().unwrap();
        ada.api.post(&format!("{devices}/{device}/lost"), &json!({})).await.done(200);
        // It learns of it from the next answer: to a scan, or to what it says every minute by itself.
        tab.click("[data-tab=scan]").await;
        tab.until("document.querySelector('.view') !== null").await;
        typed(&mut tab, &badges[1].number).await;
        tab.until("document.querySelector('[data-trouble=ended]') !== null").await;
        tab.click("[data-tab=leads]").await;
        tab.until("!document.querySelector('.lead-list').innerText.includes('Visitor Number0')").await;
        let kept = "(async () => {
            const texts = [];
            for await (const file of (await navigator.storage.getDirectory()).values()) {
                if (file.kind === 'file') texts.push(await (await file.getFile()).text().catch(() => ''));
            }
            return texts.join().includes('Visitor Number0');
        })()";
        tab.until(&format!("{kept}.then((has) => !has)")).await;
    }

    async fn a_tab_with_unsent_scans_gives_the_app_no_code_yet(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let [badge] = visitors::<1>(fair).await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        tab.ask("Emulation.setUserAgentOverride", &json!({"userAgent": IPHONE})).await;
        tab.go(&format!("{}/scan?code={}", stand.wire.base, stand.code)).await;
        let anyway = "[...document.querySelectorAll('button')].find((one) => one.textContent.includes('Use this tab anyway'))";
        tab.until(&format!("{anyway} !== undefined")).await;
        tab.value(&format!("{anyway}.click()")).await;
        tab.until("document.querySelector('[data-act=pair]') !== null").await;
        tab.click("[data-act=pair]").await;
        tab.until("document.querySelector('.view') !== null").await;
        stand.wire.turn(Weather::Cut);
        typed(&mut tab, &badge.number).await;
        tab.until("document.querySelector('.sync-chip').dataset.unsent === '1'").await;
        tab.click("[data-tab=more]").await;
        tab.until("document.querySelector('[data-act=unpair]') !== null").await;
        tab.click("[data-act=transfer]").await;
        tab.until("[...document.querySelectorAll('.toast')].some((one) => one.innerText.includes('Send it first'))").await;
        assert_eq!(tab.value("document.querySelector('[data-code]')").await, json!(null));
    }

    async fn keeping_its_storage_is_asked_of_the_browser(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        let source = "StorageManager.prototype.persist = async () => { window.asked = (window.asked ?? 0) + 1; return true; };
            StorageManager.prototype.persisted = async () => window.asked > 0;";
        tab.ask("Page.addScriptToEvaluateOnNewDocument", &json!({"source": source})).await;
        stand.pair(&mut tab).await;
        tab.until("window.asked > 0").await;
        tab.click("[data-tab=more]").await;
        tab.until("document.querySelector('[data-act=unpair]') !== null").await;
        let said = tab.value("document.querySelector('#screen').innerText").await;
        assert!(said.as_str().unwrap().contains("Storage: kept by the browser"), "{said}");
    }
}
