//! A phone whose access ended, and that is paired again.

use super::{PHONE, Stand, typed, visitors};
use harness::browser::Browser;
use harness::{eventually, on_every_engine};
use serde_json::json;

on_every_engine! {
    async fn a_phone_that_is_paired_again_hears_its_colleagues_again_without_being_opened_anew(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let ada = stand.space.admin("Ana Admin").await;
        let badges = visitors::<2>(fair).await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        stand.pair(&mut tab).await;
        let sockets = || fair.app().metrics.sockets.get();
        eventually(async || (sockets() == 1).then_some(())).await;
        let devices = format!("/exhibitors/{}/devices", stand.space.id);
        let listed = ada.api.get(&devices).await.done(200);
        let device = listed["items"][0]["id"].as_str().unwrap();
        ada.api.delete(&format!("{devices}/{device}")).await.done(204);
        eventually(async || (sockets() == 0).then_some(())).await;
        // It learns of it from the answer to what it sends.
        typed(&mut tab, &badges[0].number).await;
        tab.until("document.querySelector('[data-trouble=ended]') !== null").await;

        tab.click("[data-trouble=ended] .primary").await;
        tab.until("document.querySelector('[name=code]') !== null").await;
        tab.value("document.querySelector('[name=code]').focus()").await;
        let made = ada.api.post(&format!("/exhibitors/{}/pairing-codes", stand.space.id), &json!({})).await.done(201);
        tab.type_text(made["pairing_code"].as_str().unwrap()).await;
        tab.click("[data-act=pair]").await;
        tab.until("document.querySelector('.view') !== null && document.querySelector('[data-trouble=ended]') === null").await;
        eventually(async || (sockets() == 1).then_some(())).await;
        assert_eq!(tab.value("document.querySelector('[data-trouble=ended]')").await, json!(null));
        tab.click("[data-tab=leads]").await;
        tab.until("document.querySelector('.lead-list')?.children.length > 0").await;
        stand.space.phone("Ines").await.scan(&badges[1]).upload().await.all_accepted();
        tab.until("document.querySelector('.lead-list').innerText.includes('Visitor Number1')").await;
        tab.click("[data-tab=scan]").await;
        tab.until("document.querySelector('.view') !== null").await;
        assert_eq!(tab.value("document.querySelector('[data-trouble=ended]')").await, json!(null));
    }
}
