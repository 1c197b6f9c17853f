//! A request of every operation that a caller with the right gets done, and the things it is about.

use super::callers::{Caller, Callers};
use harness::builders::{Badge, Site, Space};
use harness::http::Api;
use harness::{Fair, eventually};
use mobile_core::ids::{AccountId, CaptureId, DeviceId, LeadId};
use mobile_core::rescue::{self, RescueKey, Rescued};
use mobile_core::time::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};
use server::access::token;
use server::accounts::store::secrets;
use server::accounts::{self, second_factor};
use server::attendees;
use server::sql;
use std::collections::HashMap;

/// A request: what goes into the path, and what is sent.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    ids: HashMap<&'static str, String>,
    query: std::borrow::Cow<'static, str>,
    pub body: Option<Vec<u8>>,
    pub content_type: Option<&'static str>,
    pub version: Option<String>,
    pub is_stream: bool,
}

impl Ask {
    /// The operation's path with its ids, from `/api/v1` on.
    pub fn path(&self, template: &str) -> String {
        let mut path = template["/api/v1".len()..].to_owned();
        for (name, id) in &self.ids {
            path = path.replace(&format!("{{{name}}}"), id);
        }
        assert!(!path.contains('{'), "{template}: an id is missing in {self:?}");
        path + &self.query
    }

    #[expect(clippy::needless_pass_by_value, reason = "ids are small, and calls read better without borrowing")]
    fn with(mut self, name: &'static str, id: impl ToString) -> Self {
        self.ids.insert(name, id.to_string());
        self
    }

    fn json(self, body: &Value) -> Self {
        Self { body: Some(body.to_string().into_bytes()), content_type: Some("application/json"), ..self }
    }

    fn query(self, query: &'static str) -> Self {
        Self { query: query.into(), ..self }
    }
}

/// The things of one space that requests are about.
struct Things {
    space: Space,
    badge: Badge,
    door: DeviceId,
    lead: LeadId,
    export: String,
    member: String,
    device: DeviceId,
    package: String,
    session: String,
    own_session: String,
    mark: String,
    location: String,
    own_location: String,
    meeting: String,
    link: String,
    calendar: String,
    conversation: String,
    report: String,
    /// Somebody who connected with the attendee.
    friend: String,
    connection: String,
    view: String,
}

