//! A fair to test with: an event, its exhibitors, their people and phones, and registered visitors.
//!
//! Rows are written straight into the tables, which is fast; what the API makes of the same is
//! tested through [`crate::Organizer`].

mod registration;
mod space;

pub use registration::RegistrationBuilder;
pub use space::{ExhibitorBuilder, Space};

use crate::actors::Organizer;
use crate::engine::{Database, Engine};
use crate::http::{self, Api};
use crate::mail::Mail;
use crate::phone::Phone;
use crate::server::Node;
use mobile_core::badge::{self, number};
use mobile_core::capture::{Contact, ContactField};
use mobile_core::ids::{AccountId, BadgeId, EventId, OrganizerId, RegistrationId, TeamMemberId};
use mobile_core::time::Timestamp;
use server::access::token;
use server::app::{App, Clock, Settings};
use server::events::disclosure::Disclosure;
use server::{affected, leads, sql};
use sqlx::types::Json;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

const DAY: i64 = 24 * 3600 * 1_000_000;

/// An event with its server.
#[derive(Debug)]
pub struct Fair {
    /// Its database.
    pub database: Database,
    /// Its server and its event.
    pub site: Site,
    nodes: Mutex<Vec<Arc<Node>>>,
}

/// Where things happen: one server, one event.
#[derive(Debug, Clone)]
pub struct Site {
    /// The server's parts.
    pub app: App,
    /// The event.
    pub event: EventId,
    /// Whose event it is.
    pub organizer: OrganizerId,
    /// The way to the server, as nobody.
    pub api: Api,
}

/// A registered person's badge.
#[derive(Debug, Clone)]
pub struct Badge {
    /// What its code says.
    pub code: String,
    /// What is printed for typing, as stored.
    pub number: String,
    /// The badge.
    pub id: BadgeId,
    /// Whose it is.
    pub registration: RegistrationId,
}

impl Fair {
    /// Opens day 2 of 3 of an event on a database.
    pub async fn open(database: Database) -> Self {
        let settings = settings(&database);
        Self::open_with(database, settings).await
    }

    /// The same, on a server with other settings.
    pub async fn open_with(database: Database, settings: Settings) -> Self {
        let store = database.open().await;
        let node = Node::start(store, Clock::default(), settings).await;
        let api = Api::new(http::client(), node.base());
        let app = node.app.clone();
        let (organizer, event) = (app.new_id(), app.new_id());
        let site = Site { app, event, organizer, api };
        site.make_event("Spring Fair", "spring").await;
        Self { database, site, nodes: Mutex::new(vec![Arc::new(node)]) }
    }

    /// The engine it runs on.
    pub fn engine(&self) -> Engine {
        self.database.engine
    }

    /// The server's parts.
    pub fn app(&self) -> &App {
        &self.site.app
    }

    /// The server's clock.
    pub fn now(&self) -> Timestamp {
        self.site.app.now()
    }

    /// Another server process on the same database, with a memory of its own.
    pub async fn another_node(&self) -> Arc<Node> {
        let store = self.database.open().await;
        let settings = self.site.app.settings.clone();
        let node = Arc::new(Node::start(store, self.site.app.clock.clone(), settings).await);
        self.nodes.lock().unwrap_or_else(PoisonError::into_inner).push(node.clone());
        node
    }

    /// The server that everybody is at unless told otherwise.
    pub fn node(&self) -> Arc<Node> {
        self.nodes.lock().unwrap_or_else(PoisonError::into_inner)[0].clone()
    }

    /// Another organizer's event on the same server.
    pub async fn elsewhere(&self) -> Site {
        let site = Site { event: self.site.app.new_id(), organizer: self.site.app.new_id(), ..self.site.clone() };
        site.make_event("Autumn Fair", "autumn").await;
        site
    }

    /// Begins an exhibitor.
    pub fn exhibitor(&self, name: &str) -> ExhibitorBuilder {
        self.site.exhibitor(name)
    }

    /// Begins a registration.
    pub fn registration(&self, name: &str) -> RegistrationBuilder {
        self.site.registration(name)
    }

    /// The mails that were sent so far, where they go to the folder.
    pub fn mails(&self) -> Vec<Mail> {
        Mail::all_in(&self.site.app.settings.data_dir.join("mail"))
    }

    /// The newest mail to an address, once there are so many.
    pub async fn mail_to(&self, address: &str, count: usize) -> Mail {
        crate::eventually(async || {
            let mut to: Vec<Mail> = self.mails().into_iter().filter(|mail| mail.to == address).collect();
            if to.len() >= count { to.pop() } else { None }
        })
        .await
    }

