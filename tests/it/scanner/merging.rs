//! A visitor who was registered twice, on the phone that scanned both badges.

use super::{PHONE, Stand, next_result, typed};
use harness::browser::{Browser, Tab};
use harness::on_every_engine;
use serde_json::json;

/// Waits until the list shows these and nobody else, whatever their order.
async fn shows(tab: &mut Tab, names: &[&str]) {
    let rows = "[...document.querySelectorAll('[data-lead] b')].map((name) => name.innerText).sort()";
    tab.until(&format!("JSON.stringify({rows}) === {:?}", json!(names).to_string())).await;
}

on_every_engine! {
    async fn whom_the_desk_merges_stands_once_in_the_phones_list_and_twice_again_when_it_is_undone(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let (noor, nour) = (fair.registration("Noor Aziz").badge().await, fair.registration("Nour Aziz").badge().await);
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        stand.pair(&mut tab).await;
        let mut last = String::new();
        for badge in [&noor, &nour] {
            typed(&mut tab, &badge.number).await;
            next_result(&mut tab, &mut last).await;
        }
        tab.click("[data-tab=leads]").await;
        shows(&mut tab, &["Noor Aziz", "Nour Aziz"]).await;

        let olga = fair.organizer().await;
        let merge = format!("/events/{}/registrations/{}/merge", fair.site.event, noor.registration);
        let merged = olga.api.post(&merge, &json!({"registration_id": nour.registration})).await.done(200);
        shows(&mut tab, &["Noor Aziz"]).await;
        // The queue knows the lead that is no more; the phone knows better when it is opened anew.
        tab.value("new Promise((go) => setTimeout(go, 1000))").await;
        tab.go(&format!("{}/scan", stand.wire.base)).await;
        tab.until("document.querySelector('[data-tab=leads]') !== null").await;
        tab.click("[data-tab=leads]").await;
        shows(&mut tab, &["Noor Aziz"]).await;

        let undo = format!("/events/{}/desk-actions/{}/undo", fair.site.event, merged["action_id"].as_str().unwrap());
        olga.api.post(&undo, &json!({})).await.done(200);
        shows(&mut tab, &["Noor Aziz", "Nour Aziz"]).await;
    }
}
