//! The command line: one command a file, arguments parsed by clap, then a call into the library.
//!
//! Exit status 0 for done, 1 for failed (one line on stderr), 2 for wrong usage.

pub mod admin;
pub mod backup;
pub mod decode;
pub mod demo;
pub mod export;
pub mod import;
pub mod migrate;
pub mod picture;
pub mod scan;
pub mod serve;
pub mod slugs;

use crate::app::{App, Clock, Settings};
use crate::config;
use crate::storage::Store;
use crate::telemetry::{self, LogFormat};
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Lead capture for exhibitions.
#[derive(Debug, Parser)]
#[command(name = "leadline", version, about, propagate_version = true)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Where help lists the settings that go with every command.
const GLOBAL: &str = "Options of every command";

/// Settings that go with every command.
#[derive(Debug, Clone, clap::Args)]
pub struct Global {
    /// The database: `sqlite://FILE` (relative paths lie in the data directory) or `postgres://…`
    #[arg(long, global = true, help_heading = GLOBAL, env = "LEADLINE_DATABASE_URL", default_value = "sqlite://leadline.db")]
    pub database_url: String,
    /// Where the database and exports lie
    #[arg(long, global = true, help_heading = GLOBAL, env = "LEADLINE_DATA_DIR", default_value = ".")]
    pub data_dir: PathBuf,
    /// What is logged, for instance warn, info, or info,server=debug (usually info; the demo is quieter: warn)
    #[arg(long, global = true, help_heading = GLOBAL, env = "LEADLINE_LOG")]
    pub log: Option<String>,
    /// How logs are written
    #[arg(long, global = true, help_heading = GLOBAL, env = "LEADLINE_LOG_FORMAT", value_enum, default_value = "text")]
    pub log_format: LogFormat,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server
    Serve(serve::ServeArgs),
    /// Show what Leadline does: a whole event, with phones that scan
    Demo(demo::DemoArgs),
    /// Bring the database's tables up to date
    Migrate,
    /// Copy an SQLite database while the server runs
    Backup(backup::BackupArgs),
    /// Put a copy back, so that phones and pages notice
    Restore(backup::RestoreArgs),
    /// Read badge codes from pictures
    Decode(decode::DecodeArgs),
    /// Be a phone: read badges from pictures and send the scans
    Scan(scan::ScanArgs),
    /// What only those may do who have the database in hand
    Admin(admin::Admin),
    /// Bring a file into an event
    #[command(subcommand)]
    Import(Import),
    /// Take something home as a file
    #[command(subcommand)]
    Export(Export),
}

#[derive(Debug, Subcommand)]
enum Import {
    /// A list of people, as CSV or XLSX
    Registrations(import::RegistrationsArgs),
    /// The scans that a phone could not send, from its rescue file
    Captures(import::CapturesArgs),
}

#[derive(Debug, Subcommand)]
enum Export {
    /// An exhibitor's leads, as XLSX, CSV, JSON lines or vCard
    Leads(export::LeadsArgs),
}

/// Why a command failed, as one line.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    /// A failure that says what went wrong and the way out.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

impl From<Failure> for String {
    fn from(failure: Failure) -> Self {
        failure.0
    }
}

/// What a command ends with.
pub type Ended = Result<ExitCode, Failure>;

impl Global {
    /// Opens the database, its tables up to date.
    pub async fn open(&self) -> Result<Store, Failure> {
        Ok(Store::open(&self.database_url, &self.data_dir).await?)
    }

    /// Opens a database that is there, for commands that are about what it holds.
    pub async fn open_existing(&self) -> Result<Store, Failure> {
        Ok(Store::open_existing(&self.database_url, &self.data_dir).await?)
    }

    /// A database that was opened with everything that works on it, for commands that are no server.
    pub fn app(&self, store: Store) -> App {
        let settings = Settings { data_dir: self.data_dir.clone(), ..Settings::default() };
        App::start(store, Clock::default(), settings)
    }
}

/// Runs the command named by the process arguments.
pub fn main() -> ExitCode {
    let parsed = config::parse(Cli::command(), std::env::args_os()).and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) if is_help(&error) => {
            let _ = error.print();
            return ExitCode::from(error.exit_code() as u8);
        }
        Err(error) => {
            let arguments: Vec<_> = std::env::args_os().collect();
            say(&config::told(&Cli::command(), &arguments, &error));
            return ExitCode::from(error.exit_code() as u8);
        }
    };
    // The demo's terminal is for what a newcomer looks for: its address and its figures.
    let usual = if matches!(cli.command, Command::Demo(_)) { "warn" } else { "info" };
    let level = cli.global.log.as_deref().unwrap_or(usual);
    if let Err(message) = telemetry::begin(level, cli.global.log_format) {
        return fail(&message);
    }
    match run(cli) {
        Ok(code) => code,
        Err(failure) => fail(&failure.0),
    }
}

/// Whether what the parser says is help, and no error.
fn is_help(error: &clap::Error) -> bool {
    use clap::error::ErrorKind::{DisplayHelp, DisplayHelpOnMissingArgumentOrSubcommand, DisplayVersion};
    matches!(error.kind(), DisplayHelp | DisplayHelpOnMissingArgumentOrSubcommand | DisplayVersion)
}

fn fail(message: &str) -> ExitCode {
    say(message);
    ExitCode::FAILURE
}

#[expect(clippy::print_stderr, reason = "a failed command says why in one line")]
fn say(message: &str) {
    eprintln!("leadline: {}", message.replace('\n', " "));
}

fn run(cli: Cli) -> Ended {
    let global = cli.global;
    match cli.command {
        Command::Serve(arguments) => wait(serve::run(global, arguments)),
        Command::Admin(arguments) => wait(arguments.run(global)),
        Command::Demo(arguments) => wait(demo::run(global, arguments)),
        Command::Migrate => wait(migrate::run(global)),
        Command::Backup(arguments) => wait(backup::run(global, arguments)),
        Command::Restore(arguments) => wait(backup::restore(global, arguments)),
        Command::Decode(arguments) => Ok(decode::run(&arguments)),
        Command::Scan(arguments) => wait(async move { scan::run(arguments, &global.data_dir).await.map_err(Failure) }),
        Command::Export(Export::Leads(arguments)) => wait(async move {
            let app = global.app(global.open_existing().await?);
            let done = export::leads(&app, &arguments).await.map_err(Failure);
            app.stop().await;
            done
        }),
        Command::Import(import) => wait(async move {
            let app = global.app(global.open_existing().await?);
            let done = match &import {
                Import::Registrations(arguments) => import::registrations(&app, arguments).await,
                Import::Captures(arguments) => import::captures(&app, arguments).await,
            };
            app.stop().await;
            done.map_err(Failure)
        }),
    }
}

/// Runs what waits for the network or the database.
fn wait(command: impl Future<Output = Ended>) -> Ended {
    // Rows come back from a database by threads of its own. A worker that is busy with requests looks
    // only at every 61st turn at what such threads woke, and a request is many such turns.
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.enable_all().global_queue_interval(7).build()?.block_on(command)
}
