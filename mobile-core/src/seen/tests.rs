use serde_json::json;

use super::*;
use crate::badge::code_hash;

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_micros(1_764_000_000_000_000 + minutes * 60_000_000)
}

fn lead(number: u128, name: &str, scanned: Timestamp) -> LeadView {
    let id = uuid::Uuid::from_u128(number);
    let mut registration = json!({"id": id, "category": "visitor"});
    for (field, part) in ["first_name", "last_name"].into_iter().zip(name.split_whitespace()) {
        registration[field] = part.into();
    }
    serde_json::from_value(json!({
        "id": id,
        "registration": registration,
        "contact": null, "rating": "hot", "stage": null, "owner": null, "owner_name": null, "tags": [],
        "notes": [], "note_count": 0, "answers": {}, "scan_count": 1, "first_scanned_at": scanned,
        "scans": [{"id": id, "at": scanned, "member": null, "member_name": "Karim", "operator": null, "device": null,
            "device_name": "Phone 2", "booth": null, "entry": "camera"}],
        "last_scanned_at": scanned, "source": "scan", "sources": ["scan"], "consent": "granted",
        "marketing_consent": null, "match": "matched", "flags": [], "version": 1
    }))
    .unwrap()
}

fn captured(code: &str, lead: LeadView) -> Frame {
    let capture = json!({"kind": "scan", "code": code});
    Frame::LeadCaptured { seq: 1, at: at(0), sent_at_us: 0, capture, lead: Box::new(lead) }
}

#[test]
fn a_colleagues_scan_is_told_with_name_time_and_rating() {
    let mut seen = Seen::new(KeepNames::default());
    assert_eq!(seen.earlier(&code_hash("B1"), at(0)), None);
    seen.live(&captured("B1", lead(1, "Ana Lima", at(12))), at(13));
    let earlier =
        Earlier { who: Some("Karim".into()), whom: Some("Ana Lima".into()), at: at(12), rating: Some(Rating::Hot) };
    assert_eq!(seen.earlier(&code_hash("B1"), at(30)), Some(earlier));
}

#[test]
fn a_name_that_was_never_here_is_this_badge() {
    let mut seen = Seen::new(KeepNames::default());
    seen.scanned(&code_hash("B1"), Some("Ines"), at(3));
    let earlier = seen.earlier(&code_hash("B1"), at(4)).unwrap();
    assert_eq!((earlier.who.as_deref(), earlier.whom, earlier.at), (Some("Ines"), None, at(3)));
    let mut none = Seen::new(KeepNames::NONE);
    none.live(&captured("B1", lead(1, "Ana Lima", at(12))), at(13));
    assert!(!serde_json::to_string(&none).unwrap().contains("Ana"), "no name is even kept");
    assert_eq!(none.earlier(&code_hash("B1"), at(13)).unwrap().whom, None);
}

#[test]
fn names_of_the_newest_fifty_leads_stay_for_twelve_hours() {
    let mut seen = Seen::new(KeepNames::default());
    for number in 0..60 {
        seen.heard(Some(&code_hash(&format!("B{number}"))), &lead(number, &format!("Name{number} X"), at(0)), at(0));
    }
    let whom = |seen: &Seen, number: u32, now| seen.earlier(&code_hash(&format!("B{number}")), now).unwrap().whom;
    assert_eq!(whom(&seen, 9, at(1)), None);
    assert_eq!(whom(&seen, 10, at(1)), Some("Name10 X".into()));
    assert_eq!(whom(&seen, 59, at(12 * 60)), Some("Name59 X".into()));
    assert_eq!(whom(&seen, 59, at(12 * 60 + 1)), None, "told no more, also before it is tidied away");
    seen.heard(None, &lead(99, "Late One", at(721)), at(721));
    let text = serde_json::to_string(&seen).unwrap();
    assert!(text.contains("Late One") && !text.contains("Name59"), "and then not kept either");
}

#[test]
fn a_withdrawal_takes_the_name_at_once() {
    let mut seen = Seen::new(KeepNames::default());
    seen.live(&captured("B1", lead(1, "Ana Lima", at(0))), at(0));
    let redacted = LeadView { consent: ConsentState::Withdrawn, ..lead(1, "Ana Lima", at(0)) };
    seen.live(&Frame::LeadRedacted { seq: 2, lead: Box::new(redacted) }, at(1));
    assert_eq!(seen.earlier(&code_hash("B1"), at(1)).unwrap().whom, None);
    assert!(!serde_json::to_string(&seen).unwrap().contains("Ana"));
}

#[test]
fn a_shift_change_takes_names_where_each_sees_only_their_own() {
    let mut seen = Seen::new(KeepNames::default());
    seen.live(&captured("B1", lead(1, "Ana Lima", at(0))), at(0));
    seen.shift_changed(false);
    assert!(seen.earlier(&code_hash("B1"), at(1)).unwrap().whom.is_some());
    seen.shift_changed(true);
    let earlier = seen.earlier(&code_hash("B1"), at(1)).unwrap();
    assert_eq!((earlier.whom, earlier.rating, earlier.at), (None, None, at(0)));
    assert!(!serde_json::to_string(&seen).unwrap().contains("Ana"));
    seen.forget();
    assert_eq!(seen.earlier(&code_hash("B1"), at(1)), None);
}

#[test]
fn merged_leads_are_one_person() {
    let mut seen = Seen::new(KeepNames::default());
    let unmatched = LeadView { registration: None, ..lead(1, "", at(0)) };
    seen.live(&captured("B1", unmatched), at(0));
    assert_eq!(seen.earlier(&code_hash("B1"), at(1)).unwrap().whom, None);
    let merged_id = LeadId(uuid::Uuid::from_u128(1));
    seen.live(&Frame::LeadMerged { seq: 2, merged_id, lead: Box::new(lead(2, "Ana Lima", at(5))) }, at(6));
    let earlier = seen.earlier(&code_hash("B1"), at(7)).unwrap();
    assert_eq!((earlier.whom, earlier.at), (Some("Ana Lima".into()), at(5)));
}
