//! The badge, the exhibitors that met the attendee with what each of them sees, and the attendee's data.

use super::{Frame, Guest, Part};
use crate::access::AttendeeScope;
use crate::app::App;
use crate::attendees::met::{self, MetExhibitor};
use crate::attendees::other_email;
use crate::badges::printed_number;
use crate::problem::Problem;
use crate::profiles::directory::PublicContact;
use crate::web::text::{dotted, json_in_page};
use crate::web::visitor::{PagePath, PageProblem};
use crate::web::{Page, Shell};
use crate::web::{assets, qr};
use crate::words::Words;
use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use mobile_core::capture::ContactField;
use mobile_core::ids::RegistrationId;
use mobile_core::wire::lead::ConsentState;
use serde_json::json;

#[derive(Template)]
#[template(path = "attendees/badge.html")]
struct BadgePage {
    shell: Shell,
    frame: Frame,
    company: String,
    category: String,
    /// The printed number; empty while there is no badge.
    number: String,
    dates: String,
}

pub(super) async fn badge(
    guest: Guest,
    State(app): State<App>,
    PagePath(id): PagePath<RegistrationId>,
) -> Result<impl IntoResponse, PageProblem> {
    let (frame, scope) = Frame::open(&app, &guest, id, Part::Badge).await?;
    let own = super::super::own(&app, &scope).await?;
    let contact = &own.contact.0;
    let text = |field| contact.get(field).unwrap_or_default();
    let (first, last) = (frame.zone.day(frame.event.starts_at), frame.zone.day(frame.event.ends_at));
    let words = frame.zone.words();
    let dates = if first == last {
        words.long_date(first)
    } else {
        words.t("attendees-from-to").with("from", words.month_day(first)).with("to", words.date(last)).into()
    };
    Ok(Page(BadgePage {
        shell: frame.shell("attendees-my-badge"),
        company: dotted(&[text(ContactField::JobTitle), text(ContactField::Company)]),
        category: words.coded("category", &own.category),
        number: own.badge_number.as_deref().map(printed_number).unwrap_or_default(),
        dates,
        frame,
    }))
}

/// The badge's code as a picture.
pub(super) async fn code(
    guest: Guest,
    State(app): State<App>,
    PagePath(id): PagePath<RegistrationId>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = AttendeeScope::of(&app, &guest.0, id).await?;
    let own = super::super::own(&app, &scope).await?;
    let text = own.badge_code.ok_or_else(Problem::not_found)?;
    let svg = qr::svg(&text, &Words::of_request().t("attendees-your-badges-code").to_string())?;
    Ok(([(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "no-store")], svg))
}

/// What keeps the badge for halls without network.
pub(super) async fn worker() -> impl IntoResponse {
    let assets = json!(assets::prefix());
    let script = format!("const ASSETS = {assets};\n{}", include_str!("../../web/attendee/worker.js"));
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")], script)
}

/// An exhibitor's card.
struct Card {
    name: String,
    booths: String,
    contacts: Vec<PublicContact>,
    profile: String,
    met: String,
    state: &'static str,
    since: String,
    fields: Vec<String>,
    /// What is said to take it back; empty where nothing is given.
    withdraw: String,
    /// What is said to give it; empty where it is given or cannot be.
    grant: String,
    meet: String,
    write: String,
}

