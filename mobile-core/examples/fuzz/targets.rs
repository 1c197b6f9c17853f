//! What is fed to whom, and what must hold afterwards.

use std::cell::RefCell;
use std::rc::Rc;

use mobile_core::badge;
use mobile_core::capture::Capture;
use mobile_core::decode::{Budget, Decoder, Frame, Luma, Rotation};
use mobile_core::ids::{CaptureId, QueueId};
use mobile_core::queue::{Draft, Queue, Storage, StorageError};
use mobile_core::time::Timestamp;
use mobile_core::wire::{Batch, Frame as LiveFrame, ProblemBody, Receipts};
use qrcode::{EcLevel, QrCode, Version};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::inputs::Random;

/// One kind of untrusted input.
pub struct Target {
    /// As it is called on the command line.
    pub name: &'static str,
    /// Makes an input and feeds it; answers the promise that was broken.
    pub run: fn(&mut Random) -> Result<(), String>,
}

/// Everything that takes bytes from outside.
pub const TARGETS: [Target; 4] = [
    Target { name: "decode", run: decode },
    Target { name: "badge", run: parse_badge },
    Target { name: "wire", run: parse_wire },
    Target { name: "queue", run: recover_queue },
];

thread_local! {
    static DECODER: RefCell<Decoder> = RefCell::default();
}

/// A picture of a code, sound or damaged in a hundred ways: it says what was drawn, or nothing.
fn decode(random: &mut Random) -> Result<(), String> {
    let (width, height) = match random.below(4) {
        0 => (1 + random.below(64), 1 + random.below(64)),
        1 => (1 + random.below(900), 1 + random.below(30)),
        _ => (60 + random.below(420), 60 + random.below(420)),
    };
    let mut data = background(random, width, height);
    let text = if random.one_in(4) { None } else { draw_code(random, &mut data, width, height) };
    if random.one_in(3) {
        let harm = random.below(data.len().min(4_000) + 1);
        for _ in 0..harm {
            let at = random.below(data.len());
            data[at] = random.bits() as u8;
        }
    }
    let luma = Luma::new(&data, width, height, width).map_err(|error| error.to_string())?;
    let rotation = Rotation::from_degrees(90 * random.below(4) as u16).unwrap_or_default();
    let rgba: Vec<u8>;
    let frame = if random.one_in(4) {
        rgba = data.iter().flat_map(|&grey| [grey, grey, grey, 255]).collect();
        Frame::rgba(&rgba, width, height, width * 4).map_err(|error| error.to_string())?
    } else {
        Frame::luma(luma)
    };
    let budget = match random.below(3) {
        0 => Budget::preview(),
        1 => Budget::thorough(),
        _ => Budget::of(random.bits() % 30_000_000),
    };
    let codes = DECODER.with_borrow_mut(|decoder| decoder.decode(&frame.rotated(rotation), &budget));
    for code in codes {
        if Some(&code.bytes) != text.as_ref() {
            return Err(format!("it read {:?}, drawn was {text:?}", code.bytes));
        }
    }
    // Sizes that no buffer has are refused, never read.
    let lying = (random.below(40_000), random.below(40_000), random.bits() as usize >> random.below(64));
    if let Ok(luma) = Luma::new(&data, lying.0, lying.1, lying.2)
        && luma.width() * luma.height() > data.len()
    {
        return Err(format!("{lying:?} passed with {} bytes", data.len()));
    }
    Ok(())
}

fn background(random: &mut Random, width: usize, height: usize) -> Vec<u8> {
    let (kind, grain, level) = (random.below(5), 1 + random.below(9), random.bits() as u8);
    let cells = random.bytes(4_097);
    let cell = |x: usize, y: usize| cells.get((x / grain + y / grain * 61) % cells.len().max(1)).copied().unwrap_or(7);
    (0..width * height)
        .map(|i| {
            let (x, y) = (i % width, i / width);
            match kind {
                0 => cell(x, y),
                1 => cell(x, 0) / 128 * 255,
                2 => ((x / grain + y / grain) % 2 * 255) as u8,
                3 => (x.abs_diff(width / 2).max(y.abs_diff(height / 2)) / grain % 2 * 255) as u8,
                _ => level,
            }
        })
        .collect()
}

