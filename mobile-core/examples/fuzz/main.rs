//! Looks for inputs that break what is promised of untrusted bytes.
//!
//! `nice cargo run --release -p mobile-core --example fuzz -- TARGET SECONDS [SEED]`, where TARGET is
//! `decode`, `badge`, `wire`, `queue` or `all`. Every input comes from its number and the seed, so a
//! finding is repeated by `… -- TARGET one SEED NUMBER`. Ends with status 1 at the first finding:
//! a panic, a broken promise, or an input that kept a processor longer than two seconds.
#![expect(clippy::print_stdout, reason = "a program that reports")]

mod inputs;
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use inputs::Random;
use targets::{TARGETS, Target};

/// No input may take longer.
const PATIENCE: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, seconds, rest @ ..] = arguments.as_slice() else { return usage() };
    let targets: Vec<&Target> = TARGETS.iter().filter(|t| t.name == name || name == "all").collect();
    let seed = rest.first().map_or(Some(1), |seed| seed.parse().ok());
    let (false, Some(seed)) = (targets.is_empty(), seed) else { return usage() };
    if seconds == "one" {
        let Some(number) = rest.get(1).and_then(|number| number.parse().ok()) else { return usage() };
        return if targets.iter().all(|target| passes(target, seed, number)) {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        };
    }
    let Ok(seconds) = seconds.parse().map(Duration::from_secs) else { return usage() };
    for target in targets {
        let start = Instant::now();
        let (mut number, mut slowest) = (0, (Duration::ZERO, 0));
        while start.elapsed() < seconds {
            let begun = Instant::now();
            if !passes(target, seed, number) {
                return ExitCode::FAILURE;
            }
            slowest = slowest.max((begun.elapsed(), number));
            number += 1;
        }
        println!(
            "{}: {number} inputs of seed {seed} in {} s, no finding; the slowest was number {} with {} ms",
            target.name,
            start.elapsed().as_secs(),
            slowest.1,
            slowest.0.as_millis()
        );
    }
    ExitCode::SUCCESS
}

/// Runs one input; tells what it broke.
fn passes(target: &Target, seed: u64, number: u64) -> bool {
    // Where only the clock on the wall tells: what is slow because the machine was busy is not so thrice.
    let finding = (0..3).try_fold(Duration::MAX, |least, _| match run(target, seed, number) {
        Ok(time) if time.min(least) <= PATIENCE => Err(None),
        Ok(time) => Ok(time.min(least)),
        Err(finding) => Err(Some(finding)),
    });
    let finding = match finding {
        Ok(least) => Some(format!("it took {} ms", least.as_millis())),
        Err(finding) => finding,
    };
    if let Some(finding) = &finding {
        println!("FINDING {}: {finding}; repeat it with `{} one {seed} {number}`", target.name, target.name);
    }
    finding.is_none()
}

fn run(target: &Target, seed: u64, number: u64) -> Result<Duration, String> {
    let (start, worked) = (Instant::now(), processor_time());
    let outcome = catch_unwind(AssertUnwindSafe(|| (target.run)(&mut Random::of(seed, number))));
    outcome.map_err(|_| "it panicked".to_owned())??;
    Ok(match (worked, processor_time()) {
        (Some(before), Some(after)) => after.saturating_sub(before),
        _ => start.elapsed(),
    })
}

/// How long this thread has had a processor, where the system tells (Linux: `proc_pid_schedstat(5)`).
/// Unlike time on the wall it says the same on a machine that compiles meanwhile.
fn processor_time() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    told.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

fn usage() -> ExitCode {
    println!("usage: fuzz decode|badge|wire|queue|all SECONDS [SEED]\n       fuzz TARGET one SEED NUMBER");
    ExitCode::FAILURE
}
