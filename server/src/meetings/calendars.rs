//! Calendars to subscribe to, by a secret link per person, and the links themselves.
//!
//! A link is kept as a hash and opens one thing: a calendar can be handed to a calendar service without
//! handing over the right to answer requests.

use super::ics::{self, Certainty, Entry, Method};
use super::store::{self, MeetingRow, Narrowed, Shown};
use super::{Side, Status, calendar_store, place_store};
use crate::access::attendee::DESK_LINK_MICROS;
use crate::access::{AttendeeScope, CalendarScope, DeskScope, TeamAdminScope, token};
use crate::app::App;
use crate::audit::{self, Action, NewEntry};
use crate::extract::{PathIds, Payload, PublicUrl};
use crate::idempotency::HoldsSecret;
use crate::leads::{self, view};
use crate::mail::Calendar;
use crate::openapi::Refused;
use crate::problem::Problem;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use axum::{Extension, Json};
use mobile_core::capture::{Contact, ContactField};
use mobile_core::ids::{EventId, ExhibitorId, MeetingId, RegistrationId, SpaceId, TeamMemberId};
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeSet, HashMap};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Entries of a calendar at most.
const MOST_ENTRIES: usize = 2_000;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(calendar)).routes(routes!(make_link)).routes(routes!(make_member_link))
}

/// What a secret link opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkPurpose {
    /// A calendar to subscribe to.
    Calendar,
    /// The attendee's side of their meetings.
    Attendee,
}

/// A link to be made for an attendee.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLink {
    /// What it opens.
    pub purpose: LinkPurpose,
}

/// A calendar link to be made for somebody of a team.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMemberLink {
    /// Whose meetings.
    pub member_id: TeamMemberId,
}

/// A secret link. It cannot be shown again.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct LinkView {
    /// The secret in it.
    pub token: String,
    /// Where it leads.
    pub url: String,
    /// When it ends; null: it is a calendar's.
    pub expires_at: Option<Timestamp>,
}

type Made = (StatusCode, Extension<HoldsSecret>, Json<LinkView>);

/// A person's meetings and sign-ups as a calendar to subscribe to. `.ics` may be appended. Of somebody of a team it
/// shows what the space would show them at the time: by their role, the package and what is open.
#[utoipa::path(get, path = "/calendars/{token}", operation_id = "get_calendar", tag = "meetings",
    params(("token" = String, Path)),
    responses((status = 200, description = "iCalendar", body = String, content_type = "text/calendar"), Refused))]
async fn calendar(
    State(app): State<App>,
    PathIds(sent): PathIds<String>,
) -> Result<([(HeaderName, &'static str); 2], String), Problem> {
    let secret = sent.strip_suffix(".ics").unwrap_or(&sent);
    let mut tx = app.read().await?;
    let link = calendar_store::calendar_link(&mut tx, &token::hash(secret)).await?.ok_or_else(Problem::not_found)?;
    tx.done().await?;
    let nobodys = Shown { event: link.event_id, exhibitor: None, registration: None, member: None };
    let shown = match (link.registration_id, link.exhibitor_id.zip(link.member_id)) {
        (Some(registration), _) => Shown { registration: Some(registration), ..nobodys },
        (None, Some((exhibitor, member))) => {
            let scope = CalendarScope::of(&app, exhibitor, member).await?;
            Shown { exhibitor: Some(scope.exhibitor()), member: Some(scope.member()), ..nobodys }
        }
        (None, None) => return Err(Problem::not_found()),
    };
    let mut tx = app.read().await?;
    let meetings = store::list(&mut tx, &shown, Narrowed::default(), MOST_ENTRIES).await?;
    let sessions = match link.registration_id {
        Some(person) => calendar_store::signed_up(&mut tx, link.event_id, person).await?,
        None => Vec::new(),
    };
    tx.done().await?;
    let info = app.events.info(&app, link.event_id).await?;
    let side = if link.registration_id.is_some() { Side::Attendee } else { Side::Exhibitor };
    let known = if side == Side::Exhibitor { known(&app, link.event_id, &meetings).await? } else { HashMap::new() };
    let mut entries: Vec<Entry> = meetings.iter().map(|row| entry(row, side, known.get(&row.id))).collect();
    entries.extend(sessions.into_iter().map(|session| Entry {
        uid: format!("session-{}@leadline", session.id),
        sequence: session.version,
        changed_at: session.updated_at,
        starts_at: session.starts_at,
        ends_at: session.ends_at,
        summary: session.title,
        description: None,
        location: session.room,
        certainty: Certainty::Confirmed,
        people: Vec::new(),
    }));
    let text = ics::calendar(Method::Publish, &info.name, app.now(), &entries);
    Ok(([(header::CONTENT_TYPE, "text/calendar; charset=utf-8"), (header::CACHE_CONTROL, "private, max-age=60")], text))
}

/// Makes a secret link for an attendee. It is shown once, and not stored under an `Idempotency-Key`; that it was
/// made is in the audit log. One that opens the attendee's side works for an hour, and neither reads nor writes
/// conversations nor says what may be seen of the attendee: for that they sign in by a mailed link.
#[utoipa::path(post, path = "/events/{event_id}/registrations/{registration_id}/links", operation_id = "make_link",
    tag = "meetings", params(("event_id" = EventId, Path), ("registration_id" = RegistrationId, Path)),
    request_body = NewLink, responses((status = 201, description = "Made", body = LinkView), Refused))]
