//! What the grammars of business cards share: one-line fields, escapes, and a name in one piece.

use crate::capture::{Contact, ContactField};

/// The most characters a field keeps: a code may be hostile, a name is not this long.
const MAX_CHARACTERS: usize = 200;

/// Sets the names from one unstructured name: its last word is the last name.
pub(super) fn set_full_name(contact: &mut Contact, full_name: &str) {
    match full_name.rsplit_once(' ') {
        Some((first, last)) => {
            contact.set(ContactField::FirstName, first);
            contact.set(ContactField::LastName, last);
        }
        None => contact.set(ContactField::LastName, full_name),
    }
}

/// One line, no control characters, no space around it, within the bound.
pub(super) fn tidy(value: &str) -> String {
    let mut tidied = String::new();
    for word in value
        .split(|character: char| character.is_whitespace() || character.is_control())
        .filter(|word| !word.is_empty())
    {
        if !tidied.is_empty() {
            tidied.push(' ');
        }
        tidied.push_str(word);
    }
    match tidied.char_indices().nth(MAX_CHARACTERS) {
        Some((end, _)) => tidied[..end].trim_end().to_owned(),
        None => tidied,
    }
}

/// Splits at a separator that no backslash precedes, and undoes the escapes of each part.
pub(super) fn split_escaped(value: &str, separator: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        if character == separator {
            parts.push(String::new());
            continue;
        }
        let Some(part) = parts.last_mut() else { break };
        if character != '\\' {
            part.push(character);
            continue;
        }
        match characters.next() {
            Some('n' | 'N') => part.push('\n'),
            Some(escaped) => part.push(escaped),
            None => part.push('\\'),
        }
    }
    parts
}

/// Undoes the escapes of a value that has no parts.
pub(super) fn unescape(value: &str) -> String {
    // U+0000 cannot occur in a text that is parsed.
    split_escaped(value, '\0').concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_one_bounded_line() {
        assert_eq!(tidy("  12 Hall\r\n\tStreet\u{7} "), "12 Hall Street");
        assert_eq!(tidy(&"é".repeat(5000)).chars().count(), MAX_CHARACTERS);
    }

    #[test]
    fn escaped_separators_do_not_split() {
        assert_eq!(split_escaped(r"a\;b;c\\;\n\", ';'), ["a;b", r"c\", "\n\\"]);
    }
}
