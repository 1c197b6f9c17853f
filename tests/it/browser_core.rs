//! mobile-core as the scanner page runs it: WebAssembly from a real server, in a worker of a real
//! browser, against the same code built for this machine.

use base64::Engine as _;
use harness::browser::{Browser, Tab};
use harness::on_every_engine;
use mobile_core::badge;
use mobile_core::capture::{Capture, ContactField};
use mobile_core::decode::{Budget, Frame, Luma, decode};
use mobile_core::fold::{Author, Fold, Logged};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

const BUILDS: [(&str, bool); 2] = [("core-simd", true), ("core", false)];
const MECARD: &str = "MECARD:N:Aziz,Noor;EMAIL:noor@zed.example;;";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

fn picture(name: &str) -> PathBuf {
    root().join("fixtures/pictures").join(name)
}

/// Starts the worker on a page of the server, so that the page's own policy applies.
async fn worker(tab: &mut Tab, base: &str, build: &str) -> Value {
    tab.go(&format!("{base}/sign-in")).await;
    let start = "(() => {
        const style = document.querySelector('link[rel=stylesheet]').href;
        const worker = new Worker(new URL('../js/core-worker.js', style), { type: 'module' });
        const waiting = new Map();
        worker.onerror = (event) => { for (const [, { no }] of waiting) no(new Error(event.message)); };
        worker.onmessage = ({ data: { id, value, error } }) => {
            const { yes, no } = waiting.get(id);
            waiting.delete(id);
            if (error === undefined) yes(value); else no(new Error(error));
        };
        let last = 0;
        window.ask = (call, rest, transfer = []) => new Promise((yes, no) => {
            waiting.set(++last, { yes, no });
            worker.postMessage({ id: last, call, ...rest }, transfer);
        });
        window.bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
    })()";
    tab.value(start).await;
    ask(tab, "load", &json!({"build": build})).await
}

async fn ask(tab: &mut Tab, call: &str, rest: &Value) -> Value {
    tab.value(&format!("ask({call:?}, {rest})")).await
}

/// Opens the queue as soon as the worker of the former page has let it go.
async fn opens(tab: &mut Tab, options: &Value) -> Value {
    let again = format!(
        "(async () => {{ for (;;) {{ try {{ return await ask('open', {options}); }} catch (error) {{ \
         if (!error.message.includes('ccess')) throw error; await new Promise((go) => setTimeout(go, 20)); }} }} }})()"
    );
    tab.value(&again).await
}

/// What refuses, and why.
async fn refusal(tab: &mut Tab, call: &str, rest: &Value) -> Value {
    tab.value(&format!("ask({call:?}, {rest}).then(() => 'no refusal', (error) => error.message)")).await
}

