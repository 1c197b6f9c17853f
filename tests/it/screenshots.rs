//! Pictures of every page of the demo, at three widths and in both themes, into `docs/screenshots/`.
//!
//! Not part of the tests: `scripts/screenshots.sh` runs it. The fair is the real `leadline demo` of a
//! release build, so what the pictures show is what a newcomer sees.

use harness::browser::Browser;
use harness::http::{Api, client};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

const WIDTHS: [(u32, u32); 3] = [(390, 844), (820, 1180), (1440, 900)];

/// The demo, ended with this value.
struct Demo {
    process: std::process::Child,
    _folder: tempfile::TempDir,
    base: String,
    said: String,
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Demo {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap().to_string();
        drop(free);
        let told = folder.path().join("told.txt");
        let process = Command::new(env!("CARGO_BIN_EXE_leadline-under-test"))
            .args(["demo", "--listen", &address, "--scans-per-second", "3", "--data-dir"])
            .arg(folder.path())
            .stdout(std::fs::File::create(&told).unwrap())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let base = format!("http://{address}");
        let mut demo = Self { process, _folder: folder, base, said: String::new() };
        // Until the figures are told, so that some scans of now are on the pages too.
        for _ in 0..600 {
            tokio::time::sleep(Duration::from_millis(500)).await;
            demo.said = std::fs::read_to_string(&told).unwrap_or_default();
            if demo.said.matches("received").count() > 4 {
                return demo;
            }
        }
        panic!("the demo did not come up: {}", demo.said);
    }

    /// Somebody whom the demo names, signed in.
    async fn sign_in(&self, label: &str) -> (Api, Value) {
        let line =
            self.said.lines().find(|line| line.contains(label)).unwrap_or_else(|| panic!("no {label}: {}", self.said));
        let email = line.split_whitespace().find(|word| word.contains('@')).unwrap();
        let password = self.said.lines().find_map(|line| line.trim().strip_prefix("Password")).unwrap();
        let password = password.split_whitespace().next().unwrap();
        let api = Api::new(client(), &self.base);
        let entered = api.post("/auth/login", &json!({"email": email, "password": password})).await.done(200);
        let api = api.with_token(entered["token"].as_str().unwrap());
        let me = api.get("/me").await.json();
        (api, me)
    }
}

fn folder() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let folder = root.join("docs/screenshots");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes pictures; scripts/screenshots.sh runs it"]
async fn of_every_page() {
    let browser = Browser::start().await.expect("a browser");
    let demo = Demo::start().await;
    let (admin, me) = demo.sign_in("dmin").await;
    let (organiser, its) = demo.sign_in("rganis").await;
    let space = format!("/exhibitors/{}", me["memberships"]["exhibitors"][0]["exhibitor_id"].as_str().unwrap());
    let event = format!("/events/{}", its["capabilities"]["events"][0]["event_id"].as_str().unwrap());
    let leads = admin.get(&format!("{space}/leads?sort=-note_count&limit=1")).await.json();
    let first = leads["items"][0]["id"].as_str().unwrap_or_default().to_owned();
    let pages = [
        ("sign-in", None, "/sign-in".to_owned()),
        ("leads", Some(&admin), format!("{space}/leads")),
        ("lead", Some(&admin), format!("{space}/leads/{first}")),
        ("team", Some(&admin), format!("{space}/team")),
        ("phones", Some(&admin), format!("{space}/devices")),
        ("activity", Some(&admin), format!("{space}/activity")),
        ("monitor", Some(&organiser), format!("{event}/monitor")),
        ("exhibitors", Some(&organiser), format!("{event}/exhibitors")),
        ("packages", Some(&organiser), format!("{event}/packages")),
        ("people", Some(&organiser), format!("{event}/people")),
        ("doors", Some(&organiser), format!("{event}/doors")),
        ("home", Some(&organiser), "/".to_owned()),
    ];
    let only = std::env::var("LEADLINE_SCREENSHOTS").unwrap_or_default();
    for (width, height) in WIDTHS {
        for theme in ["light", "dark"] {
            let mut tab = browser.tab(width, height).await;
            tab.theme(theme).await;
            for (name, who, path) in
                pages.iter().filter(|(name, ..)| only.is_empty() || only.split(',').any(|one| one == *name))
            {
                match who {
                    Some(api) => tab.sign_in(api).await,
                    None => tab.sign_out().await,
                }
                tab.go(&format!("{}{path}", demo.base)).await;
                tokio::time::sleep(Duration::from_millis(900)).await;
                let picture = tab.picture().await;
                std::fs::write(folder().join(format!("{name}-{width}-{theme}.png")), picture).unwrap();
            }
        }
    }
}
