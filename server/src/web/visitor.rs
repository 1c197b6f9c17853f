//! Who looks at a page. People who are not signed in are sent to the sign-in page and come back to
//! where they wanted to go; other refusals are answered as a page.

use super::Words;
use super::shell::ErrorPage;
use crate::access::identity::is_own_origin;
use crate::access::{AccountIdentity, Identity};
use crate::app::App;
use crate::extract::PathIds;
use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use mobile_core::reason::Reason;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// A person who is signed in and looks at a page.
#[derive(Debug)]
pub struct Visitor {
    /// For scopes.
    pub identity: Identity,
    /// The person.
    pub account: Arc<AccountIdentity>,
}

impl FromRequestParts<App> for Visitor {
    type Rejection = PageProblem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageProblem> {
        match Identity::from_request_parts(parts, app).await {
            Ok(identity) => {
                let account = Arc::clone(identity.account()?);
                Ok(Self { identity, account })
            }
            Err(problem) if problem.reason() == Reason::NotSignedIn => {
                let wanted = parts.uri.path_and_query().map_or("/", |wanted| wanted.as_str());
                Err(PageProblem::SignIn(sign_in_address(wanted)))
            }
            Err(problem) => Err(problem.into()),
        }
    }
}

/// The ids of a page's path; a path that holds no id is a page that does not exist.
#[derive(Debug)]
pub struct PagePath<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for PagePath<T> {
    type Rejection = PageProblem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageProblem> {
        let PathIds(ids) = PathIds::from_request_parts(parts, app).await?;
        Ok(Self(ids))
    }
}

/// Why a page is not shown.
#[derive(Debug)]
pub enum PageProblem {
    /// Sign in first, at this address.
    SignIn(String),
    /// Refused or failed.
    Refused(Problem),
}

impl From<Problem> for PageProblem {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl IntoResponse for PageProblem {
    fn into_response(self) -> Response {
        match self {
            Self::SignIn(address) => Redirect::to(&address).into_response(),
            Self::Refused(problem) => {
                let detail = match problem.reason() {
                    Reason::NotFound | Reason::LeadNotFound => {
                        Words::of_request().t("error-no-page-or-access").to_string()
                    }
                    _ => problem.told(Words::of_request()).into_owned(),
                };
                // Logs what went wrong inside, as every problem does.
                let status = problem.into_response().status();
                ErrorPage::new(status, detail).into_response()
            }
        }
    }
}

/// Only our own pages may send forms: a browser would send the cookie for any.
pub fn require_own(app: &App, headers: &HeaderMap) -> Result<(), Problem> {
    if is_own_origin(app, headers) {
        Ok(())
    } else {
        Err(Problem::new(
            Reason::Forbidden,
            "This form came from a page of another origin. Open Leadline and try again.",
        ))
    }
}

/// The answer for an address that nothing listens at.
pub fn nothing_here() -> ErrorPage {
    ErrorPage::new(StatusCode::NOT_FOUND, Words::of_request().t("error-no-page"))
}

/// The sign-in page that leads on to `wanted`.
pub fn sign_in_address(wanted: &str) -> String {
    if wanted == "/" {
        return "/sign-in".to_owned();
    }
    format!("/sign-in{}", super::list_query::ListQuery::default().with("next", wanted).to_address())
}

/// Where to go after signing in: a path of this server, never an address elsewhere.
pub fn safe_next(next: &str) -> &str {
    let is_path = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n']);
    if is_path { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_leads_back_to_a_page_of_this_server_only() {
        assert_eq!(safe_next("/events/1/monitor?x=1"), "/events/1/monitor?x=1");
        for elsewhere in ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""] {
            assert_eq!(safe_next(elsewhere), "/", "{elsewhere}");
        }
    }

    #[test]
    fn the_wanted_page_travels_in_the_address_of_the_sign_in_page() {
        assert_eq!(sign_in_address("/a?b=c&d=e"), "/sign-in?next=%2Fa%3Fb%3Dc%26d%3De");
        assert_eq!(sign_in_address("/"), "/sign-in");
    }
}
