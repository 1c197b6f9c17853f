//! One transaction for everything that is waiting.
//!
//! Multi-row statements in one global lock order: existing leads in key order, captures by space
//! and id, new leads, queues, and last the feed heads by event id. What several nodes do to the
//! same rows either waits its turn or collides and is done again by the [`super::writer`].

use super::receipt;
use super::sequence::Settled;
use super::store::{self, BadgeRow, Kept, NewCapture, QueueState};
use super::{Item, Job};
use crate::app::App;
use crate::events::cache::{EventInfo, Names};
use crate::feed::{self, EntryKind, NewEntry};
use crate::leads::store::{self as lead_store, LeadRow, Written};
use crate::leads::view;
use crate::problem::Problem;
use crate::storage::{StorageError, Tx};
use mobile_core::capture::{Action, Capture, Entry};
use mobile_core::fold::{Author, Fold, Logged, Merged};
use mobile_core::ids::{CaptureId, EventId, LeadId, QueueId, RegistrationId, SpaceId, TeamMemberId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use mobile_core::wire::lead::ConsentState;
use sqlx::types::Json;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// An edit on the server: it holds only for one version of one lead.
#[derive(Debug, Clone, Copy)]
pub struct Edit {
    /// The lead.
    pub lead: LeadId,
    /// The version that the editor saw.
    pub version: i64,
}

/// What became of one job.
pub(super) type Outcome = Result<super::writer::Done, Problem>;

/// What a group needs to know of an event before it begins.
pub(super) struct Surroundings {
    pub info: Arc<EventInfo>,
    pub names: Arc<Names>,
}

/// A parsed capture on its way into the log.
pub(super) struct Prepared {
    pub job: usize,
    pub item: usize,
    pub logged: Logged,
    pub digest: [u8; 32],
    pub hash: Option<[u8; 32]>,
    pub badge: Option<BadgeRow>,
    pub reason: Option<Reason>,
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
    pub around: &'a Surroundings,
    pub prepared: Vec<Prepared>,
    pub refused: HashMap<(usize, usize), Refusal>,
    pub failed: HashMap<usize, Problem>,
    pub leads: Vec<LeadRow>,
    pub changed: BTreeSet<usize>,
    pub accepted: HashSet<(usize, usize)>,
    pub kept: HashMap<(SpaceId, CaptureId), Kept>,
    pub queues: HashMap<(SpaceId, QueueId), Settled>,
    pub reused: HashSet<(usize, usize)>,
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
        work.settle(tx).await?;
        entries.push((event, work.entries()));
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

impl<'a> Work<'a> {
    fn new(app: &'a App, event: EventId, jobs: Vec<(usize, &'a Job)>, around: &'a Surroundings) -> Self {
        Self {
            app,
            event,
            jobs,
            around,
            prepared: Vec::new(),
            refused: HashMap::new(),
            failed: HashMap::new(),
            leads: Vec::new(),
            changed: BTreeSet::new(),
            accepted: HashSet::new(),
            kept: HashMap::new(),
            queues: HashMap::new(),
            reused: HashSet::new(),
            by_registration: HashMap::new(),
            by_code: HashMap::new(),
            by_id: HashMap::new(),
        }
    }

    fn job(&self, index: usize) -> &'a Job {
        self.jobs.iter().find(|(at, _)| *at == index).map(|(_, job)| *job).expect("the index came from this list")
    }

    /// Finds out what each capture is about: its time, its author, its badge and its lead.
    async fn prepare(&mut self, tx: &mut Tx) -> Result<(), StorageError> {
        let badges = self.find_badges(tx).await?;
        for (index, job) in self.jobs.clone() {
            for (place, item) in job.items.iter().enumerate() {
                match &item.parsed {
                    Ok(capture) => self.prepare_one(index, place, job, capture, &badges),
                    Err(malformed) => {
                        let refusal = Refusal { reason: malformed.reason, errors: malformed.errors.clone() };
                        self.refused.insert((index, place), refusal);
                    }
                }
            }
        }
        self.load_leads(tx).await?;
        self.check_edits();
        let targets = self.annulled_leads(tx).await?;
        self.assign_leads(&targets);
        Ok(())
    }

    fn prepare_one(&mut self, index: usize, place: usize, job: &Job, capture: &Capture, badges: &Badges) {
        let corrected_at = corrected(job, capture);
        let scope = &job.scope;
        if scope.is_lost() || scope.ended_at().is_some_and(|ended| corrected_at > ended) {
            self.refused.insert((index, place), Refusal { reason: Reason::DeviceRevoked, errors: Vec::new() });
            return;
        }
        let (member, is_stranger) = self.member(job, capture.member_id);
        let hash = capture.code.as_deref().map(mobile_core::badge::code_hash);
        let found = hash.and_then(|hash| badges.find(hash, capture));
        let mut flags = Vec::new();
        let mut reason = None;
        let is_scan = matches!(capture.action, Action::Scan { .. });
        if !self.around.info.is_within_phases(corrected_at) {
            flags.push(Reason::TimeOutsideEvent);
            reason = Some(Reason::TimeOutsideEvent);
        }
        if is_stranger {
            flags.push(Reason::UnknownMember);
            reason = Some(Reason::UnknownMember);
        }
        // A replaced badge stands for the same person; any other revocation ends what it opens.
        let is_revoked = found.as_ref().is_some_and(|badge| {
            !matches!(badge.status.as_str(), "active" | "replaced")
                && badge.revoked_at.is_some_and(|revoked| corrected_at > revoked)
        });
        let badge = found.filter(|_| !is_revoked);
        if is_revoked {
            flags.push(Reason::BadgeRevoked);
            reason = Some(Reason::BadgeRevoked);
        } else if let Some(badge) = &badge {
            let rule = self.around.info.disclosure.rule(&badge.category);
            if rule.scannable == crate::events::disclosure::Scannable::No {
                reason = Some(Reason::NotDisclosed);
            }
        } else if is_scan {
            reason = Some(Reason::UnknownBadge);
        }
        let author =
            Author { member, operator: capture.operator.clone(), device: scope.device(), booth: scope.booth() };
        let carried = store::carried(capture);
        let digest = capture.digest();
        let logged = Logged { capture: capture.clone(), corrected_at, author, flags, carried };
        self.prepared.push(Prepared { job: index, item: place, logged, digest, hash, badge, reason, lead: None });
    }

    /// Who did it, and whether the capture names someone who is not in the team.
    fn member(&self, job: &Job, named: Option<TeamMemberId>) -> (Option<TeamMemberId>, bool) {
        match (named, job.scope.exhibitor()) {
            (Some(member), Some(exhibitor)) if self.around.names.is_member_of(member, exhibitor) => {
                (Some(member), false)
            }
            (Some(_), _) => (job.scope.member(), true),
            (None, _) => (job.scope.member(), false),
        }
    }

    async fn find_badges(&self, tx: &mut Tx) -> Result<Badges, StorageError> {
        let mut hashes = BTreeSet::new();
        let mut typed = BTreeSet::new();
        let captures = self.jobs.iter().flat_map(|(_, job)| &job.items).filter_map(|item| item.parsed.as_ref().ok());
        for capture in captures {
            if let Some(code) = &capture.code {
                hashes.insert(mobile_core::badge::code_hash(code));
                if let Some(number) = mobile_core::badge::number::parse(code) {
                    typed.insert(number.as_str().to_owned());
                }
            }
        }
        let hashes: Vec<[u8; 32]> = hashes.into_iter().collect();
        let by_code = store::badges(tx, self.event, &hashes).await?;
        let mut by_hash: HashMap<[u8; 32], BadgeRow> = HashMap::with_capacity(by_code.len());
        for badge in by_code {
            if let Ok(hash) = badge.code_hash.as_slice().try_into() {
                by_hash.insert(hash, badge);
            }
        }
        let mut by_number = HashMap::new();
        if !typed.is_empty() {
            let numbers: Vec<String> = typed.into_iter().collect();
            for badge in store::badges_by_number(tx, self.event, &numbers).await? {
                by_number.insert(badge.number.clone(), badge);
            }
        }
        Ok(Badges { by_hash, by_number })
    }

    /// Loads the leads that exist already, locked in key order where rows are locked.
    async fn load_leads(&mut self, tx: &mut Tx) -> Result<(), StorageError> {
        let (mut registrations, mut codes, mut ids) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for prepared in &self.prepared {
            let space = self.job(prepared.job).scope.space();
            match (&prepared.badge, prepared.hash, prepared.logged.capture.lead_id) {
                (Some(badge), _, _) => {
                    registrations.insert((space, badge.registration_id));
                }
                (None, Some(hash), _) => {
                    codes.insert((space, hash));
                }
                (None, None, Some(lead)) => {
                    ids.insert((space, lead));
                }
                (None, None, None) => {}
            }
        }
        let registrations: Vec<_> = registrations.into_iter().collect();
        for lead in lead_store::find_by_registrations(tx, self.event, &registrations, true).await? {
            self.know(lead);
        }
        let codes: Vec<_> = codes.into_iter().collect();
        for lead in lead_store::find_by_codes(tx, self.event, &codes, true).await? {
            self.know(lead);
        }
        self.load_by_ids(tx, ids.into_iter().collect()).await
    }

    async fn load_by_ids(&mut self, tx: &mut Tx, ids: Vec<(SpaceId, LeadId)>) -> Result<(), StorageError> {
        let wanted: Vec<_> = ids.into_iter().filter(|key| !self.by_id.contains_key(key)).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        // Following aliases first, then locking what they lead to.
        let found = lead_store::by_ids(tx, self.event, &wanted).await?;
        let mut real: Vec<_> = found.values().map(|lead| (lead.space_id, lead.id)).collect();
        real.sort_unstable();
        real.dedup();
        let locked = lead_store::find_by_ids(tx, self.event, &real, true).await?;
        for (named, lead) in found {
            if let Some(lead) = locked.get(&(lead.space_id, lead.id)) {
                let at = self.know(lead.clone());
                self.by_id.insert(named, at);
            }
        }
        Ok(())
    }

    fn know(&mut self, lead: LeadRow) -> usize {
        if let Some(at) = self.by_id.get(&(lead.space_id, lead.id)) {
            return *at;
        }
        let at = self.leads.len();
        self.by_id.insert((lead.space_id, lead.id), at);
        if let Some(registration) = lead.registration_id {
            self.by_registration.insert((lead.space_id, registration), at);
        }
        if let Some(hash) = lead.code_hash.as_deref().and_then(|hash| hash.try_into().ok()) {
            self.by_code.insert((lead.space_id, hash), at);
        }
        self.leads.push(lead);
        at
    }

    /// An edit made against an older version does not happen at all.
    fn check_edits(&mut self) {
        // Of two edits of one version that share a group, the first holds.
        let mut edited = HashSet::new();
        for (index, job) in self.jobs.clone() {
            let Some(edit) = job.edit else { continue };
            let lead = self.by_id.get(&(job.scope.space(), edit.lead)).map(|at| &self.leads[*at]);
            let problem = match lead {
                None => Problem::not_found(),
                Some(lead) if lead.version != edit.version || !edited.insert((lead.space_id, lead.id)) => Problem::new(
                    Reason::OldVersion,
                    "The lead was changed since you read it. Read it again and repeat your change.",
                ),
                Some(lead) => {
                    let newest = lead.fold.newest_at.unwrap_or_default();
                    let at = job.received_at.max(newest.plus_micros(1));
                    for prepared in self.prepared.iter_mut().filter(|prepared| prepared.job == index) {
                        prepared.logged.corrected_at = at;
                    }
                    continue;
                }
            };
            self.prepared.retain(|prepared| prepared.job != index);
            self.failed.insert(index, problem);
        }
    }

    /// The leads of annulments that name none.
    async fn annulled_leads(&mut self, tx: &mut Tx) -> Result<HashMap<(SpaceId, CaptureId), LeadId>, StorageError> {
        let mut wanted = BTreeSet::new();
        for prepared in &self.prepared {
            if let (Action::Annul { annuls }, None, None) =
                (&prepared.logged.capture.action, prepared.hash, prepared.logged.capture.lead_id)
            {
                wanted.insert((self.job(prepared.job).scope.space(), *annuls));
            }
        }
        if wanted.is_empty() {
            return Ok(HashMap::new());
        }
        let wanted: Vec<_> = wanted.into_iter().collect();
        let targets = store::leads_of(tx, self.event, &wanted).await?;
        let ids: Vec<_> = targets.iter().map(|((space, _), lead)| (*space, *lead)).collect();
        self.load_by_ids(tx, ids).await?;
        Ok(targets)
    }

    /// Gives each capture its lead, making new ones where there is none yet.
    fn assign_leads(&mut self, annulled: &HashMap<(SpaceId, CaptureId), LeadId>) {
        let mut prepared = std::mem::take(&mut self.prepared);
        let mut seen: HashMap<(SpaceId, CaptureId), usize> = HashMap::new();
        prepared.retain_mut(|one| {
            let job = self.job(one.job);
            let space = job.scope.space();
            let capture = &one.logged.capture;
            let found = match (&one.badge, one.hash, capture.lead_id, &capture.action) {
                (Some(badge), ..) if badge.exhibitor_id.is_some_and(|own| own == space.0) => {
                    // The own team never becomes a lead.
                    one.reason = Some(Reason::NotDisclosed);
                    return true;
                }
                (Some(badge), ..) => Some(self.lead_of_badge(space, badge, job.received_at)),
                (None, Some(hash), ..) => Some(self.lead_of_code(space, hash, job.received_at)),
                (None, None, Some(lead), action) => self.by_id.get(&(space, lead)).copied().or_else(|| {
                    let starts = matches!(action, Action::Contact { .. });
                    starts.then(|| self.manual_lead(space, lead, job.received_at))
                }),
                (None, None, None, Action::Annul { annuls }) => annulled
                    .get(&(space, *annuls))
                    .and_then(|lead| self.by_id.get(&(space, *lead)))
                    .or_else(|| seen.get(&(space, *annuls)))
                    .copied(),
                (None, None, None, _) => None,
            };
            let Some(lead) = found else {
                let errors = vec![mobile_core::capture::FieldError::new("/lead_id", "names no lead of this space")];
                self.refused.insert((one.job, one.item), Refusal { reason: Reason::LeadNotFound, errors });
                return false;
            };
            seen.insert((space, capture.id), lead);
            one.lead = Some(lead);
            true
        });
        self.prepared = prepared;
    }

    fn lead_of_badge(&mut self, space: SpaceId, badge: &BadgeRow, now: Timestamp) -> usize {
        if let Some(at) = self.by_registration.get(&(space, badge.registration_id)) {
            return *at;
        }
        let mut lead = self.new_lead(space, self.app.new_id(), now);
        lead.registration_id = Some(badge.registration_id);
        lead.category = Some(badge.category.clone());
        lead.registered = Some(badge.contact.clone());
        lead.external_id.clone_from(&badge.external_id);
        lead.badge_number.clone_from(&badge.active_number);
        self.know(lead)
    }

    fn lead_of_code(&mut self, space: SpaceId, hash: [u8; 32], now: Timestamp) -> usize {
        if let Some(at) = self.by_code.get(&(space, hash)) {
            return *at;
        }
        let mut lead = self.new_lead(space, self.app.new_id(), now);
        lead.code_hash = Some(hash.to_vec());
        self.know(lead)
    }

    fn manual_lead(&mut self, space: SpaceId, id: LeadId, now: Timestamp) -> usize {
        let lead = self.new_lead(space, id, now);
        self.know(lead)
    }

    #[expect(clippy::unused_self, reason = "reads as a step of the work")]
    fn new_lead(&self, space: SpaceId, id: LeadId, now: Timestamp) -> LeadRow {
        LeadRow {
            space_id: space,
            id,
            registration_id: None,
            code_hash: None,
            consent: ConsentState::Pending.as_str().to_owned(),
            is_hidden: true,
            fold: Json(Fold::default()),
            version: 0,
            created_at: now,
            updated_at: now,
            category: None,
            registered: None,
            external_id: None,
            badge_number: None,
        }
    }

    /// Adds what is new to the log and merges it into the leads.
    async fn add(&mut self, tx: &mut Tx) -> Result<(), StorageError> {
        let mut order: Vec<usize> = (0..self.prepared.len()).collect();
        let keys: Vec<(SpaceId, CaptureId)> =
            self.prepared.iter().map(|one| (self.job(one.job).scope.space(), one.logged.capture.id)).collect();
        let key = |at: &usize| keys[*at];
        // Stable: of an id that comes twice in one group, the first is kept.
        order.sort_by_key(key);
        let mut firsts: Vec<usize> = Vec::with_capacity(order.len());
        for at in &order {
            if firsts.last().is_none_or(|last| key(last) != key(at)) {
                firsts.push(*at);
            }
        }
        let rows: Vec<NewCapture<'_>> = firsts.iter().map(|at| self.row(*at)).collect();
        let added = store::insert(tx, self.event, &rows).await?;
        drop(rows);
        let repeated: Vec<_> = order.iter().map(key).filter(|key| !added.contains(key)).collect();
        let again = firsts.len() < order.len();
        if !repeated.is_empty() || again {
            let wanted: BTreeSet<_> = order.iter().map(key).collect();
            let wanted: Vec<_> = wanted.into_iter().collect();
            self.kept = store::kept(tx, self.event, &wanted).await?;
        }
        let firsts: HashSet<usize> = firsts.into_iter().filter(|at| added.contains(&key(at))).collect();
        let mut fold_again = BTreeSet::new();
        for at in 0..self.prepared.len() {
            if !firsts.contains(&at) {
                continue;
            }
            let prepared = &self.prepared[at];
            self.accepted.insert((prepared.job, prepared.item));
            let Some(lead) = prepared.lead else { continue };
            self.changed.insert(lead);
            if self.leads[lead].fold.merge(&prepared.logged) == Merged::FoldAgain {
                fold_again.insert(lead);
            }
        }
        for lead in fold_again {
            let (space, id) = (self.leads[lead].space_id, self.leads[lead].id);
            let log = store::log_of(tx, self.event, space, id).await?;
            let log = log.iter().map(store::LogRow::logged).collect::<Result<Vec<_>, _>>()?;
            self.leads[lead].fold = Json(Fold::of(&log));
        }
        self.write_leads(tx).await?;
        self.record_consents(tx).await?;
        self.load_leads_of_repeated(tx).await
    }

    fn row(&self, at: usize) -> NewCapture<'_> {
        let prepared = &self.prepared[at];
        let job = self.job(prepared.job);
        NewCapture {
            space: job.scope.space(),
            lead: prepared.lead.map_or(LeadId(uuid::Uuid::nil()), |lead| self.leads[lead].id),
            logged: &prepared.logged,
            code_hash: prepared.hash,
            queue: job.queue,
            sent_at: job.sent_at,
            received_at: job.received_at,
            digest: prepared.digest,
        }
    }

    async fn write_leads(&mut self, tx: &mut Tx) -> Result<(), StorageError> {
        // A withdrawal from everyone also holds for exhibitors that meet the person only now.
        let met: Vec<RegistrationId> = self
            .changed
            .iter()
            .filter(|at| self.leads[**at].version == 0)
            .filter_map(|at| self.leads[*at].registration_id)
            .collect();
        let withdrawn = if met.is_empty() {
            HashSet::new()
        } else {
            crate::consent::withdrawn_from_all(tx, self.event, &met).await?
        };
        let info = &self.around.info;
        for at in &self.changed {
            let lead = &mut self.leads[*at];
            if lead.version == 0 && lead.registration_id.is_some_and(|person| withdrawn.contains(&person)) {
                ConsentState::Withdrawn.as_str().clone_into(&mut lead.consent);
            }
            lead.version += 1;
            lead.is_hidden = lead.fold.is_hidden();
            let stored = ConsentState::from_name(&lead.consent);
            let state = view::consent_state(stored, &lead.fold, lead.category.as_deref(), info);
            // Only the attendee's own word stays; the rest follows from captures and policy anew.
            state.as_str().clone_into(&mut lead.consent);
        }
        let mut order: Vec<usize> = self.changed.iter().copied().collect();
        order.sort_by_key(|at| (self.leads[*at].space_id, self.leads[*at].id));
        let now = self.app.now();
        let written: Vec<Written<'_>> = order.iter().map(|at| crate::leads::written(&self.leads[*at], info)).collect();
        lead_store::put(tx, self.event, now, &written).await
    }

    async fn record_consents(&self, tx: &mut Tx) -> Result<(), StorageError> {
        for prepared in &self.prepared {
            let said = matches!(prepared.logged.capture.action, Action::Consent { .. });
            let lead = prepared.lead.map(|lead| &self.leads[lead]);
            if let (true, true, Some(LeadRow { space_id, registration_id: Some(registration), .. })) =
                (said, self.accepted.contains(&(prepared.job, prepared.item)), lead)
            {
                let id = self.app.new_id();
                store::record_consent(tx, self.event, id, *space_id, *registration, &prepared.logged).await?;
            }
        }
        Ok(())
    }

    /// The answer to a repeated id shows the lead that its capture went to, as it is now.
    async fn load_leads_of_repeated(&mut self, tx: &mut Tx) -> Result<(), StorageError> {
        let ids: BTreeSet<_> = self.kept.values().map(|kept| (kept.space_id, kept.lead_id)).collect();
        self.load_by_ids(tx, ids.into_iter().collect()).await
    }

    /// The lead that a capture's receipt shows.
    pub fn lead_by_id(&self, space: SpaceId, lead: LeadId) -> Option<&LeadRow> {
        self.by_id.get(&(space, lead)).map(|at| &self.leads[*at])
    }

    /// Keeps aside what was not accepted and settles the queues' numbers.
    async fn settle(&mut self, tx: &mut Tx) -> Result<(), StorageError> {
        let rejected = receipt::rejected(self);
        store::reject(tx, self.event, &rejected).await?;
        let keys: BTreeSet<_> = self.jobs.iter().filter_map(|(_, job)| queue_of(job)).collect();
        if keys.is_empty() {
            return Ok(());
        }
        let keys: Vec<_> = keys.into_iter().collect();
        let mut newest: HashMap<(SpaceId, QueueId), u64> = HashMap::new();
        for row in store::queues(tx, self.event, &keys).await? {
            let key = (row.space_id, row.queue_id);
            self.queues.insert(key, Settled::read(row.contiguous_seq as u64, &row.ahead));
            newest.insert(key, row.last_device_seq as u64);
        }
        let mut states: HashMap<(SpaceId, QueueId), QueueState> = HashMap::new();
        for (index, job) in self.jobs.clone() {
            let Some(key) = queue_of(job) else { continue };
            if self.failed.contains_key(&index) {
                continue;
            }
            let mut last = newest.get(&key).copied().unwrap_or(0).max(job.last_device_seq.unwrap_or(0));
            for (place, item) in job.items.iter().enumerate() {
                let Some(seq) = item.seq() else { continue };
                last = last.max(seq);
                let settled = self.queues.entry(key).or_default();
                // A number that is settled belongs to the id that it came with.
                if settled.has(seq) && self.accepted.contains(&(index, place)) {
                    let id = item.parsed.as_ref().map(|capture| capture.id).ok();
                    let is_own = match id {
                        Some(id) => store::was_rejected(tx, self.event, key.0, id).await?,
                        None => false,
                    };
                    if !is_own {
                        self.reused.insert((index, place));
                    }
                }
                settled.settle(seq);
            }
            newest.insert(key, last);
            let settled = self.queues.entry(key).or_default();
            states.insert(
                key,
                QueueState {
                    space: key.0,
                    queue: key.1,
                    device: job.scope.device(),
                    contiguous: settled.contiguous,
                    ahead: settled.ahead_text(),
                    last_device_seq: last,
                    clock_offset_us: job.sent_at.micros_since(job.received_at),
                    seen_at: job.received_at,
                },
            );
        }
        let mut states: Vec<QueueState> = states.into_values().collect();
        states.sort_by_key(|state| (state.space, state.queue));
        store::put_queues(tx, self.event, &states).await
    }

    /// The feed entries of what was accepted, in the order of arrival.
    fn entries(&self) -> Vec<NewEntry> {
        let accepted = self.prepared.iter().filter(|one| self.accepted.contains(&(one.job, one.item)));
        accepted
            .filter_map(|one| {
                let lead = &self.leads[one.lead?];
                let is_scan = matches!(one.logged.capture.action, Action::Scan { .. });
                Some(NewEntry {
                    space: lead.space_id,
                    kind: if is_scan { EntryKind::Scan } else { EntryKind::Captured },
                    lead: Some(lead.id),
                    capture: Some(one.logged.capture.id),
                    other: None,
                    at: one.logged.corrected_at,
                    sent_at_us: self.job(one.job).received_at.as_micros(),
                })
            })
            .collect()
    }
}

