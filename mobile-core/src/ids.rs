//! Typed ids. Each is a UUID that cannot be mistaken for another kind's.
//!
//! Ids are `UUIDv7`, so that rows made together lie together in an index; they are made where the
//! clock and the randomness live (the server's `App`, a phone's shell); [`uuid`] only puts both
//! together.

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = Uuid, format = "uuid"))]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )*};
}

ids! {
    /// A person's account: what signs in.
    AccountId,
    /// A printed or electronic badge.
    BadgeId,
    /// A booth of an exhibitor.
    BoothId,
    /// One capture; unique within a space.
    CaptureId,
    /// What two people who agreed to stay in touch have between them, or one asked the other for.
    ConnectionId,
    /// What an exhibitor and an attendee write to each other.
    ConversationId,
    /// A phone or reader paired to a space.
    DeviceId,
    /// One exhibition or conference.
    EventId,
    /// A partner company at one event.
    ExhibitorId,
    /// One export of a space.
    ExportId,
    /// What a space knows of one person or of one unmatched code.
    LeadId,
    /// One meeting, asked for or agreed.
    MeetingId,
    /// Where meetings take place.
    MeetingLocationId,
    /// A time at a place that can be asked for.
    MeetingSlotId,
    /// The company that runs events.
    OrganizerId,
    /// The storage a phone numbers its captures in.
    QueueId,
    /// A person registered for one event.
    RegistrationId,
    /// A talk, an entrance or a zone.
    SessionId,
    /// One sign-in of an account, as its owner sees it in a list.
    SignInId,
    /// Whoever owns a set of captures: an exhibitor's id, or the event's for its doors.
    SpaceId,
    /// A person of an exhibitor at one event.
    TeamMemberId,
}

/// A UUID of version 7 (RFC 9562, 5.7) of a time and 128 fresh random bits, of which 74 are used.
pub fn uuid(now: Timestamp, random: u128) -> Uuid {
    let millis = u64::try_from(now.as_micros() / 1000).unwrap_or(0);
    let mut bits = [0; 10];
    bits.copy_from_slice(&random.to_be_bytes()[..10]);
    uuid::Builder::from_unix_timestamp_millis(millis, &bits).into_uuid()
}

impl From<ExhibitorId> for SpaceId {
    fn from(exhibitor: ExhibitorId) -> Self {
        Self(exhibitor.0)
    }
}

impl From<EventId> for SpaceId {
    fn from(event: EventId) -> Self {
        Self(event.0)
    }
}
