//! The routes of the partner space's menu.

use super::contacts::{self, PartnerContact};
use super::{Edit, Menu, Setting, State, Tab};
use crate::access::{EventAdminScope, EventScope};
use crate::app::App;
use crate::extract::{PathIds, Payload, given};
use crate::openapi::Refused;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State as Shared;
use mobile_core::ids::EventId;
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get)).routes(routes!(edit)).routes(routes!(get_contacts, save_contacts))
}

/// A tab of the partner space.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PartnerTabView {
    /// The tab.
    pub tab: Tab,
    /// The tab that this is a part of.
    pub part_of: Option<Tab>,
    /// Whether it is there at all.
    pub is_enabled: bool,
    /// What the organiser calls it, by language; its usual name where there is none.
    pub names: BTreeMap<String, String>,
    /// From when on it is open; null: always.
    pub opens_at: Option<Timestamp>,
    /// Until when it is open; null: for good.
    pub closes_at: Option<Timestamp>,
    /// Whether exhibitors can use it now.
    pub is_open: bool,
}

/// The menu of the partner space.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PartnerMenu {
    /// All tabs, in their order.
    pub tabs: Vec<PartnerTabView>,
}

impl PartnerMenu {
    fn of(menu: &Menu, now: Timestamp) -> Self {
        let view = |setting: Setting| PartnerTabView {
            is_open: menu.state(setting.tab, now) == State::Open,
            tab: setting.tab,
            part_of: setting.tab.whole(),
            is_enabled: setting.is_enabled,
            names: setting.names,
            opens_at: setting.opens_at,
            closes_at: setting.closes_at,
        };
        Self { tabs: menu.tabs().into_iter().map(view).collect() }
    }
}

/// What changes of a tab; fields that are absent stay.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditPartnerTab {
    /// Whether it is there at all.
    #[serde(default)]
    pub is_enabled: Option<bool>,
    /// All its names by language (`en`, `fr`), 1 to 40 characters; a language that is absent has the usual one.
    #[serde(default)]
    pub names: Option<BTreeMap<String, String>>,
    /// From when on it is open; null: always.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Timestamp>)]
    pub opens_at: Option<Option<Timestamp>>,
    /// Until when it is open; null: for good.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Timestamp>)]
    pub closes_at: Option<Option<Timestamp>>,
    /// Its place in the menu, counted from 0.
    #[serde(default)]
    pub position: Option<u64>,
}

/// The menu of the event's partner spaces.
#[utoipa::path(get, path = "/events/{event_id}/partner-menu", operation_id = "get_partner_menu", tag = "partner menu",
    params(("event_id" = EventId, Path)),
    responses((status = 200, description = "The menu", body = PartnerMenu), Refused))]
async fn get(Shared(app): Shared<App>, scope: EventScope) -> Result<Json<PartnerMenu>, Problem> {
    Ok(Json(PartnerMenu::of(&super::get(&app, &scope).await?, app.now())))
}

/// Changes a tab of the menu, at once in every partner space of the event.
///
/// What belongs to a tab that is not open is refused: `not_open_yet` before its time, `not_in_package`
/// once it is over or where it is switched off. Captures are taken in as before.
#[utoipa::path(patch, path = "/events/{event_id}/partner-menu/{tab}", operation_id = "edit_partner_tab",
    tag = "partner menu", params(("event_id" = EventId, Path), ("tab" = Tab, Path)), request_body = EditPartnerTab,
    responses((status = 200, description = "The menu as it is now", body = PartnerMenu), Refused))]
async fn edit(
    Shared(app): Shared<App>,
    scope: EventAdminScope,
    ids: PathIds<(EventId, Tab)>,
    Payload(sent): Payload<EditPartnerTab>,
) -> Result<Json<PartnerMenu>, Problem> {
    let EditPartnerTab { is_enabled, names, opens_at, closes_at, position } = sent;
    let edit = Edit { is_enabled, names, opens_at, closes_at, position };
    Ok(Json(PartnerMenu::of(&super::edit(&app, &scope, ids.0.1, edit).await?, app.now())))
}

/// Whom of the organiser exhibitors can ask.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PartnerContacts {
    /// All of them, in the order in which they are shown; 20 at most.
    pub contacts: Vec<PartnerContact>,
}

/// Whom of the organiser the people of the stands can ask: the home of each partner space shows them.
#[utoipa::path(get, path = "/events/{event_id}/partner-contacts", operation_id = "get_partner_contacts",
    tag = "partner menu", params(("event_id" = EventId, Path)),
    responses((status = 200, description = "Whom they can ask", body = PartnerContacts), Refused))]
async fn get_contacts(Shared(app): Shared<App>, scope: EventScope) -> Result<Json<PartnerContacts>, Problem> {
    Ok(Json(PartnerContacts { contacts: contacts::get(&app, &scope).await? }))
}

/// Names whom they can ask; whoever is left out is named no longer.
#[utoipa::path(put, path = "/events/{event_id}/partner-contacts", operation_id = "save_partner_contacts",
    tag = "partner menu", params(("event_id" = EventId, Path)), request_body = PartnerContacts,
    responses((status = 200, description = "Whom they can ask now", body = PartnerContacts), Refused))]
async fn save_contacts(
    Shared(app): Shared<App>,
    scope: EventAdminScope,
    Payload(sent): Payload<PartnerContacts>,
) -> Result<Json<PartnerContacts>, Problem> {
    Ok(Json(PartnerContacts { contacts: contacts::save(&app, &scope, sent.contacts).await? }))
}
