//! `leadline demo`: the main job on real input, at an event that began yesterday.

use super::serve::{self, stop_signal};
use super::{Ended, Failure, Global};
use crate::access::SystemScope;
use crate::accounts::password::Password;
use crate::app::{App, Clock, Settings};
use crate::demo::backstage::Backstage;
use crate::demo::console::{Console, Welcome};
use crate::demo::halls::{self, HOLDS_FOR, Open, Reach, keyed};
use crate::demo::page::{self, Curtain};
use crate::demo::scenario::Scenario;
use crate::demo::{DemoError, cast, lan, life, replay, seed};
use crate::storage::Store;
use crate::tls::TlsChoice;
use mobile_core::client::Trust;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// Arguments of `demo`.
#[derive(Debug, Clone, clap::Args)]
pub struct DemoArgs {
    /// Address and port to listen on
    #[arg(long, env = "LEADLINE_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Let phones of the network in: listen on every address, with a self-signed certificate
    #[arg(long, env = "LEADLINE_LAN")]
    pub lan: bool,
    /// How many badges are scanned a second, in all halls
    #[arg(long, env = "LEADLINE_SCANS_PER_SECOND", default_value_t = 3.0, value_parser = rate)]
    pub scans_per_second: f64,
    /// Stop scanning after so many seconds; the server goes on
    #[arg(long, env = "LEADLINE_QUIET_AFTER", value_name = "SECONDS")]
    pub quiet_after: Option<u64>,
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if rate > 0.0 && rate <= 1_000.0 => Ok(rate),
        _ => Err("must be a number above 0 and at most 1000".to_owned()),
    }
}

/// The password on this machine alone. On a network a fresh one is made.
const PASSWORD: &str = "leadline-demo";

/// Runs the command.
pub async fn run(global: Global, arguments: DemoArgs) -> Ended {
    let console = Console::of_process();
    let place = Place::find(&global)?;
    let address = if arguments.lan && arguments.listen.ip().is_loopback() {
        SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), arguments.listen.port())
    } else {
        arguments.listen
    };
    let listener = serve::listen(address).await?;
    let door = Door::new(listener.local_addr()?, arguments.lan, &place.folder)?;
    let settings = Settings {
        public_url: arguments.lan.then(|| door.shown.clone()),
        data_dir: place.folder.clone(),
        feed_keep_rows: None,
        is_tls: arguments.lan,
        is_self_signed: arguments.lan,
        local_url: door.shown.clone(),
        ..Settings::default()
    };
    let store = Store::open("sqlite://leadline.db", &place.folder).await?;
    let app = App::start(store, Clock::default(), settings.clone());
    let password =
        if door.is_private { Password::parse(PASSWORD).map_err(Failure::new)? } else { Password::generate(&app) };
    let begun = Instant::now();
    console.figures("Setting up the event …");
    let scenario = Scenario::plan(app.now().as_micros())?;
    let system = SystemScope::new();
    let stage = seed::set_up((&app, system), &scenario, &password).await?;
    let tell = |done: usize, total: usize| {
        if console.is_terminal() {
            console.figures(&format!("Playing what happened so far: {done} of {total}"));
        }
    };
    let scans = replay::play(&app, &stage, &scenario, tell).await?;
    console.figures("Holding sessions, meetings and conversations …");
    life::play((&app, system), &stage, &scenario).await?;
    let queues = place.folder.join("phones");
    let queue = halls::hold(&scenario, &stage, &queues)?;
    let holding = (scenario.fixtures.hero(), scenario.story.holding_phone);
    replay::heartbeat(&app, &stage, holding, queue, scenario.story.unsent.len() as u64).await?;
    let seconds = begun.elapsed().as_secs_f64();

    let text = welcome(&scenario, &stage, &door, &password, (scans, seconds), &place)?;
    let hero = scenario.fixtures.exhibitors[scenario.fixtures.hero()].name.clone();
    let (restart, mut restarts) = mpsc::channel(1);
    let (parts, star) = cast::cast(&scenario, &stage)?;
    let curtain = Curtain::default();
    app.stop().await;
    let of = (&place, &settings);
    let mut running = Running::start(listener, of, &door, &curtain).await?;
    let reach = Reach { server: &door.reached, trust: &door.trust, password: password.as_str(), folder: &queues };
    let open = halls::open(scenario, &stage, reach, arguments.scans_per_second).await?;
    let backstage = Backstage {
        event: stage.event,
        owner: stage.owner.clone(),
        parts,
        hero: star,
        halls: open.halls(),
        pace: open.pace(),
        password: password.as_str().to_owned(),
        is_private: door.is_private,
        server: door.reached.clone(),
        trust: door.trust.clone(),
        app: Mutex::new(running.app.clone()),
        restart,
        used: Mutex::default(),
    };
    let _ = curtain.set(backstage);
    console.say(&text);
    let quiet_after = arguments.quiet_after.map(Duration::from_secs);
    let mut shown = Box::pin(show(&console, &open, &hero, quiet_after));
    loop {
        tokio::select! {
            () = &mut shown => {}
            () = stop_signal() => break,
            Some(()) = restarts.recv() => {
                running = running.killed(of, (&door, address), &curtain).await?;
            }
            ended = &mut running.served => {
                ended??;
                return Err(Failure::new("the server ended before the demo did"));
            }
        }
    }
    drop(shown);
    console.figures("Closing: the phones send what they hold …");
    let totals = open.close().await;
    console.finish();
    console.say(&format!("Closed after {} s: {}", begun.elapsed().as_secs(), totals.line(&hero)));
    running.end().await?;
    if totals.agree() {
        Ok(ExitCode::SUCCESS)
    } else {
        Err(Failure::new("not everything that was sent was seen to arrive"))
    }
}

