//! Messages of the live streams, the same on WebSocket and long poll.
//!
//! Messages with a `seq` are feed entries: durable, in order, each once. States (`device.status`,
//! `exhibitor.stats`, `monitor.stats`) have none: only the newest counts. The exhibitor's stream
//! and the monitor's share the envelope, never the content: no type of the monitor's can hold an
//! attendee's personal data.

use super::lead::LeadView;
use crate::ids::{ConversationId, DeviceId, ExhibitorId, LeadId, MeetingId, SessionId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One message of a live stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Frame {
    /// The first message.
    #[serde(rename = "hello")]
    Hello {
        /// The head of the feed when the stream began.
        seq: u64,
        /// The server's time.
        server_time: Timestamp,
    },
    /// Every 20 s: everything up to here counts as seen.
    #[serde(rename = "head")]
    Head {
        /// The head of the feed.
        head: u64,
    },
    /// What was missed is no longer kept, or lies in the future: list again, go on from `seq`.
    #[serde(rename = "resync")]
    Resync {
        /// The head to go on from.
        seq: u64,
    },
    /// A capture came in.
    #[serde(rename = "lead.captured")]
    LeadCaptured {
        /// Position in the feed.
        seq: u64,
        /// The capture's corrected time.
        at: Timestamp,
        /// The server's Unix microseconds when the request's body was read.
        sent_at_us: i64,
        /// The capture, as it was sent.
        #[cfg_attr(feature = "openapi", schema(value_type = Object))]
        capture: Value,
        /// The lead as it is now.
        lead: Box<LeadView>,
    },
    /// A lead changed by something other than a capture.
    #[serde(rename = "lead.updated")]
    LeadUpdated {
        /// Position in the feed.
        seq: u64,
        /// The lead as it is now.
        lead: Box<LeadView>,
    },
    /// What may be seen of a person became less.
    #[serde(rename = "lead.redacted")]
    LeadRedacted {
        /// Position in the feed.
        seq: u64,
        /// The lead as it may be seen now.
        lead: Box<LeadView>,
    },
    /// Two leads turned out to be one person.
    #[serde(rename = "lead.merged")]
    LeadMerged {
        /// Position in the feed.
        seq: u64,
        /// The id that is now an alias.
        merged_id: LeadId,
        /// The lead that survives.
        lead: Box<LeadView>,
    },
    /// For monitors: a scan happened somewhere.
    #[serde(rename = "scan.counted")]
    ScanCounted {
        /// Position in the feed.
        seq: u64,
        /// The scan's corrected time.
        at: Timestamp,
        /// At which exhibitor.
        exhibitor_id: ExhibitorId,
        /// On which device.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        device_id: Option<DeviceId>,
    },
    /// Somebody went into a session or left it.
    #[serde(rename = "attendance.changed")]
    AttendanceChanged {
        /// Position in the feed.
        seq: u64,
        /// When it happened.
        at: Timestamp,
        /// The session.
        session_id: SessionId,
        /// People inside now.
        inside: u64,
        /// People who have been inside.
        entered: u64,
        /// How many may be inside.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        capacity: Option<u64>,
    },
    /// A meeting was asked for, answered, moved or cancelled.
    #[serde(rename = "meeting.changed")]
    MeetingChanged {
        /// Position in the feed.
        seq: u64,
        /// When it happened.
        at: Timestamp,
        /// The meeting.
        meeting_id: MeetingId,
        /// The exhibitor's side of it.
        exhibitor_id: ExhibitorId,
        /// `pending`, `accepted`, `declined`, `cancelled`, `expired` or `no_show`.
        status: String,
        /// When it begins.
        starts_at: Timestamp,
        /// When it ends.
        ends_at: Timestamp,
    },
    /// Somebody wrote in a conversation, or what was agreed on in it changed. What was written is read
    /// at the conversation itself, by those who are in it.
    #[serde(rename = "conversation.changed")]
    ConversationChanged {
        /// Position in the feed.
        seq: u64,
        /// When it happened.
        at: Timestamp,
        /// The conversation.
        conversation_id: ConversationId,
        /// The exhibitor's side of it.
        exhibitor_id: ExhibitorId,
        /// Messages in it.
        messages: u64,
        /// `none`, `requested`, `granted`, `refused` or `withdrawn`.
        sharing: String,
    },
    /// The state of a device.
    #[serde(rename = "device.status")]
    DeviceStatus(DeviceStatus),
    /// The totals of one exhibitor.
    #[serde(rename = "exhibitor.stats")]
    ExhibitorStats(ExhibitorStats),
    /// The totals of the event.
    #[serde(rename = "monitor.stats")]
    MonitorStats(MonitorStats),
}

impl Frame {
    /// The position in the feed that this message brings the reader to, if it has one.
    pub fn seen(&self) -> Option<u64> {
        match self {
            Self::Hello { .. } | Self::DeviceStatus(_) | Self::ExhibitorStats(_) | Self::MonitorStats(_) => None,
            Self::Head { head } => Some(*head),
            Self::Resync { seq }
            | Self::LeadCaptured { seq, .. }
            | Self::LeadUpdated { seq, .. }
            | Self::LeadRedacted { seq, .. }
            | Self::LeadMerged { seq, .. }
            | Self::ScanCounted { seq, .. }
            | Self::AttendanceChanged { seq, .. }
            | Self::MeetingChanged { seq, .. }
            | Self::ConversationChanged { seq, .. } => Some(*seq),
        }
    }
}

/// What is known of a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeviceStatus {
    /// The device.
    pub device_id: DeviceId,
    /// The exhibitor it scans for.
    pub exhibitor_id: Option<ExhibitorId>,
    /// Its label.
    pub name: String,
    /// When it was last heard of.
    pub last_seen_at: Option<Timestamp>,
    /// Captures on it that have not arrived.
    pub not_yet_sent: u64,
    /// Its clock against the server's, in milliseconds; positive when it is ahead.
    pub clock_offset_ms: Option<i64>,
    /// Whether its access has ended.
    pub is_revoked: bool,
}

