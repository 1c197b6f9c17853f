//! What the crate promises as a whole: decoding takes no memory, and untrusted bytes break nothing.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod allocation;
#[path = "../../examples/fuzz/inputs.rs"]
mod inputs;
#[path = "../../examples/fuzz/targets.rs"]
mod targets;

/// The beginning of what `examples/fuzz` goes through for as long as one lets it.
#[test]
fn untrusted_bytes_break_no_promise() {
    for target in &targets::TARGETS {
        let inputs = if target.name == "decode" { 150 } else { 3_000 };
        for number in 0..inputs {
            let outcome = (target.run)(&mut inputs::Random::of(1, number));
            assert_eq!(outcome, Ok(()), "{} one 1 {number}", target.name);
        }
    }
}

/// What the fuzzer found: target, seed and number of the input.
const FOUND: &[(&str, u64, u64)] = &[
    // Half of a code was made up from erasures, and its sound padding vouched for it.
    ("decode", 2, 1889),
];

#[test]
fn what_broke_a_promise_once_keeps_it_now() {
    for &(name, seed, number) in FOUND {
        let target = targets::TARGETS.iter().find(|target| target.name == name).unwrap();
        assert_eq!((target.run)(&mut inputs::Random::of(seed, number)), Ok(()), "{name} one {seed} {number}");
    }
}