    /// The organizer's owner, signed in.
    pub async fn organizer(&self) -> Organizer {
        self.site.organizer_member("Olga Owner", "owner").await
    }

    /// Stops the servers and removes the database.
    pub async fn close(self) {
        let nodes = self.nodes.into_inner().unwrap_or_else(PoisonError::into_inner);
        for node in nodes {
            node.stop().await;
        }
        self.database.remove().await;
    }
}

/// The settings of a test's server.
pub fn settings(database: &Database) -> Settings {
    Settings { data_dir: database.directory().to_path_buf(), ..Settings::default() }
}

impl Site {
    async fn make_event(&self, name: &str, slug: &str) {
        let now = self.app.now();
        let mut tx = self.app.write().await.unwrap();
        affected!(
            tx,
            sqlx::query("INSERT INTO organizer (id, name, created_at) VALUES ($1, $2, $3)")
                .bind(self.organizer)
                .bind(format!("{name} Ltd"))
                .bind(now)
        )
        .unwrap();
        affected!(tx, sqlx::query(
            "INSERT INTO event (id, organizer_id, slug, name, timezone, starts_at, ends_at, venue, disclosure, version, \
             created_at) VALUES ($1, $2, $3, $4, 'Europe/Paris', $5, $6, 'Hall of Halls', $7, 1, $8)")
            .bind(self.event).bind(self.organizer).bind(format!("{slug}-{}", self.event)).bind(name)
            .bind(now.plus_micros(-DAY)).bind(now.plus_micros(DAY)).bind(Json(Disclosure::default())).bind(now)).unwrap();
        server::feed::store::begin(&mut tx, self.event).await.unwrap();
        tx.commit(&self.app.hub).await.unwrap();
    }

    /// Makes an account that is signed in, and gives its way to the server.
    pub async fn sign_in(&self, name: &str) -> (AccountId, Api) {
        let (account, now) = (self.app.new_id::<AccountId>(), self.app.now());
        let token = token::make(&self.app, token::ACCOUNT);
        let mut tx = self.app.write().await.unwrap();
        affected!(
            tx,
            sqlx::query("INSERT INTO account (id, email, name, created_at) VALUES ($1, $2, $3, $4)")
                .bind(account)
                .bind(email(name, account))
                .bind(name)
                .bind(now)
        )
        .unwrap();
        affected!(
            tx,
            sqlx::query("INSERT INTO sign_in (token_hash, account_id, created_at, expires_at) VALUES ($1, $2, $3, $4)")
                .bind(token::hash(&token).to_vec())
                .bind(account)
                .bind(now)
                .bind(now.plus_micros(30 * DAY))
        )
        .unwrap();
        tx.commit(&self.app.hub).await.unwrap();
        (account, self.api.with_token(token))
    }

    /// The way to the server of an attendee who signed in by a mailed link, whom the addresses of the API name by
    /// their registration. Who has no address gets one.
    pub async fn attendee(&self, badge: &Badge) -> Api {
        let (token, now) = (token::make(&self.app, token::ATTENDEE), self.app.now());
        let mut tx = self.app.write().await.unwrap();
        let address: String = sql!(tx, conn => sqlx::query_scalar(
            "UPDATE registration SET email = COALESCE(email, $3) WHERE event_id = $1 AND id = $2 RETURNING email")
            .bind(self.event).bind(badge.registration).bind(format!("{}@attendee.example", badge.registration))
            .fetch_one(conn))
        .unwrap();
        let lasts = (now, now.plus_micros(30 * DAY));
        server::attendees::store::insert_sign_in(&mut tx, &token::hash(&token), &address, lasts).await.unwrap();
        tx.commit(&self.app.hub).await.unwrap();
        self.api.with_token(token)
    }

    /// A member of the organizer, signed in.
    pub async fn organizer_member(&self, name: &str, role: &str) -> Organizer {
        let (account, api) = self.sign_in(name).await;
        let mut tx = self.app.write().await.unwrap();
        affected!(
            tx,
            sqlx::query("INSERT INTO organizer_member (organizer_id, account_id, role) VALUES ($1, $2, $3)")
                .bind(self.organizer)
                .bind(account)
                .bind(role)
        )
        .unwrap();
        tx.commit(&self.app.hub).await.unwrap();
        Organizer { api, site: self.clone(), account }
    }

    /// Begins an exhibitor.
    pub fn exhibitor(&self, name: &str) -> ExhibitorBuilder {
        ExhibitorBuilder { site: self.clone(), name: name.to_owned(), visibility: "team" }
    }

