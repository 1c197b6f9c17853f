//! Signing in and out, accepting an invitation, and the choice between the spaces and events that a
//! person may open.

use super::api::{ended_cookie, session_cookie};
use super::view;
use crate::access::identity::{is_own_origin, token_of};
use crate::access::{Capability, Identity};
use crate::app::App;
use crate::extract::{Params, PathIds};
use crate::problem::Problem;
use crate::web::text::initials;
use crate::web::visitor::{PageProblem, Visitor, safe_next};
use crate::web::{ErrorPage, Page, Shell};
use askama::Template;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use mobile_core::reason::Reason;
use mobile_core::wire::SignedIn;
use serde::Deserialize;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(home))
        .route("/sign-in", get(sign_in_form).post(sign_in))
        .route("/sign-out", post(sign_out))
        .route("/invitations/{token}", get(invitation).post(accept))
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    shell: Shell,
    problem: String,
    next: String,
    email: String,
}

impl SignInPage {
    fn new(next: &str, email: &str, problem: &str) -> Self {
        Self {
            shell: Shell::anonymous("Sign in"),
            problem: problem.to_owned(),
            next: safe_next(next).to_owned(),
            email: email.to_owned(),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Next {
    next: String,
}

async fn sign_in_form(State(app): State<App>, headers: HeaderMap, Params(wanted): Params<Next>) -> Response {
    if let Some((token, true)) = token_of(&headers)
        && crate::access::identity::identify(&app, token).await.is_ok()
    {
        return Redirect::to(safe_next(&wanted.next)).into_response();
    }
    Page(SignInPage::new(&wanted.next, "", "")).into_response()
}

#[derive(Deserialize)]
struct Credentials {
    email: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// What was wrong with a form, as a page.
fn unreadable(_: FormRejection) -> PageProblem {
    Problem::new(Reason::InvalidField, "The form came without one of its fields. Go back and send it again.").into()
}

/// Only our own pages may send forms: a browser would send the cookie for any.
fn require_own(app: &App, headers: &HeaderMap) -> Result<(), Problem> {
    if is_own_origin(app, headers) {
        Ok(())
    } else {
        Err(Problem::new(
            Reason::Forbidden,
            "This form came from a page of another origin. Open Leadline and try again.",
        ))
    }
}

async fn sign_in(
    State(app): State<App>,
    headers: HeaderMap,
    form: Result<Form<Credentials>, FormRejection>,
) -> Result<Response, PageProblem> {
    require_own(&app, &headers)?;
    let Form(sent) = form.map_err(unreadable)?;
    match super::sign_in(&app, &sent.email, &sent.password).await {
        Ok(signed_in) => Ok(entered(&app, &signed_in, safe_next(&sent.next))),
        Err(problem) if matches!(problem.reason(), Reason::WrongCredentials | Reason::TooManyRequests) => {
            let page = Page(SignInPage::new(&sent.next, &sent.email, problem.detail()));
            let status = StatusCode::from_u16(problem.reason().status()).unwrap_or(StatusCode::UNAUTHORIZED);
            Ok((status, page).into_response())
        }
        Err(problem) => Err(problem.into()),
    }
}

fn entered(app: &App, signed_in: &SignedIn, next: &str) -> Response {
    ([(header::SET_COOKIE, session_cookie(app, signed_in))], Redirect::to(next)).into_response()
}

async fn sign_out(State(app): State<App>, headers: HeaderMap) -> Result<Response, PageProblem> {
    require_own(&app, &headers)?;
    if let Some((token, true)) = token_of(&headers)
        && let Ok(Identity::Account(account)) = crate::access::identity::identify(&app, token).await
    {
        super::sign_out(&app, token, account.id).await?;
    }
    Ok(([(header::SET_COOKIE, ended_cookie(&app))], Redirect::to("/sign-in")).into_response())
}

#[derive(Template)]
#[template(path = "invitation.html")]
struct InvitationPage {
    shell: Shell,
    problem: String,
    email: String,
    exhibitor: String,
    event: String,
    has_password: bool,
}

async fn invitation_page(app: &App, token: &str, problem: String) -> Result<InvitationPage, Problem> {
    let invited = super::invitation(app, token).await?;
    Ok(InvitationPage {
        shell: Shell::anonymous(format!("Invitation · {}", invited.exhibitor)),
        problem,
        email: invited.email,
        exhibitor: invited.exhibitor,
        event: invited.event,
        has_password: invited.has_password,
    })
}

async fn invitation(State(app): State<App>, PathIds(token): PathIds<String>) -> Result<Response, PageProblem> {
    match invitation_page(&app, &token, String::new()).await {
        Ok(page) => Ok(Page(page).into_response()),
        Err(problem) if matches!(problem.reason(), Reason::NotFound | Reason::UsedUp) => {
            let detail = "This invitation was already used, or has ended. Sign in, or ask for a new one.";
            Ok(ErrorPage::new(StatusCode::GONE, detail).into_response())
        }
        Err(problem) => Err(problem.into()),
    }
}

#[derive(Deserialize)]
struct NewPassword {
    password: String,
}

async fn accept(
    State(app): State<App>,
    PathIds(token): PathIds<String>,
    headers: HeaderMap,
    form: Result<Form<NewPassword>, FormRejection>,
) -> Result<Response, PageProblem> {
    require_own(&app, &headers)?;
    let Form(sent) = form.map_err(unreadable)?;
    let problem = match super::accept_invitation(&app, &token, &sent.password).await {
        Ok(signed_in) => return Ok(entered(&app, &signed_in, "/")),
        Err(problem) => problem,
    };
    let is_about_the_password =
        matches!(problem.reason(), Reason::WrongCredentials | Reason::TooManyRequests | Reason::InvalidField);
    if !is_about_the_password {
        return Err(problem.into());
    }
    let detail = match problem.reason() {
        Reason::InvalidField => "Choose a password of at least 8 characters.",
        Reason::WrongCredentials => "This is not the password of your account.",
        _ => problem.detail(),
    };
    let page = invitation_page(&app, &token, detail.to_owned()).await?;
    let status = StatusCode::from_u16(problem.reason().status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
    Ok((status, Page(page)).into_response())
}

/// A space or an event to open.
struct Place {
    href: String,
    name: String,
    note: &'static str,
    monogram: String,
}

/// The places of one event.
struct Group {
    title: String,
    places: Vec<Place>,
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    shell: Shell,
    groups: Vec<Group>,
    /// Whether this person makes events.
    can_create: bool,
    /// Whether this person pairs phones somewhere.
    can_pair: bool,
}

async fn home(visitor: Visitor, State(app): State<App>) -> Result<Response, PageProblem> {
    let me = view::me(&app, &visitor.account).await.map_err(Problem::from)?;
    let mut groups: Vec<Group> = Vec::new();
    let mut add = |event: &str, place: Place| match groups.iter_mut().find(|group| group.title == event) {
        Some(group) => group.places.push(place),
        None => groups.push(Group { title: event.to_owned(), places: vec![place] }),
    };
    for event in &me.capabilities.events {
        // The page that their work begins at; the menu has the others.
        let first =
            [(Capability::Monitor, "monitor", "Live monitor"), (Capability::Register, "people", "Registration desk")];
        let found = first.into_iter().find(|(capability, ..)| event.capabilities.contains(capability));
        if let Some((_, path, name)) = found {
            let place = Place {
                href: format!("/events/{}/{path}", event.event_id),
                name: name.to_owned(),
                note: "Organiser",
                monogram: initials(&event.name),
            };
            add(&event.name, place);
        }
    }
    for (membership, rights) in me.memberships.exhibitors.iter().zip(&me.capabilities.exhibitors) {
        if rights.capabilities.contains(&Capability::LeadRead) {
            let place = Place {
                href: format!("/exhibitors/{}/leads", membership.exhibitor_id),
                name: membership.name.clone(),
                note: "Partner space",
                monogram: initials(&membership.name),
            };
            add(&membership.event_name, place);
        }
    }
    let can_create = crate::events::new_page::managed(&me).next().is_some();
    if !can_create
        && let [Group { places, .. }] = groups.as_slice()
        && let [only] = places.as_slice()
    {
        return Ok(Redirect::to(&only.href).into_response());
    }
    let rights = me.capabilities.exhibitors.iter();
    let can_pair = rights.flat_map(|rights| &rights.capabilities).any(|right| *right == Capability::DeviceManage);
    let shell = Shell::of("Your spaces", &visitor.account.name, &visitor.account.email, Vec::new());
    Ok(Page(HomePage { shell, groups, can_create, can_pair }).into_response())
}