/// What requests are about: the things of the walked exhibitor, and those of others.
pub struct Targets {
    site: Site,
    owner: Api,
    /// An admin of the walked exhibitor, for what the organiser may not do.
    admin: Api,
    own: Things,
    neighbour: Things,
    foreign: Things,
    password: (String, &'static str),
}

/// A picture of a few pixels.
fn logo() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(4, 4).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

const PASSWORD: &str = "correct horse battery staple";

/// A request for a meeting that begins in so many hours.
fn ask_for(site: &Site, badge: &Badge, hours: i64) -> Value {
    const CELL: i64 = 300_000_000;
    let now = site.app.now().as_micros();
    let starts_at = Timestamp::from_micros(now - now.rem_euclid(CELL) + hours * 12 * CELL);
    json!({"registration_id": badge.registration, "starts_at": starts_at, "ends_at": starts_at.plus_micros(CELL)})
}

/// Builds an export and waits for its file.
async fn export(organizer: &Api, space: &Space) -> String {
    let exports = format!("/exhibitors/{}/exports", space.id);
    let export = organizer.post(&exports, &json!({"format": "csv"})).await.done(201);
    let export = export["id"].as_str().unwrap().to_owned();
    eventually(async || {
        let state = organizer.get(&format!("{exports}/{export}")).await.done(200);
        (state["status"] == "ready").then_some(())
    })
    .await;
    export
}

/// A conversation that an attendee began and reported, with every scanner of the team in it.
async fn talk(site: &Site, space: &Space, organizer: &Api, link: &str) -> (String, String) {
    let begun = json!({"exhibitor_id": space.id, "text": "Hello"});
    let begun = site.api.post(&format!("/attendee/{link}/conversations"), &begun).await.done(201);
    let conversation = begun["id"].as_str().unwrap().to_owned();
    let report = format!("/attendee/{link}/conversations/{conversation}/report");
    site.api.post(&report, &json!({"reason": "spam"})).await.done(204);
    let reports = organizer.get(&format!("/events/{}/conversation-reports", site.event)).await.done(200);
    let own = |one: &&Value| one["conversation_id"] == json!(conversation);
    let report = reports["items"].as_array().unwrap().iter().find(own).unwrap()["id"].as_str().unwrap().to_owned();
    let mut tx = site.app.write().await.unwrap();
    let scanners: Vec<mobile_core::ids::TeamMemberId> = sql!(tx, conn => sqlx::query_scalar(
        "SELECT id FROM team_member WHERE exhibitor_id = $1 AND is_scanner AND removed_at IS NULL")
        .bind(space.id).fetch_all(conn))
    .unwrap();
    tx.commit(&site.app.hub).await.unwrap();
    let admin = space.admin("Abe Admin").await;
    for scanner in scanners {
        let members = format!("/exhibitors/{}/conversations/{conversation}/members", space.id);
        admin.api.post(&members, &json!({"member_id": scanner})).await.done(201);
    }
    (conversation, report)
}

impl Things {
    async fn make(site: &Site, space: &Space, organizer: &Api) -> Self {
        let badge = site.registration("Noor Aziz").badge().await;
        let phone = space.phone("Ivy").await;
        let lead = phone.scan(&badge).upload().await.all_accepted().lead_id();
        let export = export(organizer, space).await;
        let member = space.member("Mia Member", "scanner").await.id.to_string();
        let package = json!({"name": format!("Package of {}", space.id)});
        let package = organizer.post(&format!("/events/{}/packages", site.event), &package).await.done(201);
        let package = package["id"].as_str().unwrap().to_owned();
        let code = organizer.post(&format!("/events/{}/pairing-codes", site.event), &json!({})).await.done(201);
        let wish = json!({"pairing_code": code["pairing_code"], "install_id": "gate", "device_name": "Gate",
            "platform": "reader"});
        let door =
            site.api.post("/auth/devices", &wish).await.done(201)["device_id"].as_str().unwrap().parse().unwrap();
        let event = format!("/events/{}", site.event);
        let starts_at = site.app.now();
        let session = json!({"title": "Opening", "starts_at": starts_at, "ends_at": starts_at.plus_micros(3_600_000_000),
            "exhibitor_id": space.id, "is_editable": true, "signup": "open"});
        let own_session = organizer.post(&format!("{event}/sessions"), &session).await.done(201);
        let own_session = own_session["id"].as_str().unwrap().to_owned();
        let mut session = session;
        session["exhibitor_id"] = Value::Null;
        let session = organizer.post(&format!("{event}/sessions"), &session).await.done(201);
        let session = session["id"].as_str().unwrap().to_owned();
        let mark = json!({"registration_id": badge.registration, "direction": "in", "note": "at the desk"});
        let mark = organizer.post(&format!("{event}/sessions/{session}/attendance"), &mark).await.done(201);
        let mark = mark["id"].as_str().unwrap().to_owned();
        let device = phone.device;
        let space = space.clone();
        let own = format!("/exhibitors/{}", space.id);
        let view = organizer.post(&format!("{own}/saved-views"), &json!({"name": "Hot", "is_shared": true})).await;
        let view = view.done(201)["id"].as_str().unwrap().to_owned();
        let place = json!({"name": "Table"});
        let id = |made: Value| made["id"].as_str().unwrap().to_owned();
        let location = id(organizer.post(&format!("{event}/meeting-locations"), &place).await.done(201));
        let own_location = id(organizer.post(&format!("{own}/meeting-locations"), &place).await.done(201));
        let meeting = id(organizer.post(&format!("{own}/meetings"), &ask_for(site, &badge, 1)).await.done(201));
        let mut links = Vec::new();
        for purpose in ["attendee", "calendar"] {
            let path = format!("{event}/registrations/{}/links", badge.registration);
            let made = organizer.post(&path, &json!({"purpose": purpose})).await.done(201);
            links.push(made["token"].as_str().unwrap().to_owned());
        }
        let (calendar, link) = (links.pop().unwrap(), links.pop().unwrap());
        let (conversation, report) = talk(site, &space, organizer, &link).await;
        let friend = site.registration("Fred Friend").badge().await;
        let path = format!("{event}/registrations/{}/links", friend.registration);
        let made = organizer.post(&path, &json!({"purpose": "attendee"})).await.done(201);
        let friend = made["token"].as_str().unwrap().to_owned();
        let wish = json!({"code": badge.code});
        let connection = id(site.api.post(&format!("/attendee/{friend}/connections"), &wish).await.done(201));
        Self {
            space,
            badge,
            door,
            lead,
            export,
            member,
            device,
            package,
            session,
            own_session,
            mark,
            location,
            own_location,
            meeting,
            link,
            calendar,
            conversation,
            report,
            friend,
            connection,
            view,
        }
    }

