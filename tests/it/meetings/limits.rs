//! What cannot be had twice, whatever comes at once.

use super::{Attendee, MINUTE, Stand, soon};
use harness::on_every_engine;
use mobile_core::time::Timestamp;
use serde_json::{Value, json};
use std::sync::Arc;

on_every_engine! {
    async fn a_merge_leaves_meetings_alone_that_are_over(fair) {
        let stand = Stand::open(fair).await;
        let (noor, nour) = (fair.registration("Noor Aziz").badge().await, fair.registration("Nour Aziz").badge().await);
        let table = stand.place("Table 4").await;
        let held = stand.ask(&noor, soon(fair, 60), &table).await.done(201);
        stand.attendee(&noor).await.answer(&held, json!({"action": "accept"})).await.done(200);
        let bolt = fair.exhibitor("Bolt").open().await;
        let bo = bolt.admin("Bo").await;
        let other = Stand { olga: fair.organizer().await, space: bolt, ada: bo };
        let place = other.place("Table 9").await;
        let beside = other.ask(&nour, soon(fair, 60), &place).await.done(201);
        other.attendee(&nour).await.answer(&beside, json!({"action": "accept"})).await.done(200);
        let merge = format!("/events/{}/registrations/{}/merge", fair.site.event, noor.registration);
        let who = json!({"registration_id": nour.registration});
        let looked = async || stand.olga.api.post(&format!("{merge}?dry_run=true"), &who).await.done(200)["meetings_at_once"].clone();
        assert_eq!(looked().await, 1);
        fair.app().clock.advance(180 * MINUTE);
        assert_eq!(looked().await, 0);
        stand.olga.api.post(&merge, &who).await.done(200);
        assert_eq!(stand.meeting(&held).await["status"], "accepted");
        assert_eq!(other.meeting(&beside).await["status"], "accepted");
    }

    async fn neither_place_nor_attendee_nor_contact_is_booked_twice(fair) {
        let stand = Stand::open(fair).await;
        let (noor, omar) = (fair.registration("Noor Aziz").badge().await, fair.registration("Omar Bey").badge().await);
        let (one, two) = (stand.place("Table 1").await, stand.place("Table 2").await);
        let at = soon(fair, 60);
        let asked = stand.ask(&noor, at, &one).await.done(201);
        let refused = stand.ask(&omar, at.plus_micros(15 * MINUTE), &one).await.refused("slot_taken");
        assert!(refused.detail.contains("place"), "{}", refused.detail);
        let refused = stand.ask(&omar, at.plus_micros(-15 * MINUTE), &two).await.refused("slot_taken");
        assert!(refused.detail.contains("contact"), "{}", refused.detail);
        stand.ask(&omar, at.plus_micros(30 * MINUTE), &one).await.done(201);
        stand.attendee(&noor).await.answer(&asked, json!({"action": "accept"})).await.done(200);
        // Another exhibitor asks the same attendee, whose calendar is full: that shows when they agree.
        let bolt = fair.exhibitor("Bolt").open().await;
        let bo = bolt.admin("Bo").await;
        let other = Stand { olga: fair.organizer().await, space: bolt, ada: bo };
        let place = other.place("Table 9").await;
        let second = other.ask(&noor, at, &place).await.done(201);
        let noors = Attendee { api: fair.site.api.clone(), link: stand.link(&noor, "attendee").await, exhibitor: json!(other.space.id) };
        let refused = noors.answer(&second, json!({"action": "accept"})).await.refused("slot_taken");
        assert!(refused.detail.contains("attendee"), "{}", refused.detail);
        noors.answer(&asked, json!({"action": "cancel"})).await.done(200);
        noors.answer(&second, json!({"action": "accept"})).await.done(200);
    }

    async fn of_64_requests_for_one_slot_one_wins_and_the_others_hear_what_is_free(fair) {
        let stand = Stand::open(fair).await;
        let place = stand.place("Table 1").await;
        let tomorrow = fair.now().plus_micros(12 * 60 * MINUTE).to_string()[..10].to_owned();
        let hours = json!({"days": [tomorrow], "opens": "00:00", "closes": "23:55", "minutes": 30});
        let made = stand.ada.api.post(&stand.at(&format!("/meeting-locations/{place}/slots")), &hours).await.done(201);
        assert!(made["created"].as_u64().unwrap() > 40, "{made}");
        let free = stand.ada.api.get(&stand.at("/free-slots?limit=500")).await.done(200)["items"].as_array().unwrap().clone();
        let slot = free[free.len() / 2].clone();
        let stand = Arc::new(stand);
        let mut attendees = Vec::new();
        for number in 0..64 {
            let badge = fair.registration(&format!("Nr {number}")).badge().await;
            attendees.push(stand.attendee(&badge).await);
        }
        let mut asking = tokio::task::JoinSet::new();
        for attendee in attendees {
            let wish = json!({"exhibitor_id": attendee.exhibitor, "slot_id": slot["id"]});
            asking.spawn(async move { attendee.api.post(&format!("/attendee/{}/meetings", attendee.link), &wish).await });
        }
        let answers = asking.join_all().await;
        let winners = answers.iter().filter(|answer| answer.status == 201).count();
        assert_eq!(winners, 1, "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
        for answer in answers.iter().filter(|answer| answer.status != 201) {
            answer.refused("slot_taken");
            let offered = answer.json()["free_slots"].clone();
            let offered = offered.as_array().unwrap();
            assert!(!offered.is_empty() && offered.iter().all(|free| free["id"] != slot["id"]), "{offered:?}");
        }
        let left = stand.ada.api.get(&stand.at("/free-slots?limit=500")).await.done(200)["items"].as_array().unwrap().len();
        assert_eq!(left, free.len() - 1);
        assert_eq!(stand.ada.leads("?source=meeting").await.done(200)["total"], 1, "who lost left no trace");
    }

    async fn two_meetings_that_swap_their_times_at_once_never_share_one(fair) {
        let stand = Stand::open(fair).await;
        let (noor, omar) = (fair.registration("Noor Aziz").badge().await, fair.registration("Omar Bey").badge().await);
        let place = stand.place("Table 4").await;
        let (early, late) = (soon(fair, 60), soon(fair, 120));
        let (first, second) = (stand.ask(&noor, early, &place).await.done(201), stand.ask(&omar, late, &place).await.done(201));
        let onto = |at: Timestamp| json!({"action": "move", "starts_at": at, "ends_at": at.plus_micros(30 * MINUTE)});
        let (one, two) = tokio::join!(stand.answer(&first, onto(late)), stand.answer(&second, onto(early)));
        for answer in [&one, &two] {
            assert!(matches!(answer.status, 200 | 409), "{} {}", answer.status, answer.text());
        }
        let (first, second) = (stand.meeting(&first).await, stand.meeting(&second).await);
        assert_ne!(first["starts_at"], second["starts_at"]);
    }

    async fn requests_a_day_are_counted_whatever_comes_at_once(fair) {
        let stand = Stand::open(fair).await;
        let rules = format!("/events/{}/meeting-rules", fair.site.event);
        let body = json!({"request_hours": 24, "daily_requests": 2}).to_string().into_bytes();
        stand.olga.api.send(reqwest::Method::PUT, &rules, &[("content-type", "application/json")], Some(body)).await.done(200);
        let noor = fair.registration("Noor Aziz").badge().await;
        let (place, attendee) = (stand.place("Table 4").await, stand.attendee(&noor).await);
        let times: Vec<Timestamp> = (1..7).map(|turn| soon(fair, 60 * turn)).collect();
        let made = futures_util::future::join_all(times.iter().map(|at| attendee.ask(*at, &place))).await;
        assert_eq!(made.iter().filter(|answer| answer.status == 201).count(), 2, "by the attendee");
        let made = futures_util::future::join_all(times.iter().map(|at| {
            stand.ask(&noor, at.plus_micros(30 * MINUTE), &place)
        })).await;
        assert_eq!(made.iter().filter(|answer| answer.status == 201).count(), 2, "by the exhibitor");
    }

    async fn a_request_expires_and_gives_its_time_back(fair) {
        let stand = Stand::open(fair).await;
        let (noor, omar) = (fair.registration("Noor Aziz").badge().await, fair.registration("Omar Bey").badge().await);
        let place = stand.place("Table 4").await;
        let rules = format!("/events/{}/meeting-rules", fair.site.event);
        let set = |hours: i64, daily: i64| json!({"request_hours": hours, "daily_requests": daily});
        stand.olga.api.send(reqwest::Method::PUT, &rules, &[("content-type", "application/json")],
            Some(set(1, 2).to_string().into_bytes())).await.done(200);
        let at = soon(fair, 180);
        let asked = stand.ask(&noor, at, &place).await.done(201);
        fair.app().clock.advance(61 * MINUTE);
        let attendee = stand.attendee(&noor).await;
        attendee.answer(&asked, json!({"action": "accept"})).await.refused("used_up");
        assert_eq!(stand.meeting(&asked).await["status"], "expired");
        stand.ask(&omar, at, &place).await.done(201);
        stand.ask(&noor, soon(fair, 240), &place).await.refused("too_many_requests");
    }

    async fn wrong_times_and_strangers_are_refused_by_their_fields(fair) {
        let stand = Stand::open(fair).await;
        let noor = fair.registration("Noor Aziz").badge().await;
        let minor = fair.registration("Mia Minor").category("minor").badge().await;
        let at = soon(fair, 60);
        let ask = async |registration: Value, from: Timestamp, to: Timestamp, more: Value| {
            let mut wish = json!({"registration_id": registration, "starts_at": from, "ends_at": to});
            for (name, value) in more.as_object().unwrap() {
                wish[name] = value.clone();
            }
            stand.ada.api.post(&stand.at("/meetings"), &wish).await.refused("invalid_field").errors[0].pointer.clone()
        };
        let (noor, minor) = (json!(noor.registration), json!(minor.registration));
        let end = at.plus_micros(30 * MINUTE);
        for (registration, from, to, more, pointer) in [
            (&noor, at, at, json!({}), "/ends_at"),
            (&noor, end, at, json!({}), "/ends_at"),
            (&noor, at.plus_micros(MINUTE), end, json!({}), "/starts_at"),
            (&noor, soon(fair, -60), soon(fair, -30), json!({}), "/starts_at"),
            (&noor, soon(fair, 10 * 1440), soon(fair, 10 * 1440 + 30), json!({}), "/starts_at"),
            (&noor, at, end, json!({"location_id": uuid::Uuid::nil()}), "/location_id"),
            (&noor, at, end, json!({"member_id": uuid::Uuid::nil()}), "/member_id"),
            (&noor, at, end, json!({"slot_id": uuid::Uuid::nil()}), "/slot_id"),
            (&noor, at, end, json!({"message": "x".repeat(2001)}), "/message"),
            (&minor, at, end, json!({}), "/registration_id"),
            (&json!(uuid::Uuid::nil()), at, end, json!({}), "/registration_id"),
        ] {
            assert_eq!(ask(registration.clone(), from, to, more.clone()).await, pointer, "{more}");
        }
    }
}
