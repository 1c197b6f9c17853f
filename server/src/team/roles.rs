//! The set of roles of a team member.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a team member does for the exhibitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TeamRole {
    /// The whole space.
    Admin,
    /// Shown on the public profile; no access to the space.
    CommercialContact,
    /// Registered: badge only.
    Attendee,
    /// Scans, and sees the leads it may see.
    Scanner,
}

/// A set of roles.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
#[schema(value_type = Vec<TeamRole>)]
pub struct Roles(BTreeSet<TeamRole>);

impl Roles {
    /// A set of these.
    pub fn of(roles: impl IntoIterator<Item = TeamRole>) -> Self {
        Self(roles.into_iter().collect())
    }

    /// Whether the set holds a role.
    pub fn has(&self, role: TeamRole) -> bool {
        self.0.contains(&role)
    }

    /// The roles of the set.
    pub fn iter(&self) -> impl Iterator<Item = TeamRole> {
        self.0.iter().copied()
    }

    /// Whether the set holds `admin`.
    pub fn is_admin(&self) -> bool {
        self.has(TeamRole::Admin)
    }

    /// Whether any of them opens the space: to those who hold none of these, phones of the stand are not given.
    pub fn opens_the_space(&self) -> bool {
        self.is_admin() || self.has(TeamRole::Scanner)
    }

    /// Whether nothing is in the set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
