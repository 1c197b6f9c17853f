//! The Leads tab: the list with its filters, one lead beside it, and the parts that later fill.
//!
//! The page lists the first rows; `js/leads.js` goes on from there live. The lead beside the list is
//! also answered alone, for the module to exchange.

mod answers;
mod asked;
mod panel;
mod parts;
mod row;
mod space;
mod toolbar;

use super::list::choices::{self, Choices};
use super::list::{self, LeadFilter, LeadList};
use super::{columns, history};
use crate::access::{Capability, MessageScope};
use crate::app::App;
use crate::audit;
use crate::extract::{Params, Speaks};
use crate::forms::FormView;
use crate::problem::Problem;
use crate::registrations::folding::fold;
use crate::saved_views::{self, SavedView};
use crate::sharing;
use crate::storage::Tx;
use crate::web::list_query::ListQuery;
use crate::web::text::json_in_page;
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{Page, Shell};
use crate::words::Words;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use mobile_core::ids::{DeviceId, ExhibitorId, LeadId};
use mobile_core::wire::LeadView;
use panel::{Panel, PanelStyle};
use parts::Part;
use row::{Row, RowStyle};
use serde_json::json;
use space::{Figure, Space, Tab};
use std::collections::BTreeMap;
use toolbar::{Chip, Column, Kept, NEWEST_FIRST, Pill, Select, TimeField, Toolbar};

/// Rows of a page, unless the address asks for as many as were shown.
const ROWS: u32 = 100;
/// Entries of a lead's history that the panel shows.
const HISTORY: u32 = 200;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/exhibitors/{exhibitor_id}/leads", get(tab))
        .route("/exhibitors/{exhibitor_id}/leads/filters", get(filters))
        .route("/exhibitors/{exhibitor_id}/leads/{lead_id}", get(lead))
        .route("/exhibitors/{exhibitor_id}/leads/{lead_id}/panel", get(lead_alone))
}

/// A saved view.
struct ViewLink {
    id: String,
    name: String,
    href: String,
    is_on: bool,
    is_own: bool,
    is_shared: bool,
    by: String,
}

/// Somebody whom leads can be given to.
struct Colleague {
    id: String,
    name: String,
}

#[derive(Template)]
#[template(path = "leads/index.html")]
struct TabPage {
    shell: Shell,
    exhibitor: String,
    stand: String,
    figures: Vec<Figure>,
    tabs: Vec<Tab>,
    base: String,
    /// Where the conversations of the contact-sharing part are; empty on other parts.
    conversations: String,
    unread: i64,
    q: String,
    chips: Vec<Chip>,
    selects: Vec<Select>,
    times: Vec<TimeField>,
    active: Vec<Pill>,
    kept: Vec<Kept>,
    can_export: bool,
    can_edit: bool,
    /// Whether the list follows what comes; some packages and views leave that out.
    is_live: bool,
    total: u64,
    columns: Vec<Column>,
    /// The columns that are left out, as the style sheet names them.
    left_out: String,
    column_choices: Vec<Chip>,
    views: Vec<ViewLink>,
    /// The people that leads can be given to; none for those who may not.
    colleagues: Vec<Colleague>,
    rows: Vec<Row>,
    blank: [Row; 1],
    zone_note: String,
    empty_title: &'static str,
    empty_text: &'static str,
    more: String,
    panel: Panel,
    export_url: String,
    data: String,
}

#[derive(Template)]
#[template(path = "leads/panel.html")]
struct PanelPage {
    shell: Shell,
    panel: Panel,
}

/// The filters with what all leads of the space offer, for the module to put in the place of those that the page
/// has: what its leads offer, since a page reads no others.
#[derive(Template)]
#[template(path = "leads/filters.html")]
struct FiltersPage {
    shell: Shell,
    selects: Vec<Select>,
}

async fn tab(
    visitor: Visitor,
    State(app): State<App>,
    speaks: Speaks,
    PagePath(exhibitor): PagePath<ExhibitorId>,
    Params(pairs): Params<Vec<(String, String)>>,
) -> Result<Response, PageProblem> {
    let opened = Space::open(&app, &visitor, exhibitor, speaks).await?;
    let query = match asked::of_visitor(&opened.0, ListQuery::new(pairs)) {
        Ok(query) => query,
        Err(address) => return Ok(Redirect::to(&format!("{}{address}", opened.0.base)).into_response()),
    };
    Ok(Page(leads_page(&app, &visitor, opened, &query, None).await?).into_response())
}

async fn lead(
    visitor: Visitor,
    State(app): State<App>,
    speaks: Speaks,
    PagePath((exhibitor, lead)): PagePath<(ExhibitorId, LeadId)>,
    Params(pairs): Params<Vec<(String, String)>>,
) -> Result<Response, PageProblem> {
    let opened = Space::open(&app, &visitor, exhibitor, speaks).await?;
    let query = match asked::of_visitor(&opened.0, ListQuery::new(pairs)) {
        Ok(query) => query,
        Err(address) => return Ok(Redirect::to(&format!("{}/{lead}{address}", opened.0.base)).into_response()),
    };
    Ok(Page(leads_page(&app, &visitor, opened, &query, Some(lead)).await?).into_response())
}

