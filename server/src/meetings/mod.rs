//! Meetings: where exhibitors can be met, and the requests for it, from either side.
//!
//! What a meeting takes of a place, an attendee and a contact are rows of five-minute cells under a
//! unique key ([`cells`]), so that no race books anything twice. A request holds the place and the
//! calendar of whoever asked; the other side's calendar is taken when they agree, so that nobody can
//! fill it by asking. Places and their slots are in [`places`], what becomes of a request in
//! [`requests`], calendars in [`ics`] and [`calendars`].

pub mod api;
pub mod attendee_api;
pub mod calendar_store;
pub mod calendars;
mod cell_store;
pub mod cells;
pub mod export_store;
pub mod ics;
mod letters;
pub mod merging;
pub mod merging_store;
pub mod page;
pub mod place_store;
pub mod places;
pub mod places_api;
pub mod proposals;
pub mod reminder_store;
pub mod reminders;
pub mod requests;
pub mod slots;
pub mod stand_api;
pub mod store;
pub mod turn;
pub mod view;
pub mod when;

use crate::storage::{StorageError, Tx};
use mobile_core::ids::{EventId, ExhibitorId};
use serde::{Deserialize, Serialize};

/// What has become of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
#[schema(as = MeetingStatus)]
pub enum Status {
    /// Somebody has to answer.
    Pending,
    /// Both sides agreed.
    Accepted,
    /// One side does not want it.
    Declined,
    /// One side called it off.
    Cancelled,
    /// Nobody answered in time.
    Expired,
    /// One side did not come.
    NoShow,
}

impl Status {
    /// The name in JSON and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::NoShow => "no_show",
        }
    }

    /// Whether it takes its time of the calendars.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Accepted)
    }
}

/// A side of a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
#[schema(as = MeetingSide)]
pub enum Side {
    /// The exhibitor's team.
    Exhibitor,
    /// The attendee.
    Attendee,
}

impl Side {
    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Exhibitor => Self::Attendee,
            Self::Attendee => Self::Exhibitor,
        }
    }
}

/// Removes what an exhibitor that is deleted has of meetings.
pub async fn forget_exhibitor(tx: &mut Tx, event: EventId, exhibitor: ExhibitorId) -> Result<(), StorageError> {
    store::forget_exhibitor(tx, event, exhibitor).await
}
