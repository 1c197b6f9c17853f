//! The words of pages, of the scanner, of mails and exports, in the language of whoever reads:
//! [Fluent](https://projectfluent.org) messages.
//!
//! A language is what lies below `locales/` under its code, in one file (`de.ftl`) or a file a slice
//! (`fr/leads.ftl`): adding it there is all that a language needs. From then on it is offered where one
//! chooses, taken by API, imports and exports, and kept. A message that it lacks is said in English.
//! `web/spoken.rs` finds out which one a request speaks; decision 20 says why it needs no argument.
//! `tests.rs` compares the keys that templates, modules and Rust use with those that there are; the scanner's,
//! which begin with `scanner-`, are compared where its modules are made of them (`web/assets/texts.rs`).

mod calendar;
mod kept;
mod languages;
mod request;
#[cfg(test)]
mod tests;

use crate::registrations::folding::fold;
use askama::filters::{Escaper as _, Html};
use fluent_bundle::{FluentArgs, FluentValue};
use languages::{ENGLISH, LANGUAGES, Language};
use mobile_core::reason::Reason;
use std::fmt;

/// The words of one language; as cheap to hand on as a reference.
#[derive(Clone, Copy)]
pub struct Words(&'static Language);

impl Default for Words {
    /// English.
    fn default() -> Self {
        Self(&LANGUAGES[ENGLISH])
    }
}

impl PartialEq for Words {
    fn eq(&self, other: &Self) -> bool {
        self.code() == other.code()
    }
}

impl Eq for Words {}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Words {
    /// Every language that there is, English first.
    pub fn all() -> impl Iterator<Item = Self> {
        LANGUAGES.iter().map(Self)
    }

    /// The language of this code.
    pub fn named(code: &str) -> Option<Self> {
        Self::all().find(|words| words.code() == code)
    }

    /// The language that a tag means: `fr-CA` is French, and `pt` is Brazilian Portuguese where there is no other.
    pub fn meant(tag: &str) -> Option<Self> {
        let codes: Vec<&str> = Self::all().map(Self::code).collect();
        languages::meant(tag, &codes).and_then(Self::named)
    }

    /// What is wrong with a code that no language has.
    pub fn unknown() -> String {
        let codes: Vec<&str> = Self::all().map(Self::code).collect();
        format!("must be the code of a language known: “{}”", codes.join(", "))
    }

    /// The language that people call so: by its code, with or without a region (`fr-CA`), by its name in
    /// itself, or as others call it, whatever the case and the accents.
    pub fn called(text: &str) -> Option<Self> {
        Self::meant(text).or_else(|| Self::named_so(text))
    }

    fn named_so(text: &str) -> Option<Self> {
        let text = fold(text);
        let first = text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        Self::all().find(|words| {
            let others = words.0.format("language-others-call-it", None).unwrap_or_default();
            let is_called = |name: &str| [text.as_str(), first].contains(&fold(name).as_str());
            is_called(words.code()) || is_called(&words.name()) || others.split_whitespace().any(is_called)
        })
    }

    /// Its code, as HTML writes it: `fr`.
    pub fn code(self) -> &'static str {
        &self.0.code
    }

    /// Whether it is the language that the code is written in.
    pub fn is_english(self) -> bool {
        self.code() == LANGUAGES[ENGLISH].code
    }

    /// What it is called in itself: `Français`.
    pub fn name(self) -> String {
        self.0.format("language-name", None).unwrap_or_else(|| self.code().to_owned())
    }

    /// The text of a key; its arguments are given with [`Text::with`].
    pub fn t(self, key: &str) -> Text<'_> {
        Text { words: self, key, args: FluentArgs::new() }
    }

    /// What a reason is called.
    pub fn reason(self, reason: Reason) -> String {
        let said = self.0.format(&format!("reason-{}", reason.code()), None);
        said.unwrap_or_else(|| reason.title().to_owned())
    }

    /// The texts of these modules (`page manage`): the keys that begin with `js-page-` and so on.
    pub fn of_modules(self, modules: &str) -> serde_json::Map<String, serde_json::Value> {
        let mut texts = serde_json::Map::new();
        for module in modules.split_whitespace() {
            texts.extend(self.beginning_with(&format!("js-{module}-")));
        }
        texts
    }

    /// What the keys of this prefix say to modules; what this language lacks is there in English.
    pub fn beginning_with(self, prefix: &str) -> serde_json::Map<String, serde_json::Value> {
        let mut texts = LANGUAGES[ENGLISH].of_modules(prefix);
        texts.extend(self.0.of_modules(prefix));
        texts
    }

    /// An English sentence about what went wrong, in this language: the message `detail-` and its first
    /// eight words. Its numbers are not of the key but fill the message, as `{ $n1 }`, `{ $n2 }` in their
    /// order, and so does what it quotes at its end, as `{ $quoted }`: names and lists, which no key can have.
    /// In English, and where nobody wrote it, there is none.
    pub fn detail(self, english: &str) -> Option<String> {
        let key = key_of_detail(english);
        let mut filled = FluentArgs::new();
        for (at, number) in numbers(english).enumerate() {
            filled.set(format!("n{}", at + 1), number);
        }
        if let Some(quoted) = quoted(english) {
            filled.set("quoted", quoted);
        }
        self.0.format(&key, Some(&filled))
    }

    /// What a code of a family (`category`, `field`) is called; in English, and where nobody named it, the
    /// code itself as words.
    pub fn coded(self, family: &str, code: &str) -> String {
        self.0.format(&format!("{family}-{code}"), None).unwrap_or_else(|| labelled(code))
    }

    fn say(self, key: &str, args: &FluentArgs<'_>) -> String {
        let said = self.0.format(key, Some(args)).or_else(|| LANGUAGES[ENGLISH].format(key, Some(args)));
        said.unwrap_or_else(|| {
            tracing::error!(key, "a text is missing");
            format!("⟦{key}⟧")
        })
    }
}

