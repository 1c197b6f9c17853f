//! A phone: numbers its captures in a queue, delivers them, and reads the receipts.

use crate::builders::{Badge, Site};
use crate::http::{Answer, Api};
use mobile_core::ids::{CaptureId, DeviceId, ExhibitorId, LeadId, QueueId, TeamMemberId};
use mobile_core::time::Timestamp;
use mobile_core::wire::{LeadView, Outcome, Receipt, Receipts};
use serde_json::{Value, json};
use std::ops::Deref;
use std::sync::{Mutex, PoisonError};

/// A paired phone.
#[derive(Debug)]
pub struct Phone {
    /// Its way to the server.
    pub api: Api,
    /// Where it is.
    pub site: Site,
    /// Whom it scans for.
    pub exhibitor: ExhibitorId,
    /// Who holds it.
    pub member: Option<TeamMemberId>,
    /// Itself.
    pub device: DeviceId,
    queue: Mutex<(QueueId, u64)>,
}

/// What can be held before a camera.
pub trait Scannable {
    /// What the code says.
    fn code(&self) -> &str;
}

impl Scannable for Badge {
    fn code(&self) -> &str {
        &self.code
    }
}

impl Scannable for str {
    fn code(&self) -> &str {
        self
    }
}

/// A lead as someone sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Lead(pub LeadView);

impl Deref for Lead {
    type Target = LeadView;
    fn deref(&self) -> &LeadView {
        &self.0
    }
}

impl Lead {
    /// The texts of the notes, oldest first.
    pub fn note_texts(&self) -> Vec<&str> {
        self.notes.iter().map(|note| note.text.as_str()).collect()
    }

    /// The name that is disclosed, or was typed.
    pub fn name(&self) -> Option<String> {
        let disclosed = self.registration.as_ref().map(|registration| &registration.contact);
        let name = disclosed.or(self.contact.as_ref()).map(mobile_core::capture::Contact::full_name);
        // Somebody who is asked first shows no name before the answer.
        name.filter(|name| !name.is_empty())
    }
}

impl Phone {
    /// A phone with a fresh queue.
    pub fn new(api: Api, site: Site, exhibitor: ExhibitorId, member: Option<TeamMemberId>, device: DeviceId) -> Self {
        let queue = Mutex::new((site.app.new_id(), 0));
        Self { api, site, exhibitor, member, device, queue }
    }

    /// The storage that numbers its captures.
    pub fn queue_id(&self) -> QueueId {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).0
    }

    /// The newest number in that storage.
    pub fn last_seq(&self) -> u64 {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).1
    }

    fn next_seq(&self) -> u64 {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.1 += 1;
        queue.1
    }

    /// A capture of a kind, numbered, made now.
    pub fn capture(&self, kind: &str, fields: &Value) -> Value {
        let mut capture = json!({
            "id": self.site.app.new_id::<CaptureId>(),
            "device_seq": self.next_seq(),
            "captured_at": self.site.app.now(),
            "kind": kind,
        });
        for (name, value) in fields.as_object().into_iter().flatten() {
            capture[name] = value.clone();
        }
        capture
    }

    /// A scan, numbered, made now.
    pub fn scanned(&self, code: &(impl Scannable + ?Sized)) -> Value {
        self.capture("scan", &json!({"code": code.code()}))
    }

    /// Begins a visit with a scan.
    pub fn scan(&self, code: &(impl Scannable + ?Sized)) -> Visit<'_> {
        Visit { phone: self, code: code.code().to_owned(), captures: vec![self.scanned(code)] }
    }

    /// The envelope of a delivery.
    pub fn batch(&self, captures: &[Value]) -> Value {
        json!({
            "sent_at": self.site.app.now(),
            "queue_id": self.queue_id(),
            "last_device_seq": self.last_seq(),
            "captures": captures,
        })
    }

    /// Delivers captures, whatever comes back.
    pub async fn send(&self, captures: &[Value]) -> Answer {
        self.api.post("/captures", &self.batch(captures)).await
    }

    /// Delivers captures.
    pub async fn deliver(&self, captures: &[Value]) -> Upload {
        let answer = self.send(captures).await;
        let upload = Upload(answer.ok());
        assert_eq!(upload.results.len(), captures.len(), "a receipt for each capture");
        upload
    }

    /// Says how many captures it holds.
    pub async fn heartbeat(&self) -> Upload {
        self.deliver(&[]).await
    }

    /// A lead of its space.
    pub async fn lead(&self, id: LeadId) -> Lead {
        Lead(self.api.get(&format!("/exhibitors/{}/leads/{id}", self.exhibitor)).await.ok())
    }

    /// The lead of a badge's person, looked up by the list.
    pub async fn lead_of(&self, badge: &Badge) -> Lead {
        let list: Value = self.api.get(&format!("/exhibitors/{}/leads?limit=500", self.exhibitor)).await.ok();
        let is_theirs = |lead: &&Value| lead["registration"]["id"] == json!(badge.registration);
        let found = list["items"].as_array().and_then(|leads| leads.iter().find(is_theirs));
        let lead = found.unwrap_or_else(|| panic!("no lead of {badge:?} in {list:#}"));
        Lead(serde_json::from_value(lead.clone()).expect("a lead"))
    }
}

