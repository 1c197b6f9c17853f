//! What the monitor counts: what stands now, where it stands, and no more.

use crate::browsing::has;
use harness::browser::Browser;
use harness::{Phone, Received, Subscriber, on_every_engine};
use mobile_core::ids::ExhibitorId;
use mobile_core::time::Timestamp;
use serde_json::{Value, json};
use std::collections::HashMap;

/// Sockets that are opened only when the test says so.
const LATER: &str = "if (location.protocol.startsWith('http')) {
    const Real = window.WebSocket;
    window.held = [];
    window.WebSocket = class {
        constructor(...asked) { window.held.push(() => {
            this.real = new Real(...asked);
            this.real.onmessage = (event) => this.onmessage?.(event);
            this.real.onclose = (event) => this.onclose?.(event);
        }); }
        close() { this.real?.close(); }
    };
}";

const DAY: i64 = 24 * 3600 * 1_000_000;

/// The newest states of the organiser's stream.
struct Seen {
    stream: Subscriber,
    totals: Value,
    exhibitors: HashMap<String, Value>,
    devices: HashMap<String, Value>,
}

impl Seen {
    fn new(stream: Subscriber) -> Self {
        Self { stream, totals: Value::Null, exhibitors: HashMap::new(), devices: HashMap::new() }
    }

    fn scans(&self, exhibitor: ExhibitorId) -> Option<u64> {
        self.exhibitors.get(&exhibitor.to_string())?["scans"].as_u64()
    }

    /// Takes states in until they are as expected.
    async fn until(&mut self, is: impl Fn(&Self) -> bool) {
        while !is(self) {
            let Received::Frame(frame) = self.stream.next().await else { panic!("the stream ended") };
            let (kept, id) = match frame["type"].as_str() {
                Some("exhibitor.stats") => (&mut self.exhibitors, &frame["exhibitor_id"]),
                Some("device.status") => (&mut self.devices, &frame["device_id"]),
                Some("monitor.stats") => {
                    self.totals = frame;
                    continue;
                }
                _ => continue,
            };
            let id = id.as_str().unwrap().to_owned();
            if frame["is_gone"] == true {
                kept.remove(&id)
            } else {
                kept.insert(id, frame)
            };
        }
    }

    /// Waits until all scans and those of today are so many, and those of the minutes add up to them.
    async fn counts(&mut self, scans: u64) {
        self.until(|seen| {
            let minutes = seen.totals["per_minute"].as_array().into_iter().flatten();
            let minutes: u64 = minutes.filter_map(Value::as_u64).sum();
            (&seen.totals["scans"], &seen.totals["scans_today"], minutes) == (&json!(scans), &json!(scans), scans)
        })
        .await;
    }
}

/// Whether a stream tells of an exhibitor that it is gone, among the states that it begins with.
async fn hears_farewell(mut stream: Subscriber, exhibitor: ExhibitorId) -> bool {
    loop {
        let Received::Frame(frame) = stream.next().await else { panic!("the stream ended") };
        // States come in the order of their names, the totals last.
        match frame["type"].as_str() {
            Some("exhibitor.stats") if frame["exhibitor_id"] == json!(exhibitor) => return frame["is_gone"] == true,
            Some("monitor.stats") => return false,
            _ => {}
        }
    }
}

