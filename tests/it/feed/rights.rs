//! Who hears what on a stream, and how it ends with the right to it.

use harness::{Received, Subscriber, on_every_engine};
use serde_json::{Value, json};
use server::affected;
use std::time::{Duration, Instant};

on_every_engine! {
    async fn each_space_hears_its_own_leads_only(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        let bolt = fair.exhibitor("Bolt").open().await;
        let (vic, vera) = (bolt.phone("Vic").await, bolt.admin("Vera").await);
        let mut live = vera.live(None).await;
        ines.scan("SECRET-OF-ACME").upload().await.all_accepted();
        let own = vic.scanned("OWN");
        vic.deliver(std::slice::from_ref(&own)).await.all_accepted();
        assert_eq!(live.entry().await["capture"]["id"], own["id"]);
        let refused = Subscriber::connect(&vera.api, &format!("/exhibitors/{}/live", ines.exhibitor), None, None).await;
        refused.expect_err("refused").refused("not_found");
        let refused = Subscriber::connect(&fair.site.api, &format!("/exhibitors/{}/live", bolt.id), None, None).await;
        refused.expect_err("refused").refused("not_signed_in");
    }

    async fn with_own_leads_only_the_stream_is_as_narrow_as_the_list(fair) {
        let space = fair.exhibitor("Acme").with_own_leads_only().open().await;
        let (ines, omar) = (space.phone("Ines").await, space.phone("Omar").await);
        let mut live = Subscriber::open(&ines.api, &format!("/exhibitors/{}/live", space.id), None).await;
        omar.scan("OF-OMAR").upload().await.all_accepted();
        let own = ines.scanned("OF-INES");
        ines.deliver(std::slice::from_ref(&own)).await.all_accepted();
        assert_eq!(live.entry().await["capture"]["id"], own["id"]);
    }

    async fn the_monitor_counts_scans_and_knows_nobody(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, olga) = (space.phone("Ines").await, fair.organizer().await);
        let badge = fair.registration("Xenia Xylophone").badge().await;
        let mut live = olga.live(None).await;
        ines.scan(&badge).note("Xenia wants a demo").tag("xylo").upload().await.all_accepted();
        ines.scan("BEGIN:VCARD\nN:Xylophone;Xaver\nEND:VCARD").upload().await.all_accepted();
        let mut seen = Vec::new();
        while seen.iter().filter(|frame: &&Value| frame["type"] == "scan.counted").count() < 2
            || !seen.iter().any(|frame: &Value| frame["type"] == "monitor.stats" && frame["scans"] == 2)
        {
            let Received::Frame(frame) = live.next().await else { panic!("a message") };
            seen.push(frame);
        }
        let text = json!(seen).to_string();
        assert!(!text.contains("Xenia") && !text.contains("Xylophone") && !text.contains("xylo"), "{text}");
        assert!(!text.contains(&badge.code) && !text.contains("lead_id"), "{text}");
        let count = seen.iter().find(|frame| frame["type"] == "scan.counted").unwrap();
        assert_eq!((&count["exhibitor_id"], &count["device_id"]), (&json!(space.id), &json!(ines.device)));
        let polled = olga.poll(Some(0), 0).await;
        assert!(!polled.to_string().contains("Xenia"));
        let desk = fair.site.organizer_member("Dora", "desk").await;
        let refused = Subscriber::connect(&desk.api, &format!("/events/{}/live", fair.site.event), None, None).await;
        refused.expect_err("refused").refused("forbidden");
    }

    async fn a_withdrawn_right_ends_the_stream(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (sam, ines) = (space.scanner("Sam").await, space.phone("Ines").await);
        let mut of_sam = sam.live(None).await;
        let mut of_ines = Subscriber::open(&ines.api, &format!("/exhibitors/{}/live", space.id), None).await;
        fair.site.remove_member(sam.id).await;
        assert_eq!(of_sam.end().await, Some(4403));
        sam.leads("").await.refused("not_found");
        fair.site.revoke(&ines).await;
        assert_eq!(of_ines.end().await, Some(4403));
    }

    async fn signing_out_ends_the_stream(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let mut live = ada.live(None).await;
        assert!(ada.api.post("/auth/logout", &json!({})).await.status < 300);
        assert_eq!(live.end().await, Some(4401));
        ada.leads("").await.refused("not_signed_in");
    }

    async fn a_stream_ends_when_the_sign_in_that_opened_it_does(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ada, bea) = (space.admin("Ada").await, space.admin("Bea").await);
        let made = bea.api.post("/live-tickets", &json!({"exhibitor_id": space.id})).await.done(201);
        // Long before the next heartbeat, which would come after twenty seconds.
        for account in [ada.account, bea.account] {
            let soon = fair.now().plus_micros(3_000_000);
            let ends = "UPDATE sign_in SET expires_at = $2 WHERE account_id = $1";
            let mut tx = fair.app().write().await.unwrap();
            affected!(tx, sqlx::query(ends).bind(account).bind(soon)).unwrap();
            tx.commit(&fair.app().hub).await.unwrap();
        }
        fair.app().identities.clear();
        let by_ticket = format!("/exhibitors/{}/live?ticket={}", space.id, made["ticket"].as_str().unwrap());
        let mut of_bea = Subscriber::open(&fair.site.api, &by_ticket, None).await;
        let mut of_ada = ada.live(None).await;
        let begun = Instant::now();
        assert_eq!((of_ada.end().await, of_bea.end().await), (Some(4401), Some(4401)));
        assert!(begun.elapsed() < Duration::from_secs(19), "{:?}", begun.elapsed());
        ada.leads("").await.refused("not_signed_in");
    }

    async fn a_stream_goes_on_when_its_sign_in_was_used_meanwhile(fair) {
        const THREE_DAYS: i64 = 3 * 24 * 3600 * 1_000_000;
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let begun_at = fair.now().plus_micros(4_000_000 - THREE_DAYS);
        let mut tx = fair.app().write().await.unwrap();
        let idle = "UPDATE sign_in SET created_at = $2, seen_at = NULL WHERE account_id = $1";
        affected!(tx, sqlx::query(idle).bind(ada.account).bind(begun_at)).unwrap();
        tx.commit(&fair.app().hub).await.unwrap();
        fair.app().identities.clear();
        // Opening the stream is a use, which is noted beside it; what was looked up before says four seconds.
        let mut live = ada.live(None).await;
        fair.app().errands_done().await;
        live.state("head").await;
        ada.leads("").await.done(200);
    }

    async fn a_phones_former_token_takes_its_streams_along(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let ines = space.phone("Ines").await;
        let told = ines.api.post("/auth/devices/token", &json!({})).await.done(201);
        let path = format!("/exhibitors/{}/live", space.id);
        let mut former = Subscriber::open(&ines.api, &path, None).await;
        let next = ines.api.with_token(told["device_token"].as_str().unwrap());
        let _live = Subscriber::open(&next, &path, None).await;
        assert_eq!(former.end().await, Some(4401));
    }

    async fn a_ticket_opens_its_stream_once(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let bolt = fair.exhibitor("Bolt").open().await;
        let made = ada.api.post("/live-tickets", &json!({"exhibitor_id": ada.exhibitor})).await.done(201);
        let path = |exhibitor| format!("/exhibitors/{exhibitor}/live?ticket={}", made["ticket"].as_str().unwrap());
        let other = Subscriber::connect(&fair.site.api, &path(bolt.id), None, None).await;
        other.expect_err("refused").refused("not_found");
        let made = ada.api.post("/live-tickets", &json!({"exhibitor_id": ada.exhibitor})).await.done(201);
        let path = format!("/exhibitors/{}/live?ticket={}", ada.exhibitor, made["ticket"].as_str().unwrap());
        Subscriber::open(&fair.site.api, &path, None).await.close().await;
        let again = Subscriber::connect(&fair.site.api, &path, None, None).await;
        again.expect_err("refused").refused("not_signed_in");
        let made = ada.api.post("/live-tickets", &json!({"exhibitor_id": ada.exhibitor})).await.done(201);
        fair.app().clock.advance(31_000_000);
        let path = format!("/exhibitors/{}/live?ticket={}", ada.exhibitor, made["ticket"].as_str().unwrap());
        let late = Subscriber::connect(&fair.site.api, &path, None, None).await;
        late.expect_err("refused").refused("not_signed_in");
        ada.api.post("/live-tickets", &json!({"exhibitor_id": bolt.id})).await.refused("not_found");
        ada.api.post("/live-tickets", &json!({})).await.refused("invalid_field");
    }
}
