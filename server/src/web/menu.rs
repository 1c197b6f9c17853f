//! The menu beside the pages of a space and of an event, made from the table of rights: what a role
//! does not include is not there; what the package leaves out is there, and says whom to ask.

use crate::access::{Capability, EventScope, ExhibitorScope};
use mobile_core::reason::Reason;

/// A line of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuItem {
    /// The key of what it is called.
    pub label: &'static str,
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
    /// What exhibitors can buy.
    Packages,
    /// What exhibitors get to see of visitors.
    Disclosure,
    /// Who is registered, and their badges.
    People,
    /// Registering whoever stands at the counter.
    RegistrationDesk,
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
    /// Phones and readers at doors and desks.
    Doors,
    /// For how long contacts are kept, and who asked to be erased.
    PersonalData,
    /// The end-of-show report.
    Report,
    /// What was done.
    Activity,
}

type Line<P> = (P, &'static str, &'static str, &'static str, Capability);

const SPACE: [Line<SpacePage>; 11] = [
    (SpacePage::Leads, "menu-leads", "scan", "leads", Capability::LeadRead),
    (SpacePage::Meetings, "menu-meetings", "calendar", "meetings", Capability::MeetingRead),
    (SpacePage::Messages, "menu-messages", "share", "conversations", Capability::Message),
    (SpacePage::People, "menu-people", "person", "people", Capability::ContactRead),
    (SpacePage::Sessions, "menu-sessions", "stageplay", "sessions", Capability::LeadRead),
    (SpacePage::Charts, "menu-charts", "pulse", "charts", Capability::LeadRead),
    (SpacePage::Team, "menu-team", "people", "team", Capability::TeamManage),
    (SpacePage::Profile, "menu-profile", "globe", "profile", Capability::ProfileManage),
    (SpacePage::Questions, "menu-questions", "check", "questions", Capability::FormManage),
    (SpacePage::Devices, "menu-phones", "phone", "devices", Capability::DeviceManage),
    (SpacePage::Activity, "menu-activity", "note", "activity", Capability::AuditRead),
];

const EVENT: [Line<EventPage>; 16] = [
    (EventPage::Monitor, "menu-live-monitor", "pulse", "monitor", Capability::Monitor),
    (EventPage::Exhibitors, "menu-exhibitors", "stage", "exhibitors", Capability::EventRead),
    (EventPage::ProfileFields, "menu-profile-fields", "globe", "profile-fields", Capability::EventManage),
    (EventPage::Packages, "menu-packages", "tag", "packages", Capability::EventManage),
    (EventPage::Disclosure, "menu-what-they-see", "shield", "disclosure", Capability::EventManage),
    (EventPage::People, "menu-people", "person", "people", Capability::Register),
    (EventPage::RegistrationDesk, "menu-registration-desk", "tag", "registration-desk", Capability::Register),
    (EventPage::Sessions, "menu-sessions", "stageplay", "sessions", Capability::EventRead),
    (EventPage::Places, "menu-meeting-places", "person", "meeting-places", Capability::EventRead),
    (EventPage::HelpDesk, "menu-help-desk", "search", "help-desk", Capability::Register),
    (EventPage::Ready, "menu-ready", "check", "ready", Capability::EventRead),
    (EventPage::Phases, "menu-moments-and-mails", "calendar", "phases", Capability::EventRead),
    (EventPage::Doors, "menu-doors", "phone", "doors", Capability::EventManage),
    (EventPage::PersonalData, "menu-personal-data", "shield", "personal-data", Capability::EventManage),
    (EventPage::Report, "menu-report", "export", "report", Capability::Monitor),
    (EventPage::Activity, "menu-activity", "note", "activity", Capability::AuditRead),
];

/// The menu of an exhibitor's space.
pub fn of_space(scope: &ExhibitorScope, current: SpacePage) -> Vec<MenuItem> {
    let includes = |capability| scope.roles().iter().any(|role| role.may(capability));
    let lines = SPACE.into_iter().filter(|(.., capability)| includes(*capability));
    lines
        .map(|(page, label, icon, path, capability)| {
            let href = format!("/exhibitors/{}/{path}", scope.exhibitor());
            let closed = scope.allows(capability).err().filter(|problem| problem.reason() == Reason::NotOpenYet);
            let why = closed.map(|problem| problem.detail().to_owned()).unwrap_or_default();
            let href = if scope.is_in_package(capability) && why.is_empty() { href } else { String::new() };
            MenuItem { label, icon, href, is_current: page == current, why }
        })
        .collect()
}

/// The menu of an event.
pub fn of_event(scope: &EventScope, current: EventPage) -> Vec<MenuItem> {
    let lines = EVENT.into_iter().filter(|(.., capability)| scope.role().may(*capability));
    lines
        .map(|(page, label, icon, path, _)| {
            let href = format!("/events/{}/{path}", scope.event());
            MenuItem { label, icon, href, is_current: page == current, why: String::new() }
        })
        .collect()
}
