//! Thousands of seeded schedules of everything that goes wrong between phones and a server.
//!
//! Each schedule runs a model server and one or two phones through random faults, then gives them
//! a good network, and checks that every capture a person was told is saved is at the server once,
//! unchanged, and that no phone settled one before an answer named it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use uuid::Uuid;

use super::sync::{Action, Event, Now, Response, Sync};
use super::tests::{Memory, draft};
use super::{Queue, Settlement};
use crate::capture::Capture;
use crate::ids::{CaptureId, QueueId};
use crate::time::Timestamp;
use crate::wire::Batch;

const SCHEDULES: u64 = 4_000;
const STEPS: u32 = 120;
const SECOND: u64 = 1_000_000;

/// `SplitMix64` (Steele, Lea and Flood 2014): small, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn wide(&mut self) -> u128 {
        u128::from(self.next()) << 64 | u128::from(self.next())
    }
}

/// What the contract says of a server, in memory.
#[derive(Default, Clone)]
struct Server {
    captures: BTreeMap<CaptureId, [u8; 32]>,
    refused: BTreeSet<CaptureId>,
    numbers: BTreeMap<QueueId, BTreeMap<u64, CaptureId>>,
}

impl Server {
    fn take(&mut self, body: &str, now: Timestamp) -> String {
        let batch: Batch = serde_json::from_str(body).unwrap();
        let numbers = self.numbers.entry(batch.queue_id.unwrap()).or_default();
        let mut results = Vec::new();
        for capture in &batch.captures {
            let capture = Capture::parse(capture.get()).unwrap();
            let owner = *numbers.entry(capture.device_seq.unwrap()).or_insert(capture.id);
            let mut reason = (owner != capture.id).then_some("seq_reused");
            let outcome = if capture.code.as_deref().unwrap().ends_with('7') {
                self.refused.insert(capture.id);
                reason = Some("invalid_field");
                "rejected"
            } else {
                match self.captures.insert(capture.id, capture.digest()) {
                    None => "accepted",
                    Some(former) if former == capture.digest() => "duplicate",
                    Some(_) => panic!("{} came with other content", capture.id),
                }
            };
            results.push(json!({"id": capture.id, "outcome": outcome, "reason": reason, "corrected_at": now}));
        }
        let contiguous = (1..=u64::MAX).take_while(|seq| numbers.contains_key(seq)).count();
        json!({"server_time": now, "contiguous_seq": contiguous, "results": results}).to_string()
    }

    fn has(&self, id: CaptureId) -> bool {
        self.captures.contains_key(&id) || self.refused.contains(&id)
    }
}

struct Phone {
    queue: Queue<Memory>,
    sync: Sync,
    /// What its person was told is saved.
    told: BTreeSet<CaptureId>,
    /// What answers that reached it have named.
    named: BTreeSet<CaptureId>,
    needs_pairing: bool,
}

struct World {
    dice: Dice,
    server: Server,
    backup: Option<Server>,
    phones: Vec<Phone>,
    phone_backup: Option<Memory>,
    late: Vec<String>,
    now: Now,
    made: u128,
    /// Either phones or the server come back from a backup, never both: with both lost, numbers
    /// cannot show what is missing.
    phones_are_copied: bool,
}

