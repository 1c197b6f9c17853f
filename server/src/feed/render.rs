//! What an audience may see of an entry, as the bytes that every subscriber shares.

use super::EntryKind;
use super::audience::AudienceKey;
use super::store::FeedRow;
use crate::access::Visibility;
use crate::app::App;
use crate::events::cache::{EventInfo, Names};
use crate::leads::view;
use crate::storage::StorageError;
use axum::extract::ws::Utf8Bytes;
use mobile_core::ids::{EventId, ExhibitorId, LeadId, SpaceId};
use mobile_core::wire::Frame;
use serde_json::value::RawValue;
use std::sync::Arc;

/// What rendering needs to know of an event.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The event with its disclosure policy.
    pub event: Arc<EventInfo>,
    /// Names of members, devices and booths.
    pub names: Arc<Names>,
}

impl Policy {
    /// Reads it, mostly from memory.
    pub async fn load(app: &App, event: EventId) -> Result<Self, StorageError> {
        Ok(Self { event: app.events.info(app, event).await?, names: app.events.names(app, event).await? })
    }
}

/// The space an audience reads; the monitor reads all.
pub fn space_of(key: AudienceKey) -> Option<SpaceId> {
    match key {
        AudienceKey::Exhibitor(exhibitor, _) => Some(exhibitor.into()),
        AudienceKey::Attendee(_) | AudienceKey::Monitor | AudienceKey::Wall => None,
    }
}

/// Whether an entry is for an audience.
pub fn concerns(key: AudienceKey, row: &FeedRow) -> bool {
    match key {
        AudienceKey::Wall => false,
        AudienceKey::Attendee(person) => row.conversation.as_ref().is_some_and(|one| one.registration_id == person),
        AudienceKey::Exhibitor(..) | AudienceKey::Monitor => space_of(key).is_none_or(|space| space == row.space_id),
    }
}

/// `lead.captured` is written by hand around the stored bytes of the capture, which need no second
/// parsing; [`Frame`] reads it back.
#[derive(serde::Serialize)]
struct Captured<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    seq: u64,
    at: mobile_core::time::Timestamp,
    sent_at_us: i64,
    capture: &'a RawValue,
    lead: &'a mobile_core::wire::LeadView,
}

/// The message, or none when this audience sees nothing of it.
pub fn frame(key: AudienceKey, row: &FeedRow, policy: &Policy) -> Option<Utf8Bytes> {
    let seq = row.seq as u64;
    if key != AudienceKey::Wall && matches!(row.kind, EntryKind::Attendance | EntryKind::Meeting) {
        return numbers(seq, row);
    }
    if row.kind == EntryKind::Conversation {
        return conversation(key, seq, row);
    }
    let visibility = match key {
        AudienceKey::Attendee(_) | AudienceKey::Wall => return None,
        AudienceKey::Monitor => {
            // Ids and times only: the type has no room for a person's data.
            let frame = Frame::ScanCounted {
                seq,
                at: row.at,
                exhibitor_id: ExhibitorId(row.space_id.0),
                device_id: row.device_id,
            };
            return (row.kind == EntryKind::Scan).then(|| text(&frame));
        }
        AudienceKey::Exhibitor(_, visibility) => visibility,
    };
    let lead = row.lead.as_ref()?;
    if !view::is_visible(lead, visibility) {
        return None;
    }
    let view = Box::new(view::render(lead, &policy.event, &policy.names));
    match row.kind {
        EntryKind::Scan | EntryKind::Captured => {
            let body = row.body.as_ref()?;
            let shown = view::shown_capture(&body.0, lead, &view);
            let frame = Captured {
                kind: "lead.captured",
                seq,
                at: row.at,
                sent_at_us: row.sent_at_us,
                capture: &shown,
                lead: &view,
            };
            Some(text(&frame))
        }
        EntryKind::Updated => Some(text(&Frame::LeadUpdated { seq, lead: view })),
        EntryKind::Redacted => Some(text(&Frame::LeadRedacted { seq, lead: view })),
        EntryKind::Merged => Some(text(&Frame::LeadMerged { seq, merged_id: LeadId(row.other_id?), lead: view })),
        EntryKind::Attendance | EntryKind::Meeting | EntryKind::Conversation | EntryKind::Access => None,
    }
}

/// What sessions and meetings tell everybody who watches: ids, times and counts.
fn numbers(seq: u64, row: &FeedRow) -> Option<Utf8Bytes> {
    if let Some(session) = &row.session {
        return Some(text(&Frame::AttendanceChanged {
            seq,
            at: row.at,
            session_id: session.id,
            inside: session.inside.unsigned_abs(),
            entered: session.entered.unsigned_abs(),
            capacity: session.capacity.map(i64::unsigned_abs),
        }));
    }
    let meeting = row.meeting.as_ref()?;
    Some(text(&Frame::MeetingChanged {
        seq,
        at: row.at,
        meeting_id: meeting.id,
        exhibitor_id: meeting.exhibitor_id,
        status: meeting.status.as_str().to_owned(),
        starts_at: meeting.starts_at,
        ends_at: meeting.ends_at,
    }))
}

/// That something was written or agreed on, for those who may read it. The organiser, who may follow an
/// exhibitor's stream, learns from it no more than that.
fn conversation(key: AudienceKey, seq: u64, row: &FeedRow) -> Option<Utf8Bytes> {
    let conversation = row.conversation.as_ref()?;
    let is_in = match key {
        AudienceKey::Attendee(_) | AudienceKey::Exhibitor(_, Visibility::Team) => true,
        AudienceKey::Exhibitor(_, Visibility::Own(member)) => conversation.members.contains(&member),
        AudienceKey::Exhibitor(_, Visibility::OwnDevice(_)) | AudienceKey::Monitor | AudienceKey::Wall => false,
    };
    is_in.then(|| {
        text(&Frame::ConversationChanged {
            seq,
            at: row.at,
            conversation_id: conversation.id,
            exhibitor_id: conversation.exhibitor_id,
            messages: conversation.message_count.unsigned_abs(),
            sharing: conversation.sharing.as_str().to_owned(),
        })
    })
}

/// A message as text.
pub fn text<T: serde::Serialize>(frame: &T) -> Utf8Bytes {
    serde_json::to_string(frame).unwrap_or_default().into()
}
