//! Who may do what at a whole event: its organizers, and whoever scans anywhere at it.

use super::forbidden;
use crate::access::identity::Identity;
use crate::access::policy::{Capability, Role};
use crate::access::store;
use crate::app::App;
use crate::extract::path_id;
use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use mobile_core::ids::{AccountId, DeviceId, EventId};
use mobile_core::reason::Reason;

/// May see one event as its organizer.
#[derive(Debug, Clone, Copy)]
pub struct EventScope {
    pub(super) event: EventId,
    pub(super) account: AccountId,
    pub(super) role: Role,
}

impl EventScope {
    /// The event.
    pub fn event(&self) -> EventId {
        self.event
    }

    /// The account that asks.
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// The organizer's role of the account.
    pub fn role(&self) -> Role {
        self.role
    }

    /// Finds out whether an identity may see an event as its organizer.
    pub async fn of(app: &App, identity: &Identity, event: EventId) -> Result<Self, Problem> {
        Self::find(app, identity, event, Capability::EventRead).await
    }

    async fn find(app: &App, identity: &Identity, event: EventId, capability: Capability) -> Result<Self, Problem> {
        let Identity::Account(account) = identity else { return Err(Problem::not_found()) };
        let role = store::event_role(app, account.id, event).await?.ok_or_else(Problem::not_found)?;
        if role.may(capability) { Ok(Self { event, account: account.id, role }) } else { Err(forbidden()) }
    }
}

macro_rules! event_scopes {
    ($($(#[$doc:meta])* $name:ident: $capability:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name(pub(super) EventScope);

        impl std::ops::Deref for $name {
            type Target = EventScope;
            fn deref(&self) -> &EventScope {
                &self.0
            }
        }

        impl $name {
            /// Finds out whether an identity may do this at an event.
            pub async fn of(app: &App, identity: &Identity, event: EventId) -> Result<Self, Problem> {
                EventScope::find(app, identity, event, Capability::$capability).await.map(Self)
            }
        }

        impl FromRequestParts<App> for $name {
            type Rejection = Problem;
            async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
                let identity = Identity::from_request_parts(parts, app).await?;
                Self::of(app, &identity, path_id(parts, "event_id").await?).await
            }
        }
    )*};
}

event_scopes! {
    /// May change the event and its exhibitors.
    EventAdminScope: EventManage;
    /// May register people and print badges.
    DeskScope: Register;
    /// May import registrations.
    ImportScope: Import;
    /// May watch the live monitor.
    MonitorScope: Monitor;
    /// May see spaces as their members see them.
    ViewScope: ViewAs;
    /// May see what was done at the event.
    EventAuditScope: AuditRead;
}

/// May scan somewhere at one event: in one of its spaces, or at its doors.
#[derive(Debug, Clone, Copy)]
pub struct ScannerScope {
    pub(super) event: EventId,
    pub(super) door: Option<DeviceId>,
}

impl ScannerScope {
    /// The event.
    pub fn event(&self) -> EventId {
        self.event
    }

    /// The device, where it stands at one of the organiser's doors.
    pub fn door(&self) -> Option<DeviceId> {
        self.door
    }

    async fn find(app: &App, identity: &Identity, event: EventId) -> Result<Self, Problem> {
        let door = match identity {
            Identity::Device(device) if device.exhibitor.is_none() => Some(device.id),
            _ => None,
        };
        let roles = match identity {
            Identity::Device(device) if device.event != event => Vec::new(),
            Identity::Device(device) if device.ended_at().is_some() => {
                return Err(Problem::new(
                    Reason::DeviceRevoked,
                    "This device's access has ended; it can only deliver.",
                ));
            }
            Identity::Device(device) if device.exhibitor.is_some() => vec![Role::Device],
            Identity::Device(_) => vec![Role::Door],
            Identity::Account(account) => store::roles_anywhere(app, account.id, event).await?,
            Identity::View(_) => Vec::new(),
        };
        if roles.is_empty() {
            return Err(Problem::not_found());
        }
        if roles.iter().any(|role| role.may(Capability::Capture)) { Ok(Self { event, door }) } else { Err(forbidden()) }
    }
}

impl FromRequestParts<App> for ScannerScope {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let identity = Identity::from_request_parts(parts, app).await?;
        Self::find(app, &identity, path_id(parts, "event_id").await?).await
    }
}

impl FromRequestParts<App> for EventScope {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let identity = Identity::from_request_parts(parts, app).await?;
        Self::of(app, &identity, path_id(parts, "event_id").await?).await
    }
}
