//! One's own account: password, second step, sign-ins.

use super::{is_about_the_form, unreadable};
use crate::accounts::second_factor::{self, SecondFactorView};
use crate::accounts::sign_ins::{self, SignInView};
use crate::accounts::{agent, passwords};
use crate::app::App;
use crate::extract::Speaks;
use crate::problem::Problem;
use crate::web::visitor::{PagePath, PageProblem, Visitor, require_own};
use crate::web::{Crumb, EventZone, Page, Shell, qr};
use crate::words::Words;
use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mobile_core::ids::SignInId;
use serde::Deserialize;

/// Which part of the page something is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Password,
    SecondStep,
}

/// A sign-in as a row.
struct Row {
    id: String,
    agent: String,
    told: String,
    is_current: bool,
}

/// What an app is set up with.
struct Setup {
    secret: String,
    picture: String,
}

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    shell: Shell,
    email: String,
    name: String,
    problem: Option<(Part, String)>,
    done: &'static str,
    factor: SecondFactorView,
    setup: Option<Setup>,
    codes: Vec<String>,
    rows: Vec<Row>,
}

/// The program in the words of whoever reads: browsers are called the same everywhere, the rest is not.
fn program(agent: String, words: Words) -> String {
    if agent == agent::UNKNOWN {
        return words.t("account-unknown-program").into();
    }
    let Some((program, system)) = agent.split_once(" on ") else { return agent };
    let program = if program == agent::APP { words.t("account-an-app").into() } else { program.to_owned() };
    words.t("account-program-on").with("program", program).with("system", system).into()
}

impl AccountPage {
    async fn of(app: &App, visitor: &Visitor) -> Result<Self, Problem> {
        let account = &visitor.account;
        let factor = second_factor::state(app, account).await?;
        let (now, zone) = (app.now(), EventZone::named("UTC"));
        let words = zone.words();
        let row = |view: SignInView| Row {
            id: view.id.to_string(),
            agent: program(view.agent, words),
            told: if view.is_current {
                words.t("account-signed-in-used-now").with("since", zone.moment(view.created_at, now)).into()
            } else {
                let told = words.t("account-signed-in-used").with("since", zone.moment(view.created_at, now));
                told.with("used", zone.ago_told(view.seen_at, now)).into()
            },
            is_current: view.is_current,
        };
        let rows = sign_ins::list(app, account).await?.into_iter().map(row).collect();
        Ok(Self {
            shell: {
                let title = words.t("account-your-account").to_string();
                Shell::of(title.clone(), &account.name, &account.email, vec![Crumb::here(title)])
            },
            email: account.email.clone(),
            name: account.name.clone(),
            problem: None,
            done: "",
            factor,
            setup: None,
            codes: Vec::new(),
            rows,
        })
    }

    /// Whether this part has a problem to tell of, and which.
    fn problem_of(&self, part: Part) -> &str {
        self.problem.as_ref().filter(|(of, _)| *of == part).map_or("", |(_, problem)| problem)
    }

    fn password_problem(&self) -> &str {
        self.problem_of(Part::Password)
    }

    fn step_problem(&self) -> &str {
        self.problem_of(Part::SecondStep)
    }

