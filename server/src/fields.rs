//! Parsing the short texts of request bodies into types that cannot be wrong.
//!
//! [`Fields`] gathers every wrong field, so that a form shows all its mistakes at once.

use crate::problem::Problem;
use mobile_core::capture::FieldError;
use serde::Serialize;
use std::fmt;

/// The wrong fields met so far.
#[derive(Debug, Default)]
pub struct Fields {
    errors: Vec<FieldError>,
}

impl Fields {
    /// Notes a wrong field.
    pub fn wrong(&mut self, pointer: &str, detail: impl Into<String>) {
        self.errors.push(FieldError::new(pointer, detail));
    }

    /// Notes several wrong fields.
    pub fn extend(&mut self, errors: Vec<FieldError>) {
        self.errors.extend(errors);
    }

    /// Keeps a parsed field, or notes why it is wrong.
    pub fn keep<T, E: fmt::Display>(&mut self, pointer: &str, parsed: Result<T, E>) -> Option<T> {
        parsed.map_err(|error| self.wrong(pointer, error.to_string())).ok()
    }

    /// Keeps a parsed whole, or notes everything that is wrong with it.
    pub fn all<T>(&mut self, parsed: Result<T, Vec<FieldError>>) -> Option<T> {
        parsed.map_err(|errors| self.extend(errors)).ok()
    }

    /// A text of 1 to `most` characters without line breaks.
    pub fn line(&mut self, pointer: &str, text: &str, most: usize) -> Option<String> {
        self.keep(pointer, line(text, most))
    }

    /// The same, where nothing is an answer too.
    pub fn optional_line(&mut self, pointer: &str, text: Option<&str>, most: usize) -> Option<String> {
        let text = text.map(str::trim).filter(|text| !text.is_empty())?;
        self.line(pointer, text, most)
    }

    /// The parsed whole, once no field was wrong.
    pub fn done<T>(self, parsed: Option<T>) -> Result<T, Problem> {
        match parsed {
            Some(parsed) if self.errors.is_empty() => Ok(parsed),
            _ => Err(Problem::fields(self.errors)),
        }
    }
}

/// Trims a text and refuses it when it is empty, longer than `most` characters or holds controls.
pub fn line(text: &str, most: usize) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        Err("must not be empty".into())
    } else if text.chars().count() > most {
        Err(format!("must have at most {most} characters"))
    } else if text.chars().any(char::is_control) {
        Err("must not hold control characters or line breaks".into())
    } else {
        Ok(text.to_owned())
    }
}

/// A short name for addresses: 1 to 63 of `a-z`, `0-9` and `-`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Slug(String);

impl Slug {
    /// Reads a slug.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let is_slug = (1..=63).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if is_slug { Ok(Self(text.to_owned())) } else { Err("must be 1 to 63 of a-z, 0-9 and -") }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An e-mail address in the one form in which addresses are compared: trimmed, lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// Reads an address. Only what cannot be one is refused; whether it exists, a mail will tell.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim().to_lowercase();
        let is_address = text.len() <= 254
            && text.split_once('@').is_some_and(|(local, domain)| {
                !local.is_empty()
                    && !domain.is_empty()
                    && !domain.contains('@')
                    && !domain.starts_with('.')
                    && !domain.ends_with('.')
            })
            && !text.chars().any(|c| c.is_whitespace() || c.is_control() || "<>,;\"()".contains(c));
        if is_address { Ok(Self(text)) } else { Err("must be an e-mail address such as ines@acme.example") }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_short_and_plain() {
        assert!(Slug::parse("salon-2026").is_ok());
        for text in ["", "Salon", "a b", "é", "a/b", &"x".repeat(64)] {
            assert!(Slug::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn addresses_that_differ_in_case_are_one() {
        assert_eq!(Email::parse(" Ines@Acme.Example "), Email::parse("ines@acme.example"));
        for text in ["", "ines", "@acme.example", "ines@", "a@b@c", "a b@c", "a\u{0}@c", "x <a@b.c>", "a@.c"] {
            assert!(Email::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn every_wrong_field_is_named() {
        let mut fields = Fields::default();
        fields.line("/name", " ", 10);
        fields.line("/venue", "a\nb", 10);
        assert!(fields.optional_line("/label", Some("  "), 10).is_none());
        let problem = fields.done(Some(())).expect_err("two are wrong");
        assert!(problem.detail().starts_with("/name"));
    }
}
