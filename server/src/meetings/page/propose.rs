//! Proposing a meeting to somebody of the contact list, and another time for one that there is.

use super::{Tab, named, people, tabs};
use crate::access::{Capability, ContactScope, MeetingAdminScope, MeetingScope};
use crate::app::App;
use crate::contacts::{self, Search};
use crate::exhibitors::frame::SpaceFrame;
use crate::extract::Params;
use crate::meetings::api;
use crate::meetings::places::{self, Estate, Wanted};
use crate::meetings::requests::{self, Party};
use crate::meetings::when::{Choice, SLOTS, When, soon};
use crate::paging::PageParams;
use crate::problem::Problem;
use crate::registrations::folding::sort_by_name;
use crate::web::menu::SpacePage;
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{Page, Shell};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use mobile_core::ids::{ExhibitorId, MeetingId, MeetingLocationId, RegistrationId, TeamMemberId};
use mobile_core::time::Timestamp;
use serde::Deserialize;

/// People of the contact list on a page.
const ROWS: u32 = 50;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
    cursor: Option<String>,
    registration: Option<RegistrationId>,
}

/// Somebody who can be invited.
struct Person {
    name: String,
    work: String,
    category: String,
    href: String,
}

#[derive(Template)]
#[template(path = "meetings/whom.html")]
struct WhomPage {
    shell: Shell,
    exhibitor: String,
    place: String,
    tabs: Vec<Tab>,
    people: Vec<Person>,
    q: String,
    more: String,
}

#[derive(Template)]
#[template(path = "meetings/propose.html")]
struct ProposePage {
    shell: Shell,
    exhibitor: String,
    place: String,
    tabs: Vec<Tab>,
    heading: String,
    note: String,
    when: When,
}

/// The places and people of the form, with those chosen that a meeting has now.
pub(super) async fn choices(
    app: &App,
    scope: &MeetingScope,
    (location, member): (Option<MeetingLocationId>, Option<TeamMemberId>),
) -> Result<(Vec<Choice>, Vec<Choice>), Problem> {
    let page = PageParams { limit: Some(500), cursor: None };
    let places = places::list(app, &Estate::from(scope), &page).await?.items.into_iter();
    let places = places.map(|place| Choice {
        is_chosen: Some(place.id) == location,
        code: place.id.to_string(),
        label: place.name,
    });
    let names = app.events.names(app, scope.event()).await?;
    let mut members: Vec<Choice> = names
        .members
        .iter()
        .filter(|(_, of)| of.is_active() && of.exhibitor == scope.exhibitor())
        .map(|(id, of)| Choice { code: id.to_string(), label: of.name.clone(), is_chosen: Some(*id) == member })
        .collect();
    sort_by_name(&mut members, |member| &member.label);
    Ok((places.collect(), members))
}

async fn free(
    app: &App,
    scope: &MeetingScope,
    registration: RegistrationId,
    near: Timestamp,
) -> Result<Vec<places::FreeSlot>, Problem> {
    let exhibitor = scope.exhibitor();
    let wanted = Wanted { exhibitor, registration: Some(registration), member: None, from: app.now(), near };
    requests::free(app, &Party::from(scope), wanted, SLOTS).await
}

