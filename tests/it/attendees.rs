//! The attendee's area: signing in by a mailed link, what exhibitors see, withdrawing, the agenda.

use crate::browsing::{picture, sure};
use harness::browser::{Browser, Tab};
use harness::http::Api;
use harness::{Badge, Fair, Space, eventually, on_every_engine};
use mobile_core::capture::ContactField;
use mobile_core::ids::RegistrationId;
use reqwest::Method;
use serde_json::{Value, json};

const MINUTE: i64 = 60_000_000;
const NOOR: &str = "noor@a.example";

async fn noor(fair: &Fair) -> Badge {
    let noor = fair.registration("Noor Aziz").with(ContactField::Email, "Noor@A.example");
    noor.with(ContactField::Company, "Aziz & Co").badge().await
}

/// The secret of the newest link that was mailed to an address, once there are so many mails.
async fn mailed(fair: &Fair, address: &str, count: usize) -> String {
    let mail = fair.mail_to(address, count).await;
    let link = mail.text.lines().find(|line| line.contains("/attendee/sign-in/")).expect("a link").trim().to_owned();
    link.rsplit_once('/').unwrap().1.to_owned()
}

async fn ask(fair: &Fair, address: &str) {
    fair.site.api.post("/attendee/sign-in-links", &json!({"email": address})).await.done(202);
    fair.app().errands_done().await;
}

/// Signs an address in by a mailed link.
async fn signed_in(fair: &Fair, address: &str) -> (Api, Value) {
    ask(fair, address).await;
    let token = mailed(fair, &address.to_lowercase(), 1).await;
    let entered = fair.site.api.post("/attendee/sign-in", &json!({"token": token})).await.done(200);
    (fair.site.api.with_token(entered["token"].as_str().unwrap()), entered)
}

fn at(registration: RegistrationId, path: &str) -> String {
    format!("/attendee/{registration}{path}")
}

