//! The JSON that crosses the wire, in one place for both sides.
//!
//! Receipts and batches are in [`receipts`], what a lead looks like in [`lead`], and the messages
//! of the live streams in [`frames`].

pub mod frames;
pub mod lead;
pub mod receipts;

pub use frames::Frame;
pub use lead::{LeadNote, LeadScan, LeadView, RegistrationView};
pub use receipts::{Batch, Outcome, Receipt, Receipts};

use crate::capture::FieldError;
use crate::ids::{AccountId, DeviceId, EventId, ExhibitorId, TeamMemberId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// An error body (RFC 9457, `application/problem+json`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProblemBody {
    /// A URI that names the kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// A short sentence for people.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What exactly went wrong and the way out.
    pub detail: String,
    /// The reason's code, for programs.
    pub code: String,
    /// The wrong fields of bad input.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

/// What signing in answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignedIn {
    /// Send as `Authorization: Bearer`.
    pub token: String,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// Who signed in.
    pub user: UserView,
}

/// A person who can sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserView {
    /// The account.
    pub id: AccountId,
    /// E-mail address.
    pub email: String,
    /// Name as shown to others.
    pub name: String,
}

/// What pairing a device answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Paired {
    /// The device.
    pub device_id: DeviceId,
    /// Send as `Authorization: Bearer`.
    pub device_token: String,
    /// The event it scans at.
    pub event: NamedEvent,
    /// The exhibitor it scans for; none for doors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exhibitor: Option<NamedExhibitor>,
    /// The member it was given to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<NamedMember>,
    /// The event's public key for rescue files, 64 hexadecimal digits ([`crate::rescue`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rescue_key: Option<String>,
}

/// An event by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct NamedEvent {
    /// The event.
    pub id: EventId,
    /// Its short name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its IANA time zone.
    pub timezone: String,
}

/// An exhibitor by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct NamedExhibitor {
    /// The exhibitor.
    pub id: ExhibitorId,
    /// Its short name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// A team member by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct NamedMember {
    /// The member.
    pub id: TeamMemberId,
    /// First and last name.
    pub name: String,
}
