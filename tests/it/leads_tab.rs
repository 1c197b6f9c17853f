//! What the Leads tab promises of itself: it is light with ten thousand leads, and goes on where a network
//! lets no socket through.

use crate::browsing::picture;
use crate::desk::Desk;
use harness::browser::{Browser, Tab};
use harness::on_every_engine;
use serde_json::{Value, json};
use std::fmt::Write as _;

const LEADS: usize = 10_000;

/// Sockets that are cut as soon as they are there, as some hotels' networks do.
const NO_SOCKETS: &str = "window.cuts = 0; window.WebSocket = class { \
    constructor() { setTimeout(() => { window.cuts += 1; this.onclose?.({ code: 1006 }); }, 20); } close() {} };";

/// Waits until the focus is on somebody of the list.
async fn at(tab: &mut Tab, name: &str) {
    tab.until(&format!("document.activeElement.matches('a.who') && document.activeElement.textContent === '{name}'"))
        .await;
}

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

    async fn the_numbers_above_the_list_are_of_the_moment_of_the_list(fair) {
        let desk = Desk::open(fair).await;
        let mut badges = Vec::new();
        for n in 0..30 {
            badges.push(fair.registration(&format!("Ana Abel{n}")).badge().await);
        }
        let path = format!("//exhibitors/{}/leads", desk.space.id);
        let number = |page: &str, before: &str| -> usize {
            let after = page.split_once(before).expect("the number is on the page").1;
            after.split('<').next().unwrap().parse().unwrap()
        };
        let is_scanned = std::cell::Cell::new(false);
        let scanning = async {
            for badge in &badges {
                desk.phone.scan(badge).upload().await.all_accepted();
            }
            is_scanned.set(true);
        };
        let looking = async {
            while !is_scanned.get() {
                let page = desk.admin.api.get(&path).await.text();
                let leads = number(&page, "data-figure=\"leads\">");
                assert_eq!((leads, leads), (number(&page, "data-total>"), number(&page, "data-figure=\"scans\">")));
            }
        };
        tokio::join!(scanning, looking);
    }

    async fn on_a_phone_nothing_stands_where_a_lead_has_no_company(fair) {
        let Some(browser) = Browser::start().await else { return };
        let desk = Desk::open(fair).await;
        desk.phone.scan(&fair.registration("Ana Abel").badge().await).upload().await.all_accepted();
        let mut tab = browser.tab(390, 800).await;
        tab.sign_in(&desk.admin.api).await;
        tab.go(&format!("{}/exhibitors/{}/leads", desk.admin.api.base(), desk.space.id)).await;
        let left = "(where) => document.querySelector('#rows ' + where).getBoundingClientRect().left";
        let gap = tab.value(&format!("(({left})('.c-company small')) - (({left})('.c-company'))")).await;
        assert_eq!(gap, json!(0), "the category begins where a company would");
    }

    async fn a_list_of_leads_is_worked_by_keys_alone(fair) {
        let Some(browser) = Browser::start().await else { return };
        let desk = Desk::open(fair).await;
        for name in ["Ana Abel", "Bea Baum", "Cleo Cruz"] {
            desk.phone.scan(&fair.registration(name).badge().await).upload().await.all_accepted();
        }
        let mut tab = browser.tab(1440, 900).await;
        tab.sign_in(&desk.admin.api).await;
        tab.go(&format!("{}/exhibitors/{}/leads", desk.admin.api.base(), desk.space.id)).await;
        tab.until("document.querySelector('#live').dataset.state === 'live'").await;
        let rated = async |name: &str, rating: Value| {
            harness::eventually(|| async {
                let leads = desk.leads().await;
                let lead = leads.iter().find(|lead| lead["registration"]["first_name"] == name)?;
                (lead["rating"] == rating).then_some(())
            })
            .await;
        };

        // Search, down into the list, and along it: it ends where it ends.
        tab.press("/").await;
        tab.until("document.activeElement.name === 'q'").await;
        tab.press("ArrowDown").await;
        at(&mut tab, "Cleo Cruz").await;
        tab.press("ArrowUp").await;
        at(&mut tab, "Cleo Cruz").await;
        for name in ["Bea Baum", "Ana Abel", "Ana Abel"] {
            tab.press("ArrowDown").await;
            at(&mut tab, name).await;
        }
        tab.press("ArrowUp").await;
        at(&mut tab, "Bea Baum").await;

        for (key, rating) in [("1", json!("hot")), ("2", json!("warm")), ("3", json!("cold")), ("0", json!(null))] {
            tab.press(key).await;
            rated("Bea", rating).await;
        }
        tab.press("x").await;
        tab.until("!document.querySelector('#bulk').hidden && document.querySelectorAll('[data-pick]:checked').length === 1")
            .await;
        tab.press("x").await;
        tab.until("document.querySelector('#bulk').hidden").await;

        // A lead beside the list: it goes along with the arrows, and gives the place back when it closes.
        tab.value("document.activeElement.closest('tr').querySelector('a.who').focus()").await;
        tab.press("Enter").await;
        tab.until("document.querySelector('#panel #lead-name')?.textContent.includes('Bea Baum')").await;
        tab.press("2").await;
        rated("Bea", json!("warm")).await;
        tab.press("Escape").await;
        at(&mut tab, "Bea Baum").await;
        tab.press("n").await;
        tab.until("document.activeElement.name === 'note'").await;
        tab.value("document.querySelector('#rows tr[data-open] a.who').focus()").await;
        tab.press("ArrowDown").await;
        tab.until("document.querySelector('#panel #lead-name')?.textContent.includes('Ana Abel')").await;
        at(&mut tab, "Ana Abel").await;
        tab.press("Escape").await;
        tab.until("document.querySelector('#panel').hidden").await;
        at(&mut tab, "Ana Abel").await;

        // The ratings of a row are one stop of the tab key; the arrows go round in it.
        tab.value("document.activeElement.closest('tr').querySelector('[data-rate=cold]').focus()").await;
        tab.press("ArrowRight").await;
        tab.until("document.activeElement.dataset.rate === 'hot'").await;
        tab.press("ArrowLeft").await;
        tab.until("document.activeElement.dataset.rate === 'cold'").await;
        assert_eq!(tab.value("document.activeElement.parentElement.querySelectorAll('[tabindex=\"0\"]').length").await, 1);

        // Who dictates, or whose hand slips, switches single keys off; the arrows stay.
        tab.press("?").await;
        tab.until("document.querySelector('#shortcuts').open").await;
        picture(&mut tab, "leads-shortcuts-1440").await;
        tab.click("#single-keys").await;
        tab.press("Escape").await;
        tab.until("!document.querySelector('#shortcuts').open").await;
        tab.value("document.querySelector('#rows a.who').focus()").await;
        for key in ["1", "x", "/", "?"] {
            tab.press(key).await;
        }
        tab.press("ArrowDown").await;
        at(&mut tab, "Bea Baum").await;
        assert_eq!(tab.value("document.querySelector('#bulk').hidden && !document.querySelector('#shortcuts').open").await, true);
        rated("Cleo", json!(null)).await;
        assert_eq!(tab.problems(), [] as [&str; 0]);
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
