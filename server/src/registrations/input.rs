//! What a client sends of a registration, checked into what cannot be wrong. Every wrong field is
//! named, not only the first.

use super::folding::fold;
use super::import::{Column, is_email};
use super::{Registration, category};
use crate::events::disclosure::Disclosure;
use crate::problem::Problem;
use mobile_core::badge::BadgeText;
use mobile_core::capture::{Contact, ContactField, FieldError};
use mobile_core::ids::SessionId;
use serde::{Deserialize, Deserializer};
use sqlx::types::Json;
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;

/// A person to register.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRegistration {
    /// The organiser's reference, unique within the event.
    pub external_id: Option<String>,
    /// The category; `visitor` where it is left out.
    #[schema(example = "visitor")]
    pub category: Option<String>,
    /// Given name. May be empty for people with one name.
    #[schema(required)]
    pub first_name: Option<String>,
    /// Family name. May be empty for people with one name.
    #[schema(required)]
    pub last_name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
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
    /// The code printed on their badge, where it was not made here.
    pub badge_code: Option<String>,
    /// The local days on which it is valid, such as `2026-11-22`; absent: every day.
    pub valid_days: Option<Vec<String>>,
    /// The zones that the person may enter; absent: all.
    pub allowed_zones: Option<BTreeSet<SessionId>>,
}

/// What to change of a registration: fields that are left out stay, `null` clears.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RegistrationPatch {
    /// The organiser's reference, unique within the event.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub external_id: Option<Option<String>>,
    /// The category.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub category: Option<Option<String>>,
    /// Given name.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub first_name: Option<Option<String>>,
    /// Family name.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub last_name: Option<Option<String>>,
    /// E-mail address.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub email: Option<Option<String>>,
    /// Employer.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub company: Option<Option<String>>,
    /// Position.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub job_title: Option<Option<String>>,
    /// Telephone number as typed.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub phone: Option<Option<String>>,
    /// Street and number.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub street: Option<Option<String>>,
    /// Postal code.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub postcode: Option<Option<String>>,
    /// Town.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub city: Option<Option<String>>,
    /// Country, as typed.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub country: Option<Option<String>>,
    /// Preferred language.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub language: Option<Option<String>>,
    /// The local days on which it is valid; `null`: every day.
    #[serde(deserialize_with = "crate::extract::given")]
    #[schema(value_type = Option<Vec<String>>)]
    pub valid_days: Option<Option<Vec<String>>>,
    /// The zones that the person may enter; `null`: all.
    #[serde(deserialize_with = "crate::extract::given")]
    #[schema(value_type = Option<Vec<SessionId>>)]
    pub allowed_zones: Option<Option<BTreeSet<SessionId>>>,
}

/// Tells a field that is `null` from one that is left out.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::<String>::deserialize(deserializer).map(Some)
}

/// A checked person.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Draft {
    /// The organiser's reference.
    pub external_id: Option<String>,
    /// The category as the client names it.
    pub category: Option<String>,
    /// What is known of the person; at least one name.
    pub contact: Contact,
    /// The code printed on their badge.
    pub badge_code: Option<BadgeText>,
    /// The local days on which it is valid.
    pub valid_days: Option<BTreeSet<String>>,
    /// The zones that the person may enter.
    pub allowed_zones: Option<BTreeSet<SessionId>>,
}

impl TryFrom<NewRegistration> for Draft {
    type Error = Problem;

