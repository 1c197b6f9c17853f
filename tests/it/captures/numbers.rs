//! The numbers of a queue: what is settled, what is missing, and what came under a number that was taken.

use harness::{Phone, on_every_engine};
use serde_json::{Value, json};

on_every_engine! {
    async fn a_rejected_number_is_settled_too(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        let bad = ines.capture("dance", &json!({}));
        assert_eq!(ines.deliver(&[bad]).await.contiguous_seq, 1);
    }

    async fn numbers_tell_what_is_missing(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let ines = space.phone("Ines").await;
        let captures: Vec<Value> = (0..6).map(|place| ines.scanned(format!("HALL-{place}").as_str())).collect();
        assert_eq!(ines.deliver(&captures[0..2]).await.contiguous_seq, 2);
        assert_eq!(ines.deliver(&captures[4..6]).await.contiguous_seq, 2, "3 and 4 are missing");
        assert_eq!(ines.deliver(&captures[3..4]).await.contiguous_seq, 2);
        assert_eq!(ines.deliver(&captures[2..3]).await.contiguous_seq, 6, "the gap closed");
        assert_eq!(ines.heartbeat().await.contiguous_seq, 6);
    }

    async fn the_heartbeat_tells_the_organizer_what_has_not_arrived(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, olga) = (space.phone("Ines").await, fair.organizer().await);
        let held: Vec<Value> = (0..12).map(|place| ines.scanned(format!("HALL-{place}").as_str())).collect();
        ines.heartbeat().await;
        let mut live = olga.live(None).await;
        let mut status = live.state("device.status").await;
        while status["device_id"] != json!(ines.device) || status["not_yet_sent"] != 12 {
            status = live.state("device.status").await;
        }
        ines.deliver(&held).await.all_accepted();
        while status["device_id"] != json!(ines.device) || status["not_yet_sent"] != 0 {
            status = live.state("device.status").await;
        }
    }

    async fn the_monitor_knows_what_arrived_ahead_and_the_clock_of_the_newest_queue(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, olga) = (space.phone("Ines").await, fair.organizer().await);
        // A queue of before, when the phone's clock was ten minutes ahead.
        let before = Phone::new(ines.api.clone(), ines.site.clone(), ines.exhibitor, ines.member, ines.device);
        let mut early = before.batch(&[]);
        early["sent_at"] = json!(fair.now().plus_micros(600_000_000));
        ines.api.post("/captures", &early).await.done(200);
        fair.app().clock.advance(1_000_000);
        let captures: Vec<Value> = (0..6).map(|place| ines.scanned(format!("HALL-{place}").as_str())).collect();
        ines.deliver(&captures[0..2]).await.all_accepted();
        ines.deliver(&captures[3..6]).await.all_accepted();
        let mut live = olga.live(None).await;
        let status = live.state("device.status").await;
        assert_eq!((&status["device_id"], &status["not_yet_sent"]), (&json!(ines.device), &json!(1)), "{status}");
        assert!(status["clock_offset_ms"].as_i64().unwrap() < 60_000, "{status}");
    }

    async fn a_number_used_by_another_id_is_accepted_and_told(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        let badge = fair.registration("Noor Aziz").badge().await;
        let first = ines.scanned(&badge);
        ines.deliver(std::slice::from_ref(&first)).await.all_accepted();
        let mut copy = ines.scanned(&badge);
        copy["device_seq"] = json!(1);
        let upload = ines.deliver(std::slice::from_ref(&copy)).await.all_accepted();
        assert_eq!(upload.reasons(), ["seq_reused"]);
        assert_eq!(ines.deliver(&[first, copy]).await.all_duplicates().reasons(), ["", ""]);
        assert_eq!(ines.lead_of(&badge).await.scan_count, 2, "both scans are there");
    }
}
