//! Packages: what is off is refused and kept, what is switched on appears; licences; test exhibitors.

use harness::{Answer, Fair, Organizer, Received, Space, Subscriber, TeamMember, on_every_engine};
use mobile_core::capture::ContactField;
use serde_json::{Value, json};

const HOUR: i64 = 3_600_000_000;

/// Changes an exhibitor as the organizer does.
async fn change(organizer: &Organizer, space: &Space, change: &Value) -> Value {
    let path = format!("/events/{}/exhibitors/{}", space.site.event, space.id);
    organizer.api.patch(&path, None, change).await.done(200)
}

async fn package(fair: &Fair, organizer: &Organizer, name: &str, terms: &Value) -> String {
    let made = json!({"name": name, "terms": terms});
    let made = organizer.api.post(&format!("/events/{}/packages", fair.site.event), &made).await.done(201);
    made["id"].as_str().unwrap().to_owned()
}

/// Pairs a phone with a fresh code.
async fn pair(admin: &TeamMember, install: &str) -> Answer {
    let codes = format!("/exhibitors/{}/pairing-codes", admin.exhibitor);
    let code = admin.api.post(&codes, &json!({})).await.done(201);
    let wish = json!({"pairing_code": code["pairing_code"], "install_id": install, "device_name": install,
        "platform": "test"});
    admin.site.api.post("/auth/devices", &wish).await
}

async fn statuses(admin: &TeamMember) -> Vec<(String, String)> {
    let page: Value = admin.api.get(&format!("/exhibitors/{}/devices", admin.exhibitor)).await.ok();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    page["items"].as_array().unwrap().iter().map(|one| (text(&one["name"]), text(&one["status"]))).collect()
}

