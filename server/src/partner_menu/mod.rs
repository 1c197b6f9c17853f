//! The menu of the partner space as the organiser sets it: which tabs there are, in which order, what
//! they are called, and when they are open.
//!
//! A capability belongs to a tab ([`Capability::tab`]), so that what a tab shows and what the API does
//! for it are closed in one place, [`crate::access::openness`]. Delivering captures belongs to none.

pub mod api;
pub mod contacts;
pub mod page;
pub mod store;

use crate::access::{Capability, EventAdminScope, EventScope};
use crate::app::App;
use crate::audit::{self, Action, NewEntry};
use crate::fields::{self, Fields};
use crate::problem::Problem;
use crate::rights;
use crate::storage::{StorageError, Tx};
use crate::words::Words;
use mobile_core::ids::EventId;
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;

const MAX_NAME: usize = 40;

/// A tab of the partner space, or a part of its Leads tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PartnerTab)]
pub enum Tab {
    /// The Leads tab with its first part, Scans, which has everybody.
    Leads,
    /// A part of it: who shared their details in a conversation.
    LeadsContactSharing,
    /// A part of it: who attended a session.
    LeadsSessions,
    /// A part of it: who connected with somebody of the team.
    LeadsNetworking,
    /// A part of it: who was met by appointment.
    LeadsMeetings,
    /// Meetings and where they take place.
    Meetings,
    /// Conversations with attendees.
    Messages,
    /// The list of people to write to and to meet.
    People,
    /// Sessions of the exhibitor's own.
    Sessions,
    /// What the scans add up to.
    Charts,
    /// The team, its roles and badges.
    Team,
    /// What the exhibitor says of itself.
    Profile,
    /// What is asked at the stand.
    Questions,
    /// Phones and how to pair them.
    Devices,
    /// What was done in the space.
    Activity,
}

impl Tab {
    /// Every tab, in the order that holds until the organiser sets another. A part follows its tab.
    pub const ALL: [Self; 15] = [
        Self::Leads,
        Self::LeadsContactSharing,
        Self::LeadsSessions,
        Self::LeadsNetworking,
        Self::LeadsMeetings,
        Self::Meetings,
        Self::Messages,
        Self::People,
        Self::Sessions,
        Self::Charts,
        Self::Team,
        Self::Profile,
        Self::Questions,
        Self::Devices,
        Self::Activity,
    ];

    /// The tab that this is a part of.
    pub const fn whole(self) -> Option<Self> {
        match self {
            Self::LeadsContactSharing | Self::LeadsSessions | Self::LeadsNetworking | Self::LeadsMeetings => {
                Some(Self::Leads)
            }
            _ => None,
        }
    }

    /// The part of the Leads tab whose people came from this source.
    pub fn of_source(source: &str) -> Option<Self> {
        match source {
            "contact_sharing" => Some(Self::LeadsContactSharing),
            "session" => Some(Self::LeadsSessions),
            "networking" => Some(Self::LeadsNetworking),
            "meeting" => Some(Self::LeadsMeetings),
            _ => None,
        }
    }

    /// The key of what it is called where the organiser gave it no name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Leads => "menu-leads",
            Self::LeadsContactSharing => "leads-part-sharing",
            Self::LeadsSessions | Self::Sessions => "menu-sessions",
            Self::LeadsNetworking => "leads-part-networking",
            Self::LeadsMeetings | Self::Meetings => "menu-meetings",
            Self::Messages => "menu-messages",
            Self::People => "menu-people",
            Self::Charts => "menu-charts",
            Self::Team => "menu-team",
            Self::Profile => "menu-profile",
            Self::Questions => "menu-questions",
            Self::Devices => "menu-phones",
            Self::Activity => "menu-activity",
        }
    }
}

impl Capability {
    /// The tab of the partner space that this belongs to. Capturing belongs to none: nothing captured is
    /// refused because a tab is closed.
    pub const fn tab(self) -> Option<Tab> {
        match self {
            Self::LeadRead
            | Self::LeadLive
            | Self::LeadWrite
            | Self::LeadAssign
            | Self::LeadExport
            | Self::RejectedRead => Some(Tab::Leads),
            Self::MeetingRead | Self::MeetingManage => Some(Tab::Meetings),
            Self::Message => Some(Tab::Messages),
            Self::ContactRead => Some(Tab::People),
            Self::SessionRead | Self::SessionManage => Some(Tab::Sessions),
            Self::ChartRead => Some(Tab::Charts),
            Self::TeamManage => Some(Tab::Team),
            Self::ProfileManage => Some(Tab::Profile),
            Self::FormManage => Some(Tab::Questions),
            Self::DeviceManage => Some(Tab::Devices),
            Self::AuditRead => Some(Tab::Activity),
            Self::EventRead
            | Self::EventManage
            | Self::Register
            | Self::Import
            | Self::Monitor
            | Self::ViewAs
            | Self::MemberManage
            | Self::SpaceRead
            | Self::Capture => None,
        }
    }
}

