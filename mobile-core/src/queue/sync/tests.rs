use serde_json::{Value, json};

use super::super::tests::{Memory, draft, queue_id};
use super::*;
use crate::capture::MAX_BATCH_BYTES;

const START: Now = Now { wall: Timestamp::from_micros(1_764_000_000_000_000), monotonic_us: 5 };

struct Phone {
    queue: Queue<Memory>,
    sync: Sync,
    now: Now,
}

impl Phone {
    fn with(captures: u128) -> Self {
        let (mut queue, _) = Queue::open(Memory::default(), queue_id(1)).unwrap();
        for number in 1..=captures {
            queue.push(draft(number), START.monotonic_us).unwrap();
        }
        Self { queue, sync: Sync::new(None), now: START }
    }

    fn on(&mut self, event: Event) -> Action {
        self.sync.handle(event, self.now, 0, &mut self.queue).unwrap().action
    }

    fn sent(&mut self, event: Event) -> Value {
        match self.on(event) {
            Action::Send(body) => serde_json::from_str(&body).unwrap(),
            other => panic!("{other:?} instead of sending"),
        }
    }

    fn pass(&mut self, microseconds: u64) {
        self.now.monotonic_us += microseconds;
        self.now.wall = self.now.wall.plus_micros(microseconds as i64);
    }
}

fn answer(contiguous_seq: u64, results: &[(u128, &str, Option<&str>)]) -> Event {
    let results: Vec<Value> = results
        .iter()
        .map(|(id, outcome, reason)| json!({"id": draft(*id).id, "outcome": outcome, "reason": reason}))
        .collect();
    let body = json!({"server_time": START.wall, "contiguous_seq": contiguous_seq, "results": results}).to_string();
    Event::Answered(Response {
        status: 200,
        content_type: Some("application/json".into()),
        retry_after: None,
        body: body.into(),
    })
}

fn problem(status: u16, code: &str) -> Event {
    let body = json!({"type": "about:blank", "title": "t", "status": status, "detail": "d", "code": code});
    Event::Answered(Response {
        status,
        content_type: Some("application/problem+json".into()),
        retry_after: None,
        body: body.to_string().into(),
    })
}

#[test]
fn a_capture_goes_out_with_its_number_and_its_age() {
    let mut phone = Phone::with(1);
    phone.pass(70);
    let batch = phone.sent(Event::Woke);
    assert_eq!((&batch["last_device_seq"], &batch["queue_id"]), (&1.into(), &json!(queue_id(1))));
    assert_eq!((&batch["captures"][0]["device_seq"], &batch["captures"][0]["age_us"]), (&1.into(), &70.into()));
    assert_eq!(phone.on(Event::Woke), Action::AwaitAnswer);
}

#[test]
fn the_age_of_a_capture_is_not_told_where_the_phone_has_slept() {
    let age_after = |awake: u64, wall: i64| {
        let mut phone = Phone::with(1);
        phone.pass(awake);
        phone.now.wall = phone.now.wall.plus_micros(wall);
        phone.sent(Event::Woke)["captures"][0]["age_us"].clone()
    };
    let minute = 60 * SECOND;
    assert_eq!(age_after(2 * minute, 60 * minute as i64), Value::Null, "an hour in a pocket");
    assert_eq!(age_after(2 * minute, SECOND as i64), json!(2 * minute), "the clock was corrected a little");
    assert_eq!(age_after(2 * minute, -60 * minute as i64), json!(2 * minute), "the clock was set back");
}

#[test]
fn only_an_answer_that_names_a_capture_settles_it() {
    let mut phone = Phone::with(3);
    phone.sent(Event::Woke);
    // The count says that all three are settled; the answer names one of them, and a stranger.
    assert!(matches!(phone.on(answer(3, &[(2, "accepted", None), (77, "accepted", None)])), Action::WaitUntil(_)));
    assert_eq!(phone.queue.unsent().map(|capture| capture.seq).collect::<Vec<_>>(), [1, 3]);
}

#[test]
fn an_outcome_from_the_future_settles_nothing_and_does_not_spin() {
    let mut phone = Phone::with(1);
    phone.sent(Event::Woke);
    assert!(matches!(phone.on(answer(1, &[(1, "postponed", None)])), Action::WaitUntil(_)));
    assert_eq!(phone.queue.unsent_count(), 1);
}

