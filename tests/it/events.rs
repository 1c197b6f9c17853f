//! Events: who makes and changes them, and what is refused.

use harness::{Organizer, on_every_engine};
use reqwest::Method;
use serde_json::{Value, json};

fn salon() -> Value {
    json!({"slug": "salon-2026", "name": "Salon 2026", "timezone": "Europe/Paris",
        "starts_at": "2026-11-24T08:00:00Z", "ends_at": "2026-11-26T17:00:00Z", "venue": "Halle 1"})
}

fn with(field: &str, value: Value) -> Value {
    let mut event = salon();
    event[field] = value;
    event
}

async fn keyed(olga: &Organizer, key: &str, event: &Value) -> harness::Answer {
    let headers = [("content-type", "application/json"), ("idempotency-key", key)];
    olga.api.send(Method::POST, "/events", &headers, Some(event.to_string().into_bytes())).await
}

on_every_engine! {
    async fn an_event_is_made_read_and_changed(fair) {
        let olga = fair.organizer().await;
        let made = olga.create_event(&salon()).await;
        let event = made.done(201);
        assert_eq!(made.header("etag"), Some("\"1\""));
        assert_eq!(event["starts_at"], "2026-11-24T08:00:00.000000Z");
        assert_eq!(event["disclosure"]["minor"]["scannable"], "no");
        let path = format!("/events/{}", event["id"].as_str().unwrap());
        assert_eq!(olga.api.get(&path).await.done(200), event);
        let changed = olga.api.patch(&path, Some("\"1\""), &json!({"name": "Salon", "venue": null})).await;
        assert_eq!(changed.header("etag"), Some("\"2\""));
        let changed = changed.done(200);
        assert_eq!((changed["name"].as_str(), changed["venue"].as_str()), (Some("Salon"), None));
        assert_eq!(changed["slug"], "salon-2026");
        olga.api.patch(&path, Some("\"1\""), &json!({"name": "Old"})).await.refused("old_version");
        olga.api.patch(&path, None, &json!({"name": "New"})).await.done(200);
        // Its feed has begun: whoever watches it can connect.
        let live = olga.api.get(&format!("{path}/exhibitors")).await.done(200);
        assert!(live["seq"].as_u64().unwrap() >= 1, "the change of the event is in its feed");
    }

    async fn wrong_fields_are_named_all_at_once(fair) {
        let olga = fair.organizer().await;
        let bad = json!({"slug": "Salon 2026", "name": " ", "timezone": "Mars/Olympus",
            "starts_at": "2026-11-26T17:00:00Z", "ends_at": "2026-11-24T08:00:00Z"});
        let problem = olga.create_event(&bad).await.refused("invalid_field");
        let pointers: Vec<&str> = problem.errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["/slug", "/name", "/timezone", "/ends_at"]);
        for (field, value) in [("starts_at", json!("tomorrow")), ("colour", json!("red")), ("name", json!(7)),
            ("disclosure", json!({"minor": {"scannable": "yes"}})), ("disclosure", json!({"*": {"scannable": "maybe"}}))] {
            let problem = olga.create_event(&with(field, value)).await.refused("invalid_field");
            assert!(problem.errors[0].pointer.starts_with(&format!("/{field}")), "{problem:?}");
        }
        olga.api.send(Method::POST, "/events", &[("content-type", "application/json")], Some(b"{".to_vec())).await
            .refused("not_json");
        olga.api.send(Method::POST, "/events", &[], Some(b"{}".to_vec())).await.refused("unsupported_media_type");
    }

    async fn a_slug_is_given_once_on_a_server(fair) {
        let olga = fair.organizer().await;
        let first = olga.create_event(&salon()).await.done(201);
        let other = fair.elsewhere().await.organizer_member("Pia", "owner").await;
        other.create_event(&salon()).await.refused("already_exists");
        let second = other.create_event(&with("slug", json!("salon-2027"))).await.done(201);
        let path = format!("/events/{}", second["id"].as_str().unwrap());
        other.api.patch(&path, None, &json!({"slug": first["slug"]})).await.refused("already_exists");
    }

    async fn only_owners_and_managers_make_and_change_events(fair) {
        let path = format!("/events/{}", fair.site.event);
        for (role, reads, writes) in [("owner", true, true), ("manager", true, true), ("viewer", true, false), ("desk", true, false)] {
            let person = fair.site.organizer_member(role, role).await;
            assert_eq!(person.api.get(&path).await.status == 200, reads, "{role}");
            let answers = [
                person.create_event(&with("slug", json!(format!("by-{role}")))).await,
                person.api.patch(&path, None, &json!({"venue": role})).await,
            ];
            for answer in answers {
                if writes { assert!(answer.status < 300, "{role}: {}", answer.text()) } else { drop(answer.refused("forbidden")) }
            }
        }
        let acme = fair.exhibitor("Acme").open().await.admin("Ada").await;
        acme.api.get(&path).await.refused("not_found");
        acme.api.post("/events", &salon()).await.refused("forbidden");
    }

    async fn another_organizers_event_is_not_there(fair) {
        let olga = fair.organizer().await;
        let elsewhere = fair.elsewhere().await;
        let theirs = format!("/events/{}", elsewhere.event);
        let nobodys = format!("/events/{}", uuid::Uuid::nil());
        for path in [&theirs, &nobodys] {
            olga.api.get(path).await.refused("not_found");
            olga.api.patch(path, None, &json!({"name": "Mine"})).await.refused("not_found");
        }
        let mine: Value = olga.api.get("/events").await.ok();
        let ids: Vec<&str> = mine["items"].as_array().unwrap().iter().map(|event| event["id"].as_str().unwrap()).collect();
        assert_eq!(ids, [fair.site.event.to_string()]);
    }

    async fn who_manages_for_several_organizers_says_for_which(fair) {
        let olga = fair.organizer().await;
        let elsewhere = fair.elsewhere().await;
        let mut tx = fair.app().write().await.unwrap();
        server::accounts::store::make_owner(&mut tx, elsewhere.organizer, olga.account).await.unwrap();
        tx.commit(&fair.app().hub).await.unwrap();
        let problem = olga.create_event(&salon()).await.refused("invalid_field");
        assert_eq!(problem.errors[0].pointer, "/organizer_id");
        olga.create_event(&with("organizer_id", json!(uuid::Uuid::nil()))).await.refused("invalid_field");
        let made = olga.create_event(&with("organizer_id", json!(elsewhere.organizer))).await.done(201);
        assert_eq!(made["organizer_id"], json!(elsewhere.organizer));
    }

    async fn events_are_listed_in_pages_the_latest_first(fair) {
        let olga = fair.organizer().await;
        for year in 2030..2035 {
            let mut event = with("slug", json!(format!("salon-{year}")));
            event["starts_at"] = json!(format!("{year}-11-24T08:00:00Z"));
            event["ends_at"] = json!(format!("{year}-11-26T08:00:00Z"));
            olga.create_event(&event).await.done(201);
        }
        let (mut slugs, mut cursor) = (Vec::new(), String::new());
        loop {
            let page: Value = olga.api.get(&format!("/events?limit=2{cursor}")).await.ok();
            slugs.extend(page["items"].as_array().unwrap().iter().map(|event| event["slug"].as_str().unwrap().to_owned()));
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(slugs[..5], ["salon-2034", "salon-2033", "salon-2032", "salon-2031", "salon-2030"]);
        assert_eq!(slugs.len(), 6);
        olga.api.get("/events?limit=0").await.refused("invalid_field");
        olga.api.get("/events?cursor=made-up").await.refused("invalid_field");
        olga.api.get("/events?colour=red").await.refused("invalid_field");
    }

    async fn a_repeated_request_with_a_key_makes_one_event(fair) {
        let olga = fair.organizer().await;
        let first = keyed(&olga, "k1", &salon()).await;
        let again = keyed(&olga, "k1", &salon()).await;
        assert_eq!((first.done(201), first.header("etag")), (again.done(201), again.header("etag")));
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        keyed(&olga, "k1", &with("name", json!("Another"))).await.refused("idempotency_key_reused");
        // The key is this person's alone, and a refused request leaves it free.
        let other = fair.elsewhere().await.organizer_member("Pia", "owner").await;
        keyed(&other, "k1", &salon()).await.refused("already_exists");
        keyed(&other, "k1", &with("slug", json!("salon-2027"))).await.done(201);
        keyed(&olga, "", &salon()).await.refused("invalid_field");
        // After a day it is forgotten, and the slug refuses the second event.
        fair.app().clock.advance(25 * 3600 * 1_000_000);
        keyed(&olga, "k1", &salon()).await.refused("already_exists");
    }

    async fn a_duplicate_of_a_large_event_has_all_its_exhibitors_and_nobodys_data(fair) {
        const MANY: usize = 500;
        let olga = fair.organizer().await;
        let (event, acme) = (fair.site.event, fair.exhibitor("Acme").open().await);
        acme.admin("Ada Admin").await;
        let package = json!({"name": "Gold", "terms": {"licences": 5}});
        let package = olga.api.post(&format!("/events/{event}/packages"), &package).await.done(201);
        let edit = json!({"package_id": package["id"], "booth": {"hall": "4", "number": "B12"}});
        olga.api.patch(&format!("/events/{event}/exhibitors/{}", acme.id), None, &edit).await.done(200);
        let now = fair.now();
        let session = json!({"title": "Opening", "starts_at": now, "ends_at": now.plus_micros(3_600_000_000),
            "exhibitor_id": acme.id});
        olga.api.post(&format!("/events/{event}/sessions"), &session).await.done(201);
        let phone = acme.phone("Ines").await;
        phone.scan(&fair.registration("Noor Aziz").badge().await).upload().await.all_accepted();
        let mut tx = fair.app().write().await.unwrap();
        for at in 0..MANY {
            server::affected!(tx, sqlx::query(
                "INSERT INTO exhibitor (event_id, id, slug, name, visibility, is_test, version, created_at) \
                 VALUES ($1, $2, $3, $4, 'team', $5, 1, $6)")
                .bind(event).bind(fair.app().new_id::<mobile_core::ids::ExhibitorId>()).bind(format!("x{at}"))
                .bind(format!("Exhibitor {at:03}")).bind(false).bind(now)).unwrap();
        }
        tx.commit(&fair.app().hub).await.unwrap();

        const YEAR: i64 = 364 * 24 * 3_600_000_000;
        let path = format!("/events/{event}/duplicates");
        let wish = json!({"slug": "next-year", "name": "Spring Fair 2027", "starts_at": now.plus_micros(YEAR),
            "ends_at": now.plus_micros(YEAR + 1_000_000), "with_teams": true});
        let made = olga.api.post(&path, &wish).await.done(201);
        assert_eq!(made["copied"], json!({"packages": 1, "exhibitors": MANY + 1, "booths": 1, "members": 2, "sessions": 1}));
        let next = made["id"].as_str().unwrap().to_owned();
        let mut listed = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = olga.api.get(&format!("/events/{next}/exhibitors?limit=500{cursor}")).await.done(200);
            listed.extend(page["items"].as_array().unwrap().clone());
            let Some(more) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={more}");
        }
        assert_eq!(listed.len(), MANY + 1);
        let copy = listed.iter().find(|one| one["slug"] == "acme").expect("Acme came along");
        assert_ne!(copy["id"], json!(acme.id), "it is another exhibitor");
        assert_eq!((&copy["booth"], &copy["entitlements"]["licences"]), (&json!("4 B12"), &json!(5)));
        let people = olga.api.get(&format!("/events/{next}/registrations")).await.done(200);
        assert_eq!(people["items"], json!([]));
        let space = format!("/exhibitors/{}", copy["id"].as_str().unwrap());
        assert_eq!(olga.api.get(&format!("{space}/leads")).await.done(200)["total"], 0);
        let team = olga.api.get(&format!("{space}/team")).await.done(200);
        assert_eq!(team["items"][0]["has_accepted"], false, "who was in the team is invited anew");
        olga.api.post(&path, &wish).await.refused("already_exists");
        let mut wrong = wish.clone();
        wrong["ends_at"] = json!(now);
        assert_eq!(olga.api.post(&path, &wrong).await.refused("invalid_field").errors[0].pointer, "/ends_at");
    }
}
