//! What stops spam, and what comes at once.

use super::{Attendee, DAY, Stand, id, noor};
use harness::on_every_engine;
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::Arc;

on_every_engine! {
    async fn a_message_that_is_sent_again_with_its_key_is_written_once(fair) {
        let stand = Stand::open(fair).await;
        let people = [noor(fair).await, fair.registration("Omar Bey").badge().await];
        let headers = [("content-type", "application/json"), ("idempotency-key", "k-1")];
        let send = async |who: &Attendee, path: &str, body: &Value| {
            who.api.send(Method::POST, &who.at(path), &headers, Some(body.to_string().into_bytes())).await
        };
        let (noor, omar) = (stand.attendee(&people[0]).await, stand.attendee(&people[1]).await);
        let new = json!({"exhibitor_id": noor.exhibitor, "text": "What does it cost?"});
        let first = send(&noor, "", &new).await.done(201);
        let again = send(&noor, "", &new).await;
        assert_eq!((again.header("idempotency-replayed"), &again.done(201)), (Some("true"), &first));
        send(&noor, "", &json!({"exhibitor_id": noor.exhibitor, "text": "Hello?"})).await.refused("idempotency_key_reused");
        let path = format!("/{}/messages", id(&first));
        for _ in 0..2 {
            send(&noor, &path, &json!({"text": "And when?"})).await.done(201);
        }
        let messages = noor.api.get(&noor.at(&path)).await.done(200);
        assert_eq!(messages["items"].as_array().unwrap().len(), 2, "{messages}");
        assert_ne!(send(&omar, "", &new).await.done(201)["id"], first["id"], "the key is this attendee's alone");
    }

    async fn limits_stop_spam_by_the_day_and_by_what_is_unanswered(fair) {
        let stand = Stand::open(fair).await;
        let rules = format!("/events/{}/sharing-rules", fair.site.event);
        let set = async |body: Value| {
            let headers = [("content-type", "application/json")];
            stand.olga.api.send(Method::PUT, &rules, &headers, Some(body.to_string().into_bytes())).await
        };
        set(json!({"daily_requests": 0, "daily_messages": 9, "unanswered_messages": 2})).await.refused("invalid_field");
        set(json!({"daily_requests": 2, "daily_messages": 6, "unanswered_messages": 2})).await.done(200);
        let people = [noor(fair).await, fair.registration("Omar Bey").badge().await, fair.registration("Pia Roth").badge().await];
        let first = id(&stand.begin(&people[0], "One").await.done(201));
        stand.begin(&people[0], "Two").await.done(201);
        stand.write(&first, "Three").await.refused("too_many_requests");
        stand.begin(&people[1], "One").await.done(201);
        stand.begin(&people[2], "One").await.refused("too_many_requests");
        fair.app().clock.advance(DAY + 1);
        stand.begin(&people[2], "One").await.done(201);
        stand.write(&first, "Three").await.refused("too_many_requests");
        let attendee = stand.attendee(&people[0]).await;
        attendee.write(&first, "Yes?").await.done(201);
        for _ in 0..2 {
            stand.write(&first, "Well").await.done(201);
            attendee.write(&first, "Go on").await.done(201);
        }
        for _ in 0..2 {
            stand.write(&first, "Well").await.done(201);
        }
        attendee.write(&first, "Go on").await.done(201);
        stand.write(&first, "Well").await.done(201);
        stand.write(&first, "Well").await.refused("too_many_requests");
    }

    async fn limits_by_the_day_hold_whatever_comes_at_once(fair) {
        let stand = Stand::open(fair).await;
        let rules = format!("/events/{}/sharing-rules", fair.site.event);
        let body = json!({"daily_requests": 2, "daily_messages": 100, "unanswered_messages": 3}).to_string().into_bytes();
        stand.olga.api.send(Method::PUT, &rules, &[("content-type", "application/json")], Some(body)).await.done(200);
        let attendee = stand.attendee(&noor(fair).await).await;
        let mut asked = Vec::new();
        for number in 0..8 {
            let exhibitor = json!(fair.exhibitor(&format!("Stand {number}")).open().await.id);
            asked.push(Attendee { exhibitor, ..attendee.clone() });
        }
        let begun = futures_util::future::join_all(asked.iter().map(|one| one.begin("Hello", false))).await;
        assert_eq!(begun.iter().filter(|answer| answer.status == 201).count(), 2);
        for answer in begun.iter().filter(|answer| answer.status != 201) {
            answer.refused("too_many_requests");
        }
    }

    async fn two_grants_and_two_beginnings_at_once_make_one_of_each(fair) {
        let stand = Arc::new(Stand::open(fair).await);
        let badge = noor(fair).await;
        let attendee = stand.attendee(&badge).await;
        let begun = futures_util::future::join_all((0..8).map(|_| attendee.begin("Hello", false))).await;
        let ids: std::collections::BTreeSet<String> = begun.into_iter().map(|one| id(&one.done(201))).collect();
        assert_eq!(ids.len(), 1, "one conversation, whoever was first");
        let id = ids.into_iter().next().unwrap();
        assert_eq!(stand.get(&id).await["message_count"], 8);
        let answers = futures_util::future::join_all((0..8).map(|turn| attendee.share(&id, turn != 99))).await;
        assert!(answers.into_iter().all(|answer| answer.done(200)["sharing"] == "granted"));
        let leads = stand.leads("").await;
        assert_eq!((&leads["total"], &leads["items"][0]["sources"]), (&json!(1), &json!(["contact_sharing"])));
        let lead = leads["items"][0]["id"].as_str().unwrap().parse().unwrap();
        assert_eq!(stand.ada.history(lead).await.len(), 1, "noted once");
        assert_eq!(stand.space.rows_unlike_their_log().await, []);
    }

    async fn text_is_bounded_and_shown_as_it_was_written(fair) {
        let stand = Stand::open(fair).await;
        let badge = noor(fair).await;
        stand.begin(&badge, "  ").await.refused("invalid_field");
        stand.begin(&badge, &"x".repeat(4_001)).await.refused("invalid_field");
        let huge = stand.begin(&badge, &"x".repeat(1 << 20)).await;
        assert!(matches!(huge.status, 413 | 422), "{}", huge.status);
        let markup = "<script>alert(1)</script> & <b>bold</b>\u{0}";
        let id = id(&stand.begin(&badge, markup).await.done(201));
        let read = stand.ada.api.get(&stand.at(&format!("/{id}/messages"))).await.done(200);
        assert_eq!(read["items"][0]["text"], "<script>alert(1)</script> & <b>bold</b>\u{FFFD}");
        assert_eq!(read["items"][0]["member"]["name"], "Ada Admin");
        stand.begin(&badge, &"é".repeat(4_000)).await.done(201);
        let page = stand.ada.api.get(&stand.at(&format!("/{id}/messages?limit=1"))).await.done(200);
        assert_eq!(page["items"][0]["number"], 2);
        let older = page["next_cursor"].as_str().unwrap();
        let older = stand.ada.api.get(&stand.at(&format!("/{id}/messages?limit=1&cursor={older}"))).await.done(200);
        assert_eq!((&older["items"][0]["number"], &older["next_cursor"]), (&json!(1), &Value::Null));
    }
}
