//! Thousands of seeded schedules of everything that goes wrong between phones and a server.
//!
//! Each schedule runs a model server and one or two phones through random faults, then gives them a
//! good network, and checks that every capture a person was told is saved is at the server exactly
//! once, unchanged and in the right space, that no phone settled one before an answer named it, and
//! that nothing is shown after access ended. Longer, or one schedule again:
//!
//! ```text
//! LEADLINE_SCHEDULES=1000000 cargo test --release -p mobile-core simulation -- --nocapture
//! LEADLINE_SEED=1234 cargo test -p mobile-core simulation -- --nocapture
//! ```

mod dice;
mod network;
mod phone;
mod server;
mod settle;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use self::world::{Tally, World};

const SCHEDULES: u64 = 10_000;

/// Half of the schedules are short: what goes wrong early is found in more ways.
fn steps(seed: u64) -> u32 {
    if seed.is_multiple_of(2) { 30 } else { 80 }
}

fn run(seed: u64) -> Tally {
    let mut tally = Tally::default();
    let mut world = World::new(seed);
    for _ in 0..steps(seed) {
        world.step(&mut tally);
    }
    world.settle(&mut tally);
    world.check();
    tally
}

fn from_environment(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
#[expect(clippy::print_stdout, reason = "a longer run wants to know what happened")]
fn every_saved_capture_arrives_once_whatever_happens() {
    if let Some(seed) = from_environment("LEADLINE_SEED") {
        println!("{:#?}", run(seed));
        return;
    }
    let schedules = from_environment("LEADLINE_SCHEDULES").unwrap_or(SCHEDULES);
    let (next, failed, tallies) = (AtomicU64::new(0), Mutex::new(Vec::new()), Mutex::new(Vec::new()));
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= schedules || failed.lock().unwrap().len() > 4 {
                return;
            }
            match catch_unwind(AssertUnwindSafe(|| run(seed))) {
                Ok(tally) => tallies.lock().unwrap().push(tally),
                Err(_) => failed.lock().unwrap().push(seed),
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "these seeds fail, each again with LEADLINE_SEED=…: {failed:?}");
    let tallies = tallies.into_inner().unwrap();
    let sum = |count: fn(&Tally) -> u32| tallies.iter().map(|tally| u64::from(count(tally))).sum::<u64>();
    let counted = [
        ("captures", sum(|tally| tally.captures)),
        ("lost requests", sum(|tally| tally.requests_lost)),
        ("lost answers", sum(|tally| tally.answers_lost)),
        ("duplicates", sum(|tally| tally.duplicates)),
        ("reorderings", sum(|tally| tally.reorderings)),
        ("clock jumps", sum(|tally| tally.clock_jumps)),
        ("crashes", sum(|tally| tally.crashes)),
        ("torn writes", sum(|tally| tally.torn)),
        ("server restarts", sum(|tally| tally.server_restarts)),
        ("restored servers", sum(|tally| tally.server_restores)),
        ("copied phones", sum(|tally| tally.phones_copied)),
        ("restored phones", sum(|tally| tally.phones_restored)),
        ("copied phones and a restored server", sum(|tally| tally.both_restored)),
        ("second tabs", sum(|tally| tally.second_tabs)),
        ("pairings", sum(|tally| tally.pairings)),
        ("pairings to another space", sum(|tally| tally.moved_to_another_space)),
        ("revocations", sum(|tally| tally.revocations)),
        ("revocations with captures unsent", sum(|tally| tally.unsent_at_revocation)),
        ("captures after a revocation", sum(|tally| tally.late_after_revocation)),
        ("dismissals", sum(|tally| tally.dismissed)),
        ("new numberings", sum(|tally| tally.renumbered)),
    ];
    println!("{schedules} schedules: {counted:?}, portals {:?}", portals(&tallies));
    for (trouble, times) in counted {
        assert!(times > schedules / 50, "{trouble} happened {times} times only");
    }
    assert!(portals(&tallies).iter().all(|times| *times > schedules / 10), "every kind of portal happened");
}

fn portals(tallies: &[Tally]) -> [u64; 8] {
    std::array::from_fn(|kind| tallies.iter().map(|tally| u64::from(tally.portals[kind])).sum())
}
