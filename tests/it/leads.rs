//! What a space knows of each person: lists and filters, edits, history, matching, and the promise
//! that a lead's row is what its log adds up to.

use harness::chaos::Dice;
use harness::{Engine, Fair, Phone, on_every_engine};
use mobile_core::capture::ContactField;
use mobile_core::ids::{LeadId, SpaceId};
use mobile_core::wire::lead::{ConsentState, Match};
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

    async fn tags_and_questions_are_found_whatever_they_are_called(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        for (at, name) in ["$5 off", "$.a", "[0]", "0", "say \"hi\"", "a.b", "dir\\x", "100 %", "café", "'"].iter().enumerate() {
            let badge = fair.registration(&format!("Visitor {at}")).badge().await;
            let lead = ines.scan(&badge).tag(name).answer(name, "yes").upload().await.all_accepted().lead_id();
            for (filter, value) in [("tag", (*name).to_owned()), ("answer", format!("{name}:yes"))] {
                let address = reqwest::Url::parse_with_params("http://localhost", [(filter, value)]).unwrap();
                let query = format!("?{}", address.query().unwrap());
                assert_eq!(ada.lead_ids(&query).await, [lead], "{query}");
            }
        }
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

    async fn every_filter_gives_its_leads_and_no_others(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada Admin").await);
        let (omar, booth) = space.booth_phone("Omar", "4", "C12").await;
        let person = |name: &str, country: &str| fair.registration(name).with(ContactField::Country, country);
        let hanna = person("Hanna Hot", "DE").with(ContactField::Company, "Öresund Ltd").badge().await;
        let willi = person("Willi Warm", "FR").category("buyer").badge().await;
        let plain = person("Paula Plain", "FR").badge().await;
        let crew = fair.registration("Carl Crew").category("crew").badge().await;
        let earlier = fair.now().plus_micros(-7_200_000_000);
        ines.scan(&hanna).rate("hot").note("call her").tag("demo").stage("qualified").answer("budget", "10k").upload().await.all_accepted();
        omar.scan(&willi).rate("warm").tag("demo").at(earlier).upload().await.all_accepted();
        omar.scan(&plain).upload().await.all_accepted();
        ines.scan(&crew).upload().await.all_accepted();
        ines.scan("NOT-KNOWN-YET").upload().await.all_accepted();
        let typed = json!({"lead_id": fair.app().new_id::<LeadId>(), "first_name": "Tyra", "last_name": "Typed"});
        ines.deliver(&[ines.capture("contact", &typed)]).await.all_accepted();
        let willis = ada.lead_ids("?rating=warm").await[0];
        ada.edit(willis, Some("*"), &json!({})).await.refused("old_version");
        let version = ada.ask_lead(willis).await.header("etag").unwrap().to_owned();
        ada.edit(willis, Some(&version), &json!({"owner": ada.id})).await.done(200);
        let middle = fair.now().plus_micros(-3_600_000_000);
        let (hot, warm, plain, unnamed, typed) = ("Hanna Hot", "Willi Warm", "Paula Plain", "", "Tyra Typed");
        let expected = [
            ("", vec![hot, warm, plain, unnamed, unnamed, typed]),
            ("?rating=hot", vec![hot]),
            ("?unrated=true", vec![plain, unnamed, unnamed, typed]),
            ("?unrated=false", vec![hot, warm]),
            ("?stage=qualified", vec![hot]),
            ("?tag=demo", vec![hot, warm]),
            ("?tag=Demo", vec![]),
            ("?source=manual", vec![typed]),
            ("?source=scan", vec![hot, warm, plain, unnamed, unnamed]),
            ("?category=buyer", vec![warm]),
            ("?category=crew", vec![]),
            ("?country=FR", vec![warm, plain]),
            ("?consent=granted", vec![hot, warm, plain]),
            ("?consent=pending", vec![unnamed, unnamed, typed]),
            ("?match=matched", vec![hot, warm, plain, unnamed]),
            ("?match=unmatched", vec![unnamed]),
            ("?match=manual", vec![typed]),
            ("?has_note=true", vec![hot]),
            ("?has_note=false", vec![warm, plain, unnamed, unnamed, typed]),
            ("?answer=budget:10k", vec![hot]),
            ("?answer=budget:99k", vec![]),
            ("?q=hanna", vec![hot]),
            ("?q=HOT%20han", vec![hot]),
            ("?q=oresund", vec![hot]),
            ("?q=carl", vec![]),
            ("?q=%25", vec![]),
            ("?q=typed", vec![typed]),
        ];
        for (query, names) in expected {
            assert_same(query, ada.names(query).await, &names);
        }
        for (query, names) in [
            (format!("?owner={}", ada.id), vec![warm]),
            (format!("?scanned_by={}", omar.member.unwrap()), vec![warm, plain]),
            (format!("?device={}", ines.device), vec![hot, unnamed, unnamed]),
            (format!("?booth={booth}"), vec![warm, plain]),
            (format!("?since={middle}"), vec![hot, plain, unnamed, unnamed]),
            (format!("?until={middle}"), vec![warm]),
            (format!("?rating=warm&tag=demo&booth={booth}"), vec![warm]),
        ] {
            assert_same(&query, ada.names(&query).await, &names);
        }
    }

    async fn a_day_is_the_events_local_day(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        // Half an hour before and after midnight in Paris, in winter and by the fixed age.
        for time in ["2026-01-10T22:30:00Z", "2026-01-10T23:30:00Z"] {
            let mut scan = ines.scanned(time);
            scan["captured_at"] = json!(time);
            ines.deliver(&[scan]).await.all_accepted();
        }
        for (day, count) in [("2026-01-09", 0), ("2026-01-10", 1), ("2026-01-11", 1), ("2026-01-12", 0)] {
            assert_eq!(ada.leads(&format!("?day={day}")).await.json()["total"], count, "{day}");
        }
        // The same two, by what a clock at the event showed.
        for (times, count) in [
            ("since=2026-01-11T00:00", 1), ("until=2026-01-11T00:00", 1), ("since=2026-01-10T23:00&until=2026-01-11T01:00", 2),
            ("since=2026-01-11T00:31", 0), ("since=2026-01-10T23:30:00Z", 1), ("day=2026-01-10&since=2026-01-11T00:00", 0),
        ] {
            assert_eq!(ada.leads(&format!("?{times}")).await.json()["total"], count, "{times}");
        }
    }

    async fn today_is_the_day_on_which_the_list_is_read(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let badge = fair.registration("Noor Aziz").badge().await;
        ines.scan(&badge).upload().await.all_accepted();
        let total = async || ada.leads("?day=today").await.json()["total"].clone();
        assert_eq!(total().await, 1);
        let exports = format!("/exhibitors/{}/exports", space.id);
        ada.api.post(&exports, &json!({"format": "xlsx", "day": "today"})).await.done(201);
        let listed = ada.api.get(&exports).await.done(200);
        let date = server::web::EventZone::named("Europe/Paris").day(fair.now()).to_string();
        assert_eq!(listed["items"][0]["filter"], format!("day={date}"), "a file says of which day it is");
        fair.app().clock.advance(24 * 3_600_000_000);
        assert_eq!(total().await, 0);
    }

    async fn wrong_filters_are_refused_by_name(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        for (query, pointer) in [
            ("?day=tomorrow", "?day"), ("?since=noon", "?since"), ("?until=2026-03-29T02:30", "?until"), ("?sort=shoe_size", "?sort"), ("?limit=0", "?limit"), ("?limit=501", "?limit"),
            ("?rating=tepid", "?rating"), ("?source=dream", "?source"), ("?answer=budget", "?answer"),
            ("?cursor=bm9uc2Vuc2U", "?cursor"), ("?owner=17", "?owner"),
        ] {
            let problem = ada.leads(query).await.refused("invalid_field");
            assert_eq!(problem.errors.first().map(|error| error.pointer.as_str()), Some(pointer), "{query}: {problem:?}");
        }
        let problem = ada.leads("?colour=red").await.refused("invalid_field");
        assert!(problem.detail.contains("colour"), "names the unknown one: {problem:?}");
    }

    async fn pages_hold_every_lead_once_in_each_order(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let mut dice = Dice::new(17);
        for number in 0..23 {
            let badge = fair.registration(&format!("Person{number:02} Same")).badge().await;
            // Some at the very same time, so that only the id breaks the tie.
            let at = fair.now().plus_micros(-1_000_000 * i64::try_from(dice.below(5)).unwrap());
            let mut scan = ines.scanned(&badge);
            scan["age_us"] = json!(fair.now().micros_since(at));
            ines.deliver(&[scan]).await.all_accepted();
        }
        for sort in ["last_scanned_at", "-last_scanned_at", "first_scanned_at", "-updated_at", "name", "-name"] {
            let whole = ada.lead_ids(&format!("?sort={sort}&limit=500")).await;
            let paged = ada.lead_ids(&format!("?sort={sort}&limit=4")).await;
            assert_eq!(whole, paged, "{sort}");
            let mut unique = paged.clone();
            unique.sort_unstable();
            unique.dedup();
            assert_eq!(unique.len(), 23, "{sort}");
        }
        let names = ada.names("?sort=name").await;
        assert!(names.is_sorted(), "{names:?}");
    }

    async fn a_scan_between_two_pages_moves_nothing(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        for number in 0..9 {
            ines.scan(format!("HALL-{number}").as_str()).upload().await.all_accepted();
            fair.app().clock.advance(1000);
        }
        let all = ada.lead_ids("").await;
        let first: Value = ada.leads("?limit=5").await.ok();
        fair.app().clock.advance(1000);
        ines.scan("LATE").upload().await.all_accepted();
        let second: Value = ada.leads(&format!("?limit=5&cursor={}", first["next_cursor"].as_str().unwrap())).await.ok();
        let ids = |page: &Value| page["items"].as_array().unwrap().iter().map(|lead| lead["id"].clone()).collect::<Vec<_>>();
        let paged: Vec<Value> = [ids(&first), ids(&second)].concat();
        assert_eq!(paged, all.iter().map(|id| json!(id)).collect::<Vec<_>>());
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

    async fn an_unmatched_scan_gets_its_person_when_the_desk_registers_them(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada, olga) = (space.phone("Ines").await, space.admin("Ada").await, fair.organizer().await);
        let upload = ines.scan("WALK-IN-77").note("came late").upload().await.all_accepted();
        assert_eq!(upload.reasons(), ["unknown_badge", ""]);
        let before = ada.lead(upload.lead_id()).await;
        assert_eq!((before.matched, before.consent, before.name()), (Match::Unmatched, ConsentState::Pending, None));
        let mut live = ada.live(None).await;
        let person = json!({"first_name": "Noor", "last_name": "Aziz", "email": "noor@example.org", "badge_code": "WALK-IN-77"});
        let registered = olga.register(&person).await.done(201);
        assert_eq!(registered["badge"]["code"], "WALK-IN-77");
        let frame = live.entry().await;
        assert_eq!((&frame["type"], &frame["lead"]["id"]), (&json!("lead.updated"), &json!(upload.lead_id())));
        let after = ada.lead(upload.lead_id()).await;
        assert_eq!((after.matched, after.name().as_deref(), after.note_texts()), (Match::Matched, Some("Noor Aziz"), vec!["came late"]));
        assert!(after.version > before.version);
        assert_eq!(ada.names("?q=noor").await, ["Noor Aziz"], "found by the name from now on");
        assert_eq!(space.rows_unlike_their_log().await, []);
    }

    async fn two_leads_of_one_person_become_one_and_the_other_id_stays_an_alias(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let badge = fair.registration("Noor Aziz").badge().await;
        let unmatched = ines.scanned("OLD-TICKET");
        let older = ines.deliver(std::slice::from_ref(&unmatched)).await.all_accepted().lead_id();
        fair.app().clock.advance(1000);
        let younger = ines.scan(&badge).note("by badge").upload().await.all_accepted().lead_id();
        assert_ne!(older, younger);
        let mut live = ada.live(None).await;
        fair.site.another_badge(badge.registration, "OLD-TICKET").await;
        let frame = live.entry().await;
        assert_eq!(frame["type"], "lead.merged");
        assert_eq!((&frame["merged_id"], &frame["lead"]["id"]), (&json!(younger), &json!(older)), "the older id survives");
        let lead = ada.lead(younger).await;
        assert_eq!((lead.id, lead.scan_count, lead.note_texts()), (older, 2, vec!["by badge"]));
        assert_eq!(ada.names("").await, ["Noor Aziz"]);
        ines.deliver(&[ines.capture("note", &json!({"lead_id": younger, "text": "by alias"}))]).await.all_accepted();
        assert_eq!(ada.lead(older).await.note_texts(), ["by badge", "by alias"]);
        assert_eq!(ines.deliver(&[unmatched]).await.all_duplicates().lead_id(), older);
        assert_eq!(space.rows_unlike_their_log().await, []);
    }

    async fn a_business_card_is_a_lead_with_what_the_card_says(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        let card = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Aziz;Noor;;;\r\nFN:Noor Aziz\r\nORG:Öresund Ltd\r\nEND:VCARD";
        let lead = ines.lead(ines.scan(card).upload().await.all_accepted().lead_id()).await;
        assert_eq!((lead.matched, lead.name().as_deref()), (Match::Unmatched, Some("Noor Aziz")));
        let correction = json!({"lead_id": lead.id, "company": "Oresund Group"});
        ines.deliver(&[ines.capture("contact", &correction)]).await.all_accepted();
        let contact = ines.lead(lead.id).await.contact.clone().unwrap();
        assert_eq!((contact.get(ContactField::Company), contact.get(ContactField::FirstName)), (Some("Oresund Group"), Some("Noor")));
    }

    async fn a_correction_stands_beside_what_the_organizer_knows(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        let badge = fair.registration("Noor Aziz").with(ContactField::Company, "Old Ltd").badge().await;
        ines.scan(&badge).upload().await.all_accepted();
        let correction = json!({"code": badge.code, "company": "New Ltd"});
        ines.deliver(&[ines.capture("contact", &correction)]).await.all_accepted();
        let lead = ines.lead_of(&badge).await;
        assert_eq!(lead.registration.as_ref().unwrap().contact.get(ContactField::Company), Some("Old Ltd"));
        assert_eq!(lead.contact.as_ref().unwrap().get(ContactField::Company), Some("New Ltd"));
    }

    async fn a_refused_consent_hides_the_person_and_no_scan_brings_them_back(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let badge = fair.registration("Noor Aziz").badge().await;
        let lead = ines.scan(&badge).note("secret").consent("disclosure", false).upload().await.all_accepted().lead_id();
        ines.scan(&badge).upload().await.all_accepted();
        for answer in [ada.ask_lead(lead).await, ada.leads("").await, ada.leads("?q=noor").await, ines.send(&[ines.scanned(&badge)]).await] {
            assert!(!answer.text().contains("Noor") && !answer.text().contains("secret"), "{}", answer.text());
        }
        assert_eq!(ada.lead(lead).await.consent, ConsentState::Withdrawn);
        assert!(!json!(ada.history(lead).await).to_string().contains("secret"));
    }

    async fn a_category_that_is_asked_first_shows_nobody_before_the_answer(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        fair.site.set_disclosure(json!({"press": {"scannable": "ask", "fields": ["first_name", "last_name"]}})).await;
        let badge = fair.registration("Petra Press").category("press").with(ContactField::Email, "p@press.example").badge().await;
        let lead = ines.scan(&badge).upload().await.all_accepted().lead_id();
        assert_eq!((ines.lead(lead).await.consent, ines.lead(lead).await.name()), (ConsentState::Pending, None));
        ines.scan(&badge).consent("disclosure", true).upload().await.all_accepted();
        let shown = ines.lead(lead).await;
        assert_eq!((shown.consent, shown.name().as_deref()), (ConsentState::Granted, Some("Petra Press")));
        assert_eq!(shown.registration.as_ref().unwrap().contact.get(ContactField::Email), None, "only the fields of the policy");
    }

    async fn with_own_leads_only_a_member_sees_what_they_scanned_or_own(fair) {
        let space = fair.exhibitor("Acme").with_own_leads_only().open().await;
        let (ada, sam, ines) = (space.admin("Ada").await, space.scanner("Sam").await, space.phone("Ines").await);
        let noor = fair.registration("Noor Aziz").badge().await;
        let mine = json!({"id": fair.app().new_id::<uuid::Uuid>(), "captured_at": fair.now(), "kind": "scan", "code": noor.code});
        sam.deliver(&[mine]).await.done(200);
        let other = ines.scan(&fair.registration("Omid Other").badge().await).upload().await.all_accepted().lead_id();
        assert_eq!(sam.names("").await, ["Noor Aziz"]);
        assert_eq!(sam.leads("").await.json()["total"], 1);
        sam.ask_lead(other).await.refused("not_found");
        assert_same("", ada.names("").await, &["Noor Aziz", "Omid Other"]);
        let etag = ada.ask_lead(other).await.header("etag").unwrap().to_owned();
        ada.edit(other, Some(&etag), &json!({"owner": sam.id})).await.done(200);
        assert_eq!(sam.lead(other).await.name().as_deref(), Some("Omid Other"), "handed over, it is theirs");
    }

    async fn roles_without_leads_see_none(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let lead = space.phone("Ines").await.scan("HALL").upload().await.lead_id();
        for role in ["commercial_contact", "attendee"] {
            let member = space.member("Nina", role).await;
            member.leads("").await.refused("forbidden");
            member.ask_lead(lead).await.refused("forbidden");
        }
        space.scanner("Sam").await.api.get(&format!("/exhibitors/{}/rejected-captures", space.id)).await.refused("forbidden");
        let elsewhere = fair.elsewhere().await;
        let stranger = elsewhere.organizer_member("Otto", "owner").await;
        stranger.api.get(&format!("/exhibitors/{}/leads", space.id)).await.refused("not_found");
        stranger.api.get(&format!("/events/{}", fair.site.event)).await.refused("not_found");
    }

    async fn a_row_is_what_its_log_adds_up_to_after_any_traffic(fair) {
        for seed in [1, 2] {
            random_traffic(fair, seed).await;
        }
    }
}

