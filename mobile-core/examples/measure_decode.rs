//! Recall by category and time a frame over a folder of pictures with a `manifest.jsonl`.
//!
//! `cargo run --release -p mobile-core --example measure_decode -- FOLDER [cheap|preview|thorough|--units=N] [--misses] [--dear] [--once]`
//! Each line of the manifest names a `file`, its `texts`, its `set` and `category`; `open` says
//! that the picture may hold more codes than are listed. Times are the thread's processor time.
#![expect(clippy::print_stdout, reason = "an example that prints a table")]

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use cpu_time::ThreadTime;
use mobile_core::decode::{Budget, Decoder, FoundBy, Frame, Luma};

#[derive(Default)]
struct Row {
    frames: usize,
    texts: usize,
    read: usize,
    wrong: usize,
    times: Vec<f64>,
}

/// Answers each path on standard input as `leadline decode --json -` does, for `compare.py`.
fn stream(budget: Budget) -> Result<(), Box<dyn Error>> {
    let mut decoder = Decoder::new();
    for path in std::io::stdin().lines() {
        let path = path?;
        let picture = image::open(&path)?.to_luma8();
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let frame = Frame::luma(Luma::new(&picture, width, height, width)?);
        let start = ThreadTime::now();
        let codes = decoder.decode(&frame, &budget);
        let ms = start.elapsed().as_secs_f64() * 1e3;
        let texts: Vec<String> = codes.into_iter().map(|code| code.text).collect();
        println!("{}", serde_json::json!({ "file": path, "texts": texts, "ms": ms }));
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|a| a == "--stream") {
        let is_preview = arguments.iter().any(|a| a == "preview");
        return stream(if is_preview { Budget::preview() } else { Budget::thorough() });
    }
    let root = arguments.first().ok_or("name the folder that holds manifest.jsonl")?;
    let has = |word: &str| arguments.iter().any(|a| a == word);
    let units = arguments.iter().find_map(|a| a.strip_prefix("--units=")).map(str::parse).transpose()?;
    let budget = if let Some(units) = units {
        Budget::of(units)
    } else if has("cheap") {
        Budget::cheap()
    } else if has("preview") {
        Budget::preview()
    } else {
        Budget::thorough()
    };
    let repeats = if has("--once") { 1 } else { 3 };
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    let mut stages: BTreeMap<FoundBy, usize> = BTreeMap::new();
    let mut sizes: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let mut decoder = Decoder::new();
    let (mut worst, mut work, mut time) = ((0.0f64, String::new()), 0.0, 0.0);
    let mut all_units: Vec<u64> = Vec::new();
    for line in std::fs::read_to_string(Path::new(root).join("manifest.jsonl"))?.lines() {
        let entry: serde_json::Value = serde_json::from_str(line)?;
        let file = entry["file"].as_str().ok_or("a line without a file")?;
        let set = entry["set"].as_str().unwrap_or("-");
        let category = entry["category"].as_str().unwrap_or("-");
        let texts: Vec<&str> = entry["texts"].as_array().into_iter().flatten().filter_map(|t| t.as_str()).collect();
        let picture = image::open(Path::new(root).join(file))?.to_luma8();
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let frame = Frame::luma(Luma::new(&picture, width, height, width)?);
        let mut codes = Vec::new();
        let mut best = f64::INFINITY;
        for _ in 0..repeats {
            let start = ThreadTime::now();
            codes = decoder.decode(&frame, &budget);
            best = best.min(start.elapsed().as_secs_f64() * 1e3);
        }
        let read = texts.iter().filter(|t| codes.iter().any(|c| c.text == **t)).count();
        let units = decoder.work_of_last_frame() as f64;
        let dearness = best * 1e6 / units.max(1e6);
        if dearness > worst.0 {
            worst = (dearness, file.to_owned());
        }
        all_units.push(decoder.work_of_last_frame());
        work += units;
        time += best * 1e6;
        if has("--dear") && units > 8e6 && read > 0 {
            println!("dear {file} {best:.1} ms, {:.1} M units by {:?}", units / 1e6, codes[0].found_by);
        }
        for code in &codes {
            *stages.entry(code.found_by).or_default() += 1;
        }
        sizes.entry(format!("{width}x{height}")).or_default().push(best);
        let wrong: Vec<_> = codes.iter().filter(|c| !texts.contains(&c.text.as_str())).collect();
        let open = entry["open"] == true;
        for name in [format!("{set}/*"), format!("{set}: {category}")] {
            let row = rows.entry(name).or_default();
            row.frames += 1;
            row.texts += texts.len();
            row.read += read;
            row.wrong += if open { 0 } else { wrong.len() };
            row.times.push(best);
        }
        if has("--misses") {
            for text in texts.iter().filter(|t| !codes.iter().any(|c| c.text == **t)) {
                println!(
                    "missed {file} {best:.1} ms, {:.1} M units {:?}",
                    units / 1e6,
                    text.chars().take(40).collect::<String>()
                );
            }
            for code in wrong {
                println!("{} {file} {:?}", if open { "further" } else { "WRONG" }, code.text);
            }
        }
    }
    println!(
        "{:<32}{:>7}{:>12}{:>8}{:>7}{:>9}{:>9}{:>9}",
        "", "frames", "read", "recall", "wrong", "median", "p95", "max"
    );
    for (name, row) in &mut rows {
        row.times.sort_by(f64::total_cmp);
        let at = |share: f64| row.times[((row.times.len() - 1) as f64 * share) as usize];
        println!(
            "{name:<32}{:>7}{:>12}{:>8.3}{:>7}{:>9.2}{:>9.2}{:>9.2}",
            row.frames,
            format!("{}/{}", row.read, row.texts),
            row.read as f64 / row.texts.max(1) as f64,
            row.wrong,
            at(0.5),
            at(0.95),
            at(1.0)
        );
    }
    for (size, times) in &mut sizes {
        times.sort_by(f64::total_cmp);
        if times.len() >= 5 {
            let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
            println!(
                "{size:<32}{:>7} frames: median {:.2}, p95 {:.2}, max {:.2} ms",
                times.len(),
                at(0.5),
                at(0.95),
                at(1.0)
            );
        }
    }
    println!("read by stage: {stages:?}");
    all_units.sort_unstable();
    let at = |share: f64| all_units[((all_units.len() - 1) as f64 * share) as usize] as f64 / 1e6;
    println!("millions of units: median {:.1}, p90 {:.1}, p95 {:.1}, max {:.1}", at(0.5), at(0.9), at(0.95), at(1.0));
    println!("nanoseconds a unit of work: mean {:.2}, worst frame {:.2} ({})", time / work, worst.0, worst.1);
    Ok(())
}
