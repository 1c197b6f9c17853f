//! Who looks at a page. People who are not signed in are sent to the sign-in page and come back to
//! where they wanted to go; other refusals are answered as a page.

use super::shell::ErrorPage;
use crate::access::identity::is_own_origin;
use crate::access::{AccountIdentity, Identity};
use crate::app::App;
use crate::extract::PathIds;
use crate::problem::Problem;
use crate::words::Words;
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use mobile_core::reason::Reason;
use mobile_core::wire::ProblemBody;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// Bytes of a problem that is made a page; ours are far shorter.
const LONGEST_PROBLEM: usize = 64 * 1024;

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
                let account = Arc::clone(identity.onlooker()?);
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
                let is_view = problem.reason() == Reason::ViewOnly;
                let status = problem.into_response().status();
                let page = ErrorPage::new(status, detail);
                if is_view { page.leading_to("/view-as/leave", "views-leave-long") } else { page }.into_response()
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

/// Tells a person who opened an address in a page what an extractor refused in JSON.
pub async fn for_eyes(request: Request, next: Next) -> Response {
    let accepts = request.headers().get(header::ACCEPT).and_then(|kinds| kinds.to_str().ok());
    let is_person = request.method() == Method::GET && accepts.is_some_and(|kinds| kinds.contains("text/html"));
    let response = next.run(request).await;
    let is_problem =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/problem+json");
    if !is_person || !is_problem {
        return response;
    }
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), LONGEST_PROBLEM).await.unwrap_or_default();
    match serde_json::from_slice::<ProblemBody>(&body) {
        Ok(problem) => ErrorPage::new(status, problem.detail).into_response(),
        Err(_) => nothing_here().into_response(),
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
