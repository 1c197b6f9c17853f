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
    Part { code: "scans", name: "common-scans", source: None, icon: "", empty_title: "", empty_text: "" },
    Part {
        code: "contact_sharing",
        name: "leads-part-sharing",
        source: None,
        icon: "share",
        empty_title: "leads-part-sharing-none",
        empty_text: "leads-part-sharing-about",
    },
    Part {
        code: "sessions",
        name: "common-sessions",
        source: Some("session"),
        icon: "stageplay",
        empty_title: "leads-part-sessions-none",
        empty_text: "leads-part-sessions-about",
    },
    Part {
        code: "networking",
        name: "leads-part-networking",
        source: None,
        icon: "people",
        empty_title: "leads-part-networking-none",
        empty_text: "leads-part-networking-about",
    },
    Part {
        code: "meetings",
        name: "menu-meetings",
        source: Some("meeting"),
        icon: "calendar",
        empty_title: "leads-part-meetings-none",
        empty_text: "leads-part-meetings-about",
    },
];

/// The part that an address names; Scans where it names none.
pub fn of(query: &ListQuery) -> &'static Part {
    PARTS.iter().find(|part| query.is("tab", part.code)).unwrap_or(&PARTS[0])
}
