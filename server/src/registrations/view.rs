//! A registration as its organiser sees it.

use super::Registered;
use crate::badges::{self, Badge, BadgeStatus};
use mobile_core::capture::ContactField;
use mobile_core::ids::{BadgeId, ExhibitorId, RegistrationId, SessionId};
use mobile_core::time::Timestamp;
use serde::Serialize;
use std::collections::BTreeSet;

/// A badge beside its registration.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct BadgeSummary {
    /// The badge.
    pub id: BadgeId,
    /// What its QR code says.
    pub code: String,
    /// Its number as printed, for typing.
    #[schema(example = "7F3K-92QX")]
    pub number: String,
    /// What it is good for.
    pub status: BadgeStatus,
}

impl From<&Badge> for BadgeSummary {
    fn from(badge: &Badge) -> Self {
        Self { id: badge.id, code: badge.code.clone(), number: badge.printed_number(), status: badge.status }
    }
}

/// A person registered for the event.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct RegisteredPerson {
    /// The registration.
    pub id: RegistrationId,
    /// The organiser's reference.
    pub external_id: Option<String>,
    /// The category's code.
    pub category: String,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// The address that exhibitors see instead; the person names it in the attendee area.
    pub exhibitor_email: Option<String>,
    /// Employer.
    pub company: Option<String>,
    /// Position.
    pub job_title: Option<String>,
    /// Telephone number as typed.
    pub phone: Option<String>,
    /// Street and number.
    pub street: Option<String>,
    /// Postal code.
    pub postcode: Option<String>,
    /// Town.
    pub city: Option<String>,
    /// Country, as typed.
    pub country: Option<String>,
    /// Preferred language.
    pub language: Option<String>,
    /// The exhibitor whose team the person is in.
    pub exhibitor_id: Option<ExhibitorId>,
    /// The local days on which it is valid; null: every day.
    pub valid_days: Option<BTreeSet<String>>,
    /// The zones that the person may enter; null: all.
    pub allowed_zones: Option<BTreeSet<SessionId>>,
    /// The badge that stands for the person now.
    pub badge: Option<BadgeSummary>,
    /// Every badge the person had, oldest first.
    pub badges: Vec<BadgeSummary>,
    /// Rises with every change; the `ETag`.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl From<Registered> for RegisteredPerson {
    fn from(Registered { registration, badges }: Registered) -> Self {
        use ContactField as F;
        let exhibitor_email = registration.exhibitor_contact.and_then(|mut shown| shown.0.0.remove(&F::Email));
        let mut contact = registration.contact.0.0;
        Self {
            id: registration.id,
            external_id: registration.external_id,
            category: registration.category,
            first_name: contact.remove(&F::FirstName),
            last_name: contact.remove(&F::LastName),
            email: contact.remove(&F::Email),
            exhibitor_email,
            company: contact.remove(&F::Company),
            job_title: contact.remove(&F::JobTitle),
            phone: contact.remove(&F::Phone),
            street: contact.remove(&F::Street),
            postcode: contact.remove(&F::Postcode),
            city: contact.remove(&F::City),
            country: contact.remove(&F::Country),
            language: contact.remove(&F::Language),
            exhibitor_id: registration.exhibitor_id,
            valid_days: registration.valid_days.map(|days| days.0),
            allowed_zones: registration.allowed_zones.map(|zones| zones.0),
            badge: badges::current(&badges).map(BadgeSummary::from),
            badges: badges.iter().map(BadgeSummary::from).collect(),
            version: registration.version,
            created_at: registration.created_at,
            updated_at: registration.updated_at,
        }
    }
}
