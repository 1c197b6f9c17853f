//! Taking in what phones send: receipts, repetition, conflicts, bad input, and who may still deliver.

mod numbers;
mod odd;
mod senders;

use harness::phone::Scannable as _;
use harness::{Answer, eventually, on_every_engine};
use mobile_core::time::Timestamp;
use mobile_core::wire::Outcome::{Accepted, Conflict, Duplicate, Rejected};
use serde_json::{Value, json};

on_every_engine! {
    async fn a_colleagues_rescan_keeps_both_notes(fair) {
        let [ines, omar] = fair.exhibitor("Acme").phones(["Ines", "Omar"]).await;
        let badge = fair.registration("Noor Aziz").badge().await;
        ines.scan(&badge).note("wants a demo").upload().await.all_accepted();
        omar.scan(&badge).note("met in hall 4").upload().await.all_accepted();
        let lead = ines.lead_of(&badge).await;
        assert_eq!(lead.note_texts(), ["wants a demo", "met in hall 4"]);
        assert_eq!(lead.scan_count, 2);
        let who: Vec<_> = lead.notes.iter().map(|note| note.member_name.as_deref().unwrap()).collect();
        assert_eq!(who, ["Ines", "Omar"]);
    }

    async fn a_receipt_names_the_capture_its_time_and_its_lead(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        let badge = fair.registration("Noor Aziz").badge().await;
        let scan = ines.scanned(&badge);
        let upload = ines.deliver(std::slice::from_ref(&scan)).await.all_accepted();
        let receipt = upload.only();
        assert_eq!(receipt.id.as_deref(), scan["id"].as_str());
        assert_eq!(receipt.reason, None);
        assert!(receipt.corrected_at.unwrap() <= upload.server_time);
        let lead = receipt.lead.clone().unwrap();
        assert_eq!(Some(lead.id), receipt.lead_id);
        assert_eq!(lead.registration.unwrap().contact.full_name(), "Noor Aziz");
        assert_eq!(upload.contiguous_seq, 1);
    }

    async fn the_same_capture_again_is_a_duplicate_with_the_same_time(fair) {
        let [ines, omar] = fair.exhibitor("Acme").phones(["Ines", "Omar"]).await;
        let badge = fair.registration("Noor Aziz").badge().await;
        let scan = ines.scanned(&badge);
        let first = ines.deliver(std::slice::from_ref(&scan)).await.all_accepted();
        fair.app().clock.advance(3_600_000_000);
        let again = ines.deliver(std::slice::from_ref(&scan)).await.all_duplicates();
        assert_eq!(again.only().corrected_at, first.only().corrected_at, "fixed at first receipt");
        assert_eq!(again.lead_id(), first.lead_id());
        // A restored copy on a colleague's phone: the id belongs to the space, not to the device.
        let elsewhere = omar.deliver(&[scan]).await.all_duplicates();
        assert_eq!(elsewhere.lead_id(), first.lead_id());
        assert_eq!(ines.lead_of(&badge).await.scan_count, 1);
    }

    async fn a_duplicate_within_one_batch_is_told_as_one(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        let badge = fair.registration("Noor Aziz").badge().await;
        let scan = ines.scanned(&badge);
        let upload = ines.deliver(&[scan.clone(), scan]).await;
        assert_eq!(upload.outcomes(), [Accepted, Duplicate]);
        assert_eq!(ines.lead_of(&badge).await.scan_count, 1);
    }

    async fn the_comparison_covers_the_capture_and_not_its_delivery(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        let badge = fair.registration("Noor Aziz").badge().await;
        let mut scan = ines.scanned(&badge);
        scan["age_us"] = json!(1000);
        ines.deliver(std::slice::from_ref(&scan)).await.all_accepted();
        scan["age_us"] = json!(9_000_000);
        ines.deliver(&[scan]).await.all_duplicates();
    }

    async fn a_taken_id_with_other_content_is_a_conflict_and_both_contents_are_kept(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let badge = fair.registration("Noor Aziz").badge().await;
        let lead = ines.scan(&badge).upload().await.all_accepted().lead_id();
        let note = ines.capture("note", &json!({"lead_id": lead, "text": "first"}));
        let mut other = note.clone();
        other["text"] = json!("second");
        ines.deliver(&[note]).await.all_accepted();
        let upload = ines.deliver(std::slice::from_ref(&other)).await;
        assert_eq!((upload.outcomes(), upload.reasons()), (vec![Conflict], vec!["id_conflict"]));
        assert_eq!(ines.lead_of(&badge).await.note_texts(), ["first"], "the first content stays");
        let kept = ada.rejected().await;
        assert_eq!(kept.len(), 1);
        assert_eq!((&kept[0]["reason"], &kept[0]["body"]["text"]), (&json!("id_conflict"), &json!("second")));
        // Told again, kept once.
        ines.deliver(&[other]).await;
        assert_eq!(ada.rejected().await.len(), 1);
    }

    async fn one_bad_capture_does_not_stop_the_rest_of_its_batch(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let badge = fair.registration("Noor Aziz").badge().await;
        let good = ines.scanned(&badge);
        let captures = [
            good,
            ines.capture("dance", &json!({})),
            ines.capture("rating", &json!({"code": badge.code, "rating": "lukewarm"})),
            ines.capture("scan", &json!({})),
            ines.capture("scan", &json!({"code": ""})),
            ines.capture("note", &json!({"text": "of nobody"})),
            ines.capture("note", &json!({"text": "of nobody", "lead_id": fair.app().new_id::<uuid::Uuid>()})),
            json!(17),
            json!({"id": "no uuid", "device_seq": 100, "captured_at": "yesterday", "kind": "scan", "code": badge.code}),
            ines.capture("note", &json!({"code": badge.code, "text": "still good"})),
        ];
        let upload = ines.deliver(&captures).await;
        let expected = [Accepted, Rejected, Rejected, Rejected, Rejected, Rejected, Rejected, Rejected, Rejected, Accepted];
        assert_eq!(upload.outcomes(), expected);
        let reasons = ["", "unknown_kind", "invalid_field", "invalid_field", "invalid_field", "invalid_field",
            "lead_not_found", "invalid_field", "invalid_field", ""];
        assert_eq!(upload.reasons(), reasons);
        let pointers = |at: usize| upload.results[at].errors.iter().map(|error| error.pointer.as_str()).collect::<Vec<_>>();
        assert_eq!(pointers(1), ["/kind"]);
        assert_eq!(pointers(2), ["/rating"]);
        assert_eq!(pointers(3), ["/code"]);
        assert_eq!(pointers(8), ["/id", "/captured_at"], "every wrong field, not only the first");
        assert_eq!(upload.results[8].id.as_deref(), Some("no uuid"), "as it was sent");
        assert_eq!(ines.lead_of(&badge).await.note_texts(), ["still good"]);
        let kept = ada.rejected().await;
        assert_eq!(kept.len(), 8, "nothing captured is thrown away: {kept:#?}");
        assert!(kept.iter().any(|entry| entry["body"] == json!(17)));
    }

    async fn times_far_off_are_flagged_and_never_refused(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        let badge = fair.registration("Noor Aziz").badge().await;
        for time in ["1970-01-01T00:00:00.000000Z", "2200-01-01T00:00:00.000000Z", "0001-01-01T00:00:00Z"] {
            let mut scan = ines.scanned(&badge);
            scan["captured_at"] = json!(time);
            let upload = ines.deliver(&[scan]).await.all_accepted();
            let corrected = upload.only().corrected_at.unwrap();
            assert!(corrected <= upload.server_time, "nothing lies in the future: {corrected}");
            if !time.starts_with("2200") {
                assert_eq!(upload.reasons(), ["time_outside_event"], "{time}");
            }
        }
        let lead = ines.lead_of(&badge).await;
        assert_eq!(lead.scan_count, 3);
        assert!(lead.flags.contains(&"time_outside_event".to_owned()));
    }

    async fn a_wrong_clock_is_put_right(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        let badge = fair.registration("Noor Aziz").badge().await;
        let hour = 3_600_000_000;
        // The phone is two hours fast; the scan was made one hour before it was sent.
        let sent_at = fair.now().plus_micros(2 * hour);
        let mut batch = ines.batch(&[ines.scanned(&badge)]);
        batch["sent_at"] = json!(sent_at);
        batch["captures"][0]["captured_at"] = json!(sent_at.plus_micros(-hour));
        let answer: mobile_core::wire::Receipts = ines.api.post("/captures", &batch).await.ok();
        let corrected = answer.results[0].corrected_at.unwrap();
        let off = corrected.micros_since(fair.now().plus_micros(-hour)).abs();
        assert!(off < 60_000_000, "off by {off} µs");
        // The monotonic age counts more than any clock.
        let mut scan = ines.scanned(&badge);
        scan["captured_at"] = json!("1999-01-01T00:00:00Z");
        scan["age_us"] = json!(hour);
        let corrected = ines.deliver(&[scan]).await.all_accepted().only().corrected_at.unwrap();
        assert!(corrected.micros_since(fair.now().plus_micros(-hour)).abs() < 60_000_000);
    }

    async fn the_zero_character_is_replaced_before_anything_is_compared(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        let badge = fair.registration("Noor Aziz").code("A\u{FFFD}B").badge().await;
        let upload = ines.scan("A\0B").note("a\0b").upload().await.all_accepted();
        assert_eq!(upload.reasons(), ["", ""], "the badge is found");
        assert_eq!(ines.lead_of(&badge).await.note_texts(), ["a\u{FFFD}b"]);
    }

    async fn control_characters_and_every_script_are_kept_as_they_are(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        for (code, note) in [("\u{1}\u{7f}\r\n\t", "\u{8}"), ("😀", "नमस्ते"), ("\u{202e}abc", "العربية"), ("'; DROP TABLE lead; --", "%_\\")] {
            let upload = ines.scan(code).note(note).upload().await.all_accepted();
            assert_eq!(ines.lead(upload.lead_id()).await.note_texts(), [note]);
        }
    }

    async fn fields_of_a_newer_phone_are_kept_and_ignored(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let badge = fair.registration("Noor Aziz").badge().await;
        let mut scan = ines.scanned(&badge);
        scan["camera"] = json!({"exposure": [1, 2.5], "lens": null});
        let lead = ines.deliver(std::slice::from_ref(&scan)).await.all_accepted().lead_id();
        let history = ada.history(lead).await;
        assert_eq!(history[0]["capture"]["camera"], scan["camera"]);
        scan["camera"] = json!({"exposure": [1, 3]});
        assert_eq!(ines.deliver(&[scan]).await.outcomes(), [Conflict], "they are part of the content");
    }

    async fn the_same_id_in_another_space_is_simply_new(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        let [vic] = fair.exhibitor("Bolt").phones(["Vic"]).await;
        let badge = fair.registration("Noor Aziz").badge().await;
        let scan = ines.scanned(&badge);
        let mut theirs = scan.clone();
        theirs["code"] = json!("SOMETHING ELSE");
        let ours = ines.deliver(std::slice::from_ref(&scan)).await.all_accepted();
        let other = vic.deliver(&[theirs]).await.all_accepted();
        assert_ne!(ours.lead_id(), other.lead_id());
        vic.api.get(&format!("/exhibitors/{}/leads/{}", vic.exhibitor, ours.lead_id())).await.refused("not_found");
        ines.deliver(&[scan]).await.all_duplicates();
    }

    async fn a_note_cannot_reach_into_another_space(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        let [vic] = fair.exhibitor("Bolt").phones(["Vic"]).await;
        let badge = fair.registration("Noor Aziz").badge().await;
        let lead = ines.scan(&badge).upload().await.lead_id();
        let upload = vic.deliver(&[vic.capture("note", &json!({"lead_id": lead, "text": "spy"}))]).await;
        assert_eq!((upload.outcomes(), upload.reasons()), (vec![Rejected], vec!["lead_not_found"]));
        assert_eq!(ines.lead_of(&badge).await.note_count, 0);
    }

    async fn what_the_policy_withholds_is_kept_and_not_shown(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        let crew = fair.registration("Carl Crew").category("crew").badge().await;
        let minor = fair.registration("Mia Minor").category("minor").badge().await;
        for badge in [&crew, &minor] {
            let answer = ines.send(&[ines.scanned(badge)]).await;
            assert!(!answer.text().contains("Carl") && !answer.text().contains("Mia"), "{}", answer.text());
            let upload: mobile_core::wire::Receipts = answer.ok();
            assert_eq!(upload.results[0].reason.map(mobile_core::reason::Reason::code), Some("not_disclosed"));
            assert_eq!(upload.results[0].outcome, Accepted);
        }
    }

    async fn the_own_team_never_becomes_a_lead(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let own = fair.registration("Ivo Insider").category("exhibitor").of(&space).badge().await;
        let upload = ines.scan(&own).upload().await.all_accepted();
        assert_eq!(upload.only().lead_id, None);
        assert_eq!(ada.names("").await, Vec::<String>::new());
        ines.deliver(&[ines.scanned(&own)]).await.all_accepted();
    }

    async fn a_revoked_badge_is_kept_without_a_name_and_a_replaced_one_counts_as_the_new(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        let lost = fair.registration("Lola Lost").badge().await;
        let replaced = fair.registration("Rita Replaced").badge().await;
        fair.site.set_badge(&lost, "lost").await;
        fair.site.set_badge(&replaced, "replaced").await;
        fair.app().clock.advance(1_000_000);
        let answer = ines.send(&[ines.scanned(&lost)]).await;
        assert!(!answer.text().contains("Lola"), "{}", answer.text());
        let upload: mobile_core::wire::Receipts = answer.ok();
        assert_eq!(upload.results[0].outcome, Accepted);
        assert_eq!(upload.results[0].reason.map(mobile_core::reason::Reason::code), Some("badge_revoked"));
        let upload = ines.scan(&replaced).upload().await.all_accepted();
        assert_eq!((upload.reasons(), ines.lead(upload.lead_id()).await.name().as_deref()), (vec![""], Some("Rita Replaced")));
    }

    async fn a_typed_badge_number_finds_the_badge_and_a_camera_does_not_guess(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        let badge = fair.registration("Noor Aziz").badge().await;
        let spaced = format!("{}-{}", badge.number[..4].to_lowercase(), &badge.number[4..]);
        let typed = ines.capture("scan", &json!({"code": spaced, "entry": "typed"}));
        let camera = ines.capture("scan", &json!({"code": spaced, "entry": "camera"}));
        let upload = ines.deliver(&[typed, camera]).await.all_accepted();
        assert_eq!(upload.reasons(), ["", "unknown_badge"]);
        assert_ne!(badge.code(), spaced);
    }

    async fn many_phones_at_once_lose_and_double_nothing(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let ada = space.admin("Ada").await;
        let mut badges = Vec::new();
        for number in 0..12 {
            badges.push(fair.registration(&format!("Visitor {number}")).badge().await);
        }
        let mut sending = tokio::task::JoinSet::new();
        for name in ["Ines", "Omar", "Tess", "Wim", "Yara", "Zoe"] {
            let (phone, badges) = (space.phone(name).await, badges.clone());
            sending.spawn(async move {
                for badge in &badges {
                    let captures = phone.scan(badge).note(name).captures();
                    phone.deliver(&captures).await.all_accepted();
                    phone.deliver(&captures).await.all_duplicates();
                }
            });
        }
        while let Some(sent) = sending.join_next().await {
            sent.unwrap();
        }
        let list: Value = ada.leads("?limit=500").await.ok();
        assert_eq!(list["total"], 12);
        for lead in list["items"].as_array().unwrap() {
            assert_eq!((&lead["scan_count"], &lead["note_count"]), (&json!(6), &json!(6)));
        }
        assert_eq!(space.rows_unlike_their_log().await, []);
    }

    async fn a_capture_is_in_the_list_as_soon_as_it_is_acknowledged(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let head = ada.leads("").await.json()["seq"].as_u64().unwrap();
        ines.scan("HALL").upload().await.all_accepted();
        let list: Value = ada.leads("").await.ok();
        assert_eq!((list["total"].as_u64(), list["seq"].as_u64()), (Some(1), Some(head + 1)));
        let seen = eventually(|| async { Some(ada.leads("").await.json()["total"] == 1) }).await;
        assert!(seen);
    }

    async fn a_later_capture_with_an_older_time_merges_into_its_place(fair) {
        let [ines, omar] = fair.exhibitor("Acme").phones(["Ines", "Omar"]).await;
        let badge = fair.registration("Noor Aziz").badge().await;
        let before: Timestamp = fair.now().plus_micros(-600_000_000);
        ines.scan(&badge).rate("hot").upload().await.all_accepted();
        omar.scan(&badge).rate("cold").note("from the basement").at(before).upload().await.all_accepted();
        let lead = ines.lead_of(&badge).await;
        assert_eq!(lead.rating, Some(mobile_core::capture::Rating::Hot), "the newest deed counts, not the newest upload");
        assert_eq!(lead.first_scanned_at.unwrap().micros_since(before).abs() / 1_000_000, 0);
        assert_eq!(lead.note_texts(), ["from the basement"]);
    }

    async fn what_begins_a_lead_may_come_after_what_names_it_in_the_same_batch(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let lead = fair.app().new_id::<mobile_core::ids::LeadId>();
        let visit = [
            ines.capture("note", &json!({"lead_id": lead, "text": "met at the bar"})),
            ines.capture("rating", &json!({"lead_id": lead, "rating": "hot"})),
            ines.capture("contact", &json!({"lead_id": lead, "first_name": "Noor", "last_name": "Aziz"})),
        ];
        let upload = ines.deliver(&visit).await.all_accepted();
        assert!(upload.results.iter().all(|receipt| receipt.lead_id == Some(lead)), "{:?}", upload.results);
        let known = ada.lead(lead).await;
        assert_eq!((known.name().as_deref(), known.note_texts()), (Some("Noor Aziz"), vec!["met at the bar"]));
        assert_eq!(known.rating, Some(mobile_core::capture::Rating::Hot));
        // What takes back may come before what it takes back, and before another that takes it back itself.
        let scan = ines.scanned("HALL");
        let annul = ines.capture("annul", &json!({"annuls": scan["id"]}));
        let again = ines.capture("annul", &json!({"annuls": annul["id"]}));
        ines.deliver(&[again, annul, scan]).await.all_accepted();
        assert_eq!(ada.lead_ids("").await, [lead]);
        // Where nothing begins it there is nothing to wait for.
        let strangers = [
            ines.capture("note", &json!({"lead_id": fair.app().new_id::<uuid::Uuid>(), "text": "of nobody"})),
            ines.capture("annul", &json!({"annuls": fair.app().new_id::<uuid::Uuid>()})),
        ];
        assert_eq!(ines.deliver(&strangers).await.reasons(), ["lead_not_found"; 2]);
        assert_eq!(space.rows_unlike_their_log().await, []);
    }

    async fn an_annulled_scan_hides_a_lead_that_has_nothing_else(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let badge = fair.registration("Noor Aziz").badge().await;
        let scan = ines.scanned(&badge);
        ines.deliver(std::slice::from_ref(&scan)).await.all_accepted();
        ines.deliver(&[ines.capture("annul", &json!({"annuls": scan["id"]}))]).await.all_accepted();
        assert_eq!(ada.names("").await, Vec::<String>::new());
        assert_eq!(ada.names("?annulled=true").await, ["Noor Aziz"]);
        ines.scan(&badge).upload().await.all_accepted();
        assert_eq!(ada.names("").await, ["Noor Aziz"], "scanned again, it is back");
        assert_eq!(space.rows_unlike_their_log().await, []);
    }
}

async fn raw(phone: &harness::Phone, body: &str) -> Answer {
    phone.api.send(reqwest::Method::POST, "/captures", &[("content-type", "application/json")], Some(body.into())).await
}
