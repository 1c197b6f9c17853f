//! The questions of an exhibitor: saved as versions, given to phones, answered, and read in their words.

use crate::browsing::picture;
use harness::browser::{Browser, Tab};
use harness::http::{Answer, Api};
use harness::{Space, TeamMember, on_every_engine};
use reqwest::Method;
use serde_json::{Value, json};

/// A form of two languages with a condition.
fn form() -> Value {
    json!({"languages": ["en", "fr"], "asks_at_once": false, "questions": [
        {"key": "when", "kind": "choice", "required": true, "words": {"en": "When do you buy?", "fr": "Quand ?"}, "choices": [
            {"key": "now", "words": {"en": "Now", "fr": "Maintenant"}}, {"key": "later", "words": {"en": "Later"}}]},
        {"key": "why_later", "kind": "text", "words": {"en": "Why later?"}, "when": {"question": "when", "is": ["later"]}},
        {"key": "what", "kind": "choices", "words": {"en": "Interested in"}, "choices": [
            {"key": "arm", "words": {"en": "Arm"}}, {"key": "gripper", "words": {"en": "Gripper", "fr": "Pince"}}]},
        {"key": "cells", "kind": "number", "words": {"en": "Robot cells"}},
        {"key": "visit", "kind": "yes_no", "words": {"en": "May we visit?"}},
    ]})
}

fn path(space: &Space) -> String {
    format!("/exhibitors/{}/form", space.id)
}

async fn save(who: &Api, space: &Space, version: Option<&str>, form: &Value) -> Answer {
    let mut headers = vec![("content-type", "application/json")];
    headers.extend(version.map(|version| ("if-match", version)));
    who.send(Method::PUT, &path(space), &headers, Some(form.to_string().into_bytes())).await
}