    fn try_from(body: NewRegistration) -> Result<Self, Problem> {
        let mut errors = Vec::new();
        let mut draft = Self::default();
        for (name, value) in [("first_name", &body.first_name), ("last_name", &body.last_name)] {
            if value.is_none() {
                errors.push(FieldError::new(
                    format!("/{name}"),
                    "is required; send an empty text for people with one name",
                ));
            }
        }
        let is_named = errors.is_empty();
        draft.external_id = text(Column::ExternalId, body.external_id.as_deref(), &mut errors);
        draft.category = text(Column::Category, body.category.as_deref(), &mut errors);
        use ContactField as F;
        for (field, column, value) in [
            (F::FirstName, Column::FirstName, &body.first_name),
            (F::LastName, Column::LastName, &body.last_name),
            (F::Email, Column::Email, &body.email),
            (F::Company, Column::Company, &body.company),
            (F::JobTitle, Column::JobTitle, &body.job_title),
            (F::Phone, Column::Phone, &body.phone),
            (F::Street, Column::Street, &body.street),
            (F::Postcode, Column::Postcode, &body.postcode),
            (F::City, Column::City, &body.city),
            (F::Country, Column::Country, &body.country),
            (F::Language, Column::Language, &body.language),
        ] {
            if let Some(value) = text(column, value.as_deref(), &mut errors) {
                draft.contact.set(field, &value);
            }
        }
        if let Some(code) = body.badge_code.as_deref() {
            match BadgeText::new(code) {
                Ok(code) => draft.badge_code = Some(code),
                Err(error) => errors.push(FieldError::new("/badge_code", error.to_string())),
            }
        }
        draft.valid_days = body.valid_days.and_then(|sent| days(&sent, &mut errors));
        draft.allowed_zones = body.allowed_zones;
        if is_named && errors.is_empty() && !has_name(&draft.contact) {
            errors.push(FieldError::new("/last_name", "must not be empty together with first_name"));
        }
        if errors.is_empty() { Ok(draft) } else { Err(Problem::fields(errors)) }
    }
}

/// Checked changes: fields to set, fields to clear.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    external_id: Option<Option<String>>,
    category: Option<String>,
    contact: Vec<(ContactField, Option<String>)>,
    valid_days: Option<Option<BTreeSet<String>>>,
    allowed_zones: Option<Option<BTreeSet<SessionId>>>,
}

impl TryFrom<RegistrationPatch> for Changes {
    type Error = Problem;

    fn try_from(body: RegistrationPatch) -> Result<Self, Problem> {
        let mut errors = Vec::new();
        let mut changes = Self::default();
        if let Some(value) = &body.external_id {
            changes.external_id = Some(text(Column::ExternalId, value.as_deref(), &mut errors));
        }
        if let Some(value) = &body.category {
            changes.category = Some(text(Column::Category, value.as_deref(), &mut errors).unwrap_or_default());
        }
        use ContactField as F;
        for (field, column, value) in [
            (F::FirstName, Column::FirstName, &body.first_name),
            (F::LastName, Column::LastName, &body.last_name),
            (F::Email, Column::Email, &body.email),
            (F::Company, Column::Company, &body.company),
            (F::JobTitle, Column::JobTitle, &body.job_title),
            (F::Phone, Column::Phone, &body.phone),
            (F::Street, Column::Street, &body.street),
            (F::Postcode, Column::Postcode, &body.postcode),
            (F::City, Column::City, &body.city),
            (F::Country, Column::Country, &body.country),
            (F::Language, Column::Language, &body.language),
        ] {
            if let Some(value) = value {
                changes.contact.push((field, text(column, value.as_deref(), &mut errors)));
            }
        }
        changes.valid_days = body.valid_days.map(|sent| sent.and_then(|sent| days(&sent, &mut errors)));
        changes.allowed_zones = body.allowed_zones;
        if errors.is_empty() { Ok(changes) } else { Err(Problem::fields(errors)) }
    }
}

impl Changes {
    /// The registration as it will be.
    ///
    /// # Errors
    /// When no name would be left.
    pub fn applied(self, old: &Registration, policy: &Disclosure) -> Result<Registration, Problem> {
        let mut new = old.clone();
        if let Some(external_id) = self.external_id {
            new.external_id = external_id;
        }
        if let Some(category) = self.category {
            new.category = category::code(policy, &category);
        }
        if let Some(days) = self.valid_days {
            new.valid_days = days.map(Json);
        }
        if let Some(zones) = self.allowed_zones {
            new.allowed_zones = zones.map(Json);
        }
        for (field, value) in self.contact {
            new.contact.0.0.remove(&field);
            new.contact.set(field, value.as_deref().unwrap_or_default());
        }
        if !has_name(&new.contact) && has_name(&old.contact) {
            return Err(Problem::field("/last_name", "must not be empty together with first_name"));
        }
        Ok(new)
    }
}

fn has_name(contact: &Contact) -> bool {
    contact
        .get(ContactField::FirstName)
        .or(contact.get(ContactField::LastName))
        .is_some_and(|name| !fold(name).is_empty())
}

