//! Erasing somebody who asks, and removing an event's contacts when their time is over: nothing of them
//! is found in any table or file afterwards, and everything that counts still holds.

use crate::browsing::{has, picture, put, sure};
use crate::desk::Desk;
use harness::browser::Browser;
use harness::{Answer, Badge, Fair, Phone, on_every_engine};
use mobile_core::capture::ContactField;
use mobile_core::ids::RegistrationId;
use serde_json::{Value, json};
use server::erasure::retention;
use server::sql;

const DAY: i64 = 24 * 3600 * 1_000_000;

async fn noor(fair: &Fair) -> Badge {
    let noor = fair.registration("Noor Azizova").with(ContactField::Email, "noor@secret.example");
    noor.with(ContactField::Company, "Aziz & Co").badge().await
}

/// Every text and document in which something of a visitor may lie, for looking whether it still does.
pub async fn everything(fair: &Fair) -> String {
    let mut found = String::new();
    let mut tx = fair.app().read().await.unwrap();
    for (place, statement) in TEXTS {
        let rows: Vec<String> = sql!(tx, conn => sqlx::query_scalar(*statement).fetch_all(conn)).unwrap();
        found.extend(rows.into_iter().map(|row| format!("{place}: {}\n", row.replace('\n', " "))));
    }
    tx.done().await.unwrap();
    found
}

macro_rules! texts {
    ($($table:literal: $($column:literal)+;)+) => {
        &[$($((
            concat!($table, ".", $column),
            concat!("SELECT CAST(", $column, " AS TEXT) FROM ", $table, " WHERE ", $column, " IS NOT NULL"),
        )),+),+]
    };
}

const TEXTS: &[(&str, &str)] = texts! {
    "registration": "contact" "exhibitor_contact" "sort_name" "search" "email" "external_id" "person_key";
    "badge": "code";
    "capture": "body";
    "rejected_capture": "body" "errors";
    "lead": "fold" "search";
    "exhibitor_email_link": "email";
    "mail": "recipient" "body";
    "audit_detail": "detail";
    "attendance_mark": "note" "override_note";
    "meeting": "message" "answer";
    "desk_action": "undo";
    "idempotency_key": "answer";
};

/// The lines that hold one of the words.
pub fn lines_with<'a>(text: &'a str, words: &[&str]) -> Vec<&'a str> {
    text.lines().filter(|line| words.iter().any(|word| line.to_lowercase().contains(&word.to_lowercase()))).collect()
}

pub const OF_NOOR: [&str; 5] = ["azizova", "noor@secret", "aziz & co", "likes olives", "+33 6"];

/// A scene in which much is known of somebody, in two spaces.
async fn met(fair: &Fair, desk: &Desk) -> (Badge, Phone) {
    let badge = noor(fair).await;
    let bolt = fair.exhibitor("Bolt").open().await;
    let phone = bolt.phone("Bo").await;
    phone.scan(&badge).note("Likes olives").tag("Azizova account").upload().await.all_accepted();
    desk.phone.scan(&badge).note("Likes olives a lot").rate("hot").upload().await.all_accepted();
    let typed = desk.phone.capture("contact", &json!({"code": badge.code, "phone": "+33 6 11 22"}));
    desk.phone.deliver(&[typed]).await.all_accepted();
    let attendee = fair.site.attendee(&badge).await;
    let path = format!("/attendee/{}/exhibitor-email", badge.registration);
    let headers = [("content-type", "application/json")];
    for own in ["noor@secret.private.example", "noor@secret.other.example"] {
        let body = json!({"email": own}).to_string().into_bytes();
        attendee.send(reqwest::Method::PUT, &path, &headers, Some(body)).await.done(200);
        let mail = fair.mail_to(own, 1).await;
        // The second is never proven.
        if own.contains("private") {
            let proof = json!({"token": mail.token()});
            fair.site.api.post("/attendee/exhibitor-email", &proof).await.done(200);
        }
    }
    let wrong = desk.phone.capture("rating", &json!({"code": badge.code, "rating": "Likes olives"}));
    desk.phone.send(&[wrong]).await.done(200);
    (badge, phone)
}

/// Asks the event's retention, as an owner who has just signed in: the clock has gone far.
async fn kept(fair: &Fair) -> Value {
    fair.organizer().await.api.get(&format!("/events/{}/retention", fair.site.event)).await.done(200)
}

async fn keep(fair: &Fair, days: i64) -> Answer {
    let path = format!("/events/{}/retention", fair.site.event);
    let body = json!({"days": days}).to_string().into_bytes();
    let headers = [("content-type", "application/json")];
    fair.organizer().await.api.send(reqwest::Method::PUT, &path, &headers, Some(body)).await
}

