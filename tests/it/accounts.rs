//! Signing in and out, invitations, and who one is.

use harness::http::Api;
use harness::{Answer, Fair, Subscriber, eventually, on_every_engine};
use mobile_core::wire::SignedIn;
use serde_json::{Value, json};
use server::accounts::{self, password::Password};

const PASSWORD: &str = "correct horse battery";
const MINUTE: i64 = 60_000_000;
const DAY: i64 = 24 * 60 * MINUTE;

async fn owner(fair: &Fair, organizer: &str, email: &str) -> accounts::Owner {
    let password = Password::parse(PASSWORD).unwrap();
    accounts::create_owner(fair.app(), organizer, email, "Olga Owner", &password).await.unwrap()
}

async fn login(fair: &Fair, email: &str, password: &str) -> Answer {
    fair.site.api.post("/auth/login", &json!({"email": email, "password": password})).await
}

fn as_them(fair: &Fair, signed_in: &Answer) -> Api {
    fair.site.api.with_token(signed_in.ok::<SignedIn>().token)
}

/// Invites someone and gives the secret of the link.
async fn invited(admin: &harness::TeamMember, email: &str) -> String {
    let member = json!({"first_name": "Ines", "last_name": "Ito", "email": email, "roles": ["scanner"]});
    let made = admin.api.post(&format!("/exhibitors/{}/team", admin.exhibitor), &member).await.done(201);
    made["invitation_url"].as_str().unwrap().rsplit_once("/invitations/").unwrap().1.to_owned()
}

async fn accept(fair: &Fair, token: &str, password: &str) -> Answer {
    fair.site.api.post(&format!("/auth/invitations/{token}/accept"), &json!({"password": password})).await
}

