//! The menu beside the pages of a space and of an event, made from the table of rights: what a role
//! does not include is not there; what the package leaves out is there, and says whom to ask. A space's is
//! in the order and with the names that the organiser gave it ([`crate::partner_menu`]).

use crate::access::{Capability, EventScope, ExhibitorScope};
use crate::partner_menu::{State, Tab};
use crate::words::Words;
use mobile_core::reason::Reason;

/// A line of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuItem {
    /// What it is called.
    pub label: String,
    /// The name of its picture.
    pub icon: &'static str,
    /// Where it leads; empty where it cannot be opened.
    pub href: String,
    /// Whether it is the page that is shown.
    pub is_current: bool,
    /// Why it cannot be opened, where the package is not the reason.
    pub why: String,
}

/// A page of a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpacePage {
    /// Its stand, its numbers, and whom to ask. It is no tab: nobody closes it.
    Home,
    /// The Leads tab.
    Leads,
    /// Its sessions, and who attended them.
    Sessions,
    /// Whom it meets, when and where.
    Meetings,
    /// What it and attendees write to each other.
    Messages,
    /// Whom of the attendees it may write to and ask for a meeting.
    People,
    /// What the scans add up to.
    Charts,
    /// The team.
    Team,
    /// What attendees see of it.
    Profile,
    /// What is asked at the stand.
    Questions,
    /// Phones and how to pair them.
    Devices,
    /// What was done.
    Activity,
}

/// A page of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventPage {
    /// The live monitor.
    Monitor,
    /// The exhibitors.
    Exhibitors,
    /// What exhibitors can say of themselves.
    ProfileFields,
    /// What is asked of the members of teams.
    TeamForm,
    /// What exhibitors can buy.
    Packages,
    /// Which tabs exhibitors find in their space, and when.
    PartnerMenu,
    /// What exhibitors get to see of visitors.
    Disclosure,
    /// Who is registered, and their badges.
    People,
    /// Registering whoever stands at the counter.
    RegistrationDesk,
    /// Printing many badges, and going on where a run stood.
    PrintRuns,
    /// Putting right what went wrong at the counter.
    HelpDesk,
    /// Which exhibitors are ready to scan.
    Ready,
    /// When what opens and closes, and the mails that say so.
    Phases,
    /// Talks, entrances and zones.
    Sessions,
    /// Where exhibitors meet attendees, and when.
    Places,
    /// How much exhibitors and attendees write to each other, and what was reported.
    Messages,
    /// Phones and readers at doors and desks.
    Doors,
    /// For how long contacts are kept, and who asked to be erased.
    PersonalData,
    /// Who belongs to the organizer.
    Members,
    /// The end-of-show report.
    Report,
    /// What was done.
    Activity,
}

