//! What requests are about: of the walked exhibitor, and of others.

use super::ask::Ask;
use super::callers::{Caller, Callers};
use super::guests::Guest;
use super::things::{Things, ask_for};
use harness::Fair;
use harness::builders::Site;
use harness::http::Api;
use mobile_core::ids::{AccountId, CaptureId};
use reqwest::Method;
use serde_json::json;
use server::access::token;
use server::accounts::second_factor;
use server::accounts::store::secrets;
use server::{accounts, affected, sql};

/// What requests are about: the things of the walked exhibitor, and those of others.
pub struct Targets {
    pub(super) site: Site,
    pub(super) owner: Api,
    /// An admin of the walked exhibitor, for what the organiser may not do.
    pub(super) admin: Api,
    pub(super) own: Things,
    pub(super) neighbour: Things,
    pub(super) foreign: Things,
    pub(super) password: (String, &'static str),
}

/// A picture of a few pixels.
pub(super) fn logo() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(4, 4).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

pub(super) const PASSWORD: &str = "correct horse battery staple";

impl Targets {
    pub async fn prepare(fair: &Fair, callers: &Callers) -> Self {
        let owner = callers.named("the owner").api.clone();
        let foreign = callers.named("another organizer's owner").api.clone();
        let admin = callers.named("an admin").api.clone();
        let phases = format!("/events/{}/phases", fair.site.event);
        owner.patch(&phases, None, &json!({"has_team_badges": true})).await.done(200);
        let attendee =
            json!({"first_name": "Art", "last_name": "Ito", "email": "art@a.example", "roles": ["attendee"]});
        owner.post(&format!("/exhibitors/{}/team", callers.acme.id), &attendee).await.done(201);
        let [guest, other, stranger] = &callers.guests;
        let own = Things::make(&fair.site, &callers.acme, &owner, guest).await;
        let neighbour = Things::make(&fair.site, &callers.bolt, &owner, other).await;
        let foreign = Things::make(&callers.elsewhere, &callers.zeta, &foreign, stranger).await;
        let mut targets = Self {
            site: fair.site.clone(),
            owner,
            admin,
            own,
            neighbour,
            foreign,
            password: (String::new(), PASSWORD),
        };
        let (token, email) = targets.invited().await;
        let accept = format!("/auth/invitations/{token}/accept");
        fair.site.api.post(&accept, &json!({"password": PASSWORD})).await.done(200);
        targets.password.0 = email;
        targets
    }

    /// The secret of an attendee's link.
    pub(super) async fn link_of(&self, registration: &str) -> String {
        let links = format!("/events/{}/registrations/{registration}/links", self.site.event);
        let link = self.owner.post(&links, &json!({"purpose": "attendee"})).await.done(201);
        link["token"].as_str().unwrap().to_owned()
    }

    /// A commercial contact, where contacts manage their meetings, and a visitor's request to them.
    pub(super) async fn asked_of_a_contact(&self) -> (Guest, String) {
        let rules = json!({"request_hours": 24, "daily_requests": 10_000, "contacts_manage": true});
        let (path, headers) =
            (format!("/events/{}/meeting-rules", self.site.event), [("content-type", "application/json")]);
        self.owner.send(Method::PUT, &path, &headers, Some(rules.to_string().into_bytes())).await.done(200);
        let email = format!("{}@a.example", self.fresh());
        let contact = json!({"first_name": "Carl", "last_name": "Contact", "email": email,
            "roles": ["commercial_contact"]});
        let team = format!("/exhibitors/{}/team", self.own.space.id);
        let contact = self.owner.post(&team, &contact).await.done(201);
        let carl = Guest::at_address(&self.site, "Carl Contact", &email).await;
        let visitor = Guest::register(&self.site, "Nina Next").await;
        let mut wish = ask_for(&self.site, &visitor.badge, 4);
        wish.as_object_mut().unwrap().remove("registration_id");
        wish["exhibitor_id"] = json!(self.own.space.id);
        wish["member_id"] = contact["id"].clone();
        let asked = visitor.api.post(&visitor.at("/meetings"), &wish).await.done(201);
        (carl, asked["id"].as_str().unwrap().to_owned())
    }

    /// Adds whoever is in the own conversation to another.
    pub(super) async fn join_scanners(&self, conversation: &str) {
        let at = format!("/exhibitors/{}/conversations", self.own.space.id);
        let known = self.admin.get(&format!("{at}/{}", self.own.conversation)).await.done(200);
        for member in known["members"].as_array().unwrap() {
            let added = json!({"member_id": member["id"]});
            self.admin.post(&format!("{at}/{conversation}/members"), &added).await.done(201);
        }
    }

