//! `leadline demo` as a newcomer meets it: the real command, its page, and every button of it.

use harness::browser::{Browser, Tab};
use harness::http::{Api, client};
use mobile_core::time::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::time::Duration;

/// The demo, ended with this value.
pub struct Demo {
    process: std::process::Child,
    _folder: tempfile::TempDir,
    pub base: String,
    said: String,
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Demo {
    /// Starts it and waits until its phones scan.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap().to_string();
        drop(free);
        let told = folder.path().join("told.txt");
        let process = Command::new(env!("CARGO_BIN_EXE_leadline-under-test"))
            .args(["demo", "--listen", &address, "--scans-per-second", "3", "--data-dir"])
            .arg(folder.path())
            .stdout(std::fs::File::create(&told).unwrap())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let base = format!("http://{address}");
        let mut demo = Self { process, _folder: folder, base, said: String::new() };
        // Until the figures are told, so that some scans of now are on the pages too.
        for _ in 0..600 {
            tokio::time::sleep(Duration::from_millis(500)).await;
            demo.said = std::fs::read_to_string(&told).unwrap_or_default();
            if demo.said.matches("received").count() > 4 {
                return demo;
            }
        }
        panic!("the demo did not come up: {}", demo.said);
    }

    /// Somebody whom the demo names, signed in.
    pub async fn sign_in(&self, label: &str) -> (Api, Value) {
        let line =
            self.said.lines().find(|line| line.contains(label)).unwrap_or_else(|| panic!("no {label}: {}", self.said));
        let email = line.split_whitespace().find(|word| word.contains('@')).unwrap();
        let password = self.said.lines().find_map(|line| line.trim().strip_prefix("Password")).unwrap();
        let password = password.split_whitespace().next().unwrap();
        let api = Api::new(client(), &self.base);
        let entered = api.post("/auth/login", &json!({"email": email, "password": password})).await.done(200);
        let api = api.with_token(entered["token"].as_str().unwrap());
        let me = api.get("/me").await.json();
        (api, me)
    }
}

/// Presses a button and waits until the page says what came of it.
async fn press(tab: &mut Tab, act: &str, sentence: &str) {
    tab.click(&format!("[data-act={act}]")).await;
    tab.until(&format!("document.querySelector('#said').textContent.includes({sentence:?})")).await;
}

/// The leads of the hero that were withdrawn.
async fn withdrawn(admin: &Api, space: &str) -> u64 {
    admin.get(&format!("/exhibitors/{space}/leads?consent=withdrawn&limit=1")).await.json()["total"].as_u64().unwrap()
}