    /// Begins a registration.
    pub fn registration(&self, name: &str) -> RegistrationBuilder {
        let mut contact = Contact::default();
        let (first, last) = name.split_once(' ').unwrap_or((name, ""));
        contact.set(ContactField::FirstName, first);
        contact.set(ContactField::LastName, last);
        RegistrationBuilder {
            site: self.clone(),
            contact,
            category: "visitor".to_owned(),
            code: None,
            external_id: None,
            exhibitor: None,
        }
    }

    /// Changes what the event discloses.
    pub async fn set_disclosure(&self, rules: serde_json::Value) {
        let rules: BTreeMap<String, server::events::disclosure::Rule> = serde_json::from_value(rules).unwrap();
        let disclosure = Disclosure(rules).checked().unwrap();
        let mut tx = self.app.write().await.unwrap();
        affected!(
            tx,
            sqlx::query("UPDATE event SET disclosure = $2 WHERE id = $1").bind(self.event).bind(Json(disclosure))
        )
        .unwrap();
        self.rights_changed(tx).await;
    }

    /// Gives a badge another state, now.
    pub async fn set_badge(&self, badge: &Badge, status: &str) {
        let mut tx = self.app.write().await.unwrap();
        affected!(
            tx,
            sqlx::query("UPDATE badge SET status = $3, revoked_at = $4 WHERE event_id = $1 AND id = $2")
                .bind(self.event)
                .bind(badge.id)
                .bind(status)
                .bind(self.app.now())
        )
        .unwrap();
        tx.commit(&self.app.hub).await.unwrap();
    }

    /// Gives a registration one more badge, with a code from elsewhere, and unmatched leads of that
    /// code their person.
    pub async fn another_badge(&self, registration: RegistrationId, code: &str) {
        let mut tx = self.app.write().await.unwrap();
        tx.changes_badges(self.event).await.unwrap();
        let hash = badge::code_hash(code);
        affected!(tx, sqlx::query(
            "INSERT INTO badge (event_id, id, registration_id, code, code_hash, number, status, is_imported, print_count, \
             created_at) VALUES ($1, $2, $3, $4, $5, $6, 'active', $7, 0, $8)")
            .bind(self.event).bind(self.app.new_id::<BadgeId>()).bind(registration).bind(code).bind(hash.to_vec())
            .bind(number::generate(&self.app.random()).as_str()).bind(true).bind(self.app.now())).unwrap();
        leads::reconcile(&self.app, &mut tx, self.event, &[(hash, registration)]).await.unwrap();
        tx.commit(&self.app.hub).await.unwrap();
    }

    /// Ends a device's access, now.
    pub async fn revoke(&self, phone: &Phone) {
        self.end_device(phone, "UPDATE device SET revoked_at = $3 WHERE event_id = $1 AND id = $2").await;
    }

    /// Marks a device lost, now.
    pub async fn lose(&self, phone: &Phone) {
        self.end_device(phone, "UPDATE device SET lost_at = $3 WHERE event_id = $1 AND id = $2").await;
    }

    async fn end_device(&self, phone: &Phone, statement: &'static str) {
        let mut tx = self.app.write().await.unwrap();
        affected!(tx, sqlx::query(statement).bind(self.event).bind(phone.device).bind(self.app.now())).unwrap();
        self.rights_changed(tx).await;
    }

    /// Removes a member from the team, now.
    pub async fn remove_member(&self, member: TeamMemberId) {
        let mut tx = self.app.write().await.unwrap();
        affected!(
            tx,
            sqlx::query("UPDATE team_member SET removed_at = $3 WHERE event_id = $1 AND id = $2")
                .bind(self.event)
                .bind(member)
                .bind(self.app.now())
        )
        .unwrap();
        self.rights_changed(tx).await;
    }

    /// What every change of rights ends with, whichever route makes it.
    async fn rights_changed(&self, mut tx: server::storage::Tx) {
        let now = self.app.now();
        let entry = server::feed::NewEntry {
            space: self.event.into(),
            kind: server::feed::EntryKind::Access,
            lead: None,
            capture: None,
            other: None,
            at: now,
            sent_at_us: now.as_micros(),
        };
        server::feed::store::append(&mut tx, self.event, &[entry]).await.unwrap();
        tx.commit(&self.app.hub).await.unwrap();
        self.app.identities.clear();
        self.app.events.forget(self.event);
    }
}

fn email(name: &str, account: AccountId) -> String {
    format!("{}.{}@example.org", name.to_lowercase().replace(' ', "."), account.0.simple())
}
