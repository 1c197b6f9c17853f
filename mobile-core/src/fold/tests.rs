//! The laws of the fold, over generated logs.

use super::*;
use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

/// One capture of a small world: few ids to annul, few tags, times that collide.
fn logged(id: u128, at: i64, seq: Option<u64>, what: u8, detail: u8) -> Logged {
    let mut body = json!({"id": Uuid::from_u128(id), "device_seq": seq, "kind": "scan", "code": "A",
        "captured_at": Timestamp::from_micros(at)});
    let extra = match what % 13 {
        0 => json!({"kind": "scan"}),
        1 => json!({"kind": "note", "text": format!("note {detail}")}),
        2 => json!({"kind": "rating", "rating": (["hot", "warm", "cold"][usize::from(detail % 3)])}),
        3 => json!({"kind": "tags", "add": [format!("t{}", detail % 3)], "remove": [format!("t{}", detail / 3 % 3)]}),
        4 => json!({"kind": "answers", "answers": {format!("q{}", detail % 2): detail}}),
        5 => json!({"kind": "stage", "stage": format!("s{}", detail % 3)}),
        6 => json!({"kind": "contact", "city": format!("c{detail}")}),
        7 => json!({"kind": "consent", "purpose": "marketing", "granted": detail.is_multiple_of(2)}),
        8 => json!({"kind": "session_check_in", "session_id": Uuid::from_u128(7)}),
        9 => json!({"kind": "meeting", "meeting_id": Uuid::from_u128(8)}),
        10 => json!({"kind": "contact_sharing", "conversation_id": Uuid::from_u128(9)}),
        11 => json!({"kind": "networking", "connection_id": Uuid::from_u128(10)}),
        _ => json!({"kind": "annul", "annuls": Uuid::from_u128(u128::from(detail % 12))}),
    };
    for (name, value) in extra.as_object().unwrap() {
        body[name] = value.clone();
    }
    let author = Author { operator: Some(format!("p{}", detail % 4)), ..Author::default() };
    Logged {
        capture: Capture::parse(&body.to_string()).unwrap().into(),
        corrected_at: Timestamp::from_micros(at),
        author,
        flags: if detail.is_multiple_of(5) { vec![Reason::TimeOutsideEvent] } else { Vec::new() },
        carried: Contact::default(),
    }
}

fn logs() -> impl Strategy<Value = Vec<Logged>> {
    prop::collection::vec((0_i64..6, prop::option::of(1_u64..5), any::<u8>(), any::<u8>()), 0..60).prop_map(|items| {
        items
            .into_iter()
            .enumerate()
            .map(|(id, (at, seq, what, detail))| logged(id as u128, at, seq, what, detail))
            .collect()
    })
}

/// What the server does: merge each as it comes, fold again when an annulment asks for it.
fn merged_one_by_one(log: &[Logged]) -> Fold {
    let mut fold = Fold::default();
    for (arrived, logged) in log.iter().enumerate() {
        if fold.merge(logged) == Merged::FoldAgain {
            fold = Fold::of(&log[..=arrived]);
        }
    }
    fold
}

proptest! {
    #[test]
    fn any_order_of_arrival_gives_the_same_lead(log in logs(), seed in any::<u64>()) {
        let mut shuffled = log.clone();
        let mut state = seed | 1;
        for i in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            shuffled.swap(i, (state >> 33) as usize % (i + 1));
        }
        prop_assert_eq!(merged_one_by_one(&log), merged_one_by_one(&shuffled));
    }

    #[test]
    fn merging_one_by_one_equals_folding_the_log(log in logs()) {
        prop_assert_eq!(merged_one_by_one(&log), Fold::of(&log));
    }

    #[test]
    fn repeated_captures_count_once(log in logs()) {
        let doubled: Vec<&Logged> = log.iter().chain(&log).collect();
        prop_assert_eq!(Fold::of(doubled), Fold::of(&log));
    }

    #[test]
    fn the_stored_form_reads_back_as_the_same_lead(log in logs()) {
        let fold = Fold::of(&log);
        let text = serde_json::to_string(&fold).unwrap();
        prop_assert_eq!(serde_json::from_str::<Fold>(&text).unwrap(), fold);
    }
}

#[test]
fn a_rescan_adds_a_scan_and_destroys_nothing() {
    let fold = Fold::of(&[logged(1, 10, None, 0, 1), logged(2, 11, None, 2, 0), logged(3, 12, None, 0, 2)]);
    assert_eq!((fold.scans.count(), fold.rating()), (2, Some(Rating::Hot)));
}

#[test]
fn an_older_rating_that_arrives_late_does_not_win() {
    let (warm, hot) = (logged(1, 10, None, 2, 1), logged(2, 20, None, 2, 0));
    assert_eq!(Fold::of([&hot, &warm]).rating(), Some(Rating::Hot));
}

#[test]
fn in_one_capture_adding_a_tag_wins_over_removing_it() {
    let fold = Fold::of(&[logged(1, 10, None, 3, 0)]);
    assert_eq!(fold.tags().collect::<Vec<_>>(), ["t0"]);
}

#[test]
fn a_lead_whose_captures_are_all_annulled_is_hidden() {
    let fold = Fold::of(&[logged(1, 10, None, 0, 0), logged(50, 11, None, 12, 1)]);
    assert!(fold.is_hidden());
}

#[test]
fn the_newest_twenty_are_kept_and_all_are_counted() {
    let log: Vec<Logged> = (0..30).map(|i| logged(i, i as i64, None, 0, 1)).collect();
    let fold = Fold::of(&log);
    assert_eq!((fold.scans.count(), fold.scans.kept().len()), (30, KEPT));
    assert_eq!(fold.last_scanned_at(), Some(Timestamp::from_micros(29)));
    assert_eq!(fold.first_scanned_at, Some(Timestamp::from_micros(0)));
}

#[test]
fn one_person_met_in_three_ways_is_one_lead_with_three_sources() {
    let fold = Fold::of(&[logged(1, 30, None, 0, 1), logged(2, 20, None, 8, 0), logged(3, 10, None, 9, 0)]);
    let sources: Vec<_> = fold.sources.iter().map(|(source, at)| (source.as_str(), *at)).collect();
    assert_eq!((sources, fold.scans.count()), (vec![("session", 20), ("meeting", 10)], 1));
}
