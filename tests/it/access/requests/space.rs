//! Requests about an exhibitor's captures, leads, team and phones.

use crate::access::ask::Ask;
use crate::access::callers::Caller;
use crate::access::targets::Targets;
use crate::access::things::export;
use mobile_core::rescue;
use mobile_core::rescue::{RescueKey, Rescued};
use serde_json::json;

impl Targets {
    pub(super) async fn of_space(&self, operation: &str, caller: &Caller, own: Ask) -> Option<Ask> {
        let fresh = self.fresh();
        Some(match operation {
            "edit_partner_tab" => own.with("tab", "charts").json(&json!({"names": {"en": "Figures"}})),
            "preview_team_mail" => own.query("?kind=access"),
            "send_team_mail" => own.json(&json!({"kind": "access"})),
            // A file that was built before somebody's rights changed is not handed out again.
            "get_export_file" => own.with("export_id", export(&self.owner, &self.own.space).await),
            "import_captures" | "inspect_captures" => {
                // Sealed to the event's key, and empty: what it may do is asked here, not what it does.
                let code = self.pairing_code().await;
                let wish = json!({"pairing_code": code, "install_id": fresh, "device_name": "Kim", "platform": "x"});
                let paired = self.site.api.post("/auth/devices", &wish).await.done(201);
                let key = RescueKey::from_hex(paired["rescue_key"].as_str().unwrap()).unwrap();
                let (event_id, saved_at) = (self.site.event, self.site.app.now());
                let nothing = Rescued {
                    event_id,
                    saved_at,
                    device_id: None,
                    device_proof: None,
                    clock_offset_us: None,
                    parts: Vec::new(),
                };
                let body = rescue::seal(&nothing, key, [1; 32]).unwrap();
                Ask { body: Some(body), content_type: Some(rescue::MEDIA_TYPE), ..own }
            }
            "renew_device_token" => own.json(&json!({"app_version": "1.4.1"})),
            "pair_device" => own.json(&json!({"pairing_code": self.pairing_code().await, "install_id": fresh,
                "device_name": "Phone", "platform": "test"})),
            "get_pairing_code_picture" => own.with("pairing_code", self.pairing_code().await),
            "make_live_ticket" => own.json(&json!({"exhibitor_id": self.own.space.id})),
            "deliver_captures" => {
                let scan = json!({"id": fresh, "captured_at": self.site.app.now(), "kind": "scan",
                    "code": self.own.badge.code});
                let mut batch = json!({"sent_at": self.site.app.now(), "captures": [scan]});
                if caller.is_person {
                    batch["exhibitor_id"] = json!(self.own.space.id);
                }
                own.json(&batch)
            }
            "edit_lead" => {
                let lead = self.owner.get(&format!("/exhibitors/{}/leads/{}", self.own.space.id, self.own.lead)).await;
                let version = lead.header("etag").unwrap().to_owned();
                Ask { version: Some(version), ..own }.json(&json!({"rating": "hot"}))
            }
            "assign_leads" => own.json(&json!({"lead_ids": [self.own.lead], "owner": self.own.member})),
            "tag_leads" => own.json(&json!({"lead_ids": [self.own.lead], "add": ["demo"]})),
            "save_view" => own.json(&json!({"name": fresh, "query": "rating=hot"})),
            "edit_saved_view" | "delete_saved_view" => {
                // One's own, where the caller may have one at all.
                let views = format!("/exhibitors/{}/saved-views", self.own.space.id);
                let made = caller.api.post(&views, &json!({"name": fresh})).await;
                let own =
                    if made.status == 201 { own.with("view_id", made.json()["id"].as_str().unwrap()) } else { own };
                if operation == "edit_saved_view" { own.json(&json!({"is_shared": true})) } else { own }
            }
            "set_lead_visibility" => own.json(&json!({"visibility": "team"})),
            "set_lead_goal" => own.json(&json!({"leads": 200})),
            "export_leads" => own.query("?format=csv"),
            "build_export" => own.json(&json!({"format": "csv"})),
            "add_team_member" => own.json(&json!({"first_name": "New", "last_name": "Member",
                "email": format!("{fresh}@a.example"), "roles": ["scanner"]})),
            "edit_team_member" => own.json(&json!({"first_name": "Mia"})),
            "remove_team_member" => own.with("member_id", self.own.space.member("Gone Member", "scanner").await.id),
            "invite_team_member_again" | "revoke_invitation" => {
                let member = self.invited_member().await;
                own.with("member_id", member)
            }
            _ => return None,
        })
    }
}