async fn lead_alone(
    visitor: Visitor,
    State(app): State<App>,
    speaks: Speaks,
    PagePath((exhibitor, lead)): PagePath<(ExhibitorId, LeadId)>,
    Params(pairs): Params<Vec<(String, String)>>,
) -> Result<impl IntoResponse, PageProblem> {
    let (space, tx) = Space::open(&app, &visitor, exhibitor, speaks).await?;
    tx.done().await.map_err(Problem::from)?;
    let close_href = format!("{}{}", space.base, ListQuery::new(pairs).to_address());
    let (_, panel) = open_panel(&app, &space, lead, close_href).await?;
    Ok(Page(PanelPage { shell: space.shell(&visitor), panel }))
}

async fn filters(
    visitor: Visitor,
    State(app): State<App>,
    speaks: Speaks,
    PagePath(exhibitor): PagePath<ExhibitorId>,
    Params(pairs): Params<Vec<(String, String)>>,
) -> Result<impl IntoResponse, PageProblem> {
    let opened = Space::open(&app, &visitor, exhibitor, speaks).await?;
    Ok(Page(filters_page(&app, &visitor, opened, &ListQuery::new(pairs)).await?))
}

async fn filters_page(
    app: &App,
    visitor: &Visitor,
    (space, mut tx): (Space, Tx),
    query: &ListQuery,
) -> Result<FiltersPage, Problem> {
    let choices = Choices::of_space(&mut tx, &space.scope, &space.event, &space.known).await?;
    let phones = choices::phones(&mut tx, &space.scope).await?;
    tx.done().await?;
    audit::read(app, &space.scope, "list").await?;
    let categories = super::categories(app, &space.scope).await?;
    let toolbar = toolbar(&space, query, &categories, (&choices, &phones), &[]);
    Ok(FiltersPage { selects: toolbar.selects(), shell: space.shell(visitor) })
}

/// What stands above the list of a space.
fn toolbar<'a>(
    space: &'a Space,
    query: &'a ListQuery,
    categories: &'a [String],
    (choices, phones): (&'a Choices, &'a [(DeviceId, String)]),
    shown: &'a [&'static str],
) -> Toolbar<'a> {
    Toolbar {
        base: &space.base,
        query,
        event: &space.event,
        zone: &space.zone,
        now: space.now,
        names: &space.names,
        exhibitor: space.scope.exhibitor(),
        is_member: space.scope.member().is_some(),
        categories,
        can_export: space.scope.may(Capability::LeadExport),
        known: &space.known,
        language: space.language.code(),
        choices,
        booths: &space.booths,
        phones,
        sources: space.sources(),
        shown,
    }
}

async fn open_panel(app: &App, space: &Space, id: LeadId, close_href: String) -> Result<(LeadView, Panel), Problem> {
    let lead = super::get(app, &space.scope, id).await?;
    let history = history::of(app, &space.scope, id, HISTORY, None).await?;
    let style = PanelStyle {
        zone: &space.zone,
        now: space.now,
        close_href,
        names: &space.names,
        can_edit: space.scope.may(Capability::LeadWrite),
        can_ask: space.scope.entitlements().questions,
        known: &space.known,
        language: space.language.code(),
    };
    let panel = Panel::of(&lead, &history, &style);
    Ok((lead, panel))
}

/// What only the page knows of, before the rest goes to the list's own filter.
const OF_THE_PAGE: [&str; 3] = ["tab", "export", "columns"];

/// What the categories are called, for rows that the browser paints.
fn names_of(categories: &[String], words: Words) -> BTreeMap<&str, String> {
    categories.iter().map(|code| (code.as_str(), words.coded("category", code))).collect()
}

