//! What a proof of one right is a proof of besides.

use super::{
    CaptureScope, ContactScope, DeskScope, EventScope, ExhibitorScope, MeetingAdminScope, MeetingScope, MessageScope,
    TeamAdminScope,
};
use crate::access::policy::{Capability, Role};
use crate::problem::Problem;
use mobile_core::ids::AccountId;

impl ExhibitorScope {
    /// The proof that this one may send captures, as the same author.
    pub fn capturing(&self) -> Result<CaptureScope, Problem> {
        self.allows(Capability::Capture)?;
        let is_in_package = self.is_in_package(Capability::LeadRead);
        let is_open = self.openness.are_leads_shown();
        Ok(CaptureScope {
            event: self.event,
            exhibitor: Some(self.exhibitor),
            member: self.member,
            device: self.device,
            booth: self.booth,
            sees: Some(self.sees).filter(|_| is_in_package && is_open),
            ended_at: None,
            is_lost: false,
            is_in_package,
            is_open,
            is_for_admin: is_in_package && is_open && self.roles.iter().any(|role| role.sees_all_leads()),
        })
    }
}

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
