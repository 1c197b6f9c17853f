//! The boundary that phones call, exercised through its generated Python module: decode, queue,
//! pair, deliver, follow, aim, recognise and rescue, against a real server.

use harness::Engine;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tokio::io::AsyncWriteExt as _;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// Builds the module by the documented command. `None`, aloud, where there is no Python; CI has it.
fn module() -> Option<PathBuf> {
    let has_python = Command::new("python3").arg("--version").stdout(Stdio::null()).status().is_ok_and(|s| s.success());
    if !has_python {
        assert!(std::env::var_os("CI").is_none(), "CI must have python3");
        eprintln!("NOT TESTED: python3 is not installed, so the phones' bindings were not called");
        return None;
    }
    let folder = root().join("target/bindings/python");
    let built = Command::new(root().join("scripts/bindings.sh"))
        .arg("python")
        .arg(&folder)
        .env("LEADLINE_BINDINGS_PROFILE", "dev")
        .status()
        .unwrap();
    assert!(built.success(), "scripts/bindings.sh python fails");
    Some(folder)
}

#[test]
fn a_phone_scans_offline_and_delivers_through_the_bindings() {
    // Compiling has no place in a test's time limit.
    let Some(module) = module() else { return };
    harness::run(Engine::Sqlite, concat!(module_path!(), "::python"), async |fair| {
        let space = fair.exhibitor("Acme").open().await;
        let (ada, olga) = (space.admin("Ada Admin").await, fair.organizer().await);
        let noor = fair.registration("Noor Aziz").badge().await;
        let codes = format!("/exhibitors/{}/pairing-codes", space.id);
        let code: Value = ada.api.post(&codes, &json!({"label": "Stand"})).await.done(201);

        // The badge as the server prints it, turned like a phone's camera delivers it.
        let png = olga.api.get(&format!("/events/{}/badges/{}.png", fair.site.event, noor.id)).await;
        let picture = image::load_from_memory(&png.body).unwrap().rotate270().into_luma8();
        let folder = tempfile::tempdir().unwrap();
        let pixels = folder.path().join("badge.luma");
        std::fs::write(&pixels, picture.as_raw()).unwrap();
        let job = json!({
            "module": module,
            "server": ada.api.base(),
            "pairing_code": code["pairing_code"],
            "exhibitor": space.id,
            "badge": {"pixels": pixels, "width": picture.width(), "height": picture.height(), "text": noor.code},
            "queue": folder.path().join("queue"),
            "rescue": folder.path().join("phone.rescue"),
        });
        let said = python(&job).await;

        let lead = ada.ask_lead(serde_json::from_value(said["lead"].clone()).unwrap()).await.json();
        assert_eq!(lead["registration"]["first_name"], "Noor", "{lead:#}");
        assert_eq!((&lead["rating"], &lead["notes"][0]["text"]), (&json!("hot"), &json!("très chaud 🔥")));
        assert_eq!((&lead["scan_count"], &lead["scans"][0]["id"]), (&json!(1), &said["scan"]));
        assert_eq!(lead["scans"][0]["device"], said["device"]);
        assert_eq!(ada.leads("").await.json()["total"], 2, "the typed code is a lead of its own");

        // The file that the phone saved when its token had ended.
        let file = std::fs::read(folder.path().join("phone.rescue")).unwrap();
        let import = format!("/events/{}/captures/import", fair.site.event);
        let kind = [("content-type", mobile_core::rescue::MEDIA_TYPE)];
        let receipts = olga.api.send(reqwest::Method::POST, &import, &kind, Some(file)).await.done(200);
        let outcomes: Vec<&Value> = receipts["results"].as_array().unwrap().iter().map(|r| &r["outcome"]).collect();
        assert_eq!(outcomes, ["accepted"], "{receipts:#}");
        assert_eq!(ada.leads("").await.json()["total"], 3);
    });
}

async fn python(job: &Value) -> Value {
    let mut python = tokio::process::Command::new("python3")
        .arg(root().join("mobile-core/bindings/python/check.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut input = python.stdin.take().unwrap();
    input.write_all(job.to_string().as_bytes()).await.unwrap();
    drop(input);
    let output = python.wait_with_output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}
