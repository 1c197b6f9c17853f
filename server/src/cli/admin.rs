//! `leadline admin`: what only those may do who have the database itself in hand.

use super::{Ended, Failure, Global};
use crate::access::SystemScope;
use crate::accounts::{self, password::Password};
use crate::app::App;
use crate::audit;
use crate::problem::Problem;
use mobile_core::reason::Reason;
use std::io::Read as _;
use std::process::ExitCode;

/// `leadline admin …`
#[derive(Debug, clap::Args)]
pub struct Admin {
    /// What to do.
    #[command(subcommand)]
    pub action: Action,
}

/// What an administrator can do.
#[derive(Debug, clap::Subcommand)]
pub enum Action {
    /// Make someone the owner of an organizer, making either as needed. An account that exists gets a
    /// new password, so this is also the way back in.
    CreateOwner(CreateOwner),
    /// Walk the audit log's chains of hashes and say whether anything was changed, left out or taken
    /// from their ends. Keep the printed heads elsewhere to be sure of the ends.
    VerifyAudit,
}

/// `leadline admin create-owner …`
#[derive(Debug, clap::Args)]
pub struct CreateOwner {
    /// The organizer's name.
    #[arg(long, value_name = "NAME")]
    pub organizer: String,
    /// The owner's e-mail address.
    #[arg(long)]
    pub email: String,
    /// The owner's name as shown to others; the e-mail address if absent.
    #[arg(long)]
    pub name: Option<String>,
    /// Read the password from standard input instead of making one up and printing it.
    #[arg(long)]
    pub password_stdin: bool,
}

/// Longest password that is read, with its line end.
const MOST_BYTES: u64 = 4096;

impl Admin {
    /// Does it.
    pub async fn run(self, global: Global) -> Ended {
        let store = match self.action {
            // The first owner is made before the server has ever run.
            Action::CreateOwner(_) => global.open().await?,
            Action::VerifyAudit => global.open_existing().await?,
        };
        let app = global.app(store);
        match self.action {
            Action::CreateOwner(args) => args.run(&app).await.map_err(|problem| told(&problem))?,
            Action::VerifyAudit => verify_audit(&app).await?,
        }
        app.store.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

/// Says of each chain how long it is; the first that breaks is the failure.
async fn verify_audit(app: &App) -> Result<(), Failure> {
    let chains = audit::verify(app, SystemScope::new()).await.map_err(|error| Failure::new(error.to_string()))?;
    let mut broken = None;
    for chain in &chains {
        let whose = if chain.event == audit::SERVER { "sign-ins".to_owned() } else { format!("event {}", chain.event) };
        let head = audit::hex(&chain.head);
        say(&format!("{whose}: {} entries, {} with their detail erased, head {head}", chain.entries, chain.erased));
        if let (None, Some(at)) = (&broken, &chain.broken) {
            broken = Some(format!("the audit log of {whose} breaks: entry {} {}", at.seq, at.detail));
        }
    }
    broken.map_or(Ok(()), |broken| Err(Failure::new(broken)))
}

impl CreateOwner {
    async fn run(self, app: &App) -> Result<(), Problem> {
        let password = if self.password_stdin { read_password()? } else { Password::generate(app) };
        let name = self.name.as_deref().unwrap_or(&self.email);
        let owner = accounts::create_owner(app, &self.organizer, &self.email, name, &password).await?;
        let what = if owner.is_new { "is now" } else { "has a new password and is now" };
        say(&format!("{} {what} an owner of {}.", self.email.trim(), self.organizer.trim()));
        if !self.password_stdin {
            say(&format!("Password: {}", password.as_str()));
        }
        Ok(())
    }
}

/// Why nothing was made; fields are flags here.
fn told(problem: &Problem) -> Failure {
    let detail = problem.detail();
    Failure::new(detail.strip_prefix('/').map_or_else(|| detail.to_owned(), |field| format!("--{field}")))
}

fn read_password() -> Result<Password, Problem> {
    let mut text = String::new();
    std::io::stdin().take(MOST_BYTES).read_to_string(&mut text).map_err(|error| {
        Problem::new(Reason::InvalidField, "The password on standard input is no readable text.").caused_by(error)
    })?;
    let password = text.strip_suffix('\n').unwrap_or(&text);
    let password = password.strip_suffix('\r').unwrap_or(password);
    Password::parse(password).map_err(|detail| Problem::field("The password on standard input", detail))
}

#[expect(clippy::print_stdout, reason = "what a command was asked for goes to standard output")]
fn say(line: &str) {
    println!("{line}");
}
