//! Adding to the log, and merging what was new into the leads' rows.
//!
//! The row is written in the transaction that adds the captures, and always equals the fold of the
//! log (`docs/decisions/0004-lead-row-beside-the-log.md`).

use super::Work;
use crate::captures::store::{self, Added, NewCapture};
use crate::consent;
use crate::events::cache::read_info;
use crate::leads::store::{self as lead_store, Written};
use crate::storage::{StorageError, Tx};
use mobile_core::fold::Merged;
use mobile_core::ids::{CaptureId, LeadId, RegistrationId, SpaceId};
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

impl Work<'_> {
    /// Adds what is new to the log and merges it into the leads.
    pub(super) async fn add(&mut self, tx: &mut Tx) -> Result<(), StorageError> {
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
        let Added { ids: added, policy_version } = store::insert(tx, self.event, &rows).await?;
        drop(rows);
        if policy_version.is_some_and(|version| version != self.around.info.policy_version) {
            // What is disclosed changed since it was read, and whoever writes the leads anew for that may have been
            // here: they are written by what is disclosed now.
            self.around.info = Arc::new(read_info(tx, self.event).await?);
        }
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
            crate::leads::refold(tx, self.event, &mut self.leads[lead]).await?;
        }
        self.write_leads(tx).await?;
        self.load_leads_of_repeated(tx).await
    }

    fn row(&self, at: usize) -> NewCapture<'_> {
        let prepared = &self.prepared[at];
        let job = self.job(prepared.job);
        NewCapture {
            space: job.scope.space(),
            lead: prepared.lead.map_or(LeadId(uuid::Uuid::nil()), |lead| self.leads[lead].id),
            kind: self.kind(prepared.job, prepared.item),
            logged: &prepared.logged,
            code_hash: prepared.hash.filter(|_| prepared.bare.is_none()),
            queue: job.queue,
            sent_at: job.sent_at,
            received_at: job.received_at,
            digest: prepared.digest,
            body: prepared.bare.as_deref().unwrap_or_else(|| self.body(prepared.job, prepared.item)),
        }
    }

    async fn write_leads(&mut self, tx: &mut Tx) -> Result<(), StorageError> {
        // What a person said to everyone also holds for exhibitors that meet them only now. Few have
        // spoken: their badges say so.
        let spoken: HashSet<RegistrationId> = self
            .prepared
            .iter()
            .filter_map(|one| one.badge.as_ref())
            .filter(|badge| badge.has_spoken)
            .map(|badge| badge.registration_id)
            .collect();
        let spoken: Vec<RegistrationId> = spoken.into_iter().collect();
        let words = consent::own_words(tx, self.event, &spoken).await?;
        let of_marketing = consent::marketing_words(tx, self.event, &spoken).await?;
        for at in &self.changed {
            let lead = &mut self.leads[*at];
            if let (0, Some(person), false) = (lead.version, lead.registration_id, lead.is_erased()) {
                lead.hear(words.of(person, lead.space_id));
                lead.hear_marketing(of_marketing.of(person, lead.space_id));
            }
            lead.version += 1;
            lead.is_hidden = lead.fold.is_hidden();
        }
        let mut order: Vec<usize> = self.changed.iter().copied().collect();
        order.sort_by_key(|at| (self.leads[*at].space_id, self.leads[*at].id));
        let now = self.app.now();
        let info = &self.around.info;
        let written: Vec<Written<'_>> = order.iter().map(|at| crate::leads::written(&self.leads[*at], info)).collect();
        lead_store::put(tx, self.event, now, &written).await
    }

    /// The answer to a repeated id shows the lead that its capture went to, as it is now.
    async fn load_leads_of_repeated(&mut self, tx: &mut Tx) -> Result<(), StorageError> {
        let ids: BTreeSet<_> = self.kept.values().map(|kept| (kept.space_id, kept.lead_id)).collect();
        self.load_by_ids(tx, ids.into_iter().collect()).await
    }
}
