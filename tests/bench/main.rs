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
mod fanout;
mod footprint;
mod live;
mod load;
mod meanwhile;
mod peers;
mod server;
mod visitors;

use std::collections::BTreeSet;

/// Every figure by name, and whether it is part of a run without names.
const FIGURES: [(&str, bool); 18] = [
    ("single", true),
    ("batches", true),
    ("slow-disk", true),
    ("postgres", true),
    ("latency", true),
    ("stalled", true),
    ("overload", true),
    ("fanout", true),
    ("idle", true),
    ("exports", true),
    ("sign-ins", true),
    ("booking", true),
    ("door", true),
    ("search", true),
    ("badge", true),
    ("leads-tab", true),
    ("footprint", true),
    ("million", false),
];

fn main() {
    let named: BTreeSet<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    if named.contains(peers::BARE) {
        return runtime.block_on(bare::serve());
    }
    if let Some(unknown) = named.iter().find(|name| FIGURES.iter().all(|(figure, _)| figure != name)) {
        let known: Vec<&str> = FIGURES.iter().map(|(name, _)| *name).collect();
        println!("no figure is called {unknown}; there are {}", known.join(", "));
        std::process::exit(2);
    }
    println!("{:<56} {:>14} {:>14} {:>8}  target", "figure", "ours", "limit", "ratio");
    for (name, is_default) in FIGURES {
        if if named.is_empty() { is_default } else { named.contains(name) } {
            runtime.block_on(async {
                match name {
                    "single" => captures::single().await,
                    "batches" => captures::batches().await,
                    "slow-disk" => captures::slow_disk().await,
                    "postgres" => captures::postgres().await,
                    "million" => captures::million().await,
                    "latency" => live::latency().await,
                    "stalled" => live::stalled().await,
                    "overload" => live::overload().await,
                    "fanout" => fanout::fan_out().await,
                    "exports" => meanwhile::exports().await,
                    "sign-ins" => meanwhile::sign_ins().await,
                    "booking" => visitors::booking().await,
                    "door" => visitors::door().await,
                    "search" => visitors::search().await,
                    "badge" => visitors::badge().await,
                    "footprint" => footprint::footprint().await,
                    "leads-tab" => visitors::leads_tab().await,
                    _ => fanout::idle().await,
                }
            });
        }
    }
}

/// Prints a figure, its limit and their ratio beside the target.
fn report(figure: &str, ours: f64, limit: f64, target: &str) {
    println!("{figure:<56} {ours:>14.0} {limit:>14.0} {:>8.2}  {target}", ours / limit);
}
