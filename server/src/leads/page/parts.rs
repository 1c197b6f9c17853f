//! The parts of the Leads tab, by how people were met.

use crate::partner_menu::Tab;
use crate::web::list_query::ListQuery;

/// A part.
pub struct Part {
    /// Its name in the address and in exports.
    pub code: &'static str,
    /// The part in the organiser's menu, which says what it is called.
    pub tab: Tab,
    /// The source of its leads; none for Scans, which has everybody.
    pub source: Option<&'static str>,
    /// What an empty one says.
    pub empty_title: &'static str,
    /// What will fill it.
    pub empty_text: &'static str,
}

/// The parts in their order.
pub static PARTS: [Part; 5] = [
    Part { code: "scans", tab: Tab::Leads, source: None, empty_title: "", empty_text: "" },
    Part {
        code: "contact_sharing",
        tab: Tab::LeadsContactSharing,
        source: Some("contact_sharing"),
        empty_title: "leads-part-sharing-none",
        empty_text: "leads-part-sharing-about",
    },
    Part {
        code: "sessions",
        tab: Tab::LeadsSessions,
        source: Some("session"),
        empty_title: "leads-part-sessions-none",
        empty_text: "leads-part-sessions-about",
    },
    Part {
        code: "networking",
        tab: Tab::LeadsNetworking,
        source: Some("networking"),
        empty_title: "leads-part-networking-none",
        empty_text: "leads-part-networking-about",
    },
    Part {
        code: "meetings",
        tab: Tab::LeadsMeetings,
        source: Some("meeting"),
        empty_title: "leads-part-meetings-none",
        empty_text: "leads-part-meetings-about",
    },
];

/// The part that an address names; Scans where it names none.
pub fn of(query: &ListQuery) -> &'static Part {
    PARTS.iter().find(|part| query.is("tab", part.code)).unwrap_or(&PARTS[0])
}
