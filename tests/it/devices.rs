//! Pairing phones, seeing what they still hold, and ending their access.

use harness::browser::Browser;
use harness::{Answer, Phone, TeamMember, eventually, on_every_engine};
use mobile_core::badge::{Meaning, parse, practice};
use mobile_core::decode::{Budget, Frame, Luma, decode};
use mobile_core::wire::Paired;
use serde_json::{Value, json};

const MINUTE: i64 = 60_000_000;

fn path(admin: &TeamMember, rest: &str) -> String {
    format!("/exhibitors/{}{rest}", admin.exhibitor)
}

async fn code(admin: &TeamMember, wish: &Value) -> Value {
    admin.api.post(&path(admin, "/pairing-codes"), wish).await.done(201)
}

async fn pair(admin: &TeamMember, code: &Value, install: &str) -> Answer {
    let body = json!({"pairing_code": code["pairing_code"], "install_id": install, "device_name": "Pixel 9", "platform": "android 16"});
    admin.site.api.post("/auth/devices", &body).await
}

fn phone(admin: &TeamMember, paired: &Paired) -> Phone {
    let api = admin.site.api.with_token(paired.device_token.clone());
    Phone::new(
        api,
        admin.site.clone(),
        admin.exhibitor,
        paired.member.as_ref().map(|member| member.id),
        paired.device_id,
    )
}

async fn devices(admin: &TeamMember) -> Vec<Value> {
    let page: Value = admin.api.get(&path(admin, "/devices")).await.ok();
    page["items"].as_array().unwrap().clone()
}

/// What a camera reads from the picture of a code, whose dark modules are `M{x} {y}h1v1h-1z`.
fn text_of(svg: &str) -> String {
    const SCALE: usize = 6;
    let side: usize = svg.split_once("viewBox=\"0 0 ").unwrap().1.split(' ').next().unwrap().parse().unwrap();
    let width = side * SCALE;
    let mut pixels = vec![255; width * width];
    for module in svg.split_once(" d=\"").unwrap().1.split('M').skip(1) {
        let (x, y) = module.split_once('h').unwrap().0.split_once(' ').unwrap();
        let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
        for row in 0..SCALE {
            let start = (y * SCALE + row) * width + x * SCALE;
            pixels[start..start + SCALE].fill(0);
        }
    }
    let frame = Frame::luma(Luma::new(&pixels, width, width, width).unwrap());
    let codes = decode(&frame, &Budget::preview());
    assert_eq!(codes.len(), 1, "one code is in the picture");
    codes[0].text.clone()
}

