//! The parts of the Leads tab, by how people were met.

use crate::web::list_query::ListQuery;

/// A part.
pub struct Part {
    /// Its name in the address and in exports.
    pub code: &'static str,
    /// For people.
    pub name: &'static str,
    /// The source of its leads; none for Scans, which has everybody.
    pub source: Option<&'static str>,
    /// The picture of an empty one.
    pub icon: &'static str,
    /// What an empty one says.
    pub empty_title: &'static str,
    /// What will fill it.
    pub empty_text: &'static str,
}

impl Part {
    /// Whether nothing that fills it is there yet.
    pub fn waits(&self) -> bool {
        self.source.is_none() && self.code != "scans"
    }
}

/// The parts in their order.
pub static PARTS: [Part; 5] = [
    Part { code: "scans", name: "Scans", source: None, icon: "", empty_title: "", empty_text: "" },
    Part {
        code: "contact_sharing",
        name: "Contact sharing and messaging",
        source: None,
        icon: "share",
        empty_title: "Nobody has shared contact details yet",
        empty_text: "Visitors who share their details with you without a scan, and those who write to you, will be listed here.",
    },
    Part {
        code: "sessions",
        name: "Sessions",
        source: Some("session"),
        icon: "stageplay",
        empty_title: "No session attendance yet",
        empty_text: "People who attend the sessions that you hold or sponsor are listed here as soon as they come in.",
    },
    Part {
        code: "networking",
        name: "Networking contacts",
        source: None,
        icon: "people",
        empty_title: "No networking contacts yet",
        empty_text: "Contacts that your team makes in the networking area will be listed here, with who made them.",
    },
    Part {
        code: "meetings",
        name: "Meetings",
        source: Some("meeting"),
        icon: "calendar",
        empty_title: "No meetings yet",
        empty_text: "People who asked for a meeting, and those who agreed to yours, are listed here.",
    },
];

/// The part that an address names; Scans where it names none.
pub fn of(query: &ListQuery) -> &'static Part {
    PARTS.iter().find(|part| query.is("tab", part.code)).unwrap_or(&PARTS[0])
}