#[derive(Default)]
struct Tally {
    captures: usize,
    server_restores: u32,
    phone_restores: u32,
    crashes: u32,
    portals: u32,
    renumbered: u32,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut dice = Dice(seed);
        let phones_are_copied = dice.below(2) == 0;
        let wall = Timestamp::from_micros(1_764_000_000_000_000);
        let mut world = Self {
            dice,
            server: Server::default(),
            backup: None,
            phones: Vec::new(),
            phone_backup: None,
            late: Vec::new(),
            now: Now { wall, monotonic_us: 0 },
            made: 0,
            phones_are_copied,
        };
        let phone = world.phone(Memory::default());
        world.phones.push(phone);
        world
    }

    fn phone(&mut self, memory: Memory) -> Phone {
        let (queue, _) = Queue::open(memory, QueueId(Uuid::from_u128(self.dice.wide()))).unwrap();
        let told = queue.captures().iter().map(|capture| capture.id).collect();
        let named =
            queue.captures().iter().filter(|capture| capture.settlement.is_some()).map(|capture| capture.id).collect();
        Phone { queue, sync: Sync::new(None), told, named, needs_pairing: false }
    }

    /// The program ends, and starts again on what is on its disk.
    fn crash(&mut self, at: usize) {
        let memory = Memory { tear_next: None, is_full: false, ..self.phones[at].queue.storage().clone() };
        let told = std::mem::take(&mut self.phones[at].told);
        let mut phone = self.phone(memory);
        for id in &told {
            assert!(phone.queue.find(*id).is_some(), "{id} was told to be saved and is gone");
        }
        // A write that failed may yet have been kept whole: then it counts like any other.
        phone.told.extend(told);
        self.phones[at] = phone;
    }

    fn pass(&mut self, microseconds: u64) {
        self.now.monotonic_us += microseconds;
        self.now.wall = self.now.wall.plus_micros(microseconds as i64);
    }

    fn step(&mut self, tally: &mut Tally) {
        let at = self.dice.below(self.phones.len() as u64) as usize;
        match self.dice.below(20) {
            0..=5 => self.capture(at, tally),
            6..=13 => self.drive(at, tally),
            14 => {
                let pause = self.dice.below(90 * SECOND);
                self.pass(pause);
            }
            15 => self.now.wall = self.now.wall.plus_micros(self.dice.below(7200 * SECOND) as i64 - 3_600_000_000),
            16 => {
                tally.crashes += 1;
                self.crash(at);
            }
            17 if !self.late.is_empty() => {
                // A copy of an old request arrives long after.
                let late = self.late.remove(0);
                self.server.take(&late, self.now.wall);
            }
            18 if self.phones_are_copied => self.copy_a_phone(at, tally),
            18 => {
                if let Some(backup) = self.backup.take() {
                    tally.server_restores += 1;
                    self.server = backup;
                } else {
                    self.backup = Some(self.server.clone());
                }
            }
            _ => {
                if std::mem::take(&mut self.phones[at].needs_pairing) {
                    self.handle(at, Event::TokenChanged, tally);
                }
            }
        }
    }

    fn capture(&mut self, at: usize, tally: &mut Tally) {
        self.made += 1;
        tally.captures += 1;
        let (draft, now_us) = (draft(self.made), self.now.monotonic_us);
        let id = draft.id;
        let torn = (self.dice.below(8) == 0).then(|| self.dice.below(400) as usize);
        self.phones[at].queue.storage().tear_next = torn;
        match self.phones[at].queue.push(draft, now_us) {
            Ok(_) => {
                assert_eq!(torn, None, "a write that failed was taken for done");
                self.phones[at].told.insert(id);
            }
            Err(_) if self.dice.below(2) == 0 => self.crash(at),
            Err(_) => {}
        }
    }

    fn copy_a_phone(&mut self, at: usize, tally: &mut Tally) {
        tally.phone_restores += 1;
        let memory = self.phones[at].queue.storage().clone();
        if self.phones.len() < 2 {
            // Copied to a new phone, both go on.
            let copy = self.phone(memory);
            self.phones.push(copy);
        } else if let Some(former) = self.phone_backup.take() {
            // Restored from a backup: what only it held since then is gone with it.
            self.phones[at] = self.phone(former);
        } else {
            self.phone_backup = Some(memory);
        }
    }

    fn drive(&mut self, at: usize, tally: &mut Tally) {
        match self.handle(at, Event::Woke, tally) {
            Some(Action::WaitUntil(until)) if self.dice.below(2) == 0 => {
                let pause = until.saturating_sub(self.now.monotonic_us);
                self.pass(pause);
            }
            _ => {}
        }
    }

    /// Handles an event and everything that follows at once.
    fn handle(&mut self, at: usize, event: Event, tally: &mut Tally) -> Option<Action> {
        let mut event = event;
        for _ in 0..50 {
            let random = self.dice.wide();
            let phone = &mut self.phones[at];
            let former = phone.queue.queue_id();
            let before: BTreeSet<CaptureId> = phone.queue.unsent().map(|capture| capture.id).collect();
            let step = phone.sync.handle(event, self.now, random, &mut phone.queue);
            tally.renumbered += u32::from(phone.queue.queue_id() != former);
            for id in before {
                let settled = phone.queue.find(id).unwrap().settlement.is_some();
                assert!(!settled || phone.named.contains(&id), "{id} was settled though no answer named it");
            }
            let Ok(step) = step else { return None };
            event = match step.action {
                Action::Send(body) => self.network(at, body, tally)?,
                Action::PairAgain(_) => {
                    self.phones[at].needs_pairing = true;
                    return None;
                }
                action => return Some(action),
            };
        }
        panic!("a phone that never pauses");
    }

    /// What the network makes of a request; `None` when the phone's program ended meanwhile.
    fn network(&mut self, at: usize, body: String, tally: &mut Tally) -> Option<Event> {
        self.pass(20_000);
        let wall = self.now.wall;
        match self.dice.below(22) {
            0..=8 => Some(self.answer(at, &body)),
            9 | 10 => Some(Event::Failed),
            11 => {
                self.server.take(&body, wall);
                Some(Event::Failed)
            }
            12 => {
                self.server.take(&body, wall);
                self.late.push(body.clone());
                Some(self.answer(at, &body))
            }
            13 => {
                self.late.push(body);
                self.pass(30 * SECOND);
                Some(Event::Failed)
            }
            14 => {
                self.server.take(&body, wall);
                tally.crashes += 1;
                self.crash(at);
                None
            }
            15 => {
                let torn = self.dice.below(300) as usize;
                self.phones[at].queue.storage().tear_next = Some(torn);
                Some(self.answer(at, &body))
            }
            16 => Some(problem(503, "unavailable", Some("5"))),
            17 => Some(problem(429, "too_many_requests", None)),
            18 => Some(problem(500, "internal", None)),
            19 if self.dice.below(4) == 0 => Some(problem(401, "not_signed_in", None)),
            _ => {
                tally.portals += 1;
                Some(self.portal())
            }
        }
    }

    fn answer(&mut self, at: usize, body: &str) -> Event {
        let answer = self.server.take(body, self.now.wall);
        let receipts: Value = serde_json::from_str(&answer).unwrap();
        for result in receipts["results"].as_array().unwrap() {
            self.phones[at].named.insert(serde_json::from_value(result["id"].clone()).unwrap());
        }
        Event::Answered(Response {
            status: 200,
            content_type: Some("application/json".into()),
            retry_after: None,
            body: answer.into(),
        })
    }

    fn portal(&mut self) -> Event {
        let (status, content_type, body) = match self.dice.below(6) {
            0 => (200, "text/html", "<html>Sign in to Hall Wi-Fi</html>"),
            1 => (302, "text/html", ""),
            2 => (511, "text/html", "<html>"),
            3 => (200, "application/json", ""),
            4 => (200, "application/json", r#"{"results": []}"#),
            _ => (503, "text/html", "<h1>Service Unavailable</h1>"),
        };
        Event::Answered(Response {
            status,
            content_type: Some(content_type.into()),
            retry_after: None,
            body: body.into(),
        })
    }

    /// Gives everyone a good network until nothing is left to send, and then a few signs of life.
    fn settle(&mut self, seed: u64, tally: &mut Tally) {
        for at in 0..self.phones.len() {
            self.phones[at].queue.storage().tear_next = None;
            let mut event = Event::TokenChanged;
            let mut quiet = 0;
            for _ in 0..2000 {
                let random = self.dice.wide();
                let phone = &mut self.phones[at];
                let former = phone.queue.queue_id();
                let action = phone.sync.handle(event, self.now, random, &mut phone.queue).unwrap().action;
                tally.renumbered += u32::from(phone.queue.queue_id() != former);
                let (unsent, numberings) = (phone.queue.unsent_count(), phone.queue.queue_ids().len());
                event = match action {
                    Action::Send(body) => {
                        quiet = if unsent == 0 { quiet + 1 } else { 0 };
                        self.pass(20_000);
                        self.answer(at, &body)
                    }
                    Action::WaitUntil(until) => {
                        let pause = until.saturating_sub(self.now.monotonic_us);
                        self.pass(pause);
                        Event::Woke
                    }
                    // A request was under way when the weather turned.
                    Action::AwaitAnswer => Event::Failed,
                    Action::PairAgain(_) => Event::TokenChanged,
                };
                if unsent == 0 && quiet > numberings + 1 {
                    break;
                }
            }
            assert_eq!(self.phones[at].queue.unsent_count(), 0, "seed {seed}: phone {at} never finished");
        }
    }

    fn check(&self, seed: u64) {
        for phone in &self.phones {
            for id in &phone.told {
                assert!(self.server.has(*id), "seed {seed}: {id} was saved and never arrived");
            }
            for capture in phone.queue.captures() {
                let is_refused = matches!(capture.settlement, Some(Settlement::NotAccepted { .. }));
                assert_eq!(is_refused, self.server.refused.contains(&capture.id), "seed {seed}: {}", capture.id);
            }
        }
    }
}

fn problem(status: u16, code: &str, retry_after: Option<&str>) -> Event {
    let body = json!({"type": "about:blank", "title": "", "status": status, "detail": "", "code": code});
    Event::Answered(Response {
        status,
        content_type: Some("application/problem+json".into()),
        retry_after: retry_after.map(str::to_owned),
        body: body.to_string().into(),
    })
}

#[test]
fn every_saved_capture_arrives_once_whatever_happens() {
    let mut tally = Tally::default();
    for seed in 0..SCHEDULES {
        let mut world = World::new(seed);
        for _ in 0..STEPS {
            world.step(&mut tally);
        }
        world.settle(seed, &mut tally);
        world.check(seed);
    }
    // The faults did happen; a schedule that is all sunshine proves nothing.
    assert!(tally.captures > 50_000 && tally.portals > 5000 && tally.crashes > 5000);
    assert!(tally.server_restores > 500 && tally.phone_restores > 500 && tally.renumbered > 500);
}