    fn ask(&self) -> Ask {
        let ask = Ask::default().with("event_id", self.space.site.event).with("exhibitor_id", self.space.id);
        let ask = ask.with("lead_id", self.lead).with("badge_id", self.badge.id);
        let ask = ask.with("registration_id", self.badge.registration).with("export_id", &self.export);
        let ask = ask.with("member_id", &self.member).with("device_id", self.device).with("package_id", &self.package);
        let ask = ask.with("session_id", &self.session).with("mark_id", &self.mark);
        let ask = ask.with("conversation_id", &self.conversation).with("report_id", &self.report);
        let ask = ask.with("connection_id", &self.connection).with("view_id", &self.view);
        ask.with("location_id", &self.location).with("meeting_id", &self.meeting)
    }
}

impl Targets {
    pub async fn prepare(fair: &Fair, callers: &Callers) -> Self {
        let owner = callers.named("the owner").api.clone();
        let foreign = callers.named("another organizer's owner").api.clone();
        let admin = callers.named("an admin").api.clone();
        let phases = format!("/events/{}/phases", fair.site.event);
        owner.patch(&phases, None, &json!({"has_team_badges": true})).await.done(200);
        let attendee =
            json!({"first_name": "Art", "last_name": "Ito", "email": "art@a.example", "roles": ["attendee"]});
        owner.post(&format!("/exhibitors/{}/team", callers.acme.id), &attendee).await.done(201);
        let own = Things::make(&fair.site, &callers.acme, &owner).await;
        let neighbour = Things::make(&fair.site, &callers.bolt, &owner).await;
        let foreign = Things::make(&callers.elsewhere, &callers.zeta, &foreign).await;
        let mut targets = Self {
            site: fair.site.clone(),
            owner,
            admin,
            own,
            neighbour,
            foreign,
            password: (String::new(), PASSWORD),
        };
        let (token, email) = targets.invited().await;
        let accept = format!("/auth/invitations/{token}/accept");
        fair.site.api.post(&accept, &json!({"password": PASSWORD})).await.done(200);
        targets.password.0 = email;
        targets
    }

    /// The secret of an attendee's link.
    async fn link_of(&self, badge: &Badge) -> String {
        let links = format!("/events/{}/registrations/{}/links", self.site.event, badge.registration);
        let link = self.owner.post(&links, &json!({"purpose": "attendee"})).await.done(201);
        link["token"].as_str().unwrap().to_owned()
    }

