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
use tokio::sync::mpsc;

/// Leads of a page; five pages are on the way from the database to the file at once.
const LEADS: i64 = 200;
/// Scans of a page.
const SCANS: i64 = 1_000;

/// A page of leads with what is known of them.
#[derive(Debug)]
pub struct Leads {
    /// The leads, in the order of their ids.
    pub rows: Vec<LeadRow>,
    /// What the people said about consent, oldest first.
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
    Leads(Leads),
    /// Scans of the tab, with their leads.
    Scans(Arc<Leads>, Vec<ScanRow>),
    /// What the people of these leads attended.
    Attended(Leads, Vec<ExportedRow>),
    /// Meetings, with the leads of those who are some.
    Met(Option<Leads>, Vec<MeetingRow>),
    /// The conversations in which these leads shared their details, with who of the team is in each.
    Shared(Leads, Vec<ConversationRow>, Vec<MemberRow>),
    /// Whom of the team these leads connected with.
    Connected(Leads, Vec<ConnectedRow>),
    /// The tab is complete.
    End,
}

/// Reads the tabs one after the other. The channel ends after the last tab's [`Part::End`], or with
/// the error that ended it early. One page waits in the channel while the next one is read.
pub fn start(app: &App, plan: &Arc<Plan>, tabs: Vec<Tab>) -> mpsc::Receiver<Result<Part, Trouble>> {
    let (sender, receiver) = mpsc::channel(1);
    let (app, plan) = (app.clone(), plan.clone());
    let threads = app.exports.threads();
    threads.spawn(async move {
        for tab in tabs {
            let read = tab_of(&app, &plan, tab, &sender).await;
            let part = read.map(|()| Part::End);
            let has_failed = part.is_err();
            if sender.send(part).await.is_err() || has_failed {
                return;
            }
        }
    });
    receiver
}

async fn tab_of(
    app: &App,
    plan: &Arc<Plan>,
    tab: Tab,
    sender: &mpsc::Sender<Result<Part, Trouble>>,
) -> Result<(), Trouble> {
    let among = match tab {
        Tab::ContactSharing => Among::Shared,
        Tab::Networking => Among::Connected,
        Tab::Withdrawn => Among::Withdrawn,
        Tab::Sessions => Among::Attendees,
        Tab::Meetings => Among::Met,
        Tab::Scans | Tab::ScanLog => Among::Present,
    };
    let mut pages = pages(app, plan, among);
    while let Some(page) = pages.recv().await {
        let page = page?;
        let is_last = page.count() < LEADS as usize;
        let leads = told(app, plan, tab, &page).await?;
        let is_sent = match tab {
            Tab::ScanLog => scans_of(app, plan, leads, sender).await?,
            Tab::ContactSharing => sender.send(Ok(shared(app, plan, leads).await?)).await.is_ok(),
            Tab::Networking => sender.send(Ok(connected(app, plan, leads).await?)).await.is_ok(),
            Tab::Sessions => sender.send(Ok(attended(app, plan, leads).await?)).await.is_ok(),
            Tab::Meetings => sender.send(Ok(met(app, plan, leads).await?)).await.is_ok(),
            _ => sender.send(Ok(Part::Leads(leads))).await.is_ok(),
        };
        if is_last && is_sent && tab == Tab::Meetings && plan.is_whole() {
            return strangers(app, plan, sender).await;
        }
        if is_last || !is_sent {
            return Ok(());
        }
    }
    Err(Trouble::Stopped)
}

