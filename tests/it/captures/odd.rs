//! What is too long, too deep, cut off or unreadable: refused or settled in its own name, never in another's.

use super::raw;
use harness::on_every_engine;
use mobile_core::wire::Outcome::{Accepted, Rejected};
use serde_json::{Value, json};

on_every_engine! {
    async fn a_code_longer_than_a_qr_code_is_rejected_with_its_reason(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        let (long, longest) = ("x".repeat(10_000), "x".repeat(8192));
        let upload = ines.deliver(&[ines.scanned(long.as_str()), ines.scanned(longest.as_str())]).await;
        assert_eq!((upload.outcomes(), upload.reasons()), (vec![Rejected, Accepted], vec!["code_too_long", "unknown_badge"]));
    }

    async fn a_hundred_thousand_brackets_harm_nobody(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        let deep = "[".repeat(100_000);
        assert!([400, 422].contains(&raw(&ines, &deep).await.status));
        let envelope = format!(r#"{{"sent_at":{deep}"#);
        assert!([400, 422].contains(&raw(&ines, &envelope).await.status));
        let closed = format!("{deep}{}", "]".repeat(100_000));
        let batch = |capture: &str| format!(r#"{{"sent_at":"2026-11-22T09:30:00Z","captures":[{capture}]}}"#);
        let answer = raw(&ines, &batch(&closed)).await;
        assert!(answer.status == 200 || answer.status == 400, "{}", answer.text());
        let answer = raw(&ines, &batch(&format!(r#"{{"id":"x","kind":"scan","code":{closed}}}"#))).await;
        assert!(answer.status == 200 || answer.status == 400, "{}", answer.text());
        ines.scan("after").upload().await.all_accepted();
    }

    async fn ten_megabytes_are_refused_before_they_are_kept(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        let huge = format!(r#"{{"sent_at":"2026-11-22T09:30:00Z","captures":["{}"]}}"#, "x".repeat(10 << 20));
        raw(&ines, &huge).await.refused("too_large");
        // Whoever sends too much, or has no right to, hears that instead of a connection that breaks.
        let nobody = ines.api.with_token("nonsense");
        let sent = nobody.send(reqwest::Method::POST, "/captures", &[("content-type", "application/json")], Some(huge.into()));
        sent.await.refused("not_signed_in");
        ines.scan("after").upload().await.all_accepted();
    }

    async fn a_batch_of_more_than_a_mebibyte_is_refused_and_one_of_that_size_is_not(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        let mut scan = ines.scanned("HALL");
        scan["more"] = json!("");
        let empty = ines.batch(std::slice::from_ref(&scan)).to_string();
        let room = mobile_core::capture::MAX_BATCH_BYTES - empty.len();
        let of = |length: usize| empty.replace("\"more\":\"\"", &format!("\"more\":\"{}\"", "x".repeat(length)));
        raw(&ines, &of(room + 1)).await.refused("too_large");
        assert_eq!(raw(&ines, &of(room)).await.done(200)["results"][0]["outcome"], "accepted");
    }

    async fn what_cannot_be_read_is_settled_under_its_id_and_holds_up_nothing(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        for odd in [deep.as_str(), "1e999"] {
            let bad = ines.scanned("HALL");
            let unreadable = bad.to_string().replace("\"HALL\"", odd);
            assert_ne!(unreadable, bad.to_string());
            let body = ines.batch(&[ines.scanned("HALL")]).to_string();
            let body = body.replace("\"captures\":[", &format!("\"captures\":[{unreadable},"));
            let answer = raw(&ines, &body).await.done(200);
            assert_eq!(answer["results"][0]["id"], bad["id"], "{answer}");
            assert_eq!((&answer["results"][0]["outcome"], &answer["results"][1]["outcome"]), (&json!("rejected"), &json!("accepted")));
        }
        // An id that no engine keeps as it is does not stop the batch either.
        let mut nameless = ines.scanned("HALL");
        nameless["id"] = json!("a\u{0}b");
        let upload = ines.deliver(&[nameless, ines.scanned("HALL")]).await;
        assert_eq!(upload.outcomes(), [Rejected, Accepted]);
        let aside = ada.rejected().await;
        assert!(aside.len() == 3 && aside.iter().any(|one| one["capture_id"] == "a\u{FFFD}b"), "{aside:?}");
    }

    async fn a_receipt_spells_the_id_as_it_was_sent(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        let (mut scan, mut wrong) = (ines.scanned("HALL"), ines.scanned(""));
        for capture in [&mut scan, &mut wrong] {
            capture["id"] = json!(capture["id"].as_str().unwrap().to_uppercase());
        }
        for outcome in ["accepted", "duplicate"] {
            let answer = raw(&ines, &ines.batch(&[scan.clone(), wrong.clone()]).to_string()).await.done(200);
            assert_eq!((&answer["results"][0]["id"], &answer["results"][0]["outcome"]), (&scan["id"], &json!(outcome)));
            assert_eq!((&answer["results"][1]["id"], &answer["results"][1]["outcome"]), (&wrong["id"], &json!("rejected")));
        }
    }

    async fn a_note_that_was_cut_within_a_letter_loses_the_letter_alone(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        let lead = ines.scan("HALL").upload().await.lead_id();
        let note = ines.capture("note", &json!({"lead_id": lead, "text": "bring CUT"}));
        let body = ines.batch(&[note]).to_string().replace("CUT", r"\ud83d");
        for outcome in ["accepted", "duplicate"] {
            assert_eq!(raw(&ines, &body).await.done(200)["results"][0]["outcome"], outcome);
        }
        assert_eq!(ines.lead(lead).await.note_texts(), ["bring \u{FFFD}"]);
    }

    async fn more_than_five_hundred_captures_are_refused_as_a_whole(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        let captures: Vec<Value> = (0..501).map(|_| ines.scanned("HALL")).collect();
        let problem = ines.send(&captures).await.refused("invalid_field");
        assert_eq!(problem.errors[0].pointer, "/captures");
        ines.deliver(&captures[..500]).await.all_accepted();
    }
}