    /// Adds whoever is in the own conversation to another.
    async fn join_scanners(&self, conversation: &str) {
        let at = format!("/exhibitors/{}/conversations", self.own.space.id);
        let known = self.admin.get(&format!("{at}/{}", self.own.conversation)).await.done(200);
        for member in known["members"].as_array().unwrap() {
            let added = json!({"member_id": member["id"]});
            self.admin.post(&format!("{at}/{conversation}/members"), &added).await.done(201);
        }
    }

    /// Invites somebody new and gives the invitation's token and the address.
    async fn invited(&self) -> (String, String) {
        let email = format!("{}@a.example", self.site.app.new_id::<CaptureId>());
        let member = json!({"first_name": "New", "last_name": "Member", "email": email, "roles": ["scanner"]});
        let added = self.owner.post(&format!("/exhibitors/{}/team", self.own.space.id), &member).await.done(201);
        let url = added["invitation_url"].as_str().unwrap();
        (url.rsplit('/').next().unwrap().to_owned(), email)
    }

    /// The secret of a link that signs an attendee in.
    async fn attendee_link(&self) -> String {
        let (secret, now) = (token::make(&self.site.app, token::ATTENDEE_LINK), self.site.app.now());
        let mut tx = self.site.app.write().await.unwrap();
        let lasts = (now, now.plus_micros(60_000_000));
        attendees::store::insert_link(&mut tx, &token::hash(&secret), "noor@a.example", lasts).await.unwrap();
        tx.commit(&self.site.app.hub).await.unwrap();
        secret
    }

    /// Sees to it that there is a field that may be deleted.
    async fn walked_field(&self) {
        let fields = format!("/events/{}/profile-fields", self.site.event);
        let known = self.owner.get(&fields).await.done(200);
        if !known["items"].as_array().unwrap().iter().any(|field| field["key"] == "walked") {
            let field = json!({"key": "walked", "kind": "line", "words": {"en": "Motto"}, "most": 80});
            self.owner.post(&fields, &field).await.done(201);
        }
    }

    /// Uploads a logo and gives its id.
    async fn logo(&self) -> String {
        let path = format!("/exhibitors/{}/profile/logo", self.own.space.id);
        let kept = self.owner.send(Method::PUT, &path, &[], Some(logo())).await.done(200);
        kept["logo"].as_str().unwrap().rsplit('/').next().unwrap().to_owned()
    }

    async fn pairing_code(&self) -> String {
        let codes = format!("/exhibitors/{}/pairing-codes", self.own.space.id);
        self.owner.post(&codes, &json!({"max_uses": 5})).await.done(201)["pairing_code"].as_str().unwrap().to_owned()
    }

    /// A print run of everybody who has a badge.
    async fn print_run(&self) -> String {
        let runs = format!("/events/{}/print-runs", self.site.event);
        self.owner.post(&runs, &json!({})).await.done(201)["id"].as_str().unwrap().to_owned()
    }

    fn fresh(&self) -> String {
        self.site.app.new_id::<CaptureId>().to_string()
    }

