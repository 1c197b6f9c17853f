//! The page that a link to an attendee's other address opens.

use crate::app::App;
use crate::attendees::other_email::{self, Proof};
use crate::extract::PathIds;
use crate::problem::Problem;
use crate::web::visitor::{PageProblem, require_own};
use crate::web::{ErrorPage, Page, Shell};
use crate::words::Words;
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use mobile_core::reason::Reason;

#[derive(Template)]
#[template(path = "attendees/proof.html")]
struct ProofPage {
    shell: Shell,
    proof: Proof,
    /// Whether exhibitors see the address now.
    is_done: bool,
}

fn answer(proof: Result<Proof, Problem>, is_done: bool) -> Result<Response, PageProblem> {
    match proof {
        Ok(proof) => {
            let shell = Shell::anonymous(Words::of_request().t("attendees-address-for-exhibitors"));
            Ok(Page(ProofPage { shell, proof, is_done }).into_response())
        }
        Err(problem) if problem.reason() == Reason::UsedUp => {
            let told = problem.told(Words::of_request());
            Ok(ErrorPage::new(StatusCode::GONE, told).leading_to("/attendee", "attendees-open-my-area").into_response())
        }
        Err(problem) => Err(problem.into()),
    }
}

/// Mail programs open links too, so the link is used up by a press of a button only.
pub(super) async fn show(State(app): State<App>, PathIds(secret): PathIds<String>) -> Result<Response, PageProblem> {
    answer(other_email::about(&app, &secret).await, false)
}

pub(super) async fn prove(
    State(app): State<App>,
    PathIds(secret): PathIds<String>,
    headers: HeaderMap,
) -> Result<Response, PageProblem> {
    require_own(&app, &headers)?;
    answer(other_email::prove(&app, &secret).await, true)
}
