//! People registered one at a time.

use crate::desk::{Desk, text};
use harness::on_every_engine;
use reqwest::Method;
use serde_json::{Value, json};

on_every_engine! {
    async fn registering_a_person_gives_a_badge_to_scan_and_to_type(fair) {
        let desk = Desk::open(fair).await;
        let noor = json!({"external_id": "A-1", "first_name": "Noor", "last_name": "Aziz", "email": "noor@acme.example",
            "postcode": "01000", "category": "VIPs"});
        let made = desk.post("/registrations", noor).await.done(201);
        let code = made["badge"]["code"].as_str().unwrap();
        let number = made["badge"]["number"].as_str().unwrap();
        assert!(mobile_core::badge::code::parse(code).is_some(), "{code}");
        assert_eq!(mobile_core::badge::number::parse(number).unwrap().to_string(), number);
        assert_eq!((made["badge"]["status"].as_str(), made["category"].as_str()), (Some("active"), Some("vip")));
        let read = desk.get(&format!("/registrations/{}", made["id"].as_str().unwrap())).await.done(200);
        assert_eq!(read, made);
        let scanned = desk.scan(code).await;
        assert_eq!(scanned["lead"]["registration"]["postcode"], "01000", "{scanned}");
        desk.enter(number, "typed").await;
        assert_eq!(desk.leads().await.len(), 1, "the number stands for the same person");
    }

    async fn a_reference_or_a_badge_code_that_is_taken_is_refused_by_its_name(fair) {
        let desk = Desk::open(fair).await;
        let person = json!({"external_id": "A-1", "first_name": "Noor", "last_name": "Aziz", "badge_code": "HALL-4-0017"});
        let made = desk.post("/registrations", person).await.done(201);
        assert_eq!(made["badge"]["code"], "HALL-4-0017");
        for (field, body) in [
            ("external_id", json!({"external_id": "A-1", "first_name": "Omar", "last_name": "Roy"})),
            ("badge_code", json!({"first_name": "Omar", "last_name": "Roy", "badge_code": "HALL-4-0017"})),
        ] {
            let problem = desk.post("/registrations", body).await.refused("already_exists");
            assert!(problem.detail.contains(field), "{problem:?}");
        }
        let same_name = json!({"first_name": "Noor", "last_name": "Aziz"});
        desk.post("/registrations", same_name).await.done(201);
    }

    async fn every_wrong_field_is_named_and_unknown_fields_are_refused(fair) {
        let desk = Desk::open(fair).await;
        let wrong = desk.post("/registrations", json!({"email": "nobody", "first_name": "N"})).await.done(422);
        let pointers: Vec<&str> =
            wrong["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect();
        assert_eq!((wrong["code"].as_str(), pointers), (Some("invalid_field"), vec!["/last_name", "/email"]));
        let unknown = json!({"first_name": "N", "last_name": "A", "shoe_size": 41});
        let unknown = desk.post("/registrations", unknown).await.done(422);
        assert!(unknown["detail"].as_str().unwrap().contains("shoe_size"), "{unknown}");
    }

    async fn people_are_found_by_words_in_any_spelling_by_number_and_by_code(fair) {
        let desk = Desk::open(fair).await;
        let eloise = json!({"first_name": "Éloïse", "last_name": "Dupré", "company": "100%_Bois"});
        let eloise = desk.post("/registrations", eloise).await.done(201);
        desk.post("/registrations", json!({"first_name": "Omar", "last_name": "Roy"})).await.done(201);
        let number = eloise["badge"]["number"].as_str().unwrap();
        let code = eloise["badge"]["code"].as_str().unwrap();
        for q in ["dupre+ELOISE", "100%25_b", number, &number.replace('-', ""), code, &code.to_lowercase()] {
            let found = desk.get(&format!("/registrations?q={q}")).await.done(200);
            assert_eq!(ids(&found), [eloise["id"].as_str().unwrap()], "{q}");
        }
        assert_eq!(ids(&desk.get("/registrations?q=dupre+omar").await.done(200)), [""; 0]);
        assert_eq!(ids(&desk.get("/registrations?q=%25").await.done(200)).len(), 1, "a percent sign is only itself");
    }

    async fn who_has_the_same_name_or_address_is_found_among_many_who_almost_have(fair) {
        let desk = Desk::open(fair).await;
        for at in 0..25 {
            desk.post("/registrations", json!({"first_name": format!("Li{at}"), "last_name": "Andersson"})).await.done(201);
        }
        let li = json!({"first_name": "Lî", "last_name": "An", "email": "li@a.example"});
        let li = desk.post("/registrations", li).await.done(201);
        let other = desk.post("/registrations", json!({"first_name": "Ana", "last_name": "Li", "email": "ana@a.example"})).await.done(201);
        let found = async |query: &str| {
            let page = desk.get(&format!("/registrations?limit=20&{query}")).await.done(200);
            ids(&page).into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        let id = |person: &Value| vec![person["id"].as_str().unwrap().to_owned()];
        assert_eq!(found("first_name=LI&last_name=an").await, id(&li));
        assert_eq!(found("first_name=Nobody&last_name=Else&email=Li@A.example").await, id(&li));
        assert_eq!(found("first_name=li&last_name=an&email=ana@a.example").await, [id(&li), id(&other)].concat());
        assert_eq!(found("first_name=Li").await, [] as [String; 0], "the whole name");
        assert_eq!(found("email=&q=ana").await, [] as [String; 0], "nothing is nobody's");
    }

    async fn pages_hold_every_registration_once_while_others_are_added(fair) {
        let desk = Desk::open(fair).await;
        for at in 0..5 {
            desk.post("/registrations", json!({"first_name": "P", "last_name": at.to_string()})).await.done(201);
        }
        let mut seen = Vec::new();
        let mut query = "/registrations?limit=2".to_owned();
        loop {
            let page = desk.get(&query).await.done(200);
            seen.extend(ids(&page).into_iter().map(str::to_owned));
            desk.post("/registrations", json!({"first_name": "Late", "last_name": "Comer"})).await.done(201);
            match page["next_cursor"].as_str() {
                Some(next) if seen.len() < 6 => query = format!("/registrations?limit=2&cursor={next}"),
                _ => break,
            }
        }
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), count);
        assert!(count >= 5);
        for wrong in ["?limit=0", "?limit=501", "?cursor=made-up", "?page=2"] {
            desk.get(&format!("/registrations{wrong}")).await.refused("invalid_field");
        }
    }

    async fn a_correction_reaches_the_lead_and_an_old_version_changes_nothing(fair) {
        let desk = Desk::open(fair).await;
        let made = desk.post("/registrations", json!({"first_name": "Nor", "last_name": "Aziz"})).await.done(201);
        desk.scan(made["badge"]["code"].as_str().unwrap()).await;
        let path = format!("/registrations/{}", made["id"].as_str().unwrap());
        let body = json!({"first_name": "Noor", "company": "Acme"});
        let changed = desk.patch(&path, None, body).await;
        assert_eq!(changed.header("etag"), Some("\"2\""));
        assert_eq!(changed.done(200)["company"], "Acme");
        let lead = &desk.leads().await[0];
        assert_eq!((lead["registration"]["first_name"].as_str(), lead["version"].as_i64()), (Some("Noor"), Some(2)));
        desk.patch(&path, Some("\"1\""), json!({"first_name": "X"})).await.refused("old_version");
        let same = desk.patch(&path, Some("\"2\""), json!({"company": "Acme"})).await;
        assert_eq!(same.header("etag"), Some("\"2\""), "what says nothing new is no change");
    }

    async fn someone_who_turns_out_to_be_crew_is_taken_off_the_leads(fair) {
        let desk = Desk::open(fair).await;
        let made = desk.post("/registrations", json!({"first_name": "Noor", "last_name": "Aziz"})).await.done(201);
        desk.scan(made["badge"]["code"].as_str().unwrap()).await;
        let path = format!("/registrations/{}", made["id"].as_str().unwrap());
        desk.patch(&path, None, json!({"category": "Staff"})).await.done(200);
        assert_eq!(desk.leads().await[0]["registration"], Value::Null);
        let streamed = desk.streamed_since(1).await;
        assert!(streamed.contains("lead.redacted") && !streamed.contains("Aziz"), "{streamed}");
    }

    async fn nobody_but_the_organizer_and_its_desk_reaches_the_registrations(fair) {
        let desk = Desk::open(fair).await;
        let made = desk.register("Noor").await;
        let path = desk.at(&format!("/registrations/{}", text(&made, "/id")));
        let front = fair.site.organizer_member("Dora Desk", "desk").await;
        front.api.get(&path).await.done(200);
        front.import("last_name,city\nRoy,Lyon\n").await.refused("forbidden");
        let viewer = fair.site.organizer_member("Vera Viewer", "viewer").await;
        viewer.api.get(&path).await.refused("forbidden");
        for api in [&desk.admin.api, &desk.phone.api] {
            api.get(&path).await.refused("not_found");
            api.get(&desk.at("/registrations")).await.refused("not_found");
        }
        fair.site.api.get(&path).await.refused("not_signed_in");
        let elsewhere = fair.elsewhere().await.organizer_member("Otto Other", "owner").await;
        elsewhere.api.get(&path).await.refused("not_found");
        let theirs = format!("/events/{}/registrations/{}", elsewhere.site.event, text(&made, "/id"));
        elsewhere.api.get(&theirs).await.refused("not_found");
        desk.get("/registrations/not-an-id").await.refused("not_found");
    }

    async fn registering_again_with_the_same_key_makes_one_person(fair) {
        let desk = Desk::open(fair).await;
        let headers = [("content-type", "application/json"), ("idempotency-key", "k-1")];
        let body = json!({"first_name": "Noor", "last_name": "Aziz"}).to_string().into_bytes();
        let path = desk.at("/registrations");
        let first = desk.organizer.api.send(Method::POST, &path, &headers, Some(body.clone())).await.done(201);
        let again = desk.organizer.api.send(Method::POST, &path, &headers, Some(body)).await.done(201);
        assert_eq!((again["id"].clone(), desk.people().await.len()), (first["id"].clone(), 1));
    }
}

fn ids(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}
