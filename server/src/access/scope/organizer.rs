//! Who may do what to an organizer itself.

use super::forbidden;
use crate::access::identity::Identity;
use crate::access::policy::{Capability, Role};
use crate::access::store;
use crate::app::App;
use crate::extract::path_id;
use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use mobile_core::ids::{AccountId, OrganizerId};

/// May see and change who belongs to one organizer.
#[derive(Debug, Clone, Copy)]
pub struct OrganizerScope {
    pub(super) organizer: OrganizerId,
    pub(super) account: AccountId,
    pub(super) role: Role,
}

impl OrganizerScope {
    /// The organizer.
    pub fn organizer(&self) -> OrganizerId {
        self.organizer
    }

    /// The account that asks.
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// The role of the account.
    pub fn role(&self) -> Role {
        self.role
    }

    /// Finds out whether an identity may see and change who belongs to an organizer.
    pub async fn of(app: &App, identity: &Identity, organizer: OrganizerId) -> Result<Self, Problem> {
        let Identity::Account(account) = identity else { return Err(Problem::not_found()) };
        let role = store::organizer_role(app, account.id, organizer).await?.ok_or_else(Problem::not_found)?;
        if role.may(Capability::MemberManage) {
            Ok(Self { organizer, account: account.id, role })
        } else {
            Err(forbidden())
        }
    }
}

impl FromRequestParts<App> for OrganizerScope {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let identity = Identity::from_request_parts(parts, app).await?;
        Self::of(app, &identity, path_id(parts, "organizer_id").await?).await
    }
}