fn base64(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn captures() -> [Value; 2] {
    let code = badge::code::generate(&[7; 12]).to_string();
    let capture = |n: u8, at: &str, mut fields: Value| {
        fields["id"] = json!(format!("0199e3c4-0000-7000-8000-0000000000{n:02x}"));
        fields["captured_at"] = json!(at);
        fields["device_seq"] = json!(n);
        fields
    };
    [
        capture(1, "2026-11-22T09:30:00.000001Z", json!({"kind": "scan", "code": MECARD, "operator": "Temp 3"})),
        capture(2, "2026-11-22T09:31:00Z", json!({"kind": "note", "code": code, "text": "très chaud 🔥"})),
    ]
}

on_every_engine! {
    async fn the_browser_reads_and_folds_as_the_server_does(fair) {
        let Some(browser) = Browser::start().await else { return };
        let mut tab = browser.tab(390, 844).await;
        for (build, has_simd) in BUILDS {
            let loaded = worker(&mut tab, fair.site.api.base(), build).await;
            assert_eq!(loaded["simd"], json!(has_simd));
            reads_the_same_codes(&mut tab).await;
            reads_a_photograph(&mut tab).await;
            folds_to_the_same_lead(&mut tab).await;
            says_what_is_wrong(&mut tab).await;
        }
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }

    async fn captures_survive_the_page_and_reach_the_server_once(fair) {
        let Some(browser) = Browser::start().await else { return };
        let space = fair.exhibitor("Acme").open().await;
        let (phone, ada) = (space.phone("Ines").await, space.admin("Ada Admin").await);
        let noor = fair.registration("Noor Aziz").badge().await;
        let base = fair.site.api.base().to_owned();
        let mut tab = browser.tab(390, 844).await;

        // No network yet: kept, and still there in the next life of the page.
        worker(&mut tab, &base, "core-simd").await;
        let nowhere = json!({"token": "t", "url": "http://127.0.0.1:1/"});
        assert_eq!(ask(&mut tab, "open", &nowhere).await["unsent"], json!(0));
        let scan = ask(&mut tab, "take", &json!({"fields": {"kind": "scan", "code": noor.code}})).await;
        ask(&mut tab, "take", &json!({"fields": {"kind": "note", "code": noor.code, "text": "très chaud 🔥"}})).await;
        assert_eq!(scan["seq"], json!(1));
        let said = refusal(&mut tab, "take", &json!({"fields": {"kind": "note", "code": noor.code}})).await;
        assert!(said.as_str().unwrap().contains("/text"), "{said}");
        let report = ask(&mut tab, "deliver", &json!({"limitMs": 0})).await;
        assert_eq!((&report["end"], &report["connection"]["type"]), (&json!("time_up"), &json!("offline")), "{report}");

        // A second page is told that the first has the queue.
        let mut other = browser.tab(390, 844).await;
        worker(&mut other, &base, "core").await;
        let said = refusal(&mut other, "open", &json!({"token": "t"})).await;
        assert!(said.as_str().unwrap().to_lowercase().contains("access handle"), "{said}");

        worker(&mut tab, &base, "core").await;
        let token = phone.api.token().unwrap();
        let opened = opens(&mut tab, &json!({"token": token})).await;
        assert_eq!((&opened["unsent"], &opened["captures"][0]["id"]), (&json!(2), &scan["id"]), "{opened}");
        let report = ask(&mut tab, "deliver", &json!({})).await;
        assert_eq!((&report["end"], report["settled"].as_array().unwrap().len()), (&json!("done"), 2), "{report}");
        let lead = ada.ask_lead(serde_json::from_value(report["settled"][0]["settlement"]["sent"]["lead_id"].clone()).unwrap());
        let lead = lead.await.json();
        assert_eq!((&lead["scan_count"], &lead["notes"][0]["text"]), (&json!(1), &json!("très chaud 🔥")));
        assert_eq!(lead["registration"]["last_name"], "Aziz");

        // The token ends: what is taken from then on stays, and the page is told to pair again.
        ask(&mut tab, "close", &json!({})).await;
        let opened = opens(&mut tab, &json!({"token": "no-such-token"})).await;
        assert_eq!((&opened["unsent"], opened["captures"].as_array().unwrap().len()), (&json!(0), 2));
        ask(&mut tab, "take", &json!({"fields": {"kind": "scan", "code": "HALL-4-0017"}})).await;
        let report = ask(&mut tab, "deliver", &json!({})).await;
        assert_eq!((&report["end"], &report["trouble"]["status"]), (&json!("pair_again"), &json!(401)), "{report}");
        assert_eq!(ask(&mut tab, "state", &json!({})).await["unsent"], json!(1));
    }

    async fn both_builds_are_small_and_served_as_webassembly(fair) {
        for file in ["core.wasm", "core-simd.wasm"] {
            let path = format!("//static/wasm/{file}");
            let answer = fair.site.api.send(reqwest::Method::GET, &path, &[("accept-encoding", "gzip")], None).await;
            assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/wasm")));
            assert_eq!(answer.header("content-encoding"), Some("gzip"));
            assert!(answer.body.len() < 512 * 1024, "{file} has {} bytes gzipped", answer.body.len());
        }
    }
}

/// The same bytes give the same codes, to the corner.
async fn reads_the_same_codes(tab: &mut Tab) {
    let read = image::open(picture("badge-0014-two.jpg")).unwrap().into_luma8();
    let (width, height) = (read.width() as usize, read.height() as usize);
    let mut native = decode(&Frame::luma(Luma::new(&read, width, height, width).unwrap()), &Budget::thorough());
    assert_eq!(native.len(), 2);
    let layout = json!({"width": width, "height": height, "effort": "thorough"});
    let call = format!("ask('decode', {{ data: bytes({:?}), picture: {layout} }})", base64(&read));
    let answer = tab.value(&call).await;
    let mut seen: Vec<Value> = answer["codes"].as_array().unwrap().clone();
    native.sort_by(|a, b| a.text.cmp(&b.text));
    seen.sort_by(|a, b| a["text"].as_str().cmp(&b["text"].as_str()));
    assert_eq!(seen.len(), native.len(), "{seen:#?}");
    for (seen, native) in seen.iter().zip(&native) {
        assert_eq!(seen["text"], json!(native.text));
        assert_eq!(seen["bytes"], json!(native.bytes));
        assert_eq!(seen["version"], json!(native.version));
        assert_eq!(seen["level"], json!(format!("{:?}", native.level)));
        assert_eq!((&seen["mirrored"], &seen["inverted"]), (&json!(native.mirrored), &json!(native.inverted)));
        for (seen, native) in seen["corners"].as_array().unwrap().iter().zip(&native.corners) {
            for (axis, native) in [("x", native.x), ("y", native.y)] {
                let seen = seen[axis].as_f64().unwrap();
                assert!((seen - f64::from(native)).abs() < 0.5, "{axis}: {seen} is not {native}");
            }
        }
    }
}

/// A file from the camera roll, which the browser itself unpacks and draws.
async fn reads_a_photograph(tab: &mut Tab) {
    let file = std::fs::read(picture("badge-0000-clean.jpg")).unwrap();
    let call = format!(
        "createImageBitmap(new Blob([bytes({:?})], {{ type: 'image/jpeg' }})).then((bitmap) => \
         ask('image', {{ bitmap }}, [bitmap]))",
        base64(&file)
    );
    let answer = tab.value(&call).await;
    let text = answer["codes"][0]["text"].as_str().unwrap_or_else(|| panic!("no code in {answer}"));
    assert_eq!(text, "MECARD:N:Dubois,Ines;ORG:Orbit;;");
    let meaning = ask(tab, "parse", &json!({"text": text})).await;
    let native = badge::parse(text);
    assert_eq!((&meaning["key"], &meaning["kind"]), (&json!(native.key()), &json!("me_card")));
    assert_eq!(meaning["contact"], json!(native.contact()));
    assert_eq!(meaning["asks_first"], json!(native.asks_first()));
}

async fn folds_to_the_same_lead(tab: &mut Tab) {
    let captures = captures();
    let log: Vec<Logged> = captures
        .iter()
        .map(|capture| {
            let capture = Capture::parse(&capture.to_string()).unwrap();
            let author = Author { operator: capture.operator.clone(), ..Author::default() };
            let (corrected_at, carried) = (capture.captured_at, capture.carried());
            Logged { capture: capture.into(), corrected_at, author, flags: Vec::new(), carried }
        })
        .collect();
    let native = Fold::of(&log);
    // Newest first and one of them twice: neither may matter.
    let entries: Vec<Value> = [1, 0, 1].iter().map(|n| json!({"capture": captures[*n]})).collect();
    let lead = ask(tab, "fold", &json!({"log": entries})).await;
    assert_eq!(lead["scan_count"], json!(native.scans.count()));
    assert_eq!(lead["first_scanned_at"], json!(native.first_scanned_at));
    assert_eq!(lead["last_scanned_at"], json!(native.last_scanned_at()));
    assert_eq!(lead["scans"][0]["operator"], json!("Temp 3"));
    let note = &native.notes.kept()[0];
    assert_eq!((&lead["notes"][0]["text"], &lead["notes"][0]["at"]), (&json!(note.text), &json!(note.order.0)));
    assert_eq!(lead["contact"], json!(native.contact()));
    assert_eq!(lead["contact"][ContactField::FirstName.as_str()], json!("Noor"));
}

async fn says_what_is_wrong(tab: &mut Tab) {
    let short = json!({"data": {}, "picture": {"width": 640, "height": 480}});
    let said = refusal(tab, "decode", &short).await;
    assert!(said.as_str().unwrap().contains("the sizes ask for 307200"), "{said}");
    let said = refusal(tab, "decode", &json!({"data": {}, "picture": {"wdith": 640}})).await;
    assert!(said.as_str().unwrap().contains("unknown field `wdith`"), "{said}");
    let said = refusal(tab, "fold", &json!({"log": [{"capture": {"kind": "scan"}}]})).await;
    assert!(said.as_str().unwrap().contains("/id"), "{said}");
    let meaning = ask(tab, "parse", &json!({"text": "leadline:pair?server=https%3A%2F%2Fx.example&code=K7Q2"})).await;
    assert_eq!((&meaning["pairing_server"], &meaning["pairing_code"]), (&json!("https://x.example"), &json!("K7Q2")));
}

/// What the browser loads was built from what lies here: `scripts/wasm.sh` writes the stamp.
#[test]
fn the_webassembly_is_built_from_these_sources() {
    let stamp = std::fs::read_to_string(root().join("mobile-core/bindings/web/stamp")).unwrap();
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let mut counted = 0;
    let is_of = |hash: &str, path: PathBuf| {
        let bytes = std::fs::read(&path).unwrap_or_default();
        let digest = Sha256::digest(bytes).iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        assert_eq!(digest, hash, "{} changed; run scripts/wasm.sh and commit what it writes", path.display());
    };
    for line in stamp.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["source", hash, path] => is_of(hash, root().join(path)),
            ["result", hash, file] => is_of(hash, root().join("server/src/web/static/wasm").join(file)),
            ["crate", "mobile-core", ..] => {}
            ["crate", name, version, ..] => {
                let locked = format!("name = \"{name}\"\nversion = \"{}\"\n", version.trim_start_matches('v'));
                assert!(lock.contains(&locked), "{name} {version} is not in Cargo.lock; run scripts/wasm.sh");
            }
            _ => continue,
        }
        counted += 1;
    }
    assert!(counted > 40, "the stamp names sources, crates and results: {stamp}");
}