/// How the organiser set a tab.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// The tab.
    pub tab: Tab,
    /// Whether it is there at all.
    pub is_enabled: bool,
    /// What it is called, by language; its usual name where there is none.
    #[serde(default)]
    pub names: BTreeMap<String, String>,
    /// From when on it is open; always, where there is none.
    #[serde(default)]
    pub opens_at: Option<Timestamp>,
    /// Until when it is open.
    #[serde(default)]
    pub closes_at: Option<Timestamp>,
}

impl Setting {
    const fn usual(tab: Tab) -> Self {
        Self { tab, is_enabled: true, names: BTreeMap::new(), opens_at: None, closes_at: None }
    }

    /// What has become of the tab.
    pub fn state(&self, now: Timestamp) -> State {
        match (self.opens_at, self.closes_at) {
            _ if !self.is_enabled => State::Off,
            (Some(at), _) if now < at => State::NotYet(at),
            (_, Some(at)) if now >= at => State::Over(at),
            _ => State::Open,
        }
    }

    /// What the tab is called in a language.
    pub fn name(&self, words: Words) -> String {
        self.names.get(words.code()).cloned().unwrap_or_else(|| words.t(self.tab.key()).into())
    }
}

/// What has become of a tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is open.
    Open,
    /// The organiser switched it off.
    Off,
    /// It opens later.
    NotYet(Timestamp),
    /// It was open until then.
    Over(Timestamp),
}

/// The menu as it is kept: the tabs that were set, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Menu(Vec<Setting>);

impl Menu {
    /// All tabs in their order; those that were never set come after, as usual.
    pub fn tabs(&self) -> Vec<Setting> {
        let unset = Tab::ALL.into_iter().filter(|tab| self.0.iter().all(|known| known.tab != *tab));
        self.0.iter().cloned().chain(unset.map(Setting::usual)).collect()
    }

    /// One tab.
    pub fn setting(&self, tab: Tab) -> Setting {
        self.0.iter().find(|known| known.tab == tab).cloned().unwrap_or(Setting::usual(tab))
    }

    /// Whether a tab is open; a part is, where its tab is too.
    pub fn state(&self, tab: Tab, now: Timestamp) -> State {
        let of = |tab| self.0.iter().find(|known| known.tab == tab).map_or(State::Open, |known| known.state(now));
        match tab.whole().map(of) {
            Some(state) if state != State::Open => state,
            _ => of(tab),
        }
    }

    /// When a tab that is open closes by itself; a part does with its tab.
    pub fn open_until(&self, tab: Tab) -> Option<Timestamp> {
        let of = |tab| self.0.iter().find(|known| known.tab == tab).and_then(|known| known.closes_at);
        [tab.whole().and_then(of), of(tab)].into_iter().flatten().min()
    }

    fn apply(&self, tab: Tab, edit: Edit) -> Result<Self, Problem> {
        let mut tabs = self.tabs();
        let from = tabs.iter().position(|known| known.tab == tab).unwrap_or_default();
        let mut setting = tabs.remove(from);
        let mut wrong = Fields::default();
        setting.is_enabled = edit.is_enabled.unwrap_or(setting.is_enabled);
        setting.opens_at = edit.opens_at.unwrap_or(setting.opens_at);
        setting.closes_at = edit.closes_at.unwrap_or(setting.closes_at);
        if let Some(names) = edit.names {
            setting.names = checked_names(names, &mut wrong);
        }
        if let (Some(opens_at), Some(closes_at)) = (setting.opens_at, setting.closes_at)
            && closes_at <= opens_at
        {
            wrong.wrong("/closes_at", "must be later than opens_at");
        }
        let to = edit.position.unwrap_or(from as u64) as usize;
        if to > tabs.len() {
            wrong.wrong("/position", format!("must be from 0 to {}", tabs.len()));
        }
        wrong.done(Some(()))?;
        tabs.insert(to, setting);
        Ok(Self(tabs))
    }
}

/// Moves the windows in which tabs are open, in an event that was made after an earlier one.
pub async fn move_windows(tx: &mut Tx, event: EventId, later: i64) -> Result<(), StorageError> {
    let Some(mut menu) = store::find(tx, event).await? else { return Ok(()) };
    for setting in &mut menu.0 {
        for at in [&mut setting.opens_at, &mut setting.closes_at] {
            *at = at.map(|at| at.plus_micros(later));
        }
    }
    store::update(tx, event, &menu).await
}

