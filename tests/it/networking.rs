//! Networking contacts: people who agree to stay in touch, and what exhibitors learn by it.

use harness::http::Api;
use harness::{Answer, Badge, Fair, Space, on_every_engine};
use mobile_core::capture::ContactField;
use reqwest::Method;
use serde_json::{Value, json};

struct Person {
    api: Api,
    link: String,
    badge: Badge,
}

impl Person {
    async fn of(fair: &Fair, badge: Badge) -> Self {
        Self { api: fair.site.attendee(&badge).await, link: badge.registration.to_string(), badge }
    }

    async fn named(fair: &Fair, name: &str) -> Self {
        let email = format!("{}@a.example", name.split(' ').next().unwrap().to_lowercase());
        let badge = fair.registration(name).with(ContactField::Email, &email).with(ContactField::Company, "Aziz & Co");
        Self::of(fair, badge.badge().await).await
    }

    /// Somebody whom the desk registered, to be found by name and address.
    async fn at_the_desk(fair: &Fair, person: &Value) -> Self {
        let made = fair.organizer().await.register(person).await.done(201);
        let badge = &made["badge"];
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let badge = Badge {
            code: text(&badge["code"]),
            number: text(&badge["number"]),
            id: serde_json::from_value(badge["id"].clone()).unwrap(),
            registration: serde_json::from_value(made["id"].clone()).unwrap(),
        };
        Self::of(fair, badge).await
    }

    /// Those whom this one finds on the list.
    async fn people(&self) -> Vec<Value> {
        self.api.get(&self.at("/people")).await.done(200)["items"].as_array().unwrap().clone()
    }

    /// Somebody of an exhibitor's team.
    async fn staff(fair: &Fair, name: &str, space: &Space) -> Self {
        Self::of(fair, fair.registration(name).of(space).badge().await).await
    }

    fn at(&self, path: &str) -> String {
        format!("/attendee/{}{path}", self.link)
    }

    async fn ask(&self, code: &str) -> Answer {
        self.api.post(&self.at("/connections"), &json!({"code": code})).await
    }

    async fn answer(&self, connection: &Value, accepted: bool) -> Answer {
        let path = self.at(&format!("/connections/{}/answer", connection["id"].as_str().unwrap()));
        self.api.post(&path, &json!({"accepted": accepted})).await
    }

    async fn end(&self, connection: &Value) -> Answer {
        self.api.delete(&self.at(&format!("/connections/{}", connection["id"].as_str().unwrap()))).await
    }

    async fn known(&self) -> Value {
        self.api.get(&self.at("/connections")).await.done(200)["items"].clone()
    }

    async fn list(&self, listed: bool) {
        let body = json!({"listed": listed}).to_string().into_bytes();
        let headers = [("content-type", "application/json")];
        self.api.send(Method::PUT, &self.at("/networking"), &headers, Some(body)).await.done(200);
    }
}

