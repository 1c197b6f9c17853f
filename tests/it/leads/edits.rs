//! Edits on a page, of one lead against the version that was read, and of many at once.

use harness::on_every_engine;
use serde_json::{Value, json};

on_every_engine! {
    async fn an_admin_gives_many_leads_to_a_colleague_at_once(fair) {
        let space = fair.exhibitor("Acme").with_own_leads_only().open().await;
        let (ada, sam, ines) = (space.admin("Ada").await, space.scanner("Sam").await, space.phone("Ines").await);
        let mut leads = Vec::new();
        for name in ["Noor Aziz", "Omar Bello", "Pia Costa"] {
            let badge = fair.registration(name).badge().await;
            leads.push(ines.scan(&badge).upload().await.all_accepted().lead_id());
        }
        assert!(sam.names("").await.is_empty(), "none is theirs");
        let path = format!("/exhibitors/{}/leads/assign", space.id);
        let stranger = fair.app().new_id::<mobile_core::ids::LeadId>();
        let body = json!({"lead_ids": [leads[0], leads[1], stranger], "owner": sam.id});
        sam.api.post(&path, &body).await.refused("forbidden");
        let done = ada.api.post(&path, &body).await.done(200);
        assert_eq!(done, json!({"assigned": 2, "not_found": [stranger]}));
        assert_eq!(sam.names("").await.len(), 2);
        let history = ada.history(leads[0]).await;
        assert!(history[0].to_string().contains("owner"), "{history:?}");
        ada.api.post(&path, &json!({"lead_ids": leads, "owner": null})).await.done(200);
        assert!(sam.names("").await.is_empty());
        for (body, pointer) in [
            (json!({"lead_ids": [], "owner": null}), "/lead_ids"),
            (json!({"lead_ids": leads, "owner": fair.app().new_id::<mobile_core::ids::TeamMemberId>()}), "/owner"),
        ] {
            assert_eq!(ada.api.post(&path, &body).await.refused("invalid_field").errors[0].pointer, pointer);
        }
        assert_eq!(space.rows_unlike_their_log().await, []);
    }

    async fn an_edit_that_changes_nothing_gives_the_lead_of_that_version(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let lead = ines.scan("HALL").upload().await.lead_id();
        let etag = ada.ask_lead(lead).await.header("etag").unwrap().to_owned();
        let same = ada.edit(lead, Some(&etag), &json!({})).await;
        assert_eq!((same.status, same.header("etag")), (200, Some(etag.as_str())));
        ada.edit(lead, Some(&etag), &json!({"rating": "hot"})).await.done(200);
        ada.edit(lead, Some(&etag), &json!({})).await.refused("old_version");
        ada.edit(fair.app().new_id(), Some(&etag), &json!({})).await.refused("not_found");
    }

    async fn an_edit_needs_the_version_that_was_read(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let lead = ines.scan(&fair.registration("Noor Aziz").badge().await).upload().await.lead_id();
        let read = ada.ask_lead(lead).await;
        let etag = read.header("etag").unwrap().to_owned();
        assert_eq!(etag, format!("\"{}\"", read.json()["version"]));
        ada.edit(lead, None, &json!({"rating": "hot"})).await.refused("version_required");
        let edited = ada.edit(lead, Some(&etag), &json!({"rating": "hot", "note": "rang", "add": ["demo"]})).await;
        let new_etag = edited.header("etag").unwrap().to_owned();
        let shown = edited.done(200);
        assert_eq!((&shown["rating"], &shown["tags"], &shown["note_count"]), (&json!("hot"), &json!(["demo"]), &json!(1)));
        let problem = ada.edit(lead, Some(&etag), &json!({"rating": "cold"})).await.refused("old_version");
        assert_eq!(problem.status, 412);
        assert_eq!(ada.lead(lead).await.rating, Some(mobile_core::capture::Rating::Hot), "nothing of it happened");
        let back = ada.edit(lead, Some(&new_etag), &json!({"rating": null, "remove": ["demo"], "owner": ada.id})).await.done(200);
        assert_eq!((&back["rating"], &back["tags"], &back["owner"]), (&Value::Null, &json!([]), &json!(ada.id)));
    }

    async fn an_edit_shows_even_over_a_phone_whose_clock_was_ahead(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let badge = fair.registration("Noor Aziz").badge().await;
        let lead = ines.scan(&badge).rate("cold").upload().await.all_accepted().lead_id();
        let etag = ada.ask_lead(lead).await.header("etag").unwrap().to_owned();
        // The server's own clock was put back since.
        fair.app().clock.advance(-3_600_000_000);
        ada.edit(lead, Some(&etag), &json!({"rating": "hot"})).await.done(200);
        assert_eq!(ada.lead(lead).await.rating, Some(mobile_core::capture::Rating::Hot));
    }

    async fn wrong_edits_are_refused_by_field_and_change_nothing(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let stranger = fair.exhibitor("Bolt").open().await.admin("Vic").await;
        let lead = ines.scan("HALL").upload().await.lead_id();
        let etag = ada.ask_lead(lead).await.header("etag").unwrap().to_owned();
        for (patch, pointer) in [
            (json!({"rating": "tepid"}), "/rating"),
            (json!({"note": ""}), "/note"),
            (json!({"note": "x".repeat(10_001)}), "/note"),
            (json!({"owner": stranger.id}), "/owner"),
            (json!({"add": ["x".repeat(301)]}), "/add"),
            (json!({"stage": 5}), "/stage"),
        ] {
            let problem = ada.edit(lead, Some(&etag), &patch).await.refused("invalid_field");
            assert_eq!(problem.errors[0].pointer, pointer, "{patch}: {problem:?}");
        }
        let problem = ada.edit(lead, Some(&etag), &json!({"colour": "red"})).await.refused("invalid_field");
        assert!(problem.detail.contains("colour"), "{problem:?}");
        assert_eq!(ada.ask_lead(lead).await.header("etag"), Some(etag.as_str()));
        stranger.ask_lead(lead).await.refused("not_found");
        ada.ask_lead(fair.app().new_id()).await.refused("not_found");
    }

    async fn of_two_edits_at_once_one_wins_and_one_is_told(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let sam = space.scanner("Sam").await;
        let lead = ines.scan("HALL").upload().await.lead_id();
        for round in 0..5 {
            let etag = ada.ask_lead(lead).await.header("etag").unwrap().to_owned();
            let (hot, cold) = (json!({"rating": "hot", "note": format!("{round} a")}), json!({"rating": "cold", "note": format!("{round} b")}));
            let (one, other) = tokio::join!(ada.edit(lead, Some(&etag), &hot), sam.edit(lead, Some(&etag), &cold));
            let mut statuses = [one.status, other.status];
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 412]);
        }
        assert_eq!(ada.lead(lead).await.note_count, 5);
    }

    async fn what_is_done_to_many_leads_at_once_shows_even_over_a_clock_that_was_ahead(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let lead = ines.scan("HALL").tag("demo").upload().await.all_accepted().lead_id();
        let etag = ada.ask_lead(lead).await.header("etag").unwrap().to_owned();
        ada.edit(lead, Some(&etag), &json!({"owner": null, "stage": "new"})).await.done(200);
        // The server's own clock was put back since.
        fair.app().clock.advance(-3_600_000_000);
        let at = |path: &str| format!("/exhibitors/{}/leads/{path}", space.id);
        ada.api.post(&at("assign"), &json!({"lead_ids": [lead], "owner": ada.id})).await.done(200);
        ada.api.post(&at("tag"), &json!({"lead_ids": [lead], "remove": ["demo"], "add": ["won"]})).await.done(200);
        let shown = ada.lead(lead).await;
        assert_eq!((shown.owner, shown.tags.as_slice()), (Some(ada.id), &["won".to_owned()][..]));
        assert_eq!(space.rows_unlike_their_log().await, []);
    }

    async fn an_edit_happens_whole_or_not_at_all(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let lead = ines.scan("HALL").upload().await.lead_id();
        let etag = ada.ask_lead(lead).await.header("etag").unwrap().to_owned();
        let many: serde_json::Map<String, Value> = (0..101).map(|at| (format!("q{at}"), json!("yes"))).collect();
        let patch = json!({"rating": "hot", "note": "rang", "answers": many});
        let problem = ada.edit(lead, Some(&etag), &patch).await.refused("invalid_field");
        assert_eq!(problem.errors[0].pointer, "/answers", "{problem:?}");
        let shown = ada.lead(lead).await;
        assert_eq!((shown.rating, shown.note_count), (None, 0), "nothing of it happened");
        assert_eq!(ada.ask_lead(lead).await.header("etag"), Some(etag.as_str()));
    }

    async fn whoever_hands_a_lead_on_hears_that_it_was_done(fair) {
        let space = fair.exhibitor("Acme").with_own_leads_only().open().await;
        let (ada, sam, ines) = (space.admin("Ada").await, space.scanner("Sam").await, space.phone("Ines").await);
        let lead = ines.scan("HALL").upload().await.all_accepted().lead_id();
        ada.api.post(&format!("/exhibitors/{}/leads/assign", space.id), &json!({"lead_ids": [lead], "owner": sam.id}))
            .await.done(200);
        let etag = sam.ask_lead(lead).await.header("etag").unwrap().to_owned();
        let given = sam.edit(lead, Some(&etag), &json!({"owner": ada.id})).await.done(200);
        assert_eq!(given["owner"], json!(ada.id));
        sam.ask_lead(lead).await.refused("not_found");
    }
}
