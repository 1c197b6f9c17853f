//! The leads of a group: finding them, locked in key order, and making those that are new.
//!
//! A lead is keyed by its registration, else by its code, else by the id that a phone made for
//! someone without a code. An edit made against an older version fails as a whole.

use super::{Edit, Prepared, Refusal, Work};
use crate::captures::erased;
use crate::captures::store::{self, badges::BadgeRow};
use crate::leads::store::{self as lead_store, LeadRow};
use crate::leads::view;
use crate::problem::Problem;
use crate::storage::{StorageError, Tx};
use mobile_core::capture::{Action, FieldError};
use mobile_core::ids::{CaptureId, LeadId, SpaceId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use mobile_core::wire::lead::ConsentState;
use std::collections::{BTreeSet, HashMap, HashSet};

impl Prepared {
    /// The code by which its lead is known, where nobody's badge is; that of a revoked badge however it came in.
    fn code_key(&self) -> Option<[u8; 32]> {
        self.revoked.or(self.hash)
    }

    /// When it gets its lead.
    fn turn(&self) -> Turn {
        let capture = &self.logged.capture;
        let is_named = self.hash.is_some() || capture.lead_id.is_some();
        match capture.action {
            Action::Annul { .. } if !is_named || self.revoked.is_some() => Turn::TakesBack,
            // A badge that is revoked opens nothing.
            _ if self.revoked.is_some() => Turn::Follows,
            Action::Contact { .. } => Turn::Begins,
            _ if self.hash.is_some() => Turn::Begins,
            _ => Turn::Follows,
        }
    }
}

/// When a capture of a group gets its lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// It may begin one: it names a code, or somebody without one.
    Begins,
    /// It belongs to one that is there.
    Follows,
    /// It belongs to that of what it takes back.
    TakesBack,
}

/// The leads of what is taken back.
struct Targets<'a> {
    /// What was kept before.
    annulled: &'a HashMap<(SpaceId, CaptureId), LeadId>,
    /// What has its lead since, in this group.
    seen: HashMap<(SpaceId, CaptureId), usize>,
}

impl Targets<'_> {
    /// The lead of what a capture takes back; none where it takes nothing back or the lead is not known.
    fn of(&self, work: &Work<'_>, space: SpaceId, action: &Action) -> Option<usize> {
        let Action::Annul { annuls } = action else { return None };
        let known = self.annulled.get(&(space, *annuls)).and_then(|lead| work.by_id.get(&(space, *lead)));
        known.or_else(|| self.seen.get(&(space, *annuls))).copied()
    }
}

