//! The exhibitor's pages of conversations: the list, one of them, and writing to somebody new.

pub mod thread;

use super::store::ConversationRow;
use super::view::{self, ConversationView};
use super::{Party, Sharing, member_store, talk};
use crate::access::{Capability, MessageScope};
use crate::app::App;
use crate::exhibitors::frame::SpaceFrame;
use crate::extract::Params;
use crate::meetings::Side;
use crate::paging::PageParams;
use crate::problem::Problem;
use crate::web::menu::SpacePage;
use crate::web::text::{dotted, json_in_page};
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{Page, Shell};
use crate::words::Words;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use mobile_core::capture::{Contact, ContactField};
use mobile_core::ids::{ConversationId, ExhibitorId, RegistrationId};
use serde::Deserialize;
use serde_json::json;
use thread::Thread;

/// Conversations on a page.
const ROWS: u32 = 50;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/exhibitors/{exhibitor_id}/conversations", get(list))
        .route("/exhibitors/{exhibitor_id}/conversations/new", get(new))
        .route("/exhibitors/{exhibitor_id}/conversations/{conversation_id}", get(one))
}

/// What is said of a state, and whether somebody has to do something.
pub fn said(sharing: Sharing, reader: Side) -> (&'static str, bool) {
    match (sharing, reader) {
        (Sharing::None, _) => ("sharing-said-none", false),
        (Sharing::Requested, Side::Exhibitor) => ("sharing-said-requested", false),
        (Sharing::Requested, Side::Attendee) => ("sharing-said-asks", true),
        (Sharing::Granted, Side::Exhibitor) => ("sharing-said-granted", false),
        (Sharing::Granted, Side::Attendee) => ("attendees-sees-details", false),
        (Sharing::Refused, _) => ("sharing-said-refused", false),
        (Sharing::Withdrawn, _) => ("sharing-said-withdrawn", false),
    }
}

/// A name and what goes with it; a category where nothing else may be said.
fn named(contact: Option<&Contact>, category: &str) -> (String, String) {
    let text = |field| contact.and_then(|contact| contact.get(field)).unwrap_or_default();
    let work = dotted(&[text(ContactField::JobTitle), text(ContactField::Company)]);
    match contact.map(Contact::full_name).filter(|name| !name.is_empty()) {
        Some(name) => (name, work),
        None => {
            let words = Words::of_request();
            (words.t("sharing-not-disclosed").with("category", words.coded("category", category)).into(), work)
        }
    }
}

/// A conversation in the list.
struct Row {
    href: String,
    who: String,
    work: String,
    state: &'static str,
    is_blocked: bool,
    last: String,
    unread: i64,
    members: String,
}

impl Row {
    fn of(one: &ConversationView, frame: &SpaceFrame, here: &str) -> Self {
        let (who, work) = named(one.contact.as_ref(), &one.category);
        let by = if one.last_side == Some(Side::Exhibitor) { "sharing-by-us" } else { "sharing-by-them" };
        let ago = one.last_message_at.map(|at| frame.zone.ago(at, frame.now)).unwrap_or_default();
        let names: Vec<&str> = one.members.iter().map(|member| member.name.as_str()).collect();
        Self {
            href: format!("{here}/{}", one.id),
            who,
            work,
            state: said(one.sharing, Side::Exhibitor).0,
            is_blocked: one.is_blocked,
            last: frame.zone.words().t(by).with("ago", ago).into(),
            unread: one.unread,
            members: names.join(", "),
        }
    }
}

#[derive(Template)]
#[template(path = "sharing/list.html")]
struct ListPage {
    shell: Shell,
    exhibitor: String,
    place: String,
    rows: Vec<Row>,
    more: String,
    find: String,
    is_live: bool,
    data: String,
}

/// What the module needs to follow the space's stream, and whether the reader may.
fn live(scope: &MessageScope, seq: u64, conversation: Option<ConversationId>) -> (String, bool) {
    let api = format!("/api/v1/exhibitors/{}", scope.exhibitor());
    let is_live = scope.shows(Capability::LeadLive);
    let at = |path: &str| is_live.then(|| format!("{api}/{path}"));
    let data = json!({"live": at("live"), "feed": at("feed"), "seq": seq, "conversation": conversation});
    (json_in_page(&data), is_live)
}

async fn list(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(exhibitor): PagePath<ExhibitorId>,
    Params(asked): Params<PageParams>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = MessageScope::of(&app, &visitor.identity, exhibitor).await?;
    let frame = SpaceFrame::open(&app, &visitor, &scope, SpacePage::Messages, "menu-messages").await?;
    let page = PageParams { limit: Some(ROWS), ..asked };
    let found = talk::list(&app, &Party::from(&scope), None, &page).await?;
    let shown = view::to_exhibitor(&app, &scope, found.items).await?;
    let here = format!("/exhibitors/{exhibitor}/conversations");
    let (data, is_live) = live(&scope, found.seq, None);
    Ok(Page(ListPage {
        rows: shown.iter().map(|one| Row::of(one, &frame, &here)).collect(),
        more: found.next_cursor.map(|cursor| format!("{here}?cursor={cursor}")).unwrap_or_default(),
        find: if scope.listing().is_some() { format!("/exhibitors/{exhibitor}/people") } else { String::new() },
        is_live,
        data,
        shell: frame.shell.running("page live manage"),
        exhibitor: frame.exhibitor,
        place: frame.place,
    }))
}

/// Somebody of the team in a conversation, and what takes them out of it.
struct Member {
    name: String,
    remove: String,
}

/// Somebody of the team who can be added.
struct Candidate {
    id: String,
    name: String,
}

