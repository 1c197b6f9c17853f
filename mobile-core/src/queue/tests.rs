use uuid::Uuid;

use super::*;
use crate::badge::BadgeText;
use crate::capture::Entry;

pub(crate) fn queue_id(number: u128) -> QueueId {
    QueueId(Uuid::from_u128(number))
}

pub(crate) fn draft(number: u128) -> Draft {
    let code = BadgeText::new(&format!("CODE-{number}")).unwrap();
    Draft::scan(CaptureId(Uuid::from_u128(number)), Timestamp::from_micros(1_764_000_000_000_000), &code, Entry::Camera)
}

/// Bytes in memory, with faults on demand.
#[derive(Debug, Default, Clone)]
pub(crate) struct Memory {
    pub(super) bytes: Vec<u8>,
    pub(super) aside: Vec<u8>,
    /// The next append keeps only so many bytes and fails.
    pub(super) tear_next: Option<usize>,
    /// Replacing fails too.
    pub(super) is_full: bool,
}

impl Storage for Memory {
    fn load(&mut self) -> Result<Vec<u8>, StorageError> {
        Ok(self.bytes.clone())
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), StorageError> {
        match self.tear_next.take() {
            Some(kept) => {
                self.bytes.extend_from_slice(&bytes[..kept.min(bytes.len())]);
                Err(StorageError::Failed("the test tore this write".into()))
            }
            None if self.is_full => Err(StorageError::Full("memory".into())),
            None => {
                self.bytes.extend_from_slice(bytes);
                Ok(())
            }
        }
    }

    fn replace(&mut self, bytes: &[u8]) -> Result<(), StorageError> {
        if self.is_full {
            return Err(StorageError::Full("memory".into()));
        }
        self.bytes = bytes.to_vec();
        Ok(())
    }

    fn set_aside(&mut self, bytes: &[u8]) -> Result<(), StorageError> {
        self.aside.extend_from_slice(bytes);
        Ok(())
    }
}

impl<S> Queue<S> {
    pub(super) fn storage(&mut self) -> &mut S {
        &mut self.storage
    }
}

fn opened(memory: Memory) -> Queue<Memory> {
    Queue::open(memory, queue_id(1)).unwrap().0
}

fn sent() -> Settlement {
    Settlement::Sent { corrected_at: None, lead_id: None }
}

#[test]
fn captures_are_numbered_from_one() {
    let mut queue = opened(Memory::default());
    assert_eq!((queue.push(draft(7), 0).unwrap(), queue.push(draft(8), 0).unwrap()), (1, 2));
    assert_eq!(queue.last_seq(queue_id(1)), 2);
    let body: serde_json::Value = serde_json::from_str(queue.captures()[1].body.get()).unwrap();
    assert_eq!((&body["device_seq"], &body["kind"], &body["code"]), (&2.into(), &"scan".into(), &"CODE-8".into()));
}

#[test]
fn the_same_capture_twice_is_taken_once() {
    let mut queue = opened(Memory::default());
    assert_eq!((queue.push(draft(7), 0).unwrap(), queue.push(draft(7), 5).unwrap()), (1, 1));
    assert_eq!(queue.unsent_count(), 1);
    let other = Draft { id: draft(7).id, ..draft(8) };
    assert!(matches!(queue.push(other, 0), Err(PushError::IdUsed(_))));
}

#[test]
fn what_is_no_capture_is_not_taken_and_burns_no_number() {
    let mut queue = opened(Memory::default());
    let mut nothing = draft(1);
    nothing.fields.remove("code");
    let error = queue.push(nothing, 0).unwrap_err();
    assert!(error.to_string().contains("/code"), "{error}");
    let mut long = draft(2);
    long.fields.insert("kind".into(), "answers".into());
    long.fields.insert("answers".into(), serde_json::json!({"q": "x".repeat(300_000)}));
    assert!(matches!(queue.push(long, 0), Err(PushError::TooLong { .. })));
    assert_eq!(queue.push(draft(3), 0).unwrap(), 1);
}

