//! The moments of an event: who is mailed when, what is open when, and what closes.

use harness::{Fair, Organizer, Space, on_every_engine};
use mobile_core::time::Timestamp;
use serde_json::{Value, json};
use server::phases;

const DAY: i64 = 24 * 3600 * 1_000_000;
const SOON: i64 = DAY / 2;

fn mails(fair: &Fair) -> String {
    format!("/events/{}/team-mails", fair.site.event)
}

async fn set(olga: &Organizer, moments: Value) -> Value {
    olga.api.patch(&format!("/events/{}/phases", olga.site.event), None, &moments).await.done(200)
}

async fn send(olga: &Organizer, kind: &str, audience: &str) -> Value {
    olga.api.post(&mails_of(olga), &json!({"kind": kind, "audience": audience})).await.done(202)["count"].clone()
}

fn mails_of(olga: &Organizer) -> String {
    format!("/events/{}/team-mails", olga.site.event)
}

/// Adds somebody who is not signed in yet, and gives what the admin is told.
async fn add(olga: &Organizer, space: &Space, name: &str, role: &str) -> Value {
    let person = json!({"first_name": name, "last_name": "Ito", "email": format!("{}@acme.example", name.to_lowercase()),
        "roles": [role]});
    olga.api.post(&format!("/exhibitors/{}/team", space.id), &person).await.done(201)
}

/// Within the event, which ends in a day.
fn soon(fair: &Fair) -> Timestamp {
    fair.now().plus_micros(SOON)
}

fn at(fair: &Fair, days: i64) -> Timestamp {
    fair.now().plus_micros(days * DAY)
}