/// Whom to invite, or when, once somebody was chosen.
pub(super) async fn new(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(exhibitor): PagePath<ExhibitorId>,
    Params(asked): Params<Asked>,
) -> Result<Response, PageProblem> {
    let scope = MeetingAdminScope::of(&app, &visitor.identity, exhibitor).await?;
    scope.allows(Capability::ContactRead)?;
    let contact_scope = ContactScope::of(&app, &visitor.identity, exhibitor).await?;
    let frame = SpaceFrame::open(&app, &visitor, &scope, SpacePage::Meetings, "meetings-propose-a-meeting").await?;
    let here = format!("/exhibitors/{exhibitor}/meetings");
    let words = frame.shell.words;
    let Some(registration) = asked.registration else {
        let search = Search { q: asked.q.clone(), ..Search::default() };
        let found = contacts::list(&app, &contact_scope, &search, Some(ROWS), asked.cursor.as_deref()).await?;
        let people = found.items.iter().map(|person| {
            let (name, work) = named(Some(&person.contact));
            let href = format!("{here}/new?registration={}", person.id);
            Person { name, work, category: words.coded("category", &person.category), href }
        });
        let page = WhomPage {
            shell: frame.shell,
            exhibitor: frame.exhibitor,
            place: frame.place,
            tabs: tabs(exhibitor, "?asked_by=exhibitor", None),
            people: people.collect(),
            more: found.next_cursor.map(|cursor| more(&asked.q, &cursor)).unwrap_or_default(),
            q: asked.q,
        };
        return Ok(Page(page).into_response());
    };
    let person = contacts::of(&app, &contact_scope, &[registration]).await?.pop().ok_or_else(Problem::not_found)?;
    let (name, work) = named(Some(&person.contact));
    let reading = scope.reading();
    let slots = free(&app, &reading, registration, frame.now).await?;
    let fixed = vec![("registration_id".to_owned(), registration.to_string())];
    let call = format!("POST /api/v1{here}");
    let (locations, members) = choices(&app, &reading, (None, scope.member())).await?;
    let when = When::new(&frame.zone, frame.now, call, fixed, slots, soon(frame.now));
    let when = When { locations, members, leave: format!("{here}?asked_by=exhibitor"), ..when };
    Ok(Page(ProposePage {
        tabs: tabs(exhibitor, "?asked_by=exhibitor", None),
        shell: frame.shell,
        exhibitor: frame.exhibitor,
        place: frame.place,
        heading: words.t("attendees-meet-whom").with("name", name).into(),
        note: work,
        when,
    })
    .into_response())
}

fn more(q: &str, cursor: &str) -> String {
    crate::web::list_query::ListQuery::default().with("q", q).with("cursor", cursor).to_address()
}

/// Another time for a meeting.
pub(super) async fn other_time(
    visitor: Visitor,
    State(app): State<App>,
    PagePath((exhibitor, meeting)): PagePath<(ExhibitorId, MeetingId)>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = MeetingAdminScope::of(&app, &visitor.identity, exhibitor).await?;
    // Asked for, not concluded: a view that masks contacts shows no meetings.
    let reading = MeetingScope::of(&app, &visitor.identity, exhibitor).await?;
    let frame = SpaceFrame::open(&app, &visitor, &scope, SpacePage::Meetings, "common-another-time").await?;
    let row = requests::get(&app, &Party::from(&scope), meeting).await?;
    let views = api::shown(&app, &reading, vec![row.clone()]).await?;
    let people = people(&app, &visitor, &reading, &views).await?;
    let (name, _) = named(people.get(&row.registration_id));
    let slots = free(&app, &reading, row.registration_id, row.starts_at).await?;
    let here = format!("/exhibitors/{exhibitor}/meetings");
    let fixed = vec![("action".to_owned(), "move".to_owned())];
    let call = format!("POST /api/v1{here}/{meeting}/answer");
    let (locations, members) = choices(&app, &reading, (row.location_id, row.member_id)).await?;
    let when = When::new(&frame.zone, frame.now, call, fixed, slots, (row.starts_at, row.ends_at));
    let end = if row.asked_by == crate::meetings::Side::Exhibitor { "?asked_by=exhibitor" } else { "" };
    let when = When { locations, members, leave: format!("{here}{end}"), ..when };
    let words = frame.shell.words;
    Ok(Page(ProposePage {
        tabs: tabs(exhibitor, end, None),
        note: words.t("attendees-now-at").with("time", frame.zone.span(row.starts_at, row.ends_at, frame.now)).into(),
        shell: frame.shell,
        exhibitor: frame.exhibitor,
        place: frame.place,
        heading: words.t("meetings-another-time-with").with("who", name).into(),
        when,
    }))
}
