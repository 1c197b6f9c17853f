//! The registration desk of a fair: an organizer at it, and a phone and an admin of one exhibitor
//! to see what comes of it.

use harness::{Answer, Fair, Organizer, Phone, Space, TeamMember};
use reqwest::Method;
use serde_json::{Value, json};

pub struct Desk {
    pub organizer: Organizer,
    pub space: Space,
    pub phone: Phone,
    pub admin: TeamMember,
    event: String,
}

impl Desk {
    pub async fn open(fair: &Fair) -> Self {
        let space = fair.exhibitor("Acme").open().await;
        let (phone, admin) = (space.phone("Ines").await, space.admin("Ada").await);
        let event = format!("/events/{}", fair.site.event);
        Self { organizer: fair.organizer().await, space, phone, admin, event }
    }

    /// The address of something of the event.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.event)
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.organizer.api.get(&self.at(path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.organizer.api.post(&self.at(path), &body).await
    }

    pub async fn patch(&self, path: &str, version: Option<&str>, body: Value) -> Answer {
        self.organizer.api.patch(&self.at(path), version, &body).await
    }

    /// Registers somebody by name.
    pub async fn register(&self, name: &str) -> Value {
        let person = json!({"first_name": name, "last_name": "Aziz", "email": format!("{name}@a.example")});
        self.post("/registrations", person).await.done(201)
    }

    /// Everybody who is registered, in order.
    pub async fn people(&self) -> Vec<Value> {
        self.get("/registrations?limit=500").await.done(200)["items"].as_array().unwrap().clone()
    }

    pub async fn import(&self, query: &str, file: impl Into<Vec<u8>>) -> Answer {
        let path = self.at(&format!("/registrations/import{query}"));
        self.organizer.api.send(Method::POST, &path, &[("content-type", "text/csv")], Some(file.into())).await
    }

    /// Scans a code with the exhibitor's phone and gives the receipt.
    pub async fn scan(&self, code: &str) -> Value {
        self.enter(code, "camera").await
    }

    /// Sends a scan that came in some other way.
    pub async fn enter(&self, code: &str, entry: &str) -> Value {
        let scan = self.phone.capture("scan", &json!({"code": code, "entry": entry}));
        self.phone.send(&[scan]).await.done(200)["results"][0].take()
    }

    /// The exhibitor's leads.
    pub async fn leads(&self) -> Vec<Value> {
        self.admin.leads("?limit=500").await.done(200)["items"].as_array().unwrap().clone()
    }

    /// What the exhibitor's stream said after a position, as text.
    pub async fn streamed_since(&self, seq: u64) -> String {
        self.admin.poll(Some(seq), 0).await.to_string()
    }
}

/// A text inside an answer, empty where there is none.
pub fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}
