//! From a message to a letter: [`written`](super::written) says what each message says, as a subject and
//! parts, and both the plain text and the HTML are made of those, so that neither says what the other does not.
//!
//! Parts are values, not lines of a template: what somebody typed as their name fills a text and can never
//! become a paragraph, an entry of a list or a button of its own.

use super::{Message, written};
use crate::words::{Text, Words};
use askama::Template;

/// A letter, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The subject.
    pub subject: String,
    /// All of it as plain text.
    pub text: String,
    /// All of it as HTML.
    pub html: String,
}

/// A part of a letter.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Paragraph(String),
    List(Vec<String>),
    Button { label: String, link: String },
}

/// A letter while it is written, part by part.
#[derive(Debug)]
pub(super) struct Draft {
    words: Words,
    subject: String,
    parts: Vec<Part>,
}

#[expect(clippy::needless_pass_by_value, reason = "a text is made for its letter, and said once")]
impl Draft {
    /// A letter in these words, about a subject.
    pub fn new(words: Words, subject: Text<'_>) -> Self {
        Self { words, subject: one_line(&subject), parts: Vec::new() }
    }

    /// A paragraph.
    #[must_use]
    pub fn say(mut self, text: Text<'_>) -> Self {
        self.parts.push(Part::Paragraph(one_line(&text)));
        self
    }

    /// A paragraph for those whom it concerns.
    #[must_use]
    pub fn say_if(self, concerns: bool, text: Text<'_>) -> Self {
        if concerns { self.say(text) } else { self }
    }

    /// A list; nothing where it has no entries.
    #[must_use]
    pub fn list<'t>(mut self, entries: impl IntoIterator<Item = Text<'t>>) -> Self {
        let entries: Vec<String> = entries.into_iter().map(|text| one_line(&text)).collect();
        if !entries.is_empty() {
            self.parts.push(Part::List(entries));
        }
        self
    }

    /// A button that leads somewhere.
    #[must_use]
    pub fn button(mut self, label: Text<'_>, link: &str) -> Self {
        self.parts.push(Part::Button { label: one_line(&label), link: link.to_owned() });
        self
    }

    fn finish(self) -> Result<Letter, askama::Error> {
        let html = Html { language: self.words.code(), subject: &self.subject, parts: &self.parts }.render()?;
        Ok(Letter { text: plain(&self.parts), html, subject: self.subject })
    }
}

#[derive(Template)]
#[template(path = "mail/letter.html")]
struct Html<'t> {
    language: &'static str,
    subject: &'t str,
    parts: &'t [Part],
}

/// Writes a message in a language.
pub fn of(message: &Message, words: Words) -> Result<Letter, askama::Error> {
    written::draft(message, words).finish()
}

/// A text without the breaks of lines that its file or what fills it may have.
fn one_line(text: &Text<'_>) -> String {
    let breaks = ['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];
    let text = text.to_string();
    let lines: Vec<&str> = text.split(breaks).map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join(" ")
}

fn plain(parts: &[Part]) -> String {
    let mut text = String::new();
    for part in parts {
        match part {
            Part::Paragraph(paragraph) => text.push_str(paragraph),
            Part::List(entries) => {
                let lines: Vec<String> = entries.iter().map(|entry| format!("- {entry}")).collect();
                text.push_str(&lines.join("\r\n"));
            }
            Part::Button { label, link } => text.extend([label, ":\r\n", link]),
        }
        text.push_str("\r\n\r\n");
    }
    text.truncate(text.trim_end().len());
    text.push_str("\r\n");
    text
}

#[cfg(test)]
mod tests;
