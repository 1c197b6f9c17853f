//! What is written about a lead: it is kept when its sheet is closed over it, and belongs to whom it was written of.

use super::{PHONE, Stand, next_result, typed, visitors};
use harness::browser::Browser;
use harness::wire::Weather;
use harness::{eventually, on_every_engine};
use serde_json::json;

on_every_engine! {
    async fn what_is_typed_about_a_lead_is_kept_when_its_sheet_is_closed_over_it(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let [badge] = visitors::<1>(fair).await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        stand.pair(&mut tab).await;
        typed(&mut tab, &badge.number).await;
        next_result(&mut tab, &mut String::new()).await;
        tab.until("document.querySelector('.sync-chip').dataset.unsent === '0'").await;
        tab.click(".result .result-line").await;
        tab.until("document.querySelector('dialog #note') !== null").await;
        tab.value("document.querySelector('#note').focus()").await;
        tab.type_text("wants a demo in May").await;
        tab.value("document.querySelector('#tag').focus()").await;
        tab.type_text("reseller").await;
        tab.value("document.querySelector('[data-act=contact]').open = true").await;
        tab.value("document.querySelector('#f-phone').focus()").await;
        tab.type_text("+33 1 23 45 67 89").await;
        tab.click("dialog .round").await;
        // The scan and the three that were typed.
        tab.until("document.querySelector('dialog') === null").await;
        tab.click("[data-tab=leads]").await;
        tab.until("document.querySelector('[data-lead]') !== null").await;
        tab.click("[data-lead]").await;
        tab.until("document.querySelector('.notes')?.innerText.includes('wants a demo in May') === true").await;
        tab.until("document.querySelector('dialog .chip')?.innerText.includes('reseller') === true").await;
        tab.until("document.querySelector('dialog .facts')?.innerText.includes('+33 1 23 45 67 89') === true").await;
        assert_eq!(tab.value("document.querySelector('#note').value").await, json!(""), "it is kept once");
        tab.click("dialog .round").await;
        tab.until("document.querySelector('dialog') === null").await;
        tab.until("document.querySelector('.sync-chip').dataset.unsent === '0'").await;
        let leads = stand.space.admin("Ana Admin").await.leads("").await.json();
        let lead = &leads["items"][0];
        assert_eq!((&lead["notes"][0]["text"], &lead["tags"]), (&json!("wants a demo in May"), &json!(["reseller"])), "{lead:#}");
        // Nothing of what was not typed went with it.
        assert_eq!(lead["contact"], json!({"phone": "+33 1 23 45 67 89"}), "{lead:#}");
        assert_eq!(lead["note_count"], json!(1));
    }

    async fn what_is_being_typed_goes_along_when_another_window_takes_over(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let [badge] = visitors::<1>(fair).await;
        let mut first = browser.tab(PHONE.0, PHONE.1).await;
        stand.pair(&mut first).await;
        typed(&mut first, &badge.number).await;
        next_result(&mut first, &mut String::new()).await;
        first.click(".result .result-line").await;
        first.until("document.querySelector('dialog #note') !== null").await;
        first.value("document.querySelector('#note').focus()").await;
        first.type_text("call back on Monday").await;
        let mut second = browser.tab(PHONE.0, PHONE.1).await;
        second.go(&format!("{}/scan", stand.wire.base)).await;
        second.until("document.querySelector('.plain-screen .primary') !== null").await;
        second.click(".plain-screen .primary").await;
        second.until("document.querySelector('.sync-chip') !== null").await;
        let ada = stand.space.admin("Ana Admin").await;
        let noted = eventually(async || {
            let lead = ada.leads("").await.json()["items"][0].clone();
            (lead["note_count"] == 1).then_some(lead)
        });
        assert_eq!(noted.await["notes"][0]["text"], "call back on Monday");
    }

    async fn a_rating_that_comes_late_or_fails_is_not_shown_on_somebody_elses_card(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let badges = visitors::<2>(fair).await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        // What the page asks of its worker about a rating waits here until it is wanted.
        let hold = "window.held = [];
            const ask = Worker.prototype.postMessage;
            Worker.prototype.postMessage = function (said, ...rest) {
                const send = () => ask.call(this, said, ...rest);
                if (said.asked?.fields?.kind === 'rating') window.held.push([this, said.id, send]);
                else send();
            };";
        tab.ask("Page.addScriptToEvaluateOnNewDocument", &json!({"source": hold})).await;
        stand.pair(&mut tab).await;
        let mut last = String::new();
        typed(&mut tab, &badges[0].number).await;
        next_result(&mut tab, &mut last).await;
        tab.click(".result [data-rating=hot]").await;
        tab.until("window.held.length === 1").await;
        typed(&mut tab, &badges[1].number).await;
        next_result(&mut tab, &mut last).await;
        tab.value("window.held[0][2]()").await;
        let ada = stand.space.admin("Ana Admin").await;
        let hot = eventually(async || {
            let leads = ada.leads("").await.json();
            leads["items"].as_array().unwrap().iter().find(|lead| lead["rating"] == "hot").cloned()
        });
        assert_eq!(hot.await["registration"]["last_name"], "Number0");
        let pressed = "[...document.querySelectorAll('.result .rate')].filter((one) => one.ariaPressed === 'true').length";
        assert_eq!(tab.value(pressed).await, json!(0), "it is the other one's");

        // A rating that cannot be kept is said not to be.
        tab.click(".result [data-rating=warm]").await;
        tab.until("window.held.length === 2").await;
        tab.value("(() => {
            const [worker, id] = window.held[1];
            worker.dispatchEvent(new MessageEvent('message', { data: { id, error: 'no room', name: 'Error' } }));
        })()").await;
        tab.until("document.querySelector('.toast')?.innerText.includes('Not saved') === true").await;
        assert_eq!(tab.value(pressed).await, json!(0));
    }

    async fn somebody_without_a_badge_is_written_down_and_found_without_network(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let [badge] = visitors::<1>(fair).await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        stand.pair(&mut tab).await;
        typed(&mut tab, &badge.number).await;
        next_result(&mut tab, &mut String::new()).await;
        tab.until("document.querySelector('.sync-chip').dataset.unsent === '0'").await;
        stand.wire.turn(Weather::Cut);
        tab.click("[data-tab=leads]").await;
        tab.until("document.querySelector('.lead-list')?.innerText.includes('Visitor Number0') === true").await;
        tab.click("[data-act=manual]").await;
        tab.until("document.querySelector('dialog #f-last_name') !== null").await;
        tab.value("document.querySelector('dialog #f-last_name').focus()").await;
        tab.type_text("Okafor").await;
        tab.click("dialog .primary").await;
        tab.until("document.querySelector('dialog #note') !== null").await;
        tab.value("document.querySelector('dialog').close()").await;
        tab.until("document.querySelectorAll('[data-lead]').length === 2").await;
        tab.value("document.querySelector('[type=search]').focus()").await;
        tab.type_text("oka").await;
        tab.until("[...document.querySelectorAll('[data-lead] b')].map((name) => name.innerText).join() === 'Okafor'").await;
        stand.wire.turn(Weather::Fair);
        tab.value("window.dispatchEvent(new Event('online'))").await;
        let ada = stand.space.admin("Ana Admin").await;
        eventually(async || (ada.leads("").await.json()["total"] == 2).then_some(())).await;
    }
}
