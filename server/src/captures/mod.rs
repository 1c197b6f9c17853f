//! Captures: taking in what phones and pages send, whole and once.
//!
//! [`accept`] turns a batch into jobs for the [`writer`], which gathers what is waiting into one
//! transaction ([`group`]) and answers after the commit. Nothing curable is rejected, and what is
//! rejected is kept aside. `docs/decisions/0003-group-commit.md` says why it is built like this.

pub mod api;
pub mod erased;
mod group;
mod own;
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
use crate::problem::Problem;
use crate::storage::{StorageError, Tx};
use mobile_core::badge::number::BadgeNumber;
use mobile_core::capture::{Action, Capture, Contact, Entry, FieldError, MAX_BATCH, Malformed};
use mobile_core::ids::{CaptureId, EventId, ExhibitorId, QueueId, SpaceId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use mobile_core::wire::{Batch, Outcome, Receipt, Receipts};
use serde_json::value::RawValue;
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
    /// Set when this is an edit on the server, made against a version of a lead.
    pub edit: Option<Edit>,
    /// Whether the server itself notes what happened elsewhere: a check-in, an agreed meeting.
    pub is_own: bool,
}

/// Takes in a batch and answers with receipts in the order sent.
pub async fn accept(app: &App, identity: &Identity, batch: Batch, received_at: Timestamp) -> Result<Receipts, Problem> {
    if batch.captures.len() > MAX_BATCH {
        return Err(Problem::field("/captures", format!("has more than {MAX_BATCH} entries; send several batches")));
    }
    if batch.last_device_seq.is_some_and(|seq| i64::try_from(seq).is_err()) {
        return Err(Problem::field("/last_device_seq", "is too large"));
    }
    let mut items: Vec<Item> = batch.captures.into_iter().map(Item::parse).collect();
    let own = match (batch.exhibitor_id, identity) {
        // A person who names no exhibitor for the batch may name one in each capture.
        (None, Identity::Account(_)) => items.iter().find_map(Item::exhibitor),
        (named, _) => named,
    };
    let scope = scope::capture_scope(app, identity, own).await?;
    let is_access_ended = scope.ended_at().is_some();
    let strangers = divert(app, identity, &scope, &mut items).await?;
    let job = |scope: CaptureScope, items: Vec<Item>| Job {
        scope,
        sent_at: batch.sent_at,
        received_at,
        queue: batch.queue_id,
        last_device_seq: batch.last_device_seq,
        items,
        edit: None,
        is_own: false,
    };
    let mut results: Vec<Option<Receipt>> = Vec::new();
    results.resize_with(items.len() + strangers.iter().map(|other| other.places.len()).sum::<usize>(), || None);
    let elsewhere: std::collections::HashSet<usize> =
        strangers.iter().flat_map(|other| other.places.iter().copied()).collect();
    let done = app.writer.write(job(scope, items)).await?;
    let own_places = (0..results.len()).filter(|place| !elsewhere.contains(place)).collect::<Vec<_>>();
    for (place, receipt) in own_places.into_iter().zip(done.receipts) {
        results[place] = Some(receipt);
    }
    for other in strangers {
        match other.scope {
            Ok(scope) => {
                let theirs = app.writer.write(job(scope, other.items)).await?;
                for (place, receipt) in other.places.into_iter().zip(theirs.receipts) {
                    results[place] = Some(receipt);
                }
            }
            Err(detail) => {
                for (place, item) in other.places.into_iter().zip(other.items) {
                    results[place] = Some(item.refused(detail));
                }
            }
        }
    }
    Ok(Receipts {
        server_time: app.now(),
        contiguous_seq: done.contiguous_seq,
        is_access_ended,
        results: results.into_iter().flatten().collect(),
    })
}

/// Captures of a batch that name another exhibitor than the rest.
struct Elsewhere {
    scope: Result<CaptureScope, &'static str>,
    exhibitor: ExhibitorId,
    places: Vec<usize>,
    items: Vec<Item>,
}

/// Takes the captures that name another exhibitor out of a batch.
async fn divert(
    app: &App,
    identity: &Identity,
    scope: &CaptureScope,
    items: &mut Vec<Item>,
) -> Result<Vec<Elsewhere>, Problem> {
    let mut elsewhere: Vec<Elsewhere> = Vec::new();
    if items.iter().all(|item| item.exhibitor().is_none_or(|named| Some(named) == scope.exhibitor())) {
        return Ok(elsewhere);
    }
    for (place, item) in std::mem::take(items).into_iter().enumerate() {
        let named = item.exhibitor().filter(|named| Some(*named) != scope.exhibitor());
        let Some(exhibitor) = named else {
            items.push(item);
            continue;
        };
        if let Some(known) = elsewhere.iter_mut().find(|known| known.exhibitor == exhibitor) {
            known.places.push(place);
            known.items.push(item);
            continue;
        }
        let scope = match scope::capture_scope(app, identity, Some(exhibitor)).await {
            Ok(scope) => Ok(scope),
            Err(problem) if problem.reason() == Reason::Unavailable => return Err(problem),
            Err(_) => Err("is not an exhibitor that you scan for"),
        };
        elsewhere.push(Elsewhere { scope, exhibitor, places: vec![place], items: vec![item] });
    }
    Ok(elsewhere)
}

/// The id of a capture as it was sent, if it has one.
pub fn id_of(raw: &RawValue) -> Option<CaptureId> {
    #[derive(serde::Deserialize)]
    struct Named {
        id: CaptureId,
    }
    serde_json::from_str::<Named>(raw.get()).ok().map(|named| named.id)
}

/// How many of these captures a space has already.
pub async fn count_kept(tx: &mut Tx, event: EventId, space: SpaceId, ids: &[CaptureId]) -> Result<u64, StorageError> {
    let mut keys: Vec<_> = ids.iter().map(|id| (space, *id)).collect();
    keys.sort_unstable();
    keys.dedup();
    Ok(store::kept(tx, event, &keys).await?.len() as u64)
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
