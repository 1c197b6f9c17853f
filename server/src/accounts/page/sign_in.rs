//! The pages that sign somebody in and out.

use super::{entered, is_about_the_form, unreadable};
use crate::access::Identity;
use crate::access::identity::token_of;
use crate::accounts::api::ended_cookie;
use crate::accounts::{self, Attempt, Entry};
use crate::app::App;
use crate::extract::{Agent, Params};
use crate::problem::Problem;
use crate::web::visitor::{PageProblem, require_own, safe_next};
use crate::web::{Page, Shell};
use crate::words::Words;
use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use mobile_core::reason::Reason;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    shell: Shell,
    problem: String,
    notice: &'static str,
    next: String,
    email: String,
}

impl SignInPage {
    fn new(next: &str, email: &str, problem: &str) -> Self {
        Self {
            shell: Shell::anonymous(Words::of_request().t("account-sign-in")),
            problem: problem.to_owned(),
            notice: "",
            next: safe_next(next).to_owned(),
            email: email.to_owned(),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    next: String,
    /// Set where a new password was just chosen.
    reset: bool,
}

pub(super) async fn form(State(app): State<App>, headers: HeaderMap, Params(wanted): Params<Wanted>) -> Response {
    if let Some((token, true)) = token_of(&headers)
        && crate::access::identity::identify(&app, token).await.is_ok()
    {
        return Redirect::to(safe_next(&wanted.next)).into_response();
    }
    let notice = if wanted.reset { "account-new-password-set" } else { "" };
    Page(SignInPage { notice, ..SignInPage::new(&wanted.next, "", "") }).into_response()
}

#[derive(Deserialize)]
pub(super) struct Credentials {
    email: String,
    password: String,
    #[serde(default)]
    next: String,
}

pub(super) async fn sign_in(
    State(app): State<App>,
    headers: HeaderMap,
    Agent(agent): Agent,
    form: Result<Form<Credentials>, FormRejection>,
) -> Result<Response, PageProblem> {
    require_own(&app, &headers)?;
    let Form(sent) = form.map_err(unreadable)?;
    let attempt = Attempt { email: &sent.email, password: &sent.password, agent: agent.as_deref() };
    match accounts::first_step(&app, attempt).await {
        Ok(Entry::In(signed_in)) => Ok(entered(&app, &headers, &signed_in, safe_next(&sent.next)).await?),
        Ok(Entry::SecondStep(secret)) => Ok(Page(SecondStepPage::new(secret, &sent.next, "")).into_response()),
        Err(problem) if is_about_the_form(&problem) => {
            let page = Page(SignInPage::new(&sent.next, &sent.email, &problem.told(Words::of_request())));
            Ok((status(&problem), page).into_response())
        }
        Err(problem) => Err(problem.into()),
    }
}

fn status(problem: &Problem) -> StatusCode {
    StatusCode::from_u16(problem.reason().status()).unwrap_or(StatusCode::UNAUTHORIZED)
}

#[derive(Template)]
#[template(path = "second_step.html")]
struct SecondStepPage {
    shell: Shell,
    problem: String,
    /// What proves that the password was right.
    secret: String,
    next: String,
}

impl SecondStepPage {
    fn new(secret: String, next: &str, problem: &str) -> Self {
        let shell = Shell::anonymous(Words::of_request().t("account-your-code"));
        Self { shell, problem: problem.to_owned(), secret, next: safe_next(next).to_owned() }
    }
}

#[derive(Deserialize)]
pub(super) struct SecondStep {
    secret: String,
    code: String,
    #[serde(default)]
    next: String,
}

pub(super) async fn second_step(
    State(app): State<App>,
    headers: HeaderMap,
    Agent(agent): Agent,
    form: Result<Form<SecondStep>, FormRejection>,
) -> Result<Response, PageProblem> {
    require_own(&app, &headers)?;
    let Form(sent) = form.map_err(unreadable)?;
    match accounts::second_step(&app, &sent.secret, &sent.code, agent.as_deref()).await {
        Ok(signed_in) => Ok(entered(&app, &headers, &signed_in, safe_next(&sent.next)).await?),
        Err(problem) if is_about_the_form(&problem) => {
            let page = Page(SecondStepPage::new(sent.secret, &sent.next, &problem.told(Words::of_request())));
            Ok((status(&problem), page).into_response())
        }
        Err(problem) if problem.reason() == Reason::UsedUp => {
            let page = Page(SignInPage::new(&sent.next, "", &problem.told(Words::of_request())));
            Ok((status(&problem), page).into_response())
        }
        Err(problem) => Err(problem.into()),
    }
}

pub(super) async fn sign_out(State(app): State<App>, headers: HeaderMap) -> Result<Response, PageProblem> {
    require_own(&app, &headers)?;
    if let Some((token, true)) = token_of(&headers)
        && let Ok(Identity::Account(account)) = crate::access::identity::identify(&app, token).await
    {
        accounts::sign_out(&app, token, account.id).await?;
    }
    Ok(([(header::SET_COOKIE, ended_cookie(&app))], Redirect::to("/sign-in")).into_response())
}
