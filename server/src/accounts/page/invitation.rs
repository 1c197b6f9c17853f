//! The page of an invitation: whom it is for, and the password that accepts it.

use super::{entered, is_about_the_form, unreadable};
use crate::accounts::invitations::{self, Acceptance, Host};
use crate::app::App;
use crate::extract::{Agent, PathIds};
use crate::problem::Problem;
use crate::web::visitor::{PageProblem, require_own};
use crate::web::{ErrorPage, Page, Shell};
use crate::words::Words;
use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use mobile_core::reason::Reason;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "invitation.html")]
struct InvitationPage {
    shell: Shell,
    problem: String,
    email: String,
    heading: String,
    lead: String,
    /// What accepting means for a badge that they have already; empty: nothing.
    note: String,
    /// What the button does.
    join: &'static str,
    has_password: bool,
    /// Whether the password was right and the account asks for a code too.
    asks_for_code: bool,
}

async fn page(app: &App, token: &str) -> Result<InvitationPage, Problem> {
    let invited = invitations::invitation(app, token).await?;
    let words = Words::of_request();
    let mut note = String::new();
    let (host, lead, join) = match &invited.host {
        Host::Team { exhibitor, event } => {
            let lead = words.t("account-invites-you-to-its-team").with("exhibitor", exhibitor).with("event", event);
            if invited.is_registered {
                let text = words.t("account-registered-already").with("exhibitor", exhibitor).with("event", event);
                note = text.into();
            }
            (exhibitor, lead, "account-join-the-team")
        }
        Host::Organizer(name) => {
            (name, words.t("account-invites-you-as-organiser").with("organiser", name), "account-join-the-organiser")
        }
    };
    Ok(InvitationPage {
        shell: Shell::anonymous(words.t("account-invitation-of").with("exhibitor", host)),
        problem: String::new(),
        heading: words.t("account-join").with("exhibitor", host).into(),
        lead: lead.with("email", &invited.email).into(),
        note,
        join,
        email: invited.email,
        has_password: invited.has_password,
        asks_for_code: false,
    })
}

pub(super) async fn show(State(app): State<App>, PathIds(token): PathIds<String>) -> Result<Response, PageProblem> {
    match page(&app, &token).await {
        Ok(page) => Ok(Page(page).into_response()),
        Err(problem) if matches!(problem.reason(), Reason::NotFound | Reason::UsedUp) => Ok(over()),
        Err(problem) => Err(problem.into()),
    }
}

fn over() -> Response {
    ErrorPage::new(StatusCode::GONE, Words::of_request().t("account-invitation-over")).into_response()
}

#[derive(Deserialize)]
pub(super) struct Proof {
    password: String,
    #[serde(default)]
    code: Option<String>,
}

pub(super) async fn accept(
    State(app): State<App>,
    PathIds(token): PathIds<String>,
    headers: HeaderMap,
    Agent(agent): Agent,
    form: Result<Form<Proof>, FormRejection>,
) -> Result<Response, PageProblem> {
    require_own(&app, &headers)?;
    let Form(sent) = form.map_err(unreadable)?;
    let with = Acceptance { password: &sent.password, code: sent.code.as_deref(), agent: agent.as_deref() };
    let problem = match invitations::accept(&app, &token, with).await {
        Ok(signed_in) => return Ok(entered(&app, &headers, &signed_in, "/").await?),
        Err(problem) => problem,
    };
    if matches!(problem.reason(), Reason::NotFound | Reason::UsedUp) {
        return Ok(over());
    }
    if !is_about_the_form(&problem) {
        return Err(problem.into());
    }
    let words = Words::of_request();
    let detail: String = match problem.reason() {
        Reason::InvalidField => words.t("account-choose-at-least-8").into(),
        Reason::WrongCredentials => words.t("account-not-your-password").into(),
        Reason::SecondFactorRequired => words.t("account-asks-for-code-too").into(),
        _ => problem.told(words).into_owned(),
    };
    let asks_for_code = matches!(problem.reason(), Reason::SecondFactorRequired | Reason::WrongCode);
    let page = InvitationPage { problem: detail, asks_for_code, ..page(&app, &token).await? };
    let status = StatusCode::from_u16(problem.reason().status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
    Ok((status, Page(page)).into_response())
}
