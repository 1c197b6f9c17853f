//! Requests about what attendees do, signed in by a mailed link.

use crate::access::ask::Ask;
use crate::access::callers::Caller;
use crate::access::guests::Guest;
use crate::access::targets::Targets;
use crate::access::things::ask_for;
use crate::browsing::attendee_link;
use serde_json::json;

impl Targets {
    pub(super) async fn of_attendee(&self, operation: &str, _caller: &Caller, own: Ask) -> Option<Ask> {
        let fresh = self.fresh();
        Some(match operation {
            "begin_attendee_conversation" => own.json(&json!({"exhibitor_id": self.own.space.id, "text": fresh})),
            "write_attendee_message" => own.json(&json!({"text": fresh})),
            "read_attendee_conversation" => own.json(&json!({"number": 1})),
            "block_exhibitor" => own.json(&json!({"blocked": false})),
            "report_exhibitor" => own.json(&json!({"reason": "other"})),
            "wait_for_attendee_news" => own.query("?wait=0"),
            "ask_to_connect" => {
                let badge = self.site.registration("Nina Next").badge().await;
                own.json(&json!({"code": badge.code}))
            }
            "answer_connection" => own.json(&json!({"accepted": true})),
            "end_connection" => {
                let badge = self.site.registration("Nina Next").badge().await;
                let friend = &self.own.friend;
                let asked = friend.api.post(&friend.at("/connections"), &json!({"code": badge.code})).await.done(201);
                own.about(friend).with("connection_id", asked["id"].as_str().unwrap())
            }
            "set_networking" => own.json(&json!({"listed": true})),
            "list_attendee_meetings"
            | "list_stand_meetings"
            | "list_attendee_sessions"
            | "get_attendee"
            | "list_met_exhibitors"
            | "download_own_data"
            | "list_attendee_conversations"
            | "get_attendee_conversation"
            | "list_attendee_messages"
            | "list_connections"
            | "list_networking_people"
            | "get_networking"
            | "list_profiles"
            | "get_profile"
            | "make_own_calendar_link" => own,
            "export_met_exhibitors" => own.query("?format=csv"),
            "set_exhibitor_email" => own.json(&json!({"email": format!("{fresh}@a.example")})),
            "prove_exhibitor_email" => own.json(&json!({"token": self.address_link().await})),
            "set_own_consent" | "share_contact" => own.json(&json!({"granted": true})),
            // Somebody whom nothing else here is about: what exhibitors see of them is taken back.
            "ask_for_erasure" => own.about(&Guest::register(&self.site, "Ella Gone").await),
            "ask_for_attendee_link" => own.json(&json!({"email": "noor@a.example"})),
            "sign_in_attendee" => own.json(&json!({"token": attendee_link(&self.site, "noor@a.example").await})),
            "sign_up_attendee" => own.with("session_id", &self.own.own_session),
            "cancel_attendee_signup" => {
                let guest = &self.own.guest;
                let path = guest.at(&format!("/sessions/{}/signup", self.own.own_session));
                guest.api.post(&path, &json!({})).await.done(201);
                own.with("session_id", &self.own.own_session)
            }
            "answer_attendee_meeting" => own.json(&json!({"action": "move", "message": fresh})),
            "list_attendee_free_slots" => {
                let whom = format!("?exhibitor_id={}", self.own.space.id);
                Ask { query: whom.into(), ..own }
            }
            "ask_exhibitor_for_meeting" => {
                let guest = Guest::register(&self.site, "Nina Next").await;
                let mut wish = ask_for(&self.site, &guest.badge, 3);
                wish.as_object_mut().unwrap().remove("registration_id");
                wish["exhibitor_id"] = json!(self.own.space.id);
                own.about(&guest).json(&wish)
            }
            "get_calendar" => own.with("token", format!("{}.ics", self.own.calendar)),
            _ => return None,
        })
    }
}