/// A scan and what follows it, to be delivered together.
#[derive(Debug)]
pub struct Visit<'p> {
    phone: &'p Phone,
    code: String,
    captures: Vec<Value>,
}

impl Visit<'_> {
    fn add(mut self, kind: &str, fields: &Value) -> Self {
        let mut capture = self.phone.capture(kind, fields);
        capture["code"] = json!(self.code);
        self.captures.push(capture);
        self
    }

    /// Writes a note.
    #[must_use]
    pub fn note(self, text: &str) -> Self {
        self.add("note", &json!({"text": text}))
    }

    /// Rates the person.
    #[must_use]
    pub fn rate(self, rating: &str) -> Self {
        self.add("rating", &json!({"rating": rating}))
    }

    /// Adds a tag.
    #[must_use]
    pub fn tag(self, tag: &str) -> Self {
        self.add("tags", &json!({"add": [tag]}))
    }

    /// Moves the lead to a stage.
    #[must_use]
    pub fn stage(self, stage: &str) -> Self {
        self.add("stage", &json!({"stage": stage}))
    }

    /// Answers a question.
    #[must_use]
    pub fn answer(self, question: &str, answer: &str) -> Self {
        self.add("answers", &json!({"answers": {question: answer}, "form_version": 1}))
    }

    /// Records a consent.
    #[must_use]
    pub fn consent(self, purpose: &str, granted: bool) -> Self {
        self.add("consent", &json!({"purpose": purpose, "granted": granted, "notice_version": "1", "channel": "booth"}))
    }

    /// Sets the device's time of all captures so far.
    #[must_use]
    pub fn at(mut self, at: Timestamp) -> Self {
        for capture in &mut self.captures {
            capture["captured_at"] = json!(at);
        }
        self
    }

    /// The captures, to be delivered by hand.
    pub fn captures(self) -> Vec<Value> {
        self.captures
    }

    /// Delivers them.
    pub async fn upload(self) -> Upload {
        self.phone.deliver(&self.captures).await
    }
}

/// The receipts of a delivery.
#[derive(Debug)]
pub struct Upload(pub Receipts);

impl Deref for Upload {
    type Target = Receipts;
    fn deref(&self) -> &Receipts {
        &self.0
    }
}

impl Upload {
    /// Every capture was kept.
    #[track_caller]
    pub fn all_accepted(self) -> Self {
        assert!(self.results.iter().all(|receipt| receipt.outcome == Outcome::Accepted), "{:#?}", self.results);
        self
    }

    /// Every capture had been kept before.
    #[track_caller]
    pub fn all_duplicates(self) -> Self {
        assert!(self.results.iter().all(|receipt| receipt.outcome == Outcome::Duplicate), "{:#?}", self.results);
        self
    }

    /// What became of each.
    pub fn outcomes(&self) -> Vec<Outcome> {
        self.results.iter().map(|receipt| receipt.outcome).collect()
    }

    /// The reasons' codes, empty where there is none.
    pub fn reasons(&self) -> Vec<&str> {
        self.results.iter().map(|receipt| receipt.reason.map_or("", mobile_core::reason::Reason::code)).collect()
    }

    /// The receipt of a delivery of one.
    #[track_caller]
    pub fn only(&self) -> &Receipt {
        assert_eq!(self.results.len(), 1, "{:#?}", self.results);
        &self.results[0]
    }

    /// The lead that the first capture went to.
    #[track_caller]
    pub fn lead_id(&self) -> LeadId {
        self.results.first().and_then(|receipt| receipt.lead_id).expect("the first capture went to a lead")
    }
}
