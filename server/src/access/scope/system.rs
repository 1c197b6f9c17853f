//! The command line and the server's own tasks, and what they stand in for.

use super::{
    AttendeeScope, CaptureScope, DeskScope, EventAdminScope, EventScope, ExhibitorScope, ExportScope, ImportScope,
    Visibility,
};
use crate::access::policy::Role;
use crate::access::store;
use crate::app::App;
use crate::problem::Problem;
use mobile_core::fold::Author;
use mobile_core::ids::{AccountId, EventId, ExhibitorId, RegistrationId};
use std::sync::Arc;

/// May do everything: the command line and the server's own tasks.
#[derive(Debug, Clone, Copy)]
pub struct SystemScope(pub(super) ());

impl SystemScope {
    /// Made by whoever has the database itself in hand.
    pub(crate) fn new() -> Self {
        Self(())
    }

    /// Stands in one exhibitor's space as its admin.
    pub async fn exhibitor(self, app: &App, event: EventId, exhibitor: ExhibitorId) -> Result<ExportScope, Problem> {
        let space = store::space(app, event, exhibitor).await?.ok_or_else(Problem::not_found)?;
        Ok(ExportScope(ExhibitorScope {
            event,
            exhibitor,
            sees: Visibility::Team,
            member: None,
            device: None,
            booth: None,
            account: None,
            view: None,
            openness: space.openness.openness(&[Role::Owner], app.now()),
            roles: vec![Role::Owner],
            entitlements: Arc::new(space.terms.entitlements()),
        }))
    }

    /// Notes in an exhibitor's space what happened elsewhere at the event.
    pub fn capturing(self, event: EventId, exhibitor: ExhibitorId) -> CaptureScope {
        CaptureScope {
            event,
            exhibitor: Some(exhibitor),
            member: None,
            device: None,
            booth: None,
            sees: None,
            ended_at: None,
            is_lost: false,
            is_in_package: true,
            is_open: true,
            is_for_admin: false,
        }
    }

    /// Writes what somebody captured into a space that it was meant for, as that member, on that device, at
    /// that booth.
    pub fn on_behalf(self, event: EventId, exhibitor: ExhibitorId, author: &Author) -> CaptureScope {
        let Author { member, device, booth, .. } = *author;
        CaptureScope { member, device, booth, ..self.capturing(event, exhibitor) }
    }

    /// Stands at the event's desk.
    pub fn desk(self, event: EventId) -> DeskScope {
        DeskScope(EventScope { event, account: AccountId(uuid::Uuid::nil()), role: Role::Owner })
    }

    /// Stands in for an attendee, as the demo does for its visitors.
    pub fn attendee(self, event: EventId, registration: RegistrationId) -> AttendeeScope {
        AttendeeScope { event, registration }
    }

    /// Stands as whoever imports registrations.
    pub fn importer(self, event: EventId) -> ImportScope {
        ImportScope(EventScope { event, account: AccountId(uuid::Uuid::nil()), role: Role::Owner })
    }

    /// Stands as the organizer.
    pub fn organizer(self, event: EventId) -> EventAdminScope {
        EventAdminScope(EventScope { event, account: AccountId(uuid::Uuid::nil()), role: Role::Owner })
    }
}
