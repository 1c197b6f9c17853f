//! Signing in and out, invitations, and who one is.

use harness::http::Api;
use harness::{Answer, Fair, on_every_engine};
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

    async fn a_device_is_no_person(fair) {
        let [phone] = fair.exhibitor("Acme").phones(["Ines"]).await;
        phone.api.get("/me").await.refused("forbidden");
        phone.api.post("/auth/logout", &json!({})).await.refused("forbidden");
        fair.site.api.get("/me").await.refused("not_signed_in");
    }
}
