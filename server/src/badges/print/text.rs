//! From text to glyphs in the order in which they stand on paper: direction (Unicode bidi), font by
//! character, shaping (rustybuzz). Rule: nothing vanishes; a character that no font has becomes a
//! box that still says, when copied from the PDF, what it stood for.
//!
//! Everything is in ems, so a line is shaped once and then scaled. Lines, shaping plans and glyph
//! bounds are kept for the life of a [`Shaper`]: the event's name is shaped once for 2,500 badges.

use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use krilla::text::{GlyphId, KrillaGlyph};
use rustybuzz::{Direction, ShapePlan, UnicodeBuffer, ttf_parser};
use unicode_bidi::BidiInfo;
use unicode_segmentation::UnicodeSegmentation;

use super::clean::is_invisible;
use super::fonts::{FontId, Weight};

/// What stands for a character without a glyph; the last font of the chain draws it.
const BOX: char = '□';

/// Glyphs of one font, left to right.
#[derive(Debug)]
pub(super) struct Run {
    pub font: FontId,
    /// The font has no bold of its own: outline its glyphs as well.
    pub thicken: bool,
    pub glyphs: Vec<KrillaGlyph>,
    pub width: f32,
}

/// One shaped line, in ems.
#[derive(Debug)]
pub(super) struct Line {
    pub text: String,
    pub runs: Vec<Run>,
    /// Sum of the advances.
    pub width: f32,
    /// How far the ink reaches above and below the base line.
    pub top: f32,
    pub bottom: f32,
    /// How far the ink reaches left of the origin and right of the width.
    pub left_over: f32,
    pub right_over: f32,
}

#[derive(Default)]
pub(super) struct Shaper {
    plans: HashMap<(FontId, ttf_parser::Tag, bool), ShapePlan>,
    lines: HashMap<(Weight, String), Rc<Line>>,
    inks: HashMap<(FontId, u32), Option<[f32; 4]>>,
    spare: Option<UnicodeBuffer>,
}

/// A part of a line that one font draws; `None` where no font can.
struct Piece {
    font: Option<FontId>,
    range: Range<usize>,
}

impl Shaper {
    /// Shapes one line of clean text.
    pub(super) fn line(&mut self, text: &str, weight: Weight) -> Rc<Line> {
        let key = (weight, text.to_owned());
        if let Some(known) = self.lines.get(&key) {
            return Rc::clone(known);
        }
        let mut line = Line {
            text: text.to_owned(),
            runs: Vec::new(),
            width: 0.0,
            top: 0.0,
            bottom: 0.0,
            left_over: 0.0,
            right_over: 0.0,
        };
        let bidi = BidiInfo::new(text, None);
        for paragraph in &bidi.paragraphs {
            let (levels, spans) = bidi.visual_runs(paragraph, paragraph.range.clone());
            for span in spans {
                let right_to_left = levels[span.start].is_rtl();
                let mut pieces = pieces(text, span, weight);
                if right_to_left {
                    pieces.reverse();
                }
                for piece in pieces {
                    let run = match piece.font {
                        Some(font) => self.shape(text, piece.range, font, weight, right_to_left),
                        None => missing(text, piece.range, weight),
                    };
                    line.runs.extend(run);
                }
            }
        }
        self.measure(&mut line);
        let line = Rc::new(line);
        self.lines.insert(key, Rc::clone(&line));
        line
    }

