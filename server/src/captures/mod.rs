//! Captures: taking in what phones and pages send, whole and once.
//!
//! [`accept`] turns a batch into jobs for the [`writer`], which gathers what is waiting into one
//! transaction ([`group`]) and answers after the commit. Nothing curable is rejected, and what is
//! rejected is kept aside. `docs/decisions/0003-group-commit.md` says why it is built like this.

pub mod api;
mod described;
pub mod erased;
mod group;
mod own;
pub mod page;
mod receipt;
mod sequence;
pub mod store;
pub mod writer;

pub use group::{Edit, Surroundings};
pub use own::{Noted, What, Written, note, write};
pub use sequence::Settled;
pub use writer::Done;

use crate::access::{CaptureScope, Identity, scope};
use crate::app::App;
use crate::events::cache::Names;
use crate::problem::Problem;
use crate::storage::{StorageError, Tx};
use mobile_core::badge::number::BadgeNumber;
use mobile_core::capture::{Action, Capture, Contact, Entry, FieldError, MAX_BATCH, Malformed};
use mobile_core::ids::{CaptureId, EventId, ExhibitorId, QueueId, SpaceId, TeamMemberId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use mobile_core::wire::{Batch, Outcome, Receipt, Receipts};
use serde_json::value::RawValue;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

/// A capture with all that follows from it alone. Each request works this out for itself: whatever
/// is left to the writer, everyone waits for.
#[derive(Debug)]
pub struct Facts {
    /// The capture.
    pub capture: Arc<Capture>,
    /// What tells its content from another's under the same id.
    pub digest: [u8; 32],
    /// The hash of its code.
    pub code_hash: Option<[u8; 32]>,
    /// The badge number that its code may be, where somebody typed it.
    pub number: Option<BadgeNumber>,
    /// Contact details that its code carries.
    pub carried: Contact,
    /// It as it is kept.
    pub body: Box<RawValue>,
}

impl Facts {
    fn of(capture: Capture) -> Self {
        let code = capture.code.as_deref();
        // What a camera read is a code, whatever it looks like.
        let is_camera = matches!(capture.action, Action::Scan { entry: Entry::Camera | Entry::Photo });
        Self {
            digest: capture.digest(),
            code_hash: code.map(mobile_core::badge::code_hash),
            number: code.filter(|_| !is_camera).and_then(mobile_core::badge::number::parse),
            carried: capture.carried(),
            body: serde_json::value::to_raw_value(&capture.body).expect("a JSON value prints as JSON"),
            capture: Arc::new(capture),
        }
    }
}

/// One capture of a batch, parsed as far as it could be.
#[derive(Debug)]
pub struct Item {
    /// What it says, or why it is no capture.
    pub parsed: Result<Facts, Malformed>,
    /// The JSON as it came, for what is kept aside.
    pub raw: Box<RawValue>,
}

/// One delivery to one space.
#[derive(Debug)]
pub struct Job {
    /// Who delivers, and where to.
    pub scope: CaptureScope,
    /// The device's time of sending.
    pub sent_at: Timestamp,
    /// When the body was read.
    pub received_at: Timestamp,
    /// The storage that numbers the captures.
    pub queue: Option<QueueId>,
    /// The newest number in that storage.
    pub last_device_seq: Option<u64>,
    /// The captures.
    pub items: Vec<Item>,
    /// Numbers of the same storage whose captures go to other spaces: they are not missing here.
    pub elsewhere: Vec<u64>,
    /// Set when this is an edit on the server.
    pub edit: Option<Edit>,
    /// Whether the server itself notes what happened elsewhere: a check-in, an agreed meeting.
    pub is_own: bool,
}

impl Job {
    /// What is written on the server now, in nobody's queue.
    pub fn here(scope: CaptureScope, items: Vec<Item>, now: Timestamp) -> Self {
        Self {
            scope,
            sent_at: now,
            received_at: now,
            queue: None,
            last_device_seq: None,
            items,
            elsewhere: Vec::new(),
            edit: None,
            is_own: false,
        }
    }

    /// The members whom captures name and nobody knows.
    pub(crate) fn strangers(&self, names: &Names) -> Vec<TeamMemberId> {
        let captures = self.items.iter().filter_map(|item| item.parsed.as_ref().ok());
        let named = captures.filter_map(|facts| facts.capture.member_id);
        named.filter(|member| !names.members.contains_key(member)).collect()
    }
}

/// Takes in a batch and answers with receipts in the order sent.
pub async fn accept(app: &App, identity: &Identity, batch: Batch, received_at: Timestamp) -> Result<Receipts, Problem> {
    if batch.captures.len() > MAX_BATCH {
        return Err(Problem::field("/captures", format!("has more than {MAX_BATCH} entries; send several batches")));
    }
    if batch.last_device_seq.is_some_and(|seq| i64::try_from(seq).is_err()) {
        return Err(Problem::field("/last_device_seq", "is too large"));
    }
    let items: Vec<Item> = batch.captures.into_iter().map(Item::parse).collect();
    let own = match (batch.exhibitor_id, identity) {
        // A person who names no exhibitor for the batch may name one in each capture.
        (None, Identity::Account(_)) => items.iter().find_map(Item::exhibitor),
        (named, _) => named,
    };
    let scope = scope::capture_scope(app, identity, own).await?;
    let is_access_ended = scope.ended_at().is_some();
    let mut results: Vec<Option<Receipt>> = Vec::new();
    results.resize_with(items.len(), || None);
    let parts = divided(app, identity, scope, items).await?;
    let numbers: Vec<Vec<u64>> = parts.iter().map(|part| part.items.iter().filter_map(Item::seq).collect()).collect();
    let mut contiguous_seq = 0;
    // The sender's own space comes last: its answer says that all numbers are settled.
    for (index, part) in parts.into_iter().enumerate().rev() {
        let others = numbers.iter().enumerate().filter(|(other, _)| *other != index);
        let job = Job {
            scope: part.scope,
            sent_at: batch.sent_at,
            received_at,
            queue: batch.queue_id,
            last_device_seq: batch.last_device_seq,
            items: part.items,
            elsewhere: others.flat_map(|(_, numbers)| numbers.iter().copied()).collect(),
            edit: None,
            is_own: false,
        };
        let done = app.writer.write(job).await?;
        contiguous_seq = done.contiguous_seq;
        for (place, receipt) in part.places.into_iter().zip(done.receipts) {
            results[place] = Some(receipt);
        }
    }
    Ok(Receipts {
        server_time: app.now(),
        contiguous_seq,
        is_access_ended,
        results: results.into_iter().flatten().collect(),
    })
}

/// What of a batch goes to one space.
struct Part {
    scope: CaptureScope,
    items: Vec<Item>,
    /// Where each stands in the batch.
    places: Vec<usize>,
}

/// Divides a batch by the exhibitors that its captures name, the sender's own first. What names somebody
/// whom the sender does not scan for is no capture, and is kept aside in the sender's own space.
async fn divided(app: &App, identity: &Identity, own: CaptureScope, items: Vec<Item>) -> Result<Vec<Part>, Problem> {
    let mut refused: BTreeSet<ExhibitorId> = BTreeSet::new();
    let mut parts = vec![Part { scope: own, items: Vec::with_capacity(items.len()), places: Vec::new() }];
    for (place, mut item) in items.into_iter().enumerate() {
        let mut to = 0;
        if let Some(named) = item.exhibitor().filter(|named| Some(*named) != parts[0].scope.exhibitor()) {
            let known = parts.iter().position(|part| part.scope.exhibitor() == Some(named));
            to = match known {
                Some(known) => known,
                None if refused.contains(&named) => 0,
                None => match scope::capture_scope(app, identity, Some(named)).await {
                    Ok(scope) => {
                        parts.push(Part { scope, items: Vec::new(), places: Vec::new() });
                        parts.len() - 1
                    }
                    Err(problem) if problem.reason() == Reason::Unavailable => return Err(problem),
                    Err(_) => {
                        refused.insert(named);
                        0
                    }
                },
            };
            if to == 0 {
                item.refuse("is not an exhibitor that you scan for");
            }
        }
        parts[to].items.push(item);
        parts[to].places.push(place);
    }
    Ok(parts)
}

/// The id of a capture as it was sent, if it has one.
pub fn id_of(raw: &RawValue) -> Option<CaptureId> {
    #[derive(serde::Deserialize)]
    struct Named {
        id: CaptureId,
    }
    serde_json::from_str::<Named>(raw.get()).ok().map(|named| named.id)
}

/// Those of these captures that a space has already.
pub async fn known(
    tx: &mut Tx,
    event: EventId,
    space: SpaceId,
    ids: &[CaptureId],
) -> Result<HashSet<CaptureId>, StorageError> {
    let mut keys: Vec<_> = ids.iter().map(|id| (space, *id)).collect();
    keys.sort_unstable();
    keys.dedup();
    Ok(store::kept(tx, event, &keys).await?.into_keys().map(|(_, id)| id).collect())
}

impl Item {
    /// Parses one entry of a batch.
    pub fn parse(raw: Box<RawValue>) -> Self {
        Self { parsed: Capture::parse(raw.get()).map(Facts::of), raw }
    }

    /// An entry that this server makes itself, as edits do.
    pub fn made(body: &serde_json::Value) -> Self {
        let text = body.to_string();
        let raw = RawValue::from_string(text).expect("a JSON value prints as JSON");
        Self::parse(raw)
    }

    fn exhibitor(&self) -> Option<ExhibitorId> {
        self.parsed.as_ref().ok().and_then(|facts| facts.capture.exhibitor_id)
    }

    /// The id as it was sent, whatever it is and however it is spelt: that is what a sender looks for.
    pub(crate) fn sent_id(&self) -> Option<String> {
        #[derive(serde::Deserialize)]
        struct Named {
            id: String,
        }
        match &self.parsed {
            Ok(facts) => {
                let sent = facts.capture.body["id"].as_str();
                Some(sent.map_or_else(|| facts.capture.id.to_string(), str::to_owned))
            }
            Err(malformed) => {
                // A list would be taken for the fields in their order.
                let object = Some(self.raw.get()).filter(|raw| raw.starts_with('{'));
                let sent = object.and_then(|raw| serde_json::from_str::<Named>(raw).ok());
                let sent = sent.map(|named| named.id.chars().take(100).collect());
                sent.or_else(|| malformed.id.map(|id| id.to_string()))
            }
        }
    }

    /// The same as it is kept: one id in one spelling, and nothing that not every engine can hold.
    pub(crate) fn kept_id(&self) -> Option<String> {
        let id = self.parsed.as_ref().map_or_else(|malformed| malformed.id, |facts| Some(facts.capture.id));
        id.map(|id| id.to_string()).or_else(|| Some(self.sent_id()?.replace('\0', "\u{FFFD}")))
    }

    /// Makes it no capture, because of the exhibitor that it names.
    fn refuse(&mut self, detail: &str) {
        if let Ok(facts) = &self.parsed {
            let (id, device_seq) = (Some(facts.capture.id), facts.capture.device_seq);
            let errors = vec![FieldError::new("/exhibitor_id", detail)];
            self.parsed = Err(Malformed { id, device_seq, reason: Reason::InvalidField, errors });
        }
    }

    /// The receipt of one that no space takes.
    pub(crate) fn refused(self, detail: &str) -> Receipt {
        Receipt {
            id: self.sent_id(),
            outcome: Outcome::Rejected,
            reason: Some(Reason::InvalidField),
            errors: vec![FieldError::new("/exhibitor_id", detail)],
            corrected_at: None,
            lead_id: None,
            lead: None,
        }
    }
}