/// The server while it runs, in a runtime of its own. Nothing is global, so that all it is lies in there
/// and dies with it.
struct Running {
    runtime: Killed,
    app: App,
    stop: oneshot::Sender<()>,
    served: JoinHandle<Result<(), Failure>>,
}

/// A runtime that ends at once where it is dropped, with whatever runs in it.
struct Killed(Option<Runtime>);

impl Drop for Killed {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// For how long the address of a killed server may still be taken.
const ADDRESS_IS_FREE_AFTER: Duration = Duration::from_secs(10);

impl Running {
    /// Starts a server on the demo's database.
    async fn start(
        listener: TcpListener,
        (place, settings): (&Place, &Settings),
        door: &Door,
        curtain: &Curtain,
    ) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let (folder, settings) = (place.folder.clone(), settings.clone());
        let opened = runtime.spawn(async move {
            let store = Store::open("sqlite://leadline.db", &folder).await?;
            Ok::<_, Failure>(App::start(store, Clock::default(), settings))
        });
        let app = opened.await??;
        let (stop, stopped) = oneshot::channel::<()>();
        let router = crate::router::router(app.clone()).merge(page::routes(curtain.clone()));
        let (serving, tls, listener) = (app.clone(), door.tls.clone(), listener.into_std()?);
        let served = runtime.spawn(async move {
            let listener = TcpListener::from_std(listener)?;
            serve::serve(serving, router, listener, tls, async {
                let _ = stopped.await;
            })
            .await
        });
        Ok(Self { runtime: Killed(Some(runtime)), app, stop, served })
    }

    /// Ends the server as an operator would: what was accepted is finished first.
    async fn end(self) -> Result<(), Failure> {
        let _ = self.stop.send(());
        self.served.await?
    }

    /// Kills the server and starts another one on the same database and address.
    async fn killed(
        self,
        of: (&Place, &Settings),
        (door, address): (&Door, SocketAddr),
        curtain: &Curtain,
    ) -> Result<Self, Failure> {
        // Whatever it is doing stops where it is: no request is answered, no stream told, nothing written.
        drop(self.runtime);
        let address = SocketAddr::new(address.ip(), door.port);
        let begun = Instant::now();
        let listener = loop {
            match serve::listen(address).await {
                Err(_) if begun.elapsed() < ADDRESS_IS_FREE_AFTER => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                listener => break listener?,
            }
        };
        let running = Self::start(listener, of, door, curtain).await?;
        if let Some(backstage) = curtain.get() {
            backstage.runs_in(running.app.clone());
        }
        Ok(running)
    }
}

/// Shows the figures until it is dropped.
async fn show(console: &Console, open: &Open, hero: &str, quiet_after: Option<Duration>) {
    let begun = Instant::now();
    let mut is_told = false;
    loop {
        tokio::time::sleep(console.interval()).await;
        let totals = open.totals();
        if quiet_after.is_some_and(|after| begun.elapsed() >= after) {
            open.quiet();
            if !is_told && totals.on_phones == 0 && totals.agree() {
                is_told = true;
                console.say("Quiet: nobody scans any more, and everything has arrived. The server goes on.");
            }
        }
        console.figures(&totals.line(hero));
    }
}

