//! Makes a text fit a width: it shrinks on one line down to a floor, then wraps into lines of like
//! length and shrinks further, and only when the least size is reached does its end give way to an
//! ellipsis, between characters as people see them.

use std::rc::Rc;

use unicode_segmentation::UnicodeSegmentation;

use super::fonts::Weight;
use super::text::{Line, Shaper};

/// How a text may be set. Sizes are ems in millimetres.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    pub weight: Weight,
    pub largest: f32,
    /// Below this a second line is better than a smaller one.
    pub least_on_one_line: f32,
    pub least: f32,
    pub most_lines: usize,
}

/// Lines of one size.
#[derive(Debug, Clone, Default)]
pub(super) struct Block {
    pub lines: Vec<Rc<Line>>,
    pub size: f32,
    /// The end of the text is missing.
    pub is_cut: bool,
}

impl Line {
    /// The width that its ink and its advances need, in ems.
    pub(super) fn span(&self) -> f32 {
        self.width + self.left_over + self.right_over
    }
}

/// Sets clean `text` within `width` millimetres. An empty text has no lines.
pub(super) fn fit(shaper: &mut Shaper, text: &str, style: Style, width: f32) -> Block {
    if text.is_empty() {
        return Block::default();
    }
    let whole = shaper.line(text, style.weight);
    let size_for = |span: f32| style.largest.min(width / span.max(0.01));
    let on_one = size_for(whole.span());
    if on_one >= style.least_on_one_line.max(style.least) {
        return Block { lines: vec![whole], size: on_one, is_cut: false };
    }
    let words = words(text);
    let mut best: Option<Block> =
        (on_one >= style.least).then(|| Block { lines: vec![whole], size: on_one, is_cut: false });
    for count in 2..=style.most_lines {
        let Some(lines) = wrap(shaper, &words, style.weight, count) else {
            break;
        };
        let size = size_for(lines.iter().map(|line| line.span()).fold(0.0, f32::max));
        if size >= style.least && best.as_ref().is_none_or(|block| size > block.size * 1.15) {
            best = Some(Block { lines, size, is_cut: false });
        }
        if best.as_ref().is_some_and(|block| block.size >= style.least_on_one_line) {
            break;
        }
    }
    best.unwrap_or_else(|| cut(shaper, text, &words, style, width))
}

/// Breaks `words` into `count` lines of like length: the sum of the squared widths is least.
fn wrap(shaper: &mut Shaper, words: &[&str], weight: Weight, count: usize) -> Option<Vec<Rc<Line>>> {
    if words.len() < count {
        return None;
    }
    let bare: Vec<f32> = words.iter().map(|word| shaper.line(word.trim_end(), weight).width).collect();
    let mut ahead = vec![0.0];
    for word in words {
        ahead.push(ahead[ahead.len() - 1] + shaper.line(word, weight).width);
    }
    let squared = |from: usize, to: usize| {
        // A break after a hyphen is worse than one after a space.
        let rough = to < words.len() && words[to - 1].ends_with(['-', '‐', '/']);
        let cost = (ahead[to - 1] - ahead[from] + bare[to - 1]).powi(2);
        if rough { cost * 1.6 } else { cost }
    };
    // costs[to]: the least for the words before `to` in the lines so far; starts: where the last begins.
    let mut costs: Vec<f32> =
        (0..=words.len()).map(|to| if to == 0 { f32::INFINITY } else { squared(0, to) }).collect();
    let mut starts: Vec<Vec<usize>> = Vec::new();
    for _ in 1..count {
        let best = |to: usize| {
            let options = (1..to).map(|from| (from, costs[from] + squared(from, to)));
            options.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0, f32::INFINITY))
        };
        let (start, cost) = (0..=words.len()).map(best).unzip();
        starts.push(start);
        costs = cost;
    }
    let mut to = words.len();
    let mut lines = Vec::with_capacity(count);
    for start in starts.iter().rev() {
        lines.push(shaper.line(words[start[to]..to].concat().trim(), weight));
        to = start[to];
    }
    lines.push(shaper.line(words[..to].concat().trim(), weight));
    lines.reverse();
    Some(lines)
}

