//! The fold: what a set of captures adds up to.
//!
//! A [`Fold`] is a deterministic merge by the order (`corrected_at`, `device_seq` or 0, `id`): any
//! order of arrival, any repetition and any split into batches give the same lead. It keeps the
//! order keys of the values that won, so that a late, older capture is merged in constant time;
//! only an annulment of something already merged needs a new fold from the log.
//! Server, phones and browser run this one implementation.

mod newest;

pub use newest::{KEPT, Newest};

use crate::capture::{Action, Capture, Contact, ContactField, Entry, Purpose, Rating};
use crate::ids::{BoothId, CaptureId, DeviceId, TeamMemberId};
use crate::reason::Reason;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The place of a capture in the order of all: (`corrected_at`, `device_seq` or 0, `id`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Order(#[serde(with = "micros")] pub Timestamp, pub u64, pub CaptureId);

/// A value and the place of the capture that set it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Won<T> {
    /// The value.
    #[serde(rename = "v")]
    pub value: T,
    /// Where it comes from.
    #[serde(rename = "o")]
    pub order: Order,
}

/// Who did it, on what: resolved by whoever keeps the log.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Author {
    /// The team member.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub member: Option<TeamMemberId>,
    /// Free text for people without an account.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// The device; none for a page.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
    /// The booth the device stood at.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    pub booth: Option<BoothId>,
}

/// A capture as the log keeps it: with its fixed time, its author and what was noticed about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Logged {
    /// The capture, shared with whoever delivered it.
    pub capture: Arc<Capture>,
    /// Its time, fixed at first receipt.
    pub corrected_at: Timestamp,
    /// Who did it.
    pub author: Author,
    /// What was noticed: a time outside the event, a revoked badge.
    pub flags: Vec<Reason>,
    /// Contact details that the scanned code itself carries (vCard, MECARD).
    pub carried: Contact,
}

impl Logged {
    /// Its place in the order of all captures.
    pub fn order(&self) -> Order {
        Order(self.corrected_at, self.capture.device_seq.unwrap_or(0), self.capture.id)
    }
}

/// One scan of a lead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FoldedScan {
    /// Place in the order; its time is the scan's.
    #[serde(rename = "o")]
    pub order: Order,
    /// Who scanned.
    #[serde(rename = "a")]
    pub author: Author,
    /// How the code came in.
    #[serde(rename = "e")]
    pub entry: Entry,
}

/// One note of a lead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FoldedNote {
    /// Place in the order; its time is the note's.
    #[serde(rename = "o")]
    pub order: Order,
    /// Who wrote it.
    #[serde(rename = "a")]
    pub author: Author,
    /// The note.
    #[serde(rename = "t")]
    pub text: String,
}

/// An answer with the version of the form it was given on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The answer; null when it was taken back.
    #[serde(rename = "a")]
    pub answer: Value,
    /// The form's version.
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    pub form_version: Option<i64>,
}

/// What was said about one purpose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConsentGiven {
    /// Given or refused.
    #[serde(rename = "g")]
    pub granted: bool,
    /// The notice that was shown.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub notice_version: Option<String>,
    /// How it was asked.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
}

/// What made somebody a lead besides a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeadSource {
    /// Went into a session of the exhibitor's.
    Session,
    /// Agreed on a meeting.
    Meeting,
    /// Shared their contact details in a conversation.
    ContactSharing,
    /// Connected with somebody of the exhibitor's team.
    Networking,
}

impl LeadSource {
    /// The name in JSON and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Meeting => "meeting",
            Self::ContactSharing => "contact_sharing",
            Self::Networking => "networking",
        }
    }
}

