//! Ready? What exhibitors have done before the doors open, and the mail that reminds of the rest.

use crate::helpdesk::picture;
use harness::browser::Browser;
use harness::{Answer, Fair, Organizer, on_every_engine};
use mobile_core::badge::practice;
use reqwest::Method;
use serde_json::{Value, json};

async fn list(who: &Organizer, query: &str) -> Answer {
    who.api.get(&format!("/events/{}/readiness{query}", who.site.event)).await
}

async fn names(who: &Organizer, filter: &str) -> Vec<String> {
    let listed = list(who, &format!("?filter={filter}")).await.done(200);
    listed["items"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
}

async fn open_spaces(fair: &Fair, olga: &Organizer) {
    let phases = format!("/events/{}/phases", fair.site.event);
    let opened = json!({"spaces_open_at": fair.now().plus_micros(-20 * 24 * 3_600_000_000)});
    olga.api.patch(&phases, None, &opened).await.done(200);
}

on_every_engine! {
    async fn whom_to_call_stands_beside_what_is_left_to_do(fair) {
        let olga = fair.organizer().await;
        let acme = fair.exhibitor("Acme").open().await;
        let path = format!("/exhibitors/{}/team", acme.id);
        let ada = json!({"first_name": "Ada", "last_name": "Admin", "email": "ada@acme.example", "roles": ["admin"]});
        olga.api.post(&path, &ada).await.done(201);
        let ben = json!({"first_name": "Ben", "last_name": "Scanner", "email": "ben@acme.example", "roles": ["scanner"]});
        olga.api.post(&path, &ben).await.done(201);
        let listed = list(&olga, "").await.done(200);
        assert_eq!(listed["items"][0]["contacts"],
            json!([{"name": "Ada Admin", "email": "ada@acme.example", "has_signed_in": false}]));
        acme.admin("Bea Boss").await;
        let listed = list(&olga, "").await.done(200);
        assert_eq!((&listed["items"][0]["contacts"][1]["name"], &listed["items"][0]["contacts"][1]["has_signed_in"]),
            (&json!("Bea Boss"), &json!(true)));
        let csv = list(&olga, "?format=csv").await.text();
        assert!(csv.contains("admin_names,admin_emails,admins_signed_in"), "{csv}");
        assert!(csv.contains("Ada Admin; Bea Boss") && csv.contains("no; yes"), "{csv}");
        let page = olga.api.get(&format!("//events/{}/ready", fair.site.event)).await.text();
        assert!(page.contains("ada@acme.example") && !page.contains("ben@acme.example"), "{page}");
        // Who only watches is told of nobody.
        let vic = fair.site.organizer_member("Vic", "viewer").await;
        let listed = list(&vic, "").await.done(200);
        assert_eq!((&listed["items"][0]["contacts"], &listed["items"][0]["admins"]), (&json!([]), &json!(2)));
    }

    async fn each_step_shows_as_soon_as_it_is_done(fair) {
        let olga = fair.organizer().await;
        let acme = fair.exhibitor("Acme").open().await;
        fair.exhibitor("Bolt").open().await;
        let done = async || list(&olga, "").await.done(200)["items"][0]["done"].clone();
        assert_eq!(done().await, json!([]));
        assert_eq!(names(&olga, "nothing").await, ["Acme", "Bolt"]);
        acme.admin("Ada Admin").await;
        let ines = acme.phone("Ines").await;
        assert_eq!(done().await, json!(["signed_in", "team", "paired"]));
        ines.scan(practice::TEXT).upload().await;
        assert_eq!(done().await, json!(["signed_in", "team", "paired", "tested"]), "the practice badge is no scan");
        ines.scan("UNKNOWN-1").upload().await;
        assert_eq!(done().await, json!(["signed_in", "team", "paired", "tested", "scanned"]));
        let noor = fair.registration("Noor Aziz").badge().await;
        ines.scan(&noor).upload().await.all_accepted();
        assert_eq!(done().await[5], "with_contact");
        let left = async || list(&olga, "").await.done(200)["items"][0]["left"].clone();
        assert_eq!(left().await, json!(["questions_set"]));
        assert_eq!(names(&olga, "not_asking").await, ["Acme", "Bolt"]);
        let ask = async |questions: Value| {
            let form = json!({"languages": ["en"], "questions": questions}).to_string().into_bytes();
            let headers = [("content-type", "application/json")];
            let path = format!("/exhibitors/{}/form", acme.id);
            olga.api.send(Method::PUT, &path, &headers, Some(form)).await.done(200);
        };
        ask(json!([{"key": "when", "kind": "text", "words": {"en": "When do you buy?"}}])).await;
        assert_eq!((left().await, done().await[4].clone()), (json!([]), json!("questions_set")));
        ask(json!([])).await;
        assert_eq!(left().await, json!(["questions_set"]), "the newest version counts");
        // What a package leaves out is not left to do.
        let package = json!({"name": "Badge only", "terms": {"scanning": true, "questions": false}});
        let package = olga.api.post(&format!("/events/{}/packages", fair.site.event), &package).await.done(201);
        let exhibitor = format!("/events/{}/exhibitors/{}", fair.site.event, acme.id);
        olga.api.patch(&exhibitor, None, &json!({"package_id": package["id"]})).await.done(200);
        assert_eq!(left().await, json!([]));
        assert_eq!(names(&olga, "not_asking").await, ["Bolt"]);
        assert_eq!(names(&olga, "nothing").await, ["Bolt"]);
        assert_eq!(names(&olga, "not_tested").await, ["Bolt"]);
        let csv = list(&olga, "?format=csv").await;
        assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
        assert!(csv.text().contains("Acme") && csv.text().contains("signed_in"), "{}", csv.text());
    }

    async fn exhibitors_are_listed_as_people_look_for_names(fair) {
        let olga = fair.organizer().await;
        let wanted = ["Aéropince", "atlas", "Électre", "Zéphyr"];
        for name in ["Zéphyr", "atlas", "Électre", "Aéropince"] {
            fair.exhibitor(name).open().await;
        }
        assert_eq!(names(&olga, "all").await, wanted);
        let page = olga.api.get(&format!("//events/{}/exhibitors", fair.site.event)).await.text();
        let places: Vec<usize> = wanted.iter().map(|name| page.find(&format!(">{name}<")).unwrap()).collect();
        assert!(places.is_sorted(), "{places:?}");
    }

    async fn a_reminder_says_what_is_left_and_lets_in_who_never_signed_in(fair) {
        let olga = fair.organizer().await;
        let acme = fair.exhibitor("Acme").open().await;
        let team = format!("/exhibitors/{}/team", acme.id);
        let ada = json!({"first_name": "Ada", "last_name": "Admin", "email": "ada@acme.example", "roles": ["admin"]});
        olga.api.post(&team, &ada).await.done(201);
        let path = format!("/events/{}/readiness/reminders", fair.site.event);
        let wish = json!({"exhibitor_ids": [acme.id]});
        olga.api.post(&path, &wish).await.refused("not_open_yet");
        open_spaces(fair, &olga).await;
        assert_eq!(olga.api.post(&path, &wish).await.done(200), json!({"mails": 1, "exhibitors": 1}));
        let mail = fair.mail_to("ada@acme.example", 1).await;
        assert!(mail.text.contains("/invitations/") && mail.text.contains("Pair a phone"), "{}", mail.text);
        let listed: Value = list(&olga, "").await.ok();
        assert!(listed["items"][0]["reminded_at"].is_string());
        fair.site.organizer_member("Vera Viewer", "viewer").await.api.post(&path, &wish).await.refused("forbidden");
    }

    async fn the_organiser_filters_and_reminds_with_one_click(fair) {
        let Some(browser) = Browser::start().await else { return };
        let olga = fair.organizer().await;
        open_spaces(fair, &olga).await;
        let (acme, bolt) = (fair.exhibitor("Acme").open().await, fair.exhibitor("Bolt").open().await);
        acme.admin("Ada Admin").await;
        acme.phone("Ines").await;
        let bea = json!({"first_name": "Bea", "last_name": "Admin", "email": "bea@bolt.example", "roles": ["admin"]});
        olga.api.post(&format!("/exhibitors/{}/team", bolt.id), &bea).await.done(201);
        let page = format!("{}/events/{}/ready", olga.api.base(), fair.site.event);
        let mut tab = browser.tab(1440, 900).await;
        tab.sign_in(&olga.api).await;
        tab.go(&page).await;
        picture(&mut tab, "ready-1440").await;
        tab.click("a[href='?filter=nothing']").await;
        tab.until("document.querySelectorAll('#main tbody tr').length === 1").await;
        tab.click("#remind-all").await;
        tab.until("document.querySelector('#ask').open").await;
        tab.click("#ask-do").await;
        tab.until("document.querySelector('#answer[open] [data-text=mails]')?.textContent === '1'").await;
        tab.click("#answer [aria-label=Close]").await;
        tab.until("document.querySelector('#main tbody')?.textContent.includes('Reminded')").await;
        let mut phone = browser.tab(390, 844).await;
        phone.sign_in(&olga.api).await;
        phone.go(&page).await;
        assert_eq!(phone.value("document.documentElement.scrollWidth").await, json!(390));
        picture(&mut phone, "ready-390").await;
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }
}
