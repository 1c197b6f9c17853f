//! The fields of an event's profiles: which ones there are, of which kind and length, what they are
//! called, and what fits them.
//!
//! A field that the organiser takes away keeps what exhibitors wrote in it, unseen; one that it shortens
//! keeps a longer text until somebody edits it. The key of a field never changes.

use super::store;
use crate::access::{EventAdminScope, EventScope};
use crate::app::App;
use crate::audit::{self, Action, NewEntry};
use crate::fields::{Fields, Slug};
use crate::forms::{Words, in_language};
use crate::problem::Problem;
use crate::registrations::folding::fold;
use crate::storage::{StorageError, Tx};
use crate::words;
use mobile_core::ids::EventId;
use mobile_core::reason::Reason;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeMap, HashSet};

/// Fields that a profile has at most.
const MOST_FIELDS: usize = 30;
/// Characters of a field's name in one language.
const NAME: usize = 80;
/// Characters of a tag.
const TAG: usize = 40;

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ProfileFieldKind)]
pub enum Kind {
    /// One line.
    Line,
    /// A text of several lines.
    Text,
    /// The address of a website.
    Link,
    /// Words that the list of exhibitors is searched by.
    Tags,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Line, Self::Text, Self::Link, Self::Tags];

    /// The kind's code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Text => "text",
            Self::Link => "link",
            Self::Tags => "tags",
        }
    }

    /// What its length may be: characters, or tags.
    const fn longest(self) -> i64 {
        match self {
            Self::Line => 200,
            Self::Text => 10_000,
            Self::Link => 500,
            Self::Tags => 30,
        }
    }
}

/// A field of the event's profiles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProfileField {
    /// What its content is kept under: 1 to 63 of a-z, 0-9 and -.
    pub key: String,
    /// What it holds.
    pub kind: Kind,
    /// What it is called, by language; English where a language is missing.
    #[schema(value_type = Object)]
    pub words: Words,
    /// The most characters it takes; the most tags where it holds tags.
    pub most: i64,
}

impl ProfileField {
    /// One that is there from the beginning, called what the text of `name` says in each language.
    fn usual(key: &str, kind: Kind, most: i64, name: &str) -> Self {
        let words = words::Words::all().map(|words| (words.code().to_owned(), words.t(name).to_string()));
        Self { key: key.to_owned(), kind, words: words.collect(), most }
    }

    /// What it is called in a language.
    pub fn name(&self, language: &str) -> &str {
        let codes: Vec<String> = words::Words::all().map(|words| words.code().to_owned()).collect();
        in_language(&self.words, &codes, language)
    }
}

/// The fields in the order in which they are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileForm(pub Vec<ProfileField>);

impl Default for ProfileForm {
    fn default() -> Self {
        Self(vec![
            ProfileField::usual("about", Kind::Text, 2_000, "profiles-usual-about"),
            ProfileField::usual("tags", Kind::Tags, 10, "profiles-usual-tags"),
            ProfileField::usual("website", Kind::Link, 300, "profiles-usual-website"),
        ])
    }
}

/// What stands in a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(untagged, expecting = "must be a text, or a list of texts for tags")]
#[schema(as = ProfileValue)]
pub enum Value {
    /// A line, a text or an address.
    Text(String),
    /// Tags.
    Tags(Vec<String>),
}

/// What stands in the fields, by their keys.
pub type Content = BTreeMap<String, Value>;

impl ProfileForm {
    /// What was sent, as it is kept: empty fields left out, every wrong one named.
    pub fn checked(&self, sent: &Content) -> Result<Content, Problem> {
        let mut wrong = Fields::default();
        let mut kept = Content::new();
        for (key, value) in sent {
            let pointer = format!("/values/{key}");
            let Some(field) = self.0.iter().find(|field| field.key == *key) else {
                wrong.wrong(&pointer, "is no field of this event's profiles");
                continue;
            };
            if let Some(Some(value)) = wrong.keep(&pointer, field.checked(value)) {
                kept.insert(key.clone(), value);
            }
        }
        wrong.done(Some(kept))
    }

    /// All tags of a profile.
    pub fn tags(&self, content: &Content) -> Vec<String> {
        let of_field = |field: &ProfileField| match content.get(&field.key) {
            Some(Value::Tags(tags)) if field.kind == Kind::Tags => tags.clone(),
            _ => Vec::new(),
        };
        self.0.iter().flat_map(of_field).collect()
    }
}

