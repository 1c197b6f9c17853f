//! Who asks, and what they may do. The only maker of scopes.
//!
//! An [`Identity`] says who a token belongs to; a scope is the proof that this identity may touch
//! one event's or one exhibitor's data in one way. Store functions take scopes, never bare ids, so
//! that no query can be written without the proof. The table of rights is [`policy`]; what each
//! operation of the API asks is [`operations`].

pub mod attendee;
pub mod cache;
pub mod identity;
pub mod openness;
pub mod operations;
pub mod policy;
pub mod scope;
mod store;
pub mod token;
pub mod view;

pub use attendee::AttendeeIdentity;
pub use identity::{AccountIdentity, DeviceIdentity, Identity};
pub use policy::{Capability, OrganizerRole, Role};
pub use scope::{
    AssignScope, AttendeeScope, AuditScope, CalendarScope, CaptureScope, ChartScope, ContactScope, CrewScope,
    DeskScope, DeviceAdminScope, EventAdminScope, EventAuditScope, EventScope, ExhibitorScope, ExportScope, FormScope,
    ImportScope, LeadScope, LiveScope, MeetingAdminScope, MeetingScope, MessageScope, MonitorScope, OrganizerScope,
    OwnDeviceScope, OwnSessionAdminScope, OwnSessionScope, ProfileScope, ProvenScope, RejectedScope, ScannerScope,
    SpaceScope, Stand, StandScope, SystemScope, TeamAdminScope, ViewScope, Visibility,
};
pub use view::ViewIdentity;
