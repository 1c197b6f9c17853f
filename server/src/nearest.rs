//! Names that are near to one that nobody knows, so that a refusal can say what was probably meant.

use crate::registrations::folding::fold;

/// Names that are offered at most.
const OFFERED: usize = 3;

/// The known names that are nearest to what was asked for, the best first; none that nobody would take
/// for it.
pub fn nearest<'n>(asked: &str, known: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let asked = plain(asked);
    let length = asked.chars().count();
    if length == 0 {
        return Vec::new();
    }
    let mut found: Vec<(usize, &str)> = Vec::new();
    for name in known {
        let other = plain(name);
        let distance = distance(&asked, &other);
        let is_part = length > 2 && (other.contains(&asked) || (other.len() > 2 && asked.contains(&other)));
        if distance <= 1 + length / 4 {
            found.push((distance, name));
        } else if is_part {
            found.push((length, name));
        }
    }
    found.sort_unstable();
    found.dedup();
    found.into_iter().take(OFFERED).map(|(_, name)| name).collect()
}

/// `did you mean a, b or c?`; empty where there is nothing to offer.
pub fn did_you_mean(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => format!("did you mean {only}?"),
        [first @ .., last] => format!("did you mean {} or {last}?", first.join(", ")),
    }
}

/// Without accents, case, and what separates words.
fn plain(name: &str) -> String {
    fold(name).chars().filter(|letter| !matches!(letter, '-' | '_' | ' ')).collect()
}

/// Letters to be added, left out, changed or swapped with their neighbour to make one out of the other
/// (optimal string alignment; see Navarro, "A guided tour to approximate string matching", 2001).
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (row, letter) in one.iter().enumerate() {
        let mut line = vec![row + 1];
        for (column, wanted) in other.iter().enumerate() {
            let changed = last[column] + usize::from(letter != wanted);
            let mut least = changed.min(last[column + 1] + 1).min(line[column] + 1);
            if row > 0 && column > 0 && *letter == other[column - 1] && one[row - 1] == *wanted {
                least = least.min(before[column - 1] + 1);
            }
            line.push(least);
        }
        before = std::mem::replace(&mut last, line);
    }
    last[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_probably_meant_comes_first() {
        let known = ["vantelle", "vantage", "arkonis", "palisandre-automation", "etiq-pro"];
        assert_eq!(nearest("vantele", known), ["vantelle", "vantage"]);
        assert_eq!(nearest("Akronis", known), ["arkonis"]);
        assert_eq!(nearest("palisandre", known), ["palisandre-automation"]);
        assert_eq!(nearest("Étiq Pro", known), ["etiq-pro"]);
        assert_eq!(nearest("wrong", known), [""; 0]);
        assert_eq!(nearest("", known), [""; 0]);
    }

    #[test]
    fn several_names_are_offered_as_people_say_them() {
        assert_eq!(did_you_mean(&[]), "");
        assert_eq!(did_you_mean(&["a"]), "did you mean a?");
        assert_eq!(did_you_mean(&["a", "b", "c"]), "did you mean a, b or c?");
    }
}