/// The lead that a set of captures adds up to.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Fold {
    /// Captures that count: neither annulled nor annulments.
    #[serde(rename = "n")]
    pub live: u64,
    /// The scans.
    #[serde(skip_serializing_if = "Newest::is_empty")]
    pub scans: Newest<FoldedScan>,
    /// The notes.
    #[serde(skip_serializing_if = "Newest::is_empty")]
    pub notes: Newest<FoldedNote>,
    /// The first scan's time.
    #[serde(with = "micros_option", skip_serializing_if = "Option::is_none")]
    pub first_scanned_at: Option<Timestamp>,
    /// The time of the newest capture of any kind.
    #[serde(with = "micros_option", skip_serializing_if = "Option::is_none")]
    pub newest_at: Option<Timestamp>,
    /// The latest rating.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rating: Option<Won<Option<Rating>>>,
    /// The latest stage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<Won<Option<String>>>,
    /// The latest owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Won<Option<TeamMemberId>>>,
    /// Per tag, whether it was last added or removed.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, Won<bool>>,
    /// The latest answer per question.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<String, Won<Answer>>,
    /// The exhibitor's own value per contact field.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub contact: BTreeMap<ContactField, Won<String>>,
    /// What the code itself said, per contact field.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub carried: BTreeMap<ContactField, Won<String>>,
    /// The latest word per purpose.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub consents: BTreeMap<Purpose, Won<ConsentGiven>>,
    /// Members who scanned.
    #[serde(rename = "by", skip_serializing_if = "BTreeSet::is_empty")]
    pub scanned_by: BTreeSet<TeamMemberId>,
    /// Devices that scanned.
    #[serde(rename = "on", skip_serializing_if = "BTreeSet::is_empty")]
    pub scanned_on: BTreeSet<DeviceId>,
    /// Everything noticed about its captures.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub flags: BTreeSet<String>,
    /// Per source besides scans, its first time in microseconds since 1970.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub sources: BTreeMap<LeadSource, i64>,
    /// Captures taken back, whether they have arrived yet or not.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub annulled: BTreeSet<CaptureId>,
}

/// Whether a capture could be merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Merged {
    /// It is in.
    Done,
    /// It takes back something that may be in already: fold again from the log.
    FoldAgain,
}

