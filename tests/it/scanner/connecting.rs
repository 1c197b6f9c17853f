//! Two attendees connect: one's phone reads the other's badge by the camera, by a photograph, or is told
//! its number.

use super::camera::{Camera, photograph};
use crate::browsing::{attendee_tab, has, picture, put};
use harness::on_every_engine;
use mobile_core::capture::ContactField;
use serde_json::json;

on_every_engine! {
    async fn an_attendee_scans_anothers_badge_and_both_agree(fair) {
        let camera = Camera::new();
        let Some(browser) = camera.browser(true).await else { return };
        fair.site.set_disclosure(json!({"*": {"scannable": "yes"}})).await;
        let person = async |name: &str, email: &str| fair.registration(name).with(ContactField::Email, email).badge().await;
        let noor = person("Noor Aziz", "noor@a.example").await;
        let omar = person("Omar Haddad", "omar@a.example").await;
        let [ella, theo] = [person("Ella Gray", "ella@a.example").await, person("Theo Roy", "theo@a.example").await];
        let (mut phone, own) =
            attendee_tab(fair, &browser, "noor@a.example", &format!("/attendee/{}/connect", noor.registration)).await;
        let connections = format!("/attendee/{}/connections", noor.registration);
        phone.until("document.querySelector('#view [data-trouble=ask] .primary') !== null \
            || document.querySelector('#view').dataset.open === 'true'").await;
        if phone.value("document.querySelector('#view').dataset.open").await == "false" {
            picture(&mut phone, "connect-ask-390").await;
            phone.click("#view [data-trouble=ask] .primary").await;
        }
        phone.until("document.querySelector('#view').dataset.open === 'true'").await;

        // A poster is no badge, and nobody is asked.
        camera.see("HTTPS://ORBIT.EXAMPLE");
        has(&mut phone, "#results li", "no badge").await;
        assert_eq!(own.get(&connections).await.done(200)["items"], json!([]));
        camera.see(&omar.code);
        phone.until("document.querySelectorAll('#results li').length === 2").await;
        has(&mut phone, "#results li", "to connect").await;
        picture(&mut phone, "connect-390").await;
        // Held on, it is asked once.
        phone.value("window.begun = document.querySelector('#view video').currentTime").await;
        phone.until("document.querySelector('#view video').currentTime > window.begun + 2").await;
        assert_eq!(phone.value("document.querySelectorAll('#results li').length").await, 2);
        camera.see_nothing();

        // The ways out: a photograph, and the number.
        let folder = tempfile::tempdir().unwrap();
        phone.choose_file("#view input[type=file]", &photograph(&folder, &ella.code)).await;
        phone.until("document.querySelectorAll('#results li').length === 3").await;
        put(&mut phone, "#typed [name=code]", "nobody").await;
        phone.click("#typed .button").await;
        has(&mut phone, "#typed .form-problem", "No badge of this event").await;
        put(&mut phone, "#typed [name=code]", &theo.code).await;
        phone.click("#typed .button").await;
        phone.until("document.querySelectorAll('#results li').length === 4").await;
        let asked = own.get(&connections).await.done(200);
        assert_eq!(asked["items"].as_array().unwrap().len(), 3, "{asked:#}");

        // Omar scans Noor's badge in turn, which agrees.
        let (mut other, _) =
            attendee_tab(fair, &browser, "omar@a.example", &format!("/attendee/{}/connect", omar.registration)).await;
        other.until("document.querySelector('#view [data-trouble=ask] .primary') !== null \
            || document.querySelector('#view').dataset.open === 'true'").await;
        if other.value("document.querySelector('#view').dataset.open").await == "false" {
            other.click("#view [data-trouble=ask] .primary").await;
        }
        camera.see(&noor.code);
        has(&mut other, "#results li", "Connected with Noor Aziz").await;
        for tab in [&mut phone, &mut other] {
            let problems: Vec<String> = tab.problems().into_iter().filter(|one| !one.contains("status of 4")).collect();
            assert_eq!(problems, [] as [&str; 0]);
        }
    }

    async fn without_a_camera_the_page_says_so_and_offers_a_photograph(fair) {
        let Some(browser) = harness::browser::Browser::start().await else { return };
        let noor = fair.registration("Noor Aziz").with(ContactField::Email, "noor@a.example").badge().await;
        let path = format!("/attendee/{}/connect", noor.registration);
        let (mut phone, _) = attendee_tab(fair, &browser, "noor@a.example", &path).await;
        phone.until("document.querySelector('#view .trouble') !== null").await;
        if phone.value("document.querySelector('#view [data-trouble=ask]') !== null").await == json!(true) {
            phone.click("#view [data-trouble=ask] .primary").await;
        }
        phone.until("document.querySelector('#view .trouble input[type=file]') !== null").await;
        assert_eq!(phone.problems(), [] as [&str; 0]);
    }
}
