//! What check-ins add up to, who corrects them, and whose leads they make.

use super::{Door, MINUTE, at, counts, move_to, people, session};
use harness::on_every_engine;
use mobile_core::time::Timestamp;
use serde_json::{Value, json};

on_every_engine! {
    async fn two_doors_without_network_that_contradict_add_up_the_same_in_any_order(fair) {
        let olga = fair.organizer().await;
        let [noor] = people(fair, ["Noor Aziz"]).await;
        let now = move_to(fair, 12).await;
        let mut seen = Vec::new();
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
            let made = session(&olga, json!({"capacity": 1})).await;
            let (north, south) = (Door::open(&olga, &[&made]).await, Door::open(&olga, &[&made]).await);
            let check = |kind: &str, minutes: i64| {
                let mut capture = north.check(kind, &made, &noor.code, now.plus_micros(-minutes * MINUTE));
                capture["let_in"] = json!(true);
                capture
            };
            let captures = [check("session_check_in", 40), check("session_check_in", 35), check("session_check_out", 20),
                check("session_check_in", 10)];
            for (turn, which) in order.into_iter().enumerate() {
                let door = if turn % 2 == 0 { &north } else { &south };
                door.one(captures[which].clone()).await;
            }
            assert_eq!(counts(&olga, &made).await, (1, 1));
            let path = at(&olga, &format!("/sessions/{}/attendance", made["id"].as_str().unwrap()));
            let row = olga.api.get(&path).await.done(200)["items"][0].clone();
            let time = |field: &str| row[field].as_str().unwrap().parse::<Timestamp>().unwrap();
            assert!(time("first_in_at") < time("last_out_at") && time("last_out_at") < time("last_in_at"), "{row}");
            seen.push(row["minutes"].as_i64().unwrap());
        }
        assert_eq!(seen, [20, 20, 20], "whatever came first, the person was inside from the first scan on");
    }

    async fn whoever_is_at_a_party_at_midnight_is_still_there(fair) {
        let olga = fair.organizer().await;
        let evening = move_to(fair, 23).await;
        let hours = json!({"starts_at": evening.plus_micros(-60 * MINUTE), "ends_at": evening.plus_micros(59 * MINUTE)});
        let party = session(&olga, hours).await;
        let door = Door::open(&olga, &[&party]).await;
        let [noor, late] = people(fair, ["Noor Aziz", "Late Guest"]).await;
        assert_eq!(door.admit(&party, &noor).await, "");
        fair.app().clock.advance(90 * MINUTE);
        assert_eq!(counts(&olga, &party).await, (1, 1), "half past midnight empties no room");
        assert_eq!(door.admit(&party, &noor).await, "already_inside");
        assert_eq!(door.admit(&party, &late).await, "", "the night is of the day that it began on");
        assert_eq!(door.leave(&party, &noor).await, "");
        let path = at(&olga, &format!("/sessions/{}/attendance", party["id"].as_str().unwrap()));
        let inside = async || {
            let rows = olga.api.get(&path).await.done(200)["items"].as_array().unwrap().clone();
            let mut rows: Vec<_> = rows.iter().map(|row| (row["name"].to_string(), row["is_inside"] == true,
                row["minutes"].as_i64().unwrap())).collect();
            rows.sort();
            rows
        };
        assert_eq!(inside().await, [("\"Late Guest\"".to_owned(), true, 0), ("\"Noor Aziz\"".to_owned(), false, 90)]);
        fair.app().clock.advance(240 * MINUTE);
        assert_eq!(counts(&olga, &party).await, (0, 2), "who did not check out left with the night");
        assert!(inside().await.iter().all(|(_, is_inside, _)| !is_inside));
    }

    async fn a_correction_has_an_author_and_one_taken_back_stays_on_record(fair) {
        let olga = fair.organizer().await;
        let made = session(&olga, json!({})).await;
        let [noor] = people(fair, ["Noor Aziz"]).await;
        let path = at(&olga, &format!("/sessions/{}", made["id"].as_str().unwrap()));
        let correction = json!({"registration_id": noor.registration, "direction": "in", "note": "came by the back door"});
        let mark = olga.api.post(&format!("{path}/attendance"), &correction).await.done(201);
        assert_eq!((&mark["author"], &mark["note"]), (&json!("Olga Owner"), &json!("came by the back door")));
        assert_eq!(counts(&olga, &made).await, (1, 1));
        olga.api.patch(&path, None, &json!({"capacity": 0})).await.refused("invalid_field");
        olga.api.delete(&path).await.refused("confirmation_required");
        olga.api.delete(&format!("{path}/marks/{}", mark["id"].as_str().unwrap())).await.done(204);
        assert_eq!(counts(&olga, &made).await, (0, 0));
        assert_eq!(olga.api.get(&at(&olga, "/presence")).await.done(200)["days"], json!([]));
        let marks = olga.api.get(&format!("{path}/attendance/{}", noor.registration)).await.done(200);
        assert!(marks["items"][0]["annulled_at"].is_string());
        olga.api.delete(&path).await.refused("confirmation_required");
        olga.api.delete(&format!("{path}?confirm=attendance")).await.done(204);
        olga.api.get(&path).await.refused("not_found");
    }

    async fn attendance_is_taken_at_the_doors_of_the_session_and_nowhere_else(fair) {
        let olga = fair.organizer().await;
        let (made, other) = (session(&olga, json!({})).await, session(&olga, json!({})).await);
        let door = Door::open(&olga, &[&made]).await;
        let [noor] = people(fair, ["Noor Aziz"]).await;
        let refused = door.send(&[door.check("session_check_in", &other, &noor.code, fair.now()),
            door.check("session_check_in", &json!({"id": uuid::Uuid::nil()}), &noor.code, fair.now())]).await;
        assert_eq!((&refused[0]["outcome"], &refused[0]["reason"]), (&json!("rejected"), &json!("forbidden")));
        assert_eq!(refused[1]["errors"][0]["pointer"], "/session_id");
        let space = fair.exhibitor("Acme").open().await;
        let phone = space.phone("Ines").await;
        let by_phone = phone.capture("session_check_in", &json!({"session_id": made["id"], "code": noor.code}));
        let meeting = phone.capture("meeting", &json!({"meeting_id": uuid::Uuid::nil(), "code": noor.code}));
        let upload = phone.deliver(&[by_phone, meeting]).await;
        assert_eq!(upload.reasons(), ["forbidden", "unknown_kind"]);
        let listed = door.api.get(&at(&olga, "/door-sessions")).await.done(200);
        assert_eq!(listed["items"].as_array().unwrap().len(), 1, "a door lists the sessions that it was paired for");
    }

    async fn whoever_attends_an_exhibitors_session_is_its_lead_as_far_as_the_policy_says(fair) {
        let olga = fair.organizer().await;
        let space = fair.exhibitor("Acme").open().await;
        let (ada, phone) = (space.admin("Ada").await, space.phone("Ines").await);
        let made = session(&olga, json!({"exhibitor_id": space.id})).await;
        let door = Door::open(&olga, &[&made]).await;
        let [noor, omar] = people(fair, ["Noor Aziz", "Omar Bey"]).await;
        let crew = fair.registration("Cleo Crew").category("crew").badge().await;
        let team = fair.registration("Tea Team").of(&space).badge().await;
        phone.scan(&omar).upload().await.all_accepted();
        for badge in [&noor, &omar, &crew, &team] {
            assert_eq!(door.admit(&made, badge).await, "");
        }
        let leads = ada.leads("?source=session&sort=name").await.done(200);
        let names: Vec<_> = leads["items"].as_array().unwrap().iter()
            .map(|lead| lead["registration"]["last_name"].as_str().unwrap_or("nobody").to_owned()).collect();
        assert_eq!(names, ["nobody", "Aziz", "Bey"], "the own team is no lead");
        let omars = phone.lead_of(&omar).await;
        assert_eq!((omars.source.as_str(), omars.sources.clone()), ("scan", vec!["scan".to_owned(), "session".to_owned()]));
        assert_eq!(ada.leads("?source=manual").await.done(200)["total"], 0);
        assert_eq!(ada.leads("?source=scan").await.done(200)["total"], 1);
        let attendees = format!("/exhibitors/{}/sessions/{}/attendees", space.id, made["id"].as_str().unwrap());
        let text = ada.api.get(&attendees).await.text();
        assert!(text.contains("Aziz") && !text.contains("Cleo"), "{text}");
        assert_eq!(space.rows_unlike_their_log().await, []);
        assert_eq!(door.leave(&made, &noor).await, "");
        let export = ada.api.get(&format!("/exhibitors/{}/leads/export?format=jsonl&tab=sessions", space.id)).await.text();
        let rows: Vec<Value> = export.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let noors = rows.iter().find(|row| row["last_name"] == "Aziz").unwrap();
        assert_eq!((rows.len(), &noors["session_title"], &noors["minutes"]), (3, &json!("Opening"), &json!(0)));
        assert!(!export.contains("Cleo"), "{export}");
        // Taken back at the desk, the person was never there.
        let path = at(&olga, &format!("/sessions/{}", made["id"].as_str().unwrap()));
        let marks = olga.api.get(&format!("{path}/attendance/{}", noor.registration)).await.done(200);
        olga.api.delete(&format!("{path}/marks/{}", marks["items"][0]["id"].as_str().unwrap())).await.done(204);
        assert_eq!(ada.leads("?source=session").await.done(200)["total"], 2);
        assert_eq!(ada.leads("?q=aziz").await.done(200)["total"], 0);
        assert_eq!(space.rows_unlike_their_log().await, []);
        // Another exhibitor that the session is assigned to gets those who were there.
        let bolt = fair.exhibitor("Bolt").open().await;
        olga.api.patch(&path, None, &json!({"exhibitor_id": bolt.id})).await.done(200);
        assert_eq!(bolt.admin("Bo").await.leads("?source=session").await.done(200)["total"], 3);
    }

    async fn a_check_in_of_an_unknown_code_finds_its_person_when_the_badge_is_registered(fair) {
        let olga = fair.organizer().await;
        let space = fair.exhibitor("Acme").open().await;
        let made = session(&olga, json!({"exhibitor_id": space.id})).await;
        let door = Door::open(&olga, &[&made]).await;
        let mut capture = door.check("session_check_in", &made, "A-WALK-IN", fair.now());
        capture["let_in"] = json!(true);
        assert_eq!(door.one(capture).await, "see_desk");
        assert_eq!(counts(&olga, &made).await, (0, 0));
        fair.registration("Wim Walker").code("A-WALK-IN").badge().await;
        assert_eq!(counts(&olga, &made).await, (1, 1));
        let leads = space.admin("Ada").await.leads("?source=session").await.done(200);
        assert_eq!(leads["items"][0]["registration"]["last_name"], "Walker");
    }
}
