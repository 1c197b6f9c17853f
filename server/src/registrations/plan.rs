//! What the rows of a file change: pure, from what the event knows to what it will know.
//!
//! A row is known by its reference; a reference that is new may also take over the one
//! registration without a reference that has the row's badge code, or its e-mail and names. A row
//! without a reference is known by its badge code in the same way, and one without either by its
//! e-mail and names. An empty cell says nothing: what is known stays.

use super::import::{Column, ImportRow};
use super::{Registration, category};
use crate::events::disclosure::Disclosure;
use mobile_core::badge::code_hash;
use mobile_core::capture::{Contact, ContactField};
use mobile_core::ids::RegistrationId;
use mobile_core::time::Timestamp;
use serde::Serialize;
use sqlx::types::Json;
use std::collections::HashMap;

/// A cell that keeps its row out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct BadRow {
    /// Number of the row in the file, counted from 1 with the header.
    pub row: u32,
    /// The column, by the name that files and forms share.
    pub column: &'static str,
    /// The reason, for programs.
    #[schema(example = "invalid_email")]
    pub reason: String,
    /// The reason in words, with the way out.
    pub detail: String,
    /// The start of the cell.
    pub value: String,
}

/// What becomes of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowOutcome {
    /// A new registration.
    Created,
    /// A registration that changes.
    Updated,
    /// Everything was known already.
    Unchanged,
    /// It cannot go in.
    Rejected(BadRow),
}

/// A registration while rows are taken in.
#[derive(Debug, Clone)]
pub struct Planned {
    /// What it will be.
    pub registration: Registration,
    /// Whether it is in the database already.
    pub is_known: bool,
    /// Whether it differs from what the database has.
    pub is_changed: bool,
    /// Its category in the database.
    pub category_before: String,
    /// Codes that came with the file and are new: text and hash.
    pub new_codes: Vec<(String, [u8; 32])>,
    has_imported_code: bool,
}

/// What the event knows, as far as the rows at hand need it, and what they make of it.
#[derive(Debug, Default)]
pub struct Plan {
    planned: Vec<Planned>,
    by_id: HashMap<RegistrationId, usize>,
    by_reference: HashMap<String, usize>,
    by_code: HashMap<[u8; 32], usize>,
    by_person: HashMap<String, Vec<usize>>,
}

impl Plan {
    /// Adds a registration that the event has; one that is in the plan already stays as planned.
    pub fn know(&mut self, registration: Registration, has_imported_code: bool) {
        if self.by_id.contains_key(&registration.id) {
            return;
        }
        self.add(Planned {
            category_before: registration.category.clone(),
            registration,
            is_known: true,
            is_changed: false,
            new_codes: Vec::new(),
            has_imported_code,
        });
    }

    /// Adds whose a code is; its registration was added with [`Self::know`].
    pub fn know_code(&mut self, hash: [u8; 32], owner: RegistrationId) {
        if let Some(at) = self.by_id.get(&owner) {
            self.by_code.entry(hash).or_insert(*at);
        }
    }

    /// What the rows make of the event, in the order in which it was met.
    pub fn planned(&self) -> &[Planned] {
        &self.planned
    }

    /// Takes a row in; `id` is for a registration that it may make.
    pub fn take(
        &mut self,
        row: &ImportRow,
        policy: &Disclosure,
        id: impl FnOnce() -> RegistrationId,
        now: Timestamp,
    ) -> RowOutcome {
        let code = row.get(Column::BadgeCode).map(|code| (code, code_hash(code)));
        let found = match self.find(row, code.map(|(_, hash)| hash)) {
            Ok(found) => found,
            Err((column, reason, detail)) => {
                let value = row.get(column).unwrap_or_default();
                return RowOutcome::Rejected(BadRow {
                    row: row.line(),
                    column: column.name(),
                    reason: reason.to_owned(),
                    detail: detail.to_owned(),
                    value: value.chars().take(super::import::EXCERPT_CHARS).collect(),
                });
            }
        };
        let is_new = found.is_none();
        let at = found.unwrap_or_else(|| self.make(row, policy, id(), now));
        let is_changed = self.fill(at, row, policy, now);
        let is_badged = self.give_code(at, code);
        match (is_new, is_changed || is_badged) {
            (true, _) => RowOutcome::Created,
            (false, true) => RowOutcome::Updated,
            (false, false) => RowOutcome::Unchanged,
        }
    }

