//! Every address beside the API, and who gets what it shows. A test compares it with the sources.

use server::access::Capability as C;
use server::access::operations::Need;

/// Who gets what an address shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// Whoever asks: there is nothing to protect, or a secret in the address is the proof.
    Anyone,
    /// Every attendee who signed in, about what is theirs.
    Attendees,
    /// Who has this right; others are told as the API tells them.
    Who(Need),
}

use For::{Anyone, Attendees, Who};

const PERSON: For = Who(Need::Person);
const ATTENDEE: For = Who(Need::Attendee);

const fn event(capability: C) -> For {
    Who(Need::Event(capability))
}

const fn space(capability: C) -> For {
    Who(Need::Space(capability))
}

/// The table: method, address and who. An address may stand in it again with a query that asks for more.
pub const PAGES: &[(&str, &str, For)] = &[
    ("GET", "/healthz", Anyone),
    ("GET", "/readyz", Anyone),
    ("GET", "/metrics", Anyone),
    ("GET", "/api/v1/openapi.json", Anyone),
    ("GET", "/api/docs", Anyone),
    ("GET", "/static/{*path}", Anyone),
    ("GET", "/favicon.ico", Anyone),
    ("POST", "/language", Anyone),
    ("GET", "/scan", Anyone),
    ("GET", "/scan.webmanifest", Anyone),
    ("GET", "/scan-worker.js", Anyone),
    ("GET", "/scan/worker.js", Anyone),
    ("GET", "/scan/practice-badge.svg", Anyone),
    ("GET", "/sign-in", Anyone),
    ("POST", "/sign-in", Anyone),
    ("POST", "/sign-in/code", Anyone),
    ("GET", "/invitations/{token}", Anyone),
    ("POST", "/invitations/{token}", Anyone),
    ("GET", "/reset-password", Anyone),
    ("POST", "/reset-password", Anyone),
    ("GET", "/reset-password/{token}", Anyone),
    ("POST", "/reset-password/{token}", Anyone),
    ("GET", "/view-as/leave", Anyone),
    ("POST", "/view-as/leave", Anyone),
    ("GET", "/", PERSON),
    ("GET", "/account", PERSON),
    ("POST", "/account/password", PERSON),
    ("POST", "/account/sign-ins/end-others", PERSON),
    ("POST", "/account/sign-ins/{sign_in_id}/end", PERSON),
    ("POST", "/account/second-step", PERSON),
    ("POST", "/account/second-step/confirm", PERSON),
    ("POST", "/account/second-step/disable", PERSON),
    ("POST", "/account/second-step/recovery-codes", PERSON),
    ("GET", "/organizers/{organizer_id}/members", Who(Need::Members(C::MemberManage))),
    ("GET", "/events/new", Who(Need::Organizer(C::EventManage))),
    ("GET", "/events/{event_id}/members", event(C::MemberManage)),
    ("GET", "/events/{event_id}/ready", event(C::EventRead)),
    ("GET", "/events/{event_id}/packages", event(C::EventManage)),
    ("GET", "/events/{event_id}/partner-menu", event(C::EventRead)),
    ("GET", "/events/{event_id}/personal-data", event(C::EventManage)),
    ("GET", "/events/{event_id}/team-form", event(C::EventManage)),
    ("GET", "/events/{event_id}/exhibitors", event(C::EventRead)),
    ("GET", "/events/{event_id}/exhibitors/{exhibitor_id}/view-as", event(C::ViewAs)),
    ("GET", "/events/{event_id}/profile-fields", event(C::EventManage)),
    ("GET", "/events/{event_id}/report", event(C::Monitor)),
    ("GET", "/events/{event_id}/phases", event(C::EventRead)),
    ("GET", "/events/{event_id}/phases?mail=access", event(C::EventManage)),
    ("POST", "/events/{event_id}/phases", event(C::EventManage)),
    ("POST", "/events/{event_id}/phases/mail", event(C::EventManage)),
    ("GET", "/events/{event_id}/people", event(C::Register)),
    ("GET", "/events/{event_id}/registration-desk", event(C::Register)),
    ("GET", "/events/{event_id}/print-runs", event(C::Register)),
    ("GET", "/events/{event_id}/help-desk", event(C::Register)),
    ("GET", "/events/{event_id}/meeting-places", event(C::EventRead)),
    ("GET", "/events/{event_id}/activity", event(C::AuditRead)),
    ("GET", "/events/{event_id}/disclosure", event(C::EventManage)),
    ("GET", "/events/{event_id}/sessions", event(C::EventRead)),
    ("GET", "/events/{event_id}/monitor", event(C::Monitor)),
    ("GET", "/events/{event_id}/wall", event(C::Monitor)),
    ("GET", "/events/{event_id}/doors", event(C::EventManage)),
    ("GET", "/events/{event_id}/messages", event(C::EventRead)),
    ("GET", "/exhibitors/{exhibitor_id}", space(C::SpaceRead)),
    ("GET", "/exhibitors/{exhibitor_id}/leads", space(C::LeadRead)),
    ("GET", "/exhibitors/{exhibitor_id}/leads/filters", space(C::LeadRead)),
    ("GET", "/exhibitors/{exhibitor_id}/leads?tab=contact_sharing", space(C::LeadRead)),
    ("GET", "/exhibitors/{exhibitor_id}/leads/{lead_id}", space(C::LeadRead)),
    ("GET", "/exhibitors/{exhibitor_id}/leads/{lead_id}/panel", space(C::LeadRead)),
    ("GET", "/exhibitors/{exhibitor_id}/people", space(C::ContactRead)),
    ("GET", "/exhibitors/{exhibitor_id}/meetings", space(C::MeetingRead)),
    ("GET", "/exhibitors/{exhibitor_id}/meetings/day", space(C::MeetingRead)),
    ("GET", "/exhibitors/{exhibitor_id}/meetings/week", space(C::MeetingRead)),
    ("GET", "/exhibitors/{exhibitor_id}/meetings/places", space(C::MeetingRead)),
    ("GET", "/exhibitors/{exhibitor_id}/meetings/new", space(C::MeetingManage)),
    ("GET", "/exhibitors/{exhibitor_id}/meetings/{meeting_id}/move", space(C::MeetingManage)),
    ("GET", "/exhibitors/{exhibitor_id}/sessions", space(C::SessionRead)),
    ("GET", "/exhibitors/{exhibitor_id}/sessions/{session_id}", space(C::SessionRead)),
    ("GET", "/exhibitors/{exhibitor_id}/charts", space(C::ChartRead)),
    ("GET", "/exhibitors/{exhibitor_id}/conversations", space(C::Message)),
    ("GET", "/exhibitors/{exhibitor_id}/conversations/new", space(C::Message)),
    ("GET", "/exhibitors/{exhibitor_id}/conversations/{conversation_id}", space(C::Message)),
    ("GET", "/exhibitors/{exhibitor_id}/profile", space(C::ProfileManage)),
    ("GET", "/exhibitors/{exhibitor_id}/team", space(C::TeamManage)),
    ("GET", "/exhibitors/{exhibitor_id}/questions", space(C::FormManage)),
    ("GET", "/exhibitors/{exhibitor_id}/devices", space(C::DeviceManage)),
    ("GET", "/exhibitors/{exhibitor_id}/devices/sheet", space(C::DeviceManage)),
    ("GET", "/exhibitors/{exhibitor_id}/activity", space(C::AuditRead)),
    ("GET", "/attendee", Attendees),
    ("GET", "/attendee/sign-in", Anyone),
    ("POST", "/attendee/sign-in", Anyone),
    ("GET", "/attendee/sign-in/{token}", Anyone),
    ("POST", "/attendee/sign-in/{token}", Anyone),
    ("GET", "/attendee/exhibitor-email/{token}", Anyone),
    ("POST", "/attendee/exhibitor-email/{token}", Anyone),
    ("GET", "/attendee/worker.js", Anyone),
    ("GET", "/attendee/{registration_id}", ATTENDEE),
    ("GET", "/attendee/{registration_id}/badge.svg", ATTENDEE),
    ("GET", "/attendee/{registration_id}/exhibitors", ATTENDEE),
    ("GET", "/attendee/{registration_id}/profiles", ATTENDEE),
    ("GET", "/attendee/{registration_id}/profiles/{exhibitor_id}", ATTENDEE),
    ("GET", "/attendee/{registration_id}/data", ATTENDEE),
    ("GET", "/attendee/{registration_id}/agenda", ATTENDEE),
    ("GET", "/attendee/{registration_id}/sessions", ATTENDEE),
    ("GET", "/attendee/{registration_id}/messages", ATTENDEE),
    ("GET", "/attendee/{registration_id}/messages/{conversation_id}", ATTENDEE),
    ("GET", "/attendee/{registration_id}/people", ATTENDEE),
    ("GET", "/attendee/{registration_id}/connect", ATTENDEE),
    ("GET", "/attendee/{registration_id}/write/{exhibitor_id}", ATTENDEE),
    ("GET", "/attendee/{registration_id}/meet/{exhibitor_id}", ATTENDEE),
    ("GET", "/attendee/{registration_id}/meetings/{meeting_id}", ATTENDEE),
    ("POST", "/sign-out", Anyone),
    // An attendee who asks is signed out by it, so it comes last.
    ("POST", "/attendee/sign-out", Anyone),
];
