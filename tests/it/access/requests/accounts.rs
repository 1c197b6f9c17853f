//! Requests about signing in and one's own account.

use crate::access::ask::Ask;
use crate::access::callers::Caller;
use crate::access::targets::{PASSWORD, Targets};
use serde_json::json;

impl Targets {
    pub(super) async fn of_accounts(&self, operation: &str, caller: &Caller, own: Ask) -> Option<Ask> {
        Some(match operation {
            "ask_for_password_reset" => own.json(&json!({"email": self.password.0})),
            "reset_password" => own.with("token", self.reset_token().await).json(&json!({"password": PASSWORD})),
            "change_password" => {
                self.give_password(caller).await;
                own.json(&json!({"password": PASSWORD, "new_password": PASSWORD}))
            }
            "end_sign_in" => own.with("sign_in_id", self.another_sign_in(caller).await),
            "enrol_second_factor" => {
                self.give_password(caller).await;
                own.json(&json!({"password": PASSWORD}))
            }
            "confirm_second_factor" => own.json(&json!({"code": self.begun_factor(caller).await})),
            "disable_second_factor" | "renew_recovery_codes" => {
                own.json(&json!({"password": PASSWORD, "code": self.recovery_code(caller).await}))
            }
            "list_organizer_members" => own.with("organizer_id", self.site.organizer),
            "invite_organizer_member" => {
                let asked = json!({"name": "New", "email": format!("{}@a.example", self.fresh()), "role": "desk"});
                own.with("organizer_id", self.site.organizer).json(&asked)
            }
            "edit_organizer_member" => self.asked_member(own).await.json(&json!({"role": "viewer"})),
            "remove_organizer_member" | "invite_organizer_member_again" => self.asked_member(own).await,
            "login" => own.json(&json!({"email": self.password.0, "password": self.password.1})),
            "accept_invitation" => own.with("token", self.invited().await.0).json(&json!({"password": PASSWORD})),
            _ => return None,
        })
    }
}
