//! A fair's day in real browsers, from the file of people to the report: what one page says agrees with
//! what the others say, and with what the exhibitor takes home.

use crate::helpdesk::picture;
use harness::browser::{Browser, Tab};
use harness::http::Api;
use harness::{eventually, on_every_engine};
use serde_json::{Value, json};

const PEOPLE: &str = "Reference,First name,Last name,Company,E-mail\n\
    R1,Noor,Aziz,Aziz SA,noor@aziz.example\nR2,Nour,Azis,Aziz SA,nour@aziz.example\n\
    R3,Omar,Bey,Bey & Co,omar@bey.example\nR4,Lena,Voss,Voss AG,lena@voss.example\n";

async fn opened(browser: &Browser, api: &Api, path: &str) -> Tab {
    let mut tab = browser.tab(1280, 900).await;
    tab.sign_in(api).await;
    tab.go(&format!("{}{path}", api.base())).await;
    tab
}

async fn sure(tab: &mut Tab) {
    tab.until("document.querySelector('#ask').open").await;
    tab.click("#ask-do").await;
}

/// Types a badge number into the scanner, and waits until its card is there.
async fn typed(phone: &mut Tab, number: &str, shown: &mut Value) {
    phone.to_front().await;
    phone.click("[data-act=type]").await;
    phone.until("document.querySelector('dialog [name=number]') !== null").await;
    phone.value("document.querySelector('dialog [name=number]').focus()").await;
    phone.type_text(number).await;
    phone.click("dialog .primary").await;
    phone.until(&format!("(document.querySelector('[data-card]')?.dataset.card ?? null) !== {shown}")).await;
    *shown = phone.value("document.querySelector('[data-card]').dataset.card").await;
}