/// Draws a code through any affine map; answers its bytes if one could be made.
fn draw_code(random: &mut Random, data: &mut [u8], width: usize, height: usize) -> Option<Vec<u8>> {
    let bytes = random.bytes(60);
    let level = [EcLevel::L, EcLevel::M, EcLevel::Q, EcLevel::H][random.below(4)];
    let code = if random.one_in(5) {
        QrCode::with_version(&bytes, Version::Normal(1 + random.below(40) as i16), level)
    } else {
        QrCode::with_error_correction_level(&bytes, level)
    };
    let code = code.ok()?;
    let side = code.width() as f32;
    let module = random.between(1.0, 6.0);
    let (angle, shear) = (random.between(0.0, 6.3), random.between(-0.4, 0.4));
    let (squeeze, bend) = (random.between(0.7, 1.3), random.between(-0.002, 0.002));
    let middle = (random.between(0.2, 0.8) * width as f32, random.between(0.2, 0.8) * height as f32);
    let (dark, light) = (random.between(0.0, 130.0), random.between(140.0, 255.0));
    let (sin, cos) = angle.sin_cos();
    let colours = code.to_colors();
    for (i, pixel) in data.iter_mut().enumerate() {
        let (x, y) = ((i % width) as f32 + 0.5 - middle.0, (i / width) as f32 + 0.5 - middle.1);
        let depth = 1.0 + bend * x;
        let (u, v) = ((x * cos + y * sin) / depth, (y * cos - x * sin) / depth);
        let (u, v) = ((u + v * shear) / module + side / 2.0, v * squeeze / module + side / 2.0);
        if u < -4.0 || v < -4.0 || u >= side + 4.0 || v >= side + 4.0 {
            continue;
        }
        let inside = u >= 0.0 && v >= 0.0 && u < side && v < side;
        let is_dark = inside && colours.get(v as usize * side as usize + u as usize) == Some(&qrcode::Color::Dark);
        *pixel = if is_dark { dark } else { light } as u8;
    }
    Some(bytes)
}

const BADGES: [&str; 12] = [
    "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Aziz;Noor;;;\r\nFN:Noor Aziz\r\nEMAIL;TYPE=WORK:noor@example.org\r\nEND:VCARD\r\n",
    "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=\n=C3=B6rg\nEND:VCARD",
    "MECARD:N:Aziz,Noor;TEL:+49301234;EMAIL:noor@example.org;NOTE:a\\;b;;",
    "leadline:pair?server=https%3A%2F%2Fleads.example&code=ABCDEFGH",
    "https://www.pgconf.example/t/at/abcdef1234567890abcdef1234567890abcdef12/",
    "AT$abcdef1234567890abcdef1234567890abcdef12$AT",
    "0d9c3f1e-4a51-4bf4-9a0e-1f2f3a4b5c6d/5f0c",
    "0d9c3f1e-4a51-4bf4-9a0e-1f2f3a4b5c6d::Noor::Aziz::Acme",
    "{\"ticket\":\"s3cret\",\"lead\":\"B7XYZ\"}",
    "WIFI:T:WPA;S:Fair;P:secret;;",
    "4006381333931",
    "HTTPS://Example.ORG:443/a/../b?x=%zz#y",
];

const BADGE_WORDS: [&str; 14] =
    [";", ":", "=", "\\", "\\n", "::", "%", "%00", "\u{0}", "é", "\u{FFFD}", "END:VCARD", "=\r\n", "\u{1F600}"];

/// Any text: parsing gives a key that parses to itself.
fn parse_badge(random: &mut Random) -> Result<(), String> {
    let mut bytes = match random.below(8) {
        0 => random.bytes(9_000),
        1 => {
            let mut entropy = [0; 12];
            for byte in &mut entropy {
                *byte = random.bits() as u8;
            }
            badge::code::generate(&entropy).as_str().as_bytes().to_vec()
        }
        _ => random.pick(&BADGES).as_bytes().to_vec(),
    };
    random.damage(&mut bytes, &BADGE_WORDS);
    let text = String::from_utf8_lossy(&bytes);
    let parsed = badge::parse(&text);
    let again = badge::parse(parsed.key());
    if again.key() != parsed.key() {
        return Err(format!("{text:?} has the key {:?}, which has the key {:?}", parsed.key(), again.key()));
    }
    let _ = (parsed.contact(), parsed.asks_first(), parsed.hash(), badge::number::parse(&text));
    if let Ok(kept) = badge::BadgeText::new(&text)
        && kept.parse().key() != parsed.key()
    {
        return Err(format!("{text:?} is kept with another key"));
    }
    Ok(())
}