fn welcome(
    scenario: &Scenario,
    stage: &seed::Stage,
    door: &Door,
    password: &Password,
    (scans, seconds): (usize, f64),
    place: &Place,
) -> Result<String, DemoError> {
    let fixtures = &scenario.fixtures;
    let hero = fixtures.hero();
    let name = fixtures.exhibitors[hero].name.as_str();
    let account = |label: String, rows, key| Ok::<_, DemoError>((label, keyed(rows, key)?.email.clone()));
    let accounts = [
        account(format!("{name}, admin"), &fixtures.team, "hero-admin")?,
        account(format!("{name}, scanner"), &fixtures.team, "hero-scanner")?,
        account(format!("{name}, scanner and commercial contact"), &fixtures.team, "hero-contact")?,
        account(format!("Organiser {}", fixtures.event.organizer), &fixtures.organizer, "organizer")?,
        account(format!("Help desk of {}", fixtures.event.organizer), &fixtures.organizer, "desk")?,
    ];
    let phone = stage.stands.get(hero).and_then(|stand| stand.phones.get(scenario.story.holding_phone));
    Ok(Welcome {
        event: &fixtures.event.name,
        day: fixtures.event.today,
        days: fixtures.event.days,
        venue: &fixtures.event.venue,
        exhibitors: fixtures.exhibitors.len(),
        registrations: scenario.people.len(),
        scans,
        seconds,
        address: &door.shown,
        is_on_lan: !door.is_private,
        hero: name,
        accounts: &accounts,
        password: password.as_str(),
        holding: (phone.map_or("", |phone| phone.name.as_str()), scenario.story.unsent.len(), HOLDS_FOR),
        database: &place.folder.join("leadline.db").display().to_string(),
    }
    .text())
}

/// Where the demo keeps its files: in a temporary folder that goes with it, or in a new folder of
/// the data directory where one was named.
struct Place {
    folder: PathBuf,
    /// Removes the temporary folder in the end.
    _temporary: Option<tempfile::TempDir>,
}

impl Place {
    fn find(global: &Global) -> Result<Self, Failure> {
        if global.data_dir == Path::new(".") {
            let temporary = tempfile::Builder::new().prefix("leadline-demo-").tempdir()?;
            return Ok(Self { folder: temporary.path().to_owned(), _temporary: Some(temporary) });
        }
        std::fs::create_dir_all(&global.data_dir)?;
        let kept = tempfile::Builder::new().prefix("demo-").tempdir_in(&global.data_dir)?;
        Ok(Self { folder: kept.keep(), _temporary: None })
    }
}

/// How the server is reached: by people, and by the simulated phones on this machine.
struct Door {
    port: u16,
    /// What a browser opens.
    shown: String,
    /// What the simulated phones call.
    reached: String,
    /// Whether only this machine can come in.
    is_private: bool,
    tls: Option<TlsChoice>,
    trust: Trust,
}

impl Door {
    fn new(bound: SocketAddr, is_lan: bool, folder: &Path) -> Result<Self, DemoError> {
        let port = bound.port();
        let own = if bound.ip().is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { bound.ip() };
        let is_private = bound.ip().is_loopback();
        let url = |scheme: &str, ip: IpAddr| format!("{scheme}://{}", SocketAddr::new(ip, port));
        if !is_lan {
            let trust = Trust::Pem(Vec::new());
            return Ok(Self { port, shown: url("http", own), reached: url("http", own), is_private, tls: None, trust });
        }
        let shown = if bound.ip().is_unspecified() { lan::own_address().unwrap_or(own) } else { own };
        let mut names = vec!["localhost".to_owned(), own.to_string(), shown.to_string()];
        names.dedup();
        let made = rcgen::generate_simple_self_signed(names)?;
        let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
        std::fs::write(&certificate, made.cert.pem())?;
        std::fs::write(&key, made.signing_key.serialize_pem())?;
        Ok(Self {
            port,
            shown: url("https", shown),
            reached: url("https", own),
            is_private,
            tls: Some(TlsChoice::Files { certificate, key }),
            trust: Trust::Pem(made.cert.pem().into_bytes()),
        })
    }
}
