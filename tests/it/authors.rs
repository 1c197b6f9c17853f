//! Who made a scan, on what and when stays known when the desk moves it, takes that back, or takes in what lay
//! aside.

use harness::{Phone, TeamMember, on_every_engine};
use mobile_core::wire::lead::LeadScan;
use serde_json::json;

const HOUR: i64 = 3_600_000_000;

/// The scans of the only lead of a space.
async fn scans(admin: &TeamMember) -> Vec<LeadScan> {
    let ids = admin.lead_ids("").await;
    assert_eq!(ids.len(), 1, "one lead");
    admin.lead(ids[0]).await.scans.clone()
}

/// Delivers a scan of a phone whose clock is slow.
async fn deliver_slow(phone: &Phone, code: &str, by: i64) {
    let mut scan = phone.scanned(code);
    let now = phone.site.app.now();
    scan["captured_at"] = json!(now.plus_micros(-by));
    let mut batch = phone.batch(&[scan]);
    batch["sent_at"] = json!(now.plus_micros(-by));
    phone.api.post("/captures", &batch).await.done(200);
}

on_every_engine! {
    async fn a_move_that_is_taken_back_gives_scans_back_to_whoever_made_them(fair) {
        let olga = fair.organizer().await;
        let (acme, bolt) = (fair.exhibitor("Acme").with_own_leads_only().open().await, fair.exhibitor("Bolt").open().await);
        let (phone, booth) = acme.booth_phone("Counter", "4", "B12").await;
        let (sam, ada) = (acme.scanner("Sam Shift").await, acme.admin("Ada").await);
        let mut scan = phone.scanned(&fair.registration("Noor Aziz").badge().await);
        scan["member_id"] = json!(sam.id);
        phone.deliver(&[scan]).await.all_accepted();
        let before = scans(&ada).await.remove(0);
        assert_eq!((before.member, before.booth.is_some()), (Some(sam.id), true), "{booth}");
        let now = fair.now();
        let order = json!({"exhibitor_id": bolt.id, "from": now.plus_micros(-HOUR), "until": now.plus_micros(HOUR),
            "reason": "wrong stand"});
        let path = format!("/events/{}/devices/{}/move-scans", fair.site.event, phone.device);
        let moved = olga.api.post(&path, &order).await.done(200);
        assert_eq!(ada.lead_ids("").await, []);
        // They have left the team since; what they did stays theirs.
        fair.site.remove_member(sam.id).await;
        let undo = format!("/events/{}/desk-actions/{}/undo", fair.site.event, moved["action_id"].as_str().unwrap());
        olga.api.post(&undo, &json!({})).await.done(200);
        let after = scans(&ada).await.remove(0);
        assert_eq!((after.member, &after.device, &after.booth), (before.member, &before.device, &before.booth));
        assert_eq!(after.at, before.at);
        assert!(ada.lead(ada.lead_ids("").await[0]).await.flags.is_empty());
        assert_eq!(acme.rows_unlike_their_log().await, []);
    }

    async fn what_a_lost_phone_with_a_slow_clock_sent_is_taken_in_at_its_time_and_as_its_holders(fair) {
        let acme = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (acme.phone("Ines").await, acme.admin("Ada").await);
        fair.site.lose(&ines).await;
        let sent_at = fair.now();
        deliver_slow(&ines, &fair.registration("Noor Aziz").badge().await.code, 3 * HOUR).await;
        let aside = ada.rejected().await[0]["id"].as_str().unwrap().to_owned();
        let release = format!("/exhibitors/{}/rejected-captures/{aside}/release", acme.id);
        ada.api.post(&release, &json!({})).await.done(200);
        let scan = scans(&ada).await.remove(0);
        assert_eq!((scan.member, scan.device.is_some()), (ines.member, true));
        assert!(scan.at >= sent_at, "{} is not before {sent_at}", scan.at);
    }
}