const CAPTURES: [&str; 5] = [
    r#"{"id":"0197e6a0-7b3a-7c00-8000-000000000001","device_seq":1,"captured_at":"2026-11-22T09:30:00.000000Z","age_us":5,"kind":"scan","code":"CODE-7","entry":"camera"}"#,
    r#"{"id":"0197e6a0-7b3a-7c00-8000-000000000002","captured_at":"2026-11-22T09:30:00Z","kind":"rating","code":"CODE-7","rating":"hot"}"#,
    r#"{"id":"0197e6a0-7b3a-7c00-8000-000000000003","captured_at":"2026-11-22T09:30:00Z","kind":"answers","lead_id":"0197e6a0-7b3a-7c00-8000-000000000009","form_version":2,"answers":{"budget":["a",1,null]}}"#,
    r#"{"id":"0197e6a0-7b3a-7c00-8000-000000000004","captured_at":"2026-11-22T09:30:00+02:00","kind":"note","code":"CODE-7","text":"wants a demo"}"#,
    r#"{"id":"0197e6a0-7b3a-7c00-8000-000000000005","captured_at":"2026-11-22T09:30:00Z","kind":"consent","code":"CODE-7","purpose":"marketing","granted":true}"#,
];

const MESSAGES: [&str; 6] = [
    r#"{"sent_at":"2026-11-22T09:30:00Z","queue_id":"0197e6a0-7b3a-7c00-8000-0000000000aa","last_device_seq":4,"captures":[{"id":1},null]}"#,
    r#"{"server_time":"2026-11-22T09:30:01Z","contiguous_seq":4,"results":[{"id":"0197e6a0-7b3a-7c00-8000-000000000001","outcome":"accepted","corrected_at":"2026-11-22T09:30:00Z"},{"id":null,"outcome":"rejected","errors":[{"pointer":"/code","detail":"x"}]}]}"#,
    r#"{"type":"hello","seq":7,"server_time":"2026-11-22T09:30:01Z"}"#,
    r#"{"type":"scan.counted","seq":9,"at":"2026-11-22T09:30:01Z","exhibitor_id":"0197e6a0-7b3a-7c00-8000-0000000000bb"}"#,
    r#"{"type":"about:blank","title":"Not found","status":404,"code":"not_found","detail":"no such lead","errors":[{"pointer":"/code","detail":"x"}]}"#,
    r#"{"type":"lead.updated","seq":8,"lead":{"id":"0197e6a0-7b3a-7c00-8000-000000000009","contact":{"email":"a@example.org"},"rating":"hot","tags":["a"],"notes":[],"note_count":0,"answers":{"q":[1]},"scans":[],"scan_count":1,"source":"scan","sources":["scan"],"consent":"unknown"}}"#,
];

const JSON_WORDS: [&str; 18] = [
    "null",
    "true",
    "{}",
    "[]",
    "\"\"",
    "-1",
    "1e999",
    "18446744073709551616",
    "\\u0000",
    "\\ud800",
    ",",
    ":",
    "{",
    "}",
    "[[[[[[[[[[[[",
    "\"id\":",
    "\"kind\":\"annul\"",
    "9999-12-31T23:59:60Z",
];

/// Any JSON or none: a capture that is taken comes out of its own JSON again.
fn parse_wire(random: &mut Random) -> Result<(), String> {
    let is_capture = random.one_in(2);
    let mut bytes = if is_capture { random.pick(&CAPTURES) } else { random.pick(&MESSAGES) }.as_bytes().to_vec();
    if random.one_in(30) {
        bytes = "[".repeat(random.below(200_000)).into_bytes();
    }
    random.damage(&mut bytes, &JSON_WORDS);
    let json = String::from_utf8_lossy(&bytes);
    match Capture::parse(&json) {
        Ok(capture) if capture.digest() != Capture::parse(&json).map_err(|_| "it parses once only")?.digest() => {
            return Err(format!("two digests of {json}"));
        }
        Err(malformed) if malformed.errors.is_empty() => return Err(format!("no reason is given for {json}")),
        _ => {}
    }
    survives::<Batch>(&json)?;
    survives::<Receipts>(&json)?;
    survives::<LiveFrame>(&json)?;
    survives::<ProblemBody>(&json)
}

