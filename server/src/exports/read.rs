//! Reading what an export holds: page by page, each in a short transaction of its own, so that no
//! long one holds the log, with what each page needs to be rendered. While one page is taken apart,
//! the next one is read.

use super::Trouble;
use super::columns::Tab;
use super::plan::Plan;
use super::store::{self, Said, ScanRow};
use crate::access::ExportScope;
use crate::app::App;
use crate::captures::store as log;
use crate::events::cache::{EventInfo, Names};
use crate::leads::list::{self, Among};
use crate::leads::store::LeadRow;
use crate::meetings::export_store as meetings;
use crate::meetings::store::MeetingRow;
use crate::networking::store::{self as networking, ConnectedRow};
use crate::sessions::attendance::lists::{self as attendance, ExportedRow};
use crate::sharing::member_store::{self, MemberRow};
use crate::sharing::store::{self as conversations, ConversationRow};
use crate::storage::Fetched;
use mobile_core::fold::{KEPT, Logged};
use mobile_core::ids::{LeadId, RegistrationId};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// Leads of a page; five pages are on the way from the database to the file at once.
const LEADS: i64 = 256;
/// Scans of a page.
const SCANS: i64 = 1_000;
/// How long an export goes on without asking whether it still may. A page is read in a few milliseconds,
/// and rights that ended end all reading within a second.
const CHECKED_EVERY: Duration = Duration::from_millis(250);

/// A page of leads with what is known of them.
#[derive(Debug)]
pub struct Leads {
    /// The leads, in the order of their ids.
    pub rows: Vec<LeadRow>,
    /// What the people said about consent themselves, oldest first.
    pub said: HashMap<RegistrationId, Vec<Said>>,
    /// The whole log of leads that have more than their rows keep.
    pub logs: HashMap<LeadId, Vec<Logged>>,
    /// The event now.
    pub event: Arc<EventInfo>,
    /// Names now.
    pub names: Arc<Names>,
}

/// What the reader hands over.
#[derive(Debug)]
pub enum Part {
    /// Leads of the tab.
    Leads(Arc<Leads>),
    /// Scans of the tab, with their leads.
    Scans(Arc<Leads>, Vec<ScanRow>),
    /// What the people of these leads attended.
    Attended(Arc<Leads>, Vec<ExportedRow>),
    /// Meetings, with the leads of those who are some.
    Met(Option<Arc<Leads>>, Vec<MeetingRow>),
    /// The conversations in which these leads shared their details, with who of the team is in each.
    Shared(Arc<Leads>, Vec<ConversationRow>, Vec<MemberRow>),
    /// Whom of the team these leads connected with.
    Connected(Arc<Leads>, Vec<ConnectedRow>),
    /// The tab is complete.
    End,
}

/// The parts of one tab. They end with [`Part::End`], or with the trouble that ended all of them early.
pub type Parts = mpsc::Receiver<Result<Part, Trouble>>;

type Sender = mpsc::Sender<Result<Part, Trouble>>;

/// One way through the leads, for all tabs that show those it meets.
struct Walk {
    among: Among,
    tabs: Vec<(Tab, Sender)>,
}

impl Walk {
    /// As few ways as fill all tabs: most of reading a lead is taking it apart.
    fn all(tabs: Vec<(Tab, Sender)>) -> Vec<Self> {
        let is_of_scans = |(tab, _): &(Tab, Sender)| matches!(tab, Tab::Scans | Tab::ScanLog | Tab::Withdrawn);
        let (of_scans, others): (Vec<_>, Vec<_>) = tabs.into_iter().partition(is_of_scans);
        let are_withdrawn = of_scans.iter().filter(|(tab, _)| *tab == Tab::Withdrawn).count();
        let among = match are_withdrawn {
            0 => Among::Present,
            all if all == of_scans.len() => Among::Withdrawn,
            _ => Among::Everybody,
        };
        let others = others.into_iter().map(|(tab, sender)| {
            let among = match tab {
                Tab::ContactSharing => Among::Shared,
                Tab::Networking => Among::Connected,
                Tab::Sessions => Among::Attendees,
                Tab::Meetings => Among::Met,
                Tab::Scans | Tab::ScanLog | Tab::Withdrawn => among,
            };
            Self { among, tabs: vec![(tab, sender)] }
        });
        let others: Vec<Self> = others.collect();
        Some(Self { among, tabs: of_scans }).filter(|walk| !walk.tabs.is_empty()).into_iter().chain(others).collect()
    }

    /// Whether a tab tells of notes or of what was said about consent.
    fn tells_more(&self) -> bool {
        self.tabs.iter().any(|(tab, _)| !matches!(tab, Tab::ScanLog | Tab::Sessions | Tab::Meetings))
    }

