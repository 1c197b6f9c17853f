//! The people an attendee knows: asking by badge or from the list, answering, ending.

use super::{Frame, Guest, Part};
use crate::app::App;
use crate::extract::Params;
use crate::networking::view::{self, ConnectionView, PersonView};
use crate::networking::{Status, connect};
use crate::web::text::{dotted, json_in_page};
use crate::web::visitor::{PagePath, PageProblem};
use crate::web::{Page, Shell};
use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;
use mobile_core::capture::{Contact, ContactField};
use mobile_core::ids::RegistrationId;
use serde::Deserialize;
use serde_json::json;

/// People that a search shows.
const FOUND: u32 = 50;

/// A connection, or a request for one.
struct Known {
    id: String,
    name: String,
    work: String,
    exhibitor: String,
    email: String,
    phone: String,
    since: String,
    /// What is known of it before both agreed; empty for connections.
    state: &'static str,
    can_answer: bool,
    can_end: bool,
}

fn text(contact: Option<&Contact>, field: ContactField) -> String {
    contact.and_then(|contact| contact.get(field)).unwrap_or_default().to_owned()
}

impl Known {
    fn of(one: &ConnectionView, frame: &Frame) -> Self {
        let contact = one.contact.as_ref();
        let name = contact.map(Contact::full_name).filter(|name| !name.is_empty());
        let work = [text(contact, ContactField::JobTitle), text(contact, ContactField::Company)];
        Self {
            id: one.id.to_string(),
            name: name.unwrap_or_else(|| frame.zone.words().t("networking-unknown").into()),
            work: dotted(&[&work[0], &work[1]]),
            exhibitor: one.exhibitor.clone().unwrap_or_default(),
            email: text(contact, ContactField::Email),
            phone: text(contact, ContactField::Phone),
            since: frame.zone.ago(one.connected_at.unwrap_or(one.asked_at), frame.now),
            state: match one.status {
                Status::Connected => "",
                Status::Requested if one.is_own => "attendees-waits-for-answer",
                Status::Requested => "networking-asks",
                Status::Refused => "networking-refused",
                Status::Ended => "networking-ended",
            },
            can_answer: one.status == Status::Requested && !one.is_own,
            can_end: one.status == Status::Connected || one.status == Status::Requested && one.is_own,
        }
    }
}

/// Connections of one state.
struct Section {
    id: &'static str,
    title: &'static str,
    items: Vec<Known>,
}

/// Somebody of the list.
struct Found {
    name: String,
    work: String,
    exhibitor: String,
    /// What is sent to ask them.
    ask: String,
}

impl Found {
    fn of(one: &PersonView) -> Self {
        let contact = Some(&one.contact);
        let work = [text(contact, ContactField::JobTitle), text(contact, ContactField::Company)];
        Self {
            name: one.contact.full_name(),
            work: dotted(&[&work[0], &work[1]]),
            exhibitor: one.exhibitor.clone().unwrap_or_default(),
            ask: json_in_page(&json!({"registration_id": one.registration_id})),
        }
    }
}

#[derive(Template)]
#[template(path = "attendees/people.html")]
struct PeoplePage {
    shell: Shell,
    frame: Frame,
    q: String,
    is_listed: bool,
    parts: Vec<Section>,
    found: Vec<Found>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
}

pub(super) async fn people(
    guest: Guest,
    State(app): State<App>,
    PagePath(id): PagePath<RegistrationId>,
    Params(asked): Params<Asked>,
) -> Result<impl IntoResponse, PageProblem> {
    let (frame, scope) = Frame::open(&app, &guest, id, Part::Messages).await?;
    let all = view::connections(&app, &scope).await?;
    let section = |id, title, wanted: &dyn Fn(&ConnectionView) -> bool| Section {
        id,
        title,
        items: all.iter().filter(|one| wanted(one)).map(|one| Known::of(one, &frame)).collect(),
    };
    let parts = vec![
        section("asking", "networking-they-ask", &|one| one.status == Status::Requested && !one.is_own),
        section("known", "networking-connected", &|one| one.status == Status::Connected),
        section("waiting", "networking-you-asked", &|one| one.status == Status::Requested && one.is_own),
    ];
    let people = view::people(&app, &scope, &asked.q, Some(FOUND), None).await?.items;
    Ok(Page(PeoplePage {
        shell: frame.shell("networking-people"),
        is_listed: connect::is_listed(&app, &scope).await?,
        found: people.iter().map(Found::of).collect(),
        q: asked.q,
        parts,
        frame,
    }))
}

#[derive(Template)]
#[template(path = "attendees/connect.html")]
struct ConnectPage {
    shell: Shell,
    frame: Frame,
}

/// Scanning somebody's badge. The camera's worker is one of our own scripts, so the policy of every page
/// allows it.
pub(super) async fn connect(
    guest: Guest,
    State(app): State<App>,
    PagePath(id): PagePath<RegistrationId>,
) -> Result<impl IntoResponse, PageProblem> {
    let (frame, _) = Frame::open(&app, &guest, id, Part::Messages).await?;
    Ok(Page(ConnectPage { shell: frame.shell("networking-scan").running("page manage connect"), frame }))
}
