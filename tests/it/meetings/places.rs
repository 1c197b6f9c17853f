//! Places with their slots, and calendars.

use super::{MINUTE, Stand, soon};
use harness::{TeamMember, on_every_engine};
use mobile_core::capture::ContactField;
use serde_json::{Value, json};

on_every_engine! {
    async fn slots_of_a_place_come_from_its_opening_hours_and_never_overlap(fair) {
        let stand = Stand::open(fair).await;
        let places = format!("/events/{}/meeting-locations", fair.site.event);
        let room = stand.olga.api.post(&places, &json!({"name": "Room", "kind": "room"})).await.done(201);
        let slots = format!("{places}/{}/slots", room["id"].as_str().unwrap());
        let day = fair.now().plus_micros(12 * 60 * MINUTE).to_string()[..10].to_owned();
        let hours = json!({"days": [day], "opens": "09:00", "closes": "12:00", "minutes": 30,
            "breaks": [{"from": "10:00", "to": "10:30"}]});
        assert_eq!(stand.olga.api.post(&slots, &hours).await.done(201), json!({"created": 5, "skipped": 0}));
        assert_eq!(stand.olga.api.post(&slots, &hours).await.done(201), json!({"created": 0, "skipped": 5}));
        let longer = json!({"days": [day], "opens": "09:00", "closes": "12:30", "minutes": 45});
        assert_eq!(stand.olga.api.post(&slots, &longer).await.done(201)["created"], 0, "each would overlap one");
        for (field, value, pointer) in [
            ("opens", json!("12:00"), "/closes"),
            ("opens", json!("09:01"), "/opens"),
            ("minutes", json!(0), "/minutes"),
            ("days", json!(["2020-01-01"]), "/days/0"),
            ("breaks", json!([{"from": "11:00", "to": "10:00"}]), "/breaks/0/to"),
        ] {
            let mut wrong = hours.clone();
            wrong[field] = value;
            assert_eq!(stand.olga.api.post(&slots, &wrong).await.refused("invalid_field").errors[0].pointer, pointer);
        }
        // The organiser's catalogue is everybody's.
        let listed = stand.ada.api.get(&stand.at("/meeting-locations")).await.done(200);
        assert_eq!(listed["items"][0]["name"], "Room");
        stand.ada.api.delete(&stand.at(&format!("/meeting-locations/{}", room["id"].as_str().unwrap()))).await.refused("not_found");
    }

    async fn the_hours_that_the_clocks_skip_and_repeat_are_named_and_have_the_slots_that_there_are(fair) {
        let olga = fair.organizer().await;
        for (slug, days, time, word, slots) in [
            ("spring", ["2030-03-30", "2030-04-01"], "2030-03-31T02:30", "does not exist", 4),
            ("autumn", ["2030-10-26", "2030-10-28"], "2030-10-27T02:30", "twice", 8),
        ] {
            let [first, last] = days.map(|day| format!("{day}T08:00:00Z"));
            let event = json!({"slug": slug, "name": slug, "timezone": "Europe/Paris", "starts_at": first, "ends_at": last});
            let event = olga.create_event(&event).await.done(201)["id"].as_str().unwrap().to_owned();
            let made = async |path: String, body: Value| {
                olga.api.post(&path, &body).await.done(201)["id"].as_str().unwrap().to_owned()
            };
            let acme = made(format!("/events/{event}/exhibitors"), json!({"slug": "acme", "name": "Acme"})).await;
            let noor = json!({"first_name": "Noor", "last_name": "Aziz", "category": "visitor"});
            let noor = made(format!("/events/{event}/registrations"), noor).await;
            let wish = json!({"registration_id": noor, "starts_at": time, "ends_at": format!("{}T05:00", &time[..10])});
            let refused = olga.api.post(&format!("/exhibitors/{acme}/meetings"), &wish).await.refused("invalid_field");
            assert_eq!(refused.errors[0].pointer, "/starts_at");
            assert!(refused.detail.contains(word), "{}", refused.detail);
            let places = format!("/exhibitors/{acme}/meeting-locations");
            let place = made(places.clone(), json!({"name": "Table"})).await;
            let hours = json!({"days": [&time[..10]], "opens": "01:00", "closes": "04:00", "minutes": 30});
            let opened = olga.api.post(&format!("{places}/{place}/slots"), &hours).await.done(201);
            assert_eq!(opened, json!({"created": slots, "skipped": 0}), "{slug}");
        }
    }

    async fn a_meeting_whose_place_is_gone_is_told_to_calendars_and_live_views(fair) {
        let stand = Stand::open(fair).await;
        let noor = fair.registration("Noor Aziz").badge().await;
        let place = stand.place("Table 4").await;
        let asked = stand.ask(&noor, soon(fair, 60), &place).await.done(201);
        let calendar = format!("/calendars/{}.ics", stand.link(&noor, "calendar").await);
        assert!(fair.site.api.get(&calendar).await.text().contains("SEQUENCE:0\r\n"));
        let mut live = stand.ada.live(None).await;
        stand.ada.api.delete(&stand.at(&format!("/meeting-locations/{place}"))).await.done(204);
        let frame = live.entry().await;
        assert_eq!((&frame["type"], &frame["meeting_id"]), (&json!("meeting.changed"), &asked["id"]));
        assert!(fair.site.api.get(&calendar).await.text().contains("SEQUENCE:1\r\n"), "a calendar takes what rises");
        assert_eq!(stand.meeting(&asked).await["location"], Value::Null);
    }

    async fn a_members_calendar_shows_what_their_space_would(fair) {
        let stand = Stand::open(fair).await;
        let carl = stand.space.member("Carl Contact", "commercial_contact").await;
        let sam = stand.space.scanner("Sam Scanner").await;
        let link = async |member: &TeamMember| {
            let made = stand.ada.api.post(&stand.at("/calendar-links"), &json!({"member_id": member.id})).await.done(201);
            format!("/calendars/{}.ics", made["token"].as_str().unwrap())
        };
        let (of_carl, of_sam) = (link(&carl).await, link(&sam).await);
        let read = async |path: &str| fair.site.api.get(path).await;
        assert_eq!((read(&of_carl).await.status, read(&of_sam).await.status), (200, 200));
        let member = |who: &TeamMember| stand.at(&format!("/team/{}", who.id));

        // The package, the menu and the moments count as they do in the space.
        let exhibitor = format!("/events/{}/exhibitors/{}", fair.site.event, stand.space.id);
        stand.olga.api.patch(&exhibitor, None, &json!({"terms": {"meetings": false}})).await.done(200);
        for path in [&of_carl, &of_sam] {
            read(path).await.refused("not_in_package");
        }
        stand.olga.api.patch(&exhibitor, None, &json!({"terms": {"meetings": true}})).await.done(200);
        let phases = format!("/events/{}/phases", fair.site.event);
        let later = json!({"spaces_open_at": soon(fair, 60), "leads_open_at": soon(fair, 60)});
        stand.olga.api.patch(&phases, None, &later).await.done(200);
        read(&of_sam).await.refused("not_open_yet");
        stand.olga.api.patch(&phases, None, &json!({"spaces_open_at": null, "leads_open_at": null})).await.done(200);

        // So does the role, and a link is one person's.
        stand.ada.api.patch(&member(&sam), None, &json!({"roles": ["attendee"]})).await.done(200);
        read(&of_sam).await.refused("forbidden");
        assert_eq!(read(&of_carl).await.status, 200);
        stand.ada.api.patch(&member(&carl), None, &json!({"email": "cora@acme.example"})).await.done(200);
        read(&of_carl).await.refused("not_found");
    }

    async fn a_calendar_shows_meetings_under_the_same_uid_until_they_are_off(fair) {
        let stand = Stand::open(fair).await;
        let noor = fair.registration("Noor Aziz").with(ContactField::Email, "noor@a.example").badge().await;
        let (place, attendee) = (stand.place("Table 4; left").await, stand.attendee(&noor).await);
        let calendar = format!("/calendars/{}.ics", stand.link(&noor, "calendar").await);
        let theirs = stand.ada.api.post(&stand.at("/calendar-links"), &json!({"member_id": stand.ada.id})).await.done(201);
        let theirs = format!("/calendars/{}", theirs["token"].as_str().unwrap());
        let asked = stand.ask(&noor, soon(fair, 60), &place).await.done(201);
        let lines = async |path: &str| {
            let answer = fair.site.api.get(path).await;
            assert!(answer.header("content-type").unwrap().starts_with("text/calendar"), "{}", answer.text());
            answer.text().replace("\r\n ", "")
        };
        let uid = format!("UID:meeting-{}@leadline\r\n", asked["id"].as_str().unwrap());
        let before = lines(&calendar).await;
        for expected in [uid.as_str(), "SEQUENCE:0\r\n", "STATUS:TENTATIVE\r\n", "SUMMARY:Acme\r\n", "LOCATION:Table 4\\; left\r\n"] {
            assert!(before.contains(expected), "{expected} in {before}");
        }
        assert!(!lines(&theirs).await.contains("Noor"), "who has not answered is nobody yet");
        attendee.answer(&asked, json!({"action": "accept"})).await.done(200);
        assert!(lines(&theirs).await.contains("SUMMARY:Noor Aziz\r\n"));
        let invitation = stand.at(&format!("/meetings/{}/invitation.ics", asked["id"].as_str().unwrap()));
        let request = stand.ada.api.get(&invitation).await.text().replace("\r\n ", "");
        assert!(request.contains("METHOD:REQUEST\r\n") && request.contains("mailto:noor@a.example\r\n"), "{request}");
        attendee.answer(&asked, json!({"action": "cancel"})).await.done(200);
        let after = lines(&calendar).await;
        assert!(after.contains(&uid) && after.contains("SEQUENCE:2\r\n") && after.contains("STATUS:CANCELLED\r\n"), "{after}");
        let cancel = stand.ada.api.get(&invitation).await.text();
        assert!(cancel.contains("METHOD:CANCEL\r\n"), "{cancel}");
        // A calendar's link opens nothing else, and an attendee's no calendar.
        let secret = calendar.trim_start_matches("/calendars/").trim_end_matches(".ics");
        fair.site.api.get(&format!("/attendee/{secret}/meetings")).await.refused("not_found");
        fair.site.api.get(&format!("/calendars/{}", attendee.link)).await.refused("not_found");
    }
}
