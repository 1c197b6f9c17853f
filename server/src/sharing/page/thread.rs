//! The messages of a conversation, as both sides' pages show them.

use crate::meetings::Side;
use crate::sharing::talk::MOST_TEXT;
use crate::sharing::view::MessageView;
use crate::web::EventZone;
use mobile_core::time::Timestamp;

/// Messages of a page.
pub const LINES: u32 = 100;

/// A message.
pub struct Line {
    /// The day, where it is the first of it.
    pub day: String,
    /// Who wrote it.
    pub who: String,
    /// Whether the reader's side wrote it.
    pub is_own: bool,
    /// What was written.
    pub text: String,
    /// When, for programs.
    pub iso: String,
    /// When, for people.
    pub time: String,
}

/// The messages and the form below them.
pub struct Thread {
    /// The oldest first.
    pub lines: Vec<Line>,
    /// Where older ones are; empty where there are none.
    pub older: String,
    /// The operation that writes.
    pub write: String,
    /// The operation that notes what was read.
    pub read: String,
    /// The newest number shown.
    pub last: i64,
    /// Characters of a message at most.
    pub most: usize,
}

impl Thread {
    /// Shows messages that were listed newest first. `other` is what an exhibitor is called.
    pub fn of(
        reader: Side,
        messages: &[MessageView],
        (zone, now): (&EventZone, Timestamp),
        api: &str,
        older: String,
        other: &str,
    ) -> Self {
        let mut lines: Vec<Line> = Vec::with_capacity(messages.len());
        let mut before = String::new();
        for message in messages.iter().rev() {
            let day = zone.day_name(message.created_at, now);
            let is_own = message.side == reader;
            let member = message.member.as_ref().map(|member| member.name.as_str()).unwrap_or_default();
            let who = match (message.side, reader) {
                (Side::Attendee, Side::Attendee) => zone.words().t("sharing-you").into(),
                (Side::Attendee, Side::Exhibitor) => zone.words().t("sharing-attendee").into(),
                (Side::Exhibitor, Side::Exhibitor) => member.to_owned(),
                (Side::Exhibitor, Side::Attendee) => crate::web::text::dotted(&[member, other]),
            };
            lines.push(Line {
                day: if day == before { String::new() } else { day.clone() },
                who,
                is_own,
                text: message.text.clone(),
                iso: message.created_at.to_string(),
                time: zone.clock(message.created_at),
            });
            before = day;
        }
        Self {
            lines,
            older,
            write: format!("POST {api}/messages"),
            read: format!("{api}/read"),
            last: messages.first().map_or(0, |message| message.number),
            most: MOST_TEXT,
        }
    }
}