fn checked_names(names: BTreeMap<String, String>, wrong: &mut Fields) -> BTreeMap<String, String> {
    let mut checked = BTreeMap::new();
    for (language, name) in names {
        let pointer = format!("/names/{language}");
        if Words::named(&language).is_none() {
            let codes: Vec<&str> = Words::all().map(Words::code).collect();
            wrong.wrong(&pointer, format!("is no language of the pages; they speak “{}”", codes.join(", ")));
        } else if !name.trim().is_empty()
            && let Some(name) = wrong.keep(&pointer, fields::line(&name, MAX_NAME))
        {
            checked.insert(language, name);
        }
    }
    checked
}

/// What changes of a tab; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    /// Whether it is there at all.
    pub is_enabled: Option<bool>,
    /// All its names; a language that is absent or empty has the usual one.
    pub names: Option<BTreeMap<String, String>>,
    /// From when on it is open.
    pub opens_at: Option<Option<Timestamp>>,
    /// Until when.
    pub closes_at: Option<Option<Timestamp>>,
    /// Its place in the menu, counted from 0.
    pub position: Option<u64>,
}

/// The menu of an event's partner spaces.
pub async fn get(app: &App, scope: &EventScope) -> Result<Menu, Problem> {
    let mut tx = app.read().await?;
    let menu = store::find(&mut tx, scope.event()).await?.ok_or_else(Problem::not_found)?;
    tx.done().await?;
    Ok(menu)
}

/// Changes one tab of the menu, at once in every partner space of the event.
pub async fn edit(app: &App, scope: &EventAdminScope, tab: Tab, edit: Edit) -> Result<Menu, Problem> {
    let event = scope.event();
    let mut tx = app.write().await?;
    let known = store::find_for_edit(&mut tx, event).await?.ok_or_else(Problem::not_found)?;
    let menu = known.apply(tab, edit)?;
    if menu.tabs() != known.tabs() {
        store::update(&mut tx, event, &menu).await?;
        let detail = json!({"name": tab, "before": known.setting(tab), "after": menu.setting(tab)});
        let entry = NewEntry::new(Action::PartnerMenuChanged, Some(scope.account()), Some(event.0)).with(detail);
        audit::append(app, &mut tx, event, &entry).await?;
        // What is closed ends streams and reading.
        rights::commit(app, tx, event, event.into(), event.0).await?;
    }
    Ok(menu)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_micros(1_000_000);

    fn order(menu: &Menu) -> Vec<Tab> {
        menu.tabs().iter().map(|setting| setting.tab).collect()
    }

    #[test]
    fn a_menu_that_nobody_set_has_every_tab_open_in_the_usual_order() {
        let menu = Menu::default();
        assert_eq!(order(&menu), Tab::ALL);
        assert!(Tab::ALL.into_iter().all(|tab| menu.state(tab, NOON) == State::Open));
    }

    #[test]
    fn a_tab_moves_and_the_others_close_ranks() {
        let edit = Edit { position: Some(0), ..Edit::default() };
        let menu = Menu::default().apply(Tab::Team, edit).expect("a place that there is");
        assert_eq!(order(&menu)[..2], [Tab::Team, Tab::Leads]);
        assert_eq!(order(&menu).len(), Tab::ALL.len());
        let beyond = Edit { position: Some(Tab::ALL.len() as u64), ..Edit::default() };
        assert!(menu.apply(Tab::Team, beyond).is_err());
    }

    #[test]
    fn a_part_is_closed_with_its_tab_and_a_window_has_two_ends() {
        let off = Edit { is_enabled: Some(false), ..Edit::default() };
        let menu = Menu::default().apply(Tab::Leads, off).expect("allowed");
        assert_eq!(menu.state(Tab::LeadsMeetings, NOON), State::Off);
        assert_eq!(menu.state(Tab::Meetings, NOON), State::Open, "the tab of meetings is another one");
        let later = NOON.plus_micros(10);
        let window = Edit { opens_at: Some(Some(NOON)), closes_at: Some(Some(later)), ..Edit::default() };
        let menu = Menu::default().apply(Tab::Charts, window).expect("in order");
        assert_eq!(menu.state(Tab::Charts, NOON.plus_micros(-1)), State::NotYet(NOON));
        assert_eq!(menu.state(Tab::Charts, NOON), State::Open);
        assert_eq!(menu.state(Tab::Charts, later), State::Over(later));
        let reversed = Edit { opens_at: Some(Some(later)), closes_at: Some(Some(NOON)), ..Edit::default() };
        assert!(Menu::default().apply(Tab::Charts, reversed).is_err());
    }

    #[test]
    fn capturing_belongs_to_no_tab() {
        assert_eq!(Capability::Capture.tab(), None);
        assert_eq!(Capability::LeadExport.tab(), Some(Tab::Leads));
    }
}
