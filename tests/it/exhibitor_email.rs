//! Another e-mail address for exhibitors: what shows it, what does not, and what outlives it. That every
//! list, stream and export follows, `disclosure` proves place by place. Nobody sees one that was not proven.

use crate::browsing::{attendee, attendee_tab, has, put};
use crate::desk::{Desk, text};
use harness::browser::Browser;
use harness::http::Api;
use harness::{Answer, Badge, Fair, on_every_engine};
use mobile_core::capture::ContactField;
use mobile_core::time::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};

const NOOR: &str = "noor@a.example";
const OWN: &str = "noor@work.example";
const HOUR: i64 = 3_600_000_000;

async fn noor(fair: &Fair) -> (Badge, Api) {
    let noor = fair.registration("Noor Aziz").with(ContactField::Email, NOOR).badge().await;
    (noor, attendee(fair, NOOR).await)
}

async fn name(own: &Api, badge: &Badge, email: Value) -> Answer {
    let path = format!("/attendee/{}/exhibitor-email", badge.registration);
    let body = json!({ "email": email }).to_string().into_bytes();
    own.send(Method::PUT, &path, &[("content-type", "application/json")], Some(body)).await
}

async fn prove(own: &Api, token: &str) -> Answer {
    own.post("/attendee/exhibitor-email", &json!({"token": token})).await
}

/// Names the other address and opens the link that is mailed to it, as often before as it says.
async fn named(fair: &Fair, own: &Api, badge: &Badge, mails_before: usize) {
    name(own, badge, json!(OWN)).await.done(200);
    prove(own, fair.mail_to(OWN, mails_before + 1).await.token()).await.done(200);
}

