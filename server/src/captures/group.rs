//! One transaction for everything that is waiting.
//!
//! [`resolve`] finds out what each capture is about, [`leads`] which lead it goes to, [`log`] adds it
//! and merges it, [`attendance`] takes check-ins to their sessions, [`quarantine`] keeps aside what is not accepted, [`queues`] settles the numbers.
//! Multi-row statements in one global lock order: existing leads in key order, captures by space
//! and id, new leads, queues, and last the feed heads by event id. What several nodes do to the
//! same rows either waits its turn or collides and is done again by the [`super::writer`].

mod attendance;
mod leads;
mod log;
mod practice;
mod quarantine;
mod queues;
mod resolve;

pub(super) use queues::queue_of;

use super::sequence::Settled;
use super::store::{Kept, badges::BadgeRow};
use super::{Job, receipt};
use crate::app::App;
use crate::events::cache::{EventInfo, Names};
use crate::feed::{self, EntryKind, NewEntry};
use crate::leads::is_narrowed;
use crate::leads::store::LeadRow;
use crate::leads::view::Openness;
use crate::problem::Problem;
use crate::sessions::attendance::Taken;
use crate::storage::{StorageError, Tx};
use mobile_core::capture::Action;
use mobile_core::fold::Logged;
use mobile_core::ids::{CaptureId, EventId, LeadId, QueueId, RegistrationId, SpaceId};
use mobile_core::reason::Reason;
use serde_json::value::RawValue;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// An edit on the server. It takes the newest place in its leads, so that it shows whatever their clocks said.
#[derive(Debug, Clone, Copy)]
pub enum Edit {
    /// Of one lead, in the version that the editor saw; it holds for no other.
    Of {
        /// The lead.
        lead: LeadId,
        /// The version.
        version: i64,
    },
    /// Of many leads at once, whatever was done to them meanwhile.
    OfMany,
}

/// What became of one job.
pub(super) type Outcome = Result<super::receipt::Settlement, Problem>;

/// What a group needs to know of an event before it begins.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// The event with its disclosure policy.
    pub info: Arc<EventInfo>,
    /// Names of members, devices and booths.
    pub names: Arc<Names>,
}

impl Surroundings {
    /// Reads it, mostly from memory. Before the transaction, which then needs no second connection.
    pub async fn load(app: &App, event: EventId) -> Result<Self, StorageError> {
        Ok(Self { info: app.events.info(app, event).await?, names: app.events.names(app, event).await? })
    }
}

/// A parsed capture on its way into the log.
pub(super) struct Prepared {
    pub job: usize,
    pub item: usize,
    pub logged: Logged,
    pub digest: [u8; 32],
    pub hash: Option<[u8; 32]>,
    pub badge: Option<BadgeRow>,
    /// The code of its badge, where that was revoked before. It opens a lead of the code, not of the person.
    pub revoked: Option<[u8; 32]>,
    /// Whether nothing of the badge's person is kept any more.
    pub is_erased: bool,
    pub reason: Option<Reason>,
    /// What is kept instead of what was sent, where the person was erased.
    pub bare: Option<Box<RawValue>>,
    /// Index of its lead; none when the own team was scanned.
    pub lead: Option<usize>,
}

/// Why a capture is kept aside.
pub(super) struct Refusal {
    pub reason: Reason,
    pub errors: Vec<mobile_core::capture::FieldError>,
}

/// The state of one event's part of a group.
pub(super) struct Work<'a> {
    pub app: &'a App,
    pub event: EventId,
    pub jobs: Vec<(usize, &'a Job)>,
    pub around: Surroundings,
    pub prepared: Vec<Prepared>,
    pub refused: HashMap<(usize, usize), Refusal>,
    pub failed: HashMap<usize, Problem>,
    pub leads: Vec<LeadRow>,
    /// How much could be seen of each of them before; nothing of those that are new.
    pub before: Vec<Option<Openness>>,
    pub changed: BTreeSet<usize>,
    pub accepted: HashSet<(usize, usize)>,
    pub kept: HashMap<(SpaceId, CaptureId), Kept>,
    pub queues: HashMap<(SpaceId, QueueId), Settled>,
    pub reused: HashSet<(usize, usize)>,
    /// What doors are told of check-ins.
    pub verdicts: HashMap<(usize, usize), Reason>,
    by_registration: HashMap<(SpaceId, RegistrationId), usize>,
    by_code: HashMap<(SpaceId, [u8; 32]), usize>,
    by_id: HashMap<(SpaceId, LeadId), usize>,
}