    /// Invites somebody new and gives the invitation's token and the address.
    pub(super) async fn invited(&self) -> (String, String) {
        let email = format!("{}@a.example", self.site.app.new_id::<CaptureId>());
        let member = json!({"first_name": "New", "last_name": "Member", "email": email, "roles": ["scanner"]});
        let added = self.owner.post(&format!("/exhibitors/{}/team", self.own.space.id), &member).await.done(201);
        let url = added["invitation_url"].as_str().unwrap();
        (url.rsplit('/').next().unwrap().to_owned(), email)
    }

    /// Somebody new who was asked to join the organizer.
    pub(super) async fn asked_member(&self, own: Ask) -> Ask {
        let person = json!({"name": "New", "email": format!("{}@a.example", self.fresh()), "role": "desk"});
        let asked = self.owner.post(&format!("/organizers/{}/members", self.site.organizer), &person).await.done(201);
        own.with("organizer_id", self.site.organizer).with("member_id", asked["id"].as_str().unwrap())
    }

    /// The secret of a link that proves an attendee's other address.
    pub(super) async fn address_link(&self) -> String {
        let (secret, now) = (token::make(&self.site.app, token::ADDRESS_LINK), self.site.app.now());
        let mut tx = self.site.app.write().await.unwrap();
        affected!(
            tx,
            sqlx::query(
                "INSERT INTO exhibitor_email_link (token_hash, event_id, registration_id, email, created_at, expires_at) \
                 VALUES ($1, $2, $3, $4, $5, $6)"
            )
            .bind(token::hash(&secret).to_vec())
            .bind(self.site.event)
            .bind(self.own.badge.registration)
            .bind(format!("{}@a.example", self.fresh()))
            .bind(now)
            .bind(now.plus_micros(60_000_000))
        )
        .unwrap();
        tx.commit(&self.site.app.hub).await.unwrap();
        secret
    }

    /// Sees to it that an event has this field, which may be deleted.
    pub(super) async fn field(&self, of: &Things, key: &str) {
        let fields = format!("/events/{}/profile-fields", of.space.site.event);
        let known = of.organizer.get(&fields).await.done(200);
        if !known["items"].as_array().unwrap().iter().any(|field| field["key"] == key) {
            let field = json!({"key": key, "kind": "line", "words": {"en": "Motto"}, "most": 80});
            of.organizer.post(&fields, &field).await.done(201);
        }
    }

    /// Uploads a logo and gives its id.
    pub(super) async fn logo(&self) -> String {
        let path = format!("/exhibitors/{}/profile/logo", self.own.space.id);
        let kept = self.owner.send(Method::PUT, &path, &[], Some(logo())).await.done(200);
        kept["logo"].as_str().unwrap().rsplit('/').next().unwrap().to_owned()
    }

    pub(super) async fn pairing_code(&self) -> String {
        let codes = format!("/exhibitors/{}/pairing-codes", self.own.space.id);
        self.owner.post(&codes, &json!({"max_uses": 5})).await.done(201)["pairing_code"].as_str().unwrap().to_owned()
    }

    /// A print run of everybody at an event who has a badge.
    pub(super) async fn print_run(&self, of: &Things) -> String {
        let runs = format!("/events/{}/print-runs", of.space.site.event);
        of.organizer.post(&runs, &json!({})).await.done(201)["id"].as_str().unwrap().to_owned()
    }

    pub(super) fn fresh(&self) -> String {
        self.site.app.new_id::<CaptureId>().to_string()
    }

    /// A deed of the desk that can be taken back.
    pub(super) async fn deed(&self, of: &Things) -> String {
        let other = of.space.site.registration("Nour Aziz").badge().await;
        let path = format!("/events/{}/registrations/{}/merge", of.space.site.event, of.badge.registration);
        let merged = of.organizer.post(&path, &json!({"registration_id": other.registration})).await.done(200);
        merged["action_id"].as_str().unwrap().to_owned()
    }

    /// A code that was scanned and that nobody knows, by its hash.
    pub(super) async fn unmatched(&self, of: &Things) -> String {
        let phone = of.space.phone("Una").await;
        phone.scan(self.fresh().as_str()).upload().await;
        let listed = of.organizer.get(&format!("/events/{}/unmatched-codes", of.space.site.event)).await.done(200);
        listed["items"][0]["code_hash"].as_str().unwrap().to_owned()
    }

    /// A capture of a space that lies aside.
    pub(super) async fn aside(&self, of: &Things) -> String {
        let phone = of.space.phone("Lou").await;
        let scan = phone.scan(&of.badge).captures();
        of.space.site.lose(&phone).await;
        phone.send(&scan).await.done(200);
        let listed = of.organizer.get(&format!("/exhibitors/{}/rejected-captures", of.space.id)).await.done(200);
        listed["items"][0]["id"].as_str().unwrap().to_owned()
    }