    fn shape(
        &mut self,
        text: &str,
        range: Range<usize>,
        font: FontId,
        weight: Weight,
        right_to_left: bool,
    ) -> Option<Run> {
        let face = font.face()?;
        let mut buffer = self.spare.take().unwrap_or_default();
        buffer.push_str(&text[range.clone()]);
        buffer.set_direction(if right_to_left { Direction::RightToLeft } else { Direction::LeftToRight });
        buffer.guess_segment_properties();
        let (script, direction) = (buffer.script(), buffer.direction());
        let plan = self
            .plans
            .entry((font, script.tag(), right_to_left))
            .or_insert_with(|| ShapePlan::new(face, direction, Some(script), None, &[]));
        let shaped = rustybuzz::shape_with_plan(face, plan, buffer);

        let em = 1.0 / face.units_per_em() as f32;
        let mut starts: Vec<usize> = shaped.glyph_infos().iter().map(|info| info.cluster as usize).collect();
        starts.sort_unstable();
        starts.dedup();
        starts.push(range.len());
        let glyphs: Vec<KrillaGlyph> = shaped
            .glyph_infos()
            .iter()
            .zip(shaped.glyph_positions())
            .map(|(info, position)| {
                let start = info.cluster as usize;
                let end = starts[starts.partition_point(|&s| s <= start).min(starts.len() - 1)];
                KrillaGlyph::new(
                    GlyphId::new(info.glyph_id),
                    position.x_advance as f32 * em,
                    position.x_offset as f32 * em,
                    position.y_offset as f32 * em,
                    0.0,
                    range.start + start..range.start + end,
                    None,
                )
            })
            .collect();
        self.spare = Some(shaped.clear());
        Some(Run::new(font, weight, glyphs))
    }

    fn measure(&mut self, line: &mut Line) {
        let mut x = 0.0;
        for run in &line.runs {
            for glyph in &run.glyphs {
                let ink = *self
                    .inks
                    .entry((run.font, glyph.glyph_id.to_u32()))
                    .or_insert_with(|| ink(run.font, glyph.glyph_id));
                if let Some([left, bottom, right, top]) = ink {
                    line.top = line.top.max(top + glyph.y_offset);
                    line.bottom = line.bottom.max(-(bottom + glyph.y_offset));
                    line.left_over = line.left_over.max(-(x + glyph.x_offset + left));
                    line.right_over = line.right_over.max(x + glyph.x_offset + right);
                }
                x += glyph.x_advance;
            }
        }
        line.width = x;
        line.right_over = (line.right_over - x).max(0.0);
    }
}

impl Run {
    fn new(font: FontId, weight: Weight, glyphs: Vec<KrillaGlyph>) -> Run {
        let width = glyphs.iter().map(|glyph| glyph.x_advance).sum();
        Run { font, thicken: font.needs_thickening(weight), glyphs, width }
    }
}

/// Left, bottom, right and top of a glyph's ink, y upwards.
fn ink(font: FontId, glyph: GlyphId) -> Option<[f32; 4]> {
    let face = font.face()?;
    let bounds = face.glyph_bounding_box(ttf_parser::GlyphId(u16::try_from(glyph.to_u32()).ok()?))?;
    let em = face.units_per_em() as f32;
    Some([bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max].map(|units| f32::from(units) / em))
}

/// Splits `span` where the font changes. Spaces, digits and punctuation stay with what precedes
/// them, so that a name is not cut at each of its spaces.
fn pieces(text: &str, span: Range<usize>, weight: Weight) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (at, grapheme) in text[span.clone()].grapheme_indices(true) {
        let range = span.start + at..span.start + at + grapheme.len();
        let before = pieces.last().and_then(|piece| piece.font);
        let font = font_for(grapheme, before, weight);
        match pieces.last_mut() {
            Some(last) if last.font == font && font.is_some() => last.range.end = range.end,
            _ => pieces.push(Piece { font, range }),
        }
    }
    pieces
}

fn font_for(grapheme: &str, before: Option<FontId>, weight: Weight) -> Option<FontId> {
    let draws = |font: FontId| grapheme.chars().all(|c| is_invisible(c) || font.has(c));
    let takes_any_font = !grapheme.chars().any(char::is_alphabetic);
    before
        .filter(|&font| takes_any_font && draws(font))
        .or_else(|| FontId::chain(weight).find(|&font| draws(font)))
        // A base letter with a mark that its font lacks: the mark shows as that font's box.
        .or_else(|| {
            let base = grapheme.chars().next().filter(|&c| !is_invisible(c))?;
            FontId::chain(weight).find(|&font| font.has(base))
        })
}