on_every_engine! {
    async fn what_is_taken_back_or_moved_counts_where_it_stands_now(fair) {
        let olga = fair.organizer().await;
        let (acme, bolt) = (fair.exhibitor("Acme").open().await, fair.exhibitor("Bolt").open().await);
        let ines = acme.phone("Ines").await;
        let (noor, omar) = (fair.registration("Noor Aziz").badge().await, fair.registration("Omar Bey").badge().await);
        let from = fair.now();
        let mut seen = Seen::new(olga.live(None).await);
        let mistaken = ines.scanned(&omar);
        ines.deliver(&[ines.scanned(&noor), mistaken.clone()]).await.all_accepted();
        seen.counts(2).await;

        // Somebody takes a scan back on the phone, while others go on.
        let taken_back = ines.capture("annul", &json!({"annuls": mistaken["id"]}));
        ines.deliver(&[taken_back]).await.all_accepted();
        seen.counts(1).await;
        ines.deliver(&[ines.scanned(&noor)]).await.all_accepted();
        seen.counts(2).await;
        assert_eq!(seen.scans(acme.id), Some(2));

        // The phone was paired with the neighbour's code.
        let path = format!("/events/{}/devices/{}/move-scans", fair.site.event, ines.device);
        let order = json!({"exhibitor_id": bolt.id, "from": from, "until": fair.now().plus_micros(3_600_000_000),
            "reason": "wrong stand"});
        let moved = olga.api.post(&path, &order).await.done(200);
        seen.until(|seen| (seen.scans(acme.id), seen.scans(bolt.id)) == (Some(0), Some(2))).await;
        seen.counts(2).await;
        let report: Value = olga.api.get(&format!("/events/{}/report", fair.site.event)).await.done(200);
        assert_eq!((&report["totals"]["scans"], &report["exhibitors"][0]["name"]), (&json!(2), &json!("Bolt")));
        let undo = format!("/events/{}/desk-actions/{}/undo", fair.site.event, moved["action_id"].as_str().unwrap());
        olga.api.post(&undo, &json!({})).await.done(200);
        seen.until(|seen| (seen.scans(acme.id), seen.scans(bolt.id)) == (Some(2), Some(0))).await;
        seen.counts(2).await;

        // Who looks only now is told the same.
        let mut fresh = Seen::new(olga.live(None).await);
        fresh.counts(2).await;
        assert_eq!((fresh.scans(acme.id), fresh.scans(bolt.id)), (Some(2), Some(0)));
    }

    async fn monitor_and_report_agree_on_what_counts(fair) {
        let olga = fair.organizer().await;
        let (acme, trial) = (fair.exhibitor("Acme").open().await, fair.exhibitor("Tryout").open().await);
        let event = format!("/events/{}", fair.site.event);
        let change = json!({"is_test": true});
        olga.api.patch(&format!("{event}/exhibitors/{}", trial.id), None, &change).await.done(200);
        let opens = fair.now().plus_micros(DAY);
        let dates = json!({"starts_at": opens, "ends_at": fair.now().plus_micros(3 * DAY)});
        olga.api.patch(&event, None, &dates).await.done(200);
        let (ines, tess) = (acme.phone("Ines").await, trial.phone("Tess").await);
        let mut badges = Vec::new();
        for name in ["Cleo Crew", "Ben Ott", "Noor Aziz", "Max Met"] {
            badges.push(fair.registration(name).badge().await);
        }
        let [cleo, ben, noor, max] = &badges[..] else { panic!("four badges") };
        // The build-up: a colleague of the crew, rated, and somebody who comes again; one scan is taken back at once.
        ines.scan(cleo).rate("hot").upload().await.all_accepted();
        let mistaken = ines.scanned(ben);
        let taken_back = ines.capture("annul", &json!({"annuls": mistaken["id"]}));
        ines.deliver(&[ines.scanned(ben), mistaken, taken_back]).await.all_accepted();
        fair.app().clock.advance(DAY);
        ines.deliver(&[ines.scanned(ben), ines.scanned(noor)]).await.all_accepted();
        tess.deliver(&[tess.scanned(noor), tess.scanned(max)]).await.all_accepted();
        // Somebody who is written down and was never scanned.
        ines.deliver(&[ines.capture("note", &json!({"code": max.code, "text": "call"}))]).await.all_accepted();

        let report: Value = olga.api.get(&format!("{event}/report")).await.done(200);
        let totals = &report["totals"];
        assert_eq!((&totals["exhibitors"], &totals["scans"], &totals["visitors"]), (&json!(1), &json!(2), &json!(2)));
        assert_eq!((&totals["hot"], &totals["scans_per_visitor_percent"]), (&json!(0), &json!(100)));
        let of_acme = &report["exhibitors"][0];
        assert_eq!((&of_acme["leads"], &of_acme["visitors"], &of_acme["per_day"]), (&json!(3), &json!(2), &json!([2])));
        let first: Timestamp = of_acme["first_scan_at"].as_str().unwrap().parse().unwrap();
        assert!(first >= opens, "{of_acme}");
        let mut seen = Seen::new(olga.live(None).await);
        seen.counts(2).await;
        seen.until(|seen| seen.totals["unique_visitors"] == 2 && seen.scans(acme.id).is_some()).await;
        let shown = &seen.exhibitors[&acme.id.to_string()];
        assert_eq!((&shown["scans"], &shown["leads"], &seen.totals["exhibitors"]), (&json!(2), &json!(3), &json!(1)));
        assert_eq!(shown["last_scan_at"], of_acme["last_scan_at"]);
    }

    async fn who_is_listed_no_more_leaves_the_monitor_of_those_who_look(fair) {
        let olga = fair.organizer().await;
        let (acme, bolt) = (fair.exhibitor("Acme").open().await, fair.exhibitor("Bolt").open().await);
        let (ines, omar, vic) = (acme.phone("Ines").await, acme.phone("Omar").await, bolt.phone("Vic").await);
        let path = |id: ExhibitorId| format!("/events/{}/exhibitors/{id}", fair.site.event);
        for (id, hall) in [(acme.id, "Hall 1"), (bolt.id, "Hall 9")] {
            olga.api.patch(&path(id), None, &json!({"booth": {"hall": hall, "number": "B1"}})).await.done(200);
        }
        // One phone holds a scan when its access ends; it is looked for until that has come.
        let held = omar.scanned("HELD");
        omar.heartbeat().await;
        let mut seen = Seen::new(olga.live(None).await);
        let named = |seen: &Seen, phone: &Phone| seen.devices.contains_key(&phone.device.to_string());
        seen.until(|seen| seen.exhibitors.len() == 2 && named(seen, &ines) && named(seen, &omar) && named(seen, &vic)).await;
        let browser = Browser::start().await;
        let mut tab = None;
        if let Some(browser) = &browser {
            let mut one = browser.tab(1280, 900).await;
            one.sign_in(&olga.api).await;
            one.go(&format!("{}/events/{}/monitor", olga.api.base(), fair.site.event)).await;
            one.until("document.querySelector('#exhibitors').textContent.includes('Bolt')").await;
            one.until("document.querySelector('#live').dataset.state === 'live'").await;
            tab = Some(one);
        }

        fair.site.revoke(&ines).await;
        fair.site.revoke(&omar).await;
        seen.until(|seen| !named(seen, &ines)).await;
        seen.until(|seen| seen.devices[&omar.device.to_string()]["is_revoked"] == true).await;
        omar.send(&[held]).await.done(200);
        seen.until(|seen| !named(seen, &omar)).await;
        olga.api.delete(&path(bolt.id)).await.done(204);
        seen.until(|seen| seen.scans(bolt.id).is_none() && !named(seen, &vic)).await;
        if let Some(tab) = &mut tab {
            tab.until("!document.querySelector('#exhibitors').textContent.includes('Bolt')").await;
            tab.until("document.querySelectorAll('#devices tbody tr').length === 0").await;
            tab.until("!document.querySelector('#halls').textContent.includes('Hall 9')").await;
            assert_eq!(tab.problems(), [] as [&str; 0]);
        }
        // A test is none of the fair's: neither on the page nor on the wall.
        olga.api.patch(&path(acme.id), None, &json!({"is_test": true})).await.done(200);
        seen.until(|seen| seen.exhibitors.is_empty()).await;
        // A program that was away hears of them when it comes back, and one that is new does not.
        assert!(hears_farewell(olga.live(Some(0)).await, acme.id).await);
        assert!(!hears_farewell(olga.live(None).await, acme.id).await);
        for page in ["monitor", "wall"] {
            let page = olga.api.get(&format!("//events/{}/{page}", fair.site.event)).await.text();
            assert!(!page.contains("Acme") && !page.contains("Bolt") && !page.contains("Hall 1"), "{page}");
        }
    }

    async fn who_went_while_a_page_listened_to_nothing_leaves_it_with_its_stream(fair) {
        let Some(browser) = Browser::start().await else { return };
        let olga = fair.organizer().await;
        let (acme, bolt) = (fair.exhibitor("Acme").open().await, fair.exhibitor("Bolt").open().await);
        acme.phone("Ines").await;
        bolt.phone("Vic").await;
        let mut tab = browser.tab(1280, 900).await;
        tab.sign_in(&olga.api).await;
        tab.ask("Page.addScriptToEvaluateOnNewDocument", &json!({"source": LATER})).await;
        tab.go(&format!("{}/events/{}/monitor", olga.api.base(), fair.site.event)).await;
        tab.until("document.querySelector('#exhibitors').textContent.includes('Bolt') && window.held.length === 1").await;
        olga.api.delete(&format!("/events/{}/exhibitors/{}", fair.site.event, bolt.id)).await.done(204);
        tab.value("window.held[0]()").await;
        tab.until("!document.querySelector('#exhibitors').textContent.includes('Bolt')").await;
        tab.until("document.querySelectorAll('#devices tbody tr').length === 1").await;
        has(&mut tab, "#exhibitors", "Acme").await;
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }

    async fn many_phones_that_hold_scans_hide_nothing_else_that_needs_attention(fair) {
        let Some(browser) = Browser::start().await else { return };
        let olga = fair.organizer().await;
        let acme = fair.exhibitor("Acme").open().await;
        for n in 0..13 {
            let phone = acme.phone(&format!("Phone {n}")).await;
            let _held = phone.scanned("HELD");
            if n == 0 {
                // What is not accepted has arrived: it is not among what the phone still holds.
                phone.deliver(&[phone.capture("dance", &json!({}))]).await;
            }
            phone.heartbeat().await;
        }
        let mut tab = browser.tab(1280, 900).await;
        tab.sign_in(&olga.api).await;
        tab.go(&format!("{}/events/{}/monitor", olga.api.base(), fair.site.event)).await;
        let says = |what: &str| format!("document.querySelector('#attention').textContent.includes({what:?})");
        tab.until(&says("13 scans not yet sent on 13 phones")).await;
        tab.until(&says("1 scan was not accepted")).await;
        tab.until("document.querySelectorAll('#refused tr').length === 1").await;
        assert_eq!(tab.value("document.querySelector('#refused td').textContent").await, json!("1"));
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }
}
