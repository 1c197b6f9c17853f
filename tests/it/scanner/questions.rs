//! The questions of a stand on a phone: kept without network, answered there, read by colleagues.

use super::{PHONE, Stand, entered, next_result, typed, visitors};
use harness::browser::Browser;
use harness::on_every_engine;
use harness::wire::Weather;
use reqwest::Method;
use serde_json::{Value, json};

fn form(asks_at_once: bool) -> Value {
    json!({"languages": ["en", "fr"], "asks_at_once": asks_at_once, "tags": ["demo", "price list"], "questions": [
        {"key": "timeframe", "kind": "choice", "required": true, "words": {"en": "When do you plan to buy?"}, "choices": [
            {"key": "now", "words": {"en": "Now"}}, {"key": "later", "words": {"en": "Next year"}}]},
        {"key": "visit", "kind": "yes_no", "words": {"en": "May we visit your plant?"}},
        {"key": "town", "kind": "text", "words": {"en": "In which town?"}, "when": {"question": "visit", "is": ["yes"]}},
        {"key": "cells", "kind": "number", "words": {"en": "How many robot cells?"}},
    ]})
}

async fn asks(stand: &Stand, form: &Value) {
    let ada = stand.space.admin("Ari Admin").await;
    let path = format!("/exhibitors/{}/form", stand.space.id);
    let headers = [("content-type", "application/json")];
    ada.api.send(Method::PUT, &path, &headers, Some(form.to_string().into_bytes())).await.done(200);
}

const SHOWN: &str = "document.querySelectorAll('dialog .question:not([hidden])').length";

/// Gives an answer and takes it back before the page hears that the first was kept (it is busy meanwhile), and
/// watches what the sheet shows when it is drawn anew.
const TWO_TAPS: &str = "(() => {
  const question = document.querySelector('dialog [data-question=timeframe]');
  Object.assign(window, { drawn: 0, wasBack: false });
  new MutationObserver(() => {
    window.drawn += 1;
    window.wasBack ||= question.querySelector('[value=now]').checked;
  }).observe(document.querySelector('dialog .lead-parts'), { childList: true });
  question.querySelector('[value=now]').click();
  for (const begun = Date.now(); Date.now() < begun + 500;);
  question.querySelector('.clear').click();
})()";

