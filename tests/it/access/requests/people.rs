//! Requests about events, exhibitors, people, badges and packages.

use crate::access::ask::Ask;
use crate::access::callers::Caller;
use crate::access::targets::Targets;
use serde_json::json;

impl Targets {
    pub(super) async fn of_people(&self, operation: &str, _caller: &Caller, own: Ask) -> Option<Ask> {
        let fresh = self.fresh();
        let slug = format!("s{}", &fresh[24..]);
        Some(match operation {
            "save_form" | "save_team_form" => own.json(&json!({"languages": ["en"], "questions": [
                {"key": "why", "kind": "text", "words": {"en": "Why?"}}]})),
            "save_partner_contacts" => own.json(&json!({"contacts": [{"name": "Hall office"}]})),
            "make_link" => own.json(&json!({"purpose": "calendar"})),
            "make_member_link" | "begin_view" => own.json(&json!({"member_id": self.own.member})),
            "create_package" | "create_meeting_location" | "create_own_meeting_location" => {
                own.json(&json!({"name": fresh}))
            }
            "begin_print_run" => own.json(&json!({"order": "exhibitor"})),
            "get_print_run" | "get_print_run_sheets" => own.with("run_id", self.print_run(&self.own).await),
            "change_print_run" => {
                own.with("run_id", self.print_run(&self.own).await).json(&json!({"is_stopped": true}))
            }
            "confirm_print_run" => own.with("run_id", self.print_run(&self.own).await).json(&json!({"through": 1})),
            "edit_phases" => own.json(&json!({"language": "fr"})),
            "edit_package" => own.json(&json!({"terms": {"licences": 50}})),
            "revoke_door_device" | "lose_door_device" => own.with("device_id", self.own.door),
            "create_event" => own.json(&json!({"slug": slug, "name": "Fair", "timezone": "Europe/Paris",
                "starts_at": "2026-01-01T08:00:00Z", "ends_at": "2026-01-02T18:00:00Z"})),
            "duplicate_event" => own.json(&json!({"slug": slug, "name": "Next year", "starts_at": self.site.app.now(),
                "ends_at": self.site.app.now().plus_micros(1)})),
            "edit_event" => own.json(&json!({"venue": "Hall"})),
            "create_exhibitor" => own.json(&json!({"slug": slug, "name": "New"})),
            "edit_exhibitor" => own.json(&json!({"name": "Acme"})),
            "delete_exhibitor" => {
                let gone = self.site.exhibitor(&format!("Gone {slug}")).open().await;
                own.with("exhibitor_id", gone.id)
            }
            "create_registration" => own.json(&json!({"first_name": "Ola", "last_name": fresh})),
            "change_registration" => own.json(&json!({"company": "Acme"})),
            "import_registrations" => {
                Ask { body: Some(b"first_name,last_name\nNoor,Aziz\n".to_vec()), content_type: Some("text/csv"), ..own }
            }
            "import_exhibitors" => {
                Ask { body: Some(b"name,booth\nBolt,B14\n".to_vec()), content_type: Some("text/csv"), ..own }
            }
            "revoke_badge" => own.json(&json!({"reason": "lost"})),
            "assign_badge" => own.json(&json!({"registration_id": self.own.badge.registration})),
            "create_door_pairing_code" | "create_pairing_code" => own.json(&json!({})),
            "event_live" | "wall_live" | "exhibitor_live" => Ask { is_stream: true, ..own },
            "event_feed" | "wall_feed" | "exhibitor_feed" => own.query("?wait=0"),
            _ => return None,
        })
    }
}
