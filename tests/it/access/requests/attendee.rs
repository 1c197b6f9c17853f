//! Requests about what attendees do by their link.

use crate::access::ask::Ask;
use crate::access::callers::Caller;
use crate::access::targets::Targets;
use crate::access::things::ask_for;
use serde_json::json;

impl Targets {
    pub(super) async fn of_attendee(&self, operation: &str, _caller: &Caller, own: Ask) -> Option<Ask> {
        let fresh = self.fresh();
        Some(match operation {
            "begin_attendee_conversation" => {
                own.with("token", &self.own.link).json(&json!({"exhibitor_id": self.own.space.id, "text": fresh}))
            }
            "write_attendee_message" => own.with("token", &self.own.link).json(&json!({"text": fresh})),
            "read_attendee_conversation" => own.with("token", &self.own.link).json(&json!({"number": 1})),
            "block_exhibitor" => own.with("token", &self.own.link).json(&json!({"blocked": false})),
            "report_exhibitor" => own.with("token", &self.own.link).json(&json!({"reason": "other"})),
            "wait_for_attendee_news" => own.with("token", &self.own.link).query("?wait=0"),
            "ask_to_connect" => {
                let badge = self.site.registration("Nina Next").badge().await;
                own.with("token", &self.own.link).json(&json!({"code": badge.code}))
            }
            "answer_connection" => own.with("token", &self.own.link).json(&json!({"accepted": true})),
            "end_connection" => {
                let badge = self.site.registration("Nina Next").badge().await;
                let asked = format!("/attendee/{}/connections", self.own.friend);
                let asked = self.site.api.post(&asked, &json!({"code": badge.code})).await.done(201);
                own.with("token", &self.own.friend).with("connection_id", asked["id"].as_str().unwrap())
            }
            "set_networking" => own.with("token", &self.own.link).json(&json!({"listed": true})),
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
            | "make_own_calendar_link" => own.with("token", &self.own.link),
            "export_met_exhibitors" => own.with("token", &self.own.link).query("?format=csv"),
            "set_exhibitor_email" => {
                own.with("token", &self.own.link).json(&json!({"email": format!("{fresh}@a.example")}))
            }
            "prove_exhibitor_email" => own.json(&json!({"token": self.address_link().await})),
            "set_own_consent" | "share_contact" => own.with("token", &self.own.link).json(&json!({"granted": true})),
            // Somebody whom nothing else here is about: what exhibitors see of them is taken back.
            "ask_for_erasure" => {
                let badge = self.site.registration("Ella Gone").badge().await;
                let links = format!("/events/{}/registrations/{}/links", self.site.event, badge.registration);
                let link = self.owner.post(&links, &json!({"purpose": "attendee"})).await.done(201);
                own.with("token", link["token"].as_str().unwrap())
            }
            "ask_for_attendee_link" => own.json(&json!({"email": "noor@a.example"})),
            "sign_in_attendee" => own.json(&json!({"token": self.attendee_link().await})),
            "sign_up_attendee" => own.with("token", &self.own.link).with("session_id", &self.own.own_session),
            "cancel_attendee_signup" => {
                let own = own.with("token", &self.own.link).with("session_id", &self.own.own_session);
                let path = format!("/attendee/{}/sessions/{}/signup", self.own.link, self.own.own_session);
                self.site.api.post(&path, &json!({})).await.done(201);
                own
            }
            "answer_attendee_meeting" => {
                own.with("token", &self.own.link).json(&json!({"action": "move", "message": fresh}))
            }
            "list_attendee_free_slots" => {
                let whom = format!("?exhibitor_id={}", self.own.space.id);
                Ask { query: whom.into(), ..own.with("token", &self.own.link) }
            }
            "ask_exhibitor_for_meeting" => {
                let badge = self.site.registration("Nina Next").badge().await;
                let links = format!("/events/{}/registrations/{}/links", self.site.event, badge.registration);
                let link = self.owner.post(&links, &json!({"purpose": "attendee"})).await.done(201);
                let mut wish = ask_for(&self.site, &badge, 3);
                wish.as_object_mut().unwrap().remove("registration_id");
                wish["exhibitor_id"] = json!(self.own.space.id);
                own.with("token", link["token"].as_str().unwrap()).json(&wish)
            }
            "get_calendar" => own.with("token", format!("{}.ics", self.own.calendar)),
            _ => return None,
        })
    }
}