    /// The page again, with what was wrong.
    async fn refused(app: &App, visitor: &Visitor, part: Part, problem: Problem) -> Result<Response, PageProblem> {
        if !is_about_the_form(&problem) {
            return Err(problem.into());
        }
        let status = StatusCode::from_u16(problem.reason().status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
        let detail = match problem.reason() {
            mobile_core::reason::Reason::InvalidField => Words::of_request().t("account-choose-at-least-8").into(),
            _ => problem.told(Words::of_request()).into_owned(),
        };
        let page = Self { problem: Some((part, detail)), ..Self::of(app, visitor).await? };
        // Not 401: the browser is signed in, only what was typed is wrong.
        let status = if status == StatusCode::UNAUTHORIZED { StatusCode::UNPROCESSABLE_ENTITY } else { status };
        Ok((status, Page(page)).into_response())
    }
}

pub(super) async fn show(visitor: Visitor, State(app): State<App>) -> Result<Response, PageProblem> {
    Ok(Page(AccountPage::of(&app, &visitor).await?).into_response())
}

#[derive(Deserialize)]
pub(super) struct PasswordForm {
    password: String,
    new_password: String,
}

pub(super) async fn change_password(
    visitor: Visitor,
    State(app): State<App>,
    headers: HeaderMap,
    Speaks(language): Speaks,
    form: Result<Form<PasswordForm>, FormRejection>,
) -> Result<Response, PageProblem> {
    require_own(&app, &headers)?;
    let Form(sent) = form.map_err(unreadable)?;
    match passwords::change(&app, &visitor.account, (&sent.password, &sent.new_password), language).await {
        Ok(()) => {
            let done = "account-password-changed";
            Ok(Page(AccountPage { done, ..AccountPage::of(&app, &visitor).await? }).into_response())
        }
        Err(problem) => AccountPage::refused(&app, &visitor, Part::Password, problem).await,
    }
}

pub(super) async fn end(
    visitor: Visitor,
    State(app): State<App>,
    headers: HeaderMap,
    PagePath(id): PagePath<SignInId>,
) -> Result<Response, PageProblem> {
    require_own(&app, &headers)?;
    sign_ins::end(&app, &visitor.account, id).await?;
    Ok(Redirect::to("/account").into_response())
}

pub(super) async fn end_others(
    visitor: Visitor,
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Response, PageProblem> {
    require_own(&app, &headers)?;
    sign_ins::end_others(&app, &visitor.account).await?;
    Ok(Redirect::to("/account").into_response())
}

#[derive(Deserialize)]
pub(super) struct OwnPassword {
    password: String,
}

pub(super) async fn enrol(
    visitor: Visitor,
    State(app): State<App>,
    headers: HeaderMap,
    form: Result<Form<OwnPassword>, FormRejection>,
) -> Result<Response, PageProblem> {
    require_own(&app, &headers)?;
    let Form(sent) = form.map_err(unreadable)?;
    match second_factor::enrol(&app, &visitor.account, &sent.password).await {
        Ok(begun) => {
            let setup = Some(Setup { picture: picture(&begun.uri)?, secret: begun.secret });
            Ok(Page(AccountPage { setup, ..AccountPage::of(&app, &visitor).await? }).into_response())
        }
        Err(problem) => AccountPage::refused(&app, &visitor, Part::SecondStep, problem).await,
    }
}

/// The QR code as an address that holds the picture itself: nothing else ever has it.
fn picture(uri: &str) -> Result<String, Problem> {
    let svg = qr::svg(uri, &Words::of_request().t("account-the-code-for-your-app").to_string())?;
    Ok(format!("data:image/svg+xml;base64,{}", STANDARD.encode(svg)))
}

#[derive(Deserialize)]
pub(super) struct CodeForm {
    code: String,
}

pub(super) async fn confirm(
    visitor: Visitor,
    State(app): State<App>,
    headers: HeaderMap,
    Speaks(language): Speaks,
    form: Result<Form<CodeForm>, FormRejection>,
) -> Result<Response, PageProblem> {
    require_own(&app, &headers)?;
    let Form(sent) = form.map_err(unreadable)?;
    match second_factor::confirm(&app, &visitor.account, &sent.code, language).await {
        Ok(codes) => Ok(Page(AccountPage { codes, ..AccountPage::of(&app, &visitor).await? }).into_response()),
        Err(problem) if is_about_the_form(&problem) => {
            // The app is set up; only its code is asked for again.
            let setup = Some(Setup { secret: String::new(), picture: String::new() });
            let problem = Some((Part::SecondStep, problem.told(Words::of_request()).into_owned()));
            let page = AccountPage { problem, setup, ..AccountPage::of(&app, &visitor).await? };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response())
        }
        Err(problem) => Err(problem.into()),
    }
}

#[derive(Deserialize)]
pub(super) struct BothProofs {
    password: String,
    code: String,
}

pub(super) async fn disable(
    visitor: Visitor,
    State(app): State<App>,
    headers: HeaderMap,
    Speaks(language): Speaks,
    form: Result<Form<BothProofs>, FormRejection>,
) -> Result<Response, PageProblem> {
    require_own(&app, &headers)?;
    let Form(sent) = form.map_err(unreadable)?;
    match second_factor::disable(&app, &visitor.account, (&sent.password, &sent.code), language).await {
        Ok(()) => {
            let done = "account-second-step-off";
            Ok(Page(AccountPage { done, ..AccountPage::of(&app, &visitor).await? }).into_response())
        }
        Err(problem) => AccountPage::refused(&app, &visitor, Part::SecondStep, problem).await,
    }
}

pub(super) async fn renew_codes(
    visitor: Visitor,
    State(app): State<App>,
    headers: HeaderMap,
    form: Result<Form<BothProofs>, FormRejection>,
) -> Result<Response, PageProblem> {
    require_own(&app, &headers)?;
    let Form(sent) = form.map_err(unreadable)?;
    match second_factor::renew_codes(&app, &visitor.account, (&sent.password, &sent.code)).await {
        Ok(codes) => Ok(Page(AccountPage { codes, ..AccountPage::of(&app, &visitor).await? }).into_response()),
        Err(problem) => AccountPage::refused(&app, &visitor, Part::SecondStep, problem).await,
    }
}
