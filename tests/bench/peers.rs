//! Peers in processes of their own, so that their processor time can be told from the readers'.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The argument that makes this program the bare axum peer.
pub const BARE: &str = "as-the-bare-peer";

/// A peer that prints its port when it listens, and ends with us.
pub struct Peer {
    child: Child,
    pub address: SocketAddr,
    /// The path of its WebSocket.
    pub socket: &'static str,
    /// What a client says first, where the protocol wants a word.
    pub greeting: Option<&'static str>,
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Peer {
    fn start(command: &mut Command, socket: &'static str, greeting: Option<&'static str>) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port: u16 = line.trim().parse().unwrap();
        Self { child, address: SocketAddr::from(([127, 0, 0, 1], port)), socket, greeting }
    }

    /// Axum with nothing of ours: [`crate::bare::serve`].
    pub fn bare() -> Self {
        Self::start(Command::new(std::env::current_exe().unwrap()).arg(BARE), "/live", None)
    }

    /// A server of Node's world; none where Node is not installed.
    pub fn node(script: &str) -> Option<Self> {
        let packages = installed()?;
        let (socket, greeting) = match script {
            "socketio.mjs" => ("/socket.io/?EIO=4&transport=websocket", Some("40")),
            _ => ("/", None),
        };
        Some(Self::start(Command::new("node").arg(packages.join(script)), socket, greeting))
    }

    /// Its process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }
}

/// The folder with the scripts and what they need, installed once beside the build.
fn installed() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-peers");
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/peers");
    std::fs::create_dir_all(&folder).unwrap();
    for file in ["package.json", "ws.mjs", "socketio.mjs"] {
        std::fs::copy(sources.join(file), folder.join(file)).unwrap();
    }
    if folder.join("node_modules/socket.io").exists() {
        return Some(folder);
    }
    let npm =
        Command::new("npm").args(["install", "--silent", "--no-audit", "--no-fund"]).current_dir(&folder).status();
    npm.is_ok_and(|status| status.success()).then_some(folder)
}

/// `pgbench`, with one-row commits of about a capture's size from 32 connections: commits a second.
/// None where PostgreSQL is not installed.
pub fn one_row_commits(url: &str, folder: &Path) -> Option<f64> {
    let binaries = std::fs::read_dir("/usr/lib/postgresql").ok()?.filter_map(Result::ok);
    let pgbench = binaries.map(|version| version.path().join("bin/pgbench")).find(|path| path.exists())?;
    let script = folder.join("one-row.sql");
    std::fs::write(&script, "INSERT INTO one_row (body) VALUES (repeat('x', 200));\n").unwrap();
    let mut run = Command::new(pgbench);
    run.args(["--client=32", "--jobs=2", "--time=8", "--no-vacuum", "--file"]).arg(&script).arg(url);
    let output = run.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().find(|line| line.starts_with("tps = "));
    let line = line.unwrap_or_else(|| panic!("pgbench said: {text}{}", String::from_utf8_lossy(&output.stderr)));
    Some(line.split_whitespace().nth(2).unwrap().parse().unwrap())
}