on_every_engine! {
    async fn a_fairs_day_from_the_first_import_to_the_report(fair) {
        let Some(browser) = Browser::start().await else { return };
        let olga = fair.organizer().await;
        let event = format!("/events/{}", fair.site.event);
        let acme = fair.exhibitor("Acme").open().await;
        fair.exhibitor("Bolt").open().await;
        let ada = acme.admin("Ada Admin").await;

        // The list of people comes in: looked at first, then taken in.
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("people.csv");
        std::fs::write(&file, PEOPLE).unwrap();
        let mut tab = opened(&browser, &olga.api, &format!("{event}/people")).await;
        tab.click("[data-open=import]").await;
        tab.choose_file("form[data-import] [name=file]", &file).await;
        tab.click("form[data-import] [value=try]").await;
        tab.until("document.querySelector('form[data-import] [value=import]').disabled === false").await;
        tab.click("form[data-import] [value=import]").await;
        let people = eventually(async || {
            let listed = olga.api.get(&format!("{event}/registrations")).await.json();
            let items = listed["items"].as_array().cloned().unwrap_or_default();
            (items.len() == 4).then_some(items)
        })
        .await;
        let number = |first: &str| {
            let person = people.iter().find(|one| one["first_name"] == first).unwrap();
            person["badge"]["number"].as_str().unwrap().to_owned()
        };

        // Their badges are printed in one run.
        tab.go(&format!("{}{event}/print-runs", olga.api.base())).await;
        tab.click(".manage-head [data-open=begin]").await;
        tab.click("#begin .button.primary").await;
        tab.until("document.querySelector('.run-next form .button') !== null").await;
        tab.click(".run-next form .button").await;
        tab.until("document.querySelector('.run .flag').textContent === 'Printed'").await;

        // The spaces open, and their admins are mailed.
        tab.go(&format!("{}{event}/phases?mail=access", olga.api.base())).await;
        tab.click("section[aria-labelledby=preview] .button.primary").await;
        tab.until("location.search.startsWith('?sent=') && document.querySelector('[role=status]') !== null").await;

        // An admin shows a pairing code, and a phone is paired with it.
        let mut stand = opened(&browser, &ada.api, &format!("/exhibitors/{}/devices", acme.id)).await;
        stand.click("[data-open=pair]").await;
        stand.click("dialog[open] .button.primary").await;
        stand.until("document.querySelector('#answer[open] output') !== null").await;
        let code = stand.value("document.querySelector('#answer output').textContent").await;
        let mut phone = browser.tab(390, 844).await;
        phone.go(&format!("{}/scan", olga.api.base())).await;
        phone.until("document.querySelector('[name=code]') !== null").await;
        phone.value("localStorage.setItem('leadline.settings', JSON.stringify({ cardSeconds: 600 }))").await;
        phone.value("document.querySelector('[name=code]').focus()").await;
        phone.type_text(code.as_str().unwrap().trim()).await;
        phone.click("[data-act=pair]").await;
        phone.until("document.querySelector('.view') !== null").await;

        // The monitor is open while visitors come by.
        let mut monitor = opened(&browser, &olga.api, &format!("{event}/monitor")).await;
        monitor.until("document.querySelector('#live').dataset.state === 'live'").await;
        let mut shown = Value::Null;
        for first in ["Noor", "Nour", "Omar"] {
            typed(&mut phone, &number(first), &mut shown).await;
        }
        phone.until("document.querySelector('.sync-chip').dataset.unsent === '0'").await;
        monitor.to_front().await;
        monitor.until("document.querySelector('[data-total=scans_today]').textContent === '3'").await;

        // The help desk: one person is registered twice, another lost their badge.
        let mut desk = opened(&browser, &olga.api, &format!("{event}/help-desk?q=aziz%20sa")).await;
        desk.click("[aria-label='Merge Noor Aziz with another registration']").await;
        desk.until("document.querySelector('.notice')?.textContent.includes('Noor Aziz')").await;
        desk.click("[aria-label='Nour Azis is the same person']").await;
        desk.until("document.querySelector('#merge-title') !== null").await;
        desk.click(".desk-panel .button.primary").await;
        eventually(async || (ada.leads("").await.json()["total"] == 2).then_some(())).await;
        desk.go(&format!("{}{event}/people?q=omar", olga.api.base())).await;
        desk.click("[aria-label='New badge for Omar Bey']").await;
        sure(&mut desk).await;
        let reissued = eventually(async || {
            let listed = olga.api.get(&format!("{event}/registrations?q=omar")).await.json();
            let new = listed["items"][0]["badge"]["number"].as_str().unwrap_or_default().to_owned();
            (new != number("Omar")).then_some(new)
        })
        .await;
        for one in [reissued, number("Lena")] {
            typed(&mut phone, &one, &mut shown).await;
        }
        phone.until("document.querySelector('.sync-chip').dataset.unsent === '0'").await;

        // The evening: monitor, export and report say the same.
        monitor.to_front().await;
        monitor.until("document.querySelector('[data-total=scans_today]').textContent === '5'").await;
        picture(&mut monitor, "fairs-day-monitor-1280").await;
        let export = format!("/exhibitors/{}/leads/export?format=jsonl&tab=", acme.id);
        let rows = async |tab: &str| {
            let file = ada.api.get(&format!("{export}{tab}")).await;
            assert_eq!(file.status, 200, "{}", file.text());
            file.text().lines().filter(|line| line.contains("lead_id")).count()
        };
        assert_eq!((rows("scan_log").await, rows("scans").await), (5, 3));
        let report = olga.api.get(&format!("{event}/report")).await.done(200);
        let of_acme = report["exhibitors"].as_array().unwrap().iter().find(|row| row["name"] == "Acme").unwrap();
        assert_eq!((&of_acme["scans"], &of_acme["visitors"]), (&json!(5), &json!(3)));
        tab.to_front().await;
        tab.go(&format!("{}{event}/report", olga.api.base())).await;
        let row = tab.value("[...document.querySelectorAll('#main tbody tr')].find((row) => row.textContent.includes('Acme')).querySelectorAll('td')[1].textContent").await;
        assert_eq!(row, json!("5"));
        let page = tab.value("document.querySelector('#main').textContent").await;
        assert!(!page.as_str().unwrap().contains("Aziz"), "the report names no visitor");
        stand.to_front().await;
        stand.go(&format!("{}/exhibitors/{}/leads", ada.api.base(), acme.id)).await;
        stand.until("document.querySelector('#main').textContent.includes('Lena Voss')").await;
        for (who, tab) in [("the organiser", &mut tab), ("the stand", &mut stand), ("the desk", &mut desk), ("the monitor", &mut monitor)] {
            assert_eq!(tab.problems(), [] as [&str; 0], "{who}");
        }
    }
}
