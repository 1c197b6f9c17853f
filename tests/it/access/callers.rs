//! Everybody who may call: nobody, the people and devices of one event and one exhibitor, attendees, their
//! neighbours, and those of another organizer.

use super::guests::Guest;
use harness::Fair;
use harness::builders::{Site, Space};
use harness::http::Api;
use serde_json::json;
use server::access::Role;

/// Somebody who calls, and what they are to the event and the exhibitor that are walked.
pub struct Caller {
    pub name: &'static str,
    pub api: Api,
    pub is_person: bool,
    /// Roles at the event.
    pub event: Vec<Role>,
    /// Roles in the exhibitor's space.
    pub space: Vec<Role>,
    /// Roles anywhere at the event: with its organizer, in any of its spaces, at its doors.
    pub here: Vec<Role>,
    /// Roles with any organizer.
    pub organizer: Vec<Role>,
    /// A device of the exhibitor whose access has ended.
    pub has_ended: bool,
    /// Somebody of the organizer who sees the space as its admin does, and whether contacts are masked.
    pub view: Option<bool>,
    /// An attendee who signed in, and whether it is the one whom requests are about.
    pub attendee: Option<bool>,
}

/// Everybody, and the spaces that they are walked through.
pub struct Callers {
    all: Vec<Caller>,
    /// The exhibitor that is walked.
    pub acme: Space,
    /// Another exhibitor of the same event.
    pub bolt: Space,
    /// An exhibitor of another organizer's event.
    pub zeta: Space,
    /// The other organizer's event.
    pub elsewhere: Site,
    /// The attendee who is walked, another one of the event, and one of the other event.
    pub guests: [Guest; 3],
}

pub(super) fn person(name: &'static str, api: &Api) -> Caller {
    Caller {
        name,
        api: api.clone(),
        is_person: true,
        event: Vec::new(),
        space: Vec::new(),
        here: Vec::new(),
        organizer: Vec::new(),
        has_ended: false,
        view: None,
        attendee: None,
    }
}

fn device(name: &'static str, api: &Api) -> Caller {
    Caller { is_person: false, ..person(name, api) }
}

/// A device at the door of an event.
async fn door(site: &Site, organizer: &Api) -> Api {
    let code = organizer.post(&format!("/events/{}/pairing-codes", site.event), &json!({"label": "Door"})).await;
    let code = code.done(201)["pairing_code"].clone();
    let wish = json!({"pairing_code": code, "install_id": "door", "device_name": "Door", "platform": "reader"});
    let paired = site.api.post("/auth/devices", &wish).await.done(201);
    site.api.with_token(paired["device_token"].as_str().unwrap())
}

impl Callers {
    pub async fn gather(fair: &Fair) -> Self {
        let (acme, bolt) = (fair.exhibitor("Acme").open().await, fair.exhibitor("Bolt").open().await);
        let elsewhere = fair.elsewhere().await;
        let zeta = elsewhere.exhibitor("Zeta").open().await;
        let mut all = vec![Caller { is_person: false, ..person("nobody", &fair.site.api) }];
        let organizers = [
            ("the owner", "owner", Role::Owner),
            ("a manager", "manager", Role::Manager),
            ("a viewer", "viewer", Role::Viewer),
            ("the desk", "desk", Role::Desk),
        ];
        for (name, role_name, role) in organizers {
            let member = fair.site.organizer_member(name, role_name).await;
            let roles = vec![role];
            all.push(Caller {
                event: roles.clone(),
                space: roles.clone(),
                here: roles.clone(),
                organizer: roles,
                ..person(name, &member.api)
            });
        }
        let team = [
            ("an admin", "admin", vec![Role::Admin]),
            ("a commercial contact", "commercial_contact", vec![Role::CommercialContact]),
            ("an attendee of the team", "attendee", vec![Role::Attendee]),
            ("a scanner", "scanner", vec![Role::Scanner]),
        ];
        for (name, role, roles) in team {
            let member = acme.member(name, role).await;
            all.push(Caller { space: roles.clone(), here: roles, ..person(name, &member.api) });
        }
        let seen = acme.admin("Ada Seen").await;
        for (name, role, is_masked) in
            [("an owner who sees it as an admin", "owner", false), ("a viewer who does", "viewer", true)]
        {
            let looks = fair.site.organizer_member(name, role).await;
            let views = format!("/events/{}/views", fair.site.event);
            let view = looks.api.post(&views, &json!({"member_id": seen.id})).await.done(201);
            assert_eq!(view["is_masked"], is_masked);
            let api = looks.api.with_token(view["token"].as_str().unwrap());
            all.push(Caller { is_person: false, view: Some(is_masked), ..person(name, &api) });
        }
        let removed = acme.member("a removed admin", "admin").await;
        fair.site.remove_member(removed.id).await;
        all.push(person("a removed admin", &removed.api));
        let phone = acme.phone("Ines").await;
        all.push(Caller { space: vec![Role::Device], here: vec![Role::Device], ..device("a phone", &phone.api) });
        let revoked = acme.phone("Ida").await;
        fair.site.revoke(&revoked).await;
        all.push(Caller { has_ended: true, ..device("a revoked phone", &revoked.api) });
        let owner = all.iter().find(|caller| caller.name == "the owner").unwrap().api.clone();
        let at_the_door = door(&fair.site, &owner).await;
        all.push(Caller { here: vec![Role::Door], ..device("a door", &at_the_door) });
        let bea = bolt.admin("Bea").await.api;
        all.push(Caller { here: vec![Role::Admin], ..person("a neighbour's admin", &bea) });
        let bo = bolt.phone("Bo").await.api;
        all.push(Caller { here: vec![Role::Device], ..device("a neighbour's phone", &bo) });
        let foreign = elsewhere.organizer_member("another owner", "owner").await;
        all.push(Caller { organizer: vec![Role::Owner], ..person("another organizer's owner", &foreign.api) });
        all.push(person("another event's admin", &zeta.admin("Zoe").await.api));
        all.push(device("another event's phone", &zeta.phone("Zed").await.api));
        all.push(device("another event's door", &door(&elsewhere, &foreign.api).await));
        all.push(person("somebody without a role", &fair.site.sign_in("Sam").await.1));
        let guests = [
            Guest::register(&fair.site, "Noor Aziz").await,
            Guest::register(&fair.site, "Nadia Aziz").await,
            Guest::register(&elsewhere, "Noor Aziz").await,
        ];
        let names = ["the attendee", "another attendee", "another event's attendee"];
        for (name, guest) in names.into_iter().zip(&guests) {
            let attendee = Some(name == "the attendee");
            all.push(Caller { is_person: false, attendee, ..person(name, &guest.api) });
        }
        Self { all, acme, bolt, zeta, elsewhere, guests }
    }

    pub fn all(&self) -> &[Caller] {
        &self.all
    }

    pub fn named(&self, name: &str) -> &Caller {
        self.all.iter().find(|caller| caller.name == name).unwrap_or_else(|| panic!("nobody is {name}"))
    }
}