    /// The registration that a row is about.
    fn find(
        &self,
        row: &ImportRow,
        code: Option<[u8; 32]>,
    ) -> Result<Option<usize>, (Column, &'static str, &'static str)> {
        let reference = row.get(Column::ExternalId);
        let owner = code.and_then(|code| self.by_code.get(&code).copied());
        if let Some(at) = reference.and_then(|reference| self.by_reference.get(reference).copied()) {
            if owner.is_some_and(|owner| owner != at) {
                return Err((
                    Column::BadgeCode,
                    "duplicate_badge_code",
                    "this badge code belongs to another registration; correct the cell or reassign the badge",
                ));
            }
            return Ok(Some(at));
        }
        if let Some(at) = owner {
            let known = &self.planned[at].registration.external_id;
            if reference.is_some() && known.is_some() {
                return Err((
                    Column::BadgeCode,
                    "duplicate_badge_code",
                    "this badge code belongs to a registration with another external_id; correct one of them",
                ));
            }
            return Ok(Some(at));
        }
        let Some(same) = self.by_person.get(&row.person_key()) else { return Ok(None) };
        if reference.is_none() && code.is_none() {
            return match same.as_slice() {
                [] => Ok(None),
                [only] => Ok(Some(*only)),
                _ => Err((
                    Column::LastName,
                    "ambiguous_person",
                    "several registrations have this e-mail and name; give the row its external_id or badge_code",
                )),
            };
        }
        // A key of its own makes another registration, unless the one there is lacks such a key:
        // then the file brings it. Names alone do not say that two people are one.
        if row.get(Column::Email).is_none() {
            return Ok(None);
        }
        let lacks_keys = |at: &&usize| {
            let planned = &self.planned[**at];
            (reference.is_none() || planned.registration.external_id.is_none())
                && (code.is_none() || !planned.has_imported_code)
        };
        let mut candidates = same.iter().filter(lacks_keys);
        Ok(candidates.next().filter(|_| candidates.next().is_none()).copied())
    }

    fn make(&mut self, row: &ImportRow, policy: &Disclosure, id: RegistrationId, now: Timestamp) -> usize {
        let mut registration = Registration {
            id,
            external_id: None,
            category: category::code(policy, ""),
            contact: Json(Contact::default()),
            exhibitor_contact: None,
            exhibitor_id: None,
            valid_days: None,
            allowed_zones: None,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        write(&mut registration, row, policy);
        self.add(Planned {
            category_before: registration.category.clone(),
            registration,
            is_known: false,
            is_changed: true,
            new_codes: Vec::new(),
            has_imported_code: false,
        })
    }

    fn add(&mut self, planned: Planned) -> usize {
        let at = self.planned.len();
        self.by_id.insert(planned.registration.id, at);
        self.planned.push(planned);
        self.index(at);
        at
    }

    fn index(&mut self, at: usize) {
        let registration = &self.planned[at].registration;
        if let Some(reference) = &registration.external_id {
            self.by_reference.insert(reference.clone(), at);
        }
        if let Some(key) = registration.person_key() {
            self.by_person.entry(key).or_default().push(at);
        }
    }

    /// Writes the row's cells into a registration that was there; true when that changed it.
    fn fill(&mut self, at: usize, row: &ImportRow, policy: &Disclosure, now: Timestamp) -> bool {
        let planned = &mut self.planned[at];
        let mut new = planned.registration.clone();
        write(&mut new, row, policy);
        if new == planned.registration {
            return false;
        }
        let key = planned.registration.person_key();
        if planned.is_known && !planned.is_changed {
            new.version += 1;
        }
        new.updated_at = now;
        planned.registration = new;
        planned.is_changed = true;
        if let Some(same) = key.and_then(|key| self.by_person.get_mut(&key)) {
            same.retain(|other| *other != at);
        }
        self.index(at);
        true
    }

    fn give_code(&mut self, at: usize, code: Option<(&str, [u8; 32])>) -> bool {
        let Some((text, hash)) = code.filter(|(_, hash)| !self.by_code.contains_key(hash)) else { return false };
        self.by_code.insert(hash, at);
        let planned = &mut self.planned[at];
        planned.has_imported_code = true;
        planned.new_codes.push((text.to_owned(), hash));
        true
    }
}

/// Writes what the row says over what is known.
fn write(registration: &mut Registration, row: &ImportRow, policy: &Disclosure) {
    if let Some(reference) = row.get(Column::ExternalId) {
        registration.external_id = Some(reference.to_owned());
    }
    if let Some(category) = row.get(Column::Category) {
        registration.category = category::code(policy, category);
    }
    for (column, field) in [
        (Column::FirstName, ContactField::FirstName),
        (Column::LastName, ContactField::LastName),
        (Column::Email, ContactField::Email),
        (Column::Company, ContactField::Company),
        (Column::JobTitle, ContactField::JobTitle),
        (Column::Phone, ContactField::Phone),
        (Column::Street, ContactField::Street),
        (Column::Postcode, ContactField::Postcode),
        (Column::City, ContactField::City),
        (Column::Country, ContactField::Country),
        (Column::Language, ContactField::Language),
    ] {
        if let Some(value) = row.get(column) {
            registration.contact.set(field, value);
        }
    }
}

#[cfg(test)]
mod tests;
