//! Print runs: many badges in order, a chunk at a time, and what an interruption leaves.

use crate::helpdesk::picture;
use harness::browser::Browser;
use harness::{Answer, Badge, Fair, Organizer, on_every_engine};
use mobile_core::capture::ContactField;
use serde_json::{Value, json};

async fn begin(desk: &Organizer, choice: Value) -> Answer {
    desk.api.post(&format!("/events/{}/print-runs", desk.site.event), &choice).await
}

fn at(desk: &Organizer, run: &Value, path: &str) -> String {
    format!("/events/{}/print-runs/{}{path}", desk.site.event, run["id"].as_str().unwrap())
}

async fn get(desk: &Organizer, run: &Value) -> Value {
    desk.api.get(&at(desk, run, "")).await.done(200)
}

async fn printed(desk: &Organizer, run: &Value, upto: Value) -> Answer {
    desk.api.post(&at(desk, run, "/printed"), &upto).await
}

/// The sheets of what comes next.
async fn sheets(desk: &Organizer, run: &Value) -> Answer {
    desk.api.get(&at(desk, run, &format!("/sheets.pdf?after={}", run["next"]["after"]))).await
}

async fn prints_of(desk: &Organizer, badge: &Badge) -> i64 {
    desk.api.get(&format!("/events/{}/badges/{}", desk.site.event, badge.id)).await.json()["print_count"]
        .as_i64()
        .unwrap()
}

async fn number_of(desk: &Organizer, badge: &Badge) -> String {
    let known = desk.api.get(&format!("/events/{}/badges/{}", desk.site.event, badge.id)).await.json();
    known["number"].as_str().unwrap().to_owned()
}

/// People named by letter, whose surnames are in that order.
async fn crowd(fair: &Fair, letters: &[&str]) -> Vec<Badge> {
    let mut badges = Vec::new();
    for letter in letters {
        badges.push(fair.registration(&format!("Kim {letter}son")).badge().await);
    }
    badges
}