/// Reads pages of leads one after the other; the last one is not full.
fn pages(app: &App, plan: &Arc<Plan>, among: Among) -> mpsc::Receiver<Result<Fetched, Trouble>> {
    let (sender, receiver) = mpsc::channel(1);
    let (app, plan) = (app.clone(), plan.clone());
    let threads = app.exports.threads();
    threads.spawn(async move {
        let mut after = None;
        loop {
            let page = page(&app, &plan, among, after).await;
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
    check_rights(app, plan).await?;
    let mut tx = app.read().await?;
    let page = list::in_key_order(&mut tx, &plan.scope, &plan.checked, among, after, LEADS).await?;
    tx.done().await?;
    let place = page.last("id")?;
    Ok((page, place))
}

/// Ends the export of someone who may no longer have it.
async fn check_rights(app: &App, plan: &Plan) -> Result<(), Trouble> {
    let Some(identity) = &plan.identity else { return Ok(()) };
    match ExportScope::of(app, identity, plan.scope.exhibitor()).await {
        Ok(_) => Ok(()),
        Err(problem) if problem.reason().status() >= 500 => Err(Trouble::Stopped),
        Err(_) => Err(Trouble::RightsEnded),
    }
}

/// What a page of leads needs to be rendered.
async fn told(app: &App, plan: &Plan, tab: Tab, page: &Fetched) -> Result<Leads, Trouble> {
    let event = app.events.info(app, plan.scope.event()).await?;
    let names = app.events.names(app, plan.scope.event()).await?;
    let rows: Vec<LeadRow> = page.decode()?;
    let mut said: HashMap<RegistrationId, Vec<Said>> = HashMap::new();
    let mut logs = HashMap::new();
    // The tabs that tell of notes or of what was said about consent.
    if matches!(tab, Tab::Scans | Tab::Withdrawn | Tab::ContactSharing | Tab::Networking) {
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
async fn attended(app: &App, plan: &Plan, leads: Leads) -> Result<Part, Trouble> {
    let people: Vec<RegistrationId> = leads.rows.iter().filter_map(|lead| lead.registration_id).collect();
    let mut tx = app.read().await?;
    let rows = attendance::exported(&mut tx, &plan.scope, &people).await?;
    tx.done().await?;
    Ok(Part::Attended(leads, rows))
}

/// The meetings with the people of a page of leads.
async fn met(app: &App, plan: &Plan, leads: Leads) -> Result<Part, Trouble> {
    let people: Vec<RegistrationId> = leads.rows.iter().filter_map(|lead| lead.registration_id).collect();
    let mut tx = app.read().await?;
    let rows = meetings::with_people(&mut tx, &plan.scope, &people).await?;
    tx.done().await?;
    Ok(Part::Met(Some(leads), rows))
}

/// The conversations with the people of a page of leads; nothing of what was written.
async fn shared(app: &App, plan: &Plan, leads: Leads) -> Result<Part, Trouble> {
    let people: Vec<RegistrationId> = leads.rows.iter().filter_map(|lead| lead.registration_id).collect();
    let mut tx = app.read().await?;
    let rows = conversations::with_people(&mut tx, &plan.scope, &people).await?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let members = member_store::members(&mut tx, plan.scope.event(), &ids).await?;
    tx.done().await?;
    Ok(Part::Shared(leads, rows, members))
}

/// The connections of the people of a page of leads with the team.
async fn connected(app: &App, plan: &Plan, leads: Leads) -> Result<Part, Trouble> {
    let people: Vec<RegistrationId> = leads.rows.iter().filter_map(|lead| lead.registration_id).collect();
    let mut tx = app.read().await?;
    let rows = networking::with_people(&mut tx, &plan.scope, &people).await?;
    tx.done().await?;
    Ok(Part::Connected(leads, rows))
}

/// Hands over the meetings with people who have not agreed to anything.
async fn strangers(app: &App, plan: &Plan, sender: &mpsc::Sender<Result<Part, Trouble>>) -> Result<(), Trouble> {
    let mut after = None;
    loop {
        let mut tx = app.read().await?;
        let rows = meetings::with_strangers(&mut tx, &plan.scope, after, LEADS).await?;
        tx.done().await?;
        after = rows.last().map(|row| (row.starts_at, row.id));
        let is_last = rows.len() < LEADS as usize;
        if sender.send(Ok(Part::Met(None, rows))).await.is_err() || is_last {
            return Ok(());
        }
    }
}

/// Hands over the scans of a page of leads; false when nobody takes them any more.
async fn scans_of(
    app: &App,
    plan: &Plan,
    leads: Leads,
    sender: &mpsc::Sender<Result<Part, Trouble>>,
) -> Result<bool, Trouble> {
    let ids: Vec<LeadId> = leads.rows.iter().map(|lead| lead.id).collect();
    let leads = Arc::new(leads);
    let filter = plan.checked.of_scans();
    for run in crate::storage::runs(&ids) {
        let mut after = None;
        loop {
            let mut tx = app.read().await?;
            let scans = store::scans(&mut tx, &plan.scope, filter, run, after, SCANS).await?;
            tx.done().await?;
            after = scans.last().map(|scan| (scan.lead_id, scan.corrected_at, scan.id));
            let is_last = scans.len() < SCANS as usize;
            if !scans.is_empty() && sender.send(Ok(Part::Scans(leads.clone(), scans))).await.is_err() {
                return Ok(false);
            }
            if is_last {
                break;
            }
        }
    }
    Ok(true)
}
