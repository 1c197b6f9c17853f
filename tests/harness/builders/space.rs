//! Exhibitors, their people and their phones.

use super::{Site, email};
use crate::actors::TeamMember;
use crate::phone::Phone;
use mobile_core::ids::{AccountId, BoothId, DeviceId, ExhibitorId, TeamMemberId};
use server::access::token;
use server::{affected, leads};

/// An exhibitor's space.
#[derive(Debug, Clone)]
pub struct Space {
    /// The exhibitor.
    pub id: ExhibitorId,
    /// Where it is.
    pub site: Site,
}

/// An exhibitor to be made.
#[derive(Debug)]
pub struct ExhibitorBuilder {
    pub(super) site: Site,
    pub(super) name: String,
    pub(super) visibility: &'static str,
}

impl ExhibitorBuilder {
    /// Members see only what they scanned or own.
    #[must_use]
    pub fn with_own_leads_only(self) -> Self {
        Self { visibility: "own", ..self }
    }

    /// Makes it.
    pub async fn open(self) -> Space {
        let (id, now) = (self.site.app.new_id::<ExhibitorId>(), self.site.app.now());
        let mut tx = self.site.app.write().await.unwrap();
        affected!(
            tx,
            sqlx::query(
                "INSERT INTO exhibitor (event_id, id, slug, name, visibility, is_test, version, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, 1, $7)"
            )
            .bind(self.site.event)
            .bind(id)
            .bind(self.name.to_lowercase())
            .bind(&self.name)
            .bind(self.visibility)
            .bind(false)
            .bind(now)
        )
        .unwrap();
        tx.commit(&self.site.app.hub).await.unwrap();
        Space { id, site: self.site }
    }

    /// Makes it with one phone for each name, held by a scanner of that name.
    pub async fn phones<const N: usize>(self, names: [&str; N]) -> [Phone; N] {
        let space = self.open().await;
        let mut phones = Vec::with_capacity(N);
        for name in names {
            phones.push(space.phone(name).await);
        }
        phones.try_into().expect("one phone a name")
    }
}

impl Space {
    /// A member with a role, signed in.
    pub async fn member(&self, name: &str, role: &str) -> TeamMember {
        let (account, api) = self.site.sign_in(name).await;
        let id = self.join(name, role, Some(account)).await;
        TeamMember { api, site: self.site.clone(), exhibitor: self.id, id, account }
    }

    /// An admin of the space, signed in.
    pub async fn admin(&self, name: &str) -> TeamMember {
        self.member(name, "admin").await
    }

    /// A scanner, signed in.
    pub async fn scanner(&self, name: &str) -> TeamMember {
        self.member(name, "scanner").await
    }

    /// Somebody of another team who is in this one too.
    pub async fn joined_by(&self, member: &TeamMember, role: &str) -> TeamMember {
        let id = self.join("Twice There", role, Some(member.account)).await;
        TeamMember { api: member.api.clone(), site: self.site.clone(), exhibitor: self.id, id, account: member.account }
    }

    /// A phone held by a scanner of this name, who needs no account.
    pub async fn phone(&self, name: &str) -> Phone {
        let member = self.join(name, "scanner", None).await;
        self.paired(&format!("{name}'s phone"), Some(member), None).await
    }

    /// A phone that nobody in particular holds.
    pub async fn shared_phone(&self, label: &str) -> Phone {
        self.paired(label, None, None).await
    }

    /// A phone that stands at a booth.
    pub async fn booth_phone(&self, name: &str, hall: &str, number: &str) -> (Phone, BoothId) {
        let booth = self.site.app.new_id::<BoothId>();
        let mut tx = self.site.app.write().await.unwrap();
        affected!(
            tx,
            sqlx::query("INSERT INTO booth (event_id, id, exhibitor_id, hall, number) VALUES ($1, $2, $3, $4, $5)")
                .bind(self.site.event)
                .bind(booth)
                .bind(self.id)
                .bind(hall)
                .bind(number)
        )
        .unwrap();
        tx.commit(&self.site.app.hub).await.unwrap();
        let member = self.join(name, "scanner", None).await;
        (self.paired(&format!("{name}'s phone"), Some(member), Some(booth)).await, booth)
    }

    async fn join(&self, name: &str, role: &str, account: Option<AccountId>) -> TeamMemberId {
        let (id, now) = (self.site.app.new_id::<TeamMemberId>(), self.site.app.now());
        let (first, last) = name.split_once(' ').unwrap_or((name, ""));
        let is = |wanted: &str| role.split(',').any(|role| role == wanted);
        let mut tx = self.site.app.write().await.unwrap();
        affected!(tx, sqlx::query(
            "INSERT INTO team_member (event_id, id, exhibitor_id, account_id, first_name, last_name, email, is_admin, \
             is_commercial_contact, is_attendee, is_scanner, version, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $12)")
            .bind(self.site.event).bind(id).bind(self.id).bind(account).bind(first).bind(last)
            .bind(email(name, AccountId(id.0))).bind(is("admin")).bind(is("commercial_contact")).bind(is("attendee"))
            .bind(is("scanner")).bind(now))
        .unwrap();
        tx.commit(&self.site.app.hub).await.unwrap();
        self.site.app.events.forget(self.site.event);
        id
    }

    async fn paired(&self, label: &str, member: Option<TeamMemberId>, booth: Option<BoothId>) -> Phone {
        let app = &self.site.app;
        let (id, now) = (app.new_id::<DeviceId>(), app.now());
        let token = token::make(app, token::DEVICE);
        let mut tx = app.write().await.unwrap();
        affected!(
            tx,
            sqlx::query(
                "INSERT INTO device (event_id, id, exhibitor_id, install_id, name, platform, member_id, booth_id, \
             pairing_hash, token_hash, created_at) VALUES ($1, $2, $3, $4, $5, 'test', $6, $7, $8, $9, $10)"
            )
            .bind(self.site.event)
            .bind(id)
            .bind(self.id)
            .bind(id.to_string())
            .bind(label)
            .bind(member)
            .bind(booth)
            .bind(app.random::<32>().to_vec())
            .bind(token::hash(&token).to_vec())
            .bind(now)
        )
        .unwrap();
        tx.commit(&app.hub).await.unwrap();
        app.events.forget(self.site.event);
        Phone::new(self.site.api.with_token(token), self.site.clone(), self.id, member, id)
    }

    /// Takes the whole stored log and every lead row, and says which rows are not what their log
    /// adds up to. None is the promise.
    pub async fn rows_unlike_their_log(&self) -> Vec<mobile_core::ids::LeadId> {
        let mut tx = self.site.app.read().await.unwrap();
        let ids: Vec<mobile_core::ids::LeadId> = server::sql!(tx, conn => sqlx::query_scalar(
            "SELECT id FROM lead WHERE event_id = $1 AND space_id = $2 ORDER BY id")
            .bind(self.site.event).bind(self.id).fetch_all(conn))
        .unwrap();
        let keys: Vec<_> = ids.iter().map(|id| (self.id.into(), *id)).collect();
        let rows = leads::store::find_by_ids(&mut tx, self.site.event, &keys, false).await.unwrap();
        let mut wrong = Vec::new();
        for row in rows.values() {
            let log = server::captures::store::log_of(&mut tx, self.site.event, self.id.into(), row.id).await.unwrap();
            let log: Vec<_> = log.iter().map(|row| row.logged().unwrap()).collect();
            if mobile_core::fold::Fold::of(&log) != row.fold.0 {
                wrong.push(row.id);
            }
        }
        tx.done().await.unwrap();
        wrong
    }
}
