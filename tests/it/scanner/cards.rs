//! What a result says of a badge, how long it stays, and what was not accepted.

use super::{Camera, PHONE, Stand, next_result, read, typed, visitors};
use harness::browser::{Browser, Tab};
use harness::wire::Weather;
use harness::{Fair, eventually, on_every_engine};
use mobile_core::capture::ContactField;
use serde_json::json;

/// Waits until the result that is shown says this.
async fn says(tab: &mut Tab, text: &str) {
    tab.until(&format!("document.querySelector('.card-place').innerText.includes({text:?})")).await;
}

/// Waits until the phone follows its stand: it has the filter of badges by then.
async fn follows(fair: &Fair) {
    eventually(async || (fair.app().metrics.sockets.get() == 1).then_some(())).await;
}

on_every_engine! {
    async fn a_result_says_which_colleague_met_whom_and_when(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let [badge] = visitors::<1>(fair).await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        stand.pair(&mut tab).await;
        stand.space.phone("Ines Costa").await.scan(&badge).rate("hot").upload().await.all_accepted();
        tab.click("[data-tab=leads]").await;
        tab.until("document.querySelector('.lead-list').innerText.includes('Visitor Number0')").await;
        tab.click("[data-tab=scan]").await;
        // It is known without network.
        stand.wire.turn(Weather::Cut);
        read(&mut tab, &badge.code).await;
        let text = next_result(&mut tab, &mut String::new()).await;
        assert!(text.contains("Ines Costa scanned Visitor Number0 at ") && text.contains("(hot)"), "{text}");
        assert!(text.contains("Saved, not yet sent"), "{text}");
        // A colleague's rating is not mine to lose.
        stand.wire.turn(Weather::Fair);
        tab.value("window.dispatchEvent(new Event('online'))").await;
        tab.until("document.querySelector('[data-card]').dataset.tone === 'sent'").await;
        let leads = stand.space.admin("Ana Admin").await.leads("").await.json();
        assert_eq!((&leads["total"], &leads["items"][0]["rating"]), (&json!(1), &json!("hot")));
        assert_eq!(leads["items"][0]["scan_count"], json!(2));
    }

    async fn a_result_says_what_is_not_shared_and_what_is_still_to_come(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        fair.site.set_disclosure(json!({"*": {"scannable": "yes"}, "press": {"scannable": "no"}})).await;
        let press = fair.registration("Petra Press").category("press").badge().await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        stand.pair(&mut tab).await;
        follows(fair).await;
        let mut last = String::new();
        read(&mut tab, &press.code).await;
        next_result(&mut tab, &mut last).await;
        says(&mut tab, "Saved. The organiser does not share this visitor’s details.").await;
        let text = tab.value("document.querySelector('.card-place').innerText").await;
        assert!(!text.as_str().unwrap().contains("Petra"), "{text}");

        // Registered at the desk a minute ago, and the phone has no network to hear of it.
        stand.wire.turn(Weather::Cut);
        let late = fair.registration("Lena Late").with(ContactField::Company, "Orbit").badge().await;
        read(&mut tab, &late.code).await;
        next_result(&mut tab, &mut last).await;
        says(&mut tab, "Saved, details follow").await;
        stand.wire.turn(Weather::Fair);
        tab.value("window.dispatchEvent(new Event('online'))").await;
        says(&mut tab, "Lena Late").await;
    }

    async fn what_the_camera_sees_and_is_no_badge_is_kept_by_a_tap_only(fair) {
        let camera = Camera::new();
        let Some(browser) = camera.browser(true).await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        stand.ready(&mut tab).await;
        camera.see("HTTPS://ORBIT.EXAMPLE");
        tab.until("document.querySelector('[data-offer=notBadge]') !== null").await;
        says(&mut tab, "Not a badge. Keep anyway?").await;
        assert_eq!(tab.value("document.querySelector('.sync-chip').dataset.unsent").await, json!("0"));
        assert_eq!(stand.scanned().await, [] as [&str; 0], "nothing is kept by looking");
        tab.click("[data-offer] .button").await;
        next_result(&mut tab, &mut String::new()).await;
        eventually(async || (stand.scanned().await == ["HTTPS://ORBIT.EXAMPLE"]).then_some(())).await;
    }

    async fn a_result_goes_by_itself_after_the_seconds_that_were_chosen_or_opens_at_once(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let badges = visitors::<2>(fair).await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        // What the page waits for, by how long.
        let source = "window.waits = []; const later = setTimeout;
            globalThis.setTimeout = (work, ms, ...more) => { waits.push(ms); return later(work, ms, ...more); };";
        tab.ask("Page.addScriptToEvaluateOnNewDocument", &json!({"source": source})).await;
        stand.pair(&mut tab).await;
        let choose = async |tab: &mut Tab, value: &str| {
            tab.click("[data-tab=more]").await;
            tab.until("document.querySelector('#s-card') !== null").await;
            let chosen = format!("(() => {{ const it = document.querySelector('#s-card'); it.value = '{value}';
                it.dispatchEvent(new Event('change')); return [...it.options].map((one) => one.value).join(); }})()");
            let offered = tab.value(&chosen).await;
            assert_eq!(offered, json!("1,2,3,5,open"));
            tab.click("[data-tab=scan]").await;
            tab.until("document.querySelector('.view') !== null").await;
        };
        choose(&mut tab, "1").await;
        tab.value("waits.length = 0").await;
        typed(&mut tab, &badges[0].number).await;
        tab.until("waits.includes(1000) && document.querySelector('[data-card]') === null").await;
        choose(&mut tab, "open").await;
        tab.click("[data-act=type]").await;
        tab.until("document.querySelector('dialog [name=number]') !== null").await;
        tab.value("document.querySelector('dialog [name=number]').focus()").await;
        tab.type_text(&badges[1].number).await;
        tab.click("dialog .primary").await;
        tab.until("document.querySelector('dialog #note') !== null").await;
    }

    async fn what_was_not_accepted_stays_until_it_is_dismissed(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let badges = visitors::<2>(fair).await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        stand.pair(&mut tab).await;
        stand.wire.turn(Weather::Cut);
        typed(&mut tab, &badges[0].number).await;
        let mut id = String::new();
        next_result(&mut tab, &mut id).await;
        // Another phone, with a fault, has used the same id for something else.
        let other = stand.space.phone("Ines Costa").await;
        let mut capture = other.scanned(&badges[1]);
        capture["id"] = json!(id);
        other.deliver(&[capture]).await.all_accepted();
        stand.wire.turn(Weather::Fair);
        tab.value("window.dispatchEvent(new Event('online'))").await;
        says(&mut tab, "Not accepted").await;
        for _ in 0..2 {
            tab.click("[data-tab=more]").await;
            tab.until("document.querySelectorAll('[data-part=refused] li').length === 1").await;
            let why = tab.value("document.querySelector('[data-part=refused] li').innerText").await;
            assert!(why.as_str().unwrap().len() > 20, "it says what and why: {why}");
            // It is still there when the app is opened again.
            tab.ask("Page.reload", &json!({})).await;
            tab.until("document.querySelector('.view') !== null").await;
        }
        tab.click("[data-tab=more]").await;
        tab.until("document.querySelector('[data-act=unpair]') !== null").await;
        tab.click("[data-act=dismiss]").await;
        tab.until("document.querySelector('[data-part=refused]').hidden").await;
        tab.ask("Page.reload", &json!({})).await;
        tab.until("document.querySelector('.view') !== null").await;
        tab.click("[data-tab=more]").await;
        tab.until("document.querySelector('[data-act=unpair]') !== null").await;
        assert_eq!(tab.value("document.querySelector('[data-part=refused]').hidden").await, json!(true));
    }
}
