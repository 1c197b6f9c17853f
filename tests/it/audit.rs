//! The audit log: what is in it, who sees it, and that nothing of it can be changed unseen.

use harness::{Engine, Fair, on_every_engine};
use serde_json::{Value, json};
use server::affected;
use std::process::{Command, Output};

const LEADLINE: &str = env!("CARGO_BIN_EXE_leadline-under-test");

/// `leadline admin verify-audit` on the fair's database.
fn verify(fair: &Fair) -> Output {
    let arguments = [
        "admin".to_owned(),
        "verify-audit".to_owned(),
        format!("--database-url={}", fair.database.url()),
        format!("--data-dir={}", fair.database.directory().display()),
    ];
    Command::new(LEADLINE).args(arguments).output().unwrap()
}

/// Takes away what keeps entries as they were written, as whoever has the database in hand can.
async fn unlock(fair: &Fair) {
    let statements: &[&'static str] = match fair.engine() {
        Engine::Sqlite => &["DROP TRIGGER audit_entry_stays", "DROP TRIGGER audit_entry_stays_as_written"],
        Engine::Postgres => &["DROP TRIGGER audit_entry_stays ON audit_entry"],
    };
    let mut tx = fair.app().write().await.unwrap();
    for statement in statements {
        affected!(tx, sqlx::query(*statement)).unwrap();
    }
    tx.commit(&fair.app().hub).await.unwrap();
}

