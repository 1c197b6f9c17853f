//! What a proof of one right is a proof of besides.

use super::{ContactScope, DeskScope, EventScope, MeetingAdminScope, MeetingScope, MessageScope, TeamAdminScope};
use crate::access::policy::{Capability, Role};
use mobile_core::ids::AccountId;

impl TeamAdminScope {
    /// The proof for registering the people of this team, and for their badges.
    pub fn desk(&self) -> DeskScope {
        let account = self.account.unwrap_or(AccountId(uuid::Uuid::nil()));
        DeskScope(EventScope { event: self.event, account, role: Role::Desk })
    }
}

impl MessageScope {
    /// The proof for seeing the contact list, where this one may.
    pub fn listing(&self) -> Option<ContactScope> {
        self.may(Capability::ContactRead).then(|| ContactScope(self.0.clone()))
    }
}

impl MeetingAdminScope {
    /// Who may change meetings may see them.
    pub fn reading(&self) -> MeetingScope {
        MeetingScope(self.0.clone())
    }
}