impl Work<'_> {
    /// Loads the leads that exist already, locked in key order where rows are locked.
    pub(super) async fn load_leads(&mut self, tx: &mut Tx) -> Result<(), StorageError> {
        let (mut registrations, mut codes, mut ids) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for prepared in self.prepared.iter().filter(|one| !self.is_attendance(one)) {
            let space = self.job(prepared.job).scope.space();
            let key = prepared.code_key();
            if let Some(badge) = &prepared.badge {
                registrations.insert((space, badge.registration_id));
            }
            match (key, prepared.logged.capture.lead_id) {
                (Some(hash), _) if prepared.badge.is_none() || prepared.revoked.is_some() => {
                    codes.insert((space, hash.to_vec()));
                }
                (None, Some(lead)) => {
                    ids.insert((space, lead));
                }
                _ => {}
            }
        }
        let registrations: Vec<_> = registrations.into_iter().collect();
        for lead in lead_store::find_by(tx, self.event, &registrations, true).await? {
            self.know(lead);
        }
        let codes: Vec<_> = codes.into_iter().collect();
        for lead in lead_store::find_by(tx, self.event, &codes, true).await? {
            self.know(lead);
        }
        self.load_by_ids(tx, ids.into_iter().collect()).await
    }

    pub(super) async fn load_by_ids(&mut self, tx: &mut Tx, ids: Vec<(SpaceId, LeadId)>) -> Result<(), StorageError> {
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
        let is_new = lead.version == 0;
        self.before.push((!is_new).then(|| view::openness(&lead, &self.around.info)));
        self.leads.push(lead);
        at
    }

    /// Gives edits their times. One that was made against an older version does not happen at all.
    pub(super) fn check_edits(&mut self) {
        // Of two edits of one version that share a group, the first holds.
        let mut edited = HashSet::new();
        for (index, job) in self.jobs.clone() {
            let space = job.scope.space();
            let problem = match job.edit {
                None => continue,
                Some(Edit::OfMany) => None,
                Some(Edit::Of { lead, version }) => match self.by_id.get(&(space, lead)).map(|at| &self.leads[*at]) {
                    None => Some(Problem::not_found()),
                    Some(lead) if lead.version != version || !edited.insert((space, lead.id)) => Some(Problem::new(
                        Reason::OldVersion,
                        "The lead was changed since you read it. Read it again and repeat your change.",
                    )),
                    Some(_) => None,
                },
            };
            if let Some(problem) = problem {
                self.prepared.retain(|prepared| prepared.job != index);
                self.failed.insert(index, problem);
                continue;
            }
            for prepared in self.prepared.iter_mut().filter(|prepared| prepared.job == index) {
                let lead = prepared.logged.capture.lead_id.and_then(|lead| self.by_id.get(&(space, lead)));
                let newest = lead.and_then(|at| self.leads[*at].fold.newest_at).unwrap_or_default();
                prepared.logged.corrected_at = job.received_at.max(newest.plus_micros(1));
            }
        }
    }

    /// The leads of annulments that name none, or only a badge that was revoked meanwhile.
    pub(super) async fn annulled_leads(
        &mut self,
        tx: &mut Tx,
    ) -> Result<HashMap<(SpaceId, CaptureId), LeadId>, StorageError> {
        let mut wanted = BTreeSet::new();
        for prepared in &self.prepared {
            let is_named = prepared.hash.is_some() || prepared.logged.capture.lead_id.is_some();
            if let Action::Annul { annuls } = prepared.logged.capture.action
                && (!is_named || prepared.revoked.is_some())
            {
                wanted.insert((self.job(prepared.job).scope.space(), annuls));
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
    ///
    /// Whatever order they were sent in: first what may begin a lead, then what needs one that is there, and last
    /// what takes back. Where one capture of a group names a lead that another begins, both are taken in.
    pub(super) fn assign_leads(&mut self, annulled: &HashMap<(SpaceId, CaptureId), LeadId>) {
        let mut prepared = std::mem::take(&mut self.prepared);
        let mut targets = Targets { annulled, seen: HashMap::new() };
        for turn in [Turn::Begins, Turn::Follows] {
            for one in prepared.iter_mut().filter(|one| one.turn() == turn) {
                self.assign(one, &mut targets);
            }
        }
        let mut waiting: Vec<&mut Prepared> = prepared.iter_mut().filter(|one| one.turn() == Turn::TakesBack).collect();
        // What takes back a taking back waits until that has its lead.
        while !waiting.is_empty() {
            let (known, others): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|one| self.is_known(one, &targets));
            let (now, later) = if known.is_empty() { (others, Vec::new()) } else { (known, others) };
            for one in now {
                self.assign(one, &mut targets);
            }
            waiting = later;
        }
        prepared.retain(|one| !self.refused.contains_key(&(one.job, one.item)));
        self.prepared = prepared;
    }

    /// Whether the lead of what a capture takes back is known.
    fn is_known(&self, one: &Prepared, targets: &Targets<'_>) -> bool {
        let space = self.job(one.job).scope.space();
        targets.of(self, space, &one.logged.capture.action).is_some()
    }

    /// Gives one capture its lead, or refuses it.
    fn assign(&mut self, one: &mut Prepared, targets: &mut Targets<'_>) {
        let job = self.job(one.job);
        let space = job.scope.space();
        let capture = &one.logged.capture;
        // After the event's contacts were removed, nothing that still arrives is kept but that it was.
        let is_over = self.around.info.are_contacts_gone(job.received_at);
        let is_erased = is_over || one.is_erased;
        // A practice badge is nobody's; at a door the session's verdict is what is told.
        let is_attendance = self.is_attendance(one);
        if super::practice::is_practice(one.hash) || is_attendance {
            one.reason = None;
            if is_erased && is_attendance {
                one.bare = Some(erased::body(capture));
            }
            return;
        }
        let found = match (&one.badge, one.code_key(), capture.lead_id, &capture.action) {
            (Some(badge), ..) if badge.exhibitor_id.is_some_and(|own| own == space.0) => {
                // The own team never becomes a lead.
                one.bare = is_erased.then(|| erased::body(capture));
                one.reason = Some(Reason::NotDisclosed);
                return;
            }
            (Some(badge), Some(code), ..) if one.revoked.is_some() => {
                let annulled = targets.of(self, space, &capture.action);
                // A badge that is revoked opens nothing: nobody is met by a note of them.
                let known = annulled.or_else(|| self.by_registration.get(&(space, badge.registration_id)).copied());
                if known.is_none() {
                    one.reason = Some(Reason::BadgeRevoked);
                    if !one.logged.flags.contains(&Reason::BadgeRevoked) {
                        one.logged.flags.push(Reason::BadgeRevoked);
                    }
                }
                known.or_else(|| Some(self.lead_of_code(space, code, job.received_at)))
            }
            (Some(badge), ..) => Some(self.lead_of_badge(space, badge, job.received_at)),
            (None, Some(hash), ..) => Some(self.lead_of_code(space, hash, job.received_at)),
            (None, None, Some(lead), action) => self.by_id.get(&(space, lead)).copied().or_else(|| {
                let starts = matches!(action, Action::Contact { .. });
                starts.then(|| self.manual_lead(space, lead, job.received_at))
            }),
            (None, None, None, action) => targets.of(self, space, action),
        };
        let Some(lead) = found else {
            let errors = vec![FieldError::new("/lead_id", "names no lead of this space")];
            self.refused.insert((one.job, one.item), Refusal { reason: Reason::LeadNotFound, errors });
            return;
        };
        targets.seen.insert((space, capture.id), lead);
        one.lead = Some(lead);
        if is_erased || self.leads[lead].is_erased() {
            self.settle_empty(one, lead);
        }
    }

    /// Keeps of a capture only that it was made: the person was erased.
    fn settle_empty(&mut self, one: &mut Prepared, lead: usize) {
        one.bare = Some(erased::body(&one.logged.capture));
        one.digest = erased::DIGEST;
        one.reason = Some(Reason::SubjectErased);
        erased::empty(&mut one.logged);
        let lead = &mut self.leads[lead];
        if !lead.is_erased() {
            lead.hear(Some((ConsentState::Erased, self.app.now())));
        }
        lead.registered = None;
    }

    fn lead_of_badge(&mut self, space: SpaceId, badge: &BadgeRow, now: Timestamp) -> usize {
        if let Some(at) = self.by_registration.get(&(space, badge.registration_id)) {
            return *at;
        }
        let mut lead = LeadRow::new(space, self.app.new_id(), now);
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
        let mut lead = LeadRow::new(space, self.app.new_id(), now);
        lead.code_hash = Some(hash.to_vec());
        self.know(lead)
    }

    fn manual_lead(&mut self, space: SpaceId, id: LeadId, now: Timestamp) -> usize {
        let lead = LeadRow::new(space, id, now);
        self.know(lead)
    }
}