type Line<P> = (P, &'static str, &'static str, &'static str, Capability);

/// A page of a space: its tab, its picture, its address, and the right to open it.
type SpaceLine = (SpacePage, Tab, &'static str, &'static str, Capability);

const SPACE: [SpaceLine; 11] = [
    (SpacePage::Leads, Tab::Leads, "scan", "leads", Capability::LeadRead),
    (SpacePage::Meetings, Tab::Meetings, "calendar", "meetings", Capability::MeetingRead),
    (SpacePage::Messages, Tab::Messages, "share", "conversations", Capability::Message),
    (SpacePage::People, Tab::People, "person", "people", Capability::ContactRead),
    (SpacePage::Sessions, Tab::Sessions, "stageplay", "sessions", Capability::SessionRead),
    (SpacePage::Charts, Tab::Charts, "pulse", "charts", Capability::ChartRead),
    (SpacePage::Team, Tab::Team, "people", "team", Capability::TeamManage),
    (SpacePage::Profile, Tab::Profile, "globe", "profile", Capability::ProfileManage),
    (SpacePage::Questions, Tab::Questions, "check", "questions", Capability::FormManage),
    (SpacePage::Devices, Tab::Devices, "phone", "devices", Capability::DeviceManage),
    (SpacePage::Activity, Tab::Activity, "note", "activity", Capability::AuditRead),
];

const EVENT: [Line<EventPage>; 21] = [
    (EventPage::Monitor, "menu-live-monitor", "pulse", "monitor", Capability::Monitor),
    (EventPage::Exhibitors, "menu-exhibitors", "stage", "exhibitors", Capability::EventRead),
    (EventPage::ProfileFields, "menu-profile-fields", "globe", "profile-fields", Capability::EventManage),
    (EventPage::TeamForm, "menu-team-form", "note", "team-form", Capability::EventManage),
    (EventPage::Packages, "menu-packages", "tag", "packages", Capability::EventManage),
    (EventPage::PartnerMenu, "menu-partner-menu", "filter", "partner-menu", Capability::EventRead),
    (EventPage::Disclosure, "menu-what-they-see", "shield", "disclosure", Capability::EventManage),
    (EventPage::People, "menu-people", "person", "people", Capability::Register),
    (EventPage::RegistrationDesk, "menu-registration-desk", "tag", "registration-desk", Capability::Register),
    (EventPage::PrintRuns, "menu-print-runs", "tag", "print-runs", Capability::Register),
    (EventPage::Sessions, "menu-sessions", "stageplay", "sessions", Capability::EventRead),
    (EventPage::Places, "menu-meeting-places", "person", "meeting-places", Capability::EventRead),
    (EventPage::HelpDesk, "menu-help-desk", "search", "help-desk", Capability::Register),
    (EventPage::Ready, "menu-ready", "check", "ready", Capability::EventRead),
    (EventPage::Phases, "menu-moments-and-mails", "calendar", "phases", Capability::EventRead),
    (EventPage::Messages, "menu-messages", "share", "messages", Capability::EventRead),
    (EventPage::Doors, "menu-doors", "phone", "doors", Capability::EventManage),
    (EventPage::PersonalData, "menu-personal-data", "shield", "personal-data", Capability::EventManage),
    (EventPage::Members, "menu-members", "people", "members", Capability::MemberManage),
    (EventPage::Report, "menu-report", "export", "report", Capability::Monitor),
    (EventPage::Activity, "menu-activity", "note", "activity", Capability::AuditRead),
];

/// The menu of an exhibitor's space. What the organiser switched off is not there; what opens later or is
/// over is, and says so.
pub fn of_space(scope: &ExhibitorScope, current: SpacePage) -> Vec<MenuItem> {
    let words = Words::of_request();
    let includes = |capability| scope.roles().iter().any(|role| role.may(capability));
    let home = scope.may(Capability::SpaceRead).then(|| MenuItem {
        label: words.t("menu-home").into(),
        icon: "stage",
        href: format!("/exhibitors/{}", scope.exhibitor()),
        is_current: current == SpacePage::Home,
        why: String::new(),
    });
    let tabs = scope.menu().tabs();
    let lines = tabs.iter().filter_map(|setting| Some((setting, SPACE.iter().find(|line| line.1 == setting.tab)?)));
    let lines = lines
        .filter(|(setting, (.., capability))| includes(*capability) && scope.tab_state(setting.tab) != State::Off)
        .map(|(setting, (page, tab, icon, path, capability))| {
            let is_over = matches!(scope.tab_state(*tab), State::Over(_));
            let closed = scope.allows(*capability).err().filter(|problem| {
                problem.reason() == Reason::NotOpenYet || (is_over && scope.is_in_package(*capability))
            });
            let why = closed.map(|problem| problem.told(words).into_owned()).unwrap_or_default();
            let is_there = scope.is_in_package(*capability) && why.is_empty();
            let href = if is_there { format!("/exhibitors/{}/{path}", scope.exhibitor()) } else { String::new() };
            MenuItem { label: setting.name(words), icon, href, is_current: *page == current, why }
        });
    home.into_iter().chain(lines).collect()
}

/// The page of a space that somebody with these rights begins at.
pub fn first_of_space(capabilities: &[Capability]) -> Option<&'static str> {
    SPACE.iter().find(|(.., capability)| capabilities.contains(capability)).map(|(.., path, _)| *path)
}

/// The menu of an event.
pub fn of_event(scope: &EventScope, current: EventPage) -> Vec<MenuItem> {
    let words = Words::of_request();
    let lines = EVENT.into_iter().filter(|(.., capability)| scope.role().may(*capability));
    lines
        .map(|(page, label, icon, path, _)| {
            let href = format!("/events/{}/{path}", scope.event());
            MenuItem { label: words.t(label).into(), icon, href, is_current: page == current, why: String::new() }
        })
        .collect()
}
