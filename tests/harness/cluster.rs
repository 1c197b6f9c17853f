//! A throw-away PostgreSQL: made from the installed binaries, reached by a Unix socket, gone with
//! the process that asked for it.
//!
//! A shell stands between: it obeys `start`, `stop` and `crash`, and when its input ends, however
//! this process ends, it stops the server and removes the directory. PostgreSQL refuses to run as
//! root; then it runs as `postgres`, or as `nobody`.

use std::ffi::OsStr;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

/// Whether what was committed survives a power cut. Only tests of durability pay for that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Every commit is flushed.
    Flushed,
    /// Nothing is: the cluster does not outlive the test anyway.
    Fast,
}

/// A cluster of our own.
#[derive(Debug)]
pub struct Cluster {
    directory: PathBuf,
    // The order matters: the input closes first, then the shell is waited for.
    keeper: Mutex<Option<Keeper>>,
}

#[derive(Debug)]
struct Keeper {
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    shell: Child,
}

/// `$1` the binaries, `$2` the directory, `$3` the flags. Waits in `read`; a closed input ends it.
const KEEPER: &str = r#"
# Nobody may be left to hear the answer: that must not end it before it has cleaned up.
trap '' INT TERM HUP PIPE
pid=
halt() {
    [ -n "$pid" ] || return 0
    kill -"$1" "$pid" 2>/dev/null
    wait "$pid"
    pid=
}
while read -r order; do
    case $order in
        start) "$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= $3 </dev/null >>"$2/log" 2>&1 & pid=$! ;;
        stop) halt INT ;;
        crash) halt QUIT ;;
    esac
    echo done 2>/dev/null || true
done
halt QUIT
rm -rf "$2"
"#;

/// Directories of clusters begin with this, then comes the id of the process they belong to.
const PREFIX: &str = "leadline-pg-";

impl Cluster {
    /// Makes a cluster and starts it. `None` where no PostgreSQL is installed.
    ///
    /// # Errors
    /// When it is installed and cannot be started.
    pub fn start(durability: Durability) -> Option<io::Result<Self>> {
        let binaries = binaries()?;
        Some(Self::make(&binaries, durability))
    }

    fn make(binaries: &Path, durability: Durability) -> io::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        sweep();
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let directory = std::env::temp_dir().join(format!("{PREFIX}{}-{count}", std::process::id()));
        std::fs::create_dir(&directory)?;
        std::fs::set_permissions(&directory, std::fs::Permissions::from_mode(0o700))?;
        let owner = unprivileged(&directory)?;
        if let Some((user, group)) = owner {
            std::os::unix::fs::chown(&directory, Some(user), Some(group))?;
        }
        let made = run_as(owner, binaries.join("initdb"))
            .args(["--auth=trust", "--username=leadline", "--encoding=UTF8", "--no-locale", "--no-sync"])
            .arg("--pgdata")
            .arg(directory.join("data"))
            .current_dir(&directory)
            .output()?;
        if !made.status.success() {
            let said = String::from_utf8_lossy(&made.stderr).into_owned();
            let _ = std::fs::remove_dir_all(&directory);
            return Err(io::Error::other(format!("initdb failed: {said}")));
        }
        let mut flags =
            String::from("-c max_connections=300 -c shared_buffers=64MB -c wal_level=minimal -c max_wal_senders=0");
        if durability == Durability::Fast {
            flags.push_str(" -c fsync=off -c synchronous_commit=off -c full_page_writes=off");
        }
        let mut shell = run_as(owner, "sh")
            .args([OsStr::new("-c"), KEEPER.as_ref(), "keeper".as_ref(), binaries.as_ref(), directory.as_ref()])
            .arg(flags)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // An interrupt at the keyboard is for the tests; the keeper hears of it by its input.
            .process_group(0)
            .spawn()?;
        let missing = || io::Error::other("the keeper has no pipes");
        let orders = shell.stdin.take().ok_or_else(missing)?;
        let answers = BufReader::new(shell.stdout.take().ok_or_else(missing)?);
        let cluster = Self { directory, keeper: Mutex::new(Some(Keeper { orders, answers, shell })) };
        cluster.go_on();
        Ok(cluster)
    }

    /// The address of one of its databases.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://leadline@localhost/{database}?host={}", self.directory.display())
    }

    /// Starts it again. It answers a moment later.
    ///
    /// # Panics
    /// When the keeper is gone.
    pub fn go_on(&self) {
        self.order("start");
    }

    /// Shuts it down while clients are connected, as an administrator does; returns when it is down.
    ///
    /// # Panics
    /// When the keeper is gone.
    pub fn stop(&self) {
        self.order("stop");
    }

    /// Ends it without a word; it recovers from its log when it starts again.
    ///
    /// # Panics
    /// When the keeper is gone.
    pub fn crash(&self) {
        self.order("crash");
    }

    fn order(&self, order: &str) {
        let mut keeper = self.keeper.lock().expect("nobody panics while giving orders");
        let keeper = keeper.as_mut().expect("the keeper is there until the cluster is dropped");
        writeln!(keeper.orders, "{order}").expect("the keeper reads its orders");
        let mut answer = String::new();
        keeper.answers.read_line(&mut answer).expect("the keeper answers");
        assert_eq!(answer.trim(), "done", "the keeper obeys");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Ok(Some(Keeper { orders, answers, mut shell })) = self.keeper.get_mut().map(Option::take) {
            drop((orders, answers));
            let _ = shell.wait();
        }
    }
}