    /// Goes the whole way. What is left out has nobody left who takes it.
    async fn go(&self, app: &App, plan: &Arc<Plan>) -> Result<(), Trouble> {
        let mut pages = pages(app, plan, self.among);
        while let Some(page) = pages.recv().await {
            let page = page?;
            let is_last = page.count() < LEADS as usize;
            let leads = Arc::new(told(app, plan, self.tells_more(), &page).await?);
            for (tab, sender) in &self.tabs {
                if !hand_over(app, plan, *tab, &leads, sender).await? {
                    return Ok(());
                }
            }
            if is_last {
                return self.end(app, plan).await;
            }
        }
        Err(Trouble::Stopped)
    }

    async fn end(&self, app: &App, plan: &Plan) -> Result<(), Trouble> {
        for (tab, sender) in &self.tabs {
            if *tab == Tab::Meetings && !plan.is_filtered() {
                strangers(app, plan, sender).await?;
            }
            // Whoever takes no more needs no end.
            let _ = sender.send(Ok(Part::End)).await;
        }
        Ok(())
    }
}

/// Reads what some tabs show, and gives the parts of each. One part waits in each channel while the next
/// one is read: tabs that are read together must be taken together.
pub fn start(app: &App, plan: &Arc<Plan>, tabs: &[Tab]) -> Vec<Parts> {
    let (senders, receivers): (Vec<_>, Vec<_>) = tabs
        .iter()
        .map(|tab| {
            let (sender, receiver) = mpsc::channel(1);
            ((*tab, sender), receiver)
        })
        .unzip();
    let (app, plan) = (app.clone(), plan.clone());
    let threads = app.aside.handle();
    threads.spawn(async move {
        for walk in Walk::all(senders) {
            if let Err(trouble) = walk.go(&app, &plan).await {
                if let Some((_, sender)) = walk.tabs.first() {
                    let _ = sender.send(Err(trouble)).await;
                }
                return;
            }
        }
    });
    receivers
}

/// Hands over what a tab shows of a page of leads; false when nobody takes it any more.
async fn hand_over(app: &App, plan: &Plan, tab: Tab, leads: &Arc<Leads>, sender: &Sender) -> Result<bool, Trouble> {
    let part = match tab {
        Tab::Scans | Tab::Withdrawn => Part::Leads(Arc::clone(leads)),
        Tab::ScanLog => return scans_of(app, plan, leads, sender).await,
        Tab::ContactSharing => shared(app, plan, leads).await?,
        Tab::Networking => connected(app, plan, leads).await?,
        Tab::Sessions => attended(app, plan, leads).await?,
        Tab::Meetings => met(app, plan, leads).await?,
    };
    Ok(sender.send(Ok(part)).await.is_ok())
}

/// Reads pages of leads one after the other; the last one is not full.
fn pages(app: &App, plan: &Arc<Plan>, among: Among) -> mpsc::Receiver<Result<Fetched, Trouble>> {
    let (sender, receiver) = mpsc::channel(1);
    let (app, plan) = (app.clone(), plan.clone());
    let threads = app.aside.handle();
    threads.spawn(async move {
        let mut after = None;
        let mut rights = Rights::default();
        loop {
            let page = match rights.check(&app, &plan).await {
                Ok(()) => page(&app, &plan, among, after).await,
                Err(trouble) => Err(trouble),
            };
            let place = page.as_ref().ok().map(|(page, place)| (page.count() < LEADS as usize, *place));
            let is_taken = sender.send(page.map(|(page, _)| page)).await.is_ok();
            match place {
                Some((false, place)) if is_taken => after = place,
                _ => return,
            }
        }
    });
    receiver
}

/// A page of leads, and where it ends.
async fn page(
    app: &App,
    plan: &Plan,
    among: Among,
    after: Option<LeadId>,
) -> Result<(Fetched, Option<LeadId>), Trouble> {
    let mut tx = app.read().await?;
    let page = list::in_key_order(&mut tx, &plan.scope, &plan.checked, among, after, LEADS).await?;
    tx.done().await?;
    let place = page.last("id")?;
    Ok((page, place))
}

/// Ends the export of someone who may no longer have it.
#[derive(Default)]
struct Rights {
    checked: Option<Instant>,
}

impl Rights {
    async fn check(&mut self, app: &App, plan: &Plan) -> Result<(), Trouble> {
        let Some(identity) = &plan.identity else { return Ok(()) };
        if self.checked.is_some_and(|checked| checked.elapsed() < CHECKED_EVERY) {
            return Ok(());
        }
        match ExportScope::of(app, identity, plan.scope.exhibitor()).await {
            Ok(_) => {
                self.checked = Some(Instant::now());
                Ok(())
            }
            Err(problem) if problem.reason().status() >= 500 => Err(Trouble::Stopped),
            Err(_) => Err(Trouble::RightsEnded),
        }
    }
}

