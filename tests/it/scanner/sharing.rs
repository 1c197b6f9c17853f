//! A phone that several people share, and one that changes from a tab to an app: the lock, the names of
//! each shift, the reminder at closing time, and the code by which the app takes over.

use super::{PHONE, Stand, entered, next_result, typed, visitors};
use harness::browser::Browser;
use harness::wire::Weather;
use harness::{eventually, on_every_engine};
use mobile_core::time::Timestamp;
use serde_json::{Value, json};

on_every_engine! {
    async fn a_locked_phone_shows_nothing_before_its_digits_are_typed(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        stand.pair(&mut tab).await;
        tab.click("[data-tab=more]").await;
        // What the page still waits for has been drawn: nothing moves under the finger.
        tab.until("document.querySelector('[data-act=unpair]') !== null").await;
        tab.until("document.querySelector('.toast') === null").await;
        tab.click("[data-act=lock]").await;
        tab.until("document.querySelector('dialog [name=digits]') !== null").await;
        tab.value("document.querySelector('dialog [name=digits]').focus()").await;
        tab.type_text("2468").await;
        tab.value("document.querySelector('dialog [name=again]').focus()").await;
        tab.type_text("2469").await;
        tab.click("dialog .primary").await;
        tab.until("document.querySelector('dialog .problem').hidden === false").await;
        tab.type_text("2468").await;
        tab.click("dialog .primary").await;
        tab.until("document.querySelector('[data-act=unlock]') !== null").await;

        tab.ask("Page.reload", &json!({})).await;
        tab.until("document.querySelector('[data-screen=lock]') !== null && document.querySelector('#tabs').hidden").await;
        tab.value("document.querySelector('[name=digits]').focus()").await;
        tab.type_text("1111").await;
        tab.until("document.querySelector('[data-screen=lock] .problem').hidden === false").await;
        tab.value("document.querySelector('[name=digits]').focus()").await;
        tab.type_text("2468").await;
        tab.until("document.querySelector('.view') !== null").await;
        let kept = tab.value("localStorage.getItem('leadline.lock')").await;
        assert!(!kept.as_str().unwrap().contains("\"2468\""), "{kept}");
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }

    async fn what_is_not_sent_at_closing_time_fills_the_screen_until_it_is(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let [badge] = visitors::<1>(fair).await;
        // The last day ended five minutes ago, by the phone's own clock.
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        let now = tab.value("Date.now()").await.as_f64().unwrap() as i64 * 1_000;
        let at = |minutes: i64| Timestamp::from_micros(now + minutes * 60_000_000);
        let olga = fair.organizer().await;
        let times = json!({"starts_at": at(-480), "ends_at": at(-5)});
        olga.api.patch(&format!("/events/{}", fair.site.event), None, &times).await.done(200);
        // The page looks every twenty seconds; here it looks at once.
        let hurry = "const later = setInterval; globalThis.setInterval = (work, ms) => later(work, Math.min(ms, 100));";
        tab.ask("Page.addScriptToEvaluateOnNewDocument", &json!({"source": hurry})).await;
        stand.pair(&mut tab).await;
        tab.click("[data-shift]").await;
        tab.until("document.querySelector('dialog .rows') !== null").await;
        tab.click("dialog .round").await;
        tab.until("document.querySelector('dialog') === null").await;
        stand.wire.turn(Weather::Cut);
        entered(&mut tab, &badge.number).await;
        tab.until("document.querySelector('[data-closing]')?.innerText.includes('1 not yet sent') === true").await;
        stand.wire.turn(Weather::Fair);
        tab.click("[data-closing] [data-act=sync]").await;
        tab.until("document.querySelector('[data-closing]').innerText.includes('Everything has arrived')").await;

        // Every day of the event closes when its last one does, and is over three hours later.
        let closing = tab.value("import(document.querySelector('script[type=module]').src.replace('main.js', 'closing.js'))
            .then(({ isClosing }) => { const hour = 3_600_000, end = 100 * 24 * hour;
                return [end, end - hour, end + hour, end - 23 * hour, end + 24 * hour, end + 4 * hour].map((now) => isClosing(end, now)); })").await;
        assert_eq!(closing, json!([true, false, true, true, false, false]));
    }

    async fn whoever_holds_a_phone_sees_the_names_of_what_they_scan_and_no_others(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        stand.space.scanner("Mei Tanaka").await;
        let olga = fair.organizer().await;
        let exhibitor = format!("/events/{}/exhibitors/{}", fair.site.event, stand.space.id);
        olga.api.patch(&exhibitor, None, &json!({"visibility": "own"})).await.done(200);
        let [first, second, third] = visitors::<3>(fair).await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        stand.pair(&mut tab).await;
        let mut last = String::new();
        typed(&mut tab, &first.number).await;
        next_result(&mut tab, &mut last).await;
        tab.until("document.querySelector('.card-place').innerText.includes('Visitor Number0')").await;
        tab.click("[data-shift]").await;
        tab.until("[...document.querySelectorAll('dialog .row')].some((row) => row.innerText.includes('Mei'))").await;
        tab.value("[...document.querySelectorAll('dialog .row')].find((row) => row.innerText.includes('Mei')).click()").await;
        tab.until("document.querySelector('[data-shift]').innerText.includes('Mei')").await;
        // Mei sees whom she scans, though the phone is Karim's, and nobody of his.
        typed(&mut tab, &second.number).await;
        next_result(&mut tab, &mut last).await;
        tab.until("document.querySelector('.card-place').innerText.includes('Visitor Number1')").await;
        tab.click("[data-tab=leads]").await;
        tab.until("document.querySelector('.lead-list')?.innerText.includes('Visitor Number1') === true").await;
        assert_eq!(tab.value("document.querySelector('.lead-list').innerText.includes('Number0')").await, json!(false));
        // Nor does a temp, who has a name alone, see what another one scanned.
        for name in ["Tia", "Tom"] {
            tab.click("[data-tab=scan]").await;
            tab.until("document.querySelector('.view') !== null").await;
            tab.click("[data-shift]").await;
            tab.until("document.querySelector('dialog [name=operator]') !== null").await;
            tab.value("document.querySelector('dialog [name=operator]').focus()").await;
            tab.type_text(name).await;
            tab.click("dialog .beside .primary").await;
            tab.until(&format!("document.querySelector('[data-shift]').innerText.includes('{name}')")).await;
            tab.until("document.querySelector('dialog') === null").await;
            assert_eq!(tab.value("document.querySelector('[data-card]')").await, json!(null), "it was the former one's");
            if name == "Tia" {
                typed(&mut tab, &third.number).await;
                next_result(&mut tab, &mut last).await;
                tab.until("document.querySelector('.sync-chip').dataset.unsent === '0'").await;
            }
        }
        tab.click("[data-tab=leads]").await;
        tab.until("document.querySelector('.lead-list .empty') !== null").await;
    }

    async fn a_scan_of_a_colleagues_badge_changes_who_scans_without_network_too(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let ada = stand.space.admin("Ana Admin").await;
        let mei = json!({"first_name": "Mei", "last_name": "Tanaka", "email": "mei@acme.example",
            "roles": ["scanner", "attendee"]});
        let mei = ada.api.post(&format!("/exhibitors/{}/team", stand.space.id), &mei).await.done(201);
        let [badge] = visitors::<1>(fair).await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        stand.pair(&mut tab).await;
        // The crew came with the network, which goes now.
        tab.click("[data-shift]").await;
        tab.until("[...document.querySelectorAll('dialog .row')].some((row) => row.innerText.includes('Mei'))").await;
        tab.click("dialog .round").await;
        stand.wire.turn(Weather::Cut);
        let person = format!("/events/{}/registrations/{}", fair.site.event, mei["registration_id"].as_str().unwrap());
        let person = fair.organizer().await.api.get(&person).await.done(200);
        typed(&mut tab, person["badge"]["number"].as_str().unwrap()).await;
        tab.until("document.querySelector('[data-offer=shift]')?.innerText.includes('Mei Tanaka') === true").await;
        tab.click("[data-offer=shift] [data-act=shift]").await;
        tab.until("document.querySelector('[data-shift]').innerText.includes('Mei Tanaka')").await;
        assert_eq!(tab.value("document.querySelector('.sync-chip').dataset.unsent").await, json!("0"), "it was no scan");
        typed(&mut tab, &badge.number).await;
        tab.until("document.querySelector('.sync-chip').dataset.unsent === '1'").await;
        stand.wire.turn(Weather::Fair);
        tab.value("window.dispatchEvent(new Event('online'))").await;
        tab.until("document.querySelector('.sync-chip').dataset.unsent === '0'").await;
        let leads: Value = ada.leads("").await.ok();
        assert_eq!((&leads["total"], &leads["items"][0]["scans"][0]["member_name"]), (&json!(1), &json!("Mei Tanaka")));
    }

    async fn an_app_takes_the_place_of_its_tab_with_a_code_that_works_once(fair) {
        let stand = Stand::at(fair, "Acme").await;
        let ada = stand.space.admin("Ana Admin").await;
        let pair = async |code: &str, install: &str| {
            let phone = json!({"pairing_code": code, "install_id": install, "device_name": "iPhone", "platform": "iOS"});
            fair.site.api.post("/auth/devices", &phone).await
        };
        let tab = pair(&stand.code, "the tab").await.done(201);
        let as_tab = fair.site.api.with_token(tab["device_token"].as_str().unwrap());
        let path = format!("/exhibitors/{}/transfer-code", stand.space.id);
        ada.api.post(&path, &json!({})).await.refused("invalid_field");
        let made = as_tab.post(&path, &json!({})).await.done(201);
        let code = made["pairing_code"].as_str().unwrap();
        let app = pair(code, "the app").await.done(201);
        assert_eq!(app["member"], tab["member"], "it stays the same person's");
        pair(code, "a third").await.refused("used_up");
        let devices = ada.api.get(&format!("/exhibitors/{}/devices", stand.space.id)).await.done(200);
        let states: Vec<_> = devices["items"].as_array().unwrap().iter().map(|device| device["status"].clone()).collect();
        assert_eq!(states, ["revoked", "active"]);
    }

    async fn a_phone_renews_its_token_by_itself_and_goes_back_to_the_former_where_the_server_was_set_back(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let badges = visitors::<2>(fair).await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        stand.pair(&mut tab).await;
        let kept = "JSON.parse(localStorage.getItem('leadline.pairing'))";
        let first = tab.value(&format!("{kept}.token")).await;
        let keep = |changes: &str| format!("localStorage.setItem('leadline.pairing', JSON.stringify({{ ...{kept}, {changes} }}))");
        tab.value(&keep("token_at: 0")).await;
        tab.ask("Page.reload", &json!({})).await;
        tab.until(&format!("{kept}?.former_token === {first}")).await;
        tab.until("document.querySelector('[data-act=type]') !== null").await;
        typed(&mut tab, &badges[0].number).await;
        eventually(async || (stand.scanned().await.len() == 1).then_some(())).await;
        let former = fair.site.api.with_token(first.as_str().unwrap());
        former.post("/captures", &json!({"sent_at": fair.now(), "captures": []})).await.refused("not_signed_in");

        let second = tab.value(&format!("{kept}.token")).await;
        tab.value(&keep(&format!("token: 'ld_unknown', former_token: {second}"))).await;
        tab.ask("Page.reload", &json!({})).await;
        tab.until(&format!("{kept}?.token === {second}")).await;
        tab.until("document.querySelector('[data-act=type]') !== null").await;
        typed(&mut tab, &badges[1].number).await;
        eventually(async || (stand.scanned().await.len() == 2).then_some(())).await;
    }

    async fn a_colleagues_scan_comes_to_the_phones_list_by_its_own_socket(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let [first, second] = visitors::<2>(fair).await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        stand.pair(&mut tab).await;
        tab.click("[data-tab=leads]").await;
        tab.until("document.querySelector('.lead-list .empty') !== null").await;
        let sockets = || fair.app().metrics.sockets.get();
        eventually(async || (sockets() == 1).then_some(())).await;
        let colleague = stand.space.phone("Ines").await;
        colleague.scan(&first).upload().await.all_accepted();
        tab.until("document.querySelector('.lead-list').innerText.includes('Visitor Number0')").await;
        assert_eq!(sockets(), 1, "it came by the socket that was open");

        // After a cut the phone comes back to where it was.
        stand.wire.turn(Weather::Cut);
        colleague.scan(&second).upload().await.all_accepted();
        eventually(async || (sockets() == 0).then_some(())).await;
        stand.wire.turn(Weather::Fair);
        tab.value("window.dispatchEvent(new Event('online'))").await;
        tab.until("document.querySelector('.lead-list').innerText.includes('Visitor Number1')").await;
    }
}