/// The actions of a log, oldest first.
fn actions(log: &Value) -> Vec<&str> {
    let mut actions: Vec<&str> =
        log["items"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    actions.reverse();
    actions
}

on_every_engine! {
    async fn what_somebody_may_have_to_answer_for_is_in_the_log(fair) {
        let olga = fair.organizer().await;
        let (space, other) = (fair.exhibitor("Acme").open().await, fair.exhibitor("Bolt").open().await);
        let (ada, bea) = (space.admin("Ada").await, other.admin("Bea").await);
        let phone = space.phone("Ines").await;
        phone.scan("HALL-1").upload().await.all_accepted();
        let at = |rest: &str| format!("/exhibitors/{}{rest}", space.id);
        let ito = json!({"first_name": "Ines", "last_name": "Ito", "email": "ines@acme.example", "roles": ["scanner"]});
        let ito = ada.api.post(&at("/team"), &ito).await.done(201);
        let member = at(&format!("/team/{}", ito["id"].as_str().unwrap()));
        ada.api.patch(&member, None, &json!({"roles": ["admin"]})).await.done(200);
        ada.api.delete(&member).await.done(204);
        ada.api.get(&at("/leads")).await.done(200);
        assert_eq!(ada.api.get(&at("/leads/export?format=csv&q=hall")).await.status, 200);
        ada.api.delete(&at(&format!("/devices/{}", phone.device))).await.done(204);
        let event = format!("/events/{}", fair.site.event);
        let package = olga.api.post(&format!("{event}/packages"), &json!({"name": "Basic"})).await.done(201);
        let exhibitor = format!("{event}/exhibitors/{}", space.id);
        olga.api.patch(&exhibitor, None, &json!({"package_id": package["id"]})).await.done(200);
        olga.api.patch(&event, None, &json!({"disclosure": {"visitor": {"scannable": "ask"}}})).await.done(200);
        // The organizer looks at an exhibitor's leads: remembered, once a minute.
        for _ in 0..3 {
            olga.api.get(&at("/leads")).await.done(200);
        }
        let own = ["member_added", "member_changed", "member_removed", "leads_exported", "device_revoked",
            "exhibitor_changed", "leads_read"];
        let log: Value = ada.api.get(&at("/audit")).await.ok();
        assert_eq!(actions(&log), own);
        let changed = &log["items"][5];
        assert_eq!((&changed["actor_name"], &changed["subject"]), (&json!("Ada"), &ito["id"]));
        assert_eq!(changed["detail"]["before"]["roles"], json!(["scanner"]));
        assert_eq!(changed["detail"]["after"]["roles"], json!(["admin"]));
        assert_eq!(log["items"][3]["detail"]["filter"], "q=hall");
        assert_eq!(log["items"][0]["actor_name"], "Olga Owner");
        let whole: Value = olga.api.get(&format!("{event}/audit?limit=500")).await.ok();
        assert_eq!(actions(&whole).len(), own.len() + 2, "{:?}", actions(&whole));
        assert!(actions(&whole).contains(&"event_changed") && actions(&whole).contains(&"package_created"));
        let page: Value = olga.api.get(&format!("{event}/audit?limit=4")).await.ok();
        let next = format!("{event}/audit?limit=500&cursor={}", page["next_cursor"].as_str().unwrap());
        let rest: Value = olga.api.get(&next).await.ok();
        assert_eq!(rest["items"][0]["number"].as_i64().unwrap() + 1, page["items"][3]["number"].as_i64().unwrap());
        let theirs: Value = bea.api.get(&format!("/exhibitors/{}/audit", other.id)).await.ok();
        assert_eq!(theirs["items"], json!([]), "an exhibitor sees what concerns it");
    }

    async fn who_reads_a_long_list_of_a_sessions_people_is_remembered(fair) {
        let olga = fair.organizer().await;
        let (now, sessions) = (fair.now(), format!("/events/{}/sessions", fair.site.event));
        let talk = json!({"title": "Zinc 2030", "kind": "talk", "signup": "open",
            "starts_at": now.plus_micros(3_600_000_000), "ends_at": now.plus_micros(7_200_000_000)});
        let talk = olga.api.post(&sessions, &talk).await.done(201);
        let talk = format!("{sessions}/{}", talk["id"].as_str().unwrap());
        for number in 0..51 {
            let badge = fair.registration(&format!("Noor Number{number}")).badge().await;
            let person = json!({"registration_id": badge.registration});
            olga.api.post(&format!("{talk}/signups"), &person).await.done(201);
            let inside = json!({"registration_id": badge.registration, "direction": "in", "note": "seen"});
            olga.api.post(&format!("{talk}/attendance"), &inside).await.done(201);
        }
        let audit = format!("/events/{}/audit", fair.site.event);
        for list in ["signups", "attendance"] {
            olga.api.get(&format!("{talk}/{list}?limit=20")).await.done(200);
            assert_eq!(actions(&olga.api.get(&audit).await.done(200)), [""; 0], "the desk looks somebody up");
        }
        for (times, list) in ["signups", "attendance"].into_iter().enumerate() {
            olga.api.get(&format!("{talk}/{list}")).await.done(200);
            assert_eq!(actions(&olga.api.get(&audit).await.done(200)).len(), times + 1, "{list}");
            fair.app().clock.advance(61_000_000);
        }
    }

    async fn who_reads_long_lists_of_people_is_remembered_once_a_minute(fair) {
        let olga = fair.organizer().await;
        for number in 0..51 {
            fair.registration(&format!("Noor Number{number}")).badge().await;
        }
        let (people, audit) = (format!("/events/{}/registrations", fair.site.event), format!("/events/{}/audit", fair.site.event));
        olga.api.get(&format!("{people}?limit=20")).await.done(200);
        olga.api.get(&format!("{people}?q=number7")).await.done(200);
        assert_eq!(actions(&olga.api.get(&audit).await.done(200)), [""; 0], "the desk looks somebody up");
        for _ in 0..3 {
            olga.api.get(&people).await.done(200);
        }
        let log = olga.api.get(&audit).await.done(200);
        assert_eq!(actions(&log), ["registrations_read"]);
        assert_eq!((&log["items"][0]["actor_name"], &log["items"][0]["detail"]["rows"]), (&json!("Olga Owner"), &json!(51)));
        // Their badges as one document to print show as much of them.
        fair.app().clock.advance(61_000_000);
        let event = format!("/events/{}", fair.site.event);
        let printed = async |path: &str| assert!(olga.api.get(&format!("{event}{path}")).await.body.starts_with(b"%PDF-"));
        printed("/badges.pdf?limit=20").await;
        printed("/badges.pdf").await;
        fair.app().clock.advance(61_000_000);
        let run = olga.api.post(&format!("{event}/print-runs"), &json!({"order": "surname"})).await.done(201);
        printed(&format!("/print-runs/{}/sheets.pdf", run["id"].as_str().unwrap())).await;
        let log = olga.api.get(&audit).await.done(200);
        let reads = actions(&log).into_iter().filter(|action| *action == "registrations_read").count();
        assert_eq!(reads, 3, "{log}");
    }

    async fn how_people_sign_in_is_shown_to_those_whose_people_they_are(fair) {
        let olga = fair.organizer().await;
        let (space, other) = (fair.exhibitor("Acme").open().await, fair.exhibitor("Bolt").open().await);
        let (ada, bea) = (space.admin("Ada").await, other.admin("Bea").await);
        let ito = json!({"first_name": "Ines", "last_name": "Ito", "email": "ines@acme.example", "roles": ["scanner"]});
        let ito = ada.api.post(&format!("/exhibitors/{}/team", space.id), &ito).await.done(201);
        let link = ito["invitation_url"].as_str().unwrap().rsplit_once('/').unwrap().1;
        let accept = format!("/auth/invitations/{link}/accept");
        let entered = fair.site.api.post(&accept, &json!({"password": "correct horse battery"})).await.done(200);
        let ines = fair.site.api.with_token(entered["token"].as_str().unwrap());
        ines.post("/auth/logout", &json!({})).await.done(204);
        let omar = json!({"first_name": "Omar", "last_name": "Ode", "email": "omar@acme.example", "roles": ["scanner"]});
        ada.api.post(&format!("/exhibitors/{}/team", space.id), &omar).await.done(201);

        let (of_space, of_event) = (format!("/exhibitors/{}/audit", space.id), format!("/events/{}/audit", fair.site.event));
        let own = ["member_added", "signed_in", "signed_out", "member_added"];
        for (api, path) in [(&ada.api, &of_space), (&olga.api, &of_event)] {
            let log = api.get(path).await.done(200);
            assert_eq!(actions(&log), own, "{path}");
            let out = &log["items"][1];
            assert_eq!((&out["actor_name"], &out["is_of_server"]), (&json!("Ines Ito"), &json!(true)));
            // One by one, the pages give the same.
            let (mut seen, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = api.get(&format!("{path}?limit=1{cursor}")).await.done(200);
                seen.extend(page["items"].as_array().unwrap().iter().cloned());
                let Some(next) = page["next_cursor"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            assert_eq!(json!(seen), log["items"], "{path}");
        }
        // Who joins another team brings nothing of what they did before.
        let sam = json!({"first_name": "Ines", "last_name": "Ito", "email": "sam@bolt.example", "roles": ["scanner"]});
        let sam = bea.api.post(&format!("/exhibitors/{}/team", other.id), &sam).await.done(201);
        let row = format!("/exhibitors/{}/team/{}", other.id, sam["id"].as_str().unwrap());
        let credentials = json!({"email": "ines@acme.example", "password": "correct horse battery"});
        fair.site.api.post("/auth/login", &credentials).await.done(200);
        bea.api.patch(&row, None, &json!({"email": "ines@acme.example"})).await.done(200);
        fair.app().clock.advance(60_000_000);
        let again = bea.api.post(&format!("{row}/invitation"), &json!({})).await.done(201);
        let link = again["invitation_url"].as_str().unwrap().rsplit_once('/').unwrap().1;
        let accept = format!("/auth/invitations/{link}/accept");
        fair.site.api.post(&accept, &json!({"password": "correct horse battery"})).await.done(200);
        let log = bea.api.get(&format!("/exhibitors/{}/audit", other.id)).await.done(200);
        assert_eq!(actions(&log).iter().filter(|action| **action == "signed_in").count(), 1, "{log}");
        let bea = fair.exhibitor("Coil").open().await.admin("Cleo").await;
        let theirs = bea.api.get(&format!("/exhibitors/{}/audit", bea.exhibitor)).await.done(200);
        assert_eq!(theirs["items"], json!([]), "nobody of theirs");
    }

    async fn a_long_page_of_the_contact_list_is_remembered_whoever_reads_it(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let ada = space.admin("Ada").await;
        fair.site.set_disclosure(json!({"*": {"listed": true}})).await;
        for number in 0..51 {
            fair.registration(&format!("Noor Number{number}")).badge().await;
        }
        let (contacts, audit) = (format!("/exhibitors/{}/contacts", space.id), format!("/exhibitors/{}/audit", space.id));
        ada.api.get(&format!("{contacts}?limit=20")).await.done(200);
        assert_eq!(actions(&ada.api.get(&audit).await.done(200)), [""; 0], "somebody is looked for");
        for _ in 0..2 {
            ada.api.get(&contacts).await.done(200);
        }
        let log = ada.api.get(&audit).await.done(200);
        assert_eq!(actions(&log), ["registrations_read"], "once a minute");
        assert_eq!(log["items"][0]["detail"], json!({"rows": 51, "what": "contacts"}));
    }

    async fn the_badges_of_a_large_team_are_remembered_when_they_are_printed(fair) {
        let phases = format!("/events/{}/phases", fair.site.event);
        fair.organizer().await.api.patch(&phases, None, &json!({"has_team_badges": true})).await.done(200);
        let space = fair.exhibitor("Acme").open().await;
        let ada = space.admin("Ada").await;
        for number in 0..51 {
            let badge = fair.registration(&format!("Noor Number{number}")).of(&space).badge().await;
            let member = space.member(&format!("Noor Number{number}"), "scanner").await;
            let linked = "UPDATE team_member SET registration_id = $2, is_registered_here = $3 WHERE id = $1";
            let mut tx = fair.app().write().await.unwrap();
            affected!(tx, sqlx::query(linked).bind(member.id).bind(badge.registration).bind(true)).unwrap();
            tx.commit(&fair.app().hub).await.unwrap();
        }
        let printed = ada.api.get(&format!("/exhibitors/{}/team/badges.pdf", space.id)).await;
        assert!(printed.body.starts_with(b"%PDF-"), "{}", printed.text());
        let log = ada.api.get(&format!("/exhibitors/{}/audit", space.id)).await.done(200);
        assert_eq!(actions(&log), ["registrations_read"]);
        assert_eq!(log["items"][0]["detail"], json!({"rows": 51, "what": "badges"}));
    }

    async fn a_log_that_was_tampered_with_does_not_verify(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let add = async |name: &str| {
            let person = json!({"first_name": name, "last_name": "Ito", "email": format!("{name}@a.example"),
                "roles": ["scanner"]});
            ada.api.post(&format!("/exhibitors/{}/team", ada.exhibitor), &person).await.done(201)["id"].clone()
        };
        let first: uuid::Uuid = add("one").await.as_str().unwrap().parse().unwrap();
        // Many at once: the chain has one order.
        tokio::join!(add("two"), add("three"), add("four"), add("five"));
        let sound = verify(fair);
        let text = String::from_utf8_lossy(&sound.stdout).into_owned();
        assert!(sound.status.success(), "{sound:?}");
        assert!(text.contains(&format!("event {}: 5 entries, 0 with their detail erased, head ", fair.site.event)), "{text}");
        // What is personal can go, the chain holds.
        let mut tx = fair.app().write().await.unwrap();
        assert_eq!(server::audit::store::erase(&mut tx, fair.site.event, first).await.unwrap(), 1);
        tx.commit(&fair.app().hub).await.unwrap();
        let erased = verify(fair);
        assert!(erased.status.success() && String::from_utf8_lossy(&erased.stdout).contains("1 with their detail erased"));
        let log: Value = ada.api.get(&format!("/exhibitors/{}/audit", ada.exhibitor)).await.ok();
        assert_eq!((&log["items"][4]["detail"], &log["items"][4]["action"]), (&Value::Null, &json!("member_added")));
        let change = "UPDATE audit_entry SET action = 'member_removed' WHERE event_id = $1 AND seq = 3";
        for refused in [change, "DELETE FROM audit_entry WHERE event_id = $1"] {
            let mut tx = fair.app().write().await.unwrap();
            let error = affected!(tx, sqlx::query(refused).bind(fair.site.event)).unwrap_err();
            assert!(error.to_string().contains("stays as it was written"), "{error}");
        }
        unlock(fair).await;
        let mut tx = fair.app().write().await.unwrap();
        affected!(tx, sqlx::query(change).bind(fair.site.event)).unwrap();
        tx.commit(&fair.app().hub).await.unwrap();
        let broken = verify(fair);
        let said = String::from_utf8_lossy(&broken.stderr).into_owned();
        assert_eq!(broken.status.code(), Some(1), "{said}");
        assert!(said.contains("entry 3 is not as it was written") && said.lines().count() == 1, "{said}");
    }

    async fn a_chain_that_was_taken_away_whole_is_missed(fair) {
        let (olga, ada) = (fair.organizer().await, fair.exhibitor("Acme").open().await.admin("Ada").await);
        let view = json!({"member_id": ada.id});
        olga.api.post(&format!("/events/{}/views", fair.site.event), &view).await.done(201);
        assert!(verify(fair).status.success());
        unlock(fair).await;
        for table in ["DELETE FROM audit_head", "DELETE FROM audit_entry", "DELETE FROM audit_detail"] {
            let mut tx = fair.app().write().await.unwrap();
            affected!(tx, sqlx::query(table)).unwrap();
            tx.commit(&fair.app().hub).await.unwrap();
            let missed = verify(fair);
            let said = String::from_utf8_lossy(&missed.stderr).into_owned();
            assert_eq!(missed.status.code(), Some(1), "{table}: {said}");
            assert!(said.contains(&format!("event {} breaks: entry 1 is missing", fair.site.event)), "{table}: {said}");
        }
    }
}
