//! The history of a lead: who did what and when, page by page.

use harness::on_every_engine;
use serde_json::{Value, json};

on_every_engine! {
    async fn the_history_says_who_did_what_when_and_what_was_taken_back(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada Admin").await);
        let badge = fair.registration("Noor Aziz").badge().await;
        let lead = ines.scan(&badge).note("first").upload().await.all_accepted().lead_id();
        fair.app().clock.advance(1000);
        let etag = ada.ask_lead(lead).await.header("etag").unwrap().to_owned();
        ada.edit(lead, Some(&etag), &json!({"stage": "won"})).await.done(200);
        fair.app().clock.advance(1000);
        let note = ada.history(lead).await.iter().find(|entry| entry["kind"] == "note").unwrap()["id"].clone();
        ines.deliver(&[ines.capture("annul", &json!({"annuls": note}))]).await.all_accepted();
        let history = ada.history(lead).await;
        let kinds: Vec<_> = history.iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["annul", "stage", "note", "scan"]);
        assert_eq!(history[1]["member_name"], "Ada Admin");
        assert_eq!((&history[2]["member_name"], &history[2]["is_annulled"]), (&json!("Ines"), &json!(true)));
        assert_eq!(history[3]["device_name"], "Ines's phone");
        assert_eq!(history[2]["capture"]["text"], "first");
        assert_eq!(ada.lead(lead).await.note_count, 0);
    }

    async fn a_history_read_while_more_is_done_repeats_and_skips_nothing(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let badge = fair.registration("Noor Aziz").badge().await;
        // All at one time, so that only their numbers and ids tell them apart.
        let at = fair.now();
        let note = |text: u32| json!({"code": badge.code, "text": text.to_string(), "captured_at": at});
        let notes: Vec<Value> = (0..7).map(|text| ines.capture("note", &note(text))).collect();
        let lead = ines.deliver(&notes).await.all_accepted().lead_id();
        let whole: Vec<Value> = ada.history(lead).await.iter().map(|entry| entry["id"].clone()).collect();
        let (mut read, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/exhibitors/{}/leads/{lead}/history?limit=2{cursor}", space.id);
            let page = ada.api.get(&path).await.done(200);
            read.extend(page["items"].as_array().unwrap().iter().map(|entry| entry["id"].clone()));
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
            // Newer than all that is left to read.
            fair.app().clock.advance(1000);
            ines.deliver(&[ines.capture("note", &json!({"code": badge.code, "text": "later"}))]).await.all_accepted();
        }
        assert_eq!(read, whole);
        ada.api.get(&format!("/exhibitors/{}/leads/{lead}/history?cursor=bm9uc2Vuc2U", space.id)).await.refused("invalid_field");
    }
}
