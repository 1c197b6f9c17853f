//! The query of a list's address, as the page plays with it: chips toggle a part, pills remove one,
//! column heads change the order. The page of a changed list begins at its first row.

use crate::problem::Problem;
use serde::de::DeserializeOwned;
use std::fmt::Write as _;

/// Name and value pairs in the order of the address; empty values are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListQuery(Vec<(String, String)>);

/// What belongs to one view of the list, not to the list.
const PASSING: [&str; 3] = ["cursor", "export", "limit"];

impl ListQuery {
    /// The query without empty values.
    pub fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect())
    }

    /// The value of a name, or an empty text.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// Whether the name has this value.
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.0.iter().any(|(key, known)| key == name && known == value)
    }

    /// Every pair.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The query with this name set to this value; an empty value removes it.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut pairs: Vec<_> =
            self.0.iter().filter(|(key, _)| key != name && !PASSING.contains(&key.as_str())).cloned().collect();
        if !value.is_empty() {
            pairs.push((name.to_owned(), value.to_owned()));
        }
        Self(pairs)
    }

    /// The query without these names.
    #[must_use]
    pub fn without(&self, names: &[&str]) -> Self {
        Self(self.0.iter().filter(|(key, _)| !names.contains(&key.as_str())).cloned().collect())
    }

    /// The query with this pair switched: removed when it is there, else set.
    #[must_use]
    pub fn toggled(&self, name: &str, value: &str) -> Self {
        self.with(name, if self.is(name, value) { "" } else { value })
    }

    /// The query as the type that the list takes.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let address = self.to_address();
        serde_html_form::from_str(address.trim_start_matches('?'))
            .map_err(|error| Problem::field("?", error.to_string()))
    }

    /// As it stands in an address, with its `?`, or empty.
    pub fn to_address(&self) -> String {
        let mut text = String::new();
        for (name, value) in &self.0 {
            text.push(if text.is_empty() { '?' } else { '&' });
            encode(&mut text, name);
            text.push('=');
            encode(&mut text, value);
        }
        text
    }
}

/// Percent-encodes all but RFC 3986's unreserved characters.
fn encode(into: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            into.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(into, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(pairs: &[(&str, &str)]) -> ListQuery {
        ListQuery::new(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn a_chip_switches_its_part_on_and_off_and_begins_at_the_first_row() {
        let all = query(&[("q", "acme"), ("cursor", "abc"), ("rating", "")]);
        let hot = all.toggled("rating", "hot");
        assert_eq!(hot.to_address(), "?q=acme&rating=hot");
        assert_eq!(hot.toggled("rating", "hot").to_address(), "?q=acme");
        assert_eq!(hot.toggled("rating", "warm").to_address(), "?q=acme&rating=warm");
    }

    #[test]
    fn any_text_survives_the_address() {
        assert_eq!(query(&[("q", "R&D é?")]).to_address(), "?q=R%26D%20%C3%A9%3F");
        assert_eq!(query(&[]).to_address(), "");
    }
}
