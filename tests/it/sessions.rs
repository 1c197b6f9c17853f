//! Sessions, sign-ups and attendance, as organisers, doors and exhibitors see them.

mod attendance;

use crate::browsing::{has, opened, picture};
use harness::browser::Browser;
use harness::http::Api;
use harness::{Badge, Fair, Organizer, on_every_engine};
use mobile_core::ids::CaptureId;
use mobile_core::time::Timestamp;
use mobile_core::wire::Paired;
use serde_json::{Value, json};
use server::events::when;

const MINUTE: i64 = 60_000_000;

fn at(organizer: &Organizer, path: &str) -> String {
    format!("/events/{}{path}", organizer.site.event)
}

/// Makes a session that runs now, with more fields.
async fn session(organizer: &Organizer, fields: Value) -> Value {
    let now = organizer.site.app.now();
    let mut session =
        json!({"title": "Opening", "starts_at": now.plus_micros(-MINUTE), "ends_at": now.plus_micros(60 * MINUTE)});
    for (name, value) in fields.as_object().unwrap() {
        session[name] = value.clone();
    }
    organizer.api.post(&at(organizer, "/sessions"), &session).await.done(201)
}

/// Moves the clock on to the next time that it is this hour where the event is.
async fn move_to(fair: &Fair, hour: u8) -> Timestamp {
    let zone = fair.app().events.info(fair.app(), fair.site.event).await.unwrap().zone();
    let (now, today) = (fair.now(), when::day_of(fair.now(), &zone));
    let on = |day| when::moment(&format!("{day}T{hour:02}:00"), &zone).unwrap();
    let next = if on(today) > now { on(today) } else { on(today.tomorrow().unwrap()) };
    fair.app().clock.advance(next.micros_since(now));
    next
}

/// A door that takes attendance of sessions.
struct Door {
    api: Api,
    queue: uuid::Uuid,
    fair: server::app::App,
}

impl Door {
    async fn open(organizer: &Organizer, sessions: &[&Value]) -> Self {
        let ids: Vec<&Value> = sessions.iter().map(|session| &session["id"]).collect();
        let wish = json!({"label": "North door", "session_ids": ids});
        let code = organizer.api.post(&at(organizer, "/pairing-codes"), &wish).await.done(201);
        let app = organizer.site.app.clone();
        let queue: uuid::Uuid = app.new_id();
        let wish = json!({"pairing_code": code["pairing_code"], "install_id": queue, "device_name": "Door", "platform": "reader"});
        let paired: Paired = organizer.site.api.post("/auth/devices", &wish).await.ok();
        Self { api: organizer.site.api.with_token(paired.device_token), queue, fair: app }
    }

    fn check(&self, kind: &str, session: &Value, badge: &str, at: Timestamp) -> Value {
        json!({"id": self.fair.new_id::<CaptureId>(), "captured_at": at, "kind": kind, "session_id": session["id"],
            "code": badge})
    }

    async fn send(&self, captures: &[Value]) -> Vec<Value> {
        let batch = json!({"sent_at": self.fair.now(), "queue_id": self.queue, "captures": captures});
        self.api.post("/captures", &batch).await.done(200)["results"].as_array().unwrap().clone()
    }

    /// Checks somebody in now and gives the reason, empty for ok.
    async fn admit(&self, session: &Value, badge: &Badge) -> String {
        self.one(self.check("session_check_in", session, &badge.code, self.fair.now())).await
    }

    async fn leave(&self, session: &Value, badge: &Badge) -> String {
        self.one(self.check("session_check_out", session, &badge.code, self.fair.now())).await
    }

    async fn one(&self, capture: Value) -> String {
        let receipt = self.send(&[capture]).await.remove(0);
        assert_eq!(receipt["outcome"], "accepted", "{receipt}");
        receipt["reason"].as_str().unwrap_or_default().to_owned()
    }
}

async fn counts(organizer: &Organizer, session: &Value) -> (i64, i64) {
    let id = session["id"].as_str().unwrap();
    let session = organizer.api.get(&at(organizer, &format!("/sessions/{id}"))).await.done(200);
    (session["inside"].as_i64().unwrap(), session["entered"].as_i64().unwrap())
}

