//! The page of the help desk: one field to search, what was found with what can be done about it, and
//! what was done last with a way back. Each deed is shown with what it changes before it is done.

mod panels;

use super::search::{self, Found, FoundDevice, FoundExhibitor, FoundPerson};
use super::unmatched::{self, UnmatchedCode};
use super::{ActionRow, Kind};
use crate::access::{DeskScope, EventAdminScope, RejectedScope};
use crate::app::App;
use crate::captures::page::{AsidePanel, aside};
use crate::events::frame::EventFrame;
use crate::extract::Params;
use crate::packages::Terms;
use crate::packages::page::Choice;
use crate::paging::PageParams;
use crate::problem::Problem;
use crate::registrations::category;
use crate::registrations::page::Row;
use crate::web::menu::EventPage;
use crate::web::text::{dotted, json_in_page, stand};
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{EventZone, Page, Shell};
use crate::words::Words;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use mobile_core::ids::{DeviceId, EventId, ExhibitorId, RegistrationId};
use mobile_core::time::Timestamp;
use panels::swap::{SwapPanel, swap_panel};
use panels::{MergePanel, MovePanel, merge_panel, move_panel, name_of};
use serde::Deserialize;
use serde_json::json;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new().route("/events/{event_id}/help-desk", get(help_desk))
}

/// What the address asks for: a search, and a deed that is under way.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    /// The registration that another one is to be merged into.
    merge: Option<RegistrationId>,
    /// The other one.
    with: Option<RegistrationId>,
    /// One of two people who wear each other's badges; `with` is the other.
    swap: Option<RegistrationId>,
    /// The code whose person is looked for.
    code: String,
    /// The device whose scans go elsewhere.
    device: Option<DeviceId>,
    target: Option<ExhibitorId>,
    from: String,
    until: String,
    reason: String,
    /// The exhibitor whose captures that lie aside are looked at.
    aside: Option<ExhibitorId>,
    /// Where the list of deeds goes on.
    cursor: Option<String>,
}

struct PersonRow {
    row: Row,
    id: String,
    /// `1 exhibitor has met them`.
    met: String,
    /// The badge that stands for them now.
    has_badge: bool,
}

struct DeviceRow {
    id: DeviceId,
    name: String,
    seen: String,
    waiting: u64,
    has_ended: bool,
}

struct MemberRow {
    name: String,
    email: String,
    is_admin: bool,
    has_accepted: bool,
    fill: String,
}

struct ExhibitorCard {
    id: ExhibitorId,
    name: String,
    /// Where it stands, its package, and how many phones it has where one may know.
    about: String,
    /// The body and version of one licence more; empty where there is no limit.
    one_more: String,
    fill: String,
    aside: u64,
    members: Vec<MemberRow>,
    devices: Vec<DeviceRow>,
    /// Those whose access has ended and that hold nothing.
    ended: Vec<DeviceRow>,
}

struct CodeRow {
    code: UnmatchedCode,
    seen: String,
    told: String,
}

struct DeedRow {
    id: String,
    what: &'static str,
    whom: String,
    leads: String,
    at: String,
    is_undone: bool,
    is_undoable: bool,
}

#[derive(Template)]
#[template(path = "helpdesk/index.html")]
struct HelpDeskPage {
    shell: Shell,
    event: String,
    api: String,
    q: String,
    has_searched: bool,
    /// Whose other registration is looked for; empty when none is.
    merging: String,
    merge_id: String,
    merge: Option<MergePanel>,
    /// Who wears the badge of whom; empty when nobody is looked for.
    swapping: String,
    swap_id: String,
    swap: Option<SwapPanel>,
    timezone: String,
    /// Whether leads are closed at the event, so that an exhibitor's may be opened again.
    are_leads_closed: bool,
    /// The code whose person is looked for.
    code: String,
    code_text: String,
    /// How many leads get their person with it.
    code_leads: String,
    moving: Option<MovePanel>,
    aside: Option<AsidePanel>,
    people: Vec<PersonRow>,
    exhibitors: Vec<ExhibitorCard>,
    categories: Vec<Choice>,
    codes: Vec<CodeRow>,
    deeds: Vec<DeedRow>,
    /// The address of earlier deeds; empty where there are none.
    earlier: String,
    can_manage: bool,
}