#[derive(Template)]
#[template(path = "sharing/one.html")]
struct OnePage {
    shell: Shell,
    who: String,
    work: String,
    facts: Vec<(String, String)>,
    state: &'static str,
    /// What explains the state.
    note: &'static str,
    lead: String,
    can_ask: bool,
    is_blocked: bool,
    members: Vec<Member>,
    candidates: Vec<Candidate>,
    thread: Thread,
    api: String,
    back: String,
    is_live: bool,
    data: String,
}

/// Fields of a contact that stand beside a conversation.
const FACTS: [ContactField; 4] = [ContactField::Email, ContactField::Phone, ContactField::City, ContactField::Country];

async fn one(
    visitor: Visitor,
    State(app): State<App>,
    PagePath((exhibitor, id)): PagePath<(ExhibitorId, ConversationId)>,
    Params(asked): Params<PageParams>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = MessageScope::of(&app, &visitor.identity, exhibitor).await?;
    let frame = SpaceFrame::open(&app, &visitor, &scope, SpacePage::Messages, "menu-messages").await?;
    let party = Party::from(&scope);
    let here = format!("/exhibitors/{exhibitor}/conversations");
    let api = format!("/api/v1{here}/{id}");
    let page = PageParams { limit: Some(thread::LINES), cursor: asked.cursor };
    let found = talk::messages(&app, &party, id, &page).await?;
    let (data, is_live) = live(&scope, found.seq, Some(id));
    // Read after the place in the feed that the page goes on from: what changes in between is in one or the other.
    let row: ConversationRow = talk::get(&app, &party, id).await?;
    let lines = view::messages(&app, &party, found.items).await?;
    let shown = view::one_to_exhibitor(&app, &scope, row).await?;
    let older = found.next_cursor.map(|cursor| format!("{here}/{id}?cursor={cursor}")).unwrap_or_default();
    let thread = Thread::of(Side::Exhibitor, &lines, (&frame.zone, frame.now), &api, older, "");
    let (who, work) = named(shown.contact.as_ref(), &shown.category);
    let candidates = candidates(&app, &scope, &shown).await?;
    let text = |field| shown.contact.as_ref().and_then(|contact| contact.get(field));
    let words = Words::of_request();
    let facts =
        FACTS.into_iter().filter_map(|field| Some((words.coded("field", field.as_str()), text(field)?.to_owned())));
    let members = shown.members.iter().map(|member| Member {
        name: member.name.clone(),
        remove: if shown.members.len() > 1 { format!("DELETE {api}/members/{}", member.id) } else { String::new() },
    });
    Ok(Page(OnePage {
        facts: facts.collect(),
        state: said(shown.sharing, Side::Exhibitor).0,
        note: note(shown.sharing),
        lead: shown.lead_id.map(|lead| format!("/exhibitors/{exhibitor}/leads/{lead}")).unwrap_or_default(),
        can_ask: shown.sharing == Sharing::None,
        is_blocked: shown.is_blocked,
        members: members.collect(),
        candidates,
        thread,
        back: here,
        is_live,
        data,
        shell: frame.shell.running("page live manage"),
        who,
        work,
        api,
    }))
}

fn note(sharing: Sharing) -> &'static str {
    match sharing {
        Sharing::None => "sharing-note-none",
        Sharing::Requested => "sharing-note-requested",
        Sharing::Granted => "sharing-note-granted",
        Sharing::Refused => "sharing-note-refused",
        Sharing::Withdrawn => "sharing-note-withdrawn",
    }
}

/// People of the team who read conversations and are not in this one.
async fn candidates(app: &App, scope: &MessageScope, shown: &ConversationView) -> Result<Vec<Candidate>, Problem> {
    let names = app.events.names(app, scope.event()).await?;
    let mut tx = app.read().await?;
    let team = member_store::team(&mut tx, scope.event(), scope.exhibitor()).await?;
    tx.done().await?;
    let others = team.into_iter().filter(|one| !shown.members.iter().any(|member| member.id == one.id));
    Ok(others.filter_map(|one| Some(Candidate { id: one.id.to_string(), name: names.member(one.id)? })).collect())
}

/// To whom.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Whom {
    registration: RegistrationId,
}

#[derive(Template)]
#[template(path = "sharing/new.html")]
struct NewPage {
    shell: Shell,
    who: String,
    work: String,
    registration: String,
    api: String,
    back: String,
}

/// Writing to somebody of the contact list; who was written to before has their conversation.
async fn new(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(exhibitor): PagePath<ExhibitorId>,
    Params(whom): Params<Whom>,
) -> Result<axum::response::Response, PageProblem> {
    let scope = MessageScope::of(&app, &visitor.identity, exhibitor).await?;
    let here = format!("/exhibitors/{exhibitor}/conversations");
    let known = talk::between(&app, scope.event(), (exhibitor, whom.registration)).await?;
    if let Some(known) = known {
        return Ok(axum::response::Redirect::to(&format!("{here}/{known}")).into_response());
    }
    let frame = SpaceFrame::open(&app, &visitor, &scope, SpacePage::Messages, "sharing-write").await?;
    let listing = scope.listing().ok_or_else(Problem::not_found)?;
    let person =
        crate::contacts::of(&app, &listing, &[whom.registration]).await?.pop().ok_or_else(Problem::not_found)?;
    let (who, work) = named(Some(&person.contact), &person.category);
    Ok(Page(NewPage {
        shell: frame.shell,
        who,
        work,
        registration: whom.registration.to_string(),
        api: format!("/api/v1{here}"),
        back: here,
    })
    .into_response())
}