impl Fold {
    /// Folds a whole log; repeated captures count once.
    pub fn of<'a>(log: impl IntoIterator<Item = &'a Logged>) -> Self {
        let once: BTreeMap<CaptureId, &Logged> = log.into_iter().map(|logged| (logged.capture.id, logged)).collect();
        let mut fold = Self::default();
        for logged in once.values() {
            if let Action::Annul { annuls } = logged.capture.action {
                fold.annulled.insert(annuls);
            }
        }
        for logged in once.values() {
            // Annulments are known already, so none asks for another round.
            let _ = fold.merge(logged);
        }
        fold
    }

    /// Merges one capture that was not merged before; the order of calls does not matter.
    pub fn merge(&mut self, logged: &Logged) -> Merged {
        let capture = &logged.capture;
        let order = logged.order();
        if let Action::Annul { annuls } = capture.action {
            let merged = if self.annulled.insert(annuls) { Merged::FoldAgain } else { Merged::Done };
            self.newest_at = self.newest_at.max(Some(order.0));
            return merged;
        }
        self.newest_at = self.newest_at.max(Some(order.0));
        if self.annulled.contains(&capture.id) {
            return Merged::Done;
        }
        self.live += 1;
        self.flags.extend(logged.flags.iter().map(|flag| flag.code().to_owned()));
        for (field, text) in &logged.carried.0 {
            latest_of(&mut self.carried, *field, text.clone(), order);
        }
        match &capture.action {
            Action::Scan { entry } => {
                self.first_scanned_at = Some(self.first_scanned_at.map_or(order.0, |first| first.min(order.0)));
                self.scanned_by.extend(logged.author.member);
                self.scanned_on.extend(logged.author.device);
                self.scans.add(FoldedScan { order, author: logged.author.clone(), entry: *entry });
            }
            Action::Note { text } => {
                self.notes.add(FoldedNote { order, author: logged.author.clone(), text: text.clone() });
            }
            Action::Rating { rating } => latest(&mut self.rating, *rating, order),
            Action::Stage { stage } => latest(&mut self.stage, stage.clone(), order),
            Action::Owner { owner } => latest(&mut self.owner, *owner, order),
            Action::Tags { add, remove } => {
                for tag in remove.iter().filter(|tag| !add.contains(tag)) {
                    latest_of(&mut self.tags, tag.clone(), false, order);
                }
                for tag in add {
                    latest_of(&mut self.tags, tag.clone(), true, order);
                }
            }
            Action::Answers { answers, form_version } => {
                for (question, answer) in answers {
                    let answer = Answer { answer: answer.clone(), form_version: *form_version };
                    latest_of(&mut self.answers, question.clone(), answer, order);
                }
            }
            Action::Contact { fields } => {
                for (field, text) in fields {
                    latest_of(&mut self.contact, *field, text.clone(), order);
                }
            }
            Action::Consent { purpose, granted, notice_version, channel } => {
                let given = ConsentGiven {
                    granted: *granted,
                    notice_version: notice_version.clone(),
                    channel: channel.clone(),
                };
                latest_of(&mut self.consents, *purpose, given, order);
            }
            Action::CheckIn { .. } => self.comes_from(LeadSource::Session, order),
            Action::Meeting { .. } => self.comes_from(LeadSource::Meeting, order),
            Action::Shared { .. } => self.comes_from(LeadSource::ContactSharing, order),
            Action::Connected { .. } => self.comes_from(LeadSource::Networking, order),
            Action::CheckOut { .. } | Action::Annul { .. } => {}
        }
        Merged::Done
    }

    fn comes_from(&mut self, source: LeadSource, order: Order) {
        let at = order.0.as_micros();
        self.sources.entry(source).and_modify(|first| *first = at.min(*first)).or_insert(at);
    }

    /// Whether nothing is left to show.
    pub fn is_hidden(&self) -> bool {
        self.live == 0
    }

    /// The newest scan's time.
    pub fn last_scanned_at(&self) -> Option<Timestamp> {
        self.scans.newest().map(|scan| scan.order.0)
    }

    /// The rating in force.
    pub fn rating(&self) -> Option<Rating> {
        self.rating.as_ref().and_then(|won| won.value)
    }

    /// The stage in force.
    pub fn stage(&self) -> Option<&str> {
        self.stage.as_ref().and_then(|won| won.value.as_deref())
    }

    /// The owner in force.
    pub fn owner(&self) -> Option<TeamMemberId> {
        self.owner.as_ref().and_then(|won| won.value)
    }

    /// The tags in force, sorted.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.tags.iter().filter(|(_, won)| won.value).map(|(tag, _)| tag.as_str())
    }

    /// The contact details that the exhibitor typed, over those that the code carried.
    pub fn contact(&self) -> Contact {
        let mut contact = Contact::default();
        for (field, won) in &self.carried {
            contact.set(*field, &won.value);
        }
        for (field, won) in &self.contact {
            if won.value.is_empty() {
                contact.0.remove(field);
            } else {
                contact.set(*field, &won.value);
            }
        }
        contact
    }
}

fn latest<T>(slot: &mut Option<Won<T>>, value: T, order: Order) {
    if slot.as_ref().is_none_or(|won| won.order < order) {
        *slot = Some(Won { value, order });
    }
}

fn latest_of<K: Ord, T>(slots: &mut BTreeMap<K, Won<T>>, key: K, value: T, order: Order) {
    if slots.get(&key).is_none_or(|won| won.order < order) {
        slots.insert(key, Won { value, order });
    }
}

impl newest::Placed for FoldedScan {
    fn order(&self) -> Order {
        self.order
    }
}

impl newest::Placed for FoldedNote {
    fn order(&self) -> Order {
        self.order
    }
}

/// The stored fold writes times as numbers: it is read and written at every capture.
mod micros {
    use super::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
    pub fn serialize<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(time.as_micros())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        i64::deserialize(deserializer).map(Timestamp::from_micros)
    }
}

mod micros_option {
    use super::Timestamp;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[expect(clippy::ref_option, reason = "the signature that serde calls")]
    pub fn serialize<S: Serializer>(time: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
        time.map(Timestamp::as_micros).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
        Ok(Option::<i64>::deserialize(deserializer)?.map(Timestamp::from_micros))
    }
}

#[cfg(test)]
mod tests;
