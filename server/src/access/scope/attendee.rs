//! Who may act for an attendee.

use crate::access::attendee::AttendeeIdentity;
use crate::access::{store, token};
use crate::app::App;
use crate::extract::path_id;
use crate::fields::Email;
use crate::problem::Problem;
use crate::storage::{StorageError, Tx};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use mobile_core::ids::{EventId, ExhibitorId, RegistrationId, TeamMemberId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;

/// May act for one attendee: whoever signed in by a link mailed to the address of the registration, or holds the
/// secret link that the desk gave them for an hour. What the latter does not open takes a [`ProvenScope`].
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
    /// The scope of one of the registrations that a signed-in address has: of the one that it was merged into,
    /// if it was, or what is said there would be said of nobody.
    pub async fn of(app: &App, attendee: &AttendeeIdentity, registration: RegistrationId) -> Result<Self, Problem> {
        let found = store::attendee_of_address(app, attendee.email(), registration).await?;
        let (event, registration) = found.ok_or_else(Problem::not_found)?;
        Ok(Self { event, registration })
    }
}

impl AttendeeScope {
    /// The scope of whoever holds a link that was mailed to prove an address, with that address: of the
    /// registration that stands for who asked for it. None once the link has ended or nothing of them is kept.
    pub async fn proving(
        tx: &mut Tx,
        link: &token::TokenHash,
        now: Timestamp,
    ) -> Result<Option<(Self, Email)>, StorageError> {
        let found = store::attendee_by_address_link(tx, link, now).await?;
        Ok(found
            .and_then(|(event, registration, email)| Some((Self { event, registration }, Email::parse(&email).ok()?))))
    }
}

/// May speak for an attendee. A link that the desk made does not do: whoever made it holds it too. Which operations
/// ask for this is listed once, in `PROVEN` of `access/operations.rs`; the walk of rights compares.
#[derive(Debug, Clone, Copy)]
pub struct ProvenScope(pub(super) AttendeeScope);

impl std::ops::Deref for ProvenScope {
    type Target = AttendeeScope;
    fn deref(&self) -> &AttendeeScope {
        &self.0
    }
}

/// An exhibitor whose meetings with one of its commercial contacts that contact manages as an attendee.
#[derive(Debug, Clone, Copy)]
pub struct Stand {
    event: EventId,
    exhibitor: ExhibitorId,
    member: TeamMemberId,
}

impl Stand {
    /// The event.
    pub fn event(&self) -> EventId {
        self.event
    }

    /// The exhibitor.
    pub fn exhibitor(&self) -> ExhibitorId {
        self.exhibitor
    }

    /// The contact.
    pub fn member(&self) -> TeamMemberId {
        self.member
    }
}

/// May manage the meetings that an attendee has as a commercial contact, where the organiser allows it. Of
/// the exhibitors' spaces this opens nothing else.
#[derive(Debug, Clone)]
pub struct StandScope {
    event: EventId,
    stands: Vec<Stand>,
}

impl StandScope {
    /// The event.
    pub fn event(&self) -> EventId {
        self.event
    }

    /// The exhibitors that the attendee is a contact of; none where the organiser does not allow it.
    pub fn stands(&self) -> &[Stand] {
        &self.stands
    }

    /// The same for an attendee who is known already.
    pub async fn of(app: &App, attendee: &AttendeeScope) -> Result<Self, Problem> {
        let event = attendee.event;
        let found = store::stands_of_contact(app, event, attendee.registration).await?;
        let stands = found.into_iter().map(|(exhibitor, member)| Stand { event, exhibitor, member });
        Ok(Self { event, stands: stands.collect() })
    }
}

impl FromRequestParts<App> for StandScope {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let attendee = AttendeeScope::from_request_parts(parts, app).await?;
        Self::of(app, &attendee).await
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
        let found = store::attendee_by_link(app, &token::hash(&token), app.now()).await?;
        let (event, registration) = found.ok_or_else(Problem::not_found)?;
        Ok(Self { event, registration })
    }
}

impl FromRequestParts<App> for ProvenScope {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let scope = AttendeeScope::from_request_parts(parts, app).await?;
        let token: String = path_id(parts, "token").await?;
        if token.parse::<RegistrationId>().is_ok() {
            return Ok(Self(scope));
        }
        let detail = "A link of the desk does not show that it is you who asks. Sign in at /attendee/sign-in.";
        Err(Problem::new(Reason::Forbidden, detail))
    }
}
