//! The pages of a forgotten password: asking for a link, and choosing a new password by it.

use super::{is_about_the_form, unreadable};
use crate::accounts::passwords;
use crate::app::App;
use crate::extract::{PathIds, Speaks};
use crate::problem::Problem;
use crate::web::mailed_link::{Address, AskForLink};
use crate::web::visitor::{PageProblem, require_own};
use crate::web::{ErrorPage, Page, Shell};
use crate::words::Words;
use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use mobile_core::reason::Reason;
use serde::Deserialize;

static FORGOTTEN: AskForLink = AskForLink {
    path: "/reset-password",
    title: "account-forgotten-password",
    lead: "account-type-the-address-you-sign",
    autocomplete: "username",
    no_address: "account-no-address",
    if_known: "account-if-has-an-account-a",
    nothing_there: "account-nothing-there-after-a-few",
    again: "",
    before_sign_in: "",
    sign_in: "account-back-to-signing-in",
};

pub(super) async fn form() -> Response {
    FORGOTTEN.show()
}

pub(super) async fn ask(
    State(app): State<App>,
    headers: HeaderMap,
    Speaks(language): Speaks,
    form: Result<Form<Address>, FormRejection>,
) -> Result<Response, PageProblem> {
    FORGOTTEN.answer(&app, &headers, form, |email| passwords::ask(&app, email, language))
}

#[derive(Template)]
#[template(path = "new_password.html")]
struct NewPasswordPage {
    shell: Shell,
    problem: String,
    email: String,
}

async fn page(app: &App, secret: &str) -> Result<NewPasswordPage, Problem> {
    let account = passwords::whose(app, secret).await?;
    let shell = Shell::anonymous(Words::of_request().t("account-new-password"));
    Ok(NewPasswordPage { shell, problem: String::new(), email: account.email })
}

fn over(problem: &Problem) -> Response {
    ErrorPage::new(StatusCode::GONE, problem.told(Words::of_request()))
        .leading_to("/reset-password", "error-ask-new-link")
        .into_response()
}

pub(super) async fn show(State(app): State<App>, PathIds(secret): PathIds<String>) -> Result<Response, PageProblem> {
    match page(&app, &secret).await {
        Ok(page) => Ok(Page(page).into_response()),
        Err(problem) if problem.reason() == Reason::UsedUp => Ok(over(&problem)),
        Err(problem) => Err(problem.into()),
    }
}

#[derive(Deserialize)]
pub(super) struct Chosen {
    password: String,
}

pub(super) async fn set(
    State(app): State<App>,
    PathIds(secret): PathIds<String>,
    headers: HeaderMap,
    Speaks(language): Speaks,
    form: Result<Form<Chosen>, FormRejection>,
) -> Result<Response, PageProblem> {
    require_own(&app, &headers)?;
    let Form(sent) = form.map_err(unreadable)?;
    match passwords::reset(&app, &secret, &sent.password, language).await {
        Ok(()) => Ok(Redirect::to("/sign-in?reset=true").into_response()),
        Err(problem) if problem.reason() == Reason::UsedUp => Ok(over(&problem)),
        Err(problem) if is_about_the_form(&problem) => {
            let problem = Words::of_request().t("account-choose-at-least-8").into();
            let page = NewPasswordPage { problem, ..page(&app, &secret).await? };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response())
        }
        Err(problem) => Err(problem.into()),
    }
}
