//! The pages of accounts: signing in, invitations, passwords, one's own account, and the choice
//! between the spaces and events that a person may open.

mod account;
mod invitation;
mod organizers;
mod reset;
mod sign_in;

use super::api::{rotate, session_cookie};
use super::{language, view};
use crate::access::{Capability, Role};
use crate::app::App;
use crate::problem::Problem;
use crate::web::menu;
use crate::web::spoken;
use crate::web::text::initials;
use crate::web::visitor::{PageProblem, Visitor};
use crate::web::{Page, Shell};
use crate::words::Words;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use mobile_core::reason::Reason;
use mobile_core::wire::SignedIn;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(home))
        .route("/sign-in", get(sign_in::form).post(sign_in::sign_in))
        .route("/sign-in/code", post(sign_in::second_step))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/invitations/{token}", get(invitation::show).post(invitation::accept))
        .route("/reset-password", get(reset::form).post(reset::ask))
        .route("/reset-password/{token}", get(reset::show).post(reset::set))
        .route("/account", get(account::show))
        .route("/account/password", post(account::change_password))
        .route("/account/sign-ins/end-others", post(account::end_others))
        .route("/account/sign-ins/{sign_in_id}/end", post(account::end))
        .route("/account/second-step", post(account::enrol))
        .route("/account/second-step/confirm", post(account::confirm))
        .route("/account/second-step/disable", post(account::disable))
        .route("/account/second-step/recovery-codes", post(account::renew_codes))
        .merge(organizers::routes())
}

/// What was wrong with a form, as a page.
fn unreadable(_: FormRejection) -> PageProblem {
    Problem::new(Reason::InvalidField, "The form came without one of its fields. Go back and send it again.").into()
}

/// Goes on as whoever has just signed in; the sign-in that the browser had before ends.
async fn entered(app: &App, headers: &HeaderMap, signed_in: &SignedIn, next: &str) -> Result<Response, Problem> {
    rotate(app, headers).await?;
    let mut answer = ([(header::SET_COOKIE, session_cookie(app, signed_in))], Redirect::to(next)).into_response();
    if let Some(cookie) = follow(app, headers, signed_in).await? {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(answer)
}

/// The language follows the person: what they chose once is this browser's from now on. Who has chosen
/// here and nowhere before keeps it with the account.
async fn follow(app: &App, headers: &HeaderMap, signed_in: &SignedIn) -> Result<Option<HeaderValue>, Problem> {
    let account = signed_in.user.id;
    match (language::of(app, account).await?, spoken::chosen(headers)) {
        (Some(kept), _) => Ok(spoken::cookie(app, kept)),
        (None, Some(chosen)) => language::keep(app, account, chosen).await.map(|()| None),
        (None, None) => Ok(None),
    }
}

/// Whether a form may be sent again with something else in it.
fn is_about_the_form(problem: &Problem) -> bool {
    use Reason::{InvalidField, SecondFactorRequired, TooManyRequests, WrongCode, WrongCredentials};
    matches!(problem.reason(), InvalidField | SecondFactorRequired | TooManyRequests | WrongCode | WrongCredentials)
}

/// A space or an event to open.
struct Place {
    href: String,
    name: String,
    note: &'static str,
    monogram: String,
}

/// An organizer whose members this person sees to.
struct Managed {
    name: String,
    href: String,
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
    organizers: Vec<Managed>,
    /// Whether this person makes events.
    can_create: bool,
    /// Whether this person pairs phones somewhere.
    can_pair: bool,
}

async fn home(visitor: Visitor, State(app): State<App>) -> Result<Response, PageProblem> {
    let me = view::me(&app, &visitor.account).await.map_err(Problem::from)?;
    let title = Words::of_request().t("home-your-spaces");
    let shell = Shell::of(title, &visitor.account.name, &visitor.account.email, Vec::new());
    let mut groups: Vec<Group> = Vec::new();
    let mut add = |event: &str, place: Place| match groups.iter_mut().find(|group| group.title == event) {
        Some(group) => group.places.push(place),
        None => groups.push(Group { title: event.to_owned(), places: vec![place] }),
    };
    for event in &me.capabilities.events {
        // The page that their work begins at; the menu has the others.
        let first = [
            (Capability::Monitor, "monitor", "menu-live-monitor"),
            (Capability::Register, "people", "home-registration-desk"),
        ];
        let found = first.into_iter().find(|(capability, ..)| event.capabilities.contains(capability));
        if let Some((_, path, name)) = found {
            let place = Place {
                href: format!("/events/{}/{path}", event.event_id),
                name: shell.t(name).into(),
                note: "home-organiser",
                monogram: initials(&event.name),
            };
            add(&event.name, place);
        }
    }
    for (membership, rights) in me.memberships.exhibitors.iter().zip(&me.capabilities.exhibitors) {
        if let Some(path) = menu::first_of_space(&rights.capabilities) {
            let place = Place {
                href: format!("/exhibitors/{}/{path}", membership.exhibitor_id),
                name: membership.name.clone(),
                note: "home-partner-space",
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
    let may = |role: &str| Role::organizer(role).is_some_and(|role| role.may(Capability::MemberManage));
    let managed = me.memberships.organizers.iter().filter(|one| may(&one.role));
    let organizers = managed
        .map(|one| Managed { name: one.name.clone(), href: format!("/organizers/{}/members", one.organizer_id) })
        .collect();
    Ok(Page(HomePage { shell, groups, organizers, can_create, can_pair }).into_response())
}