async fn leads_page(
    app: &App,
    visitor: &Visitor,
    (space, mut tx): (Space, Tx),
    query: &ListQuery,
    open: Option<LeadId>,
) -> Result<TabPage, Problem> {
    let space = &space;
    let query = query.without(&["export"]);
    let part = parts::of(&query);
    let shown = columns::shown(query.get("columns"))?;
    let mut filter: LeadFilter = query.without(&OF_THE_PAGE).read()?;
    filter.limit = filter.limit.or(Some(ROWS));
    filter.source = part.source.map(str::to_owned).or(filter.source);
    let names = (&*space.event, &*space.names);
    let listed = list::within(&mut tx, &space.scope, names, filter, space.now).await?;
    let LeadList { items, next_cursor, seq, total } = listed;
    let phones = choices::phones(&mut tx, &space.scope).await?;
    tx.done().await?;
    audit::read(app, &space.scope, "list").await?;
    let own_query = query.without(&["cursor", "limit"]);
    let address = own_query.to_address();
    let panel = match open {
        Some(id) => Some(open_panel(app, space, id, format!("{}{address}", space.base)).await?),
        None => None,
    };
    let style = RowStyle { zone: &space.zone, now: space.now, base: &space.base, query: &address };
    let open_id = panel.as_ref().map(|(lead, _)| lead.id);
    let rows: Vec<Row> =
        items.iter().map(|lead| Row { is_open: open_id == Some(lead.id), ..Row::of(lead, &style) }).collect();
    let categories = super::categories(app, &space.scope).await?;
    let choices = Choices::of(&items);
    let toolbar = toolbar(space, &own_query, &categories, (&choices, &phones), &shown);
    let selects = toolbar.selects();
    let active = toolbar.active(&selects);
    let exhibitor = space.scope.exhibitor();
    let api = format!("/api/v1/exhibitors/{exhibitor}");
    let can_export = space.scope.may(Capability::LeadExport);
    let can_edit = space.scope.may(Capability::LeadWrite);
    let is_live = space.scope.shows(Capability::LeadLive);
    let (empty_title, empty_text) = if active.is_empty() && part.source.is_some() {
        (part.empty_title, part.empty_text)
    } else if active.is_empty() {
        ("leads-no-leads-yet", "leads-first-scan-appears")
    } else {
        ("leads-no-lead-matches", "leads-nothing-fits")
    };
    let (conversations, unread) = conversations(app, visitor, space, part).await?;
    let data = json!({
        "seq": seq,
        "zone": space.zone.spans(space.now),
        "base": space.base,
        "api": format!("{api}/leads"),
        "live": is_live.then(|| format!("{api}/live")),
        "feed": is_live.then(|| format!("{api}/feed")),
        "export": format!("{api}/leads/export"),
        "exports": format!("{api}/exports"),
        "views": format!("{api}/saved-views"),
        "newest_first": NEWEST_FIRST,
        "can_export": can_export,
        "can_edit": can_edit,
        "categories": names_of(&categories, space.zone.words()),
        "member": space.scope.member(),
        "booths": space.booths.iter().cloned().collect::<BTreeMap<_, _>>(),
        "form": FormView { version: space.known.version, saved_at: None, form: space.known.form.clone() },
        "language": space.language.code(),
    });
    let words = space.zone.words();
    Ok(TabPage {
        shell: space.shell(visitor),
        exhibitor: space.stats.name.clone(),
        stand: space.stand(),
        figures: space.figures(),
        tabs: space.tabs(part.code),
        conversations,
        unread,
        q: own_query.get("q").to_owned(),
        chips: toolbar.chips(),
        times: toolbar.times(),
        kept: toolbar.kept(&selects),
        columns: toolbar.columns(),
        left_out: columns::COLUMNS.into_iter().filter(|column| !shown.contains(column)).collect::<Vec<_>>().join(" "),
        column_choices: toolbar.choices_of_columns(),
        views: views(app, space, &address).await?,
        colleagues: colleagues(space),
        selects,
        active,
        can_export,
        can_edit,
        is_live,
        total,
        blank: [Row::default()],
        zone_note: words.t("leads-in-zone").with("zone", space.zone.abbreviation(space.now)).into(),
        empty_title,
        empty_text,
        more: next_cursor.map_or_else(String::new, |cursor| {
            format!("{}{}", space.base, own_query.with("cursor", &cursor).to_address())
        }),
        panel: panel.map(|(_, panel)| panel).unwrap_or_default(),
        export_url: format!("{api}/leads/export"),
        data: json_in_page(&data),
        base: space.base.clone(),
        rows,
    })
}

/// The saved views that the reader finds; the one in force is the one with this very address.
async fn views(app: &App, space: &Space, address: &str) -> Result<Vec<ViewLink>, Problem> {
    let link = |view: SavedView| {
        let query = if view.query.is_empty() { String::new() } else { format!("?{}", view.query) };
        ViewLink {
            id: view.id.to_string(),
            name: view.name,
            href: format!("{}{query}", space.base),
            is_on: query == address,
            is_own: view.is_own,
            is_shared: view.is_shared,
            by: view.saved_by,
        }
    };
    Ok(saved_views::list(app, &space.scope).await?.into_iter().map(link).collect())
}

/// The team, for those who may give leads to others.
fn colleagues(space: &Space) -> Vec<Colleague> {
    if !space.scope.may(Capability::LeadAssign) {
        return Vec::new();
    }
    let exhibitor = space.scope.exhibitor();
    let own = space.names.members.iter().filter(|(id, _)| space.names.is_member_of(**id, exhibitor));
    let mut own: Vec<Colleague> =
        own.map(|(id, member)| Colleague { id: id.to_string(), name: member.name.clone() }).collect();
    own.sort_by_cached_key(|one| (fold(&one.name), one.id.clone()));
    own
}

/// Where the conversations behind the contact-sharing part are, and how much of them the reader has not
/// read; nothing for those who may not read them.
async fn conversations(app: &App, visitor: &Visitor, space: &Space, part: &Part) -> Result<(String, i64), Problem> {
    if part.code != "contact_sharing" || !space.scope.shows(Capability::Message) {
        return Ok(Default::default());
    }
    let exhibitor = space.scope.exhibitor();
    let scope = MessageScope::of(app, &visitor.identity, exhibitor).await?;
    let (_, unread) = sharing::talk::unread(app, &sharing::Party::from(&scope)).await?;
    Ok((format!("/exhibitors/{exhibitor}/conversations"), unread))
}
