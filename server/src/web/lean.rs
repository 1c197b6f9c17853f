//! What modules and styles lose on their way to the browser: comments and indentation, a fifth of what a phone
//! would fetch. Nothing is renamed or joined, so that what runs is still the file that lies here.

use std::borrow::Cow;

/// A module, or styles, without the lines that only people read.
pub fn lean(source: &str) -> Cow<'_, str> {
    // A text over several lines could hold what only looks like a comment: such a file goes whole.
    if source.lines().any(|line| line.matches('`').count() % 2 == 1) {
        return Cow::Borrowed(source);
    }
    let mut kept = String::with_capacity(source.len());
    let mut is_comment = false;
    for line in source.lines().map(str::trim) {
        if is_comment {
            is_comment = !line.ends_with("*/");
        } else if line.starts_with("/*") && !line.contains("*/") {
            is_comment = true;
        } else if !(line.is_empty() || line.starts_with("//") || line.starts_with("/*") && line.ends_with("*/")) {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    Cow::Owned(kept)
}

#[cfg(test)]
mod tests {
    use super::lean;

    #[test]
    fn comments_and_indentation_go_and_code_stays() {
        let source = "// A module.\n\n/** Says. */\nexport const a = 1; // why\n  /**\n   * @param b\n   */\n  f(b) {\n    \
                      return `//${b}`;\n  }\n/** @type {X} */ let x;\n";
        assert_eq!(lean(source), "export const a = 1; // why\nf(b) {\nreturn `//${b}`;\n}\n/** @type {X} */ let x;\n");
    }

    #[test]
    fn styles_lose_theirs_too() {
        let source =
            "/* Of two\n   lines. */\n\n* { margin: 0; }\n@media print {\n  /* why */\n  .a { color: red; }\n}\n";
        assert_eq!(lean(source), "* { margin: 0; }\n@media print {\n.a { color: red; }\n}\n");
    }

    #[test]
    fn a_file_with_a_text_over_several_lines_goes_whole() {
        let source = "const a = `\n  // no comment\n`;\n";
        assert_eq!(lean(source), source);
    }
}
