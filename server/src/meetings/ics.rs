//! iCalendar (RFC 5545): invitations, and calendars to subscribe to.
//!
//! A meeting keeps its UID for ever and raises its SEQUENCE with every change, so that calendars
//! replace what they have; one that is off is sent as CANCELLED. Times are in UTC, which every
//! calendar shows in its owner's zone. Texts are escaped (3.3.11) and lines folded at 75 octets,
//! never inside a character (3.1).

use crate::exports::local_time::{Civil, LocalTimes};
use mobile_core::time::Timestamp;

/// What a calendar is sent for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// To subscribe to.
    Publish,
    /// An invitation, or its change (RFC 5546).
    Request,
    /// The invitation is off.
    Cancel,
}

impl Method {
    /// Its name in the calendar and in the media type.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Publish => "PUBLISH",
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
        }
    }
}

/// How sure an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// Somebody has to answer.
    Tentative,
    /// It takes place.
    Confirmed,
    /// It does not.
    Cancelled,
}

/// One entry of a calendar.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The same for ever.
    pub uid: String,
    /// Rises with every change.
    pub sequence: i64,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// What it is.
    pub summary: String,
    /// More about it.
    pub description: Option<String>,
    /// Where it is.
    pub location: Option<String>,
    /// How sure it is.
    pub certainty: Certainty,
    /// Name and address of those who take part, the organiser of the meeting first.
    pub people: Vec<(String, String)>,
}

/// A calendar of these entries; `now` is the time at which it is made.
pub fn calendar(method: Method, name: &str, now: Timestamp, entries: &[Entry]) -> String {
    let mut text = String::with_capacity(256 + 512 * entries.len());
    line(&mut text, "BEGIN:VCALENDAR");
    line(&mut text, "VERSION:2.0");
    line(&mut text, "PRODID:-//Leadline//Meetings//EN");
    line(&mut text, "CALSCALE:GREGORIAN");
    line(&mut text, &format!("METHOD:{}", method.as_str()));
    if method == Method::Publish {
        line(&mut text, &format!("X-WR-CALNAME:{}", escaped(name)));
        line(&mut text, "REFRESH-INTERVAL;VALUE=DURATION:PT15M");
    }
    for entry in entries {
        put(&mut text, method, now, entry);
    }
    line(&mut text, "END:VCALENDAR");
    text
}

fn put(text: &mut String, method: Method, now: Timestamp, entry: &Entry) {
    let status = match entry.certainty {
        Certainty::Tentative => "TENTATIVE",
        Certainty::Confirmed => "CONFIRMED",
        Certainty::Cancelled => "CANCELLED",
    };
    line(text, "BEGIN:VEVENT");
    line(text, &format!("UID:{}", escaped(&entry.uid)));
    line(text, &format!("SEQUENCE:{}", entry.sequence));
    line(text, &format!("DTSTAMP:{}", utc(now)));
    line(text, &format!("LAST-MODIFIED:{}", utc(entry.changed_at)));
    line(text, &format!("DTSTART:{}", utc(entry.starts_at)));
    line(text, &format!("DTEND:{}", utc(entry.ends_at)));
    line(text, &format!("SUMMARY:{}", escaped(&entry.summary)));
    for (name, value) in [("DESCRIPTION", &entry.description), ("LOCATION", &entry.location)] {
        if let Some(value) = value {
            line(text, &format!("{name}:{}", escaped(value)));
        }
    }
    line(text, &format!("STATUS:{status}"));
    line(text, if entry.certainty == Certainty::Confirmed { "TRANSP:OPAQUE" } else { "TRANSP:TRANSPARENT" });
    if method != Method::Publish {
        for (place, (name, address)) in entry.people.iter().enumerate() {
            let role = if place == 0 { "ORGANIZER" } else { "ATTENDEE" };
            let wish = if place == 0 { "" } else { ";ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE" };
            line(text, &format!("{role};CN=\"{}\"{wish}:mailto:{}", quoted(name), escaped(address)));
        }
    }
    line(text, "END:VEVENT");
}