/// Takes all jobs in within the transaction and says what became of each.
pub(super) async fn take_in(
    app: &App,
    tx: &mut Tx,
    jobs: &[Job],
    around: &HashMap<EventId, Surroundings>,
) -> Result<Vec<Outcome>, StorageError> {
    let events: BTreeSet<EventId> = jobs.iter().map(|job| job.scope.event()).collect();
    let mut outcomes: Vec<Option<Outcome>> = Vec::new();
    outcomes.resize_with(jobs.len(), || None);
    let mut entries: Vec<(EventId, Vec<NewEntry>)> = Vec::new();
    for event in events {
        tx.reads_badges(event).await?;
        let Some(around) = around.get(&event) else { continue };
        let jobs = jobs.iter().enumerate().filter(|(_, job)| job.scope.event() == event).collect();
        let mut work = Work::new(app, event, jobs, around);
        work.prepare(tx).await?;
        work.add(tx).await?;
        let Taken { entries: counted, noted, .. } = work.attend(tx).await?;
        let known = super::own::note(app, tx, &work.around, &noted).await?;
        work.quarantine(tx).await?;
        work.settle_numbers(tx).await?;
        work.mark_tested(tx).await?;
        let mut told = work.entries();
        told.extend(known.into_iter().chain(counted));
        entries.push((event, told));
        for (index, outcome) in receipt::all(work) {
            outcomes[index] = Some(outcome);
        }
    }
    for (event, entries) in entries {
        if !entries.is_empty() {
            feed::store::append(tx, event, &entries).await?;
        }
    }
    Ok(outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(|| Err(Problem::not_found()))).collect())
}

/// Takes in what the server itself notes and gives the feed entries of it, which the caller appends.
pub(super) async fn take_own(
    app: &App,
    tx: &mut Tx,
    jobs: &[Job],
    around: &Surroundings,
) -> Result<Vec<NewEntry>, StorageError> {
    Ok(take_written(app, tx, jobs, around).await?.0)
}

/// The same, and why some were not taken in.
pub(super) async fn take_written(
    app: &App,
    tx: &mut Tx,
    jobs: &[Job],
    around: &Surroundings,
) -> Result<(Vec<NewEntry>, Vec<Reason>), StorageError> {
    let mut work = Work::new(app, around.info.id, jobs.iter().enumerate().collect(), around);
    work.prepare(tx).await?;
    work.add(tx).await?;
    let refused = work.refused.values().map(|refusal| refusal.reason).collect();
    Ok((work.entries(), refused))
}

impl<'a> Work<'a> {
    fn new(app: &'a App, event: EventId, jobs: Vec<(usize, &'a Job)>, around: &'a Surroundings) -> Self {
        Self {
            app,
            event,
            jobs,
            around: around.clone(),
            prepared: Vec::new(),
            refused: HashMap::new(),
            failed: HashMap::new(),
            leads: Vec::new(),
            before: Vec::new(),
            changed: BTreeSet::new(),
            accepted: HashSet::new(),
            kept: HashMap::new(),
            queues: HashMap::new(),
            reused: HashSet::new(),
            verdicts: HashMap::new(),
            by_registration: HashMap::new(),
            by_code: HashMap::new(),
            by_id: HashMap::new(),
        }
    }

    fn job(&self, index: usize) -> &'a Job {
        let at = self.jobs.binary_search_by_key(&index, |(at, _)| *at).expect("the index came from this list");
        self.jobs[at].1
    }

    /// A capture that was parsed, as it will be kept.
    fn body(&self, job: usize, item: usize) -> &'a RawValue {
        let parsed = self.job(job).items[item].parsed.as_ref();
        parsed.map_or(RawValue::NULL, |facts| &facts.body)
    }

    /// What a capture that was parsed is called, whatever is kept of it.
    fn kind(&self, job: usize, item: usize) -> &'static str {
        self.job(job).items[item].parsed.as_ref().map_or("", |facts| facts.capture.action.kind())
    }

    /// The place of the lead that a capture's receipt shows.
    pub fn lead_by_id(&self, space: SpaceId, lead: LeadId) -> Option<usize> {
        self.by_id.get(&(space, lead)).copied()
    }

    /// The feed entries of what was accepted, in the order of arrival, and of leads of which less may be seen now.
    fn entries(&self) -> Vec<NewEntry> {
        let accepted = self.prepared.iter().filter(|one| self.accepted.contains(&(one.job, one.item)));
        let captured = accepted.filter_map(|one| {
            let lead = &self.leads[one.lead?];
            let is_scan = matches!(one.logged.capture.action, Action::Scan { .. });
            let kind = if is_scan { EntryKind::Scan } else { EntryKind::Captured };
            let received_at = self.job(one.job).received_at;
            Some(NewEntry {
                capture: Some(one.logged.capture.id),
                at: one.logged.corrected_at,
                ..NewEntry::of_lead(kind, lead.space_id, lead.id, received_at)
            })
        });
        let narrowed = self.changed.iter().map(|at| (&self.leads[*at], self.before[*at]));
        let narrowed = narrowed.filter(|(lead, before)| is_narrowed(lead, &self.around.info, before.as_slice()));
        let now = self.app.now();
        let redacted = narrowed.map(|(lead, _)| NewEntry::of_lead(EntryKind::Redacted, lead.space_id, lead.id, now));
        captured.chain(redacted).collect()
    }
}
