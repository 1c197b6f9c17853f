//! Texts under one another: how large each may be, how far apart they stand, and how they give way
//! to one another where a badge is tight.

use super::super::colour::Rgb;
use super::super::fit::{Block, Style, fit};
use super::super::fonts::Weight;
use super::super::text::{Line, Shaper};
use super::Texts;

/// No text is set smaller: 5.1 points.
pub(super) const LEAST_TEXT_MM: f32 = 1.8;

/// A block with the space above it.
pub(super) struct Row {
    pub block: Block,
    pub gap: f32,
    pub colour: Rgb,
}

/// The colours of texts outside the band.
#[derive(Clone, Copy)]
pub(super) struct Inks {
    pub strong: Rgb,
    pub soft: Rgb,
}

/// How much the texts of a badge give way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Squeeze {
    /// Shrinks all alike. Below a half the job title goes, below a quarter the company.
    pub scale: f32,
    /// Shrinks job title and company beside the name.
    details: f32,
    /// Lines that each part of the name may take.
    name_lines: usize,
}

impl Squeeze {
    /// From the most generous to the tightest: the details give way before the name does.
    pub(super) fn steps() -> impl Iterator<Item = Squeeze> {
        let scales = std::iter::successors(Some(1.0_f32), |scale| (*scale > 0.12).then_some(scale * 0.94));
        scales.flat_map(|scale| {
            [1.0, 0.86, 0.74].into_iter().flat_map(move |details| {
                [2, 1].into_iter().map(move |name_lines| Squeeze { scale, details, name_lines })
            })
        })
    }

    /// Whether a text that was cut at this step may be shown: not before all else was tried.
    fn may_cut_name(self) -> bool {
        self.scale < 0.5
    }

    fn may_cut_details(self) -> bool {
        self.details < 0.75
    }
}

/// Name, job title, company. `None` when something was cut that need not be yet.
pub(super) fn who(
    shaper: &mut Shaper,
    texts: &Texts,
    largest: f32,
    column: f32,
    squeeze: Squeeze,
    inks: Inks,
) -> Option<Vec<Row>> {
    let scale = squeeze.scale;
    let name = (largest * scale).max(LEAST_TEXT_MM);
    let at_least = |mm: f32| mm.max(LEAST_TEXT_MM);
    let named = |part: f32| Style {
        weight: Weight::Bold,
        largest: at_least(name * part),
        least_on_one_line: at_least(name * part * 0.62),
        least: at_least(name * part * 0.4),
        most_lines: squeeze.name_lines,
    };
    let detail = |weight: Weight, part: f32| {
        let size = name * part * squeeze.details;
        Style {
            weight,
            largest: at_least(size),
            least_on_one_line: at_least(size * 0.85),
            least: at_least(size * 0.72),
            most_lines: if scale < 0.6 { 1 } else { 3 },
        }
    };
    let mut set = |text: &str, style: Style, may_cut: bool| {
        let block = fit(shaper, text, style, column);
        (may_cut || !block.is_cut).then_some(block)
    };
    let first = set(&texts.first, named(1.0), squeeze.may_cut_name())?;
    let last = set(&texts.last, named(0.76), squeeze.may_cut_name())?;
    let job = if scale < 0.5 { "" } else { &texts.job };
    let job = set(job, detail(Weight::Regular, 0.36), squeeze.may_cut_details())?;
    let company = if scale < 0.25 { "" } else { &texts.company };
    let company = set(company, detail(Weight::Bold, 0.39), squeeze.may_cut_details())?;
    Some(rows([
        Row { block: first, gap: 0.0, colour: inks.strong },
        Row { block: last, gap: name * 0.19, colour: inks.strong },
        Row { block: job, gap: name * 0.42, colour: inks.soft },
        Row { block: company, gap: name * 0.17, colour: inks.strong },
    ]))
}

/// One text in bold, wrapped to `most_lines`.
pub(super) fn single(
    shaper: &mut Shaper,
    text: &str,
    largest: f32,
    most_lines: usize,
    column: f32,
    colour: Rgb,
) -> Vec<Row> {
    let style = Style {
        weight: Weight::Bold,
        largest: largest.max(LEAST_TEXT_MM),
        least_on_one_line: (largest * 0.8).max(LEAST_TEXT_MM),
        least: (largest * 0.65).max(LEAST_TEXT_MM),
        most_lines,
    };
    rows([Row { block: fit(shaper, text, style, column), gap: 0.0, colour }])
}

/// Leaves out empty rows; the first that is left needs no space above it.
fn rows<const N: usize>(rows: [Row; N]) -> Vec<Row> {
    let mut rows: Vec<Row> = rows.into_iter().filter(|row| !row.block.lines.is_empty()).collect();
    if let Some(first) = rows.first_mut() {
        first.gap = 0.0;
    }
    rows
}

/// Above and below the base line: what the ink needs, and never less than capitals and descenders,
/// so that base lines keep an even rhythm.
pub(super) fn extent(line: &Line, size: f32) -> (f32, f32) {
    (line.top.max(0.74) * size, line.bottom.max(0.2) * size)
}

pub(super) fn between_lines(size: f32) -> f32 {
    size * 0.16
}

/// What the rows take from top to bottom.
pub(super) fn height(rows: &[Row]) -> f32 {
    let block = |block: &Block| {
        let lines = block.lines.iter().map(|line| extent(line, block.size)).map(|(up, down)| up + down);
        lines.sum::<f32>() + between_lines(block.size) * block.lines.len().saturating_sub(1) as f32
    };
    rows.iter().map(|row| row.gap + block(&row.block)).sum()
}