on_every_engine! {
    async fn connections_follow_a_merged_person_and_come_back_with_the_undo(fair) {
        let (noor, nour) = (Person::named(fair, "Noor Aziz").await, Person::named(fair, "Nour Aziz").await);
        let (omar, lena) = (Person::named(fair, "Omar Bey").await, Person::named(fair, "Lena Voss").await);
        // One knows Omar, both know Lena: with one of them she is connected, the other only asked.
        let with_omar = nour.ask(&omar.badge.code).await.done(201);
        omar.answer(&with_omar, true).await.done(200);
        let with_lena = nour.ask(&lena.badge.code).await.done(201);
        lena.answer(&with_lena, true).await.done(200);
        noor.ask(&lena.badge.code).await.done(201);
        noor.ask(&nour.badge.code).await.done(201);
        nour.list(true).await;
        let olga = fair.organizer().await;
        let merge = format!("/events/{}/registrations/{}/merge", fair.site.event, noor.badge.registration);
        let merged = olga.api.post(&merge, &json!({"registration_id": nour.badge.registration})).await.done(200);

        let states = |known: &Value| {
            let mut all: Vec<(String, String)> = known.as_array().unwrap().iter().map(|one| {
                let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
                (text(&one["contact"]["last_name"]), text(&one["status"]))
            }).collect();
            all.sort();
            all
        };
        let pair = |name: &str, status: &str| (name.to_owned(), status.to_owned());
        assert_eq!(states(&noor.known().await), [pair("Bey", "connected"), pair("Voss", "connected")]);
        assert_eq!(omar.known().await[0]["contact"]["first_name"], "Noor");
        assert_eq!(lena.known().await.as_array().unwrap().len(), 1, "one person, one connection");
        let listed = noor.api.get(&noor.at("/networking")).await.done(200);
        assert_eq!(listed["listed"], true, "who agreed to be found still is");

        let undo = format!("/events/{}/desk-actions/{}/undo", fair.site.event, merged["action_id"].as_str().unwrap());
        olga.api.post(&undo, &json!({})).await.done(200);
        assert_eq!(omar.known().await[0]["contact"]["first_name"], "Nour");
        assert_eq!(states(&nour.known().await).iter().filter(|one| one.1 == "connected").count(), 2);
        let again = noor.known().await;
        assert!(again.as_array().unwrap().iter().all(|one| one["status"] == "requested"), "{again}");
        assert_eq!(again.as_array().unwrap().len(), 2);
        assert_eq!(noor.api.get(&noor.at("/networking")).await.done(200)["listed"], false);
    }

    async fn a_lead_that_both_registrations_are_by_one_colleague_ends_with_the_one_connection_left(fair) {
        let acme = fair.exhibitor("Acme").open().await;
        let ada = acme.admin("Ada Admin").await;
        let tea = Person::staff(fair, "Tea Team", &acme).await;
        let (noor, nour) = (Person::named(fair, "Noor Aziz").await, Person::named(fair, "Nour Aziz").await);
        for visitor in [&noor, &nour] {
            let asked = visitor.ask(&tea.badge.code).await.done(201);
            tea.answer(&asked, true).await.done(200);
        }
        let leads = async || ada.leads("?source=networking").await.done(200)["total"].as_u64().unwrap();
        assert_eq!(leads().await, 2);
        let olga = fair.organizer().await;
        let merge = format!("/events/{}/registrations/{}/merge", fair.site.event, noor.badge.registration);
        let body = json!({"registration_id": nour.badge.registration});
        let merged = olga.api.post(&merge, &body).await.done(200);
        assert_eq!((leads().await, acme.rows_unlike_their_log().await), (1, vec![]));

        // Taken back, each is a lead by a connection of their own again.
        let undo = |merged: &Value| format!("/events/{}/desk-actions/{}/undo", fair.site.event, merged["action_id"].as_str().unwrap());
        olga.api.post(&undo(&merged), &json!({})).await.done(200);
        assert_eq!((leads().await, acme.rows_unlike_their_log().await), (2, vec![]));
        noor.end(&noor.known().await[0]).await.done(204);
        assert_eq!(leads().await, 1, "the other one is still connected");
        let asked = noor.ask(&tea.badge.code).await.done(201);
        tea.answer(&asked, true).await.done(200);

        // Merged again and ended: nothing of the other connection keeps the lead.
        olga.api.post(&merge, &body).await.done(200);
        assert_eq!(leads().await, 1);
        noor.end(&noor.known().await[0]).await.done(204);
        assert_eq!((leads().await, acme.rows_unlike_their_log().await), (0, vec![]));
    }

    async fn both_agree_before_either_sees_the_others_details(fair) {
        let (noor, omar) = (Person::named(fair, "Noor Aziz").await, Person::named(fair, "Omar Bey").await);
        let asked = noor.ask(&omar.badge.code).await.done(201);
        assert_eq!((&asked["status"], &asked["contact"]), (&json!("requested"), &Value::Null));
        let theirs = omar.known().await;
        assert_eq!((&theirs[0]["contact"]["last_name"], &theirs[0]["contact"]["email"]), (&json!("Aziz"), &Value::Null));
        noor.answer(&asked, true).await.refused("used_up");
        let agreed = omar.answer(&asked, true).await.done(200);
        assert_eq!(agreed["contact"]["email"], "noor@a.example");
        assert_eq!(noor.known().await[0]["contact"]["email"], "omar@a.example");
        noor.end(&asked).await.done(204);
        assert_eq!(omar.known().await[0]["contact"]["email"], Value::Null);
        omar.ask(&noor.badge.code).await.refused("no_messages");
        assert_eq!(noor.ask(&omar.badge.code).await.done(201)["status"], "requested", "who ended it may ask again");
    }

    async fn who_is_refused_learns_nothing_and_cannot_ask_again(fair) {
        let (noor, omar) = (Person::named(fair, "Noor Aziz").await, Person::named(fair, "Omar Bey").await);
        let asked = noor.ask(&omar.badge.code).await.done(201);
        omar.answer(&asked, false).await.done(200);
        assert_eq!((&noor.known().await[0]["status"], &noor.known().await[0]["contact"]), (&json!("refused"), &Value::Null));
        noor.ask(&omar.badge.code).await.refused("no_messages");
        omar.ask(&noor.badge.code).await.done(201);
        assert_eq!(noor.answer(&asked, true).await.done(200)["status"], "connected");
        noor.ask("no such badge").await.refused("unknown_badge");
        noor.ask(&noor.badge.code).await.refused("invalid_field");
        noor.api.post(&noor.at("/connections"), &json!({})).await.refused("invalid_field");
        let minor = Person::of(fair, fair.registration("Mia Minor").category("minor").badge().await).await;
        noor.ask(&minor.badge.code).await.refused("not_disclosed");
        minor.ask(&noor.badge.code).await.refused("not_disclosed");
    }

    async fn two_who_scan_each_other_are_connected(fair) {
        let (noor, omar) = (Person::named(fair, "Noor Aziz").await, Person::named(fair, "Omar Bey").await);
        let (one, other) = tokio::join!(noor.ask(&omar.badge.code), omar.ask(&noor.badge.code));
        let states = [one.done(201)["status"].clone(), other.done(201)["status"].clone()];
        assert!(states.contains(&json!("connected")) && states.contains(&json!("requested")), "{states:?}");
        assert_eq!(noor.known().await[0]["status"], "connected");
        assert_eq!(noor.known().await.as_array().unwrap().len(), 1);
    }

    async fn who_connects_with_a_team_becomes_its_lead_until_it_ends(fair) {
        let acme = fair.exhibitor("Acme").open().await;
        let ada = acme.admin("Ada Admin").await;
        let (noor, tea) = (Person::named(fair, "Noor Aziz").await, Person::staff(fair, "Tea Team", &acme).await);
        let mut live = ada.live(None).await;
        let asked = tea.ask(&noor.badge.code).await.done(201);
        assert_eq!(ada.leads("").await.done(200)["total"], 0, "an unanswered request discloses nothing");
        assert_eq!(noor.known().await[0]["exhibitor"], "Acme", "who is asked sees for whom");
        noor.answer(&asked, true).await.done(200);
        assert_eq!(live.entry().await["type"], "lead.captured");
        let leads = ada.leads("?source=networking").await.done(200);
        assert_eq!((&leads["total"], &leads["items"][0]["registration"]["email"]), (&json!(1), &json!("noor@a.example")));
        let export = format!("/exhibitors/{}/leads/export?format=csv&tab=networking", acme.id);
        let csv = ada.api.get(&export).await.text();
        assert!(csv.contains("noor@a.example") && csv.contains("Tea Team") && csv.contains("connected"), "{csv}");
        let lead = leads["items"][0]["id"].clone();
        let note = |at: usize| json!({"id": fair.app().new_id::<uuid::Uuid>(), "captured_at": fair.now(), "kind": "note",
            "lead_id": lead, "text": format!("note {at};")});
        ada.deliver(&(0..23).map(note).collect::<Vec<_>>()).await.done(200);
        let csv = ada.api.get(&export).await.text();
        assert!((0..23).all(|at| csv.contains(&format!("note {at};"))), "every note, however many there are: {csv}");
        for taken_back in ada.history(lead.as_str().unwrap().parse().unwrap()).await.iter().filter(|one| one["kind"] == "note") {
            let annul = json!({"id": fair.app().new_id::<uuid::Uuid>(), "captured_at": fair.now(), "kind": "annul",
                "annuls": taken_back["id"]});
            ada.deliver(&[annul]).await.done(200);
        }
        noor.end(&asked).await.done(204);
        assert_eq!(ada.leads("").await.done(200)["total"], 0, "it was met in no other way");
        assert!(!ada.api.get(&export).await.text().contains("noor@"));
        noor.ask(&tea.badge.code).await.done(201);
        tea.answer(&asked, true).await.done(200);
        assert_eq!(ada.leads("?source=networking").await.done(200)["total"], 1, "connected anew, a lead anew");
        assert_eq!(acme.rows_unlike_their_log().await, []);
    }

    async fn whom_a_team_names_is_their_own_until_they_accept(fair) {
        let acme = fair.exhibitor("Acme").open().await;
        let (ada, omar) = (acme.admin("Ada Admin").await, Person::named(fair, "Omar Bey").await);
        let noor = json!({"first_name": "Noor", "last_name": "Aziz", "email": "noor@a.example", "company": "Aziz & Co"});
        let mia = json!({"first_name": "Mia", "last_name": "Minor", "email": "mia@a.example", "category": "minor"});
        let olga = fair.organizer().await;
        let mails = format!("/events/{}/team-mails", fair.site.event);
        olga.api.post(&mails, &json!({"kind": "access", "audience": "new"})).await.done(202);
        let add = async |person: &Value| {
            let mut member = json!({"roles": ["attendee", "commercial_contact"]});
            for field in ["first_name", "last_name", "email"] {
                member[field] = person[field].clone();
            }
            ada.api.post(&format!("/exhibitors/{}/team", acme.id), &member).await.done(201)
        };
        let (named, minor) = (Person::at_the_desk(fair, &noor).await, Person::at_the_desk(fair, &mia).await);
        let (of_noor, of_mia) = (add(&noor).await, add(&mia).await);
        assert_eq!(of_noor["registration_id"], json!(named.badge.registration), "linked, within the quota");
        assert_eq!(of_mia["registration_id"], json!(minor.badge.registration));

        // Nobody else sees that an admin has named them.
        assert_eq!(omar.people().await, [] as [Value; 0]);
        minor.ask(&omar.badge.code).await.refused("not_disclosed");
        omar.ask(&minor.badge.code).await.refused("not_disclosed");
        let of_team = |person: &Person| format!("/events/{}/registrations/{}", fair.site.event, person.badge.registration);
        assert_eq!(olga.api.get(&of_team(&named)).await.done(200)["exhibitor_id"], Value::Null);

        // Whoever connects with them does not take back by it what they said to the exhibitor.
        acme.phone("Ines").await.scan(&omar.badge).upload().await.all_accepted();
        fair.site.api.post("/attendee/sign-in-links", &json!({"email": "omar@a.example"})).await.done(202);
        let mail = fair.mail_to("omar@a.example", 1).await;
        let link = mail.text.lines().find(|line| line.contains("/attendee/sign-in/")).expect("a link");
        let token = json!({"token": link.trim().rsplit_once('/').unwrap().1});
        let entered = fair.site.api.post("/attendee/sign-in", &token).await.done(200);
        let own = fair.site.api.with_token(entered["token"].as_str().unwrap());
        let consent = format!("/attendee/{}/consent", omar.badge.registration);
        let said = own.post(&consent, &json!({"exhibitor_id": acme.id, "granted": false})).await.done(200);
        assert_eq!(said["changed"], 1);
        let asked = omar.ask(&named.badge.code).await.done(201);
        named.answer(&asked, true).await.done(200);
        let known = omar.known().await;
        assert_eq!((&known[0]["status"], &known[0]["exhibitor"]), (&json!("connected"), &Value::Null));
        assert_eq!(known[0]["contact"]["company"], "Aziz & Co");
        assert_eq!(ada.leads("?source=networking").await.done(200)["total"], 0);
        assert_eq!(ada.leads("").await.done(200)["items"][0]["consent"], "withdrawn");

        // The link that the admin was given says nothing in their name.
        let accept = async |token: &str| {
            let path = format!("/auth/invitations/{token}/accept");
            fair.site.api.post(&path, &json!({"password": "correct horse battery"})).await.done(200)
        };
        accept(of_mia["invitation_url"].as_str().unwrap().rsplit_once('/').unwrap().1).await;
        assert_eq!(omar.people().await, [] as [Value; 0]);
        minor.ask(&omar.badge.code).await.refused("not_disclosed");

        // Once they say so themselves, by the mail to their own address, they are of the team.
        assert_eq!(of_noor["is_mailed"], true);
        accept(fair.mail_to("noor@a.example", 1).await.token()).await;
        assert_eq!(olga.api.get(&of_team(&named)).await.done(200)["exhibitor_id"], json!(acme.id));
        let people = omar.people().await;
        assert_eq!((people.len(), &people[0]["last_name"], &people[0]["exhibitor"]), (1, &json!("Aziz"), &json!("Acme")));
        let lena = Person::named(fair, "Lena Voss").await;
        let asked = lena.ask(&named.badge.code).await.done(201);
        named.answer(&asked, true).await.done(200);
        assert_eq!(ada.leads("?source=networking").await.done(200)["total"], 1);
        assert_eq!(acme.rows_unlike_their_log().await, []);
    }

    async fn whom_the_organiser_registered_as_an_exhibitor_is_of_the_team_at_once(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada Admin").await;
        let tea = json!({"first_name": "Tea", "last_name": "Team", "email": "tea@a.example", "category": "exhibitor"});
        let registered = Person::at_the_desk(fair, &tea).await;
        let member = json!({"first_name": "Tea", "last_name": "Team", "email": "tea@a.example",
            "roles": ["attendee", "commercial_contact"]});
        let added = ada.api.post(&format!("/exhibitors/{}/team", ada.exhibitor), &member).await.done(201);
        assert_eq!(added["registration_id"], json!(registered.badge.registration));
        let people = Person::named(fair, "Omar Bey").await.people().await;
        assert_eq!((people.len(), &people[0]["last_name"], &people[0]["exhibitor"]), (1, &json!("Team"), &json!("Acme")));
    }

    async fn the_list_holds_who_agreed_and_the_public_contacts(fair) {
        let (noor, omar) = (Person::named(fair, "Noor Aziz").await, Person::named(fair, "Omar Bey").await);
        let found = async |q: &str| {
            noor.api.get(&noor.at(&format!("/people{q}"))).await.done(200)["items"].as_array().unwrap().clone()
        };
        assert!(found("").await.is_empty());
        noor.api.post(&noor.at("/connections"), &json!({"registration_id": omar.badge.registration})).await.refused("invalid_field");
        omar.list(true).await;
        let one = &found("?q=aziz+bey").await[0];
        assert_eq!((&one["last_name"], &one["email"]), (&json!("Bey"), &Value::Null));
        assert!(found("?q=omar@a.example").await.is_empty(), "a search looks at what shows only");
        let asked = noor.api.post(&noor.at("/connections"), &json!({"registration_id": omar.badge.registration})).await.done(201);
        assert_eq!(asked["contact"]["last_name"], "Bey");
        omar.list(false).await;
        assert!(found("").await.is_empty());
    }
}
