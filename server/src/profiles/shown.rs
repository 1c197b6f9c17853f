//! A profile as pages show it: on the attendee's page, and beside the form as its preview.

use super::directory::{PublicContact, PublicExhibitor};
use super::fields::{Kind, Value};
use super::{Profile, logo};
use crate::web::text::{dotted, stand};
use crate::words::Words;

/// A field with what stands in it.
#[derive(Debug)]
pub struct ShownField {
    /// By which the preview finds it.
    pub key: String,
    /// What it is called.
    pub label: String,
    /// What it holds.
    pub kind: &'static str,
    /// What stands in it; for tags, nothing.
    pub text: String,
    /// The tags.
    pub tags: Vec<String>,
    /// Whether nothing stands in it.
    pub is_empty: bool,
}

/// What `profiles/shown.html` shows.
#[derive(Debug)]
pub struct Shown {
    /// The exhibitor's name.
    pub name: String,
    /// Its booths, in one line.
    pub booths: String,
    /// The address of its logo; empty where it has none.
    pub logo: String,
    /// The first letters of its name, in the place of a logo.
    pub initials: String,
    /// Its fields in their order.
    pub fields: Vec<ShownField>,
    /// Whom to write to.
    pub contacts: Vec<PublicContact>,
}

impl Shown {
    /// A profile in a language.
    pub fn of(exhibitor: &PublicExhibitor, profile: &Profile, words: Words) -> Self {
        let fields = profile.form.0.iter().map(|field| {
            let (text, tags) = match profile.content.get(&field.key) {
                Some(Value::Text(text)) if field.kind != Kind::Tags => (text.clone(), Vec::new()),
                Some(Value::Tags(tags)) if field.kind == Kind::Tags => (String::new(), tags.clone()),
                _ => Default::default(),
            };
            ShownField {
                key: field.key.clone(),
                label: field.name(words.code()).to_owned(),
                kind: field.kind.code(),
                is_empty: text.is_empty() && tags.is_empty(),
                text,
                tags,
            }
        });
        let booths: Vec<String> = exhibitor.booths.iter().map(|booth| stand(booth)).collect();
        Self {
            name: exhibitor.name.clone(),
            booths: dotted(&booths.iter().map(String::as_str).collect::<Vec<_>>()),
            logo: profile.logo.map(logo::address).unwrap_or_default(),
            initials: crate::web::text::initials(&exhibitor.name),
            fields: fields.collect(),
            contacts: exhibitor.contacts.clone(),
        }
    }
}
