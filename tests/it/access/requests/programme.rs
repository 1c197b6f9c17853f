//! Requests about sessions, meetings and profiles.

use crate::access::ask::Ask;
use crate::access::callers::Caller;
use crate::access::targets::{Targets, logo};
use crate::access::things::ask_for;
use serde_json::json;

impl Targets {
    pub(super) async fn of_programme(&self, operation: &str, _caller: &Caller, own: Ask) -> Option<Ask> {
        let fresh = self.fresh();
        let slug = format!("s{}", &fresh[24..]);
        Some(match operation {
            "set_session_rules" => own.json(&json!({"shows_registered": true, "shows_present": false})),
            "create_session" => own.json(&json!({"title": fresh, "starts_at": self.site.app.now(),
                "ends_at": self.site.app.now().plus_micros(3_600_000_000)})),
            "edit_session" => own.json(&json!({"title": fresh})),
            "delete_session" => {
                let (sessions, starts_at) = (format!("/events/{}/sessions", self.site.event), self.site.app.now());
                let session =
                    json!({"title": fresh, "starts_at": starts_at, "ends_at": starts_at.plus_micros(60_000_000)});
                let made = self.owner.post(&sessions, &session).await.done(201);
                own.with("session_id", made["id"].as_str().unwrap())
            }
            "create_profile_field" => {
                own.json(&json!({"key": slug, "kind": "line", "words": {"en": "Motto"}, "most": 80}))
            }
            "edit_profile_field" => own.with("key", "about").json(&json!({"most": 1_500})),
            "delete_profile_field" => {
                self.field(&self.own, "walked").await;
                own.with("key", "walked")
            }
            "save_profile" => own.json(&json!({"values": {"website": "acme.example"}})),
            "set_logo" => Ask { body: Some(logo()), content_type: Some("image/png"), ..own },
            "get_logo" => own.with("logo_id", self.logo().await),
            "set_meeting_rules" => own.json(&json!({"request_hours": 24, "daily_requests": 10_000})),
            "delete_meeting_location" | "delete_own_meeting_location" => {
                let places = if operation == "delete_meeting_location" {
                    format!("/events/{}/meeting-locations", self.site.event)
                } else {
                    format!("/exhibitors/{}/meeting-locations", self.own.space.id)
                };
                let made = self.owner.post(&places, &json!({"name": fresh})).await.done(201);
                own.with("location_id", made["id"].as_str().unwrap())
            }
            "open_meeting_location" | "open_own_meeting_location" => {
                let day = self.site.app.now().to_string()[..10].to_owned();
                let hours = json!({"days": [day], "opens": "09:00", "closes": "18:00", "minutes": 30});
                let place =
                    if operation == "open_meeting_location" { &self.own.location } else { &self.own.own_location };
                own.with("location_id", place).json(&hours)
            }
            "ask_for_meeting" => {
                let badge = self.site.registration("Nina Next").badge().await;
                own.json(&ask_for(&self.site, &badge, 2))
            }
            "answer_meeting" => own.json(&json!({"action": "move", "message": fresh})),
            "answer_stand_meeting" => {
                let (contact, meeting) = self.asked_of_a_contact().await;
                own.about(&contact).with("meeting_id", meeting).json(&json!({"action": "accept"}))
            }
            "edit_meeting_location" => own.json(&json!({"name": fresh})),
            "edit_own_meeting_location" => {
                own.with("location_id", &self.own.own_location).json(&json!({"name": fresh}))
            }
            "list_session_attendees" => own.with("session_id", &self.own.own_session),
            "edit_own_session" => own.with("session_id", &self.own.own_session).json(&json!({"description": fresh})),
            "sign_up" => own
                .with("session_id", &self.own.own_session)
                .json(&json!({"registration_id": self.own.badge.registration})),
            "cancel_signup" => {
                let signups = format!("/events/{}/sessions/{}/signups", self.site.event, self.own.own_session);
                self.owner.post(&signups, &json!({"registration_id": self.own.badge.registration})).await.done(201);
                own.with("session_id", &self.own.own_session)
            }
            "correct_attendance" => own.json(&json!({"registration_id": self.own.badge.registration,
                "direction": "out", "note": "left by the window"})),
            _ => return None,
        })
    }
}
