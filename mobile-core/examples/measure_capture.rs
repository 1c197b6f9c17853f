//! Time from a camera's frame to what the person sees: decoded, aimed at, looked up offline, on disk
//! (fsync), shown. The goal is under 20 ms for everything after the decoding.
//!
//! ```text
//! cargo run --release -p mobile-core --features client --example measure_capture [FOLDER]
//! ```
//!
//! The folder is where the queue lies; name one on the disk to be measured.

#![expect(clippy::print_stdout, reason = "a measurement prints its figures")]
#![expect(clippy::unwrap_used, reason = "a measurement fails by panicking")]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use mobile_core::aim::{Aim, AimFrame, Sighting, Verdict};
use mobile_core::badge::{BadgeText, code, code_hash};
use mobile_core::capture::Entry;
use mobile_core::client;
use mobile_core::decode::{Budget, Decoder, Frame, Luma};
use mobile_core::filter::{BadgeFilter, code_key};
use mobile_core::ids::{CaptureId, QueueId};
use mobile_core::queue::file::FileStorage;
use mobile_core::queue::{Draft, Queue};
use mobile_core::seen::{KeepNames, Seen};

const WIDTH: usize = 1280;
const HEIGHT: usize = 720;
const SCANS: usize = 500;
const BADGES: usize = 100_000;

fn main() {
    let folder = std::env::args().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = folder.join(format!("leadline-measure-{}", client::new_id()));
    let codes: Vec<String> = (0..BADGES).map(badge).collect();
    let now = client::now();
    let keys = codes.iter().map(|code| code_key(&code_hash(code))).collect();
    let begun = Instant::now();
    let filter = BadgeFilter::build(1, now.wall, keys, Vec::new()).unwrap();
    let (built, bytes) = (begun.elapsed(), filter.to_bytes().len());
    let storage = FileStorage::open(&folder).unwrap();
    let (mut queue, _) = Queue::open(storage, QueueId(client::new_id())).unwrap();
    let (mut aim, mut seen, mut decoder) = (Aim::default(), Seen::new(KeepNames::default()), Decoder::new());
    let window = AimFrame::centred(WIDTH, HEIGHT, 0.6);
    let (mut decoding, mut keeping) = (Vec::new(), Vec::new());
    for code in codes.iter().take(SCANS) {
        let frame = picture(code);
        let begun = Instant::now();
        let found = decoder.decode(&Frame::luma(Luma::new(&frame, WIDTH, HEIGHT, WIDTH).unwrap()), &Budget::preview());
        decoding.push(begun.elapsed());
        let begun = Instant::now();
        let now = client::now();
        let sightings: Vec<Sighting<'_>> = found.iter().map(Sighting::from).collect();
        let Verdict::Take(text) = aim.see(window, &sightings, now.monotonic_us) else {
            panic!("the code in the middle is taken")
        };
        let hash = code_hash(&text);
        let shown = (filter.verdict(&hash), seen.earlier(&hash, now.wall));
        let draft = Draft::scan(CaptureId(client::new_id()), now.wall, &BadgeText::new(&text).unwrap(), Entry::Camera);
        queue.push(draft, now.monotonic_us).unwrap();
        seen.scanned(&hash, Some("Ines"), now.wall);
        std::hint::black_box(shown);
        keeping.push(begun.elapsed());
    }
    println!("{SCANS} scans, queue in {}", folder.display());
    told("frame of 1280x720 decoded", decoding);
    told("aimed at, looked up, on disk, shown (goal 20 ms)", keeping);
    println!("filter of {BADGES} badges: built in {built:?}, {:.2} bytes a badge", bytes as f64 / BADGES as f64);
    std::fs::remove_dir_all(&folder).unwrap();
}

fn told(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)];
    println!("{what}: median {:?}, 95 of 100 {:?}, slowest {:?}", at(50), at(95), at(100));
}

/// Codes that are the same in every run.
fn badge(number: usize) -> String {
    let mut random = [0; 12];
    random[..8].copy_from_slice(&(number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15).to_le_bytes());
    random[8..].copy_from_slice(&(number as u32).to_le_bytes());
    code::generate(&random).to_string()
}

/// A badge's code, 8 pixels a module, in the middle of a grey picture.
fn picture(text: &str) -> Vec<u8> {
    const SCALE: usize = 8;
    let code = qrcode::QrCode::with_version(text, qrcode::Version::Normal(2), qrcode::EcLevel::M).unwrap();
    let (side, colors) = (code.width(), code.to_colors());
    let quiet = (side + 8) * SCALE;
    let (left, top) = ((WIDTH - quiet) / 2, (HEIGHT - quiet) / 2);
    let mut pixels = vec![120; WIDTH * HEIGHT];
    for y in 0..quiet {
        for x in 0..quiet {
            let (column, row) = ((x / SCALE).wrapping_sub(4), (y / SCALE).wrapping_sub(4));
            let is_dark = column < side && row < side && colors[row * side + column] == qrcode::Color::Dark;
            pixels[(top + y) * WIDTH + left + x] = if is_dark { 30 } else { 220 };
        }
    }
    pixels
}
