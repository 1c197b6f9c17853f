//! What an open list of leads does while its leads change: they go into it and out of it by its filter, nobody's row
//! is pulled away, and nobody gets out of reach.

use crate::browsing::opened;
use crate::desk::Desk;
use harness::browser::{Browser, Tab};
use harness::{TeamMember, on_every_engine};
use mobile_core::ids::LeadId;
use serde_json::{Value, json};

const LIVE: &str = "document.querySelector('#live')?.dataset.state === 'live'";
const NAMES: &str = "[...document.querySelectorAll('#rows .who')].map((one) => one.textContent).join()";
const ROWS: &str = "document.querySelectorAll('#rows tr').length";
const MORE: &str = "document.querySelector('[data-action=more]')";

/// Changes a lead as it is now.
async fn change(member: &TeamMember, lead: LeadId, what: &Value) {
    let version = member.ask_lead(lead).await.header("etag").unwrap().to_owned();
    member.edit(lead, Some(&version), what).await.done(200);
}

/// Waits until the list has these people, and says how many they are.
async fn lists(tab: &mut Tab, names: &str, total: usize) {
    tab.until(&format!("{NAMES} === '{names}'")).await;
    tab.until(&format!("document.querySelector('[data-total]').textContent === '{total}'")).await;
}

/// Loads one page after the other until there is none.
async fn load_all(tab: &mut Tab) {
    while tab.value(&format!("{MORE} !== null")).await == json!(true) {
        let rows = tab.value(ROWS).await;
        tab.value(&format!("{MORE}.click()")).await;
        tab.until(&format!("{ROWS} > {rows}")).await;
    }
}

on_every_engine! {
    async fn leads_go_into_a_filtered_list_and_out_of_it_as_they_change(fair) {
        let Some(browser) = Browser::start().await else { return };
        let desk = Desk::open(fair).await;
        let ari = desk.space.admin("Ari Admin").await;
        let mut leads = Vec::new();
        for name in ["Ana Abel", "Bea Baum", "Cleo Cruz"] {
            let badge = fair.registration(name).badge().await;
            leads.push(desk.phone.scan(&badge).upload().await.all_accepted().lead_id());
            fair.app().clock.advance(1_000_000);
        }
        let [ana, bea, cleo] = leads[..] else { panic!("three leads") };
        change(&ari, ana, &json!({"rating": "hot"})).await;
        let list = format!("/exhibitors/{}/leads?rating=hot", desk.space.id);
        let mut tab = opened(&browser, &desk.admin.api, &list).await;
        tab.until(LIVE).await;
        lists(&mut tab, "Ana Abel", 1).await;
        change(&ari, bea, &json!({"rating": "hot"})).await;
        lists(&mut tab, "Bea Baum,Ana Abel", 2).await;
        change(&ari, ana, &json!({"rating": "warm"})).await;
        lists(&mut tab, "Bea Baum", 1).await;

        // Whoever has a row open or in the focus keeps it until they leave it.
        tab.to_front().await;
        tab.value("document.querySelector('#rows .who').click()").await;
        tab.until("document.querySelector('#panel #lead-name')?.textContent.includes('Bea Baum') === true").await;
        change(&ari, bea, &json!({"rating": "cold"})).await;
        tab.until("document.querySelector('#rows tr').hasAttribute('data-left')").await;
        lists(&mut tab, "Bea Baum", 0).await;
        tab.press("Escape").await;
        tab.until("document.querySelector('#panel').hidden && document.activeElement.textContent === 'Bea Baum'").await;
        tab.value("document.activeElement.blur()").await;
        lists(&mut tab, "", 0).await;
        tab.until("document.querySelector('[data-empty]') !== null").await;
        change(&ari, cleo, &json!({"rating": "hot"})).await;
        lists(&mut tab, "Cleo Cruz", 1).await;
        assert_eq!(tab.value("document.querySelector('[data-empty]')").await, json!(null));

        // In another order, the server says where it belongs.
        let mut tab = opened(&browser, &desk.admin.api, &format!("{list}&sort=name")).await;
        tab.until(LIVE).await;
        change(&ari, ana, &json!({"rating": "hot"})).await;
        lists(&mut tab, "Ana Abel,Cleo Cruz", 2).await;
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }

    async fn a_list_that_scans_make_long_leaves_nobody_out_of_reach(fair) {
        let Some(browser) = Browser::start().await else { return };
        let desk = Desk::open(fair).await;
        let scans: Vec<Value> = (0..1_050).map(|n| desk.phone.scanned(format!("HALL-{n:05}").as_str())).collect();
        for batch in scans.chunks(500) {
            desk.phone.deliver(batch).await.all_accepted();
        }
        let mut tab = opened(&browser, &desk.admin.api, &format!("/exhibitors/{}/leads", desk.space.id)).await;
        tab.until(LIVE).await;
        assert_eq!(tab.value(ROWS).await, json!(100));
        load_all(&mut tab).await;
        assert_eq!(tab.value(ROWS).await, json!(1_050));

        // Who is further down goes on reading there.
        let last = tab.value("document.querySelector('#rows').lastElementChild.dataset.id").await;
        tab.value("scrollTo(0, document.documentElement.scrollHeight)").await;
        tab.until("document.querySelector('#rows').getBoundingClientRect().top < -1000").await;
        desk.phone.scan("HALL-90001").upload().await.all_accepted();
        tab.until(&format!("{ROWS} === 1051")).await;
        tab.value("new Promise((go) => { setTimeout(go, 4000); })").await;
        assert_eq!(tab.value(ROWS).await, json!(1_051));
        assert_eq!(tab.value("document.querySelector('#rows').lastElementChild.dataset.id").await, last);

        // At its top it begins again, and its pages have everybody.
        tab.value("{ document.activeElement.blur(); scrollTo(0, 0); }").await;
        tab.until("document.querySelector('#rows').getBoundingClientRect().top > 0").await;
        desk.phone.scan("HALL-90002").upload().await.all_accepted();
        tab.until(&format!("{ROWS} === 100 && {MORE} !== null")).await;
        load_all(&mut tab).await;
        let ids = "new Set([...document.querySelectorAll('#rows tr')].map((row) => row.dataset.id)).size";
        assert_eq!(tab.value(ids).await, json!(1_052));
        tab.until("document.querySelector('[data-total]').textContent === '1,052'").await;
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }
}