/// A box for the one grapheme in `range`.
fn missing(text: &str, range: Range<usize>, weight: Weight) -> Option<Run> {
    debug_assert!(!text[range.clone()].is_empty());
    let font = FontId::chain(weight).find(|font| font.has(BOX))?;
    let face = font.face()?;
    let glyph = face.glyph_index(BOX)?;
    let advance = f32::from(face.glyph_hor_advance(glyph)?) / face.units_per_em() as f32;
    let glyph = KrillaGlyph::new(GlyphId::new(u32::from(glyph.0)), advance, 0.0, 0.0, 0.0, range, None);
    Some(Run::new(font, weight, vec![glyph]))
}

#[cfg(test)]
mod tests {
    use super::super::clean::clean;
    use super::*;

    fn shown(text: &str) -> Rc<Line> {
        Shaper::default().line(&clean(text), Weight::Bold)
    }

    #[test]
    fn a_name_in_any_script_has_a_glyph_for_every_letter() {
        for name in [
            "Nguyễn Thị Ánh",
            "Þórunn Łukasiewicz-Ñandú",
            "Ελένη Παπαδοπούλου",
            "Олександр Ґонґадзе",
            "محمد عبد الرحمن",
            "שרה כֹּהֵן",
            "प्रियंका श्रीवास्तव",
            "สมชาย ศรีสุข",
            "თამარ მაისურაძე",
            "Արամ Խաչատրյան",
            "王小明",
            "山田 太郎",
            "ペレス アナ",
            "김민준",
            "髙橋 𠮷田",
            "அருண் குமார்",
            "မောင်မောင်",
            "ሰላም",
            "Ana-María O’Neil, 3rd",
        ] {
            let line = shown(name);
            for run in &line.runs {
                assert!(run.glyphs.iter().all(|glyph| glyph.glyph_id.to_u32() != 0), "{name}");
            }
            let covered: usize = line
                .text
                .char_indices()
                .filter(|(at, _)| line.runs.iter().flat_map(|run| &run.glyphs).any(|g| g.text_range.contains(at)))
                .count();
            assert_eq!(covered, line.text.chars().count(), "{name}");
            assert!(line.width > 0.5 && line.top > 0.4, "{name}");
        }
    }

    #[test]
    fn what_no_font_has_shows_as_a_box_that_keeps_its_text() {
        let line = shown("Kim 🦀 ok");
        let boxes: Vec<_> =
            line.runs.iter().flat_map(|run| &run.glyphs).filter(|g| &line.text[g.text_range.clone()] == "🦀").collect();
        assert_eq!(boxes.len(), 1);
        assert!(boxes[0].glyph_id.to_u32() != 0 && boxes[0].x_advance > 0.4);
    }

    #[test]
    fn arabic_runs_from_right_to_left_and_its_letters_join() {
        let line = shown("محمد Lee");
        // A line that begins in Arabic reads from the right: the Latin word stands leftmost.
        assert_eq!(&line.text[line.runs[0].glyphs[0].text_range.clone()], "L");
        let arabic = &line.runs.last().map(|run| &run.glyphs[..]).unwrap_or_default();
        assert!(arabic.windows(2).all(|pair| pair[0].text_range.start >= pair[1].text_range.start));
        let alone = shown("م");
        assert!(!arabic.iter().any(|glyph| glyph.glyph_id == alone.runs[0].glyphs[0].glyph_id), "unjoined letters");
    }

    #[test]
    fn any_text_at_all_is_shaped_without_a_panic() {
        let mut state = 3_u32;
        for _ in 0..400 {
            let text: String = (0..12)
                .filter_map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    char::from_u32((state >> 8) % if state & 1 == 0 { 0x3000 } else { 0x2_0000 })
                })
                .collect();
            let line = shown(&text);
            assert!(line.width.is_finite() && line.top.is_finite(), "{text:?}");
        }
    }
}
