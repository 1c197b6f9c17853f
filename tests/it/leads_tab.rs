//! What the Leads tab promises of itself: it is light with ten thousand leads, and goes on where a network
//! lets no socket through.

use crate::browsing::picture;
use crate::desk::Desk;
use harness::browser::Browser;
use harness::on_every_engine;
use serde_json::{Value, json};
use std::fmt::Write as _;

const LEADS: usize = 10_000;

/// Sockets that are cut as soon as they are there, as some hotels' networks do.
const NO_SOCKETS: &str = "window.cuts = 0; window.WebSocket = class { \
    constructor() { setTimeout(() => { window.cuts += 1; this.onclose?.({ code: 1006 }); }, 20); } close() {} };";

on_every_engine! {
    async fn the_first_view_of_ten_thousand_leads_takes_less_than_a_hundred_kibibytes(fair) {
        let Some(browser) = Browser::start().await else { return };
        let desk = Desk::open(fair).await;
        let mut file = "badge_code,first_name,last_name,email,company,job_title,city,country\n".to_owned();
        for n in 0..LEADS {
            writeln!(file, "HALL-{n:05},Given{n},Family{n},person{n}@a.example,Company {n},Engineer {n},Lyon,FR").unwrap();
        }
        assert_eq!(desk.import("", file).await.done(200)["created"], LEADS);
        let codes: Vec<String> = (0..LEADS).map(|n| format!("HALL-{n:05}")).collect();
        for batch in codes.chunks(500) {
            let scans: Vec<Value> = batch.iter().map(|code| desk.phone.scanned(code.as_str())).collect();
            desk.phone.deliver(&scans).await.all_accepted();
        }
        let mut tab = browser.tab(1440, 900).await;
        tab.sign_in(&desk.admin.api).await;
        tab.go(&format!("{}/exhibitors/{}/leads", desk.admin.api.base(), desk.space.id)).await;
        tab.until("document.querySelector('#live').dataset.state === 'live'").await;
        tab.until("document.querySelector('[data-total]').textContent === '10,000'").await;
        assert_eq!(tab.value("document.querySelectorAll('#rows tr').length").await, json!(100));
        let bytes = "['navigation', 'resource'].flatMap((kind) => performance.getEntriesByType(kind)) \
            .reduce((sum, one) => sum + one.transferSize, 0)";
        let bytes = tab.value(bytes).await.as_u64().unwrap();
        assert!((10 * 1024..100 * 1024).contains(&bytes), "page, styles and modules are {bytes} bytes on the wire");
    }

    async fn where_sockets_are_cut_twice_the_tab_goes_on_slower(fair) {
        let Some(browser) = Browser::start().await else { return };
        let desk = Desk::open(fair).await;
        let mut tab = browser.tab(1440, 900).await;
        tab.sign_in(&desk.admin.api).await;
        tab.ask("Page.addScriptToEvaluateOnNewDocument", &json!({"source": NO_SOCKETS})).await;
        tab.go(&format!("{}/exhibitors/{}/leads", desk.admin.api.base(), desk.space.id)).await;
        tab.until("document.querySelector('#live').dataset.state === 'slower'").await;
        assert_eq!(tab.value("window.cuts").await, json!(2));
        assert_eq!(tab.value("document.querySelector('#live').textContent.trim()").await, json!("Live, slower"));
        let noor = fair.registration("Noor Aziz").badge().await;
        desk.phone.scan(&noor).upload().await.all_accepted();
        tab.until("document.querySelector('#rows .who')?.textContent === 'Noor Aziz'").await;
        tab.until("document.querySelector('[data-figure=leads]').textContent === '1'").await;
        picture(&mut tab, "leads-slower-1440").await;
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }
}
