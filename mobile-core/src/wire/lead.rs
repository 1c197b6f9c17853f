//! A lead as its exhibitor may see it.

use crate::capture::{Contact, Entry, Rating};
use crate::ids::{CaptureId, DeviceId, LeadId, RegistrationId, TeamMemberId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The consent in force between a person and an exhibitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ConsentState {
    /// Details may be shown.
    Granted,
    /// Asked, not answered.
    Pending,
    /// Taken back by the attendee.
    Withdrawn,
    /// The person's data was erased.
    Erased,
}

impl ConsentState {
    /// The name in JSON and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Pending => "pending",
            Self::Withdrawn => "withdrawn",
            Self::Erased => "erased",
        }
    }

    /// The state of this name; unknown names disclose nothing.
    pub fn from_name(name: &str) -> Self {
        match name {
            "granted" => Self::Granted,
            "withdrawn" => Self::Withdrawn,
            "erased" => Self::Erased,
            _ => Self::Pending,
        }
    }
}

/// Whether the event knows the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Match {
    /// The lead is one of the event's registrations.
    Matched,
    /// The code is not known yet; its registration may follow.
    Unmatched,
    /// A person typed in by hand.
    Manual,
}

/// One scan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeadScan {
    /// The capture.
    pub id: CaptureId,
    /// When, by the corrected clock.
    pub at: Timestamp,
    /// The team member who scanned.
    pub member: Option<TeamMemberId>,
    /// Their name.
    pub member_name: Option<String>,
    /// Free text for people without an account.
    pub operator: Option<String>,
    /// The device.
    pub device: Option<DeviceId>,
    /// Its label.
    pub device_name: Option<String>,
    /// The booth, as hall and number.
    pub booth: Option<String>,
    /// How the code came in.
    pub entry: Entry,
}

/// One note.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeadNote {
    /// The capture.
    pub id: CaptureId,
    /// When it was written.
    pub at: Timestamp,
    /// The note.
    pub text: String,
    /// The team member who wrote it.
    pub member: Option<TeamMemberId>,
    /// Their name.
    pub member_name: Option<String>,
    /// Free text for people without an account.
    pub operator: Option<String>,
    /// The device; null when written on a page.
    pub device: Option<DeviceId>,
    /// Its label.
    pub device_name: Option<String>,
}

/// What the organiser discloses of a registered person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RegistrationView {
    /// The registration.
    pub id: RegistrationId,
    /// The organiser's reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The category's code.
    pub category: String,
    /// The number on the badge, as `7F3K-92QX`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub badge_number: Option<String>,
    /// The contact fields that the policy discloses.
    #[serde(flatten)]
    pub contact: Contact,
}

/// A lead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeadView {
    /// The lead.
    pub id: LeadId,
    /// The person, once and as far as disclosed.
    pub registration: Option<RegistrationView>,
    /// What the exhibitor typed or the code itself carried.
    pub contact: Option<Contact>,
    /// The latest rating.
    pub rating: Option<Rating>,
    /// The latest stage.
    pub stage: Option<String>,
    /// The member who follows up.
    pub owner: Option<TeamMemberId>,
    /// Their name.
    pub owner_name: Option<String>,
    /// The tags in force, sorted.
    pub tags: Vec<String>,
    /// The newest 20 notes, oldest first.
    pub notes: Vec<LeadNote>,
    /// How many notes there are in all.
    pub note_count: u64,
    /// The latest answer per question.
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, Object>))]
    pub answers: BTreeMap<String, Value>,
    /// The newest 20 scans, newest first.
    pub scans: Vec<LeadScan>,
    /// How many scans there are in all.
    pub scan_count: u64,
    /// The first scan.
    pub first_scanned_at: Option<Timestamp>,
    /// The newest scan.
    pub last_scanned_at: Option<Timestamp>,
    /// Where the lead first came from.
    pub source: String,
    /// Everywhere it came from.
    pub sources: Vec<String>,
    /// The consent in force.
    pub consent: ConsentState,
    /// What the person said about marketing, if asked.
    pub marketing_consent: Option<bool>,
    /// Whether the event knows the person.
    #[serde(rename = "match")]
    pub matched: Match,
    /// What was noticed about its scans, as reason codes.
    pub flags: Vec<String>,
    /// Rises with every change; the `ETag`.
    pub version: i64,
}