fn assert_same(query: &str, mut got: Vec<String>, expected: &[&str]) {
    let mut expected: Vec<String> = expected.iter().map(|name| (*name).to_owned()).collect();
    got.sort_unstable();
    expected.sort_unstable();
    assert_eq!(got, expected, "{query}");
}

/// Phones with wrong clocks do everything at once, deliver late, twice and in any order, take things
/// back, while codes turn out to be people that are known already.
async fn random_traffic(fair: &harness::Fair, seed: u64) {
    let mut dice = Dice::new(seed);
    let space = fair.exhibitor(&format!("Space {seed}")).open().await;
    let mut badges = Vec::new();
    for number in 0..3 {
        badges.push(fair.registration(&format!("Person {number}")).badge().await);
    }
    let mut codes: Vec<String> = badges.iter().map(|badge| badge.code.clone()).collect();
    codes.extend((0..4).map(|number| format!("OTHER-{seed}-{number}")));
    let mut phones = Vec::new();
    for name in ["Ines", "Omar", "Tess"] {
        phones.push(space.phone(name).await);
    }
    let mut captures: Vec<(usize, Value)> = Vec::new();
    for _ in 0..120 {
        let holder = dice.below(3) as usize;
        captures.push((holder, any_capture(&phones[holder], &codes, &captures, &mut dice, fair)));
    }
    dice.shuffle(&mut captures);
    for (at, (holder, capture)) in captures.iter().enumerate() {
        let mut batch = vec![capture.clone()];
        if dice.once_in(3) {
            let (_, earlier) = &captures[dice.below(at as u64 + 1) as usize];
            batch.push(earlier.clone());
        }
        phones[*holder].deliver(&batch).await;
        if at == 40 {
            fair.site.another_badge(badges[0].registration, &codes[3]).await;
        }
        if at == 80 {
            fair.registration("Fresh Face").code(&codes[4]).badge().await;
        }
    }
    assert_eq!(space.rows_unlike_their_log().await, [], "seed {seed}");
    for (holder, capture) in &captures {
        phones[*holder].deliver(std::slice::from_ref(capture)).await;
    }
    assert_eq!(space.rows_unlike_their_log().await, [], "seed {seed}, told again");
}