/// What a page of leads needs to be rendered.
async fn told(app: &App, plan: &Plan, tells_more: bool, page: &Fetched) -> Result<Leads, Trouble> {
    let event = app.events.info(app, plan.scope.event()).await?;
    let names = app.events.names(app, plan.scope.event()).await?;
    let rows: Vec<LeadRow> = page.decode()?;
    let mut said: HashMap<RegistrationId, Vec<Said>> = HashMap::new();
    let mut logs = HashMap::new();
    if tells_more {
        let mut tx = app.read().await?;
        let people: Vec<RegistrationId> = rows.iter().filter_map(|lead| lead.registration_id).collect();
        for word in store::said(&mut tx, &plan.scope, &people).await? {
            said.entry(word.registration_id).or_default().push(word);
        }
        for lead in &rows {
            if lead.fold.notes.count() > KEPT as u64 || lead.fold.scans.count() > KEPT as u64 {
                let log = log::log_of(&mut tx, plan.scope.event(), plan.scope.space(), lead.id).await?;
                let log: Result<Vec<_>, _> = log.iter().map(log::LogRow::logged).collect();
                logs.insert(lead.id, log?);
            }
        }
        tx.done().await?;
    }
    Ok(Leads { rows, said, logs, event, names })
}

/// What the people of a page of leads attended.
async fn attended(app: &App, plan: &Plan, leads: &Arc<Leads>) -> Result<Part, Trouble> {
    let people: Vec<RegistrationId> = leads.rows.iter().filter_map(|lead| lead.registration_id).collect();
    let mut tx = app.read().await?;
    let rows = attendance::exported(&mut tx, &plan.scope, &people).await?;
    tx.done().await?;
    Ok(Part::Attended(Arc::clone(leads), rows))
}

/// The meetings with the people of a page of leads.
async fn met(app: &App, plan: &Plan, leads: &Arc<Leads>) -> Result<Part, Trouble> {
    let people: Vec<RegistrationId> = leads.rows.iter().filter_map(|lead| lead.registration_id).collect();
    let mut tx = app.read().await?;
    let rows = meetings::with_people(&mut tx, &plan.scope, &people, plan.from_seq).await?;
    tx.done().await?;
    Ok(Part::Met(Some(Arc::clone(leads)), rows))
}

/// The conversations with the people of a page of leads; nothing of what was written.
async fn shared(app: &App, plan: &Plan, leads: &Arc<Leads>) -> Result<Part, Trouble> {
    let people: Vec<RegistrationId> = leads.rows.iter().filter_map(|lead| lead.registration_id).collect();
    let mut tx = app.read().await?;
    let rows = conversations::with_people(&mut tx, &plan.scope, &people).await?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let members = member_store::members(&mut tx, plan.scope.event(), &ids).await?;
    tx.done().await?;
    Ok(Part::Shared(Arc::clone(leads), rows, members))
}

/// The connections of the people of a page of leads with the team.
async fn connected(app: &App, plan: &Plan, leads: &Arc<Leads>) -> Result<Part, Trouble> {
    let people: Vec<RegistrationId> = leads.rows.iter().filter_map(|lead| lead.registration_id).collect();
    let mut tx = app.read().await?;
    let rows = networking::with_people(&mut tx, &plan.scope, &people).await?;
    tx.done().await?;
    Ok(Part::Connected(Arc::clone(leads), rows))
}

/// Hands over the meetings with people who have not agreed to anything.
async fn strangers(app: &App, plan: &Plan, sender: &Sender) -> Result<(), Trouble> {
    let mut after = None;
    loop {
        let mut tx = app.read().await?;
        let rows = meetings::with_strangers(&mut tx, &plan.scope, plan.from_seq, after, LEADS).await?;
        tx.done().await?;
        after = rows.last().map(|row| (row.starts_at, row.id));
        let is_last = rows.len() < LEADS as usize;
        if sender.send(Ok(Part::Met(None, rows))).await.is_err() || is_last {
            return Ok(());
        }
    }
}

/// Hands over the scans of a page of leads; false when nobody takes them any more.
async fn scans_of(app: &App, plan: &Plan, leads: &Arc<Leads>, sender: &Sender) -> Result<bool, Trouble> {
    let ids: Vec<LeadId> = leads.rows.iter().map(|lead| lead.id).collect();
    let filter = plan.checked.of_scans();
    for run in crate::storage::lookups(&ids) {
        let mut after = None;
        loop {
            let mut tx = app.read().await?;
            let scans = store::scans(&mut tx, &plan.scope, filter, &run, after, SCANS).await?;
            tx.done().await?;
            after = scans.last().map(|scan| (scan.lead_id, scan.corrected_at, scan.id));
            let is_last = scans.len() < SCANS as usize;
            if !scans.is_empty() && sender.send(Ok(Part::Scans(Arc::clone(leads), scans))).await.is_err() {
                return Ok(false);
            }
            if is_last {
                break;
            }
        }
    }
    Ok(true)
}
