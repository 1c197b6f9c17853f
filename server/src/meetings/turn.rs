//! Whose turn it is: what one side can do with a meeting now. [`super::requests::act`] has the last word.

use super::store::MeetingRow;
use super::{Side, Status};
use mobile_core::time::Timestamp;

/// What can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a button that is there or not")]
pub struct Turn {
    /// Agree or decline.
    pub can_answer: bool,
    /// Propose another time or place.
    pub can_move: bool,
    /// Call it off, or take the request back.
    pub can_cancel: bool,
    /// Say that the other side did not come.
    pub can_miss: bool,
}

impl Turn {
    /// What a side can do with a meeting.
    pub fn of(row: &MeetingRow, side: Side, now: Timestamp) -> Self {
        let is_mine = row.status == Status::Pending && row.awaits == Some(side);
        let has_begun = row.starts_at <= now;
        Self {
            can_answer: is_mine,
            can_move: row.status.is_open() && !has_begun,
            can_cancel: row.status.is_open() && !is_mine && !has_begun,
            can_miss: row.status == Status::Accepted && has_begun,
        }
    }
}