on_every_engine! {
    async fn moments_follow_the_dates_until_the_organiser_sets_them(fair) {
        let olga = fair.organizer().await;
        let path = format!("/events/{}/phases", fair.site.event);
        let event: Value = olga.api.get(&format!("/events/{}", fair.site.event)).await.ok();
        let starts_at: Timestamp = event["starts_at"].as_str().unwrap().parse().unwrap();
        let told: Value = olga.api.get(&path).await.ok();
        assert_eq!(told["spaces_open_at"], Value::Null);
        assert_eq!(told["leads_open"], json!({"at": starts_at.plus_micros(-15 * DAY), "is_default": true}));
        let later = at(fair, 20);
        let set = set(&olga, json!({"leads_close_at": later, "language": "fr"})).await;
        assert_eq!(set["leads_close"], json!({"at": later, "is_default": false}));
        assert_eq!(set["language"], "fr");
        let back = olga.api.patch(&path, None, &json!({"leads_close_at": null})).await.done(200);
        assert_eq!(back["leads_close"]["is_default"], true);
        for (field, value) in [("leads_close_at", at(fair, -5)), ("scanning_until", at(fair, -5)), ("scanning_from", at(fair, 5))] {
            let problem = olga.api.patch(&path, None, &json!({field: value})).await.refused("invalid_field");
            assert_eq!(problem.errors[0].pointer, format!("/{field}"));
        }
        fair.site.organizer_member("Vic", "viewer").await.api.patch(&path, None, &json!({})).await.refused("forbidden");
    }

    async fn nobody_is_mailed_before_the_organiser_opens_the_spaces(fair) {
        let olga = fair.organizer().await;
        let space = fair.exhibitor("Acme").open().await;
        let ada = add(&olga, &space, "Ada", "admin").await;
        assert_eq!((ada["is_mailed"].as_bool(), ada["status"].as_str()), (Some(false), Some("invited")));
        let again = format!("/exhibitors/{}/team/{}/invitation", space.id, ada["id"].as_str().unwrap());
        assert_eq!(olga.api.post(&again, &json!({})).await.done(201)["is_mailed"], false);
        assert_eq!(phases::mail_openings(fair.app()).await.unwrap(), 0, "leads are open by their date, spaces are not");
        assert!(fair.mails().is_empty());
    }

    async fn access_mails_are_looked_at_counted_and_sent_to_each_admin_once(fair) {
        let olga = fair.organizer().await;
        set(&olga, json!({"leads_open_at": soon(fair)})).await;
        let space = fair.exhibitor("Acme").open().await;
        add(&olga, &space, "Ada", "admin").await;
        add(&olga, &space, "Sam", "scanner").await;
        add(&olga, &space, "Art", "attendee").await;
        space.admin("Joined Already").await;
        let preview: Value = olga.api.get(&format!("{}/preview?kind=access", mails(fair))).await.ok();
        assert_eq!((preview["count"].as_u64(), preview["access"]["people"].as_u64()), (Some(2), Some(2)));
        assert_eq!(preview["access"]["never_signed_in"], 1);
        assert!(preview["text"].as_str().unwrap().contains("Hello Ada Ito,"), "{preview}");
        assert!(!preview["text"].as_str().unwrap().contains("li_"), "a preview holds no link that works");
        assert_eq!(fair.mails().len(), 0, "looking sends nothing");
        assert_eq!(send(&olga, "access", "new").await, 2);
        let mail = fair.mail_to("ada@acme.example", 1).await;
        assert_eq!(mail.subject, "Acme expects you at Spring Fair");
        let accept = format!("/auth/invitations/{}/accept", mail.token());
        fair.site.api.post(&accept, &json!({"password": "correct horse battery"})).await.done(200);
        assert_eq!(send(&olga, "access", "new").await, 0, "everybody has got it");
        assert_eq!(send(&olga, "access", "never_signed_in").await, 0, "Ada has signed in");
        assert_eq!(send(&olga, "access", "all").await, 2);
        // A scanner has nothing to see before leads open.
        assert!(fair.mails().iter().all(|mail| mail.to != "sam@acme.example" && mail.to != "art@acme.example"));
    }

    async fn whoever_is_added_after_an_opening_is_mailed_once(fair) {
        let olga = fair.organizer().await;
        set(&olga, json!({"leads_open_at": soon(fair)})).await;
        let space = fair.exhibitor("Acme").open().await;
        assert_eq!(send(&olga, "access", "new").await, 0);
        let ada = add(&olga, &space, "Ada", "admin").await;
        assert_eq!(ada["is_mailed"], true);
        let sam = add(&olga, &space, "Sam", "scanner").await;
        assert_eq!(sam["is_mailed"], false, "leads are not open");
        let token = fair.mail_to("ada@acme.example", 1).await.token().to_owned();
        assert!(!ada["invitation_url"].as_str().unwrap().ends_with(&token), "what is mailed, nobody else is told");
        let pages = [ada["invitation_url"].as_str().unwrap().rsplit_once('/').unwrap().1, token.as_str()];
        for token in pages {
            assert_eq!(fair.site.api.get(&format!("//invitations/{token}")).await.status, 200, "both let her in");
        }
        assert_eq!(send(&olga, "access", "new").await, 0);
        // More to do, more to see.
        let path = format!("/exhibitors/{}/team/{}", space.id, sam["id"].as_str().unwrap());
        olga.api.patch(&path, None, &json!({"roles": ["scanner", "admin"]})).await.done(200);
        fair.mail_to("sam@acme.example", 1).await;
        olga.api.patch(&path, None, &json!({"first_name": "Samuel"})).await.done(200);
        let again = format!("{path}/invitation");
        assert_eq!(olga.api.post(&again, &json!({})).await.done(201)["is_mailed"], true, "sent again on demand");
        fair.mail_to("sam@acme.example", 2).await;
        assert_eq!(fair.mails().len(), 3);
    }

    async fn who_was_registered_before_the_team_named_them_is_asked_by_mail(fair) {
        let olga = fair.organizer().await;
        let space = fair.exhibitor("Acme").open().await;
        let art = json!({"first_name": "Art", "last_name": "Ito", "email": "art@acme.example"});
        olga.register(&art).await.done(201);
        let art = add(&olga, &space, "Art", "attendee").await;
        add(&olga, &space, "Bea", "attendee").await;
        assert_eq!((art["is_mailed"].as_bool(), fair.mails().len()), (Some(false), 0), "spaces are not open");
        assert_eq!(send(&olga, "access", "new").await, 1, "Bea has a badge of the team's and nothing to say");
        let mail = fair.mail_to("art@acme.example", 1).await;
        assert_eq!(mail.subject, "Acme expects you at Spring Fair", "though leads are open: he has none to scan");
        assert!(mail.text.contains("You do not know this team?"), "{}", mail.text);
        let page = fair.site.api.get(&format!("//invitations/{}", mail.token())).await.text();
        for text in [&mail.text, &page] {
            assert!(text.contains("You are registered for Spring Fair already."), "what it means to accept: {text}");
        }
        assert_eq!(send(&olga, "access", "new").await, 0);
        let accept = format!("/auth/invitations/{}/accept", mail.token());
        fair.site.api.post(&accept, &json!({"password": "correct horse battery"})).await.done(200);
        assert_eq!(send(&olga, "access", "all").await, 0, "he has said so");
    }

    async fn when_leads_open_the_scanning_mail_goes_out_by_itself_once(fair) {
        let olga = fair.organizer().await;
        let space = fair.exhibitor("Acme").open().await;
        set(&olga, json!({"leads_open_at": soon(fair)})).await;
        add(&olga, &space, "Ada", "admin").await;
        add(&olga, &space, "Sam", "scanner").await;
        send(&olga, "access", "new").await;
        olga.api.post(&mails(fair), &json!({"kind": "scanning"})).await.refused("not_open_yet");
        assert_eq!(phases::mail_openings(fair.app()).await.unwrap(), 0, "not yet");
        fair.app().clock.advance(SOON);
        let (one, other) = tokio::join!(phases::mail_openings(fair.app()), phases::mail_openings(fair.app()));
        // The server's own look may have come first.
        assert!(one.unwrap() + other.unwrap() <= 2);
        let sam = fair.mail_to("sam@acme.example", 1).await;
        assert!(sam.text.contains("pairing code") && sam.html.contains("Join the team"), "{}", sam.text);
        let ada = fair.mail_to("ada@acme.example", 2).await;
        assert_eq!(ada.subject, "Spring Fair: ready to scan for Acme");
        assert_eq!(phases::mail_openings(fair.app()).await.unwrap(), 0);
        let late = add(&olga, &space, "Lea", "scanner").await;
        assert_eq!(late["is_mailed"], true);
        fair.mail_to("lea@acme.example", 1).await;
        assert_eq!(fair.mails().len(), 4);
    }

    async fn people_are_written_to_in_their_own_language(fair) {
        let olga = fair.organizer().await;
        let space = fair.exhibitor("Acme").open().await;
        set(&olga, json!({"language": "fr", "leads_open_at": soon(fair)})).await;
        add(&olga, &space, "Ada", "admin").await;
        let person = json!({"first_name": "Ben", "last_name": "Ito", "email": "ben@acme.example", "roles": ["admin"],
            "language": "en"});
        olga.api.post(&format!("/exhibitors/{}/team", space.id), &person).await.done(201);
        send(&olga, "access", "new").await;
        assert_eq!(fair.mail_to("ada@acme.example", 1).await.subject, "Acme vous attend sur Spring Fair");
        assert_eq!(fair.mail_to("ben@acme.example", 1).await.subject, "Acme expects you at Spring Fair");
    }

    async fn a_space_that_is_still_shut_opens_to_its_team_at_its_time(fair) {
        let olga = fair.organizer().await;
        let space = fair.exhibitor("Acme").open().await;
        let (ada, phone) = (space.admin("Ada").await, space.phone("Ines").await);
        set(&olga, json!({"spaces_open_at": soon(fair), "leads_open_at": soon(fair)})).await;
        let team = format!("/exhibitors/{}/team", space.id);
        let problem = ada.api.get(&team).await.refused("not_open_yet");
        assert!(problem.detail.contains("it opens on “"), "{}", problem.detail);
        olga.api.get(&team).await.done(200);
        // What is captured is kept, and told nothing of.
        let badge = fair.registration("Noor Aziz").badge().await;
        let receipts = phone.scan(&badge).upload().await.all_accepted();
        assert!(receipts.only().lead.is_none(), "{receipts:?}");
        assert_eq!(receipts.reasons(), ["not_open_yet"]);
        fair.app().clock.advance(SOON);
        ada.api.get(&team).await.done(200);
        assert_eq!(ada.names("").await, ["Noor Aziz"]);
    }

    async fn leads_open_at_their_time_and_test_exhibitors_before(fair) {
        let olga = fair.organizer().await;
        let (space, test) = (fair.exhibitor("Acme").open().await, fair.exhibitor("Tryout").open().await);
        let (ada, tess) = (space.admin("Ada").await, test.admin("Tess").await);
        let path = format!("/events/{}/exhibitors/{}", fair.site.event, test.id);
        olga.api.patch(&path, None, &json!({"is_test": true})).await.done(200);
        set(&olga, json!({"leads_open_at": soon(fair)})).await;
        ada.leads("").await.refused("not_open_yet");
        ada.api.get(&format!("/exhibitors/{}/team", space.id)).await.done(200);
        tess.leads("").await.done(200);
        olga.api.get(&format!("/exhibitors/{}/leads", space.id)).await.done(200);
        fair.app().clock.advance(SOON);
        ada.leads("").await.done(200);
    }

    async fn closed_leads_are_read_and_exported_and_still_delivered_but_not_changed(fair) {
        let olga = fair.organizer().await;
        let space = fair.exhibitor("Acme").open().await;
        let (ada, phone) = (space.admin("Ada").await, space.phone("Ines").await);
        let badge = fair.registration("Noor Aziz").badge().await;
        let lead = phone.scan(&badge).upload().await.all_accepted().lead_id();
        set(&olga, json!({"leads_close_at": at(fair, 2)})).await;
        ada.edit(lead, Some("\"1\""), &json!({"rating": "hot"})).await.done(200);
        let unsent = phone.scan(&badge).note("wants a demo").captures();
        fair.app().clock.advance(2 * DAY);
        let problem = ada.edit(lead, Some("\"2\""), &json!({"rating": "cold"})).await.refused("leads_closed");
        assert!(problem.detail.contains("read and export"), "{}", problem.detail);
        phone.deliver(&unsent).await.all_accepted();
        let lead = ada.lead(lead).await;
        assert_eq!(lead.note_texts(), ["wants a demo"]);
        let export = ada.api.get(&format!("/exhibitors/{}/leads/export?format=csv", space.id)).await;
        assert_eq!(export.status, 200, "{}", export.text());
    }

    async fn scans_of_the_build_up_are_marked_and_out_of_the_counters(fair) {
        let olga = fair.organizer().await;
        let space = fair.exhibitor("Acme").open().await;
        let (ada, phone) = (space.admin("Ada").await, space.phone("Ines").await);
        let event = format!("/events/{}", fair.site.event);
        olga.api.patch(&event, None, &json!({"starts_at": at(fair, 1), "ends_at": at(fair, 3)})).await.done(200);
        let (crew, visitor) = (fair.registration("Cleo Crew").badge().await, fair.registration("Noor Aziz").badge().await);
        let early = phone.scan(&crew).upload().await.all_accepted();
        assert_eq!(early.reasons(), ["build_up"]);
        let lead: Value = ada.ask_lead(early.lead_id()).await.ok();
        assert_eq!(lead["flags"], json!(["build_up"]));
        fair.app().clock.advance(DAY);
        let proper = phone.scan(&visitor).upload().await.all_accepted();
        assert_eq!(proper.reasons(), [""]);
        let mut stream = olga.live(None).await;
        loop {
            let stats = stream.state("monitor.stats").await;
            assert!(stats["scans"].as_u64() <= Some(1), "{stats}");
            if stats["scans"] == 1 && stats["unique_visitors"] == 1 {
                assert_eq!(stats["scans_today"], 1);
                break;
            }
        }
        assert_eq!(ada.names("").await.len(), 2, "both are leads");
    }

    async fn the_page_shows_moments_and_sends_mails(fair) {
        let olga = fair.organizer().await;
        let space = fair.exhibitor("Acme").open().await;
        add(&olga, &space, "Ada", "admin").await;
        let path = format!("//events/{}/phases", fair.site.event);
        let page = olga.api.get(&path).await;
        assert_eq!(page.status, 200);
        assert!(page.text().contains("Send access mails") && page.text().contains("0 of 1 have got it"), "{}", page.text());
        let shown = olga.api.get(&format!("{path}?mail=access")).await.text();
        assert!(shown.contains("Ada Ito, Acme") && shown.contains("Send now"), "{shown}");
        let form = async |path: &str, body: &str| {
            let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
            olga.api.send(reqwest::Method::POST, path, &headers, Some(body.as_bytes().to_vec())).await
        };
        let sent = form(&format!("{path}/mail"), "kind=access&audience=new").await;
        assert!(sent.text().contains("1 mail is on their way."), "{}", sent.text());
        fair.mail_to("ada@acme.example", 1).await;
        let moments = "spaces_open_at=&leads_open_at=&scanning_from=&scanning_until=&language=fr&leads_close_at=";
        let saved = form(&path, &format!("{moments}2100-01-01T10%3A00")).await;
        assert!(saved.text().contains("The moments are set."), "{}", saved.text());
        let wrong = form(&path, &format!("{moments}2000-01-01T10%3A00")).await;
        assert_eq!(wrong.status, 422);
        let viewer = fair.site.organizer_member("Vic", "viewer").await;
        assert!(!viewer.api.get(&path).await.text().contains("Send access mails"));
    }
}
