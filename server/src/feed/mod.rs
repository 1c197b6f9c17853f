//! The feed: what happened at an event, in order and without holes, and the live streams read from it.
//!
//! [`store`] appends entries inside the transaction that makes a change; [`hub`] knows how far each
//! feed has come and hands rendered frames to audiences; [`socket`] and [`poll`] carry them to
//! clients; [`render`] decides what each audience may see. The table is the truth, the head a hint.

pub mod api;
pub mod audience;
pub mod hub;
pub mod keep;
pub mod poll;
pub mod reader;
pub mod render;
pub mod socket;
pub mod store;
pub mod tickets;

use mobile_core::ids::{CaptureId, LeadId, SpaceId};
use mobile_core::time::Timestamp;
use uuid::Uuid;

/// What an entry says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
pub enum EntryKind {
    /// A scan came in.
    Scan,
    /// A capture that is no scan came in.
    Captured,
    /// A lead changed otherwise.
    Updated,
    /// Less may be seen of a lead.
    Redacted,
    /// `other` is now an alias of the lead.
    Merged,
    /// Somebody went into a session or left it; `other` is the session.
    Attendance,
    /// A meeting changed; `other` is the meeting.
    Meeting,
    /// Somebody wrote in a conversation, or it changed; `other` is the conversation.
    Conversation,
    /// Somebody's rights changed: every stream checks its own again.
    Access,
}

/// An entry to append.
#[derive(Debug, Clone, Copy)]
pub struct NewEntry {
    /// Whose it is.
    pub space: SpaceId,
    /// What it says.
    pub kind: EntryKind,
    /// The lead it is about.
    pub lead: Option<LeadId>,
    /// The capture that came in.
    pub capture: Option<CaptureId>,
    /// The alias of a merge, the session, the meeting, the conversation, or whose rights changed.
    pub other: Option<Uuid>,
    /// When it happened.
    pub at: Timestamp,
    /// The server's Unix microseconds when the request's body was read.
    pub sent_at_us: i64,
}

impl NewEntry {
    /// Something that happened to a lead now.
    pub fn of_lead(kind: EntryKind, space: SpaceId, lead: LeadId, now: Timestamp) -> Self {
        Self { lead: Some(lead), ..Self::of(kind, space, now) }
    }

    /// Something that happened now to what is no lead: a session, a meeting, a conversation, somebody's rights.
    pub fn of_other(kind: EntryKind, space: SpaceId, other: Uuid, now: Timestamp) -> Self {
        Self { other: Some(other), ..Self::of(kind, space, now) }
    }

    fn of(kind: EntryKind, space: SpaceId, now: Timestamp) -> Self {
        Self { space, kind, lead: None, capture: None, other: None, at: now, sent_at_us: now.as_micros() }
    }
}
