//! Asking for a link, signing in by it, and choosing between the registrations of an address.

use super::Guest;
use crate::access::AttendeeIdentity;
use crate::app::App;
use crate::attendees::api::{cookie, ended_cookie};
use crate::attendees::sign_in::{self, SIGN_IN_PATH};
use crate::erasure;
use crate::extract::{PathIds, Speaks};
use crate::problem::Problem;
use crate::web::mailed_link::{Address, AskForLink};
use crate::web::text::initials;
use crate::web::visitor::{PageProblem, require_own};
use crate::web::{ErrorPage, EventZone, Page, Shell};
use crate::words::Words;
use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use mobile_core::reason::Reason;

static AREA: AskForLink = AskForLink {
    path: SIGN_IN_PATH,
    title: "attendees-your-visitor-area",
    lead: "attendees-your-badge-your-agenda-and",
    autocomplete: "email",
    no_address: "attendees-no-address",
    if_known: "attendees-if-is-registered-for-an",
    nothing_there: "attendees-nothing-there-after-a-few",
    again: "attendees-send-it-again-or-to",
    before_sign_in: "attendees-you-work-at-a-stand",
    sign_in: "attendees-sign-in-to-your-space",
};

pub(super) async fn form(attendee: Result<Guest, PageProblem>) -> Response {
    match attendee {
        Ok(_) => Redirect::to("/attendee").into_response(),
        Err(_) => AREA.show(),
    }
}

pub(super) async fn ask(
    State(app): State<App>,
    headers: HeaderMap,
    Speaks(language): Speaks,
    form: Result<Form<Address>, FormRejection>,
) -> Result<Response, PageProblem> {
    AREA.answer(&app, &headers, form, |email| sign_in::ask(&app, email, language))
}

#[derive(Template)]
#[template(path = "attendees/enter.html")]
struct EnterPage {
    shell: Shell,
    email: String,
}

fn over(problem: &Problem) -> Response {
    ErrorPage::new(StatusCode::GONE, problem.told(Words::of_request()))
        .leading_to(SIGN_IN_PATH, "error-ask-new-link")
        .into_response()
}

/// Mail programs open links too, so the link is used up by a press of a button only.
pub(super) async fn show(State(app): State<App>, PathIds(secret): PathIds<String>) -> Result<Response, PageProblem> {
    match sign_in::whose(&app, &secret).await {
        Ok(email) => {
            let shell = Shell::anonymous(Words::of_request().t("attendees-your-visitor-area"));
            Ok(Page(EnterPage { shell, email }).into_response())
        }
        Err(problem) if problem.reason() == Reason::UsedUp => Ok(over(&problem)),
        Err(problem) => Err(problem.into()),
    }
}

pub(super) async fn enter(
    State(app): State<App>,
    PathIds(secret): PathIds<String>,
    headers: HeaderMap,
    before: Option<AttendeeIdentity>,
) -> Result<Response, PageProblem> {
    require_own(&app, &headers)?;
    let entered = match sign_in::enter(&app, &secret).await {
        Ok(entered) => entered,
        Err(problem) if problem.reason() == Reason::UsedUp => return Ok(over(&problem)),
        Err(problem) => return Err(problem.into()),
    };
    // The sign-in that this browser had before ends.
    if let Some(before) = before {
        sign_in::leave(&app, &before).await?;
    }
    Ok(([(header::SET_COOKIE, cookie(&app, &entered))], Redirect::to("/attendee")).into_response())
}

pub(super) async fn leave(
    State(app): State<App>,
    headers: HeaderMap,
    attendee: Option<AttendeeIdentity>,
) -> Result<Response, PageProblem> {
    require_own(&app, &headers)?;
    if let Some(attendee) = attendee {
        sign_in::leave(&app, &attendee).await?;
    }
    Ok(([(header::SET_COOKIE, ended_cookie(&app))], Redirect::to(SIGN_IN_PATH)).into_response())
}

struct Choice {
    href: String,
    event: String,
    note: String,
    monogram: String,
}

#[derive(Template)]
#[template(path = "attendees/chooser.html")]
struct ChooserPage {
    shell: Shell,
    email: String,
    choices: Vec<Choice>,
    /// Events at which the owner of the address was erased, and when.
    erased: Vec<(String, String)>,
}

pub(super) async fn chooser(guest: Guest, State(app): State<App>) -> Result<Response, PageProblem> {
    let own = sign_in::registrations(&app, &guest.0).await?;
    if let [only] = own.as_slice() {
        return Ok(Redirect::to(&format!("/attendee/{}", only.id)).into_response());
    }
    let mut choices = Vec::with_capacity(own.len());
    for own in own {
        let zone = EventZone::named(&app.events.info(&app, own.event_id).await.map_err(Problem::from)?.timezone);
        let name = own.contact.full_name();
        choices.push(Choice {
            href: format!("/attendee/{}", own.id),
            note: format!("{name}, {}", zone.words().date(zone.day(own.starts_at))),
            monogram: initials(&name),
            event: own.event,
        });
    }
    let shell = Shell::anonymous(Words::of_request().t("attendees-your-registrations"));
    let zone = EventZone::named("UTC");
    let erased = erasure::done_for(&app, guest.0.email()).await?;
    let erased = erased.into_iter().map(|(event, at)| (event, zone.dated_clock(at))).collect();
    Ok(Page(ChooserPage { shell, email: guest.0.email().to_owned(), choices, erased }).into_response())
}