async fn people<const N: usize>(fair: &Fair, names: [&str; N]) -> [Badge; N] {
    let mut badges = Vec::with_capacity(N);
    for name in names {
        badges.push(fair.registration(name).badge().await);
    }
    badges.try_into().unwrap()
}

on_every_engine! {
    async fn an_organiser_makes_a_session_and_its_exhibitor_says_what_it_is_about(fair) {
        let olga = fair.organizer().await;
        let space = fair.exhibitor("Acme").open().await;
        let ada = space.admin("Ada").await;
        let made = session(&olga, json!({"exhibitor_id": space.id, "room": "Blue", "capacity": 20, "speakers":
            [{"name": "Grace", "company": "Navy"}]})).await;
        let own = format!("/exhibitors/{}/sessions", space.id);
        let listed = ada.api.get(&own).await.done(200);
        assert_eq!((&listed["items"][0]["title"], &listed["items"][0]["speakers"][0]["name"]), (&json!("Opening"), &json!("Grace")));
        let one = format!("{own}/{}", made["id"].as_str().unwrap());
        let words = json!({"description": "All about us", "speakers": [{"name": "Ada"}]});
        ada.api.patch(&one, None, &words).await.refused("forbidden");
        let path = at(&olga, &format!("/sessions/{}", made["id"].as_str().unwrap()));
        let allowed = olga.api.patch(&path, Some("\"1\""), &json!({"is_editable": true})).await;
        assert_eq!(allowed.header("etag"), Some("\"2\""));
        olga.api.patch(&path, Some("\"1\""), &json!({"title": "Late"})).await.refused("old_version");
        let edited = ada.api.patch(&one, None, &words).await.done(200);
        assert_eq!((&edited["description"], &edited["room"]), (&json!("All about us"), &json!("Blue")));
        ada.api.patch(&one, None, &json!({"title": "Mine"})).await.refused("invalid_field");
        let bo = fair.exhibitor("Bolt").open().await.admin("Bo").await;
        assert_eq!(bo.api.get(&format!("/exhibitors/{}/sessions", bo.exhibitor)).await.done(200)["items"], json!([]));
    }

    async fn wrong_times_of_a_session_are_refused_with_the_way_out(fair) {
        let olga = fair.organizer().await;
        let event = json!({"slug": "autumn-clock", "name": "Clock", "timezone": "Europe/Paris",
            "starts_at": "2026-10-24T08:00:00Z", "ends_at": "2026-10-26T18:00:00Z"});
        let event = olga.create_event(&event).await.done(201);
        let sessions = format!("/events/{}/sessions", event["id"].as_str().unwrap());
        let ask = async |from: &str, to: &str| {
            olga.api.post(&sessions, &json!({"title": "Night", "starts_at": from, "ends_at": to})).await
        };
        let good = ask("2026-10-25T01:00", "2026-10-25T03:00").await.done(201);
        assert_eq!((&good["starts_at"], &good["ends_at"]),
            (&json!("2026-10-24T23:00:00.000000Z"), &json!("2026-10-25T02:00:00.000000Z")));
        let twice = ask("2026-10-25T02:30", "2026-10-25T04:00").await.refused("invalid_field");
        assert!(twice.detail.contains("twice") && twice.errors[0].pointer == "/starts_at", "{}", twice.detail);
        ask("2026-10-25T02:30:00+01:00", "2026-10-25T04:00").await.done(201);
        for (from, to, pointer) in [
            ("2026-10-25T10:00", "2026-10-25T10:00", "/ends_at"),
            ("2026-10-25T10:00", "2026-10-25T09:00", "/ends_at"),
            ("2026-10-23T10:00", "2026-10-24T11:00", "/starts_at"),
            ("2026-10-26T10:00", "2026-10-27T11:00", "/ends_at"),
            ("noon", "2026-10-25T12:00", "/starts_at"),
        ] {
            assert_eq!(ask(from, to).await.refused("invalid_field").errors[0].pointer, pointer, "{from} to {to}");
        }
    }

    async fn the_waiting_list_moves_up_when_somebody_gives_a_place_back_or_room_is_made(fair) {
        let olga = fair.organizer().await;
        let made = session(&olga, json!({"capacity": 1, "signup": "required"})).await;
        let path = at(&olga, &format!("/sessions/{}", made["id"].as_str().unwrap()));
        let badges = people(fair, ["Noor Aziz", "Omar Bey", "Pia Cole"]).await;
        let sign_up = async |badge: &Badge| {
            let wish = json!({"registration_id": badge.registration});
            olga.api.post(&format!("{path}/signups"), &wish).await.done(201)["status"].as_str().unwrap().to_owned()
        };
        let mut states = Vec::new();
        for badge in &badges {
            states.push(sign_up(badge).await);
        }
        assert_eq!(states, ["registered", "waiting", "waiting"]);
        assert_eq!(sign_up(&badges[1]).await, "waiting", "asking again keeps the place");
        olga.api.delete(&format!("{path}/signups/{}", badges[0].registration)).await.done(204);
        assert_eq!(sign_up(&badges[1]).await, "registered");
        assert_eq!(sign_up(&badges[2]).await, "waiting");
        olga.api.patch(&path, None, &json!({"capacity": 2})).await.done(200);
        assert_eq!(sign_up(&badges[2]).await, "registered");
        assert_eq!(sign_up(&badges[0]).await, "waiting", "who gave it back stands at the end");
        let listed = olga.api.get(&format!("{path}/signups")).await.done(200);
        let names: Vec<&str> = listed["items"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["Omar Bey", "Pia Cole", "Noor Aziz"]);
        // Attendees sign up themselves by the link that the desk gave them.
        let links = at(&olga, &format!("/registrations/{}/links", badges[0].registration));
        let link = olga.api.post(&links, &json!({"purpose": "attendee"})).await.done(201);
        let mine = format!("/attendee/{}/sessions", link["token"].as_str().unwrap());
        let programme = fair.site.api.get(&mine).await.done(200);
        assert_eq!((&programme["items"][0]["title"], &programme["items"][0]["is_full"]), (&json!("Opening"), &json!(true)));
        let signup = format!("{mine}/{}/signup", made["id"].as_str().unwrap());
        fair.site.api.delete(&signup).await.done(204);
        assert_eq!(fair.site.api.post(&signup, &json!({})).await.done(201)["status"], "waiting");
        let door = Door::open(&olga, &[&made]).await;
        assert_eq!(door.admit(&made, &badges[0]).await, "see_desk", "only those who signed up go in");
        assert_eq!(door.admit(&made, &badges[1]).await, "");
    }

    async fn a_door_hears_the_verdict_and_hears_it_again_when_it_asks_again(fair) {
        let olga = fair.organizer().await;
        let made = session(&olga, json!({"capacity": 2, "categories": ["visitor", "vip"]})).await;
        let door = Door::open(&olga, &[&made]).await;
        let [noor, omar, pia] = people(fair, ["Noor Aziz", "Omar Bey", "Pia Cole"]).await;
        let press = fair.registration("Paul Presse").category("press").badge().await;
        let gone = fair.registration("Gia Gone").badge().await;
        fair.site.set_badge(&gone, "cancelled").await;
        fair.app().clock.advance(MINUTE);
        assert_eq!(door.admit(&made, &noor).await, "");
        assert_eq!(door.admit(&made, &noor).await, "already_inside");
        assert_eq!(door.admit(&made, &press).await, "category_not_admitted");
        assert_eq!(door.admit(&made, &gone).await, "cancelled");
        assert_eq!(door.one(door.check("session_check_in", &made, "A-CODE-OF-NOBODY", fair.now())).await, "see_desk");
        assert_eq!(door.admit(&made, &omar).await, "");
        let full = door.check("session_check_in", &made, &pia.code, fair.now());
        assert_eq!(door.one(full.clone()).await, "full");
        let again = door.send(&[full]).await.remove(0);
        assert_eq!((&again["outcome"], &again["reason"]), (&json!("duplicate"), &json!("full")));
        assert_eq!(counts(&olga, &made).await, (2, 2));
        assert_eq!(door.leave(&made, &noor).await, "");
        assert_eq!(counts(&olga, &made).await, (1, 2));
        assert_eq!(door.admit(&made, &pia).await, "");
        // A supervisor lets somebody in against the verdict, and says why.
        let mut exception = door.check("session_check_in", &made, &press.code, fair.now());
        exception["override"] = json!("writes about us");
        assert_eq!(door.one(exception).await, "");
        assert_eq!(counts(&olga, &made).await, (3, 4));
        let marks = at(&olga, &format!("/sessions/{}/attendance/{}", made["id"].as_str().unwrap(), press.registration));
        let marks = olga.api.get(&marks).await.done(200);
        let last = marks["items"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((&last["verdict"], &last["override"], &last["counts"]),
            (&json!("category_not_admitted"), &json!("writes about us"), &json!(true)));
        assert!(olga.api.get(&at(&olga, "/presence")).await.done(200)["days"][0]["people"] == 4);
    }

    async fn a_registration_is_valid_on_its_days_and_in_its_zones(fair) {
        let olga = fair.organizer().await;
        let (hall, lounge) = (session(&olga, json!({"kind": "entrance"})).await, session(&olga, json!({"kind": "zone"})).await);
        let door = Door::open(&olga, &[]).await;
        let today = server::events::when::day_of(fair.now(), &fair.app().events.info(fair.app(), fair.site.event).await.unwrap().zone());
        let register = async |name: &str, days: Value, zones: Value| {
            let person = json!({"first_name": name, "last_name": "Aziz", "valid_days": days, "allowed_zones": zones});
            let made = olga.register(&person).await.done(201);
            let id = made["id"].as_str().unwrap().parse().unwrap();
            Badge { code: made["badge"]["code"].as_str().unwrap().to_owned(), number: String::new(),
                id: made["badge"]["id"].as_str().unwrap().parse().unwrap(), registration: id }
        };
        let always = register("Noor", Value::Null, json!([lounge["id"]])).await;
        let tomorrow = register("Omar", json!([today.tomorrow().unwrap().to_string()]), Value::Null).await;
        let nowhere = register("Pia", json!([today.to_string()]), json!([])).await;
        assert_eq!(door.admit(&hall, &always).await, "");
        assert_eq!(door.admit(&lounge, &always).await, "");
        assert_eq!(door.admit(&hall, &tomorrow).await, "not_today");
        assert_eq!(door.admit(&hall, &nowhere).await, "");
        assert_eq!(door.admit(&lounge, &nowhere).await, "category_not_admitted");
        let wrong = json!({"first_name": "A", "last_name": "B", "valid_days": ["someday"]});
        assert_eq!(olga.register(&wrong).await.refused("invalid_field").errors[0].pointer, "/valid_days/0");
        let wrong = json!({"first_name": "A", "last_name": "B", "allowed_zones": [uuid::Uuid::nil()]});
        assert_eq!(olga.register(&wrong).await.refused("invalid_field").errors[0].pointer, "/allowed_zones/0");
        let patched = olga.api.patch(&at(&olga, &format!("/registrations/{}", tomorrow.registration)), None,
            &json!({"valid_days": null})).await.done(200);
        assert_eq!(patched["valid_days"], Value::Null);
        assert_eq!(door.admit(&hall, &tomorrow).await, "");
    }

    async fn a_capacity_below_those_inside_is_refused(fair) {
        let olga = fair.organizer().await;
        let made = session(&olga, json!({"capacity": 5})).await;
        let door = Door::open(&olga, &[&made]).await;
        for badge in people(fair, ["Noor Aziz", "Omar Bey"]).await {
            assert_eq!(door.admit(&made, &badge).await, "");
        }
        let path = at(&olga, &format!("/sessions/{}", made["id"].as_str().unwrap()));
        let refused = olga.api.patch(&path, None, &json!({"capacity": 1})).await.refused("invalid_field");
        assert!(refused.detail.contains("at least 2"), "{}", refused.detail);
        olga.api.patch(&path, None, &json!({"capacity": 2})).await.done(200);
    }

    async fn the_monitor_counts_live_and_says_nothing_of_anybody(fair) {
        let olga = fair.organizer().await;
        let made = session(&olga, json!({"capacity": 9})).await;
        let door = Door::open(&olga, &[&made]).await;
        let [noor] = people(fair, ["Noor Aziz"]).await;
        let mut live = olga.live(None).await;
        door.admit(&made, &noor).await;
        let frame = live.entry().await;
        assert_eq!((&frame["type"], &frame["session_id"]), (&json!("attendance.changed"), &made["id"]));
        assert_eq!((&frame["inside"], &frame["entered"], &frame["capacity"]), (&json!(1), &json!(1), &json!(9)));
        assert!(!frame.to_string().contains("Noor") && !frame.to_string().contains(&noor.registration.to_string()));
        door.leave(&made, &noor).await;
        assert_eq!(live.entry().await["inside"], 0);
    }

    async fn the_monitors_page_shows_rooms_filling_and_why_scans_were_not_accepted(fair) {
        let Some(browser) = Browser::start().await else { return };
        let olga = fair.organizer().await;
        let made = session(&olga, json!({"title": "Opening", "room": "Room 1", "capacity": 1})).await;
        let other = session(&olga, json!({"title": "Elsewhere"})).await;
        let door = Door::open(&olga, &[&made]).await;
        let [noor] = people(fair, ["Noor Aziz"]).await;
        let mut tab = opened(&browser, &olga.api, &at(&olga, "/monitor")).await;
        has(&mut tab, "#rooms", "Opening").await;
        has(&mut tab, "#rooms", "0 of 1").await;
        door.admit(&made, &noor).await;
        tab.until("document.querySelector('#rooms .is-waiting')?.textContent === '1 of 1'").await;
        door.send(&[door.check("session_check_in", &other, &noor.code, fair.now())]).await;
        has(&mut tab, "#attention", "1 scan was not accepted").await;
        picture(&mut tab, "monitor-rooms-1440").await;
        let text = tab.value("document.querySelector('#main').textContent").await;
        assert!(!text.as_str().unwrap().contains("Noor"), "{text}");
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }
}

on_every_engine! {
    async fn visitors_see_how_many_come_only_where_the_organiser_shows_it(fair) {
        let olga = fair.organizer().await;
        let noor = fair.registration("Noor Aziz").badge().await;
        let event = format!("/events/{}", fair.site.event);
        let starts_at = fair.now().plus_micros(3_600_000_000);
        let talk = serde_json::json!({"title": "Opening", "starts_at": starts_at,
            "ends_at": starts_at.plus_micros(3_600_000_000), "signup": "open"});
        let talk = olga.api.post(&format!("{event}/sessions"), &talk).await.done(201);
        let link = format!("{event}/registrations/{}/links", noor.registration);
        let link = olga.api.post(&link, &serde_json::json!({"purpose": "attendee"})).await.done(201);
        let link = format!("/attendee/{}/sessions", link["token"].as_str().unwrap());
        fair.site.api.post(&format!("{link}/{}/signup", talk["id"].as_str().unwrap()), &serde_json::json!({})).await.done(201);
        let shown = async || fair.site.api.get(&link).await.done(200)["items"][0].clone();
        assert_eq!((&shown().await["registered"], &shown().await["present"]), (&serde_json::Value::Null, &serde_json::Value::Null));
        let rules = serde_json::json!({"shows_registered": true, "shows_present": true}).to_string().into_bytes();
        let headers = [("content-type", "application/json")];
        let set = olga.api.send(reqwest::Method::PUT, &format!("{event}/session-rules"), &headers, Some(rules)).await;
        set.done(200);
        assert_eq!((&shown().await["registered"], &shown().await["present"]), (&serde_json::json!(1), &serde_json::json!(0)));
    }
}