on_every_engine! {
    async fn exhibitors_see_the_address_that_the_attendee_names_and_are_told_at_once(fair) {
        let (badge, own) = noor(fair).await;
        let desk = Desk::open(fair).await;
        desk.phone.scan(&badge).upload().await.all_accepted();
        let mut live = desk.admin.live(None).await;
        let waits = json!({"email": null, "waiting": OWN});
        assert_eq!(name(&own, &badge, json!(" Noor@Work.example ")).await.done(200), waits);
        let mail = fair.mail_to(OWN, 1).await;
        assert!(mail.text.contains("Noor Aziz") && mail.text.contains("nobody sees"), "{}", mail.text);
        assert_eq!(text(&desk.leads().await[0], "/registration/email"), NOOR, "not before it is proven");
        let me = own.get(&format!("/attendee/{}", badge.registration)).await.done(200);
        assert_eq!((&me["exhibitor_email"], text(&me, "/exhibitor_email_waiting")), (&Value::Null, OWN));
        // Whoever reads the mail need not be signed in.
        let proven = prove(&fair.site.api, mail.token()).await.done(200);
        assert_eq!(proven, json!({"email": OWN, "waiting": null}));
        prove(&fair.site.api, mail.token()).await.refused("used_up");
        let told = live.entry().await;
        assert_eq!(told["type"], "lead.redacted");
        assert!(told.to_string().contains(OWN) && !told.to_string().contains(NOOR), "{told}");
        assert_eq!(text(&desk.leads().await[0], "/registration/email"), OWN);
        assert_eq!(desk.streamed_since(0).await.matches(NOOR).count(), 0, "also of what was before");
        // The organiser and the attendee know both.
        let me = own.get(&format!("/attendee/{}", badge.registration)).await.done(200);
        assert_eq!((text(&me, "/contact/email"), text(&me, "/exhibitor_email")), (NOOR, OWN));
        let data = own.get(&format!("/attendee/{}/data", badge.registration)).await.done(200);
        assert_eq!(text(&data, "/registration/exhibitor_email"), OWN);
        let people = desk.people().await;
        assert_eq!((text(&people[0], "/email"), text(&people[0], "/exhibitor_email")), (NOOR, OWN));
        // The log says that it was done, and not what the address is.
        let log = desk.get("/audit").await.done(200);
        let entry = log["items"].as_array().unwrap().iter().find(|entry| entry["action"] == "exhibitor_email_changed");
        assert!(!entry.unwrap().to_string().contains("example"), "{entry:?}");
        // The registered one again.
        name(&own, &badge, Value::Null).await.done(200);
        assert_eq!(text(&desk.leads().await[0], "/registration/email"), NOOR);
        let none = json!({"email": null, "waiting": null});
        assert_eq!(name(&own, &badge, json!("NOOR@a.example")).await.done(200), none, "no other one");
        assert_eq!(desk.space.rows_unlike_their_log().await, []);
    }

    async fn signing_in_and_mails_stay_with_the_registered_address(fair) {
        let (badge, own) = noor(fair).await;
        let desk = Desk::open(fair).await;
        named(fair, &own, &badge, 0).await;
        for address in [OWN, NOOR] {
            fair.site.api.post("/attendee/sign-in-links", &json!({"email": address})).await.done(202);
        }
        fair.app().errands_done().await;
        fair.mail_to(NOOR, 1).await;
        let place = format!("/exhibitors/{}/meeting-locations", desk.space.id);
        let place = desk.admin.api.post(&place, &json!({"name": "Table 4"})).await.done(201);
        let now = fair.now().as_micros();
        let starts_at = Timestamp::from_micros(now - now.rem_euclid(HOUR) + 2 * HOUR);
        let wish = json!({"starts_at": starts_at, "ends_at": starts_at.plus_micros(HOUR / 2), "location_id": place["id"],
            "exhibitor_id": desk.space.id});
        let path = format!("/attendee/{}/meetings", badge.registration);
        let asked = own.post(&path, &wish).await.done(201);
        let answer = format!("/exhibitors/{}/meetings/{}/answer", desk.space.id, text(&asked, "/id"));
        desk.admin.api.post(&answer, &json!({"action": "accept"})).await.done(200);
        fair.mail_to(NOOR, 2).await;
        let mails = fair.mails();
        assert_eq!(mails.iter().filter(|mail| mail.to == OWN).count(), 1, "the link to it alone went there");
        // What the stand is told of who asks, its calendar included, has the address for exhibitors alone.
        let of_stand: Vec<_> = mails.iter().filter(|mail| ![NOOR, OWN].contains(&mail.to.as_str())).collect();
        let said = of_stand.iter().map(|mail| format!("{} {:?}", mail.text, mail.calendar)).collect::<Vec<_>>().concat();
        assert!(said.contains("Noor Aziz") && !said.contains(NOOR), "{said}");
    }

    async fn neither_an_import_nor_the_desk_overwrites_it(fair) {
        let desk = Desk::open(fair).await;
        let file = |city: &str| format!("external_id,first_name,last_name,email,city\nA-1,Noor,Aziz,{NOOR},{city}\n");
        desk.import("", file("Lyon")).await.done(200);
        let known = desk.people().await[0].clone();
        let own = attendee(fair, NOOR).await;
        let path = format!("/attendee/{}/exhibitor-email", text(&known, "/id"));
        let headers = [("content-type", "application/json")];
        let body = || Some(json!({"email": OWN}).to_string().into_bytes());
        own.send(Method::PUT, &path, &headers, body()).await.done(200);
        prove(&own, fair.mail_to(OWN, 1).await.token()).await.done(200);
        desk.scan(text(&known, "/badge/code")).await;
        let seen = async || {
            let lead = desk.leads().await[0].clone();
            (text(&lead, "/registration/city").to_owned(), text(&lead, "/registration/email").to_owned())
        };
        assert_eq!(seen().await, ("Lyon".to_owned(), OWN.to_owned()));
        let again = desk.import("", file("Lyon")).await.done(200);
        assert_eq!(again["unchanged"], 1, "{again}");
        desk.import("", file("Paris")).await.done(200);
        assert_eq!(seen().await, ("Paris".to_owned(), OWN.to_owned()));
        let person = format!("/registrations/{}", text(&known, "/id"));
        desk.patch(&person, None, json!({"email": "noor@new.example", "city": "Nice"})).await.done(200);
        assert_eq!(seen().await, ("Nice".to_owned(), OWN.to_owned()));
        own.send(Method::PUT, &path, &headers, body()).await.refused("not_found");
    }

    async fn of_two_registrations_that_are_one_person_the_address_holds_for_both(fair) {
        let (shy, own) = noor(fair).await;
        let desk = Desk::open(fair).await;
        let open = fair.registration("Noor Aziz").with(ContactField::Email, "noor.aziz@b.example").badge().await;
        desk.phone.scan(&open).upload().await.all_accepted();
        named(fair, &own, &shy, 0).await;
        let merge = format!("/registrations/{}/merge", open.registration);
        let merged = desk.post(&merge, json!({"registration_id": shy.registration})).await.done(200);
        assert_eq!(text(&desk.leads().await[0], "/registration/email"), OWN);
        // Who signs in by either address acts for the one person.
        let me = own.get(&format!("/attendee/{}", shy.registration)).await.done(200);
        assert_eq!((text(&me, "/contact/email"), text(&me, "/exhibitor_email")), ("noor.aziz@b.example", OWN));
        let withdraw = format!("/attendee/{}/consent", shy.registration);
        assert_eq!(own.post(&withdraw, &json!({"granted": false})).await.done(200)["changed"], 1);
        assert_eq!(desk.leads().await[0]["consent"], "withdrawn");
        own.post(&withdraw, &json!({"granted": true})).await.done(200);
        desk.post(&format!("/desk-actions/{}/undo", text(&merged, "/action_id")), json!({})).await.done(200);
        assert_eq!(text(&desk.leads().await[0], "/registration/email"), "noor.aziz@b.example");
    }

    async fn an_address_that_was_named_since_a_merge_stays_when_that_is_taken_back(fair) {
        let (shy, own) = noor(fair).await;
        let desk = Desk::open(fair).await;
        let open = fair.registration("Noor Aziz").with(ContactField::Email, "noor.aziz@b.example").badge().await;
        desk.phone.scan(&open).upload().await.all_accepted();
        named(fair, &own, &shy, 0).await;
        let merge = format!("/registrations/{}/merge", open.registration);
        let merged = desk.post(&merge, json!({"registration_id": shy.registration})).await.done(200);
        name(&own, &shy, json!("noor@chosen.example")).await.done(200);
        prove(&own, fair.mail_to("noor@chosen.example", 1).await.token()).await.done(200);
        desk.post(&format!("/desk-actions/{}/undo", text(&merged, "/action_id")), json!({})).await.done(200);
        assert_eq!(text(&desk.leads().await[0], "/registration/email"), "noor@chosen.example");
    }

    async fn a_badge_that_counts_for_somebody_else_makes_no_registered_address_findable(fair) {
        let (badge, own) = noor(fair).await;
        let desk = Desk::open(fair).await;
        named(fair, &own, &badge, 0).await;
        let omar = fair.registration("Omar Bey").badge().await;
        let from = fair.now();
        desk.phone.scan(&omar).upload().await.all_accepted();
        let assign = json!({"registration_id": badge.registration, "from": from});
        desk.post(&format!("/badges/{}/assign", omar.id), assign).await.done(200);
        assert_eq!(text(&desk.leads().await[0], "/registration/email"), OWN);
        for (query, found) in [(OWN, 1), (NOOR, 0)] {
            assert_eq!(desk.admin.leads(&format!("?q={query}")).await.done(200)["total"], found, "{query}");
        }
    }

    async fn whom_one_connects_with_sees_it_and_wrong_ones_are_refused(fair) {
        let (badge, own) = noor(fair).await;
        let ola = fair.registration("Ola Berg").with(ContactField::Email, "ola@b.example").badge().await;
        let other = attendee(fair, "ola@b.example").await;
        named(fair, &own, &badge, 0).await;
        let asked = own.post(&format!("/attendee/{}/connections", badge.registration), &json!({"code": ola.code})).await;
        let path = format!("/attendee/{}/connections", ola.registration);
        let answer = format!("{path}/{}/answer", text(&asked.done(201), "/id"));
        other.post(&answer, &json!({"accepted": true})).await.done(200);
        let known = other.get(&path).await.text();
        assert!(known.contains(OWN) && !known.contains(NOOR), "{known}");
        for wrong in ["", "noor", "a@b@c"] {
            let problem = name(&own, &badge, json!(wrong)).await.refused("invalid_field");
            assert_eq!(problem.errors[0].pointer, "/email", "{wrong}");
        }
        name(&other, &badge, json!("ola@evil.example")).await.refused("not_found");
        desk_erases(fair, &badge).await;
        let path = format!("/attendee/{}/exhibitor-email", badge.registration);
        own.send(Method::PUT, &path, &[("content-type", "application/json")], Some(b"{\"email\":null}".to_vec())).await
            .refused("not_found");
    }

    async fn a_link_proves_the_newest_address_alone_for_an_hour_and_for_whom_it_was_asked(fair) {
        let (badge, own) = noor(fair).await;
        let desk = Desk::open(fair).await;
        desk.phone.scan(&badge).upload().await.all_accepted();
        let seen = async || text(&desk.leads().await[0], "/registration/email").to_owned();
        let mailed = async |email: &str| {
            name(&own, &badge, json!(email)).await.done(200);
            fair.mail_to(email, 1).await.token().to_owned()
        };
        let (first, second) = (mailed("noor@one.example").await, mailed("noor@two.example").await);
        prove(&own, &first).await.refused("used_up");
        prove(&own, &second).await.done(200);
        assert_eq!(seen().await, "noor@two.example");
        // Taking it back ends a link that waits, and so does an hour.
        let third = mailed("noor@three.example").await;
        assert_eq!(name(&own, &badge, json!("noor@two.example")).await.done(200)["waiting"], Value::Null);
        prove(&own, &third).await.refused("used_up");
        let fourth = mailed("noor@four.example").await;
        name(&own, &badge, Value::Null).await.done(200);
        prove(&own, &fourth).await.refused("used_up");
        assert_eq!(seen().await, NOOR);
        let fifth = mailed("noor@five.example").await;
        // One of them was used; of the others there are five within the hour, and no more.
        mailed("noor@fifth.example").await;
        prove(&own, &fifth).await.refused("used_up");
        assert_eq!(name(&own, &badge, json!("noor@six.example")).await.refused("too_many_requests").status, 429);
        let newest = fair.mail_to("noor@fifth.example", 1).await;
        fair.app().clock.advance(HOUR);
        prove(&own, newest.token()).await.refused("used_up");
        prove(&own, "lx_nobody").await.refused("used_up");
        // Merged into another registration meanwhile, it counts for the one that stays.
        let sixth = mailed("noor@six.example").await;
        let open = fair.registration("Noor Aziz").with(ContactField::Email, "noor.aziz@b.example").badge().await;
        let merge = format!("/registrations/{}/merge", open.registration);
        desk.post(&merge, json!({"registration_id": badge.registration})).await.done(200);
        prove(&own, &sixth).await.done(200);
        assert_eq!(seen().await, "noor@six.example");
    }

    async fn the_attendee_names_it_on_the_page_of_their_data(fair) {
        let Some(browser) = Browser::start().await else { return };
        let (badge, own) = noor(fair).await;
        let (mut phone, _) =
            attendee_tab(fair, &browser, NOOR, &format!("/attendee/{}/data", badge.registration)).await;
        put(&mut phone, "#exhibitor-email [name=email]", OWN).await;
        phone.click("#exhibitor-email button").await;
        has(&mut phone, ".toast", "Saved").await;
        has(&mut phone, "#waiting", OWN).await;
        let link = fair.mail_to(OWN, 1).await.link().to_owned();
        let mut mails = browser.tab(390, 844).await;
        mails.go(&link).await;
        has(&mut mails, "main", OWN).await;
        mails.click(".card form button").await;
        has(&mut mails, ".card [role=status]", "from now on").await;
        mails.go(&link).await;
        has(&mut mails, "main", "was used").await;
        phone.ask("Page.reload", &json!({})).await;
        let me = own.get(&format!("/attendee/{}", badge.registration)).await.done(200);
        assert_eq!(text(&me, "/exhibitor_email"), OWN);
        phone.until(&format!("document.querySelector('#exhibitor-email [name=email]').value === '{OWN}'")).await;
        assert_eq!(phone.problems(), [] as [&str; 0]);
    }
}

async fn desk_erases(fair: &Fair, badge: &Badge) {
    let olga = fair.organizer().await;
    let path = format!("/events/{}/registrations/{}/erase", fair.site.event, badge.registration);
    olga.api.post(&path, &json!({})).await.done(200);
}
