//! What is looked for in a list: words, folded like the texts that they are looked for in.
//!
//! One bound for all lists: SQLite takes no pattern of `LIKE` past 50,000 bytes, and nobody types as much.

use crate::problem::Problem;
use crate::registrations::folding::fold;

/// The longest text that is looked for by its words, in characters.
pub const MAX_CHARS: usize = 200;
/// Words that a search looks for; more are left out.
const MOST_WORDS: usize = 8;

/// The words of a text that was typed, folded; all of them must occur.
///
/// # Errors
/// `invalid_field` for a text past [`MAX_CHARS`].
pub fn words(q: &str) -> Result<Vec<String>, Problem> {
    if is_too_long(q) {
        return Err(Problem::field("?q", format!("must have at most {MAX_CHARS} characters")));
    }
    let folded = fold(q);
    Ok(folded.split(' ').filter(|word| !word.is_empty()).take(MOST_WORDS).map(str::to_owned).collect())
}

/// Whether a text is no search by words.
pub fn is_too_long(q: &str) -> bool {
    q.chars().nth(MAX_CHARS).is_some()
}

/// As much of a text as is looked for: for addresses that were kept before there was a bound.
pub fn cut(q: &str) -> &str {
    q.char_indices().nth(MAX_CHARS).map_or(q, |(end, _)| &q[..end])
}

/// A word anywhere in a text, for `LIKE … ESCAPE '\'`.
pub fn pattern(word: &str) -> String {
    let mut pattern = String::with_capacity(word.len() + 2);
    pattern.push('%');
    for c in word.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_is_taken_literally() {
        assert_eq!(pattern("100%_a\\b"), "%100\\%\\_a\\\\b%");
    }

    #[test]
    fn words_are_folded_and_bounded() {
        assert_eq!(words("  Éloïse   DUPRÉ ").unwrap(), ["eloise", "dupre"]);
        assert!(words(" \t").unwrap().is_empty());
        assert_eq!(words("a b c d e f g h i").unwrap().len(), MOST_WORDS);
        assert_eq!(words(&"é".repeat(MAX_CHARS)).unwrap().len(), 1);
        assert_eq!(cut(&"é".repeat(MAX_CHARS + 1)).chars().count(), MAX_CHARS);
        assert_eq!(cut("dupré"), "dupré");
        let problem = words(&"é".repeat(MAX_CHARS + 1)).unwrap_err();
        assert_eq!(problem.errors()[0].pointer, "?q");
    }
}