on_every_engine! {
    async fn what_is_scanned_while_scanning_is_off_is_kept_and_appears_when_it_is_switched_on(fair) {
        let (olga, space) = (fair.organizer().await, fair.exhibitor("Acme").open().await);
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let badge = fair.registration("Noor Aziz").badge().await;
        change(&olga, &space, &json!({"terms": {"scanning": false}})).await;
        let upload = ines.scan(&badge).note("wants a demo").upload().await.all_accepted();
        assert_eq!(upload.reasons(), ["not_in_package", "not_in_package"]);
        assert!(upload.results.iter().all(|receipt| receipt.lead.is_none()), "nothing is disclosed: {upload:#?}");
        for path in ["leads", "leads/export?format=csv", "feed?wait=0", "rejected-captures"] {
            let refused = ada.api.get(&format!("/exhibitors/{}/{path}", space.id)).await.refused("not_in_package");
            assert_eq!(refused.status, 403, "{path}");
            assert!(refused.detail.contains("organiser"), "{path} says who can switch it on: {refused:?}");
        }
        ines.api.get(&format!("/exhibitors/{}/leads", space.id)).await.refused("not_in_package");
        let repeated = ines.deliver(&[ines.scanned(&badge)]).await;
        assert_eq!(repeated.reasons(), ["not_in_package"]);
        change(&olga, &space, &json!({"terms": {}})).await;
        let lead = ines.lead_of(&badge).await;
        assert_eq!((lead.scan_count, lead.note_texts()), (2, vec!["wants a demo"]));
        assert_eq!(space.rows_unlike_their_log().await, []);
    }

    async fn a_stream_ends_when_live_is_switched_off_and_lists_go_on(fair) {
        let (olga, space) = (fair.organizer().await, fair.exhibitor("Acme").open().await);
        let ada = space.admin("Ada").await;
        let mut live = ada.live(None).await;
        change(&olga, &space, &json!({"terms": {"live": false}})).await;
        let code = loop {
            if let Received::Closed(code) = live.next().await {
                break code;
            }
        };
        assert_eq!(code, Some(4403));
        ada.leads("").await.done(200);
        let path = format!("/exhibitors/{}/live", space.id);
        Subscriber::connect(&ada.api, &path, None, None).await.unwrap_err().refused("not_in_package");
        ada.api.post("/live-tickets", &json!({"exhibitor_id": space.id})).await.refused("not_in_package");
        let me: Value = ada.api.get("/me").await.ok();
        let space = &me["capabilities"]["exhibitors"][0];
        assert_eq!(space["not_in_package"], json!(["lead_live"]));
        assert!(space["capabilities"].as_array().unwrap().contains(&json!("lead_read")));
    }

    async fn a_package_holds_for_all_who_have_it_and_an_exhibitors_own_terms_come_first(fair) {
        let (olga, x, y) = (fair.organizer().await, fair.exhibitor("Acme").open().await, fair.exhibitor("Bolt").open().await);
        let (ada, bea) = (x.admin("Ada").await, y.admin("Bea").await);
        let basic = package(fair, &olga, "Basic", &json!({"export": false, "licences": 2})).await;
        let export = |member: &TeamMember| format!("/exhibitors/{}/leads/export?format=csv", member.exhibitor);
        assert_eq!(ada.api.get(&export(&ada)).await.status, 200, "without a package all is there");
        let changed = change(&olga, &x, &json!({"package_id": basic})).await;
        assert_eq!((&changed["entitlements"]["export"], &changed["entitlements"]["licences"]), (&json!(false), &json!(2)));
        let changed = change(&olga, &y, &json!({"package_id": basic, "terms": {"export": true}})).await;
        assert_eq!((&changed["terms"], &changed["entitlements"]["licences"]), (&json!({"export": true}), &json!(2)));
        ada.api.get(&export(&ada)).await.refused("not_in_package");
        assert_eq!(bea.api.get(&export(&bea)).await.status, 200);
        let path = format!("/events/{}/packages/{basic}", fair.site.event);
        olga.api.patch(&path, None, &json!({"terms": {"licences": 2}})).await.done(200);
        assert_eq!(ada.api.get(&export(&ada)).await.status, 200, "at once");
        let no = json!({"package_id": fair.app().new_id::<uuid::Uuid>()});
        let exhibitor = format!("/events/{}/exhibitors/{}", fair.site.event, x.id);
        let problem = olga.api.patch(&exhibitor, None, &no).await.refused("invalid_field");
        assert_eq!(problem.errors[0].pointer, "/package_id");
        let packages = format!("/events/{}/packages", fair.site.event);
        olga.api.post(&packages, &json!({"name": "Basic"})).await.refused("already_exists");
        let wrong = json!({"name": "Vast", "terms": {"licences": 10_001}});
        assert_eq!(olga.api.post(&packages, &wrong).await.refused("invalid_field").errors[0].pointer, "/terms/licences");
        let listed: Value = olga.api.get(&packages).await.ok();
        assert_eq!(listed["items"][0]["version"], 2);
    }

    async fn a_package_may_narrow_what_is_disclosed(fair) {
        let (olga, space) = (fair.organizer().await, fair.exhibitor("Acme").open().await);
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let other = fair.exhibitor("Bolt").open().await;
        let badge = fair.registration("Noor Aziz").with(ContactField::Email, "noor@a.example").badge().await;
        ines.scan(&badge).upload().await.all_accepted();
        other.phone("Omar").await.scan(&badge).upload().await.all_accepted();
        assert_eq!(ada.leads("?q=noor@a").await.done(200)["total"], 1);
        change(&olga, &space, &json!({"terms": {"fields": ["last_name", "company"]}})).await;
        let lead = ada.leads("").await.done(200)["items"][0].take();
        assert_eq!((&lead["registration"]["last_name"], &lead["registration"]["email"]), (&json!("Aziz"), &Value::Null));
        assert_eq!(ada.leads("?q=noor@a").await.done(200)["total"], 0, "what is not shown is not found");
        let export = ada.api.get(&format!("/exhibitors/{}/leads/export?format=csv", space.id)).await.text();
        assert!(export.contains("Aziz") && !export.contains("noor@a.example"), "{export}");
        let streamed = ada.poll(Some(0), 0).await.to_string();
        assert!(streamed.contains("Aziz") && !streamed.contains("noor@a.example"), "{streamed}");
        let bea = other.admin("Bea").await;
        assert_eq!(bea.leads("?q=noor@a").await.done(200)["total"], 1, "others see what they saw");
    }

    async fn at_the_limit_of_licences_the_problem_says_who_can_raise_it(fair) {
        let (olga, space) = (fair.organizer().await, fair.exhibitor("Acme").open().await);
        let ada = space.admin("Ada").await;
        change(&olga, &space, &json!({"terms": {"licences": 1}})).await;
        let first = pair(&ada, "one").await.done(201);
        let problem = pair(&ada, "two").await.refused("licence_limit");
        assert!(problem.status == 409 && problem.detail.contains("1 of 1") && problem.detail.contains("organiser"), "{problem:?}");
        // The organiser raises it at once, or lets more in.
        change(&olga, &space, &json!({"terms": {"licences": 2}})).await;
        pair(&ada, "two").await.done(201);
        pair(&ada, "three").await.refused("licence_limit");
        change(&olga, &space, &json!({"terms": {"licences": 2, "licence_overrun": true}})).await;
        pair(&ada, "three").await.done(201);
        // Lowered below what is in use, nobody is thrown out.
        change(&olga, &space, &json!({"terms": {"licences": 2}})).await;
        assert!(statuses(&ada).await.iter().all(|(_, status)| status == "active"));
        let path = |device: &Value| format!("/exhibitors/{}/devices/{}", space.id, device["device_id"].as_str().unwrap());
        ada.api.delete(&path(&first)).await.done(204);
        pair(&ada, "four").await.refused("licence_limit");
        change(&olga, &space, &json!({"terms": {"licences": 3}})).await;
        pair(&ada, "four").await.done(201);
    }

    async fn phones_that_pair_at_once_do_not_pass_the_limit(fair) {
        let (olga, space) = (fair.organizer().await, fair.exhibitor("Acme").open().await);
        let ada = space.admin("Ada").await;
        change(&olga, &space, &json!({"terms": {"licences": 2}})).await;
        let four = tokio::join!(pair(&ada, "a"), pair(&ada, "b"), pair(&ada, "c"), pair(&ada, "d"));
        let statuses = [four.0.status, four.1.status, four.2.status, four.3.status];
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 2, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 2, "{statuses:?}");
    }

    async fn the_same_phone_with_another_code_replaces_itself(fair) {
        let (olga, space) = (fair.organizer().await, fair.exhibitor("Acme").open().await);
        let ada = space.admin("Ada").await;
        change(&olga, &space, &json!({"terms": {"licences": 1}})).await;
        let former = pair(&ada, "one").await.done(201);
        pair(&ada, "one").await.done(201);
        let rows = statuses(&ada).await;
        assert_eq!(rows.iter().map(|(_, status)| status.as_str()).collect::<Vec<_>>(), ["revoked", "active"]);
        let former = fair.site.api.with_token(former["device_token"].as_str().unwrap());
        former.get(&format!("/exhibitors/{}/leads", space.id)).await.refused("device_revoked");
        // Another exhibitor's phone of the same name is not touched.
        let bea = fair.exhibitor("Bolt").open().await.admin("Bea").await;
        pair(&bea, "one").await.done(201);
        assert_eq!(statuses(&ada).await[1].1, "active");
    }

    async fn a_silent_phone_frees_its_licence_unless_it_holds_scans(fair) {
        let (olga, space) = (fair.organizer().await, fair.exhibitor("Acme").open().await);
        let ada = space.admin("Ada").await;
        change(&olga, &space, &json!({"terms": {"licences": 1}})).await;
        let ines = space.phone("Ines").await;
        let badge = fair.registration("Noor Aziz").badge().await;
        let held = ines.scanned(&badge);
        ines.heartbeat().await;
        fair.app().clock.advance(49 * HOUR);
        pair(&ada, "two").await.refused("licence_limit");
        ines.deliver(&[held]).await.all_accepted();
        fair.app().clock.advance(47 * HOUR);
        pair(&ada, "two").await.refused("licence_limit");
        fair.app().clock.advance(2 * HOUR);
        pair(&ada, "two").await.done(201);
        ines.scan(&badge).upload().await.all_accepted();
    }

    async fn a_test_exhibitor_stays_out_of_the_events_numbers_and_needs_no_licence(fair) {
        let (olga, real) = (fair.organizer().await, fair.exhibitor("Acme").open().await);
        let trial = fair.exhibitor("Trial").open().await;
        let changed = change(&olga, &trial, &json!({"is_test": true, "terms": {"licences": 0}})).await;
        assert_eq!(changed["is_test"], true);
        let (noor, omar) = (fair.registration("Noor Aziz").badge().await, fair.registration("Omar Roy").badge().await);
        real.phone("Ines").await.scan(&noor).upload().await.all_accepted();
        let tester = trial.phone("Tess").await;
        tester.scan(&omar).upload().await.all_accepted();
        tester.scan("UNKNOWN").upload().await.all_accepted();
        let _held = tester.scanned(&noor);
        tester.heartbeat().await;
        pair(&trial.admin("Tom").await, "one").await.done(201);
        let mut live = olga.live(Some(0)).await;
        let totals = loop {
            match live.next().await {
                Received::Frame(frame) if frame["type"] == "monitor.stats" => break frame,
                Received::Frame(_) => {}
                Received::Closed(code) => panic!("{code:?}"),
            }
        };
        let expected = [("scans", 1), ("scans_today", 1), ("unique_visitors", 1), ("exhibitors", 1), ("not_yet_sent", 0),
            ("unmatched", 0), ("devices_holding", 0)];
        for (name, number) in expected {
            assert_eq!(totals[name], number, "{name} in {totals}");
        }
        let charted: u64 = totals["per_minute"].as_array().unwrap().iter().map(|scans| scans.as_u64().unwrap()).sum();
        assert_eq!(charted, 1);
    }
}
