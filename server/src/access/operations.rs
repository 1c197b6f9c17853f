//! What each operation of the API asks of whoever calls it.
//!
//! The OpenAPI document says it (`x-rights`), and a test walks every operation as everybody and
//! compares: an operation that is not named here fails it. The scopes of the handlers are what
//! enforces it; this is what they are held against.

use super::policy::{Capability, Role};
use crate::openapi;
use serde_json::{Value, json};
use utoipa::openapi::OpenApi;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::security::SecurityRequirement;

/// What an operation asks of its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing: a secret in the request is the proof, or there is nothing to protect.
    Nothing,
    /// The attendee whose registration's id stands in the address in the place of `{token}`, signed in by a link
    /// mailed to its address; others who signed in so get `not_found`. A secret link of theirs may stand there
    /// instead, and is the proof itself.
    Attendee,
    /// A person who is signed in, about what is theirs.
    Person,
    /// A device that is paired, about itself.
    Device,
    /// A person who may do this for an organizer of theirs.
    Organizer(Capability),
    /// This, at the organizer that the address names. Its other members get `forbidden`, everybody else
    /// `not_found`.
    Members(Capability),
    /// This, at the event that the address names. Others of the event's organizer get `forbidden`,
    /// everybody else `not_found`.
    Event(Capability),
    /// This, in the space of the exhibitor that the address names.
    Space(Capability),
    /// This, in any space of the event that the address names: its team members, its devices, and
    /// the event's organizer.
    Anywhere(Capability),
    /// This, in the space that the body names; a device's own space needs no name.
    NamedSpace(Capability),
    /// A person who may watch the stream that the body names.
    Stream,
}

use Capability as C;