fn any_capture(
    phone: &Phone,
    codes: &[String],
    before: &[(usize, Value)],
    dice: &mut Dice,
    fair: &harness::Fair,
) -> Value {
    let code = dice.one_of(codes).as_str();
    let mut capture = match dice.below(9) {
        0 if !before.is_empty() => phone.capture("annul", &json!({"annuls": dice.one_of(before).1["id"]})),
        1 => phone.capture("note", &json!({"code": code, "text": format!("note {}", dice.below(1000))})),
        2 => phone.capture("rating", &json!({"code": code, "rating": *dice.one_of(&["hot", "warm", "cold"])})),
        3 => phone.capture(
            "tags",
            &json!({"code": code, "add": [*dice.one_of(&["a", "b"])], "remove": [*dice.one_of(&["b", "c"])]}),
        ),
        4 => phone.capture("answers", &json!({"code": code, "answers": {"q": dice.below(3)}})),
        5 => phone.capture("stage", &json!({"code": code, "stage": *dice.one_of(&["new", "won"])})),
        6 => phone.capture("contact", &json!({"code": code, "city": *dice.one_of(&["Paris", ""])})),
        _ => phone.scanned(code),
    };
    // Few times, so that some are equal.
    let at = fair.now().plus_micros(-1_000_000 * (dice.below(4) as i64));
    capture["captured_at"] = json!(at);
    capture
}

