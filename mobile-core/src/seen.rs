//! Who scanned a badge before, told by the phone alone: "Karim scanned Ana at 10:12 (hot)".
//!
//! Fed with what was synced last (receipts, the live stream, lists) and with the phone's own scans,
//! asked by the hash of a code. Few names stay on a phone, and not for long: those of the newest 50
//! leads, for 12 hours, or none; the rest is told as "this badge". Names go when a shift ends where
//! each sees only their own, when a person withdraws, at unpairing and when the phone is lost.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::capture::{Contact, Rating};
use crate::ids::LeadId;
use crate::time::Timestamp;
use crate::wire::lead::ConsentState;
use crate::wire::{Frame, LeadView};

/// Codes remembered at most; a busy booth scans fewer in a week.
const MOST_CODES: usize = 20_000;
const HOUR_US: i64 = 3600 * 1_000_000;

/// How many names of attendees may stay on the phone, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeepNames {
    /// Of so many leads, the newest; 0 keeps none.
    pub leads: usize,
    /// For so many hours after the phone last heard of the lead.
    pub hours: u32,
}

impl KeepNames {
    /// None at all: every badge is "this badge".
    pub const NONE: Self = Self { leads: 0, hours: 0 };
}

impl Default for KeepNames {
    fn default() -> Self {
        Self { leads: 50, hours: 12 }
    }
}

/// An earlier scan of the same badge, for the phone to put into words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// Who scanned: a member's name, else a temp's, else the device's label.
    pub who: Option<String>,
    /// Whom; `None` is "this badge".
    pub whom: Option<String>,
    /// When.
    pub at: Timestamp,
    /// The lead's rating.
    pub rating: Option<Rating>,
}