/// The table, by `operationId`.
const TABLE: &[(&str, Need)] = &[
    ("login", Need::Nothing),
    ("accept_invitation", Need::Nothing),
    ("pair_device", Need::Nothing),
    ("renew_device_token", Need::Device),
    ("get_pairing_code_picture", Need::Nothing),
    ("ask_for_password_reset", Need::Nothing),
    ("reset_password", Need::Nothing),
    ("change_password", Need::Person),
    ("list_sign_ins", Need::Person),
    ("end_sign_in", Need::Person),
    ("end_other_sign_ins", Need::Person),
    ("get_second_factor", Need::Person),
    ("enrol_second_factor", Need::Person),
    ("confirm_second_factor", Need::Person),
    ("disable_second_factor", Need::Person),
    ("renew_recovery_codes", Need::Person),
    ("logout", Need::Person),
    ("get_me", Need::Person),
    ("list_events", Need::Person),
    ("create_event", Need::Organizer(C::EventManage)),
    ("list_organizer_members", Need::Members(C::MemberManage)),
    ("invite_organizer_member", Need::Members(C::MemberManage)),
    ("edit_organizer_member", Need::Members(C::MemberManage)),
    ("remove_organizer_member", Need::Members(C::MemberManage)),
    ("invite_organizer_member_again", Need::Members(C::MemberManage)),
    ("begin_view", Need::Event(C::ViewAs)),
    ("list_views", Need::Event(C::ViewAs)),
    ("leave_view", Need::Event(C::ViewAs)),
    ("get_event_report", Need::Event(C::Monitor)),
    ("get_readiness", Need::Event(C::EventRead)),
    ("remind_exhibitors", Need::Event(C::EventManage)),
    ("list_event_audit", Need::Event(C::AuditRead)),
    ("list_exhibitor_audit", Need::Space(C::AuditRead)),
    ("list_packages", Need::Event(C::EventRead)),
    ("create_package", Need::Event(C::EventManage)),
    ("get_package", Need::Event(C::EventRead)),
    ("edit_package", Need::Event(C::EventManage)),
    ("get_phases", Need::Event(C::EventRead)),
    ("edit_phases", Need::Event(C::EventManage)),
    ("get_partner_menu", Need::Event(C::EventRead)),
    ("edit_partner_tab", Need::Event(C::EventManage)),
    ("get_partner_contacts", Need::Event(C::EventRead)),
    ("save_partner_contacts", Need::Event(C::EventManage)),
    ("get_space_home", Need::Space(C::SpaceRead)),
    ("preview_team_mail", Need::Event(C::EventManage)),
    ("send_team_mail", Need::Event(C::EventManage)),
    ("get_event", Need::Event(C::EventRead)),
    ("duplicate_event", Need::Event(C::EventManage)),
    ("edit_event", Need::Event(C::EventManage)),
    ("list_exhibitors", Need::Event(C::EventRead)),
    ("create_exhibitor", Need::Event(C::EventManage)),
    ("get_exhibitor", Need::Event(C::EventRead)),
    ("edit_exhibitor", Need::Event(C::EventManage)),
    ("delete_exhibitor", Need::Event(C::EventManage)),
    ("import_exhibitors", Need::Event(C::EventManage)),
    ("list_registrations", Need::Event(C::Register)),
    ("create_registration", Need::Event(C::Register)),
    ("get_registration", Need::Event(C::Register)),
    ("change_registration", Need::Event(C::Register)),
    ("import_registrations", Need::Event(C::Import)),
    ("get_badge_filter", Need::Anywhere(C::Capture)),
    ("get_badge", Need::Event(C::Register)),
    ("print_badges", Need::Event(C::Register)),
    ("print_test_page", Need::Event(C::Register)),
    ("begin_print_run", Need::Event(C::Register)),
    ("list_print_runs", Need::Event(C::Register)),
    ("get_print_run", Need::Event(C::Register)),
    ("change_print_run", Need::Event(C::Register)),
    ("get_print_run_sheets", Need::Event(C::Register)),
    ("confirm_print_run", Need::Event(C::Register)),
    ("count_badge_print", Need::Event(C::Register)),
    ("reissue_badge", Need::Event(C::Register)),
    ("revoke_badge", Need::Event(C::Register)),
    ("assign_badge", Need::Event(C::Register)),
    ("create_door_pairing_code", Need::Event(C::EventManage)),
    ("list_door_devices", Need::Event(C::EventManage)),
    ("revoke_door_device", Need::Event(C::EventManage)),
    ("lose_door_device", Need::Event(C::EventManage)),
    ("event_live", Need::Event(C::Monitor)),
    ("event_feed", Need::Event(C::Monitor)),
    ("wall_live", Need::Event(C::Monitor)),
    ("wall_feed", Need::Event(C::Monitor)),
    ("make_live_ticket", Need::Stream),
    ("list_sessions", Need::Event(C::EventRead)),
    ("create_session", Need::Event(C::EventManage)),
    ("get_session", Need::Event(C::EventRead)),
    ("edit_session", Need::Event(C::EventManage)),
    ("delete_session", Need::Event(C::EventManage)),
    ("get_session_rules", Need::Event(C::EventRead)),
    ("set_session_rules", Need::Event(C::EventManage)),
    ("list_signups", Need::Event(C::Register)),
    ("sign_up", Need::Event(C::Register)),
    ("cancel_signup", Need::Event(C::Register)),
    ("get_presence", Need::Event(C::EventRead)),
    ("list_attendance", Need::Event(C::Register)),
    ("correct_attendance", Need::Event(C::Register)),
    ("list_attendance_marks", Need::Event(C::Register)),
    ("annul_attendance_mark", Need::Event(C::Register)),
    ("list_door_sessions", Need::Anywhere(C::Capture)),
    ("unpair_door_device", Need::Anywhere(C::Capture)),
    ("list_own_sessions", Need::Space(C::SessionRead)),
    ("edit_own_session", Need::Space(C::SessionManage)),
    ("list_session_attendees", Need::Space(C::SessionRead)),
    ("list_contacts", Need::Space(C::ContactRead)),
    ("list_profile_fields", Need::Event(C::EventRead)),
    ("create_profile_field", Need::Event(C::EventManage)),
    ("edit_profile_field", Need::Event(C::EventManage)),
    ("delete_profile_field", Need::Event(C::EventManage)),
    ("get_own_profile", Need::Space(C::ProfileManage)),
    ("save_profile", Need::Space(C::ProfileManage)),
    ("set_logo", Need::Space(C::ProfileManage)),
    ("delete_logo", Need::Space(C::ProfileManage)),
    ("get_logo", Need::Nothing),
    ("list_profiles", Need::Attendee),
    ("get_profile", Need::Attendee),
    ("list_conversations", Need::Space(C::Message)),
    ("begin_conversation", Need::Space(C::Message)),
    ("get_conversation", Need::Space(C::Message)),
    ("list_messages", Need::Space(C::Message)),
    ("write_message", Need::Space(C::Message)),
    ("read_conversation", Need::Space(C::Message)),
    ("request_contact", Need::Space(C::Message)),
    ("block_attendee", Need::Space(C::Message)),
    ("report_attendee", Need::Space(C::Message)),
    ("add_conversation_member", Need::Space(C::Message)),
    ("remove_conversation_member", Need::Space(C::Message)),
    ("list_conversation_volumes", Need::Event(C::EventRead)),
    ("list_conversation_reports", Need::Event(C::EventManage)),
    ("close_conversation_report", Need::Event(C::EventManage)),
    ("get_sharing_rules", Need::Event(C::EventRead)),
    ("set_sharing_rules", Need::Event(C::EventManage)),
    ("list_attendee_conversations", Need::Attendee),
    ("begin_attendee_conversation", Need::Attendee),
    ("get_attendee_conversation", Need::Attendee),
    ("list_attendee_messages", Need::Attendee),
    ("write_attendee_message", Need::Attendee),
    ("read_attendee_conversation", Need::Attendee),
    ("share_contact", Need::Attendee),
    ("block_exhibitor", Need::Attendee),
    ("report_exhibitor", Need::Attendee),
    ("wait_for_attendee_news", Need::Attendee),
    ("list_connections", Need::Attendee),
    ("ask_to_connect", Need::Attendee),
    ("answer_connection", Need::Attendee),
    ("end_connection", Need::Attendee),
    ("list_networking_people", Need::Attendee),
    ("get_networking", Need::Attendee),
    ("set_networking", Need::Attendee),
    ("get_meeting_rules", Need::Event(C::EventRead)),
    ("set_meeting_rules", Need::Event(C::EventManage)),
    ("list_meeting_locations", Need::Event(C::EventRead)),
    ("create_meeting_location", Need::Event(C::EventManage)),
    ("edit_meeting_location", Need::Event(C::EventManage)),
    ("delete_meeting_location", Need::Event(C::EventManage)),
    ("open_meeting_location", Need::Event(C::EventManage)),
    ("list_own_meeting_locations", Need::Space(C::MeetingRead)),
    ("create_own_meeting_location", Need::Space(C::MeetingManage)),
    ("edit_own_meeting_location", Need::Space(C::MeetingManage)),
    ("delete_own_meeting_location", Need::Space(C::MeetingManage)),
    ("open_own_meeting_location", Need::Space(C::MeetingManage)),
    ("list_free_slots", Need::Space(C::MeetingRead)),
    ("list_meetings", Need::Space(C::MeetingRead)),
    ("ask_for_meeting", Need::Space(C::MeetingManage)),
    ("get_meeting", Need::Space(C::MeetingRead)),
    ("answer_meeting", Need::Space(C::MeetingManage)),
    ("get_meeting_invitation", Need::Space(C::MeetingRead)),
    ("list_attendee_meetings", Need::Attendee),
    ("list_stand_meetings", Need::Attendee),
    ("answer_stand_meeting", Need::Attendee),
    ("ask_exhibitor_for_meeting", Need::Attendee),
    ("answer_attendee_meeting", Need::Attendee),
    ("list_attendee_free_slots", Need::Attendee),
    ("get_calendar", Need::Nothing),
    ("list_attendee_sessions", Need::Attendee),
    ("sign_up_attendee", Need::Attendee),
    ("cancel_attendee_signup", Need::Attendee),
    ("ask_for_attendee_link", Need::Nothing),
    ("sign_in_attendee", Need::Nothing),
    ("sign_out_attendee", Need::Nothing),
    ("get_attendee", Need::Attendee),
    ("list_met_exhibitors", Need::Attendee),
    ("export_met_exhibitors", Need::Attendee),
    ("set_own_consent", Need::Attendee),
    ("set_exhibitor_email", Need::Attendee),
    ("prove_exhibitor_email", Need::Nothing),
    ("make_own_calendar_link", Need::Attendee),
    ("download_own_data", Need::Attendee),
    ("ask_for_erasure", Need::Attendee),
    ("list_erasure_requests", Need::Event(C::Register)),
    ("erase_registration", Need::Event(C::EventManage)),
    ("get_retention", Need::Event(C::EventRead)),
    ("set_retention", Need::Event(C::EventManage)),
    ("make_link", Need::Event(C::Register)),
    ("make_member_link", Need::Space(C::TeamManage)),
    ("import_captures", Need::Event(C::Register)),
    ("inspect_captures", Need::Event(C::Register)),
    ("search_help_desk", Need::Event(C::Register)),
    ("list_desk_actions", Need::Event(C::Register)),
    ("undo_desk_action", Need::Event(C::Register)),
    ("merge_registrations", Need::Event(C::Register)),
    ("list_unmatched_codes", Need::Event(C::Register)),
    ("assign_unmatched_code", Need::Event(C::Register)),
    ("move_scans", Need::Event(C::EventManage)),
    ("reopen_leads", Need::Event(C::EventManage)),
    ("swap_badges", Need::Event(C::Register)),
    ("release_rejected_capture", Need::Space(C::RejectedRead)),
    ("discard_rejected_capture", Need::Space(C::RejectedRead)),
    ("deliver_captures", Need::NamedSpace(C::Capture)),
    ("list_leads", Need::Space(C::LeadRead)),
    ("get_lead", Need::Space(C::LeadRead)),
    ("lead_history", Need::Space(C::LeadRead)),
    ("edit_lead", Need::Space(C::LeadWrite)),
    ("assign_leads", Need::Space(C::LeadAssign)),
    ("tag_leads", Need::Space(C::LeadWrite)),
    ("list_saved_views", Need::Space(C::LeadRead)),
    ("save_view", Need::Space(C::LeadRead)),
    ("edit_saved_view", Need::Space(C::LeadRead)),
    ("delete_saved_view", Need::Space(C::LeadRead)),
    ("get_lead_goal", Need::Space(C::ChartRead)),
    ("set_lead_goal", Need::Space(C::TeamManage)),
    ("exhibitor_live", Need::Space(C::LeadLive)),
    ("exhibitor_feed", Need::Space(C::LeadLive)),
    ("export_leads", Need::Space(C::LeadExport)),
    ("list_exports", Need::Space(C::LeadExport)),
    ("build_export", Need::Space(C::LeadExport)),
    ("get_export", Need::Space(C::LeadExport)),
    ("get_export_file", Need::Space(C::LeadExport)),
    ("get_team_form", Need::Event(C::EventRead)),
    ("save_team_form", Need::Event(C::EventManage)),
    ("export_teams", Need::Event(C::EventManage)),
    ("get_own_team_form", Need::Space(C::TeamManage)),
    ("get_lead_visibility", Need::Space(C::TeamManage)),
    ("set_lead_visibility", Need::Space(C::TeamManage)),
    ("list_team", Need::Space(C::TeamManage)),
    ("add_team_member", Need::Space(C::TeamManage)),
    ("edit_team_member", Need::Space(C::TeamManage)),
    ("remove_team_member", Need::Space(C::TeamManage)),
    ("invite_team_member_again", Need::Space(C::TeamManage)),
    ("print_team_badges", Need::Space(C::TeamManage)),
    ("revoke_invitation", Need::Space(C::TeamManage)),
    ("create_pairing_code", Need::Space(C::DeviceManage)),
    ("list_devices", Need::Space(C::DeviceManage)),
    ("revoke_device", Need::Space(C::DeviceManage)),
    ("lose_device", Need::Space(C::DeviceManage)),
    ("get_form", Need::Space(C::Capture)),
    ("save_form", Need::Space(C::FormManage)),
    ("get_crew", Need::Space(C::Capture)),
    ("make_transfer_code", Need::Space(C::Capture)),
    ("unpair_device", Need::Space(C::Capture)),
    ("list_rejected_captures", Need::Space(C::RejectedRead)),
];

