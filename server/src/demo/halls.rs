//! Opens the halls: phones that scan, witnesses that watch, until the demo ends.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mobile_core::client::{self, Client, Stream, Trust};
use mobile_core::ids::QueueId;
use mobile_core::queue::file::FileStorage;
use mobile_core::queue::{Draft, Queue};
use mobile_core::time::Timestamp;
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::DemoError;
use super::captures::{Moment, Pen};
use super::crowd::Crowd;
use super::fixtures::AccountRow;
use super::phones::{Halls, Pace, Phone, Worn, meet};
use super::random::Dice;
use super::scenario::Scenario;
use super::seed::{Stage, Stand};
use super::tally::Totals;
use super::traffic::Target;
use super::watch::follow;

/// How long a phone that loses the network is without it, unless it is told that it is back: long enough for
/// somebody who first looks around.
pub const HOLDS_FOR: Duration = Duration::from_mins(10);
/// Encounters that wait for a phone that is busy.
const WAITING: usize = 4;
/// How long the witnesses may take to see the last scans.
const PATIENCE: Duration = Duration::from_secs(8);

/// How phones and witnesses reach the server.
#[derive(Debug)]
pub struct Reach<'a> {
    pub server: &'a str,
    pub trust: &'a Trust,
    pub password: &'a str,
    /// Where the phones keep their queues.
    pub folder: &'a Path,
}

/// The halls while they are open.
pub struct Open {
    halls: Arc<Halls>,
    pace: watch::Sender<Pace>,
    phones: JoinSet<()>,
    witnesses: JoinSet<()>,
}

/// Puts the hero's unsent scans onto their phone, as if it had lost the network a while ago.
///
/// Gives the id of the phone's queue. The queue is closed again: a phone that was restarted does not
/// know how old its captures are but by their own time.
pub fn hold(scenario: &Scenario, stage: &Stage, folder: &Path) -> Result<QueueId, DemoError> {
    let hero = scenario.fixtures.hero();
    let stand = stage.stands.get(hero).ok_or("the hero has no stand")?;
    let (mut queue, _) = open_queue(folder, hero, scenario.story.holding_phone)?;
    let mut pen = Pen::new(scenario.seed, "held");
    for planned in &scenario.story.unsent {
        let Target::Person(person) = planned.target else { continue };
        let worn = stage.worn.get(person).ok_or("a plan names a person who is not there")?;
        let member = *stand.staff.get(planned.by).ok_or("the hero has too few scanners")?;
        let moment = Moment { at: Timestamp::from_micros(planned.at), code: &worn.code, member };
        let written = pen.write(moment, &planned.act);
        let draft = Draft { id: written.id, captured_at: written.captured_at, fields: written.fields };
        queue.push(draft, client::now().monotonic_us)?;
    }
    Ok(queue.queue_id())
}

fn open_queue(folder: &Path, stand: usize, phone: usize) -> Result<(Queue<FileStorage>, QueueId), DemoError> {
    let storage = FileStorage::open(folder.join(format!("{stand}-{phone}")))?;
    let id = QueueId(client::new_id());
    Ok((Queue::open(storage, id)?.0, id))
}

