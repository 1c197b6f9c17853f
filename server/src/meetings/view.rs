//! What the API takes and gives of meetings.

use super::places::FreeSlot;
use super::proposals::Proposal;
use super::requests::Act;
use super::store::MeetingRow;
use super::{Side, Status};
use crate::paging::PageParams;
use mobile_core::ids::{CaptureId, MeetingId, MeetingLocationId, MeetingSlotId, RegistrationId, TeamMemberId};
use mobile_core::time::Timestamp;
use mobile_core::wire::LeadView;
use serde::{Deserialize, Serialize};

/// What holds for requests at an event.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, utoipa::ToSchema, sqlx::FromRow)]
#[serde(deny_unknown_fields)]
pub struct MeetingRules {
    /// Hours until a request expires, 1 to 720.
    pub request_hours: i64,
    /// Requests that one exhibitor or one attendee may make in 24 hours, 1 to 10,000.
    pub daily_requests: i64,
    /// Whether commercial contacts manage their own meetings from the attendee area.
    #[serde(default)]
    pub contacts_manage: bool,
}

impl Default for MeetingRules {
    /// What holds where the event says nothing.
    fn default() -> Self {
        Self { request_hours: 48, daily_requests: 100, contacts_manage: false }
    }
}

/// A meeting as an exhibitor sees it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct MeetingView {
    /// The meeting.
    pub id: MeetingId,
    /// What has become of it.
    pub status: Status,
    /// Who asked first.
    pub asked_by: Side,
    /// Who has to answer.
    pub awaits: Option<Side>,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// Where.
    pub location_id: Option<MeetingLocationId>,
    /// The place's name.
    pub location: Option<String>,
    /// How to get there, or the address of an online room.
    pub address: Option<String>,
    /// The commercial contact.
    pub member_id: Option<TeamMemberId>,
    /// Their name.
    pub member: Option<String>,
    /// The attendee.
    pub registration_id: RegistrationId,
    /// The attendee as a lead, as far as disclosed; null before they agreed or asked.
    pub lead: Option<LeadView>,
    /// The scan of the attendee's badge at the meeting: by anybody of the stand, from a quarter of an hour
    /// before it begins to as long after it ends.
    pub scan: Option<MeetingScan>,
    /// What was written with the request.
    pub message: Option<String>,
    /// What was written with the newest answer.
    pub answer: Option<String>,
    /// When the request expires.
    pub expires_at: Option<Timestamp>,
    /// Who declined it, called it off, or says that the other side did not come.
    pub ended_by: Option<Side>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
    /// Rises with every change; the `ETag`.
    pub version: i64,
}

/// A scan that belongs to a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct MeetingScan {
    /// The capture, as the lead's scans name it.
    pub id: CaptureId,
    /// When, by the corrected clock.
    pub at: Timestamp,
}

/// So long before and after a meeting a scan of the attendee belongs to it.
const AROUND: i64 = 15 * 60 * 1_000_000;

impl MeetingScan {
    /// The earliest scan of a lead at a meeting that was agreed on.
    fn of(row: &MeetingRow, lead: &LeadView) -> Option<Self> {
        let times = row.starts_at.plus_micros(-AROUND)..=row.ends_at.plus_micros(AROUND);
        let scans = lead.scans.iter().filter(|scan| times.contains(&scan.at));
        let first = scans.min_by_key(|scan| (scan.at, scan.id));
        first.filter(|_| row.answered_at.is_some()).map(|scan| Self { id: scan.id, at: scan.at })
    }
}

impl MeetingView {
    pub(super) fn of(row: MeetingRow, lead: Option<LeadView>) -> Self {
        Self {
            scan: lead.as_ref().and_then(|lead| MeetingScan::of(&row, lead)),
            member: row.member(),
            id: row.id,
            status: row.status,
            asked_by: row.asked_by,
            awaits: row.awaits,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            location_id: row.location_id,
            location: row.location,
            address: row.address,
            member_id: row.member_id,
            registration_id: row.registration_id,
            lead,
            message: row.message,
            answer: row.answer,
            expires_at: row.expires_at,
            ended_by: row.ended_by,
            created_at: row.created_at,
            answered_at: row.answered_at,
            version: row.version,
        }
    }
}