/// Milliseconds a frame, in the browser with and without SIMD and on this machine.
#[test]
#[ignore = "prints a table instead of checking: cargo test --workspace --test it how_long -- --ignored --nocapture"]
fn how_long_a_frame_takes() {
    const ROUNDS: usize = 15;
    harness::run(harness::Engine::Sqlite, "how_long_a_frame_takes", async |fair| {
        let Some(browser) = Browser::start().await else { return };
        let mut tab = browser.tab(390, 844).await;
        let mut frames = Vec::new();
        let names =
            ["0000-clean", "0005-motion", "0006-defocus", "0007-lowlight", "0008-glare", "0011-wrinkle", "0014-two"];
        for name in names {
            frames.push((name, image::open(picture(&format!("badge-{name}.jpg"))).unwrap().into_luma8()));
        }
        let hall = image::open(picture("badge-0016-negative.jpg")).unwrap().into_luma8();
        frames.push(("no code", image::imageops::resize(&hall, 1280, 720, image::imageops::FilterType::Triangle)));
        let mut rows: Vec<(&str, [f64; 3])> = Vec::new();
        for (name, frame) in &frames {
            assert_eq!(frame.dimensions(), (1280, 720), "{name}");
            let mut decoder = mobile_core::decode::Decoder::new();
            let luma = Frame::luma(Luma::new(frame, 1280, 720, 1280).unwrap());
            let best = (0..ROUNDS).map(|_| {
                let begun = std::time::Instant::now();
                decoder.decode(&luma, &Budget::preview());
                begun.elapsed().as_secs_f64() * 1e3
            });
            rows.push((name, [best.fold(f64::INFINITY, f64::min), 0.0, 0.0]));
        }
        for (column, (build, _)) in BUILDS.iter().enumerate() {
            worker(&mut tab, fair.site.api.base(), build).await;
            for ((_, frame), (_, row)) in frames.iter().zip(&mut rows) {
                let rounds = format!(
                    "(async () => {{ const data = bytes({:?}); let best = Infinity; \
                     for (let n = 0; n < {ROUNDS}; n++) {{ const {{ ms }} = await ask('decode', \
                     {{ data, picture: {{ width: 1280, height: 720 }} }}); best = Math.min(best, ms); }} return best; }})()",
                    base64(frame)
                );
                row[column + 1] = tab.value(&rounds).await.as_f64().unwrap();
            }
        }
        eprintln!("{:<12}{:>10}{:>10}{:>10}  best of {ROUNDS}, ms", "720p", "native", "SIMD", "plain");
        for (name, [native, simd, plain]) in rows {
            eprintln!("{name:<12}{native:>10.2}{simd:>10.2}{plain:>10.2}");
        }
    });
}