on_every_engine! {
    async fn a_mailed_link_signs_in_once_and_for_an_hour(fair) {
        let badge = noor(fair).await;
        ask(fair, " NOOR@a.example").await;
        let token = mailed(fair, NOOR, 1).await;
        let entered = fair.site.api.post("/attendee/sign-in", &json!({"token": token})).await;
        let cookie = entered.header("set-cookie").unwrap().to_owned();
        for part in ["leadline_attendee=la_", "HttpOnly", "SameSite=Lax"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        let entered = entered.done(200);
        assert_eq!(entered["registrations"][0]["id"], json!(badge.registration));
        fair.site.api.post("/attendee/sign-in", &json!({"token": token})).await.refused("used_up");
        let own = fair.site.api.with_token(entered["token"].as_str().unwrap());
        let me = own.get(&at(badge.registration, "")).await.done(200);
        assert_eq!((&me["contact"]["last_name"], &me["badge_code"]), (&json!("Aziz"), &json!(badge.code)));
        ask(fair, NOOR).await;
        let late = mailed(fair, NOOR, 2).await;
        fair.app().clock.advance(60 * MINUTE + 1);
        fair.site.api.post("/attendee/sign-in", &json!({"token": late})).await.refused("used_up");
        own.post("/attendee/sign-out", &json!({})).await.done(204);
        own.get(&at(badge.registration, "")).await.refused("not_signed_in");
    }

    async fn nobody_learns_whether_an_address_is_registered_nor_is_flooded(fair) {
        noor(fair).await;
        let known = fair.site.api.post("/attendee/sign-in-links", &json!({"email": NOOR})).await;
        let unknown = fair.site.api.post("/attendee/sign-in-links", &json!({"email": "nobody@a.example"})).await;
        assert_eq!((known.status, known.text()), (unknown.status, unknown.text()));
        for _ in 0..7 {
            ask(fair, NOOR).await;
        }
        fair.mail_to(NOOR, 5).await;
        let sent: i64 = {
            let mut tx = fair.app().read().await.unwrap();
            let sent = server::sql!(tx, conn => sqlx::query_scalar("SELECT COUNT(*) FROM mail").fetch_one(conn)).unwrap();
            tx.done().await.unwrap();
            sent
        };
        assert_eq!(sent, 5, "five links an hour, and none to who is not registered");
        fair.site.api.post("/attendee/sign-in-links", &json!({"email": "no address"})).await.refused("invalid_field");
    }

    async fn who_signs_out_while_waiting_for_news_does_not_hear_them(fair) {
        let badge = noor(fair).await;
        let (own, _) = signed_in(fair, NOOR).await;
        let news = at(badge.registration, "/news");
        let state = own.get(&format!("{news}?wait=0")).await.done(200)["state"].clone();
        let waiting = format!("{news}?wait=2&since={state}");
        let (heard, _) = tokio::join!(own.get(&waiting), async {
            own.post("/attendee/sign-out", &json!({})).await.done(204)
        });
        heard.refused("not_signed_in");
    }

    async fn a_link_of_the_desk_is_on_record_ends_within_an_hour_and_speaks_for_nobody(fair) {
        let (badge, olga) = (noor(fair).await, fair.organizer().await);
        let dora = fair.site.organizer_member("Dora Desk", "desk").await;
        let links = format!("/events/{}/registrations/{}/links", fair.site.event, badge.registration);
        let made = dora.api.post(&links, &json!({"purpose": "attendee"})).await.done(201);
        assert!(made["expires_at"].is_string(), "{made}");
        let own = |path: &str| format!("/attendee/{}{path}", made["token"].as_str().unwrap());
        fair.site.api.get(&own("/meetings")).await.done(200);
        for path in ["/conversations", "/news?wait=0", "/data"] {
            fair.site.api.get(&own(path)).await.refused("forbidden");
        }
        for (path, body) in [("/consent", json!({"granted": true})), ("/connections", json!({"code": badge.code}))] {
            fair.site.api.post(&own(path), &body).await.refused("forbidden");
        }
        let log = olga.api.get(&format!("/events/{}/audit", fair.site.event)).await.done(200);
        let entry = &log["items"][0];
        assert_eq!((&entry["action"], &entry["actor_name"]), (&json!("attendee_link_made"), &json!("Dora Desk")));
        assert_eq!((&entry["subject"], &entry["detail"]["name"]), (&json!(badge.registration), &json!("Noor Aziz")));
        fair.app().clock.advance(61 * MINUTE);
        fair.site.api.get(&own("/meetings")).await.refused("not_found");
    }

    async fn one_address_has_its_registrations_and_nobody_elses(fair) {
        let first = noor(fair).await;
        let twin = fair.registration("Nadia Aziz").with(ContactField::Email, NOOR).badge().await;
        let elsewhere = fair.elsewhere().await;
        let other = elsewhere.registration("Noor Aziz").with(ContactField::Email, NOOR).badge().await;
        let stranger = fair.registration("Omar Bey").with(ContactField::Email, "omar@b.example").badge().await;
        let (own, entered) = signed_in(fair, NOOR).await;
        assert_eq!(entered["registrations"].as_array().unwrap().len(), 3);
        for badge in [&first, &twin, &other] {
            own.get(&at(badge.registration, "")).await.done(200);
        }
        for path in ["", "/exhibitors", "/data", "/meetings", "/sessions"] {
            own.get(&at(stranger.registration, path)).await.refused("not_found");
            fair.site.api.get(&at(first.registration, path)).await.refused("not_signed_in");
        }
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        ada.api.get(&at(first.registration, "")).await.refused("not_signed_in");
        // A page of another origin cannot act with the cookie.
        let cookie = format!("leadline_attendee={}", own.token().unwrap());
        let headers = [("cookie", cookie.as_str()), ("origin", "https://evil.example"), ("content-type", "application/json")];
        let body = Some(json!({"granted": false}).to_string().into_bytes());
        fair.site.api.send(Method::POST, &at(first.registration, "/consent"), &headers, body).await.refused("forbidden");
    }

    async fn an_attendee_sees_who_has_what_and_takes_it_back_from_one_or_all(fair) {
        let badge = noor(fair).await;
        let (acme, bolt) = (fair.exhibitor("Acme").open().await, fair.exhibitor("Bolt").open().await);
        fair.exhibitor("Zed").open().await;
        let ada = acme.admin("Ada Admin").await;
        acme.member("Carl Contact", "commercial_contact").await;
        for space in [&acme, &bolt] {
            space.phone("Ines").await.scan(&badge).upload().await.all_accepted();
        }
        let (own, _) = signed_in(fair, NOOR).await;
        let met = async || own.get(&at(badge.registration, "/exhibitors")).await.done(200)["items"].clone();
        let seen = met().await;
        assert_eq!(seen.as_array().unwrap().iter().map(|one| one["name"].clone()).collect::<Vec<_>>(), ["Acme", "Bolt"]);
        assert_eq!((&seen[0]["consent"], &seen[0]["contacts"][0]["name"]), (&json!("granted"), &json!("Carl Contact")));
        assert_eq!(seen[0]["fields"], json!(["first_name", "last_name", "company", "email"]));
        let mut live = ada.live(None).await;
        let consent = async |body: Value| own.post(&at(badge.registration, "/consent"), &body).await;
        assert_eq!(consent(json!({"exhibitor_id": acme.id, "granted": false})).await.done(200)["changed"], 1);
        assert_eq!(live.entry().await["type"], "lead.redacted");
        let lead = &ada.leads("").await.done(200)["items"][0];
        assert_eq!((&lead["consent"], &lead["registration"]), (&json!("withdrawn"), &Value::Null));
        let seen = met().await;
        assert_eq!((&seen[0]["consent"], &seen[0]["fields"]), (&json!("withdrawn"), &json!([])));
        assert_eq!(seen[1]["consent"], "granted");
        assert_eq!(consent(json!({"granted": false})).await.done(200)["changed"], 1);
        assert_eq!(consent(json!({"exhibitor_id": acme.id, "granted": true})).await.done(200)["changed"], 1);
        assert_eq!(ada.leads("").await.done(200)["items"][0]["registration"]["last_name"], "Aziz");
        consent(json!({"exhibitor_id": fair.site.event, "granted": true})).await.refused("invalid_field");
        assert_eq!(acme.rows_unlike_their_log().await, []);
    }

    async fn exhibitors_are_taken_along_as_a_table_and_as_cards(fair) {
        let badge = noor(fair).await;
        let acme = fair.exhibitor("=Acme, \"Ltd\"").open().await;
        let carl = acme.member("Carl Contact", "commercial_contact").await;
        acme.phone("Ines").await.scan(&badge).upload().await.all_accepted();
        let (own, _) = signed_in(fair, NOOR).await;
        let csv = own.get(&at(badge.registration, "/exhibitors/export?format=csv")).await;
        assert!(csv.header("content-disposition").unwrap().contains(".csv"));
        assert!(csv.text().contains("\"'=Acme, \"\"Ltd\"\"\",,Carl Contact,"), "{}", csv.text());
        let cards = own.get(&at(badge.registration, "/exhibitors/export?format=vcf")).await.text();
        assert!(cards.contains("FN:Carl Contact\r\n") && cards.contains("ORG:=Acme\\, \"Ltd\""), "{cards}");
        own.get(&at(badge.registration, "/exhibitors/export?format=exe")).await.refused("invalid_field");
        drop(carl);
    }

    async fn an_attendee_takes_their_data_along_and_asks_to_be_erased(fair) {
        let badge = noor(fair).await;
        let acme = fair.exhibitor("Acme").open().await;
        let ada = acme.admin("Ada").await;
        acme.phone("Ines").await.scan(&badge).upload().await.all_accepted();
        let (own, _) = signed_in(fair, NOOR).await;
        let first = own.post(&at(badge.registration, "/erasure"), &json!({})).await.done(202);
        let again = own.post(&at(badge.registration, "/erasure"), &json!({})).await.done(202);
        assert_eq!(first, again);
        assert_eq!(ada.leads("").await.done(200)["items"][0]["registration"], Value::Null);
        let data = own.get(&at(badge.registration, "/data")).await.done(200);
        assert_eq!(data["registration"]["contact"]["company"], "Aziz & Co");
        assert_eq!((&data["exhibitors"][0]["name"], &data["consents"][0]["granted"]), (&json!("Acme"), &json!(false)));
        let organiser = fair.organizer().await;
        let asked = organiser.api.get(&format!("/events/{}/erasure-requests", fair.site.event)).await.done(200);
        assert_eq!((&asked["items"][0]["name"], &asked["items"][0]["asked_at"]), (&json!("Noor Aziz"), &first["asked_at"]));
    }

    async fn what_a_stand_recorded_is_in_their_data_until_it_is_taken_back(fair) {
        let badge = noor(fair).await;
        let ines = fair.exhibitor("Acme").open().await.phone("Ines").await;
        let visit = ines.scan(&badge).consent("marketing", true).captures();
        ines.deliver(&visit).await.all_accepted();
        let (own, _) = signed_in(fair, NOOR).await;
        let consents = async || own.get(&at(badge.registration, "/data")).await.done(200)["consents"].take();
        let said = consents().await;
        assert_eq!((&said[0]["exhibitor_id"], &said[0]["purpose"]), (&json!(ines.exhibitor), &json!("marketing")));
        assert_eq!((&said[0]["granted"], &said[0]["channel"], &said[1]), (&json!(true), &json!("booth"), &Value::Null));
        let annul = ines.capture("annul", &json!({"annuls": visit[1]["id"]}));
        ines.deliver(&[annul]).await.all_accepted();
        assert_eq!(consents().await, json!([]));
    }

    async fn the_agenda_is_a_calendar_by_a_link_that_opens_nothing_else(fair) {
        let badge = noor(fair).await;
        let organiser = fair.organizer().await;
        let starts_at = fair.now().plus_micros(60 * MINUTE);
        let talk = json!({"title": "Opening", "starts_at": starts_at, "ends_at": starts_at.plus_micros(30 * MINUTE), "signup": "open"});
        let talk = organiser.api.post(&format!("/events/{}/sessions", fair.site.event), &talk).await.done(201);
        let (own, _) = signed_in(fair, NOOR).await;
        own.post(&at(badge.registration, &format!("/sessions/{}/signup", talk["id"].as_str().unwrap())), &json!({})).await.done(201);
        let link = own.post(&at(badge.registration, "/calendar-link"), &json!({})).await.done(201);
        let url = link["url"].as_str().unwrap();
        let path = &url[url.find("/api/v1").unwrap() + "/api/v1".len()..];
        assert!(fair.site.api.get(path).await.text().contains("SUMMARY:Opening"));
        fair.site.api.get(&format!("/attendee/{}/data", link["token"].as_str().unwrap())).await.refused("not_found");
    }
}

/// Opens the area of an address by the link in its mail, as a person does.
async fn enter(fair: &Fair, tab: &mut Tab, address: &str) {
    let base = fair.site.api.base();
    tab.go(&format!("{base}/attendee/sign-in")).await;
    tab.value("document.querySelector('#email').focus()").await;
    tab.type_text(address).await;
    tab.click(".card .button.primary").await;
    tab.until("document.querySelector('[role=status]')?.textContent.includes('on its way') === true").await;
    fair.app().errands_done().await;
    let token = mailed(fair, &address.to_lowercase(), 1).await;
    tab.go(&format!("{base}/attendee/sign-in/{token}")).await;
    tab.click(".card .button.primary").await;
    tab.until("document.querySelector('.attendee-parts') !== null && document.readyState === 'complete'").await;
}

async fn opened(browser: &Browser, api: &Api, space: &Space) -> Tab {
    let mut tab = browser.tab(1280, 900).await;
    tab.sign_in(api).await;
    tab.go(&format!("{}/exhibitors/{}/leads", api.base(), space.id)).await;
    tab
}

on_every_engine! {
    async fn withdrawing_on_the_phone_empties_the_exhibitors_open_leads_tab(fair) {
        let Some(browser) = Browser::start().await else { return };
        let badge = noor(fair).await;
        let acme = fair.exhibitor("Acme").open().await;
        let ada = acme.admin("Ada Admin").await;
        acme.member("Carl Contact", "commercial_contact").await;
        acme.phone("Ines").await.scan(&badge).upload().await.all_accepted();
        let mut phone = browser.tab(390, 844).await;
        enter(fair, &mut phone, "Noor@a.example").await;
        assert_eq!(phone.value("document.querySelector('h1').textContent").await, json!("Noor Aziz"));
        phone.until("document.querySelector('.e-code img').naturalWidth > 0").await;
        phone.until("document.documentElement.dataset.kept === 'yes'").await;
        phone.until("caches.open('attendee').then((kept) => kept.match(location.pathname + '/badge.svg')).then(Boolean)").await;
        picture(&mut phone, "attendee-badge-390").await;
        phone.click(".e-code").await;
        phone.until("document.querySelector('#code').open && document.querySelector('#code img').getBoundingClientRect().width > 350").await;
        picture(&mut phone, "attendee-code-390").await;
        phone.click("#code [data-close]").await;
        // A cookie is the browser's, so the second tab has both sign-ins.
        let mut tab = opened(&browser, &ada.api, &acme).await;
        tab.until("document.querySelector('#main').textContent.includes('Noor Aziz')").await;
        tab.until("document.querySelector('.live')?.dataset.state === 'live'").await;
        let base = fair.site.api.base();
        phone.go(&format!("{base}{}", at(badge.registration, "/exhibitors"))).await;
        picture(&mut phone, "attendee-exhibitors-390").await;
        phone.click("[aria-label='Withdraw my details from Acme']").await;
        sure(&mut phone).await;
        phone.until("document.querySelector('.met').textContent.includes('Withdrawn')").await;
        tab.until("!document.querySelector('#main').textContent.includes('Noor Aziz')").await;
        tab.until("document.querySelector('#main').textContent.includes('Withdrawn')").await;
        phone.click("[aria-label='Allow Acme to see my details']").await;
        tab.until("document.querySelector('#main').textContent.includes('Noor Aziz')").await;
        phone.go(&format!("{base}{}", at(badge.registration, "/data"))).await;
        picture(&mut phone, "attendee-data-390").await;
        phone.click("#erase").await;
        sure(&mut phone).await;
        phone.until("document.querySelector('[role=status]:not(.toasts)')?.textContent.includes('You asked for it') === true").await;
        tab.until("!document.querySelector('#main').textContent.includes('Noor Aziz')").await;
        phone.click(".menu summary").await;
        phone.click(".menu-sheet form .menu-item").await;
        phone.until("location.pathname === '/attendee/sign-in' && document.readyState === 'complete'").await;
        phone.until("caches.has('attendee').then((has) => !has)").await;
        assert_eq!(phone.problems(), [] as [&str; 0]);
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }

    async fn an_attendee_signs_up_answers_and_asks_for_a_meeting(fair) {
        let Some(browser) = Browser::start().await else { return };
        let badge = noor(fair).await;
        let acme = fair.exhibitor("Acme").open().await;
        let ada = acme.admin("Ada Admin").await;
        let organiser = fair.organizer().await;
        let starts_at = fair.now().plus_micros(60 * MINUTE);
        let talk = json!({"title": "Opening", "room": "Room 1", "starts_at": starts_at,
            "ends_at": starts_at.plus_micros(30 * MINUTE), "signup": "open", "speakers": [{"name": "Sol Speaker"}]});
        organiser.api.post(&format!("/events/{}/sessions", fair.site.event), &talk).await.done(201);
        let mut phone = browser.tab(390, 844).await;
        enter(fair, &mut phone, NOOR).await;
        let base = fair.site.api.base();
        phone.go(&format!("{base}{}", at(badge.registration, "/sessions"))).await;
        picture(&mut phone, "attendee-sessions-390").await;
        phone.click("[aria-label='Sign up: Opening']").await;
        phone.until("document.querySelector('#talks').textContent.includes('You are signed up')").await;
        phone.go(&format!("{base}{}", at(badge.registration, &format!("/meet/{}", acme.id)))).await;
        picture(&mut phone, "attendee-meet-390").await;
        phone.click(".own-time .button.primary").await;
        phone.until("location.pathname.endsWith('/agenda') && document.querySelectorAll('.agenda > li').length === 2").await;
        let meetings = ada.api.get(&format!("/exhibitors/{}/meetings", acme.id)).await.done(200);
        let meeting = meetings["items"][0].clone();
        assert_eq!((&meeting["asked_by"], &meeting["status"]), (&json!("attendee"), &json!("pending")));
        picture(&mut phone, "attendee-agenda-390").await;
        phone.click("[aria-label='Cancel the meeting with Acme']").await;
        sure(&mut phone).await;
        phone.until("document.querySelector('.agenda > li[data-off]') !== null").await;
        phone.click("#calendar-link").await;
        phone.until("document.querySelector('#calendar-url')?.value.includes('/calendars/lp_') === true").await;
        eventually(async || {
            let now = ada.api.get(&format!("/exhibitors/{}/meetings/{}", acme.id, meeting["id"].as_str().unwrap())).await.done(200);
            (now["status"] == "cancelled").then_some(())
        }).await;
        assert_eq!(phone.problems(), [] as [&str; 0]);
    }

    async fn several_registrations_of_one_address_are_chosen_between(fair) {
        let Some(browser) = Browser::start().await else { return };
        noor(fair).await;
        fair.registration("Nadia Aziz").with(ContactField::Email, NOOR).badge().await;
        let mut phone = browser.tab(390, 844).await;
        let base = fair.site.api.base();
        ask(fair, NOOR).await;
        let token = mailed(fair, NOOR, 1).await;
        phone.go(&format!("{base}/attendee/sign-in/{token}")).await;
        phone.click(".card .button.primary").await;
        phone.until("document.querySelectorAll('.place').length === 2").await;
        picture(&mut phone, "attendee-chooser-390").await;
        phone.click(".place").await;
        phone.until("document.querySelector('.e-badge') !== null").await;
        assert_eq!(phone.problems(), [] as [&str; 0]);
    }
}
