//! Registered people and their badges.

use super::{Badge, Site, Space};
use mobile_core::badge::{self, code, number};
use mobile_core::capture::{Contact, ContactField};
use mobile_core::ids::{BadgeId, ExhibitorId, RegistrationId};
use server::{affected, leads};
use sqlx::types::Json;

/// A registration to be made.
#[derive(Debug)]
pub struct RegistrationBuilder {
    pub(super) site: Site,
    pub(super) contact: Contact,
    pub(super) category: String,
    pub(super) code: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) exhibitor: Option<ExhibitorId>,
}

impl RegistrationBuilder {
    /// In another category than visitor.
    #[must_use]
    pub fn category(self, category: &str) -> Self {
        Self { category: category.to_owned(), ..self }
    }

    /// With a code from elsewhere.
    #[must_use]
    pub fn code(self, code: &str) -> Self {
        Self { code: Some(code.to_owned()), ..self }
    }

    /// With another contact field.
    #[must_use]
    pub fn with(mut self, field: ContactField, value: &str) -> Self {
        self.contact.set(field, value);
        self
    }

    /// Of an exhibitor's own team.
    #[must_use]
    pub fn of(self, space: &Space) -> Self {
        Self { exhibitor: Some(space.id), ..self }
    }

    /// Makes the registration and its badge, and gives unmatched leads of its code their person, as
    /// the desk does.
    pub async fn badge(self) -> Badge {
        let app = &self.site.app;
        let (registration, id, now) = (app.new_id::<RegistrationId>(), app.new_id::<BadgeId>(), app.now());
        let code_text = self.code.clone().unwrap_or_else(|| code::generate(&app.random()).as_str().to_owned());
        let number = number::generate(&app.random()).as_str().to_owned();
        let name = self.contact.full_name().to_lowercase();
        let company = self.contact.get(ContactField::Company).unwrap_or_default().to_lowercase();
        let search = format!("{name} {company}");
        let hash = badge::code_hash(&code_text);
        let mut tx = app.write().await.unwrap();
        tx.changes_badges(self.site.event).await.unwrap();
        affected!(tx, sqlx::query(
            "INSERT INTO registration (event_id, id, external_id, person_key, category, contact, sort_name, search, \
             exhibitor_id, version, created_at, updated_at, email) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $10, $11)")
            .bind(self.site.event).bind(registration).bind(&self.external_id).bind(&name).bind(&self.category)
            .bind(Json(&self.contact)).bind(&name).bind(search.trim()).bind(self.exhibitor).bind(now)
            .bind(self.contact.get(ContactField::Email).map(str::to_lowercase)))
        .unwrap();
        affected!(tx, sqlx::query(
            "INSERT INTO badge (event_id, id, registration_id, code, code_hash, number, status, is_imported, print_count, \
             created_at) VALUES ($1, $2, $3, $4, $5, $6, 'active', $7, 0, $8)")
            .bind(self.site.event).bind(id).bind(registration).bind(&code_text).bind(hash.to_vec()).bind(&number)
            .bind(self.code.is_some()).bind(now)).unwrap();
        leads::reconcile(app, &mut tx, self.site.event, &[(hash, registration)]).await.unwrap();
        tx.commit(&app.hub).await.unwrap();
        Badge { code: code_text, number, id, registration }
    }
}
