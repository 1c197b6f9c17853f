//! A hardware reader at the scanner: it types, and not everything that it reads is a badge.

use super::{PHONE, Stand, next_result, visitors};
use harness::browser::{Browser, Tab};
use harness::on_every_engine;
use harness::wire::Weather;
use mobile_core::badge::Pairing;
use serde_json::json;

/// A trade item number, as goods carry it.
const PRODUCT: &str = "4006381333931";

/// Reads a code, as keys of an American keyboard that this one takes for `typed`.
async fn reads(tab: &mut Tab, typed: &str, keys: &[(&str, bool)]) {
    let keys = json!(keys.iter().zip(typed.chars()).collect::<Vec<_>>());
    tab.value(&format!(
        "(() => {{
            const press = (init) => document.body.dispatchEvent(new KeyboardEvent('keydown', {{ bubbles: true, cancelable: true, ...init }}));
            for (const [[code, shiftKey], key] of {keys}) press({{ key, code, shiftKey }});
            press({{ key: 'Enter', code: 'Enter' }});
        }})()"
    ))
    .await;
}

on_every_engine! {
    async fn a_reader_asks_before_it_keeps_what_is_no_badge_and_leaves_the_keyboard_alone(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        stand.pair(&mut tab).await;
        let product: Vec<(String, bool)> = PRODUCT.chars().map(|digit| (format!("Digit{digit}"), false)).collect();
        let product: Vec<(&str, bool)> = product.iter().map(|(code, shift)| (code.as_str(), *shift)).collect();
        reads(&mut tab, PRODUCT, &product).await;
        tab.until("document.querySelector('[data-offer=notBadge]')?.innerText.includes('4006381333931') === true").await;
        assert_eq!(tab.value("document.querySelector('.sync-chip').dataset.unsent").await, json!("0"));
        tab.click("[data-offer=notBadge] .button").await;
        next_result(&mut tab, &mut String::new()).await;
        tab.until("document.querySelector('.sync-chip').dataset.unsent === '0'").await;
        assert_eq!(stand.scanned().await, [PRODUCT]);

        // A pairing code is not kept on any word.
        let pairing = Pairing { server: stand.wire.base.clone(), code: stand.code.clone() }.to_text();
        let keys: Vec<(&str, bool)> = pairing.chars().map(|_| ("", false)).collect();
        reads(&mut tab, &pairing, &keys).await;
        tab.until("document.querySelector('[data-offer=pairing]') !== null").await;
        assert_eq!(stand.scanned().await.len(), 1);

        // The space bar presses what has the focus.
        let stopped = tab.value("(() => {
            const space = new KeyboardEvent('keydown', { key: ' ', code: 'Space', bubbles: true, cancelable: true });
            document.querySelector('[data-act=type]').dispatchEvent(space);
            return space.defaultPrevented;
        })()").await;
        assert_eq!(stopped, json!(false));
    }

    async fn a_reader_of_another_keyboards_layout_reads_the_badge_all_the_same(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        stand.pair(&mut tab).await;
        // What a French keyboard makes of the keys of MECARD:N:Aziz;;
        let keys = [
            ("KeyM", true), ("KeyE", true), ("KeyC", true), ("KeyA", true), ("KeyR", true), ("KeyD", true),
            ("Semicolon", true), ("KeyN", true), ("Semicolon", true), ("KeyA", true), ("KeyZ", false), ("KeyI", false),
            ("KeyZ", false), ("Semicolon", false), ("Semicolon", false),
        ];
        reads(&mut tab, "?ECQRDMNMQwiwmm", &keys).await;
        next_result(&mut tab, &mut String::new()).await;
        tab.until("document.querySelector('.sync-chip').dataset.unsent === '0'").await;
        assert_eq!(stand.scanned().await, ["MECARD:N:Aziz;;"]);
    }

    async fn a_scan_that_shows_is_counted_as_not_yet_sent_also_under_a_finger(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let [badge] = visitors::<1>(fair).await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        stand.pair(&mut tab).await;
        stand.wire.turn(Weather::Cut);
        tab.value("new MutationObserver(() => {
            if (document.querySelector('[data-card]')) window.counted ??= document.querySelector('.sync-chip').dataset.unsent;
        }).observe(document.body, { subtree: true, childList: true })").await;
        tab.value("document.body.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }))").await;
        let keys: Vec<(&str, bool)> = badge.code.chars().map(|_| ("", false)).collect();
        reads(&mut tab, &badge.code, &keys).await;
        next_result(&mut tab, &mut String::new()).await;
        assert_eq!(tab.value("window.counted").await, json!("1"));
    }

    async fn a_phone_that_keeps_no_names_shows_none_once_they_are_sent(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        stand.pair(&mut tab).await;
        tab.value("localStorage.setItem('leadline.settings', JSON.stringify({ cardSeconds: 600, hasNames: false }))").await;
        tab.ask("Page.reload", &json!({})).await;
        tab.until("document.querySelector('.view .sync-chip') !== null").await;
        stand.wire.turn(Weather::Cut);
        let card = "MECARD:N:Aziz;;";
        let keys: Vec<(&str, bool)> = card.chars().map(|_| ("", false)).collect();
        reads(&mut tab, card, &keys).await;
        next_result(&mut tab, &mut String::new()).await;
        tab.click("[data-tab=leads]").await;
        tab.until("document.querySelector('.lead-list')?.innerText.includes('Aziz') === true").await;
        stand.wire.turn(Weather::Fair);
        tab.value("window.dispatchEvent(new Event('online'))").await;
        tab.until("document.querySelector('.sync-chip').dataset.unsent === '0'").await;
        tab.until("document.querySelector('[data-lead]') !== null && !document.querySelector('.lead-list b').innerText.includes('Aziz')").await;
    }
}
