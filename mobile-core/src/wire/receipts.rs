//! Batches of captures and the receipts for them.

use super::lead::LeadView;
use crate::capture::FieldError;
use crate::ids::{ExhibitorId, LeadId, QueueId};
use crate::reason::Reason;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The body of `POST /captures`; an empty list is the heartbeat.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Batch {
    /// The device's time of sending.
    pub sent_at: Timestamp,
    /// The storage that numbers the captures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue_id: Option<QueueId>,
    /// The newest number in that storage, sent or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_device_seq: Option<u64>,
    /// The space, where the sender stands for several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exhibitor_id: Option<ExhibitorId>,
    /// The captures, each parsed on its own so that one bad one does not stop the rest.
    pub captures: Vec<Box<RawValue>>,
}

/// What became of one capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Outcome {
    /// Kept.
    Accepted,
    /// Kept before, with the same content.
    Duplicate,
    /// The id is taken by other content; this content is kept aside.
    Conflict,
    /// Cannot be taken in whatever is repeated; kept aside with its reason.
    Rejected,
}

/// The receipt for one capture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Receipt {
    /// The capture's id as it was sent; null when there was none.
    pub id: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// Why, or what was noticed about an accepted one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// The wrong fields of a rejected one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Its time, fixed at first receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrected_at: Option<Timestamp>,
    /// The lead it went to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead_id: Option<LeadId>,
    /// The lead as this caller may see it now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead: Option<LeadView>,
}

/// The answer to a batch: receipts in the order sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Receipts {
    /// The server's time of the answer.
    pub server_time: Timestamp,
    /// Every number up to this one is settled in this queue.
    pub contiguous_seq: u64,
    /// Whether the sender's access has ended: it may show nothing of the event any more, and what it
    /// captured before is still taken.
    #[serde(default)]
    pub is_access_ended: bool,
    /// One receipt a capture.
    pub results: Vec<Receipt>,
}
