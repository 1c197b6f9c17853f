//! What some messages say besides words.

use serde::{Deserialize, Serialize};

/// What a day brought a stand, without anything of a visitor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayOfLeads {
    /// New leads that are hot.
    pub hot: i64,
    /// New leads that are warm.
    pub warm: i64,
    /// New leads that are cold.
    pub cold: i64,
    /// New leads that nobody has rated.
    pub unrated: i64,
    /// Who scanned how many of them first.
    pub people: Vec<(String, i64)>,
    /// Phones that still hold something, and how much.
    pub phones: Vec<(String, i64)>,
}

impl DayOfLeads {
    /// New leads in all.
    pub const fn total(&self) -> i64 {
        self.hot + self.warm + self.cold + self.unrated
    }
}

/// What happened to a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeetingChange {
    /// The other side asks for it.
    Asked,
    /// It proposes another time or place.
    Moved,
    /// It agreed.
    Accepted,
    /// It does not want it.
    Declined,
    /// It called it off.
    Cancelled,
    /// It did not answer in time.
    Expired,
    /// The meeting begins soon.
    Reminder,
}

/// A file for calendar programs that goes with a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// `REQUEST`, `CANCEL` or `PUBLISH` (RFC 5546).
    pub method: String,
    /// iCalendar.
    pub text: String,
}

/// What happened to a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactorChange {
    /// It was switched on.
    On,
    /// It was switched off.
    Off,
    /// A recovery code took its place once.
    RecoveryUsed,
}