/// A request for a meeting: a slot of the catalogue, or a time and perhaps a place.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMeetingRequest {
    /// Whom to meet.
    pub registration_id: RegistrationId,
    /// A slot.
    #[serde(default)]
    pub slot_id: Option<MeetingSlotId>,
    /// When it begins, without a slot: local time of the event, or with an offset.
    #[serde(default)]
    pub starts_at: Option<String>,
    /// When it ends.
    #[serde(default)]
    pub ends_at: Option<String>,
    /// Where.
    #[serde(default)]
    pub location_id: Option<MeetingLocationId>,
    /// The commercial contact who comes.
    #[serde(default)]
    pub member_id: Option<TeamMemberId>,
    /// What it is about, up to 2,000 characters.
    #[serde(default)]
    pub message: Option<String>,
}

/// What one side does with a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MeetingAction {
    /// Agrees.
    Accept,
    /// Does not want it.
    Decline,
    /// Calls it off, or takes the request back.
    Cancel,
    /// Says that the other side did not come.
    NoShow,
    /// Proposes another time or place; the other side answers.
    Move,
}

/// An answer to a request, or what becomes of a meeting.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeetingAnswer {
    /// What to do.
    pub action: MeetingAction,
    /// With `move`: a slot.
    #[serde(default)]
    pub slot_id: Option<MeetingSlotId>,
    /// With `move`: when it begins.
    #[serde(default)]
    pub starts_at: Option<String>,
    /// With `move`: when it ends.
    #[serde(default)]
    pub ends_at: Option<String>,
    /// With `move`: where.
    #[serde(default)]
    pub location_id: Option<MeetingLocationId>,
    /// The commercial contact who comes; exhibitors only.
    #[serde(default)]
    pub member_id: Option<TeamMemberId>,
    /// A word to the other side, up to 2,000 characters.
    #[serde(default)]
    pub message: Option<String>,
}

impl MeetingAnswer {
    pub(super) fn act(&self) -> Act {
        match self.action {
            MeetingAction::Accept => Act::Accept,
            MeetingAction::Decline => Act::Decline,
            MeetingAction::Cancel => Act::Cancel,
            MeetingAction::NoShow => Act::NoShow,
            MeetingAction::Move => Act::Move(Proposal {
                slot: self.slot_id,
                starts_at: self.starts_at.clone(),
                ends_at: self.ends_at.clone(),
                location: self.location_id,
                member: self.member_id,
            }),
        }
    }
}

/// The refusal of a time that is taken.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SlotTaken {
    /// `slot_taken`.
    pub code: String,
    /// What is taken, and the nearest free time.
    pub detail: String,
    /// The nearest slots that are free on both sides.
    pub free_slots: Vec<FreeSlot>,
}

/// Which meetings to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MeetingParams {
    /// `exhibitor`: those that this exhibitor asked for; `attendee`: those that it was asked for.
    #[param(inline)]
    pub asked_by: Option<Side>,
    /// Only this state.
    #[param(inline)]
    pub status: Option<Status>,
    /// Length of the page, 1 to 500.
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl MeetingParams {
    pub(super) fn parts(self) -> ((Option<Side>, Option<Status>), PageParams) {
        ((self.asked_by, self.status), PageParams { limit: self.limit, cursor: self.cursor })
    }
}

/// What free slots are looked for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FreeParams {
    /// Whose calendar must be free too.
    #[param(value_type = Option<uuid::Uuid>)]
    pub registration_id: Option<RegistrationId>,
    /// The commercial contact whose calendar must be free too.
    #[param(value_type = Option<uuid::Uuid>)]
    pub member_id: Option<TeamMemberId>,
    /// The nearest to this time first; absent: now.
    #[param(value_type = Option<String>, format = "date-time")]
    pub near: Option<Timestamp>,
    /// At most this many, 1 to 500.
    pub limit: Option<u32>,
}

/// Slots that nobody has taken.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct FreeSlots {
    /// The nearest first.
    pub items: Vec<FreeSlot>,
}