on_every_engine! {
    async fn questions_answered_without_network_are_read_in_their_words(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        asks(&stand, &form(false)).await;
        let [badge] = visitors::<1>(fair).await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        stand.pair(&mut tab).await;
        tab.until("navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)").await;
        tab.click("[data-shift]").await;
        tab.until("document.querySelector('dialog .rows') !== null").await;

        // The questions came with the crew, and are there after a start without network.
        stand.wire.turn(Weather::Cut);
        tab.ask("Page.reload", &json!({})).await;
        tab.until("document.querySelector('.view') !== null").await;
        typed(&mut tab, &badge.number).await;
        next_result(&mut tab, &mut String::new()).await;
        tab.click(".result .result-line").await;
        tab.until(&format!("{SHOWN} === 3")).await;
        // A tag that the stand offers is one tap, without network too.
        tab.until("document.querySelectorAll('dialog [data-offered]').length === 2").await;
        tab.click("dialog [data-question=timeframe] [value=later]").await;
        tab.click("dialog [data-question=visit] [value=yes]").await;
        tab.until(&format!("{SHOWN} === 4")).await;
        tab.value("document.querySelector('dialog [data-question=town] textarea').focus()").await;
        tab.type_text("Lyon").await;
        tab.value("document.querySelector('dialog [data-question=cells] input').focus()").await;
        tab.type_text("4").await;
        // The number may be kept as soon as the sheet is drawn anew, at the latest when it closes.
        tab.until("Number(document.querySelector('.sync-chip').dataset.unsent) >= 4").await;
        // Closing over what is typed keeps it too.
        tab.value("document.querySelector('dialog').close()").await;
        tab.until("document.querySelector('.sync-chip').dataset.unsent === '5'").await;

        stand.wire.turn(Weather::Fair);
        tab.click("[data-tab=more]").await;
        tab.click("[data-act=sync]").await;
        tab.until("document.querySelector('.sync-count').dataset.unsent === '0'").await;
        assert_eq!(tab.problems().iter().filter(|said| !said.contains("ERR_")).count(), 0);

        // The Leads tab shows it in the question's words, and edits it with the same fields.
        let ada = stand.space.admin("Ana Admin").await;
        let leads = ada.leads("").await.json();
        let lead = &leads["items"][0];
        assert_eq!(lead["answers"], json!({"timeframe": "later", "visit": true, "town": "Lyon", "cells": 4}));
        let history = format!("/exhibitors/{}/leads/{}/history", stand.space.id, lead["id"].as_str().unwrap());
        assert_eq!(ada.api.get(&history).await.done(200)["items"][0]["capture"]["form_version"], 1);
        let mut desk = browser.tab(1440, 900).await;
        desk.sign_in(&ada.api).await;
        desk.go(&format!("{}/exhibitors/{}/leads/{}", ada.api.base(), stand.space.id, lead["id"].as_str().unwrap())).await;
        desk.until("document.querySelector('.answered')?.innerText.includes('Next year') === true").await;
        let said = desk.value("document.querySelector('.answered').innerText").await;
        for text in ["When do you plan to buy?", "In which town?", "Lyon", "How many robot cells?", "Yes"] {
            assert!(said.as_str().unwrap().contains(text), "{text}: {said}");
        }
        desk.click("[data-action=answer]").await;
        desk.until("document.querySelector('.answer-form') !== null").await;
        desk.click(".answer-form [data-question=timeframe] [value=now]").await;
        desk.click(".answer-form .primary").await;
        desk.until("document.querySelector('.answered')?.innerText.includes('Now') === true").await;
        let csv = ada.api.get(&format!("/exhibitors/{}/leads/export?format=csv", stand.space.id)).await.text();
        assert!(csv.contains("When do you plan to buy?") && csv.contains(",Now,true,Lyon,4,"), "{csv}");
    }

    async fn a_stand_that_asks_at_once_opens_the_questions_after_each_scan(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        asks(&stand, &form(true)).await;
        let [badge] = visitors::<1>(fair).await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        stand.pair(&mut tab).await;
        tab.click("[data-shift]").await;
        tab.until("document.querySelector('dialog .rows') !== null").await;
        tab.click("dialog .round").await;
        tab.until("document.querySelector('dialog') === null").await;
        entered(&mut tab, &badge.number).await;
        tab.until(&format!("{SHOWN} === 3")).await;
        tab.click("dialog [data-question=timeframe] [value=now]").await;
        tab.until("document.querySelector('dialog [data-question=timeframe] [value=now]').checked").await;
        tab.click("dialog [data-question=timeframe] .clear").await;
        // Two taps in a row: what was before the second never shows again.
        tab.value(TWO_TAPS).await;
        tab.until("window.drawn > 0 && document.querySelector('.sync-chip').dataset.unsent === '0'").await;
        assert_eq!(tab.value("window.wasBack").await, json!(false));
        tab.click("dialog [data-question=timeframe] [value=now]").await;
        tab.until("document.querySelector('dialog [data-question=timeframe] [value=now]').checked").await;
        // A second tap on Clear takes it back, and the phone says that something is still to answer.
        tab.click("dialog [data-question=timeframe] .clear").await;
        tab.click("dialog .round").await;
        tab.until("document.querySelector('.toast')?.innerText.includes('1 required') === true").await;
        tab.until("document.querySelector('.sync-chip').dataset.unsent === '0'").await;
        let leads = stand.space.admin("Ana Admin").await.leads("").await.json();
        assert_eq!(leads["items"][0]["answers"], json!({}));
    }
}
