//! What each capture is about: its time, its author, its badge, and what is to be said of it.
//!
//! A badge's state never rejects a scan; only a device whose access has ended is refused. What a
//! capture means for leads is [`super::leads`]'.

use super::{Prepared, Refusal, Work};
use crate::captures::store;
use crate::captures::store::badges::{self, BadgeRow, HolderRow};
use crate::captures::{Facts, Job};
use crate::events::disclosure::Scannable;
use crate::storage::{StorageError, Tx};
use mobile_core::capture::{Action, Capture};
use mobile_core::fold::{Author, Logged};
use mobile_core::ids::{BadgeId, CaptureId, SpaceId, TeamMemberId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use std::collections::{BTreeSet, HashMap, HashSet};

impl Work<'_> {
    /// Finds out what each capture is about: its time, its author, its badge and its lead.
    pub(super) async fn prepare(&mut self, tx: &mut Tx) -> Result<(), StorageError> {
        let badges = self.find_badges(tx).await?;
        let known = self.known_of_the_ended(tx).await?;
        for (index, job) in self.jobs.clone() {
            for (place, item) in job.items.iter().enumerate() {
                match &item.parsed {
                    Ok(facts) => {
                        let is_known = known.contains(&(job.scope.space(), facts.capture.id));
                        self.prepare_one(index, place, job, facts, (&badges, is_known));
                    }
                    Err(malformed) => {
                        let refusal = Refusal { reason: malformed.reason, errors: malformed.errors.clone() };
                        self.refused.insert((index, place), refusal);
                    }
                }
            }
        }
        self.check_sessions(tx).await?;
        self.load_leads(tx).await?;
        self.check_edits();
        let targets = self.annulled_leads(tx).await?;
        self.assign_leads(&targets);
        Ok(())
    }

    /// What devices whose access has ended send again, having delivered it before: that is `duplicate`
    /// like anybody's, whatever its time looks like now.
    async fn known_of_the_ended(&self, tx: &mut Tx) -> Result<HashSet<(SpaceId, CaptureId)>, StorageError> {
        let mut ids = BTreeSet::new();
        for (_, job) in self.jobs.iter().filter(|(_, job)| job.scope.is_lost() || job.scope.ended_at().is_some()) {
            let captures = job.items.iter().filter_map(|item| item.parsed.as_ref().ok());
            ids.extend(captures.map(|facts| (job.scope.space(), facts.capture.id)));
        }
        let ids: Vec<_> = ids.into_iter().collect();
        Ok(store::kept(tx, self.event, &ids).await?.into_keys().collect())
    }

    fn prepare_one(
        &mut self,
        index: usize,
        place: usize,
        job: &Job,
        facts: &Facts,
        (badges, is_known): (&Badges, bool),
    ) {
        let capture = &facts.capture;
        let corrected_at = corrected(job, capture);
        let scope = &job.scope;
        let has_ended = scope.is_lost() || scope.ended_at().is_some_and(|ended| corrected_at > ended);
        if has_ended && !is_known {
            self.refused.insert((index, place), Refusal { reason: Reason::DeviceRevoked, errors: Vec::new() });
            return;
        }
        let (member, is_stranger) = self.member(job, capture.member_id, corrected_at);
        let found = badges.find(facts, corrected_at);
        let mut flags = Vec::new();
        let mut reason = None;
        let is_scan = matches!(capture.action, Action::Scan { .. });
        let phases = &self.around.info.phases;
        if !phases.is_within(corrected_at, is_scan) {
            flags.push(Reason::TimeOutsideEvent);
            reason = Some(Reason::TimeOutsideEvent);
        } else if is_scan && phases.is_build_up(corrected_at) {
            flags.push(Reason::BuildUp);
            reason = Some(Reason::BuildUp);
        }
        // What leads that are closed still take in is told from what came in time.
        if job.edit.is_none() && !job.is_own && phases.are_leads_closed(job.received_at) {
            flags.push(Reason::LateUpload);
        }
        if is_stranger {
            flags.push(Reason::UnknownMember);
            reason = Some(Reason::UnknownMember);
        }
        // A replaced badge stands for the same person; any other revocation ends what it opens.
        let is_revoked = |badge: &&BadgeRow| {
            !matches!(badge.status.as_str(), "active" | "replaced")
                && badge.revoked_at.is_some_and(|revoked| corrected_at > revoked)
        };
        let code_of = |badge: &BadgeRow| -> [u8; 32] { badge.code_hash.as_slice().try_into().unwrap_or_default() };
        let revoked = found.as_ref().filter(is_revoked).map(code_of);
        let is_erased = found.as_ref().is_some_and(|badge| badge.is_erased);
        // A revocation is about who is scanned from then on: what is said of somebody who was scanned before is
        // theirs. A door has to tell whoever stands before it why.
        let is_door = super::attendance::is_of_door(scope, &capture.action);
        let is_refused = revoked.is_some() && (is_scan || is_door);
        let badge = found.filter(|_| revoked.is_none() || !is_scan);
        if is_refused {
            flags.push(Reason::BadgeRevoked);
            reason = Some(Reason::BadgeRevoked);
        } else if let Some(badge) = &badge {
            let rule = self.around.info.disclosure.rule(&badge.category);
            if rule.scannable == Scannable::No {
                reason = Some(Reason::NotDisclosed);
            }
        } else if is_scan {
            reason = Some(Reason::UnknownBadge);
        }
        if !scope.is_in_package() && reason.is_none() {
            reason = Some(Reason::NotInPackage);
        } else if !scope.is_open() && reason.is_none() {
            reason = Some(Reason::NotOpenYet);
        }
        let author =
            Author { member, operator: capture.operator.clone(), device: scope.device(), booth: scope.booth() };
        let logged = Logged { capture: capture.clone(), corrected_at, author, flags, carried: facts.carried.clone() };
        self.prepared.push(Prepared {
            job: index,
            item: place,
            logged,
            digest: facts.digest,
            hash: facts.code_hash,
            badge,
            revoked,
            is_erased,
            reason,
            bare: None,
            lead: None,
        });
    }

    /// Who did it, and whether the capture names someone who was not in the team then.
    fn member(&self, job: &Job, named: Option<TeamMemberId>, at: Timestamp) -> (Option<TeamMemberId>, bool) {
        match (named, job.scope.exhibitor()) {
            (Some(member), Some(exhibitor)) if self.around.names.was_member_of(member, exhibitor, at) => {
                (Some(member), false)
            }
            (Some(_), _) => (job.scope.member(), true),
            (None, _) => (job.scope.member(), false),
        }
    }

    async fn find_badges(&self, tx: &mut Tx) -> Result<Badges, StorageError> {
        let mut hashes = BTreeSet::new();
        let mut typed = BTreeSet::new();
        for facts in self.jobs.iter().flat_map(|(_, job)| &job.items).filter_map(|item| item.parsed.as_ref().ok()) {
            hashes.extend(facts.code_hash);
            typed.extend(facts.number.as_ref().map(|number| number.as_str().to_owned()));
        }
        let hashes: Vec<[u8; 32]> = hashes.into_iter().collect();
        let by_code = badges::by_code(tx, self.event, &hashes).await?;
        let mut by_hash: HashMap<[u8; 32], BadgeRow> = HashMap::with_capacity(by_code.len());
        for badge in by_code {
            if let Ok(hash) = badge.code_hash.as_slice().try_into() {
                by_hash.insert(hash, badge);
            }
        }
        let mut by_number = HashMap::new();
        if !typed.is_empty() {
            let numbers: Vec<String> = typed.into_iter().collect();
            for badge in badges::by_number(tx, self.event, &numbers).await? {
                by_number.insert(badge.number.clone(), badge);
            }
        }
        let assigned = by_hash.values().chain(by_number.values()).filter(|badge| badge.is_assigned);
        let assigned: BTreeSet<BadgeId> = assigned.map(|badge| badge.id).collect();
        let assigned: Vec<BadgeId> = assigned.into_iter().collect();
        let mut before: HashMap<BadgeId, Vec<HolderRow>> = HashMap::new();
        for holder in badges::former_holders(tx, self.event, &assigned).await? {
            before.entry(holder.badge.id).or_default().push(holder);
        }
        Ok(Badges { by_hash, by_number, before })
    }
}

/// When it happened by the server's clock; fixed at first receipt.
pub(super) fn corrected(job: &Job, capture: &Capture) -> Timestamp {
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
    /// Whom a badge stood for before each of its assignments, the newest first.
    before: HashMap<BadgeId, Vec<HolderRow>>,
}

impl Badges {
    /// The badge of a code, as it stood when it was scanned.
    fn find(&self, facts: &Facts, at: Timestamp) -> Option<BadgeRow> {
        let now = self.find_now(facts)?;
        // Back through its assignments, to the one that had begun by then.
        let before = self.before.get(&now.id).map_or(&[][..], Vec::as_slice);
        let held = before.iter().take_while(|holder| at < holder.from_at).last();
        Some(held.map_or(now, |holder| holder.badge.clone()))
    }

    /// The badge of a code; a text that is no code of the event may be a number typed by hand.
    fn find_now(&self, facts: &Facts) -> Option<BadgeRow> {
        if let Some(badge) = self.by_hash.get(&facts.code_hash?) {
            return Some(badge.clone());
        }
        self.by_number.get(facts.number?.as_str()).cloned()
    }
}
