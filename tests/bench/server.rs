//! The real server in a process of its own, with an event to scan at.

use serde_json::{Value, json};
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

pub const VISITORS: usize = 2500;
pub const EXHIBITORS: usize = 60;
pub const PHONES: usize = 128;

/// A running server, its phones and its badges.
pub struct Bench {
    child: Child,
    pub address: SocketAddr,
    pub dir: TempDir,
    pub event: String,
    pub exhibitors: Vec<String>,
    /// Tokens of paired phones, spread over the exhibitors.
    pub phones: Vec<String>,
    pub codes: Vec<String>,
    pub owner: String,
    http: reqwest::Client,
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Bench {
    /// Starts a server on a fresh database (`LEADLINE_BENCH_DATABASE_URL`, else SQLite) and fills it.
    pub async fn start() -> Self {
        let dir = TempDir::new().unwrap();
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let leadline = env!("CARGO_BIN_EXE_leadline-under-test");
        let database = std::env::var("LEADLINE_BENCH_DATABASE_URL").unwrap_or_else(|_| "sqlite://bench.db".into());
        let base = |command: &mut Command| {
            command.env("LEADLINE_DATA_DIR", dir.path()).env("LEADLINE_DATABASE_URL", &database);
            command.env("LEADLINE_LOG", "warn").current_dir(dir.path());
        };
        let mut owner = Command::new(leadline);
        owner.args([
            "admin",
            "create-owner",
            "--organizer",
            "Bench",
            "--email",
            "bench@example.org",
            "--password-stdin",
        ]);
        base(&mut owner);
        let mut owner = owner.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        std::io::Write::write_all(&mut owner.stdin.take().unwrap(), b"correct horse battery").unwrap();
        assert!(owner.wait().unwrap().success());
        let mut serve = Command::new(leadline);
        serve.args(["serve", "--listen", &address.to_string()]);
        base(&mut serve);
        if let Ok(shim) = std::env::var("LEADLINE_BENCH_PRELOAD") {
            serve.env("LD_PRELOAD", shim);
        }
        let child = serve.spawn().unwrap();
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::new();
        let mut bench = Self {
            child,
            address,
            dir,
            event: String::new(),
            exhibitors: Vec::new(),
            phones: Vec::new(),
            codes: Vec::new(),
            owner: String::new(),
            http,
        };
        bench.wait().await;
        bench.fill().await;
        bench
    }

    async fn wait(&self) {
        for _ in 0..200 {
            if self
                .http
                .get(format!("http://{}/readyz", self.address))
                .send()
                .await
                .is_ok_and(|a| a.status().is_success())
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the server did not become ready");
    }

    pub async fn call(&self, path: &str, body: &Value) -> Value {
        let request =
            self.http.post(format!("http://{}/api/v1{path}", self.address)).bearer_auth(&self.owner).json(body);
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }

    async fn fill(&mut self) {
        let login = json!({"email": "bench@example.org", "password": "correct horse battery"});
        self.owner = text(&self.call("/auth/login", &login).await["token"]);
        let event = json!({"slug": "bench", "name": "Bench", "timezone": "Europe/Paris",
            "starts_at": "2020-01-01T08:00:00Z", "ends_at": "2040-01-01T18:00:00Z"});
        self.event = text(&self.call("/events", &event).await["id"]);
        for n in 0..EXHIBITORS {
            let path = format!("/events/{}/exhibitors", self.event);
            let made = self.call(&path, &json!({"slug": format!("x{n}"), "name": format!("Exhibitor {n}")})).await;
            self.exhibitors.push(text(&made["id"]));
        }
        for n in 0..PHONES {
            let path = format!("/exhibitors/{}/pairing-codes", self.exhibitors[n % EXHIBITORS]);
            let code = text(&self.call(&path, &json!({})).await["pairing_code"]);
            let pairing = json!({"pairing_code": code, "install_id": format!("i{n}"), "device_name": format!("Phone {n}"),
                "platform": "bench"});
            self.phones.push(text(&self.call("/auth/devices", &pairing).await["device_token"]));
        }
        let mut csv = String::from("external_id,first_name,last_name,email,company,category,country,badge_code\n");
        for n in 0..VISITORS {
            let code = format!("BENCH-BADGE-{n:08}");
            writeln!(csv, "r{n},First{n},Last{n},p{n}@example.org,Company {},visitor,FR,{code}", n % 300).unwrap();
            self.codes.push(code);
        }
        let answer = self
            .http
            .post(format!("http://{}/api/v1/events/{}/registrations/import", self.address, self.event))
            .bearer_auth(&self.owner)
            .header("content-type", "text/csv")
            .body(csv)
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    }

    /// Resident memory of the server, in bytes.
    pub fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
    }

    /// Processor time the server has used.
    pub fn cpu(&self) -> Duration {
        cpu_of(self.child.id())
    }
}

/// Processor time of a process, from the kernel's own count of 10 ms ticks.
pub fn cpu_of(process: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    Duration::from_millis(ticks * 10)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