/// Appends a content line, folded.
fn line(text: &mut String, content: &str) {
    const MOST: usize = 75;
    let mut octets = 0;
    for c in content.chars() {
        if octets + c.len_utf8() > MOST {
            text.push_str("\r\n ");
            octets = 1;
        }
        text.push(c);
        octets += c.len_utf8();
    }
    text.push_str("\r\n");
}

/// A TEXT value; controls other than line breaks have no place in it.
fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for c in value.replace("\r\n", "\n").chars() {
        match c {
            '\\' | ';' | ',' => text.extend(['\\', c]),
            '\n' | '\r' => text.push_str("\\n"),
            '\t' => text.push(' '),
            c if c.is_control() => {}
            c => text.push(c),
        }
    }
    text
}

/// A quoted parameter value, which has no way to hold a quote.
fn quoted(value: &str) -> String {
    value.chars().filter(|c| *c != '"' && !c.is_control()).collect()
}

/// `20261122T093000Z`.
fn utc(at: Timestamp) -> String {
    let Civil { year, month, day, hour, minute, second, .. } = LocalTimes::utc().civil(at);
    format!("{:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z", year.clamp(0, 9999))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entry(summary: &str) -> Entry {
        let at = |text: &str| text.parse().unwrap();
        Entry {
            uid: "meeting-7@leadline".into(),
            sequence: 3,
            changed_at: at("2026-11-20T08:00:00Z"),
            starts_at: at("2026-11-22T09:30:00Z"),
            ends_at: at("2026-11-22T10:00:00Z"),
            summary: summary.into(),
            description: None,
            location: Some("Hall 2; table 4".into()),
            certainty: Certainty::Confirmed,
            people: vec![("Ada \"A\" Admin".into(), "ada@a.example".into()), ("Noor".into(), "noor@a.example".into())],
        }
    }

    /// The content lines, unfolded.
    fn unfolded(text: &str) -> Vec<String> {
        text.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn an_invitation_has_what_calendars_go_by() {
        let now = "2026-11-21T00:00:00Z".parse().unwrap();
        let lines = unfolded(&calendar(Method::Request, "Fair", now, &[entry("Demo, with Noor")]));
        for expected in [
            "METHOD:REQUEST",
            "UID:meeting-7@leadline",
            "SEQUENCE:3",
            "DTSTAMP:20261121T000000Z",
            "DTSTART:20261122T093000Z",
            "DTEND:20261122T100000Z",
            "SUMMARY:Demo\\, with Noor",
            "LOCATION:Hall 2\\; table 4",
            "STATUS:CONFIRMED",
            "ORGANIZER;CN=\"Ada A Admin\":mailto:ada@a.example",
        ] {
            assert!(lines.iter().any(|line| line == expected), "{expected} in {lines:#?}");
        }
        let cancelled = Entry { certainty: Certainty::Cancelled, ..entry("Demo") };
        let text = calendar(Method::Cancel, "Fair", now, &[cancelled]);
        assert!(text.contains("METHOD:CANCEL\r\n") && text.contains("STATUS:CANCELLED\r\n"));
        let feed = calendar(Method::Publish, "Fair", now, &[entry("Demo")]);
        assert!(!feed.contains("mailto:"), "a feed discloses no address");
    }

    #[test]
    fn texts_are_escaped_so_that_no_line_can_be_smuggled_in() {
        let now = Timestamp::from_micros(0);
        let text = calendar(Method::Publish, "Fair", now, &[entry("a\r\nATTENDEE:x\nb\\c\u{7}")]);
        let lines = unfolded(&text);
        assert!(lines.contains(&"SUMMARY:a\\nATTENDEE:x\\nb\\\\c".to_owned()), "{lines:#?}");
        assert!(!lines.iter().any(|line| line.starts_with("ATTENDEE")));
    }

    proptest! {
        #[test]
        fn no_line_is_longer_than_75_octets_and_unfolding_gives_the_text_back(summary in "\\PC{0,200}") {
            let text = calendar(Method::Publish, "x", Timestamp::from_micros(0), &[entry(&summary)]);
            prop_assert!(text.split("\r\n").all(|line| line.len() <= 75));
            let expected = format!("SUMMARY:{}", escaped(&summary));
            prop_assert!(unfolded(&text).contains(&expected));
        }
    }
}
