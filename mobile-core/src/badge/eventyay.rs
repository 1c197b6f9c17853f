//! eventyay: a JSON object with the ticket's secret (`ticket`) and, for lead scanning, the
//! attendee's pseudonym (`lead`); older badges hold the bare id, which is opaque here.
//!
//! The key is the pseudonym where there is one, else the secret.

use serde::Deserialize;

use super::{Badge, Meaning};

/// What an eventyay code says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Eventyay {
    /// What lead scanning identifies the attendee by.
    pub lead: Option<String>,
    /// What check-in redeems.
    pub ticket: Option<String>,
}

#[derive(Deserialize)]
struct Code {
    lead: Option<Id>,
    ticket: Option<Id>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Text(String),
    Number(u64),
}

impl Id {
    /// The id in letters, or `None` where it could not be one.
    fn text(self) -> Option<String> {
        let text = match self {
            Self::Text(text) => text,
            Self::Number(number) => number.to_string(),
        };
        let plain = (1..=128).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        plain.then_some(text)
    }
}

pub(super) fn badge(text: &str) -> Option<Badge> {
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let code: Code = serde_json::from_str(text).ok()?;
    let (lead, ticket) = (code.lead.and_then(Id::text), code.ticket.and_then(Id::text));
    // The id may itself be a code with a written form of its own. It has no braces, so this ends.
    let key = super::parse(lead.as_ref().or(ticket.as_ref())?).key;
    Some(Badge::new(key, Meaning::Eventyay(Eventyay { lead, ticket })))
}

#[cfg(test)]
mod tests {
    use super::super::{Meaning, parse};

    #[test]
    fn lead_scanning_goes_by_the_pseudonym() {
        assert_eq!(parse(r#" {"event": 3, "ticket": "x5h2uv", "lead": "B7XYZ"}"#).key(), "B7XYZ");
        assert_eq!(parse(r#"{"ticket": "x5h2uv"}"#).key(), "x5h2uv");
        assert_eq!(parse(r#"{"lead": 4711}"#).key(), "4711");
    }

    #[test]
    fn other_json_is_opaque() {
        for text in [
            "{}",
            r#"{"lead": null}"#,
            r#"{"lead": "a b"}"#,
            r#"{"lead": {"x": 1}}"#,
            "{",
            r#"["lead"]"#,
            &"{".repeat(5000),
        ] {
            assert_eq!(*parse(text).meaning(), Meaning::Opaque, "{text}");
            assert_eq!(parse(text).key(), text);
        }
    }
}
