use super::*;
use serde_json::json;

const ID: &str = "01939f3e-0000-7000-8000-000000000001";

fn parse(value: &Value) -> Result<Capture, Malformed> {
    Capture::parse(&value.to_string())
}

fn scan() -> Value {
    json!({"id": ID, "device_seq": 1, "captured_at": "2026-11-22T09:30:00Z", "kind": "scan", "code": "ABC"})
}

#[test]
fn a_scan_keeps_the_fields_it_does_not_know() {
    let mut json = scan();
    json["lens"] = json!("wide");
    let capture = parse(&json).unwrap();
    assert_eq!(capture.action, Action::Scan { entry: Entry::Camera });
    assert_eq!(capture.body["lens"], "wide");
}

#[test]
fn every_wrong_field_is_named_at_once() {
    let wrong = json!({"id": "x", "device_seq": -1, "captured_at": "noon", "kind": "scan"});
    let malformed = parse(&wrong).unwrap_err();
    let pointers: Vec<_> = malformed.errors.iter().map(|error| error.pointer.as_str()).collect();
    assert_eq!(pointers, ["/id", "/device_seq", "/captured_at", "/code"]);
    assert_eq!(malformed.reason, Reason::InvalidField);
}

#[test]
fn the_digest_covers_the_content_and_not_the_delivery() {
    let first = parse(&scan()).unwrap();
    let mut later = scan();
    later["age_us"] = json!(5_000_000);
    assert_eq!(parse(&later).unwrap().digest(), first.digest());
    let mut other = scan();
    other["code"] = json!("ABD");
    assert_ne!(parse(&other).unwrap().digest(), first.digest());
}

#[test]
fn nul_becomes_the_replacement_character_before_anything_is_compared() {
    let mut with_nul = scan();
    with_nul["code"] = json!("A\0C");
    let mut with_mark = scan();
    with_mark["code"] = json!("A\u{FFFD}C");
    assert_eq!(parse(&with_nul).unwrap().digest(), parse(&with_mark).unwrap().digest());
}

#[test]
fn codes_that_are_empty_or_too_long_are_told_apart() {
    let mut json = scan();
    json["code"] = json!("");
    assert_eq!(parse(&json).unwrap_err().reason, Reason::InvalidField);
    json["code"] = json!("x".repeat(MAX_CODE_BYTES + 1));
    assert_eq!(parse(&json).unwrap_err().reason, Reason::CodeTooLong);
}

#[test]
fn an_unknown_kind_keeps_its_id_and_number_for_the_receipt() {
    let mut json = scan();
    json["kind"] = json!("hologram");
    let malformed = parse(&json).unwrap_err();
    assert_eq!(malformed.reason, Reason::UnknownKind);
    assert_eq!((malformed.id.unwrap().to_string().as_str(), malformed.device_seq), (ID, Some(1)));
}

#[test]
fn a_hundred_thousand_brackets_are_an_error_and_no_crash() {
    let brackets = "[".repeat(100_000);
    assert_eq!(Capture::parse(&brackets).unwrap_err().reason, Reason::InvalidField);
}

#[test]
fn answers_may_stand_in_an_object_or_beside_the_other_fields() {
    let nested = json!({"id": ID, "captured_at": "2026-11-22T09:30:00Z", "kind": "answers", "code": "A",
        "answers": {"budget": "10k"}, "form_version": 2});
    let flat = json!({"id": ID, "captured_at": "2026-11-22T09:30:00Z", "kind": "answers", "code": "A",
        "budget": "10k", "form_version": 2});
    assert_eq!(parse(&nested).unwrap().action, parse(&flat).unwrap().action);
}

#[test]
fn a_note_must_name_its_lead() {
    let note = json!({"id": ID, "captured_at": "2026-11-22T09:30:00Z", "kind": "note", "text": "call back"});
    assert_eq!(parse(&note).unwrap_err().errors[0].pointer, "/code");
}

#[test]
fn a_door_says_who_went_into_which_session_and_why_they_were_let_in() {
    let session = "01939f3e-0000-7000-8000-0000000000aa";
    let mut json = scan();
    json["kind"] = json!("session_check_in");
    assert_eq!(parse(&json).unwrap_err().errors[0].pointer, "/session_id");
    json["session_id"] = json!(session);
    json["override"] = json!("speaker of the day");
    json["let_in"] = json!(true);
    let overrides = Some("speaker of the day".to_owned());
    let expected = Action::CheckIn { session: session.parse().unwrap(), overrides, is_let_in: true };
    assert_eq!(parse(&json).unwrap().action, expected);
    json["kind"] = json!("session_check_out");
    assert_eq!(parse(&json).unwrap().action, Action::CheckOut { session: session.parse().unwrap() });
    json.as_object_mut().unwrap().remove("code");
    assert_eq!(parse(&json).unwrap_err().errors[0].pointer, "/code");
}

#[test]
fn a_text_that_was_cut_within_a_letter_costs_the_letter_and_not_the_capture() {
    let cut = scan().to_string().replace("ABC", r"AB\ud83d");
    let capture = Capture::parse(&cut).unwrap();
    assert_eq!(capture.code.as_deref(), Some("AB\u{FFFD}"));
    let mut with_mark = scan();
    with_mark["code"] = json!("AB\u{FFFD}");
    assert_eq!(capture.digest(), parse(&with_mark).unwrap().digest());
}

#[test]
fn a_capture_that_cannot_be_read_still_says_which_it_is() {
    let unreadable = scan().to_string().replace("\"ABC\"", "1e999");
    let malformed = Capture::parse(&unreadable).unwrap_err();
    assert_eq!((malformed.id.map(|id| id.to_string()).as_deref(), malformed.device_seq), (Some(ID), Some(1)));
}
