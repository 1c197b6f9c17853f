//! What is written about a lead: it is kept when its sheet is closed over it, and belongs to whom it was written of.

use super::{PHONE, Stand, next_result, typed, visitors};
use harness::browser::Browser;
use harness::on_every_engine;
use harness::wire::Weather;
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
}
