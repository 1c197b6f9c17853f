//! Makes one plain line of a field that may hold anything: controls, line breaks, open embeddings,
//! decomposed letters, hundreds of accents, megabytes. Rule: what people can see stays.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;
use unicode_segmentation::UnicodeSegmentation;

/// Longer fields are cut here before anything else: no badge has room for more, and it bounds the work.
const MOST_GRAPHEMES: usize = 240;
/// Marks on one letter beyond these are dropped: no language stacks more, and hundreds would print
/// over everything else.
const MOST_MARKS: usize = 4;
const MOST_CHARS_IN_A_GRAPHEME: usize = 64;
/// One line of plain text: composed, without controls, with single spaces, of bounded length.
pub(super) fn clean(text: &str) -> String {
    // Bounds the work before the text is split; a grapheme has rarely more than eight bytes.
    let mut end = text.len().min(MOST_GRAPHEMES * 64);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let composed: String = text[..end]
        .nfc()
        .filter(|&c| !is_directional_control(c))
        .map(|c| if c.is_control() || c.is_whitespace() { ' ' } else { c })
        .collect();
    let mut line = String::with_capacity(composed.len());
    for (count, grapheme) in composed.graphemes(true).enumerate() {
        if count == MOST_GRAPHEMES {
            line.push('…');
            break;
        }
        if grapheme == " " && (line.is_empty() || line.ends_with(' ')) {
            continue;
        }
        let mut marks = 0;
        line.extend(grapheme.chars().take(MOST_CHARS_IN_A_GRAPHEME).filter(|&c| {
            marks = if canonical_combining_class(c) == 0 { 0 } else { marks + 1 };
            marks <= MOST_MARKS
        }));
    }
    line.truncate(line.trim_end().len());
    line
}

/// Embeddings, overrides and isolates that the text may leave open, and the byte order mark.
fn is_directional_control(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// Characters that shape others and show nothing themselves.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FFA0}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_becomes_one_clean_line() {
        assert_eq!(clean("  Ana\u{0} \n María\t\u{202E}Ruiz \u{FEFF}"), "Ana María Ruiz");
        // Decomposed, as one system's file names and exports are.
        assert_eq!(clean("Zoe\u{308} \u{1112}\u{1161}\u{11AB}"), "Zoë 한");
        assert_eq!(clean(&"é".repeat(10_000)).graphemes(true).count(), MOST_GRAPHEMES + 1);
        assert!(
            clean("a\u{301}").len() == 2
                && clean(&format!("a{}", "\u{301}".repeat(5000))).chars().count() == 1 + MOST_MARKS
        );
        assert_eq!(clean(" \u{0}\n"), "");
    }
}
