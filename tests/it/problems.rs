//! Bad requests get a problem with a reason, the field and the way out; nothing says more about
//! other tenants than "not here".

use harness::{Answer, Database, Engine, Fair, builders, on_every_engine};
use reqwest::Method;
use serde_json::{Value, json};

const JSON: (&str, &str) = ("content-type", "application/json");

#[test]
fn an_address_of_tls_is_to_be_asked_by_tls_alone() {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(async {
        let database = Database::make(Engine::Sqlite, "problems::tls_alone").await.unwrap();
        let public_url = Some("https://leads.example".to_owned());
        let settings = server::app::Settings { public_url, ..builders::settings(&database) };
        let fair = Fair::open_with(database, settings).await;
        for path in ["/me", "//sign-in"] {
            let answer = fair.site.api.get(path).await;
            assert_eq!(answer.header("strict-transport-security"), Some("max-age=31536000"), "{path}");
        }
        fair.close().await;
    });
}

on_every_engine! {
    async fn a_body_that_is_no_json_is_told_where_it_breaks(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        let twice = format!("{0} {0}", ines.batch(&[]));
        for body in ["", "{", "hello", "{\"sent_at\":", "\u{feff}{}", &twice] {
            let problem = send(&ines, JSON, body).await.refused("not_json");
            assert_eq!(problem.status, 400, "{body:?}");
        }
        let answer = ines.api.send(Method::POST, "/captures", &[JSON], Some(vec![0xff, 0xfe, b'{'])).await;
        answer.refused("not_json");
    }

    async fn what_is_no_json_is_not_asked_for_its_fields(fair) {
        let olga = fair.organizer().await;
        for body in ["[", "{\"colour\":1} x", "{\"colour\":01}", "{\"slug\":5", "{\"slug\":[1,]}"] {
            let sent = olga.api.send(Method::POST, "/events", &[JSON], Some(body.into())).await;
            assert_eq!(sent.refused("not_json").status, 400, "{body}");
        }
        for body in ["[]", "null", "5", "\"x\"", "{\"slug\":[1]}"] {
            let sent = olga.api.send(Method::POST, "/events", &[JSON], Some(body.into())).await;
            assert_eq!(sent.refused("invalid_field").status, 422, "{body}");
        }
    }

    async fn a_parameter_that_holds_nul_is_named(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        for name in ["q", "stage", "tag", "category", "country", "answer"] {
            let problem = ada.leads(&format!("?{name}=a%00b")).await.refused("invalid_field");
            assert_eq!(problem.errors[0].pointer, format!("?{name}"));
        }
        // {"t":["\u0000","00000000-0000-0000-0000-000000000000"]}
        let cursor = "eyJ0IjpbIlx1MDAwMCIsIjAwMDAwMDAwLTAwMDAtMDAwMC0wMDAwLTAwMDAwMDAwMDAwMCJdfQ";
        let problem = ada.leads(&format!("?sort=name&cursor={cursor}")).await.refused("invalid_field");
        assert_eq!(problem.errors[0].pointer, "?cursor");
    }

    async fn a_search_that_is_too_long_is_named_by_every_list(fair) {
        let (space, olga) = (fair.exhibitor("Acme").open().await, fair.organizer().await);
        let ada = space.admin("Ada").await;
        let (longest, long, huge) = ("x".repeat(200), "x".repeat(201), "x".repeat(60_000));
        let (leads, contacts) = (format!("/exhibitors/{}/leads?q=", space.id), format!("/exhibitors/{}/contacts?q=", space.id));
        for path in [&leads, &contacts] {
            assert_eq!(ada.api.get(&format!("{path}{longest}")).await.done(200)["items"], json!([]));
            for q in [&long, &huge] {
                let problem = ada.api.get(&format!("{path}{q}")).await.refused("invalid_field");
                assert_eq!((problem.status, problem.errors[0].pointer.as_str()), (422, "?q"));
            }
        }
        let export = ada.api.post(&format!("/exhibitors/{}/exports", space.id), &json!({"format": "csv", "q": huge})).await;
        assert_eq!(export.refused("invalid_field").errors[0].pointer, "/q");
        // A reader types the text of a code, which may be longer than any words.
        let code = "y".repeat(mobile_core::capture::MAX_CODE_BYTES);
        let badge = fair.registration("Noor Aziz").code(&code).badge().await;
        let event = format!("/events/{}", fair.site.event);
        let found = olga.api.get(&format!("{event}/registrations?q={code}")).await.done(200);
        assert_eq!((&found["items"][0]["id"], &found["items"][1]), (&json!(badge.registration), &Value::Null));
        for path in ["/registrations?q=", "/help-desk?q="] {
            olga.api.get(&format!("{event}{path}{longest}")).await.done(200);
            let problem = olga.api.get(&format!("{event}{path}{code}z")).await.refused("invalid_field");
            assert_eq!(problem.errors[0].pointer, "?q");
        }
    }

    async fn a_wrong_type_is_named_by_its_pointer(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        let sent = |mut more: Value| {
            more["sent_at"] = json!("2026-11-22T09:30:00Z");
            more
        };
        for (body, pointer, why) in [
            (json!({"sent_at": 17, "captures": []}), "/sent_at", "must be a text"),
            (json!({"sent_at": "yesterday", "captures": []}), "/sent_at", "must be a time"),
            (json!(null), "", "must be an object"),
            (sent(json!({"captures": {}})), "/captures", "must be a list"),
            (sent(json!({"captures": [], "queue_id": "x"})), "/queue_id", "must be a UUID"),
            (sent(json!({"captures": [], "last_device_seq": -1})), "/last_device_seq", "must be a whole number, 0 or more"),
        ] {
            let problem = ines.api.post("/captures", &body).await.refused("invalid_field");
            let error = &problem.errors[0];
            assert_eq!((problem.status, error.pointer.as_str()), (422, pointer), "{problem:?}");
            assert!(error.detail.starts_with(why), "{problem:?}");
        }
        for (query, why) in [
            ("limit=x", "must be a whole number, 0 or more"),
            ("limit=99999999999999999999", "is too large a number"),
            ("limit=1&limit=2", "may be given only once"),
            ("owner=x", "must be a UUID"),
            ("unrated=yes", "must be true or false"),
        ] {
            let answer = ines.api.get(&format!("/exhibitors/{}/leads?{query}", ines.exhibitor)).await;
            assert_eq!(answer.refused("invalid_field").errors[0].detail, why, "{query}");
        }
        let missing = ines.api.post("/captures", &json!({"captures": []})).await.refused("invalid_field");
        assert!(missing.detail.contains("sent_at"), "{missing:?}");
    }

    async fn an_unknown_field_is_refused_by_name(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let problem = ada.api.post("/live-tickets", &json!({"exhibitor": ada.exhibitor})).await.refused("invalid_field");
        assert_eq!(problem.detail, "/exhibitor is not known here; did you mean exhibitor_id?");
        let wrong = ada.api.get(&format!("/exhibitors/{}/meetings?stauts=pending", ada.exhibitor)).await;
        assert_eq!(wrong.refused("invalid_field").detail, "?stauts is not known here; did you mean status?");
        let olga = fair.organizer().await;
        let event = json!({"slug": "x", "name": "X", "timezone": "Europe/Paris", "starts_at": "2027-01-01T00:00:00Z",
            "ends_at": "2027-01-02T00:00:00Z", "colour": "red"});
        let problem = olga.create_event(&event).await.refused("invalid_field");
        assert!(format!("{problem:?}").contains("colour"), "{problem:?}");
    }

    async fn other_media_types_and_methods_are_told_what_would_do(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        let body = ines.batch(&[]).to_string();
        let problem = send(&ines, ("content-type", "text/plain"), &body).await.refused("unsupported_media_type");
        assert!(problem.detail.contains("application/json"));
        ines.api.send(Method::POST, "/captures", &[], Some(body.clone().into())).await.refused("unsupported_media_type");
        assert_eq!(send(&ines, ("content-type", "application/json; charset=utf-8"), &body).await.status, 200);
        assert_eq!(ines.api.get("/captures").await.refused("method_not_allowed").status, 405);
        ines.api.get("/no/such/thing").await.refused("not_found");
    }

    async fn a_body_over_its_limit_is_too_large(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        let note = |size: usize| ines.capture("note", &json!({"code": "HALL", "text": "n".repeat(size)}));
        let batch: Vec<_> = (0..110).map(|_| note(9_900)).collect();
        assert_eq!(ines.send(&batch).await.refused("too_large").status, 413);
        ines.deliver(&batch[..100]).await.all_accepted();
    }

    async fn what_belongs_to_another_tenant_looks_like_nothing(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let upload = space.phone("Ines").await.scan("HALL").upload().await;
        let vera = fair.exhibitor("Bolt").open().await.admin("Vera").await;
        let otto = fair.elsewhere().await.organizer_member("Otto", "owner").await;
        let nobody = fair.app().new_id::<uuid::Uuid>();
        for rest in ["leads", &format!("leads/{}", upload.lead_id()), "rejected-captures", "feed?wait=0", "team", "devices"] {
            let theirs = vera.api.get(&format!("/exhibitors/{}/{rest}", space.id)).await;
            let none = vera.api.get(&format!("/exhibitors/{nobody}/{rest}")).await;
            assert_eq!(theirs.refused("not_found"), none.refused("not_found"), "{rest}");
            otto.api.get(&format!("/exhibitors/{}/{rest}", space.id)).await.refused("not_found");
        }
        for rest in ["", "/exhibitors", "/registrations", "/feed?wait=0"] {
            let theirs = otto.api.get(&format!("/events/{}{rest}", fair.site.event)).await;
            let none = otto.api.get(&format!("/events/{nobody}{rest}")).await;
            assert_eq!(theirs.refused("not_found"), none.refused("not_found"), "{rest}");
        }
        vera.api.get("/exhibitors/not-an-id/leads").await.refused("not_found");
    }

    async fn a_token_that_is_wrong_or_old_is_not_signed_in(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        for token in ["lu_wrong", "ld_wrong", "nonsense", "lu_", "_", "ü"] {
            let answer = ada.api.with_token(token).get("/me").await;
            if token.is_ascii() {
                let problem = answer.refused("not_signed_in");
                assert_eq!(problem.status, 401);
            }
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{token}");
        }
        assert_eq!(ada.api.get("/me").await.status, 200);
        fair.app().clock.advance(31 * 24 * 3_600_000_000);
        ada.api.get("/me").await.refused("not_signed_in");
    }

    async fn a_page_of_another_origin_cannot_act_with_the_cookie(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let cookie = format!("leadline_session={}", ada.api.token().unwrap());
        let anybody = &fair.site.api;
        let path = "/live-tickets";
        let body = Some(json!({"exhibitor_id": ada.exhibitor}).to_string().into_bytes());
        let foreign = [JSON, ("cookie", cookie.as_str()), ("origin", "https://evil.example")];
        anybody.send(Method::POST, path, &foreign, body.clone()).await.refused("forbidden");
        anybody.send(Method::POST, path, &[JSON, ("cookie", cookie.as_str())], body.clone()).await.refused("forbidden");
        let own = [JSON, ("cookie", cookie.as_str()), ("origin", anybody.base())];
        anybody.send(Method::POST, path, &own, body).await.done(201);
        let reading = anybody.send(Method::GET, "/me", &[("cookie", cookie.as_str())], None).await;
        assert_eq!(reading.status, 200);
    }

    async fn every_answer_has_a_request_id_and_keeps_a_given_one(fair) {
        let given = fair.site.api.send(Method::GET, "/nothing", &[("x-request-id", "abc-123")], None).await;
        assert_eq!(given.header("x-request-id"), Some("abc-123"));
        let made = fair.site.api.get("/nothing").await;
        assert_eq!(made.header("x-request-id").map(str::len), Some(32));
        let odd = fair.site.api.send(Method::GET, "/nothing", &[("x-request-id", &"x".repeat(500))], None).await;
        assert_eq!(odd.header("x-request-id").map(str::len), Some(32));
    }

    async fn a_database_that_is_away_is_told_apart_from_a_mistake(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        assert_eq!(fair.site.api.get("//readyz").await.status, 200);
        fair.app().store.close().await;
        let answer = ines.send(&[]).await;
        assert_eq!(answer.refused("unavailable").status, 503);
        assert_eq!(answer.header("retry-after"), Some("1"));
        assert_eq!(fair.site.api.get("//readyz").await.status, 503);
        assert_eq!(fair.site.api.get("//healthz").await.status, 200, "the process itself is well");
    }
}

async fn send(phone: &harness::Phone, kind: (&str, &str), body: &str) -> Answer {
    phone.api.send(Method::POST, "/captures", &[kind], Some(body.into())).await
}