impl Card {
    fn of(met: &MetExhibitor, frame: &Frame) -> Self {
        let body =
            |granted: bool| json_in_page(&json!({"exhibitor_id": met.exhibitor.exhibitor_id, "granted": granted}));
        let is_withdrawn = met.consent == ConsentState::Withdrawn;
        let state = match met.consent {
            ConsentState::Granted if met.is_disclosed_at_all => "attendees-sees-details",
            ConsentState::Withdrawn => "attendees-withdrawn-sees-nothing",
            ConsentState::Erased => "attendees-erased",
            _ if !met.is_disclosed_at_all => "attendees-nothing-shared",
            _ => "attendees-waits-for-your-answer",
        };
        let can_grant =
            met.is_disclosed_at_all && matches!(met.consent, ConsentState::Withdrawn | ConsentState::Pending);
        let can_withdraw = !is_withdrawn && met.consent != ConsentState::Erased;
        Self {
            name: met.exhibitor.name.clone(),
            booths: met.exhibitor.booths.join(", "),
            contacts: met.exhibitor.contacts.clone(),
            met: frame.zone.moment(met.met_at, frame.now),
            state,
            since: frame.zone.short(met.since, frame.now),
            fields: met.fields.iter().map(|field| frame.zone.words().coded("field", field.as_str())).collect(),
            withdraw: if can_withdraw { body(false) } else { String::new() },
            grant: if can_grant { body(true) } else { String::new() },
            profile: frame.profile(met.exhibitor.exhibitor_id),
            meet: format!("{}/meet/{}", frame.area, met.exhibitor.exhibitor_id),
            write: format!("{}/write/{}", frame.area, met.exhibitor.exhibitor_id),
        }
    }
}

#[derive(Template)]
#[template(path = "attendees/exhibitors.html")]
struct ExhibitorsPage {
    shell: Shell,
    frame: Frame,
    cards: Vec<Card>,
    /// Whether everything was taken back from everybody.
    is_withdrawn: bool,
    withdraw_all: String,
    grant_all: String,
    is_all: bool,
}

pub(super) async fn exhibitors(
    guest: Guest,
    State(app): State<App>,
    PagePath(id): PagePath<RegistrationId>,
) -> Result<impl IntoResponse, PageProblem> {
    let (frame, scope) = Frame::open(&app, &guest, id, Part::Exhibitors).await?;
    let met = met::list(&app, &scope).await?;
    let said = met::said_to_all(&app, &scope).await?;
    Ok(Page(ExhibitorsPage {
        shell: frame.shell("attendees-exhibitors-i-met"),
        cards: met.iter().map(|one| Card::of(one, &frame)).collect(),
        is_withdrawn: said.is_some_and(|(word, _)| word == ConsentState::Withdrawn),
        withdraw_all: json_in_page(&json!({"granted": false})),
        grant_all: json_in_page(&json!({"granted": true})),
        is_all: false,
        frame,
    }))
}

/// A field of the registration.
struct Known {
    label: String,
    text: String,
}

#[derive(Template)]
#[template(path = "attendees/data.html")]
struct DataPage {
    shell: Shell,
    frame: Frame,
    known: Vec<Known>,
    /// The address that exhibitors see instead of the registered one.
    exhibitor_email: String,
    /// The address that waits for its link to be opened.
    waiting: Option<String>,
    /// When the attendee asked to be erased; empty when they did not.
    erasure: String,
    /// When it was done; empty while it waits.
    erased: String,
}

pub(super) async fn data(
    guest: Guest,
    State(app): State<App>,
    PagePath(id): PagePath<RegistrationId>,
) -> Result<impl IntoResponse, PageProblem> {
    let (frame, scope) = Frame::open(&app, &guest, id, Part::Data).await?;
    let own = super::super::own(&app, &scope).await?;
    let contact = &own.contact.0;
    let words = frame.zone.words();
    let known = ContactField::ALL.into_iter().filter_map(|field| {
        Some(Known { label: words.coded("field", field.as_str()), text: contact.get(field)?.to_owned() })
    });
    let category = Known { label: words.t("common-category").into(), text: words.coded("category", &own.category) };
    Ok(Page(DataPage {
        shell: frame.shell("attendees-my-data"),
        known: known.chain([category]).collect(),
        exhibitor_email: own.exhibitor_email().unwrap_or_default().to_owned(),
        waiting: other_email::waiting(&app, &scope).await?,
        erased: own.erased_at.map(|at| frame.zone.dated_clock(at)).unwrap_or_default(),
        erasure: own.erasure_asked_at.map(|at| frame.zone.moment(at, frame.now)).unwrap_or_default(),
        frame,
    }))
}
