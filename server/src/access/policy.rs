//! The table of rights: which role may do what.
//!
//! Scopes are made from it, `/me` lists it, the OpenAPI document names it ([`super::operations`]),
//! and a test walks every operation as everybody against it. A role of the organizer's holds in
//! every space of its events.

use crate::packages::Entitlement;
use serde::{Deserialize, Serialize};

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
    /// A paired device of the organizer's, at a door or a desk.
    Door,
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
    /// See a space as one of its members sees it, and change nothing.
    ViewAs,
    /// See the home of a space: its stand, its numbers, whom to ask.
    SpaceRead,
    /// Send captures.
    Capture,
    /// See leads, as far as visibility allows.
    LeadRead,
    /// Follow leads live.
    LeadLive,
    /// Qualify leads.
    LeadWrite,
    /// Give leads to others, in bulk.
    LeadAssign,
    /// Download leads.
    LeadExport,
    /// See and change the team.
    TeamManage,
    /// Pair and revoke devices.
    DeviceManage,
    /// Say what is asked at the stand.
    FormManage,
    /// Say what attendees see of the exhibitor.
    ProfileManage,
    /// See captures that were not accepted.
    RejectedRead,
    /// See what was done that somebody may have to answer for.
    AuditRead,
    /// See the meetings of a space.
    MeetingRead,
    /// Ask for meetings, answer and move them.
    MeetingManage,
    /// Look for attendees to meet.
    ContactRead,
    /// See the sessions of a space, and who attended them.
    SessionRead,
    /// Change the sessions of a space, where the organiser allows it.
    SessionManage,
    /// See what the scans of a space add up to.
    ChartRead,
    /// Read and write what the space and attendees write to each other. Not the organiser.
    Message,
    /// See and change who belongs to the organizer.
    MemberManage,
}

/// Who may do what, a row a capability: the roles that include it, and what of it an exhibitor's
/// package may leave out.
const TABLE: [(Capability, &[Role], &[Entitlement]); 27] = {
    use Entitlement::{ContactList, Export, Live, Meetings, Questions, Scanning};
    use Role::{Admin, Desk, Device, Door, Manager, Owner, Scanner, Viewer};
    [
        (Capability::EventRead, &[Owner, Manager, Viewer, Desk], &[]),
        (Capability::EventManage, &[Owner, Manager], &[]),
        (Capability::Register, &[Owner, Manager, Desk], &[]),
        (Capability::Import, &[Owner, Manager], &[]),
        (Capability::Monitor, &[Owner, Manager, Viewer], &[]),
        (Capability::ViewAs, &[Owner, Manager, Viewer], &[]),
        (Capability::SpaceRead, &[Owner, Manager, Admin, Scanner], &[]),
        // What is captured while scanning is off is kept, so no package refuses it.
        (Capability::Capture, &[Owner, Manager, Admin, Scanner, Device, Door], &[]),
        (Capability::LeadRead, &[Owner, Manager, Admin, Scanner, Device], &[Scanning]),
        (Capability::LeadLive, &[Owner, Manager, Admin, Scanner, Device], &[Scanning, Live]),
        (Capability::LeadWrite, &[Owner, Manager, Admin, Scanner, Device], &[Scanning]),
        (Capability::LeadAssign, &[Owner, Manager, Admin], &[Scanning]),
        (Capability::LeadExport, &[Owner, Manager, Admin], &[Scanning, Export]),
        (Capability::TeamManage, &[Owner, Manager, Admin], &[]),
        (Capability::DeviceManage, &[Owner, Manager, Admin], &[]),
        (Capability::FormManage, &[Owner, Manager, Admin], &[Questions]),
        (Capability::ProfileManage, &[Owner, Manager, Admin], &[]),
        (Capability::RejectedRead, &[Owner, Manager, Admin], &[Scanning]),
        (Capability::AuditRead, &[Owner, Manager, Admin], &[]),
        (Capability::MeetingRead, &[Owner, Manager, Admin, Scanner], &[Meetings]),
        (Capability::MeetingManage, &[Owner, Manager, Admin], &[Meetings]),
        (Capability::ContactRead, &[Owner, Manager, Admin], &[ContactList]),
        (Capability::SessionRead, &[Owner, Manager, Admin, Scanner, Device], &[Scanning]),
        (Capability::SessionManage, &[Owner, Manager, Admin], &[]),
        (Capability::ChartRead, &[Owner, Manager, Admin, Scanner, Device], &[Scanning]),
        // The organiser sees how much is written, never what: see sharing::oversight.
        (Capability::Message, &[Admin, Scanner], &[]),
        // Who is an owner, owners alone decide: see accounts::organizers.
        (Capability::MemberManage, &[Owner, Manager], &[]),
    ]
};

impl Capability {
    /// Every capability, in the table's order.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|(capability, ..)| *capability)
    }

    fn row(self) -> Option<&'static (Self, &'static [Role], &'static [Entitlement])> {
        TABLE.iter().find(|(capability, ..)| *capability == self)
    }

    /// The roles that include it.
    pub fn roles(self) -> &'static [Role] {
        self.row().map_or(&[], |(_, roles, _)| roles)
    }

    /// What an exhibitor's package must include for it.
    pub fn entitlements(self) -> &'static [Entitlement] {
        self.row().map_or(&[], |(.., entitlements)| entitlements)
    }
}

impl Role {
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
    pub fn may(self, capability: Capability) -> bool {
        capability.roles().contains(&self)
    }

    /// Whether it is a role of the organizer's, which holds in every space of its events.
    pub const fn is_organizers(self) -> bool {
        matches!(self, Self::Owner | Self::Manager | Self::Viewer | Self::Desk)
    }

    /// Whether this role sees every lead of the space, whatever the visibility setting.
    pub const fn sees_all_leads(self) -> bool {
        matches!(self, Self::Owner | Self::Manager | Self::Admin)
    }
}

/// What somebody can be to an organizer: those of [`Role`] that are written down and given away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
pub enum OrganizerRole {
    /// Everything, members included.
    Owner,
    /// Runs the events.
    Manager,
    /// Watches.
    Viewer,
    /// Registers, prints, checks in; no exports.
    Desk,
}

impl OrganizerRole {
    /// All of them, the one that may most first.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Manager, Self::Viewer, Self::Desk];

    /// Its code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Manager => "manager",
            Self::Viewer => "viewer",
            Self::Desk => "desk",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_admins_and_those_who_run_the_event_take_data_away() {
        for capability in [Capability::LeadExport, Capability::TeamManage, Capability::RejectedRead] {
            assert_eq!(capability.roles(), [Role::Owner, Role::Manager, Role::Admin], "{capability:?}");
        }
        assert_eq!(Capability::Import.roles(), [Role::Owner, Role::Manager], "the desk does not import");
    }

    #[test]
    fn a_badge_only_member_and_a_commercial_contact_may_do_nothing_in_the_space() {
        for role in [Role::Attendee, Role::CommercialContact] {
            assert!(Capability::all().all(|capability| !role.may(capability)), "{role:?}");
        }
    }

    #[test]
    fn every_role_that_an_organizer_gives_away_is_one_of_the_table() {
        for role in OrganizerRole::ALL {
            assert!(Role::organizer(role.code()).is_some_and(Role::is_organizers), "{role:?}");
            assert_eq!(serde_json::json!(role), role.code());
        }
    }

    #[test]
    fn a_capability_stands_in_one_row_of_the_table() {
        let mut seen = std::collections::HashSet::new();
        assert!(Capability::all().all(|capability| seen.insert(capability) && !capability.roles().is_empty()));
    }
}