/// What is read can be written, and reads the same again.
fn survives<T: Serialize + DeserializeOwned>(json: &str) -> Result<(), String> {
    let Ok(read) = serde_json::from_str::<T>(json) else { return Ok(()) };
    let written = serde_json::to_string(&read).map_err(|error| format!("{json} cannot be written: {error}"))?;
    let again: T = serde_json::from_str(&written).map_err(|error| format!("{written} of {json}: {error}"))?;
    let twice = serde_json::to_string(&again).map_err(|error| error.to_string())?;
    if twice == written { Ok(()) } else { Err(format!("{written} becomes {twice}")) }
}

/// A queue's bytes in memory, which outlive the queue.
#[derive(Debug, Clone, Default)]
struct Memory(Rc<RefCell<Vec<u8>>>);

impl Memory {
    fn holding(log: Vec<u8>) -> Self {
        Self(Rc::new(RefCell::new(log)))
    }

    fn log(&self) -> Vec<u8> {
        self.0.borrow().clone()
    }
}

impl Storage for Memory {
    fn load(&mut self) -> Result<Vec<u8>, StorageError> {
        Ok(self.log())
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), StorageError> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(())
    }

    fn replace(&mut self, bytes: &[u8]) -> Result<(), StorageError> {
        *self.0.borrow_mut() = bytes.to_vec();
        Ok(())
    }

    fn set_aside(&mut self, _: &[u8]) -> Result<(), StorageError> {
        Ok(())
    }
}

fn draft(n: u64) -> Draft {
    let id = CaptureId(Uuid::from_u64_pair(0x0197_e6a0_7b3a_7000 | n, 0x8000_0000_0000_0000 | n));
    let text = badge::BadgeText::new(&format!("CODE-{n}"));
    let at = Timestamp::from_micros(1_790_000_000_000_000);
    match text {
        Ok(text) => Draft::scan(id, at, &text, mobile_core::capture::Entry::Camera),
        Err(_) => Draft { id, captured_at: at, fields: serde_json::Map::new() },
    }
}

/// Any bytes for a queue's log: it opens, takes a scan, and opens again with nothing lost.
fn recover_queue(random: &mut Random) -> Result<(), String> {
    let new_id = QueueId(Uuid::from_u64_pair(1, 1));
    let opened = |memory: &Memory| Queue::open(memory.clone(), new_id).map_err(|error| error.to_string());
    let mut bytes = if random.one_in(6) { random.bytes(3_000) } else { sound_log(random, opened)? };
    random.damage(&mut bytes, &["LLR\u{1}", "LLR\u{1}\u{0}\u{0}\u{0}\u{0}", "\u{0}\u{0}\u{0}\u{0}", "{}"]);
    let memory = Memory::holding(bytes);
    let (mut queue, _) = opened(&memory)?;
    let before = queue.unsent_count();
    let taken = queue.push(draft(77), 0).map_err(|error| format!("a recovered queue takes no scan: {error:?}"))?;
    drop(queue);
    let (again, recovery) = opened(&memory)?;
    if recovery.damaged_bytes != 0 || again.unsent_count() != before + 1 || again.find(draft(77).id).is_none() {
        return Err(format!("after recovery number {taken} is lost: {recovery:?}, {} unsent", again.unsent_count()));
    }
    Ok(())
}

/// The log of a queue that was used; opened again, it holds what was taken.
fn sound_log(
    random: &mut Random,
    opened: impl Fn(&Memory) -> Result<(Queue<Memory>, mobile_core::queue::Recovery), String>,
) -> Result<Vec<u8>, String> {
    let memory = Memory::default();
    let (mut queue, _) = opened(&memory)?;
    let count = random.below(6) as u64;
    for n in 0..count {
        queue.push(draft(n), 0).map_err(|error| format!("{error:?}"))?;
        if random.one_in(4) {
            queue.renumber(QueueId(Uuid::from_u64_pair(2, n))).map_err(|error| error.to_string())?;
        }
    }
    drop(queue);
    let (queue, recovery) = opened(&memory)?;
    if queue.captures().len() as u64 != count || recovery.damaged_bytes != 0 {
        return Err(format!("{} of {count} captures are left", queue.captures().len()));
    }
    Ok(memory.log())
}