#[test]
fn a_write_that_failed_leaves_no_trace_once_writing_works_again() {
    for torn in 0..400 {
        let mut queue = opened(Memory::default());
        queue.push(draft(1), 0).unwrap();
        queue.storage().tear_next = Some(torn);
        assert!(matches!(queue.push(draft(2), 0), Err(PushError::Storage(_))));
        assert_eq!(queue.push(draft(3), 0).unwrap(), 2);
        let queue = opened(queue.storage().clone());
        let kept: Vec<_> = queue.unsent().map(|capture| (capture.id, capture.seq)).collect();
        assert_eq!(kept, [(draft(1).id, 1), (draft(3).id, 2)], "torn after {torn} bytes");
    }
}

#[test]
fn a_full_disk_is_told_and_takes_nothing_until_there_is_space() {
    let mut queue = opened(Memory::default());
    queue.push(draft(1), 0).unwrap();
    queue.storage().is_full = true;
    for attempt in 2..5 {
        assert!(matches!(queue.push(draft(attempt), 0), Err(PushError::Storage(StorageError::Full(_)))));
    }
    queue.storage().is_full = false;
    assert_eq!(queue.push(draft(5), 0).unwrap(), 2);
    assert_eq!(opened(queue.storage().clone()).unsent_count(), 2);
}

#[test]
fn a_count_that_falls_brings_back_what_the_server_lost() {
    let mut queue = opened(Memory::default());
    for number in 1..=4 {
        queue.push(draft(number), 0).unwrap();
    }
    let all: Vec<_> = (1..=4).map(|number| (draft(number).id, sent())).collect();
    assert!(queue.settle(&all, queue_id(1), 4).unwrap().is_empty());
    assert_eq!(queue.unsent_count(), 0);
    assert_eq!(queue.settle(&[], queue_id(1), 2).unwrap(), [draft(3).id, draft(4).id]);
    assert_eq!(queue.unsent().map(|capture| capture.seq).collect::<Vec<_>>(), [3, 4]);
    assert!(queue.settle(&[], queue_id(1), 2).unwrap().is_empty(), "told once");
    assert_eq!(opened(queue.storage().clone()).unsent_count(), 2);
}

#[test]
fn a_server_that_counts_wrongly_is_not_sent_everything_for_ever() {
    let mut queue = opened(Memory::default());
    queue.push(draft(1), 0).unwrap();
    queue.push(draft(2), 0).unwrap();
    let all = [(draft(1).id, sent()), (draft(2).id, sent())];
    assert!(queue.settle(&all, queue_id(1), 0).unwrap().is_empty());
    assert_eq!(queue.settle(&[], queue_id(1), 0).unwrap().len(), 0);
    queue.push(draft(3), 0).unwrap();
    assert!(queue.settle(&[(draft(3).id, sent())], queue_id(1), 0).unwrap().is_empty());
}

#[test]
fn a_loss_that_a_late_number_hides_is_noticed() {
    let mut queue = opened(Memory::default());
    for number in 1..=3 {
        queue.push(draft(number), 0).unwrap();
    }
    // The first was left out for a while; then the server lost the others.
    queue.settle(&[(draft(2).id, sent()), (draft(3).id, sent())], queue_id(1), 0).unwrap();
    let again = queue.settle(&[(draft(1).id, sent())], queue_id(1), 1).unwrap();
    assert_eq!(again, [draft(2).id, draft(3).id]);
}

#[test]
fn a_capture_keeps_its_number_when_the_numbering_changes() {
    let mut queue = opened(Memory::default());
    queue.push(draft(1), 0).unwrap();
    queue.renumber(queue_id(2)).unwrap();
    assert_eq!(queue.push(draft(2), 0).unwrap(), 1);
    queue.compact().unwrap();
    let mut queue = opened(queue.storage().clone());
    assert_eq!(queue.queue_ids(), [queue_id(2), queue_id(1)]);
    assert_eq!((queue.last_seq(queue_id(1)), queue.last_seq(queue_id(2))), (1, 1));
    assert_eq!(queue.push(draft(3), 0).unwrap(), 2);
}

