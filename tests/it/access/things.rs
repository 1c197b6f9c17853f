//! The things of one space that requests are about.

use super::ask::Ask;
use super::guests::Guest;
use harness::builders::{Badge, Site, Space};
use harness::eventually;
use harness::http::Api;
use mobile_core::ids::{DeviceId, LeadId};
use mobile_core::time::Timestamp;
use serde_json::{Value, json};
use server::sql;

/// The things of one space that requests are about.
pub(super) struct Things {
    pub(super) space: Space,
    /// Who may do everything there.
    pub(super) organizer: Api,
    /// The attendee whom they are about, and their badge.
    pub(super) guest: Guest,
    pub(super) badge: Badge,
    pub(super) door: DeviceId,
    pub(super) lead: LeadId,
    pub(super) export: String,
    pub(super) member: String,
    pub(super) device: DeviceId,
    pub(super) package: String,
    pub(super) session: String,
    pub(super) own_session: String,
    pub(super) mark: String,
    pub(super) location: String,
    pub(super) own_location: String,
    pub(super) meeting: String,
    pub(super) calendar: String,
    pub(super) conversation: String,
    pub(super) report: String,
    /// Somebody who connected with the attendee.
    pub(super) friend: Guest,
    pub(super) connection: String,
    pub(super) view: String,
}

/// A request for a meeting that begins in so many hours.
pub(super) fn ask_for(site: &Site, badge: &Badge, hours: i64) -> Value {
    const CELL: i64 = 300_000_000;
    let now = site.app.now().as_micros();
    let starts_at = Timestamp::from_micros(now - now.rem_euclid(CELL) + hours * 12 * CELL);
    json!({"registration_id": badge.registration, "starts_at": starts_at, "ends_at": starts_at.plus_micros(CELL)})
}

/// Builds an export and waits for its file.
pub(super) async fn export(organizer: &Api, space: &Space) -> String {
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
async fn talk(site: &Site, space: &Space, organizer: &Api, guest: &Guest) -> (String, String) {
    let begun = json!({"exhibitor_id": space.id, "text": "Hello"});
    let begun = guest.api.post(&guest.at("/conversations"), &begun).await.done(201);
    let conversation = begun["id"].as_str().unwrap().to_owned();
    let report = guest.at(&format!("/conversations/{conversation}/report"));
    guest.api.post(&report, &json!({"reason": "spam"})).await.done(204);
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
    pub(super) async fn make(site: &Site, space: &Space, organizer: &Api, guest: &Guest) -> Self {
        let badge = guest.badge.clone();
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
        let links = format!("{event}/registrations/{}/links", badge.registration);
        let made = organizer.post(&links, &json!({"purpose": "calendar"})).await.done(201);
        let calendar = made["token"].as_str().unwrap().to_owned();
        let (conversation, report) = talk(site, &space, organizer, guest).await;
        let friend = Guest::register(site, "Fred Friend").await;
        let wish = json!({"code": badge.code});
        let connection = id(friend.api.post(&friend.at("/connections"), &wish).await.done(201));
        Self {
            space,
            organizer: organizer.clone(),
            guest: guest.clone(),
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
            calendar,
            conversation,
            report,
            friend,
            connection,
            view,
        }
    }

    pub(super) fn ask(&self) -> Ask {
        let ask = Ask::default().with("event_id", self.space.site.event).with("exhibitor_id", self.space.id);
        let ask = ask.with("lead_id", self.lead).with("badge_id", self.badge.id);
        let ask = ask.with("registration_id", self.badge.registration).with("export_id", &self.export);
        let ask = ask.with("token", self.badge.registration);
        let ask = ask.with("member_id", &self.member).with("device_id", self.device).with("package_id", &self.package);
        let ask = ask.with("session_id", &self.session).with("mark_id", &self.mark);
        let ask = ask.with("conversation_id", &self.conversation).with("report_id", &self.report);
        let ask = ask.with("connection_id", &self.connection).with("view_id", &self.view);
        ask.with("location_id", &self.location).with("meeting_id", &self.meeting)
    }
}