/// What an operation asks; none for one that the table does not name.
pub fn need(operation: &str) -> Option<Need> {
    TABLE.iter().find(|(name, _)| *name == operation).map(|(_, need)| *need)
}

/// What only an attendee who signed in by mail gets done: what they and exhibitors write to each other, what may be
/// seen of them, whom they know, and everything that is kept of them. A link of the desk is refused there.
const PROVEN: [&str; 20] = [
    "list_attendee_conversations",
    "begin_attendee_conversation",
    "get_attendee_conversation",
    "list_attendee_messages",
    "write_attendee_message",
    "read_attendee_conversation",
    "share_contact",
    "block_exhibitor",
    "report_exhibitor",
    "wait_for_attendee_news",
    "set_own_consent",
    "set_exhibitor_email",
    "list_connections",
    "ask_to_connect",
    "answer_connection",
    "end_connection",
    "set_networking",
    "make_own_calendar_link",
    "download_own_data",
    "ask_for_erasure",
];

/// Whether an operation about an attendee refuses a link of the desk.
pub fn asks_for_proof(operation: &str) -> bool {
    PROVEN.contains(&operation)
}

/// The operations of the table.
pub fn named() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|(name, _)| *name)
}

impl Need {
    /// What the document says of it: where the right is looked up, which one, and who has it.
    fn told(self) -> Value {
        let (at, capability) = match self {
            Self::Nothing => return json!({"at": "nothing"}),
            Self::Attendee => return json!({"at": "attendee"}),
            Self::Person => return json!({"at": "person"}),
            Self::Device => return json!({"at": "device"}),
            Self::Stream => {
                return json!({"at": "stream", "capability": [C::LeadLive, C::Monitor]});
            }
            Self::Organizer(capability) => ("organizer", capability),
            Self::Members(capability) => ("organizer_of_address", capability),
            Self::Event(capability) => ("event", capability),
            Self::Anywhere(capability) => ("anywhere", capability),
            Self::Space(capability) => ("exhibitor", capability),
            Self::NamedSpace(capability) => ("exhibitor_of_body", capability),
        };
        // Roles of a team and devices mean nothing at the organizer's own addresses.
        let is_organizers = matches!(self, Self::Organizer(_) | Self::Members(_) | Self::Event(_));
        let roles: Vec<Role> =
            capability.roles().iter().copied().filter(|role| !is_organizers || role.is_organizers()).collect();
        let mut told = json!({"at": at, "capability": capability, "roles": roles});
        if !capability.entitlements().is_empty() {
            told["package"] = json!(capability.entitlements());
        }
        // At an event's own addresses no tab of a partner space is meant.
        if let Some(tab) = capability.tab().filter(|_| !is_organizers) {
            told["tab"] = json!(tab);
        }
        told
    }
}

/// How attendees prove themselves: by the sign-in of a mailed link, or, where that is enough, by a secret link in the
/// address, beside which nothing is sent.
fn proofs_of_attendees(is_link_enough: bool) -> Vec<SecurityRequirement> {
    let sent = [openapi::BEARER, openapi::ATTENDEE_COOKIE];
    let sent = sent.map(|scheme| SecurityRequirement::new(scheme, Vec::<String>::new()));
    sent.into_iter().chain(is_link_enough.then(SecurityRequirement::default)).collect()
}

/// Adds to each operation of a document what it asks of its caller.
pub fn describe(document: &mut OpenApi) {
    for item in document.paths.paths.values_mut() {
        let methods = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in methods.into_iter().flatten() {
            let Some(name) = operation.operation_id.as_deref() else { continue };
            let (Some(need), is_link_enough) = (need(name), !asks_for_proof(name)) else { continue };
            match need {
                Need::Nothing => operation.security = Some(Vec::new()),
                Need::Attendee => operation.security = Some(proofs_of_attendees(is_link_enough)),
                _ => {}
            }
            let told = Extensions::from_iter([("x-rights", need.told())]);
            operation.extensions.get_or_insert_default().merge(told);
        }
    }
}