    /// The request of an operation about the walked exhibitor's things.
    pub async fn ask(&self, operation: &str, caller: &Caller) -> Ask {
        let own = self.own.ask();
        let fresh = self.fresh();
        let slug = format!("s{}", &fresh[24..]);
        match operation {
            "logout"
            | "get_me"
            | "list_events"
            | "get_event"
            | "list_exhibitors"
            | "get_exhibitor"
            | "list_registrations"
            | "get_registration"
            | "get_badge"
            | "get_badge_filter"
            | "print_badges"
            | "count_badge_print"
            | "list_leads"
            | "get_lead"
            | "lead_history"
            | "list_exports"
            | "get_export"
            | "list_saved_views"
            | "get_lead_goal"
            | "list_team"
            | "list_devices"
            | "revoke_device"
            | "lose_device"
            | "get_crew"
            | "get_form"
            | "make_transfer_code"
            | "unpair_device"
            | "list_rejected_captures"
            | "list_door_devices"
            | "reissue_badge"
            | "list_packages"
            | "get_phases"
            | "get_partner_menu"
            | "print_test_page"
            | "list_print_runs"
            | "print_team_badges"
            | "list_sign_ins"
            | "get_second_factor"
            | "end_other_sign_ins"
            | "get_event_report"
            | "list_event_audit"
            | "get_readiness"
            | "list_desk_actions"
            | "list_unmatched_codes"
            | "list_exhibitor_audit"
            | "list_sessions"
            | "get_session"
            | "list_door_sessions"
            | "list_own_sessions"
            | "list_signups"
            | "list_attendance"
            | "list_attendance_marks"
            | "annul_attendance_mark"
            | "get_presence"
            | "sign_out_attendee"
            | "list_erasure_requests"
            | "get_retention"
            | "list_views"
            | "get_meeting_rules"
            | "list_meeting_locations"
            | "list_own_meeting_locations"
            | "list_free_slots"
            | "list_contacts"
            | "list_profile_fields"
            | "get_own_profile"
            | "delete_logo"
            | "list_meetings"
            | "get_meeting"
            | "get_meeting_invitation"
            | "list_conversations"
            | "get_conversation"
            | "list_messages"
            | "list_conversation_volumes"
            | "list_conversation_reports"
            | "close_conversation_report"
            | "get_sharing_rules"
            | "get_session_rules"
            | "get_package" => own,
            "begin_conversation" => {
                let badge = self.site.registration("Nina Next").badge().await;
                own.json(&json!({"registration_id": badge.registration, "text": fresh}))
            }
            "write_message" => {
                let messages = format!("/attendee/{}/conversations/{}/messages", self.own.link, self.own.conversation);
                self.site.api.post(&messages, &json!({"text": "Yes?"})).await.done(201);
                own.json(&json!({"text": fresh}))
            }
            "read_conversation" => own.json(&json!({"number": 1})),
            "request_contact" => {
                let badge = self.site.registration("Nina Next").badge().await;
                let begun = json!({"exhibitor_id": self.own.space.id, "text": fresh});
                let path = format!("/attendee/{}/conversations", self.link_of(&badge).await);
                let begun = self.site.api.post(&path, &begun).await.done(201);
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
            "set_session_rules" => own.json(&json!({"shows_registered": true, "shows_present": false})),
            "set_sharing_rules" => own.json(&json!({"daily_requests": 10_000, "daily_messages": 100_000,
                "unanswered_messages": 100})),
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
            "save_form" => own.json(&json!({"languages": ["en"], "questions": [
                {"key": "why", "kind": "text", "words": {"en": "Why?"}}]})),
            "create_profile_field" => {
                own.json(&json!({"key": slug, "kind": "line", "words": {"en": "Motto"}, "most": 80}))
            }
            "edit_profile_field" => own.with("key", "about").json(&json!({"most": 1_500})),
            "delete_profile_field" => {
                self.walked_field().await;
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
                let someone = uuid::Uuid::nil();
                own.with("token", &self.own.link).json(&json!({"action": "accept", "member_id": someone}))
            }
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
            "edit_meeting_location" => own.json(&json!({"name": fresh})),
            "edit_own_meeting_location" => {
                own.with("location_id", &self.own.own_location).json(&json!({"name": fresh}))
            }
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
            "make_link" => own.json(&json!({"purpose": "calendar"})),
            "make_member_link" | "begin_view" => own.json(&json!({"member_id": self.own.member})),
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
            "create_package" | "create_meeting_location" | "create_own_meeting_location" => {
                own.json(&json!({"name": fresh}))
            }
            "search_help_desk" => own.query("?q=noor"),
            "leave_view" => own.with("view_id", self.view(caller).await),
            "erase_registration" => {
                let gone = self.site.registration("Ella Erased").badge().await;
                own.with("registration_id", gone.registration)
            }
            "set_retention" => own.json(&json!({"days": 200})),
            "remind_exhibitors" => own.json(&json!({"exhibitor_ids": []})),
            "undo_desk_action" => own.with("action_id", self.deed().await),
            "merge_registrations" => {
                let other = self.site.registration("Nour Aziz").badge().await;
                own.json(&json!({"registration_id": other.registration}))
            }
            "assign_unmatched_code" => {
                let hash = self.unmatched().await;
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
                own.with("rejected_id", self.aside(&self.own.space).await)
            }
            "edit_partner_tab" => own.with("tab", "charts").json(&json!({"names": {"en": "Figures"}})),
            "begin_print_run" => own.json(&json!({"order": "exhibitor"})),
            "get_print_run" | "get_print_run_sheets" => own.with("run_id", self.print_run().await),
            "change_print_run" => own.with("run_id", self.print_run().await).json(&json!({"is_stopped": true})),
            "confirm_print_run" => own.with("run_id", self.print_run().await).json(&json!({"through": 1})),
            "edit_phases" => own.json(&json!({"language": "fr"})),
            "preview_team_mail" => own.query("?kind=access"),
            "send_team_mail" => own.json(&json!({"kind": "access"})),
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
            "edit_package" => own.json(&json!({"terms": {"licences": 50}})),
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
            "revoke_door_device" | "lose_door_device" => own.with("device_id", self.own.door),
            "login" => own.json(&json!({"email": self.password.0, "password": self.password.1})),
            "accept_invitation" => own.with("token", self.invited().await.0).json(&json!({"password": PASSWORD})),
            "pair_device" => own.json(&json!({"pairing_code": self.pairing_code().await, "install_id": fresh,
                "device_name": "Phone", "platform": "test"})),
            "get_pairing_code_picture" => own.with("pairing_code", self.pairing_code().await),
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
            other => panic!("no request is written for {other}; add one, so that its rights are proven"),
        }
    }

    /// A deed of the desk that can be taken back.
    async fn deed(&self) -> String {
        let other = self.site.registration("Nour Aziz").badge().await;
        let path = format!("/events/{}/registrations/{}/merge", self.site.event, self.own.badge.registration);
        let merged = self.owner.post(&path, &json!({"registration_id": other.registration})).await.done(200);
        merged["action_id"].as_str().unwrap().to_owned()
    }

    /// A code that was scanned and that nobody knows, by its hash.
    async fn unmatched(&self) -> String {
        let phone = self.own.space.phone("Una").await;
        phone.scan(self.fresh().as_str()).upload().await;
        let listed = self.owner.get(&format!("/events/{}/unmatched-codes", self.site.event)).await.done(200);
        listed["items"][0]["code_hash"].as_str().unwrap().to_owned()
    }

    /// A capture of a space that lies aside.
    async fn aside(&self, space: &Space) -> String {
        let phone = space.phone("Lou").await;
        let scan = phone.scan(&self.own.badge).captures();
        self.site.lose(&phone).await;
        phone.send(&scan).await.done(200);
        let listed = self.owner.get(&format!("/exhibitors/{}/rejected-captures", space.id)).await.done(200);
        listed["items"][0]["id"].as_str().unwrap().to_owned()
    }

    /// The account of a caller who is a person.
    async fn account(&self, caller: &Caller) -> Option<AccountId> {
        let hash = token::hash(caller.api.token().filter(|_| caller.is_person)?);
        let mut tx = self.site.app.read().await.unwrap();
        let account = sql!(tx, conn => sqlx::query_scalar("SELECT account_id FROM sign_in WHERE token_hash = $1")
            .bind(hash.to_vec()).fetch_optional(conn));
        account.unwrap()
    }

    /// Lets a caller prove who they are: the password is known, and nothing is asked for besides.
    async fn give_password(&self, caller: &Caller) -> Option<AccountId> {
        let account = self.account(caller).await?;
        let mut tx = self.site.app.write().await.unwrap();
        secrets::remove_factor(&mut tx, account).await.unwrap();
        let known: String = sql!(tx, conn => sqlx::query_scalar("SELECT password_hash FROM account WHERE email = $1")
            .bind(&self.password.0).fetch_one(conn))
        .unwrap();
        accounts::store::set_password(&mut tx, account, &known).await.unwrap();
        tx.commit(&self.site.app.hub).await.unwrap();
        Some(account)
    }

    /// A second factor that a caller has begun, and its present code.
    async fn begun_factor(&self, caller: &Caller) -> String {
        let Some(account) = self.give_password(caller).await else { return "000000".to_owned() };
        let secret = [7; second_factor::SECRET_BYTES];
        let mut tx = self.site.app.write().await.unwrap();
        assert!(secrets::begin_factor(&mut tx, account, &secret, self.site.app.now()).await.unwrap());
        tx.commit(&self.site.app.hub).await.unwrap();
        second_factor::code_at(secret, self.site.app.now())
    }

    /// A recovery code of a second factor that is on.
    async fn recovery_code(&self, caller: &Caller) -> String {
        self.begun_factor(caller).await;
        let Some(account) = self.account(caller).await else { return "none".to_owned() };
        let now = self.site.app.now();
        let mut tx = self.site.app.write().await.unwrap();
        secrets::confirm_factor(&mut tx, account, now).await.unwrap();
        secrets::set_recovery_codes(&mut tx, account, &[token::hash("ABCDEFGHIJKLMNOP")]).await.unwrap();
        tx.commit(&self.site.app.hub).await.unwrap();
        "abcd-efgh-ijkl-mnop".to_owned()
    }

    /// An open view of a caller, where they may have one.
    async fn view(&self, caller: &Caller) -> String {
        let views = format!("/events/{}/views", self.site.event);
        let begun = caller.api.post(&views, &json!({"member_id": self.own.member})).await;
        if begun.status == 201 { begun.json()["id"].as_str().unwrap().to_owned() } else { self.fresh() }
    }

    /// Another sign-in of a caller, as its owner names it.
    async fn another_sign_in(&self, caller: &Caller) -> String {
        let hash = token::hash(&self.fresh());
        if let Some(account) = self.account(caller).await {
            let now = self.site.app.now();
            let mut tx = self.site.app.write().await.unwrap();
            let until = now.plus_micros(60_000_000);
            accounts::store::sign_ins::insert(&mut tx, &hash, account, None, now, until).await.unwrap();
            tx.commit(&self.site.app.hub).await.unwrap();
        }
        token::public_id(hash.as_slice()).to_string()
    }

    /// The secret of a mailed link to a new password.
    async fn reset_token(&self) -> String {
        let secret = format!("lr_{}", self.fresh());
        let now = self.site.app.now();
        let mut tx = self.site.app.write().await.unwrap();
        let account: AccountId = sql!(tx, conn => sqlx::query_scalar("SELECT id FROM account WHERE email = $1")
            .bind(&self.password.0).fetch_one(conn))
        .unwrap();
        let lasts = (now, now.plus_micros(60_000_000));
        let purpose = secrets::Purpose::PasswordReset;
        secrets::insert(&mut tx, &token::hash(&secret), account, purpose, lasts).await.unwrap();
        tx.commit(&self.site.app.hub).await.unwrap();
        secret
    }

    async fn invited_member(&self) -> String {
        let email = format!("{}@a.example", self.fresh());
        let member = json!({"first_name": "New", "last_name": "Member", "email": email, "roles": ["scanner"]});
        let added = self.owner.post(&format!("/exhibitors/{}/team", self.own.space.id), &member).await.done(201);
        added["id"].as_str().unwrap().to_owned()
    }

    /// Requests under an address of one's own whose inner id is somebody else's, by caller.
    pub async fn crossed(&self, operation: &str) -> Vec<(&'static str, Vec<Ask>)> {
        let inner: &[&'static str] = match operation {
            "get_lead" | "lead_history" | "edit_lead" => &["lead_id"],
            "get_export" | "get_export_file" => &["export_id"],
            "edit_team_member" | "remove_team_member" | "invite_team_member_again" | "revoke_invitation" => {
                &["member_id"]
            }
            "revoke_device" | "lose_device" | "revoke_door_device" | "lose_door_device" => &["device_id"],
            "get_badge" | "count_badge_print" | "reissue_badge" | "revoke_badge" | "assign_badge" => &["badge_id"],
            "get_registration"
            | "change_registration"
            | "make_link"
            | "merge_registrations"
            | "erase_registration"
            | "swap_badges" => &["registration_id"],
            "get_package" | "edit_package" => &["package_id"],
            "get_session" | "edit_session" | "delete_session" | "list_signups" | "sign_up" | "list_attendance"
            | "correct_attendance" => &["session_id"],
            "list_attendance_marks" | "cancel_signup" => &["session_id", "registration_id"],
            "annul_attendance_mark" => &["session_id", "mark_id"],
            "edit_own_session" | "list_session_attendees" => &["own_session_id"],
            "delete_meeting_location" | "open_meeting_location" | "edit_meeting_location" => &["location_id"],
            "delete_own_meeting_location" | "open_own_meeting_location" | "edit_own_meeting_location" => {
                &["own_location_id"]
            }
            "get_meeting" | "answer_meeting" | "get_meeting_invitation" => &["meeting_id"],
            "get_conversation"
            | "list_messages"
            | "write_message"
            | "read_conversation"
            | "request_contact"
            | "block_attendee"
            | "report_attendee"
            | "add_conversation_member"
            | "remove_conversation_member" => &["conversation_id"],
            "close_conversation_report" => &["report_id"],
            "get_exhibitor" | "edit_exhibitor" | "delete_exhibitor" => &["exhibitor_id"],
            _ => return Vec::new(),
        };
        let is_event = matches!(
            inner[0],
            "badge_id" | "registration_id" | "package_id" | "session_id" | "location_id" | "report_id"
        ) || operation.ends_with("_exhibitor");
        let is_door = operation.ends_with("_door_device");
        let somebody = Caller {
            name: "the owner",
            api: self.owner.clone(),
            is_person: true,
            event: Vec::new(),
            space: Vec::new(),
            here: Vec::new(),
            organizer: Vec::new(),
            has_ended: false,
            view: None,
        };
        let mut requests = Vec::new();
        for others in [&self.neighbour, &self.foreign] {
            // What is the event's is the organizer's own, whichever exhibitor it has to do with.
            if std::ptr::eq(others, &raw const self.neighbour) && (is_event || is_door) {
                continue;
            }
            let mut request = self.ask(operation, &somebody).await;
            let theirs = if is_door { others.ask().with("device_id", others.door) } else { others.ask() };
            for name in inner {
                match *name {
                    "own_session_id" => request.ids.insert("session_id", others.own_session.clone()),
                    "own_location_id" => request.ids.insert("location_id", others.own_location.clone()),
                    name => request.ids.insert(name, theirs.ids[name].clone()),
                };
            }
            requests.push(request);
        }
        // A door's device is no exhibitor's, and an exhibitor's is no door's.
        if inner[0] == "device_id" {
            let other = if is_door { self.own.device } else { self.own.door };
            requests.push(self.ask(operation, &somebody).await.with("device_id", other));
        }
        if inner[0] == "conversation_id" {
            return vec![("an admin", requests)];
        }
        let mut crossed = vec![("the owner", requests.clone())];
        if operations_of_spaces(inner[0]) && !is_door {
            crossed.push(("an admin", requests));
        }
        crossed
    }
}

fn operations_of_spaces(id: &str) -> bool {
    matches!(
        id,
        "lead_id" | "export_id" | "member_id" | "device_id" | "own_session_id" | "own_location_id" | "meeting_id"
    )
}