/// The first lead of the desk's exhibitor, as an owner sees it.
async fn lead(fair: &Fair, desk: &Desk) -> Value {
    let leads = format!("/exhibitors/{}/leads", desk.space.id);
    fair.organizer().await.api.get(&leads).await.done(200)["items"][0].take()
}

pub async fn erase(desk: &Desk, person: RegistrationId, query: &str) -> Value {
    desk.post(&format!("/registrations/{person}/erase{query}"), json!({})).await.done(200)
}

on_every_engine! {
    async fn nothing_of_an_erased_person_is_left_and_counts_hold(fair) {
        let desk = Desk::open(fair).await;
        let (badge, _) = met(fair, &desk).await;
        assert!(!lines_with(&everything(fair).await, &OF_NOOR).is_empty());
        let looked = erase(&desk, badge.registration, "?dry_run=true").await;
        assert_eq!((&looked["exhibitors"], &looked["leads"], &looked["done_at"]), (&json!(2), &json!(2), &Value::Null));
        assert!(!lines_with(&everything(fair).await, &OF_NOOR).is_empty(), "looking changes nothing");
        let done = erase(&desk, badge.registration, "").await;
        assert!(done["done_at"].is_string());
        let mail = fair.mail_to("noor@secret.example", 1).await;
        assert!(mail.subject.contains("erased"), "{}", mail.subject);
        harness::eventually(async || lines_with(&everything(fair).await, &OF_NOOR).is_empty().then_some(())).await;
        let lead = &desk.leads().await[0];
        assert_eq!((&lead["consent"], &lead["scan_count"], &lead["registration"]), (&json!("erased"), &json!(1), &Value::Null));
        assert_eq!(desk.space.rows_unlike_their_log().await, []);
        let again = erase(&desk, badge.registration, "").await;
        assert_eq!(again["done_at"], done["done_at"], "once more changes nothing");
        desk.get(&format!("/registrations/{}", badge.registration)).await.refused("not_found");
    }

    async fn an_erased_persons_scans_are_duplicates_when_they_come_again_and_empty_when_they_come_late(fair) {
        let desk = Desk::open(fair).await;
        let badge = noor(fair).await;
        let scan = desk.phone.scanned(&badge);
        desk.phone.deliver(std::slice::from_ref(&scan)).await.all_accepted();
        erase(&desk, badge.registration, "").await;
        desk.phone.deliver(std::slice::from_ref(&scan)).await.all_duplicates();
        let late = desk.phone.scan(&badge).note("Likes olives").upload().await.all_accepted();
        assert_eq!(late.reasons(), ["subject_erased", "subject_erased"]);
        let other = fair.exhibitor("Bolt").open().await.phone("Bo").await;
        assert_eq!(other.scan(&badge).upload().await.all_accepted().reasons(), ["subject_erased"]);
        let text = everything(fair).await;
        assert_eq!(lines_with(&text, &OF_NOOR), [] as [&str; 0]);
        assert_eq!(desk.space.rows_unlike_their_log().await, []);
        let lead = &desk.leads().await[0];
        assert_eq!((&lead["scan_count"], &lead["consent"]), (&json!(2), &json!("erased")));
    }

    async fn spaces_are_told_at_once_and_an_import_does_not_bring_somebody_back(fair) {
        let desk = Desk::open(fair).await;
        let badge = fair.registration("Noor Azizova").code("TICKET-77").badge().await;
        desk.phone.scan(&badge).upload().await.all_accepted();
        let seq = desk.admin.leads("").await.done(200)["seq"].as_u64().unwrap();
        erase(&desk, badge.registration, "").await;
        let told = desk.streamed_since(seq).await;
        assert!(told.contains("lead.redacted") && !told.contains("Azizova"), "{told}");
        desk.import("", "badge_code,first_name,last_name\nTICKET-77,Noor,Azizova\n").await;
        let text = everything(fair).await;
        assert_eq!(lines_with(&text, &["azizova"]), [] as [&str; 0]);
    }

    async fn whoever_asked_sees_that_it_was_done(fair) {
        let desk = Desk::open(fair).await;
        let badge = noor(fair).await;
        let links = format!("/registrations/{}/links", badge.registration);
        let link = desk.post(&links, json!({"purpose": "attendee"})).await.done(201);
        let own = format!("/attendee/{}", link["token"].as_str().unwrap());
        let ask = format!("/attendee/{}/erasure", badge.registration);
        fair.site.attendee(&badge).await.post(&ask, &json!({})).await.done(202);
        let waiting = desk.get("/erasure-requests").await.done(200);
        assert_eq!((&waiting["items"][0]["name"], &waiting["items"][0]["done_at"]), (&json!("Noor Azizova"), &Value::Null));
        erase(&desk, badge.registration, "").await;
        let done = desk.get("/erasure-requests").await.done(200);
        assert_eq!((&done["items"][0]["name"], done["items"][0]["done_at"].is_string()), (&json!(""), true));
        let me = fair.site.api.get(&own).await.done(200);
        assert!(me["erased_at"].is_string() && me["contact"] == json!({}), "{me}");
        let mine = server::erasure::done_for(fair.app(), "noor@secret.example").await.unwrap();
        assert_eq!(mine.len(), 1);
        assert!(server::erasure::done_for(fair.app(), "somebody@else.example").await.unwrap().is_empty());
        fair.app().clock.advance(31 * DAY);
        retention::turn(fair.app()).await.unwrap();
        assert!(server::erasure::done_for(fair.app(), "noor@secret.example").await.unwrap().is_empty());
    }

    async fn contacts_go_when_their_time_is_over_after_two_warnings(fair) {
        let desk = Desk::open(fair).await;
        let (badge, phone) = met(fair, &desk).await;
        desk.enter("UNKNOWN-CODE", "camera").await;
        let late = phone.scan(&badge).note("Likes olives, late").captures();
        let now = kept(fair).await;
        assert_eq!((&now["days"], &now["is_default"]), (&json!(180), &json!(true)));
        let ada = admin_address(&desk).await;
        // The fair ends a day from now.
        fair.app().clock.advance(100 * DAY);
        retention::turn(fair.app()).await.unwrap();
        assert!(fair.mails().iter().all(|mail| mail.to != ada), "nobody is told too early");
        fair.app().clock.advance(67 * DAY + DAY / 2);
        retention::turn(fair.app()).await.unwrap();
        let first = fair.mail_to(&ada, 1).await;
        assert!(first.subject.contains("14 days") && first.text.contains("/leads?export=1"), "{first:?}");
        retention::turn(fair.app()).await.unwrap();
        fair.app().clock.advance(11 * DAY);
        retention::turn(fair.app()).await.unwrap();
        assert!(fair.mail_to(&ada, 2).await.subject.contains("3 days"));
        phone.deliver(&late).await.all_accepted();
        assert!(phone.lead_of(&badge).await.0.flags.contains(&"late_upload".to_owned()), "taken in, and marked");
        fair.app().clock.advance(4 * DAY);
        retention::turn(fair.app()).await.unwrap();
        let text = everything(fair).await;
        assert_eq!(lines_with(&text, &OF_NOOR), [] as [&str; 0]);
        assert_eq!(fair.mails().iter().filter(|mail| mail.to == ada).count(), 2, "each is told once");
        assert!(kept(fair).await["removed_at"].is_string());
        assert_eq!(desk.space.rows_unlike_their_log().await, []);
        phone.scan(&badge).note("Likes olives, too late").upload().await.all_accepted();
        let text = everything(fair).await;
        assert_eq!(lines_with(&text, &OF_NOOR), [] as [&str; 0], "what comes afterwards is settled empty");
        retention::turn(fair.app()).await.unwrap();
        keep(fair, 300).await.refused("invalid_field");
    }

    async fn nobody_loses_their_leads_without_two_weeks_notice(fair) {
        let desk = Desk::open(fair).await;
        let badge = noor(fair).await;
        desk.phone.scan(&badge).upload().await.all_accepted();
        keep(fair, 5).await.refused("invalid_field");
        // A server that slept through it all tells first.
        fair.app().clock.advance(400 * DAY);
        retention::turn(fair.app()).await.unwrap();
        assert_eq!(lead(fair, &desk).await["registration"]["last_name"], "Azizova");
        keep(fair, 60).await.refused("invalid_field");
        fair.app().clock.advance(13 * DAY);
        retention::turn(fair.app()).await.unwrap();
        assert_eq!(lead(fair, &desk).await["registration"]["last_name"], "Azizova");
        fair.app().clock.advance(2 * DAY);
        retention::turn(fair.app()).await.unwrap();
        assert_eq!(lead(fair, &desk).await["consent"], "erased");
    }

    async fn a_server_that_did_not_erase_somebody_clears_its_own_files_of_them(fair) {
        let desk = Desk::open(fair).await;
        let (badge, phone) = met(fair, &desk).await;
        let other = fair.registration("Omar Else").badge().await;
        phone.scan(&other).upload().await.all_accepted();
        let exports = format!("/exhibitors/{}/exports", desk.space.id);
        let export = desk.admin.api.post(&exports, &json!({"format": "xlsx"})).await.done(201);
        let export = format!("{exports}/{}", export["id"].as_str().unwrap());
        harness::eventually(async || {
            (desk.admin.api.get(&export).await.json()["status"] == "ready").then_some(())
        })
        .await;
        let bolt = desk.get("/exhibitors").await.done(200)["items"].as_array().unwrap().iter()
            .find(|one| one["name"] == "Bolt").unwrap()["id"].as_str().unwrap().to_owned();
        desk.organizer.api.delete(&desk.at(&format!("/exhibitors/{bolt}?confirm=leads"))).await.done(204);
        let files = || {
            let folders = ["exports", "kept-exports"].map(|folder| fair.database.directory().join(folder));
            let files = folders.into_iter().flat_map(|folder| std::fs::read_dir(folder).unwrap());
            files.map(|file| file.unwrap().path()).map(|path| (std::fs::read(&path).unwrap(), path)).collect::<Vec<_>>()
        };
        // What lies at another server, which nobody asks to erase.
        let elsewhere = files();
        assert_eq!(elsewhere.len(), 2);
        erase(&desk, badge.registration, "").await;
        let clean = files();
        assert_eq!(clean.len(), 1, "no export, and what is kept of Bolt");
        for (bytes, path) in &elsewhere {
            std::fs::write(path, bytes).unwrap();
        }
        server::erasure::files::follow(fair.app(), mobile_core::time::Timestamp::default()).await.unwrap();
        assert_eq!(files(), clean);
        let kept = String::from_utf8(clean[0].0.clone()).unwrap();
        assert!(!kept.contains("Azizova") && kept.contains("Else"), "{kept}");
        // An export of afterwards stays.
        let export = desk.admin.api.post(&exports, &json!({"format": "xlsx"})).await.done(201);
        let export = format!("{exports}/{}", export["id"].as_str().unwrap());
        harness::eventually(async || {
            (desk.admin.api.get(&export).await.json()["status"] == "ready").then_some(())
        })
        .await;
        server::erasure::files::follow(fair.app(), mobile_core::time::Timestamp::default()).await.unwrap();
        assert_eq!(files().len(), 2);
    }

    async fn an_organiser_erases_somebody_who_did_not_ask_here(fair) {
        let Some(browser) = Browser::start().await else { return };
        let desk = Desk::open(fair).await;
        let (badge, _) = met(fair, &desk).await;
        fair.registration("Noor Anders").badge().await;
        let mut tab = browser.tab(1440, 900).await;
        tab.sign_in(&desk.organizer.api).await;
        let page = format!("{}/events/{}/personal-data", desk.organizer.api.base(), fair.site.event);
        tab.go(&page).await;
        put(&mut tab, "[name=q]", "noor").await;
        tab.click(".finder button").await;
        tab.until("document.querySelectorAll('[aria-label^=\"Erase Noor\"]').length === 2").await;
        picture(&mut tab, "erase-1440").await;
        let mut phone = browser.tab(390, 844).await;
        phone.sign_in(&desk.organizer.api).await;
        phone.go(&format!("{page}?q=noor")).await;
        phone.value("document.querySelector('#else-title').scrollIntoView()").await;
        picture(&mut phone, "erase-390").await;
        assert_eq!(phone.value("document.documentElement.scrollWidth").await, json!(390));
        tab.to_front().await;
        tab.click("[aria-label='Erase Noor Azizova']").await;
        sure(&mut tab).await;
        tab.until("document.querySelectorAll('[aria-label^=\"Erase Noor\"]').length === 1").await;
        desk.get(&format!("/registrations/{}", badge.registration)).await.refused("not_found");
        tab.go(&format!("{page}?q=azizova")).await;
        has(&mut tab, "#main", "Nobody is found").await;
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }

    async fn an_organiser_erases_somebody_on_the_page(fair) {
        let Some(browser) = Browser::start().await else { return };
        let desk = Desk::open(fair).await;
        let (badge, _) = met(fair, &desk).await;
        let ask = format!("/attendee/{}/erasure", badge.registration);
        fair.site.attendee(&badge).await.post(&ask, &json!({})).await.done(202);
        let mut tab = browser.tab(1280, 900).await;
        tab.sign_in(&desk.organizer.api).await;
        tab.go(&format!("{}/events/{}/personal-data", desk.organizer.api.base(), fair.site.event)).await;
        picture(&mut tab, "personal-data-1440").await;
        tab.theme("dark").await;
        picture(&mut tab, "personal-data-1440-dark").await;
        tab.theme("light").await;
        let mut phone = browser.tab(390, 844).await;
        phone.sign_in(&desk.organizer.api).await;
        phone.go(&format!("{}/events/{}/personal-data", desk.organizer.api.base(), fair.site.event)).await;
        picture(&mut phone, "personal-data-390").await;
        assert_eq!(phone.value("document.documentElement.scrollWidth").await, json!(390));
        tab.to_front().await;
        tab.click("[aria-label='Erase Noor Azizova']").await;
        tab.until("document.querySelector('#ask').open && document.querySelector('#ask').textContent.includes('2 exhibitors lose')").await;
        tab.click("#ask-do").await;
        tab.until("document.querySelector('#main').textContent.includes('Nobody is waiting')").await;
        tab.value("document.querySelector('[name=days]').value = '90'").await;
        tab.click(".retention .button").await;
        harness::eventually(async || (kept(fair).await["days"] == 90).then_some(())).await;
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }

    async fn whoever_was_merged_twice_is_erased_with_all_of_theirs(fair) {
        let desk = Desk::open(fair).await;
        let first = noor(fair).await;
        let second = fair.registration("Noor A").with(ContactField::Email, "noor@work.example").badge().await;
        let third = fair.registration("N A").with(ContactField::Email, "na@home.example").badge().await;
        for (into, from) in [(&second, &first), (&third, &second)] {
            let merge = json!({"registration_id": from.registration});
            desk.post(&format!("/registrations/{}/merge", into.registration), merge).await.done(200);
        }
        erase(&desk, third.registration, "").await;
        let text = everything(fair).await;
        let left = lines_with(&text, &["azizova", "noor@secret", "noor@work"]);
        assert!(left.iter().all(|line| line.starts_with("mail")), "{left:?}");
    }

    async fn whoever_is_named_by_a_registration_that_was_merged_is_erased_whole(fair) {
        let desk = Desk::open(fair).await;
        let old = noor(fair).await;
        let stays = fair.registration("Noor Azizova").with(ContactField::Email, "noor@work.example").badge().await;
        let ask = format!("/attendee/{}/erasure", old.registration);
        fair.site.attendee(&old).await.post(&ask, &json!({})).await.done(202);
        let merge = json!({"registration_id": old.registration});
        desk.post(&format!("/registrations/{}/merge", stays.registration), merge).await.done(200);
        erase(&desk, old.registration, "").await;
        let text = everything(fair).await;
        let left = lines_with(&text, &["azizova", "noor@"]);
        assert!(left.iter().all(|line| line.starts_with("mail")), "{left:?}");
        let requests = desk.get("/erasure-requests").await.done(200)["items"].as_array().unwrap().clone();
        assert!(requests.iter().all(|one| one["done_at"].is_string()), "{requests:?}");
    }

    async fn what_lies_aside_of_an_erased_person_goes_however_it_was_written(fair) {
        let desk = Desk::open(fair).await;
        let card = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Azizova;Noor;;;\r\nFN:Noor Azizova\r\nEND:VCARD";
        let badge = fair.registration("Noor Azizova").code(card).badge().await;
        let other = fair.registration("Omar Bey").badge().await;
        let typed = format!("{}-{}", badge.number[..4].to_lowercase(), &badge.number[4..]);
        let wrong = |code: &str, note: &str| desk.phone.capture("dance", &json!({"code": code, "text": note}));
        desk.phone.send(&[wrong(card, "Likes olives"), wrong(&typed, "Likes olives"), wrong(&other.code, "Likes figs")]).await.done(200);
        assert_eq!(lines_with(&everything(fair).await, &["likes"]).len(), 3);
        erase(&desk, badge.registration, "").await;
        let text = everything(fair).await;
        assert_eq!(lines_with(&text, &OF_NOOR), [] as [&str; 0]);
        assert_eq!(lines_with(&text, &["likes figs"]).len(), 1, "what is about others stays");
    }
}

/// The address of the exhibitor's admin, as the team has it.
async fn admin_address(desk: &Desk) -> String {
    let team = desk.organizer.api.get(&format!("/exhibitors/{}/team", desk.space.id)).await.done(200);
    let members = team["items"].as_array().unwrap();
    members.iter().find(|one| one["id"] == json!(desk.admin.id)).unwrap()["email"].as_str().unwrap().to_owned()
}