async fn make_link(
    State(app): State<App>,
    scope: DeskScope,
    server: PublicUrl,
    ids: PathIds<(EventId, RegistrationId)>,
    Payload(sent): Payload<NewLink>,
) -> Result<Made, Problem> {
    let secret = token::make(&app, token::LINK);
    let mut tx = app.write().await?;
    let found = crate::registrations::store::find(&mut tx, &scope, ids.0.1).await?;
    let name = found.ok_or_else(Problem::not_found)?.contact.full_name();
    let purpose = if sent.purpose == LinkPurpose::Calendar { "calendar" } else { "attendee" };
    let whose = (Some(ids.0.1), None);
    let now = app.now();
    calendar_store::insert_link(&mut tx, scope.event(), &token::hash(&secret), purpose, whose, now).await?;
    let entry = NewEntry::new(Action::AttendeeLinkMade, Some(scope.account()), Some(ids.0.1.0));
    let entry = entry.with(json!({"name": name, "what": purpose}));
    audit::append(&app, &mut tx, scope.event(), &entry).await?;
    tx.commit(&app.hub).await?;
    Ok(made(&server, sent.purpose, secret, now))
}

/// Makes a secret calendar link for somebody of the team.
#[utoipa::path(post, path = "/exhibitors/{exhibitor_id}/calendar-links", operation_id = "make_member_link",
    tag = "meetings", params(("exhibitor_id" = ExhibitorId, Path)), request_body = NewMemberLink,
    responses((status = 201, description = "Made", body = LinkView), Refused))]
async fn make_member_link(
    State(app): State<App>,
    scope: TeamAdminScope,
    server: PublicUrl,
    Payload(sent): Payload<NewMemberLink>,
) -> Result<Made, Problem> {
    let secret = token::make(&app, token::LINK);
    let mut tx = app.write().await?;
    if !place_store::has_member(&mut tx, scope.event(), Some(scope.exhibitor()), sent.member_id).await? {
        return Err(Problem::field("/member_id", "is nobody of this team"));
    }
    let whose = (None, Some(sent.member_id));
    calendar_store::insert_link(&mut tx, scope.event(), &token::hash(&secret), "calendar", whose, app.now()).await?;
    tx.commit(&app.hub).await?;
    Ok(made(&server, LinkPurpose::Calendar, secret, app.now()))
}

/// Makes a link to an attendee's own calendar.
pub async fn link_of_attendee(app: &App, scope: &AttendeeScope, server: &PublicUrl) -> Result<LinkView, Problem> {
    let secret = token::make(app, token::LINK);
    let mut tx = app.write().await?;
    let whose = (Some(scope.registration()), None);
    calendar_store::insert_link(&mut tx, scope.event(), &token::hash(&secret), "calendar", whose, app.now()).await?;
    tx.commit(&app.hub).await?;
    Ok(made(server, LinkPurpose::Calendar, secret, app.now()).2.0)
}

fn made(server: &PublicUrl, purpose: LinkPurpose, token: String, now: Timestamp) -> Made {
    let (url, expires_at) = match purpose {
        LinkPurpose::Calendar => (format!("{}/api/v1/calendars/{token}.ics", server.0), None),
        LinkPurpose::Attendee => {
            (format!("{}/api/v1/attendee/{token}/meetings", server.0), Some(now.plus_micros(DESK_LINK_MICROS)))
        }
    };
    (StatusCode::CREATED, Extension(HoldsSecret), Json(LinkView { token, url, expires_at }))
}

