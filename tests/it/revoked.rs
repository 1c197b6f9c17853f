//! Badges that were lost, cancelled or misused: what is scanned of them from then on opens nothing of their
//! people, what is said of people who were met before is theirs, and erasing somebody takes both.

use crate::desk::{Desk, text};
use crate::erasure::{OF_NOOR, erase, everything, lines_with};
use harness::{Badge, Fair, on_every_engine};
use mobile_core::capture::Rating;
use mobile_core::wire::lead::ConsentState;
use serde_json::{Value, json};

const CARD: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Azizova;Noor;;;\r\nFN:Noor Azizova\r\n\
                    EMAIL:noor@secret.example\r\nEND:VCARD";

/// Somebody with a card of theirs as badge.
async fn noor(fair: &Fair) -> Badge {
    fair.registration("Noor Azizova").code(CARD).badge().await
}

async fn lose(desk: &Desk, badge: &Badge) {
    desk.post(&format!("/badges/{}/revoke", badge.id), json!({"reason": "lost"})).await.done(200);
}

on_every_engine! {
    async fn what_is_said_of_somebody_whose_badge_was_lost_since_reaches_their_lead(fair) {
        let desk = Desk::open(fair).await;
        let noor = fair.registration("Noor Aziz").badge().await;
        let lead = desk.phone.scan(&noor).upload().await.all_accepted().lead_id();
        lose(&desk, &noor).await;
        let note = desk.phone.capture("note", &json!({"code": noor.code, "text": "Call on Monday"}));
        let rating = desk.phone.capture("rating", &json!({"code": noor.number, "rating": "hot"}));
        assert_eq!(desk.phone.deliver(&[note, rating]).await.all_accepted().reasons(), ["", ""]);
        let known = desk.phone.lead(lead).await;
        assert_eq!((known.note_texts(), known.rating), (vec!["Call on Monday"], Some(Rating::Hot)));
        let refusal = json!({"code": noor.code, "purpose": "disclosure", "granted": false, "channel": "booth"});
        desk.phone.deliver(&[desk.phone.capture("consent", &refusal)]).await.all_accepted();
        assert_eq!((desk.phone.lead(lead).await.consent, desk.leads().await.len()), (ConsentState::Withdrawn, 1));
        assert_eq!(desk.space.rows_unlike_their_log().await, []);
    }

    async fn a_lost_badge_opens_nothing_of_its_person_by_whatever_is_captured(fair) {
        let desk = Desk::open(fair).await;
        let badge = noor(fair).await;
        lose(&desk, &badge).await;
        let visit = desk.phone.scan(&badge).note("found in hall 4").consent("disclosure", true).captures();
        let told = desk.phone.deliver(&visit).await.all_accepted();
        assert_eq!(told.reasons(), ["badge_revoked"; 3]);
        let typed = desk.enter(&badge.number, "typed").await;
        assert_eq!(text(&typed, "/reason"), "badge_revoked");
        let leads = desk.leads().await;
        let lead = &leads[0];
        assert_eq!((leads.len(), &lead["scan_count"], &lead["registration"]), (1, &json!(2), &Value::Null));
        let (history, streamed) = (desk.admin.history(told.lead_id()).await, desk.streamed_since(0).await);
        for told in [lead.to_string(), json!(history).to_string(), streamed, serde_json::to_string(&told.0).unwrap()] {
            assert!(!told.contains("Azizova") && !told.contains("noor@"), "{told}");
        }
        assert_eq!(desk.admin.leads("?q=azizova").await.done(200)["total"], 0);
        // What is taken back is looked for where it is.
        let annul = desk.phone.capture("annul", &json!({"code": badge.code, "annuls": visit[0]["id"]}));
        desk.phone.deliver(&[annul]).await.all_accepted();
        assert_eq!(desk.leads().await[0]["scan_count"], 1);
        assert_eq!(desk.space.rows_unlike_their_log().await, []);
    }

    async fn what_was_scanned_of_a_lost_badge_goes_with_its_person(fair) {
        let desk = Desk::open(fair).await;
        let badge = noor(fair).await;
        lose(&desk, &badge).await;
        desk.phone.scan(&badge).note("Likes olives").upload().await.all_accepted();
        let typed = json!({"code": badge.code, "first_name": "Noor", "last_name": "Azizova"});
        desk.phone.deliver(&[desk.phone.capture("contact", &typed)]).await.all_accepted();
        desk.enter(&badge.number, "typed").await;
        assert_eq!(desk.admin.leads("?q=azizova").await.done(200)["total"], 1);
        let looked = erase(&desk, badge.registration, "?dry_run=true").await;
        assert_eq!((&looked["exhibitors"], &looked["leads"]), (&json!(1), &json!(1)));
        let seq = desk.admin.leads("").await.done(200)["seq"].as_u64().unwrap();
        erase(&desk, badge.registration, "").await;
        harness::eventually(async || lines_with(&everything(fair).await, &OF_NOOR).is_empty().then_some(())).await;
        assert!(desk.streamed_since(seq).await.contains("lead.redacted"));
        assert_eq!(text(&desk.leads().await[0], "/consent"), "erased");
        // What comes late is empty too, also where nobody had scanned the badge before.
        let late = desk.phone.scan(&badge).note("Likes olives").upload().await.all_accepted();
        assert_eq!(late.reasons(), ["subject_erased"; 2]);
        let bolt = fair.exhibitor("Bolt").open().await.phone("Bo").await;
        let late = bolt.capture("contact", &json!({"code": badge.code, "first_name": "Noor", "last_name": "Azizova"}));
        let late = [bolt.scanned(&badge), late];
        assert_eq!(bolt.deliver(&late).await.all_accepted().reasons(), ["subject_erased"; 2]);
        assert_eq!(lines_with(&everything(fair).await, &OF_NOOR), [] as [&str; 0]);
        assert_eq!(desk.space.rows_unlike_their_log().await, []);
    }
}
