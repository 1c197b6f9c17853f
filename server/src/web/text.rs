//! Small texts as people read them: lines of parts, initials, and JSON inside a page.

use crate::words::Words;
use serde::Serialize;
use std::collections::BTreeMap;

/// The parts that are not empty, with ` · ` between.
pub fn dotted(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" · ")
}

/// A booth as people at the event call it: `Stand 4 B12`, but `Hall 4 B12` where the hall says so itself.
pub fn stand(booth: &str) -> String {
    let names_itself = booth.split_whitespace().next().is_some_and(|word| !word.contains(|c: char| c.is_ascii_digit()));
    if booth.is_empty() || (names_itself && booth.contains(' ')) {
        booth.to_owned()
    } else {
        crate::words::Words::of_request().t("stand-numbered").with("number", booth).into()
    }
}

/// Up to two letters that stand for a name: the first ones of its first and last word.
pub fn initials(name: &str) -> String {
    let words: Vec<&str> =
        name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let first = words.first().and_then(|word| word.chars().next());
    let last = words.iter().skip(1).next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// What columns of a file are called, by their names in the API: JSON for a module of the page.
pub fn column_names(columns: impl IntoIterator<Item = &'static str>) -> String {
    let words = Words::of_request();
    let called = columns.into_iter().map(|column| (column, words.coded("field", column)));
    json_in_page(&called.collect::<BTreeMap<_, _>>())
}

/// JSON for a `<script type="application/json">`: nothing in it can end the element.
pub fn json_in_page(value: &impl Serialize) -> String {
    // A value made of maps, texts and numbers always serializes; an empty object is still valid JSON.
    serde_json::to_string(value).unwrap_or_else(|_| "{}".to_owned()).replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_come_from_the_first_and_last_name_in_any_script() {
        assert_eq!(initials("Ines Maria Moreau"), "IM");
        assert_eq!(initials("élodie"), "É");
        assert_eq!(initials("佐藤 花子"), "佐花");
        assert_eq!(initials(""), "");
    }

    #[test]
    fn json_in_a_page_cannot_end_its_element() {
        let text = json_in_page(&serde_json::json!({ "name": "</script><b>" }));
        assert!(!text.contains('<'));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap()["name"], "</script><b>");
    }

    #[test]
    fn a_stand_is_called_so_once() {
        assert_eq!(["4 B12", "Hall 4 B12", "B12", ""].map(stand), ["Stand 4 B12", "Hall 4 B12", "Stand B12", ""]);
    }
}
