//! Speed and memory, each figure beside its own limit measured in the same run.
//!
//! `cargo bench -p tests --bench figures -- [NAME …]`; without names all but the long ones. The
//! machines are shared and noisy: read the ratios, not the rates. What each figure means and what
//! was measured stands in `docs/benchmarks.md`.

#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(clippy::disallowed_methods, reason = "a benchmark is a client with a clock of its own")]
#![expect(clippy::unchecked_time_subtraction, reason = "processor time only grows")]

mod bare;
mod captures;
mod live;
mod load;
mod server;

use std::collections::BTreeSet;

/// Every figure by name, and whether it is part of a run without names.
const FIGURES: [(&str, bool); 7] = [
    ("single", true),
    ("batches", true),
    ("commit", true),
    ("latency", true),
    ("fanout", true),
    ("idle", true),
    ("million", false),
];

fn main() {
    let named: BTreeSet<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    if let Some(unknown) = named.iter().find(|name| FIGURES.iter().all(|(figure, _)| figure != name)) {
        let known: Vec<&str> = FIGURES.iter().map(|(name, _)| *name).collect();
        println!("no figure is called {unknown}; there are {}", known.join(", "));
        std::process::exit(2);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    println!("{:<44} {:>14} {:>14} {:>8}  target", "figure", "ours", "limit", "ratio");
    for (name, is_default) in FIGURES {
        if if named.is_empty() { is_default } else { named.contains(name) } {
            runtime.block_on(async {
                match name {
                    "single" => captures::single().await,
                    "batches" => captures::batches().await,
                    "commit" => captures::commit_each().await,
                    "million" => captures::million().await,
                    "latency" => live::latency().await,
                    "fanout" => live::fan_out().await,
                    _ => live::idle().await,
                }
            });
        }
    }
}

/// Prints a figure, its limit and their ratio beside the target.
fn report(figure: &str, ours: f64, limit: f64, target: &str) {
    println!("{figure:<44} {ours:>14.0} {limit:>14.0} {:>8.2}  {target}", ours / limit);
}