/// How PostgreSQL would look rows of a table up by keys.
macro_rules! plan_on_postgres {
    ($fair:ident, $table:literal by $column:literal, $is_locked:literal) => {{
        let mut tx = $fair.app().write().await.unwrap();
        let server::storage::Conn::Postgres(conn) = tx.conn() else { panic!("this is about PostgreSQL") };
        let mut query = sqlx::QueryBuilder::<sqlx::Postgres>::new("EXPLAIN ");
        let keys: Vec<_> = (0..64).map(|_| ($fair.app().new_id::<SpaceId>(), $fair.app().new_id::<LeadId>())).collect();
        server::push_wanted!(query, keys.iter());
        query.push("SELECT t.* ");
        server::push_found!(query, $fair.site.event, $table "t" by $column, $is_locked);
        let plan: Vec<String> = query.build_query_scalar().fetch_all(conn).await.unwrap();
        plan.join("\n")
    }};
}

#[test]
fn soon_after_an_events_first_scans_postgres_takes_each_key_to_its_index() {
    harness::run(Engine::Postgres, "each_key_to_an_index", async |fair: &Fair| {
        let [phone] = fair.exhibitor("Acme").phones(["Ines"]).await;
        let scans: Vec<Value> = (0..400).map(|number| phone.scanned(format!("CODE-{number}").as_str())).collect();
        phone.deliver(&scans).await.all_accepted();
        // The planner knows nothing of the young tables, until the server has it look.
        harness::eventually(|| async {
            let plans = [
                plan_on_postgres!(fair, "lead" by "registration_id", true),
                plan_on_postgres!(fair, "lead" by "id", true),
                plan_on_postgres!(fair, "capture" by "id", false),
            ];
            let reaches = |plan: &String| {
                let asked = plan.lines().find(|line| line.contains("Index Cond")).unwrap_or_default();
                asked.contains("\"*VALUES*\".column2")
            };
            plans.iter().all(reaches).then_some(())
        })
        .await;
    });
}