#[test]
fn a_batch_holds_at_most_five_hundred_captures_and_a_mebibyte() {
    let mut phone = Phone::with(1200);
    assert_eq!(phone.sent(Event::Woke)["captures"].as_array().unwrap().len(), 500);

    let mut phone = Phone::with(0);
    for number in 1..=40 {
        let mut note = draft(number);
        note.fields.insert("kind".into(), "answers".into());
        note.fields.insert("answers".into(), json!({"q": "x".repeat(100_000)}));
        phone.queue.push(note, 0).unwrap();
    }
    let Action::Send(body) = phone.on(Event::Woke) else { panic!() };
    assert!(body.len() <= MAX_BATCH_BYTES && body.len() > MAX_BATCH_BYTES / 2, "{}", body.len());
}

#[test]
fn pauses_grow_to_a_minute_and_a_network_that_returns_ends_them() {
    let mut phone = Phone::with(1);
    phone.sent(Event::Woke);
    let mut pauses = Vec::new();
    for _ in 0..9 {
        let Action::WaitUntil(until) = phone.on(Event::Failed) else { panic!() };
        pauses.push((until - phone.now.monotonic_us) / 1000);
        phone.now.monotonic_us = until;
        phone.sent(Event::Woke);
    }
    // Without jitter each pause is half of its bound.
    assert_eq!(pauses, [500, 1000, 2000, 4000, 8000, 16_000, 32_000, 32_000, 32_000]);
    phone.on(Event::Failed);
    phone.sent(Event::NetworkBack);
}

#[test]
fn a_number_used_by_another_phone_starts_a_new_numbering() {
    let mut phone = Phone::with(2);
    phone.sent(Event::Woke);
    phone.on(answer(2, &[(1, "accepted", Some("seq_reused")), (2, "accepted", None)]));
    assert_eq!(phone.queue.unsent_count(), 0);
    assert_ne!(phone.queue.queue_id(), queue_id(1));
    assert_eq!(phone.queue.push(draft(3), 0).unwrap(), 1);
    let batch = phone.sent(Event::Woke);
    assert_eq!((&batch["queue_id"], &batch["last_device_seq"]), (&json!(phone.queue.queue_id()), &1.into()));
}

#[test]
fn a_count_beyond_what_this_phone_numbered_starts_a_new_numbering() {
    let mut phone = Phone::with(1);
    phone.sent(Event::Woke);
    phone.on(answer(9, &[(1, "duplicate", None)]));
    assert_ne!(phone.queue.queue_id(), queue_id(1));
}

#[test]
fn a_restored_server_gets_again_what_it_lost() {
    let mut phone = Phone::with(3);
    phone.sent(Event::Woke);
    phone.on(answer(3, &[(1, "accepted", None), (2, "accepted", None), (3, "accepted", None)]));
    phone.pass(HEARTBEAT);
    assert_eq!(phone.sent(Event::Woke)["captures"], json!([]));
    let Action::Send(body) = phone.on(answer(1, &[])) else { panic!() };
    let batch: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(batch["captures"].as_array().unwrap().len(), 2);
}

#[test]
fn a_server_that_asks_to_wait_is_heard() {
    let mut phone = Phone::with(1);
    phone.sent(Event::Woke);
    let Event::Answered(mut response) = problem(503, "unavailable") else { panic!() };
    response.retry_after = Some("30".into());
    assert_eq!(phone.on(Event::Answered(response)), Action::WaitUntil(phone.now.monotonic_us + 30 * SECOND));
    assert_eq!(*phone.sync.connection(), Connection::Busy);
}

#[test]
fn a_token_that_counts_no_more_stops_sending_and_loses_nothing() {
    let mut phone = Phone::with(1);
    phone.sent(Event::Woke);
    assert!(matches!(phone.on(problem(401, "not_signed_in")), Action::PairAgain(_)));
    phone.pass(3600 * SECOND);
    assert!(matches!(phone.on(Event::NetworkBack), Action::PairAgain(_)));
    assert_eq!(phone.queue.unsent_count(), 1);
    phone.sent(Event::TokenChanged);
}

