//! The pages of conversations and connections, used from both sides in real browsers.

use crate::browsing::{attendee_tab, has, opened, picture, put, sure};
use harness::browser::Browser;
use harness::{Badge, Fair, on_every_engine};
use mobile_core::capture::ContactField;
use serde_json::json;

const NOOR: &str = "noor@a.example";

async fn noor(fair: &Fair) -> Badge {
    let noor = fair.registration("Noor Aziz").with(ContactField::Email, NOOR);
    noor.with(ContactField::Company, "Aziz & Co").with(ContactField::JobTitle, "Buyer").badge().await
}

on_every_engine! {
    async fn an_organiser_sees_how_much_is_written_closes_a_report_and_sets_limits_but_reads_no_text(fair) {
        let Some(browser) = Browser::start().await else { return };
        fair.site.set_disclosure(json!({"*": {"listed": true}})).await;
        let badge = noor(fair).await;
        let acme = fair.exhibitor("Acme").open().await;
        let ada = acme.admin("Ada Admin").await;
        let talks = format!("/exhibitors/{}/conversations", acme.id);
        let begun = json!({"registration_id": badge.registration, "text": "Our secret discount"});
        let talk = ada.api.post(&talks, &begun).await.done(201);
        let talk = format!("{talks}/{}", talk["id"].as_str().unwrap());
        assert!(ada.api.post(&format!("{talk}/report"), &json!({"reason": "offensive"})).await.status < 300);
        let olga = fair.organizer().await;
        let path = format!("/events/{}/messages", fair.site.event);
        let mut tab = opened(&browser, &olga.api, &path).await;
        has(&mut tab, "#reports", "Insults, threats, harassment").await;
        has(&mut tab, "#volumes", "Acme").await;
        crate::helpdesk::picture(&mut tab, "oversight-1440").await;
        tab.click("#reports button").await;
        has(&mut tab, "#reports", "Dealt with").await;
        tab.until("document.querySelector('#reports tr[data-muted]') !== null").await;
        tab.click("[data-open=limits]").await;
        tab.value("document.querySelector('#limits [name=daily_requests]').value = '7'").await;
        tab.click("#limits .button.primary").await;
        has(&mut tab, "#main", "7 new people").await;
        let rules = olga.api.get(&format!("/events/{}/sharing-rules", fair.site.event)).await.json();
        assert_eq!(rules["daily_requests"], 7);
        let shown = tab.value("document.documentElement.outerHTML").await.to_string();
        for hidden in ["secret discount", "Noor", NOOR] {
            assert!(!shown.contains(hidden), "{hidden}");
        }
        // Who only watches sees the numbers, and can close nothing.
        let vera = fair.site.organizer_member("Vera Viewer", "viewer").await;
        let mut watched = opened(&browser, &vera.api, &path).await;
        has(&mut watched, "#volumes", "Acme").await;
        assert_eq!(watched.value("document.querySelector('#reports, [data-open=limits]') === null").await, json!(true));
        let mut phone = browser.tab(390, 844).await;
        phone.sign_in(&olga.api).await;
        phone.go(&format!("{}{path}", olga.api.base())).await;
        assert_eq!(phone.value("document.documentElement.scrollWidth").await, json!(390));
        crate::helpdesk::picture(&mut phone, "oversight-390").await;
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }

    async fn an_exhibitor_writes_the_attendee_shares_and_the_contact_comes_and_goes_in_the_open_leads_tab(fair) {
        let Some(browser) = Browser::start().await else { return };
        fair.site.set_disclosure(json!({"*": {"listed": true}})).await;
        let badge = noor(fair).await;
        let acme = fair.exhibitor("Acme").open().await;
        let ada = acme.admin("Ada Admin").await;
        acme.scanner("Sam Scanner").await;
        let space = format!("/exhibitors/{}", acme.id);
        let mut leads = opened(&browser, &ada.api, &format!("{space}/leads?tab=contact_sharing")).await;
        leads.until("document.querySelector('.live')?.dataset.state === 'live'").await;
        picture(&mut leads, "sharing-leads-empty-1440").await;
        let mut desk = opened(&browser, &ada.api, &format!("{space}/conversations/new?registration={}", badge.registration)).await;
        put(&mut desk, "[name=text]", "May we show you our <b>pump</b>?").await;
        desk.click("form .button.primary").await;
        desk.until("document.querySelector('.thread .line') !== null && document.readyState === 'complete'").await;
        has(&mut desk, ".line-text", "<b>pump</b>").await;
        assert!(!desk.value("document.querySelector('#main').textContent").await.to_string().contains(NOOR));
        let (mut phone, _) = attendee_tab(fair, &browser, NOOR, &format!("/attendee/{}/messages", badge.registration)).await;
        has(&mut phone, "#conversations", "Asks for your details").await;
        picture(&mut phone, "messages-390").await;
        phone.click("#conversations a").await;
        phone.until("document.querySelector('.thread .line') !== null && document.readyState === 'complete'").await;
        picture(&mut phone, "message-390").await;
        put(&mut phone, "[name=text]", "Gladly, at four").await;
        phone.click(".thread-form .button.primary").await;
        has(&mut phone, ".line[data-own] .line-text", "Gladly").await;
        // What one writes comes up at the other without anybody loading the page again.
        has(&mut desk, ".thread", "Gladly, at four").await;
        put(&mut desk, "[name=text]", "See you then").await;
        desk.click(".thread-form .button.primary").await;
        has(&mut phone, ".thread", "See you then").await;
        phone.to_front().await;
        phone.click("#share").await;
        sure(&mut phone).await;
        has(&mut phone, "#sharing", "Sees your details").await;
        has(&mut leads, "#rows", "Noor Aziz").await;
        has(&mut desk, ".talk-side", NOOR).await;
        picture(&mut leads, "sharing-leads-1440").await;
        picture(&mut desk, "conversation-1440").await;
        phone.to_front().await;
        phone.click("#withdraw").await;
        sure(&mut phone).await;
        has(&mut phone, "#sharing", "Details withdrawn").await;
        leads.until("!document.querySelector('#main').textContent.includes('Noor Aziz')").await;
        desk.until(&format!("!document.querySelector('#main').textContent.includes('{NOOR}')")).await;
        desk.go(&format!("{}{space}/conversations", ada.api.base())).await;
        picture(&mut desk, "conversations-1440").await;
        let mut narrow = browser.tab(390, 844).await;
        narrow.sign_in(&ada.api).await;
        narrow.go(&format!("{}{space}/conversations", ada.api.base())).await;
        picture(&mut narrow, "conversations-390").await;
        narrow.click("#conversations a").await;
        narrow.until("document.querySelector('.thread .line') !== null && document.readyState === 'complete'").await;
        picture(&mut narrow, "conversation-390").await;
        for tab in [&mut leads, &mut desk, &mut phone, &mut narrow] {
            assert_eq!(tab.problems(), [] as [&str; 0]);
        }
    }
}