/// Where `initdb` and `postgres` lie: Debian's directories, newest first, then the search path.
fn binaries() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin")))
        })
        .collect();
    versions.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = versions.into_iter().map(|(_, place)| place).chain(std::env::split_paths(&path));
    places.into_iter().find(|place| place.join("initdb").is_file() && place.join("postgres").is_file())
}

/// The user and group to run as, when this process is root's.
fn unprivileged(made: &Path) -> io::Result<Option<(u32, u32)>> {
    if std::fs::metadata(made)?.uid() != 0 {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd")?;
    let find = |name: &str| {
        let fields: Vec<&str> =
            users.lines().map(|line| line.split(':').collect()).find(|user: &Vec<&str>| user.first() == Some(&name))?;
        Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?))
    };
    let found = find("postgres").or_else(|| find("nobody"));
    found.map(Some).ok_or_else(|| io::Error::other("neither a user postgres nor nobody to run PostgreSQL as"))
}

fn run_as(owner: Option<(u32, u32)>, program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    if let Some((user, group)) = owner {
        command.uid(user).gid(group);
    }
    for inherited in ["PGDATA", "PGHOST", "PGPORT", "PGUSER", "PGOPTIONS", "PGDATABASE"] {
        command.env_remove(inherited);
    }
    command.env("LC_ALL", "C").env("TZ", "UTC");
    command
}

/// Ends and removes the clusters of test processes that are no more, should their keeper have been
/// killed with them.
fn sweep() {
    for entry in std::fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let owner = name.to_str().and_then(|name| name.strip_prefix(PREFIX)).and_then(|rest| rest.split('-').next());
        let Some(owner) = owner.filter(|owner| owner.parse::<u32>().is_ok()) else { continue };
        if !Path::new("/proc/self").exists() || Path::new("/proc").join(owner).exists() {
            continue;
        }
        let directory = entry.path();
        let lock = std::fs::read_to_string(directory.join("data/postmaster.pid")).unwrap_or_default();
        if let Some(server) = lock.lines().next() {
            let command = std::fs::read(Path::new("/proc").join(server).join("cmdline")).unwrap_or_default();
            if String::from_utf8_lossy(&command).contains(&*directory.to_string_lossy()) {
                let _ = Command::new("kill").args(["-QUIT", server]).status();
            }
        }
        let _ = std::fs::remove_dir_all(&directory);
    }
}
