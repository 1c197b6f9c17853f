use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::queue::Settlement;
use crate::queue::tests::{Memory, draft, queue_id};

fn event() -> EventId {
    EventId(Uuid::from_u128(77))
}

fn secret() -> RescueSecret {
    RescueSecret::new([9; 32])
}

fn saver() -> Saver<'static> {
    Saver {
        event_id: event(),
        device_id: Some(DeviceId(Uuid::from_u128(5))),
        exhibitor_id: None,
        device_token: Some("ld_secret"),
        clock_offset_us: Some(-7),
        now: Timestamp::from_micros(1_764_000_000_000_000),
    }
}

fn queue() -> Queue<Memory> {
    let (mut queue, _) = Queue::open(Memory::default(), queue_id(1)).unwrap();
    for number in 1..=3 {
        queue.push(draft(number), 10).unwrap();
    }
    queue
}

fn file() -> Vec<u8> {
    seal(&contents(&queue(), saver()), secret().key(), [3; 32]).unwrap()
}

#[test]
fn what_is_unsent_is_saved_with_its_numbers_and_read_without_the_phone() {
    let mut queue = queue();
    let sent = Settlement::Sent { corrected_at: None, lead_id: None };
    queue.settle(&[(draft(2).id, sent)], queue_id(1), 0).unwrap();
    let file = seal(&contents(&queue, saver()), secret().key(), [3; 32]).unwrap();
    let rescued = open(&file, event(), &secret()).unwrap();
    assert_eq!((rescued.device_id, rescued.parts.len()), (saver().device_id, 1));
    assert_eq!(rescued.parts[0].queue_id, queue_id(1));
    let bodies: Vec<serde_json::Value> =
        rescued.parts[0].captures.iter().map(|body| serde_json::from_str(body.get()).unwrap()).collect();
    let numbers: Vec<_> = bodies.iter().map(|body| (&body["device_seq"], &body["age_us"])).collect();
    let null = serde_json::Value::Null;
    assert_eq!(numbers, [(&1.into(), &null), (&3.into(), &null)], "an age is only right when it is sent at once");
    assert_eq!((rescued.count(), rescued.clock_offset_us), (2, Some(-7)));
    assert_eq!(rescued.proof(), Some(Sha256::digest("ld_secret").into()));
}

#[test]
fn captures_of_two_exhibitors_stay_apart() {
    let (acme, globex) = (ExhibitorId(Uuid::from_u128(1)), ExhibitorId(Uuid::from_u128(2)));
    let (mut queue, _) = Queue::open(Memory::default(), queue_id(1)).unwrap();
    queue.deliver_to(&acme.to_string(), queue_id(2)).unwrap();
    queue.push(draft(1), 0).unwrap();
    queue.deliver_to(&globex.to_string(), queue_id(3)).unwrap();
    queue.push(draft(2), 0).unwrap();
    let parts = contents(&queue, saver()).parts;
    let whose: Vec<_> = parts.iter().map(|part| (part.exhibitor_id, part.captures.len())).collect();
    assert_eq!(whose, [(Some(acme), 1), (Some(globex), 1)]);
}

#[test]
fn whoever_carries_the_file_can_read_nothing_in_it() {
    let file = file();
    assert!(!file.windows(4).any(|bytes| bytes == b"CODE"));
    let opened = serde_json::to_string(&open(&file, event(), &secret()).unwrap()).unwrap();
    assert!(!opened.contains("ld_secret"), "nor can the organiser act as the phone");
    let again = seal(&contents(&queue(), saver()), secret().key(), [4; 32]).unwrap();
    assert_ne!(file[HEAD..], again[HEAD..], "each file has a key of its own");
}

#[test]
fn a_file_that_cannot_be_opened_says_why() {
    let file = file();
    assert_eq!(open(b"<html>", event(), &secret()).unwrap_err(), RescueError::NotARescueFile);
    let other = EventId(Uuid::from_u128(78));
    assert_eq!(open(&file, other, &secret()).unwrap_err(), RescueError::OtherEvent(event()));
    assert_eq!(open(&file, event(), &RescueSecret::new([8; 32])).unwrap_err(), RescueError::OtherKey);
    let mut of_another = file.clone();
    of_another[4..20].copy_from_slice(other.0.as_bytes());
    assert_eq!(open(&of_another, other, &secret()).unwrap_err(), RescueError::OtherEvent(event()), "it says so inside");
    for cut in 4..file.len() {
        let error = open(&file[..cut], event(), &secret()).unwrap_err();
        assert_eq!(error, RescueError::Damaged, "cut at {cut}");
    }
    for at in HEAD..file.len() {
        let mut changed = file.clone();
        changed[at] ^= 1;
        assert_eq!(open(&changed, event(), &secret()).unwrap_err(), RescueError::Damaged, "changed at {at}");
    }
}

#[test]
fn a_key_is_written_and_read_as_hexadecimal_digits() {
    let key = secret().key();
    assert_eq!(RescueKey::from_hex(&key.to_hex()), Ok(key));
    for wrong in ["", "00", &"g".repeat(64), &"é".repeat(32)] {
        assert_eq!(RescueKey::from_hex(wrong), Err(RescueError::NotAKey));
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), begins_right in any::<bool>()) {
        let bytes = if begins_right { [MARK.as_slice(), &bytes].concat() } else { bytes };
        prop_assert!(open(&bytes, event(), &secret()).is_err());
    }
}