impl ProfileField {
    /// What was sent as it is kept; none where it is empty.
    fn checked(&self, value: &Value) -> Result<Option<Value>, String> {
        let most = usize::try_from(self.most).unwrap_or(0);
        match (self.kind, value) {
            (Kind::Tags, Value::Tags(tags)) => {
                let mut seen = HashSet::new();
                let tags: Vec<String> = tags
                    .iter()
                    .map(|tag| tag.trim())
                    .filter(|tag| !tag.is_empty())
                    .filter(|tag| seen.insert(fold(tag)))
                    .map(str::to_owned)
                    .collect();
                if tags.len() > most {
                    return Err(format!("must be at most {most} tags"));
                }
                for tag in &tags {
                    crate::fields::line(tag, TAG).map_err(|error| format!("has a tag that {error}"))?;
                }
                Ok(Some(Value::Tags(tags)).filter(|value| *value != Value::Tags(Vec::new())))
            }
            (Kind::Tags, Value::Text(_)) => Err("must be a list of texts".into()),
            (_, Value::Tags(_)) => Err("must be a text".into()),
            (_, Value::Text(text)) if text.trim().is_empty() => Ok(None),
            (Kind::Line, Value::Text(text)) => Ok(Some(Value::Text(crate::fields::line(text, most)?))),
            (Kind::Text, Value::Text(text)) => Ok(Some(Value::Text(paragraphs(text, most)?))),
            (Kind::Link, Value::Text(text)) => Ok(Some(Value::Text(address(text, most)?))),
        }
    }
}

/// A text of several lines.
fn paragraphs(text: &str, most: usize) -> Result<String, String> {
    let text = text.replace("\r\n", "\n").trim().to_owned();
    if text.chars().count() > most {
        Err(format!("must have at most {most} characters"))
    } else if text.chars().any(|letter| letter.is_control() && letter != '\n' && letter != '\t') {
        Err("must not hold control characters".into())
    } else {
        Ok(text)
    }
}

/// The address of a website: `acme.example` means `https://acme.example`, and nothing but the web is meant.
fn address(text: &str, most: usize) -> Result<String, String> {
    let text = crate::fields::line(text, most)?;
    let text = if text.contains(':') { text } else { format!("https://{text}") };
    let host = ["https://", "http://"].iter().find_map(|scheme| text.strip_prefix(scheme));
    let host = host.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let is_host = |host: &str| {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        name.contains('.') && !name.starts_with('.') && !name.ends_with('.') && !host.contains('@')
    };
    if host.is_some_and(is_host) && !text.contains(|letter: char| letter.is_whitespace() || "<>\"'\\".contains(letter))
    {
        Ok(text)
    } else {
        Err("must be an address such as https://acme.example".into())
    }
}

/// The fields of an event.
pub(crate) async fn of(tx: &mut Tx, event: EventId) -> Result<ProfileForm, StorageError> {
    Ok(store::form(tx, event).await?.unwrap_or_default())
}

/// The fields, for the organiser.
pub async fn list(app: &App, scope: &EventScope) -> Result<ProfileForm, Problem> {
    let mut tx = app.read().await?;
    let form = of(&mut tx, scope.event()).await?;
    tx.done().await?;
    Ok(form)
}

/// What changes of a field; the rest stays.
#[derive(Debug, Default)]
pub struct FieldEdit {
    /// What it is called; all languages anew.
    pub words: Option<Words>,
    /// The most characters, or tags.
    pub most: Option<i64>,
    /// Its place among the fields, from 1.
    pub position: Option<usize>,
}

/// Adds a field as the last one.
pub async fn add(app: &App, scope: &EventAdminScope, field: ProfileField) -> Result<ProfileForm, Problem> {
    change(app, scope, |form| {
        let mut wrong = Fields::default();
        let key = wrong.keep("/key", Slug::parse(&field.key));
        check(&mut wrong, &field);
        let key = wrong.done(key)?;
        if form.0.iter().any(|known| known.key == key.as_str()) {
            return Err(Problem::new(Reason::AlreadyExists, "Another field has this key."));
        }
        if form.0.len() >= MOST_FIELDS {
            return Err(Problem::field("", format!("is too much: a profile has at most {MOST_FIELDS} fields")));
        }
        form.0.push(field);
        Ok(())
    })
    .await
}

