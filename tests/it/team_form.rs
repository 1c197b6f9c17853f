//! What the organiser asks of each team member: defined once, filled in by exhibitors, taken along.

use crate::browsing::{has, opened, put};
use harness::browser::{Browser, Tab};
use harness::http::Api;
use harness::{Answer, Fair, TeamMember, on_every_engine};
use reqwest::Method;
use serde_json::{Value, json};

fn of_event(fair: &Fair) -> String {
    format!("/events/{}/team-form", fair.site.event)
}

async fn save(fair: &Fair, by: &Api, form: &Value, version: Option<&str>) -> Answer {
    let mut headers = vec![("content-type", "application/json")];
    headers.extend(version.map(|version| ("if-match", version)));
    by.send(Method::PUT, &of_event(fair), &headers, Some(form.to_string().into_bytes())).await
}

/// A meal that everybody chooses, and things that may be said.
fn asked() -> Value {
    json!({"languages": ["en", "fr"], "questions": [
        {"key": "meal", "kind": "choice", "required": true, "words": {"en": "Meal", "fr": "Repas"}, "choices": [
            {"key": "meat", "words": {"en": "Meat", "fr": "Viande"}}, {"key": "green", "words": {"en": "Vegetarian"}}]},
        {"key": "days", "kind": "choices", "words": {"en": "Days"}, "choices": [
            {"key": "mon", "words": {"en": "Monday"}}, {"key": "tue", "words": {"en": "Tuesday"}}]},
        {"key": "parking", "kind": "yes_no", "words": {"en": "Parking"}},
        {"key": "nights", "kind": "number", "words": {"en": "Nights"}},
        {"key": "note", "kind": "text", "words": {"en": "Note"}},
    ]})
}

fn team(member: &TeamMember) -> String {
    format!("/exhibitors/{}/team", member.exhibitor)
}

fn person(email: &str, extra: &Value) -> Value {
    json!({"first_name": "Ina", "last_name": "Ito", "email": email, "roles": ["scanner"], "extra": extra})
}

fn pointers(answer: &Answer) -> Vec<String> {
    answer.refused("invalid_field").errors.into_iter().map(|error| error.pointer).collect()
}