on_every_engine! {
    async fn an_owner_signs_in_and_is_told_who_they_are(fair) {
        let made = owner(fair, "Fairs Ltd", "Olga@Fairs.example").await;
        let answer = login(fair, " olga@fairs.example ", PASSWORD).await;
        let cookie = answer.header("set-cookie").unwrap().to_owned();
        assert!(cookie.starts_with("leadline_session=lu_"), "{cookie}");
        for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let me: Value = as_them(fair, &answer).get("/me").await.ok();
        assert_eq!(me["user"]["email"], "olga@fairs.example");
        assert_eq!(me["memberships"]["organizers"][0]["organizer_id"], json!(made.organizer));
        assert_eq!(me["memberships"]["organizers"][0]["role"], "owner");
        // The cookie alone signs in too.
        let cookie = cookie.split(';').next().unwrap();
        let me = fair.site.api.send(reqwest::Method::GET, "/me", &[("cookie", cookie)], None).await;
        assert_eq!(me.ok::<Value>()["user"]["name"], "Olga Owner");
    }

    async fn a_wrong_password_and_an_unknown_address_are_told_alike(fair) {
        owner(fair, "Fairs Ltd", "olga@fairs.example").await;
        let wrong = login(fair, "olga@fairs.example", "not this one").await.refused("wrong_credentials");
        let unknown = login(fair, "nobody@fairs.example", PASSWORD).await.refused("wrong_credentials");
        let nonsense = login(fair, "no address", PASSWORD).await.refused("wrong_credentials");
        assert_eq!(wrong, unknown);
        assert_eq!(wrong, nonsense);
    }

    async fn guessing_gets_slow_and_throws_nobody_out(fair) {
        owner(fair, "Fairs Ltd", "olga@fairs.example").await;
        let inside = as_them(fair, &login(fair, "olga@fairs.example", PASSWORD).await);
        for _ in 0..6 {
            login(fair, "olga@fairs.example", "guess guess").await.refused("wrong_credentials");
        }
        let slowed = login(fair, "olga@fairs.example", PASSWORD).await;
        slowed.refused("too_many_requests");
        assert_eq!(slowed.status, 429);
        let wait: i64 = slowed.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=30).contains(&wait), "{wait}");
        inside.get("/me").await.done(200);
        fair.app().clock.advance(wait * 1_000_000);
        login(fair, "olga@fairs.example", PASSWORD).await.done(200);
    }

    async fn signing_out_ends_the_token_and_its_cookie(fair) {
        owner(fair, "Fairs Ltd", "olga@fairs.example").await;
        let first = as_them(fair, &login(fair, "olga@fairs.example", PASSWORD).await);
        let second = as_them(fair, &login(fair, "olga@fairs.example", PASSWORD).await);
        let out = first.post("/auth/logout", &json!({})).await;
        out.done(204);
        assert!(out.header("set-cookie").unwrap().contains("Max-Age=0"));
        first.get("/me").await.refused("not_signed_in");
        second.get("/me").await.done(200);
    }

    async fn a_sign_in_ends_by_itself(fair) {
        owner(fair, "Fairs Ltd", "olga@fairs.example").await;
        let olga = as_them(fair, &login(fair, "olga@fairs.example", PASSWORD).await);
        fair.app().clock.advance(14 * DAY + 1);
        olga.get("/me").await.refused("not_signed_in");
    }

    async fn an_owner_made_again_gets_the_new_password_and_keeps_the_organizer(fair) {
        let first = owner(fair, "Fairs Ltd", "olga@fairs.example").await;
        let signed_in = as_them(fair, &login(fair, "olga@fairs.example", PASSWORD).await);
        let password = Password::parse("another password").unwrap();
        let again = accounts::create_owner(fair.app(), "Fairs Ltd", "olga@fairs.example", "Olga", &password).await.unwrap();
        assert!(!again.is_new);
        assert_eq!((first.account, first.organizer), (again.account, again.organizer));
        signed_in.get("/me").await.refused("not_signed_in");
        login(fair, "olga@fairs.example", PASSWORD).await.refused("wrong_credentials");
        login(fair, "olga@fairs.example", "another password").await.done(200);
    }

    async fn an_invitation_makes_an_account_and_works_once(fair) {
        let admin = fair.exhibitor("Acme").open().await.admin("Ada Admin").await;
        let token = invited(&admin, "ines@acme.example").await;
        accept(fair, &token, "short").await.refused("invalid_field");
        let ines = as_them(fair, &accept(fair, &token, PASSWORD).await);
        let me: Value = ines.get("/me").await.ok();
        assert_eq!(me["user"]["name"], "Ines Ito");
        assert_eq!(me["memberships"]["exhibitors"][0]["roles"], json!(["scanner"]));
        let capabilities = me["capabilities"]["exhibitors"][0]["capabilities"].as_array().unwrap();
        assert!(capabilities.contains(&json!("lead_read")) && !capabilities.contains(&json!("lead_export")));
        accept(fair, &token, PASSWORD).await.refused("used_up");
        login(fair, "ines@acme.example", PASSWORD).await.done(200);
        accept(fair, "li_nonsense", PASSWORD).await.refused("not_found");
    }

    async fn an_invitation_expires(fair) {
        let admin = fair.exhibitor("Acme").open().await.admin("Ada Admin").await;
        let token = invited(&admin, "ines@acme.example").await;
        fair.app().clock.advance(14 * DAY + 1);
        let late = accept(fair, &token, PASSWORD).await;
        late.refused("used_up");
        assert_eq!(late.status, 410);
    }

    async fn a_known_account_joins_another_team_only_with_its_own_password(fair) {
        let acme = fair.exhibitor("Acme").open().await.admin("Ada Admin").await;
        let bolt = fair.exhibitor("Bolt").open().await.admin("Bo Admin").await;
        accept(fair, &invited(&acme, "ines@acme.example").await, PASSWORD).await.done(200);
        let token = invited(&bolt, "ines@acme.example").await;
        let ines = as_them(fair, &login(fair, "ines@acme.example", PASSWORD).await);
        let leads = format!("/exhibitors/{}/leads", bolt.exhibitor);
        ines.get(&leads).await.refused("not_found");
        accept(fair, &token, "not the password").await.refused("wrong_credentials");
        accept(fair, &token, PASSWORD).await.done(200);
        ines.get(&leads).await.done(200);
        let me: Value = ines.get("/me").await.ok();
        assert_eq!(me["memberships"]["exhibitors"].as_array().unwrap().len(), 2);
    }

    async fn a_sign_in_that_nobody_uses_ends_sooner_and_one_in_use_does_not(fair) {
        owner(fair, "Fairs Ltd", "olga@fairs.example").await;
        let used = as_them(fair, &login(fair, "olga@fairs.example", PASSWORD).await);
        let idle = as_them(fair, &login(fair, "olga@fairs.example", PASSWORD).await);
        for _ in 0..2 {
            fair.app().clock.advance(2 * DAY);
            used.get("/me").await.done(200);
            // The use is noted beside the request.
            eventually(async || {
                let list: Value = used.get("/me/sign-ins").await.ok();
                let newest = list["items"].as_array()?.iter().filter_map(|one| one["seen_at"].as_str()).max()?.to_owned();
                let seen: mobile_core::time::Timestamp = newest.parse().unwrap();
                (fair.now().micros_since(seen) < DAY).then_some(())
            }).await;
        }
        idle.get("/me").await.refused("not_signed_in");
        used.get("/me").await.done(200);
    }

    async fn a_person_sees_where_they_are_signed_in_and_ends_it_there(fair) {
        owner(fair, "Fairs Ltd", "olga@fairs.example").await;
        let phone = [("user-agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Safari/604.1"),
            ("content-type", "application/json")];
        let body = json!({"email": "olga@fairs.example", "password": PASSWORD}).to_string().into_bytes();
        let on_phone = as_them(fair, &fair.site.api.send(reqwest::Method::POST, "/auth/login", &phone, Some(body)).await);
        let here = as_them(fair, &login(fair, "olga@fairs.example", PASSWORD).await);
        let list: Value = here.get("/me/sign-ins").await.ok();
        let items = list["items"].as_array().unwrap();
        assert_eq!(items.len(), 2);
        assert!(!list.to_string().contains("lu_"), "no secret is shown");
        let other = items.iter().find(|one| one["is_current"] == false).unwrap();
        assert_eq!(other["agent"], "Safari on iPhone");
        let path = format!("/me/sign-ins/{}", other["id"].as_str().unwrap());
        // Not somebody else's.
        fair.organizer().await.api.delete(&path).await.refused("not_found");
        here.delete(&path).await.done(204);
        on_phone.get("/me").await.refused("not_signed_in");
        here.delete(&path).await.refused("not_found");
        let third = as_them(fair, &login(fair, "olga@fairs.example", PASSWORD).await);
        here.delete("/me/sign-ins").await.done(204);
        third.get("/me").await.refused("not_signed_in");
        here.get("/me").await.done(200);
    }

    async fn an_ended_sign_in_loses_its_stream(fair) {
        let olga = fair.organizer().await;
        let mut stream = olga.live(None).await;
        let ticket = olga.api.post("/live-tickets", &json!({"event_id": fair.site.event})).await.done(201);
        let path = format!("/events/{}/live?ticket={}", fair.site.event, ticket["ticket"].as_str().unwrap());
        let mut by_ticket = Subscriber::open(&fair.site.api, &path, None).await;
        let list: Value = olga.api.get("/me/sign-ins").await.ok();
        let path = format!("/me/sign-ins/{}", list["items"][0]["id"].as_str().unwrap());
        olga.api.delete(&path).await.done(204);
        assert_eq!(stream.end().await, Some(4401));
        assert_eq!(by_ticket.end().await, Some(4401));
    }

    async fn a_password_is_changed_by_who_knows_it_and_ends_the_other_sign_ins(fair) {
        owner(fair, "Fairs Ltd", "olga@fairs.example").await;
        let here = as_them(fair, &login(fair, "olga@fairs.example", PASSWORD).await);
        let other = as_them(fair, &login(fair, "olga@fairs.example", PASSWORD).await);
        let change = async |password: &str, new: &str| {
            here.post("/me/password", &json!({"password": password, "new_password": new})).await
        };
        change("not this one", "another password").await.refused("wrong_credentials");
        let short = change(PASSWORD, "short").await.refused("invalid_field");
        assert_eq!(short.errors[0].pointer, "/new_password");
        change(PASSWORD, "another password").await.done(204);
        here.get("/me").await.done(200);
        other.get("/me").await.refused("not_signed_in");
        login(fair, "olga@fairs.example", PASSWORD).await.refused("wrong_credentials");
        login(fair, "olga@fairs.example", "another password").await.done(200);
        let told = fair.mail_to("olga@fairs.example", 1).await;
        assert_eq!(told.subject, "Your password was changed");
    }

    async fn a_forgotten_password_is_reset_by_a_mailed_link_once(fair) {
        owner(fair, "Fairs Ltd", "olga@fairs.example").await;
        let signed_in = as_them(fair, &login(fair, "olga@fairs.example", PASSWORD).await);
        let ask = async |email: &str| fair.site.api.post("/auth/password-resets", &json!({"email": email})).await;
        let unknown = ask("nobody@fairs.example").await;
        let known = ask("Olga@fairs.example").await;
        assert_eq!((unknown.status, unknown.body), (known.status, known.body), "both are told the same");
        let mail = fair.mail_to("olga@fairs.example", 1).await;
        assert!(mail.link().starts_with(&format!("{}/reset-password/lr_", fair.site.api.base())), "{}", mail.link());
        assert!(fair.mails().iter().all(|mail| mail.to != "nobody@fairs.example"));
        let path = format!("/auth/password-resets/{}", mail.token());
        let set = async |password: &str| fair.site.api.post(&path, &json!({"password": password})).await;
        set("short").await.refused("invalid_field");
        set("another password").await.done(204);
        let again = set("a third password").await;
        again.refused("used_up");
        assert_eq!(again.status, 410);
        signed_in.get("/me").await.refused("not_signed_in");
        login(fair, "olga@fairs.example", PASSWORD).await.refused("wrong_credentials");
        login(fair, "olga@fairs.example", "another password").await.done(200);
    }

    async fn a_link_to_a_new_password_ends_and_a_newer_password_ends_it_too(fair) {
        owner(fair, "Fairs Ltd", "olga@fairs.example").await;
        let ask = async || fair.site.api.post("/auth/password-resets", &json!({"email": "olga@fairs.example"})).await;
        ask().await.done(202);
        let late = format!("/auth/password-resets/{}", fair.mail_to("olga@fairs.example", 1).await.token());
        fair.app().clock.advance(60 * MINUTE);
        fair.site.api.post(&late, &json!({"password": PASSWORD})).await.refused("used_up");
        ask().await.done(202);
        let open = format!("/auth/password-resets/{}", fair.mail_to("olga@fairs.example", 2).await.token());
        let olga = as_them(fair, &login(fair, "olga@fairs.example", PASSWORD).await);
        olga.post("/me/password", &json!({"password": PASSWORD, "new_password": "another password"})).await.done(204);
        fair.site.api.post(&open, &json!({"password": PASSWORD})).await.refused("used_up");
    }

    async fn nobody_is_flooded_with_links_to_new_passwords(fair) {
        owner(fair, "Fairs Ltd", "olga@fairs.example").await;
        for _ in 0..6 {
            fair.site.api.post("/auth/password-resets", &json!({"email": "olga@fairs.example"})).await.done(202);
            fair.site.api.get("/me").await.refused("not_signed_in");
        }
        fair.app().errands_done().await;
        fair.mail_to("olga@fairs.example", 3).await;
        // Another hour, another link.
        fair.app().clock.advance(61 * MINUTE);
        fair.site.api.post("/auth/password-resets", &json!({"email": "olga@fairs.example"})).await.done(202);
        fair.mail_to("olga@fairs.example", 4).await;
        assert_eq!(fair.mails().len(), 4, "and none too many");
    }

    async fn a_hash_of_older_parameters_is_made_anew_at_sign_in(fair) {
        let made = owner(fair, "Fairs Ltd", "olga@fairs.example").await;
        // m = 64 KiB, t = 1: what nobody would use today.
        let params = argon2::Params::new(64, 1, 1, None).unwrap();
        let weak = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
        let weak: argon2::password_hash::phc::PasswordHash =
            argon2::PasswordHasher::hash_password_with_salt(&weak, PASSWORD.as_bytes(), &[7; 16]).unwrap();
        let weak = weak.to_string();
        let mut tx = fair.app().write().await.unwrap();
        accounts::store::set_password(&mut tx, made.account, &weak).await.unwrap();
        tx.commit(&fair.app().hub).await.unwrap();
        login(fair, "olga@fairs.example", "guess guess").await.refused("wrong_credentials");
        let kept = async || {
            let mut tx = fair.app().read().await.unwrap();
            accounts::store::account(&mut tx, made.account).await.unwrap().unwrap().password_hash.unwrap()
        };
        assert_eq!(kept().await, weak, "a guess changes nothing");
        login(fair, "olga@fairs.example", PASSWORD).await.done(200);
        assert!(kept().await.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", kept().await);
        login(fair, "olga@fairs.example", PASSWORD).await.done(200);
    }

    async fn a_browser_that_signs_in_again_gets_a_new_token_and_the_old_one_ends(fair) {
        owner(fair, "Fairs Ltd", "olga@fairs.example").await;
        let first = login(fair, "olga@fairs.example", PASSWORD).await;
        let cookie = first.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        let body = json!({"email": "olga@fairs.example", "password": PASSWORD}).to_string().into_bytes();
        let headers = [("content-type", "application/json"), ("cookie", cookie.as_str())];
        let again = fair.site.api.send(reqwest::Method::POST, "/auth/login", &headers, Some(body)).await;
        assert_ne!(again.ok::<SignedIn>().token, first.ok::<SignedIn>().token);
        as_them(fair, &first).get("/me").await.refused("not_signed_in");
        as_them(fair, &again).get("/me").await.done(200);
    }

    async fn what_the_former_sign_in_of_a_browser_opened_ends_with_it(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let bea = fair.exhibitor("Bolt").open().await.admin("Bea").await;
        let first = accept(fair, &invited(&ada, "ines@acme.example").await, PASSWORD).await;
        let cookie = first.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        let path = format!("/exhibitors/{}/live", ada.exhibitor);
        let mut live = Subscriber::open(&as_them(fair, &first), &path, None).await;
        // Another team's invitation, accepted in the same browser.
        let path = format!("/auth/invitations/{}/accept", invited(&bea, "ines@acme.example").await);
        let headers = [("content-type", "application/json"), ("cookie", cookie.as_str())];
        let body = json!({"password": PASSWORD}).to_string().into_bytes();
        let again = fair.site.api.send(reqwest::Method::POST, &path, &headers, Some(body)).await;
        assert_eq!(live.end().await, Some(4401));
        as_them(fair, &first).get("/me").await.refused("not_signed_in");
        as_them(fair, &again).get("/me").await.done(200);
    }

    async fn a_device_is_no_person(fair) {
        let [phone] = fair.exhibitor("Acme").phones(["Ines"]).await;
        phone.api.get("/me").await.refused("forbidden");
        phone.api.post("/auth/logout", &json!({})).await.refused("forbidden");
        fair.site.api.get("/me").await.refused("not_signed_in");
    }
}
