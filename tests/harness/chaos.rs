//! What goes wrong: chance that repeats from its seed, and a real server process to be killed.

use crate::http::{self, Api};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Chance that a seed repeats (`SplitMix64`, Steele, Lea and Flood 2014).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// From a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below a bound.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.bits() % bound.max(1)
    }

    /// One of some things.
    pub fn one_of<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        &things[self.below(things.len() as u64) as usize]
    }

    /// True once in so many.
    pub fn once_in(&mut self, many: u64) -> bool {
        self.below(many) == 0
    }

    /// Any order.
    pub fn shuffle<T>(&mut self, things: &mut [T]) {
        for at in (1..things.len()).rev() {
            things.swap(at, self.below(at as u64 + 1) as usize);
        }
    }
}

/// A server process of the real binary.
#[derive(Debug)]
pub struct Process {
    binary: PathBuf,
    arguments: Vec<String>,
    /// Its way, as nobody; the address stays over restarts.
    pub api: Api,
    child: Option<Child>,
    /// Where its log goes; none: nowhere in particular.
    log: Option<PathBuf>,
}

impl Process {
    /// Starts `leadline serve` on a database and waits until it answers.
    pub async fn start(binary: &str, database_url: &str, data_dir: &Path) -> Self {
        Self::start_at(binary, database_url, data_dir, ("error", None)).await
    }

    /// The same, logging all that it can say into a file.
    pub async fn start_talking(binary: &str, database_url: &str, data_dir: &Path, log: &Path) -> Self {
        Self::start_at(binary, database_url, data_dir, ("trace", Some(log.to_owned()))).await
    }

    async fn start_at(
        binary: &str,
        database_url: &str,
        data_dir: &Path,
        (level, log): (&str, Option<PathBuf>),
    ) -> Self {
        // The kernel hands the port out, and hands out others before it comes round again.
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port();
        let arguments = [
            "serve".to_owned(),
            format!("--listen=127.0.0.1:{port}"),
            format!("--database-url={database_url}"),
            format!("--data-dir={}", data_dir.display()),
            format!("--log={level}"),
        ];
        let api = Api::new(http::client(), format!("http://127.0.0.1:{port}"));
        let mut process = Self { binary: binary.into(), arguments: arguments.into(), api, child: None, log };
        process.go_on().await;
        process
    }

    /// Bounds how far the process can write into any file, as a full disk does; none: no bound.
    ///
    /// Needs no right and no mount: the soft limit of the running process is set. What it may not
    /// write, it is told (`EFBIG`) instead of killed, since it was started with the signal ignored.
    pub fn bound_files(&self, bytes: Option<u64>) {
        let child = self.child.as_ref().expect("it runs");
        let bytes = bytes.map_or("unlimited".to_owned(), |bytes| bytes.to_string());
        let arguments = [format!("--pid={}", child.id()), format!("--fsize={bytes}:")];
        let done = Command::new("prlimit").args(arguments).status();
        assert!(done.is_ok_and(|status| status.success()), "the limit is set");
    }

    /// Starts it again and waits until it answers.
    pub async fn go_on(&mut self) {
        let mut command = Command::new("sh");
        command.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]).arg(&self.binary);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("LEADLINE_")) {
            command.env_remove(name);
        }
        if let Some(log) = &self.log {
            let file = std::fs::File::options().create(true).append(true).open(log).expect("a file for the log");
            command.stderr(file);
        }
        let child = command.args(&self.arguments).stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        self.child = Some(child.expect("the binary starts"));
        let begun = Instant::now();
        loop {
            let ready = self.api.try_send(reqwest::Method::GET, "//readyz", &[], None).await;
            if ready.is_ok_and(|answer| answer.status == 200) {
                return;
            }
            let ended = self.child.as_mut().and_then(|child| child.try_wait().ok().flatten());
            assert!(ended.is_none(), "the server ended: {ended:?}");
            assert!(begun.elapsed() < Duration::from_secs(30), "the server is not ready");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// `kill -9`: nothing is finished, nothing is said.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Asks it to end and gives its status.
    pub fn ask_to_end(&mut self) -> std::process::ExitStatus {
        let mut child = self.child.take().expect("it runs");
        let asked = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
        assert!(asked.is_ok_and(|status| status.success()), "the signal is sent");
        child.wait().expect("its own child")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
