//! Requests about conversations.

use crate::access::ask::Ask;
use crate::access::callers::Caller;
use crate::access::guests::Guest;
use crate::access::targets::Targets;
use serde_json::json;

impl Targets {
    pub(super) async fn of_talking(&self, operation: &str, _caller: &Caller, own: Ask) -> Option<Ask> {
        let fresh = self.fresh();
        Some(match operation {
            "begin_conversation" => {
                let badge = self.site.registration("Nina Next").badge().await;
                own.json(&json!({"registration_id": badge.registration, "text": fresh}))
            }
            "write_message" => {
                let guest = &self.own.guest;
                let messages = guest.at(&format!("/conversations/{}/messages", self.own.conversation));
                guest.api.post(&messages, &json!({"text": "Yes?"})).await.done(201);
                own.json(&json!({"text": fresh}))
            }
            "read_conversation" => own.json(&json!({"number": 1})),
            "request_contact" => {
                let guest = Guest::register(&self.site, "Nina Next").await;
                let begun = json!({"exhibitor_id": self.own.space.id, "text": fresh});
                let begun = guest.api.post(&guest.at("/conversations"), &begun).await.done(201);
                let conversation = begun["id"].as_str().unwrap().to_owned();
                self.join_scanners(&conversation).await;
                own.with("conversation_id", conversation)
            }
            "block_attendee" => own.json(&json!({"blocked": false})),
            "report_attendee" => own.json(&json!({"reason": "other"})),
            "add_conversation_member" => own.json(&json!({"member_id": self.invited_member().await})),
            "remove_conversation_member" => {
                let member = self.invited_member().await;
                let members =
                    format!("/exhibitors/{}/conversations/{}/members", self.own.space.id, self.own.conversation);
                self.admin.post(&members, &json!({"member_id": member})).await.done(201);
                own.with("member_id", member)
            }
            "set_sharing_rules" => own.json(&json!({"daily_requests": 10_000, "daily_messages": 100_000,
                "unanswered_messages": 100})),
            _ => return None,
        })
    }
}
