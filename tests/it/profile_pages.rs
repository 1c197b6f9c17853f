//! The pages of profiles, used from all three sides in real browsers.

use crate::browsing::{attendee_tab, has, opened, picture, put};
use crate::meeting_pages::place;
use harness::browser::Browser;
use harness::on_every_engine;
use mobile_core::capture::ContactField;
use serde_json::json;

on_every_engine! {
    async fn the_organiser_asks_the_exhibitor_tells_and_the_attendee_reads_it(fair) {
        let Some(browser) = Browser::start().await else { return };
        let (acme, olga) = (fair.exhibitor("Acme Pumps").open().await, fair.organizer().await);
        let ada = acme.admin("Ada Admin").await;
        fair.exhibitor("Bolt").open().await;
        fair.site.set_disclosure(json!({"visitor": {"scannable": "yes", "listed": true}})).await;
        place(&acme, &ada, "Table 4").await;
        let badge = fair.registration("Noor Aziz").with(ContactField::Email, "noor@a.example").badge().await;

        // The organiser adds a field and moves it up.
        let mut desk = opened(&browser, &olga.api, &format!("/events/{}/profile-fields", fair.site.event)).await;
        desk.click("[data-open=add]").await;
        desk.until("document.querySelector('#add').open").await;
        put(&mut desk, "#add [name=\"words.en\"]", "Motto").await;
        put(&mut desk, "#add [name=\"words.fr\"]", "Devise").await;
        desk.until("document.querySelector('#add [name=key]').value === 'motto'").await;
        desk.click("#add .button.primary").await;
        has(&mut desk, "#fields tbody tr:last-child", "Motto").await;
        desk.click("[aria-label='Move Motto up']").await;
        desk.until("document.querySelector('#fields tbody tr:nth-child(3) b')?.textContent === 'Motto'").await;
        picture(&mut desk, "profile-fields-1440").await;

        // The exhibitor sees what attendees will see while it is typed, and publishes it.
        let mut own = opened(&browser, &ada.api, &format!("/exhibitors/{}/profile", acme.id)).await;
        put(&mut own, "[name=\"values.about\"]", "We <b>pump</b> it.").await;
        has(&mut own, "#preview [data-shown=about]", "We <b>pump</b> it.").await;
        put(&mut own, "[name=\"values.motto\"]", "Flow").await;
        put(&mut own, "[name=\"values.tags\"]", "Pumps, Valves").await;
        own.until("document.querySelectorAll('#preview [data-shown=tags] li').length === 2").await;
        put(&mut own, "[name=\"values.website\"]", "javascript:alert(1)").await;
        own.click("#profile .button.primary").await;
        has(&mut own, "#profile .wrong", "https://acme.example").await;
        put(&mut own, "[name=\"values.website\"]", "acme.example").await;
        own.click("#profile .button.primary").await;
        has(&mut own, ".toast", "Published").await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("logo.png");
        image::save_buffer(&file, &[200, 30, 60].repeat(64 * 64), 64, 64, image::ColorType::Rgb8).unwrap();
        own.choose_file("#logo", &file).await;
        own.until("document.querySelector('#preview [data-logo] img')?.naturalWidth === 64").await;
        std::fs::write(&file, b"no picture").unwrap();
        own.choose_file("#logo", &file).await;
        has(&mut own, "#logo-problem", "no picture").await;
        own.until("document.querySelectorAll('.toast').length === 0").await;
        picture(&mut own, "profile-own-1440").await;
        own.theme("dark").await;
        picture(&mut own, "profile-own-dark-1440").await;

        // The attendee finds it by a product, reads it, and asks for a free time.
        let area = format!("/attendee/{}", badge.registration);
        let (mut phone, _) = attendee_tab(fair, &browser, "noor@a.example", &format!("{area}/profiles")).await;
        phone.until("document.querySelectorAll('#exhibitors > li').length === 2").await;
        picture(&mut phone, "profiles-390").await;
        put(&mut phone, "#q", "valves").await;
        phone.click(".finder .button").await;
        phone.until("document.querySelectorAll('#exhibitors > li').length === 1 && document.readyState === 'complete'").await;
        phone.click("#exhibitors .profile-name").await;
        has(&mut phone, "[data-shown=about]", "We <b>pump</b> it.").await;
        phone.until("document.querySelector('.profile-logo img')?.naturalWidth === 64 && document.readyState === 'complete'").await;
        let link = phone.value("document.querySelector('[data-shown=website] a').href").await;
        assert_eq!(link, "https://acme.example/");
        picture(&mut phone, "profile-390").await;
        phone.theme("dark").await;
        picture(&mut phone, "profile-dark-390").await;
        phone.click(".slots button").await;
        has(&mut phone, ".agenda", "Acme Pumps").await;
        phone.until("document.readyState === 'complete'").await;
        // The meeting leads back to the profile, and from there to writing.
        phone.click(".agenda h3 a").await;
        phone.until("document.querySelector('#write') !== null && document.readyState === 'complete'").await;
        phone.click("#write").await;
        has(&mut phone, "h1", "Acme Pumps").await;
        for tab in [&mut desk, &mut own, &mut phone] {
            let problems: Vec<String> = tab.problems().into_iter().filter(|one| !one.contains("status of 4")).collect();
            assert_eq!(problems, [] as [&str; 0]);
        }
    }
}
