//! Edits on a page: they write captures, as phones do, against the version that was on the screen.

use super::{LeadScope, find, read, shown};
use crate::access::Capability;
use crate::app::App;
use crate::captures::store as log;
use crate::captures::{Edit, Item, Job};
use crate::extract::given;
use crate::forms;
use crate::problem::Problem;
use mobile_core::capture::{FieldError, MAX_FIELD_CHARS, MAX_NOTE_CHARS, Rating};
use mobile_core::ids::{CaptureId, LeadId, TeamMemberId};
use mobile_core::wire::{LeadView, Outcome};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

/// A change of a lead. A field that is absent stays; null takes the value away.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LeadPatch {
    /// The new rating.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<Rating>)]
    pub rating: Option<Option<Rating>>,
    /// The new stage.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub stage: Option<Option<String>>,
    /// The member who follows up.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<TeamMemberId>)]
    pub owner: Option<Option<TeamMemberId>>,
    /// Tags to add.
    pub add: Vec<String>,
    /// Tags to remove.
    pub remove: Vec<String>,
    /// Answers by question: what the exhibitor's form asks for, or null to take an answer back.
    #[schema(value_type = Object)]
    pub answers: Map<String, Value>,
    /// A note to add.
    pub note: Option<String>,
    /// Something that was done to this lead and is taken back: a capture of its history.
    #[schema(value_type = Option<uuid::Uuid>)]
    pub annul: Option<CaptureId>,
}

/// What can be taken back on a page. What a person said of consent, and what both sides agreed on, are
/// not a booth's to take back.
pub const UNDOABLE: [&str; 8] = ["scan", "note", "rating", "tags", "answers", "stage", "owner", "contact"];

impl LeadPatch {
    fn check(&self) -> Result<(), Problem> {
        let mut errors = Vec::new();
        if self.note.as_ref().is_some_and(|note| note.trim().is_empty() || note.chars().count() > MAX_NOTE_CHARS) {
            errors.push(FieldError::new("/note", "must have 1 to 10,000 characters"));
        }
        let is_long = |text: &String| text.trim().is_empty() || text.chars().count() > MAX_FIELD_CHARS;
        if matches!(&self.stage, Some(Some(stage)) if is_long(stage)) {
            errors.push(FieldError::new("/stage", "must have 1 to 300 characters"));
        }
        for (field, tags) in [("/add", &self.add), ("/remove", &self.remove)] {
            if tags.len() > 100 || tags.iter().any(is_long) {
                errors.push(FieldError::new(field, "must have at most 100 tags of 1 to 300 characters"));
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(Problem::fields(errors)) }
    }

    /// The captures that this change is made of, without id, time and lead.
    fn captures(&self, form_version: Option<i64>) -> Vec<Value> {
        let mut captures = Vec::new();
        if let Some(rating) = self.rating {
            captures.push(json!({"kind": "rating", "rating": rating}));
        }
        if let Some(stage) = &self.stage {
            captures.push(json!({"kind": "stage", "stage": stage}));
        }
        if let Some(owner) = self.owner {
            captures.push(json!({"kind": "owner", "owner_id": owner}));
        }
        if !self.add.is_empty() || !self.remove.is_empty() {
            captures.push(json!({"kind": "tags", "add": self.add, "remove": self.remove}));
        }
        if !self.answers.is_empty() {
            let mut capture = json!({"kind": "answers", "answers": self.answers});
            if let Some(version) = form_version {
                capture["form_version"] = json!(version);
            }
            captures.push(capture);
        }
        if let Some(note) = &self.note {
            captures.push(json!({"kind": "note", "text": note}));
        }
        if let Some(annuls) = self.annul {
            captures.push(json!({"kind": "annul", "annuls": annuls}));
        }
        captures
    }
}

/// Changes a lead that is still at `version`; gives the lead as it is then.
pub async fn edit(
    app: &App,
    scope: &LeadScope,
    id: LeadId,
    version: i64,
    patch: &LeadPatch,
) -> Result<LeadView, Problem> {
    scope.allows(Capability::LeadWrite)?;
    patch.check()?;
    let row = find(app, scope, id).await?;
    if let Some(Some(owner)) = patch.owner {
        let names = app.events.names(app, scope.event()).await?;
        if !names.is_member_of(owner, scope.exhibitor()) {
            return Err(Problem::field("/owner", "is not a member of this exhibitor's team"));
        }
    }
    if let Some(target) = patch.annul {
        takes_back(app, scope, row.id, target).await?;
    }
    let form_version = if patch.answers.is_empty() { None } else { fitting(app, scope, &patch.answers).await? };
    let captures = patch.captures(form_version);
    if captures.is_empty() {
        // Nothing is to change: said of the version that there is, it holds.
        let lead = super::get(app, scope, row.id).await?;
        Problem::unless_current(lead.version, Some(version))?;
        return Ok(lead);
    }
    let now = app.now();
    let mut items = Vec::new();
    for mut capture in captures {
        capture["id"] = json!(app.new_id::<CaptureId>());
        capture["captured_at"] = json!(now);
        capture["lead_id"] = json!(row.id);
        items.push(Item::made(&capture));
    }
    // An edit happens whole or not at all: the writer would take in the rest.
    if let Some(malformed) = items.iter().find_map(|item| item.parsed.as_ref().err()) {
        return Err(Problem::fields(malformed.errors.clone()));
    }
    let edit = Some(Edit::Of { lead: row.id, version });
    let job = Job { edit, ..Job::here(scope.capturing()?, items, now) };
    let done = app.writer.write(job).await?;
    for receipt in done.receipts {
        if receipt.outcome != Outcome::Accepted {
            return Err(Problem::fields(receipt.errors));
        }
    }
    // Also to somebody who handed the lead on, and does not see it any more.
    let row = read(app, scope, row.id).await?.ok_or_else(Problem::not_found)?;
    shown(app, scope, &row).await
}

/// Whether something of a lead's history can be taken back.
async fn takes_back(app: &App, scope: &LeadScope, lead: LeadId, target: CaptureId) -> Result<(), Problem> {
    let mut tx = app.read().await?;
    let log = log::log_of(&mut tx, scope.event(), scope.space(), lead).await?;
    tx.done().await?;
    let Some(row) = log.iter().find(|row| row.id == target) else {
        return Err(Problem::field("/annul", "is not in this lead's history"));
    };
    if UNDOABLE.contains(&row.logged()?.capture.action.kind()) {
        Ok(())
    } else {
        Err(Problem::field("/annul", format!("must be one of “{}”", UNDOABLE.join(", "))))
    }
}

/// The version of the form that answers are given on, once each fits its question.
async fn fitting(app: &App, scope: &LeadScope, answers: &Map<String, Value>) -> Result<Option<i64>, Problem> {
    let mut tx = app.read().await?;
    let known = forms::known(&mut tx, scope.event(), scope.exhibitor()).await?;
    tx.done().await?;
    let misfits = forms::answers::misfits(&known, answers);
    if misfits.is_empty() {
        Ok(Some(known.version).filter(|version| *version > 0))
    } else {
        Err(Problem::fields(misfits))
    }
}
