//! Who delivers: devices whose access has ended, people without a device, and for which exhibitor.

use harness::{Engine, Fair, on_every_engine};
use mobile_core::wire::Outcome::{Accepted, Rejected};
use serde_json::json;

on_every_engine! {
    async fn a_revoked_device_still_delivers_what_it_captured_before(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let badge = fair.registration("Noor Aziz").badge().await;
        let before = ines.scanned(&badge);
        fair.app().clock.advance(1_000_000);
        fair.site.revoke(&ines).await;
        fair.app().clock.advance(1_000_000);
        let after = ines.scanned(&badge);
        ines.api.get(&format!("/exhibitors/{}/leads", ines.exhibitor)).await.refused("device_revoked");
        let upload = ines.deliver(&[before, after]).await;
        assert_eq!((upload.outcomes(), upload.reasons()[1]), (vec![Accepted, Rejected], "device_revoked"));
        assert!(upload.results.iter().all(|receipt| receipt.lead.is_none()), "receipts without personal data");
        assert_eq!(ada.rejected().await.len(), 1, "the later one is in quarantine");
        assert_eq!(ada.names("").await, ["Noor Aziz"]);
        fair.app().clock.advance(31 * 24 * 3_600_000_000);
        ines.send(&[]).await.refused("device_revoked");
    }

    async fn a_lost_device_delivers_to_quarantine(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let before = ines.scanned(&fair.registration("Noor Aziz").badge().await);
        fair.app().clock.advance(1_000_000);
        fair.site.lose(&ines).await;
        assert_eq!(ines.deliver(&[before]).await.outcomes(), [Rejected]);
        assert_eq!(ada.rejected().await.len(), 1);
        assert_eq!(ada.names("").await, Vec::<String>::new());
    }

    async fn the_author_is_who_held_the_device(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (shared, sam) = (space.shared_phone("Booth phone").await, space.scanner("Sam Shift").await);
        let vera = fair.exhibitor("Bolt").open().await.scanner("Vera Vendor").await;
        let badge = fair.registration("Noor Aziz").badge().await;
        let mut scans = [shared.scanned(&badge), shared.scanned(&badge), shared.scanned(&badge)];
        scans[0]["member_id"] = json!(sam.id);
        scans[1]["operator"] = json!("temp 3");
        scans[2]["member_id"] = json!(vera.id);
        let upload = shared.deliver(&scans).await.all_accepted();
        assert_eq!(upload.reasons(), ["", "", "unknown_member"], "kept and flagged");
        let lead = shared.lead_of(&badge).await;
        assert_eq!(lead.scans.iter().filter(|scan| scan.member == Some(sam.id)).count(), 1);
        assert_eq!(lead.scans.iter().filter(|scan| scan.operator.as_deref() == Some("temp 3")).count(), 1);
        assert!(lead.scans.iter().all(|scan| scan.member != Some(vera.id)));
    }

    async fn what_a_member_did_before_they_left_stays_theirs_however_late_it_arrives(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let sam = space.scanner("Sam Shift").await;
        let badge = fair.registration("Noor Aziz").badge().await;
        let held = |mut scan: serde_json::Value| {
            scan["member_id"] = json!(sam.id);
            scan
        };
        let before = held(ines.scanned(&badge));
        fair.app().clock.advance(1_000_000);
        ada.api.delete(&format!("/exhibitors/{}/team/{}", space.id, sam.id)).await.done(204);
        fair.app().clock.advance(1_000_000);
        let after = held(ines.scanned(&badge));
        let upload = ines.deliver(&[before, after]).await.all_accepted();
        assert_eq!(upload.reasons(), ["", "unknown_member"]);
        let scans = ines.lead_of(&badge).await.scans.clone();
        let who: Vec<_> = scans.iter().map(|scan| (scan.member, scan.member_name.as_deref())).collect();
        assert_eq!(who.len(), 2);
        assert!(who.contains(&(Some(sam.id), Some("Sam Shift"))), "{who:?}");
        assert!(who.contains(&(ines.member, Some("Ines"))), "{who:?}");
        assert_eq!(space.rows_unlike_their_log().await, []);
    }

    async fn a_person_may_capture_without_a_device(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let ada = space.admin("Ada").await;
        let badge = fair.registration("Noor Aziz").badge().await;
        let id = fair.app().new_id::<uuid::Uuid>();
        let scan = json!({"id": id, "captured_at": fair.now(), "kind": "scan", "code": badge.number, "entry": "typed"});
        let receipts: mobile_core::wire::Receipts = ada.deliver(&[scan]).await.ok();
        assert_eq!(receipts.results[0].outcome, Accepted);
        assert_eq!(ada.lead(receipts.results[0].lead_id.unwrap()).await.name().as_deref(), Some("Noor Aziz"));
    }

    async fn a_batch_that_names_another_exhibitor_is_for_that_exhibitor_or_nobody(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        let bolt = fair.exhibitor("Bolt").open().await;
        let mut scan = ines.scanned("HALL");
        scan["exhibitor_id"] = json!(bolt.id);
        let upload = ines.deliver(&[scan, ines.scanned("HALL")]).await;
        assert_eq!(upload.outcomes(), [Rejected, Accepted]);
        assert_eq!(upload.results[0].errors[0].pointer, "/exhibitor_id");
    }

    async fn nobody_delivers_without_a_token(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        fair.site.api.post("/captures", &ines.batch(&[])).await.refused("not_signed_in");
        fair.site.api.with_token("ld_made_up").post("/captures", &ines.batch(&[])).await.refused("not_signed_in");
        fair.site.api.with_token("").post("/captures", &ines.batch(&[])).await.refused("not_signed_in");
    }

    async fn what_names_a_stranger_is_kept_aside_and_its_number_is_settled(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let bolt = fair.exhibitor("Bolt").open().await;
        let mut scan = ines.scanned("HALL");
        scan["exhibitor_id"] = json!(bolt.id);
        let upload = ines.deliver(&[ines.scanned("HALL"), scan.clone(), ines.scanned("HALL")]).await;
        assert_eq!(upload.outcomes(), [Accepted, Rejected, Accepted]);
        assert_eq!(upload.contiguous_seq, 3, "every outcome settles its number");
        let aside = ada.rejected().await;
        assert_eq!(aside.len(), 1, "nothing captured is thrown away: {aside:?}");
        assert_eq!((&aside[0]["capture_id"], &aside[0]["body"]["exhibitor_id"]), (&scan["id"], &json!(bolt.id)));
        ines.deliver(&[scan]).await;
        assert_eq!(ada.rejected().await.len(), 1, "told again, kept once");
    }

    async fn one_batch_for_two_exhibitors_settles_the_numbers_of_both(fair) {
        let (acme, bolt) = (fair.exhibitor("Acme").open().await, fair.exhibitor("Bolt").open().await);
        let ada = acme.admin("Ada").await;
        let there = bolt.joined_by(&ada, "scanner").await;
        let queue = fair.app().new_id::<mobile_core::ids::QueueId>();
        let scan = |seq: u64, exhibitor: mobile_core::ids::ExhibitorId| {
            json!({"id": fair.app().new_id::<mobile_core::ids::CaptureId>(), "device_seq": seq, "captured_at": fair.now(),
                "kind": "scan", "code": format!("HALL-{seq}"), "exhibitor_id": exhibitor})
        };
        let captures = [scan(1, acme.id), scan(2, bolt.id), scan(3, acme.id), scan(4, bolt.id)];
        let batch = json!({"sent_at": fair.now(), "queue_id": queue, "last_device_seq": 4, "captures": captures});
        let receipts: mobile_core::wire::Receipts = ada.api.post("/captures", &batch).await.ok();
        assert!(receipts.results.iter().all(|receipt| receipt.outcome == Accepted), "{receipts:?}");
        assert_eq!(receipts.contiguous_seq, 4, "one queue, whichever exhibitor its captures go to");
        assert_eq!((ada.lead_ids("").await.len(), there.lead_ids("").await.len()), (2, 2));
    }
}

#[test]
fn whoever_was_added_at_one_server_a_moment_ago_is_the_author_at_another() {
    harness::run(Engine::Postgres, "whoever_was_added_at_one_server", async |fair: &Fair| {
        let (node, space) = (fair.another_node().await, fair.exhibitor("Acme").open().await);
        let ines = space.phone("Ines").await;
        let there = ines.api.at(node.base());
        let badge = fair.registration("Noor Aziz").badge().await;
        // It remembers the names from now on, for a second.
        there.post("/captures", &ines.batch(&[ines.scanned(&badge)])).await.done(200);
        let sam = space.scanner("Sam Shift").await;
        let mut scan = ines.scanned(&badge);
        scan["member_id"] = json!(sam.id);
        let answer = there.post("/captures", &ines.batch(&[scan])).await.done(200);
        assert_eq!(
            (&answer["results"][0]["outcome"], &answer["results"][0]["reason"]),
            (&json!("accepted"), &json!(null))
        );
        assert!(ines.lead_of(&badge).await.scans.iter().any(|scan| scan.member == Some(sam.id)));
    });
}