/// The first row of the CSV export, by column.
async fn exported(who: &TeamMember, query: &str) -> std::collections::HashMap<String, String> {
    let answer = who.api.get(&format!("/exhibitors/{}/leads/export?{query}", who.exhibitor)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let mut reader = csv::Reader::from_reader(answer.body.as_slice());
    reader.deserialize().next().expect("a row").expect("a row of the header's width")
}

on_every_engine! {
    async fn an_exhibitor_offers_tags_and_stages_of_its_own(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ada, phone) = (space.admin("Ada Admin").await, space.phone("Ines").await);
        let mut asked = form();
        for (tags, stages, pointer) in [
            (json!(["a", "a"]), json!([]), "/tags"), (json!([]), json!(["x".repeat(61)]), "/stages"), (json!(vec!["t"; 31]), json!([]), "/tags"),
        ] {
            (asked["tags"], asked["stages"]) = (tags, stages);
            assert_eq!(save(&ada.api, &space, None, &asked).await.refused("invalid_field").errors[0].pointer, pointer);
        }
        (asked["tags"], asked["stages"]) = (json!(["demo", "  price   list ", ""]), json!(["To call", "Won"]));
        let saved = save(&ada.api, &space, None, &asked).await.done(200);
        assert_eq!((&saved["tags"], &saved["stages"]), (&json!(["demo", "price list"]), &json!(["To call", "Won"])));
        let crew = phone.api.get(&format!("/exhibitors/{}/crew", space.id)).await.done(200);
        assert_eq!(crew["form"]["tags"], saved["tags"], "phones have them without network");

        let Some(browser) = Browser::start().await else { return };
        let lead = phone.scan(&fair.registration("Noor Aziz").badge().await).upload().await.all_accepted().lead_id();
        let mut tab = browser.tab(1440, 900).await;
        tab.sign_in(&ada.api).await;
        tab.go(&format!("{}/exhibitors/{}/questions", ada.api.base(), space.id)).await;
        tab.until("document.querySelector('#stages').value === 'To call\\nWon'").await;
        tab.value("document.querySelector('#stages').focus()").await;
        tab.value("document.querySelector('#stages').setSelectionRange(99, 99)").await;
        tab.type_text("\nLost").await;
        picture(&mut tab, "questions-offered-1440").await;
        tab.click("#save").await;
        tab.until("document.querySelector('#save').disabled && document.querySelector('#state').textContent.includes('2')").await;
        tab.go(&format!("{}/exhibitors/{}/leads/{lead}", ada.api.base(), space.id)).await;
        tab.until("document.querySelectorAll('#known-tags option').length === 2").await;
        tab.value("(() => { const field = document.querySelector('[data-stage]'); field.focus(); field.value = 'Lost'; field.dispatchEvent(new Event('change', { bubbles: true })); })()").await;
        harness::eventually(async || (ada.ask_lead(lead).await.json()["stage"] == "Lost").then_some(())).await;
        tab.until("document.querySelector('#panel .history').innerText.includes('Lost')").await;
        assert_eq!(tab.value("document.querySelector('[data-stage]').value").await, json!("Lost"));
        picture(&mut tab, "lead-stage-1440").await;
        assert_eq!(tab.value("[...document.querySelector('#filters [name=stage]').options].map((one) => one.value).join()").await, json!(",To call,Won,Lost"));
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }

    async fn a_form_is_saved_as_versions_that_stay(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let ada = space.admin("Ada Admin").await;
        let none = ada.api.get(&path(&space)).await.done(200);
        assert_eq!((&none["version"], &none["questions"]), (&json!(0), &json!([])));
        let first = save(&ada.api, &space, Some("\"0\""), &form()).await;
        assert_eq!(first.header("etag"), Some("\"1\""));
        assert_eq!(first.done(200)["questions"], form()["questions"]);
        // The same again is no version; an older one was overtaken.
        assert_eq!(save(&ada.api, &space, None, &form()).await.done(200)["version"], 1);
        save(&ada.api, &space, Some("\"0\""), &form()).await.refused("old_version");
        let mut shorter = form();
        shorter["questions"].as_array_mut().unwrap().truncate(1);
        assert_eq!(save(&ada.api, &space, Some("\"1\""), &shorter).await.done(200)["version"], 2);
        let old = ada.api.get(&format!("{}?version=1", path(&space))).await.done(200);
        assert_eq!(old["questions"].as_array().unwrap().len(), 5);
        ada.api.get(&format!("{}?version=9", path(&space))).await.refused("not_found");
        let done = ada.api.get(&format!("/exhibitors/{}/audit", space.id)).await.done(200);
        let saved = done["items"].as_array().unwrap().iter().filter(|entry| entry["action"] == "form_saved");
        assert_eq!(saved.count(), 2, "{done:#}");
    }

    async fn what_is_wrong_with_a_form_is_named_by_its_place(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let ada = space.admin("Ada Admin").await;
        save(&ada.api, &space, None, &form()).await.done(200);
        let wrong = async |at: &str, value: Value, pointer: &str| {
            let mut form = form();
            *form.pointer_mut(at).unwrap() = value;
            let problem = save(&ada.api, &space, None, &form).await.refused("invalid_field");
            assert_eq!(problem.errors[0].pointer, pointer, "{problem:?}");
        };
        wrong("/questions/0/words/en", json!(" "), "/questions/0/words/en").await;
        wrong("/questions/0/choices/1/key", json!("now"), "/questions/0/choices/1/key").await;
        wrong("/questions/1/when/is", json!(["never"]), "/questions/1/when/is").await;
        wrong("/questions/3/kind", json!("text"), "/questions/3/kind").await;
        wrong("/questions/3/kind", json!("colour"), "/questions/3/kind").await;
        wrong("/languages", json!(["English"]), "/languages").await;
    }

    async fn phones_get_the_questions_with_the_crew_unless_the_package_leaves_them_out(fair) {
        let (olga, space) = (fair.organizer().await, fair.exhibitor("Acme").open().await);
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada Admin").await);
        save(&ada.api, &space, None, &form()).await.done(200);
        let crew = format!("/exhibitors/{}/crew", space.id);
        let got = ines.api.get(&crew).await.done(200);
        assert_eq!((&got["form"]["version"], &got["form"]["questions"]), (&json!(1), &form()["questions"]));
        save(&ines.api, &space, None, &form()).await.refused("forbidden");
        let exhibitor = format!("/events/{}/exhibitors/{}", fair.site.event, space.id);
        olga.api.patch(&exhibitor, None, &json!({"terms": {"questions": false}})).await.done(200);
        save(&ada.api, &space, None, &form()).await.refused("not_in_package");
        harness::eventually(async || ines.api.get(&crew).await.done(200)["form"].is_null().then_some(())).await;
    }

    async fn answers_on_a_page_fit_their_questions_and_keep_the_version(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada Admin").await);
        save(&ada.api, &space, None, &form()).await.done(200);
        let noor = fair.registration("Noor Aziz").badge().await;
        let lead = ines.scan(&noor).answer("unasked", "kept").upload().await.all_accepted().lead_id();
        let lead = format!("/exhibitors/{}/leads/{lead}", space.id);
        let version = async || ada.api.get(&lead).await.header("etag").unwrap().to_owned();
        let bad = json!({"answers": {"when": "never", "cells": "four"}});
        let problem = ada.api.patch(&lead, Some(&version().await), &bad).await.refused("invalid_field");
        let places: Vec<&str> = problem.errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(places, ["/answers/cells", "/answers/when"]);
        let good = json!({"answers": {"when": "later", "what": ["arm", "gripper"], "cells": 4, "visit": true}});
        let changed = ada.api.patch(&lead, Some(&version().await), &good).await.done(200);
        assert_eq!(changed["answers"]["what"], json!(["arm", "gripper"]));
        let history = ada.api.get(&format!("{lead}/history")).await.done(200);
        assert_eq!(history["items"][0]["capture"]["form_version"], 1, "{history:#}");

        // A version later, what is asked no longer keeps its words.
        let mut next = form();
        next["questions"].as_array_mut().unwrap().remove(3);
        save(&ada.api, &space, None, &next).await.done(200);
        let row = exported(&ada, "format=csv").await;
        let is = |column: &str, value: &str| assert_eq!(row[column], value, "{column}: {row:?}");
        is("When do you buy?", "Later");
        is("Interested in", "Arm; Gripper");
        is("Robot cells", "4");
        is("May we visit?", "true");
        is("Why later?", "");
        is("unasked", "kept");
        let row = exported(&ada, "format=csv&lang=fr").await;
        assert_eq!((row["Quand ?"].as_str(), row["Interested in"].as_str()), ("Later", "Arm; Pince"));
        let panel = ada.api.get(&format!("/{lead}/panel")).await.text();
        for text in ["When do you buy?", "Later", "Arm, Gripper", "Robot cells", "no longer asked"] {
            assert!(panel.contains(text), "{text} is missing: {panel}");
        }
    }

    async fn an_admin_builds_a_form_that_says_what_is_wrong_where_it_is(fair) {
        let Some(browser) = Browser::start().await else { return };
        let space = fair.exhibitor("Acme").open().await;
        let ada = space.admin("Ada Admin").await;
        let mut tab = browser.tab(1440, 900).await;
        tab.sign_in(&ada.api).await;
        tab.go(&format!("{}/exhibitors/{}/questions", ada.api.base(), space.id)).await;
        tab.until("document.querySelector('#nothing').hidden === false").await;

        // A question with choices, by keyboard from its words on.
        tab.click("[data-add=choice]").await;
        tab.until("document.activeElement.dataset.place === '/questions/0/words/en'").await;
        tab.type_text("When do you buy?").await;
        choice(&mut tab, "0-0", "Now").await;
        choice(&mut tab, "0-1", "Next year").await;
        // A yes-or-no question, and one that is asked after a yes only.
        tab.click("[data-add=yes_no]").await;
        tab.type_text("May we visit?").await;
        tab.click("[data-add=text]").await;
        tab.click("#save").await;
        tab.until("document.querySelector('.wrong')?.textContent.includes('must not be empty') === true").await;
        tab.until("document.activeElement.dataset.place === '/questions/2/words/en'").await;
        tab.type_text("Where?").await;
        tab.value("(() => { const when = document.querySelector('[data-place=\"/questions/2/when/question\"]');
            when.selectedIndex = 2; when.dispatchEvent(new Event('change')); })()").await;
        tab.click("#questions li:nth-child(3) .question-when [value=yes]").await;
        tab.click("#questions li:nth-child(1) [data-field=required]").await;
        // The preview asks where only after a yes.
        tab.until("document.querySelectorAll('#preview .question:not([hidden])').length === 2").await;
        tab.click("#preview .question:nth-child(2) [value=yes]").await;
        tab.until("document.querySelectorAll('#preview .question:not([hidden])').length === 3").await;
        tab.click("#save").await;
        tab.until("document.querySelector('#state').textContent === 'Version 1, saved'").await;

        let saved = ada.api.get(&path(&space)).await.done(200);
        assert_eq!(saved["questions"], json!([
            {"key": "when_do_you_buy", "kind": "choice", "required": true, "words": {"en": "When do you buy?"}, "choices": [
                {"key": "now", "words": {"en": "Now"}}, {"key": "next_year", "words": {"en": "Next year"}}]},
            {"key": "may_we_visit", "kind": "yes_no", "words": {"en": "May we visit?"}},
            {"key": "where", "kind": "text", "words": {"en": "Where?"}, "when": {"question": "may_we_visit", "is": ["yes"]}},
        ]));
        // A second language, another order: the condition goes when its question comes later.
        tab.value("(() => { const add = document.querySelector('#add-language');
            add.value = 'fr'; add.dispatchEvent(new Event('change')); })()").await;
        tab.value("document.querySelector('[data-place=\"/questions/0/words/fr\"]').focus()").await;
        tab.type_text("Quand ?").await;
        tab.click("#questions li:nth-child(3) [data-move='-1']").await;
        tab.click("#save").await;
        tab.until("document.querySelector('#state').textContent === 'Version 2, saved'").await;
        let saved = ada.api.get(&path(&space)).await.done(200);
        assert_eq!(saved["questions"][0]["words"], json!({"en": "When do you buy?", "fr": "Quand ?"}));
        assert_eq!((&saved["questions"][1]["key"], &saved["questions"][1]["when"]), (&json!("where"), &Value::Null));
        assert_eq!(tab.problems().into_iter().filter(|said| !said.contains("422")).collect::<Vec<_>>(), [] as [&str; 0]);
    }
}

async fn choice(tab: &mut Tab, place: &str, text: &str) {
    tab.value(&format!("document.querySelector('[data-choice=\"{place}\"]').focus()")).await;
    tab.type_text(text).await;
}
