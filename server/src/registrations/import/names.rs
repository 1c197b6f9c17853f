//! Splits a whole name into first and last name as well as its spelling allows.
//!
//! Signs in order of trust: a comma, capitals ("DUPONT Jean"), the script, the order that the
//! header promises, particles ("van", "de la") that belong to the last name.

use super::column::NameOrder;

/// Words that begin a last name in spite of standing before its last word; compared in lower case.
const PARTICLES: &[&str] = &[
    "de", "du", "des", "d'", "la", "le", "les", "van", "von", "der", "den", "ter", "ten", "zu", "zur", "da", "das",
    "do", "dos", "di", "del", "della", "dalla", "delle", "degli", "lo", "bin", "ben", "ibn", "bint", "al", "el", "abu",
    "af", "av", "st", "saint", "mac", "mc", "y",
];

/// First and last name; one that cannot be told is empty. A single word is a last name.
pub fn split(name: &str, order: NameOrder) -> (String, String) {
    let name = name.trim();
    if let Some((last, first)) = name.split_once(',')
        && !first.trim().is_empty()
        && !last.trim().is_empty()
    {
        return (join(first.split_whitespace()), join(last.split_whitespace()));
    }
    let words: Vec<&str> = name.split_whitespace().collect();
    if words.len() < 2 {
        return (String::new(), join(words.into_iter()));
    }
    if let Some(parts) = split_by_capitals(&words) {
        return parts;
    }
    if words.iter().all(|word| word.chars().all(is_family_first_script)) || order == NameOrder::LastFirst {
        return split_family_first(&words);
    }
    let mut start = words.len() - 1;
    // "Ludwig van Beethoven": particles go with the last name, but a first name always remains.
    while start > 1 && is_particle(words[start - 1]) {
        start -= 1;
    }
    (join(words[..start].iter().copied()), join(words[start..].iter().copied()))
}

/// "DUPONT Jean" and "Jean DUPONT": the words in capitals are the last name, if they are together
/// at one end and something else remains.
fn split_by_capitals(words: &[&str]) -> Option<(String, String)> {
    let leading = words.iter().take_while(|word| is_capitals(word)).count();
    let trailing = words.iter().rev().take_while(|word| is_capitals(word)).count();
    let lead_particles = words.iter().take_while(|word| is_capitals(word) || is_particle(word)).count();
    if leading == words.len() || (leading > 0 && trailing > 0) {
        return None;
    }
    if trailing > 0 {
        let mut start = words.len() - trailing;
        while start > 1 && is_particle(words[start - 1]) {
            start -= 1;
        }
        return Some((join(words[..start].iter().copied()), join(words[start..].iter().copied())));
    }
    // "de la TOUR Anne": particles count only when capitals follow them.
    let capitals_end = words[..lead_particles].iter().rposition(|word| is_capitals(word))? + 1;
    (capitals_end < words.len())
        .then(|| (join(words[capitals_end..].iter().copied()), join(words[..capitals_end].iter().copied())))
}

fn split_family_first(words: &[&str]) -> (String, String) {
    let mut end = 1;
    while end < words.len() - 1 && is_particle(words[end - 1]) {
        end += 1;
    }
    (join(words[end..].iter().copied()), join(words[..end].iter().copied()))
}

/// At least two letters, all of them capitals: an initial ("J.") tells nothing.
fn is_capitals(word: &str) -> bool {
    let mut capitals = 0;
    for c in word.chars() {
        if c.is_lowercase() {
            return false;
        }
        capitals += usize::from(c.is_uppercase());
    }
    capitals >= 2
}

fn is_particle(word: &str) -> bool {
    PARTICLES.iter().any(|particle| particle.eq_ignore_ascii_case(word))
}

/// Han, kana and hangul: names written in them begin with the family.
fn is_family_first_script(c: char) -> bool {
    matches!(c, '\u{3005}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{20000}'..='\u{2fa1f}')
}

fn join<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut joined = String::new();
    for word in words {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(word);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_whole_name_is_split_where_its_spelling_shows() {
        for (name, first, last) in [
            ("Jean Dupont", "Jean", "Dupont"),
            ("Dupont, Jean-Marie", "Jean-Marie", "Dupont"),
            ("DUPONT Jean", "Jean", "DUPONT"),
            ("Jean DUPONT", "Jean", "DUPONT"),
            ("DE LA TOUR Anne", "Anne", "DE LA TOUR"),
            ("de la TOUR Anne Marie", "Anne Marie", "de la TOUR"),
            ("Anne de la TOUR", "Anne", "de la TOUR"),
            ("Ludwig van Beethoven", "Ludwig", "van Beethoven"),
            ("Charles de Gaulle", "Charles", "de Gaulle"),
            ("Jean Marie Le Pen", "Jean Marie", "Le Pen"),
            ("JEAN DUPONT", "JEAN", "DUPONT"),
            ("山田 太郎", "太郎", "山田"),
            ("김 민수", "민수", "김"),
            ("Cher", "", "Cher"),
            ("J. Smith", "J.", "Smith"),
            ("  Ana   Silva  ", "Ana", "Silva"),
            (",", "", ","),
            ("", "", ""),
        ] {
            assert_eq!(split(name, NameOrder::FirstLast), (first.to_owned(), last.to_owned()), "{name}");
        }
        assert_eq!(split("Dupont Jean", NameOrder::LastFirst), ("Jean".to_owned(), "Dupont".to_owned()));
        assert_eq!(split("de Gaulle Charles", NameOrder::LastFirst), ("Charles".to_owned(), "de Gaulle".to_owned()));
        assert_eq!(split("Jean DUPONT", NameOrder::LastFirst), ("Jean".to_owned(), "DUPONT".to_owned()));
    }

    proptest! {
        #[test]
        fn splitting_loses_no_word(words in prop::collection::vec("[a-zA-Zé']{1,8}", 0..6), first_last in any::<bool>()) {
            let order = if first_last { NameOrder::FirstLast } else { NameOrder::LastFirst };
            let (first, last) = split(&words.join(" "), order);
            let mut found: Vec<&str> = first.split_whitespace().chain(last.split_whitespace()).collect();
            found.sort_unstable();
            let mut expected: Vec<&str> = words.iter().map(String::as_str).collect();
            expected.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }
}
