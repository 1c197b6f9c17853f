//! Meetings: asked for by either side, agreed on, moved and called off, and never booked twice.

mod exported;
mod limits;
mod places;

use crate::browsing::{attendee_tab, has, picture};
use harness::browser::Browser;
use harness::http::Api;
use harness::{Answer, Badge, Fair, Organizer, Space, TeamMember, on_every_engine};
use mobile_core::capture::ContactField;
use mobile_core::time::Timestamp;
use serde_json::{Value, json};

const MINUTE: i64 = 60_000_000;
const CELL: i64 = 5 * MINUTE;

/// A whole five minutes so many minutes from now.
fn soon(fair: &Fair, minutes: i64) -> Timestamp {
    let now = fair.now().as_micros();
    Timestamp::from_micros(now - now.rem_euclid(CELL) + minutes * MINUTE)
}

struct Stand {
    olga: Organizer,
    space: Space,
    ada: TeamMember,
}

impl Stand {
    async fn open(fair: &Fair) -> Self {
        let space = fair.exhibitor("Acme").open().await;
        let ada = space.admin("Ada Admin").await;
        Self { olga: fair.organizer().await, space, ada }
    }

    fn at(&self, path: &str) -> String {
        format!("/exhibitors/{}{path}", self.space.id)
    }

    async fn place(&self, name: &str) -> String {
        let made = self.ada.api.post(&self.at("/meeting-locations"), &json!({"name": name})).await.done(201);
        made["id"].as_str().unwrap().to_owned()
    }

    /// The secret of an attendee's link.
    async fn link(&self, badge: &Badge, purpose: &str) -> String {
        let path = format!("/events/{}/registrations/{}/links", self.space.site.event, badge.registration);
        let made = self.olga.api.post(&path, &json!({"purpose": purpose})).await.done(201);
        made["token"].as_str().unwrap().to_owned()
    }

    async fn attendee(&self, badge: &Badge) -> Attendee {
        Attendee {
            api: self.space.site.api.clone(),
            link: self.link(badge, "attendee").await,
            exhibitor: json!(self.space.id),
        }
    }

    async fn ask(&self, badge: &Badge, starts_at: Timestamp, place: &str) -> Answer {
        let wish = json!({"registration_id": badge.registration, "starts_at": starts_at,
            "ends_at": starts_at.plus_micros(30 * MINUTE), "location_id": place, "member_id": self.ada.id});
        self.ada.api.post(&self.at("/meetings"), &wish).await
    }

    async fn answer(&self, meeting: &Value, answer: Value) -> Answer {
        self.ada.api.post(&self.at(&format!("/meetings/{}/answer", meeting["id"].as_str().unwrap())), &answer).await
    }

    /// Where mails to the admin go.
    async fn ada_address(&self, fair: &Fair) -> String {
        let mut tx = fair.app().read().await.unwrap();
        let email = server::sql!(tx, conn => sqlx::query_scalar("SELECT email FROM team_member WHERE id = $1")
            .bind(self.ada.id).fetch_one(conn))
        .unwrap();
        tx.done().await.unwrap();
        email
    }

    async fn meeting(&self, meeting: &Value) -> Value {
        self.ada.api.get(&self.at(&format!("/meetings/{}", meeting["id"].as_str().unwrap()))).await.done(200)
    }
}

struct Attendee {
    api: Api,
    link: String,
    exhibitor: Value,
}

impl Attendee {
    async fn ask(&self, starts_at: Timestamp, place: &str) -> Answer {
        let wish = json!({"exhibitor_id": self.exhibitor, "starts_at": starts_at,
            "ends_at": starts_at.plus_micros(30 * MINUTE), "location_id": place});
        self.api.post(&format!("/attendee/{}/meetings", self.link), &wish).await
    }

    async fn answer(&self, meeting: &Value, answer: Value) -> Answer {
        let path = format!("/attendee/{}/meetings/{}/answer", self.link, meeting["id"].as_str().unwrap());
        self.api.post(&path, &answer).await
    }
}