/// Most days that a registration names.
const MOST_DAYS: usize = 60;

/// Days as they are compared: `2026-11-22`.
fn days(sent: &[String], errors: &mut Vec<FieldError>) -> Option<BTreeSet<String>> {
    if sent.is_empty() || sent.len() > MOST_DAYS {
        errors.push(FieldError::new("/valid_days", "must name 1 to 60 days; leave it out for every day"));
        return None;
    }
    let mut days = BTreeSet::new();
    for (at, text) in sent.iter().enumerate() {
        match crate::events::when::day(text) {
            Ok(day) => drop(days.insert(day.to_string())),
            Err(detail) => errors.push(FieldError::new(format!("/valid_days/{at}"), detail)),
        }
    }
    Some(days)
}

/// A field's text: trimmed and composed (NFC), within the bounds that files have too.
fn text(column: Column, raw: Option<&str>, errors: &mut Vec<FieldError>) -> Option<String> {
    let composed: String = raw?.trim().nfc().collect();
    if composed.is_empty() {
        return None;
    }
    let error = if composed.chars().any(char::is_control) {
        "holds a control character; type it again".to_owned()
    } else if composed.chars().count() > column.limit() {
        format!("is longer than {} characters", column.limit())
    } else if column == Column::Email && !is_email(&composed) {
        "is not one e-mail address such as ann@company.com".to_owned()
    } else {
        return Some(composed);
    };
    errors.push(FieldError::new(format!("/{}", column.name()), error));
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str) -> Result<Draft, Problem> {
        serde_json::from_str::<NewRegistration>(json).unwrap().try_into()
    }

    #[test]
    fn every_wrong_field_of_a_registration_is_named() {
        let long = "x".repeat(9000);
        let body = format!(
            r#"{{"first_name":"N\u0007oor","email":"nobody","phone":"{}","badge_code":"{long}"}}"#,
            "1".repeat(65)
        );
        let error = format!("{:?}", parse(&body).unwrap_err());
        for pointer in ["/first_name", "/last_name", "/email", "/phone", "/badge_code"] {
            assert!(error.contains(pointer), "{pointer} in {error}");
        }
    }

    #[test]
    fn people_with_one_name_can_register_and_people_without_any_cannot() {
        let sting = parse(r#"{"first_name":"","last_name":" Sting "}"#).unwrap();
        assert_eq!(sting.contact.full_name(), "Sting");
        assert!(parse(r#"{"first_name":" ","last_name":""}"#).is_err());
    }

    #[test]
    fn a_badge_code_is_kept_as_it_is_printed() {
        let draft = parse(r#"{"first_name":"A","last_name":"B","badge_code":" x\ty "}"#).unwrap();
        assert_eq!(draft.badge_code.unwrap().as_str(), " x\ty ");
    }

    #[test]
    fn a_patch_changes_what_it_names_and_null_clears() {
        let old = Registration {
            id: mobile_core::ids::RegistrationId(uuid::Uuid::nil()),
            external_id: Some("A-1".into()),
            category: "visitor".into(),
            contact: sqlx::types::Json(
                parse(r#"{"first_name":"Noor","last_name":"Aziz","city":"Lyon"}"#).unwrap().contact,
            ),
            exhibitor_contact: None,
            exhibitor_id: None,
            valid_days: None,
            allowed_zones: None,
            version: 1,
            created_at: mobile_core::time::Timestamp::from_micros(0),
            updated_at: mobile_core::time::Timestamp::from_micros(0),
        };
        let patch =
            |json: &str| -> Changes { serde_json::from_str::<RegistrationPatch>(json).unwrap().try_into().unwrap() };
        let policy = Disclosure::default();
        let new = patch(r#"{"city":null,"company":"Acme","category":"Staff"}"#).applied(&old, &policy).unwrap();
        assert_eq!((new.contact.get(ContactField::City), new.contact.get(ContactField::Company)), (None, Some("Acme")));
        assert_eq!((new.category.as_str(), new.external_id.as_deref()), ("crew", Some("A-1")));
        assert_eq!(patch("{}").applied(&old, &policy).unwrap(), old);
        assert!(patch(r#"{"first_name":null,"last_name":""}"#).applied(&old, &policy).is_err());
    }
}