/// The totals of one exhibitor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExhibitorStats {
    /// The exhibitor.
    pub exhibitor_id: ExhibitorId,
    /// Its name.
    pub name: String,
    /// Its booth, as hall and number.
    pub booth: Option<String>,
    /// Scans in all.
    pub scans: u64,
    /// Leads in all.
    pub leads: u64,
    /// Scans within the last minute.
    pub scans_last_minute: u64,
    /// Time of the newest scan.
    pub last_scan_at: Option<Timestamp>,
    /// Devices paired and not revoked.
    pub devices: u64,
    /// Captures on its devices that have not arrived.
    pub not_yet_sent: u64,
}

/// The totals of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MonitorStats {
    /// Scans in all.
    pub scans: u64,
    /// Scans of the event's current local day.
    pub scans_today: u64,
    /// Registered people scanned at least once.
    pub unique_visitors: u64,
    /// Exhibitors with a scan.
    pub exhibitors_active: u64,
    /// Exhibitors in all.
    pub exhibitors: u64,
    /// Devices that hold captures not yet sent.
    pub devices_holding: u64,
    /// Captures not yet sent.
    pub not_yet_sent: u64,
    /// Scans of codes that no badge of the event has.
    pub unmatched: u64,
    /// Scans of revoked badges.
    pub revoked_seen: u64,
    /// Scans per minute over the last hour, oldest first; the last is the current minute.
    pub per_minute: Vec<u64>,
    /// The start of the current minute.
    pub minute: Timestamp,
    /// Captures that were not accepted and wait to be looked at, by reason, the most first.
    #[serde(default)]
    pub refused: Vec<RefusedStats>,
    /// Rooms, entrances and zones where something goes on.
    #[serde(default)]
    pub rooms: Vec<RoomStats>,
}

/// Captures that were not accepted for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RefusedStats {
    /// The reason's code.
    pub reason: String,
    /// How many.
    pub count: u64,
}

/// How full a room is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoomStats {
    /// The session that goes on there.
    pub session_id: SessionId,
    /// What it is called.
    pub title: String,
    /// The room.
    pub room: Option<String>,
    /// People inside.
    pub inside: u64,
    /// How many it holds.
    pub capacity: Option<u64>,
}
