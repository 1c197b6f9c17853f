//! A device at the organiser's door, in a real browser: check-in and check-out through the same camera,
//! verdicts for arm's length, and a door that goes on without network.

use super::camera::Camera;
use super::{PHONE, opened, typed, visitors};
use crate::browsing::picture;
use harness::browser::{Browser, Tab};
use harness::builders::Badge;
use harness::wire::{Weather, Wire};
use harness::{Organizer, on_every_engine};
use serde_json::{Value, json};

const MINUTE: i64 = 60_000_000;

/// Makes a session that runs now, with more fields.
async fn session(olga: &Organizer, title: &str, more: Value) -> String {
    let now = olga.site.app.now();
    let mut session =
        json!({"title": title, "starts_at": now.plus_micros(-MINUTE), "ends_at": now.plus_micros(60 * MINUTE)});
    session.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let made = olga.api.post(&format!("/events/{}/sessions", olga.site.event), &session).await.done(201);
    made["id"].as_str().unwrap().to_owned()
}

/// Pairs a device for these sessions, by the typed code.
async fn pair(olga: &Organizer, wire: &Wire, tab: &mut Tab, sessions: &[&str]) {
    let wish = json!({"label": "North door", "session_ids": sessions});
    let made = olga.api.post(&format!("/events/{}/pairing-codes", olga.site.event), &wish).await.done(201);
    tab.go(&format!("{}/scan", wire.base)).await;
    tab.until("document.querySelector('[name=code]') !== null").await;
    // A verdict stays until it was looked at, however slow the machine is.
    tab.value("localStorage.setItem('leadline.settings', JSON.stringify({ cardSeconds: 600 }))").await;
    tab.value("document.querySelector('[name=code]').focus()").await;
    tab.type_text(made["pairing_code"].as_str().unwrap()).await;
    tab.click("[data-act=pair]").await;
    tab.until("document.querySelector('.view.door') !== null").await;
}

/// Shows a badge and waits for the verdict of a check that is not one before; gives its words.
async fn checked(tab: &mut Tab, camera: &Camera, badge: &Badge, verdict: &str) -> String {
    tab.value("window.before = document.querySelector('[data-check]')?.dataset.check ?? ''").await;
    camera.see(&badge.code);
    judged(tab, verdict).await
}

async fn judged(tab: &mut Tab, verdict: &str) -> String {
    tab.until(&format!(
        "(() => {{ const shown = document.querySelector('[data-check]')?.dataset; \
         return shown !== undefined && shown.check !== window.before && shown.verdict === '{verdict}'; }})()"
    ))
    .await;
    assert_eq!(tab.value("document.querySelector('.verdict > svg path') !== null").await, json!(true), "a sign too");
    tab.value("document.querySelector('.verdict').innerText").await.as_str().unwrap().to_owned()
}

/// Takes the badge away for as long as it takes to be another showing of it.
async fn away(tab: &mut Tab, camera: &Camera) {
    camera.see_nothing();
    tab.until("document.querySelector('.view').dataset.aim === 'nothing'").await;
    tab.value("window.begun = document.querySelector('.view video').currentTime").await;
    tab.until("document.querySelector('.view video').currentTime > window.begun + 6").await;
}

/// Takes the badge away and switches the direction.
async fn turn(tab: &mut Tab, camera: &Camera, direction: &str) {
    away(tab, camera).await;
    tab.value("document.querySelector('.board .verdict')?.click()").await;
    tab.click(&format!("[data-direction={direction}]")).await;
    tab.until(&format!("document.querySelector('[data-direction={direction}]').ariaPressed === 'true'")).await;
}

async fn until_inside(tab: &mut Tab, count: u32) {
    tab.until(&format!("document.querySelector('.door-count')?.dataset.inside === '{count}'")).await;
}

async fn inside(olga: &Organizer, session: &str) -> i64 {
    let session = olga.api.get(&format!("/events/{}/sessions/{session}", olga.site.event)).await.done(200);
    session["inside"].as_i64().unwrap()
}

