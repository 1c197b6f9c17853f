//! The organiser's live monitor: who scans, who does not, and which phones hold scans that have not
//! arrived. Its messages have no room for an attendee's personal data.

pub mod states;
pub mod store;
