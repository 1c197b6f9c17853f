//! Requests about the help desk.

use crate::access::ask::Ask;
use crate::access::callers::Caller;
use crate::access::targets::Targets;
use serde_json::json;

impl Targets {
    pub(super) async fn of_desk(&self, operation: &str, caller: &Caller, own: Ask) -> Option<Ask> {
        Some(match operation {
            "search_help_desk" => own.query("?q=noor"),
            "leave_view" => own.with("view_id", self.view(caller).await),
            "erase_registration" => {
                let gone = self.site.registration("Ella Erased").badge().await;
                own.with("registration_id", gone.registration)
            }
            "set_retention" => own.json(&json!({"days": 200})),
            "remind_exhibitors" => own.json(&json!({"exhibitor_ids": []})),
            "undo_desk_action" => own.with("action_id", self.deed(&self.own).await),
            "merge_registrations" => {
                let other = self.site.registration("Nour Aziz").badge().await;
                own.json(&json!({"registration_id": other.registration}))
            }
            "assign_unmatched_code" => {
                let hash = self.unmatched(&self.own).await;
                own.with("code_hash", hash).json(&json!({"registration_id": self.own.badge.registration}))
            }
            "move_scans" => own.query("?dry_run=true").json(&json!({"exhibitor_id": self.neighbour.space.id,
                "from": self.site.app.now(), "until": self.site.app.now().plus_micros(1), "reason": "wrong stand"})),
            "reopen_leads" => {
                let until = self.site.app.now().plus_micros(3_600_000_000);
                own.query("?dry_run=true").json(&json!({"until": until}))
            }
            "swap_badges" => {
                let other = self.site.registration("Nour Swap").badge().await;
                own.query("?dry_run=true").json(&json!({"registration_id": other.registration}))
            }
            "release_rejected_capture" | "discard_rejected_capture" => {
                own.with("rejected_id", self.aside(&self.own).await)
            }
            _ => return None,
        })
    }
}
