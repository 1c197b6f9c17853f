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
    /// What an empty one says.
    pub empty_title: &'static str,
    /// What will fill it.
    pub empty_text: &'static str,
}

/// The parts in their order.
pub static PARTS: [Part; 5] = [
    Part { code: "scans", name: "Scans", source: None, empty_title: "", empty_text: "" },
    Part {
        code: "contact_sharing",
        name: "Contact sharing and messaging",
        source: Some("contact_sharing"),
        empty_title: "Nobody has shared contact details yet",
        empty_text: "Visitors who agree to share their details with you in a conversation are listed here, without a scan.",
    },
    Part {
        code: "sessions",
        name: "Sessions",
        source: Some("session"),
        empty_title: "No session attendance yet",
        empty_text: "People who attend the sessions that you hold or sponsor are listed here as soon as they come in.",
    },
    Part {
        code: "networking",
        name: "Networking contacts",
        source: Some("networking"),
        empty_title: "No networking contacts yet",
        empty_text: "Visitors who connect with somebody of your team in their own area are listed here.",
    },
    Part {
        code: "meetings",
        name: "Meetings",
        source: Some("meeting"),
        empty_title: "No meetings yet",
        empty_text: "People who asked for a meeting, and those who agreed to yours, are listed here.",
    },
];

/// The part that an address names; Scans where it names none.
pub fn of(query: &ListQuery) -> &'static Part {
    PARTS.iter().find(|part| query.is("tab", part.code)).unwrap_or(&PARTS[0])
}