/// Changes a field or moves it.
pub async fn edit(app: &App, scope: &EventAdminScope, key: &str, edit: FieldEdit) -> Result<ProfileForm, Problem> {
    change(app, scope, |form| {
        let at = form.0.iter().position(|field| field.key == key).ok_or_else(Problem::not_found)?;
        let known = form.0.remove(at);
        let field =
            ProfileField { words: edit.words.unwrap_or(known.words), most: edit.most.unwrap_or(known.most), ..known };
        let mut wrong = Fields::default();
        check(&mut wrong, &field);
        if edit.position == Some(0) {
            wrong.wrong("/position", "begins at 1");
        }
        wrong.done(Some(()))?;
        let to = edit.position.map_or(at, |position| (position - 1).min(form.0.len()));
        form.0.insert(to, field);
        Ok(())
    })
    .await
}

/// Takes a field away.
pub async fn remove(app: &App, scope: &EventAdminScope, key: &str) -> Result<ProfileForm, Problem> {
    change(app, scope, |form| {
        let at = form.0.iter().position(|field| field.key == key).ok_or_else(Problem::not_found)?;
        form.0.remove(at);
        Ok(())
    })
    .await
}

fn check(wrong: &mut Fields, field: &ProfileField) {
    for (language, name) in &field.words {
        wrong.line(&format!("/words/{language}"), name, NAME);
    }
    if !words::Words::all().any(|words| field.words.contains_key(words.code())) {
        wrong.wrong("/words/en", "must say what the field is called");
    }
    if !(1..=field.kind.longest()).contains(&field.most) {
        wrong.wrong("/most", format!("must be from 1 to {}", field.kind.longest()));
    }
}

/// Changes the fields in one transaction, others that want to wait; the tags of all profiles follow.
async fn change(
    app: &App,
    scope: &EventAdminScope,
    change: impl FnOnce(&mut ProfileForm) -> Result<(), Problem>,
) -> Result<ProfileForm, Problem> {
    let mut tx = app.write().await?;
    let before = store::hold_form(&mut tx, scope, &ProfileForm::default()).await?;
    let mut form = before.clone();
    change(&mut form)?;
    store::put_form(&mut tx, scope, &form).await?;
    let is_of_tags = |form: &ProfileForm| {
        form.0.iter().filter(|field| field.kind == Kind::Tags).map(|field| field.key.clone()).collect::<HashSet<_>>()
    };
    if is_of_tags(&before) != is_of_tags(&form) {
        for (exhibitor, content) in store::contents(&mut tx, scope.event()).await? {
            store::put_tags(&mut tx, scope, exhibitor, &form.tags(&content.0)).await?;
        }
    }
    let told = |form: &ProfileForm| json!(form.0.iter().map(|field| &field.key).collect::<Vec<_>>());
    let detail = json!({"before": told(&before), "after": told(&form)});
    let entry = NewEntry::new(Action::ProfileFormChanged, Some(scope.account()), None).with(detail);
    audit::append(app, &mut tx, scope.event(), &entry).await?;
    tx.commit(&app.hub).await?;
    Ok(form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_of_the_web_or_none() {
        assert_eq!(address("acme.example", 100).as_deref(), Ok("https://acme.example"));
        assert_eq!(address(" http://acme.example:8080/a?b#c ", 100).as_deref(), Ok("http://acme.example:8080/a?b#c"));
        for text in [
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://acme.example",
            "https://",
            "https://acme",
            "https://user@acme.example",
            "https://acme.example/<b>",
            "//acme.example",
            "acme .example",
        ] {
            assert!(address(text, 100).is_err(), "{text}");
        }
        assert!(address("acme.example", 10).is_err(), "too long");
    }

    #[test]
    fn every_field_that_does_not_fit_is_named() {
        let form = ProfileForm::default();
        let sent: Content = serde_json::from_value(json!({
            "about": "x".repeat(2_001), "tags": "pumps", "website": "javascript:alert(1)", "motto": "Flow",
        }))
        .expect("content");
        let problem = form.checked(&sent).expect_err("nothing fits");
        let pointers: Vec<&str> = problem.errors().iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["/values/about", "/values/motto", "/values/tags", "/values/website"]);
    }

    #[test]
    fn tags_that_differ_in_spelling_are_one_and_empty_fields_are_left_out() {
        let form = ProfileForm::default();
        let sent: Content =
            serde_json::from_value(json!({"about": " \r\n ", "tags": ["Pumps", " pumps ", "", "Vannes"]}))
                .expect("content");
        let kept = form.checked(&sent).expect("fits");
        assert_eq!(json!(kept), json!({"tags": ["Pumps", "Vannes"]}));
        assert_eq!(form.tags(&kept), ["Pumps", "Vannes"]);
    }
}