/// Fills as many lines as there may be at the least size and ends the last with an ellipsis.
fn cut(shaper: &mut Shaper, text: &str, words: &[&str], style: Style, width: f32) -> Block {
    let span = width / style.least;
    let mut lines = Vec::new();
    let (mut rest, mut next) = (text, 0);
    while lines.len() + 1 < style.most_lines {
        let (mut taken, from) = (0, next);
        while next < words.len() {
            let longer = taken + words[next].len();
            if shaper.line(rest[..longer].trim(), style.weight).span() > span {
                break;
            }
            taken = longer;
            next += 1;
        }
        if next == from {
            break;
        }
        lines.push(shaper.line(rest[..taken].trim(), style.weight));
        rest = &rest[taken..];
    }
    let mut is_cut = false;
    if !rest.is_empty() {
        let line = shaper.line(rest.trim(), style.weight);
        is_cut = line.span() > span;
        lines.push(if is_cut { ellipsis(shaper, rest, style.weight, span) } else { line });
    }
    Block { lines, size: style.least, is_cut }
}

/// The longest beginning of `text` that fits together with an ellipsis.
fn ellipsis(shaper: &mut Shaper, text: &str, weight: Weight, span: f32) -> Rc<Line> {
    let ends: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).collect();
    let shortened = |end: usize| format!("{}…", text[..end].trim());
    let fits = ends.partition_point(|&end| shaper.line(&shortened(end), weight).span() <= span);
    shaper.line(&shortened(ends[fits.saturating_sub(1)]), weight)
}

/// Where lines may break: after spaces and hyphens, and around ideographs and kana, but not before
/// a mark that closes.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut start, mut may_break) = (0, false);
    for (at, grapheme) in text.grapheme_indices(true) {
        let first = grapheme.chars().next().unwrap_or(' ');
        let (is_space, is_ideograph) = (first == ' ', is_ideograph(first));
        if at > start && !is_space && !closes(first) && (may_break || is_ideograph) {
            words.push(&text[start..at]);
            start = at;
        }
        may_break = is_space || is_ideograph || matches!(first, '-' | '‐' | '–' | '—' | '/' | '·' | '・');
    }
    words.push(&text[start..]);
    words
}

fn closes(c: char) -> bool {
    matches!(
        c,
        '、' | '。'
            | '」'
            | '』'
            | '】'
            | '）'
            | '！'
            | '？'
            | '，'
            | '．'
            | '：'
            | '；'
            | '・'
            | 'ー'
            | '々'
            | ')'
            | ','
            | '.'
    )
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{30FA}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: Style =
        Style { weight: Weight::Bold, largest: 10.0, least_on_one_line: 7.0, least: 4.0, most_lines: 2 };

    fn set(text: &str, width: f32) -> (Vec<String>, f32) {
        let mut shaper = Shaper::default();
        let block = fit(&mut shaper, text, STYLE, width);
        for line in &block.lines {
            assert!(line.span() * block.size <= width + 0.01, "{} is too wide", line.text);
        }
        assert!(block.lines.len() <= STYLE.most_lines);
        (block.lines.iter().map(|line| line.text.clone()).collect(), block.size)
    }

    #[test]
    fn a_long_name_shrinks_then_wraps_then_is_cut() {
        let (lines, size) = set("Ana", 60.0);
        assert_eq!((lines.len(), size), (1, 10.0));
        let (lines, size) = set("Annemarie Lund", 60.0);
        assert!(lines.len() == 1 && (7.0..10.0).contains(&size), "{size}");
        let (lines, size) = set("Annemarie-Sophie von Lund", 60.0);
        assert!(lines.len() == 2 && size >= 6.0, "{lines:?} {size}");
        let (lines, size) = set("Wolfeschlegelsteinhausenbergerdorff", 60.0);
        assert!(lines[0].ends_with('…') && (size - 4.0).abs() < 0.01, "{lines:?} {size}");
    }

    #[test]
    fn lines_break_where_a_reader_expects_it() {
        assert_eq!(set("Annemarie-Sophie Lindqvist", 60.0).0, ["Annemarie-Sophie", "Lindqvist"]);
        assert_eq!(set("株式会社東京国際見本市運営機構", 60.0).0.concat(), "株式会社東京国際見本市運営機構");
    }

    #[test]
    fn a_text_is_cut_between_characters_as_people_see_them() {
        let (lines, _) = set(&"क्षि".repeat(60), 60.0);
        let kept = lines[0].trim_end_matches('…');
        assert!(kept.len() > 12 && kept.len() % "क्षि".len() == 0, "{kept}");
        let (lines, _) = set(&"e\u{328}\u{301}".repeat(200), 60.0);
        assert!(lines[0].trim_end_matches('…').len().is_multiple_of("e\u{328}\u{301}".len()));
    }

    #[test]
    fn nothing_is_set_for_nothing_and_a_hair_wide_column_still_answers() {
        assert_eq!(set("", 60.0).0.len(), 0);
        let mut shaper = Shaper::default();
        assert_eq!(fit(&mut shaper, "Ana María", STYLE, 0.5).lines.len(), 1);
    }
}
