//! What holds for marketing: the person's own word before the stand's, and the stand's as its log has it, in lists,
//! receipts and exports alike.

use super::{csv_rows, export, withdraw};
use crate::desk::{Desk, text};
use harness::{Fair, Phone, on_every_engine};
use mobile_core::ids::RegistrationId;
use serde_json::{Value, json};

/// Allows exhibitors again to see a person's details.
async fn restore(fair: &Fair, registration: RegistrationId) {
    let mut tx = fair.app().write().await.unwrap();
    server::consent::restore(fair.app(), &mut tx, fair.site.event, registration, None, "attendee area").await.unwrap();
    tx.commit(&fair.app().hub).await.unwrap();
}

/// What the exhibitor is told of each of its leads, by the list and by an export, in the order of their ids.
async fn told(desk: &Desk) -> Vec<(Option<bool>, String)> {
    let mut leads = desk.leads().await;
    leads.sort_by_key(|lead| text(lead, "/id").to_owned());
    let mut rows = csv_rows(&export(&desk.admin, "format=csv").await);
    rows.sort_by_key(|row| row["lead_id"].clone());
    assert_eq!(rows.len(), leads.len());
    let listed = leads.iter().map(|lead| lead["marketing_consent"].as_bool());
    listed.zip(rows.into_iter().map(|mut row| row.remove("marketing_consent").unwrap_or_default())).collect()
}

fn said(is_granted: bool) -> (Option<bool>, String) {
    (Some(is_granted), if is_granted { "granted" } else { "refused" }.to_owned())
}

fn nothing() -> (Option<bool>, String) {
    (None, String::new())
}

/// Scans somebody and records that they want to hear from the stand; what the receipt of the scan shows of it.
async fn record(phone: &Phone, code: &str) -> Option<bool> {
    let upload = phone.scan(code).consent("marketing", true).upload().await.all_accepted();
    upload.results[0].lead.as_ref().expect("a lead").marketing_consent
}

on_every_engine! {
    async fn who_took_back_marketing_is_asked_by_no_stand_again(fair) {
        let desk = Desk::open(fair).await;
        let noor = fair.registration("Noor Aziz").badge().await;
        assert_eq!(record(&desk.phone, &noor.code).await, Some(true));
        assert_eq!(told(&desk).await, [said(true)]);
        let seq = desk.admin.leads("").await.done(200)["seq"].as_u64().unwrap();
        withdraw(fair, &noor).await;
        assert_eq!(desk.leads().await[0]["marketing_consent"], false);
        let streamed = desk.streamed_since(seq).await;
        assert!(streamed.contains("\"marketing_consent\":false") && !streamed.contains("\"marketing_consent\":true"), "{streamed}");
        // Details are allowed again, marketing was taken back.
        restore(fair, noor.registration).await;
        assert_eq!(told(&desk).await, [said(false)]);
        assert_eq!(record(&desk.phone, &noor.code).await, Some(false), "a stand undoes no word of the person's own");
        assert_eq!(told(&desk).await, [said(false)]);
        // It was said to everyone, also to whom they meet only now.
        let bolt = fair.exhibitor("Bolt").open().await.phone("Bo").await;
        assert_eq!(record(&bolt, &noor.code).await, Some(false));
        assert_eq!(desk.space.rows_unlike_their_log().await, []);
    }

    async fn a_withdrawal_that_changes_marketing_alone_is_told_too(fair) {
        let desk = Desk::open(fair).await;
        let noor = fair.registration("Noor Aziz").badge().await;
        desk.phone.scan(&noor).consent("marketing", true).consent("disclosure", false).upload().await.all_accepted();
        let before = desk.leads().await.remove(0);
        assert_eq!((text(&before, "/consent"), &before["marketing_consent"]), ("withdrawn", &json!(true)));
        let mut live = desk.admin.live(None).await;
        withdraw(fair, &noor).await;
        let entry = live.entry().await;
        assert_eq!((text(&entry, "/type"), &entry["lead"]["marketing_consent"]), ("lead.updated", &json!(false)));
        let after = desk.leads().await.remove(0);
        assert!(after["version"].as_i64() > before["version"].as_i64());
    }

    async fn what_a_stand_recorded_and_took_back_was_never_said(fair) {
        let desk = Desk::open(fair).await;
        let noor = fair.registration("Noor Aziz").badge().await;
        let visit = desk.phone.scan(&noor).consent("marketing", true).captures();
        desk.phone.deliver(&visit).await.all_accepted();
        assert_eq!(told(&desk).await, [said(true)]);
        let annul = desk.phone.capture("annul", &json!({"annuls": visit[1]["id"]}));
        desk.phone.deliver(&[annul]).await.all_accepted();
        assert_eq!(told(&desk).await, [nothing()]);
    }

    async fn what_a_stand_recorded_goes_with_the_lead(fair) {
        let desk = Desk::open(fair).await;
        // To the person whose the code turns out to be.
        record(&desk.phone, "WALK-IN-77").await;
        assert_eq!(told(&desk).await, [said(true)]);
        let person = json!({"first_name": "Wim", "last_name": "Walker", "badge_code": "WALK-IN-77"});
        desk.post("/registrations", person).await.done(201);
        assert_eq!(told(&desk).await, [said(true)]);
        // From who wore somebody else's badge to whom it was meant.
        let (noor, omar) = (desk.register("Noor").await, desk.register("Omar").await);
        let code = text(&noor, "/badge/code").to_owned();
        desk.scan(&code).await;
        let from = fair.now();
        record(&desk.phone, &code).await;
        let assign = json!({"registration_id": omar["id"], "from": from});
        desk.post(&format!("/badges/{}/assign", text(&noor, "/badge/id")), assign).await.done(200);
        let rows = csv_rows(&export(&desk.admin, "format=csv").await);
        let of = |name: &str| {
            let row = rows.iter().find(|row| row["first_name"] == name);
            row.map_or("no row", |row| row["marketing_consent"].as_str())
        };
        assert_eq!((of("Wim"), of("Noor"), of("Omar")), ("granted", "", "granted"));
        let leads = desk.leads().await;
        let of = |name: &str| leads.iter().find(|lead| text(lead, "/registration/first_name") == name).unwrap();
        assert_eq!((&of("Noor")["marketing_consent"], &of("Omar")["marketing_consent"]), (&Value::Null, &json!(true)));
        assert_eq!(desk.space.rows_unlike_their_log().await, []);
    }
}
