//! Who may act for an attendee.

use crate::access::attendee::AttendeeIdentity;
use crate::access::{store, token};
use crate::app::App;
use crate::extract::path_id;
use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use mobile_core::ids::{EventId, RegistrationId};

/// May act for one attendee: whoever holds the secret link that the desk gave them, or signed in by a
/// link mailed to the address of the registration.
#[derive(Debug, Clone, Copy)]
pub struct AttendeeScope {
    pub(super) event: EventId,
    pub(super) registration: RegistrationId,
}

impl AttendeeScope {
    /// The event.
    pub fn event(&self) -> EventId {
        self.event
    }

    /// The attendee.
    pub fn registration(&self) -> RegistrationId {
        self.registration
    }
}

impl AttendeeScope {
    /// The scope of one of the registrations that a signed-in address has.
    pub async fn of(app: &App, attendee: &AttendeeIdentity, registration: RegistrationId) -> Result<Self, Problem> {
        let event = store::event_of_attendee(app, attendee.email(), registration).await?;
        Ok(Self { event: event.ok_or_else(Problem::not_found)?, registration })
    }
}

impl FromRequestParts<App> for AttendeeScope {
    type Rejection = Problem;
    /// In the place of the secret stands the registration's id for whoever signed in by a mailed link.
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let token: String = path_id(parts, "token").await?;
        if let Ok(registration) = token.parse::<RegistrationId>() {
            let attendee = <AttendeeIdentity as FromRequestParts<App>>::from_request_parts(parts, app).await?;
            return Self::of(app, &attendee, registration).await;
        }
        let found = store::attendee_by_link(app, &token::hash(&token)).await?;
        let (event, registration) = found.ok_or_else(Problem::not_found)?;
        Ok(Self { event, registration })
    }
}
