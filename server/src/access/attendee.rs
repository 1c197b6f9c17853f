//! Attendees who signed in by a mailed link: an address that was proven, whatever registrations it
//! has. They have a cookie of their own, so that a team member who also visits keeps both sign-ins.

use super::identity::{changes, require_own_origin, token_in};
use super::{store, token};
use crate::app::App;
use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use mobile_core::reason::Reason;

/// The cookie of the attendee's pages.
pub const ATTENDEE_COOKIE: &str = "leadline_attendee";

/// How long a secret link lasts that the desk makes for an attendee: as long as somebody stands there.
pub const DESK_LINK_MICROS: i64 = 3_600_000_000;

/// An address that somebody proved to be theirs.
#[derive(Debug, Clone)]
pub struct AttendeeIdentity {
    email: String,
    token: String,
}

impl AttendeeIdentity {
    /// The address, as addresses are compared.
    pub fn email(&self) -> &str {
        &self.email
    }

    /// The token of the sign-in, for ending it.
    pub fn token(&self) -> &str {
        &self.token
    }
}

impl FromRequestParts<App> for AttendeeIdentity {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let sent = token_in(&parts.headers, ATTENDEE_COOKIE).filter(|(sent, _)| sent.starts_with(token::ATTENDEE));
        let (sent, by_cookie) = sent.ok_or_else(not_signed_in)?;
        if by_cookie && changes(&parts.method) {
            require_own_origin(app, &parts.headers)?;
        }
        let found = store::attendee_by_token(app, &token::hash(sent)).await?;
        let (email, _) = found.filter(|(_, expires_at)| *expires_at > app.now()).ok_or_else(not_signed_in)?;
        Ok(Self { email, token: sent.to_owned() })
    }
}

impl axum::extract::OptionalFromRequestParts<App> for AttendeeIdentity {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, Problem> {
        match <Self as FromRequestParts<App>>::from_request_parts(parts, app).await {
            Ok(attendee) => Ok(Some(attendee)),
            Err(problem) if problem.reason() == Reason::NotSignedIn => Ok(None),
            Err(problem) => Err(problem),
        }
    }
}

fn not_signed_in() -> Problem {
    Problem::new(Reason::NotSignedIn, "Ask for a link to sign in with, at /attendee/sign-in.")
}