/// The ids of the hero's leads.
async fn lead_ids(admin: &Api, space: &str) -> BTreeSet<String> {
    let (mut ids, mut place) = (BTreeSet::new(), String::new());
    loop {
        let page = admin.get(&format!("/exhibitors/{space}/leads?limit=500{place}")).await.done(200);
        ids.extend(page["items"].as_array().unwrap().iter().map(|lead| lead["id"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else { return ids };
        place = format!("&cursor={cursor}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_button_does_what_the_sentence_beside_it_says() {
    let Some(browser) = Browser::start().await else { return };
    let demo = Demo::start().await;
    let (admin, me) = demo.sign_in("dmin").await;
    let space = me["memberships"]["exhibitors"][0]["exhibitor_id"].as_str().unwrap().to_owned();
    let mut tab = browser.tab(1280, 900).await;
    tab.go(&format!("{}/demo", demo.base)).await;

    let on_phones = "Number(document.querySelector('[data-figure=on_phones]').textContent)";
    // Another phone holds its own from the beginning: the hall's are those that become more, and that arrive.
    tab.until("document.querySelector('#sum').hasAttribute('data-agree')").await;
    let others = tab.value(on_phones).await.as_u64().unwrap();
    press(&mut tab, "hall", "Hall 2 has no network").await;
    tab.until(&format!("{on_phones} > {others} + 8")).await;
    press(&mut tab, "hall", "Hall 2 is back").await;
    tab.until(&format!("{on_phones} < {others} + 4")).await;

    press(&mut tab, "again", "Both notes stay").await;
    let newest = admin.get(&format!("/exhibitors/{space}/leads?sort=-updated_at&limit=50")).await.json();
    let notes = newest["items"].as_array().unwrap().iter().map(|lead| lead["notes"].as_array().unwrap());
    let again = |notes: &&Vec<Value>| notes.iter().any(|note| note["text"].as_str().unwrap().starts_with("Came back"));
    let notes = notes.into_iter().find(again).expect("the lead that was scanned again");
    let authors: BTreeSet<&str> = notes.iter().map(|note| note["member_name"].as_str().unwrap()).collect();
    assert!(authors.len() > 1, "two notes, two authors: {notes:#?}");

    let mut hot = browser.tab(1280, 900).await;
    hot.sign_in(&admin).await;
    hot.go(&format!("{}/exhibitors/{space}/leads?rating=hot", demo.base)).await;
    hot.until("document.querySelector('#live').dataset.state === 'live'").await;
    let redacted =
        "[...document.querySelectorAll('#rows tr')].filter((row) => row.innerText.includes('Withdrawn')).length";
    let rows = hot.value(redacted).await.as_u64().unwrap();
    let before = withdrawn(&admin, &space).await;
    press(&mut tab, "withdraw", "A visitor withdrew").await;
    assert_eq!(withdrawn(&admin, &space).await, before + 1);
    hot.until(&format!("{redacted} === {}", rows + 1)).await;

    let on_all = tab.value(on_phones).await.as_u64().unwrap();
    press(&mut tab, "revoke", "still arrive").await;
    let told = tab.value("document.querySelector('#said').textContent").await.as_str().unwrap().to_owned();
    let held = told.split_whitespace().find_map(|word| word.parse::<u64>().ok()).expect("how many it held");
    assert!(held > 0, "{told}");
    // But for what others are just sending.
    tab.until(&format!("{on_phones} <= {}", on_all.saturating_sub(held) + 6)).await;
    press(&mut tab, "revoke", "has no access any more").await;
    // An open Leads tab lives through the kill: it comes back by itself, and the count goes on.
    let mut leads = browser.tab(1280, 900).await;
    leads.sign_in(&admin).await;
    leads.go(&format!("{}/exhibitors/{space}/leads", demo.base)).await;
    leads.until("document.querySelector('#live').dataset.state === 'live'").await;
    leads.value("window.isTheSamePage = true").await;
    let sent = tab.value("Number(document.querySelector('[data-figure=sent]').textContent)").await.as_u64().unwrap();
    let before = lead_ids(&admin, &space).await;
    press(&mut tab, "restart", "The server is killed").await;
    leads.until("document.querySelector('#live').dataset.state !== 'live'").await;
    leads.until("document.querySelector('#live').dataset.state === 'live' && window.isTheSamePage").await;
    let after = lead_ids(&admin, &space).await;
    assert_eq!(before.difference(&after).count(), 0, "nothing is lost");
    // The sum agrees again, and not by what it said before.
    tab.until(&format!(
        "document.querySelector('#sum').hasAttribute('data-agree') \
        && Number(document.querySelector('[data-figure=sent]').textContent) > {sent}"
    ))
    .await;
    // What the unpaired phone held arrives all the same. It may scan once more before it hears of its
    // end: that, and only that, is kept aside.
    let unpaired = harness::eventually(|| async {
        // While the server restarts, no answer comes.
        let answer = admin.try_send(Method::GET, &format!("/exhibitors/{space}/devices"), &[], None).await.ok()?;
        let devices = (answer.status == 200).then(|| answer.json())?;
        let unpaired = devices["items"].as_array()?.iter().find(|device| device["status"] == "revoked")?;
        (unpaired["not_yet_sent"] == 0).then(|| unpaired.clone())
    })
    .await;
    let aside = admin.get(&format!("/exhibitors/{space}/rejected-captures")).await.json();
    for kept in aside["items"].as_array().unwrap() {
        assert_eq!(kept["device"], unpaired["id"], "{kept:#}");
        // A capture's time is known to within its journey, which takes seconds on a busy machine.
        let time = |value: &Value| value.as_str().unwrap().parse::<Timestamp>().unwrap();
        let since = time(&kept["body"]["captured_at"]).micros_since(time(&unpaired["revoked_at"]));
        assert!(since > -30_000_000, "{kept:#}");
    }

    tab.value("document.querySelector('form[action=\"/demo/enter\"]').removeAttribute('target')").await;
    tab.click("form[action='/demo/enter'] button").await;
    tab.until(&format!("location.pathname === '/exhibitors/{space}/leads'")).await;
    tab.until("document.querySelector('#live').dataset.state === 'live'").await;

    // The scanner in this very browser: nothing is redeemed by opening it.
    let label = json!("Paired from the demo’s page");
    let paired = async || {
        let devices = admin.get(&format!("/exhibitors/{space}/devices")).await.json();
        devices["items"].as_array().unwrap().iter().filter(|device| device["label"] == label).count()
    };
    tab.go(&format!("{}/demo", demo.base)).await;
    tab.value("document.querySelector('.demo-here').removeAttribute('target')").await;
    tab.value("document.querySelector('.demo-here').scrollIntoView({block: 'center'})").await;
    let number = tab.value("document.querySelector('.demo-badges .number').textContent").await;
    assert_eq!(number.as_str().unwrap().len(), 9, "a number to type stands under each badge: {number}");
    tab.click(".demo-here button").await;
    tab.until("document.querySelector('[data-act=pair]') !== null").await;
    assert_eq!(paired().await, 0);
    tab.click("[data-act=pair]").await;
    tab.until("document.querySelector('.place-name b')?.textContent.includes('Vantelle') === true").await;
    assert_eq!(paired().await, 1);

    tab.go(&format!("{}/demo", demo.base)).await;
    tab.value("document.querySelector('[value=attendee]').form.removeAttribute('target')").await;
    tab.value("document.querySelector('[value=attendee]').form.scrollIntoView({block: 'center'})").await;
    tab.click("[value=attendee] ~ button").await;
    tab.until("document.querySelector('.e-code img')?.naturalWidth > 0").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_of_the_fair_is_empty_and_everybody_gets_in_by_a_click() {
    let Some(browser) = Browser::start().await else { return };
    let demo = Demo::start().await;
    let (admin, me) = demo.sign_in("dmin").await;
    let (organizer, of) = demo.sign_in("Organiser").await;
    let space = format!("/exhibitors/{}", me["memberships"]["exhibitors"][0]["exhibitor_id"].as_str().unwrap());
    let event = format!("/events/{}", of["capabilities"]["events"][0]["event_id"].as_str().unwrap());

    let items = |answer: Value| answer["items"].as_array().unwrap().clone();
    let sessions = items(organizer.get(&format!("{event}/sessions?limit=100")).await.done(200));
    let attended = sessions.iter().filter(|session| session["entered"].as_i64() > Some(10)).count();
    assert!(sessions.len() >= 12 && attended >= 5, "{} sessions, {attended} attended", sessions.len());
    let packages = items(organizer.get(&format!("{event}/packages")).await.done(200));
    assert_eq!(packages.len(), 2);
    let states: std::collections::BTreeSet<String> =
        items(admin.get(&format!("{space}/meetings?limit=100")).await.done(200))
            .iter()
            .map(|meeting| meeting["status"].as_str().unwrap().to_owned())
            .collect();
    let expected = ["accepted", "cancelled", "declined", "no_show", "pending"];
    assert_eq!(states.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    let conversations = items(admin.get(&format!("{space}/conversations")).await.done(200));
    assert_eq!(conversations.len(), 4);
    let answered = admin.get(&format!("{space}/leads?limit=500")).await.done(200);
    let has_answers = |lead: &&Value| lead["answers"].as_object().is_some_and(|answers| !answers.is_empty());
    assert!(answered["items"].as_array().unwrap().iter().filter(has_answers).count() > 40);

    let ready = items(organizer.get(&format!("{event}/readiness")).await.done(200));
    let done = |step: &str| ready.iter().filter(|one| one["done"].as_array().unwrap().contains(&json!(step))).count();
    let (signed_in, tested) = (done("signed_in"), done("tested"));
    assert!((50..60).contains(&signed_in) && (40..signed_in).contains(&tested), "{signed_in} and {tested}");
    let organizer_id = of["memberships"]["organizers"][0]["organizer_id"].as_str().unwrap();
    let members = items(organizer.get(&format!("/organizers/{organizer_id}/members")).await.done(200));
    let roles: BTreeSet<&str> = members.iter().map(|member| member["role"].as_str().unwrap()).collect();
    assert_eq!(roles, BTreeSet::from(["desk", "manager", "owner", "viewer"]));
    assert!(members.iter().any(|member| member["status"] == "invited"), "somebody was asked: {members:#?}");
    let team = items(admin.get(&format!("{space}/team")).await.done(200));
    assert!(team.iter().all(|member| member["extra"]["meal"].is_string()), "{team:#?}");
    let home = admin.get(&format!("{space}/home")).await.done(200);
    assert_eq!(home["contacts"].as_array().unwrap().len(), 2);
    let shown = admin.get(&format!("{space}/leads?q=fairs.&limit=1")).await.done(200);
    let email = shown["items"][0]["registration"]["email"].as_str().unwrap();
    assert!(email.starts_with("fairs."), "a visitor shows another address: {email}");

    let (desk, _) = demo.sign_in("Help desk").await;
    let deeds = items(desk.get(&format!("{event}/desk-actions")).await.done(200));
    let kinds: std::collections::BTreeSet<&str> = deeds.iter().map(|deed| deed["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["assign", "merge", "move"]);
    let codes = items(desk.get(&format!("{event}/unmatched-codes")).await.done(200));
    assert!(codes.iter().any(|code| code["name"].is_string()), "a contact card has its name");

    for (width, theme, language) in [(390_u32, "light", "fr"), (1440, "dark", "en")] {
        let mut tab = browser.tab(width, 900).await;
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": theme},
            {"name": "prefers-reduced-motion", "value": "reduce"}]});
        tab.ask("Emulation.setEmulatedMedia", &media).await;
        tab.ask("Network.setExtraHTTPHeaders", &json!({"headers": {"Accept-Language": language}})).await;
        tab.go(&format!("{}/demo", demo.base)).await;
        assert_eq!(crate::accessibility::found(&mut tab).await, [] as [&str; 0]);
        let wide = tab.value("document.documentElement.scrollWidth").await.as_u64().unwrap();
        assert!(wide <= u64::from(width), "scrolls sideways: {wide} of {width}");
    }
    let mut tab = browser.tab(1440, 900).await;
    for (who, place) in [("hero-contact", "/meetings"), ("desk", "/help-desk"), ("organizer", "/monitor")] {
        tab.go(&format!("{}/demo", demo.base)).await;
        let form = format!("document.querySelector('[value={who}]').form");
        tab.value(&format!("{form}.removeAttribute('target')")).await;
        tab.value(&format!("{form}.scrollIntoView({{block: 'center'}})")).await;
        tab.click(&format!("[value={who}] ~ button")).await;
        tab.until(&format!("location.pathname.endsWith('{place}')")).await;
    }
    tab.go(&format!("{}/account", demo.base)).await;
    let named = tab.value("document.querySelector('main').innerText.includes('Chrome on Linux')").await;
    assert_eq!(named, json!(true));
}