on_every_engine! {
    async fn a_door_checks_people_in_and_out_and_says_who_may_not_pass(fair) {
        let camera = Camera::new();
        let Some(browser) = camera.browser(true).await else { return };
        let olga = fair.organizer().await;
        let opening = session(&olga, "Opening", json!({"capacity": 2, "room": "Blue"})).await;
        session(&olga, "Elsewhere", json!({})).await;
        let wire = Wire::to(fair.site.api.base()).await;
        let [ana, ben, cleo, dan] = visitors::<4>(fair).await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        pair(&olga, &wire, &mut tab, &[&opening]).await;
        // A door of one session chooses it by itself.
        tab.until("document.querySelector('.door-session').innerText.includes('Opening')").await;
        tab.until("document.querySelector('dialog') === null").await;
        opened(&mut tab).await;

        let text = checked(&mut tab, &camera, &ana, "ok").await;
        assert!(text.contains("OK") && text.contains("Go in"), "{text}");
        super::looks::look(&mut tab, "door-ok").await;
        until_inside(&mut tab, 1).await;
        // Out of sight and back again, she is inside already.
        tab.value("window.before = document.querySelector('[data-check]').dataset.check").await;
        away(&mut tab, &camera).await;
        camera.see(&ana.code);
        let text = judged(&mut tab, "already_inside").await;
        assert!(text.contains("Already inside"), "{text}");
        picture(&mut tab, "door-already-390").await;

        turn(&mut tab, &camera, "out").await;
        let text = checked(&mut tab, &camera, &ana, "ok").await;
        assert!(text.contains("Out"), "{text}");
        until_inside(&mut tab, 0).await;

        turn(&mut tab, &camera, "in").await;
        checked(&mut tab, &camera, &ben, "ok").await;
        checked(&mut tab, &camera, &cleo, "ok").await;
        until_inside(&mut tab, 2).await;
        let text = checked(&mut tab, &camera, &dan, "full").await;
        assert!(text.contains("Nobody more"), "{text}");
        picture(&mut tab, "door-full-390").await;
        // The same on a tablet that stands across, and on a wide screen.
        for (width, height) in [(820, 1180), (1440, 900), PHONE] {
            let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600});
            tab.ask("Emulation.setDeviceMetricsOverride", &size).await;
            tab.until(&format!("innerWidth === {width} && document.documentElement.scrollWidth <= innerWidth")).await;
            // What somebody must read or press stands on the screen, whatever its size.
            for part in [".verdict h2", "[data-act=override]"] {
                tab.until(&format!(
                    "(() => {{ const at = document.querySelector('{part}').getBoundingClientRect(); \
                     return at.top >= 0 && at.left >= 0 && at.bottom <= innerHeight && at.right <= innerWidth; }})()"
                ))
                .await;
            }
            picture(&mut tab, &format!("door-full-{width}")).await;
        }

        // Somebody in charge lets him in, with a name and a reason.
        tab.value("window.before = document.querySelector('[data-check]').dataset.check").await;
        tab.click("[data-act=override]").await;
        tab.until("document.querySelector('dialog [name=who]') !== null").await;
        tab.value("document.querySelector('dialog [name=who]').focus()").await;
        tab.type_text("Sven Supervisor").await;
        tab.value("document.querySelector('dialog [name=why]').focus()").await;
        tab.type_text("speaker of the day").await;
        tab.click("dialog .primary").await;
        judged(&mut tab, "ok").await;
        until_inside(&mut tab, 3).await;
        let marks = format!("/events/{}/sessions/{opening}/attendance/{}", fair.site.event, dan.registration);
        let marks = olga.api.get(&marks).await.done(200);
        let said: Vec<_> = marks["items"].as_array().unwrap().iter().map(|mark| mark["override"].clone()).collect();
        assert_eq!(said, [Value::Null, json!("speaker of the day")], "{marks:#}");
        assert_eq!(marks["items"][1]["operator"], "Sven Supervisor");
        assert_eq!(inside(&olga, &opening).await, 3);
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }

    async fn a_door_without_network_decides_by_itself_and_what_it_decided_counts(fair) {
        let camera = Camera::new();
        let Some(browser) = camera.browser(true).await else { return };
        let olga = fair.organizer().await;
        let workshop = session(&olga, "Workshop", json!({})).await;
        let closed = session(&olga, "Speakers only", json!({"categories": ["speaker"]})).await;
        let wire = Wire::to(fair.site.api.base()).await;
        let [ana, ben, cleo] = visitors::<3>(fair).await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        pair(&olga, &wire, &mut tab, &[]).await;
        let choose = async |tab: &mut Tab, session: &str| {
            tab.until("document.querySelector('.view') !== null").await;
            if tab.value("document.querySelector('dialog') === null").await == json!(true) {
                tab.click("[data-act=session]").await;
            }
            tab.until(&format!("document.querySelector('dialog [data-session=\"{session}\"]') !== null")).await;
            tab.click(&format!("[data-session=\"{session}\"]")).await;
            tab.until("document.querySelector('dialog') === null").await;
        };
        choose(&mut tab, &closed).await;
        opened(&mut tab).await;
        checked(&mut tab, &camera, &ana, "category_not_admitted").await;
        camera.see_nothing();
        tab.value("document.querySelector('.board .verdict').click()").await;
        choose(&mut tab, &workshop).await;
        tab.until("document.querySelector('.sync-chip').dataset.unsent === '0'").await;

        tab.until("navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)").await;

        // The first one stands there until the door gives up on an answer; the next ones do not.
        wire.turn(Weather::Cut);
        let text = checked(&mut tab, &camera, &ben, "ok").await;
        assert!(text.contains("Decided here"), "{text}");
        let text = checked(&mut tab, &camera, &cleo, "ok").await;
        assert!(text.contains("Decided here"), "{text}");
        until_inside(&mut tab, 2).await;
        tab.value("window.before = document.querySelector('[data-check]').dataset.check").await;
        away(&mut tab, &camera).await;
        camera.see(&cleo.code);
        judged(&mut tab, "already_inside").await;
        turn(&mut tab, &camera, "out").await;
        checked(&mut tab, &camera, &ben, "ok").await;
        until_inside(&mut tab, 1).await;
        assert_eq!(inside(&olga, &workshop).await, 0, "nothing has arrived");

        // The page is opened again without network, and still knows its session.
        tab.value("document.querySelector('.board .verdict').click()").await;
        camera.see_nothing();
        tab.ask("Page.reload", &json!({})).await;
        tab.until("document.querySelector('.door-session')?.innerText.includes('Workshop') === true").await;
        wire.turn(Weather::Fair);
        tab.value("window.dispatchEvent(new Event('online'))").await;
        tab.until("document.querySelector('.sync-chip').dataset.unsent === '0'").await;
        assert_eq!(inside(&olga, &workshop).await, 1);
    }

    async fn a_number_that_is_typed_at_a_door_without_network_goes_in_once(fair) {
        let Some(browser) = Browser::start().await else { return };
        let olga = fair.organizer().await;
        let workshop = session(&olga, "Workshop", json!({})).await;
        let wire = Wire::to(fair.site.api.base()).await;
        let [ana] = visitors::<1>(fair).await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        pair(&olga, &wire, &mut tab, &[&workshop]).await;
        // The badge filter comes before the sessions.
        tab.until("document.querySelector('.door-session').innerText.includes('Workshop')").await;
        tab.until("document.querySelector('dialog') === null").await;
        wire.turn(Weather::Cut);
        tab.value("window.before = ''").await;
        typed(&mut tab, &ana.number).await;
        let text = judged(&mut tab, "ok").await;
        assert!(text.contains("Decided here"), "{text}");
        tab.value("window.before = document.querySelector('[data-check]').dataset.check").await;
        tab.value("document.querySelector('.board .verdict').click()").await;
        typed(&mut tab, &ana.number).await;
        judged(&mut tab, "already_inside").await;
        wire.turn(Weather::Fair);
        tab.value("window.dispatchEvent(new Event('online'))").await;
        tab.until("document.querySelector('.sync-chip').dataset.unsent === '0'").await;
        assert_eq!(inside(&olga, &workshop).await, 1);
    }

    async fn a_door_that_unpairs_itself_is_told_to_have_ended(fair) {
        let Some(browser) = Browser::start().await else { return };
        let olga = fair.organizer().await;
        let workshop = session(&olga, "Workshop", json!({})).await;
        let wire = Wire::to(fair.site.api.base()).await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        pair(&olga, &wire, &mut tab, &[&workshop]).await;
        tab.until("document.querySelector('.door-session').innerText.includes('Workshop')").await;
        tab.until("document.querySelector('dialog') === null").await;
        tab.click("[data-tab=more]").await;
        tab.until("document.querySelector('[data-act=unpair]') !== null").await;
        tab.click("[data-act=unpair]").await;
        tab.until("document.querySelector('[data-act=unpair-now]') !== null").await;
        tab.click("[data-act=unpair-now]").await;
        tab.until("document.querySelector('[name=code]') !== null").await;
        let devices = olga.api.get(&format!("/events/{}/devices", fair.site.event)).await.done(200);
        assert_eq!(devices["items"][0]["status"], "revoked", "{devices:#}");
    }
}
