//! The languages, read once from the files in the binary.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast::Entry;
use rust_embed::Embed;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use unic_langid::LanguageIdentifier;

#[derive(Embed)]
#[folder = "src/words/locales/"]
struct Files;

/// Where English is among them.
pub const ENGLISH: usize = 0;

/// Every language: a constant of the binary.
pub static LANGUAGES: LazyLock<Vec<Language>> = LazyLock::new(|| {
    let mut sources: BTreeMap<String, Vec<String>> = BTreeMap::new();
    sources.entry("en".to_owned()).or_default();
    for path in Files::iter() {
        let Some(file) = Files::get(&path) else { continue };
        let code = path.split('/').next().unwrap_or_default().trim_end_matches(".ftl");
        sources.entry(code.to_owned()).or_default().push(String::from_utf8_lossy(&file.data).into_owned());
    }
    let mut languages: Vec<Language> = sources.into_iter().map(|(code, files)| Language::read(code, files)).collect();
    languages.sort_by_key(|language| (language.code != "en", language.code.clone()));
    languages
});

/// The one of some codes that a tag of a browser or of a person means: itself, else what it is a kind of (`fr` for
/// `fr-CA`), else the first kind of it (`pt-BR` for `pt`), whatever the case.
pub fn meant<'c>(tag: &str, codes: &[&'c str]) -> Option<&'c str> {
    let tag = tag.trim().replace('_', "-");
    let mut kinds_of = std::iter::successors(Some(tag.as_str()), |kind| Some(kind.rsplit_once('-')?.0));
    let found = kinds_of.find_map(|wanted| codes.iter().find(|code| code.eq_ignore_ascii_case(wanted)));
    let is_kind = |code: &&&str| {
        let begins = code.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(&tag));
        begins && code[tag.len()..].starts_with('-')
    };
    found.or_else(|| codes.iter().find(is_kind)).copied()
}

/// The messages of one language.
pub struct Language {
    /// `fr`.
    pub code: String,
    bundle: FluentBundle<FluentResource>,
    /// What modules in the browser say, by key: a text, or its forms by the categories of numbers.
    modules: BTreeMap<String, Value>,
    /// Every key.
    #[cfg(test)]
    keys: Vec<String>,
    /// What was wrong with the files.
    #[cfg(test)]
    pub mistakes: Vec<String>,
}

impl Language {
    pub(super) fn read(code: String, files: Vec<String>) -> Self {
        let mut mistakes = Vec::new();
        let tag: LanguageIdentifier = code.parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        // Pages say the direction of names with `dir="auto"`.
        bundle.set_use_isolating(false);
        let mut keys = Vec::new();
        for file in files {
            let resource = FluentResource::try_new(file).unwrap_or_else(|(readable, errors)| {
                mistakes.extend(errors.iter().map(ToString::to_string));
                readable
            });
            keys.extend(resource.entries().filter_map(|entry| match entry {
                Entry::Message(message) => Some(message.id.name.to_owned()),
                _ => None,
            }));
            if let Err(errors) = bundle.add_resource(resource) {
                mistakes.extend(errors.iter().map(ToString::to_string));
            }
        }
        for mistake in &mistakes {
            tracing::error!(language = code, mistake, "a file of words is wrong");
        }
        let mut language = Self {
            code,
            bundle,
            modules: BTreeMap::new(),
            #[cfg(test)]
            keys: keys.clone(),
            #[cfg(test)]
            mistakes,
        };
        let of_modules = keys.into_iter().filter(|key| key.starts_with("js-") || key.starts_with("scanner-"));
        language.modules = of_modules.map(|key| (key.clone(), language.for_module(&key))).collect();
        match language.format("number-group", None).as_deref() {
            Some("\u{202f}") => language.bundle.set_formatter(Some(|value, _| grouped(value, '\u{202f}'))),
            Some(".") => language.bundle.set_formatter(Some(|value, _| grouped(value, '.'))),
            Some("’") => language.bundle.set_formatter(Some(|value, _| grouped(value, '’'))),
            _ => language.bundle.set_formatter(Some(|value, _| grouped(value, ','))),
        }
        language
    }

    /// The message of a key, if this language has it.
    pub fn format(&self, key: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, args, &mut errors).into_owned();
        if !errors.is_empty() && args.is_some() {
            tracing::warn!(key, ?errors, "a text was not filled");
        }
        Some(text)
    }

    /// What the keys of this prefix say.
    pub fn of_modules(&self, prefix: &str) -> Map<String, Value> {
        let from = self.modules.range(prefix.to_owned()..);
        let own = from.take_while(|(key, _)| key.starts_with(prefix));
        own.map(|(key, said)| (key.clone(), said.clone())).collect()
    }

    /// A message for a module, which fills in `{$name}` itself; forms for numbers are attributes
    /// (`.one`, `.other`), because the module counts.
    fn for_module(&self, key: &str) -> Value {
        let Some(message) = self.bundle.get_message(key) else { return Value::Null };
        let text = |pattern| Value::String(self.bundle.format_pattern(pattern, None, &mut Vec::new()).into_owned());
        match message.value() {
            Some(pattern) => text(pattern),
            None => message.attributes().map(|form| (form.id().to_owned(), text(form.value()))).collect(),
        }
    }
}

#[cfg(test)]
impl Language {
    /// The keys of its messages.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(String::as_str)
    }

    /// What a message, its attributes and its forms are filled with.
    pub fn arguments(&self, key: &str) -> std::collections::BTreeSet<String> {
        use fluent_syntax::ast::{Expression, InlineExpression, Pattern, PatternElement};
        fn inline(expression: &InlineExpression<&str>, into: &mut std::collections::BTreeSet<String>) {
            match expression {
                InlineExpression::VariableReference { id } => {
                    into.insert(id.name.to_owned());
                }
                InlineExpression::Placeable { expression } => of(expression, into),
                _ => {}
            }
        }
        fn of(expression: &Expression<&str>, into: &mut std::collections::BTreeSet<String>) {
            match expression {
                Expression::Select { selector, variants } => {
                    inline(selector, into);
                    for variant in variants {
                        pattern(&variant.value, into);
                    }
                }
                Expression::Inline(expression) => inline(expression, into),
            }
        }
        fn pattern(text: &Pattern<&str>, into: &mut std::collections::BTreeSet<String>) {
            for element in &text.elements {
                if let PatternElement::Placeable { expression } = element {
                    of(expression, into);
                }
            }
        }
        let mut found = std::collections::BTreeSet::new();
        if let Some(message) = self.bundle.get_message(key) {
            message.value().into_iter().for_each(|value| pattern(value, &mut found));
            message.attributes().for_each(|form| pattern(form.value(), &mut found));
        }
        found
    }
}

/// A whole number with `mark` between its thousands.
fn grouped(value: &FluentValue<'_>, mark: char) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    let digits = format!("{:.0}", number.value.abs());
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number.value < 0.0 {
        text.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(mark);
        }
        text.push(digit);
    }
    Some(text)
}
