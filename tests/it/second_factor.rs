//! The second step of signing in: set up, asked for, never taken twice, and what to do without a phone.

use harness::http::Api;
use harness::{Answer, Fair, on_every_engine};
use mobile_core::wire::SignedIn;
use serde_json::{Value, json};
use server::accounts::second_factor::{SECRET_BYTES, code_at};
use server::accounts::{self, password::Password};

const PASSWORD: &str = "correct horse battery";
const EMAIL: &str = "olga@fairs.example";
const STEP: i64 = 30_000_000;

async fn login(fair: &Fair, code: Option<&str>) -> Answer {
    let mut body = json!({"email": EMAIL, "password": PASSWORD});
    if let Some(code) = code {
        body["code"] = json!(code);
    }
    fair.site.api.post("/auth/login", &body).await
}

/// The secret of an app, from the base 32 that it was given.
fn read_secret(text: &str) -> [u8; SECRET_BYTES] {
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for letter in text.bytes() {
        let value = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|known| *known == letter).unwrap();
        held = (held << 5) | u32::try_from(value).unwrap();
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 255).unwrap());
        }
    }
    bytes.try_into().unwrap()
}

/// Switches the second step of whoever is signed in on: the app's secret, the recovery codes.
async fn switched_on(fair: &Fair, api: &Api) -> ([u8; SECRET_BYTES], Vec<String>) {
    let begun = api.post("/me/second-factor", &json!({"password": PASSWORD})).await.done(201);
    let secret = read_secret(begun["secret"].as_str().unwrap());
    let code = code_at(secret, fair.now());
    let on = api.post("/me/second-factor/confirm", &json!({"code": code})).await.done(200);
    let codes = on["recovery_codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned());
    let codes = codes.collect();
    fair.app().clock.advance(STEP);
    (secret, codes)
}

/// An owner whose second step is on: their way to the server, the app's secret, the recovery codes.
async fn protected(fair: &Fair) -> (Api, [u8; SECRET_BYTES], Vec<String>) {
    let password = Password::parse(PASSWORD).unwrap();
    accounts::create_owner(fair.app(), "Fairs Ltd", EMAIL, "Olga Owner", &password).await.unwrap();
    let olga = fair.site.api.with_token(login(fair, None).await.ok::<SignedIn>().token);
    let (secret, codes) = switched_on(fair, &olga).await;
    (olga, secret, codes)
}

/// Resets the password of an account by the mail that is sent for it, and signs in with it.
async fn reset(fair: &Fair, email: &str) -> Answer {
    let sent = || fair.mails().into_iter().filter(|mail| mail.to == email && mail.subject == "Choose a new password");
    let before = sent().count();
    fair.site.api.post("/auth/password-resets", &json!({"email": email})).await.done(202);
    let mail = harness::eventually(async || sent().nth(before)).await;
    let path = format!("/auth/password-resets/{}", mail.token());
    fair.site.api.post(&path, &json!({"password": PASSWORD})).await.done(204);
    fair.site.api.post("/auth/login", &json!({"email": email, "password": PASSWORD})).await
}

on_every_engine! {
    async fn it_is_set_up_with_password_and_code_and_asked_for_from_then_on(fair) {
        let password = Password::parse(PASSWORD).unwrap();
        accounts::create_owner(fair.app(), "Fairs Ltd", EMAIL, "Olga Owner", &password).await.unwrap();
        let olga = fair.site.api.with_token(login(fair, None).await.ok::<SignedIn>().token);
        olga.post("/me/second-factor", &json!({"password": "guess guess"})).await.refused("wrong_credentials");
        olga.post("/me/second-factor/confirm", &json!({"code": "000000"})).await.refused("not_found");
        let begun = olga.post("/me/second-factor", &json!({"password": PASSWORD})).await.done(201);
        let uri = begun["uri"].as_str().unwrap();
        assert!(uri.starts_with("otpauth://totp/Leadline:olga%40fairs.example?secret="), "{uri}");
        login(fair, None).await.done(200);
        let secret = read_secret(begun["secret"].as_str().unwrap());
        let wrong = code_at([0; SECRET_BYTES], fair.now());
        olga.post("/me/second-factor/confirm", &json!({"code": wrong})).await.refused("wrong_code");
        let code = code_at(secret, fair.now());
        let on = olga.post("/me/second-factor/confirm", &json!({"code": code})).await.done(200);
        assert_eq!(on["recovery_codes"].as_array().unwrap().len(), 10);
        let state: Value = olga.get("/me/second-factor").await.ok();
        assert_eq!(state, json!({"is_on": true, "recovery_codes_left": 10}));
        assert_eq!(login(fair, None).await.refused("second_factor_required").status, 401);
        olga.post("/me/second-factor", &json!({"password": PASSWORD})).await.refused("already_exists");
        assert_eq!(fair.mail_to(EMAIL, 1).await.subject, "Second sign-in step switched on");
    }

    async fn a_wrong_password_does_not_tell_that_there_is_a_second_step(fair) {
        protected(fair).await;
        let body = json!({"email": EMAIL, "password": "guess guess"});
        fair.site.api.post("/auth/login", &body).await.refused("wrong_credentials");
    }

    async fn a_code_signs_in_once_and_an_older_one_no_more(fair) {
        let (_, secret, _) = protected(fair).await;
        let now = fair.now();
        let code = code_at(secret, now);
        login(fair, Some(&code)).await.done(200);
        login(fair, Some(&code)).await.refused("wrong_code");
        login(fair, Some(&code_at(secret, now.plus_micros(-STEP)))).await.refused("wrong_code");
        fair.app().clock.advance(STEP);
        login(fair, Some(&code_at(secret, fair.now()))).await.done(200);
        fair.app().clock.advance(10 * STEP);
        login(fair, Some(&code_at(secret, fair.now().plus_micros(-3 * STEP)))).await.refused("wrong_code");
    }

    async fn of_two_who_send_one_code_at_once_one_gets_in(fair) {
        let (_, secret, _) = protected(fair).await;
        let code = code_at(secret, fair.now());
        let (first, second) = tokio::join!(login(fair, Some(&code)), login(fair, Some(&code)));
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 401]);
    }

    async fn a_recovery_code_works_once_however_it_is_typed(fair) {
        let (olga, _, codes) = protected(fair).await;
        login(fair, Some(&codes[0].to_lowercase().replace('-', " "))).await.done(200);
        login(fair, Some(&codes[0])).await.refused("wrong_code");
        let state: Value = olga.get("/me/second-factor").await.ok();
        assert_eq!(state["recovery_codes_left"], 9);
        assert_eq!(fair.mail_to(EMAIL, 2).await.subject, "A recovery code was used");
        let renewed = json!({"password": PASSWORD, "code": codes[1]});
        let renewed = olga.post("/me/second-factor/recovery-codes", &renewed).await.done(200);
        login(fair, Some(&codes[2])).await.refused("wrong_code");
        login(fair, Some(renewed["recovery_codes"][0].as_str().unwrap())).await.done(200);
    }

    async fn guessing_at_codes_gets_slow(fair) {
        let (_, secret, _) = protected(fair).await;
        for guess in 0..6 {
            login(fair, Some(&format!("00000{guess}"))).await.refused("wrong_code");
        }
        let slowed = login(fair, Some(&code_at(secret, fair.now()))).await;
        slowed.refused("too_many_requests");
        let wait: i64 = slowed.header("retry-after").unwrap().parse().unwrap();
        fair.app().clock.advance(wait * 1_000_000);
        login(fair, Some(&code_at(secret, fair.now()))).await.done(200);
    }

    async fn it_is_switched_off_with_both_proofs(fair) {
        let (olga, secret, _) = protected(fair).await;
        let off = async |password: &str, code: &str| {
            olga.post("/me/second-factor/disable", &json!({"password": password, "code": code})).await
        };
        off("guess guess", &code_at(secret, fair.now())).await.refused("wrong_credentials");
        off(PASSWORD, "000000").await.refused("wrong_code");
        off(PASSWORD, &code_at(secret, fair.now())).await.done(204);
        login(fair, None).await.done(200);
        off(PASSWORD, &code_at(secret, fair.now())).await.refused("not_found");
    }

    async fn a_new_password_does_not_get_around_it(fair) {
        let (_, secret, _) = protected(fair).await;
        reset(fair, EMAIL).await.refused("second_factor_required");
        login(fair, Some(&code_at(secret, fair.now()))).await.done(200);
    }

    async fn somebody_who_took_an_address_that_is_not_theirs_cannot_keep_its_owner_out(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada Admin").await;
        let member = json!({"first_name": "Noor", "last_name": "Aziz", "email": "noor@a.example", "roles": ["scanner"]});
        let added = ada.api.post(&format!("/exhibitors/{}/team", ada.exhibitor), &member).await.done(201);
        let token = added["invitation_url"].as_str().unwrap().rsplit('/').next().unwrap();
        let path = format!("/auth/invitations/{token}/accept");
        let taken: SignedIn = fair.site.api.post(&path, &json!({"password": PASSWORD})).await.ok();
        switched_on(fair, &fair.site.api.with_token(taken.token)).await;
        let body = json!({"email": "noor@a.example", "password": PASSWORD});
        fair.site.api.post("/auth/login", &body).await.refused("second_factor_required");
        let noor: SignedIn = reset(fair, "noor@a.example").await.ok();
        let noor = fair.site.api.with_token(noor.token);
        assert_eq!(noor.get("/me/second-factor").await.done(200), json!({"is_on": false, "recovery_codes_left": 0}));
        // Hers from now on, it stays.
        let (secret, _) = switched_on(fair, &noor).await;
        reset(fair, "noor@a.example").await.refused("second_factor_required");
        let body = json!({"email": "noor@a.example", "password": PASSWORD, "code": code_at(secret, fair.now())});
        fair.site.api.post("/auth/login", &body).await.done(200);
    }

    async fn who_came_by_a_mailed_invitation_keeps_it_at_a_reset(fair) {
        let olga = fair.organizer().await;
        let members = format!("/organizers/{}/members", fair.site.organizer);
        let dora = json!({"name": "Dora Desk", "email": "dora@fairs.example", "role": "desk"});
        let asked = olga.api.post(&members, &dora).await.done(201);
        let mail = fair.mail_to("dora@fairs.example", 1).await;
        assert!(!asked["invitation_url"].as_str().unwrap().ends_with(mail.token()), "the mailed link is told nobody else");
        let path = format!("/auth/invitations/{}/accept", mail.token());
        let dora: SignedIn = fair.site.api.post(&path, &json!({"password": PASSWORD})).await.ok();
        switched_on(fair, &fair.site.api.with_token(dora.token)).await;
        reset(fair, "dora@fairs.example").await.refused("second_factor_required");
    }

    async fn an_invitation_does_not_get_around_it(fair) {
        let (_, secret, _) = protected(fair).await;
        let ada = fair.exhibitor("Acme").open().await.admin("Ada Admin").await;
        let member = json!({"first_name": "Olga", "last_name": "Owner", "email": EMAIL, "roles": ["scanner"]});
        let added = ada.api.post(&format!("/exhibitors/{}/team", ada.exhibitor), &member).await.done(201);
        let token = added["invitation_url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let path = format!("/auth/invitations/{token}/accept");
        fair.site.api.post(&path, &json!({"password": PASSWORD})).await.refused("second_factor_required");
        let both = json!({"password": PASSWORD, "code": code_at(secret, fair.now())});
        fair.site.api.post(&path, &both).await.done(200);
    }

    async fn the_page_asks_for_the_code_after_the_password(fair) {
        let (_, secret, _) = protected(fair).await;
        let form = async |path: &str, body: String| {
            let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
            fair.site.api.send(reqwest::Method::POST, path, &headers, Some(body.into_bytes())).await
        };
        let asked = form("//sign-in", format!("email={EMAIL}&password={PASSWORD}").replace(' ', "+")).await;
        assert_eq!((asked.status, asked.header("set-cookie")), (200, None), "the password alone signs nobody in");
        let text = asked.text();
        let step = text.split("name=\"secret\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let wrong = form("//sign-in/code", format!("secret={step}&code=000000")).await;
        assert_eq!(wrong.status, 401);
        let code = code_at(secret, fair.now());
        let entered = form("//sign-in/code", format!("secret={step}&code={code}")).await;
        assert!(entered.status == 303 || entered.status == 200, "{}", entered.status);
        // Neither the step nor the code works again.
        fair.app().clock.advance(STEP);
        let again = form("//sign-in/code", format!("secret={step}&code={}", code_at(secret, fair.now()))).await;
        assert_eq!(again.status, 410);
    }
}
