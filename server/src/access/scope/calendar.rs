//! Who has a calendar of a team member's meetings.

use super::{forbidden, not_in_package, standing_scope};
use crate::access::policy::{Capability, Role};
use crate::access::store;
use crate::app::App;
use crate::problem::Problem;
use mobile_core::ids::{AccountId, EventId, ExhibitorId, TeamMemberId};

/// May see the meetings that one member of a team has: whoever holds the secret link of their calendar.
#[derive(Debug, Clone, Copy)]
pub struct CalendarScope {
    pub(super) event: EventId,
    pub(super) exhibitor: ExhibitorId,
    pub(super) member: TeamMemberId,
}

impl CalendarScope {
    /// Finds out whether the member may see them now, as the space itself would: by their role, the package and
    /// the moments. A commercial contact, whose meetings they are, needs no other role for their own.
    ///
    /// # Errors
    /// `not_found` once the member has left; else why the space shows them none.
    pub async fn of(app: &App, exhibitor: ExhibitorId, member: TeamMemberId) -> Result<Self, Problem> {
        let standing = store::standing_of_member(app, member, exhibitor).await?.ok_or_else(Problem::not_found)?;
        let space = standing_scope(app, &standing, AccountId(uuid::Uuid::nil()), None)?;
        let may = |role: &Role| role.may(Capability::MeetingRead) || *role == Role::CommercialContact;
        if !space.roles.iter().any(may) {
            return Err(forbidden());
        }
        if !space.is_in_package(Capability::MeetingRead) {
            return Err(not_in_package());
        }
        space.openness.allows(Capability::MeetingRead)?;
        Ok(Self { event: space.event, exhibitor, member })
    }

    /// The event.
    pub fn event(&self) -> EventId {
        self.event
    }

    /// The exhibitor.
    pub fn exhibitor(&self) -> ExhibitorId {
        self.exhibitor
    }

    /// The member.
    pub fn member(&self) -> TeamMemberId {
        self.member
    }
}