/// Opens the halls: witnesses first, then the phones.
pub async fn open(
    scenario: Scenario,
    stage: &Stage,
    reach: Reach<'_>,
    scans_per_second: f64,
) -> Result<Open, DemoError> {
    let strangers = scenario.strangers.iter().map(|stranger| Worn { code: stranger.text().to_owned(), number: None });
    let crowd =
        Crowd::new(&scenario.fixtures, &scenario.people, scenario.strangers.len(), &scenario.past, scenario.seed);
    let hero = scenario.fixtures.hero();
    let hero_stand = stage.stands.get(hero).ok_or("the hero has no stand")?;
    let number = scenario.story.holding_phone;
    let device = hero_stand.phones.get(number).ok_or("the hero has too few phones")?.device;
    let admin = keyed(&scenario.fixtures.team, "hero-admin")?.email.clone();
    let organizer = keyed(&scenario.fixtures.organizer, "organizer")?.email.clone();
    let halls = Arc::new(Halls {
        people: stage.worn.clone(),
        strangers: strangers.collect(),
        crowd: Mutex::new(crowd),
        tally: super::tally::Tally::default(),
        network: super::network::Network::default(),
        holding: (hero, number, device),
        cameras: Semaphore::new(cameras()),
        fixtures: scenario.fixtures,
    });
    let mut witnesses = JoinSet::new();
    for (email, stream) in [(admin, Stream::Exhibitor(hero_stand.id)), (organizer, Stream::Event(stage.event))] {
        let mut client = Client::new(reach.server, reach.trust)?;
        client.sign_in(&email, reach.password).await?;
        let (ready, stands) = oneshot::channel();
        witnesses.spawn(follow(client, stream, halls.clone(), ready));
        stands.await.map_err(|_| "a live stream of the demo could not be opened")?;
    }
    let (pace, pace_is) = watch::channel(Pace::Scanning);
    let mut phones = JoinSet::new();
    let mut places = Vec::with_capacity(stage.stands.len());
    for (position, stand) in stage.stands.iter().enumerate() {
        let mut senders = Vec::with_capacity(stand.phones.len());
        for number in 0..stand.phones.len() {
            let (sender, encounters) = mpsc::channel(WAITING);
            let mut phone = phone(&halls, &reach, stand, (position, number))?;
            phone.is_hero = position == hero;
            if phone.device == device {
                halls.network.lose(phone.device, Instant::now() + HOLDS_FOR);
            }
            phones.spawn(phone.run(encounters, pace_is.clone()));
            senders.push(sender);
        }
        places.push(senders);
    }
    phones.spawn(meet(halls.clone(), places, scans_per_second, pace_is));
    Ok(Open { halls, pace, phones, witnesses })
}

fn phone(
    halls: &Arc<Halls>,
    reach: &Reach<'_>,
    stand: &Stand,
    (position, number): (usize, usize),
) -> Result<Phone, DemoError> {
    let paired = &stand.phones[number];
    let mut client = Client::new(reach.server, reach.trust)?;
    client.use_token(&paired.token)?;
    // What is drawn while the demo runs need not repeat: ids must differ from those of history.
    let seed = client::random() as u64;
    Ok(Phone {
        halls: halls.clone(),
        device: paired.device,
        hall: halls.fixtures.exhibitors.get(position).map(|row| row.hall.clone()).unwrap_or_default(),
        client,
        queue: open_queue(reach.folder, position, number)?.0,
        staff: stand.staff.clone(),
        is_hero: false,
        pen: Pen::new(seed, "phone"),
        dice: Dice::new(seed, "camera"),
        offline_until: None,
    })
}

/// The account of this key.
pub fn keyed<'a>(rows: &'a [AccountRow], key: &str) -> Result<&'a AccountRow, DemoError> {
    rows.iter().find(|row| row.key == key).ok_or_else(|| format!("fixtures/demo: nobody has the key {key}").into())
}

/// Pictures drawn and decoded at once: half of the processors stay with the server.
fn cameras() -> usize {
    std::thread::available_parallelism().map_or(1, |processors| processors.get().div_ceil(2))
}

impl Open {
    /// What the phones share.
    pub fn halls(&self) -> Arc<Halls> {
        self.halls.clone()
    }

    /// Whether badges are scanned.
    pub fn pace(&self) -> watch::Receiver<Pace> {
        self.pace.subscribe()
    }

    /// The figures now.
    pub fn totals(&self) -> Totals {
        self.halls.tally.totals()
    }

    /// Nobody scans any more; what is on the phones is sent.
    pub fn quiet(&self) {
        self.pace.send_if_modified(|pace| std::mem::replace(pace, Pace::Quiet) != Pace::Quiet);
    }