#[test]
fn what_was_taken_for_one_exhibitor_is_never_sent_to_another() {
    let mut queue = opened(Memory::default());
    queue.push(draft(1), 0).unwrap();
    queue.deliver_to("acme", queue_id(5)).unwrap();
    queue.push(draft(2), 0).unwrap();
    queue.settle(&[(draft(1).id, sent())], queue_id(1), 1).unwrap();
    queue.deliver_to("acme", queue_id(6)).unwrap();
    assert_eq!(queue.queue_id(), queue_id(1), "the same destination changes nothing");
    queue.deliver_to("globex", queue_id(7)).unwrap();
    queue.push(draft(3), 0).unwrap();
    for _ in 0..2 {
        let ids = |queue: &Queue<Memory>| -> Vec<_> { queue.unsent().map(|capture| capture.id).collect() };
        let stranded = |queue: &Queue<Memory>| -> Vec<_> { queue.stranded().map(|capture| capture.id).collect() };
        assert_eq!(
            (queue.queue_id(), ids(&queue), stranded(&queue)),
            (queue_id(7), vec![draft(3).id], vec![draft(2).id])
        );
        assert_eq!(queue.queue_ids(), [queue_id(7)], "the other space does not know the other numbers");
        // The other space counts from nothing, which looks as if a server had been restored.
        assert!(queue.settle(&[], queue_id(1), 0).unwrap().is_empty());
        queue.compact().unwrap();
        queue = opened(queue.storage().clone());
    }
    queue.deliver_to("acme", queue_id(8)).unwrap();
    assert_eq!(queue.unsent().map(|capture| capture.id).collect::<Vec<_>>(), [draft(2).id]);
    queue.adopt_stranded().unwrap();
    let queue = opened(queue.storage().clone());
    assert_eq!((queue.unsent_count(), queue.stranded().count()), (2, 0));
}

#[test]
fn what_was_not_accepted_stays_until_a_person_dismisses_it() {
    let mut queue = opened(Memory::default());
    queue.push(draft(1), 0).unwrap();
    queue.push(draft(2), 0).unwrap();
    queue.dismiss(draft(1).id).unwrap();
    assert_eq!(queue.unsent_count(), 2, "what is not yet sent cannot be dismissed");
    let refused =
        Settlement::NotAccepted { outcome: Outcome::Rejected, reason: Some("new_reason".into()), errors: vec![] };
    queue.settle(&[(draft(1).id, refused), (draft(2).id, sent())], queue_id(1), 2).unwrap();
    queue.forget_sent().unwrap();
    let mut queue = opened(queue.storage().clone());
    assert_eq!(queue.not_accepted().map(|capture| capture.id).collect::<Vec<_>>(), [draft(1).id]);
    queue.dismiss(draft(1).id).unwrap();
    let mut queue = opened(queue.storage().clone());
    assert_eq!((queue.not_accepted().count(), queue.captures().len()), (0, 1), "a restored server gets it again");
    queue.forget_sent().unwrap();
    let mut queue = opened(queue.storage().clone());
    assert!(queue.captures().is_empty());
    assert_eq!(queue.push(draft(3), 0).unwrap(), 3, "numbers go on");
}

#[test]
fn the_log_stays_short_while_captures_come_and_go() {
    let mut queue = opened(Memory::default());
    for number in 1..=20_000 {
        queue.push(draft(number), 0).unwrap();
        queue.settle(&[(draft(number).id, sent())], queue_id(1), number as u64).unwrap();
        if number % 1000 == 0 {
            queue.forget_sent().unwrap();
        }
    }
    assert!(queue.storage().bytes.len() < 2 * COMPACT_BYTES);
    assert_eq!(opened(queue.storage().clone()).last_seq(queue_id(1)), 20_000);
}

#[test]
fn records_of_a_newer_program_are_kept() {
    let mut queue = opened(Memory::default());
    let mut bytes = queue.storage().bytes.clone();
    record::write_payload(br#"{"starred":{"id":"x"}}"#, &mut bytes);
    let mut queue = opened(Memory { bytes, ..Memory::default() });
    queue.push(draft(1), 0).unwrap();
    queue.compact().unwrap();
    let text = String::from_utf8_lossy(&queue.storage().bytes).into_owned();
    assert!(text.contains("starred"));
    assert_eq!(opened(queue.storage().clone()).unsent_count(), 1);
}