#[cfg(test)]
impl Words {
    /// A language as a file of its own would make it, beside those that there are.
    pub fn written(code: &str, file: &str) -> Self {
        Self(Box::leak(Box::new(Language::read(code.to_owned(), vec![file.to_owned()]))))
    }
}

/// The key of the message that says an English sentence about what went wrong in another language.
fn key_of_detail(english: &str) -> String {
    let own = quoted(english).and_then(|_| english.split_once('“')).map_or(english, |(own, _)| own);
    let is_word = |word: &&str| word.chars().any(|c| c.is_ascii_alphabetic());
    let words = own.split(|c: char| !c.is_ascii_alphanumeric()).filter(is_word);
    words.take(8).fold("detail".to_owned(), |key, word| key + "-" + &word.to_ascii_lowercase())
}

/// What an English sentence quotes at its end, whatever marks are within.
fn quoted(english: &str) -> Option<&str> {
    let (_, rest) = english.split_once('“')?;
    rest.strip_suffix('.').unwrap_or(rest).strip_suffix('”')
}

/// The whole numbers of an English sentence, `10,000` as one.
fn numbers(english: &str) -> impl Iterator<Item = i64> + '_ {
    let parts = english.split(|c: char| !c.is_ascii_digit() && c != ',');
    parts.filter_map(|part| part.trim_matches(',').replace(',', "").parse().ok())
}

/// A text that is about to be said.
#[derive(Debug)]
pub struct Text<'k> {
    words: Words,
    key: &'k str,
    args: FluentArgs<'k>,
}

impl<'k> Text<'k> {
    /// With a value for `{ $name }`; a number also chooses among forms, and is grouped as the language does.
    #[must_use]
    pub fn with(mut self, name: &'k str, value: impl Argument) -> Self {
        self.args.set(name, value.value());
        self
    }

    /// The text as HTML: the message's own markup holds, what it is filled with is escaped.
    pub fn html(&self) -> String {
        let mut escaped = FluentArgs::new();
        for (name, value) in self.args.iter() {
            let value = match value {
                FluentValue::String(text) => {
                    let mut safe = String::new();
                    // Writing to a String cannot fail.
                    let _ = Html.write_escaped_str(&mut safe, text);
                    FluentValue::from(safe)
                }
                other => other.clone(),
            };
            escaped.set(name, value);
        }
        self.words.say(self.key, &escaped)
    }
}

/// `buyer` as `Buyer`, `vip` as `VIP`, `trade_press` as `Trade press`: for codes without a label.
pub fn labelled(code: &str) -> String {
    if code.len() <= 3 && code.is_ascii() {
        return code.to_ascii_uppercase();
    }
    let words = code.replace(['_', '-'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words.say(self.key, &self.args))
    }
}

impl From<Text<'_>> for String {
    fn from(text: Text<'_>) -> Self {
        text.to_string()
    }
}

/// What a text can be filled with.
pub trait Argument {
    /// The value as Fluent takes it.
    fn value(&self) -> FluentValue<'static>;
}

impl<T: Argument + ?Sized> Argument for &T {
    fn value(&self) -> FluentValue<'static> {
        (**self).value()
    }
}

impl Argument for str {
    fn value(&self) -> FluentValue<'static> {
        self.to_owned().into()
    }
}

impl Argument for String {
    fn value(&self) -> FluentValue<'static> {
        self.clone().into()
    }
}

impl Argument for Text<'_> {
    fn value(&self) -> FluentValue<'static> {
        self.to_string().into()
    }
}

macro_rules! numbers {
    ($($number:ty)+) => {
        $(impl Argument for $number {
            fn value(&self) -> FluentValue<'static> {
                (*self).into()
            }
        })+
    };
}

numbers!(u8 u16 u32 u64 usize i8 i16 i32 i64);