async fn help_desk(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(event): PagePath<EventId>,
    Params(mut asked): Params<Asked>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = DeskScope::of(&app, &visitor.identity, event).await?;
    let frame = EventFrame::open(&app, &visitor, &scope, EventPage::HelpDesk, "menu-help-desk").await?;
    let (zone, now) = (&frame.zone, frame.now);
    let api = format!("/api/v1/events/{event}");
    let Found { people, mut exhibitors } = search::search(&app, &scope, &asked.q).await?;
    if asked.merge.is_some() || asked.swap.is_some() || !asked.code.is_empty() {
        // A person is looked for.
        exhibitors.clear();
    }
    let codes = unmatched::list(&app, &scope).await?;
    let (merging, merge) = merge_panel(&app, &scope, &asked).await?;
    let (swapping, swap) = swap_panel(&app, &scope, &asked, &frame.event.zone()).await?;
    let manager = EventAdminScope::of(&app, &visitor.identity, event).await.ok();
    let moving = match (&manager, asked.device) {
        (Some(manager), Some(device)) => Some(move_panel(&app, manager, device, &asked, &frame.event.zone()).await?),
        _ => None,
    };
    let aside = match asked.aside {
        Some(exhibitor) => {
            let scope = RejectedScope::of(&app, &visitor.identity, exhibitor).await?;
            Some(aside(&app, &scope, zone, now).await?)
        }
        None => None,
    };
    let (deeds, earlier) = deeds(&app, &scope, asked.cursor.take(), (zone, now)).await?;
    let looked_for = codes.iter().find(|code| code.code_hash == asked.code);
    let code_text = looked_for.map(|code| code.title().to_owned());
    let code_leads: Option<String> =
        looked_for.map(|code| zone.words().t("common-count-leads").with("count", code.leads).into());
    Ok(Page(HelpDeskPage {
        shell: frame.shell.running("page manage desk"),
        event: frame.event.name.clone(),
        has_searched: !asked.q.trim().is_empty(),
        merging,
        merge_id: asked.merge.map_or_else(String::new, |id| id.to_string()),
        merge,
        swapping,
        swap_id: asked.swap.map_or_else(String::new, |id| id.to_string()),
        swap,
        timezone: frame.event.timezone.clone(),
        are_leads_closed: frame.event.phases.are_leads_closed(now),
        code: if code_text.is_some() { asked.code } else { String::new() },
        code_text: code_text.unwrap_or_default(),
        code_leads: code_leads.unwrap_or_default(),
        moving,
        aside,
        people: people
            .iter()
            .filter(|one| ![asked.merge, asked.swap].contains(&Some(one.person.id)))
            .map(|one| person(one, &api))
            .collect(),
        exhibitors: exhibitors.into_iter().map(|one| card(one, zone, now)).collect(),
        categories: category::choices(&frame.event.disclosure)
            .into_iter()
            .map(|code| Choice { label: zone.words().coded("category", &code), code })
            .collect(),
        codes: codes.into_iter().map(|code| code_row(code, zone, now)).collect(),
        deeds,
        earlier,
        can_manage: manager.is_some(),
        q: asked.q,
        api,
    }))
}

fn person(found: &FoundPerson, api: &str) -> PersonRow {
    let words = Words::of_request();
    let row = Row::of(&found.registered, api);
    PersonRow {
        has_badge: found.person.badge.is_some(),
        id: found.person.id.to_string(),
        met: match found.leads {
            0 => words.t("helpdesk-nobody-met-them").into(),
            many => words.t("helpdesk-have-met-them").with("count", many).into(),
        },
        row,
    }
}