    /// Closes the halls: phones send what they hold, witnesses see it. Gives the last figures.
    pub async fn close(mut self) -> Totals {
        self.pace.send_replace(Pace::Ending);
        let phones = async { while self.phones.join_next().await.is_some() {} };
        let all_seen = async {
            phones.await;
            while !self.halls.tally.totals().agree() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        // A server that has gone away must not keep the terminal.
        let _ = tokio::time::timeout(PATIENCE, all_seen).await;
        self.witnesses.shutdown().await;
        self.halls.tally.totals()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::SystemScope;
    use crate::accounts::password::Password;
    use crate::app::{App, Clock, Settings};
    use crate::cli::serve;
    use crate::demo::backstage::Backstage;
    use crate::demo::hero::UNSENT;
    use crate::demo::{cast, replay, seed};
    use crate::storage::Store;

    /// Presses until the deed says this: a phone needs a moment to scan, and to deliver.
    async fn presses(backstage: &Backstage, sentence: &str) {
        let said = async {
            while !backstage.revoke().await.unwrap().contains(sentence) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(Duration::from_mins(5), said).await.unwrap_or_else(|_| panic!("never said: {sentence}"));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_phones_read_from_pictures_is_received_and_in_the_tab() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open("sqlite://leadline.db", folder.path()).await.unwrap();
        let settings = Settings { data_dir: folder.path().to_owned(), ..Settings::default() };
        let app = App::start(store, Clock::default(), settings);
        let password = Password::parse("halls-are-open").unwrap();
        let mut scenario = Scenario::plan(app.now().as_micros()).unwrap();
        // The other stands' two days take long without optimisation, and nothing here depends on them.
        let hero = scenario.fixtures.hero();
        scenario.past.retain(|act| act.stand == hero);
        let stage = seed::set_up((&app, SystemScope::new()), &scenario, &password).await.unwrap();
        let scans = replay::play(&app, &stage, &scenario, |_, _| {}).await.unwrap();
        assert!(scans > crate::demo::hero::QUALIFIED);
        let queues = folder.path().join("phones");
        hold(&scenario, &stage, &queues).unwrap();

        let listener = serve::listen(([127, 0, 0, 1], 0).into()).await.unwrap();
        let server = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        let router = crate::router::router(app.clone());
        let served = tokio::spawn(serve::serve(app.clone(), router, listener, None, async {
            let _ = stopped.await;
        }));
        let trust = Trust::Pem(Vec::new());
        let reach = Reach { server: &server, trust: &trust, password: password.as_str(), folder: &queues };
        let (parts, hero) = cast::cast(&scenario, &stage).unwrap();
        let halls = open(scenario, &stage, reach, 30.0).await.unwrap();
        let enough = async {
            while halls.totals().sent < 25 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), enough).await.unwrap();

        // The phone that holds scans is back, as after a while: unpairing it has something to show all the same.
        let (holding, tally) = (hero.holding.device, halls.halls());
        assert_eq!(tally.tally.held(holding), UNSENT as u64, "it is still without network");
        tally.network.find(holding);
        let delivered = async {
            while tally.tally.held(holding) > 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), delivered).await.unwrap();
        let backstage = Backstage {
            event: stage.event,
            owner: stage.owner.clone(),
            parts,
            hero,
            halls: halls.halls(),
            pace: halls.pace(),
            password: password.as_str().to_owned(),
            is_private: true,
            server: server.clone(),
            trust: trust.clone(),
            app: Mutex::new(app),
            restart: mpsc::channel(1).0,
            used: Mutex::default(),
        };
        presses(&backstage, "Now it is off the network").await;
        presses(&backstage, "still arrive").await;
        presses(&backstage, "has been delivered").await;
        halls.quiet();
        let totals = halls.close().await;
        assert!(totals.agree(), "{totals:?}");
        assert!(totals.in_tab >= UNSENT as u64, "the phone that had no network has sent: {totals:?}");
        // The phone that was unpaired may have taken something down before it heard of it.
        assert!(totals.on_phones == 0 && totals.refused < 5, "{totals:?}");
        assert!(totals.unread * 4 <= totals.pictures, "most badges can be read: {totals:?}");
        stop.send(()).unwrap();
        served.await.unwrap().map_err(String::from).unwrap();
    }
}