/// The queue a delivery counts in: its own, or the device's where it names none.
pub(super) fn queue_of(job: &Job) -> Option<(SpaceId, QueueId)> {
    let queue = job.queue.or_else(|| job.scope.device().map(|device| QueueId(device.0)))?;
    Some((job.scope.space(), queue))
}

/// When it happened by the server's clock; fixed at first receipt.
fn corrected(job: &Job, capture: &Capture) -> Timestamp {
    match capture.age_us {
        Some(age) => job.received_at.plus_micros(-age),
        None => {
            let offset = job.received_at.micros_since(job.sent_at);
            capture.captured_at.plus_micros(offset).min(job.received_at)
        }
    }
}

struct Badges {
    by_hash: HashMap<[u8; 32], BadgeRow>,
    by_number: HashMap<String, BadgeRow>,
}

impl Badges {
    /// The badge of a code; a text that is no code of the event may be a number typed by hand.
    fn find(&self, hash: [u8; 32], capture: &Capture) -> Option<BadgeRow> {
        if let Some(badge) = self.by_hash.get(&hash) {
            return Some(badge.clone());
        }
        let is_camera = matches!(capture.action, Action::Scan { entry: Entry::Camera | Entry::Photo });
        let number = mobile_core::badge::number::parse(capture.code.as_deref()?).filter(|_| !is_camera)?;
        self.by_number.get(number.as_str()).cloned()
    }
}

impl Item {
    /// Its number in the queue, whether it could be parsed or not.
    pub(super) fn seq(&self) -> Option<u64> {
        match &self.parsed {
            Ok(capture) => capture.device_seq,
            Err(malformed) => malformed.device_seq,
        }
    }
}
