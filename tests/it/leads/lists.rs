//! The list of leads: filters, the order, and pages that hold every lead once.

use super::assert_same;
use harness::chaos::Dice;
use harness::on_every_engine;
use mobile_core::capture::ContactField;
use mobile_core::ids::LeadId;
use serde_json::{Value, json};

on_every_engine! {
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

    async fn a_country_that_is_not_disclosed_finds_nobody(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada Admin").await);
        let person = |name: &str, category: &str| fair.registration(name).with(ContactField::Country, "FR").category(category);
        for badge in [person("Paula Plain", "visitor").badge().await, person("Willi Warm", "buyer").badge().await] {
            ines.scan(&badge).upload().await.all_accepted();
        }
        assert_eq!(ada.lead_ids("?country=FR").await.len(), 2);
        for (rules, found) in [
            (json!({"visitor": {"fields": ["last_name"]}}), 1),
            (json!({"*": {"fields": ["last_name"]}, "visitor": {}}), 1),
            (json!({"*": {"fields": ["last_name"]}}), 0),
        ] {
            fair.site.set_disclosure(rules).await;
            assert_eq!(ada.lead_ids("?country=FR").await.len(), found);
        }
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

    async fn a_scan_that_was_taken_back_finds_no_lead_and_shows_none(fair) {
        let space = fair.exhibitor("Acme").with_own_leads_only().open().await;
        let (ada, sam) = (space.admin("Ada").await, space.scanner("Sam").await);
        let (ines, badge) = (space.phone("Ines").await, fair.registration("Noor Aziz").badge().await);
        let mine = json!({"id": fair.app().new_id::<uuid::Uuid>(), "captured_at": fair.now(), "kind": "scan", "code": badge.code});
        sam.deliver(std::slice::from_ref(&mine)).await.done(200);
        let lead = ines.scan(&badge).upload().await.all_accepted().lead_id();
        let scanned_by = format!("?scanned_by={}", sam.id);
        assert_eq!((sam.names("").await.len(), ada.names(&scanned_by).await.len()), (1, 1));
        let annul = json!({"id": fair.app().new_id::<uuid::Uuid>(), "captured_at": fair.now(), "kind": "annul", "annuls": mine["id"]});
        sam.deliver(&[annul]).await.done(200);
        sam.ask_lead(lead).await.refused("not_found");
        assert!(sam.names("").await.is_empty(), "the list shows no more than the lead itself");
        assert_eq!(sam.leads("").await.json()["total"], 0);
        assert!(ada.names(&scanned_by).await.is_empty());
        assert_eq!(ada.names("").await, ["Noor Aziz"], "the colleague's scan still counts");
    }

    async fn answers_of_every_kind_are_found_on_both_engines(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let answers = json!({"visit": true, "stand": false, "cells": 4, "what": ["arm", "belt"], "who": "say \"hi\", 100 %"});
        let capture = ines.capture("answers", &json!({"code": "HALL", "answers": answers}));
        let lead = ines.deliver(&[capture]).await.all_accepted().lead_id();
        for (answer, is_found) in [
            ("visit:true", true), ("visit:false", false), ("visit:1", false), ("stand:false", true), ("stand:0", false),
            ("cells:4", true), ("cells:40", false), ("what:arm", true), ("what:belt", true), ("what:be", false),
            ("who:say \"hi\", 100 %", true), ("who:100 %", false), ("nothing:null", false),
        ] {
            let address = reqwest::Url::parse_with_params("http://localhost", [("answer", answer)]).unwrap();
            let found = ada.lead_ids(&format!("?{}", address.query().unwrap())).await;
            assert_eq!(found, if is_found { vec![lead] } else { Vec::new() }, "{answer}");
        }
    }
}
