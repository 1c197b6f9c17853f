//! Requests whose inner id is somebody else's.

use super::ask::Ask;
use super::callers::Caller;
use super::targets::Targets;

impl Targets {
    /// Requests under an address of one's own whose inner id is somebody else's, by caller.
    pub async fn crossed(&self, operation: &str) -> Vec<(&'static str, Vec<Ask>)> {
        let inner: &[&'static str] = match operation {
            "get_lead" | "lead_history" | "edit_lead" => &["lead_id"],
            "get_export" | "get_export_file" => &["export_id"],
            "edit_team_member"
            | "remove_team_member"
            | "invite_team_member_again"
            | "revoke_invitation"
            | "edit_organizer_member"
            | "remove_organizer_member"
            | "invite_organizer_member_again" => &["member_id"],
            "revoke_device" | "lose_device" | "revoke_door_device" | "lose_door_device" => &["device_id"],
            "get_badge" | "count_badge_print" | "reissue_badge" | "revoke_badge" | "assign_badge" => &["badge_id"],
            "get_registration"
            | "change_registration"
            | "make_link"
            | "merge_registrations"
            | "erase_registration"
            | "swap_badges" => &["registration_id"],
            "get_package" | "edit_package" => &["package_id"],
            "get_session" | "edit_session" | "delete_session" | "list_signups" | "sign_up" | "list_attendance"
            | "correct_attendance" => &["session_id"],
            "list_attendance_marks" | "cancel_signup" => &["session_id", "registration_id"],
            "annul_attendance_mark" => &["session_id", "mark_id"],
            "edit_own_session" | "list_session_attendees" => &["own_session_id"],
            "delete_meeting_location" | "open_meeting_location" | "edit_meeting_location" => &["location_id"],
            "delete_own_meeting_location" | "open_own_meeting_location" | "edit_own_meeting_location" => {
                &["own_location_id"]
            }
            "get_meeting" | "answer_meeting" | "get_meeting_invitation" => &["meeting_id"],
            "get_conversation"
            | "list_messages"
            | "write_message"
            | "read_conversation"
            | "request_contact"
            | "block_attendee"
            | "report_attendee"
            | "add_conversation_member"
            | "remove_conversation_member" => &["conversation_id"],
            "close_conversation_report" => &["report_id"],
            "get_exhibitor" | "edit_exhibitor" | "delete_exhibitor" => &["exhibitor_id"],
            _ => return Vec::new(),
        };
        let is_event = matches!(
            inner[0],
            "badge_id" | "registration_id" | "package_id" | "session_id" | "location_id" | "report_id"
        ) || operation.ends_with("_exhibitor");
        let is_door = operation.ends_with("_door_device");
        let somebody = Caller {
            name: "the owner",
            api: self.owner.clone(),
            is_person: true,
            event: Vec::new(),
            space: Vec::new(),
            here: Vec::new(),
            organizer: Vec::new(),
            has_ended: false,
            view: None,
        };
        let mut requests = Vec::new();
        for others in [&self.neighbour, &self.foreign] {
            // What is the event's is the organizer's own, whichever exhibitor it has to do with.
            if std::ptr::eq(others, &raw const self.neighbour) && (is_event || is_door) {
                continue;
            }
            let mut request = self.ask(operation, &somebody).await;
            let theirs = if is_door { others.ask().with("device_id", others.door) } else { others.ask() };
            for name in inner {
                match *name {
                    "own_session_id" => request.ids.insert("session_id", others.own_session.clone()),
                    "own_location_id" => request.ids.insert("location_id", others.own_location.clone()),
                    name => request.ids.insert(name, theirs.ids[name].clone()),
                };
            }
            requests.push(request);
        }
        // A door's device is no exhibitor's, and an exhibitor's is no door's.
        if inner[0] == "device_id" {
            let other = if is_door { self.own.device } else { self.own.door };
            requests.push(self.ask(operation, &somebody).await.with("device_id", other));
        }
        if inner[0] == "conversation_id" {
            return vec![("an admin", requests)];
        }
        let mut crossed = vec![("the owner", requests.clone())];
        if operations_of_spaces(inner[0]) && !is_door {
            crossed.push(("an admin", requests));
        }
        crossed
    }
}

fn operations_of_spaces(id: &str) -> bool {
    matches!(
        id,
        "lead_id" | "export_id" | "member_id" | "device_id" | "own_session_id" | "own_location_id" | "meeting_id"
    )
}