fn card(found: FoundExhibitor, zone: &EventZone, now: Timestamp) -> ExhibitorCard {
    let words = zone.words();
    let stands: Vec<String> = found.booths.iter().map(|booth| stand(booth)).collect();
    let licences: String = match (found.licences_taken, found.licences) {
        (None, _) => String::new(),
        (Some(taken), None) => words.t("common-phones-in-use").with("count", taken).into(),
        (Some(taken), Some(limit)) => {
            words.t("common-licences-in-use").with("taken", taken).with("count", limit).into()
        }
    };
    let one_more = found.licences.map(|limit| {
        let terms = Terms { licences: Some(limit.saturating_add(1)), ..found.terms.clone() };
        json_in_page(&json!({"terms": terms}))
    });
    let device = |device: FoundDevice| DeviceRow {
        id: device.id,
        name: device.name,
        seen: device.last_seen_at.map_or_else(|| words.t("helpdesk-not-heard-of-yet").into(), |at| zone.ago(at, now)),
        waiting: device.not_yet_sent,
        has_ended: device.has_ended,
    };
    let (ended, devices): (Vec<_>, Vec<_>) =
        found.devices.into_iter().map(device).partition(|device| device.has_ended && device.waiting == 0);
    ExhibitorCard {
        id: found.id,
        about: dotted(&[&stands.join(", "), found.package.as_deref().unwrap_or_default(), &licences]),
        one_more: one_more.unwrap_or_default(),
        fill: json_in_page(&json!({"id": found.id, "version": found.version})),
        aside: found.aside,
        members: found
            .team
            .into_iter()
            .map(|member| MemberRow {
                name: format!("{} {}", member.first_name, member.last_name).trim().to_owned(),
                email: member.email,
                is_admin: member.is_admin,
                has_accepted: member.has_accepted,
                fill: json_in_page(&json!({"id": member.id})),
            })
            .collect(),
        devices,
        ended,
        name: found.name,
    }
}

fn code_row(code: UnmatchedCode, zone: &EventZone, now: Timestamp) -> CodeRow {
    CodeRow {
        seen: code.last_scanned_at.map_or_else(String::new, |at| zone.ago(at, now)),
        told: format!(
            "{}, {}",
            zone.words().t("common-count-scans").with("count", code.scans),
            zone.words().t("common-count-exhibitors").with("count", code.leads)
        ),
        code,
    }
}

/// How many deeds the list shows at once.
const SHOWN: u32 = 30;

/// What the desk did, with the address of what it did before.
async fn deeds(
    app: &App,
    scope: &DeskScope,
    cursor: Option<String>,
    (zone, now): (&EventZone, Timestamp),
) -> Result<(Vec<DeedRow>, String), Problem> {
    let listed = super::actions(app, scope, &PageParams { limit: Some(SHOWN), cursor }).await?;
    let names = app.events.names(app, scope.event()).await?;
    let mut shown = Vec::new();
    for row in listed.items {
        let whom = match row.kind {
            Kind::Merge | Kind::Assign | Kind::Swap => {
                let id = RegistrationId(row.subject_id);
                // Merged into yet another one since: it has no name of its own any more.
                name_of(app, scope, id).await.unwrap_or_else(|_| zone.words().t("helpdesk-merged-since").into())
            }
            Kind::Move | Kind::Rescue => names.devices.get(&DeviceId(row.subject_id)).cloned().unwrap_or_default(),
            Kind::Release | Kind::Discard | Kind::Reopen => String::new(),
        };
        shown.push(deed(&row, whom, zone, now));
    }
    let earlier = listed.next_cursor.map_or_else(String::new, |cursor| format!("?cursor={cursor}#deeds-title"));
    Ok((shown, earlier))
}

fn deed(row: &ActionRow, whom: String, zone: &EventZone, now: Timestamp) -> DeedRow {
    DeedRow {
        id: json_in_page(&json!({"id": row.id})),
        what: match row.kind {
            Kind::Merge => "helpdesk-did-merge",
            Kind::Assign => "helpdesk-did-assign",
            Kind::Move => "helpdesk-did-move",
            Kind::Release => "helpdesk-did-release",
            Kind::Discard => "helpdesk-did-discard",
            Kind::Reopen => "desk-did-reopen",
            Kind::Swap => "desk-did-swap",
            Kind::Rescue => "desk-did-rescue",
        },
        whom,
        leads: zone.words().t("common-count-leads").with("count", row.leads).into(),
        at: zone.short(row.created_at, now),
        is_undone: row.undone_at.is_some(),
        is_undoable: super::is_undoable(row, now),
    }
}
