//! Networking contacts: people who agreed to stay in touch, attendees with one another and with the
//! teams at the stands.
//!
//! One asks, by the code or number on the other's badge or from the list of those who agreed to be on it;
//! the other agrees or not ([`connect`]). Until then the one who asks learns nothing, and the one who is
//! asked sees who asks. What connected people see of each other is what the event discloses of their
//! category. A connection with somebody of an exhibitor's team is also that exhibitor's lead, by the
//! attendee's own word in the consent ledger; when it ends, so does that.

pub mod api;
pub mod connect;
pub mod merging;
pub mod merging_store;
pub mod store;
pub mod view;

use crate::storage::{StorageError, Tx};
use mobile_core::ids::{EventId, RegistrationId};
use serde::{Deserialize, Serialize};

/// What has become of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
#[schema(as = ConnectionStatus)]
pub enum Status {
    /// One asked.
    Requested,
    /// Both agreed.
    Connected,
    /// The one who was asked does not want it.
    Refused,
    /// One of them ended it, or took the request back.
    Ended,
}

impl Status {
    /// The name in JSON and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Connected => "connected",
            Self::Refused => "refused",
            Self::Ended => "ended",
        }
    }
}

/// How somebody was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
#[schema(as = ConnectionChannel)]
pub enum Channel {
    /// By their badge.
    Badge,
    /// In the list.
    List,
}

/// Forgets whom somebody knows, when they are erased.
pub async fn erase(tx: &mut Tx, event: EventId, registration: RegistrationId) -> Result<u64, StorageError> {
    store::erase(tx, event, registration).await
}