on_every_engine! {
    async fn an_interrupted_run_prints_everybody_once(fair) {
        let desk = fair.site.organizer_member("Dora Desk", "desk").await;
        let crowd = crowd(fair, &["C", "A", "E", "B", "D", "G", "F"]).await;
        let run = begin(&desk, json!({"is_unprinted": true, "chunk": 3})).await.done(201);
        assert_eq!((&run["total"], &run["done"], &run["status"]), (&json!(7), &json!(0), &json!("open")));
        let next = &run["next"];
        assert_eq!((&next["through"], &next["first"], &next["last"]), (&json!(3), &json!("Kim Ason"), &json!("Kim Cson")));
        assert!(sheets(&desk, &run).await.body.starts_with(b"%PDF-"));

        // The power goes before anybody said what came out: the same badges come next.
        assert_eq!(get(&desk, &run).await["next"], run["next"]);
        // The printer jammed after the second: whoever goes on, at another counter, begins with the third.
        let second = number_of(&desk, &crowd[3]).await;
        let colleague = fair.site.organizer_member("Dirk Desk", "desk").await;
        let run = printed(&colleague, &run, json!({"badge_number": second})).await.done(200);
        assert_eq!((&run["done"], &run["next"]["first"], &run["next"]["last"]), (&json!(2), &json!("Kim Cson"), &json!("Kim Eson")));
        desk.api.get(&at(&desk, &run, "/sheets.pdf?after=0")).await.refused("old_version");
        assert!(sheets(&desk, &run).await.body.starts_with(b"%PDF-"));

        // Said twice, it is counted once.
        let through = json!({"through": run["next"]["through"]});
        let run = printed(&desk, &run, through.clone()).await.done(200);
        let same = printed(&desk, &run, through).await.done(200);
        assert_eq!((&same["done"], &same["next"]), (&json!(5), &run["next"]));
        printed(&desk, &run, json!({"through": 99})).await.refused("invalid_field");
        printed(&desk, &run, json!({})).await.refused("invalid_field");

        let stopped = desk.api.patch(&at(&desk, &run, ""), None, &json!({"is_stopped": true})).await.done(200);
        assert_eq!((&stopped["status"], &stopped["next"]), (&json!("stopped"), &Value::Null));
        desk.api.get(&at(&desk, &run, "/sheets.pdf")).await.refused("used_up");
        let run = desk.api.patch(&at(&desk, &run, ""), None, &json!({"is_stopped": false})).await.done(200);
        assert_eq!((&run["next"]["first"], &run["next"]["count"]), (&json!("Kim Fson"), &json!(2)));
        let run = printed(&desk, &run, json!({"through": 7})).await.done(200);
        assert_eq!((&run["status"], &run["done"], &run["next"]), (&json!("done"), &json!(7), &Value::Null));
        for badge in &crowd {
            assert_eq!(prints_of(&desk, badge).await, 1);
        }
        desk.api.patch(&at(&desk, &run, ""), None, &json!({"is_stopped": true})).await.refused("used_up");
        begin(&desk, json!({"is_unprinted": true})).await.refused("not_found");
    }

    async fn what_changed_since_a_run_began_is_passed_over(fair) {
        let desk = fair.site.organizer_member("Dora Desk", "desk").await;
        let crowd = crowd(fair, &["A", "B", "C", "D"]).await;
        let run = begin(&desk, json!({"is_unprinted": true, "chunk": 2})).await.done(201);
        // One is printed at the desk, one is lost.
        desk.api.post(&format!("/events/{}/badges/{}/print", fair.site.event, crowd[0].id), &json!({})).await.done(200);
        desk.api.post(&format!("/events/{}/badges/{}/revoke", fair.site.event, crowd[2].id), &json!({"reason": "lost"})).await.done(200);
        let run = get(&desk, &run).await;
        assert_eq!((&run["next"]["first"], &run["next"]["last"], &run["next"]["count"]), (&json!("Kim Bson"), &json!("Kim Dson"), &json!(2)));
        let done = printed(&desk, &run, json!({"through": 4})).await.done(200);
        assert_eq!((&done["status"], &done["done"]), (&json!("done"), &json!(4)));
        for (badge, prints) in crowd.iter().zip([1, 1, 0, 1]) {
            assert_eq!(prints_of(&desk, badge).await, prints);
        }
    }

    async fn whoever_got_a_new_badge_since_gets_that_one_and_its_number_is_known(fair) {
        let desk = fair.site.organizer_member("Dora Desk", "desk").await;
        let crowd = crowd(fair, &["A", "B", "C"]).await;
        let run = begin(&desk, json!({"is_unprinted": true, "chunk": 3})).await.done(201);
        let reissue = format!("/events/{}/badges/{}/reissue", fair.site.event, crowd[1].id);
        let new = desk.api.post(&reissue, &json!({})).await.done(201);
        assert_eq!(get(&desk, &run).await["next"]["count"], 3);
        let run = printed(&desk, &run, json!({"badge_number": new["number"]})).await.done(200);
        assert_eq!((&run["done"], &run["next"]["first"]), (&json!(2), &json!("Kim Cson")));
        let path = format!("/events/{}/badges/{}", fair.site.event, new["id"].as_str().unwrap());
        assert_eq!((&desk.api.get(&path).await.json()["print_count"], prints_of(&desk, &crowd[1]).await), (&json!(1), 0));
    }

    async fn a_run_covers_what_is_chosen_in_the_order_that_is_asked_for(fair) {
        let desk = fair.site.organizer_member("Dora Desk", "desk").await;
        let (zeta, acme) = (fair.exhibitor("Zeta").open().await, fair.exhibitor("Acme").open().await);
        fair.registration("Kim Zuse").of(&acme).badge().await;
        fair.registration("Kim Abel").of(&zeta).badge().await;
        fair.registration("Kim Bell").with(ContactField::Company, "Café Noir").category("vip").badge().await;
        let by = async |choice: Value| begin(&desk, choice).await.done(201)["next"].clone();
        let all = by(json!({"order": "exhibitor"})).await;
        assert_eq!((&all["first"], &all["last"], &all["count"]), (&json!("Kim Zuse"), &json!("Kim Bell"), &json!(3)));
        let all = by(json!({})).await;
        assert_eq!((&all["first"], &all["last"]), (&json!("Kim Abel"), &json!("Kim Zuse")));
        for choice in [json!({"category": "vip"}), json!({"company": "cafe noir"})] {
            let one = by(choice).await;
            assert_eq!((&one["first"], &one["count"]), (&json!("Kim Bell"), &json!(1)));
        }
        assert_eq!(by(json!({"company": "zeta"})).await["first"], "Kim Abel", "or their exhibitor's name");
        let run = begin(&desk, json!({"order": "exhibitor", "stock": {"stock": "a4-4", "offset_x": 1.5}})).await.done(201);
        assert_eq!(run["choice"]["stock"]["offset_x"], 1.5);
        let parted = sheets(&desk, &run).await;
        assert!(parted.body.starts_with(b"%PDF-"));
        for (choice, pointer) in [(json!({"chunk": 0}), "/chunk"), (json!({"stock": {"stock": "postcard"}}), "?stock"), (json!({"stock": {"offset_y": 99.0}}), "?offset_y")] {
            assert_eq!(begin(&desk, choice).await.refused("invalid_field").errors[0].pointer, pointer);
        }
        begin(&desk, json!({"category": "nobody"})).await.refused("not_found");
        let test = format!("/events/{}/badge-test-page.pdf?stock=a6&offset_x=-2", fair.site.event);
        assert!(desk.api.get(&test).await.body.starts_with(b"%PDF-"));
        let stranger = fair.elsewhere().await.organizer_member("Other", "owner").await;
        let path = format!("/events/{}/print-runs/{}", stranger.site.event, run["id"].as_str().unwrap());
        stranger.api.get(&path).await.refused("not_found");
    }

    async fn two_counters_that_say_the_same_count_it_once(fair) {
        let desk = fair.site.organizer_member("Dora Desk", "desk").await;
        let crowd = crowd(fair, &["A", "B", "C"]).await;
        let run = begin(&desk, json!({"chunk": 2})).await.done(201);
        let said = || printed(&desk, &run, json!({"through": 2}));
        let (one, other, third) = tokio::join!(said(), said(), said());
        for answer in [one, other, third] {
            assert_eq!(answer.done(200)["done"], 2);
        }
        assert_eq!((prints_of(&desk, &crowd[0]).await, prints_of(&desk, &crowd[2]).await), (1, 0));
    }

    async fn a_desk_prints_a_run_on_its_page_and_goes_on_where_it_stood(fair) {
        let Some(browser) = Browser::start().await else { return };
        let desk = fair.site.organizer_member("Dora Desk", "desk").await;
        let crowd = crowd(fair, &["A", "B", "C", "D", "E"]).await;
        let address = format!("{}/events/{}/print-runs", desk.api.base(), fair.site.event);
        let mut tab = browser.tab(1440, 900).await;
        tab.sign_in(&desk.api).await;
        tab.go(&address).await;
        tab.click(".manage-head [data-open=begin]").await;
        tab.until("document.querySelector('#begin[open]') !== null").await;
        tab.value("(() => { const put = (name, value) => { const it = document.querySelector(`#begin [name=\"${name}\"]`); it.value = value; \
            it.dispatchEvent(new Event('input', { bubbles: true })); }; put('chunk', '3'); put('stock.offset_x', '1.5'); put('stock.stock', 'a4-4'); })()").await;
        tab.until("document.querySelector('[data-test]').href.includes('offset_x=1.5')").await;
        picture(&mut tab, "print-runs-begin-1440").await;
        tab.click("#begin .button.primary").await;
        tab.until("document.querySelector('.run-next .button.primary')?.textContent === 'Print the next 3 badges'").await;
        let sheets = tab.value("document.querySelector('.run-next a').getAttribute('href')").await;
        let path = sheets.as_str().unwrap().trim_start_matches("/api/v1").to_owned();
        assert!(desk.api.get(&path).await.body.starts_with(b"%PDF-"));
        tab.click(".run-next form .button").await;
        tab.until("document.querySelector('.run-progress .number').textContent === '3 of 5'").await;
        picture(&mut tab, "print-runs-1440").await;
        // Another day, another look: the run stands where it stood, and the printer is remembered.
        tab.go(&address).await;
        tab.until("document.querySelector('.run-next small').textContent === 'Kim Dson to Kim Eson'").await;
        tab.click(".manage-head [data-open=begin]").await;
        tab.until("document.querySelector('#begin [name=\"stock.offset_x\"]').value === '1.5'").await;
        tab.click("#begin [data-close]").await;
        let fourth = number_of(&desk, &crowd[3]).await;
        tab.click(".run-next [name=badge_number]").await;
        tab.type_text(&fourth).await;
        tab.click(".run-next form .button").await;
        tab.until("document.querySelector('.run-progress .number').textContent === '4 of 5'").await;
        tab.click(".run .row-actions .button").await;
        tab.until("document.querySelector('.run .flag').textContent === 'Stopped'").await;
        tab.click(".run .row-actions .button").await;
        tab.until("document.querySelector('.run-next form .button') !== null").await;
        tab.click(".run-next form .button").await;
        tab.until("document.querySelector('.run .flag').textContent === 'Printed'").await;
        for badge in &crowd {
            assert_eq!(prints_of(&desk, badge).await, 1);
        }
        let mut phone = browser.tab(390, 844).await;
        phone.sign_in(&desk.api).await;
        begin(&desk, json!({"chunk": 3})).await.done(201);
        phone.go(&address).await;
        assert_eq!(phone.value("document.documentElement.scrollWidth").await, json!(390));
        picture(&mut phone, "print-runs-390").await;
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }
}