on_every_engine! {
    async fn of_two_meetings_at_the_same_time_a_merge_calls_the_later_one_off_and_undo_brings_it_back(fair) {
        let stand = Stand::open(fair).await;
        let noor = fair.registration("Noor Aziz").with(ContactField::Email, "noor@a.example").badge().await;
        let nour = fair.registration("Nour Aziz").with(ContactField::Email, "nour@a.example").badge().await;
        let (table, room) = (stand.place("Table 4").await, stand.place("Room 1").await);
        let (first, second) = (stand.attendee(&noor).await, stand.attendee(&nour).await);
        let agreed = second.ask(soon(fair, 60), &table).await.done(201);
        stand.answer(&agreed, json!({"action": "accept"})).await.done(200);
        let asked = first.ask(soon(fair, 75), &room).await.done(201);
        let beside = first.ask(soon(fair, 240), &room).await.done(201);
        let merge = format!("/events/{}/registrations/{}/merge", fair.site.event, noor.registration);
        let who = json!({"registration_id": nour.registration});
        let looked = stand.olga.api.post(&format!("{merge}?dry_run=true"), &who).await.done(200);
        assert_eq!(looked["meetings_at_once"], 1);
        assert_eq!(stand.meeting(&asked).await["status"], "pending", "looking changes nothing");
        let merged = stand.olga.api.post(&merge, &who).await.done(200);
        let off = stand.meeting(&asked).await;
        assert_eq!(off["status"], "cancelled");
        assert!(off["answer"].as_str().unwrap().contains("another meeting of theirs is at this time"), "{off}");
        assert_eq!(stand.meeting(&agreed).await["status"], "accepted", "what was agreed on stays");
        assert_eq!(stand.meeting(&beside).await["status"], "pending");
        let mine = first.api.get(&format!("/attendee/{}/meetings", first.link)).await.done(200);
        assert_eq!(mine["items"].as_array().unwrap().len(), 3, "all are the survivor's");
        fair.mail_to("noor@a.example", 1).await;
        let third = fair.registration("Lena Voss").badge().await;
        let freed = stand.ask(&third, soon(fair, 75), &room).await.done(201);
        stand.answer(&freed, json!({"action": "cancel"})).await.done(200);

        let undo = format!("/events/{}/desk-actions/{}/undo", fair.site.event, merged["action_id"].as_str().unwrap());
        stand.olga.api.post(&undo, &json!({})).await.done(200);
        assert_eq!((&stand.meeting(&asked).await["status"], &stand.meeting(&agreed).await["status"]), (&json!("pending"), &json!("accepted")));
        stand.ask(&third, soon(fair, 75), &room).await.refused("slot_taken");
        let mine = second.api.get(&format!("/attendee/{}/meetings", second.link)).await.done(200);
        assert_eq!(mine["items"].as_array().unwrap().len(), 1);
    }

    async fn an_exhibitor_asks_and_the_attendee_agrees_and_becomes_a_lead(fair) {
        let stand = Stand::open(fair).await;
        let noor = fair.registration("Noor Aziz").with(ContactField::Email, "noor@a.example").badge().await;
        let (place, attendee) = (stand.place("Table 4").await, stand.attendee(&noor).await);
        let asked = stand.ask(&noor, soon(fair, 60), &place).await.done(201);
        assert_eq!((&asked["status"], &asked["awaits"], &asked["lead"]), (&json!("pending"), &json!("attendee"), &Value::Null));
        assert_eq!(stand.ada.leads("").await.done(200)["total"], 0, "a request that nobody answered discloses nothing");
        stand.answer(&asked, json!({"action": "accept"})).await.refused("used_up");
        let accepted = attendee.answer(&asked, json!({"action": "accept", "message": "Gladly"})).await.done(200);
        assert_eq!((&accepted["status"], &accepted["member"]), (&json!("accepted"), &json!("Ada Admin")));
        let met = stand.meeting(&asked).await;
        assert_eq!((&met["lead"]["registration"]["email"], &met["answer"]), (&json!("noor@a.example"), &json!("Gladly")));
        let leads = stand.ada.leads("?source=meeting").await.done(200);
        assert_eq!((&leads["total"], &leads["items"][0]["sources"]), (&json!(1), &json!(["meeting"])));
        attendee.answer(&asked, json!({"action": "decline"})).await.refused("used_up");
        let report = fair.organizer().await.api.get(&format!("/events/{}/report", fair.site.event)).await.done(200);
        assert_eq!((&report["exhibitors"][0]["meetings"], &report["totals"]["meetings"]), (&json!(1), &json!(1)));
        assert_eq!(stand.space.rows_unlike_their_log().await, []);
    }

    async fn each_side_hears_by_mail_what_the_other_did_with_the_meeting_for_its_calendar(fair) {
        let stand = Stand::open(fair).await;
        let noor = fair.registration("Noor Aziz").with(ContactField::Email, "noor@a.example").badge().await;
        let (place, attendee) = (stand.place("Table 4").await, stand.attendee(&noor).await);
        let asked = stand.ask(&noor, soon(fair, 60), &place).await.done(201);
        let mail = fair.mail_to("noor@a.example", 1).await;
        assert!(mail.subject.contains("Meeting request: Acme") && mail.text.contains("Table 4"), "{mail:?}");
        assert!(mail.text.contains(&format!("/attendee/{}/agenda", noor.registration)), "{mail:?}");
        let uid = |calendar: &str| calendar.lines().find(|line| line.starts_with("UID:")).unwrap().to_owned();
        let first = mail.calendar.unwrap();
        assert!(first.contains("METHOD:REQUEST") && first.contains("STATUS:TENTATIVE"), "{first}");
        // Nothing is told of who declines a request that they did not make.
        attendee.answer(&asked, json!({"action": "decline", "message": "No time"})).await.done(200);
        let ada = stand.ada_address(fair).await;
        let mail = fair.mail_to(&ada, 1).await;
        assert!(mail.subject.contains("declined") && mail.text.contains("No time"), "{mail:?}");
        let all = format!("{}{}{}", mail.subject, mail.text, mail.calendar.unwrap());
        assert!(!all.contains("Noor") && !all.contains("noor@"), "{all}");
        let asked = attendee.ask(soon(fair, 120), &place).await.done(201);
        let mail = fair.mail_to(&ada, 2).await;
        assert!(mail.subject.contains("Noor Aziz"), "who asks has said who they are: {mail:?}");
        stand.answer(&asked, json!({"action": "accept"})).await.done(200);
        let agreed = fair.mail_to("noor@a.example", 2).await.calendar.unwrap();
        stand.answer(&asked, json!({"action": "cancel"})).await.done(200);
        let off = fair.mail_to("noor@a.example", 3).await;
        let calendar = off.calendar.unwrap();
        assert!(off.subject.contains("called off") && calendar.contains("STATUS:CANCELLED"), "{calendar}");
        assert_eq!(uid(&agreed), uid(&calendar), "it replaces what the calendar has");
        assert_ne!(uid(&first), uid(&calendar));
    }

    async fn commercial_contacts_manage_their_own_meetings_of_all_whom_they_serve_where_the_organiser_lets_them(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::open(fair).await;
        let bolt = fair.exhibitor("Bolt").open().await;
        let carl = json!({"first_name": "Carl", "last_name": "Contact", "email": "carl@acme.example",
            "roles": ["commercial_contact"]});
        let mut serving = Vec::new();
        for space in [&stand.space, &bolt] {
            let team = format!("/exhibitors/{}/team", space.id);
            serving.push(stand.olga.api.post(&team, &carl).await.done(201)["id"].clone());
        }
        let own = fair.registration("Carl Contact").category("exhibitor").with(ContactField::Email, "carl@acme.example").badge().await;
        let noor = fair.registration("Noor Aziz").with(ContactField::Email, "noor@a.example").badge().await;
        let visitor = stand.attendee(&noor).await;
        // Two visits to Carl, one at each exhibitor, and one to Ada, which is no business of his.
        let mut asked = Vec::new();
        for (space, member, minutes) in [(stand.space.id, json!(serving[0]), 60), (bolt.id, json!(serving[1]), 120),
            (stand.space.id, json!(stand.ada.id), 180)] {
            let at = soon(fair, minutes);
            let wish = json!({"exhibitor_id": space, "member_id": member, "starts_at": at,
                "ends_at": at.plus_micros(30 * MINUTE), "message": "About prices"});
            asked.push(visitor.api.post(&format!("/attendee/{}/meetings", visitor.link), &wish).await.done(201));
        }
        let area = format!("/attendee/{}/stand-meetings", stand.link(&own, "attendee").await);
        let api = &fair.site.api;
        assert_eq!(api.get(&area).await.done(200)["items"], json!([]), "the organiser has not allowed it");
        let answer = |meeting: &Value| format!("{area}/{}/answer", meeting["id"].as_str().unwrap());
        api.post(&answer(&asked[0]), &json!({"action": "accept"})).await.refused("not_found");
        let rules = format!("/events/{}/meeting-rules", fair.site.event);
        let rules = (rules, json!({"request_hours": 48, "daily_requests": 100, "contacts_manage": true}).to_string());
        let headers = [("content-type", "application/json")];
        stand.olga.api.send(reqwest::Method::PUT, &rules.0, &headers, Some(rules.1.into_bytes())).await.done(200);

        let listed = api.get(&area).await.done(200);
        let seen: Vec<_> = listed["items"].as_array().unwrap().iter()
            .map(|one| (one["exhibitor"].as_str().unwrap(), one["who"].as_str().unwrap())).collect();
        assert_eq!(seen, [("Acme", "Noor Aziz"), ("Bolt", "Noor Aziz")]);
        assert!(!listed.to_string().contains("noor@"), "who it is, and no way around the space: {listed}");
        api.post(&answer(&asked[2]), &json!({"action": "accept"})).await.refused("not_found");
        let accepted = api.post(&answer(&asked[1]), &json!({"action": "accept"})).await.done(200);
        assert_eq!((&accepted["status"], &accepted["exhibitor"]), (&json!("accepted"), &json!("Bolt")));
        let someone = json!({"action": "move", "member_id": stand.ada.id});
        api.post(&answer(&asked[1]), &someone).await.refused("invalid_field");

        // In the area on the phone: accepted with a click, moved by a form, and the visitor is asked.
        let agenda = format!("/attendee/{}/agenda", own.registration);
        let (mut phone, _) = attendee_tab(fair, &browser, "carl@acme.example", &agenda).await;
        has(&mut phone, ".agenda", "About prices").await;
        picture(&mut phone, "contact-agenda-390").await;
        phone.click("[aria-label='Accept the meeting with Noor Aziz']").await;
        phone.until("[...document.querySelectorAll('.agenda .flag')].filter((flag) => flag.textContent === 'Agreed').length === 2").await;
        assert_eq!(stand.meeting(&asked[0]).await["status"], "accepted");
        phone.click("[aria-label='Another time with Noor Aziz']").await;
        phone.until("document.querySelector('#move').open").await;
        phone.value("document.querySelector('#move [name=starts_at]').stepUp(1); document.querySelector('#move [name=ends_at]').stepUp(1)").await;
        phone.click("#move .button.primary").await;
        has(&mut phone, ".agenda", "Waits for their answer").await;
        let moved = stand.meeting(&asked[0]).await;
        assert_eq!((&moved["status"], &moved["awaits"], &moved["member_id"]), (&json!("pending"), &json!("attendee"), &serving[0]));
        assert_eq!(phone.problems(), [] as [&str; 0]);
    }

    async fn an_attendee_asks_and_counts_as_a_lead_whatever_the_answer(fair) {
        let stand = Stand::open(fair).await;
        let noor = fair.registration("Noor Aziz").badge().await;
        let (place, attendee) = (stand.place("Table 4").await, stand.attendee(&noor).await);
        let asked = attendee.ask(soon(fair, 60), &place).await.done(201);
        assert_eq!(stand.ada.leads("?source=meeting").await.done(200)["total"], 1);
        stand.answer(&asked, json!({"action": "decline", "message": "Sorry"})).await.done(200);
        for (query, found) in [("?asked_by=attendee", 1), ("?asked_by=exhibitor", 0), ("?status=declined", 1)] {
            let listed = stand.ada.api.get(&stand.at(&format!("/meetings{query}"))).await.done(200);
            assert_eq!(listed["items"].as_array().unwrap().len(), found, "{query}");
        }
        // The time is free again.
        stand.ask(&noor, soon(fair, 60), &place).await.done(201);
    }

    async fn who_was_declined_twice_waits_to_be_asked(fair) {
        let stand = Stand::open(fair).await;
        let noor = fair.registration("Noor Aziz").badge().await;
        let (place, attendee) = (stand.place("Table 4").await, stand.attendee(&noor).await);
        let no = json!({"action": "decline"});
        for hours in 1..=2 {
            let asked = stand.ask(&noor, soon(fair, 60 * hours), &place).await.done(201);
            attendee.answer(&asked, no.clone()).await.done(200);
        }
        let refused = stand.ask(&noor, soon(fair, 180), &place).await.refused("no_messages");
        assert!(refused.detail.contains("They can still ask you"), "{refused:?}");
        // Somebody else may be asked, and who declined may ask; then it begins anew.
        let other = fair.registration("Omar Bey").badge().await;
        stand.ask(&other, soon(fair, 180), &place).await.done(201);
        let asked = attendee.ask(soon(fair, 240), &place).await.done(201);
        stand.answer(&asked, no.clone()).await.done(200);
        stand.ask(&noor, soon(fair, 300), &place).await.done(201);
        // The same holds for visitors who ask a stand.
        let asked = attendee.ask(soon(fair, 360), &place).await.done(201);
        stand.answer(&asked, no).await.done(200);
    }

    async fn a_meeting_is_moved_by_a_counter_proposal_and_frees_its_old_time(fair) {
        let stand = Stand::open(fair).await;
        let (noor, omar) = (fair.registration("Noor Aziz").badge().await, fair.registration("Omar Bey").badge().await);
        let (place, attendee) = (stand.place("Table 4").await, stand.attendee(&noor).await);
        let (early, late) = (soon(fair, 60), soon(fair, 120));
        let asked = stand.ask(&noor, early, &place).await.done(201);
        let moved = json!({"action": "move", "starts_at": late, "ends_at": late.plus_micros(30 * MINUTE)});
        let moved = attendee.answer(&asked, moved).await.done(200);
        assert_eq!((&moved["status"], &moved["awaits"], &moved["starts_at"]), (&json!("pending"), &json!("exhibitor"), &json!(late)));
        let accepted = stand.answer(&asked, json!({"action": "accept"})).await.done(200);
        assert_eq!((&accepted["status"], &accepted["starts_at"]), (&json!("accepted"), &json!(late)));
        stand.ask(&omar, late, &place).await.refused("slot_taken");
        stand.ask(&omar, early, &place).await.done(201);
        let old = stand.ada.api.send(reqwest::Method::POST, &stand.at(&format!("/meetings/{}/answer", asked["id"].as_str().unwrap())),
            &[("content-type", "application/json"), ("if-match", "\"1\"")], Some(br#"{"action":"cancel"}"#.to_vec())).await;
        old.refused("old_version");
        // Moving onto a time that is taken leaves everything as it was.
        let onto = json!({"action": "move", "starts_at": early, "ends_at": early.plus_micros(30 * MINUTE)});
        stand.answer(&asked, onto).await.refused("slot_taken");
        assert_eq!(stand.meeting(&asked).await["status"], "accepted");
        stand.ask(&omar, late, &place).await.refused("slot_taken");
    }

    async fn a_scan_of_the_badge_at_the_table_links_scan_and_meeting(fair) {
        let stand = Stand::open(fair).await;
        let phone = stand.space.phone("Ines").await;
        let noor = fair.registration("Noor Aziz").badge().await;
        let (place, attendee) = (stand.place("Table 4").await, stand.attendee(&noor).await);
        phone.scan(&noor).upload().await.all_accepted();
        let asked = stand.ask(&noor, soon(fair, 60), &place).await.done(201);
        attendee.answer(&asked, json!({"action": "accept"})).await.done(200);
        assert_eq!(stand.meeting(&asked).await["scan"], Value::Null, "an hour before it is another encounter");
        fair.app().clock.advance(62 * MINUTE);
        phone.scan(&noor).upload().await.all_accepted();
        let met = stand.meeting(&asked).await;
        assert_eq!(met["scan"]["id"], met["lead"]["scans"][0]["id"], "{met}");
        assert_eq!(met["lead"]["scan_count"], 2);
        let page = stand.ada.api.get(&format!("/{}", stand.at("/meetings?asked_by=exhibitor"))).await.text();
        assert!(page.contains("Badge scanned"), "{page}");
    }

    async fn a_no_show_is_marked_by_either_side_once_the_meeting_has_begun(fair) {
        let stand = Stand::open(fair).await;
        let noor = fair.registration("Noor Aziz").badge().await;
        let (place, attendee) = (stand.place("Table 4").await, stand.attendee(&noor).await);
        let asked = attendee.ask(soon(fair, 10), &place).await.done(201);
        stand.answer(&asked, json!({"action": "accept", "member_id": stand.ada.id})).await.done(200);
        stand.answer(&asked, json!({"action": "no_show"})).await.refused("used_up");
        fair.app().clock.advance(20 * MINUTE);
        let ended = stand.answer(&asked, json!({"action": "no_show"})).await.done(200);
        assert_eq!((&ended["status"], &ended["ended_by"]), (&json!("no_show"), &json!("exhibitor")));
    }

    async fn both_streams_hear_of_a_meeting_without_a_name(fair) {
        let stand = Stand::open(fair).await;
        let noor = fair.registration("Noor Aziz").badge().await;
        let place = stand.place("Table 4").await;
        let (mut monitor, mut own) = (stand.olga.live(None).await, stand.ada.live(None).await);
        let asked = stand.ask(&noor, soon(fair, 60), &place).await.done(201);
        for live in [&mut monitor, &mut own] {
            let frame = live.entry().await;
            assert_eq!((&frame["type"], &frame["meeting_id"], &frame["status"]), (&json!("meeting.changed"), &asked["id"], &json!("pending")));
            assert!(!frame.to_string().contains("Noor"));
        }
    }

    async fn a_package_without_meetings_has_none(fair) {
        let stand = Stand::open(fair).await;
        let noor = fair.registration("Noor Aziz").badge().await;
        let path = format!("/events/{}/exhibitors/{}", fair.site.event, stand.space.id);
        stand.olga.api.patch(&path, None, &json!({"terms": {"meetings": false}})).await.done(200);
        stand.ada.api.get(&stand.at("/meetings")).await.refused("not_in_package");
        let attendee = stand.attendee(&noor).await;
        let wish = json!({"exhibitor_id": stand.space.id, "starts_at": soon(fair, 60), "ends_at": soon(fair, 90)});
        let refused = fair.site.api.post(&format!("/attendee/{}/meetings", attendee.link), &wish).await.refused("invalid_field");
        assert_eq!(refused.errors[0].pointer, "/exhibitor_id");
        stand.olga.api.delete(&path).await.done(204);
    }
}

on_every_engine! {
    async fn both_sides_are_reminded_once_of_a_meeting_and_who_asked_hears_that_nobody_answered(fair) {
        let stand = Stand::open(fair).await;
        let noor = fair.registration("Noor Aziz").with(ContactField::Email, "noor@a.example")
            .with(ContactField::Language, "fr").badge().await;
        let (place, attendee) = (stand.place("Table 4").await, stand.attendee(&noor).await);
        let ada = stand.ada_address(fair).await;
        let agreed = attendee.ask(soon(fair, 180), &place).await.done(201);
        fair.mail_to(&ada, 1).await;
        stand.answer(&agreed, json!({"action": "accept"})).await.done(200);
        fair.mail_to("noor@a.example", 1).await;
        let unanswered = attendee.ask(soon(fair, 240), &place).await.done(201);
        fair.mail_to(&ada, 2).await;
        assert_eq!(server::meetings::reminders::once(fair.app()).await.unwrap(), 0, "three hours ahead is too early");
        fair.app().clock.advance(125 * MINUTE);
        assert_eq!(server::meetings::reminders::once(fair.app()).await.unwrap(), 1);
        assert_eq!(server::meetings::reminders::once(fair.app()).await.unwrap(), 0, "once");
        let theirs = fair.mail_to("noor@a.example", 2).await;
        assert!(theirs.subject.contains("Votre rendez-vous approche : Acme"), "{theirs:?}");
        assert!(theirs.text.contains("vous attend bientôt") && theirs.text.contains("Table 4"), "{theirs:?}");
        let ours = fair.mail_to(&ada, 3).await;
        assert!(ours.subject.contains("Your meeting begins soon: Noor Aziz"), "{ours:?}");
        fair.app().clock.advance(125 * MINUTE);
        server::meetings::reminders::once(fair.app()).await.unwrap();
        let told = fair.mail_to("noor@a.example", 3).await;
        assert!(told.subject.contains("restée sans réponse") && told.text.contains("Acme n'a pas répondu"), "{told:?}");
        assert_eq!(stand.meeting(&unanswered).await["status"], "expired");
    }
}