on_every_engine! {
    async fn a_phone_is_paired_and_scans_for_the_member_it_was_given_to(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ada, sam) = (space.admin("Ada").await, space.scanner("Sam Scan").await);
        let made = code(&ada, &json!({"label": "Front desk", "member_id": sam.id})).await;
        assert_eq!(made["pairing_code"].as_str().unwrap().len(), 14);
        let answer = pair(&ada, &made, "install-1").await;
        assert_eq!(answer.status, 201);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let paired: Paired = answer.ok();
        assert_eq!((paired.event.id, paired.exhibitor.as_ref().unwrap().id), (fair.site.event, space.id));
        assert_eq!(paired.member.as_ref().unwrap().name, "Sam Scan");
        let badge = fair.registration("Noor Aziz").badge().await;
        let phone = phone(&ada, &paired);
        phone.scan(&badge).upload().await.all_accepted();
        assert_eq!(phone.lead_of(&badge).await.scans[0].member_name.as_deref(), Some("Sam Scan"));
        let listed = &devices(&ada).await[0];
        assert_eq!((listed["name"].as_str(), listed["label"].as_str(), listed["status"].as_str()), (Some("Pixel 9"), Some("Front desk"), Some("active")));
        assert_eq!(listed["member"]["name"], "Sam Scan");
    }

    async fn a_lost_answer_burns_nothing(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let made = code(&ada, &json!({})).await;
        let first: Paired = pair(&ada, &made, "install-1").await.ok();
        let second: Paired = pair(&ada, &made, "install-1").await.ok();
        assert_eq!(first.device_id, second.device_id);
        assert_ne!(first.device_token, second.device_token);
        assert_eq!(devices(&ada).await.len(), 1);
        phone(&ada, &second).heartbeat().await;
        phone(&ada, &first).send(&[]).await.refused("not_signed_in");
        pair(&ada, &made, "install-2").await.refused("used_up");
        fair.app().clock.advance(15 * MINUTE);
        pair(&ada, &made, "install-1").await.refused("used_up");
    }

    async fn a_code_pairs_as_many_phones_as_it_says_even_when_they_come_at_once(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let made = code(&ada, &json!({"max_uses": 2})).await;
        let answers = tokio::join!(pair(&ada, &made, "a"), pair(&ada, &made, "b"), pair(&ada, &made, "c"), pair(&ada, &made, "d"));
        let statuses = [answers.0.status, answers.1.status, answers.2.status, answers.3.status];
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 2, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 410).count(), 2, "{statuses:?}");
        assert_eq!(devices(&ada).await.len(), 2);
    }

    async fn a_code_is_read_as_people_type_it(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let made = code(&ada, &json!({})).await;
        let typed = made["pairing_code"].as_str().unwrap().replace('-', " ").replace('0', "o").replace('1', "l").to_lowercase();
        pair(&ada, &json!({"pairing_code": typed}), "install-1").await.done(201);
        pair(&ada, &json!({"pairing_code": "0000-0000-0000"}), "install-1").await.refused("not_found");
        let problem = pair(&ada, &json!({"pairing_code": "short"}), "").await.refused("invalid_field");
        let pointers: Vec<&str> = problem.errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["/pairing_code", "/install_id"]);
    }

    async fn the_picture_of_a_code_says_server_and_code_and_goes_with_it(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let made = code(&ada, &json!({})).await;
        let address = made["qr"].as_str().unwrap().strip_prefix(fair.site.api.base()).unwrap().to_owned();
        let picture = fair.site.api.get(&format!("/{address}")).await;
        assert_eq!((picture.status, picture.header("content-type")), (200, Some("image/svg+xml")));
        let Meaning::Pairing(pairing) = parse(&text_of(&picture.text())).meaning().clone() else { panic!("no pairing text") };
        assert_eq!((pairing.server.as_str(), pairing.code.as_str()), (fair.site.api.base(), made["pairing_code"].as_str().unwrap()));
        fair.app().clock.advance(15 * MINUTE);
        fair.site.api.get(&format!("/{address}")).await.refused("used_up");
        fair.site.api.get("/pairing-codes/0000-0000-0000/qr.svg").await.refused("not_found");
    }

    async fn wrong_wishes_are_named(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let bo = fair.exhibitor("Bolt").open().await.admin("Bo").await;
        let wish = json!({"max_uses": 0, "expires_at": "2020-01-01T00:00:00Z", "member_id": bo.id, "booth_id": uuid::Uuid::nil()});
        let problem = ada.api.post(&path(&ada, "/pairing-codes"), &wish).await.refused("invalid_field");
        let pointers: Vec<&str> = problem.errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["/max_uses", "/expires_at", "/member_id", "/booth_id"]);
        let late = json!({"expires_at": fair.now().plus_micros(48 * 60 * MINUTE)});
        ada.api.post(&path(&ada, "/pairing-codes"), &late).await.refused("invalid_field");
        let until_the_end = json!({"max_uses": 20, "expires_at": fair.now().plus_micros(20 * 60 * MINUTE)});
        code(&ada, &until_the_end).await;
    }

    async fn a_list_says_what_each_phone_still_holds(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let ada = space.admin("Ada").await;
        let paired: Paired = pair(&ada, &code(&ada, &json!({})).await, "install-1").await.ok();
        let phone = phone(&ada, &paired);
        let badge = fair.registration("Noor Aziz").badge().await;
        assert_eq!(devices(&ada).await[0]["last_seen_at"], Value::Null);
        let held: Vec<Value> = (0..4).map(|_| phone.scanned(&badge)).collect();
        phone.heartbeat().await;
        let listed = &devices(&ada).await[0];
        assert_eq!(listed["not_yet_sent"], 4);
        assert!(listed["last_seen_at"].is_string() && listed["clock_offset_us"].is_i64(), "{listed}");
        // The second and the third arrive; the others are still on the phone.
        phone.deliver(&held[1..3]).await.all_accepted();
        assert_eq!(devices(&ada).await[0]["not_yet_sent"], 2);
        phone.deliver(&held).await;
        assert_eq!(devices(&ada).await[0]["not_yet_sent"], 0);
    }

    async fn a_phone_renews_its_token_and_the_former_one_lives_until_the_new_one_is_used(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let made = code(&ada, &json!({})).await;
        let paired: Paired = pair(&ada, &made, "install-1").await.ok();
        let held = phone(&ada, &paired);
        let renewed = async || {
            let answer = held.api.post("/auth/devices/token", &json!({})).await;
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            let told = answer.done(201);
            let device_token = told["device_token"].as_str().unwrap().to_owned();
            phone(&ada, &Paired { device_token, ..paired.clone() })
        };
        // The first answer gets lost, so the phone asks again.
        let (lost, next) = (renewed().await, renewed().await);
        held.heartbeat().await;
        lost.send(&[]).await.refused("not_signed_in");
        held.heartbeat().await;
        let badge = fair.registration("Noor Aziz").badge().await;
        next.scan(&badge).upload().await.all_accepted();
        held.send(&[]).await.refused("not_signed_in");
        next.heartbeat().await;
        let listed = devices(&ada).await;
        assert_eq!((listed.len(), listed[0]["id"].as_str()), (1, Some(paired.device_id.to_string().as_str())));
        // Pairing again takes back what was given and not used.
        assert_eq!(listed[0]["app_version"], Value::Null, "it never said");
        let unused = next.api.post("/auth/devices/token", &json!({"app_version": "1.4.1"})).await.done(201);
        assert_eq!(devices(&ada).await[0]["app_version"], "1.4.1");
        next.api.post("/auth/devices/token", &json!({"app_version": "x".repeat(61)})).await.refused("invalid_field");
        next.api.post("/auth/devices/token", &json!({})).await.done(201);
        assert_eq!(devices(&ada).await[0]["app_version"], "1.4.1", "as it was");
        let again: Paired = pair(&ada, &made, "install-1").await.ok();
        let device_token = unused["device_token"].as_str().unwrap().to_owned();
        phone(&ada, &Paired { device_token, ..paired.clone() }).send(&[]).await.refused("not_signed_in");
        phone(&ada, &again).heartbeat().await;
    }

    async fn only_a_phone_that_is_in_use_renews_its_token_and_what_it_was_given_still_delivers(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ada, held) = (space.admin("Ada").await, space.phone("Ines").await);
        ada.api.post("/auth/devices/token", &json!({})).await.refused("forbidden");
        fair.site.api.post("/auth/devices/token", &json!({})).await.refused("not_signed_in");
        let told = held.api.post("/auth/devices/token", &json!({})).await.done(201);
        let badge = fair.registration("Noor Aziz").badge().await;
        let before = held.scanned(&badge);
        fair.app().clock.advance(MINUTE);
        fair.site.revoke(&held).await;
        held.api.post("/auth/devices/token", &json!({})).await.refused("device_revoked");
        let api = fair.site.api.with_token(told["device_token"].as_str().unwrap());
        let next = Phone::new(api, fair.site.clone(), space.id, held.member, held.device);
        next.deliver(&[before]).await.all_accepted();
        held.send(&[]).await.refused("not_signed_in");
        next.api.get(&path(&ada, "/leads")).await.refused("device_revoked");
    }

    async fn a_revoked_phone_reads_no_more_and_delivers_what_it_captured_before(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ada, phone) = (space.admin("Ada").await, space.phone("Ines").await);
        let badge = fair.registration("Noor Aziz").badge().await;
        let lead = phone.scan(&badge).upload().await.all_accepted().lead_id();
        let before = phone.scanned(&badge);
        let device = path(&ada, &format!("/devices/{}", phone.device));
        fair.app().clock.advance(MINUTE);
        ada.api.delete(&device).await.done(204);
        ada.api.delete(&device).await.done(204);
        let leads = path(&ada, &format!("/leads/{lead}"));
        phone.api.get(&leads).await.refused("device_revoked");
        let upload = phone.deliver(&[before]).await.all_accepted();
        assert!(upload.only().lead.is_none(), "receipts without personal data");
        fair.app().clock.advance(MINUTE);
        let after = phone.deliver(&[phone.scanned(&badge)]).await;
        assert_eq!(after.reasons(), ["device_revoked"]);
        assert_eq!(devices(&ada).await[0]["status"], "revoked");
    }

    async fn what_a_lost_phone_delivers_is_kept_aside(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ada, phone) = (space.admin("Ada").await, space.phone("Ines").await);
        let badge = fair.registration("Noor Aziz").badge().await;
        let lost = ada.api.post(&path(&ada, &format!("/devices/{}/lost", phone.device)), &json!({})).await.done(200);
        assert_eq!(lost["status"], "lost");
        phone.scan(&badge).upload().await;
        assert_eq!(ada.leads("").await.ok::<Value>()["total"], 0);
        eventually(async || (ada.rejected().await.len() == 1).then_some(())).await;
    }

    async fn a_member_who_leaves_takes_the_phone_given_to_them_out_of_use(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ada, sam) = (space.admin("Ada").await, space.scanner("Sam").await);
        let made = code(&ada, &json!({"member_id": sam.id, "max_uses": 2})).await;
        let paired: Paired = pair(&ada, &made, "install-1").await.ok();
        ada.api.delete(&path(&ada, &format!("/team/{}", sam.id))).await.done(204);
        let leads = path(&ada, "/leads");
        phone(&ada, &paired).api.get(&leads).await.refused("device_revoked");
        pair(&ada, &made, "install-2").await.refused("not_found");
    }

    async fn a_phone_ends_with_who_its_member_was_or_what_they_might_do_and_delivers_what_it_holds(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ada, badge) = (space.admin("Ada").await, fair.registration("Noor Aziz").badge().await);
        let (sam, ines) = (space.scanner("Sam").await, space.scanner("Ines").await);
        let changes = [(sam.id, json!({"email": "omar@acme.example"})), (ines.id, json!({"roles": ["commercial_contact"]}))];
        for (member, change) in changes {
            let made = code(&ada, &json!({"member_id": member, "max_uses": 2})).await;
            let paired: Paired = pair(&ada, &made, &format!("install-{member}")).await.ok();
            let held = phone(&ada, &paired);
            held.api.get(&path(&ada, "/leads")).await.done(200);
            let before = held.scanned(&badge);
            fair.app().clock.advance(MINUTE);
            ada.api.patch(&path(&ada, &format!("/team/{member}")), None, &change).await.done(200);
            held.api.get(&path(&ada, "/leads")).await.refused("device_revoked");
            pair(&ada, &made, &format!("other-{member}")).await.refused("not_found");
            assert!(held.deliver(&[before]).await.all_accepted().only().lead.is_none(), "nothing personal in receipts");
            fair.app().clock.advance(MINUTE);
            assert_eq!(held.deliver(&[held.scanned(&badge)]).await.reasons(), ["device_revoked"]);
        }
        // Who still scans, or is only called otherwise, keeps the phone.
        let zoe = space.admin("Zoe").await;
        let made = code(&ada, &json!({"member_id": zoe.id})).await;
        let paired: Paired = pair(&ada, &made, "install-zoe").await.ok();
        let change = json!({"roles": ["scanner"], "first_name": "Zora"});
        ada.api.patch(&path(&ada, &format!("/team/{}", zoe.id)), None, &change).await.done(200);
        phone(&ada, &paired).api.get(&path(&ada, "/leads")).await.done(200);
    }

    async fn devices_are_managed_by_their_own_admins_and_the_organizer(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ada, sam, phone) = (space.admin("Ada").await, space.scanner("Sam").await, space.phone("Ines").await);
        let bo = fair.exhibitor("Bolt").open().await.admin("Bo").await;
        let device = path(&ada, &format!("/devices/{}", phone.device));
        sam.api.get(&path(&ada, "/devices")).await.refused("forbidden");
        sam.api.post(&path(&ada, "/pairing-codes"), &json!({})).await.refused("forbidden");
        phone.api.get(&path(&ada, "/devices")).await.refused("forbidden");
        bo.api.get(&path(&ada, "/devices")).await.refused("not_found");
        bo.api.delete(&device).await.refused("not_found");
        bo.api.delete(&path(&bo, &format!("/devices/{}", phone.device))).await.refused("not_found");
        let olga = fair.organizer().await;
        olga.api.get(&path(&ada, "/devices")).await.done(200);
        // A phone of an exhibitor is none of the doors.
        let doors = format!("/events/{}/devices", fair.site.event);
        assert_eq!(olga.api.get(&doors).await.ok::<Value>()["items"], json!([]));
        olga.api.delete(&format!("{doors}/{}", phone.device)).await.refused("not_found");
        olga.api.delete(&device).await.done(204);
    }

    async fn a_door_is_paired_by_the_organizer(fair) {
        let (ada, olga) = (fair.exhibitor("Acme").open().await.admin("Ada").await, fair.organizer().await);
        let codes = format!("/events/{}/pairing-codes", fair.site.event);
        ada.api.post(&codes, &json!({})).await.refused("not_found");
        fair.site.organizer_member("Vic", "viewer").await.api.post(&codes, &json!({})).await.refused("forbidden");
        let problem = olga.api.post(&codes, &json!({"session_ids": [uuid::Uuid::nil()]})).await.refused("invalid_field");
        assert_eq!(problem.errors[0].pointer, "/session_ids/0");
        let made = olga.api.post(&codes, &json!({"label": "North door"})).await.done(201);
        let paired: Paired = pair(&ada, &made, "door-1").await.ok();
        assert!(paired.exhibitor.is_none() && paired.member.is_none());
        let doors = format!("/events/{}/devices", fair.site.event);
        let listed: Value = olga.api.get(&doors).await.ok();
        assert_eq!(listed["items"][0]["label"], "North door");
        olga.api.post(&format!("{doors}/{}/lost", paired.device_id), &json!({})).await.done(200);
        olga.api.delete(&format!("{doors}/{}", paired.device_id)).await.done(204);
        assert_eq!(devices(&ada).await, Vec::<Value>::new());
    }

    async fn the_practice_badge_tests_a_device_and_never_becomes_a_lead(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (phone, ada) = (space.phone("Ines").await, space.admin("Ada Admin").await);
        let devices = format!("/exhibitors/{}/devices", space.id);
        assert!(ada.api.get(&devices).await.done(200)["items"][0]["tested_at"].is_null());
        let sent = phone.scan(practice::TEXT).note("is it on?").upload().await.all_accepted();
        assert_eq!((sent.results[0].lead_id, sent.results[1].lead_id), (None, None));
        assert_eq!(sent.reasons(), ["", ""], "nothing is wrong with it");
        let tested = ada.api.get(&devices).await.done(200)["items"][0]["tested_at"].clone();
        assert_eq!(tested, json!(sent.results[0].corrected_at));
        assert_eq!(ada.leads("").await.json()["total"], json!(0));
        phone.heartbeat().await;
        assert_eq!(ada.api.get(&devices).await.done(200)["items"][0]["not_yet_sent"], json!(0));
    }

    async fn a_phone_is_told_its_crew_and_nobody_elses(fair) {
        let space = fair.exhibitor("Acme").with_own_leads_only().open().await;
        let phone = space.phone("Ines").await;
        let gone = space.member("Gone Member", "scanner").await;
        let ada = space.admin("Ada Admin").await;
        let both = json!({"first_name": "Karim", "last_name": "Haddad", "email": "karim@acme.example",
            "roles": ["scanner", "attendee"]});
        let karim = ada.api.post(&path(&ada, "/team"), &both).await.done(201);
        fair.site.remove_member(gone.id).await;
        fair.exhibitor("Bolt").open().await.scanner("Bo Bolt").await;
        let crew = phone.api.get(&format!("/exhibitors/{}/crew", space.id)).await.done(200);
        let names: Vec<&str> = crew["members"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
        let all = vec!["Ada Admin", "Ines", "Karim Haddad"];
        assert_eq!((names, &crew["member"]["name"]), (all, &json!("Ines")));
        // A scan of a colleague's badge changes who scans: phones know the team's badges, and no views do.
        let badges = |crew: &Value| crew["members"][2]["badges"].clone();
        let olga = fair.organizer().await;
        let person = format!("/events/{}/registrations/{}", fair.site.event, karim["registration_id"].as_str().unwrap());
        let badge = olga.api.get(&person).await.done(200)["badge"].clone();
        let (code, number) = (&badge["code"], &badge["number"]);
        assert_eq!(badges(&crew), json!([code, number]));
        assert_eq!(crew["members"][1]["badges"], json!([]), "a phone's holder without a badge");
        let view = json!({"member_id": ada.id});
        let view = olga.api.post(&format!("/events/{}/views", fair.site.event), &view).await.done(201);
        let looks = olga.api.with_token(view["token"].as_str().unwrap());
        assert_eq!(badges(&looks.get(&path(&ada, "/crew")).await.done(200)), json!([]));
        assert_eq!(crew["each_sees_only_their_own"], json!(true));
    }

    async fn what_a_lost_phone_sent_is_read_and_taken_in_on_the_page_of_phones(fair) {
        let Some(browser) = Browser::start().await else { return };
        let acme = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (acme.phone("Ines").await, acme.admin("Ada").await);
        let scan = ines.scan(&fair.registration("Noor Aziz").badge().await).captures();
        fair.site.lose(&ines).await;
        ines.send(&scan).await.done(200);
        let mut tab = browser.tab(1440, 900).await;
        tab.sign_in(&ada.api).await;
        tab.go(&format!("{}/exhibitors/{}/devices", ada.api.base(), acme.id)).await;
        tab.until("document.querySelector('.practice-badge img')?.naturalWidth > 0").await;
        assert_eq!(tab.value("document.querySelector('#aside-title').textContent").await, json!("Not accepted"));
        crate::helpdesk::picture(&mut tab, "phones-not-accepted-1440").await;
        tab.click("[data-call$='/release']").await;
        tab.until("document.querySelector('#ask').open").await;
        tab.click("#ask-do").await;
        tab.until("document.querySelector('#main') !== null && document.querySelector('#aside-title') === null").await;
        assert_eq!(ada.names("").await, ["Noor Aziz"]);
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }
}