    /// The account of a caller who is a person.
    pub(super) async fn account(&self, caller: &Caller) -> Option<AccountId> {
        let hash = token::hash(caller.api.token().filter(|_| caller.is_person)?);
        let mut tx = self.site.app.read().await.unwrap();
        let account = sql!(tx, conn => sqlx::query_scalar("SELECT account_id FROM sign_in WHERE token_hash = $1")
            .bind(hash.to_vec()).fetch_optional(conn));
        account.unwrap()
    }

    /// Lets a caller prove who they are: the password is known, and nothing is asked for besides.
    pub(super) async fn give_password(&self, caller: &Caller) -> Option<AccountId> {
        let account = self.account(caller).await?;
        let mut tx = self.site.app.write().await.unwrap();
        secrets::remove_factor(&mut tx, account).await.unwrap();
        let known: String = sql!(tx, conn => sqlx::query_scalar("SELECT password_hash FROM account WHERE email = $1")
            .bind(&self.password.0).fetch_one(conn))
        .unwrap();
        accounts::store::set_password(&mut tx, account, &known).await.unwrap();
        tx.commit(&self.site.app.hub).await.unwrap();
        Some(account)
    }

    /// A second factor that a caller has begun, and its present code.
    pub(super) async fn begun_factor(&self, caller: &Caller) -> String {
        let Some(account) = self.give_password(caller).await else { return "000000".to_owned() };
        let secret = [7; second_factor::SECRET_BYTES];
        let mut tx = self.site.app.write().await.unwrap();
        assert!(secrets::begin_factor(&mut tx, account, &secret, self.site.app.now()).await.unwrap());
        tx.commit(&self.site.app.hub).await.unwrap();
        second_factor::code_at(secret, self.site.app.now())
    }

    /// A recovery code of a second factor that is on.
    pub(super) async fn recovery_code(&self, caller: &Caller) -> String {
        self.begun_factor(caller).await;
        let Some(account) = self.account(caller).await else { return "none".to_owned() };
        let now = self.site.app.now();
        let mut tx = self.site.app.write().await.unwrap();
        secrets::confirm_factor(&mut tx, account, now).await.unwrap();
        secrets::set_recovery_codes(&mut tx, account, &[token::hash("ABCDEFGHIJKLMNOP")]).await.unwrap();
        tx.commit(&self.site.app.hub).await.unwrap();
        "abcd-efgh-ijkl-mnop".to_owned()
    }

    /// An open view of a caller, where they may have one.
    pub(super) async fn view(&self, caller: &Caller) -> String {
        let views = format!("/events/{}/views", self.site.event);
        let begun = caller.api.post(&views, &json!({"member_id": self.own.member})).await;
        if begun.status == 201 { begun.json()["id"].as_str().unwrap().to_owned() } else { self.fresh() }
    }

    /// An open view of an organizer's.
    pub(super) async fn begun_view(&self, of: &Things) -> String {
        let views = format!("/events/{}/views", of.space.site.event);
        let begun = of.organizer.post(&views, &json!({"member_id": of.member})).await.done(201);
        begun["id"].as_str().unwrap().to_owned()
    }

    /// Another sign-in of a caller, as its owner names it.
    pub(super) async fn another_sign_in(&self, caller: &Caller) -> String {
        let hash = token::hash(&self.fresh());
        if let Some(account) = self.account(caller).await {
            let now = self.site.app.now();
            let mut tx = self.site.app.write().await.unwrap();
            let until = now.plus_micros(60_000_000);
            accounts::store::sign_ins::insert(&mut tx, &hash, account, None, now, until).await.unwrap();
            tx.commit(&self.site.app.hub).await.unwrap();
        }
        token::public_id(hash.as_slice()).to_string()
    }

    /// The secret of a mailed link to a new password.
    pub(super) async fn reset_token(&self) -> String {
        let secret = format!("lr_{}", self.fresh());
        let now = self.site.app.now();
        let mut tx = self.site.app.write().await.unwrap();
        let account: AccountId = sql!(tx, conn => sqlx::query_scalar("SELECT id FROM account WHERE email = $1")
            .bind(&self.password.0).fetch_one(conn))
        .unwrap();
        let lasts = (now, now.plus_micros(60_000_000));
        let purpose = secrets::Purpose::PasswordReset;
        secrets::insert(&mut tx, &token::hash(&secret), account, purpose, lasts).await.unwrap();
        tx.commit(&self.site.app.hub).await.unwrap();
        secret
    }

    pub(super) async fn invited_member(&self) -> String {
        let email = format!("{}@a.example", self.fresh());
        let member = json!({"first_name": "New", "last_name": "Member", "email": email, "roles": ["scanner"]});
        let added = self.owner.post(&format!("/exhibitors/{}/team", self.own.space.id), &member).await.done(201);
        added["id"].as_str().unwrap().to_owned()
    }
}
