//! The event's disclosure policy: what an exhibitor that scanned a person gets to know.
//!
//! Per category, with `*` for those not named: whether scanning discloses (`yes`), needs the
//! person's consent first (`ask`, and until then only company and category show) or discloses
//! nothing (`no`), and which fields. Crew and minors
//! default to `no`; minors stay `no` whatever is set.

use mobile_core::capture::{Contact, ContactField, FieldError};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Whether a scan discloses the person's details.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scannable {
    /// A scan implies consent.
    #[default]
    Yes,
    /// The person is asked first.
    Ask,
    /// Nothing is disclosed.
    No,
}

/// What is disclosed of one category.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Whether a scan discloses.
    #[serde(default)]
    pub scannable: Scannable,
    /// The fields that are disclosed; absent: all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>)]
    pub fields: Option<BTreeSet<ContactField>>,
    /// Whether people of this category are in the contact list.
    #[serde(default)]
    pub listed: bool,
}

/// The policy of an event: a rule per category, `*` for all others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
pub struct Disclosure(pub BTreeMap<String, Rule>);

/// The category whose people never disclose anything.
const MINOR: &str = "minor";
const ALL_OTHERS: &str = "*";

impl Default for Disclosure {
    fn default() -> Self {
        let no = Rule { scannable: Scannable::No, ..Rule::default() };
        Self(BTreeMap::from([
            (ALL_OTHERS.to_owned(), Rule { listed: true, ..Rule::default() }),
            ("crew".to_owned(), no.clone()),
            (MINOR.to_owned(), no),
        ]))
    }
}

impl Disclosure {
    /// The policy as given, with the defaults for crew and minors where nothing is said.
    ///
    /// # Errors
    /// A rule that would disclose minors, or a category name that is none.
    pub fn checked(self) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        for (category, rule) in &self.0 {
            if category.is_empty() || category.chars().count() > 64 {
                errors.push(FieldError::new("/disclosure", "has a category name that is empty or too long"));
            }
            if category == MINOR && rule.scannable != Scannable::No {
                errors.push(FieldError::new("/disclosure/minor/scannable", "must be no: minors are never disclosed"));
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let mut rules = Self::default().0;
        rules.extend(self.0);
        Ok(Self(rules))
    }

    /// The rule for a category.
    pub fn rule(&self, category: &str) -> &Rule {
        static NOTHING: Rule = Rule { scannable: Scannable::No, fields: None, listed: false };
        if category == MINOR {
            return &NOTHING;
        }
        self.0.get(category).or_else(|| self.0.get(ALL_OTHERS)).unwrap_or(&NOTHING)
    }
}

/// Categories as a condition: those named, or all but those; none by default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Categories {
    /// The names.
    pub named: Vec<String>,
    /// Whether they are the ones that are left out.
    pub is_all_but: bool,
}

impl Disclosure {
    /// The categories whose people a scan discloses a field of.
    pub fn categories_with(&self, field: ContactField) -> Categories {
        let is_all_but = self.0.get(ALL_OTHERS).is_some_and(|rule| rule.has(field));
        let minor = std::iter::once(MINOR);
        let named: BTreeSet<&str> = self.0.keys().map(String::as_str).chain(minor).collect();
        let named = named.into_iter().filter(|name| *name != ALL_OTHERS);
        let named = named.filter(|name| self.rule(name).has(field) != is_all_but);
        Categories { named: named.map(str::to_owned).collect(), is_all_but }
    }
}

impl Rule {
    /// The fields of a contact that this rule lets through.
    pub fn disclosed(&self, contact: &Contact) -> Contact {
        match &self.fields {
            None => contact.clone(),
            Some(fields) => Contact(
                contact
                    .0
                    .iter()
                    .filter(|(field, _)| fields.contains(field))
                    .map(|(field, text)| (*field, text.clone()))
                    .collect(),
            ),
        }
    }

    /// What shows of somebody who is to be asked, until they have answered: the company, where this
    /// rule lets it through.
    pub fn before_the_answer(&self, contact: &Contact) -> Contact {
        let mut shown = self.disclosed(contact);
        shown.0.retain(|field, _| *field == ContactField::Company);
        shown
    }

    /// Whether this rule lets a field through.
    pub fn has(&self, field: ContactField) -> bool {
        self.scannable != Scannable::No && self.fields.as_ref().is_none_or(|fields| fields.contains(&field))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minors_are_never_disclosed_whatever_is_set() {
        let open = Disclosure(BTreeMap::from([(MINOR.to_owned(), Rule::default())]));
        assert_eq!(open.rule(MINOR).scannable, Scannable::No);
        assert!(open.checked().is_err());
    }

    #[test]
    fn categories_are_told_by_what_they_disclose() {
        let of = |names: [&str; 2], is_all_but| Categories { named: names.map(str::to_owned).to_vec(), is_all_but };
        let mut policy = Disclosure::default();
        assert_eq!(policy.categories_with(ContactField::Country), of(["crew", MINOR], true));
        let company = Rule { fields: Some(BTreeSet::from([ContactField::Company])), ..Rule::default() };
        policy.0.insert(ALL_OTHERS.to_owned(), company);
        policy.0.insert("press".to_owned(), Rule::default());
        policy.0.insert("vip".to_owned(), Rule::default());
        assert_eq!(policy.categories_with(ContactField::Country), of(["press", "vip"], false));
        assert_eq!(policy.categories_with(ContactField::Company), of(["crew", MINOR], true));
    }

    #[test]
    fn by_default_a_scan_implies_consent_but_for_crew() {
        let policy = Disclosure::default();
        assert_eq!(policy.rule("visitor").scannable, Scannable::Yes);
        assert_eq!(policy.rule("crew").scannable, Scannable::No);
    }
}
