//! The people who ask: an exhibitor's team and the organizer. Who asks is visible in every test.

use crate::builders::Site;
use crate::http::{Answer, Api};
use crate::phone::Lead;
use crate::subscriber::Subscriber;
use mobile_core::ids::{AccountId, ExhibitorId, LeadId, TeamMemberId};
use serde_json::{Value, json};

/// A person of an exhibitor, signed in.
#[derive(Debug)]
pub struct TeamMember {
    /// Their way to the server.
    pub api: Api,
    /// Where they are.
    pub site: Site,
    /// Their exhibitor.
    pub exhibitor: ExhibitorId,
    /// The membership.
    pub id: TeamMemberId,
    /// Their account.
    pub account: AccountId,
}

impl TeamMember {
    fn path(&self, rest: &str) -> String {
        format!("/exhibitors/{}{rest}", self.exhibitor)
    }

    /// The list of leads, with a query such as `?rating=hot`.
    pub async fn leads(&self, query: &str) -> Answer {
        self.api.get(&self.path(&format!("/leads{query}"))).await
    }

    /// The ids of all leads that a query gives, page by page, in order.
    pub async fn lead_ids(&self, query: &str) -> Vec<LeadId> {
        let (mut ids, mut cursor) = (Vec::new(), None::<String>);
        let glue = if query.is_empty() { '?' } else { '&' };
        loop {
            let next = cursor.map_or(String::new(), |cursor| format!("{glue}cursor={cursor}"));
            let page: Value = self.leads(&format!("{query}{next}")).await.ok();
            let items = page["items"].as_array().expect("a list has items");
            ids.extend(items.iter().map(|lead| lead["id"].as_str().unwrap().parse::<LeadId>().unwrap()));
            cursor = page["next_cursor"].as_str().map(str::to_owned);
            if cursor.is_none() {
                assert!(cursor.is_some() || !items.is_empty() || ids.is_empty(), "no empty last page");
                return ids;
            }
        }
    }

    /// The names of the leads that a query gives, in order.
    pub async fn names(&self, query: &str) -> Vec<String> {
        let page: Value = self.leads(query).await.ok();
        let leads = page["items"].as_array().expect("a list has items");
        leads
            .iter()
            .map(|lead| Lead(serde_json::from_value(lead.clone()).unwrap()).name().unwrap_or_default())
            .collect()
    }

    /// One lead.
    pub async fn lead(&self, id: LeadId) -> Lead {
        Lead(self.ask_lead(id).await.ok())
    }

    /// One lead, whatever comes back.
    pub async fn ask_lead(&self, id: LeadId) -> Answer {
        self.api.get(&self.path(&format!("/leads/{id}"))).await
    }

    /// Changes a lead that is still at a version.
    pub async fn edit(&self, id: LeadId, version: Option<&str>, patch: &Value) -> Answer {
        self.api.patch(&self.path(&format!("/leads/{id}")), version, patch).await
    }

    /// A lead's history, newest first.
    pub async fn history(&self, id: LeadId) -> Vec<Value> {
        let page: Value = self.api.get(&self.path(&format!("/leads/{id}/history"))).await.ok();
        page["items"].as_array().expect("a list has items").clone()
    }

    /// What was not accepted.
    pub async fn rejected(&self) -> Vec<Value> {
        let page: Value = self.api.get(&self.path("/rejected-captures")).await.ok();
        page["items"].as_array().expect("a list has items").clone()
    }

    /// Delivers captures from a page, as no device.
    pub async fn deliver(&self, captures: &[Value]) -> Answer {
        let batch = json!({"sent_at": self.site.app.now(), "exhibitor_id": self.exhibitor, "captures": captures});
        self.api.post("/captures", &batch).await
    }

    /// Opens the space's stream.
    pub async fn live(&self, since: Option<u64>) -> Subscriber {
        Subscriber::open(&self.api, &self.path("/live"), since).await
    }

    /// Polls the space's stream.
    pub async fn poll(&self, since: Option<u64>, wait: u64) -> Value {
        let since = since.map_or(String::new(), |since| format!("&since={since}"));
        self.api.get(&self.path(&format!("/feed?wait={wait}{since}"))).await.ok()
    }

    /// The same person at another server.
    #[must_use]
    pub fn at(&self, base: &str) -> Self {
        Self { api: self.api.at(base), site: self.site.clone(), ..*self }
    }
}

/// A member of the organizer, signed in.
#[derive(Debug)]
pub struct Organizer {
    /// Their way to the server.
    pub api: Api,
    /// Where they are.
    pub site: Site,
    /// Their account.
    pub account: AccountId,
}

impl Organizer {
    fn path(&self, rest: &str) -> String {
        format!("/events/{}{rest}", self.site.event)
    }

    /// Opens the monitor's stream.
    pub async fn live(&self, since: Option<u64>) -> Subscriber {
        Subscriber::open(&self.api, &self.path("/live"), since).await
    }

    /// Polls the monitor's stream.
    pub async fn poll(&self, since: Option<u64>, wait: u64) -> Value {
        let since = since.map_or(String::new(), |since| format!("&since={since}"));
        self.api.get(&self.path(&format!("/feed?wait={wait}{since}"))).await.ok()
    }

    /// Registers a person.
    pub async fn register(&self, person: &Value) -> Answer {
        self.api.post(&self.path("/registrations"), person).await
    }

    /// Creates an event.
    pub async fn create_event(&self, event: &Value) -> Answer {
        self.api.post("/events", event).await
    }

    /// Creates an exhibitor.
    pub async fn create_exhibitor(&self, exhibitor: &Value) -> Answer {
        self.api.post(&self.path("/exhibitors"), exhibitor).await
    }

    /// Imports registrations from CSV.
    pub async fn import(&self, csv: &str) -> Answer {
        let path = self.path("/registrations/import");
        self.api.send(reqwest::Method::POST, &path, &[("content-type", "text/csv")], Some(csv.into())).await
    }
}