/// What a phone remembers of scans. Serialised as it is kept between runs of the program.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    keep: KeepNames,
    /// By the hash of the code, as hex.
    codes: BTreeMap<String, Scanned>,
    leads: BTreeMap<LeadId, Known>,
    /// Rises with everything heard of, to tell the newest.
    heard: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Scanned {
    who: Option<String>,
    at: Timestamp,
    lead: Option<LeadId>,
    heard: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Known {
    name: Option<String>,
    rating: Option<Rating>,
    who: Option<String>,
    at: Option<Timestamp>,
    heard: u64,
    heard_at: Timestamp,
}

impl Seen {
    /// Nothing seen yet.
    pub fn new(keep: KeepNames) -> Self {
        Self { keep, ..Self::default() }
    }

    /// Changes how many names may stay; those that are too many go at once.
    pub fn keep_names(&mut self, keep: KeepNames, now: Timestamp) {
        self.keep = keep;
        self.tidy(now);
    }

    /// This phone took a scan, whether or not it was sent. Ask [`Seen::earlier`] first.
    pub fn scanned(&mut self, code_hash: &[u8; 32], who: Option<&str>, at: Timestamp) {
        self.heard += 1;
        let heard = self.heard;
        let lead = self.codes.get(&hex(code_hash)).and_then(|scanned| scanned.lead);
        self.codes.insert(hex(code_hash), Scanned { who: who.map(str::to_owned), at, lead, heard });
        while self.codes.len() > MOST_CODES {
            let oldest = self.codes.iter().min_by_key(|(_, scanned)| scanned.heard).map(|(code, _)| code.clone());
            let Some(oldest) = oldest else { break };
            self.codes.remove(&oldest);
        }
    }

    /// A receipt or a list told of a lead. `code_hash` is the code that was scanned, where known.
    pub fn heard(&mut self, code_hash: Option<&[u8; 32]>, lead: &LeadView, now: Timestamp) {
        self.heard += 1;
        let newest = lead.scans.iter().max_by_key(|scan| scan.at);
        let who = newest.and_then(|scan| {
            scan.member_name.clone().or_else(|| scan.operator.clone()).or_else(|| scan.device_name.clone())
        });
        let at = newest.map(|scan| scan.at);
        let known = Known {
            name: name(lead).filter(|_| self.keep.leads > 0),
            rating: lead.rating,
            who: who.clone(),
            at,
            heard: self.heard,
            heard_at: now,
        };
        self.leads.insert(lead.id, known);
        if let (Some(hash), Some(at)) = (code_hash, at.or_else(|| self.at(code_hash))) {
            self.scanned(hash, who.as_deref(), at);
            if let Some(scanned) = self.codes.get_mut(&hex(hash)) {
                scanned.lead = Some(lead.id);
            }
        }
        self.tidy(now);
    }

    /// A message of the exhibitor's live stream came in.
    pub fn live(&mut self, frame: &Frame, now: Timestamp) {
        match frame {
            Frame::LeadCaptured { capture, lead, .. } => {
                let hash = capture.get("code").and_then(|code| code.as_str()).map(crate::badge::code_hash);
                self.heard(hash.as_ref(), lead, now);
            }
            Frame::LeadUpdated { lead, .. } | Frame::LeadRedacted { lead, .. } => self.heard(None, lead, now),
            Frame::LeadMerged { merged_id, lead, .. } => {
                self.leads.remove(merged_id);
                for scanned in self.codes.values_mut().filter(|scanned| scanned.lead == Some(*merged_id)) {
                    scanned.lead = Some(lead.id);
                }
                self.heard(None, lead, now);
            }
            _ => {}
        }
    }

    /// The earlier scan of a badge, if this phone knows of one.
    pub fn earlier(&self, code_hash: &[u8; 32], now: Timestamp) -> Option<Earlier> {
        let scanned = self.codes.get(&hex(code_hash))?;
        let known = scanned.lead.and_then(|lead| self.leads.get(&lead));
        // A colleague may have scanned since; the lead then knows more than the code.
        let (who, at) = match known.and_then(|known| known.at.map(|at| (known.who.clone(), at))) {
            Some((who, at)) if at > scanned.at => (who, at),
            _ => (scanned.who.clone(), scanned.at),
        };
        let whom = known.filter(|known| !self.is_old(known, now)).and_then(|known| known.name.clone());
        Some(Earlier { who, whom, at, rating: known.and_then(|known| known.rating) })
    }

    /// Another person takes the phone. Where each sees only their own leads, what the former one saw
    /// is not the next one's to see: names and ratings go, that a badge was scanned stays.
    pub fn shift_changed(&mut self, each_sees_only_their_own: bool) {
        if each_sees_only_their_own {
            self.leads.clear();
            self.codes.values_mut().for_each(|scanned| scanned.lead = None);
        }
    }

    /// The phone was unpaired, its access ended, or it was reported lost: everything goes.
    pub fn forget(&mut self) {
        *self = Self::new(self.keep);
    }

    fn at(&self, code_hash: Option<&[u8; 32]>) -> Option<Timestamp> {
        self.codes.get(&hex(code_hash?)).map(|scanned| scanned.at)
    }

    fn is_old(&self, known: &Known, now: Timestamp) -> bool {
        // A clock that went back must not keep a name for longer.
        now.micros_since(known.heard_at).unsigned_abs() > (i64::from(self.keep.hours) * HOUR_US).unsigned_abs()
    }

    /// Takes the names away that may stay no longer.
    fn tidy(&mut self, now: Timestamp) {
        let with_names = self.leads.iter().filter(|(_, known)| known.name.is_some());
        let mut newest: Vec<(u64, LeadId)> = with_names.map(|(id, known)| (known.heard, *id)).collect();
        newest.sort_unstable_by(|a, b| b.cmp(a));
        let kept: BTreeSet<LeadId> = newest.into_iter().take(self.keep.leads).map(|(_, id)| id).collect();
        let gone: BTreeSet<LeadId> =
            self.leads.iter().filter(|(_, known)| self.is_old(known, now)).map(|(id, _)| *id).collect();
        for (id, known) in &mut self.leads {
            if !kept.contains(id) || gone.contains(id) {
                known.name = None;
            }
        }
        while self.leads.len() > MOST_CODES {
            let oldest = self.leads.iter().min_by_key(|(_, known)| known.heard).map(|(id, _)| *id);
            let Some(oldest) = oldest else { break };
            self.leads.remove(&oldest);
        }
    }
}

/// The name as far as it may be shown.
fn name(lead: &LeadView) -> Option<String> {
    if matches!(lead.consent, ConsentState::Withdrawn | ConsentState::Erased) {
        return None;
    }
    let registered = lead.registration.as_ref().map(|registration| &registration.contact);
    [registered, lead.contact.as_ref()].into_iter().flatten().map(Contact::full_name).find(|name| !name.is_empty())
}

fn hex(hash: &[u8; 32]) -> String {
    use std::fmt::Write as _;
    hash.iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests;