on_every_engine! {
    async fn what_the_organiser_asks_is_filled_in_and_every_wrong_field_is_named(fair) {
        let (olga, ada) = (fair.organizer().await, fair.exhibitor("Acme").open().await.admin("Ada").await);
        let none = olga.api.get(&of_event(fair)).await.done(200);
        assert_eq!((&none["version"], &none["questions"]), (&json!(0), &json!([])));
        assert_eq!(save(fair, &olga.api, &asked(), None).await.done(200)["version"], 1);
        let own = ada.api.get(&format!("/exhibitors/{}/team-form", ada.exhibitor)).await.done(200);
        assert_eq!(own["questions"][0]["words"]["fr"], "Repas");

        let add = async |extra: Value| ada.api.post(&team(&ada), &person("ina@acme.example", &extra)).await;
        assert_eq!(pointers(&add(json!({})).await), ["/extra/meal"]);
        let wrong = json!({"meal": "fish", "days": "mon", "parking": "yes", "nights": "two", "note": "x".repeat(2_001), "hat": 1});
        let all = ["/extra/meal", "/extra/days", "/extra/parking", "/extra/nights", "/extra/note", "/extra/hat"];
        let mut found = pointers(&add(wrong).await);
        found.sort_unstable();
        let mut all = all.map(str::to_owned);
        all.sort_unstable();
        assert_eq!(found, all);
        // With what else is wrong, at once.
        let both = json!({"first_name": "", "last_name": "Ito", "email": "ina", "roles": ["scanner"]});
        assert_eq!(pointers(&ada.api.post(&team(&ada), &both).await), ["/first_name", "/email", "/extra/meal"]);

        let given = json!({"meal": "meat", "days": ["mon", "tue"], "parking": false, "nights": 2, "note": " by train "});
        let ina = add(given).await.done(201);
        let kept = json!({"meal": "meat", "days": ["mon", "tue"], "parking": false, "nights": 2, "note": "by train"});
        assert_eq!(ina["extra"], kept);
        let one = format!("{}/{}", team(&ada), ina["id"].as_str().unwrap());
        let changed = ada.api.patch(&one, None, &json!({"extra": {"meal": "green", "days": [], "note": null}})).await.done(200);
        assert_eq!(changed["extra"], json!({"meal": "green", "parking": false, "nights": 2}));
        assert_eq!(pointers(&ada.api.patch(&one, None, &json!({"extra": {"meal": ""}})).await), ["/extra/meal"]);
        let renamed = ada.api.patch(&one, None, &json!({"first_name": "Ines"})).await.done(200);
        assert_eq!(renamed["extra"], changed["extra"], "what is not named stays");
        // Who is somebody else eats something else.
        let other = json!({"email": "omar@acme.example"});
        assert_eq!(pointers(&ada.api.patch(&one, None, &other).await), ["/extra/meal"]);
        let other = json!({"email": "omar@acme.example", "extra": {"meal": "meat"}});
        assert_eq!(ada.api.patch(&one, None, &other).await.done(200)["extra"], json!({"meal": "meat"}));
        // The log says which fields changed, not what of somebody's they hold.
        let log = olga.api.get(&format!("/events/{}/audit", fair.site.event)).await.done(200).to_string();
        assert!(log.contains("team_form_saved") && log.contains("\"meal\"") && !log.contains("green"), "{log}");
    }

    async fn a_form_changes_by_versions_and_members_of_before_can_still_be_changed(fair) {
        let (olga, ada) = (fair.organizer().await, fair.exhibitor("Acme").open().await.admin("Ada").await);
        let ina = ada.api.post(&team(&ada), &person("ina@acme.example", &json!({}))).await.done(201);
        save(fair, &olga.api, &asked(), None).await.done(200);
        save(fair, &olga.api, &asked(), Some("\"0\"")).await.refused("old_version");
        assert_eq!(save(fair, &olga.api, &asked(), Some("\"1\"")).await.done(200)["version"], 1, "the same is no new version");
        let one = format!("{}/{}", team(&ada), ina["id"].as_str().unwrap());
        ada.api.patch(&one, None, &json!({"roles": ["scanner", "admin"]})).await.done(200);
        ada.api.patch(&one, None, &json!({"extra": {"meal": "meat", "note": "late"}})).await.done(200);
        let later = json!({"languages": ["en"], "questions": [{"key": "note", "kind": "number", "words": {"en": "Note"}}]});
        assert_eq!(pointers(&save(fair, &olga.api, &later, None).await), ["/questions/0/kind"]);
        let later = json!({"languages": ["en"], "questions": [{"key": "note", "kind": "text", "words": {"en": "Note"}}]});
        assert_eq!(save(fair, &olga.api, &later, None).await.done(200)["version"], 2);
        // Somebody who sends back what they read is not refused for what is asked no longer.
        let sent = json!({"extra": {"meal": "meat", "note": "early"}});
        assert_eq!(ada.api.patch(&one, None, &sent).await.done(200)["extra"], json!({"meal": "meat", "note": "early"}));
        let of_stands = json!({"languages": ["en"], "tags": ["a"], "asks_at_once": true, "questions": [
            {"key": "a", "kind": "yes_no", "words": {"en": "A"}},
            {"key": "b", "kind": "text", "words": {"en": "B"}, "when": {"question": "a", "is": ["yes"]}}]});
        assert_eq!(pointers(&save(fair, &olga.api, &of_stands, None).await), ["/tags", "/asks_at_once", "/questions/1/when"]);
        save(fair, &ada.api, &later, None).await.refused("not_found");
        fair.site.organizer_member("Dora", "desk").await.api.get(&of_event(fair)).await.done(200);

        // What is asked comes along to next year; answers do not.
        let next = json!({"slug": "next", "name": "Next", "starts_at": fair.now(), "ends_at": fair.now().plus_micros(1),
            "with_teams": true});
        let next = olga.api.post(&format!("/events/{}/duplicates", fair.site.event), &next).await.done(201);
        let path = format!("/events/{}/team-form", next["id"].as_str().unwrap());
        let copied = olga.api.get(&path).await.done(200);
        assert_eq!((&copied["version"], &copied["questions"]), (&json!(1), &later["questions"]));
    }

    async fn the_organiser_takes_all_teams_along_as_a_table(fair) {
        let (olga, ada) = (fair.organizer().await, fair.exhibitor("Acme").open().await.admin("Ada").await);
        save(fair, &olga.api, &asked(), None).await.done(200);
        let given = json!({"meal": "green", "days": ["tue"], "parking": true, "note": "=1+1"});
        let ina = ada.api.post(&team(&ada), &person("ina@acme.example", &given)).await.done(201);
        let path = format!("/events/{}/team.csv", fair.site.event);
        let table = olga.api.get(&path).await;
        assert!(table.header("content-type").unwrap().starts_with("text/csv"));
        let text = table.text();
        let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(lines[0], "exhibitor,first_name,last_name,email,roles,status,Meal,Days,Parking,Nights,Note");
        let row = lines.iter().find(|line| line.contains("ina@acme.example")).unwrap();
        assert_eq!(*row, "Acme,Ina,Ito,ina@acme.example,scanner,invited,Vegetarian,Tuesday,Yes,,'=1+1");
        assert_eq!(ada.api.delete(&format!("{}/{}", team(&ada), ina["id"].as_str().unwrap())).await.status, 204);
        assert!(!olga.api.get(&path).await.text().contains("ina@acme"));
        let left: String = {
            let mut tx = fair.app().read().await.unwrap();
            let left = server::sql!(tx, conn => sqlx::query_scalar(
                "SELECT CAST(extra AS TEXT) FROM team_member WHERE email = 'ina@acme.example'").fetch_one(conn)).unwrap();
            tx.done().await.unwrap();
            left
        };
        assert_eq!(left, "{}", "who has left is asked nothing");
        fair.site.organizer_member("Vera", "viewer").await.api.get(&path).await.refused("forbidden");
        let log = olga.api.get(&format!("/events/{}/audit", fair.site.event)).await.done(200);
        assert_eq!(log["items"][0]["action"], "teams_exported");
    }

    async fn the_organiser_builds_the_form_and_an_admin_fills_it_in(fair) {
        let Some(browser) = Browser::start().await else { return };
        let (olga, space) = (fair.organizer().await, fair.exhibitor("Acme").open().await);
        let ada = space.admin("Ada Admin").await;
        let mut tab = opened(&browser, &olga.api, &format!("/events/{}/team-form", fair.site.event)).await;
        tab.click("[data-add=choice]").await;
        tab.type_text("Meal").await;
        for (place, text) in [("0-0", "Meat"), ("0-1", "Vegetarian")] {
            tab.value(&format!("document.querySelector('[data-choice=\"{place}\"]').focus()")).await;
            tab.type_text(text).await;
        }
        tab.click("#questions li:nth-child(1) [data-field=required]").await;
        tab.click("[data-add=yes_no]").await;
        tab.type_text("Parking").await;
        tab.click("#save").await;
        tab.until("document.querySelector('#state').textContent === 'Version 1, saved'").await;
        assert_eq!(tab.problems(), [] as [&str; 0]);

        let mut tab: Tab = opened(&browser, &ada.api, &format!("/exhibitors/{}/team", space.id)).await;
        tab.click("[data-open=add]").await;
        for (name, text) in [("first_name", "Karim"), ("last_name", "Haddad"), ("email", "karim@acme.example")] {
            put(&mut tab, &format!("dialog[open] [name={name}]"), text).await;
        }
        tab.click("dialog[open] [value=scanner]").await;
        // The browser asks for it first; what the API says of it stands at the field.
        tab.value("document.querySelector('dialog[open] form').noValidate = true").await;
        tab.click("dialog[open] .button.primary").await;
        tab.until("document.querySelector('dialog[open] [name=\"extra.meal\"]').closest('.field').querySelector('.wrong') !== null").await;
        tab.value("document.querySelector('dialog[open] [name=\"extra.meal\"]').value = 'vegetarian'").await;
        tab.value("document.querySelector('dialog[open] [name=\"extra.parking\"]').value = 'no'").await;
        tab.click("dialog[open] .button.primary").await;
        tab.until("document.querySelector('#answer[open] #link')?.value.includes('/invitations/')").await;
        tab.click("#answer [aria-label=Close]").await;
        has(&mut tab, "#main tbody", "Meal: Vegetarian · Parking: No").await;
        tab.click("[aria-label='Edit Karim Haddad']").await;
        tab.until("document.querySelector('dialog[open] [name=\"extra.meal\"]').value === 'vegetarian'").await;
        tab.until("document.querySelector('dialog[open] [name=\"extra.parking\"]').value === 'no'").await;
        tab.value("document.querySelector('dialog[open] [name=\"extra.parking\"]').value = ''").await;
        tab.click("dialog[open] .button.primary").await;
        tab.until("!document.querySelector('#main tbody').textContent.includes('Parking')").await;
        assert_eq!(tab.problems().into_iter().filter(|said| !said.contains("422")).collect::<Vec<_>>(), [] as [&str; 0]);
    }
}