#[test]
fn a_capture_that_spoils_its_request_does_not_hold_up_the_others() {
    let mut phone = Phone::with(8);
    let spoils = draft(5).id;
    for _ in 0..40 {
        match phone.on(Event::Woke) {
            Action::WaitUntil(until) => phone.now.monotonic_us = until,
            Action::Send(body) => {
                let batch: Value = serde_json::from_str(&body).unwrap();
                let ids: Vec<CaptureId> = batch["captures"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|one| serde_json::from_value(one["id"].clone()).unwrap())
                    .collect();
                let event = if ids.contains(&spoils) {
                    problem(422, "invalid_field")
                } else {
                    let named: Vec<_> = ids.iter().map(|id| (id.0.as_u128(), "accepted", None)).collect();
                    answer(0, &named)
                };
                // What the machine wants next is asked for at the top.
                let action = phone.sync.handle(event, phone.now, 0, &mut phone.queue).unwrap().action;
                if let Action::Send(_) = action {
                    phone.sync.in_flight = None;
                }
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(phone.queue.unsent().map(|capture| capture.id).collect::<Vec<_>>(), [spoils]);
}

#[test]
fn an_answer_that_cannot_be_kept_does_not_count() {
    let mut phone = Phone::with(1);
    phone.sent(Event::Woke);
    phone.queue.storage().is_full = true;
    let event = answer(1, &[(1, "accepted", None)]);
    assert!(phone.sync.handle(event, phone.now, 0, &mut phone.queue).is_err());
    assert_eq!(phone.queue.unsent_count(), 1);
    phone.queue.storage().is_full = false;
    let Action::WaitUntil(until) = phone.on(Event::Woke) else { panic!() };
    phone.now.monotonic_us = until;
    phone.sent(Event::Woke);
    phone.on(answer(1, &[(1, "duplicate", None)]));
    assert_eq!(phone.queue.unsent_count(), 0);
}

#[test]
fn a_loss_that_shared_numbers_hide_is_found_by_asking() {
    let mut phone = Phone::with(3);
    phone.sent(Event::Woke);
    phone.on(answer(3, &[(1, "accepted", None), (2, "accepted", None), (3, "accepted", None)]));
    let mut probed = json!([]);
    for _ in 0..30 {
        phone.pass(HEARTBEAT);
        probed = phone.sent(Event::Woke)["captures"].clone();
        if probed != json!([]) {
            break;
        }
        // A copy of this phone took the numbers that a restored server had forgotten.
        phone.on(answer(3, &[]));
    }
    assert_eq!(probed.as_array().unwrap().len(), 3, "what is settled is asked about now and then");
    let again = answer(3, &[(3, "accepted", Some("seq_reused")), (2, "accepted", None), (1, "duplicate", None)]);
    let _ = phone.on(again);
    // All three were named again by this very answer.
    assert_eq!(phone.queue.unsent_count(), 0);
}

#[test]
fn a_probe_that_finds_a_loss_sends_everything_again() {
    let mut phone = Phone::with(20);
    phone.sent(Event::Woke);
    let all: Vec<_> = (1..=20).map(|number| (number, "accepted", None)).collect();
    phone.on(answer(20, &all));
    phone.pass(10 * 60 * SECOND);
    // The first sign of life begins to count the ten minutes.
    assert_eq!(phone.sent(Event::Woke)["captures"], json!([]));
    phone.on(answer(20, &[]));
    phone.pass(10 * 60 * SECOND);
    assert_eq!(phone.sent(Event::Woke)["captures"].as_array().unwrap().len(), 8);
    let mut probed: Vec<_> = (13..20).map(|number| (number, "duplicate", None)).collect();
    probed.push((20, "accepted", None));
    let Action::Send(body) = phone.on(answer(20, &probed)) else { panic!("nothing is sent again") };
    let batch: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(batch["captures"].as_array().unwrap().len(), 12);
}

#[test]
fn a_phone_whose_access_ended_delivers_and_shows_nothing() {
    let mut phone = Phone::with(2);
    phone.sent(Event::Woke);
    let Event::Answered(mut response) = answer(2, &[(1, "accepted", None), (2, "rejected", Some("device_revoked"))])
    else {
        panic!()
    };
    let mut body: Value = serde_json::from_slice(&response.body).unwrap();
    body["is_access_ended"] = true.into();
    body["results"][0]["lead"] = json!({"id": "of an older server"});
    response.body = body.to_string().into();
    let step = phone.sync.handle(Event::Answered(response), phone.now, 0, &mut phone.queue).unwrap();
    assert!(step.settled.iter().all(|settled| settled.lead.is_none()));
    assert!(phone.queue.is_access_ended());
    assert_eq!(phone.queue.not_accepted().map(|capture| capture.id).collect::<Vec<_>>(), [draft(2).id]);
    let (queue, _) = Queue::open(phone.queue.storage().clone(), queue_id(9)).unwrap();
    assert!(queue.is_access_ended(), "also after a restart");
    phone.on(Event::TokenChanged);
    assert!(!phone.queue.is_access_ended());
}
