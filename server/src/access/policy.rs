//! The table of rights: which role may do what.
//!
//! Scopes are made from it, `/me` lists it, and the tests walk every route as every role against
//! it. A role of the organizer's holds in every space of its events.

use serde::Serialize;

/// What a person or a device is to an event or to an exhibitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Organizer: everything, members included.
    Owner,
    /// Organizer: runs its events.
    Manager,
    /// Organizer: watches.
    Viewer,
    /// Organizer: registers, prints, checks in; no exports.
    Desk,
    /// Exhibitor: the whole space.
    Admin,
    /// Exhibitor: scans, and sees the leads it may see.
    Scanner,
    /// Exhibitor: shown on the profile; no access to the space.
    CommercialContact,
    /// Exhibitor: a badge only.
    Attendee,
    /// A paired device of an exhibitor.
    Device,
}

/// What can be done to a part of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Capability {
    /// See the event, its exhibitors and their numbers.
    EventRead,
    /// Change the event and its exhibitors.
    EventManage,
    /// Register people; print and revoke badges.
    Register,
    /// Import registrations.
    Import,
    /// Watch the live monitor.
    Monitor,
    /// Send captures.
    Capture,
    /// See leads, as far as visibility allows.
    LeadRead,
    /// Qualify leads.
    LeadWrite,
    /// Download leads.
    LeadExport,
    /// See and change the team.
    TeamManage,
    /// Pair and revoke devices.
    DeviceManage,
    /// See captures that were not accepted.
    RejectedRead,
}

impl Capability {
    /// Every capability, in the table's order.
    pub const ALL: [Self; 12] = [
        Self::EventRead,
        Self::EventManage,
        Self::Register,
        Self::Import,
        Self::Monitor,
        Self::Capture,
        Self::LeadRead,
        Self::LeadWrite,
        Self::LeadExport,
        Self::TeamManage,
        Self::DeviceManage,
        Self::RejectedRead,
    ];
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 9] = [
        Self::Owner,
        Self::Manager,
        Self::Viewer,
        Self::Desk,
        Self::Admin,
        Self::Scanner,
        Self::CommercialContact,
        Self::Attendee,
        Self::Device,
    ];

    /// The organizer's role of this name.
    pub fn organizer(name: &str) -> Option<Self> {
        match name {
            "owner" => Some(Self::Owner),
            "manager" => Some(Self::Manager),
            "viewer" => Some(Self::Viewer),
            "desk" => Some(Self::Desk),
            _ => None,
        }
    }

    /// Whether this role may do this.
    pub const fn may(self, capability: Capability) -> bool {
        use Capability as C;
        match self {
            Self::Owner | Self::Manager => true,
            Self::Viewer => matches!(capability, C::EventRead | C::Monitor),
            Self::Desk => matches!(capability, C::EventRead | C::Register),
            Self::Admin => matches!(
                capability,
                C::Capture
                    | C::LeadRead
                    | C::LeadWrite
                    | C::LeadExport
                    | C::TeamManage
                    | C::DeviceManage
                    | C::RejectedRead
            ),
            Self::Scanner | Self::Device => matches!(capability, C::Capture | C::LeadRead | C::LeadWrite),
            Self::CommercialContact | Self::Attendee => false,
        }
    }

    /// Whether this role sees every lead of the space, whatever the visibility setting.
    pub const fn sees_all_leads(self) -> bool {
        matches!(self, Self::Owner | Self::Manager | Self::Admin)
    }
}