/// A meeting as an entry of one side's calendar; `known` is what the exhibitor may see of the attendee.
fn entry(row: &MeetingRow, side: Side, known: Option<&Contact>) -> Entry {
    let who = match side {
        Side::Attendee => row.exhibitor.clone(),
        Side::Exhibitor => {
            let name = known.map(Contact::full_name).filter(|name| !name.is_empty());
            name.unwrap_or_else(|| "Meeting".to_owned())
        }
    };
    let place: Vec<&str> = [row.location.as_deref(), row.address.as_deref()].into_iter().flatten().collect();
    Entry {
        uid: format!("meeting-{}@leadline", row.id),
        sequence: row.sequence,
        changed_at: row.updated_at,
        starts_at: row.starts_at,
        ends_at: row.ends_at,
        summary: who,
        description: row.message.clone(),
        location: Some(place.join(", ")).filter(|place| !place.is_empty()),
        certainty: match row.status {
            Status::Pending => Certainty::Tentative,
            Status::Accepted | Status::NoShow => Certainty::Confirmed,
            Status::Declined | Status::Cancelled | Status::Expired => Certainty::Cancelled,
        },
        people: Vec::new(),
    }
}

/// What exhibitors may see of the attendees of their meetings, as of their leads.
async fn known(app: &App, event: EventId, rows: &[MeetingRow]) -> Result<HashMap<MeetingId, Contact>, Problem> {
    let info = app.events.info(app, event).await?;
    let names = app.events.names(app, event).await?;
    let keys: BTreeSet<_> = rows.iter().map(|row| (SpaceId::from(row.exhibitor_id), row.registration_id)).collect();
    let keys: Vec<_> = keys.into_iter().collect();
    let mut tx = app.read().await?;
    let leads = leads::store::find_by(&mut tx, event, &keys, false).await?;
    tx.done().await?;
    let shown = leads.iter().filter(|lead| !lead.is_hidden).filter_map(|lead| {
        let person = view::render(lead, &info, &names).registration?;
        Some(((lead.space_id, person.id), person.contact))
    });
    let shown: HashMap<_, Contact> = shown.collect();
    let of = |row: &MeetingRow| {
        let contact = shown.get(&(row.exhibitor_id.into(), row.registration_id))?;
        Some((row.id, contact.clone()))
    };
    Ok(rows.iter().filter_map(of).collect())
}

/// Who gets a meeting by mail.
#[derive(Debug)]
pub struct Told<'a> {
    /// Their side.
    pub side: Side,
    /// What the exhibitor may see of the attendee.
    pub known: Option<&'a Contact>,
    /// Their name and address.
    pub reader: (String, String),
}

/// A meeting as a mail carries it for one reader's calendar.
pub fn mailed(row: &MeetingRow, told: &Told<'_>, event: &str, now: Timestamp) -> Calendar {
    let mut entry = entry(row, told.side, told.known);
    // Who comes for the exhibitor is the organiser of the meeting; each reader learns their own address
    // besides. Without anybody else it is no invitation, but something to be put into a calendar.
    let contact = row.member().zip(row.member_email.clone());
    entry.people.extend(contact.filter(|(_, email)| *email != told.reader.1));
    let method = match entry.certainty {
        _ if entry.people.is_empty() => Method::Publish,
        Certainty::Cancelled => Method::Cancel,
        _ => Method::Request,
    };
    entry.people.push(told.reader.clone());
    Calendar { method: method.as_str().to_owned(), text: ics::calendar(method, event, now, &[entry]) }
}

/// A meeting as an invitation to be sent, or its cancellation.
pub async fn invitation(app: &App, row: &MeetingRow) -> Result<(Method, String), Problem> {
    let info = app.events.info(app, row.event_id).await?;
    let known = known(app, row.event_id, std::slice::from_ref(row)).await?;
    let attendee = known.get(&row.id);
    let mut entry = entry(row, Side::Exhibitor, attendee);
    let method = if entry.certainty == Certainty::Cancelled { Method::Cancel } else { Method::Request };
    entry.summary = format!("{} – {}", row.exhibitor, entry.summary);
    entry.people.extend(row.member().zip(row.member_email.clone()));
    let address =
        attendee.and_then(|contact| Some((contact.full_name(), contact.get(ContactField::Email)?.to_owned())));
    if !entry.people.is_empty() {
        entry.people.extend(address);
    }
    Ok((method, ics::calendar(method, &info.name, app.now(), std::slice::from_ref(&entry))))
}
