//! The attendee's pages, for phones first. What can be done goes through the API, as on every page
//! that manages something; what stands around each is the [`Frame`].

mod agenda;
mod area;
mod messages;
mod people;
mod profiles;
mod proof;
mod sign_in;

use super::sign_in::{SIGN_IN_PATH, registrations};
use crate::access::{AttendeeIdentity, AttendeeScope};
use crate::app::App;
use crate::events::cache::EventInfo;
use crate::problem::Problem;
use crate::web::visitor::PageProblem;
use crate::web::{EventZone, Shell};
use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::routing::{get, post};
use mobile_core::ids::{ExhibitorId, RegistrationId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use std::sync::Arc;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/attendee", get(sign_in::chooser))
        .route("/attendee/sign-in", get(sign_in::form).post(sign_in::ask))
        .route("/attendee/sign-in/{token}", get(sign_in::show).post(sign_in::enter))
        .route("/attendee/exhibitor-email/{token}", get(proof::show).post(proof::prove))
        .route("/attendee/sign-out", post(sign_in::leave))
        .route("/attendee/worker.js", get(area::worker))
        .route("/attendee/{registration_id}", get(area::badge))
        .route("/attendee/{registration_id}/badge.svg", get(area::code))
        .route("/attendee/{registration_id}/exhibitors", get(area::exhibitors))
        .route("/attendee/{registration_id}/profiles", get(profiles::list))
        .route("/attendee/{registration_id}/profiles/{exhibitor_id}", get(profiles::one))
        .route("/attendee/{registration_id}/data", get(area::data))
        .route("/attendee/{registration_id}/agenda", get(agenda::agenda))
        .route("/attendee/{registration_id}/sessions", get(agenda::sessions))
        .route("/attendee/{registration_id}/messages", get(messages::list))
        .route("/attendee/{registration_id}/messages/{conversation_id}", get(messages::one))
        .route("/attendee/{registration_id}/people", get(people::people))
        .route("/attendee/{registration_id}/connect", get(people::connect))
        .route("/attendee/{registration_id}/write/{exhibitor_id}", get(messages::new))
        .route("/attendee/{registration_id}/meet/{exhibitor_id}", get(agenda::meet))
        .route("/attendee/{registration_id}/meetings/{meeting_id}", get(agenda::other_time))
}

/// Somebody who signed in by a mailed link and looks at a page; others are sent to ask for one.
pub(super) struct Guest(pub AttendeeIdentity);

impl FromRequestParts<App> for Guest {
    type Rejection = PageProblem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageProblem> {
        match <AttendeeIdentity as FromRequestParts<App>>::from_request_parts(parts, app).await {
            Ok(attendee) => Ok(Self(attendee)),
            Err(problem) if problem.reason() == Reason::NotSignedIn => {
                Err(PageProblem::SignIn(SIGN_IN_PATH.to_owned()))
            }
            Err(problem) => Err(problem.into()),
        }
    }
}

/// A part of the area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Badge,
    Agenda,
    Sessions,
    Exhibitors,
    Messages,
    Data,
}

/// A line of the area's menu.
struct PartLink {
    label: &'static str,
    icon: &'static str,
    href: String,
    is_current: bool,
}

/// What stands around each page of the area.
struct Frame {
    event: Arc<EventInfo>,
    zone: EventZone,
    now: Timestamp,
    /// Where the area's pages begin.
    area: String,
    /// Where the attendee's own addresses of the API begin.
    api: String,
    parts: Vec<PartLink>,
    /// The event's name.
    title: String,
    /// The attendee's name.
    name: String,
    /// The address that signed in.
    email: String,
    /// Whether the address has other registrations.
    has_others: bool,
}

impl Frame {
    async fn open(
        app: &App,
        guest: &Guest,
        registration: RegistrationId,
        current: Part,
    ) -> Result<(Self, AttendeeScope), Problem> {
        let scope = AttendeeScope::of(app, &guest.0, registration).await?;
        let event = app.events.info(app, scope.event()).await?;
        let own = registrations(app, &guest.0).await?;
        let name = own.iter().find(|own| own.id == scope.registration()).map(|own| own.contact.full_name());
        let area = format!("/attendee/{registration}");
        let link = |part, label, icon, path: &str| PartLink {
            label,
            icon,
            href: format!("{area}{path}"),
            is_current: part == current,
        };
        let parts = vec![
            link(Part::Badge, "attendees-part-badge", "scan", ""),
            link(Part::Agenda, "attendees-part-agenda", "calendar", "/agenda"),
            link(Part::Sessions, "attendees-part-sessions", "stageplay", "/sessions"),
            link(Part::Exhibitors, "attendees-part-exhibitors", "stage", "/exhibitors"),
            link(Part::Messages, "menu-messages", "share", "/messages"),
            link(Part::Data, "attendees-data-part", "shield", "/data"),
        ];
        let frame = Self {
            zone: EventZone::named(&event.timezone),
            now: app.now(),
            api: format!("/api/v1{area}"),
            area,
            parts,
            title: event.name.clone(),
            name: name.unwrap_or_default(),
            email: guest.0.email().to_owned(),
            has_others: own.len() > 1,
            event,
        };
        Ok((frame, scope))
    }

    /// Where an exhibitor's profile is.
    fn profile(&self, exhibitor: ExhibitorId) -> String {
        format!("{}/profiles/{exhibitor}", self.area)
    }

    fn shell(&self, title: &str) -> Shell {
        self.titled(&self.zone.words().t(title).to_string())
    }

    /// The shell of a page whose title names somebody.
    fn titled(&self, title: &str) -> Shell {
        Shell::anonymous(format!("{title} · {}", self.title))
    }
}
