//! The real server in a process of its own, with an event to scan at.

use serde_json::{Value, json};
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub const VISITORS: usize = 2500;
pub const EXHIBITORS: usize = 60;
pub const PHONES: usize = 128;

/// The server's program, as large as the one that is shipped.
pub const BINARY: &str = env!("CARGO_BIN_EXE_leadline-under-test");

/// A running server, its phones and its badges.
pub struct Bench {
    child: Child,
    serve: Command,
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

/// What a server runs on.
#[derive(Default)]
pub struct Ground {
    /// The database; none: `LEADLINE_BENCH_DATABASE_URL`, else SQLite.
    pub database: Option<String>,
    /// A disk whose flush takes 5 ms.
    pub is_slow: bool,
}

impl Bench {
    /// Starts a server on a fresh database and fills it.
    pub async fn start() -> Self {
        Self::start_on(Ground::default()).await
    }

    /// Starts a server somewhere else than usual and fills it.
    pub async fn start_on(ground: Ground) -> Self {
        let dir = TempDir::new().unwrap();
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let leadline = BINARY;
        let named = ground.database.or_else(|| std::env::var("LEADLINE_BENCH_DATABASE_URL").ok());
        let database = named.unwrap_or_else(|| "sqlite://bench.db".into());
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
        if ground.is_slow {
            serve.env("LD_PRELOAD", slow_disk(dir.path())).env("SLOW_DISK_US", "5000");
        }
        let child = serve.spawn().unwrap();
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::new();
        let mut bench = Self {
            child,
            serve,
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

    /// An event with this many people more, as the import brings them; gives the codes of their badges.
    pub async fn import(&self, name: &str, people: usize) -> Vec<String> {
        let mut csv = String::from("external_id,first_name,last_name,email,company,category,country,badge_code\n");
        let mut codes = Vec::with_capacity(people);
        for n in 0..people {
            let code = format!("BENCH-{name}-{n:08}");
            writeln!(csv, "{name}{n},First{n},Last{n},{name}{n}@example.org,Company {},visitor,FR,{code}", n % 300)
                .unwrap();
            codes.push(code);
        }
        let url = format!("http://{}/api/v1/events/{}/registrations/import", self.address, self.event);
        let request = self.http.post(url).bearer_auth(&self.owner).header("content-type", "text/csv").body(csv);
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
        codes
    }

    /// Reads an answer to its end without keeping it, and gives its length.
    pub async fn drain(&self, path: &str) -> u64 {
        let url = format!("http://{}/api/v1{path}", self.address);
        let mut answer = self.http.get(url).bearer_auth(&self.owner).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        let mut length = 0;
        while let Some(chunk) = answer.chunk().await.unwrap() {
            length += chunk.len() as u64;
        }
        length
    }

    /// Fetches a file.
    pub async fn fetch(&self, path: &str) -> Vec<u8> {
        let url = format!("http://{}/api/v1{path}", self.address);
        let answer = self.http.get(url).bearer_auth(&self.owner).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.bytes().await.unwrap().into()
    }

    /// Fetches a page as somebody whose browser takes this encoding.
    pub async fn page(&self, path: &str, token: &str, encoding: &str) -> Vec<u8> {
        let url = format!("http://{}{path}", self.address);
        let answer = self.http.get(url).bearer_auth(token).header("accept-encoding", encoding).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.bytes().await.unwrap().into()
    }

    /// Somebody who joins an exhibitor's team as its admin; their token.
    pub async fn admin_of(&self, exhibitor: &str) -> String {
        let person = json!({"first_name": "Ada", "last_name": "Admin", "email": "ada@example.org", "roles": ["admin"]});
        let invited = self.call(&format!("/exhibitors/{exhibitor}/team"), &person).await;
        let link = text(&invited["invitation_url"]);
        let accept = format!("/auth/invitations/{}/accept", link.rsplit('/').next().unwrap());
        text(&self.call(&accept, &json!({"password": "correct horse battery"})).await["token"])
    }

    /// Kills the server and starts it again on what it left; how long until it was ready.
    pub async fn restart(&mut self) -> Duration {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let begun = Instant::now();
        self.child = self.serve.spawn().unwrap();
        self.wait().await;
        begun.elapsed()
    }

    async fn wait(&self) {
        for _ in 0..2_500 {
            if self
                .http
                .get(format!("http://{}/readyz", self.address))
                .send()
                .await
                .is_ok_and(|a| a.status().is_success())
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(4)).await;
        }
        panic!("the server did not become ready");
    }

    /// Posts as the owner.
    pub async fn call(&self, path: &str, body: &Value) -> Value {
        self.send(reqwest::Method::POST, path, body).await
    }

    /// Changes as the owner.
    pub async fn patch(&self, path: &str, body: &Value) -> Value {
        self.send(reqwest::Method::PATCH, path, body).await
    }

    /// Sets as the owner.
    pub async fn put(&self, path: &str, body: &Value) -> Value {
        self.send(reqwest::Method::PUT, path, body).await
    }

    async fn send(&self, method: reqwest::Method, path: &str, body: &Value) -> Value {
        let url = format!("http://{}/api/v1{path}", self.address);
        let answer = self.http.request(method, url).bearer_auth(&self.owner).json(body).send().await.unwrap();
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
        self.codes = self.import("R", VISITORS).await;
    }

    /// Resident memory of the server, in bytes.
    pub fn resident(&self) -> u64 {
        self.status("VmRSS:")
    }

    /// Forgets the highest resident memory so far.
    pub fn forget_peak(&self) {
        std::fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5").unwrap();
    }

    /// The highest resident memory since then, in bytes.
    pub fn peak(&self) -> u64 {
        self.status("VmHWM:")
    }

    fn status(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
    }

    /// The server's process.
    pub fn process(&self) -> u32 {
        self.child.id()
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

/// Builds the shim that makes flushes slow.
fn slow_disk(folder: &Path) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/slow_disk.c");
    let shim = folder.join("slow_disk.so");
    let built = Command::new("cc").args(["-shared", "-fPIC", "-O2", "-o"]).arg(&shim).arg(source).arg("-ldl").status();
    assert!(built.is_ok_and(|status| status.success()), "a C compiler is needed for the slow disk");
    shim
}
