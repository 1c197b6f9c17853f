//! The monitor on a wall, and what the monitor says of halls.

use crate::helpdesk::picture;
use harness::browser::Browser;
use harness::{Subscriber, on_every_engine};
use serde_json::json;

on_every_engine! {
    async fn the_walls_stream_holds_no_name_no_device_and_no_id(fair) {
        let vera = fair.site.organizer_member("Vera Viewer", "viewer").await;
        let acme = fair.exhibitor("Acme").open().await;
        let ines = acme.phone("Ines").await;
        let noor = fair.registration("Noor Aziz").badge().await;
        let path = format!("/events/{}/wall/live", fair.site.event);
        let mut stream = Subscriber::open(&vera.api, &path, Some(0)).await;
        ines.scan(&noor).note("hot").upload().await.all_accepted();
        let shown = loop {
            let state = stream.state("wall.stats").await;
            if state["scans_today"] == 1 {
                break state;
            }
        };
        let fields: Vec<&String> = shown.as_object().unwrap().keys().collect();
        let all = ["exhibitors_active", "halls", "minute", "per_minute", "scans_today", "type", "unique_visitors"];
        assert_eq!(fields, all);
        let poll = vera.api.get(&format!("/events/{}/wall/feed?wait=0", fair.site.event)).await.done(200);
        for said in [poll.to_string(), shown.to_string()] {
            for hidden in ["Acme", "Ines", "Noor", "_id"] {
                assert!(!said.contains(hidden), "{hidden} in {said}");
            }
        }
        assert!(poll["messages"].as_array().unwrap().iter().all(|one| one["type"] == "wall.stats"), "{poll}");
    }

    async fn the_wall_counts_live_and_names_no_exhibitor(fair) {
        let Some(browser) = Browser::start().await else { return };
        let vera = fair.site.organizer_member("Vera Viewer", "viewer").await;
        let olga = fair.organizer().await;
        let (acme, bolt) = (fair.exhibitor("Acme").open().await, fair.exhibitor("Bolt").open().await);
        for (space, hall) in [(&acme, "Hall 2"), (&bolt, "Hall 4")] {
            let path = format!("/events/{}/exhibitors/{}", fair.site.event, space.id);
            olga.api.patch(&path, None, &json!({"booth": {"hall": hall, "number": "B12"}})).await.done(200);
        }
        let ines = acme.phone("Ines").await;
        let noor = fair.registration("Noor Aziz").badge().await;
        let mut tab = browser.tab(1440, 900).await;
        tab.sign_in(&vera.api).await;
        tab.go(&format!("{}/events/{}/wall", vera.api.base(), fair.site.event)).await;
        tab.until("document.querySelector('[data-figure=scans_today]').textContent === '0'").await;
        ines.scan(&noor).upload().await.all_accepted();
        tab.until("document.querySelector('[data-figure=scans_today]').textContent === '1'").await;
        tab.until("document.querySelector('#halls').textContent.replaceAll(' ', '') === 'Hall21Hall40'").await;
        let shown = tab.value("document.body.innerHTML").await.to_string();
        assert!(!shown.contains("Acme") && !shown.contains("Bolt") && !shown.contains("Noor"), "{shown}");
        picture(&mut tab, "wall-1440").await;
        let mut phone = browser.tab(390, 844).await;
        phone.sign_in(&vera.api).await;
        phone.go(&format!("{}/events/{}/wall", vera.api.base(), fair.site.event)).await;
        assert_eq!(phone.value("document.documentElement.scrollWidth").await, json!(390));
        picture(&mut phone, "wall-390").await;
        tab.go(&format!("{}/events/{}/monitor", vera.api.base(), fair.site.event)).await;
        tab.until("document.querySelector('#halls').textContent.includes('Hall 4')").await;
        picture(&mut tab, "monitor-halls-1440").await;
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }
}
