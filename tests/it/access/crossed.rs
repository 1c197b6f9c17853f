//! Requests whose inner id is somebody else's: every operation with an id within another says here which
//! one it is and what it is part of.

use super::ask::Ask;
use super::callers::person;
use super::targets::Targets;
use super::things::Things;

/// What a thing is part of, and so who is asked for it here and whose else could be named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Of an event, whichever exhibitor it has to do with: only another event's is somebody else's.
    Event,
    /// Of an exhibitor's space, which the organizer reaches too.
    Space,
    /// Of a space, where the organizer has no part.
    Talk,
    /// Of what one attendee has.
    Attendee,
    /// Of what every attendee of an event finds there.
    Fair,
    /// Of nobody: the same few words at every event.
    Nobody,
}

/// Which ids of an operation could be somebody else's; none for an operation that says nothing of it.
pub fn of(operation: &str) -> Option<(Part, &'static [&'static str])> {
    Some(match operation {
        "get_lead" | "lead_history" | "edit_lead" => (Part::Space, &["lead_id"]),
        "get_export" | "get_export_file" => (Part::Space, &["export_id"]),
        "edit_team_member"
        | "remove_team_member"
        | "invite_team_member_again"
        | "revoke_invitation"
        | "edit_organizer_member"
        | "remove_organizer_member"
        | "invite_organizer_member_again" => (Part::Space, &["member_id"]),
        "revoke_device" | "lose_device" => (Part::Space, &["device_id"]),
        "revoke_door_device" | "lose_door_device" => (Part::Event, &["door_id"]),
        "move_scans" => (Part::Event, &["device_id"]),
        "get_badge" | "count_badge_print" | "reissue_badge" | "revoke_badge" | "assign_badge" => {
            (Part::Event, &["badge_id"])
        }
        "get_registration"
        | "change_registration"
        | "make_link"
        | "merge_registrations"
        | "erase_registration"
        | "swap_badges" => (Part::Event, &["registration_id"]),
        "get_package" | "edit_package" => (Part::Event, &["package_id"]),
        "get_session" | "edit_session" | "delete_session" | "list_signups" | "sign_up" | "list_attendance"
        | "correct_attendance" => (Part::Event, &["session_id"]),
        "list_attendance_marks" | "cancel_signup" => (Part::Event, &["session_id", "registration_id"]),
        "annul_attendance_mark" => (Part::Event, &["session_id", "mark_id"]),
        "delete_meeting_location" | "open_meeting_location" | "edit_meeting_location" => {
            (Part::Event, &["location_id"])
        }
        "close_conversation_report" => (Part::Event, &["report_id"]),
        "get_exhibitor" | "edit_exhibitor" | "delete_exhibitor" | "reopen_leads" => (Part::Event, &["exhibitor_id"]),
        "undo_desk_action" => (Part::Event, &["action_id"]),
        "get_print_run" | "get_print_run_sheets" | "change_print_run" | "confirm_print_run" => {
            (Part::Event, &["run_id"])
        }
        "edit_profile_field" | "delete_profile_field" => (Part::Event, &["key"]),
        "assign_unmatched_code" => (Part::Event, &["code_hash"]),
        "leave_view" => (Part::Event, &["seen_view_id"]),
        "edit_partner_tab" => (Part::Nobody, &[]),
        "release_rejected_capture" | "discard_rejected_capture" => (Part::Space, &["rejected_id"]),
        "edit_saved_view" | "delete_saved_view" => (Part::Space, &["view_id"]),
        "edit_own_session" | "list_session_attendees" => (Part::Space, &["own_session_id"]),
        "delete_own_meeting_location" | "open_own_meeting_location" | "edit_own_meeting_location" => {
            (Part::Space, &["own_location_id"])
        }
        "get_meeting" | "answer_meeting" | "get_meeting_invitation" => (Part::Space, &["meeting_id"]),
        "get_conversation"
        | "list_messages"
        | "write_message"
        | "read_conversation"
        | "request_contact"
        | "block_attendee"
        | "report_attendee"
        | "add_conversation_member"
        | "remove_conversation_member" => (Part::Talk, &["conversation_id"]),
        "get_attendee_conversation"
        | "list_attendee_messages"
        | "write_attendee_message"
        | "read_attendee_conversation"
        | "share_contact"
        | "block_exhibitor"
        | "report_exhibitor" => (Part::Attendee, &["conversation_id"]),
        "answer_connection" | "end_connection" => (Part::Attendee, &["connection_id"]),
        "answer_attendee_meeting" | "answer_stand_meeting" => (Part::Attendee, &["meeting_id"]),
        "get_profile" => (Part::Fair, &["exhibitor_id"]),
        "sign_up_attendee" | "cancel_attendee_signup" => (Part::Fair, &["own_session_id"]),
        _ => return None,
    })
}

impl Part {
    /// Who asks, each in their own right.
    const fn callers(self) -> &'static [&'static str] {
        match self {
            Self::Event => &["the owner"],
            Self::Space => &["the owner", "an admin"],
            Self::Talk => &["an admin"],
            Self::Attendee | Self::Fair => &["the attendee"],
            Self::Nobody => &[],
        }
    }
}

impl Targets {
    /// Whose things are somebody else's where they are part of this.
    pub(super) fn others(&self, part: Part) -> Vec<&Things> {
        match part {
            Part::Event | Part::Fair => vec![&self.foreign],
            Part::Space | Part::Talk | Part::Attendee => vec![&self.neighbour, &self.foreign],
            Part::Nobody => Vec::new(),
        }
    }

    /// Requests under an address of one's own whose inner id is somebody else's, each with who asks it.
    pub async fn crossed(&self, operation: &str) -> Vec<(&'static str, Ask)> {
        let Some((part, inner)) = of(operation) else { return Vec::new() };
        let somebody = person("the owner", &self.owner);
        let mut requests = Vec::new();
        for others in self.others(part) {
            let mut request = self.ask(operation, &somebody).await;
            for name in inner {
                request = self.naming(request, name, others).await;
            }
            requests.push(request);
        }
        // A door's device is no exhibitor's, and an exhibitor's is no door's.
        let other = match operation {
            "revoke_device" | "lose_device" => Some(self.own.door),
            "revoke_door_device" | "lose_door_device" => Some(self.own.device),
            _ => None,
        };
        if let Some(device) = other {
            requests.push(self.ask(operation, &somebody).await.with("device_id", device));
        }
        let each = |caller: &'static str| requests.iter().map(move |request| (caller, request.clone()));
        part.callers().iter().copied().flat_map(each).collect()
    }

    /// The same request with an id of somebody else's.
    async fn naming(&self, request: Ask, name: &'static str, others: &Things) -> Ask {
        match name {
            "own_session_id" => request.with("session_id", &others.own_session),
            "own_location_id" => request.with("location_id", &others.own_location),
            "door_id" => request.with("device_id", others.door),
            "action_id" => request.with(name, self.deed(others).await),
            "run_id" => request.with(name, self.print_run(others).await),
            "code_hash" => request.with(name, self.unmatched(others).await),
            "rejected_id" => request.with(name, self.aside(others).await),
            "seen_view_id" => request.with("view_id", self.begun_view(others).await),
            "key" => {
                self.field(others, "elsewhere").await;
                request.with(name, "elsewhere")
            }
            name => {
                let theirs = others.ask().ids[name].clone();
                request.with(name, theirs)
            }
        }
    }
}
